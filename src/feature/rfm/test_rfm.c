/*
 * RFM: published check values, ties, and that the expression of a cell chooses exactly those whose scores lie in it.
 */
#include "feature/lifecycle/test_lifecycle_rig.h"

#include "base/hash.h"
#include "feature/rfm/rfm_data.h"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

/* ---- pure ---- */

/* The custom cuts and five persons of the literature's sample (995 customers, 2006-12-31). */
static void scores_and_segments_match_the_published_sample(void **state)
{
	static const struct rfm_cut cut = { .money = { "total", 5 }, .r1 = 115, .r2 = 181, .r3 = 297, .r4 = 482, .f1 = 4, .f2 = 5,
					    .f3 = 6, .f4 = 8, .m1 = 256, .m2 = 382, .m3 = 506, .m4 = 666 };
	static const struct { i64 days, orders, money; int score; const char *cell; } of[] = {
		{ 205, 6, 472, 343, "potential_loyal" }, { 140, 3, 340, 412, "new" }, { 194, 4, 405, 323, "loyal" },
		{ 98, 7, 596, 544, "potential_loyal" }, { 132, 5, 448, 433, "potential_loyal" },
	};
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		struct rfm_score s = rfm_score_of(&cut, of[i].days, of[i].orders, of[i].money);
		assert_int_equal(100 * s.r + 10 * s.f + s.m, of[i].score);
		assert_string_equal(rfm_cell_of(rfm_cells_11, s)->code, of[i].cell);
	}
}

static void the_eight_cells_leave_nobody_out_and_share_nobody(void **state)
{
	int others = 0;
	for (int at = 0; at < 125; at++) {
		struct rfm_score s = { 1 + at / 25, 1 + at / 5 % 5, 1 + at % 5 };
		int in = 0;
		for (const struct rfm_cell *c = rfm_cells_8; c->code; c++)
			in += s.r >= c->box.r1 && s.r <= c->box.r2 && s.f >= c->box.f1 && s.f <= c->box.f2 && s.m >= c->box.m1 && s.m <= c->box.m2;
		assert_int_equal(in, 1);
		others += rfm_cell_of(rfm_cells_11, s) == NULL;
	}
	assert_true(others > 0); /* the grid has gaps: hence Others */
}

static void cuts_that_do_not_ascend_are_refused(void **state)
{
	struct fail f = { 0 };
	struct rfm_cut c = { .r1 = 1, .r2 = 1, .r3 = 9, .r4 = RFM_DAYS_MAX, .f1 = 2, .f2 = 2, .f3 = 2, .f4 = 2, .m1 = 1, .m2 = 1, .m3 = 1, .m4 = 1 };
	assert_int_equal(rfm_cut_check(&c, &f), OK); /* equal ones leave a score to nobody */
	c.r4++;
	assert_int_equal(rfm_cut_check(&c, &f), ERR_INPUT);
	assert_string_equal(f.field, "r4");
	c.r4 = 9;
	c.f1 = 0;
	assert_int_equal(rfm_cut_check(&c, &f), ERR_INPUT);
	assert_string_equal(f.field, "f1");
	c.f1 = 1;
	c.m3 = 0;
	assert_int_equal(rfm_cut_check(&c, &f), ERR_INPUT);
	assert_string_equal(f.field, "m3");
}

/* ---- with people ---- */

#define BUYERS 40
struct buyers { i64 ids[BUYERS], days[BUYERS], orders[BUYERS], money[BUYERS]; };

/* Most buy once, as shops have it: ties everywhere. */
static void populate(struct pond *w, struct buyers *b)
{
	for (int i = 0; i < BUYERS; i++) {
		str name = arena_printf(w->a, "wm%d", i);
		b->ids[i] = befriend(w, i % 4 ? "xu" : "jing", arena_cstr(w->a, name));
		b->days[i] = (i64)(hash_mix((u64)i + 1) % 60);
		b->orders[i] = i % 3 ? 1 : 1 + (i64)(hash_mix((u64)i + 99) % 4);
		b->money[i] = 0;
		for (i64 k = 0; k < b->orders[i]; k++) {
			i64 fen = 100 * (1 + (i64)(hash_mix((u64)(i * 10 + k)) % 7));
			order_as(w, b->ids[i], i * 10 + k + 1, fen, now(w) - (b->days[i] + k) * MS_DAY, "paid");
			b->money[i] += fen;
		}
	}
	engine_settle(&w->env);
	befriend(w, "xu", "nobuyer");
}

static void fifths_rest_on_twenty_buyers(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	for (int i = 0; i < RFM_PEOPLE_MIN; i++) {
		if (i == RFM_PEOPLE_MIN - 1)
			assert_int_equal(post(&owner, "/api/v1/rfm/cuts", "{\"mode\":\"fifths\",\"money\":\"total\"}"), 409);
		i64 her = befriend(w, "xu", arena_cstr(w->a, arena_printf(w->a, "wm%d", i)));
		order_as(w, her, i + 1, 100 * (i + 1), now(w) - i * MS_DAY, "paid");
		engine_settle(&w->env);
	}
	assert_int_equal(post(&owner, "/api/v1/rfm/cuts", "{\"mode\":\"fifths\",\"money\":\"total\"}"), 200);
}

static int ascending(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return (x > y) - (x < y);
}

static i64 fifth(const i64 *v, int k)
{
	i64 sorted[BUYERS];
	memcpy(sorted, v, sizeof(sorted));
	qsort(sorted, BUYERS, sizeof(*sorted), ascending);
	return sorted[(BUYERS * k + 4) / 5 - 1] + 1;
}

static void recompute(struct pond *w, const char *money)
{
	struct browser owner = { .w = w };
	assert_int_equal(post(&owner, "/api/v1/rfm/cuts", "{\"mode\":\"fifths\",\"money\":\"%s\"}", money), 200);
}

static struct rfm_cut cut_now(struct pond *w)
{
	struct rfm_cut c;
	assert_int_equal(rfm_cut_now(&w->cx.unit, &c), OK);
	return c;
}

static void fifths_lie_on_values_so_that_equal_ones_stay_together(void **state)
{
	struct pond *w = *state;
	struct buyers b;
	populate(w, &b);
	recompute(w, "total");
	struct rfm_cut c = cut_now(w);
	const i64 r[] = { c.r1, c.r2, c.r3, c.r4 }, f[] = { c.f1, c.f2, c.f3, c.f4 }, m[] = { c.m1, c.m2, c.m3, c.m4 };
	for (int k = 1; k <= 4; k++) {
		assert_int_equal(r[k - 1], fifth(b.days, k));
		assert_int_equal(f[k - 1], fifth(b.orders, k));
		assert_int_equal(m[k - 1], fifth(b.money, k));
	}
	assert_int_equal(c.people, BUYERS);
	/* Two thirds bought once: all of them score 1, none is torn away. */
	struct rfm_score s = rfm_score_of(&c, 0, 1, 100);
	assert_int_equal(s.f, 1);
}

static i64 members(struct pond *w, str text, bool *in, const struct buyers *b)
{
	struct expr *e;
	i64 *who;
	size_t n;
	assert_int_equal(expr_parse(&w->cx.unit, text, &e), OK);
	assert_int_equal(audience_select(&w->cx.unit, e, 0, 1000, &who, &n), OK);
	for (int i = 0; i < BUYERS; i++) {
		in[i] = false;
		for (size_t k = 0; k < n; k++)
			in[i] |= who[k] == b->ids[i];
	}
	return (i64)n;
}

static void a_cells_expression_chooses_whom_the_scores_say(void **state)
{
	struct pond *w = *state;
	struct buyers b;
	bool in[BUYERS];
	populate(w, &b);
	for (int mean = 0; mean < 2; mean++) {
		recompute(w, mean ? "mean" : "total");
		struct rfm_cut c = cut_now(w);
		const struct rfm_cell *lists[] = { rfm_cells_11, rfm_cells_8 };
		for (int l = 0; l < 2; l++) {
			i64 all = 0;
			for (const struct rfm_cell *cell = lists[l];; cell++) {
				str code = cell->code ? str_c(cell->code) : STR(RFM_OTHERS);
				all += members(w, rfm_cell_expr(w->a, &c, lists[l], code), in, &b);
				for (int i = 0; i < BUYERS; i++) {
					i64 money = mean ? b.money[i] / b.orders[i] : b.money[i];
					const struct rfm_cell *is = rfm_cell_of(lists[l], rfm_score_of(&c, b.days[i], b.orders[i], money));
					assert_int_equal(in[i], (is ? is->code : NULL) == cell->code);
				}
				if (!cell->code)
					break;
			}
			assert_int_equal(all, BUYERS);
		}
	}
	assert_true(rfm_cell_expr(w->a, &(struct rfm_cut){ 0 }, rfm_cells_8, STR("nonsense")).p == NULL);
}

static void the_map_adds_up_within_ones_scope(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, stranger = { .w = w, .corp = w->other };
	struct buyers b;
	i64 all = 0;
	assert_int_equal(get(&owner, "/api/v1/rfm"), 404);
	populate(w, &b);
	recompute(w, "total");
	struct browser jing = user_browser(w, "manager1", "manager", "self", staff_of(w, "jing"));
	struct browser *who[] = { &owner, &jing };
	for (int v = 0; v < 2; v++) {
		i64 people = 0, layers = 0;
		for (int m = 0; m <= 5; m++) {
			assert_int_equal(get(who[v], "/api/v1/rfm?m=%d", m), 200);
			const struct json *squares = json_get(reply_json(who[v]), "squares");
			assert_int_equal(squares->n, 25);
			for (size_t i = 0; i < 25; i++)
				*(m ? &layers : &people) += json_i64(&squares->items[i], "people", -1);
		}
		assert_int_equal(people, layers);
		assert_int_equal(people, v ? BUYERS / 4 : BUYERS);
		all += people;
	}
	assert_int_equal(all, BUYERS + BUYERS / 4);
	assert_int_equal(get(&owner, "/api/v1/rfm?m=6"), 422);
	assert_int_equal(get(&stranger, "/api/v1/rfm"), 404);
	assert_int_equal(get(&owner, "/api/v1/rfm/cells?grid=8"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 8);
	assert_int_equal(get(&owner, "/api/v1/rfm/cells"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 11);
}

/* Of everybody, of some and of nobody, in both grids: each once, and as many as whoever asks for the part by itself. */
static void any_set_divides_by_cells(void **state)
{
	static const char *const sets[] = { "orders is known", "orders >= 2", "orders >= 3 or not (orders >= 1)", "orders > 100000" };
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct buyers b;
	assert_int_equal(post(&owner, "/api/v1/rfm/breakdown", "{\"expr\":\"friend\"}"), 404); /* no cuts yet */
	populate(w, &b);
	recompute(w, "total");
	struct browser jing = user_browser(w, "manager1", "manager", "self", staff_of(w, "jing"));
	struct browser *who[] = { &owner, &jing };
	for (size_t i = 0; i < ARRAY_LEN(sets) * 4; i++) {
		const char *set = sets[i / 4], *grid = i % 2 ? "8" : "11";
		struct browser *by = who[i / 2 % 2];
		assert_int_equal(post(by, "/api/v1/rfm/breakdown", "{\"expr\":\"%s\",\"grid\":\"%s\"}", set, grid), 200);
		const struct json *reply = reply_json(by), *parts = json_get(reply, "data");
		i64 sum = 0, count = json_i64(reply, "count", -1);
		double shares = 0;
		assert_int_equal(parts->n, i % 2 ? 9 : 12);
		for (size_t k = 0; k < parts->n; k++) {
			str cell = json_str(&parts->items[k], "expr");
			i64 here = json_i64(&parts->items[k], "count", -1);
			assert_int_equal(post(by, "/api/v1/audience/count", "{\"expr\":\"(%s) and (%.*s)\"}", set, STR_F(cell)), 200);
			assert_int_equal(json_i64(reply_json(by), "count", -1), here);
			shares += count ? (double)here / (double)count : 0;
			sum += here;
		}
		assert_int_equal(sum, count);
		assert_true(count == 0 || (shares > 0.999 && shares < 1.001));
		assert_true(i / 4 == 3 ? count == 0 : count > 0);
	}
	assert_int_equal(post(&owner, "/api/v1/rfm/breakdown", "{\"expr\":\"orders >>\"}"), 422);
	assert_int_equal(post(&owner, "/api/v1/rfm/breakdown", "{\"expr\":\"friend\",\"grid\":\"9\"}"), 422);
}

static void cuts_are_dated_kept_and_found_anew_at_night(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct buyers b;
	assert_int_equal(post(&owner, "/api/v1/rfm/cuts", "{\"mode\":\"fifths\",\"money\":\"total\"}"), 409); /* nobody buys yet */
	populate(w, &b);
	live(w, MS_DAY);
	struct rfm_cut first = cut_now(w);
	assert_true(first.at < now(w) && str_eq(first.mode, STR("fifths")));
	assert_int_equal(first.r1, fifth(b.days, 1) + 1); /* of a day later */
	live(w, MS_DAY); /* everybody a day older */
	struct rfm_cut second = cut_now(w);
	assert_int_equal(second.r1, first.r1 + 1);
	assert_int_equal(get(&owner, "/api/v1/rfm/cuts"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 2);
	const char *fixed = "{\"mode\":\"fixed\",\"money\":\"total\",\"fixed\":{\"r1\":7,\"r2\":14,\"r3\":30,\"r4\":60,\"f1\":2,\"f2\":3,"
			    "\"f3\":4,\"f4\":5,\"m1\":100,\"m2\":200,\"m3\":300,\"m4\":%d}}";
	assert_int_equal(post(&owner, "/api/v1/rfm/cuts", fixed, 299), 422);
	assert_int_equal(post(&owner, "/api/v1/rfm/cuts", fixed, 400), 200);
	live(w, 2 * MS_DAY);
	assert_int_equal(cut_now(w).r1, 7); /* fixed ones stay */
	assert_int_equal(get(&owner, "/api/v1/rfm/cuts"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 3);
	assert_int_equal(post(&owner, "/api/v1/rfm/cuts", "{\"mode\":\"fixed\",\"money\":\"total\"}"), 422);
}

static void a_customers_scores_have_the_corps_names(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct buyers b;
	populate(w, &b);
	recompute(w, "total");
	struct rfm_cut c = cut_now(w);
	struct rfm_score s = rfm_score_of(&c, b.days[3], b.orders[3], b.money[3]);
	const struct rfm_cell *cell = rfm_cell_of(rfm_cells_8, s);
	const char *target = arena_cstr(w->a, arena_printf(w->a, "/api/v1/rfm/names/%s", cell->code));
	assert_int_equal(ask(&owner, "PUT", str_c(target), STR("{\"name\":\"心尖上的客人\"}")), 204);
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/rfm", (long long)b.ids[3]), 200);
	assert_int_equal(json_i64(reply_json(&owner), "score", -1), 100 * s.r + 10 * s.f + s.m);
	assert_true(str_eq_c(json_str(reply_json(&owner), "cell8"), "心尖上的客人"));
	assert_int_equal(ask(&owner, "PUT", STR("/api/v1/rfm/names/nonsense"), STR("{\"name\":\"x\"}")), 404);
	assert_int_equal(ask(&owner, "PUT", str_c(target), STR("{\"name\":\"\"}")), 204);
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/rfm", (long long)b.ids[3]), 200);
	assert_false(str_eq_c(json_str(reply_json(&owner), "cell8"), "心尖上的客人"));
	i64 none = leaf_by(w, "external_userid", "nobuyer");
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/rfm", (long long)none), 200);
	assert_int_equal(json_i64(reply_json(&owner), "score", -1), -1);
	struct browser advisor = user_browser(w, "advisor", "staff", "self", staff_of(w, "jing"));
	assert_int_equal(get(&advisor, "/api/v1/customers/%lld/rfm", (long long)b.ids[3]), 404);
	assert_int_equal(get(&advisor, "/api/v1/customers/%lld/rfm", (long long)b.ids[4]), 200);
	assert_int_equal(get(&advisor, "/api/v1/rfm"), 403);
}

static void a_type_is_a_stored_audience_with_figures_and_a_trend(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct buyers b;
	i64 rich = 0, money = 0;
	populate(w, &b);
	for (int i = 0; i < BUYERS; i++) {
		rich += b.money[i] >= 500;
		money += b.money[i] >= 500 ? b.money[i] : 0;
	}
	assert_int_equal(get(&owner, "/api/v1/potentials"), 200);
	const struct json *type = &json_get(reply_json(&owner), "types")->items[0];
	assert_true(str_eq_c(json_str(type, "code"), "black_gold") && json_get(type, "audience")->type == JSON_NULL);
	assert_int_equal(json_i64(reply_json(&owner), "people", -1), BUYERS + 1);
	assert_int_equal(ask(&owner, "PUT", STR("/api/v1/potentials/black_gold"), STR("{\"name\":\"黑金\",\"expr\":\"spent >= 5\"}")), 200);
	assert_int_equal(json_i64(reply_json(&owner), "people", -1), rich);
	assert_int_equal(json_i64(reply_json(&owner), "gmv", -1), money);
	i64 audience = json_id(reply_json(&owner), "audience");
	assert_int_equal(chosen(w, "audience:\"黑金\""), rich);
	assert_int_equal(ask(&owner, "PUT", STR("/api/v1/potentials/black_gold"), STR("{\"name\":\"黑金\",\"expr\":\"spent >= 6\"}")), 200);
	assert_int_equal(json_id(reply_json(&owner), "audience"), audience); /* the same one changed */
	assert_int_equal(ask(&owner, "PUT", STR("/api/v1/potentials/black_gold"), STR("{\"name\":\"黑金\",\"expr\":\"spend > 6\"}")), 422);
	assert_int_equal(ask(&owner, "PUT", STR("/api/v1/potentials/nonsense"), STR("{\"name\":\"黑\",\"expr\":\"spent > 6\"}")), 404);
	live(w, 2 * MS_DAY);
	assert_int_equal(get(&owner, "/api/v1/potentials/trend"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 2 * 4);
	struct browser jing = user_browser(w, "manager1", "manager", "self", staff_of(w, "jing"));
	assert_int_equal(get(&jing, "/api/v1/potentials/trend"), 403);
	assert_int_equal(get(&jing, "/api/v1/potentials"), 200);
	assert_int_equal(json_i64(reply_json(&jing), "people", -1), BUYERS / 4);
	struct browser narrow = user_browser(w, "operator1", "operator", "self", staff_of(w, "jing"));
	assert_int_equal(ask(&narrow, "PUT", STR("/api/v1/potentials/omni"), STR("{\"name\":\"a\",\"expr\":\"friend\"}")), 403);
	/* Removed among the audiences it is the default again. */
	assert_int_equal(ask(&owner, "DELETE", arena_printf(w->a, "/api/v1/audiences/%lld", (long long)audience), STR("")), 204);
	assert_int_equal(get(&owner, "/api/v1/potentials"), 200);
	type = &json_get(reply_json(&owner), "types")->items[0];
	assert_true(str_eq_c(json_str(type, "expr"), rfm_types[0].expr));
}

static void ready_layers_count_within_scope(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct buyers b;
	i64 active = 0;
	populate(w, &b);
	set_rule(w, FMCG);
	for (int i = 0; i < BUYERS; i++)
		active += b.days[i] <= 30;
	assert_int_equal(get(&owner, "/api/v1/layers"), 200);
	const struct json *rows = json_get(reply_json(&owner), "data");
	assert_int_equal(rows->n, 4);
	assert_int_equal(json_i64(&rows->items[0], "people", -1), BUYERS + 1);
	assert_int_equal(json_i64(&rows->items[1], "people", -1), active);
	for (size_t i = 0; i < rows->n; i++)
		assert_int_equal(json_i64(&rows->items[i], "people", -1), chosen(w, arena_cstr(w->a, json_str(&rows->items[i], "expr"))));
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, make, pond_free)
#define BOTH(name) ONE(name), cmocka_unit_test_setup_teardown(name, make_spread, pond_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_and_segments_match_the_published_sample),
		cmocka_unit_test(the_eight_cells_leave_nobody_out_and_share_nobody),
		cmocka_unit_test(cuts_that_do_not_ascend_are_refused),
		ONE(fifths_rest_on_twenty_buyers), BOTH(fifths_lie_on_values_so_that_equal_ones_stay_together), BOTH(a_cells_expression_chooses_whom_the_scores_say),
		BOTH(the_map_adds_up_within_ones_scope), ONE(any_set_divides_by_cells), ONE(cuts_are_dated_kept_and_found_anew_at_night),
		ONE(a_customers_scores_have_the_corps_names), BOTH(a_type_is_a_stored_audience_with_figures_and_a_trend),
		ONE(ready_layers_count_within_scope),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Questions, watches and uses over HTTP: what they answer, and to whom not.
 */
#include "app/test_app_rig.h"

#include "core/audience/audience_asof.h"
#include "core/audience/audience_watch.h"
#include "core/tag/tag_data.h"
#include "core/tag/tag_edit.h"

#define PEOPLE 6

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

struct shop { struct pond *w; struct browser owner, staff; i64 who[PEOPLE], tag[2]; };

static err tag_in(struct tx *tx, const char *name, i64 *ret)
{
	i64 group;
	TRY(tag_group_ensure(tx, STR("人群"), STR_NIL, STR("own"), &group));
	return tag_add(tx, group, str_c(name), false, ret);
}

static void mark(struct shop *s, i64 her, i64 tag)
{
	assert_int_equal(WRITE_TX(&s->w->cx.unit, slot_of_customer(s->w->t->store, her), tag_mark(tx, her, tag, "manual", 0)), OK);
}

/* Six people, four with linna and two with wang; tag 0 on the first three, tag 1 on the second to the fifth. */
static struct shop open_shop(struct pond *w)
{
	struct shop s = { .w = w, .owner = { .w = w } };
	struct staff linna;
	char name[16];
	for (int i = 0; i < PEOPLE; i++) {
		snprintf(name, sizeof(name), "wm%d", i);
		s.who[i] = befriend(w, i < 4 ? "linna" : "wang", name);
	}
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), tag_in(tx, "宝妈", &s.tag[0])), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), tag_in(tx, "新客", &s.tag[1])), OK);
	for (int i = 0; i < 3; i++)
		mark(&s, s.who[i], s.tag[0]);
	for (int i = 1; i < 5; i++)
		mark(&s, s.who[i], s.tag[1]);
	engine_settle(&w->env);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->corp), staff_by_userid(snap, STR("linna"), &linna)), OK);
	s.staff = user_browser(w, "linna1", "staff", "self", linna.id);
	return s;
}

static const struct json *at(const struct json *list, size_t i) { return &json_get(list, "data")->items[i]; }

static void crosstab_tells_counts_and_lift(void **state)
{
	struct shop s = open_shop(*state);
	assert_int_equal(post(&s.owner, "/api/v1/audience/crosstab", "{\"expr\":\"tag:\\\"宝妈\\\"\"}"), 200);
	const struct json *j = reply_json(&s.owner);
	assert_int_equal(json_i64(j, "count", -1), 3);
	assert_int_equal(json_i64(j, "total", -1), PEOPLE);
	assert_int_equal(json_get(j, "data")->n, 2);
	assert_true(str_eq_c(json_str(at(j, 0), "name"), "宝妈"));
	assert_int_equal(json_i64(at(j, 0), "count", -1), 3);
	assert_true(str_eq_c(json_get(at(j, 0), "lift")->raw, "2") || str_starts(json_get(at(j, 0), "lift")->raw, STR("2.0")));
	assert_int_equal(json_i64(at(j, 1), "count", -1), 2);
	assert_int_equal(json_i64(at(j, 1), "everybody", -1), 4);
	/* The part's expression chooses it. */
	str body = arena_printf(s.w->a, "{\"expr\":\"tag:\\\"宝妈\\\" and %s\"}", "tag:\\\"人群/新客\\\"");
	assert_true(str_eq_c(json_str(at(j, 1), "expr"), "tag:\"人群/新客\""));
	assert_int_equal(ask(&s.owner, "POST", STR("/api/v1/audience/count"), body), 200);
	assert_int_equal(json_i64(reply_json(&s.owner), "count", -1), 2);
	/* Within her scope linna's people alone are everybody. */
	assert_int_equal(post(&s.staff, "/api/v1/audience/crosstab", "{\"expr\":\"tag:\\\"新客\\\"\",\"limit\":1}"), 200);
	j = reply_json(&s.staff);
	assert_int_equal(json_i64(j, "count", -1), 3);
	assert_int_equal(json_i64(j, "total", -1), 4);
	assert_int_equal(json_get(j, "data")->n, 1);
	assert_int_equal(post(&s.owner, "/api/v1/audience/crosstab", "{\"expr\":\"tag:\\\"无\\\"\"}"), 422);
	struct browser other = { .w = s.w, .corp = s.w->other };
	assert_int_equal(post(&other, "/api/v1/audience/crosstab", "{\"expr\":\"friend\"}"), 200);
	assert_int_equal(json_i64(reply_json(&other), "total", -1), 0);
}

static i64 part_count(const struct json *j, const char *value)
{
	for (size_t i = 0; i < json_get(j, "data")->n; i++) {
		str v = json_str(at(j, i), "value");
		if (value ? str_eq_c(v, value) : !v.p)
			return json_i64(at(j, i), "count", -1);
	}
	return 0;
}

static void breakdown_adds_up_to_the_set(void **state)
{
	static const char *const attrs[] = { "staff", "store", "channel", "city", "stage", "friend", "bound", "gender" };
	struct shop s = open_shop(*state);
	for (size_t i = 0; i < ARRAY_LEN(attrs); i++) {
		i64 sum = 0;
		assert_int_equal(post(&s.owner, "/api/v1/audience/breakdown", "{\"expr\":\"friend\",\"attr\":\"%s\"}", attrs[i]), 200);
		const struct json *j = reply_json(&s.owner);
		for (size_t k = 0; k < json_get(j, "data")->n; k++) {
			str expr = json_str(at(j, k), "expr");
			struct buf b = buf_new(s.w->a, 1000);
			buf_add_c(&b, "{\"expr\":");
			buf_json(&b, arena_printf(s.w->a, "friend and %.*s", STR_F(expr)));
			buf_char(&b, '}');
			sum += json_i64(at(j, k), "count", -1);
			assert_int_equal(ask(&s.staff, "POST", STR("/api/v1/audience/count"), buf_str(&b)), 200);
			assert_int_equal(ask(&s.owner, "POST", STR("/api/v1/audience/count"), buf_str(&b)), 200);
			assert_int_equal(json_i64(reply_json(&s.owner), "count", -1), json_i64(at(j, k), "count", -2));
		}
		assert_int_equal(sum, PEOPLE);
	}
	assert_int_equal(post(&s.owner, "/api/v1/audience/breakdown", "{\"expr\":\"friend\",\"attr\":\"staff\"}"), 200);
	assert_int_equal(part_count(reply_json(&s.owner), "linna"), 4);
	assert_int_equal(post(&s.staff, "/api/v1/audience/breakdown", "{\"expr\":\"friend\",\"attr\":\"staff\"}"), 200);
	assert_int_equal(part_count(reply_json(&s.staff), "wang"), 0);
	assert_int_equal(post(&s.owner, "/api/v1/audience/breakdown", "{\"expr\":\"friend\",\"attr\":\"spent\"}"), 422);
	assert_int_equal(post(&s.owner, "/api/v1/audience/breakdown", "{\"expr\":\"friend\",\"attr\":\"shoe size\"}"), 422);
}

static i64 side(const struct json *j, const char *name) { return json_i64(json_get(j, name), "count", -1); }

static void overlap_tells_all_parts(void **state)
{
	struct shop s = open_shop(*state);
	const char *body = "{\"a\":{\"expr\":\"tag:\\\"宝妈\\\"\"},\"b\":{\"expr\":\"tag:\\\"新客\\\" or bound\"}}";
	assert_int_equal(post(&s.owner, "/api/v1/audience/overlap", "%s", body), 200);
	const struct json *j = reply_json(&s.owner);
	assert_true(side(j, "a") == 3 && side(j, "b") == 4 && side(j, "both") == 2 && side(j, "only_a") == 1 && side(j, "only_b") == 2);
	static const char *const parts[] = { "a", "b", "both", "only_a", "only_b" };
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		struct buf b = buf_new(s.w->a, 2000);
		buf_add_c(&b, "{\"expr\":");
		buf_json(&b, json_str(json_get(j, parts[i]), "expr"));
		buf_char(&b, '}');
		assert_int_equal(ask(&s.owner, "POST", STR("/api/v1/audience/count"), buf_str(&b)), 200);
		assert_int_equal(json_i64(reply_json(&s.owner), "count", -1), side(j, parts[i]));
	}
	assert_int_equal(post(&s.staff, "/api/v1/audience/overlap", "%s", body), 200);
	assert_int_equal(side(reply_json(&s.staff), "only_b"), 1);
	assert_int_equal(post(&s.owner, "/api/v1/audience/overlap", "{\"a\":{\"expr\":\"friend\"},\"b\":{}}"), 422);
	assert_int_equal(post(&s.owner, "/api/v1/audience/overlap", "{\"a\":{\"expr\":\"friend\"},\"b\":{\"audience_id\":\"12\"}}"), 404);
}

static i64 stored(struct shop *s, const char *name, const char *expr)
{
	assert_int_equal(post(&s->owner, "/api/v1/audiences", "{\"name\":\"%s\",\"expr\":\"%s\"}", name, expr), 201);
	return json_id(reply_json(&s->owner), "id");
}

static void a_watch_is_switched_and_shown(void **state)
{
	struct shop s = open_shop(*state);
	i64 id = stored(&s, "妈妈", "tag:\\\"宝妈\\\"");
	str url = arena_printf(s.w->a, "/api/v1/audiences/%lld/watch", (long long)id);
	assert_int_equal(ask(&s.staff, "PUT", url, STR("{}")), 403);
	struct browser other = { .w = s.w, .corp = s.w->other };
	assert_int_equal(ask(&other, "PUT", url, STR("{}")), 404);
	assert_int_equal(ask(&s.owner, "PUT", url, STR("{\"announce\":true}")), 200);
	assert_true(str_eq_c(json_str(json_get(reply_json(&s.owner), "watch"), "state"), "filling"));
	engine_settle(&s.w->env);
	assert_int_equal(events_of(s.w, s.w->corp, EV_AUDIENCE_ENTERED, NULL), 3);
	assert_int_equal(get(&s.owner, "/api/v1/audiences/%lld", (long long)id), 200);
	const struct json *watch = json_get(reply_json(&s.owner), "watch");
	assert_true(str_eq_c(json_str(watch, "state"), "live") && json_i64(watch, "members", -1) == 3);
	assert_int_equal(json_i64(reply_json(&s.owner), "count", -1), 3);
	assert_int_equal(get(&s.staff, "/api/v1/audiences/%lld", (long long)id), 200);
	assert_int_equal(json_i64(json_get(reply_json(&s.staff), "watch"), "members", -1), -1);
	assert_int_equal(ask(&s.owner, "DELETE", arena_printf(s.w->a, "/api/v1/audiences/%lld", (long long)id), STR("")), 409);
	assert_int_equal(ask(&s.owner, "DELETE", url, STR("")), 204);
	engine_settle(&s.w->env);
	assert_int_equal(get(&s.owner, "/api/v1/audiences/%lld", (long long)id), 200);
	assert_int_equal(json_get(reply_json(&s.owner), "watch")->type, JSON_NULL);
	i64 loop = stored(&s, "圈", "did(\\\"audience.left\\\")");
	assert_int_equal(ask(&s.owner, "PUT", arena_printf(s.w->a, "/api/v1/audiences/%lld/watch", (long long)loop), STR("{}")), 422);
}

static void a_use_answers_later(void **state)
{
	struct shop s = open_shop(*state);
	struct unit *u = &s.w->cx.unit;
	const struct audience_use_new in = { "broadcast", 77, STR("上新") };
	struct expr *e;
	i64 use, audience = stored(&s, "妈妈", "tag:\\\"宝妈\\\"");
	assert_int_equal(expr_parse(u, STR("tag:\"宝妈\""), &e), OK);
	assert_int_equal(audience_keep(u, e, &in, &use), OK);
	assert_int_equal(WRITE_TX(u, slot_of_customer(s.w->t->store, s.who[0]), tag_unmark(tx, s.who[0], s.tag[0], "manual")), OK);
	mark(&s, s.who[5], s.tag[0]);
	engine_settle(&s.w->env);
	assert_int_equal(get(&s.owner, "/api/v1/audience-uses?audience_id=%lld", (long long)audience), 200);
	assert_int_equal(json_get(reply_json(&s.owner), "data")->n, 1);
	assert_int_equal(json_i64(at(reply_json(&s.owner), 0), "people", -1), 3);
	assert_int_equal(get(&s.staff, "/api/v1/audience-uses"), 200);
	assert_int_equal(json_i64(at(reply_json(&s.staff), 0), "people", -1), -1);
	assert_int_equal(get(&s.owner, "/api/v1/audience-uses/%lld", (long long)use), 200);
	const struct json *j = reply_json(&s.owner);
	assert_true(json_i64(j, "kept", -1) == 3 && json_i64(j, "still", -1) == 2 && json_i64(j, "gone", -1) == 1 && json_i64(j, "fresh", -1) == 1);
	assert_int_equal(get(&s.owner, "/api/v1/audience-uses/%lld/people?which=gone", (long long)use), 200);
	assert_int_equal(json_id(at(reply_json(&s.owner), 0), "id"), s.who[0]);
	assert_int_equal(get(&s.owner, "/api/v1/audience-uses/%lld/people?limit=2", (long long)use), 200);
	str cursor = json_str(json_get(reply_json(&s.owner), "page"), "next_cursor");
	if (!cursor.p)
		cursor = json_str(reply_json(&s.owner), "next_cursor");
	assert_true(cursor.n > 0);
	assert_int_equal(get(&s.owner, "/api/v1/audience-uses/%lld/people?limit=2&cursor=%.*s", (long long)use, STR_F(cursor)), 200);
	assert_int_equal(json_get(reply_json(&s.owner), "data")->n, 1);
	/* Today's rules do not matter: she was in. */
	assert_int_equal(get(&s.owner, "/api/v1/audience-uses/%lld/people/%lld", (long long)use, (long long)s.who[0]), 200);
	assert_true(json_bool(reply_json(&s.owner), "in", false));
	assert_int_equal(get(&s.owner, "/api/v1/audience-uses/%lld/people/%lld", (long long)use, (long long)s.who[5]), 200);
	assert_false(json_bool(reply_json(&s.owner), "in", true));
	assert_int_equal(get(&s.staff, "/api/v1/audience-uses/%lld/people/%lld", (long long)use, (long long)s.who[5]), 404);
	struct browser other = { .w = s.w, .corp = s.w->other };
	assert_int_equal(get(&other, "/api/v1/audience-uses/%lld", (long long)use), 404);
}

static void why_names_the_first_that_decides(void **state)
{
	struct shop s = open_shop(*state);
	stored(&s, "妈妈", "tag:\\\"宝妈\\\"");
	const char *expr = "friend and not audience:\\\"妈妈\\\" and bound";
	assert_int_equal(post(&s.owner, "/api/v1/audience/why", "{\"expr\":\"%s\",\"customer_id\":\"%lld\"}", expr, (long long)s.who[0]), 200);
	const struct json *steps = json_get(reply_json(&s.owner), "steps");
	assert_int_equal(steps->n, 3);
	assert_false(json_bool(&steps->items[0], "first", true));
	assert_true(json_bool(&steps->items[1], "first", false));
	assert_true(str_eq_c(json_str(&steps->items[1], "path"), "不满足 › 妈妈"));
	assert_true(str_starts(json_str(&steps->items[1], "evidence"), STR("2025-12-01")));
	assert_false(json_bool(&steps->items[2], "first", true));
	assert_int_equal(post(&s.staff, "/api/v1/audience/why", "{\"expr\":\"friend\",\"customer_id\":\"%lld\"}", (long long)s.who[5]), 404);
}

/* ---- sensitive tags ---- */

static err make_sensitive(struct tx *tx, i64 id)
{
	struct tag t;
	TRY(tag_get(&tx->snap, id, &t));
	t.sensitive = true;
	return tag_put(tx, &t);
}

static void who_may_not_know_a_tag_cannot_ask_for_it(void **state)
{
	struct shop s = open_shop(*state);
	struct pond *w = s.w;
	struct browser reader = user_browser(w, "reader", "readonly", "all", 0);
	struct audience saved;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->corp), make_sensitive(tx, s.tag[0])), OK);
	assert_int_equal(audience_save(&w->cx.unit, 0, STR("妈妈们"), STR("tag:\"宝妈\""), NIL, &saved), OK);
	assert_int_equal(post(&s.owner, "/api/v1/audience/count", "{\"expr\":\"tag:\\\"宝妈\\\"\"}"), 200);
	assert_int_equal(post(&reader, "/api/v1/audience/count", "{\"expr\":\"tag:\\\"宝妈\\\"\"}"), 422);
	assert_int_equal(post(&reader, "/api/v1/audience/count", "{\"expr\":\"tag:\\\"宝妈妈\\\"\"}"), 422);
	assert_false(str_has(reader.reply.body, STR("「宝妈」"))); /* nor by a suggestion */
	assert_int_equal(post(&reader, "/api/v1/audience/count", "{\"expr\":\"audience:\\\"妈妈们\\\"\"}"), 200);
	assert_int_equal(json_i64(reply_json(&reader), "count", -1), 3);
	assert_int_equal(get(&reader, "/api/v1/audiences/%lld", (long long)saved.id), 200);
	assert_int_equal(json_i64(reply_json(&reader), "count", -1), 3);
	assert_false(str_has(reader.reply.body, STR("宝妈")));
	assert_int_equal(post(&reader, "/api/v1/audience/crosstab", "{\"expr\":\"friend\"}"), 200);
	assert_false(str_has(reader.reply.body, STR("宝妈")));
	assert_int_equal(post(&s.owner, "/api/v1/audience/crosstab", "{\"expr\":\"friend\"}"), 200);
	assert_true(str_has(s.owner.reply.body, STR("宝妈")));
}

#define PAST "/api/v1/audience/past"

static void the_past_is_computed_for_who_may_and_refused_with_its_place(void **state)
{
	struct shop s = open_shop(*state);
	struct browser reader = user_browser(s.w, "reader", "readonly", "all", 0), other = { .w = s.w, .corp = s.w->other };
	long long now = (long long)clock_now(&s.w->t->clock);
	assert_int_equal(post(&s.owner, PAST, "{\"expr\":\"friend and risk = high\",\"at_ms\":%lld}", now), 422);
	assert_true(str_has(s.owner.reply.body, STR("column 12")) && str_has(s.owner.reply.body, STR("risk")));
	assert_int_equal(post(&s.owner, PAST, "{\"expr\":\"friend\",\"at_ms\":%lld}", now + 1), 422);
	assert_int_equal(post(&s.owner, PAST, "{\"at_ms\":%lld}", now), 422);
	assert_int_equal(post(&reader, PAST, "{\"expr\":\"friend\",\"at_ms\":%lld}", now), 403);
	assert_int_equal(post(&s.owner, PAST, "{\"expr\":\"staff = linna and tag:\\\"宝妈\\\"\",\"at_ms\":%lld}", now), 202);
	i64 job = json_id(reply_json(&s.owner), "job_id");
	engine_settle(&s.w->env);
	assert_int_equal(get(&s.owner, "/api/v1/audience-uses?job_id=%lld", (long long)job), 200);
	assert_int_equal(json_i64(at(reply_json(&s.owner), 0), "people", -1), 3);
	assert_int_equal(get(&other, "/api/v1/audience-uses?job_id=%lld", (long long)job), 200);
	assert_int_equal(json_get(reply_json(&other), "data")->n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, pond_free)
		T(crosstab_tells_counts_and_lift), T(breakdown_adds_up_to_the_set), T(overlap_tells_all_parts),
		T(a_watch_is_switched_and_shown), T(a_use_answers_later), T(why_names_the_first_that_decides),
		T(who_may_not_know_a_tag_cannot_ask_for_it), T(the_past_is_computed_for_who_may_and_refused_with_its_place),
		cmocka_unit_test_setup_teardown(crosstab_tells_counts_and_lift, make_spread, pond_free),
		cmocka_unit_test_setup_teardown(a_use_answers_later, make_spread, pond_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

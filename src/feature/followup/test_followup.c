/*
 * The follow-up board: moves, whoever makes them and however, are told once; columns change under the people in
 * them; nobody sees more than her own.
 */
#include "feature/lifecycle/test_lifecycle_rig.h"

#include "core/audit/audit_data.h"
#include "feature/followup/followup_data.h"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

enum { LEAD = 1, TALKING, KEEN, PAYING, WON, NOT_KEEN };

static int move(struct browser *b, i64 her, i64 to, i64 from)
{
	str t = to ? arena_printf(b->w->a, "\"%lld\"", (long long)to) : STR("null");
	str f = from == NIL ? STR("null") : arena_printf(b->w->a, "\"%lld\"", (long long)from);
	int status = post(b, "/api/v1/followup/moves", "{\"customer_id\":\"%lld\",\"to\":%.*s,\"from\":%.*s}", (long long)her,
			  STR_F(t), STR_F(f));
	engine_settle(&b->w->env);
	return status;
}

static size_t moves(struct pond *w, struct followup_moved *ret)
{
	struct event ev;
	size_t n = events_of(w, w->corp, EV_FOLLOWUP_MOVED, &ev);
	if (n && ret)
		assert_int_equal(READ_SNAP(&w->cx.unit, ev.slot, event_body(snap, &ev, &followup_moved_record, ret)), OK);
	return n;
}

static i64 people(struct browser *b, i64 column)
{
	assert_int_equal(get(b, "/api/v1/followup"), 200);
	const struct json *rows = json_get(reply_json(b), "columns");
	for (size_t i = 0; i < rows->n; i++)
		if (json_id(&rows->items[i], "id") == column)
			return json_i64(&rows->items[i], "people", -1);
	return -1;
}

/* "id id …" of a column's cards, page by page. */
static const char *cards(struct browser *b, i64 column, int limit)
{
	struct buf out = buf_new(b->w->a, 8192);
	str cursor = STR("");
	for (int page = 0; page < 20; page++) {
		str more = cursor.n ? arena_printf(b->w->a, "&cursor=%.*s", STR_F(cursor)) : STR("");
		assert_int_equal(get(b, "/api/v1/followup/columns/%lld/cards?limit=%d%.*s", (long long)column, limit, STR_F(more)), 200);
		const struct json *reply = reply_json(b), *data = json_get(reply, "data"), *at = json_get(reply, "page");
		for (size_t i = 0; i < data->n; i++)
			buf_fmt(&out, "%s%lld", out.n ? " " : "", (long long)json_id(&data->items[i], "id"));
		cursor = json_str(at ? at : reply, "next_cursor");
		if (!cursor.n)
			break;
	}
	return arena_cstr(b->w->a, buf_str(&out));
}

static const char *ids(struct pond *w, const i64 *v, size_t n)
{
	struct buf out = buf_new(w->a, 8192);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&out, "%s%lld", i ? " " : "", (long long)v[i]);
	return arena_cstr(w->a, buf_str(&out));
}
#define IDS(w, ...) ids((w), (const i64[]){ __VA_ARGS__ }, sizeof((const i64[]){ __VA_ARGS__ }) / sizeof(i64))

static void a_move_is_told_once_with_who_and_from_where(void **state)
{
	struct pond *w = *state;
	struct followup_moved m;
	i64 xu = staff_of(w, "xu"), her = befriend(w, "xu", "wm1");
	struct browser advisor = user_browser(w, "advisor", "staff", "self", xu);
	assert_int_equal(move(&advisor, her, LEAD, NIL), 200);
	assert_int_equal(json_id(reply_json(&advisor), "from"), 0);
	assert_int_equal(moves(w, &m), 1);
	assert_true(m.from.p == NULL && str_eq(m.to, STR("新线索")) && m.to_column == LEAD && m.by > 0);
	assert_int_equal(move(&advisor, her, TALKING, LEAD), 200);
	assert_int_equal(moves(w, &m), 2);
	assert_true(str_eq(m.from, STR("新线索")) && str_eq(m.to, STR("沟通中")) && m.from_column == LEAD);
	assert_int_equal(chosen(w, "followup = \"沟通中\" and followup_since = today"), 1);
	assert_int_equal(people(&advisor, TALKING), 1);
	assert_int_equal(people(&advisor, LEAD), 0);
	assert_int_equal(move(&advisor, her, TALKING, TALKING), 200); /* where she is: nothing happened */
	assert_int_equal(moves(w, NULL), 2);
	struct event ev, cause;
	events_of(w, w->corp, EV_FOLLOWUP_MOVED, &ev);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), journal_get(snap, ev.cause, &cause)), OK);
	assert_int_equal(cause.kind, EV_CUSTOMER_CHANGED);
}

static void a_move_is_undone_by_moving_back_and_refused_when_she_has_gone_on(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct followup_moved m;
	i64 her = befriend(w, "xu", "wm1");
	assert_int_equal(move(&owner, her, KEEN, NIL), 200);
	assert_int_equal(move(&owner, her, PAYING, KEEN), 200);
	assert_int_equal(move(&owner, her, WON, KEEN), 409); /* a second hand that still saw her there */
	assert_true(str_has(owner.reply.body, STR("待付款")));
	assert_int_equal(move(&owner, her, KEEN, PAYING), 200);
	assert_int_equal(move(&owner, her, 0, KEEN), 200);
	assert_int_equal(moves(w, &m), 4);
	assert_true(m.to.p == NULL && str_eq(m.from, STR("有意向")));
	assert_null(fact(w, her).followup.p);
	assert_int_equal(chosen(w, "followup is known or followup_since is known"), 0);
	assert_string_equal(cards(&owner, KEEN, 10), "");
	assert_int_equal(get(&owner, "/api/v1/audit"), 200);
	assert_true(str_has(owner.reply.body, STR("followup.move")));
}

static void the_profiles_edit_is_a_move_too(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 her = befriend(w, "xu", "wm1");
	assert_int_equal(get(&owner, "/api/v1/customers/%lld", (long long)her), 200);
	i64 version = json_i64(reply_json(&owner), "version", -1);
	const char *target = arena_cstr(w->a, arena_printf(w->a, "/api/v1/customers/%lld", (long long)her));
	str body = arena_printf(w->a, "{\"version\":%lld,\"followup\":\"有意向\"}", (long long)version);
	assert_int_equal(ask(&owner, "PUT", str_c(target), body), 204);
	engine_settle(&w->env);
	assert_int_equal(moves(w, NULL), 1);
	assert_int_equal(people(&owner, KEEN), 1);
	body = arena_printf(w->a, "{\"version\":%lld,\"followup\":\"老板的朋友\"}", (long long)version + 1);
	assert_int_equal(ask(&owner, "PUT", str_c(target), body), 204);
	engine_settle(&w->env);
	assert_int_equal(moves(w, NULL), 2);
	assert_int_equal(people(&owner, KEEN), 0);
	assert_int_equal(json_i64(reply_json(&owner), "elsewhere", -1), 1);
	str expr = json_str(reply_json(&owner), "elsewhere_expr");
	assert_int_equal(chosen(w, arena_cstr(w->a, expr)), 1);
	/* A column of that name takes her in. */
	assert_int_equal(post(&owner, "/api/v1/followup/columns", "{\"name\":\"老板的朋友\",\"color\":\"purple\",\"cap\":0}"), 201);
	i64 column = json_id(reply_json(&owner), "id");
	engine_settle(&w->env);
	assert_int_equal(people(&owner, column), 1);
	assert_string_equal(cards(&owner, column, 10), IDS(w, her));
	assert_int_equal(moves(w, NULL), 3);
}

static void cards_come_by_last_move_in_pages_and_only_ones_own(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 at[7], xu = staff_of(w, "xu");
	for (int i = 0; i < 7; i++)
		at[i] = befriend(w, i % 2 ? "xu" : "jing", arena_cstr(w->a, arena_printf(w->a, "wm%d", i)));
	for (int i = 0; i < 7; i++) {
		live(w, MS_HOUR);
		assert_int_equal(move(&owner, at[i], TALKING, NIL), 200);
	}
	live(w, 3 * MS_DAY);
	const char *all = IDS(w, at[6], at[5], at[4], at[3], at[2], at[1], at[0]);
	assert_string_equal(cards(&owner, TALKING, 2), all);
	assert_string_equal(cards(&owner, TALKING, 7), all);
	struct browser advisor = user_browser(w, "advisor", "staff", "self", xu);
	assert_string_equal(cards(&advisor, TALKING, 2), IDS(w, at[5], at[3], at[1]));
	assert_int_equal(people(&advisor, TALKING), 3);
	assert_int_equal(move(&advisor, at[0], WON, NIL), 404);
	assert_int_equal(get(&owner, "/api/v1/followup/columns/2/cards?limit=1"), 200);
	assert_int_equal(json_i64(&json_get(reply_json(&owner), "data")->items[0], "days", -1), 3);
	struct browser stranger = { .w = w, .corp = w->other };
	assert_string_equal(cards(&stranger, TALKING, 2), "");
	assert_int_equal(move(&stranger, at[0], WON, NIL), 404);
	assert_int_equal(get(&owner, "/api/v1/followup/columns/99/cards"), 404);
	assert_int_equal(move(&owner, at[0], 99, NIL), 404);
}

static void a_full_column_takes_nobody(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 a = befriend(w, "xu", "wm1"), b = befriend(w, "xu", "wm2"), c = befriend(w, "xu", "wm3");
	assert_int_equal(put(&owner, "/api/v1/followup/columns/4", 1, "{\"name\":\"待付款\",\"color\":\"orange\",\"cap\":2}"), 200);
	assert_int_equal(move(&owner, a, PAYING, NIL), 200);
	assert_int_equal(move(&owner, b, PAYING, NIL), 200);
	assert_int_equal(move(&owner, c, PAYING, NIL), 409);
	assert_int_equal(put(&owner, "/api/v1/followup/columns/4", 1, "{\"name\":\"待付款\",\"color\":\"orange\",\"cap\":3}"), 412);
	assert_int_equal(put(&owner, "/api/v1/followup/columns/4", 2, "{\"name\":\"待付款\",\"color\":\"orange\",\"cap\":3}"), 200);
	assert_int_equal(move(&owner, c, PAYING, NIL), 200);
}

static void a_new_name_is_no_move(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 a = befriend(w, "xu", "wm1"), b = befriend(w, "jing", "wm2");
	move(&owner, a, KEEN, NIL);
	live(w, MS_HOUR);
	move(&owner, b, KEEN, NIL);
	i64 root = together(w, a, b), leaf = root == a ? b : a;
	size_t told = moves(w, NULL);
	struct attr_value since, after;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, root), attr_value_get(snap, root, FOLLOWUP_ATTR_SINCE, &since)), OK);
	live(w, MS_DAY);
	assert_int_equal(put(&owner, "/api/v1/followup/columns/3", 1, "{\"name\":\"很想要\",\"color\":\"cyan\",\"cap\":0}"), 200);
	assert_int_equal(people(&owner, KEEN), 1); /* under the old name still */
	assert_int_equal(put(&owner, "/api/v1/followup/columns/3", 2, "{\"name\":\"超想要\",\"color\":\"cyan\",\"cap\":0}"), 409);
	engine_settle(&w->env);
	assert_int_equal(chosen(w, "followup = \"很想要\""), 1);
	assert_int_equal(people(&owner, KEEN), 1);
	assert_int_equal(moves(w, NULL), told);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, root), attr_value_get(snap, root, FOLLOWUP_ATTR_SINCE, &after)), OK);
	assert_int_equal(after.n, since.n);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	engine_settle(&w->env);
	assert_int_equal(chosen(w, "followup = \"很想要\" and followup_since is known"), 2);
	assert_int_equal(people(&owner, KEEN), 2);
	assert_int_equal(moves(w, NULL), told);
	assert_int_equal(put(&owner, "/api/v1/followup/columns/3", 2, "{\"name\":\"已成交\",\"color\":\"cyan\",\"cap\":0}"), 409);
	assert_int_equal(put(&owner, "/api/v1/followup/columns/3", 2, "{\"name\":\"a\\\"b\",\"color\":\"cyan\",\"cap\":0}"), 422);
}

static void a_column_that_holds_people_asks_where_they_go(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct followup_moved m;
	i64 a = befriend(w, "xu", "wm1"), b = befriend(w, "jing", "wm2");
	move(&owner, a, KEEN, NIL);
	move(&owner, b, KEEN, NIL);
	size_t told = moves(w, NULL);
	assert_int_equal(ask(&owner, "DELETE", STR("/api/v1/followup/columns/3"), STR("")), 409);
	assert_true(str_has(owner.reply.body, STR("2")));
	assert_int_equal(ask(&owner, "DELETE", STR("/api/v1/followup/columns/3?to=3"), STR("")), 409);
	assert_int_equal(ask(&owner, "DELETE", STR("/api/v1/followup/columns/3?to=5"), STR("")), 200);
	assert_int_equal(move(&owner, a, KEEN, NIL) == 409 || people(&owner, KEEN) == -1, 1);
	engine_settle(&w->env);
	assert_int_equal(people(&owner, KEEN), -1);
	assert_int_equal(people(&owner, WON), 2);
	assert_int_equal(moves(w, &m), told + 2);
	assert_true(str_eq(m.from, STR("有意向")) && str_eq(m.to, STR("已成交")));
	assert_int_equal(ask(&owner, "DELETE", STR("/api/v1/followup/columns/6"), STR("")), 200); /* empty: at once */
	assert_int_equal(people(&owner, NOT_KEEN), -1);
}

static void after_a_merge_the_roots_column_counts_and_a_split_gives_back(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 a = befriend(w, "xu", "wm1"), b = befriend(w, "jing", "wm2");
	move(&owner, a, KEEN, NIL);
	move(&owner, b, WON, NIL);
	i64 root = together(w, a, b), leaf = root == a ? b : a;
	assert_int_equal(people(&owner, root == a ? KEEN : WON), 1);
	assert_int_equal(people(&owner, root == a ? WON : KEEN), 0);
	assert_string_equal(cards(&owner, root == a ? WON : KEEN, 5), "");
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	engine_settle(&w->env);
	assert_string_equal(cards(&owner, KEEN, 5), IDS(w, a));
	assert_string_equal(cards(&owner, WON, 5), IDS(w, b));
	assert_int_equal(moves(w, NULL), 2);
	together(w, a, b);
	assert_int_equal(move(&owner, root, 0, NIL), 200); /* off the board means no leaf is on it */
	assert_int_equal(people(&owner, KEEN), 0);
	assert_int_equal(people(&owner, WON), 0);
}

static void a_rebuild_moves_nobody(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct fail f = { 0 };
	i64 a = befriend(w, "xu", "wm1"), b = befriend(w, "jing", "wm2");
	move(&owner, a, KEEN, NIL);
	live(w, MS_HOUR);
	move(&owner, b, KEEN, NIL);
	size_t told = moves(w, NULL);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(consumer_rebuild(&w->env, w->a, i ? NULL : "followup", &f), OK);
		engine_settle(&w->env);
		assert_string_equal(cards(&owner, KEEN, 1), IDS(w, b, a));
		assert_int_equal(moves(w, NULL), told);
	}
}

static void columns_are_for_who_may_and_sees_everybody(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct browser advisor = user_browser(w, "advisor", "staff", "self", staff_of(w, "xu"));
	struct browser narrow = user_browser(w, "operator1", "operator", "self", staff_of(w, "xu"));
	struct browser reader = user_browser(w, "reader", "readonly", "all", 0);
	const char *column = "{\"name\":\"回访\",\"color\":\"blue\",\"cap\":0}";
	assert_int_equal(post(&advisor, "/api/v1/followup/columns", "%s", column), 403);
	assert_int_equal(post(&narrow, "/api/v1/followup/columns", "%s", column), 403);
	assert_int_equal(move(&reader, befriend(w, "xu", "wm1"), KEEN, NIL), 403);
	for (int i = 0; i < FOLLOWUP_COLUMNS_MAX - 6; i++)
		assert_int_equal(post(&owner, "/api/v1/followup/columns", "{\"name\":\"回访%d\",\"color\":\"blue\",\"cap\":0}", i), 201);
	assert_int_equal(post(&owner, "/api/v1/followup/columns", "%s", column), 409);
	assert_int_equal(put(&owner, "/api/v1/followup/columns/1", 1, "{\"name\":\"一二三四五六七八九十一二三四五六七八九十\",\"color\":\"blue\",\"cap\":0}"), 200);
	assert_int_equal(put(&owner, "/api/v1/followup/columns/2", 1, "{\"name\":\"一二三四五六七八九十一二三四五六七八九十一\",\"color\":\"blue\",\"cap\":0}"), 422);
	assert_int_equal(put(&owner, "/api/v1/followup/columns/2", 1, "{\"name\":\"x\",\"color\":\"pink\",\"cap\":0}"), 422);
}

static void the_order_names_every_column_once(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	assert_int_equal(post(&owner, "/api/v1/followup/columns/order", "{\"ids\":[\"6\",\"5\",\"4\",\"3\",\"2\",\"1\"]}"), 204);
	assert_int_equal(get(&owner, "/api/v1/followup"), 200);
	assert_int_equal(json_id(&json_get(reply_json(&owner), "columns")->items[0], "id"), 6);
	assert_int_equal(post(&owner, "/api/v1/followup/columns/order", "{\"ids\":[\"6\",\"5\",\"4\",\"3\",\"2\"]}"), 422);
	assert_int_equal(post(&owner, "/api/v1/followup/columns/order", "{\"ids\":[\"6\",\"6\",\"4\",\"3\",\"2\",\"1\"]}"), 422);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, make, pond_free)
#define BOTH(name) ONE(name), cmocka_unit_test_setup_teardown(name, make_spread, pond_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_move_is_told_once_with_who_and_from_where),
		BOTH(a_move_is_undone_by_moving_back_and_refused_when_she_has_gone_on), ONE(the_profiles_edit_is_a_move_too),
		BOTH(cards_come_by_last_move_in_pages_and_only_ones_own), ONE(a_full_column_takes_nobody),
		BOTH(a_new_name_is_no_move), BOTH(a_column_that_holds_people_asks_where_they_go),
		BOTH(after_a_merge_the_roots_column_counts_and_a_split_gives_back), BOTH(a_rebuild_moves_nobody),
		ONE(columns_are_for_who_may_and_sees_everybody), ONE(the_order_names_every_column_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

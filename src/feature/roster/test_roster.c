/*
 * Lists: who is meant is found by each kind of value, in_list() means them, and what cannot be a list is refused.
 */
#include "app/test_app_sim.h"

#include "core/attr/attr_own.h"
#include "feature/roster/roster.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static err bring(struct world *w, const char *name, const char *kind, const char *appid, str bytes)
{
	struct { str name, kind, appid; } in = { str_c(name), str_c(kind), appid ? str_c(appid) : STR_NIL };
	struct http_req req = { .arena = w->t->arena, .body = bytes };
	struct cx cx = w->cx;
	cx.in = &in;
	cx.out = arena_alloc(w->t->arena, 512);
	cx.req = &req;
	for (const struct route *r = roster_routes; r->fn; r++)
		if (!strcmp(r->method, "POST")) {
			err e = r->fn(&cx);
			w->cx.unit.fail = cx.unit.fail;
			if (e == OK)
				live(w, MS_MINUTE);
			return e;
		}
	return ERR_INTERNAL;
}

static struct roster list(struct world *w)
{
	struct roster *rows;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, roster_all(snap, &(struct none){ 0 }, &rows, &n)), OK);
	assert_true(n > 0);
	return rows[0];
}

static i64 count(struct world *w, const char *text)
{
	struct expr *e;
	i64 n = 0;
	assert_int_equal(expr_parse(&w->cx.unit, str_c(text), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &n, NULL), OK);
	return n;
}

static i64 person(struct world *w, const char *kind, const char *value)
{
	struct identity_in id = { str_c(kind), str_c(value), true };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ &id, 1, false, now(w), STR("order"), STR_NIL }, &leaf, NULL, NULL), OK);
	settle(w);
	return leaf;
}

static void phones_become_a_list_that_expressions_know(void **state)
{
	struct world *w = *state;
	person(w, "phone", "13800000001");
	person(w, "phone", "13800000002");
	befriend(w, "linna", 2);
	assert_int_equal(bring(w, "双十一老客", "phone", NULL, STR("手机号\n138 0000 0001\n13800000001\n13800000009\nabc\n")), OK);
	struct roster r = list(w);
	assert_true(str_eq_c(r.state, "ready") && r.upload == NIL);
	assert_int_equal(r.total, 4);
	assert_int_equal(r.found, 2);
	assert_int_equal(r.unknown, 1);
	assert_int_equal(r.refused, 1);
	assert_int_equal(count(w, "in_list(\"双十一老客\")"), 1);
	assert_int_equal(count(w, "friend and not in_list(\"双十一老客\")"), 2);
	assert_int_equal(count(w, "not friend and not in_list(\"双十一老客\")"), 1);
	struct expr *e;
	i64 by_sql;
	assert_int_equal(expr_parse(&w->cx.unit, STR("in_list(\"双十一老客\")"), &e), OK);
	assert_int_equal(audience_count_sql(&w->cx.unit, e, &by_sql), OK);
	assert_int_equal(by_sql, 1);
	str text = expr_text(w->t->arena, e);
	assert_int_equal(count(w, arena_cstr(w->t->arena, text)), 1); /* as it is written back */
}

static void openids_belong_to_an_account_and_ids_need_no_header(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	person(w, "openid", "wxabc/oA1");
	assert_int_equal(bring(w, "粉丝", "openid", "wxabc", STR("openid\noA1\noA2\n")), OK);
	assert_int_equal(count(w, "in_list(\"粉丝\")"), 1);
	assert_int_equal(bring(w, "好友", "external_userid", NULL, arena_printf(w->t->arena, "%.*s\n", STR_F(ext))), OK);
	assert_int_equal(count(w, "in_list(\"好友\") and friend"), 1);
}

static void many_rows_take_many_steps(void **state)
{
	struct world *w = *state;
	struct buf b = buf_new(w->t->arena, 1 << 20);
	buf_add_c(&b, "手机\n");
	for (int i = 0; i < 450; i++)
		buf_fmt(&b, "139%08d\n", i);
	for (int i = 0; i < 450; i += 45)
		person(w, "phone", arena_cstr(w->t->arena, arena_printf(w->t->arena, "139%08d", i)));
	assert_int_equal(bring(w, "大名单", "phone", NULL, buf_str(&b)), OK);
	assert_int_equal(list(w).total, 450);
	assert_int_equal(count(w, "in_list(\"大名单\")"), 10);
}

static void what_is_no_list_is_refused_and_another_corp_has_none(void **state)
{
	struct world *w = *state;
	struct expr *e;
	struct corp_new in = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	i64 other;
	assert_int_equal(bring(w, "空", "phone", NULL, STR("手机号\n")), ERR_INPUT);
	assert_int_equal(bring(w, "引\"号", "phone", NULL, STR("手机号\n1\n")), ERR_INPUT);
	assert_int_equal(bring(w, "甲", "phone", NULL, STR("手机号\n13800000001\n")), OK);
	assert_int_equal(bring(w, "甲", "phone", NULL, STR("手机号\n13800000001\n")), ERR_EXISTS);
	assert_int_equal(expr_parse(&w->cx.unit, STR("in_list(\"乙\")"), &e), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.value, "乙");
	assert_int_equal(expr_parse(&w->cx.unit, STR("in_list(甲)"), &e), OK);
	assert_int_equal(expr_parse(&w->cx.unit, STR("in_list"), &e), ERR_INPUT);
	w->cx.unit.corp = 0;
	assert_int_equal(corp_create(&w->cx, &in, &other), OK);
	w->cx.unit.corp = other;
	assert_int_equal(expr_parse(&w->cx.unit, STR("in_list(\"甲\")"), &e), ERR_INPUT);
	w->cx.unit.corp = w->corp;
}

static void a_list_has_so_many_rows(void **state)
{
	struct world *w = *state;
	struct buf b = buf_new(w->t->arena, (size_t)4 << 20);
	i64 rows = 0;
	buf_add_c(&b, "手机号\n");
	for (int i = 0; i < ROSTER_ROWS_MAX; i++)
		buf_fmt(&b, "139%08d\n", i);
	assert_int_equal(roster_look(&w->cx, buf_str(&b), STR("phone"), &rows), OK);
	assert_int_equal(rows, ROSTER_ROWS_MAX);
	buf_add_c(&b, "13800000001\n");
	assert_int_equal(roster_look(&w->cx, buf_str(&b), STR("phone"), &rows), ERR_TOO_LARGE);
	assert_string_equal(w->cx.unit.fail.limit, FAIL_STR(ROSTER_ROWS_MAX));
	assert_int_equal(bring(w, "太长", "phone", NULL, buf_str(&b)), ERR_TOO_LARGE);
	struct roster *kept;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, roster_all(snap, &(struct none){ 0 }, &kept, &n)), OK);
	assert_int_equal(n, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(phones_become_a_list_that_expressions_know), S(phones_become_a_list_that_expressions_know),
		T(openids_belong_to_an_account_and_ids_need_no_header), T(many_rows_take_many_steps),
		T(what_is_no_list_is_refused_and_another_corp_has_none), T(a_list_has_so_many_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

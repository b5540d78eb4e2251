/*
 * The language: what is read, what is refused and where, and that text and JSON are one tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/audience/test_audience.h"

/* text -> canonical text; NULL: it is canonical already */
static const struct { const char *text, *canonical; } good[] = {
	{ "tag:\"宝妈\"", NULL },
	{ "tag:宝妈", "tag:\"宝妈\"" },
	{ "tag:\"人群/宝妈\"", NULL },
	{ "tag:\"other/dup\"", NULL },
	{ "tag:\"quote\\\"d\"", NULL },
	{ "tag in (\"宝妈\", \"VIP\")", NULL },
	{ "tag in (VIP)", "tag:\"VIP\"" },
	{ "tags all (\"宝妈\",\"VIP\")", "tags all (\"宝妈\", \"VIP\")" },
	{ "tags none (\"宝妈\", \"VIP\")", NULL },
	{ "tag：“宝妈” and （spent >= 500）", "tag:\"宝妈\" and spent >= 500" },
	{ "orders = 0", NULL },
	{ "orders in (1, 2,3)", "orders in (1, 2, 3)" },
	{ "spent >= 99.50", NULL },
	{ "spent >= 99.5", "spent >= 99.50" },
	{ "spent>500", "spent > 500" },
	{ "spent = -0.05", NULL },
	{ "aov between 10 and 20.10", NULL },
	{ "last_order < -30d", NULL },
	{ "last_order<-30d AND NOT last_reached >= -6d", "last_order < -30d and not last_reached >= -6d" },
	{ "added = today", NULL },
	{ "added = -0d", "added = today" },
	{ "added between 2026-10-01 and +7d", NULL },
	{ "birthday = 1990-02-28", NULL },
	{ "child_age between 0 and 3", NULL },
	{ "friend", NULL },
	{ "friend = true", "friend" },
	{ "not friend", NULL },
	{ "friend = false", NULL },
	{ "(friend)", "friend" },
	{ "friend and bound", NULL },
	{ "city = 上海", "city = \"上海\"" },
	{ "city in (\"上海\", \"北京\")", NULL },
	{ "city is unknown or gender is known", NULL },
	{ "gender = \"female\"", NULL },
	{ "staff = \"WANGFANG\" or staff = \"王芳\"", NULL },
	{ "store != \"静安店\"", NULL },
	{ "reachable(\"wecom\") and not reachable(\"sms\")", NULL },
	{ "reachable(\"oa\") or reachable(\"mail\")", NULL },
	{ "did(\"order.paid\")", NULL },
	{ "did(order.paid, count >= 1)", "did(\"order.paid\")" },
	{ "did(\"order.paid\", within 7d, count >= 2)", NULL },
	{ "did(\"follow.added\", count = 0, within 30d)", "did(\"follow.added\", within 30d, count = 0)" },
	{ "(friend or bound) and orders > 1", NULL },
	{ "friend and (bound and orders > 1)", "friend and bound and orders > 1" },
	{ "friend or (bound or orders > 1) or spent > 1", "friend or bound or orders > 1 or spent > 1" },
	{ "friend or bound and orders > 1", NULL },
	{ "not (friend and not (bound or orders > 1))", NULL },
	{ "not not friend", NULL },
	{ "spent between 1 and 2 and friend", NULL },
};

static const struct { const char *text; size_t column; err code; const char *value, *limit; } bad[] = {
	{ "", 1, ERR_INPUT, "…", NULL },
	{ "spend > 5", 1, ERR_INPUT, "spend", "spent" },
	{ "friend and last_ordr < -30d", 12, ERR_INPUT, "last_ordr", "last_order" },
	{ "tag:\"宝马\"", 5, ERR_INPUT, "宝马", "宝妈" },
	{ "tag:\"dup\"", 5, ERR_INPUT, "dup", NULL },
	{ "tag:\"宝妈\" and spnt > 1", 14, ERR_INPUT, "spnt", "spent" },
	{ "(friend", 8, ERR_INPUT, "…", ")" },
	{ "friend)", 7, ERR_INPUT, ")", "and, or" },
	{ "friend bound", 8, ERR_INPUT, "bound", "and, or" },
	{ "friend and", 11, ERR_INPUT, "…", NULL },
	{ "and friend", 1, ERR_INPUT, "and", NULL },
	{ "spent > 30d", 9, ERR_INPUT, "30d", NULL },
	{ "spent > 1.234", 9, ERR_INPUT, "1.234", NULL },
	{ "spent > \"5\"", 9, ERR_INPUT, "5", NULL },
	{ "spent > 99999999999999999999", 9, ERR_INPUT, "99999999999999999999", NULL },
	{ "spent ! 5", 7, ERR_INPUT, "!", NULL },
	{ "spent 5", 7, ERR_INPUT, "5", NULL },
	{ "last_order < 30", 14, ERR_INPUT, "30", NULL },
	{ "last_order < -30h", 14, ERR_INPUT, "-30h", NULL },
	{ "last_order < 2026-02-30", 14, ERR_INPUT, "2026-02-30", NULL },
	{ "last_order < -36501d", 14, ERR_INPUT, "-36501d", NULL },
	{ "child_age > 151", 13, ERR_INPUT, "151", NULL },
	{ "city > \"a\"", 6, ERR_INPUT, ">", NULL },
	{ "friend < true", 8, ERR_INPUT, "<", NULL },
	{ "friend = maybe", 10, ERR_INPUT, "maybe", NULL },
	{ "gender = \"mail\"", 10, ERR_INPUT, "mail", "male,female" },
	{ "city is there", 9, ERR_INPUT, "there", NULL },
	{ "city = \"上海", 8, ERR_INPUT, NULL, "\"" },
	{ "staff = \"李雷\"", 9, ERR_INPUT, "李雷", "userid" },
	{ "staff = \"wangfeng\"", 9, ERR_INPUT, "wangfeng", "wangfang" },
	{ "store = \"静安\"", 9, ERR_INPUT, "静安", "静安店" },
	{ "friend and in_group(\"x\")", 21, ERR_INPUT, "x", NULL },
	{ "in_group", 9, ERR_INPUT, NULL, NULL },
	{ "reachable(\"fax\")", 11, ERR_INPUT, "fax", NULL },
	{ "did(\"order.payed\")", 5, ERR_INPUT, "order.payed", "order.paid" },
	{ "did(\"order.paid\", within 7)", 26, ERR_INPUT, "7", NULL },
	{ "did(\"order.paid\", within 7h)", 26, ERR_INPUT, "7h", NULL },
	{ "did(\"order.paid\", within 0d)", 26, ERR_INPUT, "0d", NULL },
	{ "did(\"order.paid\", count >= x)", 28, ERR_INPUT, "x", NULL },
	{ "did(\"order.paid\", within 7d, within 8d)", 30, ERR_INPUT, "within", NULL },
	{ "audience:\"none\"", 10, ERR_INPUT, "none", NULL },
	{ "friend ; drop table customer", 8, ERR_INPUT, ";", NULL },
	{ "tag in ()", 9, ERR_INPUT, ")", NULL },
};

static str canonical(struct world *w, const char *text)
{
	struct expr *e;
	err got = expr_parse(&w->unit, str_c(text), &e);
	if (got != OK)
		print_error("%s: %s %s %s\n", text, w->unit.fail.field, w->unit.fail.value, w->unit.fail.limit);
	assert_int_equal(got, OK);
	return expr_text(w->t->arena, e);
}

static void assert_str(str got, const char *want)
{
	if (!str_eq_c(got, want))
		fail_msg("%.*s, not %s", STR_F(got), want);
}

static void reads_and_writes_canonical_text(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		const char *want = good[i].canonical ? good[i].canonical : good[i].text;
		assert_str(canonical(w, good[i].text), want);
		assert_str(canonical(w, want), want);
	}
}

static void json_is_the_same_tree(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct expr *e;
		struct json *j;
		struct buf b = buf_new(w->t->arena, 1 << 16), again = buf_new(w->t->arena, 1 << 16);
		assert_int_equal(expr_parse(&w->unit, str_c(good[i].text), &e), OK);
		str text = expr_text(w->t->arena, e);
		expr_json(&b, e);
		assert_int_equal(json_parse(buf_str(&b), w->t->arena, &j, &w->unit.fail), OK);
		assert_int_equal(expr_parse_json(&w->unit, j, &e), OK);
		assert_true(str_eq(expr_text(w->t->arena, e), text));
		expr_json(&again, e);
		assert_true(str_eq(buf_str(&b), buf_str(&again)));
		assert_true(expr_words(&w->unit, e, LANG_ZH).n > 0 && expr_words(&w->unit, e, LANG_EN).n > 0);
	}
}

static void refuses_with_place_and_suggestion(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct expr *e;
		char field[32];
		err got = expr_parse(&w->unit, str_c(bad[i].text), &e);
		const struct fail *f = &w->unit.fail;
		snprintf(field, sizeof(field), "column %zu", bad[i].column);
		if (got != bad[i].code || strcmp(f->field, field) != 0 || (bad[i].value && strcmp(f->value, bad[i].value) != 0) ||
		    (bad[i].limit && strcmp(f->limit, bad[i].limit) != 0))
			fail_msg("%s: got %s %s value=%s limit=%s", bad[i].text, err_name(got), f->field, f->value, f->limit);
	}
}

static void refuses_broken_trees(void **state)
{
	static const struct { const char *tree, *field; } trees[] = {
		{ "{}", "tree" },
		{ "[]", "tree" },
		{ "{\"op\":\"xor\",\"of\":[]}", "tree" },
		{ "{\"op\":\"and\",\"of\":[]}", "tree" },
		{ "{\"op\":\"not\",\"of\":[{\"op\":\"attr\",\"name\":\"friend\"},{\"op\":\"attr\",\"name\":\"friend\"}]}", "tree" },
		{ "{\"op\":\"or\",\"of\":[{\"op\":\"attr\",\"name\":\"friend\"},{\"op\":\"attr\",\"name\":\"spent\",\"cmp\":\">\",\"value\":\"a\"}]}", "tree.of.1.value" },
		{ "{\"op\":\"attr\",\"name\":\"spent\",\"cmp\":\"between\",\"value\":[1]}", "tree.value" },
		{ "{\"op\":\"attr\",\"name\":\"spent\",\"cmp\":\"=\",\"value\":[1]}", "tree.value" },
		{ "{\"op\":\"tag\",\"how\":\"some\",\"tags\":[\"VIP\"]}", "tree" },
		{ "{\"op\":\"tag\",\"how\":\"any\",\"tags\":[1]}", "tree.tags.0" },
		{ "{\"op\":\"did\",\"event\":\"order.paid\",\"within\":-1}", "tree" },
	};
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(trees); i++) {
		struct expr *e;
		struct json *j;
		assert_int_equal(json_parse(str_c(trees[i].tree), w->t->arena, &j, &w->unit.fail), OK);
		assert_int_equal(expr_parse_json(&w->unit, j, &e), ERR_INPUT);
		assert_string_equal(w->unit.fail.field, trees[i].field);
	}
}

static str repeated(struct world *w, const char *head, const char *part, size_t n, const char *tail)
{
	struct buf b = buf_new(w->t->arena, 1 << 20);
	buf_add_c(&b, head);
	for (size_t i = 0; i < n; i++)
		buf_add_c(&b, part);
	buf_add_c(&b, tail);
	return buf_str(&b);
}

static err parse(struct world *w, str text)
{
	struct expr *e;
	return expr_parse(&w->unit, text, &e);
}

static void keeps_its_limits(void **state)
{
	struct world *w = *state;
	assert_int_equal(parse(w, repeated(w, "", "not ", AUDIENCE_DEPTH_MAX, "friend")), OK);
	assert_int_equal(parse(w, repeated(w, "", "not ", AUDIENCE_DEPTH_MAX + 1, "friend")), ERR_INPUT);
	assert_int_equal(w->unit.fail.text, T_EXPR_LIMIT);
	assert_int_equal(parse(w, repeated(w, "", "(", AUDIENCE_DEPTH_MAX + 1, "friend")), ERR_INPUT);
	assert_int_equal(w->unit.fail.text, T_EXPR_LIMIT);
	/* The joint itself is a node. */
	assert_int_equal(parse(w, repeated(w, "", "friend or ", AUDIENCE_NODES_MAX - 2, "bound")), OK);
	assert_int_equal(parse(w, repeated(w, "", "friend or ", AUDIENCE_NODES_MAX - 1, "bound")), ERR_INPUT);
	assert_int_equal(w->unit.fail.text, T_EXPR_LIMIT);
	assert_int_equal(parse(w, repeated(w, "orders in (", "1,", AUDIENCE_VALUES_MAX - 1, "1)")), OK);
	assert_int_equal(parse(w, repeated(w, "orders in (", "1,", AUDIENCE_VALUES_MAX, "1)")), ERR_INPUT);
	assert_int_equal(w->unit.fail.text, T_EXPR_LIMIT);
	assert_int_equal(parse(w, repeated(w, "friend", " ", AUDIENCE_TEXT_MAX - 6, "")), OK);
	assert_int_equal(parse(w, repeated(w, "friend", " ", AUDIENCE_TEXT_MAX - 5, "")), ERR_INPUT);
	assert_int_equal(w->unit.fail.text, T_EXPR_LIMIT);
	assert_int_equal(parse(w, STR("last_order < -36500d")), OK);
	assert_int_equal(parse(w, STR("did(\"order.paid\", within 36500d)")), OK);
	assert_int_equal(parse(w, STR("did(\"order.paid\", within 36501d)")), ERR_INPUT);
	assert_int_equal(parse(w, STR("child_age = 150")), OK);
	assert_int_equal(parse(w, STR("city = \"\xff\"")), ERR_INPUT);
}

static void audiences_name_audiences_without_going_round(void **state)
{
	struct world *w = *state;
	struct audience a, b, c;
	struct expr *e;
	str name;
	assert_int_equal(audience_save(&w->unit, 0, STR("好友"), STR("friend  and  bound"), NIL, &a), OK);
	assert_str(a.expr, "friend and bound");
	assert_int_equal(audience_save(&w->unit, 0, STR("好友"), STR("friend"), NIL, &b), ERR_EXISTS);
	assert_int_equal(audience_save(&w->unit, 0, STR("b"), STR("audience:\"好友\" or orders > 1"), NIL, &b), OK);
	assert_str(canonical(w, "not audience:\"b\""), "not audience:\"b\"");
	assert_int_equal(audience_save(&w->unit, a.id, STR("好友"), STR("audience:\"b\""), NIL, &c), ERR_INPUT);
	assert_int_equal(w->unit.fail.text, T_EXPR_CYCLE);
	assert_int_equal(audience_save(&w->unit, a.id, STR("好友"), STR("audience:\"好友\""), NIL, &c), ERR_INPUT);
	assert_int_equal(audience_save(&w->unit, a.id, STR("别名"), STR("friend"), NIL, &c), ERR_STATE);
	assert_int_equal(audience_remove(&w->unit, a.id), ERR_STATE);
	assert_int_equal(audience_save(&w->unit, a.id, STR("好友"), STR("friend"), a.version, &c), OK);
	assert_int_equal(audience_save(&w->unit, a.id, STR("好友"), STR("bound"), a.version, &c), ERR_CONFLICT);
	assert_int_equal(audience_expr_of(&w->unit, b.id, &name, &e), OK);
	assert_int_equal(audience_remove(&w->unit, b.id), OK);
	assert_int_equal(audience_get(&w->unit, b.id, &c), ERR_NOT_FOUND);
	assert_int_equal(audience_remove(&w->unit, a.id), OK);
	struct unit other = w->unit;
	other.corp = 2;
	assert_int_equal(audience_get(&other, a.id, &c), ERR_NOT_FOUND);
}

static err many_stored(struct tx *tx, i64 count)
{
	for (i64 i = 1; i <= count; i++) {
		struct audience a = { .id = i, .name = arena_printf(tx->snap.arena, "m%lld", (long long)i), .expr = STR("friend"), .version = 1 };
		TRY(audience_insert(tx, &a));
	}
	return OK;
}

static void a_corp_stores_a_thousand_audiences(void **state)
{
	struct world *w = *state;
	struct audience a, b;
	TW_PUT(w, TEST_BASE_SLOT, many_stored(tx, AUDIENCE_MAX - 1));
	assert_int_equal(audience_save(&w->unit, 0, STR("last"), STR("friend"), NIL, &a), OK);
	assert_int_equal(audience_save(&w->unit, 0, STR("more"), STR("friend"), NIL, &b), ERR_INPUT);
	assert_string_equal(w->unit.fail.field, "audiences");
	assert_string_equal(w->unit.fail.limit, "1000");
	assert_int_equal(audience_save(&w->unit, a.id, STR("last"), STR("bound"), NIL, &b), OK); /* what is there may change */
	assert_int_equal(audience_remove(&w->unit, a.id), OK);
	assert_int_equal(audience_save(&w->unit, 0, STR("more"), STR("friend"), NIL, &b), OK);
}

static void nesting_of_audiences_ends(void **state)
{
	struct world *w = *state;
	struct audience a;
	char name[32], text[64] = "friend";
	for (int i = 0; i < AUDIENCE_NESTED_MAX; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		/* A save looks at itself as one of the nested. */
		assert_int_equal(audience_save(&w->unit, 0, str_c(name), str_c(text), NIL, &a), OK);
		snprintf(text, sizeof(text), "audience:\"n%d\"", i);
	}
	assert_int_equal(parse(w, str_c(text)), OK);
	assert_int_equal(audience_save(&w->unit, 0, STR("one more"), str_c(text), NIL, &a), OK);
	assert_int_equal(parse(w, STR("audience:\"one more\"")), ERR_INPUT);
	assert_int_equal(w->unit.fail.text, T_EXPR_LIMIT);
}

static void broken_audience_is_told_at_its_name(void **state)
{
	struct world *w = *state;
	struct audience a;
	assert_int_equal(audience_save(&w->unit, 0, STR("t"), STR("tag:\"VIP\""), NIL, &a), OK);
	a.expr = STR("tag:\"gone\"");
	TW_PUT(w, TEST_BASE_SLOT, audience_update(tx, &a));
	assert_int_equal(parse(w, STR("friend and audience:\"t\"")), ERR_INPUT);
	assert_int_equal(w->unit.fail.text, T_EXPR_BROKEN);
	assert_string_equal(w->unit.fail.field, "column 21");
}

static void closed_lists_are_read_in_words(void **state)
{
	struct world *w = *state;
	struct expr *e;
	assert_int_equal(expr_parse(&w->unit, STR("stage in (growing, lost) and gender = female and city = \"growing\""), &e), OK);
	str zh = expr_words(&w->unit, e, LANG_ZH);
	assert_true(str_has(zh, STR("成长")) && str_has(zh, STR("流失")) && str_has(zh, STR("女")) && str_has(zh, STR("growing")));
	assert_true(str_has(expr_words(&w->unit, e, LANG_EN), STR("female")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, tw_make, tw_drop)
		T(reads_and_writes_canonical_text), T(json_is_the_same_tree), T(refuses_with_place_and_suggestion),
		T(refuses_broken_trees), T(keeps_its_limits), T(audiences_name_audiences_without_going_round),
		T(a_corp_stores_a_thousand_audiences), T(nesting_of_audiences_ends), T(broken_audience_is_told_at_its_name),
		T(closed_lists_are_read_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

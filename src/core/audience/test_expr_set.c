/*
 * Conditions on the set of categories: spellings, refusals with their place, limits at their edges, and that they are
 * counted by value.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/audience/test_audience.h"

static const struct attr attrs[] = {
	{ .name = "categories", .type = ATTR_SET, .id = ATTR_ID_CATEGORIES, .label = T_ATTR_CATEGORIES },
	{ 0 },
};
static const struct module set_module = { .name = "sets", .doc = "a set", .attrs = attrs };
static const struct module *const set_modules[] = { &set_module, NULL };

static int make(void **state)
{
	tw_make(state);
	struct world *w = *state;
	w->env.audience = audience_index_new(w->t->store);
	w->env.modules = set_modules;
	return 0;
}

/* text -> canonical text; NULL: it is canonical already */
static const struct { const char *text, *canonical, *words; } good[] = {
	{ "categories = \"奶粉\"", NULL, "买过的品类含「奶粉」" },
	{ "categories in (\"奶粉\")", "categories = \"奶粉\"", NULL },
	{ "categories any (\" 奶粉 \", \"尿裤\")", "categories in (\"奶粉\", \"尿裤\")", "买过的品类含任一「奶粉」、「尿裤」" },
	{ "categories all （“奶粉”，\"尿裤\")", "categories all (\"奶粉\", \"尿裤\")", "买过的品类同时含「奶粉」、「尿裤」" },
	{ "categories none (\"奶粉\", \"尿裤\")", NULL, "买过的品类不含「奶粉」、「尿裤」" },
	{ "categories none (\"奶\\\"粉\")", NULL, NULL },
	{ "categories all (\"奶粉\")", "categories = \"奶粉\"", NULL },
	{ "categories is known or categories is unknown", NULL, NULL },
	{ "friend or categories in (\"奶粉\", \"尿裤\") or bound", NULL, NULL },
	{ "friend and categories all (\"奶粉\", \"尿裤\") and not categories none (\"茶\", \"酒\")", NULL, NULL },
};

static void is_written_as_one_condition(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct expr *e;
		struct json *j;
		struct buf b = buf_new(w->t->arena, 1 << 16);
		const char *want = good[i].canonical ? good[i].canonical : good[i].text;
		if (expr_parse(&w->unit, str_c(good[i].text), &e) != OK)
			fail_msg("%s: %s %s", good[i].text, w->unit.fail.field, w->unit.fail.value);
		assert_string_equal(arena_cstr(w->t->arena, expr_text(w->t->arena, e)), want);
		if (good[i].words)
			assert_string_equal(arena_cstr(w->t->arena, expr_words(&w->unit, e, LANG_ZH)), good[i].words);
		expr_json(&b, e);
		assert_int_equal(json_parse(buf_str(&b), w->t->arena, &j, &w->unit.fail), OK);
		assert_int_equal(expr_parse_json(&w->unit, j, &e), OK);
		assert_string_equal(arena_cstr(w->t->arena, expr_text(w->t->arena, e)), want);
	}
}

static void wrong_ones_are_refused_at_their_place(void **state)
{
	static const struct { const char *text; size_t column; } bad[] = {
		{ "categories", 11 }, { "categories > \"a\"", 12 }, { "categories != \"a\"", 12 }, { "categories = 3", 14 },
		{ "categories in ()", 16 }, { "categories all (\"a\"", 20 }, { "categories none \"a\"", 17 }, { "categories = \" \"", 14 },
		{ "categories is there", 15 }, { "friend and categories some (\"a\")", 23 },
	};
	static const struct { const char *tree, *field; } trees[] = {
		{ "{\"op\":\"attr\",\"name\":\"categories\",\"cmp\":\">\",\"value\":[\"a\"]}", "tree" },
		{ "{\"op\":\"attr\",\"name\":\"categories\"}", "tree" },
		{ "{\"op\":\"attr\",\"name\":\"categories\",\"cmp\":\"any\",\"value\":[]}", "tree.value" },
		{ "{\"op\":\"attr\",\"name\":\"categories\",\"cmp\":\"all\",\"value\":[\"a\",7]}", "tree.value" },
	};
	struct world *w = *state;
	struct expr *e;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char field[32];
		snprintf(field, sizeof(field), "column %zu", bad[i].column);
		if (expr_parse(&w->unit, str_c(bad[i].text), &e) != ERR_INPUT || strcmp(w->unit.fail.field, field) != 0)
			fail_msg("%s: %s %s", bad[i].text, w->unit.fail.field, w->unit.fail.value);
	}
	for (size_t i = 0; i < ARRAY_LEN(trees); i++) {
		struct json *j;
		assert_int_equal(json_parse(str_c(trees[i].tree), w->t->arena, &j, &w->unit.fail), OK);
		assert_int_equal(expr_parse_json(&w->unit, j, &e), ERR_INPUT);
		assert_string_equal(w->unit.fail.field, trees[i].field);
	}
}

static str repeated(struct world *w, const char *one, size_t n)
{
	struct buf b = buf_new(w->t->arena, 1 << 16);
	for (size_t i = 0; i < n; i++)
		buf_add_c(&b, one);
	return buf_str(&b);
}

/* A value is a condition and the joint one more. */
static err list_of(struct world *w, size_t n)
{
	struct buf b = buf_new(w->t->arena, 1 << 20);
	struct json *j;
	struct expr *e;
	buf_add_c(&b, "{\"op\":\"attr\",\"name\":\"categories\",\"cmp\":\"any\",\"value\":[");
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s\"c%zu\"", i ? "," : "", i);
	buf_add_c(&b, "]}");
	assert_int_equal(json_parse(buf_str(&b), w->t->arena, &j, &w->unit.fail), OK);
	return expr_parse_json(&w->unit, j, &e);
}

static void limits_hold_at_their_edges(void **state)
{
	struct world *w = *state;
	struct arena *a = w->t->arena;
	struct expr *e;
	str name = repeated(w, "品", ATTR_TEXT_MAX), longer = repeated(w, "品", ATTR_TEXT_MAX + 1);
	assert_int_equal(expr_parse(&w->unit, arena_printf(a, "categories = \"%.*s\"", STR_F(name)), &e), OK);
	assert_int_equal(expr_parse(&w->unit, arena_printf(a, "categories = \"%.*s\"", STR_F(longer)), &e), ERR_INPUT);
	assert_string_equal(w->unit.fail.limit, "1..100");
	assert_true(str_eq(attr_category_name(longer), name)); /* a file's longer name is cut to what can be asked for */
	assert_int_equal(list_of(w, AUDIENCE_NODES_MAX - 1), OK);
	assert_int_equal(list_of(w, AUDIENCE_NODES_MAX), ERR_INPUT);
	assert_int_equal(list_of(w, AUDIENCE_VALUES_MAX + 1), ERR_INPUT);
	assert_int_equal(list_of(w, 100000), ERR_INPUT);
	assert_true(attr_is_category(attr_category_id(name)));
	assert_false(attr_is_category(ATTR_ID_CATEGORIES) || attr_is_category(id_first(TEST_START)));
}

/* n categories for one person; *text: what stands in the value of the attribute. */
static err put_many(struct tx *tx, i64 root, size_t from, size_t n)
{
	str *names = ARENA_ARRAY(tx->snap.arena, str, n + 1);
	struct customer_fact f;
	for (size_t i = 0; i < n; i++)
		names[i] = arena_printf(tx->snap.arena, "类%03zu", from + (n - 1 - i)); /* the last first */
	record_init(&customer_fact_record, &f);
	f.customer = root;
	TRY(customer_fact_put(tx, &f));
	return attr_categories_put(tx, root, names, n);
}

static struct attr_value value_of(struct world *w, i64 root, size_t *ret_flags)
{
	struct attr_value one, *v;
	size_t n;
	i64 slot = slot_of_customer(w->t->store, root);
	assert_int_equal(READ_SNAP(&w->unit, slot, attr_value_get(snap, root, ATTR_ID_CATEGORIES, &one)), OK);
	assert_int_equal(READ_SNAP(&w->unit, slot, attr_values_of(snap, root, &v, &n)), OK);
	*ret_flags = 0;
	for (size_t i = 0; i < n; i++)
		*ret_flags += attr_is_category(v[i].attr);
	return one;
}

static void a_person_has_as_many_as_may_be_kept(void **state)
{
	struct world *w = *state;
	i64 her = id_customer(1, 1), slot = slot_of_customer(w->t->store, her);
	size_t flags;
	TW_PUT(w, slot, put_many(tx, her, 0, ATTR_CATEGORIES_MAX));
	assert_int_equal(value_of(w, her, &flags).n, ATTR_CATEGORIES_MAX);
	assert_int_equal(flags, ATTR_CATEGORIES_MAX);
	TW_PUT(w, slot, put_many(tx, her, 0, ATTR_CATEGORIES_MAX + 1));
	struct attr_value v = value_of(w, her, &flags);
	assert_int_equal(v.n, ATTR_CATEGORIES_MAX);
	assert_int_equal(flags, ATTR_CATEGORIES_MAX);
	assert_true(str_starts(v.t, STR("类000、类001、")) && str_ends(v.t, STR("、…")) && str_utf8_len(v.t) <= ATTR_TEXT_MAX);
	TW_PUT(w, slot, put_many(tx, her, 0, 2));
	v = value_of(w, her, &flags);
	assert_true(flags == 2 && v.n == 2 && str_eq_c(v.t, "类000、类001"));
	TW_PUT(w, slot, put_many(tx, her, 0, 0));
	v = value_of(w, her, &flags);
	assert_true(flags == 0 && v.n == NIL && !v.t.p);
}

static void those_of_a_corp_are_offered(void **state)
{
	struct world *w = *state;
	i64 a = id_customer(1, 1), b = id_customer(1, 70000), other = id_customer(2, 1);
	struct unit mine = w->unit;
	str *v;
	size_t n;
	w->unit.corp = 2;
	TW_PUT(w, slot_of_customer(w->t->store, other), put_many(tx, other, 900, 1));
	w->unit = mine;
	assert_int_equal(attr_categories_of_corp(&w->unit, &v, &n), OK);
	assert_int_equal(n, 0);
	TW_PUT(w, slot_of_customer(w->t->store, a), put_many(tx, a, 0, ATTR_CATEGORIES_MAX));
	TW_PUT(w, slot_of_customer(w->t->store, b), put_many(tx, b, ATTR_CATEGORIES_SHOWN_MAX - ATTR_CATEGORIES_MAX, ATTR_CATEGORIES_MAX));
	assert_int_equal(attr_categories_of_corp(&w->unit, &v, &n), OK);
	assert_int_equal(n, ATTR_CATEGORIES_SHOWN_MAX);
	assert_true(str_eq_c(v[0], "类000") && str_eq_c(v[n - 1], "类199"));
	i64 c = id_customer(1, 3);
	TW_PUT(w, slot_of_customer(w->t->store, c), put_many(tx, c, ATTR_CATEGORIES_SHOWN_MAX, 1));
	assert_int_equal(attr_categories_of_corp(&w->unit, &v, &n), OK);
	assert_int_equal(n, ATTR_CATEGORIES_SHOWN_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, tw_drop)
		T(is_written_as_one_condition), T(wrong_ones_are_refused_at_their_place), T(limits_hold_at_their_edges),
		T(a_person_has_as_many_as_may_be_kept), T(those_of_a_corp_are_offered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

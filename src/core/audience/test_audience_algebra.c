/*
 * Faults of set algebra that are known from other products, each as a question with its right answer; and
 * questions that are refused at once, naming the place and the cure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/audience/test_audience.h"

#define MANY_TAGS 60 /* with names of 30 characters: far more than 1,024 bytes of tag text on one person */

enum { NONE, FIRST, SECOND, BOTH, BOTH_AND_VIP, VIP_ONLY, EVERYTHING, PEOPLE };

static i64 who(int i) { return id_customer(1, (u32)i + 1); }

static err put_person(struct tx *tx, int i)
{
	static const i64 tags[PEOPLE][4] = { [FIRST] = { 100 }, [SECOND] = { 101 }, [BOTH] = { 100, 101 }, [BOTH_AND_VIP] = { 100, 101, 102 },
					     [VIP_ONLY] = { 102 } };
	struct customer_fact f;
	record_init(&customer_fact_record, &f);
	f.customer = who(i);
	f.friend = i != VIP_ONLY;
	f.spent = i * 10000;
	TRY(tw_customer_put(tx, &(struct tw_pair){ who(i), who(i), STR_NIL }));
	TRY(customer_fact_put(tx, &f));
	for (int t = 0; t < 4 && tags[i][t]; t++)
		TRY(tw_mark_put(tx, &(struct tw_pair){ who(i), tags[i][t], STR_NIL }));
	for (int t = 0; i == EVERYTHING && t < MANY_TAGS; t++)
		TRY(tw_mark_put(tx, &(struct tw_pair){ who(i), 2000 + t, STR_NIL }));
	return OK;
}

static str long_name(struct arena *a, int t) { return arena_printf(a, "一二三四五六七八九十一二三四五六七八九十一二三四五六七%03d", t); }

static err put_names(struct tx *tx)
{
	for (int t = 0; t < MANY_TAGS; t++)
		TRY(tw_tag_put(tx, &(struct tw_tag){ 2000 + t, 1, long_name(tx->snap.arena, t) }));
	return OK;
}

static int make(void **state)
{
	void *world;
	tw_make(&world);
	struct world *w = world;
	w->env.audience = audience_index_new(w->t->store);
	TW_PUT(w, TEST_BASE_SLOT, put_names(tx));
	for (int i = 0; i < PEOPLE; i++)
		TW_PUT(w, slot_of_customer(w->t->store, who(i)), put_person(tx, i));
	*state = w;
	return 0;
}

/* Exactly these, by bitmaps, by SQL and on each one's rows. */
static void assert_is(struct world *w, const char *text, unsigned want)
{
	struct expr *e;
	i64 *v, *sql;
	size_t n, m, count = (size_t)__builtin_popcount(want), k = 0;
	if (expr_parse(&w->unit, str_c(text), &e) != OK)
		fail_msg("%s: %s %s", text, w->unit.fail.field, w->unit.fail.value);
	assert_int_equal(audience_select(&w->unit, e, 0, 100, &v, &n), OK);
	assert_int_equal(audience_select_sql(&w->unit, e, &sql, &m), OK);
	if (n != count || m != count)
		fail_msg("%s: %zu by bitmaps, %zu by SQL, not %zu", text, n, m, count);
	for (int i = 0; i < PEOPLE; i++) {
		bool in;
		assert_int_equal(audience_test(&w->unit, e, who(i), &in), OK);
		assert_int_equal(in, want >> i & 1);
		if (!in)
			continue;
		assert_int_equal(v[k], who(i));
		assert_int_equal(sql[k++], who(i));
	}
}

#define IS(i) (1u << (i))

/* With two tags nobody was found, or the earlier filter was forgotten. */
static void any_of_two_tags_after_another_filter(void **state)
{
	assert_is(*state, "spent >= 200 and tag in (\"宝妈\", \"新客\")", IS(SECOND) | IS(BOTH) | IS(BOTH_AND_VIP));
	assert_is(*state, "spent >= 200 and tag in (\"宝妈\")", IS(BOTH) | IS(BOTH_AND_VIP));
	assert_is(*state, "tag in (\"宝妈\", \"新客\") and friend and spent < 200", IS(FIRST));
}

/* Whoever had another tag beside the excluded one was still sent to. */
static void exclusion_with_another_tag_present(void **state)
{
	assert_is(*state, "tag:\"宝妈\" and not tag:\"VIP\"", IS(FIRST) | IS(BOTH));
	assert_is(*state, "tags none (\"VIP\") and tag in (\"宝妈\", \"新客\")", IS(FIRST) | IS(SECOND) | IS(BOTH));
}

/* Whoever had no tag at all was lost when a tag was excluded. */
static void somebody_without_tags_stays_in_an_exclusion(void **state)
{
	assert_is(*state, "not tag:\"VIP\"", IS(NONE) | IS(FIRST) | IS(SECOND) | IS(BOTH) | IS(EVERYTHING));
	assert_is(*state, "tags none (\"宝妈\", \"VIP\") and friend", IS(NONE) | IS(SECOND) | IS(EVERYTHING));
}

/* One row was asked to equal two tags. */
static void all_of_two_tags(void **state)
{
	assert_is(*state, "tags all (\"宝妈\", \"新客\")", IS(BOTH) | IS(BOTH_AND_VIP));
	assert_is(*state, "tags all (\"宝妈\", \"新客\", \"VIP\")", IS(BOTH_AND_VIP));
	assert_is(*state, "tag:\"宝妈\" and tag:\"新客\"", IS(BOTH) | IS(BOTH_AND_VIP));
}

/* "None" compared with nothing, and an `or` without brackets swallowed its neighbours. */
static void none_and_brackets(void **state)
{
	assert_is(*state, "tags none (\"宝妈\", \"新客\")", IS(NONE) | IS(VIP_ONLY) | IS(EVERYTHING));
	assert_is(*state, "(tags none (\"宝妈\", \"新客\") or tag:\"VIP\") and friend", IS(NONE) | IS(BOTH_AND_VIP) | IS(EVERYTHING));
	assert_is(*state, "tags none (\"宝妈\", \"新客\") or tag:\"VIP\" and friend", IS(NONE) | IS(VIP_ONLY) | IS(BOTH_AND_VIP) | IS(EVERYTHING));
	assert_is(*state, "tag:\"宝妈\" and not tag:\"宝妈\"", 0);
	assert_is(*state, "tag:\"宝妈\" or not tag:\"宝妈\"", IS(PEOPLE) - 1);
}

/* Tag text joined into one cell was cut at 1,024 bytes. */
static void more_than_a_kilobyte_of_tag_text(void **state)
{
	struct world *w = *state;
	struct buf all = buf_new(w->t->arena, 1 << 16);
	buf_add_c(&all, "tags all (");
	for (int t = MANY_TAGS - 30; t < MANY_TAGS; t++)
		buf_fmt(&all, "%s\"%.*s\"", t > MANY_TAGS - 30 ? ", " : "", STR_F(long_name(w->t->arena, t)));
	buf_char(&all, ')');
	assert_true(MANY_TAGS * long_name(w->t->arena, 1).n > 4 * 1024);
	assert_is(w, arena_cstr(w->t->arena, buf_str(&all)), IS(EVERYTHING));
	str last = arena_printf(w->t->arena, "tag:\"%.*s\"", STR_F(long_name(w->t->arena, MANY_TAGS - 1)));
	assert_is(w, arena_cstr(w->t->arena, last), IS(EVERYTHING));
}

static void refused(struct world *w, const char *text, const char *field, const char *value)
{
	struct expr *e;
	assert_int_equal(expr_parse(&w->unit, str_c(text), &e), ERR_INPUT);
	if (strcmp(w->unit.fail.field, field) != 0 || strcmp(w->unit.fail.value, value) != 0)
		fail_msg("%s: %s, %s", text, w->unit.fail.field, w->unit.fail.value);
	assert_true(w->unit.fail.limit[0] != 0);
}

static void nonsense_is_refused_with_place_and_cure(void **state)
{
	struct world *w = *state;
	refused(w, "friend and spent > \"many\"", "column 20", "many");
	refused(w, "orders = abc", "column 10", "abc");
	refused(w, "city > \"上海\"", "column 6", ">");
	refused(w, "last_order > 2026-02-29", "column 14", "2026-02-29");
	refused(w, "last_order > 2026-04-31", "column 14", "2026-04-31");
	refused(w, "last_order > 2026-13-01", "column 14", "2026-13-01");
	refused(w, "birthday = 1899-12-31", "column 12", "1899-12-31");
	assert_is(w, "last_order > 2024-02-29 or birthday = 1900-01-01", 0);
}

/* Read as JSON, since text is bounded before: one value more than allowed, and a hundred thousand. */
static void long_lists_are_refused_at_once(void **state)
{
	struct world *w = *state;
	static const int counts[] = { AUDIENCE_VALUES_MAX, AUDIENCE_VALUES_MAX + 1, 100000 };
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct buf b = buf_new(w->t->arena, 1 << 20);
		struct json *tree;
		struct expr *e;
		buf_add_c(&b, "{\"op\":\"attr\",\"name\":\"orders\",\"cmp\":\"in\",\"value\":[0");
		for (int k = 1; k < counts[i]; k++)
			buf_add_c(&b, ",1");
		buf_add_c(&b, "]}");
		assert_int_equal(json_parse(buf_str(&b), w->t->arena, &tree, &w->unit.fail), OK);
		i64 from = clock_mono_us();
		assert_int_equal(expr_parse_json(&w->unit, tree, &e), i == 0 ? OK : ERR_INPUT);
		assert_true(clock_mono_us() - from < 2000000);
	}
}

#define QUESTION_BYTES ((size_t)8 << 20) /* what the largest one may take, whoever asks */

/* Memory of one question is bounded by its parts, which are: the largest that is let in, read and counted. */
static void the_largest_question_takes_little_memory(void **state)
{
	struct world *w = *state;
	struct buf b = buf_new(w->t->arena, 1 << 20);
	struct json *tree;
	struct expr *e;
	i64 count;
	buf_add_c(&b, "{\"op\":\"or\",\"of\":[{\"op\":\"attr\",\"name\":\"orders\",\"cmp\":\"in\",\"value\":[0");
	for (int i = 1; i < AUDIENCE_VALUES_MAX - AUDIENCE_NODES_MAX; i++)
		buf_fmt(&b, ",%d", i);
	buf_add_c(&b, "]}");
	for (int i = 2; i < AUDIENCE_NODES_MAX; i++)
		buf_fmt(&b, ",{\"op\":\"attr\",\"name\":\"orders\",\"cmp\":\">=\",\"value\":%d}", 1000 + i);
	buf_add_c(&b, "]}");
	assert_int_equal(json_parse(buf_str(&b), w->t->arena, &tree, &w->unit.fail), OK);
	size_t before = arena_used(w->unit.arena);
	assert_int_equal(expr_parse_json(&w->unit, tree, &e), OK);
	assert_int_equal(audience_count(&w->unit, e, &count, NULL), OK);
	assert_true(arena_used(w->unit.arena) - before < QUESTION_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, tw_drop)
		T(any_of_two_tags_after_another_filter), T(exclusion_with_another_tag_present),
		T(somebody_without_tags_stays_in_an_exclusion), T(all_of_two_tags), T(none_and_brackets),
		T(more_than_a_kilobyte_of_tag_text), T(nonsense_is_refused_with_place_and_cure), T(long_lists_are_refused_at_once),
		T(the_largest_question_takes_little_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * How SQLite finds the rows of every query of every module: who asks for a person seeks her, and never walks
 * the slot; who asks for what waits does not read what is done. The planner's figures are those of
 * store/plan_hint.c, so the answer does not depend on data.
 */
#include "core/module.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PLAN_FIELDS(F, S) F(S, I64, id) F(S, I64, parent) F(S, I64, notused) F(S, STR, detail)
RECORD(plan, PLAN_FIELDS);

static bool given(str name)
{
	return str_eq_c(name, "corp") || str_eq_c(name, "slot") || str_eq_c(name, "scope") || str_eq_c(name, "now");
}

static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/* What finds the rows: of an UPDATE and a DELETE, the search it begins with; NULL for what only inserts. */
static const char *search(struct arena *a, const char *sql)
{
	const char *reason = strstr(sql, "*/ ");
	str s = str_c(reason ? reason + 3 : sql), verb = str_cut(&s, ' '), table;
	i64 returning = str_find(s, STR(" RETURNING"));
	s = returning < 0 ? s : str_sub(s, 0, (size_t)returning);
	if (str_eq_c(verb, "DELETE"))
		return arena_cstr(a, arena_printf(a, "SELECT 1 %.*s", STR_F(s)));
	if (str_eq_c(verb, "UPDATE")) {
		table = str_cut(&s, ' ');
		i64 where = str_find(s, STR(" WHERE corp")), slot = str_find(s, STR(" WHERE slot"));
		where = where < 0 ? slot : where;
		return where < 0 ? NULL : arena_cstr(a, arena_printf(a, "SELECT 1 FROM %.*s%.*s", STR_F(table),
									     STR_F(str_sub(s, (size_t)where, s.n))));
	}
	return str_eq_c(verb, "SELECT") || str_eq_c(verb, "WITH") ? sql : NULL;
}

/* The statement behind EXPLAIN, every parameter of its record being :p1. */
static const char *explain(struct arena *a, const char *sql)
{
	struct buf b = buf_new(a, 1 << 16);
	buf_add_c(&b, "EXPLAIN QUERY PLAN ");
	while (*sql) {
		size_t n = 1;
		if (*sql == ':' && letter(sql[1])) {
			while (letter(sql[n]))
				n++;
			buf_add(&b, given(str_of(sql + 1, n - 1)) ? str_of(sql, n) : STR(":p1"));
		} else {
			buf_add(&b, str_of(sql, 1));
		}
		sql += n;
	}
	return arena_cstr(a, buf_str(&b));
}

struct walk { const struct query *q; int walks; };

/* What workers ask all day long: they find what waits without seeing what is done. */
static bool asked_often(const char *name)
{
	static const char *const names[] = { "job_next", "job_due_next" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static err look(void *arg, const void *of)
{
	struct walk *w = arg;
	const struct plan *p = of;
	str d = p->detail;
	bool person = strstr(w->q->sql, " customer = :") || strstr(w->q->sql, " leaf = :") || strstr(w->q->sql, " root = :");
	bool walks = str_find(d, STR("(slot=? AND corp=?)")) >= 0 || (str_starts(d, STR("SCAN ")) && !str_has(d, STR("CONSTANT ROW")));
	bool reads_all = !str_has(d, STR("=?")) && !str_starts(d, STR("USE TEMP"));
	bool skips = str_find(d, STR("ANY(")) >= 0 && str_find(d, STR("(ANY(slot)")) < 0; /* once for each value of what it is not told */
	if (!(person && walks) && !skips && !(asked_often(w->q->name) && reads_all))
		return OK;
	w->walks++;
	print_message("%s: %.*s\n", w->q->name, STR_F(d));
	return OK;
}

static void who_asks_for_a_person_does_not_walk_the_slot(void **state)
{
	struct test_store *t = *state;
	struct walk w = { 0 };
	int seen = 0;
	if (store_is_postgres(t->store))
		return;
	for (size_t m = 0; modules[m]; m++)
		for (size_t i = 0; modules[m]->queries && modules[m]->queries[i]; i++, seen++) {
			struct query_value value = { .n = 1 };
			w.q = modules[m]->queries[i];
			const char *sql = search(t->arena, w.q->sql);
			if (!sql)
				continue;
			err e = READ_SNAP(&t->unit, TEST_BASE_SLOT, query_dynamic(snap, w.q->name, explain(t->arena, sql), &value, 1, &plan_record,
								  look, &w));
			if (e != OK)
				fail_msg("%s: %s", w.q->name, explain(t->arena, sql));
		}
	assert_true(seen > 100);
	assert_int_equal(w.walks, 0);
}

/* First pages of what grows large: an index gives the rows in the order shown, so that nothing is read for nothing. */
static const char *const listed[] = {
	"livecode_list", "livecode_of_partner", "livecode_of_batch", "livecode_alarmed", "groupbook_newest", "groupbook_largest",
	"groupcode_list",
};

static err look_list(void *arg, const void *of)
{
	struct walk *w = arg;
	str d = ((const struct plan *)of)->detail;
	bool few = str_starts(str_c(w->q->name), STR("livecode_")) && strcmp(w->q->name, "livecode_list") != 0; /* of all codes */
	bool walks = str_starts(d, STR("SCAN ")) && !str_has(d, STR("CONSTANT ROW"));
	if (!walks && !str_has(d, STR("TEMP B-TREE FOR ORDER BY")) && (!few || str_has(d, STR("USING INDEX"))))
		return OK;
	w->walks++;
	print_message("%s: %.*s\n", w->q->name, STR_F(d));
	return OK;
}

static void a_list_reads_its_page_alone(void **state)
{
	struct test_store *t = *state;
	struct walk w = { 0 };
	size_t seen = 0;
	if (store_is_postgres(t->store))
		return;
	for (size_t m = 0; modules[m]; m++)
		for (size_t i = 0; modules[m]->queries && modules[m]->queries[i]; i++)
			for (size_t k = 0; k < ARRAY_LEN(listed); k++) {
				struct query_value value = { .n = 1 };
				w.q = modules[m]->queries[i];
				if (strcmp(w.q->name, listed[k]) != 0)
					continue;
				seen++;
				assert_int_equal(READ_SNAP(&t->unit, TEST_BASE_SLOT,
							   query_dynamic(snap, w.q->name, explain(t->arena, w.q->sql), &value, 1,
									 &plan_record, look_list, &w)), OK);
			}
	assert_int_equal(seen, ARRAY_LEN(listed));
	assert_int_equal(w.walks, 0);
}

static int begin(void **state) { return !(*state = test_store_new()); }
static int end(void **state) { test_store_free(*state); return 0; }

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_asks_for_a_person_does_not_walk_the_slot, begin, end),
		cmocka_unit_test_setup_teardown(a_list_reads_its_page_alone, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Timelines in runs against a plain sort: late events, undone units, restarts, merges, damage.
 */
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "store/journal.h"
#include "store/testing.h"
#include "store/timeline_int.h"
#include "store/timeline_part.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define NOTE_FIELDS(F, S) F(S, I64, n)
RECORD(note, NOTE_FIELDS);

#define CUSTOMERS 9
#define RUN 40 /* entries of a run here */
#define STEPS 260
#define SEEDS 4

struct told { i64 customer, id; ms occurred; };
struct model {
	struct test_store *t;
	VEC(struct told) told; /* in order of seq */
	u64 seed;
};

static int make(void **state)
{
	*state = test_store_new();
	return 0;
}

static int drop(void **state)
{
	fault_init("");
	test_store_free(*state);
	return 0;
}

static u64 dice(struct model *m, u64 sides) { return (m->seed = hash_mix(m->seed)) % sides; }
static i64 somebody(struct model *m) { return id_customer(1 + (i64)dice(m, 2), 1 + (u32)dice(m, CUSTOMERS)); }

static err add_events(struct tx *tx, const struct told *list, size_t n, i64 *ids, bool fail)
{
	for (size_t i = 0; i < n; i++) {
		struct note note = { (i64)i };
		TRY(journal_add(tx, EV_CUSTOMER_CREATED, list[i].customer, list[i].occurred, &note_record, &note, &ids[i]));
	}
	return fail ? tx_fail(tx, ERR_STATE, T_OK, STR_NIL, STR_NIL, STR_NIL) : OK;
}

/* Some events of one person in one unit; every eighth unit is undone, every tenth customer is nobody. */
static void add_some(struct model *m)
{
	struct told list[8] = { 0 };
	i64 ids[8], who = dice(m, 10) ? somebody(m) : 0;
	size_t n = 1 + dice(m, 8);
	struct unit u = test_unit(m->t, who ? id_corp_of(who) : 1);
	for (size_t i = 0; i < n; i++) {
		ms ago = dice(m, 4) ? 0 : (ms)dice(m, dice(m, 2) ? 5 : 9000 * (u64)MS_DAY);
		list[i] = (struct told){ .customer = who, .occurred = clock_now(&m->t->clock) - ago };
	}
	bool fail = dice(m, 8) == 0;
	i64 slot = who ? slot_of_customer(m->t->store, who) : slot_base(m->t->store, 1);
	assert_int_equal(WRITE_TX(&u, slot, add_events(tx, list, n, ids, fail)), fail ? ERR_STATE : OK);
	for (size_t i = 0; i < n && !fail; i++) {
		list[i].id = ids[i];
		vec_push(m->t->arena, &m->told, list[i]);
	}
	clock_advance(&m->t->clock, clock_now(&m->t->clock) + (ms)dice(m, 3));
}

static struct told *newest_before(struct model *m, i64 customer, ms before, size_t before_at)
{
	struct told *best = NULL;
	for (size_t i = 0; i < m->told.n; i++) {
		struct told *one = &m->told.v[i];
		if (one->customer != customer || one->occurred > before || (one->occurred == before && i >= before_at))
			continue;
		if (!best || one->occurred >= best->occurred)
			best = one;
	}
	return best;
}

/* Walks her whole timeline in pages of any size. */
static void compare(struct model *m, i64 customer, size_t page)
{
	ms before = INT64_MAX, want_before = INT64_MAX;
	i64 before_seq = INT64_MAX;
	size_t at = SIZE_MAX, n;
	struct unit u = test_unit(m->t, id_corp_of(customer));
	struct arena_mark mark = arena_mark(m->t->arena);
	do {
		struct event *events;
		assert_int_equal(READ_SNAP(&u, 0, timeline_page(snap, customer, before, before_seq, page, &events, &n)), OK);
		for (size_t i = 0; i < n; i++) {
			struct told *want = newest_before(m, customer, want_before, at);
			assert_non_null(want);
			assert_int_equal(events[i].id, want->id);
			assert_int_equal(events[i].occurred, want->occurred);
			want_before = want->occurred;
			at = (size_t)(want - m->told.v);
			before = events[i].occurred;
			before_seq = events[i].seq;
		}
	} while (n == page);
	assert_null(newest_before(m, customer, want_before, at));
	arena_reset(m->t->arena, mark);
}

static void compare_all(struct model *m)
{
	for (i64 corp = 1; corp <= 2; corp++)
		for (u32 i = 1; i <= CUSTOMERS; i++)
			compare(m, id_customer(corp, i), 1 + dice(m, 60));
}

static void tend_all(struct test_store *t)
{
	for (bool worked = true; worked;)
		assert_int_equal(timeline_tend(t->store, &worked), OK);
}

static struct model model_new(struct test_store *t, u64 seed)
{
	if (t->store->timeline)
		timeline_set_run(t->store, RUN);
	return (struct model){ .t = t, .seed = seed };
}

static void any_history_reads_as_a_plain_sort(void **state)
{
	struct test_store *t = *state;
	struct model m = model_new(t, 0);
	for (u64 seed = 1; seed <= SEEDS; seed++) {
		m.seed = seed;
		for (int step = 0; step < STEPS; step++) {
			add_some(&m);
			if (dice(&m, 12) == 0)
				compare(&m, somebody(&m), 1 + dice(&m, 60));
			if (dice(&m, 30) == 0)
				tend_all(t);
			if (dice(&m, 90) == 0) {
				test_store_reopen(t);
				model_new(t, seed);
			}
		}
		compare_all(&m);
	}
}

#define COUNT_FIELDS(F, S) F(S, I64, n) F(S, I64, level)
RECORD(counted, COUNT_FIELDS);
READ_ONE(runs_counted, none, counted,
	 SQL_GLOBAL("a test", SELECT COUNT(*) AS n, COALESCE(MAX(level), 0) AS level FROM timeline_run WHERE state = 1))
READ_ONE(stray_parts, none, counted,
	 SQL_GLOBAL("a test", SELECT COUNT(*) AS n, 0 AS level FROM timeline_part p
		    WHERE NOT EXISTS (SELECT 1 FROM timeline_run r WHERE r.slot = p.slot AND r.run = p.run AND r.state = 1)))

static i64 count_of(struct test_store *t, const struct query *q, i64 *ret_level)
{
	struct counted c;
	assert_int_equal(READ_SNAP(&t->unit, 0, query_one(snap, q, &(struct none){ 0 }, &c)), OK);
	if (ret_level)
		*ret_level = c.level;
	return c.n;
}

/* A long history of all persons, runs of every level. */
static void fill(struct model *m)
{
	for (int step = 0; step < 1200; step++)
		add_some(m);
	tend_all(m->t);
}

static void runs_are_merged_and_nothing_is_left_over(void **state)
{
	struct test_store *t = *state;
	if (!t->store->timeline)
		skip();
	struct model m = model_new(t, 11);
	i64 level, runs;
	timeline_set_run(t->store, 4);
	fill(&m);
	runs = count_of(t, &runs_counted_query, &level);
	assert_int_equal(level, TIMELINE_LEVELS);
	assert_true(runs < (i64)m.told.n / 4 / TIMELINE_FAN * test_spread() + 3 * TIMELINE_FAN * test_spread());
	assert_int_equal(count_of(t, &stray_parts_query, NULL), 0);
	compare_all(&m);
	test_store_reopen(t);
	compare_all(&m);
}

static void what_a_killed_merge_left_goes_at_the_next_start(void **state)
{
	struct test_store *t = *state;
	if (!t->store->timeline)
		skip();
	struct model m = model_new(t, 12);
	fill(&m);
	str sql = arena_printf(t->arena, "INSERT INTO timeline_run VALUES (%d, 77, 1, 1, 99, 5, 0);"
			       "INSERT INTO timeline_part VALUES (%d, 77, 4294967297, 5, 5, x'00');"
			       "UPDATE timeline_run SET state = 2 WHERE first_seq = 1 AND run <> 77", TEST_BASE_SLOT, TEST_BASE_SLOT);
	assert_int_equal(t->store->ops->script(t->store, sql, NULL), OK);
	compare_all(&m); /* a range without a run is read from the journal */
	test_store_reopen(t);
	tend_all(t);
	assert_int_equal(count_of(t, &stray_parts_query, NULL), 0);
	compare_all(&m);
}

static void a_damaged_run_is_noticed_and_written_anew(void **state)
{
	struct test_store *t = *state;
	if (!t->store->timeline)
		skip();
	static const char *const damages[] = {
		"UPDATE timeline_part SET bytes = substr(bytes, 1, length(bytes) - 1)",
		"UPDATE timeline_part SET bytes = zeroblob(length(bytes))",
		"UPDATE timeline_part SET bytes = substr(bytes, 1, 5)",
		"UPDATE timeline_part SET bytes = x''",
		"UPDATE timeline_part SET occurred = occurred + 1 WHERE length(bytes) > 30",
		"DELETE FROM timeline_run",
	};
	struct model m = model_new(t, 13);
	enum log_level before = log_level_set(LOG_ERROR);
	fill(&m);
	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		assert_int_equal(t->store->ops->script(t->store, str_c(damages[i]), NULL), OK);
		compare_all(&m);
		tend_all(t);
		assert_int_equal(t->store->timeline->damaged_count, 0);
		compare_all(&m);
	}
	log_level_set(before);
}

static void a_part_gives_back_what_it_took_or_nothing(void **state)
{
	struct test_store *t = *state;
	struct part_writer *w = calloc(1, sizeof(*w));
	struct moment in[PART_ENTRIES_MAX], out[PART_ENTRIES_MAX];
	struct model m = { .t = t, .seed = 3 };
	for (int round = 0; round < 200; round++) {
		size_t n = 0, got = 0;
		struct moment at = { 1 + (i64)dice(&m, 1 << 30), -(ms)dice(&m, 99), 1 };
		do {
			in[n++] = at;
			bool next = dice(&m, 3) == 0;
			at.customer += next ? 1 + (i64)dice(&m, round % 2 ? 3 : INT64_MAX / 4000) : 0;
			at.occurred = next ? (ms)dice(&m, (u64)INT64_MAX) : at.occurred + (ms)dice(&m, 1 << 20);
			at.seq += 1 + (i64)dice(&m, 1 << 20);
			if (at.occurred < in[n - 1].occurred && !next)
				break;
		} while (part_add(w, &in[n - 1]));
		n -= w->count < n;
		str bytes = part_end(w, t->arena);
		assert_true(bytes.n <= PART_BYTES);
		assert_true(part_read(&in[0], bytes, out, &got));
		assert_int_equal(got, n);
		assert_memory_equal(in, out, n * sizeof(*in));
		char *bad = arena_cstr(t->arena, bytes);
		bad[dice(&m, bytes.n)] ^= (char)(1 + dice(&m, 255));
		assert_false(part_read(&in[0], str_of(bad, bytes.n), out, &got));
		assert_false(part_read(&in[0], str_sub(bytes, 0, dice(&m, bytes.n)), out, &got));
	}
	free(w);
}

static void a_tail_too_long_waits_in_the_journal(void **state)
{
	struct test_store *t = *state;
	if (!t->store->timeline)
		skip();
	struct model m = model_new(t, 14);
	pthread_mutex_lock(&t->store->timeline->tending);
	for (int step = 0; step < 200; step++)
		add_some(&m);
	pthread_mutex_unlock(&t->store->timeline->tending);
	compare_all(&m);
	tend_all(t);
	compare_all(&m);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
	const struct CMUnitTest tests[] = {
		T(any_history_reads_as_a_plain_sort),
		T(runs_are_merged_and_nothing_is_left_over),
		T(what_a_killed_merge_left_goes_at_the_next_start),
		T(a_damaged_run_is_noticed_and_written_anew),
		T(a_part_gives_back_what_it_took_or_nothing),
		T(a_tail_too_long_waits_in_the_journal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Many threads on one store, and what goes wrong among them: group commit, a full disk, lost commits,
 * a process killed at a commit. The promise is the same each time: what was answered OK is there,
 * what was answered with an error is not.
 */
#include "base/fault.h"
#include "store/blob.h"
#include "store/inbox.h"
#include "store/journal.h"
#include "store/testing.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define THREADS 16
#define UNITS 60

#define MARK_FIELDS(F, S) F(S, STR, kind) F(S, I64, next)
RECORD(mark, MARK_FIELDS);
#define MARK_KEY_FIELDS(F, S) F(S, STR, kind)
RECORD(mark_key, MARK_KEY_FIELDS);
#define NOTE_FIELDS(F, S) F(S, STR, text) F(S, I64, n)
RECORD(note, NOTE_FIELDS);

WRITE(mark_add, mark, SQL(INSERT INTO number_block (corp, kind, next) VALUES (:corp, :kind, :next)))
READ_ONE(mark_get, mark_key, mark, SQL(SELECT kind, next FROM number_block WHERE corp = :corp AND kind = :kind))
READ_MANY(mark_all, none, mark, SQL(SELECT kind, next FROM number_block WHERE corp = :corp ORDER BY next))
WRITE(mark_put, mark, SQL(INSERT INTO number_block (corp, kind, next) VALUES (:corp, :kind, :next)
			  ON CONFLICT (corp, kind) DO UPDATE SET next = excluded.next))

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

struct worker {
	pthread_t thread;
	struct test_store *t;
	int number, units;
	bool ok[UNITS];
	_Atomic int *committed;
	int out; /* answers to a parent process, -1: none */
};

static void count_commit(void *arg) { atomic_fetch_add((_Atomic int *)arg, 1); }

/* A row, an event, a call-back, and the count of all rows so far: read, then written. */
static err work(struct tx *tx, struct worker *w, int unit)
{
	char name[32];
	struct mark total = { STR("total"), 0 };
	snprintf(name, sizeof(name), "w%d-%d", w->number, unit);
	err e = mark_get(&tx->snap, &(struct mark_key){ total.kind }, &total);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(mark_add(tx, &(struct mark){ str_c(name), w->number * 1000 + unit }));
	TRY(mark_put(tx, &(struct mark){ STR("total"), total.next + 1 }));
	struct note note = { str_c(name), unit };
	i64 customer = id_customer(1, 5);
	if (slot_of_customer(tx->snap.unit->store, customer) == tx->snap.slot)
		TRY(journal_add(tx, EV_CUSTOMER_CHANGED, customer, tx->snap.now, &note_record, &note, NULL));
	tx_after_commit(tx, count_commit, w->committed);
	return OK;
}

static void *run(void *arg)
{
	struct worker *w = arg;
	for (int i = 0; i < w->units; i++) {
		struct arena *a = arena_new(1 << 24);
		struct unit u = unit_new(w->t->store, a, 1, "test");
		i64 slot = slot_of_customer(w->t->store, id_customer(1, 5));
		w->ok[i] = WRITE_TX(&u, slot, work(tx, w, i)) == OK;
		if (w->ok[i] && w->out >= 0) {
			int said = w->number * 1000 + i;
			if (write(w->out, &said, sizeof(said)) != sizeof(said))
				abort();
		}
		arena_free(a);
	}
	return NULL;
}

static void run_all(struct test_store *t, struct worker *w, int units, _Atomic int *committed, int out)
{
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .t = t, .number = i, .units = units, .committed = committed, .out = out };
		pthread_create(&w[i].thread, NULL, run, &w[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(w[i].thread, NULL);
}

/* Rows, total and journal agree with each other; returns which rows are there. */
static i64 look(struct test_store *t, bool there[THREADS][UNITS])
{
	struct mark *rows, total = { .next = 0 };
	struct event *events;
	size_t n, events_n;
	i64 found = 0, slot = slot_of_customer(t->store, id_customer(1, 5));
	assert_int_equal(READ_SNAP(&t->unit, slot, mark_all(snap, &(struct none){ 0 }, &rows, &n)), OK);
	memset(there, 0, sizeof(bool) * THREADS * UNITS);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(rows[i].kind, STR("total"))) {
			total = rows[i];
		} else if (str_starts(rows[i].kind, STR("w"))) {
			there[rows[i].next / 1000][rows[i].next % 1000] = true;
			found++;
		}
	}
	assert_int_equal(total.next, found);
	assert_int_equal(READ_SNAP(&t->unit, slot, journal_read(snap, 0, 100000, &events, &events_n)), OK);
	assert_int_equal(events_n, found);
	for (size_t i = 0; i < events_n; i++)
		assert_int_equal(events[i].seq, i + 1);
	return found;
}

static void agree(struct test_store *t, const struct worker *w, int units, int committed)
{
	bool there[THREADS][UNITS];
	i64 answered = 0, found = look(t, there);
	for (int i = 0; i < THREADS; i++) {
		for (int k = 0; k < units; k++) {
			assert_int_equal(w[i].ok[k], there[i][k]);
			answered += w[i].ok[k];
		}
	}
	assert_int_equal(answered, found);
	assert_int_equal(committed, found);
}

static void many_threads_share_commits(void **state)
{
	struct test_store *t = *state;
	struct worker w[THREADS];
	struct store_stats stats;
	_Atomic int committed = 0;
	run_all(t, w, UNITS, &committed, -1);
	agree(t, w, UNITS, committed);
	assert_int_equal(committed, THREADS * UNITS);
	store_stats(t->store, &stats);
	assert_true(stats.units >= THREADS * UNITS);
	if (!store_is_postgres(t->store)) {
		assert_true(stats.groups < stats.units);
		assert_true(stats.group_max > 1);
	}
}

static void a_failed_commit_fails_all_its_members(void **state)
{
	struct test_store *t = *state;
	struct worker w[THREADS];
	_Atomic int committed = 0;
	fault_init("store.commit:3:full,store.unit:20:fail");
	run_all(t, w, UNITS, &committed, -1);
	fault_init("");
	agree(t, w, UNITS, committed);
	assert_true(committed < THREADS * UNITS);
	assert_true(committed > 0);
}

static void a_full_disk_inside_a_group_rolls_all_back(void **state)
{
	struct test_store *t = *state;
	struct worker w[THREADS];
	_Atomic int committed = 0;
	/* The transaction is rolled back under a unit in the middle of a group. */
	fault_init("store.unit:40:full");
	run_all(t, w, UNITS, &committed, -1);
	fault_init("");
	agree(t, w, UNITS, committed);
	assert_true(committed < THREADS * UNITS);
}

static err put_big(struct tx *tx, i64 *ret_id)
{
	char *bytes = arena_alloc(tx->snap.arena, BLOB_MAX);
	return blob_put(tx, STR("x"), STR("x"), str_of(bytes, BLOB_MAX), ret_id);
}

static void a_full_disk_is_said_and_passes(void **state)
{
	struct test_store *t = *state;
	i64 id = 0, tries = 0;
	if (store_is_postgres(t->store))
		return;
	fault_init("store.page:1:full");
	struct arena_mark mark = arena_mark(t->arena);
	assert_int_equal(WRITE_TX(&t->unit, 7, put_big(tx, &id)), ERR_FULL);
	assert_true(err_retryable(ERR_FULL));
	fault_init("");
	assert_int_equal(WRITE_TX(&t->unit, 7, put_big(tx, &id)), OK);
	str type, name, bytes;
	assert_int_equal(READ_SNAP(&t->unit, 7, blob_get(snap, id, &type, &name, &bytes)), OK);
	arena_reset(t->arena, mark);
	assert_int_equal(tries, 0);
}

/* For n = 1, 2 … the n-th pass fails, until a whole run passes none. */
static void every_single_fault_leaves_a_whole(void **state)
{
	struct test_store *t = *state;
	static const char *const points[] = { "store.unit:%d:fail", "store.unit:%d:full", "store.commit:%d:fail",
					      "store.commit:%d:full" };
	int unit = 0;
	for (size_t p = 0; p < ARRAY_LEN(points); p++) {
		for (int n = 1; n <= 4; n++) {
			char spec[64];
			struct worker w = { .t = t, .number = 1, .units = 1, .out = -1 };
			_Atomic int committed = 0;
			int good = 0;
			w.committed = &committed;
			snprintf(spec, sizeof(spec), points[p], n);
			fault_init(spec);
			for (int i = 0; i < 3; i++) {
				i64 slot = slot_of_customer(t->store, id_customer(1, 5));
				good += WRITE_TX(&t->unit, slot, work(tx, &w, unit)) == OK;
				unit++;
			}
			fault_init("");
			assert_int_equal(good, n <= 3 ? 2 : 3);
			assert_int_equal(committed, good);
			bool there[THREADS][UNITS];
			look(t, there);
		}
	}
}

static void child(const char *dir, int out, int n)
{
	struct test_store t = { .clock = clock_simulated(TEST_START) };
	struct worker w[THREADS];
	_Atomic int committed = 0;
	struct fail f = { 0 };
	char spec[64];
	struct store_conf conf = { .dir = str_c(dir), .clock = &t.clock };
	if (store_open(&conf, &t.store, &f) != OK)
		_exit(1);
	snprintf(spec, sizeof(spec), "store.%s:%d:crash", n % 2 ? "commit" : "unit", n * 7);
	fault_init(spec);
	run_all(&t, w, UNITS, &committed, out);
	_exit(0);
}

static void open_again(struct test_store *t)
{
	struct fail f = { 0 };
	struct store_conf conf = { .dir = str_c(t->dir), .clock = &t->clock };
	assert_int_equal(store_open(&conf, &t->store, &f), OK);
	t->unit = test_unit(t, 1);
}

static void what_was_answered_survives_a_kill(void **state)
{
	for (int n = 1; n <= 4; n++) {
		struct test_store *t = test_store_new();
		int ends[2], said;
		if (store_is_postgres(t->store)) {
			test_store_free(t);
			return;
		}
		store_close(t->store);
		assert_int_equal(pipe(ends), 0);
		pid_t pid = fork();
		if (pid == 0)
			child(t->dir, ends[1], n);
		close(ends[1]);
		int status, answered = 0;
		bool told[THREADS][UNITS] = { 0 }, there[THREADS][UNITS];
		while (read(ends[0], &said, sizeof(said)) == sizeof(said)) {
			told[said / 1000][said % 1000] = true;
			answered++;
		}
		close(ends[0]);
		waitpid(pid, &status, 0);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		open_again(t);
		i64 found = look(t, there);
		assert_true(found >= answered);
		for (int i = 0; i < THREADS; i++) {
			for (int k = 0; k < UNITS; k++)
				assert_true(!told[i][k] || there[i][k]);
		}
		test_store_free(t);
	}
}

/* ---- what stands and what is durable ---- */

static i64 syncs_of(struct test_store *t)
{
	struct store_stats stats;
	store_stats(t->store, &stats);
	return stats.syncs;
}

static void a_lazy_unit_stands_before_it_is_durable(void **state)
{
	struct test_store *t = *state;
	_Atomic int committed = 0;
	struct worker w = { .t = t, .number = 1, .committed = &committed };
	bool there[THREADS][UNITS];
	i64 slot = slot_of_customer(t->store, id_customer(1, 5)), before = syncs_of(t);
	for (int unit = 0; unit < 3; unit++) {
		t->unit.lazy = true;
		assert_int_equal(WRITE_TX(&t->unit, slot, work(tx, &w, unit)), OK);
		assert_int_equal(syncs_of(t), before);
		assert_int_equal(look(t, there), 2 * unit + 1);
		t->unit.lazy = false;
		assert_int_equal(WRITE_TX(&t->unit, slot, work(tx, &w, UNITS - 1 - unit)), OK);
		before++;
		assert_int_equal(syncs_of(t), before);
	}
	t->unit.lazy = true;
	assert_int_equal(WRITE_TX(&t->unit, slot, work(tx, &w, 7)), OK);
	assert_int_equal(store_durable(t->store, &t->unit.fail), OK);
	assert_int_equal(syncs_of(t), before + 1);
}

/* Says 1 when a lazy unit was answered, 2 when one that waits was, 3 when the inbox was; the first sync kills. */
static void tell_inbox(void *arg, err e)
{
	char said = 3;
	if (e == OK && write(*(int *)arg, &said, 1) != 1)
		_exit(1);
}

static void child_before_sync(const char *dir, int out, bool by_inbox)
{
	struct test_store t = { .clock = clock_simulated(TEST_START), .arena = arena_new(1 << 20) };
	_Atomic int committed = 0;
	struct worker w = { .t = &t, .number = 1, .committed = &committed };
	struct store_conf conf = { .dir = str_c(dir), .clock = &t.clock };
	struct inbox_item item = { .corp = 1, .source = STR("segment"), .key = STR("k"), .body = STR("{}"), .received = TEST_START };
	struct fail f = { 0 };
	if (store_open(&conf, &t.store, &f) != OK)
		_exit(1);
	fault_init("store.sync:1:crash");
	t.unit = test_unit(&t, 1);
	t.unit.lazy = true;
	i64 slot = slot_of_customer(t.store, id_customer(1, 5));
	for (char said = 1; said <= 2; said++) {
		if (said == 2 && by_inbox) {
			inbox_submit(t.store, &item, 1, tell_inbox, &out);
			pause();
		}
		if (WRITE_TX(&t.unit, slot, work(tx, &w, said)) != OK || write(out, &said, 1) != 1)
			_exit(1);
		t.unit.lazy = false;
	}
	_exit(0);
}

static void only_what_is_durable_is_answered(void **state)
{
	for (int by_inbox = 0; by_inbox < 2; by_inbox++) {
		struct test_store *t = test_store_new();
		int ends[2], status;
		if (store_is_postgres(t->store)) {
			test_store_free(t);
			return;
		}
		store_close(t->store);
		assert_int_equal(pipe(ends), 0);
		pid_t pid = fork();
		if (pid == 0)
			child_before_sync(t->dir, ends[1], by_inbox);
		close(ends[1]);
		char said[3];
		assert_int_equal(read(ends[0], said, sizeof(said)), 1);
		assert_int_equal(said[0], 1);
		close(ends[0]);
		waitpid(pid, &status, 0);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		open_again(t);
		bool there[THREADS][UNITS];
		assert_int_equal(look(t, there), by_inbox ? 1 : 2); /* what stood when the process died, the kernel kept */
		test_store_free(t);
	}
}

#define CUT_FIELDS(F, S) F(S, BOOL, gone)
RECORD(cut, CUT_FIELDS);
READ_ONE(cut_line, none, cut, SQL_GLOBAL("cuts its own connection", SELECT pg_terminate_backend(pg_backend_pid()) AS gone))

static err work_cut(struct tx *tx, struct worker *w, int *runs)
{
	struct cut cut;
	TRY(work(tx, w, 0));
	if (++*runs <= 2)
		TRY(cut_line(&tx->snap, &(struct none){ 0 }, &cut));
	return OK;
}

static void a_lost_connection_repeats_the_unit(void **state)
{
	struct test_store *t = *state;
	_Atomic int committed = 0;
	struct worker w = { .t = t, .number = 3, .committed = &committed };
	bool there[THREADS][UNITS];
	int runs = 0;
	if (!store_is_postgres(t->store))
		return;
	i64 slot = slot_of_customer(t->store, id_customer(1, 5));
	assert_int_equal(WRITE_TX(&t->unit, slot, work_cut(tx, &w, &runs)), OK);
	assert_int_equal(runs, 3);
	assert_int_equal(committed, 1);
	assert_int_equal(look(t, there), 1);
	assert_true(there[3][0]);
}

/* ---- inbox items among units ---- */

struct told { _Atomic int good, bad; };
static void tell(void *arg, err e)
{
	struct told *told = arg;
	atomic_fetch_add(e == OK ? &told->good : &told->bad, 1);
}

static void *submit(void *arg)
{
	struct worker *w = arg;
	struct told *told = (struct told *)w->committed;
	for (int i = 0; i < w->units; i++) {
		char key[32];
		snprintf(key, sizeof(key), "i%d-%d", w->number, i);
		struct inbox_item it = { 1, STR("segment"), str_c(key), STR("{}"), TEST_START };
		if (inbox_submit(w->t->store, &it, 1, tell, told) != OK)
			abort();
	}
	return NULL;
}

static void submitted_items_join_the_groups_and_share_their_fate(void **state)
{
	struct test_store *t = *state;
	struct worker w[THREADS], s[4];
	struct told told = { 0, 0 };
	_Atomic int committed = 0;
	fault_init("store.commit:5:full");
	for (int i = 0; i < 4; i++) {
		s[i] = (struct worker){ .t = t, .number = i, .units = 500, .committed = (_Atomic int *)&told };
		pthread_create(&s[i].thread, NULL, submit, &s[i]);
	}
	run_all(t, w, UNITS, &committed, -1);
	for (int i = 0; i < 4; i++)
		pthread_join(s[i].thread, NULL);
	test_store_reopen(t); /* closing writes what waits */
	fault_init("");
	assert_int_equal(told.good + told.bad, 2000);
	struct inbox_row *rows;
	size_t n;
	assert_int_equal(inbox_pending(&t->unit, 5000, &rows, &n), OK);
	assert_int_equal(n, told.good);
	agree(t, w, UNITS, committed);
}

/* ---- waking, log size ---- */

static void woken(void *arg, unsigned bits) { atomic_fetch_or((_Atomic unsigned *)arg, bits); }

static err wake_and_fail(struct tx *tx, struct worker *w)
{
	TRY(work(tx, w, 0));
	tx_wake(tx, WAKE_JOB);
	return tx_fail(tx, ERR_STATE, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

static void only_what_is_durable_wakes(void **state)
{
	struct test_store *t = *state;
	_Atomic unsigned bits = 0;
	_Atomic int committed = 0;
	struct worker w = { .t = t, .number = 1, .committed = &committed };
	i64 slot = slot_of_customer(t->store, id_customer(1, 5));
	store_on_wake(t->store, woken, &bits);
	assert_int_equal(WRITE_TX(&t->unit, slot, wake_and_fail(tx, &w)), ERR_STATE);
	assert_int_equal(bits, 0);
	assert_int_equal(committed, 0);
	assert_int_equal(WRITE_TX(&t->unit, slot, work(tx, &w, 0)), OK);
	assert_int_equal(bits, WAKE_JOURNAL);
	assert_int_equal(committed, 1);
}

struct overlap { struct test_store *t; _Atomic bool *stop; pthread_t thread; };
static void *reader(void *arg)
{
	struct overlap *o = arg;
	while (!atomic_load(o->stop)) {
		struct arena *a = arena_new(1 << 24);
		struct unit u = unit_new(o->t->store, a, 1, "test");
		struct snap s;
		struct mark m;
		if (snap_begin(&u, 7, &s) != OK)
			abort();
		mark_get(&s, &(struct mark_key){ STR("x") }, &m);
		usleep(20000);
		snap_end(&s);
		arena_free(a);
	}
	return NULL;
}

static err put_half(struct tx *tx, str bytes, i64 *ret_id) { return blob_put(tx, STR("x"), STR("x"), bytes, ret_id); }

static void the_log_stays_bounded_under_overlapping_readers(void **state)
{
	struct test_store *t = *state;
	struct overlap o[4];
	_Atomic bool stop = false;
	char path[128];
	struct stat info;
	if (store_is_postgres(t->store))
		return;
	for (int i = 0; i < 4; i++) {
		o[i] = (struct overlap){ t, &stop, 0 };
		pthread_create(&o[i].thread, NULL, reader, &o[i]);
		usleep(5000);
	}
	str half = { arena_alloc(t->arena, 1 << 19), 1 << 19 };
	for (int i = 0; i < 240; i++) {
		struct arena *a = arena_new(1 << 24);
		struct unit u = unit_new(t->store, a, 1, "test");
		i64 id;
		assert_int_equal(WRITE_TX(&u, 7, put_half(tx, half, &id)), OK);
		arena_free(a);
	}
	snprintf(path, sizeof(path), "%s/yutang.db-wal", t->dir);
	assert_int_equal(stat(path, &info), 0);
	stop = true;
	for (int i = 0; i < 4; i++)
		pthread_join(o[i].thread, NULL);
	/* 120 MB were written. */
	assert_true(info.st_size < 60 << 20);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
	const struct CMUnitTest tests[] = {
		T(many_threads_share_commits),
		T(a_failed_commit_fails_all_its_members),
		T(a_full_disk_inside_a_group_rolls_all_back),
		T(a_full_disk_is_said_and_passes),
		T(every_single_fault_leaves_a_whole),
		cmocka_unit_test(what_was_answered_survives_a_kill),
		T(a_lost_connection_repeats_the_unit),
		T(a_lazy_unit_stands_before_it_is_durable),
		cmocka_unit_test(only_what_is_durable_is_answered),
		T(submitted_items_join_the_groups_and_share_their_fate),
		T(only_what_is_durable_wakes),
		T(the_log_stays_bounded_under_overlapping_readers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Jobs: steps, fairness, cancelling, faults that pass and faults that do not.
 */
#include "core/job/job.h"
#include "core/job/job_data.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT_FIELDS(F, S) F(S, I64, to) F(S, I64, at)
RECORD(count, COUNT_FIELDS);

#define LIMITED 20
static int steps_of_b, failures, limited;

static err step_count(struct cx *cx, struct job *job, bool *ret_done)
{
	struct count in, at;
	TRY(job_input(cx, job, &count_record, &in));
	TRY(job_cursor(cx, job, &count_record, &at));
	at.to = in.to;
	at.at++;
	job->done = at.at;
	job->total = in.to;
	job_log(cx, job, arena_printf(CX_ARENA(cx), "at %lld", (long long)at.at));
	*ret_done = at.at >= in.to;
	if (in.to == 7)
		steps_of_b++;
	return WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), job_save(tx, job, &count_record, &at));
}

static err step_faulty(struct cx *cx, struct job *job, bool *ret_done)
{
	failures++;
	if (failures <= 2)
		return fail_set(&cx->unit.fail, ERR_TIMEOUT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return fail_set(&cx->unit.fail, ERR_INPUT, T_OK, STR("file"), STR("x"), STR("y"));
}

/* A limit that opens an hour later, again and again. */
static err step_limited(struct cx *cx, struct job *job, bool *ret_done)
{
	*ret_done = ++limited > LIMITED;
	if (*ret_done)
		return OK;
	err e = fail_set(&cx->unit.fail, ERR_TOO_MANY, T_OK, STR_NIL, STR_NIL, STR_NIL);
	cx->unit.fail.retry_at = cx_now(cx) + MS_HOUR;
	return e;
}

static err step_cancels(struct cx *cx, struct job *job, bool *ret_done)
{
	i64 slot = slot_base(cx->unit.store, cx->unit.corp);
	TRY(WRITE_TX(&cx->unit, slot, job_cancel(tx, job->id)));
	job->done = 99;
	return WRITE_TX(&cx->unit, slot, job_save(tx, job, NULL, NULL));
}

static const struct job_kind kinds[] = {
	{ "count", step_count, "" }, { "faulty", step_faulty, "" }, { "cancels", step_cancels, "" }, { "limited", step_limited, "" }, { 0 },
};
static const struct module test_module = { .name = "test", .jobs = kinds };
static const struct module *const list[] = { &job_module, &test_module, NULL };

struct world { struct test_store *t; struct env env; };

static int make(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->t = test_store_new_fast();
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list };
	steps_of_b = failures = 0;
	*state = w;
	return 0;
}

static int drop(void **state)
{
	struct world *w = *state;
	test_store_free(w->t);
	free(w);
	return 0;
}

static i64 queue(struct world *w, const char *kind, i64 to)
{
	struct count in = { to, 0 };
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->t->unit, slot_base(w->t->store, 1),
				  job_add(tx, kind, STR("count"), STR_NIL, &count_record, &in, &id)), OK);
	return id;
}

static bool run(struct world *w)
{
	bool worked = false;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	assert_int_equal(job_run_one(&w->env, a, &worked), OK);
	arena_free(a);
	return worked;
}

static struct job get(struct world *w, i64 id)
{
	struct job j;
	assert_int_equal(job_get(&w->t->unit, id, &j), OK);
	return j;
}

static void a_job_runs_to_its_end(void **state)
{
	struct world *w = *state;
	i64 id = queue(w, "count", 30);
	assert_true(str_eq(get(w, id).state, STR("queued")));
	while (run(w))
		;
	struct job j = get(w, id);
	assert_true(str_eq(j.state, STR("done")));
	assert_int_equal(j.done, 30);
	assert_int_equal(j.finished, TEST_START);
	struct json *log;
	assert_int_equal(json_parse(j.log, w->t->arena, &log, NULL), OK);
	assert_int_equal(log->n, JOB_LOG_LINES);
	assert_true(str_eq(log->items[JOB_LOG_LINES - 1].text, STR("at 30")));
	assert_true(str_eq(log->items[0].text, STR("at 11")));
}

static void the_one_that_waited_longest_has_its_turn(void **state)
{
	struct world *w = *state;
	i64 a = queue(w, "count", 1000000), b = queue(w, "count", 7);
	assert_true(run(w));
	assert_int_equal(steps_of_b, 0);
	assert_true(run(w));
	assert_int_equal(steps_of_b, 7);
	assert_true(str_eq(get(w, a).state, STR("running")));
	assert_true(str_eq(get(w, b).state, STR("done")));
}

static void a_cancelled_job_saves_nothing_more(void **state)
{
	struct world *w = *state;
	i64 id = queue(w, "cancels", 1), queued = queue(w, "count", 5);
	while (run(w) && !str_eq(get(w, id).state, STR("cancelled")))
		;
	assert_true(str_eq(get(w, id).state, STR("cancelled")));
	assert_int_equal(get(w, id).done, 0);
	i64 slot = slot_base(w->t->store, 1);
	while (run(w))
		;
	assert_int_equal(WRITE_TX(&w->t->unit, slot, job_cancel(tx, queued)), ERR_STATE);
}

static void faults_that_pass_are_tried_again_later(void **state)
{
	struct world *w = *state;
	i64 id = queue(w, "faulty", 1);
	ms due;
	assert_true(run(w));
	assert_false(run(w));
	assert_true(str_eq(get(w, id).state, STR("running")));
	assert_int_equal(job_next_due(&w->t->unit, &due), OK);
	assert_int_equal(due, TEST_START + MS_SECOND);
	clock_advance(&w->t->clock, due);
	assert_true(run(w));
	assert_false(run(w));
	clock_advance(&w->t->clock, due + 2 * MS_SECOND);
	assert_true(run(w));
	struct job j = get(w, id);
	assert_true(str_eq(j.state, STR("failed")));
	assert_true(str_has(j.error, STR("file")));
	assert_int_equal(failures, 3);
}

static void a_closed_limit_is_waited_for_however_often(void **state)
{
	struct world *w = *state;
	i64 id = queue(w, "limited", 1);
	ms due;
	for (int i = 1; i <= LIMITED; i++) {
		assert_true(run(w));
		assert_false(run(w));
		assert_int_equal(job_next_due(&w->t->unit, &due), OK);
		assert_int_equal(due, TEST_START + i * MS_HOUR);
		clock_advance(&w->t->clock, due);
	}
	assert_true(run(w));
	assert_true(str_eq(get(w, id).state, STR("done")));
}

static void a_job_of_an_unknown_kind_fails_in_words(void **state)
{
	struct world *w = *state;
	i64 id = queue(w, "nonsense", 1);
	while (run(w))
		;
	assert_true(str_eq(get(w, id).state, STR("failed")));
	assert_true(str_has(get(w, id).error, STR("nonsense")));
}

static void another_corps_job_is_unknown(void **state)
{
	struct world *w = *state;
	i64 id = queue(w, "count", 1);
	struct unit other = test_unit(w->t, 2);
	struct job j;
	assert_int_equal(job_get(&other, id, &j), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_job_runs_to_its_end, make, drop),
		cmocka_unit_test_setup_teardown(the_one_that_waited_longest_has_its_turn, make, drop),
		cmocka_unit_test_setup_teardown(a_cancelled_job_saves_nothing_more, make, drop),
		cmocka_unit_test_setup_teardown(faults_that_pass_are_tried_again_later, make, drop),
		cmocka_unit_test_setup_teardown(a_closed_limit_is_waited_for_however_often, make, drop),
		cmocka_unit_test_setup_teardown(a_job_of_an_unknown_kind_fails_in_words, make, drop),
		cmocka_unit_test_setup_teardown(another_corps_job_is_unknown, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

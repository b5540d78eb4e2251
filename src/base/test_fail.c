/* Errors, texts, clock, log, ids, queue and fault switches. */
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fail.h"
#include "base/fault.h"
#include "base/id.h"
#include "base/log.h"
#include "base/queue.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define assert_str(s, literal) assert_true(str_eq((s), STR(literal)))

static struct arena *a;

static int setup(void **state)
{
	a = arena_new(ARENA_MAX_DEFAULT);
	crypt_init();
	return 0;
}

static int teardown(void **state)
{
	arena_free(a);
	return 0;
}

static void test_a_fail_renders_in_both_languages(void **state)
{
	struct fail f = { 0 };
	err e = fail_set(&f, ERR_INPUT, T_TOO_LONG, STR("name"), STR("45"), STR("40"));
	assert_int_equal(e, ERR_INPUT);
	assert_str(fail_text(&f, LANG_EN, a), "\"name\" is too long: 45, at most 40");
	assert_str(fail_text(&f, LANG_ZH, a), "「name」太长：45，最多 40");
	assert_non_null(strstr(f.where, "test_fail.c:"));
	fail_set(&f, ERR_LOGIN, T_OK, STR_NIL, STR_NIL, STR_NIL);
	assert_str(fail_text(&f, LANG_EN, a), "Please log in first");
	assert_int_equal(fail_set(NULL, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL), ERR_BUSY);
}

static void test_details_are_cut_between_characters(void **state)
{
	struct fail f = { 0 };
	char text[200];
	memset(text, 'x', sizeof(text));
	memcpy(text + 62, "\xe5\xbc\xa0", 3);
	fail_set(&f, ERR_INPUT, T_OK, str_of(text, 100), STR_NIL, STR_NIL);
	assert_int_equal(strlen(f.field), 62);
	memcpy(text + 60, "\xe5\xbc\xa0", 3);
	fail_set(&f, ERR_INPUT, T_OK, str_of(text, 63), STR_NIL, STR_NIL);
	assert_int_equal(strlen(f.field), 63);
}

static void test_codes_have_names_and_statuses(void **state)
{
	assert_string_equal(err_name(ERR_NOT_FOUND), "NOT_FOUND");
	assert_int_equal(err_status(ERR_NOT_FOUND), 404);
	assert_true(err_retryable(ERR_BUSY));
	assert_false(err_retryable(ERR_INPUT));
	assert_int_equal(err_status((err)ERR_COUNT), 500);
}

/* Every {hole} of one text stands in the other too; the fallback of a {{variable|fallback}} is in its own language. */
static void check_holes(enum text id, const char *text, const char *other)
{
	for (const char *p = strchr(text, '{'); p; p = strchr(p + 1, '{')) {
		char hole[32] = "";
		size_t n = strcspn(p, "}|") + 1;
		if (n < sizeof(hole))
			memcpy(hole, p, n);
		if (!*hole || !strstr(other, hole))
			fail_msg("%s: %s", text_name(id), p);
	}
}

static void test_both_languages_have_the_same_holes(void **state)
{
	for (int id = 0; id < TEXT_COUNT; id++) {
		const char *zh = text_raw((enum text)id, LANG_ZH), *en = text_raw((enum text)id, LANG_EN);
		assert_true(*zh && *en);
		check_holes((enum text)id, zh, en);
		check_holes((enum text)id, en, zh);
		assert_true(str_utf8_ok(str_c(zh)));
	}
	assert_int_equal(lang_of(STR("en-US")), LANG_EN);
	assert_int_equal(lang_of(STR("EN")), LANG_EN);
	assert_int_equal(lang_of(STR("zh-CN")), LANG_ZH);
	assert_int_equal(lang_of(STR_NIL), LANG_ZH);
}

static void test_a_simulated_clock_only_goes_forward(void **state)
{
	struct clock c = clock_simulated(1000);
	assert_int_equal(clock_now(&c), 1000);
	clock_advance(&c, 5000);
	clock_advance(&c, 4000);
	assert_int_equal(clock_now(&c), 5000);
	struct clock real = clock_real();
	ms before = clock_now(&real);
	assert_true(before > 1700000000000);
	atomic_store(&real.offset_ms, MS_DAY);
	assert_true(clock_now(&real) >= before + MS_DAY);
}

/* What fn writes to stderr. */
static str stderr_of(void (*fn)(void))
{
	char *text = arena_alloc(a, 8192);
	int pipes[2], saved = dup(STDERR_FILENO);
	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], STDERR_FILENO);
	fn();
	dup2(saved, STDERR_FILENO);
	close(pipes[1]);
	ssize_t n = read(pipes[0], text, 8191);
	close(pipes[0]);
	close(saved);
	return str_of(text, n > 0 ? (size_t)n : 0);
}

static void log_values(void)
{
	log_line(LOG_INFO, "test.ran", "a=%s b=%d c=%s d=%s", "x y\nlevel=error", 5, "", "plain");
	log_line(LOG_DEBUG, "test.hidden", "a=%d", 1);
}

static void log_long(void)
{
	char text[6000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_line(LOG_ERROR, "test.long", "a=%s", text);
}

static void test_a_log_line_quotes_values_and_stays_one_line(void **state)
{
	str line = stderr_of(log_values);
	assert_true(str_starts(line, STR("ts=20")));
	assert_true(str_ends(line, STR("level=info event=test.ran a=\"x y\\nlevel=error\" b=5 c=\"\" d=plain\n")));
	assert_false(str_has(line, STR("hidden")));
	line = stderr_of(log_long);
	assert_true(line.n == 4096 && line.p[4095] == '\n');
}

static void test_ids_grow_whatever_the_clock_does(void **state)
{
	struct id_source s = { .node = 63 };
	ms now = 1750000000000;
	i64 first = id_next(&s, now), last = first;
	assert_int_equal(id_time(first), now);
	assert_int_equal(first >> 15 & 63, 63);
	for (int i = 0; i < 40000; i++) { /* more than one millisecond holds */
		i64 id = id_next(&s, i % 2 ? now : now - 5);
		assert_true(id > last);
		assert_int_equal(id >> 15 & 63, 63);
		last = id;
	}
	assert_int_equal(id_time(last), now + 1);
	assert_int_equal(id_corp_of(id_customer(7, 0x80000001u)), 7);
	assert_int_equal(id_number_of(id_customer(7, 0x80000001u)), 0x80000001u);
}

static void test_random_texts_keep_their_alphabet(void **state)
{
	str slug = id_slug(a, 400);
	assert_int_equal(slug.n, 400);
	for (size_t i = 0; i < slug.n; i++)
		assert_non_null(strchr("abcdefghjkmnpqrstuvwxyz23456789", slug.p[i]));
	assert_int_equal(id_random(a, 32).n, 43);
	assert_false(str_eq(id_random(a, 16), id_random(a, 16)));
}

static void test_a_full_queue_refuses_and_a_closed_one_drains(void **state)
{
	int items[3];
	struct queue *q = queue_new(2);
	assert_true(queue_put(q, &items[0]) && queue_put(q, &items[1]));
	assert_false(queue_put(q, &items[2]));
	assert_int_equal(queue_count(q), 2);
	assert_ptr_equal(queue_take(q, 0), &items[0]);
	queue_close(q);
	assert_false(queue_put(q, &items[2]));
	assert_ptr_equal(queue_take(q, -1), &items[1]);
	assert_null(queue_take(q, -1));
	queue_free(q);
}

static void *take_for_ever(void *q)
{
	return queue_take(q, -1);
}

static void test_a_waiting_taker_gets_the_item_and_a_time_out_ends(void **state)
{
	int item;
	void *got = NULL;
	pthread_t thread;
	struct queue *q = queue_new(1);
	ms before = clock_mono();
	assert_null(queue_take(q, 20));
	assert_true(clock_mono() - before >= 19);
	pthread_create(&thread, NULL, take_for_ever, q);
	assert_true(queue_put(q, &item));
	pthread_join(thread, &got);
	assert_ptr_equal(got, &item);
	queue_free(q);
}

static void test_the_named_pass_of_a_point_fails_once(void **state)
{
	fault_init("a:2:fail, b:0:full");
	assert_int_equal(fault_pass("a"), FAULT_NONE);
	assert_int_equal(fault_pass("a"), FAULT_FAIL);
	assert_int_equal(fault_pass("a"), FAULT_NONE);
	assert_int_equal(fault_pass("b"), FAULT_FULL);
	assert_int_equal(fault_pass("b"), FAULT_FULL);
	assert_int_equal(fault_pass("c"), FAULT_NONE);
	fault_init("");
	assert_int_equal(fault_pass("b"), FAULT_NONE);
}

static void test_a_crash_point_kills_the_process(void **state)
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		fault_init("commit:1:crash");
		fault_pass("commit");
		_exit(0);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fail_renders_in_both_languages),
		cmocka_unit_test(test_details_are_cut_between_characters),
		cmocka_unit_test(test_codes_have_names_and_statuses),
		cmocka_unit_test(test_both_languages_have_the_same_holes),
		cmocka_unit_test(test_a_simulated_clock_only_goes_forward),
		cmocka_unit_test(test_a_log_line_quotes_values_and_stays_one_line),
		cmocka_unit_test(test_ids_grow_whatever_the_clock_does),
		cmocka_unit_test(test_random_texts_keep_their_alphabet),
		cmocka_unit_test(test_a_full_queue_refuses_and_a_closed_one_drains),
		cmocka_unit_test(test_a_waiting_taker_gets_the_item_and_a_time_out_ends),
		cmocka_unit_test(test_the_named_pass_of_a_point_fails_once),
		cmocka_unit_test(test_a_crash_point_kills_the_process),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}

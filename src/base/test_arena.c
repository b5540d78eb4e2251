/* Memory of a unit of work: arena, buf, vec, map. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

#include <setjmp.h>
#include <signal.h>
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
	return 0;
}

static int teardown(void **state)
{
	arena_free(a);
	return 0;
}

static void test_memory_is_zeroed_and_aligned_even_when_reused(void **state)
{
	struct arena_mark m = arena_mark(a);
	for (int round = 0; round < 3; round++) {
		for (size_t n = 1; n < 9000; n += 777) {
			char *p = arena_alloc(a, n);
			assert_int_equal((uintptr_t)p % 16, 0);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xaa, n);
		}
		arena_reset(a, m);
	}
}

static void test_reset_returns_to_the_mark(void **state)
{
	char *kept = arena_cstr(a, STR("kept"));
	size_t used = arena_used(a);
	struct arena_mark m = arena_mark(a);
	arena_alloc(a, 3 << 20);
	arena_alloc(a, 10);
	arena_reset(a, m);
	assert_int_equal(arena_used(a), used);
	assert_string_equal(kept, "kept");
}

static void test_a_large_arena_gives_the_same_memory(void **state)
{
	struct arena *big = arena_new_large((size_t)64 << 20);
	struct arena_mark m = arena_mark(big);
	for (int round = 0; round < 2; round++) {
		char *last = NULL;
		for (size_t n = 1000; n < 9 << 20; n = n * 5 / 2) {
			char *p = arena_alloc(big, n);
			assert_int_equal((uintptr_t)p % 16, 0);
			assert_int_equal(p[0] | p[n / 2] | p[n - 1], 0);
			assert_true(!last || last[0] == 'x');
			memset(p, 'x', n);
			last = p;
		}
		assert_true(arena_used(big) > 5 << 20);
		arena_reset(big, m);
		assert_int_equal(arena_used(big), 0);
	}
	arena_free(big);
}

static char order[8];
static size_t order_n;

static void note(void *arg)
{
	order[order_n++] = *(const char *)arg;
}

static void test_deferred_calls_run_newest_first_and_only_those_behind_the_mark(void **state)
{
	char one = '1', two = '2', three = '3';
	order_n = 0;
	struct arena *own = arena_new(4096);
	arena_defer(own, note, &one);
	struct arena_mark m = arena_mark(own);
	arena_defer(own, note, &two);
	arena_defer(own, note, &three);
	arena_reset(own, m);
	assert_memory_equal(order, "32", 2);
	arena_free(own);
	assert_int_equal(order_n, 3);
	assert_memory_equal(order, "321", 3);
}

/* Runs alloc of that size in a child; true when it aborts. */
static bool aborts(size_t max, size_t bytes)
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(3);
		arena_alloc(arena_new(max), bytes);
		_exit(0);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void test_the_maximum_is_the_last_size_that_fits(void **state)
{
	assert_false(aborts(1000, 1000));
	assert_true(aborts(1000, 1001));
	assert_true(aborts(1000, SIZE_MAX));
}

static void test_dup_keeps_nil_and_empty_apart(void **state)
{
	assert_true(str_is_nil(arena_dup(a, STR_NIL)));
	assert_false(str_is_nil(arena_dup(a, STR(""))));
	assert_string_equal(arena_cstr(a, STR_NIL), "");
	assert_str(arena_printf(a, "%d-%s", 7, "x"), "7-x");
}

static void test_buf_stops_at_its_maximum(void **state)
{
	struct buf b = buf_new(a, 10);
	buf_add_c(&b, "0123456789");
	assert_false(b.over);
	buf_char(&b, 'x');
	assert_true(b.over);
	assert_str(buf_str(&b), "0123456789");
	buf_clear(&b);
	assert_true(buf_room(&b, 10) != NULL);
	assert_true(buf_room(&b, 11) == NULL);
	assert_true(b.over);
	assert_str(buf_str(&(struct buf){ 0 }), "");
}

static void test_buf_grows_and_formats(void **state)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	for (int i = 0; i < 1000; i++)
		buf_i64(&b, 1234567890123);
	assert_int_equal(b.n, 13000);
	buf_clear(&b);
	buf_fmt(&b, "%0400d", 5);
	buf_i64(&b, INT64_MIN);
	assert_int_equal(b.n, 420);
}

static void test_buf_escapes(void **state)
{
	struct buf b = buf_new(a, 1000);
	buf_json(&b, STR("a\"\\\n\x01\xe5\xbc\xa0/\x7f"));
	assert_str(buf_str(&b), "\"a\\\"\\\\\\n\\u0001\xe5\xbc\xa0/\x7f\"");
	buf_clear(&b);
	buf_url(&b, STR("a b&\xe5\xbc\xa0~"));
	assert_str(buf_str(&b), "a%20b%26%E5%BC%A0~");
	buf_clear(&b);
	buf_html(&b, STR("<a href=\"x\">'&"));
	assert_str(buf_str(&b), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
	buf_clear(&b);
	static const char *const cells[] = { "", "a,b", "a\"b", "1=1", "=1+1", "+86", "-1", "@x", "\tx", "\rx" };
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		buf_csv(&b, str_c(cells[i]));
	assert_str(buf_str(&b), "\"\"" "\"a,b\"" "\"a\"\"b\"" "\"1=1\"" "\"'=1+1\"" "\"'+86\"" "\"'-1\"" "\"'@x\"" "\"'\tx\"" "\"'\rx\"");
}

static void test_vec_keeps_its_elements_while_growing(void **state)
{
	VEC(int) v = { 0 };
	for (int i = 0; i < 1000; i++)
		vec_push(a, &v, i * 2);
	assert_int_equal(v.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v.v[i], i * 2);
}

static void test_map_finds_what_was_put_and_replaces(void **state)
{
	struct map m = map_new(a);
	static int values[500];
	assert_null(map_get(&m, STR("x")));
	for (int i = 0; i < 500; i++)
		assert_true(map_put(&m, arena_printf(a, "key%d", i), &values[i]));
	for (int i = 0; i < 500; i++)
		assert_ptr_equal(map_get(&m, arena_printf(a, "key%d", i)), &values[i]);
	assert_null(map_get(&m, STR("key500")));
	assert_false(map_put(&m, STR("key7"), &values[0]));
	assert_ptr_equal(map_get(&m, STR("key7")), &values[0]);
	assert_int_equal(m.n, 500);
}

static void test_imap_takes_every_key(void **state)
{
	struct imap m = imap_new(a);
	i64 v = 0;
	assert_false(imap_get(&m, 0, &v));
	for (i64 i = -300; i < 300; i++)
		assert_true(imap_put(&m, i * 4096, i));
	assert_true(imap_put(&m, NIL, 9));
	for (i64 i = -300; i < 300; i++)
		assert_true(imap_get(&m, i * 4096, &v) && v == i);
	assert_true(imap_get(&m, NIL, &v) && v == 9);
	assert_false(imap_put(&m, NIL, 8));
	assert_false(imap_get(&m, 1, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zeroed_and_aligned_even_when_reused),
		cmocka_unit_test(test_reset_returns_to_the_mark),
		cmocka_unit_test(test_a_large_arena_gives_the_same_memory),
		cmocka_unit_test(test_deferred_calls_run_newest_first_and_only_those_behind_the_mark),
		cmocka_unit_test(test_the_maximum_is_the_last_size_that_fits),
		cmocka_unit_test(test_dup_keeps_nil_and_empty_apart),
		cmocka_unit_test(test_buf_stops_at_its_maximum),
		cmocka_unit_test(test_buf_grows_and_formats),
		cmocka_unit_test(test_buf_escapes),
		cmocka_unit_test(test_vec_keeps_its_elements_while_growing),
		cmocka_unit_test(test_map_finds_what_was_put_and_replaces),
		cmocka_unit_test(test_imap_takes_every_key),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}

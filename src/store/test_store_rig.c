/*
 * The stores tests run on. Plain libc for the directory: tests leave nothing behind.
 *
 * On PostgreSQL each has a database of its own. Making every table anew takes most of a test's time, so where
 * YUTANG_TEST_CACHE names a directory (tools/dev-test.sh), the first test of a run makes an empty store there, and the
 * others begin with a copy of it, or with a database another test has done with.
 */
#include "store/testing.h"

#include "base/fault.h"
#include "store/store_int.h"
#include "store/test_database_rig.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 512

static void test_die(const char *what, const struct fail *f)
{
	fprintf(stderr, "test store: %s: %s field=%s value=%s limit=%s at %s\n", what, err_name(f->code), f->field,
		f->value, f->limit, f->where ? f->where : "");
	abort();
}

/* ---- the empty store others are copied from ---- */

static void file_copy(const char *from, const char *to)
{
	struct stat st;
	struct fail f = { 0 };
	int in = open(from, O_RDONLY), out = -1;
	if (in < 0 || fstat(in, &st) != 0 || (out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600)) < 0)
		test_die("copy", &f);
	for (off_t at = 0; at < st.st_size;)
		if (copy_file_range(in, &at, out, NULL, (size_t)(st.st_size - at), 0) <= 0)
			test_die("copy", &f);
	close(in);
	close(out);
}

static void template_make(struct arena *a, const char *dir)
{
	struct store *store;
	struct fail f = { 0 };
	struct clock clock = clock_simulated(TEST_START);
	struct store_conf conf = { .url = test_database_url(a, TEST_TEMPLATE), .dir = str_c(dir), .clock = &clock };
	if (test_server_url()) {
		test_database_drop(a, TEST_TEMPLATE);
		test_database_make(a, TEST_TEMPLATE, "template1");
	}
	if (store_open(&conf, &store, &f) != OK)
		test_die("template", &f);
	store->ids.last = 0; /* copies begin like new ones */
	store_close(store);
}

/* Where what tests share lies; false: nowhere. */
static bool cache_dir(char *dir, size_t max)
{
	const char *cache = getenv("YUTANG_TEST_CACHE");
	if (!cache || !*cache)
		return false;
	snprintf(dir, max, "%s/%s", cache, test_server_url() ? "postgres" : "sqlite");
	return true;
}

/* Fills the test's new directory, and its database, with a copy; false: there is no cache. */
static bool template_take(struct test_store *t)
{
	const char *files[] = { "master.key", "yutang.db" };
	char dir[PATH_BYTES], ready[PATH_BYTES + 8], from[PATH_BYTES + 16], to[PATH_BYTES];
	if (!cache_dir(dir, sizeof(dir)))
		return false;
	snprintf(ready, sizeof(ready), "%s/ready", dir);
	mkdir(dir, 0700);
	int fd = open(dir, O_RDONLY | O_DIRECTORY);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		test_die("cache", &(struct fail){ 0 });
	if (access(ready, F_OK) != 0) {
		snprintf(from, sizeof(from), "%s/store", dir);
		mkdir(from, 0700);
		template_make(t->arena, from);
		if (test_server_url())
			test_pool_begin(t->arena, dir);
		close(open(ready, O_WRONLY | O_CREAT, 0600));
	}
	close(fd);
	for (size_t i = 0; i < (test_server_url() ? 1 : ARRAY_LEN(files)); i++) {
		snprintf(from, sizeof(from), "%s/store/%s", dir, files[i]);
		snprintf(to, sizeof(to), "%s/%s", t->dir, files[i]);
		file_copy(from, to);
	}
	if (test_server_url())
		test_pool_take(t->arena, dir, t->database, sizeof(t->database));
	return true;
}

/* ---- */

static void test_open(struct test_store *t)
{
	struct fail f = { 0 };
	struct store_conf conf = { .url = test_database_url(t->arena, t->database), .dir = str_c(t->dir), .fast_unsafe = t->fast, .clock = &t->clock };
	if (store_open(&conf, &t->store, &f) != OK)
		test_die("open", &f);
	t->unit = test_unit(t, 1);
}

i64 test_spread(void)
{
	const char *spread = getenv("YUTANG_TEST_SPREAD");
	i64 n = 1;
	return spread && str_i64(str_c(spread), &n) ? n : 1;
}

static err add_corps(struct tx *tx)
{
	TRY(store_corp_add(tx, 1, TEST_BASE_SLOT, test_spread()));
	return store_corp_add(tx, 2, TEST_BASE_SLOT, test_spread());
}

static struct test_store *test_new(bool fast)
{
	struct test_store *t = calloc(1, sizeof(*t));
	struct fail f = { 0 };
	ASSERT(t);
	crypt_init();
	fault_init("");
	t->arena = arena_new(ARENA_MAX_DEFAULT);
	t->clock = clock_simulated(TEST_START);
	t->fast = fast;
	snprintf(t->dir, sizeof(t->dir), "%s/yutang-test-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(t->dir))
		test_die("directory", &f);
	snprintf(t->database, sizeof(t->database), "t_%d_%s", (int)getpid(), t->dir + strlen(t->dir) - 6);
	if (!template_take(t) && test_server_url())
		test_database_make(t->arena, t->database, "template1");
	test_open(t);
	if (WRITE_TX(&t->unit, TEST_BASE_SLOT, add_corps(tx)) != OK)
		test_die("corps", &t->unit.fail);
	return t;
}

struct test_store *test_store_new(void) { return test_new(false); }
struct test_store *test_store_new_fast(void) { return test_new(true); }

static void dir_remove(const char *dir)
{
	DIR *d = opendir(dir);
	char path[PATH_BYTES];
	for (struct dirent *e; d && (e = readdir(d));) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (unlink(path) != 0 && e->d_name[0] != '.')
			dir_remove(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

void test_store_free(struct test_store *t)
{
	char dir[PATH_BYTES];
	t->store->ids.last = 0; /* nothing to keep */
	store_close(t->store);
	if (test_server_url() && cache_dir(dir, sizeof(dir)))
		test_pool_give(t->arena, dir, t->database);
	else if (test_server_url())
		test_database_drop(t->arena, t->database);
	dir_remove(t->dir);
	arena_free(t->arena);
	free(t);
}

void test_store_reopen(struct test_store *t)
{
	store_close(t->store);
	test_open(t);
}

struct unit test_unit(struct test_store *t, i64 corp) { return unit_new(t->store, t->arena, corp, "test"); }

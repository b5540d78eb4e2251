/*
 * The stores tests run on. Plain libc for the directory: tests leave nothing behind.
 */
#include "store/testing.h"

#include "base/fault.h"
#include "store/store_int.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static str test_url(struct test_store *t)
{
	const char *url = getenv("YUTANG_TEST_STORE");
	if (!url || strncmp(url, "postgres", 8) != 0)
		return STR("");
	return arena_printf(t->arena, "%s%coptions=-csearch_path%%3D%s", url, strchr(url, '?') ? '&' : '?', t->schema);
}

static void test_die(const char *what, const struct fail *f)
{
	fprintf(stderr, "test store: %s: %s field=%s value=%s limit=%s at %s\n", what, err_name(f->code), f->field,
		f->value, f->limit, f->where ? f->where : "");
	abort();
}

static void test_open(struct test_store *t)
{
	struct fail f = { 0 };
	struct store_conf conf = { .url = test_url(t), .dir = str_c(t->dir), .fast_unsafe = t->fast, .clock = &t->clock };
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
	snprintf(t->dir, sizeof(t->dir), "/tmp/yutang-test-XXXXXX");
	if (!mkdtemp(t->dir))
		test_die("directory", &f);
	snprintf(t->schema, sizeof(t->schema), "t_%d_%s", (int)getpid(), t->dir + strlen(t->dir) - 6);
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
	char path[512];
	for (struct dirent *e; d && (e = readdir(d));) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

void test_store_free(struct test_store *t)
{
	t->store->ids.last = 0; /* nothing to keep: the schema may be gone */
	if (store_is_postgres(t->store))
		t->store->ops->script(t->store, arena_printf(t->arena, "DROP SCHEMA %s CASCADE", t->schema), NULL);
	store_close(t->store);
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

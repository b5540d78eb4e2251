/*
 * Snapshots: what a start takes from the file, what it reads again, and every kind of file it must not believe.
 *
 * Whether an answer came from the file is seen by rows changed behind the journal's back: the file still says
 * what they said when it was written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/attr/attr_value.h"
#include "core/audience/audience_file.h"
#include "core/audience/audience_snapshot.h"
#include "core/audience/test_audience.h"
#include "store/cursor.h"
#include "store/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEOPLE 300
#define SCOPE 77
enum { ATTR_SCORE = 900, ATTR_LIKES };

static const struct attr valued[] = {
	{ .name = "score", .type = ATTR_NUMBER, .id = ATTR_SCORE, .label = T_AUD_ORDERS },
	{ .name = "likes", .type = ATTR_TEXT, .id = ATTR_LIKES, .label = T_AUD_CITY },
	{ 0 },
};
static const struct module valued_module = { .name = "valued", .doc = "attributes of the test", .attrs = valued };
static const struct module *const valued_modules[] = { &valued_module, NULL };

#define FOLLOWER_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff)
RECORD(follower, FOLLOWER_FIELDS);
WRITE(snapshot_follow, follower, SQL(INSERT INTO follow (slot, corp, customer, staff, external_userid, added, status, times, told)
	VALUES (:slot, :corp, :customer, :staff, 'x', 0, 'friend', 1, 0) ON CONFLICT DO NOTHING))

struct rig {
	struct world *w;
	char dir[64];
	i64 today;
};

static i64 id_at(u32 i) { return id_customer(1, (i % 3) << 16 | i * 211); }
static i64 slot_at(struct rig *r, u32 i) { return slot_of_customer(r->w->t->store, id_at(i)); }

struct writing { u32 i; i64 orders; i64 today; };

static err write_one(struct tx *tx, const struct writing *w)
{
	struct customer_fact f;
	i64 id = id_at(w->i);
	record_init(&customer_fact_record, &f);
	f.customer = id;
	f.friend = w->i % 2;
	f.orders = w->orders;
	f.spent = w->orders * 1000;
	f.last_order = w->i % 4 ? (w->today - (i64)w->i % 50) * MS_DAY : NIL;
	f.city = w->i % 3 ? STR("上海") : STR_NIL;
	f.staff = TW_STAFF + w->i % 3;
	TRY(customer_fact_put(tx, &f));
	TRY(tw_customer_put(tx, &(struct tw_pair){ id, id, STR_NIL }));
	if (w->i % 5 == 0)
		TRY(tw_mark_put(tx, &(struct tw_pair){ id, 100, STR_NIL }));
	if (w->i % 7 == 0)
		TRY(snapshot_follow(tx, &(struct follower){ id, TW_STAFF }));
	if (w->i % 6 == 0)
		TRY(tw_day_put(tx, &(struct tw_day){ id, EV_ORDER_PLACED, w->today - w->i % 10, 1 + w->i % 4 }));
	TRY(attr_value_put(tx, &(struct attr_value){ id, ATTR_SCORE, w->i % 8 ? (i64)w->i : NIL, STR_NIL }));
	return attr_value_put(tx, &(struct attr_value){ id, ATTR_LIKES, NIL, w->i % 9 ? STR("红茶") : STR_NIL });
}

static void write_row(struct rig *r, u32 i, i64 orders)
{
	struct writing w = { i, orders, r->today };
	TW_PUT(r->w, slot_at(r, i), write_one(tx, &w));
}

static err told_of(struct tx *tx, i64 customer)
{
	struct audience_saved body = { 1, STR("x"), STR("friend"), false };
	return journal_add(tx, EV_AUDIENCE_SAVED, customer, tx->snap.now, &audience_saved_record, &body, NULL);
}

static err followed(struct tx *tx, i64 beyond)
{
	i64 last;
	TRY(journal_last(&tx->snap, &last));
	return cursor_put(tx, STR("attr.facts"), last + beyond);
}

/* A process of its own on the same store and folder. */
static void start(struct rig *r)
{
	audience_index_free(r->w->env.audience);
	r->w->env.audience = audience_index_new(r->w->t->store);
	audience_index_setup(r->w->env.audience, &(struct audience_setup){ .dir = str_c(r->dir) });
}

static int make(void **state)
{
	void *world;
	struct rig *r = calloc(1, sizeof(*r));
	tw_make(&world);
	r->w = world;
	r->w->env.modules = valued_modules;
	snprintf(r->dir, sizeof(r->dir), "/tmp/yutang-snapshot-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	r->today = expr_today(&r->w->unit).day;
	for (u32 i = 0; i < PEOPLE; i++)
		write_row(r, i, i % 3);
	TW_PUT(r->w, slot_at(r, 0), told_of(tx, id_at(0)));
	TW_PUT(r->w, slot_at(r, 0), followed(tx, 0));
	TW_PUT(r->w, TEST_BASE_SLOT, tw_scope_put(tx, &(struct tw_scope){ SCOPE, TW_STAFF }));
	start(r);
	*state = r;
	return 0;
}

static str path_of(struct rig *r) { return audience_snapshot_path(r->w->unit.arena, r->w->env.audience, 1); }
static const char *path(struct rig *r) { return arena_cstr(r->w->unit.arena, path_of(r)); }
static bool there(struct rig *r) { return access(path(r), F_OK) == 0; }

static int drop(void **state)
{
	struct rig *r = *state;
	void *world = r->w;
	audience_snapshot_remove(r->w->env.audience);
	rmdir(r->dir);
	tw_drop(&world);
	free(r);
	return 0;
}

static const char *const questions[] = {
	"orders >= 1", "friend and orders = 2", "tag:\"宝妈\"", "city = \"上海\" and not friend", "last_order >= -20d", "last_order is unknown",
	"staff = \"wangfang\"", "did(\"order.paid\")", "did(\"order.paid\", within 5d, count >= 2)", "score between 10 and 100", "likes = \"红茶\"",
};

static i64 count(struct rig *r, const char *text)
{
	struct expr *e;
	i64 n;
	if (expr_parse(&r->w->unit, str_c(text), &e) != OK)
		fail_msg("%s: %s", text, r->w->unit.fail.value);
	assert_int_equal(audience_count(&r->w->unit, e, &n, NULL), OK);
	return n;
}

static err counted_with(struct rig *r, size_t bytes_max)
{
	struct expr *e;
	i64 n;
	start(r);
	audience_index_setup(r->w->env.audience, &(struct audience_setup){ .bytes_max = bytes_max });
	assert_int_equal(expr_parse(&r->w->unit, STR("tag:\"宝妈\" or friend"), &e), OK);
	err got = audience_count(&r->w->unit, e, &n, NULL);
	if (got == OK)
		assert_true(n > 0);
	return got;
}

/* Facts and relations are read by two at once: whichever comes to the bound first, nothing half read answers. */
static void rows_beyond_the_memory_are_refused(void **state)
{
	struct rig *r = *state;
	size_t least = 1, most = (size_t)1 << 30;
	assert_int_equal(counted_with(r, most), OK);
	assert_int_equal(counted_with(r, least), ERR_TOO_LARGE);
	assert_string_equal(r->w->unit.fail.field, "audience-memory");
	while (most - least > 1 << 12) {
		size_t half = least + (most - least) / 2;
		err got = counted_with(r, half);
		assert_true(got == OK || got == ERR_TOO_LARGE);
		*(got == OK ? &most : &least) = half;
	}
	assert_int_equal(counted_with(r, 0), OK);
	assert_true(count(r, "orders >= 0") == PEOPLE);
}

static void count_all(struct rig *r, i64 *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(questions); i++)
		ret[i] = count(r, questions[i]);
	r->w->unit.scope = SCOPE;
	ret[ARRAY_LEN(questions)] = count(r, "orders >= 0");
	r->w->unit.scope = 0;
}

/* Answers everything, writes the snapshot, and then changes a row that the file will not know of. */
static void written(struct rig *r)
{
	i64 all[ARRAY_LEN(questions) + 1];
	count_all(r, all);
	assert_int_equal(audience_snapshot(&r->w->env), OK);
	assert_true(there(r));
	write_row(r, 6, 50);
	start(r);
}

static bool from_file(struct rig *r) { return count(r, "orders >= 50") == 0; }

/* ---- files that fit ---- */

static void starts_from_the_file(void **state)
{
	struct rig *r = *state;
	i64 before[ARRAY_LEN(questions) + 1], after[ARRAY_LEN(questions) + 1];
	count_all(r, before);
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		assert_true(before[i] > 0 && before[i] < PEOPLE);
	written(r);
	count_all(r, after);
	assert_memory_equal(before, after, sizeof(before));
	assert_true(from_file(r) && there(r));
	/* and goes on being kept current */
	i64 who = id_at(6);
	audience_touch(r->w->env.audience, &who, 1);
	assert_int_equal(count(r, "orders >= 50"), 1);
	assert_int_equal(count(r, "tag:\"宝妈\""), before[2]);
}

static void reads_again_whom_later_rows_name(void **state)
{
	struct rig *r = *state;
	written(r);
	write_row(r, 9, 60);
	write_row(r, 12, 70);
	TW_PUT(r->w, slot_at(r, 9), told_of(tx, id_at(9)));
	assert_int_equal(count(r, "orders >= 60"), 1); /* 9, not 12 */
	assert_int_equal(count(r, "orders between 50 and 59"), 0); /* 6 is as the file says */
}

static void takes_what_waits_before_it_writes(void **state)
{
	struct rig *r = *state;
	assert_int_equal(count(r, "orders >= 60"), 0);
	write_row(r, 9, 60);
	i64 who = id_at(9);
	audience_touch(r->w->env.audience, &who, 1);
	assert_int_equal(audience_snapshot(&r->w->env), OK);
	write_row(r, 9, 0);
	start(r);
	assert_int_equal(count(r, "orders >= 60"), 1);
}

static void writes_only_what_changed(void **state)
{
	struct rig *r = *state;
	struct stat first, second;
	assert_int_equal(audience_snapshot(&r->w->env), OK);
	assert_false(there(r)); /* nobody has asked */
	written(r);
	assert_true(from_file(r));
	assert_int_equal(stat(path(r), &first), 0);
	assert_int_equal(audience_snapshot(&r->w->env), OK); /* loading counts as a change: once */
	assert_int_equal(stat(path(r), &first), 0);
	assert_int_equal(audience_snapshot(&r->w->env), OK);
	assert_int_equal(stat(path(r), &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
}

static void forgetting_removes_the_file(void **state)
{
	struct rig *r = *state;
	written(r);
	assert_true(from_file(r));
	audience_drop(r->w->env.audience, 1);
	assert_false(there(r) || from_file(r));
	assert_int_equal(audience_snapshot(&r->w->env), OK);
	assert_true(there(r));
	audience_snapshot_remove(r->w->env.audience);
	assert_false(there(r));
}

/* ---- files that do not ---- */

/* Noticed, removed, and the index is that of the rows. */
static void assert_refused(struct rig *r)
{
	assert_false(from_file(r));
	assert_false(there(r));
	assert_int_equal(count(r, "orders >= 0"), PEOPLE);
}

static size_t file_bytes(struct rig *r)
{
	struct stat st;
	assert_int_equal(stat(path(r), &st), 0);
	return (size_t)st.st_size;
}

static void flip(struct rig *r, size_t at, u8 bit)
{
	u8 byte;
	int fd = open(path(r), O_RDWR | O_CLOEXEC);
	assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
	byte ^= bit;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

static void damaged_files_are_refused(void **state)
{
	struct rig *r = *state;
	written(r);
	size_t bytes = file_bytes(r), body = sizeof(struct snapshot_head);
	const size_t places[] = { 0, 20, body - 1, body, body + 9, bytes / 3, bytes / 2, bytes - 1 };
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (i)
			written(r);
		flip(r, places[i], (u8)(1 << i));
		assert_refused(r);
		write_row(r, 6, 0);
		start(r);
	}
	for (size_t n = 0; n < bytes; n = n ? n * 7 : 1) {
		written(r);
		assert_int_equal(truncate(path(r), (off_t)n), 0);
		assert_refused(r);
		write_row(r, 6, 0);
		start(r);
	}
}

/* The head with one field changed and a checksum that fits it. */
static void with_head(struct rig *r, void (*change)(struct snapshot_head *h))
{
	struct snapshot_head h;
	int fd = open(path(r), O_RDWR | O_CLOEXEC);
	assert_int_equal(pread(fd, &h, sizeof(h), 0), sizeof(h));
	change(&h);
	h.sum = snapshot_sum(&h, offsetof(struct snapshot_head, sum));
	assert_int_equal(pwrite(fd, &h, sizeof(h), 0), sizeof(h));
	close(fd);
}

static void nothing(struct snapshot_head *h) { (void)h; }
static void other_store(struct snapshot_head *h) { h->uuid[3] ^= 1; }
static void other_corp(struct snapshot_head *h) { h->corp++; }
static void older(struct snapshot_head *h) { h->version--; }
static void other_layout(struct snapshot_head *h) { h->layout ^= 1; }

static void foreign_and_older_files_are_refused(void **state)
{
	struct rig *r = *state;
	static void (*const changes[])(struct snapshot_head *) = { other_store, other_corp, older, other_layout };
	written(r);
	with_head(r, nothing);
	assert_true(from_file(r));
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		write_row(r, 6, 0);
		audience_drop(r->w->env.audience, 1);
		written(r);
		with_head(r, changes[i]);
		assert_refused(r);
	}
}

static void files_ahead_of_the_store_are_refused(void **state)
{
	struct rig *r = *state;
	/* the facts are said to be further than the journal */
	TW_PUT(r->w, slot_at(r, 0), followed(tx, 3));
	written(r);
	TW_PUT(r->w, slot_at(r, 0), followed(tx, 0));
	assert_refused(r);
	/* the facts are behind the file: they are being made again */
	write_row(r, 6, 0);
	audience_drop(r->w->env.audience, 1);
	written(r);
	TW_PUT(r->w, slot_at(r, 0), cursor_put(tx, STR("attr.facts"), 0));
	assert_refused(r);
}

static void a_change_without_journal_outdates_the_file(void **state)
{
	struct rig *r = *state;
	written(r);
	TW_PUT(r->w, slot_at(r, 0), audience_stamp(tx));
	assert_refused(r);
}

/* More persons than are worth reading one by one. */
static err many_told_of(struct tx *tx, u32 from)
{
	for (u32 i = from; i < from + 1000; i++)
		TRY(told_of(tx, id_customer(1, 500000 + i)));
	return OK;
}

static void files_too_far_behind_are_refused(void **state)
{
	struct rig *r = *state;
	if (r->w->t->store && slot_at(r, 0) != slot_of_customer(r->w->t->store, id_customer(1, 500000)))
		skip(); /* spread: the rows would belong elsewhere */
	written(r);
	for (u32 i = 0; i <= INDEX_TOUCH_MAX; i += 1000)
		TW_PUT(r->w, slot_at(r, 0), many_told_of(tx, i));
	assert_refused(r);
}

static void a_file_that_cannot_be_written_is_told(void **state)
{
	struct rig *r = *state;
	assert_true(count(r, "orders >= 0") == PEOPLE);
	audience_index_setup(r->w->env.audience, &(struct audience_setup){ .dir = STR("/proc/none/audience") });
	assert_int_equal(audience_snapshot(&r->w->env), ERR_IO);
	audience_index_setup(r->w->env.audience, &(struct audience_setup){ .dir = str_c(r->dir) });
	assert_int_equal(audience_snapshot(&r->w->env), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
		T(starts_from_the_file), T(reads_again_whom_later_rows_name), T(takes_what_waits_before_it_writes),
		T(writes_only_what_changed), T(forgetting_removes_the_file), T(damaged_files_are_refused),
		T(foreign_and_older_files_are_refused), T(files_ahead_of_the_store_are_refused),
		T(a_change_without_journal_outdates_the_file), T(files_too_far_behind_are_refused),
		T(a_file_that_cannot_be_written_is_told), T(rows_beyond_the_memory_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

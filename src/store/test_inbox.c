/*
 * Inbox, outbox and timers: what makes effects happen exactly once, or visibly not.
 */
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/testing.h"
#include "store/timer.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define NOTE_FIELDS(F, S) F(S, STR, text, .pii = true) F(S, I64, n)
RECORD(note, NOTE_FIELDS);

static int make(void **state)
{
	*state = test_store_new();
	return 0;
}

static int drop(void **state)
{
	test_store_free(*state);
	return 0;
}

static struct inbox_item item(struct test_store *t, i64 corp, const char *key, const char *body)
{
	return (struct inbox_item){ corp, STR("wecom"), str_c(key), str_c(body), clock_now(&t->clock) };
}

/* ---- inbox ---- */

static void a_message_is_new_once_per_corp(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	bool fresh[4];
	struct inbox_item items[] = { item(t, 1, "k1", "one"), item(t, 1, "k1", "again"), item(t, 2, "k1", "other"),
				      item(t, 1, "k2", "two") };
	assert_int_equal(inbox_add(t->store, t->arena, items, 4, fresh, &f), OK);
	assert_true(fresh[0] && !fresh[1] && fresh[2] && fresh[3]);
	assert_int_equal(inbox_add(t->store, t->arena, items, 4, fresh, &f), OK);
	assert_false(fresh[0] || fresh[1] || fresh[2] || fresh[3]);
	struct inbox_row *rows;
	size_t n;
	assert_int_equal(inbox_pending(&t->unit, 10, &rows, &n), OK);
	assert_int_equal(n, 3);
	assert_true(str_eq(rows[0].body, STR("one")));
	assert_true(str_eq(rows[1].body, STR("other")));
	assert_int_equal(rows[1].corp, 2);
	assert_true(str_eq(rows[2].body, STR("two")));
	assert_int_equal(inbox_pending(&t->unit, 2, &rows, &n), OK);
	assert_int_equal(n, 2);
}

static void the_urgent_come_first(void **state)
{
	struct test_store *t = *state;
	struct inbox_row *rows;
	size_t n;
	struct inbox_item items[] = { item(t, 1, "k1", "one"), item(t, 1, "k2", "two"), item(t, 1, "k3", "three"), item(t, 1, "k4", "four") };
	items[2].urgent = 1;
	items[3].urgent = 2;
	assert_int_equal(inbox_add(t->store, t->arena, items, 4, (bool[4]){ 0 }, NULL), OK);
	assert_int_equal(inbox_pending(&t->unit, 3, &rows, &n), OK);
	assert_int_equal(n, 3);
	assert_true(str_eq(rows[0].body, STR("four")) && str_eq(rows[1].body, STR("three")) && str_eq(rows[2].body, STR("one")));
}

static void bounds_are_kept(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	bool fresh;
	char key[INBOX_KEY_MAX + 2] = { 0 }, *body = arena_alloc(t->arena, INBOX_BODY_MAX + 1);
	memset(key, 'k', INBOX_KEY_MAX + 1);
	memset(body, 'b', INBOX_BODY_MAX + 1);
	struct inbox_item it = { 1, STR("wecom"), str_of(key, INBOX_KEY_MAX), str_of(body, INBOX_BODY_MAX), 0 };
	assert_int_equal(inbox_add(t->store, t->arena, &it, 1, &fresh, &f), OK);
	it.key.n++;
	assert_int_equal(inbox_add(t->store, t->arena, &it, 1, &fresh, &f), ERR_INPUT);
	it.key.n -= 2;
	it.body.n++;
	assert_int_equal(inbox_add(t->store, t->arena, &it, 1, &fresh, &f), ERR_TOO_LARGE);
}

static err effects(struct tx *tx, const struct inbox_row *row, bool *first, int *count)
{
	TRY(inbox_claim(tx, row, first));
	*count += *first;
	return OK;
}

static void a_decoded_row_has_its_effects_once(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 }, why = { .code = ERR_UPSTREAM };
	struct inbox_item it = item(t, 1, "k", "x");
	struct inbox_row *rows;
	size_t n;
	bool fresh, first;
	int count = 0;
	assert_int_equal(inbox_add(t->store, t->arena, &it, 1, &fresh, &f), OK);
	assert_int_equal(inbox_pending(&t->unit, 10, &rows, &n), OK);
	/* Elsewhere, twice: the mark tells. */
	i64 other = (rows[0].slot + 1) % SLOT_COUNT;
	assert_int_equal(WRITE_TX(&t->unit, other, effects(tx, &rows[0], &first, &count)), OK);
	assert_int_equal(WRITE_TX(&t->unit, other, effects(tx, &rows[0], &first, &count)), OK);
	assert_int_equal(count, 1);
	assert_false(first);
	/* A failure puts it off. */
	assert_int_equal(inbox_failed(&t->unit, &rows[0], &why), OK);
	assert_int_equal(inbox_pending(&t->unit, 10, &rows, &n), OK);
	assert_int_equal(n, 0);
	clock_advance(&t->clock, clock_now(&t->clock) + MS_HOUR);
	assert_int_equal(inbox_pending(&t->unit, 10, &rows, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].attempts, 1);
	/* In its own slot, twice. */
	count = 0;
	for (int i = 0; i < 2; i++)
		assert_int_equal(WRITE_TX(&t->unit, rows[0].slot, effects(tx, &rows[0], &first, &count)), OK);
	assert_int_equal(count, 1);
	assert_int_equal(inbox_done(&t->unit, &rows[0], STR_NIL), OK);
	assert_int_equal(inbox_pending(&t->unit, 10, &rows, &n), OK);
	assert_int_equal(n, 0);
}

static void pruning_takes_old_decoded_rows_only(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	struct inbox_item items[] = { item(t, 1, "done", "x"), item(t, 1, "open", "y") };
	struct inbox_row *rows;
	size_t n;
	bool fresh[2];
	assert_int_equal(inbox_add(t->store, t->arena, items, 2, fresh, &f), OK);
	assert_int_equal(inbox_pending(&t->unit, 1, &rows, &n), OK);
	assert_int_equal(inbox_done(&t->unit, &rows[0], STR("refused")), OK);
	assert_int_equal(inbox_prune(&t->unit, TEST_START, 10, &n), OK);
	assert_int_equal(n, 0);
	assert_int_equal(inbox_prune(&t->unit, TEST_START + 1, 10, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(inbox_add(t->store, t->arena, items, 2, fresh, &f), OK);
	assert_true(fresh[0]);
	assert_false(fresh[1]);
}

struct wait { pthread_mutex_t lock; pthread_cond_t cond; int done, good; };
static void told(void *arg, err e)
{
	struct wait *w = arg;
	pthread_mutex_lock(&w->lock);
	w->done++;
	w->good += e == OK;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->lock);
}

static void submitted_items_are_durable_when_told(void **state)
{
	struct test_store *t = *state;
	struct wait w = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0 };
	for (int i = 0; i < 300; i++) {
		char key[20];
		snprintf(key, sizeof(key), "s%d", i / 2);
		struct inbox_item it = item(t, 1, key, "body");
		assert_int_equal(inbox_submit(t->store, &it, 1, told, &w), OK);
	}
	pthread_mutex_lock(&w.lock);
	while (w.done < 300)
		pthread_cond_wait(&w.cond, &w.lock);
	pthread_mutex_unlock(&w.lock);
	assert_int_equal(w.good, 300);
	struct inbox_row *rows;
	size_t n;
	assert_int_equal(inbox_pending(&t->unit, 1000, &rows, &n), OK);
	assert_int_equal(n, 150);
	struct inbox_item unknown = item(t, 77, "k", "b");
	assert_int_equal(inbox_submit(t->store, &unknown, 1, told, &w), ERR_NOT_FOUND);
}

/* ---- outbox ---- */

static err add_out(struct tx *tx, const char *key, ms due, ms expires, bool *fresh)
{
	struct note note = { STR("13800000000"), 3 };
	return outbox_add(tx, STR("welcome.send"), str_c(key), STR("welcome"), due, expires, id_customer(1, 5),
			  &note_record, &note, fresh);
}

static err finish(struct tx *tx, const struct outbox_row *row, enum outbox_state state)
{
	return outbox_finish(tx, row, state, STR("ok"));
}

static void claim(struct test_store *t, struct outbox_row **rows, size_t *n, size_t limit)
{
	struct fail f = { 0 };
	assert_int_equal(outbox_claim(t->store, t->arena, STR("welcome"), clock_now(&t->clock), limit, rows, n, &f), OK);
}

static void a_row_is_claimed_once_and_in_order(void **state)
{
	struct test_store *t = *state;
	i64 slot = slot_of_customer(t->store, id_customer(1, 5));
	ms now = clock_now(&t->clock), due = 0;
	bool fresh;
	assert_int_equal(outbox_next_due(&t->unit, STR("welcome"), &due), OK);
	assert_int_equal(due, NIL);
	assert_int_equal(WRITE_TX(&t->unit, slot, add_out(tx, "b", now, 0, &fresh)), OK);
	assert_true(fresh);
	assert_int_equal(WRITE_TX(&t->unit, slot, add_out(tx, "b", now + 5, 0, &fresh)), OK);
	assert_false(fresh);
	assert_int_equal(WRITE_TX(&t->unit, slot, add_out(tx, "a", now - 1, 0, &fresh)), OK);
	assert_int_equal(WRITE_TX(&t->unit, slot, add_out(tx, "late", now + 1, 0, &fresh)), OK);
	assert_int_equal(outbox_next_due(&t->unit, STR("welcome"), &due), OK);
	assert_int_equal(due, now - 1);
	struct outbox_row *rows;
	size_t n;
	claim(t, &rows, &n, 10);
	assert_int_equal(n, 2);
	assert_true(str_eq(rows[0].key, STR("a")));
	assert_int_equal(rows[0].state, OUTBOX_CALLING);
	assert_int_equal(rows[0].attempts, 1);
	assert_false(str_has(rows[0].body, STR("138")));
	struct note note;
	assert_int_equal(READ_SNAP(&t->unit, slot, outbox_body(snap, &rows[0], &note_record, &note)), OK);
	assert_true(str_eq(note.text, STR("13800000000")));
	size_t none;
	struct outbox_row *more;
	claim(t, &more, &none, 10);
	assert_int_equal(none, 0);
	assert_int_equal(WRITE_TX(&t->unit, slot, finish(tx, &rows[0], OUTBOX_DONE)), OK);
	assert_int_equal(WRITE_TX(&t->unit, slot, finish(tx, &rows[0], OUTBOX_DONE)), ERR_STATE);
	assert_int_equal(WRITE_TX(&t->unit, slot, outbox_retry(tx, &rows[1], now + 2, STR("45009"))), OK);
	clock_advance(&t->clock, now + 2);
	claim(t, &more, &n, 10);
	assert_int_equal(n, 2);
	assert_int_equal(more[1].attempts, 2);
}

static void what_expired_is_handed_out_once_as_dropped(void **state)
{
	struct test_store *t = *state;
	i64 slot = slot_of_customer(t->store, id_customer(1, 5));
	ms now = clock_now(&t->clock);
	assert_int_equal(WRITE_TX(&t->unit, slot, add_out(tx, "x", now, now + 20000, NULL)), OK);
	clock_advance(&t->clock, now + 20000);
	struct outbox_row *rows;
	size_t n;
	claim(t, &rows, &n, 10);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].state, OUTBOX_DROPPED);
	assert_int_equal(WRITE_TX(&t->unit, slot, finish(tx, &rows[0], OUTBOX_DROPPED)), OK);
	claim(t, &rows, &n, 10);
	assert_int_equal(n, 0);
}

static void a_call_cut_short_is_unknown_after_a_restart(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	i64 slot = slot_of_customer(t->store, id_customer(1, 5));
	ms now = clock_now(&t->clock);
	bool cancelled;
	assert_int_equal(WRITE_TX(&t->unit, slot, add_out(tx, "x", now, 0, NULL)), OK);
	assert_int_equal(WRITE_TX(&t->unit, slot, add_out(tx, "y", now + 9, 0, NULL)), OK);
	struct outbox_row *rows;
	size_t n;
	claim(t, &rows, &n, 10);
	assert_int_equal(n, 1);
	test_store_reopen(t);
	assert_int_equal(outbox_recover(t->store, t->arena, &f), OK);
	claim(t, &rows, &n, 10);
	assert_int_equal(n, 0);
	assert_int_equal(outbox_unknown(t->store, t->arena, now + 1, 10, &rows, &n, &f), OK);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].state, OUTBOX_UNKNOWN);
	assert_int_equal(WRITE_TX(&t->unit, slot, outbox_cancel(tx, STR("welcome.send"), STR("x"), &cancelled)), OK);
	assert_false(cancelled);
	assert_int_equal(WRITE_TX(&t->unit, slot, outbox_cancel(tx, STR("welcome.send"), STR("y"), &cancelled)), OK);
	assert_true(cancelled);
	assert_int_equal(WRITE_TX(&t->unit, slot, finish(tx, &rows[0], OUTBOX_DONE)), OK);
	assert_int_equal(outbox_unknown(t->store, t->arena, now + 1, 10, &rows, &n, &f), OK);
	assert_int_equal(n, 0);
}

/* One is let go without an outcome, one is carried on, one was claimed anew in between. */
static void what_nobody_carries_any_more_is_swept(void **state)
{
	struct test_store *t = *state;
	struct fail f = { 0 };
	struct outbox_row *rows, *more;
	i64 slot = slot_of_customer(t->store, id_customer(1, 5));
	ms now = clock_now(&t->clock), since;
	size_t n;
	static const char *const keys[] = { "lost", "slow", "back" };
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		assert_int_equal(WRITE_TX(&t->unit, slot, add_out(tx, keys[i], now, 0, NULL)), OK);
	claim(t, &rows, &n, 10);
	assert_int_equal(n, 3);
	assert_int_equal(outbox_unknown_since(&t->unit, &since), OK);
	assert_int_equal(since, NIL); /* all three are carried */
	outbox_let_go(t->store, &rows[0]);
	assert_int_equal(WRITE_TX(&t->unit, slot, outbox_give_back(tx, &rows[2])), OK);
	outbox_let_go(t->store, &rows[2]);
	assert_int_equal(outbox_unknown_since(&t->unit, &since), OK);
	assert_int_equal(since, now);
	clock_advance(&t->clock, now + 1);
	claim(t, &more, &n, 10);
	assert_int_equal(n, 1);
	assert_int_equal(outbox_sweep(t->store, t->arena, now, &f), OK); /* not yet */
	assert_int_equal(outbox_unknown(t->store, t->arena, now + 9, 10, &more, &n, &f), OK);
	assert_int_equal(n, 0);
	assert_int_equal(outbox_sweep(t->store, t->arena, now + 9, &f), OK);
	assert_int_equal(outbox_unknown(t->store, t->arena, now + 9, 10, &more, &n, &f), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq(more[0].key, rows[0].key));
	assert_int_equal(WRITE_TX(&t->unit, slot, finish(tx, &rows[1], OUTBOX_DONE)), OK); /* the slow one came through */
	assert_int_equal(WRITE_TX(&t->unit, slot, finish(tx, &more[0], OUTBOX_DONE)), OK);
	outbox_let_go(t->store, &rows[1]);
	assert_int_equal(outbox_unknown_since(&t->unit, &since), OK);
	assert_int_equal(since, NIL);
}

/* ---- whose turn it is ---- */

static err add_many(struct tx *tx, const char *kind, int n, ms due)
{
	for (int i = 0; i < n; i++)
		TRY(outbox_add(tx, str_c(kind), arena_printf(tx->snap.arena, "%d", i), STR(""), due, 0, 0, NULL, NULL, NULL));
	return OK;
}

static void add_of(struct test_store *t, i64 corp, const char *kind, int n, ms due)
{
	struct unit u = unit_new(t->store, t->arena, corp, "test");
	assert_int_equal(WRITE_TX(&u, slot_base(t->store, corp), add_many(tx, kind, n, due)), OK);
}

/* The corp whose turn it was, and how many of a kind it got. */
static i64 turn(struct test_store *t, size_t limit, const char *kind, size_t *ret_kind, size_t *ret_all)
{
	struct outbox_row *rows;
	struct fail f = { 0 };
	*ret_kind = 0;
	assert_int_equal(outbox_claim(t->store, t->arena, STR(""), clock_now(&t->clock), limit, &rows, ret_all, &f), OK);
	for (size_t i = 0; i < *ret_all; i++) {
		assert_int_equal(rows[i].corp, rows[0].corp);
		*ret_kind += str_eq_c(rows[i].kind, kind);
	}
	return *ret_all ? rows[0].corp : 0;
}

static void corps_take_turns_however_much_one_has_waiting(void **state)
{
	struct test_store *t = *state;
	ms now = clock_now(&t->clock);
	size_t of, all;
	add_of(t, 2, "broadcast.create", 200, now - 5000); /* a campaign that has waited longest */
	add_of(t, 3, "letter.create", 200, now - 4000);
	add_of(t, 4, "tag.mark", 1, now - 1);
	add_of(t, 5, "tag.mark", 1, now + 1); /* not due */
	assert_int_equal(turn(t, 32, "broadcast.create", &of, &all), 2);
	assert_int_equal(of, 32);
	assert_int_equal(turn(t, 32, "letter.create", &of, &all), 3);
	assert_int_equal(of, 32);
	assert_int_equal(turn(t, 32, "tag.mark", &of, &all), 4);
	assert_int_equal(all, 1);
	assert_int_equal(turn(t, 32, "broadcast.create", &of, &all), 2);
	add_of(t, 1, "tag.mark", 1, now); /* comes in between */
	assert_int_equal(turn(t, 32, "letter.create", &of, &all), 3);
	assert_int_equal(turn(t, 32, "tag.mark", &of, &all), 1);
	assert_int_equal(turn(t, 32, "broadcast.create", &of, &all), 2);
	clock_advance(&t->clock, now + 1);
	assert_int_equal(turn(t, 32, "letter.create", &of, &all), 3);
	assert_int_equal(turn(t, 32, "tag.mark", &of, &all), 5);
	for (int left = 200 - 3 * 32; left > 0; left -= 32) {
		assert_int_equal(turn(t, 32, "broadcast.create", &of, &all), 2);
		assert_int_equal(turn(t, 32, "letter.create", &of, &all), 3);
	}
	assert_int_equal(turn(t, 32, "", &of, &all), 0);
}

/* Of one corp: what has no turn to wait for goes as it was written, whatever its kind. */
static void what_waits_for_no_turn_goes_in_its_order(void **state)
{
	static const char *const kinds[] = { "tag.mark", "follow.fetch", "letter.create", "follow.fetch", "tag.mark", "letter.create", "tag.mark" };
	struct test_store *t = *state;
	struct outbox_row *rows;
	size_t n;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		str key = arena_printf(t->arena, "k%zu", i);
		i64 slot = slot_of_key(t->store, 1, i);
		assert_int_equal(WRITE_TX(&t->unit, slot, outbox_add(tx, str_c(kinds[i]), key, STR(""), clock_now(&t->clock), 0, 0, NULL, NULL, NULL)), OK);
	}
	assert_int_equal(outbox_claim(t->store, t->arena, STR(""), clock_now(&t->clock), 32, &rows, &n, NULL), OK);
	assert_int_equal(n, ARRAY_LEN(kinds));
	for (size_t i = 0; i < n; i++)
		assert_true(str_eq_c(rows[i].kind, kinds[i]) && str_eq(rows[i].key, arena_printf(t->arena, "k%zu", i)));
}

static void few_rows_take_turns_too(void **state)
{
	struct test_store *t = *state;
	ms now = clock_now(&t->clock);
	size_t of, all;
	add_of(t, 2, "letter.create", 6, now - 9);
	add_of(t, 3, "letter.create", 2, now);
	assert_int_equal(turn(t, 2, "", &of, &all), 2);
	assert_int_equal(turn(t, 2, "", &of, &all), 3);
	assert_int_equal(turn(t, 2, "", &of, &all), 2);
	assert_int_equal(turn(t, 2, "", &of, &all), 2);
	assert_int_equal(turn(t, 2, "", &of, &all), 0);
}

static void a_backlog_of_one_kind_leaves_room_for_the_others(void **state)
{
	struct test_store *t = *state;
	ms now = clock_now(&t->clock);
	size_t of, all;
	add_of(t, 2, "sms.say", 500, now - 9);
	add_of(t, 2, "oa.message", 3, now);
	add_of(t, 2, "tag.mark", 500, now - 9);
	assert_int_equal(turn(t, 30, "oa.message", &of, &all), 2);
	assert_int_equal(of, 3);
	assert_int_equal(all, 23);
	assert_int_equal(turn(t, 30, "sms.say", &of, &all), 2);
	assert_int_equal(of, 15);
	/* Fewer than there are kinds: each comes first now and then. */
	size_t sms = 0, tags = 0;
	for (int i = 0; i < 40; i++) {
		turn(t, 1, "sms.say", &of, &all);
		sms += of;
		tags += all - of;
	}
	assert_true(sms > 8 && tags > 8);
}

static err give_back(struct tx *tx, const struct outbox_row *row) { return outbox_give_back(tx, row); }

static void what_is_given_back_waits_as_if_never_claimed(void **state)
{
	struct test_store *t = *state;
	ms now = clock_now(&t->clock);
	struct outbox_row *rows, *again;
	struct fail f = { 0 };
	size_t n;
	add_of(t, 2, "sms.say", 2, now);
	assert_int_equal(outbox_claim(t->store, t->arena, STR(""), now, 10, &rows, &n, &f), OK);
	assert_int_equal(n, 2);
	assert_int_equal(WRITE_TX(&t->unit, rows[1].slot, give_back(tx, &rows[1])), OK);
	assert_int_equal(outbox_recover(t->store, t->arena, &f), OK); /* only the other is unknown */
	assert_int_equal(outbox_claim(t->store, t->arena, STR(""), now, 10, &again, &n, &f), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq(again[0].key, rows[1].key));
	assert_int_equal(again[0].attempts, 1);
	assert_int_equal(outbox_unknown(t->store, t->arena, now + 1, 10, &again, &n, &f), OK);
	assert_int_equal(n, 1);
	assert_true(str_eq(again[0].key, rows[0].key));
}

/* ---- timers ---- */

static err set_timer(struct tx *tx, const char *key, ms due)
{
	struct note note = { STR("t"), 1 };
	return timer_set(tx, STR("code.expire"), str_c(key), due, 0, &note_record, &note);
}

static void a_timer_set_again_moves(void **state)
{
	struct test_store *t = *state;
	struct timer_row *rows, *old;
	size_t n;
	ms due = 0;
	bool taken;
	assert_int_equal(timer_next_due(&t->unit, &due), OK);
	assert_int_equal(due, NIL);
	assert_int_equal(WRITE_TX(&t->unit, 7, set_timer(tx, "a", 100)), OK);
	assert_int_equal(WRITE_TX(&t->unit, 7, set_timer(tx, "b", 200)), OK);
	assert_int_equal(timer_due(&t->unit, 100, 10, &old, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(WRITE_TX(&t->unit, 7, set_timer(tx, "a", 300)), OK);
	assert_int_equal(timer_next_due(&t->unit, &due), OK);
	assert_int_equal(due, 200);
	/* Who read it before it moved cannot take it. */
	assert_int_equal(WRITE_TX(&t->unit, 7, timer_take(tx, old, &taken)), OK);
	assert_false(taken);
	assert_int_equal(timer_due(&t->unit, 300, 10, &rows, &n), OK);
	assert_int_equal(n, 2);
	assert_true(str_eq(rows[0].key, STR("b")));
	struct note note;
	assert_int_equal(READ_SNAP(&t->unit, 7, timer_body(snap, &rows[1], &note_record, &note)), OK);
	assert_true(str_eq(note.text, STR("t")));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(WRITE_TX(&t->unit, 7, timer_take(tx, &rows[0], &taken)), OK);
		assert_int_equal(taken, i == 0);
	}
	assert_int_equal(WRITE_TX(&t->unit, 7, timer_cancel(tx, STR("code.expire"), STR("a"))), OK);
	assert_int_equal(timer_next_due(&t->unit, &due), OK);
	assert_int_equal(due, NIL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
	const struct CMUnitTest tests[] = {
		T(a_message_is_new_once_per_corp),
		T(the_urgent_come_first),
		T(bounds_are_kept),
		T(a_decoded_row_has_its_effects_once),
		T(pruning_takes_old_decoded_rows_only),
		T(submitted_items_are_durable_when_told),
		T(a_row_is_claimed_once_and_in_order),
		T(what_expired_is_handed_out_once_as_dropped),
		T(a_call_cut_short_is_unknown_after_a_restart),
		T(what_nobody_carries_any_more_is_swept), T(corps_take_turns_however_much_one_has_waiting),
		T(what_waits_for_no_turn_goes_in_its_order), T(few_rows_take_turns_too),
		T(a_backlog_of_one_kind_leaves_room_for_the_others),
		T(what_is_given_back_waits_as_if_never_claimed),
		T(a_timer_set_again_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

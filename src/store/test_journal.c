/*
 * Journal, relay, cursors and seals.
 */
#include "base/hash.h"
#include "store/cursor.h"
#include "store/journal.h"
#include "store/seal.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
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

static i64 slot_of(struct test_store *t, i64 customer) { return slot_of_customer(t->store, customer); }

static err add_note(struct tx *tx, i64 customer, const char *text, i64 n, i64 *ret_id)
{
	struct note note = { str_c(text), n };
	return journal_add(tx, EV_CUSTOMER_CREATED, customer, tx->snap.now + n, &note_record, &note, ret_id);
}

static void note_for(struct test_store *t, struct unit *u, i64 customer, const char *text, i64 n, i64 *ret_id)
{
	assert_int_equal(WRITE_TX(u, slot_of(t, customer), add_note(tx, customer, text, n, ret_id)), OK);
}

static void events_are_numbered_without_gaps(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5), slot = slot_of(t, her), id = 0, last = 0;
	for (int i = 0; i < 5; i++)
		note_for(t, &t->unit, her, "hello", i, &id);
	assert_int_equal(READ_SNAP(&t->unit, slot, journal_last(snap, &last)), OK);
	assert_int_equal(last, 5);
	struct event *ev, one;
	size_t n;
	struct snap s;
	assert_int_equal(snap_begin(&t->unit, slot, &s), OK);
	assert_int_equal(journal_read(&s, 0, 100, &ev, &n), OK);
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++) {
		struct note note;
		assert_int_equal(ev[i].seq, (i64)i + 1);
		assert_int_equal(ev[i].recorded, TEST_START);
		assert_false(str_has(ev[i].body, STR("hello")));
		assert_int_equal(event_body(&s, &ev[i], &note_record, &note), OK);
		assert_true(str_eq(note.text, STR("hello")));
		assert_int_equal(note.n, (i64)i);
	}
	assert_int_equal(ev[4].id, id);
	assert_int_equal(journal_read(&s, 3, 1, &ev, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(ev[0].seq, 4);
	assert_int_equal(journal_get(&s, id, &one), OK);
	assert_int_equal(one.seq, 5);
	snap_end(&s);
}

static err note_and_fail(struct tx *tx, i64 customer)
{
	TRY(add_note(tx, customer, "lost", 1, NULL));
	return tx_fail(tx, ERR_STATE, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

static err try_note(struct tx *tx, void *arg) { return note_and_fail(tx, *(i64 *)arg); }

static err note_after_try(struct tx *tx, i64 customer)
{
	assert_int_equal(tx_try(tx, try_note, &customer), ERR_STATE);
	return add_note(tx, customer, "kept", 2, NULL);
}

static void a_refused_unit_uses_up_no_number(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5), slot = slot_of(t, her);
	struct event *ev;
	size_t n;
	assert_int_equal(WRITE_TX(&t->unit, slot, note_and_fail(tx, her)), ERR_STATE);
	assert_int_equal(WRITE_TX(&t->unit, slot, note_after_try(tx, her)), OK);
	assert_int_equal(READ_SNAP(&t->unit, slot, journal_read(snap, 0, 9, &ev, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(ev[0].seq, 1);
	assert_int_equal(ev[0].occurred, TEST_START + 2);
}

static void anothers_customer_is_refused(void **state)
{
	struct test_store *t = *state;
	i64 other = id_customer(2, 5);
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, other), add_note(tx, other, "x", 1, NULL)), ERR_INTERNAL);
	i64 her = id_customer(1, 5);
	assert_int_equal(WRITE_TX(&t->unit, (slot_of(t, her) + 1) % SLOT_COUNT, add_note(tx, her, "x", 1, NULL)),
			 ERR_INTERNAL);
}

static void a_timeline_is_one_customers_newest_first(void **state)
{
	struct test_store *t = *state;
	struct unit other = test_unit(t, 2);
	i64 a = id_customer(1, 5), b = id_customer(1, 6), c = id_customer(2, 5);
	for (int i = 0; i < 4; i++) {
		note_for(t, &t->unit, a, "a", i / 2, NULL);
		note_for(t, &t->unit, b, "b", i, NULL);
		note_for(t, &other, c, "c", i, NULL);
	}
	struct event *ev;
	size_t n;
	assert_int_equal(READ_SNAP(&t->unit, 0, timeline_page(snap, a, INT64_MAX, INT64_MAX, 3, &ev, &n)), OK);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ev[i].customer, a);
	assert_true(ev[0].seq > ev[1].seq);
	assert_int_equal(ev[2].occurred, TEST_START);
	assert_int_equal(READ_SNAP(&t->unit, 0, timeline_page(snap, a, ev[2].occurred, ev[2].seq, 3, &ev, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(READ_SNAP(&t->unit, 0, timeline_page(snap, c, INT64_MAX, 0, 3, &ev, &n)), ERR_NOT_FOUND);
}

static void a_loop_of_causes_ends(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5), slot = slot_of(t, her), id = 0;
	for (int depth = 0; depth <= JOURNAL_CAUSE_DEPTH; depth++) {
		t->unit.cause = id;
		assert_int_equal(WRITE_TX(&t->unit, slot, add_note(tx, her, "x", 1, &id)), OK);
	}
	t->unit.cause = id;
	assert_int_equal(WRITE_TX(&t->unit, slot, add_note(tx, her, "x", 1, &id)), ERR_STATE);
	assert_string_equal(t->unit.fail.field, "cause");
}

static err relay_note(struct tx *tx, i64 slot, i64 customer)
{
	struct note note = { STR("across"), 9 };
	return journal_relay(tx, slot, EV_CUSTOMER_MERGED, customer, tx->snap.now, &note_record, &note);
}

static void a_relayed_event_arrives_once(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5), there = slot_of(t, her), cause = 0;
	note_for(t, &t->unit, her, "first", 1, &cause);
	t->unit.cause = cause;
	assert_int_equal(WRITE_TX(&t->unit, 99, relay_note(tx, there, her)), OK);
	size_t n = 0;
	assert_int_equal(journal_relay_deliver(t->store, t->arena, 10, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(journal_relay_deliver(t->store, t->arena, 10, &n), OK);
	assert_int_equal(n, 0);
	struct event *ev;
	struct snap s;
	struct note note;
	assert_int_equal(snap_begin(&t->unit, there, &s), OK);
	assert_int_equal(journal_read(&s, 1, 10, &ev, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(ev[0].cause, cause);
	assert_int_equal(ev[0].kind, EV_CUSTOMER_MERGED);
	assert_true(str_has(ev[0].body, STR("\"~1")));
	assert_int_equal(event_body(&s, &ev[0], &note_record, &note), OK);
	assert_true(str_eq(note.text, STR("across")));
	snap_end(&s);
}

/* Five for each of two slots, from two: each arrives once and in order, and nothing is left of the way. */
static void many_relayed_events_arrive_in_order(void **state)
{
	struct test_store *t = *state;
	i64 who[2] = { id_customer(1, 5), id_customer(1, 5 << 16) };
	for (int i = 0; i < 10; i++)
		assert_int_equal(WRITE_TX(&t->unit, 98 + i % 2, relay_note(tx, slot_of(t, who[i / 5]), who[i / 5])), OK);
	size_t n = 0, got = 0;
	assert_int_equal(journal_relay_deliver(t->store, t->arena, 100, &n), OK);
	assert_int_equal(n, 10);
	assert_int_equal(journal_relay_deliver(t->store, t->arena, 100, &n), OK);
	assert_int_equal(n, 0);
	for (int k = 0; k < 2; k++) {
		struct event *ev;
		if (k && slot_of(t, who[0]) == slot_of(t, who[1]))
			break;
		assert_int_equal(READ_SNAP(&t->unit, slot_of(t, who[k]), journal_read(snap, 0, 100, &ev, &n)), OK);
		for (size_t i = 1; i < n; i++)
			assert_true(ev[i - 1].id < ev[i].id);
		got += n;
	}
	assert_int_equal(got, 10);
}

static void put_cursor(struct test_store *t, i64 slot, const char *reader, i64 seq)
{
	assert_int_equal(WRITE_TX(&t->unit, slot, cursor_put(tx, str_c(reader), seq)), OK);
}

static bool is_behind(struct test_store *t, const str *readers, size_t count, i64 slot)
{
	i64 slots[8] = { 0 };
	size_t n = 9;
	assert_int_equal(journal_behind(&t->unit, readers, count, slots, 8, &n), OK);
	assert_true(n <= 1);
	assert_true(n == 0 || slots[0] == slot);
	return n == 1;
}

static i64 cursor_of(struct test_store *t, i64 slot, const char *reader)
{
	i64 seq = -9;
	assert_int_equal(READ_SNAP(&t->unit, slot, cursor_get(snap, str_c(reader), &seq)), OK);
	return seq;
}

static void cursors_say_who_is_behind(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5), slot = slot_of(t, her);
	str readers[] = { STR("m1"), STR("m2") };
	assert_false(is_behind(t, readers, 2, slot));
	note_for(t, &t->unit, her, "x", 1, NULL);
	assert_true(is_behind(t, readers, 2, slot));
	put_cursor(t, slot, "m1", 1);
	assert_true(is_behind(t, readers, 2, slot));
	put_cursor(t, slot, "m2", 1);
	assert_false(is_behind(t, readers, 2, slot));
	i64 held = -1, none = -1;
	assert_int_equal(WRITE_TX(&t->unit, slot, cursor_hold(tx, STR("m1"), &held)), OK);
	assert_int_equal(held, cursor_of(t, slot, "m1"));
	assert_int_equal(held, 1);
	assert_int_equal(WRITE_TX(&t->unit, slot, cursor_hold(tx, STR("m0"), &none)), OK);
	assert_int_equal(none, 0);
	struct event ev = { .id = 5, .corp = 1, .seq = 1, .kind = 100 };
	struct fail why = { .code = ERR_STATE };
	assert_int_equal(WRITE_TX(&t->unit, slot, dead_letter_put(tx, STR("m1"), &ev, &why)), OK);
}

/* Readers of a pass move as one row; who was put back, is new or was away keeps a place of its own until it is level. */
static void readers_of_a_pass_stand_together(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5), slot = slot_of(t, her), held = 0;
	str all[] = { STR("a.derive"), STR("b.derive"), STR("c.derive") };
	struct map was;
	for (int i = 0; i < 4; i++)
		note_for(t, &t->unit, her, "x", i, NULL);
#define MOVE(count, seq) assert_int_equal(WRITE_TX(&t->unit, slot, cursor_move(tx, STR("derive"), all, count, seq, &was)), OK)
	MOVE(2, 1);
	assert_null(map_get(&was, all[0]));
	MOVE(2, 2);
	assert_int_equal(*(i64 *)map_get(&was, all[0]), 1);
	assert_int_equal(cursor_of(t, slot, "a.derive"), 2);
	assert_int_equal(cursor_of(t, slot, "c.derive"), 0);
	put_cursor(t, slot, "a.derive", 0); /* a rebuild */
	MOVE(3, 1);
	assert_int_equal(cursor_of(t, slot, "a.derive"), 1);
	assert_int_equal(cursor_of(t, slot, "b.derive"), 2);
	assert_int_equal(cursor_of(t, slot, "c.derive"), 1);
	MOVE(3, 2);
	MOVE(2, 4); /* a program without c */
	assert_int_equal(cursor_of(t, slot, "a.derive"), 4);
	assert_int_equal(cursor_of(t, slot, "c.derive"), 2);
	assert_false(is_behind(t, all, 2, slot));
	assert_true(is_behind(t, all, 3, slot));
	assert_int_equal(WRITE_TX(&t->unit, slot, cursor_hold(tx, all[0], &held)), OK);
	assert_int_equal(held, 4);
	MOVE(3, 4);
	assert_false(is_behind(t, all, 3, slot));
#undef MOVE
}

static void a_destroyed_key_erases_her_from_the_journal(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5), she = id_customer(1, 6), slot = slot_of(t, her);
	note_for(t, &t->unit, her, "secret", 1, NULL);
	note_for(t, &t->unit, she, "public", 1, NULL);
	struct event *ev;
	size_t n;
	struct snap s;
	struct note note;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(snap_begin(&t->unit, slot, &s), OK);
		assert_int_equal(journal_read(&s, 0, 10, &ev, &n), OK);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(event_body(&s, &ev[i], &note_record, &note), OK);
			bool hers = ev[i].customer == her;
			assert_true(str_eq(note.text, !hers ? STR("public") : round ? STR("") : STR("secret")));
		}
		snap_end(&s);
		if (round == 0)
			assert_int_equal(WRITE_TX(&t->unit, slot, seal_destroy(tx, her)), OK);
	}
	/* What comes later is not kept either. */
	note_for(t, &t->unit, her, "again", 1, NULL);
	test_store_reopen(t);
	assert_int_equal(snap_begin(&t->unit, slot, &s), OK);
	assert_int_equal(journal_read(&s, 2, 10, &ev, &n), OK);
	assert_int_equal(event_body(&s, &ev[0], &note_record, &note), OK);
	assert_true(str_eq(note.text, STR("")));
	snap_end(&s);
}

static err seal_one(struct tx *tx, i64 customer, str *ret) { return seal_text(tx, customer, STR("13800000000"), ret); }

static void a_key_of_a_refused_unit_seals_nothing_later(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5), slot = slot_of(t, her);
	assert_int_equal(WRITE_TX(&t->unit, slot, note_and_fail(tx, her)), ERR_STATE);
	str sealed, plain;
	assert_int_equal(WRITE_TX(&t->unit, slot, seal_one(tx, her, &sealed)), OK);
	test_store_reopen(t);
	assert_int_equal(READ_SNAP(&t->unit, slot, unseal_text(snap, her, sealed, &plain)), OK);
	assert_true(str_eq(plain, STR("13800000000")));
	/* Another customer's key does not open it. */
	i64 she = id_customer(1, 6);
	str other;
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, she), seal_one(tx, she, &other)), OK);
	assert_int_not_equal(READ_SNAP(&t->unit, slot, unseal_text(snap, she, sealed, &plain)), OK);
}

static void a_look_up_hash_is_the_corps_own(void **state)
{
	struct test_store *t = *state;
	struct unit other = test_unit(t, 2);
	str a, b, c, d;
	assert_int_equal(READ_SNAP(&t->unit, 7, seal_lookup(snap, STR("phone"), STR("13800000000"), &a)), OK);
	assert_int_equal(READ_SNAP(&other, 7, seal_lookup(snap, STR("phone"), STR("13800000000"), &b)), OK);
	assert_int_equal(READ_SNAP(&t->unit, 7, seal_lookup(snap, STR("mail"), STR("13800000000"), &c)), OK);
	test_store_reopen(t);
	assert_int_equal(READ_SNAP(&t->unit, 7, seal_lookup(snap, STR("phone"), STR("13800000000"), &d)), OK);
	assert_int_equal(a.n, 32);
	assert_false(str_eq(a, b));
	assert_false(str_eq(a, c));
	assert_true(str_eq(a, d));
}

static const char *const nothing[] = { "blob", NULL };
static err derive_appends(struct tx *tx, i64 customer)
{
	tx_only_tables(tx, nothing);
	return add_note(tx, customer, "x", 1, NULL);
}

static void derive_cannot_append(void **state)
{
	struct test_store *t = *state;
	i64 her = id_customer(1, 5);
	assert_int_equal(WRITE_TX(&t->unit, slot_of(t, her), derive_appends(tx, her)), ERR_INTERNAL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
	const struct CMUnitTest tests[] = {
		T(events_are_numbered_without_gaps),
		T(a_refused_unit_uses_up_no_number),
		T(anothers_customer_is_refused),
		T(a_timeline_is_one_customers_newest_first),
		T(a_loop_of_causes_ends),
		T(a_relayed_event_arrives_once),
		T(many_relayed_events_arrive_in_order),
		T(cursors_say_who_is_behind),
		T(readers_of_a_pass_stand_together),
		T(a_destroyed_key_erases_her_from_the_journal),
		T(a_key_of_a_refused_unit_seals_nothing_later),
		T(a_look_up_hash_is_the_corps_own),
		T(derive_cannot_append),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

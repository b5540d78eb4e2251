/*
 * The store as its users see it: units of work, queries, the journal and what hangs on it.
 */
#include "base/record.h"
#include "base/hash.h"
#include "store/blob.h"
#include "store/inbox.h"
#include "store/journal.h"
#include "store/outbox.h"
#include "store/seal.h"
#include "store/testing.h"
#include "store/timer.h"

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

static i64 leaf(struct test_store *t, i64 corp) { return id_customer(corp, 5); }
static i64 her_slot(struct test_store *t, i64 corp) { return slot_of_customer(t->store, leaf(t, corp)); }

static err add_note(struct tx *tx, const char *text, i64 n, i64 *ret_id)
{
	struct note note = { str_c(text), n };
	return journal_add(tx, EV_CUSTOMER_CREATED, id_customer(tx->snap.corp, 5), tx->snap.now, &note_record, &note, ret_id);
}

static void events_are_numbered_without_gaps(void **state)
{
	struct test_store *t = *state;
	i64 slot = her_slot(t, 1), id = 0, before = 0, last = 0;
	assert_int_equal(READ_SNAP(&t->unit, slot, journal_last(snap, &before)), OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(WRITE_TX(&t->unit, slot, add_note(tx, "hello", i, &id)), OK);
	assert_int_equal(READ_SNAP(&t->unit, slot, journal_last(snap, &last)), OK);
	assert_int_equal(last, before + 5);
	struct event *ev;
	size_t n;
	struct snap s;
	assert_int_equal(snap_begin(&t->unit, slot, &s), OK);
	assert_int_equal(journal_read(&s, before, 100, &ev, &n), OK);
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++) {
		struct note note;
		assert_int_equal(ev[i].seq, before + 1 + (i64)i);
		assert_false(str_has(ev[i].body, STR("hello")));
		assert_int_equal(event_body(&s, &ev[i], &note_record, &note), OK);
		assert_true(str_eq(note.text, STR("hello")));
		assert_int_equal(note.n, (i64)i);
	}
	assert_int_equal(ev[4].id, id);
	snap_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(events_are_numbered_without_gaps, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

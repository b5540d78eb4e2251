/*
 * Consumers and senders: every event reaches every module once, a module that fails harms only itself,
 * what is derived can be made anew from the journal, and what happens in the world happens once.
 *
 * Two modules stand beside the product's own: `witness` writes an outbox row for each page somebody saw,
 * `probe` does the same and then what a test tells it to.
 */
#include "app/test_app_rig.h"

#include "app/sender.h"
#include "base/fault.h"
#include "core/attr/attr.h"
#include "feature/collect/collect.h"
#include "store/cursor.h"

#define MODULES_MOST 128

enum deed { BEHAVE, FAIL, BUSY, WRITE_ELSEWHERE, PASS_ON, TOUCH };
enum word { WORD_DONE, WORD_LOST, WORD_AWAY };

static struct {
	enum deed act, derive;
	enum word send;
	i64 to, to_customer; /* PASS_ON */
	int sends, asked, late, folds;
} told;

/* ---- the modules ---- */

static err add_row(struct tx *tx, const char *kind, const struct event *ev)
{
	return outbox_add(tx, str_c(kind), arena_printf(tx->snap.arena, "%lld", (long long)ev->id), STR(LANE_ORDINARY), tx->snap.now, 0,
			  ev->customer, &none_record, &(struct none){ 0 }, NULL);
}

static err do_as_told(struct tx *tx, const struct event *ev, enum deed deed)
{
	struct site_event body = { .name = STR("x"), .message_id = STR("m") };
	switch (deed) {
	case FAIL:
		return tx_fail(tx, ERR_STATE, T_OK, STR("probe"), STR_NIL, STR_NIL);
	case BUSY:
		return tx_fail(tx, ERR_BUSY, T_OK, STR("probe"), STR_NIL, STR_NIL);
	case WRITE_ELSEWHERE:
		return add_row(tx, "probe.call", ev);
	case PASS_ON:
		return journal_relay(tx, told.to, EV_SITE_SCREEN, told.to_customer, ev->occurred, &site_event_record, &body);
	case TOUCH:
		attr_touch(tx, ev->customer);
		break;
	case BEHAVE:
		break;
	}
	return OK;
}

static err probe_derive(struct tx *tx, const struct event *ev) { return do_as_told(tx, ev, told.derive); }

static err probe_act(struct tx *tx, const struct event *ev)
{
	TRY(add_row(tx, "probe.call", ev));
	return do_as_told(tx, ev, told.act);
}

static err probe_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	told.folds++;
	return OK;
}

static err witness_act(struct tx *tx, const struct event *ev) { return add_row(tx, "witness.call", ev); }

static err send_it(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	told.sends++;
	if (told.send == WORD_LOST)
		return cx_fail(cx, ERR_UNKNOWN, T_OK, STR_NIL, STR_NIL, STR_NIL);
	return told.send == WORD_AWAY ? cx_fail(cx, ERR_UPSTREAM, T_OK, STR_NIL, STR_NIL, STR_NIL) : OK;
}

static err tell(struct outcome *ret, enum outcome_state state, const char *reason)
{
	static const struct site_event body = { .name = { "said", 4 }, .message_id = { "m", 1 } };
	ret->state = state;
	ret->reason = str_c(reason);
	ret->event = EV_SITE_TRACKED;
	ret->record = &site_event_record;
	ret->body = &body;
	return OK;
}

static err ask_after(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	told.asked++;
	return tell(ret, OUTCOME_DONE, "it was there");
}

static err too_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	told.late++;
	return tell(ret, OUTCOME_DROPPED, "expired");
}

static const struct handler probe_derives[] = { { EV_SITE_PAGE, probe_derive }, { 0 } };
static const struct handler probe_acts[] = { { EV_SITE_PAGE, probe_act }, { 0 } };
static const struct handler witness_acts[] = { { EV_SITE_PAGE, witness_act }, { 0 } };
static const char *const probe_derived[] = { NULL }; /* nothing: whatever derive writes is refused */
static const struct sender probe_senders[] = { { "probe.call", send_it, ask_after, too_late }, { 0 } };
static const struct sender witness_senders[] = { { "witness.call", send_it, NULL, NULL }, { 0 } };
static const struct module probe = { .name = "probe", .doc = "For this test.", .derive = probe_derives, .derived = probe_derived,
				     .act = probe_acts, .person = probe_person, .senders = probe_senders };
static const struct module witness = { .name = "witness", .doc = "For this test.", .act = witness_acts, .senders = witness_senders };
static const struct module *list[MODULES_MOST];

static int make_with(void **state, i64 spread)
{
	size_t n = 0;
	for (; modules[n]; n++)
		list[n] = modules[n];
	assert_true(n + 3 <= MODULES_MOST);
	list[n++] = &probe;
	list[n++] = &witness;
	list[n] = NULL;
	memset(&told, 0, sizeof(told));
	return pond_new(state, list, spread);
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

/* ---- looking ---- */

#define LETTER_FIELDS(F, S) F(S, STR, module) F(S, ID, event) F(S, STR, code) F(S, STR, field)
RECORD(letter, LETTER_FIELDS);
#define OUT_FIELDS(F, S) F(S, STR, kind) F(S, I64, state) F(S, STR, reason, .opt = true)
RECORD(out, OUT_FIELDS);
#define OUT_FIND_FIELDS(F, S) F(S, STR, kind)
RECORD(out_find, OUT_FIND_FIELDS);
#define CELL_FIELDS(F, S) F(S, ID, customer) F(S, STR, what) F(S, I64, times)
RECORD(cell, CELL_FIELDS);
READ_MANY(letters_in, none, letter,
	SQL_GLOBAL("for a test", SELECT module, event, code, field FROM dead_letter WHERE slot = :slot ORDER BY module, event))
READ_MANY(outs_in, out_find, out,
	SQL_GLOBAL("for a test", SELECT kind, state, reason FROM outbox WHERE slot = :slot AND kind = :kind ORDER BY id))
READ_MANY(tokens_in, none, cell,
	SQL_GLOBAL("for a test", SELECT customer, token AS what, 1 AS times FROM name_token WHERE slot = :slot ORDER BY customer, token))
READ_MANY(days_in, none, cell,
	SQL_GLOBAL("for a test", SELECT customer, 'day' AS what, kind * 1000000000 + day * 1000 + times AS times FROM event_day
		WHERE slot = :slot ORDER BY customer, kind, day))
READ_MANY(sums_in, none, cell,
	SQL_GLOBAL("for a test", SELECT customer, coalesce(city, '-') AS what, orders * 100000000 + spent AS times FROM customer_fact
		WHERE slot = :slot ORDER BY customer))

static size_t slots(struct pond *w, i64 ret[64]) { return slots_of_corp(w->t->store, w->corp, ret, 64); }

static size_t letters(struct pond *w, struct letter *last)
{
	i64 all[64];
	size_t found = 0;
	for (size_t i = 0, n = slots(w, all); i < n; i++) {
		struct letter *rows;
		size_t count;
		assert_int_equal(READ_SNAP(&w->cx.unit, all[i], letters_in(snap, &(struct none){ 0 }, &rows, &count)), OK);
		if (count && last)
			*last = rows[count - 1];
		found += count;
	}
	return found;
}

static size_t outs(struct pond *w, const char *kind, struct out *last)
{
	i64 all[64];
	size_t found = 0;
	for (size_t i = 0, n = slots(w, all); i < n; i++) {
		struct out *rows;
		size_t count;
		assert_int_equal(READ_SNAP(&w->cx.unit, all[i], outs_in(snap, &(struct out_find){ str_c(kind) }, &rows, &count)), OK);
		if (count && last)
			*last = rows[count - 1];
		found += count;
	}
	return found;
}

typedef err cells_fn(const struct snap *s, const struct none *in, struct cell **ret, size_t *ret_count);

/* All derived rows of the corp as one text. */
static str derived_rows(struct pond *w)
{
	static cells_fn *const tables[] = { tokens_in, days_in, sums_in };
	struct buf b = buf_new(w->a, (size_t)1 << 20);
	i64 all[64];
	for (size_t i = 0, n = slots(w, all); i < n; i++)
		for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
			struct cell *rows;
			size_t count;
			assert_int_equal(READ_SNAP(&w->cx.unit, all[i], tables[t](snap, &(struct none){ 0 }, &rows, &count)), OK);
			for (size_t k = 0; k < count; k++)
				buf_fmt(&b, "%lld %zu %lld %.*s %lld\n", (long long)all[i], t, (long long)rows[k].customer, STR_F(rows[k].what),
					(long long)rows[k].times);
		}
	return buf_str(&b);
}

/* The n-th person, in a block (over eight slots: mostly in a slot) of her own. */
static i64 person(struct pond *w, u32 n)
{
	i64 id = id_customer(w->corp, n << 16), slot = slot_of_customer(w->t->store, id);
	struct customer_profile p = { .name = arena_printf(w->a, "王小%u", n), .city = STR("上海"), .birthday = NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, customer_add(tx, id, STR("order"), TEST_START, &p)), OK);
	return id;
}

static void sees_a_page(struct pond *w, i64 customer)
{
	struct site_event body = { .name = STR("首页"), .message_id = STR("m") };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer),
		journal_add(tx, EV_SITE_PAGE, customer, clock_now(&w->t->clock), &site_event_record, &body, NULL)), OK);
}

static err consume(struct pond *w)
{
	bool worked;
	return consumer_run(&w->env, w->a, &worked);
}

static void cursors_stand(struct pond *w, const char *name, bool at_end)
{
	i64 all[64], seq, last;
	bool end = true;
	for (size_t i = 0, n = slots(w, all); i < n; i++) {
		assert_int_equal(READ_SNAP(&w->cx.unit, all[i], cursor_get(snap, str_c(name), &seq)), OK);
		assert_int_equal(READ_SNAP(&w->cx.unit, all[i], journal_last(snap, &last)), OK);
		end &= seq == last;
	}
	assert_int_equal(end, at_end);
}

/* ---- consumers ---- */

static void every_module_acts_once_on_every_event(void **state)
{
	struct pond *w = *state;
	bool behind;
	for (u32 n = 1; n <= 3; n++) {
		i64 customer = person(w, n);
		for (u32 k = 0; k < n; k++)
			sees_a_page(w, customer);
	}
	assert_int_equal(consumer_behind(&w->env, w->a, &behind), OK);
	assert_true(behind);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(consume(w), OK);
		assert_int_equal(outs(w, "probe.call", NULL), 6);
		assert_int_equal(outs(w, "witness.call", NULL), 6);
	}
	cursors_stand(w, "probe.derive", true);
	cursors_stand(w, "probe.act", true);
	cursors_stand(w, "attr.facts", true);
	assert_int_equal(consumer_behind(&w->env, w->a, &behind), OK);
	assert_false(behind);
	engine_settle(&w->env);
	assert_int_equal(told.sends, 12);
}

/* In one transaction: n pages whose names have so many bytes. */
static err see_pages(struct tx *tx, i64 customer, int n, size_t bytes)
{
	char *name = arena_alloc(tx->snap.arena, bytes);
	memset(name, 'a', bytes);
	struct site_event body = { .name = { name, bytes }, .message_id = STR("m") };
	for (int i = 0; i < n; i++)
		TRY(journal_add(tx, EV_SITE_PAGE, customer, tx->snap.now, &site_event_record, &body, NULL));
	return OK;
}

/* A person whom every batch touches is folded once in each. */
static int batches_of(struct pond *w, i64 customer, int n, size_t bytes)
{
	int before = outs(w, "witness.call", NULL);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer), see_pages(tx, customer, n, bytes)), OK);
	told.folds = 0;
	assert_int_equal(consume(w), OK);
	assert_int_equal(outs(w, "witness.call", NULL), before + n);
	cursors_stand(w, "witness.act", true);
	return told.folds;
}

static void a_batch_is_bounded_in_events_and_bytes(void **state)
{
	struct pond *w = *state;
	i64 customer = person(w, 1);
	assert_int_equal(consume(w), OK);
	told.derive = TOUCH;
	assert_int_equal(batches_of(w, customer, 501, 6), 1);   /* over a page: read together */
	assert_int_equal(batches_of(w, customer, 2000, 6), 1);
	assert_int_equal(batches_of(w, customer, 2001, 6), 2);
	assert_int_equal(batches_of(w, customer, 501, 4000), 2); /* the first page alone is over a batch's bytes */
}

static void later(struct pond *w, ms by)
{
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + by);
	engine_settle(&w->env);
}

/* An outcome that cannot be written takes none of the others along, and its own row is asked about within five minutes. */
static void a_lost_outcome_keeps_nobody_else_claimed(void **state)
{
	struct pond *w = *state;
	bool worked;
	i64 customer = person(w, 1);
	for (int i = 0; i < 3; i++)
		sees_a_page(w, customer);
	assert_int_equal(consume(w), OK);
	fault_init("sender.called:1:fail");
	assert_int_not_equal(engine_stage(&w->env, STAGE_SEND, &worked), OK);
	fault_init("");
	assert_int_equal(told.sends, 1);
	engine_settle(&w->env);
	assert_int_equal(told.sends, 6); /* of two modules for three pages; the first is not called again */
	assert_int_equal(told.asked, 0);
	ms due = engine_stage_due(&w->env, STAGE_SEND);
	assert_true(due != NIL && due <= clock_now(&w->t->clock) + 5 * MS_MINUTE);
	later(w, due - clock_now(&w->t->clock));
	assert_int_equal(told.sends, 6);
	assert_int_equal(told.asked, 1);
	assert_int_equal(engine_stage_due(&w->env, STAGE_SEND), NIL);
}

/* What sites report by the thousand folds nobody anew unless a module says that it concerns her facts. */
static void a_plain_event_folds_only_whom_derive_touched(void **state)
{
	struct pond *w = *state;
	i64 one = person(w, 1), two = person(w, 2);
	assert_int_equal(consume(w), OK);
	sees_a_page(w, one); /* the first visit of a day is a sign of life */
	sees_a_page(w, two);
	assert_int_equal(consume(w), OK);
	told.folds = 0;
	sees_a_page(w, one);
	sees_a_page(w, two);
	assert_int_equal(consume(w), OK);
	assert_int_equal(told.folds, 0);
	told.derive = TOUCH;
	sees_a_page(w, one);
	assert_int_equal(consume(w), OK);
	assert_int_equal(told.folds, 1);
	/* Derived before a crash, and nobody remembers whom that touched: all are folded. */
	told.derive = BEHAVE;
	told.folds = 0;
	sees_a_page(w, one);
	sees_a_page(w, two);
	told.act = BUSY;
	assert_int_equal(consume(w), ERR_BUSY);
	told.act = BEHAVE;
	for (i64 all[64], i = 0, n = (i64)slots(w, all); i < n; i++)
		assert_int_equal(WRITE_TX(&w->cx.unit, all[i], cursor_put(tx, STR("attr.facts"), 0)), OK);
	assert_int_equal(consume(w), OK);
	assert_int_equal(told.folds, 2);
}

static void a_failing_handler_is_one_dead_letter_and_the_others_go_on(void **state)
{
	struct pond *w = *state;
	struct letter letter;
	i64 customer = person(w, 1);
	told.act = FAIL;
	sees_a_page(w, customer);
	assert_int_equal(consume(w), OK);
	told.act = BEHAVE;
	sees_a_page(w, customer);
	assert_int_equal(consume(w), OK);
	assert_int_equal(letters(w, &letter), 1);
	assert_true(str_eq_c(letter.module, "probe") && str_eq_c(letter.field, "probe"));
	assert_int_equal(outs(w, "probe.call", NULL), 1); /* what the failing one had begun is undone */
	assert_int_equal(outs(w, "witness.call", NULL), 2);
	assert_true(str_has(derived_rows(w), STR("王小"))); /* profile's tokens */
	cursors_stand(w, "probe.act", true);
}

static void a_busy_store_is_no_dead_letter_and_the_event_comes_again(void **state)
{
	struct pond *w = *state;
	i64 customer = person(w, 1);
	told.act = BUSY;
	sees_a_page(w, customer);
	assert_int_equal(consume(w), ERR_BUSY);
	cursors_stand(w, "witness.act", false); /* nothing of the batch is kept */
	assert_int_equal(outs(w, "witness.call", NULL), 0);
	told.act = BEHAVE;
	assert_int_equal(consume(w), OK);
	assert_int_equal(letters(w, NULL), 0);
	assert_int_equal(outs(w, "probe.call", NULL), 1);
	assert_int_equal(outs(w, "witness.call", NULL), 1);
}

static void derive_may_write_nothing_but_its_own_tables(void **state)
{
	struct pond *w = *state;
	struct letter letter;
	i64 customer = person(w, 1);
	told.derive = WRITE_ELSEWHERE;
	sees_a_page(w, customer);
	assert_int_equal(consume(w), OK);
	assert_int_equal(letters(w, &letter), 1);
	assert_true(str_eq_c(letter.module, "probe"));
	assert_true(str_eq_c(letter.code, err_name(ERR_INTERNAL)));
	assert_int_equal(outs(w, "probe.call", NULL), 1); /* act's alone: acting goes on */
}

static void what_is_rebuilt_equals_what_was_live_and_nobody_acts_again(void **state)
{
	struct pond *w = *state;
	struct fail f = { 0 };
	i64 root;
	for (u32 n = 1; n <= 5; n++)
		sees_a_page(w, person(w, n));
	engine_settle(&w->env);
	assert_int_equal(customer_merge(&w->cx.unit, id_customer(w->corp, 1 << 16), id_customer(w->corp, 3 << 16), "manual", &root), OK);
	engine_settle(&w->env);
	clock_advance(&w->t->clock, TEST_START + 3 * MS_DAY);
	sees_a_page(w, id_customer(w->corp, 3 << 16));
	engine_settle(&w->env);
	str live = derived_rows(w);
	int sends = told.sends;
	assert_true(str_has(live, STR("day")) && str_has(live, STR("上海")) && str_has(live, STR("王小")));
	assert_int_equal(consumer_rebuild(&w->env, w->a, NULL, &f), OK);
	assert_true(str_eq(derived_rows(w), live));
	assert_int_equal(consumer_rebuild(&w->env, w->a, "attr", &f), OK);
	assert_true(str_eq(derived_rows(w), live));
	engine_settle(&w->env);
	assert_int_equal(told.sends, sends);
	assert_int_equal(consumer_rebuild(&w->env, w->a, "nobody", &f), ERR_NOT_FOUND);
}

static void an_event_for_another_slot_arrives_there_once_with_its_cause(void **state)
{
	struct pond *w = *state;
	struct event cause, arrived;
	u32 n = 1;
	i64 from = person(w, n++), to;
	do
		to = person(w, n++);
	while (slot_of_customer(w->t->store, to) == slot_of_customer(w->t->store, from) && n < 64);
	assert_true(n < 64);
	told.act = PASS_ON;
	told.to = slot_of_customer(w->t->store, to);
	told.to_customer = to;
	sees_a_page(w, from);
	for (int i = 0; i < 3; i++)
		engine_settle(&w->env);
	assert_int_equal(events_of(w, w->corp, EV_SITE_PAGE, &cause), 1);
	assert_int_equal(events_of(w, w->corp, EV_SITE_SCREEN, &arrived), 1);
	assert_int_equal(arrived.slot, told.to);
	assert_int_equal(arrived.customer, to);
	assert_int_equal(arrived.cause, cause.id);
	assert_int_equal(letters(w, NULL), 0);
}

/* ---- senders ---- */

static void a_lost_reply_is_asked_after_and_never_sent_again(void **state)
{
	struct pond *w = *state;
	struct out row;
	sees_a_page(w, person(w, 1));
	told.send = WORD_LOST;
	engine_settle(&w->env);
	assert_int_equal(told.sends, 2); /* probe's and witness's */
	assert_int_equal(outs(w, "probe.call", &row), 1);
	assert_int_equal(row.state, OUTBOX_UNKNOWN);
	ms due = engine_stage_due(&w->env, STAGE_SEND);
	assert_true(due != NIL && due <= clock_now(&w->t->clock) + 5 * MS_MINUTE);
	later(w, due - clock_now(&w->t->clock));
	assert_int_equal(told.asked, 1);
	assert_int_equal(told.sends, 2);
	outs(w, "probe.call", &row);
	assert_int_equal(row.state, OUTBOX_DONE);
	assert_int_equal(events_of(w, w->corp, EV_SITE_TRACKED, NULL), 1);
	outs(w, "witness.call", &row); /* nobody can be asked about that one */
	assert_int_equal(row.state, OUTBOX_DROPPED);
	assert_true(str_eq_c(row.reason, "unknown"));
	later(w, MS_HOUR);
	assert_int_equal(told.asked, 1);
	assert_int_equal(told.sends, 2);
}

static void a_call_cut_off_by_a_crash_is_asked_after(void **state)
{
	struct pond *w = *state;
	struct outbox_row *rows;
	size_t n;
	struct out row;
	struct fail f = { 0 };
	sees_a_page(w, person(w, 1));
	assert_int_equal(consume(w), OK);
	assert_int_equal(outbox_claim(w->t->store, w->a, STR(LANE_ORDINARY), clock_now(&w->t->clock), 10, &rows, &n, &f), OK);
	assert_int_equal(n, 2);
	assert_int_equal(outbox_recover(w->t->store, w->a, &f), OK); /* the next start */
	later(w, 5 * MS_MINUTE);
	assert_int_equal(told.sends, 0);
	assert_int_equal(told.asked, 1);
	outs(w, "probe.call", &row);
	assert_int_equal(row.state, OUTBOX_DONE);
}

static void what_never_left_is_sent_again_a_little_later(void **state)
{
	struct pond *w = *state;
	struct out row;
	sees_a_page(w, person(w, 1));
	told.send = WORD_AWAY;
	engine_settle(&w->env);
	assert_int_equal(told.sends, 2);
	ms first = engine_stage_due(&w->env, STAGE_SEND), now = clock_now(&w->t->clock);
	assert_true(first > now && first <= now + 10 * MS_SECOND);
	later(w, first - now);
	assert_int_equal(told.sends, 4);
	ms second = engine_stage_due(&w->env, STAGE_SEND);
	assert_true(second - first > first - now); /* patience grows */
	told.send = WORD_DONE;
	later(w, second - first);
	assert_int_equal(told.sends, 6);
	outs(w, "probe.call", &row);
	assert_int_equal(row.state, OUTBOX_DONE);
	assert_int_equal(told.asked, 0);
}

static void a_row_that_came_due_too_late_tells_and_is_not_sent(void **state)
{
	struct pond *w = *state;
	struct out row;
	static const char *const kinds[] = { "probe.call", "witness.call" };
	i64 customer = person(w, 1), slot = slot_of_customer(w->t->store, customer);
	ms now = clock_now(&w->t->clock);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		assert_int_equal(WRITE_TX(&w->cx.unit, slot, outbox_add(tx, str_c(kinds[i]), STR("late"), STR(LANE_WELCOME), now, now + 20 * MS_SECOND,
			customer, &none_record, &(struct none){ 0 }, NULL)), OK);
	later(w, 20 * MS_SECOND + 1);
	assert_int_equal(told.sends, 0);
	assert_int_equal(told.late, 1);
	assert_int_equal(events_of(w, w->corp, EV_SITE_TRACKED, NULL), 1);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		assert_int_equal(outs(w, kinds[i], &row), 1);
		assert_int_equal(row.state, OUTBOX_DROPPED);
		assert_true(str_eq_c(row.reason, "expired"));
	}
}

static err counted_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	told.sends++;
	return OK;
}

static err four(struct tx *tx, const char *lane)
{
	for (int i = 0; i < 4; i++)
		TRY(outbox_add(tx, STR("counted.call"), arena_printf(tx->snap.arena, "%d", i), str_c(lane), tx->snap.now, 0, 0, &none_record,
			       &(struct none){ 0 }, NULL));
	return OK;
}

/* The disk is waited for before the first call and after the last outcome, not with each. */
static void a_turn_of_greetings_waits_twice_for_the_disk(void **state)
{
	static const struct sender senders[] = { { .kind = "counted.call", .send = counted_send }, { 0 } };
	static const struct module counted = { .name = "counted", .doc = "d", .senders = senders };
	static const struct module *const only[] = { &counted, NULL };
	struct test_store *t = test_store_new();
	struct env env = { .store = t->store, .clock = &t->clock, .modules = only };
	struct store_stats before, after;
	struct out *rows;
	size_t n;
	bool worked;
	told.sends = 0;
	assert_int_equal(WRITE_TX(&t->unit, TEST_BASE_SLOT, four(tx, LANE_WELCOME)), OK);
	store_stats(t->store, &before);
	assert_int_equal(sender_run(&env, t->arena, LANE_WELCOME, &worked), OK);
	store_stats(t->store, &after);
	assert_true(worked && told.sends == 4);
	assert_int_equal(after.syncs - before.syncs, 2);
	assert_int_equal(READ_SNAP(&t->unit, TEST_BASE_SLOT, outs_in(snap, &(struct out_find){ STR("counted.call") }, &rows, &n)), OK);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(rows[i].state, OUTBOX_DONE);
	assert_int_equal(sender_run(&env, t->arena, LANE_WELCOME, &worked), OK);
	assert_false(worked);
	test_store_free(t);
}

#define SHUT_MINUTES 5

static err refused_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	told.sends++;
	cx->unit.fail = (struct fail){ .code = ERR_TOO_MANY, .retry_at = cx_now(cx) + SHUT_MINUTES * MS_MINUTE };
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = cx->unit.fail.retry_at };
	return OK;
}

static err many_of(struct tx *tx, const char *kind, int n)
{
	for (int i = 0; i < n; i++)
		TRY(outbox_add(tx, str_c(kind), arena_printf(tx->snap.arena, "%d", i), STR(LANE_ORDINARY), tx->snap.now, 0, 0, &none_record,
			       &(struct none){ 0 }, NULL));
	return OK;
}

static int runs_until_idle(struct env *env, struct arena *a)
{
	bool worked = true;
	int runs = 0;
	for (; worked; runs++)
		assert_int_equal(sender_run(env, a, LANE_ORDINARY, &worked), OK);
	return runs;
}

/* A closed interface is asked by one row each time it may open, however many wait; what goes elsewhere is not held up. */
static void who_waits_for_a_closed_interface_is_left_alone(void **state)
{
	static const struct sender senders[] = { { .kind = "refused.call", .send = refused_send }, { .kind = "counted.call", .send = counted_send }, { 0 } };
	static const struct module counted = { .name = "counted", .doc = "d", .senders = senders };
	static const struct module *const only[] = { &counted, NULL };
	struct test_store *t = test_store_new();
	struct env env = { .store = t->store, .clock = &t->clock, .modules = only };
	ms began = clock_now(&t->clock), due;
	told.sends = 0;
	assert_int_equal(WRITE_TX(&t->unit, TEST_BASE_SLOT, many_of(tx, "refused.call", 500)), OK);
	assert_true(runs_until_idle(&env, t->arena) <= 3);
	assert_int_equal(told.sends, 1);
	assert_int_equal(WRITE_TX(&t->unit, TEST_BASE_SLOT, many_of(tx, "counted.call", 100)), OK);
	runs_until_idle(&env, t->arena);
	assert_int_equal(told.sends, 101);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(sender_next_due(&t->unit, LANE_ORDINARY, &due), OK);
		assert_int_equal(due, began + i * SHUT_MINUTES * MS_MINUTE);
		clock_advance(&t->clock, due - 1);
		assert_int_equal(runs_until_idle(&env, t->arena), 1);
		clock_advance(&t->clock, due);
		runs_until_idle(&env, t->arena);
		assert_int_equal(told.sends, 101 + i);
	}
	test_store_free(t);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, make, pond_free)
#define EIGHT(test) { #test " over eight slots", test, make_spread, pond_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(every_module_acts_once_on_every_event),
		EIGHT(every_module_acts_once_on_every_event),
		ONE(a_batch_is_bounded_in_events_and_bytes),
		ONE(a_lost_outcome_keeps_nobody_else_claimed),
		ONE(a_plain_event_folds_only_whom_derive_touched),
		EIGHT(a_plain_event_folds_only_whom_derive_touched),
		ONE(a_failing_handler_is_one_dead_letter_and_the_others_go_on),
		ONE(a_busy_store_is_no_dead_letter_and_the_event_comes_again),
		ONE(derive_may_write_nothing_but_its_own_tables),
		ONE(what_is_rebuilt_equals_what_was_live_and_nobody_acts_again),
		EIGHT(what_is_rebuilt_equals_what_was_live_and_nobody_acts_again),
		EIGHT(an_event_for_another_slot_arrives_there_once_with_its_cause),
		ONE(a_lost_reply_is_asked_after_and_never_sent_again),
		ONE(a_call_cut_off_by_a_crash_is_asked_after),
		ONE(what_never_left_is_sent_again_a_little_later),
		ONE(a_row_that_came_due_too_late_tells_and_is_not_sent),
		cmocka_unit_test(a_turn_of_greetings_waits_twice_for_the_disk), cmocka_unit_test(who_waits_for_a_closed_interface_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

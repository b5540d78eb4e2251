/*
 * Watched audiences: the told comings and goings, added up, are who is in; nothing is told twice, and what is
 * done again tells nothing.
 */
#include "core/audience/test_audience_life.h"

#include "base/fault.h"
#include "core/audience/audience_watch_data.h"
#include "store/cursor.h"

#include <pthread.h>

#define EVENTS_MAX 100000

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

/* ---- what was told ---- */

struct move { i64 customer, audience; bool in; str by; };
struct moves { VEC(struct move) v; };

/* All moves of an audience, in the order of each slot. */
static struct moves moves_of(struct world *w, i64 audience)
{
	struct moves ret = { 0 };
	i64 slots[SLOT_COUNT];
	size_t count = slots_of_corp(w->t->store, w->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < count; i++) {
		struct event *ev;
		size_t n = 0;
		assert_int_equal(READ_SNAP(&w->cx.unit, slots[i], journal_read(snap, 0, EVENTS_MAX, &ev, &n)), OK);
		for (size_t k = 0; k < n; k++) {
			struct audience_move body;
			if (ev[k].corp != w->corp || (ev[k].kind != EV_AUDIENCE_ENTERED && ev[k].kind != EV_AUDIENCE_LEFT))
				continue;
			assert_int_equal(READ_SNAP(&w->cx.unit, slots[i], event_body(snap, &ev[k], &audience_move_record, &body)), OK);
			assert_int_equal(slot_of_customer(w->t->store, ev[k].customer), slots[i]);
			if (body.audience == audience)
				vec_push(w->t->arena, &ret.v, (struct move){ ev[k].customer, audience, ev[k].kind == EV_AUDIENCE_ENTERED, body.by });
		}
	}
	return ret;
}

/* Added up on what was there before, moves never repeat, and come to who is in now. */
static void assert_adds_up(struct world *w, i64 audience, const i64 *before, size_t before_count)
{
	struct moves m = moves_of(w, audience);
	struct imap in = imap_new(w->t->arena);
	struct audience_watch row;
	struct expr *e;
	str name;
	i64 *now_in, members, told = 0, was;
	size_t n;
	for (size_t i = 0; i < before_count; i++)
		imap_put(&in, before[i], 1);
	for (size_t i = 0; i < m.v.n; i++) {
		was = 0;
		imap_get(&in, m.v.v[i].customer, &was);
		assert_int_not_equal(was, m.v.v[i].in);
		imap_put(&in, m.v.v[i].customer, m.v.v[i].in);
	}
	assert_int_equal(audience_expr_of(&w->cx.unit, audience, &name, &e), OK);
	assert_int_equal(audience_select(&w->cx.unit, e, 0, 1000, &now_in, &n), OK);
	for (size_t i = 0; i < n; i++) {
		was = 0;
		imap_get(&in, now_in[i], &was);
		if (!was)
			fail_msg("%.*s: %lld is in, untold", STR_F(name), (long long)now_in[i]);
		told++;
	}
	assert_int_equal(audience_watch_get(&w->cx.unit, audience, &row, &members), OK);
	assert_string_equal(arena_cstr(w->t->arena, row.state), "live");
	assert_int_equal(members, n);
	for (size_t i = 0; i < m.v.n; i++) {
		bool is = false;
		imap_get(&in, m.v.v[i].customer, &was);
		for (size_t k = 0; k < n; k++)
			is |= now_in[k] == m.v.v[i].customer;
		if (was != is)
			fail_msg("%.*s: %lld was told %lld and is %d", STR_F(name), (long long)m.v.v[i].customer, (long long)was, is);
	}
}

static size_t move_count(struct world *w, i64 audience) { return moves_of(w, audience).v.n; }

static i64 stored(struct world *w, const char *name, const char *expr)
{
	struct audience a;
	assert_int_equal(audience_save(&w->cx.unit, 0, str_c(name), str_c(expr), NIL, &a), OK);
	return a.id;
}

static i64 watched_as(struct world *w, const char *name, const char *expr, bool announce)
{
	i64 id = stored(w, name, expr);
	assert_int_equal(audience_watch_begin(&w->cx.unit, id, announce), OK);
	settle(w);
	return id;
}

/* ---- tests ---- */

static void comings_and_goings_add_up(void **state)
{
	struct life l;
	static const struct { const char *name, *expr; } list[] = {
		{ "tag", "tag:\"宝妈\"" },
		{ "none", "tags none (\"宝妈\", \"VIP\")" },
		{ "bought lately", "did(\"order.paid\", within 3d)" },
		{ "spent", "spent >= 300 and orders >= 2" },
		{ "old order", "last_order < -2d or not friend" },
		{ "nested", "audience:\"tag\" and not audience:\"bought lately\"" },
		{ "tags changed", "did(\"tag.marked\", within 2d, count >= 2)" },
	};
	i64 ids[ARRAY_LEN(list)];
	life_begin(&l, *state, 42, 10);
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		ids[i] = watched_as(l.w, list[i].name, list[i].expr, true);
	for (int i = 0; i < 160; i++) {
		life_step(&l);
		if (life_dice(&l, 3) == 0)
			settle(l.w);
		if (life_dice(&l, 9) == 0)
			live(l.w, (ms)life_dice(&l, 30) * MS_HOUR);
		if (i % 16 == 15) {
			settle(l.w);
			for (size_t k = 0; k < ARRAY_LEN(list); k++)
				assert_adds_up(l.w, ids[k], NULL, 0);
		}
	}
	for (size_t k = 0; k < ARRAY_LEN(list); k++)
		assert_true(move_count(l.w, ids[k]) > 3);
}

static err rewind_in(struct tx *tx)
{
	TRY(cursor_put(tx, STR(AUDIENCE_WATCH_CURSOR), 0));
	return cursor_put(tx, STR("attr.facts"), 0);
}

static void what_is_done_again_tells_nothing(void **state)
{
	struct life l;
	i64 slots[SLOT_COUNT];
	life_begin(&l, *state, 7, 8);
	i64 id = watched_as(l.w, "a", "tag:\"宝妈\" or spent > 100", true);
	for (int i = 0; i < 40; i++)
		life_step(&l);
	settle(l.w);
	size_t told = move_count(l.w, id), n = slots_of_corp(l.w->t->store, l.w->corp, slots, SLOT_COUNT);
	assert_true(told > 5);
	/* As if every reader had died before its cursor moved, and every sweep before its end. */
	for (size_t i = 0; i < n; i++)
		assert_int_equal(WRITE_TX(&l.w->cx.unit, slots[i], rewind_in(tx)), OK);
	assert_int_equal(WRITE_TX(&l.w->cx.unit, l.w->base, audience_watch_all_soon(tx)), OK);
	settle(l.w);
	live(l.w, 2 * MS_DAY);
	assert_int_equal(move_count(l.w, id), told);
	assert_adds_up(l.w, id, NULL, 0);
}

/* Work breaks off after a part was committed: the rest follows, and nothing is told again. */
static void what_broke_off_goes_on(void **state)
{
	struct life l;
	struct audience a;
	log_level_set(LOG_ERROR);
	life_begin(&l, *state, 11, 12);
	for (int i = 0; i < 12; i++)
		life_mark(&l, l.people[i], i % 2, true);
	settle(l.w);
	fault_init("audience.sweep:1:fail,audience.sweep:3:fail");
	i64 id = watched_as(l.w, "a", "tag:\"宝妈\"", true);
	settle(l.w);
	assert_int_equal(move_count(l.w, id), 6);
	fault_init("audience.settle:1:fail,audience.settle:2:fail");
	for (int i = 0; i < 12; i++)
		life_mark(&l, l.people[i], 0, i % 2);
	for (int i = 0; i < 4; i++)
		settle(l.w);
	assert_int_equal(move_count(l.w, id), 6 + 12);
	assert_adds_up(l.w, id, NULL, 0);
	fault_init("audience.sweep:1:fail");
	struct audience_edit to = { id, NIL, STR("a"), STR("not tag:\"宝妈\""), true };
	assert_int_equal(audience_save_edit(&l.w->cx.unit, &to, &a), OK);
	settle(l.w);
	settle(l.w);
	assert_int_equal(move_count(l.w, id), 6 + 12 + 12);
	assert_adds_up(l.w, id, NULL, 0);
	fault_init("");
}

/* Sweeps without end beside a reader that settles; marks of the persons change all the while. */
#define SWEEPS_LEAST 10

struct sweeper { struct world *w; _Atomic bool stop; _Atomic int sweeps; err failed; };

/* A busy store refuses a sweep whole; its timer stays due and it is tried again, as the product does. */
static void note(struct sweeper *s, err e)
{
	if (e != OK && e != ERR_BUSY)
		s->failed = e;
}

static void sweep_due(struct sweeper *s, struct arena *a)
{
	struct cx cx = cx_system(&s->w->env, a, s->w->corp, "test");
	struct timer_row *rows;
	size_t n = 0;
	note(s, WRITE_TX(&cx.unit, s->w->base, audience_watch_all_soon(tx)));
	note(s, timer_due(&cx.unit, clock_now(s->w->env.clock), 100, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].kind, AUDIENCE_SWEEP_TIMER)) {
			note(s, audience_sweep(&cx, &rows[i]));
			s->sweeps++;
		}
}

static void *sweep_on(void *arg)
{
	struct sweeper *s = arg;
	while (!s->stop) {
		struct arena *a = arena_new(ARENA_MAX_DEFAULT);
		sweep_due(s, a);
		arena_free(a);
	}
	return NULL;
}

static void sweeps_and_readers_do_not_cross(void **state)
{
	struct life l;
	pthread_t thread;
	bool worked;
	life_begin(&l, *state, 13, 16);
	i64 id = watched_as(l.w, "a", "tag:\"宝妈\"", true), other = watched_as(l.w, "b", "tags none (\"宝妈\", \"VIP\")", true);
	struct sweeper s = { .w = l.w };
	assert_int_equal(pthread_create(&thread, NULL, sweep_on, &s), 0);
	for (int i = 0; i < 150 || s.sweeps <= SWEEPS_LEAST; i++) {
		life_mark(&l, l.people[life_dice(&l, l.n)], life_dice(&l, 2) ? 0 : 2, life_dice(&l, 2));
		struct arena_mark mark = arena_mark(l.w->t->arena);
		err e = consumer_run(&l.w->env, l.w->t->arena, &worked);
		assert_true(e == OK || e == ERR_BUSY); /* a sweep was quicker, time after time: it is done again */
		arena_reset(l.w->t->arena, mark);
	}
	s.stop = true;
	pthread_join(thread, NULL);
	settle(l.w);
	assert_int_equal(s.failed, OK);
	assert_true(move_count(l.w, id) > 30);
	assert_adds_up(l.w, id, NULL, 0);
	assert_adds_up(l.w, other, NULL, 0);
}

static void a_rebuild_tells_nothing(void **state)
{
	struct life l;
	struct fail f = { 0 };
	life_begin(&l, *state, 9, 8);
	i64 id = watched_as(l.w, "a", "did(\"order.paid\") or spent > 100", true);
	for (int i = 0; i < 30; i++)
		life_step(&l);
	settle(l.w);
	size_t told = move_count(l.w, id);
	assert_true(told > 2);
	assert_int_equal(consumer_rebuild(&l.w->env, l.w->t->arena, "attr", &f), OK);
	settle(l.w);
	assert_int_equal(move_count(l.w, id), told);
}

static void watching_begins_silently_or_tells(void **state)
{
	struct life l;
	i64 *before;
	size_t n;
	struct expr *e;
	life_begin(&l, *state, 3, 6);
	for (int i = 0; i < 4; i++)
		life_mark(&l, l.people[i], 0, true);
	settle(l.w);
	i64 quiet = watched_as(l.w, "quiet", "tag:\"宝妈\"", false), loud = watched_as(l.w, "loud", "tag:\"宝妈\"", true);
	assert_int_equal(move_count(l.w, quiet), 0);
	assert_int_equal(move_count(l.w, loud), 4);
	assert_true(str_eq_c(moves_of(l.w, loud).v.v[0].by, "watch"));
	assert_int_equal(expr_parse(&l.w->cx.unit, STR("tag:\"宝妈\""), &e), OK);
	assert_int_equal(audience_select(&l.w->cx.unit, e, 0, 100, &before, &n), OK);
	life_mark(&l, l.people[5], 0, true);
	life_mark(&l, l.people[0], 0, false);
	settle(l.w);
	assert_adds_up(l.w, quiet, before, n);
	assert_int_equal(move_count(l.w, quiet), 2);
	assert_true(str_eq_c(moves_of(l.w, quiet).v.v[0].by, "facts"));
	/* Beginning again changes nothing; ending and beginning starts afresh. */
	assert_int_equal(audience_watch_begin(&l.w->cx.unit, loud, true), OK);
	settle(l.w);
	assert_int_equal(move_count(l.w, loud), 6);
	assert_int_equal(audience_watch_end(&l.w->cx.unit, loud), OK);
	life_mark(&l, l.people[4], 0, true);
	settle(l.w);
	assert_int_equal(move_count(l.w, loud), 6);
	assert_int_equal(move_count(l.w, quiet), 3);
	assert_int_equal(audience_watch_begin(&l.w->cx.unit, loud, false), OK);
	settle(l.w);
	assert_int_equal(move_count(l.w, loud), 6);
}

/* As an older version would have let it go, or WeCom. */
WRITE(tag_vanish, life_erased, SQL(UPDATE tag SET removed = 1 WHERE corp = :corp AND id = :id))

static void an_edit_tells_the_difference_or_is_silent(void **state)
{
	struct life l;
	struct audience a;
	life_begin(&l, *state, 3, 6);
	for (int i = 0; i < 6; i++)
		life_mark(&l, l.people[i], i < 4 ? 0 : 1, true);
	settle(l.w);
	i64 id = watched_as(l.w, "a", "tag:\"宝妈\"", true), outer = watched_as(l.w, "outer", "not audience:\"a\"", true);
	assert_int_equal(move_count(l.w, id), 4);
	assert_int_equal(move_count(l.w, outer), 2);
	struct audience_edit to = { id, NIL, STR("a"), STR("tag in (\"宝妈\", \"新友\")"), true };
	assert_int_equal(audience_save_edit(&l.w->cx.unit, &to, &a), OK);
	settle(l.w);
	assert_int_equal(move_count(l.w, id), 6);
	assert_int_equal(move_count(l.w, outer), 4); /* the audience it names changed */
	to = (struct audience_edit){ id, NIL, STR("a"), STR("tag:\"新友\""), false };
	assert_int_equal(audience_save_edit(&l.w->cx.unit, &to, &a), OK);
	settle(l.w);
	assert_int_equal(move_count(l.w, id), 6);
	struct audience_watch row;
	i64 members;
	assert_int_equal(audience_watch_get(&l.w->cx.unit, id, &row, &members), OK);
	assert_int_equal(members, 2);
	/* What a tag's removal leaves without meaning is told neither in nor out, and goes on when mended. */
	assert_int_equal(audience_remove(&l.w->cx.unit, id), ERR_STATE);
	assert_int_equal(WRITE_TX(&l.w->cx.unit, l.w->base, tag_vanish(tx, &(struct life_erased){ l.tags[1] })), OK);
	live(l.w, MS_DAY);
	assert_int_equal(move_count(l.w, id), 6);
	to = (struct audience_edit){ id, NIL, STR("a"), STR("tag:\"宝妈\""), true };
	assert_int_equal(audience_save_edit(&l.w->cx.unit, &to, &a), OK);
	settle(l.w);
	assert_int_equal(move_count(l.w, id), 6 + 6);
}

static void midnight_tells_whom_time_moves(void **state)
{
	struct life l;
	life_begin(&l, *state, 3, 5);
	i64 id = watched_as(l.w, "quiet for two days", "last_order < -1d", true);
	i64 child = watched_as(l.w, "never", "last_order is unknown", true);
	life_buy(&l, l.people[0], 500, now(l.w));
	life_buy(&l, l.people[1], 500, now(l.w) + MS_DAY);
	settle(l.w);
	assert_int_equal(move_count(l.w, id), 0);
	assert_int_equal(move_count(l.w, child), 5 + 2);
	live(l.w, MS_DAY);
	assert_int_equal(move_count(l.w, id), 0);
	live_until(l.w, now(l.w) + MS_DAY - MS_HOUR * 10); /* 00:00 of the second day has just gone by */
	assert_int_equal(move_count(l.w, id), 1);
	assert_int_equal(moves_of(l.w, id).v.v[0].customer, l.people[0]);
	assert_true(str_eq_c(moves_of(l.w, id).v.v[0].by, "day"));
	live(l.w, MS_DAY);
	assert_int_equal(move_count(l.w, id), 2);
	assert_adds_up(l.w, id, NULL, 0);
	life_buy(&l, l.people[0], 500, now(l.w));
	settle(l.w);
	assert_int_equal(move_count(l.w, id), 3);
}

static void a_kept_count_answers_only_while_it_is_true(void **state)
{
	struct life l;
	bool known;
	i64 count;
	life_begin(&l, *state, 3, 5);
	i64 id = watched_as(l.w, "a", "friend", false);
	assert_int_equal(audience_watch_count(&l.w->cx.unit, id, &known, &count), OK);
	assert_true(known && count == 5);
	life_mark(&l, l.people[0], 0, true); /* not taken in yet */
	assert_int_equal(audience_watch_count(&l.w->cx.unit, id, &known, &count), OK);
	assert_false(known);
	settle(l.w);
	assert_int_equal(audience_watch_count(&l.w->cx.unit, id, &known, &count), OK);
	assert_true(known && count == 5);
	clock_advance(&l.w->t->clock, now(l.w) + MS_DAY); /* midnight has not been worked on */
	assert_int_equal(audience_watch_count(&l.w->cx.unit, id, &known, &count), OK);
	assert_false(known);
	l.w->cx.unit.scope = 5;
	settle(l.w);
	assert_int_equal(audience_watch_count(&l.w->cx.unit, id, &known, &count), OK);
	assert_false(known);
}

static void a_watch_has_limits(void **state)
{
	struct life l;
	char name[32];
	life_begin(&l, *state, 3, 1);
	i64 loop = stored(l.w, "loop", "did(\"audience.entered\")");
	assert_int_equal(audience_watch_begin(&l.w->cx.unit, loop, true), ERR_INPUT);
	i64 last = 0;
	for (int i = 0; i <= AUDIENCE_WATCH_MAX; i++) {
		snprintf(name, sizeof(name), "w%d", i);
		last = stored(l.w, name, "friend");
		assert_int_equal(audience_watch_begin(&l.w->cx.unit, last, false), i < AUDIENCE_WATCH_MAX ? OK : ERR_INPUT);
	}
	assert_int_equal(audience_watch_begin(&l.w->cx.unit, 12345, false), ERR_NOT_FOUND);
	assert_int_equal(audience_watch_end(&l.w->cx.unit, last - 1), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, world_free)
		T(comings_and_goings_add_up),
		cmocka_unit_test_setup_teardown(comings_and_goings_add_up, make_spread, world_free),
		T(what_is_done_again_tells_nothing),
		cmocka_unit_test_setup_teardown(what_is_done_again_tells_nothing, make_spread, world_free),
		T(what_broke_off_goes_on), cmocka_unit_test_setup_teardown(what_broke_off_goes_on, make_spread, world_free),
		T(sweeps_and_readers_do_not_cross), cmocka_unit_test_setup_teardown(sweeps_and_readers_do_not_cross, make_spread, world_free),
		T(a_rebuild_tells_nothing), T(watching_begins_silently_or_tells), T(an_edit_tells_the_difference_or_is_silent),
		T(midnight_tells_whom_time_moves), T(a_kept_count_answers_only_while_it_is_true), T(a_watch_has_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

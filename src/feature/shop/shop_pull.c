/*
 * Pulling: by timer what is new, by job what was before. Both read windows page by page and keep their place after
 * each page; a page read twice changes nothing.
 */
#include "feature/shop/shop_data.h"

#include "core/job/job.h"
#include "store/journal.h"
#include "store/outbox.h"
#include "store/timer.h"

#define SHOP_PULL_FIELDS(F, S) F(S, ID, connector)
RECORD(shop_pull_body, SHOP_PULL_FIELDS);
#define SHOP_FETCH_FIELDS(F, S) F(S, ID, connector) F(S, STR, order_no)
RECORD(shop_fetch_body, SHOP_FETCH_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- when ---- */

err shop_pull_arm(struct tx *tx, i64 id, ms at)
{
	str key = arena_printf(tx->snap.arena, "%lld", (long long)id);
	return timer_set(tx, STR(SHOP_TIMER), key, at, 0, &none_record, &(struct none){ 0 });
}

err shop_pull_now(struct tx *tx, i64 id)
{
	struct shop_pull_body body = { id };
	i64 turn = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)id, (long long)turn);
	return outbox_add(tx, STR(SHOP_PULL), key, STR(""), tx->snap.now, tx->snap.now + MS_HOUR, 0, &shop_pull_body_record, &body, NULL);
}

static err due(struct tx *tx, const struct timer_row *row, i64 id)
{
	struct shop_connector c;
	bool taken;
	TRY(timer_take(tx, row, &taken));
	err e = taken ? shop_connector_get(&tx->snap, &(struct shop_key){ id }, &c) : ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND || (e == OK && !c.enabled))
		return OK;
	TRY(e);
	TRY(shop_pull_arm(tx, id, tx->snap.now + SHOP_EVERY_MS));
	return shop_pull_now(tx, id);
}

err shop_pull_due(struct cx *cx, const struct timer_row *row)
{
	i64 id = 0;
	str_i64(row->key, &id);
	return WRITE_TX(&cx->unit, row->slot, due(tx, row, id));
}

/* ---- what is wrong ---- */

static str word_of(err e)
{
	return e == ERR_LOGIN ? STR("login") : e == ERR_TOO_MANY ? STR("busy") : e == ERR_CONFIG ? STR("config") : STR("upstream");
}

static err note(struct cx *cx, i64 id, err e, str said)
{
	struct shop_state row = { .id = id, .last_try = cx_now(cx), .error = word_of(e), .said = said };
	return WRITE_TX(&cx->unit, base(cx), shop_fault_set(tx, &row));
}

/* What a failed call means for the row that made it. */
static err trouble(struct cx *cx, const struct shop_link *l, i64 id, err e, struct outcome *ret)
{
	struct fail why = cx->unit.fail;
	str said = l->call.said;
	ms retry_at = l->call.retry_at;
	TRY(note(cx, id, e, said));
	cx->unit.fail = why;
	*ret = (struct outcome){ .reason = word_of(e) };
	ret->state = e == ERR_CONFIG || e == ERR_LOGIN || e == ERR_NOT_FOUND ? OUTCOME_DROPPED : OUTCOME_RETRY;
	ret->retry_at = e == ERR_TOO_MANY ? retry_at : 0;
	return OK;
}

/* ---- what is new ---- */

static ms window_from(const struct shop_state *st) { return st->done - SHOP_OVERLAP_MS; }

/* One page; *ret_more false: everything up to SHOP_LAG_MS ago is known. */
static err pull_page(struct cx *cx, struct shop_link *l, struct shop_state *st, bool *ret_more)
{
	str next;
	i64 orders;
	ms now = cx_now(cx), edge = now - SHOP_LAG_MS;
	if (!st->window_to) {
		st->window_to = int_min(edge, window_from(st) + l->api->window_max);
		st->page = STR_NIL;
	}
	l->call.now = now;
	TRY(shop_page_in(cx, l, window_from(st), st->window_to, st->page, &next, &orders));
	st->page = next;
	st->pulled += orders;
	if (!next.n) {
		st->done = st->window_to;
		st->window_to = 0;
	}
	st->last_try = st->last_good = now;
	st->error = st->said = STR_NIL;
	*ret_more = next.n || st->done < edge;
	return WRITE_TX(&cx->unit, base(cx), shop_place_set(tx, st));
}

static err state_of(struct cx *cx, i64 id, struct shop_connector *row, struct shop_state *st)
{
	struct shop_key key = { id };
	TRY(READ_SNAP(&cx->unit, base(cx), shop_connector_get(snap, &key, row)));
	return READ_SNAP(&cx->unit, base(cx), shop_state_get(snap, &key, st));
}

err shop_pull_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct shop_pull_body body;
	struct shop_connector c;
	struct shop_state st;
	struct shop_link l = { .call = { .said = STR_NIL } };
	bool more = true;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &shop_pull_body_record, &body)));
	err e = state_of(cx, body.connector, &c, &st);
	if (e == ERR_NOT_FOUND || (e == OK && !c.enabled)) {
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("off") };
		return OK;
	}
	TRY(e);
	e = shop_open(cx, body.connector, &l);
	for (int i = 0; e == OK && more && i < SHOP_PAGES; i++)
		e = pull_page(cx, &l, &st, &more);
	if (e != OK)
		return trouble(cx, &l, body.connector, e, ret);
	ret->state = more ? OUTCOME_RETRY : OUTCOME_DONE;
	ret->retry_at = more ? cx_now(cx) : 0;
	ret->reason = more ? STR("more") : STR_NIL;
	return OK;
}

/* One order a message named. */
err shop_fetch_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct shop_fetch_body body;
	struct shop_link l = { .call = { .said = STR_NIL } };
	struct shop_order o;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &shop_fetch_body_record, &body)));
	err e = shop_open(cx, body.connector, &l);
	if (e == OK)
		e = l.api->one(&l.call, body.order_no, &o);
	if (e == ERR_LOGIN) {
		e = shop_renew(cx, &l, l.call.token);
		if (e == OK)
			e = l.api->one(&l.call, body.order_no, &o);
	}
	if (e == OK)
		e = shop_orders_in(cx, &l, &o, 1);
	return e == OK ? OK : trouble(cx, &l, body.connector, e, ret);
}

/* ---- what was before ---- */

#define BACK_FIELDS(F, S) F(S, MS, from) F(S, MS, to) F(S, STR, page, .opt = true) F(S, I64, orders) F(S, MS, wait)
RECORD(shop_back, BACK_FIELDS);

static err save(struct tx *tx, struct job *job, const struct shop_back *at) { return job_save(tx, job, &shop_back_record, at); }

static i64 days(ms span) { return (span + MS_DAY - 1) / MS_DAY; }

err shop_backfill_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct shop_job in;
	struct shop_back at;
	struct shop_link l = { .call = { .said = STR_NIL } };
	str next;
	i64 orders;
	TRY(job_input(cx, job, &shop_job_record, &in));
	TRY(job_cursor(cx, job, &shop_back_record, &at));
	at.from = at.from ? at.from : in.from;
	TRY(shop_open(cx, in.connector, &l));
	at.to = at.to ? at.to : int_min(in.to, at.from + l.api->window_max);
	l.call.now = cx_now(cx);
	err e = shop_page_in(cx, &l, at.from, at.to, at.page, &next, &orders);
	if (e != OK) {
		TRY(note(cx, in.connector, e, l.call.said));
		/* Busy is no fault of the job: it comes back after its back-off. */
		return e == ERR_TOO_MANY ? cx_fail(cx, ERR_BUSY, T_SHOP_SAID, STR_NIL, l.call.said, STR_NIL) : e;
	}
	at.orders += orders;
	at.page = next;
	if (!next.n) {
		at.from = at.to;
		at.to = 0;
	}
	job->done = days(at.from - in.from);
	job->total = days(in.to - in.from);
	*ret_done = !next.n && at.from >= in.to;
	if (*ret_done)
		job_log(cx, job, arena_printf(CX_ARENA(cx), "%lld", (long long)at.orders));
	return WRITE_TX(&cx->unit, base(cx), save(tx, job, &at));
}

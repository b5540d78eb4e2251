/*
 * inherit.ask: 100 customers of one pair of members after the other; inherit.poll: what became of them.
 *
 * Asking twice is harmless: who waits already is refused by code (40129) and simply waits. So a lost answer is
 * asked again. A call that WeCom refuses as a whole (the taker cannot take) ends all it spoke of with its code.
 */
#include "feature/inherit/inherit_data.h"

#include "core/corp/corp.h"
#include "core/follow/follow_handover.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_transfer.h"

enum { CODE_WAITS = 40129 };

struct work {
	struct cx *cx;
	struct inherit_pair pair;
	struct inherit row;
	struct staff giver, taker;
	struct corp_wecom corp;
	struct wecom_call call;
};

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err read_pair(const struct snap *s, struct work *w)
{
	TRY(inherit_get(s, &(struct inherit_key){ w->pair.inherit }, &w->row));
	TRY(staff_get(s, w->pair.giver, &w->giver));
	return staff_get(s, w->pair.taker, &w->taker);
}

static err open_work(struct cx *cx, const struct outbox_row *row, struct work *w)
{
	*w = (struct work){ .cx = cx };
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &inherit_pair_record, &w->pair)));
	TRY(READ_SNAP(&cx->unit, base(cx), read_pair(snap, w)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &w->corp));
	w->call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &w->corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	return OK;
}

static bool resigned(const struct work *w) { return str_eq_c(w->row.kind, "resigned"); }

/* ---- asking ---- */

static err next_planned(const struct snap *s, const struct work *w, struct inherit_item **ret, size_t *ret_count)
{
	struct inherit_next find = { w->pair.inherit, w->pair.giver, w->pair.taker, STR("planned"), WECOM_TRANSFER_CUSTOMERS_MAX };
	return inherit_item_next(s, &find, ret, ret_count);
}

/* What WeCom said of each; nothing about one: it waits to be asked again. */
static err answers(struct tx *tx, struct inherit_item *items, size_t n, const struct wecom_transferred_list *got)
{
	for (size_t i = 0; i < n; i++) {
		struct handover h = { items[i].customer, items[i].giver, items[i].taker, items[i].external_userid };
		for (size_t k = 0; k < got->n; k++) {
			if (!str_eq(got->v[k].external_userid, items[i].external_userid))
				continue;
			i64 code = got->v[k].code;
			bool waits = code == 0 || code == CODE_WAITS;
			items[i].asked = tx->snap.now;
			items[i].state = waits ? STR("waiting") : STR("failed");
			items[i].code = waits ? STR_NIL : arena_printf(tx->snap.arena, "%lld", (long long)code);
			items[i].ended = waits ? NIL : tx->snap.now;
			TRY(inherit_item_set(tx, &items[i]));
			if (waits)
				TRY(handover_asked(tx, &h));
		}
	}
	return OK;
}

static err end_all(struct tx *tx, struct inherit_item *items, size_t n, const char *state, str code)
{
	for (size_t i = 0; i < n; i++) {
		items[i].state = str_c(state);
		items[i].code = code;
		items[i].ended = tx->snap.now;
		TRY(inherit_item_set(tx, &items[i]));
	}
	return OK;
}

static void later(const struct work *w, err e, struct outcome *ret)
{
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(err_name(e)) };
	if (w->call.retry_at != NIL)
		ret->retry_at = w->call.retry_at;
}

err inherit_send_ask(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct work w;
	struct inherit_item *items;
	size_t n;
	TRY(open_work(cx, row, &w));
	TRY(READ_SNAP(&cx->unit, row->slot, next_planned(snap, &w, &items, &n)));
	if (n == 0)
		return OK;
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("more"), .retry_at = cx_now(cx) };
	if (!str_eq_c(w.row.state, "running"))
		return WRITE_TX(&cx->unit, row->slot, end_all(tx, items, n, "cancelled", STR_NIL));
	struct wecom_transfer in = { resigned(&w), w.giver.userid, w.taker.userid, { ARENA_ARRAY(CX_ARENA(cx), str, n), n }, w.row.message };
	for (size_t i = 0; i < n; i++)
		in.external_userids.v[i] = items[i].external_userid;
	struct wecom_transferred_list got;
	err e = wecom_transfer_customers(&w.call, &in, &got);
	if (e == OK && got.n == 0)
		e = ERR_UPSTREAM;
	if (e == OK)
		return WRITE_TX(&cx->unit, row->slot, answers(tx, items, n, &got));
	if (e == ERR_UNKNOWN || err_retryable(e)) {
		later(&w, e, ret);
		return OK;
	}
	str code = w.call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)w.call.errcode) : str_c(err_name(e));
	return WRITE_TX(&cx->unit, row->slot, end_all(tx, items, n, "failed", code));
}

/* ---- asking what became of them ---- */

static err answer_one(struct tx *tx, const struct work *w, i64 customer, const struct wecom_transfer_row *r)
{
	struct inherit_item *items;
	size_t n;
	const char *state = r->state == WECOM_TRANSFER_DONE ? "done" : r->state == WECOM_TRANSFER_REFUSED ? "refused" : "full";
	ms at = r->at == NIL || r->at > tx->snap.now ? tx->snap.now : r->at;
	TRY(inherit_item_waiting(&tx->snap, &(struct inherit_of){ customer }, &items, &n));
	for (size_t i = 0; i < n; i++)
		if (items[i].inherit == w->pair.inherit && items[i].giver == w->pair.giver && r->at != NIL && at >= items[i].asked)
			TRY(inherit_answer(tx, &items[i], state, STR_NIL, at));
	return OK;
}

static err take_results(struct work *w, const struct wecom_transfer_page *page)
{
	struct unit *u = &w->cx->unit;
	for (size_t i = 0; i < page->n; i++) {
		i64 leaf;
		if (page->v[i].state < WECOM_TRANSFER_DONE || page->v[i].state > WECOM_TRANSFER_FULL ||
		    page->v[i].state == WECOM_TRANSFER_WAITING)
			continue;
		err e = identity_find(u, STR("external_userid"), page->v[i].external_userid, &leaf);
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		TRY(WRITE_TX(u, slot_of_customer(u->store, leaf), answer_one(tx, w, leaf, &page->v[i])));
	}
	return OK;
}

struct open_count { i64 pair, all; };

static err count_open(struct work *w, struct open_count *ret)
{
	struct inherit_sum *rows;
	size_t n;
	*ret = (struct open_count){ 0 };
	TRY(inherit_totals(&w->cx->unit, w->pair.inherit, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq_c(rows[i].state, "planned") && !str_eq_c(rows[i].state, "waiting"))
			continue;
		ret->all += rows[i].n;
		if (rows[i].giver == w->pair.giver && rows[i].taker == w->pair.taker)
			ret->pair += rows[i].n;
	}
	return OK;
}

/* Nobody is open any more: the handing over has ended. */
static err close_run(struct tx *tx, i64 id)
{
	struct inherit row;
	TRY(inherit_get(&tx->snap, &(struct inherit_key){ id }, &row));
	if (!str_eq_c(row.state, "running"))
		return OK;
	row.state = STR("done");
	row.ended = tx->snap.now;
	TRY(inherit_put(tx, &row));
	struct inherit_started body = { id, row.kind, row.total };
	return journal_add(tx, EV_INHERIT_ENDED, 0, tx->snap.now, &inherit_started_record, &body, NULL);
}

/* Who still waits after so long has no answer to come. */
static err give_up(struct tx *tx, const struct work *w)
{
	struct inherit_next find = { w->pair.inherit, w->pair.giver, w->pair.taker, STR("waiting"), JOB_STEP_ROWS };
	struct inherit_item *items;
	size_t n;
	TRY(inherit_item_next(&tx->snap, &find, &items, &n));
	for (size_t i = 0; i < n; i++)
		TRY(inherit_answer(tx, &items[i], "failed", STR("no_answer"), tx->snap.now));
	return OK;
}

static err give_up_all(struct work *w)
{
	struct unit *u = &w->cx->unit;
	i64 *slots = ARENA_ARRAY(u->arena, i64, SLOT_COUNT);
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n; i++)
		TRY(WRITE_TX(u, slots[i], give_up(tx, w)));
	return OK;
}

err inherit_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct work w;
	struct open_count open;
	str cursor = STR_NIL;
	TRY(open_work(cx, row, &w));
	do {
		struct wecom_transfer_page page;
		err e = wecom_transfer_result(&w.call, resigned(&w), w.giver.userid, w.taker.userid, cursor, &page);
		if (e != OK && (e == ERR_UNKNOWN || err_retryable(e))) {
			later(&w, e, ret);
			return OK;
		}
		TRY(e);
		TRY(take_results(&w, &page));
		cursor = page.next_cursor;
	} while (cursor.n);
	if (w.row.started != NIL && cx_now(cx) > w.row.started + INHERIT_POLL_LIFE_MS)
		TRY(give_up_all(&w));
	TRY(count_open(&w, &open));
	if (open.pair) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("waiting"), .retry_at = cx_now(cx) + INHERIT_POLL_MS };
		return OK;
	}
	return open.all ? OK : WRITE_TX(&cx->unit, base(cx), close_run(tx, w.pair.inherit));
}

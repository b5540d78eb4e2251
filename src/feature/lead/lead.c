/*
 * The pool's rules. Each act writes the row, its history and the relayed event in one transaction of the base slot.
 */
#include "feature/lead/lead_data.h"

#include "core/attr/attr.h"
#include "core/attr/attr_value.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "store/timer.h"

#define POOL_STEP 200

#define POOL_CURSOR_FIELDS(F, S) F(S, ID, after)
RECORD(lead_at, POOL_CURSOR_FIELDS);
#define POOL_INPUT_FIELDS(F, S) F(S, STR, expr) F(S, I64, scope)
RECORD(lead_pool_in, POOL_INPUT_FIELDS);

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

static err tell(struct tx *tx, i64 customer, enum event_kind kind, const char *what, i64 staff, str why)
{
	struct unit *u = tx->snap.unit;
	struct lead_told body = { staff, why };
	struct lead_log log = { customer, id_next(store_ids(u->store), tx->snap.now), tx->snap.now, str_c(what), staff, why };
	TRY(lead_log_add(tx, &log));
	return journal_relay(tx, slot_of_customer(u->store, customer), kind, customer, tx->snap.now, &lead_told_record, &body);
}

static str timer_key(struct tx *tx, i64 customer) { return arena_printf(tx->snap.arena, "%lld", (long long)customer); }

/* ---- putting in ---- */

static err put_free(struct tx *tx, const i64 *roots, size_t n, struct job job, const struct lead_at *at, struct job *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct lead row;
		record_init(&lead_record, &row);
		row.customer = roots[i];
		row.state = STR("free");
		row.created = tx->snap.now;
		TRY(lead_add(tx, &row));
		job.skipped += tx_changed(tx) == 0;
		if (tx_changed(tx))
			TRY(tell(tx, roots[i], EV_LEAD_POOLED, "pooled", NIL, STR_NIL));
	}
	TRY(job_save(tx, &job, &lead_at_record, at));
	*ret = job;
	return OK;
}

err lead_pool_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct lead_pool_in in;
	struct lead_at at;
	struct expr *e;
	i64 *roots;
	size_t n, kept = 0;
	TRY(job_input(cx, job, &lead_pool_in_record, &in));
	TRY(job_cursor(cx, job, &lead_at_record, &at));
	u->scope = in.scope;
	TRY(expr_parse(u, in.expr, &e));
	TRY(audience_select(u, e, at.after, POOL_STEP, &roots, &n));
	*ret_done = n < POOL_STEP;
	at.after = n ? roots[n - 1] : at.after;
	for (size_t i = 0; i < n; i++) {
		struct customer_fact f;
		err got = READ_SNAP(u, slot_of_customer(u->store, roots[i]), attr_fact_get(snap, roots[i], &f));
		if (got != OK && got != ERR_NOT_FOUND)
			return got;
		if (got == OK && !f.friend && !f.erased)
			roots[kept++] = roots[i];
	}
	struct job was = *job, now = *job;
	was.done += (i64)n;
	was.skipped += (i64)(n - kept);
	TRY(WRITE_TX(u, base(u), put_free(tx, roots, kept, was, &at, &now)));
	*job = now;
	return OK;
}

/* ---- claiming and giving back ---- */

struct limits { i64 held, days, cool; };

static err limits_of(struct unit *u, struct limits *ret)
{
	TRY(setting_i64(u, "lead.held_max", &ret->held));
	TRY(setting_i64(u, "lead.days", &ret->days));
	return setting_i64(u, "lead.cool_days", &ret->cool);
}

static err get(struct tx *tx, i64 customer, struct lead *ret)
{
	err e = lead_get(&tx->snap, &(struct lead_key){ customer }, ret);
	return e == ERR_NOT_FOUND ? tx_fail(tx, e, T_LEAD_UNKNOWN, STR("customer"), STR_NIL, STR_NIL) : e;
}

static err claim(struct tx *tx, i64 staff, i64 customer, const struct limits *l)
{
	struct lead row;
	struct lead_n held;
	TRY(get(tx, customer, &row));
	if (!str_eq_c(row.state, "free"))
		return tx_fail(tx, ERR_STATE, T_LEAD_TAKEN, STR("customer"), STR_NIL, STR_NIL);
	if (row.last_staff == staff && row.cool != NIL && row.cool > tx->snap.now) {
		str day = tz_format_date(corp_day(tx->snap.unit, row.cool), tx->snap.arena);
		return tx_fail(tx, ERR_STATE, T_LEAD_COOL, STR("customer"), day, STR_NIL);
	}
	TRY(lead_held(&tx->snap, &(struct lead_mine){ staff, 0, 0 }, &held));
	if (held.n >= l->held)
		return tx_fail(tx, ERR_STATE, T_LEAD_MAX, STR("customer"), STR_NIL, arena_printf(tx->snap.arena, "%lld", (long long)l->held));
	row.state = STR("claimed");
	row.staff = staff;
	row.claimed = tx->snap.now;
	row.until = tx->snap.now + l->days * MS_DAY;
	TRY(lead_put(tx, &row));
	TRY(timer_set(tx, STR(LEAD_RETURN), timer_key(tx, customer), row.until, 0, &none_record, &(struct none){ 0 }));
	return tell(tx, customer, EV_LEAD_CLAIMED, "claimed", staff, STR_NIL);
}

err lead_claim(struct cx *cx, i64 staff, i64 customer)
{
	struct limits l;
	TRY(limits_of(&cx->unit, &l));
	return WRITE_TX(&cx->unit, base(&cx->unit), claim(tx, staff, customer, &l));
}

static err give_back(struct tx *tx, struct lead row, str why, const struct limits *l)
{
	i64 staff = row.staff;
	row.state = STR("free");
	row.last_staff = staff;
	row.cool = tx->snap.now + l->cool * MS_DAY;
	row.staff = row.claimed = row.until = NIL;
	TRY(lead_put(tx, &row));
	return tell(tx, row.customer, EV_LEAD_RETURNED, "returned", staff, why);
}

static err give_back_own(struct tx *tx, i64 staff, i64 customer, str why, const struct limits *l)
{
	struct lead row;
	TRY(get(tx, customer, &row));
	if (!str_eq_c(row.state, "claimed") || row.staff != staff)
		return tx_fail(tx, ERR_STATE, T_LEAD_NOT_YOURS, STR("customer"), STR_NIL, STR_NIL);
	TRY(timer_cancel(tx, STR(LEAD_RETURN), timer_key(tx, customer)));
	return give_back(tx, row, why, l);
}

err lead_give_back(struct cx *cx, i64 staff, i64 customer, str why)
{
	struct limits l;
	TRY(limits_of(&cx->unit, &l));
	return WRITE_TX(&cx->unit, base(&cx->unit), give_back_own(tx, staff, customer, why, &l));
}

static err return_due(struct tx *tx, const struct timer_row *timer, i64 customer, const struct limits *l)
{
	struct lead row;
	bool first;
	TRY(timer_take(tx, timer, &first));
	if (!first)
		return OK;
	err e = lead_get(&tx->snap, &(struct lead_key){ customer }, &row);
	if (e == ERR_NOT_FOUND || (e == OK && (!str_eq_c(row.state, "claimed") || row.until > tx->snap.now)))
		return OK;
	TRY(e);
	return give_back(tx, row, STR("expired"), l);
}

err lead_return_due(struct cx *cx, const struct timer_row *row)
{
	struct limits l;
	i64 customer = 0;
	TRY(limits_of(&cx->unit, &l));
	str_i64(row->key, &customer);
	return WRITE_TX(&cx->unit, row->slot, return_due(tx, row, customer, &l));
}

/* ---- won ---- */

/* Her row stands in another slot, so it is a timer's work; silent unless she is a lead and now a friend. */
err lead_settle(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct lead row;
	if (!sum->friend)
		return OK;
	err e = lead_get(&tx->snap, &(struct lead_key){ p->root }, &row);
	if (e == ERR_NOT_FOUND || (e == OK && str_eq_c(row.state, "won")))
		return OK;
	TRY(e);
	return timer_set(tx, STR(LEAD_WON), timer_key(tx, p->root), tx->snap.now, p->root, &none_record, &(struct none){ 0 });
}

static err won(struct tx *tx, i64 customer)
{
	struct lead row;
	err e = lead_get(&tx->snap, &(struct lead_key){ customer }, &row);
	if (e == ERR_NOT_FOUND || (e == OK && str_eq_c(row.state, "won")))
		return OK;
	TRY(e);
	TRY(timer_cancel(tx, STR(LEAD_RETURN), timer_key(tx, customer)));
	row.state = STR("won");
	row.until = NIL;
	TRY(lead_put(tx, &row));
	return tell(tx, customer, EV_LEAD_WON, "won", row.staff, STR_NIL);
}

static err take(struct tx *tx, const struct timer_row *row)
{
	bool first;
	return timer_take(tx, row, &first);
}

err lead_won_due(struct cx *cx, const struct timer_row *row)
{
	TRY(WRITE_TX(&cx->unit, base(&cx->unit), won(tx, row->customer)));
	return WRITE_TX(&cx->unit, row->slot, take(tx, row));
}

/*
 * Touches whose time has come: each is handed to its channel, by the plan's timer; and the end.
 *
 * What the transaction needs and cannot read (whether the maker may still act, the content, the audience in words) is made
 * ready before it. A touch the channel refuses fails with the reason and the next one goes on.
 */
#include "feature/campaign/campaign_data.h"

#include "base/recur.h"
#include "core/audience/audience.h"
#include "core/perm/perm.h"

struct ready { struct campaign_act act; i64 n; str why; };

static struct campaign_touch *due_of(struct campaign_touch *t, size_t n, ms now)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(t[i].state, "waiting") && t[i].at <= now)
			return &t[i];
	return NULL;
}

static err read_all(const struct snap *s, i64 id, struct campaign *c, struct campaign_touch **t, size_t *n)
{
	TRY(campaign_get(s, &(struct campaign_key){ id }, c));
	return campaign_touches(s, &(struct campaign_key){ id }, t, n);
}

/* ---- beginning ---- */

static err settle(struct tx *tx, const struct campaign *c, struct campaign_touch *t, const struct ready *ready)
{
	i64 id = 0;
	if (tx->snap.now - t->at > RECUR_LATE_MS)
		t->state = STR("missed");
	else if (ready->why.n)
		t->state = STR("failed"), t->reason = ready->why;
	else
		t->state = STR("begun");
	if (str_eq_c(t->state, "begun")) {
		TRY(ready->act.channel->begin(tx, &ready->act.touch, &id));
		TRY(mass_begun(tx, c->id, ready->act.channel->name, id, c->until));
		t->ref = id;
	}
	TRY(campaign_touch_put(tx, t));
	struct campaign_touched body = { c->id, t->n, t->channel, t->state, id ? id : NIL, t->reason.n ? t->reason : STR_NIL };
	return journal_add(tx, EV_CAMPAIGN_TOUCHED, 0, tx->snap.now, &campaign_touched_record, &body, NULL);
}

static err end(struct tx *tx, struct campaign *c)
{
	c->state = STR("ended");
	c->closed = tx->snap.now;
	TRY(campaign_update(tx, c));
	return campaign_tell(tx, EV_CAMPAIGN_CLOSED, c);
}

static err due_in(struct tx *tx, const struct timer_row *row, i64 id, const struct ready *ready)
{
	struct campaign c;
	struct campaign_touch *t, *due;
	bool taken, waits = false;
	size_t n;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	TRY(read_all(&tx->snap, id, &c, &t, &n));
	if (!str_eq_c(c.state, "running"))
		return OK;
	due = due_of(t, n, tx->snap.now);
	if (due && due->n == ready->n)
		TRY(settle(tx, &c, due, ready));
	for (size_t i = 0; i < n; i++)
		waits |= str_eq_c(t[i].state, "waiting") || t[i].at + CAMPAIGN_TAIL_MS > tx->snap.now;
	return waits ? campaign_arm(tx, &c) : end(tx, &c);
}

/* With its maker's eyes; what keeps the touch from going out is a reason, not an error. */
static err make_ready(struct cx *cx, const struct campaign *c, const struct campaign_touch *t, struct ready *ret)
{
	struct user maker;
	err e = c->made_by ? user_get(&cx->unit, c->made_by, &maker) : OK;
	*ret = (struct ready){ .n = t->n, .why = STR("") };
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND || (c->made_by && maker.disabled)) {
		ret->why = STR("maker");
		return OK;
	}
	struct expr *audience;
	cx->unit.scope = c->viewed_by;
	e = expr_parse(&cx->unit, c->expr, &audience);
	if (e == OK)
		e = campaign_act_of(&cx->unit, c, t, &ret->act);
	cx->unit.scope = 0;
	if (e != OK && !err_retryable(e))
		ret->why = str_c(err_name(e));
	return err_retryable(e) ? e : OK;
}

err campaign_due(struct cx *cx, const struct timer_row *row)
{
	struct campaign c;
	struct campaign_touch *t, *due;
	struct ready ready = { .why = STR("") };
	size_t n;
	i64 id;
	if (!str_i64(row->key, &id))
		return ERR_INTERNAL;
	TRY(READ_SNAP(&cx->unit, row->slot, read_all(snap, id, &c, &t, &n)));
	due = due_of(t, n, cx_now(cx));
	if (due)
		TRY(make_ready(cx, &c, due, &ready));
	err e = WRITE_TX(&cx->unit, row->slot, due_in(tx, row, id, &ready));
	if (e == OK || err_retryable(e))
		return e;
	ready.why = str_c(err_name(e)); /* the channel refused it: said so, and on to the next */
	return WRITE_TX(&cx->unit, row->slot, due_in(tx, row, id, &ready));
}

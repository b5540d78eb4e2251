/*
 * campaign's rules on a transaction of the corp's base slot: making, starting, pausing, stopping.
 */
#include "feature/campaign/campaign_data.h"

#include "core/approve/approve.h"
#include "core/audit/audit.h"
#include "core/job/job.h"
#include "core/reach/reach_trial.h"

static str key_of(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "%lld", (long long)id); }

static err audit(struct tx *tx, const char *act, i64 id, str detail)
{
	return audit_add(tx, act, arena_printf(tx->snap.arena, "campaign:%lld", (long long)id), detail);
}

err campaign_tell(struct tx *tx, enum event_kind kind, const struct campaign *c)
{
	struct campaign_event body = { c->id, c->name, c->state, c->people, c->reached };
	return journal_add(tx, kind, 0, tx->snap.now, &campaign_event_record, &body, NULL);
}

err campaign_act_of(struct unit *u, const struct campaign *c, const struct campaign_touch *t, struct campaign_act *ret)
{
	const char *at = arena_cstr(u->arena, arena_printf(u->arena, "touches.%lld", (long long)t->n - 1));
	*ret = (struct campaign_act){ .channel = mass_channel_find(u->env, t->channel) };
	if (!ret->channel)
		return fail_set(&u->fail, ERR_STATE, T_CAMPAIGN_CHANNEL, str_c(at), t->channel, STR_NIL);
	ret->touch = (struct mass_touch){ .plan = c->id, .n = t->n, .name = t->name, .expr = c->expr, .words = c->words, .kind = c->kind,
					  .at = t->at, .made_by = c->made_by, .viewed_by = c->viewed_by, .confirmed = c->reached };
	return mass_content_of(u, ret->channel, t->content, at, &ret->touch.content);
}

/* Of a plan over people he does not see all of, nobody changes anything. */
static err get(struct tx *tx, i64 id, struct campaign *ret)
{
	i64 scope = tx->snap.unit->scope;
	err e = campaign_get(&tx->snap, &(struct campaign_key){ id }, ret);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_CAMPAIGN, LANG_ZH)));
	TRY(e);
	return scope && scope != ret->viewed_by ? tx_fail(tx, ERR_FORBIDDEN, T_CAMPAIGN_OUTSIDE, STR("id"), STR_NIL, STR_NIL) : OK;
}

static err wrong_state(struct tx *tx, const struct campaign *c)
{
	return tx_fail(tx, ERR_STATE, T_CAMPAIGN_STATE, STR("id"), c->state, STR_NIL);
}

/* ---- the timer ---- */

err campaign_arm(struct tx *tx, const struct campaign *c)
{
	struct campaign_touch *t;
	size_t n;
	ms next = NIL, last = 0;
	TRY(campaign_touches(&tx->snap, &(struct campaign_key){ c->id }, &t, &n));
	for (size_t i = 0; i < n; i++) {
		last = int_max(last, t[i].at);
		if (str_eq_c(t[i].state, "waiting") && (next == NIL || t[i].at < next))
			next = t[i].at;
	}
	next = int_max(next == NIL ? last + CAMPAIGN_TAIL_MS : next, tx->snap.now);
	return timer_set(tx, STR(CAMPAIGN_DUE), key_of(tx, c->id), next, 0, &campaign_key_record, &(struct campaign_key){ c->id });
}

/* ---- by hand ---- */

static err check_start(struct tx *tx, const struct campaign *c, const struct campaign_touch *t, i64 confirmed, i64 approve_over)
{
	struct unit *u = tx->snap.unit;
	struct arena *a = tx->snap.arena;
	struct campaign_alive *live;
	size_t n;
	if (!str_eq_c(c->state, "planned"))
		return wrong_state(tx, c);
	if (c->reached == 0)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_NOBODY, STR("confirm_count"), STR_NIL, STR_NIL);
	if (confirmed != c->reached)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_COUNT, STR("confirm_count"), arena_printf(a, "%lld", (long long)c->reached),
			       arena_printf(a, "%lld", (long long)confirmed));
	if (c->reached > approve_over && u->actor_kind == ACTOR_USER && u->actor == c->made_by)
		return tx_fail(tx, ERR_FORBIDDEN, T_CAMPAIGN_SECOND, STR_NIL, STR_NIL, arena_printf(a, "%lld", (long long)approve_over));
	if (t->at < tx->snap.now)
		return tx_fail(tx, ERR_STATE, T_CAMPAIGN_PAST, STR("touches.0.at_ms"), STR_NIL, STR_NIL);
	TRY(campaign_live(&tx->snap, &(struct none){ 0 }, &live, &n));
	return n < CAMPAIGN_LIVE_MAX ? OK : tx_fail(tx, ERR_STATE, T_CAMPAIGN_MANY, STR_NIL, STR_NIL, STR(FAIL_STR(CAMPAIGN_LIVE_MAX)));
}

err campaign_start(struct tx *tx, i64 id, i64 confirmed, i64 approve_over)
{
	struct campaign c;
	struct campaign_touch *t;
	size_t n;
	TRY(get(tx, id, &c));
	TRY(campaign_touches(&tx->snap, &(struct campaign_key){ id }, &t, &n));
	TRY(check_start(tx, &c, t, confirmed, approve_over));
	c.state = STR("running");
	c.since = tx->snap.now;
	c.approved_by = tx->snap.unit->actor_kind == ACTOR_USER ? tx->snap.unit->actor : NIL;
	TRY(campaign_update(tx, &c));
	TRY(reach_trial_open(tx, "campaign", id, c.since, t[n - 1].at + CAMPAIGN_BOUGHT_MS, c.holdout));
	TRY(campaign_arm(tx, &c));
	TRY(campaign_tell(tx, EV_CAMPAIGN_STARTED, &c));
	return audit(tx, "campaign.start", id, arena_printf(tx->snap.arena, "people=%lld", (long long)c.reached));
}

err campaign_pause(struct tx *tx, i64 id)
{
	struct campaign c;
	TRY(get(tx, id, &c));
	if (!str_eq_c(c.state, "running"))
		return wrong_state(tx, &c);
	c.state = STR("paused");
	TRY(campaign_update(tx, &c));
	TRY(timer_cancel(tx, STR(CAMPAIGN_DUE), key_of(tx, id)));
	return audit(tx, "campaign.pause", id, STR(""));
}

err campaign_resume(struct tx *tx, i64 id)
{
	struct campaign c;
	TRY(get(tx, id, &c));
	if (!str_eq_c(c.state, "paused"))
		return wrong_state(tx, &c);
	c.state = STR("running");
	c.why = STR("");
	TRY(campaign_update(tx, &c));
	TRY(campaign_arm(tx, &c));
	return audit(tx, "campaign.resume", id, STR(""));
}

/* What is over already stays as it is. */
static err stop_touch(struct tx *tx, struct campaign_touch *t)
{
	struct unit *u = tx->snap.unit;
	const struct mass_channel *channel = mass_channel_find(u->env, t->channel);
	struct fail before = *tx->snap.fail;
	if (str_eq_c(t->state, "waiting")) {
		t->state = STR("cancelled");
		return campaign_touch_put(tx, t);
	}
	if (!t->ref || !channel)
		return OK;
	err e = channel->stop(tx, t->ref);
	if (e != ERR_STATE)
		return e;
	*tx->snap.fail = before;
	return OK;
}

err campaign_cancel(struct tx *tx, i64 id)
{
	struct campaign c;
	struct campaign_touch *t;
	size_t n;
	TRY(get(tx, id, &c));
	if (!str_eq_c(c.state, "planning") && !str_eq_c(c.state, "planned") && !str_eq_c(c.state, "running") && !str_eq_c(c.state, "paused"))
		return wrong_state(tx, &c);
	TRY(campaign_touches(&tx->snap, &(struct campaign_key){ id }, &t, &n));
	for (size_t i = 0; i < n; i++)
		TRY(stop_touch(tx, &t[i]));
	c.state = STR("cancelled");
	c.closed = tx->snap.now;
	TRY(campaign_update(tx, &c));
	TRY(timer_cancel(tx, STR(CAMPAIGN_DUE), key_of(tx, id)));
	TRY(campaign_tell(tx, EV_CAMPAIGN_CLOSED, &c));
	return audit(tx, "campaign.cancel", id, STR(""));
}

/* Members and sums belong to what was looked at: a changed plan is a new one. */
static err replace(struct tx *tx, i64 id)
{
	struct campaign c;
	TRY(get(tx, id, &c));
	if (!str_eq_c(c.state, "planned") && !str_eq_c(c.state, "planning"))
		return wrong_state(tx, &c);
	TRY(campaign_cancel(tx, id));
	TRY(get(tx, id, &c));
	c.why = STR(CAMPAIGN_REPLACED);
	return campaign_update(tx, &c);
}

err campaign_add(struct tx *tx, struct campaign *c, struct campaign_touch *touches, size_t count, i64 replaces)
{
	str link = arena_printf(tx->snap.arena, "/campaigns/%lld", (long long)c->id);
	if (replaces)
		TRY(replace(tx, replaces));
	TRY(campaign_insert(tx, c));
	for (size_t i = 0; i < count; i++)
		TRY(campaign_touch_add(tx, &touches[i]));
	TRY(job_add(tx, CAMPAIGN_JOB, c->name, link, &campaign_key_record, &(struct campaign_key){ c->id }, NULL));
	return audit(tx, "campaign.create", c->id, c->name);
}

err campaign_refuse(struct tx *tx, i64 id, str reason)
{
	struct campaign c;
	TRY(get(tx, id, &c));
	if (!str_eq_c(c.state, "planned"))
		return wrong_state(tx, &c);
	TRY(campaign_cancel(tx, id));
	struct approval_decided d = { STR("campaign"), id, c.name, arena_printf(tx->snap.arena, "/campaigns/%lld", (long long)id), c.made_by, 0, false, reason };
	TRY(approval_tell(tx, &d));
	return audit(tx, "campaign.refuse", id, reason);
}

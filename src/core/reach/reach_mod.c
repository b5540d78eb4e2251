/*
 * reach joins: the ledger derived from reach.* events, its settings, and what it knows of a person.
 */
#include "core/reach/reach_set.h"
#include "core/reach/reach_trial_data.h"

#include "core/attr/attr_value.h"
#include "core/module.h"

static err on_sent(struct tx *tx, const struct event *ev)
{
	struct reach_event body;
	TRY(event_body(&tx->snap, ev, &reach_event_record, &body));
	struct reach_touch row = {
		ev->customer, ev->occurred, ev->id, body.channel, body.class, body.by, body.by_id, body.staff, body.how, body.content, body.key,
	};
	return reach_touch_add(tx, &row);
}

static err on_stance(struct tx *tx, const struct event *ev)
{
	struct reach_event body;
	TRY(event_body(&tx->snap, ev, &reach_event_record, &body));
	struct reach_stance row = { ev->customer, body.channel, ev->kind == EV_REACH_ACCEPTED ? STR("accepted") : STR("refused"), ev->occurred, body.by };
	return reach_stance_put(tx, &row);
}

static err on_block(struct tx *tx, const struct event *ev)
{
	struct reach_blocked body;
	TRY(event_body(&tx->snap, ev, &reach_blocked_record, &body));
	struct reach_block_row row = { ev->customer, ev->kind == EV_REACH_BLOCKED, ev->occurred, body.by, body.reason };
	return reach_block_put(tx, &row);
}

/* act: a claim has become a touch, or nothing. What nobody can tell ("unknown") counts as a touch. */
static err on_ended(struct tx *tx, const struct event *ev)
{
	struct reach_event body;
	TRY(event_body(&tx->snap, ev, &reach_event_record, &body));
	if (!body.key.n)
		return OK;
	if (ev->kind == EV_REACH_SENT) /* the touch stands in place of a bit in a set */
		return reach_claim_end(tx, &(struct reach_ended){ ev->customer, body.key, STR("sent") });
	return reach_claim_close(tx, ev->customer, body.key, str_eq_c(body.reason, "unknown") ? "sent" : "released");
}

static err facts(const struct snap *s, i64 leaf, struct customer_fact *sum)
{
	struct reach_last last;
	err e = reach_last_of(s, &(struct reach_last){ .customer = leaf }, &last);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	sum->last_reached = sum->last_reached == NIL ? last.at : int_max(sum->last_reached, last.at);
	return OK;
}

/* Whether she is one of those nobody markets to; asked whenever her facts are folded, so cheap while there is no such
 * group. Who was in one that is no more is cleared by the job that follows a change of the rules. */
struct kept_rules { i64 corp; struct reach_rules rules; };

static err person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	static const char key;
	struct kept_rules *kept = *tx_memo(tx, &key);
	bool changed;
	(void)sum;
	if (!kept || kept->corp != tx->snap.corp) {
		kept = ARENA_NEW(tx->snap.arena, struct kept_rules);
		kept->corp = tx->snap.corp;
		TRY(reach_rules_get(tx->snap.unit, &kept->rules));
		*tx_memo(tx, &key) = kept;
	}
	return kept->rules.holdout ? reach_holdout_settle(tx, &kept->rules, p->root, &changed) : OK;
}

static const struct query *const queries[] = {
	&reach_touch_add_query, &reach_touches_span_query, &reach_last_of_query, &reach_touches_of_query, &reach_touch_get_query,
	&reach_seat_take_query, &reach_claim_put_query, &reach_claim_new_query, &reach_claim_end_query, &reach_claims_forget_query,
	&reach_claims_span_query, &reach_sets_span_query, &reach_sets_keyed_query, &reach_set_put_query, &reach_sets_forget_query, &reach_stance_put_query, &reach_stances_span_query, &reach_stances_list_query, &reach_block_put_query,
	&reach_blocks_span_query, &reach_blocks_list_query, &reach_trial_add_query, &reach_trial_get_query,
	&reach_trials_at_query, &reach_arm_put_query, &reach_arms_of_query, &reach_arm_sizes_query, &reach_bought_put_query,
	&reach_bought_drop_query, &reach_bought_sums_query, NULL,
};
static const struct handler derive[] = {
	{ EV_REACH_SENT, on_sent },
	{ EV_REACH_REFUSED, on_stance },
	{ EV_REACH_ACCEPTED, on_stance },
	{ EV_REACH_BLOCKED, on_block },
	{ EV_REACH_UNBLOCKED, on_block },
	{ EV_ORDER_PLACED, reach_on_order },
	{ EV_ORDER_CHANGED, reach_on_order },
	{ EV_ORDER_WITHDRAWN, reach_on_undone },
	{ EV_ORDER_CANCELLED, reach_on_undone },
	{ 0 },
};
static const struct handler act[] = {
	{ EV_REACH_SENT, on_ended },
	{ EV_REACH_FAILED, on_ended },
	{ 0 },
};
static const char *const derived[] = { "reach_touch", "reach_stance", "reach_block", "reach_bought", NULL };
static const struct event_title titles[] = {
	{ EV_REACH_BLOCKED, T_EV_REACH_BLOCKED },
	{ EV_REACH_UNBLOCKED, T_EV_REACH_UNBLOCKED },
	{ EV_REACH_ACCEPTED, T_EV_REACH_ACCEPTED },
	{ 0 },
};
static const struct attr attrs[] = {
	{ .name = "last_reached", .type = ATTR_DAY, .column = "last_reached", .label = T_ATTR_LAST_REACHED },
	{ .name = "holdout", .type = ATTR_FLAG, .id = REACH_ATTR_HOLDOUT, .label = T_ATTR_HOLDOUT },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "reach.day_max", .otherwise = FAIL_STR(REACH_DAY_MAX), .label = T_REACH_DAY_MAX },
	{ .name = "reach.week_max", .otherwise = FAIL_STR(REACH_WEEK_MAX), .label = T_REACH_WEEK_MAX },
	{ .name = "reach.quiet_from", .otherwise = "21", .label = T_REACH_QUIET_FROM },
	{ .name = "reach.quiet_to", .otherwise = "9", .label = T_REACH_QUIET_TO },
	{ .name = "reach.mode", .otherwise = "calendar", .label = T_REACH_MODE },
	{ .name = "reach.limits", .otherwise = REACH_LIMITS_DEFAULT, .label = T_REACH_LIMITS },
	{ .name = "reach.zone_attr", .otherwise = "timezone", .label = T_REACH_ZONE_ATTR },
	{ .name = "reach.mix_share", .otherwise = "100", .label = T_REACH_MIX_SHARE },
	{ .name = "reach.mix_days", .otherwise = "30", .label = T_REACH_MIX_DAYS },
	{ .name = "reach.exempt", .otherwise = REACH_EXEMPT_DEFAULT, .label = T_REACH_EXEMPT },
	{ .name = "reach.consent", .otherwise = "", .label = T_REACH_CONSENT },
	{ .name = "reach.holdout", .otherwise = "0", .label = T_REACH_HOLDOUT },
	{ .name = "reach.holdout_salt", .otherwise = "", .label = T_REACH_SALT },
	{ 0 },
};

const struct module reach_module = {
	.name = "reach",
	.doc = "The ledger of contacts made and claimed, caps over all channels, quiet hours, refusals, hold-outs and what they show.",
	.queries = queries,
	.derive = derive,
	.derived = derived,
	.act = act,
	.titles = titles,
	.person = person,
	.attrs = attrs,
	.settings = settings,
	.facts = facts,
};

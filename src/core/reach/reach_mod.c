/*
 * reach joins: the ledger derived from reach.* events, its settings, and what it knows of a person.
 */
#include "core/reach/reach_data.h"

#include "core/attr/attr.h"
#include "core/module.h"

static err on_sent(struct tx *tx, const struct event *ev)
{
	struct reach_event body;
	TRY(event_body(&tx->snap, ev, &reach_event_record, &body));
	struct reach_touch row = {
		ev->customer, ev->occurred, ev->id, body.channel, body.class, body.by, body.by_id, body.staff,
	};
	return reach_touch_add(tx, &row);
}

static err on_refused(struct tx *tx, const struct event *ev)
{
	struct reach_event body;
	TRY(event_body(&tx->snap, ev, &reach_event_record, &body));
	return reach_refusal_put(tx, &(struct reach_refusal){ ev->customer, body.channel, ev->occurred });
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

static const struct query *const queries[] = {
	&reach_touch_add_query, &reach_refusal_put_query, &reach_counts_query, &reach_refused_query,
	&reach_last_of_query, &reach_counts_span_query, &reach_refused_span_query, NULL,
};
static const struct handler derive[] = {
	{ EV_REACH_SENT, on_sent },
	{ EV_REACH_REFUSED, on_refused },
	{ 0 },
};
static const char *const derived[] = { "reach_touch", "reach_refusal", NULL };
static const struct attr attrs[] = {
	{ .name = "last_reached", .type = ATTR_DAY, .column = "last_reached", .label = T_ATTR_LAST_REACHED },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "reach.day_max", .otherwise = FAIL_STR(REACH_DAY_MAX), .label = T_REACH_DAY_MAX },
	{ .name = "reach.week_max", .otherwise = FAIL_STR(REACH_WEEK_MAX), .label = T_REACH_WEEK_MAX },
	{ .name = "reach.quiet_from", .otherwise = "21", .label = T_REACH_QUIET_FROM },
	{ .name = "reach.quiet_to", .otherwise = "9", .label = T_REACH_QUIET_TO },
	{ 0 },
};

const struct module reach_module = {
	.name = "reach",
	.doc = "The ledger of contacts made, caps over all channels, quiet hours, refusals.",
	.queries = queries,
	.derive = derive,
	.derived = derived,
	.attrs = attrs,
	.settings = settings,
	.facts = facts,
};

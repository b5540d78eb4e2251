/*
 * follow joins: WeCom's callbacks, profiles, the sync, and what relations say about a person.
 */
#include "core/fact.h"
#include "core/follow/follow_decode.h"
#include "core/staff/staff.h"

static const char *lost_by(str status)
{
	return str_eq(status, STR("lost")) ? "customer" : "staff";
}

static err fold_living(const struct snap *s, const struct follow_row *r, struct customer_fact *sum)
{
	struct staff staff;
	if (!sum->friend || r->added < sum->added)
		sum->added = r->added;
	sum->friend = sum->reach_wecom = true;
	sum->lost_at = NIL;
	sum->lost_by = STR_NIL;
	err e = staff_get(s, r->staff, &staff);
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq(staff.state, STR("active"))))
		return OK;
	TRY(e);
	if (sum->staff != NIL && sum->staff_since != NIL && r->added < sum->staff_since)
		return OK;
	sum->staff = staff.id;
	sum->staff_since = r->added;
	sum->store = staff.store;
	return OK;
}

static void fold_ended(const struct follow_row *r, struct customer_fact *sum)
{
	if (sum->friend || r->times == 0)
		return;
	if (sum->added == NIL || r->added < sum->added)
		sum->added = r->added;
	if (r->ended != NIL && (sum->lost_at == NIL || r->ended > sum->lost_at)) {
		sum->lost_at = r->ended;
		sum->lost_by = str_c(lost_by(r->status));
	}
}

static err facts(const struct snap *s, i64 leaf, struct customer_fact *sum)
{
	struct follow_of key = { leaf };
	struct follow_row *rows;
	size_t n;
	TRY(follow_rows(s, &key, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!sum->channel.p && rows[i].channel.n)
			sum->channel = rows[i].channel; /* rows come oldest first */
		if (str_eq(rows[i].status, STR("friend")))
			TRY(fold_living(s, &rows[i], sum));
		else
			fold_ended(&rows[i], sum);
	}
	return OK;
}

static const struct query *const queries[] = {
	&follow_get_query, &follow_rows_query, &follow_lost_rows_query, &follow_living_span_query, &follow_put_query, &follow_channel_set_query,
	&follow_living_of_query, &follow_fetched_get_query, &follow_fetched_set_query, &follow_handovers_query, &follow_handover_put_query, &follow_handover_drop_query, NULL,
};
static const struct decoder decoders[] = { { "wecom", follow_decode, follow_decode_many }, { 0 } };
static const struct sender senders[] = { { .kind = "contact.fetch", .send = follow_fetch, .reconcile = follow_fetch }, { 0 } };
static const struct job_kind jobs[] = {
	{ "follow.sync", follow_sync_step, "Reads staff and all customers of an existing WeCom corp." },
	{ FOLLOW_NIGHT_JOB, follow_sync_step, "Reads all customers again, for what no callback told." },
	{ 0 },
};
static const struct timer_kind timers[] = { { FOLLOW_NIGHT, follow_night }, { 0 } };
static const struct handler act[] = { { EV_CONTACT_FETCHED, follow_on_fetched }, { 0 } };
static const struct attr attrs[] = {
	{ .name = "friend", .type = ATTR_FLAG, .column = "friend", .label = T_ATTR_FRIEND },
	{ .name = "added", .type = ATTR_DAY, .column = "added", .label = T_ATTR_ADDED },
	{ .name = "lost_at", .type = ATTR_DAY, .column = "lost_at", .label = T_ATTR_LOST_AT },
	{ .name = "lost_by", .type = ATTR_TEXT, .column = "lost_by", .label = T_ATTR_LOST_BY },
	{ .name = "staff", .type = ATTR_TEXT, .column = "staff", .label = T_ATTR_STAFF },
	{ .name = "store", .type = ATTR_TEXT, .column = "store", .label = T_ATTR_STORE },
	{ .name = "channel", .type = ATTR_TEXT, .column = "channel", .label = T_ATTR_CHANNEL },
	{ 0 },
};

const struct module follow_module = {
	.name = "follow",
	.doc = "Relations of staff and customers, as WeCom reports them.",
	.queries = queries,
	.decoders = decoders,
	.senders = senders,
	.jobs = jobs,
	.timers = timers,
	.start = follow_night_start,
	.corp_new = follow_night_new,
	.act = act,
	.attrs = attrs,
	.facts = facts,
};

/*
 * calendar joins; and whose groups are whose, as the events of groups tell.
 */
#include "core/corp/corp_night.h"
#include "core/staff/staff.h"
#include "feature/calendar/calendar_data.h"

/* Of group.created, group.changed, group.dissolved: what is needed here. */
#define CALENDAR_TOLD_FIELDS(F, S) F(S, ID, group) F(S, ID, owner, .opt = true) F(S, ID, before, .opt = true)
RECORD(calendar_told, CALENDAR_TOLD_FIELDS);

err calendar_on_group(struct tx *tx, const struct event *ev)
{
	struct calendar_told body;
	TRY(event_body(&tx->snap, ev, &calendar_told_record, &body));
	struct calendar_group row = { body.group, body.owner };
	return ev->kind == EV_GROUP_DISSOLVED ? calendar_group_drop(tx, &row) : calendar_group_put(tx, &row);
}

/* act: a group went from who left to another. */
err calendar_on_owner(struct tx *tx, const struct event *ev)
{
	struct calendar_told body;
	struct staff giver;
	TRY(event_body(&tx->snap, ev, &calendar_told_record, &body));
	if (body.before == NIL || body.owner == NIL)
		return OK;
	TRY(staff_get(&tx->snap, body.before, &giver));
	if (!str_eq_c(giver.state, "left"))
		return OK;
	TRY(calendar_owner_inherit(tx, &(struct calendar_heir){ body.before, body.owner }));
	return tx_changed(tx) ? calendar_bare_look(tx) : OK;
}

static const struct query *const queries[] = {
	&calendar_entry_all_query, &calendar_entry_get_query, &calendar_entry_count_query, &calendar_entry_insert_query,
	&calendar_entry_update_query, &calendar_entry_drop_query, &calendar_owner_all_query, &calendar_owner_add_query,
	&calendar_owner_count_query, &calendar_bare_all_query, &calendar_bare_add_query, &calendar_bare_drop_query,
	&calendar_owner_inherit_query, &calendar_owner_clear_query, &calendar_holiday_all_query, &calendar_holiday_add_query, &calendar_holiday_clear_query,
	&calendar_done_put_query, &calendar_done_span_query, &calendar_group_put_query, &calendar_group_drop_query,
	&calendar_group_counts_query, NULL,
};
static const struct handler derive[] = {
	{ EV_GROUP_CREATED, calendar_on_group },
	{ EV_GROUP_CHANGED, calendar_on_group },
	{ EV_GROUP_DISSOLVED, calendar_on_group },
	{ 0 },
};
static const struct handler act[] = { { EV_GROUP_CHANGED, calendar_on_owner }, { EV_STAFF_CHANGED, calendar_on_staff }, { 0 } };
static const struct timer_kind timers[] = { { CALENDAR_NIGHT, calendar_night }, { 0 } };
static err start(struct env *env, struct fail *f) { return night_arm_all(env, CALENDAR_NIGHT, CALENDAR_NIGHT_MS, f); }
static err corp_new(struct cx *cx) { return night_arm(cx, CALENDAR_NIGHT, CALENDAR_NIGHT_MS); }
static const char *const derived[] = { "calendar_group", NULL };
static const struct route *const more_routes[] = { calendar_work_routes, NULL };
static const struct perm perms[] = {
	{ "calendar.read", T_PERM_CALENDAR_READ },
	{ "calendar.write", T_PERM_CALENDAR_WRITE },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "calendar.quota", .otherwise = "month", .label = T_CALENDAR_QUOTA },
	{ 0 },
};

const struct module calendar_module = {
	.name = "calendar",
	.doc = "The activity calendar: what is posted when, by whom and in which way; planned and reminded of.",
	.queries = queries,
	.routes = calendar_routes,
	.more_routes = more_routes,
	.derive = derive,
	.act = act,
	.derived = derived,
	.todos = calendar_todos,
	.perms = perms,
	.settings = settings,
	.timers = timers,
	.start = start,
	.corp_new = corp_new,
};

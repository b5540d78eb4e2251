/*
 * calendar joins; and whose groups are whose, as the events of groups tell.
 */
#include "feature/calendar/calendar_data.h"

/* Of group.created, group.changed, group.dissolved: what is needed here. */
#define CALENDAR_TOLD_FIELDS(F, S) F(S, ID, group) F(S, ID, owner, .opt = true)
RECORD(calendar_told, CALENDAR_TOLD_FIELDS);

err calendar_on_group(struct tx *tx, const struct event *ev)
{
	struct calendar_told body;
	TRY(event_body(&tx->snap, ev, &calendar_told_record, &body));
	struct calendar_group row = { body.group, body.owner };
	return ev->kind == EV_GROUP_DISSOLVED ? calendar_group_drop(tx, &row) : calendar_group_put(tx, &row);
}

static const struct query *const queries[] = {
	&calendar_entry_all_query, &calendar_entry_get_query, &calendar_entry_count_query, &calendar_entry_insert_query,
	&calendar_entry_update_query, &calendar_entry_drop_query, &calendar_owner_all_query, &calendar_owner_add_query,
	&calendar_owner_clear_query, &calendar_holiday_all_query, &calendar_holiday_add_query, &calendar_holiday_clear_query,
	&calendar_done_put_query, &calendar_done_span_query, &calendar_group_put_query, &calendar_group_drop_query,
	&calendar_group_counts_query, NULL,
};
static const struct handler derive[] = {
	{ EV_GROUP_CREATED, calendar_on_group },
	{ EV_GROUP_CHANGED, calendar_on_group },
	{ EV_GROUP_DISSOLVED, calendar_on_group },
	{ 0 },
};
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
	.derived = derived,
	.todos = calendar_todos,
	.perms = perms,
	.settings = settings,
};

/*
 * groupcast joins.
 */
#include "feature/groupcast/groupcast_sop.h"

static const struct query *const queries[] = {
	&groupcast_add_query, &groupcast_put_query, &groupcast_get_query, &groupcast_known_query, &groupcast_list_query, &groupcast_waiting_word_query,
	&groupcast_part_add_query, &groupcast_part_put_query, &groupcast_part_get_query, &groupcast_parts_query, &groupcast_parts_all_query,
	&groupcast_group_add_query, &groupcast_group_end_query, &groupcast_groups_made_query, &groupcast_groups_rest_query,
	&groupcast_groups_query, &groupcast_of_day_query, &groupcast_tallies_query, &groupcast_owner_seen_query,
	&groupcast_reminder_add_query, &groupcast_reminders_query, &groupcast_waiting_query,
	&groupcast_sop_all_query, &groupcast_sop_get_query, &groupcast_sop_count_query, &groupcast_sop_insert_query, &groupcast_sop_update_query,
	&groupcast_duties_query, NULL,
};
static const struct handler act[] = {
	{ EV_GROUPCAST_ASKED, groupcast_on_asked },
	{ EV_GROUPCAST_TASK, groupcast_on_task },
	{ EV_GROUPCAST_RESULT, groupcast_on_result },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "groupcast.create", .send = groupcast_send_create, .reconcile = groupcast_find_created, .expired = groupcast_create_late },
	{ .kind = "groupcast.poll", .send = groupcast_send_poll, .reconcile = groupcast_send_poll },
	{ .kind = "groupcast.close", .send = groupcast_send_poll, .reconcile = groupcast_send_poll },
	{ .kind = "groupcast.remind", .send = groupcast_send_remind },
	{ 0 },
};
static const struct timer_kind timers[] = { { GROUPCAST_SOP, groupcast_sop_due }, { 0 } };
static const struct route *const more_routes[] = { groupcast_sop_routes, NULL };
static const struct perm perms[] = {
	{ "groupcast.read", T_PERM_GROUPCAST_READ },
	{ "groupcast.send", T_PERM_GROUPCAST_SEND },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = GROUPCAST_APPROVE, .otherwise = FAIL_STR(GROUPCAST_APPROVE_OVER), .label = T_GROUPCAST_APPROVE },
	{ .name = "groupcast.day_max", .otherwise = "1", .label = T_GROUPCAST_DAY_MAX },
	{ 0 },
};

static const struct approver *const approvers[] = { &groupcast_approver, NULL };

const struct module groupcast_module = {
	.name = "groupcast",
	.doc = "One message to many customer groups through their owners, followed to its results.",
	.queries = queries,
	.routes = groupcast_routes,
	.more_routes = more_routes,
	.act = act,
	.senders = senders,
	.timers = timers,
	.verbs = groupcast_verbs,
	.mass = &groupcast_channel,
	.todos = groupcast_todos,
	.approvers = approvers,
	.perms = perms,
	.settings = settings,
};

/*
 * stafftask joins.
 */
#include "feature/stafftask/stafftask_notice_data.h"
#include "store/journal.h"

static const struct query *const queries[] = {
	&staff_task_add_query, &staff_task_wait_query, &staff_task_end_query, &staff_task_get_query, &staff_task_of_act_query,
	&staff_task_placed_get_query, &staff_task_mine_get_query, &staff_task_mine_query, &staff_task_sends_query,
	&staff_task_list_query, &staff_task_rates_query, &staff_notice_add_query, &staff_notice_later_query,
	&staff_notice_finish_query, &staff_notice_recalled_query, &staff_notice_get_query, &staff_notice_of_act_query,
	&staff_notice_of_task_query, &staff_notice_sent_since_query, &staff_notice_due_query, &staff_notice_list_query,
	&staff_notice_placed_get_query, &staff_notice_reminds_query, &staff_duty_all_query, &staff_duty_put_query,
	&staff_duty_drop_query, NULL,
};
static const struct sender senders[] = {
	{ .kind = "staff.notice", .send = stafftask_send_notice, .reconcile = stafftask_send_notice },
	{ .kind = "staff.recall", .send = stafftask_send_recall, .reconcile = stafftask_send_recall },
	{ 0 },
};
static const struct timer_kind timers[] = { { "stafftask.due", stafftask_due }, { STAFFTASK_LEAVER, stafftask_leaver }, { 0 } };
static const struct handler act[] = { { EV_STAFF_CHANGED, stafftask_on_staff }, { 0 } };
static const struct event_title titles[] = {
	{ EV_STAFFTASK_MADE, T_STAFFTASK_TOLD_MADE },
	{ EV_STAFFTASK_ENDED, T_STAFFTASK_TOLD_ENDED },
	{ 0 },
};
static const struct perm perms[] = {
	{ "stafftask.read", T_PERM_STAFFTASK_READ },
	{ "stafftask.write", T_PERM_STAFFTASK_WRITE },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "stafftask.send_day", .otherwise = "3", .label = T_STAFFTASK_SEND_DAY },
	{ .name = "stafftask.remind_min", .otherwise = "30", .label = T_STAFFTASK_REMIND_MIN },
	{ .name = "stafftask.notices_hour", .otherwise = "5", .label = T_STAFFTASK_NOTICES_HOUR },
	{ 0 },
};
static const struct route *const more_routes[] = { stafftask_work_routes, stafftask_duty_routes, NULL };

const struct module stafftask_module = {
	.name = "stafftask",
	.doc = "Tasks for members of staff by automation and by hand, and the app messages that tell them.",
	.queries = queries,
	.routes = stafftask_routes,
	.more_routes = more_routes,
	.act = act,
	.senders = senders,
	.timers = timers,
	.verbs = stafftask_verbs,
	.titles = titles,
	.todos = stafftask_todos,
	.perms = perms,
	.settings = settings,
};

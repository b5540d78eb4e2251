/*
 * broadcast joins.
 */
#include "feature/broadcast/broadcast_person_data.h"
#include "feature/broadcast/broadcast_repeat_data.h"
#include "feature/broadcast/broadcast_touch.h"

#include "core/job/job.h"
#include "core/module.h"

static const struct query *const queries[] = {
	&broadcast_insert_query, &broadcast_update_query, &broadcast_get_query, &broadcast_list_query, &broadcast_asked_query, &broadcast_any_query,
	&broadcast_part_add_query, &broadcast_part_put_query, &broadcast_part_get_query, &broadcast_parts_query,
	&broadcast_outside_query, &broadcast_unsent_query, &broadcast_part_named_query, &broadcast_reminder_add_query, &broadcast_reminders_query,
	&broadcast_person_add_query, &broadcast_person_end_query, &broadcast_people_made_query,
	&broadcast_person_lose_query, &broadcast_people_waiting_query, &broadcast_person_get_query, &broadcast_running_query,
	&broadcast_own_put_query, &broadcast_own_get_query, &broadcast_upto_put_query, &broadcast_upto_get_query,
	&broadcast_people_of_query, &broadcast_tallies_query,
	&broadcast_people_beyond_query, &broadcast_held_span_query, &broadcast_had_span_query, &broadcast_of_topic_query, &broadcast_reached_query, &broadcast_people_query,
	&broadcast_bought_put_query, &broadcast_bought_drop_query, &broadcast_sold_query,
	&broadcast_repeat_all_query, &broadcast_repeat_get_query, &broadcast_repeat_count_query, &broadcast_repeat_insert_query,
	&broadcast_repeat_update_query, &broadcast_run_get_query, &broadcast_run_list_query, &broadcast_run_add_query,
	&broadcast_run_unskip_query, &broadcast_arrival_all_query, &broadcast_arrival_get_query, &broadcast_arrival_of_query,
	&broadcast_arrival_count_query, &broadcast_arrival_insert_query, &broadcast_arrival_update_query, &broadcast_arrival_drop_query, NULL,
};
static const struct handler derive[] = {
	{ EV_ORDER_PLACED, broadcast_on_order },
	{ EV_ORDER_CHANGED, broadcast_on_order },
	{ EV_ORDER_WITHDRAWN, broadcast_on_undone },
	{ EV_ORDER_CANCELLED, broadcast_on_undone },
	{ EV_REACH_SENT, broadcast_on_reached },
	{ 0 },
};
static const char *const derived[] = { "broadcast_bought", NULL };
static const struct handler act[] = {
	{ EV_BROADCAST_TASK, broadcast_on_task },
	{ EV_BROADCAST_RESULT, broadcast_on_result },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "broadcast.create", .send = broadcast_send_create, .reconcile = broadcast_find_created,
	  .expired = broadcast_create_expired },
	{ .kind = "broadcast.poll", .send = broadcast_send_poll, .reconcile = broadcast_send_poll },
	{ .kind = "broadcast.close", .send = broadcast_send_close, .reconcile = broadcast_send_close },
	{ .kind = "broadcast.remind", .send = broadcast_send_remind },
	{ .kind = BROADCAST_MEMBERS, .send = broadcast_send_members, .reconcile = broadcast_send_members },
	{ 0 },
};
static const struct timer_kind timers[] = { { BROADCAST_MEMBERS, broadcast_members_due }, { BROADCAST_REPEAT, broadcast_repeat_due }, { 0 } };
static const struct route *const more_routes[] = { broadcast_more_routes, broadcast_repeat_routes, broadcast_arrival_routes, NULL };
static const struct job_kind jobs[] = {
	{ "broadcast.plan", broadcast_plan_step, "Chooses the people of a broadcast and makes the parts of its staff." },
	{ 0 },
};
static const struct perm perms[] = {
	{ "broadcast.read", T_PERM_BROADCAST_READ },
	{ "broadcast.send", T_PERM_BROADCAST_SEND },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "broadcast.approve_over", .otherwise = FAIL_STR(BROADCAST_APPROVE_OVER), .label = T_BROADCAST_APPROVE },
	{ 0 },
};

static const struct approver *const approvers[] = { &broadcast_approver, &broadcast_repeat_approver, NULL };

const struct module broadcast_module = {
	.name = "broadcast",
	.doc = "One message to many persons through the staff who are their friends, followed to its results.",
	.queries = queries,
	.routes = broadcast_routes,
	.derive = derive,
	.derived = derived,
	.act = act,
	.senders = senders,
	.timers = timers,
	.more_routes = more_routes,
	.jobs = jobs,
	.start = broadcast_start,
	.corp_new = broadcast_corp_new,
	.tags = &broadcast_tag_user,
	.mass = &broadcast_channel,
	.todos = broadcast_todos,
	.approvers = approvers,
	.perms = perms,
	.settings = settings,
};

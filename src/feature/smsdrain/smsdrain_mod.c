/*
 * SMS campaigns join.
 */
#include "feature/smsdrain/smsdrain_data.h"

static const struct query *const queries[] = {
	&smsdrain_insert_query, &smsdrain_update_query, &smsdrain_state_set_query, &smsdrain_get_query, &smsdrain_list_query, &smsdrain_planned_query,
	&smsdrain_person_add_query, &smsdrain_person_put_query, &smsdrain_person_get_query, &smsdrain_persons_of_query,
	&smsdrain_people_query, &smsdrain_waiting_query, &smsdrain_tally_add_query, &smsdrain_tallies_query, NULL,
};
static const struct handler act[] = { { EV_REACH_SENT, smsdrain_on_reach }, { EV_REACH_FAILED, smsdrain_on_reach }, { 0 } };
static const struct sender senders[] = {
	{ .kind = SMSDRAIN_SENDER, .send = smsdrain_send, .reconcile = smsdrain_lost, .expired = smsdrain_expired },
	{ .kind = SMS_SAY, .send = smsdrain_verb_send, .reconcile = speak_lost, .expired = speak_late },
	{ 0 },
};
static const struct job_kind jobs[] = {
	{ SMSDRAIN_JOB_PLAN, smsdrain_plan_step, "Finds whom an SMS campaign can go to.", smsdrain_dropped },
	{ SMSDRAIN_JOB_SEND, smsdrain_queue_step, "Makes the short links of an SMS campaign and queues its messages.", smsdrain_dropped },
	{ 0 },
};
static const struct event_title titles[] = { { EV_SMS_CLICKED, T_SMSDRAIN_CLICKED }, { 0 } };
static const struct perm perms[] = { { "sms.read", T_PERM_SMS_READ }, { "sms.write", T_PERM_SMS_WRITE }, { 0 } };
static const struct setting settings[] = {
	{ .name = "smsdrain.body", .otherwise = "", .label = T_SMSDRAIN_BODY },
	{ .name = "smsdrain.sign", .otherwise = "", .label = T_SMSDRAIN_SIGN },
	{ .name = "smsdrain.optout", .otherwise = "拒收请回复R", .label = T_SMSDRAIN_OPTOUT },
	{ .name = "smsdrain.cost_fen", .otherwise = "5", .label = T_SMSDRAIN_COST },
	{ .name = "smsdrain.approve_over", .otherwise = FAIL_STR(SMSDRAIN_APPROVE_OVER), .label = T_SMSDRAIN_APPROVE },
	{ .name = "smsdrain.reply_secret", .otherwise = "", .label = T_SMSDRAIN_UPLINK, .secret = true },
	{ 0 },
};
static const struct door_kind doors[] = { { .kind = SMSDRAIN_DOOR, .enter = smsdrain_enter }, { 0 } };

static const struct approver *const approvers[] = { &smsdrain_approver, NULL };

const struct module smsdrain_module = {
	.name = "smsdrain",
	.doc = "SMS campaigns to people whose phone is known and who are no friends yet.",
	.queries = queries,
	.routes = smsdrain_routes,
	.act = act,
	.senders = senders,
	.jobs = jobs,
	.person = smsdrain_settle,
	.titles = titles,
	.perms = perms,
	.settings = settings,
	.doors = doors,
	.verbs = smsdrain_verbs,
	.mass = &smsdrain_channel,
	.approvers = approvers,
};

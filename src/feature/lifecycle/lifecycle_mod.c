/*
 * lifecycle joins: stages in the person hook, their rule, moves and page.
 */
#include "feature/lifecycle/lifecycle_data.h"
#include "feature/lifecycle/lifecycle_job.h"

static const struct query *const queries[] = {
	&life_rule_now_query, &life_rule_first_query, &life_rule_add_query, &life_preview_get_query, &life_preview_put_query,
	&life_preview_clear_query, &life_sample_get_query, &life_sample_put_query, &stage_now_get_query, &stage_now_put_query,
	&life_orders_of_query, &life_signs_of_query, &life_order_put_query, &life_order_drop_query, &life_order_stand_query,
	&life_sign_put_query, &life_sign_last_query, &life_change_then_query, &life_change_next_query, &life_change_add_query, &life_changes_of_query, &life_move_add_query, &life_flows_query, NULL,
};
static const struct handler derive[] = {
	{ EV_ORDER_PLACED, life_on_order },
	{ EV_ORDER_CANCELLED, life_on_order },
	{ EV_ORDER_CHANGED, life_on_order },
	{ EV_ORDER_WITHDRAWN, life_on_order },
	{ EV_ORDER_REFUNDED, life_on_refund },
	{ EV_REFUND_WITHDRAWN, life_on_refund },
	{ EV_SITE_TRACKED, life_on_sign },
	{ EV_SITE_PAGE, life_on_sign },
	{ EV_SITE_SCREEN, life_on_sign },
	{ EV_PHONE_BOUND, life_on_sign },
	{ EV_FOLLOW_ADDED, life_on_sign },
	{ EV_KF_WROTE, life_on_sign },
	{ EV_OA_WROTE, life_on_sign },
	{ EV_OA_CLICKED, life_on_sign },
	{ EV_OA_SCANNED, life_on_sign },
	{ EV_OA_SUBSCRIBED, life_on_sign },
	{ EV_MATERIAL_OPENED, life_on_sign },
	{ EV_SURVEY_OPENED, life_on_sign },
	{ EV_SURVEY_ANSWERED, life_on_sign },
	{ EV_SMS_CLICKED, life_on_sign },
	{ EV_DOOR_VISITED, life_on_sign },
	{ EV_LIVING_WATCHED, life_on_sign },
	{ EV_MOMENT_LIKED, life_on_sign },
	{ EV_MOMENT_COMMENTED, life_on_sign },
	{ EV_GROUP_JOINED, life_on_sign },
	{ EV_ORDER_CLAIMED, life_on_sign },
	{ EV_STAGE_CHANGED, life_on_changed },
	{ 0 },
};
static const char *const derived[] = { "life_order", "life_sign", "life_change", "life_move", NULL };
static const struct job_kind jobs[] = {
	{ LIFE_JOB_SETTLE, life_step_settle, "Settles everybody by a new rule." },
	{ LIFE_JOB_PREVIEW, life_step_preview, "Counts how many a rule would move." },
	{ LIFE_JOB_GAPS, life_step_gaps, "Counts repurchase gaps." },
	{ 0 },
};
static const struct attr attrs[] = {
	{ .name = "stage", .type = ATTR_TEXT, .column = "stage", .label = T_ATTR_STAGE, .then = life_then },
	{ .name = "last_active", .type = ATTR_TIME, .column = "last_active", .label = T_AUD_LAST_ACTIVE },
	{ .name = "stage_since", .type = ATTR_TIME, .id = LIFE_ATTR_SINCE, .label = T_ATTR_STAGE_SINCE },
	{ 0 },
};
static const struct perm perms[] = {
	{ "lifecycle.read", T_PERM_LIFE_READ },
	{ "lifecycle.write", T_PERM_LIFE_WRITE },
	{ 0 },
};

const struct module lifecycle_module = {
	.name = "lifecycle",
	.doc = "The stage of a person by rule: intro, growing, mature, dormant, lost.",
	.queries = queries,
	.routes = life_routes,
	.derive = derive,
	.derived = derived,
	.jobs = jobs,
	.attrs = attrs,
	.person = life_person,
	.perms = perms,
	.facts = life_facts,
};

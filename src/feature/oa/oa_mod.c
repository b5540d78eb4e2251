/*
 * official accounts join.
 */
#include "feature/oa/oa_talk_data.h"

static const struct query *const queries[] = {
	&oa_account_insert_query, &oa_account_update_query, &oa_account_read_query, &oa_account_get_query, &oa_accounts_query,
	&oa_by_slug_query, &oa_code_insert_query, &oa_code_update_query, &oa_code_get_query, &oa_code_by_scene_query, &oa_codes_query,
	&oa_code_count_query, &oa_fan_put_query, &oa_fan_get_query, &oa_fans_of_query, &oa_tally_add_query, &oa_sums_query,
	&oa_todo_add_query, &oa_todo_drop_query, &oa_todo_some_query, &oa_link_insert_query,
	&oa_link_renew_query, &oa_link_get_query, &oa_links_query,
	&oa_window_put_query, &oa_windows_of_query, &oa_consent_put_query, &oa_consent_get_query, &oa_template_put_query,
	&oa_templates_drop_query, &oa_template_get_query, &oa_templates_of_query, NULL,
};
static const struct decoder decoders[] = { { .source = OA_SOURCE, .fn = oa_decode }, { 0 } };
static const struct sender senders[] = {
	{ .kind = OA_FETCH, .send = oa_fetch_send, .reconcile = oa_fetch_send },
	{ .kind = OA_VERB_MESSAGE, .send = oa_message_send, .reconcile = speak_lost, .expired = oa_late },
	{ .kind = OA_VERB_TEMPLATE, .send = oa_template_send_row, .reconcile = oa_template_send_row, .expired = speak_late },
	{ .kind = OA_VERB_SUBSCRIBE, .send = oa_subscribe_send_row, .reconcile = speak_lost, .expired = speak_late },
	{ 0 },
};
static const struct job_kind jobs[] = { { OA_JOB_SYNC, oa_sync_step, "Reads all fans of an official account.", NULL }, { 0 } };
static const struct attr attrs[] = {
	{ .name = "oa_fan", .type = ATTR_FLAG, .id = OA_ATTR_FAN, .label = T_ATTR_OA_FAN },
	{ .name = "oa_channel", .type = ATTR_TEXT, .id = OA_ATTR_CHANNEL, .label = T_ATTR_OA_CHANNEL },
	{ 0 },
};
static const struct event_title titles[] = {
	{ EV_OA_SUBSCRIBED, T_OA_SUBSCRIBED_TITLE },
	{ EV_OA_UNSUBSCRIBED, T_OA_UNSUBSCRIBED_TITLE },
	{ EV_OA_SCANNED, T_OA_SCAN_TITLE },
	{ EV_OA_WROTE, T_OA_WROTE_TITLE },
	{ EV_OA_CLICKED, T_OA_CLICKED_TITLE },
	{ EV_OA_CONSENTED, T_OA_CONSENTED_TITLE },
	{ 0 },
};
static const struct perm perms[] = { { "oa.read", T_PERM_OA_READ }, { "oa.write", T_PERM_OA_WRITE }, { 0 } };
static const struct door_kind doors[] = {
	{ .kind = OA_DOOR, .enter = oa_enter },
	{ .kind = OA_MINI_DOOR, .enter = oa_mini_enter },
	{ 0 },
};
static const struct route *const more_routes[] = { oa_push_routes, oa_mini_routes, oa_talk_routes, NULL };
static const struct setting settings[] = { { .name = OA_WINDOWS, .otherwise = OA_WINDOWS_DEFAULT, .label = T_OA_WINDOWS }, { 0 } };

const struct module oa_module = {
	.name = "oa",
	.doc = "Official accounts: fans as persons, parametric codes that lead to WeCom.",
	.queries = queries,
	.routes = oa_routes,
	.more_routes = more_routes,
	.decoders = decoders,
	.senders = senders,
	.jobs = jobs,
	.attrs = attrs,
	.person = oa_settle,
	.titles = titles,
	.perms = perms,
	.doors = doors,
	.verbs = oa_verbs,
	.settings = settings,
};

/*
 * keyword answers join.
 */
#include "feature/keyword/keyword_data.h"
#include "feature/keyword/keyword_speak.h"

static const struct query *const queries[] = {
	&keyword_rule_all_query, &keyword_rule_get_query, &keyword_rule_count_query, &keyword_rule_insert_query,
	&keyword_rule_update_query, &keyword_rule_drop_query, &keyword_account_all_query, &keyword_account_get_query,
	&keyword_account_put_query, &keyword_account_answers_query, &keyword_account_read_query, &keyword_visitor_get_query,
	&keyword_visitor_put_query, &keyword_visitors_drop_query, &keyword_log_drop_query, &keyword_log_add_query,
	&keyword_log_end_query, &keyword_log_list_query, &keyword_line_put_query, &keyword_line_get_query, &keyword_lines_of_query, NULL,
};
static const struct handler act[] = {
	{ EV_WECOM_TOLD, keyword_on_told },
	{ EV_KEYWORD_ANSWERED, keyword_on_answered },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = KEYWORD_PULL, .send = keyword_pull, .reconcile = keyword_pull },
	{ .kind = KEYWORD_SEND, .send = keyword_send, .reconcile = keyword_send_again },
	{ .kind = KF_MEET, .send = kf_meet_send, .reconcile = kf_meet_send },
	{ .kind = KF_SPEAK, .send = kf_speak_send, .reconcile = kf_speak_send, .expired = kf_late },
	{ 0 },
};
static const struct timer_kind timers[] = { { KEYWORD_PRUNE, keyword_prune }, { 0 } };
static const struct perm perms[] = {
	{ "keyword.read", T_PERM_KEYWORD_READ },
	{ "keyword.write", T_PERM_KEYWORD_WRITE },
	{ 0 },
};

static const struct event_title titles[] = { { EV_KF_WROTE, T_KF_WROTE_TITLE }, { 0 } };
static const struct setting settings[] = { { .name = KF_WINDOW, .otherwise = KF_WINDOW_DEFAULT, .label = T_KF_LIMITS }, { 0 } };

const struct module keyword_module = {
	.name = "keyword",
	.doc = "Keyword answers: by us in customer service, suggested to staff, exported for WeCom's own.",
	.queries = queries,
	.routes = keyword_routes,
	.act = act,
	.senders = senders,
	.timers = timers,
	.perms = perms,
	.titles = titles,
	.settings = settings,
	.verbs = keyword_verbs,
};

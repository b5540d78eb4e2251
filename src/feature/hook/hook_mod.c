/*
 * hook joins.
 */
#include "feature/hook/hook_data.h"

static const struct query *const queries[] = {
	&hook_insert_query, &hook_update_query, &hook_line_query, &hook_drop_query, &hook_get_query, &hook_all_query, &hook_count_query,
	&hook_sent_add_query, &hook_sent_put_query, &hook_sent_get_query, &hook_sent_list_query, NULL,
};
static const struct sender senders[] = {
	{ .kind = HOOK_VERB, .send = hook_send, .reconcile = hook_send, .expired = hook_late },
	{ .kind = HOOK_AGAIN, .send = hook_send_again, .reconcile = hook_send_again, .expired = hook_late_again },
	{ 0 },
};
static const struct perm perms[] = { { "hook.read", T_PERM_HOOK_READ }, { "hook.write", T_PERM_HOOK_WRITE }, { 0 } };
static const struct setting settings[] = { { .name = "hook.private", .otherwise = "0", .label = T_HOOK_PRIVATE_OK }, { 0 } };

const struct module hook_module = {
	.name = "hook",
	.doc = "Signed webhooks to other systems.",
	.queries = queries,
	.routes = hook_routes,
	.senders = senders,
	.perms = perms,
	.settings = settings,
	.verbs = hook_verbs,
};

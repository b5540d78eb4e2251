/*
 * grouphello joins.
 */
#include "feature/grouphello/grouphello_data.h"

static const struct query *const queries[] = {
	&group_hello_get_query, &group_hello_any_query, &group_hello_all_query, &group_hello_add_query, &group_hello_put_query,
	&group_hello_result_query, &group_hello_bind_query, &group_hello_unbind_query, &group_hello_done_query, &group_hello_tasks_query,
	&group_hello_counts_query, NULL,
};
static const struct handler act[] = { { EV_GROUPHELLO_READY, grouphello_on_result }, { EV_GROUPHELLO_FAILED, grouphello_on_result }, { 0 } };
static const struct sender senders[] = {
	{ .kind = "hello.create", .send = grouphello_send_create, .reconcile = grouphello_send_create },
	{ .kind = "hello.update", .send = grouphello_send_update, .reconcile = grouphello_send_update },
	{ .kind = "hello.delete", .send = grouphello_send_delete, .reconcile = grouphello_send_delete },
	{ 0 },
};

const struct module grouphello_module = {
	.name = "grouphello",
	.doc = "Welcomes of customer groups: templates at WeCom and the owners' tasks.",
	.queries = queries,
	.routes = grouphello_routes,
	.act = act,
	.senders = senders,
};

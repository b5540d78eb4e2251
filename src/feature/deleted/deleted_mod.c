/*
 * deleted joins.
 */
#include "feature/deleted/deleted.h"

static const struct query *const queries[] = { &deletion_put_query, &deletion_page_query, &deletion_page_of_query, NULL };
static const struct handler derive[] = { { EV_FOLLOW_LOST, deleted_on_ended }, { EV_FOLLOW_DROPPED, deleted_on_ended }, { 0 } };
static const char *const derived[] = { "deletion", NULL };
static const struct handler act[] = { { EV_FOLLOW_LOST, deleted_on_notify }, { EV_FOLLOW_DROPPED, deleted_on_notify }, { 0 } };
static const struct sender senders[] = { { .kind = DELETED_NOTICE, .send = deleted_send, .reconcile = deleted_send }, { 0 } };
static const struct setting settings[] = {
	{ .name = "deleted.notify", .otherwise = "off", .label = T_DELETED_NOTIFY },
	{ 0 },
};

const struct module deleted_module = {
	.name = "deleted",
	.doc = "Who deleted whom: the list, and the message to whoever leads the member.",
	.queries = queries,
	.routes = deleted_routes,
	.derive = derive,
	.derived = derived,
	.act = act,
	.senders = senders,
	.settings = settings,
};

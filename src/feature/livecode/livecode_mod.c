/*
 * live code joins.
 */
#include "feature/livecode/livecode_data.h"

#include "core/module.h"

static const struct query *const queries[] = {
	&livecode_insert_query, &livecode_update_query, &livecode_get_query, &livecode_by_state_query,
	&livecode_list_query, &livecode_staff_clear_query, &livecode_staff_add_query, &livecode_staff_of_query,
	&livecode_tag_clear_query, &livecode_tag_add_query, &livecode_tag_of_query, &livecode_tally_add_query,
	&livecode_sums_query, &livecode_add_put_query, &livecode_add_get_query, NULL,
};
static const struct handler derive[] = {
	{ EV_FOLLOW_ADDED, livecode_on_count },
	{ EV_FOLLOW_LOST, livecode_on_count },
	{ EV_FOLLOW_DROPPED, livecode_on_count },
	{ 0 },
};
static const char *const derived[] = { "livecode_tally", "livecode_add", NULL };
static const struct handler act[] = {
	{ EV_FOLLOW_ADDED, livecode_on_added },
	{ EV_LIVECODE_READY, livecode_on_result },
	{ EV_LIVECODE_FAILED, livecode_on_result },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "livecode.create", .send = livecode_send_create, .reconcile = livecode_find_created },
	{ .kind = "livecode.update", .send = livecode_send_update, .reconcile = livecode_send_update },
	{ .kind = "livecode.delete", .send = livecode_send_delete, .reconcile = livecode_send_delete },
	{ 0 },
};
static const struct perm perms[] = {
	{ "livecode.read", T_PERM_LIVECODE_READ },
	{ "livecode.write", T_PERM_LIVECODE_WRITE },
	{ 0 },
};

const struct module livecode_module = {
	.name = "livecode",
	.doc = "Live codes: WeCom contact ways with staff, tags, channel and welcome.",
	.queries = queries,
	.routes = livecode_routes,
	.derive = derive,
	.derived = derived,
	.act = act,
	.senders = senders,
	.perms = perms,
};

/*
 * group code joins.
 */
#include "feature/groupcode/groupcode_data.h"

static const struct query *const queries[] = {
	&groupcode_get_query, &groupcode_by_state_query, &groupcode_list_query, &groupcode_insert_query, &groupcode_update_query,
	&groupcode_lend_query, &groupcode_result_query, &groupcode_chat_put_query, &groupcode_chat_clear_query, &groupcode_pool_of_query,
	&groupcode_of_chat_query, &groupcode_tally_add_query, &groupcode_sums_query, NULL,
};
static const struct handler derive[] = { { EV_GROUP_JOINED, groupcode_on_count }, { 0 } };
static const char *const derived[] = { "groupcode_tally", NULL };
static const struct handler act[] = {
	{ EV_GROUP_JOINED, groupcode_on_seat },
	{ EV_GROUP_LEFT, groupcode_on_seat },
	{ EV_GROUP_CHANGED, groupcode_on_group },
	{ EV_GROUP_DISSOLVED, groupcode_on_group },
	{ EV_GROUPCODE_READY, groupcode_on_result },
	{ EV_GROUPCODE_FAILED, groupcode_on_result },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "groupcode.create", .send = groupcode_send_create, .reconcile = groupcode_send_create },
	{ .kind = "groupcode.update", .send = groupcode_send_update, .reconcile = groupcode_send_update },
	{ .kind = "groupcode.delete", .send = groupcode_send_delete, .reconcile = groupcode_send_delete },
	{ 0 },
};
static const struct timer_kind timers[] = { { GROUPCODE_LOOK, groupcode_look }, { 0 } };
static const struct door_kind doors[] = { { GROUPCODE_DOOR, groupcode_door, NULL }, { 0 } };

const struct module groupcode_module = {
	.name = "groupcode",
	.doc = "Group codes: one printed address that leads into the next group with room.",
	.queries = queries,
	.routes = groupcode_routes,
	.derive = derive,
	.derived = derived,
	.act = act,
	.senders = senders,
	.timers = timers,
	.doors = doors,
};

/*
 * profile joins.
 */
#include "core/profile/profile_data.h"

#include "core/module.h"

static const struct query *const queries[] = {
	&name_token_put_query, &name_token_clear_query, &name_token_find_query, &view_put_query, &view_remove_query,
	&view_list_query, &note_insert_query, &note_update_query, &note_delete_query, &notes_of_query, NULL,
};
static const struct handler derive[] = {
	{ EV_CUSTOMER_CREATED, profile_on_name },
	{ EV_CUSTOMER_CHANGED, profile_on_name },
	{ EV_CUSTOMER_ERASED, profile_on_name },
	{ EV_CONTACT_FETCHED, profile_on_name },
	{ 0 },
};
static const char *const derived[] = { "name_token", NULL };
static const struct event_title titles[] = {
	{ EV_NOTE_ADDED, T_EV_NOTE_ADDED }, { EV_FIELD_SET, T_EV_FIELD_SET }, { 0 },
};
static const struct route *const more_routes[] = { profile_act_routes, profile_time_routes, profile_note_routes, NULL };

const struct module profile_module = {
	.name = "profile",
	.doc = "What a viewer sees of customers: list, detail, timeline, and the acts on one.",
	.queries = queries,
	.routes = profile_list_routes,
	.more_routes = more_routes,
	.derive = derive,
	.derived = derived,
	.titles = titles,
};

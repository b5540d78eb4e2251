/*
 * phone lists join.
 */
#include "feature/phonelist/phonelist_data.h"

static const struct query *const queries[] = {
	&phonelist_insert_query, &phonelist_update_query, &phonelist_get_query, &phonelist_list_query, &phonelist_any_open_query,
	&phonelist_staff_add_query, &phonelist_staff_drop_query, &phonelist_staff_clear_query, &phonelist_staff_of_query,
	&phonelist_lists_of_query, &phonelist_row_insert_query, &phonelist_row_update_query, &phonelist_row_get_query,
	&phonelist_elsewhere_query, &phonelist_by_phone_query, &phonelist_todo_query, &phonelist_asked_query, &phonelist_used_query,
	&phonelist_rows_query, &phonelist_waiting_query, &phonelist_reject_put_query, &phonelist_rejects_query,
	&phonelist_tally_add_query, &phonelist_tallies_query, &phonelist_guess_put_query, &phonelist_guess_drop_query,
	&phonelist_guess_get_query, &phonelist_guesses_query, NULL,
};
static const struct handler act[] = {
	{ EV_FOLLOW_ADDED, phonelist_on_friend },
	{ EV_CONTACT_FETCHED, phonelist_on_friend },
	{ EV_MERGE_SUGGESTED, phonelist_on_friend },
	{ EV_PHONE_BOUND, phonelist_on_friend },
	{ EV_STAFF_CHANGED, phonelist_on_staff },
	{ 0 },
};
static const struct timer_kind timers[] = { { PHONELIST_MATCH, phonelist_match }, { 0 } };
static const struct job_kind jobs[] = {
	{ PHONELIST_JOB_READ, phonelist_read_step, "Reads a list of phone numbers.", phonelist_read_dropped },
	{ PHONELIST_JOB_SPREAD, phonelist_spread_step, "Spreads the waiting numbers of a list over its staff.", NULL },
	{ 0 },
};
static const struct event_title titles[] = { { EV_PHONE_PASSED, T_PHONELIST_PASSED }, { 0 } };
static const struct perm perms[] = {
	{ "phonelist.read", T_PERM_PHONELIST_READ },
	{ "phonelist.write", T_PERM_PHONELIST_WRITE },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "phonelist.day_max", .otherwise = FAIL_STR(PHONELIST_DAY_MAX), .label = T_PHONELIST_DAY_MAX },
	{ 0 },
};
static const struct route *const more_routes[] = { phonelist_staff_routes, NULL };

const struct module phonelist_module = {
	.name = "phonelist",
	.doc = "Phone lists: numbers that staff add by hand, matched with new friends.",
	.queries = queries,
	.routes = phonelist_routes,
	.todos = phonelist_todos,
	.more_routes = more_routes,
	.act = act,
	.timers = timers,
	.jobs = jobs,
	.titles = titles,
	.perms = perms,
	.settings = settings,
};

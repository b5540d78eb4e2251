/*
 * setup joins: connecting, checking up every week, settings of all modules.
 */
#include "feature/setup/setup_data.h"

static const struct query *const queries[] = {
	&setup_row_put_query, &setup_rows_query, &setup_tally_add_query, &setup_tallies_query, NULL,
};
static const struct handler derive[] = {
	{ EV_CONTACT_FETCHED, setup_on_event },
	{ EV_WELCOME_SENT, setup_on_event },
	{ EV_WELCOME_MISSED, setup_on_event },
	{ EV_LIVECODE_SAVED, setup_on_event },
	{ EV_PHONE_BOUND, setup_on_event },
	{ 0 },
};
static const char *const derived[] = { "setup_tally", NULL };
static const struct timer_kind timers[] = { { SETUP_WEEKLY, setup_weekly }, { 0 } };
static const struct sender senders[] = {
	{ .kind = SETUP_CHECK, .send = setup_send_check, .reconcile = setup_send_check },
	{ 0 },
};
static const struct perm perms[] = {
	{ "setting.read", T_PERM_SETTING_READ },
	{ "setting.write", T_PERM_SETTING_WRITE },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "setup.quota_mode", .otherwise = "", .label = T_SETUP_QUOTA_MODE },
	{ .name = "setup.dismissed", .otherwise = "0", .label = T_SETUP_DISMISSED },
	{ 0 },
};

const struct module setup_module = {
	.name = "setup",
	.doc = "Connecting WeCom, the check-up of the connection, first steps and settings.",
	.queries = queries,
	.routes = setup_routes,
	.derive = derive,
	.derived = derived,
	.timers = timers,
	.senders = senders,
	.perms = perms,
	.settings = settings,
	.corp_new = setup_arm,
};

/*
 * live rooms join.
 */
#include "feature/living/living_data.h"

static const struct query *const queries[] = {
	&living_room_list_query, &living_room_get_query, &living_room_named_query, &living_room_insert_query, &living_room_update_query,
	&living_room_state_query, &living_viewer_add_query, &living_viewer_set_query, &living_viewer_all_query, NULL,
};
static const struct handler act[] = { { EV_WECOM_TOLD, living_on_told }, { 0 } };
static const struct sender senders[] = { { .kind = LIVING_LOOK, .send = living_look, .reconcile = living_look }, { 0 } };
static const struct timer_kind timers[] = { { LIVING_LOOK, living_on_timer }, { 0 } };
static const struct event_title titles[] = { { EV_LIVING_WATCHED, T_TITLE_LIVING_WATCHED }, { 0 } };
static const struct perm perms[] = {
	{ "living.read", T_PERM_LIVING_READ },
	{ "living.write", T_PERM_LIVING_WRITE },
	{ 0 },
};

const struct module living_module = {
	.name = "living",
	.doc = "Live rooms: made in WeCom, who watched how long, and their tags.",
	.queries = queries,
	.routes = living_routes,
	.act = act,
	.senders = senders,
	.timers = timers,
	.titles = titles,
	.perms = perms,
};

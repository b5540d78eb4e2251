/*
 * speak joins.
 */
#include "core/speak/speak_data.h"

static const struct query *const queries[] = {
	&speak_add_query, &speak_put_query, &speak_get_query, &speak_by_act_query, &speak_open_query, &speak_said_query,
	&speak_tally_add_query, &speak_sums_query, NULL,
};
static const struct handler act[] = { { EV_SPEAK_ENDED, speak_on_ended }, { 0 } };
static const struct timer_kind timers[] = { { SPEAK_TIMER, speak_on_timer }, { 0 } };
static const struct event_title titles[] = { { EV_SPEAK_ENDED, T_SPEAK_ENDED }, { 0 } };
static const struct perm perms[] = { { "speak.read", T_PERM_SPEAK_READ }, { "speak.try", T_PERM_SPEAK_TRY }, { 0 } };

const struct module speak_module = {
	.name = "speak",
	.doc = "Messages a program sends by itself, from the verb that asked to their end.",
	.queries = queries,
	.routes = speak_routes,
	.act = act,
	.timers = timers,
	.titles = titles,
	.perms = perms,
};

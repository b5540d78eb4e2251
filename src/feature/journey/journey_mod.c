/*
 * journeys join: every event is looked at by compiled journeys in memory; a timer a slot wakes what is due.
 */
#include "feature/journey/journey_clean.h"

#include "core/corp/corp.h"
#include "core/job/job.h"

static err start(struct env *env, struct fail *f)
{
	env->journeys = journey_cache_new();
	return journey_clean_arm_all(env, f);
}

static const struct query *const queries[] = {
	&journey_put_query, &journey_drop_query, &journey_get_query, &journey_all_query, &journey_newest_query, &journey_version_add_query,
	&journey_versions_query, &journey_try_put_query, &journey_try_get_query, &journey_tries_query, &place_put_query, &place_drop_query,
	&place_get_query, &place_due_query, &place_next_due_query, &place_of_customer_query, &place_in_flight_query, &place_in_query,
	&place_out_query, &journey_seen_get_query, &journey_seen_add_query, &journey_step_add_query, &journey_steps_query,
	&journey_count_add_query, &journey_counts_of_query, &journey_counts_all_query, &journey_wake_get_query, &journey_wake_put_query,
	&journey_day_put_query, &journey_day_drop_query, &journey_day_get_query, &journey_days_due_query, &journey_day_next_query,
	&journey_late_count_query, &journey_try_person_put_query, &journey_try_people_query, &journey_try_of_query, &journey_clean_steps_query, &journey_clean_places_query,
	&journey_clean_tries_query, NULL,
};
static const struct handler act[] = { { -1, journey_on_event }, { 0 } };
static const struct route *const more_routes[] = { journey_people_routes, journey_work_routes, journey_sop_routes, NULL };
static const struct timer_kind timers[] = { { JOURNEY_DUE, journey_due }, { JOURNEY_SCHEDULE, journey_scheduled },
					     { JOURNEY_CLEAN, journey_clean }, { 0 } };
static const struct job_kind jobs[] = {
	{ "journey.gather", journey_step_gather, "Lets the members of an audience into a journey." },
	{ "journey.fill", journey_step_fill, "Notes on which day a journey begins for whom." },
	{ "journey.resume", journey_step_resume, "Wakes those who came due while a journey was paused." },
	{ "journey.end", journey_step_end, "Takes everybody out of a journey that was ended." },
	{ "journey.move", journey_step_move, "Moves people of a journey to another version." },
	{ "journey.try", journey_step_try, "Walks a journey over what has been, without doing anything." },
	{ 0 },
};
static const struct event_title titles[] = {
	{ EV_JOURNEY_ENTERED, T_EV_JOURNEY_ENTERED }, { EV_JOURNEY_LEFT, T_EV_JOURNEY_LEFT }, { 0 },
};
static const struct perm perms[] = {
	{ "journey.read", T_PERM_JOURNEY_READ },
	{ "journey.write", T_PERM_JOURNEY_WRITE },
	{ 0 },
};

const struct module journey_module = {
	.name = "journey",
	.doc = "Journeys: what happens to a person after something happened to her, drawn as a graph.",
	.queries = queries,
	.routes = journey_routes,
	.more_routes = more_routes,
	.act = act,
	.timers = timers,
	.jobs = jobs,
	.verbs = journey_verbs,
	.person = journey_on_person,
	.titles = titles,
	.perms = perms,
	.start = start,
	.corp_new = journey_clean_arm,
};

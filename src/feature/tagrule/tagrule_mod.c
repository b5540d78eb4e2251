/*
 * tag rules join: every event is looked at, by rules in memory.
 */
#include "feature/tagrule/tagrule_run_data.h"

#include "core/corp/corp.h"
#include "core/job/job.h"

/* Rules are compiled before the first event comes. */
static err start(struct env *env, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct unit u = unit_new(env->store, a, 0, "start");
	struct corp *corps;
	size_t n = 0;
	env->tagrules = tagrule_cache_new();
	u.env = env;
	err e = corp_list(&u, &corps, &n);
	for (size_t i = 0; e == OK && i < n; i++) {
		struct rule_set *set;
		u.corp = corps[i].id;
		e = READ_SNAP(&u, slot_base(env->store, u.corp), rule_set_take(snap, &set));
		if (e == OK)
			rule_set_give(env, set);
	}
	if (e != OK && f)
		*f = u.fail;
	arena_free(a);
	return e;
}

static const struct query *const queries[] = {
	&rule_put_query, &rule_get_query, &rule_all_query, &rule_newest_query, &rule_version_add_query, &rule_version_drop_query,
	&rule_versions_query, &rule_tally_add_query, &rule_tally_set_query, &rule_tally_drop_query, &rule_tally_days_query,
	&rule_code_put_query, &rule_code_of_query, &rule_tallies_of_run_query, &rule_hit_of_query, &rule_hit_put_query, &rule_hit_undo_query, &rule_hits_query,
	&rule_mark_add_query, &rule_mark_drop_query, &rule_marks_query, &rule_mark_people_query, &rule_day_add_query,
	&rule_stats_all_query, &rule_run_put_query, &rule_run_get_query, &rule_runs_of_query, &rule_walk_get_query,
	&rule_walk_put_query, &rule_find_of_query, &rule_find_add_query, &rule_find_done_query, &rule_finds_query,
	&rule_find_sums_query, &rule_find_days_query, &rule_clean_tallies_query, &rule_epoch_next_query, &rule_clean_epoch_query,
	&rule_clean_finds_query, &rule_clean_walks_query, &rule_clean_days_query, NULL,
};
static const struct handler derive[] = { { EV_LIVECODE_SAVED, tagrule_on_code }, { 0 } };
static const char *const derived[] = { "tag_rule_code", NULL };
static const struct handler act[] = { { -1, tagrule_on_event }, { 0 } };
static const struct route *const more_routes[] = { tagrule_run_routes, NULL };
static const struct job_kind jobs[] = {
	{ "tagrule.try", tagrule_step_try, "Finds whom a tag rule would touch in what has been." },
	{ "tagrule.apply", tagrule_step_apply, "Marks the people a dry run has found." },
	{ "tagrule.undo", tagrule_step_undo, "Takes off the marks a tag rule has put." },
	{ 0 },
};
static const struct timer_kind timers[] = { { TAGRULE_CLEAN, tagrule_clean }, { 0 } };
static const struct perm perms[] = {
	{ "tagrule.read", T_PERM_TAGRULE_READ },
	{ "tagrule.write", T_PERM_TAGRULE_WRITE },
	{ 0 },
};

const struct module tagrule_module = {
	.name = "tagrule",
	.doc = "Rules that put tags on people by what they do, write, and how they came.",
	.queries = queries,
	.routes = tagrule_routes,
	.more_routes = more_routes,
	.derive = derive,
	.derived = derived,
	.act = act,
	.jobs = jobs,
	.timers = timers,
	.perms = perms,
	.start = start,
};

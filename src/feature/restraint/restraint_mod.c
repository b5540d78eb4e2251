/*
 * restraint joins: its routes, and the job behind a changed control group.
 */
#include "feature/restraint/restraint.h"

#include "core/audience/audience_snapshot.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/job/job.h"

#define STEP 500
#define CURSOR_FIELDS(F, S) F(S, ID, after)
RECORD(restraint_cursor, CURSOR_FIELDS);

struct group { const struct reach_rules *r; const i64 *who; size_t n; i64 *changed; size_t changed_n; };

static err settle_group(struct tx *tx, struct group *g)
{
	g->changed_n = 0; /* the transaction may run again */
	for (size_t i = 0; i < g->n; i++) {
		bool changed;
		TRY(reach_holdout_settle(tx, g->r, g->who[i], &changed));
		if (changed)
			g->changed[g->changed_n++] = g->who[i];
	}
	return g->changed_n ? audience_stamp(tx) : OK;
}

static err settle_people(struct cx *cx, const struct reach_rules *r, const i64 *who, size_t n)
{
	struct unit *u = &cx->unit;
	i64 *same = ARENA_ARRAY(u->arena, i64, n + 1), *changed = ARENA_ARRAY(u->arena, i64, n + 1);
	bool *done = ARENA_ARRAY(u->arena, bool, n + 1);
	for (size_t i = 0; i < n; i++) {
		i64 slot = slot_of_customer(u->store, who[i]);
		struct group g = { r, same, 0, changed, 0 };
		for (size_t k = i; k < n && !done[i]; k++)
			if (slot_of_customer(u->store, who[k]) == slot)
				same[g.n++] = who[k];
		if (!g.n)
			continue;
		for (size_t k = i; k < n; k++)
			done[k] |= slot_of_customer(u->store, who[k]) == slot;
		TRY(WRITE_TX(u, slot, settle_group(tx, &g)));
		TRY(audience_changed(u, g.changed, g.changed_n));
	}
	return OK;
}

/* Everybody's attribute by the rules of now; done again it changes nothing. */
err restraint_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct restraint_cursor at;
	struct reach_rules r;
	struct expr *e;
	i64 *who, all;
	size_t n;
	TRY(job_cursor(cx, job, &restraint_cursor_record, &at));
	TRY(reach_rules_get(&cx->unit, &r));
	TRY(expr_parse(&cx->unit, STR("orders >= 0"), &e));
	if (job->total == NIL)
		TRY(audience_count(&cx->unit, e, &job->total, &all));
	TRY(audience_select(&cx->unit, e, at.after, STEP, &who, &n));
	TRY(settle_people(cx, &r, who, n));
	*ret_done = n < STEP;
	job->done += (i64)n;
	at.after = n ? who[n - 1] : at.after;
	return WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), job_save(tx, job, &restraint_cursor_record, &at));
}

static const struct route *const more_routes[] = { restraint_touch_routes, NULL };
static const struct job_kind jobs[] = {
	{ RESTRAINT_JOB, restraint_step, "Writes anew who belongs to the permanent control group." },
	{ 0 },
};
static const struct perm perms[] = { { "reach.read", T_PERM_REACH_READ }, { "reach.write", T_PERM_REACH_WRITE }, { 0 } };

const struct module restraint_module = {
	.name = "restraint",
	.doc = "Rules of reaching people with a look at what they would have done, black list, refusals, and why she got it.",
	.routes = restraint_routes,
	.more_routes = more_routes,
	.jobs = jobs,
	.perms = perms,
};

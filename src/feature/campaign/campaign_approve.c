/*
 * Plans that wait to be started by somebody other than the maker, for the page of approvals.
 */
#include "feature/campaign/campaign_data.h"

#include "core/approver.h"
#include "core/corp/corp.h"

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err waits(struct cx *cx, struct approval_list *ret)
{
	struct campaign_over find = { .limit = APPROVALS_MAX };
	struct campaign *rows;
	size_t n;
	TRY(setting_i64(&cx->unit, "campaign.approve_over", &find.over));
	TRY(READ_SNAP(&cx->unit, base(cx), campaign_waiting(snap, &find, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		const struct campaign *c = &rows[i];
		if (cx->unit.scope && cx->unit.scope != c->viewed_by)
			continue;
		vec_push(CX_ARENA(cx), &ret->v, ((struct approval){
			.id = c->id, .title = c->name, .note = c->words, .people = c->reached, .asked_by = c->made_by, .asked_ms = c->created,
			.href = arena_printf(CX_ARENA(cx), "/campaigns/%lld", (long long)c->id) }));
	}
	return OK;
}

static err decide(struct cx *cx, i64 id, const struct approval_answer *a)
{
	i64 over;
	TRY(setting_i64(&cx->unit, "campaign.approve_over", &over));
	return a->agreed ? WRITE_TX(&cx->unit, base(cx), campaign_start(tx, id, a->people, over))
			 : WRITE_TX(&cx->unit, base(cx), campaign_refuse(tx, id, a->reason));
}

const struct approver campaign_approver = { "campaign", T_CAMPAIGN, "campaign.write", waits, decide, "campaign.approve_over" };

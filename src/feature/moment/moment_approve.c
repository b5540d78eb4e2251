/*
 * Moments for more people than a size wait for somebody other than the maker; nobody is chosen and no tag is made before.
 * Told yes after its time it is asked for at the next allowed moment, with the life it would have had.
 */
#include "feature/moment/moment_int.h"

#include "core/approve/approve.h"
#include "core/audit/audit.h"

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str object_of(struct arena *a, i64 id) { return arena_printf(a, "moment:%lld", (long long)id); }

/* Whose members a viewer does not see is not his to decide. */
static err waits(struct cx *cx, struct approval_list *ret)
{
	struct moment *rows;
	struct arena *a = CX_ARENA(cx);
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), moment_asked(snap, &(struct moment_find){ 0, APPROVALS_MAX }, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		const struct moment *p = &rows[i];
		if (cx->unit.scope && cx->unit.scope != p->viewed_by)
			continue;
		vec_push(a, &ret->v, ((struct approval){ .id = p->id, .title = p->name, .note = p->words, .people = p->confirmed, .asked_by = p->made_by,
							 .asked_ms = p->created, .href = arena_printf(a, "/moments/%lld", (long long)p->id) }));
	}
	return OK;
}

static err told(struct tx *tx, const struct moment *p, bool agreed, str reason)
{
	struct approval_decided d = { STR("moment"), p->id, p->name, arena_printf(tx->snap.arena, "/moments/%lld", (long long)p->id), p->made_by, 0, agreed, reason };
	return approval_tell(tx, &d);
}

static err asked(struct tx *tx, i64 id, struct moment *ret)
{
	TRY(moment_get(&tx->snap, &(struct moment_key){ id }, ret));
	return str_eq_c(ret->state, "asked") ? OK : tx_fail(tx, ERR_STATE, T_APPROVAL_GONE, STR("id"), STR_NIL, STR_NIL);
}

static err agree(struct tx *tx, i64 id)
{
	struct moment p;
	TRY(asked(tx, id, &p));
	if (p.opens < tx->snap.now)
		TRY(moment_times(tx->snap.unit, NIL, &p.opens, &p.deadline));
	p.state = STR("planning");
	TRY(moment_update(tx, &p));
	TRY(moment_begin(tx, &p));
	TRY(told(tx, &p, true, STR("")));
	return audit_add(tx, "moment.approve", object_of(tx->snap.arena, id), arena_printf(tx->snap.arena, "people=%lld", (long long)p.confirmed));
}

static err refuse(struct tx *tx, i64 id, str reason)
{
	struct moment p;
	TRY(asked(tx, id, &p));
	TRY(moment_cancel(tx, id));
	TRY(told(tx, &p, false, reason));
	return audit_add(tx, "moment.refuse", object_of(tx->snap.arena, id), reason);
}

static err decide(struct cx *cx, i64 id, const struct approval_answer *a)
{
	return a->agreed ? WRITE_TX(&cx->unit, base(cx), agree(tx, id)) : WRITE_TX(&cx->unit, base(cx), refuse(tx, id, a->reason));
}

const struct approver moment_approver = { "moment", T_MASS_MOMENT, "moment.send", waits, decide, "moment.approve_over" };

/*
 * Repeats of which one time may reach more people than a size wait for somebody other than the maker: none of their times is
 * sent before. Yes: from the next time on; what passed meanwhile is noted as a time of a pause.
 */
#include "feature/broadcast/broadcast_repeat_data.h"

#include "core/approve/approve.h"
#include "core/audit/audit.h"

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err waits(struct cx *cx, struct approval_list *ret)
{
	struct broadcast_repeat *rows;
	struct arena *a = CX_ARENA(cx);
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), broadcast_repeat_all(snap, &(struct none){ 0 }, &rows, &n)));
	for (size_t i = n; i-- > 0;) { /* the oldest first */
		const struct broadcast_repeat *r = &rows[i];
		struct content content;
		if (!str_eq_c(r->state, "asked") || (cx->unit.scope && cx->unit.scope != r->viewed_by))
			continue;
		content_read(a, r->content, &content);
		vec_push(a, &ret->v, ((struct approval){ .id = r->id, .title = r->name, .note = content.text, .people = r->most, .asked_by = r->made_by,
							 .asked_ms = r->created, .href = STR("/broadcasts/repeats") }));
	}
	return OK;
}

static err told(struct tx *tx, const struct broadcast_repeat *r, bool agreed, str reason)
{
	struct approval_decided d = { STR("repeat"), r->id, r->name, STR("/broadcasts/repeats"), r->made_by, 0, agreed, reason };
	TRY(approval_tell(tx, &d));
	return audit_add(tx, agreed ? "repeat.approve" : "repeat.refuse", arena_printf(tx->snap.arena, "repeat:%lld", (long long)r->id), reason);
}

static err say(struct tx *tx, i64 id, const struct approval_answer *a)
{
	struct broadcast_repeat r;
	TRY(broadcast_repeat_get(&tx->snap, &(struct broadcast_key){ id }, &r));
	if (!str_eq_c(r.state, "asked"))
		return tx_fail(tx, ERR_STATE, T_APPROVAL_GONE, STR("id"), STR_NIL, STR_NIL);
	TRY(broadcast_repeat_decide(tx, &r, a->agreed));
	return told(tx, &r, a->agreed, a->agreed ? STR("") : a->reason);
}

static err decide(struct cx *cx, i64 id, const struct approval_answer *a) { return WRITE_TX(&cx->unit, base(cx), say(tx, id, a)); }

const struct approver broadcast_repeat_approver = { "repeat", T_BROADCAST_REPEAT, "broadcast.send", waits, decide, "broadcast.approve_over" };

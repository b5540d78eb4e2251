/*
 * Broadcasts to more people than a size wait for somebody other than the maker.
 *
 * Nobody is chosen and no place is taken before; the number that was confirmed stands, and planning never goes beyond it. Told
 * yes after its time it goes out at the next allowed moment; a deadline its maker had set stands, one that followed from the
 * start moves with it.
 */
#include "feature/broadcast/broadcast_data.h"

#include "core/approve/approve.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/reach/reach.h"

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str object_of(struct arena *a, i64 id) { return arena_printf(a, "broadcast:%lld", (long long)id); }

static str text_of(struct arena *a, const struct broadcast *b)
{
	struct content content;
	content_read(a, b->content, &content);
	return content.text.n ? content.text : b->words;
}

static err waits(struct cx *cx, struct approval_list *ret)
{
	struct broadcast *rows;
	struct arena *a = CX_ARENA(cx);
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), broadcast_asked(snap, &(struct broadcast_find){ 0, APPROVALS_MAX }, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		const struct broadcast *b = &rows[i];
		if (cx->unit.scope && cx->unit.scope != b->viewed_by)
			continue;
		vec_push(a, &ret->v, ((struct approval){ .id = b->id, .title = b->name, .note = text_of(a, b), .people = b->confirmed, .asked_by = b->made_by,
							 .asked_ms = b->created, .href = arena_printf(a, "/broadcasts/%lld", (long long)b->id) }));
	}
	return OK;
}

static err told(struct tx *tx, const struct broadcast *b, bool agreed, str reason)
{
	struct approval_decided d = { STR("broadcast"), b->id, b->name, arena_printf(tx->snap.arena, "/broadcasts/%lld", (long long)b->id), b->made_by, 0, agreed, reason };
	return approval_tell(tx, &d);
}

static err asked(struct tx *tx, i64 id, struct broadcast *ret)
{
	TRY(broadcast_get(&tx->snap, &(struct broadcast_key){ id }, ret));
	return str_eq_c(ret->state, "asked") ? OK : tx_fail(tx, ERR_STATE, T_APPROVAL_GONE, STR("id"), STR_NIL, STR_NIL);
}

static err agree(struct tx *tx, i64 id)
{
	struct unit *u = tx->snap.unit;
	struct broadcast b;
	ms opens, last;
	TRY(asked(tx, id, &b));
	TRY(reach_window(u, b.created, &opens, &last));
	bool follows = b.deadline == int_min(b.opens + BROADCAST_LIFE_MS, last);
	TRY(reach_window(u, tx->snap.now, &opens, &last));
	b.opens = int_max(b.opens, opens);
	if (follows)
		b.deadline = int_min(b.opens + BROADCAST_LIFE_MS, last);
	if (b.deadline <= b.opens)
		return tx_fail(tx, ERR_STATE, T_BROADCAST_DEADLINE, STR("deadline_ms"), STR_NIL, STR_NIL);
	b.state = STR("planning");
	TRY(broadcast_update(tx, &b));
	TRY(broadcast_begin(tx, &b));
	TRY(told(tx, &b, true, STR("")));
	return audit_add(tx, "broadcast.approve", object_of(tx->snap.arena, id), arena_printf(tx->snap.arena, "people=%lld", (long long)b.confirmed));
}

static err refuse(struct tx *tx, i64 id, str reason)
{
	struct broadcast b;
	TRY(asked(tx, id, &b));
	TRY(broadcast_cancel(tx, id));
	TRY(told(tx, &b, false, reason));
	return audit_add(tx, "broadcast.refuse", object_of(tx->snap.arena, id), reason);
}

static err decide(struct cx *cx, i64 id, const struct approval_answer *a)
{
	return a->agreed ? WRITE_TX(&cx->unit, base(cx), agree(tx, id)) : WRITE_TX(&cx->unit, base(cx), refuse(tx, id, a->reason));
}

const struct approver broadcast_approver = { "broadcast", T_MASS_BROADCAST, "broadcast.send", waits, decide, "broadcast.approve_over" };

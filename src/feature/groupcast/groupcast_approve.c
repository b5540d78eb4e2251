/*
 * Group casts that reach more people than a size wait for somebody other than the maker.
 *
 * The groups that were shown are kept with it; which of them had theirs that day, were dissolved or have lost their owner is
 * asked anew at the yes, so no place is taken before and no group is added. A deadline its maker had set stands.
 */
#include "feature/groupcast/groupcast_int.h"

#include "base/json.h"
#include "core/approve/approve.h"
#include "core/audit/audit.h"
#include "core/reach/reach.h"

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

err groupcast_asks(struct arena *a, const struct groupcast *c, struct groupcast_wish *ret)
{
	struct json *tree;
	record_init(&groupcast_wish_record, ret);
	if (!c->asked.n)
		return OK;
	TRY(json_parse(c->asked, a, &tree, NULL));
	record_read(&groupcast_wish_record, tree, ret, a);
	return OK;
}

err groupcast_ask(struct tx *tx, struct groupcast *c, const struct groupcast_choice *choice, i64 people)
{
	struct arena *a = tx->snap.arena;
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	struct groupcast_wish wish = { { ARENA_ARRAY(a, i64, choice->count + 1), choice->count }, people, c->deadline };
	ms opens, last;
	for (size_t i = 0; i < choice->count; i++)
		wish.groups.v[i] = choice->groups[i].id;
	record_write(&b, &groupcast_wish_record, &wish);
	TRY(reach_window(tx->snap.unit, tx->snap.now, &opens, &last));
	c->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	c->state = STR("asked");
	c->asked = buf_str(&b);
	c->deadline = int_min(c->deadline == NIL ? opens + GROUPCAST_LIFE_MS : c->deadline, last);
	c->made = tx->snap.now;
	c->closed = NIL;
	c->excluded = choice->capped;
	c->act_key = arena_printf(a, "%lld", (long long)c->id);
	return groupcast_add(tx, c);
}

/* ---- for the page of approvals ---- */

static err waits(struct cx *cx, struct approval_list *ret)
{
	struct groupcast *rows;
	struct arena *a = CX_ARENA(cx);
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), groupcast_waiting_word(snap, &(struct groupcast_find){ 0, APPROVALS_MAX, 0 }, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		const struct groupcast *c = &rows[i];
		struct groupcast_wish wish;
		struct content content;
		if (cx->unit.scope && cx->unit.scope != c->viewed_by)
			continue;
		TRY(groupcast_asks(a, c, &wish));
		content_read(a, c->content, &content);
		vec_push(a, &ret->v, ((struct approval){ .id = c->id, .title = c->name, .note = content.text, .people = wish.people, .asked_by = c->made_by,
							 .asked_ms = c->made, .href = arena_printf(a, "/groups/casts?id=%lld", (long long)c->id) }));
	}
	return OK;
}

static err told(struct tx *tx, const struct groupcast *c, bool agreed, str reason)
{
	struct arena *a = tx->snap.arena;
	struct approval_decided d = { STR("groupcast"), c->id, c->name, arena_printf(a, "/groups/casts?id=%lld", (long long)c->id), c->made_by, 0, agreed, reason };
	TRY(approval_tell(tx, &d));
	return audit_add(tx, agreed ? "groupcast.approve" : "groupcast.refuse", arena_printf(a, "groupcast:%lld", (long long)c->id), reason);
}

static err asked(struct tx *tx, i64 id, struct groupcast *ret)
{
	TRY(groupcast_get(&tx->snap, &(struct groupcast_id){ id }, ret));
	return str_eq_c(ret->state, "asked") ? OK : tx_fail(tx, ERR_STATE, T_APPROVAL_GONE, STR("id"), STR_NIL, STR_NIL);
}

static err agree(struct tx *tx, i64 id)
{
	struct ids none = { NULL, 0 };
	struct groupcast_choice choice;
	struct groupcast_wish wish;
	struct groupcast c;
	ms opens, last;
	TRY(asked(tx, id, &c));
	TRY(groupcast_asks(tx->snap.arena, &c, &wish));
	TRY(groupcast_choose(&tx->snap, &none, &wish.groups, &choice));
	TRY(reach_window(tx->snap.unit, tx->snap.now, &opens, &last));
	if (!choice.count)
		return tx_fail(tx, ERR_STATE, T_GROUPCAST_NOBODY, STR("id"), STR_NIL, STR_NIL);
	if (wish.deadline_ms != NIL && wish.deadline_ms <= opens)
		return tx_fail(tx, ERR_STATE, T_GROUPCAST_DEADLINE, STR("deadline_ms"), STR_NIL, STR_NIL);
	c.deadline = wish.deadline_ms;
	TRY(groupcast_resume(tx, &c, &choice));
	return told(tx, &c, true, STR(""));
}

static err refuse(struct tx *tx, i64 id, str reason)
{
	struct groupcast c;
	TRY(asked(tx, id, &c));
	TRY(groupcast_cancel(tx, id));
	return told(tx, &c, false, reason);
}

static err decide(struct cx *cx, i64 id, const struct approval_answer *a)
{
	return a->agreed ? WRITE_TX(&cx->unit, base(cx), agree(tx, id)) : WRITE_TX(&cx->unit, base(cx), refuse(tx, id, a->reason));
}

const struct approver groupcast_approver = { "groupcast", T_MASS_GROUPCAST, "groupcast.send", waits, decide, GROUPCAST_APPROVE };

/*
 * The groups of a handing over: planned beside the customers, asked for in one call per pair, done at once.
 *
 * Of one owner who works on, at most 300 groups a day go over: the rest waits for the next day. A group whose owner
 * is the taker by now (a lost answer asked again) has gone over.
 */
#include "feature/inherit/inherit_data.h"

#include "core/corp/corp.h"
#include "core/group/group.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_transfer.h"

enum { CODE_SAME_OWNER = 90504, CODE_INHERITED = 90508 };

struct work {
	struct cx *cx;
	struct inherit_pair pair;
	struct inherit row;
	struct staff giver, taker;
	struct corp_wecom corp;
	struct wecom_call call;
	struct inherit_group *v;
	size_t n;
	i64 room; /* that may be asked for today */
	ms next;  /* when there is room again */
};

/* ---- planning ---- */

err inherit_plan_groups(struct tx *tx, i64 inherit, i64 giver, const struct ids *takers)
{
	struct group_chat *rows;
	size_t n = INHERIT_GROUPS_PAGE;
	i64 after = 0, turn = 0;
	while (n == INHERIT_GROUPS_PAGE) {
		TRY(group_of_owner(&tx->snap, giver, after, INHERIT_GROUPS_PAGE, &rows, &n));
		for (size_t i = 0; i < n; i++) {
			struct inherit_group g = { inherit, rows[i].id, rows[i].chat_id, rows[i].name, giver,
						   takers->n ? takers->v[turn++ % (i64)takers->n] : 0,
						   takers->n ? STR("planned") : STR("blocked"), takers->n ? STR_NIL : STR("no_taker"), NIL };
			TRY(inherit_group_add(tx, &g));
			after = rows[i].id;
		}
	}
	return OK;
}

err inherit_ask_groups(struct tx *tx, i64 inherit)
{
	struct inherit_group_sum *rows;
	size_t n;
	TRY(inherit_group_sums(&tx->snap, &(struct inherit_key){ inherit }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct inherit_pair pair = { inherit, rows[i].giver, rows[i].taker };
		str key = arena_printf(tx->snap.arena, "%lld:%lld:%lld", (long long)inherit, (long long)rows[i].giver, (long long)rows[i].taker);
		if (str_eq_c(rows[i].state, "planned"))
			TRY(outbox_add(tx, STR(INHERIT_GROUPS), key, STR(""), tx->snap.now, 0, 0, &inherit_pair_record, &pair, NULL));
	}
	return OK;
}

/* ---- asking ---- */

static err read_work(const struct snap *s, struct work *w)
{
	struct inherit_group_find find = { w->pair.inherit, w->pair.giver, w->pair.taker, WECOM_TRANSFER_GROUPS_MAX };
	struct inherit_asked *today;
	size_t n;
	TRY(inherit_get(s, &(struct inherit_key){ w->pair.inherit }, &w->row));
	TRY(staff_get(s, w->pair.giver, &w->giver));
	TRY(staff_get(s, w->pair.taker, &w->taker));
	TRY(inherit_groups_asked(s, &(struct inherit_asked_find){ w->pair.giver, s->now - MS_DAY }, &today, &n));
	w->room = str_eq_c(w->row.kind, "resigned") ? WECOM_TRANSFER_GROUPS_MAX : WECOM_TRANSFER_GROUPS_DAY - (i64)n;
	w->next = n ? today[0].asked + MS_DAY : s->now;
	find.limit = int_min(find.limit, int_max(w->room, 1));
	return inherit_group_next(s, &find, &w->v, &w->n);
}

static err settle_groups(struct tx *tx, struct work *w, const struct wecom_group_refusals *no, const char *all, str code)
{
	for (size_t i = 0; i < w->n; i++) {
		struct inherit_group g = w->v[i];
		g.state = all ? str_c(all) : STR("done");
		g.code = code;
		g.asked = tx->snap.now;
		for (size_t k = 0; no && k < no->n; k++) {
			if (!str_eq(no->v[k].chat_id, g.chat_id) || no->v[k].code == CODE_SAME_OWNER || no->v[k].code == CODE_INHERITED)
				continue;
			g.state = STR("failed");
			g.code = arena_printf(tx->snap.arena, "%lld", (long long)no->v[k].code);
		}
		TRY(inherit_group_set(tx, &g));
		if (str_eq_c(g.state, "done"))
			TRY(group_ask(tx, g.chat, g.chat_id));
	}
	return OK;
}

static err ask(struct work *w, struct wecom_group_refusals *ret)
{
	struct strs chats = { ARENA_ARRAY(CX_ARENA(w->cx), str, w->n), w->n };
	for (size_t i = 0; i < w->n; i++)
		chats.v[i] = w->v[i].chat_id;
	return wecom_transfer_groups(&w->call, str_eq_c(w->row.kind, "resigned"), chats, w->taker.userid, ret);
}

err inherit_send_groups(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct work w = { .cx = cx };
	struct wecom_group_refusals no;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &inherit_pair_record, &w.pair)));
	TRY(READ_SNAP(&cx->unit, row->slot, read_work(snap, &w)));
	if (w.n == 0)
		return OK;
	*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = STR("more"), .retry_at = cx_now(cx) };
	if (str_eq_c(w.row.state, "cancelled"))
		return WRITE_TX(&cx->unit, row->slot, settle_groups(tx, &w, NULL, "cancelled", STR_NIL));
	if (w.room <= 0) {
		ret->reason = STR("a day's groups");
		ret->retry_at = w.next;
		return OK;
	}
	TRY(corp_wecom_get(&cx->unit, row->corp, &w.corp));
	w.call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &w.corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	err e = ask(&w, &no);
	if (e == OK)
		return WRITE_TX(&cx->unit, row->slot, settle_groups(tx, &w, &no, NULL, STR_NIL));
	if (e == ERR_UNKNOWN || err_retryable(e)) {
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .reason = str_c(err_name(e)) };
		if (w.call.retry_at != NIL)
			ret->retry_at = w.call.retry_at;
		return OK;
	}
	str code = w.call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)w.call.errcode) : str_c(err_name(e));
	return WRITE_TX(&cx->unit, row->slot, settle_groups(tx, &w, NULL, "failed", code));
}

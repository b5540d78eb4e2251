/*
 * inherit: made, started, cancelled; counted; and what an answer does.
 */
#include "feature/inherit/inherit_data.h"

#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/follow/follow_handover.h"
#include "core/staff/staff.h"

static str object_of(const struct snap *s, i64 id) { return arena_printf(s->arena, "inherit:%lld", (long long)id); }

static bool has(const struct ids *ids, i64 id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->v[i] == id)
			return true;
	return false;
}

static err check_giver(struct tx *tx, const struct inherit_edit *in, i64 id)
{
	struct staff s;
	bool left;
	err e = staff_get(&tx->snap, id, &s);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, ERR_INPUT, T_INHERIT_STAFF, STR("giver_ids"), STR_NIL, STR_NIL);
	TRY(e);
	left = str_eq_c(s.state, "left");
	if (left == str_eq_c(in->kind, "resigned"))
		return OK;
	return tx_fail(tx, ERR_INPUT, left ? T_INHERIT_LEFT : T_INHERIT_NOT_LEFT, STR("giver_ids"), s.name, STR_NIL);
}

static err check_taker(struct tx *tx, const struct inherit_edit *in, i64 id)
{
	struct staff s;
	err e = staff_get(&tx->snap, id, &s);
	if (e == ERR_NOT_FOUND)
		return tx_fail(tx, ERR_INPUT, T_INHERIT_STAFF, STR("taker_ids"), STR_NIL, STR_NIL);
	TRY(e);
	if (!str_eq_c(s.state, "active") || !s.in_scope)
		return tx_fail(tx, ERR_INPUT, T_INHERIT_TAKER, STR("taker_ids"), s.name, STR_NIL);
	return has(&in->givers, id) ? tx_fail(tx, ERR_INPUT, T_WECOM_40130, STR("taker_ids"), s.name, STR_NIL) : OK;
}

static err check(struct tx *tx, const struct inherit_edit *in)
{
	bool store = str_eq_c(in->rule, "store");
	if (store ? in->takers.n > 0 : in->takers.n == 0 || (str_eq_c(in->rule, "one") && in->takers.n > 1))
		return tx_fail(tx, ERR_INPUT, T_INHERIT_TAKERS, STR("taker_ids"), STR_NIL, STR_NIL);
	for (size_t i = 0; i < in->givers.n; i++)
		TRY(check_giver(tx, in, in->givers.v[i]));
	for (size_t i = 0; i < in->takers.n; i++)
		TRY(check_taker(tx, in, in->takers.v[i]));
	return OK;
}

err inherit_create(struct tx *tx, const struct inherit_edit *in, i64 *ret_id)
{
	struct inherit row = { .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .kind = in->kind, .rule = in->rule,
			       .state = STR("planning"), .message = in->message.n ? in->message : STR(""), .with_groups = in->with_groups, .created = tx->snap.now,
			       .started = NIL, .ended = NIL };
	TRY(check(tx, in));
	for (size_t i = 0; i < in->givers.n; i++)
		TRY(inherit_member_put(tx, &(struct inherit_member){ row.id, STR("giver"), in->givers.v[i] }));
	for (size_t i = 0; i < in->takers.n; i++)
		TRY(inherit_member_put(tx, &(struct inherit_member){ row.id, STR("taker"), in->takers.v[i] }));
	str link = arena_printf(tx->snap.arena, "/inherit?show=%lld", (long long)row.id);
	TRY(job_add(tx, INHERIT_PLAN, STR(INHERIT_PLAN), link, &inherit_job_record, &(struct inherit_job){ row.id }, &row.job));
	TRY(inherit_put(tx, &row));
	*ret_id = row.id;
	return audit_add(tx, "inherit.create", object_of(&tx->snap, row.id), row.kind);
}

static err get(struct tx *tx, i64 id, struct inherit *ret)
{
	err e = inherit_get(&tx->snap, &(struct inherit_key){ id }, ret);
	return e == ERR_NOT_FOUND ? tx_fail(tx, e, T_INHERIT_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

static err groups_planned(const struct snap *s, i64 id, bool *ret)
{
	struct inherit_group_sum *rows;
	size_t n;
	*ret = false;
	TRY(inherit_group_sums(s, &(struct inherit_key){ id }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		*ret |= str_eq_c(rows[i].state, "planned");
	return OK;
}

err inherit_start(struct tx *tx, i64 id)
{
	struct inherit row;
	bool groups;
	TRY(get(tx, id, &row));
	TRY(groups_planned(&tx->snap, id, &groups));
	if (!str_eq_c(row.state, "planned"))
		return tx_fail(tx, ERR_STATE, T_INHERIT_STATE, STR("state"), row.state, STR_NIL);
	if (row.total == row.blocked && !groups)
		return tx_fail(tx, ERR_STATE, T_INHERIT_EMPTY, STR("state"), STR_NIL, STR_NIL);
	row.state = STR("running");
	row.started = tx->snap.now;
	str link = arena_printf(tx->snap.arena, "/inherit?show=%lld", (long long)id);
	TRY(job_add(tx, INHERIT_SPREAD, STR(INHERIT_SPREAD), link, &inherit_job_record, &(struct inherit_job){ id }, &row.job));
	TRY(inherit_ask_groups(tx, id));
	if (row.total == row.blocked) { /* groups alone: nobody has to be waited for */
		row.state = STR("done");
		row.ended = tx->snap.now;
	}
	TRY(inherit_put(tx, &row));
	struct inherit_started body = { id, row.kind, row.total };
	TRY(journal_add(tx, EV_INHERIT_STARTED, 0, tx->snap.now, &inherit_started_record, &body, NULL));
	return audit_add(tx, "inherit.start", object_of(&tx->snap, id), row.kind);
}

err inherit_cancel(struct tx *tx, i64 id)
{
	struct inherit row;
	TRY(get(tx, id, &row));
	if (str_eq_c(row.state, "done") || str_eq_c(row.state, "cancelled"))
		return tx_fail(tx, ERR_STATE, T_INHERIT_STATE, STR("state"), row.state, STR_NIL);
	row.state = STR("cancelled");
	row.ended = tx->snap.now;
	TRY(inherit_put(tx, &row));
	return audit_add(tx, "inherit.cancel", object_of(&tx->snap, id), row.kind);
}

err inherit_totals(struct unit *u, i64 id, struct inherit_sum **ret, size_t *ret_count)
{
	i64 *slots = ARENA_ARRAY(u->arena, i64, SLOT_COUNT);
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	VEC(struct inherit_sum) all = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct inherit_sum *rows;
		size_t m;
		TRY(READ_SNAP(u, slots[i], inherit_sums(snap, &(struct inherit_key){ id }, &rows, &m)));
		for (size_t k = 0; k < m; k++) {
			size_t at = 0;
			while (at < all.n && (all.v[at].giver != rows[k].giver || all.v[at].taker != rows[k].taker ||
					      !str_eq(all.v[at].state, rows[k].state)))
				at++;
			if (at < all.n)
				all.v[at].n += rows[k].n;
			else
				vec_push(u->arena, &all, rows[k]);
		}
	}
	*ret = all.v;
	*ret_count = all.n;
	return OK;
}

err inherit_answer(struct tx *tx, struct inherit_item *item, const char *state, str code, ms at)
{
	struct handover h = { item->customer, item->giver, item->taker, item->external_userid };
	bool done = str_eq_c(STR("done"), state);
	if (!str_eq_c(item->state, "waiting"))
		return OK;
	item->state = str_c(state);
	item->code = code;
	item->ended = at;
	TRY(inherit_item_set(tx, item));
	if (done)
		return handover_done(tx, &h, at);
	TRY(handover_refused(tx, &h));
	struct inherit_refused body = { item->inherit, item->giver, item->taker, code.n ? code : item->state };
	return journal_add(tx, EV_INHERIT_REFUSED, item->customer, at, &inherit_refused_record, &body, NULL);
}

/*
 * The jobs: planning (who goes to whom), and spreading the asking over the slots once it is started.
 *
 * Of members who work on, their relations are known here. Of those who left, WeCom's own list says who still
 * waits for somebody. A relation that is planned already is left as it is, so a step may run again.
 */
#include "feature/inherit/inherit_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/follow/follow_handover.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_transfer.h"

#define PLAN_ROWS 500

#define PLAN_FIELDS(F, S) \
	F(S, I64, giver) F(S, I64, slot) F(S, ID, after) F(S, STR, page, .opt = true) F(S, I64, next) F(S, I64, total) F(S, I64, blocked)
RECORD(inherit_plan_at, PLAN_FIELDS);

struct plan {
	struct cx *cx;
	struct job *job;
	struct inherit row;
	struct inherit_plan_at at;
	struct ids givers, takers;
	struct staff *staff;
	size_t staff_count;
	i64 slots[SLOT_COUNT];
	size_t slot_count;
};

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err read_all(const struct snap *s, i64 id, struct plan *p)
{
	struct inherit_member *rows;
	size_t n;
	TRY(inherit_get(s, &(struct inherit_key){ id }, &p->row));
	TRY(inherit_members(s, &(struct inherit_key){ id }, &rows, &n));
	TRY(staff_all(s, &p->staff, &p->staff_count));
	p->givers.v = ARENA_ARRAY(s->arena, i64, n + 1);
	p->takers.v = ARENA_ARRAY(s->arena, i64, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct ids *to = str_eq_c(rows[i].role, "giver") ? &p->givers : &p->takers;
		to->v[to->n++] = rows[i].staff;
	}
	return OK;
}

static err open_plan(struct cx *cx, struct job *job, struct plan **ret)
{
	struct inherit_job in;
	struct plan *p = ARENA_NEW(CX_ARENA(cx), struct plan);
	*p = (struct plan){ .cx = cx, .job = job };
	TRY(job_input(cx, job, &inherit_job_record, &in));
	TRY(job_cursor(cx, job, &inherit_plan_at_record, &p->at));
	TRY(READ_SNAP(&cx->unit, base(cx), read_all(snap, in.id, p)));
	p->slot_count = slots_of_corp(cx->unit.store, cx->unit.corp, p->slots, SLOT_COUNT);
	*ret = p;
	return OK;
}

static const struct staff *staff_of(const struct plan *p, i64 id)
{
	for (size_t i = 0; i < p->staff_count; i++)
		if (p->staff[i].id == id)
			return &p->staff[i];
	return NULL;
}

static bool able(const struct staff *s) { return str_eq_c(s->state, "active") && s->in_scope; }

static bool among(const struct ids *ids, i64 id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->v[i] == id)
			return true;
	return false;
}

/* Who may get customers of this giver. */
static struct ids takers_for(const struct plan *p, i64 giver)
{
	const struct staff *from = staff_of(p, giver);
	struct ids out = { ARENA_ARRAY(CX_ARENA(p->cx), i64, p->staff_count + p->takers.n + 1), 0 };
	if (!str_eq_c(p->row.rule, "store"))
		return p->takers;
	for (size_t i = 0; from && from->store != NIL && i < p->staff_count; i++)
		if (p->staff[i].store == from->store && able(&p->staff[i]) && !among(&p->givers, p->staff[i].id))
			out.v[out.n++] = p->staff[i].id;
	return out;
}

/* The one of them who is her friend already, else the next in turn. */
static err taker_of(struct plan *p, const struct snap *s, i64 customer, const struct ids *takers, i64 *ret)
{
	struct follow *rows;
	size_t n;
	TRY(follow_list(s, customer, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].status, "friend") && among(takers, rows[i].staff)) {
			*ret = rows[i].staff;
			return OK;
		}
	*ret = takers->v[p->at.next++ % (i64)takers->n];
	return OK;
}

static err plan_one(struct tx *tx, struct plan *p, i64 giver, const struct ids *takers, const struct follow_relation *r)
{
	struct inherit_item item = { p->row.id, r->customer, giver, 0, r->external_userid, STR("planned"), STR_NIL, NIL, NIL };
	i64 times;
	TRY(handover_times(&tx->snap, r->customer, tx->snap.now - WECOM_TRANSFER_TIMES_MS, &times));
	if (takers->n == 0 || times >= WECOM_TRANSFER_TIMES_MAX) {
		item.state = STR("blocked");
		item.code = takers->n ? STR("40128") : STR("no_taker");
	}
	if (takers->n)
		TRY(taker_of(p, &tx->snap, r->customer, takers, &item.taker));
	TRY(inherit_item_add(tx, &item));
	p->at.total += tx_changed(tx);
	p->at.blocked += tx_changed(tx) && str_eq_c(item.state, "blocked");
	return OK;
}

static err plan_rows(struct tx *tx, struct plan *p, i64 giver, const struct follow_relation *rows, size_t n,
		     struct inherit_plan_at before)
{
	struct ids takers = takers_for(p, giver);
	p->at = before; /* it may run again */
	for (size_t i = 0; i < n; i++)
		TRY(plan_one(tx, p, giver, &takers, &rows[i]));
	return OK;
}

/* ---- of members who work on: slot by slot ---- */

static err step_onjob(struct plan *p, bool *ret_done)
{
	struct unit *u = &p->cx->unit;
	struct follow_relation *rows;
	size_t n;
	if (p->at.giver >= (i64)p->givers.n) {
		*ret_done = true;
		return OK;
	}
	i64 giver = p->givers.v[p->at.giver], slot = p->slots[p->at.slot];
	TRY(READ_SNAP(u, slot, follow_of_member(snap, giver, p->at.after, PLAN_ROWS, &rows, &n)));
	TRY(WRITE_TX(u, slot, plan_rows(tx, p, giver, rows, n, p->at)));
	p->job->done += (i64)n;
	if (n == PLAN_ROWS) {
		p->at.after = rows[n - 1].customer;
		return OK;
	}
	p->at.after = 0;
	if (++p->at.slot == (i64)p->slot_count) {
		p->at.slot = 0;
		p->at.giver++;
	}
	return OK;
}

/* ---- of those who left: as WeCom lists them ---- */

static err plan_unassigned(struct plan *p, const struct wecom_unassigned *w)
{
	struct unit *u = &p->cx->unit;
	struct identity_in id = { STR("external_userid"), w->external_userid, true };
	struct identity_who who = { &id, 1, false, cx_now(p->cx), STR("wecom"), STR_NIL };
	struct follow_relation r = { 0, w->external_userid, NIL };
	for (size_t i = 0; i < p->givers.n; i++) {
		const struct staff *s = staff_of(p, p->givers.v[i]);
		if (!s || !str_eq_nocase(s->userid, w->handover))
			continue;
		TRY(identity_resolve(u, &who, &r.customer, NULL, NULL));
		TRY(WRITE_TX(u, slot_of_customer(u->store, r.customer), plan_rows(tx, p, s->id, &r, 1, p->at)));
		p->job->done++;
	}
	return OK;
}

static err step_resigned(struct plan *p, bool *ret_done)
{
	struct cx *cx = p->cx;
	struct corp_wecom corp;
	struct wecom_unassigned_page page;
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &corp));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	TRY(wecom_unassigned_list(&call, p->at.page, &page));
	for (size_t i = 0; i < page.n; i++)
		TRY(plan_unassigned(p, &page.v[i]));
	p->at.page = page.next_cursor;
	*ret_done = !page.next_cursor.n;
	return OK;
}

/* With the last step, since groups are of the base slot. */
static err save_groups(struct tx *tx, struct plan *p)
{
	for (size_t i = 0; p->row.with_groups && i < p->givers.n; i++) {
		struct ids takers = takers_for(p, p->givers.v[i]);
		TRY(inherit_plan_groups(tx, p->row.id, p->givers.v[i], &takers));
	}
	return OK;
}

static err save(struct tx *tx, struct plan *p, bool done)
{
	TRY(job_save(tx, p->job, &inherit_plan_at_record, &p->at));
	if (!done)
		return OK;
	TRY(inherit_get(&tx->snap, &(struct inherit_key){ p->row.id }, &p->row));
	if (!str_eq_c(p->row.state, "planning"))
		return OK;
	TRY(save_groups(tx, p));
	p->row.state = STR("planned");
	p->row.total = p->at.total;
	p->row.blocked = p->at.blocked;
	return inherit_put(tx, &p->row);
}

err inherit_plan_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct plan *p;
	TRY(open_plan(cx, job, &p));
	*ret_done = !str_eq_c(p->row.state, "planning");
	if (!*ret_done)
		TRY(str_eq_c(p->row.kind, "resigned") ? step_resigned(p, ret_done) : step_onjob(p, ret_done));
	return WRITE_TX(&cx->unit, base(cx), save(tx, p, *ret_done));
}

/* ---- started ---- */

static err ask_pairs(struct tx *tx, i64 inherit, const struct inherit_sum *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct inherit_pair pair = { inherit, rows[i].giver, rows[i].taker };
		str key = arena_printf(tx->snap.arena, "%lld:%lld:%lld:%lld", (long long)inherit, (long long)rows[i].giver,
				       (long long)rows[i].taker, (long long)tx->snap.slot);
		if (str_eq_c(rows[i].state, "planned"))
			TRY(outbox_add(tx, STR(INHERIT_ASK), key, STR(""), tx->snap.now, 0, 0, &inherit_pair_record, &pair, NULL));
	}
	return OK;
}

static err poll_pairs(struct tx *tx, struct plan *p, const struct inherit_sum *rows, size_t n)
{
	TRY(job_save(tx, p->job, &inherit_plan_at_record, &p->at));
	for (size_t i = 0; i < n; i++) {
		struct inherit_pair pair = { p->row.id, rows[i].giver, rows[i].taker };
		str key = arena_printf(tx->snap.arena, "%lld:%lld:%lld", (long long)p->row.id, (long long)rows[i].giver,
				       (long long)rows[i].taker);
		if (str_eq_c(rows[i].state, "planned"))
			TRY(outbox_add(tx, STR(INHERIT_POLL), key, STR(""), tx->snap.now + INHERIT_POLL_FIRST_MS, 0, 0,
				       &inherit_pair_record, &pair, NULL));
	}
	return OK;
}

err inherit_spread_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct plan *p;
	struct inherit_sum *rows;
	size_t n;
	TRY(open_plan(cx, job, &p));
	i64 slot = p->slots[p->at.slot];
	TRY(READ_SNAP(&cx->unit, slot, inherit_sums(snap, &(struct inherit_key){ p->row.id }, &rows, &n)));
	*ret_done = ++p->at.slot == (i64)p->slot_count;
	TRY(WRITE_TX(&cx->unit, slot, ask_pairs(tx, p->row.id, rows, n)));
	return WRITE_TX(&cx->unit, base(cx), poll_pairs(tx, p, rows, n));
}

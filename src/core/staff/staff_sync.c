/*
 * Reading WeCom's directory: departments first, then the members of one department a step, then who may
 * serve customers. A round has a number of its own (seen); what it has not met at its end is gone. Every
 * step may be repeated.
 */
#include "core/staff/staff_sync.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "port/wecom/wecom_staff.h"

enum phase { PHASE_DEPARTMENTS, PHASE_MEMBERS, PHASE_SERVING, PHASE_DONE };

#define STAFF_SYNC_FIELDS(F, S) F(S, I64, phase) F(S, I64, round) F(S, I64, after, .doc = "WeCom's id of the last department read")
RECORD(staff_sync_at, STAFF_SYNC_FIELDS);

struct session {
	struct cx *cx;
	struct corp_wecom corp;
	struct wecom_call call;
	struct staff_sync_at *at;
	i64 slot;
	i64 total, members;
};

static err session_open(struct cx *cx, struct staff_sync_at *at, struct session *ret)
{
	*ret = (struct session){ .cx = cx, .at = at, .slot = slot_base(cx->unit.store, cx->unit.corp) };
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, &ret->corp));
	ret->call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &ret->corp.app, .arena = CX_ARENA(cx),
					 .fail = &cx->unit.fail };
	return OK;
}

/* ---- departments ---- */

static err departments_put(struct tx *tx, const struct wecom_departments *all, i64 round)
{
	TRY(department_leaders_clear(tx, &(struct none){ 0 }));
	for (size_t i = 0; i < all->n; i++) {
		const struct wecom_department *d = &all->v[i];
		for (size_t k = 0; k < d->leaders.n; k++)
			TRY(department_leader_add(tx, &(struct department_leader){ d->id, d->leaders.v[k] }));
		struct department_change in = { .wecom_id = d->id, .parent = d->parent, .name = d->name };
		TRY(department_put(tx, &in, round));
	}
	return department_drop_unseen(tx, &(struct staff_seen){ round });
}

static err read_departments(struct session *s)
{
	struct wecom_departments all;
	TRY(wecom_staff_departments(&s->call, NIL, &all));
	s->at->round = id_next(store_ids(s->cx->unit.store), cx_now(s->cx));
	s->at->after = INT64_MIN + 1;
	s->at->phase = PHASE_MEMBERS;
	s->total = (i64)all.n;
	return WRITE_TX(&s->cx->unit, s->slot, departments_put(tx, &all, s->at->round));
}

/* ---- members ---- */

static const char *state_of(i64 status)
{
	return status == 2 ? "disabled" : status == 5 ? "left" : "active";
}

static err department_id(struct tx *tx, const struct wecom_member *m, i64 *ret)
{
	struct department_row d;
	i64 wecom_id = m->main_department != NIL ? m->main_department : m->departments.n ? m->departments.v[0] : NIL;
	*ret = NIL;
	if (wecom_id == NIL)
		return OK;
	err e = department_get(&tx->snap, &(struct department_key){ wecom_id }, &d);
	if (e == OK)
		*ret = d.id;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err member_put(struct tx *tx, const struct wecom_member *m, i64 round)
{
	struct staff_row row;
	bool added;
	TRY(staff_row_of(tx, m->userid, &row, &added));
	if (row.seen == round)
		return OK; /* a member of several departments comes several times */
	struct staff_row was = row;
	row.userid = m->userid;
	if (m->name.n)
		row.name = m->name;
	if (m->alias.p)
		row.alias = m->alias;
	if (m->status != NIL || !str_eq(row.state, STR("disabled")))
		row.state = str_c(state_of(m->status));
	row.seen = round;
	TRY(department_id(tx, m, &row.department));
	TRY(staff_update(tx, &row));
	TRY(staff_place(tx, row.id, m->departments));
	bool same = !added && str_eq(was.name, row.name) && str_eq(was.state, row.state) && was.department == row.department;
	return same ? OK : staff_tell(tx, &row, added);
}

static err members_put(struct tx *tx, const struct wecom_members *all, i64 round)
{
	for (size_t i = 0; i < all->n; i++)
		TRY(member_put(tx, &all->v[i], round));
	return OK;
}

static err read_members(struct session *s)
{
	struct none none = { 0 };
	struct department_row *rows;
	struct wecom_members all;
	size_t n, i = 0;
	TRY(READ_SNAP(&s->cx->unit, s->slot, department_rows(snap, &none, &rows, &n)));
	while (i < n && rows[i].wecom_id <= s->at->after)
		i++;
	s->total = (i64)n;
	if (i == n) {
		s->at->phase = PHASE_SERVING;
		return OK;
	}
	TRY(wecom_staff_list(&s->call, rows[i].wecom_id, &all));
	s->at->after = rows[i].wecom_id;
	s->members = (i64)all.n;
	return WRITE_TX(&s->cx->unit, s->slot, members_put(tx, &all, s->at->round));
}

/* ---- who serves customers ---- */

static bool serves(const struct map *names, struct arena *a, str userid)
{
	return map_get(names, staff_low(a, userid)) != NULL;
}

static err gone(struct tx *tx, i64 round, const struct map *serving)
{
	struct staff_row *rows;
	size_t n;
	TRY(staff_unseen(&tx->snap, &(struct staff_seen){ round }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (str_eq(rows[i].state, STR("left")) || serves(serving, tx->snap.arena, rows[i].userid))
			continue;
		rows[i].state = STR("left");
		rows[i].in_scope = false;
		TRY(staff_update(tx, &rows[i]));
		TRY(staff_tell(tx, &rows[i], false));
	}
	return OK;
}

static err serving_put(struct tx *tx, struct strs users, i64 round)
{
	struct none none = { 0 };
	struct map serving = map_new(tx->snap.arena);
	struct staff_row *rows;
	size_t n;
	for (size_t i = 0; i < users.n; i++) {
		struct staff_row row;
		bool added;
		map_put(&serving, staff_low(tx->snap.arena, users.v[i]), &serving);
		TRY(staff_row_of(tx, users.v[i], &row, &added));
	}
	TRY(gone(tx, round, &serving));
	TRY(staff_rows(&tx->snap, &none, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		bool in_scope = serves(&serving, tx->snap.arena, rows[i].userid) && str_eq(rows[i].state, STR("active"));
		if (in_scope == rows[i].in_scope)
			continue;
		rows[i].in_scope = in_scope;
		TRY(staff_update(tx, &rows[i]));
		TRY(staff_tell(tx, &rows[i], false));
	}
	return staff_arrange(tx);
}

static err read_serving(struct session *s)
{
	struct strs users;
	TRY(wecom_staff_follow_users(&s->call, &users));
	s->at->phase = PHASE_DONE;
	return WRITE_TX(&s->cx->unit, s->slot, serving_put(tx, users, s->at->round));
}

/* ---- all of it ---- */

static err step(struct session *s)
{
	if (s->at->phase == PHASE_DEPARTMENTS)
		return read_departments(s);
	return s->at->phase == PHASE_MEMBERS ? read_members(s) : read_serving(s);
}

err staff_sync(struct cx *cx)
{
	struct staff_sync_at at = { 0 };
	while (at.phase != PHASE_DONE) {
		struct session s;
		TRY(session_open(cx, &at, &s));
		TRY(step(&s));
	}
	return OK;
}

err staff_sync_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct staff_sync_at at;
	struct session s;
	TRY(job_cursor(cx, job, &staff_sync_at_record, &at));
	*ret_done = at.phase == PHASE_DONE;
	if (*ret_done)
		return OK;
	TRY(session_open(cx, &at, &s));
	i64 phase = at.phase;
	TRY(step(&s));
	if (s.total)
		job->total = s.total;
	if (phase == PHASE_MEMBERS && at.phase == PHASE_MEMBERS)
		job->done++;
	*ret_done = at.phase == PHASE_DONE;
	return WRITE_TX(&cx->unit, s.slot, job_save(tx, job, &staff_sync_at_record, &at));
}

/*
 * Saving journeys. Every change of what runs has a new stamp, by which all nodes know that their compiled set
 * is old.
 */
#include "feature/journey/journey_edit.h"

#include "core/audience/audience_watch.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/job/job.h"

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static i64 new_id(struct tx *tx) { return id_next(store_ids(tx->snap.unit->store), tx->snap.now); }

err journey_find(struct cx *cx, i64 id, struct journey_row *ret)
{
	struct journey_key key = { id };
	err e = READ_SNAP(&cx->unit, base(cx), journey_get(snap, &key, ret));
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_JOURNEY_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

static err find_in(struct tx *tx, i64 id, struct journey_row *ret)
{
	err e = journey_get(&tx->snap, &(struct journey_key){ id }, ret);
	return e == ERR_NOT_FOUND ? tx_fail(tx, e, T_JOURNEY_UNKNOWN, STR("id"), STR_NIL, STR_NIL) : e;
}

static err put(struct tx *tx, struct journey_row *row, const char *act)
{
	row->version++;
	row->stamp = new_id(tx);
	TRY(journey_put(tx, row));
	journey_set_forget(tx);
	return audit_add(tx, act, arena_printf(tx->snap.arena, "journey:%lld", (long long)row->id),
			 arena_printf(tx->snap.arena, "v%lld", (long long)row->published));
}

static err tell(struct tx *tx, const struct journey_row *row)
{
	struct journey_saved b = { row->id, row->name, row->state, row->published };
	return journal_add(tx, EV_JOURNEY_SAVED, 0, tx->snap.now, &journey_saved_record, &b, NULL);
}

/* ---- drafts ---- */

static err create(struct tx *tx, const struct journey_def *def, i64 *ret_id)
{
	struct journey_row *all, row = { .id = new_id(tx), .name = def->name, .face = def->face.n ? def->face : STR("journey"),
					 .state = STR("draft"), .draft = true, .since = tx->snap.now, .created = tx->snap.now };
	size_t n;
	TRY(journey_all(&tx->snap, &(struct none){ 0 }, &all, &n));
	if (n >= JOURNEY_MAX)
		return tx_fail(tx, ERR_INPUT, T_JOURNEY_FULL, STR("name"), arena_printf(tx->snap.arena, "%zu", n + 1),
			       STR(FAIL_STR(JOURNEY_MAX)));
	row.def = journey_def_json(tx->snap.arena, def);
	if (!row.def.p)
		return tx_fail(tx, ERR_TOO_LARGE, T_OK, STR("graph"), STR_NIL, STR_NIL);
	*ret_id = row.id;
	return put(tx, &row, "journey.create");
}

err journey_create(struct cx *cx, const struct journey_def *def, i64 *ret_id)
{
	return WRITE_TX(&cx->unit, base(cx), create(tx, def, ret_id));
}

static err save(struct tx *tx, i64 id, i64 version, const struct journey_def *def)
{
	struct journey_row row;
	TRY(find_in(tx, id, &row));
	if (row.version != version)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	row.def = journey_def_json(tx->snap.arena, def);
	if (!row.def.p)
		return tx_fail(tx, ERR_TOO_LARGE, T_OK, STR("graph"), STR_NIL, STR_NIL);
	row.name = def->name;
	row.draft = true;
	return put(tx, &row, "journey.save");
}

err journey_save(struct cx *cx, i64 id, i64 version, const struct journey_def *def)
{
	return WRITE_TX(&cx->unit, base(cx), save(tx, id, version, def));
}

static err state_is(struct tx *tx, const struct journey_row *row, const char *one_of)
{
	str rest = str_c(one_of);
	while (rest.p)
		if (str_eq(str_cut(&rest, ','), row->state))
			return OK;
	return tx_fail(tx, ERR_STATE, T_JOURNEY_STATE, STR("state"), row->state, str_c(one_of));
}

static err drop(struct tx *tx, i64 id)
{
	struct journey_row row;
	TRY(find_in(tx, id, &row));
	TRY(state_is(tx, &row, "draft,ended"));
	TRY(put(tx, &row, "journey.remove"));
	return journey_drop(tx, &(struct journey_key){ id });
}

err journey_remove(struct cx *cx, i64 id) { return WRITE_TX(&cx->unit, base(cx), drop(tx, id)); }

/* ---- publishing ---- */

err journey_problems(struct cx *cx, const struct journey_def *def, struct problems *ret)
{
	struct jdef *d = ARENA_NEW(CX_ARENA(cx), struct jdef);
	*ret = (struct problems){ .a = CX_ARENA(cx), .lang = cx->viewer.lang };
	journey_compile(CX_ARENA(cx), def, d, ret);
	journey_check(&cx->unit, d, ret);
	cx->unit.fail = ret->n ? ret->first : (struct fail){ 0 };
	return ret->n ? ERR_INPUT : OK;
}

err journey_job(struct tx *tx, const char *kind, enum text title, const struct journey_job *in, i64 *ret_job)
{
	i64 job;
	str name = str_c(text_raw(title, LANG_ZH));
	TRY(job_add(tx, kind, name, arena_printf(tx->snap.arena, "/journeys/%lld", (long long)in->journey), &journey_job_record, in, &job));
	if (ret_job)
		*ret_job = job;
	return OK;
}

static str timer_key(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "%lld", (long long)id); }

err journey_start(struct tx *tx, const struct journey_row *row, const struct jdef *d)
{
	const struct journey_trigger *t = journey_trigger_of(d);
	struct journey_job in = { .journey = row->id, .version = row->published, .at = tx->snap.now, .map = STR("null") };
	TRY(timer_cancel(tx, STR(JOURNEY_SCHEDULE), timer_key(tx, row->id)));
	if (str_eq_c(t->kind, "schedule"))
		return timer_set(tx, STR(JOURNEY_SCHEDULE), timer_key(tx, row->id), journey_schedule_next(tx->snap.unit, t, tx->snap.now), 0,
				 &journey_job_record, &in);
	return str_eq_c(t->kind, "date") ? journey_job(tx, "journey.fill", T_JOURNEY_JOB_FILL, &in, NULL) : OK;
}

static err publish(struct tx *tx, struct cx *cx, i64 id, i64 version, const struct jdef *d)
{
	struct journey_row row;
	TRY(find_in(tx, id, &row));
	if (row.version != version) /* saved again while it was checked */
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	TRY(state_is(tx, &row, "draft,running,paused"));
	if (row.published >= JOURNEY_VERSIONS_MAX)
		return tx_fail(tx, ERR_STATE, T_JOURNEY_VERSIONS, STR("version"), STR_NIL, STR(FAIL_STR(JOURNEY_VERSIONS_MAX)));
	row.published++;
	row.draft = false;
	row.since = str_eq_c(row.state, "draft") ? tx->snap.now : row.since;
	if (str_eq_c(row.state, "draft"))
		row.state = STR("running");
	TRY(journey_version_add(tx, &(struct journey_version){ id, row.published, tx->snap.now, cx->viewer.name.p ? cx->viewer.name : STR(""),
							       row.def }));
	TRY(put(tx, &row, "journey.publish"));
	if (str_eq_c(row.state, "running"))
		TRY(journey_start(tx, &row, d));
	return tell(tx, &row);
}

static err watch(struct cx *cx, const struct jdef *d)
{
	const struct journey_trigger *t = journey_trigger_of(d);
	return str_eq_c(t->kind, "audience") ? audience_watch_begin(&cx->unit, t->audience, false) : OK;
}

static err compiled(struct cx *cx, const struct journey_row *row, struct jdef **ret)
{
	struct journey_def *def;
	struct problems p;
	*ret = ARENA_NEW(CX_ARENA(cx), struct jdef);
	TRY(journey_def_read(CX_ARENA(cx), row->def, &def, &cx->unit.fail));
	TRY(journey_problems(cx, def, &p));
	p = (struct problems){ .a = CX_ARENA(cx) };
	return journey_compile(CX_ARENA(cx), def, *ret, &p);
}

err journey_publish(struct cx *cx, i64 id)
{
	struct journey_row row;
	struct jdef *d;
	TRY(journey_find(cx, id, &row));
	TRY(compiled(cx, &row, &d));
	TRY(watch(cx, d));
	return WRITE_TX(&cx->unit, base(cx), publish(tx, cx, id, row.version, d));
}

/* ---- pausing, resuming, ending ---- */

static err turn(struct tx *tx, i64 id, const char *from, const char *to, const char *act, struct journey_row *ret)
{
	TRY(find_in(tx, id, ret));
	TRY(state_is(tx, ret, from));
	ret->state = str_c(to);
	TRY(put(tx, ret, act));
	return tell(tx, ret);
}

static err pause_(struct tx *tx, i64 id)
{
	struct journey_row row;
	TRY(turn(tx, id, "running", "paused", "journey.pause", &row));
	return timer_cancel(tx, STR(JOURNEY_SCHEDULE), timer_key(tx, id));
}

err journey_pause(struct cx *cx, i64 id) { return WRITE_TX(&cx->unit, base(cx), pause_(tx, id)); }

static err version_def(struct cx *cx, i64 id, struct jdef **ret)
{
	struct journey_version *v;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), journey_versions(snap, &(struct journey_key){ id }, &v, &n)));
	if (!n)
		return cx_fail(cx, ERR_STATE, T_JOURNEY_STATE, STR("state"), STR("draft"), STR("paused"));
	struct journey_def *def;
	struct problems p = { .a = CX_ARENA(cx) };
	*ret = ARENA_NEW(CX_ARENA(cx), struct jdef);
	TRY(journey_def_read(CX_ARENA(cx), v[0].def, &def, &cx->unit.fail));
	return journey_compile(CX_ARENA(cx), def, *ret, &p);
}

static err resume(struct tx *tx, i64 id, const struct jdef *d)
{
	struct journey_row row;
	TRY(turn(tx, id, "paused", "running", "journey.resume", &row));
	struct journey_job in = { .journey = id, .version = row.published, .at = tx->snap.now, .map = STR("null") };
	TRY(journey_job(tx, "journey.resume", T_JOURNEY_JOB_RESUME, &in, NULL));
	return journey_start(tx, &row, d);
}

err journey_resume(struct cx *cx, i64 id)
{
	struct jdef *d = NULL;
	struct journey_row row;
	TRY(journey_find(cx, id, &row));
	TRY(version_def(cx, id, &d));
	return WRITE_TX(&cx->unit, base(cx), resume(tx, id, d));
}

static err end(struct tx *tx, i64 id, bool take_back)
{
	struct journey_row row;
	TRY(turn(tx, id, "running,paused", "ended", "journey.end", &row));
	TRY(timer_cancel(tx, STR(JOURNEY_SCHEDULE), timer_key(tx, id)));
	struct journey_job in = { .journey = id, .version = row.published, .at = tx->snap.now, .take_back = take_back, .map = STR("null") };
	return journey_job(tx, "journey.end", T_JOURNEY_JOB_END, &in, NULL);
}

err journey_end(struct cx *cx, i64 id, bool take_back) { return WRITE_TX(&cx->unit, base(cx), end(tx, id, take_back)); }

/*
 * What an add by a store's code brings, what a changed store asks for, and the codes of all stores at once.
 */
#include "feature/area/area_data.h"

#include "core/follow/follow.h"
#include "core/job/job.h"
#include "core/tag/tag.h"
#include "core/way/way.h"

#define STEP_STORES 100

/* act: channel and the store's tag. A removed tag is skipped, not an error. */
err area_on_added(struct tx *tx, const struct event *ev)
{
	struct follow_event add;
	struct area_code c;
	struct outlet o;
	struct way w;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &add));
	err e = way_by_state(&tx->snap, add.state, &w);
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(w.owner, AREA_OWNER)))
		return OK;
	TRY(e);
	e = area_row(&tx->snap, &(struct area_key){ w.owner_id }, &c);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(follow_channel_put(tx, ev->customer, add.staff, c.name));
	struct area_came came = { c.id, c.name, w.part, w.remark, add.staff };
	e = outlet_get(&tx->snap, w.part, &o);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == OK)
		came.store = o.name;
	if (e == OK && o.tag != NIL) {
		struct tag_cause by = { .why = "channel", .why_id = c.id, .evidence = o.name };
		e = tag_mark_by(tx, ev->customer, o.tag, &by, NULL);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
	}
	return journal_add(tx, EV_AREA_CAME, ev->customer, ev->occurred, &area_came_record, &came, NULL);
}

#define AREA_INPUT_FIELDS(F, S) F(S, ID, area) F(S, BOOL, only_made)
RECORD(area_job_in, AREA_INPUT_FIELDS);
#define AREA_CURSOR_FIELDS(F, S) F(S, I64, at)
RECORD(area_job_at, AREA_CURSOR_FIELDS);

err area_codes_queue(struct tx *tx, const struct area_code *area, bool only_made, i64 *ret_job)
{
	struct area_job_in in = { area->id, only_made };
	return job_add(tx, AREA_JOB, area->name, STR("/areas"), &area_job_in_record, &in, ret_job);
}

/* One store's way follows the store; one nobody serves at any more is left to say so. */
static err refresh(struct tx *tx, const struct area_code *c, i64 outlet, bool only_made, bool *ret_made)
{
	struct way w;
	*ret_made = false;
	err e = way_get(&tx->snap, AREA_OWNER, c->id, outlet, &w);
	if (e == ERR_NOT_FOUND && only_made)
		return OK;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	e = area_way(tx, c, outlet, &w);
	*ret_made = e == OK;
	return e == ERR_STATE || e == ERR_INPUT || e == ERR_NOT_FOUND ? OK : e;
}

static err refresh_some(struct tx *tx, const struct area_code *c, const struct area_job_in *in, const struct outlet_index *ix, i64 from,
			struct job *job)
{
	struct area_job_at at = { from };
	const struct outlet_spot *spots = outlet_index_spots(ix);
	i64 end = from + STEP_STORES < (i64)outlet_index_count(ix) ? from + STEP_STORES : (i64)outlet_index_count(ix);
	i64 skipped = 0;
	for (; at.at < end; at.at++) {
		bool made;
		TRY(refresh(tx, c, spots[at.at].row.id, in->only_made, &made));
		skipped += !made;
	}
	job->done = at.at;
	job->skipped += skipped;
	job->total = (i64)outlet_index_count(ix);
	return job_save(tx, job, &area_job_at_record, &at);
}

err area_codes_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct area_job_in in;
	struct area_job_at at;
	struct area_code c;
	const struct outlet_index *ix;
	i64 base = slot_base(cx->env->store, cx->unit.corp), skipped = job->skipped;
	TRY(job_input(cx, job, &area_job_in_record, &in));
	TRY(job_cursor(cx, job, &area_job_at_record, &at));
	err e = READ_SNAP(&cx->unit, base, area_row(snap, &(struct area_key){ in.area }, &c));
	*ret_done = e == ERR_NOT_FOUND || (e == OK && c.removed);
	if (*ret_done)
		return OK;
	TRY(e);
	TRY(outlet_index_get(&cx->unit, &ix));
	TRY(WRITE_TX(&cx->unit, base, (job->skipped = skipped, refresh_some(tx, &c, &in, ix, at.at, job))));
	*ret_done = job->done >= (i64)outlet_index_count(ix);
	return OK;
}

err area_on_outlet(struct tx *tx, const struct event *ev)
{
	struct outlet_changed o;
	struct area_code *codes;
	size_t n;
	bool made;
	i64 job;
	TRY(event_body(&tx->snap, ev, &outlet_changed_record, &o));
	TRY(area_rows(&tx->snap, &(struct none){ 0 }, &codes, &n));
	for (size_t i = 0; i < n; i++) {
		if (o.id == 0)
			TRY(area_codes_queue(tx, &codes[i], true, &job));
		else if (str_eq_c(o.what, "removed"))
			TRY(way_drop(tx, AREA_OWNER, codes[i].id, o.id));
		else
			TRY(refresh(tx, &codes[i], o.id, true, &made));
	}
	return OK;
}

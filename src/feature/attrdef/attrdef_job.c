/*
 * The job that fills a new attribute: all slots of the corp one after the other, then "ready", then the people.
 *
 * How far a slot is filled stands in the slot, moved in the transaction of the fold, so a step that is run
 * again counts nothing twice; the job's own cursor says where to look next and what to show.
 */
#include "feature/attrdef/attrdef.h"

#include "core/audience/audience.h"

enum { FILLING, PEOPLE };

#define CURSOR_FIELDS(F, S) F(S, I64, phase) F(S, I64, slot) F(S, ID, after)
RECORD(fill_cursor, CURSOR_FIELDS);

struct fill {
	struct cx *cx;
	struct job *job;
	struct attr_def def;
	struct fill_cursor at;
	i64 slots[SLOT_COUNT];
	size_t slot_count;
};

static err fill_slot(struct fill *f, i64 slot, bool *ret_end)
{
	struct unit *u = &f->cx->unit;
	struct attr_start_row place;
	struct event *v;
	size_t n;
	TRY(WRITE_TX(u, slot, attr_own_start(tx, f->def.id, &place)));
	*ret_end = place.filled >= place.seq;
	if (*ret_end)
		return OK;
	TRY(READ_SNAP(u, slot, journal_read(snap, place.filled, JOB_STEP_ROWS, &v, &n)));
	i64 upto = n < JOB_STEP_ROWS ? place.seq : int_min(place.seq, v[n - 1].seq);
	TRY(WRITE_TX(u, slot, attr_own_fill(tx, &f->def, place.filled, upto, v, n)));
	f->job->done += upto - place.filled;
	*ret_end = upto == place.seq;
	return OK;
}

static err fold_people(struct fill *f, i64 slot, bool *ret_end)
{
	struct unit *u = &f->cx->unit;
	i64 *who;
	size_t n;
	TRY(READ_SNAP(u, slot, attr_own_people(snap, f->def.id, f->at.after, JOB_STEP_ROWS / 4, &who, &n)));
	TRY(audience_refresh(u, who, n));
	f->job->done += (i64)n;
	*ret_end = n < JOB_STEP_ROWS / 4;
	f->at.after = n ? who[n - 1] : f->at.after;
	return OK;
}

static err save(struct tx *tx, struct fill *f, bool ready)
{
	if (ready)
		TRY(attr_def_ready(tx, f->def.id));
	return job_save(tx, f->job, &fill_cursor_record, &f->at);
}

err attrdef_fill(struct cx *cx, struct job *job, bool *ret_done)
{
	struct fill *f = ARENA_NEW(CX_ARENA(cx), struct fill);
	struct attrdef_job in;
	i64 base = slot_base(cx->unit.store, cx->unit.corp);
	bool end, ready = false;
	f->cx = cx;
	f->job = job;
	TRY(job_input(cx, job, &attrdef_job_record, &in));
	TRY(job_cursor(cx, job, &fill_cursor_record, &f->at));
	err e = READ_SNAP(&cx->unit, base, attr_def_get(snap, in.attr, &f->def));
	*ret_done = e == ERR_NOT_FOUND; /* taken away meanwhile */
	if (e != OK)
		return *ret_done ? OK : e;
	f->slot_count = slots_of_corp(cx->unit.store, cx->unit.corp, f->slots, SLOT_COUNT);
	i64 slot = f->slots[f->at.slot];
	TRY(f->at.phase == FILLING ? fill_slot(f, slot, &end) : fold_people(f, slot, &end));
	if (end) {
		f->at.slot++;
		f->at.after = 0;
	}
	if (f->at.slot == (i64)f->slot_count) {
		*ret_done = f->at.phase == PEOPLE;
		ready = f->at.phase == FILLING;
		f->at.phase = PEOPLE;
		f->at.slot = 0;
	}
	return WRITE_TX(&cx->unit, base, save(tx, f, ready));
}

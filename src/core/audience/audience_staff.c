/*
 * A member who left, came back or serves another store: no event names his customers, so a job folds their facts
 * anew, friend by friend. Who has no living relation to him has nothing from him.
 */
#include "core/audience/audience_http.h"

#include "core/audience/audience.h"
#include "core/follow/follow.h"
#include "core/job/job.h"
#include "core/staff/staff.h"

#define STAFF_STEP 200 /* customers looked at in one step */

#define STAFF_JOB_FIELDS(F, S) F(S, ID, staff)
RECORD(staff_job, STAFF_JOB_FIELDS);
#define STAFF_CURSOR_FIELDS(F, S) F(S, I64, slot) F(S, ID, after)
RECORD(staff_cursor, STAFF_CURSOR_FIELDS);

/* Has he customers? The first reading of a company tells of hundreds of members who have none yet. */
static err serves_somebody(const struct snap *s, i64 staff, bool *ret)
{
	struct store *st = s->unit->store;
	i64 slots[SLOT_COUNT];
	size_t slot_n = slots_of_corp(st, s->corp, slots, SLOT_COUNT), n = 0;
	for (size_t i = 0; i < slot_n && n == 0; i++) {
		struct follow_relation *v;
		struct snap there = *s;
		snap_slot(&there, slots[i]);
		TRY(follow_of_member(&there, staff, 0, 1, &v, &n));
	}
	*ret = n > 0;
	return OK;
}

err audience_on_staff(struct tx *tx, const struct event *ev)
{
	struct staff_changed c;
	struct staff_was was[2];
	struct staff member;
	bool serves;
	size_t n;
	TRY(event_body(&tx->snap, ev, &staff_changed_record, &c));
	TRY(staff_was(&tx->snap, c.staff, ev->id, was, &n));
	if (n < 2 || (was[0].store == was[1].store && str_eq(was[0].state, was[1].state)))
		return OK;
	TRY(serves_somebody(&tx->snap, c.staff, &serves));
	if (!serves)
		return OK;
	TRY(staff_get(&tx->snap, c.staff, &member));
	const struct text_hole hole = { "value", member.name.n ? member.name : member.userid };
	str title = text_fill(tx->snap.arena, T_AUD_STAFF_TITLE, LANG_ZH, &hole, 1);
	return job_add(tx, AUDIENCE_STAFF_JOB, title, STR("/customers"), &staff_job_record, &(struct staff_job){ c.staff }, NULL);
}

err audience_staff_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct staff_job in;
	struct staff_cursor at;
	struct follow_relation *v;
	i64 slots[SLOT_COUNT], who[STAFF_STEP];
	size_t slot_n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT), n;
	u->scope = 0;
	TRY(job_input(cx, job, &staff_job_record, &in));
	TRY(job_cursor(cx, job, &staff_cursor_record, &at));
	*ret_done = at.slot >= (i64)slot_n;
	if (*ret_done)
		return OK;
	TRY(READ_SNAP(u, slots[at.slot], follow_of_member(snap, in.staff, at.after, STAFF_STEP, &v, &n)));
	for (size_t i = 0; i < n; i++)
		who[i] = v[i].customer;
	i64 last = n ? who[n - 1] : 0;
	TRY(audience_refresh(u, who, n));
	job->done += (i64)n;
	at = n < STAFF_STEP ? (struct staff_cursor){ at.slot + 1, 0 } : (struct staff_cursor){ at.slot, last };
	return WRITE_TX(u, slot_base(u->store, u->corp), job_save(tx, job, &staff_cursor_record, &at));
}

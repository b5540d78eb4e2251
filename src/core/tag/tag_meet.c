/*
 * The reading of the list of tags, by a job and every night, and who carried what it brings.
 */
#include "core/tag/tag_meet.h"

#include "core/corp/corp.h"
#include "core/corp/corp_night.h"
#include "core/follow/follow.h"
#include "core/job/job.h"
#include "core/tag/tag_sync.h"

#define TAG_PULL_FIELDS(F, S) F(S, BOOL, read, .doc = "the list is") F(S, I64, slot, .doc = "the next of the corp's slots")
RECORD(tag_pull_at, TAG_PULL_FIELDS);

/* A relation that has ended since carries nothing. */
static err lives(const struct snap *s, const struct tag_unmet *u, bool *ret)
{
	struct follow *follows;
	size_t n;
	*ret = false;
	TRY(follow_list(s, u->customer, &follows, &n));
	for (size_t i = 0; i < n; i++)
		*ret |= follows[i].staff == u->staff && str_eq_c(follows[i].status, "friend");
	return OK;
}

static err meet(struct tx *tx, size_t *ret_met)
{
	struct tag_unmet *rows;
	TRY(tag_unmet_known(&tx->snap, &(struct tag_unmet_page){ TAG_MEET_MAX }, &rows, ret_met));
	for (size_t i = 0; i < *ret_met; i++) {
		bool living;
		TRY(lives(&tx->snap, &rows[i], &living));
		if (living)
			TRY(tag_relation_met(tx, rows[i].customer, rows[i].staff, rows[i].wecom_id));
		TRY(tag_unmet_drop(tx, &rows[i]));
	}
	return OK;
}

err tag_pull_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct tag_pull_at at;
	i64 slots[SLOT_COUNT];
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT), met;
	TRY(job_cursor(cx, job, &tag_pull_at_record, &at));
	if (!at.read) {
		TRY(tag_pull(cx));
		at.read = true;
	} else if ((size_t)at.slot < n) {
		TRY(WRITE_TX(u, slots[at.slot], meet(tx, &met)));
		at.slot += met < TAG_MEET_MAX;
	}
	*ret_done = (size_t)at.slot >= n;
	job->done = *ret_done;
	return WRITE_TX(u, slot_base(u->store, u->corp), job_save(tx, job, &tag_pull_at_record, &at));
}

err tag_night_start(struct env *env, struct fail *f) { return night_arm_all(env, TAG_NIGHT, TAG_NIGHT_MS, f); }
err tag_night_new(struct cx *cx) { return night_arm(cx, TAG_NIGHT, TAG_NIGHT_MS); }

static err begin(struct tx *tx, const struct timer_row *row, bool connected)
{
	bool taken;
	i64 job;
	TRY(night_take(tx, row, TAG_NIGHT_MS, &taken));
	if (!taken || !connected)
		return OK;
	return job_add(tx, "tag.pull", STR("tag.pull"), STR_NIL, &none_record, &(struct none){ 0 }, &job);
}

err tag_night(struct cx *cx, const struct timer_row *row)
{
	struct corp_wecom corp;
	struct fail before = cx->unit.fail;
	bool connected = corp_wecom_get(&cx->unit, cx->unit.corp, &corp) == OK;
	cx->unit.fail = before;
	return WRITE_TX(&cx->unit, row->slot, begin(tx, row, connected));
}

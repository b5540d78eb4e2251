/*
 * tag_merge. A step walks one range of customer numbers of one slot and moves what it finds; moving again
 * what has moved finds nothing, so a step may be repeated. An automatic mark does not move to where a hand
 * has taken the target off; a refusal of the old tag becomes one of the target, unless she carries that.
 */
#include "core/tag/tag_merge.h"

#include "core/job/job.h"
#include "core/tag/tag_edit.h"
#include "core/tag/tag_mark.h"
#include "core/tag/tag_use.h"

#define MERGE_CURSOR_FIELDS(F, S) F(S, I64, slot) F(S, ID, after)
RECORD(merge_cursor, MERGE_CURSOR_FIELDS);

static err check(struct tx *tx, const struct tag *from, const struct tag *into, str confirm)
{
	if (from->id == into->id)
		return tx_fail(tx, ERR_STATE, T_TAG_MERGE_SAME, STR("into"), from->name, STR_NIL);
	if (from->merged_into > 0 || into->merged_into > 0)
		return tx_fail(tx, ERR_STATE, T_TAG_MERGE_RUNS, STR("into"), from->merged_into > 0 ? from->name : into->name, STR_NIL);
	if (into->archived)
		return tx_fail(tx, ERR_STATE, T_TAG_ARCHIVED, STR("into"), into->name, STR_NIL);
	if (from->sensitive != into->sensitive)
		return tx_fail(tx, ERR_STATE, T_TAG_MERGE_SENSITIVE, STR("into"), from->name, into->name);
	if (!str_eq(confirm, from->name))
		return tx_fail(tx, ERR_INPUT, T_TAG_MERGE_CONFIRM, STR("confirm"), confirm, from->name);
	return OK;
}

err tag_merge(struct tx *tx, i64 from_id, i64 into_id, str confirm, enum lang lang, i64 *ret_job)
{
	struct tag from, into;
	struct tag_names was;
	TRY(tag_get(&tx->snap, from_id, &from));
	TRY(tag_get(&tx->snap, into_id, &into));
	TRY(check(tx, &from, &into, confirm));
	TRY(tag_names_read(&tx->snap, &was));
	from.merged_into = into.id;
	from.archived = true;
	TRY(tag_put(tx, &from));
	TRY(tag_merged_follow(tx, &(struct tag_merging){ from.id, into.id }));
	TRY(tag_follow_names(tx, &was, from.id, into.id));
	TRY(tag_changed_tell(tx, from.id, from.name, "tag.merge"));
	struct text_hole holes[] = { { "value", from.name }, { "limit", into.name } };
	str title = text_fill(tx->snap.arena, T_TAG_JOB_MERGE, lang, holes, ARRAY_LEN(holes));
	struct tag_merging input = { from.id, into.id };
	return job_add(tx, "tag.merge", title, STR("/tags"), &tag_merging_record, &input, ret_job);
}

static err move_mark(struct tx *tx, const struct tag *from, const struct tag *into, i64 customer)
{
	struct tag_mark_row *rows;
	size_t n;
	bool refused, was_new, changed;
	TRY(tag_refused(&tx->snap, customer, into->id, &refused));
	TRY(tag_held(&tx->snap, &(struct tag_on){ customer, from->id }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		rows[i].tag = into->id;
		if (refused && !tag_by_hand(rows[i].why))
			continue;
		if (tag_by_hand(rows[i].why))
			TRY(tag_refusal_lift(tx, &(struct tag_on){ customer, into->id }));
		TRY(tag_hold(tx, into, &rows[i], &was_new));
	}
	return tag_drop(tx, from, customer, "merged", into->id, &changed);
}

static err move_refusal(struct tx *tx, struct tag_refusal *no, i64 into)
{
	struct tag_mark_row shown;
	TRY(tag_refusal_lift(tx, &(struct tag_on){ no->customer, no->tag }));
	err e = tag_mark_get(&tx->snap, &(struct tag_on){ no->customer, into }, &shown);
	if (e != ERR_NOT_FOUND)
		return e;
	no->tag = into;
	return tag_refusal_put(tx, no);
}

static err move_span(struct tx *tx, const struct tag *from, const struct tag *into, const struct tag_span *span, i64 *ret_moved)
{
	struct tag_on *marks;
	struct tag_refusal *refusals;
	size_t n, m;
	TRY(tag_carriers(&tx->snap, span, &marks, &n));
	TRY(tag_refusals_span(&tx->snap, span, &refusals, &m));
	for (size_t i = 0; i < n; i++)
		TRY(move_mark(tx, from, into, marks[i].customer));
	for (size_t i = 0; i < m; i++)
		TRY(move_refusal(tx, &refusals[i], into->id));
	*ret_moved = (i64)n;
	return OK;
}

static err read_tags(const struct snap *s, const struct tag_merging *in, struct tag *from, struct tag *into)
{
	TRY(tag_by_id(s, &(struct tag_key){ in->from }, from));
	return tag_target(s, in->from, into);
}

static err count_marks(struct cx *cx, i64 tag, i64 *ret)
{
	struct tag_sum *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), tag_tallies(snap, &(struct none){ 0 }, &rows, &n)));
	*ret = 0;
	for (size_t i = 0; i < n; i++)
		if (rows[i].tag == tag)
			*ret = rows[i].customers;
	return OK;
}

static err finish(struct tx *tx, struct job *job, i64 from, const struct merge_cursor *at)
{
	struct tag t;
	TRY(tag_by_id(&tx->snap, &(struct tag_key){ from }, &t));
	if (!t.removed)
		TRY(tag_remove_anyway(tx, from));
	return job_save(tx, job, &merge_cursor_record, at);
}

err tag_merge_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct tag_merging in;
	struct merge_cursor at;
	struct tag from, into;
	struct tag_last last;
	i64 base = slot_base(cx->env->store, cx->unit.corp), slots[SLOT_COUNT], moved = 0;
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	TRY(job_input(cx, job, &tag_merging_record, &in));
	TRY(job_cursor(cx, job, &merge_cursor_record, &at));
	TRY(READ_SNAP(&cx->unit, base, read_tags(snap, &in, &from, &into)));
	if (job->total == NIL)
		TRY(count_marks(cx, from.id, &job->total));
	*ret_done = (size_t)at.slot >= n;
	if (*ret_done)
		return WRITE_TX(&cx->unit, base, finish(tx, job, from.id, &at));
	i64 slot = slots[at.slot];
	TRY(READ_SNAP(&cx->unit, slot, tag_carrier_last(snap, &(struct none){ 0 }, &last)));
	if (at.after == 0)
		at.after = id_customer(cx->unit.corp, 0) - 1;
	struct tag_span span = { from.id, at.after, at.after + TAG_MERGE_SPAN };
	if (last.customer != NIL && span.after < last.customer)
		TRY(WRITE_TX(&cx->unit, slot, move_span(tx, &from, &into, &span, &moved)));
	job->done += moved;
	at.after = span.upto;
	if (last.customer == NIL || at.after >= last.customer)
		at = (struct merge_cursor){ at.slot + 1, 0 };
	return WRITE_TX(&cx->unit, base, job_save(tx, job, &merge_cursor_record, &at));
}

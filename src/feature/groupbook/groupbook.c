/*
 * groupbook's counting: the health of a group, days, and the nightly job over all groups.
 */
#include "feature/groupbook/groupbook_data.h"

#include "base/map.h"
#include "core/corp/corp.h"

static i64 part(i64 points, i64 n, i64 of)
{
	return of <= 0 ? 0 : points * int_max(0, int_min(n, of)) / of;
}

i64 groupbook_health(const struct group_state *g)
{
	i64 before = int_max(0, g->externals - g->joined + g->gone);
	i64 ever = before + g->joined, stayed = ever - g->gone;
	i64 health = part(40, ever ? stayed : 1, ever ? ever : 1) + part(30, g->members, GROUPBOOK_FULL) +
		     part(20, g->customers, g->externals) + (g->joined > 0 ? 10 : 0);
	return g->ownerless ? int_min(health, GROUPBOOK_OWNERLESS) : health;
}

static err count_one(struct tx *tx, const struct groupbook_row *g, i64 joined, i64 gone)
{
	struct group_state s = { g->members, g->externals, g->customers, joined, gone, g->status == 1 };
	struct group_card card = { g->id, NIL, g->dissolved == NIL ? groupbook_health(&s) : -1, joined, gone, tx->snap.now };
	return group_card_put(tx, &card);
}

static err count_span(struct tx *tx, const struct groupbook_row *rows, size_t n, i64 after)
{
	struct group_span span = { after, rows[n - 1].id, tx->snap.now - GROUPBOOK_SPAN_MS, (i64)n };
	struct group_moves *moves;
	size_t count, k = 0;
	TRY(groupbook_moves(&tx->snap, &span, &moves, &count));
	for (size_t i = 0; i < n; i++) {
		while (k < count && moves[k].chat < rows[i].id)
			k++;
		bool has = k < count && moves[k].chat == rows[i].id;
		TRY(count_one(tx, &rows[i], has ? moves[k].joined : 0, has ? moves[k].gone : 0));
	}
	return OK;
}

/* act, in the base slot: a group that is new or changed is counted at once. */
err groupbook_on_group(struct tx *tx, const struct event *ev)
{
	struct group_event b;
	struct groupbook_row *rows;
	size_t n;
	TRY(event_body(&tx->snap, ev, &group_event_record, &b));
	struct group_span span = { b.group - 1, b.group, 0, 1 };
	TRY(groupbook_span(&tx->snap, &span, &rows, &n));
	return n && rows[0].id == b.group ? count_span(tx, rows, 1, b.group - 1) : OK;
}

/* derive: joined and left by day. */
err groupbook_on_seat(struct tx *tx, const struct event *ev)
{
	struct group_seat_event b;
	bool joined = ev->kind == EV_GROUP_JOINED;
	TRY(event_body(&tx->snap, ev, &group_seat_event_record, &b));
	if (b.late)
		return OK;
	struct group_day day = { corp_day(tx->snap.unit, ev->occurred), b.group, joined, !joined };
	return group_day_add(tx, &day);
}

#define GROUPBOOK_CURSOR_FIELDS(F, S) F(S, ID, after)
RECORD(groupbook_cursor, GROUPBOOK_CURSOR_FIELDS);

static err step(struct tx *tx, struct job *job, struct groupbook_cursor *at, bool *ret_done)
{
	struct group_span span = { at->after, 0, 0, GROUPBOOK_STEP };
	struct groupbook_row *rows;
	size_t n;
	TRY(groupbook_span(&tx->snap, &span, &rows, &n));
	*ret_done = n < GROUPBOOK_STEP;
	if (n) {
		TRY(count_span(tx, rows, n, at->after));
		at->after = rows[n - 1].id;
		job->done += (i64)n;
	}
	return job_save(tx, job, &groupbook_cursor_record, at);
}

err groupbook_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct groupbook_cursor at;
	struct job was = *job;
	TRY(job_cursor(cx, job, &groupbook_cursor_record, &at));
	const struct groupbook_cursor from = at;
	return WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), ({
		*job = was;
		at = from;
		step(tx, job, &at, ret_done);
	}));
}

/*
 * The job that computes a past audience: number by number, slot by slot, what it has found standing as kept
 * bits under the job's own id until all of it is put together as a use.
 */
#include "core/audience/audience_past_data.h"
#include "core/audience/audience_watch_data.h"

#include "core/attr/attr_tally.h"
#include "core/audience/audience_asof.h"
#include "core/corp/corp.h"
#include "core/job/job.h"

#define PAST_NUMBERS 200 /* looked at in one step */

#define PAST_JOB_FIELDS(F, S) F(S, STR, expr) F(S, MS, at)
RECORD(past_job, PAST_JOB_FIELDS);
#define PAST_CURSOR_FIELDS(F, S) F(S, I64, slot) F(S, ID, after)
RECORD(past_cursor, PAST_CURSOR_FIELDS);

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

err audience_past_begin(struct unit *u, const struct expr *e, ms at, i64 *ret_job)
{
	struct arena *a = u->arena;
	const struct tz *zone = corp_zone(u, u->corp);
	TRY(audience_past_check(u, e));
	if (at > clock_now(u->clock) || at < 0)
		return fail_set(&u->fail, ERR_INPUT, T_AUD_PAST_MOMENT, STR("at_ms"), tz_format(zone, at, a), STR_NIL);
	struct past_job in = { expr_text(a, expr_written_out(a, e)), at };
	const struct text_hole hole = { "value", tz_format(zone, at, a) };
	str title = text_fill(a, T_AUD_PAST_TITLE, LANG_ZH, &hole, 1);
	return WRITE_TX(u, base(u), job_add(tx, AUDIENCE_PAST_JOB, title, STR("/audiences"), &past_job_record, &in, ret_job));
}

struct past_run {
	struct cx *cx;
	struct job *job;
	struct past_job in;
	struct past_cursor at;
	struct expr *expr;
	i64 slots[SLOT_COUNT];
	size_t slot_count;
};

/* Who of a page was in; she lives in the snapshot's slot, her other numbers anywhere. */
static err test_page(const struct snap *s, const struct past_run *r, const struct past_id *v, size_t n, bool *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct arena_mark mark = arena_mark(s->arena);
		TRY(audience_past_test(s, r->expr, v[i].id, r->in.at, &ret[i]));
		arena_reset(s->arena, mark);
	}
	return OK;
}

static err put_page(struct tx *tx, const struct past_run *r, const struct past_id *v, size_t n, const bool *in)
{
	struct watch_block *b = ARENA_NEW(tx->snap.arena, struct watch_block);
	for (size_t i = 0; i < n; i++) {
		u32 at = id_number_of(v[i].id) & (WATCH_BLOCK_SIZE - 1);
		if (i == 0 || watch_block_of(v[i].id) != b->block) {
			TRY(watch_block_write(tx, b));
			TRY(watch_block_read(&tx->snap, r->job->id, watch_block_of(v[i].id), b));
		}
		if (in[i])
			b->bits[at / 64] |= (u64)1 << (at % 64), b->changed = true;
	}
	return watch_block_write(tx, b);
}

/* All bits as numbers, ascending: blocks come in the order of their numbers, whatever their slot. */
static err gather(struct past_run *r, i64 **ret, size_t *ret_count)
{
	struct unit *u = &r->cx->unit;
	struct audience_member_sum sum;
	struct watch_block *b = ARENA_NEW(u->arena, struct watch_block);
	size_t n = 0;
	TRY(READ_SNAP(u, base(u), audience_member_count(snap, &(struct audience_watch_id){ r->job->id }, &sum)));
	*ret = ARENA_ARRAY(u->arena, i64, (size_t)sum.people + 1);
	for (i64 block = 0; block <= sum.last; block++) {
		i64 first = id_customer(u->corp, (u32)(block << WATCH_BLOCK_BITS));
		TRY(READ_SNAP(u, slot_of_customer(u->store, first), watch_block_read(snap, r->job->id, block, b)));
		for (size_t w = 0; w < WATCH_WORDS; w++)
			for (u64 m = b->bits[w]; m && n < (size_t)sum.people; m &= m - 1)
				(*ret)[n++] = first + (i64)(w * 64) + __builtin_ctzll(m);
	}
	*ret_count = n;
	return OK;
}

static err finish(struct past_run *r)
{
	struct unit *u = &r->cx->unit;
	const struct audience_use_new use = { "past", r->job->id, r->job->title };
	i64 *members, id;
	size_t n;
	TRY(gather(r, &members, &n));
	TRY(audience_keep_members(u, r->expr, &use, r->in.at, members, n, &id));
	for (size_t i = 0; i < r->slot_count; i++)
		TRY(WRITE_TX(u, r->slots[i], audience_member_forget(tx, &(struct audience_watch_id){ r->job->id })));
	return OK;
}

static err page(struct past_run *r)
{
	struct unit *u = &r->cx->unit;
	struct past_id *v;
	i64 slot = r->slots[r->at.slot];
	bool in[PAST_NUMBERS];
	size_t n;
	TRY(READ_SNAP(u, slot, past_customers(snap, &(struct past_after){ r->at.after, PAST_NUMBERS }, &v, &n)));
	TRY(READ_SNAP(u, slot, test_page(snap, r, v, n, in)));
	TRY(WRITE_TX(u, slot, put_page(tx, r, v, n, in)));
	r->job->done += (i64)n;
	r->at.after = n ? v[n - 1].id : r->at.after;
	if (n < PAST_NUMBERS)
		r->at = (struct past_cursor){ r->at.slot + 1, 0 };
	return OK;
}

static err total_of(struct unit *u, i64 *ret)
{
	struct fact_tally *rows;
	size_t n;
	*ret = 0;
	TRY(READ_SNAP(u, base(u), attr_tallies(snap, &rows, &n)));
	for (size_t i = 0; i < n; i++)
		*ret += rows[i].people;
	return OK;
}

err audience_past_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct past_run *r = ARENA_NEW(CX_ARENA(cx), struct past_run);
	*r = (struct past_run){ .cx = cx, .job = job };
	cx->unit.scope = 0;
	TRY(job_input(cx, job, &past_job_record, &r->in));
	TRY(job_cursor(cx, job, &past_cursor_record, &r->at));
	TRY(expr_parse(&cx->unit, r->in.expr, &r->expr));
	r->slot_count = slots_of_corp(cx->unit.store, cx->unit.corp, r->slots, SLOT_COUNT);
	if (job->total == NIL || job->total == 0)
		TRY(total_of(&cx->unit, &job->total));
	if (r->at.slot >= (i64)r->slot_count) {
		*ret_done = true;
		return finish(r);
	}
	TRY(page(r));
	return WRITE_TX(&cx->unit, base(&cx->unit), job_save(tx, job, &past_cursor_record, &r->at));
}

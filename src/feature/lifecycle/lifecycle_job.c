/*
 * Work over everybody: settling by a new rule, counting beforehand what it would move, and the repurchase gaps.
 *
 * Each step takes some persons in the order of their numbers from the index and ends where its cursor says; done
 * again it finds the same. Persons who come later are settled by the rule in force anyway.
 */
#include "feature/lifecycle/lifecycle_data.h"
#include "feature/lifecycle/lifecycle_job.h"

#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/job/job.h"

#define SETTLE_STEP 100
#define LOOK_STEP 250
#define GAP_MAX LIFE_DAYS_MAX /* longer ones count as that */
#define EVERYBODY STR("orders >= 0")
#define REPEATERS STR("orders >= 2")

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

/* The next persons of an expression; the total at first. */
static err next_people(struct cx *cx, struct job *job, str expr, i64 after, size_t limit, i64 **ret, size_t *ret_count)
{
	struct expr *e;
	i64 all;
	TRY(expr_parse(&cx->unit, expr, &e));
	if (job->total == NIL)
		TRY(audience_count(&cx->unit, e, &job->total, &all));
	return audience_select(&cx->unit, e, after, limit, ret, ret_count);
}

/* ---- settling ---- */

#define SETTLE_CURSOR_FIELDS(F, S) F(S, ID, after)
RECORD(settle_cursor, SETTLE_CURSOR_FIELDS);

err life_step_settle(struct cx *cx, struct job *job, bool *ret_done)
{
	struct life_settle in;
	struct settle_cursor at;
	struct life_rule_row rule;
	i64 *who;
	size_t n;
	TRY(job_input(cx, job, &life_settle_record, &in));
	TRY(job_cursor(cx, job, &settle_cursor_record, &at));
	TRY(READ_SNAP(&cx->unit, base(cx), life_rule_now(snap, &(struct none){ 0 }, &rule)));
	*ret_done = rule.version != in.version; /* a newer rule has a job of its own */
	if (*ret_done)
		return OK;
	TRY(next_people(cx, job, EVERYBODY, at.after, SETTLE_STEP, &who, &n));
	TRY(audience_refresh(&cx->unit, who, n));
	*ret_done = n < SETTLE_STEP;
	job->done += (i64)n;
	at.after = n ? who[n - 1] : at.after;
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &settle_cursor_record, &at));
}

/* ---- what a rule would move ---- */

#define MOVES (LIFE_STAGE_COUNT * LIFE_STAGE_COUNT)
#define LOOK_CURSOR_FIELDS(F, S) F(S, ID, after) F(S, IDS, moves, .doc = "from * stages + to")
RECORD(look_cursor, LOOK_CURSOR_FIELDS);

static err look_at(const struct snap *s, const struct life_rule *rule, i64 root, struct look_cursor *c)
{
	struct customer_fact f;
	struct life_person her;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	bool behind;
	struct attr_person p = { root, leaves, 0, corp_day(s->unit, s->now), NIL };
	err e = attr_fact_get(s, root, &f);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(customer_leaves_in(s, root, leaves, &p.count));
	TRY(life_load(s, rule, &p, &f, &her, &behind));
	enum life_stage from = life_stage_of(f.stage);
	enum life_stage to = behind ? from : life_judge(rule, &her, p.today, corp_zone(s->unit, s->corp)).stage;
	c->moves.v[from * LIFE_STAGE_COUNT + to]++;
	return OK;
}

static str moves_json(struct arena *a, const struct look_cursor *c, i64 *ret_moved)
{
	struct buf b = buf_new(a, 16384);
	*ret_moved = 0;
	buf_char(&b, '[');
	for (int i = 0; i < MOVES; i++) {
		str from = life_stage_name(i / LIFE_STAGE_COUNT), to = life_stage_name(i % LIFE_STAGE_COUNT);
		if (c->moves.v[i] == 0 || !to.p)
			continue;
		struct life_flow flow = { from.p ? from : STR(""), to, c->moves.v[i] };
		if (b.n > 1)
			buf_char(&b, ',');
		record_write(&b, &life_flow_record, &flow);
		*ret_moved += str_eq(flow.was, to) ? 0 : flow.n;
	}
	buf_char(&b, ']');
	return buf_str(&b);
}

static err keep_preview(struct tx *tx, struct job *job, const struct look_cursor *c)
{
	struct life_preview row = { job->id, tx->snap.now, job->done, 0, STR_NIL };
	row.moves = moves_json(tx->snap.arena, c, &row.moved);
	TRY(life_preview_clear(tx, &(struct life_job){ job->id }));
	TRY(life_preview_put(tx, &row));
	return job_save(tx, job, &look_cursor_record, c);
}

err life_step_preview(struct cx *cx, struct job *job, bool *ret_done)
{
	struct life_rule rule;
	struct look_cursor c;
	i64 *who;
	size_t n;
	TRY(job_input(cx, job, &life_rule_record, &rule));
	TRY(job_cursor(cx, job, &look_cursor_record, &c));
	if (c.moves.n != MOVES)
		c.moves = (struct ids){ ARENA_ARRAY(CX_ARENA(cx), i64, MOVES), MOVES };
	TRY(next_people(cx, job, EVERYBODY, c.after, LOOK_STEP, &who, &n));
	for (size_t i = 0; i < n; i++)
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->unit.store, who[i]), look_at(snap, &rule, who[i], &c)));
	*ret_done = n < LOOK_STEP;
	job->done += (i64)n;
	c.after = n ? who[n - 1] : c.after;
	if (*ret_done)
		return WRITE_TX(&cx->unit, base(cx), keep_preview(tx, job, &c));
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &look_cursor_record, &c));
}

/* ---- repurchase gaps ---- */

#define GAPS_CURSOR_FIELDS(F, S) F(S, ID, after) F(S, IDS, gaps, .doc = "how often so many days")
RECORD(gaps_cursor, GAPS_CURSOR_FIELDS);

/* Two orders of one day are one purchase. */
static err gaps_of(const struct snap *s, i64 root, struct gaps_cursor *c)
{
	static const struct life_rule rule = { .growing = 1, .life = { "orders", 6 } };
	struct customer_fact f;
	struct life_person her;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	bool behind;
	struct attr_person p = { root, leaves, 0, 0, NIL };
	err e = attr_fact_get(s, root, &f);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(customer_leaves_in(s, root, leaves, &p.count));
	TRY(life_load(s, &rule, &p, &f, &her, &behind));
	for (size_t i = 1; i < her.count; i++) {
		i64 gap = her.marks[i - 1].day - her.marks[i].day;
		if (gap > 0)
			c->gaps.v[int_min(gap, GAP_MAX)]++;
	}
	return OK;
}

/* The smallest gap that so many per cent are not longer than. */
static i64 percentile(const struct ids *gaps, i64 total, i64 percent)
{
	i64 seen = 0, day = 0;
	while (day < GAP_MAX && seen * 100 < total * percent)
		seen += gaps->v[++day];
	return day;
}

static err keep_sample(struct tx *tx, struct job *job, const struct gaps_cursor *c)
{
	struct life_sample row = { job->id, tx->snap.now, job->done, 0, 0, 0 };
	for (size_t i = 0; i < c->gaps.n; i++)
		row.gaps += c->gaps.v[i];
	row.p75 = percentile(&c->gaps, row.gaps, 75);
	row.p90 = percentile(&c->gaps, row.gaps, 90);
	TRY(life_sample_put(tx, &row));
	return job_save(tx, job, &gaps_cursor_record, c);
}

err life_step_gaps(struct cx *cx, struct job *job, bool *ret_done)
{
	struct gaps_cursor c;
	i64 *who;
	size_t n;
	TRY(job_cursor(cx, job, &gaps_cursor_record, &c));
	if (c.gaps.n != GAP_MAX + 1)
		c.gaps = (struct ids){ ARENA_ARRAY(CX_ARENA(cx), i64, GAP_MAX + 1), GAP_MAX + 1 };
	TRY(next_people(cx, job, REPEATERS, c.after, LOOK_STEP, &who, &n));
	for (size_t i = 0; i < n; i++)
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->unit.store, who[i]), gaps_of(snap, who[i], &c)));
	*ret_done = n < LOOK_STEP;
	job->done += (i64)n;
	c.after = n ? who[n - 1] : c.after;
	if (*ret_done)
		return WRITE_TX(&cx->unit, base(cx), keep_sample(tx, job, &c));
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &gaps_cursor_record, &c));
}

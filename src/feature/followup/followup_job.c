/*
 * Rewriting what people of a column carry: under a new name, into another column, or found by a new one. Whoever is
 * given the old name by hand behind the cursor keeps it, in no column: the board says how many there are.
 */
#include "feature/followup/followup_data.h"

#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/customer/customer.h"
#include "core/job/job.h"

#define SWEEP_STEP 100

#define SWEEP_CURSOR_FIELDS(F, S) F(S, ID, after)
RECORD(sweep_cursor, SWEEP_CURSOR_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err rewrite_leaf(struct tx *tx, i64 leaf, const struct followup_sweep *in)
{
	struct customer c;
	struct customer_edit edit = { STR_NIL, STR_NIL, in->to, NIL, NIL };
	TRY(customer_get(&tx->snap, leaf, &c));
	return c.followup.p && str_eq(c.followup, in->from) ? customer_edit(tx, leaf, &edit) : OK;
}

/* On every leaf that carries it: after a split each is where she was. */
static err rewrite(struct cx *cx, i64 root, const struct followup_sweep *in)
{
	struct unit *u = &cx->unit;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++)
		TRY(WRITE_TX(u, slot_of_customer(u->store, leaves[i]), rewrite_leaf(tx, leaves[i], in)));
	return OK;
}

/* One step over who carries in->from; *ret_done when nobody is left above the cursor. */
static err step(struct cx *cx, struct job *job, struct followup_sweep *in, bool edit, struct sweep_cursor *at, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct expr *e;
	i64 *who, all;
	size_t n;
	TRY(job_input(cx, job, &followup_sweep_record, in));
	TRY(job_cursor(cx, job, &sweep_cursor_record, at));
	TRY(expr_parse(u, followup_expr(u->arena, in->from), &e));
	if (job->total == NIL)
		TRY(audience_count(u, e, &job->total, &all));
	TRY(audience_select(u, e, at->after, SWEEP_STEP, &who, &n));
	for (size_t i = 0; edit && i < n; i++)
		TRY(rewrite(cx, who[i], in));
	if (!edit)
		TRY(audience_refresh(u, who, n));
	job->done += (i64)n;
	at->after = n ? who[n - 1] : at->after;
	*ret_done = n < SWEEP_STEP;
	return OK;
}

static err save(struct tx *tx, struct job *job, const struct sweep_cursor *at)
{
	return job_save(tx, job, &sweep_cursor_record, at);
}

static err renamed(struct tx *tx, struct job *job, const struct sweep_cursor *at, const struct followup_sweep *in)
{
	struct followup_column c = { .id = in->column, .name = in->to };
	TRY(followup_column_renamed(tx, &c));
	return save(tx, job, at);
}

static err removed(struct tx *tx, struct job *job, const struct sweep_cursor *at, const struct followup_sweep *in)
{
	TRY(followup_column_drop(tx, &(struct followup_key){ in->column }));
	return save(tx, job, at);
}

static err sweep(struct cx *cx, struct job *job, bool *ret_done,
		 err (*end)(struct tx *tx, struct job *job, const struct sweep_cursor *at, const struct followup_sweep *in))
{
	struct followup_sweep in;
	struct sweep_cursor at;
	TRY(step(cx, job, &in, true, &at, ret_done));
	if (*ret_done)
		return WRITE_TX(&cx->unit, base(cx), end(tx, job, &at, &in));
	return WRITE_TX(&cx->unit, base(cx), save(tx, job, &at));
}

err followup_step_rename(struct cx *cx, struct job *job, bool *ret_done) { return sweep(cx, job, ret_done, renamed); }
err followup_step_remove(struct cx *cx, struct job *job, bool *ret_done) { return sweep(cx, job, ret_done, removed); }

err followup_step_adopt(struct cx *cx, struct job *job, bool *ret_done)
{
	struct followup_sweep in;
	struct sweep_cursor at;
	TRY(step(cx, job, &in, false, &at, ret_done));
	return WRITE_TX(&cx->unit, base(cx), save(tx, job, &at));
}

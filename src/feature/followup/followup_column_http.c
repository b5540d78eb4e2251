/*
 * Changing the columns of the board: everybody's, so only who sees everybody does it.
 */
#include "feature/followup/followup_data.h"

#include "core/audience/audience.h"

#define COLUMN_NEW_FIELDS(F, S)                                                     \
	F(S, STR, name, .min = 1, .max = FOLLOWUP_NAME_MAX) F(S, STR, color, .one_of = FOLLOWUP_COLORS) \
	F(S, I64, cap, .max = FOLLOWUP_CAP_MAX)
RECORD(followup_column_new, COLUMN_NEW_FIELDS);
#define COLUMN_EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) COLUMN_NEW_FIELDS(F, S)
RECORD(followup_column_edit, COLUMN_EDIT_FIELDS);
#define COLUMN_OUT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) F(S, ID, job, .opt = true)
RECORD(followup_column_out, COLUMN_OUT_FIELDS);
#define COLUMN_DROP_FIELDS(F, S) F(S, ID, id) F(S, ID, to, .opt = true, .doc = "the column its people go to")
RECORD(followup_column_gone, COLUMN_DROP_FIELDS);
#define JOB_OUT_FIELDS(F, S) F(S, ID, job, .opt = true)
RECORD(followup_job_out, JOB_OUT_FIELDS);
#define ORDER_FIELDS(F, S) F(S, IDS, ids, .min = 1, .max = FOLLOWUP_COLUMNS_MAX)
RECORD(followup_order_in, ORDER_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err whole(struct cx *cx)
{
	return cx->unit.scope ? cx_fail(cx, ERR_FORBIDDEN, T_LIFE_WHOLE, STR_NIL, STR_NIL, STR_NIL) : OK;
}

static err h_add(struct cx *cx)
{
	const struct followup_column_new *in = cx->in;
	struct followup_column_out *out = cx->out;
	struct followup_column c = { .name = in->name, .was = STR_NIL, .color = in->color, .cap = in->cap };
	TRY(whole(cx));
	TRY(WRITE_TX(&cx->unit, base(cx), followup_column_add(tx, &c, &out->job)));
	out->id = c.id;
	out->version = c.version;
	return OK;
}

static err h_change(struct cx *cx)
{
	const struct followup_column_edit *in = cx->in;
	struct followup_column_out *out = cx->out;
	struct followup_column c = { .id = in->id, .name = in->name, .was = STR_NIL, .color = in->color, .cap = in->cap,
				     .version = in->version };
	TRY(whole(cx));
	TRY(WRITE_TX(&cx->unit, base(cx), followup_column_change(tx, &c, &out->job)));
	out->id = in->id;
	out->version = in->version + 1;
	return OK;
}

static err people_in(struct cx *cx, i64 id, i64 *ret)
{
	struct followup_column c;
	struct expr *e;
	i64 all;
	TRY(READ_SNAP(&cx->unit, base(cx), followup_column_of(snap, id, &c)));
	TRY(expr_parse(&cx->unit, followup_expr(CX_ARENA(cx), c.name), &e));
	return audience_count(&cx->unit, e, ret, &all);
}

static err h_remove(struct cx *cx)
{
	const struct followup_column_gone *in = cx->in;
	struct followup_job_out *out = cx->out;
	i64 people, to = in->to == NIL ? 0 : in->to;
	TRY(whole(cx));
	TRY(people_in(cx, in->id, &people));
	return WRITE_TX(&cx->unit, base(cx), followup_column_remove(tx, in->id, to, people, &out->job));
}

static err h_order(struct cx *cx)
{
	const struct followup_order_in *in = cx->in;
	TRY(whole(cx));
	return WRITE_TX(&cx->unit, base(cx), followup_order(tx, &in->ids));
}

#define COLUMNS "/api/v1/followup/columns"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route followup_column_routes[] = {
	{ "POST", COLUMNS, "lifecycle.write", SCOPED, ROUTE_IDEMPOTENT | ROUTE_CREATED, &followup_column_new_record,
	  &followup_column_out_record, h_add, "Adds a column; who carries its name already is taken in by the job." },
	{ "PUT", COLUMNS "/{id}", "lifecycle.write", SCOPED, ROUTE_ETAG, &followup_column_edit_record,
	  &followup_column_out_record, h_change, "Changes a column; under a new name its people are rewritten by the job." },
	{ "DELETE", COLUMNS "/{id}", "lifecycle.write", SCOPED, 0, &followup_column_gone_record, &followup_job_out_record,
	  h_remove, "Removes a column; one that holds people needs `to`." },
	{ "POST", COLUMNS "/order", "lifecycle.write", SCOPED, 0, &followup_order_in_record, &none_record, h_order,
	  "Puts the columns in order: every id once." },
	{ 0 },
};

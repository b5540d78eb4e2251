/*
 * The time machine over HTTP: uses of audiences, who was in, and what has become of them. Persons and counts
 * within the viewer's scope; the whole number only for whoever sees everything.
 */
#include "core/audience/audience_asof_data.h"
#include "core/audience/expr_int.h"

#include "core/audience/audience_http.h"
#include "core/audience/audience_past.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"

#include <stdio.h>

#define USES_LIST_FIELDS(F, S)                                                     \
	F(S, ID, audience_id, .opt = true) F(S, ID, job_id, .opt = true, .doc = "the use a job made") \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(audience_uses_in, USES_LIST_FIELDS);
#define USE_VIEW_FIELDS(F, S)                                                      \
	F(S, ID, id) F(S, STR, used_by) F(S, ID, ref) F(S, STR, title) F(S, ID, audience_id, .opt = true) F(S, STR, expr) \
	F(S, MS, at_ms) F(S, I64, people, .opt = true, .doc = "null within a data scope")
RECORD(audience_use_view, USE_VIEW_FIELDS);
#define USE_DETAIL_FIELDS(F, S) USE_VIEW_FIELDS(F, S)                              \
	F(S, STR, words, .opt = true, .doc = "null: a condition of then no longer holds up") \
	F(S, I64, kept) F(S, I64, still, .opt = true) F(S, I64, gone, .opt = true) F(S, I64, fresh, .opt = true) \
	F(S, I64, bytes) F(S, STR, positions, .doc = "[slot, sequence] the journal had been taken in up to")
RECORD(audience_use_detail, USE_DETAIL_FIELDS);
#define USE_PEOPLE_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, STR, which, .opt = true, .one_of = "kept,still,gone,fresh") F(S, STR, cursor, .opt = true) \
	F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(audience_use_people_in, USE_PEOPLE_FIELDS);
#define USE_HAS_FIELDS(F, S) F(S, ID, id) F(S, ID, customer)
RECORD(audience_use_has_in, USE_HAS_FIELDS);
#define USE_HAS_OUT_FIELDS(F, S)                                                   \
	F(S, BOOL, in) F(S, ID, as_customer_id, .opt = true, .doc = "the number she had then") F(S, MS, at_ms) F(S, STR, expr)
RECORD(audience_use_has_out, USE_HAS_OUT_FIELDS);

#define PAST_IN_FIELDS(F, S)                                                       \
	F(S, STR, expr, .opt = true, .max = AUDIENCE_TEXT_MAX) F(S, ID, audience_id, .opt = true) F(S, MS, at_ms)
RECORD(audience_past_in, PAST_IN_FIELDS);
#define PAST_OUT_FIELDS(F, S) F(S, ID, job_id)
RECORD(audience_past_out, PAST_OUT_FIELDS);

static struct audience_use_view view(const struct cx *cx, const struct audience_use *r)
{
	return (struct audience_use_view){ r->id, r->used_by, r->ref, r->title, r->audience, r->expr, r->at,
					   cx->unit.scope ? NIL : r->people };
}

static err of_job(struct cx *cx, i64 job)
{
	struct page *page = cx->out;
	struct audience_use *row = ARENA_NEW(CX_ARENA(cx), struct audience_use);
	struct audience_use_view *out = ARENA_NEW(CX_ARENA(cx), struct audience_use_view);
	err e = audience_use_by(&cx->unit, "past", job, row);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	*out = view(cx, row);
	page->data = (struct list){ out, 1 };
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct audience_uses_in *in = cx->in;
	struct page *page = cx->out;
	struct audience_use *rows;
	i64 limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit, before = INT64_MAX, of = in->audience_id == NIL ? 0 : in->audience_id;
	size_t n;
	if (in->job_id != NIL)
		return of_job(cx, in->job_id);
	TRY(page_from(cx, in->cursor, &before, 1, (u64)of));
	TRY(audience_use_list(&cx->unit, of, before, (size_t)limit + 1, &rows, &n));
	if (n > (size_t)limit) {
		n = (size_t)limit;
		page->next_cursor = page_next(cx, &rows[n - 1].id, 1, (u64)of);
	}
	struct audience_use_view *out = ARENA_ARRAY(CX_ARENA(cx), struct audience_use_view, n + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = view(cx, &rows[i]);
	page->data = (struct list){ out, n };
	page->total = NIL;
	return OK;
}

static err words_of_then(struct cx *cx, str expr, str *ret)
{
	struct fail before = cx->unit.fail;
	struct expr *e;
	err got = expr_parse(&cx->unit, expr, &e);
	if (got == OK)
		*ret = expr_words(&cx->unit, e, cx->viewer.lang);
	if (got != ERR_INPUT && got != ERR_UNAVAILABLE)
		return got;
	cx->unit.fail = before;
	return OK;
}

static err h_get(struct cx *cx)
{
	struct audience_use_detail *out = cx->out;
	struct audience_then then;
	struct audience_use r;
	TRY(audience_use_get(&cx->unit, ((const struct audience_key *)cx->in)->id, &r));
	TRY(audience_use_compare(&cx->unit, &r, &then));
	*out = (struct audience_use_detail){
		r.id, r.used_by, r.ref, r.title, r.audience, r.expr, r.at, cx->unit.scope ? NIL : r.people, STR_NIL, (i64)then.kept_n,
		then.broken ? NIL : (i64)then.still_n, then.broken ? NIL : (i64)then.gone_n, then.broken ? NIL : (i64)then.fresh_n,
		r.bytes, r.positions,
	};
	return words_of_then(cx, r.expr, &out->words);
}

static err h_people(struct cx *cx)
{
	const struct audience_use_people_in *in = cx->in;
	struct page *page = cx->out;
	struct audience_then t;
	struct audience_use r;
	str which = in->which.n ? in->which : STR("kept");
	i64 limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit, after = 0;
	u64 filter = (u64)in->id ^ (u64)which.p[0];
	TRY(page_from(cx, in->cursor, &after, 1, filter));
	TRY(audience_use_get(&cx->unit, in->id, &r));
	TRY(audience_use_compare(&cx->unit, &r, &t));
	const i64 *v = which.p[0] == 's' ? t.still : which.p[0] == 'g' ? t.gone : which.p[0] == 'f' ? t.fresh : t.kept;
	size_t all = which.p[0] == 's' ? t.still_n : which.p[0] == 'g' ? t.gone_n : which.p[0] == 'f' ? t.fresh_n : t.kept_n, from = 0;
	while (from < all && v[from] <= after)
		from++;
	size_t n = all - from < (size_t)limit ? all - from : (size_t)limit;
	if (from + n < all)
		page->next_cursor = page_next(cx, &v[from + n - 1], 1, filter);
	page->total = (i64)all;
	return audience_persons(cx, v + from, n, &page->data);
}

static err h_has(struct cx *cx)
{
	const struct audience_use_has_in *in = cx->in;
	struct audience_use_has_out *out = cx->out;
	struct audience_use r;
	i64 root;
	TRY(customer_visible(&cx->unit, in->customer, &root));
	TRY(audience_use_get(&cx->unit, in->id, &r));
	out->as_customer_id = NIL;
	TRY(audience_use_has(&cx->unit, &r, root, &out->in, &out->as_customer_id));
	out->at_ms = r.at;
	out->expr = r.expr;
	return OK;
}

static err h_past(struct cx *cx)
{
	const struct audience_past_in *in = cx->in;
	struct expr *e;
	str name;
	if ((in->audience_id != NIL) == (in->expr.n > 0))
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("expr"), STR_NIL, STR_NIL);
	if (in->audience_id != NIL)
		TRY(audience_expr_of(&cx->unit, in->audience_id, &name, &e));
	else
		TRY(expr_parse(&cx->unit, in->expr, &e));
	err got = audience_past_begin(&cx->unit, e, in->at_ms, &((struct audience_past_out *)cx->out)->job_id);
	struct fail *f = &cx->unit.fail;
	i64 at = got == ERR_INPUT && f->text == T_AUD_PAST_CANNOT ? str_find(in->expr, str_c(f->value)) : -1;
	if (at >= 0) /* as the reader of texts names a place */
		snprintf(f->field, sizeof(f->field), "column %zu", str_utf8_len(str_sub(in->expr, 0, (size_t)at)) + 1);
	return got;
}

const struct route audience_asof_routes[] = {
	{ "POST", "/api/v1/audience/past", "audience.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ACCEPTED, &audience_past_in_record,
	  &audience_past_out_record, h_past, "Computes from the journal who was in at a past moment; the use is named by the job" },
	{ "GET", "/api/v1/audience-uses", "audience.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &audience_uses_in_record,
	  &audience_use_view_record, h_list, "When audiences were used, newest first" },
	{ "GET", "/api/v1/audience-uses/{id}", "audience.read", ROUTE_SCOPE_CUSTOMERS, 0, &audience_key_record,
	  &audience_use_detail_record, h_get, "Who was in then, against now" },
	{ "GET", "/api/v1/audience-uses/{id}/people", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &audience_use_people_in_record,
	  &audience_person_record, h_people, "The people who were in, still are, no longer are, or are new" },
	{ "GET", "/api/v1/audience-uses/{id}/people/{customer}", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, &audience_use_has_in_record,
	  &audience_use_has_out_record, h_has, "Whether a customer was in at that second" },
	{ 0 },
};

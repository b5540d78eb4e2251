/*
 * Audiences over HTTP: the live count, a sample, why somebody is in or out, and the stored ones.
 */
#include "core/audience/audience_data.h"
#include "core/audience/expr_int.h"

#include "core/attr/attr_data.h"
#include "core/attr/attr_own.h"
#include "core/audience/audience_http.h"
#include "core/audience/audience_watch.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#define SAMPLE_MAX 100
#define ATTRIBUTES_MAX 400 /* shown to choose from */
#define TREE_BYTES_MAX ((size_t)1 << 20)

#define COUNT_IN_FIELDS(F, S) F(S, STR, expr, .opt = true) F(S, JSON, tree, .opt = true)
RECORD(audience_count_in, COUNT_IN_FIELDS);
#define COUNT_OUT_FIELDS(F, S)                                                     \
	F(S, I64, count) F(S, I64, total) F(S, I64, took_us) F(S, STR, expr) F(S, JSON, tree) F(S, STR, words)
RECORD(audience_count_out, COUNT_OUT_FIELDS);

#define SAMPLE_IN_FIELDS(F, S) F(S, STR, expr) F(S, I64, n, .opt = true, .min = 1, .max = SAMPLE_MAX)
RECORD(audience_sample_in, SAMPLE_IN_FIELDS);
#define SAMPLE_OUT_FIELDS(F, S) F(S, LIST, data, .of = &audience_person_record)
RECORD(audience_sample_out, SAMPLE_OUT_FIELDS);

#define WHY_IN_FIELDS(F, S) F(S, STR, expr) F(S, ID, customer_id)
RECORD(audience_why_in, WHY_IN_FIELDS);
#define WHY_STEP_FIELDS(F, S)                                                      \
	F(S, STR, text) F(S, STR, value) F(S, STR, evidence, .opt = true)          \
	F(S, STR, path, .opt = true, .doc = "the audiences and negations around it") \
	F(S, BOOL, holds) F(S, BOOL, decides) F(S, BOOL, first, .doc = "the first that decides")
RECORD(audience_why_step, WHY_STEP_FIELDS);
#define WHY_OUT_FIELDS(F, S) F(S, BOOL, in) F(S, LIST, steps, .of = &audience_why_step_record)
RECORD(audience_why_out, WHY_OUT_FIELDS);

#define ATTRIBUTE_FIELDS(F, S)                                                     \
	F(S, STR, name) F(S, STR, type) F(S, STR, label) F(S, STRS, ops)           \
	F(S, STR, unit, .opt = true) F(S, STRS, values) F(S, BOOL, later)
RECORD(audience_attribute, ATTRIBUTE_FIELDS);

#define AUDIENCE_WATCHING_FIELDS(F, S)                                             \
	F(S, STR, state, .one_of = "filling,live,broken") F(S, I64, members, .opt = true, .doc = "as told; null within a data scope") \
	F(S, MS, since_ms)
RECORD(audience_watching, AUDIENCE_WATCHING_FIELDS);
#define AUDIENCE_VIEW_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, STR, words, .opt = true) \
	F(S, I64, count, .opt = true, .doc = "null: a condition no longer holds up") F(S, MS, created_ms) \
	F(S, OBJ, watch, .of = &audience_watching_record, .opt = true, .doc = "null: not watched") F(S, I64, version)
RECORD(audience_view, AUDIENCE_VIEW_FIELDS);
#define AUDIENCE_NEW_FIELDS(F, S) \
	F(S, STR, name, .min = 1, .max = AUDIENCE_NAME_MAX) F(S, STR, expr, .min = 1, .max = AUDIENCE_TEXT_MAX)
RECORD(audience_new_in, AUDIENCE_NEW_FIELDS);
#define AUDIENCE_PUT_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, I64, version) AUDIENCE_NEW_FIELDS(F, S)                  \
	F(S, BOOL, announce, .opt = true, .doc = "of a watched one: tell whom the change moves")
RECORD(audience_put_in, AUDIENCE_PUT_FIELDS);
#define AUDIENCE_WATCH_IN_FIELDS(F, S) \
	F(S, ID, id) F(S, BOOL, announce, .opt = true, .doc = "tell those already in it as entering")
RECORD(audience_watch_in, AUDIENCE_WATCH_IN_FIELDS);

static err parse_either(struct cx *cx, const struct audience_count_in *in, struct expr **ret)
{
	struct json *tree;
	if (in->expr.p)
		return expr_parse(&cx->unit, in->expr, ret);
	if (!in->tree.p)
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("expr"), STR_NIL, STR_NIL);
	TRY(json_parse(in->tree, CX_ARENA(cx), &tree, &cx->unit.fail));
	return expr_parse_json(&cx->unit, tree, ret);
}

static err h_count(struct cx *cx)
{
	struct audience_count_out *out = cx->out;
	struct buf tree = buf_new(CX_ARENA(cx), TREE_BYTES_MAX);
	struct expr *e;
	TRY(parse_either(cx, cx->in, &e));
	i64 from = clock_mono_us();
	TRY(audience_count(&cx->unit, e, &out->count, &out->total));
	out->took_us = clock_mono_us() - from;
	expr_json(&tree, e);
	out->tree = buf_str(&tree);
	out->expr = expr_text(CX_ARENA(cx), e);
	out->words = expr_words(&cx->unit, e, cx->viewer.lang);
	return OK;
}

/* Of the root's own row; ERR_NOT_FOUND for whoever has none. */
static err person(struct cx *cx, i64 root, struct audience_person *ret)
{
	struct unit *u = &cx->unit;
	i64 slot = slot_of_customer(u->store, root);
	struct customer c;
	struct customer_fact f;
	struct staff staff;
	TRY(READ_SNAP(u, slot, customer_get(snap, root, &c)));
	TRY(READ_SNAP(u, slot, attr_fact_get(snap, root, &f)));
	*ret = (struct audience_person){ root, f.name, c.avatar, STR_NIL };
	if (f.staff != NIL && READ_SNAP(u, slot_base(u->store, u->corp), staff_get(snap, f.staff, &staff)) == OK)
		ret->staff_name = staff.name;
	return OK;
}

err audience_persons(struct cx *cx, const i64 *roots, size_t n, struct list *ret)
{
	struct audience_person *rows = ARENA_ARRAY(CX_ARENA(cx), struct audience_person, n + 1);
	size_t shown = 0;
	for (size_t i = 0; i < n; i++) {
		err got = person(cx, roots[i], &rows[shown]);
		if (got != OK && got != ERR_NOT_FOUND)
			return got;
		shown += got == OK;
	}
	*ret = (struct list){ rows, shown };
	return OK;
}

static err h_sample(struct cx *cx)
{
	const struct audience_sample_in *in = cx->in;
	struct audience_sample_out *out = cx->out;
	struct expr *e;
	i64 *roots;
	size_t n;
	TRY(expr_parse(&cx->unit, in->expr, &e));
	TRY(audience_sample(&cx->unit, e, (u64)id_next(store_ids(cx->env->store), cx_now(cx)), in->n == NIL ? 10 : (size_t)in->n,
			    &roots, &n));
	return audience_persons(cx, roots, n, &out->data);
}

static err h_why(struct cx *cx)
{
	const struct audience_why_in *in = cx->in;
	struct audience_why_out *out = cx->out;
	struct expr *e;
	struct why_step *steps;
	size_t n;
	i64 root;
	TRY(customer_visible(&cx->unit, in->customer_id, &root));
	TRY(expr_parse(&cx->unit, in->expr, &e));
	TRY(audience_why(&cx->unit, e, root, cx->viewer.lang, &steps, &n, &out->in));
	struct audience_why_step *rows = ARENA_ARRAY(CX_ARENA(cx), struct audience_why_step, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct audience_why_step){ steps[i].text, steps[i].value, steps[i].evidence, steps[i].path, steps[i].holds,
						      steps[i].decides, steps[i].first };
	out->steps = (struct list){ rows, n };
	return OK;
}

static struct strs words_of(struct arena *a, const char *list)
{
	VEC(str) words = { 0 };
	str rest = str_c(list);
	while (rest.p)
		vec_push(a, &words, str_cut(&rest, ','));
	return (struct strs){ words.v, words.n };
}

static err attribute(struct cx *cx, const struct expr_attr *a, struct audience_attribute *ret)
{
	static const char *const types[] = { "number", "money", "time", "date", "number", "text", "staff", "store", "flag", "set" };
	bool ranges = a->type < EXPR_TEXT, flag = a->type == EXPR_FLAG;
	bool set = a->type == EXPR_SET;
	const char *ops = set ? "any,all,none,known,unknown" : flag ? "=,!=" : ranges ? "=,!=,<,<=,>,>=,between,in,known,unknown" : "=,!=,in,known,unknown";
	*ret = (struct audience_attribute){
		.name = str_c(a->name), .type = str_c(types[a->type]), .label = expr_attr_label(a, cx->viewer.lang),
		.ops = words_of(CX_ARENA(cx), ops), .values = words_of(CX_ARENA(cx), a->one_of),
		.unit = a->type == EXPR_MONEY ? STR("yuan") : a->type == EXPR_AGE ? STR("years") : STR_NIL,
	};
	return set ? attr_categories_of_corp(&cx->unit, (str **)&ret->values.v, &ret->values.n) : OK;
}

static err h_attributes(struct cx *cx)
{
	static const struct { const char *name; enum text label; const char *ops, *values; bool later; } calls[] = {
		{ "tag", T_AUD_TAG, "any,all,none", NULL, false },
		{ "did", T_AUD_DID, ">=,=,!=,<,<=,>", NULL, false },
		{ "reachable", T_AUD_REACHABLE, "is", EXPR_CHANNELS, false },
		{ "audience", T_AUD_AUDIENCE, "is", NULL, false },
	};
	struct page *page = cx->out;
	size_t n = 0;
	struct audience_attribute *rows = ARENA_ARRAY(CX_ARENA(cx), struct audience_attribute, ATTRIBUTES_MAX);
	for (const struct expr_attr *a = expr_attrs; a->name; a++)
		TRY(attribute(cx, a, &rows[n++]));
	for (size_t i = 0; cx->env->modules[i]; i++)
		for (const struct attr *a = cx->env->modules[i]->attrs; a && a->name; a++)
			if (a->id && n < ATTRIBUTES_MAX - ARRAY_LEN(calls))
				TRY(attribute(cx, expr_attr_valued(CX_ARENA(cx), a), &rows[n++]));
	struct attr *own;
	size_t own_n;
	TRY(attr_own_all(&cx->unit, &own, &own_n));
	for (size_t i = 0; i < own_n && n < ATTRIBUTES_MAX - ARRAY_LEN(calls); i++)
		TRY(attribute(cx, expr_attr_valued(CX_ARENA(cx), &own[i]), &rows[n++]));
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		rows[n++] = (struct audience_attribute){
			.name = str_c(calls[i].name), .type = str_c(calls[i].name),
			.label = str_c(text_raw(calls[i].label, cx->viewer.lang)), .ops = words_of(CX_ARENA(cx), calls[i].ops),
			.values = words_of(CX_ARENA(cx), calls[i].values), .later = calls[i].later,
		};
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

/* ---- stored ones ---- */

static err watching(struct cx *cx, i64 audience, struct audience_view *ret)
{
	struct audience_watching *out = ARENA_NEW(CX_ARENA(cx), struct audience_watching);
	struct audience_watch row;
	err e = audience_watch_get(&cx->unit, audience, &row, &out->members);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	out->state = ret->words.p ? row.state : STR("broken");
	out->members = cx->unit.scope ? NIL : out->members;
	out->since_ms = row.since;
	ret->watch = out;
	return OK;
}

/* A kept count answers while it is true; else the index counts. */
static err count_of(struct cx *cx, const struct expr *e, struct audience_view *ret)
{
	bool known = false;
	i64 total;
	if (ret->watch)
		TRY(audience_watch_count(&cx->unit, ret->id, &known, &ret->count));
	return known ? OK : audience_count(&cx->unit, e, &ret->count, &total);
}

/* A row with a condition that no longer holds up is shown without words and count. */
static err view(struct cx *cx, const struct audience *row, struct audience_view *ret)
{
	struct expr *e;
	struct fail before = cx->unit.fail;
	*ret = (struct audience_view){ row->id, row->name, row->expr, STR_NIL, NIL, row->created, NULL, row->version };
	err got = expr_parse_for(&cx->unit, row->expr, row->id, &e);
	if (got == ERR_INPUT || got == ERR_UNAVAILABLE) {
		cx->unit.fail = before;
		return watching(cx, row->id, ret);
	}
	TRY(got);
	bool hidden = false;
	if (cx->unit.discreet)
		TRY(expr_reveals(&cx->unit, e, &hidden));
	ret->words = hidden ? str_c(text_raw(T_TAG_HIDDEN, cx->viewer.lang)) : expr_words(&cx->unit, e, cx->viewer.lang);
	if (hidden)
		ret->expr = ret->words;
	TRY(watching(cx, row->id, ret));
	return count_of(cx, e, ret);
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct audience *all;
	size_t n;
	TRY(audience_all(&cx->unit, &all, &n));
	struct audience_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct audience_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(view(cx, &all[i], &rows[i]));
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

static err h_get(struct cx *cx)
{
	struct audience row;
	TRY(audience_get(&cx->unit, ((const struct audience_key *)cx->in)->id, &row));
	return view(cx, &row, cx->out);
}

static err h_create(struct cx *cx)
{
	const struct audience_new_in *in = cx->in;
	struct audience row;
	TRY(audience_save(&cx->unit, 0, in->name, in->expr, NIL, &row));
	return view(cx, &row, cx->out);
}

static err h_put(struct cx *cx)
{
	const struct audience_put_in *in = cx->in;
	struct audience row;
	TRY(audience_save_edit(&cx->unit, &(struct audience_edit){ in->id, in->version, in->name, in->expr, in->announce }, &row));
	return view(cx, &row, cx->out);
}

static err h_remove(struct cx *cx) { return audience_remove(&cx->unit, ((const struct audience_key *)cx->in)->id); }

static err h_watch(struct cx *cx)
{
	const struct audience_watch_in *in = cx->in;
	struct audience row;
	TRY(audience_watch_begin(&cx->unit, in->id, in->announce));
	TRY(audience_get(&cx->unit, in->id, &row));
	return view(cx, &row, cx->out);
}

static err h_unwatch(struct cx *cx) { return audience_watch_end(&cx->unit, ((const struct audience_key *)cx->in)->id); }

#define NONE &none_record
#define VIEW &audience_view_record
const struct route audience_routes[] = {
	{ "POST", "/api/v1/audience/count", "audience.read", ROUTE_SCOPE_CUSTOMERS, 0, &audience_count_in_record,
	  &audience_count_out_record, h_count, "How many an expression chooses, within the viewer's scope" },
	{ "POST", "/api/v1/audience/sample", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, &audience_sample_in_record,
	  &audience_sample_out_record, h_sample, "Some of them, by chance" },
	{ "POST", "/api/v1/audience/why", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, &audience_why_in_record,
	  &audience_why_out_record, h_why, "Why a customer is in or out, condition by condition" },
	{ "GET", "/api/v1/audience/attributes", "audience.read", ROUTE_SCOPE_NONE, ROUTE_LIST, NONE,
	  &audience_attribute_record, h_attributes, "What can be asked about a person" },
	{ "GET", "/api/v1/audiences", "audience.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, NONE, VIEW, h_list, "Stored audiences" },
	{ "POST", "/api/v1/audiences", "audience.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_IDEMPOTENT | ROUTE_CREATED,
	  &audience_new_in_record, VIEW, h_create, "Stores an audience" },
	{ "GET", "/api/v1/audiences/{id}", "audience.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, &audience_key_record, VIEW, h_get,
	  "One audience" },
	{ "PUT", "/api/v1/audiences/{id}", "audience.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, &audience_put_in_record, VIEW, h_put,
	  "Changes an audience" },
	{ "DELETE", "/api/v1/audiences/{id}", "audience.write", ROUTE_SCOPE_NONE, 0, &audience_key_record, NONE, h_remove,
	  "Removes an audience that no other names" },
	{ "PUT", "/api/v1/audiences/{id}/watch", "audience.write", ROUTE_SCOPE_CUSTOMERS, 0, &audience_watch_in_record, VIEW, h_watch,
	  "Watches an audience: who enters and leaves becomes an event" },
	{ "DELETE", "/api/v1/audiences/{id}/watch", "audience.write", ROUTE_SCOPE_NONE, 0, &audience_key_record, NONE, h_unwatch,
	  "Stops watching" },
	{ 0 },
};

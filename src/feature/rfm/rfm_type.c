/*
 * High-potential types and the ready layers: their definitions, figures and trend.
 */
#include "feature/rfm/rfm_data.h"

#include "core/audience/audience_sum.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"

#define TYPES_MAX 7

/* Starting values: what counts as each is the corp's to say, with tags of its business lines for instance. */
const struct rfm_type_info rfm_types[] = {
	{ "black_gold", T_RFM_T_BLACK_GOLD, "orders >= 3 and spent >= 5000" },
	{ "omni", T_RFM_T_OMNI, "friend and bound and orders >= 2" },
	{ "full", T_RFM_T_FULL, "orders >= 5" },
	{ 0 },
};

#define TYPE_VIEW_FIELDS(F, S)                                                      \
	F(S, STR, code) F(S, STR, name) F(S, STR, expr) F(S, STR, words, .opt = true) \
	F(S, ID, audience, .opt = true, .doc = "null: the default, not saved yet")  \
	F(S, I64, people, .opt = true, .doc = "null: a condition no longer holds up") F(S, FEN, gmv, .opt = true)
RECORD(rfm_type_view, TYPE_VIEW_FIELDS);
#define TYPES_FIELDS(F, S)                                                          \
	F(S, LIST, types, .of = &rfm_type_view_record) F(S, I64, people, .doc = "all customers") F(S, FEN, gmv) \
	F(S, STR, currency)
RECORD(rfm_types_view, TYPES_FIELDS);
#define TYPE_EDIT_FIELDS(F, S)                                                      \
	F(S, STR, code) F(S, STR, name, .min = 1, .max = AUDIENCE_NAME_MAX) \
	F(S, STR, expr, .min = 1, .max = AUDIENCE_TEXT_MAX)
RECORD(rfm_type_edit, TYPE_EDIT_FIELDS);
#define TREND_IN_FIELDS(F, S) F(S, I64, days, .opt = true, .min = 1, .max = RFM_TREND_DAYS_MAX)
RECORD(rfm_trend_in, TREND_IN_FIELDS);
#define TREND_FIELDS(F, S) F(S, STR, day) F(S, STR, code, .doc = "\"\": everybody") F(S, I64, people) F(S, FEN, gmv)
RECORD(rfm_trend, TREND_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }
static str say(struct cx *cx, enum text text) { return str_c(text_raw(text, cx->viewer.lang)); }

static err whole(struct cx *cx)
{
	return cx->unit.scope ? cx_fail(cx, ERR_FORBIDDEN, T_LIFE_WHOLE, STR_NIL, STR_NIL, STR_NIL) : OK;
}

err rfm_type_now(struct cx *cx, const struct rfm_type_info *t, i64 *ret_audience, str *ret_name, str *ret_expr)
{
	struct rfm_type *rows;
	struct audience row;
	size_t n;
	*ret_audience = NIL;
	*ret_name = say(cx, t->name);
	*ret_expr = str_c(t->expr);
	TRY(READ_SNAP(&cx->unit, base(cx), rfm_type_list(snap, &(struct none){ 0 }, &rows, &n)));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq_c(rows[i].code, t->code))
			continue;
		struct fail before = cx->unit.fail;
		err e = audience_get(&cx->unit, rows[i].audience, &row);
		cx->unit.fail = e == ERR_NOT_FOUND ? before : cx->unit.fail;
		if (e == ERR_NOT_FOUND)
			return OK; /* removed among the audiences: the default again */
		TRY(e);
		*ret_audience = row.id;
		*ret_name = row.name;
		*ret_expr = row.expr;
	}
	return OK;
}

/* *ret_people NIL: the condition names what is no longer there. */
static err figures(struct cx *cx, str text, str *ret_words, i64 *ret_people, i64 *ret_gmv)
{
	struct expr *e;
	struct fail before = cx->unit.fail;
	*ret_people = *ret_gmv = NIL;
	err got = expr_parse(&cx->unit, text, &e);
	if (got == ERR_INPUT || got == ERR_UNAVAILABLE) {
		cx->unit.fail = before;
		return OK;
	}
	TRY(got);
	if (ret_words)
		*ret_words = expr_words(&cx->unit, e, cx->viewer.lang);
	return audience_sum(&cx->unit, e, STR("spent"), ret_people, ret_gmv);
}

static err view(struct cx *cx, const struct rfm_type_info *t, struct rfm_type_view *v)
{
	v->code = str_c(t->code);
	TRY(rfm_type_now(cx, t, &v->audience, &v->name, &v->expr));
	return figures(cx, v->expr, &v->words, &v->people, &v->gmv);
}

static err h_types(struct cx *cx)
{
	struct rfm_types_view *out = cx->out;
	struct corp corp;
	struct rfm_type_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct rfm_type_view, TYPES_MAX);
	size_t n = 0;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	for (const struct rfm_type_info *t = rfm_types; t->code; t++)
		TRY(view(cx, t, &rows[n++]));
	TRY(figures(cx, STR("orders >= 0"), NULL, &out->people, &out->gmv));
	out->types = (struct list){ rows, n };
	out->currency = corp.currency;
	return OK;
}

static err role(struct tx *tx, str code, i64 audience)
{
	TRY(rfm_type_put(tx, &(struct rfm_type){ code, audience }));
	return audit_add(tx, "rfm.type", arena_printf(tx->snap.arena, "audience:%lld", (long long)audience), code);
}

static err h_type_put(struct cx *cx)
{
	const struct rfm_type_edit *in = cx->in;
	const struct rfm_type_info *t = rfm_types;
	struct audience row;
	i64 audience;
	str name, expr;
	TRY(whole(cx));
	while (t->code && !str_eq_c(in->code, t->code))
		t++;
	if (!t->code)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("code"), in->code, STR("black_gold, omni, full"));
	TRY(rfm_type_now(cx, t, &audience, &name, &expr));
	TRY(audience_save(&cx->unit, audience == NIL ? 0 : audience, in->name, in->expr, NIL, &row));
	TRY(WRITE_TX(&cx->unit, base(cx), role(tx, str_c(t->code), row.id)));
	return view(cx, t, cx->out);
}

/* ---- trend ---- */

static err note(struct tx *tx, const struct rfm_day *rows, size_t n)
{
	return query_write_many(tx, &rfm_day_put_query, rows, n);
}

err rfm_note_types(struct cx *cx)
{
	struct rfm_day rows[TYPES_MAX + 1] = { { corp_day(&cx->unit, cx_now(cx)), STR(""), 0, 0 } };
	size_t n = 1;
	TRY(figures(cx, STR("orders >= 0"), NULL, &rows[0].people, &rows[0].gmv));
	for (const struct rfm_type_info *t = rfm_types; t->code; t++) {
		i64 audience;
		str name, expr;
		rows[n] = (struct rfm_day){ rows[0].day, str_c(t->code), 0, 0 };
		TRY(rfm_type_now(cx, t, &audience, &name, &expr));
		TRY(figures(cx, expr, NULL, &rows[n].people, &rows[n].gmv));
		n += rows[n].people != NIL;
	}
	return WRITE_TX(&cx->unit, base(cx), note(tx, rows, n));
}

static err h_trend(struct cx *cx)
{
	const struct rfm_trend_in *in = cx->in;
	struct page *page = cx->out;
	i64 today = corp_day(&cx->unit, cx_now(cx)), days = in->days == NIL ? 90 : in->days;
	struct rfm_range range = { today - days + 1, today };
	struct rfm_day *rows;
	size_t n;
	TRY(whole(cx));
	TRY(READ_SNAP(&cx->unit, base(cx), rfm_days(snap, &range, &rows, &n)));
	struct rfm_trend *out = ARENA_ARRAY(CX_ARENA(cx), struct rfm_trend, n + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct rfm_trend){ tz_format_date(rows[i].day, CX_ARENA(cx)), rows[i].code, rows[i].people, rows[i].gmv };
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

/* ---- layers ---- */

/* High value is the top fifth of money where cuts are known. */
static err high_value(struct cx *cx, str *ret)
{
	static const struct rfm_box rich = { 1, 5, 1, 5, 5, 5 };
	struct rfm_cut cut;
	struct fail before = cx->unit.fail;
	err e = rfm_cut_now(&cx->unit, &cut);
	if (e == ERR_NOT_FOUND) {
		cx->unit.fail = before;
		*ret = STR("spent >= 1000");
		return OK;
	}
	TRY(e);
	*ret = rfm_expr(CX_ARENA(cx), &cut, &rich);
	return OK;
}

static err h_layers(struct cx *cx)
{
	static const struct { const char *code; enum text name; const char *expr; } layers[] = {
		{ "new", T_RFM_L_NEW, "added >= -30d" }, { "active", T_RFM_L_ACTIVE, "last_order >= -30d" },
		{ "high", T_RFM_L_HIGH, NULL }, { "risk", T_RFM_L_RISK, "orders >= 2 and stage = dormant" },
	};
	struct page *page = cx->out;
	struct rfm_type_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct rfm_type_view, ARRAY_LEN(layers));
	for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
		struct rfm_type_view *v = &rows[i];
		v->code = str_c(layers[i].code);
		v->name = say(cx, layers[i].name);
		v->audience = NIL;
		if (layers[i].expr)
			v->expr = str_c(layers[i].expr);
		else
			TRY(high_value(cx, &v->expr));
		TRY(figures(cx, v->expr, &v->words, &v->people, &v->gmv));
	}
	page->data = (struct list){ rows, ARRAY_LEN(layers) };
	page->total = (i64)ARRAY_LEN(layers);
	return OK;
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route rfm_type_routes[] = {
	{ "GET", "/api/v1/layers", "lifecycle.read", SCOPED, ROUTE_LIST, &none_record, &rfm_type_view_record, h_layers,
	  "Ready layers: new, active, high value, at risk." },
	{ "GET", "/api/v1/potentials", "lifecycle.read", SCOPED, 0, &none_record, &rfm_types_view_record, h_types,
	  "High-potential types with their share of people and money." },
	{ "PUT", "/api/v1/potentials/{code}", "lifecycle.write", SCOPED, 0, &rfm_type_edit_record, &rfm_type_view_record,
	  h_type_put, "Says what a type is; it becomes a stored audience." },
	{ "GET", "/api/v1/potentials/trend", "lifecycle.read", SCOPED, ROUTE_LIST, &rfm_trend_in_record, &rfm_trend_record, h_trend,
	  "People and money of the types night by night, of all customers." },
	{ 0 },
};

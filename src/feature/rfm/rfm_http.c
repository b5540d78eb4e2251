/*
 * RFM over HTTP: the cube cell by cell, named cells, cut points, and one customer's scores.
 */
#include "feature/rfm/rfm_data.h"

#include "core/attr/attr.h"
#include "core/audience/audience_sum.h"
#include "core/audience/audience_tally.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"

#define CUTS_SHOWN 60
#define CELLS_MAX 16

#define SQUARE_FIELDS(F, S) \
	F(S, I64, r) F(S, I64, f) F(S, I64, people) F(S, FEN, gmv) F(S, STR, expr)
RECORD(rfm_square, SQUARE_FIELDS);
#define MAP_IN_FIELDS(F, S) F(S, I64, m, .opt = true, .min = 0, .max = RFM_SCORES, .doc = "0: of any money")
RECORD(rfm_map_in, MAP_IN_FIELDS);
#define MAP_FIELDS(F, S)                                                            \
	F(S, OBJ, cut, .of = &rfm_cut_record) F(S, STR, currency) F(S, LIST, squares, .of = &rfm_square_record)
RECORD(rfm_map, MAP_FIELDS);
#define CELLS_IN_FIELDS(F, S) F(S, STR, grid, .opt = true, .one_of = "8,11")
RECORD(rfm_cells_in, CELLS_IN_FIELDS);
#define CELL_FIELDS(F, S) \
	F(S, STR, code) F(S, STR, name) F(S, BOOL, renamed) F(S, STR, expr) F(S, I64, people) F(S, FEN, gmv)
RECORD(rfm_cell_view, CELL_FIELDS);
#define PARTS_IN_FIELDS(F, S) F(S, STR, expr, .min = 1, .max = AUDIENCE_TEXT_MAX) F(S, STR, grid, .opt = true, .one_of = "8,11")
RECORD(rfm_parts_in, PARTS_IN_FIELDS);
#define PART_FIELDS(F, S)                                                           \
	F(S, STR, code, .doc = "never: has not bought") F(S, STR, name) F(S, I64, count) F(S, F64, share) F(S, I64, everybody) \
	F(S, F64, lift) F(S, STR, expr)
RECORD(rfm_part, PART_FIELDS);
#define PARTS_FIELDS(F, S) F(S, I64, count) F(S, I64, total) F(S, LIST, data, .of = &rfm_part_record)
RECORD(rfm_parts, PARTS_FIELDS);
#define NAME_IN_FIELDS(F, S) F(S, STR, code, .max = 30) F(S, STR, name, .max = RFM_NAME_MAX, .doc = "empty: the default again")
RECORD(rfm_name_in, NAME_IN_FIELDS);
#define FIXED_FIELDS(F, S)                                                          \
	F(S, I64, r1) F(S, I64, r2) F(S, I64, r3) F(S, I64, r4) F(S, I64, f1) F(S, I64, f2) F(S, I64, f3) F(S, I64, f4) \
	F(S, FEN, m1) F(S, FEN, m2) F(S, FEN, m3) F(S, FEN, m4)
RECORD(rfm_fixed, FIXED_FIELDS);
#define CUT_IN_FIELDS(F, S)                                                         \
	F(S, STR, mode, .one_of = "fifths,fixed") F(S, STR, money, .one_of = "total,mean") \
	F(S, OBJ, fixed, .opt = true, .of = &rfm_fixed_record)
RECORD(rfm_cut_in, CUT_IN_FIELDS);
#define WHO_FIELDS(F, S) F(S, ID, id)
RECORD(rfm_who, WHO_FIELDS);
#define SCORES_FIELDS(F, S)                                                         \
	F(S, I64, r, .opt = true) F(S, I64, f, .opt = true) F(S, I64, m, .opt = true) F(S, I64, score, .opt = true) \
	F(S, STR, cell, .opt = true) F(S, STR, cell8, .opt = true) F(S, MS, cut_at_ms, .opt = true)
RECORD(rfm_scores, SCORES_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err whole(struct cx *cx)
{
	return cx->unit.scope ? cx_fail(cx, ERR_FORBIDDEN, T_LIFE_WHOLE, STR_NIL, STR_NIL, STR_NIL) : OK;
}

static err measure(struct cx *cx, str text, i64 *ret_people, i64 *ret_gmv)
{
	struct arena_mark mark = arena_mark(CX_ARENA(cx));
	struct expr *e;
	TRY(expr_parse(&cx->unit, text, &e));
	TRY(audience_sum(&cx->unit, e, STR("spent"), ret_people, ret_gmv));
	arena_reset(CX_ARENA(cx), mark);
	return OK;
}

/* ---- the map ---- */

static err h_map(struct cx *cx)
{
	const struct rfm_map_in *in = cx->in;
	struct rfm_map *out = cx->out;
	struct rfm_cut *cut = ARENA_NEW(CX_ARENA(cx), struct rfm_cut);
	struct corp corp;
	int m = in->m == NIL ? 0 : (int)in->m;
	size_t n = 0;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(rfm_cut_now(&cx->unit, cut));
	struct rfm_square *rows = ARENA_ARRAY(CX_ARENA(cx), struct rfm_square, RFM_SCORES * RFM_SCORES);
	for (int r = RFM_SCORES; r >= 1; r--)
		for (int f = 1; f <= RFM_SCORES; f++, n++) {
			struct rfm_box box = { r, r, f, f, m ? m : 1, m ? m : RFM_SCORES };
			rows[n] = (struct rfm_square){ r, f, 0, 0, rfm_expr(CX_ARENA(cx), cut, &box) };
			TRY(measure(cx, rows[n].expr, &rows[n].people, &rows[n].gmv));
		}
	*out = (struct rfm_map){ cut, corp.currency, { rows, n } };
	return OK;
}

/* ---- named cells ---- */

static str name_of(struct cx *cx, const struct rfm_name *names, size_t n, const char *code, enum text otherwise, bool *ret_own)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(names[i].code, code)) {
			*ret_own = true;
			return names[i].name;
		}
	*ret_own = false;
	return str_c(text_raw(otherwise, cx->viewer.lang));
}

static err cell_view(struct cx *cx, const struct rfm_cut *cut, const struct rfm_cell *list, const char *code, enum text otherwise,
		     const struct rfm_name *names, size_t n, struct rfm_cell_view *v)
{
	v->code = str_c(code);
	v->name = name_of(cx, names, n, code, otherwise, &v->renamed);
	v->expr = rfm_cell_expr(CX_ARENA(cx), cut, list, v->code);
	return measure(cx, v->expr, &v->people, &v->gmv);
}

static err h_cells(struct cx *cx)
{
	const struct rfm_cells_in *in = cx->in;
	struct page *page = cx->out;
	bool eight = str_eq_c(in->grid, "8");
	const struct rfm_cell *list = eight ? rfm_cells_8 : rfm_cells_11;
	struct rfm_cell_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct rfm_cell_view, CELLS_MAX);
	struct rfm_name *names;
	struct rfm_cut cut;
	size_t n, count = 0;
	TRY(rfm_cut_now(&cx->unit, &cut));
	TRY(READ_SNAP(&cx->unit, base(cx), rfm_name_list(snap, &(struct none){ 0 }, &names, &n)));
	for (const struct rfm_cell *c = list; c->code; c++)
		TRY(cell_view(cx, &cut, list, c->code, c->name, names, n, &rows[count++]));
	if (!eight) /* the eight leave nobody out */
		TRY(cell_view(cx, &cut, list, RFM_OTHERS, T_RFM_OTHERS, names, n, &rows[count++]));
	page->data = (struct list){ rows, count };
	page->total = (i64)count;
	return OK;
}

/* ---- any set by cells ---- */

static double ratio(i64 part, i64 whole) { return whole ? (double)part / (double)whole : 0; }

static err part(struct cx *cx, const struct expr *set, struct rfm_part *p, struct rfm_parts *sum)
{
	struct audience_shares s;
	struct expr *cell;
	TRY(expr_parse(&cx->unit, p->expr, &cell));
	TRY(audience_overlap(&cx->unit, set, cell, &s));
	p->count = s.both;
	p->everybody = s.both + s.only_b;
	p->share = ratio(s.both, s.both + s.only_a);
	p->lift = p->everybody ? p->share / ratio(p->everybody, s.total) : 0;
	sum->count = s.both + s.only_a;
	sum->total = s.total;
	return OK;
}

/* The cells in their order, who is in none of them, and who has not bought: everybody of the set once. */
static err h_parts(struct cx *cx)
{
	const struct rfm_parts_in *in = cx->in;
	struct rfm_parts *out = cx->out;
	bool eight = str_eq_c(in->grid, "8"), own;
	const struct rfm_cell *list = eight ? rfm_cells_8 : rfm_cells_11;
	struct rfm_part *rows = ARENA_ARRAY(CX_ARENA(cx), struct rfm_part, CELLS_MAX);
	struct rfm_name *names;
	struct rfm_cut cut;
	struct expr *set;
	size_t n, count = 0;
	TRY(expr_parse(&cx->unit, in->expr, &set));
	TRY(rfm_cut_now(&cx->unit, &cut));
	TRY(READ_SNAP(&cx->unit, base(cx), rfm_name_list(snap, &(struct none){ 0 }, &names, &n)));
	for (const struct rfm_cell *c = list; c->code; c++)
		rows[count++] = (struct rfm_part){ .code = str_c(c->code), .name = name_of(cx, names, n, c->code, c->name, &own) };
	if (!eight)
		rows[count++] = (struct rfm_part){ .code = STR(RFM_OTHERS), .name = name_of(cx, names, n, RFM_OTHERS, T_RFM_OTHERS, &own) };
	for (size_t i = 0; i < count; i++)
		rows[i].expr = rfm_cell_expr(CX_ARENA(cx), &cut, list, rows[i].code);
	rows[count++] = (struct rfm_part){ .code = STR(RFM_NEVER), .name = str_c(text_raw(T_RFM_NEVER, cx->viewer.lang)),
					   .expr = STR("not (orders >= 1)") };
	for (size_t i = 0; i < count; i++)
		TRY(part(cx, set, &rows[i], out));
	out->data = (struct list){ rows, count };
	return OK;
}

static bool is_cell(str code)
{
	bool known = str_eq_c(code, RFM_OTHERS);
	for (const struct rfm_cell *c = rfm_cells_11; c->code; c++)
		known |= str_eq_c(code, c->code);
	for (const struct rfm_cell *c = rfm_cells_8; c->code; c++)
		known |= str_eq_c(code, c->code);
	return known;
}

static err rename_cell(struct tx *tx, const struct rfm_name *n)
{
	TRY(n->name.n ? rfm_name_put(tx, n) : rfm_name_drop(tx, n));
	return audit_add(tx, "rfm.name", arena_printf(tx->snap.arena, "rfm:%.*s", STR_F(n->code)), n->name);
}

static err h_name(struct cx *cx)
{
	const struct rfm_name_in *in = cx->in;
	struct rfm_name row = { in->code, str_trim(in->name) };
	if (!is_cell(in->code))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("code"), in->code, STR("RFM"));
	return WRITE_TX(&cx->unit, base(cx), rename_cell(tx, &row));
}

/* ---- cuts ---- */

static err h_cuts(struct cx *cx)
{
	struct page *page = cx->out;
	struct rfm_cut *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), rfm_cut_list(snap, &(struct rfm_limit){ CUTS_SHOWN }, &rows, &n)));
	page->data = (struct list){ rows, n };
	page->total = NIL;
	return OK;
}

static err keep(struct tx *tx, const struct rfm_cut *c, struct rfm_cut *ret)
{
	TRY(rfm_cut_keep(tx, c, ret));
	return audit_add(tx, "rfm.cut", STR("corp"), arena_printf(tx->snap.arena, "%.*s, %.*s", STR_F(c->mode), STR_F(c->money)));
}

static err h_cut_new(struct cx *cx)
{
	const struct rfm_cut_in *in = cx->in;
	const struct rfm_fixed *x = in->fixed;
	struct rfm_cut cut;
	struct expr *e;
	i64 people, gmv;
	TRY(whole(cx));
	if (str_eq_c(in->mode, "fifths")) {
		TRY(rfm_fifths(&cx->unit, str_eq_c(in->money, "mean"), &cut));
		return WRITE_TX(&cx->unit, base(cx), keep(tx, &cut, cx->out));
	}
	if (!x)
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("fixed"), STR_NIL, STR_NIL);
	TRY(expr_parse(&cx->unit, STR("orders >= 1"), &e));
	TRY(audience_sum(&cx->unit, e, STR("spent"), &people, &gmv));
	cut = (struct rfm_cut){ 0, cx_now(cx), people, in->mode, in->money, x->r1, x->r2, x->r3, x->r4, x->f1, x->f2, x->f3, x->f4,
				x->m1, x->m2, x->m3, x->m4 };
	TRY(rfm_cut_check(&cut, &cx->unit.fail));
	return WRITE_TX(&cx->unit, base(cx), keep(tx, &cut, cx->out));
}

/* ---- one customer ---- */

static str cell_name(struct cx *cx, const struct rfm_name *names, size_t n, const struct rfm_cell *c)
{
	bool own;
	return name_of(cx, names, n, c ? c->code : RFM_OTHERS, c ? c->name : T_RFM_OTHERS, &own);
}

static err h_scores(struct cx *cx)
{
	struct rfm_scores *out = cx->out;
	struct customer_fact f;
	struct rfm_name *names;
	struct rfm_cut cut;
	i64 root;
	size_t n;
	struct fail before = cx->unit.fail;
	TRY(customer_visible(&cx->unit, ((const struct rfm_who *)cx->in)->id, &root));
	err e = rfm_cut_now(&cx->unit, &cut);
	if (e == OK)
		e = READ_SNAP(&cx->unit, slot_of_customer(cx->unit.store, root), attr_fact_get(snap, root, &f));
	if (e == ERR_NOT_FOUND)
		cx->unit.fail = before;
	if (e != OK || f.orders < 1 || f.last_order == NIL)
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(READ_SNAP(&cx->unit, base(cx), rfm_name_list(snap, &(struct none){ 0 }, &names, &n)));
	i64 days = corp_day(&cx->unit, cx_now(cx)) - corp_day(&cx->unit, f.last_order);
	i64 money = str_eq_c(cut.money, "mean") ? f.spent / f.orders : f.spent;
	struct rfm_score s = rfm_score_of(&cut, days, f.orders, money);
	*out = (struct rfm_scores){ s.r, s.f, s.m, 100 * s.r + 10 * s.f + s.m,
		cell_name(cx, names, n, rfm_cell_of(rfm_cells_11, s)), cell_name(cx, names, n, rfm_cell_of(rfm_cells_8, s)), cut.at };
	return OK;
}

#define RFM "/api/v1/rfm"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route rfm_routes[] = {
	{ "GET", RFM, "lifecycle.read", SCOPED, 0, &rfm_map_in_record, &rfm_map_record, h_map,
	  "People and money by recency and frequency, of any money or one score of it." },
	{ "GET", RFM "/cells", "lifecycle.read", SCOPED, ROUTE_LIST, &rfm_cells_in_record, &rfm_cell_view_record, h_cells,
	  "The eleven or eight named cells as expressions." },
	{ "POST", RFM "/breakdown", "audience.read", SCOPED, 0, &rfm_parts_in_record, &rfm_parts_record, h_parts,
	  "How a set divides by the named cells." },
	{ "PUT", RFM "/names/{code}", "lifecycle.write", ROUTE_SCOPE_NONE, 0, &rfm_name_in_record, &none_record, h_name,
	  "Names a cell." },
	{ "GET", RFM "/cuts", "lifecycle.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &rfm_cut_record, h_cuts,
	  "Cut points, the newest first: those in force." },
	{ "POST", RFM "/cuts", "lifecycle.write", SCOPED, 0, &rfm_cut_in_record, &rfm_cut_record, h_cut_new,
	  "Finds the fifths of today's buyers, or fixes cut points by hand." },
	{ "GET", "/api/v1/customers/{id}/rfm", "customer.read", SCOPED, 0, &rfm_who_record, &rfm_scores_record, h_scores,
	  "A customer's scores and cell by the cuts in force; empty for who has not bought." },
	{ 0 },
};

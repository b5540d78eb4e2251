/*
 * The board over HTTP: columns with their people, cards by last move, moves.
 */
#include "feature/followup/followup_data.h"

#include "base/map.h"
#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/profile/profile.h"

#include <stdlib.h>

#define CARDS_MAX 100

#define COLUMN_VIEW_FIELDS(F, S)                                                    \
	FOLLOWUP_COLUMN_FIELDS(F, S) F(S, I64, people, .doc = "whom the viewer sees")
RECORD(followup_column_view, COLUMN_VIEW_FIELDS);
#define BOARD_FIELDS(F, S)                                                          \
	F(S, LIST, columns, .of = &followup_column_view_record) \
	F(S, I64, elsewhere, .doc = "with a follow-up stage that is no column") F(S, STR, elsewhere_expr)
RECORD(followup_board, BOARD_FIELDS);
#define CARDS_IN_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = CARDS_MAX)
RECORD(followup_cards_in, CARDS_IN_FIELDS);
#define CARD_FIELDS(F, S) PROFILE_ROW_FIELDS(F, S) F(S, MS, since_ms) F(S, I64, days, .doc = "in the column, by corp-days")
RECORD(followup_card, CARD_FIELDS);
#define MOVE_FIELDS(F, S)                                                           \
	F(S, ID, customer_id) F(S, ID, to, .opt = true, .doc = "null: off the board") \
	F(S, ID, from, .opt = true, .doc = "refused when she is not there any more; 0: in no column")
RECORD(followup_move_in, MOVE_FIELDS);
#define MOVED_FIELDS(F, S) F(S, ID, from, .doc = "0: she was in no column") F(S, ID, to, .opt = true)
RECORD(followup_move_out, MOVED_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }
static i64 slot_of(const struct cx *cx, i64 customer) { return slot_of_customer(cx->unit.store, customer); }

/* ---- the board ---- */

static err count(struct unit *u, str expr, i64 *ret)
{
	struct expr *e;
	i64 all;
	TRY(expr_parse(u, expr, &e));
	return audience_count(u, e, ret, &all);
}

/* Who carries the name, or the one before it. */
static str column_expr(struct arena *a, const struct followup_column *c)
{
	str now = followup_expr(a, c->name);
	return c->was.p ? arena_printf(a, "%.*s or followup = \"%.*s\"", STR_F(now), STR_F(c->was)) : now;
}

static err h_board(struct cx *cx)
{
	struct followup_board *out = cx->out;
	struct followup_column *all;
	struct buf rest = buf_new(CX_ARENA(cx), 8192);
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), followup_columns(snap, &all, &n)));
	struct followup_column_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct followup_column_view, n);
	buf_add_c(&rest, "followup is known");
	for (size_t i = 0; i < n; i++) {
		const struct followup_column *c = &all[i];
		str expr = column_expr(CX_ARENA(cx), c);
		rows[i] = (struct followup_column_view){ c->id, c->name, c->was, c->color, c->cap, c->sort, c->leaving, c->version, 0 };
		TRY(count(&cx->unit, expr, &rows[i].people));
		buf_fmt(&rest, " and not (%.*s)", STR_F(expr));
	}
	out->columns = (struct list){ rows, n };
	out->elsewhere_expr = buf_str(&rest);
	return count(&cx->unit, out->elsewhere_expr, &out->elsewhere);
}

/* ---- cards ---- */

static int newest(const void *a, const void *b)
{
	const struct followup_now *x = a, *y = b;
	return x->since != y->since ? (x->since < y->since) - (x->since > y->since)
				    : (x->customer < y->customer) - (x->customer > y->customer);
}

static bool behind(const struct followup_now *r, const struct followup_find *f)
{
	return r->since != f->before ? r->since < f->before : r->customer < f->below;
}

/* Of a narrower scope: those of the column the viewer sees, put in order here. */
static err scoped(struct cx *cx, const struct followup_column *c, const struct followup_find *f, struct followup_now **ret,
		  size_t *ret_count)
{
	struct expr *e;
	i64 *who;
	size_t n, kept = 0;
	TRY(expr_parse(&cx->unit, column_expr(CX_ARENA(cx), c), &e));
	TRY(audience_select(&cx->unit, e, 0, FOLLOWUP_SCOPED_MAX, &who, &n));
	*ret = ARENA_ARRAY(CX_ARENA(cx), struct followup_now, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct followup_now *row = &(*ret)[kept];
		err got = READ_SNAP(&cx->unit, slot_of(cx, who[i]),
				    followup_now_get(snap, &(struct followup_who){ who[i] }, row));
		if (got != OK && got != ERR_NOT_FOUND)
			return got;
		kept += got == OK && row->col == c->id && behind(row, f);
	}
	qsort(*ret, kept, sizeof(**ret), newest);
	*ret_count = kept < (size_t)f->limit ? kept : (size_t)f->limit;
	return OK;
}

static err fill_cards(struct cx *cx, const struct followup_now *rows, size_t n, struct page *page)
{
	i64 *roots = ARENA_ARRAY(CX_ARENA(cx), i64, n + 1), today = corp_day(&cx->unit, cx_now(cx));
	struct imap since = imap_new(CX_ARENA(cx));
	struct list people;
	for (size_t i = 0; i < n; i++) {
		roots[i] = rows[i].customer;
		imap_put(&since, rows[i].customer, rows[i].since);
	}
	TRY(profile_rows(cx, roots, n, &people));
	struct followup_card *cards = ARENA_ARRAY(CX_ARENA(cx), struct followup_card, people.n + 1);
	for (size_t i = 0; i < people.n; i++) {
		const struct profile_row *p = (const struct profile_row *)people.v + i;
		memcpy(&cards[i], p, sizeof(*p)); /* a card begins with the row */
		imap_get(&since, p->id, &cards[i].since_ms);
		cards[i].days = int_max(0, today - corp_day(&cx->unit, cards[i].since_ms));
	}
	page->data = (struct list){ cards, people.n };
	page->total = NIL;
	return OK;
}

static err h_cards(struct cx *cx)
{
	const struct followup_cards_in *in = cx->in;
	struct page *page = cx->out;
	struct followup_column c;
	struct followup_now *rows;
	i64 limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit, keys[2] = { INT64_MAX, INT64_MAX };
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), followup_column_of(snap, in->id, &c)));
	TRY(page_from(cx, in->cursor, keys, 2, (u64)in->id));
	struct followup_find find = { in->id, keys[0], keys[1], limit + 1 };
	TRY(cx->unit.scope ? scoped(cx, &c, &find, &rows, &n)
			   : READ_SNAP(&cx->unit, base(cx), followup_now_page(snap, &find, &rows, &n)));
	if (n > (size_t)limit) {
		n = (size_t)limit;
		i64 last[2] = { rows[n - 1].since, rows[n - 1].customer };
		page->next_cursor = page_next(cx, last, 2, (u64)in->id);
	}
	return fill_cards(cx, rows, n, page);
}

/* ---- moves ---- */

/* What she carries now, by the rows themselves: the first of her leaves that says so. */
static err carries(const struct snap *s, const i64 *leaves, size_t n, str *ret)
{
	*ret = STR_NIL;
	for (size_t i = 0; i < n && !ret->p; i++) {
		struct customer c;
		struct snap at = *s;
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		TRY(customer_get(&at, leaves[i], &c));
		*ret = c.followup;
	}
	return OK;
}

static err has_room(struct cx *cx, const struct followup_column *c)
{
	struct unit whole = cx->unit;
	i64 n;
	whole.scope = 0;
	if (c->leaving)
		return cx_fail(cx, ERR_STATE, T_FOLLOWUP_BUSY, STR("to"), c->name, STR_NIL);
	if (c->cap == 0)
		return OK;
	TRY(count(&whole, column_expr(CX_ARENA(cx), c), &n));
	str cap = arena_printf(CX_ARENA(cx), "%lld", (long long)c->cap);
	return n < c->cap ? OK : cx_fail(cx, ERR_STATE, T_FOLLOWUP_FULL, STR("to"), c->name, cap);
}

struct move { const i64 *leaves; size_t n; str to; i64 from; const struct followup_column *columns; size_t column_count; i64 was; };

/* Her own row says where she goes; taken off the board, no leaf says anything any more. */
static err move_root(struct tx *tx, struct move *m)
{
	struct customer_edit edit = { STR_NIL, STR_NIL, m->to, NIL, NIL };
	str now;
	TRY(carries(&tx->snap, m->leaves, m->n, &now));
	const struct followup_column *c = followup_named(m->columns, m->column_count, now);
	m->was = c ? c->id : 0;
	if (m->from != NIL && m->from != m->was)
		return tx_fail(tx, ERR_STATE, T_FOLLOWUP_MOVED_ALREADY, STR("from"), c ? c->name : STR("—"), STR_NIL);
	return customer_edit(tx, m->leaves[0], &edit);
}

static err clear_leaf(struct tx *tx, i64 leaf)
{
	struct customer_edit edit = { STR_NIL, STR_NIL, STR(""), NIL, NIL };
	return customer_edit(tx, leaf, &edit);
}

static err h_move(struct cx *cx)
{
	const struct followup_move_in *in = cx->in;
	struct followup_move_out *out = cx->out;
	struct followup_column to = { .name = STR("") };
	struct followup_column *all;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	struct move m = { .leaves = leaves, .from = in->from };
	TRY(customer_visible(&cx->unit, in->customer_id, &root));
	TRY(READ_SNAP(&cx->unit, base(cx), followup_columns(snap, &all, &m.column_count)));
	m.columns = all;
	TRY(customer_leaves(&cx->unit, root, leaves, &m.n));
	if (in->to != NIL) {
		TRY(READ_SNAP(&cx->unit, base(cx), followup_column_of(snap, in->to, &to)));
		TRY(in->to == in->from ? OK : has_room(cx, &to));
	}
	m.to = to.name;
	TRY(WRITE_TX(&cx->unit, slot_of(cx, root), move_root(tx, &m)));
	for (size_t i = 1; in->to == NIL && i < m.n; i++)
		TRY(WRITE_TX(&cx->unit, slot_of(cx, leaves[i]), clear_leaf(tx, leaves[i])));
	*out = (struct followup_move_out){ m.was, in->to };
	str object = arena_printf(CX_ARENA(cx), "customer:%lld", (long long)root);
	return WRITE_TX(&cx->unit, base(cx), audit_add(tx, "followup.move", object, m.to));
}

#define BOARD "/api/v1/followup"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route followup_routes[] = {
	{ "GET", BOARD, "customer.read", SCOPED, 0, &none_record, &followup_board_record, h_board,
	  "The columns of the follow-up board, and how many the viewer sees in each." },
	{ "GET", BOARD "/columns/{id}/cards", "customer.read", SCOPED, ROUTE_LIST, &followup_cards_in_record, &followup_card_record,
	  h_cards, "Who is in a column, the last moved first." },
	{ "POST", BOARD "/moves", "customer.write", SCOPED, 0, &followup_move_in_record, &followup_move_out_record, h_move,
	  "Moves a customer to a column or off the board; moved back, it is undone." },
	{ 0 },
};

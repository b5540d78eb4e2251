/*
 * Scores, cells and the expressions that say the same: pure functions of the cuts.
 */
#include "feature/rfm/rfm.h"

#include <stdio.h>

const struct rfm_cell rfm_cells_11[] = {
	{ "champions", T_RFM_CHAMPIONS, { 5, 5, 5, 5, 5, 5 } },
	{ "potential_loyal", T_RFM_POTENTIAL_LOYAL, { 3, 5, 3, 5, 2, 5 } },
	{ "loyal", T_RFM_LOYAL, { 2, 4, 2, 4, 2, 4 } },
	{ "promising", T_RFM_PROMISING, { 3, 4, 1, 3, 3, 5 } },
	{ "new", T_RFM_NEW, { 4, 5, 1, 3, 1, 5 } },
	{ "cant_lose", T_RFM_CANT_LOSE, { 1, 2, 3, 4, 4, 5 } },
	{ "at_risk", T_RFM_AT_RISK, { 1, 2, 2, 5, 4, 5 } },
	{ "attention", T_RFM_ATTENTION, { 1, 3, 3, 5, 3, 5 } },
	{ "sleepy", T_RFM_SLEEPY, { 2, 3, 1, 3, 1, 4 } },
	{ "lost", T_RFM_LOST, { 1, 1, 1, 5, 1, 5 } },
	{ 0 },
};

const struct rfm_cell rfm_cells_8[] = {
	{ "hhh", T_RFM_HHH, { 4, 5, 4, 5, 4, 5 } }, { "hlh", T_RFM_HLH, { 4, 5, 1, 3, 4, 5 } },
	{ "lhh", T_RFM_LHH, { 1, 3, 4, 5, 4, 5 } }, { "llh", T_RFM_LLH, { 1, 3, 1, 3, 4, 5 } },
	{ "hhl", T_RFM_HHL, { 4, 5, 4, 5, 1, 3 } }, { "hll", T_RFM_HLL, { 4, 5, 1, 3, 1, 3 } },
	{ "lhl", T_RFM_LHL, { 1, 3, 4, 5, 1, 3 } }, { "lll", T_RFM_LLL, { 1, 3, 1, 3, 1, 3 } },
	{ 0 },
};

/* The k-th cut of an axis, 1 to 4. */
static i64 r_cut(const struct rfm_cut *c, int k) { return (const i64[]){ c->r1, c->r2, c->r3, c->r4 }[k - 1]; }
static i64 f_cut(const struct rfm_cut *c, int k) { return (const i64[]){ c->f1, c->f2, c->f3, c->f4 }[k - 1]; }
static i64 m_cut(const struct rfm_cut *c, int k) { return (const i64[]){ c->m1, c->m2, c->m3, c->m4 }[k - 1]; }

struct rfm_score rfm_score_of(const struct rfm_cut *c, i64 days, i64 orders, i64 money)
{
	struct rfm_score s = { RFM_SCORES, 1, 1 };
	for (int k = 1; k <= RFM_CUTS; k++) {
		s.r -= days >= r_cut(c, k);
		s.f += orders >= f_cut(c, k);
		s.m += money >= m_cut(c, k);
	}
	return s;
}

static bool inside(const struct rfm_box *b, struct rfm_score s)
{
	return s.r >= b->r1 && s.r <= b->r2 && s.f >= b->f1 && s.f <= b->f2 && s.m >= b->m1 && s.m <= b->m2;
}

const struct rfm_cell *rfm_cell_of(const struct rfm_cell *list, struct rfm_score s)
{
	for (; list->code; list++)
		if (inside(&list->box, s))
			return list;
	return NULL;
}

/* ---- expressions ---- */

/* Fewer than so many days ago, by whole corp-days: today is none ago. */
static void put_days(struct buf *b, const char *cmp, i64 days)
{
	if (days <= 1)
		buf_fmt(b, " and last_order %s today", cmp);
	else
		buf_fmt(b, " and last_order %s -%lldd", cmp, (long long)(days - 1));
}

static void put_money(struct buf *b, const struct rfm_cut *c, const char *cmp, i64 fen)
{
	const char *attr = str_eq_c(c->money, "mean") ? "aov" : "spent";
	buf_fmt(b, " and %s %s %lld.%02lld", attr, cmp, (long long)(fen / 100), (long long)(fen % 100));
}

/* What a box demands; nothing of an axis it leaves open. */
static void put_box(struct buf *b, const struct rfm_cut *c, const struct rfm_box *x)
{
	buf_add_c(b, "orders >= 1");
	if (x->r1 > 1)
		put_days(b, ">=", r_cut(c, RFM_SCORES + 1 - x->r1));
	if (x->r2 < RFM_SCORES)
		put_days(b, "<", r_cut(c, RFM_SCORES - x->r2));
	if (x->f1 > 1)
		buf_fmt(b, " and orders >= %lld", (long long)f_cut(c, x->f1 - 1));
	if (x->f2 < RFM_SCORES)
		buf_fmt(b, " and orders < %lld", (long long)f_cut(c, x->f2));
	if (x->m1 > 1)
		put_money(b, c, ">=", m_cut(c, x->m1 - 1));
	if (x->m2 < RFM_SCORES)
		put_money(b, c, "<", m_cut(c, x->m2));
}

#define EXPR_BYTES_MAX 8192

str rfm_expr(struct arena *a, const struct rfm_cut *c, const struct rfm_box *box)
{
	struct buf b = buf_new(a, EXPR_BYTES_MAX);
	put_box(&b, c, box);
	return buf_str(&b);
}

static bool meet(const struct rfm_box *a, const struct rfm_box *b)
{
	return a->r1 <= b->r2 && b->r1 <= a->r2 && a->f1 <= b->f2 && b->f1 <= a->f2 && a->m1 <= b->m2 && b->m1 <= a->m2;
}

str rfm_cell_expr(struct arena *a, const struct rfm_cut *c, const struct rfm_cell *list, str code)
{
	static const struct rfm_box all = { 1, 5, 1, 5, 1, 5 };
	const struct rfm_cell *cell = list;
	while (cell->code && !str_eq_c(code, cell->code))
		cell++;
	if (!cell->code && !str_eq_c(code, RFM_OTHERS))
		return STR_NIL;
	const struct rfm_box *box = cell->code ? &cell->box : &all;
	struct buf b = buf_new(a, EXPR_BYTES_MAX);
	put_box(&b, c, box);
	for (const struct rfm_cell *before = list; before != cell; before++) {
		if (!meet(&before->box, box))
			continue;
		buf_add_c(&b, " and not (");
		put_box(&b, c, &before->box);
		buf_char(&b, ')');
	}
	return buf_str(&b);
}

err rfm_cut_check(const struct rfm_cut *c, struct fail *f)
{
	i64 (*const axes[])(const struct rfm_cut *, int) = { r_cut, f_cut, m_cut };
	char field[8], limit[32];
	for (int axis = 0; axis < 3; axis++)
		for (int k = 1; k <= RFM_CUTS; k++) {
			i64 least = k == 1 ? 1 : axes[axis](c, k - 1), v = axes[axis](c, k);
			if (v >= least && (axis != 0 || v <= RFM_DAYS_MAX))
				continue;
			snprintf(field, sizeof(field), "%c%d", "rfm"[axis], k);
			snprintf(limit, sizeof(limit), ">= %lld", (long long)least);
			return fail_set(f, ERR_INPUT, T_RFM_ASCEND, str_c(field), STR_NIL, str_c(v < least ? limit : "<= 36500"));
		}
	return OK;
}

/*
 * rfm: value by recency, frequency and money, as audience expressions; layers and high-potential types.
 *
 * A score is 1 to 5: one more for every cut a value reaches (for recency: for every cut it stays below). Cuts lie on
 * values, so equal values have equal scores; four of them per axis are a row of rfm_cut, dated and kept. They are the
 * fifths of the corp's buyers, found anew every night and on demand, or fixed by hand. A fifth's cut is one more than
 * the smallest value that its share of buyers does not exceed.
 *
 * Nobody has a row: a cell is an expression over last_order, orders and spent (or aov, for mean money), so new cuts
 * change every answer at once and time needs nobody to be touched (decision 24). Named cells are ordered lists of
 * ranges of scores: who is in an earlier one is in no later one, and who is in none is among Others. The 2x2x2 grid
 * calls 4 and 5 high.
 *
 * High-potential types 黑金, 全渠道, 全业务 are stored audiences with a role; until an operator saves one, its
 * default stands. Every night their people and money are noted beside everybody's.
 */
#ifndef YT_FEATURE_RFM_RFM_H
#define YT_FEATURE_RFM_RFM_H

#include "core/module.h"

#define RFM_CUTS 4
#define RFM_SCORES 5
#define RFM_PEOPLE_MIN 20     /* buyers that fifths must rest on */
#define RFM_DAYS_MAX 36500    /* of recency */
#define RFM_NAME_MAX 20
#define RFM_HOUR 2            /* of the corp's night */
#define RFM_NIGHT "rfm.night"
#define RFM_TREND_DAYS_MAX 366

#define RFM_CUT_FIELDS(F, S)                                                        \
	F(S, STR, mode, .one_of = "fifths,fixed") F(S, STR, money, .one_of = "total,mean") \
	F(S, I64, r1, .doc = "days: fewer are a 5") F(S, I64, r2) F(S, I64, r3) F(S, I64, r4) \
	F(S, I64, f1, .doc = "orders: that many are a 2") F(S, I64, f2) F(S, I64, f3) F(S, I64, f4) \
	F(S, FEN, m1, .doc = "that much is a 2") F(S, FEN, m2) F(S, FEN, m3) F(S, FEN, m4)
#define RFM_CUT_ROW_FIELDS(F, S) F(S, ID, id) F(S, MS, at) F(S, I64, people) RFM_CUT_FIELDS(F, S)
RECORD(rfm_cut, RFM_CUT_ROW_FIELDS);

/* ---- rfm.c: pure ---- */
/* From a to b of each score, inclusive. */
struct rfm_box { int r1, r2, f1, f2, m1, m2; };
struct rfm_cell { const char *code; enum text name; struct rfm_box box; };
extern const struct rfm_cell rfm_cells_11[], rfm_cells_8[]; /* ordered; end with code NULL */
#define RFM_OTHERS "others"
#define RFM_NEVER "never" /* has not bought: in no list */

/* Scores of somebody with orders: days since the last one, how many, fen spent. */
struct rfm_score { int r, f, m; };
struct rfm_score rfm_score_of(const struct rfm_cut *c, i64 days, i64 orders, i64 money);
/* The first cell of a list she is in; NULL: Others. */
const struct rfm_cell *rfm_cell_of(const struct rfm_cell *list, struct rfm_score s);
/* Who is in a box, in the audience language. */
str rfm_expr(struct arena *a, const struct rfm_cut *c, const struct rfm_box *b);
/* Who is in a cell of an ordered list; code "others": in none. nil: no such cell. */
str rfm_cell_expr(struct arena *a, const struct rfm_cut *c, const struct rfm_cell *list, str code);
/* ERR_INPUT naming the cut that does not ascend. */
err rfm_cut_check(const struct rfm_cut *c, struct fail *f);

/* ---- rfm_cut.c ---- */
/* The cuts in force; ERR_NOT_FOUND before there are any. */
err rfm_cut_now(struct unit *u, struct rfm_cut *ret);
/* The fifths of the corp's buyers today. ERR_STATE: too few. */
err rfm_fifths(struct unit *u, bool mean, struct rfm_cut *ret);
/* Keeps new cuts, unless they say what those in force say; ret gets the row in force then. */
err rfm_cut_keep(struct tx *tx, const struct rfm_cut *c, struct rfm_cut *ret);
err rfm_night(struct cx *cx, const struct timer_row *row);
err rfm_arm(struct cx *cx);

/* ---- rfm_type.c ---- */
struct rfm_type_info { const char *code; enum text name; const char *expr; };
extern const struct rfm_type_info rfm_types[]; /* ends with code NULL */
/* What a type says now: its stored audience (NIL: none) or the default. */
err rfm_type_now(struct cx *cx, const struct rfm_type_info *t, i64 *ret_audience, str *ret_name, str *ret_expr);
err rfm_note_types(struct cx *cx);

extern const struct route rfm_routes[], rfm_type_routes[];

#endif

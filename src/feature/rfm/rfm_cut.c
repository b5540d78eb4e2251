/*
 * Cut points out of the corp's own buyers, asked of the audience engine: how many have at most this much? A search by
 * halves finds each value exactly and reads nobody's row.
 */
#include "feature/rfm/rfm_data.h"

#include "core/audience/audience.h"
#include "core/corp/corp_night.h"

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

err rfm_cut_now(struct unit *u, struct rfm_cut *ret)
{
	struct rfm_cut *rows;
	size_t n;
	TRY(READ_SNAP(u, base(u), rfm_cut_list(snap, &(struct rfm_limit){ 1 }, &rows, &n)));
	if (n == 0)
		return fail_set(&u->fail, ERR_NOT_FOUND, T_RFM_NONE, STR_NIL, STR_NIL, STR_NIL);
	*ret = rows[0];
	return OK;
}

enum axis { DAYS, ORDERS, TOTAL, MEAN };

/* Buyers with at most v. */
static err at_most(struct unit *u, enum axis axis, i64 v, i64 *ret)
{
	struct arena_mark mark = arena_mark(u->arena);
	struct expr *e;
	i64 all;
	str text;
	if (axis == DAYS)
		text = v == 0 ? STR("orders >= 1 and last_order >= today")
			      : arena_printf(u->arena, "orders >= 1 and last_order >= -%lldd", (long long)v);
	else if (axis == ORDERS)
		text = arena_printf(u->arena, "orders >= 1 and orders <= %lld", (long long)v);
	else
		text = arena_printf(u->arena, "orders >= 1 and %s <= %lld.%02lld", axis == TOTAL ? "spent" : "aov",
				    (long long)(v / 100), (long long)(v % 100));
	TRY(expr_parse(u, text, &e));
	TRY(audience_count(u, e, ret, &all));
	arena_reset(u->arena, mark);
	return OK;
}

/* The smallest value that at least `need` buyers do not exceed, from `low` on. */
static err nth_value(struct unit *u, enum axis axis, i64 need, i64 low, i64 *ret)
{
	i64 high = int_max(low, 1), n, top = axis == DAYS ? RFM_DAYS_MAX : INT64_MAX / 4;
	for (;;) {
		TRY(at_most(u, axis, high, &n));
		if (n >= need || high >= top)
			break;
		low = high + 1;
		high = int_min(2 * high, top);
	}
	while (low < high) {
		i64 middle = low + (high - low) / 2;
		TRY(at_most(u, axis, middle, &n));
		if (n >= need)
			high = middle;
		else
			low = middle + 1;
	}
	*ret = low;
	return OK;
}

static err axis_cuts(struct unit *u, enum axis axis, i64 people, i64 ret[RFM_CUTS])
{
	i64 low = axis == DAYS || axis >= TOTAL ? 0 : 1;
	for (int k = 1; k <= RFM_CUTS; k++) {
		TRY(nth_value(u, axis, (people * k + RFM_SCORES - 1) / RFM_SCORES, low, &low));
		ret[k - 1] = low + 1;
	}
	return OK;
}

err rfm_fifths(struct unit *u, bool mean, struct rfm_cut *ret)
{
	struct expr *e;
	i64 people, all, r[RFM_CUTS], f[RFM_CUTS], m[RFM_CUTS];
	TRY(expr_parse(u, STR("orders >= 1"), &e));
	TRY(audience_count(u, e, &people, &all));
	if (people < RFM_PEOPLE_MIN)
		return fail_set(&u->fail, ERR_STATE, T_RFM_FEW, STR("mode"), arena_printf(u->arena, "%lld", (long long)people),
				STR(FAIL_STR(RFM_PEOPLE_MIN)));
	TRY(axis_cuts(u, DAYS, people, r));
	TRY(axis_cuts(u, ORDERS, people, f));
	TRY(axis_cuts(u, mean ? MEAN : TOTAL, people, m));
	*ret = (struct rfm_cut){ 0, clock_now(u->clock), people, STR("fifths"), mean ? STR("mean") : STR("total"),
		r[0], r[1], r[2], r[3], f[0], f[1], f[2], f[3], m[0], m[1], m[2], m[3] };
	return OK;
}

static bool same(const struct rfm_cut *a, const struct rfm_cut *b)
{
	return str_eq(a->mode, b->mode) && str_eq(a->money, b->money) && a->r1 == b->r1 && a->r2 == b->r2 && a->r3 == b->r3 &&
	       a->r4 == b->r4 && a->f1 == b->f1 && a->f2 == b->f2 && a->f3 == b->f3 && a->f4 == b->f4 && a->m1 == b->m1 &&
	       a->m2 == b->m2 && a->m3 == b->m3 && a->m4 == b->m4;
}

err rfm_cut_keep(struct tx *tx, const struct rfm_cut *c, struct rfm_cut *ret)
{
	struct rfm_cut *rows;
	size_t n;
	TRY(rfm_cut_list(&tx->snap, &(struct rfm_limit){ 1 }, &rows, &n));
	if (n && same(&rows[0], c)) {
		*ret = rows[0];
		return OK;
	}
	*ret = *c;
	ret->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	ret->at = tx->snap.now;
	return rfm_cut_add(tx, ret);
}

/* ---- every night ---- */

err rfm_arm(struct cx *cx) { return night_arm(cx, RFM_NIGHT, RFM_HOUR * MS_HOUR); }

/* Fixed cuts stay; too few buyers leave what there is. */
static err new_fifths(struct cx *cx)
{
	struct unit *u = &cx->unit;
	struct rfm_cut now = { .money = STR("total") }, next, kept;
	err e = rfm_cut_now(u, &now);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == OK && str_eq_c(now.mode, "fixed"))
		return OK;
	e = rfm_fifths(u, str_eq_c(now.money, "mean"), &next);
	if (e == ERR_STATE)
		return OK;
	TRY(e);
	return WRITE_TX(u, base(u), rfm_cut_keep(tx, &next, &kept));
}

err rfm_night(struct cx *cx, const struct timer_row *row)
{
	bool taken;
	TRY(new_fifths(cx));
	TRY(rfm_note_types(cx));
	return WRITE_TX(&cx->unit, base(&cx->unit), night_take(tx, row, RFM_HOUR * MS_HOUR, &taken));
}

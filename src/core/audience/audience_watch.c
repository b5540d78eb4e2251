/*
 * Watches: begun, ended, listed; what their expressions speak of.
 */
#include "core/audience/audience_watch_data.h"

#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "store/cursor.h"

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

static i64 new_id(const struct tx *tx) { return id_next(store_ids(tx->snap.unit->store), tx->snap.now); }

/* ---- what an expression speaks of ---- */

static void attr_feature(const struct expr *e, struct watch_features *ret)
{
	static const char *const of_orders[] = { "orders", "spent", "aov", "first_order", "last_order" };
	bool orders = false;
	for (size_t i = 0; i < ARRAY_LEN(of_orders); i++)
		orders |= strcmp(e->attr->name, of_orders[i]) == 0;
	if (e->attr->value || strcmp(e->attr->name, "stage") == 0)
		ret->values = true;
	else if (orders)
		ret->orders = true;
	else
		ret->facts = true;
}

void watch_features_of(struct arena *a, const struct expr *e, struct watch_features *ret)
{
	if (e->op == EXPR_TAG)
		for (size_t i = 0; i < e->count; i++)
			vec_push(a, &ret->tags, e->values[i].n);
	if (e->op == EXPR_DID)
		vec_push(a, &ret->kinds, e->event);
	if (e->op == EXPR_ATTR)
		attr_feature(e, ret);
	ret->facts |= e->op == EXPR_REACH;
	for (size_t i = 0; i < e->n; i++)
		watch_features_of(a, e->of[i], ret);
}

/* An expression about coming and going would answer itself for ever. */
static err no_loop(struct unit *u, const struct expr *e)
{
	if (e->op == EXPR_DID && (e->event == EV_AUDIENCE_ENTERED || e->event == EV_AUDIENCE_LEFT))
		return fail_set(&u->fail, ERR_INPUT, T_AUD_WATCH_LOOP, STR("expr"), e->name, STR_NIL);
	for (size_t i = 0; i < e->n; i++)
		TRY(no_loop(u, e->of[i]));
	return OK;
}

/* ---- reading ---- */

err audience_watch_list_all(struct unit *u, struct audience_watch **ret, size_t *ret_count)
{
	return READ_SNAP(u, base(u), audience_watches(snap, &(struct none){ 0 }, ret, ret_count));
}

static err watched_parse(struct unit *u, struct watched *w)
{
	struct fail before = u->fail;
	err e = expr_parse_for(u, w->audience.expr, w->audience.id, &w->expr);
	if (e == ERR_INPUT || e == ERR_UNAVAILABLE || e == ERR_NOT_FOUND) {
		u->fail = before;
		w->expr = NULL;
		return OK;
	}
	TRY(e);
	watch_features_of(u->arena, w->expr, &w->has);
	return OK;
}

err watches_read(struct unit *u, struct watches *ret)
{
	struct audience_watch *rows;
	struct audience *all;
	size_t n, count;
	*ret = (struct watches){ 0 };
	TRY(audience_watch_list_all(u, &rows, &n));
	if (n == 0)
		return OK;
	TRY(audience_all(u, &all, &count));
	ret->v = ARENA_ARRAY(u->arena, struct watched, n);
	ret->n = n;
	ret->today = expr_today(u);
	for (size_t i = 0; i < n; i++) {
		ret->v[i] = (struct watched){ .row = rows[i] };
		for (size_t j = 0; j < count; j++)
			if (all[j].id == rows[i].audience)
				ret->v[i].audience = all[j];
		if (ret->v[i].audience.id)
			TRY(watched_parse(u, &ret->v[i]));
	}
	return OK;
}

err audience_watch_get(struct unit *u, i64 audience, struct audience_watch *ret, i64 *ret_members)
{
	struct audience_member_sum sum;
	TRY(READ_SNAP(u, base(u), audience_watch_row(snap, &(struct audience_watch_key){ audience }, ret)));
	TRY(READ_SNAP(u, base(u), audience_member_count(snap, &(struct audience_watch_id){ ret->id }, &sum)));
	*ret_members = sum.people;
	return OK;
}

/* Everything that was written has been taken in: no slot's facts are behind its journal. */
static err taken_in(struct unit *u, bool *ret)
{
	i64 slots[SLOT_COUNT], last, seen;
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	*ret = true;
	for (size_t i = 0; i < n && *ret; i++) {
		TRY(READ_SNAP(u, slots[i], journal_last(snap, &last)));
		TRY(READ_SNAP(u, slots[i], cursor_get(snap, STR("attr.facts"), &seen)));
		*ret = seen >= last;
	}
	return OK;
}

err audience_watch_count(struct unit *u, i64 audience, bool *ret_known, i64 *ret_count)
{
	struct audience_watch row;
	*ret_known = false;
	err e = audience_watch_get(u, audience, &row, ret_count);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	if (u->scope || !str_eq_c(row.state, "live") || row.day != corp_day(u, clock_now(u->clock)))
		return OK;
	return taken_in(u, ret_known);
}

/* ---- beginning and ending ---- */

static err told(struct tx *tx, i64 audience, const char *what)
{
	return audit_add(tx, what, arena_printf(tx->snap.arena, "audience:%lld", (long long)audience), STR(""));
}

static err sweep_soon(struct tx *tx, i64 watch)
{
	const struct watch_sweep from = { 0 };
	return timer_set(tx, STR(AUDIENCE_SWEEP_TIMER), arena_printf(tx->snap.arena, "%lld", (long long)watch), tx->snap.now, 0,
			 &watch_sweep_record, &from);
}

static err begin_in(struct tx *tx, i64 audience, bool announce)
{
	struct audience_watch *rows, row = { .audience = audience, .state = STR("filling"), .quiet = !announce, .day = NIL };
	struct unit *u = tx->snap.unit;
	size_t n;
	TRY(audience_watches(&tx->snap, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].audience == audience)
			return OK;
	if (n >= AUDIENCE_WATCH_MAX)
		return tx_fail(tx, ERR_INPUT, T_AUD_WATCH_MAX, STR_NIL, STR_NIL, STR(FAIL_STR(AUDIENCE_WATCH_MAX)));
	row.id = row.stamp = new_id(tx);
	row.since = tx->snap.now;
	TRY(audience_watch_add(tx, &row));
	TRY(sweep_soon(tx, row.id));
	TRY(timer_set(tx, STR(AUDIENCE_MIDNIGHT_TIMER), STR(""),
		      tz_day_start(corp_zone(u, u->corp), corp_day(u, tx->snap.now) + 1), 0, NULL, NULL));
	return told(tx, audience, "audience.watch");
}

err audience_watch_begin(struct unit *u, i64 audience, bool announce)
{
	struct expr *e;
	str name;
	TRY(audience_expr_of(u, audience, &name, &e));
	TRY(no_loop(u, e));
	return WRITE_TX(u, base(u), begin_in(tx, audience, announce));
}

static err end_in(struct tx *tx, i64 audience)
{
	struct audience_watch row;
	err e = audience_watch_row(&tx->snap, &(struct audience_watch_key){ audience }, &row);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(audience_watch_drop(tx, &(struct audience_watch_key){ audience }));
	TRY(sweep_soon(tx, row.id)); /* finds no watch, and forgets its bits */
	return told(tx, audience, "audience.unwatch");
}

err audience_watch_end(struct unit *u, i64 audience)
{
	struct audience row;
	TRY(audience_get(u, audience, &row));
	return WRITE_TX(u, base(u), end_in(tx, audience));
}

err audience_watch_edited(struct tx *tx, i64 audience, bool announce)
{
	struct audience_watch row;
	err e = audience_watch_row(&tx->snap, &(struct audience_watch_key){ audience }, &row);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	row.stamp = new_id(tx);
	row.quiet = !announce;
	TRY(audience_watch_refill(tx, &row));
	return sweep_soon(tx, row.id);
}

err audience_watch_all_soon(struct tx *tx)
{
	struct audience_watch *rows;
	size_t n;
	TRY(audience_watches(&tx->snap, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(sweep_soon(tx, rows[i].id));
	return OK;
}

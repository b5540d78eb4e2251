/*
 * The figures over HTTP, the switch of a member, keys with parameters, and the balance of acquisition links.
 */
#include "feature/livecode/livecode_stat_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/corp/corp_night.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "feature/livecode/livecode_int.h"
#include "port/wecom/wecom_acquire.h"
#include "store/journal.h"

#include <stdio.h>

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

#define STAT_IN_FIELDS(F, S) \
	F(S, STR, by, .one_of = "code,channel,campaign,spot,staff,day") F(S, STR, from) F(S, STR, to) F(S, ID, id, .opt = true, .doc = "by day: of this code only")
RECORD(livecode_stat_in, STAT_IN_FIELDS);
#define STAT_ROW_FIELDS(F, S) \
	F(S, ID, id, .opt = true) F(S, STR, name) F(S, I64, visits, .opt = true) LIVECODE_COUNT_FIELDS(F, S) F(S, I64, net) \
	F(S, FEN, cost, .opt = true) F(S, FEN, cost_each, .opt = true, .doc = "cost by new person")
RECORD(livecode_stat_row, STAT_ROW_FIELDS);
#define STAT_FIELDS(F, S) F(S, LIST, rows, .of = &livecode_stat_row_record) F(S, OBJ, sum, .of = &livecode_stat_row_record)
RECORD(livecode_stats, STAT_FIELDS);

static err read_day(struct cx *cx, const char *field, str text, i64 *ret)
{
	int y, m, d;
	if (text.n == 10 && sscanf(arena_cstr(CX_ARENA(cx), text), "%4d-%2d-%2d", &y, &m, &d) == 3 && m >= 1 && m <= 12 && d >= 1 && d <= 31) {
		*ret = tz_day_of(y, m, d);
		return OK;
	}
	return cx_fail(cx, ERR_INPUT, T_ERR_INPUT, str_c(field), text, STR("2026-11-29"));
}

err livecode_span_read(struct cx *cx, str from, str to, struct livecode_span *ret)
{
	TRY(read_day(cx, "from", from, &ret->first));
	TRY(read_day(cx, "to", to, &ret->last));
	if (ret->first > ret->last || ret->last - ret->first >= LIVECODE_DAYS_MAX)
		return cx_fail(cx, ERR_INPUT, T_ERR_INPUT, STR("to"), to, STR(FAIL_STR(LIVECODE_DAYS_MAX)));
	return OK;
}

static err rows_of(const struct snap *s, str by, const struct livecode_span *span, struct livecode_group **ret, size_t *n)
{
	if (str_eq_c(by, "channel"))
		return livecode_by_channel(s, span, ret, n);
	if (str_eq_c(by, "campaign"))
		return livecode_by_campaign(s, span, ret, n);
	if (str_eq_c(by, "spot"))
		return livecode_by_spot(s, span, ret, n);
	if (str_eq_c(by, "staff"))
		return livecode_by_staff(s, span, ret, n);
	if (str_eq_c(by, "day"))
		return span->livecode == NIL ? livecode_by_day(s, span, ret, n) : livecode_days_of(s, span, ret, n);
	return livecode_by_code(s, span, ret, n);
}

static err name_of(const struct snap *s, str by, struct livecode_group *g)
{
	struct staff who;
	int y, m, d;
	if (str_eq_c(by, "staff")) {
		err e = staff_get(s, g->id, &who);
		g->name = e == OK ? (who.name.n ? who.name : who.userid) : STR("—");
		return e == ERR_NOT_FOUND ? OK : e;
	}
	if (str_eq_c(by, "day")) {
		tz_date(g->id, &y, &m, &d);
		g->name = arena_printf(s->arena, "%04d-%02d-%02d", y, m, d);
	}
	return OK;
}

/* The budget of a group is that of its codes; a member or a day has none. */
static err costs(const struct snap *s, str by, struct livecode_group *rows, size_t n)
{
	struct livecode_cost *cost;
	size_t cost_n = 0;
	if (str_eq_c(by, "channel"))
		TRY(livecode_costs_channel(s, &(struct none){ 0 }, &cost, &cost_n));
	else if (str_eq_c(by, "campaign"))
		TRY(livecode_costs_campaign(s, &(struct none){ 0 }, &cost, &cost_n));
	else if (str_eq_c(by, "spot"))
		TRY(livecode_costs_spot(s, &(struct none){ 0 }, &cost, &cost_n));
	struct map of = map_new(s->arena);
	for (size_t i = 0; i < cost_n; i++)
		map_put(&of, cost[i].name, &cost[i]);
	for (size_t i = 0; i < n; i++) {
		const struct livecode_cost *c = map_get(&of, rows[i].name);
		if (c)
			rows[i].cost = c->cost;
	}
	return OK;
}

static struct livecode_stat_row row_of(const struct livecode_group *g, bool numbered)
{
	struct livecode_stat_row r = {
		.id = numbered ? g->id : NIL, .name = g->name, .visits = NIL, .adds = g->adds, .firsts = g->firsts, .agains = g->agains,
		.losses = g->losses, .losses_last = g->losses_last, .drops = g->drops, .gone = g->gone, .expired = g->expired,
		.net = g->adds - g->losses - g->drops, .cost = NIL, .cost_each = NIL,
	};
	if (g->cost > 0) {
		r.cost = g->cost;
		r.cost_each = g->firsts > 0 ? g->cost / g->firsts : NIL;
	}
	return r;
}

static void add_up(struct livecode_group *sum, const struct livecode_group *g)
{
	sum->adds += g->adds;
	sum->firsts += g->firsts;
	sum->agains += g->agains;
	sum->losses += g->losses;
	sum->losses_last += g->losses_last;
	sum->drops += g->drops;
	sum->gone += g->gone;
	sum->expired += g->expired;
	sum->cost += g->cost;
}

static err read_stats(struct cx *cx, const struct snap *s, str by, const struct livecode_span *span)
{
	struct livecode_stats *out = cx->out;
	struct livecode_group *rows, sum = { .name = STR("") };
	struct door_sum *visits = NULL;
	size_t n, visit_n = 0;
	bool code = str_eq_c(by, "code"), numbered = code || str_eq_c(by, "staff");
	TRY(rows_of(s, by, span, &rows, &n));
	TRY(costs(s, by, rows, n));
	if (code)
		TRY(door_sums(s, LIVECODE_DOOR, span->first, span->last, &visits, &visit_n));
	struct livecode_stat_row *shown = ARENA_ARRAY(s->arena, struct livecode_stat_row, n + 1);
	for (size_t i = 0; i < n; i++) {
		TRY(name_of(s, by, &rows[i]));
		shown[i] = row_of(&rows[i], numbered);
		for (size_t k = 0; k < visit_n; k++)
			shown[i].visits = visits[k].target == rows[i].id ? visits[k].visits : shown[i].visits;
		add_up(&sum, &rows[i]);
	}
	struct livecode_stat_row *total = ARENA_NEW(s->arena, struct livecode_stat_row);
	*total = row_of(&sum, false);
	out->rows = (struct list){ shown, n };
	out->sum = total;
	return OK;
}

static err h_stats(struct cx *cx)
{
	const struct livecode_stat_in *in = cx->in;
	struct livecode_span span = { .livecode = in->id };
	TRY(livecode_span_read(cx, in->from, in->to, &span));
	return READ_SNAP(&cx->unit, base(cx), read_stats(cx, snap, in->by, &span));
}

/* -- places, balance -- */

#define PLACES_FIELDS(F, S) \
	F(S, I64, used) F(S, I64, most) F(S, I64, alarms, .doc = "codes nobody can answer, up to 1,000") \
	F(S, OBJ, quota, .opt = true, .of = &livecode_quota_record)
RECORD(livecode_places_view, PLACES_FIELDS);

static err read_places(struct cx *cx, const struct snap *s)
{
	struct livecode_places_view *out = cx->out;
	struct livecode_places used;
	struct livecode *alarmed;
	struct livecode_quota *quota = ARENA_NEW(s->arena, struct livecode_quota);
	size_t n;
	TRY(livecode_places_used(s, &(struct none){ 0 }, &used));
	TRY(livecode_alarmed(s, &(struct livecode_find){ 0, INT64_MAX, 1000 }, &alarmed, &n));
	out->used = used.n;
	out->most = LIVECODE_PLACES_MAX;
	out->alarms = (i64)n;
	err e = livecode_quota_get(s, &(struct none){ 0 }, quota);
	if (e == OK)
		out->quota = quota;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err h_places(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_places(cx, snap)); }

/* Told when it becomes low, and when it is enough again; without links nobody needs it. */
static err keep_quota(struct tx *tx, const struct livecode_quota *q)
{
	struct livecode_quota was;
	struct livecode_places links;
	err e = livecode_quota_get(&tx->snap, &(struct none){ 0 }, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(livecode_links_used(&tx->snap, &(struct none){ 0 }, &links));
	bool low = links.n > 0 && q->balance < WECOM_ACQUIRE_LOW;
	struct livecode_quota now = *q;
	now.low = low;
	TRY(livecode_quota_put(tx, &now));
	if (low == (e == OK && was.low))
		return OK;
	struct acquire_balance body = { q->balance };
	return journal_add(tx, low ? EV_ACQUIRE_LOW : EV_ACQUIRE_EASED, 0, tx->snap.now, &acquire_balance_record, &body, NULL);
}

static err put_quota(struct tx *tx, const struct timer_row *row, const struct livecode_quota *q)
{
	bool taken;
	TRY(row->key.n ? timer_take(tx, row, &taken) : night_take(tx, row, LIVECODE_QUOTA_AFTER, &taken));
	return taken && q->read_at ? keep_quota(tx, q) : OK;
}

/* A corp without WeCom or without the product has no balance: the night goes on all the same. */
err livecode_on_quota(struct cx *cx, const struct timer_row *row)
{
	struct corp_wecom corp;
	struct wecom_quota q;
	struct livecode_quota kept = { 0 };
	struct fail before = cx->unit.fail;
	if (corp_wecom_get(&cx->unit, cx->unit.corp, &corp) == OK) {
		struct wecom_call call = { .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
		if (wecom_acquire_quota(&call, cx_now(cx) + LIVECODE_QUOTA_SOON, &q) == OK)
			kept = (struct livecode_quota){ q.total, q.balance, q.soon, cx_now(cx), false };
	}
	cx->unit.fail = before;
	return WRITE_TX(&cx->unit, row->slot, put_quota(tx, row, &kept));
}

/* act: WeCom says that the balance changed: it is read soon. */
err livecode_on_told(struct tx *tx, const struct event *ev)
{
	(void)ev;
	return timer_set(tx, STR(LIVECODE_QUOTA_TIMER), STR("now"), tx->snap.now, 0, NULL, NULL);
}

/* -- switches and keys -- */

#define SWITCH_FIELDS(F, S) F(S, ID, id) F(S, BOOL, on)
RECORD(livecode_switch_in, SWITCH_FIELDS);

static err h_switch(struct cx *cx)
{
	const struct livecode_switch_in *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), livecode_switch(tx, in->id, in->on));
}

#define OFF_FIELDS(F, S) F(S, IDS, staff)
RECORD(livecode_off_view, OFF_FIELDS);

static err read_off(struct cx *cx, const struct snap *s)
{
	struct livecode_key *rows;
	size_t n;
	TRY(livecode_off_all(s, &(struct none){ 0 }, &rows, &n));
	struct ids ids = { ARENA_ARRAY(s->arena, i64, n + 1), n };
	for (size_t i = 0; i < n; i++)
		ids.v[i] = rows[i].id;
	((struct livecode_off_view *)cx->out)->staff = ids;
	return OK;
}

static err h_off(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_off(cx, snap)); }

#define KEY_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, params, .min = 1)
RECORD(livecode_key_in, KEY_IN_FIELDS);
#define KEY_OUT_FIELDS(F, S) F(S, STR, key) F(S, STR, url)
RECORD(livecode_key_out, KEY_OUT_FIELDS);

static err h_key(struct cx *cx)
{
	const struct livecode_key_in *in = cx->in;
	struct livecode_key_out *out = cx->out;
	TRY(WRITE_TX(&cx->unit, base(cx), livecode_key_add(tx, in->id, in->params, &out->key)));
	out->url = door_url(cx->env, CX_ARENA(cx), out->key);
	return OK;
}

const struct route livecode_stat_routes[] = {
	{ "GET", "/api/v1/livecode-stats", "livecode.read", ROUTE_SCOPE_NONE, 0, &livecode_stat_in_record, &livecode_stats_record,
	  h_stats, "Adds and losses by code, channel, campaign, spot, member or day." },
	{ "GET", "/api/v1/livecode-places", "livecode.read", ROUTE_SCOPE_NONE, 0, &none_record, &livecode_places_view_record,
	  h_places, "Contact ways used of those a company may have, alarms, and the balance of acquisition links." },
	{ "GET", "/api/v1/livecode-staff", "livecode.read", ROUTE_SCOPE_NONE, 0, &none_record, &livecode_off_view_record, h_off,
	  "Members who are switched off: no code leads to them." },
	{ "PUT", "/api/v1/livecode-staff/{id}", "livecode.write", ROUTE_SCOPE_NONE, 0, &livecode_switch_in_record, &none_record,
	  h_switch, "Switches a member on or off for all codes." },
	{ "POST", "/api/v1/livecodes/{id}/keys", "livecode.write", ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT | ROUTE_CREATED,
	  &livecode_key_in_record, &livecode_key_out_record, h_key,
	  "A further address of a link, or of a relay code with visitor pictures, that keeps an advertisement's parameters." },
	{ 0 },
};

/*
 * Keeping WeCom's side in line with the rota: whenever a code, a member, a switch, a cap or the hour has changed,
 * the code is judged anew and the difference is told. A direct code or link gets the list of members who serve now;
 * a relay code gets a contact way of its own for each member, once, and what it shows is decided when somebody comes.
 *
 * WeCom refuses an empty list: when nobody serves though somebody could, the last list stays and the alarm says
 * "no_duty"; when nobody is able any more it says "no_staff".
 */
#include "feature/livecode/livecode_int.h"

#include "core/corp/corp.h"
#include "core/staff/staff.h"
#include "feature/livecode/livecode_relay.h"
#include "feature/livecode/livecode_rota.h"
#include "feature/livecode/livecode_stat_data.h"
#include "feature/livecode/livecode_visitor.h"
#include "store/journal.h"

static err fill_member(const struct snap *s, const struct livecode_member *m, struct rota_member *ret)
{
	struct staff who;
	err e = staff_get(s, m->staff, &who);
	*ret = (struct rota_member){ .staff = m->staff, .weight = m->weight, .cap = m->cap, .backup = m->backup, .on = true };
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	ret->userid = who.userid;
	ret->name = who.name.n ? who.name : who.userid;
	ret->able = str_eq_c(who.state, "active") && who.in_scope;
	return OK;
}

err livecode_members(const struct snap *s, i64 id, const struct livecode_plan *plan, struct rota_member **ret, size_t *ret_count)
{
	const struct livecode_member *given = plan->members.v;
	struct livecode_staff *rows;
	struct livecode_key *off;
	struct livecode_today *today;
	i64 day = corp_day(s->unit, s->now);
	size_t n, off_n, today_n;
	TRY(livecode_staff_of(s, &(struct livecode_key){ id }, &rows, &n));
	TRY(livecode_off_all(s, &(struct none){ 0 }, &off, &off_n));
	TRY(livecode_adds_today(s, &(struct livecode_span){ id, day, day }, &today, &today_n));
	struct rota_member *all = ARENA_ARRAY(s->arena, struct rota_member, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct livecode_member m = { rows[i].staff, 1, 0, false };
		for (size_t k = 0; k < plan->members.n; k++)
			m = given[k].staff == rows[i].staff ? given[k] : m;
		TRY(fill_member(s, &m, &all[i]));
		for (size_t k = 0; k < off_n; k++)
			all[i].on &= off[k].id != m.staff;
		for (size_t k = 0; k < today_n; k++)
			all[i].adds += today[k].staff == m.staff ? today[k].adds : 0;
	}
	*ret = all;
	*ret_count = n;
	return OK;
}

static struct strs users_of(struct arena *a, const struct rota *r, const struct rota_member *members, size_t n)
{
	struct strs u = { ARENA_ARRAY(a, str, n + r->n + 1), 0 };
	for (size_t i = 0; i < r->n; i++)
		u.v[u.n++] = r->v[i]->userid;
	for (size_t i = 0; i < n && r->n == 0; i++) /* nobody serves: those who could */
		if (members[i].able)
			u.v[u.n++] = members[i].userid;
	return u;
}

static str served_text(struct arena *a, struct strs users, bool pass)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	for (size_t i = 0; i < users.n; i++)
		buf_fmt(&b, "%s%.*s", i ? "," : "", STR_F(users.v[i]));
	buf_add_c(&b, pass ? "|1" : "|0");
	return buf_str(&b);
}

/* A direct code or link. */
static err serve_list(struct tx *tx, struct livecode *c, const struct rota *r, struct strs users)
{
	str served = served_text(tx->snap.arena, users, r->pass);
	bool made = !str_is_nil(c->config_id);
	if (users.n == 0 || str_eq(served, c->served))
		return OK;
	if (!made && !str_eq_c(c->state, "creating"))
		return OK; /* WeCom refused it: a change by the operator tries again */
	if (!made && c->served.n)
		return OK; /* being made; what it is made with is mended when it is */
	c->served = served;
	return livecode_ask(tx, made ? "livecode.update" : "livecode.create", c, NIL, c->config_id, users, r->pass);
}

static err serve_way(struct tx *tx, const struct livecode *c, const struct rota_member *m, struct livecode_way *way, bool pass)
{
	str *user = ARENA_NEW(tx->snap.arena, str);
	*user = m->userid;
	struct strs users = { user, 1 };
	bool made = way && !str_is_nil(way->config_id), again = str_eq_c(c->served, "");
	if (!m->able || (way && !made && str_is_nil(way->fail_code)))
		return OK; /* being made */
	if (way && !again && (made ? way->skip_verify == pass : true))
		return OK;
	struct livecode_way row = { c->id, m->staff, made ? way->config_id : STR_NIL, made ? way->qr_url : STR_NIL, STR_NIL, pass };
	TRY(livecode_way_put(tx, &row));
	return livecode_ask(tx, made ? "livecode.update" : "livecode.create", c, m->staff, row.config_id, users, pass);
}

/* A relay code: one way for every member, also for those who do not serve now. */
static err serve_ways(struct tx *tx, struct livecode *c, const struct rota *r, const struct rota_member *members, size_t n)
{
	struct livecode_way *ways;
	size_t way_n;
	TRY(livecode_ways(&tx->snap, &(struct livecode_key){ c->id }, &ways, &way_n));
	for (size_t i = 0; i < n; i++) {
		struct livecode_way *way = NULL;
		for (size_t k = 0; k < way_n; k++)
			way = ways[k].staff == members[i].staff ? &ways[k] : way;
		TRY(serve_way(tx, c, &members[i], way, r->pass));
	}
	for (size_t k = 0; k < way_n; k++) {
		bool member = false;
		for (size_t i = 0; i < n; i++)
			member |= ways[k].staff == members[i].staff;
		if (member || (str_is_nil(ways[k].config_id) && str_is_nil(ways[k].fail_code)))
			continue; /* what is still being made is taken away by a later look */
		if (!str_is_nil(ways[k].config_id))
			TRY(livecode_ask(tx, "livecode.delete", c, ways[k].staff, ways[k].config_id, (struct strs){ 0 }, false));
		TRY(livecode_way_drop(tx, &(struct livecode_staff){ c->id, ways[k].staff }));
	}
	c->served = r->pass ? STR("|1") : STR("|0");
	return OK;
}

static err raise(struct tx *tx, struct livecode *c, str alarm)
{
	bool was = c->alarm.n != 0, news = alarm.n && !str_eq(alarm, c->alarm);
	c->alarm = alarm;
	if (!news && (alarm.n || !was))
		return OK;
	struct livecode_result ev = { .id = c->id, .code = alarm, .staff = NIL, .visitor = NIL, .name = c->name };
	return journal_add(tx, news ? EV_LIVECODE_ALARM : EV_LIVECODE_CALMED, 0, tx->snap.now, &livecode_result_record, &ev, NULL);
}

/* The pool of a relay code has all able members behind each picture. */
static err serve_pool(struct tx *tx, const struct livecode *c, i64 pool, const struct rota_member *members, size_t n, struct rota *r)
{
	struct strs users = { ARENA_ARRAY(tx->snap.arena, str, n + 1), 0 };
	bool more = false;
	for (size_t i = 0; i < n; i++)
		if (members[i].able)
			users.v[users.n++] = members[i].userid;
	if (pool > 0 && str_eq_c(c->kind, "relay"))
		TRY(visitor_serve(tx, c, pool, users, &more));
	if (more)
		r->next = tx->snap.now + LIVECODE_CAP_LOOK_MS;
	return OK;
}

err livecode_serve(struct tx *tx, i64 id)
{
	struct arena *a = tx->snap.arena;
	struct livecode c;
	struct livecode_plan plan;
	struct rota_member *members;
	struct rota r;
	size_t n, able = 0;
	TRY(livecode_get(&tx->snap, &(struct livecode_key){ id }, &c));
	if (str_eq_c(c.state, "disabled"))
		return timer_cancel(tx, STR(LIVECODE_TIMER), arena_printf(a, "%lld", (long long)id));
	livecode_plan_read(a, c.plan, &plan);
	TRY(livecode_members(&tx->snap, id, &plan, &members, &n));
	for (size_t i = 0; i < n; i++)
		able += members[i].able;
	rota_judge(&plan, c.skip_verify, members, n, corp_zone(tx->snap.unit, tx->snap.corp), tx->snap.now, a, &r);
	TRY(raise(tx, &c, able == 0 ? STR("no_staff") : r.n == 0 ? STR("no_duty") : STR_NIL));
	TRY(str_eq_c(c.kind, "relay") ? serve_ways(tx, &c, &r, members, n) : serve_list(tx, &c, &r, users_of(a, &r, members, n)));
	TRY(serve_pool(tx, &c, plan.pool, members, n, &r));
	TRY(livecode_served_put(tx, &c));
	relay_forget_later(tx, id);
	str key = arena_printf(a, "%lld", (long long)id);
	if (r.next == NIL)
		return timer_cancel(tx, STR(LIVECODE_TIMER), key);
	return timer_set(tx, STR(LIVECODE_TIMER), key, r.next, 0, NULL, NULL);
}

static err take(struct tx *tx, const struct timer_row *row, bool *ret_taken) { return timer_take(tx, row, ret_taken); }

static err take_and_serve(struct tx *tx, const struct timer_row *row, i64 id)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	err e = livecode_serve(tx, id);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* The edge of a shift comes in the base slot; the look after an add comes in hers, and is handed over. */
err livecode_on_timer(struct cx *cx, const struct timer_row *row)
{
	i64 id, base = slot_base(cx->env->store, cx->unit.corp);
	bool taken;
	str key = str_ends(row->key, STR("+")) ? str_sub(row->key, 0, row->key.n - 1) : row->key;
	if (!str_i64(key, &id))
		return WRITE_TX(&cx->unit, row->slot, take(tx, row, &taken));
	if (row->slot == base)
		return WRITE_TX(&cx->unit, base, take_and_serve(tx, row, id));
	err e = WRITE_TX(&cx->unit, base, livecode_serve(tx, id));
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	return WRITE_TX(&cx->unit, row->slot, take(tx, row, &taken));
}

#define LIVECODE_AT_ONCE 100 /* codes of one member judged in one transaction; more are judged one by one, at once */

static err serve_soon(struct tx *tx, i64 id)
{
	return timer_set(tx, STR(LIVECODE_TIMER), arena_printf(tx->snap.arena, "%lld", (long long)id), tx->snap.now, 0, NULL, NULL);
}

/* act: she left, is out of range, or is back: her codes are judged in the same transaction. */
err livecode_on_staff(struct tx *tx, const struct event *ev)
{
	struct staff_changed body;
	struct livecode_staff *rows;
	size_t n;
	TRY(event_body(&tx->snap, ev, &staff_changed_record, &body));
	TRY(livecode_of_staff(&tx->snap, &(struct livecode_key){ body.staff }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(n <= LIVECODE_AT_ONCE ? livecode_serve(tx, rows[i].livecode) : serve_soon(tx, rows[i].livecode));
	return OK;
}

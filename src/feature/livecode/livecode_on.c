/*
 * live code's handlers: what an add by a code brings, the counts, and WeCom's answers.
 */
#include "feature/livecode/livecode_int.h"

#include "core/corp/corp.h"
#include "core/follow/follow.h"
#include "feature/livecode/livecode_relay.h"
#include "feature/livecode/livecode_stat_data.h"
#include "feature/livecode/livecode_visitor.h"
#include "store/journal.h"
#include "store/outbox.h"

/* A removed tag is skipped, not an error. */
static err mark(struct tx *tx, i64 customer, const struct livecode *c)
{
	struct livecode_tag *tags;
	size_t n;
	TRY(livecode_tag_of(&tx->snap, &(struct livecode_key){ c->id }, &tags, &n));
	for (size_t i = 0; i < n; i++) {
		struct tag_cause by = { .why = "channel", .why_id = c->id, .evidence = c->name };
		err e = tag_mark_by(tx, customer, tags[i].tag, &by, NULL);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
	}
	return OK;
}

static bool has_cap(const struct livecode_plan *p)
{
	const struct livecode_member *m = p->members.v;
	for (size_t i = 0; i < p->members.n; i++)
		if (m[i].cap)
			return true;
	return false;
}

/* act: tags and channel for who came by a code of ours. With words that block, tags wait for her name. */
err livecode_on_added(struct tx *tx, const struct event *ev)
{
	struct follow_event add;
	struct livecode_plan plan;
	struct livecode c;
	struct door door;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &add));
	if (add.state.n == 0 || add.transfer)
		return OK;
	err e = livecode_find(&tx->snap, add.state, &c, &door);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	livecode_plan_read(tx->snap.arena, c.plan, &plan);
	TRY(follow_channel_put(tx, ev->customer, add.staff, c.channel));
	if (plan.blocked.n == 0)
		TRY(mark(tx, ev->customer, &c));
	struct livecode_came came = { c.id, c.name, add.staff, door.key, str_is_nil(door.key) ? STR_NIL : door.params, false, c.channel };
	if (str_eq_c(c.kind, "relay") && str_has_char(add.state, '.'))
		TRY(visitor_of(&tx->snap, c.id, add.state, ev->occurred, &came.params, &came.expired));
	TRY(journal_add(tx, EV_LIVECODE_CAME, ev->customer, ev->occurred, &livecode_came_record, &came, NULL));
	relay_added_later(tx, c.id, add.staff, corp_day(tx->snap.unit, ev->occurred));
	if (!has_cap(&plan) || str_eq_c(c.kind, "relay"))
		return OK;
	str key = arena_printf(tx->snap.arena, "%lld", (long long)c.id);
	if (tx->snap.slot == slot_base(tx->snap.unit->store, tx->snap.corp))
		key = arena_printf(tx->snap.arena, "%lld+", (long long)c.id); /* beside the timer of the next edge */
	return timer_set(tx, STR(LIVECODE_TIMER), key, tx->snap.now + LIVECODE_CAP_LOOK_MS, 0, NULL, NULL);
}

/* -- her name is known -- */

static str replace(struct arena *a, str text, const char *hole, str with)
{
	i64 at = str_find(text, str_c(hole));
	if (at < 0)
		return text;
	str rest = str_sub(text, (size_t)at + strlen(hole), text.n);
	return arena_printf(a, "%.*s%.*s%.*s", STR_F(str_sub(text, 0, (size_t)at)), STR_F(with), STR_F(rest));
}

static str cut_chars(str s, size_t max)
{
	while (str_utf8_len(s) > max)
		do
			s.n--;
		while (s.n && ((u8)s.p[s.n] & 0xc0) == 0x80);
	return s;
}

static err ask_remark(struct tx *tx, const struct event *ev, const struct contact_fetched *f, const struct livecode *c, str pattern)
{
	struct arena *a = tx->snap.arena;
	int year, month, day;
	tz_date(corp_day(tx->snap.unit, ev->occurred), &year, &month, &day);
	str text = replace(a, pattern, "{name}", f->name.n ? f->name : STR(""));
	text = replace(a, text, "{channel}", c->channel);
	text = replace(a, text, "{date}", arena_printf(a, "%02d%02d", month, day));
	struct livecode_remark body = { f->userid, f->external_userid, cut_chars(text, WECOM_REMARK_CHARS_MAX) };
	str key = arena_printf(a, "%lld:%lld:%lld", (long long)ev->customer, (long long)f->staff, (long long)f->added);
	return outbox_add(tx, STR("livecode.remark"), key, STR(""), tx->snap.now, 0, ev->customer, &livecode_remark_record, &body, NULL);
}

/* act: remark and late tags, once per add (the outbox's key); words that block stop both. */
err livecode_on_fetched(struct tx *tx, const struct event *ev)
{
	struct contact_fetched f;
	struct livecode_plan plan;
	struct livecode c;
	TRY(event_body(&tx->snap, ev, &contact_fetched_record, &f));
	if (f.state.n == 0)
		return OK;
	err e = livecode_find(&tx->snap, f.state, &c, NULL);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	livecode_plan_read(tx->snap.arena, c.plan, &plan);
	for (size_t i = 0; i < plan.blocked.n; i++)
		if (plan.blocked.v[i].n && f.name.n && str_has(f.name, plan.blocked.v[i]))
			return OK;
	if (plan.blocked.n)
		TRY(mark(tx, ev->customer, &c));
	return plan.remark.n ? ask_remark(tx, ev, &f, &c, plan.remark) : OK;
}

/* -- counts -- */

static err end_of(struct tx *tx, const struct event *ev, const struct follow_event *f, i64 day)
{
	struct livecode_add key = { .customer = ev->customer, .staff = f->staff }, row;
	struct livecode_stat stat = { .staff = f->staff, .day = day };
	err e = livecode_add_get(&tx->snap, &key, &row);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	bool known = e == OK;
	stat.livecode = known ? row.livecode : 0;
	stat.losses = ev->kind == EV_FOLLOW_LOST;
	stat.losses_last = ev->kind == EV_FOLLOW_LOST && f->last;
	stat.drops = ev->kind == EV_FOLLOW_DROPPED;
	TRY(livecode_stat_add(tx, &stat));
	if (!known || !row.living || row.day == NIL)
		return OK;
	struct livecode_stat cohort = { .livecode = row.livecode, .staff = f->staff, .day = row.day, .gone = 1 };
	TRY(livecode_stat_add(tx, &cohort));
	row.living = false;
	return livecode_add_put(tx, &row);
}

/* derive: an add counts for its code on its day, a loss for the code she had come by on the day of the loss;
 * transfers count for neither. */
err livecode_on_count(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	struct livecode c = { .id = 0 };
	i64 day = corp_day(tx->snap.unit, ev->occurred);
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	if (f.transfer)
		return OK;
	if (ev->kind != EV_FOLLOW_ADDED)
		return end_of(tx, ev, &f, day);
	if (f.state.n) {
		err e = livecode_find(&tx->snap, f.state, &c, NULL);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e != OK)
			c.id = 0;
	}
	TRY(livecode_add_put(tx, &(struct livecode_add){ ev->customer, f.staff, c.id, day, true }));
	return livecode_stat_add(tx, &(struct livecode_stat){ .livecode = c.id, .staff = f.staff, .day = day, .adds = 1,
							      .firsts = f.first, .agains = f.again });
}

/* derive: who came by a visitor picture of which nobody knows the click any more. */
err livecode_on_came(struct tx *tx, const struct event *ev)
{
	struct livecode_came came;
	TRY(event_body(&tx->snap, ev, &livecode_came_record, &came));
	struct livecode_stat stat = { .livecode = came.livecode, .staff = came.staff, .day = corp_day(tx->snap.unit, ev->occurred), .expired = 1 };
	return came.expired ? livecode_stat_add(tx, &stat) : OK;
}

/* -- WeCom's answers -- */

/* A member's own way of a relay code. The code is ready with the first, refused when none could be made. */
static err way_result(struct tx *tx, const struct event *ev, const struct livecode_result *r, struct livecode *c)
{
	struct livecode_way *ways, way = { .livecode = r->id, .staff = r->staff };
	bool known = false, ready = false, waits = false;
	size_t n;
	TRY(livecode_ways(&tx->snap, &(struct livecode_key){ r->id }, &ways, &n));
	for (size_t i = 0; i < n; i++) {
		if (ways[i].staff == r->staff) {
			way = ways[i];
			known = true;
			if (!str_is_nil(r->config_id))
				way.config_id = r->config_id;
			if (!str_is_nil(r->qr_url))
				way.qr_url = r->qr_url;
			way.fail_code = r->code;
			ways[i] = way;
		}
		ready |= !str_is_nil(ways[i].config_id);
		waits |= str_is_nil(ways[i].config_id) && str_is_nil(ways[i].fail_code);
	}
	if (!known) /* she is no member any more: what was made goes */
		return str_is_nil(r->config_id) ? OK : livecode_ask(tx, "livecode.delete", c, r->staff, r->config_id, (struct strs){ 0 }, false);
	TRY(livecode_way_put(tx, &way));
	relay_forget_later(tx, c->id);
	str state = ready ? STR("active") : waits ? STR("creating") : STR("failed");
	str code = str_eq_c(state, "failed") ? r->code : STR_NIL;
	if (str_eq(state, c->state) && str_eq(code, c->fail_code))
		return OK;
	c->state = state;
	c->fail_code = code;
	return livecode_update(tx, c);
}

/* act: the contact way was made, or not. */
err livecode_on_result(struct tx *tx, const struct event *ev)
{
	struct livecode_result r;
	struct livecode c;
	TRY(event_body(&tx->snap, ev, &livecode_result_record, &r));
	err e = livecode_get(&tx->snap, &(struct livecode_key){ r.id }, &c);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	bool removed = str_eq_c(c.state, "disabled"), made = str_is_nil(c.config_id);
	if (r.visitor != NIL)
		return visitor_result(tx, &c, &r);
	if (str_eq_c(c.kind, "relay") && !removed)
		return way_result(tx, ev, &r, &c);
	if (str_eq_c(c.kind, "relay"))
		return str_is_nil(r.config_id) ? OK : livecode_ask(tx, "livecode.delete", &c, r.staff, r.config_id, (struct strs){ 0 }, false);
	str state = removed ? c.state : ev->kind == EV_LIVECODE_READY ? STR("active") : STR("failed");
	bool same = str_eq(state, c.state) && str_eq(r.code, c.fail_code) && !made;
	if (same)
		return OK; /* a rota's update must not cross an edit */
	c.state = state;
	if (!str_is_nil(r.config_id))
		c.config_id = r.config_id;
	if (!str_is_nil(r.qr_url))
		c.qr_url = r.qr_url;
	c.fail_code = r.code;
	TRY(livecode_update(tx, &c));
	relay_forget_later(tx, c.id);
	if (removed)
		return made ? livecode_unmake(tx, &c) : OK; /* removed while it was being made */
	return made && ev->kind == EV_LIVECODE_READY ? livecode_serve(tx, c.id) : OK; /* the hour may have changed meanwhile */
}

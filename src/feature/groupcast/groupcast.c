/*
 * groupcast's rules on a transaction of the base slot, its handlers, and the verb group.post.
 */
#include "feature/groupcast/groupcast_int.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"
#include "store/outbox.h"

#include <stdlib.h>

#define OWNER_PAGE 1000

static str key_of(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "%lld", (long long)id); }

static err queue(struct tx *tx, const char *kind, i64 part, ms due, ms expires)
{
	struct groupcast_errand body = { part };
	return outbox_add(tx, str_c(kind), key_of(tx, part), STR(""), due, expires, 0, &groupcast_errand_record, &body, NULL);
}

/* ---- choosing ---- */

struct choosing {
	const struct snap *s;
	struct imap seen;
	VEC(struct group_chat) groups;
	i64 most, day, capped, gone;
};

static err add(struct choosing *c, const struct group_chat *g)
{
	struct groupcast_day key = { g->id, c->day };
	struct groupcast_n had;
	struct staff owner;
	if (!imap_put(&c->seen, g->id, 1))
		return OK;
	err e = g->owner == NIL || g->dissolved != NIL ? ERR_NOT_FOUND : staff_get(c->s, g->owner, &owner);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e != OK || !str_eq_c(owner.state, "active") || !owner.in_scope) {
		c->gone++;
		return OK;
	}
	TRY(groupcast_of_day(c->s, &key, &had));
	if (c->most > 0 && had.n >= c->most)
		c->capped++;
	else
		vec_push(c->s->arena, &c->groups, *g);
	return OK;
}

static err add_owner(struct choosing *c, i64 owner)
{
	for (i64 after = 0;;) {
		struct group_chat *rows;
		size_t n;
		TRY(group_of_owner(c->s, owner, after, OWNER_PAGE, &rows, &n));
		for (size_t i = 0; i < n; i++)
			TRY(add(c, &rows[i]));
		if (n < OWNER_PAGE)
			return OK;
		after = rows[n - 1].id;
	}
}

static int by_owner(const void *a, const void *b)
{
	const struct group_chat *x = a, *y = b;
	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

err groupcast_choose(const struct snap *s, const struct ids *owners, const struct ids *groups, struct groupcast_choice *ret)
{
	struct unit *u = s->unit;
	struct choosing c = { .s = s, .seen = imap_new(s->arena), .day = corp_day(u, s->now) };
	TRY(setting_i64(u, "groupcast.day_max", &c.most));
	for (size_t i = 0; i < owners->n; i++)
		TRY(add_owner(&c, owners->v[i]));
	for (size_t i = 0; i < groups->n; i++) {
		struct group_chat g;
		err e = group_get(s, groups->v[i], &g);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == OK)
			TRY(add(&c, &g));
		else
			c.gone++;
	}
	if (c.groups.n > GROUPCAST_GROUPS_MAX)
		return snap_fail(s, ERR_INPUT, T_TOO_BIG, STR("groups"), arena_printf(s->arena, "%zu", c.groups.n), STR(FAIL_STR(GROUPCAST_GROUPS_MAX)));
	if (c.groups.n)
		qsort(c.groups.v, c.groups.n, sizeof(*c.groups.v), by_owner);
	*ret = (struct groupcast_choice){ c.groups.v, c.groups.n, c.capped, c.gone };
	return OK;
}

/* ---- making ---- */

static err begin_part(struct tx *tx, const struct groupcast *c, const struct group_chat *groups, size_t n, ms opens)
{
	struct groupcast_part p;
	i64 day = corp_day(tx->snap.unit, tx->snap.now);
	record_init(&groupcast_part_record, &p);
	p.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	p.cast_id = c->id;
	p.owner = groups[0].owner;
	p.state = STR("waiting");
	TRY(groupcast_part_add(tx, &p));
	for (size_t i = 0; i < n; i++) {
		struct groupcast_group g = { p.id, groups[i].id, groups[i].chat_id, STR("planned"), day, NIL };
		TRY(groupcast_group_add(tx, &g));
	}
	return queue(tx, "groupcast.create", p.id, opens, c->deadline);
}

static err begin_parts(struct tx *tx, const struct groupcast *c, const struct groupcast_choice *choice, ms opens)
{
	for (size_t i = 0; i < choice->count;) {
		size_t n = 1;
		while (i + n < choice->count && n < GROUPCAST_PART_MAX && choice->groups[i + n].owner == choice->groups[i].owner)
			n++;
		TRY(begin_part(tx, c, choice->groups + i, n, opens));
		i += n;
	}
	return OK;
}

static err ready(struct tx *tx, struct groupcast *c, const struct groupcast_choice *choice, ms *ret_opens)
{
	ms last;
	TRY(reach_window(tx->snap.unit, tx->snap.now, ret_opens, &last));
	c->state = choice->count ? STR("sending") : STR("failed");
	c->deadline = int_min(c->deadline == NIL ? *ret_opens + GROUPCAST_LIFE_MS : c->deadline, last);
	c->closed = choice->count ? NIL : tx->snap.now;
	c->excluded = choice->capped;
	return OK;
}

err groupcast_begin(struct tx *tx, struct groupcast *c, const struct groupcast_choice *choice, bool *ret_new)
{
	ms opens;
	c->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	c->made = tx->snap.now;
	c->asked = STR("");
	TRY(ready(tx, c, choice, &opens));
	if (str_eq_c(c->caller, "hand"))
		c->act_key = key_of(tx, c->id);
	TRY(groupcast_add(tx, c));
	*ret_new = tx_changed(tx) > 0;
	return *ret_new ? begin_parts(tx, c, choice, opens) : OK;
}

err groupcast_resume(struct tx *tx, struct groupcast *c, const struct groupcast_choice *choice)
{
	ms opens;
	TRY(ready(tx, c, choice, &opens));
	c->asked = STR("");
	TRY(groupcast_put(tx, c));
	return begin_parts(tx, c, choice, opens);
}

/* ---- ends ---- */

static err tell(struct tx *tx, const struct groupcast *c, const char *state, str reason)
{
	struct verb_ended of = {
		.verb = STR("group.post"), .by = c->caller, .by_id = c->by_id, .token = c->token, .key = c->act_key,
		.state = str_c(state), .reason = reason, .at = tx->snap.now,
	};
	if (!c->customer)
		return OK;
	return journal_relay(tx, slot_of_customer(tx->snap.unit->store, c->customer), EV_VERB_ENDED, c->customer, tx->snap.now,
			     &verb_ended_record, &of);
}

static err end_cast(struct tx *tx, struct groupcast *c, size_t failed, size_t parts)
{
	struct groupcast_tally *rows;
	i64 delivered = 0;
	size_t n;
	TRY(groupcast_tallies(&tx->snap, &(struct groupcast_id){ c->id }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		delivered += str_eq_c(rows[i].state, "delivered") ? rows[i].n : 0;
	bool cancelled = str_eq_c(c->state, "cancelled");
	if (!cancelled)
		c->state = failed == parts ? STR("failed") : STR("closed");
	c->closed = tx->snap.now;
	TRY(groupcast_put(tx, c));
	return tell(tx, c, delivered ? "done" : cancelled ? "stopped" : failed == parts ? "failed" : "expired", STR_NIL);
}

/* The cast's state follows from its parts'. */
static err arrange(struct tx *tx, i64 id)
{
	struct groupcast c;
	struct groupcast_part *parts;
	size_t n, pending = 0, open = 0, failed = 0;
	TRY(groupcast_get(&tx->snap, &(struct groupcast_id){ id }, &c));
	if (c.closed != NIL)
		return OK;
	TRY(groupcast_parts_all(&tx->snap, &(struct groupcast_id){ id }, &parts, &n));
	for (size_t i = 0; i < n; i++) {
		pending += str_eq_c(parts[i].state, "waiting") || str_eq_c(parts[i].state, "unknown");
		open += str_eq_c(parts[i].state, "created");
		failed += str_eq_c(parts[i].state, "failed");
	}
	if (pending + open == 0)
		return end_cast(tx, &c, failed, n);
	if (str_eq_c(c.state, "cancelled"))
		return OK;
	c.state = pending ? STR("sending") : STR("open");
	return groupcast_put(tx, &c);
}

err groupcast_part_close(struct tx *tx, struct groupcast_part *p, const char *rest)
{
	TRY(groupcast_groups_rest(tx, &(struct groupcast_rest){ p->id, str_c(rest) }));
	TRY(groupcast_part_put(tx, p));
	return arrange(tx, p->cast_id);
}

/* ---- handlers ---- */

err groupcast_on_task(struct tx *tx, const struct event *ev)
{
	struct groupcast_made m;
	struct groupcast_part p;
	TRY(event_body(&tx->snap, ev, &groupcast_made_record, &m));
	TRY(groupcast_part_get(&tx->snap, &(struct groupcast_id){ m.part }, &p));
	if (!str_eq_c(p.state, "waiting") && !str_eq_c(p.state, "unknown"))
		return OK;
	p.code = m.code;
	p.state = str_eq_c(m.result, "created") ? STR("created") : m.result;
	if (str_eq_c(m.result, "failed"))
		return groupcast_part_close(tx, &p, str_eq_c(m.code, "cancelled") ? "cancelled" : str_eq_c(m.code, "expired") ? "expired" : "failed");
	if (str_eq_c(m.result, "created")) {
		p.msgid = m.msgid;
		p.sent_at = ev->occurred;
		TRY(mass_note(tx, m.msgid));
		TRY(queue(tx, "groupcast.poll", p.id, tx->snap.now + MASS_POLL_FIRST_MS, 0));
	}
	TRY(groupcast_part_put(tx, &p));
	return arrange(tx, p.cast_id);
}

err groupcast_on_result(struct tx *tx, const struct event *ev)
{
	struct groupcast_result r;
	struct groupcast_part p;
	struct groupcast c;
	TRY(event_body(&tx->snap, ev, &groupcast_result_record, &r));
	TRY(groupcast_part_get(&tx->snap, &(struct groupcast_id){ r.part }, &p));
	if (!str_eq_c(p.state, "created"))
		return OK;
	TRY(groupcast_get(&tx->snap, &(struct groupcast_id){ p.cast_id }, &c));
	if (r.confirmed_at != NIL)
		p.confirmed_at = r.confirmed_at;
	if (r.closed) {
		p.state = STR("closed");
		return groupcast_part_close(tx, &p, str_eq_c(c.state, "cancelled") ? "cancelled" : "expired");
	}
	return groupcast_part_put(tx, &p);
}

/* ---- by hand ---- */

static err open_cast(struct tx *tx, i64 id, struct groupcast *ret)
{
	TRY(groupcast_get(&tx->snap, &(struct groupcast_id){ id }, ret));
	bool open = str_eq_c(ret->state, "sending") || str_eq_c(ret->state, "open") || str_eq_c(ret->state, "asked");
	return open ? OK : tx_fail(tx, ERR_STATE, T_GROUPCAST_OVER, STR("id"), ret->state, STR_NIL);
}

err groupcast_cancel(struct tx *tx, i64 id)
{
	struct groupcast c;
	struct groupcast_part *parts;
	size_t n, seen;
	TRY(open_cast(tx, id, &c));
	TRY(groupcast_parts(&tx->snap, &(struct groupcast_id){ id }, &parts, &seen));
	TRY(groupcast_parts_all(&tx->snap, &(struct groupcast_id){ id }, &parts, &n));
	if (seen < n) /* it is others' too */
		return tx_fail(tx, ERR_STATE, T_GROUPCAST_OTHERS, STR("id"), STR_NIL, STR_NIL);
	if (str_eq_c(c.state, "asked"))
		c.closed = tx->snap.now;
	c.state = STR("cancelled");
	TRY(groupcast_put(tx, &c));
	for (size_t i = 0; i < n; i++) {
		bool waiting = false;
		if (str_eq_c(parts[i].state, "waiting"))
			TRY(outbox_cancel(tx, STR("groupcast.create"), key_of(tx, parts[i].id), &waiting));
		if (waiting) {
			parts[i].state = STR("closed");
			TRY(groupcast_part_close(tx, &parts[i], "cancelled"));
		} else if (str_eq_c(parts[i].state, "created")) {
			TRY(outbox_cancel(tx, STR("groupcast.poll"), key_of(tx, parts[i].id), NULL));
			TRY(queue(tx, "groupcast.close", parts[i].id, tx->snap.now, 0));
		}
	}
	return audit_add(tx, "groupcast.cancel", arena_printf(tx->snap.arena, "groupcast:%lld", (long long)id), STR(""));
}

err groupcast_remind(struct tx *tx, i64 id, i64 owner)
{
	struct groupcast c;
	struct groupcast_part *parts;
	bool open = false, any = false;
	size_t n;
	TRY(open_cast(tx, id, &c));
	TRY(groupcast_parts(&tx->snap, &(struct groupcast_id){ id }, &parts, &n));
	for (size_t i = 0; i < n; i++) {
		struct groupcast_n recent;
		struct groupcast_errand errand = { parts[i].id };
		if (parts[i].owner != owner || !str_eq_c(parts[i].state, "created") || parts[i].confirmed_at != NIL)
			continue;
		open = true;
		TRY(groupcast_reminders(&tx->snap, &(struct groupcast_since){ parts[i].id, tx->snap.now - WECOM_MASS_REMINDER_MS }, &recent));
		if (recent.n >= WECOM_MASS_REMINDERS_MAX)
			continue;
		any = true;
		TRY(groupcast_reminder_add(tx, &(struct groupcast_since){ parts[i].id, tx->snap.now }));
		str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)parts[i].id, (long long)tx->snap.now);
		TRY(outbox_add(tx, STR("groupcast.remind"), key, STR(""), tx->snap.now, tx->snap.now + MS_HOUR, 0, &groupcast_errand_record, &errand, NULL));
	}
	if (!any)
		return tx_fail(tx, ERR_STATE, open ? T_GROUPCAST_REMINDED : T_GROUPCAST_NO_TASK, STR("owner_id"), STR_NIL, STR(FAIL_STR(WECOM_MASS_REMINDERS_MAX)));
	return audit_add(tx, "groupcast.remind", arena_printf(tx->snap.arena, "groupcast:%lld", (long long)id), STR(""));
}

/* ---- the verb ---- */

static err check(struct unit *u, const void *of)
{
	const struct groupcast_args *args = of;
	struct content c = { args->text, args->link, STR_NIL };
	if (!args->owners.n && !args->groups.n)
		return fail_set(&u->fail, ERR_INPUT, T_MISSING, STR("groups"), STR_NIL, STR_NIL);
	return enclose_check(u, &c, "message");
}

static err run(struct tx *tx, const struct verb_call *call, struct verb_result *ret)
{
	const struct groupcast_args *args = call->args;
	struct content c = { args->text, args->link, STR_NIL };
	struct groupcast_asked body = {
		content_json(tx->snap.arena, &c), args->owners, args->groups, call->customer, str_c(call->by), call->by_id, call->token, call->key,
	};
	*ret = (struct verb_result){ VERB_ASKED, STR_NIL, NIL };
	return journal_relay(tx, slot_base(tx->snap.unit->store, tx->snap.corp), EV_GROUPCAST_ASKED, 0, tx->snap.now, &groupcast_asked_record, &body);
}

/* The same key twice is two events and one cast. */
err groupcast_on_asked(struct tx *tx, const struct event *ev)
{
	struct groupcast_asked body;
	struct groupcast_choice choice;
	struct groupcast_n known;
	bool made;
	TRY(event_body(&tx->snap, ev, &groupcast_asked_record, &body));
	TRY(groupcast_known(&tx->snap, &(struct groupcast_act){ body.caller, body.by_id, body.act_key }, &known));
	if (known.n)
		return OK;
	struct groupcast c = {
		.name = STR(""), .content = body.content, .deadline = NIL, .closed = NIL, .customer = body.customer, .caller = body.caller,
		.by_id = body.by_id, .token = body.token, .act_key = body.act_key,
	};
	TRY(groupcast_choose(&tx->snap, &body.owners, &body.groups, &choice));
	TRY(groupcast_begin(tx, &c, &choice, &made));
	return made && !choice.count ? tell(tx, &c, "refused", choice.capped ? STR("group_day") : STR("no_group")) : OK;
}

const struct verb groupcast_verbs[] = {
	{ .name = "group.post", .label = T_VERB_GROUP_POST, .args = &groupcast_args_record, .check = check, .run = run },
	{ 0 },
};

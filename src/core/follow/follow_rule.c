/*
 * The rules of relations: what an event from WeCom means, given what was told before.
 *
 * Callbacks come twice, late and in any order. Duplicates end in the inbox; order is judged by WeCom's
 * own time: what is older than the newest thing known of a pair is still counted in the journal (late),
 * but never changes the status, so a relation that has ended is not brought back by its own beginning.
 */
#include "core/follow/follow_rule.h"
#include "core/follow/follow_handover.h"

#include "core/customer/customer.h"
#include "core/staff/staff.h"
#include "store/outbox.h"

struct others {
	bool before; /* she was somebody's friend before */
	bool living; /* and is, apart from this pair */
	bool handed_over; /* a relation of hers was transferred just now */
	ms asked; /* when an inheritance to this member was asked for; NIL never */
	i64 taker; /* who got a relation of hers just now; NIL nobody */
};

static bool is_friend(const struct follow_row *r) { return str_eq(r->status, STR("friend")); }
static bool is_open(const struct follow_row *r) { return is_friend(r) || str_eq(r->status, STR("half")); }

static bool near(ms a, ms b)
{
	return a != NIL && b != NIL && a - b <= TRANSFER_WINDOW_MS && b - a <= TRANSFER_WINDOW_MS;
}

err follow_elsewhere(struct unit *u, struct follow_told *t)
{
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_root(u, t->customer, &root));
	TRY(customer_leaves(u, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct follow_of key = { leaves[i] };
		struct follow_row *rows;
		size_t count;
		if (leaves[i] == t->customer)
			continue;
		TRY(READ_SNAP(u, slot_of_customer(u->store, leaves[i]), follow_rows(snap, &key, &rows, &count)));
		for (size_t k = 0; k < count; k++) {
			t->before_elsewhere |= rows[k].times > 0;
			t->living_elsewhere |= is_friend(&rows[k]);
		}
	}
	return OK;
}

/* Inheritances asked for: this member takes over, or somebody takes over from her. */
static err look_handovers(const struct snap *s, const struct follow_told *t, struct others *ret)
{
	struct follow_handover *rows;
	size_t n;
	TRY(follow_handovers(s, &(struct follow_of){ t->customer }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (t->at > rows[i].at + HANDOVER_LIFE_MS || t->at + MS_MINUTE < rows[i].at)
			continue;
		if (rows[i].staff == t->staff)
			ret->asked = rows[i].at;
		if (rows[i].giver == t->staff && ret->taker == NIL)
			ret->taker = rows[i].staff;
	}
	return OK;
}

static err look_around(const struct snap *s, const struct follow_told *t, struct others *ret)
{
	struct follow_of key = { t->customer };
	struct follow_row *rows;
	size_t n;
	*ret = (struct others){ .before = t->before_elsewhere, .living = t->living_elsewhere, .taker = NIL, .asked = NIL };
	TRY(follow_rows(s, &key, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		ret->before |= rows[i].times > 0;
		if (rows[i].staff == t->staff)
			continue;
		ret->living |= is_friend(&rows[i]);
		if (str_eq(rows[i].status, STR("transferred")) && near(rows[i].ended, t->at))
			ret->handed_over = true;
		if (is_friend(&rows[i]) && near(rows[i].added, t->at))
			ret->taker = rows[i].staff;
	}
	return look_handovers(s, t, ret);
}

static struct follow_event event_of(const struct follow_told *t)
{
	return (struct follow_event){ .staff = t->staff, .userid = t->userid, .external_userid = t->external_userid,
		.state = t->state, .welcome_code = t->welcome_code, .add_way = t->add_way, .taker = NIL, .late = t->synced };
}

static err tell(struct tx *tx, enum event_kind kind, const struct follow_told *t, const struct follow_event *body)
{
	return journal_add(tx, kind, t->customer, t->at, &follow_event_record, body, NULL);
}

/* Every telling reads her profile anew: WeCom's times are seconds, and an edit in the second of the add is news. */
err follow_fetch_later(struct tx *tx, const struct follow_told *t)
{
	struct contact_fetch body = { t->staff, t->userid, t->external_userid };
	i64 once = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	str key = arena_printf(tx->snap.arena, "%lld:%lld:%lld", (long long)t->customer, (long long)t->staff, (long long)once);
	return outbox_add(tx, STR("contact.fetch"), key, STR(""), tx->snap.now, 0, t->customer, &contact_fetch_record, &body, NULL);
}

/* ---- beginnings ---- */

/* The same beginning told again (a callback after a sync): nothing new unless it brings a welcome code. */
static bool told_already(const struct follow_row *r, const struct follow_told *t)
{
	ms apart = r->added > t->at ? r->added - t->at : t->at - r->added;
	return r->times > 0 && apart <= SAME_ADD_MS && !t->welcome_code.n;
}

static err apply_added(struct tx *tx, const struct follow_told *t, struct follow_row *r, bool known)
{
	struct others o;
	struct follow_event body = event_of(t);
	bool was = known && is_friend(r), stale = known && t->at < r->told;
	if (known && told_already(r, t))
		return OK;
	TRY(look_around(&tx->snap, t, &o));
	bool taken_over = o.asked != NIL && !(known && r->ended != NIL && r->ended >= o.asked);
	if (was && taken_over && !t->welcome_code.n)
		return OK; /* found done before its callback came */
	body.transfer = o.handed_over || taken_over;
	body.first = !o.before && !body.transfer;
	body.again = !body.first;
	body.late |= stale;
	if (!stale || r->times == 0)
		r->added = t->at;
	if (!stale) {
		r->status = STR("friend");
		r->ended = NIL;
		r->told = t->at;
		r->external_userid = t->external_userid;
	}
	if (t->state.n)
		r->state = t->state;
	if (t->add_way != NIL)
		r->add_way = t->add_way;
	r->times++;
	TRY(follow_put(tx, r));
	TRY(staff_customers(tx, t->staff, !stale && !was));
	return tell(tx, EV_FOLLOW_ADDED, t, &body);
}

static err apply_half(struct tx *tx, const struct follow_told *t, struct follow_row *r, bool known)
{
	struct follow_event body = event_of(t);
	if (known && (t->at < r->told || is_open(r)))
		return OK;
	r->status = STR("half");
	r->told = t->at;
	r->ended = NIL;
	if (t->state.n)
		r->state = t->state;
	TRY(follow_put(tx, r));
	return tell(tx, EV_FOLLOW_HALF, t, &body);
}

/* ---- ends ---- */

static const char *status_after(enum follow_tell tell)
{
	return tell == TELL_LOST ? "lost" : tell == TELL_DROPPED ? "dropped" : "transferred";
}

static enum event_kind event_after(enum follow_tell tell)
{
	return tell == TELL_LOST ? EV_FOLLOW_LOST : tell == TELL_DROPPED ? EV_FOLLOW_DROPPED : EV_FOLLOW_TRANSFERRED;
}

static err apply_ended(struct tx *tx, const struct follow_told *t, struct follow_row *r, bool known)
{
	struct others o;
	struct follow_event body = event_of(t);
	bool stale = known && t->at < r->told, was = known && is_friend(r), half = known && !was && is_open(r);
	if (known && !stale && !is_open(r)) {
		/* Ended already: the other side deleted too. Only what comes later may begin again. */
		r->told = t->at;
		return follow_put(tx, r);
	}
	TRY(look_around(&tx->snap, t, &o));
	if (!stale) {
		r->status = str_c(status_after(t->tell));
		r->ended = r->told = t->at;
		TRY(follow_put(tx, r));
	}
	TRY(staff_customers(tx, t->staff, !stale && was ? -1 : 0));
	if (half)
		return OK; /* she was never a friend: no loss */
	body.late |= stale;
	body.last = !stale && !o.living;
	body.transfer = t->tell == TELL_TRANSFERRED;
	body.taker = body.transfer ? o.taker : NIL;
	return tell(tx, event_after(t->tell), t, &body);
}

err follow_apply(struct tx *tx, const struct follow_told *t)
{
	struct follow_row r;
	struct follow_key key = { t->customer, t->staff };
	err e = follow_get(&tx->snap, &key, &r);
	bool known = e == OK;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (!known) {
		record_init(&follow_row_record, &r);
		r.customer = t->customer;
		r.staff = t->staff;
		r.external_userid = t->external_userid;
		r.added = t->at;
	}
	switch (t->tell) {
	case TELL_ADDED:
		return apply_added(tx, t, &r, known);
	case TELL_HALF:
		return apply_half(tx, t, &r, known);
	case TELL_EDITED: {
		struct follow_event body = event_of(t);
		return tell(tx, EV_FOLLOW_CHANGED, t, &body);
	}
	default:
		return apply_ended(tx, t, &r, known);
	}
}

/* ---- profiles ---- */

static void take(str *mine, str told)
{
	if (told.p)
		*mine = told;
}

err follow_on_fetched(struct tx *tx, const struct event *ev)
{
	struct contact_fetched f;
	struct follow_row r;
	TRY(event_body(&tx->snap, ev, &contact_fetched_record, &f));
	struct customer_profile p = { .name = f.name.n ? f.name : STR_NIL, .avatar = f.avatar.n ? f.avatar : STR_NIL,
				      .gender = f.gender, .birthday = NIL };
	TRY(customer_profile_put(tx, ev->customer, &p));
	struct follow_key key = { ev->customer, f.staff };
	err e = follow_get(&tx->snap, &key, &r);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	take(&r.remark, f.remark);
	take(&r.description, f.description);
	if (f.state.n && !r.state.n)
		r.state = f.state;
	if (f.add_way != NIL)
		r.add_way = f.add_way;
	return follow_put(tx, &r);
}

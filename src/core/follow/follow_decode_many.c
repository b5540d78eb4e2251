/*
 * Many callbacks in few transactions: those about persons whose all is in one slot, a transaction for each such slot,
 * and what other modules do in the base slot. What is not so plain is left to follow_decode, and whoever it speaks of
 * waits with all that came after it, so that her order is kept.
 *
 * A corp of one slot has everything in one transaction. Else persons are found and made first, the effects in another
 * slot leave a mark there, and the last transaction closes their rows: whatever breaks off in between is found done.
 */
#include "core/follow/follow_decode.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_xml.h"
#include "store/ahead.h"
#include "store/inbox.h"

struct reading {
	struct wecom_event ev;
	const struct wecom_reader *reader; /* of the base slot's effects; else NULL */
	struct follow_told told;
	struct identity_in id;
	size_t place; /* among who; NOT_PLAIN: left alone */
};

struct many {
	const struct inbox_row *rows;
	struct reading *readings;
	struct identity_who *who;
	u32 *numbers;
	i64 *customers; /* of who; 0: not plain */
	bool *created;
	size_t count, n;
	bool base;   /* the slot is the corp's base slot */
	bool spread; /* the corp has others */
};
#define NOT_PLAIN SIZE_MAX

/* Members are few and named again and again. */
static err staff_of(struct cx *cx, struct map *known, str userid, i64 *ret)
{
	i64 *id = map_get(known, userid);
	if (!id) {
		id = ARENA_NEW(CX_ARENA(cx), i64);
		TRY(staff_ensure(&cx->unit, userid, id));
		map_put(known, userid, id);
	}
	*ret = *id;
	return OK;
}

static err read_one(struct cx *cx, struct many *m, size_t i, struct map *staff)
{
	struct reading *r = &m->readings[i];
	struct fail ignored = { 0 };
	enum follow_tell tell;
	i64 member;
	r->place = NOT_PLAIN;
	if (wecom_event_read(m->rows[i].body, CX_ARENA(cx), &r->ev, &ignored) != OK)
		return OK;
	if (!str_eq_c(r->ev.event, "change_external_contact")) {
		r->reader = m->base ? follow_reader_of(cx->env, r->ev.event) : NULL;
		return OK;
	}
	if (!follow_tell_of(&r->ev, &tell) || !r->ev.user_id.n || !r->ev.external_user_id.n)
		return OK;
	TRY(staff_of(cx, staff, r->ev.user_id, &member));
	r->told = follow_told_of(&r->ev, tell, member, m->rows[i].received);
	r->id = (struct identity_in){ STR("external_userid"), r->told.external_userid, true };
	r->place = m->n;
	m->who[m->n++] = (struct identity_who){ &r->id, 1, false, r->told.at, STR("wecom"), STR_NIL };
	return OK;
}

err follow_all_here(const struct snap *s, i64 customer, bool *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	struct customer c;
	size_t n = 0;
	*ret = false;
	TRY(customer_get(s, customer, &c));
	if (c.root != customer)
		return OK;
	TRY(customer_leaves_in(s, customer, leaves, &n));
	*ret = n == 1;
	return OK;
}

static err write_contact(struct tx *tx, const struct many *m, size_t i, bool *ret_done)
{
	struct follow_told t = m->readings[i].told;
	size_t place = m->readings[i].place;
	bool here = m->created[place];
	*ret_done = false;
	if (!here)
		TRY(follow_all_here(&tx->snap, m->customers[place], &here));
	if (!here)
		return OK;
	t.customer = m->customers[place];
	*ret_done = true;
	return follow_effects(tx, &m->rows[i], &t);
}

/* Those about persons of the transaction's slot, in order. */
static err write_contacts(struct tx *tx, const struct many *m, bool *ret_done)
{
	struct map waiting = map_new(tx->snap.arena);
	i64 *here = ARENA_ARRAY(tx->snap.arena, i64, m->n + 1);
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++)
		if (m->customers[i] && !m->created[i] && slot_of_customer(tx->snap.unit->store, m->customers[i]) == tx->snap.slot)
			here[n++] = m->customers[i];
	TRY(ahead_read(&tx->snap, AHEAD_FOLLOW, here, n));
	for (size_t i = 0; i < m->count; i++) {
		const struct reading *r = &m->readings[i];
		if (r->reader && r->reader->effects)
			continue;
		bool plain = r->place != NOT_PLAIN && m->customers[r->place];
		if (plain && slot_of_customer(tx->snap.unit->store, m->customers[r->place]) != tx->snap.slot)
			continue;
		ret_done[i] = false;
		ahead_about(&tx->snap, AHEAD_FOLLOW, plain && !m->created[r->place] ? m->customers[r->place] : 0);
		if (plain && !map_get(&waiting, r->told.external_userid))
			TRY(write_contact(tx, m, i, &ret_done[i]));
		if (!ret_done[i] && r->ev.external_user_id.n)
			map_put(&waiting, r->ev.external_user_id, &waiting);
	}
	ahead_about(&tx->snap, AHEAD_FOLLOW, 0);
	return OK;
}

static err write_readers(struct tx *tx, const struct many *m, bool *ret_done)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct reading *r = &m->readings[i];
		if (!r->reader || !r->reader->effects)
			continue;
		TRY(r->reader->effects(tx, &m->rows[i], &r->ev));
		ret_done[i] = true;
	}
	return OK;
}

static err write_many(struct tx *tx, const struct many *m, bool *ret_done)
{
	if (!m->spread)
		TRY(identity_resolve_many(tx, m->who, m->numbers, m->n, m->customers, m->created));
	TRY(write_contacts(tx, m, ret_done));
	TRY(write_readers(tx, m, ret_done));
	return m->spread ? inbox_close_many(tx, m->rows, m->count, ret_done) : OK;
}

/* The slots of the persons first; the rows' own slot last, with their closing. */
static err write_spread(struct cx *cx, struct many *m, bool *ret_done)
{
	struct store *st = cx->unit.store;
	bool *slots = ARENA_ARRAY(CX_ARENA(cx), bool, SLOT_COUNT);
	TRY(identity_resolve_spread(&cx->unit, m->who, m->n, m->customers, m->created));
	for (size_t i = 0; i < m->n; i++)
		if (m->customers[i])
			slots[slot_of_customer(st, m->customers[i])] = true;
	slots[m->rows[0].slot] = false;
	for (i64 slot = 0; slot < SLOT_COUNT; slot++)
		if (slots[slot])
			TRY(WRITE_TX(&cx->unit, slot, write_contacts(tx, m, ret_done)));
	return WRITE_TX(&cx->unit, m->rows[0].slot, write_many(tx, m, ret_done));
}

/* Numbers for those who will be made: dense numbers are not to be wasted. */
static err take_numbers(struct cx *cx, struct many *m)
{
	bool *unknown = ARENA_ARRAY(CX_ARENA(cx), bool, m->n + 1);
	TRY(READ_SNAP(&cx->unit, m->rows[0].slot, identity_unknown_many(snap, m->who, m->n, unknown)));
	for (size_t i = 0; i < m->n; i++)
		if (unknown[i])
			TRY(store_number(&cx->unit, "customer", &m->numbers[i]));
	return OK;
}

err follow_decode_many(struct cx *cx, const struct inbox_row *rows, size_t count, bool *ret_done)
{
	struct arena *a = CX_ARENA(cx);
	struct store *st = cx->unit.store;
	i64 two[2];
	struct many m = {
		.rows = rows, .readings = ARENA_ARRAY(a, struct reading, count), .who = ARENA_ARRAY(a, struct identity_who, count),
		.numbers = ARENA_ARRAY(a, u32, count), .customers = ARENA_ARRAY(a, i64, count), .created = ARENA_ARRAY(a, bool, count),
		.count = count, .base = rows[0].slot == slot_base(st, cx->unit.corp),
		.spread = slots_of_corp(st, cx->unit.corp, two, ARRAY_LEN(two)) > 1,
	};
	struct map staff = map_new(a);
	ms last = rows[0].received;
	cx->unit.actor_kind = ACTOR_WECOM;
	for (size_t i = 0; i < count; i++) {
		TRY(read_one(cx, &m, i, &staff));
		last = int_max(last, rows[i].received);
	}
	TRY(corp_callback_seen(&cx->unit, last));
	if (m.spread)
		return write_spread(cx, &m, ret_done);
	TRY(take_numbers(cx, &m));
	return WRITE_TX(&cx->unit, rows[0].slot, write_many(tx, &m, ret_done));
}

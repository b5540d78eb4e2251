/*
 * lucky's rules: the scheme, its pool, whom the next one gets, and who was asked.
 */
#include "feature/lucky/lucky_data.h"

#include "core/audit/audit.h"
#include "core/follow/follow.h"
#include "core/group/group.h"
#include "store/journal.h"

static err tell(struct tx *tx, const struct lucky *l, const char *what)
{
	struct lucky_saved ev = { l->id, l->name, l->removed };
	TRY(audit_add(tx, what, arena_printf(tx->snap.arena, "lucky:%lld", (long long)l->id), STR("")));
	return journal_add(tx, EV_LUCKY_SAVED, 0, tx->snap.now, &lucky_saved_record, &ev, NULL);
}

static err pool_wrong(struct tx *tx)
{
	return tx_fail(tx, ERR_INPUT, T_LUCKY_POOL, STR("accounts"), STR_NIL, STR(FAIL_STR(LUCKY_ACCOUNTS_MAX)));
}

/* The pool as given; each account gets a way of its own, who is no longer in it loses hers. */
static err put_pool(struct tx *tx, const struct lucky *l, const struct list *accounts)
{
	const struct lucky_account_in *in = accounts->v;
	struct way *had, way;
	size_t n;
	if (accounts->n == 0 || accounts->n > LUCKY_ACCOUNTS_MAX)
		return pool_wrong(tx);
	for (size_t i = 0; i < accounts->n; i++)
		for (size_t k = 0; k < i; k++)
			if (in[i].staff == in[k].staff)
				return pool_wrong(tx);
	TRY(way_all(&tx->snap, LUCKY_OWNER, l->id, &had, &n));
	for (size_t i = 0; i < n; i++) {
		bool stays = false;
		for (size_t k = 0; k < accounts->n; k++)
			stays |= in[k].staff == had[i].part;
		if (!stays)
			TRY(way_drop(tx, LUCKY_OWNER, l->id, had[i].part));
	}
	TRY(lucky_accounts_clear(tx, &(struct lucky_key){ l->id }));
	for (size_t i = 0; i < accounts->n; i++) {
		i64 staff = in[i].staff;
		struct way_wish wish = { LUCKY_OWNER, l->id, staff, l->name, { &staff, 1 } };
		TRY(way_want(tx, &wish, &way));
		TRY(lucky_account_add(tx, &(struct lucky_account){ l->id, staff, in[i].weight }));
	}
	return OK;
}

err lucky_make(struct tx *tx, const struct lucky_edit *in, i64 *ret_id)
{
	struct lucky *have, l = { .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .name = in->name,
				  .friends_max = in->friends_max == NIL ? LUCKY_FRIENDS_DEFAULT : in->friends_max, .created = tx->snap.now, .version = 1 };
	size_t n;
	TRY(lucky_rows(&tx->snap, &(struct none){ 0 }, &have, &n));
	if (n >= LUCKY_MAX)
		return tx_fail(tx, ERR_STATE, T_LUCKY_FULL, STR_NIL, STR_NIL, STR(FAIL_STR(LUCKY_MAX)));
	TRY(door_add(tx, "lucky", l.id, STR(""), NIL, &l.door));
	TRY(door_add(tx, "lucky.group", l.id, STR(""), NIL, &l.group_door));
	TRY(lucky_insert(tx, &l));
	TRY(put_pool(tx, &l, &in->accounts));
	*ret_id = l.id;
	return tell(tx, &l, "lucky.create");
}

err lucky_get(const struct snap *s, i64 id, struct lucky *ret)
{
	err e = lucky_row(s, &(struct lucky_key){ id }, ret);
	if (e == ERR_NOT_FOUND || (e == OK && ret->removed))
		return snap_fail(s, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_LUCKY, LANG_ZH)));
	return e;
}

err lucky_change(struct tx *tx, i64 id, i64 version, const struct lucky_edit *in)
{
	struct lucky l;
	TRY(lucky_get(&tx->snap, id, &l));
	l.name = in->name;
	l.friends_max = in->friends_max == NIL ? LUCKY_FRIENDS_DEFAULT : in->friends_max;
	l.version = version;
	TRY(lucky_update(tx, &l));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	TRY(put_pool(tx, &l, &in->accounts));
	return tell(tx, &l, "lucky.change");
}

err lucky_remove(struct tx *tx, i64 id)
{
	struct lucky l;
	struct way *ways;
	size_t n;
	TRY(lucky_get(&tx->snap, id, &l));
	TRY(way_all(&tx->snap, LUCKY_OWNER, id, &ways, &n));
	for (size_t i = 0; i < n; i++)
		TRY(way_drop(tx, LUCKY_OWNER, id, ways[i].part));
	l.removed = true;
	TRY(lucky_update(tx, &l));
	TRY(door_remove(tx, l.door));
	TRY(door_remove(tx, l.group_door));
	return tell(tx, &l, "lucky.remove");
}

err lucky_pick(const struct snap *s, const struct lucky *l, u64 dice, i64 *ret_staff)
{
	struct lucky_account *rows;
	size_t n, kept = 0;
	i64 most = l->friends_max - l->friends_max * LUCKY_RESERVE_PERCENT / 100, sum = 0;
	TRY(lucky_accounts(s, &(struct lucky_key){ l->id }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct staff staff;
		struct way way;
		bool room = staff_get(s, rows[i].staff, &staff) == OK && str_eq_c(staff.state, "active") && staff.in_scope && staff.customers < most;
		if (!room || way_get(s, LUCKY_OWNER, l->id, rows[i].staff, &way) != OK || str_is_nil(way.qr_url))
			continue;
		rows[kept++] = rows[i];
		sum += rows[i].weight;
	}
	if (sum == 0)
		return snap_fail(s, ERR_STATE, T_LUCKY_SPENT, STR_NIL, STR_NIL, STR_NIL);
	i64 at = (i64)(dice % (u64)sum);
	for (size_t i = 0; i < kept; i++) {
		at -= rows[i].weight;
		*ret_staff = rows[i].staff;
		if (at < 0)
			break;
	}
	return OK;
}

/* act: she came by an account of the pool. */
err lucky_on_added(struct tx *tx, const struct event *ev)
{
	struct follow_event add;
	struct lucky l;
	struct way w;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &add));
	err e = way_by_state(&tx->snap, add.state, &w);
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(w.owner, LUCKY_OWNER)))
		return OK;
	TRY(e);
	e = lucky_row(&tx->snap, &(struct lucky_key){ w.owner_id }, &l);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	struct lucky_ask ask = { ev->customer, l.id, add.staff, NIL, ev->occurred, NIL };
	struct lucky_event told = { l.id, l.name, add.staff, NIL };
	TRY(follow_channel_put(tx, ev->customer, add.staff, l.name));
	TRY(lucky_ask_add(tx, &ask));
	return tx_changed(tx) ? journal_add(tx, EV_LUCKY_ASKED, ev->customer, ev->occurred, &lucky_event_record, &told, NULL) : OK;
}

/* act: whatever group it is, she sits in one now. */
err lucky_on_joined(struct tx *tx, const struct event *ev)
{
	struct group_seat_event seat;
	struct lucky_ask *rows, key = { .customer = ev->customer };
	struct lucky l;
	size_t n;
	if (ev->customer == 0)
		return OK;
	TRY(event_body(&tx->snap, ev, &group_seat_event_record, &seat));
	TRY(lucky_asks_of(&tx->snap, &key, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (rows[i].joined != NIL || seat.at < rows[i].asked)
			continue;
		TRY(lucky_row(&tx->snap, &(struct lucky_key){ rows[i].lucky }, &l));
		rows[i].joined = seat.at;
		TRY(lucky_ask_join(tx, &rows[i]));
		struct lucky_event told = { l.id, l.name, rows[i].staff, seat.group };
		TRY(journal_add(tx, EV_LUCKY_JOINED, ev->customer, ev->occurred, &lucky_event_record, &told, NULL));
	}
	return OK;
}

/*
 * group code's rules on a transaction of the corp's base slot, and which groups WeCom is lent.
 */
#include "feature/groupcode/groupcode_data.h"

#include "core/audit/audit.h"
#include "core/corp/corp.h"

static str number(struct tx *tx, i64 n) { return arena_printf(tx->snap.arena, "%lld", (long long)n); }

/* ---- asking WeCom, telling ---- */

static err tell(struct tx *tx, enum event_kind kind, const struct groupcode *c, i64 room)
{
	struct groupcode_event ev = { c->id, c->name, c->config_id, c->qr_url, c->fail_code, room };
	return journal_add(tx, kind, 0, tx->snap.now, &groupcode_event_record, &ev, NULL);
}

static err ask_wecom(struct tx *tx, const char *kind, const struct groupcode *c)
{
	struct groupcode_task task = { c->id };
	i64 once = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)c->id, (long long)once);
	return outbox_add(tx, str_c(kind), key, STR(""), tx->snap.now, 0, 0, &groupcode_task_record, &task, NULL);
}

static err page_put(struct tx *tx, const struct groupcode *c)
{
	struct groupcode_page page = { c->name, c->qr_url.n ? c->qr_url : STR(""), c->offer, c->link };
	struct buf b = buf_new(tx->snap.arena, DOOR_PARAMS_BYTES_MAX * 2);
	record_write(&b, &groupcode_page_record, &page);
	struct door door = { tx->snap.corp, c->door, STR(GROUPCODE_DOOR), c->id, buf_str(&b), NIL };
	return door_put(tx, &door);
}

/* ---- which groups ---- */

/* The first five living groups with room; when there is none the last living one, behind which WeCom makes the next. */
static str lend(struct tx *tx, const struct groupcode *c, const struct groupcode_pool *v, size_t n, i64 *ret_room)
{
	struct buf b = buf_new(tx->snap.arena, 4096);
	str last = STR_NIL;
	size_t lent = 0;
	*ret_room = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i].dissolved != NIL)
			continue;
		last = v[i].chat_id;
		if (v[i].members >= c->threshold)
			continue;
		*ret_room += c->threshold - v[i].members;
		if (lent++ >= WECOM_JOIN_CHATS_MAX)
			continue;
		if (b.n)
			buf_char(&b, ',');
		buf_add(&b, v[i].chat_id);
	}
	return b.n ? buf_str(&b) : last.n ? last : STR("");
}

/* Works out what is lent and how much room is left; *ret_other: WeCom must be told. */
static err settle(struct tx *tx, struct groupcode *c, bool *ret_other)
{
	struct groupcode_pool *v;
	size_t n;
	i64 room;
	TRY(groupcode_pool_of(&tx->snap, &(struct groupcode_key){ c->id }, &v, &n));
	str lent = lend(tx, c, v, n, &room);
	bool low = !c->auto_create && room <= GROUPCODE_WARN_LEFT, was = c->low;
	*ret_other = lent.n && !str_eq(lent, c->lent); /* all dissolved: nothing can be lent, the old stays */
	if (*ret_other)
		c->lent = lent;
	c->room = room;
	c->low = low;
	if (low == was)
		return OK;
	return tell(tx, low ? EV_GROUPCODE_LOW : EV_GROUPCODE_EASED, c, room);
}

/* ---- by hand ---- */

static err bad(struct tx *tx, const char *field, str value, const char *limit)
{
	return tx_fail(tx, ERR_INPUT, T_OK, str_c(field), value, str_c(limit));
}

static err check(struct tx *tx, const struct groupcode_edit *in)
{
	if (in->groups.n == 0 || in->groups.n > GROUPCODE_GROUPS_MAX)
		return bad(tx, "group_ids", number(tx, (i64)in->groups.n), "1-" FAIL_STR(GROUPCODE_GROUPS_MAX));
	if (in->auto_create && !in->base_name.n)
		return bad(tx, "base_name", STR(""), "1-" FAIL_STR(WECOM_JOIN_NAME_CHARS_MAX));
	if (in->link.n && !str_starts(in->link, STR("https://")) && !str_starts(in->link, STR("http://")))
		return bad(tx, "link", in->link, "https://");
	for (size_t i = 0; i < in->groups.n; i++) {
		struct group_chat g;
		err e = group_get(&tx->snap, in->groups.v[i], &g);
		if (e == ERR_NOT_FOUND)
			return tx_fail(tx, ERR_INPUT, T_GROUPCODE_NO_GROUP, STR("group_ids"), number(tx, in->groups.v[i]), STR_NIL);
		TRY(e);
		if (g.dissolved != NIL)
			return tx_fail(tx, ERR_INPUT, T_GROUPCODE_DISSOLVED, STR("group_ids"), g.name, STR_NIL);
		for (size_t k = 0; k < i; k++)
			if (in->groups.v[k] == in->groups.v[i])
				return tx_fail(tx, ERR_INPUT, T_GROUPCODE_TWICE, STR("group_ids"), g.name, STR_NIL);
	}
	return OK;
}

static err put_groups(struct tx *tx, i64 id, struct ids groups)
{
	TRY(groupcode_chat_clear(tx, &(struct groupcode_key){ id }));
	for (size_t i = 0; i < groups.n; i++)
		TRY(groupcode_chat_put(tx, &(struct groupcode_chat){ id, (i64)i, groups.v[i] }));
	return OK;
}

static void take_over(struct groupcode *c, const struct groupcode_edit *in)
{
	c->name = in->name;
	c->threshold = in->threshold;
	c->auto_create = in->auto_create;
	c->base_name = in->base_name.p ? in->base_name : STR("");
	c->base_id = in->base_id;
	c->offer = in->offer.p ? in->offer : STR("");
	c->link = in->link.p ? in->link : STR("");
}

static str object_of(struct tx *tx, i64 id) { return arena_printf(tx->snap.arena, "groupcode:%lld", (long long)id); }

err groupcode_create(struct tx *tx, const struct groupcode_edit *in, i64 *ret_id)
{
	bool other;
	TRY(check(tx, in));
	struct groupcode c = {
		.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now),
		.wecom_state = arena_printf(tx->snap.arena, "gc_%.*s", STR_F(id_slug(tx->snap.arena, GROUPCODE_STATE_CHARS))),
		.config_id = STR_NIL, .qr_url = STR_NIL, .state = STR("creating"), .lent = STR(""), .created = tx->snap.now, .version = 1,
	};
	take_over(&c, in);
	TRY(door_add(tx, GROUPCODE_DOOR, c.id, STR(""), NIL, &c.door));
	TRY(groupcode_insert(tx, &c));
	TRY(put_groups(tx, c.id, in->groups));
	TRY(settle(tx, &c, &other));
	TRY(groupcode_lend(tx, &c));
	TRY(page_put(tx, &c));
	TRY(tell(tx, EV_GROUPCODE_SAVED, &c, c.room));
	TRY(ask_wecom(tx, "groupcode.create", &c));
	TRY(audit_add(tx, "groupcode.create", object_of(tx, c.id), STR("")));
	*ret_id = c.id;
	return OK;
}

static err get(struct tx *tx, i64 id, struct groupcode *ret)
{
	err e = groupcode_get(&tx->snap, &(struct groupcode_key){ id }, ret);
	if (e == ERR_NOT_FOUND || (e == OK && str_eq_c(ret->state, "disabled")))
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPCODE, LANG_ZH)));
	return e;
}

err groupcode_change(struct tx *tx, i64 id, i64 version, const struct groupcode_edit *in)
{
	struct groupcode c;
	bool other;
	TRY(get(tx, id, &c));
	if (str_eq_c(c.state, "creating"))
		return tx_fail(tx, ERR_STATE, T_GROUPCODE_BUSY, STR_NIL, STR_NIL, STR_NIL);
	if (c.version != version)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	TRY(check(tx, in));
	take_over(&c, in);
	TRY(put_groups(tx, id, in->groups));
	TRY(settle(tx, &c, &other));
	bool made = !str_is_nil(c.config_id);
	if (!made)
		c.state = STR("creating");
	TRY(groupcode_update(tx, &c));
	c.version++;
	TRY(page_put(tx, &c));
	TRY(tell(tx, EV_GROUPCODE_SAVED, &c, c.room));
	TRY(ask_wecom(tx, made ? "groupcode.update" : "groupcode.create", &c));
	return audit_add(tx, "groupcode.change", object_of(tx, id), STR(""));
}

/* The row stays, so that a late join is still counted for its code; the page and WeCom's way go. */
err groupcode_remove(struct tx *tx, i64 id)
{
	struct groupcode c;
	TRY(get(tx, id, &c));
	c.state = STR("disabled");
	TRY(groupcode_update(tx, &c));
	c.version++;
	TRY(door_remove(tx, c.door));
	TRY(tell(tx, EV_GROUPCODE_REMOVED, &c, NIL));
	if (!str_is_nil(c.config_id))
		TRY(ask_wecom(tx, "groupcode.delete", &c));
	return audit_add(tx, "groupcode.remove", object_of(tx, id), STR(""));
}

/* ---- by events ---- */

static err look_soon(struct tx *tx, i64 code, i64 chat)
{
	struct groupcode_look_at body = { code, chat };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)code, (long long)chat);
	return timer_set(tx, STR(GROUPCODE_LOOK), key, tx->snap.now, 0, &groupcode_look_at_record, &body);
}

static struct snap base_of(const struct tx *tx)
{
	struct snap s = tx->snap;
	snap_slot(&s, slot_base(s.unit->store, s.corp));
	return s;
}

static err look_of_chat(struct tx *tx, i64 chat)
{
	struct snap base = base_of(tx);
	struct groupcode_chat *rows;
	size_t n;
	TRY(groupcode_of_chat(&base, &(struct groupcode_key){ chat }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(look_soon(tx, rows[i].code, 0));
	return OK;
}

/* act, in her slot: a seat was taken or left. The codes lie in the base slot, so a timer goes there. */
err groupcode_on_seat(struct tx *tx, const struct event *ev)
{
	struct group_seat_event b;
	struct groupcode c;
	struct snap base = base_of(tx);
	TRY(event_body(&tx->snap, ev, &group_seat_event_record, &b));
	TRY(look_of_chat(tx, b.group));
	if (ev->kind != EV_GROUP_JOINED || !str_starts(b.state, STR("gc_")))
		return OK;
	err e = groupcode_by_state(&base, &(struct groupcode_named){ b.state }, &c);
	return e == ERR_NOT_FOUND ? OK : e != OK ? e : look_soon(tx, c.id, b.group);
}

err groupcode_on_group(struct tx *tx, const struct event *ev)
{
	struct group_event b;
	TRY(event_body(&tx->snap, ev, &group_event_record, &b));
	return look_of_chat(tx, b.group);
}

/* derive: who came by which code. */
err groupcode_on_count(struct tx *tx, const struct event *ev)
{
	struct group_seat_event b;
	struct groupcode c;
	struct snap base = base_of(tx);
	TRY(event_body(&tx->snap, ev, &group_seat_event_record, &b));
	if (b.late || !str_starts(b.state, STR("gc_")))
		return OK;
	err e = groupcode_by_state(&base, &(struct groupcode_named){ b.state }, &c);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	i64 day = corp_day(tx->snap.unit, ev->occurred);
	return groupcode_tally_add(tx, &(struct groupcode_tally){ c.id, day, 1 });
}

static err look(struct tx *tx, const struct groupcode_look_at *at)
{
	struct groupcode c;
	struct groupcode_pool *v;
	size_t n;
	bool other;
	err e = groupcode_get(&tx->snap, &(struct groupcode_key){ at->id }, &c);
	if (e != OK || str_eq_c(c.state, "disabled"))
		return e == ERR_NOT_FOUND ? OK : e;
	if (at->chat) {
		TRY(groupcode_pool_of(&tx->snap, &(struct groupcode_key){ c.id }, &v, &n));
		i64 place = n ? v[n - 1].place + 1 : 0;
		TRY(groupcode_chat_put(tx, &(struct groupcode_chat){ c.id, place, at->chat }));
	}
	i64 room = c.room;
	bool low = c.low;
	TRY(settle(tx, &c, &other));
	if (!other && room == c.room && low == c.low)
		return OK;
	TRY(groupcode_lend(tx, &c));
	return other && !str_is_nil(c.config_id) ? ask_wecom(tx, "groupcode.update", &c) : OK;
}

static err looked(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	return timer_take(tx, row, &taken);
}

/* Looking twice finds nothing new, so it comes first and its timer goes after it. */
err groupcode_look(struct cx *cx, const struct timer_row *row)
{
	struct groupcode_look_at at;
	TRY(READ_SNAP(&cx->unit, row->slot, timer_body(snap, row, &groupcode_look_at_record, &at)));
	TRY(WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), look(tx, &at)));
	return WRITE_TX(&cx->unit, row->slot, looked(tx, row));
}

/* act: WeCom made the way, or not. */
err groupcode_on_result(struct tx *tx, const struct event *ev)
{
	struct groupcode_event r;
	struct groupcode c;
	TRY(event_body(&tx->snap, ev, &groupcode_event_record, &r));
	err e = groupcode_get(&tx->snap, &(struct groupcode_key){ r.id }, &c);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	bool removed = str_eq_c(c.state, "disabled"), made = str_is_nil(c.config_id);
	if (!str_is_nil(r.config_id))
		c.config_id = r.config_id;
	if (!str_is_nil(r.qr_url))
		c.qr_url = r.qr_url;
	c.fail_code = r.code;
	bool no_picture = str_is_nil(c.qr_url);
	if (!removed)
		c.state = ev->kind == EV_GROUPCODE_FAILED || (no_picture && !made) ? STR("failed") : no_picture ? STR("creating") : STR("active");
	TRY(groupcode_result(tx, &c));
	if (removed)
		return made && !str_is_nil(c.config_id) ? ask_wecom(tx, "groupcode.delete", &c) : OK;
	if (ev->kind == EV_GROUPCODE_READY && no_picture && made) /* made, but its picture was not read: an update reads it */
		return ask_wecom(tx, "groupcode.update", &c);
	return page_put(tx, &c);
}

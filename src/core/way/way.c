/*
 * way's rules on a transaction of the corp's base slot.
 */
#include "core/way/way_data.h"

#include "core/corp/corp.h"
#include "port/qr/qr.h"
#include "port/wecom/wecom_limits.h"
#include "store/journal.h"
#include "store/outbox.h"

#define PICTURE_PIXELS 400

static err check_staff(struct tx *tx, struct ids staff, struct strs *ret_users)
{
	struct arena *a = tx->snap.arena;
	if (staff.n == 0 || staff.n > WECOM_WAY_USERS_MAX)
		return tx_fail(tx, ERR_INPUT, T_WAY_STAFF_COUNT, STR("staff_ids"), arena_printf(a, "%zu", staff.n),
			       STR(FAIL_STR(WECOM_WAY_USERS_MAX)));
	*ret_users = (struct strs){ ARENA_ARRAY(a, str, staff.n), staff.n };
	for (size_t i = 0; i < staff.n; i++) {
		struct staff s;
		err e = staff_get(&tx->snap, staff.v[i], &s);
		if (e == ERR_NOT_FOUND)
			return tx_fail(tx, ERR_INPUT, T_WAY_STAFF, STR("staff_ids"), arena_printf(a, "%lld", (long long)staff.v[i]), STR("-"));
		TRY(e);
		if (!str_eq_c(s.state, "active") || !s.in_scope)
			return tx_fail(tx, ERR_INPUT, T_WAY_STAFF, STR("staff_ids"), s.name, s.state);
		ret_users->v[i] = s.userid;
	}
	return OK;
}

static err ask(struct tx *tx, const char *kind, const struct way *w, struct strs users)
{
	struct way_task task = { w->id, w->remark, w->wecom_state, w->config_id, users };
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)w->id, (long long)w->version);
	return outbox_add(tx, str_c(kind), key, STR(""), tx->snap.now, 0, 0, &way_task_record, &task, NULL);
}

/* *ret_same: exactly these answer already. */
static err put_staff(struct tx *tx, i64 way, struct ids staff, bool *ret_same)
{
	struct ids had;
	size_t same = 0;
	TRY(way_staff_list(&tx->snap, way, &had));
	for (size_t i = 0; i < staff.n; i++)
		for (size_t k = 0; k < had.n; k++)
			same += staff.v[i] == had.v[k];
	*ret_same = same == staff.n && staff.n == had.n;
	if (*ret_same)
		return OK;
	TRY(way_staff_clear(tx, &(struct way_key){ way }));
	for (size_t i = 0; i < staff.n; i++)
		TRY(way_staff_add(tx, &(struct way_staff){ way, staff.v[i] }));
	return OK;
}

static err make(struct tx *tx, const struct way_wish *wish, struct strs users, struct way *ret)
{
	bool same;
	struct arena *a = tx->snap.arena;
	struct way w = {
		.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now),
		.owner = str_c(wish->owner), .owner_id = wish->owner_id, .part = wish->part,
		.remark = str_utf8_head(wish->remark, WECOM_WAY_REMARK_CHARS_MAX),
		.wecom_state = arena_printf(a, WAY_STATE_HEAD "%.*s", STR_F(id_slug(a, WAY_STATE_CHARS))),
		.status = STR("creating"), .created = tx->snap.now, .version = 1,
	};
	TRY(way_insert(tx, &w));
	TRY(put_staff(tx, w.id, wish->staff, &same));
	*ret = w;
	return ask(tx, "way.create", &w, users);
}

err way_want(struct tx *tx, const struct way_wish *wish, struct way *ret)
{
	struct strs users;
	bool same;
	TRY(check_staff(tx, wish->staff, &users));
	struct way_owned key = { str_c(wish->owner), wish->owner_id, wish->part };
	err e = way_owned_get(&tx->snap, &key, ret);
	if (e == ERR_NOT_FOUND)
		return make(tx, wish, users, ret);
	TRY(e);
	TRY(put_staff(tx, ret->id, wish->staff, &same));
	str remark = str_utf8_head(wish->remark, WECOM_WAY_REMARK_CHARS_MAX);
	bool lives = str_eq_c(ret->status, "active") || str_eq_c(ret->status, "creating");
	if (same && lives && str_eq(remark, ret->remark))
		return OK;
	bool made = !str_is_nil(ret->config_id);
	ret->remark = remark;
	ret->fail_code = STR_NIL;
	if (str_eq_c(ret->status, "creating") && !made)
		return way_update(tx, ret); /* its answer is still to come: what differs then is asked for after it */
	ret->status = made ? STR("active") : STR("creating");
	TRY(way_update(tx, ret));
	ret->version++;
	return ask(tx, made ? "way.update" : "way.create", ret, users);
}

err way_drop(struct tx *tx, const char *owner, i64 owner_id, i64 part)
{
	struct way w;
	err e = way_get(&tx->snap, owner, owner_id, part, &w);
	if (e == ERR_NOT_FOUND || (e == OK && str_eq_c(w.status, "removed")))
		return OK;
	TRY(e);
	if (!str_is_nil(w.config_id))
		TRY(ask(tx, "way.delete", &w, (struct strs){ 0 }));
	w.status = STR("removed");
	w.config_id = w.qr_url = STR_NIL;
	return way_update(tx, &w);
}

err way_get(const struct snap *s, const char *owner, i64 owner_id, i64 part, struct way *ret)
{
	return way_owned_get(s, &(struct way_owned){ str_c(owner), owner_id, part }, ret);
}

err way_by_state(const struct snap *s, str state, struct way *ret)
{
	if (!str_starts(state, STR(WAY_STATE_HEAD)))
		return ERR_NOT_FOUND;
	return way_stated_get(s, &(struct way_stated){ state }, ret);
}

err way_all(const struct snap *s, const char *owner, i64 owner_id, struct way **ret, size_t *ret_count)
{
	return way_owned_all(s, &(struct way_owned){ str_c(owner), owner_id, 0 }, ret, ret_count);
}

err way_staff_list(const struct snap *s, i64 way, struct ids *ret)
{
	struct way_staff *rows;
	size_t n;
	TRY(way_staff_of(s, &(struct way_key){ way }, &rows, &n));
	*ret = (struct ids){ ARENA_ARRAY(s->arena, i64, n), n };
	for (size_t i = 0; i < n; i++)
		ret->v[i] = rows[i].staff;
	return OK;
}

str way_fail_text(struct arena *a, const struct way *w, enum lang lang)
{
	i64 number;
	if (str_is_nil(w->fail_code))
		return STR_NIL;
	if (str_eq_c(w->fail_code, "no_staff"))
		return str_c(text_raw(T_WAY_NO_STAFF, lang));
	if (!str_i64(w->fail_code, &number))
		return w->fail_code;
	struct text_hole hole = { "value", w->fail_code };
	return text_fill(a, wecom_errcode(number)->text, lang, &hole, 1);
}

err way_picture(struct cx *cx, const struct way *w, i64 size)
{
	struct corp corp;
	str png;
	if (str_is_nil(w->qr_url))
		return cx_fail(cx, ERR_STATE, T_WAY_BUSY, STR_NIL, STR_NIL, STR_NIL);
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	if (!corp.simulated) {
		http_send(cx->reply, 302, STR("text/plain"), STR(""));
		http_set(cx->reply, STR("Location"), w->qr_url);
		return OK;
	}
	TRY(qr_png(w->qr_url, size == NIL ? PICTURE_PIXELS : (int)size, CX_ARENA(cx), &png, &cx->unit.fail));
	http_send(cx->reply, 200, STR("image/png"), png);
	return OK;
}

/* ---- what WeCom answered, who left ---- */

/* The staff of a way that was changed while it was being made. */
static err ask_again(struct tx *tx, struct way *w)
{
	struct ids staff;
	struct strs users;
	TRY(way_staff_list(&tx->snap, w->id, &staff));
	if (staff.n == 0 || check_staff(tx, staff, &users) != OK)
		return OK;
	w->version++;
	return ask(tx, "way.update", w, users);
}

static err on_result(struct tx *tx, const struct event *ev)
{
	struct way_result r;
	struct way w;
	TRY(event_body(&tx->snap, ev, &way_result_record, &r));
	err e = way_row(&tx->snap, &(struct way_key){ r.id }, &w);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	bool first = str_eq_c(w.status, "creating"), changed = first && w.version > 1 && ev->kind == EV_WAY_READY;
	if (!str_is_nil(r.config_id))
		w.config_id = r.config_id;
	if (!str_is_nil(r.qr_url))
		w.qr_url = r.qr_url;
	if (str_eq_c(w.status, "removed")) { /* removed while it was being made */
		if (!str_is_nil(w.config_id))
			TRY(ask(tx, "way.delete", &w, (struct strs){ 0 }));
		w.config_id = w.qr_url = STR_NIL;
		return way_update(tx, &w);
	}
	w.status = ev->kind == EV_WAY_READY || !str_is_nil(w.config_id) ? STR("active") : STR("failed");
	w.fail_code = r.code;
	TRY(way_update(tx, &w));
	return changed ? ask_again(tx, &w) : OK;
}

static err leave_one(struct tx *tx, i64 way, i64 staff)
{
	struct ids had, left = { ARENA_ARRAY(tx->snap.arena, i64, WECOM_WAY_USERS_MAX), 0 };
	struct way w;
	TRY(way_row(&tx->snap, &(struct way_key){ way }, &w));
	if (str_eq_c(w.status, "removed"))
		return OK;
	TRY(way_staff_list(&tx->snap, way, &had));
	for (size_t i = 0; i < had.n && left.n < WECOM_WAY_USERS_MAX; i++) {
		struct staff s;
		if (had.v[i] != staff && staff_get(&tx->snap, had.v[i], &s) == OK && str_eq_c(s.state, "active") && s.in_scope)
			left.v[left.n++] = had.v[i];
	}
	if (left.n) {
		struct way_wish wish = { arena_cstr(tx->snap.arena, w.owner), w.owner_id, w.part, w.remark, left };
		return way_want(tx, &wish, &w);
	}
	w.fail_code = STR("no_staff");
	return way_update(tx, &w);
}

static err on_staff(struct tx *tx, const struct event *ev)
{
	struct staff_changed c;
	struct way_staff *rows;
	struct staff s;
	size_t n;
	TRY(event_body(&tx->snap, ev, &staff_changed_record, &c));
	TRY(staff_get(&tx->snap, c.staff, &s));
	if (str_eq_c(s.state, "active"))
		return OK;
	TRY(way_of_staff(&tx->snap, &(struct way_staff){ 0, c.staff }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(leave_one(tx, rows[i].way, c.staff));
	return OK;
}

static const struct query *const queries[] = {
	&way_insert_query, &way_update_query, &way_row_query, &way_owned_get_query, &way_owned_all_query, &way_stated_get_query,
	&way_staff_clear_query, &way_staff_add_query, &way_staff_of_query, &way_of_staff_query, NULL,
};
static const struct handler act[] = {
	{ EV_WAY_READY, on_result }, { EV_WAY_FAILED, on_result }, { EV_STAFF_CHANGED, on_staff }, { 0 },
};
static const struct sender senders[] = {
	{ .kind = "way.create", .send = way_send_create, .reconcile = way_find_created },
	{ .kind = "way.update", .send = way_send_update, .reconcile = way_send_update },
	{ .kind = "way.delete", .send = way_send_delete, .reconcile = way_send_delete },
	{ 0 },
};

const struct module way_module = {
	.name = "way",
	.doc = "Contact ways made for a store, an advisor, a pool: who answers, and what WeCom said.",
	.queries = queries,
	.act = act,
	.senders = senders,
};

/*
 * Waits: begun and ended by turns, told by a timer.
 */
#include "feature/inspect/inspect_data.h"

#include "base/buf.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "core/verb/verb.h"
#include "store/timer.h"

#define DAY_MINUTES 1440

/* As keyword tells it. */
#define TURN_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, account) F(S, STR, external_userid) F(S, STR, what) F(S, STR, userid, .opt = true)
RECORD(inspect_turn, TURN_FIELDS);

/* ---- working time ---- */

static bool minute_of(str t, i64 *ret)
{
	i64 h = 0, m = 0;
	if (t.n != 5 || t.p[2] != ':' || !str_i64((str){ t.p, 2 }, &h) || !str_i64((str){ t.p + 3, 2 }, &m))
		return false;
	*ret = h * 60 + m;
	return h >= 0 && m >= 0 && m < 60 && *ret <= DAY_MINUTES;
}

bool inspect_hours_parse(str text, struct inspect_hours *ret)
{
	return text.n == 11 && text.p[5] == '-' && minute_of((str){ text.p, 5 }, &ret->from) &&
	       minute_of((str){ text.p + 6, 5 }, &ret->to) && ret->from < ret->to;
}

bool inspect_minutes_parse(str text, i64 *ret)
{
	return str_i64(text, ret) && *ret >= 1 && *ret <= INSPECT_MINUTES_MAX;
}

ms inspect_due_at(const struct tz *z, const struct inspect_hours *h, ms wrote, i64 minutes)
{
	ms left = minutes * MS_MINUTE;
	for (i64 day = tz_day(z, wrote);; day++) {
		ms start = tz_day_start(z, day), from = int_max(start + h->from * MS_MINUTE, wrote), to = start + h->to * MS_MINUTE;
		if (from + left <= to)
			return from + left;
		left -= int_max(to - from, 0);
	}
}

ms inspect_open_at(const struct tz *z, const struct inspect_hours *h, ms at)
{
	i64 day = tz_day(z, at);
	ms start = tz_day_start(z, day);
	if (at > start + h->to * MS_MINUTE)
		return tz_day_start(z, day + 1) + h->from * MS_MINUTE;
	return int_max(at, start + h->from * MS_MINUTE);
}

/* What was written before it was looked at (setting.fits) counts as not set. */
static err rule_of(struct unit *u, struct inspect_hours *ret, i64 *ret_minutes)
{
	str text;
	TRY(setting_get(u, INSPECT_HOURS, &text));
	if (!inspect_hours_parse(text, ret))
		inspect_hours_parse(STR(INSPECT_HOURS_DEFAULT), ret);
	TRY(setting_get(u, INSPECT_MINUTES, &text));
	if (!inspect_minutes_parse(text, ret_minutes))
		*ret_minutes = INSPECT_MINUTES_DEFAULT;
	return OK;
}

/* ---- turns ---- */

static str timer_key(struct arena *a, i64 id) { return arena_printf(a, "%lld", (long long)id); }

static err begin(struct tx *tx, const struct inspect_turn *t, i64 staff, ms wrote)
{
	struct unit *u = tx->snap.unit;
	struct inspect_hours h;
	i64 minutes;
	TRY(rule_of(u, &h, &minutes));
	struct inspect_wait w = { .id = id_next(store_ids(u->store), tx->snap.now), .open_kfid = t->open_kfid, .account = t->account,
				  .external_userid = t->external_userid, .wrote = wrote, .staff = staff, .told = NIL, .replied = NIL };
	w.due = inspect_due_at(corp_zone(u, u->corp), &h, wrote, minutes);
	TRY(inspect_add(tx, &w));
	return timer_set(tx, STR(INSPECT_DUE), timer_key(tx->snap.arena, w.id), w.due, 0, &none_record, &(struct none){ 0 });
}

static err staff_named(const struct snap *s, str userid, i64 *ret)
{
	struct staff staff;
	*ret = NIL;
	err e = userid.n ? staff_by_userid(s, userid, &staff) : ERR_NOT_FOUND;
	if (e == OK)
		*ret = staff.id;
	return e == ERR_NOT_FOUND ? OK : e;
}

err inspect_on_turn(struct tx *tx, const struct event *ev)
{
	struct inspect_turn t;
	struct inspect_wait w = { .staff = NIL, .replied = 0 };
	i64 staff;
	TRY(event_body(&tx->snap, ev, &inspect_turn_record, &t));
	err e = inspect_last(&tx->snap, &(struct inspect_who){ t.external_userid, t.open_kfid }, &w);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	bool open = e == OK && w.replied == NIL;
	if (str_eq_c(t.what, "wrote"))
		return open ? OK : begin(tx, &t, w.staff, ev->occurred);
	if (!open)
		return OK;
	TRY(staff_named(&tx->snap, t.userid, &staff));
	w.staff = staff != NIL ? staff : w.staff;
	if (str_eq_c(t.what, "answered")) {
		w.replied = int_max(ev->occurred, w.wrote);
		TRY(timer_cancel(tx, STR(INSPECT_DUE), timer_key(tx->snap.arena, w.id)));
	}
	return inspect_put(tx, &w);
}

/* ---- telling ---- */

static str words(struct arena *a, i64 root, i64 staff, i64 minutes)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	struct text_hole hole = { "value", arena_printf(a, "%lld", (long long)minutes) };
	buf_add_c(&b, "{\"text\":");
	buf_json(&b, text_fill(a, T_INSPECT_LATE, LANG_ZH, &hole, 1));
	buf_add_c(&b, ",\"title\":");
	buf_json(&b, str_c(text_raw(T_INSPECT_LATE_TITLE, LANG_ZH)));
	buf_fmt(&b, ",\"url\":\"/customers/%lld\",\"who\":\"%s\"", (long long)root, staff != NIL ? "named" : "advisor");
	if (staff != NIL)
		buf_fmt(&b, ",\"staff\":\"%lld\"", (long long)staff);
	buf_char(&b, '}');
	return buf_str(&b);
}

static err tell(struct tx *tx, const struct inspect_wait *w, i64 root, i64 minutes, bool *ret_told)
{
	struct unit *u = tx->snap.unit;
	const struct verb *v = verb_find(u->env, STR("staff.notify"));
	struct verb_call call = { .customer = root, .at = tx->snap.now, .by = "inspect", .by_id = w->id,
				  .key = arena_printf(tx->snap.arena, "late:%lld", (long long)w->id) };
	struct verb_result result = { 0 };
	if (!v)
		return OK;
	err e = verb_args(u, v, words(tx->snap.arena, root, w->staff, minutes), &call.args);
	if (e == ERR_INPUT)
		return OK; /* a member we no longer know */
	TRY(e);
	TRY(v->run(tx, &call, &result));
	*ret_told = result.state != VERB_REFUSED;
	return OK;
}

/* again: NIL for not any more. */
static err settle_wait(struct tx *tx, const struct timer_row *row, i64 id, bool told, ms again)
{
	struct inspect_wait w;
	bool first;
	TRY(timer_take(tx, row, &first));
	if (!first)
		return OK;
	if (again != NIL)
		return timer_set(tx, STR(INSPECT_DUE), row->key, again, 0, &none_record, &(struct none){ 0 });
	err e = inspect_get(&tx->snap, &(struct inspect_key){ id }, &w);
	if (e == OK && told) {
		w.told = tx->snap.now;
		TRY(inspect_put(tx, &w));
	}
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	return inspect_drop(tx, &(struct inspect_old){ tx->snap.now - INSPECT_KEEP_DAYS * MS_DAY });
}

err inspect_due(struct cx *cx, const struct timer_row *row)
{
	struct unit *u = &cx->unit;
	struct inspect_wait w;
	struct inspect_hours h;
	i64 minutes, id = 0, leaf = 0, root = 0;
	bool told = false;
	ms now = cx_now(cx);
	str_i64(row->key, &id);
	TRY(rule_of(u, &h, &minutes));
	err e = READ_SNAP(u, row->slot, inspect_get(snap, &(struct inspect_key){ id }, &w));
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	bool late = e == OK && w.replied == NIL && w.told == NIL;
	ms open = late ? inspect_open_at(corp_zone(u, u->corp), &h, now) : now;
	if (late && open == now) {
		e = identity_find(u, STR("external_userid"), w.external_userid, &leaf);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == OK && leaf)
			TRY(customer_root(u, leaf, &root));
		if (root)
			TRY(WRITE_TX(u, slot_of_customer(u->store, root), tell(tx, &w, root, minutes, &told)));
	}
	return WRITE_TX(u, row->slot, settle_wait(tx, row, id, told, open > now ? open : NIL));
}

/*
 * What members send by themselves: read from WeCom's list every half hour, into the touch ledger.
 *
 * Such a mass send uses the same quota and the same patience of the customer. WeCom tells nobody of it, so the list
 * of personal ones is read from where the last look ended, a day of overlap included (results come late); each
 * message and person is a touch once, by a key of both. Who is not known to us is passed over.
 */
#include "feature/broadcast/broadcast_data.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/identity/identity.h"
#include "core/module.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_send.h"
#include "store/outbox.h"
#include "store/timer.h"

#define OVERLAP_MS MS_DAY
#define FIRST_LOOK_MS (30 * MS_DAY) /* how far back the first look goes; WeCom answers for a month */
#define MADE_BY_CORP 0
#define MADE_BY_MEMBER 1

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

struct look {
	struct cx *cx;
	struct wecom_call call;
	ms from, to;
};

static err note(struct tx *tx, i64 customer, i64 staff, str msgid, ms at, bool *ret_new)
{
	struct reach_ask ask = {
		.root = customer, .channel = "wecom", .class = "marketing", .by = "member", .staff = staff, .at = at, .how = "own", .content = "useful",
		.key = arena_printf(tx->snap.arena, "member:%.*s", STR_F(msgid)),
	};
	return reach_note(tx, &ask, ret_new);
}

static err one_result(struct look *l, const struct wecom_mass_item *item, i64 staff, const struct wecom_mass_result *r, i64 *people)
{
	struct unit *u = &l->cx->unit;
	i64 customer;
	bool fresh;
	if (r->status != WECOM_MASS_SENT || !r->external_userid.n)
		return OK;
	err e = identity_find(u, STR("external_userid"), r->external_userid, &customer);
	if (e == ERR_NOT_FOUND)
		return OK; /* comes with the next look, when we know her */
	TRY(e);
	++*people;
	return WRITE_TX(u, slot_of_customer(u->store, customer), note(tx, customer, staff, item->msgid, r->sent == NIL ? item->created : r->sent, &fresh));
}

static err results_of(struct look *l, const struct wecom_mass_item *item, str userid, i64 *people)
{
	str cursor = STR_NIL;
	i64 staff;
	TRY(staff_ensure(&l->cx->unit, userid, &staff));
	do {
		struct wecom_mass_results page;
		TRY(wecom_send_results(&l->call, item->msgid, userid, cursor, &page));
		for (size_t i = 0; i < page.n; i++)
			TRY(one_result(l, item, staff, &page.v[i], people));
		cursor = page.next_cursor;
	} while (cursor.n);
	return OK;
}

static err one_send(struct look *l, const struct wecom_mass_item *item)
{
	struct unit *u = &l->cx->unit;
	struct broadcast_own own;
	struct wecom_mass_tasks tasks;
	str cursor = STR_NIL;
	i64 people = 0;
	err e = READ_SNAP(u, base(l->cx), broadcast_own_get(snap, &(struct broadcast_msgid){ item->msgid }, &own));
	if (e != ERR_NOT_FOUND && (e != OK || own.done))
		return e;
	do {
		TRY(wecom_send_tasks(&l->call, item->msgid, cursor, &tasks));
		for (size_t i = 0; i < tasks.n; i++)
			TRY(results_of(l, item, tasks.v[i].userid, &people));
		cursor = tasks.next_cursor;
	} while (cursor.n);
	bool done = item->created < cx_now(l->cx) - OVERLAP_MS; /* until then more of it may arrive */
	struct broadcast_own row = { item->msgid, item->created, people, done };
	return WRITE_TX(u, base(l->cx), broadcast_own_put(tx, &row));
}

static err look_through(struct look *l)
{
	struct wecom_mass_query query = { .from = l->from, .to = l->to, .filter = MADE_BY_MEMBER, .creator = STR_NIL, .cursor = STR_NIL };
	do {
		struct wecom_mass_page page;
		TRY(wecom_send_list(&l->call, &query, &page));
		for (size_t i = 0; i < page.n; i++)
			if (page.v[i].create_type != MADE_BY_CORP)
				TRY(one_send(l, &page.v[i]));
		query.cursor = page.next_cursor;
	} while (query.cursor.n);
	return OK;
}

err broadcast_send_members(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct look l = { .cx = cx, .to = cx_now(cx) };
	struct corp_wecom corp;
	struct broadcast_upto upto = { l.to - FIRST_LOOK_MS + OVERLAP_MS };
	err e = READ_SNAP(&cx->unit, base(cx), broadcast_upto_get(snap, &(struct none){ 0 }, &upto));
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(corp_wecom_get(&cx->unit, row->corp, &corp));
	l.call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &corp.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail, .retry_at = NIL };
	l.from = int_max(upto.upto - OVERLAP_MS, l.to - FIRST_LOOK_MS);
	e = look_through(&l);
	if (e == OK)
		return WRITE_TX(&cx->unit, base(cx), broadcast_upto_put(tx, &(struct broadcast_upto){ l.to }));
	bool again = e == ERR_UNKNOWN || err_retryable(e);
	*ret = (struct outcome){ .state = again ? OUTCOME_RETRY : OUTCOME_DROPPED,
				 .reason = l.call.errcode ? arena_printf(CX_ARENA(cx), "%lld", (long long)l.call.errcode) : str_c(err_name(e)) };
	if (again && l.call.retry_at != NIL)
		ret->retry_at = l.call.retry_at;
	return OK;
}

/* ---- every half hour ---- */

static err arm(struct tx *tx)
{
	return timer_set(tx, STR(BROADCAST_MEMBERS), STR(""), tx->snap.now + BROADCAST_MEMBERS_EVERY_MS, 0, &none_record, &(struct none){ 0 });
}

static err due(struct tx *tx, const struct timer_row *row, bool connected)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	TRY(arm(tx));
	str key = arena_printf(tx->snap.arena, "%lld", (long long)row->due);
	return connected ? outbox_add(tx, STR(BROADCAST_MEMBERS), key, STR(""), tx->snap.now, tx->snap.now + BROADCAST_MEMBERS_EVERY_MS, 0,
				      &none_record, &(struct none){ 0 }, NULL) : OK;
}

err broadcast_members_due(struct cx *cx, const struct timer_row *row)
{
	struct corp_wecom corp;
	bool connected = corp_wecom_get(&cx->unit, row->corp, &corp) == OK;
	return WRITE_TX(&cx->unit, row->slot, due(tx, row, connected));
}

err broadcast_corp_new(struct cx *cx) { return WRITE_TX(&cx->unit, base(cx), arm(tx)); }

err broadcast_start(struct env *env, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct cx cx = cx_system(env, a, 0, "start");
	struct corp *corps;
	size_t n = 0;
	err e = corp_list(&cx.unit, &corps, &n);
	for (size_t i = 0; e == OK && i < n; i++) {
		cx.unit.corp = corps[i].id;
		e = broadcast_corp_new(&cx);
	}
	*f = cx.unit.fail;
	arena_free(a);
	return e;
}

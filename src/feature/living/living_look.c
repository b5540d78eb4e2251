/*
 * Looking at a room: its state, and after its end who watched.
 */
#include "feature/living/living_data.h"

#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/identity/identity.h"
#include "core/tag/tag.h"
#include "port/wecom/wecom_living.h"

static const char *const states[] = { "reserved", "live", "ended", "expired", "cancelled" };

static err ask(struct tx *tx, i64 room, str key)
{
	struct living_task task = { room };
	return outbox_add(tx, STR(LIVING_LOOK), key, STR(""), tx->snap.now, 0, 0, &living_task_record, &task, NULL);
}

err living_on_told(struct tx *tx, const struct event *ev)
{
	struct wecom_told told;
	struct living_room room;
	TRY(event_body(&tx->snap, ev, &wecom_told_record, &told));
	if (!str_eq_c(told.event, "living_status_change"))
		return OK;
	err e = living_room_named(&tx->snap, &(struct living_name){ told.id }, &room);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return ask(tx, room.id, arena_printf(tx->snap.arena, "told:%lld", (long long)ev->id));
}

static err on_timer(struct tx *tx, const struct timer_row *row)
{
	struct living_task task;
	bool mine;
	TRY(timer_take(tx, row, &mine));
	if (!mine)
		return OK;
	TRY(timer_body(&tx->snap, row, &living_task_record, &task));
	return ask(tx, task.room, arena_printf(tx->snap.arena, "due:%lld:%lld", (long long)task.room, (long long)row->due));
}

err living_on_timer(struct cx *cx, const struct timer_row *row)
{
	return WRITE_TX(&cx->unit, row->slot, on_timer(tx, row));
}

/* ---- viewers ---- */

struct look { struct living_room room; i64 viewers, members, strangers; bool ended; };

/* Once a room; a second reading may know a longer time. */
static err keep(struct tx *tx, const struct look *k, const struct living_viewer *v)
{
	struct living_watched body = { k->room.id, k->room.theme, v->seconds / 60 };
	TRY(living_viewer_add(tx, v));
	bool fresh = tx_changed(tx) > 0;
	if (!fresh)
		TRY(living_viewer_set(tx, v));
	if (k->room.tag != NIL && v->seconds >= k->room.tag_minutes * 60) {
		struct tag_cause why = { .why = "channel", .why_id = k->room.id, .evidence = k->room.theme };
		err e = tag_mark_by(tx, v->customer, k->room.tag, &why, NULL);
		if (e != OK && e != ERR_NOT_FOUND) /* the tag was removed since */
			return e;
	}
	return fresh ? journal_add(tx, EV_LIVING_WATCHED, v->customer, k->room.starts, &living_watched_record, &body, NULL) : OK;
}

static err take(struct cx *cx, struct look *k, const struct wecom_living_viewer *w)
{
	struct living_viewer v = { .room = k->room.id, .seconds = w->seconds, .comment = w->comment };
	k->viewers++;
	k->members += w->userid.n > 0;
	if (!w->external_userid.n)
		return OK;
	err e = identity_find(&cx->unit, STR("external_userid"), w->external_userid, &v.customer);
	if (e == ERR_NOT_FOUND) {
		k->strangers++;
		return OK;
	}
	TRY(e);
	return WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, v.customer), keep(tx, k, &v));
}

err living_pages(err (*page)(void *arg, str from, str *ret_next), void *arg, bool *ret_cut)
{
	str from = STR_NIL;
	*ret_cut = false;
	for (int i = 0; i < LIVING_PAGES_MAX; i++) {
		str next = STR_NIL;
		TRY(page(arg, from, &next));
		if (!next.n)
			return OK;
		from = next;
	}
	*ret_cut = true;
	return OK;
}

struct reading { struct cx *cx; struct wecom_call *call; struct look *k; };

static err read_page(void *arg, str from, str *ret_next)
{
	struct reading *r = arg;
	struct wecom_living_viewers page;
	TRY(wecom_living_watched(r->call, r->k->room.livingid, from, &page));
	for (size_t j = 0; j < page.n; j++)
		TRY(take(r->cx, r->k, &page.v[j]));
	*ret_next = page.ending ? STR_NIL : page.next;
	return OK;
}

static err read_viewers(struct cx *cx, struct wecom_call *call, struct look *k)
{
	struct reading r = { cx, call, k };
	return living_pages(read_page, &r, &k->room.cut);
}

/* Until it has ended we look again, in case nobody tells. */
static err note(struct tx *tx, const struct look *k)
{
	ms now = tx->snap.now, end = k->room.starts + k->room.minutes * MS_MINUTE;
	struct living_task task = { k->room.id };
	TRY(living_room_state(tx, &k->room));
	if (k->ended || now > end + LIVING_LOOKS_MS)
		return OK;
	return timer_set(tx, STR(LIVING_LOOK), arena_printf(tx->snap.arena, "%lld", (long long)k->room.id),
			 int_max(end + LIVING_GRACE_MS, now + LIVING_AGAIN_MS), 0, &living_task_record, &task);
}

static err look(struct cx *cx, struct wecom_call *call, struct look *k)
{
	i64 status, viewers;
	TRY(wecom_living_info(call, k->room.livingid, &status, &viewers));
	k->viewers = 0;
	if (status == WECOM_LIVING_ENDED)
		TRY(read_viewers(cx, call, k));
	k->ended = status >= WECOM_LIVING_ENDED;
	k->room.state = status >= 0 && status < (i64)ARRAY_LEN(states) ? str_c(states[status]) : k->room.state;
	k->room.viewers = status == WECOM_LIVING_ENDED ? k->viewers : viewers;
	k->room.members = k->members;
	k->room.strangers = k->strangers;
	k->room.read_at = status == WECOM_LIVING_ENDED ? cx_now(cx) : NIL;
	return WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), note(tx, k));
}

err living_look(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct living_task task;
	struct corp_wecom wecom;
	struct look k = { 0 };
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &living_task_record, &task)));
	TRY(READ_SNAP(&cx->unit, row->slot, living_room_get(snap, &(struct living_key){ task.room }, &k.room)));
	TRY(corp_wecom_get(&cx->unit, row->corp, &wecom));
	struct wecom_call call = { .wecom = cx->env->wecom, .app = &wecom.app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	err e = look(cx, &call, &k);
	if (e == ERR_UNKNOWN || err_retryable(e)) { /* reading changes nothing over there */
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = call.retry_at == NIL ? 0 : call.retry_at,
					 .reason = str_c(err_name(e)) };
		return OK;
	}
	return e;
}

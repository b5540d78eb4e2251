/*
 * Callbacks, the reading they ask for, and the reading of everything.
 *
 * The sync lists all groups, a thousand a call (by owners, a hundred members a call, when the app sees so many members
 * that WeCom refuses the whole), then reads each once: that is the least the platform's calls allow. Its cursor is
 * durable after every step, and a group kept since the sync began is not read again, so being killed costs one step.
 */
#include "core/group/group_keep.h"

#include "core/corp/corp.h"
#include "core/corp/corp_night.h"
#include "core/follow/follow.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_xml.h"

/* ---- callbacks ---- */

static err note_quits(struct tx *tx, const struct group_chat *g, const struct wecom_event *ev, ms at)
{
	i64 scene;
	if (!str_eq_c(wecom_xml_get(&ev->fields, "UpdateDetail"), "del_member"))
		return OK;
	if (!str_i64(str_trim(wecom_xml_get(&ev->fields, "QuitScene")), &scene))
		return OK;
	for (size_t i = 0; i < ev->fields.n; i++) {
		const struct wecom_xml_field *f = &ev->fields.v[i];
		if (!str_eq_c(f->name, "MemChangeList") && !str_eq_c(f->name, "MemChangeList.Item"))
			continue;
		str rest = f->text;
		while (rest.n) {
			str member = str_trim(str_cut(&rest, ','));
			if (member.n)
				TRY(group_member_quit(tx, &(struct group_quit){ g->id, member, at, scene }));
		}
	}
	return OK;
}

err group_callback_effects(struct tx *tx, const struct inbox_row *row, const struct wecom_event *ev)
{
	struct group_chat g;
	bool first;
	ms at = ev->create_time != NIL ? ev->create_time : row->received;
	TRY(inbox_claim(tx, row, &first));
	if (!first || !ev->chat_id.n)
		return OK;
	TRY(group_ensure(tx, ev->chat_id, &g));
	if (str_eq_c(ev->change_type, "dismiss"))
		return group_dissolve(tx, &g, at);
	TRY(note_quits(tx, &g, ev, at));
	return g.dissolved != NIL ? OK : group_ask(tx, g.id, g.chat_id);
}

err group_on_callback(struct cx *cx, const struct inbox_row *row, const struct wecom_event *ev)
{
	i64 slot = slot_base(cx->unit.store, cx->unit.corp);
	if (!ev->chat_id.n)
		return inbox_done(&cx->unit, row, STR("names no group"));
	TRY(WRITE_TX(&cx->unit, slot, group_callback_effects(tx, row, ev)));
	return slot == row->slot ? OK : inbox_done(&cx->unit, row, STR_NIL);
}

static err call_open(struct cx *cx, struct corp_wecom *corp, struct wecom_call *ret)
{
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, corp));
	*ret = (struct wecom_call){ .wecom = cx->env->wecom, .app = &corp->app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	return OK;
}

/* A read: repeating it is harmless. */
err group_fetch(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct group_fetch_task in;
	struct corp_wecom corp;
	struct wecom_call call;
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &group_fetch_task_record, &in)));
	TRY(call_open(cx, &corp, &call));
	err e = group_read(cx, &call, in.chat_id);
	if (e == OK)
		return OK;
	if (call.errcode)
		ret->reason = arena_printf(CX_ARENA(cx), "%lld", (long long)call.errcode);
	if (call.retry_at != NIL && call.retry_at)
		ret->retry_at = call.retry_at;
	return e == ERR_UNKNOWN ? ERR_UPSTREAM : e;
}

/* ---- everything ---- */

#define GROUP_SYNC_FIELDS(F, S)                                                          \
	F(S, MS, begun) F(S, BOOL, listed) F(S, BOOL, by_owner) F(S, ID, owner, .doc = "the last member asked for") \
	F(S, STR, cursor, .opt = true) F(S, ID, after, .doc = "the last group read") F(S, I64, calls)
RECORD(group_sync_at, GROUP_SYNC_FIELDS);

struct syncing {
	struct cx *cx;
	struct job *job;
	struct group_sync_at at;
	struct corp_wecom corp;
	struct wecom_call call;
	i64 slot;
};

/* The next hundred members behind the last one asked for; those who left too, for their groups may be there still. */
static err owners_next(struct syncing *s, struct strs *ret, i64 *ret_last)
{
	struct staff *all;
	size_t n;
	TRY(READ_SNAP(&s->cx->unit, s->slot, staff_all(snap, &all, &n)));
	*ret = (struct strs){ ARENA_ARRAY(CX_ARENA(s->cx), str, WECOM_GROUP_OWNERS_MAX), 0 };
	for (size_t i = 0; i < n && ret->n < WECOM_GROUP_OWNERS_MAX; i++) {
		if (all[i].id <= s->at.owner)
			continue;
		ret->v[ret->n++] = all[i].userid;
		*ret_last = all[i].id;
	}
	return OK;
}

static err listed_put(struct tx *tx, struct syncing *s, const struct wecom_group_page *page)
{
	for (size_t i = 0; i < page->n; i++) {
		struct group_chat g;
		TRY(group_ensure(tx, page->v[i].chat_id, &g));
		if (g.status == page->v[i].status)
			continue;
		g.status = page->v[i].status;
		TRY(group_chat_put(tx, &g));
	}
	return job_save(tx, s->job, &group_sync_at_record, &s->at);
}

static err save(struct tx *tx, struct syncing *s)
{
	return job_save(tx, s->job, &group_sync_at_record, &s->at);
}

static err list_page(struct syncing *s)
{
	struct wecom_group_page page = { 0 };
	struct strs owners = { 0 };
	i64 last = s->at.owner;
	if (s->at.by_owner) {
		TRY(owners_next(s, &owners, &last));
		if (!owners.n) {
			s->at.listed = true;
			return WRITE_TX(&s->cx->unit, s->slot, save(tx, s));
		}
	}
	err e = wecom_group_list(&s->call, owners, s->at.cursor, &page);
	if (e != OK && s->call.errcode == 81017 && !s->at.by_owner) {
		s->at.by_owner = true;
		return WRITE_TX(&s->cx->unit, s->slot, save(tx, s));
	}
	if (e != OK && s->call.errcode == WECOM_CURSOR_BAD && s->at.cursor.n) { /* the list from its beginning */
		s->at.cursor = STR_NIL;
		s->job->total = s->at.by_owner ? s->job->total : NIL;
		return WRITE_TX(&s->cx->unit, s->slot, save(tx, s));
	}
	TRY(e);
	s->at.calls++;
	s->at.cursor = page.next_cursor;
	if (!page.next_cursor.n) {
		s->at.cursor = STR_NIL;
		s->at.owner = last;
		s->at.listed = !s->at.by_owner;
	}
	s->job->total = (s->job->total == NIL ? 0 : s->job->total) + (i64)page.n;
	return WRITE_TX(&s->cx->unit, s->slot, listed_put(tx, s, &page));
}

static err answers_put(struct tx *tx, struct syncing *s, const struct group_answer *answers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(group_keep_one(tx, &answers[i]));
	return save(tx, s);
}

/* All answers and the progress in one transaction: what is kept is not asked for again. */
static err read_some(struct syncing *s, bool *ret_done)
{
	struct group_due due = { s->at.after, s->at.begun, GROUP_SYNC_AT_ONCE };
	struct group_answer answers[GROUP_SYNC_AT_ONCE];
	struct group_due_row *rows;
	size_t n, got = 0;
	err e = OK;
	TRY(READ_SNAP(&s->cx->unit, s->slot, group_chat_due(snap, &due, &rows, &n)));
	*ret_done = n == 0;
	for (size_t i = 0; i < n && e == OK; i++) {
		e = group_ask_one(s->cx, &s->call, rows[i].chat_id, &answers[got]);
		if (e == OK) {
			got++;
		} else if (s->call.action == WECOM_DROP) { /* she alone cannot be read */
			job_log(s->cx, s->job, arena_printf(CX_ARENA(s->cx), "%.*s: %lld", STR_F(rows[i].chat_id), (long long)s->call.errcode));
			s->job->failed++;
			e = OK;
		}
		if (e != OK)
			break;
		s->at.calls++;
		s->job->done++;
		s->at.after = rows[i].id;
	}
	err saved = WRITE_TX(&s->cx->unit, s->slot, answers_put(tx, s, answers, got));
	return e == ERR_UNKNOWN ? ERR_UPSTREAM : e != OK ? e : saved;
}

err group_sync_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct syncing s = { .cx = cx, .job = job, .slot = slot_base(cx->unit.store, cx->unit.corp) };
	TRY(job_cursor(cx, job, &group_sync_at_record, &s.at));
	if (!s.at.begun)
		s.at.begun = cx_now(cx);
	cx->unit.source = "wecom";
	*ret_done = false;
	TRY(call_open(cx, &s.corp, &s.call));
	err e = s.at.listed ? read_some(&s, ret_done) : list_page(&s);
	return e == ERR_UNKNOWN ? ERR_UPSTREAM : e; /* only reads: they may be repeated */
}

err group_sync_queue(struct tx *tx, str title, i64 *ret_job)
{
	struct none none = { 0 };
	return job_add(tx, GROUP_SYNC_JOB, title, STR("/groups"), &none_record, &none, ret_job);
}

/* ---- strangers who become friends ---- */

err group_on_added(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	struct group_member *rows;
	struct snap base = tx->snap;
	size_t n;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	snap_slot(&base, slot_base(tx->snap.unit->store, tx->snap.corp));
	TRY(group_member_named(&base, &(struct group_of_member){ f.external_userid }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (rows[i].customer != NIL)
			continue;
		struct group_link_task body = { f.external_userid, ev->customer };
		return timer_set(tx, STR(GROUP_LINK_TIMER), f.external_userid, tx->snap.now, ev->customer, &group_link_task_record, &body);
	}
	return OK;
}

static err link_seats(struct tx *tx, const struct group_link_task *in)
{
	struct group_member *rows;
	size_t n;
	TRY(group_member_named(&tx->snap, &(struct group_of_member){ in->member }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct group_chat g;
		if (rows[i].customer != NIL)
			continue;
		rows[i].customer = in->customer;
		rows[i].name = STR_NIL;
		TRY(group_member_put(tx, &rows[i]));
		if (rows[i].gone != NIL)
			continue;
		TRY(group_chat_get(&tx->snap, &(struct group_key){ rows[i].chat }, &g));
		g.customers++;
		TRY(group_chat_put(tx, &g));
		TRY(group_tell_seat(tx, &g, &rows[i], true, group_way(rows[i].scene), true));
	}
	return OK;
}

static err link_done(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	return timer_take(tx, row, &taken);
}

/* Linking twice is linking once, so it comes first and the timer goes after it. */
err group_link(struct cx *cx, const struct timer_row *row)
{
	struct group_link_task in;
	TRY(READ_SNAP(&cx->unit, row->slot, timer_body(snap, row, &group_link_task_record, &in)));
	TRY(WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), link_seats(tx, &in)));
	return WRITE_TX(&cx->unit, row->slot, link_done(tx, row));
}

/*
 * tag_sync. A person's WeCom tags are the union over her relations: a tag comes off her only when the
 * last relation that carried it lost it, and then it is remembered as refused, so that no rule puts it
 * back. Our own marks reach WeCom on every living relation.
 */
#include "core/tag/tag_sync.h"
#include "core/tag/tag_edit.h"
#include "core/tag/tag_mark.h"
#include "core/tag/tag_meet.h"
#include "core/tag/tag_use.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/follow/follow.h"
#include "core/staff/staff.h"
#include "port/wecom/wecom_tag.h"

/* A profile read beside our own push may not show it yet: so soon its absence is nobody's no. */
#define PUSH_SETTLES_MS (10 * MS_SECOND)

/* The part of contact.fetched that concerns tags: WeCom ids on one relation. */
#define TAG_FETCHED_FIELDS(F, S) F(S, ID, staff) F(S, STRS, tags, .opt = true)
RECORD(tag_fetched, TAG_FETCHED_FIELDS);

err tag_on_marked(struct tx *tx, const struct event *ev)
{
	struct tag_mark_event mark;
	struct tag t;
	struct follow *follows;
	size_t n;
	TRY(event_body(&tx->snap, ev, &tag_mark_event_record, &mark));
	if (str_eq_c(mark.why, "wecom") || str_eq_c(mark.why, "merged"))
		return OK; /* it came from there, or the tag goes from there as a whole */
	err e = tag_get(&tx->snap, mark.tag, &t);
	if (e == ERR_NOT_FOUND || (e == OK && !t.sync))
		return OK;
	TRY(e);
	TRY(follow_list(&tx->snap, ev->customer, &follows, &n));
	for (size_t i = 0; i < n; i++) {
		struct staff staff;
		if (!str_eq_c(follows[i].status, "friend"))
			continue;
		TRY(staff_get(&tx->snap, follows[i].staff, &staff));
		struct tag_push push = { t.id, ev->kind == EV_TAG_MARKED, staff.userid, follows[i].external_userid };
		str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)ev->id, (long long)staff.id);
		TRY(outbox_add(tx, STR("tag.mark"), key, STR(""), tx->snap.now, 0, ev->customer, &tag_push_record, &push, NULL));
	}
	return OK;
}

/* act: she has one more relation that we were told of at once: what she carries by now is put on it too, so that it
 * outlives the others. What a sync finds is left alone: its profile says what stands there. */
err tag_on_followed(struct tx *tx, const struct event *ev)
{
	struct follow_event f;
	struct tag_mark_row *marks;
	size_t n;
	TRY(event_body(&tx->snap, ev, &follow_event_record, &f));
	if (f.late && !f.transfer)
		return OK;
	TRY(tag_marks_of(&tx->snap, &(struct tag_key){ ev->customer }, &marks, &n));
	for (size_t i = 0; i < n; i++) {
		struct tag t;
		TRY(tag_by_id(&tx->snap, &(struct tag_key){ marks[i].tag }, &t));
		if (!t.sync || t.removed)
			continue;
		struct tag_push push = { t.id, true, f.userid, f.external_userid };
		str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)ev->id, (long long)t.id);
		TRY(outbox_add(tx, STR("tag.mark"), key, STR(""), tx->snap.now, 0, ev->customer, &tag_push_record, &push, NULL));
	}
	return OK;
}

static err conflict(struct tx *tx, i64 customer, const struct tag *t, const char *what, str why)
{
	struct tag_conflict body = { t->id, t->name, str_c(what), why };
	return journal_add(tx, EV_TAG_CONFLICT, customer, tx->snap.now, &tag_conflict_record, &body, NULL);
}

/* A tag that we keep equal and that she carries is our own mark coming back, no source of its own. */
static err relation_gained(struct tx *tx, const struct tag_relation *r, const struct tag *t)
{
	struct tag_mark_row shown;
	TRY(tag_relation_add(tx, r));
	if (t->sync) {
		err e = tag_mark_get(&tx->snap, &(struct tag_on){ r->customer, r->tag }, &shown);
		if (e != ERR_NOT_FOUND)
			return e;
	}
	bool changed;
	TRY(tag_mark_by(tx, r->customer, r->tag, &(struct tag_cause){ .why = "wecom" }, &changed));
	return changed || !t->sensitive ? OK : conflict(tx, r->customer, t, "unconsented", STR_NIL);
}

/* Whether another relation that lives carries the tag. */
static err carried_elsewhere(const struct snap *s, const struct tag_relation *r, bool *ret)
{
	struct follow *follows;
	struct tag_relation *rows;
	size_t n, m;
	*ret = false;
	TRY(follow_list(s, r->customer, &follows, &n));
	for (size_t i = 0; i < n && !*ret; i++) {
		if (follows[i].staff == r->staff || !str_eq_c(follows[i].status, "friend"))
			continue;
		TRY(tag_relation_of(s, &(struct tag_relation){ r->customer, follows[i].staff, 0, NIL }, &rows, &m));
		for (size_t k = 0; k < m; k++)
			*ret |= rows[k].tag == r->tag;
	}
	return OK;
}

/* What we took off ourselves comes back from WeCom as lost: only a mark that still stands is an operator's
 * no, which takes it off for every source and is kept against rules. */
static err relation_lost(struct tx *tx, const struct tag_relation *r)
{
	struct tag_mark_row *held;
	struct tag t;
	size_t n;
	bool elsewhere;
	TRY(tag_relation_remove(tx, r));
	TRY(carried_elsewhere(&tx->snap, r, &elsewhere));
	if (elsewhere)
		return OK;
	TRY(tag_held(&tx->snap, &(struct tag_on){ r->customer, r->tag }, &held, &n));
	if (n > 1 || (n == 1 && !str_eq_c(held[0].why, "wecom"))) {
		TRY(tag_by_id(&tx->snap, &(struct tag_key){ r->tag }, &t));
		TRY(conflict(tx, r->customer, &t, "removed", held[0].why));
	}
	return tag_unmark(tx, r->customer, r->tag, "wecom");
}

err tag_relation_met(struct tx *tx, i64 customer, i64 staff, str wecom_id)
{
	struct tag t;
	TRY(tag_by_wecom_id(&tx->snap, &(struct tag_wecom_key){ wecom_id }, &t));
	return relation_gained(tx, &(struct tag_relation){ customer, staff, t.id, NIL }, &t);
}

err tag_on_fetched(struct tx *tx, const struct event *ev)
{
	struct tag_fetched fetched;
	struct tag_relation *had, key = { ev->customer, 0, 0, NIL };
	size_t n;
	TRY(event_body(&tx->snap, ev, &tag_fetched_record, &fetched));
	key.staff = fetched.staff;
	TRY(tag_relation_of(&tx->snap, &key, &had, &n));
	TRY(tag_unmet_clear(tx, &(struct tag_unmet_of){ ev->customer, fetched.staff }));
	struct imap before = imap_new(tx->snap.arena), now = imap_new(tx->snap.arena);
	for (size_t i = 0; i < n; i++)
		imap_put(&before, had[i].tag, 1);
	for (size_t i = 0; i < fetched.tags.n; i++) {
		struct tag t;
		i64 known;
		err e = tag_by_wecom_id(&tx->snap, &(struct tag_wecom_key){ fetched.tags.v[i] }, &t);
		if (e == ERR_NOT_FOUND) { /* of a rule group, or not read yet */
			TRY(tag_unmet_add(tx, &(struct tag_unmet){ ev->customer, fetched.staff, fetched.tags.v[i] }));
			continue;
		}
		TRY(e);
		imap_put(&now, t.id, 1);
		key.tag = t.id;
		if (!imap_get(&before, t.id, &known))
			TRY(relation_gained(tx, &key, &t));
	}
	for (size_t i = 0; i < n; i++) {
		i64 still;
		bool settled = had[i].pushed == NIL || ev->recorded >= had[i].pushed + PUSH_SETTLES_MS;
		if (!imap_get(&now, had[i].tag, &still) && settled)
			TRY(relation_lost(tx, &had[i]));
	}
	return OK;
}

static err open_call(struct cx *cx, struct corp_wecom *corp, struct wecom_call *call)
{
	TRY(corp_wecom_get(&cx->unit, cx->unit.corp, corp));
	*call = (struct wecom_call){ .wecom = cx->env->wecom, .app = &corp->app, .arena = CX_ARENA(cx), .fail = &cx->unit.fail };
	return OK;
}

/* Repeating a set operation is harmless, so everything retryable or unknown is tried again. */
static err failed(const struct wecom_call *call, err e, struct outcome *ret)
{
	bool again = e == ERR_UNKNOWN || err_retryable(e);
	ret->state = again ? OUTCOME_RETRY : OUTCOME_DROPPED;
	ret->retry_at = again && call->retry_at != NIL ? call->retry_at : 0;
	ret->reason = str_c(err_name(e));
	return OK;
}

static err keep_wecom_id(struct tx *tx, i64 id, str wecom_id, str group_wecom_id)
{
	struct tag t;
	struct tag_group g;
	TRY(tag_by_id(&tx->snap, &(struct tag_key){ id }, &t));
	t.wecom_id = wecom_id;
	TRY(tag_put(tx, &t));
	TRY(tag_group_get(&tx->snap, &(struct tag_key){ t.group_id }, &g));
	g.wecom_id = group_wecom_id;
	return tag_group_put(tx, &g);
}

/* Made as it is called by now, not as it was when asked for. A name that exists in WeCom already (40071) is
 * adopted. */
static err make(struct cx *cx, struct wecom_call *call, const struct tag_task *task)
{
	struct wecom_tag_group made;
	struct tag now;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), tag_by_id(snap, &(struct tag_key){ task->id }, &now)));
	if (now.removed || !str_is_nil(now.wecom_id))
		return OK;
	str name = now.name;
	struct wecom_tag_add add = { .group_name = task->group, .order = NIL, .names = { &name, 1 } };
	err e = wecom_tag_add(call, &add, &made);
	if (e == ERR_EXISTS || call->errcode == 40071)
		return tag_pull(cx);
	TRY(e);
	if (made.tag_count == 0)
		return tag_pull(cx);
	return WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), keep_wecom_id(tx, task->id, made.tags[0].id, made.id));
}

/* Name and order as they are by now. */
static err rename_there(struct cx *cx, struct wecom_call *call, const struct tag_task *task)
{
	struct tag now;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), tag_by_id(snap, &(struct tag_key){ task->id }, &now)));
	return now.removed ? OK : wecom_tag_edit(call, task->wecom_id, now.name, now.sort);
}

enum { CODE_NOT_OURS = 301002 };

/* Made elsewhere after all (its name was there before us): from now on it is treated so, and stands here as there. */
static err foreign(struct tx *tx, i64 id)
{
	struct tag t, other;
	TRY(tag_by_id(&tx->snap, &(struct tag_key){ id }, &t));
	t.source = STR("wecom");
	err e = tag_named_in(&tx->snap, &(struct tag_in_group){ t.group_id, t.name }, &other);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND && t.merged_into == NIL)
		t.removed = false;
	return tag_put(tx, &t);
}

err tag_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct tag_task task;
	struct corp_wecom corp;
	struct wecom_call call = { .retry_at = NIL };
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &tag_task_record, &task)));
	TRY(open_call(cx, &corp, &call));
	err e;
	if (str_eq_c(row->kind, "tag.create"))
		e = make(cx, &call, &task);
	else if (str_eq_c(row->kind, "tag.rename"))
		e = rename_there(cx, &call, &task);
	else
		e = wecom_tag_delete(&call, (struct strs){ &task.wecom_id, 1 }, (struct strs){ 0 });
	if (call.errcode == CODE_NOT_OURS) {
		TRY(WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), foreign(tx, task.id)));
		*ret = (struct outcome){ .state = OUTCOME_DROPPED, .reason = STR("301002") };
		return tag_pull(cx);
	}
	return e == OK ? OK : failed(&call, e, ret);
}

/* What stands in WeCom since our call, which tells us nothing of it: only so is a later removal seen. */
static err note_there(struct cx *cx, i64 customer, const struct tag_push *push)
{
	struct staff staff;
	err e = READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), staff_by_userid(snap, push->userid, &staff));
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	struct tag_relation r = { customer, staff.id, push->tag, clock_now(cx->unit.clock) };
	return WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, customer), push->add ? tag_relation_add(tx, &r) : tag_relation_remove(tx, &r));
}

err tag_push_now(struct cx *cx, i64 customer, const struct tag_push *push, str wecom_id, struct wecom_call *call)
{
	struct strs one = { &wecom_id, 1 }, none = { 0 };
	TRY(wecom_tag_mark(call, push->userid, push->external_userid, push->add ? one : none, push->add ? none : one));
	return note_there(cx, customer, push);
}

err tag_send_mark(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct tag_push push;
	struct tag t;
	struct corp_wecom corp;
	struct wecom_call call = { .retry_at = NIL };
	TRY(READ_SNAP(&cx->unit, row->slot, outbox_body(snap, row, &tag_push_record, &push)));
	TRY(READ_SNAP(&cx->unit, row->slot, tag_by_id(snap, &(struct tag_key){ push.tag }, &t)));
	if (t.removed)
		return OK;
	if (str_is_nil(t.wecom_id)) {
		ret->state = t.sync ? OUTCOME_RETRY : OUTCOME_DROPPED; /* taken back to us alone, it never will be */
		ret->reason = STR("tag not in WeCom yet");
		return OK;
	}
	TRY(open_call(cx, &corp, &call));
	err e = tag_push_now(cx, row->customer, &push, t.wecom_id, &call);
	return e == OK ? OK : failed(&call, e, ret);
}

static err pull_tag(struct tx *tx, i64 group, const struct wecom_tag *w)
{
	struct tag t;
	err e = tag_by_wecom_id(&tx->snap, &(struct tag_wecom_key){ w->id }, &t);
	if (e == ERR_NOT_FOUND)
		e = tag_named_in(&tx->snap, &(struct tag_in_group){ group, w->name }, &t);
	if (e == ERR_NOT_FOUND) {
		t = tag_blank(tx, group);
		t.sync = true;
		t.source = STR("wecom");
		e = OK;
	}
	TRY(e);
	if (str_eq(t.name, w->name) && str_eq(t.wecom_id, w->id) && t.sort == w->order)
		return OK;
	t.name = w->name;
	t.wecom_id = w->id;
	t.sort = w->order;
	return tag_put(tx, &t);
}

static err pull_all(struct tx *tx, const struct wecom_tag_groups *groups)
{
	struct map there = map_new(tx->snap.arena);
	struct tag_names was;
	struct tag *tags;
	size_t n;
	TRY(tag_names_read(&tx->snap, &was));
	for (size_t g = 0; g < groups->n; g++) {
		i64 group;
		TRY(tag_group_ensure(tx, groups->v[g].name, groups->v[g].id, STR("wecom"), &group));
		for (size_t i = 0; i < groups->v[g].tag_count; i++) {
			map_put(&there, groups->v[g].tags[i].id, &groups->v[g].tags[i]);
			TRY(pull_tag(tx, group, &groups->v[g].tags[i]));
		}
	}
	TRY(tag_live(&tx->snap, &(struct none){ 0 }, &tags, &n));
	for (size_t i = 0; i < n; i++) {
		if (str_is_nil(tags[i].wecom_id) || map_get(&there, tags[i].wecom_id))
			continue;
		tags[i].wecom_id = STR_NIL; /* deleted in WeCom: ours when it was, else gone */
		tags[i].removed = str_eq_c(tags[i].source, "wecom");
		tags[i].sync = false;
		TRY(tag_put(tx, &tags[i]));
	}
	return tag_follow_names(tx, &was, 0, 0);
}

err tag_pull(struct cx *cx)
{
	struct corp_wecom corp;
	struct wecom_call call;
	struct wecom_tag_groups groups;
	TRY(open_call(cx, &corp, &call));
	TRY(wecom_tag_list(&call, (struct strs){ 0 }, (struct strs){ 0 }, &groups));
	return WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), pull_all(tx, &groups));
}

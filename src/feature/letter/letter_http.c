/*
 * Letters over HTTP: the tasks automation made for members, what came of them, reminding and stopping.
 */
#include "feature/letter/letter_duty_data.h"
#include "feature/letter/letter_int.h"

#include "base/text.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "core/staff/todo.h"

#define LETTER_VIEW_FIELDS(F, S)                                                                   \
	F(S, ID, id) F(S, ID, staff_id) F(S, STR, staff) F(S, STR, text, .opt = true) F(S, STR, link, .opt = true, .doc = "its title") \
	F(S, STR, by, .doc = "journey, sop …") F(S, ID, by_id) F(S, STR, state) F(S, STR, why, .doc = "of its closing: deadline, goal, cancelled, left") \
	F(S, STR, code, .opt = true) F(S, STR, problem, .opt = true) F(S, MS, made_ms) F(S, MS, ready_ms) F(S, MS, created_ms, .opt = true) \
	F(S, MS, deadline_ms, .opt = true) F(S, MS, confirmed_ms, .opt = true) F(S, I64, people) F(S, I64, waiting, .doc = "still open") \
	F(S, I64, delivered) F(S, I64, not_friend) F(S, I64, quota) F(S, I64, failed) F(S, I64, expired) F(S, I64, stopped) \
	F(S, I64, late, .doc = "delivered although the goal was reached") F(S, I64, reminders_left)
RECORD(letter_view, LETTER_VIEW_FIELDS);
#define LETTER_LIST_IN_FIELDS(F, S) F(S, ID, journey, .opt = true, .doc = "those of a journey or SOP") F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(letter_list_in, LETTER_LIST_IN_FIELDS);
#define LETTER_DUTY_IN_FIELDS(F, S) F(S, ID, journey)
RECORD(letter_duty_in, LETTER_DUTY_IN_FIELDS);
#define LETTER_DUTY_VIEW_FIELDS(F, S)                                                              \
	F(S, ID, staff_id) F(S, STR, staff) F(S, I64, tasks) F(S, I64, executed) F(S, I64, open, .doc = "asked and not sent yet") \
	F(S, MS, open_since_ms, .opt = true) F(S, I64, people) F(S, I64, delivered)
RECORD(letter_duty_view, LETTER_DUTY_VIEW_FIELDS);
#define LETTER_PEOPLE_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(letter_people_in, LETTER_PEOPLE_IN_FIELDS);
#define LETTER_PERSON_VIEW_FIELDS(F, S) \
	F(S, ID, customer_id) F(S, STR, name, .opt = true) F(S, STR, state) F(S, STR, reason, .opt = true) \
	F(S, BOOL, late) F(S, MS, sent_ms, .opt = true)
RECORD(letter_person_view, LETTER_PERSON_VIEW_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str problem_of(struct cx *cx, str code)
{
	i64 n;
	if (!code.n || !str_i64(code, &n))
		return code;
	struct text_hole hole = { "value", code };
	return text_fill(CX_ARENA(cx), wecom_errcode(n)->text, cx->viewer.lang, &hole, 1);
}

static err show(struct cx *cx, const struct snap *s, const struct letter_task *t, struct letter_view *v)
{
	struct content content;
	struct staff staff;
	struct letter_n reminders;
	content_read(s->arena, t->content, &content);
	TRY(staff_get(s, t->staff, &staff));
	TRY(letter_reminders(s, &(struct letter_since){ t->id, s->now - WECOM_MASS_REMINDER_MS }, &reminders));
	const struct content_link *link = content.link;
	i64 ended = t->delivered + t->not_friend + t->quota + t->failed + t->expired + t->stopped;
	*v = (struct letter_view){
		.id = t->id, .staff_id = t->staff, .staff = staff.name.n ? staff.name : staff.userid, .text = content.text,
		.link = link ? link->title : STR_NIL, .by = t->caller, .by_id = t->by_id, .state = t->state, .why = t->why, .code = t->code,
		.problem = str_is_nil(t->code) ? STR_NIL : problem_of(cx, t->code), .made_ms = t->made, .ready_ms = t->ready,
		.created_ms = t->sent_at, .deadline_ms = t->deadline, .confirmed_ms = t->confirmed_at, .people = t->people,
		.waiting = str_eq_c(t->state, "created") ? int_max(t->people - ended, 0) : 0, .delivered = t->delivered,
		.not_friend = t->not_friend, .quota = t->quota, .failed = t->failed, .expired = t->expired, .stopped = t->stopped,
		.late = t->late, .reminders_left = int_max(WECOM_MASS_REMINDERS_MAX - reminders.n, 0),
	};
	return OK;
}

static err read_list(struct cx *cx, const struct snap *s, const struct letter_find *find)
{
	struct page *page = cx->out;
	struct letter_task *rows;
	size_t n;
	TRY(letter_task_list(s, find, &rows, &n));
	size_t shown = n > (size_t)find->limit - 1 ? (size_t)find->limit - 1 : n;
	struct letter_view *views = ARENA_ARRAY(s->arena, struct letter_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		TRY(show(cx, s, &rows[i], &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, (u64)find->by_id);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct letter_list_in *in = cx->in;
	struct letter_find find = { INT64_MAX, in->limit + 1, in->journey == NIL ? 0 : in->journey };
	TRY(page_from(cx, in->cursor, &find.before, 1, (u64)find.by_id));
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, &find));
}

static err seen(struct cx *cx, i64 id, struct letter_task *ret)
{
	err e = READ_SNAP(&cx->unit, base(cx), letter_task_seen(snap, &(struct letter_id){ id }, ret));
	if (e != ERR_NOT_FOUND)
		return e;
	return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_LETTER, cx->viewer.lang)));
}

static err h_get(struct cx *cx)
{
	struct letter_task t;
	TRY(seen(cx, ((const struct letter_id *)cx->in)->id, &t));
	return READ_SNAP(&cx->unit, base(cx), show(cx, snap, &t, cx->out));
}

static err h_people(struct cx *cx)
{
	const struct letter_people_in *in = cx->in;
	struct page *page = cx->out;
	struct letter_page find = { in->id, 0, in->limit + 1 };
	struct letter_task t;
	struct letter *rows;
	size_t n;
	TRY(seen(cx, in->id, &t));
	TRY(page_from(cx, in->cursor, &find.after, 1, (u64)in->id));
	TRY(READ_SNAP(&cx->unit, base(cx), letter_shown(snap, &find, &rows, &n)));
	size_t shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	struct letter_person_view *views = ARENA_ARRAY(CX_ARENA(cx), struct letter_person_view, shown + 1);
	for (size_t i = 0; i < shown; i++) {
		struct customer c;
		const struct letter *l = &rows[i];
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, l->customer), customer_get(snap, l->customer, &c)));
		views[i] = (struct letter_person_view){ c.root, c.name, l->state, l->reason, l->wish && str_eq_c(l->state, "delivered"), l->sent_at };
	}
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, (u64)in->id);
	return OK;
}

static err open_task(struct tx *tx, i64 id, struct letter_task *ret)
{
	TRY(letter_task_get(&tx->snap, &(struct letter_id){ id }, ret));
	return str_eq_c(ret->state, "created") && !ret->why.n ? OK
		: tx_fail(tx, ERR_STATE, T_LETTER_NOT_OPEN, STR("id"), ret->state, STR_NIL);
}

static err cancel(struct tx *tx, i64 id)
{
	struct letter_task t;
	TRY(open_task(tx, id, &t));
	TRY(letter_task_stop(tx, &t, "cancelled"));
	return audit_add(tx, "letter.cancel", arena_printf(tx->snap.arena, "letter:%lld", (long long)id), STR(""));
}

static err h_cancel(struct cx *cx)
{
	struct letter_task t;
	TRY(seen(cx, ((const struct letter_id *)cx->in)->id, &t));
	return WRITE_TX(&cx->unit, base(cx), cancel(tx, t.id));
}

static err remind(struct tx *tx, i64 id)
{
	struct letter_task t;
	bool reminded;
	TRY(open_task(tx, id, &t));
	if (t.confirmed_at != NIL)
		return tx_fail(tx, ERR_STATE, T_LETTER_NOT_OPEN, STR("id"), STR("confirmed"), STR_NIL);
	TRY(letter_task_remind(tx, id, &reminded));
	if (!reminded)
		return tx_fail(tx, ERR_STATE, T_LETTER_REMINDED, STR("id"), STR_NIL, STR(FAIL_STR(WECOM_MASS_REMINDERS_MAX)));
	return audit_add(tx, "letter.remind", arena_printf(tx->snap.arena, "letter:%lld", (long long)id), STR(""));
}

static err h_remind(struct cx *cx)
{
	struct letter_task t;
	TRY(seen(cx, ((const struct letter_id *)cx->in)->id, &t));
	return WRITE_TX(&cx->unit, base(cx), remind(tx, t.id));
}

/* ---- how members carry it out ---- */

static err read_duties(const struct snap *s, i64 journey, struct page *page)
{
	struct letter_by by = { STR("journey"), journey };
	struct letter_duty *rows;
	size_t n;
	TRY(letter_duties(s, &by, &rows, &n));
	struct letter_duty_view *v = ARENA_ARRAY(s->arena, struct letter_duty_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct staff staff;
		TRY(staff_get(s, rows[i].staff, &staff));
		v[i] = (struct letter_duty_view){ rows[i].staff, staff.name.n ? staff.name : staff.userid, rows[i].tasks, rows[i].executed,
						  rows[i].open, rows[i].open_since, rows[i].people, rows[i].delivered };
	}
	page->data = (struct list){ v, n };
	page->total = (i64)n;
	return OK;
}

static err h_duties(struct cx *cx)
{
	return READ_SNAP(&cx->unit, base(cx), read_duties(snap, ((const struct letter_duty_in *)cx->in)->journey, cx->out));
}

/* The member's own list: tasks that wait for his tap in WeCom. */
err letter_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	struct letter_wait wait;
	TRY(READ_SNAP(&cx->unit, base(cx), letter_tasks_open(snap, &(struct letter_id){ staff }, &wait)));
	if (wait.n)
		vec_push(CX_ARENA(cx), &ret->v, (struct todo){ STR("letter"), str_c(text_raw(T_LETTER_TODO, cx->viewer.lang)), wait.n, wait.due, STR_NIL });
	return OK;
}

#define LETTERS "/api/v1/letters"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route letter_routes[] = {
	{ "GET", LETTERS, "letter.read", SCOPED, ROUTE_LIST, &letter_list_in_record, &letter_view_record, h_list,
	  "Tasks of members that automation gathered, newest first." },
	{ "GET", "/api/v1/letter-duties", "letter.read", SCOPED, ROUTE_LIST, &letter_duty_in_record, &letter_duty_view_record, h_duties,
	  "What each member was asked to send for a journey or SOP, has sent, and has not." },
	{ "GET", LETTERS "/{id}", "letter.read", SCOPED, 0, &letter_id_record, &letter_view_record, h_get, "One of them." },
	{ "GET", LETTERS "/{id}/people", "letter.read", SCOPED, ROUTE_LIST, &letter_people_in_record, &letter_person_view_record, h_people,
	  "Who is in it, and what came of each." },
	{ "POST", LETTERS "/{id}/cancel", "letter.write", SCOPED, 0, &letter_id_record, &none_record, h_cancel,
	  "Stops what was not confirmed; what was sent stays sent." },
	{ "POST", LETTERS "/{id}/remind", "letter.write", SCOPED, 0, &letter_id_record, &none_record, h_remind,
	  "Reminds the member in WeCom; three in 24 hours." },
	{ 0 },
};

/*
 * Group SOPs over HTTP, and how owners carry them out.
 */
#include "feature/groupcast/groupcast_sop.h"

#include "base/text.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "core/staff/todo.h"

#define SOP_BODY_FIELDS(F, S) F(S, STR, name, .min = 1, .max = GROUPCAST_NAME_MAX) GROUPCAST_PLAN_FIELDS(F, S)
RECORD(groupcast_sop_new, SOP_BODY_FIELDS);
#define SOP_CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) SOP_BODY_FIELDS(F, S)
RECORD(groupcast_sop_change, SOP_CHANGE_FIELDS);
#define SOP_VIEW_FIELDS(F, S)                                                                      \
	F(S, ID, id) F(S, I64, version) F(S, STR, state, .one_of = "running,paused,ended") SOP_BODY_FIELDS(F, S) \
	F(S, I64, groups, .doc = "meant now") F(S, MS, next_ms, .opt = true) F(S, MS, created_ms)  \
	F(S, I64, tasks) F(S, I64, executed) F(S, I64, open, .doc = "asked and not sent yet")
RECORD(groupcast_sop_view, SOP_VIEW_FIELDS);
#define SOP_DUTY_FIELDS(F, S)                                                                      \
	F(S, ID, owner_id) F(S, STR, owner) F(S, I64, tasks) F(S, I64, executed) F(S, I64, open) F(S, MS, open_since_ms, .opt = true)
RECORD(groupcast_duty_view, SOP_DUTY_FIELDS);
#define SOP_WHICH_FIELDS(F, S) F(S, I64, groups) F(S, I64, capped, .doc = "had theirs today") F(S, I64, owners)
RECORD(groupcast_which_view, SOP_WHICH_FIELDS);

#define SOP_RESUME_FIELDS(F, S) F(S, ID, id) F(S, BOOL, undo, .opt = true, .doc = "as if it had not been paused: what came due meanwhile is asked after all")
RECORD(groupcast_resume_in, SOP_RESUME_FIELDS);
#define SOP_AHEAD_FIELDS(F, S)                                                                     \
	F(S, I64, posts, .doc = "that come due within seven days, for groups there are now") F(S, I64, groups, .doc = "that would get them, some several times") \
	F(S, MS, next_ms, .opt = true) F(S, MS, until_ms) F(S, I64, open, .doc = "tasks owners were asked and have not sent: they stay")
RECORD(groupcast_ahead_view, SOP_AHEAD_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- taking in ---- */

static err check_step(struct cx *cx, size_t n, const struct groupcast_step *s)
{
	const char *at = arena_cstr(CX_ARENA(cx), arena_printf(CX_ARENA(cx), "steps[%zu]", n));
	i64 first, last;
	TRY(enclose_check(&cx->unit, s->content, at));
	if (s->day != NIL)
		return OK;
	if (!s->every.n || !tz_parse_date(s->first_day, &first))
		return cx_fail(cx, ERR_INPUT, T_GROUPSOP_WHEN, str_c(at), STR_NIL, STR_NIL);
	if (s->last_day.n && (!tz_parse_date(s->last_day, &last) || last < first))
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_LAST, str_c(at), s->last_day, STR_NIL);
	if (str_eq_c(s->every, "weekly") && s->weekdays == NIL)
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_WEEKDAY, str_c(at), STR_NIL, STR_NIL);
	bool monthly = str_eq_c(s->every, "monthly") || str_eq_c(s->every, "quarterly");
	return monthly && s->month_day == NIL ? cx_fail(cx, ERR_INPUT, T_CALENDAR_MONTH_DAY, str_c(at), STR_NIL, STR_NIL) : OK;
}

static err check_which(struct cx *cx, const struct ids *owners, i64 class, str word)
{
	return owners->n || class != NIL || word.n ? OK : cx_fail(cx, ERR_INPUT, T_GROUPSOP_WHICH, STR("owner_ids"), STR_NIL, STR_NIL);
}

static err row_of(struct cx *cx, const struct groupcast_sop_change *in, struct groupcast_sop *ret)
{
	struct groupcast_plan plan = { in->owner_ids, in->class_id, in->word, in->steps };
	TRY(check_which(cx, &in->owner_ids, in->class_id, in->word));
	for (size_t i = 0; i < in->steps.n; i++)
		TRY(check_step(cx, i, &((const struct groupcast_step *)in->steps.v)[i]));
	*ret = (struct groupcast_sop){ .id = in->id, .version = in->version, .name = in->name, .state = STR("running"),
				       .plan = groupcast_plan_json(CX_ARENA(cx), &plan), .made_by = cx->viewer.user, .viewed_by = cx->unit.scope,
				       .created = cx_now(cx) };
	return OK;
}

/* ---- showing ---- */

static err show_row(const struct snap *s, const struct groupcast_sop *r, struct groupcast_sop_view *v)
{
	struct groupcast_plan plan;
	struct groupcast_choice choice;
	struct groupcast_duty *duties;
	size_t n;
	TRY(groupcast_plan_read(s->arena, r->plan, &plan));
	*v = (struct groupcast_sop_view){ .id = r->id, .version = r->version, .state = r->state, .name = r->name, .owner_ids = plan.owner_ids,
					  .class_id = plan.class_id, .word = plan.word, .steps = plan.steps,
					  .next_ms = str_eq_c(r->state, "running") ? r->next : NIL, .created_ms = r->created };
	TRY(groupcast_which_groups(s, &plan, r->viewed_by, NULL, s->now, &choice));
	v->groups = (i64)choice.count + choice.capped;
	TRY(groupcast_duties(s, &(struct groupcast_id){ r->id }, &duties, &n));
	for (size_t i = 0; i < n; i++) {
		v->tasks += duties[i].tasks;
		v->executed += duties[i].executed;
		v->open += duties[i].open;
	}
	return OK;
}

static err read_all(const struct snap *s, struct page *page)
{
	struct groupcast_sop *rows;
	size_t n;
	TRY(groupcast_sop_all(s, &(struct none){ 0 }, &rows, &n));
	struct groupcast_sop_view *v = ARENA_ARRAY(s->arena, struct groupcast_sop_view, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(show_row(s, &rows[i], &v[i]));
	page->data = (struct list){ v, n };
	page->total = (i64)n;
	return OK;
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_all(snap, cx->out)); }

static err read_one(const struct snap *s, i64 id, struct groupcast_sop_view *v)
{
	struct groupcast_sop r;
	TRY(groupcast_sop_get(s, &(struct groupcast_id){ id }, &r));
	return show_row(s, &r, v);
}

static err show(struct cx *cx, i64 id)
{
	err e = READ_SNAP(&cx->unit, base(cx), read_one(snap, id, cx->out));
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPSOP, cx->viewer.lang))) : e;
}

static i64 id_in(const struct cx *cx) { return ((const struct groupcast_id *)cx->in)->id; }

static err h_get(struct cx *cx) { return show(cx, id_in(cx)); }

static err h_add(struct cx *cx)
{
	const struct groupcast_sop_new *in = cx->in;
	struct groupcast_sop_change all = { 0, 1, in->name, in->owner_ids, in->class_id, in->word, in->steps };
	struct groupcast_sop r;
	TRY(row_of(cx, &all, &r));
	TRY(WRITE_TX(&cx->unit, base(cx), groupcast_sop_add(tx, &r)));
	return show(cx, r.id);
}

static err h_edit(struct cx *cx)
{
	struct groupcast_sop r;
	TRY(row_of(cx, cx->in, &r));
	TRY(WRITE_TX(&cx->unit, base(cx), groupcast_sop_edit(tx, &r)));
	return show(cx, r.id);
}

static err turn(struct cx *cx, i64 id, const char *state, bool undo)
{
	TRY(WRITE_TX(&cx->unit, base(cx), groupcast_sop_turn(tx, id, state, undo)));
	return show(cx, id);
}

static err h_pause(struct cx *cx) { return turn(cx, id_in(cx), "paused", false); }
static err h_end(struct cx *cx) { return turn(cx, id_in(cx), "ended", false); }

static err h_resume(struct cx *cx)
{
	const struct groupcast_resume_in *in = cx->in;
	return turn(cx, in->id, "running", in->undo);
}

static err read_ahead(struct cx *cx, const struct snap *s, i64 id)
{
	struct groupcast_sop r;
	struct groupcast_ahead of;
	err e = groupcast_sop_get(s, &(struct groupcast_id){ id }, &r);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPSOP, cx->viewer.lang)));
	TRY(e);
	TRY(groupcast_sop_ahead(s, &r, &of));
	*(struct groupcast_ahead_view *)cx->out = (struct groupcast_ahead_view){ of.posts, of.groups, of.next, of.until, of.open };
	return OK;
}

static err h_ahead(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_ahead(cx, snap, id_in(cx))); }

static err count_which(struct cx *cx, const struct snap *s, const struct groupcast_plan *plan)
{
	struct groupcast_which_view *out = cx->out;
	struct groupcast_choice choice;
	TRY(groupcast_which_groups(s, plan, cx->unit.scope, NULL, s->now, &choice));
	out->groups = (i64)choice.count;
	out->capped = choice.capped;
	for (size_t i = 0; i < choice.count; i++)
		out->owners += !i || choice.groups[i].owner != choice.groups[i - 1].owner;
	return OK;
}

static err h_which(struct cx *cx)
{
	const struct groupcast_which *in = cx->in;
	struct groupcast_plan plan = { in->owner_ids, in->class_id, in->word, { NULL, 0 } };
	TRY(check_which(cx, &in->owner_ids, in->class_id, in->word));
	return READ_SNAP(&cx->unit, base(cx), count_which(cx, snap, &plan));
}

static err read_duties(const struct snap *s, i64 id, struct page *page)
{
	struct groupcast_duty *rows;
	size_t n;
	TRY(groupcast_duties(s, &(struct groupcast_id){ id }, &rows, &n));
	struct groupcast_duty_view *v = ARENA_ARRAY(s->arena, struct groupcast_duty_view, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct staff staff = { 0 };
		err e = staff_get(s, rows[i].owner, &staff);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		v[i] = (struct groupcast_duty_view){ rows[i].owner, staff.name.n ? staff.name : staff.userid, rows[i].tasks, rows[i].executed,
						     rows[i].open, rows[i].open_since };
	}
	page->data = (struct list){ v, n };
	page->total = (i64)n;
	return OK;
}

static err h_duties(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_duties(snap, id_in(cx), cx->out)); }

/* The member's own list: tasks that wait for his tap in WeCom. */
err groupcast_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	struct groupcast_wait wait;
	TRY(READ_SNAP(&cx->unit, base(cx), groupcast_waiting(snap, &(struct groupcast_id){ staff }, &wait)));
	if (wait.n)
		vec_push(CX_ARENA(cx), &ret->v, (struct todo){ STR("groupcast"), str_c(text_raw(T_GROUPCAST_TODO, cx->viewer.lang)), wait.n, wait.due, STR_NIL });
	return OK;
}

#define KEY &groupcast_id_record
#define VIEW &groupcast_sop_view_record
#define SOPS "/api/v1/groupcast-sops"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route groupcast_sop_routes[] = {
	{ "GET", SOPS, "groupcast.read", SCOPED, ROUTE_LIST, &none_record, VIEW, h_list, "Group SOPs, newest first, with how they are carried out." },
	{ "POST", SOPS, "groupcast.send", SCOPED, ROUTE_CREATED | ROUTE_IDEMPOTENT, &groupcast_sop_new_record, VIEW, h_add,
	  "Posts to groups by a plan: on days of the calendar or days after a group was made." },
	{ "POST", SOPS "/groups", "groupcast.send", SCOPED, 0, &groupcast_which_record, &groupcast_which_view_record, h_which, "How many groups are meant now; nothing is made." },
	{ "GET", SOPS "/{id}", "groupcast.read", SCOPED, ROUTE_ETAG, KEY, VIEW, h_get, "One of them." },
	{ "PUT", SOPS "/{id}", "groupcast.send", SCOPED, ROUTE_ETAG, &groupcast_sop_change_record, VIEW, h_edit, "Changes it from now on; an ended one goes on." },
	{ "POST", SOPS "/{id}/pause", "groupcast.send", SCOPED, 0, KEY, VIEW, h_pause, "Pauses it; what comes due meanwhile is left out." },
	{ "GET", SOPS "/{id}/ahead", "groupcast.read", SCOPED, 0, KEY, &groupcast_ahead_view_record, h_ahead,
	  "What a pause would stop: posts of the next seven days; and what it would not." },
	{ "POST", SOPS "/{id}/resume", "groupcast.send", SCOPED, 0, &groupcast_resume_in_record, VIEW, h_resume, "Goes on with what comes next." },
	{ "POST", SOPS "/{id}/end", "groupcast.send", SCOPED, 0, KEY, VIEW, h_end, "Ends it; what was asked of owners stays." },
	{ "GET", SOPS "/{id}/owners", "groupcast.read", SCOPED, ROUTE_LIST, KEY, &groupcast_duty_view_record, h_duties,
	  "What each owner was asked to send for it, has sent, and has not." },
	{ 0 },
};

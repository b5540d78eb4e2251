/*
 * Repeats over HTTP: make, look, change, pause, skip, end, and what became of each time.
 */
#include "feature/broadcast/broadcast_repeat_data.h"

#include "base/text.h"
#include "core/attr/attr_say.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "feature/broadcast/broadcast_view.h"

#define DAY_CHARS 10
#define LIFE_HOURS_MAX 72
#define WEEK_BITS 127

#define REPEAT_BODY_FIELDS(F, S)                                                    \
	F(S, STR, name, .min = 1, .max = BROADCAST_NAME_MAX) BROADCAST_TO_FIELDS(F, S) BROADCAST_WEIGHT_FIELDS(F, S) \
	F(S, STR, every, .one_of = RECUR_EVERY) F(S, I64, at_minute, .max = RECUR_DAY_MINUTES - 1, .doc = "of the company's day") \
	F(S, I64, weekdays, .opt = true, .min = 1, .max = WEEK_BITS, .doc = "weekly: bit 0 is Monday") \
	F(S, I64, month_day, .opt = true, .min = 1, .max = 31, .doc = "monthly, quarterly; a short month's last day otherwise") \
	F(S, STR, first_day, .min = DAY_CHARS, .max = DAY_CHARS) F(S, STR, last_day, .opt = true, .min = DAY_CHARS, .max = DAY_CHARS) \
	F(S, I64, times, .opt = true, .min = 1, .max = BROADCAST_TIMES_MAX, .doc = "ends after so many that were sent") \
	F(S, I64, life_hours, .opt = true, .min = 1, .max = LIFE_HOURS_MAX, .doc = "of each task; default: four, never past the start of quiet hours") \
	F(S, I64, most, .min = 1, .doc = "people one time may reach: the number to confirm")
#define REPEAT_NEW_FIELDS(F, S) REPEAT_BODY_FIELDS(F, S)
RECORD(broadcast_repeat_new, REPEAT_NEW_FIELDS);
#define REPEAT_EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) REPEAT_BODY_FIELDS(F, S)
RECORD(broadcast_repeat_change, REPEAT_EDIT_FIELDS);
#define REPEAT_SKIP_FIELDS(F, S) F(S, ID, id) F(S, BOOL, skip, .doc = "false: takes that back")
RECORD(broadcast_repeat_skip_in, REPEAT_SKIP_FIELDS);
#define RUN_VIEW_FIELDS(F, S)                                                       \
	F(S, STR, day) F(S, MS, due_ms) F(S, MS, at_ms) F(S, STR, state, .one_of = BROADCAST_RUN_STATES) \
	F(S, STR, reason, .opt = true) F(S, ID, broadcast_id, .opt = true)          \
	F(S, STR, broadcast_state, .opt = true) F(S, OBJ, counts, .opt = true, .of = &broadcast_counts_record)
RECORD(broadcast_run_view, RUN_VIEW_FIELDS);
#define REPEAT_VIEW_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, I64, version) F(S, STR, state, .one_of = BROADCAST_REPEAT_STATES) F(S, STR, why, .opt = true, .doc = "hand, over, maker, refused") \
	REPEAT_BODY_FIELDS(F, S) F(S, STR, words) F(S, I64, sent) F(S, MS, next_ms, .opt = true) \
	F(S, BOOL, next_skipped) F(S, STR, by, .opt = true) F(S, MS, created_ms) F(S, OBJ, last, .opt = true, .of = &broadcast_run_view_record)
RECORD(broadcast_repeat_view, REPEAT_VIEW_FIELDS);
#define RUNS_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(broadcast_repeat_runs_in, RUNS_IN_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- taking in ---- */

static err day_of(struct cx *cx, const char *field, str text, i64 *ret)
{
	if (tz_parse_date(text, ret))
		return OK;
	return cx_fail(cx, ERR_INPUT, T_OK, str_c(field), text, STR("2026-05-01"));
}

static err check_rule(struct cx *cx, const struct broadcast_repeat *r)
{
	if (r->last_day != NIL && r->last_day < r->first_day)
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_LAST, STR("last_day"), tz_format_date(r->last_day, CX_ARENA(cx)), STR_NIL);
	if (str_eq_c(r->every, "weekly") && !r->weekdays)
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_WEEKDAY, STR("weekdays"), STR_NIL, STR_NIL);
	bool monthly = str_eq_c(r->every, "monthly") || str_eq_c(r->every, "quarterly");
	return monthly && !r->month_day ? cx_fail(cx, ERR_INPUT, T_CALENDAR_MONTH_DAY, STR("month_day"), STR_NIL, STR_NIL) : OK;
}

static i64 or_0(i64 n) { return n == NIL ? 0 : n; }

static err row_of(struct cx *cx, const struct broadcast_repeat_change *in, struct broadcast_repeat *r)
{
	const struct content *content = in->content;
	struct broadcast_target target;
	TRY(broadcast_target_of(cx, in->audience_id, in->expr, &target));
	TRY(enclose_check(&cx->unit, content, "content"));
	if (attr_say_any(content->text))
		return cx_fail(cx, ERR_INPUT, T_SAY_ONE_FOR_ALL, STR("content.text"), str_utf8_head(content->text, ATTR_SAY_CHARS), STR_NIL);
	*r = (struct broadcast_repeat){
		.id = in->id, .version = in->version, .name = in->name, .state = STR("running"), .why = STR(""), .audience = or_0(in->audience_id),
		.expr = expr_text(CX_ARENA(cx), target.audience), .content = content_json(CX_ARENA(cx), content),
		.kind = in->kind.n ? in->kind : STR("promo"), .priority = in->priority == NIL ? BROADCAST_PRIORITY : in->priority,
		.holdout = or_0(in->holdout), .life_hours = or_0(in->life_hours), .every = in->every, .at_minute = in->at_minute,
		.weekdays = or_0(in->weekdays), .month_day = or_0(in->month_day), .last_day = NIL, .times = in->times, .most = in->most,
		.made_by = cx->unit.actor_kind == ACTOR_USER ? cx->unit.actor : 0, .viewed_by = cx->unit.scope, .created = cx_now(cx),
	};
	TRY(day_of(cx, "first_day", in->first_day, &r->first_day));
	if (in->last_day.n)
		TRY(day_of(cx, "last_day", in->last_day, &r->last_day));
	return check_rule(cx, r);
}

/* ---- showing ---- */

static err show_run(struct cx *cx, const struct snap *s, const struct broadcast_run *run, struct broadcast_run_view *v)
{
	struct broadcast b;
	struct corp corp;
	*v = (struct broadcast_run_view){ tz_format_date(run->day, s->arena), run->due, run->at, run->state, run->reason.n ? run->reason : STR_NIL,
					  run->broadcast ? run->broadcast : NIL, STR_NIL, NULL };
	if (!run->broadcast)
		return OK;
	struct broadcast_counts *counts = ARENA_NEW(s->arena, struct broadcast_counts);
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(broadcast_get(s, &(struct broadcast_key){ run->broadcast }, &b));
	TRY(broadcast_count_all(s, &b, corp.currency, counts));
	v->broadcast_state = b.state;
	v->counts = counts;
	return OK;
}

static err show_last(struct cx *cx, const struct snap *s, i64 id, struct broadcast_repeat_view *v)
{
	struct broadcast_run *runs;
	size_t n;
	struct broadcast_runs_in find = { id, corp_day(&cx->unit, s->now) + 1, 1 };
	TRY(broadcast_run_list(s, &find, &runs, &n));
	if (!n)
		return OK;
	struct broadcast_run_view *last = ARENA_NEW(s->arena, struct broadcast_run_view);
	TRY(show_run(cx, s, &runs[0], last));
	v->last = last;
	return OK;
}

static err show_next(struct cx *cx, const struct snap *s, const struct broadcast_repeat *r, struct broadcast_repeat_view *v)
{
	struct broadcast_run run;
	if (!str_eq_c(r->state, "running"))
		return OK;
	v->next_ms = r->next;
	err e = broadcast_run_get(s, &(struct broadcast_day){ r->id, corp_day(&cx->unit, r->next) }, &run);
	v->next_skipped = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err show_row(struct cx *cx, const struct snap *s, const struct broadcast_repeat *r, struct broadcast_repeat_view *v)
{
	struct content *content = ARENA_NEW(s->arena, struct content);
	content_read(s->arena, r->content, content);
	*v = (struct broadcast_repeat_view){
		.id = r->id, .version = r->version, .state = r->state, .why = r->why.n ? r->why : STR_NIL, .name = r->name,
		.audience_id = r->audience ? r->audience : NIL, .expr = r->audience ? STR_NIL : r->expr, .content = content,
		.priority = r->priority, .holdout = r->holdout, .kind = r->kind, .every = r->every, .at_minute = r->at_minute,
		.weekdays = r->weekdays ? r->weekdays : NIL, .month_day = r->month_day ? r->month_day : NIL,
		.first_day = tz_format_date(r->first_day, s->arena), .last_day = r->last_day == NIL ? STR_NIL : tz_format_date(r->last_day, s->arena),
		.times = r->times, .life_hours = r->life_hours ? r->life_hours : NIL, .most = r->most, .words = STR(""), .sent = r->sent,
		.next_ms = NIL, .created_ms = r->created,
	};
	TRY(show_next(cx, s, r, v));
	return show_last(cx, s, r->id, v);
}

/* Names that are no more leave the words empty; the run will say so. */
static void name_row(struct cx *cx, const struct broadcast_repeat *r, struct broadcast_repeat_view *v)
{
	struct expr *e;
	struct user u;
	str name;
	if ((r->audience ? audience_expr_of(&cx->unit, r->audience, &name, &e) : expr_parse(&cx->unit, r->expr, &e)) == OK)
		v->words = r->audience ? name : expr_words(&cx->unit, e, cx->viewer.lang);
	if (r->made_by && user_get(&cx->unit, r->made_by, &u) == OK)
		v->by = u.name;
	cx->unit.fail = (struct fail){ 0 };
}

static err show_rows(struct cx *cx, const struct snap *s, const struct broadcast_repeat *rows, size_t n, struct broadcast_repeat_view *v)
{
	for (size_t i = 0; i < n; i++)
		TRY(show_row(cx, s, &rows[i], &v[i]));
	return OK;
}

static err h_list(struct cx *cx)
{
	struct page *page = cx->out;
	struct broadcast_repeat *rows;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), broadcast_repeat_all(snap, &(struct none){ 0 }, &rows, &n)));
	struct broadcast_repeat_view *v = ARENA_ARRAY(CX_ARENA(cx), struct broadcast_repeat_view, n + 1);
	TRY(READ_SNAP(&cx->unit, base(cx), show_rows(cx, snap, rows, n, v)));
	for (size_t i = 0; i < n; i++)
		name_row(cx, &rows[i], &v[i]);
	page->data = (struct list){ v, n };
	page->total = (i64)n;
	return OK;
}

static err show(struct cx *cx, i64 id)
{
	struct broadcast_repeat r;
	err e = READ_SNAP(&cx->unit, base(cx), broadcast_repeat_get(snap, &(struct broadcast_key){ id }, &r));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_BROADCAST_REPEAT, cx->viewer.lang)));
	TRY(e);
	TRY(READ_SNAP(&cx->unit, base(cx), show_row(cx, snap, &r, cx->out)));
	name_row(cx, &r, cx->out);
	return OK;
}

static i64 id_in(const struct cx *cx) { return ((const struct broadcast_key *)cx->in)->id; }

static err h_get(struct cx *cx) { return show(cx, id_in(cx)); }

static err h_add(struct cx *cx)
{
	const struct broadcast_repeat_new *in = cx->in;
	struct broadcast_repeat_change all = {
		.version = 1, .name = in->name, .audience_id = in->audience_id, .expr = in->expr, .content = in->content, .priority = in->priority,
		.holdout = in->holdout, .kind = in->kind, .every = in->every, .at_minute = in->at_minute, .weekdays = in->weekdays,
		.month_day = in->month_day, .first_day = in->first_day, .last_day = in->last_day, .times = in->times,
		.life_hours = in->life_hours, .most = in->most,
	};
	struct broadcast_repeat r;
	TRY(row_of(cx, &all, &r));
	TRY(WRITE_TX(&cx->unit, base(cx), broadcast_repeat_add(tx, &r)));
	return show(cx, r.id);
}

static err h_edit(struct cx *cx)
{
	struct broadcast_repeat r;
	TRY(row_of(cx, cx->in, &r));
	TRY(WRITE_TX(&cx->unit, base(cx), broadcast_repeat_edit(tx, &r)));
	return show(cx, r.id);
}

static err turn(struct cx *cx, const char *state)
{
	TRY(WRITE_TX(&cx->unit, base(cx), broadcast_repeat_turn(tx, id_in(cx), state)));
	return show(cx, id_in(cx));
}

static err h_pause(struct cx *cx) { return turn(cx, "paused"); }
static err h_resume(struct cx *cx) { return turn(cx, "running"); }
static err h_end(struct cx *cx) { return turn(cx, "ended"); }

static err h_skip(struct cx *cx)
{
	const struct broadcast_repeat_skip_in *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), broadcast_repeat_skip(tx, in->id, in->skip)));
	return show(cx, in->id);
}

static err read_runs(struct cx *cx, const struct snap *s, const struct broadcast_runs_in *find)
{
	struct page *page = cx->out;
	struct broadcast_run *runs;
	size_t n;
	TRY(broadcast_run_list(s, find, &runs, &n));
	size_t shown = n > (size_t)find->limit - 1 ? (size_t)find->limit - 1 : n;
	struct broadcast_run_view *v = ARENA_ARRAY(s->arena, struct broadcast_run_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		TRY(show_run(cx, s, &runs[i], &v[i]));
	page->data = (struct list){ v, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &runs[shown - 1].day, 1, (u64)find->repeat);
	return OK;
}

static err h_runs(struct cx *cx)
{
	const struct broadcast_repeat_runs_in *in = cx->in;
	struct broadcast_runs_in find = { in->id, INT64_MAX, in->limit + 1 };
	TRY(page_from(cx, in->cursor, &find.before, 1, (u64)in->id));
	return READ_SNAP(&cx->unit, base(cx), read_runs(cx, snap, &find));
}

#define KEY &broadcast_key_record
#define VIEW &broadcast_repeat_view_record
#define READ "broadcast.read"
#define SEND "broadcast.send"
#define REPEATS "/api/v1/broadcast-repeats"
const struct route broadcast_repeat_routes[] = {
	{ "GET", REPEATS, READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, VIEW, h_list, "Broadcasts that repeat, newest first, with their next and last time." },
	{ "POST", REPEATS, SEND, ROUTE_SCOPE_CUSTOMERS, ROUTE_CREATED | ROUTE_IDEMPOTENT, &broadcast_repeat_new_record, VIEW, h_add,
	  "Makes a broadcast again and again, each time to whoever is in its audience then." },
	{ "GET", REPEATS "/{id}", READ, ROUTE_SCOPE_NONE, ROUTE_ETAG, KEY, VIEW, h_get, "One of them." },
	{ "PUT", REPEATS "/{id}", SEND, ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, &broadcast_repeat_change_record, VIEW, h_edit,
	  "Changes it from the next time on; what was sent stays as it was." },
	{ "POST", REPEATS "/{id}/pause", SEND, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_pause, "Pauses it; what passes meanwhile is not sent afterwards." },
	{ "POST", REPEATS "/{id}/resume", SEND, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_resume, "Goes on with the next time." },
	{ "POST", REPEATS "/{id}/skip", SEND, ROUTE_SCOPE_NONE, 0, &broadcast_repeat_skip_in_record, VIEW, h_skip, "Passes over the next time, or takes that back." },
	{ "POST", REPEATS "/{id}/end", SEND, ROUTE_SCOPE_NONE, 0, KEY, VIEW, h_end, "Ends it for good; its broadcasts stay." },
	{ "GET", REPEATS "/{id}/runs", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &broadcast_repeat_runs_in_record, &broadcast_run_view_record, h_runs,
	  "What became of each time, newest first." },
	{ 0 },
};

/*
 * The calendar over HTTP: a span of days with loads, entries, copying a week, holidays; and the owner's own list.
 */
#include "feature/calendar/calendar_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "core/staff/todo.h"
#include "store/journal.h"

#define DAY_CHARS 10
#define REASON_MAX 100
#define WEEK_DAYS 7

#define ENTRY_BODY_FIELDS(F, S)                                                 \
	F(S, STR, title, .min = 1, .max = CALENDAR_TITLE_MAX) F(S, STR, content, .opt = true, .max = CALENDAR_CONTENT_MAX) \
	F(S, STR, way, .one_of = CALENDAR_WAYS) F(S, STR, repeat, .one_of = RECUR_EVERY) \
	F(S, I64, at_minute, .max = RECUR_DAY_MINUTES - 1, .doc = "of the company's day") \
	F(S, I64, weekdays, .opt = true, .max = 127, .doc = "weekly: bit 0 is Monday") \
	F(S, I64, month_day, .opt = true, .min = 1, .max = 31, .doc = "monthly, quarterly; a short month's last day otherwise") \
	F(S, STR, first_day, .min = DAY_CHARS, .max = DAY_CHARS) F(S, STR, last_day, .opt = true, .min = DAY_CHARS, .max = DAY_CHARS) \
	F(S, STR, shift, .opt = true, .one_of = CALENDAR_SHIFTS, .doc = "on a holiday; default keep") \
	F(S, BOOL, degrade, .opt = true, .doc = "beyond the quota: toolbar posts instead of a refusal") \
	F(S, IDS, owners, .min = 1, .max = CALENDAR_OWNERS_MAX, .doc = "those who left are not shown")
#define ENTRY_NEW_FIELDS(F, S) ENTRY_BODY_FIELDS(F, S)
RECORD(calendar_new, ENTRY_NEW_FIELDS);
#define ENTRY_EDIT_FIELDS(F, S) F(S, ID, id) F(S, I64, version) ENTRY_BODY_FIELDS(F, S)
RECORD(calendar_edit, ENTRY_EDIT_FIELDS);
#define ENTRY_VIEW_FIELDS(F, S) F(S, ID, id) F(S, I64, version) ENTRY_BODY_FIELDS(F, S)
RECORD(calendar_view, ENTRY_VIEW_FIELDS);

#define SPAN_IN_FIELDS(F, S) F(S, STR, from, .min = DAY_CHARS, .max = DAY_CHARS) F(S, STR, to, .min = DAY_CHARS, .max = DAY_CHARS)
RECORD(calendar_span_in, SPAN_IN_FIELDS);
#define PLACE_FIELDS(F, S)                                                      \
	F(S, ID, entry) F(S, STR, day) F(S, I64, at_minute) F(S, STR, title) F(S, STR, way, .doc = "degraded ones: toolbar") \
	F(S, BOOL, degraded) F(S, BOOL, over) F(S, I64, owners, .doc = "0: all have left, it needs one") F(S, I64, done) F(S, I64, skipped)
RECORD(calendar_place_view, PLACE_FIELDS);
#define LOAD_FIELDS(F, S)                                                       \
	F(S, ID, staff) F(S, STR, name) F(S, I64, groups) F(S, I64, mass, .doc = "mass sends of the span") F(S, I64, over) \
	F(S, I64, acts, .doc = "taps: one a mass send, one a group for toolbar posts")
RECORD(calendar_load_view, LOAD_FIELDS);
#define HOLIDAY_FIELDS(F, S) F(S, STR, day, .min = DAY_CHARS, .max = DAY_CHARS) F(S, STR, name, .max = 20)
RECORD(calendar_holiday_view, HOLIDAY_FIELDS);
#define CALENDAR_VIEW_FIELDS(F, S)                                              \
	F(S, STR, quota, .one_of = "month,week,day") F(S, LIST, places, .of = &calendar_place_view_record) \
	F(S, LIST, loads, .of = &calendar_load_view_record) F(S, LIST, holidays, .of = &calendar_holiday_view_record)
RECORD(calendar_shown, CALENDAR_VIEW_FIELDS);
#define HOLIDAYS_IN_FIELDS(F, S) F(S, LIST, holidays, .of = &calendar_holiday_view_record, .max = CALENDAR_HOLIDAYS_MAX)
RECORD(calendar_holidays_in, HOLIDAYS_IN_FIELDS);
#define COPY_IN_FIELDS(F, S) \
	F(S, STR, from, .min = DAY_CHARS, .max = DAY_CHARS, .doc = "any day of the week") F(S, STR, to, .min = DAY_CHARS, .max = DAY_CHARS)
RECORD(calendar_copy_in, COPY_IN_FIELDS);
#define COPIED_FIELDS(F, S) F(S, I64, made)
RECORD(calendar_copied, COPIED_FIELDS);
#define MINE_FIELDS(F, S)                                                       \
	F(S, ID, entry) F(S, STR, day) F(S, I64, at_minute) F(S, STR, title) F(S, STR, content) F(S, STR, way) F(S, BOOL, degraded) \
	F(S, STR, state, .one_of = "open,done,skipped")
RECORD(calendar_mine, MINE_FIELDS);
#define SAY_IN_FIELDS(F, S)                                                     \
	F(S, ID, id) F(S, STR, day, .min = DAY_CHARS, .max = DAY_CHARS) F(S, STR, state, .one_of = "done,skipped") \
	F(S, STR, reason, .opt = true, .max = REASON_MAX, .doc = "of skipping")
RECORD(calendar_say_in, SAY_IN_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err day_of(struct cx *cx, const char *field, str text, i64 *ret)
{
	if (tz_parse_date(text, ret))
		return OK;
	return cx_fail(cx, ERR_INPUT, T_OK, str_c(field), text, STR("2026-05-01"));
}

/* ---- what is known ---- */

struct known {
	struct calendar_owned *entries;
	size_t n;
	struct calendar_days holidays;
	struct calendar_holiday *named;
	struct calendar_groups groups;
};

static err list_left(const struct snap *s, struct imap *ret)
{
	struct staff *all;
	size_t n;
	TRY(staff_all(s, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(all[i].state, "left"))
			imap_put(ret, all[i].id, 1);
	return OK;
}

static err load_rows(const struct snap *s, struct known *ret)
{
	struct none none = { 0 };
	struct calendar_entry *entries;
	struct calendar_owner *owners;
	struct calendar_groups_of *groups;
	struct imap left = imap_new(s->arena);
	size_t owner_count, at = 0, here = 0;
	i64 yes;
	TRY(list_left(s, &left));
	TRY(calendar_entry_all(s, &none, &entries, &ret->n));
	TRY(calendar_owner_all(s, &none, &owners, &owner_count));
	TRY(calendar_holiday_all(s, &none, &ret->named, &ret->holidays.n));
	TRY(calendar_group_counts(s, &none, &groups, &ret->groups.n));
	ret->entries = ARENA_ARRAY(s->arena, struct calendar_owned, ret->n + 2); /* room for one that is being saved */
	i64 *staff = ARENA_ARRAY(s->arena, i64, owner_count + 1);
	for (size_t i = 0; i < ret->n; i++) {
		size_t from = here; /* both are in the order of entries */
		for (; at < owner_count && owners[at].entry <= entries[i].id; at++)
			if (!imap_get(&left, owners[at].staff, &yes))
				staff[here++] = owners[at].staff;
		ret->entries[i] = (struct calendar_owned){ entries[i], { staff + from, here - from } };
	}
	i64 *days = ARENA_ARRAY(s->arena, i64, ret->holidays.n + 1);
	for (size_t i = 0; i < ret->holidays.n; i++)
		days[i] = ret->named[i].day;
	ret->holidays.v = days;
	i64 *of = ARENA_ARRAY(s->arena, i64, ret->groups.n + 1), *n = ARENA_ARRAY(s->arena, i64, ret->groups.n + 1);
	for (size_t i = 0; i < ret->groups.n; i++) {
		of[i] = groups[i].staff;
		n[i] = groups[i].n;
	}
	ret->groups.staff = of;
	ret->groups.groups = n;
	return OK;
}

static err quota_of(struct unit *u, enum calendar_quota *ret, str *ret_name)
{
	TRY(setting_get(u, "calendar.quota", ret_name));
	*ret = str_eq_c(*ret_name, "week") ? CALENDAR_BY_WEEK : str_eq_c(*ret_name, "day") ? CALENDAR_BY_DAY : CALENDAR_BY_MONTH;
	if (*ret == CALENDAR_BY_MONTH)
		*ret_name = STR("month");
	return OK;
}

/* ---- a span ---- */

static err name_all(const struct snap *s, struct calendar_load_view *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct staff staff;
		err e = staff_get(s, rows[i].staff, &staff);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		rows[i].name = e == OK ? (staff.name.n ? staff.name : staff.userid) : STR("");
	}
	return OK;
}

static struct calendar_place_view place_view(struct arena *a, const struct calendar_place *p, const struct calendar_done *done, size_t n)
{
	const struct calendar_entry *e = &p->of->entry;
	struct calendar_place_view v = { e->id, tz_format_date(p->day, a), e->at_minute, e->title,
					 p->degraded ? STR("toolbar") : e->way, p->degraded, p->over, (i64)p->of->owners.n, 0, 0 };
	for (size_t i = 0; i < n; i++) {
		bool here = done[i].entry == e->id && done[i].day == p->day;
		v.done += here && str_eq_c(done[i].state, "done");
		v.skipped += here && str_eq_c(done[i].state, "skipped");
	}
	return v;
}

static err span_of(struct cx *cx, const struct calendar_span_in *in, struct calendar_span *ret)
{
	TRY(day_of(cx, "from", in->from, &ret->from));
	TRY(day_of(cx, "to", in->to, &ret->to));
	if (ret->to < ret->from || ret->to - ret->from >= CALENDAR_SPAN_MAX)
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_SPAN, STR("to"), in->to, arena_printf(CX_ARENA(cx), "%d", CALENDAR_SPAN_MAX));
	return OK;
}

static err h_calendar(struct cx *cx)
{
	struct calendar_shown *out = cx->out;
	struct arena *a = CX_ARENA(cx);
	struct known k;
	struct calendar_span span;
	struct calendar_plan plan;
	struct calendar_done *done;
	enum calendar_quota quota;
	size_t n;
	TRY(span_of(cx, cx->in, &span));
	TRY(quota_of(&cx->unit, &quota, &out->quota));
	TRY(READ_SNAP(&cx->unit, base(cx), load_rows(snap, &k)));
	TRY(READ_SNAP(&cx->unit, base(cx), calendar_done_span(snap, &span, &done, &n)));
	TRY(calendar_plan_make(a, k.entries, k.n, &k.holidays, &k.groups, quota, span.from, span.to, &plan));
	struct calendar_place_view *places = ARENA_ARRAY(a, struct calendar_place_view, plan.n + 1);
	struct calendar_load_view *loads = ARENA_ARRAY(a, struct calendar_load_view, plan.load_count + 1);
	struct calendar_holiday_view *days = ARENA_ARRAY(a, struct calendar_holiday_view, k.holidays.n + 1);
	for (size_t i = 0; i < plan.n; i++)
		places[i] = place_view(a, &plan.v[i], done, n);
	for (size_t i = 0; i < plan.load_count; i++) {
		const struct calendar_load *l = &plan.loads[i];
		loads[i] = (struct calendar_load_view){ l->staff, STR_NIL, l->groups, l->mass, l->over, l->acts };
	}
	TRY(READ_SNAP(&cx->unit, base(cx), name_all(snap, loads, plan.load_count)));
	for (size_t i = 0; i < k.holidays.n; i++)
		days[i] = (struct calendar_holiday_view){ tz_format_date(k.named[i].day, a), k.named[i].name };
	out->places = (struct list){ places, plan.n };
	out->loads = (struct list){ loads, plan.load_count };
	out->holidays = (struct list){ days, k.holidays.n };
	return OK;
}

/* ---- entries ---- */

static struct calendar_view entry_view(struct arena *a, const struct calendar_owned *o)
{
	const struct calendar_entry *e = &o->entry;
	return (struct calendar_view){ e->id, e->version, e->title, e->content, e->way, e->repeat, e->at_minute, e->weekdays, e->month_day,
				       tz_format_date(e->first_day, a), e->last_day == NIL ? STR_NIL : tz_format_date(e->last_day, a),
				       e->shift, e->degrade, o->owners };
}

static err h_entries(struct cx *cx)
{
	struct page *out = cx->out;
	struct known k;
	TRY(READ_SNAP(&cx->unit, base(cx), load_rows(snap, &k)));
	struct calendar_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct calendar_view, k.n + 1);
	for (size_t i = 0; i < k.n; i++)
		rows[i] = entry_view(CX_ARENA(cx), &k.entries[i]);
	out->data = (struct list){ rows, k.n };
	out->total = (i64)k.n;
	return OK;
}

static err entry_of(struct cx *cx, const struct calendar_edit *in, struct calendar_owned *ret)
{
	struct calendar_entry *e = &ret->entry;
	*e = (struct calendar_entry){ .id = in->id, .title = str_trim(in->title), .content = in->content.p ? in->content : STR(""), .way = in->way,
				      .repeat = in->repeat, .at_minute = in->at_minute, .weekdays = in->weekdays == NIL ? 0 : in->weekdays,
				      .month_day = in->month_day == NIL ? 1 : in->month_day, .last_day = NIL, .degrade = in->degrade,
				      .shift = in->shift.n ? in->shift : STR("keep"), .created = cx_now(cx), .version = in->version };
	ret->owners = in->owners;
	TRY(day_of(cx, "first_day", in->first_day, &e->first_day));
	if (in->last_day.n)
		TRY(day_of(cx, "last_day", in->last_day, &e->last_day));
	if (e->last_day != NIL && e->last_day < e->first_day)
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_LAST, STR("last_day"), in->last_day, STR_NIL);
	if (str_eq_c(e->repeat, "weekly") && !e->weekdays)
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_WEEKDAY, STR("weekdays"), STR_NIL, STR_NIL);
	if (str_eq_c(e->repeat, "monthly") || str_eq_c(e->repeat, "quarterly"))
		if (in->month_day == NIL)
			return cx_fail(cx, ERR_INPUT, T_CALENDAR_MONTH_DAY, STR("month_day"), STR_NIL, STR_NIL);
	return OK;
}

/* Refuses what an owner's quota does not hold within the span from the entry's first day or today. */
static err check_plan(struct tx *tx, enum calendar_quota quota, i64 today, const struct calendar_owned *o)
{
	struct known k;
	struct calendar_plan plan;
	size_t at = 0;
	TRY(load_rows(&tx->snap, &k));
	while (at < k.n && k.entries[at].entry.id != o->entry.id)
		at++;
	k.entries[at] = *o;
	k.n += at == k.n;
	i64 from = int_max(today, o->entry.first_day);
	TRY(calendar_plan_make(tx->snap.arena, k.entries, k.n, &k.holidays, &k.groups, quota, from, from + CALENDAR_SPAN_MAX - 1, &plan));
	for (size_t i = 0; i < plan.n; i++) {
		struct staff staff = { 0 };
		if (!plan.v[i].over)
			continue;
		err e = staff_get(&tx->snap, plan.v[i].over_owner, &staff);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		return tx_fail(tx, ERR_STATE, T_CALENDAR_OVER, STR("way"), tz_format_date(plan.v[i].day, tx->snap.arena),
			       staff.name.n ? staff.name : staff.userid);
	}
	return OK;
}

static err put_owners(struct tx *tx, const struct calendar_owned *o)
{
	TRY(calendar_owner_clear(tx, &(struct calendar_key){ o->entry.id }));
	for (size_t i = 0; i < o->owners.n; i++) {
		struct staff staff;
		err e = staff_get(&tx->snap, o->owners.v[i], &staff);
		if (e == ERR_NOT_FOUND || (e == OK && str_eq_c(staff.state, "left")))
			return tx_fail(tx, ERR_INPUT, T_CALENDAR_OWNER, STR("owners"), STR_NIL, STR_NIL);
		TRY(e);
		TRY(calendar_owner_add(tx, &(struct calendar_owner){ o->entry.id, o->owners.v[i] }));
	}
	return OK;
}

static err tell(struct tx *tx, i64 entry, const char *what)
{
	struct arena *a = tx->snap.arena;
	struct calendar_saved body = { entry, str_c(what) };
	TRY(audit_add(tx, arena_cstr(a, arena_printf(a, "calendar.%s", what)), arena_printf(a, "calendar:%lld", (long long)entry), STR("")));
	return journal_add(tx, EV_CALENDAR_SAVED, 0, tx->snap.now, &calendar_saved_record, &body, NULL);
}

static err insert(struct tx *tx, const struct calendar_owned *o)
{
	struct calendar_count count;
	TRY(calendar_entry_count(&tx->snap, &(struct none){ 0 }, &count));
	if (count.n >= CALENDAR_ENTRIES_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("entries"), STR_NIL, arena_printf(tx->snap.arena, "%d", CALENDAR_ENTRIES_MAX));
	TRY(calendar_entry_insert(tx, &o->entry));
	TRY(put_owners(tx, o));
	return tell(tx, o->entry.id, "made");
}

static err add(struct tx *tx, enum calendar_quota quota, i64 today, const struct calendar_owned *o)
{
	TRY(check_plan(tx, quota, today, o));
	return insert(tx, o);
}

static err change(struct tx *tx, enum calendar_quota quota, i64 today, const struct calendar_owned *o)
{
	struct calendar_entry was;
	TRY(calendar_entry_get(&tx->snap, &(struct calendar_key){ o->entry.id }, &was));
	TRY(check_plan(tx, quota, today, o));
	TRY(calendar_entry_update(tx, &o->entry));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	TRY(put_owners(tx, o));
	TRY(calendar_bare_look(tx));
	return tell(tx, o->entry.id, "changed");
}

static err h_add(struct cx *cx)
{
	const struct calendar_new *in = cx->in;
	struct calendar_edit edit = { id_next(store_ids(cx->unit.store), cx_now(cx)), 1, in->title, in->content, in->way, in->repeat,
				      in->at_minute, in->weekdays, in->month_day, in->first_day, in->last_day, in->shift, in->degrade,
				      in->owners };
	struct calendar_owned o;
	enum calendar_quota quota;
	str name;
	TRY(entry_of(cx, &edit, &o));
	TRY(quota_of(&cx->unit, &quota, &name));
	i64 today = corp_day(&cx->unit, cx_now(cx));
	TRY(WRITE_TX(&cx->unit, base(cx), add(tx, quota, today, &o)));
	*(struct calendar_view *)cx->out = entry_view(CX_ARENA(cx), &o);
	return OK;
}

static err h_edit(struct cx *cx)
{
	struct calendar_owned o;
	enum calendar_quota quota;
	str name;
	TRY(entry_of(cx, cx->in, &o));
	TRY(quota_of(&cx->unit, &quota, &name));
	i64 today = corp_day(&cx->unit, cx_now(cx));
	TRY(WRITE_TX(&cx->unit, base(cx), change(tx, quota, today, &o)));
	o.entry.version++;
	*(struct calendar_view *)cx->out = entry_view(CX_ARENA(cx), &o);
	return OK;
}

static err drop(struct tx *tx, i64 id)
{
	TRY(calendar_entry_drop(tx, &(struct calendar_key){ id }));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("calendar"));
	TRY(calendar_owner_clear(tx, &(struct calendar_key){ id }));
	TRY(calendar_bare_look(tx));
	return tell(tx, id, "removed");
}

static err h_remove(struct cx *cx)
{
	const struct calendar_key *in = cx->in;
	return WRITE_TX(&cx->unit, base(cx), drop(tx, in->id));
}

/* ---- weeks and holidays ---- */

static i64 monday(i64 day)
{
	i64 max;
	return calendar_window(CALENDAR_BY_WEEK, day, &max);
}

struct copying { i64 from, to, today; enum calendar_quota quota; i64 made; };

/* Every place of the one week stands once in the other; all of them or none. */
static err copy_week(struct tx *tx, struct copying *c)
{
	struct known k;
	struct calendar_plan plan;
	i64 span = WEEK_DAYS - 1;
	c->made = 0;
	TRY(load_rows(&tx->snap, &k));
	TRY(calendar_plan_make(tx->snap.arena, k.entries, k.n, &k.holidays, &k.groups, c->quota, c->from, c->from + span, &plan));
	for (size_t i = 0; i < plan.n; i++) {
		struct calendar_owned o = *plan.v[i].of;
		o.entry.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
		o.entry.repeat = STR("once");
		o.entry.first_day = plan.v[i].day - c->from + c->to;
		o.entry.last_day = NIL;
		o.entry.shift = STR("keep");
		o.entry.created = tx->snap.now;
		o.entry.version = 1;
		TRY(add(tx, c->quota, c->today, &o));
		c->made++;
	}
	return OK;
}

static err h_copy(struct cx *cx)
{
	const struct calendar_copy_in *in = cx->in;
	struct copying c = { .today = corp_day(&cx->unit, cx_now(cx)) };
	str name;
	TRY(day_of(cx, "from", in->from, &c.from));
	TRY(day_of(cx, "to", in->to, &c.to));
	TRY(quota_of(&cx->unit, &c.quota, &name));
	c.from = monday(c.from);
	c.to = monday(c.to);
	if (c.from == c.to)
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_SAME_WEEK, STR("to"), in->to, STR_NIL);
	TRY(WRITE_TX(&cx->unit, base(cx), copy_week(tx, &c)));
	((struct calendar_copied *)cx->out)->made = c.made;
	return OK;
}

static err put_holidays(struct tx *tx, const struct calendar_holiday *rows, size_t n)
{
	TRY(calendar_holiday_clear(tx, &(struct none){ 0 }));
	for (size_t i = 0; i < n; i++)
		TRY(calendar_holiday_add(tx, &rows[i]));
	return audit_add(tx, "calendar.holidays", STR("calendar"), STR(""));
}

static err h_holidays(struct cx *cx)
{
	const struct calendar_holidays_in *in = cx->in;
	const struct calendar_holiday_view *given = in->holidays.v;
	struct calendar_holiday *rows = ARENA_ARRAY(CX_ARENA(cx), struct calendar_holiday, in->holidays.n + 1);
	for (size_t i = 0; i < in->holidays.n; i++) {
		TRY(day_of(cx, "holidays", given[i].day, &rows[i].day));
		rows[i].name = given[i].name;
	}
	return WRITE_TX(&cx->unit, base(cx), put_holidays(tx, rows, in->holidays.n));
}

/* ---- the owner ---- */

static bool is_owner(const struct calendar_owned *o, i64 staff)
{
	for (size_t i = 0; i < o->owners.n; i++)
		if (o->owners.v[i] == staff)
			return true;
	return false;
}

/* What is hers on that day, with what she said about it. */
static err mine(struct cx *cx, i64 staff, i64 day, struct calendar_mine **ret, size_t *ret_count)
{
	struct arena *a = CX_ARENA(cx);
	struct known k;
	struct calendar_plan plan;
	struct calendar_done *done;
	enum calendar_quota quota;
	str name;
	size_t n, count = 0;
	struct calendar_span span = { day, day };
	TRY(quota_of(&cx->unit, &quota, &name));
	TRY(READ_SNAP(&cx->unit, base(cx), load_rows(snap, &k)));
	TRY(READ_SNAP(&cx->unit, base(cx), calendar_done_span(snap, &span, &done, &n)));
	TRY(calendar_plan_make(a, k.entries, k.n, &k.holidays, &k.groups, quota, day, day, &plan));
	struct calendar_mine *rows = ARENA_ARRAY(a, struct calendar_mine, plan.n + 1);
	for (size_t i = 0; i < plan.n; i++) {
		const struct calendar_entry *e = &plan.v[i].of->entry;
		if (!is_owner(plan.v[i].of, staff))
			continue;
		str state = STR("open");
		for (size_t d = 0; d < n; d++)
			if (done[d].staff == staff && done[d].entry == e->id)
				state = done[d].state;
		rows[count++] = (struct calendar_mine){ e->id, tz_format_date(day, a), e->at_minute, e->title, e->content,
							plan.v[i].degraded ? STR("toolbar") : e->way, plan.v[i].degraded, state };
	}
	*ret = rows;
	*ret_count = count;
	return OK;
}

static err me(struct cx *cx, i64 *ret_staff)
{
	struct user user;
	TRY(user_get(&cx->unit, cx->viewer.user, &user));
	*ret_staff = user.staff;
	return OK;
}

static err h_mine(struct cx *cx)
{
	struct page *out = cx->out;
	struct calendar_mine *rows = NULL;
	i64 staff;
	size_t n = 0;
	TRY(me(cx, &staff));
	if (staff != NIL)
		TRY(mine(cx, staff, corp_day(&cx->unit, cx_now(cx)), &rows, &n));
	out->data = (struct list){ rows, n };
	out->total = (i64)n;
	return OK;
}

static err put_done(struct tx *tx, const struct calendar_done *row)
{
	struct calendar_said body = { row->entry, row->staff, row->day, row->state };
	TRY(calendar_done_put(tx, row));
	return journal_add(tx, EV_CALENDAR_DONE, 0, tx->snap.now, &calendar_said_record, &body, NULL);
}

static err h_say(struct cx *cx)
{
	const struct calendar_say_in *in = cx->in;
	struct calendar_done row = { .entry = in->id, .state = in->state, .reason = in->reason, .at = cx_now(cx) };
	struct calendar_mine *rows;
	size_t n;
	bool found = false;
	TRY(day_of(cx, "day", in->day, &row.day));
	TRY(me(cx, &row.staff));
	if (str_eq_c(in->state, "skipped") && !in->reason.n)
		return cx_fail(cx, ERR_INPUT, T_CALENDAR_REASON, STR("reason"), STR_NIL, STR_NIL);
	if (row.staff != NIL)
		TRY(mine(cx, row.staff, row.day, &rows, &n));
	for (size_t i = 0; row.staff != NIL && i < n; i++)
		found |= rows[i].entry == in->id;
	if (!found)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, STR("calendar"));
	return WRITE_TX(&cx->unit, base(cx), put_done(tx, &row));
}

err calendar_todos(struct cx *cx, i64 staff, struct todo_list *ret)
{
	struct calendar_mine *rows;
	size_t n;
	i64 day = corp_day(&cx->unit, cx_now(cx));
	struct todo t = { .kind = STR("calendar"), .title = str_c(text_raw(T_CALENDAR_TODO, cx->viewer.lang)), .due_ms = NIL,
			  .href = STR("/h5/work#calendar") };
	TRY(mine(cx, staff, day, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq_c(rows[i].state, "open"))
			continue;
		ms due = tz_day_start(corp_zone(&cx->unit, cx->unit.corp), day) + rows[i].at_minute * MS_MINUTE;
		t.due_ms = t.count++ ? int_min(t.due_ms, due) : due;
	}
	if (t.count)
		vec_push(CX_ARENA(cx), &ret->v, t);
	return OK;
}

const struct route calendar_routes[] = {
	{ "GET", "/api/v1/calendar", "calendar.read", ROUTE_SCOPE_NONE, 0, &calendar_span_in_record, &calendar_shown_record, h_calendar,
	  "What is planned in a span of days, and what it costs each owner." },
	{ "GET", "/api/v1/calendar/entries", "calendar.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &calendar_view_record, h_entries,
	  "Entries of the calendar, oldest first." },
	{ "POST", "/api/v1/calendar/entries", "calendar.write", ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT | ROUTE_CREATED, &calendar_new_record,
	  &calendar_view_record, h_add, "Makes an entry; refused when an owner's quota does not hold it." },
	{ "PUT", "/api/v1/calendar/entries/{id}", "calendar.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &calendar_edit_record,
	  &calendar_view_record, h_edit, "Changes an entry." },
	{ "DELETE", "/api/v1/calendar/entries/{id}", "calendar.write", ROUTE_SCOPE_NONE, 0, &calendar_key_record, &none_record, h_remove,
	  "Removes an entry." },
	{ "POST", "/api/v1/calendar/copy", "calendar.write", ROUTE_SCOPE_NONE, ROUTE_IDEMPOTENT, &calendar_copy_in_record,
	  &calendar_copied_record, h_copy, "Copies what stands in one week into another." },
	{ "PUT", "/api/v1/calendar/holidays", "calendar.write", ROUTE_SCOPE_NONE, 0, &calendar_holidays_in_record, &none_record, h_holidays,
	  "Says which days are holidays." },
	{ 0 },
};
const struct route calendar_work_routes[] = {
	{ "GET", "/api/v1/work/calendar", "self", ROUTE_SCOPE_NONE, ROUTE_LIST, &none_record, &calendar_mine_record, h_mine,
	  "What the member of staff who asks has to post today." },
	{ "POST", "/api/v1/work/calendar/{id}", "self", ROUTE_SCOPE_NONE, 0, &calendar_say_in_record, &none_record, h_say,
	  "It was posted, or skipped and why." },
	{ 0 },
};

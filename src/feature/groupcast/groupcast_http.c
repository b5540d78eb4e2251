/*
 * Group casts over HTTP: estimate, make, follow, remind, cancel.
 */
#include "feature/groupcast/groupcast_int.h"

#include "base/text.h"
#include "core/approve/approve.h"
#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "core/reach/reach.h"
#include "core/staff/staff.h"

#define GROUPCAST_TO_FIELDS(F, S)                                                                  \
	F(S, IDS, owner_ids, .opt = true, .max = GROUPCAST_OWNERS_MAX) F(S, IDS, group_ids, .opt = true, .max = GROUPCAST_GROUPS_MAX) \
	F(S, OBJ, content, .of = &content_record)
#define GROUPCAST_PREVIEW_IN_FIELDS(F, S) GROUPCAST_TO_FIELDS(F, S)
RECORD(groupcast_preview_in, GROUPCAST_PREVIEW_IN_FIELDS);
#define GROUPCAST_LOAD_FIELDS(F, S) F(S, ID, owner_id) F(S, STR, owner) F(S, I64, groups) F(S, I64, tasks)
RECORD(groupcast_load, GROUPCAST_LOAD_FIELDS);
#define GROUPCAST_PREVIEW_OUT_FIELDS(F, S)                                                         \
	F(S, I64, total, .doc = "groups that get it: the number to confirm") F(S, I64, capped, .doc = "had theirs today") \
	F(S, I64, gone, .doc = "dissolved, or their owner cannot serve") F(S, I64, members, .doc = "who sit in them, some in several") \
	F(S, LIST, owners, .of = &groupcast_load_record) F(S, MS, starts_ms, .doc = "not in quiet hours")
RECORD(groupcast_preview_out, GROUPCAST_PREVIEW_OUT_FIELDS);
#define GROUPCAST_NEW_IN_FIELDS(F, S)                                                              \
	F(S, STR, name, .min = 1, .max = GROUPCAST_NAME_MAX) GROUPCAST_TO_FIELDS(F, S)             \
	F(S, MS, deadline_ms, .opt = true, .doc = "default: four hours; never past the start of quiet hours") \
	F(S, I64, confirm_count, .doc = "`total` of the preview")
RECORD(groupcast_new_in, GROUPCAST_NEW_IN_FIELDS);
#define GROUPCAST_COUNTS_FIELDS(F, S)                                                              \
	F(S, I64, groups) F(S, I64, open) F(S, I64, delivered) F(S, I64, quota) F(S, I64, failed) F(S, I64, expired)
#define GROUPCAST_VIEW_FIELDS(F, S)                                                                \
	F(S, ID, id) F(S, STR, name) F(S, STR, state) F(S, STR, text, .opt = true) F(S, STR, by) F(S, MS, made_ms) \
	F(S, MS, deadline_ms) F(S, I64, excluded) GROUPCAST_COUNTS_FIELDS(F, S)
RECORD(groupcast_view, GROUPCAST_VIEW_FIELDS);
#define GROUPCAST_OWNER_FIELDS(F, S)                                                               \
	F(S, ID, id) F(S, ID, owner_id) F(S, STR, owner) F(S, STR, state) F(S, STR, problem, .opt = true) \
	F(S, MS, created_ms, .opt = true) F(S, MS, confirmed_ms, .opt = true) F(S, I64, reminders_left) GROUPCAST_COUNTS_FIELDS(F, S)
RECORD(groupcast_owner, GROUPCAST_OWNER_FIELDS);
#define GROUPCAST_LIST_IN_FIELDS(F, S) F(S, ID, sop, .opt = true, .doc = "those of a group SOP") F(S, I64, limit, .opt = true) F(S, STR, cursor, .opt = true)
RECORD(groupcast_list_in, GROUPCAST_LIST_IN_FIELDS);
#define GROUPCAST_REMIND_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, owner_id)
RECORD(groupcast_remind_in, GROUPCAST_REMIND_IN_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str staff_name(const struct snap *s, i64 id)
{
	struct staff m;
	if (staff_get(s, id, &m) != OK)
		return STR("");
	return m.name.n ? m.name : m.userid;
}

/* ---- estimating and making ---- */

/* Only groups whose owners the viewer sees. */
static err within_scope(const struct snap *s, const struct groupcast_choice *choice)
{
	for (size_t i = 0; s->scope && i < choice->count; i++) {
		struct groupcast_id key = { choice->groups[i].owner };
		struct groupcast_n seen;
		if (i && choice->groups[i - 1].owner == key.id)
			continue;
		TRY(groupcast_owner_seen(s, &key, &seen));
		if (!seen.n)
			return snap_fail(s, ERR_NOT_FOUND, T_OK, STR("group_ids"), STR_NIL, str_c(text_raw(T_GROUPCAST_GROUP, LANG_ZH)));
	}
	return OK;
}

err groupcast_choose_seen(const struct snap *s, const struct ids *owners, const struct ids *groups, struct groupcast_choice *ret)
{
	TRY(groupcast_choose(s, owners, groups, ret));
	return within_scope(s, ret);
}

static err estimate(struct cx *cx, const struct snap *s, const struct groupcast_preview_in *in)
{
	struct groupcast_preview_out *out = cx->out;
	struct groupcast_choice choice;
	size_t owners = 0;
	ms close;
	TRY(groupcast_choose_seen(s, &in->owner_ids, &in->group_ids, &choice));
	struct groupcast_load *loads = ARENA_ARRAY(s->arena, struct groupcast_load, choice.count + 1);
	for (size_t i = 0; i < choice.count; i++) {
		const struct group_chat *g = &choice.groups[i];
		if (!owners || loads[owners - 1].owner_id != g->owner)
			loads[owners++] = (struct groupcast_load){ .owner_id = g->owner, .owner = staff_name(s, g->owner) };
		struct groupcast_load *l = &loads[owners - 1];
		l->groups++;
		l->tasks = (l->groups + GROUPCAST_PART_MAX - 1) / GROUPCAST_PART_MAX;
		out->members += g->members;
	}
	out->total = (i64)choice.count;
	out->capped = choice.capped;
	out->gone = choice.gone;
	out->owners = (struct list){ loads, owners };
	return reach_window(&cx->unit, cx_now(cx), &out->starts_ms, &close);
}

static err named(struct cx *cx, const struct ids *owners, const struct ids *groups)
{
	return owners->n || groups->n ? OK : cx_fail(cx, ERR_INPUT, T_MISSING, STR("group_ids"), STR_NIL, STR_NIL);
}

static err h_preview(struct cx *cx)
{
	const struct groupcast_preview_in *in = cx->in;
	TRY(named(cx, &in->owner_ids, &in->group_ids));
	TRY(enclose_check(&cx->unit, in->content, "content"));
	return READ_SNAP(&cx->unit, base(cx), estimate(cx, snap, in));
}

static err make(struct tx *tx, const struct groupcast_new_in *in, i64 user, i64 *ret_id)
{
	struct groupcast_choice choice;
	struct groupcast c = {
		.name = in->name, .content = content_json(tx->snap.arena, in->content), .deadline = in->deadline_ms, .made_by = user,
		.caller = STR("hand"), .viewed_by = tx->snap.unit->scope,
	};
	bool made, second;
	i64 people = 0;
	TRY(groupcast_choose_seen(&tx->snap, &in->owner_ids, &in->group_ids, &choice));
	if ((i64)choice.count != in->confirm_count || !choice.count)
		return tx_fail(tx, ERR_STATE, choice.count ? T_GROUPCAST_COUNT : T_GROUPCAST_NOBODY, STR("confirm_count"),
			       arena_printf(tx->snap.arena, "%zu", choice.count), arena_printf(tx->snap.arena, "%lld", (long long)in->confirm_count));
	if (in->deadline_ms != NIL && in->deadline_ms <= tx->snap.now)
		return tx_fail(tx, ERR_INPUT, T_GROUPCAST_DEADLINE, STR("deadline_ms"), STR_NIL, STR_NIL);
	for (size_t i = 0; i < choice.count; i++)
		people += choice.groups[i].members;
	TRY(approval_needed(tx->snap.unit, GROUPCAST_APPROVE, people, &second));
	TRY(second ? groupcast_ask(tx, &c, &choice, people) : groupcast_begin(tx, &c, &choice, &made));
	*ret_id = c.id;
	return audit_add(tx, "groupcast.create", arena_printf(tx->snap.arena, "groupcast:%lld", (long long)c.id),
			 arena_printf(tx->snap.arena, "groups=%zu", choice.count));
}

/* ---- showing ---- */

struct counts { GROUPCAST_COUNTS_FIELDS(RECORD_MEMBER_, counts) };

static struct counts count(const struct groupcast_tally *rows, size_t n, i64 part)
{
	struct counts c = { 0 };
	for (size_t i = 0; i < n; i++) {
		const struct groupcast_tally *t = &rows[i];
		if (part && t->part != part)
			continue;
		c.groups += t->n;
		if (str_eq_c(t->state, "delivered"))
			c.delivered += t->n;
		else if (str_eq_c(t->state, "quota"))
			c.quota += t->n;
		else if (str_eq_c(t->state, "failed") || str_eq_c(t->state, "gone"))
			c.failed += t->n;
		else if (str_eq_c(t->state, "expired") || str_eq_c(t->state, "cancelled"))
			c.expired += t->n;
		else
			c.open += t->n;
	}
	return c;
}

static err show(struct cx *cx, const struct snap *s, const struct groupcast *g, struct groupcast_view *v)
{
	struct groupcast_tally *rows;
	struct content content;
	size_t n;
	TRY(groupcast_tallies(s, &(struct groupcast_id){ g->id }, &rows, &n));
	struct counts c = count(rows, n, 0);
	content_read(s->arena, g->content, &content);
	*v = (struct groupcast_view){
		.id = g->id, .name = g->name.n ? g->name : str_utf8_head(content.text, GROUPCAST_NAME_MAX), .state = g->state, .text = content.text,
		.by = g->caller, .made_ms = g->made, .deadline_ms = g->deadline, .excluded = g->excluded, .groups = c.groups, .open = c.open,
		.delivered = c.delivered, .quota = c.quota, .failed = c.failed, .expired = c.expired,
	};
	if (g->asked.n) {
		struct groupcast_wish wish;
		TRY(groupcast_asks(s->arena, g, &wish));
		v->groups = v->open = (i64)wish.groups.n;
	}
	return OK;
}

static err read_one(struct cx *cx, const struct snap *s, i64 id)
{
	struct groupcast g;
	struct groupcast_part *parts;
	size_t n = 0;
	err e = groupcast_get(s, &(struct groupcast_id){ id }, &g);
	if (e == OK && s->scope)
		TRY(groupcast_parts(s, &(struct groupcast_id){ id }, &parts, &n));
	bool hers = n || (e == OK && g.asked.n && g.viewed_by == s->scope);
	if (e == ERR_NOT_FOUND || (e == OK && s->scope && !hers))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPCAST, cx->viewer.lang)));
	TRY(e);
	return show(cx, s, &g, cx->out);
}

static err read_list(struct cx *cx, const struct snap *s, const struct groupcast_find *find)
{
	struct page *page = cx->out;
	struct groupcast *rows;
	size_t n;
	TRY(groupcast_list(s, find, &rows, &n));
	size_t shown = n > (size_t)find->limit - 1 ? (size_t)find->limit - 1 : n;
	struct groupcast_view *views = ARENA_ARRAY(s->arena, struct groupcast_view, shown + 1);
	for (size_t i = 0; i < shown; i++)
		TRY(show(cx, s, &rows[i], &views[i]));
	page->data = (struct list){ views, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, (u64)find->sop);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct groupcast_list_in *in = cx->in;
	struct groupcast_find find = { INT64_MAX, in->limit + 1, in->sop == NIL ? 0 : in->sop };
	TRY(page_from(cx, in->cursor, &find.before, 1, (u64)find.sop));
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, &find));
}

static err h_get(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, ((const struct groupcast_id *)cx->in)->id)); }

static err h_new(struct cx *cx)
{
	const struct groupcast_new_in *in = cx->in;
	i64 id = 0;
	TRY(named(cx, &in->owner_ids, &in->group_ids));
	TRY(enclose_check(&cx->unit, in->content, "content"));
	TRY(WRITE_TX(&cx->unit, base(cx), make(tx, in, cx->viewer.user, &id)));
	return READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id));
}

static err read_owners(struct cx *cx, const struct snap *s, i64 id)
{
	struct page *page = cx->out;
	struct groupcast_tally *rows;
	struct groupcast_part *parts;
	size_t n, part_count;
	TRY(groupcast_parts(s, &(struct groupcast_id){ id }, &parts, &part_count));
	TRY(groupcast_tallies(s, &(struct groupcast_id){ id }, &rows, &n));
	struct groupcast_owner *views = ARENA_ARRAY(s->arena, struct groupcast_owner, part_count + 1);
	for (size_t i = 0; i < part_count; i++) {
		const struct groupcast_part *p = &parts[i];
		struct groupcast_n reminders;
		struct counts c = count(rows, n, p->id);
		i64 code;
		TRY(groupcast_reminders(s, &(struct groupcast_since){ p->id, s->now - WECOM_MASS_REMINDER_MS }, &reminders));
		struct text_hole hole = { "value", p->code };
		str problem = str_i64(p->code, &code) ? text_fill(s->arena, wecom_errcode(code)->text, cx->viewer.lang, &hole, 1) : p->code;
		views[i] = (struct groupcast_owner){
			p->id, p->owner, staff_name(s, p->owner), p->state, problem, p->sent_at, p->confirmed_at,
			int_max(WECOM_MASS_REMINDERS_MAX - reminders.n, 0), c.groups, c.open, c.delivered, c.quota, c.failed, c.expired,
		};
	}
	page->data = (struct list){ views, part_count };
	page->total = (i64)part_count;
	return OK;
}

static err h_owners(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_owners(cx, snap, ((const struct groupcast_id *)cx->in)->id)); }

static err visible(struct cx *cx, i64 id)
{
	struct groupcast_view *out = ARENA_NEW(CX_ARENA(cx), struct groupcast_view);
	void *was = cx->out;
	cx->out = out;
	err e = READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id));
	cx->out = was;
	return e;
}

static err h_cancel(struct cx *cx)
{
	i64 id = ((const struct groupcast_id *)cx->in)->id;
	TRY(visible(cx, id));
	return WRITE_TX(&cx->unit, base(cx), groupcast_cancel(tx, id));
}

static err h_remind(struct cx *cx)
{
	const struct groupcast_remind_in *in = cx->in;
	TRY(visible(cx, in->id));
	return WRITE_TX(&cx->unit, base(cx), groupcast_remind(tx, in->id, in->owner_id));
}

#define CASTS "/api/v1/groupcasts"
#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route groupcast_routes[] = {
	{ "POST", CASTS "/preview", "groupcast.send", SCOPED, 0, &groupcast_preview_in_record, &groupcast_preview_out_record, h_preview,
	  "Which groups would get it, by owner, and which not; nothing is made." },
	{ "GET", CASTS, "groupcast.read", SCOPED, ROUTE_LIST, &groupcast_list_in_record, &groupcast_view_record, h_list,
	  "Messages to groups, newest first." },
	{ "POST", CASTS, "groupcast.send", SCOPED, ROUTE_IDEMPOTENT | ROUTE_CREATED, &groupcast_new_in_record, &groupcast_view_record, h_new,
	  "Asks the owners of groups to send a message to them." },
	{ "GET", CASTS "/{id}", "groupcast.read", SCOPED, 0, &groupcast_id_record, &groupcast_view_record, h_get, "One of them." },
	{ "GET", CASTS "/{id}/owners", "groupcast.read", SCOPED, ROUTE_LIST, &groupcast_id_record, &groupcast_owner_record, h_owners,
	  "What came of it, by owner." },
	{ "POST", CASTS "/{id}/cancel", "groupcast.send", SCOPED, 0, &groupcast_id_record, &none_record, h_cancel,
	  "Stops what was not confirmed; what was sent stays sent." },
	{ "POST", CASTS "/{id}/remind", "groupcast.send", SCOPED, 0, &groupcast_remind_in_record, &none_record, h_remind,
	  "Reminds an owner in WeCom; three in 24 hours." },
	{ 0 },
};

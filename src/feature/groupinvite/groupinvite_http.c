/*
 * Invitations over HTTP: made, their people by state, what advisors say, bound to a broadcast, closed.
 */
#include "feature/groupinvite/groupinvite_data.h"

#include "core/audience/audience.h"
#include "core/audience/audience_watch.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "store/journal.h"

#define NEW_FIELDS(F, S)                                                                 \
	F(S, STR, name, .min = 1, .max = GROUPINVITE_NAME_MAX)                           \
	F(S, STR, expr, .opt = true, .min = 1, .max = AUDIENCE_TEXT_MAX) F(S, ID, audience, .opt = true, .doc = "a stored one, instead of expr") \
	F(S, BOOL, watch, .opt = true, .doc = "of an audience: ask who enters it from now on, too") \
	F(S, STR, link, .min = 1, .max = GROUPINVITE_LINK_MAX, .doc = "the group code's address") F(S, STR, key, .opt = true, .max = 30) \
	F(S, IDS, group_ids, .min = 1, .max = GROUPINVITE_GROUPS_MAX, .doc = "who sits in one of them has come")
RECORD(groupinvite_new, NEW_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(groupinvite_list_in, LIST_FIELDS);
#define VIEW_FIELDS(F, S)                                                                \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, ID, audience, .opt = true) F(S, STR, link) F(S, ID, broadcast, .opt = true) \
	F(S, ID, job, .opt = true) F(S, BOOL, closed) F(S, MS, created_ms)               \
	F(S, I64, already, .doc = "sat there before") F(S, I64, nobody, .doc = "no advisor") F(S, I64, asked) F(S, I64, sent) \
	F(S, I64, refused) F(S, I64, joined)
RECORD(groupinvite_view, VIEW_FIELDS);
#define PEOPLE_IN_FIELDS(F, S)                                                           \
	F(S, ID, id) F(S, STR, state, .one_of = "in,nobody,asked,sent,refused,joined") F(S, ID, staff, .opt = true) \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(groupinvite_people_in, PEOPLE_IN_FIELDS);
#define PERSON_FIELDS(F, S)                                                              \
	F(S, ID, customer_id) F(S, STR, name, .opt = true, .pii = true) F(S, ID, staff, .opt = true) F(S, STR, staff_name, .opt = true) \
	F(S, STR, state) F(S, MS, asked_ms) F(S, MS, sent_ms, .opt = true) F(S, MS, joined_ms, .opt = true)
RECORD(groupinvite_person, PERSON_FIELDS);
#define MARK_FIELDS(F, S) \
	F(S, ID, id) F(S, IDS, customer_ids, .min = 1, .max = GROUPINVITE_MARK_MAX) F(S, STR, state, .one_of = "asked,sent,refused")
RECORD(groupinvite_mark, MARK_FIELDS);
#define BIND_FIELDS(F, S) F(S, ID, id) F(S, ID, broadcast)
RECORD(groupinvite_bind, BIND_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err find(struct cx *cx, const struct snap *s, i64 id, struct group_invite *ret)
{
	err e = group_invite_get(s, &(struct groupinvite_key){ id }, ret);
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPINVITE, cx->viewer.lang))) : e;
}

static err view(const struct snap *s, const struct group_invite *g, struct groupinvite_view *v)
{
	struct groupinvite_count *counts;
	size_t n;
	TRY(group_invitee_counts(s, &(struct groupinvite_key){ g->id }, &counts, &n));
	*v = (struct groupinvite_view){ .id = g->id, .name = g->name, .expr = g->expr, .audience = g->audience, .link = g->link,
					.broadcast = g->broadcast, .job = g->job, .closed = g->closed != NIL, .created_ms = g->created };
	const struct { const char *state; i64 *to; } sums[] = { { "in", &v->already }, { "nobody", &v->nobody }, { "asked", &v->asked },
								 { "sent", &v->sent }, { "refused", &v->refused }, { "joined", &v->joined } };
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_LEN(sums); k++)
			if (str_eq_c(counts[i].state, sums[k].state))
				*sums[k].to = counts[i].people;
	return OK;
}

static err read_list(struct cx *cx, const struct snap *s, i64 before, i64 limit)
{
	struct page *page = cx->out;
	struct group_invite *rows;
	size_t n;
	TRY(group_invite_list(s, &(struct groupinvite_find){ before, limit + 1 }, &rows, &n));
	size_t shown = n > (size_t)limit ? (size_t)limit : n;
	struct groupinvite_view *v = ARENA_ARRAY(s->arena, struct groupinvite_view, shown);
	for (size_t i = 0; i < shown; i++)
		TRY(view(s, &rows[i], &v[i]));
	page->data = (struct list){ v, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].id, 1, 0);
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct groupinvite_list_in *in = cx->in;
	i64 before = INT64_MAX;
	TRY(page_from(cx, in->cursor, &before, 1, 0));
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, before, in->limit));
}

static err read_one(struct cx *cx, const struct snap *s, i64 id)
{
	struct group_invite g;
	TRY(find(cx, s, id, &g));
	return view(s, &g, cx->out);
}

static err show(struct cx *cx, i64 id) { return READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id)); }
static err h_get(struct cx *cx) { return show(cx, ((const struct groupinvite_key *)cx->in)->id); }

/* ---- making ---- */

static err check_groups(struct tx *tx, struct ids groups, str *ret)
{
	struct arena *a = tx->snap.arena;
	struct buf b = buf_new(a, 4096);
	for (size_t i = 0; i < groups.n; i++) {
		struct group_chat g;
		str id = arena_printf(a, "%lld", (long long)groups.v[i]);
		err e = group_get(&tx->snap, groups.v[i], &g);
		if (e == ERR_NOT_FOUND)
			return tx_fail(tx, ERR_INPUT, T_GROUPINVITE_NO_GROUP, STR("group_ids"), id, STR_NIL);
		TRY(e);
		if (g.dissolved != NIL)
			return tx_fail(tx, ERR_INPUT, T_GROUPINVITE_DISSOLVED, STR("group_ids"), g.name, STR_NIL);
		buf_fmt(&b, "%s%lld", i ? "," : "", (long long)groups.v[i]);
	}
	*ret = buf_str(&b);
	return OK;
}

static err create(struct tx *tx, struct group_invite *g, struct ids groups)
{
	struct groupinvite_number open;
	TRY(check_groups(tx, groups, &g->groups));
	TRY(group_invite_open_count(&tx->snap, &(struct none){ 0 }, &open));
	if (open.n >= GROUPINVITE_OPEN_MAX)
		return tx_fail(tx, ERR_STATE, T_GROUPINVITE_MANY, STR_NIL, STR_NIL, STR(FAIL_STR(GROUPINVITE_OPEN_MAX)));
	g->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	g->created = tx->snap.now;
	struct groupinvite_input input = { g->id };
	str link = arena_printf(tx->snap.arena, "/groups/invites?show=%lld", (long long)g->id);
	TRY(job_add(tx, GROUPINVITE_JOB, g->name, link, &groupinvite_input_record, &input, &g->job));
	TRY(group_invite_put(tx, g));
	return audit_add(tx, "group.invite", arena_printf(tx->snap.arena, "invite:%lld", (long long)g->id), STR(""));
}

static err h_create(struct cx *cx)
{
	const struct groupinvite_new *in = cx->in;
	struct group_invite g = { .name = in->name, .audience = NIL, .link = in->link, .key = in->key.n ? in->key : STR(""),
				  .scope = cx->unit.scope, .broadcast = NIL, .job = NIL, .closed = NIL };
	struct expr *e;
	str name;
	if ((in->expr.n != 0) == (in->audience != NIL))
		return cx_fail(cx, ERR_INPUT, T_GROUPINVITE_WHOM, STR("expr"), STR_NIL, STR_NIL);
	if (!str_starts(in->link, STR("https://")) && !str_starts(in->link, STR("http://")))
		return cx_fail(cx, ERR_INPUT, T_OK, STR("link"), in->link, STR("https://"));
	if (in->watch && (in->audience == NIL || cx->unit.scope))
		return cx_fail(cx, ERR_INPUT, T_GROUPINVITE_WATCH, STR("watch"), STR_NIL, STR_NIL);
	TRY(in->audience == NIL ? expr_parse(&cx->unit, in->expr, &e) : audience_expr_of(&cx->unit, in->audience, &name, &e));
	g.expr = expr_text(CX_ARENA(cx), e);
	if (in->watch) {
		TRY(audience_watch_begin(&cx->unit, in->audience, false));
		g.audience = in->audience;
	}
	TRY(WRITE_TX(&cx->unit, base(cx), create(tx, &g, in->group_ids)));
	return show(cx, g.id);
}

/* ---- people ---- */

static err person_of(struct cx *cx, const struct group_invitee *r, struct groupinvite_person *v)
{
	struct customer c;
	struct staff staff;
	*v = (struct groupinvite_person){ r->customer, STR_NIL, r->staff, STR_NIL, r->state, r->asked, r->sent, r->joined };
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->unit.store, r->customer), customer_get(snap, r->customer, &c)));
	v->name = c.name;
	if (r->staff == NIL)
		return OK;
	err e = READ_SNAP(&cx->unit, base(cx), staff_get(snap, r->staff, &staff));
	if (e == OK)
		v->staff_name = staff.name;
	return e == ERR_NOT_FOUND ? OK : e;
}

static err h_people(struct cx *cx)
{
	const struct groupinvite_people_in *in = cx->in;
	struct page *page = cx->out;
	struct group_invite g;
	struct group_invitee *rows;
	size_t n;
	i64 after = 0;
	TRY(page_from(cx, in->cursor, &after, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), find(cx, snap, in->id, &g)));
	struct groupinvite_page find_page = { in->id, in->state, after, in->staff == NIL ? 0 : in->staff, in->limit + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), group_invitee_page(snap, &find_page, &rows, &n)));
	size_t shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	struct groupinvite_person *v = ARENA_ARRAY(CX_ARENA(cx), struct groupinvite_person, shown);
	for (size_t i = 0; i < shown; i++)
		TRY(person_of(cx, &rows[i], &v[i]));
	page->data = (struct list){ v, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].customer, 1, 0);
	return OK;
}

static err h_mark(struct cx *cx)
{
	const struct groupinvite_mark *in = cx->in;
	struct group_invite g;
	TRY(READ_SNAP(&cx->unit, base(cx), find(cx, snap, in->id, &g)));
	for (size_t i = 0; i < in->customer_ids.n; i++) {
		i64 root;
		TRY(customer_visible(&cx->unit, in->customer_ids.v[i], &root));
		struct groupinvite_who who = { root, g.id, in->state, cx_now(cx) };
		TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->unit.store, root), group_invitee_mark(tx, &who)));
	}
	return OK;
}

static err change(struct tx *tx, struct cx *cx, i64 id, i64 broadcast, bool close)
{
	struct group_invite g;
	TRY(find(cx, &tx->snap, id, &g));
	if (broadcast != NIL)
		g.broadcast = broadcast;
	if (close && g.closed == NIL) {
		struct groupinvite_told body = { id, STR_NIL };
		g.closed = tx->snap.now;
		TRY(journal_add(tx, EV_GROUPINVITE_CLOSED, 0, tx->snap.now, &groupinvite_told_record, &body, NULL));
	}
	TRY(group_invite_put(tx, &g));
	return audit_add(tx, close ? "group.invite.close" : "group.invite.bind", arena_printf(tx->snap.arena, "invite:%lld", (long long)id), STR(""));
}

static err h_bind(struct cx *cx)
{
	const struct groupinvite_bind *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), change(tx, cx, in->id, in->broadcast, false)));
	return show(cx, in->id);
}

static err h_close(struct cx *cx)
{
	i64 id = ((const struct groupinvite_key *)cx->in)->id;
	TRY(WRITE_TX(&cx->unit, base(cx), change(tx, cx, id, NIL, true)));
	return show(cx, id);
}

#define KEY &groupinvite_key_record
#define VIEW &groupinvite_view_record
const struct route groupinvite_routes[] = {
	{ "GET", "/api/v1/group-invites", "group.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &groupinvite_list_in_record, VIEW, h_list,
	  "Invitations into groups with how many were asked, sent and have joined, newest first." },
	{ "POST", "/api/v1/group-invites", "group.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_CREATED | ROUTE_IDEMPOTENT, &groupinvite_new_record, VIEW,
	  h_create, "Invites an audience: a job makes the list, nothing is sent." },
	{ "GET", "/api/v1/group-invites/{id}", "group.read", ROUTE_SCOPE_CUSTOMERS, 0, KEY, VIEW, h_get, "One invitation." },
	{ "GET", "/api/v1/group-invites/{id}/people", "group.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &groupinvite_people_in_record,
	  &groupinvite_person_record, h_people, "Its people in one state." },
	{ "POST", "/api/v1/group-invites/{id}/mark", "group.task", ROUTE_SCOPE_CUSTOMERS, 0, &groupinvite_mark_record, &none_record, h_mark,
	  "An advisor says that she has sent the link, or that they refuse; nobody who has joined is changed." },
	{ "PUT", "/api/v1/group-invites/{id}/broadcast", "group.write", ROUTE_SCOPE_CUSTOMERS, 0, &groupinvite_bind_record, VIEW, h_bind,
	  "Whom this broadcast reaches from now on was sent the link." },
	{ "POST", "/api/v1/group-invites/{id}/close", "group.write", ROUTE_SCOPE_CUSTOMERS, 0, KEY, VIEW, h_close,
	  "Nobody is asked any more by it; who joins is still seen." },
	{ 0 },
};

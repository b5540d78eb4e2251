/*
 * Group welcomes over HTTP: templates, the groups bound to one, what owners say.
 */
#include "feature/grouphello/grouphello_data.h"

#include "base/map.h"
#include "core/audit/audit.h"
#include "core/perm/perm.h"
#include "port/wecom/wecom.h"

#define EDIT_FIELDS(F, S)                                                                \
	F(S, STR, name, .min = 1, .max = GROUPHELLO_NAME_MAX) F(S, STR, text, .min = 1, .doc = "%NICKNAME% becomes her name; at most 3000 bytes") \
	F(S, STR, link_title, .opt = true) F(S, STR, link_url, .opt = true) F(S, STR, link_desc, .opt = true)
#define NEW_FIELDS(F, S) EDIT_FIELDS(F, S)
RECORD(grouphello_new, NEW_FIELDS);
#define CHANGE_FIELDS(F, S) F(S, ID, id) F(S, I64, version) EDIT_FIELDS(F, S)
RECORD(grouphello_change, CHANGE_FIELDS);
#define VIEW_FIELDS(F, S)                                                                \
	GROUP_HELLO_FIELDS(F, S) F(S, STR, fail_text, .opt = true) F(S, I64, groups) F(S, I64, done, .doc = "as owners say")
RECORD(grouphello_view, VIEW_FIELDS);
#define LIST_FIELDS(F, S) F(S, LIST, hellos, .of = &grouphello_view_record) F(S, I64, most)
RECORD(grouphello_list, LIST_FIELDS);
#define BIND_FIELDS(F, S) F(S, ID, id) F(S, IDS, group_ids, .min = 1, .max = GROUPHELLO_BIND_MAX)
RECORD(grouphello_bind, BIND_FIELDS);
#define TASKS_IN_FIELDS(F, S) F(S, ID, id) F(S, BOOL, open, .opt = true) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(grouphello_tasks_in, TASKS_IN_FIELDS);
#define DONE_FIELDS(F, S) F(S, ID, id) F(S, IDS, group_ids, .min = 1, .max = GROUPHELLO_BIND_MAX) F(S, BOOL, done)
RECORD(grouphello_done_in, DONE_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }

static err not_found(struct cx *cx, err e)
{
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPHELLO, cx->viewer.lang))) : e;
}

static str fail_text_of(struct cx *cx, str code)
{
	i64 number;
	if (str_is_nil(code) || !str_i64(code, &number))
		return code;
	struct text_hole hole = { "value", code };
	return text_fill(CX_ARENA(cx), wecom_errcode(number)->text, cx->viewer.lang, &hole, 1);
}

static err views(struct cx *cx, const struct snap *s, const struct group_hello *rows, size_t n, struct grouphello_view *v)
{
	struct grouphello_count *counts;
	size_t count;
	TRY(group_hello_counts(s, &(struct none){ 0 }, &counts, &count));
	for (size_t i = 0; i < n; i++) {
		const struct group_hello *h = &rows[i];
		v[i] = (struct grouphello_view){ h->id, h->name, h->text, h->link_title, h->link_url, h->link_desc, h->template_id, h->state,
						 h->fail_code, h->created, h->version, fail_text_of(cx, h->fail_code), 0, 0 };
		for (size_t k = 0; k < count; k++) {
			if (counts[k].hello != h->id)
				continue;
			v[i].groups = counts[k].groups;
			v[i].done = counts[k].done;
		}
	}
	return OK;
}

static err read_all(struct cx *cx, const struct snap *s)
{
	struct grouphello_list *out = cx->out;
	struct group_hello *rows;
	size_t n;
	TRY(group_hello_all(s, &(struct none){ 0 }, &rows, &n));
	struct grouphello_view *v = ARENA_ARRAY(s->arena, struct grouphello_view, n);
	out->hellos = (struct list){ v, n };
	out->most = WECOM_HELLOS_MAX;
	return views(cx, s, rows, n, v);
}

static err h_list(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_all(cx, snap)); }

static err read_one(struct cx *cx, const struct snap *s, i64 id)
{
	struct group_hello h;
	TRY(group_hello_get(s, &(struct grouphello_key){ id }, &h));
	return views(cx, s, &h, 1, cx->out);
}

static err show(struct cx *cx, i64 id) { return not_found(cx, READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id))); }
static err h_get(struct cx *cx) { return show(cx, ((const struct grouphello_key *)cx->in)->id); }

/* ---- templates ---- */

static err bytes(struct cx *cx, const char *field, str value, size_t max)
{
	struct arena *a = CX_ARENA(cx);
	return value.n <= max ? OK : cx_fail(cx, ERR_INPUT, T_TOO_BIG, str_c(field), arena_printf(a, "%zu", value.n), arena_printf(a, "%zu", max));
}

static err check(struct cx *cx, const struct group_hello *h)
{
	TRY(bytes(cx, "text", h->text, WECOM_HELLO_TEXT_BYTES_MAX));
	TRY(bytes(cx, "link_title", h->link_title, WECOM_LINK_TITLE_BYTES_MAX));
	TRY(bytes(cx, "link_url", h->link_url, WECOM_LINK_URL_BYTES_MAX));
	TRY(bytes(cx, "link_desc", h->link_desc, WECOM_LINK_DESC_BYTES_MAX));
	bool http = str_starts(h->link_url, STR("https://")) || str_starts(h->link_url, STR("http://"));
	if (h->link_url.n && !http)
		return cx_fail(cx, ERR_INPUT, T_OK, STR("link_url"), h->link_url, STR("https://"));
	if (h->link_url.n && !h->link_title.n)
		return cx_fail(cx, ERR_INPUT, T_OK, STR("link_title"), STR(""), STR("1-" FAIL_STR(WECOM_LINK_TITLE_BYTES_MAX)));
	return OK;
}

static err ask_wecom(struct tx *tx, const char *kind, i64 id)
{
	struct grouphello_task task = { id };
	i64 once = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	str key = arena_printf(tx->snap.arena, "%lld:%lld", (long long)id, (long long)once);
	return outbox_add(tx, str_c(kind), key, STR(""), tx->snap.now, 0, 0, &grouphello_task_record, &task, NULL);
}

static err tell_audit(struct tx *tx, const char *what, i64 id)
{
	return audit_add(tx, what, arena_printf(tx->snap.arena, "hello:%lld", (long long)id), STR(""));
}

static err create(struct tx *tx, struct group_hello *h)
{
	struct group_hello *all;
	size_t n;
	TRY(group_hello_all(&tx->snap, &(struct none){ 0 }, &all, &n));
	if (n >= WECOM_HELLOS_MAX)
		return tx_fail(tx, ERR_STATE, T_GROUPHELLO_MANY, STR_NIL, STR_NIL, STR(FAIL_STR(WECOM_HELLOS_MAX)));
	h->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	h->created = tx->snap.now;
	TRY(group_hello_add(tx, h));
	TRY(ask_wecom(tx, "hello.create", h->id));
	return tell_audit(tx, "hello.create", h->id);
}

static str or_empty(str s) { return s.p ? s : STR(""); }

static err h_create(struct cx *cx)
{
	const struct grouphello_new *in = cx->in;
	struct group_hello h = { .name = in->name, .text = in->text, .link_title = or_empty(in->link_title), .link_url = or_empty(in->link_url),
				 .link_desc = or_empty(in->link_desc), .template_id = STR_NIL, .state = STR("creating"), .fail_code = STR_NIL,
				 .version = 1 };
	TRY(check(cx, &h));
	TRY(WRITE_TX(&cx->unit, base(cx), create(tx, &h)));
	return show(cx, h.id);
}

static err change(struct tx *tx, struct cx *cx, const struct group_hello *in)
{
	struct group_hello h;
	TRY(not_found(cx, group_hello_get(&tx->snap, &(struct grouphello_key){ in->id }, &h)));
	if (str_eq_c(h.state, "creating"))
		return tx_fail(tx, ERR_STATE, T_GROUPHELLO_BUSY, STR_NIL, STR_NIL, STR_NIL);
	bool made = !str_is_nil(h.template_id);
	struct group_hello next = *in;
	next.state = made ? h.state : STR("creating");
	TRY(group_hello_put(tx, &next));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
	TRY(ask_wecom(tx, made ? "hello.update" : "hello.create", h.id));
	return tell_audit(tx, "hello.change", h.id);
}

static err h_change(struct cx *cx)
{
	const struct grouphello_change *in = cx->in;
	struct group_hello h = { .id = in->id, .version = in->version, .name = in->name, .text = in->text, .link_title = or_empty(in->link_title),
				 .link_url = or_empty(in->link_url), .link_desc = or_empty(in->link_desc), .template_id = STR_NIL,
				 .fail_code = STR_NIL };
	TRY(check(cx, &h));
	TRY(WRITE_TX(&cx->unit, base(cx), change(tx, cx, &h)));
	return show(cx, in->id);
}

/* Groups in which it was picked go on greeting with it until their owners pick another: WeCom keeps it there. */
static err drop(struct tx *tx, struct cx *cx, i64 id)
{
	struct group_hello h;
	TRY(not_found(cx, group_hello_get(&tx->snap, &(struct grouphello_key){ id }, &h)));
	h.state = STR("removed");
	TRY(group_hello_result(tx, &h));
	TRY(group_hello_unbind(tx, &(struct grouphello_key){ id }));
	if (!str_is_nil(h.template_id))
		TRY(ask_wecom(tx, "hello.delete", id));
	return tell_audit(tx, "hello.remove", id);
}

static err h_drop(struct cx *cx)
{
	return WRITE_TX(&cx->unit, base(cx), drop(tx, cx, ((const struct grouphello_key *)cx->in)->id));
}

/* ---- tasks ---- */

static err bind(struct tx *tx, struct cx *cx, const struct grouphello_bind *in)
{
	struct group_hello h;
	TRY(not_found(cx, group_hello_get(&tx->snap, &(struct grouphello_key){ in->id }, &h)));
	for (size_t i = 0; i < in->group_ids.n; i++) {
		struct group_chat g;
		str id = arena_printf(tx->snap.arena, "%lld", (long long)in->group_ids.v[i]);
		err e = group_get(&tx->snap, in->group_ids.v[i], &g);
		if (e == ERR_NOT_FOUND || (e == OK && g.dissolved != NIL))
			return tx_fail(tx, ERR_INPUT, T_GROUPHELLO_NO_GROUP, STR("group_ids"), e == OK ? g.name : id, STR_NIL);
		TRY(e);
		TRY(group_hello_bind(tx, &(struct grouphello_row){ g.id, h.id, tx->snap.now, NIL, NIL }));
	}
	return tell_audit(tx, "hello.bind", h.id);
}

static err h_bind(struct cx *cx)
{
	const struct grouphello_bind *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), bind(tx, cx, in)));
	return show(cx, in->id);
}

static err h_tasks(struct cx *cx)
{
	const struct grouphello_tasks_in *in = cx->in;
	struct page *page = cx->out;
	struct grouphello_owed *rows;
	size_t n;
	i64 after = 0;
	TRY(page_from(cx, in->cursor, &after, 1, 0));
	struct grouphello_page find = { in->id, after, in->open, in->limit + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), group_hello_tasks(snap, &find, &rows, &n)));
	size_t shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	page->data = (struct list){ rows, shown };
	page->total = NIL;
	if (n > shown)
		page->next_cursor = page_next(cx, &rows[shown - 1].chat, 1, 0);
	return OK;
}

static err done(struct tx *tx, struct cx *cx, const struct grouphello_done_in *in)
{
	for (size_t i = 0; i < in->group_ids.n; i++) {
		struct grouphello_done d = { in->id, in->group_ids.v[i], in->done ? tx->snap.now : NIL, cx->viewer.user };
		TRY(group_hello_done(tx, &d));
		if (!tx_changed(tx))
			return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("group_ids"), STR_NIL, str_c(text_raw(T_GROUPHELLO_TASK, cx->viewer.lang)));
	}
	return tell_audit(tx, "hello.done", in->id);
}

static err h_done(struct cx *cx)
{
	const struct grouphello_done_in *in = cx->in;
	TRY(WRITE_TX(&cx->unit, base(cx), done(tx, cx, in)));
	return show(cx, in->id);
}

#define KEY &grouphello_key_record
#define VIEW &grouphello_view_record
const struct route grouphello_routes[] = {
	{ "GET", "/api/v1/group-hellos", "group.read", ROUTE_SCOPE_CUSTOMERS, 0, &none_record, &grouphello_list_record, h_list,
	  "Group welcomes, newest first, with how many groups owe them." },
	{ "POST", "/api/v1/group-hellos", "group.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &grouphello_new_record, VIEW,
	  h_create, "Makes a template at WeCom." },
	{ "GET", "/api/v1/group-hellos/{id}", "group.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, KEY, VIEW, h_get, "One group welcome." },
	{ "PUT", "/api/v1/group-hellos/{id}", "group.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, &grouphello_change_record, VIEW, h_change,
	  "Changes a template; groups that picked it greet with the new text." },
	{ "DELETE", "/api/v1/group-hellos/{id}", "group.write", ROUTE_SCOPE_NONE, 0, KEY, &none_record, h_drop,
	  "Removes a template and its open tasks." },
	{ "POST", "/api/v1/group-hellos/{id}/groups", "group.write", ROUTE_SCOPE_CUSTOMERS, 0, &grouphello_bind_record, VIEW, h_bind,
	  "Asks the owners of these groups to pick it." },
	{ "GET", "/api/v1/group-hellos/{id}/tasks", "group.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &grouphello_tasks_in_record,
	  &grouphello_owed_record, h_tasks, "Groups bound to it; open: only those whose owner has not said that she picked it." },
	{ "POST", "/api/v1/group-hellos/{id}/done", "group.task", ROUTE_SCOPE_CUSTOMERS, 0, &grouphello_done_in_record, VIEW, h_done,
	  "An owner says that she picked it in these groups, or takes it back." },
	{ 0 },
};

/*
 * Templates and the menu of an account in the console.
 */
#include "feature/oa/oa_talk_data.h"

#include "core/audit/audit.h"
#include "core/perm/perm.h"

#define MENU_BYTES_MAX 16000

#define LIST_IN_FIELDS(F, S) F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(oa_templates_in, LIST_IN_FIELDS);
#define VIEW_FIELDS(F, S)                                                                       \
	F(S, STR, id) F(S, STR, kind, .one_of = "template,once,long") F(S, STR, title) F(S, STR, content) F(S, STR, example) \
	F(S, STRS, keys, .doc = "what a message has to give") F(S, MS, seen_ms)
RECORD(oa_template_view, VIEW_FIELDS);
#define COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(oa_templates_n, COUNT_FIELDS);
#define MENU_IN_FIELDS(F, S) F(S, ID, id) F(S, JSON, buttons)
RECORD(oa_menu_in, MENU_IN_FIELDS);
#define MENU_OUT_FIELDS(F, S) F(S, JSON, buttons)
RECORD(oa_menu_out, MENU_OUT_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err both(const struct snap *s, i64 id, struct oa_account *row, struct oa_open *o)
{
	err e = oa_account_get(s, &(struct oa_key){ id }, row);
	if (e == ERR_NOT_FOUND)
		return snap_fail(s, e, T_OA_UNKNOWN, STR("id"), STR_NIL, STR_NIL);
	TRY(e);
	return oa_open(s, row, o);
}

static struct strs keys_of(struct arena *a, str content)
{
	struct strs keys = { ARENA_ARRAY(a, str, OA_DATA_MAX), 0 };
	for (i64 open; keys.n < OA_DATA_MAX && (open = str_find(content, STR("{{"))) >= 0;) {
		content = str_sub(content, (size_t)open + 2, content.n);
		i64 end = str_find(content, STR(".DATA}}"));
		if (end < 0)
			break;
		keys.v[keys.n++] = str_trim(str_sub(content, 0, (size_t)end));
	}
	return keys;
}

static err h_list(struct cx *cx)
{
	const struct oa_templates_in *in = cx->in;
	struct page *page = cx->out;
	struct oa_account row;
	struct oa_open o;
	struct oa_template *t;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), both(snap, in->id, &row, &o)));
	TRY(READ_SNAP(&cx->unit, base(cx), oa_templates_of(snap, &(struct oa_key){ in->id }, &t, &n)));
	struct oa_template_view *v = ARENA_ARRAY(CX_ARENA(cx), struct oa_template_view, n + 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct oa_template_view){ t[i].id, t[i].kind, t[i].title, t[i].content, t[i].example, keys_of(CX_ARENA(cx), t[i].content), t[i].seen };
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err keep(struct tx *tx, i64 account, const struct oa_template_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct oa_template t = { account, rows[i].id, rows[i].kind, rows[i].title.n ? rows[i].title : STR(""),
					 rows[i].content.n ? rows[i].content : STR(""), rows[i].example.n ? rows[i].example : STR(""), tx->snap.now };
		if (t.id.n)
			TRY(oa_template_put(tx, &t));
	}
	TRY(oa_templates_drop(tx, &(struct oa_template){ .account = account, .seen = tx->snap.now }));
	return audit_add(tx, "oa.templates", arena_printf(tx->snap.arena, "oa:%lld", (long long)account), STR(""));
}

static err h_read(struct cx *cx)
{
	struct oa_account row;
	struct oa_open o;
	struct oa_template_row *rows = NULL;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), both(snap, ((const struct oa_key *)cx->in)->id, &row, &o)));
	struct oa_call call = oa_call_of(cx, &o.app);
	TRY(oa_templates_read(&call, &rows, &n));
	TRY(WRITE_TX(&cx->unit, base(cx), keep(tx, row.id, rows, n)));
	((struct oa_templates_n *)cx->out)->n = (i64)n;
	return OK;
}

static err h_menu(struct cx *cx)
{
	struct oa_menu_out *out = cx->out;
	struct oa_account row;
	struct oa_open o;
	TRY(READ_SNAP(&cx->unit, base(cx), both(snap, ((const struct oa_key *)cx->in)->id, &row, &o)));
	struct oa_call call = oa_call_of(cx, &o.app);
	TRY(oa_menu_read(&call, &out->buttons));
	out->buttons = out->buttons.n ? out->buttons : STR("[]");
	return OK;
}

static err note(struct tx *tx, i64 id, const char *what)
{
	return audit_add(tx, what, arena_printf(tx->snap.arena, "oa:%lld", (long long)id), STR(""));
}

/* No buttons: the menu goes. */
static err h_menu_put(struct cx *cx)
{
	const struct oa_menu_in *in = cx->in;
	struct oa_menu_out *out = cx->out;
	struct oa_account row;
	struct oa_open o;
	struct json *tree;
	if (in->buttons.n > MENU_BYTES_MAX)
		return cx_fail(cx, ERR_INPUT, T_TOO_LONG, STR("buttons"), STR_NIL, STR(FAIL_STR(MENU_BYTES_MAX)));
	TRY(json_parse(in->buttons, CX_ARENA(cx), &tree, &cx->unit.fail));
	bool none = tree->type == JSON_ARRAY && tree->n == 0;
	if (!none)
		TRY(oa_menu_check(tree, &cx->unit.fail));
	TRY(READ_SNAP(&cx->unit, base(cx), both(snap, in->id, &row, &o)));
	struct oa_call call = oa_call_of(cx, &o.app);
	TRY(none ? oa_menu_drop(&call) : oa_menu_put(&call, in->buttons));
	TRY(WRITE_TX(&cx->unit, base(cx), note(tx, in->id, none ? "oa.menu.drop" : "oa.menu.put")));
	out->buttons = in->buttons;
	return OK;
}

#define NONE ROUTE_SCOPE_NONE
const struct route oa_talk_routes[] = {
	{ "GET", "/api/v1/oa-accounts/{id}/templates", "oa.read", NONE, ROUTE_LIST, &oa_templates_in_record, &oa_template_view_record, h_list,
	  "Templates of the account as they were read last." },
	{ "POST", "/api/v1/oa-accounts/{id}/templates/read", "oa.write", NONE, 0, &oa_key_record, &oa_templates_n_record, h_read,
	  "Reads the account's templates again." },
	{ "GET", "/api/v1/oa-accounts/{id}/menu", "oa.read", NONE, 0, &oa_key_record, &oa_menu_out_record, h_menu,
	  "The account's menu as the platform has it." },
	{ "PUT", "/api/v1/oa-accounts/{id}/menu", "oa.write", NONE, 0, &oa_menu_in_record, &oa_menu_out_record, h_menu_put,
	  "Sets the account's menu; no buttons take it away." },
	{ 0 },
};

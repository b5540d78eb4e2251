/*
 * audit: writing the trail, and showing it.
 */
#include "core/audit/audit_data.h"

#include "core/perm/perm.h"

err audit_add(struct tx *tx, const char *action, str object, str detail)
{
	struct unit *u = tx->snap.unit;
	struct audit_row row = { .id = id_next(store_ids(u->store), tx->snap.now), .at = tx->snap.now,
		.actor_kind = u->actor_kind, .actor = u->actor, .action = str_c(action), .object = object,
		.detail = detail.p ? detail : STR("") };
	return audit_insert(tx, &row);
}

#define AUDIT_LIST_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(audit_list_in, AUDIT_LIST_IN_FIELDS);

#define AUDIT_VIEW_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, MS, at_ms) F(S, STR, actor) F(S, STR, action) F(S, STR, object) F(S, STR, detail)
RECORD(audit_view, AUDIT_VIEW_FIELDS);

static str actor_name(struct arena *a, const struct audit_row *r)
{
	static const char *const kinds[] = { "system", "user", "staff", "customer", "import", "wecom", "api" };
	if (r->user_name.p)
		return r->user_name;
	const char *kind = r->actor_kind >= 0 && r->actor_kind < (i64)ARRAY_LEN(kinds) ? kinds[r->actor_kind] : "?";
	return r->actor ? arena_printf(a, "%s:%lld", kind, (long long)r->actor) : str_c(kind);
}

static err list(struct cx *cx)
{
	const struct audit_list_in *in = cx->in;
	struct page *page = cx->out;
	struct audit_find find = { .before = INT64_MAX, .limit = in->limit + 1 };
	struct audit_row *rows;
	size_t n;
	TRY(page_from(cx, in->cursor, &find.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), audit_page(snap, &find, &rows, &n)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, &rows[n - 1].id, 1, 0);
	}
	struct audit_view *out = ARENA_ARRAY(CX_ARENA(cx), struct audit_view, n);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct audit_view){ rows[i].id, rows[i].at, actor_name(CX_ARENA(cx), &rows[i]), rows[i].action,
					      rows[i].object, rows[i].detail };
	page->data = (struct list){ out, n };
	page->total = NIL;
	return OK;
}

static const struct query *const queries[] = { &audit_insert_query, &audit_page_query, NULL };
static const struct perm perms[] = { { "audit.read", T_PERM_AUDIT_READ }, { 0 } };
static const struct route routes[] = {
	{ "GET", "/api/v1/audit", "audit.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &audit_list_in_record, &audit_view_record, list,
	  "Who did what to which object, newest first" },
	{ 0 },
};

const struct module audit_module = {
	.name = "audit",
	.doc = "One row per act of a user, in the transaction of the act.",
	.queries = queries,
	.routes = routes,
	.perms = perms,
};

/*
 * The list of customers, one customer, her orders' place is the order feature's; saved views.
 */
#include "core/profile/profile_data.h"

#include "base/hash.h"
#include "core/attr/attr.h"
#include "core/attr/attr_category.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"

#define EVERYBODY STR("orders >= 0") /* orders are known of everybody */

#define LIST_FIELDS(F, S)                                                       \
	F(S, STR, expr, .opt = true, .max = AUDIENCE_TEXT_MAX) F(S, STR, q, .opt = true, .max = PROFILE_SEARCH_CHARS) \
	F(S, STR, sort, .opt = true, .one_of = "newest,active,spent")           \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(profile_list_in, LIST_FIELDS);

#define IDENTITY_FIELDS(F, S) \
	F(S, STR, kind) F(S, STR, value_masked) F(S, BOOL, verified) F(S, STR, source) F(S, MS, created_ms)
RECORD(profile_identity, IDENTITY_FIELDS);
#define FOLLOW_VIEW_FIELDS(F, S)                                                \
	F(S, ID, staff_id) F(S, STR, staff_name) F(S, MS, added_ms) F(S, I64, add_way, .opt = true) \
	F(S, STR, state, .opt = true) F(S, STR, channel, .opt = true) F(S, STR, remark, .opt = true) \
	F(S, STR, status) F(S, MS, lost_ms, .opt = true)
RECORD(profile_follow, FOLLOW_VIEW_FIELDS);
#define REACHABLE_FIELDS(F, S) F(S, BOOL, wecom) F(S, BOOL, sms) F(S, BOOL, oa) F(S, BOOL, mail)
RECORD(profile_reachable, REACHABLE_FIELDS);
#define FACTS_FIELDS(F, S)                                                      \
	F(S, FEN, aov, .opt = true) F(S, MS, first_order_ms, .opt = true) F(S, MS, last_order_ms, .opt = true) \
	F(S, MS, last_active_ms, .opt = true, .doc = "she did something herself") \
	F(S, STR, followup, .opt = true) F(S, STR, birthday, .opt = true) F(S, STR, source, .opt = true) \
	F(S, OBJ, reachable, .of = &profile_reachable_record) F(S, STRS, categories, .doc = "of goods she bought, of orders that stand")
RECORD(profile_facts, FACTS_FIELDS);

#define DETAIL_FIELDS(F, S) PROFILE_ROW_FIELDS(F, S)                            \
	F(S, STR, remark, .opt = true) F(S, STR, phone_masked, .opt = true) F(S, BOOL, bound) \
	F(S, LIST, identities, .of = &profile_identity_record) F(S, LIST, follows, .of = &profile_follow_record) \
	F(S, OBJ, facts, .of = &profile_facts_record) F(S, IDS, leaves) F(S, I64, version)
RECORD(profile_detail, DETAIL_FIELDS);

static err list_by_search(struct cx *cx, str q)
{
	struct page *page = cx->out;
	i64 *ids;
	size_t n;
	TRY(profile_search(cx, q, &ids, &n));
	page->total = (i64)n;
	return profile_rows(cx, ids, n, &page->data);
}

static err list_by_expr(struct cx *cx, const struct profile_list_in *in)
{
	struct page *page = cx->out;
	struct expr *expr;
	str sort = in->sort.n ? in->sort : STR("newest"), text = in->expr.n ? in->expr : EVERYBODY;
	i64 limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit, keys[2] = { INT64_MAX, INT64_MAX };
	i64 *ids, *sort_keys, total, all;
	size_t n;
	u64 filter = hash64(text) ^ hash64(sort);
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	TRY(expr_parse(&cx->unit, text, &expr));
	TRY(audience_page(&cx->unit, expr, sort, keys[0], keys[1], (size_t)limit + 1, &ids, &sort_keys, &n));
	TRY(audience_count(&cx->unit, expr, &total, &all));
	page->total = total;
	if (n > (size_t)limit) {
		n = (size_t)limit;
		i64 last[2] = { sort_keys[n - 1], ids[n - 1] };
		page->next_cursor = page_next(cx, last, 2, filter);
	}
	return profile_rows(cx, ids, n, &page->data);
}

static err h_list(struct cx *cx)
{
	const struct profile_list_in *in = cx->in;
	return in->q.n ? list_by_search(cx, in->q) : list_by_expr(cx, in);
}

/* ---- one customer ---- */

static err add_identities(struct cx *cx, i64 leaf, struct profile_detail *d)
{
	struct identity_row *rows;
	size_t n;
	TRY(identity_of(&cx->unit, leaf, &rows, &n));
	struct profile_identity *all = ARENA_ARRAY(CX_ARENA(cx), struct profile_identity, d->identities.n + n);
	if (d->identities.n)
		memcpy(all, d->identities.v, d->identities.n * sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		bool open = !cx->viewer.mask_pii && !str_eq_c(rows[i].kind, "phone") && !str_eq_c(rows[i].kind, "email");
		all[d->identities.n + i] = (struct profile_identity){
			rows[i].kind, open && rows[i].value.n ? rows[i].value : rows[i].masked, rows[i].verified, rows[i].source, rows[i].created,
		};
		if (str_eq_c(rows[i].kind, "phone") && rows[i].verified)
			d->phone_masked = rows[i].masked;
	}
	d->identities = (struct list){ all, d->identities.n + n };
	return OK;
}

static err read_follows(const struct snap *s, i64 leaf, struct profile_detail *d)
{
	struct follow *rows;
	size_t n;
	TRY(follow_list(s, leaf, &rows, &n));
	struct profile_follow *all = ARENA_ARRAY(s->arena, struct profile_follow, d->follows.n + n);
	if (d->follows.n)
		memcpy(all, d->follows.v, d->follows.n * sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		struct staff staff;
		TRY(staff_get(s, rows[i].staff, &staff));
		all[d->follows.n + i] = (struct profile_follow){
			staff.id, staff.name.n ? staff.name : staff.userid, rows[i].added, rows[i].add_way, rows[i].state,
			rows[i].channel, rows[i].remark, rows[i].status, rows[i].ended,
		};
	}
	d->follows = (struct list){ all, d->follows.n + n };
	return OK;
}

static err fill_facts(struct cx *cx, i64 root, struct profile_detail *d)
{
	struct customer_fact f;
	struct profile_facts *facts = ARENA_NEW(CX_ARENA(cx), struct profile_facts);
	struct profile_reachable *reach = ARENA_NEW(CX_ARENA(cx), struct profile_reachable);
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), attr_fact_get(snap, root, &f)));
	*reach = (struct profile_reachable){ f.reach_wecom, f.reach_sms, f.reach_oa, f.reach_mail };
	*facts = (struct profile_facts){
		f.orders ? f.spent / f.orders : NIL, f.first_order, f.last_order, f.last_active, f.followup,
		f.birthday == NIL ? STR_NIL : tz_format_date(f.birthday, CX_ARENA(cx)), f.source, reach, { 0 },
	};
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root),
		      attr_categories_of(snap, root, &facts->categories.v, &facts->categories.n)));
	d->facts = facts;
	d->bound = f.bound;
	return OK;
}

static err fill_row(struct cx *cx, i64 root, struct profile_detail *d)
{
	struct list rows;
	TRY(profile_rows(cx, &root, 1, &rows));
	if (rows.n == 0)
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_PROFILE_CUSTOMER, cx->viewer.lang)));
	memcpy(d, rows.v, sizeof(struct profile_row)); /* the detail begins with the row */
	return OK;
}

static err h_get(struct cx *cx)
{
	struct profile_detail *d = cx->out;
	struct customer c;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_visible(&cx->unit, ((const struct profile_key *)cx->in)->id, &root));
	TRY(fill_row(cx, root, d));
	TRY(fill_facts(cx, root, d));
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), customer_get(snap, root, &c)));
	d->remark = c.remark;
	d->version = c.version;
	TRY(customer_leaves(&cx->unit, root, leaves, &n));
	d->leaves = (struct ids){ ARENA_ARRAY(CX_ARENA(cx), i64, n), n };
	for (size_t i = 0; i < n; i++) {
		d->leaves.v[i] = leaves[i];
		TRY(add_identities(cx, leaves[i], d));
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, leaves[i]), read_follows(snap, leaves[i], d)));
	}
	return OK;
}

/* ---- saved views ---- */

#define VIEW_ROW_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, BOOL, shared)
RECORD(view_row, VIEW_ROW_FIELDS);
#define VIEW_PAGE_FIELDS(F, S) F(S, STR, page, .min = 1, .max = 20)
RECORD(view_page_in, VIEW_PAGE_FIELDS);
#define VIEW_NEW_FIELDS(F, S)                                                   \
	F(S, STR, page, .min = 1, .max = 20) F(S, STR, name, .min = 1, .max = 30) \
	F(S, STR, expr, .max = AUDIENCE_TEXT_MAX) F(S, BOOL, shared, .opt = true)
RECORD(view_new, VIEW_NEW_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err read_views(const struct snap *s, str page_name, i64 owner, struct page *page)
{
	struct view *rows;
	size_t n;
	TRY(view_list(s, &(struct view_find){ page_name, owner }, &rows, &n));
	struct view_row *out = ARENA_ARRAY(s->arena, struct view_row, n);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct view_row){ rows[i].id, rows[i].name, rows[i].expr, rows[i].shared };
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

static err h_views(struct cx *cx)
{
	const struct view_page_in *in = cx->in;
	return READ_SNAP(&cx->unit, base(cx), read_views(snap, in->page, cx->viewer.user, cx->out));
}

static err h_view_new(struct cx *cx)
{
	const struct view_new *in = cx->in;
	struct view_row *out = cx->out;
	struct expr *checked;
	TRY(in->expr.n ? expr_parse(&cx->unit, in->expr, &checked) : OK);
	struct view row = { id_next(store_ids(cx->env->store), cx_now(cx)), in->page, in->name, in->expr, cx->viewer.user, in->shared };
	TRY(WRITE_TX(&cx->unit, base(cx), view_put(tx, &row)));
	*out = (struct view_row){ row.id, row.name, row.expr, row.shared };
	return OK;
}

static err remove_own(struct tx *tx, i64 id, i64 owner)
{
	TRY(view_remove(tx, &(struct view_key){ id, owner }));
	return tx_changed(tx) ? OK : tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, STR_NIL);
}

/* Only one's own: a shared filter is others' to use, not to take away. */
static err h_view_remove(struct cx *cx)
{
	i64 id = ((const struct profile_key *)cx->in)->id;
	return WRITE_TX(&cx->unit, base(cx), remove_own(tx, id, cx->viewer.user));
}

const struct route profile_list_routes[] = {
	{ "GET", "/api/v1/customers", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &profile_list_in_record,
	  &profile_row_record, h_list, "Customers chosen by an expression, or found by name or phone." },
	{ "GET", "/api/v1/customers/{id}", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_ETAG, &profile_key_record,
	  &profile_detail_record, h_get, "One customer: facts, identities, relations." },
	{ "GET", "/api/v1/views", "customer.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &view_page_in_record, &view_row_record, h_views,
	  "Saved filters of a page, one's own and the shared ones." },
	{ "POST", "/api/v1/views", "customer.read", ROUTE_SCOPE_NONE, ROUTE_CREATED, &view_new_record, &view_row_record,
	  h_view_new, "Saves a filter." },
	{ "DELETE", "/api/v1/views/{id}", "customer.read", ROUTE_SCOPE_NONE, 0, &profile_key_record, &none_record, h_view_remove,
	  "Removes a saved filter." },
	{ 0 },
};

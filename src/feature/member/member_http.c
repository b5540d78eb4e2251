/*
 * member over HTTP: registering, looking up, levels, the list.
 */
#include "feature/member/member.h"

#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"

#include <stdlib.h>

#define VIEW_FIELDS(F, S)                                                   \
	F(S, ID, id, .doc = "the person's") F(S, ID, customer_id) F(S, STR, customer_name, .opt = true, .pii = true) F(S, STR, member_no) F(S, STR, level) \
	F(S, STR, how) F(S, MS, since_ms) F(S, STRS, also, .doc = "numbers of hers that count no longer and still find her")
RECORD(member_view, VIEW_FIELDS);
#define NEW_FIELDS(F, S)                                                    \
	F(S, STR, phone, .pii = true, .min = 7, .max = 30) F(S, STR, proof, .one_of = MEMBER_PROOFS, .doc = "how the phone was checked") \
	F(S, STR, name, .opt = true, .pii = true, .max = 40) F(S, STR, level, .opt = true, .max = MEMBER_LEVEL_MAX)
RECORD(member_new, NEW_FIELDS);
#define LOOKUP_FIELDS(F, S)                                                 \
	F(S, STR, member_no, .opt = true, .max = 40) F(S, STR, phone, .opt = true, .max = 30, .pii = true) \
	F(S, STR, external_userid, .opt = true, .max = 64) F(S, STR, unionid, .opt = true, .max = 64)
RECORD(member_lookup, LOOKUP_FIELDS);
#define LEVEL_FIELDS(F, S) F(S, STR, member_no, .max = 40) F(S, STR, level, .min = 1, .max = MEMBER_LEVEL_MAX)
RECORD(member_level_in, LEVEL_FIELDS);
#define LIST_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(member_list_in, LIST_FIELDS);

static err not_found(struct cx *cx) { return cx_fail(cx, ERR_NOT_FOUND, T_MEMBER_NONE, STR_NIL, STR_NIL, STR_NIL); }

static err other_numbers(struct cx *cx, i64 root, str but, struct strs *ret)
{
	struct unit *u = &cx->unit;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, m;
	TRY(customer_leaves(u, root, leaves, &n));
	*ret = (struct strs){ ARENA_ARRAY(CX_ARENA(cx), str, n * 8), 0 };
	for (size_t i = 0; i < n; i++) {
		struct identity_row *rows;
		TRY(identity_of(u, leaves[i], &rows, &m));
		for (size_t k = 0; k < m && ret->n < n * 8; k++)
			if (str_eq_c(rows[k].kind, "member_no") && !str_eq(rows[k].value, but))
				ret->v[ret->n++] = rows[k].value;
	}
	return OK;
}

static err view(struct cx *cx, i64 root, const struct member *m, struct member_view *ret)
{
	struct customer c;
	struct unit *u = &cx->unit;
	TRY(READ_SNAP(u, slot_of_customer(u->store, root), customer_get(snap, root, &c)));
	*ret = (struct member_view){ root, root, c.name, m->member_no, m->level, m->how, m->created, { 0 } };
	return other_numbers(cx, root, m->member_no, &ret->also);
}

/* The person within the viewer's scope and her number. */
static err show(struct cx *cx, i64 customer)
{
	struct member m;
	i64 root;
	err e = customer_visible(&cx->unit, customer, &root);
	e = e == OK ? member_of(&cx->unit, root, &m) : e;
	if (e == ERR_NOT_FOUND)
		return not_found(cx);
	TRY(e);
	return view(cx, root, &m, cx->out);
}

static err find(struct cx *cx, const struct member_lookup *in, i64 *ret)
{
	struct { const char *kind; str value; } ways[] = { { "member_no", in->member_no }, { "phone", in->phone },
							   { "external_userid", in->external_userid }, { "unionid", in->unionid } };
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		str normal;
		if (!ways[i].value.n)
			continue;
		TRY(identity_normal(CX_ARENA(cx), str_c(ways[i].kind), ways[i].value, &normal, &cx->unit.fail));
		err e = identity_find(&cx->unit, str_c(ways[i].kind), normal, ret);
		return e == ERR_NOT_FOUND ? not_found(cx) : e;
	}
	return cx_fail(cx, ERR_INPUT, T_MISSING, STR("member_no"), STR_NIL, STR_NIL);
}

static err h_lookup(struct cx *cx)
{
	i64 leaf;
	TRY(find(cx, cx->in, &leaf));
	return show(cx, leaf);
}

static err h_of(struct cx *cx) { return show(cx, ((const struct member_key *)cx->in)->id); }

static err note(struct cx *cx, const char *action, i64 customer, str detail)
{
	str object = arena_printf(CX_ARENA(cx), "customer:%lld", (long long)customer);
	return WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), audit_add(tx, action, object, detail));
}

static err h_new(struct cx *cx)
{
	const struct member_new *in = cx->in;
	struct unit *u = &cx->unit;
	struct member m;
	str phone;
	i64 leaf, root;
	TRY(identity_normal(CX_ARENA(cx), STR("phone"), in->phone, &phone, &u->fail));
	if (in->level.n)
		TRY(member_level_check(u, in->level));
	struct identity_in id = { STR("phone"), phone, true };
	struct identity_who who = { &id, 1, false, cx_now(cx), STR("member"), in->name.n ? in->name : STR_NIL };
	TRY(identity_resolve(u, &who, &leaf, NULL, NULL));
	TRY(member_issue(u, leaf, in->proof, in->level, &m));
	TRY(customer_root(u, leaf, &root));
	TRY(note(cx, "member.register", root, in->proof));
	return view(cx, root, &m, cx->out); /* whoever registers her sees her number, whosever customer she is */
}

static err set_level(struct tx *tx, const struct member *m, str level)
{
	struct member row = *m;
	row.level = level;
	TRY(member_level_set(tx, &row));
	struct member_levelled body = { m->member_no, level, m->level };
	return journal_add(tx, EV_MEMBER_LEVELLED, m->customer, tx->snap.now, &member_levelled_record, &body, NULL);
}

static err h_level(struct cx *cx)
{
	const struct member_level_in *in = cx->in;
	struct member_lookup by = { .member_no = in->member_no };
	struct member m;
	i64 leaf, root;
	TRY(member_level_check(&cx->unit, in->level));
	TRY(find(cx, &by, &leaf));
	err e = customer_visible(&cx->unit, leaf, &root);
	e = e == OK ? member_of(&cx->unit, root, &m) : e;
	if (e == ERR_NOT_FOUND)
		return not_found(cx);
	TRY(e);
	if (!str_eq(m.level, in->level)) {
		TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->unit.store, m.customer), set_level(tx, &m, in->level)));
		TRY(note(cx, "member.level", root, in->level));
	}
	return show(cx, root);
}

/* ---- the list ---- */

static int newest_first(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	if (x->created != y->created)
		return x->created < y->created ? 1 : -1;
	return (x->customer < y->customer) - (x->customer > y->customer);
}

static err show_list(struct cx *cx, const struct member *v, size_t n)
{
	struct page *page = cx->out;
	struct member_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct member_view, n + 1);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct customer c;
		TRY(customer_shown(&cx->unit, v[i].customer, &c));
		if (!c.id)
			continue;
		rows[kept++] = (struct member_view){ c.id, c.id, c.name, v[i].member_no, v[i].level, v[i].how, v[i].created, { 0 } };
	}
	page->data = (struct list){ rows, kept };
	page->total = NIL;
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct member_list_in *in = cx->in;
	struct page *page = cx->out;
	size_t limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : (size_t)in->limit, n = 0;
	i64 keys[2] = { INT64_MAX, INT64_MAX }, *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t slot_count = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	TRY(page_from(cx, in->cursor, keys, 2, 0));
	struct member_find find_in = { keys[0], keys[1], (i64)limit + 1 };
	struct member *all = ARENA_ARRAY(CX_ARENA(cx), struct member, slot_count * (limit + 1));
	for (size_t i = 0; i < slot_count; i++) {
		struct member *v;
		size_t m;
		TRY(READ_SNAP(&cx->unit, slots[i], member_page(snap, &find_in, &v, &m)));
		if (m)
			memcpy(all + n, v, m * sizeof(*v));
		n += m;
	}
	qsort(all, n, sizeof(*all), newest_first);
	if (n > limit) {
		n = limit;
		i64 last[2] = { all[n - 1].created, all[n - 1].customer };
		page->next_cursor = page_next(cx, last, 2, 0);
	}
	return show_list(cx, all, n);
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
#define VIEW &member_view_record
const struct route member_routes[] = {
	{ "GET", "/api/v1/members", "customer.read", SCOPED, ROUTE_LIST, &member_list_in_record, VIEW, h_list, "Members, newest first." },
	{ "POST", "/api/v1/members", "customer.write", SCOPED, 0, &member_new_record, VIEW, h_new,
	  "Registers whose phone was checked; who is a member already keeps her number." },
	{ "GET", "/api/v1/members/lookup", "customer.read", SCOPED, 0, &member_lookup_record, VIEW, h_lookup,
	  "A member by number, phone, external_userid or unionid." },
	{ "PUT", "/api/v1/members/{member_no}/level", "customer.write", SCOPED, 0, &member_level_in_record, VIEW, h_level,
	  "Gives a member another level." },
	{ "GET", "/api/v1/customers/{id}/membership", "customer.read", SCOPED, 0, &member_key_record, VIEW, h_of,
	  "The membership of a person." },
	{ 0 },
};

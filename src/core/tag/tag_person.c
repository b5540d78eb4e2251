/*
 * The tags of one person over HTTP: who or what holds each mark and until when, what is refused, and what
 * she agreed to. Free words about her (evidence, what she said) are not for roles that see no phone numbers.
 */
#include "core/tag/tag_http.h"

#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/tag/tag_consent.h"
#include "core/tag/tag_mark.h"
#include "store/seal.h"

#define SOURCE_FIELDS(F, S)                                                 \
	F(S, STR, why, .doc = TAG_CAUSES) F(S, ID, why_id, .opt = true) F(S, STR, by, .opt = true, .doc = "the user, of manual") \
	F(S, MS, at_ms) F(S, I64, confidence, .opt = true) F(S, MS, expires_ms, .opt = true) \
	F(S, STR, evidence, .opt = true, .pii = true)
RECORD(tag_source_view, SOURCE_FIELDS);
#define MARK_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, STR, name) F(S, STR, group) F(S, BOOL, sensitive) F(S, BOOL, hidden) \
	F(S, MS, expires_ms, .opt = true, .doc = "when the last source runs out") \
	F(S, LIST, sources, .of = &tag_source_view_record)
RECORD(tag_mark_view, MARK_FIELDS);
#define REFUSED_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name) F(S, STR, why) F(S, STR, by, .opt = true) F(S, MS, at_ms)
RECORD(tag_refused_view, REFUSED_FIELDS);
#define CONSENT_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, purpose) F(S, STR, how) F(S, STR, said, .opt = true, .pii = true) \
	F(S, STR, by, .opt = true) F(S, MS, at_ms) F(S, MS, withdrawn_ms, .opt = true)
RECORD(tag_consent_view, CONSENT_FIELDS);
#define PERSON_FIELDS(F, S)                                                 \
	F(S, LIST, tags, .of = &tag_mark_view_record) F(S, LIST, refused, .of = &tag_refused_view_record) \
	F(S, LIST, consents, .of = &tag_consent_view_record)
RECORD(tag_person_view, PERSON_FIELDS);

#define REFUSAL_KEY_FIELDS(F, S) F(S, ID, id) F(S, ID, tag)
RECORD(tag_refusal_key, REFUSAL_KEY_FIELDS);
#define CONSENT_IN_FIELDS(F, S)                                             \
	F(S, ID, id) F(S, STR, purpose, .one_of = TAG_PURPOSES) F(S, STR, how, .one_of = "talk,form,call,paper") \
	F(S, STR, said, .opt = true, .max = TAG_SAID_MAX, .pii = true)
RECORD(tag_consent_give_in, CONSENT_IN_FIELDS);
#define CONSENT_END_FIELDS(F, S) F(S, ID, id) F(S, STR, purpose, .one_of = TAG_PURPOSES)
RECORD(tag_consent_end_in, CONSENT_END_FIELDS);

struct person {
	struct cx *cx;
	struct user *users;
	size_t user_n;
	struct tag *tags;      /* in the order of the page */
	struct tag_group *groups;
	size_t tag_n, group_n;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	VEC(struct tag_mark_row) held; /* over all leaves */
	VEC(struct tag_refused_view) refused;
	VEC(struct tag_consent_view) consents;
};

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str user_name(const struct person *p, i64 id)
{
	for (size_t i = 0; i < p->user_n; i++)
		if (p->users[i].id == id)
			return p->users[i].name;
	return STR_NIL;
}

static const struct tag *tag_at(const struct person *p, i64 id)
{
	for (size_t i = 0; i < p->tag_n; i++)
		if (p->tags[i].id == id)
			return &p->tags[i];
	return NULL;
}

static err read_small(const struct snap *s, struct person *p)
{
	TRY(tag_groups(s, &(struct none){ 0 }, &p->groups, &p->group_n));
	return tag_live(s, &(struct none){ 0 }, &p->tags, &p->tag_n);
}

static err add_marks(const struct snap *s, i64 leaf, struct person *p)
{
	struct tag_mark_row *marks, *rows;
	size_t n, m;
	TRY(tag_marks_of(s, &(struct tag_key){ leaf }, &marks, &n));
	for (size_t i = 0; i < n; i++) {
		const struct tag *t = tag_at(p, marks[i].tag);
		TRY(tag_held(s, &(struct tag_on){ leaf, marks[i].tag }, &rows, &m));
		for (size_t k = 0; k < m; k++) {
			str sealed = rows[k].evidence;
			rows[k].evidence = STR_NIL;
			if (sealed.n && t && !tag_hides(p->cx, t) && !p->cx->viewer.mask_pii)
				TRY(unseal_text(s, leaf, sealed, &rows[k].evidence));
			vec_push(s->arena, &p->held, rows[k]);
		}
	}
	return OK;
}

static err add_refusals(const struct snap *s, i64 leaf, struct person *p)
{
	struct tag_refusal *rows;
	size_t n;
	TRY(tag_refusals(s, &(struct tag_key){ leaf }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		const struct tag *t = tag_at(p, rows[i].tag);
		bool seen = t == NULL;
		for (size_t k = 0; k < p->refused.n; k++)
			seen |= p->refused.v[k].id == rows[i].tag;
		if (!seen)
			vec_push(s->arena, &p->refused, (struct tag_refused_view){ t->id, tag_name_for(p->cx, t), rows[i].why,
				 user_name(p, rows[i].why_id), rows[i].at });
	}
	return OK;
}

static err add_consents(const struct snap *s, i64 leaf, struct person *p)
{
	struct tag_consent *rows;
	size_t n;
	TRY(tag_consents(s, &(struct tag_key){ leaf }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		str said = STR_NIL;
		if (rows[i].said.n && !p->cx->viewer.mask_pii)
			TRY(unseal_text(s, leaf, rows[i].said, &said));
		vec_push(s->arena, &p->consents, (struct tag_consent_view){ rows[i].id, rows[i].purpose, rows[i].how, said,
			 user_name(p, rows[i].who), rows[i].at, rows[i].withdrawn });
	}
	return OK;
}

static err add_leaf(const struct snap *s, i64 leaf, struct person *p)
{
	TRY(add_marks(s, leaf, p));
	TRY(add_refusals(s, leaf, p));
	return add_consents(s, leaf, p);
}

/* The sources of one tag over all leaves, strongest first. */
static struct tag_mark_view mark_view(const struct person *p, const struct tag *t)
{
	struct arena *a = CX_ARENA(p->cx);
	struct tag_mark_row *rows = ARENA_ARRAY(a, struct tag_mark_row, p->held.n);
	size_t n = 0;
	bool hidden = tag_hides(p->cx, t);
	struct tag_mark_view v = { t->id, tag_name_for(p->cx, t), STR(""), t->sensitive, hidden, 0, { 0 } };
	for (size_t i = 0; i < p->held.n; i++) {
		if (p->held.v[i].tag != t->id)
			continue;
		size_t k = n++;
		for (; k > 0 && tag_stronger(&p->held.v[i], &rows[k - 1]); k--)
			rows[k] = rows[k - 1];
		rows[k] = p->held.v[i];
	}
	for (size_t i = 0; i < p->group_n && !hidden; i++)
		if (p->groups[i].id == t->group_id)
			v.group = p->groups[i].name;
	struct tag_source_view *out = ARENA_ARRAY(a, struct tag_source_view, n);
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct tag_source_view){ rows[i].why, rows[i].why_id,
			str_eq_c(rows[i].why, "manual") ? user_name(p, rows[i].why_id) : STR_NIL,
			rows[i].at, rows[i].confidence, rows[i].expires, rows[i].evidence };
		v.expires_ms = v.expires_ms == NIL || rows[i].expires == NIL ? NIL : int_max(v.expires_ms, rows[i].expires);
	}
	v.sources = (struct list){ out, n };
	return v;
}

static err find(struct cx *cx, i64 customer, struct person *ret)
{
	*ret = (struct person){ .cx = cx };
	TRY(customer_visible(&cx->unit, customer, &ret->root));
	return customer_leaves(&cx->unit, ret->root, ret->leaves, &ret->n);
}

static err h_person(struct cx *cx)
{
	struct tag_person_view *out = cx->out;
	struct person p;
	TRY(find(cx, ((const struct tag_key *)cx->in)->id, &p));
	TRY(user_all(&cx->unit, &p.users, &p.user_n));
	TRY(READ_SNAP(&cx->unit, base(cx), read_small(snap, &p)));
	for (size_t i = 0; i < p.n; i++)
		TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, p.leaves[i]), add_leaf(snap, p.leaves[i], &p)));
	struct tag_mark_view *views = ARENA_ARRAY(CX_ARENA(cx), struct tag_mark_view, p.tag_n);
	size_t n = 0;
	for (size_t i = 0; i < p.tag_n; i++) {
		struct tag_mark_view v = mark_view(&p, &p.tags[i]);
		if (v.sources.n)
			views[n++] = v;
	}
	*out = (struct tag_person_view){ { views, n }, { p.refused.v, p.refused.n }, { p.consents.v, p.consents.n } };
	return OK;
}

static err audit(struct cx *cx, const char *action, i64 root, str detail)
{
	str object = arena_printf(CX_ARENA(cx), "customer:%lld", (long long)root);
	return WRITE_TX(&cx->unit, base(cx), audit_add(tx, action, object, detail));
}

static err h_lift(struct cx *cx)
{
	const struct tag_refusal_key *in = cx->in;
	struct person p;
	bool any = false;
	TRY(find(cx, in->id, &p));
	for (size_t i = 0; i < p.n; i++) {
		bool lifted = false;
		TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, p.leaves[i]),
			     tag_refusal_forget(tx, p.leaves[i], in->tag, &lifted)));
		any |= lifted;
	}
	if (!any)
		return cx_fail(cx, ERR_NOT_FOUND, T_TAG_NOT_REFUSED, STR("tag"), STR_NIL, STR_NIL);
	return audit(cx, "tag.refusal.lift", p.root, arena_printf(CX_ARENA(cx), "tag:%lld", (long long)in->tag));
}

static err h_consent(struct cx *cx)
{
	const struct tag_consent_give_in *in = cx->in;
	struct tag_consent_view *out = cx->out;
	struct tag_consent_in give = { in->purpose, in->how, in->said };
	struct person p;
	TRY(find(cx, in->id, &p));
	*out = (struct tag_consent_view){ 0, in->purpose, in->how, in->said, STR_NIL, cx_now(cx), NIL };
	TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, p.root), tag_consent_give(tx, p.root, &give, &out->id)));
	return audit(cx, "consent.give", p.root, in->purpose);
}

static err h_consent_end(struct cx *cx)
{
	const struct tag_consent_end_in *in = cx->in;
	struct person p;
	TRY(find(cx, in->id, &p));
	const char *purpose = arena_cstr(CX_ARENA(cx), in->purpose);
	for (size_t i = 0; i < p.n; i++)
		TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, p.leaves[i]), tag_consent_end(tx, p.leaves[i], purpose)));
	return audit(cx, "consent.end", p.root, in->purpose);
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route tag_person_routes[] = {
	{ "GET", "/api/v1/customers/{id}/tags", "customer.read", SCOPED, 0, &tag_key_record, &tag_person_view_record, h_person,
	  "The tags of a customer with who or what holds each, what is refused, and what she agreed to." },
	{ "DELETE", "/api/v1/customers/{id}/tag-refusals/{tag}", "customer.write", SCOPED, 0, &tag_refusal_key_record,
	  &none_record, h_lift, "Lets rules put a tag on her again that was taken off by hand." },
	{ "POST", "/api/v1/customers/{id}/consents", "customer.write", SCOPED, ROUTE_CREATED, &tag_consent_give_in_record,
	  &tag_consent_view_record, h_consent, "Records that she agreed to a purpose." },
	{ "DELETE", "/api/v1/customers/{id}/consents/{purpose}", "customer.write", SCOPED, 0, &tag_consent_end_in_record,
	  &none_record, h_consent_end, "She takes her consent back; sensitive tags go with it." },
	{ 0 },
};

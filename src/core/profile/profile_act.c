/*
 * Acts on one customer: edit, tags, a phone typed by staff, merge and split by hand.
 */
#include "core/profile/profile_data.h"

#include "core/attr/attr.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/tag/tag.h"

#include "base/tz.h"

#define REASON_MAX 200

#define EDIT_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, I64, version) F(S, STR, remark, .opt = true, .max = 500) \
	F(S, STR, birthday, .opt = true, .max = 10, .doc = "2020-05-01") F(S, STR, city, .opt = true, .max = 40) \
	F(S, STR, followup, .opt = true, .max = 40)
RECORD(profile_edit_in, EDIT_FIELDS);
#define TAGS_IN_FIELDS(F, S) F(S, ID, id) F(S, IDS, add, .opt = true, .max = 100) F(S, IDS, remove, .opt = true, .max = 100)
RECORD(profile_tags_in, TAGS_IN_FIELDS);
#define TAGS_OUT_FIELDS(F, S) F(S, LIST, tags, .of = &profile_named_record)
RECORD(profile_tags_out, TAGS_OUT_FIELDS);
#define PHONE_FIELDS(F, S) F(S, ID, id) F(S, STR, phone, .min = 5, .max = 30, .pii = true)
RECORD(profile_phone_in, PHONE_FIELDS);
#define SUGGESTION_FIELDS(F, S) F(S, ID, customer_id) F(S, STR, name, .opt = true) F(S, STR, reason)
RECORD(profile_suggestion, SUGGESTION_FIELDS);
#define SUGGESTIONS_FIELDS(F, S) F(S, LIST, suggestions, .of = &profile_suggestion_record)
RECORD(profile_suggestions, SUGGESTIONS_FIELDS);
#define MERGE_FIELDS(F, S) F(S, ID, from_id) F(S, ID, into_id) F(S, STR, reason, .opt = true, .max = REASON_MAX)
RECORD(profile_merge_in, MERGE_FIELDS);
#define MERGED_FIELDS(F, S) F(S, ID, id)
RECORD(profile_merged, MERGED_FIELDS);
#define SPLIT_FIELDS(F, S) F(S, ID, customer_id) F(S, STR, reason, .opt = true, .max = REASON_MAX)
RECORD(profile_split_in, SPLIT_FIELDS);

static i64 slot_of(struct cx *cx, i64 customer) { return slot_of_customer(cx->env->store, customer); }

static str object_of(struct cx *cx, i64 id) { return arena_printf(CX_ARENA(cx), "customer:%lld", (long long)id); }

static err audit(struct cx *cx, const char *action, i64 id, str detail)
{
	return WRITE_TX(&cx->unit, slot_base(cx->env->store, cx->unit.corp), audit_add(tx, action, object_of(cx, id), detail));
}

static err h_edit(struct cx *cx)
{
	const struct profile_edit_in *in = cx->in;
	const struct tz *utc;
	i64 root, birthday = NIL;
	ms at;
	TRY(customer_visible(&cx->unit, in->id, &root));
	TRY(tz_get(STR("UTC"), &utc, &cx->unit.fail));
	if (in->birthday.n) {
		if (!tz_parse(utc, in->birthday, &at))
			return cx_fail(cx, ERR_INPUT, T_OK, STR("birthday"), in->birthday, STR("2020-05-01"));
		birthday = tz_day(utc, at);
	}
	struct customer_edit edit = { in->remark, in->city, in->followup, birthday, in->version };
	TRY(WRITE_TX(&cx->unit, slot_of(cx, root), customer_edit(tx, root, &edit)));
	return audit(cx, "customer.edit", root, STR(""));
}

static err mark_all(struct tx *tx, i64 customer, const struct profile_tags_in *in)
{
	for (size_t i = 0; i < in->add.n; i++)
		TRY(tag_mark(tx, customer, in->add.v[i], "manual", tx->snap.unit->actor));
	return OK;
}

/* What is put on by hand is no longer refused, on whichever leaf that stood. */
static err unmark_all(struct tx *tx, i64 customer, const struct profile_tags_in *in)
{
	struct tag_cause by = { .why = "manual", .why_id = tx->snap.unit->actor };
	bool lifted;
	for (size_t i = 0; i < in->remove.n; i++)
		TRY(tag_unmark_by(tx, customer, in->remove.v[i], &by, NULL));
	for (size_t i = 0; i < in->add.n; i++)
		TRY(tag_refusal_forget(tx, customer, in->add.v[i], &lifted));
	return OK;
}

/* A tag taken off her goes from every leaf that carries it; a new one is put on the root's leaf. */
static err h_tags(struct cx *cx)
{
	const struct profile_tags_in *in = cx->in;
	struct profile_tags_out *out = cx->out;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	struct list rows;
	TRY(customer_visible(&cx->unit, in->id, &root));
	TRY(customer_leaves(&cx->unit, root, leaves, &n));
	for (size_t i = 0; i < n; i++)
		TRY(WRITE_TX(&cx->unit, slot_of(cx, leaves[i]), unmark_all(tx, leaves[i], in)));
	TRY(WRITE_TX(&cx->unit, slot_of(cx, root), mark_all(tx, root, in)));
	TRY(profile_rows(cx, &root, 1, &rows));
	if (rows.n)
		out->tags = ((struct profile_row *)rows.v)->tags;
	return OK;
}

static err name_of(struct cx *cx, i64 root, str *ret)
{
	struct customer_fact f;
	err e = READ_SNAP(&cx->unit, slot_of(cx, root), attr_fact_get(snap, root, &f));
	*ret = e == OK ? f.name : STR_NIL;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* Whom the viewer may not see is no suggestion: a typed phone must not tell whose it is. */
static err suggest(struct cx *cx, i64 root, struct list *ret)
{
	struct identity_hint *hints;
	size_t n, shown = 0;
	TRY(identity_hints(&cx->unit, root, &hints, &n));
	struct profile_suggestion *out = ARENA_ARRAY(CX_ARENA(cx), struct profile_suggestion, n);
	for (size_t i = 0; i < n; i++) {
		i64 of;
		err e = customer_visible(&cx->unit, hints[i].customer, &of);
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		out[shown] = (struct profile_suggestion){ of, STR_NIL, hints[i].masked };
		TRY(name_of(cx, of, &out[shown++].name));
	}
	*ret = (struct list){ out, shown };
	return OK;
}

static err h_phone(struct cx *cx)
{
	const struct profile_phone_in *in = cx->in;
	i64 root;
	TRY(customer_visible(&cx->unit, in->id, &root));
	TRY(identity_hint_add(&cx->unit, root, in->phone));
	return suggest(cx, root, &((struct profile_suggestions *)cx->out)->suggestions);
}

static err h_suggestions(struct cx *cx)
{
	i64 root;
	TRY(customer_visible(&cx->unit, ((const struct profile_key *)cx->in)->id, &root));
	return suggest(cx, root, &((struct profile_suggestions *)cx->out)->suggestions);
}

static err h_merge(struct cx *cx)
{
	const struct profile_merge_in *in = cx->in;
	struct profile_merged *out = cx->out;
	i64 from, into;
	TRY(customer_visible(&cx->unit, in->from_id, &from));
	TRY(customer_visible(&cx->unit, in->into_id, &into));
	if (from == into)
		return cx_fail(cx, ERR_STATE, T_PROFILE_SAME, STR("from_id"), STR_NIL, STR_NIL);
	TRY(customer_merge(&cx->unit, from, into, "manual", &out->id));
	str detail = arena_printf(CX_ARENA(cx), "%lld: %.*s", (long long)(out->id == from ? into : from), STR_F(in->reason));
	return audit(cx, "customer.merge", out->id, detail);
}

static err h_split(struct cx *cx)
{
	const struct profile_split_in *in = cx->in;
	i64 root;
	TRY(customer_visible(&cx->unit, in->customer_id, &root));
	TRY(customer_split(&cx->unit, in->customer_id, "manual"));
	((struct profile_merged *)cx->out)->id = in->customer_id;
	return audit(cx, "customer.split", in->customer_id, in->reason.n ? in->reason : STR(""));
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route profile_act_routes[] = {
	{ "PUT", "/api/v1/customers/{id}", "customer.write", SCOPED, 0, &profile_edit_in_record, &none_record, h_edit,
	  "Changes what operators note about a customer; version must be the present one." },
	{ "POST", "/api/v1/customers/{id}/tags", "customer.write", SCOPED, 0, &profile_tags_in_record, &profile_tags_out_record,
	  h_tags, "Puts tags on a customer and takes tags off." },
	{ "POST", "/api/v1/customers/{id}/phone", "customer.write", SCOPED, 0, &profile_phone_in_record,
	  &profile_suggestions_record, h_phone, "A phone typed by staff: it only suggests a merge." },
	{ "GET", "/api/v1/customers/{id}/suggestions", "customer.read", SCOPED, 0, &profile_key_record,
	  &profile_suggestions_record, h_suggestions, "Who may be the same person." },
	{ "POST", "/api/v1/customers/merge", "customer.merge", SCOPED, 0, &profile_merge_in_record, &profile_merged_record,
	  h_merge, "Makes two customers one person; the older one stays." },
	{ "POST", "/api/v1/customers/split", "customer.merge", SCOPED, 0, &profile_split_in_record, &profile_merged_record,
	  h_split, "Takes a merged customer out of her person again." },
	{ 0 },
};

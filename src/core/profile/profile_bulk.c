/*
 * profile_bulk. A step takes the next people of the expression in the order of their numbers and writes slot
 * by slot; doing it again changes nothing. Whom the expression stops choosing because of what the job does
 * (no tag X -> put X on) has been passed already, because the cursor is a number.
 */
#include "core/profile/profile_bulk.h"

#include "base/vec.h"
#include "core/audience/audience.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/job/job.h"
#include "core/staff/staff.h"
#include "core/tag/tag_http.h"

#define BULK_IN_FIELDS(F, S)                                                \
	F(S, STR, expr, .min = 1, .max = AUDIENCE_TEXT_MAX)                 \
	F(S, IDS, add, .opt = true, .max = PROFILE_BULK_TAGS_MAX) F(S, IDS, remove, .opt = true, .max = PROFILE_BULK_TAGS_MAX)
RECORD(bulk_in, BULK_IN_FIELDS);
#define BULK_PLAN_FIELDS(F, S)                                              \
	F(S, I64, people) F(S, I64, friends, .doc = "of them with a living relation") \
	F(S, I64, calls, .doc = "to WeCom: synced tags times living relations, at most") \
	F(S, I64, minutes, .doc = "those take, at WeCom's 150,000 an hour") \
	F(S, I64, unconsented, .doc = "sensitive tags: put only on who agreed")
RECORD(bulk_plan, BULK_PLAN_FIELDS);
#define BULK_START_FIELDS(F, S) BULK_IN_FIELDS(F, S) F(S, I64, people, .min = 1, .doc = "as the plan told: confirmed")
RECORD(bulk_start_in, BULK_START_FIELDS);
#define BULK_JOB_FIELDS(F, S) F(S, ID, job)
RECORD(bulk_job_out, BULK_JOB_FIELDS);
#define BULK_INPUT_FIELDS(F, S) BULK_IN_FIELDS(F, S) F(S, I64, scope)
RECORD(bulk_input, BULK_INPUT_FIELDS);
#define BULK_CURSOR_FIELDS(F, S) F(S, ID, after)
RECORD(bulk_cursor, BULK_CURSOR_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- before ---- */

struct counted { i64 synced, sensitive, relations; };

static err look_at(struct cx *cx, const struct snap *s, struct ids ids, bool add, struct counted *c)
{
	for (size_t i = 0; i < ids.n; i++) {
		struct tag t;
		TRY(tag_get(s, ids.v[i], &t));
		if (tag_hides(cx, &t))
			return snap_fail(s, ERR_FORBIDDEN, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_PERM_TAG_SENSITIVE, cx->viewer.lang)));
		if (add && t.archived)
			return snap_fail(s, ERR_STATE, T_TAG_ARCHIVED, STR("add"), t.name, STR_NIL);
		c->synced += t.sync;
		c->sensitive += add && t.sensitive;
	}
	return OK;
}

static err read_tags(struct cx *cx, const struct snap *s, const struct bulk_in *in, struct counted *c)
{
	struct staff *staff;
	size_t n;
	TRY(look_at(cx, s, in->add, true, c));
	TRY(look_at(cx, s, in->remove, false, c));
	TRY(staff_all(s, &staff, &n));
	for (size_t i = 0; i < n; i++)
		c->relations += int_max(staff[i].customers, 0);
	return OK;
}

static err count(struct cx *cx, str text, i64 *ret)
{
	struct expr *e;
	TRY(expr_parse(&cx->unit, text, &e));
	return audience_count(&cx->unit, e, ret, NULL);
}

/* Living relations of so many friends, by the corp's own average. */
static err plan(struct cx *cx, const struct bulk_in *in, struct bulk_plan *ret)
{
	struct counted c = { 0 };
	struct unit everybody = cx->unit;
	struct expr *friend;
	i64 friends = 0;
	if (in->add.n + in->remove.n == 0)
		return cx_fail(cx, ERR_INPUT, T_MISSING, STR("add"), STR_NIL, STR_NIL);
	TRY(READ_SNAP(&cx->unit, base(cx), read_tags(cx, snap, in, &c)));
	TRY(count(cx, in->expr, &ret->people));
	TRY(count(cx, arena_printf(CX_ARENA(cx), "(%.*s) and friend", STR_F(in->expr)), &ret->friends));
	everybody.scope = 0;
	TRY(expr_parse(&everybody, STR("friend"), &friend));
	TRY(audience_count(&everybody, friend, &friends, NULL));
	i64 relations = friends ? (ret->friends * int_max(c.relations, friends) + friends - 1) / friends : ret->friends;
	ret->calls = relations * c.synced;
	ret->minutes = (ret->calls * 60 + PROFILE_WECOM_HOUR - 1) / PROFILE_WECOM_HOUR;
	ret->unconsented = c.sensitive;
	return OK;
}

static err h_plan(struct cx *cx) { return plan(cx, cx->in, cx->out); }

static err start(struct tx *tx, const struct bulk_input *input, str title, i64 *ret_job)
{
	TRY(job_add(tx, "profile.tag", title, STR("/customers"), &bulk_input_record, input, ret_job));
	return audit_add(tx, "customer.tag.bulk", STR("customers"), str_utf8_head(input->expr, 200));
}

static err h_start(struct cx *cx)
{
	const struct bulk_start_in *in = cx->in;
	struct bulk_job_out *out = cx->out;
	struct bulk_in of = { in->expr, in->add, in->remove };
	struct bulk_plan now = { 0 };
	TRY(plan(cx, &of, &now));
	if (now.people > in->people)
		return cx_fail(cx, ERR_STATE, T_PROFILE_BULK_MORE, STR("people"), arena_printf(CX_ARENA(cx), "%lld", (long long)now.people),
			       arena_printf(CX_ARENA(cx), "%lld", (long long)in->people));
	struct bulk_input input = { in->expr, in->add, in->remove, cx->unit.scope };
	str people = arena_printf(CX_ARENA(cx), "%lld", (long long)now.people);
	str title = text_fill(CX_ARENA(cx), T_PROFILE_BULK_JOB, cx->viewer.lang, &(struct text_hole){ "value", people }, 1);
	return WRITE_TX(&cx->unit, base(cx), start(tx, &input, title, &out->job));
}

/* ---- the job ---- */

struct pair { i64 root, leaf; };
typedef VEC(struct pair) pairs;

struct work {
	const struct bulk_input *in;
	pairs all;
	i64 slot, skipped;
};

static err put_on(struct tx *tx, i64 customer, i64 tag, const struct tag_cause *by, i64 *skipped)
{
	struct tag t;
	bool yes = true;
	err e = tag_get(&tx->snap, tag, &t);
	if (e == ERR_NOT_FOUND || (e == OK && t.archived))
		return OK; /* gone since: nothing is to be done */
	TRY(e);
	if (t.sensitive)
		TRY(tag_consented(&tx->snap, customer, "sensitive", &yes));
	*skipped += !yes;
	return yes ? tag_mark_by(tx, customer, tag, by, NULL) : OK;
}

/* Taken off every leaf, put on the root's; what is put on by hand is refused on no leaf. */
static err write_slot(struct tx *tx, struct work *w)
{
	struct tag_cause by = { .why = "manual", .why_id = tx->snap.unit->actor };
	w->skipped = 0;
	for (size_t i = 0; i < w->all.n; i++) {
		struct pair p = w->all.v[i];
		bool lifted;
		if (slot_of_customer(tx->snap.unit->store, p.leaf) != w->slot)
			continue;
		for (size_t k = 0; k < w->in->remove.n; k++)
			TRY(tag_unmark_by(tx, p.leaf, w->in->remove.v[k], &by, NULL));
		for (size_t k = 0; k < w->in->add.n; k++)
			TRY(p.leaf == p.root ? put_on(tx, p.root, w->in->add.v[k], &by, &w->skipped)
					     : tag_refusal_forget(tx, p.leaf, w->in->add.v[k], &lifted));
	}
	return OK;
}

static err collect(struct cx *cx, const i64 *roots, size_t n, pairs *ret)
{
	for (size_t i = 0; i < n; i++) {
		i64 leaves[CUSTOMER_LEAVES_MAX];
		size_t count;
		TRY(customer_leaves(&cx->unit, roots[i], leaves, &count));
		for (size_t k = 0; k < count; k++)
			vec_push(CX_ARENA(cx), ret, (struct pair){ roots[i], leaves[k] });
	}
	return OK;
}

static err write_all(struct cx *cx, struct work *w, i64 *skipped)
{
	i64 slots[SLOT_COUNT];
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n; i++) {
		w->slot = slots[i];
		bool any = false;
		for (size_t k = 0; k < w->all.n && !any; k++)
			any = slot_of_customer(cx->env->store, w->all.v[k].leaf) == w->slot;
		if (!any)
			continue;
		TRY(WRITE_TX(&cx->unit, w->slot, write_slot(tx, w)));
		*skipped += w->skipped;
	}
	return OK;
}

err profile_bulk_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct bulk_input in;
	struct bulk_cursor at;
	struct expr *e;
	i64 *roots;
	size_t n;
	TRY(job_input(cx, job, &bulk_input_record, &in));
	TRY(job_cursor(cx, job, &bulk_cursor_record, &at));
	cx->unit.scope = in.scope;
	TRY(expr_parse(&cx->unit, in.expr, &e));
	if (job->total == NIL)
		TRY(audience_count(&cx->unit, e, &job->total, NULL));
	TRY(audience_select(&cx->unit, e, at.after, PROFILE_BULK_STEP, &roots, &n));
	struct work w = { .in = &in };
	TRY(collect(cx, roots, n, &w.all));
	TRY(write_all(cx, &w, &job->skipped));
	job->done += (i64)n;
	at.after = n ? roots[n - 1] : at.after;
	*ret_done = n < PROFILE_BULK_STEP;
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &bulk_cursor_record, &at));
}

#define SCOPED ROUTE_SCOPE_CUSTOMERS
const struct route profile_bulk_routes[] = {
	{ "POST", "/api/v1/customers/tag-plan", "customer.write", SCOPED, 0, &bulk_in_record, &bulk_plan_record, h_plan,
	  "What tagging everybody of an expression would take: people, calls to WeCom, minutes." },
	{ "POST", "/api/v1/customers/tag-job", "customer.write", SCOPED, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &bulk_start_in_record,
	  &bulk_job_out_record, h_start, "Puts tags on and takes tags off everybody of an expression; a job." },
	{ 0 },
};

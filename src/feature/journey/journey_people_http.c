/*
 * People in a journey over HTTP: who stands where, one person's way with times and reasons, why somebody is in or
 * not, and letting in by hand. Each is shown as the person she is now, when the viewer's scope sees her.
 */
#include "feature/journey/journey_edit.h"

#include "base/hash.h"
#include "base/vec.h"
#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/perm/perm.h"

#define LOOK_ROWS 200   /* read at once */
#define LOOKED_MAX 4000 /* passed over for one page: a narrow scope may get a short one */
#define ENTER_MAX 100

#define PERSON_FIELDS(F, S)                                                     \
	F(S, ID, id) F(S, ID, customer) F(S, STR, name, .opt = true) F(S, I64, version) F(S, STR, node) \
	F(S, STR, state, .one_of = "waiting,held,asked,parked,left") F(S, STR, outcome, .opt = true) F(S, STR, reason, .opt = true) \
	F(S, MS, since_ms) F(S, MS, node_since_ms) F(S, MS, due_ms, .opt = true) F(S, STR, key, .opt = true)
RECORD(journey_person_row, PERSON_FIELDS);
#define PEOPLE_IN_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, node, .opt = true, .max = 16) F(S, STR, state, .opt = true, .one_of = "in,out") \
	F(S, ID, customer, .opt = true) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = 200)
RECORD(journey_people_in, PEOPLE_IN_FIELDS);
#define STEP_ROW_FIELDS(F, S)                                                   \
	F(S, MS, at_ms) F(S, STR, node) F(S, STR, what) F(S, STR, port, .opt = true) F(S, STR, reason, .opt = true)
RECORD(journey_step_row, STEP_ROW_FIELDS);
#define WAY_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, place)
RECORD(journey_way_in, WAY_IN_FIELDS);
#define WAY_FIELDS(F, S) PERSON_FIELDS(F, S) F(S, LIST, steps, .of = &journey_step_row_record)
RECORD(journey_way, WAY_FIELDS);
#define WHY_IN_FIELDS(F, S) F(S, ID, id) F(S, ID, customer)
RECORD(journey_why_in, WHY_IN_FIELDS);
#define WHY_STEP_FIELDS(F, S) F(S, STR, text) F(S, STR, value, .opt = true) F(S, BOOL, holds)
RECORD(journey_why_step, WHY_STEP_FIELDS);
#define WHY_FIELDS(F, S)                                                        \
	F(S, BOOL, in) F(S, STR, reason, .doc = "the first thing that keeps her out; empty: nothing") F(S, MS, at_ms, .opt = true) \
	F(S, LIST, steps, .of = &journey_why_step_record, .doc = "the conditions of who may enter") \
	F(S, LIST, instances, .of = &journey_person_row_record)
RECORD(journey_why, WHY_FIELDS);
#define ENTER_IN_FIELDS(F, S) F(S, ID, id) F(S, IDS, customers, .min = 1, .max = ENTER_MAX)
RECORD(journey_enter_in, ENTER_IN_FIELDS);
#define ENTER_OUT_FIELDS(F, S) F(S, I64, asked) F(S, I64, unknown, .doc = "nobody you may see")
RECORD(journey_enter_out, ENTER_OUT_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }
static i64 slot_of(struct cx *cx, i64 customer) { return slot_of_customer(cx->env->store, customer); }

static str some(str s) { return s.n ? s : STR_NIL; }

static err person_row(struct cx *cx, const struct place *p, struct journey_person_row *ret)
{
	static const char *const states[] = { [PLACE_DUE] = "waiting", [PLACE_UNTIL] = "waiting", [PLACE_ASKED] = "asked",
					      [PLACE_HELD] = "held", [PLACE_LEFT] = "left" };
	struct customer_fact f;
	err e = READ_SNAP(&cx->unit, slot_of(cx, p->customer), attr_fact_get(snap, p->customer, &f));
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	*ret = (struct journey_person_row){ p->id, p->customer, e == OK ? f.name : STR_NIL, p->version, p->node,
					    p->parked != NIL ? STR("parked") : str_c(states[p->state]), some(p->outcome), some(p->reason),
					    p->since, p->node_since, p->due, some(p->key) };
	return OK;
}

/* ---- who is there ---- */

struct look {
	struct cx *cx;
	const struct journey_people_in *in;
	struct page *page;
	VEC(struct journey_person_row) found;
	size_t limit, looked;
	i64 keys[3]; /* slot, moment (of those who left), id: of the last row looked at */
	bool out, more;
};

static err show(struct look *l, const struct place *p)
{
	struct journey_person_row row;
	i64 root;
	l->looked++;
	if (str_is_nil(l->in->node) || str_eq(l->in->node, p->node)) {
		err e = customer_visible(&l->cx->unit, p->customer, &root);
		if (e != OK)
			return e == ERR_NOT_FOUND ? OK : e;
		TRY(person_row(l->cx, p, &row));
		vec_push(CX_ARENA(l->cx), &l->found, row);
	}
	return OK;
}

static err look_slot(struct look *l, i64 slot)
{
	size_t n = LOOK_ROWS;
	while (n == LOOK_ROWS && !l->more) {
		struct place_page find = { .journey = l->in->id, .before = l->keys[2], .moment = l->keys[1], .limit = LOOK_ROWS, .version = NIL };
		struct place *v;
		TRY(READ_SNAP(&l->cx->unit, slot, l->out ? place_out(snap, &find, &v, &n) : place_in(snap, &find, &v, &n)));
		for (size_t i = 0; i < n; i++) {
			l->more = l->found.n == l->limit || l->looked >= LOOKED_MAX;
			if (l->more)
				return OK;
			TRY(show(l, &v[i]));
			l->keys[1] = v[i].node_since;
			l->keys[2] = v[i].id;
		}
	}
	return OK;
}

static err look_all(struct look *l)
{
	struct cx *cx = l->cx;
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT), from = l->keys[0];
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n && !l->more; i++) {
		if (slots[i] < from)
			continue;
		l->keys[0] = slots[i];
		if (slots[i] != from)
			l->keys[1] = l->keys[2] = INT64_MAX;
		TRY(look_slot(l, slots[i]));
	}
	return OK;
}

static err one_person(struct look *l)
{
	struct place *v;
	size_t n;
	i64 root;
	err e = customer_visible(&l->cx->unit, l->in->customer, &root);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(READ_SNAP(&l->cx->unit, slot_of(l->cx, root), place_of_customer(snap, &(struct place_of){ root }, &v, &n)));
	for (size_t i = 0; i < n; i++)
		if (v[i].journey == l->in->id)
			TRY(show(l, &v[i]));
	return OK;
}

static err h_people(struct cx *cx)
{
	struct look l = { .cx = cx, .in = cx->in, .page = cx->out, .keys = { -1, INT64_MAX, INT64_MAX } };
	struct journey_row row;
	u64 filter = hash64(arena_printf(CX_ARENA(cx), "%lld:%.*s:%.*s", (long long)l.in->id, STR_F(l.in->node), STR_F(l.in->state)));
	TRY(journey_find(cx, l.in->id, &row));
	l.limit = (size_t)l.in->limit;
	l.out = l.in->state.n && str_eq_c(l.in->state, "out");
	TRY(page_from(cx, l.in->cursor, l.keys, 3, filter));
	TRY(l.in->customer != NIL && l.in->customer ? one_person(&l) : look_all(&l));
	l.page->data = (struct list){ l.found.v, l.found.n };
	l.page->total = NIL;
	if (l.more)
		l.page->next_cursor = page_next(cx, l.keys, 3, filter);
	return OK;
}

/* ---- one person's way ---- */

/* Steps stay in the slot where they were made; her numbers say which these are. */
static err steps_of(struct cx *cx, const struct place *p, struct list *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	VEC(struct journey_step) all = { 0 };
	size_t n;
	TRY(customer_leaves(&cx->unit, p->customer, leaves, &n));
	i64 asked[CUSTOMER_LEAVES_MAX];
	for (size_t i = 0, k = 0; i < n; i++) {
		struct journey_step *v;
		size_t count;
		bool seen = false;
		for (size_t j = 0; j < k; j++)
			seen |= asked[j] == slot_of(cx, leaves[i]);
		if (seen)
			continue;
		asked[k++] = slot_of(cx, leaves[i]);
		TRY(READ_SNAP(&cx->unit, asked[k - 1], journey_steps(snap, &(struct journey_step_find){ p->id }, &v, &count)));
		for (size_t j = 0; j < count; j++) {
			vec_push(CX_ARENA(cx), &all, v[j]);
			for (size_t at = all.n - 1; at > 0 && all.v[at - 1].n > v[j].n; at--) {
				all.v[at] = all.v[at - 1];
				all.v[at - 1] = v[j];
			}
		}
	}
	struct journey_step_row *rows = ARENA_ARRAY(CX_ARENA(cx), struct journey_step_row, all.n + 1);
	for (size_t i = 0; i < all.n; i++)
		rows[i] = (struct journey_step_row){ all.v[i].at, all.v[i].node, all.v[i].what, some(all.v[i].port), some(all.v[i].reason) };
	*ret = (struct list){ rows, all.n };
	return OK;
}

static err find_place(struct cx *cx, i64 id, struct place *ret)
{
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n; i++) {
		err e = READ_SNAP(&cx->unit, slots[i], place_get(snap, &(struct place_key){ id }, ret));
		if (e != ERR_NOT_FOUND)
			return e;
	}
	return ERR_NOT_FOUND;
}

static err h_way(struct cx *cx)
{
	const struct journey_way_in *in = cx->in;
	struct journey_way *out = cx->out;
	struct journey_person_row row;
	struct place p;
	i64 root;
	err e = find_place(cx, in->place, &p);
	if (e == OK && p.journey != in->id)
		e = ERR_NOT_FOUND;
	if (e == OK)
		e = customer_visible(&cx->unit, p.customer, &root);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_JOURNEY_UNKNOWN, STR("place"), STR_NIL, STR_NIL);
	TRY(e);
	TRY(person_row(cx, &p, &row));
	*out = (struct journey_way){ row.id, row.customer, row.name, row.version, row.node, row.state, row.outcome, row.reason,
				     row.since_ms, row.node_since_ms, row.due_ms, row.key, { NULL, 0 } };
	return steps_of(cx, &p, &out->steps);
}

/* ---- why ---- */

static err rule_reason(const struct snap *s, const struct jstate *j, i64 root, str *ret, ms *ret_at)
{
	struct coming c = { .d = j->now, .j = j, .root = root, .leaf = root, .key = STR(""), .at = s->now };
	bool did = true;
	if (j->now->listens.kind) {
		TRY(journey_did(s, root, &j->now->listens, j->since, s->now, &did, ret_at));
		if (did)
			c.at = int_max(*ret_at, s->now - JOURNEY_OLD_MS);
	}
	TRY(journey_may_enter(s, &c, ret));
	if (!ret->p && !did)
		*ret = STR("no_event");
	return OK;
}

static err why_in(const struct snap *s, i64 journey, i64 root, struct jdef *ret_d, str *ret_reason, ms *ret_at)
{
	struct journey_set *set;
	TRY(journey_set_take(s, &set));
	const struct jstate *j = journey_in(set, journey);
	err e = OK;
	*ret_reason = STR("not_running");
	if (j && j->now) {
		e = rule_reason(s, j, root, ret_reason, ret_at);
		ret_d->version = j->now->version;
	}
	journey_set_give(s->unit->env, set);
	return e;
}

static err why_who(struct cx *cx, str who, i64 root, struct journey_why *out)
{
	struct expr *e;
	struct why_step *v;
	size_t n;
	bool in;
	if (!who.n)
		return OK;
	TRY(expr_parse(&cx->unit, who, &e));
	TRY(audience_why(&cx->unit, e, root, cx->viewer.lang, &v, &n, &in));
	struct journey_why_step *steps = ARENA_ARRAY(CX_ARENA(cx), struct journey_why_step, n + 1);
	for (size_t i = 0; i < n; i++) {
		steps[i] = (struct journey_why_step){ v[i].text, some(v[i].value), v[i].holds };
		if (v[i].first && !in && !out->reason.n)
			out->reason = arena_printf(CX_ARENA(cx), "who: %.*s", STR_F(v[i].text));
	}
	out->steps = (struct list){ steps, n };
	return OK;
}

static err why_goals(struct cx *cx, const struct journey_def *def, i64 root, struct journey_why *out)
{
	const struct journey_target *v = def->goals.v;
	for (size_t i = 0; i < def->goals.n && !out->reason.n; i++) {
		struct expr *e;
		bool in = false;
		if (!v[i].expr.n || expr_parse(&cx->unit, v[i].expr, &e) != OK)
			continue;
		TRY(audience_test(&cx->unit, e, root, &in));
		if (in)
			out->reason = arena_printf(CX_ARENA(cx), "goal: %.*s", STR_F(v[i].name.n ? v[i].name : v[i].expr));
	}
	return OK;
}

static err h_why(struct cx *cx)
{
	const struct journey_why_in *in = cx->in;
	struct journey_why *out = cx->out;
	struct look l = { .cx = cx, .in = &(struct journey_people_in){ .id = in->id, .customer = in->customer, .node = STR_NIL } };
	struct journey_row row;
	struct journey_version *v;
	struct journey_def *def;
	struct jdef d = { 0 };
	size_t n;
	i64 root;
	TRY(journey_find(cx, in->id, &row));
	err e = customer_visible(&cx->unit, in->customer, &root);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_JOURNEY_UNKNOWN, STR("customer"), STR_NIL, STR_NIL);
	TRY(e);
	TRY(one_person(&l));
	*out = (struct journey_why){ .reason = STR(""), .at_ms = NIL, .instances = { l.found.v, l.found.n } };
	for (size_t i = 0; i < l.found.n; i++)
		out->in |= !str_eq_c(l.found.v[i].state, "left");
	if (out->in)
		return OK;
	TRY(READ_SNAP(&cx->unit, slot_of(cx, root), why_in(snap, in->id, root, &d, &out->reason, &out->at_ms)));
	if (!out->reason.p)
		out->reason = STR("");
	TRY(READ_SNAP(&cx->unit, base(cx), journey_versions(snap, &(struct journey_key){ in->id }, &v, &n)));
	if (!n)
		return OK;
	TRY(journey_def_read(CX_ARENA(cx), v[0].def, &def, &cx->unit.fail));
	TRY(why_who(cx, def->who, root, out));
	return why_goals(cx, def, root, out);
}

/* ---- by hand ---- */

static err call_in(struct tx *tx, i64 leaf, i64 journey)
{
	struct journey_called b = { journey, STR("enter"), tx->snap.now };
	return journal_add(tx, EV_JOURNEY_CALLED, leaf, tx->snap.now, &journey_called_record, &b, NULL);
}

static err h_enter(struct cx *cx)
{
	const struct journey_enter_in *in = cx->in;
	struct journey_enter_out *out = cx->out;
	struct journey_row row;
	TRY(journey_find(cx, in->id, &row));
	if (!str_eq_c(row.state, "running"))
		return cx_fail(cx, ERR_STATE, T_JOURNEY_STATE, STR("state"), row.state, STR("running"));
	*out = (struct journey_enter_out){ 0 };
	for (size_t i = 0; i < in->customers.n; i++) {
		i64 root;
		err e = customer_visible(&cx->unit, in->customers.v[i], &root);
		out->unknown += e == ERR_NOT_FOUND;
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		TRY(WRITE_TX(&cx->unit, slot_of(cx, root), call_in(tx, root, in->id)));
		out->asked++;
	}
	return WRITE_TX(&cx->unit, base(cx), audit_add(tx, "journey.enter", arena_printf(CX_ARENA(cx), "journey:%lld", (long long)in->id),
							arena_printf(CX_ARENA(cx), "%lld", (long long)out->asked)));
}

#define READ "journey.read"
#define EDIT "journey.write"
const struct route journey_people_routes[] = {
	{ "GET", "/api/v1/journeys/{id}/people", READ, ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &journey_people_in_record,
	  &journey_person_row_record, h_people, "Who is under way (or has left), at all nodes or one; customer: one person's places." },
	{ "GET", "/api/v1/journeys/{id}/people/{place}", READ, ROUTE_SCOPE_CUSTOMERS, 0, &journey_way_in_record, &journey_way_record, h_way,
	  "One person's way with times and reasons." },
	{ "GET", "/api/v1/journeys/{id}/why", READ, ROUTE_SCOPE_CUSTOMERS, 0, &journey_why_in_record, &journey_why_record, h_why,
	  "Why somebody is in or not: the first thing that keeps her out." },
	{ "POST", "/api/v1/journeys/{id}/enter", EDIT, ROUTE_SCOPE_CUSTOMERS, 0, &journey_enter_in_record, &journey_enter_out_record, h_enter,
	  "Lets persons in by hand or from another program; the entry rule holds." },
	{ 0 },
};

/*
 * Moving people to another version, and dry runs, over HTTP.
 */
#include "feature/journey/journey_edit.h"

#include "base/vec.h"
#include "core/attr/attr.h"
#include "core/corp/corp.h"
#include "core/job/job.h"
#include "core/perm/perm.h"
#include "feature/journey/journey_move.h"

#define TRY_PAGE 200

#define MOVE_IN_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, I64, from, .min = 1) JOURNEY_MOVES_FIELDS(F, S) F(S, BOOL, preview, .doc = "tells only what would happen")
RECORD(journey_move_in, MOVE_IN_FIELDS);
#define MOVE_NODE_FIELDS(F, S) F(S, STR, node) F(S, I64, people) F(S, STR, to, .opt = true, .doc = "none: they stay on their version")
RECORD(journey_move_node, MOVE_NODE_FIELDS);
#define MOVE_OUT_FIELDS(F, S)                                                   \
	F(S, I64, people) F(S, I64, unmapped) F(S, LIST, nodes, .of = &journey_move_node_record) F(S, ID, job, .opt = true)
RECORD(journey_move_out, MOVE_OUT_FIELDS);
#define TRY_IN_FIELDS(F, S) F(S, ID, id) F(S, I64, days, .min = 1, .max = JOURNEY_TRY_DAYS)
RECORD(journey_try_in, TRY_IN_FIELDS);
#define TRY_ROW_FIELDS(F, S)                                                    \
	F(S, ID, id) F(S, ID, job) F(S, STR, state, .one_of = "running,ready,failed") F(S, I64, days) F(S, MS, created_ms) F(S, I64, people) \
	F(S, I64, acts) F(S, I64, goals) F(S, BOOL, bounded, .doc = "there were more people than a dry run looks at")
RECORD(journey_try_row, TRY_ROW_FIELDS);
#define TRY_PEOPLE_IN_FIELDS(F, S) \
	F(S, ID, id) F(S, ID, attempt) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = 200)
RECORD(journey_try_people_in, TRY_PEOPLE_IN_FIELDS);
#define TRY_PERSON_ROW_FIELDS(F, S)                                             \
	F(S, ID, customer) F(S, STR, name, .opt = true) F(S, MS, at_ms) F(S, STR, event) F(S, STR, outcome) \
	F(S, STR, acts, .doc = "node, act and moment, by semicolons")
RECORD(journey_try_person_row, TRY_PERSON_ROW_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- moving ---- */

static err newest_def(struct cx *cx, i64 id, i64 version, struct jdef *ret)
{
	struct journey_version *v;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), journey_versions(snap, &(struct journey_key){ id }, &v, &n)));
	for (size_t i = 0; i < n; i++) {
		struct problems p = { .a = CX_ARENA(cx) };
		struct journey_def *def;
		if (v[i].version != version)
			continue;
		TRY(journey_def_read(CX_ARENA(cx), v[i].def, &def, &cx->unit.fail));
		return journey_compile(CX_ARENA(cx), def, ret, &p);
	}
	return cx_fail(cx, ERR_NOT_FOUND, T_JOURNEY_UNKNOWN, STR("from"), STR_NIL, STR_NIL);
}

static err map_check(struct cx *cx, const struct list *map, const struct jdef *from, const struct jdef *to)
{
	const struct journey_map *v = map->v;
	for (size_t i = 0; i < map->n; i++)
		if (journey_node_at(from, v[i].from) < 0 || journey_node_at(to, v[i].to) < 0)
			return cx_fail(cx, ERR_INPUT, T_JOURNEY_MAP, STR("map"), v[i].from, v[i].to);
	return OK;
}

static err h_move(struct cx *cx)
{
	const struct journey_move_in *in = cx->in;
	struct journey_move_out *out = cx->out;
	struct jdef *from = ARENA_NEW(CX_ARENA(cx), struct jdef), *to = ARENA_NEW(CX_ARENA(cx), struct jdef);
	struct journey_count *v;
	struct journey_row row;
	size_t n, m = 0;
	TRY(journey_find(cx, in->id, &row));
	if (in->from >= row.published)
		return cx_fail(cx, ERR_INPUT, T_JOURNEY_UNKNOWN, STR("from"), STR_NIL, STR_NIL);
	TRY(newest_def(cx, in->id, in->from, from));
	TRY(newest_def(cx, in->id, row.published, to));
	TRY(map_check(cx, &in->map, from, to));
	TRY(READ_SNAP(&cx->unit, base(cx), journey_counts_of(snap, &(struct journey_key){ in->id }, &v, &n)));
	struct journey_move_node *nodes = ARENA_ARRAY(CX_ARENA(cx), struct journey_move_node, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (v[i].version != in->from || !v[i].node.n || !str_eq_c(v[i].what, "now") || v[i].n <= 0)
			continue;
		str next = journey_mapped(&in->map, v[i].node);
		bool there = journey_node_at(to, next) >= 0;
		nodes[m++] = (struct journey_move_node){ v[i].node, v[i].n, there ? next : STR_NIL };
		*(there ? &out->people : &out->unmapped) += v[i].n;
	}
	out->nodes = (struct list){ nodes, m };
	if (in->preview)
		return OK;
	struct journey_moves moves = { in->map };
	struct buf b = buf_new(CX_ARENA(cx), (size_t)64 << 10);
	record_write(&b, &journey_moves_record, &moves);
	struct journey_job job = { .journey = in->id, .version = in->from, .at = cx_now(cx), .to = row.published, .map = buf_str(&b) };
	return WRITE_TX(&cx->unit, base(cx), journey_job(tx, "journey.move", T_JOURNEY_JOB_MOVE, &job, &out->job));
}

/* ---- dry runs ---- */

static err try_view(struct cx *cx, const struct journey_try *t, struct journey_try_row *ret)
{
	struct job job;
	*ret = (struct journey_try_row){ t->id, t->job, t->state, t->days, t->created, t->people, t->acts, t->goals, t->bounded };
	if (str_eq_c(t->state, "running") && job_get(&cx->unit, t->job, &job) == OK &&
	    (str_eq_c(job.state, "failed") || str_eq_c(job.state, "cancelled")))
		ret->state = STR("failed");
	return OK;
}

static err try_begin(struct tx *tx, const struct journey_try_in *in, const struct journey_row *row, struct journey_try *ret)
{
	*ret = (struct journey_try){ .id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .journey = in->id, .state = STR("running"),
				     .days = in->days, .created = tx->snap.now, .def = row->def };
	struct journey_job job = { .journey = in->id, .version = ret->id, .at = tx->snap.now, .map = STR("null") };
	TRY(journey_job(tx, "journey.try", T_JOURNEY_JOB_TRY, &job, &ret->job));
	return journey_try_put(tx, ret);
}

static err h_try(struct cx *cx)
{
	const struct journey_try_in *in = cx->in;
	struct journey_row row;
	struct journey_def *def;
	struct journey_try t;
	struct problems p;
	TRY(journey_find(cx, in->id, &row));
	TRY(journey_def_read(CX_ARENA(cx), row.def, &def, &cx->unit.fail));
	TRY(journey_problems(cx, def, &p));
	TRY(WRITE_TX(&cx->unit, base(cx), try_begin(tx, in, &row, &t)));
	return try_view(cx, &t, cx->out);
}

static err h_tries(struct cx *cx)
{
	struct journey_key key = *(const struct journey_key *)cx->in;
	struct page *page = cx->out;
	struct journey_row row;
	struct journey_try *v;
	size_t n;
	TRY(journey_find(cx, key.id, &row));
	TRY(READ_SNAP(&cx->unit, base(cx), journey_tries(snap, &key, &v, &n)));
	struct journey_try_row *out = ARENA_ARRAY(CX_ARENA(cx), struct journey_try_row, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(try_view(cx, &v[i], &out[i]));
	page->data = (struct list){ out, n };
	page->total = (i64)n;
	return OK;
}

struct tried {
	struct cx *cx;
	VEC(struct journey_try_person_row) found;
	size_t limit;
	i64 keys[2]; /* slot, customer: of the last one looked at */
	bool more;
};

static err tried_show(struct tried *t, const struct journey_try_person *p)
{
	struct cx *cx = t->cx;
	struct customer_fact f;
	i64 root;
	err e = customer_visible(&cx->unit, p->customer, &root);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	e = READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), attr_fact_get(snap, root, &f));
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	vec_push(CX_ARENA(cx), &t->found, (struct journey_try_person_row){ root, e == OK ? f.name : STR_NIL, p->at, p->event, p->outcome, p->acts });
	return OK;
}

static err tried_slot(struct tried *t, i64 slot, i64 attempt)
{
	size_t n = TRY_PAGE;
	while (n == TRY_PAGE && !t->more) {
		struct journey_try_person *v;
		struct journey_try_page find = { attempt, t->keys[1], TRY_PAGE };
		TRY(READ_SNAP(&t->cx->unit, slot, journey_try_people(snap, &find, &v, &n)));
		for (size_t i = 0; i < n; i++) {
			/* One person's runs stay on one page. */
			t->more = t->found.n >= t->limit && v[i].customer != t->keys[1];
			if (t->more)
				return OK;
			TRY(tried_show(t, &v[i]));
			t->keys[1] = v[i].customer;
		}
	}
	return OK;
}

static err h_try_people(struct cx *cx)
{
	const struct journey_try_people_in *in = cx->in;
	struct page *page = cx->out;
	struct tried t = { .cx = cx, .limit = (size_t)in->limit, .keys = { -1, 0 } };
	struct journey_try row;
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	err e = READ_SNAP(&cx->unit, base(cx), journey_try_get(snap, &(struct journey_key){ in->attempt }, &row));
	if (e == ERR_NOT_FOUND || (e == OK && row.journey != in->id))
		return cx_fail(cx, ERR_NOT_FOUND, T_JOURNEY_UNKNOWN, STR("attempt"), STR_NIL, STR_NIL);
	TRY(e);
	TRY(page_from(cx, in->cursor, t.keys, 2, (u64)in->attempt));
	i64 from = t.keys[0];
	for (size_t i = 0; i < n && !t.more; i++) {
		if (slots[i] < from)
			continue;
		t.keys[0] = slots[i];
		if (slots[i] != from)
			t.keys[1] = 0;
		TRY(tried_slot(&t, slots[i], in->attempt));
	}
	page->data = (struct list){ t.found.v, t.found.n };
	page->total = NIL;
	if (t.more)
		page->next_cursor = page_next(cx, t.keys, 2, (u64)in->attempt);
	return OK;
}

#define READ "journey.read"
#define EDIT "journey.write"
const struct route journey_work_routes[] = {
	{ "POST", "/api/v1/journeys/{id}/move", EDIT, ROUTE_SCOPE_NONE, 0, &journey_move_in_record, &journey_move_out_record, h_move,
	  "Moves those under way on a version to the newest, by a map of nodes; preview tells what would happen." },
	{ "POST", "/api/v1/journeys/{id}/tries", EDIT, ROUTE_SCOPE_NONE, 0, &journey_try_in_record, &journey_try_row_record, h_try,
	  "Walks the draft over what has been: who would have got what. Nothing is sent." },
	{ "GET", "/api/v1/journeys/{id}/tries", READ, ROUTE_SCOPE_NONE, ROUTE_LIST, &journey_key_record, &journey_try_row_record, h_tries,
	  "The last 20 dry runs." },
	{ "GET", "/api/v1/journeys/{id}/tries/{attempt}", READ, ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &journey_try_people_in_record,
	  &journey_try_person_row_record, h_try_people, "Who would have got what." },
	{ 0 },
};

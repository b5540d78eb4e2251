/*
 * Work of a journey over many persons, as jobs: letting in by schedule, noting days, resuming, ending, moving
 * people to another version. Each step is one transaction of one slot; what it did is seen by the next, so a
 * step done twice finds nothing to do.
 */
#include "feature/journey/journey_edit.h"

#include "core/attr/attr.h"
#include "core/attr/attr_value.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/job/job.h"
#include "feature/journey/journey_move.h"

#define GATHER_ROWS 500
#define WORK_ROWS 300

#define AT_FIELDS(F, S) F(S, I64, slot) F(S, ID, before) F(S, ID, after)
RECORD(journey_work_at, AT_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- schedule ---- */

static err scheduled(struct tx *tx, const struct timer_row *row, const struct journey_set *set)
{
	struct journey_job in;
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	TRY(timer_body(&tx->snap, row, &journey_job_record, &in));
	const struct jstate *j = journey_in(set, in.journey);
	if (!j || !j->running || !j->now || !str_eq_c(journey_trigger_of(j->now)->kind, "schedule"))
		return OK;
	const struct journey_trigger *t = journey_trigger_of(j->now);
	struct journey_job next = { .journey = j->id, .version = j->published, .at = row->due, .map = STR("null") };
	TRY(timer_set(tx, STR(JOURNEY_SCHEDULE), row->key, journey_schedule_next(tx->snap.unit, t, tx->snap.now), 0, &journey_job_record, &next));
	return journey_job(tx, "journey.gather", T_JOURNEY_JOB_GATHER, &next, NULL);
}

static err scheduled_in(struct tx *tx, const struct timer_row *row)
{
	struct journey_set *set;
	tx->snap.corp = row->corp;
	TRY(journey_set_take(&tx->snap, &set));
	err e = scheduled(tx, row, set);
	journey_set_give(tx->snap.unit->env, set);
	return e;
}

err journey_scheduled(struct cx *cx, const struct timer_row *row) { return WRITE_TX(&cx->unit, row->slot, scheduled_in(tx, row)); }

/* ---- many persons, slot by slot ---- */

struct many {
	struct cx *cx;
	const struct journey_job *in;
	err (*one)(struct tx *tx, const struct journey_set *set, const struct journey_job *in, i64 customer);
};

static err some(struct tx *tx, const struct many *m, const i64 *ids, size_t n)
{
	struct journey_set *set;
	err e = OK;
	TRY(journey_set_take(&tx->snap, &set));
	for (size_t i = 0; e == OK && i < n; i++)
		e = m->one(tx, set, m->in, ids[i]);
	if (e == OK)
		e = place_counts_flush(tx);
	journey_set_give(tx->snap.unit->env, set);
	return e;
}

/* The members of an expression above the cursor, in transactions of one slot each. */
static err walk(struct many *m, struct job *job, const struct expr *e, bool *ret_done)
{
	struct cx *cx = m->cx;
	struct journey_work_at at;
	i64 *ids;
	size_t n;
	TRY(job_cursor(cx, job, &journey_work_at_record, &at));
	TRY(audience_select(&cx->unit, e, at.after, GATHER_ROWS, &ids, &n));
	for (size_t from = 0; from < n;) {
		i64 slot = slot_of_customer(cx->env->store, ids[from]);
		size_t to = from + 1;
		while (to < n && slot_of_customer(cx->env->store, ids[to]) == slot)
			to++;
		TRY(WRITE_TX(&cx->unit, slot, some(tx, m, ids + from, to - from)));
		from = to;
	}
	if (n)
		at.after = ids[n - 1];
	job->done += (i64)n;
	*ret_done = n < GATHER_ROWS;
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &journey_work_at_record, &at));
}

static err gather_one(struct tx *tx, const struct journey_set *set, const struct journey_job *in, i64 customer)
{
	const struct jstate *j = journey_in(set, in->journey);
	str reason;
	if (!j || !j->now)
		return OK;
	struct coming c = { .d = j->now, .j = j, .root = customer, .leaf = customer, .key = STR(""), .at = in->at };
	return journey_let_in(tx, &c, &reason);
}

static err job_def(struct cx *cx, i64 journey, i64 version, struct jdef **ret)
{
	struct journey_version *v;
	size_t n;
	TRY(READ_SNAP(&cx->unit, base(cx), journey_versions(snap, &(struct journey_key){ journey }, &v, &n)));
	for (size_t i = 0; i < n; i++) {
		struct journey_def *def;
		struct problems p = { .a = CX_ARENA(cx) };
		if (v[i].version != version)
			continue;
		*ret = ARENA_NEW(CX_ARENA(cx), struct jdef);
		TRY(journey_def_read(CX_ARENA(cx), v[i].def, &def, &cx->unit.fail));
		err e = journey_compile(CX_ARENA(cx), def, *ret, &p);
		(*ret)->journey = journey;
		(*ret)->version = version;
		return e;
	}
	return cx_fail(cx, ERR_NOT_FOUND, T_JOURNEY_UNKNOWN, STR("version"), STR_NIL, STR_NIL);
}

err journey_step_gather(struct cx *cx, struct job *job, bool *ret_done)
{
	struct journey_job in;
	struct jdef *d;
	struct expr *e;
	str name;
	TRY(job_input(cx, job, &journey_job_record, &in));
	TRY(job_def(cx, in.journey, in.version, &d));
	TRY(audience_expr_of(&cx->unit, journey_trigger_of(d)->audience, &name, &e));
	struct many m = { cx, &in, gather_one };
	return walk(&m, job, e, ret_done);
}

static err fill_one(struct tx *tx, const struct journey_set *set, const struct journey_job *in, i64 customer)
{
	struct customer_fact fact;
	struct attr_person p = { .root = customer };
	err e = attr_fact_get(&tx->snap, customer, &fact);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return journey_on_person(tx, &p, &fact);
}

err journey_step_fill(struct cx *cx, struct job *job, bool *ret_done)
{
	struct journey_job in;
	struct jdef *d;
	struct expr *e;
	TRY(job_input(cx, job, &journey_job_record, &in));
	TRY(job_def(cx, in.journey, in.version, &d));
	str attribute = journey_trigger_of(d)->attribute;
	/* Not every attribute can be asked for by its name: then of everybody. */
	if (expr_parse(&cx->unit, arena_printf(CX_ARENA(cx), "%.*s is known", STR_F(attribute)), &e) != OK)
		TRY(expr_parse(&cx->unit, STR("orders >= 0"), &e));
	struct many m = { cx, &in, fill_one };
	return walk(&m, job, e, ret_done);
}

/* ---- places, slot by slot ---- */

struct places {
	struct cx *cx;
	struct journey_job in;
	struct jdef **defs; /* by version, NULL: not read yet */
	struct journey_work_at at;
	err (*one)(struct tx *tx, struct places *w, const struct place *p);
	i64 done;
	size_t rows;
};

static err def_at(struct places *w, i64 version, struct jdef **ret)
{
	if (version < 1 || version > JOURNEY_VERSIONS_MAX)
		return ERR_NOT_FOUND;
	if (!w->defs[version])
		TRY(job_def(w->cx, w->in.journey, version, &w->defs[version]));
	*ret = w->defs[version];
	return OK;
}

static err page(struct tx *tx, struct places *w)
{
	struct place *v;
	struct place_page find = { .journey = w->in.journey, .before = w->at.before ? w->at.before : INT64_MAX, .moment = NIL,
				   .limit = WORK_ROWS, .version = NIL };
	w->done = 0;
	TRY(place_in(&tx->snap, &find, &v, &w->rows));
	for (size_t i = 0; i < w->rows; i++)
		TRY(w->one(tx, w, &v[i]));
	if (w->rows)
		find.before = v[w->rows - 1].id;
	w->at.before = w->rows == WORK_ROWS ? find.before : 0;
	return place_counts_flush(tx);
}

static err places_walk(struct places *w, struct job *job, bool *ret_done)
{
	struct cx *cx = w->cx;
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT);
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	w->defs = ARENA_ARRAY(CX_ARENA(cx), struct jdef *, JOURNEY_VERSIONS_MAX + 1);
	TRY(job_input(cx, job, &journey_job_record, &w->in));
	TRY(job_cursor(cx, job, &journey_work_at_record, &w->at));
	if ((size_t)w->at.slot < n) {
		struct journey_work_at was = w->at;
		/* A transaction may run again: it begins where this step began. */
		TRY(WRITE_TX(&cx->unit, slots[was.slot], (w->at = was, page(tx, w))));
		if (w->rows < WORK_ROWS)
			w->at.slot++;
		job->done += w->done;
	}
	*ret_done = (size_t)w->at.slot >= n;
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &journey_work_at_record, &w->at));
}

static err resume_one(struct tx *tx, struct places *w, const struct place *p)
{
	struct walk one = { .tx = tx, .p = *p };
	if (p->parked == NIL)
		return OK;
	w->done++;
	one.p.due = p->parked;
	one.p.parked = NIL;
	return place_save(&one);
}

err journey_step_resume(struct cx *cx, struct job *job, bool *ret_done)
{
	struct places w = { .cx = cx, .one = resume_one };
	return places_walk(&w, job, ret_done);
}

static err end_one(struct tx *tx, struct places *w, const struct place *p)
{
	struct walk one = { .tx = tx, .p = *p };
	struct jdef *d;
	w->done++;
	if (def_at(w, p->version, &d) != OK)
		return place_ended(tx, p, STR("ended"));
	one.d = d;
	tx->snap.unit->cause = 0;
	TRY(w->in.take_back ? place_quit(&one, "ended", STR("taken_back")) : place_leave(&one, "ended", STR("")));
	return place_save(&one);
}

err journey_step_end(struct cx *cx, struct job *job, bool *ret_done)
{
	struct places w = { .cx = cx, .one = end_one };
	return places_walk(&w, job, ret_done);
}

/* ---- to another version ---- */

str journey_mapped(const struct list *map, str node)
{
	const struct journey_map *v = map->v;
	for (size_t i = 0; i < map->n; i++)
		if (str_eq(v[i].from, node))
			return v[i].to;
	return node;
}

/* Who waits at a node of the same kind and settings goes on waiting; everybody else begins the node anew. */
static err move_one(struct tx *tx, struct places *w, const struct place *p)
{
	struct walk one = { .tx = tx, .p = *p };
	struct journey_moves moves;
	struct json *tree;
	struct jdef *from, *to;
	if (p->version != w->in.version || p->state == PLACE_ASKED || !p->steps)
		return OK;
	TRY(json_parse(w->in.map, tx->snap.arena, &tree, tx->snap.fail));
	TRY(record_parse(&journey_moves_record, tree, &moves, tx->snap.arena, tx->snap.fail));
	TRY(def_at(w, p->version, &from));
	TRY(def_at(w, w->in.to, &to));
	str next = journey_mapped(&moves.map, p->node);
	int at = journey_node_at(to, next), was = journey_node_at(from, p->node);
	if (at < 0)
		return OK;
	one.d = from;
	TRY(place_step(&one, "moved", "", arena_printf(tx->snap.arena, "%lld", (long long)w->in.to)));
	place_count(&one, p->node, STR("now"), -1);
	place_count(&one, STR(""), STR("now"), -1);
	place_count(&one, STR(""), STR("moved"), 1);
	one.d = to;
	one.p.version = w->in.to;
	one.p.node = next;
	place_count(&one, next, STR("now"), 1);
	place_count(&one, STR(""), STR("now"), 1);
	if (was < 0 || to->nodes[at].type != from->nodes[was].type || !str_eq(next, p->node)) {
		one.p.state = PLACE_DUE;
		one.p.tries = 0;
		one.p.at = one.p.node_since = one.p.due = tx->snap.now;
		one.p.parked = NIL;
	}
	w->done++;
	return place_save(&one);
}

err journey_step_move(struct cx *cx, struct job *job, bool *ret_done)
{
	struct places w = { .cx = cx, .one = move_one };
	return places_walk(&w, job, ret_done);
}

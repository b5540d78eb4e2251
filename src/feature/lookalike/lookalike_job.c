/*
 * Making a pack: count features, try them on the held-out fifth, choose. Each walk is a step; nothing is kept
 * open meanwhile, and what a step leaves is written whole or not at all.
 */
#include "feature/lookalike/lookalike_data.h"

#include "core/audience/audience_tally.h"
#include "core/staff/staff.h"
#include "core/tag/tag.h"

#include <math.h>
#include <stdlib.h>

#define EVERYBODY "orders is known"
#define WALKS 3

#define LOOKALIKE_CURSOR_FIELDS(F, S) F(S, I64, walk)
RECORD(lookalike_cursor, LOOKALIKE_CURSOR_FIELDS);

struct making {
	struct cx *cx;
	struct unit u; /* with an arena of its own */
	struct job *job;
	struct lookalike_pack pack;
	struct expr *seed;
	struct audience_feature *features;
	struct lookalike_feature *rows;
	size_t count;
	i64 seed_n, train_n, base_n;
	i64 *weights;
	struct lookalike_ranks ranks;
	struct lookalike_best best;
};

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

/* ---- what can be a feature ---- */

static bool names(const struct strs *v, str s)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->v[i], s))
			return true;
	return false;
}

static bool listed(str rest, str name)
{
	while (rest.n)
		if (str_eq(str_cut(&rest, ','), name))
			return true;
	return false;
}

static bool leaks(const struct ids *tags, i64 tag)
{
	for (size_t i = 0; i < tags->n; i++)
		if (tags->v[i] == tag)
			return true;
	return false;
}

static void add(struct making *m, struct audience_feature f, str name, i64 base_n)
{
	if (base_n < LOOKALIKE_FEATURE_MIN || m->count == AUDIENCE_WALK_FEATURES)
		return;
	m->features[m->count] = f;
	m->rows[m->count++] = (struct lookalike_feature){ .pack = m->pack.id, .tag = f.tag, .attr = f.attr, .ref = f.id,
							  .name = name, .base_n = base_n };
}

static err add_tags(struct making *m, const struct expr *all, const struct ids *leaked)
{
	struct audience_tag_count *v;
	size_t n;
	TRY(audience_crosstab(&m->u, all, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct tag t;
		struct fail before = m->u.fail;
		err e = READ_SNAP(&m->u, base(m->cx), tag_get(snap, v[i].tag, &t));
		m->u.fail = e == ERR_NOT_FOUND ? before : m->u.fail;
		if (e == ERR_NOT_FOUND || (e == OK && (t.sensitive || leaks(leaked, t.id))))
			continue;
		TRY(e);
		add(m, (struct audience_feature){ .tag = t.id, .attr = STR(""), .id = NIL }, t.name, v[i].count);
	}
	return OK;
}

static err store_name(struct making *m, i64 id, str *ret)
{
	struct department *all;
	size_t n;
	TRY(READ_SNAP(&m->u, base(m->cx), department_all(snap, &all, &n)));
	*ret = STR("?");
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id)
			*ret = all[i].name;
	return OK;
}

static err add_values(struct making *m, const struct expr *all, str attr)
{
	struct audience_value_count *v;
	size_t n;
	TRY(audience_breakdown(&m->u, all, attr, &v, &n));
	for (size_t i = 0; i < n; i++) {
		str name = v[i].text;
		if (!v[i].text.p && v[i].id == NIL)
			continue; /* that nothing is known of her */
		if (!name.p)
			TRY(store_name(m, v[i].id, &name));
		add(m, (struct audience_feature){ .attr = attr, .id = v[i].id, .text = v[i].text }, name, v[i].count);
	}
	return OK;
}

static err candidates(struct making *m)
{
	struct expr *all;
	struct ids tags;
	struct strs leaked;
	size_t n;
	m->features = ARENA_ARRAY(m->u.arena, struct audience_feature, AUDIENCE_WALK_FEATURES);
	m->rows = ARENA_ARRAY(m->u.arena, struct lookalike_feature, AUDIENCE_WALK_FEATURES);
	audience_names(m->u.arena, m->seed, &tags, &leaked);
	TRY(expr_parse(&m->u, STR(EVERYBODY), &all));
	TRY(add_tags(m, all, &tags));
	str *attrs = audience_feature_attrs(&m->u, &n);
	for (size_t i = 0; i < n; i++)
		if (!names(&leaked, attrs[i]) && !listed(m->pack.without, attrs[i]))
			TRY(add_values(m, all, attrs[i]));
	return OK;
}

/* ---- the first walk: counts ---- */

static void count_one(void *arg, const struct audience_seen *who)
{
	struct making *m = arg;
	bool trains = who->in && !lookalike_held_out(m->pack.id, who->customer);
	m->base_n++;
	m->seed_n += who->in;
	m->train_n += trains;
	for (size_t i = 0; who->in && i < who->n; i++) {
		m->rows[who->has[i]].seed_n++;
		m->rows[who->has[i]].train_n += trains;
	}
}

static double moves(const struct lookalike_feature *f)
{
	return fabs((double)f->weight) * sqrt((double)f->base_n);
}

static int most_moving(const void *a, const void *b)
{
	double x = moves(a), y = moves(b);
	return x != y ? (x < y) - (x > y) : 0;
}

static int heaviest(const void *a, const void *b)
{
	const struct lookalike_feature *x = a, *y = b;
	return x->weight != y->weight ? (x->weight < y->weight) - (x->weight > y->weight) : (x->base_n < y->base_n) - (x->base_n > y->base_n);
}

/* Features no two people differ in say nothing. */
static void choose_features(struct making *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->count; i++) {
		m->rows[i].weight = lookalike_weight(m->rows[i].seed_n, m->seed_n, m->rows[i].base_n, m->base_n);
		if (m->rows[i].base_n < m->base_n)
			m->rows[n++] = m->rows[i];
	}
	qsort(m->rows, n, sizeof(*m->rows), most_moving);
	m->count = n < LOOKALIKE_FEATURES_MAX ? n : LOOKALIKE_FEATURES_MAX;
	qsort(m->rows, m->count, sizeof(*m->rows), heaviest);
	for (size_t i = 0; i < m->count; i++)
		m->rows[i].place = (i64)i;
}

static err keep_features(struct tx *tx, struct making *m, const struct lookalike_cursor *at)
{
	TRY(lookalike_features_drop(tx, &(struct lookalike_id){ m->pack.id }));
	TRY(query_write_many(tx, &lookalike_feature_put_query, m->rows, m->count));
	TRY(lookalike_pack_put(tx, &m->pack));
	return job_save(tx, m->job, &lookalike_cursor_record, at);
}

static err count_walk(struct making *m, struct lookalike_cursor *at)
{
	TRY(candidates(m));
	TRY(audience_walk(&m->u, m->seed, m->features, m->count, count_one, m));
	if (m->seed_n < LOOKALIKE_SEED_MIN || m->seed_n == m->base_n || !m->count)
		return fail_set(&m->u.fail, ERR_STATE, T_LOOKALIKE_SEED, STR("expr"), arena_printf(m->u.arena, "%lld", (long long)m->seed_n),
				STR(FAIL_STR(LOOKALIKE_SEED_MIN)));
	choose_features(m);
	m->pack.seed_n = m->seed_n;
	m->pack.base_n = m->base_n;
	m->job->total = WALKS * m->base_n;
	at->walk = 1;
	return WRITE_TX(&m->u, base(m->cx), keep_features(tx, m, at));
}

/* ---- the second: how good is it ---- */

static i64 score_of(const struct making *m, const struct audience_seen *who)
{
	i64 sum = 0;
	for (size_t i = 0; i < who->n; i++)
		sum += m->weights[who->has[i]];
	return sum;
}

static void try_one(void *arg, const struct audience_seen *who)
{
	struct making *m = arg;
	if (!who->in || lookalike_held_out(m->pack.id, who->customer))
		lookalike_ranks_add(&m->ranks, score_of(m, who), who->in);
	else
		m->train_n++;
}

static void bound_one(void *arg, const struct audience_seen *who)
{
	struct making *m = arg;
	m->train_n += who->in && !lookalike_held_out(m->pack.id, who->customer);
}

static err load_features(struct making *m)
{
	TRY(READ_SNAP(&m->u, base(m->cx), lookalike_features(snap, &(struct lookalike_id){ m->pack.id }, &m->rows, &m->count)));
	m->features = ARENA_ARRAY(m->u.arena, struct audience_feature, m->count + 1);
	m->weights = ARENA_ARRAY(m->u.arena, i64, m->count + 1);
	for (size_t i = 0; i < m->count; i++) {
		const struct lookalike_feature *f = &m->rows[i];
		m->features[i] = (struct audience_feature){ f->tag, f->attr, f->ref, f->ref == NIL ? f->name : STR_NIL };
		m->weights[i] = f->weight;
	}
	return OK;
}

static str evaluation_of(struct making *m)
{
	static const i64 percents[] = { 1, 5, 10 };
	struct lookalike_at *at = ARENA_ARRAY(m->u.arena, struct lookalike_at, ARRAY_LEN(percents));
	struct buf b = buf_new(m->u.arena, 4096);
	for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
		double recall = lookalike_recall(&m->ranks, (double)percents[i] / 100);
		at[i] = (struct lookalike_at){ percents[i], recall, recall * 100 / (double)percents[i] };
	}
	struct lookalike_evaluation e = { m->ranks.held, m->train_n, m->ranks.people, { at, ARRAY_LEN(percents) } };
	record_write(&b, &lookalike_evaluation_record, &e);
	return buf_str(&b);
}

static err keep_pack(struct tx *tx, struct making *m, const struct lookalike_cursor *at)
{
	TRY(lookalike_pack_put(tx, &m->pack));
	return job_save(tx, m->job, &lookalike_cursor_record, at);
}

static err try_walk(struct making *m, struct lookalike_cursor *at)
{
	i64 lo = 0, hi = 0;
	TRY(load_features(m));
	TRY(audience_walk(&m->u, m->seed, NULL, 0, bound_one, m));
	for (size_t i = 0; i < m->count; i++) {
		m->weights[i] = lookalike_weight(m->rows[i].train_n, m->train_n, m->rows[i].base_n, m->pack.base_n);
		lo += int_min(0, m->weights[i]);
		hi += int_max(0, m->weights[i]);
	}
	m->train_n = 0;
	lookalike_ranks_init(&m->ranks, m->u.arena, lo, hi);
	TRY(audience_walk(&m->u, m->seed, m->features, m->count, try_one, m));
	m->pack.evaluation = evaluation_of(m);
	at->walk = 2;
	return WRITE_TX(&m->u, base(m->cx), keep_pack(tx, m, at));
}

/* ---- the third: who ---- */

static void choose_one(void *arg, const struct audience_seen *who)
{
	struct making *m = arg;
	if (!who->in)
		lookalike_best_add(&m->best, (struct lookalike_person){ score_of(m, who), who->customer });
}

static err keep_members(struct tx *tx, struct making *m, const struct lookalike_cursor *at)
{
	struct lookalike_id key = { m->pack.id };
	struct lookalike_made body = { m->pack.id, m->pack.name, m->pack.seed_n, m->pack.members };
	TRY(lookalike_members_drop(tx, &key));
	for (size_t i = 0; i * LOOKALIKE_CHUNK < m->best.n; i++) {
		size_t from = i * LOOKALIKE_CHUNK, n = m->best.n - from < LOOKALIKE_CHUNK ? m->best.n - from : LOOKALIKE_CHUNK;
		TRY(lookalike_chunk_put(tx, &(struct lookalike_chunk){
			m->pack.id, (i64)i, lookalike_pack_people(tx->snap.arena, m->best.v + from, n) }));
	}
	m->pack.made = tx->snap.now;
	TRY(lookalike_pack_put(tx, &m->pack));
	TRY(journal_add(tx, EV_LOOKALIKE_MADE, 0, tx->snap.now, &lookalike_made_record, &body, NULL));
	return job_save(tx, m->job, &lookalike_cursor_record, at);
}

static err choose_walk(struct making *m, struct lookalike_cursor *at)
{
	TRY(load_features(m));
	m->best = (struct lookalike_best){ ARENA_ARRAY(m->u.arena, struct lookalike_person, m->pack.size + 1), 0, (size_t)m->pack.size };
	TRY(audience_walk(&m->u, m->seed, m->features, m->count, choose_one, m));
	lookalike_best_sort(&m->best);
	m->pack.members = (i64)m->best.n;
	at->walk = WALKS;
	return WRITE_TX(&m->u, base(m->cx), keep_members(tx, m, at));
}

static err step(struct making *m, bool *ret_done)
{
	struct lookalike_cursor at;
	struct lookalike_id key;
	TRY(job_cursor(m->cx, m->job, &lookalike_cursor_record, &at));
	TRY(job_input(m->cx, m->job, &lookalike_id_record, &key));
	TRY(READ_SNAP(&m->u, base(m->cx), lookalike_pack_get(snap, &key, &m->pack)));
	TRY(expr_parse(&m->u, m->pack.expr, &m->seed));
	if (at.walk >= WALKS) {
		*ret_done = true;
		return OK;
	}
	m->job->done = m->pack.base_n * (at.walk + 1);
	return at.walk == 0 ? count_walk(m, &at) : at.walk == 1 ? try_walk(m, &at) : choose_walk(m, &at);
}

err lookalike_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct arena *a = arena_new(LOOKALIKE_BYTES_MAX), *own = cx->unit.arena;
	struct making m = { .cx = cx, .u = cx->unit, .job = job };
	m.u.arena = a;
	cx->unit.arena = a;
	err e = step(&m, ret_done);
	cx->unit.arena = own;
	if (e != OK && m.u.fail.code == e)
		cx->unit.fail = m.u.fail;
	arena_free(a);
	return e;
}

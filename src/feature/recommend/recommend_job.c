/*
 * recommend's job: count what goes together over everybody, replace the book, then write each person's
 * attributes by pages; and the nights.
 *
 * Counting reads all persons twice by pages: once for how many bought each product, once for the pairs of the
 * most bought ones, in a square of counts. Neither transaction nor snapshot is held meanwhile; the book is
 * replaced in one transaction, so nobody sees half of it.
 */
#include "feature/recommend/recommend_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "core/audience/audience.h"
#include "core/audience/audience_snapshot.h"
#include "core/corp/corp.h"
#include "core/corp/corp_night.h"

#include <stdlib.h>

#define SCAN_ROWS 2000
#define PAGE_ROWS 500
#define COUNT_BYTES_MAX ((size_t)512 << 20)
#define NIGHT_MS (3 * MS_HOUR + 30 * MS_MINUTE)

#define RECOMMEND_CURSOR_FIELDS(F, S) F(S, BOOL, counted) F(S, I64, slot) F(S, ID, after)
RECORD(recommend_cursor, RECOMMEND_CURSOR_FIELDS);

struct seen { i64 product, buyers, again; };
struct counting {
	struct cx *cx;
	struct job *job;
	struct arena *arena;
	i64 *slots;
	size_t slot_count;
	i64 people, window, support;
	struct imap at; /* product -> place in seen, then in the top */
	VEC(struct seen) seen;
	struct seen *top;
	size_t top_count;
	u32 *both; /* top_count squared; only place < other is used */
	struct recommend_pair *pairs;
	size_t pair_count;
};

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

err recommend_setting(struct unit *u, const char *name, i64 low, i64 high, i64 otherwise, i64 *ret)
{
	struct fail before = u->fail;
	err e = setting_i64(u, name, ret);
	if (e == ERR_INPUT) {
		u->fail = before;
		*ret = otherwise;
		return OK;
	}
	TRY(e);
	*ret = int_max(low, int_min(high, *ret));
	return OK;
}

/* ---- reading everybody ---- */

static int by_product(const void *a, const void *b)
{
	const struct recommend_bought *x = a, *y = b;
	if (x->product != y->product)
		return x->product < y->product ? -1 : 1;
	return (x->day > y->day) - (x->day < y->day);
}

/* Her purchases product by product, in order of days. */
static err each_person(struct counting *c, void (*take)(struct counting *c, const struct recommend_bought *v, size_t n))
{
	for (size_t i = 0; i < c->slot_count; i++) {
		struct recommend_after find = { INT64_MIN + 1, SCAN_ROWS };
		size_t n = SCAN_ROWS;
		while (n == SCAN_ROWS) {
			struct arena_mark mark = arena_mark(CX_ARENA(c->cx));
			struct recommend_person *v;
			TRY(READ_SNAP(&c->cx->unit, c->slots[i], recommend_people(snap, &find, &v, &n)));
			for (size_t k = 0; k < n; k++) {
				struct recommend_bought had[RECOMMEND_PERSON_MAX];
				size_t m = recommend_unpack(v[k].goods, had);
				qsort(had, m, sizeof(*had), by_product);
				take(c, had, m);
			}
			if (n)
				find.after = v[n - 1].customer;
			arena_reset(CX_ARENA(c->cx), mark);
		}
	}
	return OK;
}

static size_t run_end(const struct recommend_bought *v, size_t n, size_t from)
{
	size_t to = from + 1;
	while (to < n && v[to].product == v[from].product)
		to++;
	return to;
}

static void take_products(struct counting *c, const struct recommend_bought *v, size_t n)
{
	c->people++;
	for (size_t i = 0, to; i < n; i = to) {
		i64 at;
		to = run_end(v, n, i);
		if (!imap_get(&c->at, v[i].product, &at)) {
			if (c->seen.n == RECOMMEND_PRODUCTS_SEEN)
				continue;
			at = (i64)c->seen.n;
			imap_put(&c->at, v[i].product, at);
			vec_push(c->arena, &c->seen, (struct seen){ v[i].product, 0, 0 });
		}
		c->seen.v[at].buyers++;
		c->seen.v[at].again += to - i > 1;
	}
}

/* Both lists of days ascend: whether any two are within the window. */
static bool together(const struct recommend_bought *a, size_t n, const struct recommend_bought *b, size_t m, i64 window)
{
	for (size_t i = 0, k = 0; i < n && k < m;) {
		i64 apart = a[i].day - b[k].day;
		if (apart <= window && -apart <= window)
			return true;
		if (apart < 0)
			i++;
		else
			k++;
	}
	return false;
}

static void take_pairs(struct counting *c, const struct recommend_bought *v, size_t n)
{
	struct { size_t from, count; i64 place; } own[RECOMMEND_PERSON_MAX];
	size_t m = 0;
	for (size_t i = 0, to; i < n; i = to) {
		i64 place;
		to = run_end(v, n, i);
		if (imap_get(&c->at, v[i].product, &place)) {
			own[m].from = i;
			own[m].count = to - i;
			own[m++].place = place;
		}
	}
	for (size_t i = 0; i < m; i++)
		for (size_t k = i + 1; k < m; k++)
			if (together(v + own[i].from, own[i].count, v + own[k].from, own[k].count, c->window)) {
				i64 low = int_min(own[i].place, own[k].place), high = int_max(own[i].place, own[k].place);
				c->both[(size_t)low * c->top_count + (size_t)high]++;
			}
}

static int most_first(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	if (x->buyers != y->buyers)
		return x->buyers < y->buyers ? 1 : -1;
	return (x->product > y->product) - (x->product < y->product);
}

/* ---- the book ---- */

struct partner { size_t place; i64 both; };

/* Of equal ones the rarer partner, which chance brings along less often. */
static int confident_first(const void *a, const void *b)
{
	const struct partner *x = a, *y = b;
	if (x->both != y->both)
		return x->both < y->both ? 1 : -1;
	return (x->place < y->place) - (x->place > y->place);
}

/* Enough people, and more of them than chance would bring together: both N > a b. */
static bool goes(const struct counting *c, size_t a, size_t b, i64 both)
{
	return both >= c->support && (double)both * (double)c->people > (double)c->top[a].buyers * (double)c->top[b].buyers;
}

static void choose_partners(struct counting *c, size_t a, struct partner *scratch)
{
	size_t n = 0;
	for (size_t b = 0; b < c->top_count; b++) {
		i64 both = a == b ? 0 : a < b ? c->both[a * c->top_count + b] : c->both[b * c->top_count + a];
		if (goes(c, a, b, both))
			scratch[n++] = (struct partner){ b, both };
	}
	qsort(scratch, n, sizeof(*scratch), confident_first);
	for (size_t i = 0; i < n && i < RECOMMEND_PARTNERS_MAX; i++)
		c->pairs[c->pair_count++] = (struct recommend_pair){ c->top[a].product, (i64)i, c->top[scratch[i].place].product,
								     scratch[i].both };
}

static err count(struct counting *c)
{
	TRY(each_person(c, take_products));
	if (c->seen.n)
		qsort(c->seen.v, c->seen.n, sizeof(*c->seen.v), most_first);
	c->top = c->seen.v;
	c->top_count = c->seen.n < RECOMMEND_PRODUCTS_MAX ? c->seen.n : RECOMMEND_PRODUCTS_MAX;
	c->at = imap_new(c->arena);
	for (size_t i = 0; i < c->top_count; i++)
		imap_put(&c->at, c->top[i].product, (i64)i);
	c->both = ARENA_ARRAY(c->arena, u32, c->top_count * c->top_count + 1);
	TRY(each_person(c, take_pairs));
	struct partner *scratch = ARENA_ARRAY(c->arena, struct partner, c->top_count + 1);
	c->pairs = ARENA_ARRAY(c->arena, struct recommend_pair, c->top_count * RECOMMEND_PARTNERS_MAX + 1);
	for (size_t i = 0; i < c->top_count; i++)
		choose_partners(c, i, scratch);
	return OK;
}

/* As the first slot that knows it tells. */
static err name_of(struct counting *c, const struct seen *s, struct recommend_product *ret)
{
	struct recommend_name key = { .product = s->product }, row;
	*ret = (struct recommend_product){ s->product, STR("?"), STR_NIL, STR_NIL, s->buyers, s->again };
	for (size_t i = 0; i < c->slot_count; i++) {
		err e = READ_SNAP(&c->cx->unit, c->slots[i], recommend_name_get(snap, &key, &row));
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		ret->name = row.name;
		ret->sku = row.sku;
		ret->category = row.category;
		return OK;
	}
	return OK;
}

static err keep_book(struct tx *tx, struct counting *c, const struct recommend_product *products, const struct recommend_cursor *at)
{
	TRY(recommend_products_clear(tx, &(struct none){ 0 }));
	TRY(recommend_pairs_clear(tx, &(struct none){ 0 }));
	TRY(query_write_many(tx, &recommend_product_put_query, products, c->top_count));
	TRY(query_write_many(tx, &recommend_pair_put_query, c->pairs, c->pair_count));
	TRY(recommend_run_put(tx, &(struct recommend_run){ c->job->id, tx->snap.now, c->people, (i64)c->top_count,
							   (i64)c->pair_count }));
	return job_save(tx, c->job, &recommend_cursor_record, at);
}

static err step_count(struct cx *cx, struct job *job, struct recommend_cursor *at, struct arena *a)
{
	struct counting c = { .cx = cx, .job = job, .arena = a, .at = imap_new(a) };
	c.slots = ARENA_ARRAY(a, i64, SLOT_COUNT);
	c.slot_count = slots_of_corp(cx->env->store, cx->unit.corp, c.slots, SLOT_COUNT);
	TRY(recommend_setting(&cx->unit, "recommend.window_days", 0, 3650, RECOMMEND_WINDOW_DAYS, &c.window));
	TRY(recommend_setting(&cx->unit, "recommend.support_min", 2, 1000000, RECOMMEND_SUPPORT_MIN, &c.support));
	job->total = 0;
	for (size_t i = 0; i < c.slot_count; i++) {
		struct recommend_count n;
		TRY(READ_SNAP(&cx->unit, c.slots[i], recommend_people_count(snap, &(struct none){ 0 }, &n)));
		job->total += n.n;
	}
	TRY(count(&c));
	struct recommend_product *products = ARENA_ARRAY(a, struct recommend_product, c.top_count + 1);
	for (size_t i = 0; i < c.top_count; i++)
		TRY(name_of(&c, &c.top[i], &products[i]));
	at->counted = true;
	at->after = INT64_MIN + 1;
	return WRITE_TX(&cx->unit, base(cx), keep_book(tx, &c, products, at));
}

/* ---- persons ---- */

static err write_page(struct tx *tx, i64 after, i64 today, i64 **ret_changed, size_t *ret_count, size_t *ret_seen, i64 *ret_last)
{
	struct recommend_person *v;
	size_t n, count_ = 0;
	TRY(recommend_people(&tx->snap, &(struct recommend_after){ after, PAGE_ROWS }, &v, &n));
	i64 *changed = ARENA_ARRAY(tx->snap.arena, i64, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct recommend_bought had[RECOMMEND_PERSON_MAX];
		size_t m = recommend_unpack(v[i].goods, had);
		bool differs;
		TRY(recommend_write(tx, v[i].customer, had, m, today, &differs));
		if (differs)
			changed[count_++] = v[i].customer;
	}
	if (count_)
		TRY(audience_stamp(tx));
	*ret_changed = changed;
	*ret_count = count_;
	*ret_seen = n;
	*ret_last = n ? v[n - 1].customer : after;
	return OK;
}

static err step_write(struct cx *cx, struct job *job, struct recommend_cursor *at, bool *ret_done)
{
	i64 *slots = ARENA_ARRAY(CX_ARENA(cx), i64, SLOT_COUNT), *changed = NULL, last = at->after;
	size_t n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT), count_ = 0, seen = 0;
	if (at->slot >= (i64)n) {
		*ret_done = true;
		return OK;
	}
	i64 today = corp_day(&cx->unit, cx_now(cx));
	TRY(WRITE_TX(&cx->unit, slots[at->slot], write_page(tx, at->after, today, &changed, &count_, &seen, &last)));
	TRY(audience_changed(&cx->unit, changed, count_));
	job->done += (i64)seen;
	at->after = seen < PAGE_ROWS ? INT64_MIN + 1 : last;
	at->slot += seen < PAGE_ROWS;
	return WRITE_TX(&cx->unit, base(cx), job_save(tx, job, &recommend_cursor_record, at));
}

err recommend_step(struct cx *cx, struct job *job, bool *ret_done)
{
	struct recommend_cursor at;
	TRY(job_cursor(cx, job, &recommend_cursor_record, &at));
	if (at.counted)
		return step_write(cx, job, &at, ret_done);
	struct arena *a = arena_new(COUNT_BYTES_MAX);
	err e = step_count(cx, job, &at, a);
	arena_free(a);
	return e;
}

/* ---- one at a time, and nights ---- */

err recommend_running(struct unit *u, i64 *ret_job)
{
	struct recommend_run run;
	struct job job;
	*ret_job = 0;
	err e = READ_SNAP(u, slot_base(u->store, u->corp), recommend_run_get(snap, &(struct none){ 0 }, &run));
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	struct fail before = u->fail;
	e = job_get(u, run.job, &job);
	if (e == ERR_NOT_FOUND) {
		u->fail = before;
		return OK;
	}
	TRY(e);
	bool ended = str_eq_c(job.state, "done") || str_eq_c(job.state, "failed") || str_eq_c(job.state, "cancelled");
	*ret_job = ended ? 0 : run.job;
	return OK;
}

err recommend_queue(struct tx *tx, i64 *ret_job)
{
	struct recommend_run run = { .made = NIL };
	err e = recommend_run_get(&tx->snap, &(struct none){ 0 }, &run);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(job_add(tx, RECOMMEND_JOB, str_c(text_raw(T_RECOMMEND_JOB, LANG_ZH)), STR("/recommend"), NULL, NULL, &run.job));
	*ret_job = run.job;
	return recommend_run_put(tx, &run);
}

err recommend_arm(struct cx *cx) { return night_arm(cx, RECOMMEND_NIGHT, NIGHT_MS); }

/* Corps made before this was here get their nights too. */
err recommend_start(struct env *env, struct fail *f) { return night_arm_all(env, RECOMMEND_NIGHT, NIGHT_MS, f); }

static err begin_night(struct tx *tx, const struct timer_row *row, bool free)
{
	bool taken;
	i64 job;
	TRY(night_take(tx, row, NIGHT_MS, &taken));
	return taken && free ? recommend_queue(tx, &job) : OK;
}

err recommend_night(struct cx *cx, const struct timer_row *row)
{
	i64 running;
	TRY(recommend_running(&cx->unit, &running));
	return WRITE_TX(&cx->unit, row->slot, begin_night(tx, row, !running));
}

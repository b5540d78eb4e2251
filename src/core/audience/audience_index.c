/*
 * The index: its parts put together and taken apart, and when a corp is read.
 *
 * A corp is read at its first question and kept current by touches: the consumer names who changed, and
 * the next question reads those rows again before it answers. A corp is entered in the list before it is
 * read, so a change is either in the rows that are read or among the touches.
 */
#include "core/audience/audience_index_int.h"

#include <roaring/roaring.h>

/* ---- filling ---- */

struct block *index_block(struct corp_index *ci, u32 number, bool make)
{
	size_t at = number >> BLOCK_BITS;
	if (at >= ci->block_count) {
		if (!make)
			return NULL;
		while (at >= ci->block_cap)
			ci->blocks = vec_grow(ci->arena, ci->blocks, sizeof(*ci->blocks), &ci->block_cap);
		memset(ci->blocks + ci->block_count, 0, (at + 1 - ci->block_count) * sizeof(*ci->blocks));
		ci->block_count = at + 1;
	}
	if (!ci->blocks[at] && make)
		ci->blocks[at] = ARENA_NEW(ci->arena, struct block);
	return ci->blocks[at];
}

static void bit_put(u64 *bits, size_t at, bool on)
{
	u64 bit = (u64)1 << (at & 63);
	bits[at >> 6] = on ? bits[at >> 6] | bit : bits[at >> 6] & ~bit;
}

static void column_put(struct corp_index *ci, struct column *c, size_t at, i64 v)
{
	if (!c->v) {
		if (v == NIL)
			return;
		c->v = ARENA_ARRAY(ci->arena, i64, BLOCK_SIZE);
		for (size_t i = 0; i < BLOCK_SIZE; i++)
			c->v[i] = NIL;
		c->min = c->max = v;
	}
	c->v[at] = v;
	if (v == NIL)
		return;
	c->min = int_min(c->min, v);
	c->max = int_max(c->max, v);
}

static u32 code_new(struct corp_index *ci, struct code_dict *d, struct code_name name)
{
	d->n++;
	vec_push(ci->arena, &d->names, name);
	if (name.text.p)
		map_put(&d->by_text, name.text, (void *)(uintptr_t)d->n);
	else
		imap_put(&d->by_id, name.id, d->n);
	return d->n;
}

static u32 code_of_text(struct corp_index *ci, struct code_dict *d, str text)
{
	u32 code = text.p ? (u32)(uintptr_t)map_get(&d->by_text, text) : 0;
	return code || !text.p ? code : code_new(ci, d, (struct code_name){ arena_dup(ci->arena, text), NIL });
}

static u32 code_of(struct corp_index *ci, struct code_dict *d, const struct expr_attr *a, const struct customer_fact *f)
{
	if (a->type == EXPR_TEXT)
		return code_of_text(ci, d, expr_fact_text(a, f));
	i64 id = expr_fact_number(a, f), code = 0;
	if (id != NIL && !imap_get(&d->by_id, id, &code))
		code = code_new(ci, d, (struct code_name){ STR_NIL, id });
	return (u32)code;
}

static void code_put(struct corp_index *ci, u32 **codes, size_t at, u32 code)
{
	if (!*codes && code)
		*codes = ARENA_ARRAY(ci->arena, u32, BLOCK_SIZE);
	if (*codes)
		(*codes)[at] = code;
}

bool index_has(const struct customer_fact *f)
{
	return !f->erased && id_number_of(f->customer) < ID_VISITOR_FROM;
}

void index_put(struct corp_index *ci, const struct customer_fact *f)
{
	u32 number = id_number_of(f->customer);
	size_t at = number & (BLOCK_SIZE - 1);
	struct block *b = index_block(ci, number, true);
	bit_put(b->live, at, true);
	bit_put(b->flags[FLAG_WECOM], at, f->reach_wecom);
	bit_put(b->flags[FLAG_SMS], at, f->reach_sms);
	for (const struct expr_attr *a = expr_attrs; a->name; a++) {
		if (a->type < EXPR_TEXT)
			column_put(ci, &b->cols[a->col], at, expr_fact_number(a, f));
		else if (a->type == EXPR_FLAG)
			bit_put(b->flags[a->col], at, expr_fact_flag(a, f));
		else
			code_put(ci, &b->codes[a->col], at, code_of(ci, &ci->dicts[a->col], a, f));
	}
}

void index_clear(struct corp_index *ci, u32 number)
{
	struct block *b = index_block(ci, number, false);
	if (b)
		bit_put(b->live, number & (BLOCK_SIZE - 1), false);
}

roaring_bitmap_t *index_map(const struct id_maps *maps, i64 id)
{
	i64 at;
	return imap_get(&maps->by_id, id, &at) ? maps->maps.v[at] : NULL;
}

void index_mark(struct corp_index *ci, struct id_maps *maps, i64 id, u32 number)
{
	roaring_bitmap_t *r = index_map(maps, id);
	if (!r) {
		r = roaring_bitmap_create();
		ASSERT(r);
		imap_put(&maps->by_id, id, (i64)maps->maps.n);
		vec_push(ci->arena, &maps->maps, r);
		vec_push(ci->arena, &maps->ids, id);
	}
	roaring_bitmap_add(r, number);
}

static struct day *day_of(struct corp_index *ci, struct kind_days *k, i64 day)
{
	i64 at;
	if (!imap_get(&k->by_day, day, &at)) {
		at = (i64)k->days.n;
		imap_put(&k->by_day, day, at);
		vec_push(ci->arena, &k->days, (struct day){ .day = day });
	}
	return &k->days.v[at];
}

/* The times of one more leaf on that day: added to what the person has. */
void index_times(struct corp_index *ci, struct kind_days *k, i64 day, u32 number, i64 times)
{
	struct day *d = day_of(ci, k, day);
	i64 sum = times, most = ((i64)1 << DAY_PLANES) - 1;
	for (int p = 0; p < DAY_PLANES; p++)
		if (d->planes[p] && roaring_bitmap_contains(d->planes[p], number))
			sum += (i64)1 << p;
	sum = int_max(0, int_min(sum, most));
	for (int p = 0; p < DAY_PLANES; p++) {
		bool on = sum >> p & 1;
		if (!d->planes[p] && !on)
			continue;
		if (!d->planes[p])
			d->planes[p] = roaring_bitmap_create();
		if (on)
			roaring_bitmap_add(d->planes[p], number);
		else
			roaring_bitmap_remove(d->planes[p], number);
	}
}

struct kind_days *index_kind(const struct corp_index *ci, i64 kind)
{
	for (size_t i = 0; i < ci->kinds.n; i++)
		if (ci->kinds.v[i]->kind == kind)
			return ci->kinds.v[i];
	return NULL;
}

struct kind_days *index_kind_add(struct corp_index *ci, i64 kind)
{
	struct kind_days *k = ARENA_NEW(ci->arena, struct kind_days);
	k->kind = kind;
	k->by_day = imap_new(ci->arena);
	vec_push(ci->arena, &ci->kinds, k);
	return k;
}

struct value_column *index_value(const struct corp_index *ci, i64 attr)
{
	for (size_t i = 0; i < ci->values.n; i++)
		if (ci->values.v[i]->attr == attr)
			return ci->values.v[i];
	return NULL;
}

struct value_column *index_value_add(struct corp_index *ci, i64 attr)
{
	struct value_column *c = ARENA_NEW(ci->arena, struct value_column);
	c->attr = attr;
	c->dict.by_text = map_new(ci->arena);
	vec_push(ci->arena, &ci->values, c);
	return c;
}

const struct value_block *index_value_block(const struct value_column *c, size_t block)
{
	static const struct value_block empty;
	return block < c->cap ? &c->blocks[block] : &empty;
}

void index_value_put(struct corp_index *ci, struct value_column *c, u32 number, i64 n, str text)
{
	size_t block = number >> BLOCK_BITS, at = number & (BLOCK_SIZE - 1), cap = c->cap;
	if (block >= cap && n == NIL && !text.p)
		return;
	while (block >= c->cap)
		c->blocks = vec_grow(ci->arena, c->blocks, sizeof(*c->blocks), &c->cap);
	if (c->cap > cap)
		memset(c->blocks + cap, 0, (c->cap - cap) * sizeof(*c->blocks));
	column_put(ci, &c->blocks[block].numbers, at, n);
	code_put(ci, &c->blocks[block].codes, at, code_of_text(ci, &c->dict, text));
}

/* ---- whole corps ---- */

static void maps_free(struct id_maps *m)
{
	for (size_t i = 0; i < m->maps.n; i++)
		roaring_bitmap_free(m->maps.v[i]);
	*m = (struct id_maps){ 0 };
}

void index_empty(struct corp_index *ci)
{
	maps_free(&ci->tags);
	maps_free(&ci->staff);
	for (size_t i = 0; i < ci->kinds.n; i++)
		for (size_t j = 0; j < ci->kinds.v[i]->days.n; j++)
			for (int p = 0; p < DAY_PLANES; p++)
				if (ci->kinds.v[i]->days.v[j].planes[p])
					roaring_bitmap_free(ci->kinds.v[i]->days.v[j].planes[p]);
	if (ci->arena)
		arena_free(ci->arena);
	ci->arena = NULL;
	ci->blocks = NULL;
	ci->block_count = ci->block_cap = 0;
	memset(&ci->kinds, 0, sizeof(ci->kinds));
	memset(&ci->values, 0, sizeof(ci->values));
	memset(ci->dicts, 0, sizeof(ci->dicts));
}

void index_begin(struct corp_index *ci)
{
	index_empty(ci);
	ci->arena = arena_new(INDEX_BYTES_MAX);
	ci->tags.by_id = imap_new(ci->arena);
	ci->staff.by_id = imap_new(ci->arena);
	for (int i = 0; i < CODE_COUNT; i++) {
		ci->dicts[i].by_text = map_new(ci->arena);
		ci->dicts[i].by_id = imap_new(ci->arena);
	}
}

struct audience_index *audience_index_new(struct store *st)
{
	struct arena *a = arena_new(INDEX_BYTES_MAX);
	struct audience_index *ix = ARENA_NEW(a, struct audience_index);
	ix->store = st;
	ix->arena = a;
	pthread_mutex_init(&ix->lock, NULL);
	return ix;
}

void audience_index_free(struct audience_index *ix)
{
	if (!ix)
		return;
	for (struct corp_index *ci = ix->first; ci; ci = ci->next) {
		index_empty(ci);
		arena_free(ci->pending_arena);
		pthread_rwlock_destroy(&ci->lock);
		pthread_mutex_destroy(&ci->pending_lock);
	}
	pthread_mutex_destroy(&ix->lock);
	arena_free(ix->arena);
}

static struct corp_index *corp_of(struct audience_index *ix, i64 corp, bool make)
{
	pthread_mutex_lock(&ix->lock);
	struct corp_index *ci = ix->first;
	while (ci && ci->corp != corp)
		ci = ci->next;
	if (!ci && make) {
		ci = ARENA_NEW(ix->arena, struct corp_index);
		ci->corp = corp;
		ci->pending_arena = arena_new(ARENA_MAX_DEFAULT);
		pthread_rwlock_init(&ci->lock, NULL);
		pthread_mutex_init(&ci->pending_lock, NULL);
		ci->next = ix->first;
		ix->first = ci;
	}
	pthread_mutex_unlock(&ix->lock);
	return ci;
}

void audience_drop(struct audience_index *ix, i64 corp)
{
	struct corp_index *ci = ix ? corp_of(ix, corp, false) : NULL;
	if (!ci)
		return;
	pthread_rwlock_wrlock(&ci->lock);
	index_empty(ci);
	pthread_rwlock_unlock(&ci->lock);
}

/* ---- touches ---- */

void audience_touch(struct audience_index *ix, const i64 *customers, size_t count)
{
	struct corp_index *ci = NULL;
	for (size_t i = 0; ix && i < count; i++) {
		i64 corp = id_corp_of(customers[i]);
		if (!ci || ci->corp != corp)
			ci = corp_of(ix, corp, false);
		if (!ci)
			continue; /* nobody has asked about this corp yet */
		pthread_mutex_lock(&ci->pending_lock);
		ci->stale |= ci->pending.n >= INDEX_TOUCH_MAX;
		if (!ci->stale)
			vec_push(ci->pending_arena, &ci->pending, customers[i]);
		pthread_mutex_unlock(&ci->pending_lock);
	}
}

static bool is_pending(struct corp_index *ci)
{
	pthread_mutex_lock(&ci->pending_lock);
	bool any = ci->pending.n > 0 || ci->stale;
	pthread_mutex_unlock(&ci->pending_lock);
	return any;
}

/* Takes what is waiting, copied; true: read everything anew. */
static bool pending_take(struct corp_index *ci, struct arena *a, i64 **ret, size_t *ret_count)
{
	pthread_mutex_lock(&ci->pending_lock);
	bool stale = ci->stale;
	*ret_count = ci->pending.n;
	*ret = ARENA_ARRAY(a, i64, ci->pending.n + 1);
	if (ci->pending.n)
		memcpy(*ret, ci->pending.v, ci->pending.n * sizeof(i64));
	ci->pending.n = 0;
	ci->stale = false;
	pthread_mutex_unlock(&ci->pending_lock);
	return stale;
}

/* ---- opening ---- */

static bool lacks_kind(const struct corp_index *ci, const struct expr *e)
{
	return e->op == EXPR_DID && !index_kind(ci, e->event);
}

static bool lacks_value(const struct corp_index *ci, const struct expr *e)
{
	return e->op == EXPR_ATTR && e->attr->value && !index_value(ci, e->attr->value);
}

static bool parts_loaded(const struct corp_index *ci, const struct expr *e)
{
	if (lacks_kind(ci, e) || lacks_value(ci, e))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if (!parts_loaded(ci, e->of[i]))
			return false;
	return true;
}

static err parts_load(struct corp_index *ci, struct unit *u, const struct expr *e)
{
	if (lacks_kind(ci, e))
		TRY(index_load_kind(ci, u, e->event));
	if (lacks_value(ci, e))
		TRY(index_load_value(ci, u, e->attr->value));
	for (size_t i = 0; i < e->n; i++)
		TRY(parts_load(ci, u, e->of[i]));
	return OK;
}

/* Everything is read without the viewer's scope, in memory of its own. A failure leaves nothing half made. */
static err refresh(struct corp_index *ci, struct unit *u, const struct expr *e)
{
	struct arena *a = arena_new(INDEX_BYTES_MAX);
	struct unit own = *u;
	i64 *touched;
	size_t n;
	own.arena = a;
	own.scope = 0;
	bool anew = pending_take(ci, a, &touched, &n) || !ci->arena;
	err got = anew ? index_load(ci, &own) : index_apply(ci, &own, touched, n);
	if (got == OK)
		got = parts_load(ci, &own, e);
	if (got != OK) {
		index_empty(ci);
		u->fail = own.fail;
	}
	arena_free(a);
	return got;
}

err index_open(struct unit *u, const struct expr *e, struct corp_index **ret)
{
	struct corp_index *ci = corp_of(u->env->audience, u->corp, true);
	bool seen = false; /* touches since then are later than the question */
	for (;;) {
		pthread_rwlock_rdlock(&ci->lock);
		if (ci->arena && (seen || !is_pending(ci)) && parts_loaded(ci, e)) {
			*ret = ci;
			return OK;
		}
		pthread_rwlock_unlock(&ci->lock);
		pthread_rwlock_wrlock(&ci->lock);
		err got = refresh(ci, u, e);
		pthread_rwlock_unlock(&ci->lock);
		TRY(got);
		seen = true;
	}
}

void index_close(struct corp_index *ci) { pthread_rwlock_unlock(&ci->lock); }

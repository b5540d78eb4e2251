/*
 * Filling the index: one person, one mark, one event day at a time, and packing it when a load is done.
 */
#include "core/audience/audience_index_int.h"

/* ---- blocks and columns ---- */

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
	if (!ci->blocks[at] && make) {
		ci->blocks[at] = ARENA_NEW(ci->arena, struct block);
		ci->blocks[at]->live = ARENA_ARRAY(ci->arena, u64, BLOCK_WORDS);
		for (int i = 0; i < CODE_COUNT; i++)
			ci->blocks[at]->codes[i].c.fixed = true;
	}
	return ci->blocks[at];
}

static bool bit_at(const u64 *bits, size_t at) { return bits[at >> 6] >> (at & 63) & 1; }

static void bit_put(u64 *bits, size_t at, bool on)
{
	u64 bit = (u64)1 << (at & 63);
	bits[at >> 6] = on ? bits[at >> 6] | bit : bits[at >> 6] & ~bit;
}

static void flag_put(struct corp_index *ci, u64 **bits, size_t at, bool on)
{
	if (!*bits && on)
		*bits = ARENA_ARRAY(ci->arena, u64, BLOCK_WORDS);
	if (*bits)
		bit_put(*bits, at, on);
}

u32 index_code_new(struct corp_index *ci, struct code_dict *d, struct code_name name)
{
	d->n++;
	vec_push(ci->arena, &d->names, name);
	if (name.text.p)
		map_put(&d->by_text, name.text, (void *)(uintptr_t)d->n);
	else
		imap_put(&d->by_id, name.id, d->n);
	return d->n;
}

static i64 code_of_text(struct corp_index *ci, struct code_dict *d, str text)
{
	u32 code = text.p ? (u32)(uintptr_t)map_get(&d->by_text, text) : 0;
	if (!text.p)
		return NIL;
	return code ? code : index_code_new(ci, d, (struct code_name){ arena_dup(ci->arena, text), NIL });
}

static i64 code_of(struct corp_index *ci, struct code_dict *d, const struct expr_attr *a, const struct customer_fact *f)
{
	if (a->type == EXPR_TEXT)
		return code_of_text(ci, d, expr_fact_text(a, f));
	i64 id = expr_fact_number(a, f), code = NIL;
	if (id != NIL && !imap_get(&d->by_id, id, &code))
		code = index_code_new(ci, d, (struct code_name){ STR_NIL, id });
	return code;
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
	b->live_count += !bit_at(b->live, at);
	bit_put(b->live, at, true);
	flag_put(ci, &b->flags[FLAG_WECOM], at, f->reach_wecom);
	flag_put(ci, &b->flags[FLAG_SMS], at, f->reach_sms);
	flag_put(ci, &b->flags[FLAG_OA], at, f->reach_oa);
	flag_put(ci, &b->flags[FLAG_MAIL], at, f->reach_mail);
	for (const struct expr_attr *a = expr_attrs; a->name; a++) {
		if (a->type < EXPR_TEXT && a->col != COL_AOV)
			column_put(&ci->mill, &b->cols[a->col], at, expr_stored(a, expr_fact_number(a, f)));
		else if (a->type == EXPR_FLAG)
			flag_put(ci, &b->flags[a->col], at, expr_fact_flag(a, f));
		else if (a->type >= EXPR_TEXT) {
			column_put(&ci->mill, &b->codes[a->col].c, at, code_of(ci, &ci->dicts[a->col], a, f));
			b->codes[a->col].stale = true;
		}
	}
}

void index_clear(struct corp_index *ci, u32 number)
{
	struct block *b = index_block(ci, number, false);
	if (!b)
		return;
	b->live_count -= bit_at(b->live, number & (BLOCK_SIZE - 1));
	bit_put(b->live, number & (BLOCK_SIZE - 1), false);
}

/* ---- sets ---- */

const struct set *index_set(const struct id_sets *sets, i64 id)
{
	i64 at;
	return imap_get(&sets->by_id, id, &at) ? &sets->sets.v[at] : NULL;
}

struct set *index_set_make(struct corp_index *ci, struct id_sets *sets, i64 id)
{
	i64 at;
	if (!imap_get(&sets->by_id, id, &at)) {
		at = (i64)sets->sets.n;
		imap_put(&sets->by_id, id, at);
		vec_push(ci->lists, &sets->sets, (struct set){ 0 });
		vec_push(ci->lists, &sets->ids, id);
	}
	return &sets->sets.v[at];
}

void index_mark(struct corp_index *ci, struct id_sets *sets, i64 id, u32 number)
{
	set_add(&ci->pool, index_set_make(ci, sets, id), number);
}

struct day *index_day(struct corp_index *ci, struct kind_days *k, i64 day)
{
	i64 at;
	if (!imap_get(&k->by_day, day, &at)) {
		at = (i64)k->days.n;
		imap_put(&k->by_day, day, at);
		vec_push(ci->arena, &k->days, (struct day){ .day = day });
	}
	return &k->days.v[at];
}

void index_times_put(struct corp_index *ci, struct kind_days *k, i64 day, u32 number, i64 times)
{
	struct day *d = index_day(ci, k, day);
	i64 sum = int_max(0, int_min(times, (i64)1 << DAY_PLANES));
	bool had = set_has(&ci->pool, &d->any, number);
	if (sum > 0)
		set_add(&ci->pool, &d->any, number);
	else
		set_remove(&ci->pool, &d->any, number);
	for (int p = 0; p < DAY_PLANES; p++) {
		if (sum > 1 && (sum - 1) >> p & 1)
			set_add(&ci->pool, &d->planes[p], number);
		else if (had)
			set_remove(&ci->pool, &d->planes[p], number);
	}
}

/* The times of one more leaf on that day: added to what the person has. */
void index_times(struct corp_index *ci, struct kind_days *k, i64 day, u32 number, i64 times)
{
	struct day *d = index_day(ci, k, day);
	bool had = set_has(&ci->pool, &d->any, number);
	i64 sum = times + had;
	for (int p = 0; had && p < DAY_PLANES; p++)
		sum += set_has(&ci->pool, &d->planes[p], number) ? (i64)1 << p : 0;
	index_times_put(ci, k, day, number, sum);
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

/* ---- attributes beside the row ---- */

struct value_column *index_value(const struct corp_index *ci, i64 attr)
{
	for (size_t i = 0; i < ci->values.n; i++)
		if (ci->values.v[i]->attr == attr)
			return ci->values.v[i];
	return NULL;
}

struct value_column *index_value_add(struct corp_index *ci, i64 attr, bool moments)
{
	struct value_column *c = ARENA_NEW(ci->arena, struct value_column);
	c->attr = attr;
	c->moments = moments;
	c->dict.by_text = map_new(ci->arena);
	vec_push(ci->arena, &ci->values, c);
	return c;
}

const struct value_block *index_value_block(const struct value_column *c, size_t block)
{
	static const struct value_block empty;
	return block < c->cap ? &c->blocks[block] : &empty;
}

struct value_block *index_value_make(struct corp_index *ci, struct value_column *c, size_t block)
{
	size_t cap = c->cap;
	while (block >= c->cap)
		c->blocks = vec_grow(ci->arena, c->blocks, sizeof(*c->blocks), &c->cap);
	for (; cap < c->cap; cap++)
		c->blocks[cap] = (struct value_block){ .codes.fixed = true };
	return &c->blocks[block];
}

void index_value_put(struct corp_index *ci, struct value_column *c, u32 number, i64 n, str text)
{
	size_t block = number >> BLOCK_BITS, at = number & (BLOCK_SIZE - 1);
	if (block >= c->cap && n == NIL && !text.p)
		return;
	struct value_block *b = index_value_make(ci, c, block);
	column_put(&ci->mill, &b->numbers, at, c->moments ? expr_seconds(n) : n);
	if (!attr_is_category(c->attr)) /* a flag's text is its name */
		column_put(&ci->mill, &b->codes, at, code_of_text(ci, &c->dict, text));
}

/* ---- forgetting ---- */

struct gone { size_t block; u32 count; u64 bits[BLOCK_WORDS]; u16 ids[BLOCK_SIZE]; };

static void sets_without(struct corp_index *ci, struct id_sets *sets, const struct gone *g)
{
	for (size_t i = 0; i < sets->sets.n; i++)
		set_without(&ci->pool, &sets->sets.v[i], g->block, g->bits, g->ids, g->count, ci->of->kernel);
}

static void forget_in(struct corp_index *ci, const struct gone *g)
{
	sets_without(ci, &ci->tags, g);
	sets_without(ci, &ci->staff, g);
	for (size_t i = 0; i < ci->kinds.n; i++)
		for (size_t j = 0; j < ci->kinds.v[i]->days.n; j++) {
			struct day *d = &ci->kinds.v[i]->days.v[j];
			set_without(&ci->pool, &d->any, g->block, g->bits, g->ids, g->count, ci->of->kernel);
			for (int p = 0; p < DAY_PLANES; p++)
				set_without(&ci->pool, &d->planes[p], g->block, g->bits, g->ids, g->count, ci->of->kernel);
		}
}

void index_forget(struct corp_index *ci, const i64 *persons, size_t count)
{
	struct arena *own = arena_new(ARENA_MAX_DEFAULT);
	struct gone *g = ARENA_NEW(own, struct gone);
	struct imap seen = imap_new(own);
	for (size_t i = 0; i < count; i++) {
		size_t block = id_number_of(persons[i]) >> BLOCK_BITS;
		if (!imap_put(&seen, (i64)block, 1))
			continue;
		memset(g->bits, 0, sizeof(g->bits));
		g->block = block;
		for (size_t j = i; j < count; j++)
			if (id_number_of(persons[j]) >> BLOCK_BITS == block)
				bit_put(g->bits, id_number_of(persons[j]) & (BLOCK_SIZE - 1), true);
		g->count = 0;
		for (size_t w = 0; w < BLOCK_WORDS; w++)
			for (u64 m = g->bits[w]; m; m &= m - 1)
				g->ids[g->count++] = (u16)(w * 64 + (size_t)__builtin_ctzll(m));
		forget_in(ci, g);
	}
	arena_free(own);
}

/* ---- whole corps ---- */

void index_empty(struct corp_index *ci)
{
	arena_free(ci->arena);
	arena_free(ci->wide);
	arena_free(ci->narrow);
	arena_free(ci->lists);
	ci->arena = ci->wide = ci->narrow = ci->lists = NULL;
	ci->blocks = NULL;
	ci->block_count = ci->block_cap = 0;
	ci->tags = ci->staff = (struct id_sets){ 0 };
	memset(&ci->kinds, 0, sizeof(ci->kinds));
	memset(&ci->values, 0, sizeof(ci->values));
	memset(ci->dicts, 0, sizeof(ci->dicts));
}

void index_begin(struct corp_index *ci)
{
	size_t most = ci->of->bytes_max + INDEX_ROW_BYTES_MAX;
	index_empty(ci);
	ci->arena = arena_new_large(most);
	ci->wide = arena_new_large(most);
	ci->narrow = arena_new_large(most);
	ci->lists = arena_new(most);
	ci->mill = (struct mill){ .arena = ci->wide };
	pool_init(&ci->pool, ci->narrow);
	ci->tags.by_id = imap_new(ci->lists);
	ci->staff.by_id = imap_new(ci->lists);
	for (int i = 0; i < CODE_COUNT; i++) {
		ci->dicts[i].by_text = map_new(ci->arena);
		ci->dicts[i].by_id = imap_new(ci->arena);
	}
}

size_t index_fact_bytes(const struct corp_index *ci)
{
	return ci->arena ? arena_used(ci->arena) + arena_used(ci->wide) : 0;
}

size_t index_relation_bytes(const struct corp_index *ci)
{
	return ci->arena ? arena_used(ci->narrow) + arena_used(ci->lists) : 0;
}

size_t index_bytes(const struct corp_index *ci) { return index_fact_bytes(ci) + index_relation_bytes(ci); }

err index_room_beside(struct corp_index *ci, struct unit *u, size_t used)
{
	size_t most = ci->of->bytes_max;
	if (used <= most)
		return OK;
	str limit = arena_printf(u->arena, "%zu MB", most >> 20), value = arena_printf(u->arena, "%zu MB", used >> 20);
	return fail_set(&u->fail, ERR_TOO_LARGE, T_AUD_INDEX_FULL, STR("audience-memory"), value, limit);
}

err index_room(struct corp_index *ci, struct unit *u)
{
	return index_room_beside(ci, u, index_bytes(ci));
}

/* The numbers of a block in the order of their codes: counted, summed, placed. A list of all 65,536 would read as
 * empty, so such a block has no lists. ends: scratch of code_count + 2. */
static void postings_make(struct corp_index *ci, struct codes *c, u32 code_count, u32 *ends)
{
	u32 most = 0;
	memset(ends, 0, (code_count + 2) * sizeof(*ends));
	for (size_t i = 0; i < BLOCK_SIZE; i++)
		ends[column_raw(&c->c, i) + 1]++;
	ends[1] = 0; /* the unknown stand in no list */
	for (u32 code = 2; code <= code_count + 1; code++) {
		most = ends[code] > most ? ends[code] : most;
		ends[code] += ends[code - 1];
	}
	if (most == BLOCK_SIZE)
		return;
	if (c->start_cap < code_count + 2) {
		c->start_cap = code_count + code_count / 8 + 2;
		c->starts = ARENA_ARRAY(ci->arena, u16, c->start_cap);
	}
	if (!c->ids)
		c->ids = mill_take(&ci->mill, 2);
	c->code_count = code_count;
	for (size_t i = 0; i < BLOCK_SIZE; i++) {
		u64 code = column_raw(&c->c, i);
		if (code)
			c->ids[ends[code]++] = (u16)i;
	}
	/* Each place has run on to the end of its list. */
	c->starts[0] = c->starts[1] = 0;
	for (u32 code = 1; code <= code_count; code++)
		c->starts[code + 1] = (u16)ends[code];
	c->stale = false;
}

void index_settle(struct corp_index *ci)
{
	u32 most = 0;
	for (int i = 0; i < CODE_COUNT; i++)
		most = ci->dicts[i].n > most ? ci->dicts[i].n : most;
	if (most <= POSTING_CODES)
		return;
	struct arena *own = arena_new(ARENA_MAX_DEFAULT);
	u32 *ends = ARENA_ARRAY(own, u32, most + 2);
	for (size_t k = 0; k < ci->block_count; k++)
		for (int i = 0; ci->blocks[k] && i < CODE_COUNT; i++) {
			struct codes *c = &ci->blocks[k]->codes[i];
			if (c->stale && c->c.v && ci->dicts[i].n > POSTING_CODES)
				postings_make(ci, c, ci->dicts[i].n, ends);
		}
	arena_free(own);
}

static void sets_pack(const struct pool *from, struct id_sets *sets, struct pool *to)
{
	for (size_t i = 0; i < sets->sets.n; i++)
		set_pack(from, &sets->sets.v[i], to, &sets->sets.v[i]);
}

void index_pack(struct corp_index *ci)
{
	struct arena *narrow = arena_new_large(ci->of->bytes_max + INDEX_ROW_BYTES_MAX);
	struct pool to;
	pool_init(&to, narrow);
	sets_pack(&ci->pool, &ci->tags, &to);
	sets_pack(&ci->pool, &ci->staff, &to);
	for (size_t i = 0; i < ci->kinds.n; i++)
		for (size_t j = 0; j < ci->kinds.v[i]->days.n; j++) {
			struct day *d = &ci->kinds.v[i]->days.v[j];
			set_pack(&ci->pool, &d->any, &to, &d->any);
			for (int p = 0; p < DAY_PLANES; p++)
				set_pack(&ci->pool, &d->planes[p], &to, &d->planes[p]);
		}
	arena_free(ci->narrow);
	ci->narrow = narrow;
	ci->pool = to;
	for (size_t k = 0; k < ci->block_count; k++)
		for (int i = 0; ci->blocks[k] && i < COL_COUNT + CODE_COUNT; i++)
			column_pack(&ci->mill, i < COL_COUNT ? &ci->blocks[k]->cols[i] : &ci->blocks[k]->codes[i - COL_COUNT].c);
	index_settle(ci);
}

/*
 * One function per part writes it, one beside it reads it. The checksum multiplies four lanes of words, so that it
 * keeps up with memory; it guards against accidents, not against enemies. Sets are in Roaring's portable form.
 */
#include "core/audience/audience_file.h"

#include "base/hash.h"

#include <string.h>
#include <unistd.h>

#define WRITE_BYTES ((size_t)1 << 20)
#define STRIPE 32
#define COUNT_MAX ((u64)1 << 32) /* of anything in a file */

/* ---- checksums ---- */

struct sum { u64 lane[4]; };

static const struct sum sum_first = { { 0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0x2545f4914f6cdd1d } };

static void sum_stripes(struct sum *s, const u8 *p, size_t n)
{
	for (; n >= STRIPE; p += STRIPE, n -= STRIPE) {
		u64 w[4];
		memcpy(w, p, sizeof(w));
		for (int i = 0; i < 4; i++) {
			s->lane[i] = (s->lane[i] ^ w[i]) * 0x9fb21c651e98df25;
			s->lane[i] ^= s->lane[i] >> 29;
		}
	}
}

static u64 sum_end(const struct sum *s, u64 bytes)
{
	u64 h = bytes;
	for (int i = 0; i < 4; i++)
		h = hash_mix(h ^ s->lane[i]);
	return h;
}

static void sum_tail(struct sum *s, const u8 *p, size_t n)
{
	u8 last[STRIPE] = { 0 };
	size_t whole = n / STRIPE * STRIPE;
	sum_stripes(s, p, whole);
	if (n > whole) {
		memcpy(last, p + whole, n - whole);
		sum_stripes(s, last, STRIPE);
	}
}

u64 snapshot_sum(const void *p, size_t n)
{
	struct sum s = sum_first;
	sum_tail(&s, p, n);
	return sum_end(&s, n);
}

u64 snapshot_layout(void)
{
	u64 h = hash64(STR(YUTANG_VERSION));
	for (const struct expr_attr *a = expr_attrs; a->name; a++)
		h = hash_mix(h ^ hash64(str_c(a->name)) ^ (u64)a->type << 32 ^ (u64)a->col);
	return hash_mix(h ^ (u64)COL_COUNT << 40 ^ (u64)CODE_COUNT << 32 ^ (u64)FLAG_COUNT << 24 ^ DAY_PLANES);
}

/* ---- the two ends ---- */

struct out {
	int fd;
	u8 *buf;
	size_t n;
	u64 bytes;
	struct sum sum;
	bool failed;
};

static bool write_all(int fd, const u8 *p, size_t n)
{
	while (n) {
		ssize_t got = write(fd, p, n);
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static void put(struct out *o, const void *p, size_t n)
{
	const u8 *from = p;
	o->bytes += n;
	while (n && !o->failed) {
		size_t k = WRITE_BYTES - o->n < n ? WRITE_BYTES - o->n : n;
		memcpy(o->buf + o->n, from, k);
		o->n += k;
		from += k;
		n -= k;
		if (o->n == WRITE_BYTES) {
			sum_stripes(&o->sum, o->buf, o->n);
			o->failed = !write_all(o->fd, o->buf, o->n);
			o->n = 0;
		}
	}
}

static void put_u64(struct out *o, u64 v) { put(o, &v, sizeof(v)); }

struct in { const char *p; size_t n; bool bad; };

/* NULL when there is not so much left. */
static const void *take(struct in *in, u64 n)
{
	if (in->bad || n > in->n) {
		in->bad = true;
		return NULL;
	}
	const void *p = in->p;
	in->p += n;
	in->n -= n;
	return p;
}

static u64 take_u64(struct in *in)
{
	u64 v = 0;
	const void *p = take(in, sizeof(v));
	if (p)
		memcpy(&v, p, sizeof(v));
	return v;
}

static u16 read_u16(const void *p) /* nothing in a file is aligned */
{
	u16 v;
	memcpy(&v, p, sizeof(v));
	return v;
}

/* A count of things of at least `each` bytes, so that nothing is made for a number that cannot be. */
static u64 take_count(struct in *in, u64 each)
{
	u64 n = take_u64(in);
	if (n > COUNT_MAX || n * each > in->n)
		in->bad = true;
	return in->bad ? 0 : n;
}

/* ---- parts ---- */

static void bits_put(struct out *o, const u64 *bits)
{
	put_u64(o, bits != NULL);
	if (bits)
		put(o, bits, BLOCK_WORDS * sizeof(u64));
}

static void bits_take(struct in *in, struct arena *a, u64 **ret)
{
	const void *p = take_u64(in) ? take(in, BLOCK_WORDS * sizeof(u64)) : NULL;
	if (!p)
		return;
	*ret = ARENA_ARRAY(a, u64, BLOCK_WORDS);
	memcpy(*ret, p, BLOCK_WORDS * sizeof(u64));
}

static void column_out(struct out *o, const struct column *c)
{
	put_u64(o, c->v ? c->width : 0);
	if (!c->v)
		return;
	put_u64(o, (u64)c->base);
	put_u64(o, (u64)c->min);
	put_u64(o, (u64)c->max);
	put(o, c->v, BLOCK_SIZE * c->width);
}

static void column_in(struct in *in, struct mill *m, struct column *c)
{
	u64 width = take_u64(in);
	if (width == 0 || width > 8)
		in->bad |= width != 0;
	if (width == 0 || in->bad)
		return;
	i64 base = (i64)take_u64(in), min = (i64)take_u64(in), max = (i64)take_u64(in);
	const void *p = take(in, BLOCK_SIZE * width);
	if (p && !column_set(m, c, p, (u8)width, base, min, max))
		in->bad = true;
}

static void set_out(struct out *o, struct arena *a, const struct pool *p, const struct set *s)
{
	struct arena_mark mark = arena_mark(a);
	size_t n = set_portable_bytes(p, s);
	u8 *bytes = ARENA_ARRAY(a, u8, n);
	set_portable_write(p, s, bytes);
	put_u64(o, n);
	put(o, bytes, n);
	arena_reset(a, mark);
}

static void set_in(struct in *in, struct pool *p, struct set *ret)
{
	u64 n = take_count(in, 1);
	const char *bytes = take(in, n);
	if (bytes && !set_portable_read(p, (str){ bytes, n }, ret))
		in->bad = true;
}

static void dict_out(struct out *o, const struct code_dict *d)
{
	put_u64(o, d->n);
	for (u32 i = 0; i < d->n; i++) {
		str text = d->names.v[i].text;
		put_u64(o, (u64)d->names.v[i].id);
		put_u64(o, text.p ? text.n + 1 : 0);
		put(o, text.p, text.n);
	}
}

/* ids: names may be numbers; an attribute's words are texts alone. */
static void dict_in(struct in *in, struct corp_index *ci, struct code_dict *d, bool ids)
{
	u64 n = take_count(in, 16);
	for (u64 i = 0; i < n && !in->bad; i++) {
		struct code_name name = { STR_NIL, (i64)take_u64(in) };
		u64 bytes = take_u64(in);
		const char *p = bytes ? take(in, bytes - 1) : NULL;
		if (p)
			name.text = arena_dup(ci->arena, (str){ p, bytes - 1 });
		if (!p && (name.id == NIL || !ids))
			in->bad = true;
		else
			index_code_new(ci, d, name);
	}
}

/* Stale lists are made again when a corp is read from its rows; in a file there are none. */
static void codes_out(struct out *o, const struct codes *c)
{
	column_out(o, &c->c);
	bool lists = c->ids && !c->stale;
	put_u64(o, lists ? c->code_count : 0);
	if (!lists)
		return;
	put(o, c->starts, (c->code_count + 2) * sizeof(u16));
	put(o, c->ids, BLOCK_SIZE * sizeof(u16));
}

static void codes_in(struct in *in, struct corp_index *ci, struct codes *c, u32 dict)
{
	column_in(in, &ci->mill, &c->c);
	if (c->c.v && c->c.max > dict)
		in->bad = true;
	u64 count = take_u64(in);
	if (count == 0 || in->bad)
		return;
	const u16 *starts = count <= dict ? take(in, (count + 2) * sizeof(u16)) : NULL;
	const void *ids = take(in, BLOCK_SIZE * sizeof(u16));
	u64 sum = 0;
	for (u64 i = 0; starts && ids && i <= count; i++)
		sum += (u16)(read_u16(starts + i + 1) - read_u16(starts + i));
	if (!starts || !ids || sum > BLOCK_SIZE || read_u16(starts) != 0) {
		in->bad = true;
		return;
	}
	c->code_count = (u32)count;
	c->start_cap = (u32)count + 2;
	c->starts = ARENA_ARRAY(ci->arena, u16, c->start_cap);
	c->ids = mill_take(&ci->mill, 2);
	memcpy(c->starts, starts, c->start_cap * sizeof(u16));
	memcpy(c->ids, ids, BLOCK_SIZE * sizeof(u16));
}

static void block_out(struct out *o, const struct block *b)
{
	put_u64(o, b ? (u64)b->live_count + 1 : 0);
	if (!b)
		return;
	bits_put(o, b->live);
	for (int i = 0; i < FLAG_COUNT; i++)
		bits_put(o, b->flags[i]);
	for (int i = 0; i < COL_COUNT; i++)
		column_out(o, &b->cols[i]);
	for (int i = 0; i < CODE_COUNT; i++)
		codes_out(o, &b->codes[i]);
}

static void block_in(struct in *in, struct corp_index *ci, size_t at)
{
	u64 live = take_u64(in), ones = 0;
	if (live == 0 || in->bad)
		return;
	struct block *b = index_block(ci, (u32)(at << BLOCK_BITS), true);
	bits_take(in, ci->arena, &b->live);
	for (size_t w = 0; w < BLOCK_WORDS; w++)
		ones += (u64)__builtin_popcountll(b->live[w]);
	in->bad |= ones != live - 1;
	b->live_count = (u32)ones;
	for (int i = 0; i < FLAG_COUNT; i++)
		bits_take(in, ci->arena, &b->flags[i]);
	for (int i = 0; i < COL_COUNT; i++)
		column_in(in, &ci->mill, &b->cols[i]);
	for (int i = 0; i < CODE_COUNT && !in->bad; i++)
		codes_in(in, ci, &b->codes[i], ci->dicts[i].n);
}

static void sets_out(struct out *o, struct arena *a, const struct pool *p, const struct id_sets *s)
{
	put_u64(o, s->sets.n);
	for (size_t i = 0; i < s->sets.n; i++) {
		put_u64(o, (u64)s->ids.v[i]);
		set_out(o, a, p, &s->sets.v[i]);
	}
}

static void sets_in(struct in *in, struct corp_index *ci, struct id_sets *s)
{
	u64 n = take_count(in, 24);
	for (u64 i = 0; i < n && !in->bad; i++) {
		i64 id = (i64)take_u64(in);
		set_in(in, &ci->pool, index_set_make(ci, s, id));
	}
}

static void kind_out(struct out *o, struct arena *a, const struct pool *p, const struct kind_days *k)
{
	put_u64(o, (u64)k->kind);
	put_u64(o, k->days.n);
	for (size_t i = 0; i < k->days.n; i++) {
		const struct day *d = &k->days.v[i];
		u64 planes = 0;
		for (int x = 0; x < DAY_PLANES; x++)
			planes |= (u64)(d->planes[x].blocks != 0) << x;
		put_u64(o, (u64)d->day);
		put_u64(o, planes);
		set_out(o, a, p, &d->any);
		for (int x = 0; x < DAY_PLANES; x++)
			if (planes >> x & 1)
				set_out(o, a, p, &d->planes[x]);
	}
}

static void kind_in(struct in *in, struct corp_index *ci)
{
	struct kind_days *k = index_kind_add(ci, (i64)take_u64(in));
	u64 n = take_count(in, 32);
	for (u64 i = 0; i < n && !in->bad; i++) {
		struct day *d = index_day(ci, k, (i64)take_u64(in));
		u64 planes = take_u64(in);
		set_in(in, &ci->pool, &d->any);
		for (int x = 0; x < DAY_PLANES && !in->bad; x++)
			if (planes >> x & 1)
				set_in(in, &ci->pool, &d->planes[x]);
	}
}

static void value_out(struct out *o, const struct value_column *v)
{
	put_u64(o, (u64)v->attr);
	put_u64(o, v->moments);
	dict_out(o, &v->dict);
	put_u64(o, v->cap);
	for (size_t i = 0; i < v->cap; i++) {
		column_out(o, &v->blocks[i].numbers);
		column_out(o, &v->blocks[i].codes);
	}
}

static void value_in(struct in *in, struct corp_index *ci)
{
	i64 attr = (i64)take_u64(in);
	struct value_column *v = index_value_add(ci, attr, take_u64(in) != 0);
	dict_in(in, ci, &v->dict, false);
	u64 n = take_count(in, 16);
	for (u64 i = 0; i < n && !in->bad; i++) {
		struct value_block *b = index_value_make(ci, v, i);
		column_in(in, &ci->mill, &b->numbers);
		column_in(in, &ci->mill, &b->codes);
		in->bad |= b->codes.v && b->codes.max > v->dict.n;
	}
}

/* ---- whole files ---- */

static void body_out(struct out *o, const struct corp_index *ci, struct arena *a, const struct snapshot_place *places, size_t count)
{
	put_u64(o, count);
	put(o, places, count * sizeof(*places));
	for (int i = 0; i < CODE_COUNT; i++)
		dict_out(o, &ci->dicts[i]);
	put_u64(o, ci->block_count);
	for (size_t k = 0; k < ci->block_count; k++)
		block_out(o, ci->blocks[k]);
	sets_out(o, a, &ci->pool, &ci->tags);
	sets_out(o, a, &ci->pool, &ci->staff);
	put_u64(o, ci->kinds.n);
	for (size_t i = 0; i < ci->kinds.n; i++)
		kind_out(o, a, &ci->pool, ci->kinds.v[i]);
	put_u64(o, ci->values.n);
	for (size_t i = 0; i < ci->values.n; i++)
		value_out(o, ci->values.v[i]);
}

bool snapshot_write(int fd, const struct corp_index *ci, struct arena *a, str uuid, const struct snapshot_place *places, size_t count)
{
	struct snapshot_head h = { .magic = "YTINDEX", .version = SNAPSHOT_VERSION, .head_bytes = sizeof(h), .layout = snapshot_layout(), .corp = ci->corp };
	struct out o = { .fd = fd, .buf = ARENA_ARRAY(a, u8, WRITE_BYTES), .sum = sum_first };
	memcpy(h.uuid, uuid.p, uuid.n < sizeof(h.uuid) ? uuid.n : sizeof(h.uuid));
	if (lseek(fd, sizeof(h), SEEK_SET) < 0)
		return false;
	body_out(&o, ci, a, places, count);
	sum_tail(&o.sum, o.buf, o.n);
	if (o.failed || !write_all(fd, o.buf, o.n))
		return false;
	h.body_bytes = o.bytes;
	h.body_sum = sum_end(&o.sum, o.bytes);
	h.sum = snapshot_sum(&h, offsetof(struct snapshot_head, sum));
	return lseek(fd, 0, SEEK_SET) == 0 && write_all(fd, (const u8 *)&h, sizeof(h));
}

bool snapshot_places(str *body, struct arena *a, struct snapshot_place **ret, size_t *ret_count)
{
	struct in in = { body->p, body->n, false };
	u64 n = take_count(&in, sizeof(**ret));
	const void *p = take(&in, n * sizeof(**ret));
	if (!p)
		return false;
	*ret = ARENA_ARRAY(a, struct snapshot_place, n + 1);
	memcpy(*ret, p, n * sizeof(**ret));
	*ret_count = n;
	*body = (str){ in.p, in.n };
	return true;
}

bool snapshot_read(str body, struct corp_index *ci)
{
	struct in in = { body.p, body.n, false };
	for (int i = 0; i < CODE_COUNT && !in.bad; i++)
		dict_in(&in, ci, &ci->dicts[i], true);
	u64 n = take_count(&in, 8);
	for (u64 k = 0; k < n && !in.bad; k++)
		block_in(&in, ci, k);
	sets_in(&in, ci, &ci->tags);
	sets_in(&in, ci, &ci->staff);
	n = take_count(&in, 16);
	for (u64 i = 0; i < n && !in.bad; i++)
		kind_in(&in, ci);
	n = take_count(&in, 24);
	for (u64 i = 0; i < n && !in.bad; i++)
		value_in(&in, ci);
	return !in.bad && in.n == 0;
}

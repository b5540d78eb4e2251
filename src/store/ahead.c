/*
 * ahead. Words are a query and its input; those whose input holds the current person's number are asked of the others
 * with theirs instead. An answer serves once: who asks again, asks the store.
 */
#include "store/ahead.h"

#include "base/map.h"
#include "store/store_int.h"

#define AHEAD_LEARN 2    /* persons whose reads teach the words */
#define AHEAD_PERSONS 32 /* asked about at once */
#define AHEAD_WORDS_MAX 128

struct words {
	const struct query *q;
	struct stmt *stmt;
	const char *in; /* as asked of `whom`; 0: it names nobody */
	i64 whom;
	struct ahead_ask kept; /* of nobody: the answer, while it stands */
};

struct ahead {
	struct arena *arena;
	i64 slot, corp;
	const i64 *customers;
	size_t count, from, upto; /* asked about: [from, upto) */
	struct imap places;
	size_t now, learned; /* the current person; how many were before her */
	VEC(struct words) words;
	size_t asked; /* how many words the answers are of */
	struct ahead_ask *answers;
};

static struct ahead *ahead_of(const struct snap *s) { return s->conn->ahead; }

void ahead_begin(struct tx *tx, const i64 *customers, size_t count)
{
	struct conn *c = tx->snap.conn;
	c->ahead = NULL;
	if (!c->ops->ahead || count <= AHEAD_LEARN)
		return;
	struct ahead *h = ARENA_NEW(tx->snap.arena, struct ahead);
	*h = (struct ahead){ .arena = tx->snap.arena, .slot = tx->snap.slot, .corp = tx->snap.corp, .customers = customers,
			      .count = count, .places = imap_new(tx->snap.arena) };
	for (size_t i = 0; i < count; i++)
		imap_put(&h->places, customers[i], (i64)i);
	h->now = count;
	c->ahead = h;
}

void ahead_end(struct tx *tx) { tx->snap.conn->ahead = NULL; }

static bool is_number(const struct field *f) { return f->type == FIELD_ID || f->type == FIELD_I64; }
static bool is_text(const struct field *f) { return f->type == FIELD_STR || f->type == FIELD_JSON || f->type == FIELD_BYTES; }

/* The input with the one number in the place of the other. */
static char *in_words(struct arena *a, const struct record *r, const char *in, i64 whom, i64 instead)
{
	char *copy = arena_alloc(a, r->size ? r->size : 1);
	memcpy(copy, in, r->size);
	for (size_t i = 0; i < r->count; i++) {
		i64 *n = (i64 *)(copy + r->fields[i].at);
		if (is_number(&r->fields[i]) && *n == whom)
			*n = instead;
	}
	return copy;
}

static bool names(const struct record *r, const char *in, i64 whom)
{
	for (size_t i = 0; i < r->count; i++)
		if (is_number(&r->fields[i]) && *(const i64 *)(in + r->fields[i].at) == whom)
			return true;
	return false;
}

static bool same_in(const struct record *r, const char *a, const char *b)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if (is_text(f)) {
			const str *x = (const str *)(a + f->at), *y = (const str *)(b + f->at);
			if (str_is_nil(*x) != str_is_nil(*y) || !str_eq(*x, *y))
				return false;
		} else if (f->type == FIELD_BOOL ? *(const bool *)(a + f->at) != *(const bool *)(b + f->at)
						 : *(const i64 *)(a + f->at) != *(const i64 *)(b + f->at)) {
			return false;
		}
	}
	return true;
}

static bool askable(const struct query *q)
{
	if (q->kind != QUERY_ONE && q->kind != QUERY_MANY)
		return false;
	for (size_t i = 0; i < q->in->count; i++)
		if (q->in->fields[i].type >= FIELD_OBJ)
			return false;
	return true;
}

void ahead_learn(const struct snap *s, const struct query *q, struct stmt *st, const void *in)
{
	struct ahead *h = ahead_of(s);
	bool ours = s->slot == h->slot && s->corp == h->corp && h->now < h->count;
	if (!ours || h->words.n == AHEAD_WORDS_MAX || st->temporary || !askable(q))
		return;
	i64 whom = h->customers[h->now];
	if (!names(q->in, in, whom))
		whom = 0;
	for (size_t i = 0; i < h->words.n; i++) {
		struct words *w = &h->words.v[i];
		if (w->q != q || (w->whom != 0) != (whom != 0))
			continue;
		if (same_in(q->in, in, whom ? in_words(h->arena, q->in, w->in, w->whom, whom) : w->in))
			return;
	}
	struct words w = { .q = q, .stmt = st, .in = in_words(h->arena, q->in, in, 0, 0), .whom = whom };
	for (size_t i = 0; i < q->in->count; i++)
		if (is_text(&q->in->fields[i])) {
			str *t = (str *)(w.in + q->in->fields[i].at);
			*t = str_is_nil(*t) ? STR_NIL : arena_dup(h->arena, *t);
		}
	vec_push(h->arena, &h->words, w);
}

static void copy_out(const struct snap *s, const struct query *q, const struct ahead_ask *a, void **ret, size_t *ret_n)
{
	*ret_n = a->n;
	*ret = arena_alloc(s->arena, a->n * q->out->size + 1);
	memcpy(*ret, a->rows, a->n * q->out->size);
}

bool ahead_take(const struct snap *s, const struct query *q, const void *in, void **ret, size_t *ret_n)
{
	struct ahead *h = ahead_of(s);
	size_t at = h->now - h->from;
	bool asked = h->now >= h->from && h->now < h->upto;
	for (size_t i = 0; i < h->words.n; i++) {
		struct words *w = &h->words.v[i];
		struct ahead_ask *a = w->whom ? &h->answers[at * h->asked + i] : &w->kept;
		if (w->q != q || (w->whom && (!asked || i >= h->asked)) || !a->there || h->slot != s->slot || h->corp != s->corp ||
		    !same_in(q->in, a->in, in))
			continue;
		copy_out(s, q, a, ret, ret_n);
		a->there = !w->whom;
		return true;
	}
	return false;
}

/* A person's answers from a table that is written are none any more, and nobody's. */
void ahead_written(const struct snap *s, const char *table)
{
	struct ahead *h = ahead_of(s);
	bool asked = h->now >= h->from && h->now < h->upto;
	for (size_t i = 0; i < h->words.n; i++) {
		if (!strstr(h->words.v[i].q->sql, table))
			continue;
		h->words.v[i].kept.there = false;
		if (asked && i < h->asked)
			h->answers[(h->now - h->from) * h->asked + i].there = false;
	}
}

static err ask(struct tx *tx, struct ahead *h)
{
	const struct snap *s = &tx->snap;
	size_t n = 0, most = h->count - h->now < AHEAD_PERSONS ? h->count - h->now : AHEAD_PERSONS;
	h->from = h->now;
	h->upto = h->now + most;
	h->asked = h->words.n;
	h->answers = ARENA_ARRAY(h->arena, struct ahead_ask, most * h->asked + 1);
	struct ahead_ask **asks = ARENA_ARRAY(h->arena, struct ahead_ask *, (most + 1) * (h->asked + 1));
	for (size_t i = 0; i < h->asked; i++) {
		struct words *w = &h->words.v[i];
		if (!w->whom && !w->kept.there) {
			w->kept = (struct ahead_ask){ .stmt = w->stmt, .in = w->in };
			asks[n++] = &w->kept;
		}
		for (size_t k = 0; w->whom && k < most; k++) {
			struct ahead_ask *a = &h->answers[k * h->asked + i];
			*a = (struct ahead_ask){ .stmt = w->stmt,
						 .in = in_words(h->arena, w->q->in, w->in, w->whom, h->customers[h->now + k]) };
			asks[n++] = a;
		}
	}
	return n ? s->conn->ops->ahead(s->conn, s, asks, n) : OK;
}

err ahead_at(struct tx *tx, i64 customer)
{
	struct ahead *h = ahead_of(&tx->snap);
	i64 place;
	if (!h || !imap_get(&h->places, customer, &place))
		return OK;
	h->now = (size_t)place;
	if (h->learned++ < AHEAD_LEARN || h->now < h->upto)
		return OK;
	err e = ask(tx, h);
	return e == OK ? OK : conn_failed(tx->snap.conn, e);
}

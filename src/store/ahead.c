/*
 * Reading ahead. What a site asks is kept for the life of the process as forms: a query and an input in which one field is
 * the person. A form is read ahead when a quarter of the site's persons were asked about by it; one query has few forms, so
 * that inputs which never come again are soon learned no more.
 */
#include "store/ahead_int.h"

#include <stdlib.h>

#define FORMS_OF_QUERY 24
#define FORMS_OF_SITE 1024
#define FORM_SEEN_MIN 8
#define FORM_SHARE 4       /* of the persons of a site: one in so many */
#define PEOPLE_MAX 4096    /* then older ones count for half */
#define READS_MAX 200      /* of one message */
#define KEPT_MAX 4000      /* answers of one transaction */
#define KEPT_ROWS 50       /* of one answer */
#define MEMORY_MAX ((size_t)16 << 20)

struct site {
	struct site *next;
	i64 id, people;
	struct ahead_form *forms;
	size_t count;
	bool off; /* the server refused */
};

struct ahead_memory {
	pthread_mutex_t lock;
	struct arena *arena;
	struct site *sites;
	struct imap queries; /* query -> form of it that is about nobody; NULL: not to be kept */
};

/* An answer to a question about nobody in particular, or one of ahead_ask. */
struct kept {
	struct kept *next, *before; /* of the query; of all */
	const struct ahead_form *form;
	const void *in;
	i64 corp, slot;
	void *rows;
	size_t n;
	bool gone;
};

struct ahead {
	struct arena *arena; /* of its own: handlers take theirs back */
	struct site *site;
	i64 site_id, key, scope;
	struct ahead_read *reads;
	struct imap kept; /* query -> the newest of its answers */
	struct kept *all;
	size_t kept_count;
};

struct ahead_memory *ahead_memory_new(void)
{
	struct ahead_memory *m = calloc(1, sizeof(*m));
	ASSERT(m);
	pthread_mutex_init(&m->lock, NULL);
	m->arena = arena_new(MEMORY_MAX);
	m->queries = imap_new(m->arena);
	return m;
}

void ahead_memory_free(struct ahead_memory *m)
{
	if (!m)
		return;
	pthread_mutex_destroy(&m->lock);
	arena_free(m->arena);
	free(m);
}

/* ---- what a query reads ---- */

static bool word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/* The text holds these words, with nothing grown on them. */
static bool holds(str text, str words)
{
	for (i64 at = 0, found; (found = str_find(str_sub(text, (size_t)at, text.n), words)) >= 0; at += found + 1) {
		size_t from = (size_t)(at + found), to = from + words.n;
		if ((from == 0 || !word_char(text.p[from - 1])) && (to == text.n || !word_char(text.p[to])))
			return true;
	}
	return false;
}

static bool by_column(struct arena *a, str text, const char *column) { return holds(text, arena_printf(a, "%s = :%s", column, column)); }

static bool is_one_of(str word, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_c(word, *words))
			return true;
	return false;
}

/* What follows FROM or JOIN, and the commas of a FROM. False: too many tables to be followed, or none. */
static bool form_tables(struct store *st, struct ahead_form *form)
{
	static const char *const begin[] = { "FROM", "JOIN", NULL }, *const end[] = { "WHERE", "ON", "ORDER", "GROUP", "LIMIT", "UNION", NULL };
	str sql = str_c(form->q->sql);
	bool expect = false, list = false;
	for (size_t from = 0, to; from < sql.n; from = to) {
		for (to = from; to < sql.n && word_char(sql.p[to]);)
			to++;
		str word = str_sub(sql, from, to);
		if (word.n == 0) {
			expect |= list && sql.p[from] == ',';
			list &= sql.p[from] != '(' && sql.p[from] != ')';
			to = from + 1;
			continue;
		}
		if (expect && map_get(&st->tables, word)) {
			if (form->table_count == AHEAD_TABLES)
				return false;
			form->tables[form->table_count++] = word;
		}
		list = (list || expect) && !is_one_of(word, end);
		expect = is_one_of(word, begin);
	}
	struct arena *a = arena_new(1 << 16);
	form->own = form->table_count == 1 && form->key && by_column(a, sql, form->key->name);
	arena_free(a);
	return form->table_count > 0;
}

/* Which person's rows a write touches, when that can be told from its text. */
static bool written_whose(const struct query *q, const char *column, const void *in, i64 *ret)
{
	const struct field *field = record_field(q->in, str_c(column));
	struct arena *a = arena_new(1 << 16);
	str sql = str_c(q->sql);
	i64 where = str_find(sql, STR("WHERE"));
	bool told = false;
	if (field && (field->type == FIELD_ID || field->type == FIELD_I64)) {
		*ret = *(const i64 *)((const char *)in + field->at);
		str head = str_sub(sql, 0, where < 0 ? sql.n : (size_t)where), tail = str_sub(sql, head.n, sql.n);
		if (holds(sql, STR("INSERT")))
			told = holds(sql, STR("VALUES")) && str_find(sql, arena_printf(a, ":%s", column)) >= 0;
		else
			told = by_column(a, tail, column) && !holds(head, arena_printf(a, "%s =", column));
	}
	arena_free(a);
	return told;
}

/* ---- forms ---- */

static bool same_value(const struct field *f, const void *a, const void *b)
{
	const char *x = (const char *)a + f->at, *y = (const char *)b + f->at;
	switch (f->type) {
	case FIELD_STR:
	case FIELD_JSON:
	case FIELD_BYTES:
		return str_is_nil(*(const str *)x) == str_is_nil(*(const str *)y) && str_eq(*(const str *)x, *(const str *)y);
	case FIELD_BOOL:
		return *(const bool *)x == *(const bool *)y;
	default:
		return memcmp(x, y, sizeof(i64)) == 0;
	}
}

static bool form_fits(const struct ahead_form *form, const struct query *q, const void *in)
{
	if (form->q != q)
		return false;
	for (size_t i = 0; i < q->in->count; i++)
		if (&q->in->fields[i] != form->key && !same_value(&q->in->fields[i], form->in, in))
			return false;
	return true;
}

/* The one field that is her; NULL: none, several, or an input of another shape. */
static const struct field *key_field(const struct query *q, const void *in, i64 key)
{
	const struct field *found = NULL;
	for (size_t i = 0; i < q->in->count; i++) {
		const struct field *f = &q->in->fields[i];
		if (f->type >= FIELD_OBJ)
			return NULL;
		if ((f->type != FIELD_ID && f->type != FIELD_I64) || *(const i64 *)((const char *)in + f->at) != key)
			continue;
		if (found)
			return NULL;
		found = f;
	}
	return found;
}

/* The query for many; NULL when its text is none that stands inside another. */
static struct plan *plan_for_many(struct arena *a, const struct plan *p, const struct field *key, size_t *ret_param)
{
	struct plan *many = ARENA_NEW(a, struct plan);
	struct buf b = buf_new(a, MEMORY_MAX);
	str sql = str_c(p->sql);
	size_t n = 0;
	while (n < p->param_count && !(p->params[n].from == PARAM_FIELD && p->params[n].at == key->at))
		n++;
	if (n == p->param_count || holds(sql, STR("OFFSET")) || holds(sql, STR("FOR")))
		return NULL;
	str name = arena_printf(a, "$%zu", n + 1);
	buf_fmt(&b, "SELECT k.n AS ahead_n, q.* FROM unnest(%.*s) WITH ORDINALITY AS k(v, n) CROSS JOIN LATERAL (", STR_F(name));
	for (i64 at; (at = str_find(sql, name)) >= 0;) {
		size_t to = (size_t)at + name.n;
		bool whole = to == sql.n || sql.p[to] < '0' || sql.p[to] > '9';
		buf_add(&b, str_sub(sql, 0, (size_t)at));
		buf_add(&b, whole ? STR("k.v") : name);
		sql = str_sub(sql, to, sql.n);
	}
	buf_add(&b, sql);
	buf_add_c(&b, " OFFSET 0) AS q");
	*many = *p;
	many->sql = arena_cstr(a, buf_str(&b));
	*ret_param = n;
	return many;
}

static void *copies_of(struct arena *a, const struct record *r, const void *of, size_t n)
{
	char *copies = arena_alloc(a, (n + 1) * r->size);
	if (n)
		memcpy(copies, of, n * r->size);
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if (f->type != FIELD_STR && f->type != FIELD_JSON && f->type != FIELD_BYTES)
			continue;
		for (size_t k = 0; k < n; k++) {
			str *text = (str *)(copies + k * r->size + f->at);
			*text = arena_dup(a, *text);
		}
	}
	return copies;
}

static void *copy_of(struct arena *a, const struct record *r, const void *of) { return copies_of(a, r, of, 1); }

/* A new form; under the memory's lock. */
static struct ahead_form *form_new(struct store *st, struct arena *a, const struct query *q, const void *in, const struct field *key)
{
	struct fail ignored = { 0 };
	struct ahead_form *form = ARENA_NEW(a, struct ahead_form);
	form->q = q;
	form->key = key;
	form->in = copy_of(a, q->in, in);
	if (form_tables(st, form) && plan_get(st, q, &form->one, &ignored) == OK)
		form->plan = plan_for_many(a, form->one, key, &form->key_param);
	return form;
}

static void learn(struct store *st, struct ahead *h, const struct query *q, const void *in)
{
	struct ahead_memory *m = st->ahead;
	const struct field *key = key_field(q, in, h->key);
	struct ahead_form *form;
	size_t same = 0;
	if (!key)
		return;
	pthread_mutex_lock(&m->lock);
	for (form = h->site->forms; form; form = form->next) {
		same += form->q == q;
		if (form->key == key && form_fits(form, q, in))
			break;
	}
	if (form) {
		form->seen++;
	} else if (same < FORMS_OF_QUERY && h->site->count < FORMS_OF_SITE && arena_used(m->arena) < MEMORY_MAX / 2) {
		form = form_new(st, m->arena, q, in, key);
		form->born = h->site->people;
		form->seen = 1;
		form->next = h->site->forms;
		h->site->forms = form;
		h->site->count++;
	}
	pthread_mutex_unlock(&m->lock);
}

static struct site *site_of(struct ahead_memory *m, i64 id)
{
	struct site *s = m->sites;
	while (s && s->id != id)
		s = s->next;
	if (!s) {
		s = ARENA_NEW(m->arena, struct site);
		*s = (struct site){ .next = m->sites, .id = id };
		m->sites = s;
	}
	return s;
}

/* Counts the persons and chooses what is asked about most of them. */
static size_t site_forms(struct ahead_memory *m, struct site *site, size_t people, struct ahead_form **ret)
{
	size_t n = 0;
	pthread_mutex_lock(&m->lock);
	for (struct ahead_form *f = site->forms; f; f = f->next) {
		if (f->plan && f->seen >= FORM_SEEN_MIN && f->seen * FORM_SHARE >= site->people - f->born && n < READS_MAX)
			ret[n++] = f;
		if (site->people > PEOPLE_MAX) {
			f->seen /= 2;
			f->born /= 2;
		}
	}
	site->people = (site->people > PEOPLE_MAX ? site->people / 2 : site->people) + (i64)people;
	n = site->off ? 0 : n;
	pthread_mutex_unlock(&m->lock);
	return n;
}

/* ---- in a transaction ---- */

static struct ahead *ahead_of(const struct snap *s)
{
	struct conn *c = s->conn;
	if (!c->ahead) {
		struct arena *a = arena_new(ARENA_MAX_DEFAULT);
		c->ahead = ARENA_NEW(a, struct ahead);
		*c->ahead = (struct ahead){ .arena = a, .scope = s->scope, .kept = imap_new(a) };
	}
	return c->ahead;
}

void ahead_end(struct conn *c)
{
	if (c->ahead)
		arena_free(c->ahead->arena);
	c->ahead = NULL;
}

void ahead_forget(struct conn *c)
{
	struct ahead *h = c->ahead;
	if (!h)
		return;
	h->reads = NULL;
	h->all = NULL;
	h->kept = imap_new(h->arena);
}

void ahead_about(const struct snap *s, i64 site, i64 key)
{
	struct store *st = s->unit->store;
	if (!st->ahead)
		return;
	struct ahead *h = ahead_of(s);
	if (key && (!h->site || h->site_id != site)) {
		pthread_mutex_lock(&st->ahead->lock);
		h->site = site_of(st->ahead, site);
		pthread_mutex_unlock(&st->ahead->lock);
		h->site_id = site;
	}
	h->key = key;
}

err ahead_read(const struct snap *s, i64 site, const i64 *keys, size_t count)
{
	struct store *st = s->unit->store;
	if (!st->ahead || count == 0)
		return OK;
	struct ahead *h = ahead_of(s);
	struct arena *a = h->arena;
	struct snap own = *s;
	own.arena = a;
	struct imap at = imap_new(a);
	i64 *once = ARENA_ARRAY(a, i64, count);
	struct ahead_form **forms = ARENA_ARRAY(a, struct ahead_form *, READS_MAX);
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		if (keys[i] && imap_put(&at, keys[i], (i64)n))
			once[n++] = keys[i];
	if (n == 0)
		return OK;
	ahead_about(s, site, once[0]);
	ahead_about(s, site, 0);
	size_t form_count = site_forms(st->ahead, h->site, n, forms);
	if (form_count == 0)
		return OK;
	struct ahead_read *reads = ARENA_ARRAY(a, struct ahead_read, form_count);
	for (size_t i = 0; i < form_count; i++) {
		reads[i] = (struct ahead_read){ .form = forms[i], .corp = s->corp, .slot = s->slot, .at = imap_new(a) };
		for (size_t k = 0; k < n; k++)
			imap_put(&reads[i].at, once[k], (i64)k);
	}
	err e = st->ops->read_ahead(s->conn, &own, reads, form_count, once, n);
	if (e != OK) {
		/* Once more, without. */
		pthread_mutex_lock(&st->ahead->lock);
		h->site->off |= e != ERR_BUSY;
		pthread_mutex_unlock(&st->ahead->lock);
		return conn_failed(s->conn, ERR_BUSY);
	}
	for (size_t i = 0; i < form_count; i++) {
		reads[i].next = h->reads;
		h->reads = &reads[i];
	}
	return OK;
}

/* ---- answers that are kept ---- */

static const struct ahead_form *form_of_query(struct store *st, const struct query *q)
{
	struct ahead_memory *m = st->ahead;
	i64 found = 0;
	pthread_mutex_lock(&m->lock);
	if (!imap_get(&m->queries, (i64)(intptr_t)q, &found)) {
		struct ahead_form *form = ARENA_NEW(m->arena, struct ahead_form);
		form->q = q;
		found = form_tables(st, form) ? (i64)(intptr_t)form : 0;
		imap_put(&m->queries, (i64)(intptr_t)q, found);
	}
	pthread_mutex_unlock(&m->lock);
	return (const struct ahead_form *)(intptr_t)found;
}

static void keep(struct ahead *h, const struct snap *s, const struct ahead_form *form, const void *in, i64 slot, void *rows, size_t n)
{
	struct kept *k = ARENA_NEW(h->arena, struct kept);
	i64 before = 0;
	imap_get(&h->kept, (i64)(intptr_t)form->q, &before);
	*k = (struct kept){ (struct kept *)(intptr_t)before, h->all, form, copy_of(h->arena, form->q->in, in), s->corp, slot, rows, n, false };
	imap_put(&h->kept, (i64)(intptr_t)form->q, (i64)(intptr_t)k);
	h->all = k;
	h->kept_count++;
}

void ahead_keep(const struct snap *s, const struct query *q, const void *in, const void *rows, size_t n)
{
	struct ahead *h = s->conn->ahead;
	if (!h || !h->key || n > KEPT_ROWS || h->kept_count == KEPT_MAX || key_field(q, in, h->key))
		return;
	const struct ahead_form *form = form_of_query(s->unit->store, q);
	if (!form)
		return;
	keep(h, s, form, in, s->slot, copies_of(h->arena, q->out, rows, n), n);
}

err ahead_ask(const struct snap *s, const struct query *q, const void *in, const i64 *slots, size_t count)
{
	struct store *st = s->unit->store;
	const struct ahead_form *form = st->ahead && count > 1 ? form_of_query(st, q) : NULL;
	if (!form)
		return OK;
	struct ahead *h = ahead_of(s);
	struct ahead_got *got = ARENA_ARRAY(h->arena, struct ahead_got, count);
	struct snap own = *s;
	char *rows;
	own.arena = h->arena;
	TRY(st->ops->ask(s->conn, &own, q, in, slots, count, &rows, got));
	for (size_t i = 0; i < count; i++)
		keep(h, s, form, (const char *)in + i * q->in->size, slots[i], rows + got[i].first * q->out->size, got[i].n);
	return OK;
}

static bool kept_has(struct ahead *h, const struct snap *s, const struct query *q, const void *in, const void **ret, size_t *ret_count)
{
	i64 at;
	if (!imap_get(&h->kept, (i64)(intptr_t)q, &at))
		return false;
	for (struct kept *k = (struct kept *)(intptr_t)at; k; k = k->next) {
		bool same = !k->gone && k->corp == s->corp && k->slot == s->slot;
		for (size_t i = 0; same && i < q->in->count; i++)
			same = same_value(&q->in->fields[i], k->in, in);
		if (!same)
			continue;
		*ret = k->rows;
		*ret_count = k->n;
		return true;
	}
	return false;
}

static bool read_has(struct ahead *h, const struct snap *s, const struct query *q, const void *in, const void **ret, size_t *ret_count)
{
	struct ahead_memory *m = s->unit->store->ahead;
	i64 place;
	for (struct ahead_read *r = h->reads; r; r = r->next) {
		if (r->form->q != q || r->gone || r->corp != s->corp || r->slot != s->slot ||
		    !imap_get(&r->at, *(const i64 *)((const char *)in + r->form->key->at), &place) || place < 0 || !form_fits(r->form, q, in))
			continue;
		*ret = r->rows + r->got[place].first * q->out->size;
		*ret_count = r->got[place].n;
		pthread_mutex_lock(&m->lock); /* other threads count on the same form */
		r->form->seen++;
		pthread_mutex_unlock(&m->lock);
		return true;
	}
	return false;
}

bool ahead_has(const struct snap *s, const struct query *q, const void *in, void **ret_rows, size_t *ret_count)
{
	struct ahead *h = s->conn->ahead;
	const void *rows;
	if (!h || s->scope != h->scope)
		return false;
	if (read_has(h, s, q, in, &rows, ret_count) || kept_has(h, s, q, in, &rows, ret_count)) {
		*ret_rows = copies_of(s->arena, q->out, rows, *ret_count);
		return true;
	}
	if (h->key)
		learn(s->unit->store, h, q, in);
	return false;
}

static bool form_reads(const struct ahead_form *form, const char *table)
{
	for (size_t i = 0; i < form->table_count; i++)
		if (str_eq_c(form->tables[i], table))
			return true;
	return false;
}

void ahead_written(struct tx *tx, const struct query *q, const char *table, const void *in, size_t count)
{
	struct ahead *h = tx->snap.conn->ahead;
	for (struct ahead_read *r = h ? h->reads : NULL; r; r = r->next) {
		bool touched = form_reads(r->form, table);
		for (size_t i = 0; i < count && touched && !r->gone; i++) {
			const void *one = (const char *)in + i * q->in->size;
			i64 whose = 0;
			if (r->form->own && written_whose(q, r->form->key->name, one, &whose))
				imap_put(&r->at, whose, -1);
			else
				r->gone = true;
		}
	}
	for (struct kept *k = h ? h->all : NULL; k; k = k->before)
		k->gone |= form_reads(k->form, table);
}

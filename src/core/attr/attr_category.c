/*
 * attr_category: keeping the set of one person, and finding which categories there are.
 */
#include "core/attr/attr_category.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"
#include "core/attr/attr_data.h"

#include <stdlib.h>


str attr_category_name(str told)
{
	str name = str_trim(told);
	return name.n ? str_utf8_head(name, ATTR_TEXT_MAX) : STR_NIL;
}

i64 attr_category_id(str name) { return ATTR_CATEGORY_FROM + (i64)(hash_mix(hash64(name)) & (u64)(ATTR_CATEGORY_FROM - 1)); }

static int by_name(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

static size_t sorted(str *v, size_t count)
{
	size_t n = 0;
	if (count)
		qsort(v, count, sizeof(*v), by_name);
	for (size_t i = 0; i < count; i++)
		if (!n || !str_eq(v[n - 1], v[i]))
			v[n++] = v[i];
	return n < ATTR_CATEGORIES_MAX ? n : ATTR_CATEGORIES_MAX;
}

/* All names that fit, and a sign when some do not. */
static str names_text(struct arena *a, const str *v, size_t n)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	size_t chars = 0;
	for (size_t i = 0; i < n; i++) {
		chars += str_utf8_len(v[i]) + (i > 0);
		if (chars > ATTR_TEXT_MAX - 2 && (i + 1 < n || chars > ATTR_TEXT_MAX)) {
			buf_add_c(&b, b.n ? "、…" : "…");
			break;
		}
		buf_add_c(&b, i ? "、" : "");
		buf_add(&b, v[i]);
	}
	return buf_str(&b);
}

static err put_flags(struct tx *tx, i64 root, const str *v, size_t n)
{
	struct imap there = imap_new(tx->snap.arena), wanted = imap_new(tx->snap.arena);
	struct attr_value *old;
	size_t m;
	i64 any;
	TRY(attr_values_of(&tx->snap, root, &old, &m));
	for (size_t i = 0; i < m; i++)
		imap_put(&there, old[i].attr, 1);
	for (size_t i = 0; i < n; i++) {
		i64 attr = attr_category_id(v[i]);
		imap_put(&wanted, attr, 1);
		if (!imap_get(&there, attr, &any))
			TRY(attr_value_put(tx, &(struct attr_value){ root, attr, 1, v[i] }));
	}
	for (size_t i = 0; i < m; i++)
		if (attr_is_category(old[i].attr) && !imap_get(&wanted, old[i].attr, &any))
			TRY(attr_value_put(tx, &(struct attr_value){ root, old[i].attr, NIL, STR_NIL }));
	return OK;
}

err attr_categories_put(struct tx *tx, i64 root, str *names, size_t count)
{
	struct attr_value was, now = { root, ATTR_ID_CATEGORIES, NIL, STR_NIL };
	size_t n = sorted(names, count);
	TRY(attr_value_get(&tx->snap, root, ATTR_ID_CATEGORIES, &was));
	if (n == 0 && was.n == NIL)
		return OK;
	TRY(put_flags(tx, root, names, n));
	if (n)
		now = (struct attr_value){ root, ATTR_ID_CATEGORIES, (i64)n, names_text(tx->snap.arena, names, n) };
	return was.n == now.n && str_eq(was.t, now.t) ? OK : attr_value_put(tx, &now);
}

err attr_categories_of(const struct snap *s, i64 root, str **ret, size_t *ret_count)
{
	struct attr_value *v;
	size_t n;
	TRY(attr_values_of(s, root, &v, &n));
	*ret = ARENA_ARRAY(s->arena, str, n + 1);
	*ret_count = 0;
	for (size_t i = 0; i < n; i++)
		if (attr_is_category(v[i].attr))
			(*ret)[(*ret_count)++] = v[i].t;
	*ret_count = sorted(*ret, *ret_count);
	return OK;
}

/* ---- which there are ---- */

struct found { struct imap seen; VEC(str) names; };

/* One look into the index of the slot for each category. */
static err of_slot(const struct snap *s, struct found *f)
{
	struct attr_value row;
	i64 after = ATTR_CATEGORY_FROM - 1;
	for (size_t i = 0; i < ATTR_CATEGORIES_SHOWN_MAX; i++) {
		err e = attr_next_of(s, &(struct attr_between){ after, 2 * ATTR_CATEGORY_FROM }, &row);
		if (e == ERR_NOT_FOUND)
			return OK;
		TRY(e);
		if (imap_put(&f->seen, row.attr, 1))
			vec_push(s->unit->arena, &f->names, arena_dup(s->unit->arena, row.t));
		after = row.attr;
	}
	return OK;
}

err attr_categories_of_corp(struct unit *u, str **ret, size_t *ret_count)
{
	i64 *slots = ARENA_ARRAY(u->arena, i64, SLOT_COUNT);
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	struct found f = { .seen = imap_new(u->arena) };
	for (size_t i = 0; i < n && i < SLOT_COUNT && f.names.n < ATTR_CATEGORIES_SHOWN_MAX; i++)
		TRY(READ_SNAP(u, slots[i], of_slot(snap, &f)));
	if (f.names.n)
		qsort(f.names.v, f.names.n, sizeof(*f.names.v), by_name);
	*ret = f.names.v;
	*ret_count = f.names.n < ATTR_CATEGORIES_SHOWN_MAX ? f.names.n : ATTR_CATEGORIES_SHOWN_MAX;
	return OK;
}

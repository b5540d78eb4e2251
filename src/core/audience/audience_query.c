/*
 * Questions answered by the index: how many, who, a sample, a page.
 *
 * Each is a walk over the blocks under the read lock. Nothing as large as the corp is made: what has to look
 * twice evaluates twice. Where the process keeps no index (a command beside nothing), counting and selecting go by SQL.
 */
#include "core/audience/audience_data.h"
#include "core/audience/expr_eval.h"

#include "base/hash.h"

#include <stdlib.h>

err ask(struct unit *u, const struct expr *e, const struct expr_attr *const *attrs, size_t count, struct asked *ret)
{
	struct expr_today today = expr_today(u);
	struct ids scope = { 0 };
	if (!u->env || !u->env->audience)
		return fail_set(&u->fail, ERR_UNAVAILABLE, T_OK, STR_NIL, STR("audience"), STR_NIL);
	if (u->scope) {
		struct audience_staff *rows;
		TRY(READ_SNAP(u, slot_base(u->store, u->corp), audience_scope_staff(snap, &(struct none){ 0 }, &rows, &scope.n)));
		scope.v = ARENA_ARRAY(u->arena, i64, scope.n + 1);
		for (size_t i = 0; i < scope.n; i++)
			scope.v[i] = rows[i].staff;
	}
	TRY(index_open(u, &(struct index_ask){ e, attrs, count }, &ret->ci));
	ret->ev = eval_new(ret->ci, u->arena, e, &today, u->scope ? &scope : NULL);
	return OK;
}

static bool indexed(const struct unit *u) { return u->env && u->env->audience; }

err audience_count(struct unit *u, const struct expr *e, i64 *ret_count, i64 *ret_total)
{
	struct asked a;
	if (!indexed(u)) {
		struct expr all = { .op = EXPR_ATTR, .attr = expr_attr_of(STR("orders")), .cmp = CMP_KNOWN };
		TRY(audience_count_sql(u, e, ret_count));
		return ret_total ? audience_count_sql(u, &all, ret_total) : OK;
	}
	struct arena_mark mark = arena_mark(u->arena);
	i64 total;
	TRY(ask(u, e, NULL, 0, &a));
	eval_count(a.ev, ret_count, ret_total ? ret_total : &total);
	index_close(a.ci);
	arena_reset(u->arena, mark);
	return OK;
}

static i64 member(const struct asked *a, size_t block, u16 id)
{
	return id_customer(a->ci->corp, (u32)(block << BLOCK_BITS) | id);
}

static err select_sql(struct unit *u, const struct expr *e, i64 after, size_t limit, i64 **ret, size_t *ret_count)
{
	size_t n, from = 0;
	TRY(audience_select_sql(u, e, ret, &n));
	while (from < n && (*ret)[from] <= after)
		from++;
	*ret += from;
	*ret_count = n - from < limit ? n - from : limit;
	return OK;
}

err audience_select(struct unit *u, const struct expr *e, i64 after, size_t limit, i64 **ret, size_t *ret_count)
{
	struct asked a;
	VEC(i64) found = { 0 };
	if (!indexed(u))
		return select_sql(u, e, after, limit, ret, ret_count);
	TRY(ask(u, e, NULL, 0, &a));
	u64 first = after < id_customer(a.ci->corp, 0) ? 0 : (u64)(after - id_customer(a.ci->corp, 0)) + 1;
	for (size_t k = first >> BLOCK_BITS; k < a.ci->block_count && found.n < limit; k++) {
		const u16 *ids;
		u32 n = eval_list(a.ev, eval_block(a.ev, k, NULL), &ids);
		for (u32 i = 0; i < n && found.n < limit; i++)
			if (((u64)k << BLOCK_BITS | ids[i]) >= first)
				vec_push(u->arena, &found, member(&a, k, ids[i]));
	}
	index_close(a.ci);
	*ret = found.v ? found.v : ARENA_ARRAY(u->arena, i64, 1);
	*ret_count = found.n;
	return OK;
}

static int ascending(const void *a, const void *b)
{
	i64 x = *(const i64 *)a, y = *(const i64 *)b;
	return (x > y) - (x < y);
}

/* n different ranks below total, each set equally likely (Floyd), ascending. */
static i64 *ranks(struct arena *a, u64 seed, i64 total, size_t n)
{
	struct imap taken = imap_new(a);
	i64 *ret = ARENA_ARRAY(a, i64, n + 1);
	for (size_t i = 0; i < n; i++) {
		i64 top = total - (i64)n + (i64)i;
		i64 r = (i64)(hash_mix(seed ^ hash_mix(i + 1)) % (u64)(top + 1));
		if (!imap_put(&taken, r, 1)) {
			r = top;
			imap_put(&taken, r, 1);
		}
		ret[i] = r;
	}
	qsort(ret, n, sizeof(*ret), ascending);
	return ret;
}

err audience_sample(struct unit *u, const struct expr *e, u64 seed, size_t n, i64 **ret, size_t *ret_count)
{
	struct asked a;
	i64 rank = 0, count = 0;
	size_t found = 0;
	TRY(ask(u, e, NULL, 0, &a));
	u32 *in = ARENA_ARRAY(u->arena, u32, a.ci->block_count + 1);
	for (size_t k = 0; k < a.ci->block_count; k++)
		count += in[k] = eval_block(a.ev, k, NULL).n;
	if (n > (size_t)count)
		n = (size_t)count;
	i64 *want = ranks(u->arena, seed, count, n);
	*ret = ARENA_ARRAY(u->arena, i64, n + 1);
	for (size_t k = 0; k < a.ci->block_count && found < n; rank += in[k++]) {
		const u16 *ids;
		if (want[found] >= rank + in[k])
			continue;
		eval_list(a.ev, eval_block(a.ev, k, NULL), &ids);
		for (; found < n && want[found] < rank + in[k]; found++)
			(*ret)[found] = member(&a, k, ids[want[found] - rank]);
	}
	index_close(a.ci);
	*ret_count = found;
	return OK;
}

/* ---- pages ---- */

struct ranked { i64 key, customer; };

static bool below(struct ranked a, struct ranked b) { return a.key != b.key ? a.key < b.key : a.customer < b.customer; }

/* The lowest of the best is at the top, so that it can be pushed out. */
static void sink(struct ranked *heap, size_t n, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && below(heap[child + 1], heap[child]))
			child++;
		if (!below(heap[child], heap[at]))
			return;
		struct ranked t = heap[at];
		heap[at] = heap[child];
		heap[child] = t;
	}
}

static int descending(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	return below(*x, *y) ? 1 : below(*y, *x) ? -1 : 0;
}

/* spent: the moments of the other columns are kept in seconds. */
static size_t best(const struct asked *a, int col, struct ranked last, size_t limit, struct ranked *heap)
{
	size_t n = 0;
	for (size_t k = 0; k < a->ci->block_count; k++) {
		const u16 *ids;
		u32 count = eval_list(a->ev, eval_block(a->ev, k, NULL), &ids);
		for (u32 i = 0; i < count; i++) {
			i64 key = column_get(&a->ci->blocks[k]->cols[col], ids[i]);
			struct ranked r = { key == NIL || col == COL_SPENT ? key : key * 1000, member(a, k, ids[i]) };
			if (last.customer && !below(r, last))
				continue;
			if (n < limit) {
				heap[n++] = r;
				for (size_t j = n / 2; n == limit && j-- > 0;)
					sink(heap, n, j);
			} else if (below(heap[0], r)) {
				heap[0] = r;
				sink(heap, n, 0);
			}
		}
	}
	return n;
}

err audience_page(struct unit *u, const struct expr *e, str sort, i64 last_key, i64 last_customer, size_t limit,
		  i64 **ret, i64 **ret_keys, size_t *ret_count)
{
	struct asked a;
	int col = str_eq(sort, STR("active")) ? COL_LAST_ACTIVE : str_eq(sort, STR("spent")) ? COL_SPENT : COL_ADDED;
	if (!str_eq(sort, STR("newest")) && col == COL_ADDED && sort.n)
		return fail_set(&u->fail, ERR_INPUT, T_NOT_ONE_OF, STR("sort"), sort, STR("newest, active, spent"));
	TRY(ask(u, e, NULL, 0, &a));
	size_t most = a.ci->block_count << BLOCK_BITS;
	if (limit > most)
		limit = most;
	struct ranked *heap = ARENA_ARRAY(u->arena, struct ranked, limit + 1);
	size_t n = limit ? best(&a, col, (struct ranked){ last_key, last_customer }, limit, heap) : 0;
	index_close(a.ci);
	qsort(heap, n, sizeof(*heap), descending);
	*ret = ARENA_ARRAY(u->arena, i64, n + 1);
	*ret_keys = ARENA_ARRAY(u->arena, i64, n + 1);
	for (size_t i = 0; i < n; i++) {
		(*ret)[i] = heap[i].customer;
		(*ret_keys)[i] = heap[i].key;
	}
	*ret_count = n;
	return OK;
}

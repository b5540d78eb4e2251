/*
 * Uses: members kept, read back, and held against today.
 */
#include "core/audience/audience_asof_data.h"
#include "core/audience/expr_int.h"

#include "base/hash.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "store/blob.h"
#include "store/cursor.h"
#include "store/journal.h"

#include <roaring/roaring.h>

#define KEEP_PAGE 200000 /* members asked of the index at once */
#define MOVED_MAX 10000  /* persons of then who are no root now, looked up one by one; the others count as gone */

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

struct expr *expr_written_out(struct arena *a, const struct expr *e)
{
	if (e->op == EXPR_AUDIENCE)
		return expr_written_out(a, e->of[0]);
	struct expr *ret = ARENA_NEW(a, struct expr);
	*ret = *e;
	if (e->n)
		ret->of = ARENA_ARRAY(a, struct expr *, e->n);
	for (size_t i = 0; i < e->n; i++)
		ret->of[i] = expr_written_out(a, e->of[i]);
	return ret;
}

/* ---- keeping ---- */

/* The text of then. One that written out is longer than a text may be stays as it was given. */
static str text_of(struct arena *a, const struct expr *e)
{
	str whole = expr_text(a, expr_written_out(a, e));
	return whole.n <= AUDIENCE_TEXT_MAX ? whole : expr_text(a, e);
}

static err audience_of(struct unit *u, const struct expr *e, i64 *ret)
{
	struct audience *all;
	size_t n;
	str text = expr_text(u->arena, e);
	*ret = e->op == EXPR_AUDIENCE ? e->id : NIL;
	TRY(audience_all(u, &all, &n));
	for (size_t i = 0; *ret == NIL && i < n; i++)
		if (str_eq(all[i].expr, text))
			*ret = all[i].id;
	return OK;
}

/* How far each slot has been taken in: [[slot, seq], …] */
static err positions_of(struct unit *u, str *ret)
{
	i64 slots[SLOT_COUNT], seq;
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	struct buf b = buf_new(u->arena, BUF_MAX_DEFAULT);
	buf_char(&b, '[');
	for (size_t i = 0; i < n; i++) {
		TRY(READ_SNAP(u, slots[i], cursor_get(snap, STR("attr.facts"), &seq)));
		buf_fmt(&b, "%s[%lld,%lld]", i ? "," : "", (long long)slots[i], (long long)seq);
	}
	buf_char(&b, ']');
	*ret = buf_str(&b);
	return OK;
}

static err set_add(struct unit *u, const struct expr *e, roaring_bitmap_t *ret)
{
	i64 after = 0, *v;
	size_t n;
	do {
		struct arena_mark mark = arena_mark(u->arena);
		TRY(audience_select(u, e, after, KEEP_PAGE, &v, &n));
		for (size_t i = 0; i < n; i++)
			roaring_bitmap_add(ret, id_number_of(v[i]));
		after = n ? v[n - 1] : 0;
		arena_reset(u->arena, mark);
	} while (n == KEEP_PAGE);
	return OK;
}

static err put(struct tx *tx, struct audience_use *row, str bytes)
{
	struct audience_use there;
	err e = audience_use_named(&tx->snap, &(struct audience_use_of){ row->used_by, row->ref }, &there);
	if (e == OK) {
		*row = there;
		return OK;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(blob_put(tx, STR("application/x-roaring"), row->title, bytes, &row->blob));
	return audience_use_add(tx, row);
}

static err keep_set(struct unit *u, const struct expr *e, const struct audience_use_new *in, ms at, roaring_bitmap_t *set, i64 *ret_id)
{
	struct audience_use row = {
		.id = id_next(store_ids(u->store), clock_now(u->clock)), .used_by = str_c(in->used_by), .ref = in->ref,
		.title = str_utf8_head(in->title, AUDIENCE_USE_TITLE_MAX), .expr = text_of(u->arena, e), .viewed_by = u->scope, .at = at,
		.day = corp_day(u, at), .people = (i64)roaring_bitmap_get_cardinality(set),
	};
	TRY(audience_of(u, e, &row.audience));
	TRY(positions_of(u, &row.positions));
	roaring_bitmap_run_optimize(set);
	size_t n = roaring_bitmap_portable_size_in_bytes(set);
	char *bytes = arena_alloc(u->arena, n);
	roaring_bitmap_portable_serialize(set, bytes);
	row.bytes = (i64)n;
	row.checksum = (i64)hash64(str_of(bytes, n));
	TRY(WRITE_TX(u, base(u), put(tx, &row, str_of(bytes, n))));
	*ret_id = row.id;
	return OK;
}

err audience_keep(struct unit *u, const struct expr *e, const struct audience_use_new *in, i64 *ret_id)
{
	roaring_bitmap_t *set = roaring_bitmap_create();
	ASSERT(set);
	err got = set_add(u, e, set);
	if (got == OK)
		got = keep_set(u, e, in, clock_now(u->clock), set, ret_id);
	roaring_bitmap_free(set);
	return got;
}

err audience_keep_members(struct unit *u, const struct expr *e, const struct audience_use_new *in, ms at, const i64 *members,
			  size_t count, i64 *ret_id)
{
	roaring_bitmap_t *set = roaring_bitmap_create();
	ASSERT(set);
	for (size_t i = 0; i < count; i++)
		roaring_bitmap_add(set, id_number_of(members[i]));
	err got = keep_set(u, e, in, at, set, ret_id);
	roaring_bitmap_free(set);
	return got;
}

/* ---- reading ---- */

err audience_use_get(struct unit *u, i64 id, struct audience_use *ret)
{
	err e = READ_SNAP(u, base(u), audience_use_row(snap, &(struct audience_key){ id }, ret));
	return e == ERR_NOT_FOUND ? fail_set(&u->fail, e, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_AUD_USE, LANG_ZH))) : e;
}

err audience_use_by(struct unit *u, const char *used_by, i64 ref, struct audience_use *ret)
{
	const struct audience_use_of of = { str_c(used_by), ref };
	return READ_SNAP(u, base(u), audience_use_named(snap, &of, ret));
}

err audience_use_list(struct unit *u, i64 audience, i64 before, size_t limit, struct audience_use **ret, size_t *ret_count)
{
	const struct audience_use_find find = { audience, before, (i64)limit };
	return READ_SNAP(u, base(u), audience_uses(snap, &find, ret, ret_count));
}

/* To be freed by the caller. */
static err set_read(struct unit *u, const struct audience_use *use, roaring_bitmap_t **ret)
{
	str type, name, bytes = STR_NIL;
	TRY(READ_SNAP(u, base(u), blob_get(snap, use->blob, &type, &name, &bytes)));
	bool whole = (i64)bytes.n == use->bytes && (i64)hash64(bytes) == use->checksum;
	*ret = whole ? roaring_bitmap_portable_deserialize_safe(bytes.p, bytes.n) : NULL;
	return *ret ? OK : fail_set(&u->fail, ERR_IO, T_OK, STR("audience_use"), STR_NIL, STR_NIL);
}

static i64 *ids_of(struct unit *u, const roaring_bitmap_t *set, i64 after, size_t limit, size_t *ret_count)
{
	u64 all = roaring_bitmap_get_cardinality(set);
	i64 *ret = ARENA_ARRAY(u->arena, i64, (all < limit ? all : limit) + 1);
	roaring_uint32_iterator_t it;
	size_t n = 0;
	roaring_init_iterator(set, &it);
	if (after >= id_customer(u->corp, 0) && id_corp_of(after) == u->corp)
		roaring_move_uint32_iterator_equalorlarger(&it, id_number_of(after) + 1);
	for (; it.has_value && n < limit; roaring_advance_uint32_iterator(&it))
		ret[n++] = id_customer(u->corp, it.current_value);
	*ret_count = n;
	return ret;
}

err audience_use_members(struct unit *u, const struct audience_use *use, i64 after, size_t limit, i64 **ret, size_t *ret_count)
{
	roaring_bitmap_t *set;
	TRY(set_read(u, use, &set));
	*ret = ids_of(u, set, after, limit, ret_count);
	roaring_bitmap_free(set);
	return OK;
}

err audience_use_has(struct unit *u, const struct audience_use *use, i64 root, bool *ret, i64 *ret_as)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	roaring_bitmap_t *set;
	size_t n;
	TRY(customer_leaves(u, root, leaves, &n));
	TRY(set_read(u, use, &set));
	*ret = false;
	for (size_t i = 0; i < n && !*ret; i++)
		if (roaring_bitmap_contains(set, id_number_of(leaves[i]))) {
			*ret = true;
			*ret_as = leaves[i];
		}
	roaring_bitmap_free(set);
	return OK;
}

/* ---- against now ---- */

static err everybody(struct unit *u, struct expr **ret) { return expr_parse(u, STR("orders is known"), ret); }

/* Persons of then by their roots of now. */
static err moved_on(struct unit *u, roaring_bitmap_t *kept, const roaring_bitmap_t *live)
{
	roaring_bitmap_t *moved = roaring_bitmap_andnot(kept, live);
	size_t n;
	i64 root, *ids = ids_of(u, moved, 0, MOVED_MAX, &n);
	roaring_bitmap_free(moved);
	for (size_t i = 0; i < n; i++) {
		err e = customer_root(u, ids[i], &root);
		if (e == OK && root != ids[i])
			roaring_bitmap_add(kept, id_number_of(root));
		else if (e != OK && e != ERR_NOT_FOUND)
			return e;
	}
	return OK;
}

struct sets { roaring_bitmap_t *kept, *live, *seen, *now; };

static err sets_fill(struct unit *u, const struct audience_use *use, struct sets *s, bool *ret_broken)
{
	struct expr *all, *e;
	i64 scope = u->scope;
	TRY(everybody(u, &all));
	u->scope = 0;
	err got = set_add(u, all, s->live);
	u->scope = scope;
	TRY(got);
	TRY(moved_on(u, s->kept, s->live));
	TRY(set_add(u, all, s->seen));
	struct fail before = u->fail;
	got = expr_parse(u, use->expr, &e);
	*ret_broken = got == ERR_INPUT || got == ERR_UNAVAILABLE;
	if (*ret_broken) {
		u->fail = before;
		return OK;
	}
	TRY(got);
	return set_add(u, e, s->now);
}

static void compare(struct unit *u, struct sets *s, struct audience_then *ret)
{
	roaring_bitmap_and_inplace(s->kept, s->seen);
	ret->kept = ids_of(u, s->kept, 0, SIZE_MAX, &ret->kept_n);
	if (ret->broken)
		return;
	roaring_bitmap_t *still = roaring_bitmap_and(s->kept, s->now);
	ret->still = ids_of(u, still, 0, SIZE_MAX, &ret->still_n);
	roaring_bitmap_andnot_inplace(s->now, s->kept);
	ret->fresh = ids_of(u, s->now, 0, SIZE_MAX, &ret->fresh_n);
	roaring_bitmap_andnot_inplace(s->kept, still);
	ret->gone = ids_of(u, s->kept, 0, SIZE_MAX, &ret->gone_n);
	roaring_bitmap_free(still);
}

err audience_use_compare(struct unit *u, const struct audience_use *use, struct audience_then *ret)
{
	struct sets s = { .live = roaring_bitmap_create(), .seen = roaring_bitmap_create(), .now = roaring_bitmap_create() };
	*ret = (struct audience_then){ 0 };
	err e = set_read(u, use, &s.kept);
	if (e == OK) {
		e = sets_fill(u, use, &s, &ret->broken);
		if (e == OK)
			compare(u, &s, ret);
		roaring_bitmap_free(s.kept);
	}
	roaring_bitmap_free(s.live);
	roaring_bitmap_free(s.seen);
	roaring_bitmap_free(s.now);
	return e;
}

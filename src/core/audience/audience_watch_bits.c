/*
 * Kept bits: a block as it is worked on (a bitset) and as it is stored (Roaring, portable), and the one place
 * where a bit and its event are written together.
 */
#include "core/audience/audience_watch_data.h"

#include <roaring/roaring.h>

static i64 people_of(const struct watch_block *b)
{
	i64 n = 0;
	for (size_t i = 0; i < WATCH_WORDS; i++)
		n += __builtin_popcountll(b->bits[i]);
	return n;
}

err watch_block_read(const struct snap *s, i64 watch, i64 block, struct watch_block *ret)
{
	struct audience_member row;
	memset(ret, 0, sizeof(*ret));
	ret->watch = watch;
	ret->block = block;
	err e = audience_member_get(s, &(struct audience_member_key){ watch, block }, &row);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	roaring_bitmap_t *r = roaring_bitmap_portable_deserialize_safe(row.bits.p, row.bits.n);
	if (!r)
		return snap_fail(s, ERR_IO, T_OK, STR("audience_member"), STR_NIL, STR_NIL);
	roaring_uint32_iterator_t it;
	for (roaring_init_iterator(r, &it); it.has_value; roaring_advance_uint32_iterator(&it))
		if (it.current_value < WATCH_BLOCK_SIZE)
			ret->bits[it.current_value / 64] |= (u64)1 << (it.current_value % 64);
	roaring_bitmap_free(r);
	return OK;
}

err watch_block_write(struct tx *tx, const struct watch_block *b)
{
	struct audience_member row = { .watch = b->watch, .block = b->block, .people = people_of(b) };
	if (!b->changed)
		return OK;
	roaring_bitmap_t *r = roaring_bitmap_create();
	ASSERT(r);
	for (size_t w = 0; w < WATCH_WORDS; w++)
		for (u64 m = b->bits[w]; m; m &= m - 1)
			roaring_bitmap_add(r, (u32)(w * 64 + (size_t)__builtin_ctzll(m)));
	roaring_bitmap_run_optimize(r);
	row.bits.n = roaring_bitmap_portable_size_in_bytes(r);
	char *bytes = arena_alloc(tx->snap.arena, row.bits.n);
	roaring_bitmap_portable_serialize(r, bytes);
	roaring_bitmap_free(r);
	row.bits.p = bytes;
	return audience_member_put(tx, &row);
}

err watch_place(struct tx *tx, const struct watched *w, struct watch_block *b, const struct watch_person *p, bool in)
{
	size_t at = id_number_of(p->customer) & (WATCH_BLOCK_SIZE - 1);
	u64 bit = (u64)1 << (at % 64);
	if (((b->bits[at / 64] & bit) != 0) == in)
		return OK;
	b->bits[at / 64] ^= bit;
	b->changed = true;
	if (w->row.quiet && str_eq_c(w->row.state, "filling"))
		return OK;
	struct unit *u = tx->snap.unit;
	i64 cause = u->cause;
	const struct audience_move body = { w->audience.id, w->audience.name, w->audience.version, str_c(p->by) };
	u->cause = p->cause;
	err e = journal_add(tx, in ? EV_AUDIENCE_ENTERED : EV_AUDIENCE_LEFT, p->customer, tx->snap.now, &audience_move_record, &body, NULL);
	u->cause = cause;
	return e;
}

err watches_turn(struct tx *tx, const struct watches *w, i64 *ret_pulse)
{
	struct audience_pulse_n pulse;
	struct audience_watch *rows;
	struct snap s = tx->snap;
	size_t n;
	TRY(audience_pulse_move(tx, &(struct none){ 0 }, &pulse));
	*ret_pulse = pulse.n;
	snap_slot(&s, slot_base(s.unit->store, s.corp));
	TRY(audience_watches(&s, &(struct none){ 0 }, &rows, &n));
	bool same = n == w->n;
	for (size_t i = 0; same && i < n; i++)
		same = rows[i].id == w->v[i].row.id && rows[i].stamp == w->v[i].row.stamp;
	return same ? OK : tx_fail(tx, ERR_BUSY, T_OK, STR("watches"), STR_NIL, STR_NIL);
}

/*
 * Sweeps: the difference between who is in by the index and who was told last, block by block.
 *
 * Work is in proportion to the difference: the index answers the whole set at once, kept blocks are read and
 * compared in memory, and only persons who differ are touched. A firing does a bounded part and names the
 * block to go on with; one that broke off is done again and finds nothing left of what it had written.
 *
 * The index answers before the transaction begins. The slot's pulse says whether a settling came in between:
 * if so, each person who differs is tested on her rows instead.
 */
#include "core/audience/audience_watch_data.h"

#include "base/fault.h"
#include "core/attr/attr_value.h"
#include "core/corp/corp.h"

#define SWEEP_PAGE 200000  /* members asked of the index at once */
#define SWEEP_PERSONS 500  /* told or tested in one transaction */
#define SWEEP_FIRING 5000  /* in one firing */
#define SWEEP_TRIES_MAX 8

struct sweep {
	struct unit *u;
	struct watches all;
	const struct watched *w;
	i64 *members;
	size_t count;
	struct imap pulses; /* of slots, as before the index was asked */
	i64 block, end;     /* blocks to compare: [block, end) */
	size_t moved;
	bool quiet, careful; /* nothing is told; another settling was in the way before */
};

/* The highest block with kept bits or, of a full page, the last whole one, plus one. */
static err page_read(struct sweep *s)
{
	struct unit *u = s->u;
	struct audience_member_sum kept;
	struct audience_pulse *pulses;
	i64 slot = slot_base(u->store, u->corp);
	size_t n;
	s->pulses = imap_new(u->arena);
	TRY(READ_SNAP(u, slot, audience_pulses(snap, &(struct none){ 0 }, &pulses, &n)));
	for (size_t i = 0; i < n; i++)
		imap_put(&s->pulses, pulses[i].place, pulses[i].n);
	TRY(READ_SNAP(u, slot, audience_member_count(snap, &(struct audience_watch_id){ s->w->row.id }, &kept)));
	TRY(audience_select(u, s->w->expr, id_customer(u->corp, (u32)(s->block << WATCH_BLOCK_BITS)) - 1, SWEEP_PAGE, &s->members,
			    &s->count));
	i64 last = s->count ? watch_block_of(s->members[s->count - 1]) : -1;
	s->end = s->count == SWEEP_PAGE ? last : int_max(last, kept.last) + 1;
	return OK;
}

/* Who differs in a block, ascending, and whether the index has her. */
struct differing { i64 *v; bool *in; size_t n; };

static err compare(struct sweep *s, i64 slot, struct differing *ret)
{
	struct watch_block kept, now = { 0 };
	struct arena *a = s->u->arena;
	TRY(READ_SNAP(s->u, slot, watch_block_read(snap, s->w->row.id, s->block, &kept)));
	size_t n = 0;
	for (size_t i = 0; i < s->count; i++)
		if (watch_block_of(s->members[i]) == s->block) {
			u32 at = id_number_of(s->members[i]) & (WATCH_BLOCK_SIZE - 1);
			now.bits[at / 64] |= (u64)1 << (at % 64);
		}
	for (size_t w = 0; w < WATCH_WORDS; w++)
		n += (size_t)__builtin_popcountll(kept.bits[w] ^ now.bits[w]);
	*ret = (struct differing){ ARENA_ARRAY(a, i64, n + 1), ARENA_ARRAY(a, bool, n + 1), 0 };
	for (size_t w = 0; w < WATCH_WORDS; w++)
		for (u64 m = kept.bits[w] ^ now.bits[w]; m; m &= m - 1) {
			u32 number = (u32)(s->block << WATCH_BLOCK_BITS) + (u32)(w * 64) + (u32)__builtin_ctzll(m);
			ret->v[ret->n] = id_customer(s->u->corp, number);
			ret->in[ret->n++] = now.bits[w] & (m & -m);
		}
	return OK;
}

struct applying { struct sweep *s; const struct differing *d; size_t from, to; i64 pulse; bool trusted; };

static err apply_one(struct tx *tx, struct applying *p, struct watch_block *b, size_t at)
{
	const struct expr *e = p->s->w->expr;
	struct watch_person who = { p->d->v[at], 0, str_eq_c(p->s->w->row.state, "filling") ? "watch" : "day" };
	bool in = p->d->in[at], live = true;
	struct audience_pair row;
	if (!p->trusted || (!in && !p->s->quiet))
		TRY(audience_test_many(&tx->snap, &p->s->all.today, &e, 1, who.customer, &in, &live));
	if (!live)
		who.by = audience_root_of(&tx->snap, &(struct audience_one){ who.customer }, &row) == OK && row.other != who.customer ?
				 "merged" : "erased";
	return watch_place(tx, p->s->w, b, &who, in);
}

static err apply_in(struct tx *tx, struct applying *p)
{
	struct watch_block *b = ARENA_NEW(tx->snap.arena, struct watch_block);
	i64 pulse, before = p->pulse;
	TRY(watches_turn(tx, &p->s->all, &pulse));
	p->trusted = pulse == before + 1;
	if (!p->trusted && p->to - p->from > SWEEP_PERSONS)
		return tx_fail(tx, ERR_BUSY, T_OK, STR("watches"), STR_NIL, STR_NIL); /* too many to be tested at once */
	TRY(watch_block_read(&tx->snap, p->s->w->row.id, p->s->block, b));
	for (size_t i = p->from; i < p->to; i++)
		TRY(apply_one(tx, p, b, i));
	return watch_block_write(tx, b);
}

/* A silent fill writes a whole block at once; whoever must be told or tested goes in small parts. */
static size_t part_size(const struct sweep *s) { return s->quiet && !s->careful ? WATCH_BLOCK_SIZE : SWEEP_PERSONS; }

static err block_sweep(struct sweep *s)
{
	struct differing d;
	i64 pulse = 0, slot = slot_of_customer(s->u->store, id_customer(s->u->corp, (u32)(s->block << WATCH_BLOCK_BITS)));
	imap_get(&s->pulses, slot, &pulse);
	TRY(compare(s, slot, &d));
	for (size_t from = 0; from < d.n; from += part_size(s)) {
		struct applying p = { s, &d, from, from + part_size(s) < d.n ? from + part_size(s) : d.n, pulse, false };
		TRY(WRITE_TX(s->u, slot, apply_in(tx, &p)));
		if (fault_pass("audience.sweep") != FAULT_NONE)
			return fail_set(&s->u->fail, ERR_IO, T_OK, STR("audience.sweep"), STR_NIL, STR_NIL);
		if (p.trusted)
			imap_put(&s->pulses, slot, ++pulse);
		s->moved += p.to - p.from;
	}
	return OK;
}

/* ---- firing ---- */

static err forget(struct unit *u, i64 watch)
{
	i64 slots[SLOT_COUNT];
	size_t n = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	for (size_t i = 0; i < n; i++)
		TRY(WRITE_TX(u, slots[i], audience_member_forget(tx, &(struct audience_watch_id){ watch })));
	return OK;
}

static err done(struct tx *tx, const struct timer_row *row, const struct sweep *s)
{
	bool taken;
	TRY(timer_take(tx, row, &taken));
	if (!taken)
		return OK;
	const struct audience_watch_live live = { s->w->row.id, s->w->row.stamp, id_next(store_ids(s->u->store), tx->snap.now),
						  s->all.today.day };
	return audience_watch_is_live(tx, &live);
}

static err go_on(struct tx *tx, const struct timer_row *row, const struct sweep *s)
{
	bool taken;
	const struct watch_sweep body = { s->block };
	TRY(timer_take(tx, row, &taken));
	return taken ? timer_set(tx, row->kind, row->key, tx->snap.now, 0, &watch_sweep_record, &body) : OK;
}

static err take(struct tx *tx, const struct timer_row *row)
{
	bool taken;
	return timer_take(tx, row, &taken);
}

static const struct watched *watch_named(const struct watches *all, str key)
{
	i64 id;
	for (size_t i = 0; str_i64(key, &id) && i < all->n; i++)
		if (all->v[i].row.id == id)
			return &all->v[i];
	return NULL;
}

static err sweep_once(struct unit *u, const struct timer_row *row, bool careful)
{
	struct sweep s = { .u = u, .careful = careful };
	struct watch_sweep at;
	i64 id;
	TRY(watches_read(u, &s.all));
	s.w = watch_named(&s.all, row->key);
	if (!s.w && str_i64(row->key, &id))
		TRY(forget(u, id));
	if (!s.w || !s.w->expr)
		return WRITE_TX(u, row->slot, take(tx, row));
	TRY(READ_SNAP(u, row->slot, timer_body(snap, row, &watch_sweep_record, &at)));
	s.block = at.block;
	s.quiet = s.w->row.quiet && str_eq_c(s.w->row.state, "filling");
	do {
		TRY(page_read(&s));
		for (; s.block < s.end && s.moved < SWEEP_FIRING; s.block++)
			TRY(block_sweep(&s));
	} while (s.count == SWEEP_PAGE && s.moved < SWEEP_FIRING);
	bool over = s.block >= s.end && s.count < SWEEP_PAGE;
	return WRITE_TX(u, row->slot, over ? done(tx, row, &s) : go_on(tx, row, &s));
}

err audience_sweep(struct cx *cx, const struct timer_row *row)
{
	err e = ERR_BUSY;
	cx->unit.source = "audience";
	for (int i = 0; e == ERR_BUSY && i < SWEEP_TRIES_MAX; i++)
		e = sweep_once(&cx->unit, row, i > 1);
	return e;
}

/* ---- midnight ---- */

/* Persons due today are refreshed first, so that the index has heard of them. */
static err anybody_due(struct unit *u, bool *ret)
{
	i64 slots[SLOT_COUNT], *who;
	size_t count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT), n = 0;
	for (size_t i = 0; i < count && n == 0; i++)
		TRY(attr_due_people(u, slots[i], 1, &who, &n));
	*ret = n > 0;
	return OK;
}

static err midnight_in(struct tx *tx, const struct timer_row *row, bool wait)
{
	struct unit *u = tx->snap.unit;
	struct audience_watch *rows;
	bool taken;
	size_t n;
	TRY(timer_take(tx, row, &taken));
	TRY(audience_watches(&tx->snap, &(struct none){ 0 }, &rows, &n));
	if (!taken || n == 0)
		return OK;
	if (wait)
		return timer_set(tx, row->kind, row->key, tx->snap.now + MS_SECOND, 0, NULL, NULL);
	TRY(audience_watch_all_soon(tx));
	return timer_set(tx, row->kind, row->key, tz_day_start(corp_zone(u, u->corp), corp_day(u, tx->snap.now) + 1), 0, NULL, NULL);
}

err audience_midnight(struct cx *cx, const struct timer_row *row)
{
	bool wait;
	TRY(anybody_due(&cx->unit, &wait));
	return WRITE_TX(&cx->unit, row->slot, midnight_in(tx, row, wait));
}

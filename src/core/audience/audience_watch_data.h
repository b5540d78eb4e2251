/*
 * Rows of watches and of what was told last. Shared by audience_watch*.c.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_WATCH_DATA_H
#define YT_CORE_AUDIENCE_AUDIENCE_WATCH_DATA_H

#include "core/audience/audience_data.h"
#include "core/audience/audience_watch.h"
#include "core/audience/expr_int.h"

#define AUDIENCE_WATCH_KEY_FIELDS(F, S) F(S, ID, audience)
RECORD(audience_watch_key, AUDIENCE_WATCH_KEY_FIELDS);
#define AUDIENCE_WATCH_LIVE_FIELDS(F, S) F(S, ID, id) F(S, ID, stamp) F(S, ID, next) F(S, I64, day)
RECORD(audience_watch_live, AUDIENCE_WATCH_LIVE_FIELDS);

READ_MANY(audience_watches, none, audience_watch,
	  SQL(SELECT audience, id, stamp, state, quiet, since, day FROM audience_watch WHERE corp = :corp ORDER BY id))
READ_ONE(audience_watch_row, audience_watch_key, audience_watch,
	 SQL(SELECT audience, id, stamp, state, quiet, since, day FROM audience_watch
	     WHERE corp = :corp AND audience = :audience))
WRITE(audience_watch_add, audience_watch,
      SQL(INSERT INTO audience_watch (corp, audience, id, stamp, state, quiet, since, day)
	  VALUES (:corp, :audience, :id, :stamp, :state, :quiet, :since, :day) ON CONFLICT DO NOTHING))
WRITE(audience_watch_refill, audience_watch,
      SQL(UPDATE audience_watch SET stamp = :stamp, state = 'filling', quiet = :quiet
	  WHERE corp = :corp AND audience = :audience))
WRITE(audience_watch_is_live, audience_watch_live,
      SQL(UPDATE audience_watch SET stamp = :next, state = 'live', quiet = 0, day = :day
	  WHERE corp = :corp AND id = :id AND stamp = :stamp))
WRITE(audience_watch_drop, audience_watch_key,
      SQL(DELETE FROM audience_watch WHERE corp = :corp AND audience = :audience))

/* -- kept bits -- */
#define AUDIENCE_MEMBER_FIELDS(F, S) F(S, ID, watch) F(S, I64, block) F(S, I64, people) F(S, BYTES, bits)
RECORD(audience_member, AUDIENCE_MEMBER_FIELDS);
#define AUDIENCE_MEMBER_KEY_FIELDS(F, S) F(S, ID, watch) F(S, I64, block)
RECORD(audience_member_key, AUDIENCE_MEMBER_KEY_FIELDS);
#define AUDIENCE_MEMBER_SUM_FIELDS(F, S) F(S, I64, people) F(S, I64, last)
RECORD(audience_member_sum, AUDIENCE_MEMBER_SUM_FIELDS);
#define AUDIENCE_WATCH_ID_FIELDS(F, S) F(S, ID, watch)
RECORD(audience_watch_id, AUDIENCE_WATCH_ID_FIELDS);

READ_ONE(audience_member_get, audience_member_key, audience_member,
	 SQL(SELECT watch, block, people, bits FROM audience_member
	     WHERE slot = :slot AND corp = :corp AND watch = :watch AND block = :block))
READ_ONE(audience_member_count, audience_watch_id, audience_member_sum,
	 SQL_GLOBAL("over the slots of the corp",
		SELECT CAST(COALESCE(SUM(people), 0) AS BIGINT) AS people, COALESCE(MAX(block), -1) AS last
		FROM audience_member WHERE corp = :corp AND watch = :watch))
WRITE(audience_member_put, audience_member,
      SQL(INSERT INTO audience_member (slot, corp, watch, block, people, bits)
	  VALUES (:slot, :corp, :watch, :block, :people, :bits)
	  ON CONFLICT (slot, corp, watch, block) DO UPDATE SET people = excluded.people, bits = excluded.bits))
WRITE(audience_member_forget, audience_watch_id,
      SQL(DELETE FROM audience_member WHERE slot = :slot AND corp = :corp AND watch = :watch))

#define AUDIENCE_PULSE_FIELDS(F, S) F(S, I64, place) F(S, I64, n)
RECORD(audience_pulse, AUDIENCE_PULSE_FIELDS);
#define AUDIENCE_PULSE_N_FIELDS(F, S) F(S, I64, n)
RECORD(audience_pulse_n, AUDIENCE_PULSE_N_FIELDS);
WRITE_ONE(audience_pulse_move, none, audience_pulse_n,
	  SQL(INSERT INTO audience_pulse (slot, corp, n) VALUES (:slot, :corp, 1)
	      ON CONFLICT (slot, corp) DO UPDATE SET n = audience_pulse.n + 1 RETURNING n))
READ_MANY(audience_pulses, none, audience_pulse,
	  SQL_GLOBAL("over the slots of the corp", SELECT slot AS place, n FROM audience_pulse WHERE corp = :corp))

/* Body of the sweep's timer: everything below this block is done. */
#define WATCH_SWEEP_FIELDS(F, S) F(S, I64, block)
RECORD(watch_sweep, WATCH_SWEEP_FIELDS);

/* ---- within the folder ---- */

#define WATCH_BLOCK_BITS 16
#define WATCH_BLOCK_SIZE ((size_t)1 << WATCH_BLOCK_BITS)
#define WATCH_WORDS (WATCH_BLOCK_SIZE / 64)

/* What an expression speaks of. */
struct watch_features {
	VEC(i64) tags, kinds;
	bool orders; /* columns that only orders change */
	bool facts;  /* other columns of the row */
	bool values; /* computed by modules from whatever they like */
};
struct watched {
	struct audience_watch row;
	struct audience audience;
	struct expr *expr; /* NULL: a condition no longer holds up; nothing is told until it is mended */
	struct watch_features has;
};
struct watches { struct watched *v; size_t n; struct expr_today today; };

/* All watches of the corp, read and parsed. */
err watches_read(struct unit *u, struct watches *ret);
/* Takes the slot's turn: what follows in this transaction sees all earlier settlings. ERR_BUSY: the watches
 * are no longer those of w, read them again. */
err watches_turn(struct tx *tx, const struct watches *w, i64 *ret_pulse);
/* Compares one person with the kept bits of a block, and tells. */
struct watch_block {
	i64 watch, block;
	bool changed;
	u64 bits[WATCH_WORDS];
};
err watch_block_read(const struct snap *s, i64 watch, i64 block, struct watch_block *ret);
err watch_block_write(struct tx *tx, const struct watch_block *b);
struct watch_person { i64 customer, cause; const char *by; };
err watch_place(struct tx *tx, const struct watched *w, struct watch_block *b, const struct watch_person *p, bool in);
void watch_features_of(struct arena *a, const struct expr *e, struct watch_features *ret);

/* expr_test.c: all of them on the rows of one person, seen by s; live false: she is in none. */
err audience_test_many(const struct snap *s, const struct expr_today *today, const struct expr *const *e, size_t n, i64 root,
		       bool *ret_in, bool *ret_live);

static inline i64 watch_block_of(i64 customer) { return id_number_of(customer) >> WATCH_BLOCK_BITS; }

#endif

/*
 * reach's rows: touches (one per reach.sent), what she said, the black list, all derived; claims are facts.
 */
#ifndef YT_CORE_REACH_REACH_DATA_H
#define YT_CORE_REACH_REACH_DATA_H

#include "core/reach/reach.h"

#define REACH_TOUCH_FIELDS(F, S)                                                   \
	F(S, ID, customer) F(S, MS, at) F(S, ID, event) F(S, STR, channel) F(S, STR, class) \
	F(S, STR, made_by) F(S, ID, made_by_id, .opt = true) F(S, ID, staff, .opt = true) \
	F(S, STR, how, .opt = true) F(S, STR, content, .opt = true) F(S, STR, key, .opt = true)
RECORD(reach_touch, REACH_TOUCH_FIELDS);
#define REACH_CLAIM_FIELDS(F, S)                                                   \
	F(S, ID, customer) F(S, STR, key) F(S, MS, at) F(S, MS, expires) F(S, STR, state) \
	F(S, STR, channel) F(S, STR, class) F(S, STR, how, .opt = true) F(S, STR, content, .opt = true) \
	F(S, STR, made_by) F(S, ID, made_by_id, .opt = true) F(S, ID, staff, .opt = true)
RECORD(reach_claim_row, REACH_CLAIM_FIELDS);
#define REACH_STANCE_FIELDS(F, S) \
	F(S, ID, customer) F(S, STR, channel) F(S, STR, stance) F(S, MS, at) F(S, STR, made_by)
RECORD(reach_stance, REACH_STANCE_FIELDS);
#define REACH_BLOCK_FIELDS(F, S) \
	F(S, ID, customer) F(S, BOOL, blocked) F(S, MS, at) F(S, STR, made_by) F(S, STR, reason, .opt = true)
RECORD(reach_block_row, REACH_BLOCK_FIELDS);

#define REACH_SPAN_FIELDS(F, S) F(S, ID, first) F(S, ID, last) F(S, MS, since)
RECORD(reach_span, REACH_SPAN_FIELDS);
#define REACH_LAST_FIELDS(F, S) F(S, ID, customer) F(S, MS, at, .opt = true)
RECORD(reach_last, REACH_LAST_FIELDS);
#define REACH_SEAT_FIELDS(F, S) F(S, ID, customer)
RECORD(reach_seat, REACH_SEAT_FIELDS);
#define REACH_ENDED_FIELDS(F, S) F(S, ID, customer) F(S, STR, key) F(S, STR, state)
RECORD(reach_ended, REACH_ENDED_FIELDS);
#define REACH_AFTER_FIELDS(F, S) F(S, ID, after) F(S, STR, channel) F(S, STR, stance) F(S, I64, limit)
RECORD(reach_after, REACH_AFTER_FIELDS);
#define REACH_TOUCH_KEY_FIELDS(F, S) F(S, ID, customer) F(S, ID, event) F(S, MS, before) F(S, I64, limit)
RECORD(reach_touch_key, REACH_TOUCH_KEY_FIELDS);

/* -- touches -- */
WRITE(reach_touch_add, reach_touch,
	SQL(INSERT INTO reach_touch (slot, corp, customer, at, event, channel, class, made_by, made_by_id, staff, how, content, key)
		VALUES (:slot, :corp, :customer, :at, :event, :channel, :class, :made_by, :made_by_id, :staff, :how, :content, :key)
		ON CONFLICT (slot, corp, customer, at, event) DO NOTHING))
READ_EACH(reach_touches_span, reach_span, reach_touch,
	SQL(SELECT customer, at, event, channel, class, made_by, made_by_id, staff, how, content, key FROM reach_touch
		WHERE slot = :slot AND corp = :corp AND customer >= :first AND customer <= :last AND at >= :since))
READ_ONE(reach_last_of, reach_last, reach_last,
	SQL(SELECT customer, MAX(at) AS at FROM reach_touch
		WHERE slot = :slot AND corp = :corp AND customer = :customer GROUP BY customer))
READ_MANY(reach_touches_of, reach_touch_key, reach_touch,
	SQL(SELECT customer, at, event, channel, class, made_by, made_by_id, staff, how, content, key FROM reach_touch
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND at < :before
		ORDER BY at DESC, event DESC LIMIT :limit))
READ_ONE(reach_touch_get, reach_touch_key, reach_touch,
	SQL(SELECT customer, at, event, channel, class, made_by, made_by_id, staff, how, content, key FROM reach_touch
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND event = :event))

/* -- claims -- */
WRITE(reach_seat_take, reach_seat,
	SQL(INSERT INTO reach_seat (slot, corp, customer, n) VALUES (:slot, :corp, :customer, 1)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET n = reach_seat.n + 1))
WRITE(reach_claim_put, reach_claim_row,
	SQL(INSERT INTO reach_claim (slot, corp, customer, key, at, expires, state, channel, class, how, content, made_by,
			made_by_id, staff)
		VALUES (:slot, :corp, :customer, :key, :at, :expires, :state, :channel, :class, :how, :content, :made_by,
			:made_by_id, :staff)
		ON CONFLICT (slot, corp, customer, key) DO UPDATE SET at = excluded.at, expires = excluded.expires,
			state = excluded.state, channel = excluded.channel, class = excluded.class, how = excluded.how,
			content = excluded.content, made_by = excluded.made_by, made_by_id = excluded.made_by_id,
			staff = excluded.staff))
WRITE(reach_claim_new, reach_claim_row,
	SQL(INSERT INTO reach_claim (slot, corp, customer, key, at, expires, state, channel, class, how, content, made_by,
			made_by_id, staff)
		VALUES (:slot, :corp, :customer, :key, :at, :expires, :state, :channel, :class, :how, :content, :made_by,
			:made_by_id, :staff)
		ON CONFLICT (slot, corp, customer, key) DO NOTHING))
WRITE(reach_claim_end, reach_ended,
	SQL(UPDATE reach_claim SET state = :state
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND key = :key AND state = 'held'))
WRITE(reach_claims_forget, reach_last,
	SQL(DELETE FROM reach_claim WHERE slot = :slot AND corp = :corp AND customer = :customer AND at < :at))
READ_EACH(reach_claims_span, reach_span, reach_claim_row,
	SQL(SELECT customer, key, at, expires, state, channel, class, how, content, made_by, made_by_id, staff FROM reach_claim
		WHERE slot = :slot AND corp = :corp AND customer >= :first AND customer <= :last AND at >= :since))

/* -- what she said, the black list: the newest word counts -- */
WRITE(reach_stance_put, reach_stance,
	SQL(INSERT INTO reach_stance (slot, corp, customer, channel, stance, at, made_by)
		VALUES (:slot, :corp, :customer, :channel, :stance, :at, :made_by)
		ON CONFLICT (slot, corp, customer, channel) DO UPDATE SET stance = excluded.stance, at = excluded.at,
			made_by = excluded.made_by
		WHERE excluded.at >= reach_stance.at))
READ_EACH(reach_stances_span, reach_span, reach_stance,
	SQL(SELECT customer, channel, stance, at, made_by FROM reach_stance
		WHERE slot = :slot AND corp = :corp AND customer >= :first AND customer <= :last))
READ_MANY(reach_stances_list, reach_after, reach_stance,
	SQL_GLOBAL("a list over the slots of the corp, by its index",
		SELECT customer, channel, stance, at, made_by FROM reach_stance
		WHERE corp = :corp AND stance = :stance AND (customer, channel) > (:after, :channel)
		ORDER BY customer, channel LIMIT :limit))
WRITE(reach_block_put, reach_block_row,
	SQL(INSERT INTO reach_block (slot, corp, customer, blocked, at, made_by, reason)
		VALUES (:slot, :corp, :customer, :blocked, :at, :made_by, :reason)
		ON CONFLICT (slot, corp, customer) DO UPDATE SET blocked = excluded.blocked, at = excluded.at,
			made_by = excluded.made_by, reason = excluded.reason
		WHERE excluded.at >= reach_block.at))
READ_EACH(reach_blocks_span, reach_span, reach_block_row,
	SQL(SELECT customer, blocked, at, made_by, reason FROM reach_block
		WHERE slot = :slot AND corp = :corp AND customer >= :first AND customer <= :last))
READ_MANY(reach_blocks_list, reach_after, reach_block_row,
	SQL_GLOBAL("a list over the slots of the corp, by its index",
		SELECT customer, blocked, at, made_by, reason FROM reach_block
		WHERE corp = :corp AND blocked = 1 AND customer > :after ORDER BY customer LIMIT :limit))

#endif

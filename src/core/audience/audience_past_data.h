/*
 * Whose past is read: everybody's numbers.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_PAST_DATA_H
#define YT_CORE_AUDIENCE_AUDIENCE_PAST_DATA_H

#include "core/audience/audience_past.h"
#include "core/audience/expr_int.h"

#define PAST_AFTER_FIELDS(F, S) F(S, ID, after) F(S, I64, limit)
RECORD(past_after, PAST_AFTER_FIELDS);
#define PAST_ID_FIELDS(F, S) F(S, ID, id)
RECORD(past_id, PAST_ID_FIELDS);
READ_MANY(past_customers, past_after, past_id,
	  SQL_UNSCOPED("a job about everybody; answers are cut by scope when they are read",
		SELECT id FROM customer WHERE slot = :slot AND corp = :corp AND id > :after ORDER BY id LIMIT :limit))

#define PAST_GOODS_FIELDS(F, S) F(S, STR, category, .opt = true)
RECORD(past_goods, PAST_GOODS_FIELDS);
/* The fields of the events that are folded, by their names; what an event has not stays unknown. */
#define PAST_BODY_FIELDS(F, S)                                                     \
	F(S, ID, leaf, .opt = true) F(S, ID, root, .opt = true) F(S, ID, was_root, .opt = true) F(S, ID, tag, .opt = true) \
	F(S, ID, staff, .opt = true) F(S, ID, order, .opt = true) F(S, ID, refund, .opt = true) F(S, FEN, paid, .opt = true) \
	F(S, I64, refunded, .opt = true) F(S, FEN, amount, .opt = true) F(S, STR, currency, .opt = true) \
	F(S, STR, status, .opt = true) F(S, MS, ordered, .opt = true) F(S, BOOL, whole) F(S, ID, group, .opt = true) \
	F(S, STR, origin, .opt = true) F(S, STR, followup, .opt = true) F(S, STR, channel, .opt = true) F(S, STR, name, .opt = true) \
	F(S, LIST, goods, .opt = true, .of = &past_goods_record)
RECORD(past_body, PAST_BODY_FIELDS);

#endif

/*
 * Rows of plans over several channels: which send belongs to which (small table), and members where they live.
 */
#ifndef YT_CORE_MASS_MASS_PLAN_DATA_H
#define YT_CORE_MASS_MASS_PLAN_DATA_H

#include "core/mass/mass_plan.h"

#define MASS_BEGUN_FIELDS(F, S) F(S, STR, channel) F(S, ID, ref) F(S, ID, plan) F(S, STR, until)
RECORD(mass_begun, MASS_BEGUN_FIELDS);
#define MASS_PLAN_KEY_FIELDS(F, S) F(S, ID, plan)
RECORD(mass_plan_key, MASS_PLAN_KEY_FIELDS);
#define MASS_SPAN_FIELDS(F, S) F(S, ID, plan) F(S, ID, first) F(S, ID, last)
RECORD(mass_span, MASS_SPAN_FIELDS);
#define MASS_WHO_FIELDS(F, S) F(S, ID, customer)
RECORD(mass_who, MASS_WHO_FIELDS);
#define MASS_SEEK_FIELDS(F, S) F(S, ID, plan) F(S, ID, after) F(S, I64, touches) F(S, STR, state) F(S, I64, limit)
RECORD(mass_seek, MASS_SEEK_FIELDS);

WRITE(mass_touch_add, mass_begun,
	SQL(INSERT INTO mass_touch (corp, channel, ref, plan, until) VALUES (:corp, :channel, :ref, :plan, :until) ON CONFLICT DO NOTHING))
READ_ONE(mass_touch_get, mass_begun, mass_begun,
	SQL(SELECT channel, ref, plan, until FROM mass_touch WHERE corp = :corp AND channel = :channel AND ref = :ref))

WRITE(mass_member_put, mass_member,
	SQL(INSERT INTO mass_member (slot, corp, plan, customer, state, reason, at, touches, marks)
		VALUES (:slot, :corp, :plan, :customer, :state, :reason, :at, :touches, :marks)
		ON CONFLICT (slot, corp, plan, customer) DO UPDATE SET state = excluded.state, reason = excluded.reason,
			at = excluded.at, touches = excluded.touches, marks = excluded.marks))
/* Under any leaf of hers, whichever was the member; who is held out stays so. */
WRITE(mass_member_leave, mass_member,
	SQL(INSERT INTO mass_member (slot, corp, plan, customer, state, reason, at, touches, marks)
		VALUES (:slot, :corp, :plan, :customer, :state, :reason, :at, :touches, :marks)
		ON CONFLICT (slot, corp, plan, customer) DO UPDATE SET state = excluded.state, reason = excluded.reason, at = excluded.at
			WHERE mass_member.state = 'on'))
READ_MANY(mass_member_leaf, mass_who, mass_member,
	SQL_UNSCOPED("a rule about one person",
		SELECT plan, customer, state, reason, at, touches, marks FROM mass_member
		WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY plan))
/* plan 0: of all. */
READ_EACH(mass_member_span, mass_span, mass_member,
	SQL_UNSCOPED("a rule about many persons, whose choice was scoped",
		SELECT plan, customer, state, reason FROM mass_member
		WHERE slot = :slot AND corp = :corp AND (plan = :plan OR :plan = 0) AND customer >= :first AND customer <= :last))
READ_MANY(mass_member_seek, mass_seek, mass_member,
	SQL_GLOBAL("a page over the slots of the corp, by its index; whom the viewer may not see is left out behind it",
		SELECT plan, customer, state, reason, at, touches, marks FROM mass_member
		WHERE corp = :corp AND plan = :plan AND customer > :after AND (:state = '' OR state = :state)
			AND (:touches < 0 OR touches = :touches)
		ORDER BY customer LIMIT :limit))
READ_MANY(mass_member_sums, mass_plan_key, mass_count,
	SQL_GLOBAL("sums over the slots of the corp, by its index",
		SELECT state, reason, COUNT(*) AS n FROM mass_member WHERE corp = :corp AND plan = :plan
		GROUP BY state, reason ORDER BY state, reason))

#endif

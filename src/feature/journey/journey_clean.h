/*
 * What goes in the night.
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_CLEAN_H
#define YT_FEATURE_JOURNEY_JOURNEY_CLEAN_H

#include "feature/journey/journey_int.h"

#define JOURNEY_CLEAN "journey.clean"
#define JOURNEY_KEEP_DAYS 400 /* a place somebody left, and its steps */

#define JOURNEY_CLEAN_FIELDS(F, S) F(S, ID, journey) F(S, MS, before) F(S, I64, limit)
RECORD(journey_clean_in, JOURNEY_CLEAN_FIELDS);
#define JOURNEY_CLEAN_DAY_FIELDS(F, S) F(S, I64, day)
RECORD(journey_clean_day, JOURNEY_CLEAN_DAY_FIELDS);
WRITE(journey_clean_steps, journey_clean_in,
	SQL(DELETE FROM journey_step WHERE slot = :slot AND corp = :corp AND place IN (
		SELECT id FROM journey_place WHERE slot = :slot AND corp = :corp AND journey = :journey AND state = 9
			AND node_since < :before ORDER BY node_since, id LIMIT :limit)))
WRITE(journey_clean_places, journey_clean_in,
	SQL(DELETE FROM journey_place WHERE slot = :slot AND corp = :corp AND id IN (
		SELECT id FROM journey_place WHERE slot = :slot AND corp = :corp AND journey = :journey AND state = 9
			AND node_since < :before ORDER BY node_since, id LIMIT :limit)))
WRITE(journey_clean_tries, journey_clean_day,
	SQL(DELETE FROM journey_try_person WHERE slot = :slot AND corp = :corp AND until < :day))

struct timer_row;
err journey_clean(struct cx *cx, const struct timer_row *row);
err journey_clean_arm(struct cx *cx);
err journey_clean_arm_all(struct env *env, struct fail *f);

#endif

/*
 * How members carry letters out: sums over tasks, and what waits for one of them.
 */
#ifndef YT_FEATURE_LETTER_LETTER_DUTY_DATA_H
#define YT_FEATURE_LETTER_LETTER_DUTY_DATA_H

#include "feature/letter/letter_data.h"

/* What each member was asked to send for one caller, and has sent. */
#define LETTER_BY_FIELDS(F, S) F(S, STR, caller) F(S, ID, by_id)
RECORD(letter_by, LETTER_BY_FIELDS);
#define LETTER_DUTY_FIELDS(F, S)                                                                   \
	F(S, ID, staff) F(S, I64, tasks) F(S, I64, executed) F(S, I64, open) F(S, MS, open_since, .opt = true) \
	F(S, I64, people) F(S, I64, delivered)
RECORD(letter_duty, LETTER_DUTY_FIELDS);
READ_MANY(letter_duties, letter_by, letter_duty,
	SQL(SELECT staff, COUNT(*) AS tasks, COUNT(confirmed_at) AS executed,
			COUNT(*) FILTER (WHERE state = 'created' AND confirmed_at IS NULL) AS open,
			MIN(sent_at) FILTER (WHERE state = 'created' AND confirmed_at IS NULL) AS open_since,
			CAST(SUM(people) AS BIGINT) AS people, CAST(SUM(delivered) AS BIGINT) AS delivered
		FROM letter_task WHERE corp = :corp AND caller = :caller AND by_id = :by_id AND msgid IS NOT NULL
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY staff ORDER BY staff))
/* Tasks a member has not tapped; of the earliest deadline. */
#define LETTER_WAIT_FIELDS(F, S) F(S, I64, n) F(S, MS, due, .opt = true)
RECORD(letter_wait, LETTER_WAIT_FIELDS);
READ_ONE(letter_tasks_open, letter_id, letter_wait,
	SQL(SELECT COUNT(*) AS n, MIN(deadline) AS due FROM letter_task
		WHERE corp = :corp AND staff = :id AND state = 'created' AND confirmed_at IS NULL))
READ_MANY(letter_tasks_untapped, letter_id, letter_id,
	SQL(SELECT id FROM letter_task WHERE corp = :corp AND staff = :id AND state = 'created' AND confirmed_at IS NULL))

#endif

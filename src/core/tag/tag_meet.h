/*
 * tag_meet: tags that a profile named before the list of tags had them.
 *
 * The list and the profiles are read by different calls, and the callback of a new tag may be lost or late; a profile
 * that is the same as before is not told again. So what is unknown is kept with the relation, and met when the list
 * has been read, which happens every night too. Ids that never come up (rule groups have tags of their own) stay.
 */
#ifndef YT_CORE_TAG_TAG_MEET_H
#define YT_CORE_TAG_TAG_MEET_H

#include "core/module.h"
#include "store/timer.h"

#define TAG_NIGHT "tag.night"
#define TAG_NIGHT_MS (3 * MS_HOUR + 15 * MS_MINUTE) /* before all customers are read again */
#define TAG_MEET_MAX 500 /* relations of a step */

#define TAG_UNMET_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, STR, wecom_id)
RECORD(tag_unmet, TAG_UNMET_FIELDS);
#define TAG_UNMET_OF_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff)
RECORD(tag_unmet_of, TAG_UNMET_OF_FIELDS);
#define TAG_UNMET_PAGE_FIELDS(F, S) F(S, I64, limit)
RECORD(tag_unmet_page, TAG_UNMET_PAGE_FIELDS);

WRITE(tag_unmet_add, tag_unmet,
	SQL(INSERT INTO tag_unmet (slot, corp, customer, staff, wecom_id) VALUES (:slot, :corp, :customer, :staff, :wecom_id)
		ON CONFLICT (slot, corp, customer, staff, wecom_id) DO NOTHING))
WRITE(tag_unmet_clear, tag_unmet_of,
	SQL(DELETE FROM tag_unmet WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff))
WRITE(tag_unmet_drop, tag_unmet,
	SQL(DELETE FROM tag_unmet
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND staff = :staff AND wecom_id = :wecom_id))
READ_MANY(tag_unmet_known, tag_unmet_page, tag_unmet,
	SQL_UNSCOPED("what the list of tags knows by now",
		SELECT u.customer, u.staff, u.wecom_id FROM tag_unmet u
		WHERE u.slot = :slot AND u.corp = :corp
			AND EXISTS (SELECT 1 FROM tag t WHERE t.corp = u.corp AND t.wecom_id = u.wecom_id AND t.removed = 0)
		ORDER BY u.customer, u.staff, u.wecom_id LIMIT :limit))

struct job;
/* The job tag.pull: reads the list, then lets relations meet what it has; repeatable at any step. */
err tag_pull_step(struct cx *cx, struct job *job, bool *ret_done);
err tag_night(struct cx *cx, const struct timer_row *row);
err tag_night_start(struct env *env, struct fail *f);
err tag_night_new(struct cx *cx);

#endif

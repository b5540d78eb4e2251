/*
 * What the parts of follow offer its module: the decoder of callbacks, the fetch of profiles, the sync.
 */
#ifndef YT_CORE_FOLLOW_FOLLOW_DECODE_H
#define YT_CORE_FOLLOW_FOLLOW_DECODE_H

#include "core/follow/follow_rule.h"
#include "core/job/job.h"
#include "port/wecom/wecom_customer.h"

err follow_decode(struct cx *cx, const struct inbox_row *row);
err follow_decode_many(struct cx *cx, const struct inbox_row *rows, size_t count, bool *ret_done);
struct wecom_event;
bool follow_tell_of(const struct wecom_event *ev, enum follow_tell *ret);
/* What a callback tells; customer 0 yet. */
struct follow_told follow_told_of(const struct wecom_event *ev, enum follow_tell tell, i64 staff, ms received);
/* Claims the row and applies it; in the customer's slot. */
err follow_effects(struct tx *tx, const struct inbox_row *row, const struct follow_told *t);
const struct wecom_reader *follow_reader_of(const struct env *env, str event);
err follow_fetch(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
#define FOLLOW_NIGHT "follow.due"
#define FOLLOW_NIGHT_JOB "follow.night"
#define FOLLOW_NIGHT_MS (3 * MS_HOUR + 30 * MS_MINUTE) /* into the corp's day */
err follow_night(struct cx *cx, const struct timer_row *row);
err follow_night_start(struct env *env, struct fail *f);
err follow_night_new(struct cx *cx);
/* Relations of one member that WeCom shows no more and whose end nobody told; the next behind *after, 0: the last. */
err follow_night_gone(struct cx *cx, i64 *after);
err follow_sync_step(struct cx *cx, struct job *job, bool *ret_done);

/* The event of one relation in a profile; arena texts. */
struct contact_fetched follow_fetched_of(struct arena *a, const struct wecom_contact *c, const struct wecom_follow *f, i64 staff);
/* The leaf of a contact: by external_userid and, when given, unionid (which may merge). */
err follow_customer(struct unit *u, const struct wecom_contact *c, ms occurred, i64 *ret_customer);

#endif

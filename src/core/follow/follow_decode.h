/*
 * What the parts of follow offer its module: the decoder of callbacks, the fetch of profiles, the sync.
 */
#ifndef YT_CORE_FOLLOW_FOLLOW_DECODE_H
#define YT_CORE_FOLLOW_FOLLOW_DECODE_H

#include "core/follow/follow_rule.h"
#include "core/job/job.h"
#include "port/wecom/wecom_customer.h"

err follow_decode(struct cx *cx, const struct inbox_row *row);
err follow_fetch(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err follow_sync_step(struct cx *cx, struct job *job, bool *ret_done);

/* The event of one relation in a profile; arena texts. */
struct contact_fetched follow_fetched_of(struct arena *a, const struct wecom_contact *c, const struct wecom_follow *f, i64 staff);
/* The leaf of a contact: by external_userid and, when given, unionid (which may merge). */
err follow_customer(struct unit *u, const struct wecom_contact *c, ms occurred, i64 *ret_customer);

#endif

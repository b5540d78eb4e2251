/*
 * setup 接入: connecting a WeCom corp, testing each credential, and the check-up (接入体检) of what only
 * shows later: range, callback, unionid, welcomes answered elsewhere, tags of others.
 *
 * Results are kept with what was found, not with sentences, so that every viewer reads them in her language;
 * each line has a cure and an owner. A line no call can answer says so instead of guessing. The list of
 * first steps is worked out from what has really happened, nothing is ticked by hand.
 *
 * in:  contact.fetched, welcome.sent, welcome.missed, livecode.saved, phone.bound
 * out: nothing; timer "setup.weekly", outbox "setup.check"
 */
#ifndef YT_FEATURE_SETUP_SETUP_H
#define YT_FEATURE_SETUP_SETUP_H

#include "core/module.h"

#define SETUP_WEEKLY "setup.weekly"
#define SETUP_CHECK "setup.check"
#define SETUP_EVERY_MS (7 * MS_DAY)
#define SETUP_CALLBACK_OLD_MS (7 * MS_DAY)
#define SETUP_NAMES_MAX 10       /* names told in one line; "…" when there are more */
#define SETUP_WELCOME_LEAST 5    /* welcomes of a member before the share says anything */
#define SETUP_WELCOME_BAD 20     /* percent not given or answered first */
#define SETUP_UNIONID_GOOD 50    /* percent */

/* Looks at everything and keeps the results. Makes calls: no transaction open. */
err setup_check_run(struct cx *cx);

err setup_on_event(struct tx *tx, const struct event *ev);
err setup_weekly(struct cx *cx, const struct timer_row *row);
err setup_send_check(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err setup_arm(struct cx *cx);
err setup_h_readiness(struct cx *cx);
err setup_h_run(struct cx *cx);

/* Whether credentials are there; leaves the unit's fail alone. */
bool setup_connected(struct cx *cx);
/* What to do about an error code of WeCom's, 0: no answer came. */
enum text setup_cure(i64 code);

extern const struct route setup_routes[];

#endif

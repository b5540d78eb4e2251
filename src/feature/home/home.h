/*
 * home 首页: the figures of the day, each with its definition, checked against WeCom's own every night.
 *
 * Relations and orders are counted from the journal into home_day: per slot, corp day and member of staff,
 * by the time it happened, so a replay gives the same table. Added is a relation made (added_first: the
 * person's first ever; added_again: she had one before), lost is her deleting the staff, dropped the staff
 * deleting her, net is added - lost - dropped. Transfers and half contacts count nowhere. Revenue of a day
 * is what was paid for its orders minus what went back that day, in the corp's currency. How many persons
 * there are now comes from the tallies of core/attr; a page load reads some hundred small rows, never the
 * customers.
 *
 * A figure whose source is not connected is unknown (null), never 0. Viewers with a narrower scope see what
 * their staff did; orders belong to nobody there and are unknown to them.
 *
 * in:  follow.added, follow.lost, follow.dropped; order.* and refund.*
 * out: nothing; timer "home.compare", outbox "home.behavior"
 */
#ifndef YT_FEATURE_HOME_HOME_H
#define YT_FEATURE_HOME_HOME_H

#include "core/module.h"

#define HOME_DAYS_MAX 366     /* of one view */
#define HOME_DAYS_DEFAULT 30
#define HOME_DIFFS_MAX 200    /* newest differences shown */
#define HOME_BACK_DAYS 179    /* WeCom keeps 180 days, today included */
#define HOME_SPAN_DAYS 30     /* of one call */
#define HOME_COMPARE_HOUR 4   /* of the corp's day: the day before is closed by then */
#define HOME_COMPARE "home.compare"
#define HOME_BEHAVIOR "home.behavior"

/* What the outbox carries: one member's closed days. */
#define HOME_BEHAVIOR_FIELDS(F, S) F(S, ID, staff) F(S, STR, userid) F(S, I64, from) F(S, I64, to)
RECORD(home_behavior, HOME_BEHAVIOR_FIELDS);

err home_on_follow(struct tx *tx, const struct event *ev);
err home_on_order(struct tx *tx, const struct event *ev);
err home_on_refund(struct tx *tx, const struct event *ev);
err home_compare(struct cx *cx, const struct timer_row *row);
err home_send_behavior(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
/* Arms the nightly comparison of the unit's corp. */
err home_arm(struct cx *cx);
extern const struct route home_routes[];

#endif

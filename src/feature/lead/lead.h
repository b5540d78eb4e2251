/*
 * lead 线索公海: people we know and who have no advisor, free for staff to claim.
 *
 * An operator puts an audience in; friends are left out. Who claims a lead holds her alone for some days and sees her
 * phone; when she has not become a friend by then she goes back by a timer, and the same member may not claim her again
 * for a while, so that nobody sits on leads. A member holds a limited number at a time. Becoming anybody's friend wins the
 * lead. Every step stands in her history and on her timeline.
 *
 * Rows stand in the corp's base slot, by root; what happens is told in her own slot by relay.
 *
 * out: lead.pooled, lead.claimed, lead.returned, lead.won
 */
#ifndef YT_FEATURE_LEAD_LEAD_H
#define YT_FEATURE_LEAD_LEAD_H

#include "core/job/job.h"
#include "core/module.h"

#define LEAD_HELD_MAX 50  /* at a time and staff, unless set otherwise */
#define LEAD_DAYS 7       /* of protection, unless set otherwise */
#define LEAD_COOL_DAYS 7  /* before the same member may claim again */
#define LEAD_WHY_MAX 100
#define LEAD_JOB "lead.pool"
#define LEAD_RETURN "lead.return"
#define LEAD_WON "lead.won"

#define LEAD_EVENT_FIELDS(F, S) F(S, ID, staff, .opt = true) F(S, STR, why, .opt = true)
RECORD(lead_told, LEAD_EVENT_FIELDS);

err lead_pool_step(struct cx *cx, struct job *job, bool *ret_done);
/* ERR_STATE: taken, too many held, or given back lately. */
err lead_claim(struct cx *cx, i64 staff, i64 customer);
/* By who holds her. why: "expired" or the member's own words. */
err lead_give_back(struct cx *cx, i64 staff, i64 customer, str why);
err lead_return_due(struct cx *cx, const struct timer_row *row);
err lead_won_due(struct cx *cx, const struct timer_row *row);
struct attr_person;
struct customer_fact;
err lead_settle(struct tx *tx, struct attr_person *p, struct customer_fact *sum);

extern const struct route lead_routes[];

#endif

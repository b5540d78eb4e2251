/*
 * An audience at a past moment, computed from the journal alone.
 *
 * A person is folded from what had been recorded about her numbers by then: tags, relations, how often what
 * happened, orders and refunds, who was merged with whom, advisor, store and channel. Nothing that was learned later
 * counts, even when it happened earlier. Stages and fields are asked of who keeps their history (struct attr.then).
 * What nobody keeps (profiles, forecasts, counts in windows, what can be reached) cannot be asked of the past: such a
 * condition is refused by its name. The answer is kept as a use (audience_asof.h).
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_PAST_H
#define YT_CORE_AUDIENCE_AUDIENCE_PAST_H

#include "core/audience/audience.h"

struct cx;
struct job;
struct tx;

#define AUDIENCE_PAST_JOB "audience.past"

/* ERR_INPUT naming the first condition that cannot be computed. */
err audience_past_check(struct unit *u, const struct expr *e);
/* Of one number: is she the root of a person who was in at that moment? e was checked. */
err audience_past_test(const struct snap *s, const struct expr *e, i64 customer, ms at, bool *ret_in);
/* Queues the job. ERR_INPUT for a moment to come. */
err audience_past_begin(struct unit *u, const struct expr *e, ms at, i64 *ret_job);
err audience_past_step(struct cx *cx, struct job *job, bool *ret_done);

#endif

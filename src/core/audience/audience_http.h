/*
 * What audience_mod.c joins: the routes, the timer of the days on which time changes persons, and the job for whom a
 * change of their advisor changes. Whom a list shows is written by one function.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_HTTP_H
#define YT_CORE_AUDIENCE_AUDIENCE_HTTP_H

#include "core/cx.h"
#include "store/timer.h"

err audience_due(struct cx *cx, const struct timer_row *row); /* audience_due.c */
#define AUDIENCE_STAFF_JOB "audience.staff"
struct event;
struct job;
err audience_on_staff(struct tx *tx, const struct event *ev); /* audience_staff.c */
err audience_staff_step(struct cx *cx, struct job *job, bool *ret_done);
extern const struct route audience_routes[], audience_ask_routes[], audience_asof_routes[];

#define AUDIENCE_PERSON_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, avatar, .opt = true) F(S, STR, staff_name, .opt = true)
RECORD(audience_person, AUDIENCE_PERSON_FIELDS);
/* As rows, in their order; whoever has no row any more (merged, removed) is passed over. */
err audience_persons(struct cx *cx, const i64 *roots, size_t n, struct list *ret);

#endif

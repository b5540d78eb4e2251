/*
 * What audience_mod.c joins: the routes, and the timer of the days on which time changes persons.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_HTTP_H
#define YT_CORE_AUDIENCE_AUDIENCE_HTTP_H

#include "core/cx.h"
#include "store/timer.h"

err audience_due(struct cx *cx, const struct timer_row *row); /* audience_due.c */
extern const struct route audience_routes[];

#endif

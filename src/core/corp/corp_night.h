/*
 * Work of every night: a timer that comes back at the same moment of the corp's own day.
 *
 * A module arms it for a new corp (corp_new) and, when corps are older than the module, at start; its handler
 * takes the timer and sets the next in the transaction that begins the night's work, so a night is neither
 * lost nor done twice. Setting a timer that waits already moves it, never doubles it.
 */
#ifndef YT_CORE_CORP_CORP_NIGHT_H
#define YT_CORE_CORP_CORP_NIGHT_H

#include "core/cx.h"
#include "store/timer.h"

/* The next moment that is `after` into a day of the unit's corp; later than now. */
ms night_next(struct unit *u, ms now, ms after);
/* Sets the corp's timer of that kind; the base slot. */
err night_set(struct tx *tx, const char *kind, ms after);
err night_arm(struct cx *cx, const char *kind, ms after);
err night_arm_all(struct env *env, const char *kind, ms after, struct fail *f);
/* Takes a timer that came due and sets the next; false: somebody was first, do nothing. */
err night_take(struct tx *tx, const struct timer_row *row, ms after, bool *ret_taken);

#endif

/*
 * Senders: carry out what the outbox says, outside of any transaction, and write what became of it.
 */
#ifndef YT_APP_SENDER_H
#define YT_APP_SENDER_H

#include "core/module.h"
#include "core/speak/speak.h"

#define LANE_WELCOME "welcome" /* the 20-second lane */
#define LANE_ORDINARY ""
#define LANE_OUTSIDE SPEAK_LANE_OUTSIDE /* mail servers and webhooks: slow ones hold up only each other */

/* Claims and carries out what is due in a lane; *ret_worked when there was any. */
err sender_run(struct env *env, struct arena *a, const char *lane, bool *ret_worked);
/* Asks the other side about calls whose reply was lost. */
err sender_reconcile(struct env *env, struct arena *a, bool *ret_worked);
/* When a lane has something to do next, asking about lost replies included; NIL: nothing waits. */
err sender_next_due(struct unit *u, const char *lane, ms *ret);

#endif

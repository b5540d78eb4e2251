/*
 * What letter's files share.
 */
#ifndef YT_FEATURE_LETTER_LETTER_INT_H
#define YT_FEATURE_LETTER_LETTER_INT_H

#include "core/corp/corp.h"
#include "core/mass/mass.h"
#include "core/reach/reach.h"
#include "feature/letter/letter_data.h"

#define LETTER_LEFT "not_active" /* why a letter goes on or ends: its member left */

/* In her slot: adds the letter as gathering and tells the base slot. ready: when its task may be made. */
err letter_put(struct tx *tx, struct letter *l, ms ready, bool *ret_new);
/* In her slot: it ended so, at that moment; her touch and the caller follow. Silent when it had ended already. A letter
 * that expired and may move, or whose member left, goes on to the next friend of hers instead. */
err letter_ended(struct tx *tx, const struct letter *l, const char *state, str reason, ms at);
str letter_claim_key(struct arena *a, const struct letter *l);

/* In the base slot. */
err letter_queue(struct tx *tx, const char *kind, i64 task, ms due);
err letter_task_begin(struct tx *tx, const struct letter_asked *of);
/* Reminds the member; *ret_reminded false: WeCom allows no more of them today. */
err letter_task_remind(struct tx *tx, i64 task, bool *ret_reminded);
/* Stops an open task; its people are told when that is sure. */
err letter_task_stop(struct tx *tx, struct letter_task *t, const char *why);

#endif

/*
 * approve: what those who ask for a second person share: whether one is needed, and saying how it was decided.
 *
 * Who publishes an approver (core/approver.h) asks approval_needed where a thing is made, and calls approval_tell in the
 * transaction that decides, so that the maker of what was refused is told (feature/approval), exactly once.
 *
 * out: approval.decided
 */
#ifndef YT_CORE_APPROVE_APPROVE_H
#define YT_CORE_APPROVE_APPROVE_H

#include "core/approver.h"
#include "store/journal.h"

/* approval.decided, in the base slot. */
#define APPROVAL_DECIDED_FIELDS(F, S)                                               \
	F(S, STR, kind) F(S, ID, object) F(S, STR, title) F(S, STR, href) F(S, ID, asked_by) F(S, ID, by) F(S, BOOL, agreed) F(S, STR, reason)
RECORD(approval_decided, APPROVAL_DECIDED_FIELDS);
/* Says how it was decided; `by` is filled from who acts. asked_by 0 or NIL, or the one who decides: nobody is to be told. */
err approval_tell(struct tx *tx, struct approval_decided *d);
/* Whether more people than the setting says are meant by somebody at the console. */
err approval_needed(struct unit *u, const char *setting, i64 people, bool *ret);

#endif

/*
 * What WeCom can tell about one relation, and applying it (follow_rule.c).
 */
#ifndef YT_CORE_FOLLOW_FOLLOW_RULE_H
#define YT_CORE_FOLLOW_FOLLOW_RULE_H

#include "core/follow/follow_data.h"

#define TRANSFER_WINDOW_MS (10 * MS_MINUTE) /* between the two events of one inheritance */
#define SAME_ADD_MS (5 * MS_SECOND) /* a callback's time and the relation's creation differ by this much */

enum follow_tell { TELL_ADDED, TELL_HALF, TELL_EDITED, TELL_LOST, TELL_DROPPED, TELL_TRANSFERRED };

struct follow_told {
	enum follow_tell tell;
	i64 customer, staff;
	str userid, external_userid, state, welcome_code;
	i64 add_way; /* NIL unknown */
	ms at;
	bool synced;         /* found by a sync, not told by a callback */
	bool before_elsewhere; /* she had a relation under another leaf */
	bool living_elsewhere; /* she has one there now */
};

/* What stands under her other leaves; own snapshots, so before the transaction. */
err follow_elsewhere(struct unit *u, struct follow_told *t);
/* Nothing of hers lies elsewhere: one slot knows whether she was a friend before. */
err follow_all_here(const struct snap *s, i64 customer, bool *ret);
/* In the customer's slot. */
err follow_apply(struct tx *tx, const struct follow_told *t);
err follow_fetch_later(struct tx *tx, const struct follow_told *t);
/* Takes over what a profile says about one relation. */
err follow_on_fetched(struct tx *tx, const struct event *ev);

#endif

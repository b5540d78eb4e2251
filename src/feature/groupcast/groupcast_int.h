/*
 * What groupcast's files share.
 */
#ifndef YT_FEATURE_GROUPCAST_GROUPCAST_INT_H
#define YT_FEATURE_GROUPCAST_GROUPCAST_INT_H

#include "core/group/group.h"
#include "feature/groupcast/groupcast_data.h"

/* Which groups of those named get it today, by owner, and which not; s in the base slot. */
struct groupcast_choice {
	struct group_chat *groups; /* sorted by owner */
	size_t count;
	i64 capped, gone; /* had theirs today; dissolved, unknown or without an owner who may serve */
};
err groupcast_choose(const struct snap *s, const struct ids *owners, const struct ids *groups, struct groupcast_choice *ret);
/* The same within the snapshot's scope; ERR_NOT_FOUND: some belong to owners it does not show. */
err groupcast_choose_seen(const struct snap *s, const struct ids *owners, const struct ids *groups, struct groupcast_choice *ret);
/* In the base slot. c: its words, who asked; id, state, made are filled. ret_new false: the act is there already. */
err groupcast_begin(struct tx *tx, struct groupcast *c, const struct groupcast_choice *choice, bool *ret_new);
/* What was left waiting (groupcast_ask) begins now; c->deadline NIL: it follows from the start. */
err groupcast_resume(struct tx *tx, struct groupcast *c, const struct groupcast_choice *choice);
/* The same row without any group being asked for: it waits for a second person. */
err groupcast_ask(struct tx *tx, struct groupcast *c, const struct groupcast_choice *choice, i64 people);
err groupcast_asks(struct arena *a, const struct groupcast *c, struct groupcast_wish *ret);
err groupcast_cancel(struct tx *tx, i64 id);
/* ERR_STATE when the owner has no open task of it, or was reminded three times today. */
err groupcast_remind(struct tx *tx, i64 id, i64 owner);
/* What is left of a part ends so, and the cast when that was the last. */
err groupcast_part_close(struct tx *tx, struct groupcast_part *p, const char *rest);

#endif

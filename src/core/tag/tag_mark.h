/*
 * tag_mark: what the rest of core/tag shares about marks beside tag.h.
 */
#ifndef YT_CORE_TAG_TAG_MARK_H
#define YT_CORE_TAG_TAG_MARK_H

#include "core/module.h"
#include "core/tag/tag_mark_data.h"

#define TAG_EXPIRE "tag.expire" /* timer, one per slot, at the next moment a source runs out */
#define TAG_EXPIRE_ROWS 500     /* marks of one firing */

/* manual, wecom: somebody did it with her hands. */
bool tag_by_hand(str why);
/* a shows before b. */
bool tag_stronger(const struct tag_mark_row *a, const struct tag_mark_row *b);
/* The tag itself, or the one it was merged into; ERR_NOT_FOUND when that is removed. */
err tag_target(const struct snap *s, i64 id, struct tag *ret);
/* All sources of a mark on a leaf, the strongest first; none: no mark. */
err tag_held(const struct snap *s, const struct tag_on *on, struct tag_mark_row **ret, size_t *ret_count);
/* Adds a source as it stands, whatever the cause (a merge of tags); *ret_new: she did not carry it. */
err tag_hold(struct tx *tx, const struct tag *t, const struct tag_mark_row *row, bool *ret_new);
/* Takes a mark with all its sources off; no event when there is none. */
err tag_drop(struct tx *tx, const struct tag *t, i64 customer, const char *why, i64 why_id, bool *ret_changed);
/* The leaves of the person a leaf belongs to; s may look into every slot of the corp. */
err tag_person(const struct snap *s, i64 customer, i64 ret[], size_t *ret_count);
/* Timer "tag.expire". */
err tag_expire(struct cx *cx, const struct timer_row *row);

#endif

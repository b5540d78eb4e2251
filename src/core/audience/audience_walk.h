/*
 * Everybody one by one, with the features she has: what learning from the index needs.
 *
 * A feature is a tag, or one value of an attribute of texts or stores. The walk goes block by block under the
 * read lock, makes the lists of one block at a time, and looks through the unit's scope. It needs the index of
 * the process: ERR_UNAVAILABLE without one.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_WALK_H
#define YT_CORE_AUDIENCE_AUDIENCE_WALK_H

#include "core/audience/audience.h"

#define AUDIENCE_WALK_ATTRS 64       /* attributes one walk looks at */
#define AUDIENCE_WALK_FEATURES 20000 /* features one walk tells apart */

struct audience_feature {
	i64 tag;  /* 0: a value */
	str attr;
	i64 id;   /* of a store */
	str text; /* of a text */
};
/* has: places in the list of features. */
struct audience_seen { i64 customer; bool in; const u32 *has; size_t n; };

/* Calls fn, which must not ask the store or the index, for everybody in ascending order; in: she is in e.
 * Lists lie in the unit's arena. */
err audience_walk(struct unit *u, const struct expr *e, const struct audience_feature *v, size_t count,
		  void (*fn)(void *arg, const struct audience_seen *who), void *arg);

/* The attributes features may be of: texts and stores of the corp's facts, and texts modules publish. */
str *audience_feature_attrs(struct unit *u, size_t *ret_count);

/* What an expression names, the audiences in it followed: tags, and attributes, each once. */
void audience_names(struct arena *a, const struct expr *e, struct ids *ret_tags, struct strs *ret_attrs);

#endif

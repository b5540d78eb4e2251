/*
 * Counts over a set of persons, answered below HTTP: by tag, by one attribute, in a cube, against another set.
 *
 * Each is one walk over the blocks of the index, without a list of members in between. All of them look
 * through the unit's scope, and all results lie in the unit's arena. They need the index of the process:
 * ERR_UNAVAILABLE without one.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_TALLY_H
#define YT_CORE_AUDIENCE_AUDIENCE_TALLY_H

#include "core/audience/audience.h"

/* How many of the set have each tag; only tags somebody of the set has, greatest count first, then by id. */
struct audience_tag_count { i64 tag, count; };
err audience_crosstab(struct unit *u, const struct expr *e, struct audience_tag_count **ret, size_t *ret_count);

/* How many of the set have each value of an attribute of texts (channel, city, stage …), staff or stores;
 * greatest count first, the unknown (id NIL and text nil) at the end when there are any. ERR_INPUT for
 * another attribute. */
struct audience_value_count {
	i64 id;   /* of staff or store; NIL for texts */
	str text; /* nil for staff and stores */
	i64 count;
};
err audience_breakdown(struct unit *u, const struct expr *e, str attr, struct audience_value_count **ret, size_t *ret_count);

/*
 * The set in a cube over three attributes of numbers, money, moments or dates. An axis with n cuts, which
 * ascend, has n + 2 bins: 0 the unknown, 1 below the first cut, i + 1 from cut i - 1 on. Cuts are stored
 * integers: fen, ms (whole seconds count), days since 1970. Bin (x, y, z) stands at (x * bins_y + y) * bins_z + z.
 */
#define AUDIENCE_AXES 3
#define AUDIENCE_CUTS_MAX 16
struct audience_axis { str attr; const i64 *cuts; size_t cut_count; };
err audience_cube(struct unit *u, const struct expr *e, const struct audience_axis axes[AUDIENCE_AXES], i64 **ret, size_t *ret_count);

/* Two sets against each other. */
struct audience_shares { i64 only_a, both, only_b, total; /* the living whom the viewer sees */ };
err audience_overlap(struct unit *u, const struct expr *a, const struct expr *b, struct audience_shares *ret);

#endif

/*
 * The time machine: who was in an audience at the second it was used.
 *
 * audience_keep stores the members as a portable Roaring bitmap with the expression as it read then (audiences
 * named inside written out), the corp's day, how far each slot's journal had come, and a checksum. Later
 * questions are answered from that, never by today's rules. Persons merged since count as who they are now.
 * A past moment for which nothing was kept is computed from the journal (audience_past.h) and kept alike.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_ASOF_H
#define YT_CORE_AUDIENCE_AUDIENCE_ASOF_H

#include "core/audience/audience.h"

#define AUDIENCE_USE_TITLE_MAX 100

#define AUDIENCE_USE_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, used_by, .doc = "broadcast, past, manual") F(S, ID, ref) F(S, STR, title) \
	F(S, ID, audience, .opt = true, .doc = "the stored one whose expression it was") F(S, STR, expr) \
	F(S, ID, viewed_by, .doc = "the data scope it was chosen in; 0: everything") F(S, MS, at) F(S, I64, day) \
	F(S, I64, people) F(S, STR, positions) F(S, I64, bytes) F(S, I64, checksum) F(S, ID, blob)
RECORD(audience_use, AUDIENCE_USE_FIELDS);

struct audience_use_new {
	const char *used_by; /* with ref: whose use it is; the same again keeps what is there */
	i64 ref;
	str title;
};
/* Evaluates within the unit's scope and keeps the answer. */
err audience_keep(struct unit *u, const struct expr *e, const struct audience_use_new *in, i64 *ret_id);
/* Keeps these members (ascending) as being of that moment. */
err audience_keep_members(struct unit *u, const struct expr *e, const struct audience_use_new *in, ms at, const i64 *members,
			  size_t count, i64 *ret_id);

err audience_use_get(struct unit *u, i64 id, struct audience_use *ret);
/* The use that used_by and ref name; ERR_NOT_FOUND. */
err audience_use_by(struct unit *u, const char *used_by, i64 ref, struct audience_use *ret);
/* Newest first, below `before`; audience 0: of all. */
err audience_use_list(struct unit *u, i64 audience, i64 before, size_t limit, struct audience_use **ret, size_t *ret_count);
/* Members above `after` as they were kept; ERR_IO when the checksum does not fit. */
err audience_use_members(struct unit *u, const struct audience_use *use, i64 after, size_t limit, i64 **ret, size_t *ret_count);
/* Was she in, by any of her numbers? *ret_as: that number. */
err audience_use_has(struct unit *u, const struct audience_use *use, i64 root, bool *ret, i64 *ret_as);

/* Against now, within the unit's scope: who was in and still is, no longer is, is new. Ascending roots. */
struct audience_then { i64 *kept, *still, *gone, *fresh; size_t kept_n, still_n, gone_n, fresh_n; bool broken; };
/* broken: a condition of then no longer holds up today; nobody is compared. */
err audience_use_compare(struct unit *u, const struct audience_use *use, struct audience_then *ret);

/* The tree with audiences named inside written out. */
struct expr *expr_written_out(struct arena *a, const struct expr *e);

#endif

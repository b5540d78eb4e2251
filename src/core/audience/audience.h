/*
 * audience 人群包: exact sets of persons chosen by an expression.
 *
 * Text and JSON are two spellings of one tree. Three evaluators must agree: count/select on bitmaps in
 * memory (libroaring), audience_test on rows of one person (triggers, "why"), and the SQL the compiler
 * writes for either store (the oracle). The live set is: a root, not erased, not a visitor. The index is
 * a function of the rows: the consumer marks touched persons, and they are re-read before the next
 * answer; at start it is loaded from the tables. Times are whole corp days: -30d is 00:00 of the day
 * thirty days before today, `within 7d` is today and the six before.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_H
#define YT_CORE_AUDIENCE_AUDIENCE_H

#include "core/cx.h"

struct expr; /* a checked tree */

#define AUDIENCE_TEXT_MAX 4000
#define AUDIENCE_DEPTH_MAX 16
#define AUDIENCE_NODES_MAX 200

/* Names are resolved against the corp (tags, attributes, audiences). Errors: ERR_INPUT with position
 * ("column 14"), what stands there, and a suggestion; ERR_UNAVAILABLE for what comes later. */
err expr_parse(struct unit *u, str text, struct expr **ret);
err expr_parse_json(struct unit *u, const struct json *tree, struct expr **ret);
str expr_text(struct arena *a, const struct expr *e);            /* canonical text */
void expr_json(struct buf *b, const struct expr *e);             /* canonical tree */
str expr_words(struct unit *u, const struct expr *e, enum lang lang); /* in plain words */

struct audience_index *audience_index_new(struct store *st);
void audience_index_free(struct audience_index *ix);
/* Marks persons whose rows changed (any leaf), called by the consumer after commit. */
void audience_touch(struct audience_index *ix, const i64 *customers, size_t count);

/* Numbers (roots) in the audience, within the unit's scope. Loads the corp on first use. */
err audience_count(struct unit *u, const struct expr *e, i64 *ret_count, i64 *ret_total);
/* The members above `after` in ascending order, at most limit. */
err audience_select(struct unit *u, const struct expr *e, i64 after, size_t limit, i64 **ret, size_t *ret_count);
err audience_sample(struct unit *u, const struct expr *e, u64 seed, size_t n, i64 **ret, size_t *ret_count);
/* Sorted page for lists: by "newest", "active", "spent" descending; key/last = keyset of the last row. */
err audience_page(struct unit *u, const struct expr *e, str sort, i64 last_key, i64 last_customer, size_t limit,
		  i64 **ret, i64 **ret_keys, size_t *ret_count);
/* On rows of one person. */
err audience_test(struct unit *u, const struct expr *e, i64 root, bool *ret_in);
struct why_step { str text, value; bool holds, decides; };
err audience_why(struct unit *u, const struct expr *e, i64 root, enum lang lang, struct why_step **ret, size_t *ret_count, bool *ret_in);
/* By SQL: the oracle and the slow path without an index. */
err audience_count_sql(struct unit *u, const struct expr *e, i64 *ret_count);
err audience_select_sql(struct unit *u, const struct expr *e, i64 **ret, size_t *ret_count);
/* A stored audience by id. */
err audience_expr_of(struct unit *u, i64 id, str *ret_name, struct expr **ret);

#endif

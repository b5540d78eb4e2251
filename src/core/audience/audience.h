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
#define AUDIENCE_NODES_MAX 200   /* conditions and joints, those of audiences named inside included */
#define AUDIENCE_VALUES_MAX 400  /* values in lists, all together */
#define AUDIENCE_NESTED_MAX 8    /* audiences naming audiences */
#define AUDIENCE_DAYS_MAX 36500  /* -30d, within 7d */
#define AUDIENCE_NAME_MAX 40
#define AUDIENCE_MAX 1000        /* stored ones per corp */

/* Names are resolved against the corp (tags, attributes, audiences). Errors: ERR_INPUT with position
 * ("column 14"), what stands there, and a suggestion; ERR_UNAVAILABLE for what comes later. */
err expr_parse(struct unit *u, str text, struct expr **ret);
err expr_parse_json(struct unit *u, const struct json *tree, struct expr **ret);
str expr_text(struct arena *a, const struct expr *e);            /* canonical text */
void expr_json(struct buf *b, const struct expr *e);             /* canonical tree */
str expr_words(struct unit *u, const struct expr *e, enum lang lang); /* in plain words */

struct audience_index *audience_index_new(struct store *st);
/* Before the first question. dir nil: no snapshots; bytes_max 0: the default; simd: "auto", "avx512", "avx2",
 * "plain", and what the processor cannot is as "auto". */
struct audience_setup { str dir, simd; size_t bytes_max; };
void audience_index_setup(struct audience_index *ix, const struct audience_setup *s);
/* Forgets a corp and its snapshot: read anew at its next question. */
void audience_drop(struct audience_index *ix, i64 corp);
void audience_index_free(struct audience_index *ix);
/* For jobs that change persons no journal row names. refresh: folds their facts anew and tells whoever must know.
 * changed: for values already written, in transactions that called audience_stamp (audience_snapshot.h). Own
 * transactions, idempotent; best with persons of one slot after the other. */
err audience_refresh(struct unit *u, const i64 *customers, size_t count);
err audience_changed(struct unit *u, const i64 *customers, size_t count);
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
/* The same of several, as a transaction or snapshot sees her rows. */
err audience_test_in(const struct snap *s, const struct expr *const *e, size_t n, i64 root, bool *ret_in);
/* One condition: what it asks, what is so of her, since when, inside which audiences and negations; first: the
 * first of those that decide. */
struct why_step { str text, value, evidence, path; bool holds, decides, first; };
err audience_why(struct unit *u, const struct expr *e, i64 root, enum lang lang, struct why_step **ret, size_t *ret_count, bool *ret_in);
/* By SQL: the oracle and the slow path without an index. */
err audience_count_sql(struct unit *u, const struct expr *e, i64 *ret_count);
err audience_select_sql(struct unit *u, const struct expr *e, i64 **ret, size_t *ret_count);
/* A stored audience by id. */
err audience_expr_of(struct unit *u, i64 id, str *ret_name, struct expr **ret);

#define AUDIENCE_FIELDS(F, S)                                                     \
	F(S, ID, id) F(S, STR, name, .min = 1, .max = AUDIENCE_NAME_MAX)          \
	F(S, STR, expr, .min = 1, .max = AUDIENCE_TEXT_MAX) F(S, MS, created) F(S, I64, version)
RECORD(audience, AUDIENCE_FIELDS);
/* audience.saved */
#define AUDIENCE_SAVED_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, BOOL, removed)
RECORD(audience_saved, AUDIENCE_SAVED_FIELDS);
err audience_get(struct unit *u, i64 id, struct audience *ret);
err audience_all(struct unit *u, struct audience **ret, size_t *ret_count);
/* id 0: a new one (ret->id). The text is checked and stored as it is written canonically. version NIL:
 * whatever stands there. ERR_EXISTS for a name in use. */
err audience_save(struct unit *u, i64 id, str name, str expr, i64 version, struct audience *ret);
/* The same; announce: of a watched one, who comes and goes by the new expression is told (audience_watch.h). */
struct audience_edit { i64 id, version; str name, expr; bool announce; };
err audience_save_edit(struct unit *u, const struct audience_edit *in, struct audience *ret);
err audience_remove(struct unit *u, i64 id); /* ERR_STATE while another audience names it, or it is watched */

extern const struct module audience_module;

#endif

/*
 * Records: one description per struct, used for request parsing, validation, SQL parameters, row
 * scanning, JSON output, OpenAPI and console forms.
 *
 *	#define TAG_FIELDS(F, S)                         \
 *		F(S, ID, id)                             \
 *		F(S, STR, name, .min = 1, .max = 40)     \
 *		F(S, MS, created)
 *	RECORD(tag, TAG_FIELDS);
 *
 * makes `struct tag` and `tag_record`. A struct is plain C; the descriptor is a constant.
 *
 * type   C type       SQL               JSON
 * I64    i64          BIGINT            integer, exact in 64 bit
 * ID     i64          BIGINT            string ("123"), because JavaScript loses bits
 * MS     ms           BIGINT            integer, UTC milliseconds
 * FEN    i64          BIGINT            integer, minor units (a currency field stands beside it)
 * BOOL   bool         BIGINT 0/1        true/false
 * F64    double       DOUBLE PRECISION  number (never money)
 * STR    str          TEXT              string
 * BYTES  str          BYTEA             base64 string
 * JSON   str          TEXT              the JSON itself
 * OBJ    void *       –                 object of .of (NULL = absent)
 * LIST   struct list  –                 array of objects of .of
 * STRS   struct strs  –                 array of strings
 * IDS    struct ids   –                 array of id strings
 *
 * A field is required unless .opt; an absent optional integer is NIL, an absent text is STR_NIL,
 * both are NULL in SQL. BOOL and F64 default to 0.
 */
#ifndef YT_BASE_RECORD_H
#define YT_BASE_RECORD_H

#include "base/buf.h"
#include "base/json.h"

enum field_type {
	FIELD_I64, FIELD_ID, FIELD_MS, FIELD_FEN, FIELD_BOOL, FIELD_F64, FIELD_STR, FIELD_BYTES,
	FIELD_JSON, FIELD_OBJ, FIELD_LIST, FIELD_STRS, FIELD_IDS,
};

struct list { void *v; size_t n; };
struct strs { str *v; size_t n; };
struct ids { i64 *v; size_t n; };

typedef i64 REC_I64, REC_ID, REC_MS, REC_FEN;
typedef bool REC_BOOL;
typedef double REC_F64;
typedef str REC_STR, REC_BYTES, REC_JSON;
typedef void *REC_OBJ;
typedef struct list REC_LIST;
typedef struct strs REC_STRS;
typedef struct ids REC_IDS;

struct record;
struct field {
	const char *name;
	enum field_type type;
	size_t at;
	bool opt;    /* may be absent: NIL / STR_NIL / NULL / empty */
	bool pii;    /* personal: sealed in journal, inbox and undo bodies, masked by role, never logged */
	bool secret; /* written, never given out again: output is "" or "******" */
	i64 min, max; /* texts: code points; integers: value; lists: count. max == 0: no limit set; with a max
		      * and no min an integer is not below 0 */
	const char *one_of; /* "a,b,c": allowed texts */
	const struct record *of;
	const char *doc;
};

struct record {
	const char *name;
	size_t size;
	const struct field *fields;
	size_t count;
};

#define RECORD_MEMBER_(S, T, n, ...) REC_##T n;
#define RECORD_FIELD_(S, T, n, ...) { .name = #n, .type = FIELD_##T, .at = offsetof(struct S, n), __VA_ARGS__ },
#define RECORD(S, FIELDS)                                                                    \
	struct S { FIELDS(RECORD_MEMBER_, S) };                                              \
	static const struct field S##_fields_[] = { FIELDS(RECORD_FIELD_, S) };              \
	static const struct record S##_record __attribute__((unused)) =                      \
		{ #S, sizeof(struct S), S##_fields_, ARRAY_LEN(S##_fields_) }

/* The record without fields: input of what needs none, output of what answers nothing. */
struct none { char unused; };
extern const struct record none_record;

/* All optional fields unknown, everything else zero. */
void record_init(const struct record *r, void *ret);
/* Strict: unknown members, wrong types, missing fields and broken bounds are ERR_INPUT naming the
 * dotted field. Values point into the arena. */
err record_parse(const struct record *r, const struct json *value, void *ret, struct arena *a, struct fail *f);
/* Lenient: unknown members ignored, wrong types are absent, bounds unchecked (answers of others). */
void record_read(const struct record *r, const struct json *value, void *ret, struct arena *a);
err record_check(const struct record *r, const void *of, struct fail *f);
/* Compact JSON object; absent optional fields are null. */
void record_write(struct buf *b, const struct record *r, const void *of);

/* Rewrites each present .pii text on its way to or from JSON (sealing, unsealing, masking). */
struct record_filter {
	err (*text)(void *arg, const struct field *field, str in, struct arena *a, str *ret);
	void *arg;
};
err record_write_filtered(struct buf *b, const struct record *r, const void *of, const struct record_filter *filter);
err record_read_filtered(const struct record *r, const struct json *value, void *ret, struct arena *a, const struct record_filter *filter);

const struct field *record_field(const struct record *r, str name);

#endif

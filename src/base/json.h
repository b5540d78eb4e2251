/*
 * JSON read: text -> tree in the arena. simdjson behind one small C++ file with a C face
 * (json_simd.cc); strict UTF-8, 64-bit integers kept exact, depth at most JSON_DEPTH_MAX.
 * Duplicate keys: the last one wins. JSON is written by records (base/record.h) and buf_json.
 */
#ifndef YT_BASE_JSON_H
#define YT_BASE_JSON_H

#include "base/fail.h"

#define JSON_DEPTH_MAX 64

enum json_type { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_type type;
	bool truth;
	i64 i;       /* JSON_INT; also set for a JSON_REAL that is integral and fits */
	double real; /* JSON_REAL and JSON_INT */
	str text;    /* JSON_TEXT, unescaped */
	size_t n;                 /* children */
	struct json_member *members; /* of an object, in order */
	struct json *items;          /* of an array */
	str raw; /* the source text of this value, a part of the text given to json_parse */
};

struct json_member {
	str name;
	struct json value;
};

err json_parse(str text, struct arena *a, struct json **ret, struct fail *f);
/* The member of that name or NULL; NULL in gives NULL out, so chains need no checks. */
const struct json *json_get(const struct json *object, const char *name);
/* Typed reads with a default for "absent or another type". Integers given as text are read too
 * (WeCom sends both). */
str json_str(const struct json *object, const char *name);      /* STR_NIL by default */
i64 json_i64(const struct json *object, const char *name, i64 otherwise);
bool json_bool(const struct json *object, const char *name, bool otherwise);
/* Writes the tree back as compact JSON (used for canonical digests and forwarding). */
struct buf;
void json_write(struct buf *b, const struct json *value);
/* The shortest text that reads back as the same double; null for what is not finite. */
void json_write_real(struct buf *b, double v);

#endif

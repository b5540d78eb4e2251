/*
 * The C face of simdjson: one document as a flat list of nodes in document order.
 *
 * An object is followed by its members, each a JSON_SIMD_TEXT node with the name and then the value;
 * an array by its items. Private to json.c; it includes nothing of ours because the other side is C++.
 */
#ifndef YT_BASE_JSON_SIMD_H
#define YT_BASE_JSON_SIMD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum json_simd_type {
	JSON_SIMD_NULL, JSON_SIMD_FALSE, JSON_SIMD_TRUE, JSON_SIMD_INT, JSON_SIMD_REAL, JSON_SIMD_TEXT,
	JSON_SIMD_ARRAY, JSON_SIMD_OBJECT,
};

struct json_simd_node {
	enum json_simd_type type;
	int64_t i;        /* JSON_SIMD_INT */
	double real;      /* JSON_SIMD_REAL */
	const char *text; /* JSON_SIMD_TEXT, n bytes */
	size_t n;         /* bytes of a text; children of an array or object */
};

enum json_simd_result { JSON_SIMD_OK, JSON_SIMD_SYNTAX, JSON_SIMD_NUMBER, JSON_SIMD_DEPTH };

/* Parses n bytes and calls use once with the nodes, which live during that call only; use must return
 * normally. Containers may nest depth_max deep. On failure use is not called and *why says in words
 * what is wrong. JSON_SIMD_NUMBER: a number that fits neither 64 bits nor a double. */
enum json_simd_result json_simd_parse(const char *text, size_t n, int depth_max,
				      void (*use)(void *arg, const struct json_simd_node *nodes, size_t count),
				      void *arg, const char **why);

#ifdef __cplusplus
}
#endif

#endif

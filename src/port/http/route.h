/*
 * Routes: what a module offers over HTTP, declared with its records, permission and scope.
 *
 * The dispatcher (core/perm/perm_dispatch.c) decodes path + query + body into the in-record and checks its
 * bounds before the handler, builds the context of the session, and encodes the out-record after it.
 * A feature author writes no JSON. A route without permission or scope stops the program at start.
 *
 * What an author has to know:
 * - in: path parameters, then the query (GET, DELETE, ROUTE_BODY) or the JSON body (POST, PUT, PATCH).
 *   Unknown names are refused. In a query IDS and STRS are "a,b", JSON, OBJ and LIST are JSON text.
 *   A ROUTE_RAW route with &none_record takes any query (http_query reads it).
 * - out: comes initialised (optional fields unknown). &none_record answers 204. Personal fields (.pii)
 *   are masked for roles without "customer.phone" on the way out.
 * - lists: give `in` an optional I64 limit (filled with 50, at most 1000) and an optional STR cursor;
 *   read one row more than limit, page_from / page_next (core/perm/perm.h) do the cursor.
 * - edits: with ROUTE_ETAG `in` has I64 version, filled from If-Match; UPDATE … WHERE version = :version
 *   and ERR_CONFLICT when nothing changed; `out` has I64 version, answered as ETag.
 * - creations: ROUTE_IDEMPOTENT | ROUTE_CREATED; a handler's final refusals are kept under the key too.
 * - corp, actor and scope of cx->unit are the session's; permission "self" is what every user has; cx_may
 *   asks for further ones. ROUTE_PUBLIC leaves corp 0: the handler finds and sets cx->unit.corp.
 * - an error of cx_fail becomes problem+json; its field becomes the pointer the form marks.
 */
#ifndef YT_PORT_HTTP_ROUTE_H
#define YT_PORT_HTTP_ROUTE_H

#include "port/http/http.h"

struct cx;

enum route_flag {
	ROUTE_PUBLIC = 1,     /* no session (login, callback, H5, health) */
	ROUTE_LIST = 2,       /* out is the record of one row; cx->out is a struct page */
	ROUTE_RAW = 4,        /* the handler fills cx->reply itself (files, QR, callback) */
	ROUTE_BODY = 8,       /* the body is bytes: cx->req->body, not JSON (upload parts) */
	ROUTE_IDEMPOTENT = 16, /* creation: honours Idempotency-Key */
	ROUTE_CREATED = 32,   /* answers 201 */
	ROUTE_ACCEPTED = 64,  /* answers 202 */
	ROUTE_ETAG = 128,     /* out has an i64 field `version`: ETag out, If-Match required on PUT/PATCH */
};

/* What a route shows: nothing about persons, or persons within the viewer's scope. */
enum route_scope { ROUTE_SCOPE_UNSET, ROUTE_SCOPE_NONE, ROUTE_SCOPE_CUSTOMERS };

struct route {
	const char *method, *path; /* "/api/v1/tags/{id}" */
	const char *perm;          /* a name from the modules' permissions; NULL only with ROUTE_PUBLIC */
	enum route_scope scope;
	unsigned flags;
	const struct record *in, *out; /* &none_record when nothing */
	err (*fn)(struct cx *cx);
	const char *doc;
};

struct page {
	struct list data;
	str next_cursor; /* nil: no more */
	i64 total;       /* NIL: not counted */
};

#define PAGE_LIMIT_DEFAULT 50
#define PAGE_LIMIT_MAX 1000

/* Matches "/a/{x}/b" against a path; fills up to 8 pairs (names without braces). */
bool route_match(const char *pattern, str path, struct http_pair *ret, size_t *ret_count);

/* The OpenAPI 3.1 document of the routes; tables ends with NULL, each with an all-zero route. */
#define OPENAPI_SCHEMAS_MAX 1024
void openapi_write(struct buf *b, const struct route *const *tables, str version);

/* Opaque page cursors: keyset values and the hash of the filter they belong to, sealed by an HMAC with
 * the key of the installation (env->cursor_key; core/perm's page_next and page_from fill it in). A
 * cursor of another list, filter or installation is ERR_INPUT. */
#define CURSOR_KEYS_MAX 8
struct cursor_key { u8 bytes[32]; };
str cursor_encode(struct arena *a, const struct cursor_key *key, const i64 *keys, size_t count, u64 filter);
err cursor_decode(struct arena *a, const struct cursor_key *key, str cursor, i64 *ret_keys, size_t count,
		  u64 filter, struct fail *f);

#endif

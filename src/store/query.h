/*
 * Queries: SQL written once for both stores, named parameters, typed by records.
 *
 *	READ_ONE (tag_get,  tag_key,  tag, SQL(SELECT id, name FROM tag WHERE corp = :corp AND id = :id))
 *	READ_MANY(tag_list, tag_find, tag, SQL(… LIMIT :limit))
 *	READ_EACH(tag_scan, none,     tag, SQL(…))
 *	WRITE    (tag_put,  tag,           SQL(INSERT INTO tag … ON CONFLICT …))
 *	WRITE_ONE(tag_add,  tag,  tag_key, SQL(INSERT … ON CONFLICT DO NOTHING RETURNING id))
 *
 * Each makes a constant `<name>_query` and a typed function. A read takes a snapshot, a write takes
 * a transaction, so a GET handler cannot write, by type. Parameters are fields of the input record;
 * :corp, :slot, :scope and :now are filled from the snapshot and from nowhere else. Output columns
 * are matched by name to fields of the output record. At start every query is prepared and checked:
 * each parameter a field, each column a field, :corp present, :slot present when the table has a
 * slot column, :scope present when customer or follow rows come out.
 *
 * Exceptions say why: SQL_UNSCOPED("reason", …) leaves out :scope, SQL_GLOBAL("reason", …) leaves out
 * :corp and :slot. Inside SQL(): C comments only, balanced apostrophes.
 */
#ifndef YT_STORE_QUERY_H
#define YT_STORE_QUERY_H

#include "base/record.h"

struct snap;
struct tx;

enum query_kind { QUERY_ONE, QUERY_MANY, QUERY_EACH, QUERY_WRITE, QUERY_WRITE_ONE };

struct query {
	const char *name;
	const char *sql;
	const struct record *in, *out;
	enum query_kind kind;
};

/* Fills *ret from the first row; ERR_NOT_FOUND when there is none (fail names the query). */
err query_one(const struct snap *s, const struct query *q, const void *in, void *ret);
/* All rows, in the arena of the snapshot. At most QUERY_ROWS_MAX rows: more is ERR_TOO_LARGE. */
#define QUERY_ROWS_MAX 100000
err query_many(const struct snap *s, const struct query *q, const void *in, void **ret, size_t *ret_count);
/* One row at a time through one reused buffer; texts live until the next row. row() may stop it by
 * returning an error, which is passed on. */
err query_each(const struct snap *s, const struct query *q, const void *in,
	       err (*row)(void *arg, const void *of), void *arg);
/* A read whose text is put together at run time: for the audience compiler only, which joins fixed
 * fragments and gives every value as a parameter :p1, :p2 … (:corp, :slot, :scope and :now as ever).
 * Nothing is cached. row() must not query. */
struct query_value { bool text; i64 n; str s; };
err query_dynamic(const struct snap *s, const char *name, const char *sql, const struct query_value *values,
		  size_t count, const struct record *out, err (*row)(void *arg, const void *of), void *arg);
/* tx_changed says how many rows it touched. In a lazy unit on PostgreSQL an error may be that of a later statement, of
 * tx_changed, of the tx_try around it or of the commit. */
err query_write(struct tx *tx, const struct query *q, const void *in);
i64 tx_changed(struct tx *tx); /* in a lazy unit it waits for what PostgreSQL has not answered: ask where it matters */
/* The same statement for count inputs of the input record's size, in order (pipelined on PostgreSQL).
 * tx_changed is the sum. */
err query_write_many(struct tx *tx, const struct query *q, const void *in, size_t count);
/* First RETURNING row; ERR_NOT_FOUND when none came (nothing was changed). fail is not filled then. */
err query_write_one(struct tx *tx, const struct query *q, const void *in, void *ret);

#define SQL(...) #__VA_ARGS__
#define SQL_UNSCOPED(reason, ...) "/* unscoped: " reason " */ " #__VA_ARGS__
#define SQL_GLOBAL(reason, ...) "/* global: " reason " */ " #__VA_ARGS__

#define QUERY_(fn, in_t, out_r, kind_, sql_)                                                      \
	static const struct query fn##_query __attribute__((unused)) = { #fn, sql_, &in_t##_record, out_r, kind_ };

#define READ_ONE(fn, in_t, out_t, ...)                                                            \
	QUERY_(fn, in_t, &out_t##_record, QUERY_ONE, (__VA_ARGS__))                               \
	static inline __attribute__((unused)) err fn(const struct snap *s, const struct in_t *in, struct out_t *ret)      \
	{ return query_one(s, &fn##_query, in, ret); }
#define READ_MANY(fn, in_t, out_t, ...)                                                           \
	QUERY_(fn, in_t, &out_t##_record, QUERY_MANY, (__VA_ARGS__))                              \
	static inline __attribute__((unused)) err fn(const struct snap *s, const struct in_t *in, struct out_t **ret, size_t *ret_count) \
	{ return query_many(s, &fn##_query, in, (void **)ret, ret_count); }
#define READ_EACH(fn, in_t, out_t, ...)                                                           \
	QUERY_(fn, in_t, &out_t##_record, QUERY_EACH, (__VA_ARGS__))                              \
	static inline __attribute__((unused)) err fn(const struct snap *s, const struct in_t *in, err (*row)(void *, const void *), void *arg) \
	{ return query_each(s, &fn##_query, in, row, arg); }
#define WRITE(fn, in_t, ...)                                                                      \
	QUERY_(fn, in_t, NULL, QUERY_WRITE, (__VA_ARGS__))                                        \
	static inline __attribute__((unused)) err fn(struct tx *tx, const struct in_t *in)                                \
	{ return query_write(tx, &fn##_query, in); }
#define WRITE_ONE(fn, in_t, out_t, ...)                                                           \
	QUERY_(fn, in_t, &out_t##_record, QUERY_WRITE_ONE, (__VA_ARGS__))                         \
	static inline __attribute__((unused)) err fn(struct tx *tx, const struct in_t *in, struct out_t *ret)             \
	{ return query_write_one(tx, &fn##_query, in, ret); }

#endif

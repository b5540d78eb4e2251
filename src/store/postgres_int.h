/*
 * What the parts of the PostgreSQL back end share: connections, and what was sent on them and is not answered yet.
 */
#ifndef YT_STORE_POSTGRES_INT_H
#define YT_STORE_POSTGRES_INT_H

#include "store/store_int.h"
#include "store/turn.h"

#include <libpq-fe.h>

#define PIPELINE_ROWS 256

struct pg_conn {
	struct conn c; /* first */
	PGconn *pg;
	struct pg_conn *next;
	int names;
	bool again;   /* the failure is one that a repeat may heal */
	bool waiting; /* a snapshot that has not begun: that goes along with its first statement */
	bool ending;  /* the answer to a COMMIT that nobody waited for is still to be read */
	bool lazy;    /* of a unit that waits for no write's answer */
	const char *sent[PIPELINE_ROWS]; /* what was sent and not answered yet, by name */
	int sent_count, last_write;      /* in `sent`, where the last write begins */
	i64 changed;                     /* by it, as far as it was answered */
	bool wrote, locks; /* the unit has; the lock is prepared */
};

struct pg_stmt {
	struct stmt s; /* first */
	char name[16];
	PGresult *res;
	int at, cursor;
};

struct values {
	const char *v[STORE_PARAMS_MAX];
	int lengths[STORE_PARAMS_MAX], formats[STORE_PARAMS_MAX];
	u64 ints[STORE_PARAMS_MAX];
};

struct pool {
	struct pg_conn *idle;
	int opened, max;
};

struct pg {
	struct store *store;
	char *url;
	pthread_mutex_t lock;
	pthread_cond_t some, synced;
	struct pool readers, writers;
	struct pg_conn sync;
	int reading;
	u64 asked, durable; /* waits for the disk, and those that are over */
	bool syncing;
	struct store_stats stats;
	struct turns *turns;
	_Atomic bool heads[SLOT_COUNT]; /* slots known to have a head row */
};

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25,
       OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_BPCHAR = 1042, OID_VARCHAR = 1043 };

static inline struct pg *pg_of(const struct store *st) { return st->impl; }
static inline PGconn *raw(struct conn *c) { return ((struct pg_conn *)c)->pg; }

/* postgres_conn.c */
err pg_error(struct pg_conn *c, const PGresult *res, struct fail *f, const char *what);
bool pg_answered(const PGresult *res);
/* Reads the answers to all that was sent; those of number `from` on go to ret[], unless something failed before them. */
err pg_settled(struct pg_conn *c, struct fail *f, PGresult **ret, int from);
err pg_send(struct pg_conn *c, const char *what, const char *name, int count, const struct values *w, struct fail *f);
err pg_send_own(struct pg_conn *c, const char *name, i64 slot, struct fail *f); /* slot < 0: it has no parameter */
err pg_exec(struct pg_conn *c, const char *sql, struct fail *f); /* waits for what was sent before */
void pg_roll_back(struct pg_conn *c); /* whatever the answers to what was sent */
void pg_prepare_lock(struct pg_conn *c);
err pg_connect(struct pg *g, struct pg_conn *c, bool writer, struct fail *f);
void pg_disconnect(struct pg_conn *c);
err pool_take(struct pg *g, struct pool *p, struct pg_conn **ret, struct fail *f);
void pool_give(struct pg *g, struct pool *p, struct pg_conn *c);
void conn_drain(struct pg_conn *c);
err conn_snapshot(struct pg *g, struct pg_conn **ret, struct fail *f);
/* A writing connection on which `begin` succeeded; a lost one is made anew, once. */
err conn_begin(struct pg *g, const char *begin, struct pg_conn **ret, i64 *ret_rows, struct fail *f);

/* postgres.c */
void pg_values(struct values *w, const struct plan *p, const struct snap *snap, const void *in);
Oid pg_param_oid(const struct param *p);
bool pg_column_fits(Oid oid, enum field_type type);
void pg_read_row(const PGresult *res, int row, int first, const struct stmt *s, void *ret, struct arena *a);
err pg_waiting_begins(struct pg_conn *c, struct fail *f);
/* Prepares under the statement's name; its columns from number `first` on are fields. */
err pg_prepare_columns(struct pg_conn *c, struct pg_stmt *s, const struct plan *p, const Oid *types, int first, struct fail *f);

/* postgres_ahead.c */
err pg_ask(struct conn *conn, const struct snap *s, const struct query *q, const void *in, const i64 *slots, size_t count,
	   char **ret_rows, struct ahead_got *ret_got);
err pg_read_ahead(struct conn *conn, const struct snap *s, struct ahead_read *reads, size_t count, const i64 *keys, size_t people);


#endif

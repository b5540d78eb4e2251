/*
 * Queries run: plans and statements are looked up by the query's address, values go from record to
 * parameter and from column to record without a name being compared after the first time.
 *
 * The rules of a transaction live here too: after a failed statement every further one is refused
 * until something is rolled back (PostgreSQL does so by nature, SQLite would go on), and while a list
 * of tables is set, writes to any other are refused.
 */
#include "store/ahead_int.h"

static err query_fail(struct fail *f, const struct query *q, err code, const char *why)
{
	return fail_set(f, code, T_OK, str_c(q->name), STR_NIL, str_c(why));
}

err conn_failed(struct conn *c, err e)
{
	if (c->writer && c->failed == OK)
		c->failed = e;
	return e;
}

err plan_get(struct store *st, const struct query *q, const struct plan **ret, struct fail *f)
{
	i64 found = 0;
	struct plan *p = NULL;
	err e = OK;
	pthread_mutex_lock(&st->lock);
	if (imap_get(&st->plans, (i64)(intptr_t)q, &found)) {
		p = (struct plan *)(intptr_t)found;
	} else {
		e = plan_make(st, st->arena, q, &p, f);
		if (e == OK)
			imap_put(&st->plans, (i64)(intptr_t)q, (i64)(intptr_t)p);
	}
	pthread_mutex_unlock(&st->lock);
	if (e == OK)
		*ret = p;
	return e;
}

/* Matches the columns of a prepared statement to the output record, by name. */
err stmt_columns(struct stmt *s, const struct plan *p, struct arena *a, const char *const *names, size_t count,
		 struct fail *f)
{
	s->plan = p;
	s->col_count = count;
	s->cols = ARENA_ARRAY(a, const struct field *, count ? count : 1);
	for (size_t i = 0; i < count; i++) {
		s->cols[i] = p->q->out ? record_field(p->q->out, str_c(names[i])) : NULL;
		if (!s->cols[i] || s->cols[i]->type >= FIELD_OBJ)
			return fail_set(f, ERR_CONFIG, T_OK, str_c(p->q->name), str_c(names[i]),
					STR("the column is no field of the output record"));
	}
	return OK;
}

/* The statement of a query on a connection, prepared at its first use. One that is running already
 * (a scan whose row function runs the same query) gets a temporary twin. */
static err stmt_take(const struct snap *s, const struct query *q, struct stmt **ret)
{
	struct conn *c = s->conn;
	i64 found = 0;
	if (c->failed != OK)
		return query_fail(s->fail, q, c->failed, "the transaction has failed already");
	bool known = imap_get(&c->stmts, (i64)(intptr_t)q, &found);
	struct stmt *st = (struct stmt *)(intptr_t)found;
	if (!known || st->busy) {
		const struct plan *p = known ? st->plan : NULL;
		if (!known)
			TRY(plan_get(c->store, q, &p, s->fail));
		err e = c->ops->prepare(c, p, &st, s->fail);
		if (e != OK)
			return conn_failed(c, e);
		st->temporary = known;
		if (!known)
			imap_put(&c->stmts, (i64)(intptr_t)q, (i64)(intptr_t)st);
	}
	st->busy = true;
	*ret = st;
	return OK;
}

static err stmt_give(struct conn *c, struct stmt *st, err e, i64 *ret_changed)
{
	c->ops->done(c, st, ret_changed);
	st->busy = false;
	if (st->temporary)
		c->ops->release(c, st);
	return e;
}

static err read_only(const struct snap *s, const struct query *q)
{
	if (q->kind == QUERY_WRITE || q->kind == QUERY_WRITE_ONE)
		return query_fail(s->fail, q, ERR_INTERNAL, "a write run as a read");
	return OK;
}

err query_one(const struct snap *s, const struct query *q, const void *in, void *ret)
{
	struct stmt *st;
	bool row = false;
	void *ahead;
	size_t n;
	TRY(read_only(s, q));
	if (ahead_has(s, q, in, &ahead, &n)) {
		if (n == 0)
			return fail_set(s->fail, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, str_c(q->out->name));
		memcpy(ret, ahead, q->out->size);
		return OK;
	}
	TRY(stmt_take(s, q, &st));
	err e = s->conn->ops->run(s->conn, st, s, in);
	if (e == OK)
		e = s->conn->ops->step(s->conn, st, s->fail, &row);
	if (e != OK)
		return stmt_give(s->conn, st, conn_failed(s->conn, e), NULL);
	if (row) {
		record_init(q->out, ret);
		s->conn->ops->row(st, ret, s->arena);
	}
	ahead_keep(s, q, in, ret, row);
	stmt_give(s->conn, st, OK, NULL);
	return row ? OK : fail_set(s->fail, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, str_c(q->out->name));
}

err query_many(const struct snap *s, const struct query *q, const void *in, void **ret, size_t *ret_count)
{
	struct stmt *st;
	TRY(read_only(s, q));
	if (ahead_has(s, q, in, ret, ret_count))
		return OK;
	TRY(stmt_take(s, q, &st));
	size_t n = 0, cap = 0;
	char *rows = NULL;
	bool row = true;
	err e = s->conn->ops->run(s->conn, st, s, in);
	while (e == OK) {
		e = s->conn->ops->step(s->conn, st, s->fail, &row);
		if (e != OK || !row)
			break;
		if (n == QUERY_ROWS_MAX) {
			stmt_give(s->conn, st, OK, NULL);
			return fail_set(s->fail, ERR_TOO_LARGE, T_OK, str_c(q->name), STR_NIL,
					arena_printf(s->arena, "%d", QUERY_ROWS_MAX));
		}
		if (n == cap)
			rows = vec_grow(s->arena, rows, q->out->size, &cap);
		record_init(q->out, rows + n * q->out->size);
		s->conn->ops->row(st, rows + n++ * q->out->size, s->arena);
	}
	stmt_give(s->conn, st, OK, NULL);
	if (e != OK)
		return conn_failed(s->conn, e);
	ahead_keep(s, q, in, rows, n);
	*ret = rows;
	*ret_count = n;
	return OK;
}

err query_each(const struct snap *s, const struct query *q, const void *in,
	       err (*row_fn)(void *arg, const void *of), void *arg)
{
	struct stmt *st;
	bool row = false;
	void *ahead;
	size_t n;
	TRY(read_only(s, q));
	if (ahead_has(s, q, in, &ahead, &n)) {
		err e = OK;
		for (size_t i = 0; i < n && e == OK; i++)
			e = row_fn(arg, (char *)ahead + i * q->out->size);
		return e;
	}
	TRY(stmt_take(s, q, &st));
	void *buffer = arena_alloc(s->arena, q->out->size);
	err e = s->conn->ops->run(s->conn, st, s, in), stop = OK;
	while (e == OK && stop == OK) {
		e = s->conn->ops->step(s->conn, st, s->fail, &row);
		if (e != OK || !row)
			break;
		record_init(q->out, buffer);
		s->conn->ops->row(st, buffer, NULL);
		stop = row_fn(arg, buffer);
	}
	stmt_give(s->conn, st, OK, NULL);
	if (e != OK)
		return conn_failed(s->conn, e);
	return stop;
}

/* The record of :p1, :p2 … over an array of values. */
static const struct record *dynamic_record(struct arena *a, const struct query_value *values, size_t count)
{
	struct field *fields = ARENA_ARRAY(a, struct field, count + 1);
	struct record *r = ARENA_NEW(a, struct record);
	for (size_t i = 0; i < count; i++) {
		size_t in = values[i].text ? offsetof(struct query_value, s) : offsetof(struct query_value, n);
		fields[i].name = arena_cstr(a, arena_printf(a, "p%zu", i + 1));
		fields[i].type = values[i].text ? FIELD_STR : FIELD_I64;
		fields[i].at = i * sizeof(*values) + in;
		fields[i].opt = true;
	}
	*r = (struct record){ "dynamic", count * sizeof(*values), fields, count };
	return r;
}

err query_dynamic(const struct snap *s, const char *name, const char *sql, const struct query_value *values,
		  size_t count, const struct record *out, err (*row_fn)(void *arg, const void *of), void *arg)
{
	struct conn *c = s->conn;
	if (c->failed != OK)
		return c->failed;
	const struct query q = { name, sql, dynamic_record(s->arena, values, count), out, QUERY_EACH };
	struct plan *p;
	struct stmt *st;
	bool row = false;
	TRY(plan_make(c->store, s->arena, &q, &p, s->fail));
	if (p->target[0])
		return query_fail(s->fail, &q, ERR_INTERNAL, "a write run as a read");
	/* The statement lives for this call only, and so does what it takes of the connection. */
	struct arena_mark mark = arena_mark(c->arena);
	err e = c->ops->prepare(c, p, &st, s->fail);
	if (e != OK) {
		arena_reset(c->arena, mark);
		return conn_failed(c, e);
	}
	st->busy = st->temporary = true;
	void *buffer = arena_alloc(s->arena, out->size);
	err stop = OK;
	for (e = c->ops->run(c, st, s, values); e == OK && stop == OK;) {
		e = c->ops->step(c, st, s->fail, &row);
		if (e != OK || !row)
			break;
		record_init(out, buffer);
		c->ops->row(st, buffer, NULL);
		stop = row_fn(arg, buffer);
	}
	stmt_give(c, st, OK, NULL);
	arena_reset(c->arena, mark);
	return e == OK ? stop : conn_failed(c, e);
}

/* ---- writes ---- */

static bool table_allowed(const struct tx *tx, const char *table)
{
	if (!tx->state->only || strcmp(table, "cursor") == 0 || strcmp(table, "dead_letter") == 0)
		return true;
	for (const char *const *t = tx->state->only; *t; t++) {
		if (strcmp(*t, table) == 0)
			return true;
	}
	return false;
}

static err write_take(struct tx *tx, const struct query *q, struct stmt **ret)
{
	if (q->kind != QUERY_WRITE && q->kind != QUERY_WRITE_ONE)
		return query_fail(tx->snap.fail, q, ERR_INTERNAL, "a read run as a write");
	tx->changed_ = 0;
	tx->snap.conn->later = false;
	TRY(stmt_take(&tx->snap, q, ret));
	const char *target = (*ret)->plan->target;
	if (table_allowed(tx, target))
		return OK;
	stmt_give(tx->snap.conn, *ret, OK, NULL);
	conn_failed(tx->snap.conn, ERR_INTERNAL);
	return fail_set(tx->snap.fail, ERR_INTERNAL, T_OK, str_c(q->name), str_c(target),
			STR("a table outside of the module's derived ones"));
}

i64 tx_changed(struct tx *tx)
{
	struct conn *c = tx->snap.conn;
	err e = c->later ? c->ops->settle(c, &tx->changed_, tx->snap.fail) : OK;
	c->later = false;
	if (e != OK)
		conn_failed(c, e);
	return tx->changed_;
}

err query_write(struct tx *tx, const struct query *q, const void *in)
{
	struct stmt *st;
	struct conn *c = tx->snap.conn;
	TRY(write_take(tx, q, &st));
	bool row = true;
	ahead_written(tx, q, st->plan->target, in, 1);
	err e = c->ops->run(c, st, &tx->snap, in);
	while (e == OK && row)
		e = c->ops->step(c, st, tx->snap.fail, &row);
	stmt_give(c, st, OK, &tx->changed_);
	return e == OK ? OK : conn_failed(c, e);
}

err query_write_many(struct tx *tx, const struct query *q, const void *in, size_t count)
{
	struct stmt *st;
	struct conn *c = tx->snap.conn;
	if (count == 0) {
		tx->changed_ = 0;
		c->later = false;
		return OK;
	}
	TRY(write_take(tx, q, &st));
	i64 changed = 0;
	ahead_written(tx, q, st->plan->target, in, count);
	err e = c->ops->run_many(c, st, &tx->snap, in, count, &changed);
	stmt_give(c, st, OK, NULL);
	tx->changed_ = changed;
	return e == OK ? OK : conn_failed(c, e);
}

err query_write_one(struct tx *tx, const struct query *q, const void *in, void *ret)
{
	struct stmt *st;
	struct conn *c = tx->snap.conn;
	TRY(write_take(tx, q, &st));
	bool row = false, more = false;
	ahead_written(tx, q, st->plan->target, in, 1);
	err e = c->ops->run(c, st, &tx->snap, in);
	if (e == OK)
		e = c->ops->step(c, st, tx->snap.fail, &row);
	if (e == OK && row) {
		record_init(q->out, ret);
		c->ops->row(st, ret, tx->snap.arena);
		/* To its end, or SQLite would take the statement for interrupted. */
		for (more = true; e == OK && more;)
			e = c->ops->step(c, st, tx->snap.fail, &more);
	}
	stmt_give(c, st, OK, &tx->changed_);
	if (e != OK)
		return conn_failed(c, e);
	return row ? OK : ERR_NOT_FOUND;
}

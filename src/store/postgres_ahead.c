/*
 * Reading ahead on PostgreSQL: one statement for each form, with the persons as an array, all of them in one message. The
 * query stands in a LATERAL whose OFFSET keeps it as it is, so it is planned for one person, by its index, and its rows come
 * in its order, person after person.
 */
#include "store/ahead_int.h"
#include "store/postgres_int.h"

#include <endian.h>
#include <stdio.h>

#define OID_INT8_ARRAY 1016
#define SEVERAL 3 /* persons for whom one statement each is as cheap */
#define READS (PIPELINE_ROWS / SEVERAL)

static err prepare(struct pg_conn *c, const struct ahead_form *form, bool many, struct pg_stmt **ret, struct fail *f)
{
	const struct plan *p = many ? form->plan : form->one;
	i64 found;
	if (imap_get(&c->c.stmts, (i64)(intptr_t)(many ? (const void *)p : form->q), &found)) {
		*ret = (struct pg_stmt *)(intptr_t)found;
		return OK;
	}
	struct pg_stmt *s = ARENA_NEW(c->c.arena, struct pg_stmt);
	Oid types[STORE_PARAMS_MAX];
	if (!p)
		TRY(plan_get(c->c.store, form->q, &p, f));
	TRY(pg_settled(c, f, NULL, 0));
	for (size_t i = 0; i < p->param_count; i++)
		types[i] = many && i == form->key_param ? OID_INT8_ARRAY : pg_param_oid(&p->params[i]);
	snprintf(s->name, sizeof(s->name), "s%d", ++c->names);
	TRY(pg_prepare_columns(c, s, p, types, many, f));
	imap_put(&c->c.stmts, (i64)(intptr_t)(many ? (const void *)p : form->q), (i64)(intptr_t)s);
	*ret = s;
	return OK;
}

/* An array of one dimension in binary. */
static str keys_binary(struct arena *a, const i64 *keys, size_t count)
{
	u32 head[5] = { htobe32(1), 0, htobe32(OID_INT8), htobe32((u32)count), htobe32(1) }, eight = htobe32(8);
	size_t each = sizeof(eight) + sizeof(u64);
	char *p = arena_alloc(a, sizeof(head) + count * each);
	memcpy(p, head, sizeof(head));
	for (size_t i = 0; i < count; i++) {
		u64 bits = htobe64((u64)keys[i]);
		memcpy(p + sizeof(head) + i * each, &eight, sizeof(eight));
		memcpy(p + sizeof(head) + i * each + sizeof(eight), &bits, sizeof(bits));
	}
	return str_of(p, sizeof(head) + count * each);
}

static void take_row(const struct snap *s, struct ahead_read *r, const PGresult *res, size_t row, size_t person, int first,
		     const struct stmt *st, size_t at)
{
	size_t size = r->form->q->out->size;
	struct ahead_got *got = &r->got[person];
	if (got->n == 0)
		got->first = at;
	r->gone |= got->first + got->n++ != at;
	record_init(r->form->q->out, r->rows + at * size);
	pg_read_row(res, (int)row, first, st, r->rows + at * size, s->arena);
}

/* Of results by person, or of one for all. */
static void take(const struct snap *s, struct ahead_read *r, PGresult *const *res, size_t results, const struct stmt *st, size_t people)
{
	size_t rows = 0, at = 0;
	for (size_t i = 0; i < results; i++)
		rows += (size_t)PQntuples(res[i]);
	r->rows = arena_alloc(s->arena, (rows + 1) * r->form->q->out->size);
	r->got = ARENA_ARRAY(s->arena, struct ahead_got, people);
	for (size_t i = 0; i < results; i++) {
		for (size_t k = 0; k < (size_t)PQntuples(res[i]); k++) {
			u64 place = htobe64(i + 1);
			if (results == 1 && people > SEVERAL)
				memcpy(&place, PQgetvalue(res[i], (int)k, 0), sizeof(place));
			take_row(s, r, res[i], k, be64toh(place) - 1, people > SEVERAL, st, at++);
		}
	}
}

/* Few persons: the query as it is, for each. */
static err send_each(struct pg_conn *c, const struct snap *s, const struct ahead_form *form, const struct pg_stmt *st,
		     const i64 *keys, size_t people)
{
	for (size_t k = 0; k < people; k++) {
		struct values w;
		*(i64 *)((char *)form->in + form->key->at) = keys[k];
		pg_values(&w, st->s.plan, s, form->in);
		TRY(pg_send(c, form->q->name, st->name, (int)st->s.plan->param_count, &w, s->fail));
	}
	return OK;
}

static err send_all(struct pg_conn *c, const struct snap *s, const struct ahead_form *form, const struct pg_stmt *st, str keys)
{
	struct values w;
	pg_values(&w, form->plan, s, form->in);
	w.v[form->key_param] = keys.p;
	w.lengths[form->key_param] = (int)keys.n;
	return pg_send(c, form->q->name, st->name, (int)form->plan->param_count, &w, s->fail);
}

static err read_some(struct pg_conn *c, const struct snap *s, struct ahead_read *reads, size_t count, const i64 *keys, size_t people)
{
	size_t each = people > SEVERAL ? 1 : people;
	struct pg_stmt **stmts = ARENA_ARRAY(s->arena, struct pg_stmt *, count);
	PGresult **res = ARENA_ARRAY(s->arena, PGresult *, count * each);
	str binary = keys_binary(s->arena, keys, people);
	for (size_t i = 0; i < count; i++)
		TRY(prepare(c, reads[i].form, people > SEVERAL, &stmts[i], s->fail));
	if ((size_t)c->sent_count + count * each > PIPELINE_ROWS)
		TRY(pg_settled(c, s->fail, NULL, 0));
	int from = c->sent_count;
	for (size_t i = 0; i < count; i++)
		TRY(people > SEVERAL ? send_all(c, s, reads[i].form, stmts[i], binary)
				     : send_each(c, s, reads[i].form, stmts[i], keys, people));
	err e = pg_settled(c, s->fail, res, from);
	for (size_t i = 0; i < count; i++) {
		if (e == OK)
			take(s, &reads[i], res + i * each, each, &stmts[i]->s, people);
		for (size_t k = 0; k < each; k++)
			PQclear(res[i * each + k]);
	}
	return e;
}

err pg_read_ahead(struct conn *conn, const struct snap *s, struct ahead_read *reads, size_t count, const i64 *keys, size_t people)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	err e = pg_waiting_begins(c, s->fail);
	for (size_t at = 0; at < count && e == OK; at += READS)
		e = read_some(c, s, reads + at, count - at < READS ? count - at : READS, keys, people);
	c->again |= e != OK; /* without, the next time */
	return e;
}

/* Part of an ask: at most PIPELINE_ROWS inputs. */
static err ask_some(struct pg_conn *c, const struct snap *s, const struct pg_stmt *st, const char *in, const i64 *slots, size_t count,
		    PGresult **res)
{
	const struct query *q = st->s.plan->q;
	struct snap at = *s;
	TRY(pg_settled(c, s->fail, NULL, 0));
	for (size_t i = 0; i < count; i++) {
		struct values w;
		at.slot = slots[i];
		pg_values(&w, st->s.plan, &at, in + i * q->in->size);
		TRY(pg_send(c, q->name, st->name, (int)st->s.plan->param_count, &w, s->fail));
	}
	return pg_settled(c, s->fail, res, 0);
}

err pg_ask(struct conn *conn, const struct snap *s, const struct query *q, const void *in, const i64 *slots, size_t count,
	   char **ret_rows, struct ahead_got *ret_got)
{
	struct pg_conn *c = (struct pg_conn *)conn;
	PGresult **res = ARENA_ARRAY(s->arena, PGresult *, count);
	struct pg_stmt *st;
	const struct ahead_form form = { .q = q };
	size_t rows = 0;
	TRY(pg_waiting_begins(c, s->fail));
	TRY(prepare(c, &form, false, &st, s->fail));
	err e = OK;
	for (size_t at = 0; at < count && e == OK; at += PIPELINE_ROWS)
		e = ask_some(c, s, st, (const char *)in + at * q->in->size, slots + at, count - at < PIPELINE_ROWS ? count - at : PIPELINE_ROWS, res + at);
	for (size_t i = 0; i < count && e == OK; i++) {
		ret_got[i] = (struct ahead_got){ rows, (size_t)PQntuples(res[i]) };
		rows += ret_got[i].n;
	}
	*ret_rows = arena_alloc(s->arena, (rows + 1) * q->out->size);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < ret_got[i].n && e == OK; k++) {
			char *row = *ret_rows + (ret_got[i].first + k) * q->out->size;
			record_init(q->out, row);
			pg_read_row(res[i], (int)k, 0, &st->s, row, s->arena);
		}
		PQclear(res[i]);
	}
	return e == OK ? OK : conn_failed(conn, e);
}

/*
 * The pool of visitor pictures: making, taking, knowing again.
 */
#include "feature/livecode/livecode_visitor.h"

#include "base/buf.h"
#include "feature/livecode/livecode_int.h"

static str joined(struct arena *a, struct strs users)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	for (size_t i = 0; i < users.n; i++)
		buf_fmt(&b, "%s%.*s", i ? "," : "", STR_F(users.v[i]));
	return buf_str(&b);
}

/* As a code of its own to WeCom: another state, the same members. */
static err ask(struct tx *tx, const char *kind, const struct livecode *c, const struct livecode_visitor *v, struct strs users)
{
	struct livecode one = *c;
	one.wecom_state = arena_printf(tx->snap.arena, "%.*s.%lld", STR_F(c->wecom_state), (long long)v->n);
	return livecode_ask_visitor(tx, kind, &one, v->n, v->config_id, users);
}

err visitor_serve(struct tx *tx, const struct livecode *c, i64 pool, struct strs users, bool *ret_more)
{
	struct livecode_visitor *rows;
	str names = joined(tx->snap.arena, users);
	size_t n;
	int told = 0;
	*ret_more = false;
	TRY(livecode_visitors(&tx->snap, &(struct livecode_key){ c->id }, &rows, &n));
	for (i64 i = 1; i <= pool && users.n; i++) {
		struct livecode_visitor v = { .livecode = c->id, .n = i, .config_id = STR_NIL, .qr_url = STR_NIL, .params = STR("") };
		bool known = i <= (i64)n;
		if (known)
			v = rows[i - 1]; /* numbers are dense: none is ever taken out alone */
		if (known && str_eq(v.users, names))
			continue;
		if (known && str_is_nil(v.config_id) && v.users.n)
			continue; /* being made: what it is made with is mended when it is */
		if (told++ >= VISITOR_AT_ONCE) {
			*ret_more = true;
			return OK;
		}
		v.users = names;
		TRY(livecode_visitor_put(tx, &v));
		TRY(ask(tx, str_is_nil(v.config_id) ? "livecode.create" : "livecode.update", c, &v, users));
	}
	return OK;
}

err visitor_unmake(struct tx *tx, const struct livecode *c)
{
	struct livecode_visitor *rows;
	size_t n;
	TRY(livecode_visitors(&tx->snap, &(struct livecode_key){ c->id }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (!str_is_nil(rows[i].config_id))
			TRY(ask(tx, "livecode.delete", c, &rows[i], (struct strs){ 0 }));
	return livecode_visitor_drop(tx, &(struct livecode_key){ c->id });
}

err visitor_result(struct tx *tx, const struct livecode *c, const struct livecode_result *r)
{
	struct livecode_visitor v;
	err e = livecode_visitor_get(&tx->snap, &(struct visitor_key){ c->id, r->visitor }, &v);
	if (e == ERR_NOT_FOUND) { /* the code was removed while it was made */
		v = (struct livecode_visitor){ .n = r->visitor, .config_id = r->config_id };
		return str_is_nil(r->config_id) ? OK : ask(tx, "livecode.delete", c, &v, (struct strs){ 0 });
	}
	TRY(e);
	if (!str_is_nil(r->code))
		v.users = STR(""); /* told again by the next look */
	if (!str_is_nil(r->config_id))
		v.config_id = r->config_id;
	if (!str_is_nil(r->qr_url))
		v.qr_url = r->qr_url;
	return livecode_visitor_put(tx, &v);
}

err visitor_take(struct tx *tx, i64 livecode, str params, struct livecode_visitor *ret)
{
	struct visitor_free key = { livecode, tx->snap.now - VISITOR_REST_MS };
	TRY(livecode_visitor_free(&tx->snap, &key, ret));
	ret->shown = tx->snap.now;
	ret->params = params;
	return livecode_visitor_put(tx, ret);
}

str visitor_params(const struct http_req *req)
{
	struct buf b = buf_new(req->arena, 64 << 10);
	for (size_t i = 0; i < req->query_count; i++) {
		buf_char(&b, i ? ',' : '{');
		buf_json(&b, req->query[i].name);
		buf_char(&b, ':');
		buf_json(&b, req->query[i].value);
	}
	if (req->query_count == 0)
		return STR_NIL;
	buf_char(&b, '}');
	return b.n <= DOOR_PARAMS_BYTES_MAX ? buf_str(&b) : STR_NIL;
}

err visitor_of(const struct snap *s, i64 livecode, str state, ms at, str *ret_params, bool *ret_expired)
{
	struct livecode_visitor v;
	i64 n = 0, dot = str_find(state, STR("."));
	*ret_params = STR_NIL;
	*ret_expired = true;
	if (dot < 0 || !str_i64(str_sub(state, (size_t)dot + 1, state.n), &n))
		return OK;
	err e = livecode_visitor_get(s, &(struct visitor_key){ livecode, n }, &v);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	*ret_expired = v.shown == 0 || at - v.shown > VISITOR_REST_MS;
	if (!*ret_expired)
		*ret_params = v.params;
	return OK;
}

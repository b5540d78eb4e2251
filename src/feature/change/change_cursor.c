/*
 * The cursor of the feed as a text: corp, part and seqs, with a seal.
 */
#include "feature/change/change.h"

#include "base/hash.h"
#include "core/perm/perm.h"

static str seal_of(struct cx *cx, str plain)
{
	u8 mac[SHA256_BYTES];
	hash_hmac_sha256(str_of((const char *)cx->env->cursor_key.bytes, sizeof(cx->env->cursor_key.bytes)), plain, mac);
	return base64url_encode(CX_ARENA(cx), str_of((const char *)mac, CHANGE_CURSOR_BYTES));
}

str change_cursor_write(struct cx *cx, const struct change_cursor *c)
{
	struct buf b = buf_new(CX_ARENA(cx), 4096);
	buf_fmt(&b, "c1.%lld.%lld", (long long)cx->unit.corp, (long long)c->part);
	for (size_t i = 0; i < c->n; i++)
		buf_fmt(&b, ".%lld", (long long)c->seq[i]);
	return arena_printf(CX_ARENA(cx), "%.*s~%.*s", STR_F(buf_str(&b)), STR_F(seal_of(cx, buf_str(&b))));
}

static err bad(struct cx *cx) { return cx_fail(cx, ERR_INPUT, T_CHANGE_CURSOR, STR("cursor"), STR_NIL, STR_NIL); }

static bool next_number(str *rest, i64 *ret) { return rest->p && str_i64(str_cut(rest, '.'), ret); }

err change_cursor_read(struct cx *cx, str text, i64 part, size_t count, struct change_cursor *ret)
{
	str plain, rest = text;
	i64 corp;
	*ret = (struct change_cursor){ .part = part, .n = count };
	if (!text.n)
		return OK;
	plain = str_cut(&rest, '~');
	if (!str_eq(rest, seal_of(cx, plain)) || !str_starts(plain, STR("c1.")))
		return bad(cx);
	rest = str_sub(plain, 3, plain.n);
	if (!next_number(&rest, &corp) || corp != cx->unit.corp || !next_number(&rest, &ret->part) || ret->part != part)
		return bad(cx);
	for (size_t i = 0; i < count; i++)
		if (!next_number(&rest, &ret->seq[i]))
			return bad(cx);
	return rest.n ? bad(cx) : OK;
}

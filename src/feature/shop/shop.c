/*
 * A connector ready to call, and its orders on their way into the inbox.
 */
#include "feature/shop/shop_data.h"

#include "base/hash.h"
#include "core/identity/identity.h"
#include "store/inbox.h"
#include "store/seal.h"

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err open_secret(const struct snap *s, str sealed, str *ret)
{
	*ret = STR_NIL;
	return sealed.n ? unseal_text(s, 0, sealed, ret) : OK;
}

static err open_secrets(const struct snap *s, const struct shop_connector *row, struct shop_account *ret)
{
	*ret = (struct shop_account){ .base = row->base, .client = row->client, .shop = row->shop };
	TRY(open_secret(s, row->secret, &ret->secret));
	TRY(open_secret(s, row->push_token, &ret->push_token));
	return open_secret(s, row->push_key, &ret->push_key);
}

err shop_open_row(struct cx *cx, const struct shop_connector *row, struct shop_link *ret)
{
	*ret = (struct shop_link){ .api = shop_api_of(row->kind), .id = row->id };
	ASSERT(ret->api);
	ret->call = (struct shop_call){ .transport = cx->env->transport, .arena = CX_ARENA(cx), .fail = &cx->unit.fail, .now = cx_now(cx),
					.said = STR_NIL };
	return READ_SNAP(&cx->unit, base(cx), open_secrets(snap, row, &ret->account));
}

static err kept_token(const struct snap *s, const struct shop_key *key, struct shop_state *ret, str *ret_token)
{
	TRY(shop_state_get(s, key, ret));
	return open_secret(s, ret->access, ret_token);
}

static err keep_token(struct tx *tx, i64 id, const struct shop_token *t)
{
	struct shop_state row = { .id = id, .access_until = t->good_until };
	TRY(seal_text(tx, 0, t->text, &row.access));
	return shop_token_set(tx, &row);
}

/* Another thread may have renewed it meanwhile: then that one is taken. */
err shop_renew(struct cx *cx, struct shop_link *l, str old)
{
	struct shop_key key = { l->id };
	struct shop_state st;
	struct shop_token t = { 0 };
	str kept;
	l->call.account = &l->account;
	TRY(READ_SNAP(&cx->unit, base(cx), kept_token(snap, &key, &st, &kept)));
	if (kept.n && !str_eq(kept, old) && st.access_until - SHOP_TOKEN_EARLY_MS > cx_now(cx)) {
		l->call.token = kept;
		return OK;
	}
	TRY(l->api->token(&l->call, &t));
	l->call.token = t.text;
	return WRITE_TX(&cx->unit, base(cx), keep_token(tx, l->id, &t));
}

err shop_open(struct cx *cx, i64 id, struct shop_link *ret)
{
	struct shop_key key = { id };
	struct shop_connector row;
	TRY(READ_SNAP(&cx->unit, base(cx), shop_connector_get(snap, &key, &row)));
	TRY(shop_open_row(cx, &row, ret));
	ret->call.account = &ret->account;
	return shop_renew(cx, ret, STR_NIL);
}

/* ---- orders into the inbox ---- */

#define ORDER_BODY_MAX ((size_t)512 << 10)
#define KEY_HEX 16

/* Who is behind a buyer's id is asked once: afterwards the id itself is known. */
static err know_buyer(struct cx *cx, struct shop_link *l, struct shop_order *o)
{
	struct shop_buyer who = { 0 };
	i64 customer;
	if (!l->api->buyer || !o->buyer.n || o->unionid.n)
		return OK;
	str id = arena_printf(CX_ARENA(cx), "%.*s:%.*s", STR_F(o->source), STR_F(o->buyer));
	err e = identity_find(&cx->unit, STR("buyer"), id, &customer);
	if (e != ERR_NOT_FOUND)
		return e;
	e = l->api->buyer(&l->call, o->buyer, &who);
	if (e == ERR_CONFIG || e == ERR_INPUT) /* a right the shop has not given: the order comes without */
		return OK;
	TRY(e);
	o->unionid = who.unionid.n ? who.unionid : STR_NIL;
	o->phone = who.phone.n ? who.phone : o->phone;
	return OK;
}

err shop_orders_in(struct cx *cx, struct shop_link *l, struct shop_order *v, size_t n)
{
	struct arena *a = CX_ARENA(cx);
	struct inbox_item *items = ARENA_ARRAY(a, struct inbox_item, n + 1);
	bool *fresh = ARENA_ARRAY(a, bool, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct buf b = buf_new(a, ORDER_BODY_MAX);
		u8 digest[SHA256_BYTES];
		TRY(know_buyer(cx, l, &v[i]));
		record_write(&b, &shop_order_record, &v[i]);
		hash_sha256(buf_str(&b), digest);
		str key = arena_printf(a, "%.*s:%.*s:%.*s", STR_F(v[i].source), STR_F(v[i].order_no), STR_F(hash_hex(a, digest, KEY_HEX)));
		items[i] = (struct inbox_item){ cx->unit.corp, STR(SHOP_ORDER_SOURCE), key, buf_str(&b), cx_now(cx) };
	}
	return n ? inbox_add(cx->env->store, a, items, n, fresh, &cx->unit.fail) : OK;
}

err shop_page_in(struct cx *cx, struct shop_link *l, ms from, ms to, str cursor, str *ret_next, i64 *ret_orders)
{
	struct shop_page got = { 0 };
	str old = l->call.token;
	err e = l->api->page(&l->call, from, to, cursor, &got);
	if (e == ERR_LOGIN) { /* it ended in the middle: the page is read again with another */
		TRY(shop_renew(cx, l, old));
		e = l->api->page(&l->call, from, to, cursor, &got);
	}
	TRY(e);
	e = shop_orders_in(cx, l, got.v, got.n);
	if (e == ERR_LOGIN) {
		TRY(shop_renew(cx, l, l->call.token));
		e = shop_orders_in(cx, l, got.v, got.n);
	}
	*ret_next = got.next;
	*ret_orders = (i64)got.n;
	return e;
}

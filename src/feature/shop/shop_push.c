/*
 * Messages of platforms: who may send them is proven before anything is kept, and what is kept is durable before it
 * is answered. What they say is found out afterwards, by the decoder.
 */
#include "feature/shop/shop_data.h"

#include "base/hash.h"
#include "port/http/http_metrics.h"
#include "store/inbox.h"
#include "store/outbox.h"

#define MESSAGE_MAX ((size_t)900 << 10) /* of the inbox's own limit, the rest is for the envelope */

#define PUSH_IN_FIELDS(F, S)                                                      \
	F(S, STR, slug, .max = 64) F(S, STR, signature, .opt = true) F(S, STR, msg_signature, .opt = true) \
	F(S, STR, timestamp, .opt = true) F(S, STR, nonce, .opt = true) F(S, STR, echostr, .opt = true) \
	F(S, STR, encrypt_type, .opt = true) F(S, STR, openid, .opt = true)
RECORD(shop_push_in, PUSH_IN_FIELDS);
#define SHOP_FETCH_FIELDS(F, S) F(S, ID, connector) F(S, STR, order_no)
RECORD(shop_fetch_told, SHOP_FETCH_FIELDS);
#define PUSHED_FIELDS(F, S) F(S, ID, connector) F(S, STR, body)
RECORD(shop_pushed, PUSHED_FIELDS);

static i64 base(struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static err link_of(struct cx *cx, struct shop_link *ret)
{
	struct shop_slugged at;
	struct shop_slug slug = { ((const struct shop_push_in *)cx->in)->slug };
	struct shop_connector row;
	err e = READ_SNAP(&cx->unit, 0, shop_of_slug(snap, &slug, &at));
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_SHOP_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	TRY(e);
	cx->unit.corp = at.owner_corp;
	struct shop_key key = { at.id };
	TRY(READ_SNAP(&cx->unit, base(cx), shop_connector_get(snap, &key, &row)));
	if (!row.enabled)
		return cx_fail(cx, ERR_NOT_FOUND, T_SHOP_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	TRY(shop_open_row(cx, &row, ret));
	ret->call.account = &ret->account;
	return OK;
}

static err count(struct cx *cx, i64 id, bool good)
{
	struct shop_state row = { .id = id, .pushes = good, .bad_pushes = !good, .last_push = good ? cx_now(cx) : NIL };
	if (cx->env->metrics)
		metric_add(metrics_counter(cx->env->metrics, "yutang_shop_pushes_total", good ? "result=\"taken\"" : "result=\"refused\"",
					   "Messages of shops."), 1);
	return WRITE_TX(&cx->unit, base(cx), shop_push_count(tx, &row));
}

static err h_push(struct cx *cx)
{
	struct shop_link l;
	struct shop_pushed in;
	struct buf b = buf_new(CX_ARENA(cx), INBOX_BODY_MAX);
	str key;
	bool fresh;
	TRY(link_of(cx, &l));
	if (cx->req->body.n > MESSAGE_MAX)
		return cx_fail(cx, ERR_TOO_LARGE, T_OK, STR("body"), STR_NIL, STR_NIL);
	in.connector = l.id;
	if (l.api->push(&l.call, cx->req, &in.body, &key) != OK) {
		TRY(count(cx, l.id, false));
		http_send(cx->reply, 401, STR("application/json"), str_c(l.api->refusal));
		return OK;
	}
	record_write(&b, &shop_pushed_record, &in);
	key = arena_printf(CX_ARENA(cx), "%lld:%.*s", (long long)l.id, STR_F(str_sub(key, 0, INBOX_KEY_MAX - 24)));
	struct inbox_item item = { cx->unit.corp, STR(SHOP_PUSH_SOURCE), key, buf_str(&b), cx_now(cx) };
	TRY(inbox_add(cx->env->store, CX_ARENA(cx), &item, 1, &fresh, &cx->unit.fail));
	TRY(count(cx, l.id, true));
	http_send(cx->reply, 200, STR("application/json"), str_c(l.api->thanks));
	return OK;
}

static err h_hello(struct cx *cx)
{
	struct shop_link l;
	str text;
	TRY(link_of(cx, &l));
	if (!l.api->hello || l.api->hello(&l.call, cx->req, &text) != OK) {
		TRY(count(cx, l.id, false));
		http_send(cx->reply, 401, STR("text/plain"), str_c(l.api->refusal));
		return OK;
	}
	http_send(cx->reply, 200, STR("text/plain"), text);
	return OK;
}

/* ---- what it said ---- */

static err ask_for(struct tx *tx, const struct inbox_row *row, i64 id, const struct shop_push *p)
{
	bool first;
	TRY(inbox_claim(tx, row, &first));
	for (size_t i = 0; first && i < p->numbers.n; i++) {
		struct shop_fetch_told body = { id, p->numbers.v[i] };
		str key = arena_printf(tx->snap.arena, "%lld:%.*s:%lld", (long long)id, STR_F(p->numbers.v[i]), (long long)row->id);
		/* The platform's index is behind its messages. */
		TRY(outbox_add(tx, STR(SHOP_FETCH), key, STR(""), tx->snap.now + SHOP_LAG_MS, tx->snap.now + MS_DAY, 0,
			       &shop_fetch_told_record, &body, NULL));
	}
	return OK;
}

err shop_push_decode(struct cx *cx, const struct inbox_row *row)
{
	struct shop_pushed in;
	struct json *tree;
	struct shop_connector c;
	struct shop_link l;
	struct shop_push p;
	TRY(json_parse(row->body, CX_ARENA(cx), &tree, &cx->unit.fail));
	record_read(&shop_pushed_record, tree, &in, CX_ARENA(cx));
	struct shop_key key = { in.connector };
	err e = READ_SNAP(&cx->unit, base(cx), shop_connector_get(snap, &key, &c));
	if (e == ERR_NOT_FOUND)
		return inbox_done(&cx->unit, row, STR("no connector"));
	TRY(e);
	TRY(shop_open_row(cx, &c, &l));
	l.call.account = &l.account;
	e = l.api->read(&l.call, in.body, &p);
	if (e != OK)
		return inbox_done(&cx->unit, row, STR("not read"));
	/* Without a call: who the buyer is, the pull that follows finds out. */
	struct shop_link silent = l;
	struct shop_api mute = *l.api;
	mute.buyer = NULL;
	silent.api = &mute;
	TRY(shop_orders_in(cx, &silent, p.orders, p.order_count));
	if (!p.numbers.n)
		return inbox_done(&cx->unit, row, p.test ? STR("test") : STR_NIL);
	TRY(WRITE_TX(&cx->unit, base(cx), ask_for(tx, row, l.id, &p)));
	return row->slot == base(cx) ? OK : inbox_done(&cx->unit, row, STR_NIL);
}

#define PUSH_PATH "/shop/push/{slug}"
const struct route shop_push_routes[] = {
	{ "POST", PUSH_PATH, NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW | ROUTE_BODY, &shop_push_in_record, &none_record, h_push,
	  "A shop platform's message." },
	{ "GET", PUSH_PATH, NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &shop_push_in_record, &none_record, h_hello,
	  "A shop platform's first look at the address." },
	{ 0 },
};

/*
 * WeChat's shop (微信小店): orders by update time, one by one, and messages in WeCom's envelope.
 *
 * A list names orders only, so a page is a list and one call for each. Messages name them too. Order numbers come
 * as texts and as bare numbers beyond what a double holds: they are read as they are written.
 */
#include "port/shop/shop_api.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/hash.h"
#include "port/wecom/wecom_crypt.h"

#include <stdlib.h>

#define BODY_MAX ((size_t)4 << 10)

extern const struct shop_api shop_wechat;

static err told(struct shop_call *c, const struct json *tree)
{
	i64 code = json_i64(tree, "errcode", 0);
	str words = json_str(tree, "errmsg");
	switch (code) {
	case 0: return OK;
	case 40001: case 40014: case 42001: return shop_said(c, ERR_LOGIN, code, words);
	case 45009: c->retry_at = c->now + MS_HOUR; return shop_said(c, ERR_TOO_MANY, code, words);
	case 45011: return shop_said(c, ERR_TOO_MANY, code, words);
	case -1: return shop_said(c, ERR_UPSTREAM, code, words);
	default: return shop_said(c, ERR_CONFIG, code, words);
	}
}

static err token(struct shop_call *c, struct shop_token *ret)
{
	struct buf url = buf_new(c->arena, BODY_MAX);
	struct json *tree;
	buf_add(&url, shop_base(c, &shop_wechat));
	buf_add_c(&url, "/cgi-bin/token?grant_type=client_credential&appid=");
	buf_url(&url, c->account->client);
	buf_add_c(&url, "&secret=");
	buf_url(&url, c->account->secret);
	TRY(shop_get(c, buf_str(&url), &tree));
	err e = told(c, tree);
	if (e != OK) /* there is no older token to throw away: the secret is wrong */
		return e == ERR_LOGIN ? shop_said(c, ERR_CONFIG, json_i64(tree, "errcode", 0), json_str(tree, "errmsg")) : e;
	ret->text = json_str(tree, "access_token");
	ret->good_until = c->now + json_i64(tree, "expires_in", 0) * MS_SECOND;
	return ret->text.n ? OK : shop_said(c, ERR_CONFIG, 0, STR("access_token"));
}

static err post(struct shop_call *c, const char *path, str body, struct json **ret)
{
	struct buf url = buf_new(c->arena, BODY_MAX);
	buf_add(&url, shop_base(c, &shop_wechat));
	buf_fmt(&url, "%s?access_token=", path);
	buf_url(&url, c->token);
	TRY(shop_post(c, buf_str(&url), body, ret));
	return told(c, *ret);
}

/* ---- an order ---- */

static str status_of(i64 status)
{
	switch (status) {
	case 10: return STR("created");
	case 20: case 21: return STR("paid");
	case 30: return STR("shipped");
	case 100: return STR("done");
	case 200: return STR("refunded");
	default: return status == 190 || status == 250 ? STR("cancelled") : STR("paid");
	}
}

static void read_goods(struct shop_call *c, const struct json *list, struct shop_order *o)
{
	size_t n = list && list->type == JSON_ARRAY ? list->n : 0;
	n = n < SHOP_GOODS_MAX ? n : SHOP_GOODS_MAX;
	struct shop_goods *v = ARENA_ARRAY(c->arena, struct shop_goods, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct json *g = &list->items[i];
		i64 items = json_i64(g, "sku_cnt", 1);
		str sku = shop_text(g, "sku_code");
		sku = sku.n ? sku : shop_text(g, "out_product_id");
		v[i] = (struct shop_goods){ sku.n ? sku : shop_text(g, "product_id"), shop_text(g, "title"), STR_NIL, items * 1000,
					    json_i64(g, "real_price", 0) };
	}
	o->goods = (struct list){ v, n };
}

static err read_order(struct shop_call *c, const struct json *order, struct shop_order *ret)
{
	const struct json *detail = json_get(order, "order_detail");
	const struct json *price = json_get(detail, "price_info"), *pay = json_get(detail, "pay_info");
	const struct json *to = json_get(json_get(detail, "delivery_info"), "address_info");
	record_init(&shop_order_record, ret);
	ret->source = STR("wxshop");
	ret->order_no = shop_text(order, "order_id");
	ret->status = status_of(json_i64(order, "status", 20));
	ret->currency = STR("CNY");
	ret->as_of = shop_time(order, "update_time");
	ms paid_at = shop_time(pay, "pay_time");
	ret->ordered = paid_at != NIL ? paid_at : shop_time(order, "create_time");
	ret->paid = json_i64(price, "order_price", NIL);
	if (!ret->order_no.n || ret->ordered == NIL || ret->paid == NIL)
		return shop_said(c, ERR_INPUT, 0, STR("order_id, create_time, order_price"));
	if (str_eq_c(ret->status, "refunded"))
		ret->refunded = ret->paid;
	ret->openid = shop_text(order, "openid");
	ret->unionid = shop_text(order, "unionid");
	to = to ? to : json_get(detail, "address_info");
	shop_phone(ret, shop_text(to, "tel_number"), true);
	if (json_i64(to, "use_tel_number", 0)) {
		ret->virtual = true;
		ret->receiver = STR_NIL;
		ret->tail = STR_NIL;
	}
	read_goods(c, json_get(detail, "product_infos"), ret);
	return OK;
}

static err one(struct shop_call *c, str order_no, struct shop_order *ret)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *tree;
	buf_add_c(&b, "{\"order_id\":");
	buf_json(&b, order_no);
	buf_char(&b, '}');
	TRY(post(c, "/channels/ec/order/get", buf_str(&b), &tree));
	const struct json *order = json_get(tree, "order");
	return order ? read_order(c, order, ret) : shop_said(c, ERR_NOT_FOUND, 0, order_no);
}

static err page(struct shop_call *c, ms from, ms to, str cursor, struct shop_page *ret)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *tree;
	buf_fmt(&b, "{\"update_time_range\":{\"start_time\":%lld,\"end_time\":%lld},\"page_size\":%d,\"next_key\":", (long long)(from / MS_SECOND),
		(long long)(to / MS_SECOND), SHOP_PAGE);
	buf_json(&b, cursor.n ? cursor : STR(""));
	buf_char(&b, '}');
	TRY(post(c, "/channels/ec/order/list/get", buf_str(&b), &tree));
	const struct json *ids = json_get(tree, "order_id_list");
	size_t n = ids && ids->type == JSON_ARRAY ? ids->n : 0;
	ret->v = ARENA_ARRAY(c->arena, struct shop_order, n + 1);
	ret->n = 0;
	for (size_t i = 0; i < n; i++) {
		str no = ids->items[i].type == JSON_TEXT ? ids->items[i].text : ids->items[i].raw;
		err e = one(c, no, &ret->v[ret->n]);
		if (e == OK)
			ret->n++;
		else if (e != ERR_NOT_FOUND && e != ERR_INPUT)
			return e;
	}
	ret->total = NIL;
	str next = json_str(tree, "next_key");
	ret->next = json_bool(tree, "has_more", false) && next.n ? next : STR_NIL;
	return OK;
}

/* ---- messages ---- */

static err key_of(struct shop_call *c, struct wecom_key *ret)
{
	return wecom_key_read(c->account->push_key, c->arena, ret, c->fail);
}

static err push(struct shop_call *c, const struct http_req *req, str *ret_body, str *ret_key)
{
	struct json *tree;
	struct wecom_key key;
	u8 digest[SHA256_BYTES];
	TRY(json_parse(req->body, c->arena, &tree, c->fail));
	str sealed = json_str(tree, "Encrypt");
	str want = wecom_signature(c->account->push_token, http_query(req, "timestamp"), http_query(req, "nonce"), sealed, c->arena);
	if (!sealed.n || !c->account->push_token.n || !crypt_equal(want, http_query(req, "msg_signature")))
		return shop_said(c, ERR_SIGNATURE, 0, STR("msg_signature"));
	TRY(key_of(c, &key));
	TRY(wecom_decrypt(&key, c->account->client, sealed, c->arena, ret_body, c->fail));
	hash_sha256(*ret_body, digest);
	*ret_key = hash_hex(c->arena, digest, sizeof(digest));
	return OK;
}

static err read_push(struct shop_call *c, str body, struct shop_push *ret)
{
	struct json *tree;
	*ret = (struct shop_push){ 0 };
	TRY(json_parse(body, c->arena, &tree, c->fail));
	const struct json *info = json_get(tree, "order_info");
	info = info ? info : json_get(tree, "finder_shop_aftersale_status_update");
	str no = shop_text(info, "order_id");
	if (!no.n || !str_starts(json_str(tree, "Event"), STR("channels_ec_")))
		return OK;
	ret->numbers = (struct strs){ ARENA_ARRAY(c->arena, str, 1), 1 };
	ret->numbers.v[0] = no;
	return OK;
}

static int by_text(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

static err hello(struct shop_call *c, const struct http_req *req, str *ret_text)
{
	str v[] = { c->account->push_token, http_query(req, "timestamp"), http_query(req, "nonce") };
	u8 digest[SHA1_BYTES];
	qsort(v, ARRAY_LEN(v), sizeof(v[0]), by_text);
	hash_sha1(arena_printf(c->arena, "%.*s%.*s%.*s", STR_F(v[0]), STR_F(v[1]), STR_F(v[2])), digest);
	if (!c->account->push_token.n || !crypt_equal(hash_hex(c->arena, digest, sizeof(digest)), http_query(req, "signature")))
		return shop_said(c, ERR_SIGNATURE, 0, STR("signature"));
	*ret_text = http_query(req, "echostr");
	return OK;
}

const struct shop_api shop_wechat = {
	.kind = "wxshop", .label = T_SHOP_WECHAT, .base = "https://api.weixin.qq.com", .window_max = 7 * MS_DAY,
	.token = token, .page = page, .one = one, .push = push, .read = read_push, .hello = hello,
	.thanks = "success", .refusal = "signature",
};

/*
 * Youzan's cloud (有赞云): a self-owned app's token, trades.sold.get, and its signed messages.
 *
 * Pages are read from the last to the first: an order updated meanwhile leaves the window, and those behind it move
 * to an earlier page, which is still to come. The first answer of a window only tells how many pages there are.
 * Buyers come as yz_open_id; the person behind one is asked for once, by users.info.query.
 */
#include "port/shop/shop_api.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/hash.h"

#define BODY_MAX ((size_t)8 << 10)
#define PAGES_MAX 100
#define OPEN_TOKEN_MS (6 * MS_HOUR) /* when the answer does not say how long it is good */
#define AES_BLOCK 16
#define LIST_CALL "youzan.trades.sold.get/4.0.4"
#define BUYER_CALL "youzan.users.info.query/1.0.0"

extern const struct shop_api shop_youzan;

static err told(struct shop_call *c, i64 code, str words)
{
	switch (code) {
	case 10003: case 4203: case 4201: return shop_said(c, ERR_LOGIN, code, words);
	case 20001: return shop_said(c, ERR_TOO_MANY, code, words);
	case 20002:
		c->retry_at = c->now + MS_HOUR;
		return shop_said(c, ERR_TOO_MANY, code, words);
	default: return shop_said(c, ERR_CONFIG, code, words);
	}
}

/* {response|data, error_response|gw_err_resp}: the part that counts. */
static err part(struct shop_call *c, const struct json *tree, const struct json **ret)
{
	const struct json *bad = json_get(tree, "error_response");
	bad = bad ? bad : json_get(tree, "gw_err_resp");
	if (bad) {
		i64 code = json_i64(bad, "code", json_i64(bad, "err_code", -1));
		str words = json_str(bad, "msg");
		return told(c, code, words.p ? words : json_str(bad, "err_msg"));
	}
	*ret = json_get(tree, "response");
	*ret = *ret ? *ret : json_get(tree, "data");
	return *ret ? OK : told(c, json_i64(tree, "code", -1), json_str(tree, "message"));
}

static err token(struct shop_call *c, struct shop_token *ret)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *tree;
	const struct json *data;
	buf_add_c(&b, "{\"client_id\":");
	buf_json(&b, c->account->client);
	buf_add_c(&b, ",\"client_secret\":");
	buf_json(&b, c->account->secret);
	buf_add_c(&b, ",\"authorize_type\":\"silent\",\"refresh\":false,\"grant_id\":");
	buf_json(&b, c->account->shop);
	buf_char(&b, '}');
	TRY(shop_post(c, arena_printf(c->arena, "%.*s/auth/token", STR_F(shop_base(c, &shop_youzan))), buf_str(&b), &tree));
	data = json_get(tree, "data");
	ret->text = json_str(data, "access_token");
	if (!json_bool(tree, "success", true) || !ret->text.n)
		return shop_said(c, ERR_CONFIG, json_i64(tree, "code", -1), json_str(tree, "message"));
	ms until = shop_time(data, "expires");
	i64 seconds = json_i64(data, "expires_in", NIL);
	ret->good_until = until != NIL ? until : c->now + (seconds != NIL ? seconds * MS_SECOND : OPEN_TOKEN_MS);
	return OK;
}

static err method(struct shop_call *c, const char *name, str body, const struct json **ret)
{
	struct buf url = buf_new(c->arena, BODY_MAX);
	struct json *tree;
	buf_add(&url, shop_base(c, &shop_youzan));
	buf_fmt(&url, "/api/%s?access_token=", name);
	buf_url(&url, c->token);
	TRY(shop_post(c, buf_str(&url), body, &tree));
	return part(c, tree, ret);
}

/* ---- an order ---- */

static const char *status_of(str s)
{
	static const struct { const char *told, *is; } words[] = {
		{ "WAIT_BUYER_PAY", "created" }, { "TRADE_PAID", "paid" }, { "WAIT_CONFIRM", "paid" },
		{ "WAIT_SELLER_SEND_GOODS", "paid" }, { "WAIT_BUYER_CONFIRM_GOODS", "shipped" },
		{ "TRADE_SUCCESS", "done" }, { "TRADE_CLOSED", "cancelled" }, { "TRADE_CLOSE", "cancelled" },
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_c(s, words[i].told))
			return words[i].is;
	return "paid";
}

static void read_goods(struct shop_call *c, const struct json *list, struct shop_order *o)
{
	size_t n = list && list->type == JSON_ARRAY ? list->n : 0;
	n = n < SHOP_GOODS_MAX ? n : SHOP_GOODS_MAX;
	struct shop_goods *v = ARENA_ARRAY(c->arena, struct shop_goods, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct json *g = &list->items[i];
		str sku = shop_text(g, "outer_sku_id");
		sku = sku.n ? sku : shop_text(g, "outer_item_id");
		v[i] = (struct shop_goods){ sku.n ? sku : shop_text(g, "item_id"), shop_text(g, "title"), STR_NIL, json_i64(g, "num", 1) * 1000, 0 };
		if (!shop_yuan(g, "payment", &v[i].amount))
			shop_yuan(g, "total_fee", &v[i].amount);
	}
	o->goods = (struct list){ v, n };
}

static void read_people(const struct json *full, struct shop_order *o)
{
	const struct json *buyer = json_get(full, "buyer_info"), *to = json_get(full, "address_info");
	o->buyer = shop_text(buyer, "yz_open_id");
	o->buyer = o->buyer.n ? o->buyer : shop_text(buyer, "buyer_id");
	o->openid = shop_text(buyer, "outer_user_id");
	shop_phone(o, shop_text(buyer, "buyer_phone"), false);
	shop_phone(o, shop_text(to, "receiver_tel"), true);
	const struct json *extra = json_get(json_get(full, "order_info"), "order_extra");
	o->staff = shop_text(extra, "daogou");
	o->staff = o->staff.n ? o->staff : shop_text(extra, "cashier_name");
}

/* 12: all of it went back; 2: some, the amount being told by the refund alone. */
static err read_order(struct shop_call *c, const struct json *full, struct shop_order *ret)
{
	const struct json *info = json_get(full, "order_info"), *pay = json_get(full, "pay_info");
	record_init(&shop_order_record, ret);
	ret->source = STR("youzan");
	ret->order_no = shop_text(info, "tid");
	ret->status = str_c(status_of(shop_text(info, "status")));
	ret->currency = STR("CNY");
	ret->as_of = shop_time(info, "update_time");
	ms paid_at = shop_time(info, "pay_time"), created = shop_time(info, "created");
	ret->ordered = paid_at != NIL ? paid_at : created;
	bool amount = shop_yuan(pay, "payment", &ret->paid) || shop_yuan(pay, "total_fee", &ret->paid);
	if (!ret->order_no.n || ret->ordered == NIL || !amount)
		return shop_said(c, ERR_INPUT, 0, STR("tid, created, payment"));
	i64 refund = json_i64(info, "refund_state", 0);
	if (refund == 12 || (str_eq_c(ret->status, "cancelled") && paid_at != NIL && json_i64(info, "close_type", 0) == 2)) {
		ret->refunded = ret->paid;
		ret->status = STR("refunded");
	}
	ret->store = shop_text(json_get(full, "source_info"), "kdt_name");
	read_people(full, ret);
	read_goods(c, json_get(full, "orders"), ret);
	return OK;
}

static err read_list(struct shop_call *c, const struct json *data, struct shop_page *ret)
{
	const struct json *list = json_get(data, "full_order_info_list");
	size_t n = list && list->type == JSON_ARRAY ? list->n : 0;
	ret->v = ARENA_ARRAY(c->arena, struct shop_order, n + 1);
	ret->n = 0;
	ret->total = json_i64(data, "total_results", 0);
	for (size_t i = 0; i < n; i++) {
		const struct json *full = json_get(&list->items[i], "full_order_info");
		if (read_order(c, full ? full : &list->items[i], &ret->v[ret->n]) == OK)
			ret->n++;
	}
	return OK;
}

static err page_no(struct shop_call *c, ms from, ms to, i64 no, struct shop_page *ret)
{
	const struct json *data;
	str body = arena_printf(c->arena, "{\"start_update\":\"%.*s\",\"end_update\":\"%.*s\",\"page_no\":%lld,\"page_size\":%d}",
				STR_F(shop_time_text(c->arena, from)), STR_F(shop_time_text(c->arena, to)), (long long)no, SHOP_PAGE);
	TRY(method(c, LIST_CALL, body, &data));
	return read_list(c, data, ret);
}

static err page(struct shop_call *c, ms from, ms to, str cursor, struct shop_page *ret)
{
	i64 no = 0;
	if (!str_i64(cursor, &no)) {
		TRY(page_no(c, from, to, 1, ret));
		no = int_min((ret->total + SHOP_PAGE - 1) / SHOP_PAGE, PAGES_MAX);
		if (no <= 1) {
			ret->next = STR_NIL;
			return OK;
		}
		ret->n = 0; /* page 1 comes last */
		ret->next = arena_printf(c->arena, "%lld", (long long)no);
		return OK;
	}
	TRY(page_no(c, from, to, no, ret));
	ret->next = no > 1 ? arena_printf(c->arena, "%lld", (long long)no - 1) : STR_NIL;
	return OK;
}

static err one(struct shop_call *c, str order_no, struct shop_order *ret)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	const struct json *data;
	struct shop_page got = { 0 };
	buf_add_c(&b, "{\"page_no\":1,\"page_size\":1,\"tid\":");
	buf_json(&b, order_no);
	buf_char(&b, '}');
	TRY(method(c, LIST_CALL, buf_str(&b), &data));
	TRY(read_list(c, data, &got));
	if (!got.n)
		return shop_said(c, ERR_NOT_FOUND, 0, order_no);
	*ret = got.v[0];
	return OK;
}

static err buyer(struct shop_call *c, str id, struct shop_buyer *ret)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	const struct json *data;
	struct shop_order o;
	buf_add_c(&b, "{\"yz_open_id\":");
	buf_json(&b, id);
	buf_char(&b, '}');
	TRY(method(c, BUYER_CALL, buf_str(&b), &data));
	const struct json *list = json_get(data, "user_list");
	const struct json *who = list && list->type == JSON_ARRAY && list->n ? &list->items[0] : data;
	record_init(&shop_order_record, &o);
	shop_phone(&o, shop_text(who, "mobile"), false);
	str union_id = shop_text(who, "union_id");
	*ret = (struct shop_buyer){ union_id.n ? union_id : shop_text(who, "unionid"), o.phone };
	return OK;
}

/* ---- messages ---- */

/* URL-decoded JSON, or base64 of AES-128-CBC with the head of the secret as key. */
static err open_message(struct shop_call *c, str msg, str *ret)
{
	struct http_req decoded = { .arena = c->arena };
	u8 key[AES_BLOCK];
	str cipher, text;
	if (!http_target(&decoded, arena_printf(c->arena, "/?m=%.*s", STR_F(msg))))
		return shop_said(c, ERR_SYNTAX, 0, STR("msg"));
	text = http_query(&decoded, "m");
	*ret = text;
	if (text.n && text.p[0] == '{')
		return OK;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = i < c->account->secret.n ? (u8)c->account->secret.p[i] : '0';
	if (!base64_decode(c->arena, text, &cipher) || cipher.n == 0 || cipher.n % AES_BLOCK)
		return shop_said(c, ERR_SYNTAX, 0, STR("msg"));
	u8 *plain = arena_alloc(c->arena, cipher.n);
	if (!crypt_aes128_cbc_decrypt(key, (const u8 *)"0102030405060708", cipher, plain) || plain[cipher.n - 1] > AES_BLOCK || !plain[cipher.n - 1])
		return shop_said(c, ERR_SYNTAX, 0, STR("msg"));
	*ret = str_of(plain, cipher.n - plain[cipher.n - 1]);
	return OK;
}

static err push(struct shop_call *c, const struct http_req *req, str *ret_body, str *ret_key)
{
	struct json *tree;
	u8 md5[MD5_BYTES];
	TRY(json_parse(req->body, c->arena, &tree, c->fail));
	str msg = json_str(tree, "msg");
	hash_md5(arena_printf(c->arena, "%.*s%.*s%.*s", STR_F(c->account->client), STR_F(msg), STR_F(c->account->secret)), md5);
	if (!c->account->secret.n || !crypt_equal(hash_hex(c->arena, md5, sizeof(md5)), json_str(tree, "sign")))
		return shop_said(c, ERR_SIGNATURE, 0, STR("sign"));
	*ret_body = req->body;
	/* A repeat comes with another sendCount: what it says is the same. */
	str type = json_str(tree, "type"), id = shop_text(tree, "id"), status = json_str(tree, "status");
	hash_md5(msg, md5);
	*ret_key = arena_printf(c->arena, "%.*s:%.*s:%.*s:%.*s", STR_F(type), STR_F(id), STR_F(status), STR_F(hash_hex(c->arena, md5, sizeof(md5))));
	return OK;
}

static err read_push(struct shop_call *c, str body, struct shop_push *ret)
{
	struct json *tree, *msg;
	str text;
	*ret = (struct shop_push){ 0 };
	TRY(json_parse(body, c->arena, &tree, c->fail));
	if (json_bool(tree, "test", false)) {
		ret->test = true;
		return OK;
	}
	TRY(open_message(c, json_str(tree, "msg"), &text));
	TRY(json_parse(text, c->arena, &msg, c->fail));
	const struct json *full = json_get(msg, "full_order_info");
	ret->orders = ARENA_ARRAY(c->arena, struct shop_order, 1);
	if (full && read_order(c, full, &ret->orders[0]) == OK) {
		ret->order_count = 1;
		return OK;
	}
	str type = json_str(tree, "type"), no = shop_text(msg, "tid");
	no = no.n ? no : shop_text(tree, "id");
	if (!no.n || !(str_starts(type, STR("trade_")) || str_starts(type, STR("TRADE_"))))
		return OK; /* goods, members: not about an order */
	ret->numbers = (struct strs){ ARENA_ARRAY(c->arena, str, 1), 1 };
	ret->numbers.v[0] = no;
	return OK;
}

const struct shop_api shop_youzan = {
	.kind = "youzan", .label = T_SHOP_YOUZAN, .base = "https://open.youzanyun.com", .window_max = 90 * MS_DAY,
	.token = token, .page = page, .one = one, .buyer = buyer, .push = push, .read = read_push,
	.thanks = "{\"code\":0,\"msg\":\"success\"}", .refusal = "{\"code\":401,\"msg\":\"sign\"}",
};

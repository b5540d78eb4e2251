/*
 * Connectors against stand-ins of the platforms, with the whole product behind them: pages, tokens that end in the
 * middle, platforms that are busy, and messages before, after and instead of a pull.
 */
#include "app/test_app_rig.h"

#include "feature/shop/shop_data.h"
#include "port/wecom/wecom_crypt.h"
#include "store/journal.h"

#define CLIENT "c000000000000000a1"
#define SECRET "s0000000000000000000000000000000"
#define WX_KEY "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
#define ORDERS_MAX 80

struct sold { char no[32]; const char *status; i64 fen, buyer; ms created, updated; const char *unionid; };
struct stand {
	struct pond *w;
	struct sold v[ORDERS_MAX];
	size_t n;
	int tokens, lists, busy, expire_at; /* expire_at: at that list call the token is no longer good */
	void (*before_list)(struct stand *s, int list);
	bool no_buyers;
};
static struct stand stand; /* of the test at hand */

/* ---- Youzan ---- */

static void say(struct http_req *req, struct http_reply *reply, str json)
{
	(void)req;
	http_send(reply, 200, STR("application/json"), json);
}

static int newest(const void *a, const void *b)
{
	const struct sold *x = a, *y = b;
	return x->updated != y->updated ? (x->updated < y->updated ? 1 : -1) : strcmp(x->no, y->no);
}

static void put_sold(struct buf *b, struct arena *a, const struct sold *s)
{
	bool paid = strcmp(s->status, "WAIT_BUYER_PAY") != 0;
	buf_fmt(b, "{\"order_info\":{\"tid\":\"%s\",\"status\":\"%s\",\"created\":\"%.*s\",\"update_time\":\"%.*s\",\"pay_time\":%s%.*s%s,\"refund_state\":%d},",
		s->no, strcmp(s->status, "REFUNDED") ? s->status : "TRADE_CLOSED", STR_F(shop_time_text(a, s->created)),
		STR_F(shop_time_text(a, s->updated)), paid ? "\"" : "", STR_F(paid ? shop_time_text(a, s->created + 1000) : STR("null")),
		paid ? "\"" : "", strcmp(s->status, "REFUNDED") ? 0 : 12);
	buf_fmt(b, "\"buyer_info\":{\"yz_open_id\":\"yz%lld\",\"buyer_phone\":\"138****%04lld\"},\"source_info\":{\"kdt_name\":\"示例店\"},", (long long)s->buyer,
		(long long)s->buyer);
	buf_fmt(b, "\"pay_info\":{\"payment\":\"%lld.%02lld\"},\"address_info\":{\"receiver_tel\":\"18877771111-123\"},", (long long)(s->fen / 100),
		(long long)(s->fen % 100));
	buf_fmt(b, "\"orders\":[{\"oid\":\"1\",\"outer_sku_id\":\"TEA\",\"title\":\"样品茶\",\"num\":2,\"payment\":\"%lld.%02lld\"}]}", (long long)(s->fen / 100),
		(long long)(s->fen % 100));
}

static void list(struct stand *s, struct http_req *req, struct http_reply *reply)
{
	struct arena *a = req->arena;
	struct json *in;
	struct buf b = buf_new(a, 4 << 20);
	assert_int_equal(json_parse(req->body, a, &in, NULL), OK);
	s->lists++;
	if (s->before_list)
		s->before_list(s, s->lists);
	if (s->lists == s->expire_at)
		s->tokens += 100; /* the present one is no longer good */
	if (!str_eq(http_query(req, "access_token"), arena_printf(a, "T%d", s->tokens))) {
		say(req, reply, STR("{\"gw_err_resp\":{\"err_code\":10003,\"err_msg\":\"token expired\"}}"));
		return;
	}
	if (s->busy > 0) {
		s->busy--;
		say(req, reply, STR("{\"error_response\":{\"code\":20001,\"msg\":\"too many\"}}"));
		return;
	}
	qsort(s->v, s->n, sizeof(s->v[0]), newest);
	ms from = shop_time(in, "start_update"), to = shop_time(in, "end_update");
	str tid = json_str(in, "tid");
	i64 page = json_i64(in, "page_no", 1), size = json_i64(in, "page_size", 20), at = 0, shown = 0;
	buf_add_c(&b, "{\"response\":{\"full_order_info_list\":[");
	for (size_t i = 0; i < s->n; i++) {
		bool fits = tid.n ? str_eq_c(tid, s->v[i].no) : s->v[i].updated >= from && s->v[i].updated < to;
		if (!fits)
			continue;
		if (at >= (page - 1) * size && at < page * size) {
			buf_add_c(&b, shown++ ? ",{\"full_order_info\":" : "{\"full_order_info\":");
			put_sold(&b, a, &s->v[i]);
			buf_char(&b, '}');
		}
		at++;
	}
	buf_fmt(&b, "],\"total_results\":%lld}}", (long long)at);
	say(req, reply, buf_str(&b));
}

static void youzan(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct stand *s = arg;
	struct json *in;
	if (str_eq_c(req->path, "/auth/token")) {
		assert_int_equal(json_parse(req->body, req->arena, &in, NULL), OK);
		bool right = str_eq_c(json_str(in, "client_secret"), SECRET);
		s->tokens += right;
		say(req, reply, right ? arena_printf(req->arena, "{\"success\":true,\"data\":{\"access_token\":\"T%d\",\"expires_in\":604800}}", s->tokens)
				      : STR("{\"success\":false,\"code\":40001,\"message\":\"client_secret\"}"));
	} else if (str_starts(req->path, STR("/api/youzan.trades.sold.get/"))) {
		list(s, req, reply);
	} else if (s->no_buyers) {
		say(req, reply, STR("{\"error_response\":{\"code\":10004,\"msg\":\"no right\"}}"));
	} else {
		str found = STR("");
		assert_int_equal(json_parse(req->body, req->arena, &in, NULL), OK);
		for (size_t i = 0; i < s->n; i++)
			if (s->v[i].unionid && str_eq(json_str(in, "yz_open_id"), arena_printf(req->arena, "yz%lld", (long long)s->v[i].buyer)))
				found = arena_printf(req->arena, "{\"union_id\":\"%s\"}", s->v[i].unionid);
		say(req, reply, arena_printf(req->arena, "{\"response\":{\"user_list\":[%.*s]}}", STR_F(found)));
	}
}

/* ---- a shop ---- */

static struct sold *sell(struct pond *w, const char *status, i64 fen, i64 buyer, ms ago)
{
	struct sold *s = &stand.v[stand.n++];
	ms at = clock_now(&w->t->clock) - ago;
	*s = (struct sold){ .status = status, .fen = fen, .buyer = buyer, .created = at, .updated = at };
	snprintf(s->no, sizeof(s->no), "E2026%020zu", stand.n);
	return s;
}

static struct sold *sold_by(const char *no)
{
	for (size_t i = 0; i < stand.n; i++)
		if (strcmp(stand.v[i].no, no) == 0)
			return &stand.v[i];
	fail_msg("no order %s", no);
	return NULL;
}

static int make(void **state)
{
	pond_new(state, modules, test_spread());
	struct pond *w = *state;
	stand = (struct stand){ .w = w };
	transport_direct_add(w->direct, STR("youzan.test"), youzan, &stand);
	return 0;
}

static int make_spread(void **state)
{
	setenv("YUTANG_TEST_SPREAD", "8", 1);
	int e = make(state);
	unsetenv("YUTANG_TEST_SPREAD");
	return e;
}

static i64 connect(struct pond *w, const char *secret)
{
	struct browser b = { .w = w };
	assert_int_equal(post(&b, "/api/v1/shops", "{\"kind\":\"youzan\",\"name\":\"旗舰店\",\"client\":\"" CLIENT "\",\"secret\":\"%s\",\"shop\":\"160\","
			      "\"base\":\"http://youzan.test\"}", secret), 201);
	i64 id = json_id(reply_json(&b), "id");
	assert_false(str_has(b.reply.body, str_c(secret)));
	engine_settle(&w->env);
	return id;
}

static const struct json *view(struct pond *w, i64 id)
{
	struct browser b = { .w = w };
	assert_int_equal(get(&b, "/api/v1/shops/%lld", (long long)id), 200);
	assert_false(str_has(b.reply.body, STR(SECRET)));
	return reply_json(&b);
}

static void later(struct pond *w, ms by) { engine_live(&w->env, &w->t->clock, clock_now(&w->t->clock) + by, NULL); }

static size_t orders(struct pond *w, const char *query)
{
	struct browser b = { .w = w };
	assert_int_equal(get(&b, "/api/v1/orders?limit=1000%s", query), 200);
	return json_get(reply_json(&b), "data")->n;
}

/* ---- pulling ---- */

static void a_token_that_ends_in_the_middle_loses_nothing(void **state)
{
	struct pond *w = *state;
	for (int i = 0; i < 45; i++)
		sell(w, i % 2 ? "TRADE_SUCCESS" : "WAIT_SELLER_SEND_GOODS", 1000 + i, i % 7, MS_HOUR + i * MS_MINUTE);
	stand.expire_at = 3;
	i64 id = connect(w, SECRET);
	assert_int_equal(orders(w, ""), 45);
	assert_int_equal(orders(w, "&status=done"), 22);
	assert_int_equal(stand.tokens, 102); /* one at first, one after the end */
	assert_int_equal(json_i64(view(w, id), "orders", 0), 45);
	assert_int_equal(json_i64(view(w, id), "lag_s", 0), SHOP_LAG_MS / MS_SECOND);
	int calls = stand.lists;
	later(w, SHOP_EVERY_MS);
	assert_int_equal(orders(w, ""), 45);
	assert_true(stand.lists > calls);
	assert_int_equal(events_of(w, w->corp, EV_ORDER_PLACED, NULL), 45);
	assert_int_equal(events_of(w, w->corp, EV_ORDER_CHANGED, NULL), 0); /* overlapping windows tell nothing twice */
}

/* While page 3 is read, an order of page 2 is updated: everything behind it moves forward. */
static void shift(struct stand *s, int list)
{
	if (list != 3)
		return;
	struct sold *one = sold_by("E202600000000000000000015");
	one->status = "WAIT_BUYER_CONFIRM_GOODS";
	one->updated = clock_now(&s->w->t->clock);
}

static void pages_that_shift_while_they_are_read_lose_nothing(void **state)
{
	struct pond *w = *state;
	for (int i = 0; i < 45; i++)
		sell(w, "WAIT_SELLER_SEND_GOODS", 1000 + i, i, MS_HOUR + i * MS_MINUTE);
	stand.before_list = shift;
	connect(w, SECRET);
	assert_int_equal(orders(w, ""), 44); /* all but the one that left the window */
	later(w, SHOP_EVERY_MS);
	assert_int_equal(orders(w, ""), 45);
	assert_int_equal(orders(w, "&status=shipped"), 1);
}

static void a_busy_platform_is_asked_again_where_it_was(void **state)
{
	struct pond *w = *state;
	for (int i = 0; i < 25; i++)
		sell(w, "TRADE_SUCCESS", 1000, i, MS_HOUR);
	stand.busy = 1;
	i64 id = connect(w, SECRET);
	assert_int_equal(orders(w, ""), 0);
	assert_true(str_eq_c(json_str(view(w, id), "error"), "busy"));
	assert_true(json_str(view(w, id), "cure").n > 0);
	later(w, MS_MINUTE);
	assert_int_equal(orders(w, ""), 25);
	assert_true(json_get(view(w, id), "error")->type == JSON_NULL);
}

static void a_wrong_secret_is_told_and_mended(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w };
	sell(w, "TRADE_SUCCESS", 1000, 1, MS_HOUR);
	i64 id = connect(w, "wrong");
	assert_true(str_eq_c(json_str(view(w, id), "error"), "config"));
	str test = arena_printf(w->a, "/api/v1/shops/%lld/test", (long long)id);
	assert_int_equal(ask(&b, "POST", test, STR("{}")), 200);
	assert_false(json_bool(reply_json(&b), "ok", true));
	assert_true(json_str(reply_json(&b), "cure").n > 0);
	b.match = STR("\"1\"");
	str edit = STR("{\"name\":\"旗舰店\",\"client\":\"" CLIENT "\",\"secret\":\"" SECRET "\",\"shop\":\"160\",\"base\":\"http://youzan.test\",\"enabled\":true}");
	assert_int_equal(ask(&b, "PUT", arena_printf(w->a, "/api/v1/shops/%lld", (long long)id), edit), 200);
	assert_int_equal(ask(&b, "PUT", arena_printf(w->a, "/api/v1/shops/%lld", (long long)id), edit), 412);
	b.match = STR_NIL;
	later(w, MS_SECOND);
	assert_int_equal(orders(w, ""), 1);
	assert_int_equal(ask(&b, "POST", test, STR("{}")), 200);
	assert_true(json_bool(reply_json(&b), "ok", false));
	assert_int_equal(json_i64(reply_json(&b), "orders", 0), 1);
}

static void a_friend_with_the_same_unionid_is_the_buyer(void **state)
{
	struct pond *w = *state;
	struct identity_in ids[] = { { STR("external_userid"), STR("wmLi"), true }, { STR("unionid"), STR("uLi"), true } };
	struct identity_who who = { ids, 2, false, clock_now(&w->t->clock), STR("wecom"), STR_NIL };
	i64 li;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &li, NULL, NULL), OK);
	sell(w, "TRADE_SUCCESS", 1000, 1, MS_HOUR)->unionid = "uLi";
	sell(w, "TRADE_SUCCESS", 2000, 1, 2 * MS_HOUR)->unionid = "uLi";
	connect(w, SECRET);
	assert_int_equal(root_by(w, "buyer", "youzan:yz1"), root_by(w, "external_userid", "wmLi"));
	assert_int_equal(orders(w, arena_cstr(w->a, arena_printf(w->a, "&customer_id=%lld", (long long)li))), 2);
}

static void days_before_are_read_by_a_job(void **state)
{
	struct pond *w = *state;
	struct browser b = { .w = w };
	for (int i = 0; i < 30; i++)
		sell(w, "TRADE_SUCCESS", 1000, i, (10 + i) * MS_DAY);
	stand.no_buyers = true; /* orders come although nobody may ask who their buyers are */
	i64 id = connect(w, SECRET);
	assert_int_equal(orders(w, ""), 0); /* older than a new connector looks */
	str path = arena_printf(w->a, "/api/v1/shops/%lld/backfill", (long long)id);
	assert_int_equal(ask(&b, "POST", path, STR("{\"days\":0}")), 422);
	assert_int_equal(ask(&b, "POST", path, STR("{\"days\":731}")), 422);
	stand.expire_at = stand.lists + 2;
	assert_int_equal(ask(&b, "POST", path, STR("{\"days\":365}")), 202);
	i64 job = json_id(reply_json(&b), "job_id");
	engine_settle(&w->env);
	assert_int_equal(get(&b, "/api/v1/jobs/%lld", (long long)job), 200);
	assert_true(str_eq_c(json_str(reply_json(&b), "state"), "done"));
	assert_int_equal(orders(w, ""), 30);
}

/* ---- messages ---- */

static str slug_of(struct pond *w, i64 id)
{
	str url = json_str(view(w, id), "push_url");
	return str_sub(url, sizeof("http://pond.test") - 1, url.n);
}

/* A message about an order as it is now. */
static int push(struct pond *w, str path, const struct sold *s, const char *type, int count, bool genuine)
{
	struct arena *a = w->a;
	struct browser b = { .w = w };
	struct buf full = buf_new(a, 1 << 20), msg = buf_new(a, 1 << 20);
	u8 md5[MD5_BYTES];
	buf_add_c(&full, "{\"full_order_info\":");
	put_sold(&full, a, s);
	buf_char(&full, '}');
	buf_url(&msg, buf_str(&full));
	hash_md5(arena_printf(a, "%s%.*s%s", CLIENT, STR_F(buf_str(&msg)), genuine ? SECRET : "guess"), md5);
	return ask(&b, "POST", path, arena_printf(a, "{\"client_id\":\"%s\",\"id\":\"%s\",\"type\":\"%s\",\"status\":\"%s\",\"msg\":\"%.*s\",\"sign\":\"%.*s\","
		"\"test\":false,\"sendCount\":%d}", CLIENT, s->no, type, s->status, STR_F(buf_str(&msg)), STR_F(hash_hex(a, md5, sizeof(md5))), count));
}

static void messages_and_pulls_make_one_order(void **state)
{
	struct pond *w = *state;
	i64 id = connect(w, SECRET);
	str path = slug_of(w, id);
	struct sold *s = sell(w, "WAIT_SELLER_SEND_GOODS", 5000, 1, 0);
	assert_int_equal(push(w, path, s, "trade_TradePaid", 0, true), 200);
	assert_int_equal(push(w, path, s, "trade_TradePaid", 1, true), 200); /* told again */
	engine_settle(&w->env);
	assert_int_equal(orders(w, "&status=paid"), 1);
	later(w, SHOP_EVERY_MS); /* the pull finds it known */
	assert_int_equal(orders(w, ""), 1);
	struct sold before = *s;
	s->status = "TRADE_SUCCESS";
	s->updated = clock_now(&w->t->clock);
	later(w, SHOP_EVERY_MS); /* the pull is first this time */
	assert_int_equal(orders(w, "&status=done"), 1);
	assert_int_equal(push(w, path, s, "trade_TradeSuccess", 0, true), 200);
	before.status = "WAIT_BUYER_CONFIRM_GOODS"; /* and an older message comes last */
	before.updated += MS_SECOND;
	assert_int_equal(push(w, path, &before, "trade_TradeSellerShip", 0, true), 200);
	engine_settle(&w->env);
	assert_int_equal(orders(w, "&status=done"), 1);
	assert_int_equal(events_of(w, w->corp, EV_ORDER_PLACED, NULL), 1);
	assert_int_equal(events_of(w, w->corp, EV_ORDER_DONE, NULL), 1);
	assert_int_equal(events_of(w, w->corp, EV_ORDER_SHIPPED, NULL), 0);
	s->status = "REFUNDED";
	s->updated = clock_now(&w->t->clock);
	assert_int_equal(push(w, path, s, "trade_TradeClose", 0, true), 200);
	engine_settle(&w->env);
	assert_int_equal(orders(w, "&status=refunded"), 1);
	assert_int_equal(events_of(w, w->corp, EV_ORDER_REFUNDED, NULL), 1);
	assert_int_equal(json_i64(view(w, id), "pushes", 0), 5);
}

static void a_message_that_is_not_genuine_is_refused_and_counted(void **state)
{
	struct pond *w = *state;
	i64 id = connect(w, SECRET);
	struct sold *s = sell(w, "TRADE_SUCCESS", 5000, 1, 0);
	struct browser b = { .w = w };
	assert_int_equal(push(w, slug_of(w, id), s, "trade_TradePaid", 0, false), 401);
	assert_int_equal(ask(&b, "POST", slug_of(w, id), STR("not json")), 401);
	assert_int_equal(push(w, STR("/shop/push/nobodysaddress"), s, "trade_TradePaid", 0, true), 404);
	engine_settle(&w->env);
	assert_int_equal(orders(w, ""), 0);
	assert_int_equal(json_i64(view(w, id), "bad_pushes", 0), 2);
	assert_int_equal(json_i64(view(w, id), "pushes", 9), 0);
}

/* ---- WeChat's shop ---- */

static void wechat(void *arg, struct http_req *req, struct http_reply *reply)
{
	struct stand *s = arg;
	struct arena *a = req->arena;
	if (str_starts(req->path, STR("/cgi-bin/token")))
		say(req, reply, str_eq_c(http_query(req, "secret"), SECRET) ? STR("{\"access_token\":\"W1\",\"expires_in\":7200}")
									     : STR("{\"errcode\":40125,\"errmsg\":\"invalid appsecret\"}"));
	else if (str_eq_c(req->path, "/channels/ec/order/list/get"))
		say(req, reply, s->busy-- > 0 ? STR("{\"errcode\":45011,\"errmsg\":\"freq\"}")
					      : STR("{\"errcode\":0,\"order_id_list\":[\"3705115058471208929\"],\"next_key\":\"\",\"has_more\":false}"));
	else
		say(req, reply, arena_printf(a, "{\"errcode\":0,\"order\":{\"order_id\":\"%s\",\"status\":100,\"openid\":\"o1\",\"unionid\":\"uLi\",\"create_time\":%lld,"
			"\"update_time\":%lld,\"order_detail\":{\"price_info\":{\"order_price\":4200},\"pay_info\":{\"pay_time\":%lld},\"product_infos\":[{"
			"\"product_id\":\"1\",\"sku_code\":\"TEA\",\"title\":\"茶\",\"sku_cnt\":1,\"real_price\":4200}],\"delivery_info\":{\"address_info\":{"
			"\"tel_number\":\"18877771111\",\"use_tel_number\":1}}}}}", str_has(req->body, STR("8928")) ? "3705115058471208928" : "3705115058471208929",
			1767225600LL, 1767225700LL, 1767225610LL));
}

static void wechat_tells_by_number_and_is_asked(void **state)
{
	struct pond *w = *state;
	struct arena *a = w->a;
	struct browser b = { .w = w };
	struct wecom_key key;
	struct fail f = { 0 };
	str sealed;
	transport_direct_add(w->direct, STR("wx.test"), wechat, &stand);
	assert_int_equal(post(&b, "/api/v1/shops", "{\"kind\":\"wxshop\",\"name\":\"小店\",\"client\":\"wxapp\",\"secret\":\"" SECRET "\",\"base\":\"http://wx.test\","
			      "\"push_token\":\"tok\",\"push_key\":\"short\"}"), 422);
	assert_int_equal(post(&b, "/api/v1/shops", "{\"kind\":\"wxshop\",\"name\":\"小店\",\"client\":\"wxapp\",\"secret\":\"" SECRET "\",\"base\":\"http://wx.test\","
			      "\"push_token\":\"tok\",\"push_key\":\"" WX_KEY "\"}"), 201);
	i64 id = json_id(reply_json(&b), "id");
	engine_settle(&w->env);
	assert_int_equal(orders(w, ""), 1);
	str path = slug_of(w, id);
	assert_int_equal(wecom_key_read(STR(WX_KEY), a, &key, &f), OK);
	assert_int_equal(wecom_encrypt(&key, STR("wxapp"), STR("{\"Event\":\"channels_ec_order_pay\",\"order_info\":{\"order_id\":3705115058471208928}}"),
				       NULL, a, &sealed, &f), OK);
	str sign = wecom_signature(STR("tok"), STR("1"), STR("2"), sealed, a);
	str body = arena_printf(a, "{\"ToUserName\":\"gh\",\"Encrypt\":\"%.*s\"}", STR_F(sealed));
	assert_int_equal(ask(&b, "POST", arena_printf(a, "%.*s?msg_signature=%.*s&timestamp=1&nonce=3", STR_F(path), STR_F(sign)), body), 401);
	assert_int_equal(ask(&b, "POST", arena_printf(a, "%.*s?msg_signature=%.*s&timestamp=1&nonce=2", STR_F(path), STR_F(sign)), body), 200);
	engine_settle(&w->env);
	assert_int_equal(orders(w, ""), 1); /* its index is behind: asked half a minute later */
	later(w, SHOP_LAG_MS);
	assert_int_equal(orders(w, ""), 2);
	assert_int_equal(root_by(w, "unionid", "uLi"), root_by(w, "openid", "o1"));
}

/* ---- who may ---- */

static void connectors_are_a_corps_own_and_not_for_everybody(void **state)
{
	struct pond *w = *state;
	i64 id = connect(w, SECRET);
	struct browser other = { .w = w, .corp = w->other };
	assert_int_equal(get(&other, "/api/v1/shops"), 200);
	assert_int_equal(json_get(reply_json(&other), "data")->n, 0);
	assert_int_equal(get(&other, "/api/v1/shops/%lld", (long long)id), 404);
	assert_int_equal(post(&other, "/api/v1/shops", "{\"kind\":\"youzan\",\"name\":\"x\",\"client\":\"c\",\"secret\":\"s\",\"base\":\"ftp://x\"}"), 422);
	assert_int_equal(post(&other, "/api/v1/shops", "{\"kind\":\"amazon\",\"name\":\"x\",\"client\":\"c\",\"secret\":\"s\"}"), 422);
	struct browser manager = user_browser(w, "manager1", "manager", "all", 0), staff = user_browser(w, "staff1", "staff", "all", 0);
	assert_int_equal(get(&manager, "/api/v1/shops"), 200);
	assert_int_equal(ask(&manager, "POST", arena_printf(w->a, "/api/v1/shops/%lld/pull", (long long)id), STR("{}")), 403);
	assert_int_equal(get(&staff, "/api/v1/shops"), 403);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, pond_free), cmocka_unit_test_setup_teardown(test, make_spread, pond_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_token_that_ends_in_the_middle_loses_nothing),
		BOTH(pages_that_shift_while_they_are_read_lose_nothing),
		BOTH(a_busy_platform_is_asked_again_where_it_was),
		BOTH(a_wrong_secret_is_told_and_mended),
		BOTH(a_friend_with_the_same_unionid_is_the_buyer),
		BOTH(days_before_are_read_by_a_job),
		BOTH(messages_and_pulls_make_one_order),
		BOTH(a_message_that_is_not_genuine_is_refused_and_counted),
		BOTH(wechat_tells_by_number_and_is_asked),
		BOTH(connectors_are_a_corps_own_and_not_for_everybody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

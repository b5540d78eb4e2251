/*
 * demo's operators: what they set up on the first day and do as the weeks pass, all over the product's
 * own routes, so that the demo shows nothing the product cannot do.
 */
#include "app/demo.h"
#include "core/perm/perm_dispatch.h"
#include "core/staff/staff.h"
#include "core/tag/tag.h"
#include "core/tag/tag_sync.h"

#include <string.h>

#define CODES_PER_STORE_STAFF 4
#define SPOT_STORES 3 /* with more than one code */
#define FIRST_BROADCAST_DAY 60
#define BROADCAST_EVERY_DAYS 7
#define FIRST_BOARD_DAY 70
#define BOARD_STEPS_A_DAY 3
#define PAYING_COLUMN 4
#define DEMO_TILL_EVERY 12 /* orders: one of so many is paid where membership is asked for */
#define DEMO_SILVER_FEN 20000

err demo_api(struct demo_world *w, const char *method, str path, str body, struct json **ret)
{
	struct http_req *req = ARENA_NEW(w->arena, struct http_req);
	struct http_reply reply = { 0 };
	struct json *json = NULL;
	req->arena = w->arena;
	req->method = str_c(method);
	ASSERT(http_target(req, path));
	req->body = body;
	req->peer = STR("unix");
	req->headers[req->header_count++] = (struct http_pair){ STR("Content-Type"), STR("application/json") };
	req->headers[req->header_count++] = (struct http_pair){ STR("X-YT-Corp"), arena_printf(w->arena, "%lld", (long long)w->corp) };
	if (!strcmp(method, "PUT"))
		req->headers[req->header_count++] = (struct http_pair){ STR("If-Match"), STR("\"0\"") }; /* the first version */
	dispatch_handle(w->dispatch, req, &reply);
	if (reply.body.n && json_parse(reply.body, w->arena, &json, &w->cli->fail) != OK)
		json = NULL;
	if (reply.status >= 400)
		return fail_set(&w->cli->fail, ERR_STATE, T_OK, path, reply.body, STR_NIL);
	if (ret)
		*ret = json;
	return OK;
}

/* One live code: JSON written here because it is a request like any other. */
struct code { const char *name, *spot; str store; };
static err add_code(struct demo_world *w, const struct code *code, const i64 *staff, size_t count, str tag_id)
{
	struct buf b = buf_new(w->arena, 65536);
	buf_add_c(&b, "{\"name\":");
	buf_json(&b, str_c(code->name));
	buf_add_c(&b, ",\"skip_verify\":true,\"staff_ids\":[");
	for (size_t i = 0; i < count; i++)
		buf_fmt(&b, "%s\"%lld\"", i ? "," : "", (long long)staff[i]);
	buf_add_c(&b, "],\"tag_ids\":[");
	if (tag_id.n)
		buf_json(&b, tag_id);
	buf_fmt(&b, "],\"spot\":\"%s\"", code->spot);
	if (code->store.n)
		buf_fmt(&b, ",\"store\":\"%.*s\"", STR_F(code->store));
	buf_add_c(&b, ",\"welcome\":{\"text\":\"欢迎来到小鱼优选！我是您的专属育儿顾问，有任何喂养和选购问题随时找我～"
		      "绑定会员即可查看积分与订单。\",\"link\":{\"title\":\"绑定会员，领新人礼\",\"url\":");
	buf_json(&b, arena_printf(w->arena, "%.*s/h5/bind", STR_F(w->env->public_url)));
	buf_add_c(&b, ",\"desc\":\"手机号一键绑定，历史订单自动归集\"}}}");
	err e = demo_api(w, "POST", STR("/api/v1/livecodes"), buf_str(&b), NULL);
	return e;
}

static str tag_id_of(struct demo_world *w, struct unit *u, const char *name)
{
	struct tag t;
	err e = READ_SNAP(u, slot_base(w->env->store, w->corp), tag_find(snap, str_c(name), &t));
	return e == OK ? arena_printf(w->arena, "%lld", (long long)t.id) : STR("");
}

/* A store's own code hangs at its door; the larger ones have codes at the cashier and where orders are fetched. */
static err add_store(struct demo_world *w, const struct department *d, const i64 *staff, size_t count, str tag_id)
{
	static const char *const spots[] = { "门口", "收银台", "提货处" };
	for (size_t at = 0; at < w->store_count; at++) {
		if (w->store[at].department != d->id)
			continue;
		for (size_t i = 0; i < (at < SPOT_STORES ? ARRAY_LEN(spots) : 1); i++) {
			const char *name = arena_cstr(w->arena, i ? arena_printf(w->arena, "%.*s %s", STR_F(d->name), spots[i]) : d->name);
			TRY(add_code(w, &(struct code){ name, spots[i], w->store[at].outlet }, staff, count, tag_id));
		}
	}
	return OK;
}

static err add_codes(struct demo_world *w)
{
	static const struct { const char *name, *tag, *spot; } ads[] = {
		{ "抖音直播间", "高意向", "" }, { "小红书种草", "观望", "" }, { "妇产医院展架", "孕期", "" }, { "包裹卡", "新客", "包裹卡" },
		{ "公众号菜单", "宝妈", "公众号菜单" },
	};
	struct cx cx = cx_system(w->env, w->arena, w->corp, "demo");
	struct staff *staff;
	struct department *stores;
	size_t n, m;
	TRY(READ_SNAP(&cx.unit, slot_base(w->env->store, w->corp), staff_all(snap, &staff, &n)));
	TRY(READ_SNAP(&cx.unit, slot_base(w->env->store, w->corp), department_all(snap, &stores, &m)));
	i64 all[128];
	size_t all_n = 0;
	for (size_t d = 0; d < m; d++) {
		i64 of[CODES_PER_STORE_STAFF];
		size_t of_n = 0;
		for (size_t i = 0; i < n; i++)
			if (staff[i].department == stores[d].id && staff[i].in_scope && of_n < ARRAY_LEN(of))
				of[of_n++] = staff[i].id;
		if (of_n && stores[d].is_store)
			TRY(add_store(w, &stores[d], of, of_n, tag_id_of(w, &cx.unit, "新客")));
	}
	for (size_t i = 0; i < n && all_n < ARRAY_LEN(all); i++)
		if (staff[i].in_scope)
			all[all_n++] = staff[i].id;
	for (size_t i = 0; i < ARRAY_LEN(ads); i++)
		TRY(add_code(w, &(struct code){ ads[i].name, ads[i].spot, STR("") }, all, all_n, tag_id_of(w, &cx.unit, ads[i].tag)));
	return OK;
}

/* What staff send: seen opened in the first chat the visitor tries. */
static err add_materials(struct demo_world *w)
{
	static const char *const all[] = {
		"{\"kind\":\"article\",\"title\":\"0-1 岁辅食添加指南\",\"summary\":\"什么时候加、先加什么、过敏怎么办\",\"alert\":true,"
		"\"body\":\"## 什么时候开始\\n满 6 个月、能扶坐、对大人吃饭感兴趣，就可以开始了。\\n\\n## 先加什么\\n高铁米粉打头，一次只加一种，观察三天。\\n\\n## 拿不准\\n点开和顾问的聊天，发一句“辅食”，我们帮您看。\"}",
		"{\"kind\":\"text\",\"title\":\"会员日怎么参加\",\"body\":\"每周五会员日，全场奶粉第二件半价，到店或小程序下单都可以。\",\"alert\":false}",
	};
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		TRY(demo_api(w, "POST", STR("/api/v1/materials"), str_c(all[i]), NULL));
	return OK;
}

err demo_setup(struct demo_world *w)
{
	/* The visitor is alone: nobody could agree to what she sends. */
	static const char *const alone[] = { "broadcast.approve_over", "moment.approve_over", "groupcast.approve_over" };
	struct cx cx = cx_system(w->env, w->arena, w->corp, "demo");
	struct json *key;
	err e = staff_sync(&cx);
	if (e == OK)
		e = tag_pull(&cx);
	if (e != OK) {
		w->cli->fail = cx.unit.fail;
		return e;
	}
	for (size_t i = 0; i < ARRAY_LEN(alone); i++)
		TRY(demo_api(w, "PUT", arena_printf(w->arena, "/api/v1/settings/%s", alone[i]), STR("{\"value\":\"1000000\"}"), NULL));
	TRY(demo_places(w));
	TRY(add_codes(w));
	TRY(demo_tags(w));
	TRY(demo_api(w, "POST", STR("/api/v1/write-keys"), STR("{\"name\":\"小鱼优选商城\"}"), &key));
	w->write_key = arena_dup(w->cli->arena, json_str(key, "key"));
	TRY(demo_api(w, "PUT", STR("/api/v1/lifecycle/rule"),
		     STR("{\"template\":\"baby\",\"growing\":1,\"mature\":3,\"window\":90,\"dormant\":45,\"lost\":120,"
			 "\"life\":\"orders\",\"grown\":3}"), NULL));
	TRY(demo_api(w, "POST", STR("/api/v1/audiences"),
		     STR("{\"name\":\"高价值沉默宝妈\",\"expr\":\"tag:\\\"宝妈\\\" and spent >= 500 and last_order < -30d\"}"), NULL));
	TRY(demo_api(w, "POST", STR("/api/v1/audiences"), STR("{\"name\":\"未下单好友\",\"expr\":\"friend and orders = 0\"}"), NULL));
	return add_materials(w);
}

/* ---- the follow-up board ---- */

static err follow_up(struct demo_world *w, str customer, int column)
{
	str body = arena_printf(w->arena, "{\"customer_id\":\"%.*s\",\"to\":\"%d\"}", STR_F(customer), column);
	return demo_api(w, "POST", STR("/api/v1/followup/moves"), body, NULL);
}

/* Moves some of a list of customers to a column. */
static err follow_up_some(struct demo_world *w, str list, size_t count, int column)
{
	struct json *answer;
	TRY(demo_api(w, "GET", list, STR(""), &answer));
	const struct json *rows = json_get(answer, "data");
	for (size_t i = 0; i < count && i < rows->n; i++)
		TRY(follow_up(w, json_str(&rows->items[i], "id"), column));
	return OK;
}

/* The newest come onto the board, and every day some go on: talking, keen, paying, and won or not. */
static err work_the_board(struct demo_world *w, int day)
{
	for (int column = PAYING_COLUMN; column >= 1; column--) {
		str cards = arena_printf(w->arena, "/api/v1/followup/columns/%d/cards?limit=%d", column, BOARD_STEPS_A_DAY);
		int next = column == PAYING_COLUMN && day % 4 == 0 ? column + 2 : column + 1;
		TRY(follow_up_some(w, cards, (size_t)int_max(PAYING_COLUMN - column, 1), next));
	}
	return follow_up_some(w, STR("/api/v1/customers?limit=4"), BOARD_STEPS_A_DAY + 1, 1);
}

/* Two pictures and two benefits, beside some who get nothing: whether it matters is for the figures to say. */
static err begin_experiment(struct demo_world *w)
{
	struct json *made;
	TRY(demo_api(w, "POST", STR("/api/v1/experiments"),
		     STR("{\"name\":\"会员日：主图与权益\",\"factors\":[{\"name\":\"主图\",\"levels\":[\"商品图\",\"场景图\"]},"
			 "{\"name\":\"权益\",\"levels\":[\"第二件半价\",\"满 199 送玩具\"]}],\"cells\":[{\"levels\":[\"商品图\",\"第二件半价\"],\"share\":225},"
			 "{\"levels\":[\"商品图\",\"满 199 送玩具\"],\"share\":225},{\"levels\":[\"场景图\",\"第二件半价\"],\"share\":225},"
			 "{\"levels\":[\"场景图\",\"满 199 送玩具\"],\"share\":225}],\"mode\":\"fixed\",\"held\":100,\"goal\":\"order\",\"days\":7,"
			 "\"base\":0.15,\"lift\":0.5,\"power\":0.8}"), &made));
	if (!str_i64(json_str(made, "id"), &w->experiment))
		return ERR_INTERNAL;
	return demo_api(w, "POST", arena_printf(w->arena, "/api/v1/experiments/%lld/start", (long long)w->experiment), STR(""), NULL);
}

#define DEMO_LINK(title, picture) ",\"link\":{\"title\":\"" title "\",\"url\":\"https://shop.example/huiyuanri?p=" picture "\",\"desc\":\"仅限本周\"}}"
#define DEMO_HALF "{\"text\":\"会员日到啦！本周奶粉、纸尿裤第二件半价，门店自提再减 10 元，点开看看～\""
#define DEMO_TOY "{\"text\":\"会员日到啦！本周满 199 送益智玩具，门店自提再减 10 元，点开看看～\""

static err member_day(struct demo_world *w, int week)
{
	struct json *preview;
	if (week == 1)
		TRY(begin_experiment(w));
	str what = arena_printf(w->arena, "\"expr\":\"friend and orders >= 1 and not (last_reached >= -7d)\",\"experiment_id\":\"%lld\",\"content\":%s",
				(long long)w->experiment, DEMO_HALF DEMO_LINK("会员日专场", "goods"));
	const char *variants = "[" DEMO_HALF DEMO_LINK("会员日专场", "goods") "," DEMO_TOY DEMO_LINK("会员日专场", "goods") ","
			       DEMO_HALF DEMO_LINK("宝宝的周末，从这里开始", "scene") "," DEMO_TOY DEMO_LINK("宝宝的周末，从这里开始", "scene") "]";
	TRY(demo_api(w, "POST", STR("/api/v1/broadcasts/preview"), arena_printf(w->arena, "{%.*s}", STR_F(what)), &preview));
	return demo_api(w, "POST", STR("/api/v1/broadcasts"),
			arena_printf(w->arena, "{\"name\":\"会员日 第%d周\",\"confirm_count\":%lld,%.*s,\"variants\":%s}", week,
				     (long long)json_i64(preview, "total", 0), STR_F(what), variants), NULL);
}

err demo_day(struct demo_world *w, int day)
{
	struct arena_mark mark = arena_mark(w->arena);
	err e = demo_places_day(w, day);
	if (e == OK)
		e = demo_reach_day(w, day);
	if (e == OK)
		e = demo_tags_day(w, day);
	if (e == OK && day >= FIRST_BOARD_DAY)
		e = work_the_board(w, day);
	if (e == OK && day >= FIRST_BROADCAST_DAY && (day - FIRST_BROADCAST_DAY) % BROADCAST_EVERY_DAYS == 0)
		e = member_day(w, (day - FIRST_BROADCAST_DAY) / BROADCAST_EVERY_DAYS + 1);
	arena_reset(w->arena, mark);
	return e;
}

/* A job that is at work already will do. */
err demo_last(struct demo_world *w)
{
	struct arena_mark mark = arena_mark(w->arena);
	err e = demo_api(w, "POST", STR("/api/v1/value/fit"), STR("{}"), NULL);
	err f = demo_api(w, "POST", STR("/api/v1/recommend/count"), STR("{}"), NULL);
	arena_reset(w->arena, mark);
	e = e == ERR_STATE ? OK : e;
	return e != OK ? e : f == ERR_STATE ? OK : f;
}

/* A till asks who pays, and makes a member of her who is none. */
static void at_the_till(struct demo_world *w, const struct sim_order *o)
{
	struct buf b = buf_new(w->arena, 4096);
	buf_add_c(&b, "{\"proof\":\"till\",\"phone\":");
	buf_json(&b, o->phone);
	if (o->fen >= DEMO_SILVER_FEN)
		buf_add_c(&b, ",\"level\":\"银卡\"");
	buf_add_c(&b, "}");
	demo_api(w, "POST", STR("/api/v1/members"), buf_str(&b), NULL);
}

void demo_order(void *world, const struct sim_order *o)
{
	struct demo_world *w = world;
	struct arena_mark mark = arena_mark(w->arena);
	struct buf b = buf_new(w->arena, 65536);
	buf_fmt(&b, "{\"writeKey\":\"%.*s\",\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":", STR_F(w->write_key));
	buf_json(&b, o->unionid.n ? o->unionid : o->phone);
	buf_add_c(&b, ",\"messageId\":");
	buf_json(&b, o->order_no);
	buf_add_c(&b, ",\"context\":{\"externalIds\":[");
	buf_fmt(&b, "{\"id\":\"%.*s\",\"type\":\"phone\",\"collection\":\"users\",\"encoding\":\"none\"}", STR_F(o->phone));
	if (o->unionid.n)
		buf_fmt(&b, ",{\"id\":\"%.*s\",\"type\":\"unionid\",\"collection\":\"users\",\"encoding\":\"none\"}", STR_F(o->unionid));
	buf_add_c(&b, "],\"traits\":{\"name\":");
	buf_json(&b, o->name);
	buf_add_c(&b, "}},\"properties\":{\"order_id\":");
	buf_json(&b, o->order_no);
	buf_fmt(&b, ",\"total\":%lld.%02lld,\"currency\":\"CNY\",\"affiliation\":", (long long)(o->fen / 100), (long long)(o->fen % 100));
	buf_json(&b, o->store);
	buf_add_c(&b, ",\"products\":[{\"name\":");
	buf_json(&b, o->product);
	buf_add_c(&b, ",\"category\":");
	buf_json(&b, o->category);
	buf_fmt(&b, ",\"quantity\":%lld}]}}", (long long)o->quantity);
	demo_api(w, "POST", STR("/v1/track"), buf_str(&b), NULL);
	if (o->number % DEMO_TILL_EVERY == 0)
		at_the_till(w, o);
	arena_reset(w->arena, mark);
}

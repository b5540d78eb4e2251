/*
 * Files as shops export them: found by their header, in any encoding, joined by order number in whatever
 * order they come, and refused with the reason when they are something else.
 */
#include "feature/order/test_order_shop.h"

#include "feature/order/order_take.h"

#include "store/inbox.h"
#include "store/timer.h"

#include <iconv.h>

static int make(void **state)
{
	*state = shop_new(test_spread());
	return 0;
}

static int make_spread(void **state)
{
	*state = shop_new(8);
	return 0;
}

static int drop(void **state)
{
	shop_free(*state);
	return 0;
}

/* ---- files ---- */

static str gb18030(struct shop *s, str text)
{
	size_t cap = text.n * 2 + 16, left = cap, in_left = text.n;
	char *to = arena_alloc(s->t->arena, cap), *out = to, *in = arena_cstr(s->t->arena, text);
	iconv_t cd = iconv_open("GB18030", "UTF-8");
	assert_true(cd != (iconv_t)-1);
	assert_true(iconv(cd, &in, &in_left, &out, &left) != (size_t)-1);
	iconv_close(cd);
	return str_of(to, cap - left);
}

#define TAOBAO_HEAD "订单编号,买家会员名,买家支付宝账号,总金额,买家实际支付金额,订单状态,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ," \
	"宝贝总数量,店铺名称,订单关闭原因,退款金额\r\n"
#define TAOBAO_1(state, back) "=\"2500000000000000011\",\"tb_demo01\",\"\",\"199.00\",\"189.00元\",\"" state "\",\"'138****0001\"," \
	"\"2026-01-02 09:00:00\",\"2026-01-02 09:00:30\",\"样品茶，样品杯\",\"3\",\"示例店\",\"订单未关闭\",\"" back "\"\r\n"
#define TAOBAO_2 "=\"2500000000000000012\",\"tb_demo02\",\"\",\"50.00\",\"50.00\",\"等待买家付款\",\"'139****0002\"," \
	"\"2026/1/3 9:05\",,\"样品茶\",\"1\",\"示例店\",\"订单未关闭\",\"0.00\"\r\n"
#define TAOBAO_3 "=\"2500000000000000013\",,\"\",\"80.00\",\"80.00\",\"买家已付款，等待卖家发货\",\"18877771111-123\"," \
	"\"2026-01-04 09:00:00\",\"2026-01-04 09:01:00\",\"样品茶\",\"1\",\"示例店\",\"\",\"0.00\"\r\n"
#define LINES_HEAD "订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码\r\n"
#define LINES_1 "=\"2500000000000000011\",\"样品茶 250g\",\"99.50\",\"1\",\"TEA-250\",\"绿\",\"\",\"\",\"交易成功\",\"TEA-250\",\r\n" \
	"=\"2500000000000000011\",\"样品杯\",\"44.75\",\"2\",\"CUP-1\",\"白\",\"\",\"\",\"交易成功\",\"CUP-1\",\r\n"
#define BACK_HEAD "订单编号,退款编号,订单付款时间,退款完结时间,买家退款金额,退款状态\r\n"
#define BACK_1 "=\"2500000000000000011\",=\"900000000000000001\",2026-01-02 09:00:30,2026-01-09 10:00:00,44.75,退款成功\r\n"

static void *look(struct shop *s, const char *name, str bytes, const char *preset, err want)
{
	void *out;
	i64 upload = shop_upload_named(s, s->corps[0], name, bytes);
	str json = arena_printf(s->t->arena, "{\"upload_id\":\"%lld\",\"preset\":\"%s\"}", (long long)upload, preset);
	assert_int_equal(shop_call(s, s->corps[0], "POST", "/api/v1/imports", json, STR_NIL, &out), want);
	return out;
}

static i64 run_named(struct shop *s, const char *name, str bytes, const char *want_preset, const char *want)
{
	i64 id = *(i64 *)look(s, name, bytes, "auto", OK);
	assert_true(str_eq_c(shop_row(s, s->corps[0], id).preset, want_preset));
	assert_int_equal(shop_do(s, s->corps[0], id, "run"), OK);
	shop_jobs(s);
	assert_string_equal(shop_counts(s, s->corps[0], id), want);
	return id;
}

static i64 run(struct shop *s, str bytes, const char *want_preset, const char *want)
{
	return run_named(s, "f.csv", bytes, want_preset, want);
}

/* ---- looking ---- */

/* The order as it stands; with the lines it has, dearest first. */
static struct order_head order(struct shop *s, const char *source, const char *no, struct order_line **lines, size_t *n)
{
	struct cx cx = shop_cx(s, s->corps[0]);
	struct order_head h = { 0 };
	i64 owner;
	assert_int_equal(order_owner(&cx.unit, str_c(source), str_c(no), &owner), OK);
	if (!owner)
		return h;
	struct order_key key = { owner, order_id_of(order_key_of(str_c(source), str_c(no)), 0) };
	i64 slot = slot_of_customer(s->t->store, owner);
	assert_int_equal(READ_SNAP(&cx.unit, slot, order_get(snap, &key, &h)), OK);
	if (lines)
		assert_int_equal(READ_SNAP(&cx.unit, slot, order_lines_of(snap, &key, lines, n)), OK);
	return h;
}

static struct order_unmatched *lost(struct shop *s, const char *source, const char *no, size_t *n)
{
	struct cx cx = shop_cx(s, s->corps[0]);
	struct order_id key = { order_id_of(order_key_of(str_c(source), str_c(no)), 0) };
	struct order_unmatched *rows;
	i64 slot = slot_base(s->t->store, s->corps[0]);
	assert_int_equal(READ_SNAP(&cx.unit, slot, order_unmatched_of(snap, &key, &rows, n)), OK);
	return rows;
}

static size_t events(struct shop *s, int kind)
{
	struct cx cx = shop_cx(s, s->corps[0]);
	i64 *slots = ARENA_ARRAY(s->t->arena, i64, SLOT_COUNT);
	size_t count = 0, n = slots_of_corp(s->t->store, s->corps[0], slots, SLOT_COUNT);
	for (size_t i = 0; i < n; i++) {
		struct event *v;
		size_t m;
		assert_int_equal(READ_SNAP(&cx.unit, slots[i], journal_read(snap, 0, 1000, &v, &m)), OK);
		for (size_t k = 0; k < m; k++)
			count += v[k].corp == s->corps[0] && v[k].kind == kind;
	}
	return count;
}

/* ---- tests ---- */

static void check_joined(struct shop *s)
{
	struct order_line *lines;
	size_t n, m;
	struct order_head h = order(s, "taobao", "2500000000000000011", &lines, &n);
	assert_int_equal(h.paid, 18900);
	assert_int_equal(h.refunded, 4475);
	assert_true(str_eq_c(h.status, "done"));
	assert_int_equal(h.lines, 2);
	assert_int_equal(h.items, 3000);
	assert_int_equal(n, 2);
	assert_true(str_eq_c(lines[0].sku, "TEA-250"));
	assert_int_equal(lines[1].amount, 8950);
	assert_true(str_eq_c(h.store, "示例店"));
	assert_true(str_eq_c(h.tail, "0001"));
	assert_int_equal(shop_facts(s, s->corps[0], "buyer", "taobao:tb_demo01").spent, 18900 - 4475);
	lost(s, "taobao", "2500000000000000011", &m);
	assert_int_equal(m, 0);
}

static void orders_lines_and_refunds_meet_by_number(void **state)
{
	struct shop *s = *state;
	run(s, gb18030(s, STR(TAOBAO_HEAD TAOBAO_1("交易成功", "0.00") TAOBAO_2 TAOBAO_3)), "taobao", "done 3 3 0 3 0 2 0 1");
	run(s, gb18030(s, STR(LINES_HEAD LINES_1)), "taobao-lines", "done 2 2 0 1 0 0 0 0");
	run(s, STR("\xef\xbb\xbf" BACK_HEAD BACK_1), "taobao-refunds", "done 1 1 0 0 1 0 0 0");
	check_joined(s);
	assert_true(str_eq_c(order(s, "taobao", "2500000000000000012", NULL, NULL).status, "created"));
	assert_int_equal(shop_facts(s, s->corps[0], "buyer", "taobao:tb_demo02").orders, 0);
	size_t n;
	assert_true(str_eq_c(lost(s, "taobao", "2500000000000000013", &n)->reason, ORDER_WHY_VIRTUAL));
	/* All of it again changes nothing. */
	run(s, gb18030(s, STR(LINES_HEAD LINES_1)), "taobao-lines", "done 2 2 0 0 0 0 1 0");
	run(s, STR(BACK_HEAD BACK_1), "taobao-refunds", "done 1 1 0 0 0 0 1 0");
	run(s, STR(TAOBAO_HEAD TAOBAO_1("交易成功", "0.00") TAOBAO_2 TAOBAO_3), "taobao", "done 3 3 0 0 0 0 3 0");
	check_joined(s);
	/* The order's own row tells of the same money later: it went back once. */
	run(s, STR(TAOBAO_HEAD TAOBAO_1("交易成功", "44.75")), "taobao", "done 1 1 0 0 0 0 1 0");
	check_joined(s);
	assert_int_equal(events(s, EV_ORDER_REFUNDED), 1);
}

static void lines_and_refunds_wait_for_their_order(void **state)
{
	struct shop *s = *state;
	size_t n;
	run(s, STR(LINES_HEAD LINES_1), "taobao-lines", "done 2 2 0 1 0 0 0 1");
	run(s, STR(BACK_HEAD BACK_1), "taobao-refunds", "done 1 1 0 0 1 0 0 1");
	run(s, STR(LINES_HEAD LINES_1), "taobao-lines", "done 2 2 0 0 0 0 1 0");
	struct order_unmatched *rows = lost(s, "taobao", "2500000000000000011", &n);
	assert_int_equal(n, 2);
	assert_true(str_eq_c(rows[0].reason, ORDER_WHY_NO_ORDER));
	run(s, STR(TAOBAO_HEAD TAOBAO_1("交易成功", "0.00")), "taobao", "done 1 1 0 1 0 1 0 0");
	check_joined(s);
	assert_int_equal(shop_facts(s, s->corps[0], "buyer", "taobao:tb_demo01").orders, 1);
}

/* Overlapping exports, in whatever order they are read: the newest word wins. */
static void an_older_export_takes_nothing_back(void **state)
{
	struct shop *s = *state;
	str old = STR(TAOBAO_HEAD TAOBAO_1("买家已付款，等待卖家发货", "0.00")), sent = STR(TAOBAO_HEAD TAOBAO_1("卖家已发货，等待买家确认", "0.00")),
	    end = STR(TAOBAO_HEAD TAOBAO_1("交易成功", "0.00")), shut = STR(TAOBAO_HEAD TAOBAO_1("交易关闭", "0.00"));
	run_named(s, "ExportOrderList202601050900.csv", sent, "taobao", "done 1 1 0 1 0 1 0 0");
	run_named(s, "ExportOrderList202601020930.csv", old, "taobao", "done 1 1 0 0 0 0 1 0");
	assert_true(str_eq_c(order(s, "taobao", "2500000000000000011", NULL, NULL).status, "shipped"));
	run_named(s, "ExportOrderList202601090900.csv", end, "taobao", "done 1 1 0 0 0 0 0 0");
	assert_int_equal(events(s, EV_ORDER_DONE), 1);
	run_named(s, "ExportOrderList202601080900.csv", shut, "taobao", "done 1 1 0 0 0 0 1 0"); /* older: it was reopened since */
	assert_true(str_eq_c(order(s, "taobao", "2500000000000000011", NULL, NULL).status, "done"));
	run_named(s, "renamed.csv", old, "taobao", "done 1 1 0 0 0 0 1 0"); /* of no known moment: states go forward only */
	assert_true(str_eq_c(order(s, "taobao", "2500000000000000011", NULL, NULL).status, "done"));
	run_named(s, "ExportOrderList202602010900.csv", shut, "taobao", "done 1 1 0 0 0 0 0 0");
	assert_true(str_eq_c(order(s, "taobao", "2500000000000000011", NULL, NULL).status, "cancelled"));
	assert_int_equal(events(s, EV_ORDER_CANCELLED), 1);
	assert_int_equal(events(s, EV_ORDER_PLACED), 1);
}

#define YOUZAN_HEAD "订单号,归属店铺,订单类型,订单状态,订单创建时间,买家付款时间,订单实付金额,全部商品名称,收货人手机号/提货人手机号," \
	"买家昵称,买家手机号,分销员,销售导购,订单退款状态,订单已退款金额,分销员\n"

static void youzan_files_name_buyer_and_staff(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0];
	run(s, STR(YOUZAN_HEAD "E20260101120000000000001,示例店,普通,交易完成,2026-01-01 12:00:00,2026-01-01 12:00:09,\"1,299.00\",某茶(1件),"
			       "13900000009,甲,13800000001,——,小王,,0.00,\n"
			       "E20260101120000000000002,示例店,普通,待付款,2026-01-02 12:00:00,,50.00,某茶(1件),139****0009,乙,186******05,,,,,\n"
			       "E20260101120000000000003,示例店,普通,交易关闭,2026-01-03 12:00:00,2026-01-03 12:01:00,60.00,某茶(1件),,丙,13800000003,,,退款成功,60.00,\n"),
	    "youzan", "done 3 3 0 3 1 2 0 1");
	struct order_head h = order(s, "youzan", "E20260101120000000000001", NULL, NULL);
	assert_int_equal(h.paid, 129900);
	assert_true(str_eq_c(h.staff, "小王"));
	assert_int_equal(h.ordered, 1767240009000); /* 12:00:09 in the shop's zone */
	assert_int_equal(shop_facts(s, c, "phone", "13800000001").orders, 1);
	assert_int_equal(shop_facts(s, c, "phone", "13900000009").customer, 0); /* who receives is not who buys */
	assert_true(str_eq_c(order(s, "youzan", "E20260101120000000000003", NULL, NULL).status, "refunded"));
	size_t n;
	assert_true(str_eq_c(lost(s, "youzan", "E20260101120000000000002", &n)->reason, ORDER_WHY_MASKED));
	assert_int_equal(n, 1);
}

static void sub_orders_of_doudian_are_one_order(void **state)
{
	struct shop *s = *state;
	run(s, STR("主订单编号,子订单编号,选购商品,商品数量,商品ID,商家编码,订单应付金额,收件人手机号,订单提交时间,支付完成时间,订单状态,达人昵称,售后状态\n"
		   "6900000000000000011\t,6900000000000000011\t,茶,1,31,TEA,\"1,100.00\",1******1234,2026-02-01 10:00:00,2026-02-01 10:00:05,已发货,某达人,-\n"
		   "6900000000000000011\t,6900000000000000012\t,杯,2,32,CUP,40.00,1******1234,2026-02-01 10:00:00,2026-02-01 10:00:05,已关闭,某达人,同意退款,退款成功\n"
		   "6900000000000000011\t,6900000000000000013\t,碟,1,33,DISH,9.00,1******1234,2026-02-01 10:00:00,2026-02-01 10:00:05,已完成,某达人,\"同意退款,退款失败\"\n"),
	    "doudian", "done 3 2 1 1 0 0 0 1"); /* the second row has an unquoted comma */
	size_t n;
	struct order_unmatched *row = lost(s, "doudian", "6900000000000000011", &n);
	assert_int_equal(row->paid, 110900);
	assert_true(str_eq_c(row->status, "shipped")); /* of the rows that count, the slowest */
	assert_true(str_eq_c(row->tail, "1234"));
	run(s, STR("主订单编号,子订单编号,选购商品,商品数量,商品ID,商家编码,订单应付金额,订单提交时间,支付完成时间,订单状态,售后状态\n"
		   "7900000000000000011,7900000000000000012,杯,2,32,CUP,40.00,2026-02-01 10:00:00,2026-02-01 10:00:05,已关闭,\"同意退款,退款成功\"\n"
		   "7900000000000000011,7900000000000000013,碟,1,33,DISH,9.00,2026-02-01 10:00:00,2026-02-01 10:00:05,已完成,\n"),
	    "doudian", "done 2 2 0 1 0 0 0 1");
	row = lost(s, "doudian", "7900000000000000011", &n);
	assert_int_equal(row->paid, 4900);
	assert_int_equal(row->refunded, 4000);
	assert_true(str_eq_c(row->status, "done"));
}

static void merged_cells_of_wechat_are_filled(void **state)
{
	struct shop *s = *state;
	run(s, STR("订单号,订单下单时间,订单状态,收件人手机,支付时间,商品名称,SKU编码(自定义),商品实际价格(总共),商品数量,商品已退款金额,企业微信加密id,企微工号\n"
		   "3705115058471208928,2026-03-01 10:00:00,已完成,138****0001,2026-03-01 10:00:10,茶,TEA,30.00,1,0,wmAAAA0001,li\n"
		   ",,,,,杯,CUP,12.00,2,12.00,,\n"
		   "3705115058471208929,2026-03-02 10:00:00,待发货,138****0001,2026-03-02 10:00:10,茶,TEA,30.00,1,,opaque,\n"),
	    "wxshop", "done 3 3 0 2 1 1 0 1");
	struct order_head h = order(s, "wxshop", "3705115058471208928", NULL, NULL);
	assert_int_equal(h.paid, 4200);
	assert_int_equal(h.refunded, 1200);
	assert_int_equal(h.lines, 2);
	assert_int_equal(shop_facts(s, s->corps[0], "external_userid", "wmAAAA0001").orders, 1);
}

static void tills_number_by_store_and_know_categories(void **state)
{
	struct shop *s = *state;
	struct order_line *lines;
	size_t n;
	run(s, STR("门店销售流水（导出）\n流水号,销售时间,门店,会员编号,会员手机号,商品名称,条码,商品分类,数量,实收金额,收银员\n"
		   "0001,2026-03-01 10:00,一店,00017,13800000001,绿茶,6900001,茶叶,1,30.00,小李\n"
		   "0001,2026-03-01 10:00,一店,00017,13800000001,茶杯,6900002,茶具,2,10.00,小李\n"
		   "0001,2026-03-01 11:00,二店,,,绿茶,6900001,茶叶,1,30.00,小张\n"
		   "合计,,,,,,,,4,70.00,\n"),
	    "pos", "done 4 3 1 2 0 1 0 1");
	struct order_head h = order(s, "pos", "一店/0001", &lines, &n);
	assert_int_equal(h.paid, 4000);
	assert_true(str_eq_c(lines[0].category, "茶叶"));
	assert_true(str_eq_c(lines[1].category, "茶具"));
	assert_true(str_eq_c(h.staff, "小李"));
	assert_int_equal(shop_facts(s, s->corps[0], "phone", "13800000001").orders, 1);
	assert_true(str_eq_c(lost(s, "pos", "二店/0001", &n)->reason, ORDER_WHY_NONE));
}

static void xiaoetong_users_are_buyers(void **state)
{
	struct shop *s = *state;
	run(s, STR("订单号,用户ID,用户昵称,手机号,商品名称,商品类型,订单金额,实付金额,订单状态,售后状态,下单时间,支付时间\n"
		   "o_1657532578_62cbf0a2_1,u_demo1,甲,138****0001,样品课,专栏,99.00,89.00,已完成,无,2026-01-01 10:00:00,2026-01-01 10:00:05\n"
		   "o_1657532578_62cbf0a2_2,u_demo1,甲,138****0001,样品营,训练营,99.00,99.00,已关闭,全额退款,2026-01-02 10:00:00,2026-01-02 10:00:05\n"),
	    "xiaoetong", "done 2 2 0 2 1 1 0 0");
	struct customer_fact f = shop_facts(s, s->corps[0], "buyer", "xiaoetong:u_demo1");
	assert_int_equal(f.orders, 1);
	assert_int_equal(f.spent, 8900);
}

/* As a connector tells it, in the shape of port/shop. */
static void tell(struct shop *s, const char *status, const char *no, i64 paid, ms as_of, const char *people)
{
	struct cx cx = shop_cx(s, s->corps[0]);
	struct fail f = { 0 };
	bool fresh;
	str body = arena_printf(s->t->arena, "{\"source\":\"youzan\",\"order_no\":\"%s\",\"status\":\"%s\",\"paid\":%lld,\"refunded\":0,\"currency\":\"CNY\","
		"\"ordered\":1767240009000,\"as_of\":%lld,%s,\"hidden\":true,\"virtual\":false,\"goods\":[{\"sku\":\"TEA\",\"product\":\"茶\",\"category\":"
		"\"茶叶\",\"items\":1000,\"amount\":%lld}],\"refunds\":[]}", no, status, (long long)paid, (long long)as_of, people, (long long)paid);
	struct inbox_item item = { s->corps[0], STR(ORDER_TOLD_SOURCE), arena_printf(s->t->arena, "%s %s %lld", no, status, (long long)as_of),
				   body, clock_now(&s->t->clock) };
	assert_int_equal(inbox_add(s->t->store, s->t->arena, &item, 1, &fresh, &f), OK);
	struct inbox_row *rows;
	size_t n;
	assert_int_equal(inbox_pending(&cx.unit, 10, &rows, &n), OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(order_told_decode(&cx, &rows[i]), OK);
}

#define FILE_1 "E20260101120000000000001,示例店,普通,%s,2026-01-01 12:00:00,2026-01-01 12:00:09,129.00,某茶(1件),,甲,13800000001,,,,0.00,\n"

static void the_same_order_by_file_and_interface_is_one(void **state)
{
	struct shop *s = *state;
	struct order_line *lines;
	size_t n;
	const char *no = "E20260101120000000000001";
	/* The interface first, without a name; then the file, which knows the phone. */
	tell(s, "paid", no, 12900, 1767240010000, "\"tail\":\"0001\"");
	assert_true(str_eq_c(lost(s, "youzan", no, &n)->reason, ORDER_WHY_MASKED));
	run_named(s, "订单202601020900.csv", arena_printf(s->t->arena, YOUZAN_HEAD FILE_1, "已发货"), "youzan", "done 1 1 0 1 0 1 0 0");
	struct order_head h = order(s, "youzan", no, &lines, &n);
	assert_true(str_eq_c(h.status, "shipped"));
	assert_int_equal(n, 1);
	assert_true(str_eq_c(lines[0].category, "茶叶")); /* the file's text about the goods does not replace them */
	lost(s, "youzan", no, &n);
	assert_int_equal(n, 0);
	/* The interface again, with a buyer of its own, who stays another leaf of nobody else's order. */
	tell(s, "done", no, 12900, 1767500000000, "\"buyer\":\"yz1\"");
	assert_true(str_eq_c(order(s, "youzan", no, NULL, NULL).status, "done"));
	assert_int_equal(shop_facts(s, s->corps[0], "phone", "13800000001").orders, 1);
	/* And the file first. */
	no = "E20260101120000000000002";
	run(s, STR(YOUZAN_HEAD "E20260101120000000000002,店,普通,待发货,2026-01-01 12:00:00,2026-01-01 12:00:09,30.00,茶(1件),,甲,13800000002,,,,,\n"), "youzan",
	    "done 1 1 0 1 0 1 0 0");
	tell(s, "done", no, 3000, 1767500000000, "\"phone\":\"13800000002\"");
	h = order(s, "youzan", no, &lines, &n);
	assert_true(str_eq_c(h.status, "done"));
	assert_true(str_eq_c(lines[0].sku, "TEA"));
	assert_int_equal(shop_facts(s, s->corps[0], "phone", "13800000002").orders, 1);
	assert_int_equal(events(s, EV_ORDER_PLACED), 2);
}

/* A phone that only receives makes nobody; once it is proven, what waits for it is hers. */
static void a_proven_phone_gets_what_waits_for_it(void **state)
{
	struct shop *s = *state;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	i64 c = s->corps[0], customer;
	size_t n;
	str file = STR(TAOBAO_HEAD "=\"2500000000000000021\",,\"\",\"80.00\",\"80.00\",\"交易成功\",\"13800000021\","
		       "\"2026-01-04 09:00:00\",\"2026-01-04 09:01:00\",\"茶\",\"1\",\"示例店\",\"\",\"0.00\"\r\n");
	run(s, file, "taobao", "done 1 1 0 1 0 0 0 1");
	assert_true(str_eq_c(lost(s, "taobao", "2500000000000000021", &n)->reason, ORDER_WHY_RECEIVER));
	struct cx cx = shop_cx(s, c);
	struct identity_in ids[] = { { STR("external_userid"), STR("wmX"), true }, { STR("phone"), STR("13800000021"), true } };
	struct identity_who who = { ids, 2, false, clock_now(&s->t->clock), STR("bind"), STR_NIL };
	assert_int_equal(identity_resolve(&cx.unit, &who, &customer, NULL, NULL), OK);
	struct event ev = { .kind = EV_PHONE_BOUND, .customer = customer, .corp = c };
	i64 slot = slot_of_customer(s->t->store, customer);
	assert_int_equal(WRITE_TX(&cx.unit, slot, order_on_identity(tx, &ev)), OK);
	struct timer_row *due;
	assert_int_equal(timer_due(&cx.unit, clock_now(&s->t->clock), 10, &due, &n), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(due[i].kind, ORDER_REMATCH))
			assert_int_equal(order_rematch(&cx, &due[i]), OK);
	assert_int_equal(shop_facts(s, c, "external_userid", "wmX").spent, 8000);
	lost(s, "taobao", "2500000000000000021", &n);
	assert_int_equal(n, 0);
	assert_int_equal(events(s, EV_ORDER_MATCHED), 1);
	run(s, file, "taobao", "done 1 1 0 0 0 0 1 0"); /* and the same file knows it now */
	arena_free(a);
}

static void what_is_no_such_file_is_told(void **state)
{
	struct shop *s = *state;
	str youzan = STR(YOUZAN_HEAD "E1,x,普通,交易完成,2026-01-01 12:00:00,2026-01-01 12:00:09,1.00,茶,,甲,13800000001,,,,,\n");
	look(s, "f.csv", youzan, "taobao", ERR_INPUT);
	look(s, "f.csv", STR("订单编号,买家会员名,订单创建时间\n1,a,2026-01-01\n"), "taobao", ERR_INPUT);
	look(s, "f.csv", STR("订单编号,买家会员名,订单创建时间\n1,a,2026-01-01\n"), "auto", ERR_INPUT);
	look(s, "f.csv", STR("a,b,c\n1,2,3\n"), "taobao", ERR_INPUT); /* nothing Chinese: an encoding, or no such file */
	look(s, "f.csv", youzan, "nothing", ERR_INPUT);
	/* The encoding that was said is not the file's. */
	i64 id = *(i64 *)look(s, "f.csv", youzan, "auto", OK);
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\",\"options\":{\"encoding\":\"utf-16le\"}}", (long long)id);
	assert_int_not_equal(shop_call(s, s->corps[0], "PUT", "/api/v1/imports/{id}/mapping", json, STR_NIL, NULL), OK);
}

static void rows_that_cannot_be_used_are_told(void **state)
{
	struct shop *s = *state;
	void *csv;
	i64 id = run(s, STR(TAOBAO_HEAD
		"2.5E+18,a,,1,1.00,交易成功,,2026-01-02 09:00:00,2026-01-02 09:00:30,茶,1,店,,0\n"
		"2500000000000000000,a,,1,1.00,交易成功,,2026-01-02 09:00:00,2026-01-02 09:00:30,茶,1,店,,0\n" /* rounded by a spreadsheet */
		"=\"2500000000000010000\",b,,1,1.00,交易成功,,2026-01-02 09:00:00,2026-01-02 09:00:30,茶,1,店,,0\n" /* and this one not */
		"2500000000000000031,a,,1,1.00,交易成功,,2026-02-30 09:00:00,2026-02-30 09:00:30,茶,1,店,,0\n"
		"2500000000000000032,a,,1,一元,交易成功,,2026-01-02 09:00:00,2026-01-02 09:00:30,茶,1,店,,0\n"
		",a,,1,1.00,交易成功,,2026-01-02 09:00:00,2026-01-02 09:00:30,茶,1,店,,0\n"
		"2500000000000000033,t**b,,1,1.00,交易成功,,2026-01-02 09:00:00,2026-01-02 09:00:30,茶,1,店,,0\n"),
		"taobao", "done 7 2 5 2 0 1 0 1");
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)id);
	assert_int_equal(shop_call(s, s->corps[0], "GET", "/api/v1/imports/{id}/rejected.csv", json, STR_NIL, &csv), OK);
	assert_non_null(strstr(csv, "2.5E+18"));
	assert_non_null(strstr(csv, "2026-02-30"));
	assert_non_null(strstr(csv, "一元"));
	assert_non_null(strstr(csv, "合并单元格"));
	size_t n;
	assert_true(str_eq_c(lost(s, "taobao", "2500000000000000033", &n)->reason, ORDER_WHY_MASKED)); /* t**b names nobody */
	run(s, STR("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
		"581,A,x,2,2011-10-06 16:20:00,4.15,12923.0,UK\n"), "online-retail", "done 1 1 0 1 0 1 0 0");
	run(s, STR(BACK_HEAD "2500000000000000031,1,2026-01-02,2026-01-03,1.00,等待卖家同意\n"), "taobao-refunds", "done 1 0 1 0 0 0 0 0");
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, drop), cmocka_unit_test_setup_teardown(test, make_spread, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(orders_lines_and_refunds_meet_by_number),
		BOTH(lines_and_refunds_wait_for_their_order),
		BOTH(an_older_export_takes_nothing_back),
		BOTH(youzan_files_name_buyer_and_staff),
		BOTH(sub_orders_of_doudian_are_one_order),
		BOTH(merged_cells_of_wechat_are_filled),
		BOTH(tills_number_by_store_and_know_categories),
		BOTH(xiaoetong_users_are_buyers),
		BOTH(the_same_order_by_file_and_interface_is_one),
		BOTH(a_proven_phone_gets_what_waits_for_it),
		BOTH(what_is_no_such_file_is_told),
		BOTH(rows_that_cannot_be_used_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

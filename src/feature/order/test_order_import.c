/*
 * Imports end to end over their routes: every oddity of the real files in small ones of our own, on whatever
 * store the environment names, in one slot and over eight.
 */
#include "feature/order/test_order_shop.h"

#define HEAD "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n"

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
	fault_init("");
	shop_free(*state);
	return 0;
}

static const char cdnow[] = " customer_id  date number_of_cds  dollar_value\r\n"
			    " 00001 19970101  1   11.77\r\n"
			    " 00002 19970112  1   12.00\r\n"
			    " 00002 19970112  5   77.00\r\n"
			    " 00002 19970112  1   12.00\r\n" /* an exact repeat is a purchase of its own */
			    " 00003 19970102  2    0.00\r\n" /* given away: an order that stands */
			    " 00003 1997\r\n"               /* half a row */
			    " 00004 19971302  2   20.76\r\n"; /* no such month */

static void rows_of_columns_become_orders_and_broken_ones_are_told(void **state)
{
	struct shop *s = *state;
	void *csv;
	i64 c = s->corps[0], id = shop_run(s, c, str_c(cdnow), "cdnow", "", "done 7 5 2 5 0 3 0 0");
	struct customer_fact f = shop_facts(s, c, "buyer", "cdnow:2");
	assert_int_equal(f.orders, 3);
	assert_int_equal(f.spent, 10100);
	assert_int_equal(f.first_order, f.last_order);
	assert_int_equal(f.first_order, 852998400000); /* 1997-01-12 00:00 in Shanghai */
	assert_int_equal(shop_facts(s, c, "buyer", "cdnow:3").orders, 1);
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)id);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/imports/{id}/rejected.csv", json, STR_NIL, &csv), OK);
	assert_non_null(strstr(csv, "\n7,"));
	assert_non_null(strstr(csv, "\n8,"));
	assert_non_null(strstr(csv, "19971302"));
	shop_run(s, c, str_c(cdnow), "cdnow", "", "done 7 5 2 0 0 0 5 0");
	assert_int_equal(shop_facts(s, c, "buyer", "cdnow:2").orders, 3);
}

/* Three good rows around so many broken ones: all of them on pages, each with its place. */
static void rejected_rows_are_listed_by_page(void **state)
{
	struct shop *s = *state;
	struct page *page;
	struct buf b = buf_new(s->t->arena, 1 << 20);
	size_t seen = 0, pages = 0;
	i64 c = s->corps[0];
	buf_add_c(&b, HEAD);
	for (int i = 0; i < 45; i++)
		buf_fmt(&b, "%d,B1,BOX,%s,%s,%s,12925,France\r\n", 500 + i, i % 3 == 1 ? "x" : "1", i % 3 == 2 ? "2011-13-09" : "2011-10-09 10:00:00",
			i % 3 == 0 ? "1,5.0x" : "5.00");
	i64 id = shop_run(s, c, buf_str(&b), "online-retail", "", "done 45 0 45 0 0 0 0 0");
	str cursor = STR_NIL;
	do {
		str json = cursor.n ? arena_printf(s->t->arena, "{\"id\":\"%lld\",\"limit\":20,\"cursor\":\"%.*s\"}", (long long)id, STR_F(cursor))
				    : arena_printf(s->t->arena, "{\"id\":\"%lld\",\"limit\":20}", (long long)id);
		assert_int_equal(shop_call(s, c, "GET", "/api/v1/imports/{id}/rejected", json, STR_NIL, (void **)&page), OK);
		assert_int_equal(page->total, 45);
		const struct rejected_view *v = page->data.v;
		for (size_t i = 0; i < page->data.n; i++, seen++) {
			assert_int_equal(v[i].row, seen + 2); /* below the header */
			assert_true(v[i].reason.n > 0 && v[i].cure.n > 0 && v[i].label.n > 0);
			assert_true(seen % 3 != 1 || (str_eq_c(v[i].field, "quantity") && str_eq_c(v[i].value, "x")));
			assert_true(seen % 3 != 2 || (str_eq_c(v[i].field, "ordered_at") && str_eq_c(v[i].value, "2011-13-09") &&
						      str_has(v[i].cure, STR("2026-11-01"))));
		}
		cursor = page->next_cursor;
		pages++;
	} while (cursor.n);
	assert_int_equal(seen, 45);
	assert_int_equal(pages, 3);
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)id);
	assert_int_equal(shop_call(s, s->corps[1], "GET", "/api/v1/imports/{id}/rejected", json, STR_NIL, NULL), ERR_NOT_FOUND);
}

static const char retail[] = HEAD
	"100,A1,\"LAMP, RED\",2,2011-10-06 16:20:00,4.15,12923.0,United Kingdom\r\n"
	"101,B1,BOX,1,2011-10-07 10:00:00,5,12924,France\r\n"
	"100,A2,CUP ,3,2011-10-06 16:20:00,1.25,12923.0,United Kingdom\r\n" /* scattered */
	"100,A2,CUP ,3,2011-10-06 16:20:00,1.25,12923.0,United Kingdom\r\n" /* an equal line is a line */
	"C200,A1,\"LAMP, RED\",-1,2011-10-08 09:00:00,4.15,12923.0,United Kingdom\r\n" /* of invoice 100 */
	"C201,Z9,LOST,-1,2011-10-08 09:00:00,2.00,12924,France\r\n" /* fits no order of hers */
	"102,B1,BOX,1,2011-10-09 10:00:00,5.00,,France\r\n"           /* nobody */
	"103,B1,=found,4,2011-10-09 10:00:00,0.0,,France\r\n"         /* neither buyer nor money */
	"104,B1,GIFT,1,2011-10-09 10:00:00,0.0,12925,France\r\n"
	"105,B1,BOX,x,2011-10-09 10:00:00,5.00,12925,France\r\n"
	"C202,B1,BOX,-1,2011-10-10 10:00:00,5.00,12924,France\r\n"; /* all of invoice 101 */

static void lines_gather_and_refunds_find_their_orders(void **state)
{
	struct shop *s = *state;
	void *out;
	i64 c = s->corps[0], id = shop_run(s, c, str_c(retail), "online-retail", "", "done 11 9 2 4 3 3 0 1");
	struct customer_fact f = shop_facts(s, c, "buyer", "online-retail:12923");
	assert_int_equal(f.orders, 1);
	assert_int_equal(f.spent, 830 + 375 + 375 - 415);
	f = shop_facts(s, c, "buyer", "online-retail:12924");
	assert_int_equal(f.orders, 0); /* wholly refunded */
	assert_int_equal(f.spent, -200);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/orders", STR("{\"unmatched\":true}"), STR_NIL, &out), OK);
	assert_int_equal(((struct page *)out)->data.n, 1);
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)id);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/imports/{id}/rejected.csv", json, STR_NIL, &out), OK);
	assert_non_null(strstr(out, "\"'=found\"")); /* no formula for who opens it */
	shop_run(s, c, str_c(retail), "online-retail", "", "done 11 9 2 0 0 0 7 0");
}

static void undone_and_done_again(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0], id = shop_run(s, c, str_c(retail), "online-retail", "", "done 11 9 2 4 3 3 0 1");
	shop_run(s, c, STR(HEAD "300,A1,LAMP,1,2011-10-20 16:20:00,4.15,12923,UK\n"), "online-retail", "",
		 "done 1 1 0 1 0 0 0 0");
	assert_int_equal(shop_do(s, c, id, "undo"), OK);
	shop_jobs(s);
	assert_string_equal(shop_counts(s, c, id), "undone 0 0 0 0 0 0 0 0");
	struct customer_fact f = shop_facts(s, c, "buyer", "online-retail:12923");
	assert_int_equal(f.orders, 1); /* what another import made stays, and so does she */
	assert_int_equal(f.spent, 415);
	assert_int_equal(shop_facts(s, c, "buyer", "online-retail:12924").customer, 0);
	shop_run(s, c, str_c(retail), "online-retail", "", "done 11 9 2 4 3 2 0 1");
	assert_int_equal(shop_facts(s, c, "buyer", "online-retail:12923").orders, 2);
}

static void a_refund_taken_back_lets_the_order_stand(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0];
	shop_run(s, c, STR(HEAD "1,A,x,1,2011-10-01 10:00:00,5,77,UK\n"), "online-retail", "", "done 1 1 0 1 0 1 0 0");
	i64 back = shop_run(s, c, STR(HEAD "C2,A,x,-1,2011-10-02 10:00:00,5,77,UK\n"), "online-retail", "",
			    "done 1 1 0 0 1 0 0 0");
	assert_int_equal(shop_facts(s, c, "buyer", "online-retail:77").orders, 0);
	assert_int_equal(shop_do(s, c, back, "undo"), OK);
	shop_jobs(s);
	struct customer_fact f = shop_facts(s, c, "buyer", "online-retail:77");
	assert_int_equal(f.orders, 1);
	assert_int_equal(f.spent, 500);
}

static void a_dry_run_counts_and_writes_nothing(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0], id = shop_import(s, c, str_c(retail), "online-retail", "");
	assert_int_equal(shop_do(s, c, id, "dry-run"), OK);
	shop_jobs(s);
	assert_string_equal(shop_counts(s, c, id), "ready 11 9 2 4 3 3 0 1");
	assert_int_equal(shop_facts(s, c, "buyer", "online-retail:12923").customer, 0);
	assert_int_equal(shop_do(s, c, id, "run"), OK);
	assert_int_equal(shop_do(s, c, id, "run"), ERR_STATE); /* runs already */
	shop_jobs(s);
	assert_string_equal(shop_counts(s, c, id), "done 11 9 2 4 3 3 0 1");
}

/* Rows enough for several batches. */
static str many(struct shop *s, size_t buyers)
{
	struct buf b = buf_new(s->t->arena, 4 << 20);
	buf_add_c(&b, "id date n value\n");
	for (size_t i = 0; i < buyers; i++)
		for (size_t k = 0; k < 3; k++)
			buf_fmt(&b, "%zu 199701%02zu %zu %zu.50\n", i + 1, k + 1, k + 1, k + 10);
	return buf_str(&b);
}

static void an_import_broken_off_goes_on_where_it_was(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0], id = shop_import(s, c, many(s, 900), "cdnow", "");
	assert_int_equal(shop_do(s, c, id, "run"), OK);
	fault_init("import.batch:2:fail");
	shop_jobs(s);
	fault_init("");
	assert_true(str_eq_c(shop_row(s, c, id).state, "failed"));
	assert_true(shop_row(s, c, id).orders < 2700);
	assert_int_equal(shop_do(s, c, id, "run"), OK); /* what it had made counts as made */
	shop_jobs(s);
	struct order_import r = shop_row(s, c, id);
	assert_true(str_eq_c(r.state, "done"));
	assert_int_equal(r.orders, 2700);
	assert_int_equal(r.unchanged, 0);
	assert_int_equal(shop_facts(s, c, "buyer", "cdnow:900").orders, 3);
}

static void a_restart_goes_on_where_it_was(void **state)
{
	struct shop *s = *state;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	bool worked = true;
	i64 c = s->corps[0], id = shop_import(s, c, many(s, 400), "cdnow", "");
	assert_int_equal(shop_do(s, c, id, "run"), OK);
	assert_int_equal(job_run_one(&s->env, a, &worked), OK);
	arena_free(a);
	test_store_reopen(s->t);
	s->env.store = s->t->store;
	shop_jobs(s);
	assert_string_equal(shop_counts(s, c, id), "done 1200 1200 0 1200 0 400 0 0");
}

static const char generic[] = "订单号,买家,手机号,付款时间,实付金额,退款金额,订单状态,数量,商品名称\n"
	"E1,甲,13800000001,2026/1/2 9:00:05,\"¥1,234.50\",,交易成功,1,茶\n"
	"E2,乙,138****0002,2026-01-03,99.00元,9.00,交易成功,2,茶\n"
	"E3,,138****0003,2026-01-03 10:00,5,,交易成功,1,茶\n"
	"E4,甲,13800000001,2026-01-04,50,,交易关闭,1,茶\n"
	"2.51235E+18,甲,,2026-01-04,50,,交易成功,1,茶\n"
	"E6,甲,13800000001,2026-01-05,12.345,,交易成功,1,茶\n"
	"E7,甲,13800000001,2026-01-06,20,20,\"未发货，退款成功\",1,茶\n";

static void columns_are_guessed_and_masked_phones_are_nobody(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0];
	shop_run(s, c, str_c(generic), "generic", "", "done 7 5 2 5 2 2 0 1");
	struct customer_fact f = shop_facts(s, c, "phone", "13800000001");
	assert_int_equal(f.orders, 1); /* one was closed, one went back */
	assert_int_equal(f.spent, 123450);
	f = shop_facts(s, c, "buyer", "generic:乙");
	assert_int_equal(f.orders, 1);
	assert_int_equal(f.spent, 9000);
	struct cx cx = shop_cx(s, c);
	i64 nobody = 0;
	assert_int_not_equal(identity_find(&cx.unit, STR("phone"), STR("138****0002"), &nobody), OK);
}

/* "12,50" read as 1,250 would be a hundred times the money. */
static void a_decimal_comma_is_refused_and_not_guessed(void **state)
{
	static const char text[] = "订单号,买家,付款时间,实付金额\nK1,丙,2026-01-05,\"12,50\"\nK2,丙,2026-01-05,\"1,250\"\n"
		"K3,丙,2026-01-05,\"1,2345.50\"\n";
	struct shop *s = *state;
	shop_run(s, s->corps[0], str_c(text), "generic", "", "done 3 2 1 2 0 1 0 0");
	assert_int_equal(shop_facts(s, s->corps[0], "buyer", "generic:丙").spent, 125000 + 1234550);
}

static void a_buyer_is_the_wecom_person_with_her_phone(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0], friend = 0, buyer = 0, root = 0;
	struct cx cx = shop_cx(s, c);
	bool created;
	struct identity_in ids[] = { { STR("external_userid"), STR("wmAAA"), true }, { STR("phone"), STR("13800000001"), true } };
	struct identity_who who = { ids, 2, false, TEST_START, STR("wecom"), STR("小鱼") };
	assert_int_equal(identity_resolve(&cx.unit, &who, &friend, &created, NULL), OK);
	shop_run(s, c, str_c(generic), "generic", "", "done 7 5 2 5 2 1 0 1");
	assert_int_equal(identity_find(&cx.unit, STR("buyer"), STR("generic:甲"), &buyer), OK);
	assert_int_equal(customer_root(&cx.unit, buyer, &root), OK);
	assert_int_equal(root, friend);
	assert_int_equal(shop_facts(s, c, "external_userid", "wmAAA").spent, 123450);
}

static void two_corps_know_nothing_of_each_other(void **state)
{
	struct shop *s = *state;
	i64 id = shop_run(s, s->corps[0], str_c(cdnow), "cdnow", "", "done 7 5 2 5 0 3 0 0");
	assert_int_equal(shop_facts(s, s->corps[1], "buyer", "cdnow:2").customer, 0);
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)id);
	assert_int_equal(shop_call(s, s->corps[1], "GET", "/api/v1/imports/{id}", json, STR_NIL, NULL), ERR_NOT_FOUND);
	assert_int_equal(shop_do(s, s->corps[1], id, "undo"), ERR_NOT_FOUND);
	shop_run(s, s->corps[1], str_c(cdnow), "cdnow", "", "done 7 5 2 5 0 3 0 0");
}

static void other_encodings_and_spellings_are_the_same_orders(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0];
	shop_run(s, c, STR("订单号,买家,付款时间,实付金额\nE1,tea,2026-01-02 09:00:00,12.50\n"), "generic", "", "done 1 1 0 1 0 1 0 0");
	/* GB18030, other zeros, another way to write the time */
	shop_run(s, c, STR("\xb6\xa9\xb5\xa5\xba\xc5,\xc2\xf2\xbc\xd2,\xb8\xb6\xbf\xee\xca\xb1\xbc\xe4,\xca\xb5\xb8\xb6\xbd\xf0\xb6\xee\r\n"
			   "E1,tea,2026/1/2 9:00,12.5\r\n"), "generic", "", "done 1 1 0 0 0 0 1 0");
}

static void a_later_file_brings_an_order_up_to_date(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0];
	const char *const head = "订单号,买家,付款时间,实付金额,退款金额,订单状态\n";
	struct arena *a = s->t->arena;
	shop_run(s, c, arena_printf(a, "%sE1,x,2026-01-02,100,,已付款\n", head), "generic", "", "done 1 1 0 1 0 1 0 0");
	shop_run(s, c, arena_printf(a, "%sE1,x,2026-01-02,100,30,已付款\n", head), "generic", "", "done 1 1 0 0 1 0 0 0");
	assert_int_equal(shop_facts(s, c, "buyer", "generic:x").spent, 7000);
	shop_run(s, c, arena_printf(a, "%sE1,x,2026-01-02,100,,已付款\n", head), "generic", "", "done 1 1 0 0 0 0 1 0");
	assert_int_equal(shop_facts(s, c, "buyer", "generic:x").spent, 7000);
	shop_run(s, c, arena_printf(a, "%sE1,x,2026-01-02,100,100,退款成功\n", head), "generic", "", "done 1 1 0 0 1 0 0 0");
	assert_int_equal(shop_facts(s, c, "buyer", "generic:x").orders, 0);
}

static void uploads_must_be_whole(void **state)
{
	struct shop *s = *state;
	void *out;
	i64 c = s->corps[0];
	assert_int_equal(shop_call(s, c, "POST", "/api/v1/uploads", STR("{\"name\":\"f\",\"size\":5}"), STR_NIL, &out), OK);
	str id = arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)*(i64 *)out);
	str part = arena_printf(s->t->arena, "{\"id\":\"%lld\",\"n\":0}", (long long)*(i64 *)out);
	str next = arena_printf(s->t->arena, "{\"id\":\"%lld\",\"n\":1}", (long long)*(i64 *)out);
	assert_int_equal(shop_call(s, c, "POST", "/api/v1/uploads/{id}/complete", id, STR_NIL, NULL), ERR_STATE);
	assert_int_equal(shop_call(s, c, "PUT", "/api/v1/uploads/{id}/parts/{n}", part, STR("1234"), NULL), ERR_INPUT);
	assert_int_equal(shop_call(s, c, "PUT", "/api/v1/uploads/{id}/parts/{n}", part, STR("123456"), NULL), ERR_INPUT);
	assert_int_equal(shop_call(s, c, "PUT", "/api/v1/uploads/{id}/parts/{n}", next, STR("1"), NULL), ERR_INPUT);
	assert_int_equal(shop_call(s, c, "PUT", "/api/v1/uploads/{id}/parts/{n}", part, STR("12345"), NULL), OK);
	assert_int_equal(shop_call(s, c, "POST", "/api/v1/uploads/{id}/complete", id, STR_NIL, NULL), OK);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, drop), cmocka_unit_test_setup_teardown(test, make_spread, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(rows_of_columns_become_orders_and_broken_ones_are_told), BOTH(rejected_rows_are_listed_by_page),
		BOTH(lines_gather_and_refunds_find_their_orders),
		BOTH(undone_and_done_again),
		BOTH(a_refund_taken_back_lets_the_order_stand),
		BOTH(a_dry_run_counts_and_writes_nothing),
		BOTH(an_import_broken_off_goes_on_where_it_was),
		BOTH(a_restart_goes_on_where_it_was),
		BOTH(columns_are_guessed_and_masked_phones_are_nobody), BOTH(a_decimal_comma_is_refused_and_not_guessed),
		BOTH(a_buyer_is_the_wecom_person_with_her_phone),
		BOTH(two_corps_know_nothing_of_each_other),
		BOTH(other_encodings_and_spellings_are_the_same_orders),
		BOTH(a_later_file_brings_an_order_up_to_date),
		BOTH(uploads_must_be_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

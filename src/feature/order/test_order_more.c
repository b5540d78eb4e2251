/*
 * The same rows as a workbook, and orders that shops report as events.
 */
#include "store/timer.h"
#include "feature/order/test_order_shop.h"

#include <zip.h>

#define RELS "<Relationships><Relationship Id='r1' Type='http://x/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
#define BOOK "<workbook xmlns:r='http://r'><sheets><sheet name='orders' sheetId='1' r:id='r1'/></sheets></workbook>"
#define STYLES "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='22'/></cellXfs></styleSheet>"
#define T(text) "<c t='inlineStr'><is><t>" text "</t></is></c>"
#define N(number) "<c><v>" number "</v></c>"
#define D(number) "<c s='1'><v>" number "</v></c>"

static const char csv[] = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n"
	"536365,A1,\"LAMP, RED\",2,2011-10-06 16:20:00,4.15,12923.0,UK\r\n"
	"536365,22423,CUP ,3,2011-10-06 16:20:00,1.10,12923.0,UK\r\n"
	"C536366,A1,\"LAMP, RED\",-1,2011-10-08 09:00:00,4.15,12923.0,UK\r\n";
static const char sheet[] = "<worksheet><sheetData>"
	"<row>" T("InvoiceNo") T("StockCode") T("Description") T("Quantity") T("InvoiceDate") T("UnitPrice") T("CustomerID") T("Country") "</row>"
	"<row>" N("536365") T("A1") T("LAMP, RED") N("2") D("40822.680555555555") N("4.1500000000000004") N("12923") T("UK") "</row>"
	"<row>" N("536365") N("22423") T("CUP") N("3") D("40822.680555555555") N("1.1000000000000001") N("12923") T("UK") "</row>"
	"<row>" T("C536366") T("A1") T("LAMP, RED") N("-1") D("40824.375") N("4.1500000000000004") N("12923") T("UK") "</row>"
	"</sheetData></worksheet>";

static int make(void **state)
{
	*state = shop_new(test_spread());
	return 0;
}

static int drop(void **state)
{
	shop_free(*state);
	return 0;
}

static void add(zip_t *zip, const char *name, const char *text)
{
	zip_source_t *source = zip_source_buffer(zip, text, strlen(text), 0);
	assert_true(zip_file_add(zip, name, source, ZIP_FL_OVERWRITE) >= 0);
}

static str workbook(struct shop *s)
{
	str path = arena_printf(s->t->arena, "%s/book.xlsx", s->t->dir);
	char *bytes = arena_alloc(s->t->arena, 1 << 16);
	zip_t *zip = zip_open(arena_cstr(s->t->arena, path), ZIP_CREATE | ZIP_TRUNCATE, NULL);
	assert_non_null(zip);
	add(zip, "xl/_rels/workbook.xml.rels", RELS);
	add(zip, "xl/workbook.xml", BOOK);
	add(zip, "xl/styles.xml", STYLES);
	add(zip, "xl/worksheets/sheet1.xml", sheet);
	assert_int_equal(zip_close(zip), 0);
	FILE *in = fopen(arena_cstr(s->t->arena, path), "re");
	assert_non_null(in);
	size_t n = fread(bytes, 1, 1 << 16, in);
	fclose(in);
	unlink(arena_cstr(s->t->arena, path));
	return str_of(bytes, n);
}

static void a_workbook_of_the_same_rows_changes_nothing(void **state)
{
	struct shop *s = *state;
	i64 c = s->corps[0];
	shop_run(s, c, str_c(csv), "online-retail", "", "done 3 3 0 1 1 1 0 0");
	shop_run(s, c, workbook(s), "online-retail", "", "done 3 3 0 0 0 0 2 0");
	struct customer_fact f = shop_facts(s, c, "buyer", "online-retail:12923");
	assert_int_equal(f.orders, 1);
	assert_int_equal(f.spent, 830 + 330 - 415);
}

#define REPORT_FIELDS(F, S) F(S, STR, name) F(S, STR, message_id) F(S, JSON, properties, .opt = true, .pii = true)
RECORD(report_body, REPORT_FIELDS);

/* One event of the shop, journalled and handed on as the consumer would. */
static void report(struct shop *s, i64 customer, const char *name, const char *message, const char *properties)
{
	struct cx cx = shop_cx(s, s->corps[0]);
	i64 slot = slot_of_customer(s->t->store, customer), id;
	struct report_body body = { str_c(name), str_c(message), str_c(properties) };
	struct event ev;
	assert_int_equal(WRITE_TX(&cx.unit, slot, journal_add(tx, EV_SITE_TRACKED, customer, TEST_START, &report_body_record, &body, &id)), OK);
	assert_int_equal(READ_SNAP(&cx.unit, slot, journal_get(snap, id, &ev)), OK);
	cx.unit.cause = id;
	assert_int_equal(WRITE_TX(&cx.unit, slot, order_on_tracked(tx, &ev)), OK);
}

static void a_shop_reports_orders(void **state)
{
	struct shop *s = *state;
	struct cx cx = shop_cx(s, s->corps[0]);
	struct identity_in ids[] = { { STR("user_id"), STR("u1"), true } };
	struct identity_who who = { ids, 1, false, TEST_START, STR("segment"), STR_NIL };
	i64 her;
	bool created;
	assert_int_equal(identity_resolve(&cx.unit, &who, &her, &created, NULL), OK);
	report(s, her, "Order Completed", "m1", "{\"order_id\":\"A1\",\"total\":12.30,\"currency\":\"CNY\",\"products\":[{\"name\":\"茶\",\"quantity\":2}]}");
	report(s, her, "Order Completed", "m2", "{\"order_id\":\"A1\",\"total\":12.3,\"currency\":\"CNY\",\"products\":[{\"name\":\"茶\",\"quantity\":2}]}");
	report(s, her, "Order Completed", "m3", "{\"order_id\":\"A2\",\"revenue\":\"8\"}");
	report(s, her, "Order Completed", "m4", "{\"total\":99}"); /* names no order */
	report(s, her, "Order Viewed", "m5", "{\"order_id\":\"A3\",\"total\":99}");
	struct customer_fact f = shop_facts(s, s->corps[0], "user_id", "u1");
	assert_int_equal(f.orders, 2);
	assert_int_equal(f.spent, 2030);
	report(s, her, "Order Refunded", "m6", "{\"order_id\":\"A1\",\"total\":2.30}");
	report(s, her, "Order Refunded", "m6", "{\"order_id\":\"A1\",\"total\":2.30}");
	assert_int_equal(shop_facts(s, s->corps[0], "user_id", "u1").spent, 1800);
	report(s, her, "Order Refunded", "m7", "{\"order_id\":\"A1\"}"); /* the rest */
	report(s, her, "Order Cancelled", "m8", "{\"order_id\":\"A2\"}");
	f = shop_facts(s, s->corps[0], "user_id", "u1");
	assert_int_equal(f.orders, 0);
	assert_int_equal(f.spent, 0);
}

static void a_damaged_workbook_is_not_read_as_csv(void **state)
{
	struct shop *s = *state;
	str bytes = STR("\x8f\x01 neither zip nor text\n");
	i64 id = shop_upload_named(s, s->corps[0], "orders.XLSX", bytes);
	str json = arena_printf(s->t->arena, "{\"upload_id\":\"%lld\",\"preset\":\"generic\"}", (long long)id);
	assert_int_equal(shop_call(s, s->corps[0], "POST", "/api/v1/imports", json, STR_NIL, NULL), ERR_INPUT);
}

static void fire_due(struct shop *s, size_t expected)
{
	struct unit u = unit_new(s->t->store, s->t->arena, 0, "test");
	struct timer_row *rows;
	size_t n, fired = 0;
	assert_int_equal(timer_due(&u, clock_now(&s->t->clock), 10, &rows, &n), OK);
	for (size_t i = 0; i < n; i++) {
		struct cx cx = shop_cx(s, rows[i].corp);
		if (!str_eq_c(rows[i].kind, UPLOAD_TIMER))
			continue;
		assert_int_equal(upload_expire(&cx, &rows[i]), OK);
		fired++;
	}
	assert_int_equal(fired, expected);
}

/* Rows with a cell of this many bytes, of which none can be used. */
#define HEAVY_CELL 600000
#define HEAVY_ROWS ((size_t)60)

static str heavy(struct arena *a)
{
	struct buf b = buf_new(a, (size_t)64 << 20);
	buf_add_c(&b, "\xef\xbb\xbf订单号,商品,数量,金额,下单时间,手机号\r\n");
	for (size_t i = 0; i < HEAVY_ROWS; i++) {
		buf_fmt(&b, "N%zu,", i);
		for (int k = 0; k < HEAVY_CELL / 10; k++)
			buf_add_c(&b, "abcdefghij");
		buf_add_c(&b, ",x,1.00,2026-01-01 10:00:00,13812340001\r\n");
	}
	return buf_str(&b);
}

static i64 lines_in(const char *path, i64 *ret_bytes)
{
	i64 lines = 0;
	FILE *in = fopen(path, "re");
	assert_non_null(in);
	for (int c; (c = getc_unlocked(in)) != EOF;)
		lines += c == '\n';
	*ret_bytes = (i64)ftello(in);
	fclose(in);
	return lines;
}

static void rejected_rows_fill_one_file_after_the_other(void **state)
{
	struct shop *s = *state;
	struct arena *a = arena_new((size_t)512 << 20);
	i64 c = s->corps[0], rows = 0, bytes[2];
	void *view;
	i64 id = shop_run(s, c, heavy(a), "generic", "", "done 60 0 60 0 0 0 0 0");
	assert_int_equal(rejected_csv_count(a, &s->env, id), 2);
	for (i64 part = 1; part <= 2; part++)
		rows += lines_in(arena_cstr(a, rejected_csv_path(a, &s->env, id, part)), &bytes[part - 1]) - 1; /* each has the header */
	assert_int_equal(rows, HEAVY_ROWS);
	assert_true(bytes[0] <= REJECTED_CSV_MAX && bytes[0] + HEAVY_CELL > REJECTED_CSV_MAX); /* no other row would fit */
	str key = arena_printf(a, "{\"id\":\"%lld\"}", (long long)id);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/imports/{id}", key, STR_NIL, &view), OK);
	const struct record *r = shop_route("GET", "/api/v1/imports/{id}")->out;
	assert_int_equal(*(i64 *)((char *)view + record_field(r, STR("rejected_files"))->at), 2);
	key = arena_printf(a, "{\"id\":\"%lld\",\"part\":2}", (long long)id);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/imports/{id}/rejected.csv", key, STR_NIL, &view), OK);
	assert_non_null(strstr(view, "订单号"));
	assert_non_null(strstr(view, "N59"));
	key = arena_printf(a, "{\"id\":\"%lld\",\"part\":3}", (long long)id);
	assert_int_equal(shop_call(s, c, "GET", "/api/v1/imports/{id}/rejected.csv", key, STR_NIL, NULL), ERR_NOT_FOUND);
	/* a scan of fewer leaves nothing of the one before */
	rejected_csv_drop(a, &s->env, id);
	assert_int_equal(rejected_csv_count(a, &s->env, id), 0);
	arena_free(a);
}

static void an_uploaded_file_is_gone_after_seven_days(void **state)
{
	struct shop *s = *state;
	i64 id = shop_upload(s, s->corps[0], STR("order_no,buyer_id,ordered_at,amount\n1,b,2025-11-01,5\n"));
	char *file = arena_cstr(s->t->arena, import_path(s->t->arena, &s->env, id, ""));
	assert_int_equal(access(file, R_OK), 0);
	clock_advance(&s->t->clock, clock_now(&s->t->clock) + 7 * MS_DAY - 1);
	fire_due(s, 0);
	assert_int_equal(access(file, R_OK), 0);
	clock_advance(&s->t->clock, clock_now(&s->t->clock) + 1);
	fire_due(s, 1);
	assert_int_not_equal(access(file, R_OK), 0);
	fire_due(s, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_workbook_of_the_same_rows_changes_nothing, make, drop),
		cmocka_unit_test_setup_teardown(a_shop_reports_orders, make, drop),
		cmocka_unit_test_setup_teardown(a_damaged_workbook_is_not_read_as_csv, make, drop),
		cmocka_unit_test_setup_teardown(an_uploaded_file_is_gone_after_seven_days, make, drop),
		cmocka_unit_test_setup_teardown(rejected_rows_fill_one_file_after_the_other, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

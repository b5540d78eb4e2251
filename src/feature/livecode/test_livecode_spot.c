/*
 * Touch points: the codes of spots and stores compared, and whom of those who came has bought since.
 */
#include "app/test_app_sim.h"

#include "base/hash.h"
#include "core/outlet/outlet.h"
#include "feature/livecode/livecode_int.h"
#include "feature/livecode/livecode_spot_data.h"
#include "feature/order/order_take.h"

extern const struct module livecode_module;

static int begin(void **state, i64 spread)
{
	struct fail f = { 0 };
	world_new(state, spread);
	assert_int_equal(livecode_module.start(&((struct world *)*state)->env, &f), OK);
	return 0;
}
static int make(void **state) { return begin(state, 1); }
static int make_spread(void **state) { return begin(state, 8); }

static i64 store_new(struct world *w, const char *code, const char *name)
{
	struct outlet_edit in;
	i64 id;
	record_init(&outlet_edit_record, &in);
	in.code = str_c(code);
	in.name = str_c(name);
	in.city = STR("上海");
	in.system = STR("WGS-84");
	in.lat = 31.23;
	in.lng = 121.47;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_make(tx, &in, &id)), OK);
	return id;
}

static err try_code(struct world *w, const char *kind, const char *spot, i64 store, i64 *ret)
{
	i64 *staff = ARENA_ARRAY(w->t->arena, i64, 1);
	staff[0] = staff_id(w, "linna");
	struct livecode_edit in = { .name = STR("触点"), .staff = { staff, 1 }, .skip_verify = true, .kind = str_c(kind), .spot = str_c(spot),
				    .store = store };
	err e = WRITE_TX(&w->cx.unit, w->base, livecode_create(tx, &in, ret));
	settle(w);
	return e;
}

static i64 code_new(struct world *w, const char *kind, const char *spot, i64 store)
{
	i64 id;
	assert_int_equal(try_code(w, kind, spot, store, &id), OK);
	return id;
}

static str scan(struct world *w, i64 id)
{
	struct livecode c;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_get(snap, &(struct livecode_key){ id }, &c)), OK);
	str ext = json_str(sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"客%d\"}}", STR_F(c.config_id), w->scans++),
			   "external_userid");
	settle(w);
	return ext;
}

/* An order of whoever has that phone, and perhaps that external_userid. */
static void buy(struct world *w, const char *no, const char *phone, str ext, const char *status)
{
	struct order_told told = { .ids = { { STR("phone"), str_c(phone), true }, { STR("external_userid"), ext, true } },
				   .id_count = ext.n ? 2 : 1 };
	i64 who;
	record_init(&order_head_record, &told.order.head);
	told.order.numbered = told.order.summary = true;
	told.order.head = (struct order_head){ .id = (i64)(hash64(str_c(no)) >> 2), .source = STR("pos"), .order_no = str_c(no), .paid = 1500,
					       .currency = STR("CNY"), .status = str_c(status), .ordered = now(w), .lines = 1, .items = 1000,
					       .store = STR_NIL, .staff = STR_NIL, .tail = STR_NIL, .as_of = now(w), .back = NIL, .goods = NIL };
	assert_int_equal(order_take(&w->cx.unit, &told, &who), OK);
	assert_true(who != 0);
	settle(w);
}

static const struct json *compared(struct world *w)
{
	struct http_req req = { .arena = w->t->arena, .method = STR("GET"), .peer = STR("unix") };
	struct http_reply r = { 0 };
	struct json *v;
	req.headers[req.header_count++] = (struct http_pair){ STR("x-yt-corp"), arena_printf(w->t->arena, "%lld", (long long)w->corp) };
	assert_true(http_target(&req, STR("/api/v1/livecode-spots?from=2025-12-01&to=2026-01-31")));
	dispatch_handle(dispatch_new(w->t->arena, &w->env, NULL), &req, &r);
	assert_int_equal(r.status, 200);
	assert_int_equal(json_parse(r.body, w->t->arena, &v, &w->cx.unit.fail), OK);
	return v;
}

static const struct json *cells(struct world *w) { return json_get(compared(w), "cells"); }
static bool more_spots(struct world *w) { return json_bool(compared(w), "more", false); }

static i64 figure(struct world *w, const char *spot, const char *store, const char *name)
{
	const struct json *all = cells(w);
	for (size_t i = 0; i < all->n; i++) {
		const struct json *c = &all->items[i];
		if (str_eq_c(json_str(c, "spot"), spot) && str_eq_c(json_str(c, "store_name"), store))
			return json_i64(c, name, NIL);
	}
	fail_msg("no cell %s %s", spot, store);
	return NIL;
}

static void spots_of_stores_are_compared(void **state)
{
	struct world *w = *state;
	i64 east = store_new(w, "S1", "东店"), west = store_new(w, "S2", "西店"), none;
	i64 door = code_new(w, "direct", "门口", east);
	code_new(w, "relay", "收银台", east);
	i64 other = code_new(w, "direct", "门口", west);
	code_new(w, "direct", "小程序首页", 0);
	code_new(w, "direct", "", 0); /* of no spot: not compared */
	assert_int_equal(try_code(w, "direct", "门口", 4711, &none), ERR_INPUT);
	str ext = scan(w, door);
	scan(w, door);
	scan(w, other);
	sim_say(w, "/sim/delete", "{\"who\":\"customer\",\"userid\":\"linna\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	settle(w);
	assert_int_equal(cells(w)->n, 4);
	assert_int_equal(figure(w, "门口", "东店", "adds"), 2);
	assert_int_equal(figure(w, "门口", "东店", "losses"), 1);
	assert_int_equal(figure(w, "门口", "东店", "net"), 1);
	assert_int_equal(figure(w, "门口", "西店", "adds"), 1);
	assert_int_equal(figure(w, "收银台", "东店", "adds"), 0); /* a spot nobody scans is told */
	assert_int_equal(figure(w, "小程序首页", "", "codes"), 1);
	assert_int_equal(figure(w, "门口", "东店", "visits"), NIL);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_remove(tx, other)), OK);
	settle(w);
	assert_int_equal(figure(w, "门口", "西店", "adds"), 1); /* what it brought stays */
}

static void orders_count_for_the_code_she_came_by_and_from_then_on(void **state)
{
	struct world *w = *state;
	i64 east = store_new(w, "S1", "东店"), door = code_new(w, "direct", "门口", east);
	struct fail f = { 0 };
	buy(w, "A0", "13800000001", STR_NIL, "paid");
	live(w, 2 * MS_DAY);
	str ext = scan(w, door);
	assert_int_equal(figure(w, "门口", "东店", "buyers"), 0);
	buy(w, "A1", "13800000001", ext, "paid"); /* the phone's person and the friend are one from now on */
	live(w, MS_HOUR);
	assert_int_equal(figure(w, "门口", "东店", "buyers"), 1);
	assert_int_equal(figure(w, "门口", "东店", "orders"), 1); /* not the one of before she came */
	buy(w, "A2", "13800000001", STR_NIL, "paid");
	assert_int_equal(figure(w, "门口", "东店", "orders"), 2);
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "livecode", &f), OK);
	settle(w);
	assert_int_equal(figure(w, "门口", "东店", "orders"), 2);
	for (int i = 0; i < 3; i++) /* all taken back */
		buy(w, i == 0 ? "A0" : i == 1 ? "A1" : "A2", "13800000001", STR_NIL, "cancelled");
	live(w, MS_HOUR);
	assert_int_equal(figure(w, "门口", "东店", "buyers"), 0);
}

#define CROWD 5000
static void codes_put(struct world *w, i64 first, i64 count)
{
	struct livecode *rows = ARENA_ARRAY(w->t->arena, struct livecode, CROWD);
	for (i64 done = 0, n; done < count; done += n) {
		n = int_min(count - done, CROWD);
		for (i64 i = 0; i < n; i++) {
			record_init(&livecode_record, &rows[i]);
			i64 id = first + done + i;
			str name = arena_printf(w->t->arena, "n%lld", (long long)id);
			rows[i] = (struct livecode){ .id = id, .name = name, .state = STR("active"), .wecom_state = name, .config_id = STR_NIL,
						     .qr_url = STR_NIL, .channel = STR(""), .welcome = STR("{}"), .fail_code = STR_NIL, .created = 1,
						     .version = 1, .kind = STR("direct"), .door = STR_NIL, .spot = STR("货架"),
						     .campaign = STR(""), .plan = STR("{}"), .served = STR(""), .alarm = STR_NIL };
		}
		assert_int_equal(WRITE_TX(&w->cx.unit, w->base, query_write_many(tx, &livecode_insert_query, rows, (size_t)n)), OK);
	}
}

/* The newest are compared, and that there are more is said. */
static void more_codes_than_one_comparison_reads_are_said(void **state)
{
	struct world *w = *state;
	codes_put(w, 1, LIVECODE_SPOT_CODES_MAX);
	assert_int_equal(figure(w, "货架", "", "codes"), LIVECODE_SPOT_CODES_MAX);
	assert_false(more_spots(w));
	codes_put(w, LIVECODE_SPOT_CODES_MAX + 1, 1);
	assert_int_equal(figure(w, "货架", "", "codes"), LIVECODE_SPOT_CODES_MAX);
	assert_true(more_spots(w));
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(spots_of_stores_are_compared), BOTH(orders_count_for_the_code_she_came_by_and_from_then_on),
		cmocka_unit_test_setup_teardown(more_codes_than_one_comparison_reads_are_said, make, world_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

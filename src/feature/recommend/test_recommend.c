/*
 * What goes together, counted by hand: counts, windows, support, lift, offers, merges and withdrawals. Over one
 * slot and over eight.
 */
#include "app/engine.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "feature/recommend/recommend_data.h"
#include "store/testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

extern const struct module corp_module, perm_module, audit_module, job_module, staff_module, customer_module, follow_module,
	attr_module, audience_module, recommend_module;
static const struct module *const list[] = {
	&corp_module, &perm_module, &audit_module, &job_module, &staff_module, &customer_module, &attr_module,
	&audience_module, &recommend_module, NULL,
};

struct world { struct test_store *t; struct env env; struct cx cx; i64 corps[2], day, order; };

static int make_with(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	w->t = test_store_new_fast();
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list };
	w->env.audience = audience_index_new(w->t->store);
	if (store_check(w->t->store, recommend_module.queries, &f) != OK)
		fail_msg("%s %s %s", f.field, f.value, f.limit);
	w->cx = cx_system(&w->env, w->t->arena, 0, "test");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	for (int i = 0; i < 2; i++)
		while (w->corps[i] <= 2)
			assert_int_equal(corp_create(&w->cx, &in, &w->corps[i]), OK);
	w->cx.unit.corp = w->corps[0];
	w->day = corp_day(&w->cx.unit, TEST_START);
	*state = w;
	return 0;
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static int drop(void **state)
{
	struct world *w = *state;
	audience_index_free(w->env.audience);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

#define GOODS_FIELDS(F, S) F(S, STR, sku, .opt = true) F(S, STR, product, .opt = true) F(S, I64, items) F(S, FEN, amount)
RECORD(goods_body, GOODS_FIELDS);
#define SALE_FIELDS(F, S) F(S, ID, order) F(S, MS, ordered) F(S, LIST, goods, .of = &goods_body_record)
RECORD(sale_body, SALE_FIELDS);
#define BACK_FIELDS(F, S) F(S, ID, order) F(S, BOOL, whole)
RECORD(back_body, BACK_FIELDS);

static i64 slot_of(struct world *w, i64 customer) { return slot_of_customer(w->t->store, customer); }

static void tell(struct world *w, enum event_kind kind, u32 n, const struct record *r, const void *body)
{
	i64 id = id_customer(w->cx.unit.corp, n);
	struct customer_profile none = { .birthday = NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, id), customer_add(tx, id, STR("order"), TEST_START, &none)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, id), journal_add(tx, kind, id, TEST_START, r, body, NULL)), OK);
}

/* Buys a product `ago` days before TEST_START; returns the order. */
static i64 buys(struct world *w, u32 n, const char *product, i64 ago)
{
	struct goods_body goods[] = { { STR_NIL, str_c(product), 1000, 100 }, { STR_NIL, str_c(product), 1000, 100 } };
	struct sale_body body = { ++w->order, TEST_START + 4 * MS_HOUR - ago * MS_DAY, { goods, 2 } };
	tell(w, EV_ORDER_PLACED, n, &sale_body_record, &body);
	return body.order;
}

static void consume(struct world *w)
{
	bool worked = true;
	while (worked)
		assert_int_equal(consumer_run(&w->env, w->t->arena, &worked), OK);
}

static void count(struct world *w)
{
	i64 job;
	struct job j;
	bool worked = true;
	consume(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), recommend_queue(tx, &job)), OK);
	while (worked)
		assert_int_equal(engine_stage(&w->env, STAGE_JOB, &worked), OK);
	assert_int_equal(job_get(&w->cx.unit, job, &j), OK);
	if (!str_eq_c(j.state, "done"))
		fail_msg("job %.*s: %.*s", STR_F(j.state), STR_F(j.error));
}

static struct recommend_offer *partners(struct world *w, const char *product, size_t *n)
{
	struct recommend_offer *v;
	struct recommend_product_key key = { recommend_product_id(STR_NIL, str_c(product)) };
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), recommend_partners(snap, &key, &v, n)), OK);
	return v;
}

static void assert_partner(struct world *w, const char *product, size_t place, const char *partner, i64 both, i64 base)
{
	size_t n;
	struct recommend_offer *v = partners(w, product, &n);
	if (place >= n)
		fail_msg("%s has %zu partners", product, n);
	assert_true(str_eq_c(v[place].name, partner));
	assert_int_equal(v[place].both_n, both);
	assert_int_equal(v[place].base, base);
}

static size_t partner_count(struct world *w, const char *product)
{
	size_t n;
	partners(w, product, &n);
	return n;
}

static str likely(struct world *w, u32 n, i64 attr)
{
	struct attr_value v;
	i64 id = id_customer(w->cx.unit.corp, n);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, id), attr_value_get(snap, id, attr, &v)), OK);
	return v.t.p ? v.t : STR("");
}

static i64 audience(struct world *w, const char *text)
{
	struct expr *e;
	i64 n, total;
	assert_int_equal(expr_parse(&w->cx.unit, str_c(text), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &n, &total), OK);
	return n;
}

/* 1 … 10 milk; 1 … 6 of them diapers; 11 … 20 toys; 5 … 14 books; 21 … 40 a cup alone. */
static void shop(struct world *w)
{
	for (u32 n = 1; n <= 10; n++)
		buys(w, n, "奶粉", 50);
	for (u32 n = 1; n <= 6; n++)
		buys(w, n, "尿裤", 40);
	for (u32 n = 11; n <= 20; n++)
		buys(w, n, "玩具", 30);
	for (u32 n = 5; n <= 14; n++)
		buys(w, n, "绘本", 20);
	for (u32 n = 21; n <= 40; n++)
		buys(w, n, "水杯", 10);
	count(w);
}

static err call(struct world *w, const char *method, const char *path, const char *in_json, const struct json **ret)
{
	const struct route *r = recommend_routes;
	struct arena *a = w->t->arena;
	while (r->path && (strcmp(r->path, path) != 0 || strcmp(r->method, method) != 0))
		r++;
	assert_non_null(r->path);
	struct json *tree;
	struct cx cx = w->cx;
	struct page page = { .total = NIL };
	void *in = arena_alloc(a, r->in->size + 1);
	cx.out = r->flags & ROUTE_LIST ? (void *)&page : arena_alloc(a, r->out->size + 1);
	if (!(r->flags & ROUTE_LIST))
		record_init(r->out, cx.out);
	assert_int_equal(json_parse(str_c(in_json), a, &tree, &cx.unit.fail), OK);
	assert_int_equal(record_parse(r->in, tree, in, a, &cx.unit.fail), OK);
	cx.in = in;
	err e = r->fn(&cx);
	w->cx.unit.fail = cx.unit.fail;
	if (e != OK || !ret)
		return e;
	struct buf b = buf_new(a, 1 << 20);
	buf_add_c(&b, "[");
	for (size_t i = 0; r->flags & ROUTE_LIST && i < page.data.n; i++) {
		buf_add_c(&b, i ? "," : "");
		record_write(&b, r->out, (const char *)page.data.v + i * r->out->size);
	}
	if (!(r->flags & ROUTE_LIST))
		record_write(&b, r->out, cx.out);
	buf_add_c(&b, "]");
	assert_int_equal(json_parse(buf_str(&b), a, &tree, &cx.unit.fail), OK);
	*ret = r->flags & ROUTE_LIST ? tree : &tree->items[0];
	return OK;
}

/* -- tests -- */

static void pairs_are_counted_once_a_person(void **state)
{
	struct world *w = *state;
	shop(w);
	assert_partner(w, "奶粉", 0, "尿裤", 6, 10);
	assert_partner(w, "奶粉", 1, "绘本", 6, 10);
	assert_partner(w, "尿裤", 0, "奶粉", 6, 6);
	assert_int_equal(partner_count(w, "尿裤"), 1); /* 5 and 6 also bought books: too few */
	assert_partner(w, "绘本", 0, "奶粉", 6, 10);
	assert_int_equal(partner_count(w, "玩具"), 0); /* 4 people bought books too: one below the support */
	assert_int_equal(partner_count(w, "水杯"), 0);
	buys(w, 15, "绘本", 20);
	count(w);
	assert_partner(w, "玩具", 0, "绘本", 5, 10);
}

static void only_what_goes_together_more_than_by_chance_is_kept(void **state)
{
	struct world *w = *state;
	for (u32 n = 1; n <= 20; n++) { /* everybody buys a bag, half of them a hat: no connection */
		buys(w, n, "袋子", 30);
		if (n % 2)
			buys(w, n, "帽子", 30);
	}
	count(w);
	assert_int_equal(partner_count(w, "帽子"), 0);
	for (u32 n = 21; n <= 25; n++) /* who did not */
		buys(w, n, "手套", 30);
	count(w);
	assert_partner(w, "帽子", 0, "袋子", 10, 10);
}

static void purchases_far_apart_do_not_count(void **state)
{
	struct world *w = *state;
	for (u32 n = 1; n <= 12; n++)
		buys(w, n, "水杯", 5);
	for (u32 n = 1; n <= 6; n++) {
		buys(w, n, "奶粉", 300);
		buys(w, n, "尿裤", n == 6 ? 300 - 181 : 300 - 180);
	}
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 5, 6);
	buys(w, 6, "奶粉", 118); /* and again, near enough */
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 6, 6);
}

static void withdrawn_and_refunded_orders_do_not_count(void **state)
{
	struct world *w = *state;
	shop(w);
	i64 order = buys(w, 7, "尿裤", 3);
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 7, 10);
	struct back_body back = { order, true };
	tell(w, EV_ORDER_REFUNDED, 7, &back_body_record, &back);
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 6, 10);
	tell(w, EV_REFUND_WITHDRAWN, 7, &back_body_record, &back);
	back.whole = false; /* a part of the money is still a purchase */
	tell(w, EV_ORDER_REFUNDED, 7, &back_body_record, &back);
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 7, 10);
	struct sale_body gone = { order, TEST_START, { NULL, 0 } };
	tell(w, EV_ORDER_WITHDRAWN, 7, &sale_body_record, &gone);
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 6, 10);
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, NULL, &w->cx.unit.fail), OK);
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 6, 10);
}

static void merged_persons_buy_together(void **state)
{
	struct world *w = *state;
	i64 root, leaf = id_customer(w->cx.unit.corp, 70001);
	shop(w);
	buys(w, 70001, "尿裤", 3);
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 6, 10);
	assert_int_equal(customer_merge(&w->cx.unit, id_customer(w->cx.unit.corp, 8), leaf, "phone", &root), OK);
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 7, 10);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	count(w);
	assert_partner(w, "奶粉", 0, "尿裤", 6, 10);
}

static void what_to_offer_next_with_its_reason(void **state)
{
	struct world *w = *state;
	const struct json *j;
	char in[64];
	shop(w);
	assert_true(str_eq_c(likely(w, 8, RECOMMEND_ATTR_PRODUCT), "尿裤")); /* has milk and books */
	assert_true(str_eq_c(likely(w, 8, RECOMMEND_ATTR_BECAUSE), "奶粉"));
	assert_true(str_eq_c(likely(w, 5, RECOMMEND_ATTR_PRODUCT), "")); /* has all three */
	assert_true(str_eq_c(likely(w, 12, RECOMMEND_ATTR_PRODUCT), "奶粉")); /* toys and books */
	assert_int_equal(audience(w, "likely_because = \"奶粉\" and likely_product = \"尿裤\""), 4); /* 7 … 10 */
	assert_int_equal(audience(w, "likely_product = \"水杯\""), 0);
	snprintf(in, sizeof(in), "{\"id\":\"%lld\"}", (long long)id_customer(w->corps[0], 8));
	assert_int_equal(call(w, "GET", "/api/v1/customers/{id}/recommend", in, &j), OK);
	const struct json *rows = json_get(j, "data");
	assert_int_equal(rows->n, 1);
	assert_int_equal(json_i64(&rows->items[0], "both", 0), 6);
	assert_int_equal(json_i64(&rows->items[0], "base", 0), 10);
	assert_true(fabs(json_get(&rows->items[0], "confidence")->real - 0.6) < 1e-9);
	assert_true(fabs(json_get(&rows->items[0], "lift")->real - 0.6 / (6.0 / 40)) < 1e-9);
	assert_true(str_has(json_str(&rows->items[0], "words"), STR("10")));
	/* as soon as she buys it, it is offered no more */
	buys(w, 8, "尿裤", 0);
	consume(w);
	assert_true(str_eq_c(likely(w, 8, RECOMMEND_ATTR_PRODUCT), ""));
	assert_int_equal(audience(w, "likely_because = \"奶粉\" and likely_product = \"尿裤\""), 3);
}

static void what_people_buy_again_is_offered_again(void **state)
{
	struct world *w = *state;
	shop(w);
	for (u32 n = 1; n <= 3; n++) /* half of the diapers' buyers come again */
		buys(w, n, "尿裤", n == 3 ? RECOMMEND_REPEAT_DAYS - 1 : RECOMMEND_REPEAT_DAYS);
	count(w);
	assert_true(str_eq_c(likely(w, 1, RECOMMEND_ATTR_PRODUCT), "尿裤"));
	assert_true(str_eq_c(likely(w, 3, RECOMMEND_ATTR_PRODUCT), "绘本")); /* she has enough of them for now */
}

static void goods_are_known_by_sku_or_by_name(void **state)
{
	struct recommend_bought v[RECOMMEND_PERSON_MAX + 1], back[RECOMMEND_PERSON_MAX];
	struct arena *a = arena_new(1 << 20);
	(void)state;
	assert_int_equal(recommend_product_id(STR("A1"), STR("LAMP")), recommend_product_id(STR(" A1 "), STR("LAMP, RED")));
	assert_true(recommend_product_id(STR("A1"), STR_NIL) != recommend_product_id(STR_NIL, STR("A1")));
	assert_int_equal(recommend_product_id(STR(" "), STR_NIL), 0);
	for (size_t i = 0; i <= RECOMMEND_PERSON_MAX; i++)
		v[i] = (struct recommend_bought){ (i64)i * 7919 + 1, 20000 - (i64)i };
	assert_int_equal(recommend_unpack(recommend_pack(a, v, RECOMMEND_PERSON_MAX + 1), back), RECOMMEND_PERSON_MAX);
	assert_memory_equal(back, v, sizeof(back));
	arena_free(a);
}

static void at_most_so_many_partners_are_kept(void **state)
{
	struct world *w = *state;
	char name[16];
	for (u32 n = 1; n <= 40; n++)
		buys(w, n + 100, "水杯", 5);
	for (u32 n = 1; n <= 6; n++)
		for (int k = 0; k <= RECOMMEND_PARTNERS_MAX + 1; k++) {
			snprintf(name, sizeof(name), "p%d", k);
			buys(w, n, name, 5);
		}
	count(w);
	assert_int_equal(partner_count(w, "p0"), RECOMMEND_PARTNERS_MAX);
}

static void pages_show_goods_and_corps_stay_apart(void **state)
{
	struct world *w = *state;
	const struct json *j;
	char in[64];
	assert_int_equal(call(w, "GET", "/api/v1/recommend", "{}", &j), OK);
	assert_int_equal(json_get(j, "made_ms")->type, JSON_NULL);
	shop(w);
	assert_int_equal(call(w, "GET", "/api/v1/recommend", "{}", &j), OK);
	assert_int_equal(json_i64(j, "people", 0), 40);
	assert_int_equal(json_i64(j, "products", 0), 5);
	assert_int_equal(call(w, "GET", "/api/v1/recommend/products", "{\"limit\":3}", &j), OK);
	assert_int_equal(j->n, 3);
	assert_true(str_eq_c(json_str(&j->items[0], "name"), "水杯"));
	snprintf(in, sizeof(in), "{\"id\":\"%lld\"}", (long long)recommend_product_id(STR_NIL, STR("奶粉")));
	assert_int_equal(call(w, "GET", "/api/v1/recommend/products/{id}", in, &j), OK);
	assert_int_equal(json_get(j, "partners")->n, 2);
	assert_int_equal(call(w, "GET", "/api/v1/recommend/products/{id}", "{\"id\":\"5\"}", &j), ERR_NOT_FOUND);
	i64 mine = id_customer(w->corps[0], 8);
	w->cx.unit.corp = w->corps[1];
	assert_int_equal(call(w, "GET", "/api/v1/recommend/products", "{\"limit\":3}", &j), OK);
	assert_int_equal(j->n, 0);
	assert_int_equal(call(w, "GET", "/api/v1/recommend/products/{id}", in, &j), ERR_NOT_FOUND);
	snprintf(in, sizeof(in), "{\"id\":\"%lld\"}", (long long)mine);
	assert_int_equal(call(w, "GET", "/api/v1/customers/{id}/recommend", in, &j), ERR_NOT_FOUND);
	w->cx.unit.corp = w->corps[0];
	w->cx.unit.scope = 99; /* a scope without staff sees nobody */
	assert_int_equal(call(w, "GET", "/api/v1/customers/{id}/recommend", in, &j), ERR_NOT_FOUND);
	w->cx.unit.scope = 0;
	assert_int_equal(call(w, "POST", "/api/v1/recommend/count", "{}", &j), OK);
	assert_int_equal(call(w, "POST", "/api/v1/recommend/count", "{}", &j), ERR_STATE);
	assert_false((role_perms(list, STR("staff")) & perm_bit(list, "recommend.count")) != 0);
	assert_true((role_perms(list, STR("staff")) & perm_bit(list, "recommend.read")) != 0);
}

static void a_night_counts(void **state)
{
	struct world *w = *state;
	i64 job;
	bool worked = true;
	w->t->clock = clock_simulated(TEST_START + 19 * MS_HOUR + 30 * MS_MINUTE); /* 03:30 of the next day */
	while (worked)
		assert_int_equal(engine_stage(&w->env, STAGE_TIMER, &worked), OK);
	assert_int_equal(recommend_running(&w->cx.unit, &job), OK);
	assert_true(job != 0);
}

#define BOTH(fn) cmocka_unit_test_setup_teardown(fn, make, drop), { #fn " over eight slots", fn, make_spread, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(pairs_are_counted_once_a_person), BOTH(only_what_goes_together_more_than_by_chance_is_kept),
		BOTH(purchases_far_apart_do_not_count), BOTH(withdrawn_and_refunded_orders_do_not_count),
		BOTH(merged_persons_buy_together), BOTH(what_to_offer_next_with_its_reason),
		BOTH(what_people_buy_again_is_offered_again), cmocka_unit_test(goods_are_known_by_sku_or_by_name),
		BOTH(at_most_so_many_partners_are_kept), BOTH(pages_show_goods_and_corps_stay_apart), BOTH(a_night_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

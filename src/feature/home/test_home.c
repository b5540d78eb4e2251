/*
 * The home page's figures: what counts on which day, what is unknown, replay, scope, and the nightly
 * comparison with WeCom. Over one slot and over eight.
 */
#include "app/engine.h"
#include "core/attr/attr_tally.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "feature/home/home_data.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define PEOPLE 20
#define SHANGHAI (8 * MS_HOUR)

/* What the other modules would know of each person. */
static struct { bool friend, bound; i64 staff, orders, spent; } known[PEOPLE + 1];

static err test_facts(const struct snap *s, i64 leaf, struct customer_fact *sum)
{
	u32 n = id_number_of(leaf);
	if (n > PEOPLE)
		return OK;
	sum->friend |= known[n].friend;
	sum->bound |= known[n].bound;
	if (sum->staff == NIL && known[n].staff)
		sum->staff = known[n].staff;
	sum->orders += known[n].orders;
	sum->spent += known[n].spent;
	return OK;
}

extern const struct module attr_module, home_module;
static const struct module test_module = { .name = "test", .doc = "For this test.", .facts = test_facts };
static const struct module *const list[] = { &corp_module, &perm_module, &staff_module, &customer_module, &test_module,
					     &attr_module, &home_module, NULL };

/* Answers like WeCom: a token, or each asked day with 2 new contacts and 1 loss. */
struct world {
	struct transport transport;
	struct test_store *t;
	struct env env;
	struct cx cx;
	i64 staff[2];
	int asked;
};

static i64 number_in(str body, const char *name)
{
	i64 at = str_find(body, str_c(name)), n = 0;
	assert_true(at >= 0);
	str rest = str_sub(body, (size_t)at + strlen(name) + 2, body.n);
	size_t end = 0;
	while (end < rest.n && rest.p[end] >= '0' && rest.p[end] <= '9')
		end++;
	assert_true(str_i64(str_sub(rest, 0, end), &n));
	return n;
}

static err answer(struct transport *t, struct arena *a, const struct transport_call *call, struct transport_answer *ret,
		  struct fail *f)
{
	struct world *w = (struct world *)t;
	struct buf b = buf_new(a, 16384);
	*ret = (struct transport_answer){ .status = 200, .type = STR("application/json") };
	buf_add_c(&b, "{\"errcode\":0,\"errmsg\":\"ok\"");
	if (str_has(call->url, STR("gettoken"))) {
		buf_add_c(&b, ",\"access_token\":\"tk\",\"expires_in\":7200}");
	} else {
		w->asked++;
		buf_add_c(&b, ",\"behavior_data\":[");
		for (i64 at = number_in(call->body, "start_time"), n = 0; at <= number_in(call->body, "end_time"); at += 86400)
			buf_fmt(&b, "%s{\"stat_time\":%lld,\"new_contact_cnt\":2,\"negative_feedback_cnt\":1}", n++ ? "," : "",
				(long long)at);
		buf_add_c(&b, "]}");
	}
	ret->body = buf_str(&b);
	return OK;
}

static int make_with(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	i64 corp = 0;
	memset(known, 0, sizeof(known));
	w->t = test_store_new_fast();
	w->transport.call = answer;
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list, .transport = &w->transport };
	w->env.wecom = wecom_new(&w->transport, &w->t->clock, STR("http://wecom.test"));
	assert_int_equal(store_check(w->t->store, home_module.queries, &f), OK);
	assert_int_equal(store_check(w->t->store, attr_module.queries, &f), OK);
	w->cx = cx_system(&w->env, w->t->arena, 0, "test");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	while (corp <= 2) /* 1 and 2 are the test store's own */
		assert_int_equal(corp_create(&w->cx, &in, &corp), OK);
	w->cx.unit.corp = corp;
	for (int i = 0; i < 2; i++)
		assert_int_equal(staff_ensure(&w->cx.unit, i ? STR("lisi") : STR("zhangsan"), &w->staff[i]), OK);
	*state = w;
	return 0;
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static int drop(void **state)
{
	struct world *w = *state;
	wecom_free(w->env.wecom);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

static i64 base_of(struct world *w) { return slot_base(w->t->store, w->cx.unit.corp); }

static void connect_wecom(struct world *w)
{
	struct corp_wecom_set set = { .corpid = STR("ww1"), .agentid = STR("1000002"), .secret = STR("s") };
	assert_int_equal(corp_wecom_put(&w->cx, &set), OK);
}

static i64 person(struct world *w, u32 n)
{
	i64 id = id_customer(w->cx.unit.corp, n);
	struct customer_profile none = { .birthday = NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, id),
				  customer_add(tx, id, STR("wecom"), TEST_START, &none)), OK);
	return id;
}

static void tell(struct world *w, enum event_kind kind, u32 n, ms at, const struct record *r, const void *body)
{
	i64 id = person(w, n);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, id),
				  journal_add(tx, kind, id, at, r, body, NULL)), OK);
}

static void follow(struct world *w, enum event_kind kind, u32 n, int staff, ms at, const char *flags)
{
	struct follow_event f;
	record_init(&follow_event_record, &f);
	f.staff = w->staff[staff];
	f.userid = STR("u");
	f.external_userid = STR("wm");
	f.first = str_has_char(str_c(flags), 'f');
	f.again = str_has_char(str_c(flags), 'a');
	f.last = str_has_char(str_c(flags), 'l');
	f.transfer = str_has_char(str_c(flags), 't');
	tell(w, kind, n, at, &follow_event_record, &f);
}

#define SALE_FIELDS(F, S) F(S, ID, order) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered)
RECORD(sale_body, SALE_FIELDS);
#define BACK_FIELDS(F, S) F(S, ID, refund) F(S, ID, order) F(S, FEN, amount) F(S, STR, currency) F(S, MS, refunded)
RECORD(back_body, BACK_FIELDS);

static void sale(struct world *w, enum event_kind kind, i64 order, i64 paid, const char *currency, ms at)
{
	struct sale_body body = { order, paid, str_c(currency), at };
	tell(w, kind, 1 + (u32)(order % 5), at, &sale_body_record, &body);
}

static void back(struct world *w, enum event_kind kind, i64 refund, i64 order, i64 amount, ms at)
{
	struct back_body body = { refund, order, amount, STR("CNY"), at };
	tell(w, kind, 1 + (u32)(order % 5), at, &back_body_record, &body);
}

static void consume(struct world *w)
{
	bool worked = true;
	while (worked)
		assert_int_equal(consumer_run(&w->env, w->t->arena, &worked), OK);
}

/* GET /api/v1/home as a client sees it. */
static err look(struct world *w, const char *from, const char *to, const struct json **ret)
{
	const struct route *r = &home_routes[0];
	struct json *tree;
	str *in = arena_alloc(w->t->arena, r->in->size);
	struct cx cx = w->cx;
	in[0] = from ? str_c(from) : STR_NIL;
	in[1] = to ? str_c(to) : STR_NIL;
	cx.in = in;
	cx.out = arena_alloc(w->t->arena, r->out->size);
	record_init(r->out, cx.out);
	TRY(r->fn(&cx));
	struct buf b = buf_new(w->t->arena, 1 << 20);
	record_write(&b, r->out, cx.out);
	TRY(json_parse(buf_str(&b), w->t->arena, &tree, &cx.unit.fail));
	*ret = tree;
	return OK;
}

static const struct json *home(struct world *w, const char *from, const char *to)
{
	const struct json *j = NULL;
	assert_int_equal(look(w, from, to, &j), OK);
	return j;
}

static i64 of(const struct json *o, const char *name) { return json_i64(o, name, NIL); }
static const struct json *day(const struct json *home_, size_t n) { return &json_get(home_, "days")->items[n]; }

/* -- tests -- */

static void test_relations_count_by_definition_on_the_corps_days(void **state)
{
	struct world *w = *state;
	ms midnight = TEST_START - SHANGHAI; /* of 2025-12-01 in Shanghai */
	connect_wecom(w);
	follow(w, EV_FOLLOW_ADDED, 1, 0, midnight - 1, "f");
	follow(w, EV_FOLLOW_ADDED, 1, 1, midnight, "a");
	follow(w, EV_FOLLOW_ADDED, 2, 0, midnight + 1, "f");
	follow(w, EV_FOLLOW_HALF, 3, 0, midnight + 1, "");
	follow(w, EV_FOLLOW_ADDED, 4, 1, midnight + 2, "at");
	follow(w, EV_FOLLOW_TRANSFERRED, 4, 0, midnight + 2, "t");
	follow(w, EV_FOLLOW_LOST, 1, 0, midnight + 3, "");
	follow(w, EV_FOLLOW_LOST, 2, 0, midnight + 4, "l");
	follow(w, EV_FOLLOW_DROPPED, 1, 1, midnight + 5, "l");
	consume(w);
	const struct json *h = home(w, "2025-11-29", "2025-12-01");
	assert_int_equal(json_get(h, "days")->n, 3);
	assert_int_equal(of(day(h, 0), "added"), 0);
	assert_int_equal(of(day(h, 1), "added"), 1);
	assert_int_equal(of(day(h, 1), "net"), 1);
	const struct json *d = day(h, 2);
	assert_int_equal(of(d, "added"), 2);
	assert_int_equal(of(d, "added_first"), 1);
	assert_int_equal(of(d, "added_again"), 1);
	assert_int_equal(of(d, "lost"), 2);
	assert_int_equal(of(d, "lost_unique"), 1);
	assert_int_equal(of(d, "staff_deleted"), 1);
	assert_int_equal(of(d, "net"), -1);
	assert_int_equal(of(json_get(h, "today"), "added"), 2);
	/* by staff: zhangsan added 2 in the range, lisi 1 */
	const struct json *rows = json_get(h, "staff");
	assert_int_equal(rows->n, 2);
	assert_int_equal(of(&rows->items[0], "added"), 2);
	assert_int_equal(of(&rows->items[1], "added"), 1);
}

static void test_orders_count_on_their_day_and_leave_it_when_withdrawn(void **state)
{
	struct world *w = *state;
	ms noon = TEST_START + 4 * MS_HOUR, day_before = noon - MS_DAY;
	sale(w, EV_ORDER_PLACED, 11, 10000, "CNY", day_before);
	sale(w, EV_ORDER_PLACED, 12, 5000, "CNY", noon);
	sale(w, EV_ORDER_PLACED, 13, 700, "CNY", noon);
	sale(w, EV_ORDER_PLACED, 14, 99900, "USD", noon);
	sale(w, EV_ORDER_CANCELLED, 15, 300, "CNY", noon); /* never counted: nothing to take back */
	back(w, EV_ORDER_REFUNDED, 911, 11, 2500, noon);
	consume(w);
	const struct json *h = home(w, "2025-11-30", "2025-12-01");
	assert_int_equal(of(day(h, 0), "orders"), 1);
	assert_int_equal(of(day(h, 0), "revenue"), 10000);
	assert_int_equal(of(day(h, 1), "orders"), 3);
	assert_int_equal(of(day(h, 1), "revenue"), 5000 + 700 - 2500);
	back(w, EV_REFUND_WITHDRAWN, 911, 11, 2500, noon);
	sale(w, EV_ORDER_WITHDRAWN, 11, 10000, "CNY", day_before);
	sale(w, EV_ORDER_CANCELLED, 12, 5000, "CNY", noon);
	consume(w);
	h = home(w, "2025-11-30", "2025-12-01");
	assert_int_equal(of(day(h, 0), "orders"), 0);
	assert_int_equal(of(day(h, 0), "revenue"), 0);
	assert_int_equal(of(day(h, 1), "orders"), 2);
	assert_int_equal(of(day(h, 1), "revenue"), 700);
}

static void test_an_order_takes_only_its_own_refund_along(void **state)
{
	struct world *w = *state;
	ms noon = TEST_START + 4 * MS_HOUR;
	sale(w, EV_ORDER_PLACED, 11, 1000, "CNY", noon);
	back(w, EV_ORDER_REFUNDED, 11, 11, 300, noon); /* stood in the order's own row */
	back(w, EV_ORDER_REFUNDED, 77, 11, 50, noon);  /* of another file: stands alone afterwards */
	sale(w, EV_ORDER_PLACED, 12, 500, "CNY", noon);
	sale(w, EV_ORDER_CHANGED, 12, 600, "CNY", noon);
	sale(w, EV_ORDER_CHANGED, 13, 900, "CNY", noon); /* never counted, so nothing changes */
	consume(w);
	const struct json *d = json_get(home(w, NULL, NULL), "today");
	assert_int_equal(of(d, "orders"), 2);
	assert_int_equal(of(d, "revenue"), 1000 - 300 - 50 + 600);
	sale(w, EV_ORDER_WITHDRAWN, 11, 1000, "CNY", noon);
	consume(w);
	d = json_get(home(w, NULL, NULL), "today");
	assert_int_equal(of(d, "orders"), 1);
	assert_int_equal(of(d, "revenue"), 600 - 50);
}

static void test_what_has_no_source_is_unknown_and_never_zero(void **state)
{
	struct world *w = *state;
	person(w, 1);
	consume(w);
	const struct json *h = home(w, NULL, NULL), *totals = json_get(h, "totals");
	assert_int_equal(json_get(h, "days")->n, HOME_DAYS_DEFAULT);
	assert_false(json_bool(json_get(h, "sources"), "wecom", true));
	assert_false(json_bool(json_get(h, "sources"), "orders", true));
	assert_int_equal(json_get(day(h, 0), "added")->type, JSON_NULL);
	assert_int_equal(json_get(day(h, 0), "revenue")->type, JSON_NULL);
	assert_int_equal(json_get(totals, "gmv")->type, JSON_NULL);
	assert_int_equal(json_get(totals, "bound_rate")->type, JSON_NULL);
	connect_wecom(w);
	h = home(w, NULL, NULL);
	assert_int_equal(of(day(h, 0), "added"), 0);
	assert_int_equal(json_get(day(h, 0), "revenue")->type, JSON_NULL);
	assert_true(json_str(json_get(h, "definitions"), "lost_unique").n > 0);
}

static void test_the_range_is_bounded(void **state)
{
	struct world *w = *state;
	const struct json *h;
	assert_int_equal(json_get(home(w, "2024-12-01", "2025-12-01"), "days")->n, HOME_DAYS_MAX);
	assert_int_equal(look(w, "2024-11-30", "2025-12-01", &h), ERR_INPUT);
	assert_int_equal(look(w, "2025-12-02", "2025-12-01", &h), ERR_INPUT);
	assert_int_equal(look(w, "2025-13-01", "2025-12-01", &h), ERR_INPUT);
	assert_int_equal(look(w, "1", "2025-12-01", &h), ERR_INPUT);
}

static void some_people(struct world *w)
{
	for (u32 n = 1; n <= 10; n++) {
		known[n].friend = n <= 6;
		known[n].bound = n <= 3 || n == 9; /* 9 is no friend: not bindable */
		known[n].staff = n <= 6 ? w->staff[n % 2] : 0;
		known[n].orders = n % 3;
		known[n].spent = (i64)(n % 3) * 333;
		follow(w, EV_FOLLOW_ADDED, n, n % 2, TEST_START - (ms)n * MS_DAY, "f");
	}
	sale(w, EV_ORDER_PLACED, 11, 10000, "CNY", TEST_START);
	consume(w);
}

static void test_totals_follow_the_people_and_multiply_exactly(void **state)
{
	struct world *w = *state;
	connect_wecom(w);
	some_people(w);
	const struct json *t = json_get(home(w, NULL, NULL), "totals"), *g = json_get(t, "gmv");
	assert_int_equal(of(t, "customers"), 10);
	assert_int_equal(of(t, "friends"), 6);
	assert_int_equal(of(t, "bound"), 3);
	assert_true(json_get(t, "bound_rate")->real == 0.5);
	assert_int_equal(of(t, "buyers"), 7);
	assert_int_equal(of(t, "strangers"), 3); /* 7, 8 and 10 */
	assert_int_equal(of(g, "amount"), 10 * 333);
	assert_int_equal(of(g, "users") * of(g, "buyers") * of(g, "amount") * of(g, "orders"),
			 of(g, "amount") * of(g, "users") * of(g, "orders") * of(g, "buyers"));
	double product = json_get(g, "conversion")->real * json_get(g, "aov")->real * json_get(g, "repurchase")->real;
	assert_true(product * 10 > 3329.999 && product * 10 < 3330.001);
	/* a change moves the sums by the difference */
	known[4].friend = false;
	known[5].staff = w->staff[0];
	known[1].spent += 7;
	for (u32 n = 1; n <= 5; n++)
		follow(w, EV_FOLLOW_CHANGED, n, 0, TEST_START, "");
	consume(w);
	t = json_get(home(w, NULL, NULL), "totals");
	assert_int_equal(of(t, "friends"), 5);
	assert_int_equal(of(t, "strangers"), 4);
	assert_int_equal(of(json_get(t, "gmv"), "amount"), 3337);
}

static void test_merged_persons_count_once_and_split_ones_twice(void **state)
{
	struct world *w = *state;
	i64 root, leaf = id_customer(w->cx.unit.corp, 8);
	connect_wecom(w);
	some_people(w);
	assert_int_equal(customer_merge(&w->cx.unit, id_customer(w->cx.unit.corp, 1), leaf, "phone", &root), OK);
	consume(w);
	const struct json *t = json_get(home(w, NULL, NULL), "totals");
	assert_int_equal(of(t, "customers"), 9);
	assert_int_equal(of(t, "buyers"), 6);
	assert_int_equal(of(json_get(t, "gmv"), "amount"), 3330);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	consume(w);
	t = json_get(home(w, NULL, NULL), "totals");
	assert_int_equal(of(t, "customers"), 10);
	assert_int_equal(of(t, "buyers"), 7);
}

static str snapshot(struct world *w)
{
	const struct route *r = &home_routes[0];
	str *in = arena_alloc(w->t->arena, r->in->size);
	struct cx cx = w->cx;
	in[0] = STR("2025-11-01");
	in[1] = STR("2025-12-02");
	cx.in = in;
	cx.out = arena_alloc(w->t->arena, r->out->size);
	record_init(r->out, cx.out);
	assert_int_equal(r->fn(&cx), OK);
	struct buf b = buf_new(w->t->arena, 1 << 20);
	record_write(&b, r->out, cx.out);
	return buf_str(&b);
}

static void test_a_replay_gives_the_same_figures(void **state)
{
	struct world *w = *state;
	connect_wecom(w);
	some_people(w);
	follow(w, EV_FOLLOW_LOST, 2, 0, TEST_START + 5, "l");
	sale(w, EV_ORDER_PLACED, 12, 777, "CNY", TEST_START - MS_DAY);
	back(w, EV_ORDER_REFUNDED, 912, 12, 77, TEST_START);
	sale(w, EV_ORDER_WITHDRAWN, 11, 10000, "CNY", TEST_START);
	consume(w);
	str live = snapshot(w);
	assert_true(str_has(live, STR("\"revenue\":777")));
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "home", &w->cx.unit.fail), OK);
	assert_true(str_eq(snapshot(w), live));
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, NULL, &w->cx.unit.fail), OK);
	assert_true(str_eq(snapshot(w), live));
}

static void test_a_narrow_scope_sees_its_staff_and_no_orders(void **state)
{
	struct world *w = *state;
	connect_wecom(w);
	some_people(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, base_of(w), scope_set(tx, 77, &w->staff[0], 1)), OK);
	w->cx.unit.scope = 77;
	const struct json *h = home(w, "2025-11-20", "2025-12-01");
	assert_int_equal(json_get(h, "staff")->n, 1);
	assert_int_equal(of(json_get(h, "totals"), "friends"), 3); /* 2, 4, 6 */
	assert_int_equal(json_get(day(h, 11), "revenue")->type, JSON_NULL);
	i64 added = 0;
	for (size_t i = 0; i < json_get(h, "days")->n; i++)
		added += of(day(h, i), "added");
	assert_int_equal(added, 5);
	w->cx.unit.scope = 78; /* a scope without staff sees nothing */
	h = home(w, "2025-11-20", "2025-12-01");
	assert_int_equal(of(json_get(h, "totals"), "customers"), 0);
	assert_int_equal(json_get(h, "staff")->n, 0);
}

static void settle(struct world *w, enum engine_stage stage)
{
	bool worked = true;
	while (worked)
		assert_int_equal(engine_stage(&w->env, stage, &worked), OK);
}

static void test_the_night_fetches_what_is_missing_and_lists_what_differs(void **state)
{
	struct world *w = *state;
	ms noon = TEST_START + 4 * MS_HOUR;
	follow(w, EV_FOLLOW_ADDED, 1, 0, noon - MS_DAY, "f");
	follow(w, EV_FOLLOW_ADDED, 2, 0, noon - MS_DAY, "f");
	follow(w, EV_FOLLOW_LOST, 2, 0, noon - MS_DAY, "l");
	follow(w, EV_FOLLOW_ADDED, 3, 1, noon - MS_DAY, "f");
	consume(w);
	w->t->clock = clock_simulated(TEST_START + 21 * MS_HOUR); /* 05:00 of the next day */
	settle(w, STAGE_TIMER);
	settle(w, STAGE_SEND);
	assert_int_equal(w->asked, 0); /* not connected: nobody is asked */
	connect_wecom(w);
	w->t->clock = clock_simulated(TEST_START + MS_DAY + 21 * MS_HOUR); /* 2025-12-03 05:00 */
	settle(w, STAGE_TIMER);
	settle(w, STAGE_SEND);
	assert_int_equal(w->asked, 2 * 6); /* 179 days of two members, 30 days a call */
	const struct json *rows = json_get(home(w, "2025-11-30", "2025-11-30"), "diffs");
	assert_int_equal(rows->n, 2); /* zhangsan agrees; lisi: 1 of 2 added, 0 of 1 lost */
	for (size_t i = 0; i < rows->n; i++)
		assert_true(str_eq_c(json_str(&rows->items[i], "staff"), "lisi"));
	assert_int_equal(of(&rows->items[0], "ours"), 1);
	assert_int_equal(of(&rows->items[0], "wecom"), 2);
	assert_int_equal(of(&rows->items[1], "ours"), 0);
	assert_int_equal(of(&rows->items[1], "wecom"), 1);
	w->t->clock = clock_simulated(TEST_START + 2 * MS_DAY + 21 * MS_HOUR);
	settle(w, STAGE_TIMER);
	settle(w, STAGE_SEND);
	assert_int_equal(w->asked, 2 * 6 + 2); /* one more day each */
}

#define BOTH(fn) cmocka_unit_test_setup_teardown(fn, make, drop), { #fn " over eight slots", fn, make_spread, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_relations_count_by_definition_on_the_corps_days),
		BOTH(test_orders_count_on_their_day_and_leave_it_when_withdrawn),
		BOTH(test_an_order_takes_only_its_own_refund_along),
		BOTH(test_what_has_no_source_is_unknown_and_never_zero),
		BOTH(test_the_range_is_bounded),
		BOTH(test_totals_follow_the_people_and_multiply_exactly),
		BOTH(test_merged_persons_count_once_and_split_ones_twice),
		BOTH(test_a_replay_gives_the_same_figures),
		BOTH(test_a_narrow_scope_sees_its_staff_and_no_orders),
		BOTH(test_the_night_fetches_what_is_missing_and_lists_what_differs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

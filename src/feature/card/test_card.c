/*
 * Cards against the simulator: templates, everybody's own picture, and whom the page after payment shows.
 */
#include "app/test_app_sim.h"

#include "base/json.h"
#include "core/outlet/outlet_data.h"
#include "core/perm/perm_dispatch.h"
#include "feature/card/card_data.h"

/* The font library keeps what it has read of the system's fonts until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig"; }

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static struct card_layout *layout_of(struct world *w, const char *text)
{
	struct json *tree;
	struct card_layout *l = ARENA_NEW(w->t->arena, struct card_layout);
	assert_int_equal(json_parse(str_c(text), w->t->arena, &tree, &w->cx.unit.fail), OK);
	assert_int_equal(record_parse(&card_layout_record, tree, l, w->t->arena, &w->cx.unit.fail), OK);
	return l;
}

static err try_make(struct world *w, const char *layout, i64 *ret)
{
	struct card_edit in = { STR("海报"), STR("poster"), layout_of(w, layout) };
	return WRITE_TX(&w->cx.unit, w->base, card_make(tx, &in, ret));
}

#define PLAIN "{\"width\":600,\"height\":600,\"background\":\"#ffffff\",\"items\":[{\"kind\":\"code\",\"x\":100,\"y\":100,\"w\":400,\"h\":400}]}"

static void the_three_that_come_along_are_drawn(void **state)
{
	struct world *w = *state;
	struct card_template *rows;
	size_t n;
	str png;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, card_defaults(tx)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, card_defaults(tx)), ERR_STATE);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, card_list(snap, &(struct none){ 0 }, &rows, &n)), OK);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(card_draw(&w->cx, rows[i].id, staff_id(w, "linna"), &png), OK);
		assert_true(png.n > 1000 && str_starts(png, STR("\x89PNG")));
	}
	settle(w);
	assert_int_equal(effects(w, "add_contact_way", ""), 1); /* one way for all her pictures */
}

static void what_cannot_be_drawn_is_refused(void **state)
{
	struct world *w = *state;
	i64 id;
	assert_int_equal(try_make(w, "{\"width\":600,\"height\":600,\"background\":\"#fff\",\"items\":[]}", &id), ERR_INPUT);
	assert_int_equal(try_make(w, "{\"width\":600,\"height\":600,\"background\":\"#ffffff\",\"items\":[]}", &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_CARD_NO_CODE);
	assert_int_equal(try_make(w, "{\"width\":600,\"height\":600,\"background\":\"#ffffff\",\"items\":[{\"kind\":\"code\",\"x\":300,\"y\":0,\"w\":400,\"h\":400}]}", &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_IMAGE_OUTSIDE);
	assert_int_equal(try_make(w, "{\"width\":600,\"height\":600,\"background\":\"#ffffff\",\"items\":[{\"kind\":\"code\",\"x\":-1,\"y\":0,\"w\":400,\"h\":400}]}", &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_CARD_ITEM);
	for (int i = 0; i < CARD_TEMPLATES_MAX; i++)
		assert_int_equal(try_make(w, PLAIN, &id), OK);
	assert_int_equal(try_make(w, PLAIN, &id), ERR_STATE);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, card_remove(tx, id)), OK);
	assert_int_equal(try_make(w, PLAIN, &id), OK);
}

static void holes_are_filled(void **state)
{
	struct world *w = *state;
	struct card_layout *l = layout_of(w, "{\"width\":600,\"height\":600,\"background\":\"#ffffff\",\"items\":["
		"{\"kind\":\"text\",\"text\":\"{name}·{corp}{nobody}\",\"x\":0,\"y\":0,\"w\":400,\"h\":90},"
		"{\"kind\":\"code\",\"x\":100,\"y\":100,\"w\":400,\"h\":400}]}");
	struct card_face face = { STR("林娜"), STR(""), STR("店"), STR("鱼塘"), STR("https://x/d/k") };
	struct image_plan plan;
	assert_int_equal(card_plan(w->t->arena, l, &face, STR_NIL, &plan, &w->cx.unit.fail), OK);
	assert_true(str_eq_c(plan.items[0].text, "林娜·鱼塘{nobody}"));
	assert_true(str_eq_c(plan.items[1].text, "https://x/d/k"));
}

static i64 ordered(struct world *w, const char *no, i64 customer, const char *store, const char *staff, ms at)
{
	struct card_order row = { customer, str_c(no), str_c(store), str_c(staff), at };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer), card_order_put(tx, &row)), OK);
	return customer;
}

static i64 buyer(struct world *w, const char *unionid)
{
	struct identity_in id = { STR("unionid"), str_c(unionid), true };
	struct identity_who who = { .ids = &id, .count = 1, .occurred = now(w), .origin = STR("test"), .name = STR_NIL };
	i64 ret = 0;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &ret, NULL, NULL), OK);
	return ret;
}

static struct card_shown paid(struct world *w, const char *no)
{
	struct card_shown s;
	assert_int_equal(card_after_payment(&w->cx, 0, str_c(no), &s), OK);
	return s;
}

static void the_page_shows_her_own_advisor_first(void **state)
{
	struct world *w = *state;
	i64 friend = person_of(w, befriend(w, "linna", 1)), stranger = buyer(w, "u-stranger"), id, linna = staff_id(w, "linna");
	struct outlet_edit e;
	record_init(&outlet_edit_record, &e);
	e.code = STR("S1"), e.name = STR("人民广场店"), e.city = STR("上海"), e.system = STR("WGS-84"), e.lat = 31.2, e.lng = 121.4;
	e.staff = (struct ids){ &linna, 1 };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_make(tx, &e, &id)), OK);
	ordered(w, "A1", friend, "S1", "", now(w));
	ordered(w, "A2", stranger, "人民广场店", "", now(w));
	ordered(w, "A3", stranger, "别处", "linna", now(w));
	struct card_shown s = paid(w, "A1");
	assert_true(str_eq_c(s.who, "advisor") && s.name.n && str_eq_c(s.state, "preparing"));
	settle(w);
	s = paid(w, "A1");
	assert_true(str_eq_c(s.state, "ready") && s.picture.n && str_has(s.url, STR("/d/")));
	s = paid(w, "A2");
	assert_true(str_eq_c(s.who, "store") && str_eq_c(s.name, "人民广场店"));
	assert_true(str_eq_c(paid(w, "A3").who, "seller"));
	assert_true(str_eq_c(paid(w, "nobody-knows").who, "none"));
	assert_int_equal(setting_put(&w->cx, "card.general_staff", STR("nobody, linna")), OK);
	assert_true(str_eq_c(paid(w, "nobody-knows").who, "general"));
}

static int ask_pay(struct world *w, str order, ms at, str sign, const struct json **ret)
{
	struct arena *a = w->t->arena;
	struct corp corp;
	struct transport_answer answer = { 0 };
	struct json *v = NULL;
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &corp), OK);
	struct transport_call call = { .method = "GET", .url = arena_printf(a, "http://product.test/h5/api/pay?corp=%.*s&order=%.*s&at=%lld&sign=%.*s",
				       STR_F(corp.slug), STR_F(order), (long long)at, STR_F(sign)) };
	assert_int_equal(w->direct->call(w->direct, a, &call, &answer, &w->cx.unit.fail), OK);
	assert_int_equal(json_parse(answer.body, a, &v, &w->cx.unit.fail), OK);
	*ret = v;
	return answer.status;
}

static void only_the_shop_can_ask_by_number(void **state)
{
	struct world *w = *state;
	const struct json *v;
	struct corp corp;
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &corp), OK);
	ordered(w, "A1", person_of(w, befriend(w, "linna", 1)), "", "", now(w));
	str sign = card_sign(w->t->arena, STR("shop-key"), corp.slug, STR("A1"), now(w));
	assert_int_equal(ask_pay(w, STR("A1"), now(w), sign, &v), 409); /* no key is set */
	assert_int_equal(setting_put(&w->cx, "card.pay_secret", STR("shop-key")), OK);
	assert_int_equal(ask_pay(w, STR("A1"), now(w), sign, &v), 200);
	assert_true(str_eq_c(json_str(v, "who"), "advisor"));
	assert_int_equal(ask_pay(w, STR("A2"), now(w), sign, &v), 401);
	assert_int_equal(ask_pay(w, STR("A1"), now(w) + 1, sign, &v), 401);
	assert_int_equal(ask_pay(w, STR("A1"), now(w), STR("00"), &v), 401);
	ms at = now(w);
	live(w, CARD_SIGN_MS);
	assert_int_equal(ask_pay(w, STR("A1"), at, sign, &v), 200);
	clock_advance(&w->t->clock, at + CARD_SIGN_MS + 1);
	assert_int_equal(ask_pay(w, STR("A1"), at, sign, &v), 401);
}

static void an_order_that_is_placed_is_known_at_once(void **state)
{
	struct world *w = *state;
	struct card_order *rows, key = { .order_no = STR("B1") };
	size_t n = 0;
	i64 her = buyer(w, "u-1"), slot = slot_of_customer(w->t->store, her);
#define BODY_FIELDS(F, S) F(S, STR, order_no) F(S, MS, ordered) F(S, STR, store)
	RECORD(body, BODY_FIELDS);
	struct body fresh = { STR("B1"), now(w), STR("S1") }, old = { STR("B2"), now(w) - CARD_ORDER_FRESH_MS - 1, STR("S1") };
	struct event ev = { .kind = EV_ORDER_PLACED, .customer = her, .recorded = now(w) };
	struct buf b = buf_new(w->t->arena, 1000);
	record_write(&b, &body_record, &fresh);
	ev.body = buf_str(&b);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, card_on_order(tx, &ev)), OK);
	struct buf c = buf_new(w->t->arena, 1000);
	record_write(&c, &body_record, &old);
	ev.body = buf_str(&c);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, card_on_order(tx, &ev)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, card_orders(snap, &key, &rows, &n)), OK);
	assert_true(n == 1 && rows[0].customer == her);
	key.order_no = STR("B2");
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, card_orders(snap, &key, &rows, &n)), OK);
	assert_int_equal(n, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make, world_free)
	const struct CMUnitTest tests[] = {
		T(the_three_that_come_along_are_drawn), T(what_cannot_be_drawn_is_refused), T(holes_are_filled),
		T(the_page_shows_her_own_advisor_first),
		cmocka_unit_test_setup_teardown(the_page_shows_her_own_advisor_first, make_spread, world_free),
		T(only_the_shop_can_ask_by_number), T(an_order_that_is_placed_is_known_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

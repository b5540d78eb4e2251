/*
 * The past computed from the journal is what evaluation said at that moment, and now is what it says now.
 */
#include "core/audience/test_audience_life.h"

#include "core/attr/attr.h"
#include "core/audience/audience_asof.h"
#include "core/audience/audience_past.h"
#include "core/audience/expr_int.h"

#define MOMENTS 6
#define PEOPLE_MAX 400

static const char *const exprs[] = {
	"tag:\"宝妈\"", "tags all (\"宝妈\", \"新友\")", "tags none (\"VIP\", \"新友\")", "did(\"order.paid\", within 3d)",
	"did(\"tag.marked\", count >= 2) and not tag:\"VIP\"", "spent >= 300 and orders >= 2", "aov > 200 or first_order < -2d",
	"last_order is unknown and friend", "not (friend and orders = 0)", "last_order >= -1d or orders between 2 and 3",
	"did(\"order.refunded\") or spent < 0", "spent between 40 and 130", "spent between 130 and 240", "spent between 240 and 380",
};
#define EXPRS ARRAY_LEN(exprs)

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static struct expr *parsed(struct world *w, const char *text)
{
	struct expr *e;
	assert_int_equal(expr_parse(&w->cx.unit, str_c(text), &e), OK);
	return e;
}

struct answer { ms at; size_t n[EXPRS]; i64 who[EXPRS][LIFE_PEOPLE_MAX]; };

static void remember(struct world *w, struct answer *ret)
{
	ret->at = now(w);
	for (size_t i = 0; i < EXPRS; i++) {
		i64 *v;
		assert_int_equal(audience_select(&w->cx.unit, parsed(w, exprs[i]), 0, LIFE_PEOPLE_MAX, &v, &ret->n[i]), OK);
		memcpy(ret->who[i], v, ret->n[i] * sizeof(i64));
	}
}

static void refund(struct life *l, i64 her, i64 order, i64 fen)
{
	struct order_tally t = { 0 };
	struct refund_in in = { .id = 1000000 + (i64)life_dice(l, 1 << 20), .source = STR("test"), .refund_no = STR("r"), .sku = STR_NIL,
				.currency = STR("CNY"), .amount = fen, .refunded = now(l->w), .order_id = order };
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), order_refund_put(tx, her, 0, &in, 1, &t)), OK);
}

/* Her newest order as a later file tells it. */
static void retell(struct life *l, i64 her, i64 order, i64 paid, i64 refunded, const char *status)
{
	struct order_tally t = { 0 };
	struct order_in in = { .goods_count = 0 };
	record_init(&order_head_record, &in.head);
	in.head.customer = her;
	in.head.id = order;
	in.head.source = STR("test");
	in.head.status = str_c(status);
	in.head.paid = paid;
	in.head.refunded = refunded;
	in.head.currency = STR("CNY");
	in.head.ordered = now(l->w);
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), order_put(tx, her, false, &in, 1, &t)), OK);
}

static void more_life(struct life *l)
{
	i64 her = l->people[life_dice(l, l->n)], order = 500000 + (i64)life_dice(l, 6) + 10 * (her & 0xffff);
	static const char *const says[] = { "paid", "refunded", "cancelled", "created", "shipped", "done" };
	if (life_dice(l, 4)) {
		life_step(l);
		return;
	}
	/* One by one: compilers evaluate arguments in different orders, and a seed is to be one history. */
	bool told = life_dice(l, 3) > 0;
	i64 fen = (i64)life_dice(l, 30000), back = life_dice(l, 3) ? 0 : 5000;
	const char *status = says[life_dice(l, ARRAY_LEN(says))];
	if (told)
		retell(l, her, order, 10000 + fen, back, status);
	else
		refund(l, her, back ? order : 0, 1 + fen % 8000);
}

static void assert_same(struct world *w, const struct answer *then)
{
	for (size_t i = 0; i < EXPRS; i++) {
		struct audience_use use;
		i64 job, *v;
		size_t n;
		assert_int_equal(audience_past_begin(&w->cx.unit, parsed(w, exprs[i]), then->at, &job), OK);
		engine_settle(&w->env);
		assert_int_equal(audience_use_by(&w->cx.unit, "past", job, &use), OK);
		assert_int_equal(use.at, then->at);
		assert_int_equal(audience_use_members(&w->cx.unit, &use, 0, 1000, &v, &n), OK);
		bool same = n == then->n[i] && memcmp(v, then->who[i], n * sizeof(i64)) == 0;
		if (!same)
			fail_msg("%s at %lld: %zu, was %zu", exprs[i], (long long)then->at, n, then->n[i]);
	}
}

/* Everybody's sums to the fen. */
static void assert_sums(struct life *l)
{
	struct unit *u = &l->w->cx.unit;
	for (size_t i = 0; i < l->n; i++) {
		struct customer_fact f;
		i64 slot = life_slot(l, l->people[i]);
		bool in = false;
		if (READ_SNAP(u, slot, attr_fact_get(snap, l->people[i], &f)) != OK || f.erased)
			continue;
		str text = arena_printf(u->arena, "spent = %s%lld.%02lld and orders = %lld", f.spent < 0 ? "-" : "", (long long)llabs(f.spent) / 100,
					(long long)llabs(f.spent) % 100, (long long)f.orders);
		struct expr *e = parsed(l->w, arena_cstr(u->arena, text));
		assert_int_equal(READ_SNAP(u, slot, audience_past_test(snap, e, l->people[i], now(l->w), &in)), OK);
		if (!in)
			fail_msg("%lld: %.*s", (long long)l->people[i], STR_F(text));
	}
}

static void the_past_is_what_was_said_then(void **state)
{
	struct life l;
	struct answer *then = calloc(MOMENTS, sizeof(*then));
	life_begin(&l, *state, 77, 10);
	for (int m = 0; m < MOMENTS; m++) {
		for (int i = 0; i < 30; i++) {
			more_life(&l);
			if (life_dice(&l, 5) == 0)
				settle(l.w);
		}
		settle(l.w);
		assert_sums(&l);
		remember(l.w, &then[m]);
		live(l.w, MS_SECOND + (ms)life_dice(&l, 40) * MS_HOUR);
	}
	for (int m = 0; m < MOMENTS; m++)
		assert_same(l.w, &then[m]);
	remember(l.w, &then[0]);
	assert_same(l.w, &then[0]); /* and now is now */
	free(then);
}

/* What an order says of money that went back, the event behind it says once more. */
static void an_order_told_again_counts_its_refund_once(void **state)
{
	static const struct { const char *status; i64 paid, refunded; } tellings[] = {
		{ "created", 20000, 0 }, { "paid", 20000, 5000 }, { "paid", 21000, 5000 }, { "done", 21000, 8000 }, { "done", 21000, 8000 },
		{ "refunded", 21000, 21000 },
	};
	struct life l;
	life_begin(&l, *state, 1, 1);
	for (size_t i = 0; i < ARRAY_LEN(tellings); i++) {
		retell(&l, l.people[0], 77, tellings[i].paid, tellings[i].refunded, tellings[i].status);
		settle(l.w);
		assert_sums(&l);
	}
}

static void what_no_event_tells_is_refused_by_name(void **state)
{
	struct world *w = *state;
	static const struct { const char *expr, *name; } list[] = {
		{ "city = \"上海\"", "city" }, { "orders > 1 and not (friend or stage = growing)", "stage" }, { "reachable(\"sms\")", "reachable" },
		{ "bound", "bound" }, { "last_active > -3d", "last_active" },
	};
	i64 job;
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		assert_int_equal(audience_past_begin(&w->cx.unit, parsed(w, list[i].expr), now(w), &job), ERR_INPUT);
		assert_string_equal(w->cx.unit.fail.value, list[i].name);
	}
	assert_int_equal(audience_past_begin(&w->cx.unit, parsed(w, "friend"), now(w) + 1, &job), ERR_INPUT);
	assert_int_equal(audience_past_begin(&w->cx.unit, parsed(w, "friend"), now(w), &job), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, world_free)
		T(the_past_is_what_was_said_then), cmocka_unit_test_setup_teardown(the_past_is_what_was_said_then, make_spread, world_free),
		T(an_order_told_again_counts_its_refund_once), T(what_no_event_tells_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

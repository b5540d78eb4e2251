/*
 * Orders that wait to be paid, in the whole product: a line on the advisor's phone at once, a task by the journey's
 * template after two hours, both gone when she pays. Over one slot and eight.
 */
#include "app/test_app_ask.h"
#include "feature/journey/journey_template.h"
#include "feature/order/order_unpaid.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static void order_of(struct world *w, i64 customer, const char *no, const char *status, i64 fen, ms ordered)
{
	struct order_tally t = { 0 };
	struct order_in o = { .numbered = true };
	o.head = (struct order_head){ .customer = customer, .id = order_id_of(order_key_of(STR("shop"), str_c(no)), 0), .source = STR("shop"),
				      .order_no = str_c(no), .paid = fen, .currency = STR("CNY"), .status = str_c(status), .ordered = ordered,
				      .lines = 1, .items = 1000, .store = STR("旗舰店"), .staff = STR_NIL, .tail = STR_NIL, .as_of = NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer), order_put(tx, customer, false, &o, 1, &t)), OK);
}

static void told_of(struct world *w, i64 customer, const char *no, const char *status)
{
	order_of(w, customer, no, status, 12990, now(w));
	settle(w);
}

static const struct json *list(struct asking *b, const char *path, size_t count)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", str_c(path), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, count);
	return v;
}
static const struct json *unpaid(struct asking *b, size_t count) { return list(b, "/api/v1/work/unpaid", count); }

static void runs_template(struct world *w, const char *id)
{
	struct asking owner = asking_new(w);
	const struct journey_template *t = journey_templates;
	const struct json *v;
	while (t->id && strcmp(t->id, id) != 0)
		t++;
	assert_non_null(t->id);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/journeys"), &v, "%s", t->def), 201);
	str path = arena_printf(w->t->arena, "/api/v1/journeys/%lld/publish", (long long)id_in(v, "id"));
	assert_int_equal(asks(&owner, "POST", path, NULL, "{}"), 200);
	settle(w);
}

/* S53: two hours, then a task; paid, and both are gone. */
static void an_unpaid_order_is_a_line_then_a_task_and_gone_when_paid(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), other = person_of(w, befriend(w, "linna", 1));
	struct asking linna = asking_role(w, "linna", "staff"), xiaqing = asking_role(w, "xiaqing", "staff");
	runs_template(w, "unpaid");
	told_of(w, her, "A1", "created");
	told_of(w, other, "B1", "created");
	unpaid(&linna, 2);
	unpaid(&xiaqing, 0);
	list(&linna, "/api/v1/work/tasks", 0);
	told_of(w, other, "B1", "paid"); /* in time: never a task */
	unpaid(&linna, 1);
	live(w, 2 * MS_HOUR - MS_MINUTE);
	list(&linna, "/api/v1/work/tasks", 0);
	live(w, 2 * MS_MINUTE);
	const struct json *task = &json_get(list(&linna, "/api/v1/work/tasks", 1), "data")->items[0];
	assert_int_equal(id_in(task, "customer_id"), her);
	list(&xiaqing, "/api/v1/work/tasks", 0);
	unpaid(&linna, 1);
	told_of(w, her, "A1", "paid");
	live(w, MS_MINUTE);
	list(&linna, "/api/v1/work/tasks", 0);
	unpaid(&linna, 0);
}

static void lines_are_newest_first_and_say_who_and_how_much(void **state)
{
	struct world *w = *state;
	str name = befriend(w, "linna", 1);
	i64 her = person_of(w, name);
	struct asking linna = asking_role(w, "linna", "staff");
	ms t = now(w);
	order_of(w, her, "A1", "created", 500, t - 2 * MS_HOUR);
	order_of(w, her, "A2", "created", 700, t - MS_HOUR);
	order_of(w, her, "A3", "paid", 900, t);
	const struct json *rows = json_get(unpaid(&linna, 2), "data");
	assert_int_equal(json_i64(&rows->items[0], "ordered_ms", 0), t - MS_HOUR);
	assert_int_equal(json_i64(&rows->items[1], "ordered_ms", 0), t - 2 * MS_HOUR);
	assert_int_equal(id_in(&rows->items[0], "customer_id"), her);
	assert_true(str_eq(json_str(&rows->items[0], "external_userid"), name));
	assert_true(str_starts(json_str(&rows->items[0], "customer_name"), STR("顾客")));
	told_of(w, her, "A2", "cancelled");
	unpaid(&linna, 1);
	told_of(w, her, "A1", "shipped");
	unpaid(&linna, 0);
}

/* A buyer of a shop, in whatever slot she falls. */
static i64 buyer(struct world *w, int n)
{
	struct identity_in id = { STR("external_userid"), arena_printf(w->t->arena, "wmBuyer%d", n), true };
	struct identity_who who = { &id, 1, false, now(w), STR("order"), STR_NIL };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &leaf, NULL, NULL), OK);
	return leaf;
}

static void an_order_under_another_number_of_her_friend_is_listed_too(void **state)
{
	struct world *w = *state;
	str name = befriend(w, "linna", 1);
	i64 her = person_of(w, name), root, leaves[6];
	struct asking linna = asking_role(w, "linna", "staff"), xiaqing = asking_role(w, "xiaqing", "staff");
	for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
		leaves[i] = buyer(w, (int)i);
		told_of(w, leaves[i], arena_cstr(w->t->arena, arena_printf(w->t->arena, "C%zu", i)), "created");
	}
	unpaid(&linna, 0);
	for (size_t i = 0; i + 1 < ARRAY_LEN(leaves); i++)
		assert_int_equal(customer_merge(&w->cx.unit, her, leaves[i], "manual", &root), OK);
	settle(w);
	const struct json *rows = json_get(unpaid(&linna, ARRAY_LEN(leaves) - 1), "data");
	for (size_t i = 0; i < rows->n; i++) {
		assert_int_equal(id_in(&rows->items[i], "customer_id"), root);
		assert_true(str_eq(json_str(&rows->items[i], "external_userid"), name));
	}
	unpaid(&xiaqing, 0);
	told_of(w, leaves[0], "C0", "paid");
	unpaid(&linna, ARRAY_LEN(leaves) - 2);
}

/* Of numbers without a relation to her the newest of a slot are looked up, no more. */
static void so_many_orders_of_other_numbers_are_looked_up(void **state)
{
	struct world *w = *state;
	i64 hers = buyer(w, 1), others = buyer(w, 2), root;
	struct asking linna = asking_role(w, "linna", "staff");
	ms t = now(w);
	assert_int_equal(customer_merge(&w->cx.unit, person_of(w, befriend(w, "linna", 1)), hers, "manual", &root), OK);
	assert_int_equal(customer_merge(&w->cx.unit, person_of(w, befriend(w, "xiaqing", 1)), others, "manual", &root), OK);
	settle(w);
	order_of(w, hers, "H", "created", 100, t - MS_HOUR);
	for (int i = 1; i < ORDER_UNPAID_MERGED_MAX; i++)
		order_of(w, others, arena_cstr(w->t->arena, arena_printf(w->t->arena, "O%d", i)), "created", 100, t);
	unpaid(&linna, 1);
	order_of(w, others, "O", "created", 100, t);
	unpaid(&linna, 0);
}

static void the_newest_fifty_of_thirty_days_are_listed(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct asking linna = asking_role(w, "linna", "staff");
	ms edge = now(w) - ORDER_UNPAID_DAYS * MS_DAY;
	order_of(w, her, "old", "created", 100, edge - 1);
	unpaid(&linna, 0);
	for (int i = 0; i < ORDER_UNPAID_MAX; i++)
		order_of(w, her, arena_cstr(w->t->arena, arena_printf(w->t->arena, "N%d", i)), "created", 100, edge + i);
	assert_int_equal(json_i64(unpaid(&linna, ORDER_UNPAID_MAX), "total", 0), ORDER_UNPAID_MAX);
	order_of(w, her, "last", "created", 100, edge + MS_DAY);
	const struct json *v = unpaid(&linna, ORDER_UNPAID_MAX);
	assert_int_equal(json_i64(v, "total", 0), ORDER_UNPAID_MAX + 1);
	assert_int_equal(json_i64(&json_get(v, "data")->items[0], "ordered_ms", 0), edge + MS_DAY);
	assert_int_equal(json_i64(&json_get(v, "data")->items[ORDER_UNPAID_MAX - 1], "ordered_ms", 0), edge + 1);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), { #name " over eight slots", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(an_unpaid_order_is_a_line_then_a_task_and_gone_when_paid), BOTH(lines_are_newest_first_and_say_who_and_how_much),
		BOTH(an_order_under_another_number_of_her_friend_is_listed_too), BOTH(the_newest_fifty_of_thirty_days_are_listed),
		cmocka_unit_test_setup_teardown(so_many_orders_of_other_numbers_are_looked_up, make, world_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

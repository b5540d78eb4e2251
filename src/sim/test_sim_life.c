/*
 * The life of the demo brand: exact numbers, the same life for the same seed, and going on from a
 * snapshot as if nothing had happened.
 */
#include "sim/test_sim_calls.h"

#include <stdlib.h>
#include <unistd.h>

struct shop { i64 orders, strangers, visits, fen; u64 hash; };

static void on_order(void *arg, const struct sim_order *o)
{
	struct shop *shop = arg;
	shop->orders++;
	shop->strangers += !o->external_userid.p;
	shop->fen += o->fen;
	assert_int_equal(o->phone.n, 11);
	assert_true(o->order_no.n > 0 && o->paid >= RIG_START - 90 * MS_DAY);
}

static void on_visit(void *arg, const struct sim_visit *v)
{
	struct shop *shop = arg;
	shop->visits++;
	assert_true(str_starts(v->url, STR("http://")));
}

static void live(struct rig *r, ms until)
{
	for (ms due = sim_next_due(r->sim); due != NIL && due <= until; due = sim_next_due(r->sim)) {
		if (due > clock_now(&r->clock))
			clock_advance(&r->clock, due);
		assert_true(sim_step(r->sim));
	}
	clock_advance(&r->clock, until);
}

/* 30 days with 2,000 people, two codes and a mass send half-way. */
static struct rig *history(u64 seed, struct shop *shop, bool callback)
{
	struct rig *r = callback ? rig_ready(seed) : rig_new(seed);
	if (!callback) {
		sim_brand_load(r->sim);
		rig_token(r);
	}
	sim_shop_set(r->sim, &(struct sim_shop){ on_order, on_visit, shop });
	rig_post(r, "externalcontact/add_contact_way", "{\"type\":2,\"scene\":2,\"state\":\"shop\",\"party\":[2,3,4]}");
	rig_post(r, "externalcontact/add_contact_way", "{\"type\":2,\"scene\":2,\"state\":\"metro\",\"user\":[\"linna\",\"xiaqing\"],\"skip_verify\":true}");
	sim_brand_history_step(r->sim, &(struct sim_plan){ .start = RIG_START, .days = 30, .people = 2000 });
	live(r, RIG_START + 15 * MS_DAY);
	rig_token(r);
	const struct json *v = rig_post(r, "externalcontact/add_msg_template",
		"{\"sender\":\"linna\",\"attachments\":[{\"msgtype\":\"link\",\"link\":{\"title\":\"t\",\"url\":\"http://a.test/l\"}}]}");
	assert_int_equal(rig_code(v), 0);
	return r;
}

static void the_same_seed_lives_the_same_life(void **state)
{
	struct sim_figures f[3];
	for (int i = 0; i < 3; i++) {
		struct shop shop = { 0 };
		struct rig *r = history(i == 2 ? 6 : 5, &shop, false);
		live(r, RIG_START + 30 * MS_DAY);
		f[i] = sim_figures(r->sim);
		assert_int_equal(f[i].orders, shop.orders);
		assert_true(shop.orders > 700 && shop.strangers > 100 && shop.visits > 3);
		assert_true(f[i].relations > 1950 && f[i].people >= 2000);
		rig_free(r);
	}
	assert_true(f[0].log_hash == f[1].log_hash);
	assert_true(f[0].log_hash != f[2].log_hash);
	assert_int_equal(f[0].effects, f[1].effects);
}

static void every_arrival_is_reported_and_opens(void **state)
{
	struct shop shop = { 0 };
	struct rig *r = history(5, &shop, true);
	live(r, RIG_START + 30 * MS_DAY);
	i64 added = 0, left = 0;
	for (size_t i = 0; i < r->events.n; i++) {
		added += str_eq_c(rig_element(r->events.v[i], "ChangeType"), "add_external_contact");
		left += str_eq_c(rig_element(r->events.v[i], "ChangeType"), "del_follow_user");
	}
	assert_int_equal(r->bad, 0);
	assert_true(added > 1900 && added < 2400);
	assert_true(left > 60 && left < 300);
	assert_int_equal(sim_figures(r->sim).callbacks, r->events.n);
	rig_free(r);
}

static void a_snapshot_goes_on_as_if_nothing_had_happened(void **state)
{
	struct shop shop = { 0 }, again = { 0 };
	char dir[] = "/tmp/simXXXXXX";
	struct fail f = { 0 };
	assert_non_null(mkdtemp(dir));
	struct rig *r = history(9, &shop, true);
	str path = arena_printf(r->a, "%s/sim.snapshot", dir);
	live(r, RIG_START + 20 * MS_DAY + 12345);
	assert_int_equal(sim_save(r->sim, path, &f), OK);
	struct rig *copy = rig_new(1);
	assert_int_equal(sim_load(copy->sim, path, &f), OK);
	clock_advance(&copy->clock, clock_now(&r->clock));
	sim_shop_set(copy->sim, &(struct sim_shop){ on_order, on_visit, &again });
	assert_true(sim_figures(copy->sim).log_hash == sim_figures(r->sim).log_hash);
	i64 before = shop.orders;
	live(r, RIG_START + 30 * MS_DAY);
	live(copy, RIG_START + 30 * MS_DAY);
	assert_true(sim_figures(copy->sim).log_hash == sim_figures(r->sim).log_hash);
	assert_int_equal(again.orders, shop.orders - before);
	assert_int_equal(copy->bad, 0);
	copy->token = rig_token(copy);
	assert_int_equal(json_get(rig_post(copy, "externalcontact/get_corp_tag_list", "{}"), "tag_group")->n, 5);
	rig_free(copy);
	assert_int_equal(truncate(arena_cstr(r->a, path), 5000), 0);
	copy = rig_new(1);
	assert_int_equal(sim_load(copy->sim, path, &f), ERR_SYNTAX);
	rig_free(copy);
	unlink(arena_cstr(r->a, path));
	copy = rig_new(1);
	assert_int_equal(sim_load(copy->sim, path, &f), ERR_NOT_FOUND);
	rig_free(copy);
	rmdir(dir);
	rig_free(r);
}

static void the_thread_delivers_by_itself(void **state)
{
	struct rig *r = rig_ready(3);
	sim_start(r->sim);
	rig_post(r, "externalcontact/add_contact_way", "{\"type\":1,\"scene\":2,\"state\":\"t\",\"user\":[\"linna\"]}");
	rig_sim(r, "/sim/scan", "{\"state\":\"t\"}");
	bool idle = false;
	for (int i = 0; i < 200 && !idle; i++) {
		usleep(10000);
		idle = json_bool(rig_sim(r, "/sim/next", "%s", ""), "idle", false);
	}
	sim_stop(r->sim);
	assert_true(idle);
	assert_int_equal(r->events.n, 1);
	rig_free(r);
}

static void twenty_thousand_people_live_ninety_days(void **state)
{
	struct shop shop = { 0 };
	struct rig *r = rig_new(2);
	sim_brand_load(r->sim);
	rig_token(r);
	sim_shop_set(r->sim, &(struct sim_shop){ on_order, NULL, &shop });
	rig_post(r, "externalcontact/add_contact_way", "{\"type\":2,\"scene\":2,\"state\":\"shop\",\"party\":[2,3,4,5,6,7]}");
	sim_brand_history_step(r->sim, &(struct sim_plan){ .start = RIG_START, .days = 90, .people = 20000 });
	ms from = clock_mono();
	live(r, RIG_START + 90 * MS_DAY);
	ms took = clock_mono() - from;
	struct sim_figures f = sim_figures(r->sim);
	print_message("90 days: %lld people, %lld relations, %lld orders, %lld effects in %lld ms\n", (long long)f.people,
		      (long long)f.relations, (long long)f.orders, (long long)f.effects, (long long)took);
	assert_true(f.people >= 20000);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_lives_the_same_life), cmocka_unit_test(every_arrival_is_reported_and_opens),
		cmocka_unit_test(a_snapshot_goes_on_as_if_nothing_had_happened), cmocka_unit_test(the_thread_delivers_by_itself),
		cmocka_unit_test(twenty_thousand_people_live_ninety_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

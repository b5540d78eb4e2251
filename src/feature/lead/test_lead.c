/*
 * The lead pool: put in, claimed once, limited, given back by hand and by time, won.
 */
#include "app/test_app_sim.h"

#include "feature/lead/lead_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static i64 buyer(struct world *w, const char *phone)
{
	struct identity_in id = { STR("phone"), str_c(phone), true };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ &id, 1, false, now(w), STR("order"), STR_NIL }, &leaf, NULL, NULL), OK);
	settle(w);
	return leaf;
}

static void pool(struct world *w)
{
	struct { str expr; } in = { STR("orders >= 0") };
	struct { i64 job; } out;
	struct cx cx = w->cx;
	for (const struct route *r = lead_routes; r->fn; r++)
		if (!strcmp(r->path, "/api/v1/leads") && !strcmp(r->method, "POST")) {
			cx.in = &in;
			cx.out = &out;
			assert_int_equal(r->fn(&cx), OK);
		}
	settle(w);
}

static struct lead row(struct world *w, i64 customer)
{
	struct lead r;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lead_get(snap, &(struct lead_key){ customer }, &r)), OK);
	return r;
}

static size_t logs(struct world *w, i64 customer)
{
	struct lead_log *rows;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lead_logs(snap, &(struct lead_key){ customer }, &rows, &n)), OK);
	return n;
}

static void people_without_an_advisor_come_in_once(void **state)
{
	struct world *w = *state;
	i64 her = buyer(w, "+8613900000001"), friend = person_of(w, befriend(w, "linna", 1));
	struct lead r;
	pool(w);
	pool(w);
	assert_true(str_eq_c(row(w, her).state, "free"));
	assert_int_equal(logs(w, her), 1);
	assert_int_equal(told(w, her, EV_LEAD_POOLED, NULL), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lead_get(snap, &(struct lead_key){ friend }, &r)), ERR_NOT_FOUND);
}

static void a_lead_is_held_by_one_and_goes_back_in_time(void **state)
{
	struct world *w = *state;
	i64 her = buyer(w, "+8613900000001"), linna = staff_id(w, "linna"), xiaqing = staff_id(w, "xiaqing");
	pool(w);
	assert_int_equal(lead_claim(&w->cx, linna, her), OK);
	assert_int_equal(lead_claim(&w->cx, xiaqing, her), ERR_STATE);
	assert_int_equal(lead_give_back(&w->cx, xiaqing, her, STR("不是我的")), ERR_STATE);
	live(w, LEAD_DAYS * MS_DAY - MS_MINUTE);
	assert_true(str_eq_c(row(w, her).state, "claimed"));
	live(w, 2 * MS_MINUTE);
	assert_true(str_eq_c(row(w, her).state, "free"));
	assert_int_equal(told(w, her, EV_LEAD_RETURNED, NULL), 1);
	assert_int_equal(lead_claim(&w->cx, linna, her), ERR_STATE); /* not again so soon */
	assert_int_equal(lead_claim(&w->cx, xiaqing, her), OK);
	assert_int_equal(lead_give_back(&w->cx, xiaqing, her, STR("号码已停用")), OK);
	live(w, LEAD_DAYS * MS_DAY + MS_MINUTE);
	assert_int_equal(told(w, her, EV_LEAD_RETURNED, NULL), 2); /* the timer went with it */
	assert_int_equal(lead_claim(&w->cx, linna, her), OK);
	assert_int_equal(logs(w, her), 6);
}

static void a_member_holds_so_many_at_a_time(void **state)
{
	struct world *w = *state;
	i64 linna = staff_id(w, "linna"), three[3];
	for (int i = 0; i < 3; i++)
		three[i] = buyer(w, arena_cstr(w->t->arena, arena_printf(w->t->arena, "+861390000000%d", i)));
	assert_int_equal(setting_put(&w->cx, "lead.held_max", STR("2")), OK);
	pool(w);
	assert_int_equal(lead_claim(&w->cx, linna, three[0]), OK);
	assert_int_equal(lead_claim(&w->cx, linna, three[1]), OK);
	assert_int_equal(lead_claim(&w->cx, linna, three[2]), ERR_STATE);
	assert_int_equal(lead_give_back(&w->cx, linna, three[0], STR("先放")), OK);
	assert_int_equal(lead_claim(&w->cx, linna, three[2]), OK);
}

static void becoming_a_friend_wins_the_lead(void **state)
{
	struct world *w = *state;
	i64 leaf, her = buyer(w, "+8613900000001"), linna = staff_id(w, "linna");
	pool(w);
	assert_int_equal(lead_claim(&w->cx, linna, her), OK);
	const struct json *v = sim_say(w, "/sim/scan", "{\"userid\":\"linna\",\"skip_verify\":true,\"person\":{\"name\":\"她\"}}");
	struct identity_in ids[] = { { STR("external_userid"), json_str(v, "external_userid"), true }, { STR("phone"), STR("+8613900000001"), true } };
	live(w, MS_MINUTE);
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ ids, 2, false, now(w), STR("bind"), STR_NIL }, &leaf, NULL, NULL), OK);
	live(w, MS_MINUTE);
	assert_true(str_eq_c(row(w, her).state, "won"));
	assert_int_equal(told(w, her, EV_LEAD_WON, NULL), 1);
	live(w, LEAD_DAYS * MS_DAY + MS_MINUTE);
	assert_int_equal(told(w, her, EV_LEAD_RETURNED, NULL), 0);
	assert_int_equal(lead_claim(&w->cx, linna, her), ERR_STATE);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(people_without_an_advisor_come_in_once), S(people_without_an_advisor_come_in_once),
		T(a_lead_is_held_by_one_and_goes_back_in_time), T(a_member_holds_so_many_at_a_time),
		T(becoming_a_friend_wins_the_lead), S(becoming_a_friend_wins_the_lead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

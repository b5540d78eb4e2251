/*
 * Who deleted whom: the list in both directions, what is no deletion, and the message to whoever leads the member.
 */
#include "app/test_app_sim.h"

#include "feature/deleted/deleted.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static size_t listed(struct world *w, const char *who, struct deletion *ret)
{
	i64 slots[64];
	size_t n = slots_of_corp(w->t->store, w->corp, slots, ARRAY_LEN(slots)), found = 0;
	for (size_t i = 0; i < n; i++) {
		struct deletion *v;
		size_t m;
		struct deletion_find find = { 0, str_c(who), INT64_MAX, INT64_MAX, 100 };
		assert_int_equal(READ_SNAP(&w->cx.unit, slots[i], deletion_page(snap, &find, &v, &m)), OK);
		if (m && ret)
			*ret = v[0];
		found += m;
	}
	return found;
}

static void ends(struct world *w, const char *who, const char *userid, str ext)
{
	sim_say(w, "/sim/delete", "{\"who\":\"%s\",\"userid\":\"%s\",\"external_userid\":\"%.*s\"}", who, userid, STR_F(ext));
	live(w, MS_MINUTE);
}

static void both_directions_are_listed_with_who_and_when(void **state)
{
	struct world *w = *state;
	struct deletion d;
	str a = befriend(w, "linna", 1), b = befriend(w, "yangmin", 1);
	ms before = now(w);
	ends(w, "customer", "linna", a);
	ends(w, "staff", "yangmin", b);
	assert_int_equal(listed(w, "", NULL), 2);
	assert_int_equal(listed(w, "customer", &d), 1);
	assert_int_equal(d.customer, person_of(w, a));
	assert_int_equal(d.staff, staff_id(w, "linna"));
	assert_true(d.last && d.at >= before - MS_SECOND && d.at <= now(w));
	assert_int_equal(listed(w, "staff", &d), 1);
	assert_int_equal(d.staff, staff_id(w, "yangmin"));
	assert_int_equal(effects(w, "message/send", "notice"), 0); /* off unless somebody wants it */
}

static void the_members_leader_is_told_when_the_setting_says_so(void **state)
{
	struct world *w = *state;
	str a = befriend(w, "linna", 1), b = befriend(w, "linna", 1), c = befriend(w, "linna", 1);
	struct strs leaders;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, staff_leaders(snap, staff_id(w, "linna"), &leaders)), OK);
	assert_int_equal(leaders.n, 1);
	str to = arena_printf(w->t->arena, "\"to\":\"%.*s\"", STR_F(leaders.v[0]));
	assert_int_equal(setting_put(&w->cx, "deleted.notify", STR("leader")), OK);
	ends(w, "customer", "linna", a);
	assert_int_equal(effects(w, arena_cstr(w->t->arena, to), "删除了"), 1);
	assert_int_equal(effects(w, "\"to\":\"linna\"", "删除了"), 0);
	assert_int_equal(setting_put(&w->cx, "deleted.notify", STR("both")), OK);
	ends(w, "staff", "linna", b);
	assert_int_equal(effects(w, arena_cstr(w->t->arena, to), "删除了"), 2);
	assert_int_equal(effects(w, "\"to\":\"linna\"", "删除了"), 1);
	assert_int_equal(setting_put(&w->cx, "deleted.notify", STR("off")), OK);
	ends(w, "customer", "linna", c);
	assert_int_equal(effects(w, "\"kind\":\"notice\"", "删除了"), 3);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), cmocka_unit_test_setup_teardown(test, make_spread, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(both_directions_are_listed_with_who_and_when),
		BOTH(the_members_leader_is_told_when_the_setting_says_so),
	};
	return cmocka_run_group_tests_name("deleted", tests, NULL, NULL);
}

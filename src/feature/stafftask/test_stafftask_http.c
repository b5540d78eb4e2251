/*
 * Tasks as managers see and make them: their own members' alone, by hand, reminded, told upwards, counted.
 */
#include "app/test_app_verb.h"
#include "feature/stafftask/stafftask_notice_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define CALL "{\"kind\":\"call\",\"title\":\"回访\",\"who\":\"advisor\"}"
#define TASKS "/api/v1/staff-tasks"

static const struct json *rows_of(struct asking *b, const char *target)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", str_c(target), &v, "%s", ""), 200);
	return json_get(v, "data");
}

static i64 task_of(struct asking *b, size_t i) { return id_in(&rows_of(b, TASKS)->items[i], "id"); }

static int acts(struct asking *b, const char *what, i64 id, i64 *ret_done)
{
	const struct json *v;
	int status = asks(b, "POST", arena_printf(b->w->t->arena, TASKS "/%s", what), &v, "{\"ids\":[\"%lld\"]}", (long long)id);
	if (status == 200)
		*ret_done = json_i64(v, "done", -1);
	settle(b->w);
	return status;
}

static void a_manager_sees_and_touches_her_own_members_alone(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w), linna = asking_as(w, "linna");
	i64 her = person_of(w, befriend(w, "linna", 1)), there = person_of(w, befriend(w, "xiaqing", 1)), done;
	does(w, "staff.task", her, 5, "a", CALL);
	live(w, MS_SECOND);
	does(w, "staff.task", there, 5, "a", CALL);
	assert_int_equal(rows_of(&boss, TASKS)->n, 2);
	assert_int_equal(rows_of(&boss, TASKS "?state=done")->n, 0);
	assert_int_equal(rows_of(&linna, TASKS)->n, 1);
	i64 mine = task_of(&linna, 0), theirs = task_of(&boss, 0) == mine ? task_of(&boss, 1) : task_of(&boss, 0);
	assert_int_equal(acts(&linna, "cancel", theirs, &done), 404);
	assert_int_equal(acts(&linna, "remind", theirs, &done), 404);
	assert_true(ended_as(w, there, "a", ""));
	assert_int_equal(acts(&linna, "cancel", mine, &done), 200);
	assert_int_equal(done, 1);
	assert_true(ended_as(w, her, "a", "stopped"));
	assert_int_equal(acts(&linna, "cancel", mine, &done), 200);
	assert_int_equal(done, 0);
}

static void three_reminders_a_day_and_no_more(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 her = person_of(w, befriend(w, "linna", 1)), done = 0, task;
	does(w, "staff.task", her, 5, "a", CALL);
	task = task_of(&boss, 0);
	for (int i = 0; i < STAFFTASK_REMINDS_MAX; i++) {
		assert_int_equal(acts(&boss, "remind", task, &done), 200);
		assert_int_equal(done, 1);
		live(w, MS_SECOND);
	}
	assert_int_equal(acts(&boss, "remind", task, &done), 200);
	assert_int_equal(done, 0);
	assert_int_equal(effects(w, "\"notice\"", "任务提醒"), STAFFTASK_REMINDS_MAX);
	assert_int_equal(acts(&boss, "escalate", 99, &done), 404);
}

static void by_hand_each_customer_gets_one_and_who_has_nobody_is_named(void **state)
{
	struct world *w = *state;
	const struct json *v;
	struct asking boss = asking_new(w), linna = asking_as(w, "linna");
	i64 her = person_of(w, befriend(w, "linna", 1)), there = person_of(w, befriend(w, "xiaqing", 1));
	str gone = befriend(w, "linna", 1);
	i64 lost = person_of(w, gone);
	sim_say(w, "/sim/delete", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"who\":\"customer\"}", STR_F(gone));
	settle(w);
	const char *two = "{\"kind\":\"care\",\"title\":\"生日问候\",\"who\":\"advisor\",\"customer_ids\":[\"%lld\",\"%lld\"]}";
	assert_int_equal(asks(&boss, "POST", STR(TASKS), &v, two, (long long)her, (long long)lost), 201);
	assert_int_equal(json_i64(v, "made", -1), 1);
	const struct json *left = json_get(v, "left");
	assert_int_equal(left->n, 1);
	assert_true(str_eq_c(json_str(&left->items[0], "reason"), "no_friend"));
	assert_int_equal(asks(&linna, "POST", STR(TASKS), &v, two, (long long)her, (long long)there), 404); /* not hers: none is made */
	assert_int_equal(rows_of(&boss, TASKS)->n, 1);
	assert_int_equal(asks(&boss, "POST", STR(TASKS), &v, "{\"kind\":\"check\",\"title\":\"盘点物料\",\"who\":\"named\",\"staff_ids\":[\"%lld\",\"%lld\"]}",
			      (long long)staff_id(w, "linna"), (long long)staff_id(w, "xiaqing")), 201);
	assert_int_equal(json_i64(v, "made", -1), 2);
	assert_int_equal(told(w, 0, EV_STAFFTASK_MADE, NULL), 2);
}

static void what_is_wrong_is_named(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	static const char *const bad[] = {
		"{\"kind\":\"call\",\"title\":\"t\",\"who\":\"advisor\"}", "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"named\"}",
		"{\"kind\":\"call\",\"title\":\"t\",\"who\":\"store\"}", "{\"kind\":\"call\",\"who\":\"named\",\"staff_ids\":[\"1\"]}",
		"{\"kind\":\"send\",\"title\":\"t\",\"who\":\"named\",\"staff_ids\":[\"1\"]}",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(asks(&boss, "POST", STR(TASKS), NULL, "%s", bad[i]), 422);
	assert_int_equal(asks(&boss, "GET", STR(TASKS "/rates?from_ms=5&to_ms=5"), NULL, "%s", ""), 422);
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/staff-notices/9/withdraw"), NULL, "{}"), 404);
}

static void the_done_rate_is_by_member(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w), linna = asking_as(w, "linna");
	i64 first = 0;
	for (int i = 0; i < 3; i++) {
		i64 her = person_of(w, befriend(w, i < 2 ? "linna" : "xiaqing", 1));
		does(w, "staff.task", her, 5, "a", "{\"kind\":\"call\",\"title\":\"回访\",\"who\":\"advisor\",\"deadline_min\":60}");
	}
	first = id_in(&rows_of(&linna, "/api/v1/work/tasks")->items[0], "id");
	assert_int_equal(asks(&linna, "POST", arena_printf(w->t->arena, "/api/v1/work/tasks/%lld", (long long)first), NULL, "{\"state\":\"done\"}"), 204);
	live(w, 2 * MS_HOUR);
	char *path = arena_cstr(w->t->arena, arena_printf(w->t->arena, TASKS "/rates?from_ms=%lld&to_ms=%lld", (long long)(now(w) - MS_DAY), (long long)now(w)));
	const struct json *rows = rows_of(&boss, path);
	assert_int_equal(rows->n, 2);
	for (size_t i = 0; i < rows->n; i++) {
		bool hers = id_in(&rows->items[i], "staff_id") == staff_id(w, "linna");
		assert_int_equal(json_i64(&rows->items[i], "given", -1), hers ? 2 : 1);
		assert_int_equal(json_i64(&rows->items[i], "done", -1), hers ? 1 : 0);
		assert_int_equal(json_i64(&rows->items[i], "expired", -1), 1);
	}
	assert_int_equal(rows_of(&linna, path)->n, 1);
}

static void another_corp_and_the_phone_of_a_stranger_see_nothing(void **state)
{
	struct world *w = *state;
	struct corp_new in = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	struct asking boss = asking_new(w);
	i64 her = person_of(w, befriend(w, "linna", 1)), other = 0, done;
	does(w, "staff.task", her, 5, "a", CALL);
	i64 task = task_of(&boss, 0), corp = w->corp;
	w->cx.unit.corp = 0;
	assert_int_equal(corp_create(&w->cx, &in, &other), OK);
	w->cx.unit.corp = corp;
	w->corp = other;
	assert_int_equal(rows_of(&boss, TASKS)->n, 0);
	assert_int_equal(rows_of(&boss, "/api/v1/staff-notices")->n, 0);
	assert_int_equal(acts(&boss, "cancel", task, &done), 404);
	assert_int_equal(asks(&boss, "POST", arena_printf(w->t->arena, "/api/v1/work/tasks/%lld", (long long)task), NULL, "{\"state\":\"done\"}"), 404);
	w->corp = corp;
	assert_true(ended_as(w, her, "a", ""));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define SPREAD(name) { #name " over eight slots", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_manager_sees_and_touches_her_own_members_alone), SPREAD(a_manager_sees_and_touches_her_own_members_alone),
		CASE(three_reminders_a_day_and_no_more), CASE(by_hand_each_customer_gets_one_and_who_has_nobody_is_named),
		CASE(what_is_wrong_is_named), CASE(the_done_rate_is_by_member), SPREAD(the_done_rate_is_by_member),
		CASE(another_corp_and_the_phone_of_a_stranger_see_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

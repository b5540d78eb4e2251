/*
 * Alarms: raised, shown, told once to whoever is responsible, ended.
 */
#include "app/test_app_sim.h"

#include "feature/alarm/alarm.h"
#include "feature/calendar/calendar_data.h"
#include "feature/livecode/livecode.h"
#include "feature/livecode/livecode_int.h"

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

static size_t opened(struct world *w, struct alarm *ret)
{
	struct alarm *v;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, alarm_open(snap, &(struct alarm_find){ 10 }, &v, &n)), OK);
	if (n && ret)
		*ret = v[0];
	return n;
}

static i64 code_of(struct world *w, const char *name, const char *kind)
{
	i64 *staff = ARENA_ARRAY(w->t->arena, i64, 1), id;
	staff[0] = staff_id(w, "linna");
	struct livecode_edit in = { .name = str_c(name), .staff = { staff, 1 }, .skip_verify = true, .kind = str_c(kind) };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_create(tx, &in, &id)), OK);
	settle(w);
	return id;
}

static void responsible_is(struct world *w, const char *userid)
{
	struct user_new in;
	i64 id;
	record_init(&user_new_record, &in);
	in.login = str_c(userid);
	in.password = STR("correct horse battery");
	in.name = str_c(userid);
	in.role = STR("operator");
	in.staff = staff_id(w, userid);
	assert_int_equal(user_create(&w->cx, &in, &id), OK);
}

static void leave(struct world *w, const char *userid)
{
	sim_say(w, "/sim/staff", "{\"userid\":\"%s\",\"left\":true}", userid);
	live(w, 2 * MS_MINUTE);
}

static void codes_of_who_leaves_are_one_message(void **state)
{
	struct world *w = *state;
	struct alarm a;
	responsible_is(w, "xiaqing");
	i64 gate = code_of(w, "门口码", "direct");
	code_of(w, "柜台码", "direct");
	leave(w, "linna");
	assert_int_equal(opened(w, &a), 2);
	assert_true(str_eq_c(a.kind, "livecode.no_staff"));
	assert_int_equal(a.told, 1);
	assert_int_equal(effects(w, "\"to\":\"xiaqing\"", "门口码"), 1);
	assert_int_equal(effects(w, "\"to\":\"xiaqing\"", "柜台码"), 1);
	assert_int_equal(effects(w, "\"kind\":\"notice\"", ""), 1);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_remove(tx, gate)), OK);
	live(w, MS_HOUR);
	assert_int_equal(opened(w, NULL), 1);
	assert_int_equal(effects(w, "\"kind\":\"notice\"", ""), 1); /* told once */
}

static void a_code_somebody_answers_again_is_no_alarm(void **state)
{
	struct world *w = *state;
	struct alarm a;
	code_of(w, "门口码", "direct");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_switch(tx, staff_id(w, "linna"), false)), OK);
	live(w, 2 * MS_MINUTE);
	assert_int_equal(opened(w, &a), 1);
	assert_true(str_eq_c(a.kind, "livecode.no_duty"));
	assert_int_equal(a.told, -1); /* shown, told to nobody */
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_switch(tx, staff_id(w, "linna"), true)), OK);
	live(w, MS_MINUTE);
	assert_int_equal(opened(w, NULL), 0);
}

static void a_low_balance_is_told_and_ends_when_bought(void **state)
{
	struct world *w = *state;
	struct alarm a;
	code_of(w, "获客链接", "link");
	sim_say(w, "/sim/acquire", "{\"balance\":19}");
	live(w, 3 * MS_MINUTE);
	assert_int_equal(opened(w, &a), 1);
	assert_true(str_eq_c(a.kind, "acquire.low") && str_eq_c(a.value, "19"));
	assert_int_equal(a.told, 0); /* nobody is responsible: it stands on the home page */
	sim_say(w, "/sim/acquire", "{\"balance\":500}");
	live(w, MS_DAY); /* WeCom tells nothing of that: the night reads it */
	assert_int_equal(opened(w, NULL), 0);
}

static err plan(struct tx *tx, i64 id, i64 staff, i64 day)
{
	struct calendar_entry e = { .id = id, .title = STR("周三抽奖"), .content = STR(""), .way = STR("moments"), .repeat = STR("once"), .first_day = day,
				    .last_day = NIL, .shift = STR("keep"), .created = tx->snap.now, .version = 1 };
	TRY(calendar_entry_insert(tx, &e));
	return calendar_owner_add(tx, &(struct calendar_owner){ id, staff });
}

static void an_entry_nobody_can_post_is_told_until_its_day_is_over(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	struct alarm a;
	i64 today = corp_day(&w->cx.unit, now(w));
	assert_int_equal(calendar_module.start(&w->env, &f), OK);
	responsible_is(w, "xiaqing");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, plan(tx, 1, staff_id(w, "linna"), today + 1)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, plan(tx, 2, staff_id(w, "xiaqing"), today + 1)), OK);
	leave(w, "linna");
	assert_int_equal(opened(w, &a), 1);
	assert_true(str_eq_c(a.kind, "calendar.bare") && str_eq_c(a.name, "周三抽奖") && a.object == 1);
	assert_int_equal(a.told, 1);
	assert_int_equal(effects(w, "\"to\":\"xiaqing\"", "周三抽奖"), 1);
	live(w, 3 * MS_DAY);
	assert_int_equal(opened(w, NULL), 0);
	assert_int_equal(effects(w, "\"kind\":\"notice\"", ""), 1);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), cmocka_unit_test_setup_teardown(test, make_spread, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(codes_of_who_leaves_are_one_message), BOTH(a_code_somebody_answers_again_is_no_alarm),
		BOTH(a_low_balance_is_told_and_ends_when_bought), BOTH(an_entry_nobody_can_post_is_told_until_its_day_is_over),
	};
	return cmocka_run_group_tests_name("alarm", tests, NULL, NULL);
}

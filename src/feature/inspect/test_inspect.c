/*
 * Waits of 微信客服: due in working time, ended by a person alone, told once, summed per member and week.
 */
#include "app/test_app_sim.h"

#include "core/corp/corp.h"
#include "feature/inspect/inspect_data.h"
#include "feature/keyword/keyword_data.h"
#include "port/wecom/wecom_kf.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define TOLD "客服回复超时"
#define PEOPLE 12 /* more than slots */

static const struct tz *zone(struct world *w) { return corp_zone(&w->cx.unit, w->corp); }

/* The next such minute of a day. */
static ms clock_at(struct world *w, i64 minute)
{
	i64 day = corp_day(&w->cx.unit, now(w));
	return tz_day_start(zone(w), day + 1) + minute * MS_MINUTE;
}

static str account(struct world *w)
{
	str kf = json_str(sim_say(w, "/sim/kf", "{\"name\":\"小鱼客服\"}"), "open_kfid");
	struct keyword_account row = { kf, STR("小鱼客服"), false, STR("") };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, keyword_account_put(tx, &row)), OK);
	return kf;
}

static void says(struct world *w, str kf, str who, const char *userid)
{
	sim_say(w, "/sim/kf/say", "{\"open_kfid\":\"%.*s\",\"external_userid\":\"%.*s\",\"text\":\"在吗\",\"userid\":\"%s\"}", STR_F(kf), STR_F(who), userid);
	settle(w);
}

static struct inspect_wait last(struct world *w, str kf, str who)
{
	struct inspect_wait r;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, inspect_last(snap, &(struct inspect_who){ who, kf }, &r)), OK);
	return r;
}

static struct page asked(struct world *w, const char *path, const void *in)
{
	struct page out = { 0 };
	struct cx cx = w->cx;
	for (const struct route *r = inspect_routes; r->fn; r++)
		if (!strcmp(r->path, path)) {
			cx.in = in;
			cx.out = &out;
			assert_int_equal(r->fn(&cx), OK);
		}
	return out;
}

static size_t late_now(struct world *w)
{
	struct { str cursor; i64 limit; } in = { STR_NIL, 100 };
	return asked(w, "/api/v1/inspect/late", &in).data.n;
}

static struct inspect_sum week_of(struct world *w, size_t *ret_n)
{
	struct inspect_sum *rows;
	struct inspect_span span = { now(w) - 7 * MS_DAY, now(w) + 1, now(w) };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, inspect_week(snap, &span, &rows, ret_n)), OK);
	return rows[0];
}

static void working_time_alone_counts(void **state)
{
	struct world *w = *state;
	const struct tz *z = zone(w);
	struct inspect_hours h, all;
	ms day = tz_day_start(z, 20000), next = tz_day_start(z, 20001), noon = day + 12 * MS_HOUR, night = day + 21 * MS_HOUR;
	assert_true(inspect_hours_parse(STR("09:00-21:00"), &h));
	assert_true(inspect_hours_parse(STR("00:00-24:00"), &all));
	assert_false(inspect_hours_parse(STR("21:00-09:00"), &all));
	assert_false(inspect_hours_parse(STR("09:00-24:01"), &all));
	assert_false(inspect_hours_parse(STR("9:00-21:00"), &all));
	assert_true(inspect_hours_parse(STR("00:00-24:00"), &all));
	assert_int_equal(inspect_due_at(z, &h, noon, 10), noon + 10 * MS_MINUTE);
	assert_int_equal(inspect_due_at(z, &h, day, 10), day + 9 * MS_HOUR + 10 * MS_MINUTE);
	assert_int_equal(inspect_due_at(z, &h, night - 10 * MS_MINUTE, 10), night);
	assert_int_equal(inspect_due_at(z, &h, night - 9 * MS_MINUTE, 10), next + 9 * MS_HOUR + MS_MINUTE);
	assert_int_equal(inspect_due_at(z, &h, night + MS_HOUR, 10), next + 9 * MS_HOUR + 10 * MS_MINUTE);
	assert_int_equal(inspect_due_at(z, &all, next - 2 * MS_MINUTE, 10), next + 8 * MS_MINUTE);
	assert_int_equal(inspect_due_at(z, &h, noon, INSPECT_MINUTES_MAX), next + 24 * MS_HOUR + 12 * MS_HOUR);
	assert_int_equal(inspect_open_at(z, &h, noon), noon);
	assert_int_equal(inspect_open_at(z, &h, night), night);
	assert_int_equal(inspect_open_at(z, &h, night + 1), next + 9 * MS_HOUR);
	assert_int_equal(inspect_open_at(z, &h, day + MS_HOUR), day + 9 * MS_HOUR);
}

static void a_minute_before_is_in_time_and_a_minute_after_is_late_and_told_once(void **state)
{
	struct world *w = *state;
	str kf = account(w), ext = befriend(w, "linna", 1);
	size_t n;
	live_until(w, clock_at(w, 10 * 60));
	says(w, kf, ext, "");
	live(w, 9 * MS_MINUTE);
	says(w, kf, ext, ""); /* her first unanswered message counts */
	says(w, kf, ext, "xiaqing");
	live(w, 5 * MS_MINUTE);
	assert_int_equal(effects(w, "\"notice\"", TOLD), 0);
	says(w, kf, ext, "");
	live(w, 9 * MS_MINUTE);
	assert_int_equal(late_now(w), 0);
	live(w, 2 * MS_MINUTE);
	assert_int_equal(late_now(w), 1);
	assert_int_equal(effects(w, "\"notice\"", TOLD), 1);
	assert_int_equal(effects(w, "\"notice\"", "xiaqing"), 1); /* who had her last, not her advisor */
	live(w, MS_HOUR);
	says(w, kf, ext, "");
	live(w, MS_HOUR);
	assert_int_equal(effects(w, "\"notice\"", TOLD), 1);
	says(w, kf, ext, "xiaqing");
	assert_int_equal(late_now(w), 0);
	struct inspect_sum sum = week_of(w, &n);
	assert_int_equal(n, 1);
	assert_int_equal(sum.staff, staff_id(w, "xiaqing"));
	assert_int_equal(sum.n, 2);
	assert_int_equal(sum.in_time, 1);
	assert_int_equal(sum.late, 1);
	assert_true(sum.slowest >= 2 * MS_HOUR + 10 * MS_MINUTE && sum.slowest <= 2 * MS_HOUR + 12 * MS_MINUTE);
}

static void a_program_answers_nobody(void **state)
{
	struct world *w = *state;
	str kf = account(w), ext = befriend(w, "linna", 1);
	struct corp_wecom app;
	live_until(w, clock_at(w, 10 * 60));
	says(w, kf, ext, "");
	struct wecom_call call = wecom_of(w, &app);
	assert_int_equal(wecom_kf_send_text(&call, kf, ext, STR("robot1"), STR("亲，稍等")), OK);
	says(w, kf, ext, ""); /* makes us read both */
	assert_int_equal(last(w, kf, ext).replied, NIL);
	live(w, 11 * MS_MINUTE);
	assert_int_equal(late_now(w), 1);
	assert_int_equal(effects(w, "\"notice\"", TOLD), 1);
	assert_int_equal(effects(w, "\"notice\"", "linna"), 1); /* nobody has her: her advisor */
}

static void nobody_is_told_at_night(void **state)
{
	struct world *w = *state;
	str kf = account(w), ext = befriend(w, "linna", 1);
	live_until(w, clock_at(w, 20 * 60 + 55));
	ms wrote = now(w);
	says(w, kf, ext, "");
	live(w, 12 * MS_HOUR);
	assert_int_equal(effects(w, "\"notice\"", TOLD), 0);
	assert_int_equal(late_now(w), 0);
	live(w, 15 * MS_MINUTE);
	assert_int_equal(effects(w, "\"notice\"", TOLD), 1);
	assert_int_equal(last(w, kf, ext).due - wrote <= 12 * MS_HOUR + 10 * MS_MINUTE, true);
}

static void settings_make_the_rule(void **state)
{
	struct world *w = *state;
	str kf = account(w), ext = befriend(w, "linna", 1);
	assert_int_equal(setting_put(&w->cx, INSPECT_MINUTES, STR("1")), OK);
	assert_int_equal(setting_put(&w->cx, INSPECT_HOURS, STR("00:00-24:00")), OK);
	live_until(w, clock_at(w, 24 * 60) - 30 * MS_SECOND); /* over midnight */
	says(w, kf, ext, "");
	struct inspect_wait r = last(w, kf, ext);
	assert_int_equal(r.due - r.wrote, MS_MINUTE);
	live(w, 2 * MS_MINUTE);
	assert_int_equal(effects(w, "\"notice\"", TOLD), 1);
	says(w, kf, ext, "linna");
	static const char *const wrong[][2] = { { INSPECT_MINUTES, "0" }, { INSPECT_MINUTES, "1441" }, { INSPECT_MINUTES, "soon" },
						{ INSPECT_HOURS, "21:00-09:00" }, { INSPECT_HOURS, "9-21" }, { INSPECT_HOURS, "" } };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(setting_put(&w->cx, wrong[i][0], str_c(wrong[i][1])), ERR_INPUT);
		assert_string_equal(w->cx.unit.fail.field, wrong[i][0]);
	}
	assert_int_equal(setting_put(&w->cx, INSPECT_MINUTES, STR("1440")), OK);
	says(w, kf, ext, ""); /* around the clock: a day later, the refused ones changed nothing */
	r = last(w, kf, ext);
	assert_int_equal(r.due - r.wrote, INSPECT_MINUTES_MAX * MS_MINUTE);
}

static void many_wait_and_old_ones_go(void **state)
{
	struct world *w = *state;
	str kf = account(w), who[PEOPLE];
	for (int i = 0; i < PEOPLE; i++)
		who[i] = befriend(w, i % 2 ? "linna" : "xiaqing", i + 1);
	live_until(w, clock_at(w, 10 * 60));
	for (int i = 0; i < PEOPLE; i++)
		says(w, kf, who[i], "");
	live(w, 11 * MS_MINUTE);
	assert_int_equal(late_now(w), PEOPLE);
	for (int i = 0; i < PEOPLE; i++)
		assert_int_not_equal(last(w, kf, who[i]).told, NIL);
	struct { i64 back; } in = { NIL };
	struct page page = asked(w, "/api/v1/inspect/week", &in);
	assert_int_equal(page.data.n, 1);
	in.back = 1;
	assert_int_equal(asked(w, "/api/v1/inspect/week", &in).data.n, 0);
	for (int i = 1; i < PEOPLE; i++)
		says(w, kf, who[i], "linna");
	assert_int_equal(late_now(w), 1);
	live(w, INSPECT_KEEP_DAYS * MS_DAY);
	says(w, kf, who[1], "");
	live(w, 11 * MS_MINUTE); /* the rest is older than what is kept */
	assert_int_equal(late_now(w), 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(working_time_alone_counts),
		T(a_minute_before_is_in_time_and_a_minute_after_is_late_and_told_once), S(a_minute_before_is_in_time_and_a_minute_after_is_late_and_told_once),
		T(a_program_answers_nobody), T(nobody_is_told_at_night), S(nobody_is_told_at_night), T(settings_make_the_rule),
		T(many_wait_and_old_ones_go), S(many_wait_and_old_ones_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

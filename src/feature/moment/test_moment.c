/*
 * Moments against the simulator: from the estimate to likes, and everything that goes wrong on the way, over one slot
 * and eight.
 */
#include "feature/moment/test_moment.h"
#include "store/outbox.h"

static void react(struct world *w, i64 id, size_t n, str xid, bool comment)
{
	sim_say(w, "/sim/moment/react", "{\"moment_id\":\"%.*s\",\"external_userid\":\"%.*s\",\"comment\":%s}", STR_F(version(w, id, n).moment_id), STR_F(xid), comment ? "true" : "false");
}

static void versions_are_disjoint_whatever_their_audiences(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	const struct json *v = preview(w, "friend", THREE), *list = json_get(v, "versions");
	static const int want[3][4] = { { 3, 0, 3, 3 }, { 2, 1, 1, 1 }, { 2, 0, 2, 2 } };
	static const char *const names[] = { "matched", "taken", "people", "planned" };
	assert_int_equal(json_i64(v, "total", 0), 6);
	assert_int_equal(json_i64(v, "senders", 0), 2);
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 4; k++)
			assert_int_equal(json_i64(&list->items[i], names[k], -1), want[i][k]);
	v = preview(w, "friend", TWO); /* who is in no version is told */
	assert_int_equal(json_i64(v, "no_version", 0), 2);
	assert_int_equal(reason(json_get(v, "excluded"), 0, "no_version"), 2);
	i64 id = plan(w, "friend", THREE);
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 3);
	for (int i = 0; i < 6; i++) /* one technical tag each */
		assert_int_equal(tags_on(w, c.who[i]), 1);
	post_as(w, id, 1, "linna");
	post_as(w, id, 2, "linna");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "visible"), 2);
	assert_int_equal(figure(w, id, 2, "visible"), 1);
	assert_int_equal(figure(w, id, 3, "visible"), NIL); /* nobody posted it: not zero, not known */
	assert_int_equal(told(w, person_of(w, c.who[1]), EV_REACH_SENT, NULL), 1);
}

static void from_the_plan_to_likes_and_comments(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	i64 id = plan(w, "friend", TWO), her = person_of(w, c.who[0]);
	assert_true(state_is(w, id, 0, "running"));
	assert_int_equal(figure(w, id, 0, "planned"), 4);
	assert_int_equal(figure(w, id, 0, "excluded"), 2);
	assert_int_equal(reason(json_get(shown(w, id), "reasons"), 0, "no_version"), 2);
	live(w, MS_MINUTE);
	assert_true(state_is(w, id, 1, "created"));
	assert_int_equal(figure(w, id, 1, "tagged"), 3);
	assert_int_equal(json_i64(preview(w, "friend", TWO), "total", -1), 0); /* her place of the day is taken */
	post_as(w, id, 1, "linna");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "posted"), 1);
	assert_int_equal(figure(w, id, 1, "senders"), 2);
	assert_int_equal(figure(w, id, 1, "liked"), 0);
	react(w, id, 1, c.who[0], false);
	react(w, id, 1, c.who[0], true);
	live(w, 6 * MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "liked"), 1);
	assert_int_equal(told(w, her, EV_MOMENT_LIKED, NULL), 1);
	assert_int_equal(told(w, her, EV_MOMENT_COMMENTED, NULL), 1);
	const struct json *counted = NULL; /* audiences and tag rules may ask for it */
	assert_int_equal(asks(owner(w), "POST", STR("/api/v1/audience/count"), &counted, "%s", "{\"expr\":\"did(\\\"moment.liked\\\", within 7d)\"}"), 200);
	assert_int_equal(json_i64(counted, "count", -1), 1);
	live(w, 4 * MS_HOUR); /* xiaqing never posts, and nobody posts the second */
	assert_true(state_is(w, id, 0, "closed"));
	assert_int_equal(figure(w, id, 1, "visible"), 2);
	assert_int_equal(figure(w, id, 1, "unreached"), 1);
	assert_int_equal(figure(w, id, 2, "unreached"), 1);
	assert_int_equal(reason(json_get(shown(w, id), "reasons"), 1, "not_posted"), 1);
	assert_int_equal(effects(w, "cancel_moment_task", "\"kind\""), 2);
	for (int i = 0; i < 6; i++) /* the tags are gone, from everybody */
		assert_int_equal(tags_on(w, c.who[i]), 0);
	assert_int_equal(told(w, person_of(w, c.who[4]), EV_REACH_SENT, NULL), 0);
	react(w, id, 1, c.who[1], false); /* later still */
	live(w, 2 * MS_HOUR);
	assert_int_equal(figure(w, id, 1, "liked"), 2);
	assert_int_equal(told(w, her, EV_MOMENT_LIKED, NULL), 1);
	live(w, 8 * MS_DAY);
	assert_int_equal(engine_next_due(&w->env) > now(w), 1);
}

static void staff_who_do_not_post_are_listed_and_reminded(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	i64 id = plan(w, "friend", TWO), linna = staff_id(w, "linna");
	const struct json *v = NULL;
	live(w, MS_MINUTE);
	post_as(w, id, 1, "xiaqing");
	live(w, 6 * MS_MINUTE);
	str list = arena_printf(w->t->arena, MOMENTS "/%lld/senders?version=1", (long long)id);
	assert_int_equal(asks(owner(w), "GET", list, &v, "%s", ""), 200);
	const struct json *rows = json_get(v, "data");
	assert_int_equal(rows->n, 2);
	assert_true(str_eq_c(json_str(&rows->items[0], "state"), "waiting")); /* who has not comes first */
	assert_int_equal(json_i64(&rows->items[0], "reminders_left", 0), MOMENT_REMINDERS_MAX);
	str remind = arena_printf(w->t->arena, MOMENTS "/%lld/remind", (long long)id);
	for (int i = 0; i < MOMENT_REMINDERS_MAX; i++) {
		assert_int_equal(asks(owner(w), "POST", remind, NULL, "{\"staff_id\":\"%lld\"}", (long long)linna), 204);
		live(w, 31 * MS_MINUTE);
	}
	assert_int_equal(effects(w, "message/send", "notice"), MOMENT_REMINDERS_MAX);
	assert_int_equal(asks(owner(w), "POST", remind, NULL, "{\"staff_id\":\"%lld\"}", (long long)linna), 409);
	assert_int_equal(asks(owner(w), "POST", remind, NULL, "{\"staff_id\":\"%lld\"}", (long long)staff_id(w, "xiaqing")), 409);
	struct asking self = asking_as(w, "xiaqing"); /* sees her own row alone */
	assert_int_equal(asks(&self, "GET", list, &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	assert_int_equal(asks(&self, "GET", arena_printf(w->t->arena, MOMENTS "/%lld/people?figure=planned", (long long)id), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
}

/* ---- what goes wrong ---- */

static void a_job_that_fails_lets_everybody_go(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	sim_say(w, "/sim/moment/job", "{\"code\":41080}");
	i64 id = plan(w, "friend", ONE("tag:宝妈"));
	live(w, 2 * MS_MINUTE);
	assert_true(state_is(w, id, 0, "failed"));
	assert_true(str_eq_c(json_str(part(w, id, 1), "code"), "41080"));
	assert_int_equal(figure(w, id, 0, "unreached"), 3);
	assert_int_equal(tags_on(w, c.who[0]), 0);
	sim_say(w, "/sim/moment/job", "{\"ms\":2000}");
	assert_int_equal(json_i64(preview(w, "friend", ONE("tag:宝妈")), "total", 0), 3); /* her place is free again */
}

static void a_late_job_is_waited_for(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	sim_say(w, "/sim/moment/job", "{\"ms\":%d}", 20 * 60 * 1000);
	i64 id = plan(w, "friend", ONE("tag:宝妈"));
	live(w, 19 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "asked"));
	live(w, 3 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "created"));
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 1);
}

/* A job that answers only after its number has died: the list still tells, or nobody is kept waiting. */
static void a_job_that_never_answers_ends_after_a_day(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	sim_say(w, "/sim/moment/job", "{\"ms\":%lld}", (long long)(3 * MS_DAY));
	i64 id = plan(w, "friend", ONE("tag:宝妈"));
	live(w, MS_DAY + 5 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "failed"));
	assert_true(str_eq_c(json_str(part(w, id, 1), "code"), "job_late"));
	assert_int_equal(tags_on(w, c.who[0]), 0);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 1);
}

static void a_lost_reply_is_found_by_its_people(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	fault(w, "externalcontact/add_moment_task", "lost_reply", 0, 2);
	i64 id = plan(w, "friend", "[{\"name\":\"甲\",\"expr\":\"tag:宝妈\",\"content\":{\"text\":\"同样的话\"}},{\"name\":\"乙\",\"content\":{\"text\":\"同样的话\"}}]");
	live(w, 30 * MS_SECOND);
	assert_true(state_is(w, id, 1, "unknown"));
	live(w, 3 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "created"));
	assert_true(state_is(w, id, 2, "created"));
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 2); /* made once each, and each its own */
	post_as(w, id, 1, "linna");
	post_as(w, id, 2, "linna");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "visible"), 2);
	assert_int_equal(figure(w, id, 2, "visible"), 2);
}

/* The call never arrived: found in no list for as long as a job takes, it is asked for again. */
static void a_task_that_was_never_made_is_asked_for_again(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	fault(w, "externalcontact/add_moment_task", "lost_reply", 0, 1);
	sim_say(w, "/sim/moment/job", "{\"code\":41080}"); /* what arrived comes to nothing */
	i64 id = plan(w, "friend", ONE("tag:宝妈"));
	live(w, MS_MINUTE);
	sim_say(w, "/sim/moment/job", "{\"ms\":2000}");
	live(w, MOMENT_SETTLE_MS - 2 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "unknown"));
	live(w, 5 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "created"));
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 2);
}

static void each_refusal_of_the_task_has_its_end(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	static const struct { int code; const char *state; } cases[] = {
		{ 41078, "created" }, { 41079, "created" }, { 45009, "created" }, { -1, "created" }, { 41089, "failed" }, { 48002, "failed" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fault(w, "externalcontact/add_moment_task", "errcode", cases[i].code, 1);
		i64 id = plan(w, "friend", ONE("tag:宝妈"));
		live(w, 3 * MS_MINUTE);
		if (!state_is(w, id, 1, cases[i].state))
			fail_msg("%d: %.*s", cases[i].code, STR_F(json_str(part(w, id, 1), "state")));
		live(w, MS_DAY);
		assert_true(version(w, id, 1).tag == NIL);
	}
}

static void refusals_while_reading_stop_nothing_but_themselves(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	i64 id = plan(w, "friend", ONE("tag:宝妈"));
	live(w, MS_MINUTE);
	fault(w, "externalcontact/get_moment_task", "errcode", 41079, 1);
	fault(w, "externalcontact/get_moment_send_result", "errcode", 41062, 1);
	post_as(w, id, 1, "");
	live(w, 12 * MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "visible"), 3); /* read at the next turn */
	fault(w, "externalcontact/get_moment_comments", "errcode", 41061, 1);
	react(w, id, 1, c.who[0], false);
	live(w, 12 * MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "liked"), 1);
	fault(w, "externalcontact/get_moment_task", "errcode", 41060, 1); /* deleted in WeCom */
	live(w, 6 * MS_MINUTE);
	assert_true(state_is(w, id, 0, "closed"));
	assert_int_equal(figure(w, id, 1, "visible"), 3);
	assert_int_equal(tags_on(w, c.who[0]), 0);
}

/* One is no friend any more when the tag is to go on: she fails, the others go. */
static void who_cannot_be_tagged_fails_alone(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	fault(w, "externalcontact/mark_tag", "errcode", 84061, 1);
	fault(w, "externalcontact/mark_tag", "errcode", -1, 1);
	i64 id = plan(w, "friend", ONE("tag:宝妈"));
	live(w, 2 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "created"));
	assert_int_equal(figure(w, id, 1, "tagged"), 2);
	assert_int_equal(figure(w, id, 1, "unreached"), 1);
	assert_int_equal(reason(json_get(shown(w, id), "reasons"), 1, "84061"), 1);
}

static err refuse_in(struct tx *tx, i64 her) { return reach_refuse(tx, her, "wecom", STR("console"), false); }

/* Between the plan and the task: her tag comes off again. */
static void who_refuses_before_the_task_does_not_see_it(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	const struct json *v = NULL;
	i64 her = person_of(w, c.who[0]), id;
	ms start = now(w) + 2 * MS_HOUR;
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS), &v, "{\"name\":\"上新\",\"expr\":\"friend\",\"versions\":" ONE("tag:宝妈") ",\"confirm_count\":3,\"start_ms\":%lld}", (long long)start), 202);
	id = id_of(v);
	live(w, MS_MINUTE);
	assert_int_equal(tags_on(w, c.who[0]), 1);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 0);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), refuse_in(tx, her)), OK);
	live(w, 2 * MS_HOUR);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 1);
	assert_int_equal(tags_on(w, c.who[0]), 0);
	post_as(w, id, 1, "");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "visible"), 2);
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 0);
}

static void cancelling_stops_who_has_not_posted(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	i64 id = plan(w, "friend", ONE("tag:宝妈"));
	live(w, MS_MINUTE);
	post_as(w, id, 1, "linna");
	assert_int_equal(asks(owner(w), "POST", arena_printf(w->t->arena, MOMENTS "/%lld/cancel", (long long)id), NULL, "%s", ""), 200);
	live(w, MS_MINUTE);
	assert_true(state_is(w, id, 0, "cancelled"));
	assert_int_equal(figure(w, id, 1, "visible"), 2); /* what was posted stays */
	assert_int_equal(reason(json_get(shown(w, id), "reasons"), 1, "cancelled"), 1);
	assert_int_equal(tags_on(w, c.who[4]), 0);
	assert_int_equal(asks(owner(w), "POST", arena_printf(w->t->arena, MOMENTS "/%lld/cancel", (long long)id), NULL, "%s", ""), 409);
}

static void cancelled_before_the_task_wecom_hears_nothing(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	const struct json *v = NULL;
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS), &v, "{\"name\":\"上新\",\"expr\":\"friend\",\"versions\":" ONE("tag:宝妈") ",\"confirm_count\":3,\"start_ms\":%lld}",
			      (long long)(now(w) + MS_HOUR)), 202);
	live(w, MS_MINUTE);
	assert_int_equal(asks(owner(w), "POST", arena_printf(w->t->arena, MOMENTS "/%lld/cancel", (long long)id_of(v)), NULL, "%s", ""), 200);
	live(w, 5 * MS_HOUR);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 0);
	assert_true(state_is(w, id_of(v), 0, "cancelled"));
	assert_int_equal(figure(w, id_of(v), 0, "unreached"), 3);
	assert_int_equal(tags_on(w, c.who[0]), 0);
	assert_int_equal(json_i64(preview(w, "friend", ONE("tag:宝妈")), "total", 0), 3);
}

/* What its job makes after that is stopped at once. */
static void cancelled_while_its_job_runs_nobody_posts_it(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	sim_say(w, "/sim/moment/job", "{\"ms\":%d}", 60 * 1000);
	i64 id = plan(w, "friend", ONE("tag:宝妈"));
	live(w, 30 * MS_SECOND);
	assert_true(state_is(w, id, 1, "asked"));
	assert_int_equal(asks(owner(w), "POST", arena_printf(w->t->arena, MOMENTS "/%lld/cancel", (long long)id), NULL, "%s", ""), 200);
	live(w, 2 * MS_MINUTE);
	assert_int_equal(effects(w, "cancel_moment_task", "\"kind\""), 1);
	assert_true(state_is(w, id, 0, "cancelled"));
	assert_int_equal(reason(json_get(shown(w, id), "reasons"), 1, "cancelled"), 3);
	assert_int_equal(tags_on(w, c.who[0]), 0);
}

/* The process dies with a call begun: what stands is found again, nothing is made twice, no tag is left. */
static void a_restart_in_the_middle_loses_and_doubles_nothing(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	struct outbox_row *rows;
	struct fail f = { 0 };
	size_t n = 0;
	const struct json *v = NULL;
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS), &v, "{\"name\":\"上新\",\"expr\":\"friend\",\"versions\":" ONE("tag:宝妈") ",\"confirm_count\":3,\"start_ms\":%lld}",
			      (long long)(now(w) + MS_HOUR)), 202);
	live(w, MS_MINUTE); /* tagged, and waits for its hour */
	clock_advance(&w->t->clock, now(w) + MS_HOUR);
	assert_int_equal(outbox_claim(w->t->store, w->t->arena, STR(""), now(w), 50, &rows, &n, &f), OK);
	assert_true(n > 0);
	assert_int_equal(outbox_recover(w->t->store, w->t->arena, &f), OK);
	live(w, MOMENT_SETTLE_MS + 5 * MS_MINUTE);
	assert_true(state_is(w, id_of(v), 1, "created"));
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 1);
	post_as(w, id_of(v), 1, "");
	live(w, 5 * MS_HOUR);
	assert_int_equal(figure(w, id_of(v), 1, "visible"), 3);
	assert_true(state_is(w, id_of(v), 0, "closed"));
	for (int i = 0; i < 6; i++)
		assert_int_equal(tags_on(w, c.who[i]), 0);
}

/* Ten tasks a minute: the eleventh waits for the next. */
static void more_than_ten_tasks_wait_for_the_next_minute(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	i64 last = 0;
	for (int i = 0; i < 11; i++) {
		befriend(w, "linna", 1);
		last = plan(w, "friend", "[{\"name\":\"甲\",\"content\":{\"text\":\"各人一条\"}}]");
	}
	live(w, 30 * MS_SECOND);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 10);
	assert_true(state_is(w, last, 1, "waiting"));
	live(w, 2 * MS_MINUTE);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 11);
	assert_true(state_is(w, last, 1, "created"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(versions_are_disjoint_whatever_their_audiences), T8(versions_are_disjoint_whatever_their_audiences),
		T(from_the_plan_to_likes_and_comments), T8(from_the_plan_to_likes_and_comments),
		T(staff_who_do_not_post_are_listed_and_reminded), T(a_job_that_fails_lets_everybody_go), T(a_late_job_is_waited_for),
		T(a_job_that_never_answers_ends_after_a_day), T(a_lost_reply_is_found_by_its_people),
		T(a_task_that_was_never_made_is_asked_for_again), T(each_refusal_of_the_task_has_its_end),
		T(refusals_while_reading_stop_nothing_but_themselves), T(who_cannot_be_tagged_fails_alone),
		T(who_refuses_before_the_task_does_not_see_it), T8(who_refuses_before_the_task_does_not_see_it),
		T(cancelling_stops_who_has_not_posted), T(cancelled_before_the_task_wecom_hears_nothing), T(cancelled_while_its_job_runs_nobody_posts_it),
		T(a_restart_in_the_middle_loses_and_doubles_nothing), T8(a_restart_in_the_middle_loses_and_doubles_nothing),
		T(more_than_ten_tasks_wait_for_the_next_minute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

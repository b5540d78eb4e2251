/*
 * Messages to groups through their owners, against the simulator.
 */
#include "app/test_app_verb.h"
#include "feature/groupcast/groupcast_int.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define CASTS "/api/v1/groupcasts"
#define HELLO "\"content\":{\"text\":\"今晚八点直播\"}"

static i64 group(struct world *w, const char *owner, const char *name, str *ret_chat)
{
	struct group_chat g;
	str chat = json_str(sim_say(w, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"%s\",\"people\":3}", owner, name), "chat_id");
	live(w, 5 * MS_SECOND);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat, &g)), OK);
	if (ret_chat)
		*ret_chat = chat;
	return g.id;
}

static const struct json *preview(struct asking *b, const char *owner, int status)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR(CASTS "/preview"), &v, "{\"owner_ids\":[\"%lld\"]," HELLO "}", (long long)staff_id(b->w, owner)), status);
	return v;
}

static i64 cast(struct asking *b, const char *owner, int confirm, int status)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR(CASTS), &v, "{\"name\":\"直播预告\",\"owner_ids\":[\"%lld\"]," HELLO ",\"confirm_count\":%d}",
			      (long long)staff_id(b->w, owner), confirm), status);
	settle(b->w);
	return status == 201 ? id_in(v, "id") : 0;
}

static const struct json *one(struct asking *b, i64 id)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", arena_printf(b->w->t->arena, CASTS "/%lld", (long long)id), &v, "%s", ""), 200);
	return v;
}

static bool is(struct asking *b, i64 id, const char *state, int groups, int delivered)
{
	const struct json *v = one(b, id);
	return str_eq_c(json_str(v, "state"), state) && json_i64(v, "groups", -1) == groups && json_i64(v, "delivered", -1) == delivered;
}

static void tap(struct world *w, const char *userid)
{
	struct transport_answer answer = { 0 };
	struct transport_call call = { .method = "GET", .url = STR("http://sim.test/sim/state") };
	const struct json *open;
	struct json *tree;
	assert_int_equal(w->direct->call(w->direct, w->t->arena, &call, &answer, &w->cx.unit.fail), OK);
	assert_int_equal(json_parse(answer.body, w->t->arena, &tree, &w->cx.unit.fail), OK);
	open = json_get(tree, "open_tasks");
	for (size_t i = 0; open && i < open->n; i++)
		if (str_eq_c(json_str(&open->items[i], "userid"), userid))
			sim_say(w, "/sim/task/confirm", "{\"msgid\":\"%.*s\",\"userid\":\"%s\"}", STR_F(json_str(&open->items[i], "msgid")), userid);
}

static void groups_of_an_owner_are_one_task_and_get_one_a_day(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群", NULL);
	group(w, "linna", "二群", NULL);
	group(w, "xiaqing", "三群", NULL);
	assert_int_equal(json_i64(preview(&boss, "linna", 200), "total", -1), 2);
	cast(&boss, "linna", 3, 409);
	i64 id = cast(&boss, "linna", 2, 201);
	assert_int_equal(effects(w, "add_msg_template", "chat_id_list"), 1);
	assert_true(is(&boss, id, "open", 2, 0));
	assert_int_equal(json_i64(preview(&boss, "linna", 200), "total", -1), 0);
	assert_int_equal(json_i64(preview(&boss, "linna", 200), "capped", -1), 2);
	cast(&boss, "linna", 0, 409);
	tap(w, "linna");
	live(w, 6 * MS_MINUTE);
	assert_true(is(&boss, id, "closed", 2, 2));
	assert_int_equal(effects(w, "groupmass.delivered", ""), 2);
	live(w, MS_DAY);
	assert_int_equal(json_i64(preview(&boss, "linna", 200), "total", -1), 2);
}

static void nobody_confirming_expires_and_gives_the_day_back(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群", NULL);
	i64 id = cast(&boss, "linna", 1, 201);
	str path = arena_printf(w->t->arena, CASTS "/%lld/remind", (long long)id);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(asks(&boss, "POST", path, NULL, "{\"owner_id\":\"%lld\"}", (long long)staff_id(w, "linna")), 204);
		live(w, MS_MINUTE);
	}
	assert_int_equal(asks(&boss, "POST", path, NULL, "{\"owner_id\":\"%lld\"}", (long long)staff_id(w, "linna")), 409);
	assert_int_equal(effects(w, "remind_groupmsg_send", ""), 3);
	live(w, 4 * MS_HOUR);
	assert_true(is(&boss, id, "closed", 1, 0));
	assert_int_equal(json_i64(one(&boss, id), "expired", -1), 1);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 1);
	assert_int_equal(json_i64(preview(&boss, "linna", 200), "total", -1), 1);
}

static void cancelling_stops_what_was_not_confirmed(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群", NULL);
	group(w, "xiaqing", "二群", NULL);
	const struct json *v;
	assert_int_equal(asks(&boss, "POST", STR(CASTS), &v, "{\"name\":\"t\",\"owner_ids\":[\"%lld\",\"%lld\"]," HELLO ",\"confirm_count\":2}",
			      (long long)staff_id(w, "linna"), (long long)staff_id(w, "xiaqing")), 201);
	i64 id = id_in(v, "id");
	settle(w);
	live(w, MS_MINUTE);
	tap(w, "linna");
	str path = arena_printf(w->t->arena, CASTS "/%lld/cancel", (long long)id);
	assert_int_equal(asks(&boss, "POST", path, NULL, "{}"), 204);
	live(w, MS_MINUTE);
	assert_true(is(&boss, id, "cancelled", 2, 1));
	assert_int_equal(asks(&boss, "POST", path, NULL, "{}"), 409);
	assert_int_equal(asks(&boss, "GET", arena_printf(w->t->arena, CASTS "/%lld/owners", (long long)id), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 2);
}

static void a_lost_reply_is_found_and_a_quota_told(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群", NULL);
	assert_int_equal(setting_put(&w->cx, "groupcast.day_max", STR("2")), OK);
	sim_say(w, "/sim/corp", "{\"quota\":\"day\"}");
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/add_msg_template\",\"count\":1}");
	i64 id = cast(&boss, "linna", 1, 201);
	assert_true(is(&boss, id, "sending", 1, 0));
	live(w, 5 * MS_MINUTE);
	assert_true(is(&boss, id, "open", 1, 0));
	assert_int_equal(effects(w, "add_msg_template", "chat_id_list"), 1);
	tap(w, "linna");
	live(w, 6 * MS_MINUTE);
	assert_true(is(&boss, id, "closed", 1, 1));
	i64 second = cast(&boss, "linna", 1, 201);
	live(w, MS_MINUTE);
	tap(w, "linna");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(json_i64(one(&boss, second), "quota", -1), 1);
	assert_int_equal(effects(w, "groupmass.delivered", ""), 1);
}

static void a_verb_casts_once_and_hears_how_it_ended(void **state)
{
	struct world *w = *state;
	str chat;
	i64 her = person_of(w, befriend(w, "linna", 1)), id = group(w, "linna", "一群", &chat);
	const char *args = "{\"text\":\"新品预告\",\"groups\":[\"%lld\"]}";
	assert_int_equal(does(w, "group.post", her, 5, "a", args, (long long)id).state, VERB_ASKED);
	assert_int_equal(does(w, "group.post", her, 5, "a", args, (long long)id).state, VERB_ASKED);
	assert_int_equal(effects(w, "add_msg_template", "chat_id_list"), 1);
	live(w, MS_MINUTE);
	tap(w, "linna");
	live(w, 6 * MS_MINUTE);
	assert_true(ended_as(w, her, "a", "done"));
	does(w, "group.post", her, 5, "b", args, (long long)id); /* it had its one of today */
	live(w, MS_MINUTE);
	assert_true(ended_as(w, her, "b", "refused"));
	assert_true(str_eq_c(ended_of(w, her, "b", NULL).reason, "group_day"));
	assert_int_equal(refuses(w, "group.post", STR("{\"text\":\"t\"}")), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "groups");
}

static void a_manager_casts_to_groups_of_her_own_alone(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w), linna = asking_as(w, "linna");
	group(w, "linna", "一群", NULL);
	group(w, "xiaqing", "二群", NULL);
	preview(&linna, "linna", 200);
	preview(&linna, "xiaqing", 404);
	cast(&linna, "xiaqing", 1, 404);
	i64 theirs = cast(&boss, "xiaqing", 1, 201);
	const struct json *v;
	assert_int_equal(asks(&linna, "GET", arena_printf(w->t->arena, CASTS "/%lld", (long long)theirs), NULL, "%s", ""), 404);
	assert_int_equal(asks(&linna, "POST", arena_printf(w->t->arena, CASTS "/%lld/cancel", (long long)theirs), NULL, "{}"), 404);
	assert_int_equal(asks(&linna, "GET", STR(CASTS), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 0);
	assert_int_equal(asks(&boss, "POST", STR(CASTS "/preview"), NULL, "{" HELLO "}"), 422);
	assert_int_equal(asks(&boss, "POST", STR(CASTS "/preview"), NULL, "{\"owner_ids\":[\"1\"],\"content\":{}}"), 422);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define SPREAD(name) { #name " over eight slots", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(groups_of_an_owner_are_one_task_and_get_one_a_day), CASE(nobody_confirming_expires_and_gives_the_day_back),
		CASE(cancelling_stops_what_was_not_confirmed), CASE(a_lost_reply_is_found_and_a_quota_told),
		CASE(a_verb_casts_once_and_hears_how_it_ended), SPREAD(a_verb_casts_once_and_hears_how_it_ended),
		CASE(a_manager_casts_to_groups_of_her_own_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

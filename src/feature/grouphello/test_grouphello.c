/*
 * Group welcomes against the simulator: made, changed, removed, the owners' tasks, a hundred and no more.
 */
#include "app/test_app_ask.h"

#include "feature/grouphello/grouphello_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static const char path[] = "/api/v1/group-hellos";

static i64 create(struct asking *b, const char *text)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", str_c(path), &v, "{\"name\":\"欢迎\",\"text\":\"%s\"}", text), 202);
	settle(b->w);
	return id_in(v, "id");
}

static str target(struct world *w, i64 id, const char *rest) { return arena_printf(w->t->arena, "%s/%lld%s", path, (long long)id, rest); }

static const struct json *show(struct asking *b, i64 id)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", target(b->w, id, ""), &v, "%s", ""), 200);
	return v;
}

static long long group_of(struct world *w, const char *owner, str *ret_chat)
{
	struct group_chat g;
	str chat = json_str(sim_say(w, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"群\"}", owner), "chat_id");
	live(w, MS_MINUTE);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat, &g)), OK);
	if (ret_chat)
		*ret_chat = chat;
	return g.id;
}

static void a_template_is_made_and_removed(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	i64 id = create(&b, "欢迎 %NICKNAME%");
	const struct json *v = show(&b, id);
	assert_true(str_eq_c(json_str(v, "state"), "active"));
	assert_true(str_starts(json_str(v, "template_id"), STR("msg")));
	assert_int_equal(effects(w, "group_welcome_template/add", "%NICKNAME%"), 1);
	assert_int_equal(asks(&b, "DELETE", target(w, id, ""), NULL, "%s", ""), 204);
	settle(w);
	assert_int_equal(effects(w, "group_welcome_template/del", ""), 1);
	assert_int_equal(asks(&b, "GET", target(w, id, ""), NULL, "%s", ""), 404);
}

static void refused_and_lost_answers_are_mended(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":41055,\"api\":\"externalcontact/group_welcome_template/add\"}");
	i64 id = create(&b, "一");
	assert_true(str_eq_c(json_str(show(&b, id), "state"), "failed"));
	assert_true(json_str(show(&b, id), "fail_text").n > 0);
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/group_welcome_template/add\"}");
	i64 lost = create(&b, "二");
	live(w, 10 * MS_MINUTE);
	assert_true(str_eq_c(json_str(show(&b, lost), "state"), "active"));
}

static void owners_say_that_they_picked_it(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	const struct json *v;
	str gone;
	long long one = group_of(w, "linna", NULL), two = group_of(w, "xiaqing", NULL), three = group_of(w, "linna", &gone);
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(gone));
	live(w, MS_MINUTE);
	i64 id = create(&b, "欢迎"), other = create(&b, "换一个");
	assert_int_equal(asks(&b, "POST", target(w, id, "/groups"), NULL, "{\"group_ids\":[\"%lld\",\"%lld\"]}", one, three), 422);
	assert_int_equal(json_i64(show(&b, id), "groups", -1), 0); /* all or none */
	assert_int_equal(asks(&b, "POST", target(w, id, "/groups"), &v, "{\"group_ids\":[\"%lld\",\"%lld\"]}", one, two), 200);
	assert_int_equal(json_i64(v, "groups", -1), 2);
	struct asking her = asking_as(w, "linna");
	assert_int_equal(asks(&her, "GET", target(w, id, "/tasks?open=true"), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	assert_int_equal(asks(&her, "POST", target(w, id, "/done"), NULL, "{\"group_ids\":[\"%lld\"],\"done\":true}", two), 404);
	assert_int_equal(asks(&her, "POST", target(w, id, "/done"), NULL, "{\"group_ids\":[\"%lld\"],\"done\":true}", one), 200);
	assert_int_equal(asks(&her, "GET", target(w, id, "/tasks?open=true"), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 0);
	assert_int_equal(json_i64(show(&b, id), "done", -1), 1);
	assert_int_equal(asks(&b, "POST", target(w, other, "/groups"), NULL, "{\"group_ids\":[\"%lld\"]}", one), 200); /* a group has one welcome */
	assert_int_equal(json_i64(show(&b, id), "groups", -1), 1);
	assert_int_equal(json_i64(show(&b, other), "done", -1), 0);
}

static void limits_hold_at_their_edge(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	char text[WECOM_HELLO_TEXT_BYTES_MAX + 2];
	memset(text, 'x', sizeof(text));
	text[WECOM_HELLO_TEXT_BYTES_MAX + 1] = 0;
	assert_int_equal(asks(&b, "POST", str_c(path), NULL, "{\"name\":\"x\",\"text\":\"%s\"}", text), 422);
	text[WECOM_HELLO_TEXT_BYTES_MAX] = 0;
	create(&b, text);
	assert_int_equal(asks(&b, "POST", str_c(path), NULL, "{\"name\":\"x\",\"text\":\"x\",\"link_url\":\"https://x\"}"), 422); /* without a title */
	for (int i = 1; i < WECOM_HELLOS_MAX; i++)
		create(&b, "x");
	assert_int_equal(asks(&b, "POST", str_c(path), NULL, "{\"name\":\"x\",\"text\":\"x\"}"), 409);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), \
		   { #test "_spread_8", test, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_template_is_made_and_removed),
		BOTH(refused_and_lost_answers_are_mended),
		BOTH(owners_say_that_they_picked_it),
		BOTH(limits_hold_at_their_edge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

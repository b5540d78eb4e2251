/*
 * Customer groups of the simulator: what the platform's calls say, where codes lead, and what events tell.
 */
#include "sim/test_sim_calls.h"

static struct rig *group_rig(void)
{
	struct rig *r = rig_new(7);
	sim_brand_load(r->sim);
	struct fail f = { 0 };
	assert_int_equal(sim_callback_set(r->sim, STR(RIG_URL), STR(RIG_TOKEN), STR(RIG_KEY), &f), OK);
	rig_token(r);
	return r;
}

static i64 code_of(const struct json *v) { return json_i64(v, "errcode", -99); }

static str chat_new(struct rig *r, const char *owner, int people)
{
	return json_str(rig_sim(r, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"群\",\"people\":%d,\"quiet\":true}", owner, people), "chat_id");
}

static const struct json *chat_get(struct rig *r, str chat)
{
	const struct json *v = rig_post(r, "externalcontact/groupchat/get", "{\"chat_id\":\"%.*s\",\"need_name\":1}", STR_F(chat));
	return json_get(v, "group_chat");
}

static void the_list_is_paged_and_filtered_by_owner(void **state)
{
	struct rig *r = group_rig();
	for (int i = 0; i < 5; i++)
		chat_new(r, i < 2 ? "linna" : "xiaqing", 0);
	const struct json *v = rig_post(r, "externalcontact/groupchat/list", "{\"limit\":3}");
	assert_int_equal(json_get(v, "group_chat_list")->n, 3);
	str cursor = json_str(v, "next_cursor");
	v = rig_post(r, "externalcontact/groupchat/list", "{\"limit\":3,\"cursor\":\"%.*s\"}", STR_F(cursor));
	assert_int_equal(json_get(v, "group_chat_list")->n, 2);
	assert_int_equal(json_str(v, "next_cursor").n, 0);
	v = rig_post(r, "externalcontact/groupchat/list", "{\"limit\":1000,\"owner_filter\":{\"userid_list\":[\"linna\"]}}");
	assert_int_equal(json_get(v, "group_chat_list")->n, 2);
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/list", "{\"limit\":1001}")), 40058);
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/list", "{\"limit\":10,\"cursor\":\"x\"}")), 50100);
	rig_free(r);
}

static void more_than_a_thousand_visible_members_need_a_filter(void **state)
{
	struct rig *r = group_rig();
	for (int i = 0; i < 1001; i++)
		rig_sim(r, "/sim/staff", "{\"userid\":\"m%d\"}", i);
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/list", "{\"limit\":10}")), 81017);
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/list", "{\"limit\":10,\"owner_filter\":{\"userid_list\":[\"linna\"]}}")), 0);
	rig_free(r);
}

static void a_join_is_told_with_the_chain_of_versions(void **state)
{
	struct rig *r = group_rig();
	str chat = chat_new(r, "linna", 2), before = json_str(chat_get(r, chat), "member_version");
	rig_sim(r, "/sim/group/join", "{\"chat_id\":\"%.*s\",\"invitor\":\"linna\",\"person\":{\"name\":\"阿鱼\"}}", STR_F(chat));
	sim_settle(r->sim);
	str after = json_str(chat_get(r, chat), "member_version"), event = r->events.v[r->events.n - 1];
	assert_false(str_eq(before, after));
	assert_true(str_has(event, STR("<UpdateDetail><![CDATA[add_member]]>")) && str_has(event, before) && str_has(event, after));
	assert_true(str_has(event, STR("<MemChangeList>")));
	const struct json *members = json_get(chat_get(r, chat), "member_list"), *last = &members->items[members->n - 1];
	assert_int_equal(members->n, 4);
	assert_true(str_eq_c(json_str(json_get(last, "invitor"), "userid"), "linna"));
	rig_sim(r, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(chat));
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/get", "{\"chat_id\":\"%.*s\"}", STR_F(chat))), 49008);
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/get", "{\"chat_id\":\"wrNobody\"}")), 40050);
	rig_free(r);
}

static str join_add(struct rig *r, str chats, bool auto_create)
{
	return json_str(rig_post(r, "externalcontact/groupchat/add_join_way", "{\"scene\":2,\"auto_create_room\":%d,\"room_base_name\":\"福利\","
				 "\"room_base_id\":7,\"state\":\"gc_1\",\"chat_id_list\":[%.*s]}", auto_create, STR_F(chats)), "config_id");
}

static str scan(struct rig *r, str config, int i)
{
	return json_str(rig_sim(r, "/sim/group/join", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"p%d\"}}", STR_F(config), i), "chat_id");
}

static void the_visitor_behind_a_full_group_lands_in_the_next(void **state)
{
	struct rig *r = group_rig();
	str a = chat_new(r, "linna", 198), b = chat_new(r, "linna", 199); /* and the owner: 199 and 200 */
	str config = join_add(r, arena_printf(r->a, "\"%.*s\",\"%.*s\"", STR_F(a), STR_F(b)), true);
	assert_true(str_eq(scan(r, config, 1), a)); /* the 200th */
	str made = scan(r, config, 2);
	assert_false(str_eq(made, a) || str_eq(made, b));
	assert_true(str_eq_c(json_str(chat_get(r, made), "name"), "福利7"));
	assert_true(str_eq(scan(r, config, 3), made));
	const struct json *way = json_get(rig_post(r, "externalcontact/groupchat/get_join_way", "{\"config_id\":\"%.*s\"}", STR_F(config)), "join_way");
	assert_int_equal(json_get(way, "chat_id_list")->n, 3);
	assert_true(json_str(way, "qr_code").n > 0);
	const struct json *members = json_get(chat_get(r, made), "member_list");
	assert_true(str_eq_c(json_str(&members->items[1], "state"), "gc_1"));
	rig_free(r);
}

static void a_code_that_may_make_no_groups_runs_dry(void **state)
{
	struct rig *r = group_rig();
	str a = chat_new(r, "linna", 199);
	str config = join_add(r, arena_printf(r->a, "\"%.*s\"", STR_F(a)), false);
	assert_null(json_get(rig_sim(r, "/sim/group/join", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"p\"}}", STR_F(config)), "chat_id"));
	str six = STR("\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"");
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/add_join_way", "{\"scene\":2,\"chat_id_list\":[%.*s]}", STR_F(six))), 41091);
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/add_join_way", "{\"scene\":2,\"chat_id_list\":[\"wrNo\"]}")), 40050);
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/del_join_way", "{\"config_id\":\"%.*s\"}", STR_F(config))), 0);
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/get_join_way", "{\"config_id\":\"%.*s\"}", STR_F(config))), 41044);
	rig_free(r);
}

static void templates_are_at_most_a_hundred(void **state)
{
	struct rig *r = group_rig();
	str id = STR_NIL;
	for (int i = 0; i < 100; i++)
		id = json_str(rig_post(r, "externalcontact/group_welcome_template/add", "{\"text\":{\"content\":\"欢迎 %%NICKNAME%%\"}}"), "template_id");
	assert_true(str_starts(id, STR("msg")));
	assert_int_equal(code_of(rig_post(r, "externalcontact/group_welcome_template/add", "{\"text\":{\"content\":\"x\"}}")), 41055);
	assert_int_equal(code_of(rig_post(r, "externalcontact/group_welcome_template/del", "{\"template_id\":\"%.*s\"}", STR_F(id))), 0);
	assert_int_equal(code_of(rig_post(r, "externalcontact/group_welcome_template/add", "{\"text\":{\"content\":\"x\"}}")), 0);
	assert_int_equal(code_of(rig_post(r, "externalcontact/group_welcome_template/get", "{\"template_id\":\"%.*s\"}", STR_F(id))), 40058);
	rig_free(r);
}

static void figures_are_of_closed_days(void **state)
{
	struct rig *r = group_rig();
	chat_new(r, "linna", 4);
	long long today = RIG_START / 1000;
	assert_int_equal(code_of(rig_post(r, "externalcontact/groupchat/statistic", "{\"day_begin_time\":%lld,\"owner_filter\":{\"userid_list\":[\"linna\"]}}", today)), 40058);
	clock_advance(&r->clock, RIG_START + MS_DAY);
	rig_token(r);
	const struct json *v = rig_post(r, "externalcontact/groupchat/statistic", "{\"day_begin_time\":%lld,\"owner_filter\":{\"userid_list\":[\"linna\"]}}", today);
	const struct json *data = json_get(&json_get(v, "items")->items[0], "data");
	assert_int_equal(json_i64(data, "new_chat_cnt", -1), 1);
	assert_int_equal(json_i64(data, "new_member_cnt", -1), 5);
	assert_int_equal(json_i64(data, "member_total", -1), 5);
	v = rig_post(r, "externalcontact/groupchat/statistic_group_by_day", "{\"day_begin_time\":%lld,\"day_end_time\":%lld,\"owner_filter\":{\"userid_list\":[\"linna\"]}}", today - 86400, today);
	assert_int_equal(json_get(v, "items")->n, 2);
	rig_free(r);
}

static void groups_survive_the_snapshot(void **state)
{
	struct rig *r = group_rig(), *again = rig_new(8);
	struct fail f = { 0 };
	str a = chat_new(r, "linna", 3), config = join_add(r, arena_printf(r->a, "\"%.*s\"", STR_F(a)), true);
	char path[] = "/tmp/sim_group_XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(sim_save(r->sim, str_c(path), &f), OK);
	assert_int_equal(sim_load(again->sim, str_c(path), &f), OK);
	rig_token(again);
	assert_int_equal(json_get(chat_get(again, a), "member_list")->n, 4);
	assert_true(str_eq(scan(again, config, 1), a));
	remove(path);
	rig_free(again);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_is_paged_and_filtered_by_owner),
		cmocka_unit_test(more_than_a_thousand_visible_members_need_a_filter),
		cmocka_unit_test(a_join_is_told_with_the_chain_of_versions),
		cmocka_unit_test(the_visitor_behind_a_full_group_lands_in_the_next),
		cmocka_unit_test(a_code_that_may_make_no_groups_runs_dry),
		cmocka_unit_test(templates_are_at_most_a_hundred),
		cmocka_unit_test(figures_are_of_closed_days),
		cmocka_unit_test(groups_survive_the_snapshot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

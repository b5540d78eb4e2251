/*
 * The simulator through its handler: tokens, limits, callbacks opened by the product's own code,
 * customers, tags, contact ways, welcome codes, media, login, faults.
 */
#include "sim/test_sim_calls.h"

#include <pthread.h>

static struct rig *r;

static int setup(void **state) { r = rig_ready(7); return 0; }
static int teardown(void **state) { rig_free(r); return 0; }

static void assert_str(str got, const char *want)
{
	if (!str_eq_c(got, want))
		fail_msg("got \"%.*s\", want \"%s\"", STR_F(got), want);
}

static void token_lives_7200_seconds_and_is_one_per_app(void **state)
{
	str first = r->token;
	assert_true(first.n >= 64);
	assert_true(str_eq(rig_token(r), first));
	rig_later(r, 7200 * MS_SECOND - 1);
	assert_int_equal(rig_code(rig_get(r, "department/list")), 0);
	rig_later(r, 1);
	assert_int_equal(rig_code(rig_get(r, "department/list")), 42001);
	assert_false(str_eq(rig_token(r), first));
	assert_int_equal(rig_code(rig_get(r, "department/list")), 0);
	r->token = first;
	assert_int_equal(rig_code(rig_get(r, "department/list")), 40014);
	r->token = STR("");
	assert_int_equal(rig_code(rig_get(r, "department/list")), 41001);
}

static void wrong_credentials_and_paths_are_refused_in_the_platforms_shape(void **state)
{
	const struct json *v = rig_json(r, rig_call(r, "GET", "/cgi-bin/gettoken?corpid=wwother&corpsecret=x", STR_NIL, STR_NIL));
	assert_int_equal(rig_code(v), 40013);
	assert_true(str_has(json_str(v, "errmsg"), STR("hint: [")));
	assert_true(str_has(json_str(v, "errmsg"), STR("query?e=40013")));
	v = rig_json(r, rig_call(r, "GET", "/cgi-bin/gettoken?corpid=" SIM_CORPID "&corpsecret=x", STR_NIL, STR_NIL));
	assert_int_equal(rig_code(v), 40001);
	str none = rig_call(r, "GET", "/cgi-bin/no/such", STR_NIL, STR_NIL);
	assert_int_equal(r->status_last, 404);
	assert_int_equal(none.n, 0);
	v = rig_post(r, "externalcontact/get_corp_tag_list", "{broken");
	assert_true(str_has(json_str(v, "errmsg"), STR("Warning: wrong json format.")));
}

static void staff_and_departments_are_listed(void **state)
{
	assert_int_equal(json_get(rig_get(r, "externalcontact/get_follow_user_list"), "follow_user")->n, 24);
	assert_int_equal(json_get(rig_get(r, "department/list"), "department")->n, 7);
	assert_int_equal(json_get(rig_get(r, "user/list?department_id=2"), "userlist")->n, 4);
	assert_str(json_str(rig_get(r, "user/get?userid=ZhangLi"), "name"), "张莉");
	assert_int_equal(rig_code(rig_get(r, "user/get?userid=nobody")), 60111);
	assert_int_equal(rig_code(rig_get(r, "externalcontact/list?userid=zhangli")), 84061);
}

static void a_scan_is_reported_sealed_with_state_and_code(void **state)
{
	str xid = rig_scanned(r, "zhangli", "ch_1024");
	assert_int_equal(r->bad, 0);
	assert_int_equal(r->events.n, 1);
	str e = rig_last(r);
	assert_str(rig_element(e, "ChangeType"), "add_external_contact");
	assert_str(rig_element(e, "UserID"), "zhangli");
	assert_str(rig_element(e, "State"), "ch_1024");
	assert_true(str_eq(rig_element(e, "ExternalUserID"), xid));
	assert_true(rig_element(e, "WelcomeCode").n > 0);
	assert_true(str_starts(xid, STR("wm")));
	const struct json *got = rig_get(r, arena_cstr(r->a, arena_printf(r->a, "externalcontact/get?external_userid=%.*s", STR_F(xid))));
	assert_str(json_str(json_get(got, "external_contact"), "name"), "小雨妈妈");
	const struct json *follow = &json_get(got, "follow_user")->items[0];
	assert_str(json_str(follow, "state"), "ch_1024");
	assert_int_equal(json_i64(follow, "add_way", 0), 1);
	assert_true(str_eq(json_str(follow, "oper_userid"), xid));
}

static void a_friend_who_scans_again_produces_nothing(void **state)
{
	str xid = rig_scanned(r, "zhangli", "again");
	const struct json *v = rig_sim(r, "/sim/scan", "{\"state\":\"again\",\"external_userid\":\"%.*s\"}", STR_F(xid));
	sim_settle(r->sim);
	assert_true(json_bool(v, "existing", false));
	assert_int_equal(r->events.n, 1);
}

static void changes_by_api_emit_no_event_changes_in_the_client_do(void **state)
{
	str xid = rig_scanned(r, "zhangli", "s");
	const struct json *made = rig_post(r, "externalcontact/add_corp_tag", "{\"group_name\":\"来源\",\"tag\":[{\"name\":\"门店\"}]}");
	str tag = json_str(&json_get(json_get(made, "tag_group"), "tag")->items[0], "id");
	assert_int_equal(rig_code(rig_post(r, "externalcontact/mark_tag", "{\"userid\":\"zhangli\",\"external_userid\":\"%.*s\",\"add_tag\":[\"%.*s\"]}",
					   STR_F(xid), STR_F(tag))), 0);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/remark", "{\"userid\":\"zhangli\",\"external_userid\":\"%.*s\",\"remark\":\"阿鱼\"}", STR_F(xid))), 0);
	sim_settle(r->sim);
	assert_int_equal(r->events.n, 1);
	rig_sim(r, "/sim/tag_edit", "{\"userid\":\"zhangli\",\"external_userid\":\"%.*s\",\"add\":[\"宝妈\"],\"remove\":[\"%.*s\"]}", STR_F(xid), STR_F(tag));
	sim_settle(r->sim);
	assert_int_equal(r->events.n, 3);
	assert_str(rig_element(rig_last(r), "ChangeType"), "edit_external_contact");
	const struct json *v = rig_post(r, "externalcontact/batch/get_by_user", "{\"userid_list\":[\"zhangli\"]}");
	const struct json *info = json_get(&json_get(v, "external_contact_list")->items[0], "follow_info");
	assert_int_equal(json_get(info, "tag_id")->n, 1);
	assert_str(json_str(info, "remark"), "阿鱼");
}

static void who_deletes_whom_decides_what_stays_readable(void **state)
{
	str xid = rig_scanned(r, "zhangli", "a"), other = rig_scanned(r, "wangfang", "b");
	rig_sim(r, "/sim/delete", "{\"who\":\"customer\",\"userid\":\"zhangli\",\"external_userid\":\"%.*s\"}", STR_F(xid));
	rig_sim(r, "/sim/delete", "{\"who\":\"staff\",\"userid\":\"wangfang\",\"external_userid\":\"%.*s\"}", STR_F(other));
	sim_settle(r->sim);
	assert_str(rig_element(r->events.v[2], "ChangeType"), "del_follow_user");
	assert_str(rig_element(r->events.v[3], "ChangeType"), "del_external_contact");
	assert_int_equal(rig_code(rig_get(r, arena_cstr(r->a, arena_printf(r->a, "externalcontact/get?external_userid=%.*s", STR_F(xid))))), 0);
	assert_int_equal(rig_code(rig_get(r, arena_cstr(r->a, arena_printf(r->a, "externalcontact/get?external_userid=%.*s", STR_F(other))))), 84061);
	const struct json *day = rig_post(r, "externalcontact/get_user_behavior_data",
		"{\"userid\":[\"zhangli\"],\"start_time\":%lld,\"end_time\":%lld}", (long long)(RIG_START / 1000), (long long)(RIG_START / 1000));
	const struct json *row = &json_get(day, "behavior_data")->items[0];
	assert_int_equal(json_i64(row, "new_contact_cnt", -1), 1);
	assert_int_equal(json_i64(row, "negative_feedback_cnt", -1), 1);
}

static i64 welcome(str code)
{
	return rig_code(rig_post(r, "externalcontact/send_welcome_msg", "{\"welcome_code\":\"%.*s\",\"text\":{\"content\":\"你好\"}}", STR_F(code)));
}

static void a_welcome_code_works_once_for_twenty_seconds(void **state)
{
	str xid = rig_scanned(r, "zhangli", "w1");
	str code = rig_element(rig_last(r), "WelcomeCode");
	rig_later(r, 20 * MS_SECOND);
	assert_int_equal(welcome(code), 0);
	assert_int_equal(welcome(code), 41096);
	rig_later(r, MS_SECOND - 1);
	assert_int_equal(welcome(code), 41050); /* too late by now, whatever happened to it */
	assert_int_equal(rig_log_count(r, "welcome.delivered"), 1);
	assert_int_equal(welcome(STR("WCnone")), 41050);
	assert_int_equal(welcome(STR("")), 41049);
	rig_scanned(r, "zhangli", "w2");
	code = rig_element(rig_last(r), "WelcomeCode");
	rig_later(r, 20 * MS_SECOND + 1);
	assert_int_equal(welcome(code), 41050);
	rig_scanned(r, "zhangli", "w3");
	code = rig_element(rig_last(r), "WelcomeCode");
	assert_int_equal(welcome(code), 0);
	rig_later(r, MS_SECOND);
	assert_int_equal(welcome(code), 41051);
	assert_true(xid.n > 0);
}

static void a_chat_or_an_admin_welcome_or_a_half_contact_takes_the_code(void **state)
{
	str xid = rig_scanned(r, "zhangli", "c1");
	str code = rig_element(rig_last(r), "WelcomeCode");
	rig_sim(r, "/sim/chat", "{\"userid\":\"zhangli\",\"external_userid\":\"%.*s\"}", STR_F(xid));
	assert_int_equal(welcome(code), 41051);
	rig_sim(r, "/sim/welcome_rule", "{\"userid\":\"wangfang\"}");
	rig_scanned(r, "wangfang", "c2");
	assert_int_equal(rig_element(rig_last(r), "WelcomeCode").n, 0);
	rig_sim(r, "/sim/staff", "{\"userid\":\"liuyang\",\"half\":true}");
	const struct json *v = rig_sim(r, "/sim/scan", "{\"userid\":\"liuyang\",\"person\":{\"name\":\"甲\"}}");
	sim_settle(r->sim);
	assert_str(rig_element(rig_last(r), "ChangeType"), "add_half_external_contact");
	assert_true(rig_element(rig_last(r), "WelcomeCode").n > 0);
	str half = json_str(v, "external_userid");
	assert_int_equal(rig_code(rig_get(r, arena_cstr(r->a, arena_printf(r->a, "externalcontact/get?external_userid=%.*s", STR_F(half))))), 84061);
	rig_sim(r, "/sim/accept", "{\"userid\":\"liuyang\",\"external_userid\":\"%.*s\"}", STR_F(half));
	sim_settle(r->sim);
	assert_str(rig_element(rig_last(r), "ChangeType"), "add_external_contact");
	assert_int_equal(rig_element(rig_last(r), "WelcomeCode").n, 0);
	rig_sim(r, "/sim/scan", "{\"state\":\"c1\",\"person\":{\"name\":\"伙伴\",\"type\":2}}");
	sim_settle(r->sim);
	assert_int_equal(rig_element(rig_last(r), "WelcomeCode").n, 0);
	assert_true(str_starts(rig_element(rig_last(r), "ExternalUserID"), STR("wo")));
}

static void only_own_tags_may_be_changed_and_the_last_one_takes_the_group(void **state)
{
	const struct json *all = rig_post(r, "externalcontact/get_corp_tag_list", "{}");
	const struct json *group = &json_get(all, "tag_group")->items[0];
	str foreign = json_str(&json_get(group, "tag")->items[0], "id");
	assert_int_equal(rig_code(rig_post(r, "externalcontact/edit_corp_tag", "{\"id\":\"%.*s\",\"name\":\"x\"}", STR_F(foreign))), 301002);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/del_corp_tag", "{\"tag_id\":[\"%.*s\"]}", STR_F(foreign))), 301002);
	const struct json *made = json_get(rig_post(r, "externalcontact/add_corp_tag",
		"{\"group_name\":\"生命周期\",\"tag\":[{\"name\":\"成长\"},{\"name\":\"成长\"},{\"name\":\"休眠\"}]}"), "tag_group");
	assert_int_equal(json_get(made, "tag")->n, 2);
	str g = json_str(made, "group_id"), t1 = json_str(&json_get(made, "tag")->items[0], "id"), t2 = json_str(&json_get(made, "tag")->items[1], "id");
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_corp_tag", "{\"group_id\":\"%.*s\",\"tag\":[{\"name\":\"成长\"}]}", STR_F(g))), 40071);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/edit_corp_tag", "{\"id\":\"%.*s\",\"name\":\"休眠\"}", STR_F(t1))), 40071);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/edit_corp_tag", "{\"id\":\"%.*s\",\"name\":\"成熟\"}", STR_F(t1))), 0);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/del_corp_tag", "{\"tag_id\":[\"%.*s\"]}", STR_F(t1))), 0);
	assert_int_equal(json_get(rig_post(r, "externalcontact/get_corp_tag_list", "{}"), "tag_group")->n, 6);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/del_corp_tag", "{\"tag_id\":[\"%.*s\"]}", STR_F(t2))), 0);
	assert_int_equal(json_get(rig_post(r, "externalcontact/get_corp_tag_list", "{}"), "tag_group")->n, 5);
	const struct json *gone = rig_post(r, "externalcontact/get_corp_tag_list", "{\"group_id\":[\"%.*s\"]}", STR_F(g));
	assert_true(json_bool(&json_get(gone, "tag_group")->items[0], "deleted", false));
}

static void tag_names_and_states_end_at_thirty_characters(void **state)
{
#define TEN "一二三四五六七八九十"
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_corp_tag", "{\"group_name\":\"长\",\"tag\":[{\"name\":\"%s\"}]}", TEN TEN TEN)), 0);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_corp_tag", "{\"group_name\":\"长\",\"tag\":[{\"name\":\"%s\"}]}", TEN TEN TEN "一")), 40072);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_contact_way", "{\"type\":1,\"scene\":2,\"user\":[\"zhangli\"],\"state\":\"%s\"}", TEN TEN TEN)), 0);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_contact_way", "{\"type\":1,\"scene\":2,\"user\":[\"zhangli\"],\"state\":\"%s\"}", TEN TEN TEN "一")), 40058);
}

static void contact_ways_check_members_and_pick_among_them(void **state)
{
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_contact_way", "{\"scene\":2,\"user\":[\"zhangli\"]}")), 41037);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_contact_way", "{\"type\":3,\"scene\":2,\"user\":[\"zhangli\"]}")), 41039);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_contact_way", "{\"type\":1,\"scene\":2,\"user\":[\"ghost\"]}")), 60111);
	rig_sim(r, "/sim/staff", "{\"userid\":\"wuhao\",\"active\":false}");
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_contact_way", "{\"type\":1,\"scene\":2,\"user\":[\"wuhao\"]}")), 41054);
	const struct json *w = rig_post(r, "externalcontact/add_contact_way", "{\"type\":2,\"scene\":2,\"state\":\"st\",\"party\":[2],\"user\":[\"linna\"]}");
	int seen[2] = { 0 };
	for (int i = 0; i < 60; i++) {
		const struct json *v = rig_sim(r, "/sim/scan", "{\"state\":\"st\",\"person\":{\"name\":\"p\"}}");
		seen[str_eq_c(json_str(v, "userid"), "linna")]++;
	}
	assert_true(seen[0] > 20 && seen[1] > 2);
	str id = json_str(w, "config_id");
	assert_int_equal(rig_code(rig_post(r, "externalcontact/update_contact_way", "{\"config_id\":\"%.*s\",\"user\":[\"xiaqing\"],\"party\":[]}", STR_F(id))), 0);
	const struct json *got = json_get(rig_post(r, "externalcontact/get_contact_way", "{\"config_id\":\"%.*s\"}", STR_F(id)), "contact_way");
	assert_int_equal(json_get(got, "party")->n, 0);
	assert_str(json_str(got, "state"), "st");
	assert_str(json_str(rig_sim(r, "/sim/scan", "{\"state\":\"st\",\"person\":{\"name\":\"q\"}}"), "userid"), "xiaqing");
	rig_call(r, "GET", arena_cstr(r->a, str_sub(json_str(got, "qr_code"), strlen("http://" SIM_LISTEN), 999)), STR_NIL, STR_NIL);
	assert_int_equal(r->status_last, 200);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/del_contact_way", "{\"config_id\":\"%.*s\"}", STR_F(id))), 0);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/get_contact_way", "{\"config_id\":\"%.*s\"}", STR_F(id))), 41044);
	rig_sim(r, "/sim/scan", "{\"state\":\"st\"}");
	assert_int_equal(r->status_last, 400);
}

static void a_callback_is_tried_three_times_and_may_come_twice_or_late(void **state)
{
	r->status = 500;
	rig_scanned(r, "zhangli", "t");
	rig_later(r, MS_MINUTE);
	assert_int_equal(r->events.n, 3);
	assert_true(str_eq(r->events.v[0], r->events.v[2]));
	assert_int_equal(rig_log_count(r, "\"lost\""), 1);
	r->status = 0;
	rig_sim(r, "/sim/fault", "{\"kind\":\"dup_callback\",\"api\":\"add_external_contact\"}");
	rig_scanned(r, "zhangli", "t2");
	assert_int_equal(r->events.n, 5);
	rig_sim(r, "/sim/fault", "{\"kind\":\"drop_callback\"}");
	rig_scanned(r, "zhangli", "t3");
	assert_int_equal(r->events.n, 5);
	rig_sim(r, "/sim/fault", "{\"kind\":\"reorder\",\"code\":3000}");
	rig_scanned(r, "zhangli", "late");
	rig_scanned(r, "zhangli", "early");
	assert_str(rig_element(rig_last(r), "State"), "early");
	rig_later(r, 3000);
	assert_str(rig_element(rig_last(r), "State"), "late");
}

static void a_callback_url_that_cannot_open_the_echo_is_not_accepted(void **state)
{
	rig_sim(r, "/sim/corp", "{\"url\":\"%s\",\"token\":\"othertoken\",\"aes_key\":\"%s\"}", RIG_URL, RIG_KEY);
	assert_int_equal(r->status_last, 400);
	rig_sim(r, "/sim/corp", "{\"url\":\"%s\",\"token\":\"%s\",\"aes_key\":\"short\"}", RIG_URL, RIG_TOKEN);
	assert_int_equal(r->status_last, 400);
}

static void over_the_limit_is_45009_until_the_penalty_ends(void **state)
{
	rig_later(r, MS_MINUTE - RIG_START % MS_MINUTE);
	rig_sim(r, "/sim/limit", "{\"per_minute\":3}");
	for (int i = 0; i < 3; i++)
		assert_int_equal(rig_code(rig_get(r, "department/list")), 0);
	assert_int_equal(rig_code(rig_get(r, "department/list")), 45009);
	assert_int_equal(rig_code(rig_get(r, "user/get?userid=zhangli")), 0);
	rig_later(r, MS_MINUTE - 1);
	assert_int_equal(rig_code(rig_get(r, "department/list")), 45009);
	rig_later(r, 1);
	assert_int_equal(rig_code(rig_get(r, "department/list")), 0);
}

static void faults_refuse_before_or_lose_after_the_effect(void **state)
{
	const char *way = "{\"type\":1,\"scene\":2,\"user\":[\"zhangli\"]}";
	const char *api = "externalcontact/add_contact_way";
	rig_sim(r, "/sim/fault", "{\"kind\":\"errcode\",\"api\":\"%s\",\"code\":-1}", api);
	assert_int_equal(rig_code(rig_post(r, api, "%s", way)), -1);
	rig_sim(r, "/sim/fault", "{\"kind\":\"http500\",\"api\":\"%s\"}", api);
	assert_null(rig_post(r, api, "%s", way));
	assert_int_equal(r->status_last, 500);
	assert_int_equal(rig_log_count(r, "add_contact_way"), 0);
	rig_sim(r, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"%s\"}", api);
	assert_null(rig_post(r, api, "%s", way));
	assert_int_equal(r->status_last, 504);
	rig_sim(r, "/sim/fault", "{\"kind\":\"truncate\",\"api\":\"%s\"}", api);
	assert_null(rig_post(r, api, "%s", way));
	assert_int_equal(rig_log_count(r, "add_contact_way"), 2);
	rig_sim(r, "/sim/fault", "{\"kind\":\"token\"}");
	assert_int_equal(rig_code(rig_post(r, api, "%s", way)), 40014);
	rig_sim(r, "/sim/fault", "{\"kind\":\"no such\"}");
	assert_int_equal(r->status_last, 400);
}

static str upload(const char *type, str bytes)
{
	str body = arena_printf(r->a, "--B\r\nContent-Disposition: form-data; filename=\"a.png\"; name=\"media\"\r\n"
				      "Content-Type: image/png\r\n\r\n%.*s\r\n--B--\r\n", STR_F(bytes));
	str path = rig_path(r, arena_cstr(r->a, arena_printf(r->a, "media/upload?type=%s", type)));
	return rig_call(r, "POST", arena_cstr(r->a, path), STR("multipart/form-data; boundary=B"), body);
}

static void media_lives_three_days_and_sizes_are_checked(void **state)
{
	str id = json_str(rig_json(r, upload("image", STR("PNGDATA\r\n--x"))), "media_id");
	assert_true(id.n > 0);
	const char *get = arena_cstr(r->a, arena_printf(r->a, "media/get?media_id=%.*s", STR_F(id)));
	assert_str(rig_call(r, "GET", arena_cstr(r->a, rig_path(r, get)), STR_NIL, STR_NIL), "PNGDATA\r\n--x");
	assert_int_equal(rig_code(rig_json(r, upload("image", STR("12345")))), 40006);
	assert_int_equal(rig_code(rig_json(r, upload("image", STR("123456")))), 0);
	assert_int_equal(rig_code(rig_json(r, upload("poem", STR("123456")))), 40004);
	str big = arena_dup(r->a, str_of(arena_alloc(r->a, (2 << 20) + 1), (2 << 20) + 1));
	memset((char *)(uintptr_t)big.p, 'a', big.n);
	assert_int_equal(rig_code(rig_json(r, upload("voice", big))), 45001);
	assert_int_equal(rig_code(rig_json(r, upload("voice", str_sub(big, 1, big.n)))), 0);
	rig_later(r, 3 * MS_DAY + 1);
	rig_token(r);
	assert_int_equal(rig_code(rig_get(r, get)), 40007);
}

static void login_codes_work_once_and_tell_who_it_is(void **state)
{
	str xid = rig_scanned(r, "zhangli", "o");
	const char *people[] = { "zhangli", arena_cstr(r->a, xid), "oStranger" };
	const char *fields[] = { "userid", "external_userid", "openid" };
	for (int i = 0; i < 3; i++) {
		struct http_req *req = ARENA_NEW(r->a, struct http_req);
		struct http_reply reply = { 0 };
		*req = (struct http_req){ .arena = r->a, .method = STR("GET"), .path = STR("/connect/oauth2/authorize") };
		struct http_pair query[] = { { STR("appid"), STR(SIM_CORPID) }, { STR("redirect_uri"), STR("http://p.test/back?x=1") },
					     { STR("state"), STR("s t") }, { STR("sim_person"), str_c(people[i]) } };
		memcpy(req->query, query, sizeof(query));
		req->query_count = 4;
		sim_handle(r->sim, req, &reply);
		assert_int_equal(reply.status, 302);
		str to = reply.headers[0].value;
		assert_true(str_starts(to, STR("http://p.test/back?x=1&code=")));
		assert_true(str_ends(to, STR("&state=s%20t")));
		str rest = str_sub(to, strlen("http://p.test/back?x=1&code="), to.n), code = str_cut(&rest, '&');
		const char *api = arena_cstr(r->a, arena_printf(r->a, "auth/getuserinfo?code=%.*s", STR_F(code)));
		if (i == 2)
			rig_later(r, 5 * MS_MINUTE);
		const struct json *who = rig_get(r, api);
		assert_str(json_str(who, fields[i]), people[i]);
		assert_int_equal(json_get(who, "external_userid") != NULL, i == 1);
		assert_int_equal(rig_code(rig_get(r, api)), 42022);
	}
	assert_int_equal(rig_code(rig_get(r, "auth/getuserinfo?code=x")), 40029);
}

static void odd_methods_are_served_and_logged(void **state)
{
	assert_int_equal(rig_code(rig_post(r, "department/list", "{}")), 0);
	assert_int_equal(rig_log_count(r, "\"odd\""), 1);
}

static void *marks(void *arg)
{
	struct rig *own = arg;
	own->status = (int)rig_code(rig_post(own, "externalcontact/mark_tag", "{\"userid\":\"zhangli\"}"));
	return NULL;
}

static void a_sixth_mark_at_once_is_45033(void **state)
{
	pthread_t threads[6];
	struct rig own[6];
	int refused = 0;
	r->clock = clock_real(); /* slow answers take real time only then */
	rig_token(r);
	rig_sim(r, "/sim/fault", "{\"kind\":\"slow\",\"api\":\"externalcontact/mark_tag\",\"code\":500,\"count\":6}");
	for (int i = 0; i < 6; i++) {
		own[i] = (struct rig){ .a = arena_new(ARENA_MAX_DEFAULT), .transport = r->transport, .token = r->token };
		assert_int_equal(pthread_create(&threads[i], NULL, marks, &own[i]), 0);
	}
	for (int i = 0; i < 6; i++) {
		pthread_join(threads[i], NULL);
		refused += own[i].status == 45033;
		arena_free(own[i].a);
	}
	assert_int_equal(refused, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(token_lives_7200_seconds_and_is_one_per_app), T(wrong_credentials_and_paths_are_refused_in_the_platforms_shape),
		T(staff_and_departments_are_listed), T(a_scan_is_reported_sealed_with_state_and_code),
		T(a_friend_who_scans_again_produces_nothing), T(changes_by_api_emit_no_event_changes_in_the_client_do),
		T(who_deletes_whom_decides_what_stays_readable), T(a_welcome_code_works_once_for_twenty_seconds),
		T(a_chat_or_an_admin_welcome_or_a_half_contact_takes_the_code),
		T(only_own_tags_may_be_changed_and_the_last_one_takes_the_group), T(tag_names_and_states_end_at_thirty_characters),
		T(contact_ways_check_members_and_pick_among_them), T(a_callback_is_tried_three_times_and_may_come_twice_or_late),
		T(a_callback_url_that_cannot_open_the_echo_is_not_accepted), T(over_the_limit_is_45009_until_the_penalty_ends),
		T(faults_refuse_before_or_lose_after_the_effect), T(media_lives_three_days_and_sizes_are_checked),
		T(login_codes_work_once_and_tell_who_it_is), T(odd_methods_are_served_and_logged),
		T(a_sixth_mark_at_once_is_45033),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

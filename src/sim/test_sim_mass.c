/*
 * Mass sends: nothing is sent before a member confirms; results, quotas, reminders, cancelling.
 */
#include "sim/test_sim_calls.h"

static struct rig *r;

static int setup(void **state) { r = rig_ready(11); return 0; }
static int teardown(void **state) { rig_free(r); return 0; }

static str task_new(str xid, const char *sender)
{
	const struct json *v = rig_post(r, "externalcontact/add_msg_template",
		"{\"chat_type\":\"single\",\"external_userid\":[\"%.*s\",\"wmNobody\"],\"sender\":\"%s\",\"text\":{\"content\":\"双11 http://a.test/x 点开\"}}",
		STR_F(xid), sender);
	assert_int_equal(rig_code(v), 0);
	assert_int_equal(json_get(v, "fail_list")->n, 1);
	return json_str(v, "msgid");
}

static i64 result_of(str msgid, const char *userid)
{
	const struct json *v = rig_post(r, "externalcontact/get_groupmsg_send_result", "{\"msgid\":\"%.*s\",\"userid\":\"%s\"}", STR_F(msgid), userid);
	assert_int_equal(rig_code(v), 0);
	return json_i64(&json_get(v, "send_list")->items[0], "status", -1);
}

static bool confirm(str msgid)
{
	rig_sim(r, "/sim/task/confirm", "{\"msgid\":\"%.*s\"}", STR_F(msgid));
	return r->status_last == 200;
}

static void a_task_sends_nothing_until_the_member_confirms(void **state)
{
	str xid = rig_scanned(r, "zhangli", "m"), msgid = task_new(xid, "zhangli");
	assert_int_equal(rig_code(rig_post(r, "externalcontact/get_groupmsg_task", "{\"msgid\":\"%.*s\"}", STR_F(msgid))), 41063);
	rig_later(r, MS_SECOND - 1);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/get_groupmsg_send_result", "{\"msgid\":\"%.*s\",\"userid\":\"zhangli\"}", STR_F(msgid))), 41063);
	rig_later(r, 1);
	const struct json *t = rig_post(r, "externalcontact/get_groupmsg_task", "{\"msgid\":\"%.*s\"}", STR_F(msgid));
	assert_int_equal(json_i64(&json_get(t, "task_list")->items[0], "status", -1), 0);
	assert_int_equal(result_of(msgid, "zhangli"), 0);
	assert_int_equal(rig_log_count(r, "mass.delivered"), 0);
	assert_true(confirm(msgid));
	assert_int_equal(result_of(msgid, "zhangli"), 1);
	t = rig_post(r, "externalcontact/get_groupmsg_task", "{\"msgid\":\"%.*s\"}", STR_F(msgid));
	assert_int_equal(json_i64(&json_get(t, "task_list")->items[0], "status", -1), 2);
	assert_false(confirm(msgid));
	assert_int_equal(rig_log_count(r, "mass.delivered"), 1);
}

static void who_left_in_between_is_not_a_friend_any_more(void **state)
{
	str xid = rig_scanned(r, "zhangli", "m"), msgid = task_new(xid, "zhangli");
	rig_later(r, MS_MINUTE);
	rig_sim(r, "/sim/delete", "{\"who\":\"customer\",\"userid\":\"zhangli\",\"external_userid\":\"%.*s\"}", STR_F(xid));
	assert_true(confirm(msgid));
	assert_int_equal(result_of(msgid, "zhangli"), 2);
}

static void quota(const char *mode, int allowed, ms next_period)
{
	str xid = rig_scanned(r, "zhangli", "q");
	rig_sim(r, "/sim/corp", "{\"quota\":\"%s\"}", mode);
	for (int i = 0; i <= allowed; i++) {
		str msgid = task_new(xid, "zhangli");
		rig_later(r, MS_SECOND);
		assert_true(confirm(msgid));
		assert_int_equal(result_of(msgid, "zhangli"), i < allowed ? 1 : 3);
	}
	rig_later(r, next_period - RIG_START);
	rig_token(r);
	str msgid = task_new(xid, "zhangli");
	rig_later(r, MS_SECOND);
	assert_true(confirm(msgid));
	assert_int_equal(result_of(msgid, "zhangli"), 1);
}

/* RIG_START is Monday 2026-09-21 22:13:20 in China. */
#define NEXT_MIDNIGHT (RIG_START + 106 * MS_MINUTE + 40 * MS_SECOND)
static void quota_of_a_day_is_one(void **state) { quota("day", 1, NEXT_MIDNIGHT); }
static void quota_of_a_week_is_seven(void **state) { quota("week", 7, NEXT_MIDNIGHT + 6 * MS_DAY); }
static void quota_of_a_month_is_its_days(void **state) { quota("month", 30, NEXT_MIDNIGHT + 9 * MS_DAY); }

static void what_members_send_themselves_counts_too(void **state)
{
	str xid = rig_scanned(r, "zhangli", "p");
	rig_sim(r, "/sim/corp", "{\"quota\":\"day\"}");
	const struct json *own = rig_sim(r, "/sim/task/personal", "{\"userid\":\"zhangli\",\"external_userid\":[\"%.*s\"]}", STR_F(xid));
	assert_true(json_str(own, "msgid").n > 0);
	str msgid = task_new(xid, "zhangli");
	rig_later(r, MS_SECOND);
	confirm(msgid);
	assert_int_equal(result_of(msgid, "zhangli"), 3);
	long long from = RIG_START / 1000 - 60, to = RIG_START / 1000 + 3600;
	for (int filter = 0; filter <= 2; filter++) {
		str body = arena_printf(r->a, "{\"chat_type\":\"single\",\"start_time\":%lld,\"end_time\":%lld,\"filter_type\":%d}", from, to, filter);
		const struct json *v = rig_post(r, "externalcontact/get_groupmsg_list_v2", "%.*s", STR_F(body));
		assert_int_equal(json_get(v, "group_msg_list")->n, filter == 2 ? 2 : 1);
	}
	const struct json *wide = rig_post(r, "externalcontact/get_groupmsg_list_v2",
		"{\"chat_type\":\"single\",\"start_time\":%lld,\"end_time\":%lld}", from, from + 32 * 86400);
	assert_int_equal(rig_code(wide), 40058);
}

static i64 act(const char *api, str msgid)
{
	return rig_code(rig_post(r, arena_cstr(r->a, arena_printf(r->a, "externalcontact/%s", api)), "{\"msgid\":\"%.*s\"}", STR_F(msgid)));
}

static void three_reminders_a_day_and_none_after_cancelling(void **state)
{
	str xid = rig_scanned(r, "zhangli", "m"), msgid = task_new(xid, "zhangli");
	for (int i = 0; i < 3; i++)
		assert_int_equal(act("remind_groupmsg_send", msgid), 0);
	assert_int_equal(act("remind_groupmsg_send", msgid), 41094);
	rig_later(r, MS_DAY - 1);
	rig_token(r);
	assert_int_equal(act("remind_groupmsg_send", msgid), 41094);
	rig_later(r, 1);
	assert_int_equal(act("remind_groupmsg_send", msgid), 0);
	assert_int_equal(act("cancel_groupmsg_send", msgid), 0);
	assert_int_equal(act("cancel_groupmsg_send", msgid), 41093);
	assert_int_equal(act("remind_groupmsg_send", msgid), 41093);
	assert_false(confirm(msgid));
	assert_int_equal(result_of(msgid, "zhangli"), 0);
}

static void without_a_sender_the_last_chat_decides(void **state)
{
	const struct json *way = rig_post(r, "externalcontact/add_contact_way", "{\"type\":1,\"scene\":2,\"state\":\"x\",\"user\":[\"linna\"]}");
	str xid = rig_scanned(r, "zhangli", "m");
	rig_sim(r, "/sim/scan", "{\"config_id\":\"%.*s\",\"external_userid\":\"%.*s\"}", STR_F(json_str(way, "config_id")), STR_F(xid));
	rig_sim(r, "/sim/chat", "{\"userid\":\"zhangli\",\"external_userid\":\"%.*s\"}", STR_F(xid));
	const struct json *v = rig_post(r, "externalcontact/add_msg_template",
		"{\"external_userid\":[\"%.*s\"],\"text\":{\"content\":\"hi\"}}", STR_F(xid));
	rig_later(r, MS_SECOND);
	const struct json *t = rig_post(r, "externalcontact/get_groupmsg_task", "{\"msgid\":\"%.*s\"}", STR_F(json_str(v, "msgid")));
	assert_true(str_eq_c(json_str(&json_get(t, "task_list")->items[0], "userid"), "zhangli"));
}

static str chat_of(const char *owner)
{
	return json_str(rig_sim(r, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"群\",\"people\":2,\"quiet\":true}", owner), "chat_id");
}

static i64 group_task(str chats, const struct json **ret)
{
	*ret = rig_post(r, "externalcontact/add_msg_template",
		"{\"chat_type\":\"group\",\"sender\":\"zhangli\",\"chat_id_list\":[%.*s],\"text\":{\"content\":\"今晚八点\"}}", STR_F(chats));
	rig_later(r, MS_SECOND);
	return rig_code(*ret);
}

/* Only the owner's own groups; each has a quota of its own. */
static void groups_get_it_from_their_owner(void **state)
{
	const struct json *v;
	str mine = chat_of("zhangli"), theirs = chat_of("chenjing");
	str both = arena_printf(r->a, "\"%.*s\",\"%.*s\"", STR_F(mine), STR_F(theirs)), one = arena_printf(r->a, "\"%.*s\"", STR_F(mine));
	rig_sim(r, "/sim/corp", "{\"quota\":\"day\"}");
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_msg_template", "{\"chat_type\":\"group\",\"text\":{\"content\":\"x\"}}")), 40058);
	assert_int_equal(group_task(both, &v), 0);
	assert_int_equal(json_get(v, "fail_list")->n, 1);
	str msgid = json_str(v, "msgid");
	assert_true(confirm(msgid));
	v = rig_post(r, "externalcontact/get_groupmsg_send_result", "{\"msgid\":\"%.*s\",\"userid\":\"zhangli\"}", STR_F(msgid));
	assert_true(str_eq(json_str(&json_get(v, "send_list")->items[0], "chat_id"), mine));
	assert_int_equal(result_of(msgid, "zhangli"), 1);
	assert_int_equal(rig_log_count(r, "groupmass.delivered"), 1);
	assert_int_equal(group_task(one, &v), 0);
	msgid = json_str(v, "msgid");
	assert_true(confirm(msgid));
	assert_int_equal(result_of(msgid, "zhangli"), 3); /* had its one of today */
	for (int groups = 0; groups < 2; groups++) {
		v = rig_post(r, "externalcontact/get_groupmsg_list_v2", "{\"chat_type\":\"%s\",\"start_time\":%lld,\"end_time\":%lld}",
			     groups ? "group" : "single", (long long)(clock_now(&r->clock) / 1000 - 3600), (long long)(clock_now(&r->clock) / 1000 + 1));
		assert_int_equal(json_get(v, "group_msg_list")->n, groups ? 2 : 0);
	}
}

static void a_message_to_staff_is_taken_back_for_a_day(void **state)
{
	const char *card = "{\"touser\":\"zhangli\",\"msgtype\":\"textcard\",\"agentid\":1000002,\"textcard\":{\"title\":\"新任务\",\"description\":\"回访\",\"url\":\"%s\"}}";
	const struct json *v = rig_post(r, "message/send", card, "https://a.test/h5");
	assert_int_equal(rig_code(v), 0);
	str msgid = json_str(v, "msgid");
	assert_int_equal(rig_code(rig_post(r, "message/send", card, "")), 44004);
	rig_later(r, MS_DAY);
	rig_token(r);
	assert_int_equal(rig_code(rig_post(r, "message/recall", "{\"msgid\":\"%.*s\"}", STR_F(msgid))), 0);
	rig_later(r, MS_SECOND);
	assert_int_equal(rig_code(rig_post(r, "message/recall", "{\"msgid\":\"%.*s\"}", STR_F(msgid))), 42052);
	assert_int_equal(rig_code(rig_post(r, "message/recall", "{\"msgid\":\"nothing\"}")), 40058);
}

static void content_is_checked_at_its_edges(void **state)
{
	str xid = rig_scanned(r, "zhangli", "m");
	char *text = arena_alloc(r->a, 4002);
	memset(text, 'a', 4001);
	for (int n = 4000; n <= 4001; n++)
		assert_int_equal(rig_code(rig_post(r, "externalcontact/add_msg_template",
			"{\"sender\":\"zhangli\",\"text\":{\"content\":\"%.*s\"}}", n, text)), n == 4000 ? 0 : 45002);
	for (int n = 9; n <= 10; n++) {
		struct buf b = buf_new(r->a, 65536);
		for (int i = 0; i < n; i++)
			buf_fmt(&b, "%s{\"msgtype\":\"link\",\"link\":{\"title\":\"t\",\"url\":\"http://a.test\"}}", i ? "," : "");
		assert_int_equal(rig_code(rig_post(r, "externalcontact/add_msg_template", "{\"sender\":\"zhangli\",\"attachments\":[%.*s]}",
						   STR_F(buf_str(&b)))), n == 9 ? 0 : 40058);
	}
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_msg_template", "{\"sender\":\"zhangli\"}")), 44004);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_msg_template",
		"{\"sender\":\"zhangli\",\"attachments\":[{\"msgtype\":\"image\",\"image\":{\"media_id\":\"none\"}}]}")), 40007);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/add_msg_template",
		"{\"sender\":\"wangfang\",\"text\":{\"content\":\"x\"}}")), 41048);
	assert_true(xid.n > 0);
}

static void long_results_come_in_pages(void **state)
{
	rig_scanned(r, "zhangli", "many");
	for (int i = 0; i < 120; i++)
		rig_sim(r, "/sim/scan", "{\"state\":\"many\",\"person\":{\"name\":\"p%d\"}}", i);
	const struct json *v = rig_post(r, "externalcontact/add_msg_template", "{\"sender\":\"zhangli\",\"text\":{\"content\":\"x\"}}");
	str msgid = json_str(v, "msgid"), cursor = STR("");
	size_t seen = 0, pages = 0;
	rig_later(r, MS_SECOND);
	do {
		v = rig_post(r, "externalcontact/get_groupmsg_send_result", "{\"msgid\":\"%.*s\",\"userid\":\"zhangli\",\"limit\":50,\"cursor\":\"%.*s\"}",
			     STR_F(msgid), STR_F(cursor));
		seen += json_get(v, "send_list")->n;
		cursor = json_str(v, "next_cursor");
		pages++;
	} while (cursor.n);
	assert_int_equal(seen, 121);
	assert_int_equal(pages, 3);
	seen = pages = 0;
	do {
		v = rig_post(r, "externalcontact/batch/get_by_user", "{\"userid_list\":[\"wangfang\",\"zhangli\",\"linna\"],\"limit\":500,\"cursor\":\"%.*s\"}", STR_F(cursor));
		seen += json_get(v, "external_contact_list")->n;
		cursor = json_str(v, "next_cursor");
		pages++;
	} while (cursor.n);
	assert_int_equal(seen, 121);
	assert_int_equal(pages, 2);
	assert_int_equal(rig_code(rig_post(r, "externalcontact/batch/get_by_user", "{\"userid_list\":[\"zhangli\"],\"cursor\":\"c5x1\"}")), 50100);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_task_sends_nothing_until_the_member_confirms), T(who_left_in_between_is_not_a_friend_any_more),
		T(quota_of_a_day_is_one), T(quota_of_a_week_is_seven), T(quota_of_a_month_is_its_days),
		T(what_members_send_themselves_counts_too), T(three_reminders_a_day_and_none_after_cancelling),
		T(without_a_sender_the_last_chat_decides), T(groups_get_it_from_their_owner), T(a_message_to_staff_is_taken_back_for_a_day),
		T(content_is_checked_at_its_edges), T(long_results_come_in_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

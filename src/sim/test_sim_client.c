/*
 * The product's client (port/wecom) against the simulator: two readings of one documentation meet.
 * Every typed call is made once and its answer compared with what the simulator holds.
 */
#include "sim/test_sim_calls.h"

#include "port/wecom/wecom_callback.h"
#include "port/wecom/wecom_customer.h"
#include "port/wecom/wecom_media.h"
#include "port/wecom/wecom_oauth.h"
#include "port/wecom/wecom_send.h"
#include "port/wecom/wecom_staff.h"
#include "port/wecom/wecom_stat.h"
#include "port/wecom/wecom_tag.h"
#include "port/wecom/wecom_way.h"

static struct rig *r;
static struct wecom *client;
static struct wecom_app app;
static struct fail f;
static struct wecom_call c;

static int setup(void **state)
{
	r = rig_ready(21);
	client = wecom_new(r->transport, &r->clock, STR("http://sim.test"));
	app = (struct wecom_app){ .corp = 1, .corpid = sim_corpid(r->sim), .secret = sim_secret(r->sim), .agentid = STR("1000002") };
	c = (struct wecom_call){ .wecom = client, .app = &app, .arena = r->a, .fail = &f };
	return 0;
}

static int teardown(void **state)
{
	wecom_free(client);
	rig_free(r);
	return 0;
}

static void assert_str(str got, const char *want)
{
	if (!str_eq_c(got, want))
		fail_msg("got \"%.*s\", want \"%s\"", STR_F(got), want);
}

static struct strs one(const char *text)
{
	str *v = ARENA_NEW(r->a, str);
	*v = str_c(text);
	return (struct strs){ v, 1 };
}

static void staff_and_departments(void **state)
{
	struct strs users;
	struct wecom_member m;
	struct wecom_members list;
	struct wecom_departments depts;
	assert_int_equal(wecom_staff_follow_users(&c, &users), OK);
	assert_int_equal(users.n, 24);
	assert_int_equal(wecom_staff_get(&c, STR("linna"), &m), OK);
	assert_str(m.name, "林娜");
	assert_int_equal(m.status, 1);
	assert_int_equal(m.main_department, m.departments.v[0]);
	assert_int_equal(wecom_staff_list(&c, 3, &list), OK);
	assert_int_equal(list.n, 4);
	assert_int_equal(wecom_staff_simplelist(&c, 3, &list), OK);
	assert_int_equal(list.n, 4);
	assert_int_equal(wecom_staff_departments(&c, NIL, &depts), OK);
	assert_int_equal(depts.n, 7);
	assert_str(depts.v[0].name, "小鱼优选");
	assert_int_equal(depts.v[1].parent, 1);
}

static void customers_and_tags(void **state)
{
	struct strs ids;
	struct wecom_customer one_customer;
	struct wecom_customer_page page;
	struct wecom_tag_groups groups;
	struct wecom_tag_group made;
	assert_int_equal(wecom_customer_ids(&c, STR("linna"), &ids), OK);
	assert_int_equal(ids.n, 0);
	str xid = rig_scanned(r, "linna", "from");
	assert_int_equal(wecom_customer_ids(&c, STR("linna"), &ids), OK);
	assert_true(ids.n == 1 && str_eq(ids.v[0], xid));
	struct wecom_tag_add add = { .group_name = STR("来源"), .order = 5, .names = one("活码") };
	assert_int_equal(wecom_tag_add(&c, &add, &made), OK);
	assert_int_equal(made.tag_count, 1);
	assert_int_equal(wecom_tag_mark(&c, STR("linna"), xid, (struct strs){ &made.tags[0].id, 1 }, (struct strs){ 0 }), OK);
	struct wecom_remark remark = { .userid = STR("linna"), .external_userid = xid, .remark = STR("果果妈"), .remark_mobiles = one("13900000001") };
	assert_int_equal(wecom_customer_remark(&c, &remark), OK);
	assert_int_equal(wecom_customer_get(&c, xid, STR_NIL, &one_customer), OK);
	assert_str(one_customer.contact.name, "小雨妈妈");
	assert_int_equal(one_customer.follow_count, 1);
	assert_str(one_customer.follows[0].state, "from");
	assert_str(one_customer.follows[0].remark_mobiles.v[0], "13900000001");
	assert_str(one_customer.follows[0].tags[0].tag_name, "活码");
	assert_int_equal(one_customer.follows[0].created, RIG_START / 1000 * 1000);
	assert_int_equal(wecom_customer_batch(&c, one("linna"), STR_NIL, 100, &page), OK);
	assert_int_equal(page.n, 1);
	assert_true(str_eq(page.v[0].follows[0].tags[0].tag_id, made.tags[0].id));
	assert_true(page.next_cursor.n == 0);
	assert_int_equal(wecom_tag_edit(&c, made.tags[0].id, STR("渠道活码"), NIL), OK);
	assert_int_equal(wecom_tag_list(&c, (struct strs){ 0 }, (struct strs){ 0 }, &groups), OK);
	assert_int_equal(groups.n, 6);
	assert_str(groups.v[5].tags[0].name, "渠道活码");
	assert_int_equal(wecom_tag_delete(&c, (struct strs){ &groups.v[0].tags[0].id, 1 }, (struct strs){ 0 }) == OK, false);
	assert_int_equal(c.errcode, 301002);
	assert_int_equal(wecom_tag_delete(&c, (struct strs){ 0 }, (struct strs){ &made.id, 1 }), OK);
}

static void contact_ways(void **state)
{
	str config, qr;
	struct wecom_way way = { .type = WECOM_WAY_MULTIPLE, .scene = WECOM_WAY_QR, .state = STR("c1"), .remark = STR("地铁"),
				 .users = one("linna"), .skip_verify = true };
	struct wecom_way got;
	assert_int_equal(wecom_way_add(&c, &way, &config, &qr), OK);
	assert_true(config.n == 32 && str_has(qr, config));
	way.config_id = config;
	way.users = one("xiaqing");
	assert_int_equal(wecom_way_update(&c, &way), OK);
	assert_int_equal(wecom_way_get(&c, config, &got), OK);
	assert_str(got.users.v[0], "xiaqing");
	assert_str(got.state, "c1");
	assert_true(got.skip_verify);
	assert_int_equal(wecom_way_delete(&c, config), OK);
	assert_int_equal(wecom_way_get(&c, config, &got) == OK, false);
	assert_int_equal(c.errcode, 41044);
}

static void welcome_and_mass_send(void **state)
{
	str xid = rig_scanned(r, "linna", "w");
	struct wecom_attachment link = { .part = WECOM_LINK, .title = STR("绑定"), .url = STR("http://a.test/b"), .desc = STR("d") };
	struct wecom_content content = { .text = STR("欢迎"), .attachments = &link, .attachment_count = 1 };
	str code = rig_element(rig_last(r), "WelcomeCode");
	assert_int_equal(wecom_send_welcome(&c, code, &content), OK);
	rig_later(r, MS_SECOND);
	assert_int_equal(wecom_send_welcome(&c, code, &content) == OK, false);
	assert_int_equal(c.errcode, 41051);
	str ids[2] = { xid, STR("wmNobody") };
	struct wecom_mass mass = { .external_userids = { ids, 2 }, .sender = STR("linna"), .content = content };
	struct wecom_mass_made made;
	struct wecom_mass_tasks tasks;
	struct wecom_mass_results results;
	struct wecom_mass_page page;
	assert_int_equal(wecom_send_mass(&c, &mass, &made), OK);
	assert_true(made.refused.n == 1 && made.msgid.n > 0);
	assert_int_equal(wecom_send_tasks(&c, made.msgid, STR_NIL, &tasks) == OK, false);
	assert_int_equal(c.errcode, 41063);
	assert_int_equal(c.action, WECOM_RETRY);
	rig_later(r, MS_SECOND);
	assert_int_equal(wecom_send_remind(&c, made.msgid), OK);
	rig_sim(r, "/sim/task/confirm", "{\"msgid\":\"%.*s\"}", STR_F(made.msgid));
	assert_int_equal(wecom_send_tasks(&c, made.msgid, STR_NIL, &tasks), OK);
	assert_true(tasks.n == 1 && tasks.v[0].confirmed);
	assert_int_equal(wecom_send_results(&c, made.msgid, STR("linna"), STR_NIL, &results), OK);
	assert_int_equal(results.v[0].status, WECOM_MASS_SENT);
	assert_int_equal(results.v[0].sent, clock_now(&r->clock) / 1000 * 1000);
	struct wecom_mass_query query = { .from = RIG_START - MS_DAY, .to = RIG_START + MS_DAY, .filter = 2 };
	assert_int_equal(wecom_send_list(&c, &query, &page), OK);
	assert_true(page.n == 1 && str_eq(page.v[0].msgid, made.msgid));
	assert_str(page.v[0].text, "欢迎");
	assert_int_equal(wecom_send_cancel(&c, made.msgid), OK);
}

static void a_lost_reply_is_unknown_and_done_a_refused_call_is_neither(void **state)
{
	str xid = rig_scanned(r, "linna", "w");
	struct wecom_mass mass = { .external_userids = { &xid, 1 }, .sender = STR("linna"), .content = { .text = STR("一次") } };
	struct wecom_mass_made made;
	const char *kinds[] = { "lost_reply", "truncate" };
	for (int i = 0; i < 2; i++) {
		rig_sim(r, "/sim/fault", "{\"kind\":\"%s\",\"api\":\"externalcontact/add_msg_template\"}", kinds[i]);
		assert_int_equal(wecom_send_mass(&c, &mass, &made), ERR_UNKNOWN);
		assert_int_equal(c.action, WECOM_UNKNOWN);
		assert_int_equal(rig_log_count(r, "add_msg_template"), i + 1);
	}
	rig_sim(r, "/sim/fault", "{\"kind\":\"errcode\",\"code\":45009,\"api\":\"externalcontact/add_msg_template\"}");
	assert_int_equal(wecom_send_mass(&c, &mass, &made), ERR_TOO_MANY);
	assert_int_equal(rig_log_count(r, "add_msg_template"), 2);
}

static void a_dead_token_is_renewed_once_by_itself(void **state)
{
	struct strs users;
	assert_int_equal(wecom_staff_follow_users(&c, &users), OK);
	rig_sim(r, "/sim/fault", "{\"kind\":\"token\"}");
	assert_int_equal(wecom_staff_follow_users(&c, &users), OK);
	rig_later(r, 3 * MS_HOUR);
	assert_int_equal(wecom_staff_follow_users(&c, &users), OK);
}

static void media_login_and_daily_figures(void **state)
{
	str id, url;
	ms until;
	struct wecom_upload file = { .filename = STR("a.png"), .content_type = STR("image/png"), .bytes = STR("PNG--BYTES") };
	assert_int_equal(wecom_media_upload(&c, WECOM_MEDIA_IMAGE, &file, &id, &until), OK);
	assert_int_equal(until, RIG_START / 1000 * 1000 + 3 * MS_DAY);
	assert_int_equal(wecom_media_uploadimg(&c, &file, &url), OK);
	assert_true(str_has(url, STR("/sim/img/")));
	rig_token(r);
	const char *get = arena_cstr(r->a, arena_printf(r->a, "media/get?media_id=%.*s", STR_F(id)));
	assert_str(rig_call(r, "GET", arena_cstr(r->a, rig_path(r, get)), STR_NIL, STR_NIL), "PNG--BYTES");
	str xid = rig_scanned(r, "linna", "w");
	str to = wecom_oauth_url(r->a, STR("http://sim.test"), &app, STR("http://p.test/cb"), STR("st1"));
	i64 hash = str_find(to, STR("#"));
	struct transport_answer answer = { 0 };
	struct transport_call call = { .method = "GET", .url = arena_printf(r->a, "%.*s&sim_person=%.*s",
			STR_F(hash < 0 ? to : str_sub(to, 0, (size_t)hash)), STR_F(xid)) };
	assert_int_equal(r->transport->call(r->transport, r->a, &call, &answer, &f), OK);
	assert_int_equal(answer.status, 302);
	struct wecom_behaviors days;
	assert_int_equal(wecom_stat_behavior(&c, one("linna"), (struct ids){ 0 }, RIG_START, RIG_START, &days), OK);
	assert_int_equal(days.n, 1);
	assert_int_equal(days.v[0].new_contact, 1);
	assert_int_equal(days.v[0].day % MS_DAY, 16 * MS_HOUR); /* midnight in China */
	i64 dept = 6; /* of linna */
	assert_int_equal(wecom_stat_behavior(&c, (struct strs){ 0 }, (struct ids){ &dept, 1 }, RIG_START, RIG_START, &days), OK);
	assert_int_equal(days.v[0].new_contact, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(staff_and_departments), T(customers_and_tags), T(contact_ways), T(welcome_and_mass_send),
		T(a_lost_reply_is_unknown_and_done_a_refused_call_is_neither), T(a_dead_token_is_renewed_once_by_itself),
		T(media_login_and_daily_figures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

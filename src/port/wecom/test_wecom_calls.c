/* Each typed call: the request as it goes out, byte for byte, and the answer as it is read. */
#include "port/wecom/test_wecom_fake.h"
#include "port/wecom/wecom_customer.h"
#include "port/wecom/wecom_limits.h"
#include "port/wecom/wecom_media.h"
#include "port/wecom/wecom_oauth.h"
#include "port/wecom/wecom_staff.h"
#include "port/wecom/wecom_stat.h"
#include "port/wecom/wecom_tag.h"
#include "port/wecom/wecom_way.h"

#define API "http://wecom.test/cgi-bin/"
#define TOKEN "access_token=tk1"

static struct fake *f;
static struct fail fail;
static struct wecom_call c;

static int setup(void **state)
{
	f = fake_new();
	fail = (struct fail){ 0 };
	c = fake_by(f, &fake_app, &fail);
	return 0;
}

static int teardown(void **state)
{
	fake_free(f);
	return 0;
}

static void answer(const char *body)
{
	fake_script(f, OK, 0, body);
}

static void assert_posted(const char *url, const char *body)
{
	ASSERT_STR(f->method, "POST");
	ASSERT_STR(f->url, url);
	ASSERT_STR(f->type, "application/json; charset=utf-8");
	ASSERT_STR(f->body, body);
}

static void assert_got(const char *url)
{
	ASSERT_STR(f->method, "GET");
	ASSERT_STR(f->url, url);
	assert_true(str_is_nil(f->body));
}

#define STRS(...) ((struct strs){ (str[]){ __VA_ARGS__ }, sizeof((str[]){ __VA_ARGS__ }) / sizeof(str) })

static void follow_users_are_read(void **state)
{
	struct strs users;
	answer("{\"errcode\":0,\"follow_user\":[\"a\",7,\"b\"]}");
	assert_int_equal(wecom_staff_follow_users(&c, &users), OK);
	assert_got(API "externalcontact/get_follow_user_list?" TOKEN);
	assert_int_equal(users.n, 2);
	ASSERT_STR(users.v[1], "b");
	answer("{\"errcode\":0}");
	assert_int_equal(wecom_staff_follow_users(&c, &users), OK);
	assert_int_equal(users.n, 0);
}

static void members_are_read_leniently(void **state)
{
	struct wecom_member m;
	answer("{\"errcode\":0,\"userid\":\"advisor_a\",\"name\":\"阿鱼\",\"department\":[1,\"2\"],\"status\":\"1\","
	       "\"main_department\":2,\"extattr\":{}}");
	assert_int_equal(wecom_staff_get(&c, STR("advisor a&b"), &m), OK);
	assert_got(API "user/get?" TOKEN "&userid=advisor%20a%26b");
	ASSERT_STR(m.userid, "advisor_a");
	ASSERT_STR(m.name, "阿鱼");
	assert_int_equal(m.status, 1);
	assert_int_equal(m.departments.n, 2);
	assert_int_equal(m.departments.v[1], 2);
	assert_true(str_is_nil(m.avatar));

	struct wecom_members list;
	answer("{\"errcode\":0,\"userlist\":[{\"userid\":\"a\"},{\"userid\":\"b\",\"status\":5}]}");
	assert_int_equal(wecom_staff_list(&c, 3, &list), OK);
	assert_got(API "user/list?" TOKEN "&department_id=3");
	assert_int_equal(list.n, 2);
	assert_true(list.v[0].status == NIL);
	assert_int_equal(list.v[1].status, 5);
	assert_int_equal(wecom_staff_simplelist(&c, 1, &list), OK);
	assert_got(API "user/simplelist?" TOKEN "&department_id=1");
	assert_int_equal(list.n, 0);
	assert_int_equal(wecom_staff_get(&c, STR(""), &m), ERR_INPUT);
}

static void departments_are_read(void **state)
{
	struct wecom_departments d;
	answer("{\"errcode\":0,\"department\":[{\"id\":2,\"name\":\"门店3\",\"parentid\":1,\"order\":10,"
	       "\"department_leader\":[\"a\"]}]}");
	assert_int_equal(wecom_staff_departments(&c, NIL, &d), OK);
	assert_got(API "department/list?" TOKEN);
	assert_int_equal(d.n, 1);
	assert_int_equal(d.v[0].id, 2);
	assert_int_equal(d.v[0].parent, 1);
	ASSERT_STR(d.v[0].name, "门店3");
	ASSERT_STR(d.v[0].leaders.v[0], "a");
	assert_int_equal(wecom_staff_departments(&c, 4, &d), OK);
	assert_got(API "department/list?" TOKEN "&id=4");
}

static void a_member_without_customers_is_an_empty_list(void **state)
{
	struct strs ids;
	answer("{\"errcode\":0,\"external_userid\":[\"wm1\",\"wm2\"]}");
	assert_int_equal(wecom_customer_ids(&c, STR("a"), &ids), OK);
	assert_got(API "externalcontact/list?" TOKEN "&userid=a");
	assert_int_equal(ids.n, 2);
	answer("{\"errcode\":84061,\"errmsg\":\"not external contact\"}");
	assert_int_equal(wecom_customer_ids(&c, STR("a"), &ids), OK);
	assert_int_equal(ids.n, 0);
	assert_int_equal(c.action, WECOM_OK);
	answer("{\"errcode\":84083,\"errmsg\":\"x\"}");
	assert_int_equal(wecom_customer_ids(&c, STR("a"), &ids), ERR_STATE);
}

static void a_customer_is_read_with_follows_and_tags(void **state)
{
	struct wecom_customer cu;
	answer("{\"errcode\":0,\"external_contact\":{\"external_userid\":\"wmYT0001\",\"name\":\"阿鱼\",\"type\":1,"
	       "\"gender\":\"2\",\"unionid\":\"o1\"},\"follow_user\":[{\"userid\":\"advisor_a\",\"remark\":\"鱼\","
	       "\"createtime\":\"1700000100\",\"tags\":[{\"group_name\":\"来源\",\"tag_name\":\"门店扫码\","
	       "\"tag_id\":\"etYT001\",\"type\":1},{\"group_name\":\"自定义\",\"tag_name\":\"老乡\",\"type\":2}],"
	       "\"remark_mobiles\":[\"13900000001\"],\"oper_userid\":\"wmYT0001\",\"add_way\":777,\"state\":\"ch_1024\"},"
	       "{\"userid\":\"b\"}],\"next_cursor\":\"\"}");
	assert_int_equal(wecom_customer_get(&c, STR("wmYT0001"), STR_NIL, &cu), OK);
	assert_got(API "externalcontact/get?" TOKEN "&external_userid=wmYT0001");
	ASSERT_STR(cu.contact.name, "阿鱼");
	assert_int_equal(cu.contact.gender, 2);
	assert_int_equal(cu.follow_count, 2);
	assert_int_equal(cu.follows[0].created, 1700000100000);
	assert_int_equal(cu.follows[0].add_way, 777);
	ASSERT_STR(cu.follows[0].state, "ch_1024");
	assert_int_equal(cu.follows[0].tag_count, 2);
	ASSERT_STR(cu.follows[0].tags[0].tag_id, "etYT001");
	assert_true(str_is_nil(cu.follows[0].tags[1].tag_id));
	ASSERT_STR(cu.follows[0].remark_mobiles.v[0], "13900000001");
	assert_true(cu.follows[1].created == NIL);
	assert_true(str_is_nil(cu.next_cursor));
	answer("{\"errcode\":0,\"next_cursor\":\"n2\"}");
	assert_int_equal(wecom_customer_get(&c, STR("wm"), STR("c+1"), &cu), OK);
	assert_got(API "externalcontact/get?" TOKEN "&external_userid=wm&cursor=c%2B1");
	ASSERT_STR(cu.next_cursor, "n2");
	assert_int_equal(cu.follow_count, 0);
}

static void a_batch_has_one_follow_each_and_tag_ids_only(void **state)
{
	struct wecom_customer_page p;
	answer("{\"errcode\":0,\"external_contact_list\":[{\"external_contact\":{\"external_userid\":\"wm1\",\"type\":1},"
	       "\"follow_info\":{\"userid\":\"a\",\"createtime\":1700000100,\"tag_id\":[\"et1\",\"et2\"],\"add_way\":1}}],"
	       "\"next_cursor\":\"NEXT\",\"fail_info\":{\"unlicensed_userid_list\":[\"z\"]}}");
	assert_int_equal(wecom_customer_batch(&c, STRS(STR("a"), STR("z")), STR(""), 500, &p), OK);
	assert_posted(API "externalcontact/batch/get_by_user?" TOKEN,
		      "{\"userid_list\":[\"a\",\"z\"],\"cursor\":\"\",\"limit\":100}");
	assert_int_equal(p.n, 1);
	ASSERT_STR(p.v[0].contact.external_userid, "wm1");
	assert_int_equal(p.v[0].follow_count, 1);
	assert_int_equal(p.v[0].follows[0].tag_count, 2);
	ASSERT_STR(p.v[0].follows[0].tags[1].tag_id, "et2");
	ASSERT_STR(p.next_cursor, "NEXT");
	ASSERT_STR(p.unlicensed.v[0], "z");

	str many[WECOM_BATCH_USERS_MAX + 1];
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = STR("a");
	int calls = f->calls;
	assert_int_equal(wecom_customer_batch(&c, (struct strs){ many, WECOM_BATCH_USERS_MAX + 1 }, STR_NIL, 100, &p), ERR_INPUT);
	assert_int_equal(wecom_customer_batch(&c, (struct strs){ NULL, 0 }, STR_NIL, 100, &p), ERR_INPUT);
	assert_int_equal(f->calls, calls);
	assert_int_equal(wecom_customer_batch(&c, (struct strs){ many, WECOM_BATCH_USERS_MAX }, STR_NIL, 100, &p), OK);
}

static void a_remark_is_written_in_raw_utf8(void **state)
{
	struct wecom_remark r = { .userid = STR("a"), .external_userid = STR("wm1"), .remark = STR("阿\"鱼\"\n🐟"),
				  .clear_mobiles = true };
	assert_int_equal(wecom_customer_remark(&c, &r), OK);
	assert_posted(API "externalcontact/remark?" TOKEN,
		      "{\"userid\":\"a\",\"external_userid\":\"wm1\",\"remark\":\"阿\\\"鱼\\\"\\n🐟\",\"remark_mobiles\":[\"\"]}");
	r.remark = STR("一二三四五六七八九十一二三四五六七八九十");
	assert_int_equal(wecom_customer_remark(&c, &r), OK);
	r.remark = STR("一二三四五六七八九十一二三四五六七八九十一");
	assert_int_equal(wecom_customer_remark(&c, &r), ERR_INPUT);
	assert_string_equal(fail.field, "remark");
	assert_string_equal(fail.limit, "20");
}

static void tags_are_listed_added_and_changed(void **state)
{
	struct wecom_tag_groups groups;
	answer("{\"errcode\":0,\"tag_group\":[{\"group_id\":\"etG1\",\"group_name\":\"生命周期\",\"create_time\":1700000000,"
	       "\"order\":10,\"tag\":[{\"id\":\"etT1\",\"name\":\"成长\",\"create_time\":\"1700000000\",\"order\":2,\"deleted\":true}]}]}");
	assert_int_equal(wecom_tag_list(&c, (struct strs){ 0 }, (struct strs){ 0 }, &groups), OK);
	assert_posted(API "externalcontact/get_corp_tag_list?" TOKEN, "{}");
	assert_int_equal(groups.n, 1);
	ASSERT_STR(groups.v[0].name, "生命周期");
	ASSERT_STR(groups.v[0].tags[0].name, "成长");
	assert_int_equal(groups.v[0].tags[0].created, 1700000000000);
	assert_true(groups.v[0].tags[0].deleted);
	assert_int_equal(wecom_tag_list(&c, STRS(STR("et1")), STRS(STR("g1")), &groups), OK);
	assert_posted(API "externalcontact/get_corp_tag_list?" TOKEN, "{\"tag_id\":[\"et1\"],\"group_id\":[\"g1\"]}");

	struct wecom_tag_group made;
	i64 orders[] = { 2, 1 };
	struct wecom_tag_add add = { .group_name = STR("生命周期"), .order = 10, .names = STRS(STR("成长"), STR("休眠")),
				     .orders = { orders, 2 } };
	answer("{\"errcode\":0,\"tag_group\":{\"group_id\":\"etG1\",\"tag\":[{\"id\":\"etT1\",\"name\":\"成长\"}]}}");
	assert_int_equal(wecom_tag_add(&c, &add, &made), OK);
	assert_posted(API "externalcontact/add_corp_tag?" TOKEN,
		      "{\"group_name\":\"生命周期\",\"order\":10,\"tag\":[{\"name\":\"成长\",\"order\":2},{\"name\":\"休眠\",\"order\":1}]}");
	ASSERT_STR(made.id, "etG1");
	assert_int_equal(made.tag_count, 1);
	add = (struct wecom_tag_add){ .group_id = STR("etG1"), .order = NIL, .names = STRS(STR("x")) };
	assert_int_equal(wecom_tag_add(&c, &add, &made), OK);
	assert_posted(API "externalcontact/add_corp_tag?" TOKEN, "{\"group_id\":\"etG1\",\"tag\":[{\"name\":\"x\"}]}");

	assert_int_equal(wecom_tag_edit(&c, STR("etT1"), STR("新"), NIL), OK);
	assert_posted(API "externalcontact/edit_corp_tag?" TOKEN, "{\"id\":\"etT1\",\"name\":\"新\"}");
	assert_int_equal(wecom_tag_delete(&c, STRS(STR("etT1")), (struct strs){ 0 }), OK);
	assert_posted(API "externalcontact/del_corp_tag?" TOKEN, "{\"tag_id\":[\"etT1\"]}");
	assert_int_equal(wecom_tag_mark(&c, STR("a"), STR("wm1"), STRS(STR("et1")), STRS(STR("et2"), STR("et3"))), OK);
	assert_posted(API "externalcontact/mark_tag?" TOKEN,
		      "{\"userid\":\"a\",\"external_userid\":\"wm1\",\"add_tag\":[\"et1\"],\"remove_tag\":[\"et2\",\"et3\"]}");
}

static void tag_names_are_limited_in_characters(void **state)
{
	struct wecom_tag_group made;
	const char *thirty = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十";
	struct wecom_tag_add add = { .group_id = STR("g"), .order = NIL, .names = STRS(str_c(thirty)) };
	assert_int_equal(wecom_tag_add(&c, &add, &made), OK);
	add.names = STRS(arena_printf(f->arena, "%s一", thirty));
	assert_int_equal(wecom_tag_add(&c, &add, &made), ERR_INPUT);
	assert_string_equal(fail.field, "tag.name");
	add.names = STRS(STR(""));
	assert_int_equal(wecom_tag_add(&c, &add, &made), ERR_INPUT);
	assert_int_equal(wecom_tag_mark(&c, STR("a"), STR("wm"), (struct strs){ 0 }, (struct strs){ 0 }), ERR_INPUT);
	assert_int_equal(wecom_tag_delete(&c, (struct strs){ 0 }, (struct strs){ 0 }), ERR_INPUT);
	answer("{\"errcode\":40071,\"errmsg\":\"exists\"}");
	assert_int_equal(wecom_tag_edit(&c, STR("g"), STR("x"), 1), ERR_EXISTS);
}

static void contact_ways_are_made_read_and_replaced_whole(void **state)
{
	i64 party = 3;
	struct wecom_way way = { .type = WECOM_WAY_MULTIPLE, .scene = WECOM_WAY_QR, .style = NIL, .remark = STR("地铁广告A"),
				 .state = STR("ch_1024"), .skip_verify = true, .users = STRS(STR("a"), STR("b")),
				 .parties = { &party, 1 } };
	str id, qr;
	answer("{\"errcode\":0,\"config_id\":\"c0ffee\",\"qr_code\":\"https://qr.example/1\"}");
	assert_int_equal(wecom_way_add(&c, &way, &id, &qr), OK);
	assert_posted(API "externalcontact/add_contact_way?" TOKEN,
		      "{\"type\":2,\"scene\":2,\"remark\":\"地铁广告A\",\"skip_verify\":true,\"state\":\"ch_1024\","
		      "\"user\":[\"a\",\"b\"],\"party\":[3]}");
	ASSERT_STR(id, "c0ffee");
	ASSERT_STR(qr, "https://qr.example/1");
	answer("{\"errcode\":0}");
	assert_int_equal(wecom_way_add(&c, &way, &id, &qr), ERR_UNKNOWN);

	way.config_id = STR("c0ffee");
	way.parties.n = 0;
	assert_int_equal(wecom_way_update(&c, &way), OK);
	assert_posted(API "externalcontact/update_contact_way?" TOKEN,
		      "{\"config_id\":\"c0ffee\",\"remark\":\"地铁广告A\",\"skip_verify\":true,\"state\":\"ch_1024\","
		      "\"user\":[\"a\",\"b\"],\"party\":[]}");
	struct wecom_way got;
	answer("{\"errcode\":0,\"contact_way\":{\"config_id\":\"c0ffee\",\"type\":2,\"scene\":2,\"skip_verify\":false,"
	       "\"state\":\"s\",\"user\":[\"a\"],\"party\":[3],\"qr_code\":\"u\"}}");
	assert_int_equal(wecom_way_get(&c, STR("c0ffee"), &got), OK);
	assert_posted(API "externalcontact/get_contact_way?" TOKEN, "{\"config_id\":\"c0ffee\"}");
	assert_false(got.skip_verify);
	assert_int_equal(got.parties.v[0], 3);
	ASSERT_STR(got.users.v[0], "a");
	assert_int_equal(wecom_way_delete(&c, STR("c0ffee")), OK);
	assert_posted(API "externalcontact/del_contact_way?" TOKEN, "{\"config_id\":\"c0ffee\"}");
	struct wecom_way_page page;
	answer("{\"errcode\":0,\"contact_way\":[{\"config_id\":\"x\"},{\"config_id\":\"y\"}],\"next_cursor\":\"n\"}");
	assert_int_equal(wecom_way_list(&c, NIL, 1700000000000, STR_NIL, &page), OK);
	assert_posted(API "externalcontact/list_contact_way?" TOKEN, "{\"end_time\":1700000000,\"limit\":1000}");
	assert_int_equal(page.config_ids.n, 2);
	ASSERT_STR(page.next_cursor, "n");
}

static void contact_ways_outside_the_limits_are_not_sent(void **state)
{
	str users[WECOM_WAY_USERS_MAX + 1], id, qr;
	for (size_t i = 0; i < ARRAY_LEN(users); i++)
		users[i] = STR("a");
	struct wecom_way way = { .type = WECOM_WAY_SINGLE, .scene = WECOM_WAY_QR, .users = { users, 2 } };
	assert_int_equal(wecom_way_add(&c, &way, &id, &qr), ERR_INPUT);
	way.users.n = 0;
	assert_int_equal(wecom_way_add(&c, &way, &id, &qr), ERR_INPUT);
	way.type = WECOM_WAY_MULTIPLE;
	way.users.n = WECOM_WAY_USERS_MAX + 1;
	assert_int_equal(wecom_way_add(&c, &way, &id, &qr), ERR_INPUT);
	way.users.n = WECOM_WAY_USERS_MAX;
	way.state = STR("0123456789012345678901234567890");
	assert_int_equal(wecom_way_add(&c, &way, &id, &qr), ERR_INPUT);
	assert_string_equal(fail.field, "state");
	assert_int_equal(f->calls, 0);
	way.state = STR("012345678901234567890123456789");
	answer("{\"errcode\":0,\"config_id\":\"c\"}");
	assert_int_equal(wecom_way_add(&c, &way, &id, &qr), OK);
	assert_true(str_is_nil(qr));
}

static void media_goes_up_as_one_part(void **state)
{
	struct wecom_upload up = { STR("鱼.png"), STR("image/png"), STR("\x89PNG\r\n\0x") };
	str id;
	ms until;
	answer("{\"errcode\":0,\"type\":\"image\",\"media_id\":\"M1\",\"created_at\":\"1700000000\"}");
	assert_int_equal(wecom_media_upload(&c, WECOM_MEDIA_IMAGE, &up, &id, &until), OK);
	ASSERT_STR(f->url, API "media/upload?" TOKEN "&type=image");
	ASSERT_STR(id, "M1");
	assert_int_equal(until, 1700000000000 + 3 * MS_DAY);
	str head = STR("multipart/form-data; boundary=");
	assert_true(str_starts(f->type, head));
	str boundary = str_sub(f->type, head.n, f->type.n);
	str body = arena_printf(f->arena, "--%.*s\r\nContent-Disposition: form-data; name=\"media\"; filename=\"鱼.png\"; "
					  "filelength=8\r\nContent-Type: image/png\r\n\r\n", STR_F(boundary));
	assert_true(str_starts(f->body, body));
	assert_memory_equal(f->body.p + body.n, up.bytes.p, up.bytes.n);
	ASSERT_STR(str_sub(f->body, body.n + up.bytes.n, f->body.n),
		   arena_cstr(f->arena, arena_printf(f->arena, "\r\n--%.*s--\r\n", STR_F(boundary))));
	str url;
	answer("{\"errcode\":0,\"url\":\"https://p.example/1\"}");
	assert_int_equal(wecom_media_uploadimg(&c, &up, &url), OK);
	ASSERT_STR(url, "https://p.example/1");
	ASSERT_STR(f->url, API "media/uploadimg?" TOKEN);
}

static void media_of_wrong_size_or_name_is_not_sent(void **state)
{
	char *bytes = arena_alloc(f->arena, WECOM_UPLOADIMG_MAX + 1);
	struct wecom_upload up = { STR("a.png"), STR_NIL, str_of(bytes, WECOM_UPLOADIMG_MAX + 1) };
	str url, id;
	ms until;
	assert_int_equal(wecom_media_uploadimg(&c, &up, &url), ERR_INPUT);
	up.bytes.n = WECOM_MEDIA_BYTES_MIN - 1;
	assert_int_equal(wecom_media_uploadimg(&c, &up, &url), ERR_INPUT);
	up.bytes.n = WECOM_MEDIA_VOICE_MAX + 1;
	assert_int_equal(wecom_media_upload(&c, WECOM_MEDIA_VOICE, &up, &id, &until), ERR_INPUT);
	const str names[] = { STR(""), STR("a\"b"), STR("../a"), STR("a\r\nb"), STR("c:a"), STR("a\\b") };
	up.bytes.n = WECOM_MEDIA_BYTES_MIN;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		up.filename = names[i];
		assert_int_equal(wecom_media_uploadimg(&c, &up, &url), ERR_INPUT);
	}
	up.filename = STR("a.png");
	up.content_type = STR("image/png\r\nX: y");
	assert_int_equal(wecom_media_uploadimg(&c, &up, &url), ERR_INPUT);
	assert_int_equal(f->calls, 0);
	up.content_type = STR_NIL;
	answer("{\"errcode\":0,\"url\":\"u\"}");
	assert_int_equal(wecom_media_uploadimg(&c, &up, &url), OK);
	up.bytes.n = WECOM_UPLOADIMG_MAX;
	answer("{\"errcode\":0,\"url\":\"u\"}");
	assert_int_equal(wecom_media_uploadimg(&c, &up, &url), OK);
}

static void behavior_figures_are_read(void **state)
{
	struct wecom_behaviors b;
	answer("{\"errcode\":0,\"behavior_data\":[{\"stat_time\":1699977600,\"new_apply_cnt\":3,\"new_contact_cnt\":\"2\","
	       "\"chat_cnt\":1,\"message_cnt\":9,\"reply_percentage\":60.25,\"avg_reply_time\":1,\"negative_feedback_cnt\":1},"
	       "{\"stat_time\":1700064000}]}");
	ms from = FAKE_START - 10 * MS_DAY;
	assert_int_equal(wecom_stat_behavior(&c, STRS(STR("a")), (struct ids){ 0 }, from, from + WECOM_STAT_SPAN_MS, &b), OK);
	assert_posted(API "externalcontact/get_user_behavior_data?" TOKEN,
		      "{\"userid\":[\"a\"],\"start_time\":1699136000,\"end_time\":1701728000}");
	assert_int_equal(b.n, 2);
	assert_int_equal(b.v[0].day, 1699977600000);
	assert_int_equal(b.v[0].new_contact, 2);
	assert_true(b.v[0].reply_percentage == 60.25);
	assert_true(b.v[1].avg_reply_minutes == NIL);
	assert_int_equal(wecom_stat_behavior(&c, STRS(STR("a")), (struct ids){ 0 }, from, from + WECOM_STAT_SPAN_MS + 1, &b), ERR_INPUT);
	from = FAKE_START - WECOM_STAT_BACK_MS;
	assert_int_equal(wecom_stat_behavior(&c, STRS(STR("a")), (struct ids){ 0 }, from, from, &b), OK);
	assert_int_equal(wecom_stat_behavior(&c, STRS(STR("a")), (struct ids){ 0 }, from - 1, from, &b), ERR_INPUT);
	assert_int_equal(wecom_stat_behavior(&c, (struct strs){ 0 }, (struct ids){ 0 }, from, from, &b), ERR_INPUT);
}

static void login_addresses_and_codes(void **state)
{
	ASSERT_STR(wecom_oauth_url(f->arena, STR_NIL, &fake_app, STR("https://s.example/h5?a=1&b=2"), STR("st1")),
		   "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww1&redirect_uri=https%3A%2F%2Fs.example%2Fh5%3Fa%3D1"
		   "%26b%3D2&response_type=code&scope=snsapi_base&state=st1&agentid=1000002#wechat_redirect");
	ASSERT_STR(wecom_oauth_login_url(f->arena, STR("http://sim"), &fake_app, STR("https://s.example"), STR("st1")),
		   "http://sim/wwlogin/sso/login?login_type=CorpApp&appid=ww1&agentid=1000002&redirect_uri=https%3A%2F%2Fs.example&state=st1");
	struct wecom_visitor v;
	answer("{\"errcode\":0,\"openid\":\"o1\",\"external_userid\":\"wm1\"}");
	assert_int_equal(wecom_oauth_user(&c, STR("CODE"), &v), OK);
	assert_got(API "auth/getuserinfo?" TOKEN "&code=CODE");
	ASSERT_STR(v.external_userid, "wm1");
	assert_true(str_is_nil(v.userid));
	answer("{\"errcode\":0,\"UserId\":\"a\"}");
	assert_int_equal(wecom_oauth_user(&c, STR("CODE"), &v), OK);
	ASSERT_STR(v.userid, "a");
	assert_true(str_is_nil(v.openid));
	answer("{\"errcode\":40029,\"errmsg\":\"invalid code\"}");
	assert_int_equal(wecom_oauth_user(&c, STR("CODE"), &v), ERR_LOGIN);
	char *code = arena_alloc(f->arena, WECOM_OAUTH_CODE_BYTES_MAX + 1);
	memset(code, 'c', WECOM_OAUTH_CODE_BYTES_MAX + 1);
	assert_int_equal(wecom_oauth_user(&c, str_of(code, WECOM_OAUTH_CODE_BYTES_MAX), &v), OK);
	assert_int_equal(wecom_oauth_user(&c, str_of(code, WECOM_OAUTH_CODE_BYTES_MAX + 1), &v), ERR_INPUT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(follow_users_are_read),
		TEST(members_are_read_leniently),
		TEST(departments_are_read),
		TEST(a_member_without_customers_is_an_empty_list),
		TEST(a_customer_is_read_with_follows_and_tags),
		TEST(a_batch_has_one_follow_each_and_tag_ids_only),
		TEST(a_remark_is_written_in_raw_utf8),
		TEST(tags_are_listed_added_and_changed),
		TEST(tag_names_are_limited_in_characters),
		TEST(contact_ways_are_made_read_and_replaced_whole),
		TEST(contact_ways_outside_the_limits_are_not_sent),
		TEST(media_goes_up_as_one_part),
		TEST(media_of_wrong_size_or_name_is_not_sent),
		TEST(behavior_figures_are_read),
		TEST(login_addresses_and_codes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

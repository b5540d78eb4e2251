/*
 * The edges of Moments: what may be said, more members and people than a run takes, quiet hours, merged persons, a
 * planning that broke off, and who may do what.
 */
#include "feature/moment/test_moment.h"

#include "core/staff/todo.h"

/* ---- edges of what may be said ---- */

static str times(struct world *w, const char *what, size_t n)
{
	struct buf b = buf_new(w->t->arena, BUF_MAX_DEFAULT);
	for (size_t i = 0; i < n; i++)
		buf_add_c(&b, what);
	return buf_str(&b);
}

static int with_content(struct world *w, str content)
{
	return asks(owner(w), "POST", STR(MOMENTS "/preview"), NULL, "{\"expr\":\"friend\",\"versions\":[{\"name\":\"甲\",\"content\":%.*s}]}", STR_F(content));
}

static i64 upload(struct world *w, const char *kind, const char *bytes, int status)
{
	const struct json *v = NULL;
	assert_int_equal(asks(owner(w), "POST", arena_printf(w->t->arena, "/api/v1/moment-media?kind=%s", kind), &v, "%s", bytes), status);
	return status == 201 ? id_of(v) : 0;
}

static void what_may_be_said_is_held_to_wecoms_limits(void **state)
{
	struct world *w = *state;
	struct arena *a = w->t->arena;
	crowd_new(w);
	assert_int_equal(with_content(w, arena_printf(a, "{\"text\":\"%.*s\"}", STR_F(times(w, "鱼", WECOM_MOMENT_TEXT_CHARS_MAX)))), 200);
	assert_int_equal(with_content(w, arena_printf(a, "{\"text\":\"%.*s\"}", STR_F(times(w, "鱼", WECOM_MOMENT_TEXT_CHARS_MAX + 1)))), 422);
	assert_int_equal(with_content(w, STR("{}")), 422);
	assert_int_equal(with_content(w, STR("{\"images\":[\"12345\"]}")), 422); /* nobody uploaded it */
	upload(w, "image", "no picture", 422);
	upload(w, "video", "no video at all", 422);
	i64 image = upload(w, "image", "\xff\xd8\xff\xe0picture", 201);
	str one = arena_printf(a, "\"%lld\",", (long long)image), nine = times(w, arena_cstr(a, one), 9), ten = times(w, arena_cstr(a, one), 10);
	assert_int_equal(with_content(w, arena_printf(a, "{\"images\":[%.*s]}", (int)nine.n - 1, nine.p)), 200);
	assert_int_equal(with_content(w, arena_printf(a, "{\"images\":[%.*s]}", (int)ten.n - 1, ten.p)), 422);
	const char *link = "{\"link\":{\"title\":\"%.*s\",\"url\":\"%s\",\"cover\":\"%lld\"}%s}";
	str title = times(w, "x", WECOM_MOMENT_LINK_TITLE_BYTES_MAX), longer = times(w, "x", WECOM_MOMENT_LINK_TITLE_BYTES_MAX + 1);
	assert_int_equal(with_content(w, arena_printf(a, link, STR_F(title), "https://s.example/a", (long long)image, "")), 200);
	assert_int_equal(with_content(w, arena_printf(a, link, STR_F(longer), "https://s.example/a", (long long)image, "")), 422);
	assert_int_equal(with_content(w, arena_printf(a, link, STR_F(title), "javascript:1", (long long)image, "")), 422);
	str both = arena_printf(a, ",\"images\":[\"%lld\"]", (long long)image);
	assert_int_equal(with_content(w, arena_printf(a, link, STR_F(title), "https://s.example/a", (long long)image, arena_cstr(a, both))), 422);
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	for (int n = 0; n <= MOMENT_VERSIONS_MAX; n++)
		buf_fmt(&b, "%s{\"name\":\"v%d\",\"expr\":\"friend\",\"content\":{\"text\":\"a\"}}", n ? "," : "", n);
	str more = buf_str(&b), fits = str_sub(more, 0, more.n - strlen(",{\"name\":\"v9\",\"expr\":\"friend\",\"content\":{\"text\":\"a\"}}"));
	for (int k = 0; k < 2; k++)
		assert_int_equal(asks(owner(w), "POST", STR(MOMENTS "/preview"), NULL, "{\"expr\":\"friend\",\"versions\":[%.*s]}", STR_F(k ? more : fits)), k ? 422 : 200);
	/* whoever is left stands last */
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS "/preview"), NULL, "{\"expr\":\"friend\",\"versions\":[{\"name\":\"a\",\"content\":{\"text\":\"a\"}},"
			      "{\"name\":\"b\",\"expr\":\"friend\",\"content\":{\"text\":\"b\"}}]}"), 422);
}

static void pictures_go_with_it(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	i64 image = upload(w, "image", "\xff\xd8\xff\xe0picture", 201);
	str versions = arena_printf(w->t->arena, "[{\"name\":\"甲\",\"content\":{\"text\":\"看图\",\"images\":[\"%lld\",\"%lld\"]}}]", (long long)image, (long long)image);
	fault(w, "media/upload_attachment", "errcode", -1, 1);
	i64 id = plan(w, "friend", arena_cstr(w->t->arena, versions));
	live(w, 2 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "created"));
	assert_int_equal(effects(w, "add_moment_task", "\"image\""), 1);
	struct asking *b = owner(w);
	assert_int_equal(asks(b, "GET", arena_printf(w->t->arena, "/api/v1/moment-media/%lld", (long long)image), NULL, "%s", ""), 200);
	assert_true(str_has(b->reply.body, STR("picture")));
	fault(w, "media/upload_attachment", "errcode", 41080, 1);
	live(w, MS_DAY);
	id = plan(w, "friend", arena_cstr(w->t->arena, versions));
	live(w, 2 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "failed"));
}

/* WeCom takes pictures of 10 MB, and so do we, to the byte. */
static void a_picture_may_be_as_large_as_wecom_takes_it(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	char *bytes = malloc(MOMENT_UPLOAD_MAX + 2);
	memset(bytes, 'x', MOMENT_UPLOAD_MAX + 1);
	bytes[MOMENT_UPLOAD_MAX + 1] = 0;
	memcpy(bytes, "\xff\xd8\xff\xe0", 4);
	assert_int_equal(MOMENT_UPLOAD_MAX, WECOM_MEDIA_IMAGE_MAX);
	assert_true(MOMENT_UPLOAD_MAX + (1 << 20) <= HTTP_BODY_MAX); /* with the form around it */
	upload(w, "image", bytes, 413);
	bytes[MOMENT_UPLOAD_MAX] = 0;
	i64 image = upload(w, "image", bytes, 201);
	free(bytes);
	str versions = arena_printf(w->t->arena, "[{\"name\":\"甲\",\"content\":{\"images\":[\"%lld\"]}}]", (long long)image);
	i64 id = plan(w, "friend", arena_cstr(w->t->arena, versions));
	live(w, 2 * MS_MINUTE);
	assert_true(state_is(w, id, 1, "created"));
}

static void never_more_people_than_were_confirmed(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	const struct json *v = NULL;
	assert_int_equal(try_make(w, "friend", ONE("friend"), 5, &v), 409);
	assert_int_equal(try_make(w, "friend", ONE("friend"), 6, &v), 202);
	assert_int_equal(figure(w, id_of(v), 0, "planned"), 6);
}

/* ---- people ---- */

static err row_in(struct tx *tx, i64 plan_id, i64 her, i64 staff, str xid)
{
	struct moment_person row;
	record_init(&moment_person_record, &row);
	row = (struct moment_person){ plan_id, her, 1, staff, xid, STR("planned"), STR_NIL, NIL, NIL, NIL };
	return moment_person_add(tx, &row);
}

/* A step of planning that broke off has written somebody: she is counted, and nobody gets two. */
static void planning_that_broke_off_goes_on_where_it_was(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	const struct json *v = NULL;
	i64 her = person_of(w, c.who[5]);
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS), &v, "{\"name\":\"上新\",\"expr\":\"friend\",\"versions\":%s,\"confirm_count\":6}", THREE), 202);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), row_in(tx, id_of(v), her, staff_id(w, "xiaqing"), c.who[5])), OK);
	live(w, MS_MINUTE);
	assert_int_equal(figure(w, id_of(v), 0, "planned"), 6);
	assert_int_equal(figure(w, id_of(v), 1, "planned"), 4); /* where she had been put first */
	assert_int_equal(figure(w, id_of(v), 3, "planned"), 1);
	assert_int_equal(tags_on(w, c.who[5]), 1);
}

static err refuse_in(struct tx *tx, i64 her) { return reach_refuse(tx, her, "wecom", STR("console"), false); }

static void who_is_left_out_is_listed_with_the_reason(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	const struct json *v = NULL;
	i64 no = person_of(w, c.who[2]);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, no), refuse_in(tx, no)), OK);
	settle(w);
	v = json_get(preview(w, "friend", THREE), "excluded"); /* before */
	assert_int_equal(reason(v, 2, "refused"), 1);
	i64 id = plan(w, "friend", THREE);
	assert_int_equal(reason(json_get(shown(w, id), "reasons"), 2, "refused"), 1); /* and after */
	assert_true(state_is(w, id, 2, "empty"));
	assert_int_equal(asks(owner(w), "GET", arena_printf(w->t->arena, MOMENTS "/%lld/people?figure=excluded", (long long)id), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	v = json_get(preview(w, "friend", THREE), "excluded"); /* the others have their Moment of the day */
	assert_int_equal(reason(v, 1, "cap_day") + reason(v, 3, "cap_day"), 5);
}

/* Two of different versions turn out to be one person: she keeps the one of her root. */
static void who_become_one_person_see_one_version(void **state)
{
	struct world *w = *state;
	struct crowd c = crowd_new(w);
	const struct json *v = NULL;
	i64 root = 0;
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS), &v, "{\"name\":\"上新\",\"expr\":\"friend\",\"versions\":%s,\"confirm_count\":6,\"start_ms\":%lld}", THREE,
			      (long long)(now(w) + MS_HOUR)), 202);
	live(w, MS_MINUTE);
	assert_int_equal(customer_merge(&w->cx.unit, person_of(w, c.who[0]), person_of(w, c.who[2]), "manual", &root), OK);
	live(w, MS_HOUR + MS_MINUTE);
	assert_int_equal(tags_on(w, c.who[0]) + tags_on(w, c.who[2]), 1);
	assert_int_equal(reason(json_get(shown(w, id_of(v)), "reasons"), 1, "twin") + reason(json_get(shown(w, id_of(v)), "reasons"), 2, "twin"), 1);
}

/* More people and members than a run takes. */
static void many_are_tagged_and_read_in_turns(void **state)
{
	struct world *w = *state;
	enum { MEMBERS = MOMENT_SENDERS_A_RUN + 1 };
	for (int i = 0; i < MEMBERS; i++)
		sim_say(w, "/sim/staff", "{\"userid\":\"extra%d\"}", i);
	assert_int_equal(staff_sync(&w->cx), OK);
	settle(w);
	for (int i = 0; i < MEMBERS; i++)
		befriend(w, arena_cstr(w->t->arena, arena_printf(w->t->arena, "extra%d", i)), 1);
	i64 id = plan(w, "friend", ONE("friend"));
	live(w, MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "tagged"), MEMBERS);
	assert_int_equal(effects(w, "mark_tag", "\"kind\""), MEMBERS);
	post_as(w, id, 1, "");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(figure(w, id, 1, "visible"), MEMBERS);
	assert_int_equal(figure(w, id, 1, "posted"), MEMBERS);
}

static void posting_ends_before_quiet_hours_and_begins_after_them(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	ms midnight = MORNING - 10 * MS_HOUR; /* of the corp's day */
	live_until(w, midnight + 20 * MS_HOUR);
	const struct json *v = preview(w, "friend", THREE);
	assert_int_equal(json_i64(v, "starts_ms", 0), now(w));
	assert_int_equal(json_i64(v, "deadline_ms", 0), midnight + 21 * MS_HOUR);
	live_until(w, midnight + 22 * MS_HOUR);
	v = preview(w, "friend", THREE);
	assert_int_equal(json_i64(v, "starts_ms", 0), midnight + MS_DAY + 9 * MS_HOUR);
	assert_int_equal(json_i64(v, "deadline_ms", 0), midnight + MS_DAY + 13 * MS_HOUR);
	i64 id = plan(w, "friend", ONE("friend"));
	live(w, 8 * MS_HOUR);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 0);
	assert_int_equal(figure(w, id, 1, "tagged"), 6); /* a tag speaks to nobody */
	live(w, 4 * MS_HOUR);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 1);
	for (int k = 0; k < 2; k++)
		assert_int_equal(asks(owner(w), "POST", STR(MOMENTS "/preview"), NULL, "{\"expr\":\"friend\",\"versions\":%s,\"start_ms\":%lld}", THREE,
				      (long long)(now(w) + MOMENT_AHEAD_MS + k)), k ? 422 : 200);
}

static void without_room_for_a_tag_it_fails_and_says_so(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	fault(w, "externalcontact/add_corp_tag", "errcode", 40126, 1);
	i64 id = plan(w, "friend", ONE("friend"));
	live(w, 50 * MS_MINUTE);
	assert_true(state_is(w, id, 0, "failed"));
	assert_true(str_eq_c(json_str(part(w, id, 1), "code"), "tag_not_made"));
	assert_int_equal(figure(w, id, 1, "unreached"), 6);
	assert_int_equal(effects(w, "add_moment_task", "\"kind\""), 0);
	assert_int_equal(json_i64(preview(w, "friend", ONE("friend")), "total", 0), 6);
}

static i64 todos_of(struct world *w, const char *userid)
{
	struct todo_list list = { 0 };
	assert_int_equal(moment_todos(&w->cx, staff_id(w, userid), &list), OK);
	return list.v.n ? list.v.v[0].count : 0;
}

static void what_a_member_has_to_post_stands_on_his_page(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	i64 id = plan(w, "friend", THREE);
	live(w, MS_MINUTE);
	assert_int_equal(todos_of(w, "linna"), 3);
	post_as(w, id, 1, "linna");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(todos_of(w, "linna"), 2);
	live(w, 4 * MS_HOUR);
	assert_int_equal(todos_of(w, "linna"), 0);
}

/* ---- who may do what ---- */

static void a_technical_tag_in_use_is_not_removed_by_hand(void **state)
{
	struct world *w = *state;
	crowd_new(w);
	i64 id = plan(w, "friend", ONE("friend"));
	live(w, MS_MINUTE);
	struct tag t;
	i64 tag = version(w, id, 1).tag;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_get(snap, tag, &t)), OK);
	assert_int_equal(asks(owner(w), "DELETE", arena_printf(w->t->arena, "/api/v1/tags/%lld", (long long)tag), NULL, "%s", ""), 409);
	sim_say(w, "/sim/tag_delete", "{\"id\":\"%.*s\"}", STR_F(t.wecom_id)); /* in WeCom's own console it can be */
	post_as(w, id, 1, "");
	live(w, 5 * MS_HOUR);
	assert_true(state_is(w, id, 0, "closed")); /* whom it was for stays as it was asked */
	assert_int_equal(figure(w, id, 1, "visible"), 6);
}

static void another_corp_and_who_may_only_look(void **state)
{
	struct world *w = *state;
	struct corp_new in = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	struct asking boss = asking_new(w);
	i64 id, image, other = 0, corp = w->corp;
	const struct json *v = NULL;
	crowd_new(w);
	id = plan(w, "friend", ONE("friend"));
	image = upload(w, "image", "\xff\xd8\xff\xe0picture", 201);
	live(w, MS_MINUTE);
	w->cx.unit.corp = 0;
	assert_int_equal(corp_create(&w->cx, &in, &other), OK);
	w->cx.unit.corp = corp;
	w->corp = other;
	static const char *const gets[] = { "", "/senders", "/people?figure=planned" };
	for (size_t i = 0; i < ARRAY_LEN(gets); i++)
		assert_int_equal(asks(&boss, "GET", arena_printf(w->t->arena, MOMENTS "/%lld%s", (long long)id, gets[i]), NULL, "%s", ""), 404);
	assert_int_equal(asks(&boss, "POST", arena_printf(w->t->arena, MOMENTS "/%lld/cancel", (long long)id), NULL, "%s", ""), 404);
	assert_int_equal(asks(&boss, "POST", arena_printf(w->t->arena, MOMENTS "/%lld/remind", (long long)id), NULL, "{\"staff_id\":\"1\"}"), 404);
	assert_int_equal(asks(&boss, "GET", arena_printf(w->t->arena, "/api/v1/moment-media/%lld", (long long)image), NULL, "%s", ""), 404);
	assert_int_equal(asks(&boss, "GET", STR(MOMENTS), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 0);
	assert_int_equal(with_content(w, arena_printf(w->t->arena, "{\"images\":[\"%lld\"]}", (long long)image)), 422);
	w->corp = corp;
	struct asking looker = asking_role(w, "linna", "readonly");
	assert_int_equal(asks(&looker, "GET", arena_printf(w->t->arena, MOMENTS "/%lld", (long long)id), NULL, "%s", ""), 200);
	assert_int_equal(asks(&looker, "POST", arena_printf(w->t->arena, MOMENTS "/%lld/cancel", (long long)id), NULL, "%s", ""), 403);
	assert_int_equal(asks(&looker, "POST", STR(MOMENTS "/preview"), NULL, "{\"expr\":\"friend\",\"versions\":%s}", THREE), 403);
	assert_true(state_is(w, id, 1, "created"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_may_be_said_is_held_to_wecoms_limits), T(pictures_go_with_it), T(a_picture_may_be_as_large_as_wecom_takes_it), T(never_more_people_than_were_confirmed),
		T(planning_that_broke_off_goes_on_where_it_was), T8(planning_that_broke_off_goes_on_where_it_was),
		T(who_is_left_out_is_listed_with_the_reason), T(who_become_one_person_see_one_version), T8(who_become_one_person_see_one_version),
		T(many_are_tagged_and_read_in_turns), T8(many_are_tagged_and_read_in_turns),
		T(posting_ends_before_quiet_hours_and_begins_after_them), T(a_technical_tag_in_use_is_not_removed_by_hand),
		T(another_corp_and_who_may_only_look), T(without_room_for_a_tag_it_fails_and_says_so), T(what_a_member_has_to_post_stands_on_his_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

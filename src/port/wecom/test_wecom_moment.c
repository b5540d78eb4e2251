/* Moments: requests byte for byte, limits at their edge, answers as they come. */
#include "port/wecom/test_wecom_fake.h"
#include "port/wecom/wecom_limits.h"
#include "port/wecom/wecom_media.h"
#include "port/wecom/wecom_moment.h"

#define API "http://wecom.test/cgi-bin/externalcontact/"
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

static void answer(const char *body) { fake_script(f, OK, 0, body); }

static void a_task_names_its_people_by_tags_and_members(void **state)
{
	struct wecom_attachment image = { .part = WECOM_IMAGE, .media_id = STR("ATT1") };
	str user = STR("advisor_a"), tag = STR("etT1"), jobid;
	struct wecom_moment in = { { STR("新品到货"), &image, 1 }, { &user, 1 }, { &tag, 1 } };
	answer("{\"errcode\":0,\"errmsg\":\"ok\",\"jobid\":\"jobYT1\"}");
	assert_int_equal(wecom_moment_add(&c, &in, &jobid), OK);
	ASSERT_STR(f->url, API "add_moment_task?" TOKEN);
	ASSERT_STR(f->body, "{\"text\":{\"content\":\"新品到货\"},\"attachments\":[{\"msgtype\":\"image\",\"image\":{\"media_id\":\"ATT1\"}}],"
			    "\"visible_range\":{\"sender_list\":{\"user_list\":[\"advisor_a\"]},\"external_contact_list\":{\"tag_list\":[\"etT1\"]}}}");
	ASSERT_STR(jobid, "jobYT1");
	answer("{\"errcode\":0,\"errmsg\":\"ok\"}"); /* made, but nobody knows which */
	assert_int_equal(wecom_moment_add(&c, &in, &jobid), ERR_UNKNOWN);
}

static void who_posts_is_limited_to_a_hundred_thousand(void **state)
{
	str *users = ARENA_ARRAY(f->arena, str, WECOM_MOMENT_SENDERS_MAX + 1), jobid;
	for (size_t i = 0; i <= WECOM_MOMENT_SENDERS_MAX; i++)
		users[i] = STR("a");
	struct wecom_moment in = { { .text = STR("x") }, { users, WECOM_MOMENT_SENDERS_MAX }, { 0 } };
	answer("{\"errcode\":0,\"jobid\":\"j\"}");
	assert_int_equal(wecom_moment_add(&c, &in, &jobid), OK);
	in.userids.n++;
	assert_int_equal(wecom_moment_add(&c, &in, &jobid), ERR_INPUT);
}

static void ten_tasks_a_minute_and_no_more(void **state)
{
	struct wecom_moment in = { { .text = STR("x") }, { 0 }, { 0 } };
	str jobid;
	for (int i = 0; i < 10; i++) {
		f->scripted = f->next = 0; /* the script is short */
		answer("{\"errcode\":0,\"jobid\":\"j\"}");
		assert_int_equal(wecom_moment_add(&c, &in, &jobid), OK);
	}
	assert_int_equal(wecom_moment_add(&c, &in, &jobid), ERR_TOO_MANY);
	assert_true(c.retry_at != NIL);
}

static void nine_pictures_or_one_other_thing(void **state)
{
	struct wecom_attachment v[10];
	for (int i = 0; i < 10; i++)
		v[i] = (struct wecom_attachment){ .part = WECOM_IMAGE, .media_id = STR("M") };
	assert_int_equal(wecom_moment_check(&(struct wecom_content){ STR_NIL, v, 9 }, f->arena, &fail), OK);
	assert_int_equal(wecom_moment_check(&(struct wecom_content){ STR_NIL, v, 10 }, f->arena, &fail), ERR_INPUT);
	v[0].part = WECOM_VIDEO;
	assert_int_equal(wecom_moment_check(&(struct wecom_content){ STR_NIL, v, 1 }, f->arena, &fail), OK);
	assert_int_equal(wecom_moment_check(&(struct wecom_content){ STR_NIL, v, 2 }, f->arena, &fail), ERR_INPUT);
	v[0].part = WECOM_FILE;
	assert_int_equal(wecom_moment_check(&(struct wecom_content){ STR_NIL, v, 1 }, f->arena, &fail), ERR_INPUT);
	assert_int_equal(wecom_moment_check(&(struct wecom_content){ STR_NIL, NULL, 0 }, f->arena, &fail), ERR_INPUT);
}

static void a_job_is_started_running_or_finished(void **state)
{
	struct wecom_moment_job job;
	answer("{\"errcode\":0,\"status\":2,\"type\":\"add_moment_task\"}");
	assert_int_equal(wecom_moment_job(&c, STR("j1"), &job), OK);
	assert_false(job.finished);
	assert_true(str_has(f->url, STR("get_moment_task_result?")) && str_has(f->url, STR("jobid=j1")));
	answer("{\"errcode\":0,\"status\":3,\"result\":{\"errcode\":0,\"moment_id\":\"mom1\",\"invalid_sender_list\":{\"user_list\":[\"zoe\"]},"
	       "\"invalid_external_contact_list\":{\"tag_list\":[\"etX\"]}}}");
	assert_int_equal(wecom_moment_job(&c, STR("j1"), &job), OK);
	assert_true(job.finished && job.bad_userids.n == 1 && job.bad_tags.n == 1);
	ASSERT_STR(job.moment_id, "mom1");
	answer("{\"errcode\":0,\"status\":3,\"result\":{\"errcode\":41080}}");
	assert_int_equal(wecom_moment_job(&c, STR("j1"), &job), OK);
	assert_int_equal(job.errcode, 41080);
	answer("{\"errcode\":0,\"status\":3,\"result\":{\"errcode\":0}}"); /* finished without a name: asked again */
	assert_int_equal(wecom_moment_job(&c, STR("j1"), &job), ERR_UPSTREAM);
}

static void lists_are_read_leniently(void **state)
{
	struct wecom_moment_query q = { .from = 1000, .to = 2000, .creator = STR_NIL, .cursor = STR_NIL };
	struct wecom_moment_page page;
	struct wecom_moment_reactions got;
	struct wecom_moment_people people;
	answer("{\"errcode\":0,\"moment_list\":[{\"moment_id\":\"m\",\"create_time\":\"1605000000\",\"create_type\":0,\"text\":{\"content\":\"t\"},"
	       "\"image\":[{\"media_id\":\"a\"},{\"media_id\":\"b\"}]},{\"moment_id\":\"n\",\"create_time\":1605000000}],\"next_cursor\":\"\"}");
	assert_int_equal(wecom_moment_list(&c, &q, &page), OK);
	assert_int_equal(page.n, 2);
	assert_int_equal(page.v[0].images, 2);
	assert_true(page.v[0].created == page.v[1].created && str_is_nil(page.next_cursor));
	q.to = q.from + WECOM_MOMENT_LIST_SPAN_MS;
	answer("{\"errcode\":0}");
	assert_int_equal(wecom_moment_list(&c, &q, &page), OK);
	q.to++;
	assert_int_equal(wecom_moment_list(&c, &q, &page), ERR_INPUT);
	answer("{\"errcode\":0,\"like_list\":[{\"external_userid\":\"wm1\",\"create_time\":5},{\"userid\":\"zhang\",\"create_time\":6}]}");
	assert_int_equal(wecom_moment_reactions(&c, STR("m"), STR("u"), &got), OK);
	assert_true(got.n == 2 && !got.v[0].comment && !got.v[1].external_userid.n);
	answer("{\"errcode\":0,\"customer_list\":[{\"external_userid\":\"wm1\"}],\"next_cursor\":\"2\"}");
	assert_int_equal(wecom_moment_visible(&c, STR("m"), STR("u"), STR_NIL, &people), OK);
	assert_true(people.ids.n == 1 && people.next_cursor.n == 1);
	assert_int_equal(wecom_moment_cancel(&c, STR_NIL), ERR_INPUT);
}

static void a_picture_is_uploaded_for_moments(void **state)
{
	struct wecom_upload in = { STR("image.png"), STR("image/png"), STR("picture") };
	str id;
	answer("{\"errcode\":0,\"type\":\"image\",\"media_id\":\"ATT1\",\"created_at\":1380000000}");
	assert_int_equal(wecom_media_attach(&c, WECOM_MEDIA_IMAGE, &in, &id), OK);
	assert_true(str_has(f->url, STR("media_type=image&attachment_type=1")));
	ASSERT_STR(id, "ATT1");
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_task_names_its_people_by_tags_and_members), T(who_posts_is_limited_to_a_hundred_thousand), T(ten_tasks_a_minute_and_no_more),
		T(nine_pictures_or_one_other_thing), T(a_job_is_started_running_or_finished), T(lists_are_read_leniently),
		T(a_picture_is_uploaded_for_moments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Moments of the simulator: the job's states, what is refused with which code, posting, seeing, and a snapshot.
 */
#include "sim/test_sim_calls.h"

#include <unistd.h>

static struct rig *r;

static int setup(void **state) { r = rig_ready(7); return 0; }
static int teardown(void **state) { rig_free(r); return 0; }

#define EC(api) "externalcontact/" api

static i64 code(const char *api, const char *body) { return rig_code(rig_post(r, api, "%s", body)); }

static str ask_for(const char *user)
{
	const struct json *v = rig_post(r, EC("add_moment_task"), "{\"text\":{\"content\":\"新品\"},\"visible_range\":{\"sender_list\":{\"user_list\":[\"%s\",\"nobody\"]}}}", user);
	assert_int_equal(rig_code(v), 0);
	return json_str(v, "jobid");
}

static const struct json *job(str jobid) { return rig_post(r, EC("get_moment_task_result"), "{\"jobid\":\"%.*s\"}", STR_F(jobid)); }

static i64 of(const char *api, str id, const char *user)
{
	return rig_code(rig_post(r, api, "{\"moment_id\":\"%.*s\",\"userid\":\"%s\"}", STR_F(id), user));
}

static size_t count(const char *api, const char *list, str id, const char *user)
{
	const struct json *v = json_get(rig_post(r, api, "{\"moment_id\":\"%.*s\",\"userid\":\"%s\"}", STR_F(id), user), list);
	return v ? v->n : 0;
}

static void a_job_goes_from_started_to_finished(void **state)
{
	rig_scanned(r, "zhangli", "a");
	str jobid = ask_for("zhangli");
	assert_int_equal(json_i64(job(jobid), "status", 0), 1);
	rig_later(r, MS_SECOND);
	assert_int_equal(json_i64(job(jobid), "status", 0), 2);
	rig_later(r, MS_SECOND);
	const struct json *v = job(jobid), *result = json_get(v, "result");
	assert_int_equal(json_i64(v, "status", 0), 3);
	assert_int_equal(json_get(json_get(result, "invalid_sender_list"), "user_list")->n, 1);
	str id = json_str(result, "moment_id");
	assert_int_equal(of(EC("get_moment_task"), id, ""), 41079);
	rig_later(r, MS_SECOND);
	assert_int_equal(count(EC("get_moment_task"), "task_list", id, ""), 1);
	rig_later(r, MS_DAY);
	rig_token(r);
	assert_int_equal(rig_code(job(jobid)), 40058); /* its number has died */
}

static void what_is_wrong_has_its_code(void **state)
{
	assert_int_equal(code(EC("add_moment_task"), "{}"), 41089);
	assert_int_equal(code(EC("get_moment_task"), "{}"), 41059);
	assert_int_equal(code(EC("get_moment_task"), "{\"moment_id\":\"momX\"}"), 41060);
	assert_int_equal(code(EC("add_moment_task"), "{\"attachments\":[{\"msgtype\":\"image\",\"image\":{\"media_id\":\"gone\"}}]}"), 40007);
	assert_int_equal(code(EC("add_moment_task"), "{\"attachments\":[{\"msgtype\":\"file\",\"file\":{\"media_id\":\"x\"}}]}"), 40058);
	rig_scanned(r, "zhangli", "a");
	str jobid = ask_for("zhangli");
	rig_later(r, 3 * MS_SECOND);
	str id = json_str(json_get(job(jobid), "result"), "moment_id");
	assert_int_equal(of(EC("get_moment_send_result"), id, "zhangli"), 41062);
	assert_int_equal(of(EC("get_moment_comments"), id, "liuyang"), 41061);
	assert_int_equal(of(EC("get_moment_customer_list"), id, "nobody"), 60111);
	for (int i = 0; i < 9; i++)
		ask_for("zhangli");
	assert_int_equal(code(EC("add_moment_task"), "{\"text\":{\"content\":\"x\"}}"), 45009); /* ten a minute */
}

static void who_is_shown_may_like_and_nobody_else(void **state)
{
	str xid = rig_scanned(r, "zhangli", "a"), gone = rig_scanned(r, "zhangli", "b");
	str jobid = ask_for("zhangli");
	rig_later(r, 3 * MS_SECOND);
	str id = json_str(json_get(job(jobid), "result"), "moment_id");
	assert_int_equal(count(EC("get_moment_customer_list"), "customer_list", id, "zhangli"), 2);
	rig_sim(r, "/sim/delete", "{\"userid\":\"zhangli\",\"external_userid\":\"%.*s\",\"who\":\"customer\"}", STR_F(gone));
	rig_sim(r, "/sim/moment/post", "{\"moment_id\":\"%.*s\",\"userid\":\"zhangli\"}", STR_F(id));
	assert_int_equal(count(EC("get_moment_send_result"), "customer_list", id, "zhangli"), 1);
	rig_sim(r, "/sim/moment/react", "{\"external_userid\":\"%.*s\"}", STR_F(xid));
	rig_sim(r, "/sim/moment/react", "{\"external_userid\":\"%.*s\",\"comment\":true}", STR_F(xid));
	assert_int_equal(count(EC("get_moment_comments"), "like_list", id, "zhangli"), 1);
	assert_int_equal(count(EC("get_moment_comments"), "comment_list", id, "zhangli"), 1);
	assert_int_equal(of(EC("cancel_moment_task"), id, ""), 0); /* what was posted stays */
	assert_int_equal(count(EC("get_moment_send_result"), "customer_list", id, "zhangli"), 1);
	const struct json *list = json_get(rig_post(r, EC("get_moment_list"), "{\"start_time\":%lld,\"end_time\":%lld}", (long long)(RIG_START / 1000 - 60), (long long)(RIG_START / 1000 + 3600)), "moment_list");
	assert_int_equal(list->n, 1);
}

static void a_snapshot_keeps_them(void **state)
{
	char path[] = "/tmp/yutang-sim-XXXXXX";
	struct fail f = { 0 };
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	rig_scanned(r, "zhangli", "a");
	str jobid = ask_for("zhangli");
	rig_later(r, 3 * MS_SECOND);
	rig_sim(r, "/sim/moment/post", "{}");
	str id = json_str(json_get(job(jobid), "result"), "moment_id");
	assert_int_equal(sim_save(r->sim, str_c(path), &f), OK);
	struct rig *first = r;
	r = rig_new(7);
	rig_later(r, 3 * MS_SECOND);
	assert_int_equal(sim_load(r->sim, str_c(path), &f), OK);
	rig_token(r);
	assert_int_equal(count(EC("get_moment_send_result"), "customer_list", id, "zhangli"), 1);
	rig_free(r);
	r = first;
	unlink(path);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_job_goes_from_started_to_finished), T(what_is_wrong_has_its_code), T(who_is_shown_may_like_and_nobody_else), T(a_snapshot_keeps_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

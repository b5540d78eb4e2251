/*
 * The sidebar's questions: signatures, whose customer it is, what waits.
 */
#include "sim/test_sim_calls.h"

#include "base/log.h"
#include "core/attr/attr.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/follow/follow_data.h"
#include "core/identity/identity.h"
#include "core/perm/perm_dispatch.h"
#include "core/perm/perm_session.h"
#include "core/staff/staff.h"
#include "core/staff/todo.h"
#include "core/tag/tag.h"
#include "feature/sidebar/sidebar.h"
#include "port/wecom/wecom_jsapi.h"
#include "store/testing.h"

extern const struct module tag_module, attr_module, audience_module, profile_module, job_module, audit_module, reach_module;

static err gives_work(struct cx *cx, i64 staff, struct todo_list *ret)
{
	vec_push(CX_ARENA(cx), &ret->v, (struct todo){ STR("test"), STR("打个招呼"), 3, NIL, STR("/h5/work") });
	return OK;
}
static const struct query *const none_queries[] = { NULL };
static const struct module work_module = { .name = "work", .doc = "t", .queries = none_queries, .todos = gives_work };

static const struct module *const list[] = { &corp_module, &perm_module, &audit_module, &job_module, &staff_module, &customer_module,
	&identity_module, &follow_module, &tag_module, &attr_module, &reach_module, &audience_module, &profile_module, &sidebar_module,
	&work_module, NULL };

struct world {
	struct test_store *t;
	struct env env;
	struct rig *rig;
	struct dispatch *dispatch;
	struct arena *a;
	struct cx cx;
	i64 staff, other;
	str cookie;
	struct http_reply reply;
};

static int make(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	log_level_set(LOG_ERROR);
	w->t = test_store_new_fast();
	w->a = w->t->arena;
	w->rig = rig_ready(5);
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list, .public_url = STR("http://pond.test"),
			       .transport = w->rig->transport };
	w->env.wecom = wecom_new(w->rig->transport, &w->t->clock, STR_NIL);
	assert_int_equal(modules_check(list, &f), OK);
	assert_int_equal(corp_module.start(&w->env, &f), OK);
	assert_int_equal(perm_module.start(&w->env, &f), OK);
	w->cx = cx_system(&w->env, w->a, 0, "test");
	struct corp_new in = { STR("小鱼优选"), STR("Asia/Shanghai"), STR("CNY"), true, test_spread() };
	struct corp_wecom_set set = { sim_corpid(w->rig->sim), STR("1000002"), sim_secret(w->rig->sim), STR("tokentoken"),
				      STR(RIG_KEY), STR("http://sim.test") };
	i64 id = 0;
	for (int i = 0; i < 5 && !id; i++) /* numbers 1 and 2 are taken by the test store */
		corp_create(&w->cx, &in, &id);
	w->cx.unit.corp = id;
	assert_int_equal(corp_wecom_put(&w->cx, &set), OK);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("linna"), &w->staff), OK);
	assert_int_equal(staff_ensure(&w->cx.unit, STR("somebody"), &w->other), OK);
	w->dispatch = dispatch_new(w->a, &w->env, NULL);
	*state = w;
	return 0;
}

static int drop(void **state)
{
	struct world *w = *state;
	wecom_free(w->env.wecom);
	rig_free(w->rig);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

static int get(struct world *w, str target)
{
	struct http_req *r = ARENA_NEW(w->a, struct http_req);
	r->arena = w->a;
	r->method = STR("GET");
	r->peer = STR("10.0.0.1");
	assert_true(http_target(r, target));
	r->headers[r->header_count++] = (struct http_pair){ STR("Host"), STR("pond.test") };
	r->headers[r->header_count++] = (struct http_pair){ STR("Cookie"), w->cookie };
	memset(&w->reply, 0, sizeof(w->reply));
	dispatch_handle(w->dispatch, r, &w->reply);
	return w->reply.status;
}

static const struct json *answer(const struct world *w)
{
	struct json *tree;
	struct fail f;
	assert_int_equal(json_parse(w->reply.body, w->a, &tree, &f), OK);
	return tree;
}

static void log_in(struct world *w)
{
	struct http_req req = { .arena = w->a, .peer = STR("10.0.0.1") };
	struct http_reply reply = { 0 };
	struct cx cx = w->cx;
	i64 user;
	assert_int_equal(user_create_staff(&w->cx, w->staff, STR("李娜"), &user), OK);
	cx.req = &req;
	cx.reply = &reply;
	assert_int_equal(session_open_user(&cx, user), OK);
	str rest = reply.headers[0].value;
	w->cookie = arena_dup(w->a, str_cut(&rest, ';'));
}

/* A customer of that member, as rules have written her. */
static i64 customer(struct world *w, const char *xid, i64 staff, const char *status, ms ended)
{
	struct identity_in ids = { STR("external_userid"), str_c(xid), true };
	struct identity_who who = { &ids, 1, false, TEST_START, STR("wecom"), STR("王芳") };
	i64 id, slot;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &id, NULL, NULL), OK);
	slot = slot_of_customer(w->t->store, id);
	struct follow_row row = { .customer = id, .staff = staff, .external_userid = str_c(xid), .added = TEST_START, .add_way = NIL,
				  .state = STR_NIL, .channel = STR_NIL, .remark = STR_NIL, .description = STR_NIL,
				  .status = str_c(status), .ended = ended, .times = 1, .told = TEST_START };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, follow_put(tx, &row)), OK);
	return id;
}

static void pages_of_ours_are_signed_and_no_others(void **state)
{
	struct world *w = *state;
	log_in(w);
	assert_int_equal(get(w, STR("/api/v1/sidebar/sign?url=http%3A%2F%2Fpond.test%2Fh5%2Fsidebar%3Fcorp%3Dx%23a")), 200);
	const struct json *j = answer(w);
	struct { str ticket; } corp, agent;
	struct fail f = { 0 };
	struct corp_wecom wecom;
	assert_int_equal(corp_wecom_get(&w->cx.unit, w->cx.unit.corp, &wecom), OK);
	struct wecom_call c = { .wecom = w->env.wecom, .app = &wecom.app, .arena = w->a, .fail = &f };
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_CORP, &corp.ticket), OK);
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_AGENT, &agent.ticket), OK);
	assert_false(str_eq(corp.ticket, agent.ticket));
	str nonce = json_str(j, "nonce"), url = STR("http://pond.test/h5/sidebar?corp=x");
	i64 at = json_i64(j, "timestamp", 0);
	assert_true(str_eq(json_str(j, "signature"), wecom_jsapi_sign(w->a, corp.ticket, nonce, at, url)));
	assert_true(str_eq(json_str(j, "agent_signature"), wecom_jsapi_sign(w->a, agent.ticket, nonce, at, url)));
	assert_true(str_eq(json_str(j, "corpid"), sim_corpid(w->rig->sim)) && json_bool(j, "simulated", false));
	assert_int_equal(get(w, STR("/api/v1/sidebar/sign?url=http%3A%2F%2Fpond.test.evil%2F")), 422);
	assert_int_equal(get(w, STR("/api/v1/sidebar/stand-in.js")), 200);
	assert_true(str_has(w->reply.body, STR("getCurExternalContact")));
	w->cookie = STR("");
	assert_int_equal(get(w, STR("/api/v1/sidebar/sign?url=http%3A%2F%2Fpond.test%2F")), 401);
}

static void a_customer_of_somebody_else_is_foreign(void **state)
{
	struct world *w = *state;
	log_in(w);
	i64 mine = customer(w, "wmMine", w->staff, "friend", NIL);
	customer(w, "wmTheirs", w->other, "friend", NIL);
	assert_int_equal(get(w, STR("/api/v1/sidebar/customer?external_userid=wmMine")), 200);
	assert_true(str_eq_c(json_str(answer(w), "state"), "known"));
	assert_true(str_eq(json_str(answer(w), "customer_id"), arena_printf(w->a, "%lld", (long long)mine)));
	assert_int_equal(get(w, STR("/api/v1/sidebar/customer?external_userid=wmTheirs")), 200);
	assert_true(str_eq_c(json_str(answer(w), "state"), "foreign"));
	assert_false(json_str(answer(w), "customer_id").n);
	assert_int_equal(get(w, STR("/api/v1/sidebar/customer?external_userid=wmNobody")), 200);
	assert_true(str_eq_c(json_str(answer(w), "state"), "unknown"));
}

static void who_deleted_me_is_newest_first_and_mine_alone(void **state)
{
	struct world *w = *state;
	log_in(w);
	customer(w, "wmA", w->staff, "lost", TEST_START + 1000);
	customer(w, "wmB", w->staff, "lost", TEST_START + 3000);
	customer(w, "wmC", w->staff, "dropped", TEST_START + 4000);
	customer(w, "wmD", w->other, "lost", TEST_START + 5000);
	assert_int_equal(get(w, STR("/api/v1/work/lost")), 200);
	const struct json *data = json_get(answer(w), "data");
	assert_int_equal(data->n, 2);
	assert_int_equal(json_i64(&data->items[0], "lost_ms", 0), TEST_START + 3000);
	assert_int_equal(json_i64(&data->items[1], "lost_ms", 0), TEST_START + 1000);
	assert_int_equal(get(w, STR("/api/v1/work")), 200);
	const struct json *todos = json_get(answer(w), "todos");
	assert_int_equal(todos->n, 1);
	assert_int_equal(json_i64(&todos->items[0], "count", 0), 3);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages_of_ours_are_signed_and_no_others), TEST(a_customer_of_somebody_else_is_foreign),
		TEST(who_deleted_me_is_newest_first_and_mine_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

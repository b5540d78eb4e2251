/*
 * The sidebar's questions: signatures, whose customer it is, what waits.
 */
#include "core/test_few_rig.h"

#include "core/attr/attr.h"
#include "core/customer/customer.h"
#include "core/follow/follow_data.h"
#include "core/identity/identity.h"
#include "core/perm/perm_session.h"
#include "core/staff/todo.h"
#include "core/tag/tag.h"
#include "feature/sidebar/sidebar.h"
#include "port/wecom/wecom_jsapi.h"

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

static int make(void **state)
{
	few_new(state, list);
	return 0;
}

static int get(struct world *w, const char *target) { return few_ask(w, "GET", target, 0, "%s", ""); }

static i64 other(struct world *w)
{
	i64 staff;
	assert_int_equal(staff_ensure(&w->cx.unit, STR("somebody"), &staff), OK);
	return staff;
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
	few_log_in(w);
	assert_int_equal(get(w, "/api/v1/sidebar/sign?url=http%3A%2F%2Fpond.test%2Fh5%2Fsidebar%3Fcorp%3Dx%23a"), 200);
	const struct json *j = few_answer(w);
	struct { str ticket; } corp, agent;
	struct fail f = { 0 };
	struct corp_wecom wecom;
	assert_int_equal(corp_wecom_get(&w->cx.unit, w->corp.id, &wecom), OK);
	struct wecom_call c = { .wecom = w->env.wecom, .app = &wecom.app, .arena = w->a, .fail = &f };
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_CORP, &corp.ticket), OK);
	assert_int_equal(wecom_jsapi_ticket(&c, WECOM_TICKET_AGENT, &agent.ticket), OK);
	assert_false(str_eq(corp.ticket, agent.ticket));
	str nonce = json_str(j, "nonce"), url = STR("http://pond.test/h5/sidebar?corp=x");
	i64 at = json_i64(j, "timestamp", 0);
	assert_true(str_eq(json_str(j, "signature"), wecom_jsapi_sign(w->a, corp.ticket, nonce, at, url)));
	assert_true(str_eq(json_str(j, "agent_signature"), wecom_jsapi_sign(w->a, agent.ticket, nonce, at, url)));
	assert_true(str_eq(json_str(j, "corpid"), sim_corpid(w->rig->sim)) && json_bool(j, "simulated", false));
	assert_int_equal(get(w, "/api/v1/sidebar/sign?url=http%3A%2F%2Fpond.test.evil%2F"), 422);
	assert_int_equal(get(w, "/api/v1/sidebar/stand-in.js"), 200);
	assert_true(str_has(w->reply.body, STR("getCurExternalContact")));
	w->cookie = STR("yutang=nobody");
	assert_int_equal(get(w, "/api/v1/sidebar/sign?url=http%3A%2F%2Fpond.test%2F"), 401);
}

static void a_customer_of_somebody_else_is_foreign(void **state)
{
	struct world *w = *state;
	few_log_in(w);
	i64 mine = customer(w, "wmMine", w->staff, "friend", NIL);
	customer(w, "wmTheirs", other(w), "friend", NIL);
	assert_int_equal(get(w, "/api/v1/sidebar/customer?external_userid=wmMine"), 200);
	assert_true(str_eq_c(json_str(few_answer(w), "state"), "known"));
	assert_true(str_eq(json_str(few_answer(w), "customer_id"), arena_printf(w->a, "%lld", (long long)mine)));
	assert_int_equal(get(w, "/api/v1/sidebar/customer?external_userid=wmTheirs"), 200);
	assert_true(str_eq_c(json_str(few_answer(w), "state"), "foreign"));
	assert_false(json_str(few_answer(w), "customer_id").n);
	assert_int_equal(get(w, "/api/v1/sidebar/customer?external_userid=wmNobody"), 200);
	assert_true(str_eq_c(json_str(few_answer(w), "state"), "unknown"));
}

static void who_deleted_me_is_newest_first_and_mine_alone(void **state)
{
	struct world *w = *state;
	few_log_in(w);
	customer(w, "wmA", w->staff, "lost", TEST_START + 1000);
	customer(w, "wmB", w->staff, "lost", TEST_START + 3000);
	customer(w, "wmC", w->staff, "dropped", TEST_START + 4000);
	customer(w, "wmD", other(w), "lost", TEST_START + 5000);
	assert_int_equal(get(w, "/api/v1/work/lost"), 200);
	const struct json *data = json_get(few_answer(w), "data");
	assert_int_equal(data->n, 2);
	assert_int_equal(json_i64(&data->items[0], "lost_ms", 0), TEST_START + 3000);
	assert_int_equal(json_i64(&data->items[1], "lost_ms", 0), TEST_START + 1000);
	assert_int_equal(get(w, "/api/v1/work"), 200);
	const struct json *todos = json_get(few_answer(w), "todos");
	assert_int_equal(todos->n, 1);
	assert_int_equal(json_i64(&todos->items[0], "count", 0), 3);
}

static void the_newest_who_deleted_me_are_shown(void **state)
{
	struct world *w = *state;
	few_log_in(w);
	for (int i = 0; i <= SIDEBAR_LOST_MAX; i++) {
		assert_int_equal(get(w, "/api/v1/work/lost"), 200);
		assert_int_equal(json_get(few_answer(w), "data")->n, i);
		customer(w, arena_cstr(w->t->arena, arena_printf(w->t->arena, "wmLost%d", i)), w->staff, "lost", TEST_START + 1000 * (1 + i));
	}
	assert_int_equal(get(w, "/api/v1/work/lost"), 200);
	const struct json *data = json_get(few_answer(w), "data");
	assert_int_equal(data->n, SIDEBAR_LOST_MAX); /* one more than these deleted me: the oldest is left out */
	assert_int_equal(json_i64(&data->items[0], "lost_ms", 0), TEST_START + 1000 * (1 + SIDEBAR_LOST_MAX));
	assert_int_equal(json_i64(&data->items[SIDEBAR_LOST_MAX - 1], "lost_ms", 0), TEST_START + 2000);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make, few_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages_of_ours_are_signed_and_no_others), TEST(a_customer_of_somebody_else_is_foreign),
		TEST(who_deleted_me_is_newest_first_and_mine_alone), TEST(the_newest_who_deleted_me_are_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

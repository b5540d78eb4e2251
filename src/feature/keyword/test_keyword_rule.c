/*
 * Keyword answers against the simulator: which rule wins, and that each message is answered once and in time.
 */
#include "core/test_few_rig.h"

#include "core/audit/audit.h"
#include "core/follow/follow.h"
#include "feature/keyword/keyword_data.h"
#include "feature/keyword/keyword_speak.h"
#include "port/wecom/wecom_kf.h"

static const struct module *const list[] = { &corp_module, &perm_module, &audit_module, &keyword_module, NULL };

static str kf; /* the customer-service account */
static i64 told; /* numbers of events made up here */

static int make(void **state)
{
	few_new(state, list);
	struct world *w = *state;
	clock_advance(&w->t->clock, RIG_START);
	kf = json_str(rig_sim(w->rig, "/sim/kf", "{\"name\":\"小鱼客服\"}"), "open_kfid");
	assert_true(kf.n > 0);
	return 0;
}

static void rule(struct world *w, const char *words, const char *text, const char *more)
{
	assert_int_equal(few_ask(w, "POST", "/api/v1/keywords", 0, "{\"name\":\"r\",\"words\":[%s],\"answer\":\"%s\",\"enabled\":true%s}", words,
			     text, more), 201);
}

static void a_company_has_so_many_rules(void **state)
{
	struct world *w = *state;
	i64 base = slot_base(w->t->store, w->corp.id);
	struct keyword_rule r = { .name = STR("r"), .words = STR("x"), .answer = STR(""), .version = 1 };
	for (r.id = 1; r.id < KEYWORD_RULES_MAX; r.id++)
		assert_int_equal(WRITE_TX(&w->cx.unit, base, keyword_rule_insert(tx, &r)), OK);
	rule(w, "\"尺码\"", "答", "");
	assert_int_equal(few_ask(w, "POST", "/api/v1/keywords", 0, "{\"name\":\"r\",\"words\":[\"y\"],\"answer\":\"答\",\"enabled\":true}"), 409);
	assert_true(str_has(w->reply.body, STR(FAIL_STR(KEYWORD_RULES_MAX))));
}

static void open_account(struct world *w)
{
	assert_int_equal(few_ask(w, "POST", "/api/v1/kf-accounts/refresh", 0, "%s", ""), 204);
	assert_int_equal(few_ask(w, "GET", "/api/v1/kf-accounts", 0, "%s", ""), 200);
	assert_int_equal(json_get(few_answer(w), "data")->n, 1);
	assert_int_equal(few_ask(w, "PUT", arena_cstr(w->a, arena_printf(w->a, "/api/v1/kf-accounts/%.*s", STR_F(kf))), 0, "{\"answers\":true}"), 200);
	assert_true(json_bool(few_answer(w), "answers", false));
}

static void say(struct world *w, const char *who, const char *text)
{
	assert_non_null(rig_sim(w->rig, "/sim/kf/say", "{\"open_kfid\":\"%.*s\",\"external_userid\":\"%s\",\"text\":\"%s\"}", STR_F(kf), who, text));
}

static void later(struct world *w, ms by)
{
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + by);
	clock_advance(&w->rig->clock, clock_now(&w->rig->clock) + by);
}

/* WeCom's event, then everything in the outbox; how many answers were given. */
static size_t work(struct world *w)
{
	i64 base = slot_base(w->t->store, w->corp.id);
	struct event ev = { .kind = EV_WECOM_TOLD, .id = ++told, .slot = base, .corp = w->corp.id,
			    .body = arena_printf(w->a, "{\"event\":\"kf_msg_or_event\",\"id\":\"%.*s\"}", STR_F(kf)) };
	size_t sent = 0, n = 1;
	assert_int_equal(WRITE_TX(&w->cx.unit, base, keyword_on_told(tx, &ev)), OK);
	while (n) {
		struct outbox_row *rows;
		struct fail f = { 0 };
		assert_int_equal(outbox_claim(w->t->store, w->a, STR(""), clock_now(&w->t->clock), 10, &rows, &n, &f), OK);
		for (size_t i = 0; i < n; i++) {
			struct outcome out = { 0 };
			bool pull = str_eq_c(rows[i].kind, KEYWORD_PULL);
			if (str_eq_c(rows[i].kind, KF_MEET)) { /* who she is: test_keyword_speak.c */
				assert_int_equal(WRITE_TX(&w->cx.unit, rows[i].slot, outbox_finish(tx, &rows[i], OUTBOX_DONE, STR(""))), OK);
				continue;
			}
			assert_int_equal(pull ? keyword_pull(&w->cx, &rows[i], &out) : keyword_send(&w->cx, &rows[i], &out), OK);
			sent += !pull && out.state == OUTCOME_DONE;
			if (!pull)
				assert_int_equal(keyword_send_again(&w->cx, &rows[i], &out), OK); /* sends nothing twice */
			assert_int_equal(WRITE_TX(&w->cx.unit, rows[i].slot, outbox_finish(tx, &rows[i], OUTBOX_DONE, STR(""))), OK);
		}
	}
	return sent;
}

/* Of the newest line of the log. */
static str last_state(struct world *w)
{
	assert_int_equal(few_ask(w, "GET", "/api/v1/keywords/log?limit=1", 0, "%s", ""), 200);
	return json_str(&json_get(few_answer(w), "data")->items[0], "state");
}

static void the_longest_word_answers_then_the_oldest_rule(void **state)
{
	struct world *w = *state;
	rule(w, "\"物流\",\"快递\"", "一", ",\"use_kf\":true");
	rule(w, "\"物流信息\"", "二", ",\"use_kf\":true");
	rule(w, "\"物流\"", "三", ",\"use_suggest\":true");
	rule(w, "\"vip\"", "四", ",\"use_kf\":true,\"whole\":true");
	assert_int_equal(few_ask(w, "POST", "/api/v1/keywords/test", 0, "{\"text\":\"我的物流信息呢\"}"), 200);
	const struct json *data = json_get(few_answer(w), "hits");
	assert_int_equal(data->n, 3);
	assert_true(str_eq_c(json_str(&data->items[0], "answer"), "二") && json_bool(&data->items[0], "wins", false));
	assert_true(str_eq_c(json_str(&data->items[1], "answer"), "一") && str_eq_c(json_str(&data->items[2], "answer"), "三"));
	assert_int_equal(few_ask(w, "POST", "/api/v1/keywords/test", 0, "{\"text\":\"物流\",\"use\":\"suggest\"}"), 200);
	assert_int_equal(json_get(few_answer(w), "hits")->n, 1);
	assert_int_equal(few_ask(w, "POST", "/api/v1/keywords/test", 0, "{\"text\":\" VIP \"}"), 200);
	assert_int_equal(json_get(few_answer(w), "hits")->n, 1);
	assert_int_equal(few_ask(w, "POST", "/api/v1/keywords/test", 0, "{\"text\":\"vip客户\"}"), 200);
	assert_int_equal(json_get(few_answer(w), "hits")->n, 0);
}

static void rules_are_bounded_versioned_and_exported(void **state)
{
	struct world *w = *state;
	const char *bad[] = { "", "\"\"", "\"a\\nb\"" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(few_ask(w, "POST", "/api/v1/keywords", 0, "{\"name\":\"r\",\"words\":[%s],\"answer\":\"x\"}", bad[i]), 422);
	struct buf words = buf_new(w->a, 4096);
	for (int i = 0; i < KEYWORD_WORDS_MAX; i++)
		buf_fmt(&words, "%s\"w%d\"", i ? "," : "", i);
	rule(w, arena_cstr(w->a, buf_str(&words)), "=1+1", ",\"use_export\":true");
	str id = arena_dup(w->a, json_str(few_answer(w), "id"));
	buf_add_c(&words, ",\"more\"");
	assert_int_equal(few_ask(w, "POST", "/api/v1/keywords", 0, "{\"name\":\"r\",\"words\":[%.*s],\"answer\":\"x\"}", STR_F(buf_str(&words))), 422);
	const char *one = arena_cstr(w->a, arena_printf(w->a, "/api/v1/keywords/%.*s", STR_F(id)));
	assert_int_equal(few_ask(w, "GET", "/api/v1/keywords/export.csv", 0, "%s", ""), 200);
	assert_true(str_has(w->reply.body, STR("\"w0\",\"'=1+1\"")));
	assert_int_equal(few_ask(w, "PUT", one, 1, "{\"name\":\"r\",\"words\":[\"a\",\"A\"],\"answer\":\"x\"}"), 200);
	assert_int_equal(json_get(few_answer(w), "words")->n, 1);
	assert_int_equal(few_ask(w, "PUT", one, 1, "{\"name\":\"r\",\"words\":[\"a\"],\"answer\":\"x\"}"), 412);
	assert_int_equal(few_ask(w, "DELETE", one, 0, "%s", ""), 204);
	assert_int_equal(few_ask(w, "DELETE", one, 0, "%s", ""), 404);
}

static void a_message_is_answered_once_and_others_are_left_alone(void **state)
{
	struct world *w = *state;
	rule(w, "\"物流\"", "稍等", ",\"use_kf\":true");
	say(w, "wmA", "物流");
	assert_int_equal(work(w), 0); /* nobody said that we answer here */
	open_account(w);
	say(w, "wmB", "你好");
	assert_int_equal(work(w), 1); /* what had been said before is fresh enough */
	assert_int_equal(work(w), 0);
	assert_true(str_eq_c(last_state(w), "none"));
	size_t answers = 0;
	assert_int_equal(rig_sim(w->rig, "/sim/kf/say", "{\"open_kfid\":\"%.*s\",\"external_userid\":\"wmC\",\"text\":\"查物流\"}", STR_F(kf)) != NULL, 1);
	answers += work(w);
	assert_int_equal(answers, 1);
	say(w, "wmD", "物流");
	later(w, KEYWORD_LATE_MS + MS_SECOND);
	assert_int_equal(work(w), 0);
	assert_true(str_eq_c(last_state(w), "late"));
}

static void a_window_closes_after_48_hours(void **state)
{
	struct world *w = *state;
	struct corp_wecom wecom;
	struct fail f = { 0 };
	assert_int_equal(corp_wecom_get(&w->cx.unit, w->corp.id, &wecom), OK);
	struct wecom_call c = { .wecom = w->env.wecom, .app = &wecom.app, .arena = w->a, .fail = &f };
	assert_int_equal(wecom_kf_send_text(&c, kf, STR("wmA"), STR("m0"), STR("在吗")), ERR_STATE);
	assert_int_equal(c.errcode, 95002);
	say(w, "wmA", "你好");
	for (int i = 0; i < WECOM_KF_ANSWERS_MAX; i++)
		assert_int_equal(wecom_kf_send_text(&c, kf, STR("wmA"), arena_printf(w->a, "n%d", i), STR("在")), OK);
	assert_int_equal(wecom_kf_send_text(&c, kf, STR("wmA"), STR("n9"), STR("在")), ERR_STATE);
	assert_int_equal(c.errcode, 95001);
	say(w, "wmA", "你好");
	later(w, WECOM_KF_WINDOW_MS);
	assert_int_equal(wecom_kf_send_text(&c, kf, STR("wmA"), STR("p0"), STR("在")), OK);
	later(w, 1);
	assert_int_equal(wecom_kf_send_text(&c, kf, STR("wmA"), STR("p1"), STR("在")), ERR_STATE);
	assert_int_equal(c.errcode, 95002);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make, few_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_longest_word_answers_then_the_oldest_rule), TEST(rules_are_bounded_versioned_and_exported),
		TEST(a_company_has_so_many_rules), TEST(a_message_is_answered_once_and_others_are_left_alone), TEST(a_window_closes_after_48_hours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

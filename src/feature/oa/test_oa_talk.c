/*
 * What an official account says by itself: windows, templates with their reports, consents, lost answers, a dying process.
 */
#include "feature/oa/test_oa.h"

#include "core/speak/test_speak.h"
#include "feature/oa/oa_talk_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define SERVICE_TEXT "{\"class\":\"service\",\"text\":\"您好\"}"
#define ORDER_DATA "\"data\":[{\"key\":\"character_string1\",\"value\":\"NO1\"},{\"key\":\"thing2\",\"value\":\"奶粉\"},{\"key\":\"time3\",\"value\":\"2026年11月30日 10:00\"}]"
#define TEMPLATE "{\"template\":\"TPL_ORDER\"," ORDER_DATA "}"
#define NOTICE "{\"template\":\"NTC_STOCK\",\"data\":[{\"key\":\"thing1\",\"value\":\"三段奶粉到货了\"},{\"key\":\"thing2\",\"value\":\"{{name|您}}可到店\"}]}"

static struct oa_account begin(struct world *w)
{
	struct oa_account a = connect_oa(w, "safe");
	assert_int_equal(call_in(w, oa_talk_routes, "POST", "/api/v1/oa-accounts/{id}/templates/read", &(struct oa_key){ a.id },
				 arena_alloc(w->t->arena, 64)), OK);
	return a;
}

static str follow(struct world *w, const char *name)
{
	const struct json *v = sim_say(w, "/sim/oa/follow", "{\"person\":{\"name\":\"%s\"}}", name);
	assert_int_equal(json_i64(v, "status", 0), 200);
	settle(w);
	return json_str(v, "openid");
}

static void writes(struct world *w, str openid)
{
	sim_say(w, "/sim/oa/write", "{\"openid\":\"%.*s\",\"text\":\"在吗\"}", STR_F(openid));
	settle(w);
}

static int said(struct world *w) { return effects(w, "oa/custom/send", ""); }

static void a_message_goes_within_its_window_only(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "粉丝");
	i64 her = fan(w, &a, openid);
	live(w, 2 * MS_MINUTE); /* the window of following is over */
	is(act(w, "oa.message", her, "a", SERVICE_TEXT), VERB_REFUSED, "window_shut");
	writes(w, openid);
	assert_int_equal(told(w, her, EV_OA_WROTE, NULL), 1);
	for (int i = 0; i < 5; i++)
		is(act(w, "oa.message", her, arena_cstr(w->t->arena, arena_printf(w->t->arena, "b%d", i)), SERVICE_TEXT), VERB_ASKED, "");
	is(act(w, "oa.message", her, "b5", SERVICE_TEXT), VERB_REFUSED, "window_shut"); /* the sixth */
	is(act(w, "oa.message", her, "b4", SERVICE_TEXT), VERB_ASKED, "");              /* the same again is the same */
	live(w, MS_MINUTE);
	assert_int_equal(said(w), 5);
	ended_as(w, her, 5, "done", "");
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 5);
	writes(w, openid); /* opens it anew */
	is(act(w, "oa.message", her, "c", SERVICE_TEXT), VERB_ASKED, "");
	live(w, 48 * MS_HOUR);
	assert_int_equal(said(w), 6);
	is(act(w, "oa.message", her, "d", SERVICE_TEXT), VERB_REFUSED, "window_shut");
}

static void windows_are_data(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	struct oa_window_rule rules[OA_WINDOWS_MAX];
	size_t n;
	str openid = follow(w, "粉丝");
	i64 her = fan(w, &a, openid);
	assert_int_equal(oa_windows_read(&w->cx.unit, rules, &n), OK);
	assert_int_equal(n, 4);
	live(w, 2 * MS_MINUTE);
	assert_int_equal(setting_put(&w->cx, OA_WINDOWS, STR("subscribe 1 2h")), OK);
	is(act(w, "oa.message", her, "a", SERVICE_TEXT), VERB_ASKED, "");
	is(act(w, "oa.message", her, "b", SERVICE_TEXT), VERB_REFUSED, "window_shut");
	live(w, MS_MINUTE);
	ended_as(w, her, 1, "refused", "window_shut"); /* the platform thinks otherwise: 45015 */
	assert_int_equal(setting_put(&w->cx, OA_WINDOWS, STR("subscribe one 2h")), OK);
	assert_int_equal(oa_windows_read(&w->cx.unit, rules, &n), ERR_CONFIG);
	assert_true(str_eq_c(STR("subscribe one 2h"), w->cx.unit.fail.value));
}

static void marketing_is_held_at_night_and_capped_by_day(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "粉丝");
	i64 her = fan(w, &a, openid);
	live(w, 13 * MS_HOUR); /* 23:00 */
	writes(w, openid);
	struct verb_result r = act(w, "oa.message", her, "a", "{\"text\":\"上新了\"}");
	is(r, VERB_HELD, "quiet");
	assert_true(r.retry_at > now(w) && r.retry_at <= now(w) + 10 * MS_HOUR);
	live_until(w, r.retry_at);
	is(act(w, "oa.message", her, "a", "{\"text\":\"上新了\"}"), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(said(w), 1);
	is(act(w, "oa.message", her, "b", "{\"text\":\"再来\"}"), VERB_HELD, "cap_day");
	is(act(w, "oa.message", her, "c", SERVICE_TEXT), VERB_ASKED, ""); /* her own order's word may go */
}

static void who_does_not_follow_is_refused_and_a_stopped_one_stays_home(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "粉丝"), ext = befriend(w, "linna", 1);
	i64 her = fan(w, &a, openid);
	is(act(w, "oa.message", person_of(w, ext), "a", SERVICE_TEXT), VERB_REFUSED, "no_fan");
	is(act(w, "oa.template", person_of(w, ext), "a", TEMPLATE), VERB_REFUSED, "no_fan");
	is(act(w, "oa.message", her, "b", SERVICE_TEXT), VERB_ASKED, "");
	assert_true(act_stop(w, "oa.message", her, "b"));
	assert_true(!act_stop(w, "oa.message", her, "b"));
	live(w, MS_MINUTE);
	assert_int_equal(said(w), 0);
	ended_as(w, her, 1, "stopped", "");
}

static void a_lost_answer_is_unknown_and_never_said_again(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "粉丝");
	i64 her = fan(w, &a, openid);
	writes(w, openid);
	sim_say(w, "/sim/oa/lose", "{\"count\":1}");
	is(act(w, "oa.message", her, "a", SERVICE_TEXT), VERB_ASKED, "");
	live(w, MS_DAY);
	assert_int_equal(said(w), 1);
	ended_as(w, her, 1, "failed", "unknown");
	sim_say(w, "/sim/oa/fault", "{\"errcode\":45011,\"count\":2}"); /* not taken: comes again */
	is(act(w, "oa.message", her, "b", SERVICE_TEXT), VERB_ASKED, "");
	live(w, 10 * MS_MINUTE);
	assert_int_equal(said(w), 2);
	ended_as(w, her, 2, "done", "");
}

static void a_template_ends_with_its_report(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "粉丝");
	i64 her = fan(w, &a, openid);
	is(act(w, "oa.template", her, "a", TEMPLATE), VERB_ASKED, "");
	settle(w);
	assert_int_equal(ends(w, her, NULL), 0); /* accepted is not delivered */
	live(w, MS_MINUTE);
	ended_as(w, her, 1, "done", "");
	sim_say(w, "/sim/oa/finish", "{\"status\":\"failed:user block\"}");
	is(act(w, "oa.template", her, "b", TEMPLATE), VERB_ASKED, "");
	live(w, MS_MINUTE);
	ended_as(w, her, 2, "refused", "user_block");
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 2);
	assert_int_equal(told(w, her, EV_REACH_FAILED, NULL), 1);
}

static void a_template_whose_answer_is_lost_goes_once_and_is_known_to_have_gone(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "粉丝");
	i64 her = fan(w, &a, openid);
	sim_say(w, "/sim/oa/lose", "{\"count\":1}");
	is(act(w, "oa.template", her, "a", TEMPLATE), VERB_ASKED, "");
	live(w, 30 * MS_MINUTE);
	assert_int_equal(effects(w, "oa/template/send", ""), 1);
	ended_as(w, her, 1, "done", "");
}

static void a_template_nobody_reports_counts_as_sent_after_a_day(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "粉丝");
	i64 her = fan(w, &a, openid);
	is(act(w, "oa.template", her, "a", TEMPLATE), VERB_ASKED, "");
	engine_settle(&w->env); /* the account's address goes dark before the report */
	sim_say(w, "/sim/oa", "{\"url\":\"http://nowhere.test/\",\"token\":\"%s\",\"aes_key\":\"%s\"}", TOKEN, AES_KEY);
	live(w, SPEAK_REPORT_MS - MS_MINUTE);
	assert_int_equal(ends(w, her, NULL), 0);
	live(w, 2 * MS_MINUTE);
	ended_as(w, her, 1, "done", "unreported");
}

static void a_notice_needs_her_consent_and_uses_it_up(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "粉丝");
	i64 her = fan(w, &a, openid);
	is(act(w, "oa.subscribe", her, "a", NOTICE), VERB_REFUSED, "no_consent");
	sim_say(w, "/sim/oa/consent", "{\"openid\":\"%.*s\",\"template\":\"NTC_STOCK\"}", STR_F(openid));
	settle(w);
	assert_int_equal(told(w, her, EV_OA_CONSENTED, NULL), 1);
	is(act(w, "oa.subscribe", her, "b", NOTICE), VERB_ASKED, "");
	is(act(w, "oa.subscribe", her, "c", NOTICE), VERB_REFUSED, "no_consent");
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "oa/subscribe/bizsend", "三段奶粉到货了"), 1);
	ended_as(w, her, 1, "done", "");
	sim_say(w, "/sim/oa/consent", "{\"openid\":\"%.*s\",\"template\":\"NTC_CLINIC\"}", STR_F(openid)); /* long-term: as often as one likes */
	settle(w);
	for (int i = 0; i < 3; i++)
		is(act(w, "oa.subscribe", her, arena_cstr(w->t->arena, arena_printf(w->t->arena, "d%d", i)),
		       "{\"template\":\"NTC_CLINIC\",\"data\":[{\"key\":\"name1\",\"value\":\"小明\"}]}"), VERB_ASKED, "");
	sim_say(w, "/sim/oa/consent", "{\"openid\":\"%.*s\",\"template\":\"NTC_STOCK\"}", STR_F(openid));
	sim_say(w, "/sim/oa/consent", "{\"openid\":\"%.*s\",\"template\":\"NTC_STOCK\",\"accept\":false}", STR_F(openid));
	settle(w);
	is(act(w, "oa.subscribe", her, "e", NOTICE), VERB_REFUSED, "no_consent");
}

static void arguments_are_checked_before_anything_happens(void **state)
{
	struct world *w = *state;
	static const struct { const char *verb, *args, *field; } wrong[] = {
		{ "oa.message", "{}", "text" },
		{ "oa.message", "{\"text\":\"a\",\"link\":{\"title\":\"b\",\"url\":\"https://c\"}}", "text" },
		{ "oa.message", "{\"menu\":[\"a\"]}", "menu" },
		{ "oa.message", "{\"text\":\"{{name}}\"}", "text" },
		{ "oa.message", "{\"text\":\"a\",\"account\":\"1\"}", "account" },
		{ "oa.message", "{\"link\":{\"title\":\"b\",\"url\":\"javascript:1\"}}", "link.url" },
		{ "oa.template", "{\"template\":\"NONE\"," ORDER_DATA "}", "template" },
		{ "oa.template", "{\"template\":\"NTC_STOCK\"," ORDER_DATA "}", "template" },
		{ "oa.template", "{\"template\":\"TPL_ORDER\",\"data\":[{\"key\":\"thing2\",\"value\":\"a\"}]}", "data" },
		{ "oa.template", "{\"template\":\"TPL_STOCK\",\"data\":[{\"key\":\"thing1\",\"value\":\"a\"},{\"key\":\"thing2\",\"value\":\"a\"},{\"key\":\"x\",\"value\":\"a\"}]}", "data" },
		{ "oa.subscribe", TEMPLATE, "template" },
	};
	begin(w);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(args_of(w, wrong[i].verb, wrong[i].args), ERR_INPUT);
		if (strcmp(w->cx.unit.fail.field, wrong[i].field) != 0)
			fail_msg("%zu: %s instead of %s", i, w->cx.unit.fail.field, wrong[i].field);
	}
	assert_int_equal(args_of(w, "oa.template", TEMPLATE), OK);
}

static void values_are_brought_into_the_form_of_their_kind(void **state)
{
	struct world *w = *state;
	struct arena *a = w->t->arena;
	assert_true(str_eq_c(oa_value_fit(a, STR("thing12"), STR("一二三四五六七八九十一二三四五六七八九十")), "一二三四五六七八九十一二三四五六七八九十"));
	assert_true(str_eq_c(oa_value_fit(a, STR("thing12"), STR("一二三四五六七八九十一二三四五六七八九十一")), "一二三四五六七八九十一二三四五六七八九十"));
	assert_true(str_eq_c(oa_value_fit(a, STR("thing1"), STR("a\nb\r")), "a b"));
	assert_true(str_eq_c(oa_value_fit(a, STR("phrase3"), STR("已经发货了呀")), "已经发货了"));
	assert_true(str_eq_c(oa_value_fit(a, STR("things"), STR("已经发货了呀")), "已经发货了呀"));
}

static void a_long_text_and_its_variable_reach_her_whole(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	str openid = follow(w, "小花");
	i64 her = fan(w, &a, openid);
	is(act(w, "oa.message", her, "a", "{\"class\":\"service\",\"text\":\"{{name|亲}}，您好\"}"), VERB_ASKED, "");
	is(act(w, "oa.message", her, "b", "{\"class\":\"service\",\"text\":\"满意吗\",\"menu\":[\"满意\",\"一般\"]}"), VERB_ASKED, "");
	is(act(w, "oa.message", her, "c", "{\"class\":\"service\",\"link\":{\"title\":\"{{name|亲}}的券\",\"url\":\"https://x.example/a\"}}"), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "oa/custom/send", "亲，您好"), 1); /* the platform tells no names of fans */
	assert_int_equal(effects(w, "oa/custom/send", "msgmenu"), 1);
	assert_int_equal(effects(w, "oa/custom/send", "亲的券"), 1);
}

/* S51's message on the official account, nobody tapping: a process that dies at any transaction says it once. */
static void a_dying_process_says_it_at_most_once_and_tells_the_end_once(void **state)
{
	int asked_again = 0, unknown = 0, done = 0;
	for (int n = 1; n <= 14; n++) {
		struct verb_ended e = { 0 };
		struct verb_result r = { 0 };
		struct world *w;
		void *made;
		assert_int_equal(world_new(&made, 1), 0);
		w = made;
		struct oa_account a = begin(w);
		str openid = follow(w, "粉丝");
		i64 her = fan(w, &a, openid);
		writes(w, openid);
		const struct verb *v = verb_find(&w->env, STR("oa.message"));
		struct verb_call call = { .customer = her, .at = now(w), .by = "journey", .by_id = JOURNEY, .token = 4711, .key = STR("48h") };
		assert_int_equal(verb_args(&w->cx.unit, v, STR(SERVICE_TEXT), &call.args), OK);
		die_at_unit(w, n);
		err asked = WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), v->run(tx, &call, &r));
		for (int i = 0; i < 5; i++)
			engine_step(&w->env);
		start_again(w);
		if (asked != OK) { /* the journey's step did not stand: it is done again, under its key */
			asked_again++;
			assert_int_equal(said(w), 0);
			assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), v->run(tx, &call, &r)), OK);
		}
		live(w, 5 * MS_MINUTE);
		assert_int_equal(said(w), 1);
		assert_int_equal(ends(w, her, &e), 1);
		assert_int_equal(told(w, her, EV_REACH_SENT, NULL) + told(w, her, EV_REACH_FAILED, NULL), 1);
		done += str_eq_c(e.state, "done");
		unknown += str_eq_c(e.reason, "unknown");
		world_free(&made);
	}
	assert_int_equal(asked_again, 1);
	assert_int_equal(unknown, 1); /* between the call and our word about it */
	assert_int_equal(done, 13);
	*state = NULL;
}

static void the_menu_is_checked_set_and_taken_away(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	struct { i64 id; str buttons; } in = { a.id, STR("[{\"type\":\"click\",\"name\":\"今日优惠\",\"key\":\"deal\"}]") };
	struct { str buttons; } out;
	assert_int_equal(call_in(w, oa_talk_routes, "GET", "/api/v1/oa-accounts/{id}/menu", &(struct oa_key){ a.id }, &out), OK);
	assert_true(str_eq_c(out.buttons, "[]"));
	assert_int_equal(call_in(w, oa_talk_routes, "PUT", "/api/v1/oa-accounts/{id}/menu", &in, &out), OK);
	assert_int_equal(call_in(w, oa_talk_routes, "GET", "/api/v1/oa-accounts/{id}/menu", &(struct oa_key){ a.id }, &out), OK);
	assert_true(str_eq(out.buttons, in.buttons));
	static const char *const wrong[] = {
		"{}", "[{},{},{},{}]", "[{\"type\":\"click\",\"name\":\"没有键\"}]", "[{\"type\":\"fly\",\"name\":\"a\"}]",
		"[{\"type\":\"view\",\"name\":\"名字太长太长\",\"url\":\"https://a\"}]",
		"[{\"name\":\"a\",\"sub_button\":[{},{},{},{},{},{}]}]",
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		in.buttons = str_c(wrong[i]);
		assert_int_equal(call_in(w, oa_talk_routes, "PUT", "/api/v1/oa-accounts/{id}/menu", &in, &out), ERR_INPUT);
	}
	in.buttons = STR("[]");
	assert_int_equal(call_in(w, oa_talk_routes, "PUT", "/api/v1/oa-accounts/{id}/menu", &in, &out), OK);
	assert_int_equal(call_in(w, oa_talk_routes, "GET", "/api/v1/oa-accounts/{id}/menu", &(struct oa_key){ a.id }, &out), OK);
	assert_true(str_eq_c(out.buttons, "[]"));
	sim_say(w, "/sim/oa/click", "{\"openid\":\"%.*s\",\"key\":\"deal\"}", STR_F(follow(w, "粉丝")));
	settle(w);
}

static void another_corp_knows_nothing_of_templates_and_accounts(void **state)
{
	struct world *w = *state;
	struct oa_account a = begin(w);
	struct { i64 id; str cursor; i64 limit; } in = { a.id, STR_NIL, 50 };
	struct page page = { 0 };
	struct corp_new of = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	assert_int_equal(call_in(w, oa_talk_routes, "GET", "/api/v1/oa-accounts/{id}/templates", &in, &page), OK);
	assert_int_equal(page.data.n, 4);
	i64 mine = w->cx.unit.corp, other;
	assert_int_equal(corp_create(&w->cx, &of, &other), OK);
	w->cx.unit.corp = other;
	assert_int_equal(call_in(w, oa_talk_routes, "GET", "/api/v1/oa-accounts/{id}/templates", &in, &page), ERR_NOT_FOUND);
	assert_int_equal(args_of(w, "oa.template", TEMPLATE), ERR_INPUT);
	w->cx.unit.corp = mine;
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_message_goes_within_its_window_only), S(a_message_goes_within_its_window_only), T(windows_are_data),
		T(marketing_is_held_at_night_and_capped_by_day), T(who_does_not_follow_is_refused_and_a_stopped_one_stays_home),
		T(a_lost_answer_is_unknown_and_never_said_again), T(a_template_ends_with_its_report), S(a_template_ends_with_its_report),
		T(a_template_whose_answer_is_lost_goes_once_and_is_known_to_have_gone), T(a_template_nobody_reports_counts_as_sent_after_a_day),
		T(a_notice_needs_her_consent_and_uses_it_up), S(a_notice_needs_her_consent_and_uses_it_up),
		T(arguments_are_checked_before_anything_happens), T(values_are_brought_into_the_form_of_their_kind),
		T(a_long_text_and_its_variable_reach_her_whole), cmocka_unit_test(a_dying_process_says_it_at_most_once_and_tells_the_end_once),
		T(the_menu_is_checked_set_and_taken_away), T(another_corp_knows_nothing_of_templates_and_accounts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * sms.send against the simulated provider: signature, opt-out words, cost, caps of the month, refusals, lost replies.
 */
#include "core/speak/test_speak.h"

#include "feature/smsdrain/smsdrain_data.h"
#include "port/send/sms.h"

static int make_with(void **state, i64 spread)
{
	static const struct { const char *name, *value; } set[] = {
		{ "sms.url", "http://sim.test/sms/send" }, { "smsdrain.body", "{\"phone\":\"{phone}\",\"text\":\"{text}\"}" },
		{ "smsdrain.sign", "鱼塘" }, { "sms.ok", "\"code\":0" }, { "reach.day_max", "9" }, { "reach.week_max", "9" },
	};
	world_new(state, spread);
	struct world *w = *state;
	struct fail f;
	assert_int_equal(sms_new(w->t->arena, STR("http"), w->direct, &w->env.sms, &f), OK);
	for (size_t i = 0; i < ARRAY_LEN(set); i++)
		assert_int_equal(setting_put(&w->cx, set[i].name, str_c(set[i].value)), OK);
	return 0;
}
static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static i64 buyer(struct world *w, const char *phone)
{
	struct identity_in id = { STR("phone"), str_c(phone), true };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ &id, 1, false, now(w), STR("order"), STR("小花") }, &leaf, NULL, NULL), OK);
	settle(w);
	return leaf;
}

#define WORDS "{\"text\":\"{{name|亲}}，新品到店 https://x.example\"}"

static void a_message_is_signed_has_its_opt_out_and_its_cost(void **state)
{
	struct world *w = *state;
	i64 her = buyer(w, "13800000001");
	struct speak_sum *sums;
	size_t n;
	is(act(w, "sms.send", her, "a", WORDS), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "sms/send", "【鱼塘】小花，新品到店 https://x.example 拒收请回复R"), 1);
	ended_as(w, her, 1, "done", "");
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, speak_sums(snap, &(struct speak_from){ 0 }, &sums, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(sums[0].cost, 5);
	assert_int_equal(sums[0].n, 1);
}

static void two_marketing_messages_a_month_and_none_after_a_refusal(void **state)
{
	struct world *w = *state;
	i64 her = buyer(w, "13800000001"), refuses = buyer(w, "13800000002");
	is(act(w, "sms.send", her, "a", WORDS), VERB_ASKED, "");
	live(w, MS_DAY);
	is(act(w, "sms.send", her, "b", WORDS), VERB_ASKED, "");
	live(w, MS_DAY);
	is(act(w, "sms.send", her, "c", WORDS), VERB_HELD, "limit"); /* until the month is over */
	live(w, 29 * MS_DAY);
	is(act(w, "sms.send", her, "c", WORDS), VERB_ASKED, "");
	struct reach_event no = { STR("sms"), STR("marketing"), STR("reply"), NIL, NIL, STR_NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, refuses),
				  journal_add(tx, EV_REACH_REFUSED, refuses, now(w), &reach_event_record, &no, NULL)), OK);
	settle(w);
	is(act(w, "sms.send", refuses, "d", WORDS), VERB_REFUSED, "refused");
}

static void who_has_no_proven_phone_and_who_is_out_of_service(void **state)
{
	struct world *w = *state;
	struct identity_in id = { STR("unionid"), STR("u1"), true };
	i64 none, gone = buyer(w, "13800000000"), lost = buyer(w, "13800009999");
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ &id, 1, false, now(w), STR("order"), STR_NIL }, &none, NULL, NULL), OK);
	settle(w);
	is(act(w, "sms.send", none, "a", WORDS), VERB_REFUSED, "no_phone");
	is(act(w, "sms.send", gone, "b", WORDS), VERB_ASKED, "");
	is(act(w, "sms.send", lost, "c", WORDS), VERB_ASKED, "");
	live(w, MS_DAY);
	ended_as(w, gone, 1, "failed", "provider");
	ended_as(w, lost, 1, "failed", "unknown");
	assert_int_equal(effects(w, "sms/send", "13800009999"), 1); /* never again */
}

static void what_waits_into_the_night_waits_for_the_morning(void **state)
{
	struct world *w = *state;
	i64 her = buyer(w, "13800000001");
	live(w, 13 * MS_HOUR);
	struct verb_result r = act(w, "sms.send", her, "a", WORDS);
	is(r, VERB_HELD, "quiet");
	is(act(w, "sms.send", her, "b", "{\"class\":\"service\",\"text\":\"您的验证已通过 拒收请回复R\"}"), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "sms/send", ""), 1);
}

static void words_are_checked(void **state)
{
	struct world *w = *state;
	char *text = arena_alloc(w->t->arena, 2048);
	memset(text, 'a', SMSDRAIN_WORDS_MAX + 1);
	assert_int_equal(args_of(w, "sms.send", arena_cstr(w->t->arena, arena_printf(w->t->arena, "{\"text\":\"%.*s\"}", SMSDRAIN_WORDS_MAX, text))), OK);
	assert_int_equal(args_of(w, "sms.send", arena_cstr(w->t->arena, arena_printf(w->t->arena, "{\"text\":\"%.*s\"}", SMSDRAIN_WORDS_MAX + 1, text))), ERR_INPUT);
	assert_int_equal(args_of(w, "sms.send", "{\"text\":\"{{name}}\"}"), ERR_INPUT);
	assert_int_equal(args_of(w, "sms.send", "{\"text\":\"a\",\"class\":\"spam\"}"), ERR_INPUT);
	assert_int_equal(setting_put(&w->cx, "smsdrain.sign", STR("")), OK);
	assert_int_equal(args_of(w, "sms.send", WORDS), ERR_CONFIG);
}

static void a_dying_process_sends_it_at_most_once(void **state)
{
	for (int n = 1; n <= 8; n++) {
		struct verb_ended e = { 0 };
		struct verb_result r;
		void *made;
		assert_int_equal(make(&made), 0);
		struct world *w = made;
		i64 her = buyer(w, "13800000001");
		const struct verb *v = verb_find(&w->env, STR("sms.send"));
		struct verb_call call = { .customer = her, .at = now(w), .by = "journey", .by_id = JOURNEY, .token = 4711, .key = STR("k") };
		assert_int_equal(verb_args(&w->cx.unit, v, STR(WORDS), &call.args), OK);
		die_at_unit(w, n);
		err asked = WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), v->run(tx, &call, &r));
		for (int i = 0; i < 5; i++)
			engine_step(&w->env);
		start_again(w);
		if (asked != OK)
			assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), v->run(tx, &call, &r)), OK);
		live(w, 5 * MS_MINUTE);
		assert_int_equal(effects(w, "sms/send", ""), 1);
		assert_int_equal(ends(w, her, &e), 1);
		world_free(&made);
	}
	*state = NULL;
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_message_is_signed_has_its_opt_out_and_its_cost), S(a_message_is_signed_has_its_opt_out_and_its_cost),
		T(two_marketing_messages_a_month_and_none_after_a_refusal), S(two_marketing_messages_a_month_and_none_after_a_refusal),
		T(who_has_no_proven_phone_and_who_is_out_of_service), T(what_waits_into_the_night_waits_for_the_morning), T(words_are_checked),
		cmocka_unit_test(a_dying_process_sends_it_at_most_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

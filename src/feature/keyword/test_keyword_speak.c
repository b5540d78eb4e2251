/*
 * kf.send: visitors become persons, messages go within the window, a lost answer is asked for again under its number.
 */
#include "core/speak/test_speak.h"

#include "feature/keyword/keyword_data.h"
#include "feature/keyword/keyword_speak.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define SERVICE "{\"class\":\"service\",\"text\":\"您的单子发货了\"}"

static str account(struct world *w)
{
	str kf = json_str(sim_say(w, "/sim/kf", "{\"name\":\"小鱼客服\"}"), "open_kfid");
	struct keyword_account row = { kf, STR("小鱼客服"), false, STR("") };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, keyword_account_put(tx, &row)), OK);
	return kf;
}

static void says(struct world *w, str kf, str who)
{
	sim_say(w, "/sim/kf/say", "{\"open_kfid\":\"%.*s\",\"external_userid\":\"%.*s\",\"text\":\"在吗\"}", STR_F(kf), STR_F(who));
	settle(w);
}

static int sent(struct world *w, const char *more) { return effects(w, "kf/send_msg", more); }

static void a_friend_who_writes_is_the_same_person_and_a_stranger_a_new_one(void **state)
{
	struct world *w = *state;
	str kf = account(w), ext = befriend(w, "linna", 1);
	i64 friend = person_of(w, ext), other;
	says(w, kf, ext);
	assert_int_equal(told(w, friend, EV_KF_WROTE, NULL), 1);
	says(w, kf, STR("wmStranger"));
	other = person_of(w, STR("wmStranger"));
	assert_true(other != friend);
	assert_int_equal(told(w, other, EV_KF_WROTE, NULL), 1);
	is(act(w, "kf.send", other, "a", SERVICE), VERB_ASKED, "");
	live(w, MS_MINUTE);
	assert_int_equal(sent(w, "wmStranger"), 2); /* what was asked, and the message itself */
	ended_as(w, other, 1, "done", "");
}

static void five_messages_in_48_hours_and_answers_to_words_count(void **state)
{
	struct world *w = *state;
	str kf = account(w), ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	is(act(w, "kf.send", her, "z", SERVICE), VERB_REFUSED, "no_line");
	says(w, kf, ext);
	for (int i = 0; i < 5; i++)
		is(act(w, "kf.send", her, arena_cstr(w->t->arena, arena_printf(w->t->arena, "a%d", i)), SERVICE), VERB_ASKED, "");
	is(act(w, "kf.send", her, "a5", SERVICE), VERB_REFUSED, "window_shut");
	live(w, MS_MINUTE);
	ended_as(w, her, 5, "done", "");
	says(w, kf, ext);
	struct keyword_visitor v = { kf, ext, NIL, 4 };
	struct keyword_line *line;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), keyword_lines_of(snap, &(struct keyword_line){ .customer = her }, &line, &n)), OK);
	v.wrote = line[0].wrote;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, keyword_visitor_put(tx, &v)), OK); /* four answers to words */
	is(act(w, "kf.send", her, "b", SERVICE), VERB_ASKED, "");
	is(act(w, "kf.send", her, "c", SERVICE), VERB_REFUSED, "window_shut");
	live(w, MS_MINUTE);
	says(w, kf, ext);
	live(w, 48 * MS_HOUR - MS_MINUTE);
	is(act(w, "kf.send", her, "d", SERVICE), VERB_ASKED, "");
	live(w, MS_MINUTE);
	is(act(w, "kf.send", her, "e", SERVICE), VERB_REFUSED, "window_shut");
	says(w, kf, ext);
	assert_int_equal(setting_put(&w->cx, KF_WINDOW, STR("1 2h")), OK);
	is(act(w, "kf.send", her, "f", SERVICE), VERB_ASKED, "");
	is(act(w, "kf.send", her, "g", SERVICE), VERB_REFUSED, "window_shut");
}

static void menus_and_links_go_too(void **state)
{
	struct world *w = *state;
	str kf = account(w), ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	says(w, kf, ext);
	is(act(w, "kf.send", her, "a", "{\"class\":\"service\",\"text\":\"{{name|您}}要哪个\",\"menu\":[\"一段\",\"二段\"]}"), VERB_ASKED, "");
	is(act(w, "kf.send", her, "b", "{\"class\":\"service\",\"text\":\"新品\",\"title\":\"看看\",\"url\":\"https://x.example\"}"), VERB_ASKED, "");
	live(w, MS_MINUTE);
	ended_as(w, her, 2, "done", "");
	assert_true(sent(w, "二段") > 0 && sent(w, "顾客0要哪个") > 0 && sent(w, "https://x.example") > 0);
	static const struct { const char *args, *field; } wrong[] = {
		{ "{\"text\":\"a\",\"title\":\"b\"}", "url" }, { "{\"text\":\"a\",\"url\":\"https://b\"}", "title" },
		{ "{\"text\":\"a\",\"title\":\"b\",\"url\":\"file:///\"}", "url" }, { "{\"text\":\"a\",\"account\":\"wkNone\"}", "account" },
		{ "{\"text\":\"{{nosuch|a}}\"}", "text" }, { "{}", "text" },
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(args_of(w, "kf.send", wrong[i].args), ERR_INPUT);
		assert_string_equal(w->cx.unit.fail.field, wrong[i].field);
	}
}

static void a_dying_process_says_it_exactly_once(void **state)
{
	for (int n = 1; n <= 8; n++) {
		struct verb_ended e = { 0 };
		struct verb_result r;
		void *made;
		assert_int_equal(world_new(&made, 1), 0);
		struct world *w = made;
		str kf = account(w), ext = befriend(w, "linna", 1);
		i64 her = person_of(w, ext);
		says(w, kf, ext);
		const struct verb *v = verb_find(&w->env, STR("kf.send"));
		struct verb_call call = { .customer = her, .at = now(w), .by = "journey", .by_id = JOURNEY, .token = 4711, .key = STR("k") };
		assert_int_equal(verb_args(&w->cx.unit, v, STR(SERVICE), &call.args), OK);
		die_at_unit(w, n);
		err asked = WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), v->run(tx, &call, &r));
		for (int i = 0; i < 5; i++)
			engine_step(&w->env);
		start_again(w);
		if (asked != OK)
			assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), v->run(tx, &call, &r)), OK);
		live(w, 5 * MS_MINUTE);
		assert_int_equal(effects(w, "\"message\"", "发货了"), 1);
		assert_int_equal(ends(w, her, &e), 1);
		assert_true(str_eq_c(e.state, "done"));
		world_free(&made);
	}
	*state = NULL;
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_friend_who_writes_is_the_same_person_and_a_stranger_a_new_one), S(a_friend_who_writes_is_the_same_person_and_a_stranger_a_new_one),
		T(five_messages_in_48_hours_and_answers_to_words_count), S(five_messages_in_48_hours_and_answers_to_words_count),
		T(menus_and_links_go_too), cmocka_unit_test(a_dying_process_says_it_exactly_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

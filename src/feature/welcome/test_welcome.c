/*
 * Welcomes against the simulator: every add ends as sent or as a miss with its reason, never twice.
 */
#include "app/test_app_ask.h"

#include "core/tag/tag_edit.h"
#include "feature/welcome/welcome_data.h"
#include "store/journal.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define SEND "externalcontact/send_welcome_msg"

/* What a live code tells of itself when it is saved. */
#define SAVED_FIELDS(F, S)                                                      \
	F(S, ID, id) F(S, STR, name) F(S, STR, state) F(S, STR, channel) F(S, BOOL, skip_verify) \
	F(S, IDS, staff) F(S, IDS, tags) F(S, OBJ, welcome, .opt = true, .of = &content_record) \
	F(S, LIST, greetings, .opt = true, .of = &content_slot_record)
RECORD(code_saved, SAVED_FIELDS);

#define CODE 4711

static void greet_by(struct world *w, const struct content *welcome, struct content_slot *slots, size_t n)
{
	struct code_saved ev = { .id = CODE, .name = STR("码"), .state = STR("lc_test"), .channel = STR("码"), .welcome = (void *)(uintptr_t)welcome,
				.greetings = { slots, n } };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, journal_add(tx, EV_LIVECODE_SAVED, 0, now(w), &code_saved_record, &ev, NULL)), OK);
	settle(w);
}

static void greet_with(struct world *w, const struct content *welcome) { greet_by(w, welcome, NULL, 0); }

static const struct content hello = { .text = { "欢迎来到小鱼优选", sizeof("欢迎来到小鱼优选") - 1 } };

/* The contact way behind it. */
static str way(struct world *w)
{
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	str config, qr, user = STR("linna");
	struct wecom_way way = { .type = WECOM_WAY_MULTIPLE, .scene = WECOM_WAY_QR, .style = NIL, .remark = STR("t"), .skip_verify = true,
				 .state = STR("lc_test"), .users = { &user, 1 } };
	assert_int_equal(wecom_way_add(&call, &way, &config, &qr), OK);
	return config;
}

static str scan(struct world *w, str config)
{
	return json_str(sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"顾客%d\"}}", STR_F(config), w->scans++),
			"external_userid");
}

static i64 ended(struct world *w, const char *result)
{
	struct welcome_tally *rows;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, welcome_tallies(snap, &(struct welcome_of){ CODE }, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].result, result))
			return rows[i].n;
	return 0;
}

static struct welcome_result last(struct world *w, i64 her, enum event_kind kind)
{
	struct welcome_result r;
	struct event ev;
	assert_int_equal(told(w, her, kind, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her),
				   event_body(snap, &ev, &welcome_result_record, &r)), OK);
	return r;
}

static int delivered(struct world *w) { return effects(w, "welcome.delivered", ""); }

static void fault(struct world *w, const char *kind, int code, int count)
{
	sim_say(w, "/sim/fault", "{\"kind\":\"%s\",\"code\":%d,\"count\":%d,\"api\":\"" SEND "\"}", kind, code, count);
}

static void a_greeting_goes_out_with_its_delay(void **state)
{
	struct world *w = *state;
	enum reach_verdict v;
	greet_with(w, &hello);
	str ext = scan(w, way(w));
	clock_advance(&w->t->clock, now(w) + 3 * MS_SECOND); /* the callback waits so long */
	settle(w);
	i64 her = person_of(w, ext);
	struct welcome_result r = last(w, her, EV_WELCOME_SENT);
	assert_true(str_eq_c(r.result, "sent"));
	assert_int_equal(r.took, 3 * MS_SECOND);
	assert_int_equal(r.livecode, CODE);
	assert_int_equal(r.staff, staff_id(w, "linna"));
	assert_int_equal(delivered(w), 1);
	assert_int_equal(ended(w, "sent"), 1);
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 1);
	assert_int_equal(reach_check(&w->cx.unit, her, "wecom", now(w), &v), OK);
	assert_int_equal(v, REACH_GO); /* a service message is under no cap */
}

static void the_slowest_half_is_told_by_the_median(void **state)
{
	struct world *w = *state;
	struct welcome_took *took;
	size_t n = 0;
	greet_with(w, &hello);
	str config = way(w);
	for (int i = 1; i <= 3; i++) {
		scan(w, config);
		clock_advance(&w->t->clock, now(w) + i * 2 * MS_SECOND);
		settle(w);
	}
	assert_int_equal(ended(w, "sent"), 3);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, welcome_median(snap, &(struct welcome_of){ CODE }, &took, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(took[0].took, 4 * MS_SECOND);
}

/* Seconds after she came nothing is known of her yet: the words that stand in are sent, and never a hole. */
static void a_greeting_says_what_is_known_of_her(void **state)
{
	static const struct content personal = { .text = { "{{name|亲}}，你好", sizeof("{{name|亲}}，你好") - 1 } };
	struct world *w = *state;
	greet_with(w, &personal);
	scan(w, way(w));
	settle(w);
	assert_int_equal(delivered(w), 1);
	assert_int_equal(effects(w, "welcome.delivered", arena_cstr(w->t->arena,
		arena_printf(w->t->arena, "\"text_bytes\":%zu}", sizeof("亲，你好") - 1))), 1);
}

static void without_a_code_it_was_not_given(void **state)
{
	struct world *w = *state;
	greet_with(w, &hello);
	sim_say(w, "/sim/welcome_rule", "{\"userid\":\"linna\"}"); /* the admin console greets for her */
	str ext = scan(w, way(w));
	settle(w);
	struct welcome_result r = last(w, person_of(w, ext), EV_WELCOME_MISSED);
	assert_true(str_eq_c(r.result, "none_given"));
	assert_int_equal(r.took, NIL);
	assert_int_equal(ended(w, "none_given"), 1);
	assert_int_equal(delivered(w), 0);
}

static void twenty_seconds_are_the_edge(void **state)
{
	struct world *w = *state;
	greet_with(w, &hello);
	str config = way(w);
	scan(w, config);
	clock_advance(&w->t->clock, now(w) + WECOM_WELCOME_CODE_MS);
	settle(w);
	assert_int_equal(ended(w, "sent") + ended(w, "expired"), 1);
	i64 before = ended(w, "expired");
	str ext = scan(w, config);
	clock_advance(&w->t->clock, now(w) + WECOM_WELCOME_CODE_MS + 1);
	settle(w);
	assert_true(str_eq_c(last(w, person_of(w, ext), EV_WELCOME_MISSED).result, "expired"));
	assert_int_equal(ended(w, "expired"), before + 1);
	live(w, MS_HOUR); /* a miss is never made good */
	assert_int_equal(delivered(w), ended(w, "sent"));
}

static void who_was_spoken_to_first_is_not_greeted(void **state)
{
	struct world *w = *state;
	greet_with(w, &hello);
	str ext = scan(w, way(w));
	sim_say(w, "/sim/chat", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	settle(w);
	struct welcome_result r = last(w, person_of(w, ext), EV_WELCOME_MISSED);
	assert_true(str_eq_c(r.result, "answered_first") && str_eq_c(r.code, "41051"));
	assert_int_equal(ended(w, "answered_first"), 1);
	assert_int_equal(delivered(w), 0);
}

static void what_wecom_answers_is_told_apart(void **state)
{
	static const struct { int code; const char *result; } answers[] = {
		{ 41050, "expired" }, { 41051, "answered_first" }, { 41096, "answered_first" }, { 40201, "refused" },
		{ 40204, "refused" }, { 84061, "failed" },
	};
	struct world *w = *state;
	greet_with(w, &hello);
	str config = way(w);
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		fault(w, "errcode", answers[i].code, 1);
		str ext = scan(w, config);
		live(w, MS_MINUTE);
		struct welcome_result r = last(w, person_of(w, ext), EV_WELCOME_MISSED);
		assert_true(str_eq_c(r.result, answers[i].result));
		assert_true(str_eq(r.code, arena_printf(w->t->arena, "%d", answers[i].code)));
	}
	assert_int_equal(delivered(w), 0);
	assert_int_equal(ended(w, "refused"), 2);
}

static void a_lost_reply_is_not_repeated(void **state)
{
	struct world *w = *state;
	greet_with(w, &hello);
	fault(w, "lost_reply", 0, 1);
	str ext = scan(w, way(w));
	live(w, 10 * MS_MINUTE);
	assert_true(str_eq_c(last(w, person_of(w, ext), EV_WELCOME_MISSED).result, "failed"));
	assert_int_equal(delivered(w), 1);
	assert_int_equal(told(w, person_of(w, ext), EV_WELCOME_SENT, NULL), 0);
}

static void a_busy_moment_is_waited_out_within_the_codes_life(void **state)
{
	struct world *w = *state;
	greet_with(w, &hello);
	str config = way(w);
	fault(w, "errcode", -1, 2); /* busy: nothing was done */
	str ext = scan(w, config);
	live(w, MS_MINUTE);
	assert_true(str_eq_c(last(w, person_of(w, ext), EV_WELCOME_SENT).result, "sent"));
	assert_int_equal(delivered(w), 1);
	fault(w, "errcode", -1, 1000);
	ext = scan(w, config);
	live(w, MS_MINUTE);
	assert_int_equal(told(w, person_of(w, ext), EV_WELCOME_MISSED, NULL), 1);
	assert_int_equal(delivered(w), 1);
}

static void who_comes_by_no_code_gets_the_general_greeting(void **state)
{
	struct world *w = *state;
	greet_with(w, NULL); /* a code without a greeting of its own */
	str config = way(w), none = scan(w, config);
	settle(w);
	assert_int_equal(told(w, person_of(w, none), EV_WELCOME_SENT, NULL) + told(w, person_of(w, none), EV_WELCOME_MISSED, NULL), 0);
	assert_int_equal(setting_put(&w->cx, "welcome.default", content_json(w->t->arena, &hello)), OK);
	i64 her = person_of(w, befriend(w, "xiaqing", 1));
	assert_int_equal(last(w, her, EV_WELCOME_SENT).livecode, NIL);
	str by_code = scan(w, config);
	settle(w);
	assert_int_equal(last(w, person_of(w, by_code), EV_WELCOME_SENT).livecode, CODE);
	assert_int_equal(delivered(w), 2);
}

static void a_half_contact_is_greeted_with_the_only_code_there_is(void **state)
{
	struct world *w = *state;
	assert_int_equal(setting_put(&w->cx, "welcome.default", content_json(w->t->arena, &hello)), OK);
	sim_say(w, "/sim/staff", "{\"userid\":\"linna\",\"half\":true}");
	str ext = json_str(sim_say(w, "/sim/scan", "{\"userid\":\"linna\",\"person\":{\"name\":\"甲\"}}"), "external_userid");
	settle(w);
	i64 her = person_of(w, ext);
	assert_true(str_eq_c(last(w, her, EV_WELCOME_SENT).result, "sent"));
	live(w, MS_MINUTE);
	sim_say(w, "/sim/accept", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	live(w, MS_MINUTE);
	assert_int_equal(told(w, her, EV_WELCOME_SENT, NULL), 1); /* no second code came */
	assert_int_equal(delivered(w), 1);
}

static void a_rebuild_tells_the_same(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	greet_with(w, &hello);
	str config = way(w);
	for (int i = 0; i < 3; i++) {
		fault(w, "errcode", 40201, i == 1);
		scan(w, config);
		live(w, MS_MINUTE);
		sim_say(w, "/sim/fault", "{\"clear\":true}");
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ended(w, "sent"), 2);
		assert_int_equal(ended(w, "refused"), 1);
		assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "welcome", &f), OK);
	}
	scan(w, config); /* the rules are there again too */
	settle(w);
	assert_int_equal(ended(w, "sent"), 3);
}

/* ---- greetings of hours, members and people ---- */

#define ALL_DAYS 127
static const struct content evening = { .text = { "晚上好", sizeof("晚上好") - 1 } }, guide = { .text = { "我是夏青", sizeof("我是夏青") - 1 } },
			    regular = { .text = { "老朋友{{name|您}}好", sizeof("老朋友{{name|您}}好") - 1 } };

static err add_tag(struct tx *tx, i64 *ret)
{
	i64 group;
	TRY(tag_group_ensure(tx, STR("自有"), STR_NIL, STR("own"), &group));
	return tag_add(tx, group, STR("老客"), false, ret);
}

/* Those of xiaqing, of who carries the tag, and from 18:00 on, in this order. */
static i64 vary(struct world *w)
{
	i64 tag = 0, *staff = ARENA_ARRAY(w->t->arena, i64, 1), *tags = ARENA_ARRAY(w->t->arena, i64, 1);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, add_tag(tx, &tag)), OK);
	staff[0] = staff_id(w, "xiaqing");
	tags[0] = tag;
	struct content_slot slots[] = {
		{ ALL_DAYS, 0, 1440, (void *)(uintptr_t)&guide, { staff, 1 }, { 0 } },
		{ ALL_DAYS, 0, 1440, (void *)(uintptr_t)&regular, { 0 }, { tags, 1 } },
		{ ALL_DAYS, 1080, 1440, (void *)(uintptr_t)&evening, { 0 }, { 0 } },
	};
	greet_by(w, &hello, slots, 3);
	return tag;
}

static str way_to(struct world *w, const char *userid)
{
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	str config, qr, user = str_c(userid);
	struct wecom_way way = { .type = WECOM_WAY_MULTIPLE, .scene = WECOM_WAY_QR, .style = NIL, .remark = STR("t"), .skip_verify = true,
				 .state = STR("lc_test"), .users = { &user, 1 } };
	assert_int_equal(wecom_way_add(&call, &way, &config, &qr), OK);
	return config;
}

static int said(struct world *w, const char *text) { return effects(w, SEND, text); }
static i64 slot_of(struct world *w, i64 her) { return slot_of_customer(w->t->store, her); }

static void a_greeting_differs_by_member_and_hour(void **state)
{
	struct world *w = *state;
	vary(w);
	scan(w, way_to(w, "linna"));
	settle(w);
	assert_int_equal(said(w, "欢迎来到"), 1);
	scan(w, way_to(w, "xiaqing"));
	settle(w);
	assert_int_equal(said(w, "我是夏青"), 1);
	/* The hour is that of the add, whenever within the 20 seconds it goes out. */
	ms six = MORNING + 8 * MS_HOUR;
	live_until(w, six - MS_SECOND);
	scan(w, way_to(w, "linna"));
	clock_advance(&w->t->clock, six - MS_SECOND + WECOM_WELCOME_CODE_MS - 1);
	settle(w);
	assert_int_equal(said(w, "欢迎来到"), 2);
	scan(w, way_to(w, "linna"));
	settle(w);
	assert_int_equal(said(w, "晚上好"), 1);
	scan(w, way_to(w, "xiaqing")); /* the first that fits */
	settle(w);
	assert_int_equal(said(w, "我是夏青"), 2);
	/* A variant is as late as any other greeting. */
	scan(w, way_to(w, "xiaqing"));
	clock_advance(&w->t->clock, now(w) + WECOM_WELCOME_CODE_MS + 1);
	settle(w);
	assert_int_equal(said(w, "我是夏青"), 2);
	assert_int_equal(ended(w, "expired"), 1);
}

/* Only what she carried before she came tells who she is. */
static void who_is_known_already_is_greeted_so(void **state)
{
	struct world *w = *state;
	i64 tag = vary(w);
	str config = way_to(w, "linna"), ext = befriend(w, "zhangli", 1), other = befriend(w, "zhangli", 1);
	i64 her = person_of(w, ext), she = person_of(w, other);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_mark(tx, her, tag, "manual", 0)), OK);
	live(w, MS_MINUTE);
	sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"external_userid\":\"%.*s\"}}", STR_F(config), STR_F(ext));
	settle(w);
	assert_int_equal(said(w, "老朋友"), 1);
	assert_int_equal(said(w, "欢迎来到"), 0);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, she), tag_mark(tx, she, tag, "manual", 0)), OK); /* in the moment of her add */
	sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"external_userid\":\"%.*s\"}}", STR_F(config), STR_F(other));
	settle(w);
	assert_int_equal(said(w, "老朋友"), 1);
	assert_int_equal(said(w, "欢迎来到"), 1);
}

static void a_greeting_names_so_many_members_and_tags(void **state)
{
	struct world *w = *state;
	i64 ids[CONTENT_SLOT_STAFF_MAX + 1] = { 0 };
	struct content_slot slot = { ALL_DAYS, 0, 1440, (void *)(uintptr_t)&hello, { ids, CONTENT_SLOT_STAFF_MAX }, { ids, CONTENT_SLOT_TAGS_MAX } };
	assert_int_equal(record_check(&content_slot_record, &slot, &w->cx.unit.fail), OK);
	slot.staff.n++;
	assert_int_equal(record_check(&content_slot_record, &slot, &w->cx.unit.fail), ERR_INPUT);
	slot.staff.n--;
	slot.tags.n++;
	assert_int_equal(record_check(&content_slot_record, &slot, &w->cx.unit.fail), ERR_INPUT);
}

static const struct json *look(struct asking *b, const char *query)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", arena_printf(b->w->t->arena, "/api/v1/livecodes/%d/greeting?%s", CODE, query), &v, ""), 200);
	return v;
}

static void what_she_would_get_is_told_beforehand(void **state)
{
	struct world *w = *state;
	i64 tag = vary(w), her = person_of(w, befriend(w, "linna", 1));
	struct asking owner = asking_new(w), linna = asking_as(w, "xiaqing"), staff = asking_role(w, "linna", "staff");
	struct arena *a = w->t->arena;
	const char *hers = arena_cstr(a, arena_printf(a, "customer_id=%lld&at=%lld", (long long)her, (long long)now(w) + MS_MINUTE));
	assert_true(str_eq_c(json_str(look(&owner, ""), "from"), "code"));
	assert_true(str_eq_c(json_str(look(&owner, hers), "text"), "欢迎来到小鱼优选"));
	const struct json *v = look(&owner, arena_cstr(a, arena_printf(a, "staff=%lld", (long long)staff_id(w, "xiaqing"))));
	assert_true(str_eq_c(json_str(v, "from"), "variant") && json_i64(v, "variant", -1) == 0 && str_eq_c(json_str(v, "text"), "我是夏青"));
	v = look(&owner, arena_cstr(a, arena_printf(a, "at=%lld", (long long)(MORNING + 8 * MS_HOUR))));
	assert_int_equal(json_i64(v, "variant", -1), 2);
	v = look(&owner, arena_cstr(a, arena_printf(a, "at=%lld", (long long)(MORNING + 8 * MS_HOUR - 1))));
	assert_true(str_eq_c(json_str(v, "from"), "code"));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_mark(tx, her, tag, "manual", 0)), OK);
	v = look(&owner, hers);
	assert_true(json_i64(v, "variant", -1) == 1 && str_starts(json_str(v, "text"), STR("老朋友")) && !str_has(json_str(v, "text"), STR("{{")));
	str at = arena_printf(a, "/api/v1/livecodes/%d/greeting", CODE);
	assert_int_equal(asks(&linna, "GET", arena_printf(a, "%.*s?%s", STR_F(at), hers), NULL, ""), 404); /* another member's customer */
	assert_int_equal(asks(&staff, "GET", at, NULL, ""), 403);
	assert_int_equal(asks(&owner, "GET", STR("/api/v1/livecodes/1/greeting"), NULL, ""), 404);
	assert_int_equal(asks(&owner, "GET", arena_printf(a, "%.*s?at=x", STR_F(at)), NULL, ""), 422);
	assert_int_equal(setting_put(&w->cx, "welcome.default", content_json(a, &evening)), OK);
	greet_with(w, NULL);
	assert_true(str_eq_c(json_str(look(&owner, ""), "from"), "general"));
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_greeting_goes_out_with_its_delay), ONE(the_slowest_half_is_told_by_the_median),
		BOTH(without_a_code_it_was_not_given), ONE(a_greeting_says_what_is_known_of_her), ONE(twenty_seconds_are_the_edge), ONE(who_was_spoken_to_first_is_not_greeted),
		ONE(what_wecom_answers_is_told_apart), BOTH(a_lost_reply_is_not_repeated),
		ONE(a_busy_moment_is_waited_out_within_the_codes_life), BOTH(who_comes_by_no_code_gets_the_general_greeting),
		BOTH(a_half_contact_is_greeted_with_the_only_code_there_is), BOTH(a_rebuild_tells_the_same),
		ONE(a_greeting_differs_by_member_and_hour), ONE(a_greeting_names_so_many_members_and_tags), BOTH(who_is_known_already_is_greeted_so), BOTH(what_she_would_get_is_told_beforehand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

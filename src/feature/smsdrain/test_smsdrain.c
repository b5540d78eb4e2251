/*
 * SMS campaigns against the simulated provider: the estimate with its reasons, approval, hours, caps, cancelling, a lost
 * reply, and what came of a message.
 */
#include "app/test_app_sim.h"

#include "core/reach/reach_trial.h"
#include "feature/smsdrain/smsdrain_data.h"
#include "port/send/sms.h"

static int make_with(void **state, i64 spread)
{
	world_new(state, spread);
	struct world *w = *state;
	struct fail f;
	assert_int_equal(sms_new(w->t->arena, STR("http"), w->direct, &w->env.sms, &f), OK);
	const struct { const char *name, *value; } set[] = {
		{ "sms.url", "http://sim.test/sms/send" }, { "smsdrain.body", "{\"phone\":\"{phone}\",\"text\":\"{text}\"}" },
		{ "smsdrain.sign", "鱼塘" }, { "sms.ok", "\"code\":0" }, { "smsdrain.approve_over", "3" }, { "smsdrain.reply_secret", "s3" },
	};
	for (size_t i = 0; i < ARRAY_LEN(set); i++)
		assert_int_equal(setting_put(&w->cx, set[i].name, str_c(set[i].value)), OK);
	return 0;
}
static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static err call(struct world *w, i64 user, const char *path, const void *in, void *out)
{
	struct http_req req = { .arena = w->t->arena };
	struct cx cx = w->cx;
	for (const struct route *r = smsdrain_routes; r->fn; r++) {
		if (strcmp(r->method, "POST") != 0 || strcmp(r->path, path) != 0)
			continue;
		cx.in = in;
		cx.out = out;
		cx.req = &req;
		cx.viewer.user = user;
		err e = r->fn(&cx);
		w->cx.unit.fail = cx.unit.fail;
		return e;
	}
	fail_msg("no such route");
	return ERR_INTERNAL;
}

/* A buyer whose phone is proven. */
static i64 buyer(struct world *w, const char *phone)
{
	struct identity_in id = { STR("phone"), str_c(phone), true };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ &id, 1, false, now(w), STR("order"), STR_NIL }, &leaf, NULL, NULL), OK);
	settle(w);
	return leaf;
}

static i64 holdout = NIL;

static err create(struct world *w, const char *words, i64 *ret)
{
	struct { str name, expr, words, target; i64 holdout, experiment; struct strs variants; } in = {
		STR("唤醒"), STR("orders >= 0"), str_c(words), STR("https://work.weixin.qq.com/ca/x"), holdout, NIL, { NULL, 0 },
	};
	struct smsdrain *rows;
	size_t n;
	TRY(call(w, 7, "/api/v1/sms-drains", &in, arena_alloc(w->t->arena, 4096)));
	settle(w);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, smsdrain_list(snap, &(struct smsdrain_find){ INT64_MAX, 1 }, &rows, &n)), OK);
	*ret = rows[0].id;
	return OK;
}

static i64 plan(struct world *w)
{
	i64 id = 0;
	assert_int_equal(create(w, "老朋友，加顾问领券：{link}", &id), OK);
	return id;
}

static i64 tally(struct world *w, i64 id, const char *what)
{
	struct smsdrain_tally *t;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, smsdrain_tallies(snap, &(struct smsdrain_key){ id }, &t, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(t[i].what, what))
			return t[i].n;
	return 0;
}

static err approve(struct world *w, i64 id, i64 user)
{
	return call(w, user, "/api/v1/sms-drains/{id}/approve", &(struct smsdrain_key){ id }, arena_alloc(w->t->arena, 4096));
}

static void the_estimate_tells_why_not(void **state)
{
	struct world *w = *state;
	i64 id;
	buyer(w, "+8613900000001");
	i64 no = buyer(w, "+8613900000002");
	befriend(w, "linna", 1);
	struct { str slug, secret, phone, text; } reply = { STR_NIL, STR("s3"), STR("13900000002"), STR(" r ") };
	struct corp corp;
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &corp), OK);
	reply.slug = corp.slug;
	assert_int_equal(call(w, 0, "/sms/reply/{slug}", &reply, NULL), OK);
	settle(w);
	assert_int_equal(told(w, no, EV_REACH_REFUSED, NULL), 1);
	reply.secret = STR("other");
	assert_int_equal(call(w, 0, "/sms/reply/{slug}", &reply, NULL), ERR_SIGNATURE);
	id = plan(w);
	assert_int_equal(tally(w, id, "planned"), 1);
	assert_int_equal(tally(w, id, "refused"), 1);
	assert_int_equal(tally(w, id, "no_phone"), 1); /* the friend whose phone nobody knows */
	assert_int_equal(effects(w, "sms/send", ""), 0);
}

static void words_are_checked_before_anything_is_made(void **state)
{
	struct world *w = *state;
	i64 id;
	assert_int_equal(create(w, "没有链接", &id), ERR_INPUT);
	assert_int_equal(setting_put(&w->cx, "smsdrain.sign", STR("")), OK);
	assert_int_equal(create(w, "{link}", &id), ERR_CONFIG);
	assert_int_equal(sms_parts(STR("")), 1);
	char text[SMS_ONE_CHARS + 1];
	memset(text, 'a', sizeof(text));
	assert_int_equal(sms_parts(str_of(text, SMS_ONE_CHARS)), 1);
	assert_int_equal(sms_parts(str_of(text, SMS_ONE_CHARS + 1)), 2);
}

static void a_message_goes_out_is_clicked_and_followed(void **state)
{
	struct world *w = *state;
	i64 her = buyer(w, "+8613900000001"), id = plan(w);
	assert_int_equal(approve(w, id, 7), OK); /* one person: the maker may */
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "sms/send", "【鱼塘】"), 1);
	assert_int_equal(effects(w, "sms/send", "拒收请回复R"), 1);
	assert_int_equal(tally(w, id, "sent"), 1);
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 1);
	struct smsdrain_person p = { .customer = her, .drain = id };
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), smsdrain_person_get(snap, &p, &p)), OK);
	struct door door;
	struct door_answer answer;
	assert_int_equal(door_find(&w->cx.unit, p.door, &door), OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(smsdrain_enter(&w->cx, &door, NULL, &answer), OK);
		assert_true(str_eq_c(answer.location, "https://work.weixin.qq.com/ca/x"));
	}
	assert_int_equal(tally(w, id, "clicked"), 1);
	live(w, MS_MINUTE);
	const struct json *v = sim_say(w, "/sim/scan", "{\"userid\":\"linna\",\"skip_verify\":true,\"person\":{\"name\":\"她\"}}");
	struct identity_in ids[] = { { STR("external_userid"), json_str(v, "external_userid"), true }, { STR("phone"), STR("+8613900000001"), true } };
	i64 leaf;
	live(w, MS_MINUTE);
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ ids, 2, false, now(w), STR("bind"), STR_NIL }, &leaf, NULL, NULL), OK);
	live(w, MS_MINUTE);
	assert_int_equal(tally(w, id, "followed"), 1);
	assert_int_equal(tally(w, plan(w), "planned"), 0); /* a friend now */
}

static void above_a_size_somebody_else_approves_and_what_waits_can_be_stopped(void **state)
{
	struct world *w = *state;
	char phone[20];
	for (int i = 0; i < 4; i++) {
		snprintf(phone, sizeof(phone), "+861390000001%d", i);
		buyer(w, phone);
	}
	live(w, 12 * MS_HOUR); /* 22:00 */
	i64 id = plan(w);
	assert_int_equal(tally(w, id, "planned"), 4);
	assert_int_equal(approve(w, id, 7), ERR_FORBIDDEN);
	assert_int_equal(approve(w, id, 8), OK);
	assert_int_equal(approve(w, id, 8), ERR_STATE);
	live(w, MS_HOUR);
	assert_int_equal(effects(w, "sms/send", ""), 0); /* quiet hours */
	assert_int_equal(call(w, 7, "/api/v1/sms-drains/{id}/cancel", &(struct smsdrain_key){ id }, arena_alloc(w->t->arena, 4096)), OK);
	live(w, MS_DAY);
	assert_int_equal(effects(w, "sms/send", ""), 0);
	assert_int_equal(tally(w, id, "failed"), 4);
	id = plan(w);
	assert_int_equal(approve(w, id, 8), OK);
	live(w, MS_DAY);
	assert_int_equal(effects(w, "sms/send", ""), 4);
}

/* Claimed at nine, and the process dies before anything is written down. */
static void a_crash_while_sending_is_told_as_unknown(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	struct outbox_row *rows;
	size_t n;
	i64 her = buyer(w, "+8613900000001");
	live(w, 12 * MS_HOUR); /* 22:00 */
	i64 id = plan(w);
	assert_int_equal(approve(w, id, 7), OK);
	live(w, MS_HOUR);
	clock_advance(&w->t->clock, now(w) + 11 * MS_HOUR);
	assert_int_equal(outbox_claim(w->t->store, w->t->arena, STR(""), now(w), 10, &rows, &n, &f), OK);
	assert_int_equal(n, 1);
	assert_int_equal(outbox_recover(w->t->store, w->t->arena, &f), OK); /* as the next start does */
	live(w, MS_HOUR);
	assert_int_equal(effects(w, "sms/send", ""), 0); /* perhaps it went out: never again */
	assert_int_equal(tally(w, id, "unknown"), 1);
	assert_int_equal(told(w, her, EV_REACH_FAILED, NULL), 1);
}

static void two_in_a_month_are_enough_and_a_lost_reply_is_not_repeated(void **state)
{
	struct world *w = *state;
	buyer(w, "+8613900009999"); /* the provider loses the reply */
	buyer(w, "+8613900000000"); /* out of service */
	i64 id = plan(w);
	assert_int_equal(approve(w, id, 7), OK);
	live(w, 2 * MS_HOUR);
	assert_int_equal(effects(w, "sms/send", "13900009999"), 1);
	assert_int_equal(tally(w, id, "unknown"), 1);
	assert_int_equal(tally(w, id, "failed"), 1);
	live(w, 8 * MS_DAY);
	id = plan(w);
	assert_int_equal(approve(w, id, 7), OK);
	live(w, 8 * MS_DAY);
	assert_int_equal(effects(w, "sms/send", "13900009999"), 2);
	id = plan(w);
	assert_int_equal(tally(w, id, "month"), 1);
	live(w, 20 * MS_DAY); /* the next calendar month */
	assert_int_equal(tally(w, plan(w), "month"), 0);
}

static void the_cap_of_all_channels_is_asked_at_the_last_moment(void **state)
{
	struct world *w = *state;
	i64 her = buyer(w, "+8613900000001"), id = plan(w);
	struct reach_ask ask = { .root = her, .channel = "oa", .class = "marketing", .by = "journey", .key = STR("j"), .at = now(w) };
	struct reach_answer a;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), reach_claim(tx, &ask, &a)), OK);
	assert_int_equal(approve(w, id, 7), OK);
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "sms/send", ""), 0);
	assert_int_equal(tally(w, id, "failed"), 1);
}

static void who_is_left_out_on_purpose_gets_nothing(void **state)
{
	struct world *w = *state;
	char phone[20];
	for (int i = 0; i < 20; i++) {
		snprintf(phone, sizeof(phone), "+86139000001%02d", i);
		buyer(w, phone);
	}
	holdout = 40;
	i64 id = plan(w), held = tally(w, id, "holdout"), planned = tally(w, id, "planned");
	holdout = NIL;
	assert_true(held > 0 && planned > 0);
	assert_int_equal(held + planned, 20);
	assert_int_equal(approve(w, id, 8), OK);
	live(w, MS_HOUR);
	assert_int_equal(effects(w, "sms/send", ""), planned);
	struct reach_lift lift;
	assert_int_equal(reach_lift_of(&w->cx.unit, SMSDRAIN_DOOR, id, STR("CNY"), &lift), OK);
	assert_int_equal(((struct reach_arm_view *)lift.treated)->people, planned);
	assert_int_equal(((struct reach_arm_view *)lift.held)->people, held);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_estimate_tells_why_not), S(the_estimate_tells_why_not), T(words_are_checked_before_anything_is_made),
		T(a_message_goes_out_is_clicked_and_followed), S(a_message_goes_out_is_clicked_and_followed),
		T(a_crash_while_sending_is_told_as_unknown), S(a_crash_while_sending_is_told_as_unknown),
		T(above_a_size_somebody_else_approves_and_what_waits_can_be_stopped),
		T(the_cap_of_all_channels_is_asked_at_the_last_moment), T(who_is_left_out_on_purpose_gets_nothing),
		T(two_in_a_month_are_enough_and_a_lost_reply_is_not_repeated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

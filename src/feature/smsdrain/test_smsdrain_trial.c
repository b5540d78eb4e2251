/*
 * Text messages of an experiment: each gets the words of her variant, whom it holds out gets none, and both have met it
 * when the messages are queued, not when they were estimated; as a campaign and by verb.
 */
#include "app/test_app_trial.h"
#include "app/test_app_verb.h"

#include "feature/smsdrain/smsdrain_data.h"
#include "port/send/sms.h"

#define PEOPLE 30
#define DRAINS "/api/v1/sms-drains"

static int make_with(void **state, i64 spread)
{
	static const struct { const char *name, *value; } set[] = {
		{ "sms.url", "http://sim.test/sms/send" }, { "smsdrain.body", "{\"phone\":\"{phone}\",\"text\":\"{text}\"}" },
		{ "smsdrain.sign", "鱼塘" }, { "sms.ok", "\"code\":0" },
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

struct crowd { i64 who[PEOPLE], of[2], held; };

static struct crowd crowd(struct world *w, const struct trial *t)
{
	struct crowd c = { .held = 0 };
	for (int i = 0; i < PEOPLE; i++) {
		struct identity_in id = { STR("phone"), arena_printf(w->t->arena, "+861390000%04d", i + 1), true };
		assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ &id, 1, false, now(w), STR("order"), STR_NIL }, &c.who[i], NULL, NULL), OK);
		i64 lot = trial_lot_of(t, c.who[i]);
		c.held += lot == TRIAL_HELD;
		for (int k = 0; k < 2; k++)
			c.of[k] += lot == k;
	}
	settle(w);
	assert_true(c.held > 0 && c.of[0] > 0 && c.of[1] > 0);
	return c;
}

#define LONG "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"

static int drain(struct world *w, i64 experiment, const char *variants, const struct json **ret)
{
	struct asking boss = asking_new(w);
	int status = asks(&boss, "POST", STR(DRAINS), ret, "{\"name\":\"两种说法\",\"expr\":\"orders >= 0\",\"target\":\"https://x.example\",\"experiment_id\":\"%lld\",\"variants\":%s}",
			  (long long)experiment, variants);
	settle(w);
	return status;
}

static const struct json *shown(struct world *w, i64 id)
{
	struct asking boss = asking_new(w);
	const struct json *v = NULL;
	assert_int_equal(asks(&boss, "GET", arena_printf(w->t->arena, DRAINS "/%lld", (long long)id), &v, "%s", ""), 200);
	return v;
}

static i64 made(struct world *w)
{
	const struct json *v = NULL;
	assert_int_equal(drain(w, EXPERIMENT, "[\"第一种说法 {link}\",\"第二种说法 " LONG LONG " {link}\"]", &v), 202);
	return id_in(v, "id");
}

static void approves(struct world *w, i64 id)
{
	struct asking boss = asking_new(w);
	assert_int_equal(asks(&boss, "POST", arena_printf(w->t->arena, DRAINS "/%lld/approve", (long long)id), NULL, "%s", ""), 200);
	live(w, MS_MINUTE);
}

static void each_gets_the_words_of_her_variant(void **state)
{
	struct world *w = *state;
	struct trial t = trial_begins(w, "running");
	struct crowd c = crowd(w, &t);
	i64 id = made(w);
	const struct json *v = shown(w, id), *lots = json_get(v, "variants");
	assert_int_equal(json_i64(v, "planned", -1), c.of[0] + c.of[1]);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(json_i64(&lots->items[i], "count", -1), c.of[i]);
	assert_int_equal(json_i64(&lots->items[0], "parts", 0), 1);
	assert_int_equal(json_i64(&lots->items[1], "parts", 0), 3);
	assert_int_equal(json_i64(v, "cost", 0), 5 * (c.of[0] + 3 * c.of[1])); /* a part costs five fen */
	assert_int_equal(trial_exposed(w, 0) + trial_exposed(w, TRIAL_HELD), 0); /* an estimate is met by nobody */
	approves(w, id);
	assert_int_equal(effects(w, "sms/send", "第一种说法"), c.of[0]);
	assert_int_equal(effects(w, "sms/send", "第二种说法"), c.of[1]);
	assert_int_equal(trial_exposed(w, 0), c.of[0]);
	assert_int_equal(trial_exposed(w, 1), c.of[1]);
	assert_int_equal(trial_exposed(w, TRIAL_HELD), c.held);
	struct asking boss = asking_new(w);
	assert_int_equal(asks(&boss, "GET", arena_printf(w->t->arena, DRAINS "/%lld/people?state=held", (long long)id), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, c.held);
}

/* Between estimate and approval another campaign met some of them, and the shares moved. */
static void whose_is_whose_is_settled_when_it_is_queued(void **state)
{
	struct world *w = *state;
	struct trial t = trial_begins(w, "running");
	struct crowd c = crowd(w, &t);
	struct trial_by by = { "broadcast", 5, now(w) };
	i64 id = made(w), first = 0, variant, metas = -1;
	for (int i = 0; i < PEOPLE && metas < 0; i++)
		if (trial_lot_of(&t, c.who[i]) == 0)
			metas = i;
	first = c.who[metas];
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, first), trial_expose(tx, &t, &by, first, &variant)), OK);
	t.owners = trial_share(w->t->arena, t.owners, (const i64[]){ 0, 800 }, 2, 200);
	t.epoch++;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, trial_put(tx, &t)), OK);
	approves(w, id);
	assert_int_equal(effects(w, "sms/send", "第一种说法"), 1); /* she keeps what she met */
	assert_int_equal(effects(w, "sms/send", "第二种说法"), c.of[0] + c.of[1] - 1);
	const struct json *v = shown(w, id), *lots = json_get(v, "variants");
	assert_int_equal(json_i64(&lots->items[0], "count", -1), 1);
	assert_int_equal(json_i64(&lots->items[1], "count", -1), c.of[0] + c.of[1] - 1);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct world *w = *state;
	assert_int_equal(drain(w, EXPERIMENT, "[\"一 {link}\",\"二 {link}\"]", NULL), 409); /* there is none */
	trial_begins(w, "running");
	assert_int_equal(drain(w, EXPERIMENT, "[\"一 {link}\"]", NULL), 422);
	assert_int_equal(drain(w, EXPERIMENT, "[\"一 {link}\",\"二 {link}\",\"三 {link}\"]", NULL), 422);
	assert_int_equal(drain(w, EXPERIMENT, "[\"一 {link}\",\"没有链接\"]", NULL), 422);
	trial_begins(w, "ended");
	assert_int_equal(drain(w, EXPERIMENT, "[\"一 {link}\",\"二 {link}\"]", NULL), 409);
}

#define SAYS "{\"experiment\":\"88\",\"variants\":[\"说法甲\",\"说法乙\"]}"

static void a_verb_says_what_her_variant_says(void **state)
{
	struct world *w = *state;
	struct trial t = trial_begins(w, "running");
	struct crowd c = crowd(w, &t);
	for (int i = 0; i < PEOPLE; i++) {
		bool held = trial_lot_of(&t, c.who[i]) == TRIAL_HELD;
		for (int again = 0; again < 2; again++) { /* the same act a second time changes nothing */
			struct verb_result r = does(w, "sms.send", c.who[i], 5, "a", SAYS);
			assert_int_equal(r.state, held ? VERB_REFUSED : VERB_ASKED);
			assert_true(!held || str_eq_c(r.reason, TRIAL_REASON));
		}
	}
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "sms/send", "说法甲"), c.of[0]);
	assert_int_equal(effects(w, "sms/send", "说法乙"), c.of[1]);
	assert_int_equal(trial_exposed(w, 0), c.of[0]);
	assert_int_equal(trial_exposed(w, TRIAL_HELD), c.held);
	assert_int_equal(refuses(w, "sms.send", STR("{\"experiment\":\"88\",\"variants\":[\"说法甲\"]}")), ERR_INPUT);
	assert_int_equal(refuses(w, "sms.send", STR("{\"experiment\":\"89\",\"variants\":[\"说法甲\",\"说法乙\"]}")), ERR_STATE);
	assert_int_equal(refuses(w, "sms.send", STR("{}")), ERR_INPUT);
}

/* Who may not be written to has met nothing, whichever way her lot fell. */
static void whom_restraint_stops_has_met_nothing(void **state)
{
	struct world *w = *state;
	struct trial t = trial_begins(w, "running");
	struct crowd c = crowd(w, &t);
	for (int i = 0; i < PEOPLE; i++)
		assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, c.who[i]), reach_refuse(tx, c.who[i], "sms", STR("reply"), false)), OK);
	settle(w);
	for (int i = 0; i < PEOPLE; i++) {
		struct verb_result r = does(w, "sms.send", c.who[i], 5, "a", SAYS);
		assert_int_equal(r.state, VERB_REFUSED);
		assert_true(str_eq_c(r.reason, "refused"));
	}
	assert_int_equal(trial_exposed(w, 0) + trial_exposed(w, 1) + trial_exposed(w, TRIAL_HELD), 0);
}

#define BOTH(t) { #t, t, make, world_free, NULL }, { #t " (spread)", t, make_spread, world_free, NULL }
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(each_gets_the_words_of_her_variant), BOTH(whose_is_whose_is_settled_when_it_is_queued), BOTH(what_does_not_fit_is_refused),
		BOTH(a_verb_says_what_her_variant_says), BOTH(whom_restraint_stops_has_met_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

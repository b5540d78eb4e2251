/*
 * Moments that leave some out to see what they are worth, and Moments whose versions are the variants of an experiment:
 * whoever is left out never gets the tag.
 */
#include "app/test_app_trial.h"
#include "core/reach/reach_trial.h"
#include "feature/moment/test_moment.h"

#define PEOPLE 24
#define ALL "[{\"name\":\"甲\",\"expr\":\"friend\",\"content\":{\"text\":\"新品到货\"}}]"
#define PAIR "[{\"name\":\"甲\",\"content\":{\"text\":\"第一种\"}},{\"name\":\"乙\",\"content\":{\"text\":\"第二种\"}}]"

static const struct json *looks(struct world *w, const char *versions, const char *more)
{
	const struct json *v = NULL;
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS "/preview"), &v, "{\"expr\":\"friend\",\"versions\":%s%s}", versions, more), 200);
	return v;
}

static int makes(struct world *w, const char *versions, str more, i64 confirm, const struct json **ret)
{
	int status = asks(owner(w), "POST", STR(MOMENTS), ret, "{\"name\":\"上新\",\"expr\":\"friend\",\"versions\":%s,\"confirm_count\":%lld%.*s}", versions,
			  (long long)confirm, STR_F(more));
	settle(w);
	return status;
}

#define SELL_FIELDS(F, S) F(S, ID, order) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered)
RECORD(sell, SELL_FIELDS);

static void sells(struct world *w, i64 her, i64 order, i64 paid, ms at)
{
	struct sell o = { order, paid, STR("CNY"), at };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), journal_add(tx, EV_ORDER_PLACED, her, at, &sell_record, &o, NULL)), OK);
	settle(w);
}

static void who_is_left_out_never_gets_the_tag_and_shows_what_it_was_worth(void **state)
{
	struct world *w = *state;
	str who[PEOPLE];
	for (int i = 0; i < PEOPLE; i++)
		who[i] = befriend(w, "linna", 1);
	const struct json *v = looks(w, ALL, ",\"holdout\":40,\"seed\":\"77\"");
	i64 total = json_i64(v, "total", 0), held = reason(json_get(v, "excluded"), 1, "holdout"), order = 1, bought = 0, others = 0;
	assert_true(held >= 3 && held <= 17);
	assert_int_equal(total + held, PEOPLE);
	assert_int_equal(makes(w, ALL, STR(",\"holdout\":40,\"seed\":\"77\""), total, &v), 202);
	i64 id = id_of(v);
	live(w, MS_MINUTE);
	int tagged = 0;
	for (int i = 0; i < PEOPLE; i++) {
		bool has = tags_on(w, who[i]) > 0;
		tagged += has;
		if (has ? i % 2 == 0 : i % 4 == 0) {
			sells(w, person_of(w, who[i]), order++, 1000, now(w));
			bought += has;
			others += !has;
		}
	}
	assert_int_equal(tagged, total);
	sells(w, person_of(w, who[0]), order++, 5000, now(w) + MS_DAY + MOMENT_BOUGHT_MS); /* too late */
	const struct json *lift = json_get(shown(w, id), "lift"), *treated = json_get(lift, "treated"), *out = json_get(lift, "held");
	assert_int_equal(json_i64(treated, "people", -1), total);
	assert_int_equal(json_i64(out, "people", -1), held);
	assert_int_equal(json_i64(treated, "buyers", -1), bought);
	assert_int_equal(json_i64(treated, "paid", -1), 1000 * bought);
	assert_int_equal(json_i64(out, "buyers", -1), others);
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS "/preview"), NULL, "{\"expr\":\"friend\",\"versions\":%s,\"holdout\":%d}", ALL, REACH_SHARE_MAX), 200);
	assert_int_equal(asks(owner(w), "POST", STR(MOMENTS "/preview"), NULL, "{\"expr\":\"friend\",\"versions\":%s,\"holdout\":%d}", ALL, REACH_SHARE_MAX + 1), 422);
}

static void the_versions_are_the_variants(void **state)
{
	struct world *w = *state;
	struct trial t = trial_begins(w, "running");
	str who[PEOPLE];
	i64 of[2] = { 0 }, held = 0;
	for (int i = 0; i < PEOPLE; i++) {
		who[i] = befriend(w, "linna", 1);
		i64 lot = trial_lot_of(&t, person_of(w, who[i]));
		held += lot == TRIAL_HELD;
		of[0] += lot == 0;
		of[1] += lot == 1;
	}
	assert_true(held > 0 && of[0] > 0 && of[1] > 0);
	const struct json *v = looks(w, PAIR, ",\"experiment_id\":\"88\""), *list = json_get(v, "versions");
	assert_int_equal(json_i64(v, "total", -1), of[0] + of[1]);
	assert_int_equal(json_i64(v, "no_version", -1), 0);
	assert_int_equal(reason(json_get(v, "excluded"), 0, TRIAL_REASON), held);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(json_i64(&list->items[i], "planned", -1), of[i]);
	assert_int_equal(trial_exposed(w, 0), 0); /* looking is met by nobody */
	assert_int_equal(makes(w, PAIR, STR(",\"experiment_id\":\"88\""), of[0] + of[1], &v), 202);
	i64 id = id_of(v);
	live(w, MS_MINUTE);
	for (int i = 0; i < PEOPLE; i++)
		assert_int_equal(tags_on(w, who[i]), trial_lot_of(&t, person_of(w, who[i])) == TRIAL_HELD ? 0 : 1);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(figure(w, id, i + 1, "tagged"), of[i]);
		assert_int_equal(trial_exposed(w, (i64)i), of[i]);
	}
	assert_int_equal(trial_exposed(w, TRIAL_HELD), held);
	assert_true(str_eq_c(json_str(shown(w, id), "experiment"), "标题"));
	assert_int_equal(reason(json_get(shown(w, id), "reasons"), 0, TRIAL_REASON), held);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct world *w = *state;
	const str of = STR(",\"experiment_id\":\"88\"");
	befriend(w, "linna", 3);
	assert_int_equal(makes(w, PAIR, of, 3, NULL), 409);
	trial_begins(w, "running");
	assert_int_equal(makes(w, "[{\"name\":\"甲\",\"content\":{\"text\":\"第一种\"}}]", of, 3, NULL), 422);
	assert_int_equal(makes(w, TWO, of, 3, NULL), 422); /* an audience of its own as well */
	assert_int_equal(makes(w, PAIR, STR(""), 3, NULL), 422); /* without one, only the last is whoever is left */
	trial_begins(w, "ended");
	assert_int_equal(makes(w, PAIR, of, 3, NULL), 409);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_is_left_out_never_gets_the_tag_and_shows_what_it_was_worth), T8(who_is_left_out_never_gets_the_tag_and_shows_what_it_was_worth),
		T(the_versions_are_the_variants), T8(the_versions_are_the_variants), T(what_does_not_fit_is_refused), T8(what_does_not_fit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Histories over leaves, judgements at their edges, the job, warnings, attributes and what a viewer sees. Over
 * one slot and over eight.
 */
#include "feature/value/test_value_rig.h"

static struct value_person person_row(struct world *w, u32 n)
{
	struct value_person p;
	i64 id = id_customer(w->cx.unit.corp, n);
	assert_int_equal(READ_SNAP(&w->cx.unit, tv_slot(w, id), value_person_get(snap, &(struct value_key){ id }, &p)), OK);
	return p;
}

static struct value_score score_row(struct world *w, u32 n)
{
	struct value_score s;
	i64 id = id_customer(w->cx.unit.corp, n);
	assert_int_equal(READ_SNAP(&w->cx.unit, tv_slot(w, id), value_score_get(snap, &(struct value_key){ id }, &s)), OK);
	return s;
}

static bool has_person(struct world *w, u32 n)
{
	struct value_person p;
	i64 id = id_customer(w->cx.unit.corp, n);
	return READ_SNAP(&w->cx.unit, tv_slot(w, id), value_person_get(snap, &(struct value_key){ id }, &p)) == OK;
}

static void assert_person(struct world *w, u32 n, i64 first_ago, i64 last_ago, i64 times, i64 spent, i64 repeat_spent)
{
	struct value_person p = person_row(w, n);
	assert_int_equal(w->day - p.first_day, first_ago);
	assert_int_equal(w->day - p.last_day, last_ago);
	assert_int_equal(p.times, times);
	assert_int_equal(p.spent, spent);
	assert_int_equal(p.repeat_spent, repeat_spent);
}

static i64 events_of(struct world *w, i64 kind, u32 n)
{
	struct event *v;
	size_t count, found = 0;
	i64 id = id_customer(w->cx.unit.corp, n);
	assert_int_equal(READ_SNAP(&w->cx.unit, tv_slot(w, id), timeline_page(snap, id, INT64_MAX, INT64_MAX, 200, &v, &count)), OK);
	for (size_t i = 0; i < count; i++)
		found += v[i].kind == kind;
	return (i64)found;
}

/* ---- pure parts ---- */

static void days_survive_packing(void **state)
{
	struct arena *a = arena_new(1 << 20);
	i64 days[VALUE_DAYS_KEPT + 1], back[VALUE_DAYS_KEPT];
	(void)state;
	for (size_t i = 0; i <= VALUE_DAYS_KEPT; i++)
		days[i] = 10000 + (i64)(i * i);
	assert_int_equal(value_days_unpack(value_days_pack(a, days, 0), back), 0);
	assert_int_equal(value_days_unpack(value_days_pack(a, days, VALUE_DAYS_KEPT), back), VALUE_DAYS_KEPT);
	assert_memory_equal(back, days, sizeof(back));
	assert_int_equal(value_days_unpack(value_days_pack(a, days, VALUE_DAYS_KEPT + 1), back), VALUE_DAYS_KEPT);
	assert_memory_equal(back, days + 1, sizeof(back)); /* the newest are kept */
	arena_free(a);
}

static void gaps_are_pulled_towards_everybody(void **state)
{
	(void)state;
	assert_true(fabs(value_gap(30, 0, 0) - 30) < 1e-9);
	assert_true(fabs(value_gap(30, 1, 10) - (10 + 3 * 30) / 4.0) < 1e-9);
	assert_true(fabs(value_gap(30, 97, 970) - (970 + 90) / 100.0) < 1e-9);
	assert_true(value_gap(0.1, 5, 0) >= 1);
}

static void risks_change_at_their_edges(void **state)
{
	struct value_model m = { .overdue_at = 200, .alive_at = 50 };
	(void)state;
	assert_string_equal(value_risk_of(&m, 1, 75, 120), "low");
	assert_string_equal(value_risk_of(&m, 1, 74, 120), "watch");
	assert_string_equal(value_risk_of(&m, 1, 75, 121), "watch");
	assert_string_equal(value_risk_of(&m, 1, 75, 200), "watch");
	assert_string_equal(value_risk_of(&m, 1, 75, 201), "high");
	assert_string_equal(value_risk_of(&m, 1, 50, 100), "watch");
	assert_string_equal(value_risk_of(&m, 1, 49, 100), "high");
	assert_string_equal(value_risk_of(&m, 1, 10, 100), "high");
	assert_string_equal(value_risk_of(&m, 1, 9, 100), "lost");
	/* without a fit the ratio alone decides */
	assert_string_equal(value_risk_of(&m, 1, NIL, 500), "high");
	assert_string_equal(value_risk_of(&m, 1, NIL, 501), "lost");
	assert_string_equal(value_risk_of(&m, 1, NIL, NIL), "low");
	/* who bought once is never high */
	assert_string_equal(value_risk_of(&m, 0, NIL, 121), "watch");
	assert_string_equal(value_risk_of(&m, 0, NIL, 500), "watch");
	assert_string_equal(value_risk_of(&m, 0, NIL, 501), "lost");
}

static void a_judgement_follows_the_model(void **state)
{
	struct value_model m = { .fitted = true, .money = true, .gaps = true, .buys = { 0.24259, 4.41353, 0.79289, 2.42575 },
				 .pays = { 6.2488, 3.7446, 15.4478 }, .gap = 30, .near = 30, .horizon = 273,
				 .overdue_at = 200, .alive_at = 50 };
	struct value_history h = { .first = 1000, .last = 1213, .times = 3, .spent = 8000, .repeat_spent = 4470 };
	struct value_mark v = value_judge(&m, &h, 1272); /* 2 repeats, t_x 30.43, T 38.86 weeks */
	(void)state;
	assert_int_equal(v.alive, 73);
	assert_int_equal(v.orders, 123);
	assert_true(v.near > 0 && v.near < v.orders);
	assert_int_equal(v.worth, 3000); /* 1.226 orders of 24.66 each, in whole yuan */
	assert_int_equal(v.gap, 606);    /* (213 + 3 x 30) / 5 */
	assert_int_equal(v.overdue, 97);
	assert_int_equal(v.at_risk, 4200);
	assert_string_equal(v.risk, "watch");
	h.times = 1;
	h.last = 1000;
	v = value_judge(&m, &h, 1272);
	assert_int_equal(v.alive, NIL);
	assert_true(v.orders > 0);
	m.fitted = m.money = false;
	h = (struct value_history){ .first = 1000, .last = 1213, .times = 3, .spent = 9000, .repeat_spent = 6000 };
	v = value_judge(&m, &h, 1272);
	assert_int_equal(v.alive, NIL);
	assert_int_equal(v.worth, NIL);
	assert_int_equal(v.overdue, 97);
	assert_int_equal(v.at_risk, 13500); /* 273 / 60.6 purchases of 30 */
	v = value_judge(&m, &h, 1200); /* an order of tomorrow */
	assert_int_equal(v.overdue, 0);
}

/* ---- histories ---- */

static void orders_make_a_history_and_take_it_back(void **state)
{
	struct world *w = *state;
	tv_order(w, EV_ORDER_PLACED, 1, 11, 40, 1000, "CNY");
	tv_order(w, EV_ORDER_PLACED, 1, 12, 10, 2000, "CNY");
	tv_order(w, EV_ORDER_PLACED, 1, 13, 10, 500, "CNY"); /* the same day: one purchase */
	tv_order(w, EV_ORDER_PLACED, 1, 14, 5, 99900, "USD"); /* another currency: a day, no money */
	tv_order(w, EV_ORDER_CHANGED, 1, 15, 3, 700, "CNY");  /* of what never counted */
	tv_order(w, EV_ORDER_CANCELLED, 1, 16, 2, 700, "CNY");
	tv_consume(w);
	assert_person(w, 1, 40, 5, 3, 3500, 2500);
	tv_refund(w, EV_ORDER_REFUNDED, 1, 12, 300);
	tv_order(w, EV_ORDER_CHANGED, 1, 11, 41, 1100, "CNY");
	tv_consume(w);
	assert_person(w, 1, 41, 5, 3, 3300, 2200);
	tv_refund(w, EV_ORDER_REFUNDED, 1, 12, 1700); /* wholly gone: the other order of the day still stands */
	tv_order(w, EV_ORDER_WITHDRAWN, 1, 14, 5, 99900, "USD");
	tv_consume(w);
	assert_person(w, 1, 41, 10, 2, 1600, 500);
	tv_refund(w, EV_REFUND_WITHDRAWN, 1, 12, 1700);
	tv_consume(w);
	assert_person(w, 1, 41, 10, 2, 3300, 2200);
	for (i64 order = 11; order <= 13; order++)
		tv_order(w, EV_ORDER_WITHDRAWN, 1, order, 0, 0, "CNY");
	tv_consume(w);
	assert_false(has_person(w, 1));
}

static void a_refund_told_before_its_order_counts(void **state)
{
	struct world *w = *state;
	tv_refund(w, EV_ORDER_REFUNDED, 1, 11, 400);
	tv_order(w, EV_ORDER_PLACED, 1, 11, 9, 1000, "CNY");
	tv_order(w, EV_ORDER_PLACED, 1, 12, 8, 0, "CNY"); /* costs nothing and stands */
	tv_refund(w, EV_ORDER_REFUNDED, 1, 0, 400);       /* of no known order */
	tv_consume(w);
	assert_person(w, 1, 9, 8, 2, 600, 0);
}

static void merges_and_splits_are_exact(void **state)
{
	struct world *w = *state;
	i64 root, leaf = id_customer(w->cx.unit.corp, 70001); /* of another block: another slot when spread */
	tv_order(w, EV_ORDER_PLACED, 1, 11, 40, 1000, "CNY");
	tv_order(w, EV_ORDER_PLACED, 1, 12, 10, 2000, "CNY");
	tv_order(w, EV_ORDER_PLACED, 70001, 13, 50, 300, "CNY");
	tv_order(w, EV_ORDER_PLACED, 70001, 14, 10, 400, "CNY");
	tv_consume(w);
	assert_int_equal(customer_merge(&w->cx.unit, id_customer(w->cx.unit.corp, 1), leaf, "phone", &root), OK);
	tv_consume(w);
	assert_int_equal(root, id_customer(w->cx.unit.corp, 1));
	assert_person(w, 1, 50, 10, 3, 3700, 3400);
	assert_false(has_person(w, 70001));
	tv_order(w, EV_ORDER_PLACED, 70001, 15, 1, 50, "CNY"); /* written under the leaf */
	tv_consume(w);
	assert_person(w, 1, 50, 1, 4, 3750, 3450);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	tv_consume(w);
	assert_person(w, 1, 40, 10, 2, 3000, 2000);
	assert_person(w, 70001, 50, 1, 3, 750, 450);
}

static void a_replay_gives_the_same_histories(void **state)
{
	struct world *w = *state;
	tv_population(w, 60, 200);
	tv_refund(w, EV_ORDER_REFUNDED, 3, 1005, 100);
	tv_consume(w);
	struct value_person was[61];
	for (u32 n = 1; n <= 60; n++)
		was[n] = person_row(w, n);
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "value", &w->cx.unit.fail), OK);
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, NULL, &w->cx.unit.fail), OK);
	for (u32 n = 1; n <= 60; n++) {
		struct value_person p = person_row(w, n);
		assert_int_equal(p.spent, was[n].spent);
		assert_true(str_eq(p.days, was[n].days));
	}
}

/* ---- the job ---- */

static void too_few_buyers_leave_the_ratio(void **state)
{
	struct world *w = *state;
	const struct json *j;
	tv_population(w, 40, 200);
	tv_until(w, 0);
	tv_fit(w);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value", "{}", &j), OK);
	const struct json *fit = json_get(j, "fit");
	assert_true(str_eq_c(json_str(fit, "state"), "few"));
	assert_int_equal(json_i64(fit, "customers", 0), 40);
	assert_true(str_has(json_get(j, "words")->items[0].text, STR("50"))); /* what is needed */
	assert_int_equal(json_get(j, "held_out")->type, JSON_NULL);
	assert_int_equal(tv_count(w, "p_alive is known"), 0);
	assert_int_equal(tv_count(w, "overdue is known"), 40);
	assert_true(tv_count(w, "risk in (low, watch, high, lost)") == 40);
}

static str fit_state(struct world *w)
{
	const struct json *j;
	tv_fit(w);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value", "{}", &j), OK);
	return json_str(json_get(j, "fit"), "state");
}

/* Ninety-nine buyers are too few, and so are a hundred of whom forty-nine came again. */
static void a_fit_rests_on_enough_buyers_and_repeaters(void **state)
{
	struct world *w = *state;
	for (u32 n = 1; n < VALUE_PEOPLE_MIN; n++)
		for (i64 k = 0; k < (n < VALUE_REPEATERS_MIN ? 2 : 1); k++)
			tv_order(w, EV_ORDER_PLACED, n, n * 10 + k, 30 + (n % 50) + k * (20 + n % 7), 10000, "CNY");
	tv_consume(w);
	tv_until(w, 0);
	assert_true(str_eq_c(fit_state(w), "few"));
	tv_order(w, EV_ORDER_PLACED, VALUE_PEOPLE_MIN, 5000, 40, 10000, "CNY");
	tv_consume(w);
	assert_true(str_eq_c(fit_state(w), "few"));
	tv_order(w, EV_ORDER_PLACED, VALUE_PEOPLE_MIN, 5001, 12, 10000, "CNY"); /* the fiftieth who came again */
	tv_consume(w);
	assert_true(str_eq_c(fit_state(w), "fitted"));
}

static void the_fit_is_kept_and_checked_against_its_own_end(void **state)
{
	struct world *w = *state;
	const struct json *j;
	tv_population(w, 500, 420);
	tv_until(w, 0);
	tv_fit(w);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value", "{}", &j), OK);
	const struct json *fit = json_get(j, "fit"), *out = json_get(j, "held_out");
	assert_true(str_eq_c(json_str(fit, "state"), "fitted"));
	assert_int_equal(json_i64(fit, "customers", 0), 500);
	assert_true(json_i64(fit, "repeaters", 0) > 200);
	assert_true(json_get(fit, "r")->real > 0 && json_get(fit, "alpha")->real > 0);
	assert_true(json_get(fit, "ll")->real < 0);
	assert_true(json_bool(fit, "money", false));
	assert_true(json_get(j, "words")->n >= 4);
	i64 actual = json_i64(out, "actual", 0), flagged = json_i64(out, "flagged", 0);
	double predicted = json_get(out, "predicted")->real;
	assert_true(actual > 200);
	assert_true(fabs(predicted / (double)actual - 1) < 0.15);
	assert_true(flagged > 10 && json_i64(out, "hits", 0) <= flagged);
	assert_true(json_get(out, "precision")->real > 0.5);
	assert_int_equal(json_get(out, "rows")->n, VALUE_X_SHOWN);
	i64 people = 0;
	for (size_t i = 0; i < VALUE_X_SHOWN; i++)
		people += json_i64(&json_get(out, "rows")->items[i], "people", 0);
	assert_int_equal(people, json_i64(out, "people", 0));
	/* every person stands in one bin, every repeat buyer has a chance */
	i64 binned = 0, risks = 0;
	for (size_t i = 0; i < json_get(j, "alive")->n; i++)
		binned += json_i64(&json_get(j, "alive")->items[i], "count", 0);
	for (size_t i = 0; i < json_get(j, "risks")->n; i++)
		risks += json_i64(&json_get(j, "risks")->items[i], "count", 0);
	assert_int_equal(binned, json_i64(fit, "repeaters", 0));
	assert_int_equal(risks, 500);
	assert_int_equal(tv_count(w, "expected_orders >= 0 and expected_value >= 0"), 500);
	tv_fit(w);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value/fits", "{\"limit\":1}", &j), OK);
	assert_int_equal(json_get(j, "data")->n, 1);
	assert_int_equal(json_get(j, "next")->type, JSON_TEXT);
}

static void regular(struct world *w, u32 n, i64 gap, i64 last_ago)
{
	for (i64 i = 0; i < 12; i++)
		tv_order(w, EV_ORDER_PLACED, n, n * 100 + i, last_ago + i * gap, 10000, "CNY");
}

static void a_warning_is_given_once_and_taken_back(void **state)
{
	struct world *w = *state;
	tv_population(w, 300, 420);
	regular(w, 900, 14, 40);
	regular(w, 901, 14, 300); /* gone long before anybody looked */
	tv_consume(w);
	tv_until(w, 0);
	tv_fit(w);
	assert_string_equal(arena_cstr(w->t->arena, score_row(w, 900).risk), "high");
	assert_string_equal(arena_cstr(w->t->arena, score_row(w, 901).risk), "lost");
	assert_int_equal(events_of(w, EV_RISK_RAISED, 900), 1);
	assert_int_equal(events_of(w, EV_RISK_RAISED, 901), 0);
	tv_until(w, 2);
	tv_fit(w);
	assert_int_equal(events_of(w, EV_RISK_RAISED, 900), 1);
	/* she buys: scored at once, the warning ends at night */
	tv_order(w, EV_ORDER_PLACED, 900, 90099, -2, 10000, "CNY");
	tv_consume(w);
	assert_string_equal(arena_cstr(w->t->arena, score_row(w, 900).risk), "low");
	assert_int_equal(score_row(w, 900).overdue, 0);
	assert_int_equal(events_of(w, EV_RISK_CLEARED, 900), 0);
	tv_fit(w);
	assert_int_equal(events_of(w, EV_RISK_CLEARED, 900), 1);
	/* and falls silent again: another episode */
	tv_until(w, 60);
	tv_fit(w);
	assert_int_equal(events_of(w, EV_RISK_RAISED, 900), 2);
	/* a replay raises and clears nothing */
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, NULL, &w->cx.unit.fail), OK);
	tv_fit(w);
	assert_int_equal(events_of(w, EV_RISK_RAISED, 900), 2);
	assert_int_equal(events_of(w, EV_RISK_CLEARED, 900), 1);
}

static void what_is_withdrawn_is_known_no_more(void **state)
{
	struct world *w = *state;
	struct value_score s;
	i64 id = id_customer(w->cx.unit.corp, 900);
	tv_population(w, 150, 420);
	regular(w, 900, 14, 40);
	tv_consume(w);
	tv_until(w, 0);
	tv_fit(w);
	assert_int_equal(tv_count(w, "risk = high and overdue > 200 and spent = 0"), tv_count(w, "risk = high and overdue > 200"));
	i64 known = tv_count(w, "overdue is known");
	for (i64 i = 0; i < 12; i++)
		tv_order(w, EV_ORDER_WITHDRAWN, 900, 90000 + i, 0, 0, "CNY");
	tv_consume(w);
	assert_int_equal(tv_count(w, "overdue is known"), known - 1);
	tv_fit(w);
	assert_int_equal(READ_SNAP(&w->cx.unit, tv_slot(w, id), value_score_get(snap, &(struct value_key){ id }, &s)), ERR_NOT_FOUND);
}

static void a_night_queues_one_job(void **state)
{
	struct world *w = *state;
	i64 job;
	const struct json *j;
	tv_population(w, 5, 100);
	w->t->clock = clock_simulated(TEST_START + 18 * MS_HOUR); /* 02:00 of the next day */
	tv_stage(w, STAGE_TIMER);
	assert_int_equal(value_running(&w->cx.unit, &job), OK);
	assert_int_equal(job, 0);
	w->t->clock = clock_simulated(TEST_START + 19 * MS_HOUR); /* 03:00 */
	tv_stage(w, STAGE_TIMER);
	assert_int_equal(value_running(&w->cx.unit, &job), OK);
	assert_true(job != 0);
	assert_int_equal(tv_call(w, "POST", "/api/v1/value/fit", "{}", NULL), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_VALUE_RUNNING);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), job_cancel(tx, job)), OK);
	tv_stage(w, STAGE_JOB);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value", "{}", &j), OK);
	assert_int_equal(json_get(j, "job")->type, JSON_NULL);
	assert_int_equal(json_get(j, "fit")->type, JSON_NULL);
	assert_int_equal(tv_call(w, "POST", "/api/v1/value/fit", "{}", &j), OK);
	tv_stage(w, STAGE_JOB);
	assert_int_equal(value_running(&w->cx.unit, &job), OK);
	assert_int_equal(job, 0);
}

/* ---- what a viewer sees ---- */

static void befriend(struct world *w, u32 n, int staff)
{
	struct tv_follow row = { id_customer(w->cx.unit.corp, n), w->staff[staff] };
	tv_person(w, n);
	assert_int_equal(WRITE_TX(&w->cx.unit, tv_slot(w, row.customer), tv_follow_put(tx, &row)), OK);
}

static void warnings_are_the_dearest_first_within_the_scope(void **state)
{
	struct world *w = *state;
	const struct json *j;
	tv_population(w, 300, 420);
	for (u32 n = 900; n < 910; n++) {
		befriend(w, n, n % 2);
		regular(w, n, 10 + n % 3, 38);
	}
	tv_consume(w);
	tv_until(w, 0);
	tv_fit(w);
	i64 high = tv_count(w, "risk = high"), seen = 0, before = INT64_MAX;
	assert_true(high >= 10);
	char cursor[600] = "{\"limit\":4}";
	for (;;) {
		assert_int_equal(tv_call(w, "GET", "/api/v1/value/warnings", cursor, &j), OK);
		assert_int_equal(json_i64(j, "total", 0), high);
		const struct json *rows = json_get(j, "data");
		for (size_t i = 0; i < rows->n; i++, seen++) {
			assert_true(json_i64(&rows->items[i], "at_risk", 0) <= before);
			before = json_i64(&rows->items[i], "at_risk", 0);
			assert_true(json_str(&rows->items[i], "why").n > 0);
		}
		if (json_get(j, "next")->type == JSON_NULL)
			break;
		snprintf(cursor, sizeof(cursor), "{\"limit\":4,\"cursor\":\"%.*s\"}", STR_F(json_str(j, "next")));
	}
	assert_int_equal(seen, high);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value/warnings", "{\"limit\":50,\"staff\":\"zhangsan\"}", &j), OK);
	assert_int_equal(json_get(j, "data")->n, 5);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value/warnings", "{\"limit\":50,\"staff\":\"nobody\"}", &j), ERR_INPUT);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value/warnings", "{\"limit\":50,\"risk\":\"dear\"}", &j), ERR_INPUT);
	/* a member of staff sees those she serves, in counts too */
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), scope_set(tx, 77, &w->staff[1], 1)), OK);
	w->cx.unit.scope = 77;
	assert_int_equal(tv_call(w, "GET", "/api/v1/value/warnings", "{\"limit\":50}", &j), OK);
	assert_int_equal(json_get(j, "data")->n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(json_i64(&json_get(j, "data")->items[i], "silent", 0), 38);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value", "{}", &j), OK);
	assert_int_equal(json_i64(&json_get(j, "risks")->items[2], "count", -1), 5);
}

static void one_person_is_shown_to_who_may_see_her(void **state)
{
	struct world *w = *state;
	const struct json *j;
	char mine[80], other[80], nothing[80];
	tv_population(w, 20, 200);
	befriend(w, 5, 0);
	tv_person(w, 500);
	tv_consume(w);
	tv_until(w, 0);
	tv_fit(w);
	snprintf(mine, sizeof(mine), "{\"id\":\"%lld\"}", (long long)id_customer(w->corps[0], 5));
	snprintf(nothing, sizeof(nothing), "{\"id\":\"%lld\"}", (long long)id_customer(w->corps[0], 500));
	snprintf(other, sizeof(other), "{\"id\":\"%lld\"}", (long long)id_customer(w->corps[1], 5));
	assert_int_equal(tv_call(w, "GET", "/api/v1/customers/{id}/value", mine, &j), OK);
	assert_true(json_i64(json_get(j, "value"), "times", 0) > 0);
	assert_true(json_str(json_get(j, "value"), "why").n > 0);
	assert_int_equal(tv_call(w, "GET", "/api/v1/customers/{id}/value", nothing, &j), OK);
	assert_int_equal(json_get(j, "value")->type, JSON_NULL);
	assert_int_equal(tv_call(w, "GET", "/api/v1/customers/{id}/value", other, &j), ERR_NOT_FOUND);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), scope_set(tx, 78, &w->staff[1], 1)), OK);
	w->cx.unit.scope = 78;
	assert_int_equal(tv_call(w, "GET", "/api/v1/customers/{id}/value", mine, &j), ERR_NOT_FOUND);
}

static void corps_know_nothing_of_each_other(void **state)
{
	struct world *w = *state;
	const struct json *j;
	tv_population(w, 30, 200);
	tv_until(w, 0);
	tv_fit(w);
	w->cx.unit.corp = w->corps[1];
	assert_int_equal(tv_call(w, "GET", "/api/v1/value", "{}", &j), OK);
	assert_int_equal(json_get(j, "fit")->type, JSON_NULL);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value/fits", "{\"limit\":5}", &j), OK);
	assert_int_equal(json_get(j, "data")->n, 0);
	tv_fit(w); /* of nobody: it ends and says so */
	assert_int_equal(tv_call(w, "GET", "/api/v1/value", "{}", &j), OK);
	assert_int_equal(json_i64(json_get(j, "fit"), "customers", -1), 0);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value/warnings", "{\"limit\":5}", &j), OK);
	assert_int_equal(json_get(j, "data")->n, 0);
}

static void roles_may_look_and_few_may_compute(void **state)
{
	(void)state;
	perm_set read = perm_bit(tv_modules, "value.read"), fit = perm_bit(tv_modules, "value.fit");
	assert_true(read && fit);
	assert_true((role_perms(tv_modules, STR("staff")) & read) != 0);
	assert_false((role_perms(tv_modules, STR("staff")) & fit) != 0);
	assert_true((role_perms(tv_modules, STR("readonly")) & read) != 0);
	assert_false((role_perms(tv_modules, STR("readonly")) & fit) != 0);
	assert_false((role_perms(tv_modules, STR("manager")) & fit) != 0);
	assert_true((role_perms(tv_modules, STR("operator")) & fit) != 0);
}

static void a_bad_setting_is_taken_as_the_default(void **state)
{
	struct world *w = *state;
	const struct json *j;
	assert_int_equal(setting_put(&w->cx, "value.horizon_days", STR("soon")), OK);
	assert_int_equal(setting_put(&w->cx, "value.near_days", STR("999")), OK);
	assert_int_equal(tv_call(w, "GET", "/api/v1/value", "{}", &j), OK);
	assert_int_equal(json_i64(json_get(j, "settings"), "horizon_days", 0), VALUE_HORIZON_DAYS);
	assert_int_equal(json_i64(json_get(j, "settings"), "near_days", 0), VALUE_HORIZON_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_survive_packing), cmocka_unit_test(gaps_are_pulled_towards_everybody),
		cmocka_unit_test(risks_change_at_their_edges), cmocka_unit_test(a_judgement_follows_the_model),
		BOTH(orders_make_a_history_and_take_it_back), BOTH(a_refund_told_before_its_order_counts),
		BOTH(merges_and_splits_are_exact), BOTH(a_replay_gives_the_same_histories),
		BOTH(too_few_buyers_leave_the_ratio), ONE(a_fit_rests_on_enough_buyers_and_repeaters), BOTH(the_fit_is_kept_and_checked_against_its_own_end),
		BOTH(a_warning_is_given_once_and_taken_back), BOTH(what_is_withdrawn_is_known_no_more),
		ONE(a_night_queues_one_job), BOTH(warnings_are_the_dearest_first_within_the_scope),
		BOTH(one_person_is_shown_to_who_may_see_her), ONE(corps_know_nothing_of_each_other),
		cmocka_unit_test(roles_may_look_and_few_may_compute), ONE(a_bad_setting_is_taken_as_the_default),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Experiments: what a plan must be, states, the verdict over many simulated runs (no winners of luck, real ones found),
 * samples closed once, shares of a bandit that can be worked out again, and all of it over HTTP.
 */
#include "app/test_app_ask.h"

#include "base/hash.h"
#include "feature/experiment/experiment_int.h"

#include <math.h>

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

/* ---- the verdict alone ---- */

struct dice { u64 at; };
static bool chance(struct dice *d, double p) { return (double)(hash_mix(d->at += 0x9e3779b97f4a7c15u) >> 11) < p * 9007199254740992.0; }

/* n variants whose sample is closed and over, `people` each; truth NULL: all alike. */
static struct experiment_sums closed(struct arena *a, size_t n, i64 people)
{
	struct experiment_cell *cells = ARENA_ARRAY(a, struct experiment_cell, n);
	struct experiment_factor *factor = ARENA_NEW(a, struct experiment_factor);
	str *levels = ARENA_ARRAY(a, str, n);
	struct experiment_sums s = { .n = n, .currency = STR("CNY"), .now = 100 * MS_DAY };
	factor->name = STR("素材");
	factor->levels = (struct strs){ levels, n };
	for (size_t i = 0; i < n; i++) {
		levels[i] = arena_printf(a, "图%zu", i);
		cells[i] = (struct experiment_cell){ { &levels[i], 1 }, TRIAL_BUCKETS / (i64)n };
		s.sides[i] = (struct experiment_side){ .share = 10, .people = people, .ripe = people, .meant = (double)people };
	}
	s.plan = (struct experiment_plan){ .factors = { factor, 1 }, .cells = { cells, n }, .mode = STR("fixed"), .held = TRIAL_BUCKETS % (i64)n, .goal = STR("order"), .days = 7, .floor = NIL };
	s.row = (struct experiment_row){ .id = 77, .state = STR("running"), .needed = people, .filled = MS_DAY, .started = 0 };
	s.trial = experiment_trial(a, &s.row, &s.plan, 0);
	return s;
}

static str verdict(struct arena *a, const struct experiment_sums *s, struct experiment_result *ret)
{
	experiment_judge(a, s, LANG_ZH, ret);
	return ret->verdict;
}

/* Quick runs: the posterior is not drawn anew for each. */
static str run(struct world *w, struct dice *d, const double *truth, size_t n, i64 people, struct experiment_result *r)
{
	struct experiment_sums s = closed(w->t->arena, n, people);
	for (size_t i = 0; i < n; i++)
		for (i64 k = 0; k < people; k++)
			s.sides[i].hits += chance(d, truth[i]);
	return verdict(w->t->arena, &s, r);
}

#define RUNS 300

/* Four variants that are all the same: at most 5 of 100 runs may name one (here two standard errors above). */
static void variants_that_are_the_same_seldom_win(void **state)
{
	struct world *w = *state;
	struct dice d = { 1 };
	static const double truth[] = { 0.1, 0.1, 0.1, 0.1 };
	int wrong = 0;
	for (int i = 0; i < RUNS; i++) {
		struct arena_mark m = arena_mark(w->t->arena);
		struct experiment_result r;
		str v = run(w, &d, truth, 4, 2000, &r);
		wrong += !str_eq_c(v, "none");
		arena_reset(w->t->arena, m);
	}
	assert_true(wrong <= RUNS * 0.072);
}

/* With the people the helper names, the lift is found as often as was asked for. */
static void a_real_lift_is_found_as_often_as_promised(void **state)
{
	struct world *w = *state;
	struct dice d = { 2 };
	static const double truth[] = { 0.1, 0.15, 0.1 };
	i64 needed = experiment_needed(0.1, 0.5, 0.8, 2);
	int found = 0;
	for (int i = 0; i < RUNS; i++) {
		struct arena_mark m = arena_mark(w->t->arena);
		struct experiment_result r;
		str v = run(w, &d, truth, 3, needed, &r);
		found += str_eq_c(v, "winner") && str_eq_c(r.best, "b");
		arena_reset(w->t->arena, m);
	}
	assert_true(found > RUNS * 0.75 && found < RUNS * 0.92);
}

static void the_helper_has_its_check_values(void **state)
{
	assert_int_equal(experiment_needed(0.10, 0.2, 0.8, 1), 3841);
	assert_int_equal(experiment_needed(0.05, 0.2, 0.8, 0), 8158);
	assert_int_equal(experiment_needed(0.20, 0.25, 0.8, 1), 1094);
	assert_true(experiment_needed(0.10, 0.2, 0.8, 3) > 3841);
	assert_int_equal(experiment_needed(0.10, 0, 0.8, 1), 0);
	assert_int_equal(experiment_needed(0, 0.2, 0.8, 1), 0);
	assert_int_equal(experiment_needed(0.9, 0.2, 0.8, 1), 0);
	(void)state;
}

static void before_the_sample_is_over_nothing_is_said(void **state)
{
	struct world *w = *state;
	struct experiment_result r;
	struct experiment_sums s = closed(w->t->arena, 2, 1000);
	s.sides[0].hits = 100;
	s.sides[1].hits = 200;
	assert_true(str_eq_c(verdict(w->t->arena, &s, &r), "winner"));
	assert_true(r.arms.n == 2 && fabs(((struct experiment_arm *)r.arms.v)[1].diff - 0.1) < 1e-12);
	s.row.filled = s.now - 7 * MS_DAY + 1;
	assert_true(str_eq_c(verdict(w->t->arena, &s, &r), "wait"));
	s.row.filled = s.now - 7 * MS_DAY;
	assert_true(str_eq_c(verdict(w->t->arena, &s, &r), "winner"));
	s.row.filled = NIL;
	assert_true(str_eq_c(verdict(w->t->arena, &s, &r), "wait"));
	for (int i = 0; i < 2; i++)
		s.sides[i].people = s.sides[i].ripe = s.sides[i].hits = 0;
	assert_true(str_eq_c(verdict(w->t->arena, &s, &r), "nobody"));
}

static void a_broken_split_is_said_before_anything_else(void **state)
{
	struct world *w = *state;
	struct experiment_result r;
	struct experiment_sums s = closed(w->t->arena, 2, 10000);
	s.sides[0].hits = 1000;
	s.sides[1].hits = 2000;
	s.sides[1].meant = 10600; /* 10,000 of each, 48.5 : 51.5 meant */
	assert_true(str_eq_c(verdict(w->t->arena, &s, &r), "broken"));
	assert_false(r.srm_ok);
	assert_null(r.best.p);
}

static void who_is_deleted_more_often_is_warned_about(void **state)
{
	struct world *w = *state;
	struct experiment_result r;
	struct experiment_sums s = closed(w->t->arena, 2, 2000);
	s.sides[0].hits = 200;
	s.sides[1].hits = 300;
	s.sides[0].lost = 10;
	s.sides[1].lost = 15;
	verdict(w->t->arena, &s, &r);
	assert_null(r.warning.p);
	s.sides[1].lost = 60;
	verdict(w->t->arena, &s, &r);
	assert_true(r.warning.n > 0);
}

static void all_worse_than_today_leaves_today(void **state)
{
	struct world *w = *state;
	struct experiment_result r;
	struct experiment_sums s = closed(w->t->arena, 3, 2000);
	s.sides[0].hits = 400;
	s.sides[1].hits = s.sides[2].hits = 250;
	assert_true(str_eq_c(verdict(w->t->arena, &s, &r), "base"));
	assert_true(str_eq_c(r.best, "a"));
	s.sides[2].hits = 390;
	assert_true(str_eq_c(verdict(w->t->arena, &s, &r), "none"));
}

static void few_people_show_no_rate(void **state)
{
	struct world *w = *state;
	struct experiment_result r;
	struct experiment_sums s = closed(w->t->arena, 2, EXPERIMENT_RIPE_MIN);
	s.sides[0].hits = EXPERIMENT_HITS_MIN;
	s.sides[1].hits = EXPERIMENT_HITS_MIN - 1;
	verdict(w->t->arena, &s, &r);
	const struct experiment_arm *arms = r.arms.v;
	assert_true(arms[0].enough);
	assert_false(arms[1].enough);
	s.sides[0].ripe--;
	verdict(w->t->arena, &s, &r);
	assert_false(arms[0].enough && ((struct experiment_arm *)r.arms.v)[0].enough);
}

/* ---- in the pond ---- */

static i64 number(const struct json *v, const char *name) { return json_i64(v, name, NIL); }


static const char *const grid =
	"{\"name\":\"%s\",\"factors\":[{\"name\":\"素材\",\"levels\":[\"图一\",\"图二\"]},{\"name\":\"权益\",\"levels\":[\"满减\",\"赠品\"]}],"
	"\"cells\":[{\"levels\":[\"图一\",\"满减\"],\"share\":%d},{\"levels\":[\"图二\",\"满减\"],\"share\":%d},{\"levels\":[\"图二\",\"赠品\"],\"share\":%d}],"
	"\"mode\":\"%s\",\"held\":%d,\"floor\":%d,\"goal\":\"%s\",\"expr\":\"gender = \\\"female\\\"\",\"days\":7,\"base\":%s,\"lift\":0.5,\"power\":0.8}";

#define BY_MONEY "order\",\"measure\":\"money"

static i64 create(struct asking *b, const char *mode, int one, int two, int three, int held, const char *goal)
{
	const struct json *v;
	str body = arena_printf(b->w->t->arena, grid, "标题测试", one, two, three, mode, held, 100, goal, "0.2");
	assert_int_equal(asks(b, "POST", STR("/api/v1/experiments"), &v, "%.*s", STR_F(body)), 201);
	return id_in(v, "id");
}

static int act(struct asking *b, i64 id, const char *what, const char *body, const struct json **ret)
{
	return asks(b, "POST", arena_printf(b->w->t->arena, "/api/v1/experiments/%lld/%s", (long long)id, what), ret, "%s", body);
}

static const struct json *read(struct asking *b, i64 id, const char *what)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", arena_printf(b->w->t->arena, "/api/v1/experiments/%lld%s", (long long)id, what), &v, "%s", ""), 200);
	return v;
}

static int refused(struct asking *b, const char *name, int one, const char *mode, int held, int floor, const char *goal, const char *rate)
{
	str body = arena_printf(b->w->t->arena, grid, name, one, 300, 300, mode, held, floor, goal, rate);
	return asks(b, "POST", STR("/api/v1/experiments"), NULL, "%.*s", STR_F(body));
}

#define NAME10 "十个字的名字在这里了"
static void a_plan_is_refused_with_the_reason(void **state)
{
	struct asking b = asking_new(*state);
	assert_int_equal(refused(&b, "好", 400, "fixed", 0, 50, "order", "0.1"), 201);
	assert_int_equal(refused(&b, NAME10 NAME10 NAME10 NAME10, 400, "fixed", 0, 50, "order", "0.1"), 201);
	assert_int_equal(refused(&b, NAME10 NAME10 NAME10 NAME10 "长", 400, "fixed", 0, 50, "order", "0.1"), 422);
	assert_int_equal(refused(&b, "合计 99.9%", 399, "fixed", 0, 50, "order", "0.1"), 422);
	assert_int_equal(refused(&b, "留白过半", 1, "fixed", 501, 50, "order", "0.1"), 422);
	assert_int_equal(refused(&b, "下限", 300, "bandit", 100, 300, "order", "0.1"), 201);
	assert_int_equal(refused(&b, "下限", 300, "bandit", 100, 301, "order", "0.1"), 422);
	assert_int_equal(refused(&b, "按成交额", 300, "bandit", 100, 50, BY_MONEY, "0.1"), 201);
	assert_int_equal(refused(&b, "按成交额", 400, "fixed", 0, 50, BY_MONEY, "0.1"), 422);
	assert_int_equal(refused(&b, "按成交额", 300, "bandit", 100, 50, "expr\",\"expr\":\"friend\",\"measure\":\"money", "0.1"), 422);
	assert_int_equal(refused(&b, "没有事件", 400, "fixed", 0, 50, "event", "0.1"), 422);
	assert_int_equal(refused(&b, "转化率", 400, "fixed", 0, 50, "order", "0"), 422);
	assert_int_equal(refused(&b, "转化率", 400, "fixed", 0, 50, "order", "0.7"), 422);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/experiments"), NULL,
			      "{\"name\":\"一格\",\"factors\":[{\"name\":\"素材\",\"levels\":[\"图一\"]}],\"cells\":[{\"levels\":[\"图一\"],\"share\":1000}],"
			      "\"mode\":\"fixed\",\"held\":0,\"goal\":\"order\",\"days\":7,\"base\":0.1,\"lift\":0.2,\"power\":0.8}"), 422);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/experiments"), NULL,
			      "{\"name\":\"两次\",\"factors\":[{\"name\":\"素材\",\"levels\":[\"图一\"]}],\"cells\":[{\"levels\":[\"图一\"],\"share\":500},"
			      "{\"levels\":[\"图一\"],\"share\":500}],\"mode\":\"fixed\",\"held\":0,\"goal\":\"order\",\"days\":7,\"base\":0.1,\"lift\":0.2,\"power\":0.8}"), 422);
}

/* A plan of one factor with `levels` levels of `word` and a number, all of them variants of equal share (the first has
 * the rest), within `days`. */
static int planned(struct asking *b, int levels, const char *word, i64 days, int factors)
{
	struct arena *a = b->w->t->arena;
	struct buf names = buf_new(a, 1 << 14), cells = buf_new(a, 1 << 15), more = buf_new(a, 4000), rest = buf_new(a, 1000);
	for (int i = 1; i < factors; i++) {
		buf_fmt(&more, ",{\"name\":\"f%d\",\"levels\":[\"x\",\"y\"]}", i);
		buf_add_c(&rest, ",\"x\"");
	}
	for (int i = 0; i < levels; i++) {
		buf_fmt(&names, "%s\"%s%d\"", i ? "," : "", word, i);
		buf_fmt(&cells, "%s{\"levels\":[\"%s%d\"%.*s],\"share\":%d}", i ? "," : "", word, i, STR_F(buf_str(&rest)), i ? 1000 / levels : 1000 - 1000 / levels * (levels - 1));
	}
	return asks(b, "POST", STR("/api/v1/experiments"), NULL,
		    "{\"name\":\"边\",\"factors\":[{\"name\":\"素材\",\"levels\":[%.*s]}%.*s],\"cells\":[%.*s],\"mode\":\"fixed\",\"held\":0,\"goal\":\"order\","
		    "\"days\":%lld,\"base\":0.1,\"lift\":0.2,\"power\":0.8}", STR_F(buf_str(&names)), STR_F(buf_str(&more)), STR_F(buf_str(&cells)), (long long)days);
}

#define WORD29 "abcdefghijklmnopqrstuvwxyzabc" /* and a digit: 30 */
static void limits_hold_at_their_edge(void **state)
{
	struct asking b = asking_new(*state);
	struct world *w = *state;
	assert_int_equal(planned(&b, EXPERIMENT_LEVELS_MAX, "图", 7, 1), 201);
	assert_int_equal(planned(&b, EXPERIMENT_LEVELS_MAX + 1, "图", 7, 1), 422);
	assert_int_equal(planned(&b, 2, "图", 7, EXPERIMENT_FACTORS_MAX), 201);
	assert_int_equal(planned(&b, 2, "图", 7, EXPERIMENT_FACTORS_MAX + 1), 422);
	assert_int_equal(planned(&b, 2, WORD29, 7, 1), 201);
	assert_int_equal(planned(&b, 2, WORD29 "d", 7, 1), 422);
	assert_int_equal(planned(&b, 2, "图", TRIAL_DAYS_MAX, 1), 201);
	assert_int_equal(planned(&b, 2, "图", TRIAL_DAYS_MAX + 1, 1), 422);
	struct experiment_plan plan = closed(w->t->arena, 2, 10).plan;
	plan.name = STR("第二百个");
	i64 id;
	for (int i = 4; i < EXPERIMENTS_MAX; i++)
		assert_int_equal(WRITE_TX(&w->cx.unit, w->base, experiment_create(tx, &plan, 10, &id)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, experiment_create(tx, &plan, 10, &id)), ERR_STATE);
}

static void a_changed_draft_is_what_was_sent(void **state)
{
	struct asking b = asking_new(*state);
	const struct json *v;
	i64 id = create(&b, "fixed", 400, 300, 300, 0, "order");
	str body = arena_printf(b.w->t->arena, grid, "按成交额", 400, 300, 200, "bandit", 100, 50, BY_MONEY, "0.1");
	b.if_match = STR("\"1\"");
	assert_int_equal(asks(&b, "PUT", arena_printf(b.w->t->arena, "/api/v1/experiments/%lld", (long long)id), NULL, "%.*s", STR_F(body)), 200);
	v = read(&b, id, "");
	const struct json *plan = json_get(v, "plan");
	assert_true(str_eq_c(json_str(v, "name"), "按成交额") && str_eq_c(json_str(plan, "mode"), "bandit"));
	assert_true(str_eq_c(json_str(plan, "measure"), "money") && str_eq_c(json_str(plan, "goal"), "order"));
	assert_int_equal(number(plan, "held"), 100);
	assert_int_equal(number(plan, "days"), 7);
}

static void states_follow_one_another_and_can_be_taken_back(void **state)
{
	struct asking b = asking_new(*state);
	const struct json *v;
	i64 id = create(&b, "fixed", 400, 300, 200, 100, "order");
	v = read(&b, id, "");
	assert_true(str_eq_c(json_str(v, "state"), "draft"));
	assert_int_equal(number(v, "held"), 100);
	assert_true(str_eq_c(json_str(&json_get(v, "variants")->items[2], "label"), "图二 × 赠品"));
	assert_int_equal(act(&b, id, "decide", "{\"variant\":\"b\"}", NULL), 409);
	assert_int_equal(act(&b, id, "start", "", NULL), 200);
	assert_int_equal(act(&b, id, "start", "", NULL), 409);
	assert_int_equal(act(&b, id, "shares", "{\"shares\":[{\"share\":100},{\"share\":100},{\"share\":700}],\"held\":100}", &v), 200);
	assert_int_equal(number(&json_get(v, "variants")->items[2], "share"), 700);
	assert_int_equal(act(&b, id, "shares", "{\"shares\":[{\"share\":100},{\"share\":100},{\"share\":701}],\"held\":100}", NULL), 422);
	assert_int_equal(act(&b, id, "shares", "{\"shares\":[{\"share\":100},{\"share\":800}],\"held\":100}", NULL), 422);
	assert_int_equal(act(&b, id, "decide", "{\"variant\":\"d\"}", NULL), 422);
	assert_int_equal(act(&b, id, "decide", "{\"variant\":\"holdout\"}", NULL), 422);
	assert_int_equal(act(&b, id, "decide", "{\"variant\":\"c\"}", &v), 200);
	assert_true(str_eq_c(json_str(v, "winner"), "c"));
	assert_int_equal(act(&b, id, "reopen", "", &v), 200);
	assert_true(str_eq_c(json_str(v, "state"), "running"));
	assert_null(json_str(v, "winner").p);
	assert_int_equal(number(&json_get(v, "variants")->items[2], "share"), 700);
	assert_int_equal(act(&b, id, "end", "", &v), 200);
	assert_int_equal(act(&b, id, "reopen", "", NULL), 409);
	assert_int_equal(json_get(read(&b, id, "/epochs"), "data")->n, 2);
	assert_int_equal(asks(&b, "DELETE", arena_printf(b.w->t->arena, "/api/v1/experiments/%lld", (long long)id), NULL, "%s", ""), 409);
	assert_int_equal(told(b.w, 0, EV_EXPERIMENT_DECIDED, NULL), 1);
	assert_int_equal(told(b.w, 0, EV_EXPERIMENT_REOPENED, NULL), 1);
}

static void only_who_may_does_and_another_corp_sees_nothing(void **state)
{
	struct world *w = *state;
	struct asking owner = asking_new(w), manager = asking_as(w, "linna");
	i64 id = create(&owner, "fixed", 400, 300, 300, 0, "order"), own = w->corp, other = 0;
	read(&manager, id, "/result");
	assert_int_equal(act(&manager, id, "start", "", NULL), 403);
	struct corp_new in = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	assert_int_equal(corp_create(&w->cx, &in, &other), OK);
	w->corp = other;
	assert_int_equal(act(&owner, id, "start", "", NULL), 404);
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "/api/v1/experiments/%lld/result", (long long)id), NULL, "%s", ""), 404);
	w->corp = own;
}

/* ---- people ---- */

#define SALE_FIELDS(F, S) F(S, ID, order) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered)
RECORD(sale_body, SALE_FIELDS);

static i64 slot_of(struct world *w, i64 customer) { return slot_of_customer(w->t->store, customer); }

static i64 person(struct world *w, u32 n)
{
	i64 id = id_customer(w->corp, 1000 + n);
	struct customer_profile none = { .birthday = NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, id), customer_add(tx, id, STR("order"), TEST_START, &none)), OK);
	return id;
}

static i64 meets(struct world *w, i64 experiment, i64 her)
{
	struct trial t;
	struct trial_by by = { "journey", 4, clock_now(&w->t->clock) };
	i64 variant = 99;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, trial_get(snap, experiment, &t)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), trial_expose(tx, &t, &by, her, &variant)), OK);
	return variant;
}

static void buys(struct world *w, i64 her, i64 fen)
{
	struct sale_body body = { her & 0xffffffff, fen, STR("CNY"), clock_now(&w->t->clock) };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), journal_add(tx, EV_ORDER_PLACED, her, body.ordered, &sale_body_record, &body, NULL)), OK);
}

static const struct json *arm(const struct json *result, size_t i) { return &json_get(result, "arms")->items[i]; }

static void only_those_whose_days_are_over_are_compared(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	i64 id = create(&b, "fixed", 300, 200, 200, 300, "order"), in[4] = { 0 }, bought[4] = { 0 };
	assert_int_equal(act(&b, id, "start", "", NULL), 200);
	for (u32 i = 0; i < 100; i++) {
		i64 her = person(w, i), v = meets(w, id, her), at = v == TRIAL_HELD ? 3 : v;
		in[at]++;
		if (i % 4 == 0) {
			bought[at]++;
			buys(w, her, 10000);
		}
	}
	settle(w);
	const struct json *r = read(&b, id, "/result");
	assert_int_equal(number(arm(r, 0), "people"), in[0]);
	assert_int_equal(number(arm(r, 0), "ripe"), 0);
	assert_true(str_eq_c(json_str(r, "verdict"), "wait"));
	live_until(w, clock_now(&w->t->clock) + 7 * MS_DAY);
	r = read(&b, id, "/result");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(number(arm(r, i), "ripe"), in[i]);
		assert_int_equal(number(arm(r, i), "hits"), bought[i]);
		assert_int_equal(number(arm(r, i), "paid"), bought[i] * 10000);
	}
	const struct json *lift = json_get(r, "lift");
	assert_int_equal(number(json_get(lift, "held"), "people"), in[3]);
	assert_int_equal(number(json_get(lift, "treated"), "buyers"), bought[0] + bought[1] + bought[2]);
	assert_int_equal(json_get(r, "levels")->n, 4);
	assert_true(json_get(r, "srm_ok")->truth);
}

/* By pages, over slots; a manager who sees nobody of them gets none. */
static void the_people_of_a_variant_are_listed_to_who_sees_them(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w), manager = asking_as(w, "linna");
	i64 id = create(&b, "fixed", 300, 200, 200, 300, "order"), in[4] = { 0 };
	const char *const keys[] = { "a", "b", "c", "holdout" };
	assert_int_equal(act(&b, id, "start", "", NULL), 200);
	for (u32 i = 0; i < 60; i++) {
		i64 v = meets(w, id, person(w, i));
		in[v == TRIAL_HELD ? 3 : v]++;
	}
	settle(w);
	for (size_t i = 0; i < 4; i++) {
		str cursor = STR_NIL;
		i64 n = 0;
		do {
			const struct json *v;
			str at = arena_printf(w->t->arena, "/api/v1/experiments/%lld/people?variant=%s&limit=7%s%.*s", (long long)id, keys[i], cursor.n ? "&cursor=" : "", (int)cursor.n, cursor.n ? cursor.p : "");
			assert_int_equal(asks(&b, "GET", at, &v, "%s", ""), 200);
			n += (i64)json_get(v, "data")->n;
			cursor = json_str(v, "next_cursor");
			assert_int_equal(asks(&manager, "GET", at, &v, "%s", ""), 200);
			assert_int_equal(json_get(v, "data")->n, 0);
		} while (cursor.n);
		assert_int_equal(n, in[i]);
	}
	assert_int_equal(asks(&b, "GET", arena_printf(w->t->arena, "/api/v1/experiments/%lld/people?variant=q", (long long)id), NULL, "%s", ""), 422);
}

/* Full: who comes later is not counted. */
static void the_sample_is_closed_once(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	i64 id = create(&b, "fixed", 400, 300, 300, 0, "order"), in[3] = { 0 };
	assert_int_equal(act(&b, id, "start", "", NULL), 200);
	i64 needed = number(read(&b, id, ""), "needed");
	u32 n = 0;
	while (in[0] < needed || in[1] < needed || in[2] < needed)
		in[meets(w, id, person(w, n++))]++;
	live_until(w, clock_now(&w->t->clock) + 2 * MS_HOUR);
	assert_true(number(read(&b, id, ""), "filled_ms") != NIL);
	for (u32 i = 0; i < 20; i++)
		meets(w, id, person(w, n + i));
	live_until(w, clock_now(&w->t->clock) + 8 * MS_DAY);
	const struct json *r = read(&b, id, "/result");
	assert_int_equal(number(r, "people"), n);
	assert_true(str_eq_c(json_str(r, "verdict"), "none"));
}

static void an_expression_is_tried_when_the_days_are_over(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	i64 id = create(&b, "fixed", 400, 300, 300, 0, "expr"), met[3] = { 0 };
	assert_int_equal(act(&b, id, "start", "", NULL), 200);
	for (u32 i = 0; i < 30; i++) {
		i64 her = id_customer(w->corp, 5000 + i);
		struct customer_profile profile = { .birthday = NIL, .gender = i % 3 ? STR("male") : STR("female") };
		assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), customer_add(tx, her, STR("order"), TEST_START, &profile)), OK);
		met[meets(w, id, her)] += i % 3 == 0;
	}
	live_until(w, clock_now(&w->t->clock) + 6 * MS_DAY);
	assert_int_equal(number(arm(read(&b, id, "/result"), 0), "hits"), 0);
	live_until(w, clock_now(&w->t->clock) + MS_DAY + MS_HOUR);
	const struct json *r = read(&b, id, "/result");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(number(arm(r, i), "hits"), met[i]);
}

/* Arm c sells, the others do not: its share grows from what is ripe, nobody falls below the floor, and each epoch's
 * shares follow from its counts and seed. */
static void a_bandit_moves_by_what_is_ripe_and_can_be_replayed(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	i64 id = create(&b, "bandit", 300, 300, 300, 100, "order");
	u32 n = 0;
	assert_int_equal(act(&b, id, "start", "", NULL), 200);
	assert_int_equal(act(&b, id, "shares", "{\"shares\":[{\"share\":100},{\"share\":100},{\"share\":700}],\"held\":100}", NULL), 409);
	for (int day = 0; day < 12; day++) {
		for (int i = 0; i < 60; i++, n++) {
			i64 her = person(w, n), v = meets(w, id, her);
			if (v >= 0 && (v == 2 ? n % 2 == 0 : n % 10 == 0))
				buys(w, her, 100);
		}
		live_until(w, clock_now(&w->t->clock) + MS_DAY);
		if (day < 6) /* nothing is ripe */
			assert_int_equal(number(read(&b, id, ""), "epoch"), 1);
	}
	const struct json *v = json_get(read(&b, id, ""), "variants"), *epochs = json_get(read(&b, id, "/epochs"), "data");
	assert_true(number(&v->items[2], "share") > 600);
	assert_true(epochs->n > 1);
	for (size_t i = 1; i < epochs->n; i++) {
		struct bandit_arm arms[3];
		double best[3], left;
		i64 shares[3], was;
		str known = json_str(&epochs->items[i], "known"), given = json_str(&epochs->items[i], "shares");
		for (size_t k = 0; k < 3; k++) {
			str one = str_cut(&known, ',');
			assert_true(str_i64(str_cut(&one, '/'), &arms[k].hits) && str_i64(one, &arms[k].n));
		}
		bandit_best(w->t->arena, arms, 3, (u64)id ^ (u64)(number(&epochs->items[i], "epoch") - 1), best, &left);
		bandit_shares(best, 3, 100, 900, shares);
		for (size_t k = 0; k < 3; k++) {
			assert_true(str_i64(str_cut(&given, ','), &was));
			assert_int_equal(was, shares[k]);
			assert_true(was >= 100);
		}
	}
	assert_true(json_get(read(&b, id, "/result"), "srm_ok")->truth);
}

/* All arms sell to as many; c sells for ten times as much. By rate they stay alike, by money c has the most, from what is
 * ripe, and each sharing follows from what is written beside it. */
static void by_money_shares_follow_what_a_person_is_worth(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	i64 id = create(&b, "bandit", 300, 300, 300, 100, BY_MONEY);
	u32 n = 0;
	assert_int_equal(act(&b, id, "start", "", NULL), 200);
	for (int day = 0; day < 12; day++) {
		for (int i = 0; i < 60; i++, n++) {
			i64 her = person(w, n), v = meets(w, id, her);
			if (v >= 0 && n % 3 == 0)
				buys(w, her, v == 2 ? 1000 + n : 100 + n % 10);
		}
		live_until(w, clock_now(&w->t->clock) + MS_DAY);
		if (day < 6)
			assert_int_equal(number(read(&b, id, ""), "epoch"), 1);
	}
	const struct json *v = json_get(read(&b, id, ""), "variants"), *epochs = json_get(read(&b, id, "/epochs"), "data");
	assert_true(number(&v->items[2], "share") > 600);
	assert_true(epochs->n > 1);
	for (size_t i = 1; i < epochs->n; i++) {
		struct bandit_spend arms[3];
		double best[3], left;
		i64 shares[3], was, paid;
		str known = json_str(&epochs->items[i], "known"), given = json_str(&epochs->items[i], "shares");
		for (size_t k = 0; k < 3; k++) {
			str one = str_cut(&known, ',');
			assert_true(str_i64(str_cut(&one, '/'), &arms[k].buyers) && str_i64(str_cut(&one, '/'), &arms[k].n) && str_i64(str_cut(&one, '/'), &paid));
			arms[k].paid = (double)paid;
			arms[k].squares = strtod(arena_cstr(w->t->arena, one), NULL);
			assert_true(arms[k].squares > 0 || !arms[k].buyers);
		}
		bandit_best_spend(w->t->arena, arms, 3, (u64)id ^ (u64)(number(&epochs->items[i], "epoch") - 1), best, &left);
		bandit_shares(best, 3, 100, 900, shares);
		for (size_t k = 0; k < 3; k++) {
			assert_true(str_i64(str_cut(&given, ','), &was));
			assert_int_equal(was, shares[k]);
		}
	}
	assert_true(number(json_get(read(&b, id, "/result"), "arms")->items + 2, "buyers") > 0);
}

#define PURE(t) cmocka_unit_test_setup_teardown(t, make, world_free)
#define ONE(t) PURE(t), cmocka_unit_test_setup_teardown(t, make_spread, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		PURE(variants_that_are_the_same_seldom_win), PURE(a_real_lift_is_found_as_often_as_promised),
		cmocka_unit_test(the_helper_has_its_check_values), PURE(before_the_sample_is_over_nothing_is_said),
		PURE(a_broken_split_is_said_before_anything_else), PURE(who_is_deleted_more_often_is_warned_about),
		PURE(all_worse_than_today_leaves_today), PURE(few_people_show_no_rate), PURE(a_plan_is_refused_with_the_reason), PURE(limits_hold_at_their_edge),
		PURE(a_changed_draft_is_what_was_sent), PURE(states_follow_one_another_and_can_be_taken_back), PURE(only_who_may_does_and_another_corp_sees_nothing),
		ONE(only_those_whose_days_are_over_are_compared), ONE(the_people_of_a_variant_are_listed_to_who_sees_them), ONE(the_sample_is_closed_once),
		ONE(an_expression_is_tried_when_the_days_are_over), ONE(a_bandit_moves_by_what_is_ripe_and_can_be_replayed),
		ONE(by_money_shares_follow_what_a_person_is_worth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Whose variant: the split is by hash and never by order, uniform, the same for ever, apart from other experiments',
 * moving nobody without need; who met one keeps it over new shares and merges. And what counts afterwards. Over one
 * slot and over eight.
 */
#include "app/engine.h"
#include "base/hash.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer_merge.h"
#include "core/reach/reach_rule.h"
#include "core/trial/trial_data.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

extern const struct module corp_module, perm_module, audit_module, job_module, staff_module, customer_module, attr_module, audience_module;
static const struct module *const list[] = {
	&corp_module, &perm_module, &audit_module, &job_module, &staff_module, &customer_module, &attr_module, &trial_module,
	&audience_module, NULL,
};

struct world { struct test_store *t; struct env env; struct cx cx; i64 corps[2]; };

static int make_with(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	w->t = test_store_new_fast();
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list };
	w->env.audience = audience_index_new(w->t->store);
	if (store_check(w->t->store, trial_module.queries, &f) != OK)
		fail_msg("%s %s %s", f.field, f.value, f.limit);
	w->cx = cx_system(&w->env, w->t->arena, 0, "test");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	for (int i = 0; i < 2; i++)
		while (w->corps[i] <= 2)
			assert_int_equal(corp_create(&w->cx, &in, &w->corps[i]), OK);
	w->cx.unit.corp = w->corps[0];
	*state = w;
	return 0;
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static int drop(void **state)
{
	struct world *w = *state;
	audience_index_free(w->env.audience);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

/* ---- the split alone ---- */

#define PEOPLE 100000
#define PERSON(n) id_customer(3, (u32)(n))

/* Of some people under some experiment: p of the split that was meant. */
static double split_p(struct arena *a, i64 id, i64 first, i64 count, const i64 *shares, size_t n, i64 held)
{
	str owners = trial_share(a, STR_NIL, shares, n, held);
	i64 seen[TRIAL_VARIANTS_MAX + 1] = { 0 };
	double meant[TRIAL_VARIANTS_MAX + 1];
	for (i64 i = first; i < first + count; i++) {
		char own = owners.p[trial_bucket(id, PERSON(i))];
		seen[own == '-' ? n : (size_t)(own - 'a')]++;
	}
	for (size_t i = 0; i < n; i++)
		meant[i] = (double)shares[i] / TRIAL_BUCKETS;
	meant[n] = (double)held / TRIAL_BUCKETS;
	return stat_srm(seen, meant, held ? n + 1 : n);
}

static void the_split_is_as_it_was_meant(void **state)
{
	struct world *w = *state;
	const i64 shares[] = { 300, 250, 250, 100 };
	int below = 0;
	for (i64 id = 1; id <= 100; id++)
		below += split_p(w->t->arena, id << 20, 0, PEOPLE / 10, shares, 4, 100) < 0.05;
	assert_true(below >= 0 && below <= 12); /* 5 of 100 by chance; 12 or more once in 240 */
	assert_true(split_p(w->t->arena, 77, 0, PEOPLE, shares, 4, 100) > STAT_SRM_P);
}

/* The second half of the people is split as the first: numbers given one after the other mean nothing. */
static void order_means_nothing(void **state)
{
	struct world *w = *state;
	const i64 shares[] = { 500, 500 };
	for (i64 from = 0; from < PEOPLE; from += PEOPLE / 4)
		assert_true(split_p(w->t->arena, 5, from, PEOPLE / 4, shares, 2, 0) > STAT_SRM_P);
	for (i64 i = 0; i < 1000; i++)
		assert_int_equal(trial_bucket(5, PERSON(i)), trial_bucket(5, PERSON(i)));
}

/* Variants of two experiments, and of one and the permanent hold-out, are crossed evenly. */
static void experiments_do_not_know_of_each_other(void **state)
{
	struct world *w = *state;
	static const double quarter[] = { 0.25, 0.25, 0.25, 0.25 };
	int below = 0;
	for (i64 pair = 0; pair < 100; pair++) {
		i64 seen[4] = { 0 };
		for (i64 i = 0; i < PEOPLE / 10; i++) {
			bool one = trial_bucket(pair + 1, PERSON(i)) < TRIAL_BUCKETS / 2;
			bool other = pair % 2 ? trial_bucket(pair + 2, PERSON(i)) < TRIAL_BUCKETS / 2 : reach_held_out((u64)pair, PERSON(i), 50);
			seen[one * 2 + other]++;
		}
		below += stat_srm(seen, quarter, 4) < 0.05;
	}
	assert_true(below <= 12);
	(void)w;
}

/* Whatever the shares become: as many buckets change hands as shares moved, and nobody's that did not shrink. */
static void only_what_moves_changes_hands(void **state)
{
	struct world *w = *state;
	struct arena *a = w->t->arena;
	i64 was[5] = { 0 }, shares[5];
	str owners = STR_NIL;
	for (u64 round = 0; round < 200; round++) {
		i64 left = TRIAL_BUCKETS, moved = 0, changed = 0;
		for (size_t i = 0; i < 4; i++)
			left -= shares[i] = (i64)(hash_mix(round * 5 + i) % (u64)(left + 1));
		shares[4] = left; /* held out */
		str next = trial_share(a, owners, shares, 4, shares[4]);
		i64 counted[5] = { 0 };
		for (size_t i = 0; i < TRIAL_BUCKETS; i++) {
			size_t to = next.p[i] == '-' ? 4 : (size_t)(next.p[i] - 'a');
			counted[to]++;
			if (owners.n && owners.p[i] != next.p[i]) {
				size_t from = owners.p[i] == '-' ? 4 : (size_t)(owners.p[i] - 'a');
				assert_true(shares[from] < was[from] && shares[to] > was[to]);
				changed++;
			}
		}
		for (size_t i = 0; i < 5; i++) {
			assert_int_equal(counted[i], shares[i]);
			moved += int_max(0, shares[i] - was[i]);
		}
		assert_int_equal(changed, owners.n ? moved : 0);
		memcpy(was, shares, sizeof(was));
		owners = next;
	}
}

/* Splitting by the order of arrival on a Monday full of one kind of people: the check hears it. */
static void a_broken_split_is_heard(void **state)
{
	const double meant[] = { 0.5, 0.5 };
	i64 seen[2] = { 0 };
	for (i64 i = 0; i < 20000; i++) /* a sender that loses every tenth of b */
		if (!(trial_bucket(9, PERSON(i)) >= TRIAL_BUCKETS / 2 && i % 10 == 0))
			seen[trial_bucket(9, PERSON(i)) >= TRIAL_BUCKETS / 2]++;
	assert_true(stat_srm(seen, meant, 2) < STAT_SRM_P);
	(void)state;
}

static void keys_and_labels_are_told_apart(void **state)
{
	struct trial t = { .labels = STR("甲\n乙 × 满减\n") };
	i64 v = 99;
	assert_int_equal(trial_variants(&t), 3);
	assert_true(str_eq_c(trial_label(&t, 1), "乙 × 满减"));
	assert_int_equal(trial_label(&t, 2).n, 0);
	assert_null(trial_label(&t, 3).p);
	assert_null(trial_label(&t, TRIAL_HELD).p);
	assert_true(trial_of_key(STR("p"), &v) && v == 15);
	assert_true(trial_of_key(STR("holdout"), &v) && v == TRIAL_HELD);
	assert_false(trial_of_key(STR("q"), &v));
	(void)state;
}

/* What may be chosen as a goal is heard. */
static void every_event_that_may_be_a_goal_has_a_handler(void **state)
{
	str rest = STR(TRIAL_EVENTS);
	while (rest.p) {
		const struct event_info *info = event_by_name(str_cut(&rest, ','));
		const struct handler *h = trial_module.derive;
		assert_non_null(info);
		while (h->event && (h->event != info->number || h->fn != trial_on_event))
			h++;
		assert_int_equal(h->event, info->number);
	}
	(void)state;
}

/* ---- people ---- */

static i64 slot_of(struct world *w, i64 customer) { return slot_of_customer(w->t->store, customer); }

static i64 person(struct world *w, u32 n)
{
	i64 id = id_customer(w->cx.unit.corp, n);
	struct customer_profile none = { .birthday = NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, id), customer_add(tx, id, STR("order"), TEST_START, &none)), OK);
	return id;
}

static struct trial trial_new(struct world *w, i64 id, const i64 *shares, size_t n, i64 held, const char *goal)
{
	struct trial t = { id, STR("标题"), STR("甲\n乙\n丙"), STR("running"), trial_share(w->t->arena, STR_NIL, shares, n, held), NIL,
			   str_c(goal), 7, 1, TEST_START, NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), trial_put(tx, &t)), OK);
	return t;
}

static i64 meets(struct world *w, const struct trial *t, i64 root, ms at)
{
	struct trial_by by = { "journey", 4, at };
	i64 variant = 99;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, root), trial_expose(tx, t, &by, root, &variant)), OK);
	return variant;
}

static i64 variant_of(struct world *w, const struct trial *t, i64 root)
{
	i64 v = 99;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, root), trial_variant_of(snap, t, root, &v)), OK);
	return v;
}

static void consume(struct world *w)
{
	bool worked = true;
	while (worked)
		assert_int_equal(consumer_run(&w->env, w->t->arena, &worked), OK);
}

static void who_met_one_keeps_it(void **state)
{
	struct world *w = *state;
	const i64 half[] = { 500, 500 }, all[] = { 0, 1000 };
	struct trial t = trial_new(w, 50, half, 2, 0, "order");
	i64 early[40], late[40];
	for (u32 i = 0; i < 40; i++) {
		i64 her = person(w, i + 1);
		early[i] = meets(w, &t, her, TEST_START);
		assert_int_equal(early[i], variant_of(w, &t, her));
	}
	t.owners = trial_share(w->t->arena, t.owners, all, 2, 0);
	for (u32 i = 0; i < 40; i++) {
		assert_int_equal(meets(w, &t, id_customer(w->cx.unit.corp, i + 1), TEST_START + 1), early[i]);
		late[i] = meets(w, &t, person(w, i + 100), TEST_START);
		assert_int_equal(late[i], 1);
	}
	t.state = STR("decided");
	t.winner = 0;
	for (u32 i = 0; i < 40; i++)
		assert_int_equal(variant_of(w, &t, id_customer(w->cx.unit.corp, i + 1)), 0);
}

static void the_held_out_stay_so_until_the_end(void **state)
{
	struct world *w = *state;
	const i64 none[] = { 0, 0 };
	struct trial t = trial_new(w, 51, none, 2, 1000, "order");
	i64 her = person(w, 1);
	assert_int_equal(meets(w, &t, her, TEST_START), TRIAL_HELD);
	t.state = STR("decided");
	t.winner = 1;
	assert_int_equal(variant_of(w, &t, her), TRIAL_HELD);
	t.state = STR("ended");
	assert_int_equal(variant_of(w, &t, her), 1);
	t.winner = NIL;
	assert_int_equal(variant_of(w, &t, her), 0);
	assert_int_equal(meets(w, &t, person(w, 2), TEST_START), 0); /* exposes nobody */
	struct trial_people *v;
	size_t n;
	struct trial_of of = { 51, INT64_MAX, INT64_MAX, STR("CNY") };
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), trial_people_sums(snap, &of, &v, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].variant, TRIAL_HELD);
	assert_int_equal(v[0].people, 1);
}

/* Whoever was measured as held out, or not, is treated so, whatever became of her bucket. */
static void a_decision_looks_at_what_she_met(void **state)
{
	struct world *w = *state;
	const i64 half[] = { 500 }, all[] = { 1000 };
	struct trial t = trial_new(w, 53, half, 1, 500, "order");
	i64 was[40];
	for (u32 i = 0; i < 40; i++)
		was[i] = meets(w, &t, person(w, i + 1), TEST_START);
	t.owners = trial_share(w->t->arena, t.owners, all, 1, 0);
	t.state = STR("decided");
	t.winner = 0;
	for (u32 i = 0; i < 40; i++)
		assert_int_equal(variant_of(w, &t, id_customer(w->cx.unit.corp, i + 1)), was[i]);
	assert_int_equal(variant_of(w, &t, person(w, 99)), 0);
}

static void after_a_merge_she_has_what_she_met_first(void **state)
{
	struct world *w = *state;
	const i64 half[] = { 500, 500 };
	struct trial t = trial_new(w, 52, half, 2, 0, "order");
	u32 a = 1, b = 70000; /* another slot when spread */
	while (trial_bucket(52, id_customer(w->cx.unit.corp, a)) >= 500)
		a++;
	while (trial_bucket(52, id_customer(w->cx.unit.corp, b)) < 500)
		b++;
	i64 one = person(w, a), other = person(w, b), root = 0;
	assert_int_equal(meets(w, &t, other, TEST_START), 1);
	assert_int_equal(meets(w, &t, one, TEST_START + 5), 0);
	assert_int_equal(customer_merge(&w->cx.unit, one, other, "manual", &root), OK);
	consume(w);
	assert_int_equal(meets(w, &t, root, TEST_START + 9), 1);
	assert_int_equal(customer_split(&w->cx.unit, root == one ? other : one, "manual"), OK);
	consume(w);
	assert_int_equal(variant_of(w, &t, one), 0);
}

/* ---- what counts ---- */

#define SALE_FIELDS(F, S) F(S, ID, order) F(S, FEN, paid) F(S, STR, currency) F(S, MS, ordered)
RECORD(sale_body, SALE_FIELDS);

static void tell(struct world *w, enum event_kind kind, i64 her, i64 order, i64 fen, ms at)
{
	struct sale_body body = { order, fen, STR("CNY"), at };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), journal_add(tx, kind, her, at, &sale_body_record, &body, NULL)), OK);
}

static struct trial_did bought(struct world *w, i64 trial, ms ripe, i64 variant)
{
	struct trial_of of = { trial, ripe, INT64_MAX, STR("CNY") };
	struct trial_did *v, sum = { .variant = variant };
	size_t n;
	consume(w);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), trial_bought_sums(snap, &of, &v, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (v[i].variant == variant)
			sum = v[i];
	return sum;
}

static void orders_within_her_own_days_count_once_a_person(void **state)
{
	struct world *w = *state;
	const i64 all[] = { 1000 };
	struct trial t = trial_new(w, 60, all, 1, 0, "order");
	i64 her = person(w, 1), other = person(w, 2), ms_day = MS_DAY;
	meets(w, &t, her, TEST_START + ms_day);
	meets(w, &t, other, TEST_START + 3 * ms_day);
	tell(w, EV_ORDER_PLACED, her, 900, 1000, TEST_START + ms_day - 1); /* before */
	tell(w, EV_ORDER_PLACED, her, 901, 2000, TEST_START + ms_day);
	tell(w, EV_ORDER_PLACED, her, 902, 3000, TEST_START + 8 * ms_day);
	tell(w, EV_ORDER_PLACED, her, 903, 5000, TEST_START + 8 * ms_day + 1); /* behind */
	tell(w, EV_ORDER_PLACED, other, 904, 700, TEST_START + 4 * ms_day);
	struct trial_did d = bought(w, 60, INT64_MAX, 0);
	assert_int_equal(d.people, 2);
	assert_int_equal(d.paid, 5700);
	assert_true(d.squares == 5000.0 * 5000 + 700.0 * 700);
	assert_int_equal(bought(w, 60, TEST_START + ms_day, 0).people, 1); /* the other's days are not over */
	tell(w, EV_ORDER_CHANGED, other, 904, 900, TEST_START + 4 * ms_day);
	assert_int_equal(bought(w, 60, INT64_MAX, 0).paid, 5900);
	tell(w, EV_ORDER_WITHDRAWN, her, 901, 2000, TEST_START + ms_day);
	tell(w, EV_ORDER_WITHDRAWN, her, 902, 3000, TEST_START + 8 * ms_day);
	assert_int_equal(bought(w, 60, INT64_MAX, 0).people, 1);
	w->cx.unit.corp = w->corps[1];
	assert_int_equal(bought(w, 60, INT64_MAX, 0).people, 0);
}

static i64 did(struct world *w, i64 trial, bool lost)
{
	struct trial_of of = { trial, INT64_MAX, INT64_MAX, STR("CNY") };
	struct trial_did *v;
	size_t n;
	consume(w);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), trial_event_sums(snap, &of, lost, &v, &n)), OK);
	return n ? v[0].people : 0;
}

static void only_the_goals_own_event_is_the_goal(void **state)
{
	struct world *w = *state;
	const i64 all[] = { 1000 };
	struct trial groups = trial_new(w, 61, all, 1, 0, "group.joined"), sales = trial_new(w, 62, all, 1, 0, "order");
	i64 her = person(w, 1);
	meets(w, &groups, her, TEST_START);
	meets(w, &sales, her, TEST_START);
	tell(w, EV_GROUP_JOINED, her, 0, 0, TEST_START + MS_HOUR);
	tell(w, EV_GROUP_JOINED, her, 0, 0, TEST_START + 2 * MS_HOUR);
	tell(w, EV_FOLLOW_LOST, her, 0, 0, TEST_START + 3 * MS_HOUR);
	assert_int_equal(did(w, 61, false), 1);
	assert_int_equal(did(w, 62, false), 0);
	assert_int_equal(did(w, 61, true), 1);
	assert_int_equal(did(w, 62, true), 1);
	assert_int_equal(bought(w, 61, INT64_MAX, 0).people, 0);
}

/* Emptied and replayed from the journal it is the same. */
static void rebuilding_gives_the_same(void **state)
{
	struct world *w = *state;
	const i64 all[] = { 1000 };
	struct fail f = { 0 };
	struct trial t = trial_new(w, 63, all, 1, 0, "order");
	i64 her = person(w, 1);
	meets(w, &t, her, TEST_START);
	tell(w, EV_ORDER_PLACED, her, 905, 4200, TEST_START + MS_DAY);
	assert_int_equal(bought(w, 63, INT64_MAX, 0).paid, 4200);
	assert_int_equal(store_forget(w->t->store, trial_module.derived, "trial.derive", &f), OK);
	assert_int_equal(bought(w, 63, INT64_MAX, 0).paid, 4200);
}

#define ONE(t) cmocka_unit_test_setup_teardown(t, make, drop), cmocka_unit_test_setup_teardown(t, make_spread, drop)
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_split_is_as_it_was_meant, make, drop),
		cmocka_unit_test_setup_teardown(order_means_nothing, make, drop),
		cmocka_unit_test_setup_teardown(experiments_do_not_know_of_each_other, make, drop),
		cmocka_unit_test_setup_teardown(only_what_moves_changes_hands, make, drop),
		cmocka_unit_test(a_broken_split_is_heard), cmocka_unit_test(keys_and_labels_are_told_apart),
		cmocka_unit_test(every_event_that_may_be_a_goal_has_a_handler),
		ONE(who_met_one_keeps_it), ONE(the_held_out_stay_so_until_the_end), ONE(a_decision_looks_at_what_she_met), ONE(after_a_merge_she_has_what_she_met_first),
		ONE(orders_within_her_own_days_count_once_a_person), ONE(only_the_goals_own_event_is_the_goal), ONE(rebuilding_gives_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

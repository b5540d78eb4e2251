/*
 * What was kept of an audience answers later, whatever has become of its people and its rules.
 */
#include "core/audience/test_audience_life.h"

#include "core/audience/audience_asof_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static struct expr *parsed(struct world *w, const char *text)
{
	struct expr *e;
	assert_int_equal(expr_parse(&w->cx.unit, str_c(text), &e), OK);
	return e;
}

static struct audience_use kept(struct world *w, const char *text, i64 ref)
{
	struct audience_use use;
	i64 id;
	const struct audience_use_new in = { "manual", ref, STR("试") };
	assert_int_equal(audience_keep(&w->cx.unit, parsed(w, text), &in, &id), OK);
	assert_int_equal(audience_use_get(&w->cx.unit, id, &use), OK);
	return use;
}

static bool has(const i64 *v, size_t n, i64 what)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == what)
			return true;
	return false;
}

static void members_stay_as_they_were(void **state)
{
	struct life l;
	i64 *then, *members, *page, as, again;
	size_t n, count, got;
	bool in;
	life_begin(&l, *state, 5, 12);
	for (int i = 0; i < 60; i++)
		life_step(&l);
	settle(l.w);
	const char *text = "tag:\"宝妈\" or spent > 200";
	assert_int_equal(audience_select(&l.w->cx.unit, parsed(l.w, text), 0, 1000, &then, &n), OK);
	struct audience_use use = kept(l.w, text, 1);
	assert_int_equal(use.people, n);
	assert_true(n > 3);
	for (int i = 0; i < 60; i++)
		life_step(&l);
	live(l.w, 3 * MS_DAY);
	assert_int_equal(audience_use_members(&l.w->cx.unit, &use, 0, 1000, &members, &count), OK);
	assert_int_equal(count, n);
	assert_memory_equal(members, then, n * sizeof(i64));
	assert_int_equal(audience_use_members(&l.w->cx.unit, &use, then[1], 2, &page, &got), OK);
	assert_int_equal(got, 2);
	assert_int_equal(page[0], then[2]);
	for (size_t i = 0; i < l.n; i++) {
		i64 root;
		assert_int_equal(customer_root(&l.w->cx.unit, l.people[i], &root), OK);
		assert_int_equal(audience_use_has(&l.w->cx.unit, &use, root, &in, &as), OK);
		assert_true(!in || has(then, n, as));
		assert_true(in || !has(then, n, l.people[i]));
	}
	/* The same use again keeps what is there. */
	const struct audience_use_new same = { "manual", 1, STR("again") };
	assert_int_equal(audience_keep(&l.w->cx.unit, parsed(l.w, "friend"), &same, &again), OK);
	assert_int_equal(again, use.id);
}

static void now_is_held_against_then(void **state)
{
	struct life l;
	struct audience_then t;
	i64 root;
	life_begin(&l, *state, 5, 6);
	for (int i = 0; i < 4; i++)
		life_mark(&l, l.people[i], 0, true);
	settle(l.w);
	struct audience_use use = kept(l.w, "tag:\"宝妈\"", 1);
	life_mark(&l, l.people[0], 0, false);
	life_mark(&l, l.people[5], 0, true);
	assert_int_equal(customer_merge(&l.w->cx.unit, l.people[4], l.people[3], "manual", &root), OK);
	settle(l.w);
	assert_int_equal(audience_use_compare(&l.w->cx.unit, &use, &t), OK);
	assert_false(t.broken);
	assert_int_equal(t.kept_n, 4);
	assert_true(has(t.kept, t.kept_n, root)); /* merged since: the person she is now */
	assert_int_equal(t.still_n, 3);
	assert_true(t.gone_n == 1 && t.gone[0] == l.people[0]);
	assert_true(t.fresh_n == 1 && t.fresh[0] == l.people[5]);
	/* Nobody outside of the scope shows, and a rule that no longer holds up is said so. */
	l.w->cx.unit.scope = 4711;
	assert_int_equal(audience_use_compare(&l.w->cx.unit, &use, &t), OK);
	assert_int_equal(t.kept_n + t.still_n + t.gone_n + t.fresh_n, 0);
	l.w->cx.unit.scope = 0;
	assert_int_equal(WRITE_TX(&l.w->cx.unit, l.w->base, tag_remove(tx, l.tags[0])), OK);
	assert_int_equal(audience_use_compare(&l.w->cx.unit, &use, &t), OK);
	assert_true(t.broken && t.kept_n == 4 && t.still_n == 0);
}

#define SPOILED_FIELDS(F, S) F(S, ID, id)
RECORD(spoiled, SPOILED_FIELDS);
WRITE(spoil, spoiled, SQL(UPDATE audience_use SET checksum = checksum + 1 WHERE corp = :corp AND id = :id))

static void names_inside_are_written_out_and_damage_shows(void **state)
{
	struct life l;
	struct audience inner, outer;
	struct audience_use *list;
	i64 *members;
	size_t n;
	life_begin(&l, *state, 5, 2);
	assert_int_equal(audience_save(&l.w->cx.unit, 0, STR("内"), STR("friend and orders = 0"), NIL, &inner), OK);
	assert_int_equal(audience_save(&l.w->cx.unit, 0, STR("外"), STR("audience:\"内\" or tag:\"VIP\""), NIL, &outer), OK);
	struct audience_use use = kept(l.w, "audience:\"内\" or tag:\"VIP\"", 1), named = kept(l.w, "audience:\"内\"", 2);
	assert_true(str_has(use.expr, STR("orders = 0")) && str_has(use.expr, STR("VIP")) && !str_has(use.expr, STR("audience")));
	assert_int_equal(use.audience, outer.id);
	assert_int_equal(named.audience, inner.id);
	assert_int_equal(audience_use_list(&l.w->cx.unit, outer.id, INT64_MAX, 10, &list, &n), OK);
	assert_true(n == 1 && list[0].id == use.id);
	assert_int_equal(audience_use_list(&l.w->cx.unit, 0, INT64_MAX, 10, &list, &n), OK);
	assert_int_equal(n, 2);
	assert_int_equal(audience_use_list(&l.w->cx.unit, 0, named.id, 10, &list, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(WRITE_TX(&l.w->cx.unit, l.w->base, spoil(tx, &(struct spoiled){ use.id })), OK);
	assert_int_equal(audience_use_get(&l.w->cx.unit, use.id, &use), OK);
	assert_int_equal(audience_use_members(&l.w->cx.unit, &use, 0, 10, &members, &n), ERR_IO);
	assert_int_equal(audience_use_get(&l.w->cx.unit, 12345, &use), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, world_free)
		T(members_stay_as_they_were), cmocka_unit_test_setup_teardown(members_stay_as_they_were, make_spread, world_free),
		T(now_is_held_against_then), cmocka_unit_test_setup_teardown(now_is_held_against_then, make_spread, world_free),
		T(names_inside_are_written_out_and_damage_shows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

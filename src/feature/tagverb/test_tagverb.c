/*
 * tag.put, tag.take and followup.set: what a hand did stays.
 */
#include "app/test_app_verb.h"

#include "core/tag/tag_edit.h"
#include "core/tag/tag_mark.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static err add_in(struct tx *tx, const char *name, i64 *ret)
{
	i64 group;
	TRY(tag_group_ensure(tx, STR("自动"), STR_NIL, STR("own"), &group));
	return tag_add(tx, group, str_c(name), false, ret);
}

static i64 new_tag(struct world *w, const char *name)
{
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, add_in(tx, name, &id)), OK);
	return id;
}

static i64 slot_of(struct world *w, i64 her) { return slot_of_customer(w->t->store, her); }

static bool has(struct world *w, i64 her, i64 tag)
{
	i64 *ids;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), tag_of(snap, her, &ids, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (ids[i] == tag)
			return true;
	return false;
}

static void a_mark_is_put_and_taken_by_whoever_put_it(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "高意向");
	assert_int_equal(does(w, "tag.put", her, 5, "a", "{\"tags\":[\"%lld\"]}", (long long)tag).state, VERB_DONE);
	assert_true(has(w, her, tag));
	assert_int_equal(does(w, "tag.put", her, 5, "a", "{\"tags\":[\"%lld\"]}", (long long)tag).state, VERB_DONE);
	assert_int_equal(told(w, her, EV_TAG_MARKED, NULL), 1);
	does(w, "tag.put", her, 6, "b", "{\"tags\":[\"%lld\"]}", (long long)tag);
	does(w, "tag.take", her, 5, "c", "{\"tags\":[\"%lld\"],\"own\":true}", (long long)tag);
	assert_true(has(w, her, tag)); /* 6 still holds it */
	does(w, "tag.take", her, 5, "d", "{\"tags\":[\"%lld\"]}", (long long)tag);
	assert_false(has(w, her, tag));
}

static void a_hand_wins(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "高意向");
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_mark(tx, her, tag, "manual", 0)), OK);
	does(w, "tag.take", her, 5, "a", "{\"tags\":[\"%lld\"]}", (long long)tag);
	assert_true(has(w, her, tag));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_unmark(tx, her, tag, "manual")), OK);
	struct verb_result r = does(w, "tag.put", her, 5, "b", "{\"tags\":[\"%lld\"]}", (long long)tag);
	assert_int_equal(r.state, VERB_REFUSED);
	assert_true(str_eq_c(r.reason, "kept_off"));
	assert_false(has(w, her, tag));
}

static void a_mark_ends_with_its_days(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "三天内");
	does(w, "tag.put", her, 5, "a", "{\"tags\":[\"%lld\"],\"days\":3}", (long long)tag);
	live(w, 3 * MS_DAY - MS_MINUTE);
	assert_true(has(w, her, tag));
	live(w, 2 * MS_MINUTE);
	assert_false(has(w, her, tag));
}

/* Two leaves of one person, in whichever slots: the mark goes off both. */
static void a_mark_goes_off_every_leaf(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1)), tag = new_tag(w, "高意向"), root;
	does(w, "tag.put", a, 5, "a", "{\"tags\":[\"%lld\"]}", (long long)tag);
	does(w, "tag.put", b, 5, "b", "{\"tags\":[\"%lld\"]}", (long long)tag);
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	does(w, "tag.take", root, 5, "c", "{\"tags\":[\"%lld\"]}", (long long)tag);
	assert_false(has(w, a, tag) || has(w, b, tag));
}

static str followup(struct world *w, i64 her)
{
	struct customer c;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), customer_get(snap, her, &c)), OK);
	return c.followup;
}

static void the_board_is_moved_forward_only_unless_told_otherwise(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	assert_int_equal(does(w, "followup.set", her, 5, "a", "{\"column\":\"3\"}").state, VERB_DONE);
	assert_true(str_eq_c(followup(w, her), "有意向"));
	assert_int_equal(does(w, "followup.set", her, 5, "a", "{\"column\":\"3\"}").state, VERB_DONE);
	assert_int_equal(told(w, her, EV_FOLLOWUP_MOVED, NULL), 1);
	struct verb_result r = does(w, "followup.set", her, 5, "b", "{\"column\":\"1\"}");
	assert_int_equal(r.state, VERB_REFUSED);
	assert_true(str_eq_c(r.reason, "further"));
	assert_int_equal(does(w, "followup.set", her, 5, "c", "{\"column\":\"1\",\"back\":true}").state, VERB_DONE);
	assert_true(str_eq_c(followup(w, her), "新线索"));
}

static void arguments_are_refused_by_name(void **state)
{
	struct world *w = *state;
	assert_int_equal(refuses(w, "tag.put", STR("{\"tags\":[\"9\"]}")), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "tags.0");
	assert_int_equal(refuses(w, "tag.put", STR("{\"tags\":[]}")), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "tags");
	assert_int_equal(refuses(w, "followup.set", STR("{\"column\":\"99\"}")), ERR_NOT_FOUND);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define SPREAD(name) { #name " over eight slots", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_mark_is_put_and_taken_by_whoever_put_it), CASE(a_hand_wins), CASE(a_mark_ends_with_its_days),
		CASE(a_mark_goes_off_every_leaf), SPREAD(a_mark_goes_off_every_leaf),
		CASE(the_board_is_moved_forward_only_unless_told_otherwise), CASE(arguments_are_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

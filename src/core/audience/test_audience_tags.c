/*
 * Audiences and the names of tags: a rename, a second tag of one name and a removal leave no stored
 * expression broken, and people are counted as persons.
 */
#include "core/tag/test_tag.h"

#include "core/audience/audience_tags.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static str upper(void *arg, str name)
{
	struct buf *seen = arg;
	buf_fmt(seen, "[%.*s]", STR_F(name));
	return str_eq_c(name, "旧") ? STR("组/新\"的") : name;
}

static void scanned(struct world *w, const char *text, const char *seen, const char *now)
{
	struct buf b = buf_new(w->t->arena, 4096);
	str out = audience_tag_names(w->t->arena, str_c(text), upper, &b);
	assert_string_equal(arena_cstr(w->t->arena, buf_str(&b)), seen);
	assert_string_equal(arena_cstr(w->t->arena, out), now);
}

static void names_of_tags_are_found_in_a_text(void **state)
{
	struct world *w = *state;
	scanned(w, "tag:\"旧\"", "[旧]", "tag:\"组/新\\\"的\"");
	scanned(w, "tag:旧 and city = \"旧\"", "[旧]", "tag:\"组/新\\\"的\" and city = \"旧\"");
	scanned(w, "tags all (\"a\", \"旧\") or tags none (旧,b)", "[a][旧][旧][b]",
		"tags all (\"a\", \"组/新\\\"的\") or tags none (\"组/新\\\"的\",b)");
	scanned(w, "tag in （“旧”、“x y”）", "[旧][x y]", "tag in （\"组/新\\\"的\"、“x y”）");
	scanned(w, "TAG = \"q\\\"\\\\\"", "[q\"\\]", "TAG = \"q\\\"\\\\\"");
	scanned(w, "city = \"tag:旧\" and not audience:\"旧\"", "", "city = \"tag:旧\" and not audience:\"旧\"");
	scanned(w, "orders > 3 and tags within 7d", "", "orders > 3 and tags within 7d");
	scanned(w, "tag:\"旧", "[旧]", "tag:\"组/新\\\"的\""); /* even one that does not read */
	scanned(w, "tag in (", "", "tag in (");
	scanned(w, "tag", "", "tag");
}

static i64 save(struct world *w, const char *name, const char *expr)
{
	struct audience a;
	assert_int_equal(audience_save(&w->cx.unit, 0, str_c(name), str_c(expr), NIL, &a), OK);
	return a.id;
}

static const char *expr_of(struct world *w, i64 id)
{
	struct audience a;
	assert_int_equal(audience_get(&w->cx.unit, id, &a), OK);
	return arena_cstr(w->t->arena, a.expr);
}

static i64 count(struct world *w, i64 id)
{
	str name;
	struct expr *e;
	i64 n = -1;
	assert_int_equal(audience_expr_of(&w->cx.unit, id, &name, &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &n, NULL), OK);
	return n;
}

static void rename_to(struct world *w, i64 tag, const char *name)
{
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_rename(tx, tag, str_c(name), 0, false)), OK);
}

static void an_audience_follows_the_names_of_its_tags(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "甲组", "老客", false), group = row(w, tag).group_id;
	i64 bare = save(w, "直接", "tag:\"老客\" and orders >= 0"), whole = save(w, "带组", "tag:\"甲组/老客\"");
	i64 other = save(w, "无关", "orders > 3");
	mark(w, her, tag, "manual", 1);
	settle(w);
	rename_to(w, tag, "熟客");
	assert_string_equal(expr_of(w, bare), "tag:\"熟客\" and orders >= 0");
	assert_string_equal(expr_of(w, whole), "tag:\"甲组/熟客\"");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_group_rename(tx, group, STR("丙组"), 0)), OK);
	assert_string_equal(expr_of(w, bare), "tag:\"熟客\" and orders >= 0");
	assert_string_equal(expr_of(w, whole), "tag:\"丙组/熟客\"");
	i64 twin = new_tag(w, "乙组", "熟客", false); /* the bare name is no longer clear */
	assert_string_equal(expr_of(w, bare), "tag:\"丙组/熟客\" and orders >= 0");
	rename_to(w, twin, "新客");
	rename_to(w, tag, "新客"); /* now of the same name in another way */
	assert_string_equal(expr_of(w, bare), "tag:\"丙组/新客\" and orders >= 0");
	settle(w);
	assert_int_equal(count(w, bare), 1);
	assert_int_equal(count(w, whole), 1);
	assert_string_equal(expr_of(w, other), "orders > 3");
	assert_int_equal(told(w, 0, EV_AUDIENCE_SAVED, NULL), 3 + 6);
}

static void a_used_tag_is_not_removed(void **state)
{
	struct world *w = *state;
	struct tag_uses uses = { 0 };
	i64 tag = new_tag(w, "甲组", "老客", false), id = save(w, "熟客群", "not tag:\"老客\"");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, tag)), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_TAG_USED);
	assert_string_equal(w->cx.unit.fail.limit, "熟客群");
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_uses_of(snap, tag, &uses)), OK);
	assert_int_equal(uses.list.n, 1);
	assert_int_equal(uses.list.v[0].id, id);
	assert_int_equal(audience_remove(&w->cx.unit, id), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, tag)), OK);
}

/* Two leaves with one tag are one person, split two again, erased none. */
static void people_are_counted_as_persons(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1)), root, n[2];
	i64 tags[] = { new_tag(w, "甲组", "老客", false), new_tag(w, "甲组", "没人", false) };
	mark(w, a, tags[0], "manual", 1);
	mark(w, b, tags[0], "rule", 5);
	settle(w);
	assert_int_equal(tag_counts_of(&w->cx.unit, tags, 2, n), OK);
	assert_int_equal(n[0], 2);
	assert_int_equal(n[1], 0);
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	assert_int_equal(tag_counts_of(&w->cx.unit, tags, 2, n), OK);
	assert_int_equal(n[0], 1);
	unmark(w, b, tags[0], "rule"); /* the other leaf still carries it */
	settle(w);
	assert_int_equal(tag_counts_of(&w->cx.unit, tags, 2, n), OK);
	assert_int_equal(n[0], 1);
	assert_int_equal(customer_split(&w->cx.unit, root == a ? b : a, "manual"), OK);
	settle(w);
	mark(w, b, tags[0], "rule", 5);
	settle(w);
	assert_int_equal(tag_counts_of(&w->cx.unit, tags, 2, n), OK);
	assert_int_equal(n[0], 2);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(names_of_tags_are_found_in_a_text), ONE(an_audience_follows_the_names_of_its_tags),
		ONE(a_used_tag_is_not_removed), BOTH(people_are_counted_as_persons),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

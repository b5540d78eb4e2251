/*
 * Tags against the simulator: marks and where they came from, what an operator took off, and both sides
 * kept equal. A corp over one slot and over eight.
 */
#include "core/tag/test_tag.h"

#include "core/tag/tag_http.h"
#include "core/tag/tag_sync.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static err find(struct world *w, const char *name, struct tag *ret)
{
	return READ_SNAP(&w->cx.unit, w->base, tag_find(snap, str_c(name), ret));
}

/* A member puts the tag on her in the client, or takes it off. */
static void in_client(struct world *w, const char *userid, str her, const char *what, str name)
{
	sim_say(w, "/sim/tag_edit", "{\"userid\":\"%s\",\"external_userid\":\"%.*s\",\"%s\":[\"%.*s\"]}", userid, STR_F(her), what,
		STR_F(name));
	live(w, MS_MINUTE);
}

/* The same person becomes a friend of a second member. */
static void befriends_too(struct world *w, str her, const char *userid)
{
	sim_say(w, "/sim/scan", "{\"userid\":\"%s\",\"skip_verify\":true,\"external_userid\":\"%.*s\"}", userid, STR_F(her));
	live(w, MS_MINUTE);
}

static void a_mark_is_set_once_and_tells_why(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "老客", false);
	struct tag_mark_event body;
	struct event ev;
	mark(w, her, tag, "channel", 77);
	mark(w, her, tag, "manual", 0);
	mark(w, her, tag, "channel", 77);
	assert_true(has(w, her, tag));
	assert_int_equal(tally(w, tag), 1);
	assert_int_equal(told(w, her, EV_TAG_MARKED, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), event_body(snap, &ev, &tag_mark_event_record, &body)), OK);
	assert_int_equal(body.tag, tag);
	assert_true(str_eq_c(body.why, "channel") && str_eq_c(body.name, "老客"));
	assert_int_equal(body.why_id, 77);
	unmark(w, her, tag, "rule"); /* a hand holds it */
	assert_true(has(w, her, tag));
	unmark(w, her, tag, "manual");
	unmark(w, her, tag, "manual");
	assert_false(has(w, her, tag));
	assert_int_equal(tally(w, tag), 0);
	assert_int_equal(told(w, her, EV_TAG_UNMARKED, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), event_body(snap, &ev, &tag_mark_event_record, &body)), OK);
	assert_true(str_eq_c(body.why, "manual"));
	assert_int_equal(body.why_id, NIL);
}

static void the_tally_sums_over_people(void **state)
{
	struct world *w = *state;
	i64 tag = new_tag(w, "自有", "老客", false), other = new_tag(w, "自有", "新客", false), people[5];
	for (int i = 0; i < 5; i++) {
		people[i] = person_of(w, befriend(w, i % 2 ? "linna" : "xiaqing", 1));
		mark(w, people[i], tag, "manual", 0);
	}
	mark(w, people[0], other, "rule", 0);
	assert_int_equal(tally(w, tag), 5);
	unmark(w, people[3], tag, "manual");
	assert_int_equal(tally(w, tag), 4);
	assert_int_equal(tally(w, other), 1);
}

static void a_mark_reaches_every_living_relation(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext), tag = new_tag(w, "自有", "同步", true);
	befriends_too(w, ext, "xiaqing");
	befriends_too(w, ext, "tangmei");
	sim_say(w, "/sim/delete", "{\"who\":\"customer\",\"userid\":\"tangmei\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	live(w, MS_MINUTE);
	mark(w, her, tag, "manual", 0); /* before or after the tag exists there */
	live(w, MS_MINUTE);
	assert_false(str_is_nil(row(w, tag).wecom_id));
	assert_int_equal(effects(w, "add_corp_tag", ""), 1);
	assert_int_equal(effects(w, "mark_tag", "linna"), 1);
	assert_int_equal(effects(w, "mark_tag", "xiaqing"), 1);
	assert_int_equal(effects(w, "mark_tag", "tangmei"), 0);
	unmark(w, her, tag, "manual");
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "mark_tag", "linna"), 2);
	assert_int_equal(effects(w, "mark_tag", "xiaqing"), 2);
}

static void a_mark_of_an_own_tag_or_from_wecom_stays_here(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext), own = new_tag(w, "自有", "内部", false);
	struct tag t;
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(find(w, "孕期", &t), OK);
	mark(w, her, own, "manual", 0);
	in_client(w, "linna", ext, "add", t.wecom_id);
	assert_true(has(w, her, own) && has(w, her, t.id));
	assert_int_equal(effects(w, "mark_tag", ""), 0);
	assert_int_equal(told(w, her, EV_TAG_MARKED, NULL), 2);
}

static void what_an_operator_took_off_no_rule_puts_back(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	struct tag t;
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(find(w, "孕期", &t), OK);
	in_client(w, "linna", ext, "add", t.wecom_id);
	assert_true(has(w, her, t.id));
	in_client(w, "linna", ext, "remove", t.wecom_id);
	assert_false(has(w, her, t.id));
	mark(w, her, t.id, "rule", 5);
	mark(w, her, t.id, "channel", 5);
	assert_false(has(w, her, t.id));
	assert_int_equal(tally(w, t.id), 0);
	mark(w, her, t.id, "manual", 0); /* by hand lifts it, for rules too */
	assert_true(has(w, her, t.id));
	unmark(w, her, t.id, "rule");
	assert_true(has(w, her, t.id));
}

/* Where the two sides disagree, what became of it is told. */
static void conflicts_with_wecom_are_told(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	struct tag_conflict body;
	struct event ev;
	struct tag t, secret;
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(find(w, "宝妈", &t), OK);
	assert_int_equal(find(w, "孕期", &secret), OK);
	mark(w, her, t.id, "rule", 5);
	live(w, MS_MINUTE);
	in_client(w, "linna", ext, "remove", t.wecom_id);
	assert_false(has(w, her, t.id));
	assert_int_equal(told(w, her, EV_TAG_CONFLICT, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), event_body(snap, &ev, &tag_conflict_record, &body)), OK);
	assert_true(str_eq_c(body.what, "removed") && str_eq_c(body.why, "rule"));
	secret.sensitive = true;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_put(tx, &secret)), OK);
	in_client(w, "linna", ext, "add", secret.wecom_id);
	assert_false(has(w, her, secret.id));
	assert_int_equal(told(w, her, EV_TAG_CONFLICT, &ev), 2);
	in_client(w, "linna", ext, "remove", secret.wecom_id); /* agreed: nothing to tell */
	assert_int_equal(told(w, her, EV_TAG_CONFLICT, NULL), 2);
}

#define STALE_FIELDS(F, S) F(S, ID, staff) F(S, STRS, tags, .opt = true)
RECORD(stale, STALE_FIELDS); /* contact.fetched, as far as tags go */

/* A profile that was read before our push arrives behind it: the mark stays. */
static void a_profile_read_before_our_push_takes_nothing_off(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	struct tag t;
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(find(w, "宝妈", &t), OK);
	mark(w, her, t.id, "rule", 5);
	settle(w);
	struct stale stale = { staff_id(w, "linna"), { 0 } };
	i64 slot = slot_of(w, her);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, journal_add(tx, EV_CONTACT_FETCHED, her, tx->snap.now, &stale_record, &stale, NULL)), OK);
	settle(w);
	assert_true(has(w, her, t.id));
	live(w, MS_MINUTE); /* one of later is believed */
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, journal_add(tx, EV_CONTACT_FETCHED, her, tx->snap.now, &stale_record, &stale, NULL)), OK);
	settle(w);
	assert_false(has(w, her, t.id));
}

static void what_we_took_off_ourselves_is_no_refusal(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	struct tag t, other, third;
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(find(w, "孕期", &t), OK);
	assert_int_equal(find(w, "宝爸", &other), OK);
	assert_int_equal(find(w, "宝妈", &third), OK);
	mark(w, her, t.id, "rule", 5);
	live(w, MS_MINUTE);
	in_client(w, "linna", ext, "add", third.wecom_id); /* her profile is read: our own mark comes back */
	unmark(w, her, t.id, "rule");
	live(w, MS_MINUTE);
	assert_false(has(w, her, t.id));
	assert_int_equal(effects(w, "mark_tag", "linna"), 2);
	in_client(w, "linna", ext, "add", other.wecom_id); /* her profile is read again: without the tag */
	assert_false(has(w, her, t.id));
	mark(w, her, t.id, "rule", 5);
	assert_true(has(w, her, t.id));
}

static void a_tag_goes_with_the_last_living_relation_that_carried_it(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	struct tag t;
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(find(w, "孕期", &t), OK);
	befriends_too(w, ext, "xiaqing");
	befriends_too(w, ext, "tangmei");
	in_client(w, "linna", ext, "add", t.wecom_id);
	in_client(w, "xiaqing", ext, "add", t.wecom_id);
	in_client(w, "tangmei", ext, "add", t.wecom_id);
	assert_int_equal(told(w, her, EV_TAG_MARKED, NULL), 1);
	in_client(w, "linna", ext, "remove", t.wecom_id);
	assert_true(has(w, her, t.id));
	sim_say(w, "/sim/delete", "{\"who\":\"customer\",\"userid\":\"tangmei\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	live(w, MS_MINUTE);
	assert_true(has(w, her, t.id));
	in_client(w, "xiaqing", ext, "remove", t.wecom_id); /* tangmei's is no living relation */
	assert_false(has(w, her, t.id));
	assert_int_equal(tally(w, t.id), 0);
}

static void a_name_that_exists_in_wecom_is_adopted(void **state)
{
	struct world *w = *state;
	i64 tag = new_tag(w, "人群", "宝妈", true); /* the brand has it: 40071 */
	settle(w);
	struct tag t = row(w, tag), same;
	assert_false(str_is_nil(t.wecom_id));
	assert_true(t.sync && str_eq_c(t.source, "own"));
	assert_int_equal(effects(w, "add_corp_tag", ""), 0);
	assert_int_equal(find(w, "宝妈", &same), OK);
	assert_int_equal(same.id, tag);
}

static void a_lost_reply_makes_no_second_tag(void **state)
{
	struct world *w = *state;
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/add_corp_tag\"}");
	i64 tag = new_tag(w, "自有", "丢失", true);
	live(w, 5 * MS_MINUTE);
	assert_int_equal(effects(w, "add_corp_tag", ""), 1);
	assert_false(str_is_nil(row(w, tag).wecom_id));
}

static void a_pull_adds_renames_and_removes(void **state)
{
	struct world *w = *state;
	struct tag t, *all;
	size_t n = 0;
	i64 own = new_tag(w, "自有", "同步", true);
	settle(w);
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_all(snap, &all, &n)), OK);
	size_t had = n;
	const struct json *made = sim_say(w, "/sim/tag", "{\"group\":\"人群\",\"name\":\"准爸爸\"}");
	live(w, MS_MINUTE); /* the callback asks for the pull */
	assert_int_equal(find(w, "准爸爸", &t), OK);
	assert_true(t.sync && str_eq_c(t.source, "wecom") && str_eq(t.wecom_id, json_str(made, "id")));
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_all(snap, &all, &n)), OK);
	assert_int_equal(n, had + 1);
	sim_say(w, "/sim/tag_delete", "{\"id\":\"%.*s\"}", STR_F(t.wecom_id));
	sim_say(w, "/sim/tag_delete", "{\"id\":\"%.*s\"}", STR_F(row(w, own).wecom_id));
	live(w, MS_MINUTE);
	assert_true(row(w, t.id).removed);
	assert_int_equal(find(w, "准爸爸", &t), ERR_NOT_FOUND);
	t = row(w, own); /* ours stays, as ours alone */
	assert_false(t.removed || t.sync);
	assert_true(str_is_nil(t.wecom_id));
}

static err rename_to(struct tx *tx, i64 id, const char *name) { return tag_rename(tx, id, str_c(name), 3, true); }

static void renaming_and_removing_reach_wecom(void **state)
{
	struct world *w = *state;
	i64 tag = new_tag(w, "自有", "旧名", true), other = new_tag(w, "自有", "别名", true);
	settle(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, rename_to(tx, tag, "别名")), ERR_EXISTS);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, rename_to(tx, tag, "新名")), OK);
	settle(w);
	assert_int_equal(effects(w, "edit_corp_tag", "新名"), 1);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, other)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, other)), ERR_NOT_FOUND);
	settle(w);
	assert_int_equal(effects(w, "del_corp_tag", ""), 1);
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_true(str_eq_c(row(w, tag).name, "新名"));
	assert_true(row(w, other).removed);
}

static void what_changes_before_wecom_was_asked_counts(void **state)
{
	struct world *w = *state;
	struct tag t;
	i64 renamed = new_tag(w, "自有", "旧名", true), gone = new_tag(w, "自有", "不要了", true);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, rename_to(tx, renamed, "新名")), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, gone)), OK);
	settle(w);
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_true(str_eq_c(row(w, renamed).name, "新名"));
	assert_int_equal(find(w, "不要了", &t), ERR_NOT_FOUND);
	assert_int_equal(find(w, "旧名", &t), ERR_NOT_FOUND);
}

static void a_removed_tag_is_on_nobody(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), tag = new_tag(w, "自有", "临时", false);
	mark(w, her, tag, "manual", 0);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, tag)), OK);
	assert_false(has(w, her, tag));
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_mark(tx, her, tag, "manual", 0)), ERR_NOT_FOUND);
	i64 again = new_tag(w, "自有", "临时", false); /* the name is free, the number is not */
	assert_true(again != tag);
	assert_false(has(w, her, again));
}

static void an_ambiguous_name_asks_for_its_group(void **state)
{
	struct world *w = *state;
	struct tag t;
	i64 one = new_tag(w, "甲组", "重名", false), two = new_tag(w, "乙组", "重名", false);
	assert_int_equal(find(w, "重名", &t), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_TAG_AMBIGUOUS);
	assert_non_null(strstr(w->cx.unit.fail.limit, "甲组/重名"));
	assert_non_null(strstr(w->cx.unit.fail.limit, "乙组/重名"));
	assert_int_equal(find(w, "甲组/重名", &t), OK);
	assert_int_equal(t.id, one);
	assert_int_equal(find(w, "乙组/重名", &t), OK);
	assert_int_equal(t.id, two);
	assert_int_equal(find(w, "丙组/重名", &t), ERR_NOT_FOUND);
	assert_int_equal(find(w, "没有", &t), ERR_NOT_FOUND);
}

static str named(struct world *w, int chars)
{
	struct buf b = buf_new(w->t->arena, 1024);
	buf_add_c(&b, "{\"group_id\":\"1\",\"name\":\"");
	for (int i = 0; i < chars; i++)
		buf_add_c(&b, "名");
	buf_add_c(&b, "\"}");
	return buf_str(&b);
}

static err many_tags(struct tx *tx, i64 group, i64 count)
{
	for (i64 i = 0; i < count; i++) {
		struct tag t = tag_blank(tx, group);
		t.name = arena_printf(tx->snap.arena, "满%lld-%lld", (long long)group, (long long)i);
		t.source = STR("own");
		TRY(tag_put(tx, &t));
	}
	return OK;
}

static i64 tags_there(struct world *w)
{
	struct tag *all;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_all(snap, &all, &n)), OK);
	return (i64)n;
}

/* A group holds a thousand tags, a company ten thousand; the next is refused with the limit. */
static void groups_and_companies_are_full_at_their_limits(void **state)
{
	struct world *w = *state;
	struct unit *u = &w->cx.unit;
	i64 group, last = 0, id;
	assert_int_equal(WRITE_TX(u, w->base, tag_group_ensure(tx, STR("满组"), STR_NIL, STR("own"), &group)), OK);
	assert_int_equal(WRITE_TX(u, w->base, many_tags(tx, group, TAG_GROUP_TAGS_MAX - 1)), OK);
	assert_int_equal(WRITE_TX(u, w->base, tag_add(tx, group, STR("最后一个"), false, &id)), OK);
	assert_int_equal(WRITE_TX(u, w->base, tag_add(tx, group, STR("多一个"), false, &id)), ERR_STATE);
	assert_int_equal(u->fail.text, T_TAG_GROUP_FULL);
	assert_string_equal(u->fail.limit, "1000");
	struct arena_mark mark = arena_mark(u->arena);
	for (i64 left = TAG_MAX - 1 - tags_there(w); left > 0; left -= TAG_GROUP_TAGS_MAX - 1) {
		str name = arena_printf(u->arena, "再满%lld", (long long)left);
		assert_int_equal(WRITE_TX(u, w->base, tag_group_ensure(tx, name, STR_NIL, STR("own"), &last)), OK);
		assert_int_equal(WRITE_TX(u, w->base, many_tags(tx, last, int_min(left, TAG_GROUP_TAGS_MAX - 1))), OK);
		arena_reset(u->arena, mark);
	}
	assert_int_equal(WRITE_TX(u, w->base, tag_add(tx, last, STR("第一万个"), false, &id)), OK);
	assert_int_equal(WRITE_TX(u, w->base, tag_add(tx, last, STR("再多一个"), false, &id)), ERR_STATE);
	assert_int_equal(u->fail.text, T_TAG_TOO_MANY);
	assert_string_equal(u->fail.limit, "10000");
}

static err many_groups(struct tx *tx, i64 n)
{
	i64 id;
	for (i64 i = 0; i < n; i++)
		TRY(tag_group_ensure(tx, arena_printf(tx->snap.arena, "组%lld", (long long)i), STR_NIL, STR("own"), &id));
	return OK;
}

static void a_company_has_so_many_groups(void **state)
{
	struct world *w = *state;
	struct unit *u = &w->cx.unit;
	struct tag_count there;
	i64 id;
	assert_int_equal(READ_SNAP(u, w->base, tag_group_total(snap, &(struct none){ 0 }, &there)), OK);
	assert_int_equal(WRITE_TX(u, w->base, many_groups(tx, TAG_GROUPS_MAX - there.n)), OK);
	assert_int_equal(WRITE_TX(u, w->base, tag_group_ensure(tx, STR("再多一组"), STR_NIL, STR("own"), &id)), ERR_STATE);
	assert_int_equal(u->fail.text, T_TAG_GROUPS_MANY);
	assert_string_equal(u->fail.limit, "1000");
	assert_int_equal(WRITE_TX(u, w->base, tag_group_ensure(tx, STR("组0"), STR_NIL, STR("own"), &id)), OK); /* is there */
	assert_int_equal(WRITE_TX(u, w->base, tag_group_ensure(tx, STR("企微的组"), STR("et9"), STR("wecom"), &id)), OK);
}

static void a_name_has_at_most_thirty_characters(void **state)
{
	struct world *w = *state;
	i64 in[32]; /* of the route's own record */
	assert_int_equal(route_in(w, tag_routes, "POST", "/api/v1/tags", named(w, 1), in), OK);
	assert_int_equal(route_in(w, tag_routes, "POST", "/api/v1/tags", named(w, TAG_NAME_MAX), in), OK);
	assert_int_equal(route_in(w, tag_routes, "POST", "/api/v1/tags", named(w, TAG_NAME_MAX + 1), in), ERR_INPUT);
	assert_int_equal(route_in(w, tag_routes, "POST", "/api/v1/tags", named(w, 0), in), ERR_INPUT);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_mark_is_set_once_and_tells_why), BOTH(the_tally_sums_over_people),
		BOTH(a_mark_reaches_every_living_relation), ONE(a_mark_of_an_own_tag_or_from_wecom_stays_here),
		BOTH(what_an_operator_took_off_no_rule_puts_back), ONE(what_we_took_off_ourselves_is_no_refusal),
		ONE(conflicts_with_wecom_are_told), ONE(a_profile_read_before_our_push_takes_nothing_off),
		BOTH(a_tag_goes_with_the_last_living_relation_that_carried_it), ONE(a_name_that_exists_in_wecom_is_adopted),
		ONE(a_lost_reply_makes_no_second_tag), BOTH(a_pull_adds_renames_and_removes),
		ONE(renaming_and_removing_reach_wecom), ONE(what_changes_before_wecom_was_asked_counts),
		BOTH(a_removed_tag_is_on_nobody), ONE(an_ambiguous_name_asks_for_its_group),
		ONE(a_name_has_at_most_thirty_characters), ONE(groups_and_companies_are_full_at_their_limits), ONE(a_company_has_so_many_groups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

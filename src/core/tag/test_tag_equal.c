/*
 * Tags here are tags there: after whatever members do in the client and we do here, with callbacks told twice, out
 * of order or not at all, both sides say the same of every person once the night has read what was lost. And tags
 * of others: put on, yes; renamed or removed, no.
 */
#include "core/tag/test_tag.h"

#include "app/test_app_ask.h"
#include "core/follow/follow.h"
#include "core/profile/profile_bulk.h"
#include "core/tag/tag_sync.h"

#define PEOPLE 12
#define ACTS 60

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static bool there(struct world *w, str ext, str name)
{
	const struct json *v = json_get(sim_say(w, "/sim/tags_of", "{\"external_userid\":\"%.*s\"}", STR_F(ext)), "relations");
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(json_str(&v->items[i], "tag"), name))
			return true;
	return false;
}

static void assert_equal(struct world *w, const str *ext, size_t people, const i64 *tags, size_t count)
{
	for (size_t i = 0; i < people; i++)
		for (size_t k = 0; k < count; k++) {
			struct tag t = row(w, tags[k]);
			bool here = has(w, person_of(w, ext[i]), tags[k]);
			if (here != there(w, ext[i], t.name))
				fail_msg("person %zu, tag %.*s: here %d, in WeCom %d", i, STR_F(t.name), here, !here);
		}
}

static void fault(struct world *w, const char *kind, const char *change, int code)
{
	sim_say(w, "/sim/fault", "{\"api\":\"%s\",\"kind\":\"%s\",\"code\":%d}", change, kind, code);
}

static u32 next_random(u32 *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static void act(struct world *w, u32 *seed, const str *ext, const i64 *tags, size_t count)
{
	str who = ext[next_random(seed) % PEOPLE];
	i64 tag = tags[next_random(seed) % count], her = person_of(w, who);
	const char *faults[] = { "drop_callback", "dup_callback", "reorder" };
	bool on = has(w, her, tag);
	if (next_random(seed) % 2) {
		if (on)
			unmark(w, her, tag, "manual");
		else
			mark(w, her, tag, "manual", 1);
		return;
	}
	u32 what = next_random(seed) % 6;
	if (what < ARRAY_LEN(faults))
		fault(w, faults[what], "edit_external_contact", 30000);
	sim_say(w, "/sim/tag_edit", "{\"userid\":\"%s\",\"external_userid\":\"%.*s\",\"%s\":[\"%.*s\"]}", "linna", STR_F(who),
		there(w, who, row(w, tag).name) ? "remove" : "add", STR_F(row(w, tag).wecom_id));
}

static void both_sides_are_equal_after_all_was_read(void **state)
{
	struct world *w = *state;
	str ext[PEOPLE];
	i64 tags[4];
	struct tag foreign;
	u32 seed = 42;
	for (size_t i = 0; i < PEOPLE; i++)
		ext[i] = befriend(w, "linna", 1);
	assert_int_equal(tag_pull(&w->cx), OK);
	for (size_t i = 0; i < 3; i++)
		tags[i] = new_tag(w, "自有", i == 0 ? "老客" : i == 1 ? "团长" : "试用", true);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, STR("金卡"), &foreign)), OK);
	tags[3] = foreign.id;
	live(w, MS_MINUTE);
	for (int i = 0; i < ACTS; i++) {
		act(w, &seed, ext, tags, ARRAY_LEN(tags));
		live(w, 20 * MS_SECOND);
	}
	live(w, 2 * MS_DAY);
	assert_equal(w, ext, PEOPLE, tags, ARRAY_LEN(tags));
}

static void a_quiet_night_tells_nothing_again(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	live(w, 2 * MS_DAY);
	int before = told(w, her, EV_CONTACT_FETCHED, NULL);
	live(w, 3 * MS_DAY);
	assert_int_equal(told(w, her, EV_CONTACT_FETCHED, NULL), before);
}

static void an_end_nobody_told_is_found_at_night(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1), stays = befriend(w, "linna", 1);
	struct follow *rows;
	size_t n;
	live(w, MS_HOUR);
	fault(w, "drop_callback", "del_external_contact", 0);
	sim_say(w, "/sim/delete", "{\"who\":\"staff\",\"userid\":\"linna\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	live(w, MS_DAY);
	i64 her = person_of(w, ext), other = person_of(w, stays);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), follow_list(snap, her, &rows, &n)), OK);
	assert_true(str_eq_c(rows[0].status, "dropped"));
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, other), follow_list(snap, other, &rows, &n)), OK);
	assert_true(str_eq_c(rows[0].status, "friend"));
}

static void a_group_made_here_is_there_within_seconds(void **state)
{
	struct world *w = *state;
	i64 tag = new_tag(w, "新组", "新标签", true);
	live(w, 5 * MS_SECOND);
	assert_false(str_is_nil(row(w, tag).wecom_id));
	assert_int_equal(effects(w, "add_corp_tag", "新组"), 1);
	sim_say(w, "/sim/tag", "{\"group\":\"那边的组\",\"name\":\"那边的标签\"}");
	live(w, 5 * MS_SECOND);
	struct tag t;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, STR("那边的标签"), &t)), OK);
}

static void tags_of_others_are_put_on_but_not_changed(void **state)
{
	struct world *w = *state;
	struct tag t;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext);
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, STR("金卡"), &t)), OK);
	mark(w, her, t.id, "manual", 1);
	live(w, MS_MINUTE);
	assert_true(there(w, ext, STR("金卡")));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_rename(tx, t.id, STR("白金卡"), 1, true)), ERR_STATE);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, t.id)), ERR_STATE);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_archive(tx, t.id, true)), OK);
}

/* Made here by a name that was there before: it turns out to be another's when it is to be renamed. */
static void a_tag_that_turns_out_to_be_anothers_is_set_back(void **state)
{
	struct world *w = *state;
	sim_say(w, "/sim/fault", "{\"api\":\"change_external_tag\",\"kind\":\"drop_callback\",\"count\":10}");
	sim_say(w, "/sim/tag", "{\"group\":\"自有\",\"name\":\"早有\"}");
	i64 tag = new_tag(w, "自有", "早有", true);
	live(w, MS_MINUTE);
	assert_false(str_is_nil(row(w, tag).wecom_id)); /* adopted */
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_rename(tx, tag, STR("改名"), 1, true)), OK);
	live(w, MS_MINUTE);
	assert_true(str_eq_c(row(w, tag).name, "早有") && str_eq_c(row(w, tag).source, "wecom"));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_remove(tx, tag)), ERR_STATE);
}

/* Neither that it was made nor that there was somebody's profile again reaches us: the profile came before the list. */
static void a_tag_nobody_told_is_put_on_at_night(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1), other = befriend(w, "linna", 1);
	i64 her = person_of(w, ext), gone = person_of(w, other);
	struct tag t;
	sim_say(w, "/sim/fault", "{\"api\":\"change_external_tag\",\"kind\":\"drop_callback\",\"count\":10}");
	sim_say(w, "/sim/tag", "{\"group\":\"新分组\",\"name\":\"没人说过\"}");
	for (int i = 0; i < 2; i++)
		sim_say(w, "/sim/tag_edit", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"add\":[\"没人说过\"]}", STR_F(i ? other : ext));
	live(w, MS_MINUTE);
	sim_say(w, "/sim/delete", "{\"who\":\"staff\",\"userid\":\"linna\",\"external_userid\":\"%.*s\"}", STR_F(other));
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, STR("没人说过"), &t)), ERR_NOT_FOUND);
	live(w, MS_DAY);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, STR("没人说过"), &t)), OK);
	assert_true(has(w, her, t.id));
	assert_false(has(w, gone, t.id));
	live(w, MS_DAY);
	assert_true(has(w, her, t.id));
}

static void takes(struct asking *b, i64 tag, i64 calls, i64 minutes)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR("/api/v1/customers/tag-plan"), &v, "{\"expr\":\"friend\",\"add\":[\"%lld\"]}", (long long)tag), 200);
	assert_int_equal(json_i64(v, "calls", -1), calls);
	assert_int_equal(json_i64(v, "minutes", -1), minutes);
}

/* Before many are tagged: how many calls it takes and for how long, which is what happens then. */
static void what_bulk_takes_is_told_beforehand(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 synced = new_tag(w, "批量", "要同步的", true), own = new_tag(w, "自用", "不同步的", false), linna = staff_id(w, "linna");
	befriend(w, "linna", 3);
	live(w, MS_MINUTE);
	takes(&boss, own, 0, 0);
	takes(&boss, synced, 3, 1);
	int before = effects(w, "mark_tag", "");
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/customers/tag-job"), NULL, "{\"expr\":\"friend\",\"add\":[\"%lld\"],\"people\":3}", (long long)synced), 202);
	live(w, 5 * MS_MINUTE);
	assert_int_equal(effects(w, "mark_tag", "") - before, 3);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, staff_customers(tx, linna, PROFILE_WECOM_HOUR - 3)), OK);
	takes(&boss, synced, PROFILE_WECOM_HOUR, 60); /* an hour's quota takes an hour */
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, staff_customers(tx, linna, 3)), OK);
	takes(&boss, synced, PROFILE_WECOM_HOUR + 3, 61);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), cmocka_unit_test_setup_teardown(test, make_spread, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(both_sides_are_equal_after_all_was_read),
		BOTH(a_quiet_night_tells_nothing_again),
		BOTH(an_end_nobody_told_is_found_at_night),
		BOTH(a_group_made_here_is_there_within_seconds),
		BOTH(tags_of_others_are_put_on_but_not_changed),
		BOTH(a_tag_that_turns_out_to_be_anothers_is_set_back),
		BOTH(a_tag_nobody_told_is_put_on_at_night),
		BOTH(what_bulk_takes_is_told_beforehand),
	};
	return cmocka_run_group_tests_name("tag equal", tests, NULL, NULL);
}

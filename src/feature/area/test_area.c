/*
 * Area codes against the simulator: from a point to a store's code, to the add that carries its tag and channel.
 */
#include "app/test_app_sim.h"

#include "core/follow/follow.h"
#include "core/tag/tag_edit.h"
#include "core/way/way_data.h"
#include "feature/area/area_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static const struct geo_point square = { 31.2285, 121.4782 }; /* GCJ-02 */

static i64 store(struct world *w, const char *code, const char *userid, struct geo_point gcj, const char *hours, i64 tag)
{
	struct outlet_edit e;
	i64 id = 0, staff = userid ? staff_id(w, userid) : 0;
	record_init(&outlet_edit_record, &e);
	e.code = e.name = str_c(code), e.city = STR("上海"), e.system = STR("GCJ-02"), e.lat = gcj.lat, e.lng = gcj.lng, e.hours = str_c(hours);
	e.tag = tag;
	e.staff = (struct ids){ &staff, userid ? 1 : 0 };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_make(tx, &e, &id)), OK);
	return id;
}

static struct area_code code(struct world *w, const char *result)
{
	struct area_edit in = { STR("全国一码"), str_c(result), NIL, STR_NIL };
	struct area_code c;
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, area_make(tx, &in, &id)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, area_row(snap, &(struct area_key){ id }, &c)), OK);
	return c;
}

static struct area_result near(struct world *w, const struct area_code *c, struct geo_point gcj)
{
	struct area_result r;
	assert_int_equal(area_near(&w->cx, c, geo_wgs_of(gcj), &r), OK);
	return r;
}

static i64 store_in(const struct area_result *r) { return r->store ? ((const struct area_store *)r->store)->id : 0; }

static i64 tag_new(struct world *w)
{
	i64 group = 0, tag = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_group_ensure(tx, STR("门店"), STR_NIL, STR("own"), &group)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_add(tx, group, STR("人民广场店"), false, &tag)), OK);
	return tag;
}

static void the_nearest_open_store_gives_its_guide(void **state)
{
	struct world *w = *state;
	i64 tag = tag_new(w), her, *tags, slot;
	size_t n = 0;
	struct follow *follows;
	i64 here = store(w, "近", "linna", square, "09:00-21:00", tag);
	store(w, "远", "linna", (struct geo_point){ 31.25, 121.5 }, "09:00-21:00", NIL);
	i64 shut = store(w, "关", "linna", (struct geo_point){ 31.2286, 121.4782 }, "22:00-23:00", NIL);
	struct area_code c = code(w, "guide");
	struct area_result r = near(w, &c, (struct geo_point){ 31.22861, 121.4782 });
	assert_true(str_eq_c(r.state, "near") && store_in(&r) == here && store_in(&r) != shut);
	assert_true(str_eq_c(r.result, "preparing"));
	assert_int_equal(r.others.n, 1);
	settle(w);
	r = near(w, &c, square);
	assert_true(str_eq_c(r.result, "guide") && str_has(r.url, STR("/h5/api/area/qr.png?key=")));
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
	struct way way;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, way_get(snap, AREA_OWNER, c.id, here, &way)), OK);
	str ext = json_str(sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"顾客\"}}", STR_F(way.config_id)), "external_userid");
	live(w, MS_MINUTE);
	her = person_of(w, ext);
	slot = slot_of_customer(w->t->store, her);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, tag_of(snap, her, &tags, &n)), OK);
	assert_true(n == 1 && tags[0] == tag);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, follow_list(snap, her, &follows, &n)), OK);
	assert_true(str_eq_c(follows[0].channel, "全国一码"));
	assert_int_equal(told(w, her, EV_AREA_CAME, NULL), 1);
}

static void far_and_closed_and_none_are_said(void **state)
{
	struct world *w = *state;
	struct area_code c = code(w, "guide");
	struct area_result r = near(w, &c, square);
	assert_true(str_eq_c(r.state, "none") && !r.store);
	i64 night = store(w, "夜", "linna", square, "22:00-23:00", NIL); /* it is ten in the morning */
	r = near(w, &c, square);
	assert_true(str_eq_c(r.state, "closed") && store_in(&r) == night);
	assert_int_equal(((struct area_store *)r.store)->next_open, MORNING + 12 * MS_HOUR);
	i64 far = store(w, "远", "linna", (struct geo_point){ 31.25, 121.5 }, "", NIL);
	r = near(w, &c, square);
	assert_true(str_eq_c(r.state, "far") && store_in(&r) == far);
	assert_int_equal(area_near(&w->cx, &c, (struct geo_point){ 35.68, 139.76 }, &r), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_AREA_ABROAD);
}

static void only_a_cell_is_kept_of_a_point(void **state)
{
	struct world *w = *state;
	struct area_sum *sums;
	struct event *ev;
	size_t n = 0, events;
	store(w, "近", "linna", square, "", NIL);
	struct area_code c = code(w, "guide");
	near(w, &c, square);
	near(w, &c, (struct geo_point){ 31.2286, 121.4783 });
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, area_sums(snap, &(struct area_span){ c.id, 0 }, &sums, &n)), OK);
	assert_true(n == 1 && sums[0].visits == 2 && str_eq_c(sums[0].how, "position"));
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, journal_read(snap, 0, 100000, &ev, &events)), OK);
	assert_true(events > 0);
	for (size_t i = 0; i < events; i++) /* nor does an event tell it */
		assert_true(!str_has(ev[i].body, STR("31.2")) && !str_has(ev[i].body, STR("121.4")));
	struct area_visit key = { c.id, corp_day(&w->cx.unit, now(w)), sums[0].outlet, STR("wtw3s"), STR("position"), 1 };
	assert_int_equal(key.cell.n, AREA_CELL_CHARS);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, area_visit_add(tx, &key)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, area_sums(snap, &(struct area_span){ c.id, 0 }, &sums, &n)), OK);
	assert_true(n == 1 && sums[0].visits == 3); /* it is the very row: the cell is these five characters */
}

static void a_store_nobody_serves_has_no_code(void **state)
{
	struct world *w = *state;
	i64 id = store(w, "空", NULL, square, "", NIL);
	struct area_code c = code(w, "guide");
	struct area_result r;
	assert_true(str_eq_c(near(w, &c, square).result, "nobody"));
	assert_int_equal(area_choose(&w->cx, &c, id, "chosen", &r), OK);
	assert_true(str_eq_c(r.result, "nobody"));
	assert_int_equal(area_choose(&w->cx, &c, 12345, "chosen", &r), ERR_NOT_FOUND);
	settle(w);
	assert_int_equal(effects(w, "add_contact_way", ""), 0);
}

static void a_group_is_given_where_there_is_one(void **state)
{
	struct world *w = *state;
	i64 id = store(w, "近", "linna", square, "", NIL), staff = staff_id(w, "linna");
	struct area_code c = code(w, "group");
	struct outlet_edit e;
	record_init(&outlet_edit_record, &e);
	e.code = e.name = STR("近"), e.city = STR("上海"), e.system = STR("GCJ-02"), e.lat = square.lat, e.lng = square.lng;
	e.staff = (struct ids){ &staff, 1 }, e.group_url = STR("/d/abcdefghij");
	assert_true(str_eq_c(near(w, &c, square).result, "preparing")); /* without a group: the guide */
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_change(tx, id, 1, &e)), OK);
	struct area_result r = near(w, &c, square);
	assert_true(str_eq_c(r.result, "group") && str_eq_c(r.url, "/d/abcdefghij"));
}

static struct way way_of(struct world *w, const struct area_code *c, i64 outlet)
{
	struct way way = { 0 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, way_get(snap, AREA_OWNER, c->id, outlet, &way)), OK);
	return way;
}

static void all_stores_get_a_code_and_keep_it_served(void **state)
{
	struct world *w = *state;
	i64 first = 0, job = 0;
	for (int i = 0; i < 130; i++) {
		char name[16];
		snprintf(name, sizeof(name), "店%d", i);
		i64 id = store(w, name, i % 10 == 9 ? NULL : "linna", (struct geo_point){ 31 + i * 0.001, 121.4 }, "", NIL);
		first = first ? first : id;
	}
	struct area_code c = code(w, "guide");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, area_codes_queue(tx, &c, false, &job)), OK);
	live(w, MS_HOUR);
	struct job j;
	assert_int_equal(job_get(&w->cx.unit, job, &j), OK);
	assert_true(str_eq_c(j.state, "done") && j.done == 130 && j.skipped == 13);
	assert_int_equal(effects(w, "add_contact_way", ""), 117);
	assert_true(str_eq_c(way_of(w, &c, first).status, "active"));
	/* Who leaves is missed: nobody else answers there. */
	sim_say(w, "/sim/staff", "{\"userid\":\"linna\",\"left\":true}");
	live(w, MS_MINUTE);
	assert_true(str_eq_c(way_of(w, &c, first).fail_code, "no_staff"));
	/* Removing the code ends all of them. */
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, area_remove(tx, c.id)), OK);
	live(w, MS_HOUR);
	assert_int_equal(effects(w, "del_contact_way", ""), 117);
	assert_true(str_eq_c(way_of(w, &c, first).status, "removed"));
}

static void a_lost_reply_is_found_again(void **state)
{
	struct world *w = *state;
	i64 id = store(w, "近", "linna", square, "", NIL);
	struct area_code c = code(w, "guide");
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/add_contact_way\"}");
	near(w, &c, square);
	settle(w);
	assert_true(str_eq_c(way_of(w, &c, id).status, "creating"));
	live(w, 5 * MS_MINUTE);
	assert_true(str_eq_c(way_of(w, &c, id).status, "active"));
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
}

static void a_refused_code_says_why_and_is_tried_again(void **state)
{
	struct world *w = *state;
	i64 id = store(w, "近", "linna", square, "", NIL);
	struct area_code c = code(w, "guide");
	struct way way;
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"api\":\"externalcontact/add_contact_way\",\"code\":41054}");
	near(w, &c, square);
	settle(w);
	way = way_of(w, &c, id);
	assert_true(str_eq_c(way.status, "failed") && way_fail_text(w->t->arena, &way, LANG_ZH).n > 0);
	assert_true(str_eq_c(near(w, &c, square).result, "nobody"));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, area_way(tx, &c, id, &way)), OK);
	settle(w);
	assert_true(str_eq_c(way_of(w, &c, id).status, "active"));
}

static void a_company_has_so_many_national_codes(void **state)
{
	struct world *w = *state;
	struct area_edit in = { STR("全国一码"), STR("guide"), NIL, STR_NIL };
	i64 id;
	for (int i = 0; i < AREA_MAX; i++)
		assert_int_equal(WRITE_TX(&w->cx.unit, w->base, area_make(tx, &in, &id)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, area_make(tx, &in, &id)), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_AREA_FULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make, world_free)
	const struct CMUnitTest tests[] = {
		T(the_nearest_open_store_gives_its_guide),
		cmocka_unit_test_setup_teardown(the_nearest_open_store_gives_its_guide, make_spread, world_free),
		T(far_and_closed_and_none_are_said), T(only_a_cell_is_kept_of_a_point), T(a_store_nobody_serves_has_no_code),
		T(a_group_is_given_where_there_is_one), T(all_stores_get_a_code_and_keep_it_served), T(a_lost_reply_is_found_again),
		T(a_company_has_so_many_national_codes), T(a_refused_code_says_why_and_is_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

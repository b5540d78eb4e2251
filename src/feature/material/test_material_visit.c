/*
 * Who opened what, when, how long, how deep, who passed it on, and when her advisor hears of it: over one slot and eight.
 */
#include "feature/material/test_material.h"

#include "core/tag/tag_edit.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static int notices(struct world *w) { return effects(w, "\"notice\"", "报价单"); }

static struct material_sum sum(struct world *w, i64 material)
{
	struct material_sum *rows;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, material_sums(snap, &(struct material_span){ material, 0 }, &rows, &n)), OK);
	return n ? rows[0] : (struct material_sum){ 0 };
}

/* S32: the advisor's message within ten seconds of the opening. */
static void the_advisor_hears_within_ten_seconds(void **state)
{
	struct world *w = *state;
	str xid = befriend(w, "linna", 1);
	i64 her = person_of(w, xid);
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser phone = browser_new(w);
	struct event ev;
	struct material_opened body;
	str link = link_for(w, id, her, staff_id(w, "linna"));
	ms at = now(w);
	str query = behind(&phone, link);
	assert_int_equal(request(&phone, "POST", STR("/h5/api/material/open"), body_of(&phone, query)), 200);
	live_until(w, at + 10 * MS_SECOND);
	assert_int_equal(notices(w), 1);
	assert_int_equal(effects(w, "\"notice\"", "linna"), 1);
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, ev.slot, event_body(snap, &ev, &material_opened_record, &body)), OK);
	assert_true(body.material == id && body.first && !body.passed && str_eq_c(body.kind, "file") && body.staff == staff_id(w, "linna"));
	assert_int_equal(told(w, her, EV_MATERIAL_PASSED, NULL), 0);
}

/* A browser back within half an hour goes on with its visit; the advisor is told again from the very half hour on. */
static void told_again_after_half_an_hour_and_not_before(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), linna = staff_id(w, "linna");
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser phone = browser_new(w);
	str link = link_for(w, id, her, linna);
	ms first = now(w);
	str visit = opens(&phone, link);
	assert_int_equal(notices(w), 1);
	clock_advance(&w->t->clock, first + MATERIAL_AGAIN_MS - 1);
	assert_true(str_eq(opens(&phone, link), visit));
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 1);
	assert_int_equal(notices(w), 1);
	clock_advance(&w->t->clock, now(w) + MATERIAL_AGAIN_MS);
	assert_false(str_eq(opens(&phone, link), visit));
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 2);
	assert_int_equal(notices(w), 2);
}

/* The limit itself, at its edge, by two of her own browsers. */
static void one_message_per_customer_and_material_in_half_an_hour(void **state)
{
	struct world *w = *state;
	str xid = befriend(w, "linna", 1);
	i64 her = person_of(w, xid), linna = staff_id(w, "linna");
	struct material_edit e = quotation(w), more = quotation(w);
	i64 id = made(w, &e), other = made(w, &more);
	struct browser b[3];
	for (int i = 0; i < 3; i++) {
		b[i] = browser_new(w);
		walks(&b[i], arena_cstr(w->t->arena, xid));
	}
	str link = link_for(w, id, her, linna);
	ms first = now(w);
	opens(&b[0], link);
	clock_advance(&w->t->clock, first + MATERIAL_ALERT_MS - 1);
	for (int i = 1; i < 3; i++)
		walks(&b[i], arena_cstr(w->t->arena, xid)); /* a guest's session lives half an hour */
	opens(&b[1], link);
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 2);
	assert_int_equal(notices(w), 1);
	opens(&b[1], link_for(w, other, her, linna)); /* another material is another message */
	assert_int_equal(notices(w), 2);
	clock_advance(&w->t->clock, first + MATERIAL_ALERT_MS);
	opens(&b[2], link);
	assert_int_equal(told(w, her, EV_MATERIAL_PASSED, NULL), 0);
	assert_int_equal(notices(w), 3);
}

static void who_asks_not_to_be_told_is_not(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = quotation(w);
	e.alert = false;
	i64 id = made(w, &e);
	struct browser phone = browser_new(w);
	opens(&phone, link_for(w, id, her, staff_id(w, "linna")));
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 1);
	assert_int_equal(notices(w), 0);
}

static void a_leaver_is_not_told_but_who_serves_her_now(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser phone = browser_new(w);
	str link = link_for(w, id, her, 424242); /* a member nobody knows any more */
	opens(&phone, link);
	assert_int_equal(notices(w), 1);
	assert_int_equal(effects(w, "\"notice\"", "linna"), 1);
}

/* ---- people and programs ---- */

static void only_the_script_makes_it_an_opening(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	str link = link_for(w, id, her, staff_id(w, "linna")), path = str_sub(link, sizeof("http://product.test") - 1, link.n);
	assert_int_equal(request(&b, "HEAD", path, STR_NIL), 302);
	for (int i = 0; i < 5; i++)
		assert_int_equal(shows(&b, link), 200); /* a preview fetches page and content, and runs nothing */
	settle(w);
	assert_int_equal(sum(w, id).opened, 0);
	static const char *const robots[] = { "", "Mozilla/5.0 (compatible; Baiduspider/2.0)", "WeChatPreview", "Googlebot/2.1", "curl/8", "HeadlessChrome" };
	for (size_t i = 0; i < ARRAY_LEN(robots); i++) {
		b.agent = robots[i];
		assert_int_equal(opens(&b, link).n, 0);
	}
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 0);
	b.agent = "Mozilla/5.0 (Linux; CUBOT NOTE 20) MicroMessenger/8.0"; /* a phone of that make */
	assert_true(opens(&b, link).n > 0);
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 1);
	assert_int_equal(sum(w, id).opened, 1);
}

static void staff_who_look_are_not_her(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	str link = link_for(w, id, her, staff_id(w, "linna"));
	b.agent = "Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0";
	assert_int_equal(opens(&b, link).n, 0);
	b.agent = WECHAT;
	b.console = STR("some-session");
	assert_int_equal(opens(&b, link).n, 0);
	assert_int_equal(notices(w), 0);
	assert_int_equal(sum(w, id).opened, 0);
}

/* ---- passing on ---- */

static void another_browser_is_a_passing_on_told_once(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser hers = browser_new(w), friends = browser_new(w);
	str link = link_for(w, id, her, staff_id(w, "linna"));
	opens(&hers, link);
	opens(&friends, link);
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 1);
	assert_int_equal(told(w, her, EV_MATERIAL_PASSED, NULL), 1);
	clock_advance(&w->t->clock, now(w) + MATERIAL_AGAIN_MS);
	opens(&friends, link);
	opens(&hers, link);
	assert_int_equal(told(w, her, EV_MATERIAL_PASSED, NULL), 1);
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 2);
	struct material_sum s = sum(w, id);
	assert_true(s.opened == 4 && s.people == 2 && s.passed == 1);
}

static void a_known_friend_she_passed_it_to_is_the_reader(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), other, linna = staff_id(w, "linna");
	str xid = befriend(w, "xiaqing", 1);
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	struct event ev;
	struct material_passed passed;
	struct material_opened opened;
	other = person_of(w, xid);
	walks(&b, arena_cstr(w->t->arena, xid));
	opens(&b, link_for(w, id, her, linna));
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 0); /* though it was the first browser */
	assert_int_equal(told(w, her, EV_MATERIAL_PASSED, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, ev.slot, event_body(snap, &ev, &material_passed_record, &passed)), OK);
	assert_int_equal(passed.reader, other);
	assert_int_equal(told(w, other, EV_MATERIAL_OPENED, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, ev.slot, event_body(snap, &ev, &material_opened_record, &opened)), OK);
	assert_true(opened.passed);
	/* She herself, later, in her own browser. */
	struct browser hers = browser_new(w);
	opens(&hers, link_for(w, id, her, linna));
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 1);
}

static void a_link_to_many_asks_wechat_who_came(void **state)
{
	struct world *w = *state;
	str xid = befriend(w, "linna", 1);
	i64 her = person_of(w, xid);
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser b = browser_new(w), stranger = browser_new(w);
	str many = link_for(w, id, 0, staff_id(w, "linna")), hers = link_for(w, id, her, staff_id(w, "linna"));
	assert_int_equal(shows(&b, many), 200);
	assert_true(json_get(b.json, "walk")->truth);
	assert_int_equal(shows(&b, hers), 200);
	assert_false(json_get(b.json, "walk")->truth);
	b.agent = "Mozilla/5.0 Firefox";
	assert_int_equal(shows(&b, many), 200);
	assert_false(json_get(b.json, "walk")->truth);
	b.agent = WECHAT;
	walks(&b, arena_cstr(w->t->arena, xid));
	assert_int_equal(shows(&b, many), 200);
	assert_false(json_get(b.json, "walk")->truth);
	opens(&b, many);
	assert_int_equal(told(w, her, EV_MATERIAL_OPENED, NULL), 1);
	assert_int_equal(notices(w), 1);
	assert_true(opens(&stranger, many).n > 0); /* opened, by nobody we know */
	struct material_sum s = sum(w, id);
	assert_true(s.opened == 2 && s.people == 2 && s.passed == 0);
	set(w, "material.identify", "0");
	assert_int_equal(shows(&stranger, many), 200);
	assert_false(json_get(stranger.json, "walk")->truth);
	set(w, "material.identify", "2");
	assert_int_equal(shows(&stranger, hers), 200);
	assert_true(json_get(stranger.json, "walk")->truth);
}

/* ---- how long and how deep ---- */

static struct material_read last_read(struct world *w, i64 her, int *ret_times)
{
	struct event ev;
	struct material_read r = { 0 };
	*ret_times = told(w, her, EV_MATERIAL_READ, &ev);
	if (*ret_times)
		assert_int_equal(READ_SNAP(&w->cx.unit, ev.slot, event_body(snap, &ev, &material_read_record, &r)), OK);
	return r;
}

static void a_reading_is_told_when_it_is_over(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = article("长文");
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	int times;
	str visit = opens(&b, link_for(w, id, her, 0));
	live(w, 15 * MS_SECOND);
	assert_int_equal(beats(&b, visit, 15, 20), 204);
	live(w, 15 * MS_SECOND);
	assert_int_equal(beats(&b, visit, 30, 60), 204);
	assert_int_equal(beats(&b, visit, 10, 10), 204); /* late on the way: nothing shrinks */
	live(w, MATERIAL_QUIET_MS - 1);
	last_read(w, her, &times);
	assert_int_equal(times, 0);
	live(w, 1);
	struct material_read r = last_read(w, her, &times);
	assert_true(times == 1 && r.seconds == 30 && r.depth == 60);
	/* Back within the half hour: the same visit, and its further seconds alone are told. */
	live(w, 5 * MS_MINUTE);
	assert_true(str_eq(opens(&b, link_for(w, id, her, 0)), visit));
	live(w, 20 * MS_SECOND);
	assert_int_equal(beats(&b, visit, 50, 100), 204);
	live(w, 2 * MS_MINUTE);
	r = last_read(w, her, &times);
	assert_true(times == 2 && r.seconds == 20 && r.depth == 100);
	assert_int_equal(sum(w, id).seconds, 50);
}

static void nobody_reads_longer_than_time_passes(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = article("长文");
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	str visit = opens(&b, link_for(w, id, her, 0)), bent = arena_dup(w->t->arena, visit);
	clock_advance(&w->t->clock, now(w) + 10 * MS_SECOND);
	assert_int_equal(beats(&b, visit, 9999, 50), 204);
	assert_int_equal(sum(w, id).seconds, 12);
	clock_advance(&w->t->clock, now(w) + MS_DAY);
	assert_int_equal(beats(&b, visit, MATERIAL_SECONDS_MAX, 50), 204);
	assert_int_equal(beats(&b, visit, MATERIAL_SECONDS_MAX + 1, 50), 204);
	assert_int_equal(sum(w, id).seconds, MATERIAL_SECONDS_MAX);
	assert_int_equal(beats(&b, visit, 1, 101), 422);
	assert_int_equal(beats(&b, visit, -5, 50), 422);
	assert_int_equal(sum(w, id).seconds, MATERIAL_SECONDS_MAX);
	((char *)(uintptr_t)bent.p)[0] = '9';
	assert_int_equal(beats(&b, bent, 1, 1), 401);
	assert_int_equal(beats(&b, STR("1.2.3"), 1, 1), 401);
}

static void a_flood_of_visits_of_one_link_is_stopped(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = article("长文");
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	str query = behind(&b, link_for(w, id, her, 0));
	ms first = now(w);
	for (int i = 0; i < MATERIAL_VISITS_OF_ONE; i++) {
		b.reader = STR_NIL;
		assert_int_equal(request(&b, "POST", STR("/h5/api/material/open"), body_of(&b, query)), 200);
	}
	b.reader = STR_NIL;
	assert_int_equal(request(&b, "POST", STR("/h5/api/material/open"), body_of(&b, query)), 429);
	clock_advance(&w->t->clock, first + MS_HOUR - 1);
	assert_int_equal(request(&b, "POST", STR("/h5/api/material/open"), body_of(&b, query)), 429);
	clock_advance(&w->t->clock, first + MS_HOUR);
	assert_int_equal(request(&b, "POST", STR("/h5/api/material/open"), body_of(&b, query)), 200);
}

static err fill_visits(struct tx *tx, i64 material, i64 count)
{
	for (i64 i = 0; i < count; i++) {
		struct material_visit v = { .id = i + 1, .material = material, .number = 1, .browser = STR("b"), .opened = tx->snap.now, .last = tx->snap.now };
		TRY(material_visit_add(tx, &v));
	}
	return OK;
}

static void a_link_to_many_takes_in_many_and_no_more(void **state)
{
	struct world *w = *state;
	struct material_edit e = article("长文");
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	str query = behind(&b, link_for(w, id, 0, 0));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, fill_visits(tx, id, MATERIAL_VISITS_OF_ALL - 1)), OK);
	assert_int_equal(request(&b, "POST", STR("/h5/api/material/open"), body_of(&b, query)), 200);
	b.reader = STR_NIL;
	assert_int_equal(request(&b, "POST", STR("/h5/api/material/open"), body_of(&b, query)), 429);
}

/* ---- what others make of it ---- */

static void audiences_know_who_opened_it(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct material_edit e = article("长文");
	i64 id = made(w, &e), n = -1;
	struct browser b = browser_new(w);
	opens(&b, link_for(w, id, her, 0));
	live(w, MS_MINUTE);
	struct asking owner = asking_new(w);
	const struct json *v;
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/audience/count"), &v, "{\"expr\":\"did(\\\"material.opened\\\", within 7d)\"}"), 200);
	n = json_i64(v, "count", -1);
	assert_int_equal(n, 1);
}

/* S25: a tag for who read an article of that category for half a minute. */
static void a_tag_rule_speaks_of_reading(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), group = 0, tag = 0, *tags;
	struct material_edit e = article("长文");
	i64 id = made(w, &e);
	struct browser b = browser_new(w);
	struct asking owner = asking_new(w);
	const struct json *v;
	size_t n = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_group_ensure(tx, STR("兴趣"), STR_NIL, STR("own"), &group)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, tag_add(tx, group, STR("爱读"), false, &tag)), OK);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/tag-rules"), &v, "{\"name\":\"读了半分钟\",\"put\":[\"%lld\"],\"when\":{\"type\":\"event\",\"event\":\"material.read\","
			"\"filters\":[{\"name\":\"seconds\",\"op\":\"ge\",\"value\":30},{\"name\":\"kind\",\"op\":\"is\",\"value\":\"article\"}]}}", (long long)tag), 201);
	i64 rule = id_in(v, "id");
	assert_true(asks(&owner, "POST", arena_printf(w->t->arena, "/api/v1/tag-rules/%lld/on", (long long)rule), NULL, "%s", "") < 300);
	live(w, MS_MINUTE);
	for (int seconds = 29; seconds <= 30; seconds++) {
		str visit = opens(&b, link_for(w, id, her, 0));
		live(w, seconds * MS_SECOND);
		beats(&b, visit, seconds, 50);
		live(w, MATERIAL_AGAIN_MS);
		assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), tag_of(snap, her, &tags, &n)), OK);
		assert_int_equal(n, seconds >= 30);
	}
	assert_int_equal(tags[0], tag);
}

static void the_console_shows_who_within_its_scope(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), his = person_of(w, befriend(w, "xiaqing", 1));
	struct material_edit e = quotation(w);
	i64 id = made(w, &e);
	struct browser a = browser_new(w), b = browser_new(w);
	opens(&a, link_for(w, id, her, staff_id(w, "linna")));
	opens(&b, link_for(w, id, his, staff_id(w, "xiaqing")));
	struct asking owner = asking_new(w), linna = asking_as(w, "linna");
	const struct json *v;
	str visits = arena_printf(w->t->arena, "/api/v1/materials/%lld/visits", (long long)id);
	assert_int_equal(asks(&owner, "GET", visits, &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 2);
	assert_int_equal(asks(&linna, "GET", visits, &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	assert_int_equal(id_in(&json_get(v, "data")->items[0], "customer_id"), her);
	assert_int_equal(asks(&linna, "GET", STR("/api/v1/materials"), &v, "%s", ""), 200);
	assert_int_equal(json_i64(&json_get(v, "data")->items[0], "opened", -1), 1);
	assert_int_equal(asks(&linna, "GET", arena_printf(w->t->arena, "/api/v1/materials/%lld/days", (long long)id), &v, "%s", ""), 200);
	assert_int_equal(json_i64(&json_get(v, "data")->items[0], "people", -1), 1);
	assert_int_equal(asks(&linna, "GET", arena_printf(w->t->arena, "/api/v1/work/materials?customer_id=%lld", (long long)her), &v, "%s", ""), 200);
	assert_true(str_eq(json_str(&json_get(v, "data")->items[0], "url"), link_for(w, id, her, staff_id(w, "linna"))));
	assert_int_equal(asks(&linna, "GET", arena_printf(w->t->arena, "/api/v1/work/materials?customer_id=%lld", (long long)his), &v, "%s", ""), 404);
	assert_int_equal(asks(&linna, "GET", STR("/api/v1/materials/12345/visits"), &v, "%s", ""), 404);
}

static void routes_refuse_what_is_wrong(void **state)
{
	struct world *w = *state;
	struct asking owner = asking_new(w);
	struct browser nobody = browser_new(w);
	const struct json *v;
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/materials"), &v, "{\"kind\":\"song\",\"title\":\"x\"}"), 422);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/materials"), &v, "{\"kind\":\"article\",\"title\":\"x\",\"body\":\"y\"}"), 201);
	i64 id = id_in(v, "id");
	str one = arena_printf(w->t->arena, "/api/v1/materials/%lld", (long long)id);
	assert_int_equal(asks(&owner, "GET", one, &v, "%s", ""), 200);
	assert_int_equal(asks(&owner, "GET", STR("/api/v1/materials/77"), &v, "%s", ""), 404);
	assert_int_equal(asks(&owner, "POST", arena_printf(w->t->arena, "%.*s/refuse", STR_F(one)), &v, "{\"reason\":\"x\"}"), 409);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/material-categories"), &v, "{\"name\":\"报价\"}"), 201);
	i64 group = id_in(v, "id");
	assert_int_equal(asks(&owner, "PUT", arena_printf(w->t->arena, "/api/v1/material-categories/%lld", (long long)group), NULL, "{\"name\":\"价目\"}"), 200);
	assert_int_equal(asks(&owner, "PUT", STR("/api/v1/material-categories/77"), NULL, "{\"name\":\"别的\"}"), 404);
	assert_int_equal(asks(&owner, "POST", STR("/api/v1/material-categories"), &v, "{\"name\":\"价目\"}"), 409);
	assert_int_equal(asks(&owner, "GET", arena_printf(w->t->arena, "/api/v1/materials?category=%lld", (long long)group), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 0);
	assert_int_equal(asks(&owner, "DELETE", arena_printf(w->t->arena, "/api/v1/material-categories/%lld", (long long)group), NULL, "%s", ""), 204);
	assert_int_equal(asks(&owner, "DELETE", one, NULL, "%s", ""), 204);
	assert_int_equal(asks(&owner, "DELETE", one, NULL, "%s", ""), 404);
	assert_int_equal(request(&nobody, "GET", STR("/api/v1/materials"), STR_NIL), 401);
	assert_int_equal(request(&nobody, "GET", STR("/h5/api/material?key=aaaaaaaaaa"), STR_NIL), 404);
}

static err add_old(struct tx *tx, i64 material, i64 id, ms last)
{
	struct material_visit v = { .id = id, .material = material, .number = 1, .browser = STR("b"), .opened = last, .last = last };
	return material_visit_add(tx, &v);
}

/* Who opened it is forgotten after thirteen months to the day; the sums are not. */
static void visits_are_forgotten_after_thirteen_months(void **state)
{
	struct world *w = *state;
	struct material_edit e = article("长文");
	i64 id = made(w, &e), her = person_of(w, befriend(w, "linna", 1));
	struct browser phone = browser_new(w);
	struct material_visit *rows;
	size_t n = 0;
	opens(&phone, link_for(w, id, her, staff_id(w, "linna")));
	ms day = tz_day_start(corp_zone(&w->cx.unit, w->corp), corp_day(&w->cx.unit, now(w)) + 1), night = day + 4 * MS_HOUR + 40 * MS_MINUTE;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, add_old(tx, id, 1, night - MATERIAL_KEEP_DAYS * MS_DAY)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, add_old(tx, id, 2, night - MATERIAL_KEEP_DAYS * MS_DAY - 1)), OK);
	live_until(w, night);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, material_visit_list(snap, &(struct material_list){ id, INT64_MAX, 10 }, &rows, &n)), OK);
	assert_int_equal(n, 2);
	assert_int_equal(rows[1].id, 1);
	live_until(w, night + MS_DAY); /* and again the next night */
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, material_visit_list(snap, &(struct material_list){ id, INT64_MAX, 10 }, &rows, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].reader, her);
	clock_advance(&w->t->clock, night + (MATERIAL_KEEP_DAYS + 1) * MS_DAY); /* at once: nobody lives four hundred nights for it */
	settle(w);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, material_visit_list(snap, &(struct material_list){ id, INT64_MAX, 10 }, &rows, &n)), OK);
	assert_int_equal(n, 0);
	assert_int_equal(sum(w, id).opened, 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make, world_free)
#define BOTH(f) T(f), cmocka_unit_test_setup_teardown(f, make_spread, world_free)
	const struct CMUnitTest tests[] = {
		BOTH(visits_are_forgotten_after_thirteen_months),
		BOTH(the_advisor_hears_within_ten_seconds), BOTH(told_again_after_half_an_hour_and_not_before),
		BOTH(one_message_per_customer_and_material_in_half_an_hour), T(who_asks_not_to_be_told_is_not),
		T(a_leaver_is_not_told_but_who_serves_her_now), BOTH(only_the_script_makes_it_an_opening), T(staff_who_look_are_not_her),
		BOTH(another_browser_is_a_passing_on_told_once), BOTH(a_known_friend_she_passed_it_to_is_the_reader),
		BOTH(a_link_to_many_asks_wechat_who_came), BOTH(a_reading_is_told_when_it_is_over), T(nobody_reads_longer_than_time_passes),
		T(a_flood_of_visits_of_one_link_is_stopped), T(a_link_to_many_takes_in_many_and_no_more), BOTH(audiences_know_who_opened_it), BOTH(a_tag_rule_speaks_of_reading), BOTH(the_console_shows_who_within_its_scope),
		T(routes_refuse_what_is_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Broadcasts made again: repeats over days, pauses and times missed, and arrivals told once per person.
 * The world begins on Monday, 1 December 2025, at 10:00 in Shanghai.
 */
#include "app/test_app_ask.h"
#include "core/tag/tag.h"
#include "feature/broadcast/broadcast_data.h"
#include "feature/broadcast/broadcast_repeat.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define REPEATS "/api/v1/broadcast-repeats"
#define PRODUCTS "/api/v1/arrival-products"
#define DAILY "\"every\":\"daily\",\"at_minute\":660,\"first_day\":\"2025-12-01\""
#define SAYS "\"content\":{\"text\":\"会员日到啦\"}"

static i64 repeat(struct asking *b, const char *rule, int most, int status)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR(REPEATS), &v, "{\"name\":\"会员日\",\"expr\":\"friend\"," SAYS ",%s,\"most\":%d}", rule, most), status);
	return status == 201 ? id_in(v, "id") : 0;
}

static const struct json *at(struct asking *b, const char *method, i64 id, const char *what, int status)
{
	const struct json *v;
	str path = arena_printf(b->w->t->arena, REPEATS "/%lld%s", (long long)id, what);
	assert_int_equal(asks(b, method, path, &v, "%s", !strcmp(method, "GET") ? "" : "{}"), status);
	return v;
}

/* "sent 3,missed": the runs, oldest first, with how many each was planned for. */
static str runs(struct asking *b, i64 id)
{
	const struct json *rows = json_get(at(b, "GET", id, "/runs", 200), "data");
	struct buf out = buf_new(b->w->t->arena, 1000);
	for (size_t i = rows->n; i-- > 0;) {
		const struct json *counts = json_get(&rows->items[i], "counts");
		buf_fmt(&out, "%s%.*s", out.n ? "," : "", STR_F(json_str(&rows->items[i], "state")));
		if (counts && counts->n)
			buf_fmt(&out, " %lld", (long long)json_i64(counts, "planned", -1));
	}
	return buf_str(&out);
}

static void is(str text, const char *wanted)
{
	if (!str_eq_c(text, wanted))
		fail_msg("%.*s, wanted %s", STR_F(text), wanted);
}

/* The program is down until then. */
static void down(struct world *w, ms by)
{
	clock_advance(&w->t->clock, now(w) + by);
	settle(w);
}

static void each_time_goes_to_who_is_there_then(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	befriend(w, "linna", 3);
	i64 id = repeat(&boss, DAILY ",\"times\":2", 4, 201);
	assert_int_equal(json_i64(at(&boss, "GET", id, "", 200), "next_ms", -1), MORNING + MS_HOUR);
	live(w, MS_HOUR - 1);
	is(runs(&boss, id), "");
	live(w, 1);
	is(runs(&boss, id), "sent 3");
	befriend(w, "xiaqing", 2); /* five now, and four were confirmed */
	live(w, MS_DAY);
	is(runs(&boss, id), "sent 3,sent 4");
	const struct json *v = at(&boss, "GET", id, "", 200);
	assert_true(str_eq_c(json_str(v, "state"), "ended"));
	assert_true(str_eq_c(json_str(v, "why"), "over"));
	live(w, 2 * MS_DAY);
	is(runs(&boss, id), "sent 3,sent 4");
	at(&boss, "POST", id, "/resume", 409);
	assert_int_equal(told(w, 0, EV_REPEAT_RAN, NULL), 2);
}

static void two_hours_late_is_sent_and_later_is_missed(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	befriend(w, "linna", 2);
	i64 id = repeat(&boss, DAILY, 9, 201);
	down(w, MS_HOUR + RECUR_LATE_MS);
	is(runs(&boss, id), "sent 2");
	down(w, 2 * MS_DAY + 1);
	is(runs(&boss, id), "sent 2,missed,missed");
	live(w, MS_DAY);
	is(runs(&boss, id), "sent 2,missed,missed,sent 2");
}

static void what_passes_in_a_pause_is_not_made_up(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	befriend(w, "linna", 2);
	i64 id = repeat(&boss, DAILY, 9, 201);
	at(&boss, "POST", id, "/pause", 200);
	live(w, MS_HOUR + MS_MINUTE); /* behind the moment, within two hours of it */
	at(&boss, "POST", id, "/resume", 200);
	live(w, MS_MINUTE);
	is(runs(&boss, id), "paused");
	str path = arena_printf(w->t->arena, REPEATS "/%lld/skip", (long long)id);
	assert_int_equal(asks(&boss, "POST", path, NULL, "{\"skip\":true}"), 200);
	assert_true(json_bool(at(&boss, "GET", id, "", 200), "next_skipped", false));
	live(w, MS_DAY);
	is(runs(&boss, id), "paused,skipped");
	assert_int_equal(asks(&boss, "POST", path, NULL, "{\"skip\":true}"), 200);
	assert_int_equal(asks(&boss, "POST", path, NULL, "{\"skip\":false}"), 200);
	live(w, MS_DAY);
	is(runs(&boss, id), "paused,skipped,sent 2");
	at(&boss, "POST", id, "/end", 200);
	live(w, MS_DAY);
	is(runs(&boss, id), "paused,skipped,sent 2");
	assert_int_equal(asks(&boss, "POST", path, NULL, "{\"skip\":true}"), 409);
}

static void months_end_where_they_end(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	struct corp_edit zone = { STR("鱼塘"), STR("America/New_York"), STR("CNY"), 1 };
	befriend(w, "linna", 1);
	i64 id = repeat(&boss, "\"every\":\"monthly\",\"month_day\":31,\"at_minute\":660,\"first_day\":\"2026-02-01\"", 9, 201);
	struct tz_time last = { 2026, 2, 28, 11, 0, 0, 0, 0 };
	assert_int_equal(json_i64(at(&boss, "GET", id, "", 200), "next_ms", -1), tz_utc(corp_zone(&w->cx.unit, w->corp), &last));
	/* The zone moves on: the timer fires by the old one and looks again. 8 March 2026 has no 2:30 in New York. */
	struct corp corp;
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &corp), OK);
	zone.version = corp.version;
	assert_int_equal(corp_put(&w->cx, &zone), OK);
	i64 other = repeat(&boss, "\"every\":\"daily\",\"at_minute\":150,\"first_day\":\"2026-03-07\",\"last_day\":\"2026-03-09\"", 9, 201);
	down(w, tz_utc(corp_zone(&w->cx.unit, w->corp), &last) - now(w));
	is(runs(&boss, id), "sent 1");
	for (int day = 7; day <= 9; day++) {
		struct tz_time t = { 2026, 3, day, 4, 0, 0, 0, 0 };
		down(w, tz_utc(corp_zone(&w->cx.unit, w->corp), &t) - now(w));
	}
	is(runs(&boss, other), "sent 1,sent 1,sent 1"); /* quiet hours open at nine, each is planned then */
	assert_true(str_eq_c(json_str(at(&boss, "GET", other, "", 200), "state"), "ended"));
}

static void it_speaks_with_its_makers_rights(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w), linna = asking_as(w, "linna");
	befriend(w, "linna", 2);
	befriend(w, "xiaqing", 3);
	i64 id = repeat(&linna, DAILY, 9, 201);
	live(w, MS_HOUR);
	is(runs(&boss, id), "sent 2");
	struct user_new owner; /* somebody must own the corp before a user can be changed */
	struct user *users;
	size_t n;
	i64 ignored;
	record_init(&user_new_record, &owner);
	owner.login = STR("owner");
	owner.name = STR("老板");
	owner.password = STR("correct horse battery");
	owner.role = STR("owner");
	assert_int_equal(user_create(&w->cx, &owner, &ignored), OK);
	assert_int_equal(user_all(&w->cx.unit, &users, &n), OK);
	for (size_t i = 0; i < n; i++) {
		struct user_edit edit = { .id = users[i].id, .version = users[i].version, .name = users[i].name, .role = users[i].role,
					  .scope = users[i].scope, .staff = users[i].staff, .disabled = true };
		if (str_eq_c(users[i].login, "login-linna"))
			assert_int_equal(user_change(&w->cx, &edit), OK);
	}
	live(w, MS_DAY);
	is(runs(&boss, id), "sent 2,failed");
	assert_true(str_eq_c(json_str(at(&boss, "GET", id, "", 200), "why"), "maker"));
}

static void a_rule_without_a_day_ahead_is_refused(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	repeat(&boss, "\"every\":\"once\",\"at_minute\":599,\"first_day\":\"2025-12-01\"", 9, 422);
	repeat(&boss, "\"every\":\"weekly\",\"at_minute\":660,\"first_day\":\"2025-12-01\"", 9, 422);
	repeat(&boss, "\"every\":\"monthly\",\"at_minute\":660,\"first_day\":\"2025-12-01\"", 9, 422);
	repeat(&boss, DAILY ",\"last_day\":\"2025-11-30\"", 9, 422);
	repeat(&boss, DAILY, 0, 422);
	repeat(&boss, DAILY ",\"times\":1001", 9, 422);
	i64 id = repeat(&boss, DAILY ",\"times\":1000", 9, 201);
	const struct json *v = at(&boss, "GET", id, "", 200);
	assert_true(str_eq_c(json_str(v, "state"), "running"));
	at(&boss, "GET", 1, "", 404);
	assert_int_equal(asks(&boss, "POST", STR(REPEATS), NULL, "{\"name\":\"n\",\"expr\":\"friend\",\"content\":{\"text\":\"{{name}}\"}," DAILY ",\"most\":9}"), 422);
}

static void repeats_are_bounded(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 id = 0;
	for (int i = 0; i < BROADCAST_REPEATS_MAX; i++)
		id = repeat(&boss, DAILY, 9, 201);
	repeat(&boss, DAILY, 9, 409);
	at(&boss, "POST", id, "/end", 200);
	repeat(&boss, DAILY, 9, 201);
}

/* ---- arrivals ---- */

static void tag(struct world *w, str external_userid, const char *name)
{
	struct tag t;
	i64 her = person_of(w, external_userid);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, str_c(name), &t)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), tag_mark(tx, her, t.id, "manual", 0)), OK);
	settle(w);
}

static void product(struct asking *b, const char *sku, const char *wanted, int status)
{
	assert_int_equal(asks(b, "POST", STR(PRODUCTS), NULL, "{\"sku\":\"%s\",\"name\":\"%s到货\",\"expr\":\"tag:\\\"%s\\\"\"," SAYS "}", sku, wanted, wanted), status);
}

static const struct json *arrives(struct asking *b, const char *sku, const char *more, int status)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR("/api/v1/arrivals"), &v, "{\"sku\":\"%s\"%s}", sku, more), status);
	settle(b->w);
	return v;
}

static void tap_all(struct world *w, const char *userid)
{
	struct broadcast *rows;
	struct broadcast_part *parts;
	size_t n, count;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, broadcast_list(snap, &(struct broadcast_find){ INT64_MAX, 1 }, &rows, &n)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, broadcast_parts(snap, &(struct broadcast_key){ rows[0].id }, &parts, &count)), OK);
	for (size_t i = 0; i < count; i++)
		if (str_eq_c(parts[i].userid, userid))
			sim_say(w, "/sim/task/confirm", "{\"msgid\":\"%.*s\",\"userid\":\"%s\"}", STR_F(parts[i].msgid), userid);
	live(w, 6 * MS_MINUTE);
}

static i64 planned(struct asking *b)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", STR("/api/v1/broadcasts?limit=1"), &v, "%s", ""), 200);
	return json_i64(json_get(&json_get(v, "data")->items[0], "counts"), "planned", -1);
}

static void an_arrival_reaches_each_person_once(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	assert_int_equal(setting_put(&w->cx, "reach.day_max", STR("9")), OK);
	assert_int_equal(setting_put(&w->cx, "reach.week_max", STR("9")), OK);
	assert_int_equal(setting_put(&w->cx, "reach.limits", STR("")), OK);
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/tag-groups"), NULL, "{\"name\":\"想要\",\"tags\":[\"口罩\",\"洗手液\"]}"), 201);
	str one = befriend(w, "linna", 1), two = befriend(w, "linna", 1), three = befriend(w, "xiaqing", 1);
	tag(w, one, "口罩");
	tag(w, two, "口罩");
	tag(w, three, "口罩");
	product(&boss, "MASK", "口罩", 201);
	product(&boss, "MASK", "口罩", 409);
	arrives(&boss, "SOAP", "", 404);
	arrives(&boss, "MASK", ",\"most\":2", 409);
	arrives(&boss, "MASK", ",\"confirm_count\":4", 409);
	arrives(&boss, "MASK", ",\"confirm_count\":3", 202);
	assert_int_equal(planned(&boss), 3);
	arrives(&boss, "MASK", "", 409); /* all wait for the first one: nobody is left to tell */
	tap_all(w, "linna");
	live(w, 5 * MS_HOUR);
	const struct json *v = arrives(&boss, "MASK", "", 202); /* xiaqing did not send hers */
	assert_int_equal(planned(&boss), 1);
	assert_int_equal(json_i64(v, "delivered", -1), 2);
	assert_int_equal(json_i64(v, "runs", -1), 2);
	tap_all(w, "xiaqing");
	arrives(&boss, "MASK", "", 409);
	product(&boss, "SOAP", "洗手液", 201); /* the second product the same way */
	tag(w, one, "洗手液");
	arrives(&boss, "SOAP", ",\"most\":1", 202);
	assert_int_equal(planned(&boss), 1);
	tap_all(w, "linna");
	i64 root; /* one person now, who had it under either number */
	assert_int_equal(customer_merge(&w->cx.unit, person_of(w, one), person_of(w, befriend(w, "xiaqing", 1)), "manual", &root), OK);
	settle(w);
	arrives(&boss, "MASK", "", 409);
	arrives(&boss, "MASK", ",\"fresh\":true", 202);
	assert_int_equal(planned(&boss), 3);
}

static void expressions_follow_their_tags(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	const struct json *v;
	struct tag t;
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/tag-groups"), NULL, "{\"name\":\"想要\",\"tags\":[\"口罩\"]}"), 201);
	product(&boss, "MASK", "口罩", 201);
	assert_int_equal(asks(&boss, "POST", STR(REPEATS), NULL, "{\"name\":\"n\",\"expr\":\"tag:\\\"口罩\\\"\"," SAYS "," DAILY ",\"most\":9}"), 201);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, STR("口罩"), &t)), OK);
	assert_int_equal(asks(&boss, "PUT", arena_printf(w->t->arena, "/api/v1/tags/%lld", (long long)t.id), NULL, "{\"name\":\"N95\"}"), 204);
	settle(w);
	assert_int_equal(asks(&boss, "GET", STR(PRODUCTS), &v, "%s", ""), 200);
	assert_true(str_has(json_str(&json_get(v, "data")->items[0], "expr"), STR("N95")));
	assert_int_equal(asks(&boss, "GET", STR(REPEATS), &v, "%s", ""), 200);
	assert_true(str_has(json_str(&json_get(v, "data")->items[0], "expr"), STR("N95")));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define SPREAD(name) { #name " over eight slots", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(each_time_goes_to_who_is_there_then), SPREAD(each_time_goes_to_who_is_there_then), CASE(two_hours_late_is_sent_and_later_is_missed),
		CASE(what_passes_in_a_pause_is_not_made_up), CASE(months_end_where_they_end), CASE(it_speaks_with_its_makers_rights),
		CASE(a_rule_without_a_day_ahead_is_refused), CASE(repeats_are_bounded), CASE(an_arrival_reaches_each_person_once),
		SPREAD(an_arrival_reaches_each_person_once), CASE(expressions_follow_their_tags),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

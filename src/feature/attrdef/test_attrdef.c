/*
 * Own attributes and fields: computed from events as they come and from history, over her leaves, within
 * whole days, and usable by name; filled by hand with history; and what is refused.
 */
#include "app/test_app_rig.h"

#include "core/attr/attr_own.h"
#include "core/attr/attr_prop.h"
#include "core/audience/audience.h"
#include "store/cursor.h"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

static int send(struct browser *b, const char *method, str target, const char *body) { return ask(b, method, target, str_c(body)); }
static str reply_text(const struct browser *b) { return b->reply.body; }
static void settle(struct pond *w) { engine_settle(&w->env); }

struct shop { str key; };

static void view_goods(struct pond *w, struct shop *s, const char *user, const char *category, const char *price)
{
	str body = arena_printf(w->a,
		"{\"userId\":\"%s\",\"event\":\"Product Viewed\",\"properties\":"
		"{\"category\":\"%s\",\"price\":%s,\"tags\":[{\"name\":\"a\"},{\"name\":\"b\"}]}}", user, category, price);
	assert_int_equal(track(w, s->key, "track", body), 200);
	settle(w);
}

static i64 define(struct browser *b, const char *body)
{
	assert_int_equal(send(b, "POST", STR("/api/v1/attributes"), body), 201);
	i64 id = json_id(reply_json(b), "id");
	settle(b->w);
	return id;
}

static struct attr_value value(struct pond *w, i64 her, i64 attr)
{
	struct attr_value v;
	i64 root;
	struct unit u = w->cx.unit;
	assert_int_equal(customer_root(&u, her, &root), OK);
	assert_int_equal(READ_SNAP(&u, slot_of_customer(w->t->store, root), attr_value_get(snap, root, attr, &v)), OK);
	return v;
}

static i64 stamp(struct pond *w, i64 her)
{
	i64 n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), cursor_get(snap, STR("audience.stamp"), &n)), OK);
	return n;
}

static i64 chosen(struct pond *w, const char *text)
{
	struct expr *e;
	i64 count, total;
	if (expr_parse(&w->cx.unit, str_c(text), &e) != OK)
		fail_msg("%s: %s %s", text, w->cx.unit.fail.field, w->cx.unit.fail.value);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, &total), OK);
	return count;
}

#define VIEWED "\"source\":\"event\",\"event\":\"site.tracked\",\"filter\":[{\"path\":\"name\",\"value\":\"Product Viewed\"}]"
#define SEEN "{\"name\":\"seen\",\"label\":\"看过的商品\",\"type\":\"number\"," VIEWED ",\"fold\":\"count\"}"
#define LIKES "{\"name\":\"likes\",\"label\":\"最常看的品类\",\"type\":\"text\"," VIEWED ",\"fold\":\"most\",\"path\":\"properties.category\"}"
#define DEAR "{\"name\":\"dear\",\"label\":\"看过的总价\",\"type\":\"money\",\"yuan\":true," VIEWED \
	",\"fold\":\"sum\",\"path\":\"properties.price\",\"window_days\":7}"
#define LAST "{\"name\":\"last_seen\",\"label\":\"最近看的品类\",\"type\":\"text\"," VIEWED ",\"fold\":\"last\",\"path\":\"properties.category\"}"
#define WHEN "{\"name\":\"first_view\",\"label\":\"第一次看\",\"type\":\"time\"," VIEWED ",\"fold\":\"first\",\"path\":\"$time\"}"
#define MARKS "{\"name\":\"marks\",\"label\":\"看过的标记\",\"type\":\"number\"," VIEWED ",\"fold\":\"count\",\"path\":\"properties.tags[].name\"}"

static void attributes_follow_events_as_they_come(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct shop s = { write_key(w, w->corp, NULL) };
	i64 seen = define(&owner, SEEN), likes = define(&owner, LIKES), dear = define(&owner, DEAR), last = define(&owner, LAST);
	i64 when = define(&owner, WHEN), marks = define(&owner, MARKS);
	i64 her = befriend(w, "xu", "wm1");
	assert_int_equal(track(w, s.key, "identify", STR("{\"userId\":\"u1\",\"context\":{\"externalIds\":[{\"id\":\"wm1\",\"type\":\"external_userid\"}]}}")), 200);
	ms first = clock_now(&w->t->clock);
	view_goods(w, &s, "u1", "奶粉", "12.5");
	view_goods(w, &s, "u1", "尿布", "\"30\"");
	view_goods(w, &s, "u1", "奶粉", "\"?\"");
	assert_int_equal(track(w, s.key, "track", STR("{\"userId\":\"u1\",\"event\":\"Other\",\"properties\":{\"category\":\"x\",\"price\":1}}")), 200);
	settle(w);
	assert_int_equal(value(w, her, seen).n, 3);
	assert_true(str_eq(value(w, her, likes).t, STR("奶粉")));
	assert_int_equal(value(w, her, dear).n, 4250);
	assert_true(str_eq(value(w, her, last).t, STR("奶粉")));
	assert_int_equal(value(w, her, when).n, first);
	assert_int_equal(value(w, her, marks).n, 6);
	assert_int_equal(chosen(w, "seen >= 3 and likes = \"奶粉\" and dear > 42 and first_view >= -1d"), 1);
	assert_int_equal(chosen(w, "likes = \"尿布\" or seen > 3"), 0);
	clock_advance(&w->t->clock, first + 8 * MS_DAY); /* out of the seven days, at midnight by itself */
	settle(w);
	assert_int_equal(value(w, her, dear).n, NIL);
	assert_int_equal(value(w, her, seen).n, 3);
	assert_int_equal(chosen(w, "dear is known"), 0);
}

static void a_new_attribute_is_filled_from_history_and_counts_on(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct shop s = { write_key(w, w->corp, NULL) };
	char user[8];
	for (int i = 0; i < 12; i++) {
		snprintf(user, sizeof(user), "u%d", i % 4);
		view_goods(w, &s, user, i % 3 ? "奶粉" : "尿布", "1");
	}
	i64 before = stamp(w, root_by(w, "user_id", "u1")), seen = define(&owner, SEEN);
	assert_true(stamp(w, root_by(w, "user_id", "u1")) > before); /* a snapshot of before is not believed */
	assert_int_equal(get(&owner, "/api/v1/attributes"), 200);
	assert_true(str_eq(json_str(&json_get(reply_json(&owner), "data")->items[0], "state"), STR("ready")));
	i64 her = root_by(w, "user_id", "u1");
	assert_int_equal(value(w, her, seen).n, 3);
	view_goods(w, &s, "u1", "奶粉", "1");
	assert_int_equal(value(w, her, seen).n, 4);
	assert_int_equal(chosen(w, "seen >= 3"), 4);
	struct fail f = { 0 };
	assert_int_equal(consumer_rebuild(&w->env, w->a, "attr", &f), OK); /* rebuilt is what was lived */
	assert_int_equal(value(w, her, seen).n, 4);
	assert_int_equal(chosen(w, "seen >= 3"), 4);
}

static void a_person_is_counted_over_her_leaves(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct shop s = { write_key(w, w->corp, NULL) };
	i64 seen = define(&owner, SEEN), likes = define(&owner, LIKES), root;
	view_goods(w, &s, "u1", "奶粉", "1");
	view_goods(w, &s, "u1", "奶粉", "1");
	view_goods(w, &s, "u2", "尿布", "1");
	view_goods(w, &s, "u2", "尿布", "1");
	view_goods(w, &s, "u2", "尿布", "1");
	i64 a = root_by(w, "user_id", "u1"), b = root_by(w, "user_id", "u2");
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	assert_int_equal(value(w, root, seen).n, 5);
	assert_true(str_eq(value(w, root, likes).t, STR("尿布")));
	assert_int_equal(chosen(w, "seen is known"), 1);
	assert_int_equal(customer_split(&w->cx.unit, root == a ? b : a, "manual"), OK);
	settle(w);
	assert_int_equal(value(w, a, seen).n, 2);
	assert_int_equal(value(w, b, seen).n, 3);
}

static void fields_are_filled_by_hand_with_history(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 her = befriend(w, "xu", "wm1"), other = befriend(w, "xu", "wm2"), root;
	settle(w);
	i64 skin = define(&owner, "{\"name\":\"skin\",\"label\":\"肤质\",\"type\":\"text\",\"source\":\"field\",\"options\":[\"油性\",\"干性\"]}");
	i64 due = define(&owner, "{\"name\":\"due_day\",\"label\":\"预产期\",\"type\":\"date\",\"source\":\"field\",\"visible\":\"restricted\"}");
	assert_int_equal(send(&owner, "PUT", arena_printf(w->a, "/api/v1/customers/%lld/fields/%lld", (long long)her, (long long)skin), "{\"text\":\"油性\"}"), 204);
	assert_int_equal(send(&owner, "PUT", arena_printf(w->a, "/api/v1/customers/%lld/fields/%lld", (long long)her, (long long)due), "{\"text\":\"2026-12-24\"}"), 204);
	settle(w);
	assert_int_equal(chosen(w, "skin = \"油性\" and due_day = 2026-12-24"), 1);
	assert_int_equal(send(&owner, "PUT", arena_printf(w->a, "/api/v1/customers/%lld/fields/%lld", (long long)her, (long long)skin), "{\"text\":\"中性\"}"), 422);
	assert_int_equal(send(&owner, "PUT", arena_printf(w->a, "/api/v1/customers/%lld/fields/%lld", (long long)her, (long long)due), "{\"text\":\"2026-02-30\"}"), 422);
	clock_advance(&w->t->clock, clock_now(&w->t->clock) + MS_HOUR);
	assert_int_equal(send(&owner, "PUT", arena_printf(w->a, "/api/v1/customers/%lld/fields/%lld", (long long)other, (long long)skin), "{\"text\":\"干性\"}"), 204);
	settle(w);
	assert_int_equal(customer_merge(&w->cx.unit, her, other, "manual", &root), OK);
	settle(w);
	assert_true(str_eq(value(w, root, skin).t, STR("干性"))); /* the newest over her leaves */
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/fields/%lld/history", (long long)root, (long long)skin), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 2);
	struct browser advisor = user_browser(w, "reader", "readonly", "all", 0);
	assert_int_equal(get(&advisor, "/api/v1/customers/%lld/attributes", (long long)root), 200);
	const struct json *rows = json_get(reply_json(&advisor), "data");
	assert_int_equal(rows->n, 2);
	assert_true(str_eq(json_str(&rows->items[0], "text"), STR("干性")));
	assert_true(json_bool(&rows->items[1], "hidden", false) && !json_str(&rows->items[1], "text").p);
	assert_int_equal(send(&advisor, "PUT", arena_printf(w->a, "/api/v1/customers/%lld/fields/%lld", (long long)root, (long long)due), "{\"text\":\"\"}"), 403);
	assert_int_equal(send(&owner, "PUT", arena_printf(w->a, "/api/v1/customers/%lld/fields/%lld", (long long)root, (long long)skin), "{\"text\":\"\"}"), 204);
	settle(w);
	assert_int_equal(chosen(w, "skin is known"), 0);
}

static void what_cannot_be_computed_is_refused_at_once(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	static const struct { const char *body; int status; const char *field; } refused[] = {
		{ "{\"name\":\"Orders\",\"label\":\"x\",\"type\":\"number\",\"source\":\"field\"}", 422, "name" },
		{ "{\"name\":\"within\",\"label\":\"x\",\"type\":\"number\",\"source\":\"field\"}", 422, "name" },
		{ "{\"name\":\"spent\",\"label\":\"x\",\"type\":\"number\",\"source\":\"field\"}", 409, "name" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"number\",\"source\":\"event\",\"fold\":\"count\"}", 422, "event" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"number\",\"source\":\"event\",\"event\":\"no.such\",\"fold\":\"count\"}", 422, "event" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"text\"," VIEWED ",\"fold\":\"count\"}", 422, "type" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"money\"," VIEWED ",\"fold\":\"sum\"}", 422, "path" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"text\"," VIEWED ",\"fold\":\"last\",\"path\":\"a.b.c.d.e.f\"}", 422, "path" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"text\"," VIEWED ",\"fold\":\"most\",\"path\":\"a\",\"window_days\":91}", 422, "window_days" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"number\"," VIEWED ",\"fold\":\"count\",\"window_days\":731}", 422, "window_days" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"time\",\"source\":\"field\"}", 422, "type" },
		{ "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"text\",\"source\":\"field\",\"options\":[\"a,b\"]}", 422, "options" },
	};
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		int status = send(&owner, "POST", STR("/api/v1/attributes"), refused[i].body);
		if (status != refused[i].status || !str_has(reply_text(&owner), str_c(refused[i].field)))
			fail_msg("%s: %d %.*s", refused[i].body, status, STR_F(reply_text(&owner)));
	}
	define(&owner, "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"text\"," VIEWED ",\"fold\":\"most\",\"path\":\"a.b.c.d.e\",\"window_days\":90}");
	assert_int_equal(send(&owner, "POST", STR("/api/v1/attributes"), "{\"name\":\"ab\",\"label\":\"x\",\"type\":\"text\",\"source\":\"field\"}"), 409);
}

static void only_so_many_over_one_kind_of_event(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	for (int i = 0; i <= ATTR_OWN_PER_EVENT_MAX; i++) {
		str body = arena_printf(w->a, "{\"name\":\"n%d\",\"label\":\"x\",\"type\":\"number\"," VIEWED ",\"fold\":\"count\"}", i);
		assert_int_equal(send(&owner, "POST", STR("/api/v1/attributes"), arena_cstr(w->a, body)), i < ATTR_OWN_PER_EVENT_MAX ? 201 : 422);
	}
}

static void two_hundred_attributes_and_no_more(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	for (int i = 0; i <= ATTR_OWN_MAX; i++) {
		str body = arena_printf(w->a, "{\"name\":\"f%d\",\"label\":\"x\",\"type\":\"number\",\"source\":\"field\"}", i);
		assert_int_equal(send(&owner, "POST", STR("/api/v1/attributes"), arena_cstr(w->a, body)), i < ATTR_OWN_MAX ? 201 : 422);
	}
	assert_true(str_has(reply_text(&owner), STR("200")));
}

/* Of one day fifty values are told apart; what comes then is not counted, however often. */
static void a_most_frequent_value_is_among_the_first_fifty(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct shop s = { write_key(w, w->corp, NULL) };
	i64 likes = define(&owner, LIKES);
	for (int i = 0; i < ATTR_OWN_WORDS_MAX; i++)
		view_goods(w, &s, "u1", arena_cstr(w->a, arena_printf(w->a, "c%02d", i)), "1");
	for (int i = 0; i < 3; i++)
		view_goods(w, &s, "u1", "late", "1");
	i64 her = root_by(w, "user_id", "u1");
	assert_false(str_eq(value(w, her, likes).t, STR("late")));
	view_goods(w, &s, "u1", "c49", "1"); /* the fiftieth still is */
	assert_true(str_eq(value(w, her, likes).t, STR("c49")));
	assert_int_equal(chosen(w, "likes = \"c49\""), 1);
}

/* Of one event at most so many values are taken. */
static void an_event_gives_two_hundred_values_at_most(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	str key = write_key(w, w->corp, NULL);
	i64 marks = define(&owner, MARKS);
	for (int n = PROP_VALUES_MAX; n <= PROP_VALUES_MAX + 1; n++) {
		struct buf b = buf_new(w->a, 1 << 16);
		buf_fmt(&b, "{\"userId\":\"n%d\",\"event\":\"Product Viewed\",\"properties\":{\"tags\":[", n);
		for (int i = 0; i < n; i++)
			buf_fmt(&b, "%s{\"name\":\"a\"}", i ? "," : "");
		buf_add_c(&b, "]}}");
		assert_int_equal(track(w, key, "track", buf_str(&b)), 200);
		settle(w);
		str user = arena_printf(w->a, "n%d", n);
		assert_int_equal(value(w, root_by(w, "user_id", arena_cstr(w->a, user)), marks).n, PROP_VALUES_MAX);
	}
}

static void one_that_an_audience_names_stays(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct audience saved;
	i64 id = define(&owner, SEEN);
	assert_int_equal(audience_save(&w->cx.unit, 0, STR("看过很多"), STR("seen >= 3"), NIL, &saved), OK);
	assert_int_equal(send(&owner, "DELETE", arena_printf(w->a, "/api/v1/attributes/%lld", (long long)id), ""), 409);
	assert_true(str_has(reply_text(&owner), STR("看过很多")));
	assert_int_equal(audience_save(&w->cx.unit, saved.id, STR("看过很多"), STR("city = \"seen\""), NIL, &saved), OK);
	assert_int_equal(send(&owner, "DELETE", arena_printf(w->a, "/api/v1/attributes/%lld", (long long)id), ""), 204);
	struct expr *e;
	assert_int_equal(expr_parse(&w->cx.unit, STR("seen >= 3"), &e), ERR_INPUT);
	struct browser advisor = user_browser(w, "advisor", "staff", "all", 0);
	assert_int_equal(send(&advisor, "POST", STR("/api/v1/attributes"), SEEN), 403);
}

static void a_path_names_members_and_elements(void **state)
{
	struct fail f = { 0 };
	assert_int_equal(prop_path_check(STR("goods[].category"), "path", &f), OK);
	assert_int_equal(prop_path_check(STR("$time"), "path", &f), OK);
	assert_int_equal(prop_path_check(STR("a.b.c.d.e"), "path", &f), OK);
	assert_int_equal(prop_path_check(STR("a.b.c.d.e.f"), "path", &f), ERR_INPUT);
	assert_int_equal(prop_path_check(STR("a..b"), "path", &f), ERR_INPUT);
	assert_int_equal(prop_path_check(STR("a[0]"), "path", &f), ERR_INPUT);
	assert_int_equal(prop_path_check(STR(""), "path", &f), ERR_INPUT);
	char longest[PROP_PATH_MAX + 2];
	memset(longest, 'a', sizeof(longest));
	assert_int_equal(prop_path_check(str_of(longest, PROP_PATH_MAX), "path", &f), OK);
	assert_int_equal(prop_path_check(str_of(longest, PROP_PATH_MAX + 1), "path", &f), ERR_INPUT);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, pond_free), cmocka_unit_test_setup_teardown(name, make_spread, pond_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, pond_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(attributes_follow_events_as_they_come), BOTH(a_new_attribute_is_filled_from_history_and_counts_on),
		BOTH(a_person_is_counted_over_her_leaves), BOTH(fields_are_filled_by_hand_with_history),
		ONE(what_cannot_be_computed_is_refused_at_once), ONE(only_so_many_over_one_kind_of_event),
		ONE(two_hundred_attributes_and_no_more), ONE(a_most_frequent_value_is_among_the_first_fifty),
		ONE(an_event_gives_two_hundred_values_at_most),
		ONE(one_that_an_audience_names_stays), ONE(a_path_names_members_and_elements),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Journeys over HTTP: drafts and what is wrong with them, rights and scopes, people and their way, triggers by day,
 * schedule and audience, dry runs, templates and verbs.
 */
#include "core/trial/trial.h"
#include "feature/journey/test_journey.h"

#include "feature/journey/journey_template.h"

static int make(void **state) { return lab_new(state, test_spread()); }

#define WELCOME DEF("", ON("go") "," WAIT("w", 60) "," ACT("a", "{\"how\":\"done\"}"), EDGE("t", "out", "w") "," EDGE("w", "out", "a"))

static str text_in(struct browser *b, const char *name) { return json_str(reply_json(b), name); }

/* Saves a draft and says what is wrong with it: "node field" of each problem. */
static const char *problems_of(struct lab *l, const char *def)
{
	i64 j = drafted(l, def);
	struct buf b = buf_new(l->w->a, 1 << 16);
	assert_int_equal(act_on(l, j, "check", "{}"), 200);
	const struct json *list = json_get(reply_json(&l->owner), "problems");
	for (size_t i = 0; i < list->n; i++) {
		str node = json_str(&list->items[i], "node");
		assert_true(json_str(&list->items[i], "text").n > 0);
		buf_fmt(&b, "%s%.*s %.*s", i ? "; " : "", (int)node.n, node.p ? node.p : "", STR_F(json_str(&list->items[i], "field")));
	}
	assert_int_equal(act_on(l, j, "publish", "{}"), list->n ? 422 : 200);
	return arena_cstr(l->w->a, buf_str(&b));
}

#define SPLIT(arms, id) ",{\"id\":\"s\",\"type\":\"split\",\"x\":0,\"y\":0,\"split\":{\"arms\":[" arms "],\"experiment\":\"" id "\"}}"
#define ARM(port) "{\"port\":\"" port "\",\"weight\":1}"
#define SPLITS(arms, id) DEF("", ON("go") SPLIT(arms, id), EDGE("t", "out", "s"))

static void a_split_names_an_experiment_that_has_begun_and_its_variants(void **state)
{
	struct lab *l = *state;
	const i64 shares[] = { 500, 500 };
	struct trial t = { 66, STR("标题"), STR("甲\n乙"), STR("running"), trial_share(l->w->a, STR_NIL, shares, 2, 0), NIL, STR("order"), 7, 1, now(l), NIL };
	assert_string_equal(problems_of(l, SPLITS(ARM("a") "," ARM("b"), "66")), "s split.experiment");
	assert_int_equal(WRITE_TX(unit_of(l), slot_base(l->w->t->store, l->w->corp), trial_put(tx, &t)), OK);
	assert_string_equal(problems_of(l, SPLITS(ARM("a") "," ARM("b"), "66")), "");
	assert_string_equal(problems_of(l, SPLITS(ARM("a") "," ARM("b") "," ARM("holdout"), "66")), "");
	assert_string_equal(problems_of(l, SPLITS(ARM("a") "," ARM("c"), "66")), "s split.arms");
	assert_string_equal(problems_of(l, SPLITS(ARM("a") "," ARM("b") "," ARM("c"), "66")), "s split.arms");
	t.state = STR("ended");
	assert_int_equal(WRITE_TX(unit_of(l), slot_base(l->w->t->store, l->w->corp), trial_put(tx, &t)), OK);
	assert_string_equal(problems_of(l, SPLITS(ARM("a") "," ARM("b"), "66")), "s split.experiment");
}

static void problems_are_told_by_node_and_field(void **state)
{
	struct lab *l = *state;
	assert_string_equal(problems_of(l, WELCOME), "");
	assert_string_equal(problems_of(l, DEF("", "", "")), " graph.nodes");
	assert_string_equal(problems_of(l, DEF("", ON("go") "," ON("go"), "")), "t id;  graph.nodes; t edges");
	assert_string_equal(problems_of(l, DEF("", ON("go") ",{\"id\":\"W!\",\"type\":\"wait\",\"x\":0,\"y\":0}", EDGE("t", "out", "W!"))), "W! id; W! wait");
	assert_string_equal(problems_of(l, DEF("", ON("go") "," WAIT("w", 10), EDGE("t", "no", "w"))), "t port; w edges");
	assert_string_equal(problems_of(l, DEF("", ON("go") "," WAIT("w", 10), EDGE("t", "out", "x"))), "t to; w edges");
	assert_string_equal(problems_of(l, DEF("", ON("go") "," WAIT("w", 10) "," WAIT("v", 10), EDGE("t", "out", "w") "," EDGE("w", "out", "v") ","
					       EDGE("v", "out", "w"))), "w edges; v edges");
	assert_string_equal(problems_of(l, DEF("", ON("go") ",{\"id\":\"a\",\"type\":\"act\",\"x\":0,\"y\":0,\"act\":{\"verb\":\"no.verb\",\"args\":{}}}",
					       EDGE("t", "out", "a"))), "a act.verb");
	assert_string_equal(problems_of(l, DEF("", ON("go") "," ACT("a", "{\"how\":\"fly\"}"), EDGE("t", "out", "a"))), "a act.args.how");
	assert_string_equal(problems_of(l, DEF(",\"who\":\"nonsense > 3\"", ON("go") "," WAIT("w", 10), EDGE("t", "out", "w"))), " who");
	assert_string_equal(problems_of(l, DEF(",\"goals\":[{\"name\":\"x\"}]", ON("go") "," WAIT("w", 10), EDGE("t", "out", "w"))), " goals");
	assert_string_equal(problems_of(l, DEF(",\"goals\":[{\"event\":\"no.event\"}]", ON("go") "," WAIT("w", 10), EDGE("t", "out", "w"))), " event");
	assert_string_equal(problems_of(l, DEF(",\"entry\":{\"mode\":\"every\"}", ON("go") "," WAIT("w", 10), EDGE("t", "out", "w"))), " entry.days");
}

static void what_the_record_cannot_be_is_refused_at_once(void **state)
{
	struct lab *l = *state;
	assert_int_equal(post(&l->owner, "/api/v1/journeys", "{\"name\":\"\",\"graph\":{\"nodes\":[],\"edges\":[]}}"), 422);
	assert_int_equal(post(&l->owner, "/api/v1/journeys", "{\"name\":\"x\"}"), 422);
	assert_int_equal(post(&l->owner, "/api/v1/journeys", DEF("", WAIT("w", 525601), "")), 422);
	assert_int_equal(post(&l->owner, "/api/v1/journeys", DEF("", WAIT("w", 525600), "")), 201);
	struct buf b = buf_new(l->w->a, 1 << 20);
	buf_add_c(&b, "{\"name\":\"x\",\"graph\":{\"edges\":[],\"nodes\":[");
	for (int i = 0; i <= JOURNEY_NODES_MAX; i++)
		buf_fmt(&b, "%s{\"id\":\"n%d\",\"type\":\"end\",\"x\":0,\"y\":0}", i ? "," : "", i);
	buf_add_c(&b, "]}}");
	assert_int_equal(ask(&l->owner, "POST", STR("/api/v1/journeys"), buf_str(&b)), 422);
}

static void drafts_change_what_runs_does_not(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, WELCOME);
	str path = arena_printf(l->w->a, "/api/v1/journeys/%lld", (long long)j);
	assert_int_equal(ask(&l->owner, "PUT", path, STR(WELCOME)), 422);
	l->owner.match = STR("\"1\"");
	assert_int_equal(ask(&l->owner, "PUT", path, STR(WELCOME)), 412);
	l->owner.match = STR_NIL;
	assert_int_equal(get(&l->owner, "%.*s", STR_F(path)), 200);
	assert_false(json_bool(reply_json(&l->owner), "changed", true));
	l->owner.match = arena_printf(l->w->a, "\"%lld\"", (long long)json_i64(reply_json(&l->owner), "version", 0));
	assert_int_equal(ask(&l->owner, "PUT", path, STR(DEF("", ON("go"), ""))), 200);
	l->owner.match = STR_NIL;
	assert_true(json_bool(reply_json(&l->owner), "changed", false));
	assert_int_equal(json_i64(reply_json(&l->owner), "published", 0), 1);
	assert_int_equal(get(&l->owner, "%.*s/versions/1", STR_F(path)), 200);
	assert_int_equal(json_get(json_get(json_get(reply_json(&l->owner), "def"), "graph"), "nodes")->n, 3);
	assert_int_equal(get(&l->owner, "%.*s/versions/2", STR_F(path)), 404);
	assert_int_equal(ask(&l->owner, "DELETE", path, STR("")), 409);
	assert_int_equal(act_on(l, j, "resume", "{}"), 409);
	assert_int_equal(get(&l->owner, "/api/v1/journeys"), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "data")->n, 1);
}

static void one_may_look_and_another_edit(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, WELCOME);
	struct browser reader = user_browser(l->w, "reader", "readonly", "all", 0), guide = user_browser(l->w, "guide", "staff", "self", 0);
	struct browser stranger = { .w = l->w, .corp = l->w->other };
	long long id = (long long)j;
	assert_int_equal(get(&reader, "/api/v1/journeys/%lld", id), 200);
	assert_int_equal(get(&reader, "/api/v1/verbs"), 200);
	assert_int_equal(post(&reader, "/api/v1/journeys", WELCOME), 403);
	assert_int_equal(ask(&reader, "POST", arena_printf(l->w->a, "/api/v1/journeys/%lld/pause", id), STR("{}")), 403);
	assert_int_equal(get(&guide, "/api/v1/journeys/%lld", id), 403);
	assert_int_equal(get(&stranger, "/api/v1/journeys/%lld", id), 404);
	assert_int_equal(get(&stranger, "/api/v1/journeys/%lld/counts", id), 404);
	assert_int_equal(get(&stranger, "/api/v1/journeys/%lld/people", id), 404);
	assert_int_equal(ask(&stranger, "POST", arena_printf(l->w->a, "/api/v1/journeys/%lld/end", id), STR("{\"take_back\":true}")), 404);
	assert_int_equal(get(&stranger, "/api/v1/journeys"), 200);
	assert_int_equal(json_get(reply_json(&stranger), "data")->n, 0);
}

static void people_are_listed_with_their_way_and_by_scope(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, WELCOME), people[5];
	long long id = (long long)j;
	for (int i = 0; i < 5; i++)
		happens(l, people[i] = person_new(l), "go");
	settle(l);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/people?node=w&limit=3", id), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "data")->n, 3);
	str cursor = text_in(&l->owner, "next_cursor");
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/people?node=w&limit=3&cursor=%.*s", id, STR_F(cursor)), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "data")->n, 2);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/people?node=a", id), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "data")->n, 0);
	live(l, MS_HOUR);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/people?state=in", id), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "data")->n, 0);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/people?state=out", id), 200);
	const struct json *rows = json_get(reply_json(&l->owner), "data");
	assert_int_equal(rows->n, 5);
	i64 place = json_id(&rows->items[0], "id");
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/people/%lld", id, (long long)place), 200);
	const struct json *steps = json_get(reply_json(&l->owner), "steps");
	assert_int_equal(steps->n, 5);
	const char *what[] = { "entered", "passed", "passed", "passed", "left" };
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(arena_cstr(l->w->a, json_str(&steps->items[i], "what")), what[i]);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/people?customer=%lld", id, (long long)people[0]), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "data")->n, 1);
	/* A manager who sees nobody's customers sees nobody here. */
	struct browser narrow = user_browser(l->w, "narrow", "manager", "self", 0);
	assert_int_equal(get(&narrow, "/api/v1/journeys/%lld/people?state=out", id), 200);
	assert_int_equal(json_get(reply_json(&narrow), "data")->n, 0);
	assert_int_equal(get(&narrow, "/api/v1/journeys/%lld/people/%lld", id, (long long)place), 404);
	assert_int_equal(get(&narrow, "/api/v1/journeys/%lld/why?customer=%lld", id, (long long)people[0]), 404);
	struct browser stranger = { .w = l->w, .corp = l->w->other };
	assert_int_equal(get(&stranger, "/api/v1/journeys/%lld/people/%lld", id, (long long)place), 404);
}

static void persons_are_let_in_by_hand_and_by_other_journeys(void **state)
{
	struct lab *l = *state;
	i64 j = running(l, "{\"name\":\"手动\",\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":{\"kind\":\"api\"}}," WAIT("w", 60)
			   "],\"edges\":[" EDGE("t", "out", "w") "]}}");
	i64 p = person_new(l), q = person_new(l);
	assert_int_equal(act_on(l, j, "enter", arena_cstr(l->w->a, arena_printf(l->w->a, "{\"customers\":[\"%lld\",\"%lld\"]}", (long long)p,
										   (long long)id_customer(l->w->other, 1)))), 200);
	assert_int_equal(json_i64(reply_json(&l->owner), "asked", -1), 1);
	assert_int_equal(json_i64(reply_json(&l->owner), "unknown", -1), 1);
	settle(l);
	assert_int_equal(count_of(l, j, "w", "now"), 1);
	running(l, arena_cstr(l->w->a, arena_printf(l->w->a, DEF("", ON("go") ",{\"id\":\"a\",\"type\":\"act\",\"x\":0,\"y\":0,\"act\":{\"verb\":\"journey.enter\",\"args\":"
		"{\"journey\":\"%lld\"}}}" "," WAIT("w", 10) ",{\"id\":\"b\",\"type\":\"act\",\"x\":0,\"y\":0,\"act\":{\"verb\":\"journey.exit\",\"args\":{\"journey\":\"%lld\"}}}",
		EDGE("t", "out", "a") "," EDGE("a", "done", "w") "," EDGE("w", "out", "b")), (long long)j, (long long)j)));
	happens(l, q, "go");
	settle(l);
	assert_int_equal(count_of(l, j, "w", "now"), 2);
	live(l, 10 * MS_MINUTE);
	assert_int_equal(count_of(l, j, "w", "now"), 1);
	assert_int_equal(count_of(l, j, "", "exit"), 1);
}

static void birthday_put(struct lab *l, i64 p, i64 day)
{
	struct customer_profile profile = { .birthday = day };
	assert_int_equal(WRITE_TX(unit_of(l), slot_of_customer(l->w->t->store, p), customer_profile_put(tx, p, &profile)), OK);
	settle(l);
}

static void birthdays_come_once_a_year_on_the_local_day(void **state)
{
	struct lab *l = *state;
	i64 p = person_new(l), leap = person_new(l), late = person_new(l);
	birthday_put(l, p, tz_day_of(1990, 12, 31));
	birthday_put(l, leap, tz_day_of(2000, 2, 29));
	i64 j = running(l, "{\"name\":\"生日\",\"entry\":{\"mode\":\"once\"},\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,\"trigger\":"
			   "{\"kind\":\"date\",\"attribute\":\"birthday\",\"offset_days\":-3,\"yearly\":true,\"minute\":600}}," ACT("a", "{\"how\":\"done\"}")
			   "],\"edges\":[" EDGE("t", "out", "a") "]}}");
	birthday_put(l, late, tz_day_of(1991, 1, 2));
	live_until(l, journey_minute_at(unit_of(l), tz_day_of(2025, 12, 28), 600) - 1);
	assert_int_equal(count_of(l, j, "", "entered"), 0);
	live(l, 1);
	assert_int_equal(count_of(l, j, "", "entered"), 1);
	live_until(l, journey_minute_at(unit_of(l), tz_day_of(2025, 12, 30), 600));
	assert_int_equal(count_of(l, j, "", "entered"), 2);
	birthday_put(l, p, tz_day_of(1990, 12, 30)); /* corrected after it was kept */
	live_until(l, journey_minute_at(unit_of(l), tz_day_of(2026, 2, 25), 600) - 1);
	assert_int_equal(count_of(l, j, "", "entered"), 2);
	live(l, 1); /* three days before the 28th */
	assert_int_equal(count_of(l, j, "", "entered"), 3);
	clock_advance(&l->w->t->clock, journey_minute_at(unit_of(l), tz_day_of(2026, 12, 26), 601)); /* one night for many */
	live_until(l, journey_minute_at(unit_of(l), tz_day_of(2026, 12, 30), 601));
	assert_int_equal(count_of(l, j, "", "entered"), 5);
	assert_int_equal(notes(l, "did"), 5);
}

static void a_schedule_lets_the_audience_in(void **state)
{
	struct lab *l = *state;
	for (int i = 0; i < 7; i++)
		birthday_put(l, person_new(l), tz_day_of(1990, 5, 5));
	person_new(l);
	assert_int_equal(post(&l->owner, "/api/v1/audiences", "{\"name\":\"有生日\",\"expr\":\"birthday is known\"}"), 201);
	str def = arena_printf(l->w->a, "{\"name\":\"周一\",\"entry\":{\"mode\":\"always\"},\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,"
		"\"trigger\":{\"kind\":\"schedule\",\"every\":\"week\",\"weekdays\":[\"1\"],\"minute\":600,\"audience\":\"%.*s\"}}," ACT("a", "{\"how\":\"done\"}")
		"],\"edges\":[" EDGE("t", "out", "a") "]}}", STR_F(text_in(&l->owner, "id")));
	i64 j = running(l, arena_cstr(l->w->a, def));
	live(l, 15 * MS_DAY);
	assert_int_equal(count_of(l, j, "", "entered"), 3 * 7); /* December 1st, 8th, 15th of 2025 are Mondays */
	assert_int_equal(act_on(l, j, "pause", "{}"), 200);
	live(l, 8 * MS_DAY);
	assert_int_equal(count_of(l, j, "", "entered"), 3 * 7);
}

static void an_audience_that_is_entered_lets_in(void **state)
{
	struct lab *l = *state;
	i64 p = person_new(l), there = person_new(l);
	birthday_put(l, there, tz_day_of(1990, 5, 5));
	assert_int_equal(post(&l->owner, "/api/v1/audiences", "{\"name\":\"有生日\",\"expr\":\"birthday is known\"}"), 201);
	str def = arena_printf(l->w->a, "{\"name\":\"人群\",\"graph\":{\"nodes\":[{\"id\":\"t\",\"type\":\"trigger\",\"x\":0,\"y\":0,"
		"\"trigger\":{\"kind\":\"audience\",\"way\":\"entered\",\"audience\":\"%.*s\"}}," ACT("a", "{\"how\":\"done\"}")
		"],\"edges\":[" EDGE("t", "out", "a") "]}}", STR_F(text_in(&l->owner, "id")));
	i64 j = running(l, arena_cstr(l->w->a, def));
	live(l, MS_MINUTE);
	assert_int_equal(count_of(l, j, "", "entered"), 0);
	birthday_put(l, p, tz_day_of(1991, 5, 5));
	live(l, MS_MINUTE);
	assert_int_equal(count_of(l, j, "", "entered"), 1);
}

static void a_dry_run_tells_what_would_have_been(void **state)
{
	struct lab *l = *state;
	i64 p = person_new(l), q = person_new(l), r = person_new(l);
	live(l, 4 * MS_HOUR);
	happens(l, p, "go");
	happens(l, q, "go");
	happens(l, r, "other");
	live(l, 30 * MS_MINUTE);
	happens(l, q, "buy");
	live(l, 3 * MS_DAY);
	i64 j = drafted(l, DEF(BOUGHT, ON("go") "," WAIT("w", 60) "," ACT("a", "{\"how\":\"done\"}") "," WAIT("v", 43200) "," ACT("b", "{\"how\":\"done\"}"),
			       EDGE("t", "out", "w") "," EDGE("w", "out", "a") "," EDGE("a", "done", "v") "," EDGE("v", "out", "b")));
	assert_int_equal(act_on(l, j, "tries", "{\"days\":0}"), 422);
	assert_int_equal(act_on(l, j, "tries", "{\"days\":92}"), 200);
	settle(l);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/tries", (long long)j), 200);
	const struct json *t = &json_get(reply_json(&l->owner), "data")->items[0];
	assert_string_equal(arena_cstr(l->w->a, json_str(t, "state")), "ready");
	assert_int_equal(json_i64(t, "people", 0), 2);
	assert_int_equal(json_i64(t, "acts", 0), 1);
	assert_int_equal(json_i64(t, "goals", 0), 1);
	assert_int_equal(get(&l->owner, "/api/v1/journeys/%lld/tries/%.*s", (long long)j, STR_F(json_str(t, "id"))), 200);
	const struct json *rows = json_get(reply_json(&l->owner), "data");
	assert_int_equal(rows->n, 2);
	for (size_t i = 0; i < 2; i++) {
		bool is_p = json_id(&rows->items[i], "customer") == p;
		assert_string_equal(arena_cstr(l->w->a, json_str(&rows->items[i], "outcome")), is_p ? "running" : "goal");
		assert_int_equal(str_has(json_str(&rows->items[i], "acts"), STR("a test.act")), is_p);
	}
	assert_int_equal(notes(l, "did"), 0);
	struct browser stranger = { .w = l->w, .corp = l->w->other };
	assert_int_equal(get(&stranger, "/api/v1/journeys/%lld/tries/%.*s", (long long)j, STR_F(json_str(t, "id"))), 404);
}

static void an_sop_counts_from_the_day_she_was_added(void **state)
{
	struct lab *l = *state;
	struct test_note none = { STR("") };
	const char *step = "{\"day\":%d,\"minute\":%d,\"verb\":\"test.act\",\"args\":{\"how\":\"%s\"}}";
	struct buf b = buf_new(l->w->a, 1 << 14);
	buf_add_c(&b, "{\"name\":\"新客SOP\",\"steps\":[");
	buf_fmt(&b, step, 1, 600, "never");
	buf_char(&b, ',');
	buf_fmt(&b, step, 3, 600, "done");
	buf_add_c(&b, "]}");
	assert_int_equal(ask(&l->owner, "POST", STR("/api/v1/sops"), buf_str(&b)), 201);
	i64 j = json_id(reply_json(&l->owner), "id"), p = person_new(l);
	assert_int_equal(json_get(reply_json(&l->owner), "steps")->n, 2);
	assert_int_equal(get(&l->owner, "/api/v1/sops/%lld", (long long)j), 200);
	assert_int_equal(json_i64(&json_get(reply_json(&l->owner), "steps")->items[1], "day", -1), 3);
	assert_false(json_bool(reply_json(&l->owner), "drawn", true));
	assert_int_equal(get(&l->owner, "/api/v1/sops/%lld", (long long)drafted(l, WELCOME)), 200);
	assert_true(json_bool(reply_json(&l->owner), "drawn", false));
	assert_int_equal(act_on(l, j, "publish", "{}"), 200);
	assert_int_equal(post(&l->owner, "/api/v1/sops", "{\"name\":\"x\",\"steps\":[{\"day\":2,\"minute\":1,\"verb\":\"a\",\"args\":{}},"
			      "{\"day\":1,\"minute\":1,\"verb\":\"a\",\"args\":{}}]}"), 422);
	i64 day = corp_day(unit_of(l), now(l));
	assert_int_equal(WRITE_TX(unit_of(l), slot_of_customer(l->w->t->store, p),
				  journal_add(tx, EV_FOLLOW_ADDED, p, now(l), &test_note_record, &none, NULL)), OK);
	live_until(l, journey_minute_at(unit_of(l), day + 1, 600));
	assert_int_equal(notes(l, "did"), 1);
	live_until(l, journey_minute_at(unit_of(l), day + 3, 600) - 1); /* nobody did the first: it does not hold up the second */
	assert_int_equal(notes(l, "did"), 1);
	live(l, 1);
	assert_int_equal(notes(l, "did"), 2);
	assert_int_equal(count_of(l, j, "", "done"), 1);
}

static void templates_compile_or_say_what_they_lack(void **state)
{
	struct lab *l = *state;
	size_t n = 0;
	assert_int_equal(get(&l->owner, "/api/v1/journey-templates"), 200);
	const struct json *rows = json_get(reply_json(&l->owner), "data");
	for (; n < rows->n; n++) {
		bool lacks = json_get(&rows->items[n], "missing")->n > 0;
		assert_int_equal(json_bool(&rows->items[n], "available", lacks), !lacks);
		assert_true(json_str(&rows->items[n], "title").n && json_str(&rows->items[n], "summary").n);
		struct journey_def *def;
		struct jdef d;
		struct problems p = { .a = l->w->a };
		assert_int_equal(journey_def_read(l->w->a, str_c(journey_templates[n].def), &def, &l->w->cx.unit.fail), OK);
		journey_compile(l->w->a, def, &d, &p);
		for (size_t i = 0; i < p.n; i++) /* what only the corp has is open */
			assert_true(str_eq_c(p.v[i].field, "audience") || str_eq_c(p.v[i].field, "attribute"));
	}
	assert_int_equal(n, 12);
}

static void verbs_are_listed_with_their_fields(void **state)
{
	struct lab *l = *state;
	assert_int_equal(get(&l->owner, "/api/v1/verbs"), 200);
	const struct json *rows = json_get(reply_json(&l->owner), "data"), *mine = NULL;
	for (size_t i = 0; i < rows->n; i++)
		if (str_eq_c(json_str(&rows->items[i], "name"), "test.act"))
			mine = &rows->items[i];
	assert_non_null(mine);
	const struct json *how = &json_get(mine, "fields")->items[0];
	assert_string_equal(arena_cstr(l->w->a, json_str(how, "type")), "text");
	assert_true(json_bool(how, "required", false));
	assert_int_equal(json_get(how, "one_of")->n, 6);
	assert_int_equal(get(&l->owner, "/api/v1/journey-events"), 200);
	assert_true(json_get(reply_json(&l->owner), "data")->n > 20);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, make, lab_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_split_names_an_experiment_that_has_begun_and_its_variants), ONE(problems_are_told_by_node_and_field),
		ONE(what_the_record_cannot_be_is_refused_at_once),
		ONE(drafts_change_what_runs_does_not),
		ONE(one_may_look_and_another_edit),
		ONE(people_are_listed_with_their_way_and_by_scope),
		ONE(persons_are_let_in_by_hand_and_by_other_journeys),
		ONE(birthdays_come_once_a_year_on_the_local_day),
		ONE(a_schedule_lets_the_audience_in),
		ONE(an_audience_that_is_entered_lets_in),
		ONE(a_dry_run_tells_what_would_have_been),
		ONE(an_sop_counts_from_the_day_she_was_added),
		ONE(templates_compile_or_say_what_they_lack),
		ONE(verbs_are_listed_with_their_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

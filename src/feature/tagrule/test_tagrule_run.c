/*
 * Dry runs equal what applying then does, undoing leaves what others hold, what is refused, and who may do
 * and see what; in one slot and over eight.
 */
#include "feature/tagrule/test_tagrule.h"

#include "core/job/job.h"

static int make(void **state) { return lab_new(state, test_spread()); }
static int make_spread(void **state) { return lab_new(state, 8); }

#define VIEWED "{\"type\":\"event\",\"event\":\"site.tracked\",\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"看过\"}"
#define TWICE VIEWED "],\"count\":2,\"within_days\":3}"

static i64 run_new(struct lab *l, i64 rule, const char *from)
{
	assert_int_equal(act_on(l, rule, "runs", arena_cstr(l->w->a, arena_printf(l->w->a, "{\"from\":\"%s\"}", from))), 202);
	i64 run = json_id(reply_json(&l->owner), "id");
	settle(l);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/runs/%lld", (long long)rule, (long long)run), 200);
	assert_true(str_eq_c(json_str(reply_json(&l->owner), "state"), "ready"));
	return run;
}

static int run_apply(struct lab *l, i64 rule, i64 run, i64 people)
{
	const char *act = arena_cstr(l->w->a, arena_printf(l->w->a, "runs/%lld/apply", (long long)run));
	int status = act_on(l, rule, act, arena_cstr(l->w->a, arena_printf(l->w->a, "{\"people\":%lld}", (long long)people)));
	settle(l);
	return status;
}

static size_t people_of(struct browser *b, i64 rule, i64 run, i64 *ret, size_t max)
{
	size_t n = 0;
	str cursor = STR_NIL;
	do {
		str rest = cursor.p ? arena_printf(b->w->a, "&cursor=%.*s", STR_F(cursor)) : STR("");
		assert_int_equal(get(b, "/api/v1/tag-rules/%lld/runs/%lld/people?limit=2%.*s", (long long)rule, (long long)run, STR_F(rest)), 200);
		const struct json *page = reply_json(b), *rows = json_get(page, "data");
		for (size_t i = 0; i < rows->n; i++) {
			assert_true(n < max);
			ret[n++] = json_id(&rows->items[i], "customer");
		}
		cursor = json_str(page, "next_cursor");
	} while (cursor.p);
	return n;
}

static bool among(const i64 *v, size_t n, i64 id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == id)
			return true;
	return false;
}

static void what_a_dry_run_tells_applying_does(void **state)
{
	struct lab *l = *state;
	i64 root, people[16];
	for (int i = 0; i < 5; i++) {
		char user[16];
		snprintf(user, sizeof(user), "u%d", i);
		tracked(l, user, "看过", "{}");
		pass(l, (i + 1) * MS_DAY);
		tracked(l, user, "看过", "{}"); /* the same day +1, +2 … +5: two of them within three */
		pass(l, MS_HOUR);
	}
	/* two leaves with one each are a person with two */
	tracked(l, "a", "看过", "{}");
	tracked(l, "b", "看过", "{}");
	assert_int_equal(customer_merge(&l->w->cx.unit, user_leaf(l, "a"), user_leaf(l, "b"), "manual", &root), OK);
	settle(l);
	pass(l, MS_HOUR);
	i64 rule = rule_made(l, l->tags[0], TWICE, "");
	by_hand(l, user_leaf(l, "u0"), l->tags[0], true);
	size_t marks = events_of(l->w, l->w->corp, EV_TAG_MARKED, NULL);
	i64 run = run_new(l, rule, "2025-12-01");
	assert_int_equal(number_in(l, "people"), 3);
	assert_int_equal(number_in(l, "already"), 1);
	assert_int_equal(json_get(reply_json(&l->owner), "days")->n, 3);
	assert_int_equal(events_of(l->w, l->w->corp, EV_TAG_MARKED, NULL), marks); /* nothing was written */
	size_t n = people_of(&l->owner, rule, run, people, ARRAY_LEN(people));
	assert_int_equal(n, 3);
	assert_true(among(people, n, user_leaf(l, "u0")));
	assert_true(among(people, n, user_leaf(l, "u1")));
	assert_true(among(people, n, root));
	assert_int_equal(run_apply(l, rule, run, 2), 409); /* another number is no confirmation */
	assert_int_equal(run_apply(l, rule, run, 3), 202);
	assert_int_equal(events_of(l->w, l->w->corp, EV_TAG_MARKED, NULL), marks + 2);
	for (int i = 0; i < 5; i++) {
		char user[16];
		snprintf(user, sizeof(user), "u%d", i);
		assert_int_equal(user_carries(l, user, l->tags[0]), i < 2);
	}
	assert_true(user_carries(l, "a", l->tags[0]) || user_carries(l, "b", l->tags[0]));
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/runs/%lld", (long long)rule, (long long)run), 200);
	assert_true(str_eq_c(json_str(reply_json(&l->owner), "state"), "applied"));
	assert_int_equal(number_in(l, "marked"), 2);
	assert_int_equal(run_apply(l, rule, run, 3), 409); /* once */
	assert_int_equal(events_of(l->w, l->w->corp, EV_TAGRULE_APPLIED, NULL), 1);
}

static void counting_goes_on_where_history_ends(void **state)
{
	struct lab *l = *state;
	tracked(l, "u1", "看过", "{}");
	tracked(l, "u2", "看过", "{}");
	pass(l, MS_HOUR);
	i64 rule = rule_made(l, l->tags[0], VIEWED "],\"count\":2}", "");
	i64 run = run_new(l, rule, "2025-12-01");
	assert_int_equal(number_in(l, "people"), 0);
	assert_int_equal(run_apply(l, rule, run, 0), 202);
	assert_int_equal(act_on(l, rule, "on", "{}"), 200);
	pass(l, MS_SECOND);
	tracked(l, "u1", "看过", "{}"); /* one before, one now */
	assert_true(user_carries(l, "u1", l->tags[0]));
	/* a run of a rule that is on looks at what came before it, and counts nobody twice */
	run = run_new(l, rule, "2025-12-01");
	assert_int_equal(number_in(l, "people"), 0);
	assert_int_equal(run_apply(l, rule, run, 0), 202);
	tracked(l, "u3", "看过", "{}");
	assert_false(user_carries(l, "u3", l->tags[0]));
	tracked(l, "u2", "看过", "{}");
	assert_true(user_carries(l, "u2", l->tags[0]));
}

static void a_run_of_another_version_or_too_old_is_refused(void **state)
{
	struct lab *l = *state;
	tracked(l, "u1", "看过", "{}");
	pass(l, MS_HOUR);
	i64 rule = rule_made(l, l->tags[0], VIEWED "]}", "");
	i64 run = run_new(l, rule, "2025-12-01");
	str def = arena_printf(l->w->a, "{\"name\":\"另一个\",\"put\":[\"%lld\"],\"when\":" VIEWED "]}}", (long long)l->tags[1]);
	l->owner.match = STR("\"7\"");
	assert_int_equal(ask(&l->owner, "PUT", arena_printf(l->w->a, "/api/v1/tag-rules/%lld", (long long)rule), def), 412);
	l->owner.match = STR("\"1\"");
	assert_int_equal(ask(&l->owner, "PUT", arena_printf(l->w->a, "/api/v1/tag-rules/%lld", (long long)rule), def), 200);
	l->owner.match = STR_NIL;
	assert_int_equal(run_apply(l, rule, run, 1), 409);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/versions", (long long)rule), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "data")->n, 2);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/versions/1", (long long)rule), 200);
	assert_true(str_eq_c(json_str(json_get(reply_json(&l->owner), "def"), "name"), "规则"));
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/versions/9", (long long)rule), 404);
	run = run_new(l, rule, "2025-12-01");
	pass(l, 8 * MS_DAY);
	assert_int_equal(run_apply(l, rule, run, 1), 409);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/runs/%lld", (long long)rule, (long long)run), 200);
	assert_true(str_eq_c(json_str(reply_json(&l->owner), "state"), "expired"));
	assert_int_equal(act_on(l, rule, "runs", "{\"from\":\"2099-01-01\"}"), 422);
	assert_int_equal(act_on(l, rule, "runs", "{\"from\":\"gestern\"}"), 422);
}

static void a_long_history_is_walked_in_steps(void **state)
{
	enum { EVENTS = 1200, USERS = 40 };
	struct lab *l = *state;
	i64 people[USERS + 1];
	for (int i = 0; i < EVENTS; i += 20) {
		struct buf b = buf_new(l->w->a, 1 << 16);
		buf_add_c(&b, "{\"batch\":[");
		for (int k = i; k < i + 20; k++)
			buf_fmt(&b, "%s{\"type\":\"track\",\"userId\":\"u%d\",\"event\":\"看过\",\"messageId\":\"b%d\"}", k > i ? "," : "", k % USERS, k);
		buf_add_c(&b, "]}");
		assert_int_equal(track(l->w, l->key, "batch", buf_str(&b)), 200);
	}
	settle(l);
	pass(l, MS_HOUR);
	i64 rule = rule_made(l, l->tags[0], VIEWED "],\"count\":30}", "");
	i64 run = run_new(l, rule, "2025-12-01");
	assert_int_equal(number_in(l, "people"), USERS); /* 30 each, not one lost or counted twice */
	assert_int_equal(people_of(&l->owner, rule, run, people, USERS + 1), USERS);
	assert_int_equal(run_apply(l, rule, run, USERS), 202);
	for (int i = 0; i < USERS; i++)
		assert_true(carries(l, leaf_by(l->w, "user_id", arena_cstr(l->w->a, arena_printf(l->w->a, "u%d", i))), l->tags[0]));
}

static void undoing_leaves_what_others_hold(void **state)
{
	struct lab *l = *state;
	i64 rule = rule_on(l, l->tags[0], VIEWED "]}", "");
	rule_on(l, l->tags[0], "{\"type\":\"keyword\",\"keywords\":[\"奶粉\"]}", "");
	tracked(l, "mine", "看过", "{}");
	tracked(l, "both", "看过", "{\"x\":\"奶粉\"}");
	tracked(l, "hand", "看过", "{}");
	by_hand(l, user_leaf(l, "hand"), l->tags[0], true);
	tracked(l, "theirs", "来过", "{\"x\":\"奶粉\"}");
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/undo", (long long)rule), 200);
	assert_int_equal(number_in(l, "people"), 3);
	assert_int_equal(act_on(l, rule, "undo", "{\"people\":2}"), 409);
	assert_int_equal(act_on(l, rule, "undo", "{\"people\":3}"), 202);
	i64 job_id = json_id(reply_json(&l->owner), "job_id");
	settle(l);
	assert_false(user_carries(l, "mine", l->tags[0]));
	assert_true(user_carries(l, "both", l->tags[0]));
	assert_true(user_carries(l, "hand", l->tags[0]));
	assert_true(user_carries(l, "theirs", l->tags[0]));
	struct event ev;
	struct tagrule_done done;
	assert_int_equal(events_of(l->w, l->w->corp, EV_TAGRULE_UNDONE, &ev), 1);
	assert_int_equal(READ_SNAP(&l->w->cx.unit, ev.slot, event_body(snap, &ev, &tagrule_done_record, &done)), OK);
	assert_int_equal(done.people, 3);
	assert_int_equal(done.marked, 1);
	struct job job;
	assert_int_equal(job_get(&l->w->cx.unit, job_id, &job), OK);
	assert_int_equal(job.done, 3);
	assert_int_equal(job.skipped, 2);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/undo", (long long)rule), 200);
	assert_int_equal(number_in(l, "people"), 0);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/hits", (long long)rule), 200);
	assert_true(json_bool(&json_get(reply_json(&l->owner), "data")->items[0], "undone", false));
}

/* Two rules of one condition, one running all along, one tried afterwards: whatever came in whatever order,
 * on whichever leaf, both mean the same persons. */
static void what_ran_live_is_what_a_dry_run_finds(void **state)
{
	enum { SEEDS = 4, EVENTS = 60, USERS = 8, DAYS = 12 };
	struct lab *l = *state;
	for (u64 seed = 1; seed <= SEEDS; seed++) {
		char when[512];
		snprintf(when, sizeof(when), VIEWED ",{\"name\":\"properties.seed\",\"op\":\"is\",\"value\":%d}],\"count\":%d,\"within_days\":%d}",
			 (int)seed, 2 + (int)(seed % 3), 1 + (int)seed);
		i64 live = rule_on(l, l->tags[0], when, "");
		for (int i = 0; i < EVENTS; i++) {
			u64 dice = hash_mix(seed * 1000 + (u64)i);
			char user[24], properties[32], at[40];
			snprintf(user, sizeof(user), "s%du%d", (int)seed, (int)(dice % USERS));
			snprintf(properties, sizeof(properties), "{\"seed\":%d}", (int)seed);
			snprintf(at, sizeof(at), "2025-11-%02dT%02d:00:00Z", 10 + (int)(dice / 100 % DAYS), (int)(dice / 10000 % 24));
			tracked_at(l, user, "看过", properties, at);
			if (i % 20 == 19) { /* two of those that have come become one */
				char other[24];
				i64 root, a = user_leaf(l, user);
				snprintf(other, sizeof(other), "s%du%d", (int)seed, (int)(dice / 7 % USERS));
				i64 b = user_leaf(l, other);
				if (a && b && a != b)
					assert_int_equal(customer_merge(&l->w->cx.unit, a, b, "manual", &root), OK);
				settle(l);
			}
		}
		pass(l, MS_HOUR);
		assert_int_equal(act_on(l, live, "off", "{}"), 200);
		i64 people[USERS], tried = rule_made(l, l->tags[1], when, ""), run = run_new(l, tried, "2025-11-01");
		size_t n = people_of(&l->owner, tried, run, people, USERS), marked = 0;
		for (int u = 0; u < USERS; u++) {
			char user[24];
			i64 root, leaves[CUSTOMER_LEAVES_MAX];
			size_t m;
			bool carried = false;
			snprintf(user, sizeof(user), "s%du%d", (int)seed, u);
			if (!user_leaf(l, user))
				continue;
			assert_int_equal(customer_root(&l->w->cx.unit, user_leaf(l, user), &root), OK);
			assert_int_equal(customer_leaves(&l->w->cx.unit, root, leaves, &m), OK);
			for (size_t i = 0; i < m; i++)
				carried |= carries(l, leaves[i], l->tags[0]);
			assert_int_equal(carried, among(people, n, root));
			marked += carried;
		}
		assert_true(marked > 0 && n < USERS); /* the dice are not all of one kind */
	}
}

/* ---- what is refused ---- */

static void what_makes_no_sense_is_refused_by_field(void **state)
{
	struct lab *l = *state;
	static const struct { const char *when, *pointer; } cases[] = {
		{ "{\"type\":\"event\"}", "/when/event" },
		{ "{\"type\":\"event\",\"event\":\"tag.marked\"}", "/when/event" },
		{ "{\"type\":\"event\",\"event\":\"order.placed\",\"filters\":[{\"name\":\"price\",\"op\":\"is\",\"value\":1}]}", "/when/filters/0/name" },
		{ "{\"type\":\"event\",\"event\":\"order.placed\",\"filters\":[{\"name\":\"paid\",\"op\":\"is\",\"value\":\"1\"}]}", "/when/filters/0/value" },
		{ "{\"type\":\"event\",\"event\":\"order.placed\",\"filters\":[{\"name\":\"paid.x\",\"op\":\"is\",\"value\":1}]}", "/when/filters/0/name" },
		{ VIEWED ",{\"name\":\"properties.a.b.c.d.e.f.g.h.i\",\"op\":\"exists\"}]}", "/when/filters/1/name" },
		{ VIEWED ",{\"name\":\"properties..b\",\"op\":\"exists\"}]}", "/when/filters/1/name" },
		{ VIEWED ",{\"name\":\"properties.a\",\"op\":\"gt\",\"value\":\"x\"}]}", "/when/filters/1/value" },
		{ VIEWED ",{\"name\":\"properties.a\",\"op\":\"in\",\"value\":[]}]}", "/when/filters/1/value" },
		{ VIEWED ",{\"name\":\"properties.a\",\"op\":\"is\"}]}", "/when/filters/1/value" },
		{ VIEWED "],\"within_days\":7}", "/when/within_days" },
		{ VIEWED "],\"count\":2,\"within_days\":93}", "/when/within_days" },
		{ VIEWED "],\"count\":1001}", "/when/count" },
		{ VIEWED "],\"cities\":[\"杭州\"]}", "/when/cities" },
		{ "{\"type\":\"keyword\"}", "/when/keywords" },
		{ "{\"type\":\"keyword\",\"keywords\":[\" \"]}", "/when/keywords/0" },
		{ "{\"type\":\"keyword\",\"keywords\":[\"a\"],\"events\":[\"follow.added\"]}", "/when/events" },
		{ "{\"type\":\"added\"}", "/when" },
		{ "{\"type\":\"added\",\"from_minute\":5}", "/when/to_minute" },
		{ "{\"type\":\"added\",\"weekdays\":[\"8\"]}", "/when/weekdays/0" },
		{ "{\"type\":\"added\",\"states\":[\"a\"],\"count\":2}", "/when/count" },
		{ "{\"type\":\"region\"}", "/when/cities" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(rule_made(l, l->tags[0], cases[i].when, ""), 0);
		if (l->owner.reply.status != 422 || !str_has(l->owner.reply.body, str_c(cases[i].pointer)))
			fail_msg("case %zu: %d %.*s", i, l->owner.reply.status, STR_F(l->owner.reply.body));
	}
	assert_int_equal(post(&l->owner, "/api/v1/tag-rules", "{\"name\":\"无\",\"when\":" VIEWED "]}}"), 422);
	assert_int_equal(rule_made(l, 12345, VIEWED "]}", ""), 0); /* no such tag */
	assert_int_equal(rule_made(l, l->tags[0], VIEWED "],\"count\":1000,\"within_days\":92}", "") > 0, true);
	assert_true(rule_made(l, l->tags[0], VIEWED ",{\"name\":\"properties.a.b.c.d.e.f.g.h\",\"op\":\"exists\"}]}", "") > 0);
	const char *same = arena_cstr(l->w->a, arena_printf(l->w->a, ",\"take\":[\"%lld\"]", (long long)l->tags[0]));
	assert_int_equal(rule_made(l, l->tags[0], VIEWED "]}", same), 0);
}

/* A list of so many texts of so many characters, as a filter's value. */
static const char *in_texts(struct lab *l, int count, int characters)
{
	struct buf b = buf_new(l->w->a, 1 << 20);
	buf_add_c(&b, VIEWED ",{\"name\":\"properties.a\",\"op\":\"in\",\"value\":[");
	for (int i = 0; i < count; i++) {
		buf_add_c(&b, i ? ",\"" : "\"");
		for (int k = 0; k < characters; k++)
			buf_add_c(&b, "字");
		buf_char(&b, '"');
	}
	buf_add_c(&b, "]}]}");
	return arena_cstr(l->w->a, buf_str(&b));
}

static void lists_texts_and_histories_keep_their_bounds(void **state)
{
	struct lab *l = *state;
	assert_true(rule_made(l, l->tags[0], in_texts(l, TAGRULE_VALUES_MAX, 2), "") > 0);
	assert_int_equal(rule_made(l, l->tags[0], in_texts(l, TAGRULE_VALUES_MAX + 1, 2), ""), 0);
	assert_true(str_has(l->owner.reply.body, STR("/when/filters/1/value")));
	i64 rule = rule_made(l, l->tags[0], in_texts(l, 1, TAGRULE_VALUE_MAX), "");
	assert_true(rule > 0);
	assert_int_equal(rule_made(l, l->tags[0], in_texts(l, 1, TAGRULE_VALUE_MAX + 1), ""), 0);
	i64 today = corp_day(&l->w->cx.unit, clock_now(&l->w->t->clock));
	for (int beyond = 0; beyond < 2; beyond++) {
		str from = tz_format_date(today - TAGRULE_BACK_DAYS_MAX - beyond, l->w->a);
		const char *body = arena_cstr(l->w->a, arena_printf(l->w->a, "{\"from\":\"%.*s\"}", STR_F(from)));
		assert_int_equal(act_on(l, rule, "runs", body), beyond ? 422 : 202);
		settle(l);
	}
	/* of a rule that is changed time and again the newest versions are kept */
	for (int v = 1; v <= TAGRULE_VERSIONS_KEPT; v++) {
		str def = arena_printf(l->w->a, "{\"name\":\"第%d次\",\"put\":[\"%lld\"],\"when\":" VIEWED "]}}", v, (long long)l->tags[0]);
		l->owner.match = arena_printf(l->w->a, "\"%d\"", v);
		assert_int_equal(ask(&l->owner, "PUT", arena_printf(l->w->a, "/api/v1/tag-rules/%lld", (long long)rule), def), 200);
	}
	l->owner.match = STR_NIL;
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/versions", (long long)rule), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "data")->n, TAGRULE_VERSIONS_KEPT);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/versions/1", (long long)rule), 404);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/versions/2", (long long)rule), 200);
}

static void a_dry_run_can_be_applied_for_a_week(void **state)
{
	struct lab *l = *state;
	tracked(l, "u1", "看过", "{}");
	pass(l, MS_HOUR);
	i64 rule = rule_made(l, l->tags[0], VIEWED "]}", ""), run = run_new(l, rule, "2025-12-01");
	pass(l, TAGRULE_RUN_DAYS * MS_DAY);
	assert_int_equal(run_apply(l, rule, run, 1), 202);
	run = run_new(l, rule, "2025-12-01");
	pass(l, (TAGRULE_RUN_DAYS + 1) * MS_DAY);
	assert_int_equal(run_apply(l, rule, run, 1), 409);
}

static const char *words_from(struct lab *l, int from, int n)
{
	struct buf b = buf_new(l->w->a, 4 << 20);
	buf_add_c(&b, "{\"type\":\"keyword\",\"keywords\":[");
	for (int i = from; i < from + n; i++)
		buf_fmt(&b, "%s\"关键词%d\"", i > from ? "," : "", i);
	buf_add_c(&b, "]}");
	return arena_cstr(l->w->a, buf_str(&b));
}

static void ten_thousand_keywords_and_no_more(void **state)
{
	struct lab *l = *state;
	assert_int_equal(rule_made(l, l->tags[0], words_from(l, 0, TAGRULE_KEYWORDS_MAX + 1), ""), 0);
	assert_int_equal(l->owner.reply.status, 422);
	i64 rule = rule_on(l, l->tags[0], words_from(l, 0, TAGRULE_KEYWORDS_MAX - 1), "");
	assert_int_equal(rule_made(l, l->tags[1], words_from(l, 0, 2), ""), 0); /* of all rules together */
	assert_true(str_has(l->owner.reply.body, STR("10001")));
	assert_true(rule_made(l, l->tags[1], words_from(l, 0, 1), "") > 0);
	tracked(l, "u1", "留言", "{\"text\":\"请问关键词9998还有吗\"}");
	assert_true(user_carries(l, "u1", l->tags[0]));
	assert_int_equal(ask(&l->owner, "DELETE", arena_printf(l->w->a, "/api/v1/tag-rules/%lld", (long long)rule), STR("")), 204);
	assert_true(rule_made(l, l->tags[1], words_from(l, 0, 2), "") > 0);
}

static void two_hundred_rules_and_no_more(void **state)
{
	struct lab *l = *state;
	for (int i = 0; i < TAGRULE_MAX; i++)
		assert_true(rule_made(l, l->tags[0], VIEWED "]}", "") > 0);
	assert_int_equal(rule_made(l, l->tags[0], VIEWED "]}", ""), 0);
	assert_int_equal(l->owner.reply.status, 422);
}

/* ---- who may ---- */

static void rights_corps_and_scopes(void **state)
{
	struct lab *l = *state;
	i64 rule = rule_on(l, l->tags[0], VIEWED "]}", "");
	tracked(l, "u1", "看过", "{}");
	struct browser reader = user_browser(l->w, "reader", "readonly", "all", 0);
	struct browser narrow = user_browser(l->w, "narrow", "manager", "self", 0);
	struct browser staff = user_browser(l->w, "member", "staff", "self", 0);
	struct browser other = { .w = l->w, .corp = l->w->other };
	assert_int_equal(get(&reader, "/api/v1/tag-rules"), 200);
	assert_int_equal(post(&reader, "/api/v1/tag-rules", "{\"name\":\"x\",\"put\":[\"%lld\"],\"when\":" VIEWED "]}}", (long long)l->tags[0]), 403);
	assert_int_equal(ask(&reader, "POST", arena_printf(l->w->a, "/api/v1/tag-rules/%lld/on", (long long)rule), STR("{}")), 403);
	assert_int_equal(ask(&reader, "POST", arena_printf(l->w->a, "/api/v1/tag-rules/%lld/runs", (long long)rule), STR("{\"from\":\"2025-12-01\"}")), 403);
	assert_int_equal(ask(&reader, "POST", arena_printf(l->w->a, "/api/v1/tag-rules/%lld/undo", (long long)rule), STR("{\"people\":1}")), 403);
	assert_int_equal(get(&staff, "/api/v1/tag-rules"), 403);
	assert_int_equal(get(&reader, "/api/v1/tag-rules/%lld/hits", (long long)rule), 200);
	assert_int_equal(json_get(reply_json(&reader), "data")->n, 1);
	assert_int_equal(get(&narrow, "/api/v1/tag-rules/%lld/hits", (long long)rule), 200);
	assert_int_equal(json_get(reply_json(&narrow), "data")->n, 0); /* nobody of hers */
	assert_int_equal(get(&other, "/api/v1/tag-rules/%lld", (long long)rule), 404);
	assert_int_equal(get(&other, "/api/v1/tag-rules/%lld/hits", (long long)rule), 404);
	assert_int_equal(get(&other, "/api/v1/tag-rules"), 200);
	assert_int_equal(json_get(reply_json(&other), "data")->n, 0);
	assert_int_equal(ask(&other, "POST", arena_printf(l->w->a, "/api/v1/tag-rules/%lld/undo", (long long)rule), STR("{\"people\":9}")), 404);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rule-events"), 200);
	assert_true(json_get(reply_json(&l->owner), "data")->n > 10);
}

#define ROWS_FIELDS(F, S) F(S, I64, tallies) F(S, I64, finds)
RECORD(rows_left, ROWS_FIELDS);
READ_ONE(rows_in_slot, none, rows_left,
	SQL(SELECT (SELECT COUNT(*) FROM tag_rule_tally WHERE slot = :slot AND corp = :corp) AS tallies,
		(SELECT COUNT(*) FROM tag_rule_find WHERE slot = :slot AND corp = :corp) AS finds))

static struct rows_left rows_of(struct lab *l, const char *user)
{
	struct rows_left r;
	struct unit *u = &l->w->cx.unit;
	assert_int_equal(READ_SNAP(u, slot_of_customer(u->store, user_leaf(l, user)), rows_in_slot(snap, &(struct none){ 0 }, &r)), OK);
	return r;
}

static void what_is_no_longer_needed_is_cleared(void **state)
{
	struct lab *l = *state;
	tracked(l, "u1", "看过", "{}");
	tracked(l, "u1", "看过", "{}");
	pass(l, MS_HOUR);
	i64 windowed = rule_on(l, l->tags[0], TWICE, "");
	i64 running = rule_on(l, l->tags[0], VIEWED "],\"count\":5}", "");
	run_new(l, windowed, "2025-12-01");
	tracked(l, "u1", "看过", "{}");
	assert_int_equal(rows_of(l, "u1").tallies, 3); /* of the run, of the window, running */
	assert_int_equal(rows_of(l, "u1").finds, 1);
	for (int i = 0; i < 10; i++)
		pass(l, MS_DAY);
	assert_int_equal(rows_of(l, "u1").tallies, 1);
	assert_int_equal(rows_of(l, "u1").finds, 0);
	tracked(l, "u1", "看过", "{}"); /* the one before is beyond the window */
	assert_false(user_carries(l, "u1", l->tags[0]));
	for (int i = 0; i < 3; i++) {
		pass(l, 10 * MS_DAY);
		tracked(l, "u1", "看过", "{}");
	}
	assert_true(user_carries(l, "u1", l->tags[0]));
	assert_int_equal(act_on(l, running, "off", "{}"), 200); /* its count is nobody's now */
	for (int i = 0; i < 5; i++)
		pass(l, MS_DAY);
	assert_int_equal(rows_of(l, "u1").tallies, 0);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, lab_free), cmocka_unit_test_setup_teardown(test, make_spread, lab_free)
#define ONE(test) cmocka_unit_test_setup_teardown(test, make, lab_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(what_a_dry_run_tells_applying_does),
		BOTH(counting_goes_on_where_history_ends),
		ONE(a_run_of_another_version_or_too_old_is_refused),
		BOTH(a_long_history_is_walked_in_steps),
		BOTH(what_ran_live_is_what_a_dry_run_finds),
		BOTH(undoing_leaves_what_others_hold),
		ONE(what_makes_no_sense_is_refused_by_field),
		ONE(ten_thousand_keywords_and_no_more),
		ONE(two_hundred_rules_and_no_more), ONE(lists_texts_and_histories_keep_their_bounds),
		ONE(a_dry_run_can_be_applied_for_a_week),
		BOTH(rights_corps_and_scopes),
		ONE(what_is_no_longer_needed_is_cleared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

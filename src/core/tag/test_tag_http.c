/*
 * Tags as the console asks for them: an owner, an advisor without rights, another corp.
 */
#include "app/test_app_rig.h"

#include "core/tag/tag_edit.h"
#include "core/tag/tag_csv.h"
#include "core/tag/tag_mark.h"

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

static void settle(struct pond *w) { engine_settle(&w->env); }

static int put(struct browser *b, const char *target, const char *body) { return ask(b, "PUT", str_c(target), str_c(body)); }
static int del(struct browser *b, const char *target) { return ask(b, "DELETE", str_c(target), STR("")); }

__attribute__((format(printf, 2, 3)))
static const char *at(struct pond *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	str s = arena_vprintf(w->a, fmt, ap);
	va_end(ap);
	return arena_cstr(w->a, s);
}

static const char *code(const struct browser *b) { return arena_cstr(b->w->a, json_str(reply_json(b), "code")); }
static const char *detail(const struct browser *b) { return arena_cstr(b->w->a, b->reply.body); }

/* The tag of that name in the list; NULL. */
static const struct json *listed(struct browser *b, const char *name)
{
	assert_int_equal(get(b, "/api/v1/tag-groups"), 200);
	const struct json *groups = json_get(reply_json(b), "data");
	for (size_t i = 0; i < groups->n; i++) {
		const struct json *tags = json_get(&groups->items[i], "tags");
		for (size_t k = 0; k < tags->n; k++)
			if (str_eq_c(json_str(&tags->items[k], "name"), name))
				return &tags->items[k];
	}
	return NULL;
}

static i64 id_of(struct browser *b, const char *name)
{
	const struct json *t = listed(b, name);
	assert_non_null(t);
	return json_id(t, "id");
}

static i64 group(struct browser *b, const char *name, const char *tags)
{
	assert_int_equal(post(b, "/api/v1/tag-groups", "{\"name\":\"%s\",\"tags\":%s,\"dimension\":\"interest\",\"description\":\"说明\"}", name, tags), 201);
	return json_id(reply_json(b), "id");
}

static void groups_have_dimension_owner_and_order(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, other = { .w = w, .corp = w->other };
	struct browser advisor = user_browser(w, "advisor", "staff", "all", 0);
	i64 a = group(&owner, "甲组", "[\"一\",\"二\"]"), b = group(&owner, "乙组", "[\"三\"]");
	struct user *users;
	size_t n;
	assert_int_equal(user_all(&w->cx.unit, &users, &n), OK);
	assert_int_equal(get(&owner, "/api/v1/tag-owners"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, n);
	assert_int_equal(get(&advisor, "/api/v1/tag-owners"), 403);
	const char *body = at(w, "{\"name\":\"甲组\",\"owner\":\"%lld\"}", (long long)users[0].id);
	assert_int_equal(put(&owner, at(w, "/api/v1/tag-groups/%lld", (long long)a), body), 204);
	assert_int_equal(put(&owner, at(w, "/api/v1/tag-groups/%lld", (long long)a), "{\"name\":\"甲组\",\"owner\":\"99\"}"), 422);
	assert_int_equal(put(&owner, at(w, "/api/v1/tag-groups/%lld", (long long)a), "{\"name\":\"乙组\"}"), 409);
	assert_int_equal(put(&owner, at(w, "/api/v1/tag-groups/%lld", (long long)a), "{\"name\":\"甲组\",\"dimension\":\"mood\"}"), 422);
	assert_int_equal(put(&advisor, at(w, "/api/v1/tag-groups/%lld", (long long)a), body), 403);
	assert_int_equal(put(&other, at(w, "/api/v1/tag-groups/%lld", (long long)a), "{\"name\":\"甲组\"}"), 404);
	assert_int_equal(post(&owner, "/api/v1/tag-groups/order", "{\"ids\":[\"%lld\",\"%lld\"]}", (long long)b, (long long)a), 204);
	assert_int_equal(get(&owner, "/api/v1/tag-groups"), 200);
	const struct json *all = json_get(reply_json(&owner), "data");
	assert_int_equal(json_id(&all->items[0], "id"), b);
	assert_true(str_eq_c(json_str(&all->items[1], "dimension"), "interest"));
	assert_true(str_eq_c(json_str(&all->items[1], "description"), "说明"));
	assert_true(str_eq(json_str(&all->items[1], "owner_name"), users[0].name));
	assert_int_equal(post(&owner, at(w, "/api/v1/tag-groups/%lld/order", (long long)a), "{\"ids\":[\"%lld\",\"%lld\"]}",
			      (long long)id_of(&owner, "二"), (long long)id_of(&owner, "一")), 204);
	get(&owner, "/api/v1/tag-groups");
	const struct json *tags = json_get(&json_get(reply_json(&owner), "data")->items[1], "tags");
	assert_true(str_eq_c(json_str(&tags->items[0], "name"), "二"));
	assert_int_equal(get(&other, "/api/v1/tag-groups"), 200);
	assert_int_equal(json_get(reply_json(&other), "data")->n, 0);
}

static void collisions_are_told_in_words(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 a = group(&owner, "甲组", "[\"一\",\"二\"]");
	assert_int_equal(post(&owner, "/api/v1/tag-groups", "{\"name\":\"甲组\",\"tags\":[\"三\"]}"), 409);
	assert_non_null(strstr(detail(&owner), "已有标签组"));
	assert_int_equal(post(&owner, "/api/v1/tag-groups", "{\"name\":\"空组\",\"tags\":[]}"), 422);
	assert_non_null(strstr(detail(&owner), "至少要有一个标签"));
	assert_int_equal(post(&owner, "/api/v1/tag-groups", "{\"name\":\"双组\",\"tags\":[\"三\",\"三\"]}"), 409);
	assert_null(listed(&owner, "三")); /* nothing half done */
	assert_int_equal(post(&owner, "/api/v1/tags", "{\"group_id\":\"%lld\",\"name\":\"一\"}", (long long)a), 409);
	assert_non_null(strstr(detail(&owner), "甲组"));
	assert_int_equal(post(&owner, "/api/v1/tags", "{\"group_id\":\"7\",\"name\":\"一\"}"), 404);
	assert_int_equal(post(&owner, at(w, "/api/v1/tags/%lld/archive", (long long)id_of(&owner, "一")), "{\"archived\":true}"), 204);
	assert_int_equal(post(&owner, "/api/v1/tags", "{\"group_id\":\"%lld\",\"name\":\"一\"}", (long long)a), 409);
	assert_non_null(strstr(detail(&owner), "归档"));
	assert_true(json_bool(listed(&owner, "一"), "archived", false));
}

static void a_tag_keeps_what_an_edit_does_not_tell(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	i64 a = group(&owner, "甲组", "[\"一\"]");
	assert_int_equal(post(&owner, "/api/v1/tags", "{\"group_id\":\"%lld\",\"name\":\"二\",\"ttl\":%d,\"description\":\"近七天\",\"sensitive\":true}",
			      (long long)a, TAG_TTL_MAX), 201);
	i64 id = json_id(reply_json(&owner), "id");
	const char *target = at(w, "/api/v1/tags/%lld", (long long)id);
	assert_int_equal(put(&owner, target, "{\"name\":\"三\"}"), 204);
	const struct json *t = listed(&owner, "三");
	assert_int_equal(json_i64(t, "ttl", 0), TAG_TTL_MAX);
	assert_true(str_eq_c(json_str(t, "description"), "近七天"));
	assert_true(json_bool(t, "sensitive", false));
	assert_int_equal(put(&owner, target, at(w, "{\"name\":\"三\",\"ttl\":%d}", TAG_TTL_MAX + 1)), 422);
	assert_int_equal(put(&owner, target, "{\"name\":\"三\",\"ttl\":0,\"description\":\"\"}"), 204);
	t = listed(&owner, "三");
	assert_int_equal(json_i64(t, "ttl", -1), -1);
	assert_int_equal(json_str(t, "description").n, 0);
}

static i64 befriended(struct pond *w, const char *user)
{
	struct identity_in id = { STR("external_userid"), str_c(user), true };
	struct identity_who who = { &id, 1, false, TEST_START, STR("wecom"), STR("王小芳") };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &leaf, NULL, NULL), OK);
	settle(w);
	return leaf;
}

static err mark(struct tx *tx, i64 her, i64 tag, const struct tag_cause *by) { return tag_mark_by(tx, her, tag, by, NULL); }

static void rule_marks(struct pond *w, i64 her, i64 tag)
{
	struct tag_cause by = { .why = "rule", .why_id = 5, .confidence = 80, .evidence = STR("七天内两次加购"), .expires = clock_now(&w->t->clock) + MS_DAY };
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), mark(tx, her, tag, &by)), OK);
	settle(w);
}

static void a_sensitive_name_is_for_those_with_the_right(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, reader = user_browser(w, "reader", "readonly", "all", 0);
	struct browser manager = user_browser(w, "manager", "manager", "all", 0);
	i64 her = befriended(w, "wm1");
	group(&owner, "孕产", "[\"孕中期\"]");
	i64 id = id_of(&owner, "孕中期");
	const char *set = at(w, "/api/v1/tags/%lld/sensitive", (long long)id), *tags = at(w, "/api/v1/customers/%lld/tags", (long long)her);
	assert_int_equal(post(&reader, set, "{\"sensitive\":true}"), 403);
	assert_int_equal(post(&owner, set, "{\"sensitive\":true}"), 204);
	assert_null(listed(&reader, "孕中期"));
	assert_true(json_bool(listed(&reader, "敏感标签"), "hidden", false));
	assert_non_null(listed(&manager, "孕中期"));
	assert_int_equal(post(&owner, tags, "{\"add\":[\"%lld\"]}", (long long)id), 409);
	assert_non_null(strstr(detail(&owner), "同意"));
	const char *consents = at(w, "/api/v1/customers/%lld/consents", (long long)her);
	assert_int_equal(post(&reader, consents, "{\"purpose\":\"sensitive\",\"how\":\"talk\"}"), 403);
	assert_int_equal(post(&owner, consents, "{\"purpose\":\"anything\",\"how\":\"talk\"}"), 422);
	assert_int_equal(post(&owner, consents, "{\"purpose\":\"sensitive\",\"how\":\"talk\",\"said\":\"她说可以\"}"), 201);
	assert_int_equal(post(&owner, tags, "{\"add\":[\"%lld\"]}", (long long)id), 200);
	settle(w);
	assert_int_equal(get(&reader, "%s", tags), 200);
	assert_null(strstr(detail(&reader), "孕"));
	assert_null(strstr(detail(&reader), "她说可以"));
	assert_int_equal(get(&reader, "/api/v1/customers/%lld", (long long)her), 200);
	assert_null(strstr(detail(&reader), "孕中期"));
	assert_int_equal(get(&reader, "/api/v1/customers/%lld/timeline", (long long)her), 200);
	assert_null(strstr(detail(&reader), "孕中期"));
	assert_non_null(strstr(detail(&reader), "敏感标签"));
	assert_int_equal(get(&owner, "/api/v1/customers/%lld/timeline", (long long)her), 200);
	assert_non_null(strstr(detail(&owner), "孕中期"));
	assert_int_equal(get(&reader, "/api/v1/tag-export"), 200);
	assert_null(strstr(detail(&reader), "孕中期"));
	assert_int_equal(get(&owner, "%s", tags), 200);
	assert_non_null(strstr(detail(&owner), "孕中期"));
	assert_non_null(strstr(detail(&owner), "她说可以"));
	assert_int_equal(del(&owner, at(w, "%s/sensitive", consents)), 204);
	settle(w);
	assert_int_equal(get(&owner, "%s", tags), 200);
	assert_int_equal(json_get(reply_json(&owner), "tags")->n, 0);
	assert_true(json_i64(&json_get(reply_json(&owner), "consents")->items[0], "withdrawn_ms", 0) > 0);
}

static void a_person_shows_who_holds_each_tag_and_what_is_refused(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, other = { .w = w, .corp = w->other };
	struct browser reader = user_browser(w, "reader", "readonly", "all", 0), nobody = user_browser(w, "self", "staff", "self", 0);
	i64 her = befriended(w, "wm1"), two = befriended(w, "wm2"), root;
	group(&owner, "甲组", "[\"一\",\"二\"]");
	i64 one = id_of(&owner, "一"), both = id_of(&owner, "二");
	const char *tags = at(w, "/api/v1/customers/%lld/tags", (long long)her);
	rule_marks(w, her, one);
	rule_marks(w, two, both);
	assert_int_equal(customer_merge(&w->cx.unit, her, two, "manual", &root), OK);
	settle(w);
	assert_int_equal(post(&owner, tags, "{\"add\":[\"%lld\"]}", (long long)one), 200);
	assert_int_equal(get(&owner, "%s", tags), 200);
	const struct json *rows = json_get(reply_json(&owner), "tags");
	assert_int_equal(rows->n, 2);
	const struct json *sources = json_get(&rows->items[0], "sources");
	assert_int_equal(sources->n, 2);
	assert_true(str_eq_c(json_str(&sources->items[0], "why"), "manual"));
	assert_int_equal(json_i64(&rows->items[0], "expires_ms", -1), -1); /* the hand holds it for good */
	assert_int_equal(json_i64(&sources->items[1], "confidence", 0), 80);
	assert_true(str_eq_c(json_str(&sources->items[1], "evidence"), "七天内两次加购"));
	assert_true(json_i64(&rows->items[1], "expires_ms", -1) > 0);
	assert_int_equal(get(&reader, "%s", tags), 200);
	assert_null(strstr(detail(&reader), "加购")); /* personal */
	assert_int_equal(get(&other, "%s", tags), 404);
	assert_int_equal(get(&nobody, "%s", tags), 404);
	assert_int_equal(post(&owner, tags, "{\"remove\":[\"%lld\"]}", (long long)both), 200);
	assert_int_equal(get(&owner, "%s", tags), 200);
	assert_int_equal(json_get(reply_json(&owner), "tags")->n, 1);
	assert_true(str_eq_c(json_str(&json_get(reply_json(&owner), "refused")->items[0], "name"), "二"));
	rule_marks(w, her, both);
	get(&owner, "%s", tags);
	assert_int_equal(json_get(reply_json(&owner), "tags")->n, 1);
	const char *lift = at(w, "/api/v1/customers/%lld/tag-refusals/%lld", (long long)her, (long long)both);
	assert_int_equal(del(&reader, lift), 403);
	assert_int_equal(del(&nobody, lift), 404);
	assert_int_equal(del(&owner, lift), 204);
	assert_int_equal(del(&owner, lift), 404);
	rule_marks(w, her, both);
	get(&owner, "%s", tags);
	assert_int_equal(json_get(reply_json(&owner), "tags")->n, 2);
}

static void uses_are_told_and_a_merge_is_a_job(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, reader = user_browser(w, "reader", "readonly", "all", 0);
	i64 her = befriended(w, "wm1");
	group(&owner, "甲组", "[\"一\",\"二\"]");
	i64 one = id_of(&owner, "一"), two = id_of(&owner, "二");
	rule_marks(w, her, one);
	assert_int_equal(post(&owner, "/api/v1/audiences", "{\"name\":\"老客\",\"expr\":\"tag:\\\"一\\\"\"}"), 201);
	assert_int_equal(get(&owner, "/api/v1/tags/%lld/uses", (long long)one), 200);
	assert_int_equal(json_i64(reply_json(&owner), "customers", 0), 1);
	assert_true(str_eq_c(json_str(&json_get(reply_json(&owner), "uses")->items[0], "name"), "老客"));
	assert_int_equal(del(&owner, at(w, "/api/v1/tags/%lld", (long long)one)), 409);
	assert_non_null(strstr(detail(&owner), "老客"));
	const char *merge = at(w, "/api/v1/tags/%lld/merge", (long long)one);
	assert_int_equal(post(&reader, merge, "{\"into\":\"%lld\",\"confirm\":\"一\"}", (long long)two), 403);
	assert_int_equal(post(&owner, merge, "{\"into\":\"%lld\",\"confirm\":\"二\"}", (long long)two), 422);
	assert_int_equal(post(&owner, merge, "{\"into\":\"%lld\",\"confirm\":\"一\"}", (long long)two), 202);
	assert_true(json_id(reply_json(&owner), "job") > 0);
	settle(w);
	assert_null(listed(&owner, "一"));
	assert_int_equal(json_i64(listed(&owner, "二"), "customers", 0), 1);
	assert_int_equal(del(&owner, at(w, "/api/v1/tags/%lld", (long long)two)), 409);
}

static const struct json *import(struct browser *b, const char *csv, int status, bool dry)
{
	assert_int_equal(ask(b, "POST", dry ? STR("/api/v1/tag-import?dry=true") : STR("/api/v1/tag-import"), str_c(csv)), status);
	return reply_json(b);
}

static void a_file_goes_in_whole_or_not_at_all(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, reader = user_browser(w, "reader", "readonly", "all", 0);
	const char *good = "\xef\xbb\xbf维度,标签组,标签,说明,有效天数,敏感\r\n基础,孕期阶段,备孕,,,是\r\n基础,孕期阶段,\"孕,早期\",怀孕十二周内,90,否\r\n兴趣,口味,甜,,0,\r\n";
	import(&reader, good, 403, false);
	const struct json *r = import(&owner, good, 200, true);
	assert_false(json_bool(r, "made", true));
	assert_int_equal(json_i64(r, "tags", 0), 3);
	assert_int_equal(json_i64(r, "groups", 0), 2);
	assert_null(listed(&owner, "备孕")); /* a look makes nothing */
	assert_true(json_bool(import(&owner, good, 200, false), "made", false));
	assert_int_equal(json_i64(listed(&owner, "孕,早期"), "ttl", 0), 90);
	assert_true(json_bool(listed(&owner, "备孕"), "sensitive", false));
	assert_int_equal(json_i64(listed(&owner, "甜"), "ttl", -1), -1);
	get(&owner, "/api/v1/tag-groups");
	settle(w);
	r = import(&owner, "group,tag,dimension,ttl,sensitive\n口味,咸,basic,,\n口味,甜,,,\n口味,辣,,x,maybe\n,空,,,\n口味,辣,,,\n新组,啊,mood,,\n", 200, false);
	assert_false(json_bool(r, "made", true));
	const struct json *problems = json_get(r, "problems");
	assert_int_equal(problems->n, 5); /* of the file itself: 4 (ttl, sensitive), 5, 6, 7 */
	assert_int_equal(json_i64(&problems->items[0], "line", 0), 4);
	r = import(&owner, "group,tag,dimension\n口味,咸,basic\n口味,甜,\n新组,啊,channel\n", 200, false);
	problems = json_get(r, "problems");
	assert_int_equal(problems->n, 2); /* of what is there: another dimension, and a tag that exists */
	assert_int_equal(json_i64(&problems->items[1], "line", 0), 3);
	assert_null(listed(&owner, "啊"));
	assert_null(listed(&owner, "咸"));
	import(&owner, "组,名\n口味,咸\n", 422, false);
	import(&owner, "group,tag\n", 422, false);
	assert_int_equal(get(&owner, "/api/v1/tag-export"), 200);
	assert_non_null(strstr(detail(&owner), "\"基础\",\"孕期阶段\",\"孕,早期\",\"怀孕十二周内\",\"90\",\"否\",\"否\""));
}

static void a_file_of_four_hundred_goes_round(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, other = { .w = w, .corp = w->other };
	struct buf b = buf_new(w->a, 1 << 20);
	buf_add_c(&b, "dimension,group,tag\n");
	for (int i = 0; i < 420; i++)
		buf_fmt(&b, "%s,组%d,标签%d\n", (const char *[]){ "basic", "behaviour", "preference", "channel", "interest" }[i / 84], i / 12, i);
	const char *csv = arena_cstr(w->a, buf_str(&b));
	assert_true(json_bool(import(&owner, csv, 200, false), "made", false));
	assert_non_null(listed(&owner, "标签419"));
	get(&owner, "/api/v1/tag-export");
	const char *out = detail(&owner);
	assert_true(json_bool(import(&other, out, 200, false), "made", false)); /* another corp takes the export as it is */
	get(&other, "/api/v1/tag-export");
	assert_string_equal(detail(&other), out);
}

static void a_file_has_its_limits(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w };
	struct buf b = buf_new(w->a, 1 << 20);
	buf_add_c(&b, "group,tag\n");
	for (int i = 0; i < TAG_CSV_ROWS_MAX; i++)
		buf_fmt(&b, "组%d,%d\n", i / 100, i);
	assert_int_equal(json_i64(import(&owner, arena_cstr(w->a, buf_str(&b)), 200, true), "tags", 0), TAG_CSV_ROWS_MAX);
	buf_add_c(&b, "组,多\n");
	import(&owner, arena_cstr(w->a, buf_str(&b)), 413, true);
	const char *thirty = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十";
	assert_int_equal(json_get(import(&owner, at(w, "group,tag\n组,%s\n", thirty), 200, true), "problems")->n, 0);
	assert_int_equal(json_get(import(&owner, at(w, "group,tag\n组,%s一\n", thirty), 200, true), "problems")->n, 1);
	assert_string_equal(code(&owner), "");
	struct buf words = buf_new(w->a, 4096), bad = buf_new(w->a, 1 << 20);
	for (int i = 0; i < TAG_DESCRIPTION_MAX; i++)
		buf_add_c(&words, "说");
	const char *longest = arena_cstr(w->a, buf_str(&words));
	assert_int_equal(json_get(import(&owner, at(w, "group,tag,description\n组,甲,%s\n", longest), 200, true), "problems")->n, 0);
	assert_int_equal(json_get(import(&owner, at(w, "group,tag,description\n组,甲,%s说\n", longest), 200, true), "problems")->n, 1);
	buf_add_c(&bad, "group,tag,ttl\n");
	for (int i = 0; i <= TAG_CSV_PROBLEMS_MAX; i++) {
		buf_fmt(&bad, "组%d,签%d,x\n", i, i); /* one problem each: so many are told and no more */
		if (i >= TAG_CSV_PROBLEMS_MAX - 1)
			assert_int_equal(json_get(import(&owner, arena_cstr(w->a, buf_str(&bad)), 200, true), "problems")->n, TAG_CSV_PROBLEMS_MAX);
	}
}

/* Three people, two of them one person's: everybody is tagged once, the unconsented are passed over. */
static void everybody_of_an_expression_is_tagged_by_a_job(void **state)
{
	struct pond *w = *state;
	struct browser owner = { .w = w }, reader = user_browser(w, "reader", "readonly", "all", 0), nobody = user_browser(w, "self", "staff", "self", 0);
	i64 people[3], root;
	for (int i = 0; i < 3; i++)
		people[i] = befriended(w, at(w, "wm%d", i));
	assert_int_equal(customer_merge(&w->cx.unit, people[0], people[1], "manual", &root), OK);
	settle(w);
	group(&owner, "甲组", "[\"一\",\"二\",\"孕\"]");
	i64 one = id_of(&owner, "一"), two = id_of(&owner, "二"), secret = id_of(&owner, "孕");
	post(&owner, at(w, "/api/v1/tags/%lld/sensitive", (long long)secret), "{\"sensitive\":true}");
	rule_marks(w, people[0], two);
	rule_marks(w, people[1], two);
	const char *what = at(w, "\"expr\":\"orders >= 0\",\"add\":[\"%lld\",\"%lld\"],\"remove\":[\"%lld\"]", (long long)one, (long long)secret, (long long)two);
	assert_int_equal(post(&reader, "/api/v1/customers/tag-plan", "{%s}", what), 403);
	assert_int_equal(post(&owner, "/api/v1/customers/tag-plan", "{\"expr\":\"orders >= 0\"}"), 422);
	assert_int_equal(post(&owner, "/api/v1/customers/tag-plan", "{\"expr\":\"orderz >= 0\",\"add\":[\"%lld\"]}", (long long)one), 422);
	assert_int_equal(post(&owner, "/api/v1/customers/tag-plan", "{%s}", what), 200);
	assert_int_equal(json_i64(reply_json(&owner), "people", 0), 2);
	assert_int_equal(json_i64(reply_json(&owner), "unconsented", 0), 1);
	assert_int_equal(json_i64(reply_json(&owner), "calls", -1), 0); /* nothing is synced */
	assert_int_equal(post(&owner, "/api/v1/customers/tag-job", "{%s,\"people\":1}", what), 409);
	assert_int_equal(post(&nobody, "/api/v1/customers/tag-job", "{\"expr\":\"orders >= 0\",\"add\":[\"%lld\"],\"people\":9}", (long long)one), 202);
	settle(w);
	assert_int_equal(json_i64(listed(&owner, "一"), "customers", -1), 0); /* her scope shows nobody */
	assert_int_equal(post(&owner, "/api/v1/customers/tag-job", "{%s,\"people\":2}", what), 202);
	settle(w);
	assert_int_equal(json_i64(listed(&owner, "一"), "customers", 0), 2);
	assert_int_equal(json_i64(listed(&owner, "二"), "customers", -1), 0);
	assert_int_equal(json_i64(listed(&owner, "孕"), "customers", -1), 0);
	assert_int_equal(get(&owner, "/api/v1/jobs"), 200);
	const struct json *job = &json_get(reply_json(&owner), "data")->items[0];
	assert_int_equal(json_i64(job, "done", 0), 2);
	assert_int_equal(json_i64(job, "skipped", 0), 2);
	assert_true(str_eq_c(json_str(job, "state"), "done"));
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, pond_free), cmocka_unit_test_setup_teardown(name, make_spread, pond_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, pond_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(groups_have_dimension_owner_and_order), ONE(collisions_are_told_in_words), ONE(a_tag_keeps_what_an_edit_does_not_tell),
		BOTH(a_sensitive_name_is_for_those_with_the_right), BOTH(a_person_shows_who_holds_each_tag_and_what_is_refused),
		ONE(uses_are_told_and_a_merge_is_a_job), ONE(a_file_goes_in_whole_or_not_at_all),
		ONE(a_file_of_four_hundred_goes_round), ONE(a_file_has_its_limits),
		BOTH(everybody_of_an_expression_is_tagged_by_a_job),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

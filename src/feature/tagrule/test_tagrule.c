/*
 * Tag rules at work: each kind of condition, windows at the corp's midnight, merges and splits between two
 * counts, hands before rules, and what is refused when a rule is saved; in one slot and over eight.
 */
#include "feature/tagrule/test_tagrule.h"

#include "store/seal.h"

#include "core/group/group.h"

static int make(void **state) { return lab_new(state, test_spread()); }
static int make_spread(void **state) { return lab_new(state, 8); }

#define VIEWED "{\"type\":\"event\",\"event\":\"site.tracked\",\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"看过\"}"

/* ---- conditions ---- */

static void an_event_with_a_filter_marks_her_and_says_why(void **state)
{
	struct lab *l = *state;
	i64 rule = rule_on(l, l->tags[0], VIEWED ",{\"name\":\"properties.category\",\"op\":\"is\",\"value\":\"奶粉\"},"
			   "{\"name\":\"properties.price\",\"op\":\"ge\",\"value\":200}]}", ",\"confidence\":80,\"expires_days\":3");
	struct event seen, marked;
	tracked(l, "u1", "看过", "{\"category\":\"奶粉\",\"price\":\"199.5\"}");
	tracked(l, "u2", "看过", "{\"category\":\"尿布\",\"price\":300}");
	tracked(l, "u3", "买过", "{\"category\":\"奶粉\",\"price\":300}");
	assert_int_equal(events_of(l->w, l->w->corp, EV_TAG_MARKED, NULL), 0);
	tracked(l, "u4", "看过", "{\"category\":\"奶粉\",\"price\":\"200\"}");
	assert_true(user_carries(l, "u4", l->tags[0]));
	assert_int_equal(events_of(l->w, l->w->corp, EV_TAG_MARKED, &marked), 1);
	assert_int_equal(marked.customer, user_leaf(l, "u4"));
	assert_int_equal(READ_SNAP(&l->w->cx.unit, marked.slot, journal_get(snap, marked.cause, &seen)), OK);
	assert_int_equal(seen.kind, EV_SITE_TRACKED);
	struct tag_mark_event body;
	assert_int_equal(READ_SNAP(&l->w->cx.unit, marked.slot, event_body(snap, &marked, &tag_mark_event_record, &body)), OK);
	assert_true(str_eq_c(body.why, "rule"));
	assert_int_equal(body.why_id, rule);
	assert_int_equal(body.confidence, 80);
	assert_int_equal(body.expires, seen.occurred + 3 * MS_DAY);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/hits", (long long)rule), 200);
	const struct json *hits = json_get(reply_json(&l->owner), "data");
	assert_int_equal(hits->n, 1);
	assert_int_equal(json_id(&hits->items[0], "event"), seen.id);
	assert_true(str_eq_c(json_str(&hits->items[0], "event_kind"), "site.tracked"));
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules"), 200);
	const struct json *row = &json_get(reply_json(&l->owner), "data")->items[0];
	assert_int_equal(json_i64(row, "hits_7", -1), 1);
	assert_int_equal(json_i64(row, "last_hit_ms", -1), marked.recorded);
}

static void every_comparison_is_typed(void **state)
{
	struct lab *l = *state;
	static const struct { const char *filter, *properties; bool holds; } cases[] = {
		{ "\"op\":\"is\",\"value\":5", "{\"x\":5}", true },
		{ "\"op\":\"is\",\"value\":5", "{\"x\":\"5\"}", true },
		{ "\"op\":\"is\",\"value\":\"5\"", "{\"x\":5}", false },
		{ "\"op\":\"is\",\"value\":true", "{\"x\":true}", true },
		{ "\"op\":\"is\",\"value\":\"a\"", "{\"x\":[\"b\",\"a\"]}", true },
		{ "\"op\":\"not\",\"value\":\"a\"", "{\"x\":[\"b\",\"a\"]}", false },
		{ "\"op\":\"not\",\"value\":\"a\"", "{\"x\":\"b\"}", true },
		{ "\"op\":\"not\",\"value\":\"a\"", "{\"y\":\"b\"}", false },
		{ "\"op\":\"in\",\"value\":[\"a\",3]", "{\"x\":3}", true },
		{ "\"op\":\"in\",\"value\":[\"a\",3]", "{\"x\":4}", false },
		{ "\"op\":\"lt\",\"value\":2.5", "{\"x\":2}", true },
		{ "\"op\":\"le\",\"value\":2", "{\"x\":2}", true },
		{ "\"op\":\"gt\",\"value\":2", "{\"x\":2}", false },
		{ "\"op\":\"gt\",\"value\":2", "{\"x\":\"zwei\"}", false },
		{ "\"op\":\"has\",\"value\":\"奶\"", "{\"x\":\"买奶粉\"}", true },
		{ "\"op\":\"exists\"", "{\"x\":{}}", true },
		{ "\"op\":\"exists\"", "{\"x\":null}", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *when = arena_cstr(l->w->a, arena_printf(l->w->a, VIEWED ",{\"name\":\"properties.x\",%s}]}", cases[i].filter));
		char user[16];
		snprintf(user, sizeof(user), "u%zu", i);
		i64 rule = rule_on(l, l->tags[0], when, "");
		tracked(l, user, "看过", cases[i].properties);
		if (user_carries(l, user, l->tags[0]) != cases[i].holds)
			fail_msg("case %zu: %s of %s", i, cases[i].filter, cases[i].properties);
		assert_int_equal(act_on(l, rule, "off", "{}"), 200);
	}
}

static void keywords_are_found_in_what_was_written(void **state)
{
	struct lab *l = *state;
	rule_on(l, l->tags[0], "{\"type\":\"keyword\",\"keywords\":[\"退货\",\"Refund\"],\"count\":2}", "");
	rule_on(l, l->tags[1], "{\"type\":\"keyword\",\"keywords\":[\"退货\"],\"events\":[\"site.page\"]}", "");
	tracked(l, "u1", "留言", "{\"words\":[{\"text\":\"我要退货\"}]}");
	assert_false(user_carries(l, "u1", l->tags[0])); /* once */
	tracked(l, "u1", "留言", "{\"text\":\"REFUND please\"}");
	assert_true(user_carries(l, "u1", l->tags[0]));
	assert_false(user_carries(l, "u1", l->tags[1])); /* not a page */
	assert_int_equal(track(l->w, l->key, "page", STR("{\"userId\":\"u2\",\"name\":\"退货说明\"}")), 200);
	settle(l);
	assert_true(user_carries(l, "u2", l->tags[1]));
	assert_int_equal(post(&l->owner, "/api/v1/tag-rule-test", "{\"text\":\"能退货吗\"}"), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "hits")->n, 2);
	assert_int_equal(number_in(l, "keywords"), 3);
	assert_int_equal(post(&l->owner, "/api/v1/tag-rule-test", "{\"text\":\"能换货吗\"}"), 200);
	assert_int_equal(json_get(reply_json(&l->owner), "hits")->n, 0);
}

/* As customer service and surveys tell it. */
#define WROTE_FIELDS(F, S) F(S, STR, open_kfid) F(S, STR, text, .opt = true, .pii = true)
RECORD(wrote_body, WROTE_FIELDS);
#define ANSWER_FIELDS(F, S) F(S, STR, title, .opt = true) F(S, STR, texts, .opt = true, .pii = true)
RECORD(answer_body, ANSWER_FIELDS);

static void wrote(struct lab *l, i64 leaf, const char *text)
{
	struct unit *u = &l->w->cx.unit;
	struct wrote_body body = { STR("wk1"), str_c(text) };
	assert_int_equal(WRITE_TX(u, slot_of_customer(u->store, leaf), journal_add(tx, EV_KF_WROTE, leaf, tx->snap.now, &wrote_body_record, &body, NULL)), OK);
	settle(l);
}

static void answered(struct lab *l, i64 leaf, const char *texts)
{
	struct unit *u = &l->w->cx.unit;
	struct answer_body body = { STR("为什么不来了"), str_c(texts) };
	assert_int_equal(WRITE_TX(u, slot_of_customer(u->store, leaf), journal_add(tx, EV_SURVEY_ANSWERED, leaf, tx->snap.now, &answer_body_record, &body, NULL)), OK);
	settle(l);
}

static void words_to_customer_service_and_in_forms_are_heard(void **state)
{
	struct lab *l = *state;
	i64 her[4];
	for (int i = 0; i < 4; i++)
		her[i] = befriend(l->w, "linna", arena_cstr(l->w->a, arena_printf(l->w->a, "wm%d", i)));
	settle(l);
	rule_on(l, l->tags[0], "{\"type\":\"keyword\",\"keywords\":[\"退款\"]}", "");
	rule_on(l, l->tags[1], "{\"type\":\"keyword\",\"keywords\":[\"退款\"],\"events\":[\"survey.answered\"]}", "");
	wrote(l, her[0], "在吗\n我要退款");
	wrote(l, her[1], "在吗");
	answered(l, her[2], "退款太慢");
	for (int i = 0; i < 3; i++)
		assert_int_equal(carries(l, her[i], l->tags[0]), i != 1);
	assert_true(carries(l, her[2], l->tags[1]) && !carries(l, her[0], l->tags[1]));
	/* and in history: what was written before there was a rule, but by nobody whose key is gone */
	wrote(l, her[3], "换货怎么弄");
	wrote(l, her[1], "换货怎么弄");
	pass(l, MS_HOUR);
	assert_int_equal(WRITE_TX(&l->w->cx.unit, slot_of_customer(l->w->t->store, her[1]), seal_destroy(tx, her[1])), OK);
	i64 rule = rule_made(l, l->tags[2], "{\"type\":\"keyword\",\"keywords\":[\"换货\"],\"events\":[\"kf.wrote\"]}", "");
	assert_int_equal(act_on(l, rule, "runs", "{\"from\":\"2025-12-01\"}"), 202);
	i64 run = json_id(reply_json(&l->owner), "id");
	settle(l);
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld/runs/%lld", (long long)rule, (long long)run), 200);
	assert_int_equal(number_in(l, "people"), 1);
}

static void added(struct lab *l, const char *external, const char *state)
{
	bool fresh;
	struct inbox_item item = { .corp = l->w->corp, .source = STR("wecom"), .received = clock_now(&l->w->t->clock) };
	item.key = arena_printf(l->w->a, "a%d", l->sent++);
	item.body = arena_printf(l->w->a,
		"<xml><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
		"<UserID><![CDATA[zhang]]></UserID><ExternalUserID><![CDATA[%s]]></ExternalUserID><State><![CDATA[%s]]></State>"
		"<CreateTime>%lld</CreateTime></xml>", external, state, (long long)(item.received / 1000));
	assert_int_equal(inbox_add(l->w->t->store, l->w->a, &item, 1, &fresh, &l->w->cx.unit.fail), OK);
	settle(l);
}

static void how_and_when_she_was_added(void **state)
{
	struct lab *l = *state;
	/* the clock begins on Monday 2025-12-01, 08:00 in Shanghai */
	rule_on(l, l->tags[0], "{\"type\":\"added\",\"states\":[\"lc1\",\"lc2\"]}", "");
	rule_on(l, l->tags[1], "{\"type\":\"added\",\"weekdays\":[\"1\"],\"from_minute\":480,\"to_minute\":540}", "");
	rule_on(l, l->tags[2], "{\"type\":\"added\",\"from_minute\":1320,\"to_minute\":60}", "");
	added(l, "wm1", "lc2");
	added(l, "wm2", "other");
	assert_true(carries(l, leaf_by(l->w, "external_userid", "wm1"), l->tags[0]));
	assert_false(carries(l, leaf_by(l->w, "external_userid", "wm2"), l->tags[0]));
	assert_true(carries(l, leaf_by(l->w, "external_userid", "wm2"), l->tags[1]));
	assert_false(carries(l, leaf_by(l->w, "external_userid", "wm2"), l->tags[2]));
	pass(l, MS_HOUR); /* 09:00: the end is not in it */
	added(l, "wm3", "");
	assert_false(carries(l, leaf_by(l->w, "external_userid", "wm3"), l->tags[1]));
	pass(l, 15 * MS_HOUR + 30 * MS_MINUTE); /* 00:30 on Tuesday: over midnight */
	added(l, "wm4", "");
	assert_true(carries(l, leaf_by(l->w, "external_userid", "wm4"), l->tags[2]));
	assert_false(carries(l, leaf_by(l->w, "external_userid", "wm4"), l->tags[1]));
}

#define SAVED_FIELDS(F, S) F(S, ID, id) F(S, STR, state)
RECORD(saved, SAVED_FIELDS);

static void the_code_and_channel_she_came_by(void **state)
{
	struct lab *l = *state;
	struct event ev;
	struct saved code;
	assert_true(befriend(l->w, "zhang", "wm0") > 0); /* makes the member known */
	assert_int_equal(get(&l->owner, "/api/v1/staff"), 200);
	i64 staff = json_id(&json_get(reply_json(&l->owner), "data")->items[0], "id");
	assert_int_equal(post(&l->owner, "/api/v1/livecodes", "{\"name\":\"门店码\",\"channel\":\"门店\",\"staff_ids\":[\"%lld\"]}",
			      (long long)staff), 202);
	settle(l);
	assert_int_equal(events_of(l->w, l->w->corp, EV_LIVECODE_SAVED, &ev), 1);
	assert_int_equal(READ_SNAP(&l->w->cx.unit, ev.slot, event_body(snap, &ev, &saved_record, &code)), OK);
	rule_on(l, l->tags[0], "{\"type\":\"added\",\"channels\":[\"门店\"]}", "");
	rule_on(l, l->tags[1], arena_cstr(l->w->a, arena_printf(l->w->a, "{\"type\":\"added\",\"codes\":[\"%lld\"]}", (long long)code.id)), "");
	added(l, "wm1", arena_cstr(l->w->a, code.state));
	added(l, "wm2", "elsewhere");
	for (int i = 0; i < 2; i++) {
		assert_true(carries(l, leaf_by(l->w, "external_userid", "wm1"), l->tags[i]));
		assert_false(carries(l, leaf_by(l->w, "external_userid", "wm2"), l->tags[i]));
	}
}

static void her_city(void **state)
{
	struct lab *l = *state;
	rule_on(l, l->tags[0], "{\"type\":\"region\",\"cities\":[\"杭州\",\"宁波\"]}", "");
	assert_int_equal(track(l->w, l->key, "identify", STR("{\"userId\":\"u1\",\"traits\":{\"address\":{\"city\":\"宁波\"}}}")), 200);
	assert_int_equal(track(l->w, l->key, "identify", STR("{\"userId\":\"u2\",\"traits\":{\"address\":{\"city\":\"上海\"}}}")), 200);
	settle(l);
	assert_true(user_carries(l, "u1", l->tags[0]));
	assert_false(user_carries(l, "u2", l->tags[0]));
}

/* ---- counting ---- */

#define THRICE VIEWED "],\"count\":3,\"within_days\":7}"

static void a_window_is_whole_days_of_the_corp(void **state)
{
	struct lab *l = *state;
	rule_on(l, l->tags[0], THRICE, "");
	pass(l, 30 * MS_DAY);
	/* Monday 2025-12-01 00:00 in Shanghai is 16:00 UTC the day before. Seven days are the 1st to the 7th. */
	tracked_at(l, "in", "看过", "{}", "2025-11-30T16:00:00Z");
	tracked_at(l, "in", "看过", "{}", "2025-12-03T10:00:00Z");
	tracked_at(l, "in", "看过", "{}", "2025-12-07T15:59:59Z");
	assert_true(user_carries(l, "in", l->tags[0]));
	tracked_at(l, "before", "看过", "{}", "2025-11-30T15:59:59Z");
	tracked_at(l, "before", "看过", "{}", "2025-12-03T10:00:00Z");
	tracked_at(l, "before", "看过", "{}", "2025-12-07T15:59:59Z");
	assert_false(user_carries(l, "before", l->tags[0]));
	tracked_at(l, "after", "看过", "{}", "2025-11-30T16:00:00Z");
	tracked_at(l, "after", "看过", "{}", "2025-12-03T10:00:00Z");
	tracked_at(l, "after", "看过", "{}", "2025-12-07T16:00:00Z");
	assert_false(user_carries(l, "after", l->tags[0]));
	/* the order of arrival does not matter: the middle comes last */
	tracked_at(l, "late", "看过", "{}", "2025-12-07T15:59:59Z");
	tracked_at(l, "late", "看过", "{}", "2025-11-30T16:00:00Z");
	tracked_at(l, "late", "看过", "{}", "2025-12-05T10:00:00Z");
	assert_true(user_carries(l, "late", l->tags[0]));
}

static void a_count_without_a_window_runs_on(void **state)
{
	struct lab *l = *state;
	rule_on(l, l->tags[0], VIEWED "],\"count\":3}", "");
	for (int i = 0; i < 3; i++) {
		assert_false(user_carries(l, "u1", l->tags[0]));
		tracked(l, "u1", "看过", "{}");
		pass(l, 100 * MS_DAY); /* the nightly clearing in between */
	}
	assert_true(user_carries(l, "u1", l->tags[0]));
}

static void counts_of_two_leaves_are_one_persons(void **state)
{
	struct lab *l = *state;
	i64 root;
	rule_on(l, l->tags[0], THRICE, "");
	tracked(l, "a", "看过", "{}");
	tracked(l, "a", "看过", "{}");
	tracked(l, "b", "看过", "{}");
	assert_false(user_carries(l, "a", l->tags[0]));
	i64 a = user_leaf(l, "a"), b = user_leaf(l, "b");
	assert_int_equal(customer_merge(&l->w->cx.unit, a, b, "manual", &root), OK);
	settle(l);
	assert_true(carries(l, a, l->tags[0]) || carries(l, b, l->tags[0])); /* the merge brought it over the line */
	assert_int_equal(events_of(l->w, l->w->corp, EV_TAG_MARKED, NULL), 1);

	tracked(l, "c", "看过", "{}");
	tracked(l, "d", "看过", "{}");
	i64 c = user_leaf(l, "c"), d = user_leaf(l, "d");
	assert_int_equal(customer_merge(&l->w->cx.unit, c, d, "manual", &root), OK);
	settle(l);
	assert_int_equal(customer_split(&l->w->cx.unit, root == c ? d : c, "manual"), OK);
	settle(l);
	tracked(l, "c", "看过", "{}");
	tracked(l, "d", "看过", "{}");
	assert_false(carries(l, c, l->tags[0])); /* two each, as if they had never been one */
	assert_false(carries(l, d, l->tags[0]));
	tracked(l, "c", "看过", "{}");
	assert_true(carries(l, c, l->tags[0]));
	assert_false(carries(l, d, l->tags[0]));
}

static void an_event_after_a_merge_adds_to_both(void **state)
{
	struct lab *l = *state;
	i64 root;
	rule_on(l, l->tags[0], THRICE, "");
	tracked(l, "a", "看过", "{}");
	tracked(l, "b", "看过", "{}");
	assert_int_equal(customer_merge(&l->w->cx.unit, user_leaf(l, "a"), user_leaf(l, "b"), "manual", &root), OK);
	settle(l);
	assert_int_equal(events_of(l->w, l->w->corp, EV_TAG_MARKED, NULL), 0);
	tracked(l, "b", "看过", "{}");
	assert_true(user_carries(l, "b", l->tags[0]));
}

/* ---- off, on, and other hands ---- */

static void a_rule_acts_on_what_comes_after_it_was_switched_on(void **state)
{
	struct lab *l = *state;
	tracked(l, "u1", "看过", "{}");
	pass(l, MS_SECOND);
	i64 rule = rule_made(l, l->tags[0], VIEWED "]}", "");
	tracked(l, "u1", "看过", "{}");
	assert_false(user_carries(l, "u1", l->tags[0]));
	pass(l, MS_SECOND);
	assert_int_equal(act_on(l, rule, "on", "{}"), 200);
	settle(l);
	assert_false(user_carries(l, "u1", l->tags[0]));
	tracked(l, "u1", "看过", "{}");
	assert_true(user_carries(l, "u1", l->tags[0]));
	assert_int_equal(act_on(l, rule, "off", "{}"), 200);
	settle(l);
	assert_true(user_carries(l, "u1", l->tags[0])); /* what it did stays */
	tracked(l, "u2", "看过", "{}");
	assert_false(user_carries(l, "u2", l->tags[0]));
}

static void hands_win(void **state)
{
	struct lab *l = *state;
	rule_on(l, l->tags[0], VIEWED "]}", "");
	tracked(l, "u1", "来过", "{}");
	i64 leaf = user_leaf(l, "u1");
	by_hand(l, leaf, l->tags[0], true);
	by_hand(l, leaf, l->tags[0], false);
	tracked(l, "u1", "看过", "{}");
	assert_false(carries(l, leaf, l->tags[0]));
	by_hand(l, leaf, l->tags[0], true);
	tracked(l, "u1", "看过", "{}");
	assert_true(carries(l, leaf, l->tags[0]));
}

static void a_rule_takes_what_rules_have_put(void **state)
{
	struct lab *l = *state;
	rule_on(l, l->tags[0], VIEWED "]}", "");
	const char *take = arena_cstr(l->w->a, arena_printf(l->w->a, ",\"take\":[\"%lld\"]", (long long)l->tags[0]));
	rule_on(l, l->tags[1], "{\"type\":\"event\",\"event\":\"site.tracked\",\"filters\":[{\"name\":\"name\",\"op\":\"is\",\"value\":\"走了\"}]}", take);
	tracked(l, "u1", "看过", "{}");
	tracked(l, "u2", "看过", "{}");
	by_hand(l, user_leaf(l, "u2"), l->tags[0], true);
	tracked(l, "u1", "走了", "{}");
	tracked(l, "u2", "走了", "{}");
	assert_false(user_carries(l, "u1", l->tags[0]));
	assert_true(user_carries(l, "u1", l->tags[1]));
	assert_true(user_carries(l, "u2", l->tags[0]));
}

static void a_mark_runs_out_and_a_late_event_does_not_set_it(void **state)
{
	struct lab *l = *state;
	rule_on(l, l->tags[0], VIEWED "]}", ",\"expires_days\":2");
	pass(l, 10 * MS_DAY);
	tracked_at(l, "old", "看过", "{}", "2025-12-02T00:00:00Z");
	assert_false(user_carries(l, "old", l->tags[0]));
	tracked(l, "u1", "看过", "{}");
	assert_true(user_carries(l, "u1", l->tags[0]));
}

static void a_removed_tag_is_told_and_stops_nothing(void **state)
{
	struct lab *l = *state;
	i64 rule = rule_on(l, l->tags[0], VIEWED "]}", "");
	rule_on(l, l->tags[1], VIEWED "]}", "");
	struct unit *u = &l->w->cx.unit;
	assert_int_equal(WRITE_TX(u, slot_base(u->store, u->corp), tag_remove(tx, l->tags[0])), OK);
	settle(l);
	tracked(l, "u1", "看过", "{}");
	assert_true(user_carries(l, "u1", l->tags[1]));
	assert_int_equal(get(&l->owner, "/api/v1/tag-rules/%lld", (long long)rule), 200);
	assert_int_equal(number_in(l, "errors"), 1);
	assert_true(str_eq_c(json_str(reply_json(&l->owner), "last_error"), "tag_removed"));
}

#define SPOIL_FIELDS(F, S) F(S, ID, id)
RECORD(spoil_key, SPOIL_FIELDS);
WRITE(spoil, spoil_key, SQL(UPDATE tag_rule SET def = '{}', changed = changed + 1 WHERE corp = :corp AND id = :id))

static void a_rule_another_node_spoiled_stops_nobody_else(void **state)
{
	struct lab *l = *state;
	struct unit *u = &l->w->cx.unit;
	rule_on(l, l->tags[0], VIEWED "]}", "");
	i64 bad = rule_on(l, l->tags[1], VIEWED "]}", "");
	tracked(l, "u1", "看过", "{}");
	assert_true(user_carries(l, "u1", l->tags[1]));
	assert_int_equal(WRITE_TX(u, slot_base(u->store, u->corp), spoil(tx, &(struct spoil_key){ bad })), OK);
	pass(l, MS_SECOND); /* nobody told this process: it asks once a transaction */
	tracked(l, "u2", "看过", "{}");
	assert_true(user_carries(l, "u2", l->tags[0]));
	assert_false(user_carries(l, "u2", l->tags[1]));
}

static err joined(struct tx *tx, i64 her, const char *way)
{
	struct group_seat_event body = { 7, STR("wr1"), STR("会员群"), STR("wm1"), str_c(way), STR_NIL, STR_NIL, tx->snap.now, false, false };
	return journal_add(tx, EV_GROUP_JOINED, her, tx->snap.now, &group_seat_event_record, &body, NULL);
}

static void who_joins_a_group_by_a_code_is_marked(void **state)
{
	struct lab *l = *state;
	struct unit *u = &l->w->cx.unit;
	i64 a = befriend(l->w, "linna", "wm_a"), b = befriend(l->w, "linna", "wm_b");
	rule_on(l, l->tags[0], "{\"type\":\"event\",\"event\":\"group.joined\",\"filters\":[{\"name\":\"way\",\"op\":\"is\",\"value\":\"code\"}]}", "");
	assert_int_equal(WRITE_TX(u, slot_of_customer(u->store, a), joined(tx, a, "code")), OK);
	assert_int_equal(WRITE_TX(u, slot_of_customer(u->store, b), joined(tx, b, "invited")), OK);
	settle(l);
	assert_true(carries(l, a, l->tags[0]));
	assert_false(carries(l, b, l->tags[0]));
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, lab_free), cmocka_unit_test_setup_teardown(test, make_spread, lab_free)
#define ONE(test) cmocka_unit_test_setup_teardown(test, make, lab_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(an_event_with_a_filter_marks_her_and_says_why),
		BOTH(who_joins_a_group_by_a_code_is_marked),
		ONE(every_comparison_is_typed),
		ONE(keywords_are_found_in_what_was_written),
		BOTH(words_to_customer_service_and_in_forms_are_heard),
		ONE(how_and_when_she_was_added),
		ONE(the_code_and_channel_she_came_by),
		ONE(her_city),
		ONE(a_window_is_whole_days_of_the_corp),
		ONE(a_count_without_a_window_runs_on),
		BOTH(counts_of_two_leaves_are_one_persons),
		BOTH(an_event_after_a_merge_adds_to_both),
		ONE(a_rule_acts_on_what_comes_after_it_was_switched_on),
		ONE(hands_win),
		ONE(a_rule_takes_what_rules_have_put),
		ONE(a_mark_runs_out_and_a_late_event_does_not_set_it),
		ONE(a_removed_tag_is_told_and_stops_nothing),
		ONE(a_rule_another_node_spoiled_stops_nobody_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

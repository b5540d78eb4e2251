/*
 * The Segment API as a shop's library calls it: keys, limits, duplicates, clocks, and whom an event
 * speaks of, over one slot and over eight.
 */
#include "app/test_app_rig.h"

#include "feature/collect/collect.h"

#define EVENT_BYTES_MAX ((size_t)32 * 1024)
#define EVENTS_MAX 2500

static int make(void **state) { return pond_new(state, modules, 1); }
static int make_spread(void **state) { return pond_new(state, modules, 8); }

static void settle(struct pond *w) { engine_settle(&w->env); }
static size_t tracked(struct pond *w) { return events_of(w, w->corp, EV_SITE_TRACKED, NULL); }

static int send_with(struct pond *w, str auth, str body)
{
	struct browser b = { .w = w, .auth = auth };
	return ask(&b, "POST", STR("/v1/track"), body);
}

static str event_of(struct pond *w, const char *user)
{
	return arena_printf(w->a, "{\"userId\":\"%s\",\"event\":\"看过\"}", user);
}

static str basic_of(struct pond *w, str pair)
{
	str code = base64_encode(w->a, pair);
	return arena_printf(w->a, "Basic %.*s", STR_F(code));
}

/* ---- keys ---- */

static void a_key_is_taken_from_every_place_a_library_puts_it(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	assert_int_equal(send_with(w, basic_of(w, arena_printf(w->a, "%.*s:", STR_F(key))), event_of(w, "u1")), 200);
	assert_int_equal(send_with(w, basic_of(w, key), event_of(w, "u2")), 200);
	assert_int_equal(send_with(w, arena_printf(w->a, "Bearer %.*s", STR_F(key)), event_of(w, "u3")), 200);
	assert_int_equal(send_with(w, STR_NIL, arena_printf(w->a, "{\"writeKey\":\"%.*s\",\"userId\":\"u4\",\"event\":\"e\"}", STR_F(key))), 200);
	settle(w);
	assert_int_equal(tracked(w), 4);
}

static void a_wrong_or_missing_key_is_refused_and_nothing_is_kept(void **state)
{
	struct pond *w = *state;
	write_key(w, w->corp, NULL);
	assert_int_equal(send_with(w, STR_NIL, event_of(w, "u1")), 401);
	assert_int_equal(send_with(w, basic_of(w, STR("wk_wrong:")), event_of(w, "u1")), 401);
	assert_int_equal(send_with(w, STR("Basic ???"), event_of(w, "u1")), 401);
	assert_int_equal(send_with(w, STR("Bearer "), event_of(w, "u1")), 401);
	settle(w);
	assert_int_equal(tracked(w), 0);
}

static void a_revoked_key_ends_at_once_and_another_goes_on(void **state)
{
	struct pond *w = *state;
	i64 id;
	str key = write_key(w, w->corp, &id), second = write_key(w, w->corp, NULL);
	struct browser owner = { .w = w }, stranger = { .w = w, .corp = w->other };
	str target = arena_printf(w->a, "/api/v1/write-keys/%lld", (long long)id);
	assert_int_equal(ask(&stranger, "DELETE", target, STR("")), 404);
	assert_int_equal(track(w, key, "track", event_of(w, "u1")), 200);
	assert_int_equal(ask(&owner, "DELETE", target, STR("")), 204);
	assert_int_equal(track(w, key, "track", event_of(w, "u2")), 401);
	assert_int_equal(ask(&owner, "DELETE", target, STR("")), 404);
	assert_int_equal(track(w, second, "track", event_of(w, "u3")), 200);
	settle(w);
	assert_int_equal(tracked(w), 2);
}

static void the_list_of_keys_never_shows_one_again(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	struct browser owner = { .w = w }, stranger = { .w = w, .corp = w->other };
	assert_int_equal(get(&owner, "/api/v1/write-keys"), 200);
	assert_int_equal(json_get(reply_json(&owner), "data")->n, 1);
	assert_false(str_has(owner.reply.body, key));
	assert_int_equal(get(&stranger, "/api/v1/write-keys"), 200);
	assert_int_equal(json_get(reply_json(&stranger), "data")->n, 0);
}

static void each_corps_key_speaks_for_its_own_people(void **state)
{
	struct pond *w = *state;
	str mine = write_key(w, w->corp, NULL), theirs = write_key(w, w->other, NULL);
	str body = STR("{\"userId\":\"u1\",\"event\":\"e\",\"messageId\":\"same\"}");
	assert_int_equal(track(w, mine, "track", body), 200);
	assert_int_equal(track(w, theirs, "track", body), 200);
	settle(w);
	assert_int_equal(tracked(w), 1);
	struct event ev;
	assert_int_equal(events_of(w, w->other, EV_SITE_TRACKED, &ev), 1);
	assert_int_equal(id_corp_of(ev.customer), w->other);
	assert_int_equal(id_corp_of(leaf_by(w, "user_id", "u1")), w->corp);
}

/* ---- limits ---- */

static struct collect_cut cut_of(struct pond *w, const char *type, str body, err *ret)
{
	struct http_req req = { .arena = w->a, .body = body };
	struct collect_cut cut = { 0 };
	struct json *json;
	struct fail f = { 0 };
	assert_int_equal(json_parse(body, w->a, &json, &f), OK);
	*ret = collect_cut(&req, w->corp, str_c(type), json, TEST_START, &cut, &f);
	return cut;
}

static str batch_of(struct pond *w, int count, const char *event)
{
	struct buf b = buf_new(w->a, (size_t)8 << 20);
	buf_add_c(&b, "{\"batch\":[");
	for (int i = 0; i < count; i++) {
		buf_add_c(&b, i ? "," : "");
		buf_add_c(&b, event);
	}
	buf_add_c(&b, "]}");
	return buf_str(&b);
}

/* An event of exactly that many bytes. */
static str sized(struct pond *w, size_t bytes)
{
	str head = STR("{\"type\":\"track\",\"userId\":\"u\",\"event\":\"e\",\"properties\":{\"x\":\"");
	struct buf b = buf_new(w->a, (size_t)1 << 20);
	buf_add(&b, head);
	for (size_t i = head.n + 3; i < bytes; i++)
		buf_char(&b, 'x');
	buf_add_c(&b, "\"}}");
	assert_int_equal(buf_str(&b).n, bytes);
	return buf_str(&b);
}

static void a_batch_holds_2500_events_and_not_one_more(void **state)
{
	struct pond *w = *state;
	err e;
	const char *event = "{\"type\":\"page\",\"userId\":\"u\"}";
	struct collect_cut cut = cut_of(w, "batch", batch_of(w, EVENTS_MAX, event), &e);
	assert_int_equal(e, OK);
	assert_int_equal(cut.count, EVENTS_MAX);
	assert_int_equal(cut.dropped, 0);
	cut = cut_of(w, "batch", batch_of(w, EVENTS_MAX + 1, event), &e);
	assert_int_equal(e, OK);
	assert_int_equal(cut.count, 0);
	assert_int_equal(cut.dropped, EVENTS_MAX + 1);
}

static void an_event_holds_32_kb_and_not_one_byte_more(void **state)
{
	struct pond *w = *state;
	err e;
	str most = sized(w, EVENT_BYTES_MAX), more = sized(w, EVENT_BYTES_MAX + 1);
	assert_int_equal(cut_of(w, "track", most, &e).count, 1);
	assert_int_equal(e, OK);
	cut_of(w, "track", more, &e);
	assert_int_equal(e, ERR_SYNTAX);
	struct collect_cut cut = cut_of(w, "batch", arena_printf(w->a, "{\"batch\":[%.*s,%.*s]}", STR_F(most), STR_F(more)), &e);
	assert_int_equal(e, OK);
	assert_int_equal(cut.count, 1);
	assert_int_equal(cut.dropped, 1);
}

static void a_request_too_large_or_no_batch_at_all_is_400(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL), most = sized(w, EVENT_BYTES_MAX);
	struct buf b = buf_new(w->a, (size_t)2 << 20);
	buf_add_c(&b, "{\"batch\":[");
	for (int i = 0; i < 16; i++) {
		buf_add_c(&b, i ? "," : "");
		buf_add(&b, most);
	}
	buf_add_c(&b, "]}");
	assert_true(buf_str(&b).n > COLLECT_BATCH_MAX);
	assert_int_equal(track(w, key, "batch", buf_str(&b)), 400);
	assert_int_equal(track(w, key, "batch", STR("{\"batch\":{}}")), 400);
	assert_int_equal(track(w, key, "batch", STR("{\"userId\":\"u\"}")), 400);
	assert_int_equal(track(w, key, "track", STR("{\"userId\":")), 400);
	assert_int_equal(track(w, key, "track", STR("[]")), 400);
}

static void what_segment_would_drop_is_counted_and_the_rest_kept(void **state)
{
	struct pond *w = *state;
	static const char *const bad[] = {
		"{\"type\":\"track\",\"event\":\"nobody\"}", "{\"type\":\"track\",\"userId\":\"\",\"event\":\"nobody\"}",
		"{\"type\":\"track\",\"userId\":\"u\"}", "{\"type\":\"group\",\"userId\":\"u\"}", "{\"type\":\"alias\",\"userId\":\"u\"}",
		"{\"type\":\"dance\",\"userId\":\"u\"}", "{\"userId\":\"u\",\"event\":\"e\"}", "17",
	};
	str body = STR("{\"type\":\"track\",\"userId\":\"u\",\"event\":\"good\"}"), key = write_key(w, w->corp, NULL);
	err e;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		body = arena_printf(w->a, "%.*s,%s", STR_F(body), bad[i]);
	body = arena_printf(w->a, "{\"batch\":[%.*s]}", STR_F(body));
	struct collect_cut cut = cut_of(w, "batch", body, &e);
	assert_int_equal(e, OK);
	assert_int_equal(cut.count, 1);
	assert_int_equal(cut.dropped, ARRAY_LEN(bad));
	assert_int_equal(track(w, key, "batch", body), 200);
	assert_int_equal(track(w, key, "track", STR("{\"event\":\"nobody\"}")), 200);
	settle(w);
	assert_int_equal(tracked(w), 1);
}

static void ids_that_mean_nobody_make_nobody(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	assert_int_equal(track(w, key, "track", STR("{\"userId\":\"null\",\"event\":\"e\"}")), 200);
	assert_int_equal(track(w, key, "track", STR("{\"userId\":\"0\",\"anonymousId\":\"null\",\"event\":\"e\"}")), 200);
	settle(w);
	assert_int_equal(tracked(w), 0);
	assert_int_equal(events_of(w, w->corp, EV_CUSTOMER_CREATED, NULL), 0);
}

static void a_message_sent_twice_counts_once(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	str one = STR("{\"userId\":\"u\",\"event\":\"e\",\"messageId\":\"m1\"}");
	assert_int_equal(track(w, key, "track", one), 200);
	settle(w);
	assert_int_equal(track(w, key, "track", one), 200);
	assert_int_equal(track(w, key, "batch", STR("{\"batch\":[{\"type\":\"track\",\"userId\":\"u\",\"event\":\"e\",\"messageId\":\"m2\"},"
		"{\"type\":\"track\",\"userId\":\"u\",\"event\":\"e\",\"messageId\":\"m2\"}]}")), 200);
	settle(w);
	assert_int_equal(tracked(w), 2);
	/* Without an id nothing says it is the same. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(track(w, key, "track", event_of(w, "u")), 200);
	settle(w);
	assert_int_equal(tracked(w), 4);
}

static void a_message_id_of_100_bytes_is_kept_and_one_longer_dropped(void **state)
{
	struct pond *w = *state;
	err e;
	str id = arena_printf(w->a, "%0100d", 7);
	assert_int_equal(id.n, 100);
	assert_int_equal(cut_of(w, "track", arena_printf(w->a, "{\"userId\":\"u\",\"event\":\"e\",\"messageId\":\"%.*s\"}", STR_F(id)), &e).count, 1);
	struct collect_cut cut = cut_of(w, "track", arena_printf(w->a, "{\"userId\":\"u\",\"event\":\"e\",\"messageId\":\"%.*s8\"}", STR_F(id)), &e);
	assert_int_equal(cut.count, 0);
	assert_int_equal(cut.dropped, 1);
}

/* ---- time ---- */

/* When the event of this body is said to have happened. */
static ms occurred(struct pond *w, const char *times)
{
	struct event ev = { 0 };
	struct event *page;
	size_t n;
	str key = write_key(w, w->corp, NULL);
	const char *user = arena_cstr(w->a, arena_printf(w->a, "t%d", w->sent++));
	assert_int_equal(track(w, key, "track", arena_printf(w->a, "{\"userId\":\"%s\",\"event\":\"e\",%s}", user, times)), 200);
	settle(w);
	i64 leaf = leaf_by(w, "user_id", user);
	assert_true(leaf > 0);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, leaf),
		timeline_page(snap, leaf, INT64_MAX, INT64_MAX, 50, &page, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (page[i].kind == EV_SITE_TRACKED)
			ev = page[i];
	assert_int_equal(ev.kind, EV_SITE_TRACKED);
	return ev.occurred;
}

static void the_senders_clock_is_put_right_by_sent_at(void **state)
{
	struct pond *w = *state;
	/* TEST_START is 2025-12-01 00:00 UTC. */
	assert_int_equal(occurred(w, "\"messageId\":\"a\""), TEST_START);
	assert_int_equal(occurred(w, "\"timestamp\":\"2025-11-30T23:00:00Z\""), TEST_START - MS_HOUR);
	/* A clock three hours ahead, the event ten minutes before it was sent. */
	assert_int_equal(occurred(w, "\"timestamp\":\"2025-12-01T02:50:00Z\",\"sentAt\":\"2025-12-01T03:00:00Z\""), TEST_START - 10 * MS_MINUTE);
	/* One that runs behind. */
	assert_int_equal(occurred(w, "\"timestamp\":\"2025-01-01T00:00:00Z\",\"sentAt\":\"2025-01-01T00:00:05Z\""), TEST_START - 5 * MS_SECOND);
}

static void nothing_happens_in_the_future(void **state)
{
	struct pond *w = *state;
	assert_int_equal(occurred(w, "\"timestamp\":\"2026-12-01T00:00:00Z\""), TEST_START);
	assert_int_equal(occurred(w, "\"timestamp\":\"2025-12-01T01:00:00Z\",\"sentAt\":\"2025-12-01T00:00:00Z\""), TEST_START);
	assert_int_equal(occurred(w, "\"timestamp\":\"some day\""), TEST_START);
}

static void sent_at_of_a_batch_holds_for_its_events(void **state)
{
	struct pond *w = *state;
	struct event ev;
	str key = write_key(w, w->corp, NULL);
	assert_int_equal(track(w, key, "batch", STR("{\"sentAt\":\"2025-12-01T05:00:00Z\",\"context\":{\"page\":{\"url\":\"http://s/\"}},\"batch\":["
		"{\"type\":\"track\",\"userId\":\"u\",\"event\":\"e\",\"timestamp\":\"2025-12-01T04:59:00Z\"}]}")), 200);
	settle(w);
	assert_int_equal(events_of(w, w->corp, EV_SITE_TRACKED, &ev), 1);
	assert_int_equal(ev.occurred, TEST_START - MS_MINUTE);
	assert_true(str_has(ev.body, STR("http://s/")));
}

/* ---- who ---- */

static void an_anonymous_id_alone_is_a_visitor_until_she_says_who_she_is(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	assert_int_equal(track(w, key, "page", STR("{\"anonymousId\":\"a1\",\"name\":\"首页\"}")), 200);
	settle(w);
	i64 visitor = leaf_by(w, "anonymous_id", "a1");
	assert_true(id_number_of(visitor) >= ID_VISITOR_FROM);
	assert_int_equal(track(w, key, "track", STR("{\"userId\":\"u1\",\"event\":\"e\"}")), 200);
	settle(w);
	i64 known = leaf_by(w, "user_id", "u1");
	assert_true(id_number_of(known) < ID_VISITOR_FROM);
	assert_int_equal(track(w, key, "identify", STR("{\"userId\":\"u2\",\"anonymousId\":\"a2\",\"traits\":{\"name\":\"王芳\",\"gender\":\"female\"}}")), 200);
	settle(w);
	struct customer c;
	i64 named = leaf_by(w, "user_id", "u2");
	assert_true(id_number_of(named) < ID_VISITOR_FROM);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, named), customer_get(snap, named, &c)), OK);
	assert_true(str_eq_c(c.name, "王芳") && str_eq_c(c.gender, "female"));
}

static void alias_makes_two_user_ids_one_person(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	assert_int_equal(track(w, key, "track", event_of(w, "old")), 200);
	assert_int_equal(track(w, key, "track", event_of(w, "new")), 200);
	settle(w);
	assert_int_not_equal(root_by(w, "user_id", "old"), root_by(w, "user_id", "new"));
	assert_int_equal(track(w, key, "alias", STR("{\"previousId\":\"old\",\"userId\":\"new\"}")), 200);
	settle(w);
	assert_int_equal(root_by(w, "user_id", "old"), root_by(w, "user_id", "new"));
	/* What still comes under the old name is hers too. */
	assert_int_equal(track(w, key, "track", event_of(w, "old")), 200);
	settle(w);
	assert_int_equal(root_by(w, "user_id", "old"), root_by(w, "user_id", "new"));
}

static void alias_of_a_visitor_and_of_a_name_never_seen_joins_too(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	assert_int_equal(track(w, key, "page", STR("{\"anonymousId\":\"a1\"}")), 200);
	assert_int_equal(track(w, key, "alias", STR("{\"previousId\":\"a1\",\"userId\":\"u1\"}")), 200);
	assert_int_equal(track(w, key, "alias", STR("{\"previousId\":\"later\",\"userId\":\"u1\"}")), 200);
	assert_int_equal(track(w, key, "alias", STR("{\"previousId\":\"null\",\"userId\":\"u2\"}")), 200);
	settle(w);
	assert_int_equal(track(w, key, "track", event_of(w, "later")), 200);
	settle(w);
	i64 her = root_by(w, "user_id", "u1");
	assert_true(id_number_of(her) < ID_VISITOR_FROM);
	assert_int_equal(root_by(w, "anonymous_id", "a1"), her);
	assert_int_equal(root_by(w, "user_id", "later"), her);
	assert_int_not_equal(root_by(w, "user_id", "u2"), her);
}

static void a_phone_among_the_traits_merges_nobody(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	assert_int_equal(track(w, key, "identify", STR("{\"userId\":\"u1\",\"context\":{\"externalIds\":[{\"id\":\"13812341234\","
		"\"type\":\"phone\",\"collection\":\"users\"}]}}")), 200);
	assert_int_equal(track(w, key, "identify", STR("{\"userId\":\"u2\",\"traits\":{\"phone\":\"13812341234\",\"email\":\"a@b.cn\"}}")), 200);
	assert_int_equal(track(w, key, "identify", STR("{\"userId\":\"u3\",\"traits\":{\"email\":\"a@b.cn\"}}")), 200);
	settle(w);
	i64 one = root_by(w, "user_id", "u1"), two = root_by(w, "user_id", "u2"), three = root_by(w, "user_id", "u3");
	assert_true(one != two && two != three && one != three);
	assert_int_equal(root_by(w, "phone", "13812341234"), one);
	assert_int_equal(leaf_by(w, "email", "a@b.cn"), 0);
}

static void a_phone_the_shop_vouches_for_joins_her_with_her_wecom_self(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	i64 friend = befriend(w, "xu", "wm1");
	/* What she proved herself. */
	struct identity_in ids[] = { { STR("external_userid"), STR("wm1"), true }, { STR("phone"), STR("13812341234"), true } };
	struct identity_who who = { ids, 2, false, TEST_START, STR("bind"), STR_NIL };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &leaf, NULL, NULL), OK);
	settle(w);
	assert_int_equal(track(w, key, "track", STR("{\"userId\":\"u1\",\"event\":\"e\"}")), 200);
	settle(w);
	assert_int_not_equal(root_by(w, "user_id", "u1"), friend);
	assert_int_equal(track(w, key, "track", STR("{\"userId\":\"u1\",\"event\":\"e\",\"context\":{\"externalIds\":["
		"{\"id\":\"+86 138-1234-1234\",\"type\":\"phone\",\"collection\":\"users\"},"
		"{\"id\":\"x\",\"type\":\"ga_client_id\",\"collection\":\"users\"}]}}")), 200);
	settle(w);
	assert_int_equal(root_by(w, "user_id", "u1"), friend);
	assert_int_equal(root_by(w, "external_userid", "wm1"), friend);
}

static void ids_of_another_collection_identify_nobody(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL);
	assert_int_equal(track(w, key, "track", STR("{\"userId\":\"u1\",\"event\":\"e\",\"context\":{\"externalIds\":["
		"{\"id\":\"13812341234\",\"type\":\"phone\",\"collection\":\"accounts\"}]}}")), 200);
	settle(w);
	assert_true(leaf_by(w, "user_id", "u1") > 0);
	assert_int_equal(leaf_by(w, "phone", "13812341234"), 0);
}

#define IN_ONE_SLOT(test) cmocka_unit_test_setup_teardown(test, make, pond_free)
#define OVER_EIGHT(test) { #test " over eight slots", test, make_spread, pond_free, NULL }

/* ---- many at once ---- */

#define MANY 240 /* fewer than the decoder takes at once */
#define SEEDS 3
#define USERS 7
#define VISITORS 9

struct sent { int user, visitor; };

/* A history of all types over few ids, so that they meet, merge and come late. */
static str history(struct pond *w, u64 seed, int i, struct sent *ret)
{
	static const char *const types[] = { "track", "track", "track", "identify", "page", "alias" };
	u64 dice = hash_mix(seed * 1000 + (u64)i);
	struct buf b = buf_new(w->a, 2000);
	const char *type = types[dice % ARRAY_LEN(types)];
	*ret = (struct sent){ dice / 8 % 4 ? (int)(dice / 64 % USERS) : -1, dice / 1024 % 3 ? (int)(dice / 4096 % VISITORS) : -1 };
	if (ret->user < 0 && ret->visitor < 0)
		ret->visitor = 0;
	buf_fmt(&b, "{\"type\":\"%s\",\"event\":\"n%d\",\"messageId\":\"m%llu-%d\",\"timestamp\":null", type, i,
		(unsigned long long)seed, i);
	if (ret->user >= 0)
		buf_fmt(&b, ",\"userId\":\"u%llu-%d\"", (unsigned long long)seed, ret->user);
	if (ret->visitor >= 0)
		buf_fmt(&b, ",\"anonymousId\":\"a%llu-%d\"", (unsigned long long)seed, ret->visitor);
	if (strcmp(type, "alias") == 0)
		buf_fmt(&b, ",\"previousId\":\"u%llu-%d\"", (unsigned long long)seed, (int)(dice / 65536 % 2));
	if (strcmp(type, "identify") == 0)
		buf_fmt(&b, ",\"traits\":{\"name\":\"p%d\"}", i);
	buf_char(&b, '}');
	return buf_str(&b);
}

/* 0: nobody has it. */
static i64 person_of(struct pond *w, i64 corp, u64 seed, int id)
{
	struct unit u = w->cx.unit;
	i64 leaf, root;
	str value = arena_printf(w->a, "%c%llu-%d", id < USERS ? 'u' : 'a', (unsigned long long)seed, id < USERS ? id : id - USERS);
	u.corp = corp;
	if (identity_find(&u, id < USERS ? STR("user_id") : STR("anonymous_id"), value, &leaf) != OK)
		return 0;
	assert_true(id_number_of(leaf) % ID_VISITOR_FROM <= 2 * seed * (USERS + VISITORS)); /* numbers are not wasted */
	assert_int_equal(customer_root(&u, leaf, &root), OK);
	return root;
}

/* Events that named a user come in the order they were sent. */
static size_t in_order(struct pond *w, i64 corp, u64 seed, const struct sent *sent)
{
	struct event *ev;
	size_t n, found = 0;
	int last[USERS];
	memset(last, -1, sizeof(last));
	struct snap s;
	struct unit u = w->cx.unit;
	u.corp = corp;
	assert_int_equal(snap_begin(&u, slot_base(w->t->store, corp), &s), OK);
	assert_int_equal(journal_read(&s, 0, 100000, &ev, &n), OK);
	for (size_t i = 0; i < n; i++) {
		struct site_event body;
		i64 number;
		if (ev[i].corp != corp || ev[i].kind != EV_SITE_TRACKED)
			continue;
		assert_int_equal(event_body(&s, &ev[i], &site_event_record, &body), OK);
		if (!str_starts(body.message_id, arena_printf(w->a, "m%llu-", (unsigned long long)seed)))
			continue;
		found++;
		assert_true(str_i64(str_sub(body.name, 1, body.name.n), &number));
		int user = sent[number].user;
		assert_true(user < 0 || last[user] < number);
		if (user >= 0)
			last[user] = (int)number;
	}
	snap_end(&s);
	return found;
}

static void compare_ways(struct pond *w, str mine, str theirs, u64 seed)
{
	struct sent sent[MANY];
	struct buf b = buf_new(w->a, (size_t)1 << 20);
	buf_add_c(&b, "{\"batch\":[");
	for (int i = 0; i < MANY; i++) {
		str one = history(w, seed, i, &sent[i]);
		buf_add_c(&b, i ? "," : "");
		buf_add(&b, one);
		assert_int_equal(track(w, theirs, "batch", arena_printf(w->a, "{\"batch\":[%.*s]}", STR_F(one))), 200);
		settle(w);
	}
	buf_add_c(&b, "]}");
	assert_int_equal(track(w, mine, "batch", buf_str(&b)), 200);
	settle(w);
	i64 ours[USERS + VISITORS], other[USERS + VISITORS];
	for (int i = 0; i < USERS + VISITORS; i++) {
		ours[i] = person_of(w, w->corp, seed, i);
		other[i] = person_of(w, w->other, seed, i);
		assert_int_equal(ours[i] == 0, other[i] == 0);
		for (int k = 0; k < i; k++)
			assert_int_equal(ours[i] == ours[k], other[i] == other[k]);
	}
	assert_int_equal(in_order(w, w->corp, seed, sent), in_order(w, w->other, seed, sent));
}

static void many_at_once_make_the_same_as_one_by_one(void **state)
{
	struct pond *w = *state;
	str mine = write_key(w, w->corp, NULL), theirs = write_key(w, w->other, NULL);
	for (u64 seed = 1; seed <= SEEDS; seed++)
		compare_ways(w, mine, theirs, seed);
}

static void rows_beyond_the_bytes_of_a_round_wait_for_the_next(void **state)
{
	struct pond *w = *state;
	str key = write_key(w, w->corp, NULL), large = sized(w, 30000);
	struct inbox_row *rows;
	size_t n;
	for (int i = 0; i < 80; i++)
		assert_int_equal(track(w, key, "batch", arena_printf(w->a, "{\"batch\":[%.*s]}", STR_F(large))), 200);
	assert_int_equal(inbox_pending(&w->cx.unit, 1000, &rows, &n), OK);
	assert_true(n > 1 && n < 80 && n * 40000 <= INBOX_PENDING_BYTES && (n + 2) * 40100 > INBOX_PENDING_BYTES);
	settle(w);
	assert_int_equal(tracked(w), 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ONE_SLOT(a_key_is_taken_from_every_place_a_library_puts_it),
		IN_ONE_SLOT(a_wrong_or_missing_key_is_refused_and_nothing_is_kept),
		IN_ONE_SLOT(a_revoked_key_ends_at_once_and_another_goes_on),
		IN_ONE_SLOT(the_list_of_keys_never_shows_one_again),
		IN_ONE_SLOT(each_corps_key_speaks_for_its_own_people),
		OVER_EIGHT(each_corps_key_speaks_for_its_own_people),
		IN_ONE_SLOT(a_batch_holds_2500_events_and_not_one_more),
		IN_ONE_SLOT(an_event_holds_32_kb_and_not_one_byte_more),
		IN_ONE_SLOT(a_request_too_large_or_no_batch_at_all_is_400),
		IN_ONE_SLOT(what_segment_would_drop_is_counted_and_the_rest_kept),
		IN_ONE_SLOT(ids_that_mean_nobody_make_nobody),
		IN_ONE_SLOT(a_message_sent_twice_counts_once),
		OVER_EIGHT(a_message_sent_twice_counts_once),
		IN_ONE_SLOT(a_message_id_of_100_bytes_is_kept_and_one_longer_dropped),
		IN_ONE_SLOT(the_senders_clock_is_put_right_by_sent_at),
		IN_ONE_SLOT(nothing_happens_in_the_future),
		IN_ONE_SLOT(sent_at_of_a_batch_holds_for_its_events),
		IN_ONE_SLOT(an_anonymous_id_alone_is_a_visitor_until_she_says_who_she_is),
		OVER_EIGHT(an_anonymous_id_alone_is_a_visitor_until_she_says_who_she_is),
		IN_ONE_SLOT(alias_makes_two_user_ids_one_person),
		OVER_EIGHT(alias_makes_two_user_ids_one_person),
		IN_ONE_SLOT(alias_of_a_visitor_and_of_a_name_never_seen_joins_too),
		OVER_EIGHT(alias_of_a_visitor_and_of_a_name_never_seen_joins_too),
		IN_ONE_SLOT(a_phone_among_the_traits_merges_nobody),
		OVER_EIGHT(a_phone_among_the_traits_merges_nobody),
		IN_ONE_SLOT(a_phone_the_shop_vouches_for_joins_her_with_her_wecom_self),
		OVER_EIGHT(a_phone_the_shop_vouches_for_joins_her_with_her_wecom_self),
		IN_ONE_SLOT(ids_of_another_collection_identify_nobody),
		IN_ONE_SLOT(many_at_once_make_the_same_as_one_by_one),
		IN_ONE_SLOT(rows_beyond_the_bytes_of_a_round_wait_for_the_next),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Groups against the simulator: first reading, callbacks in any order and number, lost ones, and strangers who
 * become friends. After each story every row is compared with what the simulator has.
 */
#include "app/test_app_sim.h"

#include "base/map.h"
#include "core/attr/attr_value.h"
#include "core/audience/audience_past.h"
#include "core/follow/follow.h"
#include "core/group/group_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static str make_group(struct world *w, const char *owner, const char *name, int people, bool quiet)
{
	return json_str(sim_say(w, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"%s\",\"people\":%d,\"quiet\":%s}", owner, name,
				people, quiet ? "true" : "false"), "chat_id");
}

static str joins(struct world *w, str chat, const char *who)
{
	return json_str(sim_say(w, "/sim/group/join", "{\"chat_id\":\"%.*s\",%s}", STR_F(chat), who), "external_userid");
}

static void leaves(struct world *w, str chat, str xid, bool removed)
{
	sim_say(w, "/sim/group/leave", "{\"chat_id\":\"%.*s\",\"external_userid\":\"%.*s\",\"removed\":%s}", STR_F(chat), STR_F(xid),
		removed ? "true" : "false");
}

static struct group_chat row(struct world *w, str chat)
{
	struct group_chat g;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat, &g)), OK);
	return g;
}

/* Whatever the platform's API tells of a group stands in our rows, member for member, and nothing else. */
static void compare(struct world *w, str chat)
{
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	struct wecom_group got;
	struct group_member *rows;
	size_t n;
	struct group_chat g = row(w, chat);
	err e = wecom_group_get(&call, chat, &got);
	if (e != OK) {
		assert_int_equal(call.errcode, 49008);
		assert_true(g.dissolved != NIL);
		got.n = 0;
	} else {
		assert_true(g.dissolved == NIL);
		assert_true(str_eq(g.name, got.name) && str_eq(g.notice, got.notice) && str_eq(g.version, got.version));
		assert_int_equal(g.owner, staff_id(w, arena_cstr(w->t->arena, got.owner)));
	}
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_members(snap, g.id, STR_NIL, false, 1000, &rows, &n)), OK);
	assert_int_equal(n, got.n);
	assert_int_equal(g.members, got.n);
	struct map here = map_new(w->t->arena);
	for (size_t i = 0; i < n; i++)
		map_put(&here, rows[i].member, &rows[i]);
	for (size_t i = 0; i < got.n; i++) {
		const struct group_member *m = map_get(&here, got.v[i].userid);
		assert_non_null(m);
		assert_int_equal(m->joined, got.v[i].joined);
		assert_int_equal(m->scene, got.v[i].scene);
		assert_int_equal(m->kind, got.v[i].type);
		assert_true(str_eq(m->state, got.v[i].state) && str_eq(m->invitor, got.v[i].invitor));
	}
}

static void compare_all(struct world *w)
{
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	struct wecom_group_page page;
	struct group_due_row *rows;
	size_t n;
	assert_int_equal(wecom_group_list(&call, (struct strs){ 0 }, STR_NIL, &page), OK);
	for (size_t i = 0; i < page.n; i++)
		compare(w, page.v[i].chat_id);
	struct group_due all = { 0, INT64_MAX, 10000 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_chat_due(snap, &all, &rows, &n)), OK);
	assert_int_equal(n, page.n); /* none of ours is one too many */
}

static void sync_all(struct world *w)
{
	i64 id;
	struct job job;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, group_sync_queue(tx, STR("sync"), &id)), OK);
	live(w, MS_MINUTE);
	assert_int_equal(job_get(&w->cx.unit, id, &job), OK);
	assert_true(str_eq_c(job.state, "done"));
}

static i64 groups_of(struct world *w, i64 customer)
{
	struct attr_value v;
	i64 root;
	assert_int_equal(customer_root(&w->cx.unit, customer, &root), OK);
	i64 slot = slot_of_customer(w->t->store, root);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, attr_value_get(snap, root, GROUP_ATTR_COUNT, &v)), OK);
	return v.n == NIL ? 0 : v.n;
}

/* How many an expression chooses: by bitmaps, by SQL, on rows one by one, and of the past; all agree. */
static i64 chosen(struct world *w, str text)
{
	struct unit *u = &w->cx.unit;
	struct expr *e, *again;
	i64 count, total, by_sql, by_rows = 0, by_past = 0, *all;
	size_t n;
	assert_int_equal(expr_parse(u, text, &e), OK);
	assert_int_equal(expr_parse(u, expr_text(w->t->arena, e), &again), OK);
	assert_true(str_eq(expr_text(w->t->arena, e), expr_text(w->t->arena, again)));
	assert_int_equal(audience_count(u, e, &count, &total), OK);
	assert_int_equal(audience_count_sql(u, e, &by_sql), OK);
	assert_int_equal(by_sql, count);
	assert_int_equal(expr_parse(u, STR("friend or not friend"), &again), OK);
	assert_int_equal(audience_select(u, again, 0, 1000, &all, &n), OK);
	for (size_t i = 0; i < n; i++) {
		bool in, past;
		i64 slot = slot_of_customer(w->t->store, all[i]);
		assert_int_equal(audience_test(u, e, all[i], &in), OK);
		assert_int_equal(READ_SNAP(u, slot, audience_past_test(snap, e, all[i], now(w), &past)), OK);
		by_rows += in;
		by_past += past;
	}
	assert_int_equal(by_rows, count);
	assert_int_equal(by_past, count);
	return count;
}

static void expressions_know_who_sits_in_a_group(void **state)
{
	struct world *w = *state;
	struct expr *e;
	struct buf b = buf_new(w->t->arena, 4096);
	str chat = make_group(w, "linna", "宝妈群", 0, false), other = make_group(w, "linna", "会员群", 0, false);
	str a = befriend(w, "linna", 1), c = befriend(w, "xiaqing", 1);
	live(w, MS_MINUTE);
	str hers = arena_printf(w->t->arena, "\"external_userid\":\"%.*s\"", STR_F(a)), his = arena_printf(w->t->arena, "\"external_userid\":\"%.*s\"", STR_F(c));
	joins(w, chat, arena_cstr(w->t->arena, hers));
	joins(w, chat, arena_cstr(w->t->arena, his));
	joins(w, other, arena_cstr(w->t->arena, hers));
	live(w, MS_MINUTE);
	assert_int_equal(chosen(w, STR("in_group(\"宝妈群\")")), 2);
	assert_int_equal(chosen(w, STR("in_group(\"宝妈群\") and not in_group(\"会员群\")")), 1);
	assert_int_equal(chosen(w, arena_printf(w->t->arena, "in_group(\"%lld\")", (long long)row(w, other).id)), 1);
	leaves(w, chat, a, false);
	live(w, MS_MINUTE);
	assert_int_equal(chosen(w, STR("in_group(\"宝妈群\")")), 1);
	assert_int_equal(chosen(w, STR("friend and not in_group(\"宝妈群\")")), 1);
	assert_int_equal(expr_parse(&w->cx.unit, STR("in_group(\"会员群\")"), &e), OK);
	expr_json(&b, e);
	assert_true(str_has(buf_str(&b), STR("\"op\":\"in_group\"")));
	make_group(w, "xiaqing", "宝妈群", 0, false);
	live(w, MS_MINUTE);
	assert_int_equal(expr_parse(&w->cx.unit, STR("in_group(\"宝妈群\")"), &e), ERR_INPUT); /* which of the two */
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(other));
	live(w, MS_MINUTE);
	assert_int_equal(chosen(w, arena_printf(w->t->arena, "in_group(\"%lld\")", (long long)row(w, other).id)), 0);
}

static void a_first_sync_mirrors_every_group_and_tells_of_customers_alone(void **state)
{
	struct world *w = *state;
	str friend = befriend(w, "linna", 1), first = STR_NIL;
	i64 her = person_of(w, friend);
	for (int i = 0; i < 25; i++) {
		str chat = make_group(w, i % 2 ? "linna" : "xiaqing", "老群", 5, true);
		first = i ? first : chat;
	}
	sim_say(w, "/sim/fault", "{\"kind\":\"drop_callback\",\"api\":\"change_external_chat\",\"count\":1}");
	joins(w, first, arena_cstr(w->t->arena, arena_printf(w->t->arena, "\"external_userid\":\"%.*s\"", STR_F(friend))));
	clock_advance(&w->t->clock, now(w) + 2 * MS_DAY); /* nobody looked yet */
	sync_all(w);
	compare_all(w);
	struct event last;
	struct group_seat_event seat;
	assert_int_equal(told(w, 0, EV_GROUP_CREATED, NULL), 25);
	assert_int_equal(told(w, 0, EV_GROUP_JOINED, NULL), 0);
	assert_int_equal(told(w, her, EV_GROUP_JOINED, &last), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), event_body(snap, &last, &group_seat_event_record, &seat)), OK);
	assert_true(seat.late && str_eq_c(seat.way, "invited"));
	assert_int_equal(groups_of(w, her), 1);
	assert_int_equal(row(w, first).customers, 1);
	sync_all(w);
	compare_all(w);
	assert_int_equal(told(w, 0, EV_GROUP_CREATED, NULL), 25);
	assert_int_equal(told(w, 0, EV_GROUP_CHANGED, NULL), 0);
	assert_int_equal(told(w, her, EV_GROUP_JOINED, NULL), 1);
}

static void joins_and_leaves_follow_the_callbacks(void **state)
{
	struct world *w = *state;
	struct event last;
	struct group_seat_event seat;
	str friend = befriend(w, "linna", 1);
	i64 her = person_of(w, friend), slot = slot_of_customer(w->t->store, her);
	str chat = make_group(w, "linna", "新群", 2, false);
	joins(w, chat, arena_cstr(w->t->arena, arena_printf(w->t->arena, "\"external_userid\":\"%.*s\",\"invitor\":\"linna\"", STR_F(friend))));
	live(w, MS_MINUTE);
	compare(w, chat);
	assert_int_equal(told(w, her, EV_GROUP_JOINED, &last), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, event_body(snap, &last, &group_seat_event_record, &seat)), OK);
	assert_true(!seat.late && !seat.again && str_eq_c(seat.way, "invited") && str_eq_c(seat.invitor, "linna"));
	assert_int_equal(told(w, 0, EV_GROUP_JOINED, NULL), 2); /* strangers of a new group too */
	leaves(w, chat, friend, true);
	live(w, MS_MINUTE);
	compare(w, chat);
	assert_int_equal(told(w, her, EV_GROUP_LEFT, &last), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, event_body(snap, &last, &group_seat_event_record, &seat)), OK);
	assert_true(str_eq_c(seat.way, "removed"));
	assert_int_equal(groups_of(w, her), 0);
	joins(w, chat, arena_cstr(w->t->arena, arena_printf(w->t->arena, "\"external_userid\":\"%.*s\"", STR_F(friend))));
	live(w, MS_MINUTE);
	assert_int_equal(told(w, her, EV_GROUP_JOINED, &last), 2);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, event_body(snap, &last, &group_seat_event_record, &seat)), OK);
	assert_true(seat.again);
	sim_say(w, "/sim/group/change", "{\"chat_id\":\"%.*s\",\"name\":\"改名了\",\"notice\":\"每晚八点\",\"userid\":\"xiaqing\"}", STR_F(chat));
	live(w, MS_MINUTE);
	compare(w, chat);
	assert_int_equal(told(w, 0, EV_GROUP_CHANGED, NULL), 1); /* four callbacks, one reading */
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(chat));
	live(w, MS_MINUTE);
	compare(w, chat);
	assert_int_equal(told(w, 0, EV_GROUP_DISSOLVED, NULL), 1);
	assert_int_equal(told(w, her, EV_GROUP_LEFT, &last), 2);
	assert_int_equal(groups_of(w, her), 0);
}

static void a_burst_is_one_reading(void **state)
{
	struct world *w = *state;
	str chat = make_group(w, "linna", "热闹", 0, false);
	live(w, MS_MINUTE);
	i64 fetched = row(w, chat).fetched;
	for (int i = 0; i < 30; i++)
		joins(w, chat, arena_cstr(w->t->arena, arena_printf(w->t->arena, "\"person\":{\"name\":\"甲%d\"}", i)));
	live(w, GROUP_LAG_MS);
	assert_int_equal(row(w, chat).fetched, fetched); /* not before WeCom's own copies have followed */
	live(w, GROUP_LAG_MS);
	compare(w, chat);
	assert_int_equal(row(w, chat).members, 31);
	assert_int_equal(told(w, 0, EV_GROUP_JOINED, NULL), 30);
}

/* A life of a few groups while callbacks come twice, late, out of order or never. */
static void the_mirror_is_right_after_any_callbacks(void **state)
{
	struct world *w = *state;
	str chats[4], people[12];
	u64 random = 7;
	for (size_t i = 0; i < ARRAY_LEN(people); i++)
		people[i] = i < 4 ? befriend(w, "linna", 1) :
				    json_str(sim_say(w, "/sim/person", "{\"name\":\"路人%zu\"}", i), "external_userid");
	for (size_t i = 0; i < ARRAY_LEN(chats); i++)
		chats[i] = make_group(w, "linna", "群", 3, false);
	for (int k = 0; k < 150; k++) {
		random = random * 6364136223846793005ull + 1442695040888963407ull;
		const char *const kinds[] = { "dup_callback", "reorder", "drop_callback" };
		str chat = chats[(random >> 33) % 4], who = people[(random >> 40) % 12];
		sim_say(w, "/sim/fault", "{\"kind\":\"%s\",\"api\":\"change_external_chat\",\"code\":%d}", kinds[k % 3], 100 + k * 50);
		struct transport_answer answer;
		struct transport_call call = { .method = "POST", .content_type = STR("application/json"),
			.url = (random >> 50) % 2 ? STR("http://sim.test/sim/group/join") : STR("http://sim.test/sim/group/leave"),
			.body = arena_printf(w->t->arena, "{\"chat_id\":\"%.*s\",\"external_userid\":\"%.*s\"}", STR_F(chat), STR_F(who)) };
		assert_int_equal(w->direct->call(w->direct, w->t->arena, &call, &answer, &w->cx.unit.fail), OK);
		live(w, 700);
	}
	sim_say(w, "/sim/fault", "{\"kind\":\"drop_callback\",\"api\":\"dismiss\"}");
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(chats[3]));
	sim_say(w, "/sim/fault", "{\"clear\":true}");
	sync_all(w);
	compare_all(w);
	compare(w, chats[3]);
	for (size_t i = 0; i < 4; i++) { /* and what was derived from the events equals the rows */
		struct group_member *rows;
		size_t n, in = 0;
		i64 her = person_of(w, people[i]);
		assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_member_named(snap, &(struct group_of_member){ people[i] }, &rows, &n)), OK);
		for (size_t k = 0; k < n; k++)
			in += rows[k].gone == NIL;
		assert_int_equal(groups_of(w, her), in);
		assert_int_equal(told(w, her, EV_GROUP_JOINED, NULL) - told(w, her, EV_GROUP_LEFT, NULL), in);
	}
}

static void the_night_reads_what_no_callback_told(void **state)
{
	struct world *w = *state;
	sim_say(w, "/sim/fault", "{\"kind\":\"drop_callback\",\"api\":\"change_external_chat\",\"count\":1000}");
	str chat = make_group(w, "linna", "没有通知", 4, false);
	live(w, MS_DAY);
	compare(w, chat);
}

static void a_stranger_who_becomes_a_friend_keeps_her_seats(void **state)
{
	struct world *w = *state;
	str chat = make_group(w, "linna", "先进群", 0, false);
	str xid = joins(w, chat, "\"person\":{\"name\":\"生人\"}");
	live(w, MS_MINUTE);
	assert_int_equal(row(w, chat).customers, 0);
	sim_say(w, "/sim/scan", "{\"userid\":\"linna\",\"skip_verify\":true,\"person\":{\"external_userid\":\"%.*s\"}}", STR_F(xid));
	live(w, MS_MINUTE);
	i64 her = person_of(w, xid);
	assert_int_equal(row(w, chat).customers, 1);
	assert_int_equal(groups_of(w, her), 1);
	assert_int_equal(told(w, her, EV_GROUP_JOINED, NULL), 1);
	live(w, MS_DAY);
	assert_int_equal(told(w, her, EV_GROUP_JOINED, NULL), 1); /* the nightly reading has nothing to add */
	compare(w, chat);
}

static void a_buyer_known_by_unionid_is_found_in_a_group(void **state)
{
	struct world *w = *state;
	struct identity_in id = { STR("unionid"), STR("o_union_buyer"), true };
	struct identity_who who = { &id, 1, false, now(w), STR("order"), STR_NIL };
	i64 her;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &her, NULL, NULL), OK);
	str chat = make_group(w, "linna", "买家", 0, false);
	joins(w, chat, "\"person\":{\"name\":\"买家\",\"unionid\":\"o_union_buyer\"}");
	live(w, MS_MINUTE);
	assert_int_equal(row(w, chat).customers, 1);
	assert_int_equal(groups_of(w, her), 1);
}

static void faults_of_the_calls_are_lived_through(void **state)
{
	struct world *w = *state;
	str chat = make_group(w, "linna", "忙", 3, false);
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":-1,\"api\":\"externalcontact/groupchat/get\",\"count\":2}");
	sim_say(w, "/sim/fault", "{\"kind\":\"truncate\",\"api\":\"externalcontact/groupchat/get\"}");
	live(w, 10 * MS_MINUTE);
	compare(w, chat);
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":81017,\"api\":\"externalcontact/groupchat/list\"}");
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":6000,\"api\":\"externalcontact/groupchat/get\"}");
	sync_all(w); /* by owners */
	compare_all(w);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), \
		   { #test "_spread_8", test, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_first_sync_mirrors_every_group_and_tells_of_customers_alone), BOTH(expressions_know_who_sits_in_a_group),
		BOTH(joins_and_leaves_follow_the_callbacks),
		BOTH(a_burst_is_one_reading),
		BOTH(the_mirror_is_right_after_any_callbacks),
		BOTH(the_night_reads_what_no_callback_told),
		BOTH(a_stranger_who_becomes_a_friend_keeps_her_seats),
		BOTH(a_buyer_known_by_unionid_is_found_in_a_group),
		BOTH(faults_of_the_calls_are_lived_through),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

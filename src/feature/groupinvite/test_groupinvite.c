/*
 * Invitations: who is asked, by whom she was sent the link, who has come; a watched audience; scopes and refusals.
 */
#include "app/test_app_ask.h"

#include "core/audience/audience.h"
#include "core/reach/reach.h"
#include "feature/alarm/alarm.h"
#include "feature/groupinvite/groupinvite_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static str chat(struct world *w, const char *owner)
{
	str id = json_str(sim_say(w, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"会员群\"}", owner), "chat_id");
	live(w, MS_MINUTE);
	return id;
}

static long long group_id(struct world *w, str chat_id)
{
	struct group_chat g;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat_id, &g)), OK);
	return g.id;
}

static void joins(struct world *w, str chat_id, str xid)
{
	sim_say(w, "/sim/group/join", "{\"chat_id\":\"%.*s\",\"external_userid\":\"%.*s\"}", STR_F(chat_id), STR_F(xid));
	live(w, MS_MINUTE);
}

static str target(struct world *w, i64 id, const char *rest)
{
	return arena_printf(w->t->arena, "/api/v1/group-invites/%lld%s", (long long)id, rest);
}

static i64 invite(struct world *w, struct asking *b, const char *whom, str chat_id)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR("/api/v1/group-invites"), &v,
			      "{\"name\":\"进会员群\",%s,\"link\":\"https://p.test/d/x\",\"group_ids\":[\"%lld\"]}", whom, group_id(w, chat_id)), 201);
	live(w, MS_MINUTE);
	return id_in(v, "id");
}

static i64 people(struct asking *b, i64 id, const char *state)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", target(b->w, id, ""), &v, "%s", ""), 200);
	return json_i64(v, state, -1);
}

static void asked_sent_joined_and_not_joined_are_kept_apart(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	const struct json *v;
	str a = befriend(w, "linna", 1), c = befriend(w, "linna", 1), d = befriend(w, "xiaqing", 1), e = befriend(w, "linna", 1), group = chat(w, "linna");
	joins(w, group, a); /* she is there already */
	i64 id = invite(w, &b, "\"expr\":\"friend = true\"", group);
	assert_int_equal(people(&b, id, "already"), 1);
	assert_int_equal(people(&b, id, "asked"), 3);
	assert_int_equal(asks(&b, "POST", target(w, id, "/mark"), NULL, "{\"customer_ids\":[\"%lld\"],\"state\":\"sent\"}", (long long)person_of(w, c)), 204);
	assert_int_equal(asks(&b, "POST", target(w, id, "/mark"), NULL, "{\"customer_ids\":[\"%lld\"],\"state\":\"refused\"}", (long long)person_of(w, e)), 204);
	joins(w, group, c);
	assert_int_equal(people(&b, id, "joined"), 1);
	assert_int_equal(people(&b, id, "asked"), 1);
	assert_int_equal(people(&b, id, "refused"), 1);
	assert_int_equal(asks(&b, "POST", target(w, id, "/mark"), NULL, "{\"customer_ids\":[\"%lld\"],\"state\":\"asked\"}", (long long)person_of(w, c)), 204);
	assert_int_equal(people(&b, id, "joined"), 1); /* who has come is never asked again */
	assert_int_equal(asks(&b, "GET", target(w, id, "/people?state=asked"), &v, "%s", ""), 200);
	v = &json_get(v, "data")->items[0];
	assert_int_equal(id_in(v, "customer_id"), person_of(w, d));
	assert_int_equal(id_in(v, "staff"), staff_id(w, "xiaqing"));
	joins(w, group, e); /* she changed her mind */
	assert_int_equal(people(&b, id, "joined"), 2);
	assert_int_equal(people(&b, id, "refused"), 0);
}

static err reached(struct tx *tx, i64 her, i64 broadcast)
{
	struct reach_event body = { STR("wecom"), STR("marketing"), STR("broadcast"), broadcast, NIL, STR_NIL };
	return journal_add(tx, EV_REACH_SENT, her, tx->snap.now, &reach_event_record, &body, NULL);
}

static void a_bound_broadcast_marks_whom_it_reached(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	str a = befriend(w, "linna", 2), group = chat(w, "linna");
	i64 her = person_of(w, a), id = invite(w, &b, "\"expr\":\"friend = true\"", group);
	assert_int_equal(asks(&b, "PUT", target(w, id, "/broadcast"), NULL, "{\"broadcast\":\"77\"}"), 200);
	i64 slot = slot_of_customer(w->t->store, her);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, reached(tx, her, 76)), OK);
	settle(w);
	assert_int_equal(people(&b, id, "sent"), 0);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, reached(tx, her, 77)), OK);
	settle(w);
	assert_int_equal(people(&b, id, "sent"), 1);
	assert_int_equal(people(&b, id, "asked"), 1);
	joins(w, group, a);
	assert_int_equal(people(&b, id, "sent"), 0);
	assert_int_equal(people(&b, id, "joined"), 1);
}

static void who_enters_a_watched_audience_is_asked_until_it_is_closed(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	struct audience saved;
	befriend(w, "linna", 1);
	str group = chat(w, "linna");
	assert_int_equal(audience_save(&w->cx.unit, 0, STR("好友"), STR("friend = true"), NIL, &saved), OK);
	const char *whom = arena_cstr(w->t->arena, arena_printf(w->t->arena, "\"audience\":\"%lld\",\"watch\":true", (long long)saved.id));
	i64 id = invite(w, &b, whom, group);
	assert_int_equal(people(&b, id, "asked"), 1);
	befriend(w, "xiaqing", 1);
	live(w, MS_MINUTE);
	assert_int_equal(people(&b, id, "asked"), 2);
	assert_int_equal(asks(&b, "POST", target(w, id, "/close"), NULL, "{}"), 200);
	befriend(w, "xiaqing", 1);
	live(w, MS_MINUTE);
	assert_int_equal(people(&b, id, "asked"), 2);
}

static void who_came_by_the_codes_key_has_joined_whatever_the_group(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	const struct json *v;
	str a = befriend(w, "linna", 1), group = chat(w, "linna"), other = chat(w, "linna");
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	struct wecom_join_way way = { .scene = WECOM_WAY_QR, .state = STR("gc_key"), .chats = { &other, 1 } };
	str config;
	assert_int_equal(wecom_join_add(&call, &way, &config), OK);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-invites"), &v, "{\"name\":\"x\",\"expr\":\"friend = true\",\"key\":\"gc_key\","
			      "\"link\":\"https://p.test/d/x\",\"group_ids\":[\"%lld\"]}", group_id(w, group)), 201);
	i64 id = id_in(v, "id");
	live(w, MS_MINUTE);
	sim_say(w, "/sim/group/join", "{\"config_id\":\"%.*s\",\"person\":{\"external_userid\":\"%.*s\"}}", STR_F(config), STR_F(a));
	live(w, MS_MINUTE);
	assert_int_equal(people(&b, id, "joined"), 1);
}

static void an_advisor_sees_and_marks_her_own(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	str a = befriend(w, "linna", 1), c = befriend(w, "xiaqing", 2), group = chat(w, "linna");
	i64 id = invite(w, &b, "\"expr\":\"friend = true\"", group);
	struct asking her = asking_as(w, "linna");
	assert_int_equal(people(&b, id, "asked"), 3);
	assert_int_equal(people(&her, id, "asked"), 1);
	const char *mark = "{\"customer_ids\":[\"%lld\"],\"state\":\"sent\"}";
	assert_int_equal(asks(&her, "POST", target(w, id, "/mark"), NULL, mark, (long long)person_of(w, a)), 204);
	assert_int_equal(asks(&her, "POST", target(w, id, "/mark"), NULL, mark, (long long)person_of(w, c)), 404);
	assert_int_equal(people(&b, id, "sent"), 1);
	i64 own = invite(w, &her, "\"expr\":\"friend = true\"", group); /* nobody whom she does not see */
	assert_int_equal(people(&b, own, "asked"), 1);
}

static void an_invitation_whose_groups_are_all_dissolved_is_told_until_closed(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	struct alarm *open;
	size_t n;
	str one = chat(w, "linna"), two = chat(w, "linna");
	const struct json *v;
	const char *body = "{\"name\":\"%s\",\"expr\":\"friend = true\",\"link\":\"https://x\",%s\"group_ids\":[\"%lld\",\"%lld\"]}";
	long long first = group_id(w, one), second = group_id(w, two);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-invites"), &v, body, "周末群", "", first, second), 201);
	i64 id = id_in(v, "id");
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-invites"), NULL, body, "有活码", "\"key\":\"g1\",", first, second), 201);
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(one));
	live(w, MS_MINUTE);
	assert_int_equal(told(w, 0, EV_GROUPINVITE_GROUPLESS, NULL), 0); /* the other one lives */
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(two));
	live(w, MS_MINUTE);
	assert_int_equal(told(w, 0, EV_GROUPINVITE_GROUPLESS, NULL), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, alarm_open(snap, &(struct alarm_find){ 10 }, &open, &n)), OK);
	assert_true(n == 1 && open[0].object == id && str_eq_c(open[0].name, "周末群"));
	assert_true(str_has(alarm_text(w->t->arena, &open[0], LANG_ZH), STR("周末群")));
	assert_int_equal(asks(&b, "POST", target(w, id, "/close"), NULL, "%s", ""), 200);
	live(w, MS_MINUTE);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, alarm_open(snap, &(struct alarm_find){ 10 }, &open, &n)), OK);
	assert_int_equal(n, 0);
}

static void what_cannot_be_is_refused(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	str group = chat(w, "linna"), gone = chat(w, "linna");
	long long there = group_id(w, group), dissolved = group_id(w, gone);
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(gone));
	live(w, MS_MINUTE);
	const char *body = "{\"name\":\"x\",%s,\"link\":\"%s\",\"group_ids\":[\"%lld\"]}";
	str path = STR("/api/v1/group-invites");
	assert_int_equal(asks(&b, "POST", path, NULL, body, "\"expr\":\"friend = true\"", "https://x", dissolved), 422);
	assert_int_equal(asks(&b, "POST", path, NULL, body, "\"expr\":\"friend = true\"", "ftp://x", there), 422);
	assert_int_equal(asks(&b, "POST", path, NULL, body, "\"expr\":\"nonsense = 1\"", "https://x", there), 422);
	assert_int_equal(asks(&b, "POST", path, NULL, body, "\"watch\":true", "https://x", there), 422);
	assert_int_equal(asks(&b, "POST", path, NULL, body, "\"expr\":\"friend = true\",\"watch\":true", "https://x", there), 422);
	assert_int_equal(asks(&b, "POST", path, NULL, body, "\"expr\":\"friend = true\"", "https://x", there), 201);
	for (int i = 1; i < GROUPINVITE_OPEN_MAX; i++)
		assert_int_equal(asks(&b, "POST", path, NULL, body, "\"expr\":\"friend = true\"", "https://x", there), 201);
	assert_int_equal(asks(&b, "POST", path, NULL, body, "\"expr\":\"friend = true\"", "https://x", there), 409);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), \
		   { #test "_spread_8", test, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(asked_sent_joined_and_not_joined_are_kept_apart),
		BOTH(a_bound_broadcast_marks_whom_it_reached),
		BOTH(who_enters_a_watched_audience_is_asked_until_it_is_closed),
		BOTH(who_came_by_the_codes_key_has_joined_whatever_the_group),
		BOTH(an_advisor_sees_and_marks_her_own),
		BOTH(an_invitation_whose_groups_are_all_dissolved_is_told_until_closed),
		BOTH(what_cannot_be_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What waits for a second person: gathered from features that know nothing of the page, decided there by whoever may, once.
 * The world begins on Monday, 1 December 2025, at 10:00 in Shanghai.
 */
#include "app/test_app_ask.h"
#include "feature/approval/approval.h"
#include "feature/broadcast/broadcast_data.h"
#include "feature/moment/moment_data.h"
#include "port/send/sms.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define ALL "/api/v1/approvals"

static void allow(struct world *w, const char *name, const char *value) { assert_int_equal(setting_put(&w->cx, name, str_c(value)), OK); }

static void sizes(struct world *w, const char *over)
{
	static const char *const names[] = { "broadcast.approve_over", "moment.approve_over", "campaign.approve_over", "smsdrain.approve_over" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		allow(w, names[i], over);
	allow(w, "reach.limits", "");
}

static const struct json *seen(struct asking *b)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", STR(ALL), &v, "%s", ""), 200);
	return v;
}

static i64 waiting(struct asking *b) { return json_i64(seen(b), "waiting", -1); }
static size_t shown(struct asking *b) { return json_get(seen(b), "items")->n; }

static const struct json *item(struct asking *b, const char *kind)
{
	const struct json *items = json_get(seen(b), "items");
	for (size_t i = 0; i < items->n; i++)
		if (str_eq_c(json_str(&items->items[i], "kind"), kind))
			return &items->items[i];
	return NULL;
}

static int decide(struct asking *b, const char *kind, i64 id, const char *body)
{
	int status = asks(b, "POST", arena_printf(b->w->t->arena, ALL "/%s/%lld", kind, (long long)id), NULL, "%s", body);
	settle(b->w);
	return status;
}

static int agree(struct asking *b, const char *kind, i64 id, int people)
{
	return decide(b, kind, id, arena_cstr(b->w->t->arena, arena_printf(b->w->t->arena, "{\"decision\":\"agree\",\"people\":%d}", people)));
}
#define REFUSE "{\"decision\":\"refuse\",\"reason\":\"下周再发\"}"

static i64 made(struct asking *b, const char *path, const char *body)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", str_c(path), &v, "%s", body), 202);
	settle(b->w);
	return id_in(v, "id");
}

static i64 cast(struct asking *b, int people)
{
	return made(b, "/api/v1/broadcasts", arena_cstr(b->w->t->arena, arena_printf(b->w->t->arena,
		"{\"name\":\"周年庆\",\"expr\":\"friend\",\"content\":{\"text\":\"新品到店啦\"},\"confirm_count\":%d}", people)));
}

static i64 moment(struct asking *b, int people)
{
	return made(b, "/api/v1/moments", arena_cstr(b->w->t->arena, arena_printf(b->w->t->arena,
		"{\"name\":\"上新\",\"expr\":\"friend\",\"versions\":[{\"name\":\"甲\",\"content\":{\"text\":\"上新\"}}],\"confirm_count\":%d}", people)));
}

static i64 plan(struct asking *b)
{
	return made(b, "/api/v1/campaigns", arena_cstr(b->w->t->arena, arena_printf(b->w->t->arena,
		"{\"name\":\"双十二\",\"expr\":\"friend\",\"touches\":[{\"channel\":\"broadcast\",\"content\":{\"text\":\"好物\"},\"at_ms\":%lld}]}",
		(long long)(now(b->w) + 2 * MS_DAY))));
}

static i64 material(struct asking *b)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR("/api/v1/materials"), &v, "{\"kind\":\"text\",\"title\":\"开场白\",\"body\":\"您好\"}"), 201);
	return id_in(v, "id");
}

static str state_of(struct asking *b, const char *path, i64 id)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", arena_printf(b->w->t->arena, "%s/%lld", path, (long long)id), &v, "%s", ""), 200);
	return json_str(v, "state");
}

static void is(str got, const char *wanted)
{
	if (!str_eq_c(got, wanted))
		fail_msg("%.*s instead of %s", STR_F(got), wanted);
}

/* Of three people with the size of two. */
static void everything_that_waits_stands_on_one_page(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	sizes(w, "2");
	allow(w, "material.approval", "1");
	befriend(w, "linna", 3);
	assert_int_equal(shown(&boss), 0);
	i64 b = cast(&linna, 3), m = moment(&linna, 3);
	plan(&linna);
	material(&linna);
	assert_int_equal(waiting(&boss), 4);
	assert_int_equal(waiting(&linna), 0); /* hers wait for somebody else */
	assert_int_equal(shown(&linna), 4);
	const struct json *first = &json_get(seen(&boss), "items")->items[0];
	is(json_str(first, "kind"), "broadcast"); /* the oldest */
	is(json_str(first, "title"), "周年庆");
	is(json_str(first, "note"), "新品到店啦");
	is(json_str(first, "by"), "某人");
	assert_int_equal(json_i64(first, "people", 0), 3);
	assert_true(id_in(first, "id") == b && id_in(item(&boss, "moment"), "id") == m);
	assert_false(json_bool(first, "mine", true));
	assert_true(json_bool(item(&linna, "campaign"), "mine", false));
	assert_int_equal(json_i64(item(&boss, "material"), "people", -1), -1);
}

static void a_yes_starts_it_for_the_number_that_was_shown(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	sizes(w, "2");
	befriend(w, "linna", 3);
	i64 b = cast(&linna, 3);
	is(state_of(&boss, "/api/v1/broadcasts", b), "asked");
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	assert_int_equal(agree(&linna, "broadcast", b, 3), 403);
	assert_int_equal(agree(&boss, "broadcast", b, 2), 409);
	assert_int_equal(agree(&boss, "broadcast", b, 3), 200);
	is(state_of(&boss, "/api/v1/broadcasts", b), "open");
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	assert_int_equal(agree(&boss, "broadcast", b, 3), 409); /* decided already */
	assert_int_equal(waiting(&boss), 0);
	befriend(w, "linna", 3); /* the others have had theirs today */
	i64 m = moment(&linna, 3), c = plan(&linna);
	is(state_of(&boss, "/api/v1/moments", m), "asked");
	assert_int_equal(agree(&boss, "moment", m, 3), 200);
	is(state_of(&boss, "/api/v1/moments", m), "running");
	assert_int_equal(agree(&boss, "campaign", c, (int)json_i64(item(&boss, "campaign"), "people", 0)), 200);
	is(state_of(&boss, "/api/v1/campaigns", c), "running");
	assert_int_equal(shown(&boss), 0);
}

static void a_no_has_a_reason_and_ends_it(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	sizes(w, "0");
	allow(w, "material.approval", "1");
	befriend(w, "linna", 1);
	i64 b = cast(&linna, 1), m = moment(&linna, 1), c = plan(&linna), s = material(&linna);
	assert_int_equal(decide(&boss, "broadcast", b, "{\"decision\":\"refuse\"}"), 422);
	assert_int_equal(decide(&boss, "broadcast", b, "{\"decision\":\"refuse\",\"reason\":\"  \"}"), 422);
	assert_int_equal(decide(&boss, "broadcast", b, REFUSE), 200);
	assert_int_equal(decide(&boss, "moment", m, REFUSE), 200);
	assert_int_equal(decide(&boss, "campaign", c, REFUSE), 200);
	assert_int_equal(decide(&boss, "material", s, REFUSE), 200);
	is(state_of(&boss, "/api/v1/broadcasts", b), "cancelled");
	is(state_of(&boss, "/api/v1/moments", m), "cancelled");
	is(state_of(&boss, "/api/v1/campaigns", c), "cancelled");
	assert_int_equal(shown(&boss), 0);
	assert_int_equal(effects(w, "add_msg_template", "") + effects(w, "add_moment_task", ""), 0);
	assert_int_equal(decide(&boss, "broadcast", b, REFUSE), 409);
	i64 again = cast(&linna, 1); /* her place was not taken; the maker may stop what waits by herself */
	assert_int_equal(asks(&linna, "POST", arena_printf(w->t->arena, "/api/v1/broadcasts/%lld/cancel", (long long)again), NULL, "{}"), 200);
	assert_int_equal(shown(&boss), 0);
}

static void the_size_itself_needs_nobody_and_one_more_does(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	sizes(w, "3");
	befriend(w, "linna", 3);
	is(state_of(&boss, "/api/v1/broadcasts", cast(&linna, 3)), "open");
	befriend(w, "linna", 3);
	is(state_of(&boss, "/api/v1/moments", moment(&linna, 3)), "running");
	befriend(w, "linna", 4);
	is(state_of(&boss, "/api/v1/broadcasts", cast(&linna, 4)), "asked");
	is(state_of(&boss, "/api/v1/moments", moment(&linna, 4)), "asked");
	is(state_of(&boss, "/api/v1/broadcasts", made(&linna, "/api/v1/broadcasts", "{\"name\":\"到货\",\"expr\":\"friend\",\"topic\":\"奶粉\","
		"\"content\":{\"text\":\"到货\"},\"confirm_count\":4}")), "asked");
}

/* Asked at ten in the morning, told yes at eleven in the night: it goes out when the quiet hours end. */
static void a_late_yes_waits_for_an_allowed_hour(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	const struct json *v;
	sizes(w, "0");
	befriend(w, "linna", 1);
	i64 b = cast(&linna, 1), m = moment(&linna, 1);
	assert_int_equal(asks(&linna, "POST", STR("/api/v1/broadcasts"), &v,
		"{\"name\":\"到六点\",\"expr\":\"friend\",\"content\":{\"text\":\"今天\"},\"confirm_count\":1,\"deadline_ms\":%lld}", (long long)(now(w) + 8 * MS_HOUR)), 202);
	i64 today = id_in(v, "id");
	live(w, 13 * MS_HOUR);
	assert_int_equal(agree(&boss, "broadcast", today, 1), 409); /* its own deadline is over */
	assert_int_equal(decide(&boss, "broadcast", today, REFUSE), 200);
	assert_int_equal(agree(&boss, "broadcast", b, 1), 200);
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	assert_int_equal(decide(&boss, "moment", m, REFUSE), 200);
	live(w, 12 * MS_HOUR);
	settle(w);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
}

static void who_may_has_it_in_her_workbench_and_others_see_nothing(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), xiaqing = asking_scope(w, "xiaqing", "manager", "all"), staff = asking_role(w, "chenjing", "staff");
	const struct json *v;
	sizes(w, "0");
	befriend(w, "linna", 1);
	i64 b = cast(&linna, 1);
	assert_int_equal(shown(&staff), 0);
	assert_int_equal(agree(&staff, "broadcast", b, 1), 409);
	assert_int_equal(agree(&staff, "nothing", b, 1), 404);
	assert_int_equal(asks(&linna, "GET", STR("/api/v1/work"), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "todos")->n, 0);
	assert_int_equal(asks(&xiaqing, "GET", STR("/api/v1/work"), &v, "%s", ""), 200);
	const struct json *todo = &json_get(v, "todos")->items[0];
	is(json_str(todo, "kind"), "approval");
	is(json_str(todo, "href"), "#approvals");
	assert_int_equal(json_i64(todo, "count", 0), 1);
	assert_int_equal(agree(&xiaqing, "broadcast", b, 1), 200);
	assert_int_equal(waiting(&xiaqing), 0);
}

/* A manager who sees his own customers only is shown nothing of others', and decides nothing of theirs. */
static void a_narrow_scope_keeps_others_plans_away(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), xiaqing = asking_as(w, "xiaqing");
	sizes(w, "0");
	befriend(w, "linna", 1);
	i64 b = cast(&linna, 1), m = moment(&linna, 1), c = plan(&linna);
	assert_int_equal(shown(&xiaqing), 0);
	assert_int_equal(agree(&xiaqing, "broadcast", b, 1), 409);
	assert_int_equal(agree(&xiaqing, "moment", m, 1), 409);
	assert_int_equal(agree(&xiaqing, "campaign", c, 1), 409);
}

static void text_messages_wait_too(void **state)
{
	struct world *w = *state;
	struct asking op = asking_scope(w, "chenjing", "operator", "all"), boss = asking_new(w);
	struct fail f = { 0 };
	static const char *const settings[][2] = {
		{ "sms.url", "http://sim.test/sms/send" }, { "smsdrain.body", "{\"phone\":\"{phone}\",\"text\":\"{text}\"}" },
		{ "smsdrain.sign", "鱼塘" }, { "sms.ok", "\"code\":0" }, { "smsdrain.approve_over", "-1" },
	};
	assert_int_equal(sms_new(w->t->arena, STR("http"), w->direct, &w->env.sms, &f), OK);
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		allow(w, settings[i][0], settings[i][1]);
	static const char body[] = "{\"name\":\"老客\",\"expr\":\"friend\",\"words\":\"点 {link}\",\"target\":\"https://shop.example.cn\"}";
	i64 id = made(&op, "/api/v1/sms-drains", body), other = made(&op, "/api/v1/sms-drains", body);
	is(json_str(item(&boss, "sms"), "note"), "点 {link}");
	assert_true(json_bool(item(&op, "sms"), "mine", false));
	assert_int_equal(agree(&op, "sms", id, 0), 403);
	assert_int_equal(agree(&boss, "sms", id, 1), 409);
	assert_int_equal(agree(&boss, "sms", id, 0), 200);
	assert_int_equal(decide(&boss, "sms", other, REFUSE), 200);
	is(state_of(&boss, "/api/v1/sms-drains", other), "cancelled");
	made(&op, "/api/v1/sms-drains", body);
	assert_int_equal(waiting(&boss), 1);
	allow(w, "smsdrain.approve_over", "0"); /* nobody: not above it */
	assert_int_equal(shown(&boss), 0);
}

#define REPEATS "/api/v1/broadcast-repeats"
#define AGAIN "\"name\":\"会员日\",\"expr\":\"friend\",\"every\":\"daily\",\"at_minute\":660,\"first_day\":\"2025-12-01\",\"most\":%d,\"content\":{\"text\":\"%s\"}"

static const struct json *repeat(struct asking *b, int most, int status)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR(REPEATS), &v, "{" AGAIN "}", most, "会员日到啦"), status);
	return v;
}

static int edit(struct asking *b, i64 id, int most, const char *words)
{
	const struct json *v;
	str path = arena_printf(b->w->t->arena, REPEATS "/%lld", (long long)id);
	assert_int_equal(asks(b, "GET", path, &v, "%s", ""), 200);
	b->if_match = arena_printf(b->w->t->arena, "\"%lld\"", (long long)json_i64(v, "version", 0));
	int status = asks(b, "PUT", path, NULL, "{" AGAIN "}", most, words);
	b->if_match = STR_NIL;
	return status;
}

static int act(struct asking *b, i64 id, const char *what)
{
	return asks(b, "POST", arena_printf(b->w->t->arena, REPEATS "/%lld/%s", (long long)id, what), NULL, "{}");
}

/* Each day at eleven; nothing before the yes, and what passed by then is not made up for. */
static void a_repeat_above_the_size_waits(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	sizes(w, "3");
	befriend(w, "linna", 3);
	is(json_str(repeat(&linna, 3, 201), "state"), "running"); /* the size itself */
	i64 id = id_in(repeat(&linna, 4, 201), "id");
	is(state_of(&linna, REPEATS, id), "asked");
	assert_int_equal(act(&linna, id, "resume"), 409);
	assert_int_equal(act(&linna, id, "pause"), 409);
	live(w, 2 * MS_HOUR);
	assert_int_equal(effects(w, "add_msg_template", ""), 1); /* of the other */
	assert_int_equal(agree(&linna, "repeat", id, 4), 403);
	assert_int_equal(agree(&boss, "repeat", id, 3), 409);
	assert_int_equal(json_i64(item(&boss, "repeat"), "people", 0), 4);
	assert_int_equal(agree(&boss, "repeat", id, 4), 200);
	is(state_of(&linna, REPEATS, id), "running");
	assert_int_equal(agree(&boss, "repeat", id, 4), 409);
	assert_int_equal(edit(&linna, id, 4, "会员日到啦"), 200);
	is(state_of(&linna, REPEATS, id), "running"); /* nothing new is meant */
	assert_int_equal(edit(&linna, id, 4, "换了内容"), 200);
	is(state_of(&linna, REPEATS, id), "asked");
	assert_int_equal(edit(&linna, id, 3, "换了内容"), 200);
	is(state_of(&linna, REPEATS, id), "running");
	assert_int_equal(edit(&linna, id, 5, "换了内容"), 200);
	assert_int_equal(decide(&boss, "repeat", id, REFUSE), 200);
	is(state_of(&linna, REPEATS, id), "ended");
}

static void a_group_cast_above_the_size_waits(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	char body[500];
	const struct json *v;
	for (int i = 0; i < 3; i++)
		sim_say(w, "/sim/group/make", "{\"userid\":\"linna\",\"name\":\"群%d\",\"people\":3}", i);
	live(w, 5 * MS_SECOND);
	snprintf(body, sizeof(body), "{\"owner_ids\":[\"%lld\"],\"content\":{\"text\":\"今晚直播\"}}", (long long)staff_id(w, "linna"));
	assert_int_equal(asks(&linna, "POST", STR("/api/v1/groupcasts/preview"), &v, "%s", body), 200);
	int people = (int)json_i64(v, "members", 0);
	assert_true(people >= 9);
	snprintf(body, sizeof(body), "{\"name\":\"直播\",\"owner_ids\":[\"%lld\"],\"content\":{\"text\":\"今晚直播\"},\"confirm_count\":3}", (long long)staff_id(w, "linna"));
	allow(w, "groupcast.approve_over", arena_cstr(w->t->arena, arena_printf(w->t->arena, "%d", people - 1)));
	assert_int_equal(asks(&linna, "POST", STR("/api/v1/groupcasts"), &v, "%s", body), 201);
	i64 id = id_in(v, "id");
	settle(w);
	is(json_str(v, "state"), "asked");
	assert_int_equal(json_i64(v, "groups", 0), 3);
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	assert_int_equal(agree(&linna, "groupcast", id, people), 403);
	assert_int_equal(agree(&boss, "groupcast", id, people - 1), 409);
	assert_int_equal(agree(&boss, "groupcast", id, people), 200);
	is(state_of(&linna, "/api/v1/groupcasts", id), "open");
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	assert_int_equal(agree(&boss, "groupcast", id, people), 409);
	allow(w, "groupcast.day_max", "0");
	assert_int_equal(asks(&linna, "POST", STR("/api/v1/groupcasts"), &v, "%s", body), 201);
	i64 no = id_in(v, "id");
	assert_int_equal(asks(&linna, "GET", arena_printf(w->t->arena, "/api/v1/groupcasts/%lld", (long long)no), NULL, "%s", ""), 200); /* hers, of no owner yet */
	assert_int_equal(decide(&boss, "groupcast", no, REFUSE), 200);
	is(state_of(&linna, "/api/v1/groupcasts", no), "cancelled");
	allow(w, "groupcast.approve_over", arena_cstr(w->t->arena, arena_printf(w->t->arena, "%d", people))); /* the size itself needs nobody */
	assert_int_equal(asks(&linna, "POST", STR("/api/v1/groupcasts"), &v, "%s", body), 201);
	is(json_str(v, "state"), "sending");
}

static void who_was_refused_is_told_once_and_until_read(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	const struct json *v;
	sizes(w, "0");
	allow(w, "material.approval", "1");
	befriend(w, "linna", 1);
	i64 b = cast(&linna, 1), m = moment(&linna, 1), c = plan(&linna), s = material(&linna), r = id_in(repeat(&linna, 1, 201), "id");
	assert_int_equal(decide(&boss, "broadcast", b, REFUSE), 200);
	assert_int_equal(effects(w, "\"notice\"", "周年庆"), 1);
	assert_int_equal(effects(w, "\"notice\"", "下周再发"), 1);
	assert_int_equal(decide(&boss, "moment", m, REFUSE), 200);
	assert_int_equal(decide(&boss, "campaign", c, REFUSE), 200);
	assert_int_equal(decide(&boss, "material", s, REFUSE), 200);
	assert_int_equal(decide(&boss, "repeat", r, REFUSE), 200);
	const struct json *list = json_get(seen(&linna), "refused");
	assert_int_equal(list->n, 5);
	is(json_str(&list->items[4], "title"), "周年庆");
	is(json_str(&list->items[4], "reason"), "下周再发");
	assert_int_equal(json_get(seen(&boss), "refused")->n, 0);
	assert_int_equal(asks(&linna, "GET", STR("/api/v1/work"), &v, "%s", ""), 200);
	is(json_str(&json_get(v, "todos")->items[0], "kind"), "refused");
	str read = arena_printf(w->t->arena, ALL "/refused/%lld/read", (long long)id_in(&list->items[4], "id"));
	assert_int_equal(asks(&boss, "POST", read, NULL, "{}"), 200); /* not his: nothing happens */
	assert_int_equal(json_get(seen(&linna), "refused")->n, 5);
	assert_int_equal(asks(&linna, "POST", read, &v, "{}"), 200);
	assert_int_equal(json_get(v, "refused")->n, 4);
	assert_int_equal(agree(&boss, "broadcast", cast(&linna, 1), 1), 200);
	assert_int_equal(json_get(seen(&linna), "refused")->n, 4); /* a yes is no message */
	assert_int_equal(effects(w, "\"notice\"", "没有通过审批"), 5);
}

/* Nobody else may: she is told so, raises the size and goes on by herself. */
static void a_company_of_one_goes_on(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_scope(w, "linna", "owner", "all");
	sizes(w, "0");
	befriend(w, "linna", 1);
	i64 b = cast(&boss, 1);
	assert_true(json_bool(item(&boss, "broadcast"), "mine", false));
	assert_true(json_bool(item(&boss, "broadcast"), "alone", false));
	assert_true(str_has(json_str(item(&boss, "broadcast"), "size_label"), STR("群发超过多少人")));
	assert_int_equal(agree(&boss, "broadcast", b, 1), 403);
	struct asking chenjing = asking_role(w, "chenjing", "staff");
	assert_true(json_bool(item(&boss, "broadcast"), "alone", false)); /* she may not decide */
	assert_int_equal(shown(&chenjing), 0);
	asking_as(w, "xiaqing");
	assert_false(json_bool(item(&boss, "broadcast"), "alone", true));
	allow(w, "broadcast.approve_over", "1");
	assert_false(json_bool(item(&boss, "broadcast"), "mine", true));
	assert_int_equal(waiting(&boss), 1);
	assert_int_equal(agree(&boss, "broadcast", b, 1), 200);
	is(state_of(&boss, "/api/v1/broadcasts", b), "open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define SPREAD(name) cmocka_unit_test_setup_teardown(name, make_spread, world_free)
		CASE(everything_that_waits_stands_on_one_page), SPREAD(everything_that_waits_stands_on_one_page),
		CASE(a_yes_starts_it_for_the_number_that_was_shown), SPREAD(a_yes_starts_it_for_the_number_that_was_shown),
		CASE(a_no_has_a_reason_and_ends_it), CASE(the_size_itself_needs_nobody_and_one_more_does),
		CASE(a_late_yes_waits_for_an_allowed_hour), CASE(who_may_has_it_in_her_workbench_and_others_see_nothing),
		CASE(a_narrow_scope_keeps_others_plans_away), CASE(text_messages_wait_too),
		CASE(a_repeat_above_the_size_waits), CASE(a_group_cast_above_the_size_waits), SPREAD(a_group_cast_above_the_size_waits),
		CASE(who_was_refused_is_told_once_and_until_read), SPREAD(who_was_refused_is_told_once_and_until_read), CASE(a_company_of_one_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Group SOPs against the simulator: by the calendar and by the age of groups, to whom, pauses and what was missed.
 * The world begins on Monday, 1 December 2025, at 10:00 in Shanghai.
 */
#include "app/test_app_ask.h"
#include "core/staff/todo.h"
#include "feature/groupcast/groupcast_sop.h"

static int make(void **state) { return world_new(state, 1); }

#define SOPS "/api/v1/groupcast-sops"
#define ELEVEN "\"at_minute\":660,\"content\":{\"text\":\"今日福利\"}"
#define EVERY_DAY "{\"every\":\"daily\",\"first_day\":\"2025-12-01\"," ELEVEN "}"

static i64 group(struct world *w, const char *owner, const char *name)
{
	struct group_chat g;
	str chat = json_str(sim_say(w, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"%s\",\"people\":3}", owner, name), "chat_id");
	live(w, 5 * MS_SECOND);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat, &g)), OK);
	return g.id;
}

static i64 sop(struct asking *b, str which, const char *steps, int status)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR(SOPS), &v, "{\"name\":\"日常\",%.*s,\"steps\":[%s]}", STR_F(which), steps), status);
	return status == 201 ? id_in(v, "id") : 0;
}

static str owned_by(struct world *w, const char *owner)
{
	return arena_printf(w->t->arena, "\"owner_ids\":[\"%lld\"]", (long long)staff_id(w, owner));
}

static const struct json *at(struct asking *b, const char *method, i64 id, const char *what, int status)
{
	const struct json *v;
	str path = arena_printf(b->w->t->arena, SOPS "/%lld%s", (long long)id, what);
	assert_int_equal(asks(b, method, path, &v, "%s", !strcmp(method, "GET") ? "" : "{}"), status);
	return v;
}

/* "open 2,missed 0": its casts, oldest first, with their groups. */
static void casts_are(struct asking *b, i64 id, const char *wanted)
{
	const struct json *v;
	struct buf out = buf_new(b->w->t->arena, 1000);
	assert_int_equal(asks(b, "GET", arena_printf(b->w->t->arena, "/api/v1/groupcasts?sop=%lld", (long long)id), &v, "%s", ""), 200);
	const struct json *rows = json_get(v, "data");
	for (size_t i = rows->n; i-- > 0;)
		buf_fmt(&out, "%s%.*s %lld", out.n ? "," : "", STR_F(json_str(&rows->items[i], "state")), (long long)json_i64(&rows->items[i], "groups", -1));
	assert_string_equal(arena_cstr(b->w->t->arena, buf_str(&out)), wanted);
}

static void tap(struct world *w, const char *userid)
{
	struct transport_answer answer = { 0 };
	struct transport_call call = { .method = "GET", .url = STR("http://sim.test/sim/state") };
	struct json *tree;
	assert_int_equal(w->direct->call(w->direct, w->t->arena, &call, &answer, &w->cx.unit.fail), OK);
	assert_int_equal(json_parse(answer.body, w->t->arena, &tree, &w->cx.unit.fail), OK);
	const struct json *open = json_get(tree, "open_tasks");
	for (size_t i = 0; open && i < open->n; i++)
		if (str_eq_c(json_str(&open->items[i], "userid"), userid))
			sim_say(w, "/sim/task/confirm", "{\"msgid\":\"%.*s\",\"userid\":\"%s\"}", STR_F(json_str(&open->items[i], "msgid")), userid);
}

/* The program is down until then. */
static void down(struct world *w, ms until)
{
	clock_advance(&w->t->clock, until);
	settle(w);
}

static void owners_get_their_task_when_a_post_is_due(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群");
	group(w, "linna", "二群");
	group(w, "xiaqing", "三群");
	str both = arena_printf(w->t->arena, "\"owner_ids\":[\"%lld\",\"%lld\"]", (long long)staff_id(w, "linna"), (long long)staff_id(w, "xiaqing"));
	i64 id = sop(&boss, both, EVERY_DAY, 201);
	assert_int_equal(json_i64(at(&boss, "GET", id, "", 200), "groups", -1), 3);
	assert_int_equal(json_i64(at(&boss, "GET", id, "", 200), "next_ms", -1), MORNING + MS_HOUR);
	live_until(w, MORNING + MS_HOUR);
	casts_are(&boss, id, "open 3");
	assert_int_equal(effects(w, "add_msg_template", "chat_id_list"), 2);
	struct todo_list todos = { 0 };
	assert_int_equal(groupcast_todos(&w->cx, staff_id(w, "xiaqing"), &todos), OK);
	assert_int_equal(todos.v.n, 1);
	assert_int_equal(todos.v.v[0].count, 1);
	tap(w, "linna");
	live(w, 6 * MS_MINUTE);
	const struct json *rows = json_get(at(&boss, "GET", id, "/owners", 200), "data");
	assert_int_equal(rows->n, 2);
	for (size_t i = 0; i < rows->n; i++) {
		bool hers = id_in(&rows->items[i], "owner_id") == staff_id(w, "linna");
		assert_int_equal(json_i64(&rows->items[i], "executed", -1), hers);
		assert_int_equal(json_i64(&rows->items[i], "open", -1), !hers); /* who has not sent */
	}
	group(w, "linna", "四群"); /* whom the next day's post means too */
	live_until(w, MORNING + MS_HOUR + MS_DAY);
	casts_are(&boss, id, "closed 3,open 4");
	assert_int_equal(json_i64(at(&boss, "GET", id, "", 200), "tasks", -1), 4);
	assert_int_equal(json_i64(at(&boss, "GET", id, "", 200), "executed", -1), 1);
}

static void days_count_from_when_a_group_was_made(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群");
	i64 id = sop(&boss, owned_by(w, "linna"), "{\"day\":0," ELEVEN "},{\"day\":1," ELEVEN "}", 201);
	live_until(w, MORNING + 2 * MS_HOUR);
	casts_are(&boss, id, "open 1");
	group(w, "linna", "二群"); /* at noon: too late for its own first post */
	live_until(w, MORNING + MS_HOUR + MS_DAY);
	casts_are(&boss, id, "closed 1,open 2");
	live_until(w, MORNING + MS_HOUR + 3 * MS_DAY);
	casts_are(&boss, id, "closed 1,closed 2"); /* no group of these days */
}

static void classes_and_words_choose_together_with_owners(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 one = group(w, "linna", "一群"), two = group(w, "xiaqing", "二群");
	const struct json *v;
	group(w, "linna", "三群");
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/group-classes"), &v, "{\"name\":\"福利\"}"), 201);
	i64 class = id_in(v, "id");
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/group-labels"), NULL, "{\"ids\":[\"%lld\",\"%lld\"],\"class\":\"%lld\",\"add\":[\"北京\"]}",
			      (long long)one, (long long)two, (long long)class), 200);
	static const struct { const char *word; int owner, groups; } wanted[] = { { "", 0, 2 }, { "", 1, 1 }, { "北京", 0, 2 }, { "上海", 0, 0 } };
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		str owner = wanted[i].owner ? owned_by(w, "linna") : STR("\"owner_ids\":[]");
		assert_int_equal(asks(&boss, "POST", STR(SOPS "/groups"), &v, "{%.*s,\"class_id\":\"%lld\",\"word\":\"%s\"}", STR_F(owner), (long long)class,
				      wanted[i].word), 200);
		assert_int_equal(json_i64(v, "groups", -1), wanted[i].groups);
	}
	assert_int_equal(asks(&boss, "POST", STR(SOPS "/groups"), NULL, "{}"), 422);
}

static void late_by_two_hours_is_asked_and_later_is_missed(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群");
	i64 id = sop(&boss, owned_by(w, "linna"), EVERY_DAY, 201);
	down(w, MORNING + MS_HOUR + RECUR_LATE_MS);
	casts_are(&boss, id, "open 1");
	down(w, MORNING + MS_HOUR + 2 * MS_DAY + RECUR_LATE_MS + 1);
	casts_are(&boss, id, "closed 1,missed 0,missed 0");
	at(&boss, "POST", id, "/pause", 200);
	live(w, 2 * MS_DAY);
	at(&boss, "POST", id, "/resume", 200);
	casts_are(&boss, id, "closed 1,missed 0,missed 0"); /* a pause leaves out, and says nothing of it */
	live_until(w, MORNING + MS_HOUR + 5 * MS_DAY);
	casts_are(&boss, id, "closed 1,missed 0,missed 0,open 1");
	at(&boss, "POST", id, "/end", 200);
	at(&boss, "POST", id, "/resume", 409);
}

#define DAY_AFTER "{\"day\":2,\"at_minute\":720,\"content\":{\"text\":\"两天了\"}}"

/* Every day at eleven, and two days after a group was made: what a pause would stop, and that it can be undone. */
static void a_pause_says_what_stops_and_can_be_undone(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群");
	group(w, "linna", "二群");
	i64 id = sop(&boss, owned_by(w, "linna"), EVERY_DAY "," DAY_AFTER, 201);
	const struct json *v = at(&boss, "GET", id, "/ahead", 200);
	assert_int_equal(json_i64(v, "posts", -1), 7 + 1);
	assert_int_equal(json_i64(v, "groups", -1), 7 * 2 + 2);
	assert_int_equal(json_i64(v, "next_ms", 0), MORNING + MS_HOUR);
	assert_int_equal(json_i64(v, "open", -1), 0);
	live_until(w, MORNING + MS_HOUR + MS_MINUTE);
	assert_int_equal(json_i64(at(&boss, "GET", id, "/ahead", 200), "open", -1), 1); /* asked: a pause does not take it back */
	at(&boss, "POST", id, "/pause", 200);
	live_until(w, MORNING + MS_DAY + MS_HOUR + MS_MINUTE);
	casts_are(&boss, id, "closed 2");
	const struct json *back;
	str path = arena_printf(w->t->arena, SOPS "/%lld/resume", (long long)id);
	assert_int_equal(asks(&boss, "POST", path, &back, "{\"undo\":true}"), 200);
	live(w, MS_MINUTE);
	casts_are(&boss, id, "closed 2,open 2"); /* a minute late, as if nothing had been */
	at(&boss, "POST", id, "/pause", 200);
	live_until(w, MORNING + 2 * MS_DAY + MS_HOUR + MS_MINUTE);
	at(&boss, "POST", id, "/resume", 200);
	live(w, MS_MINUTE);
	casts_are(&boss, id, "closed 2,closed 2"); /* gone on with: what came due is left out */
	at(&boss, "POST", id, "/end", 200);
	assert_int_equal(json_i64(at(&boss, "GET", id, "/ahead", 200), "posts", -1), 0);
	at(&boss, "GET", 12345, "/ahead", 404);
}

static void a_plan_names_groups_and_days_ahead(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w), linna = asking_as(w, "linna");
	group(w, "linna", "一群");
	group(w, "xiaqing", "二群");
	str hers = owned_by(w, "linna");
	sop(&boss, STR("\"owner_ids\":[]"), EVERY_DAY, 422);
	sop(&boss, hers, "{\"every\":\"once\",\"first_day\":\"2025-11-30\"," ELEVEN "}", 422);
	sop(&boss, hers, "{" ELEVEN "}", 422);
	sop(&boss, hers, "{\"day\":366," ELEVEN "}", 422);
	sop(&boss, hers, "{\"every\":\"weekly\",\"first_day\":\"2025-12-01\"," ELEVEN "}", 422);
	sop(&boss, hers, "{\"day\":0,\"at_minute\":660,\"content\":{}}", 422);
	i64 id = sop(&linna, arena_printf(w->t->arena, "\"owner_ids\":[\"%lld\",\"%lld\"]", (long long)staff_id(w, "linna"), (long long)staff_id(w, "xiaqing")),
		     EVERY_DAY, 201);
	assert_int_equal(json_i64(at(&linna, "GET", id, "", 200), "groups", -1), 1); /* others' groups are not hers to post to */
	live_until(w, MORNING + MS_HOUR);
	casts_are(&boss, id, "open 1");
	at(&boss, "GET", 1, "", 404);
}

static void a_company_has_so_many_plans(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	group(w, "linna", "一群");
	str hers = owned_by(w, "linna");
	for (int i = 0; i < GROUPCAST_SOPS_MAX; i++)
		sop(&boss, hers, EVERY_DAY, 201);
	sop(&boss, hers, EVERY_DAY, 409);
	assert_true(str_has(boss.reply.body, STR(FAIL_STR(GROUPCAST_SOPS_MAX))));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(owners_get_their_task_when_a_post_is_due), CASE(days_count_from_when_a_group_was_made),
		CASE(classes_and_words_choose_together_with_owners), CASE(late_by_two_hours_is_asked_and_later_is_missed),
		CASE(a_plan_names_groups_and_days_ahead), CASE(a_pause_says_what_stops_and_can_be_undone),
		CASE(a_company_has_so_many_plans),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

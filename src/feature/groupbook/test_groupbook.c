/*
 * The group book: health at its edges, lists and what a scope sees of them, labels, days, several seats, comparison.
 */
#include "app/test_app_ask.h"

#include "feature/groupbook/groupbook_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static str group(struct world *w, const char *owner, const char *name, int people)
{
	return json_str(sim_say(w, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"%s\",\"people\":%d}", owner, name, people), "chat_id");
}

static void join(struct world *w, str chat, str xid)
{
	sim_say(w, "/sim/group/join", "{\"chat_id\":\"%.*s\",\"external_userid\":\"%.*s\"}", STR_F(chat), STR_F(xid));
}

static struct group_chat row(struct world *w, str chat)
{
	struct group_chat g;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat, &g)), OK);
	return g;
}

static const struct json *list(struct asking *b, const char *query)
{
	const struct json *v;
	str target = arena_printf(b->w->t->arena, "/api/v1/groups?%s", query);
	assert_int_equal(asks(b, "GET", target, &v, "%s", ""), 200);
	return v;
}

static size_t rows_of(const struct json *v) { return json_get(v, "data")->n; }

static void health_is_made_of_what_the_mirror_knows(void **state)
{
	assert_int_equal(groupbook_health(&(struct group_state){ 100, 99, 99, 1, 0, false }), 100);
	assert_int_equal(groupbook_health(&(struct group_state){ 100, 99, 99, 0, 0, false }), 90);
	assert_int_equal(groupbook_health(&(struct group_state){ 100, 99, 0, 1, 0, false }), 80);
	assert_int_equal(groupbook_health(&(struct group_state){ 1, 0, 0, 0, 0, false }), 40);
	assert_int_equal(groupbook_health(&(struct group_state){ 50, 40, 0, 0, 40, false }), 35); /* half of them left */
	assert_int_equal(groupbook_health(&(struct group_state){ 500, 499, 499, 9, 0, true }), GROUPBOOK_OWNERLESS);
}

static void lists_are_filtered_sorted_and_paged(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	group(w, "linna", "宝妈一群", 3);
	group(w, "linna", "宝妈50%群", 9);
	str gone = group(w, "xiaqing", "福利群", 1);
	live(w, MS_MINUTE);
	assert_int_equal(rows_of(list(&b, "")), 3);
	const struct json *v = list(&b, "sort=largest&limit=2");
	assert_int_equal(rows_of(v), 2);
	assert_int_equal(json_i64(&json_get(v, "data")->items[0], "members", 0), 10);
	str next = json_str(v, "next_cursor");
	v = list(&b, arena_cstr(w->t->arena, arena_printf(w->t->arena, "sort=largest&limit=2&cursor=%.*s", STR_F(next))));
	assert_int_equal(rows_of(v), 1);
	assert_true(json_str(v, "next_cursor").n == 0);
	assert_int_equal(rows_of(list(&b, "q=50%25")), 1); /* a sign of its own, no pattern */
	assert_int_equal(rows_of(list(&b, "q=%E5%AE%9D%E5%A6%88")), 2);
	assert_int_equal(rows_of(list(&b, "least=5&most=10")), 1);
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(gone));
	live(w, MS_MINUTE);
	assert_int_equal(rows_of(list(&b, "")), 2);
	assert_int_equal(rows_of(list(&b, "state=dissolved")), 1);
	v = list(&b, "sort=worst");
	assert_int_equal(rows_of(v), 2);
	assert_true(json_i64(&json_get(v, "data")->items[0], "health", -1) <= json_i64(&json_get(v, "data")->items[1], "health", -1));
}

static void a_scope_sees_the_groups_of_its_staff(void **state)
{
	struct world *w = *state;
	const struct json *v;
	group(w, "linna", "她的", 1);
	str other = group(w, "xiaqing", "别人的", 1);
	live(w, MS_MINUTE);
	struct asking b = asking_as(w, "linna");
	v = list(&b, "");
	assert_int_equal(rows_of(v), 1);
	str path = arena_printf(w->t->arena, "/api/v1/groups/%lld", (long long)row(w, other).id);
	assert_int_equal(asks(&b, "GET", path, NULL, "%s", ""), 404);
	assert_int_equal(asks(&b, "GET", arena_printf(w->t->arena, "%.*s/members", STR_F(path)), NULL, "%s", ""), 404);
	assert_int_equal(asks(&b, "GET", STR("/api/v1/group-summary"), &v, "%s", ""), 200);
	assert_int_equal(json_i64(v, "groups", 0), 1);
	assert_int_equal(asks(&b, "GET", STR("/api/v1/group-days?first=1&last=2"), NULL, "%s", ""), 403);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-labels"), NULL, "{\"ids\":[\"%lld\"],\"add\":[\"x\"]}", (long long)row(w, other).id), 404);
}

static void a_persons_groups_are_those_the_viewer_sees(void **state)
{
	struct world *w = *state;
	const struct json *v;
	str hers = befriend(w, "linna", 1), one = group(w, "linna", "她的", 1), other = group(w, "xiaqing", "别人的", 1);
	i64 her = person_of(w, hers);
	join(w, one, hers);
	join(w, other, hers);
	live(w, MS_MINUTE);
	struct asking all = asking_new(w), narrow = asking_as(w, "linna"), foreign = asking_as(w, "xiaqing");
	str target = arena_printf(w->t->arena, "/api/v1/customers/%lld/groups", (long long)her);
	assert_int_equal(asks(&all, "GET", target, &v, "%s", ""), 200);
	assert_int_equal(rows_of(v), 2);
	assert_int_equal(asks(&narrow, "GET", target, &v, "%s", ""), 200);
	assert_int_equal(rows_of(v), 1);
	assert_true(str_eq_c(json_str(&json_get(v, "data")->items[0], "name"), "她的"));
	assert_int_equal(asks(&foreign, "GET", target, NULL, "%s", ""), 404);
	assert_int_equal(asks(&all, "GET", STR("/api/v1/customers/12345/groups"), NULL, "%s", ""), 404);
	assert_int_equal(asks(&all, "GET", STR("/api/v1/customers/x/groups"), NULL, "%s", ""), 422);
}

static void classes_and_tags_are_put_on_many_or_on_none(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	const struct json *v;
	struct arena *a = w->t->arena;
	str one = group(w, "linna", "一", 1), two = group(w, "linna", "二", 1);
	live(w, MS_MINUTE);
	long long first = row(w, one).id, second = row(w, two).id;
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-classes"), &v, "{\"name\":\"会员群\"}"), 201);
	long long class = id_in(v, "id");
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-classes"), NULL, "{\"name\":\"会员群\"}"), 409);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-labels"), &v, "{\"ids\":[\"%lld\",\"%lld\"],\"class\":\"%lld\",\"add\":[\"高活跃\",\"华东\"]}",
			      first, second, class), 200);
	assert_int_equal(json_i64(v, "groups", 0), 2);
	assert_int_equal(rows_of(list(&b, arena_cstr(a, arena_printf(a, "class=%lld", class)))), 2);
	assert_int_equal(rows_of(list(&b, "word=%E5%8D%8E%E4%B8%9C")), 2);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-labels"), NULL, "{\"ids\":[\"%lld\",\"77\"],\"add\":[\"坏的\"]}", first), 404);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-labels"), NULL,
			      "{\"ids\":[\"%lld\"],\"add\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}", first), 422); /* an 11th */
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-labels"), NULL, "{\"ids\":[\"%lld\"],\"add\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"]}", first), 200);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-labels"), NULL, "{\"ids\":[\"%lld\"],\"class\":\"0\",\"remove\":[\"华东\"]}", second), 200);
	assert_int_equal(rows_of(list(&b, "word=%E5%8D%8E%E4%B8%9C")), 1);
	assert_int_equal(asks(&b, "DELETE", arena_printf(a, "/api/v1/group-classes/%lld", class), NULL, "%s", ""), 204);
	assert_int_equal(rows_of(list(&b, "")), 2);
}

static void a_company_has_so_many_classes(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	for (int i = 0; i < GROUPBOOK_CLASSES_MAX; i++)
		assert_int_equal(asks(&b, "POST", STR("/api/v1/group-classes"), NULL, "{\"name\":\"类%d\"}", i), 201);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/group-classes"), NULL, "{\"name\":\"又一类\"}"), 409);
}

static void days_count_who_came_and_went(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	const struct json *v;
	str friend = befriend(w, "linna", 1), chat = group(w, "linna", "日报", 2);
	join(w, chat, friend);
	live(w, MS_MINUTE);
	sim_say(w, "/sim/group/leave", "{\"chat_id\":\"%.*s\",\"external_userid\":\"%.*s\"}", STR_F(chat), STR_F(friend));
	live(w, MS_MINUTE);
	long long day = corp_day(&w->cx.unit, now(w));
	str target = arena_printf(w->t->arena, "/api/v1/group-days?first=%lld&last=%lld&group=%lld", day, day, (long long)row(w, chat).id);
	assert_int_equal(asks(&b, "GET", target, &v, "%s", ""), 200);
	const struct json *days = json_get(v, "days");
	assert_int_equal(days->n, 1);
	assert_int_equal(json_i64(&days->items[0], "joined", 0), 3);
	assert_int_equal(json_i64(&days->items[0], "gone", 0), 1);
	assert_int_equal(asks(&b, "GET", arena_printf(w->t->arena, "/api/v1/group-days?first=%lld&last=%lld", day - 180, day), NULL, "%s", ""), 422);
	assert_int_equal(asks(&b, "GET", arena_printf(w->t->arena, "/api/v1/group-days?first=%lld&last=%lld", day - 179, day), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "days")->n, 1);
}

static void who_sits_in_several_groups_is_listed_most_first(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	const struct json *v;
	str friend = befriend(w, "linna", 1), three = json_str(sim_say(w, "/sim/person", "{\"name\":\"路人\"}"), "external_userid");
	str chats[3];
	for (int i = 0; i < 3; i++) {
		chats[i] = group(w, i < 2 ? "linna" : "xiaqing", "重复", 1);
		join(w, chats[i], three);
		if (i < 2)
			join(w, chats[i], friend);
	}
	live(w, MS_MINUTE);
	assert_int_equal(asks(&b, "GET", STR("/api/v1/group-several?limit=1"), &v, "%s", ""), 200);
	const struct json *people = json_get(v, "people");
	assert_int_equal(people->n, 1);
	assert_true(str_eq(json_str(&people->items[0], "member"), three));
	assert_int_equal(json_i64(&people->items[0], "seats", 0), 3);
	assert_int_equal(json_get(&people->items[0], "groups")->n, 3);
	str target = arena_printf(w->t->arena, "/api/v1/group-several?limit=1&seats=%lld&after=%.*s", (long long)json_i64(v, "next_seats", 0),
				  STR_F(json_str(v, "next_after")));
	assert_int_equal(asks(&b, "GET", target, &v, "%s", ""), 200);
	people = json_get(v, "people");
	assert_int_equal(id_in(&people->items[0], "customer_id"), person_of(w, friend));
	sim_say(w, "/sim/group/leave", "{\"chat_id\":\"%.*s\",\"external_userid\":\"%.*s\",\"removed\":true}", STR_F(chats[0]), STR_F(friend));
	live(w, MS_MINUTE);
	assert_int_equal(asks(&b, "GET", STR("/api/v1/group-several"), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "people")->n, 1);
	struct asking narrow = asking_as(w, "xiaqing");
	assert_int_equal(asks(&narrow, "GET", STR("/api/v1/group-several"), &v, "%s", ""), 200);
	people = json_get(v, "people");
	assert_int_equal(people->n, 1);
	assert_int_equal(json_get(&people->items[0], "groups")->n, 1); /* of three she sees her own */
}

static void wecoms_own_figures_stand_beside_ours(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	const struct json *v;
	group(w, "linna", "比一比", 4);
	live(w, 2 * MS_DAY);
	long long day = corp_day(&w->cx.unit, now(w)), owner = staff_id(w, "linna");
	str target = arena_printf(w->t->arena, "/api/v1/group-compare?owner=%lld&day=%lld", owner, day - 1);
	assert_int_equal(asks(&b, "GET", target, &v, "%s", ""), 200);
	assert_int_equal(json_i64(v, "groups", 0), 1);
	assert_int_equal(json_i64(v, "members", 0), json_i64(v, "ours_members", 1));
	assert_int_equal(json_i64(v, "ours_groups", 0), 1);
}

static void the_night_counts_everybody_anew(void **state)
{
	struct world *w = *state;
	struct group_card card;
	str chat = group(w, "linna", "夜里", 3);
	live(w, MS_MINUTE);
	i64 id = row(w, chat).id;
	live(w, 35 * MS_DAY); /* nobody joined for a month */
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_card_get(snap, &(struct groupbook_id){ id }, &card)), OK);
	assert_int_equal(card.joined, 0);
	assert_int_equal(card.health, 40 + 30 * 4 / 100);
	sim_say(w, "/sim/group/change", "{\"chat_id\":\"%.*s\",\"status\":1}", STR_F(chat));
	live(w, MS_DAY);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_card_get(snap, &(struct groupbook_id){ id }, &card)), OK);
	assert_int_equal(card.health, GROUPBOOK_OWNERLESS);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), \
		   { #test "_spread_8", test, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(health_is_made_of_what_the_mirror_knows),
		BOTH(lists_are_filtered_sorted_and_paged),
		BOTH(a_scope_sees_the_groups_of_its_staff), BOTH(a_persons_groups_are_those_the_viewer_sees),
		BOTH(classes_and_tags_are_put_on_many_or_on_none), cmocka_unit_test_setup_teardown(a_company_has_so_many_classes, make, world_free),
		BOTH(days_count_who_came_and_went),
		BOTH(who_sits_in_several_groups_is_listed_most_first),
		BOTH(wecoms_own_figures_stand_beside_ours),
		BOTH(the_night_counts_everybody_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

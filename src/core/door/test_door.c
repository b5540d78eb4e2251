/*
 * Doors: keys stay, what stands behind them may change; visits are counted in memory and written soon.
 */
#include "app/test_app_sim.h"

#include "core/door/door_data.h"

static bool page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	(void)env;
	if (door->target != 7)
		return false;
	ret->page = str_eq_c(http_query(visit->req, "q"), "1") ? STR("asked") : STR("hello");
	return true;
}

static err enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	(void)visit;
	if (door->target == 9)
		return cx_fail(cx, ERR_NOT_FOUND, T_DOOR_GONE, STR_NIL, STR_NIL, STR_NIL);
	ret->location = door->params;
	return OK;
}

static const struct door_kind kinds[] = { { "test", page, enter }, { 0 } };
static const struct module test_module = { .name = "test", .doc = "A kind of doors for this test.", .doors = kinds };

static int make(void **state)
{
	world_new(state, 1);
	struct world *w = *state;
	size_t n = 0;
	while (modules[n])
		n++;
	const struct module **list = ARENA_ARRAY(w->t->arena, const struct module *, n + 2);
	memcpy(list, modules, n * sizeof(*list));
	list[n] = &test_module;
	w->env.modules = list;
	return 0;
}

static str add(struct world *w, i64 target, const char *params, ms expires)
{
	str key;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_add(tx, "test", target, str_c(params), expires, &key)), OK);
	assert_int_equal(key.n, DOOR_KEY_CHARS);
	return key;
}

static int open_door(struct world *w, str key, const char *query, struct http_reply *ret)
{
	struct http_req req = { .arena = w->t->arena, .method = STR("GET") };
	*ret = (struct http_reply){ 0 };
	assert_true(http_target(&req, arena_printf(w->t->arena, "/d/%.*s%s", STR_F(key), query)));
	dispatch_handle(dispatch_new(w->t->arena, &w->env, NULL), &req, ret);
	return ret->status;
}

static int status(struct world *w, str key)
{
	struct http_reply r;
	return open_door(w, key, "", &r);
}

static i64 visits(struct world *w, str key)
{
	struct door_day *rows;
	size_t n;
	i64 sum = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, door_days(snap, key, 0, 1 << 20, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++)
		sum += rows[i].visits;
	return sum;
}

static void a_door_answers_from_memory(void **state)
{
	struct world *w = *state;
	struct http_reply r;
	str key = add(w, 7, "", NIL);
	assert_int_equal(open_door(w, key, "", &r), 200);
	assert_true(str_eq_c(r.body, "hello"));
	assert_int_equal(open_door(w, key, "?q=1", &r), 200);
	assert_true(str_eq_c(r.body, "asked"));
	assert_true(str_eq(door_url(&w->env, w->t->arena, key), arena_printf(w->t->arena, "http://product.test/d/%.*s", STR_F(key))));
}

static bool quick(struct world *w, str key, struct http_reply *ret)
{
	struct http_req req = { .arena = w->t->arena, .method = STR("GET") };
	*ret = (struct http_reply){ 0 };
	assert_true(http_target(&req, arena_printf(w->t->arena, "/d/%.*s", STR_F(key))));
	return door_module.at_once(&w->env, &req, ret);
}

/* The quick way answers what the ordinary one does, and leaves to it whatever needs the store. */
static void most_visits_are_answered_at_once(void **state)
{
	struct world *w = *state;
	struct http_reply slow, fast;
	str key = add(w, 7, "", NIL), other = add(w, 1, "https://a.example/", NIL), brief = add(w, 7, "", now(w) + MS_HOUR);
	assert_false(quick(w, key, &fast)); /* the first of a while sets the timer */
	assert_int_equal(open_door(w, key, "", &slow), 200);
	assert_true(quick(w, key, &fast));
	assert_int_equal(fast.status, 200);
	assert_true(str_eq(fast.body, slow.body) && str_eq(fast.type, slow.type));
	assert_false(quick(w, other, &fast)); /* another place, by the ordinary way */
	assert_false(quick(w, STR("abcdefghjk"), &fast));
	assert_true(quick(w, brief, &fast));
	live(w, MS_HOUR + 1);
	open_door(w, key, "", &slow);
	assert_false(quick(w, brief, &fast));
	live(w, DOOR_FLUSH_MS);
	assert_int_equal(visits(w, key), 3);
	assert_int_equal(visits(w, brief), 1);
}

static void what_stands_behind_it_may_change(void **state)
{
	struct world *w = *state;
	struct http_reply r;
	struct door d;
	str key = add(w, 1, "https://a.example/", NIL);
	assert_int_equal(open_door(w, key, "", &r), 302);
	assert_int_equal(door_find(&w->cx.unit, key, &d), OK);
	d.params = STR("https://a-longer-one.example/and-more");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_put(tx, &d)), OK);
	assert_int_equal(open_door(w, key, "", &r), 302);
	assert_true(str_eq_c(r.headers[0].value, "https://a-longer-one.example/and-more"));
	d.target = 7;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_put(tx, &d)), OK);
	assert_int_equal(status(w, key), 200);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_remove(tx, key)), OK);
	assert_int_equal(status(w, key), 404);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_put(tx, &d)), ERR_NOT_FOUND);
}

static void unknown_expired_and_refused_doors_say_so(void **state)
{
	struct world *w = *state;
	struct http_reply r;
	assert_int_equal(status(w, STR("abcdefghjk")), 404);
	assert_int_equal(status(w, STR("short")), 404);
	assert_int_equal(status(w, STR("abcdefghj1")), 404);
	str key = add(w, 7, "", now(w) + MS_HOUR);
	clock_advance(&w->t->clock, now(w) + MS_HOUR);
	assert_int_equal(status(w, key), 200);
	clock_advance(&w->t->clock, now(w) + 1);
	assert_int_equal(open_door(w, key, "", &r), 404);
	assert_true(str_has(r.body, str_c(text_raw(T_DOOR_GONE, LANG_ZH))));
	assert_int_equal(status(w, add(w, 9, "", NIL)), 404);
}

static void parameters_are_kept_whole_up_to_the_limit(void **state)
{
	struct world *w = *state;
	struct door d;
	str key;
	char *text = arena_alloc(w->t->arena, DOOR_PARAMS_BYTES_MAX + 1);
	memset(text, 'x', DOOR_PARAMS_BYTES_MAX + 1);
	str params = str_of(text, DOOR_PARAMS_BYTES_MAX);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_add(tx, "test", 1, params, NIL, &key)), OK);
	assert_int_equal(door_find(&w->cx.unit, key, &d), OK);
	assert_true(str_eq(d.params, params));
	params.n++;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_add(tx, "test", 1, params, NIL, &key)), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "params");
}

static void visits_are_written_within_the_minute(void **state)
{
	struct world *w = *state;
	struct door_sum *sums;
	size_t n;
	str a = add(w, 7, "", NIL), b = add(w, 7, "", NIL);
	for (int i = 0; i < 3; i++)
		status(w, a);
	status(w, b);
	assert_int_equal(visits(w, a), 0);
	live(w, DOOR_FLUSH_MS);
	assert_int_equal(visits(w, a), 3);
	status(w, a);
	live(w, MS_DAY);
	status(w, a);
	doors_close(&w->env);
	assert_int_equal(visits(w, a), 5);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, door_sums(snap, "test", 0, 1 << 20, &sums, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(sums[0].visits, 6);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, door_sums(snap, "test", 0, 1, &sums, &n)), OK);
	assert_int_equal(n, 0);
}

static void counts_that_could_not_be_written_are_kept(void **state)
{
	struct world *w = *state;
	struct door_count *counts;
	str key = add(w, 7, "", NIL);
	status(w, key);
	status(w, key);
	size_t n = doors_take(w->env.doors, w->corp, w->t->arena, &counts);
	assert_int_equal(n, 1);
	doors_give(w->env.doors, counts, n);
	status(w, key);
	live(w, 3 * DOOR_FLUSH_MS);
	assert_int_equal(visits(w, key), 3);
}

static void a_restart_knows_every_door(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	str key = add(w, 7, "", NIL);
	struct strs keys;
	doors_close(&w->env);
	assert_int_equal(status(w, key), 200); /* without memory from the store */
	assert_int_equal(door_module.start(&w->env, &f), OK);
	assert_int_equal(status(w, key), 200);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, door_keys(snap, "test", 7, &keys)), OK);
	assert_int_equal(keys.n, 1);
}

static void a_visit_of_a_known_person_is_told(void **state)
{
	struct world *w = *state;
	struct door d;
	struct event ev;
	struct door_visited v;
	i64 her = person_of(w, befriend(w, "linna", 1)), slot = slot_of_customer(w->t->store, her);
	assert_int_equal(door_find(&w->cx.unit, add(w, 7, "ad=1", NIL), &d), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, door_visit_known(tx, her, &d)), OK);
	assert_int_equal(told(w, her, EV_DOOR_VISITED, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, event_body(snap, &ev, &door_visited_record, &v)), OK);
	assert_true(str_eq(v.key, d.key) && str_eq_c(v.params, "ad=1"));
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_door_answers_from_memory), ONE(most_visits_are_answered_at_once), ONE(what_stands_behind_it_may_change), ONE(unknown_expired_and_refused_doors_say_so),
		ONE(parameters_are_kept_whole_up_to_the_limit), ONE(visits_are_written_within_the_minute),
		ONE(counts_that_could_not_be_written_are_kept), ONE(a_restart_knows_every_door),
		ONE(a_visit_of_a_known_person_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

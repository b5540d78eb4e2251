/*
 * Phone lists against the simulator: what is refused, how they are spread, the daily share, and how new friends are
 * found among the numbers.
 */
#include "app/test_app_sim.h"

#include "core/staff/todo.h"
#include "feature/phonelist/phonelist_data.h"
#include "store/seal.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static err call(struct world *w, const struct route *routes, const char *method, const char *path, const void *in, void *out, str body,
		struct http_reply *reply)
{
	struct http_req req = { .arena = w->t->arena, .body = body };
	struct cx cx = w->cx;
	for (const struct route *r = routes; r->fn; r++) {
		if (strcmp(r->method, method) != 0 || strcmp(r->path, path) != 0)
			continue;
		cx.in = in;
		cx.out = out;
		cx.req = &req;
		cx.reply = reply;
		err e = r->fn(&cx);
		w->cx.unit.fail = cx.unit.fail;
		return e;
	}
	fail_msg("no such route");
	return ERR_INTERNAL;
}

/* Brings in a list for those members; its id, or 0 with *ret. */
static i64 bring(struct world *w, const char *file, const char *const *users, err *ret)
{
	struct { str name, source, basis; struct ids staff; } in = { STR("会员卡"), STR("门店办卡登记"), STR("入会协议第 3 条"), { 0 } };
	static char out[512];
	struct phonelist *rows;
	size_t n;
	in.staff.v = ARENA_ARRAY(w->t->arena, i64, 8);
	for (; *users; users++)
		in.staff.v[in.staff.n++] = staff_id(w, *users);
	err e = call(w, phonelist_routes, "POST", "/api/v1/phone-lists", &in, out, str_c(file), NULL);
	if (ret)
		*ret = e;
	else
		assert_int_equal(e, OK);
	if (e != OK)
		return 0;
	settle(w);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, phonelist_list(snap, &(struct phonelist_find){ INT64_MAX, 1 }, &rows, &n)), OK);
	return rows[0].id;
}

static struct phonelist list_of(struct world *w, i64 id)
{
	struct phonelist l;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, phonelist_get(snap, &(struct phonelist_key){ id }, &l)), OK);
	return l;
}

static struct phonelist_row row(struct world *w, i64 list, i64 id)
{
	struct phonelist_row r, key = { .list = list, .id = id };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, phonelist_row_get(snap, &key, &r)), OK);
	return r;
}

static bool is(struct world *w, i64 list, i64 id, const char *state) { return str_eq_c(row(w, list, id).state, state); }

static i64 tally(struct world *w, i64 list, const char *user, const char *state)
{
	struct phonelist_tally *t;
	size_t n;
	i64 sum = 0, staff = user ? staff_id(w, user) : 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, phonelist_tallies(snap, &(struct phonelist_key){ list }, &t, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(t[i].state, state) && (!user || t[i].staff == staff))
			sum += t[i].n;
	return sum;
}

static const char *const two[] = { "linna", "xiaqing", NULL };
static const char *const one[] = { "linna", NULL };

static str rejects(struct world *w, i64 list)
{
	struct http_reply reply = { 0 };
	assert_int_equal(call(w, phonelist_routes, "GET", "/api/v1/phone-lists/{id}/rejects", &(struct phonelist_key){ list }, NULL, STR_NIL, &reply), OK);
	return reply.body;
}

static void rows_are_refused_one_by_one_with_their_reason(void **state)
{
	struct world *w = *state;
	i64 id = bring(w, "姓名,手机号\n甲,13900000001\n乙,139 0000 0001\n丙,+1 415 555 0100\n丁,12345\n戊,138****1234\n己,13900000002\n,=cmd\n", two, NULL);
	struct phonelist l = list_of(w, id);
	assert_true(str_eq_c(l.state, "open"));
	assert_int_equal(l.total, 2);
	assert_int_equal(l.refused, 5);
	assert_true(l.upload == NIL);
	str csv = rejects(w, id);
	assert_true(str_has(csv, STR("3,\"139 0000 0001\",\"名单内重复\"")));
	assert_true(str_has(csv, STR("4,\"'+1 415 555 0100\",\"不是中国大陆手机号\"")));
	assert_true(str_has(csv, STR("5,\"12345\",\"号码格式不对\"")));
	assert_true(str_has(csv, STR("6,\"138****1234\",\"号码格式不对\"")));
	assert_true(str_has(csv, STR("8,\"'=cmd\",\"号码格式不对\"")));
	i64 again = bring(w, "手机号\n13900000002\n13900000003\n", two, NULL);
	assert_int_equal(list_of(w, again).total, 1);
	assert_true(str_has(rejects(w, again), STR("在另一份进行中的名单里")));
	assert_int_equal(told(w, 0, EV_PHONELIST_READ, NULL), 2);
	assert_true(!str_has(row(w, id, 2).sealed, STR("139")));
}

static err name_of(const struct snap *s, str sealed, str *ret) { return unseal_text(s, 0, sealed, ret); }

static void a_long_name_is_kept_in_part(void **state)
{
	struct world *w = *state;
	struct buf b = buf_new(w->t->arena, 4096);
	str name;
	buf_add_c(&b, "手机号,姓名\n13900000001,");
	for (int i = 0; i <= PHONELIST_LABEL_MAX; i++)
		buf_add_c(&b, i < PHONELIST_LABEL_MAX ? "鱼" : "尾");
	buf_add_c(&b, "\n");
	i64 id = bring(w, arena_cstr(w->t->arena, buf_str(&b)), two, NULL);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, name_of(snap, row(w, id, 2).name, &name)), OK);
	assert_int_equal(str_utf8_len(name), PHONELIST_LABEL_MAX);
	assert_true(!str_has(name, STR("尾")));
}

static void a_list_without_source_or_numbers_is_refused_whole(void **state)
{
	struct world *w = *state;
	err e;
	bring(w, "姓名,城市\n甲,上海\n", two, &e);
	assert_int_equal(e, ERR_INPUT);
	bring(w, "手机号\n", two, &e);
	assert_int_equal(e, ERR_INPUT);
	bring(w, "PK\x03\x04 no workbook", two, &e);
	assert_true(e != OK);
	struct phonelist_columns found;
	struct buf b = buf_new(w->t->arena, (size_t)4 << 20);
	buf_add_c(&b, "手机号\n");
	for (int i = 0; i < PHONELIST_ROWS_MAX; i++)
		buf_add_c(&b, "13900000001\n");
	assert_int_equal(phonelist_look(&w->cx, buf_str(&b), &found), OK);
	assert_int_equal(found.rows, PHONELIST_ROWS_MAX);
	buf_add_c(&b, "13900000001\n");
	assert_int_equal(phonelist_look(&w->cx, buf_str(&b), &found), ERR_TOO_LARGE);
}

static str many(struct world *w, int count)
{
	struct buf b = buf_new(w->t->arena, (size_t)8 << 20);
	buf_add_c(&b, "手机号\n");
	for (int i = 0; i < count; i++)
		buf_fmt(&b, "1391%07d\n", i);
	return buf_str(&b);
}

static void numbers_are_spread_evenly_over_many_steps(void **state)
{
	struct world *w = *state;
	i64 id = bring(w, arena_cstr(w->t->arena, many(w, 1501)), two, NULL);
	assert_int_equal(list_of(w, id).total, 1501);
	assert_int_equal(tally(w, id, "linna", "todo"), 751);
	assert_int_equal(tally(w, id, "xiaqing", "todo"), 750);
}

/* Among her work of today: so many. */
static i64 todo_of(struct world *w, i64 staff)
{
	struct todo_list list = { 0 };
	assert_int_equal(phonelist_todos(&w->cx, staff, &list), OK);
	assert_true(list.v.n <= 1);
	return list.v.n ? list.v.v[0].count : 0;
}

static void a_day_has_its_share_and_a_number_its_way(void **state)
{
	struct world *w = *state;
	i64 linna = staff_id(w, "linna"), id = bring(w, arena_cstr(w->t->arena, many(w, PHONELIST_DAY_MAX + 2)), one, NULL);
	assert_int_equal(todo_of(w, linna), PHONELIST_DAY_MAX);
	assert_int_equal(todo_of(w, staff_id(w, "xiaqing")), 0);
	for (i64 i = 2; i < 2 + PHONELIST_DAY_MAX; i++)
		assert_int_equal(phonelist_mark(&w->cx, linna, id, i, i % 2 ? STR("asked") : STR("not_found")), OK);
	assert_int_equal(phonelist_mark(&w->cx, linna, id, 2 + PHONELIST_DAY_MAX, STR("asked")), ERR_STATE);
	assert_int_equal(todo_of(w, linna), 0);
	assert_int_equal(tally(w, id, "linna", "asked"), PHONELIST_DAY_MAX / 2);
	assert_int_equal(tally(w, id, "linna", "todo"), 2);
	assert_int_equal(phonelist_mark(&w->cx, linna, id, 2, STR("todo")), OK); /* taken back: a place again */
	assert_int_equal(phonelist_mark(&w->cx, linna, id, 2 + PHONELIST_DAY_MAX, STR("asked")), OK);
	assert_int_equal(phonelist_mark(&w->cx, linna, id, 3, STR("refused")), OK); /* no new number: no share needed */
	assert_int_equal(phonelist_mark(&w->cx, staff_id(w, "xiaqing"), id, 4, STR("asked")), ERR_NOT_FOUND);
	live(w, MS_DAY);
	assert_int_equal(todo_of(w, linna), 2);
	assert_int_equal(phonelist_mark(&w->cx, linna, id, 3 + PHONELIST_DAY_MAX, STR("asked")), OK);
	assert_int_equal(call(w, phonelist_routes, "POST", "/api/v1/phone-lists/{id}/close", &(struct phonelist_key){ id },
			      arena_alloc(w->t->arena, 512), STR_NIL, NULL), OK);
	assert_int_equal(phonelist_mark(&w->cx, linna, id, 2, STR("asked")), ERR_STATE);
}

static i64 adds(struct world *w, const char *user, const char *more)
{
	const struct json *v = sim_say(w, "/sim/scan", "{\"userid\":\"%s\",\"add_way\":2,\"skip_verify\":true,\"person\":{\"name\":\"顾客%d\"}%s}",
				       user, w->scans++, more);
	live(w, MS_MINUTE);
	return person_of(w, json_str(v, "external_userid"));
}

static void a_mobile_in_the_remark_matches(void **state)
{
	struct world *w = *state;
	i64 id = bring(w, "手机号\n13900000001\n13900000002\n", one, NULL);
	assert_int_equal(phonelist_mark(&w->cx, staff_id(w, "linna"), id, 2, STR("asked")), OK);
	i64 her = adds(w, "linna", ",\"remark_mobiles\":[\"13900000001\"]");
	struct phonelist_row r = row(w, id, 2);
	assert_true(str_eq_c(r.state, "passed") && str_eq_c(r.how, "remark"));
	assert_int_equal(r.customer, her);
	assert_int_equal(told(w, her, EV_PHONE_PASSED, NULL), 1);
	assert_int_equal(tally(w, id, "linna", "passed"), 1);
	assert_int_equal(tally(w, id, "linna", "asked"), 0);
	adds(w, "xiaqing", ",\"remark_mobiles\":[\"13900000002\"]"); /* another member, and nobody had tapped */
	assert_true(is(w, id, 3, "passed"));
}

static void a_proven_phone_matches_and_friends_are_told_apart(void **state)
{
	struct world *w = *state;
	i64 id = bring(w, "手机号\n13900000007\n", one, NULL);
	struct identity_in ids[] = { { STR("external_userid"), STR_NIL, true }, { STR("phone"), STR("+8613900000007"), true } };
	const struct json *v = sim_say(w, "/sim/scan", "{\"userid\":\"linna\",\"add_way\":3,\"skip_verify\":true,\"person\":{\"name\":\"她\"}}");
	i64 her;
	ids[0].value = json_str(v, "external_userid");
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ ids, 2, false, now(w), STR("bind"), STR_NIL }, &her, NULL, NULL), OK);
	live(w, MS_MINUTE);
	assert_true(is(w, id, 2, "passed") && str_eq_c(row(w, id, 2).how, "bound"));
	i64 next = bring(w, "手机号\n13900000007\n13900000008\n", one, NULL);
	assert_true(is(w, next, 2, "friend") && is(w, next, 3, "todo"));
	assert_int_equal(tally(w, next, NULL, "friend"), 1);
}

static size_t guesses(struct world *w, const char *user, struct phonelist_guess **ret)
{
	size_t n;
	struct phonelist_seen of = { staff_id(w, user), 0, 100 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, phonelist_guesses(snap, &of, ret, &n)), OK);
	return n;
}

static void a_phone_search_within_three_days_is_a_guess_for_one_tap(void **state)
{
	struct world *w = *state;
	struct phonelist_guess *g;
	i64 linna = staff_id(w, "linna"), id = bring(w, "手机号\n13900000001\n13900000002\n13900000003\n", one, NULL);
	adds(w, "linna", ""); /* nothing was asked yet */
	assert_int_equal(guesses(w, "linna", &g), 0);
	assert_int_equal(phonelist_mark(&w->cx, linna, id, 2, STR("asked")), OK);
	adds(w, "xiaqing", ""); /* another member */
	assert_int_equal(guesses(w, "xiaqing", &g), 0);
	i64 her = adds(w, "linna", "");
	assert_int_equal(guesses(w, "linna", &g), 1);
	assert_int_equal(g[0].customer, her);
	assert_true(is(w, id, 2, "asked"));
	assert_int_equal(phonelist_settle(&w->cx, linna, her, id, 2), OK);
	settle(w);
	assert_true(is(w, id, 2, "passed") && str_eq_c(row(w, id, 2).how, "tap"));
	assert_int_equal(told(w, her, EV_PHONE_PASSED, NULL), 1);
	assert_int_equal(guesses(w, "linna", &g), 0);
	assert_int_equal(phonelist_settle(&w->cx, linna, her, id, 2), ERR_NOT_FOUND);

	assert_int_equal(phonelist_mark(&w->cx, linna, id, 3, STR("asked")), OK);
	live(w, PHONELIST_GUESS_MS - 2 * MS_MINUTE);
	i64 late = adds(w, "linna", "");
	assert_int_equal(guesses(w, "linna", &g), 1);
	assert_int_equal(phonelist_settle(&w->cx, linna, late, 0, 0), OK); /* none of them */
	assert_true(is(w, id, 3, "asked"));
	live(w, 5 * MS_MINUTE);
	adds(w, "linna", "");
	assert_int_equal(guesses(w, "linna", &g), 0);
}

static void what_waits_goes_on_to_the_others_when_staff_leave(void **state)
{
	struct world *w = *state;
	i64 id = bring(w, arena_cstr(w->t->arena, many(w, 10)), two, NULL);
	assert_int_equal(phonelist_mark(&w->cx, staff_id(w, "linna"), id, 2, STR("asked")), OK);
	assert_int_equal(tally(w, id, "linna", "todo"), 4);
	sim_say(w, "/sim/staff", "{\"userid\":\"linna\",\"left\":true}");
	live(w, MS_MINUTE);
	assert_int_equal(tally(w, id, "linna", "todo"), 0);
	assert_int_equal(tally(w, id, "linna", "asked"), 1);
	assert_int_equal(tally(w, id, "xiaqing", "todo"), 9);
	err e;
	bring(w, "手机号\n13800000001\n", one, &e);
	assert_int_equal(e, ERR_INPUT);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define S(name) { #name "_spread", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(rows_are_refused_one_by_one_with_their_reason),
		T(a_long_name_is_kept_in_part),
		T(a_list_without_source_or_numbers_is_refused_whole),
		T(numbers_are_spread_evenly_over_many_steps),
		T(a_day_has_its_share_and_a_number_its_way),
		T(a_mobile_in_the_remark_matches),
		S(a_mobile_in_the_remark_matches),
		T(a_proven_phone_matches_and_friends_are_told_apart),
		S(a_proven_phone_matches_and_friends_are_told_apart),
		T(a_phone_search_within_three_days_is_a_guess_for_one_tap),
		T(what_waits_goes_on_to_the_others_when_staff_leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

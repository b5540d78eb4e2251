/*
 * The welfare scheme against the simulator: weights and spill-over, who was asked, and who did not join.
 */
#include "app/test_app_sim.h"

#include "base/hash.h"
#include "core/group/group.h"
#include "core/guest/guest_data.h"
#include "store/journal.h"
#include "feature/lucky/lucky_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static err try_make(struct world *w, struct lucky_account_in *pool, size_t n, i64 *ret)
{
	struct lucky_edit in = { STR("福利官"), 1000, { pool, n } };
	return WRITE_TX(&w->cx.unit, w->base, lucky_make(tx, &in, ret));
}

static struct lucky row(struct world *w, i64 id)
{
	struct lucky l;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lucky_get(snap, id, &l)), OK);
	return l;
}

static i64 two(struct world *w, i64 first, i64 second)
{
	struct lucky_account_in pool[] = { { staff_id(w, "linna"), first }, { staff_id(w, "gaoshan"), second } };
	i64 id = 0;
	assert_int_equal(try_make(w, pool, second ? 2 : 1, &id), OK);
	settle(w);
	return id;
}

static void friends(struct world *w, const char *userid, i64 by)
{
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, staff_customers(tx, staff_id(w, userid), by)), OK);
}

static void the_pool_is_shared_by_weight_and_spills_over(void **state)
{
	struct world *w = *state;
	i64 id = two(w, 3, 1), staff, hits = 0, linna = staff_id(w, "linna");
	struct lucky l = row(w, id);
	assert_int_equal(effects(w, "add_contact_way", ""), 2);
	for (u64 dice = 0; dice < 400; dice++) {
		assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lucky_pick(snap, &l, dice, &staff)), OK);
		hits += staff == linna;
	}
	assert_int_equal(hits, 300);
	struct staff s;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, staff_get(snap, linna, &s)), OK);
	friends(w, "linna", 979 - s.customers); /* two percent below the limit is the edge */
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lucky_pick(snap, &l, 0, &staff)), OK);
	assert_int_equal(staff == linna, linna < staff_id(w, "gaoshan"));
	friends(w, "linna", 1);
	for (u64 dice = 0; dice < 10; dice++) {
		assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lucky_pick(snap, &l, dice, &staff)), OK);
		assert_true(staff != linna);
	}
	friends(w, "gaoshan", 1000);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lucky_pick(snap, &l, 0, &staff)), ERR_STATE);
	assert_int_equal(w->cx.unit.fail.text, T_LUCKY_SPENT);
}

static struct lucky_ask *missing(struct world *w, i64 id, size_t *ret_n)
{
	struct lucky_ask *rows;
	struct lucky_missing in = { id, INT64_MAX, INT64_MAX, 100 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, lucky_missing_page(snap, &in, &rows, ret_n)), OK);
	return rows;
}

static str comes(struct world *w, i64 lucky, const char *userid)
{
	struct way way;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, way_get(snap, LUCKY_OWNER, lucky, staff_id(w, userid), &way)), OK);
	str ext = json_str(sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"顾客%d\"}}", STR_F(way.config_id), w->scans++),
			   "external_userid");
	live(w, MS_MINUTE);
	return ext;
}

static i64 scanned(struct world *w, i64 lucky, const char *userid) { return person_of(w, comes(w, lucky, userid)); }

static err joins(struct tx *tx, i64 customer, ms at)
{
	struct group_seat_event seat = { .group = 5, .chat_id = STR("wr1"), .group_name = STR("群"), .member = STR("wm"), .way = STR("code"),
					 .state = STR_NIL, .invitor = STR_NIL, .at = at };
	return journal_add(tx, EV_GROUP_JOINED, customer, at, &group_seat_event_record, &seat, NULL);
}

static void who_did_not_join_is_a_list(void **state)
{
	struct world *w = *state;
	size_t n;
	i64 id = two(w, 1, 1), a = scanned(w, id, "linna"), b = scanned(w, id, "gaoshan");
	assert_int_equal(told(w, a, EV_LUCKY_ASKED, NULL), 1);
	struct lucky_ask *rows = missing(w, id, &n);
	assert_true(n == 2 && rows[0].customer == b && rows[1].customer == a);
	/* Of a viewer who sees nobody's customers: nothing. */
	w->cx.unit.scope = 77;
	missing(w, id, &n);
	assert_int_equal(n, 0);
	w->cx.unit.scope = 0;
	/* A seat from before she was asked is no answer; one after it is. */
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, a), joins(tx, a, MORNING - MS_DAY)), OK);
	settle(w);
	missing(w, id, &n);
	assert_int_equal(n, 2);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, a), joins(tx, a, now(w))), OK);
	settle(w);
	rows = missing(w, id, &n);
	assert_true(n == 1 && rows[0].customer == b);
	assert_int_equal(told(w, a, EV_LUCKY_JOINED, NULL), 1);
	/* The other corp sees nothing of it. */
	w->cx.unit.corp = 1;
	missing(w, id, &n);
	assert_int_equal(n, 0);
	w->cx.unit.corp = w->corp;
}

/* session: of her cookie, or none. */
static int asks_as(struct world *w, const char *session, const char *method, str target, const char *body, struct json **ret)
{
	struct http_req req = { .arena = w->t->arena, .method = str_c(method), .peer = STR("10.0.0.1"), .body = str_c(body) };
	struct http_reply r = { 0 };
	req.headers[req.header_count++] = (struct http_pair){ STR("Host"), STR("product.test") };
	req.headers[req.header_count++] = (struct http_pair){ STR("Content-Type"), STR("application/json") };
	req.headers[req.header_count++] = (struct http_pair){ STR("Cookie"), arena_printf(w->t->arena, GUEST_COOKIE "=%s", session) };
	assert_true(http_target(&req, target));
	dispatch_handle(dispatch_new(w->t->arena, &w->env, NULL), &req, &r);
	assert_int_equal(json_parse(r.body, w->t->arena, ret, &w->cx.unit.fail), OK);
	return r.status;
}

static int asks(struct world *w, const char *method, str target, const char *body, struct json **ret)
{
	return asks_as(w, "", method, target, body, ret);
}

static void walked(struct world *w, const char *session, str ext)
{
	u8 digest[SHA256_BYTES];
	hash_sha256(str_c(session), digest);
	struct guest_session row = { .token = hash_hex(w->t->arena, digest, sizeof(digest)), .state = str_c(session), .external_userid = ext,
				     .openid = STR_NIL, .created = now(w), .expires = now(w) + GUEST_SESSION_MS };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, guest_session_add(tx, &row)), OK);
}

static void who_gives_no_position_chooses_city_and_store(void **state)
{
	struct world *w = *state;
	struct arena *a = w->t->arena;
	struct outlet_edit in;
	struct strs keys;
	struct json *v;
	i64 id = two(w, 1, 0), shop;
	record_init(&outlet_edit_record, &in);
	in = (struct outlet_edit){ .code = STR("S1"), .name = STR("东店"), .city = STR("上海"), .address = STR("东路 1 号"), .system = STR("WGS-84"),
				   .lat = 31.23, .lng = 121.47, .department = NIL, .tag = NIL };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_make(tx, &in, &shop)), OK);
	in.code = STR("S2");
	in.name = STR("西店");
	in.city = STR("苏州");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, outlet_make(tx, &in, &shop)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, door_keys(snap, "lucky.group", id, &keys)), OK);
	assert_int_equal(asks(w, "GET", arena_printf(a, "/h5/api/lucky/places?key=%.*s", STR_F(keys.v[0])), "", &v), 200);
	assert_int_equal(json_get(v, "cities")->n, 2);
	assert_int_equal(json_get(v, "stores")->n, 0);
	assert_int_equal(asks(w, "GET", arena_printf(a, "/h5/api/lucky/places?key=%.*s&city=%%E8%%8B%%8F%%E5%%B7%%9E", STR_F(keys.v[0])), "", &v), 200);
	assert_int_equal(json_get(v, "stores")->n, 1);
	assert_true(str_eq_c(json_str(&json_get(v, "stores")->items[0], "name"), "西店"));
	/* Which group she is shown is kept with her: so who she is must be known. */
	str body = arena_printf(a, "{\"key\":\"%.*s\",\"outlet\":\"%lld\"}", STR_F(keys.v[0]), (long long)shop);
	assert_int_equal(asks(w, "POST", STR("/h5/api/lucky/choose"), arena_cstr(a, body), &v), 401);
	assert_int_equal(asks(w, "GET", STR("/h5/api/lucky/places?key=nosuchdoor"), "", &v), 404);
	str ext = comes(w, id, "linna");
	walked(w, "hers", ext);
	walked(w, "strange", STR("wmNobody"));
	assert_int_equal(asks_as(w, "hers", "POST", STR("/h5/api/lucky/choose"), arena_cstr(a, body), &v), 200);
	assert_true(str_eq_c(json_str(v, "store"), "西店"));
	size_t n;
	struct lucky_ask *rows = missing(w, id, &n);
	assert_true(n == 1 && rows[0].customer == person_of(w, ext) && rows[0].outlet == shop);
	/* A stranger is shown the group too, and stands in no list; a store that is not there is none. */
	assert_int_equal(asks_as(w, "strange", "POST", STR("/h5/api/lucky/choose"), arena_cstr(a, body), &v), 200);
	missing(w, id, &n);
	assert_int_equal(n, 1);
	body = arena_printf(a, "{\"key\":\"%.*s\",\"outlet\":\"4711\"}", STR_F(keys.v[0]));
	assert_int_equal(asks_as(w, "hers", "POST", STR("/h5/api/lucky/choose"), arena_cstr(a, body), &v), 404);
}

static void pools_have_bounds_and_accounts_come_and_go(void **state)
{
	struct world *w = *state;
	i64 id, linna = staff_id(w, "linna");
	struct lucky_account_in twice[] = { { linna, 1 }, { linna, 2 } }, many[LUCKY_ACCOUNTS_MAX + 1];
	assert_int_equal(try_make(w, twice, 2, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_LUCKY_POOL);
	assert_int_equal(try_make(w, NULL, 0, &id), ERR_INPUT);
	for (int i = 0; i <= LUCKY_ACCOUNTS_MAX; i++)
		many[i] = (struct lucky_account_in){ i + 1, 1 };
	assert_int_equal(try_make(w, many, LUCKY_ACCOUNTS_MAX + 1, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_LUCKY_POOL);
	id = two(w, 1, 1);
	struct lucky_edit one = { STR("福利官"), NIL, { twice, 1 } };
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, lucky_change(tx, id, 1, &one)), OK);
	settle(w);
	assert_int_equal(effects(w, "del_contact_way", ""), 1);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, lucky_change(tx, id, 1, &one)), ERR_CONFLICT);
	for (int i = 1; i < LUCKY_MAX; i++)
		assert_int_equal(try_make(w, twice, 1, &id), OK);
	i64 over;
	assert_int_equal(try_make(w, twice, 1, &over), ERR_STATE);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, lucky_remove(tx, id)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, lucky_remove(tx, id)), ERR_NOT_FOUND);
	assert_int_equal(try_make(w, twice, 1, &over), OK);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, make, world_free)
	const struct CMUnitTest tests[] = {
		T(the_pool_is_shared_by_weight_and_spills_over), T(who_did_not_join_is_a_list),
		cmocka_unit_test_setup_teardown(who_did_not_join_is_a_list, make_spread, world_free),
		T(pools_have_bounds_and_accounts_come_and_go), T(who_gives_no_position_chooses_city_and_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Group codes against the simulator: made, found again after lost replies, rotated at the threshold, refilled by WeCom, low and
 * told once, counted, switched off.
 */
#include "app/test_app_ask.h"

#include "feature/groupcode/groupcode_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static str chat(struct world *w, const char *name, int people)
{
	return json_str(sim_say(w, "/sim/group/make", "{\"userid\":\"linna\",\"name\":\"%s\",\"people\":%d}", name, people), "chat_id");
}

static i64 group_id(struct world *w, str chat_id)
{
	struct group_chat g;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat_id, &g)), OK);
	return g.id;
}

static struct groupcode_edit edit_of(struct world *w, const str *chats, size_t n, i64 threshold, bool more)
{
	i64 *ids = ARENA_ARRAY(w->t->arena, i64, n);
	for (size_t i = 0; i < n; i++)
		ids[i] = group_id(w, chats[i]);
	return (struct groupcode_edit){ .name = STR("门口海报"), .groups = { ids, n }, .threshold = threshold, .auto_create = more,
					.base_name = STR("福利群"), .base_id = 3, .offer = STR("进群领 <10> 元券"), .link = STR("https://shop.test/c?a=1&b=2") };
}

static err try_create(struct world *w, const struct groupcode_edit *in, i64 *ret)
{
	return WRITE_TX(&w->cx.unit, w->base, groupcode_create(tx, in, ret));
}

static i64 create(struct world *w, const str *chats, size_t n, i64 threshold, bool more)
{
	i64 id = 0;
	struct groupcode_edit in = edit_of(w, chats, n, threshold, more);
	assert_int_equal(try_create(w, &in, &id), OK);
	live(w, MS_MINUTE);
	return id;
}

static struct groupcode row(struct world *w, i64 id)
{
	struct groupcode c;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, groupcode_get(snap, &(struct groupcode_key){ id }, &c)), OK);
	return c;
}

/* Somebody scans WeCom's picture; the group she lands in. */
static str scan(struct world *w, i64 id)
{
	str at = json_str(sim_say(w, "/sim/group/join", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"访客%d\"}}", STR_F(row(w, id).config_id), w->scans++), "chat_id");
	live(w, 10 * MS_SECOND);
	return at;
}

static str page_of(struct world *w, struct asking *b, i64 id, int status)
{
	assert_int_equal(asks(b, "GET", arena_printf(w->t->arena, "/d/%.*s", STR_F(row(w, id).door)), NULL, "%s", ""), status);
	return b->reply.body;
}

static void one_address_shows_the_picture_the_offer_and_the_link(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	str one = chat(w, "一", 0);
	live(w, MS_MINUTE);
	struct groupcode_edit in = edit_of(w, &one, 1, 200, false);
	i64 id;
	assert_int_equal(try_create(w, &in, &id), OK);
	assert_true(str_has(page_of(w, &b, id, 200), str_c(text_raw(T_GROUPCODE_SOON, LANG_ZH))));
	live(w, MS_MINUTE);
	struct groupcode c = row(w, id);
	assert_true(str_eq_c(c.state, "active") && c.qr_url.n > 0 && c.wecom_state.n <= WECOM_WAY_STATE_CHARS_MAX);
	str page = page_of(w, &b, id, 200);
	assert_true(str_has(page, c.qr_url) && str_has(page, STR("&lt;10&gt;")) && str_has(page, STR("https://shop.test/c?a=1&amp;b=2")));
	assert_true(str_has(page, str_c(text_raw(T_GROUPCODE_PRESS, LANG_ZH))));
	in.offer = STR("换了");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, groupcode_change(tx, id, c.version, &in)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, groupcode_change(tx, id, c.version, &in)), ERR_CONFLICT);
	live(w, MS_MINUTE);
	assert_true(str_eq(row(w, id).door, c.door) && str_eq(row(w, id).qr_url, c.qr_url));
	assert_true(str_has(page_of(w, &b, id, 200), STR("换了")));
}

static void at_the_threshold_the_next_group_takes_over(void **state)
{
	struct world *w = *state;
	str chats[7];
	for (int i = 0; i < 7; i++)
		chats[i] = chat(w, "群", i == 0 ? 7 : 1); /* with the owner 8 and 2 */
	live(w, MS_MINUTE);
	i64 id = create(w, chats, 7, 10, false);
	assert_true(str_eq(scan(w, id), chats[0]) && str_eq(scan(w, id), chats[0])); /* the 9th and the 10th */
	struct groupcode c = row(w, id);
	assert_false(str_has(c.lent, chats[0]));
	assert_true(str_has(c.lent, chats[5]) && !str_has(c.lent, chats[6])); /* five are lent */
	assert_true(str_eq(scan(w, id), chats[1]));
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(chats[1]));
	live(w, MS_MINUTE);
	assert_true(str_has(row(w, id).lent, chats[6]) && !str_has(row(w, id).lent, chats[1]));
	assert_true(str_eq(scan(w, id), chats[2]));
	struct asking b = asking_new(w);
	const struct json *v;
	assert_int_equal(asks(&b, "GET", STR("/api/v1/groupcodes"), &v, "%s", ""), 200);
	v = &json_get(v, "data")->items[0];
	assert_int_equal(json_i64(v, "joined", 0), 4);
	assert_int_equal(json_get(v, "groups")->n, 7);
	assert_int_equal(json_i64(v, "room", 0), 5 * 8 - 1);
}

static void the_visitor_behind_200_lands_in_a_group_wecom_makes(void **state)
{
	struct world *w = *state;
	sim_say(w, "/sim/corp", "{\"group_full\":10}");
	str one = chat(w, "一", 8);
	live(w, MS_MINUTE);
	i64 id = create(w, &one, 1, 10, true);
	assert_true(str_eq(scan(w, id), one));
	str made = scan(w, id);
	assert_false(str_eq(made, one));
	struct groupcode_pool *pool;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, groupcode_pool_of(snap, &(struct groupcode_key){ id }, &pool, &n)), OK);
	assert_int_equal(n, 2);
	assert_true(str_eq(pool[1].chat_id, made) && str_eq_c(pool[1].name, "福利群3"));
	assert_true(str_eq(row(w, id).lent, made));
	assert_int_equal(told(w, 0, EV_GROUPCODE_LOW, NULL), 0);
	assert_true(str_eq(scan(w, id), made));
}

static void a_code_about_to_run_dry_is_told_once(void **state)
{
	struct world *w = *state;
	str one = chat(w, "一", 185), two = chat(w, "二", 0); /* and the owner: 186 */
	live(w, MS_MINUTE);
	i64 id = create(w, &one, 1, 200, false);
	assert_int_equal(row(w, id).room, GROUPCODE_WARN_LEFT + 1);
	assert_false(row(w, id).low);
	scan(w, id); /* 187 of 200 */
	assert_true(row(w, id).low);
	scan(w, id);
	assert_int_equal(told(w, 0, EV_GROUPCODE_LOW, NULL), 1);
	str both[2] = { one, two };
	struct groupcode_edit in = edit_of(w, both, 2, 200, false);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, groupcode_change(tx, id, row(w, id).version, &in)), OK);
	live(w, MS_MINUTE);
	assert_false(row(w, id).low);
}

static void lost_replies_and_refusals_are_mended(void **state)
{
	struct world *w = *state;
	str one = chat(w, "一", 0);
	live(w, MS_MINUTE);
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/groupchat/add_join_way\"}");
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":-1,\"api\":\"externalcontact/groupchat/get_join_way\"}");
	i64 id = create(w, &one, 1, 200, false);
	live(w, 10 * MS_MINUTE);
	assert_true(str_eq_c(row(w, id).state, "active") && row(w, id).qr_url.n);
	assert_true(str_eq(scan(w, id), one));
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":41045,\"api\":\"externalcontact/groupchat/add_join_way\"}");
	i64 refused = create(w, &one, 1, 200, false);
	live(w, MS_MINUTE);
	assert_true(str_eq_c(row(w, refused).state, "failed") && str_eq_c(row(w, refused).fail_code, "41045"));
	struct groupcode_edit in = edit_of(w, &one, 1, 200, false);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, groupcode_change(tx, refused, row(w, refused).version, &in)), OK);
	live(w, MS_MINUTE);
	assert_true(str_eq_c(row(w, refused).state, "active"));
}

static void what_cannot_be_is_refused(void **state)
{
	struct world *w = *state;
	i64 id;
	str one = chat(w, "一", 0), gone = chat(w, "散", 0), twice[2] = { one, one };
	live(w, MS_MINUTE);
	sim_say(w, "/sim/group/dissolve", "{\"chat_id\":\"%.*s\"}", STR_F(gone));
	live(w, MS_MINUTE);
	struct groupcode_edit in = edit_of(w, &gone, 1, 200, false);
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_GROUPCODE_DISSOLVED);
	in = edit_of(w, twice, 2, 200, false);
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	in = edit_of(w, &one, 1, 200, true);
	in.base_name = STR("");
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	in = edit_of(w, &one, 1, 200, false);
	in.link = STR("javascript:alert(1)");
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	struct asking b = asking_new(w);
	long long g = group_id(w, one);
	const char *body = "{\"name\":\"x\",\"group_ids\":[\"%lld\"],\"threshold\":%d}";
	assert_int_equal(asks(&b, "POST", STR("/api/v1/groupcodes"), NULL, body, g, 201), 422);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/groupcodes"), NULL, body, g, 1), 422);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/groupcodes"), NULL, body, g, 200), 202);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/groupcodes"), NULL, body, g, 2), 202);
}

static void a_code_switched_off_shows_no_page(void **state)
{
	struct world *w = *state;
	struct asking b = asking_new(w);
	str one = chat(w, "一", 0);
	live(w, MS_MINUTE);
	i64 id = create(w, &one, 1, 200, false);
	page_of(w, &b, id, 200);
	page_of(w, &b, id, 200);
	live(w, 2 * MS_MINUTE);
	const struct json *v;
	assert_int_equal(asks(&b, "GET", STR("/api/v1/groupcodes"), &v, "%s", ""), 200);
	assert_int_equal(json_i64(&json_get(v, "data")->items[0], "asked", 0), 2);
	assert_int_equal(asks(&b, "DELETE", arena_printf(w->t->arena, "/api/v1/groupcodes/%lld", (long long)id), NULL, "%s", ""), 204);
	page_of(w, &b, id, 404);
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "del_join_way", ""), 1);
	assert_int_equal(asks(&b, "DELETE", arena_printf(w->t->arena, "/api/v1/groupcodes/%lld", (long long)id), NULL, "%s", ""), 404);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), \
		   { #test "_spread_8", test, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(one_address_shows_the_picture_the_offer_and_the_link),
		BOTH(at_the_threshold_the_next_group_takes_over),
		BOTH(the_visitor_behind_200_lands_in_a_group_wecom_makes),
		BOTH(a_code_about_to_run_dry_is_told_once),
		BOTH(lost_replies_and_refusals_are_mended),
		BOTH(what_cannot_be_is_refused),
		BOTH(a_code_switched_off_shows_no_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

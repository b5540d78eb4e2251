/*
 * Who serves a code: hours, weights, caps, backup, switches, people who leave; and what relay codes, links and
 * partners' pages show.
 */
#include "app/test_app_sim.h"

#include "core/follow/follow.h"
#include "feature/livecode/livecode_int.h"
#include "feature/livecode/livecode_partner.h"
#include "feature/livecode/livecode_rota.h"
#include "feature/livecode/livecode_stat_data.h"
#include "feature/livecode/livecode_visitor.h"

#define WEEKDAYS 31
#define EVERY_DAY 127

extern const struct module livecode_module;

static int begin(void **state, i64 spread)
{
	struct fail f = { 0 };
	world_new(state, spread);
	assert_int_equal(livecode_module.start(&((struct world *)*state)->env, &f), OK);
	return 0;
}
static int make(void **state) { return begin(state, 1); }
static int make_spread(void **state) { return begin(state, 8); }

static struct livecode row(struct world *w, i64 id)
{
	struct livecode c;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_get(snap, &(struct livecode_key){ id }, &c)), OK);
	return c;
}

/* A code of linna and xiaqing. */
static struct livecode_edit edit_of(struct world *w, const char *kind, struct livecode_plan *plan)
{
	i64 *staff = ARENA_ARRAY(w->t->arena, i64, 2);
	staff[0] = staff_id(w, "linna");
	staff[1] = staff_id(w, "xiaqing");
	if (plan)
		record_init(&livecode_plan_record, plan);
	return (struct livecode_edit){ .name = STR("轮值码"), .staff = { staff, 2 }, .skip_verify = true, .kind = str_c(kind), .plan = plan };
}

static err try_create(struct world *w, struct livecode_edit *in, i64 *ret)
{
	*ret = 0;
	return WRITE_TX(&w->cx.unit, w->base, livecode_create(tx, in, ret));
}

static i64 create(struct world *w, struct livecode_edit *in)
{
	i64 id;
	assert_int_equal(try_create(w, in, &id), OK);
	settle(w);
	assert_true(str_eq_c(row(w, id).state, "active"));
	return id;
}

static struct list members(struct world *w, const struct livecode_member *v, size_t n)
{
	struct livecode_member *copy = ARENA_ARRAY(w->t->arena, struct livecode_member, n);
	memcpy(copy, v, n * sizeof(*v));
	return (struct list){ copy, n };
}

/* Whom WeCom has for it. */
static str users(struct world *w, i64 id)
{
	struct corp_wecom app;
	struct wecom_call call = wecom_of(w, &app);
	struct wecom_way way;
	struct buf b = buf_new(w->t->arena, 4096);
	assert_int_equal(wecom_way_get(&call, row(w, id).config_id, &way), OK);
	for (size_t i = 0; i < way.users.n; i++)
		buf_fmt(&b, "%s%.*s", i ? "," : "", STR_F(way.users.v[i]));
	buf_add_c(&b, way.skip_verify ? "" : " asked");
	return buf_str(&b);
}

static bool served_by(struct world *w, i64 id, const char *names) { return str_eq_c(users(w, id), names); }

static str scan_way(struct world *w, str config, const char *name)
{
	str ext = json_str(sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"name\":\"%s%d\"}}", STR_F(config), name, w->scans++),
			   "external_userid");
	settle(w);
	return ext;
}

static struct livecode_group counts(struct world *w, i64 id)
{
	struct livecode_group g;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_sum_of(snap, &(struct livecode_span){ id, 0, INT32_MAX }, &g)), OK);
	return g;
}

static void open_key(struct world *w, str key, struct http_reply *ret)
{
	struct http_req req = { .arena = w->t->arena, .method = STR("GET") };
	*ret = (struct http_reply){ 0 };
	assert_true(http_target(&req, arena_printf(w->t->arena, "/d/%.*s", STR_F(key))));
	dispatch_handle(dispatch_new(w->t->arena, &w->env, NULL), &req, ret);
}

/* The member whose page is shown: "" nobody. */
static const char *shown(struct world *w, i64 id)
{
	struct http_reply r;
	open_key(w, row(w, id).door, &r);
	assert_int_equal(r.status, 200);
	struct staff s;
	static const char *const who[] = { "linna", "xiaqing", "tangmei" };
	for (size_t i = 0; i < ARRAY_LEN(who); i++) {
		assert_int_equal(READ_SNAP(&w->cx.unit, w->base, staff_by_userid(snap, str_c(who[i]), &s)), OK);
		if (str_has(r.body, arena_printf(w->t->arena, "<p>%.*s</p>", STR_F(s.name))))
			return who[i];
	}
	assert_true(str_has(r.body, str_c(text_raw(T_LIVECODE_NOBODY, LANG_ZH))));
	return "";
}

static str way_of(struct world *w, i64 id, const char *userid)
{
	struct livecode_way *ways;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_ways(snap, &(struct livecode_key){ id }, &ways, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (ways[i].staff == staff_id(w, userid))
			return ways[i].config_id;
	return STR_NIL;
}

/* 10:00 on a Monday. */
static void shifts_change_who_answers_at_their_edge(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "direct", &plan);
	struct livecode_shift shifts[] = { { WEEKDAYS, 540, 1080, { in.staff.v, 1 } }, { EVERY_DAY, 1080, 1440, { in.staff.v + 1, 1 } } };
	plan.shifts = (struct list){ shifts, 2 };
	i64 id = create(w, &in);
	assert_true(served_by(w, id, "linna"));
	live_until(w, MORNING + 8 * MS_HOUR - 1);
	assert_true(served_by(w, id, "linna"));
	live_until(w, MORNING + 8 * MS_HOUR); /* 18:00 */
	assert_true(served_by(w, id, "xiaqing"));
	assert_int_equal(row(w, id).version, 2); /* an edit that is open does not meet a conflict */
	live_until(w, MORNING + 14 * MS_HOUR); /* 0:00: nobody's hours; the last list stays, and the alarm says so */
	assert_true(str_eq_c(row(w, id).alarm, "no_duty"));
	live_until(w, MORNING + 23 * MS_HOUR); /* 9:00 on Tuesday */
	assert_true(served_by(w, id, "linna"));
	assert_true(str_is_nil(row(w, id).alarm));
	assert_int_equal(effects(w, "add_contact_way", ""), 1);
}

static void hours_of_the_week_are_judged_to_the_minute(void **state)
{
	struct world *w = *state;
	const struct tz *tz = corp_zone(&w->cx.unit, w->corp);
	ms monday = MORNING - 10 * MS_HOUR;
	assert_true(rota_within(1, 600, 660, tz, MORNING));
	assert_true(rota_within(1, 600, 660, tz, MORNING + MS_HOUR - 1));
	assert_false(rota_within(1, 600, 660, tz, MORNING + MS_HOUR));
	assert_false(rota_within(1, 601, 660, tz, MORNING));
	assert_false(rota_within(2, 600, 660, tz, MORNING));
	assert_true(rota_within(64, 0, 1440, tz, monday - 1));
	assert_true(rota_within(1, 0, 1440, tz, monday));
}

static void friends_pass_by_themselves_in_windows_only(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "direct", &plan);
	struct livecode_window pass = { EVERY_DAY, 540, 660 };
	plan.pass = (struct list){ &pass, 1 };
	i64 id = create(w, &in);
	assert_true(served_by(w, id, "linna,xiaqing"));
	live_until(w, MORNING + MS_HOUR);
	assert_true(served_by(w, id, "linna,xiaqing asked"));
}

static void a_reached_cap_takes_a_member_off_until_midnight(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "direct", &plan);
	struct livecode_member m[] = { { in.staff.v[0], 1, 2, false }, { in.staff.v[1], 1, 0, true } };
	plan.members = members(w, m, 2);
	i64 id = create(w, &in);
	assert_true(served_by(w, id, "linna"));
	scan_way(w, row(w, id).config_id, "甲");
	live(w, MS_MINUTE);
	assert_true(served_by(w, id, "linna"));
	scan_way(w, row(w, id).config_id, "甲");
	live(w, MS_MINUTE);
	assert_true(served_by(w, id, "xiaqing"));
	live_until(w, MORNING + 14 * MS_HOUR);
	assert_true(served_by(w, id, "linna"));
}

static void who_leaves_serves_no_code_from_then_on(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "direct", NULL);
	i64 both = create(w, &in), relay;
	in.staff.n = 1;
	i64 alone = create(w, &in);
	in = edit_of(w, "relay", NULL);
	relay = create(w, &in);
	sim_say(w, "/sim/staff", "{\"userid\":\"linna\",\"left\":true}");
	live(w, MS_MINUTE);
	assert_true(served_by(w, both, "xiaqing"));
	assert_true(str_is_nil(row(w, both).alarm));
	assert_true(str_eq_c(row(w, alone).alarm, "no_staff"));
	assert_int_equal(told(w, 0, EV_LIVECODE_ALARM, NULL), 1);
	for (int i = 0; i < 4; i++)
		assert_string_equal(shown(w, relay), "xiaqing");
	struct livecode *alarmed;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_alarmed(snap, &(struct livecode_find){ 0, INT64_MAX, 10 }, &alarmed, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(alarmed[0].id, alone);
}

static void who_is_switched_off_serves_no_code(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "direct", NULL);
	i64 id = create(w, &in), linna = staff_id(w, "linna");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_switch(tx, linna, false)), OK);
	settle(w);
	assert_true(served_by(w, id, "xiaqing"));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_switch(tx, staff_id(w, "xiaqing"), false)), OK);
	settle(w);
	assert_true(str_eq_c(row(w, id).alarm, "no_duty"));
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_switch(tx, linna, true)), OK);
	settle(w);
	assert_true(served_by(w, id, "linna"));
	assert_true(str_is_nil(row(w, id).alarm));
}

static void a_relay_code_shows_members_by_weight(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "relay", &plan);
	struct livecode_member m[] = { { in.staff.v[0], 3, 0, false }, { in.staff.v[1], 1, 0, false } };
	int linna = 0;
	plan.members = members(w, m, 2);
	i64 id = create(w, &in);
	assert_int_equal(effects(w, "add_contact_way", ""), 2);
	for (int i = 0; i < 40; i++)
		linna += strcmp(shown(w, id), "linna") == 0;
	assert_int_equal(linna, 30);
	live(w, DOOR_FLUSH_MS);
	struct door_day *days;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, door_days(snap, row(w, id).door, 0, INT32_MAX, &days, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(days[0].visits, 40);
	str ext = scan_way(w, way_of(w, id, "xiaqing"), "甲");
	assert_int_equal(counts(w, id).adds, 1);
	assert_true(person_of(w, ext) > 0);
}

static void a_relay_code_never_shows_more_than_a_cap(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "relay", &plan);
	struct livecode_member m[] = { { in.staff.v[0], 1, 2, false }, { in.staff.v[1], 1, 1, true } };
	plan.members = members(w, m, 2);
	i64 id = create(w, &in);
	assert_string_equal(shown(w, id), "linna");
	assert_string_equal(shown(w, id), "linna");
	assert_string_equal(shown(w, id), "xiaqing"); /* two are held: the backup */
	assert_string_equal(shown(w, id), "");
	scan_way(w, way_of(w, id, "linna"), "甲"); /* one came; the other let it be */
	clock_advance(&w->t->clock, now(w) + 10 * MS_MINUTE);
	settle(w);
	assert_string_equal(shown(w, id), "linna");
	scan_way(w, way_of(w, id, "linna"), "甲");
	clock_advance(&w->t->clock, now(w) + MS_HOUR);
	settle(w);
	assert_string_equal(shown(w, id), "xiaqing");
	live_until(w, MORNING + 14 * MS_HOUR); /* midnight */
	assert_string_equal(shown(w, id), "linna");
}

static void a_code_leads_to_a_group_without_being_printed_anew(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "relay", &plan);
	struct http_reply r;
	str group;
	i64 id = create(w, &in);
	str key = row(w, id).door;
	plan.leads = STR("group");
	plan.group = 77;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_change(tx, id, row(w, id).version, &in)), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "group");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_add(tx, LIVECODE_GROUP_DOOR, 77, STR(""), NIL, &group)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_change(tx, id, row(w, id).version, &in)), OK);
	settle(w);
	open_key(w, key, &r);
	assert_int_equal(r.status, 302);
	assert_true(str_eq(r.headers[0].value, door_url(&w->env, w->t->arena, group)));
	plan.leads = STR("friend");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_change(tx, id, row(w, id).version, &in)), OK);
	settle(w);
	assert_true(shown(w, id)[0] != 0);
	assert_true(str_eq(row(w, id).door, key));
	in = edit_of(w, "direct", &plan);
	plan.leads = STR("group");
	plan.group = 77;
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	plan.leads = STR("friend_group");
	assert_int_equal(try_create(w, &in, &id), OK);
}

static void a_member_without_a_picture_is_not_shown(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "relay", NULL);
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":84074,\"api\":\"externalcontact/add_contact_way\"}");
	i64 id = create(w, &in);
	const char *first = shown(w, id);
	assert_true(first[0] != 0);
	for (int i = 0; i < 3; i++)
		assert_string_equal(shown(w, id), first);
}

static void an_advertisement_is_known_by_its_key(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "link", NULL);
	struct content hello = { .text = STR("广告的朋友好") };
	struct http_reply r;
	struct event ev;
	struct livecode_came came;
	const str params = STR("{\"plan\":\"A\",\"creative\":\"9931\",\"click\":\"abcdefabcdefabcdefabcdefabcdefabcdef\"}");
	str key;
	in.welcome = &hello;
	i64 id = create(w, &in);
	assert_int_equal(effects(w, "create_link", ""), 1);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_key_add(tx, id, params, &key)), OK);
	open_key(w, key, &r);
	assert_int_equal(r.status, 302);
	assert_true(str_ends(r.headers[0].value, arena_printf(w->t->arena, "?customer_channel=%.*s.%.*s", STR_F(row(w, id).wecom_state), STR_F(key))));
	assert_true(row(w, id).wecom_state.n + 1 + key.n <= WECOM_CHANNEL_BYTES_MAX);
	str ext = json_str(sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"customer_channel\":\"%.*s.%.*s\",\"person\":{\"name\":\"广告\"}}",
				   STR_F(row(w, id).config_id), STR_F(row(w, id).wecom_state), STR_F(key)), "external_userid");
	settle(w);
	i64 her = person_of(w, ext);
	assert_int_equal(told(w, her, EV_LIVECODE_CAME, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), event_body(snap, &ev, &livecode_came_record, &came)), OK);
	assert_true(str_eq(came.params, params) && came.livecode == id);
	assert_int_equal(counts(w, id).adds, 1);
	assert_int_equal(effects(w, "send_welcome_msg", "广告的朋友好"), 1); /* the code's own greeting */
	in = edit_of(w, "direct", NULL);
	id = create(w, &in);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_key_add(tx, id, params, &key)), ERR_INPUT);
}

static void the_balance_of_links_is_watched(void **state)
{
	struct world *w = *state;
	struct livecode_quota q;
	live_until(w, MORNING + 20 * MS_HOUR + 1); /* six in the morning has passed */
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_quota_get(snap, &(struct none){ 0 }, &q)), OK);
	assert_int_equal(q.balance, 100);
	assert_int_equal(q.soon, 10);
	sim_say(w, "/sim/acquire", "{\"balance\":19}");
	live(w, MS_MINUTE);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_quota_get(snap, &(struct none){ 0 }, &q)), OK);
	assert_int_equal(q.balance, 19);
	assert_int_equal(told(w, 0, EV_ACQUIRE_TOLD, NULL), 1);
	assert_int_equal(told(w, 0, EV_ACQUIRE_LOW, NULL), 0); /* no links: nobody needs it */
	struct livecode_edit in = edit_of(w, "link", NULL);
	create(w, &in);
	live(w, 2 * MS_DAY); /* nights read it */
	assert_int_equal(told(w, 0, EV_ACQUIRE_LOW, NULL), 1);
	sim_say(w, "/sim/acquire", "{\"balance\":20}");
	live(w, MS_DAY);
	assert_int_equal(told(w, 0, EV_ACQUIRE_EASED, NULL), 1);
}

static void a_lost_reply_of_a_link_makes_no_second_one(void **state)
{
	struct world *w = *state;
	struct livecode_edit in = edit_of(w, "link", NULL);
	i64 id;
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/customer_acquisition/create_link\"}");
	assert_int_equal(try_create(w, &in, &id), OK);
	live(w, 5 * MS_MINUTE);
	assert_true(str_eq_c(row(w, id).state, "active"));
	assert_int_equal(effects(w, "create_link", ""), 1);
	in.name = STR("换名");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_change(tx, id, row(w, id).version, &in)), OK);
	settle(w);
	assert_int_equal(effects(w, "update_link", "换名"), 1);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_remove(tx, id)), OK);
	settle(w);
	assert_int_equal(effects(w, "delete_link", ""), 1);
}

static void a_remark_is_made_of_its_pattern_and_blocked_names_get_none(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "direct", &plan);
	str blocked = STR("微商");
	i64 *tags, tag;
	size_t n;
	sim_say(w, "/sim/tag", "{\"group\":\"人群\",\"name\":\"活动来的\"}");
	live(w, MS_MINUTE);
	struct tag t;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, STR("活动来的"), &t)), OK);
	tag = t.id;
	in.tags = (struct ids){ &tag, 1 };
	in.channel = STR("地铁");
	plan.remark = STR("{channel}{date}-{name}");
	plan.blocked = (struct strs){ &blocked, 1 };
	i64 id = create(w, &in);
	i64 good = person_of(w, scan_way(w, row(w, id).config_id, "小王")), bad = person_of(w, scan_way(w, row(w, id).config_id, "某某微商"));
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "externalcontact/remark", ""), 1);
	assert_int_equal(effects(w, "externalcontact/remark", "地铁1201-小王"), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, good), tag_of(snap, good, &tags, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, bad), tag_of(snap, bad, &tags, &n)), OK);
	assert_int_equal(n, 0);
}

static void greetings_go_by_the_hour(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "direct", &plan);
	struct content day = { .text = STR("白天好") }, night = { .text = STR("晚上好") };
	struct content_slot slot = { EVERY_DAY, 1080, 1440, &night };
	in.welcome = &day;
	plan.greetings = (struct list){ &slot, 1 };
	i64 id = create(w, &in);
	scan_way(w, row(w, id).config_id, "甲");
	live_until(w, MORNING + 8 * MS_HOUR);
	scan_way(w, row(w, id).config_id, "甲");
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "send_welcome_msg", "白天好"), 1);
	assert_int_equal(effects(w, "send_welcome_msg", "晚上好"), 1);
}

static void figures_keep_their_definitions(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	struct livecode_edit in = edit_of(w, "direct", NULL);
	in.staff.n = 1;
	i64 id = create(w, &in);
	str config = row(w, id).config_id, ext = scan_way(w, config, "甲");
	scan_way(w, config, "乙");
	sim_say(w, "/sim/delete", "{\"who\":\"customer\",\"userid\":\"linna\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	live(w, MS_DAY);
	sim_say(w, "/sim/scan", "{\"config_id\":\"%.*s\",\"person\":{\"external_userid\":\"%.*s\"}}", STR_F(config), STR_F(ext));
	live(w, MS_MINUTE);
	for (int i = 0; i < 2; i++) {
		struct livecode_group g = counts(w, id);
		assert_int_equal(g.adds, 3);
		assert_int_equal(g.firsts, 2);
		assert_int_equal(g.agains, 1);
		assert_int_equal(g.losses, 1);
		assert_int_equal(g.losses_last, 1);
		assert_int_equal(g.drops, 0);
		assert_int_equal(g.gone, 1);
		assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "livecode", &f), OK);
	}
}

static void what_a_kind_cannot_do_is_refused(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "direct", &plan);
	i64 id, stranger = staff_id(w, "tangmei");
	struct livecode_member m[] = { { in.staff.v[0], 2, 0, false }, { in.staff.v[1], 1, 0, false } };
	plan.members = members(w, m, 2);
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "weight");
	plan.members.n = 0;
	struct livecode_shift shift = { WEEKDAYS, 600, 600, in.staff };
	plan.shifts = (struct list){ &shift, 1 };
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_int_equal(w->cx.unit.fail.text, T_LIVECODE_HOURS);
	shift.to = 601;
	assert_int_equal(try_create(w, &in, &id), OK);
	shift.staff = (struct ids){ &stranger, 1 };
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "shifts");
}

static void a_partner_sees_her_codes_only_and_no_small_figure(void **state)
{
	struct world *w = *state;
	struct livecode codes[2] = { { .name = STR("茶饮A") }, { .name = STR("茶饮B") } };
	struct livecode_group sums[2] = { { .adds = PARTNER_SMALL, .firsts = PARTNER_SMALL - 1, .losses = 0 }, { .adds = 20, .firsts = 11, .losses = 1 } };
	str page = partner_html(w->t->arena, STR("茶饮"), codes, sums, 2);
	assert_true(str_has(page, STR("<td>茶饮A<td>5<td>少于 5<td>0")));
	assert_true(str_has(page, STR("<td>茶饮B<td>20<td>11<td>少于 5")));
	assert_true(str_has(page, STR("Σ<th>25<th>11<th>0")));
	struct livecode_partner p = { .id = 5, .name = STR("茶饮"), .created = now(w) };
	struct http_reply r;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, door_add(tx, LIVECODE_PARTNER_DOOR, 5, STR(""), NIL, &p.door)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_partner_add(tx, &p)), OK);
	struct livecode_edit in = edit_of(w, "direct", NULL);
	in.partner = 5;
	create(w, &in);
	in.partner = 0;
	in.name = STR("别家的码");
	create(w, &in);
	open_key(w, p.door, &r);
	assert_int_equal(r.status, 200);
	assert_true(str_has(r.body, STR("轮值码")) && !str_has(r.body, STR("别家的码")));
}

static str click(struct world *w, i64 id, const char *query)
{
	struct http_reply r;
	open_key(w, arena_printf(w->t->arena, "%.*s%s", STR_F(row(w, id).door), query), &r);
	assert_int_equal(r.status, 200);
	return r.body;
}

static struct livecode_came came_by(struct world *w, str ext)
{
	struct event ev;
	struct livecode_came came;
	i64 her = person_of(w, ext);
	assert_int_equal(told(w, her, EV_LIVECODE_CAME, &ev), 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), event_body(snap, &ev, &livecode_came_record, &came)), OK);
	return came;
}

static void each_click_has_a_picture_of_its_own_until_the_pool_rests(void **state)
{
	struct world *w = *state;
	struct livecode_plan plan;
	struct livecode_edit in = edit_of(w, "relay", &plan);
	struct livecode_visitor *v;
	struct content hello = { .text = STR("广告的朋友好") };
	size_t n;
	str key;
	plan.pool = 3;
	in.welcome = &hello;
	i64 id = create(w, &in);
	assert_int_equal(effects(w, "add_contact_way", ""), 5);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_key_add(tx, id, STR("plan=B"), &key)), OK);
	struct http_reply keyed;
	str one = click(w, id, "?clickid=c1&plan=A"), two = click(w, id, "?clickid=c2");
	open_key(w, key, &keyed);
	str three = click(w, id, "?clickid=c3");
	assert_false(str_eq(one, two));
	assert_true(str_has(three, STR("<p>")) && !str_has(three, STR("<p></p>"))); /* the ordinary page names a member */
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_visitors(snap, &(struct livecode_key){ id }, &v, &n)), OK);
	assert_int_equal(n, 3);
	assert_true(str_eq_c(v[2].params, "plan=B"));
	str ext = scan_way(w, v[0].config_id, "点击");
	live(w, MS_MINUTE);
	struct livecode_came came = came_by(w, ext);
	assert_true(str_eq_c(came.params, "{\"clickid\":\"c1\",\"plan\":\"A\"}") && !came.expired && came.livecode == id);
	assert_int_equal(effects(w, "send_welcome_msg", "广告的朋友好"), 1);
	live(w, VISITOR_REST_MS - 2 * MS_MINUTE);
	assert_false(str_has(click(w, id, "?clickid=c4"), STR("<p></p>"))); /* not a moment before 30 days */
	live(w, 2 * MS_MINUTE);
	ext = scan_way(w, v[1].config_id, "迟到");
	came = came_by(w, ext);
	assert_true(came.expired && str_is_nil(came.params));
	assert_int_equal(counts(w, id).expired, 1);
	assert_int_equal(counts(w, id).adds, 2);
	assert_true(str_has(click(w, id, "?clickid=c5"), STR("<p></p>")));
	in = edit_of(w, "relay", NULL);
	id = create(w, &in);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, livecode_key_add(tx, id, STR("plan=B"), &key)), ERR_INPUT);
	in = edit_of(w, "direct", &plan);
	plan.pool = 1;
	assert_int_equal(try_create(w, &in, &id), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "pool");
}

static struct http_reply post_table(struct world *w, const char *table, const char *query)
{
	struct http_req req = { .arena = w->t->arena, .method = STR("POST"), .peer = STR("unix"), .body = str_c(table) };
	struct http_reply r = { 0 };
	struct corp corp;
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &corp), OK);
	req.headers[req.header_count++] = (struct http_pair){ STR("x-yt-corp"), corp.slug };
	assert_true(http_target(&req, arena_printf(w->t->arena, "/api/v1/livecode-batches%s", query)));
	dispatch_handle(dispatch_new(w->t->arena, &w->env, NULL), &req, &r);
	return r;
}

static struct json *answer(struct world *w, const struct http_reply *r)
{
	struct json *v;
	assert_int_equal(r->status, 200);
	assert_int_equal(json_parse(r->body, w->t->arena, &v, &w->cx.unit.fail), OK);
	return v;
}

static const char table[] = "名称,员工,类型,渠道,触点,费用\n门口,linna,中转码,门店,门口,12.5\n收银台,linna、xiaqing,,门店,收银台,\n=1+1,xiaqing,直连,,,0\n";

static void a_table_is_looked_through_and_becomes_codes(void **state)
{
	struct world *w = *state;
	struct http_reply r = post_table(w, "名称,员工,费用\n甲,没有这人,1\n甲,linna,abc\n,linna,\n", "?dry=false");
	struct livecode *codes;
	size_t n;
	assert_int_equal(json_i64(answer(w, &r), "bad", 0), 4);
	assert_true(str_has(r.body, STR("没有这人")));
	r = post_table(w, "名称,员工,门店\n甲,linna,没有这家\n", "");
	assert_int_equal(json_i64(answer(w, &r), "bad", 0), 1);
	assert_true(str_has(r.body, STR("没有这家")));
	r = post_table(w, "名字,员工\n甲,linna\n", "");
	assert_int_equal(r.status, 422);
	r = post_table(w, table, "?dry=true");
	assert_int_equal(json_i64(answer(w, &r), "rows", 0), 3);
	assert_int_equal(json_i64(answer(w, &r), "bad", -1), 0);
	settle(w);
	assert_int_equal(effects(w, "add_contact_way", ""), 0);
	r = post_table(w, table, "");
	i64 job = NIL;
	assert_true(str_i64(json_str(answer(w, &r), "job"), &job));
	settle(w);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, livecode_of_batch(snap, &(struct livecode_find){ job, INT64_MAX, 10 }, &codes, &n)), OK);
	assert_int_equal(n, 3);
	assert_true(str_eq_c(codes[2].name, "门口") && str_eq_c(codes[2].kind, "relay") && codes[2].cost == 1250);
	assert_true(str_eq_c(codes[1].spot, "收银台") && str_eq_c(codes[1].state, "active"));
	struct http_req req = { .arena = w->t->arena, .method = STR("GET"), .peer = STR("unix") };
	struct corp corp;
	assert_int_equal(corp_get(&w->cx.unit, w->corp, &corp), OK);
	req.headers[req.header_count++] = (struct http_pair){ STR("x-yt-corp"), corp.slug };
	assert_true(http_target(&req, arena_printf(w->t->arena, "/api/v1/livecode-batches/%lld/qr.zip", (long long)job)));
	r = (struct http_reply){ 0 };
	dispatch_handle(dispatch_new(w->t->arena, &w->env, NULL), &req, &r);
	assert_int_equal(r.status, 200);
	assert_true(str_starts(r.body, STR("PK")) && str_has(r.body, STR("0001-门口.png")) && str_has(r.body, STR("codes.csv")));
}

/* A table of so many codes. */
static const char *long_table(struct world *w, int rows)
{
	struct buf b = buf_new(w->t->arena, 1 << 16);
	buf_add_c(&b, "名称,员工\n");
	for (int i = 0; i < rows; i++)
		buf_fmt(&b, "码%d,linna\n", i);
	return arena_cstr(w->t->arena, buf_str(&b));
}

static void a_table_has_so_many_rows(void **state)
{
	struct world *w = *state;
	struct http_reply r = post_table(w, long_table(w, LIVECODE_BATCH_ROWS_MAX), "?dry=true");
	assert_int_equal(json_i64(answer(w, &r), "rows", 0), LIVECODE_BATCH_ROWS_MAX);
	assert_int_equal(json_i64(answer(w, &r), "bad", -1), 0);
	r = post_table(w, long_table(w, LIVECODE_BATCH_ROWS_MAX + 1), "?dry=true");
	assert_int_equal(r.status, 413);
	assert_true(str_has(r.body, STR(FAIL_STR(LIVECODE_BATCH_ROWS_MAX))));
	r = post_table(w, long_table(w, LIVECODE_BATCH_ROWS_MAX + 1), "");
	assert_int_equal(r.status, 413);
	settle(w);
	assert_int_equal(effects(w, "add_contact_way", ""), 0);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(shifts_change_who_answers_at_their_edge), ONE(hours_of_the_week_are_judged_to_the_minute),
		ONE(friends_pass_by_themselves_in_windows_only), BOTH(a_reached_cap_takes_a_member_off_until_midnight),
		ONE(who_leaves_serves_no_code_from_then_on), ONE(who_is_switched_off_serves_no_code),
		BOTH(a_relay_code_shows_members_by_weight), BOTH(a_relay_code_never_shows_more_than_a_cap),
		ONE(a_code_leads_to_a_group_without_being_printed_anew), ONE(a_member_without_a_picture_is_not_shown),
		BOTH(an_advertisement_is_known_by_its_key), ONE(the_balance_of_links_is_watched),
		ONE(a_lost_reply_of_a_link_makes_no_second_one), ONE(a_remark_is_made_of_its_pattern_and_blocked_names_get_none),
		ONE(greetings_go_by_the_hour), BOTH(figures_keep_their_definitions), ONE(what_a_kind_cannot_do_is_refused),
		ONE(a_partner_sees_her_codes_only_and_no_small_figure),
		ONE(a_table_is_looked_through_and_becomes_codes), ONE(a_table_has_so_many_rows),
		ONE(each_click_has_a_picture_of_its_own_until_the_pool_rests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

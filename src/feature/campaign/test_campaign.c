/*
 * Plans over several channels: what is shown before, the purchase that ends it, holding out, pausing, being down in between,
 * limits at their edge and rights. The world begins on Monday, 1 December 2025, at 10:00 in Shanghai.
 */
#include "app/test_app_ask.h"
#include "core/group/group.h"
#include "feature/broadcast/broadcast_person_data.h"
#include "feature/campaign/campaign_data.h"
#include "feature/order/order.h"
#include "port/send/sms.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define ALL "/api/v1/campaigns"
#define HELLO "{\"text\":\"新品到店啦\"}"

static void allow(struct world *w, const char *name, const char *value) { assert_int_equal(setting_put(&w->cx, name, str_c(value)), OK); }

static str touch(struct world *w, const char *channel, const char *content, ms in)
{
	return arena_printf(w->t->arena, "{\"channel\":\"%s\",\"content\":%s,\"at_ms\":%lld}", channel, content, (long long)(now(w) + in));
}

static str cast(struct world *w, ms in) { return touch(w, "broadcast", HELLO, in); }

static const struct json *make_plan(struct asking *b, const char *more, str touches, int status)
{
	const struct json *v;
	assert_int_equal(asks(b, "POST", STR(ALL), &v, "{\"name\":\"双十二\"%s,\"touches\":[%.*s]}", more, STR_F(touches)), status);
	if (status == 202)
		settle(b->w);
	return v;
}

#define FRIENDS ",\"expr\":\"friend\""

static i64 plan_of(struct asking *b, const char *more, str touches) { return id_in(make_plan(b, more, touches, 202), "id"); }

static const struct json *at(struct asking *b, const char *method, i64 id, const char *what, int status)
{
	const struct json *v;
	str path = arena_printf(b->w->t->arena, ALL "/%lld%s", (long long)id, what);
	assert_int_equal(asks(b, method, path, &v, "%s", !strcmp(method, "GET") ? "" : "{}"), status);
	return v;
}

static const struct json *seen(struct asking *b, i64 id) { return at(b, "GET", id, "", 200); }

static void start(struct asking *b, i64 id, int confirm, int status)
{
	str path = arena_printf(b->w->t->arena, ALL "/%lld/start", (long long)id);
	assert_int_equal(asks(b, "POST", path, NULL, "{\"confirm_count\":%d}", confirm), status);
	settle(b->w);
}

static void state_is(struct asking *b, i64 id, const char *wanted)
{
	str state = json_str(seen(b, id), "state");
	if (!str_eq_c(state, wanted))
		fail_msg("%.*s, wanted %s", STR_F(state), wanted);
}

static const struct json *touch_of(struct asking *b, i64 id, size_t n) { return &json_get(seen(b, id), "touches")->items[n - 1]; }
static i64 figure(struct asking *b, i64 id, size_t n, const char *what) { return json_i64(json_get(touch_of(b, id, n), "figures"), what, -1); }

static i64 counted(const struct json *list, const char *reason)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (str_eq_c(json_str(&list->items[i], "reason"), reason))
			return json_i64(&list->items[i], "count", -1);
	return 0;
}

/* "0:1 2:3": so many people get so many touches. */
static void cross_is(struct asking *b, i64 id, const char *wanted)
{
	const struct json *rows = json_get(seen(b, id), "cross");
	struct buf out = buf_new(b->w->t->arena, 1000);
	for (size_t i = 0; i < rows->n; i++)
		if (json_i64(&rows->items[i], "people", -1))
			buf_fmt(&out, "%s%lld:%lld", out.n ? " " : "", (long long)json_i64(&rows->items[i], "touches", -1),
				(long long)json_i64(&rows->items[i], "people", -1));
	if (!str_eq_c(buf_str(&out), wanted))
		fail_msg("%.*s, wanted %s", STR_F(buf_str(&out)), wanted);
}

static const struct json *people(struct asking *b, i64 id, const char *query)
{
	const struct json *v;
	str path = arena_printf(b->w->t->arena, ALL "/%lld/people%s", (long long)id, query);
	assert_int_equal(asks(b, "GET", path, &v, "%s", ""), 200);
	return json_get(v, "data");
}

static const struct json *person_in(const struct json *rows, i64 id)
{
	for (size_t i = 0; i < rows->n; i++)
		if (id_in(&rows->items[i], "id") == id)
			return &rows->items[i];
	fail_msg("she is not in the table");
	return NULL;
}

/* She pays, that long ago (0: now). */
static void sell(struct world *w, i64 customer, i64 order, ms ago)
{
	struct order_tally t = { 0 };
	struct order_in in = { .goods_count = 0 };
	record_init(&order_head_record, &in.head);
	in.head.customer = customer;
	in.head.id = order;
	in.head.source = STR("test");
	in.head.status = STR("paid");
	in.head.paid = 9900;
	in.head.refunded = 0;
	in.head.currency = STR("CNY");
	in.head.ordered = now(w) - ago;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer), order_put(tx, customer, false, &in, 1, &t)), OK);
	settle(w);
}

/* The member taps "send" on every open task. */
static void tap_all(struct world *w, i64 broadcast, const char *userid)
{
	struct broadcast_part *v;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, broadcast_parts(snap, &(struct broadcast_key){ broadcast }, &v, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(v[i].userid, userid))
			sim_say(w, "/sim/task/confirm", "{\"msgid\":\"%.*s\",\"userid\":\"%s\"}", STR_F(v[i].msgid), userid);
	settle(w);
}

static i64 ref_of(struct asking *b, i64 id, size_t n)
{
	str page = json_str(touch_of(b, id, n), "page"), rest = page;
	i64 ref = 0;
	while (rest.p && str_has(rest, STR("/")))
		str_cut(&rest, '/');
	assert_true(str_i64(rest, &ref));
	return ref;
}

/* ---- before it starts ---- */

static void the_plan_shows_each_touch_before_it_starts(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 her = person_of(w, befriend(w, "linna", 3));
	str touches = arena_printf(w->t->arena, "%.*s,%.*s,%.*s", STR_F(touch(w, "moment", HELLO, 25 * MS_HOUR)), STR_F(cast(w, MS_HOUR)), STR_F(cast(w, 2 * MS_HOUR)));
	i64 id = plan_of(&boss, FRIENDS, touches);
	state_is(&boss, id, "planned");
	assert_true(str_eq_c(json_str(touch_of(&boss, id, 3), "channel"), "moment")); /* in the order of time */
	assert_int_equal(json_i64(touch_of(&boss, id, 1), "estimate", -1), 3);
	assert_int_equal(json_i64(touch_of(&boss, id, 2), "estimate", -1), 0); /* the first one is her contact of that day */
	assert_int_equal(counted(json_get(touch_of(&boss, id, 2), "excluded"), "cap_day"), 3);
	assert_int_equal(json_i64(touch_of(&boss, id, 3), "estimate", -1), 3);
	cross_is(&boss, id, "2:3");
	const struct json *v = seen(&boss, id), *advisors = json_get(v, "advisors");
	assert_int_equal(advisors->n, 2); /* linna, on two days */
	assert_int_equal(json_i64(&advisors->items[0], "taps", -1), 1);
	assert_int_equal(json_i64(v, "taps_over", -1), 0);
	assert_int_equal(json_i64(v, "reached", -1), 3);
	const struct json *marks = json_get(person_in(people(&boss, id, "?touches=2"), her), "marks");
	assert_int_equal(marks->n, 3);
	assert_true(json_bool(&marks->items[0], "planned", false));
	assert_false(json_bool(&marks->items[1], "planned", true));
	assert_true(str_eq_c(json_str(&marks->items[1], "reason"), "cap_day"));
	assert_int_equal(people(&boss, id, "?touches=1")->n, 0);
	assert_int_equal(people(&boss, id, "?q=%E9%A1%BE%E5%AE%A20")->n, 1); /* 顾客0 */
	assert_int_equal(people(&boss, id, "?q=%E9%A1%BE%E5%AE%A20&state=out")->n, 0);
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	i64 other = plan_of(&boss, FRIENDS, cast(w, 49 * MS_HOUR));
	assert_int_equal(json_get(seen(&boss, other), "overlaps")->n, 0);
	start(&boss, id, 3, 200);
	other = plan_of(&boss, FRIENDS, cast(w, 50 * MS_HOUR));
	const struct json *overlaps = json_get(seen(&boss, other), "overlaps");
	assert_int_equal(overlaps->n, 1);
	assert_int_equal(json_i64(&overlaps->items[0], "people", -1), 3);
}

/* A broadcast that has somebody on that day is named, with how many stay there. */
static void what_else_has_them_on_that_day_is_named(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	const struct json *v;
	befriend(w, "linna", 3);
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/broadcasts"), &v, "{\"name\":\"会员日\",\"expr\":\"friend\",\"content\":" HELLO ",\"confirm_count\":3}"), 202);
	i64 other = id_in(v, "id");
	settle(w);
	i64 id = plan_of(&boss, FRIENDS, arena_printf(w->t->arena, "%.*s,%.*s", STR_F(cast(w, MS_HOUR)), STR_F(cast(w, 49 * MS_HOUR))));
	const struct json *rivals = json_get(seen(&boss, id), "conflicts");
	assert_int_equal(rivals->n, 1);
	assert_int_equal(json_i64(&rivals->items[0], "n", 0), 1);
	assert_int_equal(json_i64(&rivals->items[0], "lost", -1), 3);
	assert_int_equal(json_i64(&rivals->items[0], "taken", -1), 0);
	assert_true(str_eq_c(json_str(&rivals->items[0], "name"), "会员日"));
	assert_true(str_eq(json_str(&rivals->items[0], "page"), arena_printf(w->t->arena, "/broadcasts/%lld", (long long)other)));
}

/* Changed before it starts: the new one stands in the place of the old, which nobody can start any more. */
static void a_plan_is_changed_until_it_starts(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w), linna = asking_as(w, "linna");
	const struct json *v;
	befriend(w, "linna", 2);
	i64 old = plan_of(&boss, FRIENDS, cast(w, MS_HOUR));
	const char *in_place = arena_cstr(w->t->arena, arena_printf(w->t->arena, FRIENDS ",\"replaces\":\"%lld\"", (long long)old));
	make_plan(&linna, in_place, cast(w, 2 * MS_HOUR), 403); /* made over people she does not see all of */
	state_is(&boss, old, "planned");
	make_plan(&boss, in_place, touch(w, "broadcast", "{\"text\":\"\"}", MS_HOUR), 422);
	state_is(&boss, old, "planned");
	i64 id = plan_of(&boss, in_place, cast(w, 2 * MS_HOUR));
	state_is(&boss, id, "planned");
	state_is(&boss, old, "cancelled");
	assert_true(str_eq_c(json_str(seen(&boss, old), "why"), CAMPAIGN_REPLACED));
	start(&boss, old, 2, 409);
	assert_int_equal(asks(&boss, "GET", STR(ALL), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	make_plan(&boss, in_place, cast(w, 3 * MS_HOUR), 409); /* replaced already */
	start(&boss, id, 2, 200);
	in_place = arena_cstr(w->t->arena, arena_printf(w->t->arena, FRIENDS ",\"replaces\":\"%lld\"", (long long)id));
	make_plan(&boss, in_place, cast(w, 3 * MS_HOUR), 409); /* it runs */
	state_is(&boss, id, "running");
}

/* ---- the purchase ---- */

static void a_purchase_between_two_touches_stops_the_second(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 her = person_of(w, befriend(w, "linna", 3));
	i64 id = plan_of(&boss, FRIENDS, arena_printf(w->t->arena, "%.*s,%.*s", STR_F(cast(w, MS_HOUR)), STR_F(cast(w, 25 * MS_HOUR))));
	start(&boss, id, 3, 200);
	live(w, MS_HOUR - 1);
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	live(w, 1);
	assert_int_equal(figure(&boss, id, 1, "planned"), 3);
	tap_all(w, ref_of(&boss, id, 1), "linna");
	live(w, 10 * MS_MINUTE);
	assert_int_equal(figure(&boss, id, 1, "delivered"), 3);
	sell(w, her, 77, 0);
	assert_int_equal(told(w, her, EV_CAMPAIGN_LEFT, NULL), 1);
	sell(w, her, 78, 0);
	assert_int_equal(told(w, her, EV_CAMPAIGN_LEFT, NULL), 1);
	assert_int_equal(counted(json_get(seen(&boss, id), "left"), "bought"), 1);
	live(w, MS_DAY);
	assert_int_equal(figure(&boss, id, 2, "planned"), 2);
	struct broadcast_person row;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), broadcast_person_get(snap, &(struct broadcast_lost){ her, ref_of(&boss, id, 2) }, &row)), OK);
	assert_true(str_eq_c(row.reason, "plan_bought"));
	const struct json *p = person_in(people(&boss, id, "?state=out"), her), *marks = json_get(p, "marks");
	assert_true(str_eq_c(json_str(p, "reason"), "bought"));
	assert_true(str_eq_c(json_str(&marks->items[0], "fate"), "delivered"));
	assert_true(str_eq_c(json_str(&marks->items[1], "fate"), "excluded"));
	assert_int_equal(json_i64(seen(&boss, id), "bought", -1), 1);
	assert_int_equal(figure(&boss, id, 1, "bought"), 1);
	live(w, 2 * MS_DAY);
	state_is(&boss, id, "ended");
	assert_int_equal(told(w, 0, EV_CAMPAIGN_CLOSED, NULL), 1);
}

/* Planned in quiet hours, made in the morning: who bought in the night is left out at the second of acting. */
static void a_purchase_in_the_night_counts_at_the_second_of_acting(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 her = person_of(w, befriend(w, "linna", 3));
	i64 id = plan_of(&boss, FRIENDS, cast(w, 12 * MS_HOUR)); /* 22:00 */
	start(&boss, id, 3, 200);
	live(w, 12 * MS_HOUR);
	assert_int_equal(figure(&boss, id, 1, "planned"), 3);
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	sell(w, her, 77, 0);
	live(w, 11 * MS_HOUR);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	assert_int_equal(figure(&boss, id, 1, "created"), 2);
	const struct json *marks = json_get(person_in(people(&boss, id, "?state=out"), her), "marks");
	assert_true(str_eq_c(json_str(&marks->items[0], "fate"), "failed"));
}

static void a_purchase_keeps_her_out_of_a_moment_by_its_tag(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 her = person_of(w, befriend(w, "linna", 3));
	i64 id = plan_of(&boss, FRIENDS, touch(w, "moment", HELLO, 12 * MS_HOUR)); /* 22:00: tagged then, asked for at 9:00 */
	start(&boss, id, 3, 200);
	live(w, 12 * MS_HOUR + 5 * MS_MINUTE);
	assert_int_equal(figure(&boss, id, 1, "planned"), 3);
	sell(w, her, 77, 0);
	live(w, 11 * MS_HOUR);
	assert_int_equal(figure(&boss, id, 1, "created"), 2);
	const struct json *marks = json_get(person_in(people(&boss, id, "?state=out"), her), "marks");
	assert_true(str_eq_c(json_str(&marks->items[0], "fate"), "failed"));
}

static void who_deletes_or_refuses_leaves_and_the_exit_is_asked_each_time(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	str gone = befriend(w, "linna", 1), also = befriend(w, "linna", 1), old = befriend(w, "linna", 1);
	i64 deleted, refused, before;
	befriend(w, "linna", 2);
	assert_int_equal(identity_find(&w->cx.unit, STR("external_userid"), gone, &deleted), OK);
	refused = person_of(w, also);
	before = person_of(w, old);
	i64 id = plan_of(&boss, FRIENDS ",\"until\":\"orders >= 1\"", cast(w, MS_HOUR));
	start(&boss, id, 5, 200);
	sell(w, before, 77, MS_DAY); /* an old order that comes late: no purchase since, but the exit holds */
	sim_say(w, "/sim/delete", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"who\":\"customer\"}", STR_F(gone));
	settle(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, refused), reach_refuse(tx, refused, "sms", STR("test"), false)), OK);
	live(w, MS_HOUR);
	assert_int_equal(told(w, before, EV_CAMPAIGN_LEFT, NULL), 0);
	assert_int_equal(told(w, deleted, EV_CAMPAIGN_LEFT, NULL), 1);
	assert_int_equal(told(w, refused, EV_CAMPAIGN_LEFT, NULL), 1);
	assert_int_equal(figure(&boss, id, 1, "planned"), 2);
	struct broadcast_person row;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, before), broadcast_person_get(snap, &(struct broadcast_lost){ before, ref_of(&boss, id, 1) }, &row)), OK);
	assert_true(str_eq_c(row.reason, "plan_exit"));
}

static void what_either_of_two_was_holds_for_the_person_they_become(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	i64 one = person_of(w, befriend(w, "linna", 1)), two = person_of(w, befriend(w, "linna", 1)), root;
	befriend(w, "linna", 1);
	i64 id = plan_of(&boss, FRIENDS, cast(w, MS_HOUR));
	start(&boss, id, 3, 200);
	sell(w, two, 77, 0);
	assert_int_equal(customer_merge(&w->cx.unit, one, two, "manual", &root), OK);
	settle(w);
	live(w, MS_HOUR);
	assert_int_equal(figure(&boss, id, 1, "planned"), 1);
}

/* ---- holding out ---- */

static void who_is_held_out_is_never_touched(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	befriend(w, "linna", 20);
	i64 id = plan_of(&boss, FRIENDS ",\"holdout\":50", arena_printf(w->t->arena, "%.*s,%.*s", STR_F(cast(w, MS_HOUR)), STR_F(cast(w, 25 * MS_HOUR))));
	const struct json *v = seen(&boss, id);
	i64 held = json_i64(v, "held", -1), reached = json_i64(v, "reached", -1);
	assert_true(held > 2 && held < 18);
	assert_int_equal(held + reached, 20);
	const struct json *rows = people(&boss, id, "?state=held");
	assert_int_equal(rows->n, held);
	start(&boss, id, (int)reached, 200);
	live(w, 25 * MS_HOUR);
	for (size_t n = 1; n <= 2; n++)
		assert_int_equal(figure(&boss, id, n, "planned"), reached);
	for (size_t i = 0; i < rows->n; i++) {
		struct broadcast_person row;
		i64 her = id_in(&rows->items[i], "id");
		for (size_t n = 1; n <= 2; n++) {
			assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), broadcast_person_get(snap, &(struct broadcast_lost){ her, ref_of(&boss, id, n) }, &row)), OK);
			assert_true(str_eq_c(row.reason, "plan_held"));
		}
	}
	sell(w, id_in(&rows->items[0], "id"), 77, 0);
	const struct json *lift = json_get(seen(&boss, id), "lift");
	assert_int_equal(json_i64(json_get(lift, "held"), "people", -1), held);
	assert_int_equal(json_i64(json_get(lift, "held"), "buyers", -1), 1);
	assert_int_equal(json_i64(json_get(lift, "treated"), "people", -1), reached);
	assert_int_equal(json_i64(json_get(lift, "treated"), "buyers", -1), 0);
	assert_int_equal(json_i64(seen(&boss, id), "bought", -1), 0);
	assert_int_equal(counted(json_get(seen(&boss, id), "left"), "bought"), 0); /* she had nothing to leave */
}

/* ---- time ---- */

static void down(struct world *w, ms by)
{
	clock_advance(&w->t->clock, now(w) + by);
	settle(w);
}

static void a_touch_two_hours_late_goes_out_and_later_is_missed(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	befriend(w, "linna", 2);
	i64 id = plan_of(&boss, FRIENDS, arena_printf(w->t->arena, "%.*s,%.*s,%.*s", STR_F(cast(w, MS_HOUR)), STR_F(cast(w, 25 * MS_HOUR)), STR_F(cast(w, 49 * MS_HOUR))));
	start(&boss, id, 2, 200);
	down(w, 3 * MS_HOUR); /* the program was down until two hours behind the first */
	assert_true(str_eq_c(json_str(touch_of(&boss, id, 1), "state"), "begun"));
	assert_int_equal(figure(&boss, id, 1, "planned"), 2);
	down(w, MS_DAY + 1);
	assert_true(str_eq_c(json_str(touch_of(&boss, id, 2), "state"), "missed"));
	live(w, MS_DAY);
	assert_true(str_eq_c(json_str(touch_of(&boss, id, 3), "state"), "begun"));
	assert_int_equal(told(w, 0, EV_CAMPAIGN_TOUCHED, NULL), 3);
	assert_int_equal(effects(w, "add_msg_template", ""), 2);
}

static void a_pause_lets_nothing_begin_and_cancelling_stops_what_is_unsent(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	befriend(w, "linna", 2);
	i64 id = plan_of(&boss, FRIENDS, arena_printf(w->t->arena, "%.*s,%.*s,%.*s", STR_F(cast(w, MS_HOUR)), STR_F(cast(w, 25 * MS_HOUR)), STR_F(cast(w, 49 * MS_HOUR))));
	at(&boss, "POST", id, "/pause", 409);
	start(&boss, id, 2, 200);
	at(&boss, "POST", id, "/pause", 200);
	live(w, MS_HOUR + MS_MINUTE);
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	at(&boss, "POST", id, "/resume", 200); /* a minute behind its time */
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	at(&boss, "POST", id, "/resume", 409);
	at(&boss, "POST", id, "/cancel", 200);
	live(w, 3 * MS_DAY);
	state_is(&boss, id, "cancelled");
	assert_true(str_eq_c(json_str(json_get(touch_of(&boss, id, 1), "figures"), "state"), "cancelled"));
	assert_true(str_eq_c(json_str(touch_of(&boss, id, 2), "state"), "cancelled"));
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 1);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	at(&boss, "POST", id, "/cancel", 409);
}

static void its_maker_must_still_be_there(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	struct user *users;
	struct user_new owner;
	size_t n;
	i64 ignored;
	befriend(w, "linna", 2);
	befriend(w, "xiaqing", 3);
	i64 id = plan_of(&linna, FRIENDS, arena_printf(w->t->arena, "%.*s,%.*s", STR_F(cast(w, MS_HOUR)), STR_F(cast(w, 25 * MS_HOUR))));
	start(&linna, id, 2, 200); /* she sees her own */
	live(w, MS_HOUR);
	assert_int_equal(figure(&boss, id, 1, "planned"), 2);
	record_init(&user_new_record, &owner); /* somebody must own the corp before a user can be changed */
	owner.login = STR("owner");
	owner.name = STR("老板");
	owner.password = STR("correct horse battery");
	owner.role = STR("owner");
	assert_int_equal(user_create(&w->cx, &owner, &ignored), OK);
	assert_int_equal(user_all(&w->cx.unit, &users, &n), OK);
	for (size_t i = 0; i < n; i++) {
		struct user_edit edit = { .id = users[i].id, .version = users[i].version, .name = users[i].name, .role = users[i].role,
					  .scope = users[i].scope, .staff = users[i].staff, .disabled = true };
		if (str_eq_c(users[i].login, "login-linna"))
			assert_int_equal(user_change(&w->cx, &edit), OK);
	}
	live(w, MS_DAY);
	assert_true(str_eq_c(json_str(touch_of(&boss, id, 2), "state"), "failed"));
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
}

/* ---- other channels ---- */

static void a_post_of_a_group_reaches_who_sits_in_it(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	struct group_chat g;
	const struct json *made = sim_say(w, "/sim/group/make", "{\"userid\":\"linna\",\"name\":\"一群\",\"people\":0}");
	str chat = json_str(made, "chat_id"), xid = befriend(w, "linna", 3);
	i64 her = person_of(w, xid);
	sim_say(w, "/sim/group/join", "{\"chat_id\":\"%.*s\",\"external_userid\":\"%.*s\"}", STR_F(chat), STR_F(xid));
	live(w, 10 * MS_SECOND);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat, &g)), OK);
	str content = arena_printf(w->t->arena, "{\"text\":\"今晚八点\",\"groups\":[\"%lld\"]}", (long long)g.id);
	str touches = arena_printf(w->t->arena, "%.*s,%.*s", STR_F(touch(w, "groupcast", arena_cstr(w->t->arena, content), MS_HOUR)), STR_F(cast(w, 2 * MS_HOUR)));
	i64 id = plan_of(&boss, FRIENDS, touches);
	assert_int_equal(json_i64(touch_of(&boss, id, 1), "estimate", -1), 1);
	assert_int_equal(counted(json_get(touch_of(&boss, id, 1), "excluded"), "no_group"), 2);
	assert_false(json_bool(touch_of(&boss, id, 1), "addressed", true));
	cross_is(&boss, id, "1:2 2:1"); /* a post in a group counts for no cap */
	start(&boss, id, 3, 200);
	live(w, MS_HOUR + MS_MINUTE);
	assert_int_equal(figure(&boss, id, 1, "planned"), 1);
	assert_false(json_bool(json_get(touch_of(&boss, id, 1), "figures"), "people", true));
	assert_true(str_eq_c(json_str(&json_get(person_in(people(&boss, id, ""), her), "marks")->items[0], "fate"), "created"));
	assert_int_equal(figure(&boss, id, 1, "bought"), -1); /* nobody can tell */
}

/* Somebody whose phone is proven; xid: of that friend. */
static i64 with_phone(struct world *w, const char *phone, str xid)
{
	struct identity_in ids[2] = { { STR("phone"), str_c(phone), true }, { STR("external_userid"), xid, true } };
	i64 leaf;
	assert_int_equal(identity_resolve(&w->cx.unit, &(struct identity_who){ ids, 2, false, now(w), STR("bind"), STR_NIL }, &leaf, NULL, NULL), OK);
	settle(w);
	return leaf;
}

static void a_text_message_goes_to_friends_too_and_not_to_who_bought(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	struct fail f;
	assert_int_equal(sms_new(w->t->arena, STR("http"), w->direct, &w->env.sms, &f), OK);
	const struct { const char *name, *value; } set[] = {
		{ "sms.url", "http://sim.test/sms/send" }, { "smsdrain.body", "{\"phone\":\"{phone}\",\"text\":\"{text}\"}" },
		{ "smsdrain.sign", "鱼塘" }, { "sms.ok", "\"code\":0" },
	};
	for (size_t i = 0; i < ARRAY_LEN(set); i++)
		allow(w, set[i].name, set[i].value);
	i64 one = with_phone(w, "13800000001", befriend(w, "linna", 1)), two = with_phone(w, "13800000002", befriend(w, "linna", 1));
	befriend(w, "linna", 1);
	str sms = touch(w, "smsdrain", "{\"words\":\"新品到店：{link}\",\"target\":\"https://shop.example.cn\"}", 36 * MS_HOUR); /* 22:00 of the next day */
	i64 id = plan_of(&boss, FRIENDS, arena_printf(w->t->arena, "%.*s,%.*s", STR_F(cast(w, MS_HOUR)), STR_F(sms)));
	assert_int_equal(json_i64(touch_of(&boss, id, 2), "estimate", -1), 2);
	assert_int_equal(counted(json_get(touch_of(&boss, id, 2), "excluded"), "no_phone"), 1);
	start(&boss, id, 3, 200);
	live(w, 36 * MS_HOUR + MS_MINUTE);
	assert_int_equal(figure(&boss, id, 2, "planned"), 2);
	assert_int_equal(effects(w, "sms/send", ""), 0);
	sell(w, two, 77, 0);
	live(w, 12 * MS_HOUR);
	assert_int_equal(effects(w, "sms/send", "13800000001"), 1);
	assert_int_equal(effects(w, "sms/send", "13800000002"), 0);
	assert_int_equal(figure(&boss, id, 2, "delivered"), 1);
	const struct json *marks = json_get(person_in(people(&boss, id, ""), one), "marks");
	assert_true(str_eq_c(json_str(&marks->items[1], "fate"), "sent"));
}

/* ---- limits and rights ---- */

static void what_is_asked_for_is_bounded(void **state)
{
	struct world *w = *state;
	struct arena *a = w->t->arena;
	struct asking boss = asking_new(w);
	befriend(w, "linna", 2);
	allow(w, "smsdrain.sign", "鱼塘");
	make_plan(&boss, FRIENDS, cast(w, CAMPAIGN_AHEAD_MS), 202);
	make_plan(&boss, FRIENDS, cast(w, CAMPAIGN_AHEAD_MS + 1), 422);
	make_plan(&boss, FRIENDS, cast(w, 0), 422);
	make_plan(&boss, FRIENDS, STR(""), 422);
	make_plan(&boss, "", cast(w, MS_HOUR), 422);
	make_plan(&boss, FRIENDS, touch(w, "broadcast", "{\"text\":\"\"}", MS_HOUR), 422);
	assert_true(str_has(boss.reply.body, STR("touches.0")));
	make_plan(&boss, FRIENDS, touch(w, "broadcast", "7", MS_HOUR), 422);
	make_plan(&boss, FRIENDS, touch(w, "pigeon", HELLO, MS_HOUR), 422);
	make_plan(&boss, FRIENDS, touch(w, "groupcast", HELLO, MS_HOUR), 422); /* into which groups? */
	make_plan(&boss, FRIENDS, touch(w, "smsdrain", "{\"words\":\"无链接\",\"target\":\"https://a.cn\"}", MS_HOUR), 422);
	make_plan(&boss, FRIENDS ",\"holdout\":51", cast(w, MS_HOUR), 422);
	make_plan(&boss, FRIENDS ",\"until\":\"no such thing\"", cast(w, MS_HOUR), 422);
	str six = cast(w, MS_HOUR);
	for (int i = 1; i < CAMPAIGN_TOUCHES_MAX; i++)
		six = arena_printf(a, "%.*s,%.*s", STR_F(six), STR_F(cast(w, (i + 1) * MS_DAY)));
	i64 id = plan_of(&boss, FRIENDS ",\"holdout\":0", six);
	make_plan(&boss, FRIENDS, arena_printf(a, "%.*s,%.*s", STR_F(six), STR_F(cast(w, 9 * MS_DAY))), 422);
	start(&boss, id, 3, 409); /* not the number of the plan */
	live(w, MS_HOUR + 1);
	start(&boss, id, 2, 409); /* its first time has passed */
	at(&boss, "POST", id, "/cancel", 200);
	i64 nobody = plan_of(&boss, ",\"expr\":\"orders > 99\"", cast(w, MS_HOUR));
	start(&boss, nobody, 0, 409);
	assert_int_equal(asks(&boss, "GET", STR(ALL "?limit=2"), NULL, "%s", ""), 200);
}

static void so_many_run_at_once_and_no_more(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	befriend(w, "linna", 1);
	for (int i = 0; i < CAMPAIGN_LIVE_MAX; i++)
		start(&boss, plan_of(&boss, FRIENDS, cast(w, MS_DAY)), 1, 200);
	i64 more = plan_of(&boss, FRIENDS, cast(w, MS_DAY));
	start(&boss, more, 1, 409);
}

static void above_a_size_somebody_else_starts_it(void **state)
{
	struct world *w = *state;
	struct asking linna = asking_as(w, "linna"), boss = asking_new(w);
	allow(w, "campaign.approve_over", "2");
	befriend(w, "linna", 2);
	i64 small = plan_of(&linna, FRIENDS, cast(w, MS_HOUR));
	assert_false(json_bool(seen(&linna, small), "second", true));
	start(&linna, small, 2, 200);
	befriend(w, "linna", 1);
	i64 big = plan_of(&linna, FRIENDS, cast(w, 2 * MS_DAY));
	assert_true(json_bool(seen(&linna, big), "second", false));
	assert_true(json_bool(seen(&linna, big), "mine", false));
	start(&linna, big, 3, 403);
	start(&boss, big, 3, 200);
	state_is(&boss, big, "running");
}

static void only_who_may_does_and_others_see_only_their_own(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w), staff = asking_role(w, "chenjing", "staff"), xiaqing = asking_as(w, "xiaqing");
	befriend(w, "linna", 2);
	befriend(w, "xiaqing", 1);
	i64 id = plan_of(&boss, FRIENDS, cast(w, MS_HOUR));
	make_plan(&staff, FRIENDS, cast(w, MS_HOUR), 403);
	at(&staff, "GET", id, "", 403);
	make_plan(&xiaqing, FRIENDS, touch(w, "smsdrain", "{\"words\":\"{link}\",\"target\":\"https://a.cn\"}", MS_HOUR), 409); /* no provider */
	allow(w, "smsdrain.sign", "鱼塘");
	make_plan(&xiaqing, FRIENDS, touch(w, "smsdrain", "{\"words\":\"{link}\",\"target\":\"https://a.cn\"}", MS_HOUR), 403); /* not her channel */
	assert_int_equal(people(&boss, id, "")->n, 3);
	assert_int_equal(people(&xiaqing, id, "")->n, 1);
	assert_int_equal(json_i64(seen(&xiaqing, plan_of(&xiaqing, FRIENDS, cast(w, MS_HOUR))), "people", -1), 1);
	for (size_t i = 0; i < 3; i++)
		at(&xiaqing, "POST", id, (const char *[]){ "/pause", "/resume", "/cancel" }[i], 403);
	start(&xiaqing, id, 3, 403); /* the boss's plan is over people she does not see */
	struct corp_new in = { STR("别家"), STR("Asia/Shanghai"), STR("CNY"), true, 1 };
	i64 own = w->corp, other;
	assert_int_equal(corp_create(&w->cx, &in, &other), OK);
	w->corp = other;
	at(&boss, "GET", id, "", 404);
	at(&boss, "GET", id, "/people", 404);
	for (size_t i = 0; i < 3; i++)
		at(&boss, "POST", id, (const char *[]){ "/pause", "/resume", "/cancel" }[i], 404);
	start(&boss, id, 3, 404);
	const struct json *v;
	assert_int_equal(asks(&boss, "GET", STR(ALL), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 0);
	w->corp = own;
	state_is(&boss, id, "planned");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define SPREAD(name) { #name " over eight slots", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_plan_shows_each_touch_before_it_starts), SPREAD(the_plan_shows_each_touch_before_it_starts),
		CASE(what_else_has_them_on_that_day_is_named), CASE(a_plan_is_changed_until_it_starts), SPREAD(a_plan_is_changed_until_it_starts),
		CASE(a_purchase_between_two_touches_stops_the_second), SPREAD(a_purchase_between_two_touches_stops_the_second),
		CASE(a_purchase_in_the_night_counts_at_the_second_of_acting), CASE(a_purchase_keeps_her_out_of_a_moment_by_its_tag),
		CASE(who_deletes_or_refuses_leaves_and_the_exit_is_asked_each_time), SPREAD(who_deletes_or_refuses_leaves_and_the_exit_is_asked_each_time),
		CASE(what_either_of_two_was_holds_for_the_person_they_become), SPREAD(what_either_of_two_was_holds_for_the_person_they_become),
		CASE(who_is_held_out_is_never_touched), SPREAD(who_is_held_out_is_never_touched),
		CASE(a_touch_two_hours_late_goes_out_and_later_is_missed),
		CASE(a_pause_lets_nothing_begin_and_cancelling_stops_what_is_unsent), CASE(its_maker_must_still_be_there),
		CASE(a_post_of_a_group_reaches_who_sits_in_it), CASE(a_text_message_goes_to_friends_too_and_not_to_who_bought),
		CASE(what_is_asked_for_is_bounded), CASE(so_many_run_at_once_and_no_more), CASE(above_a_size_somebody_else_starts_it),
		CASE(only_who_may_does_and_others_see_only_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Plans over several channels: what is shown before, the purchase that ends it, holding out, pausing, being down in between,
 * limits at their edge and rights. The world begins on Monday, 1 December 2025, at 10:00 in Shanghai.
 */
#include "app/test_app_ask.h"
#include "core/reach/reach_trial.h"
#include "feature/broadcast/broadcast_person_data.h"
#include "feature/campaign/campaign_data.h"
#include "feature/order/order.h"

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

static void sell(struct world *w, i64 customer, i64 order, ms when)
{
	struct order_placed o;
	record_init(&order_placed_record, &o);
	o.order = order;
	o.source = STR("test");
	o.status = STR("paid");
	o.paid = 9900;
	o.currency = STR("CNY");
	o.ordered = when;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer),
				  journal_add(tx, EV_ORDER_PLACED, customer, when, &order_placed_record, &o, NULL)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, customer), attr_touch(tx, customer), OK), OK);
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

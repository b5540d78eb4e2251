/*
 * A live room against the simulator: made, watched, read, tagged.
 */
#include "core/test_few_rig.h"

#include "core/attr/attr.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/identity/identity.h"
#include "core/tag/tag.h"
#include "feature/living/living_data.h"

extern const struct module tag_module, attr_module, audience_module, profile_module, job_module, reach_module;
static const struct module *const list[] = { &corp_module, &perm_module, &audit_module, &job_module, &staff_module, &customer_module,
	&identity_module, &follow_module, &tag_module, &attr_module, &reach_module, &audience_module, &profile_module, &living_module, NULL };

static i64 made_up; /* numbers of events made up here */

static int make(void **state)
{
	few_new(state, list);
	struct world *w = *state;
	clock_advance(&w->t->clock, RIG_START);
	return 0;
}

static i64 customer(struct world *w, const char *xid)
{
	struct identity_in ids = { STR("external_userid"), str_c(xid), true };
	struct identity_who who = { &ids, 1, false, RIG_START, STR("wecom"), STR("王芳") };
	i64 id;
	assert_int_equal(identity_resolve(&w->cx.unit, &who, &id, NULL, NULL), OK);
	return id;
}

/* The path of a new room. */
static const char *room(struct world *w, const char *more)
{
	assert_int_equal(few_ask(w, "POST", "/api/v1/livings", 0, "{\"theme\":\"母婴课堂\",\"anchor\":\"%lld\",\"starts_ms\":%lld,\"minutes\":60%s}",
			     (long long)w->staff, (long long)(RIG_START + MS_HOUR), more), 201);
	return arena_cstr(w->a, arena_printf(w->a, "/api/v1/livings/%.*s", STR_F(json_str(few_answer(w), "id"))));
}

static str livingid(struct world *w)
{
	struct living_room *rows;
	size_t n;
	struct living_find find = { INT64_MAX, 1 };
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->corp.id), living_room_list(snap, &find, &rows, &n)), OK);
	assert_int_equal(n, 1);
	return rows[0].livingid;
}

#define act(w_, fmt_, what_, seconds_) do {                                                      \
	str id_ = livingid(w_);                                                                  \
	assert_non_null(rig_sim((w_)->rig, "/sim/living", fmt_, STR_F(id_), what_, (long long)(seconds_))); \
} while (0)

/* WeCom's event, or nothing told; then what the outbox holds. */
static void work(struct world *w, bool told)
{
	i64 base = slot_base(w->t->store, w->corp.id);
	struct event ev = { .kind = EV_WECOM_TOLD, .id = ++made_up, .slot = base, .corp = w->corp.id,
			    .body = arena_printf(w->a, "{\"event\":\"living_status_change\",\"id\":\"%.*s\",\"status\":\"2\"}", STR_F(livingid(w))) };
	struct outbox_row *rows;
	struct fail f = { 0 };
	size_t n;
	if (told)
		assert_int_equal(WRITE_TX(&w->cx.unit, base, living_on_told(tx, &ev)), OK);
	assert_int_equal(outbox_claim(w->t->store, w->a, STR(""), clock_now(&w->t->clock), 10, &rows, &n, &f), OK);
	assert_int_equal(n, 1);
	struct outcome out = { 0 };
	assert_int_equal(living_look(&w->cx, &rows[0], &out), OK);
	assert_int_equal(out.state, OUTCOME_DONE);
	assert_int_equal(WRITE_TX(&w->cx.unit, rows[0].slot, outbox_finish(tx, &rows[0], OUTBOX_DONE, STR(""))), OK);
}

static size_t watched_events(struct world *w)
{
	i64 slots[64];
	size_t n = slots_of_corp(w->t->store, w->corp.id, slots, 64), found = 0;
	for (size_t i = 0; i < n; i++) {
		struct event *ev;
		size_t count;
		assert_int_equal(READ_SNAP(&w->cx.unit, slots[i], journal_read(snap, 0, 1000, &ev, &count)), OK);
		for (size_t k = 0; k < count; k++)
			found += ev[k].kind == EV_LIVING_WATCHED && ev[k].corp == w->corp.id;
	}
	return found;
}

#define WATCH "{\"livingid\":\"%.*s\",\"act\":\"watch\",\"external_userid\":\"%s\",\"seconds\":%lld}"
#define STAFF_WATCH "{\"livingid\":\"%.*s\",\"act\":\"watch\",\"userid\":\"%s\",\"seconds\":%lld}"
#define BE "{\"livingid\":\"%.*s\",\"act\":\"%s\",\"seconds\":%lld}"

static void who_watched_long_enough_is_tagged_once(void **state)
{
	struct world *w = *state;
	i64 anna = customer(w, "wmAnna"), bert = customer(w, "wmBert"), *tags;
	size_t n;
	assert_int_equal(few_ask(w, "POST", "/api/v1/tag-groups", 0, "{\"name\":\"直播\",\"tags\":[\"看过课\"]}"), 201);
	assert_int_equal(few_ask(w, "GET", "/api/v1/tag-groups", 0, "%s", ""), 200);
	str tag = arena_dup(w->a, json_str(&json_get(&json_get(few_answer(w), "data")->items[0], "tags")->items[0], "id"));
	const char *path = room(w, arena_cstr(w->a, arena_printf(w->a, ",\"tag\":\"%.*s\",\"tag_minutes\":10", STR_F(tag))));
	act(w, WATCH, "wmAnna", 600);
	act(w, WATCH, "wmBert", 599);
	act(w, WATCH, "wmNobody", 50);
	act(w, STAFF_WATCH, "linna", 3000);
	act(w, BE, "start", 0);
	work(w, true);
	assert_int_equal(few_ask(w, "GET", path, 0, "%s", ""), 200);
	assert_true(str_eq_c(json_str(few_answer(w), "state"), "live"));
	assert_int_equal(watched_events(w), 0);
	act(w, BE, "end", 0);
	work(w, true);
	work(w, true); /* told twice */
	assert_int_equal(few_ask(w, "GET", path, 0, "%s", ""), 200);
	assert_true(str_eq_c(json_str(few_answer(w), "state"), "ended"));
	assert_int_equal(json_i64(few_answer(w), "viewers", 0), 4);
	assert_int_equal(json_i64(few_answer(w), "members", 0), 1);
	assert_int_equal(json_i64(few_answer(w), "strangers", 0), 1);
	assert_int_equal(watched_events(w), 2);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, anna), tag_of(snap, anna, &tags, &n)), OK);
	assert_int_equal(n, 1);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, bert), tag_of(snap, bert, &tags, &n)), OK);
	assert_int_equal(n, 0);
	assert_int_equal(few_ask(w, "GET", arena_cstr(w->a, arena_printf(w->a, "%s/viewers", path)), 0, "%s", ""), 200);
	const struct json *rows = json_get(few_answer(w), "data");
	assert_int_equal(rows->n, 2);
	assert_int_equal(json_i64(&rows->items[0], "seconds", 0), 600);
}

static void a_room_nobody_tells_about_is_looked_at(void **state)
{
	struct world *w = *state;
	struct timer_row *rows;
	size_t n, found = 0;
	room(w, "");
	act(w, BE, "end", 0);
	clock_advance(&w->t->clock, RIG_START + 2 * MS_HOUR + LIVING_GRACE_MS - 1);
	assert_int_equal(timer_due(&w->cx.unit, clock_now(&w->t->clock), 50, &rows, &n), OK);
	for (size_t i = 0; i < n; i++)
		found += str_eq_c(rows[i].kind, LIVING_LOOK);
	assert_int_equal(found, 0);
	clock_advance(&w->t->clock, RIG_START + 2 * MS_HOUR + LIVING_GRACE_MS);
	assert_int_equal(timer_due(&w->cx.unit, clock_now(&w->t->clock), 50, &rows, &n), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].kind, LIVING_LOOK)) {
			found++;
			assert_int_equal(living_on_timer(&w->cx, &rows[i]), OK);
		}
	assert_int_equal(found, 1);
	work(w, false);
	assert_int_equal(timer_due(&w->cx.unit, clock_now(&w->t->clock) + LIVING_LOOKS_MS, 50, &rows, &n), OK);
	for (size_t i = 0; i < n; i++)
		assert_false(str_eq_c(rows[i].kind, LIVING_LOOK));
}

struct pages { int there, read; };

static err one_page(void *arg, str from, str *ret_next)
{
	struct pages *p = arg;
	assert_int_equal(from.n > 0, p->read > 0);
	*ret_next = ++p->read < p->there ? STR("more") : STR_NIL;
	return OK;
}

static void viewers_beyond_the_last_page_are_told(void **state)
{
	static const struct { int there, read; bool cut; } cases[] = {
		{ 1, 1, false }, { LIVING_PAGES_MAX, LIVING_PAGES_MAX, false }, { LIVING_PAGES_MAX + 1, LIVING_PAGES_MAX, true },
	};
	struct world *w = *state;
	struct living_room *rows;
	size_t n;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pages p = { cases[i].there, 0 };
		bool cut;
		assert_int_equal(living_pages(one_page, &p, &cut), OK);
		assert_int_equal(p.read, cases[i].read);
		assert_int_equal(cut, cases[i].cut);
	}
	const char *path = room(w, "");
	i64 base = slot_base(w->t->store, w->corp.id);
	assert_int_equal(READ_SNAP(&w->cx.unit, base, living_room_list(snap, &(struct living_find){ INT64_MAX, 1 }, &rows, &n)), OK);
	assert_false(rows[0].cut);
	rows[0].cut = true;
	assert_int_equal(WRITE_TX(&w->cx.unit, base, living_room_state(tx, &rows[0])), OK);
	assert_int_equal(few_ask(w, "GET", path, 0, "%s", ""), 200);
	assert_true(json_get(few_answer(w), "cut")->truth);
}

/* At the limit all of them, one more is counted and not shown. */
static void as_many_viewers_are_shown_as_may_be(void **state)
{
	struct world *w = *state;
	const char *path = room(w, "");
	struct living_room *rows;
	size_t n;
	i64 base = slot_base(w->t->store, w->corp.id);
	assert_int_equal(READ_SNAP(&w->cx.unit, base, living_room_list(snap, &(struct living_find){ INT64_MAX, 1 }, &rows, &n)), OK);
	for (int i = 0; i <= LIVING_SHOWN_MAX; i++) {
		i64 her = customer(w, arena_cstr(w->a, arena_printf(w->a, "wmMany%d", i)));
		struct living_viewer v = { rows[0].id, her, 60 + i, false };
		assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), living_viewer_add(tx, &v)), OK);
		if (i < LIVING_SHOWN_MAX - 1)
			continue;
		assert_int_equal(few_ask(w, "GET", arena_cstr(w->a, arena_printf(w->a, "%s/viewers", path)), 0, "%s", ""), 200);
		assert_int_equal(json_get(few_answer(w), "data")->n, LIVING_SHOWN_MAX);
		assert_int_equal(json_i64(few_answer(w), "total", 0), i + 1);
	}
}

static void rooms_are_refused_changed_and_cancelled(void **state)
{
	struct world *w = *state;
	long long at = RIG_START + MS_HOUR, me = w->staff;
	struct { const char *theme; long long anchor, starts; int minutes; const char *more; } bad[] = {
		{ "一二三四五六七八九十一二三四五六七八九十一", me, at, 60, "" }, { "课", 1, at, 60, "" }, { "课", me, RIG_START, 60, "" },
		{ "课", me, at, LIVING_MINUTES_MAX + 1, "" }, { "课", me, at, 60, ",\"group_url\":\"javascript:1\"" },
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		str body = arena_printf(w->a, "{\"theme\":\"%s\",\"anchor\":\"%lld\",\"starts_ms\":%lld,\"minutes\":%d%s}", bad[i].theme, bad[i].anchor,
					bad[i].starts, bad[i].minutes, bad[i].more);
		assert_int_equal(few_ask(w, "POST", "/api/v1/livings", 0, "%.*s", STR_F(body)), 422);
	}
	const char *path = room(w, ",\"description\":\"讲喂养\"");
	assert_int_equal(few_ask(w, "PUT", path, 1, "{\"group_url\":\"https://work.weixin.qq.com/gm/x\"}"), 200);
	assert_true(str_eq_c(json_str(few_answer(w), "group_url"), "https://work.weixin.qq.com/gm/x"));
	assert_int_equal(few_ask(w, "PUT", path, 1, "{}"), 412);
	const char *stop = arena_cstr(w->a, arena_printf(w->a, "%s/cancel", path));
	assert_int_equal(few_ask(w, "POST", stop, 0, "%s", ""), 200);
	assert_true(str_eq_c(json_str(few_answer(w), "state"), "cancelled"));
	assert_int_equal(few_ask(w, "POST", stop, 0, "%s", ""), 409);
	rig_sim(w->rig, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"living/create\",\"count\":1}");
	assert_int_equal(few_ask(w, "POST", "/api/v1/livings", 0, "{\"theme\":\"课\",\"anchor\":\"%lld\",\"starts_ms\":%lld,\"minutes\":60}", me, at), 502);
	assert_true(str_has(w->reply.body, STR("可能已经创建")));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make, few_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_watched_long_enough_is_tagged_once), TEST(a_room_nobody_tells_about_is_looked_at),
		TEST(viewers_beyond_the_last_page_are_told), TEST(as_many_viewers_are_shown_as_may_be),
		TEST(rooms_are_refused_changed_and_cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

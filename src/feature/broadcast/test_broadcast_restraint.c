/*
 * Restraint in broadcasts: hold-outs and what they show, priorities, refusals at the last second, lists of those left
 * out before and after, members' own mass sends in the ledger, and why.
 */
#include "feature/broadcast/test_broadcast_calls.h"

#define EVENING (MORNING + 12 * MS_HOUR) /* 22:00 in Shanghai: what is made now opens at nine */
#define NINE (MORNING + 23 * MS_HOUR)

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static struct broadcast_preview_in aim(i64 priority, i64 holdout, i64 seed)
{
	struct broadcast_preview_in in;
	record_init(&broadcast_preview_in_record, &in);
	in.expr = STR("friend");
	in.content = (void *)(uintptr_t)&hello;
	in.priority = priority;
	in.holdout = holdout;
	in.seed = seed;
	return in;
}

static struct broadcast_preview_out look(struct world *w, struct broadcast_preview_in *in)
{
	struct broadcast_preview_out out;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", in, &out), OK);
	return out;
}

static i64 send_as(struct world *w, const char *name, struct broadcast_preview_in *in, i64 count)
{
	struct broadcast_create_in make_in;
	struct broadcast_detail out;
	record_init(&broadcast_create_in_record, &make_in);
	make_in.name = str_c(name);
	make_in.expr = in->expr;
	make_in.content = in->content;
	make_in.priority = in->priority;
	make_in.holdout = in->holdout;
	make_in.seed = in->seed;
	make_in.confirm_count = count;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts", &make_in, &out), OK);
	settle(w);
	return out.id;
}

static err more(struct world *w, const char *path, void *in, void *out)
{
	for (const struct route *r = broadcast_more_routes; r->fn; r++)
		if (strcmp(r->path, path) == 0) {
			w->cx.in = in;
			w->cx.out = out;
			record_init(r->out, out);
			return r->fn(&w->cx);
		}
	fail_msg("no such route");
	return ERR_INTERNAL;
}

/* How many a preview names as left out for that reason, page by page. */
static i64 left_out(struct world *w, const struct broadcast_preview_in *right, const char *reason)
{
	struct broadcast_left_in in;
	i64 n = 0;
	record_init(&broadcast_left_in_record, &in);
	in.expr = right->expr;
	in.content = right->content;
	in.priority = right->priority;
	in.holdout = right->holdout;
	in.seed = right->seed;
	in.reason = reason ? str_c(reason) : STR_NIL;
	in.limit = 3;
	in.cursor = STR_NIL;
	for (;;) {
		struct broadcast_left_page page;
		assert_int_equal(more(w, "/api/v1/broadcasts/preview/people", &in, &page), OK);
		for (size_t i = 0; i < page.data.n; i++)
			assert_true(!reason || str_eq_c(((struct broadcast_left_view *)page.data.v)[i].reason, reason));
		n += (i64)page.data.n;
		if (!page.next_cursor.n)
			return n;
		in.cursor = page.next_cursor;
	}
}

static struct broadcast_why why(struct world *w, i64 id, i64 her)
{
	struct broadcast_why_in in = { id, her };
	struct broadcast_why out;
	assert_int_equal(more(w, "/api/v1/broadcasts/{id}/why/{customer}", &in, &out), OK);
	return out;
}

static const char *state_of(struct world *w, i64 id, i64 her) { return arena_cstr(w->t->arena, why(w, id, her).state); }
static const char *reason_of(struct world *w, i64 id, i64 her) { return arena_cstr(w->t->arena, why(w, id, her).reason); }

/* That many new friends, by number: callbacks of one moment may be read in any order. */
static i64 *friends(struct world *w, int count)
{
	struct expr *e;
	i64 *who;
	size_t n;
	befriend(w, "linna", count);
	assert_int_equal(expr_parse(&w->cx.unit, STR("friend"), &e), OK);
	assert_int_equal(audience_select(&w->cx.unit, e, 0, (size_t)count + 1, &who, &n), OK);
	assert_int_equal(n, count);
	return who;
}

static void who_is_left_out_on_purpose_shows_what_it_was_worth(void **state)
{
	struct world *w = *state;
	i64 *who = friends(w, 40), order = 1, held = 0, bought = 0;
	struct broadcast_preview_in in = aim(NIL, 30, 77);
	struct broadcast_preview_out p = look(w, &in);
	assert_int_equal(p.seed, 77);
	held = excluded_for(&p.excluded, "holdout");
	assert_true(held >= 4 && held <= 22);
	assert_int_equal(p.total + held, 40);
	assert_int_equal(left_out(w, &in, "holdout"), held);
	in.seed = 78;
	assert_true(look(w, &in).seed == 78);
	in.seed = 77;
	i64 id = send_as(w, "三成不发", &in, p.total);
	live(w, MS_MINUTE);
	tap(w, id, "linna");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(counts(w, id).delivered, p.total);
	assert_int_equal(people(w, id, "excluded"), (size_t)held);
	for (int i = 0; i < 40; i++) {
		i64 her = who[i];
		bool out = strcmp(reason_of(w, id, her), "holdout") == 0;
		assert_int_equal(told(w, her, EV_REACH_SENT, NULL), out ? 0 : 1);
		if (out ? i % 4 == 0 : i % 2 == 0) { /* a half of the reached, a quarter of the others */
			sell(w, her, order++, 1000, now(w));
			bought += !out;
		}
	}
	sell(w, who[0], order++, 5000, now(w) + 20 * MS_DAY); /* too late */
	struct reach_lift *lift = detail(w, id).lift;
	const struct reach_arm_view *t = lift->treated, *h = lift->held;
	assert_int_equal(t->people, p.total);
	assert_int_equal(h->people, held);
	assert_int_equal(t->buyers, bought);
	assert_int_equal(t->paid, bought * 1000);
	assert_int_equal(h->paid, h->buyers * 1000);
	double extra = (double)t->buyers - (double)t->people * (double)h->buyers / (double)h->people;
	assert_true(lift->extra_buyers > extra - 1e-9 && lift->extra_buyers < extra + 1e-9);
	assert_true(lift->extra_buyers_low <= extra && extra <= lift->extra_buyers_high);
	assert_true(lift->extra_paid > 1000 * extra - 1e-6 && lift->extra_paid < 1000 * extra + 1e-6);
	assert_true(lift->srm_p > 0.001);
	struct fail f = { 0 };
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "reach", &f), OK);
	assert_int_equal(((const struct reach_arm_view *)((struct reach_lift *)detail(w, id).lift)->treated)->paid, t->paid);
}

static void of_two_that_want_the_same_people_the_higher_priority_has_them(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 5));
	live_until(w, EVENING);
	struct broadcast_preview_in low = aim(3, NIL, NIL), high = aim(7, NIL, NIL), same = aim(3, NIL, NIL);
	i64 small = send_as(w, "小事", &low, look(w, &low).total);
	struct broadcast_preview_out p = look(w, &same);
	const struct broadcast_conflict *c = p.conflicts.v;
	assert_int_equal(p.total, 0);
	assert_int_equal(p.conflicts.n, 1);
	assert_int_equal(c->lost, 5);
	assert_true(str_eq_c(c->name, "小事"));
	assert_int_equal(left_out(w, &same, "hold"), 5);
	p = look(w, &high);
	c = p.conflicts.v;
	assert_int_equal(p.total, 5);
	assert_int_equal(c->taken, 5);
	i64 big = send_as(w, "大事", &high, 5);
	assert_string_equal(reason_of(w, small, her), "outbid");
	assert_string_equal(state_of(w, big, her), "planned");
	live_until(w, NINE + MS_MINUTE);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	assert_int_equal(counts(w, big).created, 5);
	assert_true(state_is(w, small, "failed"));
	tap(w, big, "linna");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 1);
}

static void nobody_is_taken_from_a_broadcast_about_to_go_out(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 2);
	live_until(w, EVENING);
	struct broadcast_preview_in low = aim(3, NIL, NIL), high = aim(7, NIL, NIL);
	send_as(w, "小事", &low, 2);
	clock_advance(&w->t->clock, NINE - BROADCAST_OUTBID_MS - 1);
	assert_int_equal(look(w, &high).total, 2);
	clock_advance(&w->t->clock, NINE - BROADCAST_OUTBID_MS);
	assert_int_equal(look(w, &high).total, 0);
}

static void a_refusal_before_the_task_is_made_is_heeded(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 3));
	live_until(w, EVENING);
	i64 id = send_to(w, "friend");
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), reach_refuse(tx, her, "wecom", STR("本人"), false)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her + 1), reach_block(tx, her + 1, STR("小王"), STR("投诉"), true)), OK);
	live_until(w, NINE + MS_MINUTE);
	assert_string_equal(state_of(w, id, her), "failed");
	assert_string_equal(reason_of(w, id, her), "refused");
	assert_string_equal(reason_of(w, id, her + 1), "blocked");
	assert_int_equal(counts(w, id).created, 1);
	tap(w, id, "linna");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 0);
	assert_int_equal(counts(w, id).delivered, 1);
	assert_true(state_is(w, id, "closed"));
}

static void what_is_cancelled_gives_the_places_back(void **state)
{
	struct world *w = *state;
	struct reach_used used;
	i64 her = person_of(w, befriend(w, "linna", 2)), id = send_to(w, "friend");
	struct broadcast_key key = { id };
	struct broadcast_detail out;
	assert_int_equal(reach_used(&w->cx.unit, her, now(w), &used), OK);
	assert_int_equal(used.day, 1);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/cancel", &key, &out), OK);
	live(w, MS_MINUTE);
	assert_int_equal(reach_used(&w->cx.unit, her, now(w), &used), OK);
	assert_int_equal(used.day, 0);
	assert_int_equal(preview(w, "friend").total, 2);
}

static void what_members_send_by_themselves_is_in_the_ledger(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 3);
	struct event ev;
	struct reach_event body;
	struct reach_used used;
	i64 her = person_of(w, ext);
	sim_say(w, "/sim/task/personal", "{\"userid\":\"linna\",\"external_userid\":[\"%.*s\"]}", STR_F(ext));
	ms sent = now(w);
	live(w, 40 * MS_MINUTE);
	assert_int_equal(told(w, her, EV_REACH_SENT, &ev), 1);
	assert_int_equal(ev.occurred / 1000, sent / 1000);
	assert_int_equal(READ_SNAP(&w->cx.unit, ev.slot, event_body(snap, &ev, &reach_event_record, &body)), OK);
	assert_true(str_eq_c(body.by, "member"));
	assert_int_equal(body.staff, staff_id(w, "linna"));
	live(w, 3 * MS_HOUR); /* read again and again */
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 1);
	assert_int_equal(reach_used(&w->cx.unit, her, now(w), &used), OK);
	assert_int_equal(used.day, 1);
	assert_int_equal(used.quota, 1);
	struct broadcast_preview_out p = preview(w, "friend");
	assert_int_equal(p.total, 2);
	assert_int_equal(excluded_for(&p.excluded, "cap_day"), 1);
	live(w, 2 * MS_DAY);
	sim_say(w, "/sim/task/personal", "{\"userid\":\"linna\",\"external_userid\":[\"%.*s\"]}", STR_F(ext));
	live(w, 40 * MS_MINUTE);
	assert_int_equal(told(w, her, EV_REACH_SENT, NULL), 2);
}

static void why_names_the_first_thing_that_kept_her_out(void **state)
{
	struct world *w = *state;
	str gone = befriend(w, "linna", 1);
	i64 her = person_of(w, befriend(w, "xiaqing", 2)), lost = person_of(w, gone);
	sim_say(w, "/sim/delete", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"who\":\"customer\"}", STR_F(gone));
	live(w, MS_MINUTE);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), reach_refuse(tx, her, "all", STR("本人"), false)), OK);
	i64 id = send_to(w, "friend");
	struct broadcast_why v = why(w, id, lost);
	assert_string_equal(arena_cstr(w->t->arena, v.state), "outside");
	assert_string_equal(arena_cstr(w->t->arena, v.reason), "not_chosen");
	assert_false(v.chosen);
	assert_int_equal(v.steps.n, 1);
	assert_false(((struct broadcast_why_step *)v.steps.v)->holds);
	v = why(w, id, her);
	assert_true(v.chosen);
	assert_string_equal(arena_cstr(w->t->arena, v.reason), "refused");
	v = why(w, id, her + 1);
	assert_string_equal(arena_cstr(w->t->arena, v.state), "created");
	assert_true(v.kept_ms != NIL);
	struct broadcast_why_in in = { id, 999999 };
	struct broadcast_why out;
	assert_int_equal(more(w, "/api/v1/broadcasts/{id}/why/{customer}", &in, &out), ERR_NOT_FOUND);
	in = (struct broadcast_why_in){ 5, her };
	assert_int_equal(more(w, "/api/v1/broadcasts/{id}/why/{customer}", &in, &out), ERR_NOT_FOUND);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(who_is_left_out_on_purpose_shows_what_it_was_worth), BOTH(of_two_that_want_the_same_people_the_higher_priority_has_them),
		ONE(nobody_is_taken_from_a_broadcast_about_to_go_out), BOTH(a_refusal_before_the_task_is_made_is_heeded),
		ONE(what_is_cancelled_gives_the_places_back), BOTH(what_members_send_by_themselves_is_in_the_ledger),
		BOTH(why_names_the_first_thing_that_kept_her_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

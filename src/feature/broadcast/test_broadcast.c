/*
 * Broadcasts against the simulator: from the preview to what each person got, over one slot and eight.
 */
#include "core/staff/todo.h"
#include "feature/broadcast/test_broadcast_calls.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

/* Among the work of today of that member: so many. */
static i64 todo_of(struct world *w, const char *userid)
{
	struct todo_list list = { 0 };
	assert_int_equal(broadcast_todos(&w->cx, staff_id(w, userid), &list), OK);
	assert_true(list.v.n <= 1);
	return list.v.n ? list.v.v[0].count : 0;
}

static void a_broadcast_from_preview_to_results(void **state)
{
	struct world *w = *state;
	str first = befriend(w, "linna", 6);
	befriend(w, "xiaqing", 4);
	i64 id, linna = staff_id(w, "linna");
	struct broadcast_preview_out p = preview(w, "friend");
	assert_int_equal(p.people, 10);
	assert_int_equal(p.total, 10);
	assert_int_equal(p.advisors.n, 2);
	assert_int_equal(try_send(w, "friend", 9, NIL, &id), ERR_STATE);
	assert_string_equal(w->cx.unit.fail.value, "10");
	id = send_to(w, "friend");
	assert_int_equal(effects(w, "add_msg_template", ""), 2);
	assert_int_equal(counts(w, id).created, 10);
	assert_int_equal(counts(w, id).confirmed, 0);
	assert_true(state_is(w, id, "open"));
	assert_int_equal(preview(w, "friend").total, 0); /* held back until this one has ended */
	assert_int_equal(excluded_for(&(struct list){ preview(w, "friend").excluded.v, 1 }, "hold"), 10);
	assert_int_equal(todo_of(w, "linna"), 1);
	live(w, 10 * MS_MINUTE);
	ms tapped = now(w);
	tap(w, id, "linna");
	i64 her = person_of(w, first);
	sell(w, her, 1, 5000, tapped + 30 * MS_SECOND); /* before we have asked about the delivery */
	live(w, 5 * MS_MINUTE);
	struct broadcast_counts c = counts(w, id);
	assert_int_equal(todo_of(w, "linna"), 0);
	assert_int_equal(todo_of(w, "xiaqing"), 1);
	assert_int_equal(c.confirmed, 6);
	assert_int_equal(c.delivered, 6);
	assert_int_equal(c.bought, 1);
	assert_int_equal(c.revenue, 5000);
	sell(w, her, 2, 700, now(w));
	sell(w, her, 3, 900, now(w) + 8 * MS_DAY); /* too late to be of this message */
	assert_int_equal(counts(w, id).bought, 1);
	assert_int_equal(counts(w, id).revenue, 5700);
	assert_int_equal(people(w, id, "planned"), 10);
	assert_int_equal(people(w, id, "created"), 10);
	assert_int_equal(people(w, id, "delivered"), 6);
	assert_int_equal(people(w, id, "bought"), 1);
	struct broadcast_advisor a = advisor(w, id, linna);
	assert_int_equal(a.sent, 6);
	assert_int_equal(a.not_executed_since_ms, NIL);
	assert_true(advisor(w, id, staff_id(w, "xiaqing")).not_executed_since_ms != NIL);
	enum reach_verdict v;
	assert_int_equal(reach_check(&w->cx.unit, her, "wecom", now(w), &v), OK);
	assert_int_equal(v, REACH_CAP_DAY);
	live(w, 4 * MS_HOUR);
	c = counts(w, id);
	assert_true(state_is(w, id, "closed"));
	assert_int_equal(c.expired, 4);
	assert_int_equal(c.delivered, 6);
	assert_int_equal(people(w, id, "expired"), 4);
	assert_int_equal(people(w, id, "created"), 10);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 1); /* linna's was done */
	assert_int_equal(effects(w, "add_msg_template", ""), 2);
	assert_int_equal(preview(w, "friend").total, 4); /* nobody is held any more */
}

static void a_rebuild_gives_the_same_sales(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	str first = befriend(w, "linna", 2);
	i64 id = send_to(w, "friend"), her = person_of(w, first);
	live(w, MS_MINUTE);
	tap(w, id, "linna");
	sell(w, her, 1, 5000, now(w) + 1);
	live(w, 5 * MS_MINUTE);
	sell(w, her, 2, 300, now(w));
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "broadcast", &f), OK);
	assert_int_equal(counts(w, id).bought, 1);
	assert_int_equal(counts(w, id).revenue, 5300);
}

/* What WeCom did is told by nobody: the reply is lost, twice with equal text. */
static void lost_replies_are_found_again_and_sent_once(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 3);
	befriend(w, "xiaqing", 2);
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/add_msg_template\",\"count\":2}");
	i64 id = send_to(w, "friend");
	assert_int_equal(counts(w, id).unknown, 5);
	assert_int_equal(people(w, id, "unknown"), 5);
	assert_true(state_is(w, id, "sending"));
	live(w, 5 * MS_MINUTE);
	assert_int_equal(effects(w, "add_msg_template", ""), 2);
	assert_int_equal(counts(w, id).unknown, 0);
	assert_int_equal(counts(w, id).created, 5);
	tap(w, id, "linna");
	live(w, 5 * MS_MINUTE);
	assert_int_equal(counts(w, id).delivered, 3);
	assert_int_equal(advisor(w, id, staff_id(w, "linna")).sent, 3);
	assert_int_equal(effects(w, "mass.delivered", ""), 3);
}

static void while_the_list_cannot_be_read_nothing_is_sent_again(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 3);
	sim_say(w, "/sim/fault", "{\"kind\":\"truncate\",\"api\":\"externalcontact/add_msg_template\"}");
	sim_say(w, "/sim/fault", "{\"kind\":\"http500\",\"api\":\"externalcontact/get_groupmsg_list_v2\",\"count\":3}");
	i64 id = send_to(w, "friend");
	live(w, 90 * MS_SECOND);
	assert_int_equal(counts(w, id).unknown, 3);
	live(w, 210 * MS_SECOND);
	assert_int_equal(counts(w, id).created, 3);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
}

static void a_call_that_never_arrived_is_made(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 3);
	sim_say(w, "/sim/fault", "{\"kind\":\"http500\",\"api\":\"externalcontact/add_msg_template\"}");
	i64 id = send_to(w, "friend");
	live(w, 5 * MS_MINUTE);
	assert_int_equal(counts(w, id).created, 3);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
}

static void refusals_are_told_apart(void **state)
{
	struct world *w = *state;
	str full = befriend(w, "linna", 1), gone = befriend(w, "linna", 1);
	befriend(w, "linna", 2);
	sim_say(w, "/sim/corp", "{\"quota\":\"day\"}");
	sim_say(w, "/sim/task/personal", "{\"userid\":\"linna\",\"external_userid\":[\"%.*s\"]}", STR_F(full));
	i64 id = send_to(w, "friend");
	sim_say(w, "/sim/delete", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"who\":\"customer\"}", STR_F(gone));
	live(w, MS_MINUTE);
	tap(w, id, "linna");
	live(w, 5 * MS_MINUTE);
	struct broadcast_counts c = counts(w, id);
	assert_int_equal(c.delivered, 2);
	assert_int_equal(c.refused_quota, 1);
	assert_int_equal(c.refused_not_friend, 1);
	assert_int_equal(people(w, id, "refused"), 2);
	assert_true(state_is(w, id, "closed")); /* everybody has ended before the deadline */
}

static void cancelling_stops_what_was_not_confirmed(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 3);
	befriend(w, "xiaqing", 2);
	i64 id = send_to(w, "friend");
	struct broadcast_key key = { id };
	struct broadcast_detail out;
	live(w, MS_MINUTE);
	tap(w, id, "linna"); /* and we do not know of it yet */
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/cancel", &key, &out), OK);
	settle(w);
	assert_true(state_is(w, id, "cancelled"));
	assert_int_equal(counts(w, id).delivered, 3);
	assert_int_equal(people(w, id, "expired"), 2);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/cancel", &key, &out), ERR_STATE);
	assert_int_equal(preview(w, "friend").total, 2);
	live(w, MS_DAY);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 2); /* each once */
}

static err sees(struct tx *tx, i64 staff) { return scope_set(tx, 77, &staff, 1); }

static void whoever_sees_a_part_of_it_neither_stops_nor_presses_the_others(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 1);
	befriend(w, "xiaqing", 1);
	i64 id = send_to(w, "friend");
	struct broadcast_key key = { id };
	struct broadcast_detail out;
	struct none none;
	struct broadcast_remind_in linna = { id, staff_id(w, "linna") }, xiaqing = { id, staff_id(w, "xiaqing") };
	live(w, MS_MINUTE);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, sees(tx, linna.staff_id)), OK);
	w->cx.unit.scope = 77;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/remind", &xiaqing, &none), ERR_FORBIDDEN);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/remind", &linna, &none), OK);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/cancel", &key, &out), ERR_FORBIDDEN);
	assert_int_equal(w->cx.unit.fail.text, T_BROADCAST_OUTSIDE);
	w->cx.unit.scope = 0;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/cancel", &key, &out), OK);
}

static void cancelling_while_planning_frees_everybody(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 3);
	i64 id;
	struct broadcast_detail out;
	assert_int_equal(try_send(w, "friend", 3, NIL, &id), OK);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/cancel", &(struct broadcast_key){ id }, &out), OK);
	settle(w);
	assert_true(state_is(w, id, "cancelled"));
	assert_int_equal(effects(w, "add_msg_template", ""), 0);
	assert_int_equal(preview(w, "friend").total, 3);
}

static void a_member_is_reminded_three_times_a_day(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 2);
	i64 id = send_to(w, "friend"), linna = staff_id(w, "linna");
	struct broadcast_remind_in in = { id, linna };
	struct none none;
	assert_int_equal(advisor(w, id, linna).reminders_left, 3);
	for (int i = 0; i < 3; i++) {
		live(w, MS_MINUTE);
		assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/remind", &in, &none), OK);
		settle(w);
		assert_int_equal(advisor(w, id, linna).reminders_left, 2 - i);
	}
	live(w, MS_MINUTE);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/remind", &in, &none), ERR_STATE);
	settle(w);
	assert_int_equal(effects(w, "remind_groupmsg_send", ""), 3);
}

static void a_person_of_two_leaves_gets_it_once(void **state)
{
	struct world *w = *state;
	str one = befriend(w, "linna", 1), two = befriend(w, "xiaqing", 1);
	i64 root;
	assert_int_equal(customer_merge(&w->cx.unit, person_of(w, one), person_of(w, two), "manual", &root), OK);
	settle(w);
	assert_int_equal(preview(w, "friend").total, 1);
	i64 id = send_to(w, "friend");
	tap(w, id, "linna");
	tap(w, id, "xiaqing");
	live(w, 6 * MS_MINUTE);
	assert_int_equal(counts(w, id).planned, 1);
	assert_int_equal(effects(w, "mass.delivered", ""), 1);
	assert_int_equal(counts(w, id).delivered, 1);
}

static void one_text_for_all_has_no_variables(void **state)
{
	static const struct content personal = { .text = { "{{name|亲}}", sizeof("{{name|亲}}") - 1 } };
	struct world *w = *state;
	struct broadcast_create_in in = { STR("会员日"), NIL, STR("friend"), (void *)(uintptr_t)&personal, NIL, 2 };
	struct broadcast_detail out;
	befriend(w, "linna", 2);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts", &in, &out), ERR_INPUT);
}

static void nothing_begins_or_lasts_in_quiet_hours(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 2);
	i64 id, evening;
	live_until(w, MORNING + 9 * MS_HOUR); /* 19:00 */
	assert_int_equal(try_send(w, "friend", 2, NIL, &evening), OK);
	assert_int_equal(detail(w, evening).deadline_ms, MORNING + 11 * MS_HOUR); /* 21:00, not 23:00 */
	live_until(w, MORNING + 12 * MS_HOUR);
	assert_true(state_is(w, evening, "closed"));
	assert_int_equal(try_send(w, "friend", 2, NIL, &id), OK); /* at 22:00 */
	settle(w);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	assert_int_equal(detail(w, id).starts_ms, MORNING + 23 * MS_HOUR);
	live_until(w, MORNING + 23 * MS_HOUR + MS_MINUTE); /* 9:01 */
	assert_int_equal(counts(w, id).created, 2);
}

static void a_task_that_could_not_be_made_in_time_expires(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 2);
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":45009,\"api\":\"externalcontact/add_msg_template\",\"count\":100000}");
	i64 id = send_to(w, "friend");
	live(w, 5 * MS_HOUR);
	assert_int_equal(counts(w, id).expired, 2);
	assert_true(state_is(w, id, "failed"));
	assert_int_equal(preview(w, "friend").total, 2);
}

static void the_many_agree_with_the_one(void **state)
{
	struct world *w = *state;
	str first = befriend(w, "linna", 5);
	befriend(w, "xiaqing", 3);
	str two = befriend(w, "xiaqing", 1);
	struct expr *e;
	i64 *roots, root;
	size_t n;
	sim_say(w, "/sim/delete", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"who\":\"customer\"}", STR_F(first));
	assert_int_equal(customer_merge(&w->cx.unit, person_of(w, first), person_of(w, two), "manual", &root), OK);
	settle(w);
	i64 id = send_to(w, "staff is known");
	live(w, MS_MINUTE);
	tap(w, id, "xiaqing");
	live(w, 5 * MS_HOUR); /* linna did not tap: her people's places are free again */
	assert_int_equal(expr_parse(&w->cx.unit, STR("orders >= 0"), &e), OK);
	assert_int_equal(audience_select(&w->cx.unit, e, 0, 100, &roots, &n), OK);
	assert_int_equal(n, 8);
	enum reach_verdict many[16], one;
	struct follow_sender senders[16], sender;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, reach_check_many(snap, roots, n, "wecom", now(w), many)), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, follow_sender_many(snap, roots, n, senders)), OK);
	size_t go = 0;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(reach_check(&w->cx.unit, roots[i], "wecom", now(w), &one), OK);
		assert_int_equal(many[i], one);
		assert_int_equal(follow_sender_of(&w->cx.unit, roots[i], &sender), OK);
		assert_int_equal(senders[i].staff, sender.staff);
		assert_int_equal(senders[i].leaf, sender.leaf);
		assert_true(str_eq(senders[i].external_userid, sender.external_userid));
		go += one == REACH_GO;
	}
	assert_true(go > 0 && go < n);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_broadcast_from_preview_to_results), BOTH(a_rebuild_gives_the_same_sales),
		BOTH(lost_replies_are_found_again_and_sent_once), ONE(while_the_list_cannot_be_read_nothing_is_sent_again),
		ONE(a_call_that_never_arrived_is_made), BOTH(refusals_are_told_apart),
		ONE(whoever_sees_a_part_of_it_neither_stops_nor_presses_the_others),
		BOTH(cancelling_stops_what_was_not_confirmed), BOTH(cancelling_while_planning_frees_everybody),
		ONE(a_member_is_reminded_three_times_a_day), BOTH(a_person_of_two_leaves_gets_it_once),
		ONE(one_text_for_all_has_no_variables), ONE(nothing_begins_or_lasts_in_quiet_hours), ONE(a_task_that_could_not_be_made_in_time_expires),
		BOTH(the_many_agree_with_the_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

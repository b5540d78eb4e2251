/*
 * Letters through advisors, against the simulator: gathered, created once, followed, moved on, stopped; over one slot
 * and eight.
 */
#include "app/test_app_verb.h"
#include "core/staff/todo.h"
#include "feature/letter/letter_int.h"
#include "store/outbox.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define HELLO "{\"text\":\"新品到货啦\"}"
#define SERVICE "{\"text\":\"您的订单还没付款\",\"class\":\"service\"%s}"

static struct letter_task *tasks(struct world *w, size_t *ret_count)
{
	struct letter_task *v = NULL;
	struct letter_find find = { INT64_MAX, 100 };
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, letter_task_list(snap, &find, &v, ret_count)), OK);
	return v;
}

/* The newest task. */
static struct letter_task newest(struct world *w)
{
	size_t n;
	struct letter_task *v = tasks(w, &n);
	assert_true(n > 0);
	return v[0];
}

static void tap(struct world *w, const char *userid)
{
	size_t n;
	struct letter_task *v = tasks(w, &n);
	for (size_t i = 0; i < n; i++)
		if (v[i].msgid.n && v[i].staff == staff_id(w, userid) && str_eq_c(v[i].state, "created"))
			sim_say(w, "/sim/task/confirm", "{\"msgid\":\"%.*s\",\"userid\":\"%s\"}", STR_F(v[i].msgid), userid);
}

static int created(struct world *w) { return effects(w, "add_msg_template", ""); }
static int arrived(struct world *w) { return effects(w, "mass.delivered", ""); }

/* linna has sent hers, xiaqing not; each sees it in the list of what there is to do. */
static void executed_and_open(struct world *w)
{
	struct asking boss = asking_new(w);
	struct todo_list todos = { 0 };
	const struct json *v;
	assert_int_equal(asks(&boss, "GET", STR("/api/v1/letter-duties?journey=5"), &v, "%s", ""), 200);
	const struct json *rows = json_get(v, "data");
	assert_int_equal(rows->n, 2);
	for (size_t i = 0; i < rows->n; i++) {
		bool sent = id_in(&rows->items[i], "staff_id") == staff_id(w, "linna");
		assert_int_equal(json_i64(&rows->items[i], "executed", -1), sent);
		assert_int_equal(json_i64(&rows->items[i], "open", -1), !sent);
		assert_int_equal(json_i64(&rows->items[i], "delivered", -1), sent ? 3 : 0);
	}
	assert_int_equal(asks(&boss, "GET", STR("/api/v1/letters?journey=5"), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 2);
	assert_int_equal(asks(&boss, "GET", STR("/api/v1/letters?journey=6"), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 0);
	assert_int_equal(letter_todos(&w->cx, staff_id(w, "linna"), &todos), OK);
	assert_int_equal(todos.v.n, 0);
	assert_int_equal(letter_todos(&w->cx, staff_id(w, "xiaqing"), &todos), OK);
	assert_int_equal(todos.v.v[0].count, 1);
}

static void letters_of_a_step_become_one_task_and_are_told_by_the_tap(void **state)
{
	struct world *w = *state;
	i64 her[4];
	for (int i = 0; i < 4; i++)
		her[i] = person_of(w, befriend(w, i < 3 ? "linna" : "xiaqing", 1));
	for (int i = 0; i < 4; i++)
		assert_int_equal(does(w, "wecom.send", her[i], 5, "a", HELLO).state, VERB_ASKED);
	assert_int_equal(does(w, "wecom.send", her[0], 5, "a", HELLO).state, VERB_ASKED); /* the same act */
	live(w, 14 * MS_MINUTE);
	assert_int_equal(created(w), 0);
	live(w, MS_MINUTE);
	assert_int_equal(created(w), 2);
	live(w, 10 * MS_MINUTE);
	ms tapped = now(w);
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	for (int i = 0; i < 3; i++) {
		assert_true(ended_as(w, her[i], "a", "done"));
		assert_int_equal(ended_of(w, her[i], "a", NULL).at / MS_SECOND, tapped / MS_SECOND);
		assert_int_equal(told(w, her[i], EV_REACH_SENT, NULL), 1);
	}
	assert_true(ended_as(w, her[3], "a", ""));
	executed_and_open(w);
	assert_int_equal(effects(w, "remind_groupmsg_send", ""), 0);
	live(w, 20 * MS_MINUTE);
	assert_int_equal(effects(w, "remind_groupmsg_send", ""), 1); /* xiaqing, once */
	live(w, 4 * MS_HOUR);
	assert_true(ended_as(w, her[3], "a", "expired"));
	assert_int_equal(effects(w, "remind_groupmsg_send", ""), 1);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 1);
	assert_int_equal(created(w), 2);
	assert_int_equal(arrived(w), 3);
	live(w, MS_DAY);
	assert_int_equal(told(w, her[3], EV_VERB_ENDED, NULL), 1);
}

static void other_words_or_another_step_are_another_task(void **state)
{
	struct world *w = *state;
	i64 her[3];
	for (int i = 0; i < 3; i++)
		her[i] = person_of(w, befriend(w, "linna", 1));
	does(w, "wecom.send", her[0], 5, "a", HELLO);
	does(w, "wecom.send", her[1], 6, "a", HELLO);
	does(w, "wecom.send", her[2], 5, "a", "{\"text\":\"别的话\",\"gather_min\":0}");
	assert_int_equal(created(w), 1);
	live(w, 15 * MS_MINUTE);
	assert_int_equal(created(w), 3);
}

static void who_is_stopped_while_gathering_is_not_in_it(void **state)
{
	struct world *w = *state;
	i64 her[2] = { person_of(w, befriend(w, "linna", 1)), person_of(w, befriend(w, "linna", 1)) };
	does(w, "wecom.send", her[0], 5, "a", HELLO);
	does(w, "wecom.send", her[1], 5, "a", HELLO);
	assert_true(stops(w, "wecom.send", her[0], 5, "a"));
	live(w, 16 * MS_MINUTE);
	assert_int_equal(newest(w).people, 1);
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her[0], "a", "stopped"));
	assert_true(ended_as(w, her[1], "a", "done"));
	assert_int_equal(arrived(w), 1);
	assert_int_equal(told(w, her[0], EV_REACH_SENT, NULL), 0);
}

static void a_gathering_of_which_nobody_is_left_asks_wecom_for_nothing(void **state)
{
	struct world *w = *state;
	size_t n;
	i64 her = person_of(w, befriend(w, "linna", 1));
	does(w, "wecom.send", her, 5, "a", HELLO);
	assert_true(stops(w, "wecom.send", her, 5, "a"));
	live(w, MS_HOUR);
	assert_int_equal(created(w), 0);
	tasks(w, &n);
	assert_int_equal(n, 0);
}

/* The goal is reached after creation: alone in the task, it is cancelled. */
static void a_task_of_one_is_cancelled_for_a_reached_goal(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	does(w, "wecom.send", her, 5, "a", HELLO);
	live(w, 16 * MS_MINUTE);
	assert_int_equal(created(w), 1);
	assert_false(stops(w, "wecom.send", her, 5, "a"));
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 1);
	assert_true(ended_as(w, her, "a", "stopped"));
	tap(w, "linna");
	live(w, MS_HOUR);
	assert_int_equal(arrived(w), 0);
	assert_true(ended_as(w, her, "a", "stopped"));
	assert_true(str_eq_c(newest(w).state, "closed"));
}

/* Shared: above the share it is made again for the others, below it the delivery counts as late. */
static void a_shared_task_is_made_again_above_the_share(void **state)
{
	struct world *w = *state;
	i64 her[4];
	for (int i = 0; i < 4; i++) {
		her[i] = person_of(w, befriend(w, "linna", 1));
		does(w, "wecom.send", her[i], 5, "a", HELLO);
	}
	live(w, 16 * MS_MINUTE);
	stops(w, "wecom.send", her[0], 5, "a"); /* one of four: above five percent */
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 1);
	assert_int_equal(created(w), 2);
	assert_int_equal(newest(w).people, 3);
	assert_true(ended_as(w, her[0], "a", "stopped"));
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	for (int i = 1; i < 4; i++)
		assert_true(ended_as(w, her[i], "a", "done"));
	assert_int_equal(arrived(w), 3);
}

static void below_the_share_a_delivery_after_the_goal_is_counted(void **state)
{
	struct world *w = *state;
	i64 her[4];
	assert_int_equal(setting_put(&w->cx, "letter.redo_percent", STR("50")), OK);
	for (int i = 0; i < 4; i++) {
		her[i] = person_of(w, befriend(w, "linna", 1));
		does(w, "wecom.send", her[i], 5, "a", HELLO);
	}
	live(w, 16 * MS_MINUTE);
	stops(w, "wecom.send", her[0], 5, "a");
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 0);
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her[0], "a", "done"));
	assert_true(str_eq_c(ended_of(w, her[0], "a", NULL).reason, "after_goal"));
	assert_int_equal(newest(w).late, 1);
	assert_int_equal(newest(w).delivered, 4);
}

/* A tap while the cancelling is on its way counts; nobody gets it twice. */
static void a_tap_before_the_cancel_counts(void **state)
{
	struct world *w = *state;
	i64 her[2];
	for (int i = 0; i < 2; i++) {
		her[i] = person_of(w, befriend(w, "linna", 1));
		does(w, "wecom.send", her[i], 5, "a", HELLO);
	}
	live(w, 16 * MS_MINUTE);
	tap(w, "linna");
	stops(w, "wecom.send", her[0], 5, "a");
	live(w, MS_MINUTE);
	assert_int_equal(arrived(w), 2);
	assert_true(ended_as(w, her[0], "a", "done"));
	assert_true(ended_as(w, her[1], "a", "done"));
	live(w, MS_DAY);
	assert_int_equal(arrived(w), 2);
	assert_int_equal(created(w), 1);
}

/* A friend of both members, with a letter that may move on; *ret_first: who was asked. */
static i64 asked_of_two(struct world *w, const char **ret_first)
{
	str hers = befriend(w, "linna", 1);
	i64 her = person_of(w, hers);
	sim_say(w, "/sim/scan", "{\"userid\":\"xiaqing\",\"external_userid\":\"%.*s\",\"skip_verify\":true}", STR_F(hers));
	settle(w);
	does(w, "wecom.send", her, 5, "a", SERVICE, ",\"move\":true,\"gather_min\":0");
	*ret_first = newest(w).staff == staff_id(w, "linna") ? "linna" : "xiaqing";
	return her;
}

static void an_unconfirmed_letter_moves_to_another_friend_after_the_cancel(void **state)
{
	struct world *w = *state;
	const char *first;
	i64 her = asked_of_two(w, &first);
	const char *second = !strcmp(first, "linna") ? "xiaqing" : "linna";
	live(w, 4 * MS_HOUR + MS_MINUTE);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 1);
	assert_int_equal(created(w), 2);
	assert_int_equal(newest(w).staff, staff_id(w, second));
	assert_true(ended_as(w, her, "a", ""));
	tap(w, second);
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her, "a", "done"));
	assert_int_equal(arrived(w), 1);
}

/* Nobody else is asked before WeCom has confirmed the cancel: until then the first may tap, and does. */
static void while_the_cancel_is_refused_nobody_else_is_asked(void **state)
{
	struct world *w = *state;
	const char *first;
	i64 her = asked_of_two(w, &first);
	sim_say(w, "/sim/fault", "{\"kind\":\"errcode\",\"code\":-1,\"api\":\"externalcontact/cancel_groupmsg_send\",\"count\":100000}");
	for (int hour = 0; hour < 6; hour++) {
		live(w, MS_HOUR + MS_MINUTE);
		assert_int_equal(created(w), 1);
		assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 0);
	}
	assert_true(ended_as(w, her, "a", ""));
	tap(w, first);
	live(w, MS_HOUR);
	assert_true(ended_as(w, her, "a", "done"));
	assert_int_equal(arrived(w), 1);
	assert_int_equal(created(w), 1);
}

/* linna leaves with one task open and one letter still gathered: both go on to xiaqing, and who has nobody else is told. */
static void letters_of_who_leaves_go_on_to_another_friend(void **state)
{
	struct world *w = *state;
	i64 her[3], alone;
	for (int i = 0; i < 3; i++) {
		str hers = befriend(w, i < 2 ? "xiaqing" : "linna", 1);
		her[i] = person_of(w, hers);
		if (i == 2)
			break;
		live(w, MS_MINUTE); /* the newest friend is asked first */
		sim_say(w, "/sim/scan", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"skip_verify\":true}", STR_F(hers));
		settle(w);
	}
	alone = her[2];
	does(w, "wecom.send", her[0], 5, "a", SERVICE, ",\"gather_min\":0");
	does(w, "wecom.send", her[1], 5, "b", SERVICE, ",\"gather_min\":10");
	does(w, "wecom.send", alone, 6, "c", SERVICE, ",\"gather_min\":0");
	settle(w);
	assert_int_equal(created(w), 2);
	assert_int_equal(newest(w).staff, staff_id(w, "linna"));
	sim_say(w, "/sim/staff", "{\"userid\":\"linna\",\"left\":true}");
	live(w, MS_MINUTE);
	assert_int_equal(effects(w, "cancel_groupmsg_send", ""), 2);
	assert_true(ended_as(w, alone, "c", "expired"));
	assert_true(str_eq_c(ended_of(w, alone, "c", NULL).reason, "not_active"));
	live(w, 10 * MS_MINUTE);
	assert_int_equal(created(w), 4);
	tap(w, "xiaqing");
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her[0], "a", "done"));
	assert_true(ended_as(w, her[1], "b", "done"));
	assert_int_equal(arrived(w), 2);
}

static void a_lost_reply_is_found_and_the_task_made_once(void **state)
{
	struct world *w = *state;
	i64 her[2];
	for (int i = 0; i < 2; i++) {
		her[i] = person_of(w, befriend(w, "linna", 1));
		does(w, "wecom.send", her[i], 5, "a", HELLO);
	}
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"externalcontact/add_msg_template\",\"count\":1}");
	live(w, 15 * MS_MINUTE);
	assert_true(str_eq_c(newest(w).state, "unknown"));
	live(w, 5 * MS_MINUTE);
	assert_true(str_eq_c(newest(w).state, "created"));
	assert_int_equal(created(w), 1);
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her[0], "a", "done"));
	assert_true(ended_as(w, her[1], "a", "done"));
	assert_int_equal(arrived(w), 2);
}

static void a_call_that_never_arrived_is_made(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	sim_say(w, "/sim/fault", "{\"kind\":\"http500\",\"api\":\"externalcontact/add_msg_template\"}");
	does(w, "wecom.send", her, 5, "a", SERVICE, ",\"gather_min\":0");
	live(w, 5 * MS_MINUTE);
	assert_int_equal(created(w), 1);
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her, "a", "done"));
}

static void a_lost_friend_fails_and_her_touch_comes_back(void **state)
{
	struct world *w = *state;
	str gone = befriend(w, "linna", 1);
	i64 her = person_of(w, gone), other = person_of(w, befriend(w, "linna", 1));
	does(w, "wecom.send", her, 5, "a", HELLO);
	does(w, "wecom.send", other, 5, "a", HELLO);
	sim_say(w, "/sim/delete", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"who\":\"customer\"}", STR_F(gone));
	live(w, 16 * MS_MINUTE);
	assert_true(ended_as(w, her, "a", "refused")); /* looked at again when the task was made */
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, other, "a", "done"));
	struct verb_result r = does(w, "wecom.send", her, 5, "b", HELLO);
	assert_int_equal(r.state, VERB_REFUSED);
	assert_true(str_eq_c(r.reason, "no_friend"));
}

static void at_night_it_waits_for_the_morning(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	live_until(w, MORNING + 11 * MS_HOUR - MS_MINUTE); /* 20:59 */
	does(w, "wecom.send", her, 5, "a", HELLO);
	live(w, MS_HOUR);
	assert_int_equal(created(w), 0);
	live_until(w, MORNING + 23 * MS_HOUR); /* nine o'clock */
	assert_int_equal(created(w), 1);
	assert_int_equal(newest(w).deadline, now(w) + 4 * MS_HOUR);
	struct verb_result r = does(w, "wecom.send", her, 5, "b", HELLO);
	assert_true(r.state == VERB_ASKED || r.state == VERB_HELD); /* the ledger decides */
}

/* ---- a process that dies ---- */

/* Claims what is due and runs one kind of it, whose outcome is then lost with the process. */
static void dies_in(struct world *w, const char *kind, err (*send)(struct cx *cx, const struct outbox_row *row, struct outcome *ret))
{
	struct outbox_row *rows;
	struct outcome ignored = { 0 };
	struct fail f = { 0 };
	size_t n;
	bool any = false;
	assert_int_equal(outbox_claim(w->t->store, w->t->arena, STR(""), now(w), 32, &rows, &n, &f), OK);
	for (size_t i = 0; i < n; i++) {
		if (!str_eq_c(rows[i].kind, kind))
			continue;
		any = true;
		assert_int_equal(send(&w->cx, &rows[i], &ignored), OK);
	}
	assert_true(any);
	assert_int_equal(outbox_recover(w->t->store, w->t->arena, &f), OK);
}

static void dying_in_the_call_that_makes_it_makes_it_once(void **state)
{
	struct world *w = *state;
	i64 her[2];
	for (int i = 0; i < 2; i++) {
		her[i] = person_of(w, befriend(w, "linna", 1));
		does(w, "wecom.send", her[i], 5, "a", HELLO);
	}
	clock_advance(&w->t->clock, now(w) + 15 * MS_MINUTE);
	dies_in(w, "letter.create", letter_send_create);
	assert_int_equal(created(w), 1);
	live(w, 5 * MS_MINUTE);
	assert_int_equal(created(w), 1);
	assert_true(str_eq_c(newest(w).state, "created"));
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	for (int i = 0; i < 2; i++)
		assert_true(ended_as(w, her[i], "a", "done"));
	assert_int_equal(arrived(w), 2);
}

static void dying_after_people_were_taken_loses_nobody(void **state)
{
	struct world *w = *state;
	i64 her[2], later = person_of(w, befriend(w, "linna", 1));
	for (int i = 0; i < 2; i++) {
		her[i] = person_of(w, befriend(w, "linna", 1));
		does(w, "wecom.send", her[i], 5, "a", HELLO);
	}
	clock_advance(&w->t->clock, now(w) + 15 * MS_MINUTE);
	sim_say(w, "/sim/fault", "{\"kind\":\"http500\",\"api\":\"externalcontact/add_msg_template\"}");
	dies_in(w, "letter.create", letter_send_create); /* taken, and the call failed */
	assert_int_equal(created(w), 0);
	does(w, "wecom.send", later, 5, "b", HELLO); /* a further one of the step, into the next task */
	live(w, 20 * MS_MINUTE);
	size_t n;
	struct letter_task *v = tasks(w, &n);
	i64 people = 0;
	for (size_t i = 0; i < n; i++)
		people += v[i].people;
	assert_int_equal(people, 3);
	assert_int_equal(created(w), 2);
}

static void dying_while_it_is_closed_ends_everybody_once(void **state)
{
	struct world *w = *state;
	i64 her[3];
	for (int i = 0; i < 3; i++) {
		her[i] = person_of(w, befriend(w, "linna", 1));
		does(w, "wecom.send", her[i], 5, "a", HELLO);
	}
	live(w, 16 * MS_MINUTE);
	struct verb_call call;
	bool stopped;
	assert_int_equal(verb_of(w, "wecom.send", her[0], 5, "a", STR_NIL, &call), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her[0]), letter_verbs[0].stop(tx, &call, &stopped)), OK);
	struct letter_task t = newest(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, letter_task_stop(tx, &t, "goal")), OK);
	dies_in(w, "letter.close", letter_send_close);
	live(w, 2 * MS_MINUTE);
	assert_true(ended_as(w, her[0], "a", "stopped"));
	assert_int_equal(created(w), 2);
	assert_int_equal(newest(w).people, 2);
	tap(w, "linna");
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her[1], "a", "done") && ended_as(w, her[2], "a", "done"));
	assert_int_equal(arrived(w), 2);
}

static void managers_see_their_own_and_stop_by_hand(void **state)
{
	struct world *w = *state;
	const struct json *v;
	i64 her = person_of(w, befriend(w, "linna", 1)), there = person_of(w, befriend(w, "xiaqing", 1));
	does(w, "wecom.send", her, 5, "a", HELLO);
	does(w, "wecom.send", there, 5, "a", HELLO);
	live(w, 16 * MS_MINUTE);
	struct asking boss = asking_new(w), linna = asking_as(w, "linna");
	assert_int_equal(asks(&boss, "GET", STR("/api/v1/letters"), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 2);
	assert_int_equal(asks(&linna, "GET", STR("/api/v1/letters"), &v, "%s", ""), 200);
	const struct json *rows = json_get(v, "data");
	assert_int_equal(rows->n, 1);
	str path = arena_printf(w->t->arena, "/api/v1/letters/%lld", (long long)id_in(&rows->items[0], "id"));
	assert_int_equal(asks(&linna, "GET", path, &v, "%s", ""), 200);
	assert_int_equal(json_i64(v, "waiting", -1), 1);
	assert_int_equal(asks(&linna, "GET", arena_printf(w->t->arena, "%.*s/people", STR_F(path)), &v, "%s", ""), 200);
	assert_int_equal(json_get(v, "data")->n, 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(asks(&linna, "POST", arena_printf(w->t->arena, "%.*s/remind", STR_F(path)), NULL, "{}"), 204);
		live(w, MS_MINUTE);
	}
	assert_int_equal(asks(&linna, "POST", arena_printf(w->t->arena, "%.*s/remind", STR_F(path)), NULL, "{}"), 409);
	assert_int_equal(asks(&linna, "POST", arena_printf(w->t->arena, "%.*s/cancel", STR_F(path)), NULL, "{}"), 204);
	settle(w);
	assert_true(ended_as(w, her, "a", "stopped"));
	assert_int_equal(asks(&linna, "POST", arena_printf(w->t->arena, "%.*s/cancel", STR_F(path)), NULL, "{}"), 409);
	assert_int_equal(asks(&boss, "GET", STR("/api/v1/letters"), &v, "%s", ""), 200);
	rows = json_get(v, "data");
	for (size_t i = 0; i < rows->n; i++) {
		str theirs = arena_printf(w->t->arena, "/api/v1/letters/%lld/cancel", (long long)id_in(&rows->items[i], "id"));
		if (id_in(&rows->items[i], "staff_id") == staff_id(w, "xiaqing"))
			assert_int_equal(asks(&linna, "POST", theirs, NULL, "{}"), 404);
	}
}

static void arguments_are_refused_by_name(void **state)
{
	struct world *w = *state;
	assert_int_equal(refuses(w, "wecom.send", STR("{}")), ERR_INPUT);
	assert_int_equal(refuses(w, "wecom.send", STR("{\"text\":\"{{nothing}}\"}")), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "text");
	assert_int_equal(refuses(w, "wecom.send", STR("{\"text\":\"t\",\"gather_min\":1441}")), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "gather_min");
	assert_int_equal(refuses(w, "wecom.send", STR("{\"text\":\"t\",\"gather_min\":1440}")), OK);
	assert_int_equal(refuses(w, "wecom.send", STR("{\"text\":\"t\",\"class\":\"spam\"}")), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "class");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define SPREAD(name) { #name " over eight slots", name, make_spread, world_free, NULL }
#define BOTH(name) CASE(name), SPREAD(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(letters_of_a_step_become_one_task_and_are_told_by_the_tap), CASE(other_words_or_another_step_are_another_task),
		BOTH(who_is_stopped_while_gathering_is_not_in_it), CASE(a_gathering_of_which_nobody_is_left_asks_wecom_for_nothing),
		BOTH(a_task_of_one_is_cancelled_for_a_reached_goal), BOTH(a_shared_task_is_made_again_above_the_share),
		CASE(below_the_share_a_delivery_after_the_goal_is_counted), BOTH(a_tap_before_the_cancel_counts),
		BOTH(an_unconfirmed_letter_moves_to_another_friend_after_the_cancel), CASE(while_the_cancel_is_refused_nobody_else_is_asked), BOTH(letters_of_who_leaves_go_on_to_another_friend),
		BOTH(a_lost_reply_is_found_and_the_task_made_once),
		CASE(a_call_that_never_arrived_is_made), CASE(a_lost_friend_fails_and_her_touch_comes_back),
		BOTH(dying_in_the_call_that_makes_it_makes_it_once), BOTH(dying_after_people_were_taken_loses_nobody),
		BOTH(dying_while_it_is_closed_ends_everybody_once),
		CASE(at_night_it_waits_for_the_morning), CASE(managers_see_their_own_and_stop_by_hand), CASE(arguments_are_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Tasks of staff, asked for as journeys do, from the event to the tap: over one slot and eight.
 */
#include "app/test_app_verb.h"
#include "feature/stafftask/stafftask_notice_data.h"

#include "store/outbox.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

#define CALL "{\"kind\":\"call\",\"title\":\"回访\",\"script\":\"您好{{name|亲}}\",\"who\":\"advisor\"%s}"

/* The phone of a member: a user of role staff. */
static struct asking phone(struct world *w, const char *userid)
{
	struct asking b = asking_new(w);
	struct user_new in;
	const struct json *v;
	i64 id;
	record_init(&user_new_record, &in);
	in.login = arena_printf(w->t->arena, "phone-%s", userid);
	in.password = STR("correct horse battery");
	in.name = STR("某人");
	in.role = STR("staff");
	in.scope = STR("self");
	in.staff = staff_id(w, userid);
	assert_int_equal(user_create(&w->cx, &in, &id), OK);
	settle(w);
	assert_int_equal(asks(&b, "POST", STR("/api/v1/session"), &v, "{\"login\":\"phone-%s\",\"password\":\"correct horse battery\"}", userid), 200);
	for (size_t i = 0; i < b.reply.header_count; i++) {
		str value = b.reply.headers[i].value;
		if (!str_starts(value, STR("yutang=")))
			continue;
		str_cut(&value, '=');
		b.cookie = str_cut(&value, ';');
	}
	b.csrf = json_str(v, "csrf");
	return b;
}

static size_t waiting(struct asking *b, i64 *ret_first)
{
	const struct json *v;
	assert_int_equal(asks(b, "GET", STR("/api/v1/work/tasks"), &v, "%s", ""), 200);
	const struct json *data = json_get(v, "data");
	if (data->n && ret_first)
		*ret_first = id_in(&data->items[0], "id");
	return data->n;
}

static int tap(struct asking *b, i64 id, const char *body)
{
	int status = asks(b, "POST", arena_printf(b->w->t->arena, "/api/v1/work/tasks/%lld", (long long)id), NULL, "%s", body);
	settle(b->w);
	return status;
}

#define DONE "{\"state\":\"done\"}"

/* S52: what happened to her is a task on her advisor's phone within a minute, and a message that leads there. */
static void an_event_is_a_task_within_a_minute_and_done_by_one_tap(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), task = 0;
	struct asking linna = phone(w, "linna"), other = phone(w, "xiaqing");
	ms began = now(w);
	assert_int_equal(does(w, "staff.task", her, 5, "a", CALL, "").state, VERB_ASKED);
	assert_true(now(w) - began < MS_MINUTE);
	assert_int_equal(effects(w, "\"notice\"", "/h5/work?corp="), 1);
	assert_int_equal(effects(w, "\"notice\"", "#task-"), 1);
	assert_int_equal(waiting(&linna, &task), 1);
	assert_int_equal(waiting(&other, NULL), 0);
	assert_int_equal(tap(&other, task, DONE), 404);
	live(w, 7 * MS_MINUTE);
	ms tapped = now(w);
	assert_int_equal(tap(&linna, task, DONE), 204);
	assert_true(ended_as(w, her, "a", "done"));
	assert_int_equal(ended_of(w, her, "a", NULL).at, tapped);
	assert_int_equal(waiting(&linna, NULL), 0);
	assert_int_equal(tap(&linna, task, DONE), 204); /* a double tap */
	assert_int_equal(tap(&linna, task, "{\"state\":\"skipped\",\"reason\":\"不方便\"}"), 409);
	assert_true(ended_as(w, her, "a", "done"));
	live(w, 2 * MS_DAY);
	assert_true(ended_as(w, her, "a", "done"));
	assert_int_equal(told(w, her, EV_STAFFTASK_ENDED, NULL), 1);
}

static void the_same_key_is_one_task(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	struct asking linna = phone(w, "linna");
	assert_int_equal(does(w, "staff.task", her, 5, "a", CALL, "").state, VERB_ASKED);
	assert_int_equal(does(w, "staff.task", her, 5, "a", CALL, "").state, VERB_ASKED);
	assert_int_equal(waiting(&linna, NULL), 1);
	assert_int_equal(told(w, her, EV_STAFFTASK_MADE, NULL), 1);
	assert_int_equal(effects(w, "message/send", "notice"), 1);
}

/* S53: she has paid, so the task vanishes, and so does the message. */
static void a_task_that_is_needed_no_more_vanishes_with_its_message(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), task = 0;
	struct asking linna = phone(w, "linna");
	does(w, "staff.task", her, 5, "unpaid", CALL, "");
	assert_int_equal(waiting(&linna, &task), 1);
	assert_true(stops(w, "staff.task", her, 5, "unpaid"));
	assert_int_equal(waiting(&linna, NULL), 0);
	assert_true(ended_as(w, her, "unpaid", "stopped"));
	assert_int_equal(effects(w, "\"notice\"", "message/recall"), 1);
	assert_int_equal(tap(&linna, task, DONE), 409);
	assert_false(stops(w, "staff.task", her, 5, "unpaid"));
	assert_true(ended_as(w, her, "unpaid", "stopped"));
	assert_false(stops(w, "staff.task", her, 5, "never asked"));
}

static void skipping_says_why_and_nobody_doing_it_expires(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), task = 0;
	struct asking linna = phone(w, "linna");
	does(w, "staff.task", her, 5, "a", CALL, ",\"deadline_min\":60,\"remind_min\":20");
	does(w, "staff.task", her, 5, "b", CALL, ",\"deadline_min\":120,\"remind_min\":0");
	assert_int_equal(waiting(&linna, &task), 2);
	assert_int_equal(tap(&linna, task, "{\"state\":\"skipped\"}"), 422);
	assert_int_equal(tap(&linna, task, "{\"state\":\"skipped\",\"reason\":\"昨天刚聊过\"}"), 204);
	assert_true(ended_as(w, her, "a", "refused"));
	assert_true(str_eq_c(ended_of(w, her, "a", NULL).reason, "昨天刚聊过"));
	live(w, 119 * MS_MINUTE);
	assert_int_equal(effects(w, "\"notice\"", "任务提醒"), 0);
	assert_true(ended_as(w, her, "b", ""));
	live(w, MS_MINUTE);
	assert_true(ended_as(w, her, "b", "expired"));
	assert_int_equal(waiting(&linna, NULL), 0);
}

/* Late: reminded, then moved to another friend of hers; the first one's tap no longer counts. */
static void a_late_task_is_reminded_of_and_moves_to_another_friend(void **state)
{
	struct world *w = *state;
	str hers = befriend(w, "linna", 1);
	i64 her = person_of(w, hers), task = 0, moved = 0;
	struct asking linna = phone(w, "linna"), xia = phone(w, "xiaqing");
	live(w, -1 + MS_SECOND);
	does(w, "staff.task", her, 5, "alone", CALL, ",\"move_min\":60,\"remind_min\":30");
	assert_int_equal(waiting(&linna, &task), 1);
	live(w, 61 * MS_MINUTE);
	assert_int_equal(effects(w, "\"notice\"", "任务提醒"), 1);
	assert_int_equal(waiting(&linna, &task), 1); /* no other friend: it stays */
	assert_int_equal(tap(&linna, task, DONE), 204);
	sim_say(w, "/sim/scan", "{\"userid\":\"xiaqing\",\"external_userid\":\"%.*s\",\"skip_verify\":true}", STR_F(hers));
	settle(w);
	does(w, "staff.task", her, 5, "b", CALL, ",\"move_min\":60,\"remind_min\":30");
	struct asking *first = waiting(&xia, &task) ? &xia : &linna, *second = first == &xia ? &linna : &xia;
	assert_int_equal(waiting(first, &task), 1);
	live(w, 61 * MS_MINUTE);
	assert_int_equal(waiting(first, NULL), 0);
	assert_int_equal(waiting(second, &moved), 1);
	assert_int_equal(tap(first, task, DONE), 409);
	assert_true(ended_as(w, her, "b", ""));
	assert_int_equal(tap(second, moved, DONE), 204);
	assert_true(ended_as(w, her, "b", "done"));
	assert_true(ended_as(w, her, "alone", "done"));
}

/* Who leaves holds no task from that minute on: another friend of hers has it, or its caller hears that nobody does. */
static void tasks_of_who_leaves_move_at_once(void **state)
{
	struct world *w = *state;
	str shared = befriend(w, "linna", 1), own = befriend(w, "linna", 1);
	i64 one = person_of(w, shared), other = person_of(w, own);
	struct asking linna = phone(w, "linna"), xia = phone(w, "xiaqing");
	live(w, MS_SECOND);
	does(w, "staff.task", one, 5, "shared", CALL, ",\"deadline_min\":1440");
	does(w, "staff.task", other, 5, "own", CALL, ",\"deadline_min\":1440");
	assert_int_equal(waiting(&linna, NULL), 2);
	sim_say(w, "/sim/scan", "{\"userid\":\"xiaqing\",\"external_userid\":\"%.*s\",\"skip_verify\":true}", STR_F(shared));
	settle(w);
	sim_say(w, "/sim/staff", "{\"userid\":\"linna\",\"left\":true}");
	live(w, MS_MINUTE);
	assert_int_equal(waiting(&xia, NULL), 1);
	assert_true(ended_as(w, one, "shared", ""));
	assert_true(ended_as(w, other, "own", "stopped"));
}

#define SEND "{\"kind\":\"send\",\"title\":\"推荐新品\",\"who\":\"advisor\",\"class\":\"service\"}"

/* Sends of a day are bounded: the fourth waits for the morning. Done, it has reached her. */
static void sends_of_a_day_are_bounded_and_a_tap_reaches_her(void **state)
{
	struct world *w = *state;
	str first = befriend(w, "linna", 1);
	i64 her[4] = { person_of(w, first) }, task = 0;
	struct asking linna = phone(w, "linna");
	for (int i = 1; i < 4; i++)
		her[i] = person_of(w, befriend(w, "linna", 1));
	for (int i = 0; i < 3; i++)
		assert_int_equal(does(w, "staff.task", her[i], 5, "s", SEND).state, VERB_ASKED);
	struct verb_result held = does(w, "staff.task", her[3], 5, "s", SEND);
	assert_int_equal(held.state, VERB_HELD);
	assert_true(str_eq_c(held.reason, "staff_day"));
	assert_int_equal(held.retry_at, MORNING - MS_HOUR + MS_DAY); /* nine o'clock */
	assert_int_equal(waiting(&linna, &task), 3);
	assert_int_equal(tap(&linna, task, DONE), 204);
	int reached = 0;
	for (int i = 0; i < 3; i++)
		reached += told(w, her[i], EV_REACH_SENT, NULL);
	assert_int_equal(reached, 1);
	live_until(w, held.retry_at);
	assert_int_equal(does(w, "staff.task", her[3], 5, "s", SEND).state, VERB_ASKED);
}

static void nobody_to_do_it_is_refused_with_the_reason(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1)), xia = staff_id(w, "xiaqing");
	struct verb_result r = does(w, "staff.task", her, 5, "n",
		"{\"kind\":\"send\",\"title\":\"t\",\"who\":\"named\",\"staff\":\"%lld\"}", (long long)xia);
	assert_int_equal(r.state, VERB_REFUSED);
	assert_true(str_eq_c(r.reason, "not_friend"));
	r = does(w, "staff.task", her, 5, "n", "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"named\",\"staff\":\"%lld\"}", (long long)xia);
	assert_int_equal(r.state, VERB_ASKED);
	str gone = befriend(w, "linna", 1);
	i64 lost = person_of(w, gone);
	sim_say(w, "/sim/delete", "{\"userid\":\"linna\",\"external_userid\":\"%.*s\",\"who\":\"customer\"}", STR_F(gone));
	settle(w);
	r = does(w, "staff.task", lost, 5, "n", CALL, "");
	assert_int_equal(r.state, VERB_REFUSED);
	assert_true(str_eq_c(r.reason, "no_friend"));
}

static void arguments_are_refused_by_name(void **state)
{
	struct world *w = *state;
	static const struct { const char *args, *field; } bad[] = {
		{ "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"named\"}", "staff" },
		{ "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"named\",\"staff\":\"99\"}", "staff" },
		{ "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"store\",\"store\":\"99\"}", "store" },
		{ "{\"kind\":\"dance\",\"title\":\"t\",\"who\":\"advisor\"}", "kind" },
		{ "{\"kind\":\"call\",\"title\":\"\",\"who\":\"advisor\"}", "title" },
		{ "{\"kind\":\"call\",\"title\":\"{{name}}\",\"who\":\"advisor\"}", "title" },
		{ "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"advisor\",\"deadline_min\":4}", "deadline_min" },
		{ "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"advisor\",\"deadline_min\":43201}", "deadline_min" },
		{ "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"advisor\",\"deadline_min\":60,\"move_min\":60}", "move_min" },
		{ "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"advisor\",\"remind_min\":1441}", "remind_min" },
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(refuses(w, "staff.task", str_c(bad[i].args)), ERR_INPUT);
		assert_string_equal(w->cx.unit.fail.field, bad[i].field);
	}
	assert_int_equal(refuses(w, "staff.task", STR("{\"kind\":\"call\",\"title\":\"t\",\"who\":\"advisor\",\"deadline_min\":5}")), OK);
	assert_int_equal(refuses(w, "staff.task", STR("{\"kind\":\"call\",\"title\":\"t\",\"who\":\"advisor\",\"deadline_min\":43200}")), OK);
	assert_int_equal(refuses(w, "staff.notify", STR("{\"text\":\"t\",\"who\":\"advisor\",\"url\":\"javascript:x\"}")), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "url");
}

/* On duty first: the main advisor's hours are over, another friend's are not. */
static void whoever_is_on_duty_comes_first(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w), linna = phone(w, "linna"), xia = phone(w, "xiaqing");
	str hers = befriend(w, "linna", 1);
	i64 her = person_of(w, hers);
	sim_say(w, "/sim/scan", "{\"userid\":\"xiaqing\",\"external_userid\":\"%.*s\",\"skip_verify\":true}", STR_F(hers));
	settle(w);
	const char *duty = "{\"staff\":\"%lld\",\"days\":127,\"from_minute\":%d,\"to_minute\":%d}";
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/staff-duty"), NULL, duty, (long long)staff_id(w, "xiaqing"), 1200, 1260), 204);
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/staff-duty"), NULL, duty, (long long)staff_id(w, "xiaqing"), 1260, 1200), 422);
	does(w, "staff.task", her, 5, "a", "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"on_duty\"}");
	assert_int_equal(waiting(&linna, NULL), 1);
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/staff-duty"), NULL, duty, (long long)staff_id(w, "linna"), 1200, 1260), 204);
	assert_int_equal(asks(&boss, "POST", STR("/api/v1/staff-duty"), NULL, duty, (long long)staff_id(w, "xiaqing"), 540, 1260), 204);
	does(w, "staff.task", her, 5, "b", "{\"kind\":\"call\",\"title\":\"t\",\"who\":\"on_duty\"}");
	assert_int_equal(waiting(&xia, NULL), 1);
	assert_int_equal(asks(&boss, "DELETE", arena_printf(w->t->arena, "/api/v1/staff-duty/%lld", (long long)staff_id(w, "linna")), NULL, "%s", ""), 204);
}

/* ---- messages ---- */

static void many_messages_of_an_hour_become_one_digest(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	char key[8];
	for (int i = 0; i < 9; i++) {
		snprintf(key, sizeof(key), "n%d", i);
		assert_int_equal(does(w, "staff.notify", her, 5, key, "{\"text\":\"她看了第%d款\",\"who\":\"advisor\"}", i).state, VERB_ASKED);
	}
	assert_int_equal(effects(w, "message/send", "\"notice\""), 5);
	assert_true(ended_as(w, her, "n4", "done"));
	assert_true(ended_as(w, her, "n8", ""));
	assert_true(stops(w, "staff.notify", her, 5, "n7"));
	live(w, MS_HOUR);
	assert_int_equal(effects(w, "message/send", "\"notice\""), 6);
	assert_int_equal(effects(w, "\"notice\"", "您有 3 条新消息"), 1);
	assert_int_equal(effects(w, "\"notice\"", "她看了第8款"), 1);
	assert_int_equal(effects(w, "\"notice\"", "她看了第7款"), 0);
	assert_true(ended_as(w, her, "n8", "done"));
}

static void a_message_with_a_lost_reply_is_sent_again_and_told_once(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	sim_say(w, "/sim/fault", "{\"kind\":\"lost_reply\",\"api\":\"message/send\",\"count\":1}");
	does(w, "staff.notify", her, 5, "n", "{\"text\":\"她来了{{name|亲}}\",\"title\":\"新线索\",\"url\":\"/customers\",\"who\":\"advisor\"}");
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her, "n", "done"));
	assert_true(effects(w, "\"notice\"", "product.test/customers") >= 1);
}

/* The process dies between the call and its mark: it goes out again (WeCom drops the double) and is told once. */
static void dying_after_a_message_tells_its_caller_once(void **state)
{
	struct world *w = *state;
	struct verb_call call;
	struct verb_result result;
	struct outbox_row *rows;
	struct fail f = { 0 };
	size_t n;
	i64 her = person_of(w, befriend(w, "linna", 1));
	assert_int_equal(verb_of(w, "staff.notify", her, 5, "n", STR("{\"text\":\"她来了\",\"who\":\"advisor\"}"), &call), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, her), verb_find(&w->env, STR("staff.notify"))->run(tx, &call, &result)), OK);
	assert_int_equal(outbox_claim(w->t->store, w->t->arena, STR(""), now(w), 32, &rows, &n, &f), OK);
	assert_int_equal(n, 1);
	assert_int_equal(outbox_recover(w->t->store, w->t->arena, &f), OK); /* claimed, and the process died */
	assert_true(ended_as(w, her, "n", ""));
	live(w, 5 * MS_MINUTE);
	assert_true(ended_as(w, her, "n", "done"));
	assert_int_equal(effects(w, "\"notice\"", "她来了"), 1);
}

static void a_message_is_withdrawn_by_hand(void **state)
{
	struct world *w = *state;
	struct asking boss = asking_new(w);
	const struct json *v;
	i64 her = person_of(w, befriend(w, "linna", 1));
	does(w, "staff.notify", her, 5, "n", "{\"text\":\"写错了\",\"who\":\"advisor\"}");
	assert_int_equal(asks(&boss, "GET", STR("/api/v1/staff-notices"), &v, "%s", ""), 200);
	const struct json *rows = json_get(v, "data");
	assert_int_equal(rows->n, 1);
	str path = arena_printf(w->t->arena, "/api/v1/staff-notices/%lld/withdraw", (long long)id_in(&rows->items[0], "id"));
	assert_int_equal(asks(&boss, "POST", path, NULL, "{}"), 204);
	settle(w);
	assert_int_equal(effects(w, "\"notice\"", "message/recall"), 1);
	assert_int_equal(asks(&boss, "POST", path, NULL, "{}"), 409);
	does(w, "staff.notify", her, 5, "late", "{\"text\":\"太晚\",\"who\":\"advisor\"}");
	assert_int_equal(asks(&boss, "GET", STR("/api/v1/staff-notices"), &v, "%s", ""), 200);
	path = arena_printf(w->t->arena, "/api/v1/staff-notices/%lld/withdraw", (long long)id_in(&json_get(v, "data")->items[0], "id"));
	live(w, MS_DAY + 1);
	assert_int_equal(asks(&boss, "POST", path, NULL, "{}"), 409);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
#define SPREAD(name) { #name " over eight slots", name, make_spread, world_free, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_event_is_a_task_within_a_minute_and_done_by_one_tap), SPREAD(an_event_is_a_task_within_a_minute_and_done_by_one_tap),
		CASE(the_same_key_is_one_task), CASE(a_task_that_is_needed_no_more_vanishes_with_its_message),
		SPREAD(a_task_that_is_needed_no_more_vanishes_with_its_message), CASE(skipping_says_why_and_nobody_doing_it_expires),
		CASE(tasks_of_who_leaves_move_at_once), SPREAD(tasks_of_who_leaves_move_at_once),
		CASE(a_late_task_is_reminded_of_and_moves_to_another_friend), SPREAD(a_late_task_is_reminded_of_and_moves_to_another_friend),
		CASE(sends_of_a_day_are_bounded_and_a_tap_reaches_her), SPREAD(sends_of_a_day_are_bounded_and_a_tap_reaches_her),
		CASE(nobody_to_do_it_is_refused_with_the_reason), CASE(arguments_are_refused_by_name),
		CASE(whoever_is_on_duty_comes_first), CASE(many_messages_of_an_hour_become_one_digest),
		SPREAD(many_messages_of_an_hour_become_one_digest), CASE(a_message_with_a_lost_reply_is_sent_again_and_told_once),
		CASE(dying_after_a_message_tells_its_caller_once), CASE(a_message_is_withdrawn_by_hand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * letter joins.
 */
#include "feature/letter/letter_duty_data.h"
#include "feature/letter/letter_int.h"

static const struct query *const queries[] = {
	&letter_add_query, &letter_of_act_query, &letter_take_query, &letter_give_back_query, &letter_created_query,
	&letter_finish_query, &letter_withdraw_query, &letter_wish_query, &letter_people_query, &letter_tallies_query,
	&letter_waiting_query, &letter_shown_query, &letter_task_add_query, &letter_task_put_query, &letter_task_making_query,
	&letter_task_get_query, &letter_task_open_query, &letter_task_list_query, &letter_task_seen_query,
	&letter_duties_query, &letter_tasks_open_query, &letter_tasks_untapped_query, &letter_reminder_add_query, &letter_reminders_query, NULL,
};
static const struct handler act[] = {
	{ EV_LETTER_ASKED, letter_on_asked },
	{ EV_LETTER_TASK, letter_on_task },
	{ EV_LETTER_RESULT, letter_on_result },
	{ EV_LETTER_STOPPED, letter_on_stopped },
	{ EV_STAFF_CHANGED, letter_on_staff },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "letter.create", .send = letter_send_create, .reconcile = letter_find_created },
	{ .kind = "letter.poll", .send = letter_send_poll, .reconcile = letter_send_poll },
	{ .kind = "letter.close", .send = letter_send_close, .reconcile = letter_send_close },
	{ .kind = "letter.remind", .send = letter_send_remind },
	{ 0 },
};
static const struct perm perms[] = {
	{ "letter.read", T_PERM_LETTER_READ },
	{ "letter.write", T_PERM_LETTER_WRITE },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "letter.gather_min", .otherwise = "15", .label = T_LETTER_GATHER },
	{ .name = "letter.life_hours", .otherwise = "4", .label = T_LETTER_LIFE },
	{ .name = "letter.redo_percent", .otherwise = "5", .label = T_LETTER_REDO },
	{ .name = "letter.remind_min", .otherwise = "30", .label = T_LETTER_REMIND },
	{ 0 },
};

const struct module letter_module = {
	.name = "letter",
	.doc = "A message to one person through her advisor, gathered with others of the same words into one task.",
	.queries = queries,
	.routes = letter_routes,
	.act = act,
	.senders = senders,
	.verbs = letter_verbs,
	.todos = letter_todos,
	.perms = perms,
	.settings = settings,
};

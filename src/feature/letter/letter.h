/*
 * letter 一对一触达: a message to one person through her advisor (verb wecom.send), as automation asks for it.
 *
 * Only a member can send in WeCom, so a letter becomes part of a mass-send task of his. What one step of one caller
 * says in the same words through the same member is gathered for `letter.gather_min` into one task, so that he taps
 * once. A person's letter lives in her slot, the task in the base slot; they meet by events.
 *
 *	letter: gathering -> planned -> created -> delivered | not_friend | quota | failed | expired | stopped | refused | moved
 *	task:   gathering -> making -> created -> closed, or unknown, failed, empty
 *
 * What must stay true:
 *  - One key of one caller is one letter; moved on to another friend of hers (`nth`) only when the task that held it
 *    was cancelled, read once more, and she had not been reached. So no two tasks ever hold the same act.
 *  - A touch is claimed in the verb's transaction and given back by every end but delivered.
 *  - Whoever is stopped while it gathers is not in the task. When the task is made, refusals and lost friends are
 *    looked at again.
 *  - A reached goal after creation (stop): the task is cancelled when nobody else is in it, and cancelled and made again
 *    for the others when those who need it no more are above `letter.redo_percent`; else a delivery counts as late
 *    (达标后仍发送). A stop then answers "too late" and verb.ended tells what came of it.
 *  - Whose member leaves goes on to another friend of hers, asked to move or not: an open task is closed that minute, what is
 *    still gathered goes on when its time has come. Where there is no other friend the caller hears `not_active`.
 *  - The task state "making" is written before its people are collected: a letter is either among them or its event
 *    opens the next task. Nobody is left between two tasks.
 *  - Deadline: `letter.life_hours` after creation, never past the start of quiet hours.
 *
 * With an experiment each of its variants has words of its own; so the task of a variant is its own too, because only
 * what has the same words is gathered. Whom the experiment holds out is refused as `trial`.
 *
 * out: letter.asked, letter.task, letter.result, letter.stopped, reach.sent, reach.failed, verb.ended;
 * outbox letter.create, letter.poll, letter.close, letter.remind
 */
#ifndef YT_FEATURE_LETTER_LETTER_H
#define YT_FEATURE_LETTER_LETTER_H

#include "core/module.h"
#include "core/reach/content.h"
#include "core/reach/enclose.h"
#include "core/trial/trial_use.h"
#include "core/verb/verb.h"

#define LETTER_TASK_MAX WECOM_MASS_CUSTOMERS_MAX
#define LETTER_MOVES_MAX 2                /* further friends of hers, after the first */
#define LETTER_LIFE_MIN_MS (30 * MS_MINUTE) /* of a task made again */
#define LETTER_GIVE_UP_AFTER_MS MS_DAY    /* behind the deadline nobody can say any more what became of a lost reply */
#define LETTER_WAIT_MAX 1440              /* minutes to gather */

#define LETTER_ARGS_FIELDS(F, S)                                                                   \
	F(S, STR, text, .opt = true, .doc = "variables of her stand in {{…}}")                     \
	F(S, OBJ, link, .opt = true, .of = &content_link_record) F(S, STR, enclosed, .opt = true, .max = 40, .doc = "material:123") \
	F(S, STR, class, .opt = true, .one_of = "marketing,service", .doc = "marketing when absent") \
	F(S, I64, gather_min, .opt = true, .max = LETTER_WAIT_MAX, .doc = "0: at once; absent: as set for the company") \
	F(S, BOOL, move, .opt = true, .doc = "to another friend of hers when it is not confirmed in time") \
	F(S, ID, experiment, .opt = true, .doc = "each of its variants has a message of its own") \
	F(S, LIST, variants, .opt = true, .max = TRIAL_VARIANTS_MAX, .of = &content_record, .doc = "with an experiment: a message for each variant, instead of text, link, enclosed")
RECORD(letter_args, LETTER_ARGS_FIELDS);

/* letter.asked, in the base slot. */
#define LETTER_ASKED_FIELDS(F, S)                                                                  \
	F(S, STR, gather) F(S, ID, staff) F(S, STR, content) F(S, STR, caller) F(S, ID, by_id) F(S, MS, ready) F(S, MS, life)
RECORD(letter_asked, LETTER_ASKED_FIELDS);
/* letter.task */
#define LETTER_MADE_FIELDS(F, S)                                                                   \
	F(S, ID, task) F(S, STR, result, .one_of = "created,failed,unknown,empty") F(S, STR, msgid, .opt = true) \
	F(S, I64, people) F(S, MS, deadline, .opt = true) F(S, STR, code, .opt = true)
RECORD(letter_made, LETTER_MADE_FIELDS);
/* letter.result: the task's numbers as they are then. */
#define LETTER_RESULT_FIELDS(F, S)                                                                 \
	F(S, ID, task) F(S, I64, delivered) F(S, I64, not_friend) F(S, I64, quota) F(S, I64, failed) F(S, I64, expired) \
	F(S, I64, stopped) F(S, I64, late) F(S, I64, open) F(S, MS, confirmed_at, .opt = true) F(S, BOOL, closed) \
	F(S, BOOL, again, .doc = "for those who still need it a task is made anew")
RECORD(letter_result, LETTER_RESULT_FIELDS);
/* letter.stopped: somebody in the task needs it no more; outbox bodies too. */
#define LETTER_ERRAND_FIELDS(F, S) F(S, ID, task)
RECORD(letter_errand, LETTER_ERRAND_FIELDS);

struct event;
struct outbox_row;
struct outcome;
struct todo_list;
err letter_todos(struct cx *cx, i64 staff, struct todo_list *ret);
err letter_on_asked(struct tx *tx, const struct event *ev);
err letter_on_task(struct tx *tx, const struct event *ev);
err letter_on_result(struct tx *tx, const struct event *ev);
err letter_on_stopped(struct tx *tx, const struct event *ev);
err letter_on_staff(struct tx *tx, const struct event *ev);
err letter_send_create(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err letter_find_created(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err letter_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err letter_send_close(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err letter_send_remind(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

extern const struct verb letter_verbs[];
extern const struct route letter_routes[];
extern const struct module letter_module;

#endif

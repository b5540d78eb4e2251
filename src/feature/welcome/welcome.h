/*
 * welcome 欢迎语: the one message that goes out by itself when somebody becomes a friend.
 *
 * The code that allows it lives 20 seconds, works once, and often does not come at all: the admin
 * console has a welcome for that member, a half contact came before, the other side is a WeCom user. So
 * every add ends as "sent in n s" or as a miss with its reason (none_given, answered_first, expired,
 * refused, failed), never silently, and a miss is never made good by a mass send.
 *
 * A code may have greetings of its own for certain hours, members and people: the first that fits is sent. People are told
 * apart by tags they carried before this add, since what the code puts on her now must not decide how it greets.
 *
 * in:  livecode.saved (whose welcome belongs to which state), follow.added, follow.half
 * out: welcome.sent, welcome.missed, reach.sent (class service); outbox "welcome.send" in a lane of its own
 */
#ifndef YT_FEATURE_WELCOME_WELCOME_H
#define YT_FEATURE_WELCOME_WELCOME_H

#include "core/follow/follow.h"
#include "core/reach/content.h"
#include "core/reach/enclose.h"

#define WELCOME_SENDER "welcome.send"
#define WELCOME_LANE "welcome"

/* What the outbox carries: everything a sender needs, so that it reads nothing. */
#define WELCOME_TASK_FIELDS(F, S)                                            \
	F(S, STR, code) F(S, ID, staff) F(S, ID, livecode, .opt = true)      \
	F(S, MS, added) F(S, OBJ, content, .of = &content_record)
RECORD(welcome_task, WELCOME_TASK_FIELDS);

/* welcome.sent, welcome.missed */
#define WELCOME_RESULT_FIELDS(F, S)                                          \
	F(S, ID, staff) F(S, ID, livecode, .opt = true)                      \
	F(S, STR, result, .one_of = "sent,none_given,answered_first,expired,refused,failed") \
	F(S, MS, took, .opt = true, .doc = "from the add to the answer") F(S, STR, code, .opt = true, .doc = "WeCom's errcode")
RECORD(welcome_result, WELCOME_RESULT_FIELDS);

/* Handlers (welcome_on.c) and sender (welcome_send.c). */
err welcome_on_rule(struct tx *tx, const struct event *ev);
err welcome_on_result(struct tx *tx, const struct event *ev);
err welcome_on_added(struct tx *tx, const struct event *ev);
err welcome_on_sent(struct tx *tx, const struct event *ev);
struct outbox_row;
struct outcome;
err welcome_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err welcome_expired(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err welcome_unknown(struct cx *cx, const struct outbox_row *row, struct outcome *ret);

#endif

/*
 * inspect 质检: how long customers of 微信客服 wait for a person.
 *
 * A wait begins with her first unanswered message and ends with a member's reply; what a program says ends nothing. Only
 * working hours count, so a message of the night is due in the morning. While a wait is late it stands on a list, and its
 * responsible (who has the conversation, else her advisor) is told once, inside working hours. A week's waits are summed
 * per member.
 *
 * 1-to-1 chats are not judged here: their messages need the chat archive, which is not connected.
 *
 * Rows stand in the corp's base slot, where kf.turn is told. in: kf.turn; verb staff.notify
 */
#ifndef YT_FEATURE_INSPECT_INSPECT_H
#define YT_FEATURE_INSPECT_INSPECT_H

#include "base/tz.h"
#include "core/module.h"

#define INSPECT_DUE "inspect.due"
#define INSPECT_MINUTES "inspect.minutes"
#define INSPECT_HOURS "inspect.hours"
#define INSPECT_MINUTES_DEFAULT 10
#define INSPECT_MINUTES_MAX 1440
#define INSPECT_HOURS_DEFAULT "09:00-21:00"
#define INSPECT_WEEKS_MAX 12 /* before this one */
#define INSPECT_KEEP_DAYS ((INSPECT_WEEKS_MAX + 1) * 7)

/* Minutes of the day; from < to <= 1440. */
struct inspect_hours { i64 from, to; };
/* "09:00-21:00"; false: not such a span. */
bool inspect_hours_parse(str text, struct inspect_hours *ret);
/* "1" to "1440" */
bool inspect_minutes_parse(str text, i64 *ret);
/* That many minutes of working time after `wrote`. */
ms inspect_due_at(const struct tz *z, const struct inspect_hours *h, ms wrote, i64 minutes);
/* `at` itself inside working hours, else when they next begin. */
ms inspect_open_at(const struct tz *z, const struct inspect_hours *h, ms at);

err inspect_on_turn(struct tx *tx, const struct event *ev);
err inspect_due(struct cx *cx, const struct timer_row *row);

extern const struct route inspect_routes[];

#endif

/*
 * groupbook 客户群管理: 40,000 groups in classes and with tags, who is in them, how they fare, and who sits in several.
 *
 * A group's health is a number from 0 to 100 of what the mirror knows; what is said in groups no call tells.
 *	40 × who stayed: 1 − left ÷ (members before + joined), over 30 days
 *	30 × how full: members ÷ 100, at most 1
 *	20 × how many of the outsiders are our customers
 *	10   somebody joined within 30 days
 * A group whose owner has left is worth 40 at most, a dissolved one has none (−1). It is counted when a group becomes
 * known or changes, and every night for all by a job.
 *
 * Days count who joined and left as events tell it; whom a first reading found was there before and counts for no day.
 *
 * in: group.created, group.changed, group.dissolved, group.joined, group.left   out: nothing
 */
#ifndef YT_FEATURE_GROUPBOOK_GROUPBOOK_H
#define YT_FEATURE_GROUPBOOK_GROUPBOOK_H

#include "core/group/group.h"
#include "core/job/job.h"

#define GROUPBOOK_SPAN_MS (30 * MS_DAY)
#define GROUPBOOK_NAME_MAX 20
#define GROUPBOOK_CLASSES_MAX 100
#define GROUPBOOK_WORDS_MAX 10      /* on one group */
#define GROUPBOOK_LABEL_MAX 1000    /* groups of one act */
#define GROUPBOOK_FULL 100          /* members a group needs to count as filled */
#define GROUPBOOK_OWNERLESS 40
#define GROUPBOOK_STEP 500
#define GROUPBOOK_NIGHT_MS (5 * MS_HOUR) /* after the nightly reading */
#define GROUPBOOK_DAYS_MAX 180

struct group_state { i64 members, externals, customers, joined, gone; bool ownerless; };
i64 groupbook_health(const struct group_state *g);

err groupbook_on_group(struct tx *tx, const struct event *ev);
err groupbook_on_seat(struct tx *tx, const struct event *ev);
err groupbook_step(struct cx *cx, struct job *job, bool *ret_done);
extern const struct route groupbook_routes[], groupbook_more_routes[];

#endif

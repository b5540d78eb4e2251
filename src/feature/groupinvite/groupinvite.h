/*
 * groupinvite 入群邀请: whom we want in a group, whom an advisor has asked, who has come.
 *
 * No call puts people into a group, so an invitation is a list of persons and a link to a group code. A person is
 *	in       she sits in one of the groups already: nobody asks her
 *	nobody   no member of staff is her friend
 *	asked    her advisor is to ask her
 *	sent     her advisor says so, or a broadcast bound to the invitation has reached her
 *	refused  her advisor says that she does not want to
 *	joined   she sits in one of the groups, or came by the code's key
 * and never goes back from joined. Who was sent and has not joined is a list. An invitation is made of an expression once,
 * or of a watched audience: then who enters it is asked from then on, until the invitation is closed. Joining is seen in the
 * `person` hook, so a merge or a seat in another slot is seen like any other.
 *
 * Sending itself is a broadcast (its own feature: quota, quiet hours, one task per advisor) with this link, bound here before
 * its advisors confirm; or one advisor and one customer.
 *
 * An invitation of which every group was dissolved leads nowhere: that is told once, and over when it is closed. One with
 * a code's key goes on with the code, which has an alarm of its own.
 *
 * in:  audience.entered, reach.sent, group.dissolved
 * out: groupinvite.groupless, .closed
 */
#ifndef YT_FEATURE_GROUPINVITE_GROUPINVITE_H
#define YT_FEATURE_GROUPINVITE_GROUPINVITE_H

#include "core/attr/attr_value.h"
#include "core/group/group.h"
#include "core/job/job.h"

#define GROUPINVITE_NAME_MAX 40
#define GROUPINVITE_GROUPS_MAX 50
#define GROUPINVITE_LINK_MAX 1000
#define GROUPINVITE_MARK_MAX 100
#define GROUPINVITE_OPEN_MAX 100 /* invitations not closed, per corp */

#define GROUP_INVITE_FIELDS(F, S)                                                        \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, ID, audience, .opt = true) F(S, STR, link) F(S, STR, key) \
	F(S, STR, groups) F(S, ID, scope) F(S, ID, broadcast, .opt = true) F(S, ID, job, .opt = true) \
	F(S, MS, closed, .opt = true) F(S, MS, created)
RECORD(group_invite, GROUP_INVITE_FIELDS);

/* groupinvite.groupless, groupinvite.closed */
#define GROUPINVITE_TOLD_FIELDS(F, S) F(S, ID, id) F(S, STR, name, .opt = true)
RECORD(groupinvite_told, GROUPINVITE_TOLD_FIELDS);

err groupinvite_fill(struct cx *cx, struct job *job, bool *ret_done);
err groupinvite_on_entered(struct tx *tx, const struct event *ev);
err groupinvite_on_reached(struct tx *tx, const struct event *ev);
err groupinvite_on_dissolved(struct tx *tx, const struct event *ev);
err groupinvite_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum);
extern const struct route groupinvite_routes[];

#define GROUPINVITE_JOB "groupinvite.fill"
#define GROUPINVITE_INPUT_FIELDS(F, S) F(S, ID, invite)
RECORD(groupinvite_input, GROUPINVITE_INPUT_FIELDS);

#endif

/*
 * campaign 多触点活动: several touches over one audience, each by a channel, with its content, at its time.
 *
 * The channels know nothing of it: they publish what a mass channel is (core/mass/mass_plan.h), and the plan drives them by
 * a timer. What must stay true:
 *  - Before it starts everybody of the audience has been looked at for every touch, each touch seeing what the earlier ones
 *    will have been for her: how many, who not and why, how many touches each gets. Her row is kept (mass_member). The number
 *    to confirm is who gets one touch at least. Above a size somebody other than the maker starts it.
 *  - Changed before it starts, it is a new plan that stands in the place of the old one, whose numbers spoke of something else.
 *  - Members are frozen then; who comes into the audience later gets none, who is no longer in it not either.
 *  - Once it runs, whoever buys, deletes a member or refuses leaves it for good, whichever touch she had; for whom the exit
 *    holds at the second of acting is left out of that touch. Channels ask for themselves, when they choose and when they act.
 *    A post in a group is there for all who sit in it: it asks nobody, and the page says so.
 *  - Held out of the plan are the same people for all its touches, chosen by hash; they are compared from the start on with
 *    those who were to get something (core/reach/reach_trial.h).
 *  - A touch begins within two hours of its time or not at all; a pause lets none begin. What a channel has begun goes on.
 *  - It acts with its maker's rights: when he may no longer log in, its touches fail and say so.
 *
 *	plan: planning -> planned -> running <-> paused -> ended; cancelled, failed
 *	touch: waiting -> begun | missed | failed | cancelled
 *
 * Plans and touches are small tables in the base slot; members live in their own.
 *
 * out: campaign.planned, campaign.started, campaign.touched, campaign.left (of the person), campaign.closed; timer campaign.due,
 * job campaign.plan   in: reach.refused, reach.blocked, and whatever folds a person's facts anew
 */
#ifndef YT_FEATURE_CAMPAIGN_CAMPAIGN_H
#define YT_FEATURE_CAMPAIGN_CAMPAIGN_H

#include "core/mass/mass_plan.h"

#define CAMPAIGN_NAME_MAX 40
#define CAMPAIGN_TOUCHES_MAX 6
#define CAMPAIGN_LIVE_MAX 50               /* of a corp, running or paused */
#define CAMPAIGN_AHEAD_MS (60 * MS_DAY)    /* the last touch */
#define CAMPAIGN_TAIL_MS MS_DAY            /* behind the last touch, until it ends: longer than any channel lives */
#define CAMPAIGN_BOUGHT_MS (7 * MS_DAY)    /* orders count so long behind the last touch */
#define CAMPAIGN_STEP 500                  /* people looked at in a step */
#define CAMPAIGN_APPROVE_OVER 1000         /* people, unless set otherwise */
#define CAMPAIGN_TAPS 3                    /* send tasks of one member in a day: more is told */
#define CAMPAIGN_ADVISORS 50               /* shown, those with most to tap first */
#define CAMPAIGN_KINDS "promo,useful,care,invite"
#define CAMPAIGN_REPLACED "replaced"         /* why it is no more: somebody changed it before it started */
#define CAMPAIGN_JOB "campaign.plan"
#define CAMPAIGN_DUE "campaign.due"

/* campaign.planned, campaign.started, campaign.closed */
#define CAMPAIGN_EVENT_FIELDS(F, S) F(S, ID, campaign) F(S, STR, name) F(S, STR, state) F(S, I64, people) F(S, I64, reached)
RECORD(campaign_event, CAMPAIGN_EVENT_FIELDS);
/* campaign.touched */
#define CAMPAIGN_TOUCHED_FIELDS(F, S)                                               \
	F(S, ID, campaign) F(S, I64, n) F(S, STR, channel) F(S, STR, state, .one_of = "begun,missed,failed") \
	F(S, ID, ref, .opt = true, .doc = "its number in the channel") F(S, STR, reason, .opt = true)
RECORD(campaign_touched, CAMPAIGN_TOUCHED_FIELDS);
/* campaign.left */
#define CAMPAIGN_LEFT_FIELDS(F, S) F(S, ID, campaign) F(S, STR, name) F(S, STR, reason, .one_of = "bought,lost,refused")
RECORD(campaign_left, CAMPAIGN_LEFT_FIELDS);

#define CAMPAIGN_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(campaign_key, CAMPAIGN_KEY_FIELDS);

/* ---- the estimate ---- */
#define CAMPAIGN_PART_FIELDS(F, S) F(S, I64, n) F(S, I64, planned)
RECORD(campaign_part, CAMPAIGN_PART_FIELDS);
#define CAMPAIGN_REASON_FIELDS(F, S) F(S, I64, n) F(S, STR, reason) F(S, I64, count)
RECORD(campaign_reason, CAMPAIGN_REASON_FIELDS);
#define CAMPAIGN_LOAD_FIELDS(F, S) F(S, I64, n) F(S, ID, staff) F(S, I64, count)
RECORD(campaign_load, CAMPAIGN_LOAD_FIELDS);
#define CAMPAIGN_CROSS_FIELDS(F, S) F(S, I64, touches) F(S, I64, people)
RECORD(campaign_cross, CAMPAIGN_CROSS_FIELDS);
#define CAMPAIGN_OVERLAP_FIELDS(F, S) F(S, ID, campaign) F(S, STR, name) F(S, I64, people)
RECORD(campaign_overlap, CAMPAIGN_OVERLAP_FIELDS);
/* A send of the touch's channel that is no part of this plan and has some of the same people. */
#define CAMPAIGN_CONFLICT_FIELDS(F, S)                                              \
	F(S, I64, n, .doc = "the touch") F(S, ID, ref) F(S, STR, name) F(S, I64, lost, .doc = "who stay there") \
	F(S, I64, taken, .doc = "who would leave it for this touch")
RECORD(campaign_conflict, CAMPAIGN_CONFLICT_FIELDS);
/* held: of the people; parts, reasons and loads are without them, cross too. */
#define CAMPAIGN_SUMS_FIELDS(F, S)                                                  \
	F(S, ID, after, .doc = "everybody up to this number is decided") F(S, I64, people) F(S, I64, held) \
	F(S, LIST, parts, .of = &campaign_part_record) F(S, LIST, reasons, .of = &campaign_reason_record) \
	F(S, LIST, loads, .of = &campaign_load_record) F(S, LIST, cross, .of = &campaign_cross_record) \
	F(S, LIST, overlaps, .of = &campaign_overlap_record) F(S, LIST, conflicts, .of = &campaign_conflict_record)
RECORD(campaign_sums, CAMPAIGN_SUMS_FIELDS);

/* A touch with its channel and content; at: when it goes out. */
struct campaign_touch;
struct campaign;
struct campaign_act { const struct mass_channel *channel; struct mass_touch touch; };
/* ERR_STATE: the channel is gone, or does not take the content any more. */
err campaign_act_of(struct unit *u, const struct campaign *c, const struct campaign_touch *t, struct campaign_act *ret);

/* ---- in the corp's base slot ---- */
/* replaces: one that was not started and is no more then; 0: none. */
err campaign_add(struct tx *tx, struct campaign *c, struct campaign_touch *touches, size_t count, i64 replaces);
err campaign_start(struct tx *tx, i64 id, i64 confirmed, i64 approve_over);
err campaign_pause(struct tx *tx, i64 id);
err campaign_resume(struct tx *tx, i64 id);
err campaign_cancel(struct tx *tx, i64 id); /* what a channel has begun and nobody sent is stopped there */
err campaign_refuse(struct tx *tx, i64 id, str reason); /* one that waits to be started */
/* Sets the timer on what comes next; c is running. */
err campaign_arm(struct tx *tx, const struct campaign *c);
err campaign_tell(struct tx *tx, enum event_kind kind, const struct campaign *c);

struct job;
err campaign_plan_step(struct cx *cx, struct job *job, bool *ret_done);
err campaign_dropped(struct tx *tx, const struct job *job);
struct timer_row;
err campaign_due(struct cx *cx, const struct timer_row *row);
struct event;
err campaign_on_refused(struct tx *tx, const struct event *ev);
struct attr_person;
struct customer_fact;
err campaign_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum);

extern const struct route campaign_routes[], campaign_people_routes[];
extern const struct approver campaign_approver;
extern const struct module campaign_module;

#endif

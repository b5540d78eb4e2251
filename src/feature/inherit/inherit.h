/*
 * inherit 继承: handing the customers and groups of a member to others, because she left (resigned) or while she works on
 * (onjob), by rule: to one member, spread evenly over some, or over the colleagues of her store.
 *
 * It is planned first: who goes to whom, and who cannot, stands written before anything is asked. Started, it
 * asks WeCom for 100 at a time; whoever is accepted waits a day and goes over by herself, unless she refuses or
 * the taker is full. What became of each is told by callbacks and asked for every hour. A customer who is a
 * friend of one of the takers already stays with that one.
 *
 * In the figures an inheritance is neither new nor lost (core/follow/follow_handover.h), she gets no welcome,
 * and her tags are put on the new relation (core/tag).
 *
 * out: inherit.started, inherit.ended, inherit.refused   in: follow.added, follow.transferred, transfer.failed
 */
#ifndef YT_FEATURE_INHERIT_INHERIT_H
#define YT_FEATURE_INHERIT_INHERIT_H

#include "core/job/job.h"
#include "port/wecom/wecom_limits.h"
#include "store/journal.h"

#define INHERIT_GIVERS_MAX 50
#define INHERIT_TAKERS_MAX 100
#define INHERIT_POLL_FIRST_MS (10 * MS_MINUTE)
#define INHERIT_POLL_MS MS_HOUR
#define INHERIT_POLL_LIFE_MS (10 * MS_DAY) /* who has no answer by then has none */
#define INHERIT_KINDS "resigned,onjob"
#define INHERIT_RULES "one,even,store"
#define INHERIT_STATES "planning,planned,running,done,cancelled"
#define INHERIT_ITEM_STATES "planned,blocked,waiting,done,refused,full,failed,cancelled"
#define INHERIT_PLAN "inherit.plan"
#define INHERIT_SPREAD "inherit.spread"
#define INHERIT_ASK "inherit.ask"
#define INHERIT_POLL "inherit.poll"
#define INHERIT_GROUPS "inherit.groups"
#define INHERIT_GROUPS_PAGE 500

struct inherit_edit { str kind, rule, message; struct ids givers, takers; bool with_groups; };
/* In the corp's base slot. Checks the members; a job plans. */
err inherit_create(struct tx *tx, const struct inherit_edit *in, i64 *ret_id);
err inherit_start(struct tx *tx, i64 id);  /* a planned one */
err inherit_cancel(struct tx *tx, i64 id); /* what waits in WeCom goes on there */

#define INHERIT_STARTED_FIELDS(F, S) F(S, ID, id) F(S, STR, kind) F(S, I64, customers)
RECORD(inherit_started, INHERIT_STARTED_FIELDS); /* inherit.started, inherit.ended */
/* inherit.refused: she goes not over. */
#define INHERIT_REFUSED_FIELDS(F, S) \
	F(S, ID, id) F(S, ID, giver) F(S, ID, staff, .doc = "who should have taken over") F(S, STR, reason)
RECORD(inherit_refused, INHERIT_REFUSED_FIELDS);

#define INHERIT_JOB_FIELDS(F, S) F(S, ID, id)
RECORD(inherit_job, INHERIT_JOB_FIELDS);
/* inherit.ask (in the items' slot) and inherit.poll (base slot): one pair of members. */
#define INHERIT_PAIR_FIELDS(F, S) F(S, ID, inherit) F(S, ID, giver) F(S, ID, taker)
RECORD(inherit_pair, INHERIT_PAIR_FIELDS);

err inherit_plan_step(struct cx *cx, struct job *job, bool *ret_done);
err inherit_spread_step(struct cx *cx, struct job *job, bool *ret_done);
err inherit_send_ask(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err inherit_send_groups(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
err inherit_send_poll(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
/* In the base slot: the groups of one giver; asking for all that are planned. */
err inherit_plan_groups(struct tx *tx, i64 inherit, i64 giver, const struct ids *takers);
err inherit_ask_groups(struct tx *tx, i64 inherit);
err inherit_on_added(struct tx *tx, const struct event *ev);
err inherit_on_transferred(struct tx *tx, const struct event *ev);
err inherit_on_failed(struct tx *tx, const struct event *ev);
extern const struct route inherit_routes[];

#endif

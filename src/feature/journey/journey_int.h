/*
 * What the files of journeys at work share: asking, places being moved, entering.
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_INT_H
#define YT_FEATURE_JOURNEY_JOURNEY_INT_H

#include "base/map.h"
#include "core/customer/customer.h"
#include "core/verb/verb.h"
#include "feature/journey/journey_day_data.h"
#include "feature/journey/journey_def.h"

/* ---- asking (journey_ask.c) ---- */
err journey_hears(const struct snap *s, const struct listen *l, const struct event *ev, bool *ret);
/* The key an entry rule takes from a trigger event; "" without one. */
err journey_key_of(const struct snap *s, const struct jdef *d, const struct event *ev, str *ret);
/* Did she do it from..to? Looks through her timelines; at most JOURNEY_LOOK_EVENTS back. *ret_at: first time. */
#define JOURNEY_LOOK_EVENTS 500
err journey_did(const struct snap *s, i64 root, const struct listen *l, ms from, ms to, bool *ret, ms *ret_at);
/* Expressions of a run of a transaction, read once; false for one that no longer holds up. */
err journey_holds(struct tx *tx, str expr, i64 root, bool *ret);
err journey_person(const struct snap *s, i64 customer, i64 *ret_root, i64 leaves[CUSTOMER_LEAVES_MAX], size_t *ret_count);
/* The last moment of which everything recorded has been taken in by all, for this person. */
err journey_known_until(struct tx *tx, const i64 *leaves, size_t count, ms *ret);
err journey_slot_known(const struct snap *s, i64 slot, ms *ret);
/* The moment a wait ends that begins at `at`, of somebody who came at `since`; "since" may be over already. */
ms journey_wait_end(struct unit *u, const struct journey_wait *w, ms since, ms at);
ms journey_minute_at(struct unit *u, i64 day, i64 minute);

/* ---- splits (journey_split.c) ---- */
/* The port of a split she leaves by; meets: she is walking, so of an experiment this is her exposure. */
err journey_split_way(struct tx *tx, const struct jdef *d, const struct jnode *n, i64 root, bool meets, const char **ret);
/* Of a split that names an experiment: it has begun, and the arms are its variants. */
struct problems;
err journey_split_check(struct unit *u, const struct jnode *n, struct problems *p);

/* ---- places (journey_place.c); in a transaction of the root's slot ---- */
struct walk {
	struct tx *tx;
	const struct jdef *d;
	struct place p;
	bool acted; /* in this transaction: what follows waits until that is taken in */
};
err place_step(struct walk *w, const char *what, const char *port, str reason);
/* Counts are gathered in the transaction; whoever did a piece of work writes them. mark and back: what a try that
 * failed had gathered goes. */
void place_count(struct walk *w, str node, str what, i64 n);
size_t place_counts_mark(struct tx *tx);
void place_counts_back(struct tx *tx, size_t mark);
err place_counts_flush(struct tx *tx);
err place_move(struct walk *w, int to, ms at);    /* to -1: done */
err place_leave(struct walk *w, const char *outcome, str reason);
err place_save(struct walk *w);
err place_ended(struct tx *tx, const struct place *p, str reason); /* without a version at hand: erased, journey gone */
err journey_wake_at(struct tx *tx, ms due);

/* Stops what an asked place has asked for, when it is not out yet. *ret_stopped: it is stopped. */
err place_stop(struct walk *w, bool *ret_stopped);
/* Leaves, stopping what was asked. */
err place_quit(struct walk *w, const char *outcome, str reason);
/* Goes on from an act that ended. */
err place_goes_on(struct walk *w, bool done, str reason, ms at);
/* Brings a place to the person its leaf belongs to now, in this slot or another. */
err place_home(struct tx *tx, const struct journey_set *set, const struct place *p);
err place_arrive(struct tx *tx, const struct journey_set *set, struct place *p);

/* ---- entering (journey_enter.c) ---- */
struct coming { const struct jdef *d; const struct jstate *j; i64 root, leaf; str key; ms at; i64 cause; };
/* Counts why she was not let in. */
void journey_kept_out(struct tx *tx, const struct coming *c, str reason);
#define JOURNEY_CALLED_FIELDS(F, S) F(S, ID, journey) F(S, STR, act, .one_of = "enter,exit") F(S, MS, at)
RECORD(journey_called, JOURNEY_CALLED_FIELDS);
/* Applies the entry rule and, when it lets her, makes her place. *ret_reason: nil when she is in, else why not. */
err journey_let_in(struct tx *tx, const struct coming *c, str *ret_reason);
err journey_may_enter(const struct snap *s, const struct coming *c, str *ret_reason);
err journey_day_fire(struct tx *tx, const struct journey_set *set, const struct journey_day *row);
struct attr_person;
struct customer_fact;
err journey_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum);
ms journey_schedule_next(struct unit *u, const struct journey_trigger *t, ms now);

/* ---- at work ---- */
#define JOURNEY_DUE "journey.due"
#define JOURNEY_SCHEDULE "journey.schedule"
err journey_on_event(struct tx *tx, const struct event *ev);
struct job;
struct timer_row;
err journey_due(struct cx *cx, const struct timer_row *row);
err journey_scheduled(struct cx *cx, const struct timer_row *row);
err journey_step_gather(struct cx *cx, struct job *job, bool *ret_done);
err journey_step_fill(struct cx *cx, struct job *job, bool *ret_done);
err journey_step_resume(struct cx *cx, struct job *job, bool *ret_done);
err journey_step_end(struct cx *cx, struct job *job, bool *ret_done);
err journey_step_move(struct cx *cx, struct job *job, bool *ret_done);
err journey_step_try(struct cx *cx, struct job *job, bool *ret_done);

extern const struct verb journey_verbs[];
extern const struct route journey_routes[], journey_people_routes[], journey_work_routes[], journey_sop_routes[];

#endif

/*
 * Watched audiences: who comes in and who goes out becomes an event, exactly once.
 *
 * What was told last is kept: a bitmap per watch and block. A settling compares a person with her kept bit
 * and, when they differ, writes the bit and the event in one transaction of her slot, so a crash anywhere
 * loses nothing and doubles nothing: whatever is done again finds no difference. Settlings happen for
 * persons whose facts were refreshed, before the reader's cursor moves on, and for the difference of index
 * and kept bits at the corp's midnight, after a watch began and after an expression changed. In both a row
 * per slot (audience_pulse) is moved first: it orders them, and tells a sweep that its picture is old, in
 * which case persons are tested on their rows.
 *
 * Compared is what is so when a batch of events has been taken in: who enters and leaves within one batch is
 * not told. While a watch fills silently nothing is told.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_WATCH_H
#define YT_CORE_AUDIENCE_AUDIENCE_WATCH_H

#include "core/audience/audience.h"
#include "store/journal.h"
#include "store/timer.h"

#define AUDIENCE_WATCH_MAX 100 /* per corp */
#define AUDIENCE_SWEEP_TIMER "audience.sweep"
#define AUDIENCE_MIDNIGHT_TIMER "audience.midnight"
/* Up to where a slot's events have been settled. Moves with the facts' cursor, but stays when facts are
 * rebuilt: persons half recounted neither come nor go. */
#define AUDIENCE_WATCH_CURSOR "audience.watch"

/* audience.entered, audience.left */
#define AUDIENCE_MOVE_FIELDS(F, S)                                                 \
	F(S, ID, audience) F(S, STR, name) F(S, I64, version)                      \
	F(S, STR, by, .doc = "facts, day, watch (the watch began or the expression changed), merged, erased")
RECORD(audience_move, AUDIENCE_MOVE_FIELDS);

#define AUDIENCE_WATCH_FIELDS(F, S)                                                \
	F(S, ID, audience) F(S, ID, id) F(S, ID, stamp) F(S, STR, state, .one_of = "filling,live") \
	F(S, BOOL, quiet, .doc = "nothing is told while it fills") F(S, MS, since) \
	F(S, I64, day, .opt = true, .doc = "the last day that was swept")
RECORD(audience_watch, AUDIENCE_WATCH_FIELDS);

/* Begins; again changes nothing. announce: those in it already are told as entering. ERR_INPUT beyond
 * AUDIENCE_WATCH_MAX and for an expression about these events themselves. */
err audience_watch_begin(struct unit *u, i64 audience, bool announce);
err audience_watch_end(struct unit *u, i64 audience);
/* ERR_NOT_FOUND: not watched. members: how many are in as told so far. */
err audience_watch_get(struct unit *u, i64 audience, struct audience_watch *ret, i64 *ret_members);
err audience_watch_list_all(struct unit *u, struct audience_watch **ret, size_t *ret_count);
/* The expression of an audience was saved, in this transaction: fill anew when it is watched. */
err audience_watch_edited(struct tx *tx, i64 audience, bool announce);
/* How many are in, kept: for an audience that is live, swept today and behind no event. false: count. */
err audience_watch_count(struct unit *u, i64 audience, bool *ret_known, i64 *ret_count);

/* After the facts of a batch's persons were refreshed: settles them, for corps that watch. */
err audience_watch_feed(struct unit *u, i64 slot, const struct event *events, size_t count);
/* Settles persons of the unit's corp whom time changed. */
err audience_watch_settle(struct unit *u, const i64 *customers, size_t count);
/* Sweeps every watch of the corp soon: something else than persons changed. */
err audience_watch_all_soon(struct tx *tx);

err audience_sweep(struct cx *cx, const struct timer_row *row);
err audience_midnight(struct cx *cx, const struct timer_row *row);

#endif

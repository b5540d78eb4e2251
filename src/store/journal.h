/*
 * The journal: every fact, once, in order within its slot. Append only.
 *
 * id is ours and never changes (cause, undo and snapshots name it); seq is order within the slot only.
 * occurred is when it happened (an imported order of 1997), recorded when we learned it. An event
 * about a customer lives in her slot, one about no customer in the corp's base slot. Events added in
 * a transaction get their seq at its end, in order, without gaps that readers could overtake.
 * Fields marked .pii are sealed with the customer's own key before they are written.
 */
#ifndef YT_STORE_JOURNAL_H
#define YT_STORE_JOURNAL_H

#include "base/map.h"
#include "store/store.h"

enum event_kind {
	EV_NONE,
#define EVENT(number, name, text, version, doc) EV_##name = number,
#include "store/event.def"
#undef EVENT
};

struct event_info { int number; const char *name, *doc; int version; };
extern const struct event_info event_infos[]; /* ends with number 0 */
const struct event_info *event_info(int number); /* NULL when unknown */
const struct event_info *event_by_name(str name);

struct event {
	i64 slot, seq, id, corp;
	ms recorded, occurred;
	i64 kind, ver;
	i64 customer; /* leaf; 0 = about no customer */
	i64 actor_kind, actor;
	i64 cause;
	str source;
	str body; /* JSON, .pii sealed: read with event_body */
};

#define JOURNAL_CAUSE_DEPTH 32 /* a longer chain of causes is a loop: ERR_STATE */

/* Appends; actor, cause and source come from the unit. customer must belong to the corp and to the
 * transaction's slot. ret_id may be NULL. */
err journal_add(struct tx *tx, enum event_kind kind, i64 customer, ms occurred,
		const struct record *record, const void *body, i64 *ret_id);
/* The body as a struct, unsealed; a destroyed key gives empty texts. Lenient to newer fields. */
err event_body(const struct snap *s, const struct event *ev, const struct record *record, void *ret);
/* Events of the snapshot's slot behind `after`, any corp, oldest first. */
err journal_read(const struct snap *s, i64 after, size_t limit, struct event **ret, size_t *ret_count);
err journal_get(const struct snap *s, i64 id, struct event *ret);
err journal_last(const struct snap *s, i64 *ret_seq);
/* One customer's events (leaf), newest first, before (occurred, seq); kinds 0-terminated or NULL. */
err timeline_page(const struct snap *s, i64 customer, ms before, i64 before_seq, size_t limit,
		  struct event **ret, size_t *ret_count);

/* Relay: an event for another slot (a merge's second half), delivered there exactly once by the
 * relay worker; it appears in that slot's journal with the sender's cause. */
err journal_relay(struct tx *tx, i64 slot, enum event_kind kind, i64 customer, ms occurred,
		  const struct record *record, const void *body);
/* Since when the oldest waits that is to be delivered into the snapshot's slot; NIL when none does. */
err journal_relay_oldest(const struct snap *s, ms *ret);
/* Delivers what waits, at most limit; *ret_count says how many. Run by a worker, outside of tx. */
err journal_relay_deliver(struct store *st, struct arena *a, size_t limit, size_t *ret_count);

/* An event a module could not take: kept with its error, shown by doctor, replayable. */
err dead_letter_put(struct tx *tx, str module, const struct event *ev, const struct fail *why);

#endif

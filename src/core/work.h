/*
 * work: what a module does besides answering requests: it reads events, decodes what came in, sends what must go out,
 * and acts when a time has come. Each is a name or number and functions, in an array of struct module.
 */
#ifndef YT_CORE_WORK_H
#define YT_CORE_WORK_H

#include "core/cx.h"
#include "store/inbox.h"
#include "store/journal.h"
#include "store/outbox.h"
#include "store/timer.h"

struct handler {
	int event; /* EV_…; -1: every event */
	err (*fn)(struct tx *tx, const struct event *ev);
};

/* Turns an inbox row into journal and state: may run several transactions, must be repeatable. Calls
 * inbox_claim inside the transaction of its effects, or inbox_done. */
struct decoder {
	const char *source;
	err (*fn)(struct cx *cx, const struct inbox_row *row);
	/* The plain ones among many rows of one corp and slot, oldest first, in one transaction: ret_done[i] says that
	 * row i is closed. The others go through fn. NULL: all do. */
	err (*many)(struct cx *cx, const struct inbox_row *rows, size_t count, bool *ret_done);
};

struct wecom_event;
/* Reads one kind of WeCom's callbacks ("change_external_chat"); closes the row as a decoder does. effects: all of it, when
 * it is one transaction of the base slot, so that many rows can share one; may be NULL. */
struct wecom_reader {
	const char *event;
	err (*fn)(struct cx *cx, const struct inbox_row *row, const struct wecom_event *ev);
	err (*effects)(struct tx *tx, const struct inbox_row *row, const struct wecom_event *ev);
};

enum outcome_state { OUTCOME_DONE, OUTCOME_RETRY, OUTCOME_DROPPED, OUTCOME_UNKNOWN };
/* What became of a call; the sender worker writes it and the event in one transaction. */
struct outcome {
	enum outcome_state state;
	str reason;          /* short code for people and counters: "41051", "expired" … */
	ms retry_at;         /* RETRY */
	int event;           /* EV_… to append, 0 none */
	i64 customer;        /* of the event */
	const struct record *record;
	const void *body;
};

struct sender {
	const char *kind; /* outbox kind */
	/* Makes the call (no transaction is open). */
	err (*send)(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
	/* Asks the other side what became of a call whose reply was lost; NULL: drop as unknown. */
	err (*reconcile)(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
	/* The row came due too late to be sent (outbox expires): what to tell; NULL: dropped as "expired". */
	err (*expired)(struct cx *cx, const struct outbox_row *row, struct outcome *ret);
};

struct timer_kind {
	const char *kind;
	err (*fn)(struct cx *cx, const struct timer_row *row); /* takes it with timer_take in its transaction */
};

struct job;
/* A step of at most 1,000 rows or 50 ms, one transaction; sets *ret_done when finished. core/job/job.h */
struct job_kind {
	const char *kind;
	err (*step)(struct cx *cx, struct job *job, bool *ret_done);
	const char *doc;
	/* In the transaction that cancels it or gives it up: lets go of what it had made; may be NULL. */
	err (*dropped)(struct tx *tx, const struct job *job);
};

#endif

/*
 * How a module joins: one constant struct per folder, listed once in app/modules.c in floor order.
 *
 * The folder's migrations (NNNN_name.sql) are embedded under the module's name. At start the program
 * walks the list and refuses to run on the first inconsistency: duplicate or unprotected routes,
 * unknown permissions, queries that do not fit their records, handlers of unknown events, two
 * attributes of one name. From the same structs it prints OpenAPI, docs/events.md and the
 * permission matrix.
 *
 * derive: writes only the tables the module lists as derived, uses event time, can be replayed.
 * act: may write facts, outbox and timers; is never replayed. Each list has a cursor of its own.
 * All arrays end with an all-zero entry (queries: NULL).
 */
#ifndef YT_CORE_MODULE_H
#define YT_CORE_MODULE_H

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
/* One kind of WeCom's callbacks. fn closes the row as a decoder does; effects, when all of it lies in the base slot, as well. */
struct wecom_reader { const char *event; err (*fn)(struct cx *cx, const struct inbox_row *row, const struct wecom_event *ev);
		      err (*effects)(struct tx *tx, const struct inbox_row *row, const struct wecom_event *ev); };

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

struct attr_person;
struct customer_fact;
/* A named fact about a customer, usable in audiences, journeys and messages. core/attr/attr.h */
enum attr_type { ATTR_NUMBER, ATTR_MONEY, ATTR_DAY, ATTR_TIME, ATTR_TEXT, ATTR_FLAG, ATTR_SET };
struct attr {
	const char *name;    /* as in expressions: "spent" */
	enum attr_type type;
	const char *column;  /* of table customer_fact (core/attr), where one row per root holds it */
	i64 id;              /* without column: its number in attr_value, for ever; below ATTR_ID_OWN */
	enum text label;
	const char *title;   /* of an operator's own, instead of label */
	enum text unit;      /* T_OK: none, or the type says it */
	const char *one_of;  /* "a,b": the only texts */
	bool later;          /* its feature comes later: refused as "not available yet" */
};
#define ATTR_ID_OWN 1000 /* ids from here on are those of attributes operators define */

/* How an event reads on the page of a person: a text with holes named like the members of its body. */
struct event_title { int event; enum text text; };

struct door_kind; struct todo_list;
struct tag_user; /* core/tag/tag_use.h: what a module has to do with tags */
struct perm { const char *name; enum text label; };
struct setting { const char *name, *otherwise; enum text label; bool secret; };

struct module {
	const char *name, *doc;
	const struct query *const *queries;
	const struct route *routes;
	const struct route *const *more_routes; /* further tables of a large folder; ends with NULL */
	const struct handler *derive, *act;
	const int *plain;           /* EV_…, ends with 0: facts are folded anew only for whom derive touched (attr_touch) */
	bool facts_keeper;          /* its derived tables hold what the facts cursor recomputes (core/attr) */
	const char *const *derived; /* tables derive writes: emptied and replayed by rebuild */
	const struct decoder *decoders;
	const struct wecom_reader *wecom;
	const struct sender *senders;
	const struct timer_kind *timers;
	const struct job_kind *jobs;
	const struct attr *attrs;
	/* Adds what this module knows of one leaf to the row of her person (core/attr/attr.h). */
	err (*facts)(const struct snap *s, i64 leaf, struct customer_fact *sum);
	/* Sees a person whose facts were folded anew, in the transaction (her root's slot) that writes the row:
	 * may add to sum, put values, name her next due day and append events. Called often: idempotent, and
	 * silent when nothing changed. (core/attr/attr_value.h) */
	err (*person)(struct tx *tx, struct attr_person *p, struct customer_fact *sum);
	const struct event_title *titles;
	const struct door_kind *doors; /* core/door/door.h */
	const struct tag_user *tags;
	err (*todos)(struct cx *cx, i64 staff, struct todo_list *ret); /* adds work that waits: core/staff/todo.h */
	const struct perm *perms;
	const struct setting *settings;
	/* Answers a request of its own routes after the commit, holding no worker; false: not mine. */
	bool (*later)(struct env *env, struct http_req *req, struct http_later *later);
	/* Answers a request of its own routes from memory, on the connection's thread; false: the route does. */
	bool (*at_once)(struct env *env, struct http_req *req, struct http_reply *reply);
	err (*start)(struct env *env, struct fail *f); /* load caches, arm timers */
	err (*corp_new)(struct cx *cx);                /* defaults of a new corp */
};

/* The route tables of a module; how many there are. */
#define MODULE_ROUTES_MAX 8
size_t module_routes(const struct module *m, const struct route *ret[MODULE_ROUTES_MAX]);

/* The OpenAPI document of all modules' routes. */
void modules_openapi(struct buf *b, const struct module *const *list, str version);

extern const struct module *const modules[]; /* app/modules.c, ends with NULL */
err modules_check(const struct module *const *list, struct fail *f);

#endif

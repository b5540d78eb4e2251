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

#include "core/work.h"

struct attr_person;
struct customer_fact;
/* A named fact about a customer, usable in audiences, journeys and messages. core/attr/attr.h */
enum attr_type { ATTR_NUMBER, ATTR_MONEY, ATTR_DAY, ATTR_TIME, ATTR_TEXT, ATTR_FLAG, ATTR_SET };
/* What it was of a person (her numbers then) at a past moment, as it was known at that moment. Fills in n or t of what
 * names customer and attr; s speaks of any slot. */
struct attr_value;
typedef err attr_then(const struct snap *s, const struct attr_person *p, ms at, struct attr_value *ret);
struct attr {
	const char *name;    /* as in expressions: "spent" */
	enum attr_type type;
	const char *column;  /* of table customer_fact (core/attr), where one row per root holds it */
	i64 id;              /* without column: its number in attr_value, for ever; below ATTR_ID_OWN */
	enum text label;
	const char *title;   /* of an operator's own, instead of label */
	enum text unit;      /* T_OK: none, or the type says it */
	const char *one_of;  /* "a,b": the only texts */
	attr_then *then;     /* NULL: nobody keeps what it was */
	bool later;          /* its feature comes later: refused as "not available yet" */
};
#define ATTR_ID_OWN 1000 /* ids from here on are those of attributes operators define */

/* How an event reads on the page of a person: a text with holes named like the members of its body. */
struct event_title { int event; enum text text; };

struct door_kind; struct todo_list; struct verb; struct enclosure; struct mass_channel; struct approver;
struct tag_user; /* core/tag/tag_use.h: what a module has to do with tags */
struct perm { const char *name; enum text label; };
struct setting {
	const char *name, *otherwise;
	enum text label;
	bool secret;
	bool (*fits)(str value); /* NULL: whatever is written */
	const char *wants;       /* what fits, for who wrote something else */
};

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
	const struct verb *verbs;   /* named acts it publishes: core/verb/verb.h */
	const struct enclosure *enclosure; /* what messages may carry of it: core/enclosure.h */
	const struct mass_channel *mass;   /* sends to many, for plans over several: core/mass/mass_plan.h */
	const struct approver *const *approvers; /* what waits for a second person, ends with NULL: core/approver.h */
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
	/* Groups by the labels it keeps: of a class, carrying a word (0, nil: any). One module answers. core/group/group.h */
	err (*groups)(const struct snap *s, i64 class, str word, struct ids *ret);
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

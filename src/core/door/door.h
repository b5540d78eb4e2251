/*
 * door 短地址: a public short address, GET /d/{key}, that leads to something a module owns.
 *
 * A door is a random key, a kind, the number of what it leads to, and parameters kept whole (a page's own, or
 * those of an advertisement). All doors live in memory, filled at start and kept by the writes, so that a visit
 * reads no store; a key that memory does not know is looked for in the store once more, because another node may
 * have made it. What stands behind a door may change; its key never does, so printed pictures stay good.
 *
 * A module names its kinds in struct module: `const struct door_kind *doors`. `page` answers from memory
 * alone; `enter` may do what any request does. Visits are counted in memory by door and day of the corp and written
 * within DOOR_FLUSH_MS; what a crash takes is at most that.
 * A page that knows who she is says so with door_visit_known, which is the event door.visited.
 */
#ifndef YT_CORE_DOOR_DOOR_H
#define YT_CORE_DOOR_DOOR_H

#include "core/module.h"

#define DOOR_KEY_CHARS 10 /* of the 31 characters of id_slug: 49 bits */
#define DOOR_PARAMS_BYTES_MAX 4096
#define DOOR_FLUSH_MS MS_MINUTE
#define DOOR_PATH "/d/"

struct door {
	i64 corp;
	str key, kind;
	i64 target;
	str params; /* any text, often JSON; "" none */
	ms expires; /* NIL: never; later than that it is shown as gone */
};

struct door_visit {
	ms at;
	const struct http_req *req; /* query, cookies and language of the visit */
};

/* status 0: a page (200); with location a redirection (302). */
struct door_answer { int status; str page, location; };

struct door_kind {
	const char *kind;
	/* From memory alone: no store, no waiting. false: enter answers. May be NULL. */
	bool (*page)(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret);
	/* cx->unit.corp is the door's. ERR_NOT_FOUND shows "no such page". May be NULL when page always answers. */
	err (*enter)(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret);
};

/* In the corp's base slot. params longer than DOOR_PARAMS_BYTES_MAX: ERR_INPUT on field "params". */
err door_add(struct tx *tx, const char *kind, i64 target, str params, ms expires, str *ret_key);
/* Leads it elsewhere or gives it other parameters; the key stays. ERR_NOT_FOUND. */
err door_put(struct tx *tx, const struct door *door);
err door_remove(struct tx *tx, str key);
/* From memory (or the store); texts in the unit's arena. ERR_NOT_FOUND. corp 0: of any corp. */
err door_find(struct unit *u, str key, struct door *ret);
/* From the store, of the snapshot's corp: for a transaction. */
err door_find_in(const struct snap *s, str key, struct door *ret);
/* The address people see: public URL + DOOR_PATH + key. */
str door_url(const struct env *env, struct arena *a, str key);
/* The keys that lead to a target. */
err door_keys(const struct snap *s, const char *kind, i64 target, struct strs *ret);

/* Visits so far by day, from first to last (both included); what is not yet written is not in it. */
#define DOOR_DAY_FIELDS(F, S) F(S, STR, key) F(S, I64, day) F(S, I64, visits)
RECORD(door_day, DOOR_DAY_FIELDS);
err door_days(const struct snap *s, str key, i64 first, i64 last, struct door_day **ret, size_t *ret_count);
/* All days of a kind's doors from first to last, summed up by target. */
#define DOOR_SUM_FIELDS(F, S) F(S, ID, target) F(S, I64, visits)
RECORD(door_sum, DOOR_SUM_FIELDS);
err door_sums(const struct snap *s, const char *kind, i64 first, i64 last, struct door_sum **ret, size_t *ret_count);

/* door.visited: a person whom the page knows has come; in her slot. */
#define DOOR_VISITED_FIELDS(F, S) F(S, STR, key) F(S, STR, kind) F(S, ID, target) F(S, STR, params, .opt = true)
RECORD(door_visited, DOOR_VISITED_FIELDS);
err door_visit_known(struct tx *tx, i64 customer, const struct door *door);

/* Writes what was counted and frees the memory; at the end of the process. */
void doors_close(struct env *env);

extern const struct module door_module;

#endif

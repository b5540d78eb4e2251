/*
 * relay: what relay codes and links show, kept in memory so that a crowd before a poster costs no store.
 *
 * One entry per code, made at the first visit and whenever the code was judged anew: the members who serve with
 * their ready pages. Members are chosen in turn by weight (smoothly: 5:1:1 is a a b a c a a). What is shown is held
 * for RELAY_HOLD_MS against the cap of the day, and an add takes its hold away: adds and open holds together never
 * pass a cap. A picture kept longer than that and scanned then may. The counts are those of this process.
 */
#ifndef YT_FEATURE_LIVECODE_LIVECODE_RELAY_H
#define YT_FEATURE_LIVECODE_LIVECODE_RELAY_H

#include "feature/livecode/livecode.h"

#define RELAY_HOLD_MS (10 * MS_MINUTE)

struct relay_memory;
struct relay_memory *relay_memory_new(void);
void relay_memory_free(struct relay_memory *m); /* NULL is fine */

struct relay_choice { i64 staff, weight, cap, adds; bool backup; str page; };
struct relay_code {
	i64 id, day;
	ms until;     /* judged anew from then on; NIL: when told */
	str location; /* not nil: everybody is sent there; a link's ends with "customer_channel=" and gets the key */
	bool keyed;
	bool pool;    /* a click with parameters gets a picture of its own: not from memory */
	str nobody;   /* the page when nobody serves */
	const struct relay_choice *v;
	size_t n;
};
/* Copies the entry; counts and holds of before stay. */
void relay_put(struct relay_memory *m, const struct relay_code *code);
/* The answer for one visitor; false: nothing known, make the entry first; or a click (with parameters) of a pool. */
bool relay_choose(struct relay_memory *m, i64 id, str key, bool click, ms now, struct arena *a, struct door_answer *ret);
void relay_added(struct relay_memory *m, i64 id, i64 staff, i64 day);
/* After this transaction the code is judged anew by its next visit. */
void relay_forget_later(struct tx *tx, i64 id);
void relay_added_later(struct tx *tx, i64 id, i64 staff, i64 day);

bool relay_page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret);
err relay_enter(struct cx *cx, const struct door *door, const struct door_visit *visit, struct door_answer *ret);

#endif

/*
 * mass_plan: several mass sends of different channels that belong together, and who is out of all of them.
 *
 * A feature that sends to many publishes itself as a mass channel (struct module, mass): whom would a touch reach, begin
 * it, stop it, what became of it. Whoever plans touches over several channels (feature/campaign) drives them without
 * knowing them, and they know nothing of him: a send that is part of a plan is a row here, written by who began it.
 *
 * A plan has members, frozen when it was made. Each channel asks mass_out when it chooses people and, where it is addressed
 * person by person, once more at the second of acting: whoever is held out of the plan, has left it (bought, no friend any
 * more, refused, its exit holds) or is no member gets none of its touches. Looked at over all her leaves, so merges keep
 * what either of them was. A send that is part of no plan is asked nothing.
 */
#ifndef YT_CORE_MASS_MASS_PLAN_H
#define YT_CORE_MASS_MASS_PLAN_H

#include "core/module.h"
#include "core/reach/reach.h"

#define MASS_MARKS_MAX 400 /* bytes */

/* What is to be sent: content is of the channel's record. */
struct mass_touch {
	i64 plan, n; /* the how-manieth of it */
	str name, expr, words, kind; /* expr: its audience, as it is then */
	const void *content;
	ms at;
	i64 confirmed, made_by, viewed_by; /* never more people; who made it; the scope he sees by */
};
/* reason NULL: she gets it, by that member's hand (0: nobody's). other: a send of the channel that has her, or from which
 * she would be taken; 0: none. */
struct mass_pick { const char *reason; i64 staff, other; str other_name; };
/* What she will have had by then of the same plan. */
struct mass_had { const struct reach_past *v; size_t n; };

/* Absent: nobody tells. people: planned to bought are persons; else what the channel counts (groups). */
#define MASS_FIGURES_FIELDS(F, S)                                                   \
	F(S, STR, state, .doc = "planning, sending, open, closed, cancelled, failed") F(S, BOOL, people) \
	F(S, I64, planned, .opt = true) F(S, I64, created, .opt = true) F(S, I64, confirmed, .opt = true) \
	F(S, I64, delivered, .opt = true) F(S, I64, bought, .opt = true)
RECORD(mass_figures, MASS_FIGURES_FIELDS);

/* What became of somebody in a send; nil: she has no part in it. */
struct mass_fate { str state, reason; };

struct mass_channel {
	const char *name;        /* "broadcast", as its mass_touch says */
	enum text label;
	const char *perm;        /* of whoever plans it */
	const char *page;        /* of the console, in front of the number */
	const char *reach, *how; /* words of limits, of what it will have been for her */
	bool addressed;          /* she can be left out until it is made; else it is there for everybody in its place */
	const struct record *content;
	err (*check)(struct unit *u, const void *content);
	/* Of one page of people, before anything is made; had: of each, what the plan's earlier touches will be. s in the base slot. */
	err (*look)(const struct snap *s, const struct mass_touch *t, const i64 *roots, const struct mass_had *had, size_t n, struct mass_pick *ret);
	/* In the base slot, when its time has come; the caller notes *ret_id by mass_begun. */
	err (*begin)(struct tx *tx, const struct mass_touch *t, i64 *ret_id);
	err (*stop)(struct tx *tx, i64 id); /* what nobody sent yet; ERR_STATE: it is over */
	err (*figures)(const struct snap *s, i64 id, str currency, struct mass_figures *ret);
	/* Of people of the snapshot's slot; ret comes as nil. */
	err (*fates)(const struct snap *s, i64 id, const i64 *customers, size_t n, struct mass_fate *ret);
};
/* NULL: nobody publishes it. */
const struct mass_channel *mass_channel_find(const struct env *env, str name);
/* Content as JSON, checked by record and channel; in the unit's arena. */
err mass_content_of(struct unit *u, const struct mass_channel *c, str json, const char *at, const void **ret);

/* -- the touches and members of a plan -- */
/* until: an expression, or empty; for whom it holds then gets none of it. */
err mass_begun(struct tx *tx, i64 plan, const char *channel, i64 id, str until);
err mass_plan_of(const struct snap *s, const char *channel, i64 id, i64 *ret_plan); /* 0: part of none */

#define MASS_MEMBER_FIELDS(F, S)                                                    \
	F(S, ID, plan) F(S, ID, customer) F(S, STR, state, .one_of = "on,held,out") F(S, STR, reason, .opt = true) \
	F(S, MS, at, .opt = true) F(S, I64, touches) F(S, STR, marks)
RECORD(mass_member, MASS_MEMBER_FIELDS);
/* Of the transaction's slot; who is there is written anew. */
err mass_members_put(struct tx *tx, const struct mass_member *v, size_t count);
/* Of one person, over all her leaves; s may speak of any of her slots. */
err mass_members_of(const struct snap *s, const i64 *leaves, size_t count, struct mass_member **ret, size_t *ret_count);
/* In the slot of that number, any leaf of hers: she gets nothing more of it. reason: bought, lost, refused. */
err mass_leave(struct tx *tx, i64 plan, i64 customer, const char *reason, bool *ret_left);
/* Above `after`, of those with so many touches (NIL any) in that state (nil any); the asker filters whom he sees. */
struct mass_find { i64 plan, after, touches; str state; i64 limit; };
err mass_member_page(const struct snap *s, const struct mass_find *of, struct mass_member **ret, size_t *ret_count);
#define MASS_COUNT_FIELDS(F, S) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, I64, n)
RECORD(mass_count, MASS_COUNT_FIELDS);
err mass_member_counts(const struct snap *s, i64 plan, struct mass_count **ret, size_t *ret_count);
/* How many of these are members of other plans, by plan: those on, of plans in `live`. */
struct mass_other { i64 plan, people; };
err mass_overlaps(const struct snap *s, i64 plan, const i64 *live, size_t live_count, const i64 *roots, size_t n, struct mass_other *ret);

/* Why these may not have that send (any more), each: NULL nothing stands against it. */
err mass_out(const struct snap *s, const char *channel, i64 id, const i64 *roots, size_t n, const char **ret);
enum text mass_out_text(str reason); /* T_OK: none of ours */

#endif

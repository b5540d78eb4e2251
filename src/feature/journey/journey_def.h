/*
 * Compiled journeys: a version ready to be walked, and all of a corp kept in memory.
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_DEF_H
#define YT_FEATURE_JOURNEY_JOURNEY_DEF_H

#include "feature/journey/journey.h"

#include "core/corp/corp_kept.h"

#define JOURNEY_KIND_BITS 4096 /* event numbers are below */

enum node_type { NODE_TRIGGER, NODE_WAIT, NODE_UNTIL, NODE_BRANCH, NODE_SPLIT, NODE_ACT, NODE_END };

/* "This kind of event, when its body says so." kind 0: none. */
struct listen {
	i64 kind;
	const struct journey_filter *filters;
	size_t n;
	const struct ids *codes; /* of live codes; NULL: any */
	i64 audience;            /* 0: any */
};

struct jnode {
	const struct journey_node *of;
	enum node_type type;
	const char *ports[JOURNEY_PORTS_MAX + 1]; /* names */
	int to[JOURNEY_PORTS_MAX + 1];            /* -1: no edge */
	size_t port_count;
	struct listen until;
};

/* A goal or an exit. */
struct target { const struct journey_target *of; struct listen event; };

/* A published version (or a draft) ready to be walked. */
struct jdef {
	i64 journey, version;
	const struct journey_def *def;
	struct jnode nodes[JOURNEY_NODES_MAX];
	size_t n;
	int trigger;
	struct listen listens; /* of the trigger, when it is one of events */
	struct target targets[2 * JOURNEY_TARGETS_MAX]; /* goals first */
	size_t goals, target_count;
	bool by_rows; /* a target is an expression */
	u64 kinds[JOURNEY_KIND_BITS / 64]; /* every kind it listens for */
};

struct jstate { i64 id; str name; bool running, paused; ms since; i64 published; const struct jdef *now; };

/* All journeys of a corp that are not drafts only; shared, counted, never changed. */
struct journey_set {
	struct kept kept;
	struct jstate *all;
	size_t n;
	struct jdef **defs; /* every version */
	size_t def_count;
	u64 kinds[JOURNEY_KIND_BITS / 64];
	bool by_rows, dates;
};
err journey_set_take(const struct snap *s, struct journey_set **ret);
void journey_set_give(struct env *env, struct journey_set *set);
void journey_set_forget(struct tx *tx);
struct kept_cache *journey_cache_new(void);
const struct jstate *journey_in(const struct journey_set *set, i64 id);
const struct jdef *journey_def_in(const struct journey_set *set, i64 journey, i64 version); /* NULL: none */

static inline const struct journey_trigger *journey_trigger_of(const struct jdef *d) { return d->nodes[d->trigger].of->trigger; }
/* ---- definitions (journey_def.c) ---- */
/* What keeps a draft from being published. */
#define JOURNEY_PROBLEM_FIELDS(F, S) F(S, STR, node, .opt = true) F(S, STR, field) F(S, STR, text)
RECORD(journey_problem, JOURNEY_PROBLEM_FIELDS);
struct problems { struct arena *a; enum lang lang; struct journey_problem *v; size_t n, cap; struct fail first; };
/* Compiles; ret_p collects what is wrong with the graph itself, reading nothing. */
err journey_compile(struct arena *a, const struct journey_def *def, struct jdef *ret, struct problems *p);
/* What only the corp knows: expressions, audiences, verbs and their arguments. Not in a transaction. */
err journey_check(struct unit *u, const struct jdef *d, struct problems *p);
void journey_problem_add(struct problems *p, str node, enum text text, const char *field, str value, str limit);
err journey_def_read(struct arena *a, str json, struct journey_def **ret, struct fail *f);
str journey_def_json(struct arena *a, const struct journey_def *def);
int journey_node_at(const struct jdef *d, str id); /* -1 */
int journey_port_to(const struct jnode *n, const char *port);
static inline bool journey_kind_in(const u64 *kinds, i64 kind) { return kind > 0 && kind < JOURNEY_KIND_BITS && (kinds[kind / 64] >> (kind % 64) & 1); }
bool journey_kind_ok(i64 kind); /* an event of persons that journeys may speak of */

#endif

/*
 * What the files of tag rules share: the kinds of events, compiled rules, one event being read, and deciding.
 */
#ifndef YT_FEATURE_TAGRULE_TAGRULE_INT_H
#define YT_FEATURE_TAGRULE_TAGRULE_INT_H

#include "feature/tagrule/tagrule_data.h"

#include "core/corp/corp_kept.h"

#define TAGRULE_KINDS_MAX 64
#define TAGRULE_FIELDS_MAX 24 /* of a kind's record */

/* An event a rule may speak of. texts: which fields hold what somebody wrote, "properties,page" (all texts
 * below them), NULL: none. */
struct tagrule_kind { int event; const struct record *record; const char *texts; };
extern const struct tagrule_kind tagrule_kinds[]; /* ends with event 0 */
const struct tagrule_kind *tagrule_kind_of(i64 event); /* NULL: none a rule may speak of */
static inline u64 tagrule_kind_bit(const struct tagrule_kind *k) { return (u64)1 << (k - tagrule_kinds); }

struct rule_filter {
	size_t field; /* of the kind's record */
	const char *path[TAGRULE_PATH_DEPTH_MAX];
	size_t depth;
	enum rule_op { OP_IS, OP_NOT, OP_IN, OP_LT, OP_LE, OP_GT, OP_GE, OP_HAS, OP_EXISTS } op;
	const struct json *value;
};

/* A rule ready to be asked. */
struct rule {
	i64 id, version, epoch;
	ms since; /* events journaled from here on are its own; running rules only */
	bool on;
	const struct tagrule_def *def;
	const struct tagrule_when *when;
	u64 kinds;
	const struct rule_filter *filters;
	i64 count, window; /* 1: the first event decides; 0: no window */
	u8 weekdays; /* bit 0: Monday; 0: any */
};

/* All rules of a corp; shared, counted, never changed. */
struct rule_set {
	struct kept kept;
	struct rule *rules;
	size_t n;
	u64 kinds;     /* of the running ones */
	bool counts;   /* a running one counts */
	struct keywords *words; /* NULL: no rule asks */
	str *word;              /* the keywords, by id … */
	u32 *word_rule;         /* … and whose they are: an index of rules */
	size_t word_n;
};

/* Checks a definition; ERR_INPUT names the field with the cure. Reads nothing: tags are the caller's. */
err rule_check(const struct tagrule_def *def, struct fail *f);
/* Compiles a checked definition into the arena. */
err rule_compile(struct arena *a, const struct tagrule_def *def, struct rule *ret, struct fail *f);

/* The compiled rules of the snapshot's corp; give them back. In any slot. */
err rule_set_take(const struct snap *s, struct rule_set **ret);
void rule_set_give(struct env *env, struct rule_set *set);
/* Another rule was saved: known after the commit of tx. */
void rule_set_forget(struct tx *tx);
const struct rule *rule_in(const struct rule_set *set, i64 id);

/* ---- one event ---- */
struct reading {
	const struct snap *s;
	const struct event *ev;
	const struct tagrule_kind *kind;
	const struct rule_set *set;
	bool opened, scanned;
	const struct json *fields[TAGRULE_FIELDS_MAX]; /* of the kind's record, as JSON; NULL: absent */
	u32 *heard; /* by rule: 1 + the first of its keywords heard */
};
struct reading reading_of(const struct snap *s, const struct event *ev, const struct tagrule_kind *kind, const struct rule_set *set);
/* Does the condition hold of this event alone, counts aside? */
err rule_holds(struct reading *r, const struct rule *rule, bool *ret);
/* heard[rule] of a bare text. */
void rule_set_scan(const struct rule_set *set, str text, u32 *heard);

/* ---- deciding ---- */
/* Tallies of what a running rule saw, of what a run brought in, and of a dry run (its id). */
enum { PART_LIVE, PART_HISTORY };
/* Counts the event (rules that count) and says whether it decides. run 0: as it happens. */
err rule_decide(struct tx *tx, const struct rule *rule, const struct event *ev, i64 run, bool *ret);
/* When what a rule decided at a moment runs out; 0: never. */
ms rule_expires(const struct rule *rule, ms at);
/* Puts and takes its tags, and keeps the books. A tag removed since is an error of the rule, told in its
 * statistics. *ret_marked: she got a tag she did not have. */
err rule_act(struct tx *tx, const struct rule *rule, i64 customer, i64 event, ms at, bool *ret_marked);
/* The leaves of whoever this customer belongs to, seen from inside a transaction. */
err person_leaves(const struct snap *s, i64 customer, i64 ret[], size_t *ret_count);

err tagrule_on_event(struct tx *tx, const struct event *ev); /* act: every event */
err tagrule_on_code(struct tx *tx, const struct event *ev);  /* derive: livecode.saved */

struct job;
struct timer_row;
err tagrule_step_try(struct cx *cx, struct job *job, bool *ret_done);
err tagrule_step_apply(struct cx *cx, struct job *job, bool *ret_done);
err tagrule_step_undo(struct cx *cx, struct job *job, bool *ret_done);
#define TAGRULE_CLEAN "tagrule.clean"
err tagrule_clean(struct cx *cx, const struct timer_row *row);
err tagrule_clean_arm(struct tx *tx); /* for the coming night; in the base slot */

/* ERR_NOT_FOUND with the word for it. */
err tagrule_find(struct cx *cx, i64 id, struct rule_row *ret);
extern const struct route tagrule_routes[], tagrule_run_routes[];

#endif

/*
 * lookalike 相似人群: people who resemble a seed audience, found by what its members have more often than others.
 *
 * A feature is a tag, or a value of an attribute of texts or stores. Its weight is the smoothed lift
 *	w = ln(((s + k p) / (S + k)) / p),   p = people with it / all people,
 * s of the S of the seed having it, k = LOOKALIKE_SMOOTHING. A person's score is the sum over what she has; the
 * best `size` outside the seed are the pack. Left out are tags and attributes the seed's condition names (they
 * would say nothing but the condition), attributes left out by hand (which follow from it), sensitive tags, attributes operators define, and what fewer than
 * LOOKALIKE_FEATURE_MIN have. Of the rest LOOKALIKE_FEATURES_MAX are kept, those that move the sum most.
 *
 * How good it is, is tried on the seed itself: a fifth of it, chosen by a hash of the pack and the person, is
 * held out, weights are taken from the rest, and everybody outside of the rest is ranked. Told are the share of
 * the fifth among the best 1, 5 and 10 %, and how many times chance that is. Scores are whole millionths, so
 * sums do not depend on order; ranks come from LOOKALIKE_BINS classes of scores, within one by shares.
 *
 * A pack is a job of three walks over the index (audience_walk), each a step without a transaction: count, try,
 * choose. Memory does not grow with the corp: a heap of the best, the classes, the lists of one block.
 *
 * Hashed phones leave the house only so: somebody asks and says what for, somebody else with lookalike.approve
 * agrees, who asked fetches the file within LOOKALIKE_EXPORT_DAYS. In it are only people who consented to
 * "lookalike" (core/tag), by verified phones: SHA-256 in lower-case hex of the eleven digits of a mainland
 * mobile, of +country form otherwise. Each step is an event and an audit row. Packs speak of the whole corp:
 * making and taking out need a scope that sees everybody; members are shown within the viewer's own.
 *
 * out: lookalike.made, lookalike.asked, lookalike.decided, lookalike.taken
 */
#ifndef YT_FEATURE_LOOKALIKE_LOOKALIKE_H
#define YT_FEATURE_LOOKALIKE_LOOKALIKE_H

#include "core/audience/audience_walk.h"
#include "core/job/job.h"
#include "core/module.h"

#define LOOKALIKE_SEED_MIN 20
#define LOOKALIKE_SIZE_MAX 100000     /* people of a pack */
#define LOOKALIKE_PACKS_MAX 100       /* of a corp */
#define LOOKALIKE_NAME_MAX 40
#define LOOKALIKE_WITHOUT_MAX 20      /* attributes left out by hand */
#define LOOKALIKE_SMOOTHING 10.0
#define LOOKALIKE_FEATURE_MIN 5       /* people with it */
#define LOOKALIKE_FEATURES_MAX 300    /* kept */
#define LOOKALIKE_FOLDS 5             /* one of them is held out */
#define LOOKALIKE_BINS 65536
#define LOOKALIKE_CHUNK 1000          /* members in a row of the store */
#define LOOKALIKE_EXPORT_MAX 20000    /* people of one file, the most alike */
#define LOOKALIKE_EXPORT_DAYS 7
#define LOOKALIKE_EXPORTS_OPEN_MAX 20 /* waiting for an answer */
#define LOOKALIKE_PURPOSE_MIN 4
#define LOOKALIKE_PURPOSE_MAX 200
#define LOOKALIKE_CONSENT "lookalike" /* of TAG_PURPOSES */
#define LOOKALIKE_JOB "lookalike.make"
#define LOOKALIKE_ONE 1000000         /* weights and scores are millionths */
#define LOOKALIKE_BYTES_MAX ((size_t)512 << 20) /* a step may use */

/* Millionths; seed_n of seed have it, base_n of base. */
i64 lookalike_weight(i64 seed_n, i64 seed, i64 base_n, i64 base);
bool lookalike_held_out(i64 pack, i64 customer);

struct lookalike_person { i64 score, customer; };
/* The best n of a stream in bounded memory; of equal scores the older number. */
struct lookalike_best { struct lookalike_person *v; size_t n, max; };
void lookalike_best_add(struct lookalike_best *b, struct lookalike_person p);
void lookalike_best_sort(struct lookalike_best *b); /* best first; nothing is added afterwards */
str lookalike_pack_people(struct arena *a, const struct lookalike_person *v, size_t n);
size_t lookalike_unpack_people(str bytes, struct lookalike_person ret[LOOKALIKE_CHUNK]);

/* Classes of scores from lo to hi: how many people, how many of the held out. */
struct lookalike_ranks { i64 lo, hi, people, held; i64 *all, *hits; };
void lookalike_ranks_init(struct lookalike_ranks *r, struct arena *a, i64 lo, i64 hi);
void lookalike_ranks_add(struct lookalike_ranks *r, i64 score, bool held);
/* The share of the held out among the best `part` of the people, 0..1. */
double lookalike_recall(const struct lookalike_ranks *r, double part);

#define LOOKALIKE_AT_FIELDS(F, S)                                                    \
	F(S, I64, percent, .doc = "of everybody ranked, the most alike")            \
	F(S, F64, recall, .doc = "share of the held-out fifth found there") F(S, F64, lift, .doc = "times chance")
RECORD(lookalike_at, LOOKALIKE_AT_FIELDS);
#define LOOKALIKE_EVALUATION_FIELDS(F, S)                                            \
	F(S, I64, held, .doc = "people of the seed held out") F(S, I64, trained) F(S, I64, ranked) \
	F(S, LIST, at, .of = &lookalike_at_record)
RECORD(lookalike_evaluation, LOOKALIKE_EVALUATION_FIELDS);

/* lookalike.made */
#define LOOKALIKE_MADE_FIELDS(F, S) F(S, ID, pack) F(S, STR, name) F(S, I64, seed) F(S, I64, members)
RECORD(lookalike_made, LOOKALIKE_MADE_FIELDS);
/* lookalike.asked, .decided, .taken */
#define LOOKALIKE_EXPORTED_FIELDS(F, S)                                              \
	F(S, ID, id) F(S, ID, pack) F(S, STR, what, .one_of = "seed,similar") F(S, STR, purpose) F(S, STR, state) \
	F(S, I64, people, .opt = true, .doc = "taken: people in the file")           \
	F(S, I64, unconsented, .opt = true, .doc = "left out") F(S, I64, phoneless, .opt = true, .doc = "left out")
RECORD(lookalike_exported, LOOKALIKE_EXPORTED_FIELDS);

err lookalike_step(struct cx *cx, struct job *job, bool *ret_done);

extern const struct route lookalike_routes[], lookalike_export_routes[];
extern const struct approver lookalike_approver;

#endif

/*
 * trial: an experiment as whoever sends sees it: which variant is she in, and that she has met it.
 *
 * The share of a person is a bucket of 1,000, by a hash of her root and the experiment, never by an order of
 * sending; each bucket belongs to one variant or to the hold-out. When shares change, only as many buckets change
 * hands as shares moved (trial_share), and whoever was exposed before keeps her variant: over a merge the first
 * she met. Exposed are those who were to get something, reached or not, and at the same point those held out, so
 * the arms differ in nothing but the variant (decision 0041). Every first exposure is a row and an event.
 *
 * Orders, the goal's event and a lost friend count when they happen within the days after her own exposure; a goal
 * written as an expression is looked at when those are over (feature/experiment). A decided experiment gives its
 * winner to all but the held out, an ended one to everybody (without a winner: the first variant); neither exposes
 * anybody. Rules, figures and verdicts are feature/experiment's.
 *
 * out: experiment.exposed   in: order.*, follow.lost and the events of TRIAL_EVENTS
 */
#ifndef YT_CORE_TRIAL_TRIAL_H
#define YT_CORE_TRIAL_TRIAL_H

#include "base/stat.h"
#include "core/cx.h"
#include "store/journal.h"

#define TRIAL_BUCKETS 1000
#define TRIAL_VARIANTS_MAX STAT_ARMS_MAX
#define TRIAL_HELD (-1)
#define TRIAL_HELD_KEY "holdout"
#define TRIAL_DAYS_MAX 90
/* What a goal may be besides an order and an expression. */
#define TRIAL_EVENTS "group.joined,living.watched,member.issued,phone.bound,oa.subscribed,sms.clicked,lucky.joined,site.page"

#define TRIAL_FIELDS(F, S)                                                          \
	F(S, ID, id) F(S, STR, name) F(S, STR, labels) F(S, STR, state, .one_of = "running,decided,ended") F(S, STR, owners) \
	F(S, I64, winner, .opt = true) F(S, STR, goal) F(S, I64, days) F(S, I64, epoch) F(S, MS, since) F(S, MS, until, .opt = true)
RECORD(trial, TRIAL_FIELDS);
/* experiment.exposed */
#define TRIAL_EXPOSED_FIELDS(F, S)                                                  \
	F(S, ID, experiment) F(S, STR, name) F(S, STR, variant, .doc = "a, b …; holdout") F(S, STR, label, .opt = true) \
	F(S, STR, by, .doc = "broadcast, journey, smsdrain, moment") F(S, ID, by_id)
RECORD(trial_exposed, TRIAL_EXPOSED_FIELDS);

/* ERR_NOT_FOUND: never started. */
err trial_get(const struct snap *s, i64 id, struct trial *ret);
/* In the base slot: a new one, or the whole row of one anew. */
err trial_put(struct tx *tx, const struct trial *t);

/* "a" … "p", "holdout"; and back: false for none of it. */
const char *trial_key(i64 variant);
bool trial_of_key(str key, i64 *ret_variant);
str trial_label(const struct trial *t, i64 variant); /* nil: it has none */
size_t trial_variants(const struct trial *t);
/* The owners of all buckets by shares of thousandths (sum with held: 1,000), moving no bucket without need.
 * before: the owners until now, or nil. */
str trial_share(struct arena *a, str before, const i64 *shares, size_t count, i64 held);
i64 trial_bucket(i64 id, i64 root);

/* Her variant: met before, or her bucket's; nothing is written. */
err trial_variant_of(const struct snap *s, const struct trial *t, i64 root, i64 *ret);
/* The same for many people of any slots, read by ranges. ret_new: whom trial_expose would write; may be NULL. */
err trial_variant_many(const struct snap *s, const struct trial *t, const i64 *roots, size_t count, i64 *ret, bool *ret_new);

/* In the root's slot, at the second of acting: her variant, and that she met it. Again it changes nothing. */
struct trial_by { const char *by; i64 by_id; ms at; };
err trial_expose(struct tx *tx, const struct trial *t, const struct trial_by *by, i64 root, i64 *ret);
struct trial_met { i64 root, variant; };
/* Of the transaction's slot, those trial_variant_many said are new. */
err trial_expose_many(struct tx *tx, const struct trial *t, const struct trial_by *by, const struct trial_met *v, size_t count);

#define TRIAL_EXPOSURE_FIELDS(F, S)                                                 \
	F(S, ID, trial) F(S, ID, customer) F(S, I64, variant) F(S, MS, at) F(S, I64, epoch) F(S, STR, made_by) F(S, ID, made_by_id)
RECORD(trial_exposure, TRIAL_EXPOSURE_FIELDS);
/* Those of a variant in the snapshot's slot above `after`, ascending; whom the asker may see is the asker's to look at. */
err trial_exposed_page(const struct snap *s, i64 id, i64 variant, i64 after, i64 limit, struct trial_exposure **ret, size_t *ret_count);

/* -- what came of it -- */
/* ripe: exposed at or before, so that their days are over; upto: only those exposed until then. */
#define TRIAL_OF_FIELDS(F, S) F(S, ID, trial) F(S, MS, ripe) F(S, MS, upto) F(S, STR, currency)
RECORD(trial_of, TRIAL_OF_FIELDS);
#define TRIAL_PEOPLE_FIELDS(F, S) \
	F(S, I64, variant) F(S, I64, epoch) F(S, I64, people) F(S, I64, ripe) F(S, I64, met) F(S, MS, first) F(S, MS, last)
RECORD(trial_people, TRIAL_PEOPLE_FIELDS);
#define TRIAL_DID_FIELDS(F, S) F(S, I64, variant) F(S, I64, people) F(S, FEN, paid) F(S, F64, squares)
RECORD(trial_did, TRIAL_DID_FIELDS);
err trial_people_sums(const struct snap *s, const struct trial_of *of, struct trial_people **ret, size_t *ret_count);
/* Of the ripe: buyers and their money, who did the goal's event, who deleted a member. */
err trial_bought_sums(const struct snap *s, const struct trial_of *of, struct trial_did **ret, size_t *ret_count);
err trial_event_sums(const struct snap *s, const struct trial_of *of, bool lost, struct trial_did **ret, size_t *ret_count);
/* Of the snapshot's slot, exposed at or before `until` and not looked at: the eldest first. */
err trial_unmet(const struct snap *s, i64 id, ms until, i64 limit, i64 **ret, size_t *ret_count);
err trial_meet(struct tx *tx, i64 id, i64 customer, bool met);

struct event;
err trial_on_order(struct tx *tx, const struct event *ev);
err trial_on_undone(struct tx *tx, const struct event *ev);
err trial_on_event(struct tx *tx, const struct event *ev);

extern const struct module trial_module;

#endif

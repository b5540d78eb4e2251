/*
 * trial_use: what every channel does with an experiment, whatever it sends.
 *
 * A channel keeps one content for each variant, shows how many get which, and asks at the second of acting whose is
 * whose. Here stand the checks, the rows it shows and the turn of a verb; many people at once are split and exposed
 * by trial_variant_many and trial_expose_many (trial.h).
 */
#ifndef YT_CORE_TRIAL_TRIAL_USE_H
#define YT_CORE_TRIAL_TRIAL_USE_H

#include "core/trial/trial.h"

/* Why she gets nothing: the experiment holds her out. */
#define TRIAL_REASON "trial"

/* A variant as channels show it. */
#define TRIAL_LOT_FIELDS(F, S) F(S, STR, key) F(S, STR, label) F(S, I64, count)
RECORD(trial_lot, TRIAL_LOT_FIELDS);

/* In the base slot. ERR_STATE naming experiment_id: there is none, or it does not run; ERR_INPUT naming variants: not
 * one content for each of its variants. */
err trial_use(const struct snap *s, i64 id, size_t contents, struct trial *ret);
/* The same of what stays when the experiment is decided or ended: its state is not asked. */
err trial_fits(const struct snap *s, i64 id, size_t contents, struct trial *ret);
/* counts: how many get each variant; NULL: none yet. */
struct list trial_lots(struct arena *a, const struct trial *t, const i64 *counts);
/* A verb's turn with one person, in her slot: her variant (below contents, or TRIAL_HELD). She has met it when restraint
 * let her through: then, and not before, trial_turn_met. One held out is asked the same and takes no place: *ret is what
 * restraint says, or refused as TRIAL_REASON, and that is what she met. */
struct reach_ask;
struct verb_call;
struct verb_result;
struct trial_turn { struct trial t; i64 variant; };
err trial_turn_of(struct tx *tx, i64 id, i64 root, size_t contents, struct trial_turn *ret);
err trial_turn_met(struct tx *tx, const struct trial_turn *turn, const struct verb_call *call);
err trial_turn_held(struct tx *tx, const struct trial_turn *turn, const struct verb_call *call, const struct reach_ask *ask,
		    struct verb_result *ret);

#endif

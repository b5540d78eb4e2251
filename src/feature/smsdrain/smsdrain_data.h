/*
 * Rows and queries of SMS campaigns.
 */
#ifndef YT_FEATURE_SMSDRAIN_SMSDRAIN_DATA_H
#define YT_FEATURE_SMSDRAIN_SMSDRAIN_DATA_H

#include "core/trial/trial_use.h"
#include "feature/smsdrain/smsdrain.h"

#define SMSDRAIN_FIELDS(F, S)                                                                   \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, STR, words) F(S, STR, target) F(S, STR, state) F(S, ID, made_by) \
	F(S, I64, scoped) F(S, ID, approved_by, .opt = true) F(S, ID, job, .opt = true) F(S, I64, parts) F(S, MS, created) \
	F(S, MS, started, .opt = true) F(S, I64, holdout) F(S, ID, experiment, .opt = true) F(S, STR, variants)
RECORD(smsdrain, SMSDRAIN_FIELDS);
/* In smsdrain.variants: the words of each variant of the experiment. */
#define SMSDRAIN_SAY_FIELDS(F, S) F(S, STR, words) F(S, I64, parts)
RECORD(smsdrain_say, SMSDRAIN_SAY_FIELDS);
#define SMSDRAIN_SAYS_FIELDS(F, S) F(S, LIST, variants, .of = &smsdrain_say_record)
RECORD(smsdrain_says, SMSDRAIN_SAYS_FIELDS);
#define SMSDRAIN_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(smsdrain_key, SMSDRAIN_KEY_FIELDS);
#define SMSDRAIN_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(smsdrain_find, SMSDRAIN_FIND_FIELDS);
#define SMSDRAIN_STATE_FIELDS(F, S) F(S, ID, id) F(S, STR, was) F(S, STR, state)
RECORD(smsdrain_state, SMSDRAIN_STATE_FIELDS);
#define SMSDRAIN_PERSON_FIELDS(F, S)                                                            \
	F(S, ID, customer) F(S, ID, drain) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, STR, door, .opt = true) \
	F(S, MS, sent, .opt = true) F(S, MS, clicked, .opt = true) F(S, MS, followed, .opt = true) F(S, MS, bought, .opt = true) \
	F(S, I64, variant, .opt = true)
RECORD(smsdrain_person, SMSDRAIN_PERSON_FIELDS);
#define SMSDRAIN_NEXT_FIELDS(F, S) F(S, ID, drain) F(S, STR, state) F(S, ID, after) F(S, I64, limit)
RECORD(smsdrain_next, SMSDRAIN_NEXT_FIELDS);
#define SMSDRAIN_SEEK_FIELDS(F, S) F(S, ID, drain) F(S, STR, state) F(S, STR, reason) F(S, ID, after) F(S, I64, limit)
RECORD(smsdrain_seek, SMSDRAIN_SEEK_FIELDS);
#define SMSDRAIN_TALLY_FIELDS(F, S) F(S, ID, drain) F(S, STR, what) F(S, I64, n)
RECORD(smsdrain_tally, SMSDRAIN_TALLY_FIELDS);

WRITE(smsdrain_insert, smsdrain,
      SQL(INSERT INTO smsdrain (corp, id, name, expr, words, target, state, made_by, scoped, approved_by, job, parts, created, started, holdout, experiment, variants)
	  VALUES (:corp, :id, :name, :expr, :words, :target, :state, :made_by, :scoped, :approved_by, :job, :parts, :created, :started, :holdout, :experiment, :variants)))
WRITE(smsdrain_update, smsdrain,
      SQL(UPDATE smsdrain SET state = :state, approved_by = :approved_by, job = :job, started = :started WHERE corp = :corp AND id = :id))
WRITE(smsdrain_state_set, smsdrain_state, SQL(UPDATE smsdrain SET state = :state WHERE corp = :corp AND id = :id AND state = :was))
READ_ONE(smsdrain_get, smsdrain_key, smsdrain,
	 SQL(SELECT id, name, expr, words, target, state, made_by, scoped, approved_by, job, parts, created, started, holdout, experiment, variants
	     FROM smsdrain WHERE corp = :corp AND id = :id))
READ_MANY(smsdrain_list, smsdrain_find, smsdrain,
	  SQL(SELECT id, name, expr, words, target, state, made_by, scoped, approved_by, job, parts, created, started, holdout, experiment, variants
	      FROM smsdrain WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
READ_MANY(smsdrain_planned, smsdrain_find, smsdrain,
	  SQL(SELECT id, name, expr, words, target, state, made_by, scoped, approved_by, job, parts, created, started, holdout, experiment, variants
	      FROM smsdrain WHERE corp = :corp AND state = 'planned' AND id > :before ORDER BY id LIMIT :limit))

WRITE(smsdrain_person_add, smsdrain_person,
      SQL(INSERT INTO smsdrain_person (slot, corp, customer, drain, state, reason, door, sent, clicked, followed, bought, variant)
	  VALUES (:slot, :corp, :customer, :drain, :state, :reason, :door, :sent, :clicked, :followed, :bought, :variant) ON CONFLICT DO NOTHING))
WRITE(smsdrain_person_put, smsdrain_person,
      SQL(UPDATE smsdrain_person SET state = :state, reason = :reason, door = :door, sent = :sent, clicked = :clicked,
		 followed = :followed, bought = :bought, variant = :variant
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND drain = :drain))
READ_ONE(smsdrain_person_get, smsdrain_person, smsdrain_person,
	 SQL_UNSCOPED("the sender speaks of one person",
		      SELECT customer, drain, state, reason, door, sent, clicked, followed, bought, variant FROM smsdrain_person
		      WHERE slot = :slot AND corp = :corp AND customer = :customer AND drain = :drain))
READ_MANY(smsdrain_persons_of, smsdrain_person, smsdrain_person,
	  SQL_UNSCOPED("a rule about one person",
		       SELECT customer, drain, state, reason, door, sent, clicked, followed, bought, variant FROM smsdrain_person
		       WHERE slot = :slot AND corp = :corp AND customer = :customer AND sent IS NOT NULL ORDER BY drain))
/* People by what became of them; reason empty: any. */
READ_MANY(smsdrain_people, smsdrain_seek, smsdrain_person,
	  SQL_GLOBAL("a page over the slots of the corp, by its index; whom the viewer may not see is left out behind it",
		     SELECT customer, drain, state, reason, door, sent, clicked, followed, bought, variant FROM smsdrain_person
		     WHERE corp = :corp AND drain = :drain AND state = :state AND customer > :after AND (:reason = '' OR reason = :reason)
		     ORDER BY customer LIMIT :limit))
READ_MANY(smsdrain_waiting, smsdrain_next, smsdrain_person,
	  SQL_GLOBAL("a job over the slots of the corp, by its index",
		     SELECT customer, drain, state, reason, door, sent, clicked, followed, bought, variant FROM smsdrain_person
		     WHERE corp = :corp AND drain = :drain AND state = :state AND customer > :after ORDER BY customer LIMIT :limit))
WRITE(smsdrain_tally_add, smsdrain_tally,
      SQL(INSERT INTO smsdrain_tally (slot, corp, drain, what, n) VALUES (:slot, :corp, :drain, :what, :n)
	  ON CONFLICT (slot, corp, drain, what) DO UPDATE SET n = smsdrain_tally.n + excluded.n))
READ_MANY(smsdrain_tallies, smsdrain_key, smsdrain_tally,
	  SQL_GLOBAL("sums over the slots of the corp",
		     SELECT drain, what, CAST(SUM(n) AS BIGINT) AS n FROM smsdrain_tally WHERE corp = :corp AND drain = :id GROUP BY drain, what))

/* One more (or fewer) of that kind, in the transaction's slot. */
static inline err smsdrain_count(struct tx *tx, i64 drain, const char *what, i64 n)
{
	return smsdrain_tally_add(tx, &(struct smsdrain_tally){ drain, str_c(what), n });
}

/* What its experiment's variant says; without one, what everybody is told. */
void smsdrain_say_of(struct arena *a, const struct smsdrain *d, i64 variant, struct smsdrain_say *ret);

#endif

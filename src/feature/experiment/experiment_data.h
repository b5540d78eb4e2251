/*
 * Rows and queries of experiments, in the base slot.
 */
#ifndef YT_FEATURE_EXPERIMENT_EXPERIMENT_DATA_H
#define YT_FEATURE_EXPERIMENT_EXPERIMENT_DATA_H

#include "feature/experiment/experiment.h"

#define EXPERIMENT_ROW_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, name) F(S, STR, state, .one_of = "draft,running,decided,ended") F(S, STR, plan) F(S, I64, needed) \
	F(S, MS, filled, .opt = true) F(S, MS, created) F(S, MS, started, .opt = true) F(S, MS, decided, .opt = true) \
	F(S, STR, decided_by, .opt = true) F(S, MS, ended, .opt = true) F(S, I64, version)
RECORD(experiment_row, EXPERIMENT_ROW_FIELDS);
#define EXPERIMENT_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(experiment_key, EXPERIMENT_KEY_FIELDS);
#define EXPERIMENT_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(experiment_find, EXPERIMENT_FIND_FIELDS);
#define EXPERIMENT_N_FIELDS(F, S) F(S, I64, n)
RECORD(experiment_n, EXPERIMENT_N_FIELDS);
#define EXPERIMENT_EPOCH_FIELDS(F, S) \
	F(S, ID, experiment) F(S, I64, epoch) F(S, MS, at) F(S, STR, shares) F(S, STR, known) F(S, STR, made_by)
RECORD(experiment_epoch, EXPERIMENT_EPOCH_FIELDS);

WRITE(experiment_insert, experiment_row,
	SQL(INSERT INTO experiment (corp, id, name, state, plan, needed, filled, created, started, decided, decided_by, ended, version)
		VALUES (:corp, :id, :name, :state, :plan, :needed, :filled, :created, :started, :decided, :decided_by, :ended, :version)))
WRITE(experiment_update, experiment_row,
	SQL(UPDATE experiment SET name = :name, state = :state, plan = :plan, needed = :needed, filled = :filled, started = :started,
			decided = :decided, decided_by = :decided_by, ended = :ended, version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
WRITE(experiment_delete, experiment_key, SQL(DELETE FROM experiment WHERE corp = :corp AND id = :id AND state = 'draft'))
READ_ONE(experiment_get, experiment_key, experiment_row,
	SQL(SELECT id, name, state, plan, needed, filled, created, started, decided, decided_by, ended, version FROM experiment
		WHERE corp = :corp AND id = :id))
READ_MANY(experiment_list, experiment_find, experiment_row,
	SQL(SELECT id, name, state, plan, needed, filled, created, started, decided, decided_by, ended, version FROM experiment
		WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
READ_MANY(experiment_running, none, experiment_row,
	SQL(SELECT id, name, state, plan, needed, filled, created, started, decided, decided_by, ended, version FROM experiment
		WHERE corp = :corp AND state IN ('running', 'decided') ORDER BY id))
READ_ONE(experiment_count, none, experiment_n, SQL(SELECT COUNT(*) AS n FROM experiment WHERE corp = :corp))
WRITE(experiment_epoch_add, experiment_epoch,
	SQL(INSERT INTO experiment_epoch (corp, experiment, epoch, at, shares, known, made_by)
		VALUES (:corp, :experiment, :epoch, :at, :shares, :known, :made_by)))
READ_MANY(experiment_epochs, experiment_key, experiment_epoch,
	SQL(SELECT experiment, epoch, at, shares, known, made_by FROM experiment_epoch
		WHERE corp = :corp AND experiment = :id ORDER BY epoch))

#endif

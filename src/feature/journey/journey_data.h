/*
 * Rows of journeys and of their versions (small tables of the corp).
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_DATA_H
#define YT_FEATURE_JOURNEY_JOURNEY_DATA_H

#include "feature/journey/journey.h"

#define JOURNEY_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(journey_key, JOURNEY_KEY_FIELDS);
#define JOURNEY_ROW_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, name) F(S, STR, face) F(S, STR, state, .one_of = "draft,running,paused,ended") \
	F(S, I64, version, .doc = "of the row") F(S, I64, published) F(S, BOOL, draft, .doc = "the draft differs from what is published") \
	F(S, MS, since) F(S, ID, stamp) F(S, MS, created) F(S, STR, def)
RECORD(journey_row, JOURNEY_ROW_FIELDS);
#define JOURNEY_NEWEST_FIELDS(F, S) F(S, I64, stamp)
RECORD(journey_newest_row, JOURNEY_NEWEST_FIELDS);
#define JOURNEY_VERSION_FIELDS(F, S) F(S, ID, journey) F(S, I64, version) F(S, MS, at) F(S, STR, by_name) F(S, STR, def)
RECORD(journey_version, JOURNEY_VERSION_FIELDS);

WRITE(journey_put, journey_row,
	SQL(INSERT INTO journey (corp, id, name, face, state, version, published, draft, since, stamp, created, def)
		VALUES (:corp, :id, :name, :face, :state, :version, :published, :draft, :since, :stamp, :created, :def)
		ON CONFLICT (corp, id) DO UPDATE SET name = excluded.name, face = excluded.face, state = excluded.state,
			version = excluded.version, published = excluded.published, draft = excluded.draft, since = excluded.since,
			stamp = excluded.stamp, def = excluded.def))
WRITE(journey_drop, journey_key, SQL(DELETE FROM journey WHERE corp = :corp AND id = :id))
READ_ONE(journey_get, journey_key, journey_row,
	SQL(SELECT id, name, face, state, version, published, draft, since, stamp, created, def FROM journey
		WHERE corp = :corp AND id = :id))
READ_MANY(journey_all, none, journey_row,
	SQL(SELECT id, name, face, state, version, published, draft, since, stamp, created, def FROM journey
		WHERE corp = :corp ORDER BY id DESC))
READ_ONE(journey_newest, none, journey_newest_row,
	SQL(SELECT CAST(COALESCE(MAX(stamp), 0) AS BIGINT) AS stamp FROM journey WHERE corp = :corp))
WRITE(journey_version_add, journey_version,
	SQL(INSERT INTO journey_version (corp, journey, version, at, by_name, def)
		VALUES (:corp, :journey, :version, :at, :by_name, :def)))
READ_MANY(journey_versions, journey_key, journey_version,
	SQL(SELECT journey, version, at, by_name, def FROM journey_version WHERE corp = :corp AND journey = :id
		ORDER BY version DESC))

/* -- dry runs -- */
#define JOURNEY_TRY_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, ID, journey) F(S, ID, job) F(S, STR, state) F(S, I64, days) F(S, MS, created) F(S, I64, people) \
	F(S, I64, acts) F(S, I64, goals) F(S, BOOL, bounded) F(S, STR, def)
RECORD(journey_try, JOURNEY_TRY_FIELDS);
WRITE(journey_try_put, journey_try,
	SQL(INSERT INTO journey_try (corp, id, journey, job, state, days, created, people, acts, goals, bounded, def)
		VALUES (:corp, :id, :journey, :job, :state, :days, :created, :people, :acts, :goals, :bounded, :def)
		ON CONFLICT (corp, id) DO UPDATE SET job = excluded.job, state = excluded.state, people = excluded.people,
			acts = excluded.acts, goals = excluded.goals, bounded = excluded.bounded))
READ_ONE(journey_try_get, journey_key, journey_try,
	SQL(SELECT id, journey, job, state, days, created, people, acts, goals, bounded, def FROM journey_try
		WHERE corp = :corp AND id = :id))
READ_MANY(journey_tries, journey_key, journey_try,
	SQL(SELECT id, journey, job, state, days, created, people, acts, goals, bounded, def FROM journey_try
		WHERE corp = :corp AND journey = :id ORDER BY id DESC LIMIT 20))

#endif

/*
 * Rows and queries of exports. They stand in the corp's base slot.
 */
#ifndef YT_FEATURE_EXPORT_EXPORT_DATA_H
#define YT_FEATURE_EXPORT_EXPORT_DATA_H

#include "feature/export/export.h"

/* scoped: the scope of the request; 0 everybody. chosen: name of the stored audience. cols: codes, "a,b". */
#define EXPORT_FILE_FIELDS(F, S)                                                   \
	F(S, ID, id) F(S, ID, job) F(S, ID, owner) F(S, STR, purpose) F(S, STR, chosen, .opt = true) \
	F(S, STR, expr) F(S, STR, cols) F(S, STR, lang) F(S, BOOL, masked) F(S, I64, scoped) \
	F(S, STR, state, .one_of = "running,done,dropped,removed,expired") F(S, I64, people) F(S, I64, bytes) F(S, I64, parts) \
	F(S, I64, downloads) F(S, MS, created) F(S, MS, expires, .opt = true)
RECORD(export_file, EXPORT_FILE_FIELDS);
#define EXPORT_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(export_key, EXPORT_KEY_FIELDS);
#define EXPORT_BY_JOB_FIELDS(F, S) F(S, ID, job)
RECORD(export_by_job, EXPORT_BY_JOB_FIELDS);
#define EXPORT_FIND_FIELDS(F, S) F(S, ID, owner) F(S, ID, before) F(S, I64, limit)
RECORD(export_find, EXPORT_FIND_FIELDS);
#define EXPORT_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(export_count, EXPORT_COUNT_FIELDS);
#define EXPORT_PART_FIELDS(F, S) F(S, ID, id) F(S, I64, part) F(S, BYTES, bytes)
RECORD(export_part, EXPORT_PART_FIELDS);
#define EXPORT_DROP_FIELDS(F, S) F(S, ID, id) F(S, I64, limit)
RECORD(export_drop, EXPORT_DROP_FIELDS);
#define EXPORT_STATE_FIELDS(F, S) F(S, ID, id) F(S, STR, was) F(S, STR, state) F(S, MS, expires, .opt = true)
RECORD(export_state, EXPORT_STATE_FIELDS);

/* export.made, export.downloaded */
#define EXPORT_MADE_FIELDS(F, S) F(S, ID, id) F(S, ID, user) F(S, I64, people) F(S, I64, columns) F(S, BOOL, masked) F(S, STR, purpose)
RECORD(export_made, EXPORT_MADE_FIELDS);
#define EXPORT_TAKEN_FIELDS(F, S) F(S, ID, id) F(S, ID, user) F(S, I64, people)
RECORD(export_downloaded, EXPORT_TAKEN_FIELDS);

WRITE(export_insert, export_file,
	SQL(INSERT INTO export_file (corp, id, job, owner, purpose, chosen, expr, cols, lang, masked, scoped, state, people,
			bytes, parts, downloads, created, expires)
		VALUES (:corp, :id, :job, :owner, :purpose, :chosen, :expr, :cols, :lang, :masked, :scoped, :state, :people,
			:bytes, :parts, :downloads, :created, :expires)))
READ_ONE(export_get, export_key, export_file,
	SQL(SELECT id, job, owner, purpose, chosen, expr, cols, lang, masked, scoped, state, people, bytes, parts, downloads,
			created, expires
		FROM export_file WHERE corp = :corp AND id = :id))
READ_ONE(export_of_job, export_by_job, export_file,
	SQL(SELECT id, job, owner, purpose, chosen, expr, cols, lang, masked, scoped, state, people, bytes, parts, downloads,
			created, expires
		FROM export_file WHERE corp = :corp AND job = :job))
/* owner -1: anybody's */
READ_MANY(export_page, export_find, export_file,
	SQL(SELECT id, job, owner, purpose, chosen, expr, cols, lang, masked, scoped, state, people, bytes, parts, downloads,
			created, expires
		FROM export_file WHERE corp = :corp AND id < :before AND (:owner = -1 OR owner = :owner)
		ORDER BY id DESC LIMIT :limit))
READ_ONE(export_running, export_key, export_count,
	SQL(SELECT COUNT(*) AS n FROM export_file WHERE corp = :corp AND owner = :id AND state = 'running'))
WRITE(export_progress, export_file,
	SQL(UPDATE export_file SET people = :people, bytes = :bytes, parts = :parts, masked = :masked, scoped = :scoped
		WHERE corp = :corp AND id = :id AND state = 'running'))
WRITE(export_state_set, export_state,
	SQL(UPDATE export_file SET state = :state, expires = :expires WHERE corp = :corp AND id = :id AND state = :was))
WRITE(export_taken, export_key, SQL(UPDATE export_file SET downloads = downloads + 1 WHERE corp = :corp AND id = :id AND state = 'done'))
WRITE(export_part_add, export_part,
	SQL(INSERT INTO export_part (corp, id, part, bytes) VALUES (:corp, :id, :part, :bytes)))
READ_EACH(export_part_each, export_key, export_part,
	SQL(SELECT id, part, bytes FROM export_part WHERE corp = :corp AND id = :id ORDER BY part))
WRITE(export_part_drop, export_drop,
	SQL(DELETE FROM export_part WHERE corp = :corp AND id = :id AND part IN
		(SELECT part FROM export_part WHERE corp = :corp AND id = :id ORDER BY part LIMIT :limit)))

#endif

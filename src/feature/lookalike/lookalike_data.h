/*
 * Rows and queries of lookalike: all in the corp's base slot.
 */
#ifndef YT_FEATURE_LOOKALIKE_LOOKALIKE_DATA_H
#define YT_FEATURE_LOOKALIKE_LOOKALIKE_DATA_H

#include "feature/lookalike/lookalike.h"

#define LOOKALIKE_ID_FIELDS(F, S) F(S, ID, id)
RECORD(lookalike_id, LOOKALIKE_ID_FIELDS);
#define LOOKALIKE_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(lookalike_count, LOOKALIKE_COUNT_FIELDS);
#define LOOKALIKE_PAGE_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(lookalike_page, LOOKALIKE_PAGE_FIELDS);
#define LOOKALIKE_PACK_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, name) F(S, STR, expr) F(S, I64, size) F(S, STR, without) F(S, ID, job) \
	F(S, MS, created) F(S, MS, made, .opt = true) F(S, I64, seed_n) F(S, I64, base_n) F(S, I64, members) F(S, STR, evaluation, .opt = true)
RECORD(lookalike_pack, LOOKALIKE_PACK_FIELDS);
#define LOOKALIKE_FEATURE_FIELDS(F, S)                                               \
	F(S, ID, pack) F(S, I64, place) F(S, ID, tag) F(S, STR, attr) F(S, ID, ref, .opt = true) F(S, STR, name) \
	F(S, I64, base_n) F(S, I64, seed_n) F(S, I64, train_n) F(S, I64, weight)
RECORD(lookalike_feature, LOOKALIKE_FEATURE_FIELDS);
#define LOOKALIKE_CHUNK_FIELDS(F, S) F(S, ID, pack) F(S, I64, place) F(S, BYTES, people)
RECORD(lookalike_chunk, LOOKALIKE_CHUNK_FIELDS);
#define LOOKALIKE_EXPORT_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, ID, pack) F(S, STR, pack_name) F(S, STR, what) F(S, STR, purpose) \
	F(S, STR, state, .one_of = "asked,approved,refused") F(S, ID, asked_by) F(S, MS, asked) \
	F(S, ID, decided_by, .opt = true) F(S, MS, decided, .opt = true) F(S, I64, downloads) F(S, I64, rows_n, .opt = true)
RECORD(lookalike_export, LOOKALIKE_EXPORT_FIELDS);


WRITE(lookalike_pack_put, lookalike_pack,
	SQL(INSERT INTO lookalike_pack (corp, id, name, expr, size, without, job, created, made, seed_n, base_n, members, evaluation)
		VALUES (:corp, :id, :name, :expr, :size, :without, :job, :created, :made, :seed_n, :base_n, :members, :evaluation)
		ON CONFLICT (corp, id) DO UPDATE SET made = excluded.made, seed_n = excluded.seed_n, base_n = excluded.base_n,
			members = excluded.members, evaluation = excluded.evaluation))
READ_ONE(lookalike_pack_get, lookalike_id, lookalike_pack,
	SQL(SELECT id, name, expr, size, without, job, created, made, seed_n, base_n, members, evaluation
		FROM lookalike_pack WHERE corp = :corp AND id = :id))
READ_MANY(lookalike_packs, lookalike_page, lookalike_pack,
	SQL(SELECT id, name, expr, size, without, job, created, made, seed_n, base_n, members, evaluation
		FROM lookalike_pack WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
READ_ONE(lookalike_packs_count, none, lookalike_count,
	SQL(SELECT COUNT(*) AS n FROM lookalike_pack WHERE corp = :corp))
WRITE(lookalike_pack_drop, lookalike_id, SQL(DELETE FROM lookalike_pack WHERE corp = :corp AND id = :id))

WRITE(lookalike_feature_put, lookalike_feature,
	SQL(INSERT INTO lookalike_feature (corp, pack, place, tag, attr, ref, name, base_n, seed_n, train_n, weight)
		VALUES (:corp, :pack, :place, :tag, :attr, :ref, :name, :base_n, :seed_n, :train_n, :weight)))
READ_MANY(lookalike_features, lookalike_id, lookalike_feature,
	SQL(SELECT pack, place, tag, attr, ref, name, base_n, seed_n, train_n, weight
		FROM lookalike_feature WHERE corp = :corp AND pack = :id ORDER BY place))
WRITE(lookalike_features_drop, lookalike_id, SQL(DELETE FROM lookalike_feature WHERE corp = :corp AND pack = :id))
WRITE(lookalike_chunk_put, lookalike_chunk,
	SQL(INSERT INTO lookalike_member (corp, pack, place, people) VALUES (:corp, :pack, :place, :people)))
READ_ONE(lookalike_chunk_get, lookalike_chunk, lookalike_chunk,
	SQL(SELECT pack, place, people FROM lookalike_member WHERE corp = :corp AND pack = :pack AND place = :place))
WRITE(lookalike_members_drop, lookalike_id, SQL(DELETE FROM lookalike_member WHERE corp = :corp AND pack = :id))

WRITE(lookalike_export_put, lookalike_export,
	SQL(INSERT INTO lookalike_export (corp, id, pack, pack_name, what, purpose, state, asked_by, asked, decided_by, decided,
			downloads, rows_n)
		VALUES (:corp, :id, :pack, :pack_name, :what, :purpose, :state, :asked_by, :asked, :decided_by, :decided,
			:downloads, :rows_n)))
READ_ONE(lookalike_export_get, lookalike_id, lookalike_export,
	SQL(SELECT id, pack, pack_name, what, purpose, state, asked_by, asked, decided_by, decided, downloads, rows_n
		FROM lookalike_export WHERE corp = :corp AND id = :id))
READ_MANY(lookalike_exports, lookalike_page, lookalike_export,
	SQL(SELECT id, pack, pack_name, what, purpose, state, asked_by, asked, decided_by, decided, downloads, rows_n
		FROM lookalike_export WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
READ_ONE(lookalike_exports_open, none, lookalike_count,
	SQL(SELECT COUNT(*) AS n FROM lookalike_export WHERE corp = :corp AND state = 'asked'))
READ_MANY(lookalike_exports_asked, lookalike_page, lookalike_export,
	SQL(SELECT id, pack, pack_name, what, purpose, state, asked_by, asked, decided_by, decided, downloads, rows_n
		FROM lookalike_export WHERE corp = :corp AND state = 'asked' AND id > :before ORDER BY id LIMIT :limit))
/* Only of one that waits: two answers at once leave the first. */
WRITE(lookalike_export_decide, lookalike_export,
	SQL(UPDATE lookalike_export SET state = :state, decided_by = :decided_by, decided = :decided
		WHERE corp = :corp AND id = :id AND state = 'asked'))
WRITE(lookalike_export_took, lookalike_export,
	SQL(UPDATE lookalike_export SET downloads = downloads + 1, rows_n = :rows_n
		WHERE corp = :corp AND id = :id AND state = 'approved'))

/* ERR_NOT_FOUND with words; ERR_STATE while the job is at it when `done` is asked for. */
err lookalike_find(struct cx *cx, i64 id, bool done, struct lookalike_pack *ret);
/* ERR_FORBIDDEN for who does not see the whole corp. */
err lookalike_whole(struct cx *cx);
/* ERR_STATE when something the pack was made by is sensitive by now. */
err lookalike_fresh(struct cx *cx, const struct lookalike_pack *pack);
/* A tag of the expression that is sensitive is ERR_INPUT. */
err lookalike_seed_clean(struct cx *cx, const struct expr *e);

#endif

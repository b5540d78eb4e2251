/*
 * Rows and queries of the library: small tables of the corp's base slot.
 */
#ifndef YT_FEATURE_MATERIAL_MATERIAL_DATA_H
#define YT_FEATURE_MATERIAL_MATERIAL_DATA_H

#include "feature/material/material.h"

#define MATERIAL_FIELDS(F, S)                                                                      \
	F(S, ID, id) F(S, STR, kind) F(S, ID, category) F(S, STR, door) F(S, BOOL, alert) F(S, I64, newest) F(S, I64, live) \
	F(S, MS, expires, .opt = true) F(S, BOOL, removed) F(S, MS, created) F(S, I64, version)
RECORD(material, MATERIAL_FIELDS);
#define MATERIAL_VERSION_FIELDS(F, S)                                                              \
	F(S, ID, material) F(S, I64, number) F(S, STR, title) F(S, STR, summary) F(S, STR, body) F(S, STR, url) F(S, ID, file) \
	F(S, ID, cover) F(S, STR, appid) F(S, STR, page) F(S, STR, note) F(S, STR, state) F(S, ID, maker) F(S, MS, made) \
	F(S, ID, judge, .opt = true) F(S, MS, judged, .opt = true) F(S, STR, reason, .opt = true)
RECORD(material_version, MATERIAL_VERSION_FIELDS);
/* A material with its newest version, and the title that is shown. */
#define MATERIAL_ROW_FIELDS(F, S)                                                                  \
	F(S, ID, id) F(S, STR, kind) F(S, ID, category) F(S, STR, door) F(S, BOOL, alert) F(S, I64, newest) F(S, I64, live) \
	F(S, MS, expires, .opt = true) F(S, MS, created) F(S, I64, version) F(S, STR, title) F(S, STR, summary) F(S, ID, file) \
	F(S, ID, cover) F(S, STR, state) F(S, ID, maker) F(S, MS, made)
RECORD(material_row, MATERIAL_ROW_FIELDS);
#define MATERIAL_FILE_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name) F(S, STR, type) F(S, I64, bytes) F(S, ID, blob) F(S, MS, made)
RECORD(material_file, MATERIAL_FILE_FIELDS);
#define MATERIAL_PART_FIELDS(F, S) F(S, ID, file) F(S, I64, n) F(S, I64, bytes) F(S, ID, blob)
RECORD(material_part, MATERIAL_PART_FIELDS);
#define MATERIAL_MEDIA_FIELDS(F, S) F(S, ID, file) F(S, STR, media_id) F(S, MS, until)
RECORD(material_media, MATERIAL_MEDIA_FIELDS);
#define MATERIAL_CATEGORY_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(material_category, MATERIAL_CATEGORY_FIELDS);
#define MATERIAL_ID_FIELDS(F, S) F(S, ID, id)
RECORD(material_id, MATERIAL_ID_FIELDS);
#define MATERIAL_NTH_FIELDS(F, S) F(S, ID, id) F(S, I64, number)
RECORD(material_nth, MATERIAL_NTH_FIELDS);
#define MATERIAL_BEFORE_FIELDS(F, S) F(S, MS, at) F(S, I64, limit)
RECORD(material_before, MATERIAL_BEFORE_FIELDS);
#define MATERIAL_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(material_count, MATERIAL_COUNT_FIELDS);

WRITE(material_insert, material,
	SQL(INSERT INTO material (corp, id, kind, category, door, alert, newest, live, expires, removed, created, version)
		VALUES (:corp, :id, :kind, :category, :door, :alert, :newest, :live, :expires, :removed, :created, :version)))
WRITE(material_update, material,
	SQL(UPDATE material SET category = :category, alert = :alert, newest = :newest, live = :live, expires = :expires,
			removed = :removed, version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
READ_ONE(material_get, material_id, material,
	SQL(SELECT id, kind, category, door, alert, newest, live, expires, removed, created, version FROM material
		WHERE corp = :corp AND id = :id))
READ_ONE(material_number, none, material_count, SQL(SELECT COUNT(*) AS n FROM material WHERE corp = :corp AND removed = 0))
READ_MANY(material_rows, none, material_row,
	SQL(SELECT m.id, m.kind, m.category, m.door, m.alert, m.newest, m.live, m.expires, m.created, m.version, v.title, v.summary,
			v.file, v.cover, v.state, v.maker, v.made
		FROM material m JOIN material_version v ON v.corp = :corp AND v.material = m.id AND v.number = m.newest
		WHERE m.corp = :corp AND m.removed = 0 ORDER BY m.id DESC))
READ_MANY(material_waiting, material_before, material_row,
	SQL(SELECT m.id, m.kind, m.category, m.door, m.alert, m.newest, m.live, m.expires, m.created, m.version, v.title, v.summary,
			v.file, v.cover, v.state, v.maker, v.made
		FROM material m JOIN material_version v ON v.corp = :corp AND v.material = m.id AND v.number = m.newest
		WHERE m.corp = :corp AND m.removed = 0 AND v.state = 'waiting' AND v.made <= :at ORDER BY v.made, m.id LIMIT :limit))
WRITE(material_version_add, material_version,
	SQL(INSERT INTO material_version (corp, material, number, title, summary, body, url, file, cover, appid, page, note, state,
			maker, made, judge, judged, reason)
		VALUES (:corp, :material, :number, :title, :summary, :body, :url, :file, :cover, :appid, :page, :note, :state, :maker,
			:made, :judge, :judged, :reason)))
WRITE(material_version_judge, material_version,
	SQL(UPDATE material_version SET state = :state, judge = :judge, judged = :judged, reason = :reason
		WHERE corp = :corp AND material = :material AND number = :number))
READ_ONE(material_version_get, material_nth, material_version,
	SQL(SELECT material, number, title, summary, body, url, file, cover, appid, page, note, state, maker, made, judge, judged, reason
		FROM material_version WHERE corp = :corp AND material = :id AND number = :number))
READ_MANY(material_versions, material_id, material_version,
	SQL(SELECT material, number, title, summary, body, url, file, cover, appid, page, note, state, maker, made, judge, judged, reason
		FROM material_version WHERE corp = :corp AND material = :id ORDER BY number DESC))

WRITE(material_file_add, material_file,
	SQL(INSERT INTO material_file (corp, id, name, type, bytes, blob, made) VALUES (:corp, :id, :name, :type, :bytes, :blob, :made)))
WRITE(material_file_whole, material_file,
	SQL(UPDATE material_file SET type = :type, blob = :blob WHERE corp = :corp AND id = :id AND blob = 0))
WRITE(material_file_drop, material_id, SQL(DELETE FROM material_file WHERE corp = :corp AND id = :id))
READ_ONE(material_file_get, material_id, material_file,
	SQL(SELECT id, name, type, bytes, blob, made FROM material_file WHERE corp = :corp AND id = :id))
READ_MANY(material_files_stale, material_before, material_file,
	SQL(SELECT id, name, type, bytes, blob, made FROM material_file WHERE corp = :corp AND blob = 0 AND made < :at
		ORDER BY id LIMIT :limit))
WRITE(material_part_add, material_part,
	SQL(INSERT INTO material_part (corp, file, n, bytes, blob) VALUES (:corp, :file, :n, :bytes, :blob) ON CONFLICT DO NOTHING))
READ_MANY(material_parts, material_id, material_part,
	SQL(SELECT file, n, bytes, blob FROM material_part WHERE corp = :corp AND file = :id ORDER BY n))
WRITE(material_parts_drop, material_id, SQL(DELETE FROM material_part WHERE corp = :corp AND file = :id))
WRITE(material_media_put, material_media,
	SQL(INSERT INTO material_media (corp, file, media_id, until) VALUES (:corp, :file, :media_id, :until)
		ON CONFLICT (corp, file) DO UPDATE SET media_id = excluded.media_id, until = excluded.until))
READ_ONE(material_media_get, material_id, material_media,
	SQL(SELECT file, media_id, until FROM material_media WHERE corp = :corp AND file = :id))

WRITE(material_category_add, material_category,
	SQL(INSERT INTO material_category (corp, id, name) VALUES (:corp, :id, :name) ON CONFLICT DO NOTHING))
WRITE(material_category_put, material_category,
	SQL(UPDATE material_category SET name = :name WHERE corp = :corp AND id = :id))
WRITE(material_category_drop, material_id, SQL(DELETE FROM material_category WHERE corp = :corp AND id = :id))
WRITE(material_category_leave, material_id, SQL(UPDATE material SET category = 0 WHERE corp = :corp AND category = :id))
READ_MANY(material_categories, none, material_category,
	SQL(SELECT id, name FROM material_category WHERE corp = :corp ORDER BY id))

/* -- rules, in the base slot -- */
err material_make(struct tx *tx, const struct material_edit *in, i64 *ret_id);
/* A further version. ERR_CONFLICT; ERR_INPUT for another kind. */
err material_change(struct tx *tx, i64 id, i64 version, const struct material_edit *in);
/* An older version's content as the newest. */
err material_restore(struct tx *tx, i64 id, i64 number);
err material_judge(struct tx *tx, i64 id, bool approve, str reason);
err material_remove(struct tx *tx, i64 id);
err material_find(const struct snap *s, i64 id, struct material *ret); /* ERR_NOT_FOUND; a removed one is found */
/* "ok", "removed", "waiting" (nothing approved yet), "expired". */
const char *material_state(const struct material *m, ms now);
str material_category_name(const struct snap *s, i64 id, err *ret);

/* -- files -- */
/* What the bytes are ("application/pdf", "image/png" …); nil: none of those we take. */
str material_sniff(str bytes);
bool material_is_image(str type);
/* ERR_INPUT: size or name. The type follows from the name's end. */
err material_file_begin(struct tx *tx, str name, i64 bytes, i64 *ret_id);
err material_file_part(struct tx *tx, i64 file, i64 n, str bytes);
/* ERR_STATE: parts are missing. ERR_INPUT: it is not what its name says. */
err material_file_end(struct tx *tx, i64 file);
err material_file_read(const struct snap *s, i64 file, struct material_file *ret, str *ret_bytes);
/* Shown by browsers when it is an image, else taken home; a page may fetch it all the same. */
void material_file_reply(struct cx *cx, const struct material_file *f, str bytes);
/* WeCom's id of its copy, given anew when it has too little life left. */
err material_media_of(struct cx *cx, i64 file, str *ret_media_id);

#endif

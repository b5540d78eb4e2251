/*
 * Blobs: one head row and rows of BLOB_CHUNK_BYTES.
 */
#include "store/blob.h"

#include "store/store_int.h"

#define BLOB_HEAD_FIELDS(F, S) F(S, ID, id) F(S, STR, type) F(S, STR, name) F(S, I64, size)
RECORD(blob_head, BLOB_HEAD_FIELDS);
#define BLOB_PART_FIELDS(F, S) F(S, ID, id) F(S, I64, part) F(S, BYTES, bytes)
RECORD(blob_part, BLOB_PART_FIELDS);
#define BLOB_FIND_FIELDS(F, S) F(S, ID, id)
RECORD(blob_find, BLOB_FIND_FIELDS);

WRITE(blob_head_add, blob_head,
      SQL(INSERT INTO blob (corp, id, type, name, size, made) VALUES (:corp, :id, :type, :name, :size, :now)))
WRITE(blob_part_add, blob_part,
      SQL(INSERT INTO blob_part (corp, id, part, bytes) VALUES (:corp, :id, :part, :bytes)))
READ_ONE(blob_head_get, blob_find, blob_head, SQL(SELECT id, type, name, size FROM blob WHERE corp = :corp AND id = :id))
READ_EACH(blob_part_each, blob_find, blob_part,
	  SQL(SELECT part, bytes FROM blob_part WHERE corp = :corp AND id = :id ORDER BY part))
WRITE(blob_head_remove, blob_find, SQL(DELETE FROM blob WHERE corp = :corp AND id = :id))
WRITE(blob_part_remove, blob_find, SQL(DELETE FROM blob_part WHERE corp = :corp AND id = :id))

err blob_put(struct tx *tx, str type, str name, str bytes, i64 *ret_id)
{
	struct blob_head head = { .type = type, .name = name, .size = (i64)bytes.n };
	if (bytes.n > BLOB_MAX)
		return tx_fail(tx, ERR_TOO_LARGE, T_OK, STR("file"),
			       arena_printf(tx->snap.arena, "%zu", bytes.n), STR("20971520"));
	head.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	TRY(blob_head_add(tx, &head));
	for (size_t at = 0; at < bytes.n; at += BLOB_CHUNK_BYTES) {
		struct blob_part part = { head.id, (i64)(at / BLOB_CHUNK_BYTES),
					  str_sub(bytes, at, at + BLOB_CHUNK_BYTES) };
		TRY(blob_part_add(tx, &part));
	}
	*ret_id = head.id;
	return OK;
}

static err part_row(void *arg, const void *of)
{
	buf_add(arg, ((const struct blob_part *)of)->bytes);
	return OK;
}

err blob_get(const struct snap *s, i64 id, str *ret_type, str *ret_name, str *ret_bytes)
{
	struct blob_head head;
	struct blob_find find = { id };
	TRY(blob_head_get(s, &find, &head));
	struct buf b = buf_new(s->arena, BLOB_MAX);
	TRY(blob_part_each(s, &find, part_row, &b));
	if (b.over || b.n != (size_t)head.size)
		return snap_fail(s, ERR_IO, T_OK, STR("blob"), STR_NIL, STR_NIL);
	*ret_type = head.type;
	*ret_name = head.name;
	*ret_bytes = buf_str(&b);
	return OK;
}

err blob_remove(struct tx *tx, i64 id)
{
	struct blob_find find = { id };
	TRY(blob_part_remove(tx, &find));
	return blob_head_remove(tx, &find);
}

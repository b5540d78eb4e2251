/*
 * Blobs: media and uploads up to BLOB_MAX as rows in chunks, so that a backup is one file.
 */
#ifndef YT_STORE_BLOB_H
#define YT_STORE_BLOB_H

#include "store/store.h"

#define BLOB_CHUNK_BYTES ((size_t)256 << 10)
#define BLOB_MAX ((size_t)20 << 20)

err blob_put(struct tx *tx, str type, str name, str bytes, i64 *ret_id);
err blob_get(const struct snap *s, i64 id, str *ret_type, str *ret_name, str *ret_bytes);
err blob_remove(struct tx *tx, i64 id);

#endif

/*
 * Cursors: how far each reader of the journal has come, one per (reader, slot).
 *
 * A reader is named "module.pass". Those of a pass that stand at the same event stand in one row, that of the
 * pass: moving eighty modules over a batch is one row written, not eighty. A reader leaves that row when it is put
 * elsewhere, forgotten (a rebuild) or not named in a move (a program without that module), and joins it again when
 * it has caught up. A name never moved with a pass is a cursor of its own.
 */
#ifndef YT_STORE_CURSOR_H
#define YT_STORE_CURSOR_H

#include "base/map.h"
#include "store/store.h"

/* 0 for a reader that has read nothing. */
err cursor_get(const struct snap *s, str reader, i64 *ret_seq);
/* All cursors of the snapshot's slot: reader -> i64; absent ones stand at 0. */
err cursor_all(const struct snap *s, struct map *ret);
err cursor_put(struct tx *tx, str reader, i64 seq);
/* The named readers of the pass that are behind seq come to it; ret_was: as cursor_all before. */
err cursor_move(struct tx *tx, str pass, const str *readers, size_t count, i64 seq, struct map *ret_was);
/* Where a cursor of the transaction's slot stands; its reader does not pass until this transaction ends. */
err cursor_hold(struct tx *tx, str reader, i64 *ret_seq);
/* Slots whose journal is ahead of the slowest of the readers. */
err journal_behind(struct unit *u, const str *readers, size_t count, i64 *ret_slots, size_t max, size_t *ret_count);

#endif

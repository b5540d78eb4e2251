/*
 * Cursors. A row that says IN_STEP stands where the row of its pass does; that row is named by the pass alone.
 */
#include "store/cursor.h"

#include "store/cursor_data.h"
#include "store/store_int.h"

#define IN_STEP (-1)

static str pass_of(str reader)
{
	size_t dot = reader.n;
	while (dot > 0 && reader.p[dot - 1] != '.')
		dot--;
	return dot > 0 ? (str){ reader.p + dot, reader.n - dot } : STR_NIL;
}

static i64 stands(const struct map *rows, str reader)
{
	const i64 *seq = map_get(rows, reader);
	if (seq && *seq == IN_STEP)
		seq = map_get(rows, pass_of(reader));
	return seq ? *seq : 0;
}

static err read_rows(const struct snap *s, struct cursor_row **ret, size_t *ret_n, struct map *ret_map)
{
	*ret_map = map_new(s->arena);
	TRY(cursor_rows(s, &(struct none){ 0 }, ret, ret_n));
	for (size_t i = 0; i < *ret_n; i++)
		map_put(ret_map, (*ret)[i].module, &(*ret)[i].seq);
	return OK;
}

static void resolve(const struct snap *s, const struct cursor_row *rows, size_t n, const struct map *raw, struct map *ret)
{
	i64 *seq = ARENA_ARRAY(s->arena, i64, n + 1);
	*ret = map_new(s->arena);
	for (size_t i = 0; i < n; i++) {
		seq[i] = stands(raw, rows[i].module);
		map_put(ret, rows[i].module, &seq[i]);
	}
}

static err find(const struct snap *s, str name, i64 *ret)
{
	struct cursor_seq row = { 0 };
	err e = cursor_find_one(s, &(struct cursor_find){ name }, &row);
	*ret = e == OK ? row.seq : 0;
	return e == ERR_NOT_FOUND ? OK : e;
}

err cursor_get(const struct snap *s, str reader, i64 *ret_seq)
{
	TRY(find(s, reader, ret_seq));
	return *ret_seq == IN_STEP ? find(s, pass_of(reader), ret_seq) : OK;
}

err cursor_all(const struct snap *s, struct map *ret)
{
	struct cursor_row *rows;
	struct map raw;
	size_t n;
	TRY(read_rows(s, &rows, &n, &raw));
	resolve(s, rows, n, &raw, ret);
	return OK;
}

err cursor_put(struct tx *tx, str reader, i64 seq)
{
	return cursor_write(tx, &(struct cursor_row){ reader, seq });
}

err cursor_move(struct tx *tx, str pass, const str *readers, size_t count, i64 seq, struct map *ret_was)
{
	struct arena *a = tx->snap.arena;
	struct cursor_row *rows, *put;
	struct map raw, named = map_new(a);
	size_t n, m = 0;
	TRY(read_rows(&tx->snap, &rows, &n, &raw));
	resolve(&tx->snap, rows, n, &raw, ret_was);
	i64 shared = stands(&raw, pass);
	put = ARENA_ARRAY(a, struct cursor_row, n + count + 1);
	for (size_t i = 0; i < count; i++) {
		const i64 *own = map_get(&raw, readers[i]);
		map_put(&named, readers[i], &named);
		if (!(own && *own == IN_STEP) && stands(&raw, readers[i]) < seq)
			put[m++] = (struct cursor_row){ readers[i], shared <= seq ? IN_STEP : seq };
	}
	for (size_t i = 0; i < n && shared < seq; i++)
		if (rows[i].seq == IN_STEP && str_eq(pass_of(rows[i].module), pass) && !map_get(&named, rows[i].module))
			put[m++] = (struct cursor_row){ rows[i].module, shared };
	if (shared < seq)
		put[m++] = (struct cursor_row){ pass, seq };
	return query_write_many(tx, &cursor_write_query, put, m);
}

/* The same value written again: on PostgreSQL whoever moves it next waits for this transaction. */
err cursor_hold(struct tx *tx, str reader, i64 *ret_seq)
{
	struct cursor_seq row;
	TRY(cursor_touch(tx, &(struct cursor_row){ reader, 0 }, &row));
	if (row.seq == IN_STEP)
		TRY(cursor_touch(tx, &(struct cursor_row){ pass_of(reader), 0 }, &row));
	*ret_seq = row.seq;
	return OK;
}

/* Of one slot: rows[0..n). */
static bool slot_behind(struct arena *a, const struct slot_cursor *rows, size_t n, const str *readers, size_t count)
{
	struct map raw = map_new(a);
	for (size_t i = 0; i < n; i++)
		if (!str_is_nil(rows[i].module))
			map_put(&raw, rows[i].module, (void *)&rows[i].seq);
	for (size_t i = 0; i < count; i++)
		if (stands(&raw, readers[i]) < rows[0].head)
			return true;
	return false;
}

static err behind_in(const struct snap *s, const str *readers, size_t count, bool *late)
{
	struct slot_cursor *rows;
	size_t n;
	TRY(slot_cursors(s, &(struct none){ 0 }, &rows, &n));
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && rows[to].place == rows[from].place;)
			to++;
		late[rows[from].place] = slot_behind(s->arena, rows + from, to - from, readers, count);
	}
	return OK;
}

err journal_behind(struct unit *u, const str *readers, size_t count, i64 *ret_slots, size_t max, size_t *ret_count)
{
	bool *late = ARENA_ARRAY(u->arena, bool, SLOT_COUNT);
	size_t n = 0;
	TRY(READ_SNAP(u, 0, behind_in(snap, readers, count, late)));
	for (i64 slot = 0; slot < SLOT_COUNT && n < max; slot++)
		if (late[slot])
			ret_slots[n++] = slot;
	*ret_count = n;
	return OK;
}

/*
 * The first phase: the file read once, rows that cannot be used written out with their reason, the others
 * to spill files by buyer. And the files an import keeps below the data directory.
 *
 * Writes go through one buffer per spill file and straight to the file: nothing here is durable, a scan that
 * was broken off is done again from the start. The spill's format is this process's own: fixed integers in
 * host order, then texts with their lengths.
 */
#include "feature/order/order_rejected.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TICK_ROWS 20000
#define OUT_BUFFER ((size_t)16 << 10)
#define REASON_ROOM ((size_t)16 << 20)
#define SCAN_ARENA ((size_t)512 << 20)

static const size_t text_at[] = {
	offsetof(struct import_row, order_no), offsetof(struct import_row, ids[0]), offsetof(struct import_row, ids[1]),
	offsetof(struct import_row, ids[2]), offsetof(struct import_row, ids[3]), offsetof(struct import_row, currency),
	offsetof(struct import_row, product), offsetof(struct import_row, sku), offsetof(struct import_row, store),
	offsetof(struct import_row, receiver), offsetof(struct import_row, tail), offsetof(struct import_row, category),
	offsetof(struct import_row, staff), offsetof(struct import_row, refund_no),
};
#define HEAD_BYTES offsetof(struct import_row, order_no)

/* ---- files ---- */

str import_path(struct arena *a, const struct env *env, i64 id, const char *suffix)
{
	return arena_printf(a, "%.*s/uploads/%lld%s", STR_F(env->data_dir), (long long)id, suffix);
}

static err io_fail(struct fail *f, const char *what)
{
	int code = errno;
	return fail_set(f, code == ENOSPC ? ERR_FULL : ERR_IO, T_OK, STR("file"), str_c(what), str_c(strerror(code)));
}

err import_dir_make(const struct env *env, struct arena *a, struct fail *f)
{
	str dir = arena_printf(a, "%.*s/uploads", STR_F(env->data_dir));
	if (mkdir(arena_cstr(a, dir), 0700) != 0 && errno != EEXIST)
		return io_fail(f, "uploads");
	return OK;
}

str import_spill_path(struct arena *a, const struct env *env, i64 id, i64 part)
{
	char suffix[32];
	snprintf(suffix, sizeof(suffix), ".p%03lld", (long long)part);
	return import_path(a, env, id, suffix);
}

void import_files_drop(const struct env *env, struct arena *a, i64 import)
{
	for (i64 i = 0; i < IMPORT_SPILLS_MAX; i++)
		if (unlink(arena_cstr(a, import_spill_path(a, env, import, i))) != 0)
			break;
}

/* ---- the rejected rows ---- */

struct scan {
	struct cx *cx;
	struct import_reading reading;
	FILE **spills;
	i64 spill_count;
	FILE *rejected, *told; /* the table that is being written, and the list for the console */
	i64 rejected_part, rejected_bytes;
	str rejected_head;
	i64 import;
	struct import_scanned done;
	err (*tick)(void *arg, const struct import_scanned *now);
	void *arg;
};

/* One more table, beginning with the names of the columns. */
static err rejected_next(struct scan *s, struct arena *a)
{
	if (s->rejected && fclose(s->rejected) != 0)
		return io_fail(&s->cx->unit.fail, "rejected.csv");
	s->rejected = fopen(arena_cstr(a, rejected_csv_path(a, s->cx->env, s->import, ++s->rejected_part)), "we");
	s->rejected_bytes = (i64)s->rejected_head.n;
	bool good = s->rejected && fwrite(s->rejected_head.p, 1, s->rejected_head.n, s->rejected) == s->rejected_head.n;
	return good ? OK : io_fail(&s->cx->unit.fail, "rejected.csv");
}

static err rejected_write(struct scan *s, struct arena *a, str line)
{
	if (s->rejected_bytes + (i64)line.n > REJECTED_CSV_MAX)
		TRY(rejected_next(s, a));
	s->rejected_bytes += (i64)line.n;
	return fwrite(line.p, 1, line.n, s->rejected) == line.n ? OK : io_fail(&s->cx->unit.fail, "rejected.csv");
}

static err reject(struct scan *s, struct arena *a, const struct table_row *row, const struct fail *why)
{
	struct buf b = buf_new(a, REASON_ROOM);
	buf_i64(&b, row->number);
	buf_char(&b, ',');
	buf_csv(&b, rejected_reason(why, LANG_ZH, a));
	if (row->why.code != OK && row->raw.n) {
		buf_char(&b, ',');
		buf_csv(&b, row->raw);
	} else {
		for (size_t i = 0; i < row->n; i++) {
			buf_char(&b, ',');
			buf_csv(&b, row->cells[i]);
		}
	}
	buf_add_c(&b, "\r\n");
	s->done.rejected++;
	str record = rejected_record(row->number, why, a);
	if (fwrite(record.p, 1, record.n, s->told) != record.n)
		return io_fail(&s->cx->unit.fail, "rejected.list");
	return rejected_write(s, a, buf_str(&b));
}

static err rejected_open(struct scan *s, struct arena *a, const struct table_about *about)
{
	struct buf b = buf_new(a, REASON_ROOM);
	rejected_csv_drop(a, s->cx->env, s->import); /* of an earlier scan */
	s->told = fopen(arena_cstr(a, import_path(a, s->cx->env, s->import, REJECTED_LIST)), "we");
	if (!s->told)
		return io_fail(&s->cx->unit.fail, "rejected.list");
	buf_add_c(&b, CSV_MARK "\"行号\",\"原因\"");
	for (size_t i = 0; i < about->name_count; i++) {
		buf_char(&b, ',');
		buf_csv(&b, about->names[i]);
	}
	buf_add_c(&b, "\r\n");
	s->rejected_head = buf_str(&b);
	return rejected_next(s, a);
}

/* ---- the spill files ---- */

static err spill(struct scan *s, const struct import_row *row)
{
	FILE *out = s->spills[(row->buyer ? row->buyer >> 1 : row->key) % (u64)s->spill_count];
	bool good = fwrite_unlocked(row, HEAD_BYTES, 1, out) == 1;
	for (size_t i = 0; i < ARRAY_LEN(text_at) && good; i++) {
		str t = *(const str *)((const char *)row + text_at[i]);
		u16 n = (u16)t.n;
		good = fwrite_unlocked(&n, sizeof(n), 1, out) == 1 && (n == 0 || fwrite_unlocked(t.p, n, 1, out) == 1);
	}
	return good ? OK : io_fail(&s->cx->unit.fail, "spill");
}

static err one_row(struct scan *s, struct arena *a, const struct table_row *row)
{
	struct import_row out;
	struct fail why = { 0 };
	s->done.rows++;
	if (row->why.code != OK)
		return reject(s, a, row, &row->why);
	err e = import_row_read(&s->reading, row, a, &out, &why);
	return e == OK ? spill(s, &out) : reject(s, a, row, &why);
}

static err all_rows(struct scan *s, struct arena *a, struct table_reader *r)
{
	struct arena_mark mark = arena_mark(s->cx->unit.arena);
	struct arena *scratch = arena_new(SCAN_ARENA);
	struct arena_mark start = arena_mark(scratch);
	err e = OK;
	for (bool more = true; e == OK && more;) {
		struct table_row row;
		e = table_next(r, &row, &more, &s->cx->unit.fail);
		if (e != OK || !more)
			break;
		e = one_row(s, scratch, &row);
		arena_reset(scratch, start);
		if (e == OK && s->done.rows % TICK_ROWS == 0) {
			e = s->tick(s->arg, &s->done);
			arena_reset(s->cx->unit.arena, mark);
		}
	}
	arena_free(scratch);
	return e;
}

static err close_all(struct scan *s, err e)
{
	for (i64 i = 0; i < s->spill_count; i++)
		if (s->spills[i] && fclose(s->spills[i]) != 0 && e == OK)
			e = io_fail(&s->cx->unit.fail, "spill");
	if (s->rejected && fclose(s->rejected) != 0 && e == OK)
		e = io_fail(&s->cx->unit.fail, "rejected.csv");
	if (s->told && fclose(s->told) != 0 && e == OK)
		e = io_fail(&s->cx->unit.fail, "rejected.list");
	return e;
}

static err open_spills(struct scan *s, struct arena *a, i64 id, const struct table_about *about)
{
	i64 bytes = about->bytes * (about->format == TABLE_XLSX ? 8 : 1);
	s->spill_count = int_min(IMPORT_SPILLS_MAX, 1 + bytes / IMPORT_SPILL_BYTES);
	s->spills = ARENA_ARRAY(a, FILE *, (size_t)s->spill_count);
	for (i64 i = 0; i < s->spill_count; i++) {
		s->spills[i] = fopen(arena_cstr(a, import_spill_path(a, s->cx->env, id, i)), "we");
		if (!s->spills[i])
			return io_fail(&s->cx->unit.fail, "spill");
		setvbuf(s->spills[i], arena_alloc(a, OUT_BUFFER), _IOFBF, OUT_BUFFER);
	}
	s->done.spills = s->spill_count;
	return OK;
}

err import_scan(struct cx *cx, const struct order_import *im, err (*tick)(void *arg, const struct import_scanned *now),
		void *arg, struct import_scanned *ret)
{
	struct scan s = { .cx = cx, .import = im->id, .tick = tick, .arg = arg };
	struct table_reader *r;
	struct arena *a = arena_new(SCAN_ARENA);
	err e = import_reading_of(cx, im, &s.reading);
	struct table_options o = { .format = s.reading.preset->format, .sheet = s.reading.options.sheet.n ? s.reading.options.sheet : STR_NIL,
				   .encoding = import_encoding(s.reading.options.encoding), .skip = import_skip(&s.reading.options),
				   .header = s.reading.preset->need ? TABLE_HEADER_YES : TABLE_HEADER_AUTO };
	if (e == OK)
		e = table_open(a, arena_cstr(a, import_path(a, cx->env, im->upload, "")), &o, &r, &cx->unit.fail);
	if (e == OK)
		e = import_mapping_check(s.reading.preset, &s.reading.map, table_about(r), &cx->unit.fail);
	if (e == OK)
		e = open_spills(&s, a, im->id, table_about(r));
	if (e == OK)
		e = rejected_open(&s, a, table_about(r));
	if (e == OK)
		e = all_rows(&s, a, r);
	e = close_all(&s, e);
	arena_free(a);
	*ret = s.done;
	return e;
}

/* ---- reading a spill file back ---- */

static err whole_file(struct arena *a, const char *path, str *ret, struct fail *f)
{
	struct stat st;
	FILE *in = fopen(path, "re");
	if (!in || fstat(fileno(in), &st) != 0) {
		if (in)
			fclose(in);
		return io_fail(f, "spill");
	}
	if (st.st_size > IMPORT_SPILL_MAX) {
		fclose(in);
		return fail_set(f, ERR_TOO_LARGE, T_IMPORT_SPILL, STR("file"), STR_NIL, STR_NIL);
	}
	char *p = arena_alloc(a, (size_t)st.st_size + 1);
	size_t n = fread(p, 1, (size_t)st.st_size, in);
	fclose(in);
	*ret = str_of(p, n);
	return OK;
}

static bool row_back(str *rest, struct import_row *ret)
{
	if (rest->n < HEAD_BYTES)
		return false;
	memcpy(ret, rest->p, HEAD_BYTES);
	*rest = str_sub(*rest, HEAD_BYTES, rest->n);
	for (size_t i = 0; i < ARRAY_LEN(text_at); i++) {
		u16 n;
		if (rest->n < sizeof(n))
			return false;
		memcpy(&n, rest->p, sizeof(n));
		if (rest->n < sizeof(n) + n)
			return false;
		*(str *)((char *)ret + text_at[i]) = n ? str_of(rest->p + sizeof(n), n) : STR_NIL;
		*rest = str_sub(*rest, sizeof(n) + n, rest->n);
	}
	return true;
}

/* A buyer's orders, then her refunds. */
static int by_buyer(const void *a, const void *b)
{
	const struct import_row *x = *(const struct import_row *const *)a, *y = *(const struct import_row *const *)b;
	if (x->buyer != y->buyer)
		return x->buyer < y->buyer ? -1 : 1;
	if (x->refund != y->refund)
		return x->refund < y->refund ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	int no = str_cmp(x->order_no, y->order_no);
	return no ? no : (x->number > y->number) - (x->number < y->number);
}

bool import_same_buyer(const struct import_row *a, const struct import_row *b)
{
	if (a->buyer != b->buyer || !a->buyer)
		return false;
	for (size_t i = 0; i < IMPORT_IDS; i++)
		if (a->ids[i].n || b->ids[i].n)
			return str_eq(a->ids[i], b->ids[i]);
	return false;
}

/* Sorts places, then moves each row once. */
static void sort_rows(struct arena *a, struct import_part *p)
{
	struct import_row **order = ARENA_ARRAY(a, struct import_row *, p->n + 1);
	struct import_row *sorted = ARENA_ARRAY(a, struct import_row, p->n + 1);
	for (size_t i = 0; i < p->n; i++)
		order[i] = &p->rows[i];
	qsort(order, p->n, sizeof(struct import_row *), by_buyer);
	for (size_t i = 0; i < p->n; i++)
		sorted[i] = *order[i];
	p->rows = sorted;
}

err import_part_load(struct arena *a, const char *path, bool numbered, struct import_part *ret, struct fail *f)
{
	str bytes, rest;
	struct import_row row;
	*ret = (struct import_part){ 0 };
	TRY(whole_file(a, path, &bytes, f));
	for (rest = bytes; row_back(&rest, &row);)
		ret->n++;
	if (rest.n)
		return fail_set(f, ERR_IO, T_OK, STR("file"), STR("spill"), STR("truncated"));
	ret->rows = ARENA_ARRAY(a, struct import_row, ret->n ? ret->n : 1);
	ret->n = 0;
	for (rest = bytes; row_back(&rest, &ret->rows[ret->n]);)
		ret->n++;
	sort_rows(a, ret);
	for (size_t from = 0; from < ret->n;) {
		size_t to = from + 1;
		const struct import_row *r = ret->rows;
		while (numbered && to < ret->n && r[to].refund == r[from].refund && str_eq(r[to].order_no, r[from].order_no) &&
		       (import_same_buyer(&r[to], &r[from]) || (!r[to].buyer && !r[from].buyer)))
			to++;
		bool equal = !numbered && from > 0 && r[from - 1].key == r[from].key && r[from - 1].buyer == r[from].buyer &&
			     r[from - 1].refund == r[from].refund;
		u64 equals = equal ? ret->groups.v[ret->groups.n - 1].equals + 1 : 0;
		vec_push(a, &ret->groups, (struct import_group){ from, to, equals });
		from = to;
	}
	return OK;
}

/*
 * What the parts of the table readers share: the source of decoded bytes, the two kinds of reader
 * behind one set of functions, and rejecting a row.
 */
#ifndef YT_PORT_TABLE_INT_H
#define YT_PORT_TABLE_INT_H

#include "port/table/table.h"

/* A reader of rows. next fills number, cells, n, why and raw (a view of the row as it stands in the
 * file, bytes unchecked; nil when there is no such thing). */
struct table_ops {
	err (*next)(void *of, struct table_row *ret, bool *ret_more, struct fail *f);
	i64 (*done)(const void *of);
	void (*close)(void *of);
};

struct table_reader {
	struct arena *arena;
	const struct table_ops *ops;
	void *of; /* NULL once closed */
	struct table_about about;
	i64 done; /* when closed */
	struct table_row first;
	bool first_waits; /* the first row is no header and has not been given out */
	str *cells;       /* TABLE_COLUMNS_MAX: rows padded to the width */
	char *raw;        /* TABLE_RAW_MAX */
	int titles;       /* rows still to be passed over: they tell no width */
};

/* Marks the row as rejected; column counts from 1, 0 names none. */
void table_reject(struct table_row *row, const char *where, enum text text, i64 column, str limit);
#define table_rejected(row, text, column, limit) table_reject((row), FAIL_HERE, (text), (column), (limit))

/* -- bytes of a text file, decoded to UTF-8 (table_source.c) -- */
struct table_source;
#define TABLE_SAMPLE_BYTES ((size_t)1 << 20) /* what encoding and format are guessed from */
#define TABLE_BROKEN_BYTE '\xff' /* stands for every byte that could not be decoded */

/* Opens path. *encoding AUTO is replaced by what the file looks like. */
err table_source_open(struct arena *a, const char *path, enum table_encoding *encoding,
		      struct table_source **ret, struct fail *f);
/* Up to cap bytes of UTF-8 (TABLE_BROKEN_BYTE for what is not); *ret_n 0 at the end. cap >= 16. */
err table_source_read(struct table_source *s, char *to, size_t cap, size_t *ret_n, struct fail *f);
i64 table_source_done(const struct table_source *s);
i64 table_source_bytes(const struct table_source *s);
void table_source_close(struct table_source *s);

/* -- the readers -- */
/* Delimiter 0 (or format AUTO) is guessed from the first lines; about gets what was guessed. */
err table_text_open(struct table_reader *r, const char *path, const struct table_options *o, struct fail *f);
err table_xlsx_open(struct table_reader *r, const char *path, const struct table_options *o, struct fail *f);

#endif

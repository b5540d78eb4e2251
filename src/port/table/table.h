/*
 * Tables in files of others: one row after another out of a .csv, an .xlsx or columns of white space.
 *
 * Whatever the file holds, memory stays flat: rows are read one at a time and bounded, only the
 * shared strings of a workbook are kept, and those up to a limit. A row that cannot be read is never
 * dropped: it comes back as a row with a reason (line, column, cause), and reading goes on behind it.
 * Only what makes the rest unreadable (a broken archive, XML cut off, a read error) is an error.
 *
 * Rows are told apart by number: the line of the file where the row begins, or the row of the sheet.
 * Every good row has as many cells as the first; all texts are UTF-8 without U+0000. Rows without any
 * text are passed over. What the cells mean is not known here.
 */
#ifndef YT_PORT_TABLE_H
#define YT_PORT_TABLE_H

#include "base/fail.h"

#define TABLE_ROW_MAX ((size_t)1 << 20) /* bytes of one row, line end not counted */
#define TABLE_COLUMNS_MAX 512
#define TABLE_RAW_MAX 2048 /* bytes of a rejected row that are shown */
#define TABLE_SHEETS_MAX 256

/* An .xlsx is an archive: what it may unpack to, in all and against its packed size. */
#define TABLE_XLSX_UNPACKED_MAX ((i64)2 << 30)
#define TABLE_XLSX_RATIO_MAX 250
#define TABLE_XLSX_RATIO_FROM ((i64)16 << 20) /* unpacked bytes from which the ratio counts */
#define TABLE_XLSX_STRINGS_MAX ((size_t)96 << 20) /* bytes of shared strings kept in memory */
#define TABLE_XLSX_STRING_COUNT_MAX 8000000
#define TABLE_XLSX_DIRECTORY_MAX ((i64)4 << 20) /* bytes of the archive's own list of parts */
#define TABLE_XLSX_DEPTH_MAX 100

enum table_format { TABLE_AUTO, TABLE_CSV, TABLE_XLSX, TABLE_SPACE };
enum table_encoding { TABLE_ENCODING_AUTO, TABLE_UTF8, TABLE_GB18030, TABLE_UTF16LE, TABLE_UTF16BE };
enum table_header { TABLE_HEADER_AUTO, TABLE_HEADER_YES, TABLE_HEADER_NO };

/* Zeroed: find out everything. */
struct table_options {
	enum table_format format;
	enum table_encoding encoding;
	enum table_header header;
	char delimiter; /* ',' ';' '\t'; 0: find out */
	str sheet;      /* name of the sheet; nil: the first */
	int skip;       /* rows with text that stand above the table: a title */
};

/* What was found out; lives as long as the reader. */
struct table_about {
	enum table_format format;
	enum table_encoding encoding;
	char delimiter;    /* csv */
	bool header;       /* the first row names the columns */
	const str *names;  /* of the columns: from the header, else "1", "2", … */
	size_t name_count; /* the width of the table */
	const str *sheets;
	size_t sheet_count;
	size_t sheet; /* the one being read */
	i64 bytes;    /* to be read, for progress */
};

struct table_row {
	i64 number;
	const str *cells;
	size_t n;
	struct fail why; /* why.code == OK: a good row; else the reason, and cells are what could be read */
	str raw;         /* of a rejected row: its text, cut to TABLE_RAW_MAX, broken bytes shown as '?' */
};

struct table_reader;

/* Opens the file and reads its first row. The reader lives in the arena and is closed with it, or
 * before by table_close. ERR_NOT_FOUND, ERR_IO; ERR_SYNTAX: not a table of that format; ERR_INPUT: no
 * such sheet, no rows; ERR_TOO_LARGE: beyond a limit above. */
err table_open(struct arena *a, const char *path, const struct table_options *o,
	       struct table_reader **ret, struct fail *f);
void table_close(struct table_reader *r); /* twice is once */

const struct table_about *table_about(const struct table_reader *r);

/* The next row; *ret_more false when there is none. Cells and raw live until the next call. */
err table_next(struct table_reader *r, struct table_row *ret, bool *ret_more, struct fail *f);

/* Of table_about()->bytes, how many have been read. */
i64 table_done(const struct table_reader *r);

const char *table_format_name(enum table_format format);       /* "csv" */
const char *table_encoding_name(enum table_encoding encoding); /* "gb18030" */

#endif

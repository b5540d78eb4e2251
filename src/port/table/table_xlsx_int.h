/*
 * What the files of the .xlsx reader share: parts of the archive read as streams of XML within the
 * limits of table.h, and what a workbook says beside its cells (texts, styles, sheets).
 */
#ifndef YT_PORT_TABLE_XLSX_INT_H
#define YT_PORT_TABLE_XLSX_INT_H

#include "port/table/table_int.h"

struct zip;
struct zip_file;
struct XML_ParserStruct;

/* -- parts (table_part.c) -- */

/* The opened archive and what has been unpacked of it. */
struct xlsx_archive {
	struct zip *zip;
	i64 unpacked;
};

/* The file must be an archive with a directory of bearable size. */
err xlsx_archive_open(struct xlsx_archive *z, const char *path, struct fail *f);
void xlsx_archive_close(struct xlsx_archive *z);

/* A part being read. Names come without their namespace prefix; attrs are expat's pairs. */
struct xlsx_part {
	struct xlsx_archive *archive;
	struct zip_file *file;
	struct XML_ParserStruct *parser;
	const char *name;
	void (*start)(void *of, const char *name, const char **attrs);
	void (*end)(void *of, const char *name);
	void (*text)(void *of, const char *p, size_t n);
	void *of;
	i64 packed, size, read;
	int depth;
	bool paused, over;
	struct fail why; /* set by whoever stops the part */
};

/* Prepares reading; ERR_NOT_FOUND without filling f when there is no such part. */
err xlsx_part_open(struct xlsx_part *p, struct xlsx_archive *z, const char *name, struct fail *f);
/* Reads on: until paused or over or one piece of the part has been parsed. */
err xlsx_part_step(struct xlsx_part *p, struct fail *f);
/* Reads all of it and closes it. */
err xlsx_part_read(struct xlsx_part *p, struct fail *f);
void xlsx_part_pause(struct xlsx_part *p); /* from end() only: step returns soon */
void xlsx_part_stop(struct xlsx_part *p);  /* p->why is filled: step returns it */
void xlsx_part_close(struct xlsx_part *p);
const char *xlsx_attr(const char **attrs, const char *name); /* NULL when absent */

/* -- the workbook (table_book.c) -- */

enum xlsx_style { XLSX_PLAIN, XLSX_DATE = 1, XLSX_TIME = 2 }; /* DATE | TIME: both */
#define XLSX_STYLES_MAX 65536

struct xlsx_book {
	char *strings;     /* all shared texts, one behind the other */
	u32 *string_ends;  /* where each ends */
	size_t string_n, string_cap, string_count, string_count_cap;
	u8 *styles; /* enum xlsx_style of each cell style */
	size_t style_count;
	bool since_1904;
	str sheet_names[TABLE_SHEETS_MAX];
	const char *sheet_parts[TABLE_SHEETS_MAX];
	size_t sheet_count;
};

/* Reads all but the cells; texts live in the arena but for the shared ones. */
err xlsx_book_read(struct xlsx_book *b, struct xlsx_archive *z, struct arena *a, struct fail *f);
void xlsx_book_free(struct xlsx_book *b);
bool xlsx_book_string(const struct xlsx_book *b, i64 number, str *ret);
/* What a number format like "yyyy\-mm\-dd hh:mm" shows. */
enum xlsx_style xlsx_format_style(str code);

/* -- values (table_value.c) -- */

/* The number as a person typed it: what double precision added beyond 15 digits is rounded off. */
str xlsx_number(str text, char *room, size_t cap);
/* A date serial as "2026-11-01", "2026-11-01 08:30:00" or "08:30:00"; false: no date. */
bool xlsx_date(str text, enum xlsx_style style, bool since_1904, char *room, size_t cap, str *ret);

#endif

/*
 * Fuzzes the table readers: any bytes must give rows, rejected rows or an error, within the limits,
 * and every text given out must be UTF-8. The first byte chooses the options, the rest is the file.
 */
#include "port/table/table.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t n);

static void check(const struct table_reader *r, const struct table_row *row)
{
	ASSERT(row->n <= TABLE_COLUMNS_MAX);
	if (row->why.code != OK) {
		ASSERT(row->raw.n <= TABLE_RAW_MAX && str_utf8_ok(row->raw));
		return;
	}
	ASSERT(row->n == table_about(r)->name_count);
	for (size_t i = 0; i < row->n; i++)
		ASSERT(row->cells[i].p && str_utf8_ok(row->cells[i]));
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t n)
{
	if (n == 0)
		return 0;
	static const char delimiters[] = { 0, ',', ';', '\t' };
	struct table_options o = {
		.format = (enum table_format)(bytes[0] & 3),
		.encoding = (enum table_encoding)((bytes[0] >> 2 & 3) == 3 ? 0 : bytes[0] >> 2 & 3),
		.header = (enum table_header)((bytes[0] >> 4 & 3) % 3),
		.delimiter = delimiters[bytes[0] >> 6],
	};
	int fd = memfd_create("table", MFD_CLOEXEC);
	ASSERT(fd >= 0 && write(fd, bytes + 1, n - 1) == (ssize_t)(n - 1));
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct table_reader *r;
	struct table_row row;
	bool more = true;
	i64 last = 0;
	if (table_open(a, path, &o, &r, NULL) == OK) {
		while (table_next(r, &row, &more, NULL) == OK && more) {
			ASSERT(row.number > last);
			last = row.number;
			check(r, &row);
		}
		table_close(r);
	}
	arena_free(a);
	close(fd);
	return 0;
}

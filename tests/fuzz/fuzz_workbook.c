/*
 * Fuzzes the reader of workbooks behind the archive, where fuzz_table cannot get because of the
 * archive's check sums: the input is five parts divided by bytes 0xff (relations, workbook, styles,
 * shared texts, sheet), which are put into a sound archive. A missing part stays out.
 */
#include "port/table/table.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t n);

static const char *const names[] = {
	"xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml",
	"xl/worksheets/sheet1.xml",
};

/* Writes the archive into the file fd. */
static void pack(str input, int fd)
{
	zip_error_t error;
	zip_error_init(&error);
	zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, &error);
	zip_source_keep(to);
	zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, &error);
	ASSERT(zip);
	for (size_t i = 0; i < ARRAY_LEN(names) && input.p; i++) {
		str part = str_cut(&input, '\xff');
		zip_int64_t at = zip_file_add(zip, names[i], zip_source_buffer(zip, part.p, part.n, 0), 0);
		ASSERT(at >= 0);
		zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0);
	}
	ASSERT(zip_close(zip) == 0);
	ASSERT(zip_source_open(to) == 0);
	char room[4096];
	for (zip_int64_t n; (n = zip_source_read(to, room, sizeof(room))) > 0;)
		ASSERT(write(fd, room, (size_t)n) == n);
	zip_source_close(to);
	zip_source_free(to);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t n)
{
	struct table_reader *r;
	struct table_row row;
	bool more = true;
	char path[64];
	int fd = memfd_create("workbook", MFD_CLOEXEC);
	ASSERT(fd >= 0);
	pack(str_of(bytes, n), fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	if (n > 0 && table_open(a, path, &(struct table_options){ 0 }, &r, NULL) == OK) {
		while (table_next(r, &row, &more, NULL) == OK && more) {
			ASSERT(row.n <= TABLE_COLUMNS_MAX && (row.why.code == OK || str_utf8_ok(row.raw)));
			for (size_t i = 0; i < row.n && row.why.code == OK; i++)
				ASSERT(row.cells[i].p && str_utf8_ok(row.cells[i]));
		}
	}
	arena_free(a);
	close(fd);
	return 0;
}

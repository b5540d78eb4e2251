/* An archive in memory by libzip: a buffer source is the archive, every file a source of its own. */
#include "port/table/zip_write.h"

#include <zip.h>

struct zip_writer {
	struct arena *arena;
	zip_source_t *archive; /* kept once more than the archive keeps it */
	zip_t *zip;            /* NULL once closed */
	size_t bytes;
};

static void release(void *of)
{
	struct zip_writer *z = of;
	if (z->zip)
		zip_discard(z->zip);
	if (z->archive)
		zip_source_free(z->archive);
}

static err broken(struct fail *f, const char *what)
{
	return fail_set(f, ERR_IO, T_OK, STR("zip"), str_c(what), STR("libzip"));
}

err zip_writer_new(struct arena *a, struct zip_writer **ret, struct fail *f)
{
	zip_error_t why;
	struct zip_writer *z = ARENA_NEW(a, struct zip_writer);
	zip_error_init(&why);
	z->arena = a;
	z->archive = zip_source_buffer_create(NULL, 0, 0, &why);
	if (!z->archive)
		return broken(f, "source");
	arena_defer(a, release, z);
	zip_source_keep(z->archive);
	z->zip = zip_open_from_source(z->archive, ZIP_TRUNCATE, &why);
	if (!z->zip) {
		zip_source_free(z->archive); /* the one an open archive would have taken */
		return broken(f, "open");
	}
	*ret = z;
	return OK;
}

err zip_writer_add(struct zip_writer *z, str name, str bytes, struct fail *f)
{
	z->bytes += bytes.n;
	if (z->bytes > ZIP_BYTES_MAX)
		return fail_set(f, ERR_TOO_LARGE, T_TOO_BIG, STR("zip"), STR_NIL, STR("64 MiB"));
	zip_source_t *file = zip_source_buffer(z->zip, bytes.p, bytes.n, 0);
	if (!file)
		return broken(f, "file");
	if (zip_file_add(z->zip, arena_cstr(z->arena, name), file, ZIP_FL_ENC_UTF_8) < 0) {
		zip_source_free(file);
		return broken(f, "add");
	}
	return OK;
}

err zip_writer_done(struct zip_writer *z, str *ret, struct fail *f)
{
	zip_stat_t st;
	if (zip_close(z->zip) != 0)
		return broken(f, "close");
	z->zip = NULL;
	if (zip_source_stat(z->archive, &st) != 0 || zip_source_open(z->archive) != 0)
		return broken(f, "read");
	char *p = arena_alloc(z->arena, (size_t)st.size + 1);
	zip_int64_t n = zip_source_read(z->archive, p, st.size);
	zip_source_close(z->archive);
	if (n != (zip_int64_t)st.size)
		return broken(f, "read");
	*ret = str_of(p, (size_t)n);
	return OK;
}

str zip_safe_name(struct arena *a, str name, size_t max)
{
	char *p = arena_alloc(a, name.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < name.n; i++) {
		u8 c = (u8)name.p[i];
		bool bad = c < ' ' || c == 0x7f || strchr("/\\:*?\"<>|", c) || (n == 0 && c == '.');
		p[n++] = bad ? '_' : (char)c;
	}
	while (n > max)
		do
			n--;
		while (n && ((u8)p[n] & 0xc0) == 0x80);
	while (n && (p[n - 1] == ' ' || p[n - 1] == '.'))
		n--;
	return n ? str_of(p, n) : STR("_");
}

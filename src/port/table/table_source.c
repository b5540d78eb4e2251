/*
 * The bytes of a text file as UTF-8, whatever it was written in.
 *
 * Chinese shops export GB18030 as often as UTF-8, Excel's "Unicode text" is UTF-16, and none of them
 * says so but by a byte order mark. Without one the lines of a sample vote: a line with bytes above
 * ASCII is UTF-8 or it is not, and short GB18030 lines that happen to be valid UTF-8 are outvoted.
 * What cannot be decoded becomes one byte no UTF-8 text holds, so the row around it is found and
 * rejected and all others are kept.
 */
#include "port/table/table_int.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW_BYTES ((size_t)64 << 10)

struct table_source {
	int fd;
	iconv_t cd; /* (iconv_t)-1: bytes are UTF-8 already */
	i64 bytes, done;
	bool end;
	size_t at, n; /* of raw: not yet decoded */
	char raw[RAW_BYTES];
};

static err io_error(struct fail *f, const char *path)
{
	err code = errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	return fail_set(f, code, T_OK, STR("file"), str_c(path), str_c(code == ERR_IO ? strerror(errno) : path));
}

/* A line of the sample, counted for or against UTF-8. */
static void vote(str line, int *utf8, int *other)
{
	bool high = false;
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == 0)
			return;
		high |= (line.p[i] & 0x80) != 0;
	}
	if (high && str_utf8_ok(line))
		++*utf8;
	else if (high)
		++*other;
}

static enum table_encoding guess(str sample, bool whole, size_t *ret_skip)
{
	*ret_skip = 0;
	if (str_starts(sample, STR("\xef\xbb\xbf"))) {
		*ret_skip = 3;
		return TABLE_UTF8;
	}
	if (str_starts(sample, STR("\xff\xfe")) || str_starts(sample, STR("\xfe\xff"))) {
		*ret_skip = 2;
		return sample.p[0] == '\xff' ? TABLE_UTF16LE : TABLE_UTF16BE;
	}
	int utf8 = 0, other = 0;
	str rest = sample;
	while (rest.p) {
		str line = str_cut(&rest, '\n');
		if (!rest.p && !whole && line.n < sample.n)
			break; /* the sample ends inside this line */
		if (!rest.p && !whole)
			line.n -= line.n > 4 ? 4 : line.n;
		vote(line, &utf8, &other);
	}
	return other > utf8 ? TABLE_GB18030 : TABLE_UTF8;
}

static const char *iconv_name(enum table_encoding encoding)
{
	return encoding == TABLE_GB18030 ? "GB18030" : encoding == TABLE_UTF16LE ? "UTF-16LE" : "UTF-16BE";
}

err table_source_open(struct arena *a, const char *path, enum table_encoding *encoding,
		      struct table_source **ret, struct fail *f)
{
	struct table_source *s = ARENA_NEW(a, struct table_source);
	s->cd = (iconv_t)-1;
	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (s->fd < 0 || fstat(s->fd, &st) != 0) {
		err code = io_error(f, path);
		table_source_close(s);
		return code;
	}
	s->bytes = st.st_size;
	struct arena_mark mark = arena_mark(a);
	char *sample = arena_alloc(a, TABLE_SAMPLE_BYTES);
	ssize_t n = pread(s->fd, sample, TABLE_SAMPLE_BYTES, 0);
	if (n < 0) {
		err code = io_error(f, path);
		table_source_close(s);
		return code;
	}
	size_t skip;
	enum table_encoding looks = guess(str_of(sample, (size_t)n), n == s->bytes, &skip);
	arena_reset(a, mark);
	if (*encoding == TABLE_ENCODING_AUTO)
		*encoding = looks;
	else if (*encoding != looks && skip < 3)
		skip = 0;
	if (*encoding != TABLE_UTF8)
		s->cd = iconv_open("UTF-8", iconv_name(*encoding));
	if ((*encoding != TABLE_UTF8 && s->cd == (iconv_t)-1) || lseek(s->fd, (off_t)skip, SEEK_SET) < 0) {
		err code = io_error(f, path);
		table_source_close(s);
		return code;
	}
	s->done = (i64)skip;
	*ret = s;
	return OK;
}

/* Moves what is left to the front of raw and reads more behind it. */
static err refill(struct table_source *s, struct fail *f)
{
	memmove(s->raw, s->raw + s->at, s->n);
	s->at = 0;
	ssize_t got;
	do {
		got = read(s->fd, s->raw + s->n, RAW_BYTES - s->n);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return io_error(f, "");
	s->end = got == 0;
	s->n += (size_t)got;
	s->done += got;
	return OK;
}

/* Decodes from raw into to; what cannot be decoded becomes TABLE_BROKEN_BYTE. */
static size_t decode(struct table_source *s, char *to, size_t cap)
{
	char *in = s->raw + s->at, *out = to;
	size_t in_left = s->n, out_left = cap;
	while (in_left > 0 && out_left > 0) {
		if (iconv(s->cd, &in, &in_left, &out, &out_left) != (size_t)-1 || errno == E2BIG)
			break;
		if (errno == EINVAL && !s->end)
			break; /* the rest of the character comes with the next read */
		if (out_left == 0)
			break;
		*out++ = TABLE_BROKEN_BYTE;
		out_left--;
		in++;
		in_left--;
	}
	s->at = (size_t)(in - s->raw);
	s->n = in_left;
	return cap - out_left;
}

err table_source_read(struct table_source *s, char *to, size_t cap, size_t *ret_n, struct fail *f)
{
	size_t n = 0;
	while (n == 0 && !(s->end && s->n == 0)) {
		if (s->cd == (iconv_t)-1) {
			if (s->n == 0)
				TRY(refill(s, f));
			n = s->n < cap ? s->n : cap;
			memcpy(to, s->raw + s->at, n);
			s->at += n;
			s->n -= n;
			continue;
		}
		n = s->n ? decode(s, to, cap) : 0;
		if (n == 0 && !s->end)
			TRY(refill(s, f));
	}
	*ret_n = n;
	return OK;
}

i64 table_source_done(const struct table_source *s) { return s->done - (i64)s->n; }
i64 table_source_bytes(const struct table_source *s) { return s->bytes; }

void table_source_close(struct table_source *s)
{
	if (s->cd != (iconv_t)-1)
		iconv_close(s->cd);
	s->cd = (iconv_t)-1;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/*
 * Growing bytes: the place doubles inside the arena up to the maximum given at birth.
 *
 * Escapers write straight into the buffer; what no longer fits is dropped and `over` says so, even
 * when that cuts an escape in half, because a buffer that is over is never used.
 */
#include "base/buf.h"
#include "base/fail.h"

#include <stdio.h>

#define BUF_FIRST ((size_t)128)

struct buf buf_new(struct arena *a, size_t max)
{
	return (struct buf){ .arena = a, .max = max };
}

/* Makes place for up to n more bytes; returns how many of them fit below the maximum. */
static size_t reserve(struct buf *b, size_t n)
{
	if (n > b->max - b->n) {
		b->over = true;
		n = b->max - b->n;
	}
	if (b->n + n <= b->cap)
		return n;
	size_t cap = b->cap ? b->cap * 2 : BUF_FIRST;
	if (cap < b->n + n)
		cap = b->n + n;
	if (cap > b->max)
		cap = b->max;
	char *p = arena_alloc(b->arena, cap);
	if (b->n)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->cap = cap;
	return n;
}

void buf_add(struct buf *b, str s)
{
	if (b->over || s.n == 0)
		return;
	size_t n = reserve(b, s.n);
	if (n)
		memcpy(b->p + b->n, s.p, n);
	b->n += n;
}

void buf_add_c(struct buf *b, const char *s)
{
	buf_add(b, str_c(s));
}

void buf_char(struct buf *b, char c)
{
	if (!b->over && reserve(b, 1) == 1)
		b->p[b->n++] = c;
}

void buf_i64(struct buf *b, i64 v)
{
	char text[20]; /* digits of 2^63 and a sign */
	size_t at = sizeof(text);
	u64 left = v < 0 ? 0 - (u64)v : (u64)v;
	do
		text[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (v < 0)
		text[--at] = '-';
	buf_add(b, str_of(text + at, sizeof(text) - at));
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	if ((size_t)n < sizeof(small)) {
		buf_add(b, str_of(small, (size_t)n));
		return;
	}
	va_start(ap, fmt);
	buf_add(b, arena_vprintf(b->arena, fmt, ap));
	va_end(ap);
}

void buf_json(struct buf *b, str s)
{
	static const char hex[] = "0123456789abcdef";
	size_t from = 0;
	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		u8 c = (u8)s.p[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, str_sub(s, from, i));
		from = i + 1;
		const char *shorts = "\"\"\\\\\bb\ff\nn\rr\tt";
		const char *at = shorts;
		while (*at && (u8)*at != c)
			at += 2;
		buf_char(b, '\\');
		if (c && *at) {
			buf_char(b, at[1]);
		} else {
			char code[] = { 'u', '0', '0', hex[c >> 4], hex[c & 15] };
			buf_add(b, str_of(code, sizeof(code)));
		}
	}
	buf_add(b, str_sub(s, from, s.n));
	buf_char(b, '"');
}

void buf_url(struct buf *b, str s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		u8 c = (u8)s.p[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			     c == '-' || c == '_' || c == '.' || c == '~';
		if (plain) {
			buf_char(b, (char)c);
		} else {
			char code[] = { '%', hex[c >> 4], hex[c & 15] };
			buf_add(b, str_of(code, sizeof(code)));
		}
	}
}

void buf_html(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&': buf_add_c(b, "&amp;"); break;
		case '<': buf_add_c(b, "&lt;"); break;
		case '>': buf_add_c(b, "&gt;"); break;
		case '"': buf_add_c(b, "&quot;"); break;
		case '\'': buf_add_c(b, "&#39;"); break;
		default: buf_char(b, s.p[i]);
		}
	}
}

void buf_csv(struct buf *b, str s)
{
	buf_char(b, '"');
	if (s.n && str_has_char(STR("=+-@\t\r"), s.p[0]))
		buf_char(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(b, '"');
		buf_char(b, s.p[i]);
	}
	buf_char(b, '"');
}

char *buf_room(struct buf *b, size_t n)
{
	if (b->over || n > b->max - b->n) {
		b->over = true;
		return NULL;
	}
	reserve(b, n ? n : 1);
	return b->p + b->n;
}

/*
 * Views of bytes: comparing, searching, cutting, and reading numbers strictly.
 *
 * Nothing here allocates. Number readers accept the whole string or nothing, so "12abc" never
 * silently becomes 12, and none of them depends on the locale of the process.
 */
#include "base/str.h"

#include <math.h>
#include <stdlib.h>

/* Longest text str_f64 looks at; no sensible number is longer. */
#define STR_F64_MAX 400

bool str_eq(str a, str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_c(str a, const char *b)
{
	return str_eq(a, str_c(b));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_nocase(str a, str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int str_cmp(str a, str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	if (order)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(str s, str head)
{
	return s.n >= head.n && (head.n == 0 || memcmp(s.p, head.p, head.n) == 0);
}

bool str_ends(str s, str tail)
{
	return s.n >= tail.n && (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}

bool str_has(str s, str part)
{
	return str_find(s, part) >= 0;
}

bool str_has_char(str s, char c)
{
	return s.n && memchr(s.p, c, s.n) != NULL;
}

i64 str_find(str s, str part)
{
	if (part.n == 0)
		return 0;
	if (s.n == 0)
		return -1;
	const char *at = memmem(s.p, s.n, part.p, part.n);
	return at ? at - s.p : -1;
}

str str_sub(str s, size_t from, size_t to)
{
	if (s.p == NULL)
		return s;
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return str_of(s.p + from, to - from);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
	const str wide = STR("\xe3\x80\x80"); /* U+3000, what a Chinese keyboard types for a space */
	for (;;) {
		if (s.n && is_space(s.p[0]))
			s = str_sub(s, 1, s.n);
		else if (str_starts(s, wide))
			s = str_sub(s, wide.n, s.n);
		else if (s.n && is_space(s.p[s.n - 1]))
			s.n--;
		else if (str_ends(s, wide))
			s.n -= wide.n;
		else
			return s;
	}
}

str str_cut(str *rest, char sep)
{
	str whole = *rest;
	const char *at = whole.n ? memchr(whole.p, sep, whole.n) : NULL;
	if (at == NULL) {
		*rest = STR_NIL;
		return whole;
	}
	size_t n = (size_t)(at - whole.p);
	*rest = str_of(at + 1, whole.n - n - 1);
	return str_of(whole.p, n);
}

/* Digits of s behind an optional sign, as a value with that sign; false when it does not fit. */
static bool digits_i64(str digits, bool negative, i64 *ret)
{
	i64 v = 0;
	if (digits.n == 0)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		char c = digits.p[i];
		if (c < '0' || c > '9')
			return false;
		i64 d = negative ? -(i64)(c - '0') : c - '0';
		if (!int_mul(v, 10, &v) || !int_add(v, d, &v))
			return false;
	}
	*ret = v;
	return true;
}

static str cut_sign(str s, bool *negative)
{
	*negative = s.n && s.p[0] == '-';
	return s.n && (s.p[0] == '-' || s.p[0] == '+') ? str_sub(s, 1, s.n) : s;
}

bool str_i64(str s, i64 *ret)
{
	bool negative;
	str digits = cut_sign(s, &negative);
	return digits_i64(digits, negative, ret);
}

bool str_f64(str s, double *ret)
{
	char copy[STR_F64_MAX + 1];
	if (s.n == 0 || s.n > STR_F64_MAX)
		return false;
	/* strtod alone would take "inf", "nan", hexadecimal and leading blanks. */
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789+-.eE", s.p[i]) || s.p[i] == '\0')
			return false;
	memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	char *end;
	double v = strtod(copy, &end);
	if (end != copy + s.n || !isfinite(v))
		return false;
	*ret = v;
	return true;
}

bool str_decimal(str s, int scale, i64 *ret)
{
	bool negative;
	str frac = cut_sign(s, &negative);
	str whole = str_cut(&frac, '.');
	i64 v;
	if (!digits_i64(whole, negative, &v) || (frac.p && frac.n == 0))
		return false;
	for (int i = 0; i < scale; i++) {
		char c = (size_t)i < frac.n ? frac.p[i] : '0';
		if (c < '0' || c > '9')
			return false;
		i64 d = negative ? -(i64)(c - '0') : c - '0';
		if (!int_mul(v, 10, &v) || !int_add(v, d, &v))
			return false;
	}
	for (size_t i = (size_t)scale; i < frac.n; i++)
		if (frac.p[i] != '0')
			return false;
	*ret = v;
	return true;
}

/* Bytes of the code point at p (n bytes left), 0 when it is not well-formed UTF-8 (RFC 3629). */
static size_t utf8_step(const u8 *p, size_t n)
{
	u8 c = p[0];
	if (c < 0x80)
		return c ? 1 : 0;
	size_t len = c >= 0xc2 && c < 0xe0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
	if (len == 0 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	bool overlong = (c == 0xe0 && p[1] < 0xa0) || (c == 0xf0 && p[1] < 0x90);
	bool surrogate = c == 0xed && p[1] >= 0xa0;
	bool beyond = c == 0xf4 && p[1] >= 0x90;
	return overlong || surrogate || beyond ? 0 : len;
}

bool str_utf8_ok(str s)
{
	const u8 *p = (const u8 *)s.p;
	for (size_t i = 0; i < s.n;) {
		size_t step = utf8_step(p + i, s.n - i);
		if (step == 0)
			return false;
		i += step;
	}
	return true;
}

size_t str_utf8_len(str s)
{
	size_t len = 0;
	for (size_t i = 0; i < s.n; i++)
		len += ((u8)s.p[i] & 0xc0) != 0x80;
	return len;
}

str str_utf8_head(str s, size_t chars)
{
	for (size_t i = 0; i < s.n; i++)
		if (((u8)s.p[i] & 0xc0) != 0x80 && chars-- == 0)
			return str_of(s.p, i);
	return s;
}

u64 str_hash(str s)
{
	/* The load address differs per start, so nobody outside can prepare colliding keys. */
	u64 h = (u64)(uintptr_t)&str_hash * 0x9e3779b97f4a7c15u ^ s.n;
	const char *p = s.p;
	size_t n = s.n;
	for (; n >= 8; p += 8, n -= 8) {
		u64 w;
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	u64 w = 0;
	if (n)
		memcpy(&w, p, n);
	h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 32;
}

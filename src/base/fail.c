/*
 * Errors as values: the table of codes and the filling and rendering of details.
 *
 * Details are cut at a character, never inside one, so a rendered sentence stays valid UTF-8. A belief
 * that turns out false aborts at once: the journal makes a crash a restart, a wrong state does not heal.
 */
#include "base/fail.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name;
	int status;
	bool retry;
	enum text text;
} errors[] = {
#define ERR(name, status, retry, text) { #name, status, retry, text },
#include "base/err.def"
#undef ERR
};

/* Copies what fits with its final NUL and does not split a character. */
static void keep(char *to, size_t size, str s)
{
	size_t n = s.n < size ? s.n : size - 1;
	if (n < s.n)
		while (n > 0 && ((u8)s.p[n] & 0xc0) == 0x80)
			n--;
	if (n)
		memmove(to, s.p, n); /* a caller may rewrite a fail with its own texts */
	to[n] = '\0';
}

void fail_fill(struct fail *f, const char *where, err code, enum text text, str field, str value, str limit)
{
	if (f == NULL)
		return;
	f->code = code;
	f->text = text;
	f->where = where;
	f->retry_at = 0;
	keep(f->field, sizeof(f->field), field);
	keep(f->value, sizeof(f->value), value);
	keep(f->limit, sizeof(f->limit), limit);
}

const char *err_name(err code)
{
	return (size_t)code < ARRAY_LEN(errors) ? errors[code].name : "?";
}

int err_status(err code)
{
	return (size_t)code < ARRAY_LEN(errors) ? errors[code].status : 500;
}

bool err_retryable(err code)
{
	return (size_t)code < ARRAY_LEN(errors) && errors[code].retry;
}

/* Where a text is wrong, "column 12", is an address for programs; people are told it in their language. */
static str place(const struct fail *f, enum lang lang, struct arena *a)
{
	str field = str_c(f->field);
	if (!str_starts(field, STR("column ")))
		return field;
	const struct text_hole hole = { "value", str_sub(field, strlen("column "), field.n) };
	return text_fill(a, T_PLACE_COLUMN, lang, &hole, 1);
}

str fail_text(const struct fail *f, enum lang lang, struct arena *a)
{
	enum text id = f->text;
	if (id == T_OK && (size_t)f->code < ARRAY_LEN(errors))
		id = errors[f->code].text;
	const struct text_hole holes[] = {
		{ "field", place(f, lang, a) },
		{ "value", str_c(f->value) },
		{ "limit", str_c(f->limit) },
	};
	return text_fill(a, id, lang, holes, ARRAY_LEN(holes));
}

void fail_assert(const char *cond, const char *where)
{
	fprintf(stderr, "level=error event=assert.failed where=%s cond=\"%s\"\n", where, cond);
	abort();
}

/*
 * Texts: the table made from text.def and the filling of its holes.
 *
 * A hole is {name}; braces around anything that is not a known name stay as they are, so a text may
 * show a literal brace.
 */
#include "base/text.h"
#include "base/buf.h"

static const struct {
	const char *name, *lang[LANG_COUNT];
} texts[] = {
#define TEXT(id, zh, en) { #id, { zh, en } },
#include "base/text.def"
#undef TEXT
};

#define TEXT_FILLED_MAX ((size_t)64 << 10)

const char *text_raw(enum text id, enum lang lang)
{
	if ((size_t)id >= ARRAY_LEN(texts) || (size_t)lang >= LANG_COUNT)
		return "";
	return texts[id].lang[lang];
}

const char *text_name(enum text id)
{
	return (size_t)id < ARRAY_LEN(texts) ? texts[id].name : "?";
}

/* Length of the hole's name when s starts with "{name}", else 0. */
static size_t hole_name(str s)
{
	size_t n = 1;
	while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || s.p[n] == '_'))
		n++;
	return n > 1 && n < s.n && s.p[n] == '}' ? n - 1 : 0;
}

str text_fill(struct arena *a, enum text id, enum lang lang, const struct text_hole *holes, size_t count)
{
	str raw = str_c(text_raw(id, lang));
	struct buf b = buf_new(a, TEXT_FILLED_MAX);
	for (size_t i = 0; i < raw.n; i++) {
		size_t n = raw.p[i] == '{' ? hole_name(str_sub(raw, i, raw.n)) : 0;
		if (n == 0) {
			buf_char(&b, raw.p[i]);
			continue;
		}
		str name = str_of(raw.p + i + 1, n);
		for (size_t k = 0; k < count; k++)
			if (str_eq_c(name, holes[k].name))
				buf_add(&b, holes[k].value);
		i += n + 1;
	}
	return buf_str(&b);
}

enum lang lang_of(str tag)
{
	str primary = str_cut(&tag, '-');
	return str_eq_nocase(primary, STR("en")) ? LANG_EN : LANG_ZH;
}

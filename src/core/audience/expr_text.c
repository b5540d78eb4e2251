/*
 * A tree as canonical text, and in plain words of either language.
 *
 * The canonical text reads back as the same tree: that is a property test. Brackets stand only where
 * the precedence not > and > or needs them.
 */
#include "core/audience/expr_set.h"

enum { OUTER_OR, OUTER_AND, OUTER_NOT };

static void quoted(struct buf *b, str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_char(b, '\\');
		buf_char(b, s.p[i]);
	}
	buf_char(b, '"');
}

static void value_to(struct buf *b, const struct expr *e, size_t i)
{
	str text = expr_value_text(b->arena, e->attr, &e->values[i]);
	if (expr_type_quoted(e->attr->type))
		quoted(b, text);
	else
		buf_add(b, text);
}

static void attr_to(struct buf *b, const struct expr *e)
{
	if (expr_is_group(e->attr)) {
		buf_fmt(b, "in_group(\"%lld\")", (long long)-e->attr->value);
		return;
	}
	buf_add_c(b, e->attr->name);
	if (e->attr->type == EXPR_FLAG && e->cmp == CMP_EQ && e->values[0].n)
		return;
	buf_char(b, ' ');
	if (e->cmp >= CMP_KNOWN)
		buf_add_c(b, "is ");
	buf_add_c(b, expr_cmp_words[e->cmp]);
	buf_add_c(b, e->cmp == CMP_IN ? " (" : e->count ? " " : "");
	for (size_t i = 0; i < e->count; i++) {
		buf_add_c(b, i == 0 ? "" : e->cmp == CMP_IN ? ", " : " and ");
		value_to(b, e, i);
	}
	buf_add_c(b, e->cmp == CMP_IN ? ")" : "");
}

static void tag_to(struct buf *b, const struct expr *e)
{
	static const char *const heads[] = { "tag in (", "tags all (", "tags none (" };
	bool single = e->how == TAG_ANY && e->count == 1;
	buf_add_c(b, single ? "tag:" : heads[e->how]);
	for (size_t i = 0; i < e->count; i++) {
		buf_add_c(b, i ? ", " : "");
		quoted(b, e->values[i].text);
	}
	buf_add_c(b, single ? "" : ")");
}

static void did_to(struct buf *b, const struct expr *e)
{
	buf_add_c(b, "did(");
	quoted(b, e->name);
	if (e->within != NIL)
		buf_fmt(b, ", within %lldd", (long long)e->within);
	if (e->cmp != CMP_GE || e->values[0].n != 1)
		buf_fmt(b, ", count %s %lld", expr_cmp_words[e->cmp], (long long)e->values[0].n);
	buf_char(b, ')');
}

static void joint_to(struct buf *b, const struct expr *e, int outer)
{
	int own = e->op == EXPR_AND ? OUTER_AND : OUTER_OR;
	buf_add_c(b, outer > own ? "(" : "");
	for (size_t i = 0; i < e->n; i++) {
		buf_add_c(b, i == 0 ? "" : e->op == EXPR_AND ? " and " : " or ");
		expr_text_to(b, e->of[i], own);
	}
	buf_add_c(b, outer > own ? ")" : "");
}

static void set_to(struct buf *b, const struct expr *e)
{
	static const char *const heads[] = { " in (", " all (", " none (" };
	struct expr_set s = expr_set_of(e);
	bool single = s.how == TAG_ANY && s.n == 1;
	buf_add_c(b, s.label->name);
	buf_add_c(b, single ? " = " : heads[s.how]);
	for (size_t i = 0; i < s.n; i++) {
		buf_add_c(b, i ? ", " : "");
		quoted(b, expr_set_name(&s, i));
	}
	buf_add_c(b, single ? "" : ")");
}

void expr_text_to(struct buf *b, const struct expr *e, int outer)
{
	if (expr_is_set(e)) {
		set_to(b, e);
		return;
	}
	switch (e->op) {
	case EXPR_TAG:
		tag_to(b, e);
		break;
	case EXPR_ATTR:
		attr_to(b, e);
		break;
	case EXPR_DID:
		did_to(b, e);
		break;
	case EXPR_NOT:
		buf_add_c(b, "not ");
		expr_text_to(b, e->of[0], OUTER_NOT);
		break;
	case EXPR_REACH:
		buf_add_c(b, "reachable(");
		quoted(b, e->name);
		buf_char(b, ')');
		break;
	case EXPR_AUDIENCE:
		buf_add_c(b, "audience:");
		quoted(b, e->name);
		break;
	default:
		joint_to(b, e, outer);
	}
}

str expr_text(struct arena *a, const struct expr *e)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	expr_text_to(&b, e, OUTER_OR);
	return buf_str(&b);
}

/* ---- plain words ---- */

static str fill(struct arena *a, enum text t, enum lang lang, str field, str value, str limit)
{
	struct text_hole holes[] = { { "field", field }, { "value", value }, { "limit", limit } };
	return text_fill(a, t, lang, holes, ARRAY_LEN(holes));
}

static str day_words(struct arena *a, const struct expr_value *v, enum lang lang)
{
	if (!v->relative)
		return tz_format_date(v->n, a);
	str days = arena_printf(a, "%lld", (long long)(v->n < 0 ? -v->n : v->n));
	return v->n == 0 ? str_c(text_raw(T_EXPR_TODAY, lang))
			 : fill(a, v->n < 0 ? T_EXPR_DAYS_AGO : T_EXPR_DAYS_AHEAD, lang, STR_NIL, days, STR_NIL);
}

static str value_words(struct arena *a, const struct expr *e, size_t i, enum lang lang)
{
	const struct expr_value *v = &e->values[i];
	str text = expr_value_text(a, e->attr, v);
	switch (e->attr->type) {
	case EXPR_TIME:
	case EXPR_DATE:
		return day_words(a, v, lang);
	case EXPR_MONEY:
		return fill(a, T_EXPR_YUAN, lang, STR_NIL, text, STR_NIL);
	case EXPR_FLAG:
		return str_c(text_raw(v->n ? T_EXPR_YES : T_EXPR_NO, lang));
	default:
		if (!expr_type_quoted(e->attr->type))
			return text;
		return fill(a, T_EXPR_QUOTED, lang, STR_NIL, expr_word(e->attr, text, lang), STR_NIL);
	}
}

static void values_words(struct buf *b, const struct expr *e, enum lang lang)
{
	for (size_t i = 0; i < e->count; i++) {
		buf_add_c(b, i == 0 ? "" : e->cmp == CMP_BETWEEN ? " ~ " : text_raw(T_EXPR_COMMA, lang));
		buf_add(b, value_words(b->arena, e, i, lang));
	}
}

/* Whether a flag is asked to be set: "a friend", which nobody would call "friend = yes". */
static bool flag_asked(const struct expr *e)
{
	return (e->cmp == CMP_EQ) == (e->values[0].n != 0);
}

static void flag_words(struct buf *b, const struct expr *e, enum lang lang)
{
	str label = expr_attr_label(e->attr, lang);
	if (flag_asked(e)) {
		buf_add(b, label);
		return;
	}
	buf_add(b, fill(b->arena, T_EXPR_FLAG_NOT, lang, STR_NIL, label, STR_NIL));
}

static void attr_words(struct buf *b, const struct expr *e, enum lang lang)
{
	static const char *const signs[] = { "=", "≠", "<", "≤", ">", "≥" };
	static const enum text days[] = { T_EXPR_DAY_EQ, T_EXPR_DAY_NE, T_EXPR_DAY_LT, T_EXPR_DAY_LE, T_EXPR_DAY_GT, T_EXPR_DAY_GE };
	if (expr_is_group(e->attr)) {
		buf_add(b, fill(b->arena, T_EXPR_IN_GROUP, lang, STR_NIL, str_c(e->attr->title), STR_NIL));
		return;
	}
	if (e->attr->type == EXPR_FLAG && e->cmp <= CMP_NE) {
		flag_words(b, e, lang);
		return;
	}
	bool day = e->attr->type == EXPR_TIME || e->attr->type == EXPR_DATE;
	buf_add(b, expr_attr_label(e->attr, lang));
	buf_char(b, ' ');
	if (e->cmp >= CMP_KNOWN) {
		buf_add_c(b, text_raw(e->cmp == CMP_KNOWN ? T_EXPR_KNOWN : T_EXPR_IS_UNKNOWN, lang));
		return;
	}
	if (e->cmp >= CMP_BETWEEN)
		buf_add_c(b, text_raw(e->cmp == CMP_IN ? T_EXPR_ONE_OF : T_EXPR_BETWEEN, lang));
	else
		buf_add_c(b, day ? text_raw(days[e->cmp], lang) : signs[e->cmp]);
	buf_char(b, ' ');
	values_words(b, e, lang);
}

static void tag_words(struct buf *b, const struct expr *e, enum lang lang)
{
	static const enum text heads[] = { T_EXPR_TAG_ANY, T_EXPR_TAG_ALL, T_EXPR_TAG_NONE };
	buf_add_c(b, text_raw(e->how == TAG_ANY && e->count == 1 ? T_EXPR_TAG_ONE : heads[e->how], lang));
	for (size_t i = 0; i < e->count; i++) {
		buf_add_c(b, i ? text_raw(T_EXPR_COMMA, lang) : "");
		buf_add(b, fill(b->arena, T_EXPR_QUOTED, lang, STR_NIL, e->values[i].text, STR_NIL));
	}
}

static void did_words(struct buf *b, const struct expr *e, enum lang lang)
{
	static const char *const signs[] = { "=", "≠", "<", "≤", ">", "≥" };
	str count = arena_printf(b->arena, "%s %lld", signs[e->cmp], (long long)e->values[0].n);
	str within = arena_printf(b->arena, "%lld", (long long)e->within);
	buf_add(b, fill(b->arena, e->within == NIL ? T_EXPR_DID : T_EXPR_DID_WITHIN, lang, within, e->name, count));
}

static void set_words(struct buf *b, const struct expr *e, enum lang lang)
{
	static const enum text heads[] = { T_EXPR_SET_ANY, T_EXPR_SET_ALL, T_EXPR_SET_NONE };
	struct expr_set s = expr_set_of(e);
	struct expr_attr of = *s.label;
	of.title = NULL; /* a flag's is the value */
	enum text head = s.how == TAG_ANY && s.n == 1 ? T_EXPR_SET_ONE : heads[s.how];
	buf_add(b, fill(b->arena, head, lang, expr_attr_label(&of, lang), STR_NIL, STR_NIL));
	for (size_t i = 0; i < s.n; i++) {
		buf_add_c(b, i ? text_raw(T_EXPR_COMMA, lang) : "");
		buf_add(b, fill(b->arena, T_EXPR_QUOTED, lang, STR_NIL, expr_set_name(&s, i), STR_NIL));
	}
}

void expr_words_to(struct unit *u, struct buf *b, const struct expr *e, enum lang lang, int outer)
{
	int own = e->op == EXPR_AND ? OUTER_AND : OUTER_OR;
	if (expr_is_set(e)) {
		set_words(b, e, lang);
		return;
	}
	switch (e->op) {
	case EXPR_TAG:
		tag_words(b, e, lang);
		return;
	case EXPR_ATTR:
		attr_words(b, e, lang);
		return;
	case EXPR_DID:
		did_words(b, e, lang);
		return;
	case EXPR_NOT:
		buf_add_c(b, text_raw(T_EXPR_NOT, lang));
		expr_words_to(u, b, e->of[0], lang, OUTER_NOT);
		buf_add_c(b, text_raw(T_EXPR_NOT_END, lang));
		return;
	case EXPR_REACH:
		buf_add_c(b, text_raw(expr_channel_of(e->name)->words, lang));
		return;
	case EXPR_AUDIENCE:
		buf_add(b, fill(b->arena, T_EXPR_IN_AUDIENCE, lang, STR_NIL, e->name, STR_NIL));
		return;
	default:
		break;
	}
	bool brackets = outer > own && outer != OUTER_NOT;
	buf_add_c(b, brackets ? "(" : "");
	for (size_t i = 0; i < e->n; i++) {
		buf_add_c(b, i == 0 ? "" : text_raw(e->op == EXPR_AND ? T_EXPR_AND : T_EXPR_OR, lang));
		expr_words_to(u, b, e->of[i], lang, own);
	}
	buf_add_c(b, brackets ? ")" : "");
}

str expr_words(struct unit *u, const struct expr *e, enum lang lang)
{
	struct buf b = buf_new(u->arena, BUF_MAX_DEFAULT);
	expr_words_to(u, &b, e, lang, OUTER_OR);
	return buf_str(&b);
}

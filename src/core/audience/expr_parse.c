/*
 * The text of an expression, read into a tree: a lexer of a few token kinds and a descent of three floors
 * (or, and, condition).
 *
 * Every token knows its column, counted in characters from 1, because that is what a person can find
 * again. Chinese brackets, commas, colons and quotes are the same as ours: the console's users type them.
 * Nesting is bounded before it is entered, so no input makes the descent deep.
 */
#include "core/audience/expr_set.h"

enum kind { END, WORD, VALUE, TEXT, SIGN };
struct token {
	enum kind kind;
	str s; /* TEXT: unescaped; SIGN: one of ( ) , : = != < <= > >= */
	size_t column;
};

struct parser {
	struct expr_build *b;
	str text;
	size_t at, column, depth;
	struct token now;
};

/* The ASCII spelling of a full-width sign at p, or 0. */
static char wide_sign(str rest)
{
	static const struct { const char *wide; char sign; } signs[] = {
		{ "（", '(' }, { "）", ')' }, { "，", ',' }, { "：", ':' }, { "“", '"' }, { "”", '"' }, { "、", ',' },
		{ "＝", '=' }, { "＜", '<' }, { "＞", '>' }, { "　", ' ' },
	};
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (str_starts(rest, str_c(signs[i].wide)))
			return signs[i].sign;
	return 0;
}

/* The sign at the parser's place, ASCII or wide; *bytes is its length. 0 at the end. */
static char peek(const struct parser *p, size_t *bytes)
{
	*bytes = 0;
	if (p->at >= p->text.n)
		return 0;
	unsigned char c = (unsigned char)p->text.p[p->at];
	char wide = c >= 0xe2 ? wide_sign(str_sub(p->text, p->at, p->text.n)) : 0;
	*bytes = wide ? 3 : 1;
	return wide ? wide : (char)c;
}

static void skip(struct parser *p, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		p->column += ((unsigned char)p->text.p[p->at + i] & 0xc0) != 0x80;
	p->at += bytes;
}

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static err fault_at(struct parser *p, size_t column, enum text text, str value, str limit)
{
	p->b->column = column;
	return expr_fault(p->b, ERR_INPUT, text, value, limit);
}

/* A text in quotes; \" and \\ stand for themselves. */
static err read_text(struct parser *p, struct token *ret)
{
	struct buf b = buf_new(p->b->u->arena, AUDIENCE_TEXT_MAX);
	size_t bytes, from = p->at;
	peek(p, &bytes);
	bool wide = bytes == 3;
	skip(p, bytes);
	for (char c; (c = peek(p, &bytes)) != 0; ) {
		if (c == '"' && (bytes == 3) == wide) {
			skip(p, bytes);
			*ret = (struct token){ TEXT, buf_str(&b), ret->column };
			return OK;
		}
		if (c == '\\' && p->at + 1 < p->text.n && (p->text.p[p->at + 1] == '"' || p->text.p[p->at + 1] == '\\'))
			skip(p, 1), bytes = 1;
		buf_add(&b, str_sub(p->text, p->at, p->at + bytes));
		skip(p, bytes);
	}
	return fault_at(p, ret->column, T_EXPR_UNEXPECTED, str_utf8_head(str_sub(p->text, from, p->text.n), 20), STR("\""));
}

/* A bare word goes on to the next sign; a value (starts with a digit or its sign) likewise. */
static void read_bare(struct parser *p, struct token *ret, enum kind kind)
{
	size_t from = p->at, bytes;
	if (kind == VALUE && !is_digit(p->text.p[p->at]))
		skip(p, 1);
	for (char c; (c = peek(p, &bytes)) != 0; skip(p, bytes)) {
		if (bytes == 3 || !(is_letter((unsigned char)c) || is_digit(c) || c == '.' || c == '-'))
			break;
	}
	*ret = (struct token){ kind, str_sub(p->text, from, p->at), ret->column };
}

static err next(struct parser *p)
{
	size_t bytes;
	char c;
	while ((c = peek(p, &bytes)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		skip(p, bytes);
	struct token *t = &p->now;
	*t = (struct token){ .column = p->column };
	if (c == 0 && p->at >= p->text.n)
		return OK;
	char after = p->at + bytes < p->text.n ? p->text.p[p->at + bytes] : 0;
	if (c == '"')
		return read_text(p, t);
	if (is_digit(c) || ((c == '-' || c == '+') && is_digit(after))) {
		read_bare(p, t, VALUE);
		return OK;
	}
	if (bytes == 1 && is_letter((unsigned char)c)) {
		read_bare(p, t, WORD);
		return OK;
	}
	static const char *const signs[] = { "!=", "<=", ">=", "(", ")", ",", ":", "=", "<", ">" };
	char two[3] = { c, after, 0 };
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (strncmp(two, signs[i], strlen(signs[i])) == 0) {
			*t = (struct token){ SIGN, str_c(signs[i]), t->column };
			skip(p, bytes + strlen(signs[i]) - 1);
			return OK;
		}
	return fault_at(p, t->column, T_EXPR_UNEXPECTED, str_sub(p->text, p->at, p->at + bytes), STR("and, or, ( )"));
}

static bool is_sign(const struct parser *p, const char *sign) { return p->now.kind == SIGN && str_eq_c(p->now.s, sign); }
static bool is_word(const struct parser *p, const char *word) { return p->now.kind == WORD && str_eq_nocase(p->now.s, str_c(word)); }

static err unexpected(struct parser *p, const char *wanted)
{
	str given = p->now.kind == END ? STR("…") : str_utf8_head(p->now.s, 40);
	return fault_at(p, p->now.column, T_EXPR_UNEXPECTED, given, str_c(wanted));
}

static err want_sign(struct parser *p, const char *sign) { return is_sign(p, sign) ? next(p) : unexpected(p, sign); }

/* A word or quoted text that names something. */
static err want_name(struct parser *p, const char *wanted, str *ret)
{
	if (p->now.kind != TEXT && p->now.kind != WORD && p->now.kind != VALUE)
		return unexpected(p, wanted);
	*ret = p->now.s;
	p->b->column = p->now.column;
	return next(p);
}

/* ---- conditions ---- */

static err add_tag(struct parser *p, struct expr *e)
{
	struct expr_value v;
	size_t column = p->now.column;
	str name;
	TRY(want_name(p, "\"…\"", &name));
	p->b->column = column;
	TRY(expr_tag_find(p->b, name, &v));
	return expr_value_add(p->b, e, v);
}

static err tag_list(struct parser *p, struct expr *e)
{
	TRY(want_sign(p, "("));
	TRY(add_tag(p, e));
	while (is_sign(p, ",")) {
		TRY(next(p));
		TRY(add_tag(p, e));
	}
	return want_sign(p, ")");
}

/* tag:"a", tag in (…), tags all (…), tags none (…); the word is behind us. */
static err tags(struct parser *p, bool many, struct expr *e)
{
	if (is_sign(p, ":") || is_sign(p, "=")) {
		TRY(next(p));
		return add_tag(p, e);
	}
	static const struct { const char *word; enum expr_how how; } hows[] = {
		{ "in", TAG_ANY }, { "any", TAG_ANY }, { "all", TAG_ALL }, { "none", TAG_NONE } };
	for (size_t i = 0; i < ARRAY_LEN(hows); i++)
		if (is_word(p, hows[i].word)) {
			e->how = hows[i].how;
			TRY(next(p));
			return tag_list(p, e);
		}
	return unexpected(p, many ? "all (…), none (…), in (…)" : ": \"…\", in (…)");
}

static err add_value(struct parser *p, struct expr *e)
{
	struct expr_value v;
	struct token t = p->now;
	if (t.kind == END || t.kind == SIGN)
		return unexpected(p, expr_type_quoted(e->attr->type) ? "\"…\"" : "3, 99.50, -30d, 2026-11-01, true");
	p->b->column = t.column;
	TRY(expr_value_read(p->b, e->attr, t.s, t.kind == TEXT, &v));
	TRY(expr_value_add(p->b, e, v));
	return next(p);
}

static err value_list(struct parser *p, struct expr *e)
{
	TRY(want_sign(p, "("));
	TRY(add_value(p, e));
	while (is_sign(p, ",")) {
		TRY(next(p));
		TRY(add_value(p, e));
	}
	return want_sign(p, ")");
}

static err between(struct parser *p, struct expr *e)
{
	TRY(add_value(p, e));
	if (!is_word(p, "and"))
		return unexpected(p, "and");
	TRY(next(p));
	return add_value(p, e);
}

static err known(struct parser *p, struct expr *e)
{
	TRY(next(p));
	if (!is_word(p, "known") && !is_word(p, "unknown"))
		return unexpected(p, "known, unknown");
	e->cmp = is_word(p, "known") ? CMP_KNOWN : CMP_UNKNOWN;
	p->b->column = p->now.column;
	TRY(expr_cmp_ok(p->b, e->attr, e->cmp, "is"));
	return next(p);
}

static err comparison(struct parser *p, struct expr *e)
{
	bool word = is_word(p, "between") || is_word(p, "in");
	if (is_word(p, "is"))
		return known(p, e);
	if (e->attr->type == EXPR_FLAG && p->now.kind != SIGN)
		return expr_value_add(p->b, e, (struct expr_value){ .n = 1 });
	if (e->attr->type == EXPR_FLAG && (is_sign(p, ")") || is_sign(p, ",")))
		return expr_value_add(p->b, e, (struct expr_value){ .n = 1 });
	if ((p->now.kind != SIGN && !word) || !expr_cmp_of(p->now.s, &e->cmp))
		return unexpected(p, "= != < <= > >= between in is");
	p->b->column = p->now.column;
	TRY(expr_cmp_ok(p->b, e->attr, e->cmp, arena_cstr(p->b->u->arena, p->now.s)));
	TRY(next(p));
	if (e->cmp == CMP_IN)
		return value_list(p, e);
	return e->cmp == CMP_BETWEEN ? between(p, e) : add_value(p, e);
}

static err count_option(struct parser *p, struct expr *e)
{
	struct expr_value v = { 0 };
	TRY(next(p));
	if (p->now.kind != SIGN || !expr_cmp_of(p->now.s, &e->cmp))
		return unexpected(p, "= != < <= > >=");
	TRY(next(p));
	p->b->column = p->now.column;
	if (p->now.kind != VALUE || !str_i64(p->now.s, &v.n) || v.n < 0 || v.n > 1000000)
		return fault_at(p, p->now.column, T_EXPR_VALUE, str_utf8_head(p->now.s, 40), STR("0..1000000"));
	e->values[0] = v;
	return next(p);
}

/* did("event", within 7d, count >= 2) */
static err did(struct parser *p, struct expr *e)
{
	bool within = false, count = false;
	TRY(want_sign(p, "("));
	size_t column = p->now.column;
	TRY(want_name(p, "\"order.paid\"", &e->name));
	p->b->column = column;
	TRY(expr_event_find(p->b, e->name, &e->event));
	e->cmp = CMP_GE;
	TRY(expr_value_add(p->b, e, (struct expr_value){ .n = 1 }));
	while (is_sign(p, ",")) {
		TRY(next(p));
		if (is_word(p, "within") && !within) {
			within = true;
			TRY(next(p));
			p->b->column = p->now.column;
			TRY(expr_days_read(p->b, p->now.s, &e->within));
			TRY(next(p));
		} else if (is_word(p, "count") && !count) {
			count = true;
			TRY(count_option(p, e));
		} else {
			return unexpected(p, "within 7d, count >= 2");
		}
	}
	return want_sign(p, ")");
}

static err reachable(struct parser *p, struct expr *e)
{
	TRY(want_sign(p, "("));
	size_t column = p->now.column;
	TRY(want_name(p, "\"wecom\"", &e->name));
	p->b->column = column;
	TRY(expr_channel_ok(p->b, e->name));
	return want_sign(p, ")");
}

static err audience(struct parser *p, struct expr *e)
{
	TRY(want_sign(p, ":"));
	size_t column = p->now.column;
	TRY(want_name(p, "\"…\"", &e->name));
	p->b->column = column;
	return expr_audience_find(p->b, e, e->name);
}

/* in_list("…") and in_group("…") are the flags that lists and groups are kept as. */
static err flag_named(struct parser *p, struct expr *e, err (*find)(struct expr_build *, str, const struct expr_attr **))
{
	TRY(want_sign(p, "("));
	size_t column = p->now.column;
	TRY(want_name(p, "\"…\"", &e->name));
	p->b->column = column;
	TRY(find(p->b, e->name, &e->attr));
	e->name = STR_NIL;
	TRY(expr_value_add(p->b, e, (struct expr_value){ .n = 1 }));
	return want_sign(p, ")");
}

static err in_list(struct parser *p, struct expr *e) { return flag_named(p, e, expr_list_find); }
static err in_group(struct parser *p, struct expr *e) { return flag_named(p, e, expr_group_find); }

static err set_value(struct parser *p, const struct expr_attr *set, struct expr **ret)
{
	str text = p->now.s;
	if (p->now.kind != TEXT)
		return unexpected(p, "\"…\"");
	p->b->column = p->now.column;
	TRY(expr_set_value(p->b, set, text, ret));
	return next(p);
}

/* categories = "a", categories in (…), categories all (…), categories none (…), categories is known */
static err set_condition(struct parser *p, const struct expr_attr *set, struct expr **ret)
{
	VEC(struct expr *) of = { 0 };
	struct expr *e;
	enum expr_how how;
	if (is_word(p, "is")) {
		TRY(next(p));
		if (!is_word(p, "known") && !is_word(p, "unknown"))
			return unexpected(p, "known, unknown");
		TRY(expr_set_known(p->b, set, is_word(p, "known"), ret));
		return next(p);
	}
	if (is_sign(p, "=")) {
		TRY(next(p));
		TRY(set_value(p, set, &e));
		return expr_set_make(p->b, set, TAG_ANY, &e, 1, ret);
	}
	if (p->now.kind != WORD || !expr_how_of(p->now.s, &how))
		return unexpected(p, "in (…), all (…), none (…), = \"…\", is known");
	TRY(next(p));
	TRY(want_sign(p, "("));
	do {
		if (of.n)
			TRY(next(p));
		TRY(set_value(p, set, &e));
		vec_push(p->b->u->arena, &of, e);
	} while (is_sign(p, ","));
	TRY(expr_set_make(p->b, set, how, of.v, of.n, ret));
	return want_sign(p, ")");
}

static err condition(struct parser *p, struct expr **ret)
{
	const struct expr_attr *attr;
	struct token name = p->now;
	if (name.kind != WORD || is_word(p, "and") || is_word(p, "or"))
		return unexpected(p, "tag, orders, spent, last_order, ( …");
	bool many = str_eq_nocase(name.s, STR("tags"));
	p->b->column = name.column;
	if (many || str_eq_nocase(name.s, STR("tag"))) {
		TRY(expr_node(p->b, EXPR_TAG, ret));
		TRY(next(p));
		return tags(p, many, *ret);
	}
	static const struct { const char *word; enum expr_op op; err (*fn)(struct parser *, struct expr *); } calls[] = {
		{ "did", EXPR_DID, did }, { "reachable", EXPR_REACH, reachable }, { "audience", EXPR_AUDIENCE, audience },
		{ "in_list", EXPR_ATTR, in_list }, { "in_group", EXPR_ATTR, in_group } };
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (str_eq_nocase(name.s, str_c(calls[i].word))) {
			TRY(expr_node(p->b, calls[i].op, ret));
			TRY(next(p));
			return calls[i].fn(p, *ret);
		}
	TRY(expr_attr_find(p->b, name.s, &attr));
	TRY(next(p));
	if (attr->type == EXPR_SET)
		return set_condition(p, attr, ret);
	TRY(expr_node(p->b, EXPR_ATTR, ret));
	(*ret)->attr = attr;
	return comparison(p, *ret);
}

/* ---- joints ---- */

static err any(struct parser *p, struct expr **ret);

static err deeper(struct parser *p)
{
	p->b->column = p->now.column;
	TRY(expr_depth_ok(p->b, ++p->depth));
	return next(p);
}

static err one(struct parser *p, struct expr **ret)
{
	if (is_word(p, "not")) {
		struct expr *inner;
		TRY(deeper(p));
		TRY(one(p, &inner));
		p->depth--;
		TRY(expr_node(p->b, EXPR_NOT, ret));
		(*ret)->of = ARENA_NEW(p->b->u->arena, struct expr *);
		(*ret)->of[0] = inner;
		(*ret)->n = 1;
		return OK;
	}
	if (is_sign(p, "(")) {
		TRY(deeper(p));
		TRY(any(p, ret));
		p->depth--;
		return want_sign(p, ")");
	}
	return condition(p, ret);
}

static err joined(struct parser *p, enum expr_op op, const char *word, err (*part)(struct parser *, struct expr **),
		  struct expr **ret)
{
	VEC(struct expr *) parts = { 0 };
	struct expr *e;
	TRY(part(p, &e));
	vec_push(p->b->u->arena, &parts, e);
	while (is_word(p, word)) {
		TRY(next(p));
		TRY(part(p, &e));
		vec_push(p->b->u->arena, &parts, e);
	}
	return expr_join(p->b, op, parts.v, parts.n, ret);
}

static err every(struct parser *p, struct expr **ret) { return joined(p, EXPR_AND, "and", one, ret); }
static err any(struct parser *p, struct expr **ret) { return joined(p, EXPR_OR, "or", every, ret); }

err expr_parse_with(struct expr_build *b, str text, struct expr **ret)
{
	struct parser p = { .b = b, .text = text, .column = 1 };
	b->column = 1;
	if (text.n > AUDIENCE_TEXT_MAX)
		return expr_fault(b, ERR_INPUT, T_EXPR_LIMIT, arena_printf(b->u->arena, "%zu", text.n), STR(FAIL_STR(AUDIENCE_TEXT_MAX)));
	if (!str_utf8_ok(text))
		return expr_fault(b, ERR_INPUT, T_BAD_UTF8, STR_NIL, STR_NIL);
	TRY(next(&p));
	TRY(any(&p, ret));
	return p.now.kind == END ? OK : unexpected(&p, "and, or");
}

err expr_parse_for(struct unit *u, str text, i64 self, struct expr **ret)
{
	struct expr_build b = { .u = u, .open = { self }, .open_count = self != 0 };
	return expr_parse_with(&b, arena_dup(u->arena, text), ret);
}


err expr_parse(struct unit *u, str text, struct expr **ret)
{
	struct expr_build b = { .u = u, .discreet = u->discreet };
	return expr_parse_with(&b, arena_dup(u->arena, text), ret);
}

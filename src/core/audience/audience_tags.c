/*
 * audience_tags. The scan knows only what a name of a tag is in a text (expr_parse.c): a word or a quoted
 * text behind tag: or inside tag in (…), all (…), none (…), with full-width signs too. It resolves nothing,
 * so a text whose names are already gone can still be followed.
 */
#include "core/audience/audience_tags.h"

#include "core/audience/audience_data.h"
#include "core/audience/expr_int.h"

#include "core/audit/audit.h"
#include "store/journal.h"

struct scan {
	str text;
	size_t at;
};

/* Full-width signs as their ASCII ones; *bytes is the length. */
static char sign_at(const struct scan *s, size_t *bytes)
{
	static const struct { const char *wide; char sign; } signs[] = {
		{ "（", '(' }, { "）", ')' }, { "，", ',' }, { "：", ':' }, { "“", '"' }, { "”", '"' }, { "、", ',' },
		{ "＝", '=' }, { "＜", '<' }, { "＞", '>' }, { "　", ' ' },
	};
	*bytes = 1;
	if (s->at >= s->text.n)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (str_starts(str_sub(s->text, s->at, s->text.n), str_c(signs[i].wide))) {
			*bytes = strlen(signs[i].wide);
			return signs[i].sign;
		}
	return s->text.p[s->at];
}

static bool in_word(char c, size_t bytes)
{
	unsigned char u = (unsigned char)c;
	return bytes == 1 && ((u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9') || u == '_' ||
			      u >= 0x80 || u == '.' || u == '-');
}

static void skip_space(struct scan *s)
{
	size_t bytes;
	for (char c; (c = sign_at(s, &bytes)) == ' ' || c == '\t' || c == '\n' || c == '\r'; )
		s->at += bytes;
}

static str word(struct scan *s)
{
	size_t from = s->at, bytes;
	for (char c; (c = sign_at(s, &bytes)) != 0 && in_word(c, bytes); )
		s->at += bytes;
	return str_sub(s->text, from, s->at);
}

/* A text in quotes, unescaped; the scan stands at its opening quote. */
static str quoted(struct arena *a, struct scan *s)
{
	struct buf b = buf_new(a, s->text.n + 1);
	size_t bytes, open;
	sign_at(s, &open);
	s->at += open;
	while (s->at < s->text.n) {
		char c = sign_at(s, &bytes);
		if (c == '"' && bytes == open) {
			s->at += bytes;
			break;
		}
		if (c == '\\' && s->at + 1 < s->text.n && (s->text.p[s->at + 1] == '"' || s->text.p[s->at + 1] == '\\'))
			s->at++;
		size_t n = c == '\\' ? 1 : bytes;
		buf_add(&b, str_sub(s->text, s->at, s->at + n));
		s->at += n;
	}
	return buf_str(&b);
}

static void put_quoted(struct buf *b, str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_char(b, '\\');
		buf_char(b, s.p[i]);
	}
	buf_char(b, '"');
}

struct retag {
	struct arena *a;
	struct scan s;
	struct buf out;
	size_t copied; /* of the text, what stands in out already */
	str (*fn)(void *arg, str name);
	void *arg;
};

/* The name at the scan's place, if there is one. */
static bool one_name(struct retag *r)
{
	size_t bytes, from;
	skip_space(&r->s);
	from = r->s.at;
	char c = sign_at(&r->s, &bytes);
	str name = c == '"' ? quoted(r->a, &r->s) : word(&r->s);
	if (r->s.at == from)
		return false;
	str now = r->fn(r->arg, name);
	if (!str_eq(now, name)) {
		buf_add(&r->out, str_sub(r->s.text, r->copied, from));
		put_quoted(&r->out, now);
		r->copied = r->s.at;
	}
	return true;
}

/* Behind the word tag or tags. */
static void names_behind(struct retag *r)
{
	size_t bytes;
	skip_space(&r->s);
	char c = sign_at(&r->s, &bytes);
	if (c == ':' || c == '=') {
		r->s.at += bytes;
		one_name(r);
		return;
	}
	str how = word(&r->s);
	if (!str_eq_nocase(how, STR("in")) && !str_eq_nocase(how, STR("any")) && !str_eq_nocase(how, STR("all")) &&
	    !str_eq_nocase(how, STR("none")))
		return;
	skip_space(&r->s);
	if (sign_at(&r->s, &bytes) != '(')
		return;
	do {
		r->s.at += bytes;
		if (!one_name(r))
			return;
		skip_space(&r->s);
	} while (sign_at(&r->s, &bytes) == ',');
}

str audience_tag_names(struct arena *a, str text, str (*fn)(void *arg, str name), void *arg)
{
	struct retag r = { .a = a, .s = { text, 0 }, .out = buf_new(a, AUDIENCE_TEXT_MAX * 4), .fn = fn, .arg = arg };
	while (r.s.at < text.n) {
		size_t bytes;
		char c = sign_at(&r.s, &bytes);
		if (c == '"') {
			quoted(a, &r.s);
		} else if (in_word(c, bytes)) {
			str w = word(&r.s);
			if (str_eq_nocase(w, STR("tag")) || str_eq_nocase(w, STR("tags")))
				names_behind(&r);
		} else {
			r.s.at += bytes;
		}
	}
	if (r.copied == 0)
		return text;
	buf_add(&r.out, str_sub(text, r.copied, text.n));
	return buf_str(&r.out);
}

struct follow_names { struct arena *a; const struct tag_renaming *r; };

static str renamed_name(void *arg, str name)
{
	const struct follow_names *f = arg;
	return tag_renamed_text(f->a, f->r, name);
}

str audience_retag(struct arena *a, const struct tag_renaming *r, str text)
{
	struct follow_names f = { a, r };
	return audience_tag_names(a, text, renamed_name, &f);
}

struct look { const struct tag_names *names; i64 tag; bool found; };

static str look_at(void *arg, str name)
{
	struct look *l = arg;
	l->found |= tag_names_find(l->names, name) == l->tag;
	return name;
}

bool audience_names_tag(struct arena *a, const struct tag_names *names, i64 tag, str text)
{
	struct look l = { names, tag, false };
	audience_tag_names(a, text, look_at, &l);
	return l.found;
}

/* ---- the stored ones ---- */

static err uses(const struct snap *s, i64 tag, struct tag_uses *ret)
{
	struct audience *all;
	struct tag_names names;
	size_t n;
	TRY(tag_names_read(s, &names));
	TRY(audience_list(s, &(struct none){ 0 }, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (audience_names_tag(s->arena, &names, tag, all[i].expr))
			vec_push(s->arena, &ret->list, (struct tag_use){ STR("audience"), all[i].id, all[i].name });
	return OK;
}

static err renamed(struct tx *tx, const struct tag_renaming *r)
{
	struct audience *all;
	size_t n;
	TRY(audience_list(&tx->snap, &(struct none){ 0 }, &all, &n));
	for (size_t i = 0; i < n; i++) {
		str text = audience_retag(tx->snap.arena, r, all[i].expr);
		if (str_eq(text, all[i].expr))
			continue;
		if (text.n > AUDIENCE_TEXT_MAX)
			return tx_fail(tx, ERR_STATE, T_AUD_RETAG_LONG, STR("name"), all[i].name, STR(FAIL_STR(AUDIENCE_TEXT_MAX)));
		all[i].expr = text;
		struct audience_saved body = { all[i].id, all[i].name, text, false };
		str object = arena_printf(tx->snap.arena, "audience:%lld", (long long)all[i].id);
		TRY(audience_update(tx, &all[i]));
		TRY(audit_add(tx, "audience.retag", object, all[i].name));
		TRY(journal_add(tx, EV_AUDIENCE_SAVED, 0, tx->snap.now, &audience_saved_record, &body, NULL));
	}
	return OK;
}

static err counts(struct unit *u, const i64 *tags, size_t count, i64 *ret)
{
	for (size_t i = 0; i < count; i++) {
		struct expr_value one = { .n = tags[i], .text = STR("") };
		struct expr e = { .op = EXPR_TAG, .how = TAG_ANY, .values = &one, .count = 1 };
		TRY(audience_count(u, &e, &ret[i], NULL));
	}
	return OK;
}

const struct tag_user audience_tag_user = { .uses = uses, .renamed = renamed, .counts = counts };

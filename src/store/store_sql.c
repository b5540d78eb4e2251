/*
 * SQL as text: a tokeniser for the shared dialect, and what is decided from it once per query.
 *
 * Named parameters become numbered ones, the tables after FROM, JOIN, INTO and UPDATE are collected,
 * and the rules of query.h (which of :corp, :slot, :scope a statement must name) are checked. Also
 * the mapping of type words in migrations, since that is the only DDL the two stores spell unlike.
 * Nothing here touches a database.
 */
#include "store/store_int.h"

#include "base/buf.h"

#include <strings.h>

#define SQL_MAX ((size_t)256 << 10)

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_PARAM, TOKEN_TEXT, TOKEN_SIGN, TOKEN_COMMENT };
struct token { enum token_kind kind; str s; };

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t quoted_end(str s, size_t at)
{
	char quote = s.p[at++];
	while (at < s.n) {
		if (s.p[at] != quote) {
			at++;
		} else if (at + 1 < s.n && s.p[at + 1] == quote) {
			at += 2;
		} else {
			return at + 1;
		}
	}
	return at;
}

static size_t comment_end(str s, size_t at)
{
	if (s.p[at] == '-') {
		while (at < s.n && s.p[at] != '\n')
			at++;
		return at;
	}
	for (at += 2; at + 1 < s.n; at++) {
		if (s.p[at] == '*' && s.p[at + 1] == '/')
			return at + 2;
	}
	return s.n;
}

/* White space is skipped, comments are tokens; *at moves behind the token. */
static struct token token_next(str s, size_t *at)
{
	while (*at < s.n && (s.p[*at] == ' ' || s.p[*at] == '\t' || s.p[*at] == '\n' || s.p[*at] == '\r'))
		(*at)++;
	size_t from = *at, to = from + 1;
	if (from >= s.n)
		return (struct token){ TOKEN_END, STR_NIL };
	enum token_kind kind = TOKEN_SIGN;
	char c = s.p[from], next = from + 1 < s.n ? s.p[from + 1] : 0;
	if (c == '\'' || c == '"') {
		kind = TOKEN_TEXT;
		to = quoted_end(s, from);
	} else if ((c == '-' && next == '-') || (c == '/' && next == '*')) {
		kind = TOKEN_COMMENT;
		to = comment_end(s, from);
	} else if (word_char(c) || (c == ':' && word_char(next) && (next < '0' || next > '9'))) {
		kind = c == ':' ? TOKEN_PARAM : TOKEN_WORD;
		while (to < s.n && word_char(s.p[to]))
			to++;
	}
	*at = to;
	return (struct token){ kind, str_sub(s, from, to) };
}

static bool is(struct token t, const char *word)
{
	size_t n = strlen(word);
	return t.s.n == n && strncasecmp(t.s.p, word, n) == 0;
}

static bool is_one_of(struct token t, const char *const *words)
{
	for (; *words; words++) {
		if (is(t, *words))
			return true;
	}
	return false;
}

/* ---- tables ---- */

#define DEPTH_MAX 32
struct table_scan {
	int depth;
	bool in_from[DEPTH_MAX];
	bool expect, write;
};

static void table_seen(struct store *st, struct plan *p, str name, bool write, bool from)
{
	const char *slot = map_get(&st->tables, name);
	if (write && !p->target[0] && name.n < sizeof(p->target))
		memcpy(p->target, name.p, name.n);
	if (slot && *slot == '1')
		p->needs_slot = true;
	if (from && (str_eq(name, STR("customer")) || str_eq(name, STR("follow"))))
		p->needs_scope = true;
}

/* Feeds one token; a table name is what stands after FROM, JOIN, INTO, UPDATE or a comma of FROM. */
static void table_feed(struct store *st, struct plan *p, struct table_scan *sc, struct token t)
{
	static const char *const ends[] = { "WHERE", "GROUP", "ORDER", "LIMIT", "SET", "VALUES", "RETURNING",
					    "HAVING", "SELECT", "UNION", "EXCEPT", "INTERSECT", NULL };
	if (t.kind == TOKEN_SIGN && t.s.p[0] == '(') {
		sc->expect = false;
		if (sc->depth < DEPTH_MAX - 1)
			sc->depth++;
		sc->in_from[sc->depth] = false;
	} else if (t.kind == TOKEN_SIGN && t.s.p[0] == ')') {
		if (sc->depth > 0)
			sc->depth--;
	} else if (t.kind == TOKEN_SIGN && t.s.p[0] == ',') {
		sc->expect = sc->in_from[sc->depth];
		sc->write = false;
	} else if (is(t, "FROM") || is(t, "JOIN")) {
		/* DELETE FROM is a write; so is the first table of INSERT INTO and UPDATE. */
		sc->expect = true;
		sc->in_from[sc->depth] = true;
	} else if (is(t, "INTO") || is(t, "UPDATE") || is(t, "DELETE")) {
		sc->write = true;
		sc->expect = !is(t, "DELETE");
	} else if (is_one_of(t, ends)) {
		sc->in_from[sc->depth] = sc->expect = sc->write = false;
	} else if (sc->expect && t.kind == TOKEN_WORD) {
		table_seen(st, p, t.s, sc->write, !sc->write);
		sc->expect = sc->write = false;
	} else {
		sc->expect = false;
	}
}

/* ---- parameters ---- */

static err plan_fail(struct fail *f, const struct query *q, str value, const char *why)
{
	return fail_set(f, ERR_CONFIG, T_OK, str_c(q->name), value, str_c(why));
}

static err param_of(const struct query *q, str name, struct param *ret, struct fail *f)
{
	static const struct { const char *name; enum param_from from; } own[] = {
		{ "corp", PARAM_CORP }, { "slot", PARAM_SLOT }, { "scope", PARAM_SCOPE }, { "now", PARAM_NOW } };
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		if (str_eq_c(name, own[i].name)) {
			*ret = (struct param){ own[i].from, FIELD_I64, 0 };
			return OK;
		}
	}
	const struct field *field = record_field(q->in, name);
	if (!field)
		return plan_fail(f, q, name, "the parameter is no field of the input record");
	if (field->type >= FIELD_OBJ)
		return plan_fail(f, q, name, "a field of this type cannot be a parameter");
	*ret = (struct param){ PARAM_FIELD, field->type, field->at };
	return OK;
}

static err param_number(struct plan *p, str name, str *names, size_t *ret, struct fail *f)
{
	for (size_t i = 0; i < p->param_count; i++) {
		if (str_eq(names[i], name)) {
			*ret = i + 1;
			return OK;
		}
	}
	if (p->param_count == STORE_PARAMS_MAX)
		return plan_fail(f, p->q, name, "too many parameters");
	struct param *at = &p->params[p->param_count];
	TRY(param_of(p->q, name, at, f));
	p->has_corp |= at->from == PARAM_CORP;
	p->has_slot |= at->from == PARAM_SLOT;
	p->has_scope |= at->from == PARAM_SCOPE;
	names[p->param_count++] = name;
	*ret = p->param_count;
	return OK;
}

/* Plan in the arena; when that is the store's, the caller holds its lock. */
err plan_make(struct store *st, struct arena *a, const struct query *q, struct plan **ret, struct fail *f)
{
	struct plan *p = ARENA_NEW(a, struct plan);
	struct param params[STORE_PARAMS_MAX];
	p->q = q;
	p->params = params;
	str sql = str_c(q->sql), names[STORE_PARAMS_MAX];
	struct buf b = buf_new(a, SQL_MAX);
	struct table_scan scan = { 0 };
	size_t at = 0, last = 0;
	bool after_do = false;
	for (;;) {
		struct token t = token_next(sql, &at);
		if (t.kind == TOKEN_END)
			break;
		if (t.kind == TOKEN_COMMENT) {
			p->global |= str_has(t.s, STR("global:"));
			p->unscoped |= str_has(t.s, STR("unscoped:"));
			buf_add(&b, str_sub(sql, last, (size_t)(t.s.p - sql.p)));
			last = at;
			continue;
		}
		if (t.kind != TOKEN_PARAM) {
			table_feed(st, p, &scan, t);
			if (st->ops == &sqlite_backend && (is(t, "INSERT") || (is(t, "UPDATE") && !after_do))) {
				buf_add(&b, str_sub(sql, last, at));
				buf_add_c(&b, " OR FAIL");
				last = at;
			}
			after_do = is(t, "DO");
			continue;
		}
		size_t number = 0;
		TRY(param_number(p, str_sub(t.s, 1, t.s.n), names, &number, f));
		scan.expect = false;
		buf_add(&b, str_sub(sql, last, (size_t)(t.s.p - sql.p)));
		buf_fmt(&b, st->ops == &postgres_backend ? "$%zu" : "?%zu", number);
		last = at;
	}
	buf_add(&b, str_sub(sql, last, sql.n));
	if (b.over)
		return plan_fail(f, q, STR_NIL, "the text is too long");
	p->sql = arena_cstr(a, buf_str(&b));
	p->params = ARENA_ARRAY(a, struct param, p->param_count + 1);
	memcpy(p->params, params, p->param_count * sizeof(*params));
	*ret = p;
	return OK;
}

/* The rules of query.h. */
err plan_check(const struct plan *p, struct fail *f)
{
	bool writes = p->q->kind == QUERY_WRITE || p->q->kind == QUERY_WRITE_ONE;
	if (writes != (p->target[0] != 0))
		return plan_fail(f, p->q, str_c(p->target), writes ? "WRITE that writes nothing" : "READ that writes");
	if (!p->global && !p->has_corp)
		return plan_fail(f, p->q, STR(":corp"), "missing; SQL_GLOBAL says why it may be");
	if (!p->global && p->needs_slot && !p->has_slot)
		return plan_fail(f, p->q, STR(":slot"), "missing; the table has a slot column");
	if (!writes && p->needs_scope && !p->has_scope && !p->unscoped && !p->global)
		return plan_fail(f, p->q, STR(":scope"), "missing; SQL_UNSCOPED says why it may be");
	return OK;
}

/* ---- migrations ---- */

/* Cuts the next statement off a script; false at its end. Comments stay inside. */
bool sql_next_statement(str *rest, str *ret)
{
	size_t at = 0, words = 0;
	while (rest->p) {
		struct token t = token_next(*rest, &at);
		bool stop = t.kind == TOKEN_SIGN && t.s.p[0] == ';';
		if (t.kind == TOKEN_END || stop) {
			*ret = str_sub(*rest, 0, stop ? at - 1 : rest->n);
			*rest = str_sub(*rest, stop ? at : rest->n, rest->n);
			if (words > 0)
				return true;
			if (!stop)
				return false;
			at = 0;
			continue;
		}
		words += t.kind != TOKEN_COMMENT;
	}
	return false;
}

/* Whether a statement runs on that store: a comment inside may say "only sqlite" or "only postgres". */
bool sql_statement_for(str statement, bool postgres)
{
	size_t at = 0;
	for (struct token t; (t = token_next(statement, &at)).kind != TOKEN_END;) {
		bool block = t.kind == TOKEN_COMMENT && str_starts(t.s, STR("/*"));
		if (block && str_has(t.s, postgres ? STR("only sqlite") : STR("only postgres")))
			return false;
	}
	return true;
}

static const char *type_word(struct token t, bool postgres)
{
	static const struct { const char *portable, *sqlite, *postgres; } words[] = {
		{ "BIGINT", "INTEGER", NULL }, { "BYTEA", "BLOB", NULL }, { "DOUBLE", "REAL", NULL },
		{ "PRECISION", "", NULL }, { "TEXT", NULL, "TEXT COLLATE \"C\"" } };
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		/* In capitals only: a column may be called text. */
		if (str_eq_c(t.s, words[i].portable))
			return postgres ? words[i].postgres : words[i].sqlite;
	}
	return NULL;
}

/*
 * A migration's statement in the words of one store. CREATE TABLE gets STRICT on SQLite, and WITHOUT
 * ROWID when its primary key has several columns, unless a comment inside it says "rowid": rows with
 * long bodies are better off in a plain table.
 */
str sql_map_types(struct arena *a, str statement, bool postgres)
{
	struct buf b = buf_new(a, SQL_MAX);
	size_t at = 0, last = 0, words = 0;
	bool table = false, ddl = false, primary = false, key = false, several = false, rowid = false;
	for (struct token t; (t = token_next(statement, &at)).kind != TOKEN_END;) {
		if (t.kind == TOKEN_COMMENT) {
			rowid |= str_has(t.s, STR("rowid"));
			buf_add(&b, str_sub(statement, last, (size_t)(t.s.p - statement.p)));
			buf_char(&b, ' ');
			last = at;
			continue;
		}
		words++;
		ddl |= words == 1 && (is(t, "CREATE") || is(t, "ALTER"));
		table |= words == 2 && ddl && is(t, "TABLE") && str_find(statement, STR("CREATE")) >= 0;
		if (key && t.s.p[0] == ',')
			several = true;
		if (key && t.s.p[0] == ')')
			key = false;
		if (primary && is(t, "KEY")) {
			size_t ahead = at;
			key = token_next(statement, &ahead).s.p && statement.p[ahead - 1] == '(';
		}
		primary = is(t, "PRIMARY");
		const char *word = ddl && t.kind == TOKEN_WORD ? type_word(t, postgres) : NULL;
		if (word) {
			buf_add(&b, str_sub(statement, last, (size_t)(t.s.p - statement.p)));
			buf_add_c(&b, word);
			last = at;
		}
	}
	buf_add(&b, str_sub(statement, last, statement.n));
	if (table && !postgres)
		buf_add_c(&b, several && !rowid ? " STRICT, WITHOUT ROWID" : " STRICT");
	return buf_str(&b);
}

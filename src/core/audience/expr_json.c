/*
 * The same tree as JSON: what the console's builder reads and writes.
 *
 * A fault names the place as a path (tree.of.1.value). Values are as in the text: money in yuan as decimal
 * text, days as "2026-11-01", "today" or "-30d", names as names.
 */
#include "core/audience/expr_set.h"

static err tree(struct expr_build *b, const struct json *j, size_t depth, struct expr **ret);

static err wrong(struct expr_build *b, str value, str limit) { return expr_fault(b, ERR_INPUT, T_EXPR_VALUE, value, limit); }

static str child(struct expr_build *b, str path, const char *name)
{
	return arena_printf(b->u->arena, "%.*s.%s", STR_F(path), name);
}

/* The text of a scalar as it would stand in an expression. */
static bool scalar(const struct json *j, str *ret, bool *quoted)
{
	*quoted = false;
	if (!j)
		return false;
	if (j->type == JSON_BOOL)
		*ret = j->truth ? STR("true") : STR("false");
	else if (j->type == JSON_INT || j->type == JSON_REAL)
		*ret = j->raw;
	else if (j->type == JSON_TEXT)
		*ret = j->text;
	return j->type == JSON_BOOL || j->type == JSON_INT || j->type == JSON_REAL || j->type == JSON_TEXT;
}

static err joint(struct expr_build *b, const struct json *j, enum expr_op op, size_t depth, struct expr **ret)
{
	const struct json *of = json_get(j, "of");
	str path = b->path;
	if (!of || of->type != JSON_ARRAY || of->n == 0 || (op == EXPR_NOT && of->n != 1))
		return wrong(b, STR("of"), STR("[…]"));
	TRY(expr_depth_ok(b, depth + 1));
	if (of->n > AUDIENCE_NODES_MAX)
		return expr_fault(b, ERR_INPUT, T_EXPR_LIMIT, arena_printf(b->u->arena, "%zu", of->n), STR(FAIL_STR(AUDIENCE_NODES_MAX)));
	struct expr **parts = ARENA_ARRAY(b->u->arena, struct expr *, of->n);
	for (size_t i = 0; i < of->n; i++) {
		b->path = arena_printf(b->u->arena, "%.*s.of.%zu", STR_F(path), i);
		TRY(tree(b, &of->items[i], depth + 1, &parts[i]));
	}
	b->path = path;
	if (op != EXPR_NOT)
		return expr_join(b, op, parts, of->n, ret);
	TRY(expr_node(b, op, ret));
	(*ret)->of = parts;
	(*ret)->n = 1;
	return OK;
}

static err tag(struct expr_build *b, const struct json *j, struct expr *e)
{
	static const char *const hows[] = { "any", "all", "none" };
	const struct json *tags = json_get(j, "tags");
	str how = json_str(j, "how"), path = b->path;
	size_t i = 0;
	while (i < ARRAY_LEN(hows) && how.p && !str_eq_c(how, hows[i]))
		i++;
	if (i == ARRAY_LEN(hows))
		return wrong(b, how, STR("any, all, none"));
	e->how = (enum expr_how)i;
	if (!tags || tags->type != JSON_ARRAY || tags->n == 0)
		return wrong(b, STR("tags"), STR("[\"…\"]"));
	for (i = 0; i < tags->n; i++) {
		struct expr_value v;
		b->path = arena_printf(b->u->arena, "%.*s.tags.%zu", STR_F(path), i);
		if (tags->items[i].type != JSON_TEXT)
			return wrong(b, STR("tags"), STR("\"…\""));
		TRY(expr_tag_find(b, tags->items[i].text, &v));
		TRY(expr_value_add(b, e, v));
	}
	b->path = path;
	return OK;
}

static err value(struct expr_build *b, const struct json *j, struct expr *e)
{
	struct expr_value v;
	str text;
	bool quoted;
	if (!scalar(j, &text, &quoted))
		return wrong(b, STR("value"), STR("\"…\", 3, true"));
	TRY(expr_value_read(b, e->attr, text, quoted, &v));
	return expr_value_add(b, e, v);
}

static err attr(struct expr_build *b, const struct json *j, struct expr *e)
{
	str cmp = json_str(j, "cmp");
	e->cmp = CMP_EQ;
	if (!cmp.p && e->attr->type != EXPR_FLAG)
		return wrong(b, STR("cmp"), STR("=, !=, <, <=, >, >=, between, in, known, unknown"));
	if (cmp.p && !expr_cmp_of(cmp, &e->cmp))
		return wrong(b, cmp, STR("=, !=, <, <=, >, >=, between, in, known, unknown"));
	TRY(expr_cmp_ok(b, e->attr, e->cmp, arena_cstr(b->u->arena, cmp)));
	const struct json *given = json_get(j, "value");
	bool list = given && given->type == JSON_ARRAY;
	if (e->cmp >= CMP_KNOWN)
		return OK;
	b->path = child(b, b->path, "value");
	if (e->attr->type == EXPR_FLAG && !given)
		return expr_value_add(b, e, (struct expr_value){ .n = 1 });
	if (e->cmp < CMP_BETWEEN)
		return value(b, given, e);
	if (!list || given->n == 0 || (e->cmp == CMP_BETWEEN && given->n != 2))
		return wrong(b, STR("value"), e->cmp == CMP_BETWEEN ? STR("[a, b]") : STR("[…]"));
	for (size_t i = 0; i < given->n; i++)
		TRY(value(b, &given->items[i], e));
	return OK;
}

#define SET_WORDS "any, all, none, known, unknown"

/* {"op":"attr","name":"categories","cmp":"any","value":["…"]} */
static err set(struct expr_build *b, const struct json *j, const struct expr_attr *a, struct expr **ret)
{
	const struct json *given = json_get(j, "value");
	str cmp = json_str(j, "cmp"), path = b->path;
	enum expr_how how;
	if (str_eq_c(cmp, "known") || str_eq_c(cmp, "unknown"))
		return expr_set_known(b, a, str_eq_c(cmp, "known"), ret);
	if (!cmp.p || !expr_how_of(cmp, &how))
		return wrong(b, cmp.p ? cmp : STR("cmp"), STR(SET_WORDS));
	b->path = child(b, path, "value");
	bool one = given && given->type == JSON_TEXT, list = given && given->type == JSON_ARRAY && given->n > 0;
	if (!one && !list)
		return wrong(b, STR("value"), STR("[\"…\"]"));
	size_t n = one ? 1 : given->n;
	if (n > AUDIENCE_VALUES_MAX)
		return expr_fault(b, ERR_INPUT, T_EXPR_LIMIT, arena_printf(b->u->arena, "%zu", n), STR(FAIL_STR(AUDIENCE_VALUES_MAX)));
	struct expr **of = ARENA_ARRAY(b->u->arena, struct expr *, n);
	for (size_t i = 0; i < n; i++) {
		const struct json *v = one ? given : &given->items[i];
		if (v->type != JSON_TEXT)
			return wrong(b, STR("value"), STR("\"…\""));
		TRY(expr_set_value(b, a, v->text, &of[i]));
	}
	b->path = path;
	return expr_set_make(b, a, how, of, n, ret);
}

/* A condition by an attribute: of a set, or of one value. */
static err by_attr(struct expr_build *b, const struct json *j, struct expr **ret)
{
	const struct expr_attr *a;
	str name = json_str(j, "name");
	TRY(expr_attr_find(b, name.p ? name : STR(""), &a));
	if (a->type == EXPR_SET)
		return set(b, j, a, ret);
	TRY(expr_node(b, EXPR_ATTR, ret));
	(*ret)->attr = a;
	return attr(b, j, *ret);
}

static err did(struct expr_build *b, const struct json *j, struct expr *e)
{
	str cmp = json_str(j, "cmp");
	struct expr_value v = { .n = json_i64(j, "count", 1) };
	e->name = json_str(j, "event");
	e->within = json_i64(j, "within", NIL);
	e->cmp = CMP_GE;
	TRY(expr_event_find(b, e->name.p ? e->name : STR(""), &e->event));
	if (cmp.p && (!expr_cmp_of(cmp, &e->cmp) || e->cmp > CMP_GE))
		return wrong(b, cmp, STR("=, !=, <, <=, >, >="));
	if (e->within != NIL && (e->within < 1 || e->within > AUDIENCE_DAYS_MAX))
		return wrong(b, STR("within"), STR("1.." FAIL_STR(AUDIENCE_DAYS_MAX)));
	if (v.n < 0 || v.n > 1000000)
		return wrong(b, STR("count"), STR("0..1000000"));
	return expr_value_add(b, e, v);
}

static err reach(struct expr_build *b, const struct json *j, struct expr *e)
{
	e->name = json_str(j, "channel");
	return expr_channel_ok(b, e->name.p ? e->name : STR(""));
}

static err audience(struct expr_build *b, const struct json *j, struct expr *e)
{
	str name = json_str(j, "name");
	return expr_audience_find(b, e, name.p ? name : STR(""));
}

static err in_group(struct expr_build *b, const struct json *j, struct expr *e)
{
	str name = json_str(j, "name");
	TRY(expr_group_find(b, name.p ? name : STR(""), &e->attr));
	return expr_value_add(b, e, (struct expr_value){ .n = 1 });
}

static err tree(struct expr_build *b, const struct json *j, size_t depth, struct expr **ret)
{
	static const struct { const char *op; enum expr_op as; err (*fn)(struct expr_build *, const struct json *, struct expr *); } ops[] = {
		{ "and", EXPR_AND, NULL }, { "or", EXPR_OR, NULL }, { "not", EXPR_NOT, NULL }, { "tag", EXPR_TAG, tag },
		{ "did", EXPR_DID, did }, { "reachable", EXPR_REACH, reach },
		{ "audience", EXPR_AUDIENCE, audience }, { "in_group", EXPR_ATTR, in_group },
	};
	str op = json_str(j, "op"), path = b->path;
	if (str_eq_c(op, "attr")) {
		TRY(by_attr(b, j, ret));
		b->path = path;
		return OK;
	}
	for (size_t i = 0; op.p && i < ARRAY_LEN(ops); i++) {
		if (!str_eq_c(op, ops[i].op))
			continue;
		if (!ops[i].fn)
			return joint(b, j, ops[i].as, depth, ret);
		TRY(expr_node(b, ops[i].as, ret));
		TRY(ops[i].fn(b, j, *ret));
		b->path = path;
		return OK;
	}
	return wrong(b, op.p ? op : STR("op"), STR("and, or, not, tag, attr, did, reachable, audience, in_group"));
}

err expr_parse_json(struct unit *u, const struct json *j, struct expr **ret)
{
	struct expr_build b = { .u = u, .discreet = u->discreet, .path = STR("tree") };
	return tree(&b, j, 0, ret);
}

/* ---- writing ---- */

static void key(struct buf *b, const char *name)
{
	buf_fmt(b, ",\"%s\":", name);
}

static void write_value(struct buf *b, const struct expr *e, size_t i)
{
	enum expr_type t = e->attr->type;
	str text = expr_value_text(b->arena, e->attr, &e->values[i]);
	if (t == EXPR_NUMBER || t == EXPR_AGE || t == EXPR_FLAG)
		buf_add(b, text);
	else
		buf_json(b, text);
}

static void write_attr(struct buf *b, const struct expr *e)
{
	key(b, "name");
	buf_json(b, str_c(e->attr->name));
	key(b, "cmp");
	buf_json(b, str_c(expr_cmp_words[e->cmp]));
	if (e->count == 0)
		return;
	key(b, "value");
	bool list = e->cmp == CMP_IN || e->cmp == CMP_BETWEEN;
	buf_add_c(b, list ? "[" : "");
	for (size_t i = 0; i < e->count; i++) {
		buf_add_c(b, i ? "," : "");
		write_value(b, e, i);
	}
	buf_add_c(b, list ? "]" : "");
}

static void write_did(struct buf *b, const struct expr *e)
{
	key(b, "event");
	buf_json(b, e->name);
	if (e->within != NIL)
		buf_fmt(b, ",\"within\":%lld", (long long)e->within);
	buf_fmt(b, ",\"cmp\":\"%s\",\"count\":%lld", expr_cmp_words[e->cmp], (long long)e->values[0].n);
}

static void write_tags(struct buf *b, const struct expr *e)
{
	static const char *const hows[] = { "any", "all", "none" };
	buf_fmt(b, ",\"how\":\"%s\",\"tags\":[", hows[e->how]);
	for (size_t i = 0; i < e->count; i++) {
		buf_add_c(b, i ? "," : "");
		buf_json(b, e->values[i].text);
	}
	buf_char(b, ']');
}

void expr_json(struct buf *b, const struct expr *e)
{
	static const char *const ops[] = { "and", "or", "not", "tag", "attr", "did", "reachable", "audience" };
	if (expr_is_set(e)) {
		expr_set_json(b, e);
		return;
	}
	if (e->op == EXPR_ATTR && expr_is_group(e->attr)) {
		buf_fmt(b, "{\"op\":\"in_group\",\"name\":\"%lld\"}", (long long)-e->attr->value);
		return;
	}
	buf_fmt(b, "{\"op\":\"%s\"", ops[e->op]);
	switch (e->op) {
	case EXPR_TAG:
		write_tags(b, e);
		break;
	case EXPR_ATTR:
		write_attr(b, e);
		break;
	case EXPR_DID:
		write_did(b, e);
		break;
	case EXPR_REACH:
	case EXPR_AUDIENCE:
		key(b, e->op == EXPR_REACH ? "channel" : "name");
		buf_json(b, e->name);
		break;
	default:
		buf_add_c(b, ",\"of\":[");
		for (size_t i = 0; i < e->n; i++) {
			buf_add_c(b, i ? "," : "");
			expr_json(b, e->of[i]);
		}
		buf_char(b, ']');
	}
	buf_char(b, '}');
}

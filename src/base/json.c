/*
 * JSON read: the nodes simdjson made, built into a tree in the arena together with the source text of
 * every value.
 *
 * simdjson keeps no positions, so a small scanner walks the (by then known to be valid) source beside
 * the nodes and notes where each value starts and ends. Texts are copied; `raw` points into the text
 * given to json_parse.
 */
#include "base/json.h"
#include "base/buf.h"
#include "base/json_simd.h"
#include "base/map.h"

#include <math.h>
#include <stdio.h>

/* Up to here duplicate names are looked for by comparing all pairs, beyond with a map. */
#define JSON_PAIRS_MAX 16

struct builder {
	struct arena *arena;
	const struct json_simd_node *node;
	const char *at, *end; /* source */
	struct json *root;
	bool zero; /* a text with U+0000 was met */
};

enum { GAP = 1, CLOSE = 2 };
static const u8 kind_of[256] = {
	[' '] = GAP, ['\t'] = GAP, ['\r'] = GAP, ['\n'] = GAP, [','] = GAP, [':'] = GAP, [']'] = CLOSE, ['}'] = CLOSE,
};

/* Steps over what stands between values. */
static void skip_gap(struct builder *b)
{
	while (b->at < b->end && kind_of[(u8)*b->at] == GAP)
		b->at++;
}

static void skip_text(struct builder *b)
{
	for (b->at++; b->at < b->end && *b->at != '"'; b->at++)
		if (*b->at == '\\')
			b->at++;
	b->at++;
}

static void skip_word(struct builder *b)
{
	while (b->at < b->end && !kind_of[(u8)*b->at])
		b->at++;
}

static str take_text(struct builder *b)
{
	const struct json_simd_node *node = b->node++;
	str s = str_of(node->text, node->n);
	b->zero |= str_has_char(s, '\0');
	skip_gap(b);
	skip_text(b);
	return arena_dup(b->arena, s);
}

/* Removes members whose name comes again later; order is kept. */
static size_t drop_duplicates(struct arena *a, struct json_member *m, size_t n)
{
	struct map later = map_new(a);
	size_t kept = n;
	for (size_t i = n; i-- > 0;) {
		bool again = false;
		if (n > JSON_PAIRS_MAX)
			again = !map_put(&later, m[i].name, &m[i]);
		else
			for (size_t k = kept; k < n && !again; k++)
				again = str_eq(m[k].name, m[i].name);
		if (!again)
			m[--kept] = m[i];
	}
	memmove(m, m + kept, (n - kept) * sizeof(*m));
	return n - kept;
}

static void build(struct builder *b, struct json *v);

static void build_children(struct builder *b, struct json *v, size_t n)
{
	b->at++;
	if (v->type == JSON_ARRAY) {
		v->items = ARENA_ARRAY(b->arena, struct json, n);
		for (size_t i = 0; i < n; i++)
			build(b, &v->items[i]);
		v->n = n;
	} else {
		v->members = ARENA_ARRAY(b->arena, struct json_member, n);
		for (size_t i = 0; i < n; i++) {
			v->members[i].name = take_text(b);
			build(b, &v->members[i].value);
		}
		v->n = n > 1 ? drop_duplicates(b->arena, v->members, n) : n;
	}
	skip_gap(b);
	b->at++;
}

static void build_real(struct json *v, double real)
{
	v->type = JSON_REAL;
	v->real = real;
	/* 2^63 itself does not fit; -2^63 is NIL and stands for nothing. */
	if (real == floor(real) && real < 0x1p63 && real > -0x1p63)
		v->i = (i64)real;
}

/* One value; as deep as JSON_DEPTH_MAX, which json_simd_parse has checked. */
static void build(struct builder *b, struct json *v)
{
	const struct json_simd_node *node = b->node;
	skip_gap(b);
	const char *from = b->at;
	switch (node->type) {
	case JSON_SIMD_TEXT:
		v->type = JSON_TEXT;
		v->text = take_text(b);
		break;
	case JSON_SIMD_ARRAY:
	case JSON_SIMD_OBJECT:
		v->type = node->type == JSON_SIMD_ARRAY ? JSON_ARRAY : JSON_OBJECT;
		b->node++;
		build_children(b, v, node->n);
		break;
	default:
		b->node++;
		skip_word(b);
		v->type = node->type == JSON_SIMD_NULL ? JSON_NULL : JSON_BOOL;
		v->truth = node->type == JSON_SIMD_TRUE;
		if (node->type == JSON_SIMD_INT) {
			v->type = JSON_INT;
			v->i = node->i;
			v->real = (double)node->i;
		} else if (node->type == JSON_SIMD_REAL) {
			build_real(v, node->real);
		}
	}
	v->raw = str_of(from, (size_t)(b->at - from));
}

static void build_root(void *arg, const struct json_simd_node *nodes, size_t count)
{
	struct builder *b = arg;
	ASSERT(count > 0);
	b->node = nodes;
	b->root = ARENA_NEW(b->arena, struct json);
	build(b, b->root);
	ASSERT(b->node == nodes + count);
}

/* The text with ".0" behind every integer that does not fit 64 bits, so that it is read as a real:
 * simdjson refuses such integers. */
static str with_big_integers_real(str text, struct arena *a)
{
	struct buf out = buf_new(a, text.n * 2 + 16);
	struct builder scan = { .at = text.p, .end = text.p + text.n };
	while (scan.at < scan.end) {
		const char *from = scan.at;
		bool number = *from == '-' || (*from >= '0' && *from <= '9');
		if (*from == '"')
			skip_text(&scan);
		else if (number)
			skip_word(&scan);
		else
			scan.at++;
		if (scan.at > scan.end)
			scan.at = scan.end;
		str token = str_of(from, (size_t)(scan.at - from));
		bool digits = number;
		for (size_t i = 1; i < token.n && digits; i++)
			digits = token.p[i] >= '0' && token.p[i] <= '9';
		i64 fits;
		buf_add(&out, token);
		if (digits && token.n > 1 && !str_i64(token, &fits))
			buf_add_c(&out, ".0");
	}
	return buf_str(&out);
}

err json_parse(str text, struct arena *a, struct json **ret, struct fail *f)
{
	const char *p = text.p ? text.p : "";
	const char *why = "";
	struct builder b = { .arena = a, .at = p, .end = p + text.n };
	enum json_simd_result result = json_simd_parse(p, text.n, JSON_DEPTH_MAX, build_root, &b, &why);
	if (result == JSON_SIMD_NUMBER) {
		str again = with_big_integers_real(text, a);
		result = json_simd_parse(again.p, again.n, JSON_DEPTH_MAX, build_root, &b, &why);
	}
	if (result == JSON_SIMD_DEPTH)
		why = "nested deeper than " FAIL_STR(JSON_DEPTH_MAX);
	if (result != JSON_SIMD_OK)
		return fail_set(f, ERR_SYNTAX, T_OK, STR_NIL, STR("JSON"), str_c(why));
	if (b.zero)
		return fail_set(f, ERR_SYNTAX, T_OK, STR_NIL, STR("JSON"), STR("U+0000 in a text"));
	*ret = b.root;
	return OK;
}

const struct json *json_get(const struct json *object, const char *name)
{
	if (object == NULL || object->type != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->n; i++)
		if (str_eq_c(object->members[i].name, name))
			return &object->members[i].value;
	return NULL;
}

str json_str(const struct json *object, const char *name)
{
	const struct json *v = json_get(object, name);
	return v && v->type == JSON_TEXT ? v->text : STR_NIL;
}

i64 json_i64(const struct json *object, const char *name, i64 otherwise)
{
	const struct json *v = json_get(object, name);
	i64 n;
	if (v == NULL)
		return otherwise;
	if (v->type == JSON_INT || (v->type == JSON_REAL && v->real == (double)v->i))
		return v->i;
	return v->type == JSON_TEXT && str_i64(v->text, &n) ? n : otherwise;
}

bool json_bool(const struct json *object, const char *name, bool otherwise)
{
	const struct json *v = json_get(object, name);
	return v && v->type == JSON_BOOL ? v->truth : otherwise;
}

void json_write_real(struct buf *b, double v)
{
	if (!isfinite(v)) {
		buf_add_c(b, "null");
		return;
	}
	char text[40];
	double back = 0;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (str_f64(str_c(text), &back) && back == v)
			break;
	}
	buf_add_c(b, text);
}

static void write_children(struct buf *b, const struct json *v)
{
	bool array = v->type == JSON_ARRAY;
	buf_char(b, array ? '[' : '{');
	for (size_t i = 0; i < v->n; i++) {
		if (i)
			buf_char(b, ',');
		if (!array) {
			buf_json(b, v->members[i].name);
			buf_char(b, ':');
		}
		json_write(b, array ? &v->items[i] : &v->members[i].value);
	}
	buf_char(b, array ? ']' : '}');
}

void json_write(struct buf *b, const struct json *value)
{
	switch (value->type) {
	case JSON_NULL: buf_add_c(b, "null"); break;
	case JSON_BOOL: buf_add_c(b, value->truth ? "true" : "false"); break;
	case JSON_INT: buf_i64(b, value->i); break;
	case JSON_REAL:
		/* The source keeps digits a double has lost. */
		if (value->raw.p)
			buf_add(b, value->raw);
		else
			json_write_real(b, value->real);
		break;
	case JSON_TEXT: buf_json(b, value->text); break;
	default: write_children(b, value);
	}
}

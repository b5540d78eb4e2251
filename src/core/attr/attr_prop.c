/*
 * attr_prop: walking a path through a body, from every place reached so far to the next.
 */
#include "core/attr/attr_prop.h"

#include "store/seal.h"

#define SEALED_HEAD '~'

static bool name_ok(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (c == '.' || c == '[' || c == ']' || c == '"' || (unsigned char)c < ' ')
			return false;
	}
	return name.n > 0;
}

err prop_path_check(str path, const char *field, struct fail *f)
{
	size_t depth = 0;
	str rest = path;
	if (path.n == 0 || path.n > PROP_PATH_MAX)
		return fail_set(f, ERR_INPUT, T_TOO_LONG, str_c(field), path, STR(FAIL_STR(PROP_PATH_MAX)));
	if (str_eq(path, STR("$time")))
		return OK;
	while (rest.p) {
		str name = str_cut(&rest, '.');
		if (str_ends(name, STR("[]")))
			name.n -= 2;
		if (!name_ok(name) || ++depth > PROP_DEPTH_MAX)
			return fail_set(f, ERR_INPUT, T_ATTR_PATH, str_c(field), path, STR(FAIL_STR(PROP_DEPTH_MAX)));
	}
	return OK;
}

/* A sealed text is opened; what was JSON before it was sealed is JSON again. */
static err open_value(const struct snap *s, i64 customer, const struct json **v)
{
	str plain;
	struct json *tree;
	struct fail ignored = { 0 };
	if (!*v || (*v)->type != JSON_TEXT || (*v)->text.n < 2 || (*v)->text.p[0] != SEALED_HEAD)
		return OK;
	TRY(unseal_text(s, customer, (*v)->text, &plain));
	if (plain.n && (plain.p[0] == '{' || plain.p[0] == '[') && json_parse(plain, s->arena, &tree, &ignored) == OK) {
		*v = tree;
		return OK;
	}
	struct json *text = ARENA_NEW(s->arena, struct json);
	*text = (struct json){ .type = JSON_TEXT, .text = plain };
	*v = text;
	return OK;
}

static bool is_value(const struct json *v)
{
	return v && v->type != JSON_NULL && v->type != JSON_OBJECT && v->type != JSON_ARRAY &&
	       !(v->type == JSON_TEXT && v->text.n == 0);
}

/* One step of the path from every place reached so far. */
static err step(const struct snap *s, i64 customer, str name, bool each, const struct json **at, size_t *n)
{
	const struct json *next[PROP_VALUES_MAX];
	size_t found = 0;
	const char *member = arena_cstr(s->arena, name);
	for (size_t i = 0; i < *n; i++) {
		const struct json *v = json_get(at[i], member);
		TRY(open_value(s, customer, &v));
		if (v && !each && found < PROP_VALUES_MAX)
			next[found++] = v;
		for (size_t j = 0; v && each && v->type == JSON_ARRAY && j < v->n && found < PROP_VALUES_MAX; j++)
			next[found++] = &v->items[j];
	}
	memcpy(at, next, found * sizeof(*at));
	*n = found;
	return OK;
}

err prop_find(const struct snap *s, const struct event *ev, str path, const struct json **ret, size_t *ret_count)
{
	struct json *body;
	size_t n = 1, kept = 0;
	if (str_eq(path, STR("$time"))) {
		struct json *v = ARENA_NEW(s->arena, struct json);
		*v = (struct json){ .type = JSON_INT, .i = ev->occurred, .real = (double)ev->occurred };
		ret[0] = v;
		*ret_count = 1;
		return OK;
	}
	TRY(json_parse(ev->body, s->arena, &body, s->fail));
	ret[0] = body;
	for (str rest = path; rest.p && n;) {
		str name = str_cut(&rest, '.');
		bool each = str_ends(name, STR("[]"));
		TRY(step(s, ev->customer, each ? str_sub(name, 0, name.n - 2) : name, each, ret, &n));
	}
	for (size_t i = 0; i < n; i++)
		if (is_value(ret[i]))
			ret[kept++] = ret[i];
	*ret_count = kept;
	return OK;
}

str prop_text(struct arena *a, const struct json *v)
{
	if (v->type == JSON_TEXT)
		return v->text;
	if (v->type == JSON_BOOL)
		return v->truth ? STR("true") : STR("false");
	if (v->type == JSON_INT)
		return arena_printf(a, "%lld", (long long)v->i);
	return v->type == JSON_REAL ? arena_printf(a, "%.15g", v->real) : STR_NIL;
}

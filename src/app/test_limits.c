/*
 * Every limit that stands in a request of any module holds at its edge: what is just within is taken, what is one
 * beyond is refused with the field's name and the limit.
 */
#include "core/module.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DEPTH_MAX 6 /* records within records */

struct walk { struct arena *a; size_t edges; };

static bool is_number(enum field_type t) { return t == FIELD_I64 || t == FIELD_MS || t == FIELD_FEN; }
static bool is_list(enum field_type t) { return t == FIELD_LIST || t == FIELD_STRS || t == FIELD_IDS; }

/* The field alone, so that nothing else of its record is asked for. */
static err check(struct walk *w, const struct record *r, const struct field *f, i64 n, struct fail *fail)
{
	struct record one = { r->name, r->size, f, 1 };
	char *of = arena_alloc(w->a, r->size), *at = of + f->at;
	memset(of, 0, r->size);
	memset(fail, 0, sizeof(*fail));
	if (is_number(f->type)) {
		*(i64 *)at = n;
	} else if (is_list(f->type)) {
		size_t each = f->type == FIELD_LIST ? f->of->size : sizeof(str);
		void *v = arena_alloc(w->a, each * ((size_t)n + 1));
		memset(v, 0, each * ((size_t)n + 1));
		*(struct list *)at = (struct list){ v, (size_t)n };
	} else {
		struct buf b = buf_new(w->a, (size_t)n * 3 + 16);
		for (i64 i = 0; i < n; i++)
			buf_add(&b, f->type == FIELD_BYTES ? STR("x") : STR("鱼"));
		*(str *)at = buf_str(&b);
	}
	return record_check(&one, of, fail);
}

static bool refuses(enum text t) { return t == T_TOO_LONG || t == T_TOO_BIG || t == T_TOO_SHORT || t == T_TOO_SMALL; }

static void edge(struct walk *w, const struct record *r, const struct field *f, i64 within, i64 beyond)
{
	struct fail fail;
	char limit[24];
	size_t mark = w->edges++;
	snprintf(limit, sizeof(limit), "%lld", (long long)within);
	err e = check(w, r, f, within, &fail);
	if (e != OK && refuses(fail.text) && strcmp(fail.field, f->name) == 0)
		fail_msg("%s.%s refuses its own limit %s (%zu)", r->name, f->name, limit, mark);
	e = check(w, r, f, beyond, &fail);
	if (e != ERR_INPUT || !refuses(fail.text) || strcmp(fail.field, f->name) != 0 || strcmp(fail.limit, limit) != 0)
		fail_msg("%s.%s takes %lld, its limit being %s", r->name, f->name, (long long)beyond, limit);
}

static void edges_of(struct walk *w, const struct record *r, int depth)
{
	for (size_t i = 0; i < r->count && depth < DEPTH_MAX; i++) {
		const struct field *f = &r->fields[i];
		if (f->of && (f->type == FIELD_LIST || f->type == FIELD_OBJ))
			edges_of(w, f->of, depth + 1);
		if (f->type == FIELD_ID || f->type == FIELD_BOOL || f->type == FIELD_F64 || f->type == FIELD_OBJ || f->one_of)
			continue;
		bool optional_list = f->opt && is_list(f->type); /* an empty one is none */
		if (f->max)
			edge(w, r, f, f->max, f->max + 1);
		if (f->min && !(optional_list && f->min == 1))
			edge(w, r, f, f->min, f->min - 1);
		else if (f->max && is_number(f->type))
			edge(w, r, f, 0, -1);
	}
}

static void every_limit_of_a_request_holds_at_its_edge(void **state)
{
	size_t edges = 0;
	for (size_t i = 0; modules[i]; i++) {
		const struct route *tables[MODULE_ROUTES_MAX];
		size_t n = module_routes(modules[i], tables);
		for (size_t t = 0; t < n; t++)
			for (const struct route *r = tables[t]; r->path; r++) {
				struct walk w = { .a = arena_new((size_t)1 << 30) };
				if (r->in)
					edges_of(&w, r->in, 0);
				edges += w.edges;
				arena_free(w.a);
			}
	}
	assert_true(edges > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_limit_of_a_request_holds_at_its_edge) };
	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}

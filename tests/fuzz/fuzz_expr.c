/*
 * Fuzz target for the language of audiences: text and JSON trees, against an empty corp.
 *
 * Whatever is read must write itself as text that reads back as the same text, and as a tree that reads back
 * as the same tree. Tags and audiences are unknown here, so what names them must be refused. The first byte
 * chooses: 'j' a tree, anything else the text. Seeds: corpus/expr.
 */
#include "core/audience/expr_int.h"
#include "store/testing.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void twice(struct unit *u, const struct expr *e)
{
	struct expr *again;
	struct json *j;
	struct buf b = buf_new(u->arena, 1 << 20), c = buf_new(u->arena, 1 << 20);
	str text = expr_text(u->arena, e);
	/* A tree may hold more than a text may be long. */
	if (text.n <= AUDIENCE_TEXT_MAX && (expr_parse(u, text, &again) != OK || !str_eq(expr_text(u->arena, again), text)))
		abort();
	expr_json(&b, e);
	if (json_parse(buf_str(&b), u->arena, &j, &u->fail) != OK || expr_parse_json(u, j, &again) != OK)
		abort();
	expr_json(&c, again);
	if (!str_eq(buf_str(&b), buf_str(&c)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct test_store *t;
	if (!t)
		t = test_store_new_fast();
	if (size < 1)
		return 0;
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct env env = { .store = t->store, .clock = &t->clock };
	struct unit u = t->unit;
	struct expr *e = NULL;
	struct json *j;
	str in = arena_dup(a, str_of(data + 1, size - 1));
	u.arena = a;
	u.env = &env;
	if (data[0] != 'j') {
		if (expr_parse(&u, in, &e) == OK)
			twice(&u, e);
	} else if (json_parse(in, a, &j, &u.fail) == OK && expr_parse_json(&u, j, &e) == OK) {
		twice(&u, e);
	}
	arena_free(a);
	return 0;
}

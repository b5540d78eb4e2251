/*
 * For tests of orders: a store with two corps, the real modules, routes called as a request would call
 * them, and jobs and facts run until nothing is left.
 */
#ifndef YT_FEATURE_ORDER_TEST_ORDER_RIG_H
#define YT_FEATURE_ORDER_TEST_ORDER_RIG_H

#include "base/fault.h"
#include "core/attr/attr.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "feature/order/order_claim.h"
#include "feature/order/order_import_data.h"
#include "feature/order/order_rejected.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <dirent.h>
#include <unistd.h>

extern const struct module corp_module, perm_module, audit_module, job_module, customer_module, identity_module, attr_module,
	order_module;
static const struct module *const order_test_modules[] = {
	&corp_module, &perm_module, &audit_module, &job_module, &customer_module, &identity_module, &attr_module,
	&order_module, NULL,
};

struct shop { struct test_store *t; struct env env; i64 corps[2]; };

static inline struct cx shop_cx(struct shop *s, i64 corp)
{
	struct cx cx = { .unit = unit_new(s->t->store, s->t->arena, corp, "console"), .env = &s->env };
	cx.unit.env = &s->env;
	cx.unit.clock = &s->t->clock;
	cx.viewer.name = STR("tester");
	return cx;
}

static inline struct shop *shop_new(i64 spread)
{
	struct shop *s = calloc(1, sizeof(*s));
	struct fail f = { 0 };
	s->t = test_store_new_fast();
	s->env = (struct env){ .store = s->t->store, .clock = &s->t->clock, .modules = order_test_modules };
	s->env.data_dir = str_c(s->t->dir);
	for (size_t i = 0; order_test_modules[i]; i++)
		if (order_test_modules[i]->queries && store_check(s->t->store, order_test_modules[i]->queries, &f) != OK)
			fail_msg("%s: %s %s %s", order_test_modules[i]->name, f.field, f.value, f.limit);
	for (size_t i = 0; i < 2; i++) {
		struct cx cx = shop_cx(s, 0);
		struct corp_new in = { i ? STR("B") : STR("A"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
		assert_int_equal(corp_create(&cx, &in, &s->corps[i]), OK);
	}
	return s;
}

static inline void shop_free(struct shop *s)
{
	struct arena *a = arena_new(1 << 20);
	str dir = arena_printf(a, "%s/uploads", s->t->dir);
	DIR *d = opendir(arena_cstr(a, dir));
	for (struct dirent *e; d && (e = readdir(d));)
		unlink(arena_cstr(a, arena_printf(a, "%.*s/%s", STR_F(dir), e->d_name)));
	if (d)
		closedir(d);
	rmdir(arena_cstr(a, dir));
	arena_free(a);
	test_store_free(s->t);
	free(s);
}

static inline const struct route *shop_route(const char *method, const char *path)
{
	const struct route *tables[] = { order_routes, import_routes, order_rejected_routes, upload_routes, order_lost_routes, order_claim_routes };
	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (const struct route *r = tables[t]; r->method; r++)
			if (strcmp(r->method, method) == 0 && strcmp(r->path, path) == 0)
				return r;
	fail_msg("no route %s %s", method, path);
	return NULL;
}

/* A route with the in-record as JSON; *ret_out is the out-record (struct page of a list). */
static inline err shop_call(struct shop *s, i64 corp, const char *method, const char *path, str json, str body, void **ret_out)
{
	struct arena *a = s->t->arena;
	const struct route *r = shop_route(method, path);
	struct cx cx = shop_cx(s, corp);
	struct http_req req = { .arena = a, .body = body };
	struct http_reply reply = { 0 };
	struct json *tree;
	struct fail f = { 0 };
	void *in = arena_alloc(a, r->in->size + 1);
	cx.req = &req;
	cx.reply = &reply;
	cx.out = arena_alloc(a, r->flags & ROUTE_LIST ? sizeof(struct page) : r->out->size + 1);
	assert_int_equal(json_parse(json, a, &tree, &f), OK);
	err e = record_parse(r->in, tree, in, a, &f);
	if (e != OK)
		print_message("%s %s: %s %s %s\n", method, path, f.field, f.value, f.limit);
	assert_int_equal(e, OK);
	cx.in = in;
	e = r->fn(&cx);
	if (ret_out)
		*ret_out = r->flags & ROUTE_RAW ? (void *)arena_cstr(a, reply.body) : cx.out;
	return e;
}

#endif

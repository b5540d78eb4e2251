/*
 * What tests of official accounts share: routes called with their records, an account of the simulator, its fans.
 */
#ifndef YT_FEATURE_OA_TEST_OA_H
#define YT_FEATURE_OA_TEST_OA_H

#include "app/test_app_sim.h"

#include "feature/oa/oa_data.h"

struct account_in { str name, appid, secret, token, aeskey, base; i64 code; };

static inline err call_in(struct world *w, const struct route *routes, const char *method, const char *path, const void *in, void *out)
{
	struct http_req req = { .arena = w->t->arena };
	struct http_reply reply = { 0 };
	struct cx cx = w->cx;
	for (const struct route *r = routes; r->fn; r++) {
		if (strcmp(r->method, method) != 0 || strcmp(r->path, path) != 0)
			continue;
		cx.in = in;
		cx.out = out;
		cx.req = &req;
		cx.reply = &reply;
		err e = r->fn(&cx);
		w->cx.unit.fail = cx.unit.fail;
		return e;
	}
	fail_msg("no such route");
	return ERR_INTERNAL;
}

static inline err call(struct world *w, const char *method, const char *path, const void *in, void *out)
{
	return call_in(w, oa_routes, method, path, in, out);
}

static inline struct oa_account account(struct world *w)
{
	struct oa_account *rows;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, oa_accounts(snap, &(struct none){ 0 }, &rows, &n)), OK);
	assert_int_equal(n, 1);
	return rows[0];
}

/* Connects the simulator's account in that mode. */
static inline struct oa_account connect_oa(struct world *w, const char *mode)
{
	char *out = arena_alloc(w->t->arena, 1024);
	const struct json *v = sim_say(w, "/sim/oa", "{\"bound\":true}");
	struct account_in in = { STR("鱼塘服务号"), json_str(v, "appid"), json_str(v, "secret"), STR(TOKEN), STR(AES_KEY), STR("http://sim.test/oa"), NIL };
	assert_int_equal(call(w, "POST", "/api/v1/oa-accounts", &in, out), OK);
	struct oa_account row = account(w);
	sim_say(w, "/sim/oa", "{\"url\":\"http://product.test/oa/callback/%.*s\",\"token\":\"%s\",\"aes_key\":\"%s\",\"mode\":\"%s\"}", STR_F(row.slug),
		TOKEN, AES_KEY, mode);
	return row;
}

static inline i64 fan(struct world *w, const struct oa_account *a, str openid)
{
	i64 leaf = 0, root = 0;
	str value = arena_printf(w->t->arena, "%.*s/%.*s", STR_F(a->appid), STR_F(openid));
	if (identity_find(&w->cx.unit, STR("openid"), value, &leaf) != OK)
		return 0;
	assert_int_equal(customer_root(&w->cx.unit, leaf, &root), OK);
	return root;
}

#endif

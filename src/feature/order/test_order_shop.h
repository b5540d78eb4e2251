/*
 * For tests of imports: from bytes to an import that has run, its counts, and what a buyer's facts are then.
 */
#ifndef YT_FEATURE_ORDER_TEST_ORDER_SHOP_H
#define YT_FEATURE_ORDER_TEST_ORDER_SHOP_H

#include "feature/order/test_order_rig.h"

static inline void shop_jobs(struct shop *s)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	for (bool worked = true; worked;) {
		struct arena_mark m = arena_mark(a);
		err e = job_run_one(&s->env, a, &worked);
		arena_reset(a, m);
		if (e != OK)
			break;
	}
	arena_free(a);
}

static inline i64 shop_upload_named(struct shop *s, i64 corp, const char *name, str bytes)
{
	void *out;
	str json = arena_printf(s->t->arena, "{\"name\":\"%s\",\"size\":%zu}", name, bytes.n);
	assert_int_equal(shop_call(s, corp, "POST", "/api/v1/uploads", json, STR_NIL, &out), OK);
	i64 id = *(i64 *)out;
	size_t part = (size_t)8 << 20;
	for (size_t i = 0; i * part < bytes.n; i++) {
		json = arena_printf(s->t->arena, "{\"id\":\"%lld\",\"n\":%zu}", (long long)id, i);
		str piece = str_sub(bytes, i * part, i * part + part < bytes.n ? i * part + part : bytes.n);
		assert_int_equal(shop_call(s, corp, "PUT", "/api/v1/uploads/{id}/parts/{n}", json, piece, NULL), OK);
	}
	json = arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)id);
	assert_int_equal(shop_call(s, corp, "POST", "/api/v1/uploads/{id}/complete", json, STR_NIL, NULL), OK);
	return id;
}

static inline i64 shop_upload(struct shop *s, i64 corp, str bytes) { return shop_upload_named(s, corp, "f", bytes); }

/* From bytes to an import waiting to be run. map: "" or the member of a mapping call. */
static inline i64 shop_import(struct shop *s, i64 corp, str bytes, const char *preset, const char *extra)
{
	void *out;
	i64 upload = shop_upload(s, corp, bytes);
	str json = arena_printf(s->t->arena, "{\"upload_id\":\"%lld\",\"preset\":\"%s\"}", (long long)upload, preset);
	assert_int_equal(shop_call(s, corp, "POST", "/api/v1/imports", json, STR_NIL, &out), OK);
	i64 id = *(i64 *)out;
	json = arena_printf(s->t->arena, "{\"id\":\"%lld\"%s}", (long long)id, extra);
	assert_int_equal(shop_call(s, corp, "PUT", "/api/v1/imports/{id}/mapping", json, STR_NIL, NULL), OK);
	return id;
}

static inline err shop_do(struct shop *s, i64 corp, i64 import, const char *what)
{
	str path = arena_printf(s->t->arena, "/api/v1/imports/{id}/%s", what);
	str json = arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)import);
	return shop_call(s, corp, "POST", arena_cstr(s->t->arena, path), json, STR_NIL, NULL);
}

static inline struct order_import shop_row(struct shop *s, i64 corp, i64 import)
{
	struct order_import im;
	struct cx cx = shop_cx(s, corp);
	struct import_key key = { import };
	shop_call(s, corp, "GET", "/api/v1/imports/{id}", arena_printf(s->t->arena, "{\"id\":\"%lld\"}", (long long)import), STR_NIL, NULL);
	assert_int_equal(READ_SNAP(&cx.unit, slot_base(s->t->store, corp), import_get(snap, &key, &im)), OK);
	return im;
}

/* "state rows accepted rejected orders refunds customers unchanged unmatched" */
static inline const char *shop_counts(struct shop *s, i64 corp, i64 import)
{
	struct order_import r = shop_row(s, corp, import);
	return arena_cstr(s->t->arena, arena_printf(s->t->arena, "%.*s %lld %lld %lld %lld %lld %lld %lld %lld", STR_F(r.state),
		(long long)r.data_rows, (long long)r.accepted, (long long)r.rejected, (long long)r.orders, (long long)r.refunds,
		(long long)r.customers, (long long)r.unchanged, (long long)r.unmatched));
}

static inline i64 shop_run(struct shop *s, i64 corp, str bytes, const char *preset, const char *extra, const char *want)
{
	i64 id = shop_import(s, corp, bytes, preset, extra);
	assert_int_equal(shop_do(s, corp, id, "run"), OK);
	shop_jobs(s);
	assert_string_equal(shop_counts(s, corp, id), want);
	return id;
}

/* What the person known by an identity has bought: facts folded over her leaves. */
static inline struct customer_fact shop_facts(struct shop *s, i64 corp, const char *kind, const char *value)
{
	struct cx cx = shop_cx(s, corp);
	struct customer_fact f;
	i64 customer, root;
	record_init(&customer_fact_record, &f);
	f.customer = 0;
	if (identity_find(&cx.unit, str_c(kind), str_c(value), &customer) != OK)
		return f;
	assert_int_equal(customer_root(&cx.unit, customer, &root), OK);
	assert_int_equal(attr_refresh(&cx.unit, &root, 1), OK);
	assert_int_equal(READ_SNAP(&cx.unit, slot_of_customer(s->t->store, root), attr_fact_get(snap, root, &f)), OK);
	return f;
}

#endif

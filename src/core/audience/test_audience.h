/*
 * For the tests of audiences: a store with names to speak of, and rows of persons written directly.
 *
 * The rows are written as the modules that own them would leave them, without running those modules.
 */
#ifndef YT_CORE_AUDIENCE_TEST_AUDIENCE_H
#define YT_CORE_AUDIENCE_TEST_AUDIENCE_H

#include "core/attr/attr_data.h"
#include "core/audience/audience_data.h"
#include "core/audience/expr_int.h"
#include "store/testing.h"

#define TW_TAG_FIELDS(F, S) F(S, ID, id) F(S, ID, group_id) F(S, STR, name)
RECORD(tw_tag, TW_TAG_FIELDS);
#define TW_PLACE_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, STR, userid)
RECORD(tw_place, TW_PLACE_FIELDS);
#define TW_PAIR_FIELDS(F, S) F(S, ID, a) F(S, ID, b) F(S, STR, status, .opt = true)
RECORD(tw_pair, TW_PAIR_FIELDS);
#define TW_DAY_FIELDS(F, S) F(S, ID, customer) F(S, I64, kind) F(S, I64, day) F(S, I64, times)
RECORD(tw_day, TW_DAY_FIELDS);
#define TW_SCOPE_FIELDS(F, S) F(S, ID, of) F(S, ID, staff)
RECORD(tw_scope, TW_SCOPE_FIELDS);

WRITE(tw_group_put, tw_place, SQL(INSERT INTO tag_group (corp, id, name, sort, source, removed)
	VALUES (:corp, :id, :name, 0, 'own', 0)))
WRITE(tw_tag_put, tw_tag, SQL(INSERT INTO tag (corp, id, group_id, name, sort, sync, source, removed)
	VALUES (:corp, :id, :group_id, :name, 0, 0, 'own', 0)))
WRITE(tw_staff_put, tw_place, SQL(INSERT INTO staff (corp, id, userid, userid_low, name, state, in_scope, customers, seen)
	VALUES (:corp, :id, :userid, :userid, :name, 'active', 1, 0, 0)))
WRITE(tw_store_put, tw_place, SQL(INSERT INTO department (corp, id, wecom_id, name, is_store, seen)
	VALUES (:corp, :id, :id, :name, 1, 0)))
WRITE(tw_customer_put, tw_pair, SQL(INSERT INTO customer (slot, corp, id, root, origin, created, erased, version)
	VALUES (:slot, :corp, :a, :b, 'order', 0, 0, 1) ON CONFLICT (slot, corp, id) DO UPDATE SET root = excluded.root))
WRITE(tw_leaf_put, tw_pair, SQL(INSERT INTO customer_leaf (slot, corp, root, leaf) VALUES (:slot, :corp, :a, :b) ON CONFLICT DO NOTHING))
WRITE(tw_leaf_drop, tw_pair, SQL(DELETE FROM customer_leaf WHERE slot = :slot AND corp = :corp AND root = :a AND leaf = :b))
WRITE(tw_mark_put, tw_pair, SQL(INSERT INTO tag_mark (slot, corp, customer, tag, why, at)
	VALUES (:slot, :corp, :a, :b, 'manual', 0) ON CONFLICT DO NOTHING))
WRITE(tw_mark_drop, tw_pair, SQL(DELETE FROM tag_mark WHERE slot = :slot AND corp = :corp AND customer = :a AND tag = :b))
WRITE(tw_day_put, tw_day, SQL(INSERT INTO event_day (slot, corp, customer, kind, day, times)
	VALUES (:slot, :corp, :customer, :kind, :day, :times)
	ON CONFLICT (slot, corp, customer, kind, day) DO UPDATE SET times = excluded.times))
WRITE(tw_scope_put, tw_scope, SQL(INSERT INTO scope_staff (corp, scope, staff) VALUES (:corp, :of, :staff)))

struct world {
	struct test_store *t;
	struct env env;
	struct unit unit;
};

#define TW_PUT(w_, slot_, call) assert_int_equal(WRITE_TX(&(w_)->unit, slot_, call), OK)

static const char *const tw_tags[] = { "宝妈", "新客", "VIP", "dup", "quote\"d" };
enum { TW_DUP_OTHER = 900, TW_STAFF = 70, TW_STORE = 50 };

static inline err tw_names(struct tx *tx)
{
	TRY(tw_group_put(tx, &(struct tw_place){ 1, STR("人群"), STR("") }));
	TRY(tw_group_put(tx, &(struct tw_place){ 2, STR("other"), STR("") }));
	for (size_t i = 0; i < ARRAY_LEN(tw_tags); i++)
		TRY(tw_tag_put(tx, &(struct tw_tag){ 100 + (i64)i, 1, str_c(tw_tags[i]) }));
	TRY(tw_tag_put(tx, &(struct tw_tag){ TW_DUP_OTHER, 2, STR("dup") }));
	TRY(tw_staff_put(tx, &(struct tw_place){ TW_STAFF, STR("王芳"), STR("wangfang") }));
	TRY(tw_staff_put(tx, &(struct tw_place){ TW_STAFF + 1, STR("李雷"), STR("lilei") }));
	TRY(tw_staff_put(tx, &(struct tw_place){ TW_STAFF + 2, STR("李雷"), STR("lilei2") }));
	TRY(tw_store_put(tx, &(struct tw_place){ TW_STORE, STR("静安店"), STR("") }));
	return tw_store_put(tx, &(struct tw_place){ TW_STORE + 1, STR("徐汇店"), STR("") });
}

static inline int tw_make(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->t = test_store_new();
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock };
	w->unit = w->t->unit;
	w->unit.env = &w->env;
	TW_PUT(w, TEST_BASE_SLOT, tw_names(tx));
	*state = w;
	return 0;
}

static inline int tw_drop(void **state)
{
	struct world *w = *state;
	if (w->env.audience)
		audience_index_free(w->env.audience);
	test_store_free(w->t);
	free(w);
	return 0;
}

#endif

/*
 * Data scopes end to end: the directory says whose customers a user sees, and a customer outside of
 * them is not found at all.
 */
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/follow/follow_decode.h"
#include "core/identity/identity.h"
#include "core/perm/perm.h"
#include "core/staff/staff.h"
#include "store/inbox.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define PASSWORD "correct horse battery"
enum { HEAD = 1, XUHUI = 2, JINGAN = 3, COUNTER = 4 }; /* WeCom's numbers; the counter stands below 静安店 */

static const struct module *const list[] = { &corp_module, &perm_module, &staff_module, &customer_module, &follow_module, NULL };

struct world {
	struct test_store *t;
	struct env env;
	struct cx cx;
	int sent;
	i64 in_xuhui, in_jingan, at_counter; /* a customer of each place's advisor */
};

static void department(struct world *w, i64 id, i64 parent, const char *name)
{
	struct department_change in = { id, parent, str_c(name), false };
	i64 base = slot_base(w->t->store, w->cx.unit.corp);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, department_change(tx, &in)), OK);
}

static void move(struct world *w, const char *userid, i64 department)
{
	struct staff_change in = { .userid = str_c(userid), .name = str_c(userid), .department = department,
				   .departments = { &department, 1 } };
	i64 base = slot_base(w->t->store, w->cx.unit.corp);
	assert_int_equal(WRITE_TX(&w->cx.unit, base, staff_change(tx, &in)), OK);
}

static i64 department_id(struct world *w, i64 wecom_id)
{
	struct department *rows;
	size_t n;
	i64 base = slot_base(w->t->store, w->cx.unit.corp);
	assert_int_equal(READ_SNAP(&w->cx.unit, base, department_all(snap, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (rows[i].wecom_id == wecom_id)
			return rows[i].id;
	fail_msg("no department %lld", (long long)wecom_id);
	return 0;
}

static i64 friend_of(struct world *w, const char *userid, const char *xid)
{
	struct inbox_row *rows;
	size_t n;
	bool fresh;
	i64 leaf = 0;
	struct inbox_item item = { .corp = w->cx.unit.corp, .source = STR("wecom"), .received = TEST_START };
	item.key = arena_printf(w->t->arena, "k%d", w->sent++);
	item.body = arena_printf(w->t->arena,
		"<xml><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
		"<UserID><![CDATA[%s]]></UserID><ExternalUserID><![CDATA[%s]]></ExternalUserID><CreateTime>%lld</CreateTime></xml>",
		userid, xid, (long long)(TEST_START / 1000));
	assert_int_equal(inbox_add(w->t->store, w->t->arena, &item, 1, &fresh, &w->cx.unit.fail), OK);
	assert_int_equal(inbox_pending(&w->cx.unit, 100, &rows, &n), OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(follow_decode(&w->cx, &rows[i]), OK);
	assert_int_equal(identity_find(&w->cx.unit, STR("external_userid"), str_c(xid), &leaf), OK);
	return leaf;
}

static int make_with(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	i64 corp = 0;
	w->t = test_store_new_fast();
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list };
	assert_int_equal(corp_module.start(&w->env, &f), OK);
	w->cx = cx_system(&w->env, w->t->arena, 0, "wecom");
	while (corp <= 2) /* 1 and 2 are the test store's own */
		assert_int_equal(corp_create(&w->cx, &in, &corp), OK);
	w->cx.unit.corp = corp;
	department(w, HEAD, NIL, "小鱼优选");
	department(w, XUHUI, HEAD, "徐汇店");
	department(w, JINGAN, HEAD, "静安店");
	move(w, "xu", XUHUI);
	move(w, "jing", JINGAN);
	w->in_xuhui = friend_of(w, "xu", "wm1");
	w->in_jingan = friend_of(w, "jing", "wm2");
	*state = w;
	return 0;
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static int drop(void **state)
{
	struct world *w = *state;
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

static i64 make_user(struct world *w, const char *login, const char *role, const char *scope, struct ids refs)
{
	struct user_new in;
	i64 id;
	record_init(&user_new_record, &in);
	in.login = str_c(login);
	in.password = STR(PASSWORD);
	in.name = STR("店长");
	in.role = str_c(role);
	in.scope = str_c(scope);
	in.refs = refs;
	assert_int_equal(user_create(&w->cx, &in, &id), OK);
	return id;
}

static err hear(struct tx *tx, const struct event *ev)
{
	for (const struct handler *h = staff_module.act; h->fn; h++)
		if (h->event == ev->kind)
			TRY(h->fn(tx, ev));
	return OK;
}

/* What the module's act handlers do with the journal so far. */
static void act(struct world *w)
{
	struct event *ev;
	size_t n;
	i64 base = slot_base(w->t->store, w->cx.unit.corp);
	assert_int_equal(READ_SNAP(&w->cx.unit, base, journal_read(snap, 0, 1000, &ev, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (ev[i].corp == w->cx.unit.corp)
			assert_int_equal(WRITE_TX(&w->cx.unit, base, hear(tx, &ev[i])), OK);
}

static bool sees(struct world *w, i64 user, i64 customer)
{
	struct unit u = w->cx.unit;
	i64 root;
	u.scope = user;
	err e = customer_visible(&u, customer, &root);
	assert_true(e == OK || e == ERR_NOT_FOUND);
	return e == OK;
}

static void a_manager_sees_only_her_stores_customers(void **state)
{
	struct world *w = *state;
	i64 xuhui = department_id(w, XUHUI);
	i64 user = make_user(w, "manager", "manager", "stores", (struct ids){ &xuhui, 1 });
	assert_false(sees(w, user, w->in_xuhui)); /* not worked out yet: nobody */
	act(w);
	assert_true(sees(w, user, w->in_xuhui));
	assert_false(sees(w, user, w->in_jingan));
	/* Customers go with their advisor, at once. */
	move(w, "xu", JINGAN);
	assert_false(sees(w, user, w->in_xuhui));
	move(w, "jing", XUHUI);
	assert_true(sees(w, user, w->in_jingan));
	assert_int_equal(department_store(&w->cx, xuhui, false), OK);
	assert_false(sees(w, user, w->in_jingan));
}

static void a_department_reaches_down_its_tree(void **state)
{
	struct world *w = *state;
	i64 head = department_id(w, HEAD), jingan = department_id(w, JINGAN);
	i64 boss = make_user(w, "boss", "manager", "department", (struct ids){ &head, 1 });
	i64 lead = make_user(w, "lead", "manager", "department", (struct ids){ &jingan, 1 });
	act(w);
	assert_true(sees(w, boss, w->in_xuhui) && sees(w, boss, w->in_jingan));
	assert_true(sees(w, lead, w->in_jingan) && !sees(w, lead, w->in_xuhui));
	department(w, COUNTER, JINGAN, "专柜");
	move(w, "counter", COUNTER);
	w->at_counter = friend_of(w, "counter", "wm3");
	assert_true(sees(w, lead, w->at_counter) && sees(w, boss, w->at_counter));
	department(w, COUNTER, XUHUI, "专柜");
	assert_false(sees(w, lead, w->at_counter));
	assert_true(sees(w, boss, w->at_counter));
}

static void a_changed_user_sees_by_her_new_scope(void **state)
{
	struct world *w = *state;
	i64 stores[] = { department_id(w, XUHUI), department_id(w, JINGAN) };
	i64 user = make_user(w, "two", "manager", "stores", (struct ids){ stores, 2 });
	struct user now;
	struct user_edit edit;
	make_user(w, "owner", "owner", "all", (struct ids){ 0 }); /* one must remain */
	act(w);
	assert_true(sees(w, user, w->in_xuhui) && sees(w, user, w->in_jingan));
	assert_int_equal(user_get(&w->cx.unit, user, &now), OK);
	record_init(&user_edit_record, &edit);
	edit.id = user;
	edit.version = now.version;
	edit.name = now.name;
	edit.role = now.role;
	edit.scope = STR("stores");
	edit.refs = (struct ids){ &stores[1], 1 };
	assert_int_equal(user_change(&w->cx, &edit), OK);
	assert_false(sees(w, user, w->in_xuhui)); /* what was taken away goes before the rest is worked out */
	act(w);
	assert_false(sees(w, user, w->in_xuhui));
	assert_true(sees(w, user, w->in_jingan));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
#define SPREAD(fn) cmocka_unit_test_setup_teardown(fn, make_spread, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_manager_sees_only_her_stores_customers), SPREAD(a_manager_sees_only_her_stores_customers),
		TEST(a_department_reaches_down_its_tree), TEST(a_changed_user_sees_by_her_new_scope),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

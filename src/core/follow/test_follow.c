/*
 * Relations from callbacks: duplicates, reorder, transfers, and what they say about a person. Over one
 * slot and over eight.
 */
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/fact.h"
#include "core/follow/follow_decode.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "store/inbox.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct module *const list[] = { &corp_module, &staff_module, &customer_module, &follow_module, NULL };

struct world {
	struct test_store *t;
	struct env env;
	struct cx cx;
	int sent;
	bool together; /* rows are decoded many at once */
	bool held;     /* nothing is decoded yet */
};

static int make_with(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	i64 corp = 0;
	w->t = test_store_new_fast();
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list };
	assert_int_equal(corp_module.start(&w->env, &f), OK);
	w->cx = cx_system(&w->env, w->t->arena, 0, "wecom");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	while (corp <= 2) /* 1 and 2 are the test store's own */
		assert_int_equal(corp_create(&w->cx, &in, &corp), OK);
	w->cx.unit.corp = corp;
	*state = w;
	return 0;
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }
static int make_together(void **state)
{
	make_with(state, 1);
	((struct world *)*state)->together = true;
	return 0;
}

static int drop(void **state)
{
	struct world *w = *state;
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

static void decode_all(struct world *w)
{
	struct inbox_row *rows;
	size_t n = 1;
	for (int round = 0; n && round < 10; round++) {
		bool done[100] = { false };
		assert_int_equal(inbox_pending(&w->cx.unit, 100, &rows, &n), OK);
		if (w->together && n)
			assert_int_equal(follow_decode_many(&w->cx, rows, n, done), OK);
		for (size_t i = 0; i < n; i++)
			if (!done[i])
				assert_int_equal(follow_decode(&w->cx, &rows[i]), OK);
	}
	assert_int_equal(n, 0);
}

static void send(struct world *w, str body)
{
	bool new;
	struct inbox_item item = { .corp = w->cx.unit.corp, .source = STR("wecom"), .body = body, .received = TEST_START, .base = true };
	item.key = arena_printf(w->t->arena, "k%d", w->sent++);
	assert_int_equal(inbox_add(w->t->store, w->t->arena, &item, 1, &new, &w->cx.unit.fail), OK);
	if (!w->held)
		decode_all(w);
}

static void contact_of(struct world *w, const char *who, const char *change, const char *staff, i64 at, const char *more)
{
	send(w, arena_printf(w->t->arena,
			     "<xml><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[%s]]></ChangeType>"
			     "<UserID><![CDATA[%s]]></UserID><ExternalUserID><![CDATA[%s]]></ExternalUserID>"
			     "<CreateTime>%lld</CreateTime>%s</xml>", change, staff, who, (long long)(TEST_START / 1000 + at), more));
}

/* One callback of a contact at second `at`; more: further elements. */
static void contact(struct world *w, const char *change, const char *staff, i64 at, const char *more)
{
	contact_of(w, "wm1", change, staff, at, more);
}

static i64 her(struct world *w)
{
	i64 leaf = 0;
	assert_int_equal(identity_find(&w->cx.unit, STR("external_userid"), STR("wm1"), &leaf), OK);
	return leaf;
}

static struct follow relation(struct world *w, const char *userid)
{
	i64 leaf = her(w), staff;
	struct follow *rows, found = { 0 };
	size_t n;
	assert_int_equal(staff_ensure(&w->cx.unit, str_c(userid), &staff), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, leaf), follow_list(snap, leaf, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].staff == staff)
			found = rows[i];
	}
	assert_int_not_equal(found.staff, 0);
	return found;
}

/* The n-th event of a kind about her, from the oldest; false when there are fewer. */
static bool event(struct world *w, enum event_kind kind, size_t n, struct follow_event *ret)
{
	struct snap s;
	struct event *ev;
	size_t count;
	bool found = false;
	i64 leaf = her(w);
	assert_int_equal(snap_begin(&w->cx.unit, slot_of_customer(w->t->store, leaf), &s), OK);
	assert_int_equal(journal_read(&s, 0, 10000, &ev, &count), OK);
	for (size_t i = 0; i < count && !found; i++) {
		if (ev[i].kind != kind || ev[i].customer != leaf || n-- > 0)
			continue;
		found = true;
		assert_int_equal(event_body(&s, &ev[i], &follow_event_record, ret), OK);
	}
	snap_end(&s);
	return found;
}

static size_t events(struct world *w, enum event_kind kind)
{
	struct follow_event body;
	size_t n = 0;
	while (event(w, kind, n, &body))
		n++;
	return n;
}

static i64 customers_of(struct world *w, const char *userid)
{
	struct staff s;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), staff_by_userid(snap, str_c(userid), &s)), OK);
	return s.customers;
}

#define CODE "<State><![CDATA[ch_1]]></State><WelcomeCode><![CDATA[WC1]]></WelcomeCode>"

static void an_add_makes_a_friend_with_her_code(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	contact(w, "add_external_contact", "ann", 10, CODE);
	struct follow r = relation(w, "ann");
	assert_true(str_eq(r.status, STR("friend")));
	assert_true(str_eq(r.state, STR("ch_1")));
	assert_int_equal(r.added, TEST_START + 10000);
	assert_true(event(w, EV_FOLLOW_ADDED, 0, &ev));
	assert_true(ev.first && !ev.again && !ev.late);
	assert_true(str_eq(ev.welcome_code, STR("WC1")));
	assert_int_equal(customers_of(w, "ANN"), 1);
}

static void the_same_callback_counts_once(void **state)
{
	struct world *w = *state;
	contact(w, "add_external_contact", "ann", 10, "");
	contact(w, "add_external_contact", "ann", 10, "<Other>1</Other>");
	assert_int_equal(events(w, EV_FOLLOW_ADDED), 1);
	contact(w, "del_follow_user", "ann", 20, "");
	contact(w, "del_follow_user", "ann", 20, "<Other>1</Other>");
	assert_int_equal(events(w, EV_FOLLOW_LOST), 1);
	assert_int_equal(customers_of(w, "ann"), 0);
}

static void who_comes_back_is_added_again(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	contact(w, "add_external_contact", "ann", 10, "");
	contact(w, "del_follow_user", "ann", 20, "");
	contact(w, "add_external_contact", "ann", 30, "");
	contact(w, "add_external_contact", "bob", 40, "");
	assert_true(event(w, EV_FOLLOW_LOST, 0, &ev) && ev.last);
	assert_true(event(w, EV_FOLLOW_ADDED, 1, &ev) && ev.again && !ev.first);
	assert_true(event(w, EV_FOLLOW_ADDED, 2, &ev) && ev.again);
	assert_int_equal(relation(w, "ann").times, 2);
	contact(w, "del_external_contact", "ann", 50, "");
	assert_true(event(w, EV_FOLLOW_DROPPED, 0, &ev) && !ev.last);
	contact(w, "del_follow_user", "bob", 60, "");
	assert_true(event(w, EV_FOLLOW_LOST, 1, &ev) && ev.last);
}

static void an_end_told_before_its_beginning_stays_the_end(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	contact(w, "del_follow_user", "ann", 20, "");
	contact(w, "add_external_contact", "ann", 10, CODE);
	assert_true(str_eq(relation(w, "ann").status, STR("lost")));
	assert_int_equal(relation(w, "ann").added, TEST_START + 10000);
	assert_int_equal(events(w, EV_FOLLOW_ADDED), 1);
	assert_int_equal(events(w, EV_FOLLOW_LOST), 1);
	assert_true(event(w, EV_FOLLOW_ADDED, 0, &ev) && ev.late);
	assert_int_equal(customers_of(w, "ann"), 0);
}

static void an_older_end_does_not_end_a_newer_beginning(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	contact(w, "add_external_contact", "ann", 10, "");
	contact(w, "add_external_contact", "ann", 30, "");
	contact(w, "del_follow_user", "ann", 20, "");
	assert_true(str_eq(relation(w, "ann").status, STR("friend")));
	assert_true(event(w, EV_FOLLOW_LOST, 0, &ev) && ev.late && !ev.last);
	assert_int_equal(customers_of(w, "ann"), 1);
}

static void both_deleting_is_one_end(void **state)
{
	struct world *w = *state;
	contact(w, "add_external_contact", "ann", 10, "");
	contact(w, "del_follow_user", "ann", 20, "");
	contact(w, "del_external_contact", "ann", 30, "");
	assert_true(str_eq(relation(w, "ann").status, STR("lost")));
	assert_int_equal(events(w, EV_FOLLOW_DROPPED), 0);
	contact(w, "add_external_contact", "ann", 25, "");
	assert_true(str_eq(relation(w, "ann").status, STR("lost")));
}

static void a_transfer_is_neither_new_nor_lost(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	contact(w, "add_external_contact", "ann", 10, "");
	contact(w, "del_external_contact", "ann", 20, "<Source><![CDATA[DELETE_BY_TRANSFER]]></Source>");
	contact(w, "add_external_contact", "bob", 21, "");
	assert_int_equal(events(w, EV_FOLLOW_DROPPED), 0);
	assert_true(event(w, EV_FOLLOW_TRANSFERRED, 0, &ev) && ev.transfer);
	assert_true(event(w, EV_FOLLOW_ADDED, 1, &ev) && ev.transfer && !ev.first);
	assert_true(str_eq(relation(w, "ann").status, STR("transferred")));
}

static void a_transfer_told_backwards_names_the_taker(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	contact(w, "add_external_contact", "ann", 10, "");
	contact(w, "add_external_contact", "bob", 1021, "");
	contact(w, "del_external_contact", "ann", 1020, "<Source><![CDATA[DELETE_BY_TRANSFER]]></Source>");
	assert_true(event(w, EV_FOLLOW_TRANSFERRED, 0, &ev));
	assert_int_equal(ev.taker, relation(w, "bob").staff);
}

static void half_a_contact_is_nobodys_friend(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	contact(w, "add_half_external_contact", "ann", 10, CODE);
	assert_true(str_eq(relation(w, "ann").status, STR("half")));
	assert_int_equal(customers_of(w, "ann"), 0);
	contact(w, "add_external_contact", "ann", 20, "");
	assert_true(event(w, EV_FOLLOW_ADDED, 0, &ev) && ev.first);
	contact(w, "add_half_external_contact", "bob", 30, "");
	contact(w, "del_external_contact", "bob", 40, "");
	assert_int_equal(events(w, EV_FOLLOW_DROPPED), 0);
}

static void what_is_not_handled_is_closed(void **state)
{
	struct world *w = *state;
	send(w, STR("<xml><Event>living_status_change</Event></xml>"));
	send(w, STR("<xml><Event>change_external_contact</Event><ChangeType>brand_new</ChangeType></xml>"));
	send(w, STR("<xml><broken"));
	send(w, STR("<xml><Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType></xml>"));
}

static void the_directory_follows_its_callbacks(void **state)
{
	struct world *w = *state;
	struct staff s;
	struct department *d;
	size_t n;
	i64 slot = slot_base(w->t->store, w->cx.unit.corp);
	send(w, STR("<xml><Event>change_contact</Event><ChangeType>create_party</ChangeType><Id>2</Id><Name>华东</Name></xml>"));
	send(w, STR("<xml><Event>change_contact</Event><ChangeType>create_party</ChangeType><Id>3</Id><Name>西湖店</Name>"
		    "<ParentId>2</ParentId></xml>"));
	send(w, STR("<xml><Event>change_contact</Event><ChangeType>create_user</ChangeType><UserID>Ann</UserID><Name>安</Name>"
		    "<MainDepartment>3</MainDepartment><Department>3</Department><Status>1</Status></xml>"));
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, department_all(snap, &d, &n)), OK);
	assert_int_equal(n, 2);
	assert_false(d[0].is_store);
	assert_true(d[1].is_store);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, staff_by_userid(snap, STR("ann"), &s)), OK);
	assert_true(str_eq(s.name, STR("安")));
	assert_int_equal(s.store, d[1].id);
	assert_int_equal(department_store(&w->cx, d[0].id, true), OK);
	assert_int_equal(department_store(&w->cx, d[1].id, false), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, staff_by_userid(snap, STR("ann"), &s)), OK);
	assert_int_equal(s.store, d[0].id);
	send(w, STR("<xml><Event>change_contact</Event><ChangeType>delete_user</ChangeType><UserID>ann</UserID></xml>"));
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, staff_by_userid(snap, STR("ann"), &s)), OK);
	assert_true(str_eq(s.state, STR("left")) && !s.in_scope);
}

static struct customer_fact facts_of(struct world *w)
{
	struct customer_fact sum;
	i64 leaf = her(w);
	record_init(&customer_fact_record, &sum);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, leaf), follow_module.facts(snap, leaf, &sum)), OK);
	return sum;
}

static void facts_speak_of_the_living_relations(void **state)
{
	struct world *w = *state;
	contact(w, "add_external_contact", "ann", 10, "");
	contact(w, "add_external_contact", "bob", 30, "");
	struct customer_fact f = facts_of(w);
	assert_true(f.friend && f.reach_wecom);
	assert_int_equal(f.added, TEST_START + 10000);
	assert_int_equal(f.staff, relation(w, "bob").staff);
	contact(w, "del_follow_user", "ann", 40, "");
	f = facts_of(w);
	assert_int_equal(f.added, TEST_START + 30000);
	assert_int_equal(f.lost_at, NIL);
	contact(w, "del_external_contact", "bob", 50, "");
	f = facts_of(w);
	assert_false(f.friend);
	assert_int_equal(f.lost_at, TEST_START + 50000);
	assert_true(str_eq(f.lost_by, STR("staff")));
	assert_int_equal(f.added, TEST_START + 10000);
}

static void the_newest_active_member_speaks(void **state)
{
	struct world *w = *state;
	struct follow_sender s;
	contact(w, "add_external_contact", "ann", 10, "");
	contact(w, "add_external_contact", "bob", 30, "");
	assert_int_equal(follow_sender_of(&w->cx.unit, her(w), &s), OK);
	assert_true(str_eq(s.userid, STR("bob")));
	send(w, STR("<xml><Event>change_contact</Event><ChangeType>delete_user</ChangeType><UserID>bob</UserID></xml>"));
	assert_int_equal(follow_sender_of(&w->cx.unit, her(w), &s), OK);
	assert_true(str_eq(s.userid, STR("ann")));
	contact(w, "del_follow_user", "ann", 40, "");
	assert_int_equal(follow_sender_of(&w->cx.unit, her(w), &s), OK);
	assert_int_equal(s.staff, 0);
}

/* Her whole story lies in the inbox at once, among others'; and what cannot be read does not stop it. */
static void a_story_told_at_once_is_told_in_order(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	w->held = true;
	contact(w, "add_external_contact", "ann", 10, CODE);
	contact_of(w, "wm2", "add_external_contact", "ann", 11, "");
	send(w, STR("<xml><broken"));
	contact(w, "del_follow_user", "ann", 20, "");
	contact(w, "add_external_contact", "bob", 30, "");
	contact_of(w, "wm2", "edit_external_contact", "ann", 31, "");
	contact(w, "del_external_contact", "bob", 40, "");
	decode_all(w);
	assert_true(event(w, EV_FOLLOW_ADDED, 0, &ev) && ev.first && str_eq(ev.welcome_code, STR("WC1")));
	assert_true(event(w, EV_FOLLOW_LOST, 0, &ev) && ev.last);
	assert_true(event(w, EV_FOLLOW_ADDED, 1, &ev) && ev.again && !ev.first);
	assert_true(event(w, EV_FOLLOW_DROPPED, 0, &ev) && ev.last);
	assert_int_equal(customers_of(w, "ann"), 1);
	assert_int_equal(customers_of(w, "bob"), 0);
}

/* One leaf of a merged person alone does not know whether she was a friend before. */
static void who_lies_elsewhere_too_is_looked_at_alone(void **state)
{
	struct world *w = *state;
	struct follow_event ev;
	i64 other, root;
	contact_of(w, "wm2", "add_external_contact", "ann", 10, "");
	contact(w, "edit_external_contact", "bob", 11, "");
	assert_int_equal(identity_find(&w->cx.unit, STR("external_userid"), STR("wm2"), &other), OK);
	assert_int_equal(customer_merge(&w->cx.unit, her(w), other, "manual", &root), OK);
	w->held = true;
	contact(w, "add_external_contact", "bob", 20, "");
	contact(w, "del_follow_user", "bob", 30, "");
	decode_all(w);
	assert_true(event(w, EV_FOLLOW_ADDED, 0, &ev) && ev.again && !ev.first);
	assert_true(event(w, EV_FOLLOW_LOST, 0, &ev) && !ev.last);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, drop), \
		   { #test "_spread_8", test, make_spread, drop, NULL }, { #test "_together", test, make_together, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(an_add_makes_a_friend_with_her_code),
		BOTH(the_same_callback_counts_once),
		BOTH(who_comes_back_is_added_again),
		BOTH(an_end_told_before_its_beginning_stays_the_end),
		BOTH(an_older_end_does_not_end_a_newer_beginning),
		BOTH(both_deleting_is_one_end),
		BOTH(a_transfer_is_neither_new_nor_lost),
		BOTH(a_transfer_told_backwards_names_the_taker),
		BOTH(half_a_contact_is_nobodys_friend),
		BOTH(what_is_not_handled_is_closed),
		BOTH(the_directory_follows_its_callbacks),
		BOTH(facts_speak_of_the_living_relations),
		BOTH(the_newest_active_member_speaks),
		BOTH(a_story_told_at_once_is_told_in_order),
		BOTH(who_lies_elsewhere_too_is_looked_at_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Against the simulator: the first look at an existing corp, broken off and repeated, and the profile
 * that is fetched after an add and makes a friend and a buyer one person.
 */
#include "core/corp/corp.h"
#include "core/corp/corp_cache.h"
#include "core/customer/customer.h"
#include "core/follow/follow_decode.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "sim/sim.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define PEOPLE 130 /* more than a page of relations */

static const struct module *const list[] = { &corp_module, &job_module, &staff_module, &customer_module, &follow_module, NULL };

struct world {
	struct test_store *t;
	struct env env;
	struct cx cx;
	struct sim *sim;
};

static int make_with(void **state, i64 spread)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fail f = { 0 };
	i64 corp = 0;
	w->t = test_store_new_fast();
	struct transport *direct = transport_direct(w->t->arena);
	w->sim = sim_new(&(struct sim_conf){ .seed = 7, .clock = &w->t->clock });
	sim_brand_load(w->sim);
	transport_direct_add(direct, STR("sim.test"), sim_handle, w->sim);
	w->env = (struct env){ .store = w->t->store, .clock = &w->t->clock, .modules = list, .transport = direct };
	w->env.wecom = wecom_new(direct, &w->t->clock, STR("http://sim.test"));
	assert_int_equal(corp_module.start(&w->env, &f), OK);
	w->cx = cx_system(&w->env, w->t->arena, 0, "wecom");
	struct corp_new in = { STR("鱼塘"), STR("Asia/Shanghai"), STR("CNY"), true, spread };
	while (corp <= 2) /* 1 and 2 are the test store's own */
		assert_int_equal(corp_create(&w->cx, &in, &corp), OK);
	w->cx.unit.corp = corp;
	struct corp_wecom_set wecom = { .corpid = sim_corpid(w->sim), .secret = sim_secret(w->sim), .agentid = STR("1000002") };
	assert_int_equal(corp_wecom_put(&w->cx, &wecom), OK);
	*state = w;
	return 0;
}

static int make(void **state) { return make_with(state, 1); }
static int make_spread(void **state) { return make_with(state, 8); }

static int drop(void **state)
{
	struct world *w = *state;
	wecom_free(w->env.wecom);
	sim_free(w->sim);
	corp_cache_free(w->env.corps);
	test_store_free(w->t);
	free(w);
	return 0;
}

/* Somebody scans a member's own code; her external_userid. */
static str scan(struct world *w, str userid, str person)
{
	struct arena *a = w->t->arena;
	struct transport_answer answer = { 0 };
	struct json *v;
	struct transport_call call = { .method = "POST", .url = STR("http://sim.test/sim/scan"), .content_type = STR("application/json"),
		.body = arena_printf(a, "{\"userid\":\"%.*s\",\"skip_verify\":true,\"person\":%.*s}", STR_F(userid), STR_F(person)) };
	assert_int_equal(w->env.transport->call(w->env.transport, a, &call, &answer, &w->cx.unit.fail), OK);
	assert_int_equal(json_parse(answer.body, a, &v, NULL), OK);
	str xid = json_str(v, "external_userid");
	assert_true(xid.n > 0);
	return xid;
}

static struct staff *serving(struct world *w, size_t *ret_count)
{
	struct staff *all;
	size_t n, kept = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp), staff_all(snap, &all, &n)), OK);
	for (size_t i = 0; i < n; i++) {
		if (all[i].in_scope)
			all[kept++] = all[i];
	}
	*ret_count = kept;
	return all;
}

static size_t count_events(struct world *w, enum event_kind kind)
{
	i64 slots[64];
	size_t total = 0, n = slots_of_corp(w->t->store, w->cx.unit.corp, slots, 64);
	for (size_t i = 0; i < n; i++) {
		struct event *ev;
		size_t count;
		assert_int_equal(READ_SNAP(&w->cx.unit, slots[i], journal_read(snap, 0, 100000, &ev, &count)), OK);
		for (size_t k = 0; k < count; k++)
			total += ev[k].kind == kind && ev[k].corp == w->cx.unit.corp;
	}
	return total;
}

static i64 queue(struct world *w)
{
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_base(w->t->store, w->cx.unit.corp),
				  job_add(tx, "follow.sync", STR("sync"), STR_NIL, NULL, NULL, &id)), OK);
	return id;
}

static struct job run(struct world *w, i64 id)
{
	bool worked = true;
	struct job job;
	while (worked) {
		struct arena *a = arena_new(ARENA_MAX_DEFAULT);
		assert_int_equal(job_run_one(&w->env, a, &worked), OK);
		arena_free(a);
	}
	assert_int_equal(job_get(&w->cx.unit, id, &job), OK);
	return job;
}

/* Two steps, whose answers nobody keeps: a process that died. */
static void broken_off(struct world *w, i64 id)
{
	struct job job;
	bool done;
	assert_int_equal(job_get(&w->cx.unit, id, &job), OK);
	assert_int_equal(staff_sync(&w->cx), OK);
	job.cursor = STR("{\"directory\":true,\"after\":\"0\",\"cursor\":null,\"relations\":0}");
	err e = follow_sync_step(&w->cx, &job, &done);
	assert_int_equal(e, ERR_STATE); /* the job was never claimed, so its progress is not kept */
}

static void the_first_look_finds_everybody_once(void **state)
{
	struct world *w = *state;
	size_t n;
	assert_int_equal(staff_sync(&w->cx), OK);
	struct staff *staff = serving(w, &n);
	assert_true(n > 3);
	for (int i = 0; i < PEOPLE; i++)
		scan(w, staff[i % 2].userid, arena_printf(w->t->arena, "{\"name\":\"p%d\"}", i));
	str both = scan(w, staff[0].userid, STR("{\"name\":\"twice\"}"));
	scan(w, staff[2].userid, arena_printf(w->t->arena, "{\"external_userid\":\"%.*s\"}", STR_F(both)));
	clock_advance(&w->t->clock, TEST_START + MS_HOUR);
	i64 id = queue(w);
	broken_off(w, id);
	struct job job = run(w, id);
	assert_true(str_eq(job.state, STR("done")));
	assert_int_equal(job.done, job.total);
	assert_int_equal(count_events(w, EV_FOLLOW_ADDED), PEOPLE + 2);
	assert_int_equal(count_events(w, EV_CUSTOMER_CREATED), PEOPLE + 1);
	staff = serving(w, &n);
	i64 customers = 0;
	for (size_t i = 0; i < n; i++)
		customers += staff[i].customers;
	assert_int_equal(customers, PEOPLE + 2);
	u32 before, after; /* reading everybody again uses up no numbers */
	assert_int_equal(store_number(&w->cx.unit, "customer", &before), OK);
	assert_true(str_eq(run(w, queue(w)).state, STR("done")));
	assert_int_equal(store_number(&w->cx.unit, "customer", &after), OK);
	assert_int_equal(after, before + 1);
	assert_int_equal(count_events(w, EV_FOLLOW_ADDED), PEOPLE + 2);
	assert_int_equal(count_events(w, EV_CUSTOMER_CREATED), PEOPLE + 1);
}

/* WeCom forgets a cursor: these members are read from their first page again, and nobody comes twice. */
static void a_cursor_that_ends_begins_the_page_anew(void **state)
{
	struct world *w = *state;
	struct transport_answer answer = { 0 };
	struct transport_call fault = { .method = "POST", .url = STR("http://sim.test/sim/fault"), .content_type = STR("application/json"),
		.body = STR("{\"api\":\"externalcontact/batch/get_by_user\",\"kind\":\"cursor\"}") };
	size_t n;
	assert_int_equal(staff_sync(&w->cx), OK);
	struct staff *staff = serving(w, &n);
	for (int i = 0; i < PEOPLE; i++)
		scan(w, staff[0].userid, arena_printf(w->t->arena, "{\"name\":\"p%d\"}", i));
	clock_advance(&w->t->clock, TEST_START + MS_HOUR);
	assert_int_equal(w->env.transport->call(w->env.transport, w->t->arena, &fault, &answer, &w->cx.unit.fail), OK);
	struct job job = run(w, queue(w));
	assert_true(str_eq(job.state, STR("done")));
	assert_int_equal(job.failed, 0);
	assert_int_equal(count_events(w, EV_FOLLOW_ADDED), PEOPLE);
}

static void a_friend_of_this_minute_is_left_to_her_callback(void **state)
{
	struct world *w = *state;
	size_t n;
	assert_int_equal(staff_sync(&w->cx), OK);
	scan(w, serving(w, &n)[0].userid, STR("{\"name\":\"young\"}"));
	assert_true(str_eq(run(w, queue(w)).state, STR("done")));
	assert_int_equal(count_events(w, EV_FOLLOW_ADDED), 0);
	clock_advance(&w->t->clock, TEST_START + 3 * MS_MINUTE);
	assert_true(str_eq(run(w, queue(w)).state, STR("done")));
	assert_int_equal(count_events(w, EV_FOLLOW_ADDED), 1);
}

static err write_event(struct tx *tx, const struct outcome *o)
{
	return journal_add(tx, (enum event_kind)o->event, o->customer, tx->snap.now, o->record, o->body, NULL);
}

static void a_fetched_profile_makes_friend_and_buyer_one(void **state)
{
	struct world *w = *state;
	struct unit *u = &w->cx.unit;
	size_t n;
	i64 buyer, leaf, root_a, root_b;
	assert_int_equal(staff_sync(&w->cx), OK);
	struct staff ann = serving(w, &n)[0];
	str xid = scan(w, ann.userid, STR("{\"name\":\"阿鱼\",\"unionid\":\"o_buyer_1\"}"));
	struct identity_in union_id = { STR("unionid"), STR("o_buyer_1"), true }, external = { STR("external_userid"), xid, true };
	struct identity_who who = { &union_id, 1, false, TEST_START, STR("order"), STR_NIL };
	assert_int_equal(identity_resolve(u, &who, &buyer, NULL, NULL), OK);
	who.ids = &external;
	assert_int_equal(identity_resolve(u, &who, &leaf, NULL, NULL), OK);
	struct follow_told told = { .tell = TELL_ADDED, .customer = leaf, .staff = ann.id, .userid = ann.userid,
				    .external_userid = xid, .add_way = NIL, .at = TEST_START };
	i64 slot = slot_of_customer(w->t->store, leaf);
	assert_int_equal(WRITE_TX(u, slot, follow_apply(tx, &told)), OK);
	assert_int_equal(WRITE_TX(u, slot, follow_fetch_later(tx, &told)), OK);
	struct outbox_row *rows;
	assert_int_equal(outbox_claim(w->t->store, w->t->arena, STR(""), TEST_START, 10, &rows, &n, &u->fail), OK);
	assert_int_equal(n, 1);
	struct outcome o = { .customer = rows[0].customer };
	assert_int_equal(follow_fetch(&w->cx, &rows[0], &o), OK);
	assert_int_equal(o.event, EV_CONTACT_FETCHED);
	assert_int_equal(customer_root(u, buyer, &root_a), OK);
	assert_int_equal(customer_root(u, leaf, &root_b), OK);
	assert_int_equal(root_a, root_b);
	assert_int_equal(WRITE_TX(u, slot, write_event(tx, &o)), OK);
	struct event *ev;
	struct customer c;
	assert_int_equal(READ_SNAP(u, slot, journal_read(snap, 0, 1000, &ev, &n)), OK);
	assert_int_equal(ev[n - 1].kind, EV_CONTACT_FETCHED);
	assert_int_equal(WRITE_TX(u, slot, follow_on_fetched(tx, &ev[n - 1])), OK);
	assert_int_equal(READ_SNAP(u, slot, customer_get(snap, leaf, &c)), OK);
	assert_true(str_eq(c.name, STR("阿鱼")));
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, drop), \
		   { #test "_spread_8", test, make_spread, drop, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(the_first_look_finds_everybody_once),
		BOTH(a_friend_of_this_minute_is_left_to_her_callback),
		BOTH(a_fetched_profile_makes_friend_and_buyer_one),
		BOTH(a_cursor_that_ends_begins_the_page_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

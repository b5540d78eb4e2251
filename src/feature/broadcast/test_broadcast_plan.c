/*
 * Planning for many, planning that broke off, and a process that died in the middle of a call.
 */
#include "feature/broadcast/test_broadcast_calls.h"

#include "core/attr/attr_data.h"
#include "core/customer/customer_data.h"
#include "core/follow/follow_data.h"
#include "store/outbox.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

/* Friends of one member, written as rows: the n-th person has number n. */
struct crowd { struct world *w; i64 staff, slot; u32 from, to; };

static err write_crowd(struct tx *tx, const struct crowd *c)
{
	for (u32 n = c->from; n < c->to; n++) {
		i64 id = id_customer(c->w->corp, n);
		struct customer who;
		struct follow_row f;
		struct customer_fact fact;
		if (slot_of_customer(c->w->t->store, id) != c->slot)
			continue;
		record_init(&customer_record, &who);
		record_init(&follow_row_record, &f);
		record_init(&customer_fact_record, &fact);
		who.id = who.root = f.customer = fact.customer = id;
		who.origin = STR("wecom");
		who.created = f.added = f.told = fact.added = fact.staff_since = tx->snap.now;
		who.version = f.times = 1;
		f.staff = fact.staff = c->staff;
		f.external_userid = arena_printf(tx->snap.arena, "wm%u", n);
		f.status = STR("friend");
		fact.friend = fact.reach_wecom = true;
		TRY(customer_insert(tx, &who));
		TRY(follow_put(tx, &f));
		TRY(customer_fact_put(tx, &fact));
	}
	return OK;
}

static void crowd(struct world *w, u32 count)
{
	i64 slots[SLOT_COUNT];
	size_t n = slots_of_corp(w->t->store, w->corp, slots, SLOT_COUNT);
	for (size_t s = 0; s < n; s++)
		for (u32 from = 1; from <= count; from += 2000) {
			struct crowd c = { w, staff_id(w, "linna"), slots[s], from, from + 2000 <= count ? from + 2000 : count + 1 };
			assert_int_equal(WRITE_TX(&w->cx.unit, slots[s], write_crowd(tx, &c)), OK);
		}
}

static void run_jobs(struct world *w)
{
	bool worked = true;
	while (worked)
		assert_int_equal(engine_stage(&w->env, STAGE_JOB, &worked), OK);
}

static void a_part_has_at_most_ten_thousand_people(void **state)
{
	struct world *w = *state;
	size_t n;
	i64 id;
	crowd(w, 2 * BROADCAST_PART_MAX + 1);
	i64 begin = clock_mono_us();
	struct broadcast_preview_out p = preview(w, "friend");
	print_message("preview of %lld people: %lld ms\n", (long long)p.people, (long long)(clock_mono_us() - begin) / 1000);
	assert_int_equal(p.total, 2 * BROADCAST_PART_MAX + 1);
	assert_int_equal(((struct broadcast_load_view *)p.advisors.v)[0].tasks, 3);
	assert_int_equal(try_send(w, "friend", p.total, NIL, &id), OK);
	run_jobs(w);
	struct broadcast_part *v = parts(w, id, &n);
	assert_int_equal(n, 3);
	assert_int_equal(v[0].people, BROADCAST_PART_MAX);
	assert_int_equal(v[1].people, BROADCAST_PART_MAX);
	assert_int_equal(v[2].people, 1);
	assert_int_equal(counts(w, id).planned, 2 * BROADCAST_PART_MAX + 1);
}

/* A step wrote people and died before its cursor: they are neither lost nor counted twice. */
static void a_step_that_broke_off_is_done_again(void **state)
{
	struct world *w = *state;
	i64 id, planned = 0;
	size_t n;
	crowd(w, 30);
	assert_int_equal(try_send(w, "friend", 30, NIL, &id), OK);
	for (u32 i = 5; i < 12; i++) {
		struct broadcast_person row = { .broadcast = id, .customer = id_customer(w->corp, i), .leaf = id_customer(w->corp, i),
			.staff = staff_id(w, "linna"), .external_userid = arena_printf(w->t->arena, "wm%u", i), .part = 0,
			.state = STR("planned"), .reason = STR_NIL, .sent_at = NIL };
		assert_int_equal(WRITE_TX(&w->cx.unit, slot_of_customer(w->t->store, row.customer), broadcast_person_add(tx, &row)), OK);
	}
	run_jobs(w);
	struct broadcast_part *v = parts(w, id, &n);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].people, 30);
	planned = (i64)people(w, id, "planned");
	assert_int_equal(planned, 30);
}

static void nobody_beyond_the_confirmed_number(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 3);
	i64 id;
	assert_int_equal(try_send(w, "friend", 3, NIL, &id), OK);
	befriend(w, "linna", 2); /* planning runs when these have come already */
	assert_int_equal(counts(w, id).planned, 3);
	assert_int_equal(people(w, id, "planned"), 3);
	live(w, MS_MINUTE);
	assert_int_equal(counts(w, id).created, 3);
}

static void a_process_that_dies_in_the_call_sends_once(void **state)
{
	struct world *w = *state;
	struct outbox_row *rows;
	struct outcome ignored = { 0 };
	struct fail f = { 0 };
	size_t n;
	i64 id;
	befriend(w, "linna", 4);
	assert_int_equal(try_send(w, "friend", 4, NIL, &id), OK);
	run_jobs(w);
	assert_int_equal(outbox_claim(w->t->store, w->t->arena, STR(""), now(w), 32, &rows, &n, &f), OK);
	assert_int_equal(n, 1);
	assert_int_equal(broadcast_send_create(&w->cx, &rows[0], &ignored), OK);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	assert_int_equal(outbox_recover(w->t->store, w->t->arena, &f), OK); /* its outcome was never written */
	assert_int_equal(counts(w, id).created, 0);
	live(w, 5 * MS_MINUTE);
	assert_int_equal(counts(w, id).created, 4);
	assert_int_equal(effects(w, "add_msg_template", ""), 1);
	tap(w, id, "linna");
	live(w, 5 * MS_MINUTE);
	assert_int_equal(counts(w, id).delivered, 4);
}

static void a_wrong_audience_or_content_is_refused(void **state)
{
	struct world *w = *state;
	struct content empty = { 0 };
	struct broadcast_preview_in in = { NIL, STR("frend"), (void *)(uintptr_t)&hello };
	struct broadcast_preview_out out;
	i64 id;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), ERR_INPUT);
	in.expr = STR("friend");
	in.content = &empty;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), ERR_INPUT);
	in.audience_id = 5; /* both */
	in.content = (void *)(uintptr_t)&hello;
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/preview", &in, &out), ERR_INPUT);
	assert_int_equal(try_send(w, "friend", 0, NIL, &id), ERR_STATE); /* nobody */
	befriend(w, "linna", 1);
	assert_int_equal(try_send(w, "friend", 1, now(w) - 1, &id), ERR_INPUT);
}

static void another_corp_sees_nothing(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 1);
	i64 id = send_to(w, "friend");
	struct broadcast_detail out;
	w->cx.unit.corp = 1;
	assert_int_equal(route(w, "GET", "/api/v1/broadcasts/{id}", &(struct broadcast_key){ id }, &out), ERR_NOT_FOUND);
	assert_int_equal(route(w, "POST", "/api/v1/broadcasts/{id}/cancel", &(struct broadcast_key){ id }, &out), ERR_NOT_FOUND);
	w->cx.unit.corp = w->corp;
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_part_has_at_most_ten_thousand_people), BOTH(a_step_that_broke_off_is_done_again),
		ONE(nobody_beyond_the_confirmed_number), BOTH(a_process_that_dies_in_the_call_sends_once),
		ONE(a_wrong_audience_or_content_is_refused), ONE(another_corp_sees_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

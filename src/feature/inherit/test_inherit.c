/*
 * Inheritance against the simulator: planned by rule, asked, waited for, refused, full, and what the figures,
 * relations and tags say of it. Over one slot and over eight.
 */
#include "app/test_app_sim.h"

#include "core/follow/follow.h"
#include "core/group/group.h"
#include "core/tag/tag_mark_data.h"
#include "core/tag/tag_sync.h"
#include "feature/home/home_data.h"
#include "feature/inherit/inherit_data.h"

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static struct inherit_edit edit_of(struct world *w, const char *kind, const char *rule, const char *giver, const char *t1, const char *t2)
{
	i64 *ids = ARENA_ARRAY(w->t->arena, i64, 3);
	size_t n = 0;
	ids[0] = staff_id(w, giver);
	if (t1)
		ids[1 + n++] = staff_id(w, t1);
	if (t2)
		ids[1 + n++] = staff_id(w, t2);
	return (struct inherit_edit){ str_c(kind), str_c(rule), STR("以后由同事为您服务"), { ids, 1 }, { ids + 1, n }, false };
}

static err try_create(struct world *w, const struct inherit_edit *in, i64 *ret)
{
	return WRITE_TX(&w->cx.unit, w->base, inherit_create(tx, in, ret));
}

static i64 plan(struct world *w, const struct inherit_edit *in)
{
	i64 id = 0;
	assert_int_equal(try_create(w, in, &id), OK);
	settle(w);
	return id;
}

static err start(struct world *w, i64 id) { return WRITE_TX(&w->cx.unit, w->base, inherit_start(tx, id)); }

static struct inherit row(struct world *w, i64 id)
{
	struct inherit r;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, inherit_get(snap, &(struct inherit_key){ id }, &r)), OK);
	return r;
}

/* taker NULL: of all. */
static i64 count(struct world *w, i64 id, const char *state, const char *taker)
{
	struct inherit_sum *rows;
	size_t n;
	i64 sum = 0, who = taker ? staff_id(w, taker) : 0;
	assert_int_equal(inherit_totals(&w->cx.unit, id, &rows, &n), OK);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].state, state) && (!taker || rows[i].taker == who))
			sum += rows[i].n;
	return sum;
}

static str status(struct world *w, str ext, const char *userid)
{
	struct follow *rows;
	size_t n;
	i64 her = person_of(w, ext), who = staff_id(w, userid);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of_customer(w->t->store, her), follow_list(snap, her, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (rows[i].staff == who)
			return rows[i].status;
	return STR("none");
}

/* Adds, losses and removals by staff over all days and members. */
static void assert_figures(struct world *w, i64 added, i64 lost, i64 dropped)
{
	i64 sum[3] = { 0 };
	struct home_range in = { 0, 100000, 0 };
	struct home_sum *rows;
	size_t m;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, home_days(snap, &in, &rows, &m)), OK);
	for (size_t i = 0; i < m; i++) {
		sum[0] += rows[i].added;
		sum[1] += rows[i].lost;
		sum[2] += rows[i].dropped;
	}
	assert_int_equal(sum[0], added);
	assert_int_equal(sum[1], lost);
	assert_int_equal(sum[2], dropped);
}

static bool carries(struct world *w, str ext, const char *userid, const char *tag)
{
	const struct json *v = json_get(sim_say(w, "/sim/tags_of", "{\"external_userid\":\"%.*s\"}", STR_F(ext)), "relations");
	for (size_t i = 0; i < v->n; i++)
		if (str_eq_c(json_str(&v->items[i], "userid"), userid) && str_eq_c(json_str(&v->items[i], "tag"), tag))
			return true;
	return false;
}

static void a_working_member_s_customers_go_over_evenly(void **state)
{
	struct world *w = *state;
	str first = befriend(w, "linna", 5);
	struct inherit_edit in = edit_of(w, "onjob", "even", "linna", "chenjing", "yangmin");
	i64 id = plan(w, &in);
	assert_true(str_eq_c(row(w, id).state, "planned"));
	assert_int_equal(row(w, id).total, 5);
	assert_int_equal(count(w, id, "planned", NULL), 5);
	assert_int_equal(count(w, id, "planned", "chenjing") + count(w, id, "planned", "yangmin"), 5);
	assert_true(count(w, id, "planned", "chenjing") >= 2 && count(w, id, "planned", "yangmin") >= 2);
	assert_int_equal(effects(w, "transfer_customer", ""), 0); /* nothing is asked before the start */
	assert_int_equal(start(w, id), OK);
	assert_int_equal(start(w, id), ERR_STATE);
	settle(w);
	assert_int_equal(count(w, id, "waiting", NULL), 5);
	assert_true(str_eq_c(status(w, first, "linna"), "friend"));
	live(w, 26 * MS_HOUR);
	assert_int_equal(count(w, id, "done", NULL), 5);
	assert_true(str_eq_c(row(w, id).state, "done"));
	assert_true(str_eq_c(status(w, first, "linna"), "transferred"));
	assert_true(str_eq_c(status(w, first, "chenjing"), "friend") != str_eq_c(status(w, first, "yangmin"), "friend"));
	assert_int_equal(told(w, 0, EV_INHERIT_STARTED, NULL), 1);
	assert_int_equal(told(w, 0, EV_INHERIT_ENDED, NULL), 1);
	assert_figures(w, 5, 0, 0);
	assert_int_equal(effects(w, "send_welcome_msg", ""), 0);
}

static void a_leaver_s_customers_go_to_her_store(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "chenjing", 3);
	sim_say(w, "/sim/staff", "{\"userid\":\"chenjing\",\"left\":true}");
	settle(w);
	struct inherit_edit wrong = edit_of(w, "onjob", "store", "chenjing", NULL, NULL);
	i64 id = 0;
	assert_int_equal(try_create(w, &wrong, &id), ERR_INPUT);
	struct inherit_edit in = edit_of(w, "resigned", "store", "chenjing", NULL, NULL);
	id = plan(w, &in);
	assert_int_equal(row(w, id).total, 3);
	assert_int_equal(row(w, id).blocked, 0);
	assert_int_equal(start(w, id), OK);
	settle(w);
	assert_int_equal(count(w, id, "waiting", NULL), 3);
	live(w, 26 * MS_HOUR);
	assert_int_equal(count(w, id, "done", NULL), 3);
	assert_true(str_eq_c(status(w, ext, "chenjing"), "transferred"));
	assert_figures(w, 3, 0, 0);
	struct staff s;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, staff_get(snap, staff_id(w, "chenjing"), &s)), OK);
	assert_int_equal(s.customers, 0);
}

static void an_add_that_came_late_or_never_is_no_new_customer(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "chenjing", 1);
	sim_say(w, "/sim/staff", "{\"userid\":\"chenjing\",\"left\":true}");
	settle(w);
	struct inherit_edit in = edit_of(w, "resigned", "one", "chenjing", "linna", NULL);
	i64 id = plan(w, &in);
	assert_int_equal(start(w, id), OK);
	settle(w);
	sim_say(w, "/sim/fault", "{\"api\":\"add_external_contact\",\"kind\":\"drop_callback\"}");
	live(w, 27 * MS_HOUR); /* found by asking */
	assert_int_equal(count(w, id, "done", "linna"), 1);
	assert_true(str_eq_c(status(w, ext, "linna"), "friend"));
	assert_true(str_eq_c(status(w, ext, "chenjing"), "transferred"));
	assert_figures(w, 1, 0, 0);
}

static void a_refusal_and_a_full_taker_are_told_and_change_nothing(void **state)
{
	struct world *w = *state;
	struct event last = { 0 };
	str no = befriend(w, "linna", 2);
	struct inherit_edit in = edit_of(w, "onjob", "one", "linna", "yangmin", NULL);
	i64 id = plan(w, &in);
	assert_int_equal(start(w, id), OK);
	settle(w);
	sim_say(w, "/sim/transfer", "{\"external_userid\":\"%.*s\",\"answer\":\"refuse\"}", STR_F(no));
	settle(w);
	assert_int_equal(count(w, id, "refused", NULL), 1);
	assert_int_equal(told(w, person_of(w, no), EV_INHERIT_REFUSED, &last), 1);
	assert_true(str_eq_c(status(w, no, "linna"), "friend"));
	sim_say(w, "/sim/staff", "{\"userid\":\"yangmin\",\"full\":true}");
	live(w, 26 * MS_HOUR);
	assert_int_equal(count(w, id, "full", NULL), 1);
	assert_true(str_eq_c(row(w, id).state, "done"));
	assert_figures(w, 2, 0, 0);
	in = edit_of(w, "onjob", "one", "linna", "yangmin", NULL);
	id = plan(w, &in); /* asked again, all are refused by code */
	assert_int_equal(start(w, id), OK);
	settle(w);
	assert_int_equal(count(w, id, "failed", NULL), 2);
	live(w, MS_HOUR);
	assert_true(str_eq_c(row(w, id).state, "done"));
}

static void hand_to(struct world *w, const char *from, const char *to)
{
	struct inherit_edit in = edit_of(w, "onjob", "one", from, to, NULL);
	i64 id = plan(w, &in);
	assert_int_equal(start(w, id), OK);
	live(w, 26 * MS_HOUR);
	assert_int_equal(count(w, id, "done", to), 1);
}

static void who_went_over_twice_in_90_days_is_blocked_beforehand(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 1);
	hand_to(w, "linna", "yangmin");
	hand_to(w, "yangmin", "chenjing");
	struct inherit_edit in = edit_of(w, "onjob", "one", "chenjing", "linna", NULL);
	i64 id = plan(w, &in);
	assert_int_equal(row(w, id).blocked, 1);
	assert_int_equal(count(w, id, "blocked", NULL), 1);
	assert_int_equal(start(w, id), ERR_STATE);
	clock_advance(&w->t->clock, now(w) + WECOM_TRANSFER_TIMES_MS);
	settle(w);
	id = plan(w, &in);
	assert_int_equal(row(w, id).blocked, 0);
	assert_figures(w, 1, 0, 0);
}

static void a_friend_of_a_taker_goes_to_that_one(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 4);
	sim_say(w, "/sim/scan", "{\"userid\":\"yangmin\",\"external_userid\":\"%.*s\",\"skip_verify\":true}", STR_F(ext));
	settle(w);
	struct inherit_edit in = edit_of(w, "onjob", "even", "linna", "chenjing", "yangmin");
	i64 id = plan(w, &in);
	assert_int_equal(start(w, id), OK);
	live(w, 26 * MS_HOUR);
	assert_int_equal(count(w, id, "done", NULL), 4);
	assert_true(str_eq_c(status(w, ext, "linna"), "transferred"));
	assert_true(str_eq_c(status(w, ext, "yangmin"), "friend"));
	assert_true(str_eq_c(status(w, ext, "chenjing"), "none"));
}

static void a_lost_answer_asks_nobody_twice(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 3);
	struct inherit_edit in = edit_of(w, "onjob", "one", "linna", "yangmin", NULL);
	i64 id = plan(w, &in);
	sim_say(w, "/sim/fault", "{\"api\":\"externalcontact/transfer_customer\",\"kind\":\"lost_reply\"}");
	assert_int_equal(start(w, id), OK);
	live(w, 5 * MS_MINUTE);
	assert_int_equal(count(w, id, "waiting", NULL), 3);
	live(w, 26 * MS_HOUR);
	assert_int_equal(count(w, id, "done", NULL), 3);
	assert_int_equal(effects(w, "DELETE_BY_TRANSFER", "\"kind\":\"event\""), 3);
}

static void tags_are_put_on_the_new_relation(void **state)
{
	struct world *w = *state;
	str ext = befriend(w, "linna", 1);
	i64 her = person_of(w, ext), slot = slot_of_customer(w->t->store, her);
	struct tag t;
	assert_int_equal(tag_pull(&w->cx), OK);
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_find(snap, STR("金卡"), &t)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, slot, tag_mark(tx, her, t.id, "manual", 1)), OK);
	settle(w);
	assert_true(carries(w, ext, "linna", "金卡"));
	hand_to(w, "linna", "yangmin");
	assert_true(carries(w, ext, "yangmin", "金卡"));
	i64 *tags;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot, tag_of(snap, her, &tags, &n)), OK);
	assert_int_equal(n, 1);
}

static str group_made(struct world *w, const char *owner, const char *name)
{
	str id = json_str(sim_say(w, "/sim/group/make", "{\"userid\":\"%s\",\"name\":\"%s\",\"people\":3}", owner, name), "chat_id");
	live(w, MS_MINUTE);
	return id;
}

static i64 owner_of(struct world *w, str chat_id)
{
	struct group_chat g;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, group_by_chat_id(snap, chat_id, &g)), OK);
	return g.owner;
}

static i64 groups(struct world *w, i64 id, const char *state)
{
	struct inherit_group_sum *rows;
	size_t n;
	i64 sum = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, inherit_group_sums(snap, &(struct inherit_key){ id }, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++)
		sum += str_eq_c(rows[i].state, state) ? rows[i].n : 0;
	return sum;
}

static void groups_go_over_with_the_customers(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 1);
	str a = group_made(w, "linna", "一群"), b = group_made(w, "linna", "二群"), other = group_made(w, "yangmin", "别人的群");
	struct inherit_edit in = edit_of(w, "onjob", "even", "linna", "chenjing", "yangmin");
	in.with_groups = true;
	i64 id = plan(w, &in);
	assert_int_equal(groups(w, id, "planned"), 2);
	sim_say(w, "/sim/fault", "{\"api\":\"externalcontact/groupchat/onjob_transfer\",\"kind\":\"lost_reply\"}");
	assert_int_equal(start(w, id), OK);
	live(w, 5 * MS_MINUTE);
	assert_int_equal(groups(w, id, "done"), 2);
	assert_true(owner_of(w, a) != staff_id(w, "linna") && owner_of(w, b) != staff_id(w, "linna"));
	assert_true(owner_of(w, a) != owner_of(w, b)); /* shared */
	assert_int_equal(owner_of(w, other), staff_id(w, "yangmin"));
}

static void a_leavers_groups_go_over_alone(void **state)
{
	struct world *w = *state;
	str a = group_made(w, "linna", "一群");
	sim_say(w, "/sim/staff", "{\"userid\":\"linna\",\"left\":true}");
	settle(w);
	struct inherit_edit in = edit_of(w, "resigned", "one", "linna", "yangmin", NULL);
	in.with_groups = true;
	i64 id = plan(w, &in);
	assert_int_equal(start(w, id), OK);
	live(w, MS_MINUTE);
	assert_int_equal(groups(w, id, "done"), 1);
	assert_int_equal(owner_of(w, a), staff_id(w, "yangmin"));
	assert_true(str_eq_c(row(w, id).state, "done"));
}

static void a_stopped_one_asks_no_more(void **state)
{
	struct world *w = *state;
	befriend(w, "linna", 2);
	struct inherit_edit in = edit_of(w, "onjob", "one", "linna", "yangmin", NULL);
	i64 id = plan(w, &in);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, inherit_cancel(tx, id)), OK);
	assert_int_equal(start(w, id), ERR_STATE);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, inherit_cancel(tx, id)), ERR_STATE);
	settle(w);
	assert_int_equal(effects(w, "transfer_customer", ""), 0);
}

static void what_cannot_be_is_refused(void **state)
{
	struct world *w = *state;
	i64 id;
	struct inherit_edit none = edit_of(w, "onjob", "one", "linna", NULL, NULL);
	assert_int_equal(try_create(w, &none, &id), ERR_INPUT);
	struct inherit_edit two = edit_of(w, "onjob", "one", "linna", "yangmin", "chenjing");
	assert_int_equal(try_create(w, &two, &id), ERR_INPUT);
	struct inherit_edit self = edit_of(w, "onjob", "one", "linna", "linna", NULL);
	assert_int_equal(try_create(w, &self, &id), ERR_INPUT);
	struct inherit_edit left = edit_of(w, "resigned", "one", "linna", "yangmin", NULL);
	assert_int_equal(try_create(w, &left, &id), ERR_INPUT);
	sim_say(w, "/sim/staff", "{\"userid\":\"yangmin\",\"left\":true}");
	settle(w);
	struct inherit_edit gone = edit_of(w, "onjob", "one", "linna", "yangmin", NULL);
	assert_int_equal(try_create(w, &gone, &id), ERR_INPUT);
	struct inherit_edit empty = edit_of(w, "onjob", "one", "linna", "chenjing", NULL);
	id = plan(w, &empty);
	assert_int_equal(row(w, id).total, 0);
	assert_int_equal(start(w, id), ERR_STATE);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, make, world_free), cmocka_unit_test_setup_teardown(test, make_spread, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_working_member_s_customers_go_over_evenly),
		BOTH(a_leaver_s_customers_go_to_her_store),
		BOTH(an_add_that_came_late_or_never_is_no_new_customer),
		BOTH(a_refusal_and_a_full_taker_are_told_and_change_nothing),
		BOTH(who_went_over_twice_in_90_days_is_blocked_beforehand),
		BOTH(a_friend_of_a_taker_goes_to_that_one),
		BOTH(a_lost_answer_asks_nobody_twice),
		BOTH(tags_are_put_on_the_new_relation),
		BOTH(groups_go_over_with_the_customers),
		BOTH(a_leavers_groups_go_over_alone),
		BOTH(a_stopped_one_asks_no_more),
		BOTH(what_cannot_be_is_refused),
	};
	return cmocka_run_group_tests_name("inherit", tests, NULL, NULL);
}

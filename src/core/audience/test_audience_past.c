/*
 * The past computed from the journal is what evaluation said at that moment, and now is what it says now.
 */
#include "core/audience/test_audience_life.h"

#include "core/attr/attr_own.h"
#include "core/audience/audience_asof.h"
#include "core/audience/audience_past.h"
#include "core/audience/expr_int.h"
#include "core/follow/follow_rule.h"
#include "feature/lifecycle/lifecycle_data.h"
#include "feature/lifecycle/lifecycle_job.h"
#include "feature/livecode/livecode.h"

#define MOMENTS 6
#define PEOPLE_MAX 400

static const char *const exprs[] = {
	"tag:\"宝妈\"", "tags all (\"宝妈\", \"新友\")", "tags none (\"VIP\", \"新友\")", "did(\"order.paid\", within 3d)",
	"did(\"tag.marked\", count >= 2) or tag:\"VIP\"", "spent >= 300 and orders >= 2", "aov > 200 or first_order < -2d",
	"last_order is unknown and friend", "not (friend and orders = 0)", "last_order >= -1d or orders between 2 and 3",
	"staff = \"linna\"", "staff != \"xiaqing\" and friend", "staff is unknown or store is unknown", "store is known",
	"store = \"西湖文三路店\"", "store != \"西湖文三路店\" and not staff = \"linna\"", "channel = \"门店\"", "channel != \"门店\"",
	"channel is unknown or lost_by = \"staff\"", "lost_by is known", "lost_at >= -1d", "added >= -1d", "added < -1d or not friend",
	"stage = growing", "stage in (growing, mature, lost)", "stage is unknown", "not (stage = intro) and friend", "followup = \"谈\"",
	"followup != \"谈\"", "followup is known", "last_reached >= -1d", "last_reached is unknown and followup is unknown",
	"last_reply >= -2d or last_open < -1d", "last_open is known", "source = \"wecom\"", "order_gap > 0", "size >= 40", "size is known",
	"member = true", "did(\"order.refunded\") or spent < 0", "spent between 40 and 130", "spent between 130 and 240", "spent between 240 and 380",
	"categories = \"奶粉\"", "categories all (\"奶粉\", \"尿裤\")", "categories none (\"奶粉\", \"尿裤\") and orders > 0", "categories is known",
};
#define EXPRS ARRAY_LEN(exprs)

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static struct expr *parsed(struct world *w, const char *text)
{
	struct expr *e;
	if (expr_parse(&w->cx.unit, str_c(text), &e) != OK)
		fail_msg("%s: %s", text, w->cx.unit.fail.value);
	return e;
}

struct answer { ms at; size_t n[EXPRS]; i64 who[EXPRS][LIFE_PEOPLE_MAX]; };

static void remember(struct world *w, struct answer *ret)
{
	ret->at = now(w);
	for (size_t i = 0; i < EXPRS; i++) {
		i64 *v;
		assert_int_equal(audience_select(&w->cx.unit, parsed(w, exprs[i]), 0, LIFE_PEOPLE_MAX, &v, &ret->n[i]), OK);
		memcpy(ret->who[i], v, ret->n[i] * sizeof(i64));
	}
}

static void refund(struct life *l, i64 her, i64 order, i64 fen)
{
	struct order_tally t = { 0 };
	struct refund_in in = { .id = 1000000 + (i64)life_dice(l, 1 << 20), .source = STR("test"), .refund_no = STR("r"), .sku = STR_NIL,
				.currency = STR("CNY"), .amount = fen, .refunded = now(l->w), .order_id = order };
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), order_refund_put(tx, her, 0, &in, 1, &t)), OK);
}

/* Her newest order as a later file tells it. */
static void retell(struct life *l, i64 her, i64 order, i64 paid, i64 refunded, const char *status)
{
	struct order_tally t = { 0 };
	struct order_in in = { .goods_count = 0 };
	record_init(&order_head_record, &in.head);
	in.head.customer = her;
	in.head.id = order;
	in.head.source = STR("test");
	in.head.status = str_c(status);
	in.head.paid = paid;
	in.head.refunded = refunded;
	in.head.currency = STR("CNY");
	in.head.ordered = now(l->w);
	if (paid % 3 == 0)
		life_goods(&in, paid + 1); /* other goods than were told */
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), order_put(tx, her, false, &in, 1, &t)), OK);
}

static void tells_relation(struct life *l, i64 her, const char *userid, u64 how)
{
	static const enum follow_tell tells[] = { TELL_ADDED, TELL_LOST, TELL_DROPPED, TELL_TRANSFERRED, TELL_HALF, TELL_ADDED };
	struct follow_told t = { .tell = tells[how % ARRAY_LEN(tells)], .customer = her, .staff = staff_id(l->w, userid), .userid = str_c(userid),
				 .external_userid = STR("x"), .state = STR_NIL, .welcome_code = STR("w"), .add_way = NIL,
				 .at = now(l->w) - (how % 7 == 0 ? 9 * MS_HOUR : 0) };
	struct livecode_came came = { 1, STR("码"), t.staff, STR_NIL, STR_NIL, false, how / 6 % 2 ? STR("门店") : STR("展会") };
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), follow_apply(tx, &t)), OK);
	if (t.tell != TELL_ADDED || how % 3 == 0)
		return;
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), follow_channel_put(tx, her, t.staff, came.channel)), OK);
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her),
				  journal_add(tx, EV_LIVECODE_CAME, her, t.at, &livecode_came_record, &came, NULL)), OK);
}

/* A member leaves, comes back, or goes to another store. */
static void moves_staff(struct life *l, const char *userid, u64 how)
{
	struct staff_change c = { .userid = str_c(userid), .department = 1 + 1 + (i64)(how % 2) };
	if (how % 5 < 2)
		c = (struct staff_change){ .userid = str_c(userid), .state = how % 2 ? STR("left") : STR("active"), .department = NIL };
	assert_int_equal(WRITE_TX(&l->w->cx.unit, l->w->base, staff_change(tx, &c)), OK);
}

static void does(struct life *l, i64 her, enum event_kind kind)
{
	ms at = now(l->w) - (ms)life_dice(l, 3) * MS_DAY;
	struct reach_event body = { .channel = STR("sms"), .class = STR("service"), .by = STR("t"), .how = STR_NIL, .content = STR_NIL,
				    .key = STR_NIL, .reason = STR_NIL, .by_id = NIL, .staff = NIL };
	bool reach = kind == EV_REACH_SENT;
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her),
				  reach ? journal_add(tx, kind, her, at, &reach_event_record, &body, NULL)
					: journal_add(tx, kind, her, at, &none_record, &(struct none){ 0 }, NULL)), OK);
}

static i64 fields[2]; /* of the world in hand: size, member */

static void notes(struct life *l, i64 her, u64 how)
{
	struct customer_edit edit = { STR_NIL, STR_NIL, how % 4 == 0 ? STR("") : how % 2 ? STR("谈") : STR("签"), NIL, NIL };
	struct attr_def d;
	str text = how % 5 == 0 ? STR("") : how % 2 ? STR("36") : STR("42");
	if (how % 3 == 0) {
		assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), customer_edit(tx, her, &edit)), OK);
		return;
	}
	assert_int_equal(READ_SNAP(&l->w->cx.unit, l->w->base, attr_def_get(snap, fields[how % 2], &d)), OK);
	if (how % 2)
		text = how % 5 ? STR("true") : STR("");
	assert_int_equal(WRITE_TX(&l->w->cx.unit, life_slot(l, her), attr_field_set(tx, her, &d, text, STR("t"))), OK);
}

static void other_life(struct life *l, i64 her)
{
	static const enum event_kind kinds[] = { EV_REACH_SENT, EV_KF_WROTE, EV_SURVEY_OPENED };
	u64 what = life_dice(l, 10), how = life_dice(l, 1000);
	const char *userid = life_dice(l, 2) ? "linna" : "xiaqing";
	if (what < 4)
		tells_relation(l, her, userid, how);
	else if (what < 5)
		moves_staff(l, userid, how);
	else if (what < 6)
		does(l, her, kinds[how % ARRAY_LEN(kinds)]);
	else
		notes(l, her, how);
}

static void more_life(struct life *l)
{
	i64 her = l->people[life_dice(l, l->n)], order = 500000 + (i64)life_dice(l, 6) + 10 * (her & 0xffff);
	static const char *const says[] = { "paid", "refunded", "cancelled", "created", "shipped", "done" };
	u64 which = life_dice(l, 8);
	if (which > 1) {
		if (which < 5)
			life_step(l);
		else
			other_life(l, her);
		return;
	}
	/* One by one: compilers evaluate arguments in different orders, and a seed is to be one history. */
	bool told = life_dice(l, 3) > 0;
	i64 fen = (i64)life_dice(l, 30000), back = life_dice(l, 3) ? 0 : 5000;
	const char *status = says[life_dice(l, ARRAY_LEN(says))];
	if (told)
		retell(l, her, order, 10000 + fen, back, status);
	else
		refund(l, her, back ? order : 0, 1 + fen % 8000);
}

/* ---- the world: two fields, and a rule of stages that comes when people are there already ---- */

static void prepare(struct life *l)
{
	struct unit *u = &l->w->cx.unit;
	for (int i = 0; i < 2; i++) {
		struct attr_def def;
		record_init(&attr_def_record, &def);
		def.name = i ? STR("member") : STR("size");
		def.label = def.name;
		def.type = i ? STR("flag") : STR("number");
		def.source = STR("field");
		def.visible = STR("all");
		assert_int_equal(WRITE_TX(u, l->w->base, attr_def_add(tx, &def)), OK);
		fields[i] = def.id;
	}
}

static err rule(struct tx *tx)
{
	struct life_settle settle = { 1 };
	struct life_rule_row row = { 1, STR("t"), 1, 2, 3, 1, 4, STR("any"), 0, tx->snap.now, 0 };
	TRY(job_add(tx, LIFE_JOB_SETTLE, STR("t"), STR("/lifecycle"), &life_settle_record, &settle, &row.job));
	return life_rule_add(tx, &row);
}

static void assert_same(struct world *w, const struct answer *then)
{
	for (size_t i = 0; i < EXPRS; i++) {
		struct audience_use use;
		i64 job, *v;
		size_t n;
		assert_int_equal(audience_past_begin(&w->cx.unit, parsed(w, exprs[i]), then->at, &job), OK);
		engine_settle(&w->env);
		assert_int_equal(audience_use_by(&w->cx.unit, "past", job, &use), OK);
		assert_int_equal(use.at, then->at);
		assert_int_equal(audience_use_members(&w->cx.unit, &use, 0, 1000, &v, &n), OK);
		bool same = n == then->n[i] && memcmp(v, then->who[i], n * sizeof(i64)) == 0;
		if (!same)
			fail_msg("%s at %lld: %zu, was %zu", exprs[i], (long long)then->at, n, then->n[i]);
	}
}

/* Everybody's sums to the fen. */
static void assert_sums(struct life *l)
{
	struct unit *u = &l->w->cx.unit;
	for (size_t i = 0; i < l->n; i++) {
		struct customer_fact f;
		i64 slot = life_slot(l, l->people[i]);
		bool in = false;
		if (READ_SNAP(u, slot, attr_fact_get(snap, l->people[i], &f)) != OK || f.erased)
			continue;
		str text = arena_printf(u->arena, "spent = %s%lld.%02lld and orders = %lld", f.spent < 0 ? "-" : "", (long long)llabs(f.spent) / 100,
					(long long)llabs(f.spent) % 100, (long long)f.orders);
		struct expr *e = parsed(l->w, arena_cstr(u->arena, text));
		assert_int_equal(READ_SNAP(u, slot, audience_past_test(snap, e, l->people[i], now(l->w), &in)), OK);
		if (!in)
			fail_msg("%lld: %.*s", (long long)l->people[i], STR_F(text));
	}
}

static void the_past_is_what_was_said_then(void **state)
{
	struct life l;
	struct answer *then = calloc(MOMENTS, sizeof(*then));
	prepare(&(struct life){ .w = *state });
	life_begin(&l, *state, 77, 10);
	for (int m = 0; m < MOMENTS; m++) {
		if (m == 1)
			assert_int_equal(WRITE_TX(&l.w->cx.unit, l.w->base, rule(tx)), OK);
		for (int i = 0; i < 30; i++) {
			more_life(&l);
			if (life_dice(&l, 5) == 0)
				settle(l.w);
		}
		settle(l.w);
		assert_sums(&l);
		remember(l.w, &then[m]);
		live(l.w, MS_SECOND + (ms)life_dice(&l, 40) * MS_HOUR);
	}
	for (size_t i = 0; i < EXPRS; i++) {
		size_t some = 0;
		for (int m = 0; m < MOMENTS; m++)
			some += then[m].n[i] > 0;
		if (!some)
			fail_msg("%s: never anybody", exprs[i]);
	}
	for (int m = 0; m < MOMENTS; m++)
		assert_same(l.w, &then[m]);
	remember(l.w, &then[0]);
	assert_same(l.w, &then[0]); /* and now is now */
	free(then);
}

/* What an order says of money that went back, the event behind it says once more. */
static void an_order_told_again_counts_its_refund_once(void **state)
{
	static const struct { const char *status; i64 paid, refunded; } tellings[] = {
		{ "created", 20000, 0 }, { "paid", 20000, 5000 }, { "paid", 21000, 5000 }, { "done", 21000, 8000 }, { "done", 21000, 8000 },
		{ "refunded", 21000, 21000 },
	};
	struct life l;
	life_begin(&l, *state, 1, 1);
	for (size_t i = 0; i < ARRAY_LEN(tellings); i++) {
		retell(&l, l.people[0], 77, tellings[i].paid, tellings[i].refunded, tellings[i].status);
		settle(l.w);
		assert_sums(&l);
	}
}

static i64 chosen(struct world *w, const char *text)
{
	i64 n;
	assert_int_equal(audience_count(&w->cx.unit, parsed(w, text), &n, NULL), OK);
	return n;
}

/* Whether the change makes work. */
static bool folds_anew(struct world *w, const struct staff_change *c)
{
	bool more = true;
	settle(w);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, staff_change(tx, c)), OK);
	while (more)
		assert_int_equal(engine_stage(&w->env, STAGE_CONSUME, &more), OK);
	return engine_stage_due(&w->env, STAGE_JOB) != NIL;
}

static void a_member_without_customers_makes_no_work(void **state)
{
	struct life l;
	struct world *w = *state;
	struct staff_change move = { .userid = STR("fangyuan"), .department = 2 };
	life_begin(&l, w, 1, 8);
	assert_false(folds_anew(w, &move));
	move.department = 3;
	assert_false(folds_anew(w, &move));
	move.userid = STR("linna");
	assert_true(folds_anew(w, &move));
}

/* Nothing names his customers, and yet their advisor and store are others now. */
static void a_member_who_leaves_or_moves_changes_his_customers(void **state)
{
	struct life l;
	struct world *w = *state;
	struct staff_change left = { .userid = STR("linna"), .state = STR("left"), .department = NIL };
	struct staff_change move = { .userid = STR("xiaqing"), .department = 3 };
	life_begin(&l, w, 1, 8);
	settle(w);
	i64 hers = chosen(w, "staff = \"linna\""), there = chosen(w, "store = \"拱墅万达店\"");
	assert_int_equal(hers, 4);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, staff_change(tx, &left)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, staff_change(tx, &move)), OK);
	settle(w);
	assert_int_equal(chosen(w, "staff = \"linna\""), 0);
	assert_int_equal(chosen(w, "staff is unknown and friend"), 4);
	assert_int_equal(chosen(w, "store = \"拱墅万达店\" and staff = \"xiaqing\""), 4);
	assert_true(there < 4);
	left.state = STR("active");
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, staff_change(tx, &left)), OK);
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, staff_change(tx, &left)), OK); /* and again: no more work */
	settle(w);
	assert_int_equal(chosen(w, "staff = \"linna\""), 4);
}

static void what_no_event_tells_is_refused_by_name(void **state)
{
	struct world *w = *state;
	static const struct { const char *expr, *name; } list[] = {
		{ "city = \"上海\"", "city" }, { "orders > 1 and not (friend or risk = high)", "risk" }, { "reachable(\"sms\")", "reachable" },
		{ "bound", "bound" }, { "last_active > -3d", "last_active" }, { "stage_since > -3d", "stage_since" },
	};
	i64 job;
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		assert_int_equal(audience_past_begin(&w->cx.unit, parsed(w, list[i].expr), now(w), &job), ERR_INPUT);
		assert_string_equal(w->cx.unit.fail.value, list[i].name);
	}
	assert_int_equal(audience_past_begin(&w->cx.unit, parsed(w, "friend"), now(w) + 1, &job), ERR_INPUT);
	assert_int_equal(audience_past_begin(&w->cx.unit, parsed(w, "friend"), now(w), &job), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, world_free)
		T(the_past_is_what_was_said_then), cmocka_unit_test_setup_teardown(the_past_is_what_was_said_then, make_spread, world_free),
		T(a_member_who_leaves_or_moves_changes_his_customers),
		cmocka_unit_test_setup_teardown(a_member_who_leaves_or_moves_changes_his_customers, make_spread, world_free),
		T(a_member_without_customers_makes_no_work),
		cmocka_unit_test_setup_teardown(a_member_without_customers_makes_no_work, make_spread, world_free),
		T(an_order_told_again_counts_its_refund_once), T(what_no_event_tells_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

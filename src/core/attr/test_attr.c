/*
 * The facts about a person: a fold over her leaves that merging and splitting leave exact, the sums kept over
 * it, and how often what happened on which day.
 */
#include "app/test_app_sim.h"

#include "core/attr/attr_data.h"
#include "core/attr/attr_own.h"
#include "core/attr/attr_say.h"
#include "core/module.h"
#include "feature/order/order.h"

#define DAY_OF_FIELDS(F, S) F(S, ID, customer) F(S, I64, kind)
RECORD(day_of, DAY_OF_FIELDS);
#define DAY_TIMES_FIELDS(F, S) F(S, I64, day) F(S, I64, times)
RECORD(day_times, DAY_TIMES_FIELDS);
READ_MANY(days_of, day_of, day_times,
	SQL(SELECT day, times FROM event_day
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND kind = :kind ORDER BY day))

static int make(void **state) { return world_new(state, 1); }
static int make_spread(void **state) { return world_new(state, 8); }

static i64 slot_of(struct world *w, i64 her) { return slot_of_customer(w->t->store, her); }

static void buy(struct world *w, i64 her, i64 order, i64 fen, ms at)
{
	struct order_tally t = { 0 };
	struct order_in in = { .goods_count = 0 };
	record_init(&order_head_record, &in.head);
	in.head.customer = her;
	in.head.id = order;
	in.head.source = STR("test");
	in.head.status = STR("paid");
	in.head.paid = fen;
	in.head.currency = STR("CNY");
	in.head.ordered = at;
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), order_put(tx, her, true, &in, 1, &t)), OK);
	settle(w);
}

static err read_fact(struct world *w, i64 her, struct customer_fact *ret)
{
	return READ_SNAP(&w->cx.unit, slot_of(w, her), attr_fact_get(snap, her, ret));
}

static struct customer_fact fact(struct world *w, i64 her)
{
	struct customer_fact f;
	assert_int_equal(read_fact(w, her, &f), OK);
	return f;
}

/* The whole row, to be compared. */
static str row(struct world *w, i64 her)
{
	struct customer_fact f = fact(w, her);
	struct buf b = buf_new(w->t->arena, 1 << 16);
	record_write(&b, &customer_fact_record, &f);
	return buf_str(&b);
}

/* All sums over members of staff as one. */
static struct fact_tally sum(struct world *w)
{
	struct fact_tally *rows, all = { 0 };
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, attr_tallies(snap, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++) {
		all.people += rows[i].people;
		all.friends += rows[i].friends;
		all.buyers += rows[i].buyers;
		all.orders += rows[i].orders;
		all.spent += rows[i].spent;
	}
	return all;
}

static i64 together(struct world *w, i64 a, i64 b)
{
	i64 root = 0;
	assert_int_equal(customer_merge(&w->cx.unit, a, b, "manual", &root), OK);
	settle(w);
	return root;
}

static void facts_are_folded_over_leaves(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b;
	ms first = now(w);
	live(w, MS_HOUR);
	b = person_of(w, befriend(w, "xiaqing", 1));
	buy(w, a, 1, 5000, first + 1);
	buy(w, b, 2, 700, first + 2);
	buy(w, b, 3, 300, first + 3);
	assert_int_equal(fact(w, a).orders, 1);
	assert_int_equal(fact(w, b).spent, 1000);
	i64 root = together(w, a, b);
	struct customer_fact f = fact(w, root);
	assert_int_equal(f.customer, root);
	assert_int_equal(f.orders, 3);
	assert_int_equal(f.spent, 6000);
	assert_int_equal(f.first_order, first + 1);
	assert_int_equal(f.last_order, first + 3);
	assert_true(f.friend && f.reach_wecom);
	assert_int_equal(f.staff, staff_id(w, "xiaqing")); /* of the newest relation */
}

static void a_merge_takes_the_former_roots_row_and_a_split_gives_it_back(void **state)
{
	struct world *w = *state;
	struct customer_fact gone;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1));
	buy(w, a, 1, 5000, now(w));
	buy(w, b, 2, 700, now(w));
	str was_a = row(w, a), was_b = row(w, b);
	struct fact_tally before = sum(w);
	assert_int_equal(before.people, 2);
	assert_int_equal(before.spent, 5700);
	i64 root = together(w, a, b), leaf = root == a ? b : a;
	assert_int_equal(read_fact(w, leaf, &gone), ERR_NOT_FOUND);
	struct fact_tally one = sum(w);
	assert_int_equal(one.people, 1);
	assert_int_equal(one.friends, 1);
	assert_int_equal(one.buyers, 1);
	assert_int_equal(one.orders, 2);
	assert_int_equal(one.spent, 5700);
	buy(w, leaf, 3, 50, now(w)); /* told of the leaf, counted of the person */
	assert_int_equal(read_fact(w, leaf, &gone), ERR_NOT_FOUND);
	assert_int_equal(fact(w, root).spent, 5750);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	settle(w);
	assert_true(str_eq(row(w, root), root == a ? was_a : was_b));
	assert_int_equal(fact(w, leaf).spent, (leaf == a ? 5000 : 700) + 50);
	assert_int_equal(sum(w).people, before.people);
	assert_int_equal(sum(w).friends, before.friends);
	assert_int_equal(sum(w).buyers, before.buyers);
	assert_int_equal(sum(w).spent, before.spent + 50);
}

static void refreshing_again_changes_nothing(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1)), c = person_of(w, befriend(w, "linna", 1));
	buy(w, c, 1, 900, now(w));
	i64 root = together(w, a, b), asked[] = { a, b, c, a, id_customer((u32)w->corp, 99 << 16) /* nobody */ };
	str was = row(w, root), other = row(w, c);
	struct fact_tally before = sum(w);
	for (int i = 0; i < 2; i++)
		assert_int_equal(attr_refresh(&w->cx.unit, asked, ARRAY_LEN(asked)), OK);
	assert_true(str_eq(row(w, root), was) && str_eq(row(w, c), other));
	struct fact_tally after = sum(w);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void a_rebuild_folds_the_same_rows(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1)), c = person_of(w, befriend(w, "linna", 1));
	buy(w, b, 1, 900, now(w));
	i64 root = together(w, a, b);
	str was = row(w, root), other = row(w, c);
	struct fact_tally before = sum(w);
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "attr", &f), OK);
	settle(w);
	assert_true(str_eq(row(w, root), was) && str_eq(row(w, c), other));
	struct fact_tally after = sum(w);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void events_are_counted_on_the_corps_days(void **state)
{
	struct world *w = *state;
	struct fail f = { 0 };
	ms midnight = MORNING + 14 * MS_HOUR; /* in Shanghai */
	struct day_times *days;
	size_t n = 0;
	i64 her = person_of(w, befriend(w, "linna", 1)), other = person_of(w, befriend(w, "linna", 1));
	buy(w, her, 1, 100, midnight - 2);
	buy(w, her, 2, 100, midnight - 1);
	buy(w, her, 3, 100, midnight);
	buy(w, other, 4, 100, midnight);
	struct day_of in = { her, EV_ORDER_PLACED };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), days_of(snap, &in, &days, &n)), OK);
		assert_int_equal(n, 2);
		assert_int_equal(days[0].times, 2);
		assert_int_equal(days[1].times, 1);
		assert_int_equal(days[0].day, corp_day(&w->cx.unit, MORNING));
		assert_int_equal(days[1].day, days[0].day + 1);
		assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "attr", &f), OK);
	}
}

struct reached { i64 ids[8]; size_t n; };

static err on_reach(void *arg, const void *of)
{
	struct reached *r = arg;
	const struct attr_reach *row = of;
	if (row->reach_wecom && r->n < 8)
		r->ids[r->n++] = row->customer;
	return OK;
}

static void a_range_tells_who_can_be_reached(void **state)
{
	struct world *w = *state;
	struct reached r = { 0 };
	str ext = befriend(w, "linna", 1);
	i64 a = person_of(w, ext), b = person_of(w, befriend(w, "linna", 1)), c = person_of(w, befriend(w, "linna", 1));
	assert_true(a < b && b < c);
	sim_say(w, "/sim/delete", "{\"who\":\"customer\",\"userid\":\"linna\",\"external_userid\":\"%.*s\"}", STR_F(ext));
	live(w, MS_MINUTE);
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, a), attr_reach_each(snap, a, b, on_reach, &r)), OK);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.ids[0], b);
}

static void attributes_are_found_by_name(void **state)
{
	struct world *w = *state;
	const struct attr *at = NULL;
	const struct fail *f = &w->cx.unit.fail;
	assert_int_equal(attr_find(&w->cx.unit, STR("spent"), &at), OK);
	assert_string_equal(at->name, "spent");
	assert_int_equal(attr_find(&w->cx.unit, STR("spend"), &at), ERR_INPUT);
	assert_int_equal(f->text, T_ATTR_UNKNOWN);
	assert_string_equal(f->value, "spend");
	assert_string_equal(f->limit, "spent?");
	assert_int_equal(attr_find(&w->cx.unit, STR("xyz"), &at), ERR_INPUT);
	assert_int_equal(attr_find(&w->cx.unit, STR(""), &at), ERR_INPUT);
}

/* ---- what depends on the whole person ---- */

enum { ATTR_WEEK = 901, ATTR_MOOD };

/* "Orders placed in the last seven days", which time takes away again; unknown when there are none. */
static err week_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	i64 n;
	TRY(attr_times(&tx->snap, p, EV_ORDER_PLACED, p->today - 6, p->today, &n));
	if (n)
		attr_due(p, p->today + 7 - 6); /* seen again every day while it may change */
	TRY(attr_value_put(tx, &(struct attr_value){ p->root, ATTR_MOOD, NIL, n ? STR("busy") : STR_NIL }));
	sum->stage = n ? STR("growing") : STR_NIL;
	return attr_value_put(tx, &(struct attr_value){ p->root, ATTR_WEEK, n ? n : NIL, STR_NIL });
}

static const struct attr week_attrs[] = {
	{ .name = "week", .type = ATTR_NUMBER, .id = ATTR_WEEK, .label = T_AUD_ORDERS },
	{ .name = "luck", .type = ATTR_NUMBER, .label = T_AUD_CITY, .later = true },
	{ .name = "mood", .type = ATTR_TEXT, .id = ATTR_MOOD, .label = T_AUD_CITY },
	{ 0 },
};
static const struct module week_module = { .name = "week", .doc = "of the test", .attrs = week_attrs, .person = week_person };

static void with_week(struct world *w)
{
	size_t n = 0;
	while (modules[n])
		n++;
	const struct module **list = ARENA_ARRAY(w->t->arena, const struct module *, n + 2);
	memcpy(list, modules, n * sizeof(*list));
	list[n] = &week_module;
	w->env.modules = list;
}

static struct attr_value value(struct world *w, i64 her, i64 attr)
{
	struct attr_value v;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), attr_value_get(snap, her, attr, &v)), OK);
	return v;
}

static i64 chosen(struct world *w, const char *text)
{
	struct expr *e;
	i64 count, total;
	assert_int_equal(expr_parse(&w->cx.unit, str_c(text), &e), OK);
	assert_int_equal(audience_count(&w->cx.unit, e, &count, &total), OK);
	return count;
}

static void did(struct world *w, i64 her, enum event_kind kind, ms at)
{
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), journal_add(tx, kind, her, at, &none_record, &(struct none){ 0 }, NULL)), OK);
}

static void the_last_reply_and_opening_are_those_of_any_of_her_numbers(void **state)
{
	struct world *w = *state;
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1));
	ms start = now(w);
	did(w, a, EV_KF_WROTE, start - 3 * MS_DAY);
	did(w, a, EV_KF_WROTE, start - 5 * MS_DAY); /* learned later */
	did(w, a, EV_SURVEY_OPENED, start - 2 * MS_DAY);
	did(w, b, EV_OA_WROTE, start - MS_DAY);
	did(w, b, EV_SMS_CLICKED, start - 9 * MS_DAY);
	did(w, b, EV_DOOR_VISITED, start - 8 * MS_DAY);
	settle(w);
	assert_int_equal(value(w, a, ATTR_ID_LAST_REPLY).n, start - 3 * MS_DAY);
	assert_int_equal(value(w, b, ATTR_ID_LAST_OPEN).n, start - 8 * MS_DAY);
	assert_int_equal(chosen(w, "last_reply >= -3d and last_open is unknown"), 0);
	assert_int_equal(chosen(w, "last_reply < -2d and last_open >= -2d"), 1);
	i64 root = together(w, a, b);
	assert_int_equal(value(w, root, ATTR_ID_LAST_REPLY).n, start - MS_DAY);
	assert_int_equal(value(w, root, ATTR_ID_LAST_OPEN).n, start - 2 * MS_DAY);
	struct fail f = { 0 };
	assert_int_equal(consumer_rebuild(&w->env, w->t->arena, "attr", &f), OK);
	settle(w);
	assert_int_equal(value(w, root, ATTR_ID_LAST_REPLY).n, start - MS_DAY);
}

static void a_hook_sees_the_whole_person_and_time_takes_its_values_away(void **state)
{
	struct world *w = *state;
	const struct attr *at;
	with_week(w);
	assert_int_equal(attr_find(&w->cx.unit, STR("luck"), &at), ERR_UNAVAILABLE);
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1));
	buy(w, a, 1, 100, now(w));
	live(w, 2 * MS_DAY);
	buy(w, b, 2, 100, now(w));
	i64 root = together(w, a, b), leaf = root == a ? b : a;
	assert_int_equal(value(w, root, ATTR_WEEK).n, 2);
	assert_true(str_eq(value(w, root, ATTR_MOOD).t, STR("busy")));
	assert_int_equal(value(w, leaf, ATTR_WEEK).n, NIL);
	assert_int_equal(chosen(w, "week >= 2 and mood = \"busy\" and stage = growing"), 1);
	live(w, 5 * MS_DAY); /* the first day of seven has left */
	assert_int_equal(value(w, root, ATTR_WEEK).n, 1);
	assert_int_equal(chosen(w, "week = 1"), 1);
	live(w, 2 * MS_DAY);
	assert_int_equal(value(w, root, ATTR_WEEK).n, NIL);
	assert_true(fact(w, root).stage.p == NULL);
	assert_int_equal(chosen(w, "week is known or mood is known or stage is known"), 0);
	struct attr_value *all;
	size_t n;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, root), attr_values_of(snap, root, &all, &n)), OK);
	for (size_t i = 0; i < n; i++)
		assert_true(all[i].attr != ATTR_WEEK && all[i].attr != ATTR_MOOD);
	assert_int_equal(value(w, root, ATTR_ID_GAP).n, 2);
	assert_int_equal(chosen(w, "order_gap = 2"), 1);
}

static void a_split_gives_each_her_own_values_back(void **state)
{
	struct world *w = *state;
	with_week(w);
	i64 a = person_of(w, befriend(w, "linna", 1)), b = person_of(w, befriend(w, "xiaqing", 1));
	buy(w, a, 1, 100, now(w));
	buy(w, b, 2, 100, now(w));
	buy(w, b, 3, 100, now(w));
	i64 root = together(w, a, b), leaf = root == a ? b : a;
	assert_int_equal(value(w, root, ATTR_WEEK).n, 3);
	assert_int_equal(customer_split(&w->cx.unit, leaf, "manual"), OK);
	settle(w);
	assert_int_equal(value(w, a, ATTR_WEEK).n, 1);
	assert_int_equal(value(w, b, ATTR_WEEK).n, 2);
	assert_int_equal(chosen(w, "week >= 1"), 2);
}

static str said(struct world *w, i64 root, const char *text)
{
	str s;
	assert_int_equal(attr_say(&w->cx.unit, root, str_c(text), &s), OK);
	return s;
}

static void a_message_says_what_is_known_or_the_words_for_it(void **state)
{
	struct world *w = *state;
	i64 her = person_of(w, befriend(w, "linna", 1));
	buy(w, her, 1, 5000, now(w));
	str name = fact(w, her).name;
	assert_true(name.n > 0);
	assert_true(str_eq(said(w, her, "{{name|亲}}：{{spent|0}} 元，{{ city | 本地 }}"),
			   arena_printf(w->t->arena, "%.*s：50.00 元，本地", STR_F(name))));
	assert_true(str_eq(said(w, 12345, "{{name|亲}}：{{spent|0}}"), STR("亲：0")));
	assert_true(str_eq(said(w, her, "{一} }} {x}"), STR("{一} }} {x}")));
	assert_true(str_eq(said(w, her, "{{gone_since|旧}}"), STR("旧")));
}

/* What an operator may write of an attribute, at each limit and one past it. */
static void definitions_keep_their_bounds(void **state)
{
	struct world *w = *state;
	static const struct { int name, label; i64 window; err e; const char *field; } list[] = {
		{ 2, 1, 1, OK, "" }, { 1, 1, 1, ERR_INPUT, "name" }, { ATTR_OWN_NAME_MAX, ATTR_OWN_LABEL_MAX, ATTR_OWN_WINDOW_MAX, OK, "" },
		{ ATTR_OWN_NAME_MAX + 1, 1, 1, ERR_INPUT, "name" }, { 2, ATTR_OWN_LABEL_MAX + 1, 1, ERR_INPUT, "label" },
		{ 2, 1, ATTR_OWN_WINDOW_MAX + 1, ERR_INPUT, "window_days" }, { 2, 1, 0, ERR_INPUT, "window_days" },
	};
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		struct attr_def d;
		struct buf name = buf_new(w->t->arena, 1024), label = buf_new(w->t->arena, 1024);
		for (int k = 0; k < list[i].name; k++)
			buf_char(&name, 'a');
		for (int k = 0; k < list[i].label; k++)
			buf_add_c(&label, "数");
		record_init(&attr_def_record, &d);
		d.name = buf_str(&name);
		d.label = buf_str(&label);
		d.type = STR("number");
		d.source = STR("event");
		d.visible = STR("all");
		d.state = STR("building");
		d.window_days = list[i].window;
		assert_int_equal(record_check(&attr_def_record, &d, &w->cx.unit.fail), list[i].e);
		if (list[i].e != OK)
			assert_string_equal(w->cx.unit.fail.field, list[i].field);
	}
}

static str list_of(struct world *w, size_t n, const char *each)
{
	struct buf b = buf_new(w->t->arena, 1 << 16);
	buf_add_c(&b, "{\"all\":[");
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%s", i ? "," : "", each);
	buf_add_c(&b, "]}");
	return buf_str(&b);
}

/* Lists of a definition, and what would cost a row per value. */
static void lists_and_most_frequent_values_keep_their_bounds(void **state)
{
	struct world *w = *state;
	const char *filter = "{\"path\":\"name\",\"value\":\"x\"}", *option = "\"油性\"";
	struct attr_def d;
	record_init(&attr_def_record, &d);
	d.name = STR("ab");
	d.label = STR("最常看的");
	d.type = STR("text");
	d.source = STR("event");
	d.event = STR("site.tracked");
	d.fold = STR("most");
	d.path = STR("properties.category");
	d.visible = STR("all");
	d.state = STR("building");
	for (int beyond = 0; beyond < 2; beyond++) {
		d.filter = list_of(w, ATTR_OWN_FILTERS_MAX + (size_t)beyond, filter);
		assert_int_equal(attr_def_check(&w->cx.unit, &d), beyond ? ERR_INPUT : OK);
		d.filter = STR_NIL;
		d.options = list_of(w, ATTR_OWN_OPTIONS_MAX + (size_t)beyond, option);
		assert_int_equal(attr_def_check(&w->cx.unit, &d), beyond ? ERR_INPUT : OK);
		assert_true(!beyond || strcmp(w->cx.unit.fail.limit, "100") == 0);
		d.options = STR_NIL;
		d.window_days = ATTR_OWN_MOST_WINDOW_MAX + beyond;
		assert_int_equal(attr_def_check(&w->cx.unit, &d), beyond ? ERR_INPUT : OK);
		d.window_days = NIL;
	}
	assert_string_equal(w->cx.unit.fail.field, "window_days");
	assert_string_equal(w->cx.unit.fail.limit, "90");
}

static void a_variable_is_refused_when_it_could_leave_a_hole(void **state)
{
	static const struct { const char *text; err e; } list[] = {
		{ "{{spent|0}} {{name|亲}}", OK }, { "{{spent}}", ERR_INPUT }, { "{{spent| }}", ERR_INPUT }, { "{{spend|0}}", ERR_INPUT },
		{ "{{spent|0", ERR_INPUT }, { "{{last_open|从未}}", OK }, { "{{categories|无}}", OK },
		{ "{{name|12345678901234567890123456789012}}", OK }, { "{{name|123456789012345678901234567890123}}", ERR_INPUT },
	};
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		assert_int_equal(attr_say_check(&w->cx.unit, "text", str_c(list[i].text), 0), list[i].e);
	assert_int_equal(attr_say_check(&w->cx.unit, "welcome.text", STR("{{spend|0}}"), 0), ERR_INPUT);
	assert_string_equal(w->cx.unit.fail.field, "welcome.text");
	assert_int_equal(attr_say_check(&w->cx.unit, "text", STR("12{{name|x}}"), 2 + ATTR_SAY_CHARS * 4), OK);
	assert_int_equal(attr_say_check(&w->cx.unit, "text", STR("123{{name|x}}"), 2 + ATTR_SAY_CHARS * 4), ERR_INPUT);
	struct buf b = buf_new(w->t->arena, 1024);
	for (int i = 0; i < ATTR_SAY_MAX; i++)
		buf_add_c(&b, "{{name|x}}");
	assert_int_equal(attr_say_check(&w->cx.unit, "text", buf_str(&b), 0), OK);
	buf_add_c(&b, "{{name|x}}");
	assert_int_equal(attr_say_check(&w->cx.unit, "text", buf_str(&b), 0), ERR_INPUT);
}

static void a_due_day_is_after_today_and_the_earliest_is_kept(void **state)
{
	struct attr_person p = { .today = 100, .due = NIL };
	attr_due(&p, 130);
	assert_int_equal(p.due, 130);
	attr_due(&p, 140);
	assert_int_equal(p.due, 130);
	attr_due(&p, 100);
	assert_int_equal(p.due, 101);
}

#define BOTH(name) cmocka_unit_test_setup_teardown(name, make, world_free), cmocka_unit_test_setup_teardown(name, make_spread, world_free)
#define ONE(name) cmocka_unit_test_setup_teardown(name, make, world_free)
int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(facts_are_folded_over_leaves), BOTH(a_merge_takes_the_former_roots_row_and_a_split_gives_it_back),
		BOTH(refreshing_again_changes_nothing), BOTH(a_rebuild_folds_the_same_rows),
		BOTH(events_are_counted_on_the_corps_days), ONE(a_range_tells_who_can_be_reached), ONE(attributes_are_found_by_name),
		BOTH(the_last_reply_and_opening_are_those_of_any_of_her_numbers),
		BOTH(a_hook_sees_the_whole_person_and_time_takes_its_values_away), BOTH(a_split_gives_each_her_own_values_back),
		ONE(a_message_says_what_is_known_or_the_words_for_it), ONE(a_variable_is_refused_when_it_could_leave_a_hole), ONE(definitions_keep_their_bounds),
		ONE(lists_and_most_frequent_values_keep_their_bounds),
		ONE(a_due_day_is_after_today_and_the_earliest_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

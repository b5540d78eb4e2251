/*
 * Bitmaps, rows and SQL must agree, and with a fourth opinion: a plain loop over what the test wrote.
 *
 * Random persons live, merge, part, are marked, buy and are erased by rows written directly; after every
 * round of it random expressions are asked all four ways. Set YUTANG_TEST_ROUNDS for more rounds.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/hash.h"
#include "core/audience/audience_tally.h"
#include "core/module.h"
#include "core/audience/test_audience_forms.h"

#define PEOPLE 160
#define KINDS 2
#define DAYS 40
#define CALENDAR 200 /* days of events, from DAYS before the first today on */
#define STORED 4     /* audiences that expressions may name */
#define STAFFS 3
#define SCOPE 4242

static const char *const cities[] = { "上海", "北京", "it's" };
static const char *const channels[] = { "wecom", "sms", "oa", "mail" };
static const i64 kinds[KINDS] = { EV_ORDER_PLACED, EV_FOLLOW_ADDED };

struct soul {
	i64 id;
	int root; /* place of her root */
	bool tags[TAGS], friends[STAFFS], bought[CATEGORIES];
	i64 times[KINDS][CALENDAR]; /* by day since m->first */
	struct customer_fact fact;
	i64 score, vip, seen, joined; /* values beside the row; NIL: none */
	str likes;
};

/* Attributes kept in attr_value. */
enum { ATTR_SCORE = 900, ATTR_LIKES, ATTR_VIP, ATTR_SEEN, ATTR_JOINED };
static const struct attr valued[] = {
	{ .name = "score", .type = ATTR_NUMBER, .id = ATTR_SCORE, .label = T_AUD_ORDERS },
	{ .name = "likes", .type = ATTR_TEXT, .id = ATTR_LIKES, .label = T_AUD_CITY },
	{ .name = "vip", .type = ATTR_FLAG, .id = ATTR_VIP, .label = T_AUD_BOUND },
	{ .name = "seen", .type = ATTR_TIME, .id = ATTR_SEEN, .label = T_AUD_ADDED },
	{ .name = "joined", .type = ATTR_DAY, .id = ATTR_JOINED, .label = T_AUD_BIRTHDAY },
	{ .name = "categories", .type = ATTR_SET, .id = ATTR_ID_CATEGORIES, .label = T_ATTR_CATEGORIES },
	{ 0 },
};
static const struct module valued_module = { .name = "valued", .doc = "attributes of the test", .attrs = valued };
static const struct module *const valued_modules[] = { &valued_module, NULL };

struct form_tree;
struct model {
	struct world *w;
	struct soul v[PEOPLE];
	u64 seed;
	i64 today, first;
	struct form_tree *stored[STORED];
	int stored_count;
	const struct tz *zone;
};

static u64 dice(struct model *m, u64 sides) { return hash_mix(m->seed++) % sides; }
static bool chance(struct model *m, u64 percent) { return dice(m, 100) < percent; }
static i64 slot_of(struct model *m, i64 id) { return slot_of_customer(m->w->t->store, id); }

/* ---- writing ---- */

#define FOLLOW_ROW_FIELDS(F, S) F(S, ID, customer) F(S, ID, staff) F(S, STR, status)
RECORD(follow_row, FOLLOW_ROW_FIELDS);
WRITE(tw_follow_put, follow_row, SQL(INSERT INTO follow (slot, corp, customer, staff, external_userid, added, status, times, told)
	VALUES (:slot, :corp, :customer, :staff, 'x', 0, :status, 1, 0)
	ON CONFLICT (slot, corp, customer, staff) DO UPDATE SET status = excluded.status))

static ms some_time(struct model *m)
{
	if (chance(m, 25))
		return NIL;
	i64 day = m->today - (i64)dice(m, DAYS) + 2;
	/* Often at the very edge of a day. */
	return tz_day_start(m->zone, day) + (chance(m, 30) ? 0 : chance(m, 30) ? -1 : (ms)dice(m, (u64)MS_DAY));
}

static i64 some_day(struct model *m, i64 years)
{
	if (chance(m, 30))
		return NIL;
	int y, mon, d;
	tz_date(m->today, &y, &mon, &d);
	if (chance(m, 40)) /* around an anniversary */
		return tz_day_of(y - (int)dice(m, (u64)years), mon, d) + (i64)dice(m, 3) - 1;
	return m->today - (i64)dice(m, (u64)years * 365);
}

static void some_fact(struct model *m, struct soul *s)
{
	struct customer_fact *f = &s->fact;
	static const char *const genders[] = { "male", "female" }, *const by[] = { "customer", "staff" };
	record_init(&customer_fact_record, f);
	f->customer = s->id;
	f->added = some_time(m);
	f->lost_at = some_time(m);
	f->first_order = some_time(m);
	f->last_order = some_time(m);
	f->last_reached = some_time(m);
	f->last_active = some_time(m);
	f->friend = chance(m, 50);
	f->bound = chance(m, 50);
	f->reach_wecom = chance(m, 50);
	f->reach_sms = chance(m, 50);
	f->reach_oa = chance(m, 30);
	f->reach_mail = chance(m, 20);
	f->erased = chance(m, 5);
	f->lost_by = chance(m, 50) ? STR_NIL : str_c(by[dice(m, 2)]);
	f->gender = chance(m, 30) ? STR_NIL : str_c(genders[dice(m, 2)]);
	f->city = chance(m, 30) ? STR_NIL : str_c(cities[dice(m, ARRAY_LEN(cities))]);
	f->channel = chance(m, 50) ? STR_NIL : STR("海报");
	f->staff = chance(m, 30) ? NIL : TW_STAFF + (i64)dice(m, STAFFS);
	f->store = chance(m, 50) ? NIL : TW_STORE + (i64)dice(m, 2);
	f->birthday = some_day(m, 40);
	f->child_birthday = some_day(m, 6);
	f->stage = chance(m, 30) ? STR_NIL : chance(m, 50) ? STR("growing") : STR("lost");
	s->score = chance(m, 30) ? NIL : (i64)dice(m, 12);
	s->vip = chance(m, 30) ? NIL : (i64)dice(m, 2);
	s->seen = some_time(m);
	s->joined = some_day(m, 3);
	s->likes = chance(m, 30) ? STR_NIL : str_c(cities[dice(m, ARRAY_LEN(cities))]);
	for (int i = 0; i < CATEGORIES; i++)
		s->bought[i] = chance(m, 30);
	f->orders = (i64)dice(m, 5);
	f->spent = f->orders ? (i64)dice(m, 1000) - 50 : 0;
}

static err write_fact(struct tx *tx, struct model *m, const struct soul *s)
{
	if (m->v[s->root].id != s->id) {
		TRY(attr_values_remove(tx, &(struct attr_key){ s->id }));
		return customer_fact_remove(tx, &(struct attr_key){ s->id });
	}
	TRY(attr_value_put(tx, &(struct attr_value){ s->id, ATTR_SCORE, s->score, STR_NIL }));
	TRY(attr_value_put(tx, &(struct attr_value){ s->id, ATTR_LIKES, NIL, s->likes }));
	TRY(attr_value_put(tx, &(struct attr_value){ s->id, ATTR_VIP, s->vip, STR_NIL }));
	TRY(attr_value_put(tx, &(struct attr_value){ s->id, ATTR_SEEN, s->seen, STR_NIL }));
	TRY(attr_value_put(tx, &(struct attr_value){ s->id, ATTR_JOINED, s->joined, STR_NIL }));
	str names[CATEGORIES];
	size_t n = 0;
	for (int i = 0; i < CATEGORIES; i++)
		if (s->bought[i])
			names[n++] = str_c(tw_categories[i]);
	TRY(attr_categories_put(tx, s->id, names, n));
	return customer_fact_put(tx, &s->fact);
}

static err write_soul(struct tx *tx, struct model *m, const struct soul *s)
{
	TRY(tw_customer_put(tx, &(struct tw_pair){ s->id, m->v[s->root].id, STR_NIL }));
	for (i64 t = 0; t < TAGS; t++) {
		struct tw_pair p = { s->id, 100 + t, STR_NIL };
		TRY(s->tags[t] ? tw_mark_put(tx, &p) : tw_mark_drop(tx, &p));
	}
	for (i64 i = 0; i < STAFFS; i++)
		TRY(tw_follow_put(tx, &(struct follow_row){ s->id, TW_STAFF + i, s->friends[i] ? STR("friend") : STR("lost") }));
	for (int k = 0; k < KINDS; k++)
		for (i64 d = 0; d < CALENDAR; d++)
			if (s->times[k][d])
				TRY(tw_day_put(tx, &(struct tw_day){ s->id, kinds[k], m->first + d, s->times[k][d] }));
	return write_fact(tx, m, s);
}

static void write(struct model *m, const struct soul *s) { TW_PUT(m->w, slot_of(m, s->id), write_soul(tx, m, s)); }

static void some_soul(struct model *m, struct soul *s)
{
	for (int t = 0; t < TAGS; t++)
		s->tags[t] = chance(m, 20);
	for (int i = 0; i < STAFFS; i++)
		s->friends[i] = chance(m, 30);
	for (int k = 0; k < KINDS; k++)
		for (int d = 0; d < DAYS; d++)
			if (chance(m, 4))
				s->times[k][m->today - m->first - d] = 1 + (i64)dice(m, 4);
	some_fact(m, s);
}

static void touch(struct model *m, i64 id) { audience_touch(m->w->env.audience, &id, 1); }

/* Gives b (a root without leaves) to a. */
static void merge(struct model *m, int a, int b)
{
	i64 slot = slot_of(m, m->v[a].id);
	m->v[b].root = a;
	TW_PUT(m->w, slot, tw_leaf_put(tx, &(struct tw_pair){ m->v[a].id, m->v[b].id, STR_NIL }));
	write(m, &m->v[b]);
	touch(m, m->v[b].id);
}

static void part(struct model *m, int b)
{
	int a = m->v[b].root;
	m->v[b].root = b;
	TW_PUT(m->w, slot_of(m, m->v[a].id), tw_leaf_drop(tx, &(struct tw_pair){ m->v[a].id, m->v[b].id, STR_NIL }));
	write(m, &m->v[b]);
	touch(m, m->v[a].id);
	touch(m, m->v[b].id);
}

static bool has_leaves(const struct model *m, int a)
{
	for (int i = 0; i < PEOPLE; i++)
		if (i != a && m->v[i].root == a)
			return true;
	return false;
}

/* What sites report: nothing of her changes but that it happened. */
static void do_something(struct model *m, struct soul *s)
{
	int k = (int)dice(m, KINDS);
	i64 d = m->today - m->first - (i64)dice(m, DAYS);
	s->times[k][d] += 1 + (i64)dice(m, 2);
	struct tw_day row = { s->id, kinds[k], m->first + d, s->times[k][d] };
	TW_PUT(m->w, slot_of(m, s->id), tw_day_put(tx, &row));
	audience_saw(m->w->env.audience, &(struct audience_did){ s->id, row.kind, row.day }, 1);
}

static void live_on(struct model *m)
{
	int a = (int)dice(m, PEOPLE), b = (int)dice(m, PEOPLE);
	struct soul *s = &m->v[a];
	bool person = a != PEOPLE - 1; /* the last is a visitor */
	if (chance(m, 40)) {
		do_something(m, s);
	} else if (s->root != a) {
		part(m, a);
	} else if (chance(m, 40) && person && a != b && b != PEOPLE - 1 && m->v[b].root == b && !has_leaves(m, b)) {
		merge(m, a, b);
	} else {
		some_soul(m, s);
		write(m, s);
		touch(m, s->id);
	}
}

/* ---- random expressions, and the plain loop ---- */

static struct form_tree *some_tree(struct model *m, int depth)
{
	struct form_tree *t = ARENA_NEW(m->w->t->arena, struct form_tree);
	t->form = depth > 0 && chance(m, 55) ? (enum form)dice(m, 3) : (enum form)(F_TAG + dice(m, F_FORMS - F_TAG));
	if (t->form <= F_NOT) {
		t->a = some_tree(m, depth - 1);
		t->b = some_tree(m, depth - 1);
		return t;
	}
	t->which = t->form == F_STORED ? (int)dice(m, (u64)(m->stored_count ? m->stored_count : 1)) : (int)dice(m, 6);
	if (t->form == F_STORED && m->stored_count == 0)
		t->form = F_TAG;
	t->cmp = (int)dice(m, 10);
	t->how = (int)dice(m, 3);
	t->x = (i64)dice(m, 12);
	t->y = (i64)dice(m, 12);
	for (int i = 0; i < TAGS; i++)
		t->tags[i] = chance(m, 40);
	t->tags[dice(m, TAGS)] = true;
	return t;
}

static void tree_text(struct model *m, struct buf *b, const struct form_tree *t);

static void tags_text(struct buf *b, const struct form_tree *t)
{
	static const char *const hows[] = { "tag in (", "tags all (", "tags none (" };
	bool first = true;
	buf_add_c(b, hows[t->how]);
	for (int i = 0; i < TAGS; i++) {
		if (!t->tags[i])
			continue;
		buf_add_c(b, first ? "\"人群/" : ", \"人群/");
		for (const char *c = tw_tags[i]; *c; c++)
			buf_fmt(b, *c == '"' ? "\\%c" : "%c", *c);
		buf_char(b, '"');
		first = false;
	}
	buf_char(b, ')');
}

static void did_text(struct buf *b, const struct form_tree *t)
{
	buf_add_c(b, t->which % 2 ? "did(\"follow.added\"" : "did(\"order.paid\"");
	if (t->how)
		buf_fmt(b, ", within %lldd", (long long)(t->y * 2 + 1));
	buf_fmt(b, ", count %s %lld)", cmps[t->cmp % 6], (long long)t->x / 2);
}

static void leaf_text(struct model *m, struct buf *b, const struct form_tree *t)
{
	struct arena *a = m->w->t->arena;
	char *x = arena_cstr(a, arena_printf(a, "%lld", (long long)t->x)), *y = arena_cstr(a, arena_printf(a, "%lld", (long long)t->y));
	switch (t->form) {
	case F_TAG:
		tags_text(b, t);
		break;
	case F_STORED:
		buf_fmt(b, "audience:\"s%d\"", t->which);
		break;
	case F_JOINED:
	case F_SEEN:
	case F_TIME: {
		/* x by distance, y by date */
		char *ago = arena_cstr(a, arena_printf(a, "%+lldd", (long long)-t->x * 3));
		char *date = arena_cstr(a, tz_format_date(m->today - t->y, a));
		compare_text(b, t, t->form == F_SEEN ? "seen" : t->form == F_JOINED ? "joined" : times[t->which], ago, date);
		break;
	}
	case F_NUM:
		compare_text(b, t, numbers[t->which % 3], x, y);
		break;
	case F_CITY:
		compare_text(b, t, "city", t->x % 2 ? "\"上海\"" : "\"it's\"", t->x % 3 ? "\"北京\"" : "\"nowhere\"");
		break;
	case F_STAFF:
		compare_text(b, t, "staff", "\"wangfang\"", "\"lilei2\"");
		break;
	case F_FLAG:
		buf_fmt(b, "%s %s %s", t->which % 2 ? "friend" : "bound", cmps[t->cmp % 2], t->x % 2 ? "true" : "false");
		break;
	case F_BOUGHT:
		categories_text(b, t);
		break;
	case F_REACH:
		buf_fmt(b, "reachable(\"%s\")", channels[t->which % 4]);
		break;
	case F_DID:
		did_text(b, t);
		break;
	case F_AGE:
		compare_text(b, t, "child_age", x, y);
		break;
	case F_SCORE:
		compare_text(b, t, "score", x, y);
		break;
	case F_LIKES:
		compare_text(b, t, "likes", t->x % 2 ? "\"上海\"" : "\"it's\"", t->x % 3 ? "\"北京\"" : "\"nowhere\"");
		break;
	case F_VIP:
		buf_fmt(b, "vip %s %s", cmps[t->cmp % 2], t->x % 2 ? "true" : "false");
		break;
	case F_STAGE:
		compare_text(b, t, "stage", t->x % 2 ? "growing" : "lost", t->x % 3 ? "dormant" : "growing");
		break;
	default: {
		char *date = arena_cstr(a, tz_format_date(m->today - t->x * 1000, a));
		compare_text(b, t, "birthday", date, "-2000d");
	}
	}
}

static void tree_text(struct model *m, struct buf *b, const struct form_tree *t)
{
	if (t->form > F_NOT) {
		leaf_text(m, b, t);
		return;
	}
	buf_add_c(b, t->form == F_NOT ? "not (" : "(");
	tree_text(m, b, t->a);
	if (t->form != F_NOT) {
		buf_add_c(b, t->form == F_AND ? ") and (" : ") or (");
		tree_text(m, b, t->b);
	}
	buf_char(b, ')');
}

static bool plain_tags(const struct model *m, int who, const struct form_tree *t)
{
	int wanted = 0, has = 0;
	for (int i = 0; i < TAGS; i++) {
		bool any = false;
		for (int p = 0; p < PEOPLE; p++)
			any |= m->v[p].root == who && m->v[p].tags[i];
		wanted += t->tags[i];
		has += t->tags[i] && any;
	}
	return t->how == 0 ? has > 0 : t->how == 1 ? has == wanted : has == 0;
}

static bool plain_did(const struct model *m, int who, const struct form_tree *t)
{
	i64 sum = 0;
	for (int p = 0; p < PEOPLE; p++)
		for (i64 d = 0; d < CALENDAR && m->v[p].root == who; d++)
			if (!t->how || m->today - m->first - d < t->y * 2 + 1)
				sum += m->v[p].times[t->which % 2][d];
	struct form_tree by = { .cmp = t->cmp % 6 };
	return plain_compare(&by, true, sum, t->x / 2, 0);
}

static i64 plain_age(const struct model *m, i64 born)
{
	int y, mo, d, by, bm, bd, age = 0;
	tz_date(m->today, &y, &mo, &d);
	tz_date(born, &by, &bm, &bd);
	for (age = y - by; mo * 100 + d < bm * 100 + bd; bm = 0)
		age--;
	return age;
}

static bool plain(const struct model *m, int who, const struct form_tree *t)
{
	const struct customer_fact *f = &m->v[who].fact;
	const struct soul *s = &m->v[who];
	const ms moments[] = { f->added, f->lost_at, f->first_order, f->last_order, f->last_reached, f->last_active };
	switch (t->form) {
	case F_AND: return plain(m, who, t->a) && plain(m, who, t->b);
	case F_OR: return plain(m, who, t->a) || plain(m, who, t->b);
	case F_NOT: return !plain(m, who, t->a);
	case F_TAG: return plain_tags(m, who, t);
	case F_STORED: return plain(m, who, m->stored[t->which]);
	case F_JOINED: return plain_compare(t, s->joined != NIL, s->joined, m->today - 3 * t->x, m->today - t->y);
	case F_SEEN:
	case F_TIME: {
		ms at = t->form == F_SEEN ? s->seen : moments[t->which];
		return plain_compare(t, at != NIL, at == NIL ? 0 : tz_day(m->zone, at), m->today - 3 * t->x, m->today - t->y);
	}
	case F_NUM:
		if (t->which % 3 == 0)
			return plain_compare(t, true, f->orders, t->x, t->y);
		if (t->which % 3 == 1)
			return plain_compare(t, true, f->spent, t->x * 100, t->y * 100);
		return plain_compare(t, f->orders > 0, f->orders ? f->spent / f->orders : 0, t->x * 100, t->y * 100);
	case F_CITY: return plain_text_compare(t, f->city, t->x % 2 ? "上海" : "it's", t->x % 3 ? "北京" : "nowhere");
	case F_STAFF: return plain_compare(t, f->staff != NIL, f->staff, TW_STAFF, TW_STAFF + 2);
	case F_FLAG: return ((t->which % 2 ? f->friend : f->bound) == (t->x % 2 != 0)) == (t->cmp % 2 == 0);
	case F_BOUGHT: return plain_categories(t, s->bought);
	case F_REACH: return t->which % 4 == 0 ? f->reach_wecom : t->which % 4 == 1 ? f->reach_sms : t->which % 4 == 2 ? f->reach_oa : f->reach_mail;
	case F_DID: return plain_did(m, who, t);
	case F_AGE: return plain_compare(t, f->child_birthday != NIL, f->child_birthday == NIL ? 0 : plain_age(m, f->child_birthday), t->x, t->y);
	case F_SCORE: return plain_compare(t, s->score != NIL, s->score, t->x, t->y);
	case F_LIKES: return plain_text_compare(t, s->likes, t->x % 2 ? "上海" : "it's", t->x % 3 ? "北京" : "nowhere");
	case F_VIP: return ((s->vip == 1) == (t->x % 2 != 0)) == (t->cmp % 2 == 0);
	case F_STAGE: return plain_text_compare(t, f->stage, t->x % 2 ? "growing" : "lost", t->x % 3 ? "dormant" : "growing");
	default: return plain_compare(t, f->birthday != NIL, f->birthday, m->today - t->x * 1000, m->today - 2000);
	}
}

static bool plain_live(const struct model *m, int who)
{
	return m->v[who].root == who && !m->v[who].fact.erased && id_number_of(m->v[who].id) < ID_VISITOR_FROM;
}

static bool plain_seen(const struct model *m, int who)
{
	for (int p = 0; p < PEOPLE; p++)
		if (m->v[p].root == who && (m->v[p].friends[0] || m->v[p].friends[2]))
			return true;
	return false;
}

/* ---- comparing ---- */

static void assert_sets(struct model *m, const char *who, str text, const bool *want, size_t want_count, const i64 *got, size_t n)
{
	size_t hits = 0;
	for (int i = 0; i < PEOPLE; i++)
		for (size_t j = 0; j < n; j++)
			hits += want[i] && got[j] == m->v[i].id;
	for (size_t j = 1; j < n; j++)
		assert_true(got[j - 1] < got[j]);
	if (hits != want_count || n != want_count)
		fail_msg("%s: %zu of %zu, given %zu: %.*s", who, hits, want_count, n, STR_F(text));
}

static bool cmp_fits(const struct form_tree *t)
{
	if (t->form <= F_NOT)
		return cmp_fits(t->a) && cmp_fits(t->b);
	bool one_of = t->form == F_CITY || t->form == F_STAFF || t->form == F_LIKES || t->form == F_STAGE;
	return !one_of || t->cmp < 2 || t->cmp > 6;
}

/* Asks one random expression all ways, with and without scope. */
static void ask_all(struct model *m, const struct form_tree *t)
{
	struct unit u = m->w->unit;
	struct expr *e;
	struct buf b = buf_new(u.arena, 1 << 16);
	tree_text(m, &b, t);
	str text = buf_str(&b);
	err got = expr_parse(&u, text, &e);
	if (got != OK)
		fail_msg("%.*s: %s %s %s", STR_F(text), u.fail.field, u.fail.value, u.fail.limit);
	for (u.scope = 0; u.scope <= SCOPE; u.scope += SCOPE) {
		bool want[PEOPLE];
		size_t want_count = 0, n;
		i64 *ids, count = -1, total = -1, live = 0;
		for (int i = 0; i < PEOPLE; i++) {
			bool seen = plain_live(m, i) && (!u.scope || plain_seen(m, i));
			want[i] = seen && plain(m, i, t);
			want_count += want[i];
			live += seen;
		}
		assert_int_equal(audience_select(&u, e, 0, 1000, &ids, &n), OK);
		assert_sets(m, "bitmaps", text, want, want_count, ids, n);
		assert_int_equal(audience_count(&u, e, &count, &total), OK);
		assert_int_equal(count, want_count);
		assert_int_equal(total, live);
		assert_int_equal(audience_select_sql(&u, e, &ids, &n), OK);
		assert_sets(m, "SQL", text, want, want_count, ids, n);
		assert_int_equal(audience_count_sql(&u, e, &count), OK);
		assert_int_equal(count, want_count);
		for (int i = (int)dice(m, 8); i < PEOPLE && !u.scope; i += 8) {
			bool in;
			assert_int_equal(audience_test(&u, e, m->v[i].id, &in), OK);
			if (in != want[i])
				fail_msg("rows: %d %.*s", in, STR_F(text));
		}
	}
}

/* One more audience, which may name those before. */
static void store_tree(struct model *m)
{
	struct unit u = m->w->unit;
	struct audience row;
	struct form_tree *t;
	do
		t = some_tree(m, 2);
	while (!cmp_fits(t));
	struct buf b = buf_new(u.arena, 1 << 16);
	tree_text(m, &b, t);
	str name = arena_printf(u.arena, "s%d", m->stored_count);
	assert_int_equal(audience_save(&u, 0, name, buf_str(&b), NIL, &row), OK);
	m->stored[m->stored_count++] = t;
}

/* Days go by, over ends of months and of the year; nobody is touched. */
static void days_pass(struct model *m)
{
	m->today += 1 + (i64)dice(m, 6);
	clock_advance(&m->w->t->clock, tz_day_start(m->zone, m->today) + (ms)dice(m, (u64)MS_DAY));
}

static int make(void **state)
{
	void *world;
	struct model *m = calloc(1, sizeof(*m));
	tw_make(&world);
	m->w = world;
	m->w->env.audience = audience_index_new(m->w->t->store);
	m->w->env.modules = valued_modules;
	m->seed = 20261101;
	tz_get(STR(TZ_DEFAULT), &m->zone, NULL);
	m->today = tz_day(m->zone, clock_now(&m->w->t->clock));
	m->first = m->today - DAYS;
	for (int i = 0; i < PEOPLE; i++) {
		u32 number = i == PEOPLE - 1 ? ID_VISITOR_FROM + 5 : (u32)(i % 5) << 16 | (u32)i * 401;
		m->v[i].id = id_customer(1, number);
		m->v[i].root = i;
		some_soul(m, &m->v[i]);
		write(m, &m->v[i]);
	}
	for (int i = 0; i < 40; i++)
		live_on(m);
	TW_PUT(m->w, TEST_BASE_SLOT, tw_scope_put(tx, &(struct tw_scope){ SCOPE, TW_STAFF }));
	TW_PUT(m->w, TEST_BASE_SLOT, tw_scope_put(tx, &(struct tw_scope){ SCOPE, TW_STAFF + 2 }));
	/* The other corp has people in the same slots, who must never show. */
	struct unit mine = m->w->unit;
	struct soul other = m->v[0];
	other.id = other.fact.customer = id_customer(2, 7);
	m->w->unit.corp = 2;
	TW_PUT(m->w, slot_of(m, other.id), customer_fact_put(tx, &other.fact));
	m->w->unit = mine;
	while (m->stored_count < STORED)
		store_tree(m);
	*state = m;
	return 0;
}

static int make_spread(void **state)
{
	setenv("YUTANG_TEST_SPREAD", "8", 1);
	make(state);
	unsetenv("YUTANG_TEST_SPREAD");
	return 0;
}

static int drop(void **state)
{
	struct model *m = *state;
	void *world = m->w;
	tw_drop(&world);
	free(m);
	return 0;
}

/* Bitmaps, one person's rows, SQL of the store under test, the plain loop; the other store's SQL is the fifth. */
static void all_ways_agree(void **state)
{
	struct model *m = *state;
	const char *more = getenv("YUTANG_TEST_ROUNDS");
	i64 rounds = 16;
	if (more)
		str_i64(str_c(more), &rounds);
	for (i64 round = 0; round < rounds; round++) {
		for (int i = 0; i < 32;) {
			struct arena_mark mark = arena_mark(m->w->t->arena);
			struct form_tree *t = some_tree(m, i % 8 ? 3 : 6);
			if (cmp_fits(t)) {
				ask_all(m, t);
				i++;
			}
			arena_reset(m->w->t->arena, mark);
			if (i % 4 == 0)
				live_on(m);
		}
		if (m->today - m->first < CALENDAR - 8)
			days_pass(m);
	}
}

static struct expr *parsed(struct model *m, const char *text)
{
	struct expr *e;
	assert_int_equal(expr_parse(&m->w->unit, str_c(text), &e), OK);
	return e;
}

static void pages_and_samples_are_of_the_set(void **state)
{
	struct model *m = *state;
	struct expr *e = parsed(m, "orders >= 1");
	static const char *const sorts[] = { "newest", "active", "spent" };
	i64 *all, *page, *keys, count, total;
	size_t n, got;
	assert_int_equal(audience_select(&m->w->unit, e, 0, 1000, &all, &n), OK);
	assert_int_equal(audience_count(&m->w->unit, e, &count, &total), OK);
	assert_int_equal(count, n);
	for (size_t s = 0; s < ARRAY_LEN(sorts); s++) {
		i64 key = 0, last = 0, before_key = 0, before = 0;
		size_t seen = 0;
		do {
			assert_int_equal(audience_page(&m->w->unit, e, str_c(sorts[s]), key, last, 7, &page, &keys, &got), OK);
			for (size_t i = 0; i < got; i++, seen++) {
				if (before)
					assert_true(keys[i] < before_key || (keys[i] == before_key && page[i] < before));
				before_key = key = keys[i];
				before = last = page[i];
			}
		} while (got == 7);
		assert_int_equal(seen, n);
	}
	assert_int_equal(audience_page(&m->w->unit, e, STR("name"), 0, 0, 7, &page, &keys, &got), ERR_INPUT);
	/* Halves by key join to the whole. */
	assert_int_equal(audience_select(&m->w->unit, e, all[n / 2], 1000, &page, &got), OK);
	assert_int_equal(got, n - n / 2 - 1);
	assert_memory_equal(page, all + n / 2 + 1, got * sizeof(i64));
	/* A sample is of the set, without repeats, and the same for the same seed. */
	i64 *again;
	assert_int_equal(audience_sample(&m->w->unit, e, 5, 10, &page, &got), OK);
	assert_int_equal(got, 10);
	assert_int_equal(audience_sample(&m->w->unit, e, 5, 10, &again, &got), OK);
	assert_memory_equal(page, again, 10 * sizeof(i64));
	for (size_t i = 0; i < got; i++) {
		bool in = false;
		for (size_t j = 0; j < n; j++)
			in |= all[j] == page[i];
		assert_true(in && (i == 0 || page[i] > page[i - 1]));
	}
	assert_int_equal(audience_sample(&m->w->unit, e, 6, 100000, &page, &got), OK);
	assert_int_equal(got, n);
	assert_memory_equal(page, all, n * sizeof(i64));
}

/* Everybody of the set is as likely to be drawn as anybody else: over many seeds each is drawn about equally often, and
 * the sum of squared deviations stays below what chance exceeds once in a million. */
static void a_sample_is_uniform(void **state)
{
	enum { DRAWS = 3000, EACH = 5 };
	struct model *m = *state;
	struct expr *e = parsed(m, "orders >= 1");
	i64 *all, *v;
	size_t n, got;
	assert_int_equal(audience_select(&m->w->unit, e, 0, 1000, &all, &n), OK);
	assert_true(n > 40 && n < 200);
	i64 *drawn = ARENA_ARRAY(m->w->t->arena, i64, n);
	memset(drawn, 0, n * sizeof(i64));
	for (u64 seed = 1; seed <= DRAWS; seed++) {
		struct arena_mark mark = arena_mark(m->w->t->arena);
		assert_int_equal(audience_sample(&m->w->unit, e, hash_mix(seed), EACH, &v, &got), OK);
		assert_int_equal(got, EACH);
		for (size_t i = 0; i < got; i++)
			for (size_t k = 0; k < n; k++)
				drawn[k] += all[k] == v[i];
		arena_reset(m->w->t->arena, mark);
	}
	double want = (double)DRAWS * EACH / (double)n, chi = 0;
	for (size_t k = 0; k < n; k++)
		chi += ((double)drawn[k] - want) * ((double)drawn[k] - want) / want;
	double df = (double)n - 1, z = (pow(chi / df, 1.0 / 3) - (1 - 2 / (9 * df))) / sqrt(2 / (9 * df)); /* Wilson and Hilferty */
	if (z > 4.75)
		fail_msg("chi square %.1f of %.0f", chi, df);
}

/* ---- counts over a set ---- */

static i64 tag_count(const struct audience_tag_count *v, size_t n, i64 tag)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].tag == tag)
			return v[i].count;
	return 0;
}

static i64 value_count(const struct audience_value_count *v, size_t n, i64 id, str text)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].id == id && (v[i].text.p != NULL) == (text.p != NULL) && str_eq(v[i].text, text))
			return v[i].count;
	return 0;
}

static size_t plain_bin(i64 v, const struct audience_axis *x)
{
	size_t bin = v == NIL ? 0 : 1;
	while (bin && bin <= x->cut_count && v >= x->cuts[bin - 1])
		bin++;
	return bin;
}

/* The set by its members, and what is counted over it. */
static void count_all(struct model *m, struct unit *u, struct expr *e)
{
	struct audience_tag_count *tags;
	struct audience_value_count *staff, *city;
	i64 day = tz_day_start(m->zone, m->today - 9), cuts[2] = { day, tz_day_start(m->zone, m->today - 3) }, spent[3] = { 0, 1, 500 };
	const struct audience_axis axes[] = { { STR("last_order"), cuts, 2 }, { STR("orders"), (const i64[]){ 2 }, 1 }, { STR("spent"), spent, 3 } };
	size_t n, tag_n, staff_n, city_n, cells;
	i64 *who, *cube, in_tag[TAGS] = { 0 }, in_staff[STAFFS + 1] = { 0 }, in_city[4] = { 0 }, want[4 * 3 * 5] = { 0 };
	assert_int_equal(audience_select(u, e, 0, 1000, &who, &n), OK);
	assert_int_equal(audience_crosstab(u, e, &tags, &tag_n), OK);
	assert_int_equal(audience_breakdown(u, e, STR("staff"), &staff, &staff_n), OK);
	assert_int_equal(audience_breakdown(u, e, STR("city"), &city, &city_n), OK);
	assert_int_equal(audience_cube(u, e, axes, &cube, &cells), OK);
	assert_int_equal(cells, ARRAY_LEN(want));
	for (int p = 0; p < PEOPLE; p++) {
		const struct customer_fact *f = &m->v[p].fact;
		bool in = false;
		for (size_t i = 0; i < n; i++)
			in |= who[i] == m->v[p].id;
		for (int t = 0; in && t < TAGS; t++) {
			bool any = false;
			for (int l = 0; l < PEOPLE; l++)
				any |= m->v[l].root == p && m->v[l].tags[t];
			in_tag[t] += any;
		}
		int c = 0;
		while (c < 3 && !(f->city.p && str_eq_c(f->city, cities[c])))
			c++;
		in_city[c] += in;
		in_staff[f->staff == NIL ? STAFFS : f->staff - TW_STAFF] += in;
		want[(plain_bin(f->last_order, &axes[0]) * 3 + plain_bin(f->orders, &axes[1])) * 5 + plain_bin(f->spent, &axes[2])] += in;
	}
	for (int t = 0; t < TAGS; t++)
		assert_int_equal(tag_count(tags, tag_n, 100 + t), in_tag[t]);
	for (int i = 0; i <= STAFFS; i++)
		assert_int_equal(value_count(staff, staff_n, i == STAFFS ? NIL : TW_STAFF + i, STR_NIL), in_staff[i]);
	for (int i = 0; i <= 3; i++)
		assert_int_equal(value_count(city, city_n, NIL, i == 3 ? STR_NIL : str_c(cities[i])), in_city[i]);
	for (size_t i = 0; i < cells; i++)
		assert_int_equal(cube[i], want[i]);
}

static void counts_over_a_set_are_those_of_its_members(void **state)
{
	struct model *m = *state;
	struct unit u = m->w->unit;
	static const char *const texts[] = { "orders >= 0", "friend and orders >= 1", "tag:\"VIP\"", "orders > 100", "not bound" };
	for (int round = 0; round < 6; round++) {
		for (u.scope = 0; u.scope <= SCOPE; u.scope += SCOPE)
			for (size_t i = 0; i < ARRAY_LEN(texts); i++)
				count_all(m, &u, parsed(m, texts[i]));
		for (int i = 0; i < 20; i++)
			live_on(m);
	}
}

static void two_sets_overlap(void **state)
{
	struct model *m = *state;
	struct audience_shares s;
	i64 a, b, both, total;
	assert_int_equal(audience_overlap(&m->w->unit, parsed(m, "friend"), parsed(m, "bound"), &s), OK);
	assert_int_equal(audience_count(&m->w->unit, parsed(m, "friend"), &a, &total), OK);
	assert_int_equal(audience_count(&m->w->unit, parsed(m, "bound"), &b, NULL), OK);
	assert_int_equal(audience_count(&m->w->unit, parsed(m, "bound and friend"), &both, NULL), OK);
	assert_true(both > 0 && s.both == both && s.only_a == a - both && s.only_b == b - both && s.total == total);
}

static void wrong_axes_are_refused(void **state)
{
	struct model *m = *state;
	struct expr *e = parsed(m, "friend");
	struct audience_value_count *values;
	i64 cuts[AUDIENCE_CUTS_MAX + 1], *cube;
	size_t n;
	for (int i = 0; i <= AUDIENCE_CUTS_MAX; i++)
		cuts[i] = i;
	struct audience_axis axes[] = { { STR("orders"), cuts, AUDIENCE_CUTS_MAX }, { STR("orders"), cuts, 0 }, { STR("spent"), cuts, 0 } };
	assert_int_equal(audience_cube(&m->w->unit, e, axes, &cube, &n), OK);
	assert_int_equal(n, (AUDIENCE_CUTS_MAX + 2) * 4);
	axes[0].cut_count++;
	assert_int_equal(audience_cube(&m->w->unit, e, axes, &cube, &n), ERR_INPUT);
	axes[0].cut_count = 2;
	cuts[1] = 0;
	assert_int_equal(audience_cube(&m->w->unit, e, axes, &cube, &n), ERR_INPUT);
	axes[0] = (struct audience_axis){ STR("city"), cuts, 0 };
	assert_int_equal(audience_cube(&m->w->unit, e, axes, &cube, &n), ERR_INPUT);
	assert_int_equal(audience_breakdown(&m->w->unit, e, STR("orders"), &values, &n), ERR_INPUT);
	assert_int_equal(audience_breakdown(&m->w->unit, e, STR("nothing"), &values, &n), ERR_INPUT);
}

static void says_why(void **state)
{
	struct model *m = *state;
	struct soul *s = &m->v[3];
	struct why_step *steps;
	size_t n;
	bool in;
	if (s->root != 3)
		part(m, 3);
	s->fact.orders = 2;
	s->fact.spent = 30000;
	s->fact.friend = true;
	s->fact.erased = false;
	s->fact.city = STR_NIL;
	s->tags[0] = true;
	write(m, s);
	struct expr *e = parsed(m, "tag:\"宝妈\" and spent >= 500 and (friend or city = \"上海\")");
	assert_int_equal(audience_why(&m->w->unit, e, s->id, LANG_ZH, &steps, &n, &in), OK);
	assert_int_equal(n, 4);
	assert_false(in);
	assert_true(steps[0].holds && !steps[0].decides && str_eq(steps[0].value, STR("宝妈")));
	assert_true(!steps[1].holds && steps[1].decides && str_eq(steps[1].value, STR("300 元")));
	assert_true(steps[2].holds && !steps[2].decides);
	assert_true(!steps[3].holds && str_eq(steps[3].value, STR("未知")));
	e = parsed(m, "tag:\"宝妈\" and (city = \"上海\" or friend) and not orders > 5");
	assert_int_equal(audience_why(&m->w->unit, e, s->id, LANG_EN, &steps, &n, &in), OK);
	assert_true(in && steps[0].decides && !steps[1].decides && steps[2].decides && steps[3].decides && !steps[3].holds);
	assert_int_equal(audience_why(&m->w->unit, e, id_customer(1, 77777), LANG_EN, &steps, &n, &in), ERR_NOT_FOUND);
}

static void many_touches_read_the_corp_anew(void **state)
{
	struct model *m = *state;
	struct expr *e = parsed(m, "orders >= 0");
	i64 before, after, total;
	struct soul *s = &m->v[5];
	if (s->root != 5)
		part(m, 5);
	assert_int_equal(audience_count(&m->w->unit, e, &before, &total), OK);
	bool was = plain_live(m, 5);
	s->fact.erased = was;
	write(m, s);
	/* More than are read one by one; ours is not even among them. */
	for (int i = 0; i <= 20001; i++)
		touch(m, m->v[7].id);
	assert_int_equal(audience_count(&m->w->unit, e, &after, &total), OK);
	assert_int_equal(after, was ? before - 1 : before + 1);
	audience_drop(m->w->env.audience, 1);
	assert_int_equal(audience_count(&m->w->unit, e, &before, &total), OK);
	assert_int_equal(after, before);
}

static void without_an_index_sql_answers(void **state)
{
	struct model *m = *state;
	struct expr *e = parsed(m, "friend");
	i64 count, total, by_sql, by_sql_total, *ids, *some;
	size_t n, got;
	assert_int_equal(audience_count(&m->w->unit, e, &count, &total), OK);
	assert_int_equal(audience_select(&m->w->unit, e, 0, 1000, &ids, &n), OK);
	struct env bare = m->w->env;
	bare.audience = NULL;
	m->w->unit.env = &bare;
	assert_int_equal(audience_count(&m->w->unit, e, &by_sql, &by_sql_total), OK);
	assert_int_equal(by_sql, count);
	assert_int_equal(by_sql_total, total);
	assert_int_equal(audience_select(&m->w->unit, e, ids[1], 3, &some, &got), OK);
	assert_int_equal(got, 3);
	assert_int_equal(some[0], ids[2]);
}

static const struct route *route(const char *method, const char *path)
{
	for (const struct route *r = audience_module.routes; r->path; r++)
		if (strcmp(r->path, path) == 0 && strcmp(r->method, method) == 0)
			return r;
	fail_msg("no route %s %s", method, path);
	return NULL;
}

/* Through the records, as the dispatcher calls it; *ret is the answer's JSON. */
static err call(struct model *m, const char *method, const char *path, const char *body, struct json **ret)
{
	const struct route *r = route(method, path);
	struct arena *a = m->w->t->arena;
	struct cx cx = { .unit = m->w->unit, .env = &m->w->env };
	struct json *j;
	struct buf b = buf_new(a, 1 << 20);
	struct page page = { .total = NIL };
	void *in = arena_alloc(a, r->in->size), *out = arena_alloc(a, r->out->size);
	assert_int_equal(json_parse(str_c(body), a, &j, &cx.unit.fail), OK);
	TRY(record_parse(r->in, j, in, a, &cx.unit.fail));
	cx.in = in;
	cx.out = r->flags & ROUTE_LIST ? (void *)&page : out;
	err e = r->fn(&cx);
	m->w->unit.fail = cx.unit.fail;
	TRY(e);
	if (!(r->flags & ROUTE_LIST)) {
		record_write(&b, r->out, out);
	} else {
		buf_char(&b, '[');
		for (size_t i = 0; i < page.data.n; i++) {
			buf_add_c(&b, i ? "," : "");
			record_write(&b, r->out, (char *)page.data.v + i * r->out->size);
		}
		buf_char(&b, ']');
	}
	assert_int_equal(json_parse(buf_str(&b), a, ret, &cx.unit.fail), OK);
	return OK;
}

static void routes_answer(void **state)
{
	struct model *m = *state;
	struct json *j;
	struct fail f = { 0 };
	assert_int_equal(store_check(m->w->t->store, audience_module.queries, &f), OK);
	assert_int_equal(call(m, "POST", "/api/v1/audience/count", "{\"expr\":\"friend and spent >= 1\"}", &j), OK);
	i64 count = json_i64(j, "count", -1), total = json_i64(j, "total", -1);
	assert_true(count > 0 && count < total);
	assert_true(str_eq_c(json_str(json_get(j, "tree"), "op"), "and"));
	assert_true(str_eq_c(json_str(j, "words"), "是好友 且 累计消费 ≥ 1 元"));
	str again = arena_printf(m->w->t->arena, "{\"tree\":%.*s}", STR_F(json_get(j, "tree")->raw));
	struct json *no;
	assert_int_equal(call(m, "POST", "/api/v1/audience/count", "{\"expr\":\"friend = false or bound != true\"}", &no), OK);
	assert_true(str_eq_c(json_str(no, "words"), "是好友：否 或 已绑定会员：否"));
	assert_int_equal(call(m, "POST", "/api/v1/audience/count", arena_cstr(m->w->t->arena, again), &j), OK);
	assert_int_equal(json_i64(j, "count", -1), count);
	assert_int_equal(call(m, "POST", "/api/v1/audience/count", "{}", &j), ERR_INPUT);
	assert_int_equal(call(m, "POST", "/api/v1/audience/count", "{\"expr\":\"spend > 1\"}", &j), ERR_INPUT);
	assert_string_equal(m->w->unit.fail.limit, "spent");
	assert_int_equal(call(m, "POST", "/api/v1/audience/sample", "{\"expr\":\"friend\",\"n\":3}", &j), OK);
	assert_int_equal(json_get(j, "data")->n, 3);
	assert_int_equal(call(m, "GET", "/api/v1/audience/attributes", "{}", &j), OK);
	assert_true(j->n > 20);
	assert_int_equal(call(m, "POST", "/api/v1/audiences", "{\"name\":\"a\",\"expr\":\"friend\"}", &j), OK);
	str id = json_str(j, "id");
	assert_int_equal(call(m, "GET", "/api/v1/audiences", "{}", &j), OK);
	assert_true(j->n == 1 + STORED && json_i64(&j->items[0], "count", -1) >= count);
	str key = arena_printf(m->w->t->arena, "{\"id\":\"%.*s\"}", STR_F(id));
	assert_int_equal(call(m, "DELETE", "/api/v1/audiences/{id}", arena_cstr(m->w->t->arena, key), &j), OK);
	assert_int_equal(call(m, "GET", "/api/v1/audiences/{id}", arena_cstr(m->w->t->arena, key), &j), ERR_NOT_FOUND);
}

static void why_shows_nobody_outside_of_the_scope(void **state)
{
	struct model *m = *state;
	struct json *j;
	int hidden = -1, shown = -1;
	for (int i = 0; i < PEOPLE - 1; i++)
		if (plain_live(m, i))
			*(plain_seen(m, i) ? &shown : &hidden) = i;
	m->w->unit.scope = SCOPE;
	for (int i = 0; i < 2; i++) {
		str body = arena_printf(m->w->t->arena, "{\"expr\":\"friend\",\"customer_id\":\"%lld\"}",
					(long long)m->v[i ? hidden : shown].id);
		assert_int_equal(call(m, "POST", "/api/v1/audience/why", arena_cstr(m->w->t->arena, body), &j), i ? ERR_NOT_FOUND : OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, make, drop)
		T(all_ways_agree),
		cmocka_unit_test_setup_teardown(all_ways_agree, make_spread, drop),
		T(pages_and_samples_are_of_the_set), T(a_sample_is_uniform), T(says_why), T(many_touches_read_the_corp_anew),
		T(counts_over_a_set_are_those_of_its_members), T(two_sets_overlap), T(wrong_axes_are_refused),
		T(without_an_index_sql_answers), T(routes_answer), T(why_shows_nobody_outside_of_the_scope),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

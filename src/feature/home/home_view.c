/*
 * home's page: GET /api/v1/home.
 *
 * Cost: the rows of home_day in the range (days x staff x slots), fact_tally (staff x slots) and the newest
 * differences. Nothing is cached and no customer is read.
 */
#include "feature/home/home_data.h"

#include "base/map.h"
#include "base/text.h"
#include "core/attr/attr_tally.h"
#include "core/corp/corp.h"
#include "core/staff/staff.h"

#include <math.h>

#define HOME_IN_FIELDS(F, S) F(S, STR, from, .opt = true) F(S, STR, to, .opt = true)
RECORD(home_in, HOME_IN_FIELDS);

#define HOME_DAY_VIEW_FIELDS(F, S)                                                  \
	F(S, STR, day) F(S, I64, added, .opt = true) F(S, I64, added_first, .opt = true) \
	F(S, I64, added_again, .opt = true) F(S, I64, lost, .opt = true) F(S, I64, lost_unique, .opt = true) \
	F(S, I64, staff_deleted, .opt = true) F(S, I64, net, .opt = true)           \
	F(S, I64, orders, .opt = true) F(S, FEN, revenue, .opt = true)
RECORD(home_day_view, HOME_DAY_VIEW_FIELDS);

#define HOME_GMV_FIELDS(F, S)                                                       \
	F(S, I64, users) F(S, F64, conversion, .doc = "buyers / users")             \
	F(S, F64, aov, .doc = "amount / orders, in fen") F(S, F64, repurchase, .doc = "orders / buyers") \
	F(S, FEN, amount) F(S, I64, buyers) F(S, I64, orders)
RECORD(home_gmv, HOME_GMV_FIELDS);
#define HOME_TOTALS_FIELDS(F, S)                                                    \
	F(S, I64, customers) F(S, I64, friends, .opt = true) F(S, I64, buyers, .opt = true) \
	F(S, I64, strangers, .opt = true, .doc = "buyers who are no friends")       \
	F(S, F64, bound_rate, .doc = "null when there is nobody to bind") F(S, I64, bound, .opt = true) \
	F(S, I64, bindable, .opt = true) F(S, OBJ, gmv, .opt = true, .of = &home_gmv_record)
RECORD(home_totals, HOME_TOTALS_FIELDS);
#define HOME_SOURCES_FIELDS(F, S) F(S, BOOL, orders) F(S, BOOL, wecom) F(S, BOOL, compared)
RECORD(home_sources, HOME_SOURCES_FIELDS);
#define HOME_DIFF_FIELDS(F, S) \
	F(S, ID, staff_id) F(S, STR, staff) F(S, STR, day) F(S, STR, figure, .one_of = "added,lost") F(S, I64, ours) F(S, I64, wecom)
RECORD(home_diff, HOME_DIFF_FIELDS);
#define HOME_GROUP_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name) F(S, I64, added) F(S, I64, friends) F(S, I64, bound) F(S, F64, bound_rate)
RECORD(home_group, HOME_GROUP_FIELDS);
#define HOME_OUT_FIELDS(F, S)                                                       \
	F(S, LIST, days, .of = &home_day_view_record) F(S, OBJ, today, .of = &home_day_view_record) \
	F(S, OBJ, totals, .of = &home_totals_record) F(S, STR, currency)            \
	F(S, OBJ, sources, .of = &home_sources_record) F(S, LIST, diffs, .of = &home_diff_record) \
	F(S, LIST, staff, .of = &home_group_record) F(S, LIST, stores, .of = &home_group_record) \
	F(S, JSON, definitions, .doc = "how each figure is counted, in the viewer's language")
RECORD(home_out, HOME_OUT_FIELDS);

/* What one view reads. */
struct sight {
	struct cx *cx;
	i64 from, to, today;
	struct home_sources sources;
	struct staff *staff;
	size_t staff_count;
	struct imap staff_at; /* id -> index */
	struct department *departments;
	size_t department_count;
	struct fact_tally *tallies;
	size_t tally_count;
};

static err day_of(struct cx *cx, const char *field, str text, i64 otherwise, i64 *ret)
{
	const struct tz *tz = corp_zone(&cx->unit, cx->unit.corp);
	ms at;
	*ret = otherwise;
	if (!text.n)
		return OK;
	if (text.n != 10 || !tz_parse(tz, text, &at))
		return cx_fail(cx, ERR_INPUT, T_HOME_RANGE, str_c(field), text, STR("366"));
	*ret = tz_day(tz, at);
	return OK;
}

static err range(struct cx *cx, const struct home_in *in, struct sight *v)
{
	v->today = corp_day(&cx->unit, cx_now(cx));
	TRY(day_of(cx, "to", in->to, v->today, &v->to));
	TRY(day_of(cx, "from", in->from, v->to - HOME_DAYS_DEFAULT + 1, &v->from));
	if (v->from > v->to || v->to - v->from >= HOME_DAYS_MAX)
		return cx_fail(cx, ERR_INPUT, T_HOME_RANGE, STR("from"), in->from, STR("366"));
	return OK;
}

static struct home_day_view day_view(const struct sight *v, const struct home_sum *d)
{
	struct home_day_view out;
	record_init(&home_day_view_record, &out);
	out.day = tz_format_date(d->day, CX_ARENA(v->cx));
	if (v->sources.wecom) {
		out.added = d->added;
		out.added_first = d->added_first;
		out.added_again = d->added_again;
		out.lost = d->lost;
		out.lost_unique = d->lost_unique;
		out.staff_deleted = d->dropped;
		out.net = d->added - d->lost - d->dropped;
	}
	if (v->sources.orders && v->cx->unit.scope == 0) {
		out.orders = d->orders;
		out.revenue = d->revenue;
	}
	return out;
}

/* Every day of the range stands in the answer, also those on which nothing happened. */
static err days(const struct snap *s, const struct sight *v, i64 from, i64 to, struct list *ret)
{
	struct home_range in = { from, to, 0 };
	struct home_sum *rows;
	size_t n, at = 0, count = (size_t)(to - from + 1);
	TRY(home_days(s, &in, &rows, &n));
	struct home_day_view *out = ARENA_ARRAY(s->arena, struct home_day_view, count);
	for (size_t i = 0; i < count; i++) {
		struct home_sum none = { .day = from + (i64)i };
		bool there = at < n && rows[at].day == none.day;
		out[i] = day_view(v, there ? &rows[at++] : &none);
	}
	*ret = (struct list){ out, count };
	return OK;
}

static double rate(i64 part, i64 whole) { return whole ? (double)part / (double)whole : NAN; }

static struct home_totals *totals(const struct sight *v)
{
	struct arena *a = CX_ARENA(v->cx);
	struct home_totals *t = ARENA_NEW(a, struct home_totals);
	struct fact_tally sum = { 0 };
	record_init(&home_totals_record, t);
	for (size_t i = 0; i < v->tally_count; i++) {
		const struct fact_tally *x = &v->tallies[i];
		sum.people += x->people;
		sum.friends += x->friends;
		sum.bound += x->bound;
		sum.buyers += x->buyers;
		sum.strangers += x->strangers;
		sum.orders += x->orders;
		sum.spent += x->spent;
	}
	t->customers = sum.people;
	t->bound_rate = NAN;
	if (v->sources.wecom) {
		t->friends = t->bindable = sum.friends;
		t->bound = sum.bound;
		t->bound_rate = rate(sum.bound, sum.friends);
	}
	if (!v->sources.orders)
		return t;
	t->buyers = sum.buyers;
	t->strangers = sum.strangers;
	struct home_gmv *g = ARENA_NEW(a, struct home_gmv);
	*g = (struct home_gmv){ sum.people, rate(sum.buyers, sum.people), rate(sum.spent, sum.orders),
				rate(sum.orders, sum.buyers), sum.spent, sum.buyers, sum.orders };
	t->gmv = g;
	return t;
}

static str staff_name(const struct sight *v, i64 id)
{
	i64 at;
	if (!imap_get(&v->staff_at, id, &at))
		return arena_printf(CX_ARENA(v->cx), "%lld", (long long)id);
	const struct staff *s = &v->staff[at];
	return s->name.n ? s->name : s->userid;
}

static err diffs(const struct snap *s, const struct sight *v, struct list *ret)
{
	struct home_range in = { v->from, v->to, HOME_DIFFS_MAX };
	struct home_pair *rows;
	size_t n, count = 0;
	TRY(home_differences(s, &in, &rows, &n));
	struct home_diff *out = ARENA_ARRAY(s->arena, struct home_diff, 2 * n);
	for (size_t i = 0; i < n; i++) {
		const struct home_pair *p = &rows[i];
		str name = staff_name(v, p->staff), day = tz_format_date(p->day, s->arena);
		if (p->added != p->our_added)
			out[count++] = (struct home_diff){ p->staff, name, day, STR("added"), p->our_added, p->added };
		if (p->lost != p->our_lost)
			out[count++] = (struct home_diff){ p->staff, name, day, STR("lost"), p->our_lost, p->lost };
	}
	*ret = (struct list){ out, count };
	return OK;
}

/* One row per member within the viewer's scope, and the same added up by store. */
static err groups(const struct snap *s, const struct sight *v, struct home_out *out)
{
	struct home_range in = { v->from, v->to, 0 };
	struct home_staff_added *added;
	size_t n, rows = 0, stores = 0;
	i64 at;
	TRY(home_staff_sums(s, &in, &added, &n));
	struct home_group *staff = ARENA_ARRAY(s->arena, struct home_group, v->staff_count);
	struct home_group *store = ARENA_ARRAY(s->arena, struct home_group, v->department_count);
	bool *shown = ARENA_ARRAY(s->arena, bool, v->staff_count);
	for (size_t i = 0; i < v->staff_count; i++)
		shown[i] = s->scope == 0 && v->staff[i].in_scope;
	for (size_t i = 0; i < n; i++)
		if (imap_get(&v->staff_at, added[i].staff, &at)) {
			staff[at].added = added[i].added;
			shown[at] = true;
		}
	for (size_t i = 0; i < v->tally_count; i++)
		if (imap_get(&v->staff_at, v->tallies[i].staff, &at)) {
			staff[at].friends = v->tallies[i].friends;
			staff[at].bound = v->tallies[i].bound;
			shown[at] |= v->tallies[i].friends > 0;
		}
	struct imap store_at = imap_new(s->arena);
	for (size_t i = 0; i < v->department_count; i++)
		if (v->departments[i].is_store) {
			imap_put(&store_at, v->departments[i].id, (i64)stores);
			store[stores++] = (struct home_group){ .id = v->departments[i].id, .name = v->departments[i].name };
		}
	for (size_t i = 0; i < v->staff_count; i++) {
		struct home_group *g = &staff[i];
		if (!shown[i])
			continue;
		if (v->staff[i].store != NIL && imap_get(&store_at, v->staff[i].store, &at)) {
			store[at].added += g->added;
			store[at].friends += g->friends;
			store[at].bound += g->bound;
		}
		g->id = v->staff[i].id;
		g->name = staff_name(v, g->id);
		g->bound_rate = rate(g->bound, g->friends);
		staff[rows++] = *g;
	}
	for (size_t i = 0; i < stores; i++)
		store[i].bound_rate = rate(store[i].bound, store[i].friends);
	out->staff = (struct list){ staff, rows };
	out->stores = (struct list){ store, stores };
	return OK;
}

static str definitions(struct cx *cx)
{
	static const struct { const char *key; enum text text; } of[] = {
		{ "customers", T_HOME_DEF_CUSTOMERS }, { "friends", T_HOME_DEF_FRIENDS }, { "buyers", T_HOME_DEF_BUYERS },
		{ "strangers", T_HOME_DEF_STRANGERS }, { "added", T_HOME_DEF_ADDED },
		{ "added_first", T_HOME_DEF_ADDED_FIRST }, { "added_again", T_HOME_DEF_ADDED_AGAIN },
		{ "lost", T_HOME_DEF_LOST }, { "lost_unique", T_HOME_DEF_LOST_UNIQUE },
		{ "staff_deleted", T_HOME_DEF_STAFF_DELETED }, { "net", T_HOME_DEF_NET }, { "orders", T_HOME_DEF_ORDERS },
		{ "revenue", T_HOME_DEF_REVENUE }, { "bound_rate", T_HOME_DEF_BOUND_RATE }, { "gmv", T_HOME_DEF_GMV },
		{ "diffs", T_HOME_DEF_DIFFS },
	};
	struct buf b = buf_new(CX_ARENA(cx), 16384);
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		buf_add_c(&b, i ? "," : "{");
		buf_json(&b, str_c(of[i].key));
		buf_char(&b, ':');
		buf_json(&b, str_c(text_raw(of[i].text, cx->viewer.lang)));
	}
	buf_char(&b, '}');
	return buf_str(&b);
}

static err read_all(const struct snap *s, struct sight *v, struct home_out *out)
{
	struct home_n any, compared;
	struct list today;
	TRY(home_any_order(s, &(struct none){ 0 }, &any));
	TRY(home_wecom_days(s, &(struct home_range){ v->from, v->to, 0 }, &compared));
	v->sources.orders = any.n != 0;
	v->sources.compared = compared.n != 0;
	TRY(staff_all(s, &v->staff, &v->staff_count));
	TRY(department_all(s, &v->departments, &v->department_count));
	v->staff_at = imap_new(s->arena);
	for (size_t i = 0; i < v->staff_count; i++)
		imap_put(&v->staff_at, v->staff[i].id, (i64)i);
	TRY(attr_tallies(s, &v->tallies, &v->tally_count));
	TRY(days(s, v, v->from, v->to, &out->days));
	TRY(days(s, v, v->today, v->today, &today));
	out->today = today.v;
	out->totals = totals(v);
	TRY(diffs(s, v, &out->diffs));
	return groups(s, v, out);
}

static err h_home(struct cx *cx)
{
	struct home_out *out = cx->out;
	struct sight v = { .cx = cx };
	struct corp corp;
	struct corp_wecom wecom;
	TRY(range(cx, cx->in, &v));
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	struct fail before = cx->unit.fail;
	v.sources.wecom = corp_wecom_get(&cx->unit, cx->unit.corp, &wecom) == OK;
	cx->unit.fail = before;
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, cx->unit.corp), read_all(snap, &v, out)));
	out->currency = corp.currency;
	out->sources = ARENA_NEW(CX_ARENA(cx), struct home_sources);
	*(struct home_sources *)out->sources = v.sources;
	out->definitions = definitions(cx);
	return OK;
}

const struct route home_routes[] = {
	{ "GET", "/api/v1/home", "home.read", ROUTE_SCOPE_CUSTOMERS, 0, &home_in_record, &home_out_record, h_home,
	  "The figures of the days, the totals of now, and where they differ from WeCom's; what has no source is null." },
	{ 0 },
};

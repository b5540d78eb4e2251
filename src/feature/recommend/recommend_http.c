/*
 * recommend over HTTP: the goods that were counted, what goes with each, and what to offer one person.
 */
#include "feature/recommend/recommend_data.h"

#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"

#define EXPR_MAX 2000

#define RECOMMEND_OUT_FIELDS(F, S)                                                  \
	F(S, ID, job, .opt = true, .doc = "a count that is at work") F(S, MS, made_ms, .opt = true) \
	F(S, I64, people, .doc = "who bought something named") F(S, I64, products) F(S, I64, pairs) \
	F(S, I64, window_days) F(S, I64, support_min)
RECORD(recommend_out, RECOMMEND_OUT_FIELDS);
#define RECOMMEND_QUEUED_FIELDS(F, S) F(S, ID, job)
RECORD(recommend_queued, RECOMMEND_QUEUED_FIELDS);
#define RECOMMEND_LIST_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(recommend_list_in, RECOMMEND_LIST_IN_FIELDS);
#define RECOMMEND_ID_FIELDS(F, S) F(S, ID, id)
RECORD(recommend_id, RECOMMEND_ID_FIELDS);
#define RECOMMEND_VIEW_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, name) F(S, STR, sku, .opt = true) F(S, STR, category, .opt = true) \
	F(S, ID, because_id) F(S, STR, because) F(S, I64, both, .doc = "people who bought both") \
	F(S, I64, base, .doc = "people who bought `because`") F(S, F64, confidence, .doc = "both / base") \
	F(S, F64, support, .doc = "both / all people") F(S, F64, lift, .doc = "confidence / share of all people who bought it") \
	F(S, BOOL, repeatable, .doc = "people buy it again and again") F(S, STR, words, .doc = "in the viewer's language") \
	F(S, STR, expr, .doc = "who bought `because` and likely wants it")
RECORD(recommend_view, RECOMMEND_VIEW_FIELDS);
#define RECOMMEND_DETAIL_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, name) F(S, STR, sku, .opt = true) F(S, STR, category, .opt = true) F(S, I64, buyers) \
	F(S, I64, again) F(S, LIST, partners, .of = &recommend_view_record)
RECORD(recommend_detail, RECOMMEND_DETAIL_FIELDS);
#define RECOMMEND_OFFERS_FIELDS(F, S) F(S, LIST, data, .of = &recommend_view_record)
RECORD(recommend_offers, RECOMMEND_OFFERS_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str number(struct arena *a, i64 n) { return arena_printf(a, "%lld", (long long)n); }

static err run_of(const struct snap *s, struct recommend_run *ret)
{
	*ret = (struct recommend_run){ .made = NIL };
	err e = recommend_run_get(s, &(struct none){ 0 }, ret);
	return e == ERR_NOT_FOUND ? OK : e;
}

static struct recommend_view view_of(struct cx *cx, const struct recommend_offer *o, i64 people)
{
	struct arena *a = CX_ARENA(cx);
	struct buf expr = buf_new(a, EXPR_MAX);
	struct text_hole holes[] = { { "field", o->because }, { "limit", number(a, o->base) }, { "value", number(a, o->both_n) },
				     { "name", o->name } };
	double confidence = o->base ? (double)o->both_n / (double)o->base : 0;
	double share = people ? (double)o->partner_buyers / (double)people : 0;
	buf_add_c(&expr, "likely_because = ");
	buf_json(&expr, o->because);
	buf_add_c(&expr, " and likely_product = ");
	buf_json(&expr, o->name);
	return (struct recommend_view){ o->partner, o->name, o->sku, o->category, o->product, o->because, o->both_n, o->base,
					confidence, people ? (double)o->both_n / (double)people : 0,
					share > 0 ? confidence / share : 0,
					o->again * 100 >= o->partner_buyers * RECOMMEND_REPEAT_PERCENT,
					text_fill(a, T_RECOMMEND_WHY, cx->viewer.lang, holes, ARRAY_LEN(holes)), buf_str(&expr) };
}

static struct list views_of(struct cx *cx, const struct recommend_offer *v, size_t n, i64 people)
{
	struct recommend_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct recommend_view, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = view_of(cx, &v[i], people);
	return (struct list){ rows, n };
}

static err h_state(struct cx *cx)
{
	struct recommend_out *out = cx->out;
	struct recommend_run run;
	i64 job;
	TRY(READ_SNAP(&cx->unit, base(cx), run_of(snap, &run)));
	TRY(recommend_running(&cx->unit, &job));
	out->job = job ? job : NIL;
	out->made_ms = run.made;
	out->people = run.people;
	out->products = run.products;
	out->pairs = run.pairs;
	TRY(recommend_setting(&cx->unit, "recommend.window_days", 0, 3650, RECOMMEND_WINDOW_DAYS, &out->window_days));
	return recommend_setting(&cx->unit, "recommend.support_min", 2, 1000000, RECOMMEND_SUPPORT_MIN, &out->support_min);
}

static err queue(struct tx *tx, i64 *ret_job)
{
	TRY(recommend_queue(tx, ret_job));
	return audit_add(tx, "recommend.count", arena_printf(tx->snap.arena, "job:%lld", (long long)*ret_job), STR_NIL);
}

static err h_count(struct cx *cx)
{
	struct recommend_queued *out = cx->out;
	i64 running;
	TRY(recommend_running(&cx->unit, &running));
	if (running)
		return cx_fail(cx, ERR_STATE, T_RECOMMEND_RUNNING, STR_NIL, number(CX_ARENA(cx), running), STR_NIL);
	return WRITE_TX(&cx->unit, base(cx), queue(tx, &out->job));
}

static err h_products(struct cx *cx)
{
	const struct recommend_list_in *in = cx->in;
	struct page *page = cx->out;
	struct recommend_product *v;
	struct recommend_run run;
	size_t n;
	i64 keys[2] = { INT64_MAX, INT64_MAX };
	TRY(page_from(cx, in->cursor, keys, 2, 0));
	struct recommend_page find = { keys[0], keys[1], in->limit + 1 };
	TRY(READ_SNAP(&cx->unit, base(cx), recommend_products(snap, &find, &v, &n)));
	TRY(READ_SNAP(&cx->unit, base(cx), run_of(snap, &run)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		i64 last[2] = { v[n - 1].buyers, v[n - 1].id };
		page->next_cursor = page_next(cx, last, 2, 0);
	}
	page->data = (struct list){ v, n };
	page->total = run.products;
	return OK;
}

static err read_product(struct cx *cx, const struct snap *s, i64 id, struct recommend_detail *out)
{
	const struct recommend_product_key key = { id };
	struct recommend_product p;
	struct recommend_offer *v;
	struct recommend_run run;
	size_t n;
	err e = recommend_product_get(s, &key, &p);
	if (e == ERR_NOT_FOUND)
		return cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_RECOMMEND_PRODUCT, cx->viewer.lang)));
	TRY(e);
	TRY(run_of(s, &run));
	TRY(recommend_partners(s, &key, &v, &n));
	*out = (struct recommend_detail){ p.id, p.name, p.sku, p.category, p.buyers, p.again, views_of(cx, v, n, run.people) };
	return OK;
}

static err h_product(struct cx *cx)
{
	const struct recommend_id *in = cx->in;
	return READ_SNAP(&cx->unit, base(cx), read_product(cx, snap, in->id, cx->out));
}

static err h_offers(struct cx *cx)
{
	const struct recommend_id *in = cx->in;
	struct recommend_offers *out = cx->out;
	struct recommend_offer offers[RECOMMEND_OFFERS_MAX];
	struct recommend_bought had[RECOMMEND_PERSON_MAX];
	struct recommend_person row;
	struct recommend_run run;
	i64 root, today = corp_day(&cx->unit, cx_now(cx));
	size_t n;
	TRY(customer_visible(&cx->unit, in->id, &root));
	struct fail before = cx->unit.fail;
	err e = READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root),
			  recommend_person_get(snap, &(struct recommend_key){ root }, &row));
	if (e == ERR_NOT_FOUND) { /* she has bought nothing that has a name */
		cx->unit.fail = before;
		return OK;
	}
	TRY(e);
	size_t m = recommend_unpack(row.goods, had);
	TRY(READ_SNAP(&cx->unit, base(cx), recommend_next(snap, had, m, today, offers, &n)));
	TRY(READ_SNAP(&cx->unit, base(cx), run_of(snap, &run)));
	out->data = views_of(cx, offers, n, run.people);
	return OK;
}

const struct route recommend_routes[] = {
	{ "GET", "/api/v1/recommend", "recommend.read", ROUTE_SCOPE_NONE, 0, &none_record, &recommend_out_record, h_state,
	  "When and over how many people and goods it was counted" },
	{ "POST", "/api/v1/recommend/count", "recommend.count", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &none_record,
	  &recommend_queued_record, h_count, "Counts anew, as a job" },
	{ "GET", "/api/v1/recommend/products", "recommend.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &recommend_list_in_record,
	  &recommend_product_record, h_products, "The goods most people bought" },
	{ "GET", "/api/v1/recommend/products/{id}", "recommend.read", ROUTE_SCOPE_NONE, 0, &recommend_id_record,
	  &recommend_detail_record, h_product, "One product and what goes with it" },
	{ "GET", "/api/v1/customers/{id}/recommend", "recommend.read", ROUTE_SCOPE_CUSTOMERS, 0, &recommend_id_record,
	  &recommend_offers_record, h_offers, "What to offer one person next, with the counts behind it" },
	{ 0 },
};

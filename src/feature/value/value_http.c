/*
 * value over HTTP: the fit in numbers and words, who is at risk, and one person.
 *
 * Counts and lists go through the audience engine, so they are within the viewer's scope and every number
 * leads to the people behind it by its expression.
 */
#include "feature/value/value_fit.h"

#include "base/hash.h"
#include "core/audience/audience.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/profile/profile.h"

#include <math.h>
#include <stdlib.h>

#define BINS 10
#define SCAN_ROWS 1000
#define SCAN_MAX 200000 /* rows one page may look at */
#define EXPR_MAX 400

#define VALUE_BIN_FIELDS(F, S) F(S, I64, from) F(S, I64, to, .doc = "percent") F(S, I64, count) F(S, STR, expr)
RECORD(value_bin, VALUE_BIN_FIELDS);
#define VALUE_RISKS_FIELDS(F, S) F(S, STR, risk, .one_of = "low,watch,high,lost") F(S, I64, count) F(S, STR, expr)
RECORD(value_risks, VALUE_RISKS_FIELDS);
#define VALUE_SETTINGS_FIELDS(F, S)                                                 \
	F(S, I64, near_days) F(S, I64, horizon_days) F(S, I64, overdue, .doc = "percent: a warning is due beyond") \
	F(S, I64, alive, .doc = "percent: a warning is due below") F(S, I64, people_min) F(S, I64, repeaters_min)
RECORD(value_settings, VALUE_SETTINGS_FIELDS);
#define VALUE_OUT_FIELDS(F, S)                                                      \
	F(S, ID, job, .opt = true, .doc = "a fit that is at work") F(S, OBJ, settings, .of = &value_settings_record) \
	F(S, OBJ, fit, .opt = true, .of = &value_fit_record, .doc = "the newest") \
	F(S, STRS, words, .doc = "the fit in plain words, in the viewer's language") \
	F(S, OBJ, held_out, .opt = true, .of = &value_held_out_record)              \
	F(S, LIST, alive, .of = &value_bin_record, .doc = "repeat buyers by P(alive)") \
	F(S, LIST, risks, .of = &value_risks_record) F(S, STR, currency)
RECORD(value_out, VALUE_OUT_FIELDS);
#define VALUE_QUEUED_FIELDS(F, S) F(S, ID, job)
RECORD(value_queued, VALUE_QUEUED_FIELDS);
#define VALUE_FITS_IN_FIELDS(F, S) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(value_fits_in, VALUE_FITS_IN_FIELDS);

#define VALUE_WARN_IN_FIELDS(F, S)                                                  \
	F(S, STR, risk, .opt = true, .one_of = "watch,high,lost") F(S, STR, staff, .opt = true, .doc = "a name or userid") \
	F(S, STR, store, .opt = true, .doc = "a name") F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)
RECORD(value_warn_in, VALUE_WARN_IN_FIELDS);
#define VALUE_FACE_FIELDS(F, S)                                                     \
	F(S, STR, risk) F(S, STR, why, .doc = "in the viewer's language") F(S, I64, alive, .opt = true, .doc = "percent") \
	F(S, I64, near_orders, .opt = true, .doc = "expected in the near horizon, hundredths") \
	F(S, I64, orders, .opt = true, .doc = "expected in the horizon, hundredths") F(S, FEN, worth, .opt = true) \
	F(S, I64, gap, .opt = true, .doc = "usual days between purchases, tenths") F(S, I64, silent, .doc = "days") \
	F(S, I64, overdue, .opt = true, .doc = "percent of the gap") F(S, FEN, at_risk) F(S, I64, times, .doc = "days with a purchase") \
	F(S, STR, last_day) F(S, MS, warned_ms, .opt = true) F(S, STR, currency)
#define VALUE_WARN_ROW_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, name, .opt = true) F(S, STR, avatar, .opt = true)    \
	F(S, OBJ, staff, .opt = true, .of = &profile_named_record) VALUE_FACE_FIELDS(F, S)
RECORD(value_warn_row, VALUE_WARN_ROW_FIELDS);
#define VALUE_ONE_IN_FIELDS(F, S) F(S, ID, id)
RECORD(value_one_in, VALUE_ONE_IN_FIELDS);
#define VALUE_FACE_RECORD_FIELDS(F, S) VALUE_FACE_FIELDS(F, S)
RECORD(value_face, VALUE_FACE_RECORD_FIELDS);
#define VALUE_ONE_FIELDS(F, S) \
	F(S, ID, id) F(S, I64, near_days) F(S, I64, horizon_days) F(S, OBJ, value, .opt = true, .of = &value_face_record)
RECORD(value_one, VALUE_ONE_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->env->store, cx->unit.corp); }

static str number(struct arena *a, i64 n) { return arena_printf(a, "%lld", (long long)n); }

/* ---- the fit ---- */

static err count_of(struct cx *cx, str text, i64 *ret)
{
	struct expr *e;
	i64 total;
	TRY(expr_parse(&cx->unit, text, &e));
	return audience_count(&cx->unit, e, ret, &total);
}

static err distribution(struct cx *cx, struct value_out *out)
{
	static const char *const risks[] = { "low", "watch", "high", "lost" };
	struct value_bin *bins = ARENA_ARRAY(CX_ARENA(cx), struct value_bin, BINS);
	struct value_risks *rows = ARENA_ARRAY(CX_ARENA(cx), struct value_risks, ARRAY_LEN(risks));
	for (i64 i = 0; i < BINS; i++) {
		i64 from = 100 * i / BINS, to = i + 1 == BINS ? 100 : 100 * (i + 1) / BINS - 1;
		str expr = arena_printf(CX_ARENA(cx), "p_alive between %lld and %lld", (long long)from, (long long)to);
		bins[i] = (struct value_bin){ from, to, 0, expr };
		TRY(count_of(cx, expr, &bins[i].count));
	}
	for (size_t i = 0; i < ARRAY_LEN(risks); i++) {
		rows[i] = (struct value_risks){ str_c(risks[i]), 0, arena_printf(CX_ARENA(cx), "risk = %s", risks[i]) };
		TRY(count_of(cx, rows[i].expr, &rows[i].count));
	}
	out->alive = (struct list){ bins, BINS };
	out->risks = (struct list){ rows, ARRAY_LEN(risks) };
	return OK;
}

static void say(struct cx *cx, struct strs *words, enum text text, str value, str limit)
{
	words->v[words->n++] = text_fill(CX_ARENA(cx), text, cx->viewer.lang,
					 (struct text_hole[]){ { "value", value }, { "limit", limit } }, 2);
}

/* What the parameters mean for people who never heard of them. */
static struct strs words_of(struct cx *cx, const struct value_fit *f, const struct value_settings *set)
{
	struct arena *a = CX_ARENA(cx);
	struct strs w = { ARENA_ARRAY(a, str, 8), 0 };
	if (!str_eq_c(f->state, "fitted")) {
		enum text why = str_eq_c(f->state, "few") ? T_VALUE_WORD_FEW : T_VALUE_WORD_UNSETTLED;
		w.v[w.n++] = text_fill(a, why, cx->viewer.lang,
				       (struct text_hole[]){ { "value", number(a, f->repeaters) }, { "limit", number(a, set->repeaters_min) },
							     { "field", number(a, f->customers) }, { "people", number(a, set->people_min) } }, 4);
		return w;
	}
	struct bgnbd p = { f->r, f->alpha, f->a, f->b };
	say(cx, &w, T_VALUE_WORD_RATE, arena_printf(a, "%.0f", f->alpha / f->r * DAYS_A_WEEK), STR_NIL);
	say(cx, &w, T_VALUE_WORD_LEAVE, arena_printf(a, "%.0f", 100 * f->a / (f->a + f->b)), STR_NIL);
	say(cx, &w, T_VALUE_WORD_NEW, arena_printf(a, "%.2f", bgnbd_expected_new(&p, (double)set->horizon_days / DAYS_A_WEEK)),
	    number(a, set->horizon_days));
	if (f->gap > 0)
		say(cx, &w, T_VALUE_WORD_GAP, arena_printf(a, "%.0f", f->gap), STR_NIL);
	if (f->money)
		say(cx, &w, T_VALUE_WORD_SPEND, arena_printf(a, "%.2f", f->p * f->v / (f->q - 1)),
		    arena_printf(a, "%.2f", f->correlation));
	return w;
}

static err held_out_of(struct cx *cx, const struct snap *s, struct value_held_out **ret)
{
	struct value_held_out_row row;
	struct json *tree;
	TRY(value_held_out_get(s, &(struct value_fit_find){ INT64_MAX, 1 }, &row));
	if (!row.held_out.p)
		return OK;
	struct value_held_out *h = ARENA_NEW(CX_ARENA(cx), struct value_held_out);
	TRY(json_parse(row.held_out, CX_ARENA(cx), &tree, &cx->unit.fail));
	record_read(&value_held_out_record, tree, h, CX_ARENA(cx));
	if (!h->flagged)
		h->precision = NAN;
	if (!h->silent)
		h->recall = NAN;
	*ret = h;
	return OK;
}

static struct value_settings settings_of(const struct value_model *m)
{
	return (struct value_settings){ m->near, m->horizon, m->overdue_at, m->alive_at, VALUE_PEOPLE_MIN, VALUE_REPEATERS_MIN };
}

static err read_fit(struct cx *cx, const struct snap *s, struct value_out *out)
{
	struct value_model model;
	struct value_fit *fits;
	size_t n;
	bool any;
	TRY(value_model_get(s, &model, &any));
	struct value_settings *set = ARENA_NEW(CX_ARENA(cx), struct value_settings);
	*set = settings_of(&model);
	out->settings = set;
	TRY(value_fits(s, &(struct value_fit_find){ INT64_MAX, 1 }, &fits, &n));
	if (!n)
		return OK;
	out->fit = fits;
	out->words = words_of(cx, fits, set);
	return held_out_of(cx, s, (struct value_held_out **)&out->held_out);
}

static err h_value(struct cx *cx)
{
	struct value_out *out = cx->out;
	struct corp corp;
	i64 job;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	out->currency = corp.currency;
	TRY(READ_SNAP(&cx->unit, base(cx), read_fit(cx, snap, out)));
	TRY(value_running(&cx->unit, &job));
	out->job = job ? job : NIL;
	return distribution(cx, out);
}

static err h_fits(struct cx *cx)
{
	const struct value_fits_in *in = cx->in;
	struct page *page = cx->out;
	struct value_fit *v;
	size_t n;
	struct value_fit_find find = { INT64_MAX, in->limit + 1 };
	TRY(page_from(cx, in->cursor, &find.before, 1, 0));
	TRY(READ_SNAP(&cx->unit, base(cx), value_fits(snap, &find, &v, &n)));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		page->next_cursor = page_next(cx, &v[n - 1].id, 1, 0);
	}
	page->data = (struct list){ v, n };
	page->total = NIL;
	return OK;
}

static err queue(struct tx *tx, i64 *ret_job)
{
	TRY(value_queue(tx, ret_job));
	return audit_add(tx, "value.fit", arena_printf(tx->snap.arena, "job:%lld", (long long)*ret_job), STR_NIL);
}

static err h_fit(struct cx *cx)
{
	struct value_queued *out = cx->out;
	i64 running;
	TRY(value_running(&cx->unit, &running));
	if (running)
		return cx_fail(cx, ERR_STATE, T_VALUE_RUNNING, STR_NIL, number(CX_ARENA(cx), running), STR_NIL);
	return WRITE_TX(&cx->unit, base(cx), queue(tx, &out->job));
}

/* ---- persons ---- */

static str tenths(struct arena *a, i64 n) { return n % 10 ? arena_printf(a, "%.1f", (double)n / 10) : number(a, n / 10); }

static str why_of(struct cx *cx, const struct value_score *s, i64 silent)
{
	struct arena *a = CX_ARENA(cx);
	enum text text = s->gap == NIL ? T_VALUE_WHY_SILENT : s->alive == NIL ? T_VALUE_WHY_GAP : T_VALUE_WHY;
	return text_fill(a, text, cx->viewer.lang,
			 (struct text_hole[]){ { "field", s->gap == NIL ? STR("") : tenths(a, s->gap) },
					       { "value", number(a, silent) },
					       { "limit", s->alive == NIL ? STR("") : number(a, s->alive) } }, 3);
}

static err face_of(struct cx *cx, i64 root, str currency, struct value_face *ret)
{
	struct value_score s;
	struct value_person p;
	i64 slot = slot_of_customer(cx->env->store, root);
	const struct value_key key = { root };
	TRY(READ_SNAP(&cx->unit, slot, value_person_get(snap, &key, &p)));
	err e = READ_SNAP(&cx->unit, slot, value_score_get(snap, &key, &s));
	if (e == ERR_NOT_FOUND) {
		record_init(&value_score_record, &s);
		s.risk = STR("");
	} else {
		TRY(e);
	}
	i64 silent = int_max(0, corp_day(&cx->unit, cx_now(cx)) - p.last_day);
	*ret = (struct value_face){ s.risk, why_of(cx, &s, silent), s.alive, s.near, s.orders, s.worth, s.gap, silent, s.overdue,
				    s.at_risk, p.times, tz_format_date(p.last_day, CX_ARENA(cx)), s.warned, currency };
	return OK;
}

/* The expression of who may be shown: the risk, and the filters. */
static err chosen(struct cx *cx, const struct value_warn_in *in, str risk, struct imap *ret, size_t *ret_count)
{
	struct buf b = buf_new(CX_ARENA(cx), EXPR_MAX + 2 * ATTR_TEXT_MAX);
	struct expr *e;
	i64 *ids;
	buf_fmt(&b, "risk = %.*s", STR_F(risk));
	if (in->staff.n) {
		buf_add_c(&b, " and staff = ");
		buf_json(&b, in->staff);
	}
	if (in->store.n) {
		buf_add_c(&b, " and store = ");
		buf_json(&b, in->store);
	}
	if (b.over)
		return cx_fail(cx, ERR_TOO_LARGE, T_OK, STR("staff"), in->staff, number(CX_ARENA(cx), ATTR_TEXT_MAX));
	TRY(expr_parse(&cx->unit, buf_str(&b), &e));
	TRY(audience_select(&cx->unit, e, 0, SCAN_MAX, &ids, ret_count));
	*ret = imap_new(CX_ARENA(cx));
	for (size_t i = 0; i < *ret_count; i++)
		imap_put(ret, ids[i], 1);
	return OK;
}

struct scan { struct cx *cx; str risk; const struct imap *chosen; size_t want; i64 at_risk, customer; };

/* The next ones of a slot in the list's order, at most want of those chosen. */
static err scan_slot(const struct scan *q, i64 slot, struct value_warn *ret, size_t *ret_count)
{
	struct value_warn_find find = { q->risk, q->at_risk, q->customer, SCAN_ROWS };
	size_t n = SCAN_ROWS;
	*ret_count = 0;
	while (n == SCAN_ROWS && *ret_count < q->want) {
		struct value_warn *v;
		TRY(READ_SNAP(&q->cx->unit, slot, value_warned(snap, &find, &v, &n)));
		for (size_t i = 0; i < n && *ret_count < q->want; i++) {
			i64 one;
			if (imap_get(q->chosen, v[i].customer, &one))
				ret[(*ret_count)++] = v[i];
		}
		if (n) {
			find.below = v[n - 1].at_risk;
			find.before = v[n - 1].customer;
		}
	}
	return OK;
}

static int dearest_first(const void *a, const void *b)
{
	const struct value_warn *x = a, *y = b;
	if (x->at_risk != y->at_risk)
		return x->at_risk < y->at_risk ? 1 : -1;
	return (x->customer < y->customer) - (x->customer > y->customer);
}

static err warned_page(const struct scan *q, struct value_warn **ret, size_t *ret_count)
{
	struct unit *u = &q->cx->unit;
	i64 *slots = ARENA_ARRAY(u->arena, i64, SLOT_COUNT);
	size_t slot_count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT), n = 0;
	struct value_warn *all = ARENA_ARRAY(u->arena, struct value_warn, slot_count * q->want + 1);
	for (size_t i = 0; i < slot_count; i++) {
		size_t m;
		TRY(scan_slot(q, slots[i], all + n, &m));
		n += m;
	}
	qsort(all, n, sizeof(*all), dearest_first);
	*ret = all;
	*ret_count = n;
	return OK;
}

static err rows_of(struct cx *cx, const struct value_warn *v, size_t n, struct list *ret)
{
	struct value_warn_row *rows = ARENA_ARRAY(CX_ARENA(cx), struct value_warn_row, n + 1);
	i64 *ids = ARENA_ARRAY(CX_ARENA(cx), i64, n + 1);
	struct list people;
	struct corp corp;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	for (size_t i = 0; i < n; i++)
		ids[i] = v[i].customer;
	TRY(profile_rows(cx, ids, n, &people));
	const struct profile_row *p = people.v;
	for (size_t i = 0; i < people.n; i++) {
		struct value_face f;
		TRY(face_of(cx, p[i].id, corp.currency, &f));
		rows[i] = (struct value_warn_row){ p[i].id, p[i].name, p[i].avatar, p[i].staff, f.risk, f.why, f.alive,
						   f.near_orders, f.orders, f.worth, f.gap, f.silent, f.overdue, f.at_risk,
						   f.times, f.last_day, f.warned_ms, f.currency };
	}
	*ret = (struct list){ rows, people.n };
	return OK;
}

static err h_warnings(struct cx *cx)
{
	const struct value_warn_in *in = cx->in;
	struct page *page = cx->out;
	struct imap who;
	struct value_warn *v;
	size_t n, total;
	str risk = in->risk.n ? in->risk : STR("high");
	i64 keys[2] = { INT64_MAX, INT64_MAX };
	u64 filter = hash64(risk) ^ hash_mix(hash64(in->staff)) ^ hash_mix(hash64(in->store) + 1);
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	TRY(chosen(cx, in, risk, &who, &total));
	struct scan scan = { cx, risk, &who, (size_t)in->limit + 1, keys[0], keys[1] };
	TRY(warned_page(&scan, &v, &n));
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		i64 last[2] = { v[n - 1].at_risk, v[n - 1].customer };
		page->next_cursor = page_next(cx, last, 2, filter);
	}
	page->total = (i64)total;
	return rows_of(cx, v, n, &page->data);
}

static err h_one(struct cx *cx)
{
	const struct value_one_in *in = cx->in;
	struct value_one *out = cx->out;
	struct value_model model;
	struct corp corp;
	bool any;
	TRY(customer_visible(&cx->unit, in->id, &out->id));
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	TRY(READ_SNAP(&cx->unit, base(cx), value_model_get(snap, &model, &any)));
	out->near_days = model.near;
	out->horizon_days = model.horizon;
	struct value_face *f = ARENA_NEW(CX_ARENA(cx), struct value_face);
	struct fail before = cx->unit.fail;
	err e = face_of(cx, out->id, corp.currency, f);
	if (e == ERR_NOT_FOUND) { /* she has bought nothing */
		cx->unit.fail = before;
		return OK;
	}
	TRY(e);
	out->value = f;
	return OK;
}

const struct route value_routes[] = {
	{ "GET", "/api/v1/value", "value.read", ROUTE_SCOPE_CUSTOMERS, 0, &none_record, &value_out_record, h_value,
	  "The newest fit, in words, how well it foretells, and how many are at which risk" },
	{ "GET", "/api/v1/value/fits", "value.read", ROUTE_SCOPE_NONE, ROUTE_LIST, &value_fits_in_record, &value_fit_record, h_fits,
	  "All fits, newest first" },
	{ "POST", "/api/v1/value/fit", "value.fit", ROUTE_SCOPE_NONE, ROUTE_ACCEPTED | ROUTE_IDEMPOTENT, &none_record,
	  &value_queued_record, h_fit, "Fits anew and scores everybody, as a job" },
	{ "GET", "/api/v1/value/warnings", "value.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &value_warn_in_record,
	  &value_warn_row_record, h_warnings, "Who is about to be lost (high), was (lost) or may be (watch), dearest first, with the reason" },
	{ "GET", "/api/v1/customers/{id}/value", "value.read", ROUTE_SCOPE_CUSTOMERS, 0, &value_one_in_record, &value_one_record,
	  h_one, "What one person is likely worth; value is null when she has bought nothing" },
	{ 0 },
};

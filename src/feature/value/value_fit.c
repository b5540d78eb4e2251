/*
 * value's fit: every history of the corp read once by pages, counted, fitted, and checked against its own end.
 *
 * The check fits the first two thirds of the days again and lets that fit foretell the last third, knowing
 * nothing of it: how many purchases by how often people had bought, and who would have been flagged. Reading
 * takes no transaction and no snapshot for longer than a page.
 */
#include "feature/value/value_fit.h"

#include "base/tz.h"
#include "core/corp/corp.h"

#include <math.h>

#define PAGE_ROWS 5000
#define PAGES_A_SAVE 20
#define YUAN 100.0
#define FIT_BYTES_MAX ((size_t)2 << 30)

/* Sums over people of what the usual gap needs. */
struct gaps { i64 days, count; };
struct gathering {
	struct cx *cx;
	struct job *job;
	struct arena *arena; /* of the whole fit */
	i64 today, first, cut;
	struct bgnbd_data all, early; /* until today; until the cut */
	struct spend_data spend;
	struct gaps gaps, early_gaps;
	i64 rows;
};

static void take_early(struct gathering *g, const struct value_person *p)
{
	i64 days[VALUE_DAYS_KEPT], x = -1, later = 0, last = p->first_day;
	size_t n = value_days_unpack(p->days, days);
	for (size_t i = 0; i < n; i++) {
		if (days[i] > g->today)
			break;
		if (days[i] > g->cut) {
			later++;
			continue;
		}
		x++;
		last = days[i];
	}
	if (x < 0)
		return; /* she came later */
	struct bgnbd_row *row = bgnbd_add(&g->early, x, last - p->first_day, g->cut - p->first_day, 1);
	row->later += later;
	row->silent += later == 0;
	g->early_gaps.days += last - p->first_day;
	g->early_gaps.count += x;
}

static void take(struct gathering *g, const struct value_person *p)
{
	i64 x = p->times - 1, over = p->last_day - p->first_day;
	g->rows++;
	if (p->first_day > g->today)
		return; /* an order of tomorrow */
	bgnbd_add(&g->all, x, over, int_max(g->today - p->first_day, over), 1);
	g->gaps.days += over;
	g->gaps.count += x;
	if (x > 0)
		spend_add(&g->spend, x, (double)p->repeat_spent / YUAN / (double)x, 1);
	if (p->first_day <= g->cut)
		take_early(g, p);
}

/* Progress now and then, which is also where a cancelled job ends. */
static err tell_progress(struct gathering *g)
{
	g->job->done = g->rows;
	return WRITE_TX(&g->cx->unit, slot_base(g->cx->unit.store, g->cx->unit.corp), job_save(tx, g->job, NULL, NULL));
}

static err gather_slot(struct gathering *g, i64 slot)
{
	struct value_after find = { INT64_MIN + 1, PAGE_ROWS };
	size_t n = PAGE_ROWS;
	for (i64 page = 1; n == PAGE_ROWS; page++) {
		struct arena_mark mark = arena_mark(CX_ARENA(g->cx));
		struct value_person *v;
		TRY(READ_SNAP(&g->cx->unit, slot, value_people(snap, &find, &v, &n)));
		for (size_t i = 0; i < n; i++)
			take(g, &v[i]);
		if (n)
			find.after = v[n - 1].customer;
		arena_reset(CX_ARENA(g->cx), mark);
		if (page % PAGES_A_SAVE == 0)
			TRY(tell_progress(g));
	}
	return OK;
}

static err gather(struct gathering *g)
{
	i64 *slots = ARENA_ARRAY(g->arena, i64, SLOT_COUNT), people = 0;
	size_t n = slots_of_corp(g->cx->unit.store, g->cx->unit.corp, slots, SLOT_COUNT);
	g->first = g->today;
	for (size_t i = 0; i < n; i++) {
		struct value_span span;
		TRY(READ_SNAP(&g->cx->unit, slots[i], value_span_of(snap, &(struct none){ 0 }, &span)));
		people += span.people;
		g->first = span.first_day == NIL ? g->first : int_min(g->first, span.first_day);
	}
	g->job->total = 2 * people; /* read once, scored once */
	g->cut = g->first + (g->today - g->first) * 2 / 3;
	for (size_t i = 0; i < n; i++)
		TRY(gather_slot(g, slots[i]));
	return tell_progress(g);
}

static bool enough(const struct bgnbd_data *d)
{
	return d->people >= VALUE_PEOPLE_MIN && d->repeaters >= VALUE_REPEATERS_MIN;
}

static double mean_gap(const struct gaps *g) { return g->count > 0 ? (double)g->days / (double)g->count : 0; }

/* ---- the hold-out ---- */

static void foretell(struct gathering *g, const struct value_model *m, struct value_held_out *h, struct value_foretold *rows)
{
	double weeks = (double)h->days / DAYS_A_WEEK;
	for (size_t i = 0; i < g->early.rows.n; i++) {
		const struct bgnbd_row *r = &g->early.rows.v[i];
		struct value_foretold *shown = &rows[int_min(r->x, VALUE_X_SHOWN - 1)];
		double tx = r->tx / DAYS_A_WEEK, age = r->t / DAYS_A_WEEK;
		double each = bgnbd_expected(&m->buys, r->x, tx, age, weeks);
		shown->people += r->n;
		shown->actual += (double)r->later;
		shown->predicted += each * r->n;
		h->people += r->n;
		h->actual += r->later;
		h->predicted += each * r->n;
		if (!r->x)
			continue;
		i64 alive = llround(100 * bgnbd_alive(&m->buys, r->x, tx, age));
		double overdue = 100.0 * (r->t - r->tx) / value_gap(m->gap, r->x, r->tx);
		const char *risk = value_risk_of(m, r->x, alive, llround(overdue));
		bool flagged = str_eq_c(str_c(risk), "high") || str_eq_c(str_c(risk), "lost");
		h->repeaters += r->n;
		h->silent += r->silent;
		h->flagged += flagged ? r->n : 0;
		h->hits += flagged ? r->silent : 0;
	}
	for (size_t i = 0; i < VALUE_X_SHOWN; i++) {
		rows[i].repeats = (i64)i;
		rows[i].actual = rows[i].people ? rows[i].actual / (double)rows[i].people : 0;
		rows[i].predicted = rows[i].people ? rows[i].predicted / (double)rows[i].people : 0;
	}
}

/* Nil when two thirds of the history are too little to fit, or the rest too short to check. */
static str hold_out(struct gathering *g, struct value_model m)
{
	struct bgnbd_fit fit;
	struct value_held_out h = { .cut = tz_format_date(g->cut, g->arena), .days = g->today - g->cut };
	if (h.days < VALUE_HELD_OUT_MIN_DAYS || !enough(&g->early))
		return STR_NIL;
	bgnbd_fit(&g->early, &fit);
	if (!fit.converged)
		return STR_NIL;
	m.buys = fit.p;
	m.gap = mean_gap(&g->early_gaps);
	struct value_foretold *rows = ARENA_ARRAY(g->arena, struct value_foretold, VALUE_X_SHOWN);
	foretell(g, &m, &h, rows);
	h.precision = h.flagged ? (double)h.hits / (double)h.flagged : NAN;
	h.recall = h.silent ? (double)h.hits / (double)h.silent : NAN;
	h.rows = (struct list){ rows, VALUE_X_SHOWN };
	struct buf b = buf_new(CX_ARENA(g->cx), 65536);
	record_write(&b, &value_held_out_record, &h);
	return buf_str(&b);
}

/* ---- all of it ---- */

static void fit_all(struct gathering *g, struct value_fit_new *ret)
{
	struct bgnbd_fit buys;
	struct gamma_gamma_fit pays;
	ret->customers = g->all.people;
	ret->repeaters = g->all.repeaters;
	ret->purchases = g->all.people + g->all.purchases;
	ret->first_day = g->first;
	ret->last_day = g->today;
	ret->gap = mean_gap(&g->gaps);
	ret->payers = g->spend.people;
	ret->state = STR("few");
	if (!enough(&g->all))
		return;
	bgnbd_fit(&g->all, &buys);
	ret->state = buys.converged ? STR("fitted") : STR("unsettled");
	ret->evals = buys.evals;
	ret->ll = buys.ll;
	ret->r = buys.p.r;
	ret->alpha = buys.p.alpha;
	ret->a = buys.p.a;
	ret->b = buys.p.b;
	if (g->spend.people < VALUE_REPEATERS_MIN)
		return;
	gamma_gamma_fit(&g->spend, &pays);
	ret->money = pays.converged;
	ret->p = pays.p.p;
	ret->q = pays.p.q;
	ret->v = pays.p.v;
	ret->money_ll = pays.ll;
	ret->correlation = pays.correlation;
}

static err run(struct gathering *g, struct value_fit_new *ret)
{
	struct value_model model;
	bool any;
	i64 from = clock_mono();
	TRY(READ_SNAP(&g->cx->unit, slot_base(g->cx->unit.store, g->cx->unit.corp), value_model_get(snap, &model, &any)));
	TRY(gather(g));
	fit_all(g, ret);
	ret->held_out = hold_out(g, model);
	ret->took_ms = clock_mono() - from;
	return OK;
}

err value_fit_run(struct cx *cx, struct job *job, struct value_fit_new *ret)
{
	struct arena *a = arena_new(FIT_BYTES_MAX);
	struct gathering g = { .cx = cx, .job = job, .arena = a, .today = corp_day(&cx->unit, cx_now(cx)) };
	g.all = bgnbd_data_new(a);
	g.early = bgnbd_data_new(a);
	g.spend.arena = a;
	record_init(&value_fit_new_record, ret);
	ret->made = cx_now(cx);
	err e = run(&g, ret);
	arena_free(a);
	return e;
}

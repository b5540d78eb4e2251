/*
 * value's judgement of one person, and the writing of what has changed: score, attributes, warnings.
 */
#include "feature/value/value_fit.h"

#include "core/corp/corp.h"

#include <math.h>
#include <string.h>

#define YUAN 100

double value_gap(double everybody, i64 repeats, i64 over_days)
{
	return fmax(1, ((double)over_days + VALUE_SHRINK * everybody) / (double)(repeats + VALUE_SHRINK));
}

static bool flagged(const struct value_model *m, i64 alive, i64 overdue)
{
	return (overdue != NIL && overdue > m->overdue_at) || (alive != NIL && alive < m->alive_at);
}

const char *value_risk_of(const struct value_model *m, i64 repeats, i64 alive, i64 overdue)
{
	bool long_silent = overdue != NIL && overdue > VALUE_LOST_OVERDUE;
	if (repeats < 1) /* she has no rhythm of her own: never high */
		return long_silent ? "lost" : overdue != NIL && overdue > VALUE_WATCH_OVERDUE ? "watch" : "low";
	if (flagged(m, alive, overdue))
		return (alive != NIL ? alive < VALUE_LOST_ALIVE : long_silent) ? "lost" : "high";
	if ((overdue != NIL && overdue > VALUE_WATCH_OVERDUE) || (alive != NIL && alive < VALUE_WATCH_ALIVE))
		return "watch";
	return "low";
}

static i64 rounded(double v, i64 most) { return isfinite(v) ? (i64)llround(fmin(fmax(v, 0), (double)most)) : NIL; }

/* What a purchase of hers is worth, in units of money. */
static double mean_of(const struct value_model *m, const struct value_history *h, i64 x)
{
	if (m->money)
		return gamma_gamma_mean(&m->pays, (double)x, x ? fmax(0, (double)h->repeat_spent) / YUAN / (double)x : 0);
	return fmax(0, (double)h->spent) / YUAN / (double)h->times;
}

struct value_mark value_judge(const struct value_model *m, const struct value_history *h, i64 today)
{
	struct value_mark v = { NIL, NIL, NIL, NIL, NIL, NIL, 0, "low" };
	i64 x = h->times - 1, silent = int_max(0, today - h->last);
	double tx = (double)(h->last - h->first) / DAYS_A_WEEK, age = tx + (double)silent / DAYS_A_WEEK, alive = 1;
	double mean = mean_of(m, h, x), stays = NAN;
	if (m->gaps) {
		double gap = value_gap(m->gap, x, h->last - h->first);
		v.gap = rounded(gap * 10, VALUE_OVERDUE_MAX);
		v.overdue = rounded(100 * (double)silent / gap, VALUE_OVERDUE_MAX);
		stays = (double)m->horizon / gap;
	}
	if (m->fitted) {
		alive = bgnbd_alive(&m->buys, (double)x, tx, age);
		double orders = bgnbd_expected(&m->buys, (double)x, tx, age, (double)m->horizon / DAYS_A_WEEK);
		stays = orders / fmax(alive, 1e-9);
		v.alive = x ? rounded(100 * alive, 100) : NIL;
		v.near = rounded(100 * bgnbd_expected(&m->buys, (double)x, tx, age, (double)m->near / DAYS_A_WEEK), INT32_MAX);
		v.orders = rounded(100 * orders, INT32_MAX);
		v.worth = rounded(orders * mean, INT32_MAX) * YUAN;
	}
	v.at_risk = isfinite(stays) ? rounded(stays * mean, INT32_MAX) * YUAN : 0;
	v.risk = value_risk_of(m, x, v.alive, v.overdue);
	return v;
}

/* ---- writing ---- */

static err put_number(struct tx *tx, i64 customer, i64 attr, i64 was, i64 now)
{
	return was == now ? OK : attr_value_put(tx, &(struct attr_value){ customer, attr, now, STR_NIL });
}

static err put_attributes(struct tx *tx, const struct value_score *was, const struct value_score *now)
{
	i64 c = now->customer;
	TRY(put_number(tx, c, VALUE_ATTR_ALIVE, was->alive, now->alive));
	TRY(put_number(tx, c, VALUE_ATTR_ORDERS, was->orders, now->orders));
	TRY(put_number(tx, c, VALUE_ATTR_WORTH, was->worth, now->worth));
	TRY(put_number(tx, c, VALUE_ATTR_OVERDUE, was->overdue, now->overdue));
	if (str_eq(was->risk, now->risk))
		return OK;
	return attr_value_put(tx, &(struct attr_value){ c, VALUE_ATTR_RISK, NIL, now->risk });
}

static err tell(struct tx *tx, enum event_kind kind, const struct value_score *s, i64 silent)
{
	struct corp corp;
	TRY(corp_get(tx->snap.unit, tx->snap.corp, &corp));
	struct value_risk body = { s->risk, s->alive, s->gap, silent, s->overdue, s->at_risk, corp.currency };
	return journal_add(tx, kind, s->customer, tx->snap.now, &value_risk_record, &body, NULL);
}

static bool same(const struct value_score *a, const struct value_score *b)
{
	return a->alive == b->alive && a->near == b->near && a->orders == b->orders && a->worth == b->worth &&
	       a->gap == b->gap && a->overdue == b->overdue && a->at_risk == b->at_risk && str_eq(a->risk, b->risk);
}

err value_score_person(struct tx *tx, const struct value_model *m, const struct value_history *h, i64 customer, i64 today,
		       bool warn, bool *ret_changed)
{
	struct value_score was, now;
	record_init(&value_score_record, &was);
	was.risk = STR("");
	err e = value_score_get(&tx->snap, &(struct value_key){ customer }, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	struct value_mark v = value_judge(m, h, today);
	now = (struct value_score){ customer, v.alive, v.near, v.orders, v.worth, v.gap, v.overdue, v.at_risk,
				    str_c(v.risk), was.warned };
	bool high = str_eq_c(now.risk, "high"), safe = !high && !str_eq_c(now.risk, "lost");
	bool begins = warn && high && was.warned == NIL && !str_eq_c(was.risk, "lost");
	bool ends = warn && safe && was.warned != NIL;
	*ret_changed = e == ERR_NOT_FOUND || begins || ends || !same(&was, &now);
	if (!*ret_changed)
		return OK;
	now.warned = begins ? tx->snap.now : ends ? NIL : was.warned;
	TRY(value_score_put(tx, &now));
	TRY(put_attributes(tx, &was, &now));
	if (begins || ends)
		return tell(tx, begins ? EV_RISK_RAISED : EV_RISK_CLEARED, &now, int_max(0, today - h->last));
	return OK;
}

/* ---- the model in force ---- */

/* A setting that is no number is taken as the default: persons must be settled whatever stands there. */
static err number_setting(struct unit *u, const char *name, i64 low, i64 high, i64 otherwise, i64 *ret)
{
	struct fail before = u->fail;
	err e = setting_i64(u, name, ret);
	if (e == ERR_INPUT) {
		u->fail = before;
		*ret = otherwise;
		return OK;
	}
	TRY(e);
	*ret = int_max(low, int_min(high, *ret));
	return OK;
}

err value_model_get(const struct snap *s, struct value_model *ret, bool *ret_any)
{
	struct value_fit *f;
	size_t n;
	*ret = (struct value_model){ 0 };
	TRY(value_fits(s, &(struct value_fit_find){ INT64_MAX, 1 }, &f, &n));
	*ret_any = n > 0;
	TRY(number_setting(s->unit, "value.near_days", 1, VALUE_HORIZON_MAX, VALUE_NEAR_DAYS, &ret->near));
	TRY(number_setting(s->unit, "value.horizon_days", 1, VALUE_HORIZON_MAX, VALUE_HORIZON_DAYS, &ret->horizon));
	TRY(number_setting(s->unit, "value.overdue", 101, VALUE_LOST_OVERDUE, VALUE_OVERDUE_AT, &ret->overdue_at));
	TRY(number_setting(s->unit, "value.alive", VALUE_LOST_ALIVE, 99, VALUE_ALIVE_AT, &ret->alive_at));
	if (!n)
		return OK;
	ret->fitted = str_eq_c(f->state, "fitted");
	ret->money = f->money;
	ret->gaps = f->gap > 0;
	ret->gap = f->gap;
	ret->buys = (struct bgnbd){ f->r, f->alpha, f->a, f->b };
	ret->pays = (struct gamma_gamma){ f->p, f->q, f->v };
	return OK;
}

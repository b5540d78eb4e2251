/*
 * The tree on the rows of one person: for triggers, for the check at the second of acting, and for "why".
 *
 * Her leaves, marks and event days are read when a condition first asks for them. Nothing here knows the
 * viewer's scope: who asks about a person has been shown her already.
 */
#include "core/audience/audience_watch_data.h"

#include "core/attr/attr_value.h"
#include "core/customer/customer.h"
#include "core/staff/staff.h"

struct person {
	struct unit *u;
	const struct snap *in; /* what a transaction sees; NULL: each read in a snapshot of its own */
	struct expr_today today;
	struct customer_fact fact;
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t leaf_count;
	bool has_leaves, has_marks, has_days;
	VEC(i64) marks;
	VEC(struct audience_day) days;
};

static struct snap snap_of(const struct snap *s, i64 slot)
{
	struct snap ret = *s;
	snap_slot(&ret, slot);
	return ret;
}

/* As READ_SNAP, within the transaction when there is one. */
#define READ_PERSON(p_, slot_, expr) ({                                           \
	err got_;                                                                  \
	if ((p_)->in) {                                                            \
		struct snap at_ = snap_of((p_)->in, (slot_));                      \
		const struct snap *snap = &at_;                                    \
		got_ = (expr);                                                     \
	} else {                                                                   \
		got_ = READ_SNAP((p_)->u, (slot_), (expr));                        \
	}                                                                          \
	got_; })

static err read_leaves(struct person *p)
{
	struct audience_pair *rows;
	size_t n;
	if (p->has_leaves)
		return OK;
	TRY(READ_PERSON(p, slot_of_customer(p->u->store, p->root),
		      audience_leaves_of(snap, &(struct audience_one){ p->root }, &rows, &n)));
	p->leaves[p->leaf_count++] = p->root;
	for (size_t i = 0; i < n && p->leaf_count < CUSTOMER_LEAVES_MAX; i++)
		p->leaves[p->leaf_count++] = rows[i].other;
	p->has_leaves = true;
	return OK;
}

static err read_marks(struct person *p)
{
	if (p->has_marks)
		return OK;
	TRY(read_leaves(p));
	for (size_t i = 0; i < p->leaf_count; i++) {
		struct audience_pair *rows;
		size_t n;
		TRY(READ_PERSON(p, slot_of_customer(p->u->store, p->leaves[i]),
			      audience_marks_of(snap, &(struct audience_one){ p->leaves[i] }, &rows, &n)));
		for (size_t j = 0; j < n; j++)
			vec_push(p->u->arena, &p->marks, rows[j].other);
	}
	p->has_marks = true;
	return OK;
}

static err read_days(struct person *p)
{
	if (p->has_days)
		return OK;
	TRY(read_leaves(p));
	for (size_t i = 0; i < p->leaf_count; i++) {
		struct audience_day *rows;
		size_t n;
		TRY(READ_PERSON(p, slot_of_customer(p->u->store, p->leaves[i]),
			      audience_days_of(snap, &(struct audience_one){ p->leaves[i] }, &rows, &n)));
		for (size_t j = 0; j < n; j++)
			vec_push(p->u->arena, &p->days, rows[j]);
	}
	p->has_days = true;
	return OK;
}

static bool has_mark(const struct person *p, i64 tag)
{
	for (size_t i = 0; i < p->marks.n; i++)
		if (p->marks.v[i] == tag)
			return true;
	return false;
}

static bool tag_holds(const struct person *p, const struct expr *e)
{
	size_t hits = 0;
	for (size_t i = 0; i < e->count; i++)
		hits += has_mark(p, e->values[i].n);
	return e->how == TAG_ALL ? hits == e->count : (hits > 0) == (e->how == TAG_ANY);
}

/* What an attribute says of her: a text, or a number, flag or id; unknown: nil and NIL. */
struct fact { str text; i64 n; };

static err fact_of(const struct person *p, const struct expr_attr *a, struct fact *ret)
{
	*ret = (struct fact){ STR_NIL, NIL };
	if (a->value) {
		struct attr_value v;
		i64 slot = slot_of_customer(p->u->store, p->root);
		TRY(READ_PERSON(p, slot, attr_value_get(snap, p->root, a->value, &v)));
		*ret = (struct fact){ v.t, a->type == EXPR_FLAG && v.n == NIL ? 0 : v.n };
	} else if (a->type == EXPR_TEXT) {
		ret->text = expr_fact_text(a, &p->fact);
	} else {
		ret->n = a->type == EXPR_FLAG ? expr_fact_flag(a, &p->fact) : expr_fact_number(a, &p->fact);
	}
	return OK;
}

static bool text_holds(const struct fact *f, const struct expr *e)
{
	str text = e->attr->type == EXPR_TEXT ? f->text : STR_NIL;
	i64 id = e->attr->type == EXPR_TEXT ? NIL : f->n;
	bool known = text.p || id != NIL, hit = false;
	if (e->cmp >= CMP_KNOWN || !known)
		return known ? e->cmp == CMP_KNOWN : e->cmp == CMP_UNKNOWN;
	for (size_t i = 0; i < e->count && !hit; i++)
		hit = text.p ? str_eq(text, e->values[i].text) : id == e->values[i].n;
	return hit == (e->cmp != CMP_NE);
}

static bool number_holds(const struct person *p, i64 v, const struct expr *e)
{
	size_t n;
	if (v == NIL)
		return e->cmp == CMP_UNKNOWN;
	struct expr_range *r = expr_ranges(p->u->arena, e, &p->today, &n);
	for (size_t i = 0; i < n; i++)
		if (v >= r[i].lo && v <= r[i].hi)
			return true;
	return false;
}

static err attr_holds(const struct person *p, const struct expr *e, bool *ret)
{
	struct fact f;
	TRY(fact_of(p, e->attr, &f));
	if (e->attr->type < EXPR_TEXT)
		*ret = number_holds(p, f.n, e);
	else if (e->attr->type != EXPR_FLAG)
		*ret = text_holds(&f, e);
	else if (e->cmp >= CMP_KNOWN)
		*ret = e->cmp == CMP_KNOWN;
	else
		*ret = ((f.n == 1) == (e->values[0].n != 0)) == (e->cmp == CMP_EQ);
	return OK;
}

static i64 times(const struct person *p, const struct expr *e)
{
	i64 from = INT64_MIN, to = INT64_MAX, sum = 0;
	expr_window(e, &p->today, &from, &to);
	for (size_t i = 0; i < p->days.n; i++) {
		const struct audience_day *d = &p->days.v[i];
		if (d->kind == e->event && d->day >= from && d->day <= to)
			sum += d->times;
	}
	return sum;
}

static err condition(struct person *p, const struct expr *e, bool *ret)
{
	switch (e->op) {
	case EXPR_TAG:
		TRY(read_marks(p));
		*ret = tag_holds(p, e);
		return OK;
	case EXPR_DID:
		TRY(read_days(p));
		*ret = expr_count_holds(e, times(p, e));
		return OK;
	case EXPR_REACH:
		*ret = expr_channel_reaches(e->name, &p->fact);
		return OK;
	default:
		return attr_holds(p, e, ret);
	}
}

static bool is_condition(const struct expr *e) { return e->n == 0; }

static err holds(struct person *p, const struct expr *e, bool *ret)
{
	if (is_condition(e))
		return condition(p, e, ret);
	bool stop = e->op == EXPR_OR;
	for (size_t i = 0; i < e->n; i++) {
		TRY(holds(p, e->of[i], ret));
		if ((e->op == EXPR_AND || e->op == EXPR_OR) && *ret == stop)
			return OK;
	}
	if (e->op == EXPR_NOT)
		*ret = !*ret;
	return OK;
}

/* *ret_live: she is a root, not erased, not a visitor. */
static err person_read(struct person *p, bool *ret_live)
{
	*ret_live = false;
	if (id_corp_of(p->root) != p->u->corp || id_number_of(p->root) >= ID_VISITOR_FROM)
		return OK;
	err e = READ_PERSON(p, slot_of_customer(p->u->store, p->root), attr_fact_get(snap, p->root, &p->fact));
	*ret_live = e == OK && !p->fact.erased;
	return e == ERR_NOT_FOUND ? OK : e;
}

err audience_test(struct unit *u, const struct expr *e, i64 root, bool *ret_in)
{
	struct person p = { .u = u, .root = root, .today = expr_today(u) };
	TRY(person_read(&p, ret_in));
	return *ret_in ? holds(&p, e, ret_in) : OK;
}

err audience_test_many(const struct snap *s, const struct expr_today *today, const struct expr *const *e, size_t n, i64 root,
		       bool *ret_in, bool *ret_live)
{
	struct person p = { .u = s->unit, .in = s, .root = root, .today = *today };
	TRY(person_read(&p, ret_live));
	for (size_t i = 0; i < n; i++) {
		ret_in[i] = false;
		if (*ret_live)
			TRY(holds(&p, e[i], &ret_in[i]));
	}
	return OK;
}

err audience_test_in(const struct snap *s, const struct expr *const *e, size_t n, i64 root, bool *ret_in)
{
	struct expr_today today = expr_today(s->unit);
	bool live;
	return audience_test_many(s, &today, e, n, root, ret_in, &live);
}

/* ---- why ---- */

struct why {
	struct person *p;
	enum lang lang;
	str path; /* the audiences and negations around the present place */
	VEC(struct why_step) steps;
};

static str staff_words(struct person *p, const struct expr *e, i64 id)
{
	struct staff staff;
	struct department *all;
	size_t n;
	i64 slot = slot_base(p->u->store, p->u->corp);
	if (e->attr->type == EXPR_STAFF)
		return READ_SNAP(p->u, slot, staff_get(snap, id, &staff)) == OK ? staff.name : STR("?");
	if (READ_SNAP(p->u, slot, department_all(snap, &all, &n)) == OK)
		for (size_t i = 0; i < n; i++)
			if (all[i].id == id)
				return all[i].name;
	return STR("?");
}

/* How old somebody born that day is today, in whole years. */
static i64 age_on(i64 day, i64 born)
{
	int y, m, d, by, bm, bd;
	tz_date(day, &y, &m, &d);
	tz_date(born, &by, &bm, &bd);
	return y - by - (m < bm || (m == bm && d < bd));
}

static str number_words(struct why *w, const struct expr *e, i64 v)
{
	struct arena *a = w->p->u->arena;
	struct expr_value value = { .n = v };
	if (e->attr->type == EXPR_TIME)
		return tz_format(w->p->today.zone, v, a);
	if (e->attr->type == EXPR_AGE)
		value.n = age_on(w->p->today.day, v);
	str text = expr_value_text(a, e->attr, &value);
	struct text_hole hole = { "value", text };
	return e->attr->type == EXPR_MONEY ? text_fill(a, T_EXPR_YUAN, w->lang, &hole, 1) : text;
}

static str attr_words(struct why *w, const struct expr *e)
{
	struct fact f;
	str unknown = str_c(text_raw(T_AUD_UNKNOWN_VALUE, w->lang));
	if (fact_of(w->p, e->attr, &f) != OK)
		return unknown;
	if (e->attr->type == EXPR_FLAG)
		return str_c(text_raw(f.n == 1 ? T_EXPR_YES : T_EXPR_NO, w->lang));
	if (e->attr->type == EXPR_TEXT)
		return f.text.p ? expr_word(e->attr, f.text, w->lang) : unknown;
	if (f.n == NIL)
		return unknown;
	return e->attr->type < EXPR_TEXT ? number_words(w, e, f.n) : staff_words(w->p, e, f.n);
}

static str tag_words(struct why *w, const struct expr *e)
{
	struct buf b = buf_new(w->p->u->arena, BUF_MAX_DEFAULT);
	for (size_t i = 0; i < e->count; i++)
		if (has_mark(w->p, e->values[i].n)) {
			buf_add_c(&b, b.n ? text_raw(T_EXPR_COMMA, w->lang) : "");
			buf_add(&b, e->values[i].text);
		}
	return b.n ? buf_str(&b) : str_c(text_raw(T_EXPR_NO_TAG, w->lang));
}

static str has_words(struct why *w, const struct expr *e)
{
	struct arena *a = w->p->u->arena;
	if (e->op == EXPR_ATTR)
		return attr_words(w, e);
	if (e->op == EXPR_TAG)
		return tag_words(w, e);
	if (e->op == EXPR_REACH)
		return str_c(text_raw(expr_channel_reaches(e->name, &w->p->fact) ? T_EXPR_YES : T_EXPR_NO, w->lang));
	struct text_hole hole = { "value", arena_printf(a, "%lld", (long long)times(w->p, e)) };
	return text_fill(a, T_EXPR_TIMES, w->lang, &hole, 1);
}

/* ---- evidence ---- */

static str day_words(struct why *w, enum text text, str when, str how)
{
	const struct text_hole holes[] = { { "value", when }, { "limit", how } };
	return text_fill(w->p->u->arena, text, w->lang, holes, ARRAY_LEN(holes));
}

static str mark_why(struct why *w, str why)
{
	static const struct { const char *code; enum text text; } words[] = {
		{ "manual", T_WORD_MANUAL }, { "channel", T_WORD_CHANNEL }, { "rule", T_WORD_RULE }, { "wecom", T_WORD_WECOM },
		{ "import", T_WORD_IMPORT },
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_c(why, words[i].code))
			return str_c(text_raw(words[i].text, w->lang));
	return why;
}

/* Since when and why she has the first of the tags that she has. */
static err mark_evidence(struct why *w, const struct expr *e, str *ret)
{
	struct person *p = w->p;
	for (size_t t = 0; t < e->count; t++)
		for (size_t i = 0; i < p->leaf_count; i++) {
			struct audience_mark mark;
			i64 slot = slot_of_customer(p->u->store, p->leaves[i]);
			const struct audience_mark_key key = { p->leaves[i], e->values[t].n };
			err got = READ_PERSON(p, slot, audience_mark_of(snap, &key, &mark));
			if (got == ERR_NOT_FOUND)
				continue;
			TRY(got);
			*ret = day_words(w, T_WHY_SINCE, tz_format(p->today.zone, mark.at, p->u->arena), mark_why(w, mark.why));
			return OK;
		}
	return OK;
}

static str did_evidence(struct why *w, const struct expr *e)
{
	i64 from = INT64_MIN, to = INT64_MAX, last = NIL;
	expr_window(e, &w->p->today, &from, &to);
	for (size_t i = 0; i < w->p->days.n; i++) {
		const struct audience_day *d = &w->p->days.v[i];
		if (d->kind == e->event && d->day >= from && d->day <= to && (last == NIL || d->day > last))
			last = d->day;
	}
	return last == NIL ? STR_NIL : day_words(w, T_WHY_LAST, tz_format_date(last, w->p->u->arena), STR(""));
}

static err evidence(struct why *w, const struct expr *e, str *ret)
{
	static const char *const of_orders[] = { "orders", "spent", "aov" };
	*ret = STR_NIL;
	if (e->op == EXPR_TAG)
		return mark_evidence(w, e, ret);
	if (e->op == EXPR_DID)
		*ret = did_evidence(w, e);
	for (size_t i = 0; e->op == EXPR_ATTR && i < ARRAY_LEN(of_orders); i++)
		if (strcmp(e->attr->name, of_orders[i]) == 0 && w->p->fact.last_order != NIL)
			*ret = day_words(w, T_WHY_LAST_ORDER, tz_format(w->p->today.zone, w->p->fact.last_order, w->p->u->arena), STR(""));
	return OK;
}

/* The place inside e: its name joins the path. */
static str path_into(struct why *w, const struct expr *e)
{
	struct arena *a = w->p->u->arena;
	str name;
	if (e->op == EXPR_AUDIENCE)
		name = e->name;
	else if (e->op == EXPR_NOT)
		name = str_c(text_raw(T_WHY_NOT, w->lang));
	else
		return w->path;
	return w->path.n ? arena_printf(a, "%.*s › %.*s", STR_F(w->path), STR_F(name)) : name;
}

/* One step per condition, in order; *ret is what e comes to. */
static err explain(struct why *w, const struct expr *e, bool *ret)
{
	if (is_condition(e)) {
		struct why_step step = { .text = expr_words(w->p->u, e, w->lang), .path = w->path };
		TRY(condition(w->p, e, &step.holds));
		step.value = has_words(w, e);
		TRY(evidence(w, e, &step.evidence));
		*ret = step.holds;
		vec_push(w->p->u->arena, &w->steps, step);
		return OK;
	}
	bool all = true, any = false;
	str outside = w->path;
	w->path = path_into(w, e);
	for (size_t i = 0; i < e->n; i++) {
		TRY(explain(w, e->of[i], ret));
		all &= *ret;
		any |= *ret;
	}
	w->path = outside;
	*ret = e->op == EXPR_NOT ? !any : e->op == EXPR_OR ? any : all;
	return OK;
}

static err decide(struct why *w, const struct expr *e, size_t *at, bool marking);

/* How many steps a tree has. */
static size_t step_count(const struct expr *e)
{
	size_t n = is_condition(e);
	for (size_t i = 0; i < e->n; i++)
		n += step_count(e->of[i]);
	return n;
}

/*
 * Marks what settles the answer: of an `and` that fails or an `or` that holds the first such part alone, else
 * all parts, since each was needed.
 */
static err decide(struct why *w, const struct expr *e, size_t *at, bool marking)
{
	bool value, one = false;
	if (is_condition(e)) {
		w->steps.v[*at].decides |= marking;
		(*at)++;
		return OK;
	}
	TRY(holds(w->p, e, &value));
	bool first_alone = (e->op == EXPR_AND && !value) || (e->op == EXPR_OR && value);
	for (size_t i = 0; i < e->n; i++) {
		bool part;
		TRY(holds(w->p, e->of[i], &part));
		bool mark = marking && !one && (!first_alone || part == value);
		one |= first_alone && mark;
		if (mark)
			TRY(decide(w, e->of[i], at, true));
		else
			*at += step_count(e->of[i]);
	}
	return OK;
}

err audience_why(struct unit *u, const struct expr *e, i64 root, enum lang lang, struct why_step **ret, size_t *ret_count,
		 bool *ret_in)
{
	struct person p = { .u = u, .root = root, .today = expr_today(u) };
	struct why w = { .p = &p, .lang = lang };
	bool live;
	size_t at = 0;
	TRY(person_read(&p, &live));
	if (!live)
		return fail_set(&u->fail, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_AUD_PERSON, lang)));
	TRY(explain(&w, e, ret_in));
	TRY(decide(&w, e, &at, true));
	for (at = 0; at < w.steps.n && !w.steps.v[at].decides;)
		at++;
	if (at < w.steps.n)
		w.steps.v[at].first = true;
	*ret = w.steps.v;
	*ret_count = w.steps.n;
	return OK;
}

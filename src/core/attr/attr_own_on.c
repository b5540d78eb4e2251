/*
 * attr_own at work: counting events as they come, filling from history, and folding a person's parts.
 *
 * The handler and the job share the work at one place per slot (attr_start): the job holds the handler's
 * cursor when it notes the place, so every event is counted by exactly one of them. A definition that is
 * ready without a place was rebuilt: then everything replayed counts.
 */
#include "core/attr/attr_own_data.h"

#include "base/tz.h"
#include "base/vec.h"
#include "core/attr/attr.h"
#include "core/attr/attr_data.h"
#include "core/attr/attr_prop.h"
#include "core/corp/corp.h"
#include "core/module.h"
#include "store/cursor.h"

#include <math.h>

#define DERIVE_CURSOR "attr.derive"
#define VALUE_MAX ((double)1000000000000000) /* of one number: beyond it is no measure of a person */

struct own {
	struct attr_def def;
	i64 kind, start; /* start: seq up to which the job fills; NIL: no place noted */
	struct attr_filters filters;
};

/* The definitions of a corp as this transaction knows them. */
struct owns {
	i64 corp;
	struct own *v;
	size_t n;
	struct owns *next;
};

static err own_open(const struct snap *s, const struct attr_def *d, struct own *ret)
{
	struct json *tree;
	*ret = (struct own){ .def = *d, .start = NIL };
	ret->kind = d->event.p && event_by_name(d->event) ? event_by_name(d->event)->number : EV_NONE;
	if (!d->filter.p)
		return OK;
	TRY(json_parse(d->filter, s->arena, &tree, s->fail));
	return record_parse(&attr_filters_record, tree, &ret->filters, s->arena, s->fail);
}

static err owns_read(const struct snap *s, struct owns *ret)
{
	struct attr_def *all;
	struct attr_start_row *starts;
	size_t n, m;
	TRY(attr_def_all(s, &all, &n));
	ret->v = ARENA_ARRAY(s->arena, struct own, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(own_open(s, &all[i], &ret->v[i]));
	ret->n = n;
	if (n == 0)
		return OK;
	TRY(attr_starts(s, &(struct none){ 0 }, &starts, &m));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			if (starts[j].attr == all[i].id)
				ret->v[i].start = starts[j].seq;
	return OK;
}

static err owns_of(struct tx *tx, const struct owns **ret)
{
	static const char key;
	void **memo = tx_memo(tx, &key);
	for (struct owns *o = *memo; o; o = o->next)
		if (o->corp == tx->snap.corp) {
			*ret = o;
			return OK;
		}
	struct owns *o = ARENA_NEW(tx->snap.arena, struct owns);
	TRY(owns_read(&tx->snap, o));
	o->corp = tx->snap.corp;
	o->next = *memo;
	*memo = o;
	*ret = o;
	return OK;
}

/* ---- one event ---- */

static err fits(const struct snap *s, const struct own *o, const struct event *ev, bool *ret)
{
	const struct json *found[PROP_VALUES_MAX];
	*ret = true;
	for (size_t i = 0; i < o->filters.all.n && *ret; i++) {
		const struct attr_filter *f = &((const struct attr_filter *)o->filters.all.v)[i];
		size_t n;
		TRY(prop_find(s, ev, f->path, found, &n));
		*ret = false;
		for (size_t j = 0; j < n && !*ret; j++)
			*ret = str_eq(prop_text(s->arena, found[j]), f->value);
	}
	return OK;
}

static bool number_of(const struct own *o, const struct json *v, i64 *ret)
{
	double d = v->real;
	if (v->type == JSON_TEXT && !str_f64(v->text, &d))
		return false;
	if (v->type != JSON_TEXT && v->type != JSON_INT && v->type != JSON_REAL)
		return false;
	if (o->def.yuan && str_eq(o->def.type, STR("money")))
		d *= 100;
	if (!(fabs(d) <= VALUE_MAX))
		return false;
	*ret = v->type == JSON_INT && !o->def.yuan ? v->i : (i64)llround(d);
	return true;
}

/* Reads a value by the attribute's type; false: not one of it. */
static bool value_of(const struct snap *s, const struct own *o, const struct json *v, i64 *ret_n, str *ret_t)
{
	str type = o->def.type;
	*ret_n = NIL;
	*ret_t = STR_NIL;
	if (str_eq(type, STR("text"))) {
		*ret_t = str_utf8_head(str_trim(prop_text(s->arena, v)), ATTR_TEXT_MAX);
		return ret_t->n > 0;
	}
	if (str_eq(type, STR("flag"))) {
		*ret_n = v->type == JSON_BOOL ? v->truth : str_eq(prop_text(s->arena, v), STR("true"));
		return v->type == JSON_BOOL || v->type == JSON_TEXT;
	}
	if (str_eq(type, STR("date")) && v->type == JSON_TEXT)
		return tz_parse_date(v->text, ret_n);
	if (!number_of(o, v, ret_n))
		return false;
	if (str_eq(type, STR("date")))
		*ret_n = corp_day(s->unit, *ret_n);
	return true;
}

static err part_put(struct tx *tx, const struct own *o, const struct event *ev, i64 n, str t)
{
	attr_touch(tx, ev->customer);
	bool most = str_eq(o->def.fold, STR("most")), sum = str_eq(o->def.fold, STR("sum"));
	struct attr_part p = {
		ev->customer, o->def.id, o->def.window_days == NIL ? 0 : corp_day(tx->snap.unit, ev->occurred),
		most ? t : STR(""), 1, sum && n != NIL ? n : 0, ev->occurred, n, t, ev->occurred, n, t,
	};
	struct attr_words others = { 0 };
	if (most)
		TRY(attr_part_words(&tx->snap, &p, &others));
	return others.n >= ATTR_OWN_WORDS_MAX ? OK : attr_part_add(tx, &p);
}

static err count_event(struct tx *tx, const struct own *o, const struct event *ev)
{
	const struct json *found[PROP_VALUES_MAX];
	size_t n;
	bool wanted;
	TRY(fits(&tx->snap, o, ev, &wanted));
	if (!wanted)
		return OK;
	if (str_is_nil(o->def.path))
		return part_put(tx, o, ev, NIL, STR_NIL);
	TRY(prop_find(&tx->snap, ev, o->def.path, found, &n));
	bool counts = str_eq(o->def.fold, STR("count"));
	for (size_t i = 0; i < n; i++) {
		i64 number = NIL;
		str text = STR_NIL;
		if (counts || value_of(&tx->snap, o, found[i], &number, &text))
			TRY(part_put(tx, o, ev, number, text));
	}
	return OK;
}

err attr_own_on_event(struct tx *tx, const struct event *ev)
{
	const struct owns *owns;
	TRY(owns_of(tx, &owns));
	for (size_t i = 0; i < owns->n; i++) {
		const struct own *o = &owns->v[i];
		bool building = str_eq(o->def.state, STR("building"));
		if (o->kind != ev->kind || (o->start == NIL ? building : ev->seq <= o->start))
			continue;
		TRY(count_event(tx, o, ev));
	}
	return OK;
}

/* ---- from history ---- */

err attr_own_start(struct tx *tx, i64 attr, struct attr_start_row *ret)
{
	struct attr_start_row row = { attr, 0, 0 };
	TRY(cursor_hold(tx, STR(DERIVE_CURSOR), &row.seq));
	return attr_start_add(tx, &row, ret);
}

err attr_own_fill(struct tx *tx, const struct attr_def *d, i64 was, i64 upto, const struct event *v, size_t count)
{
	struct own o;
	TRY(own_open(&tx->snap, d, &o));
	TRY(attr_start_move(tx, &(struct attr_filled){ d->id, was, upto }));
	if (tx_changed(tx) == 0)
		return OK;
	for (size_t i = 0; i < count; i++)
		if (v[i].corp == tx->snap.corp && v[i].kind == o.kind && v[i].customer != 0 && v[i].seq <= upto)
			TRY(count_event(tx, &o, &v[i]));
	return OK;
}

err attr_own_people(const struct snap *s, i64 attr, i64 after, size_t limit, i64 **ret, size_t *ret_count)
{
	struct attr_leaf *rows;
	TRY(attr_part_people(s, &(struct attr_after){ attr, after, (i64)limit }, &rows, ret_count));
	*ret = ARENA_ARRAY(s->arena, i64, *ret_count + 1);
	for (size_t i = 0; i < *ret_count; i++)
		(*ret)[i] = rows[i].customer;
	return OK;
}

/* ---- a person ---- */

/* What her leaves' parts of one attribute come to. */
struct sum {
	i64 times, total, oldest; /* oldest: the first day that counts */
	struct attr_part first, last;
	VEC(struct attr_part) words;
	bool any;
};

struct folding {
	struct arena *arena;
	const struct owns *owns;
	struct sum *sums; /* one per definition */
	i64 today;
};

static void word_add(struct folding *f, struct sum *s, const struct attr_part *p)
{
	for (size_t i = 0; i < s->words.n; i++)
		if (str_eq(s->words.v[i].word, p->word)) {
			s->words.v[i].times += p->times;
			return;
		}
	vec_push(f->arena, &s->words, *p);
	s->words.v[s->words.n - 1].word = arena_dup(f->arena, p->word);
}

static void part_keep(struct folding *f, struct attr_part *to, const struct attr_part *p)
{
	*to = *p;
	to->first_t = arena_dup(f->arena, p->first_t);
	to->last_t = arena_dup(f->arena, p->last_t);
}

static err take_part(void *arg, const void *of)
{
	struct folding *f = arg;
	const struct attr_part *p = of;
	size_t i = 0;
	while (i < f->owns->n && f->owns->v[i].def.id != p->attr)
		i++;
	if (i == f->owns->n)
		return OK; /* of one that was taken away */
	const struct attr_def *d = &f->owns->v[i].def;
	struct sum *s = &f->sums[i];
	if (d->window_days != NIL && (p->day <= f->today - d->window_days || p->day > f->today))
		return OK;
	s->oldest = s->any ? int_min(s->oldest, p->day) : p->day;
	if (!s->any || p->first_at < s->first.first_at)
		part_keep(f, &s->first, p);
	if (!s->any || p->last_at >= s->last.last_at)
		part_keep(f, &s->last, p);
	s->any = true;
	s->times += p->times;
	s->total += p->total;
	if (str_eq(d->fold, STR("most")))
		word_add(f, s, p);
	return OK;
}

static str most_of(const struct sum *s)
{
	const struct attr_part *best = NULL;
	for (size_t i = 0; i < s->words.n; i++) {
		const struct attr_part *w = &s->words.v[i];
		if (!best || w->times > best->times || (w->times == best->times && str_cmp(w->word, best->word) < 0))
			best = w;
	}
	return best ? best->word : STR_NIL;
}

static struct attr_value value_from(const struct attr_def *d, const struct sum *s, i64 root)
{
	struct attr_value v = { root, d->id, NIL, STR_NIL };
	if (!s->any)
		return v;
	if (str_eq(d->fold, STR("count")))
		v.n = s->times;
	else if (str_eq(d->fold, STR("sum")))
		v.n = s->total;
	else if (str_eq(d->fold, STR("most")))
		v.t = most_of(s);
	else if (str_eq(d->fold, STR("first")))
		v.n = s->first.first_n, v.t = s->first.first_t;
	else
		v.n = s->last.last_n, v.t = s->last.last_t;
	return v;
}

/* The newest of what was written about her leaves. */
static err fields_of(struct tx *tx, const struct attr_person *p, struct attr_field_row **ret, size_t *ret_count)
{
	VEC(struct attr_field_row) newest = { 0 };
	for (size_t i = 0; i < p->count; i++) {
		struct snap at = tx->snap;
		struct attr_field_row *rows;
		size_t n;
		snap_slot(&at, slot_of_customer(at.unit->store, p->leaves[i]));
		TRY(attr_fields_of(&at, &(struct attr_leaf){ p->leaves[i] }, &rows, &n));
		for (size_t j = 0; j < n; j++) {
			size_t k = 0;
			while (k < newest.n && newest.v[k].attr != rows[j].attr)
				k++;
			if (k == newest.n)
				vec_push(at.arena, &newest, rows[j]);
			else if (rows[j].at > newest.v[k].at || (rows[j].at == newest.v[k].at && rows[j].id > newest.v[k].id))
				newest.v[k] = rows[j];
		}
	}
	*ret = newest.v;
	*ret_count = newest.n;
	return OK;
}

/* Writes what differs from what stands there. */
static err values_keep(struct tx *tx, i64 root, const struct attr_value *v, size_t n)
{
	struct attr_value *old;
	size_t m;
	TRY(attr_values_of(&tx->snap, root, &old, &m));
	for (size_t i = 0; i < n; i++) {
		const struct attr_value *was = NULL;
		for (size_t j = 0; j < m; j++)
			if (old[j].attr == v[i].attr)
				was = &old[j];
		bool unknown = v[i].n == NIL && !v[i].t.p;
		bool same = was ? was->n == v[i].n && !was->t.p == !v[i].t.p && str_eq(was->t, v[i].t) : unknown;
		if (!same)
			TRY(attr_value_put(tx, &v[i]));
	}
	for (size_t j = 0; j < m; j++) { /* of definitions taken away since */
		bool known = old[j].attr < ATTR_ID_OWN;
		for (size_t i = 0; i < n && !known; i++)
			known = v[i].attr == old[j].attr;
		if (!known)
			TRY(attr_value_put(tx, &(struct attr_value){ root, old[j].attr, NIL, STR_NIL }));
	}
	return OK;
}

/* When any of her numbers last did so. */
static err lasts_of(struct tx *tx, const struct attr_person *p, struct attr_value *reply, struct attr_value *open)
{
	*reply = (struct attr_value){ p->root, ATTR_ID_LAST_REPLY, NIL, STR_NIL };
	*open = (struct attr_value){ p->root, ATTR_ID_LAST_OPEN, NIL, STR_NIL };
	for (size_t i = 0; i < p->count; i++) {
		struct snap at = tx->snap;
		struct attr_last *rows;
		size_t n;
		snap_slot(&at, slot_of_customer(at.unit->store, p->leaves[i]));
		TRY(attr_last_of(&at, &(struct attr_key){ p->leaves[i] }, &rows, &n));
		for (size_t j = 0; j < n; j++) {
			struct attr_value *v = rows[j].attr == ATTR_ID_LAST_REPLY ? reply : open;
			v->n = v->n == NIL ? rows[j].at : int_max(v->n, rows[j].at);
		}
	}
	return OK;
}

static struct attr_value gap_of(i64 root, const struct customer_fact *f)
{
	bool known = f->orders > 1 && f->first_order != NIL && f->last_order != NIL;
	return (struct attr_value){ root, ATTR_ID_GAP, known ? (f->last_order - f->first_order) / (f->orders - 1) / MS_DAY : NIL,
				    STR_NIL };
}

/* What the parts and fields come to, one value per definition. */
static err values_of(struct tx *tx, struct attr_person *p, const struct owns *owns, struct attr_value *values)
{
	struct folding f = { .arena = tx->snap.arena, .owns = owns, .today = p->today };
	struct attr_field_row *fields;
	size_t field_n;
	f.sums = ARENA_ARRAY(f.arena, struct sum, owns->n);
	for (size_t i = 0; i < p->count; i++) {
		struct snap at = tx->snap;
		snap_slot(&at, slot_of_customer(at.unit->store, p->leaves[i]));
		TRY(attr_parts_of(&at, &(struct attr_leaf){ p->leaves[i] }, take_part, &f));
	}
	TRY(fields_of(tx, p, &fields, &field_n));
	for (size_t i = 0; i < owns->n; i++) {
		const struct attr_def *d = &owns->v[i].def;
		bool ready = str_eq(d->state, STR("ready"));
		values[i] = ready ? value_from(d, &f.sums[i], p->root) : (struct attr_value){ p->root, d->id, NIL, STR_NIL };
		for (size_t j = 0; j < field_n; j++)
			if (fields[j].attr == d->id)
				values[i].n = fields[j].n, values[i].t = fields[j].t;
		if (d->window_days != NIL && f.sums[i].any)
			attr_due(p, f.sums[i].oldest + d->window_days);
	}
	return OK;
}

#define BUILT_IN 3 /* values of everybody's */
err attr_own_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	const struct owns *owns;
	TRY(owns_of(tx, &owns));
	struct attr_value *values = ARENA_ARRAY(tx->snap.arena, struct attr_value, owns->n + BUILT_IN), *rest = values + owns->n;
	if (owns->n)
		TRY(values_of(tx, p, owns, values));
	rest[0] = gap_of(p->root, sum);
	TRY(lasts_of(tx, p, &rest[1], &rest[2]));
	return values_keep(tx, p->root, values, owns->n + BUILT_IN);
}

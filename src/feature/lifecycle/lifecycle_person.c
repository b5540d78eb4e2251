/*
 * Judging one person where her facts are folded: what changed is written, and told once.
 */
#include "feature/lifecycle/lifecycle_data.h"

#include "base/id.h"
#include "base/vec.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"

#include <stdlib.h>

/* ---- what is known of her ---- */

struct gather { const struct tz *zone; struct arena *arena; VEC(struct life_mark) marks; i64 orders; };

static void add(struct gather *g, const struct life_at *rows, size_t n, bool order)
{
	for (size_t i = 0; i < n; i++)
		vec_push(g->arena, &g->marks, ((struct life_mark){ rows[i].at, tz_day(g->zone, rows[i].at), order }));
	g->orders += order ? (i64)n : 0;
}

static err gather_leaf(const struct snap *s, const struct life_rule *r, i64 leaf, struct gather *g)
{
	struct life_at *rows;
	size_t n;
	struct snap at = *s;
	const struct life_of of = { leaf, LIFE_MARKS_MAX };
	snap_slot(&at, slot_of_customer(s->unit->store, leaf));
	TRY(life_orders_of(&at, &of, &rows, &n));
	add(g, rows, n, true);
	if (str_eq_c(r->life, "orders"))
		return OK;
	TRY(life_signs_of(&at, &of, &rows, &n));
	add(g, rows, n, false);
	return OK;
}

static int newest_first(const void *a, const void *b)
{
	const struct life_mark *x = a, *y = b;
	return x->at != y->at ? (x->at < y->at) - (x->at > y->at) : (int)y->order - (int)x->order;
}

/* When she became known: as a friend, else when the oldest of her leaves was made. */
static err known_since(const struct snap *s, const struct attr_person *p, const struct customer_fact *f, ms *ret)
{
	*ret = f->added;
	for (size_t i = 0; *ret == NIL && i < p->count; i++) {
		struct customer c;
		struct snap at = *s;
		snap_slot(&at, slot_of_customer(s->unit->store, p->leaves[i]));
		TRY(customer_get(&at, p->leaves[i], &c));
		*ret = i == 0 ? c.created : int_min(*ret, c.created);
	}
	return OK;
}

err life_load(const struct snap *s, const struct life_rule *r, const struct attr_person *p, const struct customer_fact *f,
	      struct life_person *ret, bool *ret_behind)
{
	struct gather g = { .zone = corp_zone(s->unit, s->corp), .arena = s->arena };
	*ret = (struct life_person){ .orders = f->orders, .child_birthday = f->child_birthday, .known = NIL };
	*ret_behind = false;
	if (f->orders < r->growing)
		return known_since(s, p, f, &ret->known);
	for (size_t i = 0; i < p->count; i++)
		TRY(gather_leaf(s, r, p->leaves[i], &g));
	if (g.marks.n)
		qsort(g.marks.v, g.marks.n, sizeof(*g.marks.v), newest_first);
	ret->marks = g.marks.v;
	ret->count = g.marks.n < LIFE_MARKS_MAX ? g.marks.n : LIFE_MARKS_MAX;
	*ret_behind = g.orders < int_min(f->orders, LIFE_MARKS_MAX);
	return OK;
}

/* The first sign of the last day that had one: the language counts in days. */
err life_facts(const struct snap *s, i64 leaf, struct customer_fact *sum)
{
	struct life_at last;
	err e = life_sign_last(s, &(struct life_key){ leaf }, &last);
	if (e == OK)
		sum->last_active = sum->last_active == NIL ? last.at : int_max(sum->last_active, last.at);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* ---- writing ---- */

/* Whether a first stage is told: of whoever became known after the corp had a rule. */
static err is_new(struct tx *tx, const struct attr_person *p, bool *ret)
{
	struct life_ms first;
	struct customer c;
	TRY(life_rule_first(&tx->snap, &(struct none){ 0 }, &first));
	TRY(customer_get(&tx->snap, p->root, &c));
	*ret = c.created >= first.at;
	return OK;
}

/* A batch speaks of many persons: what led to this change is her own, not the last event's. */
static err tell(struct tx *tx, const struct stage_now *was, const struct stage_now *now, const struct customer_fact *f)
{
	struct unit *u = tx->snap.unit;
	struct stage_changed body = { was->stage, now->stage, now->since, now->reason, now->n, now->cap, now->rule, f->staff };
	i64 cause = u->cause;
	u->cause = 0;
	err e = journal_add(tx, EV_STAGE_CHANGED, now->customer, now->changed, &stage_changed_record, &body, NULL);
	u->cause = cause;
	return e;
}

/* When it came true; later than the change before it, and now when it is the rule that changed. */
static ms occurred(const struct tx *tx, const struct stage_now *was, const struct stage_now *now)
{
	ms at = now->since == NIL || (was->stage.p && was->rule != now->rule) ? tx->snap.now : now->since;
	at = was->stage.p ? int_max(at, was->changed) : at;
	return int_min(at, tx->snap.now);
}

static err keep(struct tx *tx, const struct attr_person *p, const struct customer_fact *f, const struct life_rule_row *rule,
		const struct life_verdict *v)
{
	struct stage_now was = { .stage = STR_NIL }, now;
	struct attr_value since;
	bool told = true;
	err e = stage_now_get(&tx->snap, &(struct life_key){ p->root }, &was);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(attr_value_get(&tx->snap, p->root, LIFE_ATTR_SINCE, &since));
	if (since.n != v->since)
		TRY(attr_value_put(tx, &(struct attr_value){ p->root, LIFE_ATTR_SINCE, v->since, STR_NIL }));
	now = (struct stage_now){ p->root, life_stage_name(v->stage), v->since, was.changed, str_c(v->reason), v->n, v->cap,
				  rule->version };
	bool same = e == OK && str_eq(was.stage, now.stage);
	if (same && was.since == now.since && was.rule == now.rule && str_eq(was.reason, now.reason))
		return OK;
	if (!same)
		now.changed = occurred(tx, &was, &now);
	TRY(stage_now_put(tx, &now));
	if (e == ERR_NOT_FOUND)
		TRY(is_new(tx, p, &told));
	return same || !told ? OK : tell(tx, &was, &now, f);
}

/* Her orders are still being derived: the stage waits for them, a day at most. */
static err wait(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct stage_now was;
	err e = stage_now_get(&tx->snap, &(struct life_key){ p->root }, &was);
	attr_due(p, p->today + 1);
	if (e == OK)
		sum->stage = was.stage;
	return e == ERR_NOT_FOUND ? OK : e;
}

err life_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct life_rule_row row;
	struct life_person her;
	bool behind;
	if (sum->last_order != NIL) /* buying is living too */
		sum->last_active = sum->last_active == NIL ? sum->last_order : int_max(sum->last_active, sum->last_order);
	err e = life_rule_now(&tx->snap, &(struct none){ 0 }, &row);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	struct life_rule rule = life_rule_of(&row);
	TRY(life_load(&tx->snap, &rule, p, sum, &her, &behind));
	if (behind)
		return wait(tx, p, sum);
	struct life_verdict v = life_judge(&rule, &her, p->today, corp_zone(tx->snap.unit, tx->snap.corp));
	if (v.due != NIL && v.due > p->today)
		attr_due(p, v.due);
	sum->stage = life_stage_name(v.stage);
	return keep(tx, p, sum, &row, &v);
}

/* ---- what it was ---- */

/* By the last change known then. A first stage of who was known before the first rule is told by no event: it is what
 * her next change says she came from, or what she still has. */
err life_then(const struct snap *s, const struct attr_person *p, ms at, struct attr_value *ret)
{
	struct life_change change;
	struct life_ms first;
	struct stage_now now;
	struct snap here = *s;
	const struct life_then_find find = { p->root, id_first(at + 1) - 1 };
	snap_slot(&here, slot_of_customer(s->unit->store, p->root));
	err e = life_change_then(&here, &find, &change);
	if (e != ERR_NOT_FOUND) {
		ret->t = e == OK ? change.stage : STR_NIL;
		return e;
	}
	TRY(life_rule_first(&here, &(struct none){ 0 }, &first));
	if (first.at == NIL || first.at > at)
		return OK;
	e = life_change_next(&here, &find, &change);
	if (e == OK)
		ret->t = change.was;
	if (e != ERR_NOT_FOUND)
		return e;
	e = stage_now_get(&here, &(struct life_key){ p->root }, &now);
	if (e == OK)
		ret->t = now.stage;
	return e == ERR_NOT_FOUND ? OK : e;
}

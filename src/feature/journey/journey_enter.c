/*
 * Who comes in: the entry rule, and the days of date triggers.
 *
 * A place is made at the trigger node and walked on when everything before that moment has been taken in; only
 * then she counts as entered (journey_run.c asks `who` and the goals first). Has she been in? is remembered under
 * her root of that time, which stays one of her numbers whatever is merged later.
 *
 * Date triggers keep one row a person with the next moment, so a birthday is found by index on its day.
 */
#include "feature/journey/journey_int.h"

#include "core/attr/attr_value.h"
#include "core/corp/corp.h"

static i64 new_id(struct tx *tx) { return id_next(store_ids(tx->snap.unit->store), tx->snap.now); }

static const char *mode_of(const struct jdef *d)
{
	const struct journey_entry *e = d->def->entry;
	return !e ? "after_exit" : str_eq_c(e->mode, "once") ? "once" : str_eq_c(e->mode, "always") ? "always"
		: str_eq_c(e->mode, "every") ? "every" : "after_exit";
}

/* Over all her numbers. */
static err last_seen(const struct snap *s, const struct coming *c, ms *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX], root;
	struct snap at = *s;
	size_t n;
	*ret = NIL;
	TRY(journey_person(s, c->root, &root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct journey_seen row;
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		err e = journey_seen_get(&at, &(struct journey_seen){ .journey = c->d->journey, .leaf = leaves[i], .key = c->key }, &row);
		if (e == OK)
			*ret = *ret == NIL ? row.last : int_max(*ret, row.last);
		else if (e != ERR_NOT_FOUND)
			return e;
	}
	return OK;
}

err journey_may_enter(const struct snap *s, const struct coming *c, str *ret_reason)
{
	const char *mode = mode_of(c->d);
	struct place *v;
	size_t n, here = 0;
	ms last;
	*ret_reason = STR_NIL;
	if (!c->j->running) {
		*ret_reason = c->j->paused ? STR("paused") : STR("not_running");
		return OK;
	}
	if (c->at < s->now - JOURNEY_OLD_MS) {
		*ret_reason = STR("too_old");
		return OK;
	}
	TRY(place_in_flight(s, &(struct place_of){ c->root }, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (v[i].journey != c->d->journey)
			continue;
		here++;
		bool again = v[i].since == c->at && v[i].cause == c->cause;
		if (str_eq(v[i].key, c->key) && (again || c->key.n || strcmp(mode, "always") != 0))
			*ret_reason = STR("in_flight");
	}
	if (!ret_reason->p && here >= JOURNEY_PERSON_MAX)
		*ret_reason = STR("too_many");
	if (ret_reason->p || (strcmp(mode, "once") != 0 && strcmp(mode, "every") != 0))
		return OK;
	TRY(last_seen(s, c, &last));
	const struct journey_entry *entry = c->d->def->entry;
	if (last != NIL && !strcmp(mode, "once"))
		*ret_reason = STR("once");
	else if (last != NIL && !strcmp(mode, "every") && last > c->at - entry->days * MS_DAY)
		*ret_reason = STR("every");
	return OK;
}

void journey_kept_out(struct tx *tx, const struct coming *c, str reason)
{
	struct walk w = { .tx = tx, .d = c->d, .p = { .journey = c->d->journey, .version = c->d->version } };
	place_count(&w, STR(""), arena_printf(tx->snap.arena, "out_of:%.*s", STR_F(reason)), 1);
}

err journey_let_in(struct tx *tx, const struct coming *c, str *ret_reason)
{
	TRY(journey_may_enter(&tx->snap, c, ret_reason));
	if (ret_reason->p) {
		journey_kept_out(tx, c, *ret_reason);
		return OK;
	}
	ms now = tx->snap.now, at = int_min(c->at, now);
	struct walk w = { .tx = tx, .d = c->d };
	w.p = (struct place){ .id = new_id(tx), .journey = c->d->journey, .version = c->d->version, .customer = c->root, .leaf = c->leaf,
			      .key = c->key, .cause = c->cause, .node = c->d->nodes[c->d->trigger].of->id, .state = PLACE_DUE, .due = now,
			      .parked = NIL, .at = at, .since = at, .node_since = at, .outcome = STR(""), .reason = STR("") };
	place_count(&w, w.p.node, STR("now"), 1);
	return place_save(&w);
}

/* ---- days ---- */

/* That month and day of a year; the 29th of February is the 28th where there is none. */
static i64 day_in_year(i64 day, int year)
{
	int y, m, d;
	tz_date(day, &y, &m, &d);
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return tz_day_of(year, m, m == 2 && d == 29 && !leap ? 28 : d);
}

/* The first moment after `after`; NIL: none any more. */
static ms next_day(struct unit *u, const struct journey_trigger *t, i64 day, ms after)
{
	i64 offset = t->offset_days == NIL ? 0 : t->offset_days;
	int y, m, d;
	if (!t->yearly) {
		ms at = journey_minute_at(u, day + offset, t->minute);
		return at > after ? at : NIL;
	}
	tz_date(corp_day(u, after) - offset, &y, &m, &d);
	for (int year = y - 1; year <= y + 1; year++) {
		ms at = journey_minute_at(u, day_in_year(day, year) + offset, t->minute);
		if (at > after)
			return at;
	}
	return NIL;
}

/* The day an attribute says of her; NIL when it is not known. */
static err value_of(struct tx *tx, const struct attr *a, i64 root, const struct customer_fact *fact, i64 *ret)
{
	struct attr_value v = { .n = NIL };
	*ret = NIL;
	if (a->column) {
		const struct field *f = record_field(&customer_fact_record, str_c(a->column));
		*ret = f ? *(const i64 *)((const char *)fact + f->at) : NIL;
	} else {
		err e = attr_value_get(&tx->snap, root, a->id, &v);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		*ret = e == OK ? v.n : NIL;
	}
	if (*ret != NIL && a->type == ATTR_TIME)
		*ret = corp_day(tx->snap.unit, *ret);
	return OK;
}

static err day_note(struct tx *tx, const struct jdef *d, i64 root, const struct customer_fact *fact)
{
	const struct journey_trigger *t = journey_trigger_of(d);
	const struct attr *attr;
	struct journey_day row, of = { .journey = d->journey, .customer = root };
	err e = attr_find(tx->snap.unit, t->attribute, &attr);
	if (e != OK)
		return err_retryable(e) ? e : OK;
	TRY(value_of(tx, attr, root, fact, &of.day));
	e = journey_day_get(&tx->snap, &(struct journey_day_of){ d->journey, root }, &row);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	bool there = e == OK;
	if (there && row.day == of.day && row.due <= tx->snap.now)
		return OK; /* it is due and will be taken */
	of.due = of.day == NIL ? NIL : next_day(tx->snap.unit, t, of.day, tx->snap.now);
	if (of.due == NIL)
		return there ? journey_day_drop(tx, &(struct journey_day_of){ d->journey, root }) : OK;
	if (there && row.day == of.day && row.due == of.due)
		return OK;
	TRY(journey_day_put(tx, &of));
	return journey_wake_at(tx, of.due);
}

static err note_days(struct tx *tx, const struct journey_set *set, i64 root, const struct customer_fact *fact)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct jdef *d = set->all[i].now;
		if (!set->all[i].running || !d || !str_eq_c(journey_trigger_of(d)->kind, "date"))
			continue;
		TRY(day_note(tx, d, root, fact));
	}
	return OK;
}

err journey_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct journey_set *set;
	TRY(journey_set_take(&tx->snap, &set));
	err e = set->dates ? note_days(tx, set, p->root, sum) : OK;
	journey_set_give(tx->snap.unit->env, set);
	return e;
}

err journey_day_fire(struct tx *tx, const struct journey_set *set, const struct journey_day *row)
{
	const struct jstate *j = journey_in(set, row->journey);
	const struct jdef *d = j ? j->now : NULL;
	struct customer who;
	TRY(journey_day_drop(tx, &(struct journey_day_of){ row->journey, row->customer }));
	if (!d || !str_eq_c(journey_trigger_of(d)->kind, "date"))
		return OK;
	TRY(customer_get(&tx->snap, row->customer, &who));
	if (who.root != who.id || who.erased)
		return OK;
	const struct journey_trigger *t = journey_trigger_of(d);
	str reason, key = STR("");
	if (t->yearly) {
		int y, m, day;
		tz_date(corp_day(tx->snap.unit, row->due), &y, &m, &day);
		key = arena_printf(tx->snap.arena, "%d", y);
	}
	struct coming c = { .d = d, .j = j, .root = who.id, .leaf = who.id, .key = key, .at = row->due };
	TRY(journey_let_in(tx, &c, &reason));
	struct journey_day next = *row;
	next.due = next_day(tx->snap.unit, t, row->day, row->due);
	return next.due == NIL ? OK : journey_day_put(tx, &next);
}

/*
 * Asking: what an event says, what a person did and is, how far the pond has taken things in, and when a wait
 * is over.
 *
 * Texts are equal byte by byte; a number compares with a number and with a text that is one. A path through a
 * list means any of its elements; "not" needs the field to be there.
 */
#include "feature/journey/journey_int.h"

#include "base/recur.h"
#include "core/attr/attr_prop.h"
#include "core/audience/audience.h"
#include "core/corp/corp.h"
#include "store/cursor.h"

#define ROOT_STEPS_MAX 64
#define LOOK_PAGE 100
#define CURSORS_MAX 256

/* ---- events ---- */

static bool number_of(const struct json *v, double *ret)
{
	if (v->type == JSON_TEXT)
		return str_f64(str_trim(v->text), ret);
	*ret = v->real;
	return v->type == JSON_INT || v->type == JSON_REAL;
}

static bool equal(const struct json *got, const struct json *want)
{
	double g;
	if (want->type == JSON_TEXT)
		return got->type == JSON_TEXT && str_eq(got->text, want->text);
	if (want->type == JSON_BOOL)
		return got->type == JSON_BOOL && got->truth == want->truth;
	if (got->type == JSON_INT && want->type == JSON_INT)
		return got->i == want->i;
	return number_of(got, &g) && g == want->real;
}

static bool one_holds(const struct json *got, str op, const struct json *want)
{
	double g;
	if (str_eq_c(op, "exists"))
		return true;
	if (str_eq_c(op, "is") || str_eq_c(op, "not"))
		return equal(got, want);
	if (str_eq_c(op, "has"))
		return got->type == JSON_TEXT && str_has(got->text, want->text);
	if (str_eq_c(op, "in")) {
		bool any = false;
		for (size_t i = 0; i < want->n && !any; i++)
			any = equal(got, &want->items[i]);
		return any;
	}
	if (!number_of(got, &g))
		return false;
	double w = want->real;
	return str_eq_c(op, "lt") ? g < w : str_eq_c(op, "le") ? g <= w : str_eq_c(op, "gt") ? g > w : g >= w;
}

static err filter_holds(const struct snap *s, const struct journey_filter *f, const struct event *ev, bool *ret)
{
	const struct json *found[PROP_VALUES_MAX];
	struct json *want = NULL;
	size_t n;
	bool any = false;
	TRY(prop_find(s, ev, f->name, found, &n));
	if (f->value.p && !str_eq_c(f->value, "null"))
		TRY(json_parse(f->value, s->arena, &want, s->fail));
	if (!want && !str_eq_c(f->op, "exists"))
		return OK;
	for (size_t i = 0; i < n && !any; i++)
		any = one_holds(found[i], f->op, want);
	*ret = str_eq_c(f->op, "not") ? n && !any : any;
	return OK;
}

static err id_at(const struct snap *s, const struct event *ev, const char *name, i64 *ret)
{
	const struct json *found[PROP_VALUES_MAX];
	size_t n;
	*ret = 0;
	TRY(prop_find(s, ev, str_c(name), found, &n));
	if (n)
		str_i64(prop_text(s->arena, found[0]), ret);
	return OK;
}

err journey_hears(const struct snap *s, const struct listen *l, const struct event *ev, bool *ret)
{
	i64 id;
	*ret = false;
	if (!l->kind || ev->kind != l->kind)
		return OK;
	*ret = true;
	if (l->audience) {
		TRY(id_at(s, ev, "audience", &id));
		*ret = id == l->audience;
	}
	if (*ret && l->codes) {
		TRY(id_at(s, ev, "livecode", &id));
		*ret = false;
		for (size_t i = 0; i < l->codes->n; i++)
			*ret |= l->codes->v[i] == id;
	}
	for (size_t i = 0; i < l->n && *ret; i++) {
		bool holds = false;
		TRY(filter_holds(s, &l->filters[i], ev, &holds));
		*ret = holds;
	}
	return OK;
}

err journey_key_of(const struct snap *s, const struct jdef *d, const struct event *ev, str *ret)
{
	const struct journey_entry *entry = d->def->entry;
	const struct json *found[PROP_VALUES_MAX];
	size_t n;
	*ret = STR("");
	if (!entry || !entry->key.n || !ev)
		return OK;
	TRY(prop_find(s, ev, entry->key, found, &n));
	if (n)
		*ret = str_utf8_head(prop_text(s->arena, found[0]), JOURNEY_NAME_MAX);
	return OK;
}

/* ---- persons ---- */

err journey_person(const struct snap *s, i64 customer, i64 *ret_root, i64 leaves[CUSTOMER_LEAVES_MAX], size_t *ret_count)
{
	struct snap at = *s;
	struct customer c;
	for (int step = 0; step < ROOT_STEPS_MAX; step++) {
		snap_slot(&at, slot_of_customer(s->unit->store, customer));
		TRY(customer_get(&at, customer, &c));
		if (c.root == customer) {
			*ret_root = customer;
			return leaves ? customer_leaves_in(&at, customer, leaves, ret_count) : OK;
		}
		customer = c.root;
	}
	return snap_fail(s, ERR_INTERNAL, T_OK, STR("root"), STR_NIL, STR_NIL);
}

static err did_leaf(const struct snap *s, i64 leaf, const struct listen *l, ms from, ms to, bool *ret, ms *ret_at)
{
	ms before = to + 1;
	i64 before_seq = 0;
	for (size_t looked = 0; looked < JOURNEY_LOOK_EVENTS;) {
		struct event *ev;
		size_t n;
		TRY(timeline_page(s, leaf, before, before_seq, LOOK_PAGE, &ev, &n));
		for (size_t i = 0; i < n; i++) {
			bool hears;
			if (ev[i].occurred < from)
				return OK;
			TRY(journey_hears(s, l, &ev[i], &hears));
			if (hears) {
				*ret_at = *ret ? int_min(*ret_at, ev[i].occurred) : ev[i].occurred;
				*ret = true;
			}
		}
		if (n < LOOK_PAGE)
			return OK;
		looked += n;
		before = ev[n - 1].occurred;
		before_seq = ev[n - 1].seq;
	}
	return OK;
}

err journey_did(const struct snap *s, i64 root, const struct listen *l, ms from, ms to, bool *ret, ms *ret_at)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	struct snap at = *s;
	size_t n;
	*ret = false;
	TRY(journey_person(s, root, &root, leaves, &n));
	for (size_t i = 0; l->kind && i < n; i++) {
		snap_slot(&at, slot_of_customer(s->unit->store, leaves[i]));
		TRY(did_leaf(&at, leaves[i], l, from, to, ret, ret_at));
	}
	return OK;
}

static const char expr_memo;
struct expr_read { struct expr *e; };

/* A condition that no longer holds up (a tag removed since) holds of nobody. */
err journey_holds(struct tx *tx, str text, i64 root, bool *ret)
{
	void **memo = tx_memo(tx, &expr_memo);
	struct map *known = *memo;
	if (!known) {
		*memo = known = ARENA_NEW(tx->snap.arena, struct map);
		*known = map_new(tx->snap.arena);
	}
	struct expr_read *r = map_get(known, text);
	if (!r) {
		r = ARENA_NEW(tx->snap.arena, struct expr_read);
		err e = expr_parse(tx->snap.unit, text, &r->e);
		if (e != OK && err_retryable(e))
			return e;
		if (e != OK)
			r->e = NULL;
		map_put(known, text, r);
	}
	*ret = false;
	return r->e ? audience_test_in(&tx->snap, (const struct expr *const *)&r->e, 1, root, ret) : OK;
}

/* ---- how far everything has been taken in ---- */

/* The slowest cursor of the slot over all modules, as app/consumer.c names them. */
static err slowest_cursor(const struct snap *s, i64 *ret)
{
	struct map cursors;
	i64 slowest = INT64_MAX;
	TRY(cursor_all(s, &cursors));
	for (size_t i = 0; s->unit->env->modules[i]; i++) {
		const struct module *m = s->unit->env->modules[i];
		const bool has[2] = { m->derive != NULL, m->act != NULL };
		for (int k = 0; k < 2; k++) {
			if (!has[k])
				continue;
			const i64 *seq = map_get(&cursors, arena_printf(s->arena, "%s.%s", m->name, k ? "act" : "derive"));
			slowest = int_min(slowest, seq ? *seq : 0);
		}
	}
	const i64 *facts = map_get(&cursors, STR("attr.facts"));
	*ret = int_min(slowest, facts ? *facts : 0);
	return OK;
}

err journey_slot_known(const struct snap *s, i64 slot, ms *ret)
{
	struct snap at = *s;
	struct event *ev;
	size_t n;
	i64 seen, last;
	ms waits;
	snap_slot(&at, slot);
	*ret = s->now;
	TRY(journal_last(&at, &last));
	TRY(slowest_cursor(&at, &seen));
	if (seen < last) {
		TRY(journal_read(&at, seen, 1, &ev, &n));
		if (n)
			*ret = int_min(*ret, ev[0].recorded - 1);
	}
	TRY(journal_relay_oldest(&at, &waits));
	if (waits != NIL)
		*ret = int_min(*ret, waits - 1);
	return OK;
}

static const char known_memo;
struct known { ms inbox; struct imap slots; };

/* Asked once a slot in a transaction: what comes later is recorded later. */
err journey_known_until(struct tx *tx, const i64 *leaves, size_t count, ms *ret)
{
	void **memo = tx_memo(tx, &known_memo);
	struct known *k = *memo;
	if (!k) {
		ms oldest;
		*memo = k = ARENA_NEW(tx->snap.arena, struct known);
		TRY(inbox_oldest(&tx->snap, &oldest));
		*k = (struct known){ oldest == NIL ? tx->snap.now : int_min(tx->snap.now, oldest - 1), imap_new(tx->snap.arena) };
	}
	*ret = k->inbox;
	for (size_t i = 0; i < count; i++) {
		i64 slot = slot_of_customer(tx->snap.unit->store, leaves[i]);
		ms known;
		if (!imap_get(&k->slots, slot, &known)) {
			TRY(journey_slot_known(&tx->snap, slot, &known));
			imap_put(&k->slots, slot, known);
		}
		*ret = int_min(*ret, known);
	}
	return OK;
}

/* ---- when a wait is over ---- */

ms journey_minute_at(struct unit *u, i64 day, i64 minute) { return recur_at(corp_zone(u, u->corp), day, minute); }

static bool weekday_in(const struct strs *days, i64 day)
{
	bool in = days->n == 0;
	for (size_t i = 0; i < days->n; i++)
		in |= days->v[i].p[0] - '1' == recur_weekday(day);
	return in;
}

ms journey_wait_end(struct unit *u, const struct journey_wait *w, ms since, ms at)
{
	if (str_eq_c(w->kind, "since"))
		return journey_minute_at(u, corp_day(u, since) + w->days, w->minute);
	if (str_eq_c(w->kind, "for"))
		return at + w->minutes * MS_MINUTE;
	i64 day = corp_day(u, at) + (w->days == NIL ? 0 : w->days);
	for (;; day++) {
		ms end = journey_minute_at(u, day, w->minute);
		if (end >= at && weekday_in(&w->weekdays, day))
			return end;
	}
}

ms journey_schedule_next(struct unit *u, const struct journey_trigger *t, ms now)
{
	for (i64 day = corp_day(u, now);; day++) {
		ms at = journey_minute_at(u, day, t->minute);
		bool fits = str_eq_c(t->every, "week") ? weekday_in(&t->weekdays, day)
			: str_eq_c(t->every, "month") ? recur_month_day(day, t->day) : true;
		if (at > now && fits)
			return at;
	}
}

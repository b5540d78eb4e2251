/*
 * attr: folding the facts of a person, and finding attributes by name.
 *
 * A refresh reads what the modules know of each leaf inside the transaction that writes the row, so the
 * row is never older than the facts it was made of. The row of somebody who is no longer a root goes.
 */
#include "core/attr/attr_data.h"
#include "core/attr/attr_own.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/module.h"
#include "store/ahead.h"

#include <stdlib.h>

struct person { i64 slot, id; bool root; };

static int by_slot(const void *a, const void *b)
{
	const struct person *x = a, *y = b;
	return x->slot != y->slot ? (x->slot > y->slot) - (x->slot < y->slot) : (x->id > y->id) - (x->id < y->id);
}

static const char touch_key;

void attr_touch(struct tx *tx, i64 customer)
{
	void **memo = tx_memo(tx, &touch_key);
	if (!*memo) {
		struct imap *fresh = ARENA_NEW(tx->snap.arena, struct imap);
		*fresh = imap_new(tx->snap.arena);
		*memo = fresh;
	}
	imap_put(*memo, customer, 1);
}

const struct imap *attr_touched(struct tx *tx) { return *tx_memo(tx, &touch_key); }

static err fold(struct tx *tx, i64 root, const i64 *leaves, size_t count, struct customer_fact *ret)
{
	record_init(&customer_fact_record, ret);
	ret->customer = root;
	for (size_t i = 0; i < count; i++) {
		struct snap s = tx->snap;
		snap_slot(&s, slot_of_customer(s.unit->store, leaves[i]));
		for (const struct module *const *m = s.unit->env->modules; *m; m++)
			if ((*m)->facts)
				TRY((*m)->facts(&s, leaves[i], ret));
	}
	return OK;
}

/* Nothing beyond the row is kept of somebody who is no root, a visitor, or erased. */
static err forget(struct tx *tx, i64 customer)
{
	const struct attr_key key = { customer };
	TRY(attr_values_remove(tx, &key));
	return attr_due_remove(tx, &key);
}

/* What depends on the whole person: each module's hook sees the folded row, may add to it, and may name the
 * day on which time alone will change something. */
static err settle(struct tx *tx, i64 root, const i64 *leaves, size_t count, struct customer_fact *sum)
{
	struct attr_person p = { root, leaves, count, corp_day(tx->snap.unit, tx->snap.now), NIL };
	if (sum->erased || id_number_of(root) >= ID_VISITOR_FROM)
		return forget(tx, root);
	for (const struct module *const *m = tx->snap.unit->env->modules; *m; m++)
		if ((*m)->person)
			TRY((*m)->person(tx, &p, sum));
	return attr_due_keep(tx, &p);
}

static bool same_field(const struct field *f, const void *a, const void *b)
{
	const char *x = (const char *)a + f->at, *y = (const char *)b + f->at;
	if (f->type == FIELD_STR || f->type == FIELD_JSON || f->type == FIELD_BYTES)
		return str_is_nil(*(const str *)x) == str_is_nil(*(const str *)y) && str_eq(*(const str *)x, *(const str *)y);
	return f->type == FIELD_BOOL ? *(const bool *)x == *(const bool *)y : *(const i64 *)x == *(const i64 *)y;
}

/* Most events change no fact: what stands is not written again. */
static bool same_facts(const struct customer_fact *a, const struct customer_fact *b)
{
	for (size_t i = 0; i < customer_fact_record.count; i++) {
		if (!same_field(&customer_fact_record.fields[i], a, b))
			return false;
	}
	return true;
}

/* A person who is no root has no row of her own. */
static err refresh_one(struct tx *tx, const struct person *p, struct tally_sum *tally)
{
	struct customer_fact old, sum;
	err e = customer_fact_get(&tx->snap, &(struct attr_key){ p->id }, &old);
	if (e == OK)
		tally_take(tally, &old, -1);
	else if (e != ERR_NOT_FOUND)
		return e;
	if (!p->root) {
		TRY(forget(tx, p->id));
		return e == OK ? customer_fact_remove(tx, &(struct attr_key){ p->id }) : OK;
	}
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves_in(&tx->snap, p->id, leaves, &n));
	TRY(fold(tx, p->id, leaves, n, &sum));
	TRY(settle(tx, p->id, leaves, n, &sum));
	tally_take(tally, &sum, 1);
	return e == OK && same_facts(&old, &sum) ? OK : customer_fact_put(tx, &sum);
}

static err refresh_group(struct tx *tx, const struct person *people, size_t count)
{
	struct tally_sum tally = tally_begin(tx->snap.arena, count);
	i64 *ids = ARENA_ARRAY(tx->snap.arena, i64, count);
	for (size_t i = 0; i < count; i++)
		ids[i] = people[i].id;
	TRY(ahead_read(&tx->snap, AHEAD_FACTS, ids, count));
	for (size_t i = 0; i < count; i++) {
		ahead_about(&tx->snap, AHEAD_FACTS, people[i].id);
		TRY(refresh_one(tx, &people[i], &tally));
	}
	ahead_about(&tx->snap, AHEAD_FACTS, 0);
	return tally_write(tx, &tally);
}

err attr_refresh(struct unit *u, const i64 *customers, size_t count)
{
	struct person *people = ARENA_ARRAY(u->arena, struct person, 2 * count);
	i64 *roots = ARENA_ARRAY(u->arena, i64, count + 1);
	struct imap seen = imap_new(u->arena);
	size_t n = 0;
	TRY(customer_roots(u, customers, count, roots));
	for (size_t i = 0; i < count; i++) {
		i64 root = roots[i];
		if (!root)
			continue; /* an identity whose customer is not written yet: her own event will come */
		if (root != customers[i] && imap_put(&seen, customers[i], 0))
			people[n++] = (struct person){ slot_of_customer(u->store, customers[i]), customers[i], false };
		if (imap_put(&seen, root, 1))
			people[n++] = (struct person){ slot_of_customer(u->store, root), root, true };
	}
	qsort(people, n, sizeof(*people), by_slot);
	for (size_t from = 0; from < n;) {
		size_t to = from + 1;
		while (to < n && people[to].slot == people[from].slot)
			to++;
		TRY(WRITE_TX(u, people[from].slot, refresh_group(tx, people + from, to - from)));
		from = to;
	}
	return OK;
}

err attr_fact_get(const struct snap *s, i64 root, struct customer_fact *ret)
{
	return customer_fact_get(s, &(struct attr_key){ root }, ret);
}

err attr_reach_each(const struct snap *s, i64 first, i64 last, err (*row)(void *arg, const void *of), void *arg)
{
	return customer_reach_span(s, &(struct attr_range){ first, last }, row, arg);
}

/* How many letters differ at the front: enough to suggest "spent" for "spend". */
static size_t common_head(str a, const char *b)
{
	size_t n = 0;
	while (n < a.n && b[n] && a.p[n] == b[n])
		n++;
	return n;
}

static str suggestion(struct arena *a, struct env *env, str name)
{
	const char *best = NULL;
	size_t most = 1;
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct attr *at = env->modules[i]->attrs; at && at->name; at++)
			if (common_head(name, at->name) > most) {
				most = common_head(name, at->name);
				best = at->name;
			}
	return best ? arena_printf(a, "%s?", best) : STR("orders, spent, last_order, tag …");
}

err attr_find(struct unit *u, str name, const struct attr **ret)
{
	struct env *env = u->env;
	for (size_t i = 0; env->modules[i]; i++)
		for (const struct attr *at = env->modules[i]->attrs; at && at->name; at++)
			if (str_eq_c(name, at->name)) {
				if (at->later)
					return fail_set(&u->fail, ERR_UNAVAILABLE, T_OK, STR_NIL, name, STR_NIL);
				*ret = at;
				return OK;
			}
	struct attr *own;
	err e = attr_own_find(u, name, &own);
	if (e == OK)
		*ret = own;
	if (e != ERR_NOT_FOUND)
		return e;
	return fail_set(&u->fail, ERR_INPUT, T_ATTR_UNKNOWN, STR("expr"), name, suggestion(u->arena, env, name));
}

/*
 * New friends and the numbers of lists.
 *
 * An act handler only sets a timer in her slot, and only while a list is open: her phones lie in several slots and the
 * lists in the base slot. The timer's work is repeatable, so it may be asked for by every piece of news about her.
 */
#include "feature/phonelist/phonelist_data.h"

#include "base/vec.h"
#include "core/customer/customer.h"
#include "core/follow/follow.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "store/timer.h"

#define ADD_WAY_PHONE 2 /* WeCom: found by searching a phone number */

/* ---- the news ---- */

err phonelist_on_friend(struct tx *tx, const struct event *ev)
{
	struct phonelist_n open;
	TRY(phonelist_any_open(&tx->snap, &(struct none){ 0 }, &open));
	if (!open.n)
		return OK;
	str key = arena_printf(tx->snap.arena, "%lld", (long long)ev->customer);
	return timer_set(tx, STR(PHONELIST_MATCH), key, tx->snap.now, ev->customer, &none_record, &(struct none){ 0 });
}

/* Who leaves cannot add anybody: what she had to do goes to the others of each list at once. */
err phonelist_on_staff(struct tx *tx, const struct event *ev)
{
	struct staff_changed c;
	struct phonelist_staff *lists;
	size_t n;
	TRY(event_body(&tx->snap, ev, &staff_changed_record, &c));
	if (str_eq_c(c.state, "active"))
		return OK;
	TRY(phonelist_lists_of(&tx->snap, &(struct phonelist_staff){ 0, c.staff }, &lists, &n));
	for (size_t i = 0; i < n; i++) {
		struct phonelist_staff *left;
		size_t others;
		TRY(phonelist_staff_of(&tx->snap, &(struct phonelist_key){ lists[i].list }, &left, &others));
		if (others < 2)
			continue; /* nobody to give it to: the list shows who is gone */
		TRY(phonelist_staff_drop(tx, &lists[i]));
		TRY(phonelist_spread_ask(tx, lists[i].list));
	}
	return OK;
}

/* ---- matching ---- */

struct person {
	i64 root;
	VEC(str) typed, proven;
	VEC(struct follow) follows; /* living ones */
};

static err read_follows(const struct snap *s, i64 leaf, struct person *p)
{
	struct follow *rows;
	size_t n;
	TRY(follow_list(s, leaf, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(rows[i].status, "friend"))
			vec_push(s->arena, &p->follows, rows[i]);
	return OK;
}

static err read_leaf(struct unit *u, i64 leaf, struct person *p)
{
	struct strs typed;
	struct identity_row *ids;
	size_t n;
	TRY(identity_hint_phones(u, leaf, &typed));
	for (size_t i = 0; i < typed.n; i++)
		vec_push(u->arena, &p->typed, typed.v[i]);
	TRY(identity_of(u, leaf, &ids, &n));
	for (size_t i = 0; i < n; i++)
		if (ids[i].verified && str_eq_c(ids[i].kind, "phone"))
			vec_push(u->arena, &p->proven, ids[i].value);
	return READ_SNAP(u, slot_of_customer(u->store, leaf), read_follows(snap, leaf, p));
}

err phonelist_pass(struct tx *tx, const struct phonelist_row *row, i64 customer, const char *how)
{
	struct phonelist list;
	struct phonelist_row now = *row;
	TRY(phonelist_get(&tx->snap, &(struct phonelist_key){ row->list }, &list));
	now.state = STR("passed");
	now.ended = tx->snap.now;
	now.customer = customer;
	now.how = str_c(how);
	TRY(phonelist_move(tx, row, &now));
	struct phone_passed body = { row->list, list.name, row->id, row->staff, now.how };
	return journal_relay(tx, slot_of_customer(tx->snap.unit->store, customer), EV_PHONE_PASSED, customer, tx->snap.now,
			     &phone_passed_record, &body);
}

static err pass_phones(struct tx *tx, const str *phones, size_t n, i64 root, const char *how, bool *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct phonelist_row *rows;
		struct phonelist_of of = { 0 };
		size_t found;
		TRY(phonelist_hash(&tx->snap, phones[i], &of.phone));
		TRY(phonelist_by_phone(&tx->snap, &of, &rows, &found));
		for (size_t k = 0; k < found; k++)
			TRY(phonelist_pass(tx, &rows[k], root, how));
		*ret |= found > 0;
	}
	return OK;
}

/* She was found by a phone search: perhaps one of the numbers this member asked lately. */
static err guess(struct tx *tx, const struct follow *f, i64 root)
{
	struct phonelist_row *rows;
	size_t n;
	struct phonelist_mine of = { f->staff, STR("asked"), f->added - PHONELIST_GUESS_MS, f->added, 1 };
	if (f->add_way != ADD_WAY_PHONE)
		return OK;
	TRY(phonelist_asked(&tx->snap, &of, &rows, &n));
	return n ? phonelist_guess_put(tx, &(struct phonelist_guess){ f->staff, root, f->added }) : OK;
}

static err match(struct tx *tx, const struct person *p)
{
	bool known = false;
	TRY(pass_phones(tx, p->typed.v, p->typed.n, p->root, "remark", &known));
	TRY(pass_phones(tx, p->proven.v, p->proven.n, p->root, "bound", &known));
	for (size_t i = 0; i < p->follows.n; i++) {
		struct phonelist_guess g = { p->follows.v[i].staff, p->root, 0 };
		TRY(known ? phonelist_guess_drop(tx, &g) : guess(tx, &p->follows.v[i], p->root));
	}
	return OK;
}

static err taken(struct tx *tx, const struct timer_row *row)
{
	bool first;
	return timer_take(tx, row, &first);
}

/* The work first, the timer last: a fault between them does the work again, which changes nothing. */
err phonelist_match(struct cx *cx, const struct timer_row *row)
{
	struct unit *u = &cx->unit;
	struct person p = { 0 };
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_root(u, row->customer, &p.root));
	TRY(customer_leaves(u, p.root, leaves, &n));
	for (size_t i = 0; i < n; i++)
		TRY(read_leaf(u, leaves[i], &p));
	if (p.follows.n)
		TRY(WRITE_TX(u, slot_base(u->store, u->corp), match(tx, &p)));
	return WRITE_TX(u, row->slot, taken(tx, row));
}

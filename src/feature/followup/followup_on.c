/*
 * A person's place on the board, found where her facts are folded.
 */
#include "feature/followup/followup_data.h"

#include "core/customer/customer.h"

/* Whoever says nothing about her stage has not moved her. */
err followup_on_changed(struct tx *tx, const struct event *ev)
{
	struct customer_changed c;
	TRY(event_body(&tx->snap, ev, &customer_changed_record, &c));
	if (!c.followup.p)
		return OK;
	struct followup_set row = { ev->customer, c.followup, ev->occurred, ev->actor_kind == ACTOR_USER ? ev->actor : 0, ev->id };
	return followup_set_put(tx, &row);
}

/* Who set what she now carries: the first of her leaves that says so, as it is folded. */
static err who_set(struct tx *tx, const struct attr_person *p, str followup, struct followup_set *ret)
{
	struct followup_set newest = { .customer = 0 };
	for (size_t i = 0; i < p->count; i++) {
		struct followup_set row;
		struct snap at = tx->snap;
		snap_slot(&at, slot_of_customer(tx->snap.unit->store, p->leaves[i]));
		err e = followup_set_get(&at, &(struct followup_who){ p->leaves[i] }, &row);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		if (e == OK && followup.p && str_eq(row.followup, followup)) {
			*ret = row;
			return OK;
		}
		if (e == OK && (!newest.customer || row.at > newest.at))
			newest = row;
	}
	*ret = newest.customer ? newest : (struct followup_set){ 0, STR_NIL, tx->snap.now, 0, 0 };
	return OK;
}

static err tell(struct tx *tx, i64 root, const struct followup_now *from, const struct followup_column *to,
		const struct followup_set *set)
{
	struct unit *u = tx->snap.unit;
	struct followup_moved body = { from->name, to ? to->name : STR_NIL, from->col ? from->col : NIL, to ? to->id : NIL,
				       set->by_user ? set->by_user : NIL };
	i64 cause = u->cause;
	u->cause = set->event; /* her own, not the batch's last */
	err e = journal_add(tx, EV_FOLLOWUP_MOVED, root, tx->snap.now, &followup_moved_record, &body, NULL);
	u->cause = cause;
	return e;
}

static err since_kept(struct tx *tx, i64 root, ms since)
{
	struct attr_value v;
	TRY(attr_value_get(&tx->snap, root, FOLLOWUP_ATTR_SINCE, &v));
	return v.n == since ? OK : attr_value_put(tx, &(struct attr_value){ root, FOLLOWUP_ATTR_SINCE, since, STR_NIL });
}

/* What the column she leaves is called now, if it is there still. */
static str name_of(const struct followup_column *all, size_t n, const struct followup_now *was)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].id == was->col)
			return all[i].name;
	return was->name;
}

err followup_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct followup_now was = { .col = 0, .name = STR_NIL };
	struct followup_column *all;
	struct followup_set set;
	size_t n;
	err e = followup_now_get(&tx->snap, &(struct followup_who){ p->root }, &was);
	if (e == ERR_NOT_FOUND && !sum->followup.p)
		return OK; /* nearly everybody */
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(followup_columns(&tx->snap, &all, &n));
	const struct followup_column *to = followup_named(all, n, sum->followup);
	if ((to ? to->id : 0) == was.col)
		return to ? since_kept(tx, p->root, was.since) : OK;
	TRY(who_set(tx, p, sum->followup, &set));
	if (to)
		TRY(followup_now_put(tx, &(struct followup_now){ p->root, to->id, to->name, set.at }));
	else
		TRY(followup_now_drop(tx, &(struct followup_who){ p->root }));
	TRY(since_kept(tx, p->root, to ? set.at : NIL));
	was.name = name_of(all, n, &was);
	return tell(tx, p->root, &was, to, &set);
}

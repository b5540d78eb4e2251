/*
 * groupinvite's rules: who is asked, and when she has come.
 */
#include "feature/groupinvite/groupinvite_data.h"

#include "core/attr/attr.h"
#include "core/audience/audience.h"
#include "core/audience/audience_watch.h"
#include "core/customer/customer.h"
#include "core/reach/reach.h"
#include "store/journal.h"

bool groupinvite_seated(const struct group_invite *g, const struct group_seat *seats, size_t n, ms *ret_since)
{
	bool found = false;
	for (size_t i = 0; i < n; i++) {
		bool here = g->key.n && str_eq(seats[i].state, g->key);
		for (str rest = g->groups; rest.n && !here;) {
			i64 id;
			here = str_i64(str_cut(&rest, ','), &id) && id == seats[i].chat;
		}
		if (here && (!found || seats[i].since < *ret_since))
			*ret_since = seats[i].since;
		found |= here;
	}
	return found;
}

/* What an invitation begins with for this person (root), in her slot. */
static err ask(struct tx *tx, const struct group_invite *g, i64 root)
{
	struct group_invitee row = { root, g->id, NIL, STR("asked"), tx->snap.now, NIL, NIL };
	struct customer_fact f;
	struct group_seat *seats;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n, count;
	ms since = 0;
	err e = attr_fact_get(&tx->snap, root, &f);
	if (e != OK)
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(customer_leaves_in(&tx->snap, root, leaves, &n));
	TRY(group_seats(&tx->snap, leaves, n, &seats, &count));
	row.staff = f.staff;
	if (groupinvite_seated(g, seats, count, &since))
		row.state = STR("in");
	else if (!f.friend || f.staff == NIL)
		row.state = STR("nobody");
	return group_invitee_add(tx, &row);
}

/* ---- of an expression, once ---- */

#define GROUPINVITE_CURSOR_FIELDS(F, S) F(S, ID, after)
RECORD(groupinvite_cursor, GROUPINVITE_CURSOR_FIELDS);

static err ask_some(struct tx *tx, const struct group_invite *g, const i64 *roots, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(ask(tx, g, roots[i]));
	return OK;
}

static err ask_all(struct unit *u, const struct group_invite *g, const i64 *roots, size_t n)
{
	i64 slots[SLOT_COUNT];
	size_t slot_count = slots_of_corp(u->store, u->corp, slots, SLOT_COUNT);
	i64 *here = ARENA_ARRAY(u->arena, i64, n);
	for (size_t s = 0; s < slot_count; s++) {
		size_t k = 0;
		for (size_t i = 0; i < n; i++)
			if (slot_of_customer(u->store, roots[i]) == slots[s])
				here[k++] = roots[i];
		if (k)
			TRY(WRITE_TX(u, slots[s], ask_some(tx, g, here, k)));
	}
	return OK;
}

err groupinvite_fill(struct cx *cx, struct job *job, bool *ret_done)
{
	struct unit *u = &cx->unit;
	struct groupinvite_input in;
	struct groupinvite_cursor at;
	struct group_invite g;
	struct expr *e;
	i64 *roots, base = slot_base(u->store, u->corp), scope = u->scope;
	size_t n;
	TRY(job_input(cx, job, &groupinvite_input_record, &in));
	TRY(job_cursor(cx, job, &groupinvite_cursor_record, &at));
	TRY(READ_SNAP(u, base, group_invite_get(snap, &(struct groupinvite_key){ in.invite }, &g)));
	u->scope = g.scope; /* nobody whom its maker may not see */
	err failed = expr_parse(u, g.expr, &e);
	if (failed == OK)
		failed = audience_select(u, e, at.after, JOB_STEP_ROWS, &roots, &n);
	u->scope = scope;
	TRY(failed);
	TRY(ask_all(u, &g, roots, n));
	*ret_done = n < JOB_STEP_ROWS;
	if (n)
		at.after = roots[n - 1];
	job->done += (i64)n;
	return WRITE_TX(u, base, job_save(tx, job, &groupinvite_cursor_record, &at));
}

/* ---- by events ---- */

static struct snap base_of(const struct tx *tx)
{
	struct snap s = tx->snap;
	snap_slot(&s, slot_base(s.unit->store, s.corp));
	return s;
}

/* act, in her slot: she came into an audience an invitation watches. */
err groupinvite_on_entered(struct tx *tx, const struct event *ev)
{
	struct audience_move move;
	struct group_invite *rows;
	struct snap base = base_of(tx);
	size_t n;
	TRY(event_body(&tx->snap, ev, &audience_move_record, &move));
	TRY(group_invite_watching(&base, &(struct groupinvite_key){ move.audience }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(ask(tx, &rows[i], ev->customer));
	return OK;
}

/* act: a broadcast has reached her; the row stands under her root, of which only one in this slot is looked for. */
err groupinvite_on_reached(struct tx *tx, const struct event *ev)
{
	struct reach_event b;
	struct group_invite *rows;
	struct customer c;
	struct snap base = base_of(tx);
	size_t n;
	TRY(event_body(&tx->snap, ev, &reach_event_record, &b));
	if (!str_eq_c(b.by, "broadcast") || b.by_id == NIL)
		return OK;
	TRY(group_invite_bound(&base, &(struct groupinvite_key){ b.by_id }, &rows, &n));
	if (!n)
		return OK;
	TRY(customer_get(&tx->snap, ev->customer, &c));
	for (size_t i = 0; i < n; i++) {
		struct groupinvite_who who = { ev->customer, rows[i].id, STR("sent"), ev->occurred };
		TRY(group_invitee_mark(tx, &who));
		who.customer = c.root;
		if (c.root != ev->customer && slot_of_customer(tx->snap.unit->store, c.root) == tx->snap.slot)
			TRY(group_invitee_mark(tx, &who));
	}
	return OK;
}

err groupinvite_on_person(struct tx *tx, struct attr_person *p, struct customer_fact *sum)
{
	struct group_invitee *rows;
	struct group_seat *seats;
	struct snap base = base_of(tx);
	size_t n, count;
	TRY(group_invitee_open(&tx->snap, &(struct groupinvite_open){ p->root }, &rows, &n));
	if (!n)
		return OK;
	TRY(group_seats(&tx->snap, p->leaves, p->count, &seats, &count));
	for (size_t i = 0; i < n && count; i++) {
		struct group_invite g;
		ms since;
		TRY(group_invite_get(&base, &(struct groupinvite_key){ rows[i].invite }, &g));
		if (groupinvite_seated(&g, seats, count, &since))
			TRY(group_invitee_joined(tx, &(struct groupinvite_who){ p->root, g.id, STR("joined"), since }));
	}
	return OK;
}

/* ---- groups that are no more ---- */

#define GROUPINVITE_GONE_FIELDS(F, S) F(S, ID, group)
RECORD(groupinvite_gone, GROUPINVITE_GONE_FIELDS);

/* Was that one of its groups, and does none of them live? */
static err is_groupless(const struct snap *s, const struct group_invite *g, i64 gone, bool *ret)
{
	bool its = false, lives = false;
	for (str rest = g->groups; rest.n && !lives;) {
		struct group_chat chat;
		i64 id = 0;
		if (!str_i64(str_cut(&rest, ','), &id))
			continue;
		its |= id == gone;
		err e = id == gone ? ERR_NOT_FOUND : group_get(s, id, &chat);
		if (e != OK && e != ERR_NOT_FOUND)
			return e;
		lives = e == OK && chat.dissolved == NIL;
	}
	*ret = its && !lives;
	return OK;
}

/* act: at most GROUPINVITE_OPEN_MAX are open. */
err groupinvite_on_dissolved(struct tx *tx, const struct event *ev)
{
	struct groupinvite_gone gone;
	struct group_invite *open;
	size_t n;
	TRY(event_body(&tx->snap, ev, &groupinvite_gone_record, &gone));
	TRY(group_invite_open(&tx->snap, &(struct none){ 0 }, &open, &n));
	for (size_t i = 0; i < n; i++) {
		struct groupinvite_told body = { open[i].id, open[i].name };
		bool groupless = false;
		if (!open[i].key.n)
			TRY(is_groupless(&tx->snap, &open[i], gone.group, &groupless));
		if (groupless)
			TRY(journal_add(tx, EV_GROUPINVITE_GROUPLESS, 0, tx->snap.now, &groupinvite_told_record, &body, NULL));
	}
	return OK;
}

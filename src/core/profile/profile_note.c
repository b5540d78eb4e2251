/*
 * Notes about a person: written on the root's leaf, read over all her leaves, pinned ones first. The author
 * changes and removes her own; an owner or operator anybody's. The journal hears who wrote, not what.
 */
#include "core/profile/profile_data.h"

#include "base/vec.h"
#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"
#include "core/reach/reach.h"

#include <stdlib.h>

#define NOTE_NEW_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, note, .min = 1, .max = PROFILE_NOTE_MAX) F(S, BOOL, pinned, .opt = true)
RECORD(note_new_in, NOTE_NEW_FIELDS);
#define NOTE_PUT_FIELDS(F, S) F(S, ID, note_id) NOTE_NEW_FIELDS(F, S)
RECORD(note_put_in, NOTE_PUT_FIELDS);
#define NOTE_KEY_FIELDS(F, S) F(S, ID, id) F(S, ID, note_id)
RECORD(note_key_in, NOTE_KEY_FIELDS);
#define NOTE_VIEW_FIELDS(F, S) \
	F(S, ID, id) F(S, MS, at_ms) F(S, STR, by) F(S, STR, note) F(S, BOOL, pinned) F(S, BOOL, mine)
RECORD(note_view, NOTE_VIEW_FIELDS);
#define NOTE_EVENT_FIELDS(F, S) F(S, ID, note) F(S, STR, by)
RECORD(note_event, NOTE_EVENT_FIELDS);

static i64 slot_of(struct cx *cx, i64 customer) { return slot_of_customer(cx->env->store, customer); }

static bool may_change(const struct cx *cx, const struct profile_note *n)
{
	return n->who == cx->viewer.user || cx_may(cx, "customer.merge");
}

static struct note_view view(const struct cx *cx, const struct profile_note *n)
{
	return (struct note_view){ n->id, n->at, n->name, n->note, n->pinned, may_change(cx, n) };
}

static int order(const void *a, const void *b)
{
	const struct note_view *x = a, *y = b;
	if (x->pinned != y->pinned)
		return x->pinned ? -1 : 1;
	return (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

/* All notes over her leaves. */
static err all_notes(struct cx *cx, i64 customer, struct profile_note **ret, size_t *ret_count)
{
	i64 root, leaves[CUSTOMER_LEAVES_MAX];
	size_t n, m;
	VEC(struct profile_note) all = { 0 };
	TRY(customer_visible(&cx->unit, customer, &root));
	TRY(customer_leaves(&cx->unit, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct profile_note *rows;
		TRY(READ_SNAP(&cx->unit, slot_of(cx, leaves[i]), notes_of(snap, &(struct profile_key){ leaves[i] }, &rows, &m)));
		for (size_t j = 0; j < m; j++)
			vec_push(CX_ARENA(cx), &all, rows[j]);
	}
	*ret = all.v;
	*ret_count = all.n;
	return OK;
}

static err h_notes(struct cx *cx)
{
	struct page *page = cx->out;
	struct profile_note *all;
	size_t n;
	TRY(all_notes(cx, ((const struct profile_key *)cx->in)->id, &all, &n));
	struct note_view *rows = ARENA_ARRAY(CX_ARENA(cx), struct note_view, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = view(cx, &all[i]);
	qsort(rows, n, sizeof(*rows), order);
	page->data = (struct list){ rows, n };
	page->total = (i64)n;
	return OK;
}

static err add(struct tx *tx, struct profile_note *n)
{
	struct profile_note *there;
	size_t count;
	TRY(notes_of(&tx->snap, &(struct profile_key){ n->customer }, &there, &count));
	if (count >= PROFILE_NOTES_MAX)
		return tx_fail(tx, ERR_INPUT, T_TOO_BIG, STR("notes"), arena_printf(tx->snap.arena, "%zu", count + 1),
			       STR(FAIL_STR(PROFILE_NOTES_MAX)));
	n->at = tx->snap.now;
	n->id = id_next(store_ids(tx->snap.unit->store), n->at);
	TRY(note_insert(tx, n));
	struct note_event body = { n->id, n->name };
	return journal_add(tx, EV_NOTE_ADDED, n->customer, n->at, &note_event_record, &body, NULL);
}

static err h_add(struct cx *cx)
{
	const struct note_new_in *in = cx->in;
	struct profile_note n = { .who = cx->viewer.user, .name = cx->viewer.name.p ? cx->viewer.name : STR(""), .note = str_trim(in->note),
				  .pinned = in->pinned };
	TRY(customer_visible(&cx->unit, in->id, &n.customer));
	TRY(WRITE_TX(&cx->unit, slot_of(cx, n.customer), add(tx, &n)));
	*(struct note_view *)cx->out = view(cx, &n);
	return OK;
}

/* One the viewer may change. */
static err own_note(struct cx *cx, i64 customer, i64 id, struct profile_note *ret)
{
	struct profile_note *all;
	size_t n;
	TRY(all_notes(cx, customer, &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].id == id) {
			*ret = all[i];
			return may_change(cx, ret) ? OK : cx_fail(cx, ERR_FORBIDDEN, T_NOTE_OWN, STR_NIL, STR_NIL, STR_NIL);
		}
	return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_NOTE_ONE, cx->viewer.lang)));
}

static err audited(struct tx *tx, const struct profile_note *n, const char *what)
{
	return audit_add(tx, what, arena_printf(tx->snap.arena, "customer:%lld", (long long)n->customer), STR(""));
}

static err change(struct tx *tx, const struct profile_note *n)
{
	TRY(note_update(tx, n));
	return audited(tx, n, "note.change");
}

static err drop(struct tx *tx, const struct profile_note *n)
{
	TRY(note_delete(tx, n));
	return audited(tx, n, "note.remove");
}

static err h_put(struct cx *cx)
{
	const struct note_put_in *in = cx->in;
	struct profile_note n;
	TRY(own_note(cx, in->id, in->note_id, &n));
	n.note = str_trim(in->note);
	n.pinned = in->pinned;
	TRY(WRITE_TX(&cx->unit, slot_of(cx, n.customer), change(tx, &n)));
	*(struct note_view *)cx->out = view(cx, &n);
	return OK;
}

static err h_remove(struct cx *cx)
{
	const struct note_key_in *in = cx->in;
	struct profile_note n;
	TRY(own_note(cx, in->id, in->note_id, &n));
	return WRITE_TX(&cx->unit, slot_of(cx, n.customer), drop(tx, &n));
}

/* ---- what may still be sent to her ---- */

#define BUDGET_FIELDS(F, S)                                                        \
	F(S, I64, day_used) F(S, I64, day_max) F(S, I64, week_used) F(S, I64, week_max) \
	F(S, STR, wecom, .doc = "go, or the reason: cap_day, refused, blocked …") F(S, STR, sms) \
	F(S, I64, quota_used, .doc = "of WeCom's mass messages in its period") F(S, I64, quota_max) \
	F(S, MS, opens_ms, .doc = "when marketing may go out next") F(S, MS, last_reached_ms, .opt = true)
RECORD(profile_budget, BUDGET_FIELDS);

static err h_budget(struct cx *cx)
{
	struct profile_budget *out = cx->out;
	enum reach_verdict wecom, sms;
	struct reach_used used;
	i64 root;
	ms close;
	TRY(customer_visible(&cx->unit, ((const struct profile_key *)cx->in)->id, &root));
	TRY(reach_used(&cx->unit, root, cx_now(cx), &used));
	TRY(reach_check(&cx->unit, root, "wecom", cx_now(cx), &wecom));
	TRY(reach_check(&cx->unit, root, "sms", cx_now(cx), &sms));
	const char *by_wecom = reach_reason(wecom), *by_sms = reach_reason(sms);
	*out = (struct profile_budget){
		.day_used = used.day, .day_max = used.day_max, .week_used = used.week, .week_max = used.week_max,
		.wecom = str_c(by_wecom ? by_wecom : "go"), .sms = str_c(by_sms ? by_sms : "go"), .quota_used = used.quota, .quota_max = used.quota_max,
	};
	out->last_reached_ms = used.last;
	return reach_window(&cx->unit, cx_now(cx), &out->opens_ms, &close);
}

#define KEY &profile_key_record
const struct route profile_note_routes[] = {
	{ "GET", "/api/v1/customers/{id}/notes", "customer.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, KEY, &note_view_record, h_notes,
	  "Notes about a customer, pinned ones first." },
	{ "POST", "/api/v1/customers/{id}/notes", "customer.write", ROUTE_SCOPE_CUSTOMERS, ROUTE_CREATED | ROUTE_IDEMPOTENT,
	  &note_new_in_record, &note_view_record, h_add, "Writes a note." },
	{ "PUT", "/api/v1/customers/{id}/notes/{note_id}", "customer.write", ROUTE_SCOPE_CUSTOMERS, 0, &note_put_in_record,
	  &note_view_record, h_put, "Changes or pins a note of one's own." },
	{ "DELETE", "/api/v1/customers/{id}/notes/{note_id}", "customer.write", ROUTE_SCOPE_CUSTOMERS, 0, &note_key_in_record,
	  &none_record, h_remove, "Removes a note of one's own." },
	{ "GET", "/api/v1/customers/{id}/budget", "customer.read", ROUTE_SCOPE_CUSTOMERS, 0, KEY, &profile_budget_record, h_budget,
	  "How often she was reached, and what is left of the touch budget." },
	{ 0 },
};

/*
 * Stored audiences: a name and an expression, kept as canonical text.
 *
 * They are few (AUDIENCE_MAX) and live in the corp's base slot. An expression is checked when it is saved
 * and again whenever it is used, because tags and other audiences may have gone since.
 */
#include "core/audience/audience_watch_data.h"

#include "core/audit/audit.h"
#include "store/journal.h"

static i64 base(const struct unit *u) { return slot_base(u->store, u->corp); }

static err not_found(struct unit *u)
{
	return fail_set(&u->fail, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_AUD_ONE, LANG_ZH)));
}

err audience_get(struct unit *u, i64 id, struct audience *ret)
{
	err e = READ_SNAP(u, base(u), audience_row(snap, &(struct audience_key){ id }, ret));
	return e == ERR_NOT_FOUND ? not_found(u) : e;
}

err audience_all(struct unit *u, struct audience **ret, size_t *ret_count)
{
	return READ_SNAP(u, base(u), audience_list(snap, &(struct none){ 0 }, ret, ret_count));
}

err audience_expr_of(struct unit *u, i64 id, str *ret_name, struct expr **ret)
{
	struct audience row;
	TRY(audience_get(u, id, &row));
	*ret_name = row.name;
	return expr_parse_for(u, row.expr, id, ret);
}

static bool names(const struct expr *e, i64 id)
{
	if (e->op == EXPR_AUDIENCE && e->id == id)
		return true;
	for (size_t i = 0; i < e->n; i++)
		if (names(e->of[i], id))
			return true;
	return false;
}

/* ERR_STATE when another audience leads to this one: it would be broken. */
static err nobody_names(struct unit *u, const struct audience *row)
{
	struct audience *all;
	size_t n;
	TRY(audience_all(u, &all, &n));
	for (size_t i = 0; i < n; i++) {
		struct expr *e;
		if (all[i].id != row->id && expr_parse_for(u, all[i].expr, 0, &e) == OK && names(e, row->id))
			return fail_set(&u->fail, ERR_STATE, T_AUD_NAMED, STR_NIL, row->name, all[i].name);
	}
	return OK;
}

static err told(struct tx *tx, const struct audience *row, bool removed)
{
	struct audience_saved body = { row->id, row->name, row->expr, removed };
	str object = arena_printf(tx->snap.arena, "audience:%lld", (long long)row->id);
	TRY(audit_add(tx, removed ? "audience.remove" : "audience.save", object, row->name));
	return journal_add(tx, EV_AUDIENCE_SAVED, 0, tx->snap.now, &audience_saved_record, &body, NULL);
}

/* seen: the audiences as they were when the expression was checked against them. */
struct saving {
	struct audience *row, *seen;
	size_t seen_count;
	bool fresh, announce, moved, stale;
	i64 version;
};

/* Names and expressions lead to each other: what was checked must still stand. */
static bool as_seen(const struct saving *s, const struct audience *all, size_t n)
{
	if (n != s->seen_count)
		return false;
	for (size_t i = 0; i < n; i++)
		if (all[i].id != s->seen[i].id || all[i].version != s->seen[i].version)
			return false;
	return true;
}

static err row_check(struct tx *tx, const struct saving *s, const struct audience *all, size_t n)
{
	struct audience *row = s->row;
	for (size_t i = 0; i < n; i++) {
		if (all[i].id == row->id && s->version != NIL && s->version != all[i].version)
			return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
		if (all[i].id == row->id)
			row->created = all[i].created, row->version = all[i].version + 1;
		else if (str_eq(all[i].name, row->name))
			return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), row->name, STR_NIL);
	}
	if (s->fresh && n >= AUDIENCE_MAX)
		return tx_fail(tx, ERR_INPUT, T_TOO_BIG, STR("audiences"), STR_NIL, STR(FAIL_STR(AUDIENCE_MAX)));
	return OK;
}

static err save_in(struct tx *tx, struct saving *s)
{
	struct audience *all, *row = s->row;
	struct audience_pulse_n turn;
	size_t n;
	TRY(audience_pulse_move(tx, &(struct none){ 0 }, &turn)); /* one after the other */
	TRY(audience_list(&tx->snap, &(struct none){ 0 }, &all, &n));
	s->stale = !as_seen(s, all, n);
	if (s->stale)
		return OK;
	TRY(row_check(tx, s, all, n));
	TRY(s->fresh ? audience_insert(tx, row) : audience_update(tx, row));
	if (tx_changed(tx) == 0)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_AUD_ONE, LANG_ZH)));
	if (s->moved)
		TRY(audience_watch_edited(tx, row->id, s->announce));
	return told(tx, row, false);
}

#define SAVE_TRIES_MAX 8

static err save_once(struct unit *u, const struct audience_edit *in, bool *ret_stale, struct audience *ret)
{
	struct saving s = { .row = ret, .fresh = in->id == 0, .version = in->version, .announce = in->announce };
	ms now = clock_now(u->clock);
	struct audience before;
	struct expr *e;
	TRY(audience_all(u, &s.seen, &s.seen_count));
	if (u->discreet)
		TRY(expr_parse(u, in->expr, &e)); /* names what the writer may not know: refused */
	TRY(expr_parse_for(u, in->expr, in->id, &e));
	str text = expr_text(u->arena, e), name = str_trim(in->name);
	if (!s.fresh) {
		TRY(audience_get(u, in->id, &before));
		s.moved = !str_eq(before.expr, text);
		if (!str_eq(before.name, name))
			TRY(nobody_names(u, &before));
	}
	*ret = (struct audience){ s.fresh ? id_next(store_ids(u->store), now) : in->id, name, text, now, 1 };
	TRY(record_check(&audience_record, ret, &u->fail));
	TRY(WRITE_TX(u, base(u), save_in(tx, &s)));
	*ret_stale = s.stale;
	return OK;
}

err audience_save_edit(struct unit *u, const struct audience_edit *in, struct audience *ret)
{
	bool stale = true;
	for (int i = 0; stale && i < SAVE_TRIES_MAX; i++)
		TRY(save_once(u, in, &stale, ret));
	return stale ? fail_set(&u->fail, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL) : OK;
}

err audience_save(struct unit *u, i64 id, str name, str text, i64 version, struct audience *ret)
{
	return audience_save_edit(u, &(struct audience_edit){ id, version, name, text, false }, ret);
}

static err remove_in(struct tx *tx, const struct audience *row)
{
	struct audience_watch watch;
	err e = audience_watch_row(&tx->snap, &(struct audience_watch_key){ row->id }, &watch);
	if (e == OK)
		return tx_fail(tx, ERR_STATE, T_AUD_WATCHED, STR_NIL, row->name, STR_NIL);
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(audience_delete(tx, &(struct audience_key){ row->id }));
	if (tx_changed(tx) == 0)
		return OK;
	return told(tx, row, true);
}

err audience_remove(struct unit *u, i64 id)
{
	struct audience row;
	TRY(audience_get(u, id, &row));
	TRY(nobody_names(u, &row));
	return WRITE_TX(u, base(u), remove_in(tx, &row));
}

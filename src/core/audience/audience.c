/*
 * Stored audiences: a name and an expression, kept as canonical text.
 *
 * They are few (AUDIENCE_MAX) and live in the corp's base slot. An expression is checked when it is saved
 * and again whenever it is used, because tags and other audiences may have gone since.
 */
#include "core/audience/audience_data.h"
#include "core/audience/expr_int.h"

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

struct saving { struct audience *row; bool fresh; i64 version; };

static err save_in(struct tx *tx, struct saving *s)
{
	struct audience *all, *row = s->row;
	size_t n;
	TRY(audience_list(&tx->snap, &(struct none){ 0 }, &all, &n));
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
	TRY(s->fresh ? audience_insert(tx, row) : audience_update(tx, row));
	if (tx->changed == 0)
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR_NIL, STR_NIL, str_c(text_raw(T_AUD_ONE, LANG_ZH)));
	return told(tx, row, false);
}

err audience_save(struct unit *u, i64 id, str name, str text, i64 version, struct audience *ret)
{
	struct expr *e;
	struct audience before;
	ms now = clock_now(u->clock);
	bool fresh = id == 0;
	TRY(expr_parse_for(u, text, id, &e));
	if (!fresh) {
		TRY(audience_get(u, id, &before));
		if (!str_eq(before.name, name))
			TRY(nobody_names(u, &before));
	}
	*ret = (struct audience){ fresh ? id_next(store_ids(u->store), now) : id, str_trim(name), expr_text(u->arena, e), now, 1 };
	TRY(record_check(&audience_record, ret, &u->fail));
	struct saving s = { ret, fresh, version };
	return WRITE_TX(u, base(u), save_in(tx, &s));
}

static err remove_in(struct tx *tx, const struct audience *row)
{
	TRY(audience_delete(tx, &(struct audience_key){ row->id }));
	if (tx->changed == 0)
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

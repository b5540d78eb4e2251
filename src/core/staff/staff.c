/*
 * staff: reading and changing the mirror of WeCom's directory.
 *
 * What makes a store is decided in one place (department_is_store): what a person said, else a
 * department without others below it whose name ends in 店. Where staff belong follows from it, and so do
 * the data scopes of users that speak of departments or stores: staff_arrange works out all of it anew,
 * because the directory is small and changes seldom.
 */
#include "core/staff/staff_data.h"

#include "base/map.h"
#include "core/perm/perm.h"
#include "core/staff/staff_sync.h"
#include "store/journal.h"

#define DEPARTMENT_DEPTH_MAX 32

str staff_low(struct arena *a, str userid)
{
	char *low = arena_cstr(a, userid);
	for (size_t i = 0; i < userid.n; i++) {
		if (low[i] >= 'A' && low[i] <= 'Z')
			low[i] = (char)(low[i] + ('a' - 'A'));
	}
	return str_of(low, userid.n);
}

static struct staff of_row(const struct staff_row *r)
{
	return (struct staff){ r->id, r->userid, r->name, r->alias, r->department, r->store, r->state, r->in_scope,
			       r->customers };
}

static err unknown(const struct snap *s, err e)
{
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_STAFF_UNKNOWN, STR_NIL, STR_NIL, STR_NIL) : e;
}

err staff_by_userid(const struct snap *s, str userid, struct staff *ret)
{
	struct staff_named key = { staff_low(s->arena, userid) };
	struct staff_row row;
	TRY(unknown(s, staff_row_named(s, &key, &row)));
	*ret = of_row(&row);
	return OK;
}

err staff_get(const struct snap *s, i64 id, struct staff *ret)
{
	struct staff_key key = { id };
	struct staff_row row;
	TRY(unknown(s, staff_row_get(s, &key, &row)));
	*ret = of_row(&row);
	return OK;
}

err staff_all(const struct snap *s, struct staff **ret, size_t *ret_count)
{
	struct none none = { 0 };
	struct staff_row *rows;
	size_t n;
	TRY(staff_rows(s, &none, &rows, &n));
	*ret = ARENA_ARRAY(s->arena, struct staff, n);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = of_row(&rows[i]);
	*ret_count = n;
	return OK;
}

err staff_customers(struct tx *tx, i64 staff, i64 delta)
{
	struct staff_delta in = { staff, delta };
	return delta ? staff_customers_add(tx, &in) : OK;
}

/* ---- changing ---- */

err staff_tell(struct tx *tx, const struct staff_row *row, bool added)
{
	struct staff_changed body = { row->id, row->userid, row->state, added, row->store };
	return journal_add(tx, EV_STAFF_CHANGED, 0, tx->snap.now, &staff_changed_record, &body, NULL);
}

err staff_was(const struct snap *s, i64 staff, i64 id, struct staff_was ret[2], size_t *ret_n)
{
	struct staff_was *rows;
	TRY(staff_was_of(s, &(struct staff_then){ staff, id, 2 }, &rows, ret_n));
	for (size_t i = 0; i < *ret_n; i++)
		ret[i] = rows[i];
	return OK;
}

/* The row of a userid, made when there is none. */
err staff_row_of(struct tx *tx, str userid, struct staff_row *ret, bool *ret_added)
{
	struct staff_named key = { staff_low(tx->snap.arena, userid) };
	err e = staff_row_named(&tx->snap, &key, ret);
	*ret_added = e == ERR_NOT_FOUND;
	if (!*ret_added)
		return e;
	record_init(&staff_row_record, ret);
	ret->id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
	ret->userid = userid;
	ret->userid_low = key.userid_low;
	ret->name = STR("");
	ret->state = STR("active");
	ret->in_scope = true;
	TRY(staff_add(tx, ret));
	return staff_row_named(&tx->snap, &key, ret);
}

static err ensure(struct tx *tx, str userid, i64 *ret_id)
{
	struct staff_row row;
	bool added;
	TRY(staff_row_of(tx, userid, &row, &added));
	*ret_id = row.id;
	return added ? staff_tell(tx, &row, true) : OK;
}

err staff_ensure(struct unit *u, str userid, i64 *ret_id)
{
	struct staff_named key = { staff_low(u->arena, userid) };
	struct staff_row row;
	i64 slot = slot_base(u->store, u->corp);
	err e = READ_SNAP(u, slot, staff_row_named(snap, &key, &row));
	if (e == ERR_NOT_FOUND)
		return WRITE_TX(u, slot, ensure(tx, userid, ret_id));
	TRY(e);
	*ret_id = row.id;
	return OK;
}

err staff_place(struct tx *tx, i64 staff, struct ids departments)
{
	TRY(staff_places_clear(tx, &(struct staff_key){ staff }));
	for (size_t i = 0; i < departments.n; i++) {
		struct department_row d;
		err e = department_get(&tx->snap, &(struct department_key){ departments.v[i] }, &d);
		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		TRY(staff_place_put(tx, &(struct staff_place){ staff, d.id }));
	}
	return OK;
}

static err main_department(struct tx *tx, i64 wecom_id, i64 *ret)
{
	struct department_row d;
	err e = department_get(&tx->snap, &(struct department_key){ wecom_id }, &d);
	if (e == OK)
		*ret = d.id;
	return e == ERR_NOT_FOUND ? OK : e;
}

err staff_change(struct tx *tx, const struct staff_change *in)
{
	struct staff_row row;
	bool added;
	TRY(staff_row_of(tx, in->userid, &row, &added));
	if (in->new_userid.n) {
		row.userid = in->new_userid;
		row.userid_low = staff_low(tx->snap.arena, in->new_userid);
	}
	if (in->name.n)
		row.name = in->name;
	if (in->alias.p)
		row.alias = in->alias;
	if (in->state.p)
		row.state = in->state;
	if (in->department != NIL)
		TRY(main_department(tx, in->department, &row.department));
	if (str_eq(row.state, STR("left")))
		row.in_scope = false;
	TRY(staff_update(tx, &row));
	if (in->departments.n)
		TRY(staff_place(tx, row.id, in->departments));
	TRY(staff_tell(tx, &row, added));
	return staff_arrange(tx);
}

/* ---- departments and stores ---- */

err department_put(struct tx *tx, const struct department_change *in, i64 seen)
{
	struct department_row row;
	err e = department_get(&tx->snap, &(struct department_key){ in->wecom_id }, &row);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND) {
		record_init(&department_row_record, &row);
		row.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now);
		row.wecom_id = in->wecom_id;
		row.name = STR("");
	}
	if (in->name.n)
		row.name = in->name;
	if (in->parent != NIL)
		row.parent_wecom_id = in->parent;
	if (seen)
		row.seen = seen;
	return e == OK ? department_update(tx, &row) : department_add(tx, &row);
}

err department_change(struct tx *tx, const struct department_change *in)
{
	if (in->removed)
		TRY(department_drop(tx, &(struct department_key){ in->wecom_id }));
	else
		TRY(department_put(tx, in, 0));
	return staff_arrange(tx);
}

struct tree {
	struct department_row *rows;
	size_t n;
	struct imap at;      /* WeCom's id -> index */
	struct imap of_id;   /* our id -> index */
	struct imap parents; /* WeCom's id of those with others below */
};

static err tree_read(const struct snap *s, struct tree *t)
{
	struct none none = { 0 };
	TRY(department_rows(s, &none, &t->rows, &t->n));
	t->at = imap_new(s->arena);
	t->of_id = imap_new(s->arena);
	t->parents = imap_new(s->arena);
	for (size_t i = 0; i < t->n; i++) {
		imap_put(&t->at, t->rows[i].wecom_id, (i64)i);
		imap_put(&t->of_id, t->rows[i].id, (i64)i);
		if (t->rows[i].parent_wecom_id != NIL)
			imap_put(&t->parents, t->rows[i].parent_wecom_id, 1);
	}
	return OK;
}

static bool department_is_store(const struct tree *t, const struct department_row *d)
{
	i64 below;
	if (d->store_set != NIL)
		return d->store_set != 0;
	return !imap_get(&t->parents, d->wecom_id, &below) && str_ends(str_trim(d->name), STR("店"));
}

static const struct department_row *parent_of(const struct tree *t, const struct department_row *d)
{
	i64 i;
	return d->parent_wecom_id != NIL && imap_get(&t->at, d->parent_wecom_id, &i) ? &t->rows[i] : NULL;
}

/* The nearest one above (or itself) that is a store; NIL: none. */
static i64 store_above(const struct tree *t, i64 department)
{
	i64 i;
	if (department == NIL || !imap_get(&t->of_id, department, &i))
		return NIL;
	const struct department_row *d = &t->rows[i];
	for (int depth = 0; d && depth < DEPARTMENT_DEPTH_MAX; depth++, d = parent_of(t, d)) {
		if (d->is_store)
			return d->id;
	}
	return NIL;
}

static bool stands_below(const struct tree *t, i64 department, struct ids refs)
{
	i64 i;
	if (!imap_get(&t->of_id, department, &i))
		return false;
	const struct department_row *d = &t->rows[i];
	for (int depth = 0; d && depth < DEPARTMENT_DEPTH_MAX; depth++, d = parent_of(t, d)) {
		for (size_t k = 0; k < refs.n; k++) {
			if (refs.v[k] == d->id)
				return true;
		}
	}
	return false;
}

static err arrange_stores(struct tx *tx, struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct department_row *d = &t->rows[i];
		bool store = department_is_store(t, d);
		if (store == d->is_store)
			continue;
		d->is_store = store;
		TRY(department_store_put(tx, &(struct department_store){ d->id, store, d->store_set }));
	}
	return OK;
}

static err arrange_staff(struct tx *tx, const struct tree *t, struct staff_row *staff, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		i64 store = store_above(t, staff[i].department);
		if (store == staff[i].store)
			continue;
		staff[i].store = store;
		TRY(staff_store_set(tx, &(struct staff_store){ staff[i].id, store }));
		TRY(staff_tell(tx, &staff[i], false));
	}
	return OK;
}

/* Users who see departments or stores: whose customers these are. */
static err arrange_scopes(struct tx *tx, const struct tree *t, const struct staff_row *staff, size_t n)
{
	struct none none = { 0 };
	struct user_scope *scopes;
	struct staff_place *places;
	size_t scope_count, place_count;
	TRY(user_scopes(&tx->snap, &scopes, &scope_count));
	TRY(staff_places(&tx->snap, &none, &places, &place_count));
	for (size_t i = 0; i < scope_count; i++) {
		struct ids refs;
		size_t found = 0;
		bool stores = str_eq(scopes[i].scope, STR("stores"));
		if (!stores && !str_eq(scopes[i].scope, STR("department")))
			continue;
		TRY(user_scope_refs(&tx->snap, scopes[i].id, &refs));
		i64 *seen = ARENA_ARRAY(tx->snap.arena, i64, n + place_count);
		for (size_t k = 0; stores && k < n; k++) {
			for (size_t r = 0; staff[k].store != NIL && r < refs.n; r++) {
				if (refs.v[r] == staff[k].store)
					seen[found++] = staff[k].id;
			}
		}
		for (size_t k = 0; !stores && k < place_count; k++) {
			if (stands_below(t, places[k].department, refs) && (!found || seen[found - 1] != places[k].staff))
				seen[found++] = places[k].staff;
		}
		TRY(scope_set(tx, scopes[i].id, seen, found));
	}
	return OK;
}

err staff_arrange(struct tx *tx)
{
	struct tree t;
	struct none none = { 0 };
	struct staff_row *staff;
	size_t n;
	TRY(tree_read(&tx->snap, &t));
	TRY(staff_rows(&tx->snap, &none, &staff, &n));
	TRY(arrange_stores(tx, &t));
	TRY(arrange_staff(tx, &t, staff, n));
	return arrange_scopes(tx, &t, staff, n);
}

err department_all(const struct snap *s, struct department **ret, size_t *ret_count)
{
	struct tree t;
	TRY(tree_read(s, &t));
	*ret = ARENA_ARRAY(s->arena, struct department, t.n);
	for (size_t i = 0; i < t.n; i++) {
		const struct department_row *d = &t.rows[i], *up = parent_of(&t, d);
		(*ret)[i] = (struct department){ d->id, d->wecom_id, d->name, up ? up->id : NIL, d->is_store };
	}
	*ret_count = t.n;
	return OK;
}

static err store_set(struct tx *tx, i64 department, bool is_store)
{
	TRY(department_store_put(tx, &(struct department_store){ department, is_store, is_store }));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_NOT_FOUND, T_DEPARTMENT_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
	return staff_arrange(tx);
}

err department_store(struct cx *cx, i64 department, bool is_store)
{
	return WRITE_TX(&cx->unit, slot_base(cx->unit.store, cx->unit.corp), store_set(tx, department, is_store));
}

/*
 * customer: making, reading and editing persons, and finding who belongs to whom.
 *
 * Reads follow root pointers: each points to an older person, so the walk ends; while the second half of
 * a merge is still on its way to another slot it takes more than one step. Merging and splitting are in
 * customer_merge.c.
 */
#include "core/customer/customer_data.h"

/* A chain grows only while merges are under way; ROOT_STEPS_MAX of them at once is a broken store. */
#define ROOT_STEPS_MAX 64

static err unknown(struct fail *f)
{
	return fail_set(f, ERR_NOT_FOUND, T_CUSTOMER_UNKNOWN, STR_NIL, STR_NIL, STR_NIL);
}

static struct customer_changed changed_nothing(void)
{
	struct customer_changed c;
	record_init(&customer_changed_record, &c);
	return c;
}

err customer_add(struct tx *tx, i64 customer, str origin, ms created, const struct customer_profile *p)
{
	struct customer row;
	record_init(&customer_record, &row);
	row.id = row.root = customer;
	row.origin = origin;
	row.created = created;
	row.version = 1;
	if (p) {
		row.name = p->name;
		row.avatar = p->avatar;
		row.gender = p->gender;
		row.city = p->city;
		row.birthday = p->birthday;
	}
	TRY(customer_insert(tx, &row));
	if (!tx_changed(tx))
		return OK;
	struct customer_created body = { .origin = origin, .name = row.name };
	return journal_add(tx, EV_CUSTOMER_CREATED, customer, created, &customer_created_record, &body, NULL);
}

err customer_add_many(struct tx *tx, const struct customer_new *v, size_t count)
{
	struct customer *rows = ARENA_ARRAY(tx->snap.arena, struct customer, count);
	for (size_t i = 0; i < count; i++) {
		record_init(&customer_record, &rows[i]);
		rows[i].id = rows[i].root = v[i].id;
		rows[i].origin = v[i].origin;
		rows[i].name = v[i].name;
		rows[i].created = v[i].created;
		rows[i].version = 1;
	}
	TRY(query_write_many(tx, &customer_insert_query, rows, count));
	for (size_t i = 0; i < count; i++) {
		struct customer_created body = { .origin = v[i].origin, .name = v[i].name };
		TRY(journal_add(tx, EV_CUSTOMER_CREATED, v[i].id, v[i].created, &customer_created_record, &body, NULL));
	}
	return OK;
}

static bool told_new(str told, str known)
{
	return told.p && !(known.p ? str_eq(told, known) : told.n == 0);
}

err customer_profile_put(struct tx *tx, i64 customer, const struct customer_profile *p)
{
	struct customer row;
	TRY(customer_get(&tx->snap, customer, &row));
	struct customer_changed c = changed_nothing();
	bool any = false;
	if (row.erased)
		return OK;
	if (told_new(p->name, row.name))
		any = true, c.name = row.name = p->name;
	if (told_new(p->gender, row.gender))
		any = true, c.gender = row.gender = p->gender;
	if (told_new(p->city, row.city))
		any = true, c.city = row.city = p->city;
	if (told_new(p->avatar, row.avatar))
		any = c.avatar = true, row.avatar = p->avatar;
	if (p->birthday != NIL && p->birthday != row.birthday)
		any = true, c.birthday = row.birthday = p->birthday;
	if (!any)
		return OK;
	TRY(customer_update(tx, &row));
	return journal_add(tx, EV_CUSTOMER_CHANGED, customer, tx->snap.now, &customer_changed_record, &c, NULL);
}

err customer_edit(struct tx *tx, i64 customer, const struct customer_edit *in)
{
	struct customer row;
	TRY(customer_get(&tx->snap, customer, &row));
	if (in->version != NIL && in->version != row.version)
		return tx_fail(tx, ERR_CONFLICT, T_OK, STR_NIL, STR_NIL, STR_NIL);
	struct customer_changed c = changed_nothing();
	bool any = false;
	if (told_new(in->remark, row.remark))
		any = c.remark = true, row.remark = in->remark;
	if (told_new(in->city, row.city))
		any = true, c.city = row.city = in->city;
	if (told_new(in->followup, row.followup))
		any = true, c.followup = in->followup, row.followup = in->followup.n ? in->followup : STR_NIL;
	if (in->birthday != NIL && in->birthday != row.birthday)
		any = true, c.birthday = row.birthday = in->birthday;
	if (!any)
		return OK;
	TRY(customer_update(tx, &row));
	return journal_add(tx, EV_CUSTOMER_CHANGED, customer, tx->snap.now, &customer_changed_record, &c, NULL);
}

err customer_get(const struct snap *s, i64 customer, struct customer *ret)
{
	err e = id_corp_of(customer) == s->corp ? customer_row(s, &(struct customer_key){ customer }, ret) : ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? unknown(s->fail) : e;
}

static err root_walk(struct snap *s, i64 customer, i64 *ret_root)
{
	for (int step = 0; step < ROOT_STEPS_MAX; step++) {
		struct customer_root_row row;
		snap_slot(s, slot_of_customer(s->unit->store, customer));
		err e = customer_root_of(s, &(struct customer_key){ customer }, &row);
		if (e == ERR_NOT_FOUND)
			return unknown(s->fail);
		TRY(e);
		if (row.root == customer) {
			*ret_root = customer;
			return OK;
		}
		customer = row.root;
	}
	return snap_fail(s, ERR_INTERNAL, T_OK, STR("root"), STR_NIL, STR_NIL);
}

err customer_root(struct unit *u, i64 customer, i64 *ret_root)
{
	if (id_corp_of(customer) != u->corp)
		return unknown(&u->fail);
	struct snap s;
	TRY(snap_begin(u, slot_of_customer(u->store, customer), &s));
	err e = root_walk(&s, customer, ret_root);
	snap_end(&s);
	return e;
}

err customer_roots(struct unit *u, const i64 *customers, size_t count, i64 *ret_roots)
{
	struct snap s;
	err e = OK;
	TRY(snap_begin(u, slot_base(u->store, u->corp), &s));
	for (size_t i = 0; i < count && e == OK; i++) {
		ret_roots[i] = 0;
		e = id_corp_of(customers[i]) == u->corp ? root_walk(&s, customers[i], &ret_roots[i]) : ERR_NOT_FOUND;
		e = e == ERR_NOT_FOUND ? OK : e;
	}
	snap_end(&s);
	return e;
}

err customer_leaves_in(const struct snap *s, i64 root, i64 ret[CUSTOMER_LEAVES_MAX], size_t *ret_count)
{
	struct customer_leaf *rows;
	size_t n, count = 0;
	TRY(customer_leaf_list(s, &(struct customer_key){ root }, &rows, &n));
	ret[count++] = root;
	for (size_t i = 0; i < n && count < CUSTOMER_LEAVES_MAX; i++)
		ret[count++] = rows[i].leaf;
	*ret_count = count;
	return OK;
}

err customer_leaves(struct unit *u, i64 root, i64 ret[CUSTOMER_LEAVES_MAX], size_t *ret_count)
{
	return READ_SNAP(u, slot_of_customer(u->store, root), customer_leaves_in(snap, root, ret, ret_count));
}

static err any_in_scope(struct snap *s, i64 root, bool *ret)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	snap_slot(s, slot_of_customer(s->unit->store, root));
	TRY(customer_leaves_in(s, root, leaves, &n));
	*ret = false;
	for (size_t i = 0; i < n && !*ret; i++) {
		struct customer_count count;
		snap_slot(s, slot_of_customer(s->unit->store, leaves[i]));
		TRY(customer_in_scope(s, &(struct customer_key){ leaves[i] }, &count));
		*ret = count.n > 0;
	}
	return OK;
}

static err visible(struct snap *s, i64 customer, i64 *ret_root)
{
	i64 root;
	bool seen = true;
	TRY(root_walk(s, customer, &root));
	if (s->scope)
		TRY(any_in_scope(s, root, &seen));
	if (!seen)
		return unknown(s->fail);
	*ret_root = root;
	return OK;
}

err customer_visible(struct unit *u, i64 customer, i64 *ret_root)
{
	if (id_corp_of(customer) != u->corp)
		return unknown(&u->fail);
	struct snap s;
	TRY(snap_begin(u, slot_of_customer(u->store, customer), &s));
	err e = visible(&s, customer, ret_root);
	snap_end(&s);
	return e;
}

err customer_shown(struct unit *u, i64 customer, struct customer *ret)
{
	struct fail before = u->fail;
	i64 root;
	err e = customer ? customer_visible(u, customer, &root) : ERR_NOT_FOUND;
	if (e == OK)
		return READ_SNAP(u, slot_of_customer(u->store, root), customer_get(snap, root, ret));
	if (e != ERR_NOT_FOUND)
		return e;
	u->fail = before;
	*ret = (struct customer){ .id = 0, .name = STR_NIL };
	return OK;
}

/*
 * profile: rows of people, and the search by name or phone.
 */
#include "core/profile/profile_data.h"

#include "core/attr/attr.h"
#include "core/corp/corp.h"
#include "core/customer/customer.h"
#include "core/identity/identity.h"
#include "core/staff/staff.h"
#include "core/tag/tag_http.h"

#include "base/map.h"

#define TOKEN_CHARS 2 /* and every character alone: a family name is one */
#define TOKEN_ROWS_MAX 2000 /* people of one token looked at by a search */

static err named_tags(const struct cx *cx, const struct snap *base, const struct imap *ids, struct list *ret)
{
	struct tag *all;
	size_t n, kept = 0;
	TRY(tag_all(base, &all, &n));
	struct profile_named *out = ARENA_ARRAY(base->arena, struct profile_named, n);
	for (size_t i = 0; i < n; i++) {
		i64 has;
		if (imap_get(ids, all[i].id, &has))
			out[kept++] = (struct profile_named){ all[i].id, tag_name_for(cx, &all[i]) };
	}
	*ret = (struct list){ out, kept };
	return OK;
}

static err add_tags(const struct snap *s, i64 leaf, struct imap *ids)
{
	i64 *tags;
	size_t n;
	TRY(tag_of(s, leaf, &tags, &n));
	for (size_t i = 0; i < n; i++)
		imap_put(ids, tags[i], 1);
	return OK;
}

/* Tags of all her leaves; the avatar of the first leaf that has one. */
static err of_leaves(struct cx *cx, i64 root, struct imap *tags, str *avatar)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves(&cx->unit, root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct customer c;
		i64 slot = slot_of_customer(cx->env->store, leaves[i]);
		TRY(READ_SNAP(&cx->unit, slot, add_tags(snap, leaves[i], tags)));
		TRY(READ_SNAP(&cx->unit, slot, customer_get(snap, leaves[i], &c)));
		if (avatar->n == 0)
			*avatar = c.avatar;
	}
	return OK;
}

static err read_small(const struct cx *cx, const struct snap *s, i64 staff, const struct imap *tags, struct profile_row *row)
{
	TRY(named_tags(cx, s, tags, &row->tags));
	if (staff == NIL)
		return OK;
	struct staff member;
	err e = staff_get(s, staff, &member);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	struct profile_named *named = ARENA_NEW(s->arena, struct profile_named);
	*named = (struct profile_named){ member.id, member.name };
	row->staff = named;
	return OK;
}

static err one_row(struct cx *cx, i64 root, str currency, struct profile_row *ret)
{
	struct customer_fact f;
	struct imap tags = imap_new(CX_ARENA(cx));
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->env->store, root), attr_fact_get(snap, root, &f)));
	*ret = (struct profile_row){
		.id = root, .name = f.name, .gender = f.gender, .city = f.city, .channel = f.channel, .added_ms = f.added,
		.orders = f.orders, .spent = f.spent, .currency = currency, .last_order_ms = f.last_order,
		.last_reached_ms = f.last_reached, .friend = f.friend, .lost_ms = f.friend ? NIL : f.lost_at, .stage = f.stage,
	};
	TRY(of_leaves(cx, root, &tags, &ret->avatar));
	i64 base = slot_base(cx->env->store, cx->unit.corp);
	return READ_SNAP(&cx->unit, base, read_small(cx, snap, f.staff, &tags, ret));
}

err profile_rows(struct cx *cx, const i64 *roots, size_t count, struct list *ret)
{
	struct corp corp;
	struct profile_row *rows = ARENA_ARRAY(CX_ARENA(cx), struct profile_row, count);
	size_t n = 0;
	TRY(corp_get(&cx->unit, cx->unit.corp, &corp));
	for (size_t i = 0; i < count; i++) {
		err e = one_row(cx, roots[i], corp.currency, &rows[n]);
		if (e == OK)
			n++;
		else if (e != ERR_NOT_FOUND)
			return e;
	}
	*ret = (struct list){ rows, n };
	return OK;
}

/* ---- search ---- */

static str token_at(str name, size_t byte, size_t chars)
{
	return str_utf8_head(str_sub(name, byte, name.n), chars);
}

static size_t char_bytes(str s, size_t at)
{
	size_t n = 1;
	while (at + n < s.n && ((u8)s.p[at + n] & 0xc0) == 0x80)
		n++;
	return n;
}

err profile_on_name(struct tx *tx, const struct event *ev)
{
	struct customer c;
	err e = customer_get(&tx->snap, ev->customer, &c);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(name_token_clear(tx, &(struct profile_key){ ev->customer }));
	if (c.erased)
		return OK;
	for (size_t at = 0; at < c.name.n; at += char_bytes(c.name, at))
		for (size_t chars = 1; chars <= TOKEN_CHARS; chars++)
			TRY(name_token_put(tx, &(struct name_token){ token_at(c.name, at, chars), ev->customer }));
	return OK;
}

static err add_visible(struct cx *cx, i64 customer, struct imap *seen, i64 *ids, size_t *n)
{
	i64 root;
	if (*n == PROFILE_SEARCH_MAX)
		return OK;
	err e = customer_visible(&cx->unit, customer, &root);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	if (imap_put(seen, root, 1))
		ids[(*n)++] = root;
	return OK;
}

static err search_slot(struct cx *cx, i64 slot, str q, struct imap *seen, i64 *ids, size_t *n)
{
	struct name_token *rows;
	size_t count;
	struct name_find find = { token_at(q, 0, TOKEN_CHARS), TOKEN_ROWS_MAX };
	TRY(READ_SNAP(&cx->unit, slot, name_token_find(snap, &find, &rows, &count)));
	for (size_t i = 0; i < count && *n < PROFILE_SEARCH_MAX; i++) {
		struct customer c;
		TRY(READ_SNAP(&cx->unit, slot, customer_get(snap, rows[i].customer, &c)));
		if (str_has(c.name, q))
			TRY(add_visible(cx, rows[i].customer, seen, ids, n));
	}
	return OK;
}

err profile_search(struct cx *cx, str q, i64 **ret, size_t *ret_count)
{
	i64 slots[SLOT_COUNT], customer;
	i64 *ids = ARENA_ARRAY(CX_ARENA(cx), i64, PROFILE_SEARCH_MAX);
	struct imap seen = imap_new(CX_ARENA(cx));
	struct fail ignored = { 0 };
	str phone;
	size_t n = 0, slot_n;
	q = str_trim(q);
	*ret = ids;
	if (identity_normal(CX_ARENA(cx), STR("phone"), q, &phone, &ignored) == OK) {
		err e = identity_find(&cx->unit, STR("phone"), phone, &customer);
		if (e == OK)
			e = add_visible(cx, customer, &seen, ids, &n);
		*ret_count = n;
		return e == ERR_NOT_FOUND ? OK : e;
	}
	slot_n = slots_of_corp(cx->env->store, cx->unit.corp, slots, SLOT_COUNT);
	for (size_t i = 0; q.n && i < slot_n; i++)
		TRY(search_slot(cx, slots[i], q, &seen, ids, &n));
	*ret_count = n;
	return OK;
}

/*
 * Merging and splitting: moving root pointers, over slots, exactly undoable.
 *
 * A merge is decided in one transaction in the loser's slot: her root pointer is compared and set, and
 * everything that must follow elsewhere (the winner's list of leaves, the pointers of the leaves she
 * brings along) leaves as relayed events of the same transaction; what lies in the same slot is done at
 * once. Pointers always go to the older person, a total order, so merges running against each other end
 * in one tree: an event that reaches a person who has herself been taken in goes on to her root.
 */
#include "core/customer/customer_data.h"
#include "core/customer/customer_merge.h"

#define MERGE_TRIES_MAX 8 /* somebody else merged the same persons in between: look again */

static err apply(struct tx *tx, enum event_kind kind, const struct customer_merged *b);

/* Whose event it is: she stands in the slot where it has its effect. */
static i64 event_customer(enum event_kind kind, const struct customer_merged *b)
{
	if (kind == EV_CUSTOMER_ABSORBED)
		return b->root;
	return kind == EV_CUSTOMER_RELEASED ? b->was_root : b->leaf;
}

/* Here and now when it belongs to this slot, else by relay. */
static err tell(struct tx *tx, enum event_kind kind, struct customer_merged b)
{
	i64 whose = event_customer(kind, &b);
	i64 slot = slot_of_customer(tx->snap.unit->store, whose);
	b.applied = slot == tx->snap.slot;
	if (!b.applied)
		return journal_relay(tx, slot, kind, whose, tx->snap.now, &customer_merged_record, &b);
	TRY(apply(tx, kind, &b));
	return journal_add(tx, kind, whose, tx->snap.now, &customer_merged_record, &b, NULL);
}

/* The root took in a leaf; when she has been taken in herself, her root did. */
static err apply_absorbed(struct tx *tx, const struct customer_merged *b)
{
	struct customer row;
	TRY(customer_get(&tx->snap, b->root, &row));
	if (row.root == b->root)
		return customer_leaf_put(tx, &(struct customer_leaf){ .root = b->root, .leaf = b->leaf });
	struct customer_merged on = { .leaf = b->leaf, .root = row.root, .was_root = b->root, .reason = b->reason };
	TRY(tell(tx, EV_CUSTOMER_MERGED, on));
	return tell(tx, EV_CUSTOMER_ABSORBED, on);
}

static err apply_released(struct tx *tx, const struct customer_merged *b)
{
	struct customer row;
	TRY(customer_leaf_drop(tx, &(struct customer_leaf){ .root = b->was_root, .leaf = b->leaf }));
	TRY(customer_get(&tx->snap, b->was_root, &row));
	if (row.root == b->was_root)
		return OK;
	struct customer_merged on = *b;
	on.was_root = row.root;
	return tell(tx, EV_CUSTOMER_RELEASED, on);
}

static err apply(struct tx *tx, enum event_kind kind, const struct customer_merged *b)
{
	if (kind == EV_CUSTOMER_ABSORBED)
		return apply_absorbed(tx, b);
	if (kind == EV_CUSTOMER_RELEASED)
		return apply_released(tx, b);
	return customer_root_set(tx, &(struct customer_root_set_in){ b->leaf, b->root, b->was_root });
}

err customer_on_merged(struct tx *tx, const struct event *ev)
{
	struct customer_merged b;
	TRY(event_body(&tx->snap, ev, &customer_merged_record, &b));
	if (b.applied)
		return OK;
	TRY(apply(tx, (enum event_kind)ev->kind, &b));
	struct customer_settled done = { .leaf = b.leaf, .root = b.root };
	return journal_add(tx, EV_CUSTOMER_SETTLED, ev->customer, tx->snap.now, &customer_settled_record, &done, NULL);
}

/* ---- merge ---- */

struct side {
	i64 root;
	ms created;
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
};

static err side_read(struct unit *u, i64 customer, struct side *ret)
{
	struct customer row;
	TRY(customer_root(u, customer, &ret->root));
	TRY(READ_SNAP(u, slot_of_customer(u->store, ret->root), customer_get(snap, ret->root, &row)));
	ret->created = row.created;
	return customer_leaves(u, ret->root, ret->leaves, &ret->n);
}

static bool is_visitor(i64 customer)
{
	return id_number_of(customer) >= ID_VISITOR_FROM;
}

static bool older(const struct side *a, const struct side *b)
{
	if (is_visitor(a->root) != is_visitor(b->root))
		return is_visitor(b->root);
	return a->created != b->created ? a->created < b->created : a->root < b->root;
}

static bool side_has(const struct side *s, i64 customer)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->leaves[i] == customer)
			return true;
	}
	return false;
}

/* Has somebody taken one of a's leaves apart from one of b's? */
static err kept_apart(struct unit *u, const struct side *a, const struct side *b, bool *ret)
{
	*ret = false;
	for (size_t i = 0; i < a->n && !*ret; i++) {
		struct customer_apart *rows;
		size_t n;
		TRY(READ_SNAP(u, slot_of_customer(u->store, a->leaves[i]),
			      customer_apart_list(snap, &(struct customer_key){ a->leaves[i] }, &rows, &n)));
		for (size_t k = 0; k < n; k++)
			*ret |= side_has(b, rows[k].other);
	}
	return OK;
}

static err apart_set(struct unit *u, i64 a, i64 b, bool apart)
{
	struct customer_apart row = { .customer = a, .other = b };
	return WRITE_TX(u, slot_of_customer(u->store, a),
			apart ? customer_apart_put(tx, &row) : customer_apart_drop(tx, &row));
}

/* A merge by hand says that what was taken apart by hand belongs together after all. */
static err apart_forget(struct unit *u, const struct side *a, const struct side *b)
{
	bool apart;
	TRY(kept_apart(u, a, b, &apart));
	for (size_t i = 0; apart && i < a->n; i++) {
		for (size_t k = 0; k < b->n; k++)
			TRY(apart_set(u, a->leaves[i], b->leaves[k], false));
	}
	return OK;
}

static err may_merge(struct unit *u, const struct side *a, const struct side *b, const char *reason)
{
	if (a->n + b->n > CUSTOMER_LEAVES_MAX)
		return fail_set(&u->fail, ERR_STATE, T_CUSTOMER_LEAVES, STR("leaves"),
				arena_printf(u->arena, "%zu", a->n + b->n),
				arena_printf(u->arena, "%d", CUSTOMER_LEAVES_MAX));
	if (strcmp(reason, "manual") == 0) {
		TRY(apart_forget(u, a, b));
		return apart_forget(u, b, a);
	}
	bool apart, other;
	TRY(kept_apart(u, a, b, &apart));
	TRY(kept_apart(u, b, a, &other));
	if (apart || other)
		return fail_set(&u->fail, ERR_STATE, T_CUSTOMER_APART, STR_NIL, STR_NIL, STR_NIL);
	return OK;
}

/* In the loser's slot. *ret_moved false: she is no root any more. */
static err move_root(struct tx *tx, i64 loser, i64 winner, const char *reason, bool *ret_moved, i64 *ret_event)
{
	struct customer_merged b = { .leaf = loser, .root = winner, .was_root = loser, .reason = str_c(reason) };
	struct customer_leaf *rows;
	size_t n;
	TRY(customer_root_set(tx, &(struct customer_root_set_in){ loser, winner, loser }));
	*ret_moved = tx_changed(tx) > 0;
	if (!*ret_moved)
		return OK;
	TRY(customer_leaf_list(&tx->snap, &(struct customer_key){ loser }, &rows, &n));
	TRY(customer_leaf_clear(tx, &(struct customer_key){ loser }));
	b.applied = true;
	TRY(journal_add(tx, EV_CUSTOMER_MERGED, loser, tx->snap.now, &customer_merged_record, &b, ret_event));
	TRY(tell(tx, EV_CUSTOMER_ABSORBED, b));
	for (size_t i = 0; i < n; i++) {
		b.leaf = rows[i].leaf;
		TRY(tell(tx, EV_CUSTOMER_MERGED, b));
		TRY(tell(tx, EV_CUSTOMER_ABSORBED, b));
	}
	return OK;
}

err customer_merge_event(struct unit *u, i64 a, i64 b, const char *reason, i64 *ret_root, i64 *ret_event)
{
	*ret_event = 0;
	for (int try = 0; try < MERGE_TRIES_MAX; try++) {
		struct side x, y;
		TRY(side_read(u, a, &x));
		TRY(side_read(u, b, &y));
		*ret_root = x.root;
		if (x.root == y.root)
			return OK;
		TRY(may_merge(u, &x, &y, reason));
		const struct side *winner = older(&x, &y) ? &x : &y, *loser = winner == &x ? &y : &x;
		bool moved = false;
		TRY(WRITE_TX(u, slot_of_customer(u->store, loser->root),
			     move_root(tx, loser->root, winner->root, reason, &moved, ret_event)));
		*ret_root = winner->root;
		if (moved)
			return OK;
	}
	return fail_set(&u->fail, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

err customer_merge(struct unit *u, i64 a, i64 b, const char *reason, i64 *ret_root)
{
	i64 event;
	return customer_merge_event(u, a, b, reason, ret_root, &event);
}

/* ---- split ---- */

static err release(struct tx *tx, i64 leaf, i64 root, const char *reason, bool *ret_moved)
{
	struct customer_merged b = { .leaf = leaf, .root = leaf, .was_root = root, .reason = str_c(reason), .applied = true };
	TRY(customer_root_set(tx, &(struct customer_root_set_in){ leaf, leaf, root }));
	*ret_moved = tx_changed(tx) > 0;
	if (!*ret_moved)
		return OK;
	TRY(journal_add(tx, EV_CUSTOMER_SPLIT, leaf, tx->snap.now, &customer_merged_record, &b, NULL));
	return tell(tx, EV_CUSTOMER_RELEASED, b);
}

/* The root goes and leaves the others to their oldest, *ret_heir. */
static err bequeath(struct tx *tx, i64 root, const char *reason, i64 *ret_heir)
{
	struct customer_leaf *rows;
	size_t n;
	TRY(customer_leaf_list(&tx->snap, &(struct customer_key){ root }, &rows, &n));
	*ret_heir = 0;
	if (n == 0)
		return OK;
	TRY(customer_leaf_clear(tx, &(struct customer_key){ root }));
	*ret_heir = rows[0].leaf;
	struct customer_merged b = { .leaf = root, .root = root, .was_root = root, .reason = str_c(reason), .applied = true };
	TRY(journal_add(tx, EV_CUSTOMER_SPLIT, root, tx->snap.now, &customer_merged_record, &b, NULL));
	for (size_t i = 0; i < n; i++) {
		b = (struct customer_merged){ .leaf = rows[i].leaf, .root = *ret_heir, .was_root = root, .reason = str_c(reason) };
		TRY(tell(tx, EV_CUSTOMER_MERGED, b));
		if (rows[i].leaf != *ret_heir)
			TRY(tell(tx, EV_CUSTOMER_ABSORBED, b));
	}
	return OK;
}

static err keep_apart(struct unit *u, i64 a, i64 b, const char *reason)
{
	return strcmp(reason, "manual") == 0 ? apart_set(u, a, b, true) : OK;
}

err customer_split(struct unit *u, i64 leaf, const char *reason)
{
	i64 slot = slot_of_customer(u->store, leaf);
	for (int try = 0; try < MERGE_TRIES_MAX; try++) {
		i64 root, heir = 0;
		bool moved = false;
		TRY(customer_root(u, leaf, &root));
		if (root == leaf) {
			TRY(WRITE_TX(u, slot, bequeath(tx, leaf, reason, &heir)));
			if (!heir)
				return fail_set(&u->fail, ERR_STATE, T_CUSTOMER_ALONE, STR_NIL, STR_NIL, STR_NIL);
			return keep_apart(u, leaf, heir, reason);
		}
		TRY(keep_apart(u, leaf, root, reason));
		TRY(WRITE_TX(u, slot, release(tx, leaf, root, reason, &moved)));
		if (moved)
			return OK;
	}
	return fail_set(&u->fail, ERR_BUSY, T_OK, STR_NIL, STR_NIL, STR_NIL);
}

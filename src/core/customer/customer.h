/*
 * customer 客户: one person of one corp, whatever the channels. Leaf and root.
 *
 * Facts are written under the number their identity was first given (the leaf) and never re-keyed;
 * `root` names the person. Reads resolve root -> leaves (at most CUSTOMER_LEAVES_MAX). A merge is an
 * event in the leaf's slot, then one relayed to the root's, each idempotent; a split clears root; so
 * merging is exact to undo. A customer lives in slot_of_customer(id).
 */
#ifndef YT_CORE_CUSTOMER_CUSTOMER_H
#define YT_CORE_CUSTOMER_CUSTOMER_H

#include "core/cx.h"
#include "store/journal.h"

#define CUSTOMER_LEAVES_MAX 32

#define CUSTOMER_FIELDS(F, S)                                                      \
	F(S, ID, id) F(S, ID, root) F(S, STR, name, .opt = true, .pii = true)      \
	F(S, STR, avatar, .opt = true) F(S, STR, gender, .opt = true, .one_of = "male,female") \
	F(S, STR, city, .opt = true) F(S, I64, birthday, .opt = true, .doc = "day number") \
	F(S, I64, child_birthday, .opt = true)                                    \
	F(S, STR, followup, .opt = true) F(S, STR, remark, .opt = true, .max = 500) \
	F(S, STR, origin, .doc = "wecom, order, segment, bind: how we first learned of her") \
	F(S, MS, created) F(S, BOOL, erased) F(S, I64, version)
RECORD(customer, CUSTOMER_FIELDS);

/* Bodies of events about customers. */
#define CUSTOMER_CREATED_FIELDS(F, S) F(S, STR, origin) F(S, STR, name, .opt = true, .pii = true)
RECORD(customer_created, CUSTOMER_CREATED_FIELDS);
#define CUSTOMER_MERGED_FIELDS(F, S) \
	F(S, ID, leaf) F(S, ID, root) F(S, ID, was_root) F(S, STR, reason, .doc = "unionid, phone, manual") \
	F(S, BOOL, applied, .doc = "done by the transaction that wrote it; else by the handler where it arrives")
RECORD(customer_merged, CUSTOMER_MERGED_FIELDS); /* also of customer.absorbed, customer.split, customer.released */

/* customer.changed: what is told is new. */
#define CUSTOMER_CHANGED_FIELDS(F, S)                                              \
	F(S, STR, name, .opt = true, .pii = true) F(S, STR, gender, .opt = true)   \
	F(S, STR, city, .opt = true) F(S, I64, birthday, .opt = true) F(S, STR, followup, .opt = true) \
	F(S, BOOL, avatar) F(S, BOOL, remark)
RECORD(customer_changed, CUSTOMER_CHANGED_FIELDS);
/* customer.settled */
#define CUSTOMER_SETTLED_FIELDS(F, S) F(S, ID, leaf) F(S, ID, root)
RECORD(customer_settled, CUSTOMER_SETTLED_FIELDS);

struct customer_profile { str name, avatar, gender, city; i64 birthday; }; /* nil / NIL: not told */

err customer_add(struct tx *tx, i64 customer, str origin, ms created, const struct customer_profile *p); /* idempotent */
/* The same for many who are surely new; one transaction of one slot. */
struct customer_new { i64 id; str origin, name; ms created; };
err customer_add_many(struct tx *tx, const struct customer_new *v, size_t count);
err customer_profile_put(struct tx *tx, i64 customer, const struct customer_profile *p); /* only what is told; event when something changed */
err customer_get(const struct snap *s, i64 customer, struct customer *ret); /* no scope check */
/* The root of a customer; itself when not merged. */
err customer_root(struct unit *u, i64 customer, i64 *ret_root);
/* Of many in one snapshot; 0 for a number nobody has. */
err customer_roots(struct unit *u, const i64 *customers, size_t count, i64 *ret_roots);
err customer_leaves(struct unit *u, i64 root, i64 ret[CUSTOMER_LEAVES_MAX], size_t *ret_count); /* root first */
err customer_leaves_in(const struct snap *s, i64 root, i64 ret[CUSTOMER_LEAVES_MAX], size_t *ret_count); /* the same inside a transaction; s speaks of the root's slot */
/* ERR_NOT_FOUND unless she is of this corp and the unit's scope sees her. ret = root. */
err customer_visible(struct unit *u, i64 customer, i64 *ret_root);
/* For a row of a list: her root's row; ret->id 0 when the unit's scope does not see her, or for customer 0. */
err customer_shown(struct unit *u, i64 customer, struct customer *ret);
/* Makes a and b one person: the older root stays (never a visitor). reason "unionid", "phone", "manual" or
 * another identity kind. ERR_STATE: too many leaves, or kept apart by hand. Idempotent. */
err customer_merge(struct unit *u, i64 a, i64 b, const char *reason, i64 *ret_root);
/* Takes a leaf out of its person again; a root leaves the others to their oldest. By hand ("manual") the
 * two are kept apart from then on: no rule merges them again, customer_merge says ERR_STATE. */
err customer_split(struct unit *u, i64 leaf, const char *reason);
/* What a viewer may edit; nil / NIL: unchanged, an empty followup: none any more. ERR_CONFLICT when version is not
 * the present one. */
struct customer_edit { str remark, city, followup; i64 birthday, version; };
err customer_edit(struct tx *tx, i64 customer, const struct customer_edit *in);

extern const struct module customer_module;

#endif

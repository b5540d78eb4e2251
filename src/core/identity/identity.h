/*
 * identity: what a person is known by (external_userid, unionid, verified phone, openid, shop buyer id,
 * userId of a site …) -> customer (the leaf it was first given to).
 *
 * Each kind has a limit per person, a priority and blocked values (identity_kinds[], the model of
 * Segment's unify: a value like "0", "null" or "anonymous" never identifies anybody). Phones and e-mails
 * are looked up by a keyed hash; their text is sealed. A phone typed by staff, or a masked one
 * (138****1234), is never an identity: it may only suggest.
 *
 * An identity lives in the slot of its own hash, the customer in hers: making one is two idempotent
 * steps (insert the identity, insert the customer), and a reader that meets an identity without a
 * customer completes it.
 */
#ifndef YT_CORE_IDENTITY_IDENTITY_H
#define YT_CORE_IDENTITY_IDENTITY_H

#include "core/cx.h"

struct identity_kind {
	const char *name;
	int priority;  /* smaller wins when kinds disagree */
	int limit;     /* values of this kind one person may have; one more: kept apart, reported */
	bool merges;   /* two customers with the same value are one person (when verified) */
	bool hashed;   /* looked up by keyed hash, text sealed */
};
extern const struct identity_kind identity_kinds[]; /* ends with name NULL */

struct identity_in {
	str kind, value;
	bool verified;
};

/* Normalises (phone: +86, blanks, dashes) and refuses blocked, masked or malformed values (ERR_INPUT). */
err identity_normal(struct arena *a, str kind, str value, str *ret, struct fail *f);
/* NOT_FOUND when nobody has it. The leaf it belongs to. */
err identity_find(struct unit *u, str kind, str value, i64 *ret_customer);
/* The same of many; 0: nobody is known by it. */
err identity_find_many(struct unit *u, str kind, const str *values, size_t count, i64 *ret_customers);
/*
 * The customer (leaf) known by these identities, made when there is none. Identities given together
 * belong to one person: those not yet known are added to her; when verified ones of merging kinds
 * point to different persons these are merged, the older root stays. Limits are kept: an extra value
 * is not added and counted in *ret_conflicts (may be NULL). visitor: number from the visitor range.
 * Runs several transactions; repeatable.
 */
struct identity_who { const struct identity_in *ids; size_t count; bool visitor; ms occurred; str origin; str name; };
err identity_resolve(struct unit *u, const struct identity_who *who, i64 *ret_customer, bool *ret_created, i64 *ret_conflicts);
/* The same for many at once inside one transaction of one slot (spread 1); used by imports. numbers:
 * count dense numbers taken beforehand with store_number (a visitor's from ID_VISITOR_FROM on), 0 for
 * who is known already. ret_customers[i] 0: that one needs identity_resolve (it would merge, lies in
 * another slot, or has no number). */
err identity_resolve_many(struct tx *tx, const struct identity_who *who, const u32 *numbers, size_t count,
			  i64 *ret_customers, bool *ret_created);
/* The same over all slots, in a few transactions of its own that may be repeated; takes the numbers itself. ERR_BUSY:
 * somebody else was first with one of them, and all are left to identity_resolve. */
err identity_resolve_spread(struct unit *u, const struct identity_who *who, size_t count, i64 *ret_customers, bool *ret_created);
/* For whom of them a number is needed, as far as the snapshot's slot knows. */
err identity_unknown_many(const struct snap *s, const struct identity_who *who, size_t count, bool *ret_unknown);

/* Lets go of somebody who turned out not to be there (an undone import): her identities are anybody's again,
 * the customer stays as an erased number. Values in other slots go first, by the second. */
err identity_release(struct tx *tx, i64 customer);
err identity_release_elsewhere(struct unit *u, i64 customer);

#define IDENTITY_ROW_FIELDS(F, S) \
	F(S, STR, kind) F(S, STR, value, .pii = true) F(S, STR, masked) F(S, BOOL, verified) F(S, STR, source) F(S, MS, created)
RECORD(identity_row, IDENTITY_ROW_FIELDS);
/* Body of identity.added: what she is known by beside the identities she was made with. */
#define IDENTITY_ADDED_FIELDS(F, S) F(S, STR, kind) F(S, STR, masked, .pii = true) F(S, BOOL, verified) F(S, STR, from)
RECORD(identity_added, IDENTITY_ADDED_FIELDS);

err identity_of(struct unit *u, i64 customer_leaf, struct identity_row **ret, size_t *ret_count);

/* What staff typed about her, and whom it points to. Never merges anybody. */
struct identity_hint { i64 customer; str masked; }; /* customer: the root of the other person */
err identity_hint_add(struct unit *u, i64 customer, str phone);
/* The phones staff typed for this leaf. */
err identity_hint_phones(struct unit *u, i64 leaf, struct strs *ret);
err identity_hints(struct unit *u, i64 root, struct identity_hint **ret, size_t *ret_count);

extern const struct module identity_module;

#endif

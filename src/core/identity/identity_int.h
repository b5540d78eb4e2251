/*
 * Private to core/identity: one identity as given, normalised, and what the store knows of it.
 */
#ifndef YT_CORE_IDENTITY_IDENTITY_INT_H
#define YT_CORE_IDENTITY_IDENTITY_INT_H

#include "core/identity/identity_data.h"
#include "core/identity/identity_kind.h"

#define IDENTITY_GIVEN_MAX 16 /* identities of one call; more are ERR_TOO_LARGE */

struct identity_known {
	const struct identity_kind *kind;
	str normal, value; /* value: as looked up */
	bool verified;     /* as given */
	i64 slot;
	i64 customer;      /* 0: nobody's yet */
	bool proven;       /* as stored */
	bool complete;     /* her side of it is stored too */
	str origin;
};

/* Normalises and hashes; ERR_INPUT when the value identifies nobody. */
err identity_know(const struct snap *s, const struct identity_in *in, struct identity_known *ret);
/* Fills customer, proven, complete; moves the snapshot to other slots. */
err identity_look(struct snap *s, struct identity_known *id);
/* Asks for many in two messages what identity_look is going to ask. */
err identity_look_ahead(const struct snap *s, const struct identity_known *const *ids, size_t count);
/* Her side: customer and owned row, in her slot. added: she had others before (an event tells of it). */
err identity_complete(struct tx *tx, const struct identity_known *id, const struct identity_who *who, bool added);
struct identity_owned identity_owned_of(struct arena *a, const struct identity_known *id, str source, ms created);

#endif

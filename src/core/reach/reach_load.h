/*
 * What the judgement needs to know of people, read by ranges over all their leaves in one snapshot.
 */
#ifndef YT_CORE_REACH_REACH_LOAD_H
#define YT_CORE_REACH_REACH_LOAD_H

#include "core/reach/reach.h"

struct reach_item {
	struct reach_past past;
	u64 key;      /* hash of its key; 0: none */
	bool claim, standing; /* standing: held and not expired, or sent */
	i64 row;              /* a claim with a row: whose, which hides her bit in a set; 0: none */
};
struct reach_person {
	i64 root;
	struct { struct reach_item *v; size_t n, cap; } items;
	u32 refused, accepted; /* bits of channels, RC_OTHER: all */
	bool blocked, wecom, sms;
	bool fresh; /* a claim of hers is not written yet */
	const struct tz *zone; /* hers; NULL */
	ms last;
};
/* since: touches and claims from then on. */
err reach_load(const struct snap *s, const i64 *roots, size_t count, ms since, struct reach_person *ret);
/* What counts against her: touches and standing claims, each once, but for those of the ask's own key, and a claim
 * whose place it takes; ask NULL: all. *ret_standing: that of its own key stands. */
struct reach_past *reach_pasts(struct arena *a, const struct reach_person *p, const struct reach_ask *ask, size_t *ret_count, bool *ret_standing);
u64 reach_key_hash(str key); /* 0: none */
struct reach_try reach_try_of(const struct reach_person *p, const struct reach_ask *ask);
/* From when on something could matter to a judgement of that moment. */
ms reach_since(const struct reach_rules *r, ms at);

#endif

/*
 * corp_kept: a thing made of a corp's rows that many events ask for (its compiled rules, its journeys), kept in memory.
 *
 * It is made once and shared: whoever asks takes it and gives it back, so one that has been replaced lives until its last
 * user is done. Whoever changes the rows forgets it after the commit; and once a moment the newest stamp of the rows is
 * asked for, because other nodes change them too and because an event may be read before the forgetting has run.
 */
#ifndef YT_CORE_CORP_CORP_KEPT_H
#define YT_CORE_CORP_CORP_KEPT_H

#include "core/cx.h"

/* First in what is kept. */
struct kept { struct arena *arena; i64 stamp; int users; };

struct kept_kind {
	size_t size, arena_bytes; /* of what is kept; what its arena may grow to */
	err (*fill)(const struct snap *s, struct kept *k); /* from the rows of the snapshot's corp, in its arena; it comes zeroed */
	err (*newest)(const struct snap *s, i64 *ret);
	void (*done)(struct kept *k); /* frees what its arena does not; may be NULL */
};

struct kept_cache *kept_cache_new(const struct kept_kind *kind);
void kept_cache_free(struct kept_cache *c); /* NULL is fine */
/* c NULL: made anew each time. Give back what was taken, with the same cache. */
err kept_take(struct kept_cache *c, const struct kept_kind *kind, const struct snap *s, struct kept **ret);
void kept_give(struct kept_cache *c, const struct kept_kind *kind, struct kept *k);
/* After the commit; c may be NULL. */
void kept_forget(struct kept_cache *c, struct tx *tx);

#endif

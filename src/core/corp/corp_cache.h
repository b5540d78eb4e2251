/*
 * What is asked about a corp on every event, kept in memory: its row, opened secrets and settings.
 *
 * A change in this process forgets the entry; on PostgreSQL, where other nodes change rows too, an entry
 * is read again after CORP_CACHE_MS. What is handed out is copied into the asker's arena.
 */
#ifndef YT_CORE_CORP_CORP_CACHE_H
#define YT_CORE_CORP_CORP_CACHE_H

#include "core/corp/corp_data.h"

#define CORP_CACHE_MS ((ms)5000)

/* Secrets opened; settings as set, secret ones opened too. */
struct corp_known {
	struct corp_row row;
	struct setting_row *settings;
	size_t setting_count;
};

struct corp_cache *corp_cache_new(void);
void corp_cache_free(struct corp_cache *c); /* NULL is fine; nobody may ask any more */
err corp_known_get(struct unit *u, i64 corp, struct corp_known *ret);
void corp_forget(struct env *env, i64 corp);
/* Only what is in memory already; for those who must not wait. */
bool corp_known_by_slug(struct env *env, struct arena *a, str slug, struct corp_known *ret);
const struct setting *setting_declared(const struct env *env, str name); /* NULL: no module has it */

#endif

/*
 * The index of a corp: who is alive, and everything the language asks, by dense number. Private.
 *
 * Numbers are cut into blocks of 65,536. Flags are bitsets; integers are narrow columns with bounds per block;
 * texts and references are codes into a dictionary, also columns, and beside those of many values stand posting
 * lists (the numbers of the block ordered by code). Tags, living relations per staff and event days are sets.
 * Only numbers of roots carry anything; what lies under a number that is not alive means nothing. Moments are
 * kept in seconds: every question about them is by whole days.
 *
 * An event day has the set of who did it at all, and bit planes of the times above one, so that "did it within N
 * days" is a plain union and a sum over days needs no rows.
 *
 * lock: readers answer, a writer loads or applies touches; pending has its own lock, so that touching
 * never waits for an answer.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_INDEX_INT_H
#define YT_CORE_AUDIENCE_AUDIENCE_INDEX_INT_H

#include "core/audience/audience_parts.h"

#include <pthread.h>

#define INDEX_TOUCH_MAX 20000 /* more waiting than this: reading everything anew is faster */
#define INDEX_SEEN_MAX 200000 /* the same of single days */
#define INDEX_BYTES_MAX ((size_t)16 << 30) /* per corp, unless audience-memory says otherwise */
#define INDEX_ROW_BYTES_MAX ((size_t)128 << 20) /* more than any one row can make it grow */

struct corp_index {
	struct audience_index *of;
	i64 corp;
	struct corp_index *next;
	pthread_rwlock_t lock;
	struct arena *arena; /* NULL: not loaded */
	struct arena *wide;  /* of the mill */
	struct arena *narrow; /* of the pool */
	struct arena *lists; /* of tags and staff: which sets there are */
	struct mill mill;
	struct pool pool;
	struct block **blocks;
	size_t block_count, block_cap;
	struct code_dict dicts[CODE_COUNT];
	struct id_sets tags, staff;
	VEC(struct kind_days *) kinds;
	VEC(struct value_column *) values;
	u64 changes, written; /* loads and touches applied; how many the last snapshot holds */
	pthread_mutex_t pending_lock;
	struct arena *pending_arena;
	VEC(i64) pending;
	VEC(struct audience_did) seen;
	bool stale; /* too many were touched */
};

struct audience_index {
	struct store *store;
	struct arena *arena;
	const struct kernel *kernel;
	str dir; /* of snapshots; nil: none are kept */
	size_t bytes_max;
	pthread_mutex_t lock; /* of the list */
	struct corp_index *first;
};

/* audience_fill.c: the write lock is held */
struct block *index_block(struct corp_index *ci, u32 number, bool make); /* NULL: none */
void index_put(struct corp_index *ci, const struct customer_fact *f);   /* a live root */
void index_clear(struct corp_index *ci, u32 number);
void index_mark(struct corp_index *ci, struct id_sets *sets, i64 id, u32 number);
const struct set *index_set(const struct id_sets *sets, i64 id); /* NULL: nobody */
struct set *index_set_make(struct corp_index *ci, struct id_sets *sets, i64 id);
void index_times(struct corp_index *ci, struct kind_days *k, i64 day, u32 number, i64 times); /* more */
void index_times_put(struct corp_index *ci, struct kind_days *k, i64 day, u32 number, i64 times);
struct day *index_day(struct corp_index *ci, struct kind_days *k, i64 day);
struct kind_days *index_kind(const struct corp_index *ci, i64 kind); /* NULL: not loaded */
struct kind_days *index_kind_add(struct corp_index *ci, i64 kind);
struct value_column *index_value(const struct corp_index *ci, i64 attr); /* NULL: not loaded */
struct value_column *index_value_add(struct corp_index *ci, i64 attr, bool moments);
struct value_block *index_value_make(struct corp_index *ci, struct value_column *c, size_t block);
void index_value_put(struct corp_index *ci, struct value_column *c, u32 number, i64 n, str text);
const struct value_block *index_value_block(const struct value_column *c, size_t block);
u32 index_code_new(struct corp_index *ci, struct code_dict *d, struct code_name name);
bool index_has(const struct customer_fact *f); /* belongs into the live set */
/* Everything kept in sets is taken off these persons. */
void index_forget(struct corp_index *ci, const i64 *persons, size_t count);
void index_empty(struct corp_index *ci); /* frees everything; not loaded */
void index_begin(struct corp_index *ci); /* empty and ready to be filled */
void index_pack(struct corp_index *ci);  /* after loading: no slack, narrowest columns */
void index_settle(struct corp_index *ci); /* after changes: posting lists are made again where columns changed */
/* Facts and relations lie in memory of their own, so that two threads may fill one index. */
size_t index_fact_bytes(const struct corp_index *ci);
size_t index_relation_bytes(const struct corp_index *ci);
size_t index_bytes(const struct corp_index *ci); /* both */
/* ERR_TOO_LARGE when the corp's index has no room for another row; used: bytes there are. */
err index_room(struct corp_index *ci, struct unit *u);
err index_room_beside(struct corp_index *ci, struct unit *u, size_t used);

/* audience_index.c */
struct index_ask { const struct expr *e; const struct expr_attr *const *attrs; size_t count; };
/* The corp with everything that is asked, fresh, its read lock held: give it back with index_close. */
err index_open(struct unit *u, const struct index_ask *ask, struct corp_index **ret);
void index_close(struct corp_index *ci);
struct corp_index *index_corp(struct audience_index *ix, i64 corp, bool make); /* NULL: none */

/* audience_load.c; the write lock is held */
err index_load(struct corp_index *ci, struct unit *u);
err index_load_kind(struct corp_index *ci, struct unit *u, i64 kind);
err index_load_value(struct corp_index *ci, struct unit *u, const struct expr_attr *a);
err index_apply(struct corp_index *ci, struct unit *u, const i64 *customers, size_t count);
err index_apply_days(struct corp_index *ci, struct unit *u, struct audience_did *seen, size_t count);

#endif

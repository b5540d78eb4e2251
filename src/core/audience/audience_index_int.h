/*
 * The index of a corp: who is alive, and everything the language asks, by dense number. Private.
 *
 * Numbers are cut into blocks of 65,536. Flags are bitsets, integers are plain arrays with the least and
 * greatest value of the block beside them (NIL: unknown, outside of every range), texts and references are
 * codes into a dictionary. Tags, living relations per staff and event days are Roaring bitmaps; the times of
 * an event on a day are bit planes, so that a sum over days needs no rows. Only numbers of roots carry
 * anything; what lies under a number that is not alive means nothing.
 *
 * lock: readers answer, a writer loads or applies touches; pending has its own lock, so that touching
 * never waits for an answer.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_INDEX_INT_H
#define YT_CORE_AUDIENCE_AUDIENCE_INDEX_INT_H

#include "base/map.h"
#include "core/audience/expr_int.h"

#include <pthread.h>

typedef struct roaring_bitmap_s roaring_bitmap_t; /* libroaring, seen in the .c files alone */

#define BLOCK_BITS 16
#define BLOCK_SIZE ((size_t)1 << BLOCK_BITS)
#define BLOCK_WORDS (BLOCK_SIZE / 64)
#define INDEX_TOUCH_MAX 20000 /* more waiting than this: reading everything anew is faster */
#define INDEX_BYTES_MAX ((size_t)16 << 30)
#define DAY_PLANES 20         /* times on one day: saturates at 2^20 - 1 */

struct column { i64 *v, min, max; }; /* v NULL: nobody in the block has a value */
struct block {
	u64 live[BLOCK_WORDS], flags[FLAG_COUNT][BLOCK_WORDS];
	struct column cols[COL_COUNT];
	u32 *codes[CODE_COUNT]; /* 0: unknown */
};

struct code_name { str text; i64 id; };
struct code_dict {
	struct map by_text; /* code as pointer */
	struct imap by_id;
	u32 n; /* codes are 1..n */
	VEC(struct code_name) names; /* of code i + 1 */
};

struct day { i64 day; roaring_bitmap_t *planes[DAY_PLANES]; };
struct kind_days {
	i64 kind;
	struct imap by_day; /* place in days */
	VEC(struct day) days;
};

/* An attribute of attr_value, read when it is first asked for. */
struct value_block { struct column numbers; u32 *codes; }; /* flags are the number 1 */
struct value_column {
	i64 attr;
	struct code_dict dict;
	struct value_block *blocks;
	size_t cap; /* of blocks */
};

struct id_maps {
	struct imap by_id; /* place in maps */
	VEC(roaring_bitmap_t *) maps;
	VEC(i64) ids;
};

struct corp_index {
	i64 corp;
	struct corp_index *next;
	pthread_rwlock_t lock;
	struct arena *arena; /* NULL: not loaded */
	struct block **blocks;
	size_t block_count, block_cap;
	struct code_dict dicts[CODE_COUNT];
	struct id_maps tags, staff;
	VEC(struct kind_days *) kinds;
	VEC(struct value_column *) values;
	pthread_mutex_t pending_lock;
	struct arena *pending_arena;
	VEC(i64) pending;
	bool stale; /* too many were touched */
};

struct audience_index {
	struct store *store;
	struct arena *arena;
	pthread_mutex_t lock; /* of the list */
	struct corp_index *first;
};

/* audience_index.c */
struct block *index_block(struct corp_index *ci, u32 number, bool make); /* NULL: none */
void index_put(struct corp_index *ci, const struct customer_fact *f);   /* a live root */
void index_clear(struct corp_index *ci, u32 number);
void index_mark(struct corp_index *ci, struct id_maps *maps, i64 id, u32 number);
roaring_bitmap_t *index_map(const struct id_maps *maps, i64 id); /* NULL: nobody */
void index_times(struct corp_index *ci, struct kind_days *k, i64 day, u32 number, i64 times);
struct kind_days *index_kind(const struct corp_index *ci, i64 kind); /* NULL: not loaded */
void index_empty(struct corp_index *ci); /* frees everything; not loaded */
void index_begin(struct corp_index *ci); /* empty and ready to be filled */
struct kind_days *index_kind_add(struct corp_index *ci, i64 kind);
struct value_column *index_value(const struct corp_index *ci, i64 attr); /* NULL: not loaded */
struct value_column *index_value_add(struct corp_index *ci, i64 attr);
void index_value_put(struct corp_index *ci, struct value_column *c, u32 number, i64 n, str text);
/* What a column has of a block; empty when nobody has a value. */
const struct value_block *index_value_block(const struct value_column *c, size_t block);
bool index_has(const struct customer_fact *f); /* belongs into the live set */
/* The corp with everything e asks, fresh, its read lock held: give it back with index_close. */
err index_open(struct unit *u, const struct expr *e, struct corp_index **ret);
void index_close(struct corp_index *ci);

/* audience_load.c; the write lock is held */
err index_load(struct corp_index *ci, struct unit *u);
err index_load_kind(struct corp_index *ci, struct unit *u, i64 kind);
err index_load_value(struct corp_index *ci, struct unit *u, i64 attr);
err index_apply(struct corp_index *ci, struct unit *u, const i64 *customers, size_t count);

/* expr_eval.c */
struct eval_result {
	u64 *bits; /* BLOCK_WORDS per block */
	size_t blocks;
	i64 count, total;
};
/* scope: staff whose relations are seen; NULL: everybody. */
void expr_eval(struct corp_index *ci, struct arena *a, const struct expr *e, const struct expr_today *t,
	       const struct ids *scope, struct eval_result *ret);

/* audience_query.c */
struct asked {
	struct corp_index *ci;
	struct eval_result r;
};
/* Evaluates within the unit's scope. On OK the read lock is held: index_close. */
err ask(struct unit *u, const struct expr *e, struct asked *ret);

#endif

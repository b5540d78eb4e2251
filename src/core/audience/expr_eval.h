/*
 * The tree on the index, one block of 65,536 numbers at a time. Private to core/audience.
 *
 * The answer of a block is a span: an ascending array or a bitset. Nothing is as large as the corp: a tree
 * takes one block of scratch per node, whoever counts or lists walks the blocks.
 */
#ifndef YT_CORE_AUDIENCE_EXPR_EVAL_H
#define YT_CORE_AUDIENCE_EXPR_EVAL_H

#include "core/audience/audience_index_int.h"

struct eval;

/* scope: staff whose relations are seen; NULL: everybody. Lives in the arena; the corp stays read-locked. */
struct eval *eval_new(const struct corp_index *ci, struct arena *a, const struct expr *e, const struct expr_today *t,
		      const struct ids *scope);
/* The members of a block, until the next call; ret_seen: the living whom the viewer sees (NULL: not asked). */
struct span eval_block(struct eval *ev, size_t block, u32 *ret_seen);
/* The same question of one part of a joint; its answer is gone when the whole is asked. */
struct eval *eval_part(const struct eval *ev, size_t i);
/* The living of the block whom the viewer sees, until the next call. */
struct span eval_seen(struct eval *ev, size_t block);

/* The numbers of a span of this evaluation one by one, until the next call. */
u32 eval_list(struct eval *ev, struct span s, const u16 **ret);
/* Counting, without the members. */
void eval_count(struct eval *ev, i64 *ret_count, i64 *ret_total);
/* bits of a block (BLOCK_WORDS) from a span. */
void span_bits(const struct kernel *k, struct span s, u64 *ret);

/* ---- audience_query.c: a question under way ---- */
struct asked {
	struct corp_index *ci;
	struct eval *ev;
};
/* Binds e within the unit's scope and loads what it and the attributes need. On OK the read lock is held. */
err ask(struct unit *u, const struct expr *e, const struct expr_attr *const *attrs, size_t count, struct asked *ret);

#endif

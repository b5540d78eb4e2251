/*
 * What the tests of tags share: making tags, marking, and looking.
 */
#ifndef YT_CORE_TAG_TEST_TAG_H
#define YT_CORE_TAG_TEST_TAG_H

#include "app/test_app_sim.h"

#include "core/tag/tag_edit.h"
#include "core/tag/tag_mark.h"

static inline err add_in(struct tx *tx, const char *group, const char *name, bool sync, i64 *ret)
{
	i64 id;
	TRY(tag_group_ensure(tx, str_c(group), STR_NIL, STR("own"), &id));
	return tag_add(tx, id, str_c(name), sync, ret);
}

static inline i64 new_tag(struct world *w, const char *group, const char *name, bool sync)
{
	i64 id = 0;
	assert_int_equal(WRITE_TX(&w->cx.unit, w->base, add_in(tx, group, name, sync, &id)), OK);
	return id;
}

static inline i64 slot_of(struct world *w, i64 her) { return slot_of_customer(w->t->store, her); }

static inline void mark(struct world *w, i64 her, i64 tag, const char *why, i64 why_id)
{
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_mark(tx, her, tag, why, why_id)), OK);
}

static inline void unmark(struct world *w, i64 her, i64 tag, const char *why)
{
	assert_int_equal(WRITE_TX(&w->cx.unit, slot_of(w, her), tag_unmark(tx, her, tag, why)), OK);
}

static inline bool has(struct world *w, i64 her, i64 tag)
{
	i64 *ids;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, slot_of(w, her), tag_of(snap, her, &ids, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (ids[i] == tag)
			return true;
	return false;
}

static inline i64 tally(struct world *w, i64 tag)
{
	struct tag_sum *rows;
	size_t n = 0;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_tallies(snap, &(struct none){ 0 }, &rows, &n)), OK);
	for (size_t i = 0; i < n; i++)
		if (rows[i].tag == tag)
			return rows[i].customers;
	return 0;
}

static inline struct tag row(struct world *w, i64 id)
{
	struct tag t;
	assert_int_equal(READ_SNAP(&w->cx.unit, w->base, tag_by_id(snap, &(struct tag_key){ id }, &t)), OK);
	return t;
}

#endif

/*
 * What the index of a corp is made of: blocks, dictionaries, sets by id, event days, values. Private; see
 * audience_index_int.h.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_PARTS_H
#define YT_CORE_AUDIENCE_AUDIENCE_PARTS_H

#include "base/map.h"
#include "core/audience/audience_column.h"
#include "core/audience/audience_set.h"
#include "core/audience/expr_int.h"

#define DAY_PLANES 20         /* times on one day: saturates at 2^20 */
#define POSTING_CODES 1024    /* dictionaries with more codes have posting lists */

struct codes {
	struct column c;  /* 0: unknown */
	u16 *ids;         /* NULL: no lists; ordered by code */
	u16 *starts;      /* list of code i: from starts[i] up to starts[i + 1], modulo 65,536; codes 1..code_count */
	u32 code_count, start_cap;
	bool stale;       /* the column changed since the lists were made */
};
/* The numbers of a code; none of an unknown one. */
static inline u32 codes_list(const struct codes *c, u32 code, const u16 **ret)
{
	if (code > c->code_count)
		return 0;
	*ret = c->ids + c->starts[code];
	return (u16)(c->starts[code + 1] - c->starts[code]);
}
struct block {
	u64 *live;
	u32 live_count;
	u64 *flags[FLAG_COUNT]; /* NULL: nobody */
	struct column cols[COL_COUNT]; /* COL_AOV is computed from two others */
	struct codes codes[CODE_COUNT];
};

struct code_name { str text; i64 id; };
struct code_dict {
	struct map by_text; /* code as pointer */
	struct imap by_id;
	u32 n; /* codes are 1..n */
	VEC(struct code_name) names; /* of code i + 1 */
};

struct day { i64 day; struct set any, planes[DAY_PLANES]; };
struct kind_days {
	i64 kind;
	struct imap by_day; /* place in days */
	VEC(struct day) days;
};

/* An attribute of attr_value, read when it is first asked for. */
struct value_block { struct column numbers, codes; }; /* flags are the number 1 */
struct value_column {
	i64 attr;
	bool moments;
	struct code_dict dict;
	struct value_block *blocks;
	size_t cap; /* of blocks */
};

struct id_sets {
	struct imap by_id; /* place in sets */
	VEC(struct set) sets;
	VEC(i64) ids;
};

#endif

/*
 * Rows of a file that were not used: each with its number, which field is wrong, what stands there, why, and what to do.
 *
 * The scan writes them twice: as tables for people to mend and send again (ID.rejected.csv, with the row's own cells; the
 * next file, ID.rejected.2.csv with the same header, begins where a line would make one larger than REJECTED_CSV_MAX),
 * and one record a line for the console (ID.rejected.list), which pages through it by the place in the file.
 */
#ifndef YT_FEATURE_ORDER_ORDER_REJECTED_H
#define YT_FEATURE_ORDER_ORDER_REJECTED_H

#include "feature/order/order_import.h"

#define REJECTED_CSV_MAX ((i64)32 << 20) /* bytes of a table: it is answered whole */
#define REJECTED_LIST ".rejected.list"
#define REJECTED_LINE_MAX ((size_t)8 << 10) /* bytes of a record in the list */

#define REJECTED_LIST_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(rejected_list_in, REJECTED_LIST_FIELDS);
#define REJECTED_VIEW_FIELDS(F, S)                                                          \
	F(S, I64, row, .doc = "number of the row in the file, its header being 1") F(S, STR, field, .opt = true) \
	F(S, STR, label, .opt = true) F(S, STR, value, .opt = true, .doc = "what stands there, cut") F(S, STR, reason) F(S, STR, cure)
RECORD(rejected_view, REJECTED_VIEW_FIELDS);

/* The sentence with the field's label in it. */
str rejected_reason(const struct fail *why, enum lang lang, struct arena *a);
/* A line of the list, with its end. */
str rejected_record(i64 row, const struct fail *why, struct arena *a);

/* The table of that number, from 1; how many there are of an import. */
str rejected_csv_path(struct arena *a, const struct env *env, i64 import, i64 part);
i64 rejected_csv_count(struct arena *a, const struct env *env, i64 import);
void rejected_csv_drop(struct arena *a, const struct env *env, i64 import);

extern const struct route order_rejected_routes[];

#endif

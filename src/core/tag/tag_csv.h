/*
 * tag_csv: definitions of tags from and to a file: dimension, group, tag, description, ttl, sensitive, sync.
 * A file goes in whole or not at all: every line that cannot is told with its number, field and reason.
 */
#ifndef YT_CORE_TAG_TAG_CSV_H
#define YT_CORE_TAG_TAG_CSV_H

#include "core/tag/tag.h"

#define TAG_CSV_ROWS_MAX 2000
#define TAG_CSV_PROBLEMS_MAX 200 /* that are told */

#define TAG_PROBLEM_FIELDS(F, S) F(S, I64, line) F(S, STR, field) F(S, STR, text)
RECORD(tag_problem, TAG_PROBLEM_FIELDS);
#define TAG_CSV_RESULT_FIELDS(F, S)                                         \
	F(S, BOOL, made, .doc = "false: only looked at, or something is wrong and nothing was made") \
	F(S, I64, tags) F(S, I64, groups, .doc = "new ones") F(S, LIST, problems, .of = &tag_problem_record)
RECORD(tag_csv_result, TAG_CSV_RESULT_FIELDS);

/* dry: look only. */
err tag_csv_import(struct cx *cx, str bytes, bool dry, struct tag_csv_result *ret);

#endif

/*
 * What the parts of export share.
 */
#ifndef YT_FEATURE_EXPORT_EXPORT_INT_H
#define YT_FEATURE_EXPORT_EXPORT_INT_H

#include "feature/export/export_data.h"

/* The chosen columns by their codes "a,b", in that order; one that is not there (any more) is left out, and
 * *ret_missing (may be NULL) names the first such. */
err export_chosen(struct unit *u, const struct export_file *f, struct export_column *ret, size_t *ret_count, str *ret_missing);
/* A timer's name. */
str export_name(struct arena *a, i64 id);

#endif

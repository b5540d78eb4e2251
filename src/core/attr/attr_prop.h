/*
 * attr_prop: values inside the body of an event, by path.
 *
 * A path names members with points, "[]" after a name goes into every element of a list:
 * "paid", "properties.price", "goods[].category". "$time" is when the event happened. Sealed parts of a body
 * are opened with the person's key; when that is destroyed they are absent.
 */
#ifndef YT_CORE_ATTR_ATTR_PROP_H
#define YT_CORE_ATTR_ATTR_PROP_H

#include "store/journal.h"

#define PROP_PATH_MAX 100   /* bytes */
#define PROP_DEPTH_MAX 5    /* names in a path */
#define PROP_VALUES_MAX 200 /* taken from one event */

/* ERR_INPUT naming field when the path cannot be one. */
err prop_path_check(str path, const char *field, struct fail *f);
/* What stands there: null, empty texts and absent members are left out. ret: PROP_VALUES_MAX pointers. */
err prop_find(const struct snap *s, const struct event *ev, str path, const struct json **ret, size_t *ret_count);
/* A text, number or flag as text; nil for lists and objects. */
str prop_text(struct arena *a, const struct json *v);

#endif

/*
 * Conditions on an attribute that is a set, as trees: joints of flags that remember they were written as one
 * condition. Private to core/audience.
 */
#ifndef YT_CORE_AUDIENCE_EXPR_SET_H
#define YT_CORE_AUDIENCE_EXPR_SET_H

#include "core/audience/expr_int.h"

bool expr_how_of(str word, enum expr_how *ret); /* any, all, none; "in" and "=" are any */
err expr_set_value(struct expr_build *b, const struct expr_attr *set, str text, struct expr **ret); /* that she has it */
/* of: conditions made by expr_set_value, at least one. */
err expr_set_make(struct expr_build *b, const struct expr_attr *set, enum expr_how how, struct expr **of, size_t n, struct expr **ret);
err expr_set_known(struct expr_build *b, const struct expr_attr *set, bool known, struct expr **ret);
bool expr_is_set(const struct expr *e); /* made by expr_set_make */
struct expr_set { const struct expr_attr *label; enum expr_how how; const struct expr *const *of, *one; size_t n; };
struct expr_set expr_set_of(const struct expr *e);
str expr_set_name(const struct expr_set *s, size_t i);
void expr_set_json(struct buf *b, const struct expr *e);

#endif

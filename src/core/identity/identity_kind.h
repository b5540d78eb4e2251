/*
 * What the parts of identity share about kinds and values.
 */
#ifndef YT_CORE_IDENTITY_IDENTITY_KIND_H
#define YT_CORE_IDENTITY_IDENTITY_KIND_H

#include "core/identity/identity.h"

const struct identity_kind *identity_kind_of(str name); /* NULL when there is none */
bool identity_blocked(str value);
str identity_mask(struct arena *a, str kind, str normal);

#endif

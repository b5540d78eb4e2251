/* Routes of the corp. */
#ifndef YT_CORE_CORP_CORP_HTTP_H
#define YT_CORE_CORP_CORP_HTTP_H

#include "core/corp/corp.h"

extern const struct route corp_routes[];

#endif

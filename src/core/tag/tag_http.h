/*
 * tags over HTTP.
 */
#ifndef YT_CORE_TAG_TAG_HTTP_H
#define YT_CORE_TAG_TAG_HTTP_H

#include "port/http/route.h"

extern const struct route tag_routes[];

#endif

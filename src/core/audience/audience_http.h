/*
 * audiences over HTTP.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_HTTP_H
#define YT_CORE_AUDIENCE_AUDIENCE_HTTP_H

#include "port/http/route.h"

extern const struct route audience_routes[];

#endif

/*
 * What the parts of the official account's interface share.
 */
#ifndef YT_PORT_OA_OA_INT_H
#define YT_PORT_OA_OA_INT_H

#include "port/oa/oa.h"

/* One call with the token; query begins with "&" or is empty. */
err oa_run(struct oa_call *c, const char *method, const char *path, str query, str body, struct json **ret);

#endif

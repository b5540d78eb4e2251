/*
 * What tests read of a reply, as a browser would.
 */
#ifndef YT_PORT_HTTP_TEST_HTTP_REPLY_H
#define YT_PORT_HTTP_TEST_HTTP_REPLY_H

#include "port/http/http.h"

/* The first header of that name; nil: none. */
static inline str reply_header(const struct http_reply *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (str_eq_nocase(r->headers[i].name, str_c(name)))
			return r->headers[i].value;
	return STR_NIL;
}

/* The cookie's value when the reply sets it; *jar as it was otherwise. */
static inline void reply_cookie(const struct http_reply *r, const char *name, str *jar)
{
	for (size_t i = 0; i < r->header_count; i++) {
		str rest = r->headers[i].value;
		if (str_eq_nocase(r->headers[i].name, STR("Set-Cookie")) && str_eq_c(str_cut(&rest, '='), name))
			*jar = str_cut(&rest, ';');
	}
}

#endif

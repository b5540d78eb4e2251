/*
 * Matching a path against a pattern such as "/api/v1/tags/{id}".
 *
 * Segment by segment, no wildcards over several segments, no recursion. A parameter takes one segment
 * of at least one byte. The path is decoded already.
 */
#include "port/http/route.h"

#define ROUTE_PARAMS_MAX 8

bool route_match(const char *pattern, str path, struct http_pair *ret, size_t *ret_count)
{
	str want = str_c(pattern);
	size_t count = 0;
	while (want.p && path.p) {
		str w = str_cut(&want, '/'), p = str_cut(&path, '/');
		if (w.n > 2 && w.p[0] == '{' && w.p[w.n - 1] == '}') {
			if (p.n == 0 || count == ROUTE_PARAMS_MAX)
				return false;
			ret[count++] = (struct http_pair){ str_sub(w, 1, w.n - 1), p };
		} else if (!str_eq(w, p)) {
			return false;
		}
	}
	if (want.p || path.p)
		return false;
	*ret_count = count;
	return true;
}

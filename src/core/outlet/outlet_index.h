/*
 * The stores of a corp in memory, by their place: the nearest ones to a point in some microseconds.
 *
 * Points lie in a grid over the box that holds them all, about one store to a cell; the search goes round the
 * point's cell in growing rings and ends when nothing outside the ring can be nearer. An index is built once and
 * then only read; whoever has one keeps it alive until his arena ends. The point asked for is written nowhere.
 */
#ifndef YT_CORE_OUTLET_OUTLET_INDEX_H
#define YT_CORE_OUTLET_OUTLET_INDEX_H

#include "core/outlet/outlet.h"
#include "core/outlet/outlet_hours.h"

#define OUTLET_NEAR_MAX 20 /* that one question may want */
#define OUTLET_INDEX_MS ((ms)30000) /* on PostgreSQL other nodes write too: read anew after that */

struct outlet_spot {
	struct outlet row;
	struct geo_point at; /* WGS-84 */
	double unit[3];      /* the same on the unit ball */
	struct hours hours;
};
struct outlet_near { const struct outlet_spot *spot; double metres; };

struct outlet_index;
/* Of stores as they stand in rows; those whose texts or points cannot be read are left out. */
struct outlet_index *outlet_index_new(const struct outlet *rows, size_t count);
void outlet_index_put(struct outlet_index *ix); /* lets go of it */
size_t outlet_index_count(const struct outlet_index *ix);
const struct outlet_spot *outlet_index_spots(const struct outlet_index *ix); /* by city, then name */
const struct outlet_spot *outlet_index_find(const struct outlet_index *ix, i64 id); /* NULL */

/* The nearest ones, nearest first, at most max. open: only those open at that moment of the corp's day. */
struct outlet_when { i64 day; int minute; };
size_t outlet_index_near(const struct outlet_index *ix, struct geo_point wgs, const struct outlet_when *open,
			 struct outlet_near *ret, size_t max);

/* -- one index a corp, in env->outlets -- */
struct outlet_cache *outlet_cache_new(void);
void outlet_cache_free(struct outlet_cache *c); /* NULL is fine */
/* The corp's present one; lives as long as the unit's arena. */
err outlet_index_get(struct unit *u, const struct outlet_index **ret);
void outlet_forget(struct env *env, i64 corp);

#endif

/*
 * geo: points on the ground, in degrees, and the two systems in which a point of China is told.
 *
 * Phones measure in WGS-84; maps sold in China draw in GCJ-02, which moves a point by up to some hundred
 * metres by a published formula. Whoever stores a point names its system; everything is compared in WGS-84.
 *
 * The country is a coarse outline, drawn too wide by up to GEO_EDGE_DEGREES rather than too narrow: it finds
 * swapped and foreign coordinates, it draws no border.
 */
#ifndef YT_BASE_GEO_H
#define YT_BASE_GEO_H

#include "base/arena.h"

#define GEO_EDGE_DEGREES 0.2
#define GEO_HASH_MAX 12

struct geo_point { double lat, lng; };
enum geo_system { GEO_WGS84, GEO_GCJ02 };

bool geo_system_of(str name, enum geo_system *ret); /* "WGS-84", "gcj02" … */
const char *geo_system_name(enum geo_system s);     /* "WGS-84" */

/* Finite, and degrees of a globe. */
bool geo_ok(struct geo_point p);
bool geo_in_country(struct geo_point p);
struct geo_point geo_gcj_of(struct geo_point wgs);
struct geo_point geo_wgs_of(struct geo_point gcj); /* back again, to less than a centimetre */
struct geo_point geo_wgs(struct geo_point p, enum geo_system from);
double geo_metres(struct geo_point a, struct geo_point b); /* along the great circle */
/* The geohash cell of so many characters: five are about 5 km wide. */
str geo_hash(struct arena *a, struct geo_point p, int chars);

#endif

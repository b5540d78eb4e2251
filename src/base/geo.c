/*
 * geo. The formula of GCJ-02: a point's offset is a sum of sines of its place, scaled by the curvature of the
 * Krasovsky ellipsoid there. Going back has no formula: the offset is taken off again until it fits.
 */
#include "base/geo.h"
#include "base/fail.h"

#include <math.h>

#define PI 3.14159265358979323846
#define KRASOVSKY_A 6378245.0
#define KRASOVSKY_EE 0.00669342162296594323
#define EARTH_METRES 6371008.8
#define BACK_ROUNDS 10
#define BACK_DEGREES 1e-9

bool geo_system_of(str name, enum geo_system *ret)
{
	static const struct { const char *name; enum geo_system is; } names[] = {
		{ "WGS-84", GEO_WGS84 }, { "WGS84", GEO_WGS84 }, { "GPS", GEO_WGS84 },
		{ "GCJ-02", GEO_GCJ02 }, { "GCJ02", GEO_GCJ02 }, { "火星坐标", GEO_GCJ02 },
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_nocase(name, str_c(names[i].name))) {
			*ret = names[i].is;
			return true;
		}
	return false;
}

const char *geo_system_name(enum geo_system s) { return s == GEO_GCJ02 ? "GCJ-02" : "WGS-84"; }

bool geo_ok(struct geo_point p)
{
	return isfinite(p.lat) && isfinite(p.lng) && p.lat >= -90 && p.lat <= 90 && p.lng >= -180 && p.lng <= 180;
}

/* ---- the country ---- */

/* Longitude and latitude around it, from the north-east: the Ussuri, the Yalu, the sea, the south, the west. */
static const float outline[][2] = {
	{ 135.1f, 48.4f }, { 134.0f, 46.7f }, { 133.1f, 45.1f }, { 131.9f, 45.2f }, { 131.2f, 44.4f }, { 131.3f, 43.0f },
	{ 130.6f, 42.3f }, { 129.9f, 43.0f }, { 128.9f, 42.0f }, { 128.2f, 41.5f }, { 126.9f, 41.7f }, { 126.2f, 41.1f },
	{ 124.4f, 40.0f }, { 124.1f, 39.6f }, { 123.5f, 38.5f }, { 123.5f, 32.0f }, { 124.0f, 30.5f }, { 123.5f, 28.0f },
	{ 122.5f, 25.8f }, { 122.2f, 25.0f }, { 121.8f, 23.5f }, { 121.2f, 21.7f }, { 120.0f, 21.5f }, { 117.5f, 22.0f },
	{ 114.6f, 21.6f }, { 112.9f, 20.9f }, { 112.0f, 18.0f }, { 113.2f, 17.2f }, { 113.2f, 15.5f }, { 111.0f, 15.5f },
	{ 110.5f, 17.8f }, { 108.3f, 18.2f }, { 108.3f, 19.5f }, { 108.8f, 20.8f }, { 107.9f, 21.5f }, { 107.2f, 21.8f },
	{ 106.65f, 22.0f }, { 106.55f, 22.5f }, { 106.8f, 22.8f }, { 105.9f, 23.0f }, { 105.4f, 23.3f }, { 104.8f, 22.9f },
	{ 104.2f, 22.8f }, { 103.95f, 22.5f }, { 103.0f, 22.5f }, { 102.4f, 22.75f }, { 102.1f, 22.4f }, { 101.7f, 22.4f },
	{ 101.75f, 21.2f }, { 101.2f, 21.2f }, { 100.1f, 21.5f }, { 99.2f, 22.1f }, { 99.3f, 22.9f }, { 98.8f, 23.5f },
	{ 97.8f, 23.9f }, { 97.5f, 24.5f }, { 98.2f, 25.5f }, { 98.7f, 25.9f }, { 98.6f, 27.5f }, { 97.4f, 28.0f },
	{ 96.0f, 27.0f }, { 94.0f, 26.9f }, { 92.0f, 26.8f }, { 91.6f, 27.7f }, { 90.0f, 28.1f }, { 88.9f, 27.3f },
	{ 88.6f, 28.0f }, { 86.9f, 27.95f }, { 85.9f, 27.95f }, { 85.3f, 28.3f }, { 84.0f, 29.1f }, { 82.0f, 30.2f },
	{ 81.1f, 30.1f }, { 79.0f, 31.3f }, { 78.7f, 32.5f }, { 79.3f, 32.9f }, { 78.0f, 34.5f }, { 78.0f, 35.4f },
	{ 76.0f, 35.8f }, { 75.3f, 36.8f }, { 74.5f, 37.2f }, { 74.9f, 38.4f }, { 73.7f, 38.8f }, { 73.5f, 39.5f },
	{ 74.0f, 40.0f }, { 75.5f, 40.5f }, { 76.9f, 41.0f }, { 78.3f, 41.3f }, { 80.2f, 42.1f }, { 80.2f, 43.0f },
	{ 80.3f, 44.2f }, { 80.3f, 45.0f }, { 82.5f, 45.2f }, { 82.6f, 46.5f }, { 83.0f, 47.2f }, { 85.5f, 47.1f },
	{ 85.6f, 48.2f }, { 86.8f, 49.1f }, { 87.8f, 49.2f }, { 88.2f, 48.6f }, { 90.0f, 47.9f }, { 91.0f, 46.8f },
	{ 91.0f, 45.3f }, { 93.5f, 44.9f }, { 95.4f, 44.3f }, { 96.4f, 42.8f }, { 101.8f, 42.5f }, { 105.0f, 41.6f },
	{ 107.5f, 42.45f }, { 110.0f, 42.7f }, { 111.9f, 43.75f }, { 111.6f, 44.4f }, { 113.6f, 44.8f }, { 114.5f, 45.4f },
	{ 116.2f, 45.75f }, { 117.4f, 46.4f }, { 119.8f, 46.7f }, { 119.8f, 47.2f }, { 118.5f, 47.9f }, { 117.3f, 47.6f },
	{ 115.7f, 47.8f }, { 116.0f, 48.8f }, { 116.7f, 49.8f }, { 117.8f, 49.6f }, { 119.3f, 50.3f }, { 120.0f, 52.0f },
	{ 120.7f, 52.6f }, { 120.0f, 52.8f }, { 121.0f, 53.3f }, { 123.6f, 53.55f }, { 125.6f, 53.05f }, { 126.9f, 51.3f },
	{ 127.5f, 50.25f }, { 127.8f, 49.6f }, { 129.5f, 49.4f }, { 130.7f, 48.9f }, { 130.95f, 47.7f }, { 132.5f, 47.75f },
	{ 134.7f, 48.4f },
};

/* Degrees from p to the line between two corners, a degree being as long in both ways. */
static double from_line(struct geo_point p, const float *a, const float *b)
{
	double dx = b[0] - a[0], dy = b[1] - a[1], px = p.lng - a[0], py = p.lat - a[1];
	double t = (px * dx + py * dy) / (dx * dx + dy * dy);
	t = t < 0 ? 0 : t > 1 ? 1 : t;
	return hypot(px - t * dx, py - t * dy);
}

bool geo_in_country(struct geo_point p)
{
	bool in = false;
	for (size_t i = 0, k = ARRAY_LEN(outline) - 1; i < ARRAY_LEN(outline); k = i++) {
		const float *a = outline[i], *b = outline[k];
		if (from_line(p, a, b) <= GEO_EDGE_DEGREES)
			return true;
		if ((a[1] > p.lat) != (b[1] > p.lat) && p.lng < (b[0] - a[0]) * (p.lat - a[1]) / (b[1] - a[1]) + a[0])
			in = !in;
	}
	return in;
}

/* ---- the two systems ---- */

static double north_of(double x, double y)
{
	return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x)) +
	       (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2 / 3 + (20 * sin(y * PI) + 40 * sin(y / 3 * PI)) * 2 / 3 +
	       (160 * sin(y / 12 * PI) + 320 * sin(y * PI / 30)) * 2 / 3;
}

static double east_of(double x, double y)
{
	return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x)) +
	       (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2 / 3 + (20 * sin(x * PI) + 40 * sin(x / 3 * PI)) * 2 / 3 +
	       (150 * sin(x / 12 * PI) + 300 * sin(x / 30 * PI)) * 2 / 3;
}

struct geo_point geo_gcj_of(struct geo_point wgs)
{
	double x = wgs.lng - 105, y = wgs.lat - 35, rad = wgs.lat / 180 * PI, s = sin(rad);
	double magic = 1 - KRASOVSKY_EE * s * s, root = sqrt(magic);
	double dlat = north_of(x, y) * 180 / (KRASOVSKY_A * (1 - KRASOVSKY_EE) / (magic * root) * PI);
	double dlng = east_of(x, y) * 180 / (KRASOVSKY_A / root * cos(rad) * PI);
	return (struct geo_point){ wgs.lat + dlat, wgs.lng + dlng };
}

struct geo_point geo_wgs_of(struct geo_point gcj)
{
	struct geo_point p = gcj;
	for (int i = 0; i < BACK_ROUNDS; i++) {
		struct geo_point there = geo_gcj_of(p);
		double dlat = there.lat - gcj.lat, dlng = there.lng - gcj.lng;
		p.lat -= dlat;
		p.lng -= dlng;
		if (fabs(dlat) < BACK_DEGREES && fabs(dlng) < BACK_DEGREES)
			break;
	}
	return p;
}

struct geo_point geo_wgs(struct geo_point p, enum geo_system from) { return from == GEO_GCJ02 ? geo_wgs_of(p) : p; }

double geo_metres(struct geo_point a, struct geo_point b)
{
	double rad = PI / 180, s = sin((b.lat - a.lat) * rad / 2), t = sin((b.lng - a.lng) * rad / 2);
	double h = s * s + cos(a.lat * rad) * cos(b.lat * rad) * t * t;
	return 2 * EARTH_METRES * asin(sqrt(h < 1 ? h : 1));
}

str geo_hash(struct arena *a, struct geo_point p, int chars)
{
	static const char letters[] = "0123456789bcdefghjkmnpqrstuvwxyz";
	double lat[2] = { -90, 90 }, lng[2] = { -180, 180 };
	ASSERT(chars > 0 && chars <= GEO_HASH_MAX);
	char *out = arena_alloc(a, (size_t)chars + 1);
	for (int i = 0; i < chars; i++) {
		int bits = 0;
		for (int b = 0; b < 5; b++) {
			double *range = (i * 5 + b) % 2 ? lat : lng, at = (i * 5 + b) % 2 ? p.lat : p.lng;
			double middle = (range[0] + range[1]) / 2;
			bits = bits << 1 | (at >= middle);
			range[at >= middle ? 0 : 1] = middle;
		}
		out[i] = letters[bits];
	}
	return str_of(out, (size_t)chars);
}

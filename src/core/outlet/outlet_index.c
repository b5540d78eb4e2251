/*
 * outlet_index. Distances are compared as chords of the unit ball, which order as great circles do and cost
 * three products. What lies outside a ring is at least as far as its nearest side: a parallel by degrees of
 * latitude, a meridian by asin(cos(lat) sin(dlng)).
 */
#include "core/outlet/outlet_index.h"

#include "base/map.h"
#include "core/corp/corp.h"
#include "core/outlet/outlet_data.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define RADIANS (3.14159265358979323846 / 180)
#define CORPS_MAX 4096

struct outlet_index {
	struct arena *arena;
	atomic_int users;
	struct outlet_spot *spots;
	size_t n;
	int cols, rows;
	double lat, lng, height, width; /* of the box' corner, of a cell */
	u32 *start; /* of each cell in order, one more at the end */
	u32 *order;
	struct imap ids;
};

static void unit_of(struct geo_point p, double ret[3])
{
	ret[0] = cos(p.lat * RADIANS) * cos(p.lng * RADIANS);
	ret[1] = cos(p.lat * RADIANS) * sin(p.lng * RADIANS);
	ret[2] = sin(p.lat * RADIANS);
}

static double chord(const double a[3], const double b[3])
{
	double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
	return x * x + y * y + z * z;
}

static double chord_of_angle(double rad)
{
	double s = 2 * sin((rad < 0 ? 0 : rad) / 2);
	return s * s;
}

/* ---- building ---- */

static bool spot_make(struct arena *a, const struct outlet *row, struct outlet_spot *ret)
{
	enum geo_system system;
	struct geo_point at = { row->lat, row->lng };
	if (row->closed || !geo_ok(at) || !geo_system_of(row->system, &system))
		return false;
	*ret = (struct outlet_spot){ .row = *row, .at = geo_wgs(at, system) };
	str *texts[] = { &ret->row.code, &ret->row.name, &ret->row.city, &ret->row.address, &ret->row.system, &ret->row.hours,
			 &ret->row.special, &ret->row.group_url };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = arena_dup(a, *texts[i]);
	unit_of(ret->at, ret->unit);
	return hours_parse(a, ret->row.hours, ret->row.special, &ret->hours, NULL) == OK;
}

static int by_city(const void *a, const void *b)
{
	const struct outlet_spot *x = a, *y = b;
	int c = str_cmp(x->row.city, y->row.city);
	if (c == 0)
		c = str_cmp(x->row.name, y->row.name);
	return c ? c : (x->row.id > y->row.id) - (x->row.id < y->row.id);
}

static int clamp(double v, int n) { return v < 0 || n == 1 ? 0 : v >= n ? n - 1 : (int)v; }
static int col_of(const struct outlet_index *ix, double lng) { return clamp((lng - ix->lng) / ix->width, ix->cols); }
static int row_of(const struct outlet_index *ix, double lat) { return clamp((lat - ix->lat) / ix->height, ix->rows); }

static void lay_box(struct outlet_index *ix)
{
	double north = -90, south = 90, east = -180, west = 180;
	for (size_t i = 0; i < ix->n; i++) {
		struct geo_point p = ix->spots[i].at;
		north = fmax(north, p.lat), south = fmin(south, p.lat), east = fmax(east, p.lng), west = fmin(west, p.lng);
	}
	int side = (int)ceil(sqrt((double)ix->n));
	ix->cols = ix->rows = side < 1 ? 1 : side;
	ix->lat = south, ix->lng = west;
	ix->height = fmax((north - south) / ix->rows, 1e-6);
	ix->width = fmax((east - west) / ix->cols, 1e-6);
}

static void lay_grid(struct outlet_index *ix)
{
	size_t cells;
	lay_box(ix);
	cells = (size_t)ix->cols * (size_t)ix->rows;
	ix->start = ARENA_ARRAY(ix->arena, u32, cells + 2);
	ix->order = ARENA_ARRAY(ix->arena, u32, ix->n + 1);
	u32 *cell = ARENA_ARRAY(ix->arena, u32, ix->n + 1);
	for (size_t i = 0; i < ix->n; i++) {
		cell[i] = (u32)(row_of(ix, ix->spots[i].at.lat) * ix->cols + col_of(ix, ix->spots[i].at.lng));
		ix->start[cell[i] + 2]++;
	}
	for (size_t c = 2; c < cells + 2; c++)
		ix->start[c] += ix->start[c - 1];
	for (size_t i = 0; i < ix->n; i++)
		ix->order[ix->start[cell[i] + 1]++] = (u32)i; /* leaves start[c] at the beginning of c */
}

struct outlet_index *outlet_index_new(const struct outlet *rows, size_t count)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct outlet_index *ix = ARENA_NEW(a, struct outlet_index);
	ix->arena = a;
	atomic_init(&ix->users, 1);
	ix->spots = ARENA_ARRAY(a, struct outlet_spot, count + 1);
	for (size_t i = 0; i < count; i++)
		ix->n += spot_make(a, &rows[i], &ix->spots[ix->n]);
	qsort(ix->spots, ix->n, sizeof(*ix->spots), by_city);
	ix->ids = imap_new(a);
	for (size_t i = 0; i < ix->n; i++)
		imap_put(&ix->ids, ix->spots[i].row.id, (i64)i);
	lay_grid(ix);
	return ix;
}

void outlet_index_put(struct outlet_index *ix)
{
	if (ix && atomic_fetch_sub(&ix->users, 1) == 1)
		arena_free(ix->arena);
}

size_t outlet_index_count(const struct outlet_index *ix) { return ix->n; }
const struct outlet_spot *outlet_index_spots(const struct outlet_index *ix) { return ix->spots; }

const struct outlet_spot *outlet_index_find(const struct outlet_index *ix, i64 id)
{
	i64 at;
	return imap_get(&ix->ids, id, &at) ? &ix->spots[at] : NULL;
}

/* ---- asking ---- */

struct hunt {
	const struct outlet_index *ix;
	struct geo_point at;
	double unit[3];
	const struct outlet_when *open;
	struct outlet_near *best;
	double chords[OUTLET_NEAR_MAX];
	size_t n, max;
};

static void take(struct hunt *h, const struct outlet_spot *s)
{
	double d = chord(h->unit, s->unit);
	if (h->n == h->max && d >= h->chords[h->n - 1])
		return;
	if (h->open && !hours_open(&s->hours, h->open->day, h->open->minute))
		return;
	size_t i = h->n < h->max ? h->n++ : h->n - 1;
	for (; i > 0 && h->chords[i - 1] > d; i--) {
		h->chords[i] = h->chords[i - 1];
		h->best[i] = h->best[i - 1];
	}
	h->chords[i] = d;
	h->best[i].spot = s;
}

static void look_cells(struct hunt *h, int row, int from, int to)
{
	const struct outlet_index *ix = h->ix;
	u32 first = ix->start[row * ix->cols + from], last = ix->start[row * ix->cols + to + 1];
	for (u32 i = first; i < last; i++)
		take(h, &ix->spots[ix->order[i]]);
}

struct rect { int left, right, bottom, top; };

static struct rect rect_of(const struct outlet_index *ix, int col, int row, int r)
{
	return (struct rect){ col - r < 0 ? 0 : col - r, col + r >= ix->cols ? ix->cols - 1 : col + r,
			      row - r < 0 ? 0 : row - r, row + r >= ix->rows ? ix->rows - 1 : row + r };
}

/* The cells at that many steps from the middle one. */
static void look_ring(struct hunt *h, int col, int row, int r)
{
	const struct outlet_index *ix = h->ix;
	struct rect in = rect_of(ix, col, row, r);
	for (int y = in.bottom; y <= in.top; y++) {
		if (y == row - r || y == row + r) {
			look_cells(h, y, in.left, in.right);
			continue;
		}
		if (col - r >= 0)
			look_cells(h, y, col - r, col - r);
		if (col + r < ix->cols && r > 0)
			look_cells(h, y, col + r, col + r);
	}
}

/* No store outside the rectangle is nearer than this chord; infinite: there is none. */
static double outside(const struct hunt *h, const struct rect *in)
{
	const struct outlet_index *ix = h->ix;
	double best = INFINITY, c = cos(h->at.lat * RADIANS);
	if (in->bottom > 0)
		best = fmin(best, (h->at.lat - (ix->lat + in->bottom * ix->height)) * RADIANS);
	if (in->top < ix->rows - 1)
		best = fmin(best, (ix->lat + (in->top + 1) * ix->height - h->at.lat) * RADIANS);
	if (in->left > 0)
		best = fmin(best, asin(c * sin(fmax(0, h->at.lng - (ix->lng + in->left * ix->width)) * RADIANS)));
	if (in->right < ix->cols - 1)
		best = fmin(best, asin(c * sin(fmax(0, ix->lng + (in->right + 1) * ix->width - h->at.lng) * RADIANS)));
	return isinf(best) ? INFINITY : chord_of_angle(best);
}

size_t outlet_index_near(const struct outlet_index *ix, struct geo_point wgs, const struct outlet_when *open,
			 struct outlet_near *ret, size_t max)
{
	struct hunt h = { .ix = ix, .at = wgs, .open = open, .best = ret, .max = max < OUTLET_NEAR_MAX ? max : OUTLET_NEAR_MAX };
	if (ix->n == 0 || h.max == 0)
		return 0;
	unit_of(wgs, h.unit);
	int col = col_of(ix, wgs.lng), row = row_of(ix, wgs.lat);
	for (int r = 0;; r++) {
		struct rect in = rect_of(ix, col, row, r);
		look_ring(&h, col, row, r);
		double bound = outside(&h, &in);
		if (isinf(bound) || (h.n == h.max && h.chords[h.n - 1] <= bound))
			break;
	}
	for (size_t i = 0; i < h.n; i++)
		ret[i].metres = geo_metres(wgs, ret[i].spot->at);
	return h.n;
}

/* ---- one of each corp ---- */

struct entry { i64 corp; struct outlet_index *index; u64 turn, built; ms read; };
struct outlet_cache { struct arena *arena; pthread_mutex_t lock; struct entry entries[CORPS_MAX]; size_t n; };

struct outlet_cache *outlet_cache_new(void)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct outlet_cache *c = ARENA_NEW(a, struct outlet_cache);
	c->arena = a;
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void outlet_cache_free(struct outlet_cache *c)
{
	for (size_t i = 0; c && i < c->n; i++)
		outlet_index_put(c->entries[i].index);
	if (c) {
		pthread_mutex_destroy(&c->lock);
		arena_free(c->arena);
	}
}

/* With the lock held. NULL: more corps than have room. */
static struct entry *entry_of(struct outlet_cache *c, i64 corp)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->entries[i].corp == corp)
			return &c->entries[i];
	if (c->n == CORPS_MAX)
		return NULL;
	c->entries[c->n] = (struct entry){ .corp = corp, .turn = 1 };
	return &c->entries[c->n++];
}

void outlet_forget(struct env *env, i64 corp)
{
	struct outlet_cache *c = env->outlets;
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	struct entry *e = entry_of(c, corp);
	if (e)
		e->turn++;
	pthread_mutex_unlock(&c->lock);
}

static void let_go(void *index) { outlet_index_put(index); }

static const struct outlet_index *lend(struct unit *u, struct outlet_index *ix)
{
	arena_defer(u->arena, let_go, ix);
	return ix;
}

static struct outlet_index *present(struct unit *u, struct outlet_cache *c, u64 *ret_turn)
{
	struct outlet_index *ix = NULL;
	pthread_mutex_lock(&c->lock);
	struct entry *e = entry_of(c, u->corp);
	*ret_turn = e ? e->turn : 0;
	bool old = e && store_is_postgres(u->store) && clock_mono() - e->read > OUTLET_INDEX_MS;
	if (e && e->index && e->built == e->turn && !old) {
		ix = e->index;
		atomic_fetch_add(&ix->users, 1);
	}
	pthread_mutex_unlock(&c->lock);
	return ix;
}

static void keep(struct unit *u, struct outlet_cache *c, struct outlet_index *ix, u64 turn)
{
	struct outlet_index *was = NULL;
	pthread_mutex_lock(&c->lock);
	struct entry *e = entry_of(c, u->corp);
	if (e && e->built <= turn) {
		was = e->index;
		e->index = ix;
		e->built = turn;
		e->read = clock_mono();
		atomic_fetch_add(&ix->users, 1);
	}
	pthread_mutex_unlock(&c->lock);
	outlet_index_put(was);
}

err outlet_index_get(struct unit *u, const struct outlet_index **ret)
{
	u64 turn = 0;
	struct outlet *rows;
	size_t n;
	struct outlet_cache *c = u->env->outlets;
	struct outlet_index *ix = c ? present(u, c, &turn) : NULL;
	if (!ix) {
		TRY(READ_SNAP(u, slot_base(u->store, u->corp), outlet_rows(snap, &(struct none){ 0 }, &rows, &n)));
		ix = outlet_index_new(rows, n);
		if (c)
			keep(u, c, ix, turn);
	}
	*ret = lend(u, ix);
	return OK;
}

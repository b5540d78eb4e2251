/*
 * area code 区域码: one code for the whole country. Who scans it is led to the nearest open store: its guide's code
 * or its group.
 *
 * The page asks for her position and says what for. The point is a value of one request: it is compared in memory
 * with the stores (core/outlet), and all that is kept is the geohash cell of five characters. Who refuses picks
 * city and store by hand; the store is remembered by her own browser. When none is open the page says so, with
 * the nearest one and when it opens.
 *
 * Every pair of area code and store has a contact way of its own (core/way), made when first needed or for all
 * stores at once 千店万群, so an add by it carries the code's channel and the store's tag.
 *
 * out: area.saved, area.came   in: follow.added, outlet.changed
 */
#ifndef YT_FEATURE_AREA_AREA_H
#define YT_FEATURE_AREA_AREA_H

#include "core/cx.h"
#include "core/door/door.h"
#include "core/module.h"
#include "core/outlet/outlet_index.h"

#define AREA_MAX 200 /* of a corp */
#define AREA_NAME_MAX 30
#define AREA_CONSENT_MAX 300
#define AREA_RADIUS_DEFAULT 1000
#define AREA_RADIUS_MIN 100
#define AREA_RADIUS_MAX 100000
#define AREA_CELL_CHARS 5
#define AREA_OTHERS 3 /* further stores that are offered */
#define AREA_COOKIE "yutang_area"
#define AREA_COOKIE_MS (180 * MS_DAY)
#define AREA_OWNER "area" /* of contact ways; their part is the store */
#define AREA_JOB "area.codes"

#define AREA_EDIT_FIELDS(F, S)                                                  \
	F(S, STR, name, .min = 1, .max = AREA_NAME_MAX, .doc = "also the source channel of who comes by it") \
	F(S, STR, result, .one_of = "guide,group") \
	F(S, I64, radius, .opt = true, .min = AREA_RADIUS_MIN, .max = AREA_RADIUS_MAX, .doc = "metres; farther stores are shown as far") \
	F(S, STR, consent, .opt = true, .max = AREA_CONSENT_MAX, .doc = "what the page says before it asks for her position; none: our own words")
RECORD(area_edit, AREA_EDIT_FIELDS);

#define AREA_SAVED_FIELDS(F, S) F(S, ID, id) F(S, STR, name) F(S, BOOL, removed)
RECORD(area_saved, AREA_SAVED_FIELDS);
/* area.came: she became a friend by it. */
#define AREA_CAME_FIELDS(F, S) F(S, ID, area) F(S, STR, name) F(S, ID, outlet) F(S, STR, store) F(S, ID, staff, .opt = true)
RECORD(area_came, AREA_CAME_FIELDS);

#define AREA_STORE_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, name) F(S, STR, city) F(S, STR, address) F(S, STR, hours) F(S, BOOL, open) \
	F(S, MS, next_open, .opt = true) F(S, I64, metres, .opt = true)
RECORD(area_store, AREA_STORE_FIELDS);
#define AREA_RESULT_FIELDS(F, S)                                                \
	F(S, STR, state, .one_of = "near,far,closed,none", .doc = "closed: no store is open now; none: there is no store") \
	F(S, OBJ, store, .opt = true, .of = &area_store_record) \
	F(S, STR, result, .one_of = "guide,group,preparing,nobody") F(S, STR, url, .opt = true, .doc = "of the code's picture, or of the group's page") \
	F(S, LIST, others, .of = &area_store_record)
RECORD(area_result, AREA_RESULT_FIELDS);

struct area_code;
err area_make(struct tx *tx, const struct area_edit *in, i64 *ret_id);
err area_change(struct tx *tx, i64 id, i64 version, const struct area_edit *in);
err area_remove(struct tx *tx, i64 id);
/* By the key of its door; fills the unit's corp. ERR_NOT_FOUND. */
err area_of_door(struct cx *cx, str key, struct area_code *ret);
/* The nearest store to a point, in memory. ERR_INPUT for a point outside the country. */
err area_near(struct cx *cx, const struct area_code *area, struct geo_point wgs, struct area_result *ret);
/* The store she chose or chose before. */
err area_choose(struct cx *cx, const struct area_code *area, i64 outlet, const char *how, struct area_result *ret);
void area_store_of(struct cx *cx, const struct outlet_spot *spot, struct area_store *ret);
/* The way of a store, asked for when there is none and somebody serves. */
struct way;
err area_way(struct tx *tx, const struct area_code *area, i64 outlet, struct way *ret);

struct event;
err area_on_added(struct tx *tx, const struct event *ev);
err area_on_outlet(struct tx *tx, const struct event *ev);
struct job;
err area_codes_step(struct cx *cx, struct job *job, bool *ret_done);
/* A job over all stores; only_made: only stores that have a code. */
err area_codes_queue(struct tx *tx, const struct area_code *area, bool only_made, i64 *ret_job);

extern const struct route area_routes[], area_page_routes[];
extern const struct door_kind area_doors[];

#endif

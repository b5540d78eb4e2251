/*
 * outlet 门店: a store as a place people walk into: where it is, when it is open, who serves there.
 *
 * A department that serves customers (core/staff) says whose customers are whose; an outlet says where. It may
 * name its department: then its staff are those of that department, unless it names its own. Coordinates keep
 * the system they were given in and are compared in WGS-84; what lies outside the country is refused, because
 * it is a mistake (swapped, of another map). `code` is the operator's own number of the store and what a file
 * finds it by again.
 *
 * All rows of a corp stand in memory by place (outlet_index.h): asking for the nearest reads nothing.
 *
 * out: outlet.changed
 */
#ifndef YT_CORE_OUTLET_OUTLET_H
#define YT_CORE_OUTLET_OUTLET_H

#include "base/geo.h"
#include "core/module.h"

#define OUTLET_MAX 20000 /* of a corp */
#define OUTLET_STAFF_MAX 100
#define OUTLET_CODE_MAX 32
#define OUTLET_NAME_MAX 40
#define OUTLET_CITY_MAX 20
#define OUTLET_ADDRESS_MAX 120
#define OUTLET_URL_MAX 500

#define OUTLET_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, code) F(S, STR, name) F(S, STR, city) F(S, STR, address) F(S, STR, system) \
	F(S, F64, lat) F(S, F64, lng) F(S, STR, hours) F(S, STR, special) F(S, ID, department, .opt = true) \
	F(S, STR, group_url, .opt = true) F(S, ID, tag, .opt = true) F(S, BOOL, closed) F(S, MS, created) F(S, I64, version)
RECORD(outlet, OUTLET_FIELDS);

#define OUTLET_EDIT_FIELDS(F, S)                                                  \
	F(S, STR, code, .min = 1, .max = OUTLET_CODE_MAX, .doc = "the operator's own number of the store") \
	F(S, STR, name, .min = 1, .max = OUTLET_NAME_MAX) F(S, STR, city, .min = 1, .max = OUTLET_CITY_MAX) \
	F(S, STR, address, .opt = true, .max = OUTLET_ADDRESS_MAX)                \
	F(S, STR, system, .one_of = "WGS-84,GCJ-02", .doc = "of the coordinates") F(S, F64, lat) F(S, F64, lng) \
	F(S, STR, hours, .opt = true, .max = 500, .doc = "1-5 09:00-21:00; 6,7 10:00-22:00; none: always open") \
	F(S, STR, special, .opt = true, .max = 500, .doc = "2027-02-17 10:00-16:00; 2027-10-01~2027-10-03 closed") \
	F(S, ID, department, .opt = true) F(S, IDS, staff, .opt = true, .max = OUTLET_STAFF_MAX, .doc = "who serves; none: the department's") \
	F(S, STR, group_url, .opt = true, .max = OUTLET_URL_MAX, .doc = "the address of its group's code") \
	F(S, ID, tag, .opt = true) F(S, BOOL, closed, .opt = true)
RECORD(outlet_edit, OUTLET_EDIT_FIELDS);

/* outlet.changed; id 0: many at once, by a file. */
#define OUTLET_CHANGED_FIELDS(F, S) F(S, ID, id) F(S, STR, code) F(S, STR, what, .one_of = "made,changed,removed,imported")
RECORD(outlet_changed, OUTLET_CHANGED_FIELDS);

/* In the corp's base slot. ERR_EXISTS for a code another has, ERR_STATE beyond OUTLET_MAX. */
err outlet_make(struct tx *tx, const struct outlet_edit *in, i64 *ret_id);
err outlet_change(struct tx *tx, i64 id, i64 version, const struct outlet_edit *in);
err outlet_remove(struct tx *tx, i64 id);
err outlet_get(const struct snap *s, i64 id, struct outlet *ret); /* ERR_NOT_FOUND */
/* Texts, coordinates, hours: as far as they can be judged alone. */
err outlet_check(struct arena *a, const struct outlet_edit *in, struct fail *f);
/* Who serves there now: its own staff, else the active ones of its department. */
err outlet_serving(const struct snap *s, const struct outlet *o, struct ids *ret);
err outlet_staff_list(const struct snap *s, i64 id, struct ids *ret); /* its own */

#define OUTLET_PROBLEM_FIELDS(F, S) F(S, I64, line) F(S, STR, field) F(S, STR, text)
RECORD(outlet_problem, OUTLET_PROBLEM_FIELDS);
#define OUTLET_IMPORT_FIELDS(F, S)                                                \
	F(S, BOOL, dry) F(S, I64, added) F(S, I64, changed) F(S, I64, same) F(S, I64, rejected) \
	F(S, LIST, problems, .of = &outlet_problem_record, .doc = "the first rejected lines, each with its reason")
RECORD(outlet_import, OUTLET_IMPORT_FIELDS);
/* A .csv or .xlsx: good rows are made or changed by their code, the others told. dry: look only. */
err outlet_file(struct cx *cx, str bytes, bool dry, struct outlet_import *ret);
#define OUTLET_PROBLEMS_MAX 200

extern const struct route outlet_routes[];
extern const struct module outlet_module;

#endif

/*
 * Rows and queries of area codes: small tables of the corp.
 */
#ifndef YT_FEATURE_AREA_AREA_DATA_H
#define YT_FEATURE_AREA_AREA_DATA_H

#include "feature/area/area.h"

#define AREA_CODE_FIELDS(F, S)                                                  \
	F(S, ID, id) F(S, STR, name) F(S, STR, door) F(S, STR, result) F(S, I64, radius) F(S, STR, consent) F(S, BOOL, removed) \
	F(S, MS, created) F(S, I64, version)
RECORD(area_code, AREA_CODE_FIELDS);
#define AREA_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(area_key, AREA_KEY_FIELDS);
#define AREA_VISIT_FIELDS(F, S) F(S, ID, area) F(S, I64, day) F(S, ID, outlet) F(S, STR, cell) F(S, STR, how) F(S, I64, visits)
RECORD(area_visit, AREA_VISIT_FIELDS);
#define AREA_SPAN_FIELDS(F, S) F(S, ID, area) F(S, I64, first)
RECORD(area_span, AREA_SPAN_FIELDS);
#define AREA_SUM_FIELDS(F, S) F(S, ID, outlet) F(S, STR, how) F(S, I64, visits)
RECORD(area_sum, AREA_SUM_FIELDS);
#define AREA_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(area_count, AREA_COUNT_FIELDS);

WRITE(area_insert, area_code,
      SQL(INSERT INTO area_code (corp, id, name, door, result, radius, consent, removed, created, version)
	  VALUES (:corp, :id, :name, :door, :result, :radius, :consent, :removed, :created, :version)))
WRITE(area_update, area_code,
      SQL(UPDATE area_code SET name = :name, result = :result, radius = :radius, consent = :consent, removed = :removed, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
READ_ONE(area_row, area_key, area_code,
	 SQL(SELECT id, name, door, result, radius, consent, removed, created, version FROM area_code WHERE corp = :corp AND id = :id))
READ_MANY(area_rows, none, area_code,
	  SQL(SELECT id, name, door, result, radius, consent, removed, created, version FROM area_code
	      WHERE corp = :corp AND removed = 0 ORDER BY id DESC))
READ_ONE(area_number, none, area_count, SQL(SELECT count(*) AS n FROM area_code WHERE corp = :corp AND removed = 0))
WRITE(area_visit_add, area_visit,
      SQL(INSERT INTO area_visit (corp, area, day, outlet, cell, how, visits) VALUES (:corp, :area, :day, :outlet, :cell, :how, :visits)
	  ON CONFLICT (corp, area, day, outlet, cell, how) DO UPDATE SET visits = area_visit.visits + excluded.visits))
READ_MANY(area_sums, area_span, area_sum,
	  SQL(SELECT outlet, how, CAST(SUM(visits) AS BIGINT) AS visits FROM area_visit
	      WHERE corp = :corp AND area = :area AND day >= :first GROUP BY outlet, how ORDER BY outlet, how))
#endif

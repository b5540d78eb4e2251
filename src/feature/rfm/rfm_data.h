/*
 * rfm's rows, all small and by corp.
 */
#ifndef YT_FEATURE_RFM_RFM_DATA_H
#define YT_FEATURE_RFM_RFM_DATA_H

#include "feature/rfm/rfm.h"

#define RFM_LIMIT_FIELDS(F, S) F(S, I64, limit)
RECORD(rfm_limit, RFM_LIMIT_FIELDS);
READ_MANY(rfm_cut_list, rfm_limit, rfm_cut,
	SQL(SELECT id, at, people, mode, money, r1, r2, r3, r4, f1, f2, f3, f4, m1, m2, m3, m4
		FROM rfm_cut WHERE corp = :corp ORDER BY id DESC LIMIT :limit))
WRITE(rfm_cut_add, rfm_cut,
	SQL(INSERT INTO rfm_cut (corp, id, at, people, mode, money, r1, r2, r3, r4, f1, f2, f3, f4, m1, m2, m3, m4)
		VALUES (:corp, :id, :at, :people, :mode, :money, :r1, :r2, :r3, :r4, :f1, :f2, :f3, :f4, :m1, :m2, :m3, :m4)
		ON CONFLICT DO NOTHING))

#define RFM_NAME_FIELDS(F, S) F(S, STR, code) F(S, STR, name)
RECORD(rfm_name, RFM_NAME_FIELDS);
READ_MANY(rfm_name_list, none, rfm_name, SQL(SELECT code, name FROM rfm_name WHERE corp = :corp ORDER BY code))
WRITE(rfm_name_put, rfm_name,
	SQL(INSERT INTO rfm_name (corp, code, name) VALUES (:corp, :code, :name)
		ON CONFLICT (corp, code) DO UPDATE SET name = excluded.name))
WRITE(rfm_name_drop, rfm_name, SQL(DELETE FROM rfm_name WHERE corp = :corp AND code = :code))

#define RFM_TYPE_FIELDS(F, S) F(S, STR, code) F(S, ID, audience)
RECORD(rfm_type, RFM_TYPE_FIELDS);
READ_MANY(rfm_type_list, none, rfm_type, SQL(SELECT code, audience FROM rfm_type WHERE corp = :corp ORDER BY code))
WRITE(rfm_type_put, rfm_type,
	SQL(INSERT INTO rfm_type (corp, code, audience) VALUES (:corp, :code, :audience)
		ON CONFLICT (corp, code) DO UPDATE SET audience = excluded.audience))

#define RFM_DAY_FIELDS(F, S) F(S, I64, day) F(S, STR, code) F(S, I64, people) F(S, FEN, gmv)
RECORD(rfm_day, RFM_DAY_FIELDS);
#define RFM_RANGE_FIELDS(F, S) F(S, I64, from) F(S, I64, to)
RECORD(rfm_range, RFM_RANGE_FIELDS);
READ_MANY(rfm_days, rfm_range, rfm_day,
	SQL(SELECT day, code, people, gmv FROM rfm_type_day
		WHERE corp = :corp AND day >= :from AND day <= :to ORDER BY day, code))
WRITE(rfm_day_put, rfm_day,
	SQL(INSERT INTO rfm_type_day (corp, day, code, people, gmv) VALUES (:corp, :day, :code, :people, :gmv)
		ON CONFLICT (corp, day, code) DO UPDATE SET people = excluded.people, gmv = excluded.gmv))

#endif

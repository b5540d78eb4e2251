/*
 * Rows and queries of stores: small tables of the corp.
 */
#ifndef YT_CORE_OUTLET_OUTLET_DATA_H
#define YT_CORE_OUTLET_OUTLET_DATA_H

#include "core/outlet/outlet.h"

#define OUTLET_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(outlet_key, OUTLET_KEY_FIELDS);
#define OUTLET_CODED_FIELDS(F, S) F(S, STR, code)
RECORD(outlet_coded, OUTLET_CODED_FIELDS);
#define OUTLET_STAFF_FIELDS(F, S) F(S, ID, outlet) F(S, ID, staff)
RECORD(outlet_staff, OUTLET_STAFF_FIELDS);
#define OUTLET_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(outlet_count, OUTLET_COUNT_FIELDS);

WRITE(outlet_insert, outlet,
      SQL(INSERT INTO outlet (corp, id, code, name, city, address, system, lat, lng, hours, special, department, group_url, tag,
			      closed, created, version)
	  VALUES (:corp, :id, :code, :name, :city, :address, :system, :lat, :lng, :hours, :special, :department, :group_url, :tag,
		  :closed, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(outlet_update, outlet,
      SQL(UPDATE outlet SET code = :code, name = :name, city = :city, address = :address, system = :system, lat = :lat, lng = :lng,
			    hours = :hours, special = :special, department = :department, group_url = :group_url, tag = :tag,
			    closed = :closed, version = version + 1
	  WHERE corp = :corp AND id = :id AND version = :version))
WRITE(outlet_delete, outlet_key, SQL(DELETE FROM outlet WHERE corp = :corp AND id = :id))
READ_ONE(outlet_row, outlet_key, outlet,
	 SQL(SELECT id, code, name, city, address, system, lat, lng, hours, special, department, group_url, tag, closed, created, version
	     FROM outlet WHERE corp = :corp AND id = :id))
READ_ONE(outlet_by_code, outlet_coded, outlet,
	 SQL(SELECT id, code, name, city, address, system, lat, lng, hours, special, department, group_url, tag, closed, created, version
	     FROM outlet WHERE corp = :corp AND code = :code))
READ_MANY(outlet_rows, none, outlet,
	  SQL(SELECT id, code, name, city, address, system, lat, lng, hours, special, department, group_url, tag, closed, created, version
	      FROM outlet WHERE corp = :corp ORDER BY id))
READ_ONE(outlet_number, none, outlet_count, SQL(SELECT count(*) AS n FROM outlet WHERE corp = :corp))

WRITE(outlet_staff_clear, outlet_key, SQL(DELETE FROM outlet_staff WHERE corp = :corp AND outlet = :id))
WRITE(outlet_staff_add, outlet_staff,
      SQL(INSERT INTO outlet_staff (corp, outlet, staff) VALUES (:corp, :outlet, :staff) ON CONFLICT DO NOTHING))
READ_MANY(outlet_staff_of, outlet_key, outlet_staff,
	  SQL(SELECT outlet, staff FROM outlet_staff WHERE corp = :corp AND outlet = :id ORDER BY staff))
READ_MANY(outlet_staff_rows, none, outlet_staff,
	  SQL(SELECT outlet, staff FROM outlet_staff WHERE corp = :corp ORDER BY outlet, staff))

struct staff;
bool outlet_can_serve(const struct staff *s);
bool outlet_of_department(const struct staff *s, i64 department); /* and can serve */
/* The store as it would stand; the caller sees that the code is free. */
struct outlet outlet_of(const struct outlet_edit *in);
err outlet_put_staff(struct tx *tx, i64 id, struct ids staff);
void outlet_told(struct tx *tx); /* the index is read anew once this is durable */

#endif

/*
 * Rows and queries of uploads and imports: small tables of the corp.
 */
#ifndef YT_FEATURE_ORDER_ORDER_IMPORT_DATA_H
#define YT_FEATURE_ORDER_ORDER_IMPORT_DATA_H

#include "feature/order/order_import.h"

#define ORDER_UPLOAD_FIELDS(F, S)                                                 \
	F(S, ID, id) F(S, STR, name) F(S, I64, size) F(S, STR, sha256, .opt = true) F(S, BOOL, completed) F(S, MS, created)
RECORD(order_upload, ORDER_UPLOAD_FIELDS);
#define ORDER_PART_FIELDS(F, S) F(S, ID, upload) F(S, I64, part) F(S, I64, bytes)
RECORD(order_part, ORDER_PART_FIELDS);
#define ORDER_PARTS_FIELDS(F, S) F(S, I64, parts) F(S, I64, bytes, .opt = true)
RECORD(order_parts, ORDER_PARTS_FIELDS);
#define IMPORT_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(import_key, IMPORT_KEY_FIELDS);
#define IMPORT_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(import_find, IMPORT_FIND_FIELDS);
#define IMPORT_STATE_FIELDS(F, S) F(S, ID, id) F(S, STR, state) F(S, ID, job) F(S, STR, error, .opt = true)
RECORD(import_state, IMPORT_STATE_FIELDS);
#define IMPORT_SPEC_SET_FIELDS(F, S) F(S, ID, id) F(S, STR, state) F(S, STR, spec)
RECORD(import_spec_set, IMPORT_SPEC_SET_FIELDS);
#define IMPORT_COUNTS_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, I64, data_rows) F(S, I64, accepted) F(S, I64, rejected) F(S, I64, orders) F(S, I64, refunds) \
	F(S, I64, customers) F(S, I64, unchanged) F(S, I64, unmatched)
RECORD(import_counts, IMPORT_COUNTS_FIELDS);

WRITE(upload_insert, order_upload,
      SQL(INSERT INTO order_upload (corp, id, name, size, sha256, completed, created)
	  VALUES (:corp, :id, :name, :size, :sha256, :completed, :created)))
READ_ONE(upload_get, import_key, order_upload,
	 SQL(SELECT id, name, size, sha256, completed, created FROM order_upload WHERE corp = :corp AND id = :id))
WRITE(upload_done, import_key, SQL(UPDATE order_upload SET completed = 1 WHERE corp = :corp AND id = :id))
WRITE(upload_part_put, order_part,
      SQL(INSERT INTO order_upload_part (corp, upload, part, bytes) VALUES (:corp, :upload, :part, :bytes)
	  ON CONFLICT (corp, upload, part) DO UPDATE SET bytes = excluded.bytes))
READ_ONE(upload_parts, import_key, order_parts,
	 SQL(SELECT count(*) AS parts, CAST(SUM(bytes) AS BIGINT) AS bytes FROM order_upload_part
	     WHERE corp = :corp AND upload = :id))

WRITE(import_insert, order_import,
      SQL(INSERT INTO order_import (corp, id, upload, name, preset, state, job, spec, data_rows, accepted, rejected, orders,
				    refunds, customers, unchanged, unmatched, error, created_by, created)
	  VALUES (:corp, :id, :upload, :name, :preset, :state, :job, :spec, :data_rows, :accepted, :rejected, :orders,
		  :refunds, :customers, :unchanged, :unmatched, :error, :created_by, :created)))
READ_ONE(import_get, import_key, order_import,
	 SQL(SELECT id, upload, name, preset, state, job, spec, data_rows, accepted, rejected, orders, refunds, customers,
		    unchanged, unmatched, error, created_by, created
	     FROM order_import WHERE corp = :corp AND id = :id))
READ_MANY(import_list, import_find, order_import,
	  SQL(SELECT id, upload, name, preset, state, job, spec, data_rows, accepted, rejected, orders, refunds, customers,
		     unchanged, unmatched, error, created_by, created
	      FROM order_import WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
WRITE(import_state_set, import_state,
      SQL(UPDATE order_import SET state = :state, job = :job, error = :error WHERE corp = :corp AND id = :id))
/* Only while that job is the import's: a cancelled one says nothing more. */
WRITE(import_state_end, import_state,
      SQL(UPDATE order_import SET state = :state, error = :error
	  WHERE corp = :corp AND id = :id AND job = :job AND state IN ('dry_run', 'running', 'undoing')))
WRITE(import_spec_put, import_spec_set,
      SQL(UPDATE order_import SET spec = :spec, state = :state WHERE corp = :corp AND id = :id))
WRITE(import_counts_set, import_counts,
      SQL(UPDATE order_import SET data_rows = :data_rows, accepted = :accepted, rejected = :rejected, orders = :orders,
				  refunds = :refunds, customers = :customers, unchanged = :unchanged, unmatched = :unmatched
	  WHERE corp = :corp AND id = :id))
WRITE(import_counts_add, import_counts,
      SQL(UPDATE order_import SET orders = orders + :orders, refunds = refunds + :refunds,
				  customers = customers + :customers, unchanged = unchanged + :unchanged,
				  unmatched = unmatched + :unmatched
	  WHERE corp = :corp AND id = :id))

#endif

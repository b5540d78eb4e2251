/*
 * Rows and queries of identities: by value (slot of the value) and by customer (her slot).
 */
#ifndef YT_CORE_IDENTITY_IDENTITY_DATA_H
#define YT_CORE_IDENTITY_IDENTITY_DATA_H

#include "core/identity/identity.h"
#include "store/journal.h"

#define IDENTITY_VALUE_FIELDS(F, S)                                                \
	F(S, STR, kind) F(S, STR, value, .doc = "as looked up: plain or keyed hash") \
	F(S, ID, customer) F(S, BOOL, verified) F(S, STR, origin) F(S, MS, created)
RECORD(identity_value, IDENTITY_VALUE_FIELDS);

#define IDENTITY_OWNED_FIELDS(F, S)                                                \
	F(S, ID, customer) F(S, STR, kind) F(S, STR, value) F(S, STR, sealed, .opt = true) F(S, STR, masked) \
	F(S, BOOL, verified) F(S, STR, source) F(S, MS, created)
RECORD(identity_owned, IDENTITY_OWNED_FIELDS);

#define IDENTITY_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(identity_count, IDENTITY_COUNT_FIELDS);
#define IDENTITY_WAYS_FIELDS(F, S) F(S, I64, phones) F(S, I64, mails)
RECORD(identity_ways, IDENTITY_WAYS_FIELDS);

#define MERGE_HINT_FIELDS(F, S)                                                    \
	F(S, ID, customer) F(S, STR, kind) F(S, STR, value) F(S, STR, sealed) F(S, STR, masked) F(S, MS, created)
RECORD(merge_hint, MERGE_HINT_FIELDS);

READ_ONE(identity_value_get, identity_value, identity_value,
	 SQL(SELECT kind, value, customer, verified, origin, created FROM identity
	     WHERE slot = :slot AND corp = :corp AND kind = :kind AND value = :value))
WRITE_ONE(identity_value_claim, identity_value, identity_value,
	  SQL(INSERT INTO identity (slot, corp, kind, value, customer, verified, origin, created)
	      VALUES (:slot, :corp, :kind, :value, :customer, :verified, :origin, :created)
	      ON CONFLICT DO NOTHING
	      RETURNING kind, value, customer, verified, origin, created))
WRITE(identity_value_add, identity_value,
      SQL(INSERT INTO identity (slot, corp, kind, value, customer, verified, origin, created)
	  VALUES (:slot, :corp, :kind, :value, :customer, :verified, :origin, :created)
	  ON CONFLICT DO NOTHING))
WRITE(identity_value_verify, identity_value,
      SQL(UPDATE identity SET verified = 1
	  WHERE slot = :slot AND corp = :corp AND kind = :kind AND value = :value AND verified = 0))

/* A proven claim beats one that nobody proved. */
WRITE_ONE(identity_value_take, identity_value, identity_value,
	  SQL(UPDATE identity SET customer = :customer, verified = 1, origin = :origin
	      WHERE slot = :slot AND corp = :corp AND kind = :kind AND value = :value AND verified = 0
	      RETURNING kind, value, customer, verified, origin, created))

WRITE(identity_value_drop, identity_value,
      SQL(DELETE FROM identity WHERE slot = :slot AND corp = :corp AND kind = :kind AND value = :value
	  AND customer = :customer))

READ_ONE(identity_owned_get, identity_owned, identity_owned,
	 SQL(SELECT customer, kind, value, sealed, masked, verified, source, created FROM identity_of_customer
	     WHERE slot = :slot AND corp = :corp AND customer = :customer AND kind = :kind AND value = :value))
READ_MANY(identity_owned_list, identity_owned, identity_owned,
	  SQL(SELECT customer, kind, value, sealed, masked, verified, source, created FROM identity_of_customer
	      WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY kind, created, value))
READ_ONE(identity_owned_count, identity_owned, identity_count,
	 SQL(SELECT count(*) AS n FROM identity_of_customer
	     WHERE slot = :slot AND corp = :corp AND customer = :customer AND kind = :kind))
READ_ONE(identity_ways_proven, identity_owned, identity_ways,
	 SQL(SELECT count(CASE WHEN kind = 'phone' THEN 1 END) AS phones, count(CASE WHEN kind = 'email' THEN 1 END) AS mails
	     FROM identity_of_customer
	     WHERE slot = :slot AND corp = :corp AND customer = :customer AND verified = 1))
WRITE(identity_owned_put, identity_owned,
      SQL(INSERT INTO identity_of_customer (slot, corp, customer, kind, value, sealed, masked, verified, source, created)
	  VALUES (:slot, :corp, :customer, :kind, :value, :sealed, :masked, :verified, :source, :created)
	  ON CONFLICT DO NOTHING))
WRITE(identity_owned_verify, identity_owned,
      SQL(UPDATE identity_of_customer SET verified = 1
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND kind = :kind AND value = :value
	  AND verified = 0))

WRITE(identity_owned_drop, identity_owned,
      SQL(DELETE FROM identity_of_customer
	  WHERE slot = :slot AND corp = :corp AND customer = :customer AND kind = :kind AND value = :value))

READ_MANY(merge_hint_list, merge_hint, merge_hint,
	  SQL(SELECT customer, kind, value, sealed, masked, created FROM merge_hint
	      WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY created, value))
WRITE(merge_hint_put, merge_hint,
      SQL(INSERT INTO merge_hint (slot, corp, customer, kind, value, sealed, masked, created)
	  VALUES (:slot, :corp, :customer, :kind, :value, :sealed, :masked, :created)
	  ON CONFLICT DO NOTHING))

#endif

/*
 * Rows of uses; base slot.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_ASOF_DATA_H
#define YT_CORE_AUDIENCE_AUDIENCE_ASOF_DATA_H

#include "core/audience/audience_asof.h"
#include "core/audience/audience_data.h"

#define AUDIENCE_USE_FIND_FIELDS(F, S) F(S, ID, audience) F(S, ID, before) F(S, I64, limit)
RECORD(audience_use_find, AUDIENCE_USE_FIND_FIELDS);
#define AUDIENCE_USE_OF_FIELDS(F, S) F(S, STR, used_by) F(S, ID, ref)
RECORD(audience_use_of, AUDIENCE_USE_OF_FIELDS);

READ_ONE(audience_use_row, audience_key, audience_use,
	 SQL(SELECT id, used_by, ref, title, audience, expr, viewed_by, at, day, people, positions, bytes, checksum, blob
	     FROM audience_use WHERE corp = :corp AND id = :id))
READ_ONE(audience_use_named, audience_use_of, audience_use,
	 SQL(SELECT id, used_by, ref, title, audience, expr, viewed_by, at, day, people, positions, bytes, checksum, blob
	     FROM audience_use WHERE corp = :corp AND used_by = :used_by AND ref = :ref))
READ_MANY(audience_uses, audience_use_find, audience_use,
	  SQL(SELECT id, used_by, ref, title, audience, expr, viewed_by, at, day, people, positions, bytes, checksum, blob
	      FROM audience_use WHERE corp = :corp AND id < :before AND (:audience = 0 OR audience = :audience)
	      ORDER BY id DESC LIMIT :limit))
WRITE(audience_use_add, audience_use,
      SQL(INSERT INTO audience_use (corp, id, used_by, ref, title, audience, expr, viewed_by, at, day, people, positions, bytes,
		checksum, blob)
	  VALUES (:corp, :id, :used_by, :ref, :title, :audience, :expr, :viewed_by, :at, :day, :people, :positions, :bytes,
		:checksum, :blob) ON CONFLICT DO NOTHING))

#endif

/*
 * Rows of the store's own housekeeping: meta words, places of corps, number blocks, node numbers.
 */
#ifndef YT_STORE_STORE_DATA_H
#define YT_STORE_STORE_DATA_H

#include "store/store.h"

#define STORE_META_KEY_FIELDS(F, S) F(S, STR, name)
RECORD(store_meta_key, STORE_META_KEY_FIELDS);
#define STORE_META_FIELDS(F, S) F(S, STR, name) F(S, STR, value)
RECORD(store_meta, STORE_META_FIELDS);
#define STORE_TOP_FIELDS(F, S) F(S, ID, id, .opt = true)
RECORD(store_top, STORE_TOP_FIELDS);
#define STORE_NODE_FIELDS(F, S) F(S, I64, node)
RECORD(store_node, STORE_NODE_FIELDS);
RECORD(store_node_row, STORE_NODE_FIELDS);
#define NUMBER_ASK_FIELDS(F, S) F(S, STR, kind) F(S, I64, count)
RECORD(number_ask, NUMBER_ASK_FIELDS);
#define NUMBER_LEASE_FIELDS(F, S) F(S, I64, next)
RECORD(number_lease, NUMBER_LEASE_FIELDS);
#define CORP_SLOT_FIELDS(F, S) \
	F(S, ID, id)           \
	F(S, I64, base)        \
	F(S, I64, spread)      \
	F(S, STR, seal_key)    \
	F(S, STR, lookup_key)
RECORD(corp_slot, CORP_SLOT_FIELDS);
#define CORP_SLOT_FIND_FIELDS(F, S) F(S, ID, id)
RECORD(corp_slot_find, CORP_SLOT_FIND_FIELDS);

READ_ONE(store_meta_get, store_meta_key, store_meta,
	 SQL_GLOBAL("of the store, not of a corp", SELECT name, value FROM store_meta WHERE name = :name))
WRITE(store_meta_put, store_meta,
      SQL_GLOBAL("of the store, not of a corp",
		 INSERT INTO store_meta (name, value) VALUES (:name, :value)
		 ON CONFLICT (name) DO UPDATE SET value = excluded.value))
READ_ONE(store_journal_top, none, store_top,
	 SQL_GLOBAL("ids are unique over all corps",
		    SELECT max(j.id) AS id FROM slot_head h JOIN journal j ON j.slot = h.slot AND j.seq = h.seq))
WRITE(store_node_add, store_node_row,
      SQL_GLOBAL("of the store, not of a corp",
		 INSERT INTO store_node (node, taken) VALUES (:node, 0) ON CONFLICT (node) DO NOTHING))
/* The number unused for longest: no two of the last 64 starts share one. */
WRITE_ONE(store_node_take, none, store_node,
	  SQL_GLOBAL("of the store, not of a corp",
		     UPDATE store_node SET taken = (SELECT max(taken) + 1 FROM store_node)
		     WHERE node = (SELECT node FROM store_node ORDER BY taken, node LIMIT 1) RETURNING node))
WRITE_ONE(number_lease_take, number_ask, number_lease,
	  SQL(INSERT INTO number_block (corp, kind, next) VALUES (:corp, :kind, :count + 1)
	      ON CONFLICT (corp, kind) DO UPDATE SET next = number_block.next + :count RETURNING next))
WRITE_ONE(corp_slot_add, corp_slot, corp_slot,
	  SQL_GLOBAL("makes the corp's place",
		     INSERT INTO corp_slot (corp, base, spread, seal_key, lookup_key)
		     VALUES (:id, :base, :spread, :seal_key, :lookup_key)
		     ON CONFLICT (corp) DO UPDATE SET corp = excluded.corp
		     RETURNING corp AS id, base, spread, seal_key, lookup_key))
READ_ONE(corp_slot_get, corp_slot_find, corp_slot,
	 SQL_GLOBAL("fills the cache of places",
		    SELECT corp AS id, base, spread, seal_key, lookup_key FROM corp_slot WHERE corp = :id))
READ_EACH(corp_slot_all, none, corp_slot,
	  SQL_GLOBAL("fills the cache of places", SELECT corp AS id, base, spread, seal_key, lookup_key FROM corp_slot))

#endif

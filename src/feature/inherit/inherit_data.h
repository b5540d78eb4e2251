/*
 * inherit's rows: the handings over with their members (small tables) and the relations concerned, in the
 * slots of their customers.
 */
#ifndef YT_FEATURE_INHERIT_INHERIT_DATA_H
#define YT_FEATURE_INHERIT_INHERIT_DATA_H

#include "feature/inherit/inherit.h"

#define INHERIT_FIELDS(F, S)                                                \
	F(S, ID, id) F(S, STR, kind) F(S, STR, rule) F(S, STR, state) F(S, STR, message) F(S, BOOL, with_groups) F(S, I64, total) \
	F(S, I64, blocked) F(S, ID, job) F(S, MS, created) F(S, MS, started, .opt = true) F(S, MS, ended, .opt = true)
RECORD(inherit, INHERIT_FIELDS);
#define INHERIT_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(inherit_key, INHERIT_KEY_FIELDS);
#define INHERIT_FIND_FIELDS(F, S) F(S, ID, before) F(S, I64, limit)
RECORD(inherit_find, INHERIT_FIND_FIELDS);
#define INHERIT_MEMBER_FIELDS(F, S) F(S, ID, inherit) F(S, STR, role) F(S, ID, staff)
RECORD(inherit_member, INHERIT_MEMBER_FIELDS);
#define INHERIT_ITEM_FIELDS(F, S)                                           \
	F(S, ID, inherit) F(S, ID, customer) F(S, ID, giver) F(S, ID, taker) F(S, STR, external_userid) F(S, STR, state) \
	F(S, STR, code, .opt = true) F(S, MS, asked, .opt = true) F(S, MS, ended, .opt = true)
RECORD(inherit_item, INHERIT_ITEM_FIELDS);
#define INHERIT_ITEMS_FIELDS(F, S) F(S, ID, inherit) F(S, STR, state) F(S, ID, after) F(S, ID, after_giver) F(S, I64, limit)
RECORD(inherit_items, INHERIT_ITEMS_FIELDS);
#define INHERIT_NEXT_FIELDS(F, S) F(S, ID, inherit) F(S, ID, giver) F(S, ID, taker) F(S, STR, state) F(S, I64, limit)
RECORD(inherit_next, INHERIT_NEXT_FIELDS);
#define INHERIT_OF_FIELDS(F, S) F(S, ID, customer)
RECORD(inherit_of, INHERIT_OF_FIELDS);
#define INHERIT_SUM_FIELDS(F, S) F(S, ID, giver) F(S, ID, taker) F(S, STR, state) F(S, I64, n)
RECORD(inherit_sum, INHERIT_SUM_FIELDS);

WRITE(inherit_put, inherit,
	SQL(INSERT INTO inherit (corp, id, kind, rule, state, message, with_groups, total, blocked, job, created, started, ended)
		VALUES (:corp, :id, :kind, :rule, :state, :message, :with_groups, :total, :blocked, :job, :created, :started, :ended)
		ON CONFLICT (corp, id) DO UPDATE SET state = excluded.state, total = excluded.total, blocked = excluded.blocked,
			job = excluded.job, started = excluded.started, ended = excluded.ended))
READ_ONE(inherit_get, inherit_key, inherit,
	SQL(SELECT id, kind, rule, state, message, with_groups, total, blocked, job, created, started, ended FROM inherit
		WHERE corp = :corp AND id = :id))
READ_MANY(inherit_list, inherit_find, inherit,
	SQL(SELECT id, kind, rule, state, message, with_groups, total, blocked, job, created, started, ended FROM inherit
		WHERE corp = :corp AND id < :before ORDER BY id DESC LIMIT :limit))
WRITE(inherit_member_put, inherit_member,
	SQL(INSERT INTO inherit_member (corp, inherit, role, staff) VALUES (:corp, :inherit, :role, :staff)
		ON CONFLICT DO NOTHING))
READ_MANY(inherit_members, inherit_key, inherit_member,
	SQL(SELECT inherit, role, staff FROM inherit_member WHERE corp = :corp AND inherit = :id ORDER BY role, staff))

WRITE(inherit_item_add, inherit_item,
	SQL(INSERT INTO inherit_item (slot, corp, inherit, customer, giver, taker, external_userid, state, code, asked, ended)
		VALUES (:slot, :corp, :inherit, :customer, :giver, :taker, :external_userid, :state, :code, :asked, :ended)
		ON CONFLICT DO NOTHING))
WRITE(inherit_item_set, inherit_item,
	SQL(UPDATE inherit_item SET state = :state, code = :code, asked = :asked, ended = :ended
		WHERE slot = :slot AND corp = :corp AND inherit = :inherit AND customer = :customer AND giver = :giver))
READ_MANY(inherit_item_page, inherit_items, inherit_item,
	SQL(SELECT inherit, customer, giver, taker, external_userid, state, code, asked, ended FROM inherit_item
		WHERE slot = :slot AND corp = :corp AND inherit = :inherit AND (:state = '' OR state = :state)
			AND (customer, giver) > (:after, :after_giver)
		ORDER BY customer, giver LIMIT :limit))
READ_MANY(inherit_item_next, inherit_next, inherit_item,
	SQL(SELECT inherit, customer, giver, taker, external_userid, state, code, asked, ended FROM inherit_item
		WHERE slot = :slot AND corp = :corp AND inherit = :inherit AND giver = :giver AND taker = :taker
			AND state = :state LIMIT :limit))
READ_MANY(inherit_item_waiting, inherit_of, inherit_item,
	SQL(SELECT inherit, customer, giver, taker, external_userid, state, code, asked, ended FROM inherit_item
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND state = 'waiting' ORDER BY inherit))
READ_MANY(inherit_sums, inherit_key, inherit_sum,
	SQL(SELECT giver, taker, state, COUNT(*) AS n FROM inherit_item
		WHERE slot = :slot AND corp = :corp AND inherit = :id GROUP BY giver, taker, state ORDER BY giver, taker, state))

#define INHERIT_GROUP_FIELDS(F, S)                                          \
	F(S, ID, inherit) F(S, ID, chat) F(S, STR, chat_id) F(S, STR, name) F(S, ID, giver) F(S, ID, taker) F(S, STR, state) \
	F(S, STR, code, .opt = true) F(S, MS, asked, .opt = true)
RECORD(inherit_group, INHERIT_GROUP_FIELDS);
#define INHERIT_GROUP_FIND_FIELDS(F, S) F(S, ID, inherit) F(S, ID, giver) F(S, ID, taker) F(S, I64, limit)
RECORD(inherit_group_find, INHERIT_GROUP_FIND_FIELDS);
#define INHERIT_GROUP_PAGE_FIELDS(F, S) F(S, ID, inherit) F(S, ID, after) F(S, I64, limit)
RECORD(inherit_group_at, INHERIT_GROUP_PAGE_FIELDS);
#define INHERIT_GROUP_SUM_FIELDS(F, S) F(S, ID, giver) F(S, ID, taker) F(S, STR, state) F(S, I64, n)
RECORD(inherit_group_sum, INHERIT_GROUP_SUM_FIELDS);
#define INHERIT_ASKED_FIND_FIELDS(F, S) F(S, ID, giver) F(S, MS, since)
RECORD(inherit_asked_find, INHERIT_ASKED_FIND_FIELDS);
#define INHERIT_ASKED_FIELDS(F, S) F(S, MS, asked)
RECORD(inherit_asked, INHERIT_ASKED_FIELDS);
WRITE(inherit_group_add, inherit_group,
	SQL(INSERT INTO inherit_group (corp, inherit, chat, chat_id, name, giver, taker, state, code, asked)
		VALUES (:corp, :inherit, :chat, :chat_id, :name, :giver, :taker, :state, :code, :asked) ON CONFLICT DO NOTHING))
WRITE(inherit_group_set, inherit_group,
	SQL(UPDATE inherit_group SET state = :state, code = :code, asked = :asked
		WHERE corp = :corp AND inherit = :inherit AND chat = :chat))
READ_MANY(inherit_group_next, inherit_group_find, inherit_group,
	SQL(SELECT inherit, chat, chat_id, name, giver, taker, state, code, asked FROM inherit_group
		WHERE corp = :corp AND inherit = :inherit AND giver = :giver AND taker = :taker AND state = 'planned'
		ORDER BY chat LIMIT :limit))
READ_MANY(inherit_group_page, inherit_group_at, inherit_group,
	SQL(SELECT inherit, chat, chat_id, name, giver, taker, state, code, asked FROM inherit_group
		WHERE corp = :corp AND inherit = :inherit AND chat > :after ORDER BY chat LIMIT :limit))
READ_MANY(inherit_group_sums, inherit_key, inherit_group_sum,
	SQL(SELECT giver, taker, state, COUNT(*) AS n FROM inherit_group
		WHERE corp = :corp AND inherit = :id GROUP BY giver, taker, state ORDER BY giver, taker, state))
/* Groups of that owner asked for since then, oldest first: of all handings over. */
READ_MANY(inherit_groups_asked, inherit_asked_find, inherit_asked,
	SQL(SELECT asked FROM inherit_group WHERE corp = :corp AND giver = :giver AND asked > :since AND state = 'done' ORDER BY asked))

/* Sums of all slots of the corp, by giver, taker and state. */
err inherit_totals(struct unit *u, i64 id, struct inherit_sum **ret, size_t *ret_count);
/* One that waits has its answer: `done`, "refused", "full" or a code. In her slot; nothing when it does not wait. */
err inherit_answer(struct tx *tx, struct inherit_item *item, const char *state, str code, ms at);

#endif

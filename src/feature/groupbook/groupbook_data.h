/*
 * Rows and queries of the group book. Lists walk an index in the order shown, so that the first page of 40,000 groups
 * costs no more than its rows; a viewer sees the groups whose owner her scope holds.
 */
#ifndef YT_FEATURE_GROUPBOOK_GROUPBOOK_DATA_H
#define YT_FEATURE_GROUPBOOK_GROUPBOOK_DATA_H

#include "feature/groupbook/groupbook.h"

#define GROUPBOOK_ID_FIELDS(F, S) F(S, ID, id)
RECORD(groupbook_id, GROUPBOOK_ID_FIELDS);
#define GROUP_CLASS_FIELDS(F, S) F(S, ID, id) F(S, STR, name, .min = 1, .max = GROUPBOOK_NAME_MAX)
RECORD(group_class, GROUP_CLASS_FIELDS);
#define GROUP_CARD_FIELDS(F, S) \
	F(S, ID, chat) F(S, ID, class, .opt = true) F(S, I64, health) F(S, I64, joined) F(S, I64, gone) F(S, MS, counted)
RECORD(group_card, GROUP_CARD_FIELDS);
#define GROUP_WORD_FIELDS(F, S) F(S, ID, chat) F(S, STR, word)
RECORD(group_word, GROUP_WORD_FIELDS);
#define GROUP_WORDS_FIELDS(F, S) F(S, STR, word) F(S, I64, groups)
RECORD(group_words, GROUP_WORDS_FIELDS);
#define GROUP_DAY_FIELDS(F, S) F(S, I64, day) F(S, ID, chat) F(S, I64, joined) F(S, I64, gone)
RECORD(group_day, GROUP_DAY_FIELDS);
#define GROUP_DAYS_FIELDS(F, S) F(S, ID, chat) F(S, I64, first) F(S, I64, last)
RECORD(group_days, GROUP_DAYS_FIELDS);
#define GROUP_DAY_SUM_FIELDS(F, S) F(S, I64, day) F(S, I64, joined) F(S, I64, gone)
RECORD(group_day_sum, GROUP_DAY_SUM_FIELDS);
#define GROUP_SPAN_FIELDS(F, S) F(S, ID, after) F(S, ID, last) F(S, MS, since) F(S, I64, limit)
RECORD(group_span, GROUP_SPAN_FIELDS);
#define GROUP_MOVES_FIELDS(F, S) F(S, ID, chat) F(S, I64, joined) F(S, I64, gone)
RECORD(group_moves, GROUP_MOVES_FIELDS);

#define GROUPBOOK_FIND_FIELDS(F, S)                                                      \
	F(S, I64, key) F(S, ID, before) F(S, ID, owner) F(S, ID, store) F(S, ID, class) F(S, STR, word) F(S, I64, state) \
	F(S, I64, least) F(S, I64, most) F(S, STR, q) F(S, I64, limit)
RECORD(groupbook_find, GROUPBOOK_FIND_FIELDS);
#define GROUPBOOK_ROW_FIELDS(F, S)                                                       \
	F(S, ID, id) F(S, STR, chat_id) F(S, STR, name) F(S, ID, owner, .opt = true) F(S, STR, owner_name, .opt = true) \
	F(S, ID, store, .opt = true) F(S, STR, notice) F(S, I64, status) F(S, I64, members) F(S, I64, externals) F(S, I64, customers) \
	F(S, MS, created, .opt = true) F(S, MS, fetched) F(S, MS, dissolved, .opt = true)  \
	F(S, ID, class, .opt = true) F(S, I64, health, .opt = true) F(S, I64, joined, .opt = true) F(S, I64, gone, .opt = true)
RECORD(groupbook_row, GROUPBOOK_ROW_FIELDS);

#define GROUPBOOK_COLUMNS                                                                \
	"SELECT g.id AS id, g.chat_id AS chat_id, g.name AS name, g.owner AS owner, s.name AS owner_name, s.store AS store, "  \
	"g.notice AS notice, g.status AS status, g.members AS members, g.externals AS externals, g.customers AS customers, "   \
	"g.created AS created, g.fetched AS fetched, g.dissolved AS dissolved, c.class AS class, c.health AS health, "         \
	"c.joined AS joined, c.gone AS gone "
#define GROUPBOOK_SCOPE \
	" (:scope = 0 OR g.owner IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope)) "
/* +: the size chooses among the rows of a page, never the way to them. state: 0 living, 1 dissolved, 2 living whose owner has left, 3 all. */
#define GROUPBOOK_FILTER                                                                 \
	" AND " GROUPBOOK_SCOPE "AND (CAST(:owner AS BIGINT) = 0 OR g.owner = :owner) AND (CAST(:store AS BIGINT) = 0 OR s.store = :store) "                   \
	"AND (CAST(:class AS BIGINT) = 0 OR c.class = :class) "                                          \
	"AND (CAST(:word AS TEXT) = '' OR EXISTS (SELECT 1 FROM group_word w WHERE w.corp = g.corp AND w.chat = g.id AND w.word = :word)) "   \
	"AND (CAST(:state AS BIGINT) = 3 OR (CAST(:state AS BIGINT) = 1 AND g.dissolved IS NOT NULL) OR (CAST(:state AS BIGINT) = 0 AND g.dissolved IS NULL) "                 \
	"OR (CAST(:state AS BIGINT) = 2 AND g.dissolved IS NULL AND g.status = 1)) "                     \
	"AND +g.members >= :least AND +g.members <= :most AND (CAST(:q AS TEXT) = '' OR g.name LIKE :q ESCAPE '!') "
#define GROUPBOOK_FROM_GROUP                                                             \
	"FROM group_chat g LEFT JOIN group_card c ON c.corp = g.corp AND c.chat = g.id "  \
	"LEFT JOIN staff s ON s.corp = g.corp AND s.id = g.owner WHERE g.corp = :corp "

READ_MANY(groupbook_newest, groupbook_find, groupbook_row,
	  GROUPBOOK_COLUMNS GROUPBOOK_FROM_GROUP "AND g.id < :before" GROUPBOOK_FILTER "ORDER BY g.id DESC LIMIT :limit")
READ_MANY(groupbook_largest, groupbook_find, groupbook_row,
	  GROUPBOOK_COLUMNS GROUPBOOK_FROM_GROUP "AND (g.members, g.id) < (:key, :before)" GROUPBOOK_FILTER
	  "ORDER BY g.members DESC, g.id DESC LIMIT :limit")
READ_MANY(groupbook_worst, groupbook_find, groupbook_row,
	  GROUPBOOK_COLUMNS "FROM group_card c JOIN group_chat g ON g.corp = c.corp AND g.id = c.chat "
	  "LEFT JOIN staff s ON s.corp = g.corp AND s.id = g.owner WHERE c.corp = :corp AND (c.health, c.chat) > (:key, :before)"
	  GROUPBOOK_FILTER "ORDER BY c.health, c.chat LIMIT :limit")
READ_ONE(groupbook_get, groupbook_id, groupbook_row,
	 GROUPBOOK_COLUMNS GROUPBOOK_FROM_GROUP "AND g.id = :id AND" GROUPBOOK_SCOPE)

#define GROUPBOOK_SUMMARY_FIELDS(F, S)                                                   \
	F(S, I64, groups) F(S, I64, members, .doc = "seats, staff included") F(S, I64, externals) F(S, I64, customers) \
	F(S, I64, ownerless, .doc = "groups whose owner has left")
RECORD(groupbook_summary, GROUPBOOK_SUMMARY_FIELDS);
READ_ONE(groupbook_summed, none, groupbook_summary,
	 "SELECT CAST(COUNT(*) AS BIGINT) AS groups, CAST(COALESCE(SUM(g.members), 0) AS BIGINT) AS members, "
	 "CAST(COALESCE(SUM(g.externals), 0) AS BIGINT) AS externals, CAST(COALESCE(SUM(g.customers), 0) AS BIGINT) AS customers, "
	 "CAST(COALESCE(SUM(CASE WHEN g.status = 1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS ownerless "
	 "FROM group_chat g WHERE g.corp = :corp AND g.dissolved IS NULL AND" GROUPBOOK_SCOPE)

/* ---- cards, classes, words ---- */

READ_ONE(group_card_get, groupbook_id, group_card,
	 SQL(SELECT chat, class, health, joined, gone, counted FROM group_card WHERE corp = :corp AND chat = :id))
#define GROUP_LABEL_FIELDS(F, S) F(S, ID, class) F(S, STR, word)
RECORD(group_label, GROUP_LABEL_FIELDS);
READ_MANY(group_labelled_as, group_label, groupbook_id,
	  SQL(SELECT chat AS id FROM group_card WHERE corp = :corp AND health >= 0 AND (CAST(:class AS BIGINT) = 0 OR class = :class)
		AND (CAST(:word AS TEXT) = '' OR chat IN (SELECT chat FROM group_word WHERE corp = :corp AND word = :word))
	      ORDER BY chat))
WRITE(group_card_put, group_card,
      SQL(INSERT INTO group_card (corp, chat, class, health, joined, gone, counted)
	  VALUES (:corp, :chat, :class, :health, :joined, :gone, :counted)
	  ON CONFLICT (corp, chat) DO UPDATE SET health = excluded.health, joined = excluded.joined, gone = excluded.gone,
		  counted = excluded.counted))
WRITE(group_card_class_put, group_card,
      SQL(INSERT INTO group_card (corp, chat, class, health, joined, gone, counted)
	  VALUES (:corp, :chat, :class, :health, :joined, :gone, :counted)
	  ON CONFLICT (corp, chat) DO UPDATE SET class = excluded.class))
WRITE(group_card_class_drop, groupbook_id, SQL(UPDATE group_card SET class = NULL WHERE corp = :corp AND class = :id))
READ_MANY(groupbook_span, group_span, groupbook_row,
	  GROUPBOOK_COLUMNS GROUPBOOK_FROM_GROUP "AND g.id > :after ORDER BY g.id LIMIT :limit")
READ_MANY(groupbook_moves, group_span, group_moves,
	  SQL(SELECT chat, CAST(SUM(CASE WHEN joined >= :since AND kind = 2 THEN 1 ELSE 0 END) AS BIGINT) AS joined,
		     CAST(SUM(CASE WHEN gone >= :since AND kind = 2 THEN 1 ELSE 0 END) AS BIGINT) AS gone
	      FROM group_member WHERE corp = :corp AND chat > :after AND chat <= :last GROUP BY chat ORDER BY chat LIMIT :limit))
READ_MANY(group_classes, none, group_class, SQL(SELECT id, name FROM group_class WHERE corp = :corp ORDER BY id))
READ_ONE(group_class_get, groupbook_id, group_class, SQL(SELECT id, name FROM group_class WHERE corp = :corp AND id = :id))
WRITE(group_class_add, group_class,
      SQL(INSERT INTO group_class (corp, id, name) VALUES (:corp, :id, :name) ON CONFLICT DO NOTHING))
WRITE(group_class_drop, groupbook_id, SQL(DELETE FROM group_class WHERE corp = :corp AND id = :id))
WRITE(group_word_put, group_word,
      SQL(INSERT INTO group_word (corp, chat, word) VALUES (:corp, :chat, :word) ON CONFLICT DO NOTHING))
WRITE(group_word_drop, group_word, SQL(DELETE FROM group_word WHERE corp = :corp AND chat = :chat AND word = :word))
READ_MANY(group_words_of, groupbook_id, group_word,
	  SQL(SELECT chat, word FROM group_word WHERE corp = :corp AND chat = :id ORDER BY word))
READ_MANY(group_words_all, none, group_words,
	  SQL(SELECT word, CAST(COUNT(*) AS BIGINT) AS groups FROM group_word WHERE corp = :corp GROUP BY word ORDER BY word))

/* ---- days ---- */

WRITE(group_day_add, group_day,
      SQL(INSERT INTO group_day (slot, corp, day, chat, joined, gone) VALUES (:slot, :corp, :day, :chat, :joined, :gone)
	  ON CONFLICT (slot, corp, day, chat) DO UPDATE SET joined = group_day.joined + excluded.joined,
		  gone = group_day.gone + excluded.gone))
READ_MANY(group_days_of, group_days, group_day_sum,
	  SQL_GLOBAL("sums over the slots of the corp",
		     SELECT day, CAST(SUM(joined) AS BIGINT) AS joined, CAST(SUM(gone) AS BIGINT) AS gone FROM group_day
		     WHERE corp = :corp AND chat = :chat AND day >= :first AND day <= :last GROUP BY day ORDER BY day))
READ_MANY(group_days_all, group_days, group_day_sum,
	  SQL_GLOBAL("sums over the slots of the corp; the viewer sees all of it, which the handler asks",
		     SELECT day, CAST(SUM(joined) AS BIGINT) AS joined, CAST(SUM(gone) AS BIGINT) AS gone FROM group_day
		     WHERE corp = :corp AND day >= :first AND day <= :last GROUP BY day ORDER BY day))

#endif

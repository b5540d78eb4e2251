/*
 * Rows and queries of audiences: the stored ones, and how the index and audience_test read persons.
 *
 * Long reads go by key in pages, each in a snapshot of its own. Scope is a matter of the evaluators
 * (every answer is cut by the viewer's staff), so these are unscoped.
 */
#ifndef YT_CORE_AUDIENCE_AUDIENCE_DATA_H
#define YT_CORE_AUDIENCE_AUDIENCE_DATA_H

#include "core/audience/audience.h"
#include "core/fact.h"

#define AUDIENCE_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(audience_key, AUDIENCE_KEY_FIELDS);

READ_ONE(audience_row, audience_key, audience,
	 SQL(SELECT id, name, expr, created, version FROM audience WHERE corp = :corp AND id = :id))
READ_MANY(audience_list, none, audience,
	  SQL(SELECT id, name, expr, created, version FROM audience WHERE corp = :corp ORDER BY created DESC, id DESC))
WRITE(audience_insert, audience,
      SQL(INSERT INTO audience (corp, id, name, expr, created, version)
	  VALUES (:corp, :id, :name, :expr, :created, :version) ON CONFLICT DO NOTHING))
WRITE(audience_update, audience,
      SQL(UPDATE audience SET name = :name, expr = :expr, version = version + 1 WHERE corp = :corp AND id = :id))
WRITE(audience_delete, audience_key, SQL(DELETE FROM audience WHERE corp = :corp AND id = :id))

/* -- pages of rows, by key -- */
#define AUDIENCE_AFTER_FIELDS(F, S) F(S, ID, after) F(S, ID, after2) F(S, I64, limit)
RECORD(audience_after, AUDIENCE_AFTER_FIELDS);
#define AUDIENCE_DAYS_AFTER_FIELDS(F, S) F(S, I64, kind) F(S, ID, after) F(S, I64, day) F(S, I64, limit)
RECORD(audience_days_after, AUDIENCE_DAYS_AFTER_FIELDS);
#define AUDIENCE_PAIR_FIELDS(F, S) F(S, ID, customer) F(S, ID, other)
RECORD(audience_pair, AUDIENCE_PAIR_FIELDS);
#define AUDIENCE_DAY_FIELDS(F, S) F(S, ID, customer) F(S, I64, kind) F(S, I64, day) F(S, I64, times)
RECORD(audience_day, AUDIENCE_DAY_FIELDS);

READ_EACH(audience_facts_page, audience_after, customer_fact,
	  SQL_UNSCOPED("the index cuts by scope",
		SELECT customer, added, friend, lost_at, lost_by, staff, store, channel, city, gender, source, followup,
		       stage, birthday, child_birthday, orders, spent, first_order, last_order, last_reached, last_active,
		       reach_wecom, reach_sms, reach_oa, reach_mail, bound, erased
		FROM customer_fact WHERE slot = :slot AND corp = :corp AND customer > :after
		ORDER BY customer LIMIT :limit))
READ_EACH(audience_leaves_page, audience_after, audience_pair,
	  SQL(SELECT root AS customer, leaf AS other FROM customer_leaf
	      WHERE slot = :slot AND corp = :corp AND (root, leaf) > (:after, :after2) ORDER BY root, leaf LIMIT :limit))
READ_EACH(audience_marks_page, audience_after, audience_pair,
	  SQL(SELECT customer, tag AS other FROM tag_mark
	      WHERE slot = :slot AND corp = :corp AND (customer, tag) > (:after, :after2) ORDER BY customer, tag LIMIT :limit))
READ_EACH(audience_friends_page, audience_after, audience_pair,
	  SQL_UNSCOPED("the index cuts by scope",
		SELECT customer, staff AS other FROM follow
		WHERE slot = :slot AND corp = :corp AND status = 'friend' AND (customer, staff) > (:after, :after2)
		ORDER BY customer, staff LIMIT :limit))
READ_EACH(audience_days_page, audience_days_after, audience_day,
	  SQL(SELECT customer, kind, day, times FROM event_day
	      WHERE slot = :slot AND corp = :corp AND kind = :kind AND (customer, kind, day) > (:after, :kind, :day)
	      ORDER BY customer, kind, day LIMIT :limit))

/* -- one person -- */
#define AUDIENCE_ONE_FIELDS(F, S) F(S, ID, customer)
RECORD(audience_one, AUDIENCE_ONE_FIELDS);
READ_ONE(audience_fact_of, audience_one, customer_fact,
	 SQL_UNSCOPED("the index cuts by scope",
		SELECT customer, added, friend, lost_at, lost_by, staff, store, channel, city, gender, source, followup,
		       stage, birthday, child_birthday, orders, spent, first_order, last_order, last_reached, last_active,
		       reach_wecom, reach_sms, reach_oa, reach_mail, bound, erased
		FROM customer_fact WHERE slot = :slot AND corp = :corp AND customer = :customer))
READ_MANY(audience_leaves_of, audience_one, audience_pair,
	  SQL(SELECT root AS customer, leaf AS other FROM customer_leaf
	      WHERE slot = :slot AND corp = :corp AND root = :customer ORDER BY leaf))
READ_ONE(audience_root_of, audience_one, audience_pair,
	 SQL_UNSCOPED("whom a leaf belongs to",
		SELECT id AS customer, root AS other FROM customer WHERE slot = :slot AND corp = :corp AND id = :customer))
READ_MANY(audience_marks_of, audience_one, audience_pair,
	  SQL(SELECT customer, tag AS other FROM tag_mark WHERE slot = :slot AND corp = :corp AND customer = :customer))
#define AUDIENCE_MARK_KEY_FIELDS(F, S) F(S, ID, customer) F(S, ID, tag)
RECORD(audience_mark_key, AUDIENCE_MARK_KEY_FIELDS);
#define AUDIENCE_MARK_FIELDS(F, S) F(S, STR, why) F(S, MS, at)
RECORD(audience_mark, AUDIENCE_MARK_FIELDS);
READ_ONE(audience_mark_of, audience_mark_key, audience_mark,
	 SQL(SELECT why, at FROM tag_mark WHERE slot = :slot AND corp = :corp AND customer = :customer AND tag = :tag))
READ_MANY(audience_friends_of, audience_one, audience_pair,
	  SQL_UNSCOPED("the index cuts by scope",
		SELECT customer, staff AS other FROM follow
		WHERE slot = :slot AND corp = :corp AND customer = :customer AND status = 'friend'))
#define AUDIENCE_DAY_KEY_FIELDS(F, S) F(S, ID, customer) F(S, I64, kind) F(S, I64, day)
RECORD(audience_day_key, AUDIENCE_DAY_KEY_FIELDS);
READ_ONE(audience_day_of, audience_day_key, audience_day,
	 SQL(SELECT customer, kind, day, times FROM event_day
	     WHERE slot = :slot AND corp = :corp AND customer = :customer AND kind = :kind AND day = :day))
/* The same with what nearly all people are: a root (root = customer) without other leaves. */
#define AUDIENCE_DAY_ALONE_FIELDS(F, S) F(S, ID, root) F(S, I64, others) F(S, I64, times, .opt = true)
RECORD(audience_day_alone, AUDIENCE_DAY_ALONE_FIELDS);
READ_ONE(audience_day_alone_of, audience_day_key, audience_day_alone,
	 SQL_UNSCOPED("whom a leaf belongs to",
		SELECT c.root AS root, (SELECT COUNT(*) FROM customer_leaf l WHERE l.slot = :slot AND l.corp = :corp AND l.root = :customer) AS others,
		       (SELECT e.times FROM event_day e
			WHERE e.slot = :slot AND e.corp = :corp AND e.customer = :customer AND e.kind = :kind AND e.day = :day) AS times
		FROM customer c WHERE c.slot = :slot AND c.corp = :corp AND c.id = :customer))
READ_MANY(audience_days_of, audience_one, audience_day,
	  SQL(SELECT customer, kind, day, times FROM event_day WHERE slot = :slot AND corp = :corp AND customer = :customer))

/* -- values by name: a question may list hundreds, out of thousands -- */
#define AUDIENCE_NAME_FIELDS_OF(F, S) F(S, STR, name) F(S, STR, low)
RECORD(audience_name, AUDIENCE_NAME_FIELDS_OF);
#define AUDIENCE_NAMED_FIELDS(F, S) F(S, ID, id) F(S, BOOL, by_userid)
RECORD(audience_named, AUDIENCE_NAMED_FIELDS);
READ_MANY(audience_store_named, audience_name, audience_named,
	  SQL(SELECT id, CAST(0 AS BIGINT) AS by_userid FROM department WHERE corp = :corp AND name = :name AND is_store = 1 ORDER BY id))
READ_MANY(audience_staff_named, audience_name, audience_named,
	  SQL(SELECT id, CAST(1 AS BIGINT) AS by_userid FROM staff WHERE corp = :corp AND userid_low = :low
	      UNION ALL SELECT id, CAST(0 AS BIGINT) AS by_userid FROM staff WHERE corp = :corp AND name = :name
	      ORDER BY by_userid DESC, id))
/* Values of an attribute kept beside the row, the most frequent first. */
#define AUDIENCE_TEXTS_FIND_FIELDS(F, S) F(S, ID, attr) F(S, I64, limit)
RECORD(audience_texts_find, AUDIENCE_TEXTS_FIND_FIELDS);
#define AUDIENCE_TEXTS_FIELDS(F, S) F(S, STR, t) F(S, I64, n)
RECORD(audience_texts, AUDIENCE_TEXTS_FIELDS);
READ_MANY(audience_texts_of, audience_texts_find, audience_texts,
	  SQL_GLOBAL("the words an attribute has, over the slots of the corp",
		SELECT t, COUNT(*) AS n FROM attr_value WHERE corp = :corp AND attr = :attr AND t IS NOT NULL
		GROUP BY t ORDER BY n DESC, t LIMIT :limit))

#define AUDIENCE_STAFF_FIELDS(F, S) F(S, ID, staff)
RECORD(audience_staff, AUDIENCE_STAFF_FIELDS);
READ_MANY(audience_scope_staff, none, audience_staff,
	  SQL(SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope ORDER BY staff))

/* -- the groups a name or number may mean (core/group's rows) -- */
#define AUDIENCE_GROUP_FIELDS(F, S) F(S, ID, id) F(S, STR, name)
RECORD(audience_group, AUDIENCE_GROUP_FIELDS);
#define AUDIENCE_GROUP_FIND_FIELDS(F, S) F(S, STR, name) F(S, ID, id)
RECORD(audience_group_find, AUDIENCE_GROUP_FIND_FIELDS);
READ_MANY(audience_groups, audience_group_find, audience_group,
	SQL(SELECT id, name FROM group_chat WHERE corp = :corp AND (id = :id OR (name = :name AND dissolved IS NULL)) ORDER BY id LIMIT 10))

#endif

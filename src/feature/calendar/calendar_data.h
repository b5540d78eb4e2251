/*
 * Entries, owners, holidays, what was done. Small tables of the corp's base slot.
 */
#ifndef YT_FEATURE_CALENDAR_CALENDAR_DATA_H
#define YT_FEATURE_CALENDAR_CALENDAR_DATA_H

#include "feature/calendar/calendar.h"

#define CALENDAR_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(calendar_key, CALENDAR_KEY_FIELDS);
#define CALENDAR_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(calendar_count, CALENDAR_COUNT_FIELDS);
READ_MANY(calendar_entry_all, none, calendar_entry,
	SQL(SELECT id, title, content, way, repeat, at_minute, weekdays, month_day, first_day, last_day, shift, degrade, created, version
		FROM calendar_entry WHERE corp = :corp ORDER BY id))
READ_ONE(calendar_entry_get, calendar_key, calendar_entry,
	SQL(SELECT id, title, content, way, repeat, at_minute, weekdays, month_day, first_day, last_day, shift, degrade, created, version
		FROM calendar_entry WHERE corp = :corp AND id = :id))
READ_ONE(calendar_entry_count, none, calendar_count, SQL(SELECT COUNT(*) AS n FROM calendar_entry WHERE corp = :corp))
WRITE(calendar_entry_insert, calendar_entry,
	SQL(INSERT INTO calendar_entry (corp, id, title, content, way, repeat, at_minute, weekdays, month_day, first_day, last_day,
			shift, degrade, created, version)
		VALUES (:corp, :id, :title, :content, :way, :repeat, :at_minute, :weekdays, :month_day, :first_day, :last_day,
			:shift, :degrade, :created, :version)))
/* version is the one that was read; the row goes one up. */
WRITE(calendar_entry_update, calendar_entry,
	SQL(UPDATE calendar_entry SET title = :title, content = :content, way = :way, repeat = :repeat, at_minute = :at_minute,
			weekdays = :weekdays, month_day = :month_day, first_day = :first_day, last_day = :last_day, shift = :shift,
			degrade = :degrade, version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
WRITE(calendar_entry_drop, calendar_key, SQL(DELETE FROM calendar_entry WHERE corp = :corp AND id = :id))

#define CALENDAR_OWNER_FIELDS(F, S) F(S, ID, entry) F(S, ID, staff)
RECORD(calendar_owner, CALENDAR_OWNER_FIELDS);
/* id: of the member */
READ_ONE(calendar_owner_count, calendar_key, calendar_count,
	SQL(SELECT COUNT(*) AS n FROM calendar_owner WHERE corp = :corp AND staff = :id))
READ_MANY(calendar_owner_all, none, calendar_owner,
	SQL(SELECT entry, staff FROM calendar_owner WHERE corp = :corp ORDER BY entry, staff))
WRITE(calendar_owner_add, calendar_owner,
	SQL(INSERT INTO calendar_owner (corp, entry, staff) VALUES (:corp, :entry, :staff) ON CONFLICT DO NOTHING))
#define CALENDAR_HEIR_FIELDS(F, S) F(S, ID, giver) F(S, ID, taker)
RECORD(calendar_heir, CALENDAR_HEIR_FIELDS);
/* Rows of who left stay: others may get further groups of hers later. */
WRITE(calendar_owner_inherit, calendar_heir,
	SQL(INSERT INTO calendar_owner (corp, entry, staff)
		SELECT o.corp, o.entry, CAST(:taker AS BIGINT) FROM calendar_owner o
			JOIN calendar_entry e ON e.corp = o.corp AND e.id = o.entry AND e.way IN ('group_mass', 'toolbar')
			WHERE o.corp = :corp AND o.staff = :giver
		ON CONFLICT DO NOTHING))
READ_MANY(calendar_bare_all, none, calendar_key, SQL(SELECT entry AS id FROM calendar_bare WHERE corp = :corp ORDER BY entry))
WRITE(calendar_bare_add, calendar_key, SQL(INSERT INTO calendar_bare (corp, entry) VALUES (:corp, :id) ON CONFLICT DO NOTHING))
WRITE(calendar_bare_drop, calendar_key, SQL(DELETE FROM calendar_bare WHERE corp = :corp AND entry = :id))

WRITE(calendar_owner_clear, calendar_key, SQL(DELETE FROM calendar_owner WHERE corp = :corp AND entry = :id))

#define CALENDAR_HOLIDAY_FIELDS(F, S) F(S, I64, day) F(S, STR, name)
RECORD(calendar_holiday, CALENDAR_HOLIDAY_FIELDS);
READ_MANY(calendar_holiday_all, none, calendar_holiday,
	SQL(SELECT day, name FROM calendar_holiday WHERE corp = :corp ORDER BY day))
WRITE(calendar_holiday_add, calendar_holiday,
	SQL(INSERT INTO calendar_holiday (corp, day, name) VALUES (:corp, :day, :name)
		ON CONFLICT (corp, day) DO UPDATE SET name = excluded.name))
WRITE(calendar_holiday_clear, none, SQL(DELETE FROM calendar_holiday WHERE corp = :corp))

#define CALENDAR_DONE_FIELDS(F, S) \
	F(S, I64, day) F(S, ID, staff) F(S, ID, entry) F(S, STR, state) F(S, STR, reason, .opt = true) F(S, MS, at)
RECORD(calendar_done, CALENDAR_DONE_FIELDS);
WRITE(calendar_done_put, calendar_done,
	SQL(INSERT INTO calendar_done (corp, day, staff, entry, state, reason, at)
		VALUES (:corp, :day, :staff, :entry, :state, :reason, :at)
		ON CONFLICT (corp, day, staff, entry) DO UPDATE SET state = excluded.state, reason = excluded.reason, at = excluded.at))
#define CALENDAR_SPAN_FIELDS(F, S) F(S, I64, from) F(S, I64, to)
RECORD(calendar_span, CALENDAR_SPAN_FIELDS);
READ_MANY(calendar_done_span, calendar_span, calendar_done,
	SQL(SELECT day, staff, entry, state, reason, at FROM calendar_done
		WHERE corp = :corp AND day >= :from AND day <= :to ORDER BY day, staff, entry))

#define CALENDAR_GROUP_FIELDS(F, S) F(S, ID, chat) F(S, ID, staff, .opt = true)
RECORD(calendar_group, CALENDAR_GROUP_FIELDS);
WRITE(calendar_group_put, calendar_group,
	SQL(INSERT INTO calendar_group (corp, chat, staff) VALUES (:corp, :chat, :staff)
		ON CONFLICT (corp, chat) DO UPDATE SET staff = excluded.staff))
WRITE(calendar_group_drop, calendar_group, SQL(DELETE FROM calendar_group WHERE corp = :corp AND chat = :chat))
#define CALENDAR_GROUPS_FIELDS(F, S) F(S, ID, staff) F(S, I64, n)
RECORD(calendar_groups_of, CALENDAR_GROUPS_FIELDS);
READ_MANY(calendar_group_counts, none, calendar_groups_of,
	SQL(SELECT staff, COUNT(*) AS n FROM calendar_group WHERE corp = :corp AND staff IS NOT NULL GROUP BY staff ORDER BY staff))

#endif

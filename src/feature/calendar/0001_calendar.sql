-- What recurs: days are day numbers of the corp's calendar.
CREATE TABLE calendar_entry (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	title TEXT NOT NULL,
	content TEXT NOT NULL,
	way TEXT NOT NULL,
	repeat TEXT NOT NULL,
	at_minute BIGINT NOT NULL, -- of the day
	weekdays BIGINT NOT NULL,  -- bit 0 is Monday
	month_day BIGINT NOT NULL,
	first_day BIGINT NOT NULL,
	last_day BIGINT,
	shift TEXT NOT NULL,
	degrade BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE calendar_owner (
	corp BIGINT NOT NULL,
	entry BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	PRIMARY KEY (corp, entry, staff)
);
CREATE TABLE calendar_holiday (
	corp BIGINT NOT NULL,
	day BIGINT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (corp, day)
);
-- What a member of staff said about one entry on one day.
CREATE TABLE calendar_done (
	corp BIGINT NOT NULL,
	day BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	entry BIGINT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT,
	at BIGINT NOT NULL,
	PRIMARY KEY (corp, day, staff, entry)
);
-- Groups of staff, as the events of groups tell.
CREATE TABLE calendar_group (
	corp BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	staff BIGINT,
	PRIMARY KEY (corp, chat)
);
CREATE INDEX calendar_group_staff ON calendar_group (corp, staff);

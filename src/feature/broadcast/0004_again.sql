ALTER TABLE broadcast ADD COLUMN topic TEXT NOT NULL DEFAULT ''; -- nobody gets two of one topic
CREATE INDEX broadcast_topic ON broadcast (corp, topic, id) WHERE topic <> '';
-- A broadcast that is made again and again; days are day numbers of the corp's calendar.
CREATE TABLE broadcast_repeat (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL,
	why TEXT NOT NULL,
	audience BIGINT NOT NULL, -- 0: expr
	expr TEXT NOT NULL,
	content TEXT NOT NULL,
	kind TEXT NOT NULL,
	priority BIGINT NOT NULL,
	holdout BIGINT NOT NULL,
	life_hours BIGINT NOT NULL,
	every TEXT NOT NULL,
	at_minute BIGINT NOT NULL,
	weekdays BIGINT NOT NULL,
	month_day BIGINT NOT NULL,
	first_day BIGINT NOT NULL,
	last_day BIGINT,
	times BIGINT,
	most BIGINT NOT NULL, -- people of one time, as its maker confirmed
	upto BIGINT NOT NULL, -- what was due until then is settled
	next BIGINT,
	sent BIGINT NOT NULL,
	made_by BIGINT NOT NULL,
	viewed_by BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE broadcast_run (
	corp BIGINT NOT NULL,
	repeat BIGINT NOT NULL,
	day BIGINT NOT NULL,
	due BIGINT NOT NULL,
	at BIGINT NOT NULL,
	state TEXT NOT NULL,
	broadcast BIGINT NOT NULL, -- 0: none was made
	reason TEXT NOT NULL,
	PRIMARY KEY (corp, repeat, day)
);
-- A product people wait for, and its arrival so far.
CREATE TABLE broadcast_arrival (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	sku TEXT NOT NULL,
	name TEXT NOT NULL,
	expr TEXT NOT NULL, -- who waits
	content TEXT NOT NULL,
	batch BIGINT NOT NULL, -- of a later batch everybody hears again
	told BIGINT,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX broadcast_arrival_sku ON broadcast_arrival (corp, sku);

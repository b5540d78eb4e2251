CREATE TABLE groupcast (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	content TEXT NOT NULL,
	state TEXT NOT NULL, -- sending, open, closed, cancelled, failed
	deadline BIGINT NOT NULL,
	made BIGINT NOT NULL,
	made_by BIGINT NOT NULL,
	closed BIGINT,
	excluded BIGINT NOT NULL, -- groups left out for the day's cap
	customer BIGINT NOT NULL, -- whom a verb was run for; 0: by hand
	caller TEXT NOT NULL,
	by_id BIGINT NOT NULL,
	token BIGINT NOT NULL,
	act_key TEXT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX groupcast_key ON groupcast (corp, caller, by_id, act_key);
CREATE TABLE groupcast_part (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	cast_id BIGINT NOT NULL,
	owner BIGINT NOT NULL,
	state TEXT NOT NULL, -- waiting, unknown, created, failed, closed
	msgid TEXT,
	code TEXT,
	sent_at BIGINT,
	confirmed_at BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE INDEX groupcast_part_of ON groupcast_part (corp, cast_id);
CREATE TABLE groupcast_group (
	corp BIGINT NOT NULL,
	part BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	chat_id TEXT NOT NULL,
	state TEXT NOT NULL, -- planned, created, delivered, gone, quota, failed, expired, cancelled
	day BIGINT NOT NULL, -- the corp's day it was planned on
	sent_at BIGINT,
	PRIMARY KEY (corp, part, chat)
);
CREATE INDEX groupcast_group_day ON groupcast_group (corp, chat, day);
CREATE TABLE groupcast_reminder (
	corp BIGINT NOT NULL,
	part BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (corp, part, at)
);

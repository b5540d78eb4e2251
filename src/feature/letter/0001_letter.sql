CREATE TABLE letter (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	customer BIGINT NOT NULL, -- her root when it was asked for
	external_userid TEXT NOT NULL,
	staff BIGINT NOT NULL,
	gather TEXT NOT NULL,     -- what may share a task
	content TEXT NOT NULL,
	class TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT,
	made BIGINT NOT NULL,
	life BIGINT NOT NULL,
	moves BIGINT NOT NULL,    -- 1: on to another friend when not confirmed
	wish BIGINT NOT NULL,     -- 1: she needs it no more
	task BIGINT NOT NULL,     -- 0: in none yet
	sent_at BIGINT,
	nth BIGINT NOT NULL,
	caller TEXT NOT NULL,
	by_id BIGINT NOT NULL,
	token BIGINT NOT NULL,
	act_key TEXT NOT NULL,
	PRIMARY KEY (slot, corp, id)
);
CREATE UNIQUE INDEX letter_key ON letter (slot, corp, caller, by_id, act_key, nth);
CREATE INDEX letter_gather ON letter (slot, corp, gather, state);
CREATE INDEX letter_task_people ON letter (corp, task, state);
CREATE TABLE letter_task (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	gather TEXT NOT NULL,
	staff BIGINT NOT NULL,
	content TEXT NOT NULL,
	caller TEXT NOT NULL,
	by_id BIGINT NOT NULL,
	state TEXT NOT NULL,
	why TEXT NOT NULL,        -- of its closing: deadline, goal, cancelled
	msgid TEXT,
	code TEXT,
	made BIGINT NOT NULL,
	ready BIGINT NOT NULL,
	life BIGINT NOT NULL,
	sent_at BIGINT,
	deadline BIGINT,
	confirmed_at BIGINT,
	reminded BIGINT NOT NULL,
	people BIGINT NOT NULL,
	delivered BIGINT NOT NULL,
	not_friend BIGINT NOT NULL,
	quota BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	expired BIGINT NOT NULL,
	stopped BIGINT NOT NULL,
	late BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE INDEX letter_task_gather ON letter_task (corp, gather, state);
CREATE TABLE letter_reminder (
	corp BIGINT NOT NULL,
	task BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (corp, task, at)
);

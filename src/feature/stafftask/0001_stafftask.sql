CREATE TABLE staff_task (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	customer BIGINT NOT NULL, -- 0: about nobody, in the base slot
	staff BIGINT NOT NULL,    -- 0: the store's
	store BIGINT NOT NULL,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	script TEXT NOT NULL,
	link TEXT NOT NULL,
	class TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT,
	made BIGINT NOT NULL,
	deadline BIGINT NOT NULL,
	remind_at BIGINT NOT NULL, -- 0: no more
	move_at BIGINT NOT NULL,
	wait_ms BIGINT NOT NULL,   -- how long a member has before it moves
	ended BIGINT,
	nth BIGINT NOT NULL,
	caller TEXT NOT NULL,      -- "hand": by a user of the console
	by_id BIGINT NOT NULL,
	token BIGINT NOT NULL,
	act_key TEXT NOT NULL,
	PRIMARY KEY (slot, corp, id)
);
CREATE UNIQUE INDEX staff_task_key ON staff_task (slot, corp, caller, by_id, act_key, nth);
CREATE INDEX staff_task_id ON staff_task (corp, id);
CREATE INDEX staff_task_staff ON staff_task (corp, staff, state, deadline);
CREATE INDEX staff_task_store ON staff_task (corp, store, state, deadline);
CREATE INDEX staff_task_made ON staff_task (corp, made);
-- A message of our app to one member.
CREATE TABLE staff_notice (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	task BIGINT NOT NULL, -- 0: no task's
	why TEXT NOT NULL,    -- task, remind, escalate, notify
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	url TEXT NOT NULL,
	state TEXT NOT NULL,  -- waiting, sent, failed, stopped, recalled
	reason TEXT,
	made BIGINT NOT NULL,
	digest_at BIGINT NOT NULL, -- 0: by itself
	sent BIGINT,
	msgid TEXT,
	caller TEXT NOT NULL,
	by_id BIGINT NOT NULL,
	token BIGINT NOT NULL,
	act_key TEXT NOT NULL,
	PRIMARY KEY (slot, corp, id)
);
CREATE UNIQUE INDEX staff_notice_key ON staff_notice (slot, corp, caller, by_id, act_key);
CREATE INDEX staff_notice_id ON staff_notice (corp, id);
CREATE INDEX staff_notice_staff ON staff_notice (corp, staff, state, sent);
CREATE INDEX staff_notice_task ON staff_notice (slot, corp, task);
-- When a member answers; who has no row is on duty outside quiet hours.
CREATE TABLE staff_duty (
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	days BIGINT NOT NULL, -- bit 0 is Monday
	from_minute BIGINT NOT NULL,
	to_minute BIGINT NOT NULL,
	PRIMARY KEY (corp, staff)
);

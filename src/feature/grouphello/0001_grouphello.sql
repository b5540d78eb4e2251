CREATE TABLE group_hello (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	text TEXT NOT NULL,
	link_title TEXT NOT NULL,
	link_url TEXT NOT NULL,
	link_desc TEXT NOT NULL,
	template_id TEXT,
	state TEXT NOT NULL, -- creating, active, failed, removed
	fail_code TEXT,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
-- A group has one welcome: binding another replaces the task.
CREATE TABLE group_hello_task (
	corp BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	hello BIGINT NOT NULL,
	asked BIGINT NOT NULL,
	done BIGINT,
	done_by BIGINT,
	PRIMARY KEY (corp, chat)
);
CREATE INDEX group_hello_task_of ON group_hello_task (corp, hello, chat);

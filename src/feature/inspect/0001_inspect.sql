-- A customer of 微信客服 who waits or waited for an answer: from her first unanswered message to a member's reply.
CREATE TABLE inspect_wait (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	open_kfid TEXT NOT NULL,
	account TEXT NOT NULL,
	external_userid TEXT NOT NULL,
	wrote BIGINT NOT NULL,
	due BIGINT NOT NULL,
	staff BIGINT,   -- who answered, or has the conversation; nobody yet: none
	told BIGINT,    -- when the responsible was told that it is late
	replied BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE INDEX inspect_wait_who ON inspect_wait (corp, external_userid, open_kfid, id);
CREATE INDEX inspect_wait_open ON inspect_wait (corp, replied, id);
CREATE INDEX inspect_wait_wrote ON inspect_wait (corp, wrote);

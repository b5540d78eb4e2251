CREATE TABLE group_chat (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	chat_id TEXT NOT NULL,
	name TEXT NOT NULL,
	owner BIGINT, -- staff
	notice TEXT NOT NULL,
	admins TEXT NOT NULL, -- userids, joined by commas
	status BIGINT NOT NULL, -- WeCom's: 0 normal, 1 owner left, 2 and 3 being and having been inherited
	version TEXT NOT NULL, -- WeCom's member_version as last read
	members BIGINT NOT NULL,
	externals BIGINT NOT NULL,
	customers BIGINT NOT NULL,
	created BIGINT,
	known BIGINT NOT NULL,
	fetched BIGINT NOT NULL, -- before that reading began; 0: not read yet
	dissolved BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX group_chat_named ON group_chat (corp, chat_id);
CREATE INDEX group_chat_owner ON group_chat (corp, owner, id);
CREATE INDEX group_chat_size ON group_chat (corp, members, id);
CREATE TABLE group_member (
	corp BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	member TEXT NOT NULL, -- userid or external_userid
	kind BIGINT NOT NULL, -- 1 staff, 2 from outside
	customer BIGINT, -- her leaf, when she is one
	name TEXT, -- of outsiders who are no customers
	joined BIGINT NOT NULL,
	scene BIGINT NOT NULL,
	state TEXT,
	invitor TEXT,
	times BIGINT NOT NULL,
	quit_told BIGINT, -- a callback says she went then
	quit_scene BIGINT,
	gone BIGINT,
	PRIMARY KEY (corp, chat, member)
);
CREATE INDEX group_member_of ON group_member (corp, member, chat);
-- In how many groups an outsider sits, so that who sits in several is found by an index.
CREATE TABLE group_person (
	corp BIGINT NOT NULL,
	member TEXT NOT NULL,
	seats BIGINT NOT NULL,
	PRIMARY KEY (corp, member)
);
CREATE INDEX group_person_several ON group_person (corp, seats, member) WHERE seats > 1;
CREATE TABLE group_seat (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	since BIGINT NOT NULL,
	state TEXT, -- of the code she came by
	PRIMARY KEY (slot, corp, customer, chat)
);

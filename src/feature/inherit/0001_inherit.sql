-- One handing over of the customers and groups of some members.
CREATE TABLE inherit (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	rule TEXT NOT NULL,
	state TEXT NOT NULL,
	message TEXT NOT NULL,
	with_groups BIGINT NOT NULL,
	total BIGINT NOT NULL,
	blocked BIGINT NOT NULL,
	job BIGINT NOT NULL,
	created BIGINT NOT NULL,
	started BIGINT,
	ended BIGINT,
	PRIMARY KEY (corp, id)
);
-- Its members: role "giver" or "taker".
CREATE TABLE inherit_member (
	corp BIGINT NOT NULL,
	inherit BIGINT NOT NULL,
	role TEXT NOT NULL,
	staff BIGINT NOT NULL,
	PRIMARY KEY (corp, inherit, role, staff)
);
-- One relation that is to go over.
CREATE TABLE inherit_item (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	inherit BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	giver BIGINT NOT NULL,
	taker BIGINT NOT NULL,
	external_userid TEXT NOT NULL,
	state TEXT NOT NULL,
	code TEXT,
	asked BIGINT,
	ended BIGINT,
	PRIMARY KEY (slot, corp, inherit, customer, giver)
);
CREATE INDEX inherit_item_pair ON inherit_item (slot, corp, inherit, giver, taker, state);
CREATE INDEX inherit_item_open ON inherit_item (slot, corp, customer) WHERE state = 'waiting';
CREATE TABLE inherit_group (
	corp BIGINT NOT NULL,
	inherit BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	chat_id TEXT NOT NULL,
	name TEXT NOT NULL,
	giver BIGINT NOT NULL,
	taker BIGINT NOT NULL,
	state TEXT NOT NULL,
	code TEXT,
	asked BIGINT,
	PRIMARY KEY (corp, inherit, chat)
);
CREATE INDEX inherit_group_day ON inherit_group (corp, giver, asked);

CREATE TABLE broadcast (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	expr TEXT NOT NULL,
	words TEXT NOT NULL,
	content TEXT NOT NULL,
	state TEXT NOT NULL,
	opens BIGINT NOT NULL,
	deadline BIGINT NOT NULL,
	made_by BIGINT NOT NULL,
	viewed_by BIGINT NOT NULL, -- the data scope of whoever made it; 0: everything
	confirmed BIGINT NOT NULL, -- the number its maker confirmed; never more are planned
	planned BIGINT NOT NULL,
	excluded TEXT NOT NULL, -- JSON: how many for which reason
	created BIGINT NOT NULL,
	closed BIGINT,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE broadcast_part (
	corp BIGINT NOT NULL,
	broadcast BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	n BIGINT NOT NULL,
	id BIGINT NOT NULL,
	userid TEXT NOT NULL,
	state TEXT NOT NULL,
	people BIGINT NOT NULL,
	accepted BIGINT NOT NULL,
	msgid TEXT,
	code TEXT,
	sent_at BIGINT,
	confirmed_at BIGINT,
	delivered BIGINT NOT NULL,
	not_friend BIGINT NOT NULL,
	quota BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	expired BIGINT NOT NULL,
	cancelled BIGINT NOT NULL,
	PRIMARY KEY (corp, broadcast, staff, n)
);
CREATE UNIQUE INDEX broadcast_part_id ON broadcast_part (corp, id);
CREATE TABLE broadcast_reminder (
	corp BIGINT NOT NULL,
	part BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (corp, part, at)
);
CREATE TABLE broadcast_person (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	broadcast BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	leaf BIGINT,
	staff BIGINT,
	external_userid TEXT,
	part BIGINT, -- the how-manieth part of that staff
	state TEXT NOT NULL,
	reason TEXT,
	sent_at BIGINT,
	PRIMARY KEY (slot, corp, broadcast, customer)
);
CREATE INDEX broadcast_person_part ON broadcast_person (slot, corp, broadcast, staff, part);
CREATE INDEX broadcast_person_customer ON broadcast_person (slot, corp, customer);
CREATE TABLE broadcast_bought (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	broadcast BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	paid BIGINT NOT NULL,
	currency TEXT NOT NULL,
	PRIMARY KEY (slot, corp, broadcast, order_id)
);
CREATE INDEX broadcast_bought_of ON broadcast_bought (corp, broadcast);

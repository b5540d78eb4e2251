CREATE TABLE tag_group (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	sort BIGINT NOT NULL,
	wecom_id TEXT,
	source TEXT NOT NULL,
	removed BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX tag_group_by_name ON tag_group (corp, name) WHERE removed = 0;
CREATE TABLE tag (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	group_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	sort BIGINT NOT NULL,
	sync BIGINT NOT NULL,
	wecom_id TEXT,
	source TEXT NOT NULL,
	removed BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX tag_by_name ON tag (corp, group_id, name) WHERE removed = 0;
CREATE INDEX tag_by_wecom ON tag (corp, wecom_id) WHERE removed = 0;
CREATE TABLE tag_mark (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	tag BIGINT NOT NULL,
	why TEXT NOT NULL,
	why_id BIGINT,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, tag)
);
CREATE TABLE tag_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	tag BIGINT NOT NULL,
	customers BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, tag)
);
CREATE TABLE tag_relation (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	tag BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, staff, tag)
);
CREATE TABLE tag_refusal (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	tag BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, tag)
);

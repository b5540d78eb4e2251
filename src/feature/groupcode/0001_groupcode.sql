CREATE TABLE groupcode (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	door TEXT NOT NULL,
	wecom_state TEXT NOT NULL,
	config_id TEXT,
	qr_url TEXT,
	threshold BIGINT NOT NULL,
	auto_create BIGINT NOT NULL,
	base_name TEXT NOT NULL,
	base_id BIGINT NOT NULL,
	offer TEXT NOT NULL,
	link TEXT NOT NULL,
	state TEXT NOT NULL, -- creating, active, failed, disabled
	fail_code TEXT,
	lent TEXT NOT NULL, -- the groups given to WeCom, joined by commas
	room BIGINT NOT NULL,
	low BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX groupcode_by_state ON groupcode (corp, wecom_state);
CREATE TABLE groupcode_chat (
	corp BIGINT NOT NULL,
	code BIGINT NOT NULL,
	place BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	PRIMARY KEY (corp, code, place)
);
CREATE UNIQUE INDEX groupcode_chat_of ON groupcode_chat (corp, chat, code);
CREATE TABLE groupcode_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	code BIGINT NOT NULL,
	day BIGINT NOT NULL,
	joined BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, code, day)
);

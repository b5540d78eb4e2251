CREATE TABLE livecode (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL,
	wecom_state TEXT NOT NULL,
	config_id TEXT,
	qr_url TEXT,
	channel TEXT NOT NULL,
	skip_verify BIGINT NOT NULL,
	welcome TEXT NOT NULL,
	fail_code TEXT,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX livecode_by_state ON livecode (corp, wecom_state);
CREATE TABLE livecode_staff (
	corp BIGINT NOT NULL,
	livecode BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	PRIMARY KEY (corp, livecode, staff)
);
CREATE TABLE livecode_tag (
	corp BIGINT NOT NULL,
	livecode BIGINT NOT NULL,
	tag BIGINT NOT NULL,
	PRIMARY KEY (corp, livecode, tag)
);
CREATE TABLE livecode_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	livecode BIGINT NOT NULL,
	day BIGINT NOT NULL,
	adds BIGINT NOT NULL,
	losses BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, livecode, day)
);
CREATE TABLE livecode_add (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	livecode BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, staff)
);

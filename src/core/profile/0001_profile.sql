CREATE TABLE name_token (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	token TEXT NOT NULL,
	customer BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, token, customer)
);
CREATE INDEX name_token_of ON name_token (slot, corp, customer);
CREATE TABLE view (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	page TEXT NOT NULL,
	name TEXT NOT NULL,
	expr TEXT NOT NULL,
	owner BIGINT NOT NULL,
	shared BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);

-- One row per person who was given a number, under the leaf she was then.
CREATE TABLE member (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	member_no TEXT NOT NULL,
	level TEXT NOT NULL,
	how TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer)
);
CREATE INDEX member_new ON member (slot, corp, created, customer);

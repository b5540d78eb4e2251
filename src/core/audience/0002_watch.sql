-- Watched audiences: whose coming and going is told. stamp changes with everything about the row.
CREATE TABLE audience_watch (
	corp BIGINT NOT NULL,
	audience BIGINT NOT NULL,
	id BIGINT NOT NULL,
	stamp BIGINT NOT NULL,
	state TEXT NOT NULL,
	quiet BIGINT NOT NULL,
	since BIGINT NOT NULL,
	day BIGINT,
	PRIMARY KEY (corp, audience)
);
-- Who was in when it was last told: one Roaring bitmap per block of 65,536 numbers.
CREATE TABLE audience_member (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	watch BIGINT NOT NULL,
	block BIGINT NOT NULL,
	people BIGINT NOT NULL,
	bits BYTEA NOT NULL,
	PRIMARY KEY (slot, corp, watch, block)
);
-- Counts the settlings of a slot: its row orders them, and tells whether one came in between.
CREATE TABLE audience_pulse (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (slot, corp)
);

CREATE TABLE followup_column (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	was TEXT,
	color TEXT NOT NULL,
	cap BIGINT NOT NULL,
	sort BIGINT NOT NULL,
	leaving BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
-- Where a root is and since when; a former root's row waits for her to be one again.
CREATE TABLE followup_now (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	col BIGINT NOT NULL,
	name TEXT NOT NULL, -- of the column when she came: what is said of one that is gone
	since BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer)
);
CREATE INDEX followup_now_col ON followup_now (corp, col, since, customer);
-- Derived: who set a leaf's follow-up stage last, and when.
CREATE TABLE followup_set (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	followup TEXT NOT NULL,
	at BIGINT NOT NULL,
	by_user BIGINT NOT NULL,
	event BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer)
);

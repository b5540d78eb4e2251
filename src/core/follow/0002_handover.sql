-- Inheritances under way or done: who took over from whom, so that the events of one are told from adds and losses.
CREATE TABLE follow_handover (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	giver BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, staff)
);
-- Hash of what a reading last said of the relation: the same again is not told again.
ALTER TABLE follow ADD COLUMN fetched BIGINT;

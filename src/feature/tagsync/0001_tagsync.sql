-- Disagreements with WeCom about tags on people, newest last. Derived from the journal.
CREATE TABLE tagsync_conflict (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	at BIGINT NOT NULL,
	event BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	tag BIGINT NOT NULL,
	what TEXT NOT NULL,
	why TEXT,
	PRIMARY KEY (slot, corp, at, event)
);

-- Relations that one side ended: who, whom, when. Derived from the journal.
CREATE TABLE deletion (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	at BIGINT NOT NULL,
	event BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	who TEXT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, at, event)
);
CREATE INDEX deletion_staff ON deletion (slot, corp, staff, at, event);

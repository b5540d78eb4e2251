CREATE TABLE smsdrain (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	expr TEXT NOT NULL,
	words TEXT NOT NULL,
	target TEXT NOT NULL,
	state TEXT NOT NULL, -- planning, planned, sending, done, cancelled, failed
	made_by BIGINT NOT NULL,
	scoped BIGINT NOT NULL,
	approved_by BIGINT,
	job BIGINT,
	parts BIGINT NOT NULL,
	created BIGINT NOT NULL,
	started BIGINT,
	PRIMARY KEY (corp, id)
);
-- Whom it goes to and what became of it; in her slot.
CREATE TABLE smsdrain_person (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	drain BIGINT NOT NULL,
	state TEXT NOT NULL, -- planned, queued, sent, failed, left out, unknown
	reason TEXT,
	door TEXT,
	sent BIGINT,
	clicked BIGINT,
	followed BIGINT,
	bought BIGINT,
	PRIMARY KEY (slot, corp, customer, drain)
);
CREATE INDEX smsdrain_person_of ON smsdrain_person (corp, drain, state, customer);
CREATE TABLE smsdrain_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	drain BIGINT NOT NULL,
	what TEXT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, drain, what)
);

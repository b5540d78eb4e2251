-- The pool: people without an advisor, and who holds whom until when.
CREATE TABLE lead (
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	state TEXT NOT NULL, -- free, claimed, won
	staff BIGINT,        -- who holds her; of a free one nobody
	claimed BIGINT,
	until BIGINT,
	last_staff BIGINT,   -- who had to give her back, and until when she may not claim her again
	cool BIGINT,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, customer)
);
CREATE INDEX lead_state ON lead (corp, state, customer);
CREATE INDEX lead_staff ON lead (corp, staff, state, customer);
CREATE TABLE lead_log (
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	what TEXT NOT NULL, -- pooled, claimed, returned, won
	staff BIGINT,
	why TEXT,
	PRIMARY KEY (corp, customer, id)
);

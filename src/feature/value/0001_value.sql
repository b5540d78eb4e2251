-- What each order adds to its buyer's history, per leaf: refunds may be told before the order is. Derived.
CREATE TABLE value_order (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	day BIGINT NOT NULL,
	paid BIGINT NOT NULL,
	back BIGINT NOT NULL,
	own BIGINT NOT NULL, -- in the corp's currency
	placed BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, id)
);

-- The buying history of a person over all her leaves; a root's.
CREATE TABLE value_person (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	first_day BIGINT NOT NULL,
	last_day BIGINT NOT NULL,
	times BIGINT NOT NULL, -- distinct days
	spent BIGINT NOT NULL,
	repeat_spent BIGINT NOT NULL, -- on the days after the first
	days BYTEA NOT NULL, -- the days themselves, as differences
	PRIMARY KEY (slot, corp, customer)
);

-- What the newest fit says of her.
CREATE TABLE value_score (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	alive BIGINT, -- percent
	near BIGINT, -- orders within the near horizon, hundredths
	orders BIGINT, -- within the horizon, hundredths
	worth BIGINT, -- within the horizon, fen
	gap BIGINT, -- her usual days between purchases, tenths
	overdue BIGINT, -- silence in percent of the gap
	at_risk BIGINT NOT NULL, -- fen that would be lost with her
	risk TEXT NOT NULL,
	warned BIGINT, -- since when a warning stands
	PRIMARY KEY (slot, corp, customer)
);
CREATE INDEX value_score_of_risk ON value_score (slot, corp, risk, at_risk, customer);

-- Every fit there was.
CREATE TABLE value_fit (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	made BIGINT NOT NULL,
	state TEXT NOT NULL,
	customers BIGINT NOT NULL,
	repeaters BIGINT NOT NULL,
	purchases BIGINT NOT NULL,
	first_day BIGINT NOT NULL,
	last_day BIGINT NOT NULL,
	gap DOUBLE PRECISION NOT NULL,
	r DOUBLE PRECISION NOT NULL,
	alpha DOUBLE PRECISION NOT NULL,
	a DOUBLE PRECISION NOT NULL,
	b DOUBLE PRECISION NOT NULL,
	ll DOUBLE PRECISION NOT NULL,
	evals BIGINT NOT NULL,
	money BIGINT NOT NULL,
	p DOUBLE PRECISION NOT NULL,
	q DOUBLE PRECISION NOT NULL,
	v DOUBLE PRECISION NOT NULL,
	money_ll DOUBLE PRECISION NOT NULL,
	payers BIGINT NOT NULL,
	correlation DOUBLE PRECISION NOT NULL,
	took_ms BIGINT NOT NULL,
	held_out TEXT, -- how well a fit on the first two thirds foretold the last
	PRIMARY KEY (corp, id)
);

-- The job that is at it, so that there is one at a time.
CREATE TABLE value_run (
	corp BIGINT NOT NULL,
	job BIGINT NOT NULL,
	PRIMARY KEY (corp)
);

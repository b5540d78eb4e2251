-- The corp's rule; the highest version is the one in force.
CREATE TABLE life_rule (
	corp BIGINT NOT NULL,
	version BIGINT NOT NULL,
	template TEXT NOT NULL,
	growing BIGINT NOT NULL,
	mature BIGINT NOT NULL,
	win BIGINT NOT NULL,
	dormant BIGINT NOT NULL,
	lost BIGINT NOT NULL,
	life TEXT NOT NULL,
	grown BIGINT NOT NULL,
	saved BIGINT NOT NULL,
	job BIGINT NOT NULL, -- settles everybody by it
	PRIMARY KEY (corp, version)
);
-- What a rule not saved yet would move; one row per job.
CREATE TABLE life_preview (
	corp BIGINT NOT NULL,
	job BIGINT NOT NULL,
	at BIGINT NOT NULL,
	people BIGINT NOT NULL,
	moved BIGINT NOT NULL,
	moves TEXT NOT NULL,
	PRIMARY KEY (corp, job)
);
-- Repurchase gaps of the corp's own customers, as last counted.
CREATE TABLE life_sample (
	corp BIGINT NOT NULL,
	job BIGINT NOT NULL,
	at BIGINT NOT NULL,
	people BIGINT NOT NULL,
	gaps BIGINT NOT NULL,
	p75 BIGINT NOT NULL,
	p90 BIGINT NOT NULL,
	PRIMARY KEY (corp)
);
-- The stage of a root as last told; a former root's row waits for her to be one again.
CREATE TABLE stage_now (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	stage TEXT NOT NULL,
	since BIGINT,
	changed BIGINT NOT NULL,
	reason TEXT NOT NULL,
	n BIGINT NOT NULL,
	cap BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer)
);

-- Derived: orders and whether they stand, days with other signs of life, changes and their daily sums.
CREATE TABLE life_order (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	stands BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, id)
);
CREATE TABLE life_sign (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	day BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, day)
);
CREATE TABLE life_change (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	event BIGINT NOT NULL,
	at BIGINT NOT NULL,
	was TEXT,
	stage TEXT NOT NULL,
	reason TEXT NOT NULL,
	n BIGINT NOT NULL,
	cap BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, event)
);
CREATE TABLE life_move (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	day BIGINT NOT NULL,
	staff BIGINT NOT NULL, -- 0: nobody's
	was TEXT NOT NULL,     -- '': a first stage
	stage TEXT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, day, staff, was, stage)
);
CREATE INDEX life_move_of_corp ON life_move (corp, day);

-- What whoever sends needs to know of an experiment.
CREATE TABLE trial ( /* rowid */
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	labels TEXT NOT NULL, -- of the variants, a line each
	state TEXT NOT NULL, -- running, decided, ended
	owners TEXT NOT NULL, -- a letter a bucket: whose it is
	winner BIGINT, -- a variant's place
	goal TEXT NOT NULL, -- order, expr, or the name of an event
	days BIGINT NOT NULL, -- within which it counts
	epoch BIGINT NOT NULL, -- how often the owners have been changed
	since BIGINT NOT NULL,
	until BIGINT, -- after it nothing counts any more
	PRIMARY KEY (corp, id)
);
-- Who met which variant first, and when.
CREATE TABLE trial_exposure (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	trial BIGINT NOT NULL,
	customer BIGINT NOT NULL, -- her root then
	variant BIGINT NOT NULL, -- -1: held out
	at BIGINT NOT NULL,
	epoch BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	made_by_id BIGINT NOT NULL,
	met BIGINT, -- of an expression, when its days are over
	PRIMARY KEY (slot, corp, trial, customer)
);
CREATE INDEX trial_exposure_sum ON trial_exposure (corp, trial, variant, epoch, at);
CREATE INDEX trial_exposure_customer ON trial_exposure (slot, corp, customer);
CREATE INDEX trial_exposure_open ON trial_exposure (slot, corp, trial, at, customer) WHERE met IS NULL;
-- What the exposed did within the days. Derived.
CREATE TABLE trial_hit (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	what BIGINT NOT NULL, -- an order; 0: the event that is the goal; -1: she deleted a member
	trial BIGINT NOT NULL,
	customer BIGINT NOT NULL, -- as exposed
	variant BIGINT NOT NULL,
	since BIGINT NOT NULL, -- when she was exposed
	paid BIGINT NOT NULL,
	currency TEXT NOT NULL,
	PRIMARY KEY (slot, corp, what, trial, customer)
);
CREATE INDEX trial_hit_of ON trial_hit (corp, trial);

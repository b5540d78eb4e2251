CREATE TABLE experiment ( /* rowid */
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL, -- draft, running, decided, ended
	plan TEXT NOT NULL, -- JSON
	needed BIGINT NOT NULL, -- people a variant
	filled BIGINT, -- when every variant had as many: who came later is not counted
	created BIGINT NOT NULL,
	started BIGINT,
	decided BIGINT,
	decided_by TEXT,
	ended BIGINT,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
-- Shares as they were from when on, and what they were worked out from.
CREATE TABLE experiment_epoch (
	corp BIGINT NOT NULL,
	experiment BIGINT NOT NULL,
	epoch BIGINT NOT NULL,
	at BIGINT NOT NULL,
	shares TEXT NOT NULL, -- thousandths in the order of variants, the hold-out last
	known TEXT NOT NULL, -- hits/people of each, whose days were over; empty: by hand
	made_by TEXT NOT NULL,
	PRIMARY KEY (corp, experiment, epoch)
);

CREATE TABLE tag_rule ( /* rowid */
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	running BIGINT NOT NULL,
	removed BIGINT NOT NULL,
	version BIGINT NOT NULL,
	epoch BIGINT NOT NULL,
	since BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	created BIGINT NOT NULL,
	def TEXT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE tag_rule_version ( /* rowid */
	corp BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	version BIGINT NOT NULL,
	at BIGINT NOT NULL,
	by_name TEXT NOT NULL,
	def TEXT NOT NULL,
	PRIMARY KEY (corp, rule, version)
);
CREATE TABLE tag_rule_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	epoch BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	day BIGINT NOT NULL,
	part BIGINT NOT NULL,
	times BIGINT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, epoch, customer, day, part)
);
CREATE INDEX tag_rule_tally_by_until ON tag_rule_tally (slot, corp, until);
CREATE INDEX tag_rule_tally_by_part ON tag_rule_tally (slot, corp, part, customer, day) WHERE part > 1;
CREATE TABLE tag_rule_hit (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	first BIGINT NOT NULL,
	last BIGINT NOT NULL,
	times BIGINT NOT NULL,
	event BIGINT NOT NULL,
	version BIGINT NOT NULL,
	undone BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, rule, customer)
);
CREATE INDEX tag_rule_hit_by_last ON tag_rule_hit (slot, corp, rule, last, customer);
CREATE TABLE tag_rule_mark (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	tag BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, rule, customer, tag)
);
CREATE TABLE tag_rule_day (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	day BIGINT NOT NULL,
	hits BIGINT NOT NULL,
	marked BIGINT NOT NULL,
	errors BIGINT NOT NULL,
	last_hit BIGINT,
	last_error TEXT,
	PRIMARY KEY (slot, corp, rule, day)
);
CREATE TABLE tag_rule_run (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	version BIGINT NOT NULL,
	epoch BIGINT NOT NULL,
	state TEXT NOT NULL,
	from_day BIGINT NOT NULL,
	before BIGINT NOT NULL,
	job BIGINT NOT NULL,
	created BIGINT NOT NULL,
	by_name TEXT NOT NULL,
	people BIGINT NOT NULL,
	already BIGINT NOT NULL,
	marked BIGINT NOT NULL,
	applied BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE INDEX tag_rule_run_by_rule ON tag_rule_run (corp, rule, id);
CREATE TABLE tag_rule_walk (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	run BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, run)
);
CREATE TABLE tag_rule_find (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	run BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	event BIGINT NOT NULL,
	at BIGINT NOT NULL,
	day BIGINT NOT NULL,
	already BIGINT NOT NULL,
	applied BIGINT NOT NULL,
	marked BIGINT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, run, customer)
);
CREATE INDEX tag_rule_find_by_until ON tag_rule_find (slot, corp, until);
CREATE TABLE tag_rule_code (
	corp BIGINT NOT NULL,
	state TEXT NOT NULL,
	livecode BIGINT NOT NULL,
	PRIMARY KEY (corp, state)
);

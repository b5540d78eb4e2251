CREATE TABLE journey ( /* rowid */
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	face TEXT NOT NULL,
	state TEXT NOT NULL,
	version BIGINT NOT NULL,
	published BIGINT NOT NULL,
	draft BIGINT NOT NULL,
	since BIGINT NOT NULL,
	stamp BIGINT NOT NULL,
	created BIGINT NOT NULL,
	def TEXT NOT NULL,
	PRIMARY KEY (corp, id)
);

CREATE TABLE journey_version ( /* rowid */
	corp BIGINT NOT NULL,
	journey BIGINT NOT NULL,
	version BIGINT NOT NULL,
	at BIGINT NOT NULL,
	by_name TEXT NOT NULL,
	def TEXT NOT NULL,
	PRIMARY KEY (corp, journey, version)
);

CREATE TABLE journey_place ( /* rowid */
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	journey BIGINT NOT NULL,
	version BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	leaf BIGINT NOT NULL,
	key TEXT NOT NULL,
	cause BIGINT NOT NULL,
	node TEXT NOT NULL,
	state BIGINT NOT NULL,
	due BIGINT,
	parked BIGINT,
	at BIGINT NOT NULL,
	since BIGINT NOT NULL,
	node_since BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	steps BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (slot, corp, id)
);
CREATE INDEX journey_place_by_due ON journey_place (slot, corp, due, id) WHERE due IS NOT NULL;
CREATE INDEX journey_place_by_customer ON journey_place (slot, corp, customer, id);
CREATE INDEX journey_place_by_journey ON journey_place (slot, corp, journey, id) WHERE state < 9;
CREATE INDEX journey_place_by_left ON journey_place (slot, corp, journey, node_since, id) WHERE state = 9;

CREATE TABLE journey_seen (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	journey BIGINT NOT NULL,
	leaf BIGINT NOT NULL,
	key TEXT NOT NULL,
	first BIGINT NOT NULL,
	last BIGINT NOT NULL,
	times BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, journey, leaf, key)
);

CREATE TABLE journey_step (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	place BIGINT NOT NULL,
	n BIGINT NOT NULL,
	at BIGINT NOT NULL,
	node TEXT NOT NULL,
	what TEXT NOT NULL,
	port TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (slot, corp, place, n)
);

CREATE TABLE journey_count (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	journey BIGINT NOT NULL,
	version BIGINT NOT NULL,
	node TEXT NOT NULL,
	what TEXT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, journey, version, node, what)
);

CREATE TABLE journey_wake (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	due BIGINT NOT NULL,
	PRIMARY KEY (slot, corp)
);

CREATE TABLE journey_day (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	journey BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	due BIGINT NOT NULL,
	day BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, journey, customer)
);
CREATE INDEX journey_day_by_due ON journey_day (slot, corp, due, journey, customer);

CREATE TABLE journey_try ( /* rowid */
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	journey BIGINT NOT NULL,
	job BIGINT NOT NULL,
	state TEXT NOT NULL,
	days BIGINT NOT NULL,
	created BIGINT NOT NULL,
	people BIGINT NOT NULL,
	acts BIGINT NOT NULL,
	goals BIGINT NOT NULL,
	bounded BIGINT NOT NULL,
	def TEXT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE INDEX journey_try_by_journey ON journey_try (corp, journey, id);

CREATE TABLE journey_try_person (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	attempt BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	n BIGINT NOT NULL,
	at BIGINT NOT NULL,
	ended BIGINT NOT NULL,
	event TEXT NOT NULL,
	outcome TEXT NOT NULL,
	acts TEXT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, attempt, customer, n)
);
CREATE INDEX journey_try_person_by_until ON journey_try_person (slot, corp, until);

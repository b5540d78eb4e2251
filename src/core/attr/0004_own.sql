-- Attributes operators define: a fold over a property of events, or a field filled by hand.
CREATE TABLE attr_def (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	label TEXT NOT NULL,
	type TEXT NOT NULL,
	unit TEXT,
	doc TEXT,
	source TEXT NOT NULL,
	event TEXT,
	filter TEXT,
	path TEXT,
	fold TEXT,
	window_days BIGINT,
	yuan BIGINT NOT NULL,
	options TEXT,
	visible TEXT NOT NULL,
	state TEXT NOT NULL,
	removed BIGINT NOT NULL,
	version BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX attr_def_by_name ON attr_def (corp, name) WHERE removed = 0;

-- Per leaf, attribute, corp-day (0: no window) and value of a "most frequent" (else empty).
CREATE TABLE attr_part (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	attr BIGINT NOT NULL,
	day BIGINT NOT NULL,
	word TEXT NOT NULL,
	times BIGINT NOT NULL,
	total BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	first_n BIGINT,
	first_t TEXT,
	last_at BIGINT NOT NULL,
	last_n BIGINT,
	last_t TEXT,
	PRIMARY KEY (slot, corp, customer, attr, day, word)
);

-- Up to which event of a slot an attribute is filled by its job; what comes behind is counted as it comes.
CREATE TABLE attr_start (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	attr BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	filled BIGINT NOT NULL, -- how far the job has come
	PRIMARY KEY (slot, corp, attr)
);

-- Fields filled by hand, newest first: the history is the truth.
CREATE TABLE attr_field (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	attr BIGINT NOT NULL,
	at BIGINT NOT NULL,
	id BIGINT NOT NULL,
	n BIGINT,
	t TEXT,
	who TEXT,
	PRIMARY KEY (slot, corp, customer, attr, at, id)
);

-- What the store itself keeps. "rowid" in a comment: a plain table, because its rows carry bodies.

CREATE TABLE store_meta (name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name));

CREATE TABLE store_node (node BIGINT NOT NULL, taken BIGINT NOT NULL, PRIMARY KEY (node));

CREATE TABLE corp_slot (
	corp BIGINT NOT NULL,
	base BIGINT NOT NULL,
	spread BIGINT NOT NULL,
	seal_key TEXT NOT NULL,
	lookup_key TEXT NOT NULL,
	PRIMARY KEY (corp)
);

CREATE TABLE number_block (corp BIGINT NOT NULL, kind TEXT NOT NULL, next BIGINT NOT NULL, PRIMARY KEY (corp, kind));

CREATE TABLE slot_head (slot BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (slot));

CREATE TABLE journal ( /* rowid */
	slot BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	id BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	recorded BIGINT NOT NULL,
	occurred BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	ver BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	actor_kind BIGINT NOT NULL,
	actor BIGINT NOT NULL,
	cause BIGINT NOT NULL,
	depth BIGINT NOT NULL,
	source TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (slot, seq)
);
CREATE INDEX journal_id ON journal (slot, id);
CREATE INDEX journal_timeline ON journal (slot, corp, customer, occurred, seq) WHERE customer > 0;

CREATE TABLE relay ( /* rowid */
	slot BIGINT NOT NULL,
	id BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	target BIGINT NOT NULL,
	occurred BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	ver BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	actor_kind BIGINT NOT NULL,
	actor BIGINT NOT NULL,
	cause BIGINT NOT NULL,
	depth BIGINT NOT NULL,
	source TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (slot, id)
);
CREATE TABLE relay_mark (slot BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (slot, id));

CREATE TABLE cursor (slot BIGINT NOT NULL, module TEXT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (slot, module));

CREATE TABLE dead_letter (
	slot BIGINT NOT NULL,
	module TEXT NOT NULL,
	event BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	code TEXT NOT NULL,
	field TEXT NOT NULL,
	place TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, module, event)
);

CREATE TABLE inbox ( /* rowid */
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	source TEXT NOT NULL,
	key TEXT NOT NULL,
	id BIGINT NOT NULL,
	received BIGINT NOT NULL,
	due BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	state BIGINT NOT NULL,
	reason TEXT,
	body TEXT,
	PRIMARY KEY (slot, corp, source, key)
);
CREATE INDEX inbox_due ON inbox (due, id) WHERE state = 0;
CREATE INDEX inbox_received ON inbox (slot, received) WHERE state = 1;
CREATE TABLE intake_mark (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, id)
);
CREATE INDEX intake_mark_at ON intake_mark (slot, at);

CREATE TABLE outbox ( /* rowid */
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	kind TEXT NOT NULL,
	key TEXT NOT NULL,
	id BIGINT NOT NULL,
	lane TEXT NOT NULL,
	due BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	cause BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	state BIGINT NOT NULL,
	called BIGINT NOT NULL,
	reason TEXT,
	body TEXT NOT NULL,
	PRIMARY KEY (slot, corp, kind, key)
);
CREATE INDEX outbox_due ON outbox (lane, due, id) WHERE state = 0;
CREATE INDEX outbox_calling ON outbox (slot, id) WHERE state = 1;
CREATE INDEX outbox_unknown ON outbox (called, id) WHERE state = 4;

CREATE TABLE timer (
	slot BIGINT NOT NULL,
	due BIGINT NOT NULL,
	id BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	kind TEXT NOT NULL,
	key TEXT NOT NULL,
	customer BIGINT NOT NULL,
	cause BIGINT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (due, id, slot)
);
CREATE UNIQUE INDEX timer_key ON timer (slot, corp, kind, key);

-- sealed NULL: destroyed, never made again
CREATE TABLE customer_key (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	sealed TEXT,
	PRIMARY KEY (slot, corp, customer)
);

CREATE TABLE blob (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	type TEXT NOT NULL,
	name TEXT NOT NULL,
	size BIGINT NOT NULL,
	made BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE blob_part ( /* rowid */
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	part BIGINT NOT NULL,
	bytes BYTEA NOT NULL,
	PRIMARY KEY (corp, id, part)
);

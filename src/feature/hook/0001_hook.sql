-- Destinations of webhooks; the secret is sealed with the corp's key.
CREATE TABLE hook (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	url TEXT NOT NULL,
	secret TEXT NOT NULL,
	former TEXT, -- still signed with until former_until
	former_until BIGINT,
	enabled BIGINT NOT NULL,
	failures BIGINT NOT NULL, -- in a row
	until BIGINT NOT NULL, -- nobody calls it before
	version BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX hook_name ON hook (corp, name);
-- Deliveries, in the slot of the person they speak of.
CREATE TABLE hook_sent (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL, -- of the message, too
	hook BIGINT NOT NULL,
	kind TEXT NOT NULL,
	body TEXT, -- sealed for her; none before the first try
	state TEXT NOT NULL, -- waiting, done, failed
	attempts BIGINT NOT NULL,
	again BIGINT NOT NULL, -- how often it was sent again by hand
	status BIGINT,
	answer TEXT,
	made BIGINT NOT NULL,
	tried BIGINT,
	PRIMARY KEY (slot, corp, customer, id)
);
CREATE INDEX hook_sent_of ON hook_sent (corp, hook, id);

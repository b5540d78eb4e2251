-- Messages a program was asked to send to somebody, in the slot of the person as she was then.
CREATE TABLE speak (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	verb TEXT NOT NULL,
	channel TEXT, -- none: touches nobody
	class TEXT NOT NULL,
	via TEXT NOT NULL, -- the account, template or destination it goes through
	sender TEXT NOT NULL, -- kind of its outbox row, whose key is the id
	made_by TEXT NOT NULL,
	made_by_id BIGINT NOT NULL,
	token BIGINT NOT NULL,
	act TEXT NOT NULL, -- the caller's key
	state TEXT NOT NULL, -- asked, accepted, sent, refused, failed, unknown, expired, stopped
	reason TEXT,
	remote TEXT, -- the provider's number
	asked BIGINT NOT NULL,
	ended BIGINT,
	PRIMARY KEY (slot, corp, customer, id)
);
CREATE UNIQUE INDEX speak_act ON speak (slot, corp, customer, verb, made_by, made_by_id, act);
-- How many of each verb came to what, by day.
CREATE TABLE speak_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	verb TEXT NOT NULL,
	day BIGINT NOT NULL,
	state TEXT NOT NULL,
	n BIGINT NOT NULL,
	cost BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, verb, day, state)
);

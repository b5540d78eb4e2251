-- When a leaf last wrote to us, and last opened what we sent.
CREATE TABLE attr_last (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	attr BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, attr)
);

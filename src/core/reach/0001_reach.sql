CREATE TABLE reach_touch (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	at BIGINT NOT NULL,
	event BIGINT NOT NULL,
	channel TEXT NOT NULL,
	class TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_by_id BIGINT,
	staff BIGINT,
	PRIMARY KEY (slot, corp, customer, at, event)
);
CREATE TABLE reach_refusal (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	channel TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, channel)
);

CREATE TABLE welcome_rule (
	corp BIGINT NOT NULL,
	state TEXT NOT NULL,
	livecode BIGINT NOT NULL,
	content TEXT NOT NULL,
	PRIMARY KEY (corp, state)
);
CREATE TABLE welcome_log (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	event BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	livecode BIGINT,
	result TEXT NOT NULL,
	took BIGINT,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, event)
);
CREATE INDEX welcome_log_by_code ON welcome_log (corp, livecode, result);

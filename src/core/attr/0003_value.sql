-- Attributes beyond customer_fact: one row per person and attribute. n: number, fen, day or moment by type.
CREATE TABLE attr_value (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	attr BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	n BIGINT,
	t TEXT,
	PRIMARY KEY (slot, corp, attr, customer)
);
CREATE INDEX attr_value_of ON attr_value (slot, corp, customer, attr);

-- The first corp-day on which time alone changes something about a person.
CREATE TABLE attr_due (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	day BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer)
);
CREATE INDEX attr_due_by_day ON attr_due (slot, corp, day);

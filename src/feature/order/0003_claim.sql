-- Guesses at what proves an order, a day and a number: more than a few are not listened to.
CREATE TABLE order_try (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	order_no TEXT NOT NULL,
	day BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, order_no, day)
);

-- Payments that are no orders of a shop: WeCom receipts and tills. Derived from what became of them as orders.
CREATE TABLE payment (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	paid BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	source TEXT NOT NULL,
	payment_no TEXT NOT NULL,
	amount BIGINT NOT NULL,
	refunded BIGINT NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	staff TEXT,
	store TEXT,
	PRIMARY KEY (slot, corp, paid, order_id)
);
-- How far the receipts of WeCom were read.
CREATE TABLE payment_poll (
	corp BIGINT NOT NULL,
	upto BIGINT NOT NULL,
	whole BIGINT NOT NULL,
	PRIMARY KEY (corp)
);

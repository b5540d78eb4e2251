-- Order numbers she gave on the member page; what came of each is told by an event.
CREATE TABLE bind_claim (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	state TEXT NOT NULL,
	order_no TEXT,
	paid BIGINT,
	currency TEXT,
	created BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, id)
);

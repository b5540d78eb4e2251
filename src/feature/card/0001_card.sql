CREATE TABLE card_template (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	layout TEXT NOT NULL,
	picture BIGINT, -- a blob
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
-- The door of a member of staff: what the codes on her pictures hold.
CREATE TABLE card_staff (
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	door TEXT NOT NULL,
	PRIMARY KEY (corp, staff)
);
-- Fresh orders, for the page after payment: who, where, and who sold it.
CREATE TABLE card_order (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	order_no TEXT NOT NULL,
	store TEXT,
	staff TEXT,
	ordered BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, order_no)
);
CREATE INDEX card_order_no ON card_order (corp, order_no);
CREATE INDEX card_order_at ON card_order (slot, corp, ordered);

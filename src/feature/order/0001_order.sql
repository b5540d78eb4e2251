-- One row per order, beside her other orders, in her slot. id is a stable hash of what names the order.
CREATE TABLE order_head (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	source TEXT NOT NULL,
	order_no TEXT,
	paid BIGINT NOT NULL,
	refunded BIGINT NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	ordered BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	items BIGINT NOT NULL,
	store TEXT,
	import BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, id)
);

-- What was bought, where the source names goods; line is a stable hash too.
CREATE TABLE order_line (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	line BIGINT NOT NULL,
	sku TEXT,
	product TEXT,
	items BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	import BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, order_id, line)
);

-- Money that went back; order_id 0: no order of hers fits it, it stands alone.
CREATE TABLE order_refund (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	source TEXT NOT NULL,
	refund_no TEXT,
	sku TEXT,
	items BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	currency TEXT NOT NULL,
	refunded BIGINT NOT NULL,
	import BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, id)
);

-- Whose an order number is: one order has one buyer, whatever a later file says. Slot of the number.
CREATE TABLE order_number (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	source TEXT NOT NULL,
	order_no TEXT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	import BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, source, order_no)
);

-- Orders and refunds nobody can be found for, with the reason; the corp's base slot.
CREATE TABLE order_unmatched (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	source TEXT NOT NULL,
	order_no TEXT,
	paid BIGINT NOT NULL,
	refunded BIGINT NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	ordered BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	items BIGINT NOT NULL,
	reason TEXT NOT NULL,
	import BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, id)
);

CREATE TABLE order_upload (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	size BIGINT NOT NULL,
	sha256 TEXT,
	completed BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE order_upload_part (
	corp BIGINT NOT NULL,
	upload BIGINT NOT NULL,
	part BIGINT NOT NULL,
	bytes BIGINT NOT NULL,
	PRIMARY KEY (corp, upload, part)
);

CREATE TABLE order_import (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	upload BIGINT NOT NULL,
	name TEXT NOT NULL,
	preset TEXT NOT NULL,
	state TEXT NOT NULL,
	job BIGINT NOT NULL,
	spec TEXT NOT NULL, -- mapping and options
	data_rows BIGINT NOT NULL,
	accepted BIGINT NOT NULL,
	rejected BIGINT NOT NULL,
	orders BIGINT NOT NULL,
	refunds BIGINT NOT NULL,
	customers BIGINT NOT NULL,
	unchanged BIGINT NOT NULL,
	unmatched BIGINT NOT NULL,
	error TEXT,
	created_by TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);

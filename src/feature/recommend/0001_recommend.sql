-- What was in each order, per leaf. Derived.
CREATE TABLE recommend_line (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	product BIGINT NOT NULL,
	day BIGINT NOT NULL,
	gone BIGINT NOT NULL, -- all of the order's money went back
	PRIMARY KEY (slot, corp, customer, order_id, product)
);

-- What the numbers of goods stand for, as last told. Derived.
CREATE TABLE recommend_name (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	product BIGINT NOT NULL,
	name TEXT NOT NULL,
	sku TEXT,
	category TEXT,
	PRIMARY KEY (slot, corp, product)
);

-- What a person bought when, over all her leaves; a root's.
CREATE TABLE recommend_person (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	goods BYTEA NOT NULL,
	PRIMARY KEY (slot, corp, customer)
);

-- The newest count: the goods most people bought, and what goes together.
CREATE TABLE recommend_product (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	sku TEXT,
	category TEXT,
	buyers BIGINT NOT NULL,
	again BIGINT NOT NULL, -- of them, who bought it on two days or more
	PRIMARY KEY (corp, id)
);
CREATE INDEX recommend_product_by_buyers ON recommend_product (corp, buyers, id);
CREATE TABLE recommend_pair (
	corp BIGINT NOT NULL,
	product BIGINT NOT NULL,
	place BIGINT NOT NULL,
	partner BIGINT NOT NULL,
	both_n BIGINT NOT NULL, -- people who bought both within the window
	PRIMARY KEY (corp, product, place)
);
CREATE TABLE recommend_run (
	corp BIGINT NOT NULL,
	job BIGINT NOT NULL,
	made BIGINT,
	people BIGINT NOT NULL,
	products BIGINT NOT NULL,
	pairs BIGINT NOT NULL,
	PRIMARY KEY (corp)
);

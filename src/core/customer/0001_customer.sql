CREATE TABLE customer (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	root BIGINT NOT NULL,
	name TEXT,
	avatar TEXT,
	gender TEXT,
	city TEXT,
	birthday BIGINT,
	child_birthday BIGINT,
	followup TEXT,
	remark TEXT,
	origin TEXT NOT NULL,
	created BIGINT NOT NULL,
	erased BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, id)
);

-- Which leaves a root has taken in; lives in the root's slot.
CREATE TABLE customer_leaf (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	root BIGINT NOT NULL,
	leaf BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, root, leaf)
);

-- Two that a person took apart: no rule puts them together again.
CREATE TABLE customer_apart (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	other BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, other)
);

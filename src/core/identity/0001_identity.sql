CREATE TABLE identity (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	kind TEXT NOT NULL,
	value TEXT NOT NULL, -- plain, or the keyed hash of it
	customer BIGINT NOT NULL,
	verified BIGINT NOT NULL,
	origin TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, kind, value)
);

-- The same from her side, in her slot; sealed is the text of hashed kinds.
CREATE TABLE identity_of_customer (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	kind TEXT NOT NULL,
	value TEXT NOT NULL,
	sealed TEXT,
	masked TEXT NOT NULL,
	verified BIGINT NOT NULL,
	source TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, kind, value)
);

-- Phones staff typed in: they suggest a person, they never are one.
CREATE TABLE merge_hint (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	kind TEXT NOT NULL,
	value TEXT NOT NULL,
	sealed TEXT NOT NULL,
	masked TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, kind, value)
);

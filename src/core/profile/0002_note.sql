-- What staff wrote down about a person, beside her leaf.
CREATE TABLE profile_note (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	who BIGINT NOT NULL,
	name TEXT NOT NULL,
	note TEXT NOT NULL,
	pinned BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, id)
);

CREATE TABLE write_key (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	hash TEXT NOT NULL,
	head TEXT NOT NULL,
	created BIGINT NOT NULL,
	revoked BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX write_key_by_hash ON write_key (hash);

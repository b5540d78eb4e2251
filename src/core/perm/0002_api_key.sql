-- Keys with which other programs of the company ask; perms: names of permissions, comma-separated.
CREATE TABLE api_key (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	hash TEXT NOT NULL,
	head TEXT NOT NULL,
	perms TEXT NOT NULL,
	created BIGINT NOT NULL,
	revoked BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX api_key_by_hash ON api_key (hash);

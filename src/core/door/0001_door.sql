CREATE TABLE door (
	corp BIGINT NOT NULL,
	key TEXT NOT NULL,
	kind TEXT NOT NULL,
	target BIGINT NOT NULL,
	params TEXT NOT NULL,
	expires BIGINT,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, key)
);
CREATE UNIQUE INDEX door_by_key ON door (key);
CREATE INDEX door_of ON door (corp, kind, target);
CREATE TABLE door_day (
	corp BIGINT NOT NULL,
	key TEXT NOT NULL,
	day BIGINT NOT NULL,
	visits BIGINT NOT NULL,
	PRIMARY KEY (corp, key, day)
);

CREATE TABLE alarm (
	corp BIGINT NOT NULL,
	kind TEXT NOT NULL,
	object BIGINT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	since BIGINT NOT NULL,
	told BIGINT,
	PRIMARY KEY (corp, kind, object)
);

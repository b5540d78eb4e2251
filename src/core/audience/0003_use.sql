-- Who was in an audience when it was used; the members are a Roaring bitmap in a blob.
CREATE TABLE audience_use (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	used_by TEXT NOT NULL,
	ref BIGINT NOT NULL,
	title TEXT NOT NULL,
	audience BIGINT,
	expr TEXT NOT NULL,
	viewed_by BIGINT NOT NULL,
	at BIGINT NOT NULL,
	day BIGINT NOT NULL,
	people BIGINT NOT NULL,
	positions TEXT NOT NULL,
	bytes BIGINT NOT NULL,
	checksum BIGINT NOT NULL,
	blob BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX audience_use_of ON audience_use (corp, used_by, ref);

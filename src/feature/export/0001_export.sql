-- One row per export, kept for good: who took what, and why.
CREATE TABLE export_file (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	job BIGINT NOT NULL,
	owner BIGINT NOT NULL,
	purpose TEXT NOT NULL,
	chosen TEXT,
	expr TEXT NOT NULL,
	cols TEXT NOT NULL,
	lang TEXT NOT NULL,
	masked BIGINT NOT NULL,
	scoped BIGINT NOT NULL,
	state TEXT NOT NULL,
	people BIGINT NOT NULL,
	bytes BIGINT NOT NULL,
	parts BIGINT NOT NULL,
	downloads BIGINT NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE INDEX export_file_owner ON export_file (corp, owner, id);
-- The file, a step of the job a row; gone EXPORT_KEPT_MS after it was made.
CREATE TABLE export_part (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	part BIGINT NOT NULL,
	bytes BYTEA NOT NULL,
	PRIMARY KEY (corp, id, part)
);

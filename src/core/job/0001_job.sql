CREATE TABLE job (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	actor_kind BIGINT NOT NULL,
	actor BIGINT NOT NULL,
	state TEXT NOT NULL,
	done BIGINT NOT NULL,
	total BIGINT,
	failed BIGINT NOT NULL,
	skipped BIGINT NOT NULL,
	created BIGINT NOT NULL,
	started BIGINT,
	finished BIGINT,
	link TEXT,
	error TEXT,
	input TEXT NOT NULL,
	cursor TEXT NOT NULL,
	log TEXT NOT NULL,
	tries BIGINT NOT NULL, -- faults in a row
	due BIGINT NOT NULL, -- not before
	lease BIGINT NOT NULL, -- monotonic ms until which a thread works on it
	turn BIGINT NOT NULL, -- when it last had its turn
	PRIMARY KEY (corp, id)
);
CREATE INDEX job_open ON job (turn) WHERE state = 'queued' OR state = 'running';

-- The write path at many millions of rows (docs/decisions/0021): on SQLite no key of random order is left. "only sqlite"
-- or "only postgres" in a comment inside a statement: it runs on that store alone.

-- Its duplicates are judged in memory on SQLite (inbox_seen.h); the id is the order rows come in.
ALTER TABLE inbox RENAME TO inbox_before /* only sqlite */;
CREATE TABLE inbox ( /* only sqlite */
	id BIGINT NOT NULL,
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	source TEXT NOT NULL,
	key TEXT NOT NULL,
	received BIGINT NOT NULL,
	due BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	state BIGINT NOT NULL,
	reason TEXT,
	body TEXT,
	PRIMARY KEY (id)
);
INSERT INTO inbox (id, slot, corp, source, key, received, due, attempts, state, reason, body) /* only sqlite */
	SELECT id, slot, corp, source, key, received, due, attempts, state, reason, body FROM inbox_before ORDER BY id;
DROP TABLE inbox_before /* only sqlite */;
CREATE INDEX inbox_due ON inbox (due, id) /* only sqlite */ WHERE state = 0;
CREATE INDEX inbox_received ON inbox (slot, received) /* only sqlite */ WHERE state = 1;

-- Timelines in sorted runs on SQLite (timeline.h); PostgreSQL keeps its index and leaves these tables empty.
-- state: 0 being written, 1 stands, 2 to be removed
DROP INDEX journal_timeline /* only sqlite */;
CREATE TABLE timeline_run (
	slot BIGINT NOT NULL,
	run BIGINT NOT NULL,
	level BIGINT NOT NULL,
	first_seq BIGINT NOT NULL,
	last_seq BIGINT NOT NULL,
	entries BIGINT NOT NULL,
	state BIGINT NOT NULL,
	PRIMARY KEY (slot, run)
);
CREATE TABLE timeline_part ( /* rowid */
	slot BIGINT NOT NULL,
	run BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	occurred BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	bytes BYTEA NOT NULL,
	PRIMARY KEY (slot, run, customer, occurred, seq)
);

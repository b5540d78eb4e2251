CREATE TABLE moment (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	expr TEXT NOT NULL,
	words TEXT NOT NULL,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	opens BIGINT NOT NULL,
	deadline BIGINT NOT NULL,
	made_by BIGINT NOT NULL,
	viewed_by BIGINT NOT NULL, -- the data scope of whoever made it; 0: everything
	confirmed BIGINT NOT NULL, -- the number its maker confirmed; never more are planned
	planned BIGINT NOT NULL,
	created BIGINT NOT NULL,
	closed BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE TABLE moment_version (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	plan BIGINT NOT NULL,
	n BIGINT NOT NULL,         -- 1 is asked first
	name TEXT NOT NULL,
	expr TEXT NOT NULL,        -- empty: whoever is left
	words TEXT NOT NULL,
	content TEXT NOT NULL,
	state TEXT NOT NULL,
	code TEXT,
	people BIGINT NOT NULL,
	tag BIGINT,                -- the technical one, while it stands
	jobid TEXT,
	moment_id TEXT,
	asked_at BIGINT,
	made_at BIGINT,
	closed_at BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX moment_version_n ON moment_version (corp, plan, n);
CREATE INDEX moment_version_tag ON moment_version (corp, tag);
CREATE UNIQUE INDEX moment_version_name ON moment_version (corp, moment_id);
CREATE TABLE moment_sender (
	corp BIGINT NOT NULL,
	version BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	userid TEXT NOT NULL,
	state TEXT NOT NULL,
	people BIGINT NOT NULL,
	visible BIGINT,            -- NULL: not read yet
	likes BIGINT,
	comments BIGINT,
	posted_at BIGINT,          -- when we saw it: WeCom tells no time
	read_at BIGINT,
	PRIMARY KEY (corp, version, staff)
);
CREATE INDEX moment_sender_staff ON moment_sender (corp, staff, state);
CREATE TABLE moment_reminder (
	corp BIGINT NOT NULL,
	plan BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (corp, plan, staff, at)
);
CREATE TABLE moment_media (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,        -- of the blob
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	bytes BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE moment_person (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	plan BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	version BIGINT NOT NULL,   -- its n; 0: none is for her
	staff BIGINT,
	external_userid TEXT,
	state TEXT NOT NULL,
	reason TEXT,
	seen_at BIGINT,
	liked_at BIGINT,
	commented_at BIGINT,
	PRIMARY KEY (slot, corp, plan, customer)
);
CREATE INDEX moment_person_version ON moment_person (slot, corp, plan, version, staff, state);
CREATE INDEX moment_person_plan ON moment_person (corp, plan, version, state);

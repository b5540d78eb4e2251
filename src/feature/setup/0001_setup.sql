-- The last word of each line of the check-up.
CREATE TABLE setup_check (
	corp BIGINT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL,
	text BIGINT NOT NULL, -- which sentence, see setup_check.c
	value TEXT NOT NULL,
	code BIGINT NOT NULL, -- WeCom's errcode, 0 none
	checked BIGINT NOT NULL,
	PRIMARY KEY (corp, name)
);

-- What the journal tells of how the connection works, per member of staff (0: nobody's).
CREATE TABLE setup_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	profiles BIGINT NOT NULL,
	unionids BIGINT NOT NULL,
	greeted BIGINT NOT NULL,
	ungiven BIGINT NOT NULL,
	livecodes BIGINT NOT NULL,
	bindings BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, staff)
);

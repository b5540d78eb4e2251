-- Live rooms made here.
CREATE TABLE living_room (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	livingid TEXT NOT NULL,
	anchor BIGINT NOT NULL,
	theme TEXT NOT NULL,
	starts BIGINT NOT NULL,
	minutes BIGINT NOT NULL,
	watch_url TEXT,
	group_url TEXT,
	tag BIGINT,
	tag_minutes BIGINT NOT NULL,
	state TEXT NOT NULL,
	viewers BIGINT NOT NULL,
	members BIGINT NOT NULL,  -- of them staff
	strangers BIGINT NOT NULL, -- of them people nobody here knows
	read_at BIGINT,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX living_room_livingid ON living_room (corp, livingid);
-- Who watched, under the leaf she was known by then.
CREATE TABLE living_viewer (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	room BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	seconds BIGINT NOT NULL,
	comment BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, room, customer)
);

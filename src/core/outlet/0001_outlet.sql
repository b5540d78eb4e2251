CREATE TABLE outlet (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	code TEXT NOT NULL, -- the operator's own number of it
	name TEXT NOT NULL,
	city TEXT NOT NULL,
	address TEXT NOT NULL,
	system TEXT NOT NULL, -- in which lat and lng were given
	lat DOUBLE PRECISION NOT NULL,
	lng DOUBLE PRECISION NOT NULL,
	hours TEXT NOT NULL,
	special TEXT NOT NULL, -- days that differ
	department BIGINT,
	group_url TEXT,
	tag BIGINT,
	closed BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX outlet_code ON outlet (corp, code);
CREATE TABLE outlet_staff (
	corp BIGINT NOT NULL,
	outlet BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	PRIMARY KEY (corp, outlet, staff)
);

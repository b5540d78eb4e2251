CREATE TABLE area_code (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	door TEXT NOT NULL,
	result TEXT NOT NULL,
	radius BIGINT NOT NULL, -- metres
	consent TEXT NOT NULL,
	removed BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
-- What is kept of visits: a cell of five kilometres, never a point.
CREATE TABLE area_visit (
	corp BIGINT NOT NULL,
	area BIGINT NOT NULL,
	day BIGINT NOT NULL,
	outlet BIGINT NOT NULL, -- 0: none
	cell TEXT NOT NULL, -- '': she chose by hand
	how TEXT NOT NULL,
	visits BIGINT NOT NULL,
	PRIMARY KEY (corp, area, day, outlet, cell, how)
);

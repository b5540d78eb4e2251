CREATE TABLE material_category (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX material_category_name ON material_category (corp, name);
CREATE TABLE material (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	category BIGINT NOT NULL, -- 0: none
	door TEXT NOT NULL,       -- key of its address, for ever
	alert BIGINT NOT NULL,    -- 1: the advisor is told when her customer opens it
	newest BIGINT NOT NULL,   -- the last version
	live BIGINT NOT NULL,     -- the version that is shown; 0: none yet
	expires BIGINT,           -- of the live version's approval
	removed BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE material_version (
	corp BIGINT NOT NULL,
	material BIGINT NOT NULL,
	number BIGINT NOT NULL,
	title TEXT NOT NULL,
	summary TEXT NOT NULL,
	body TEXT NOT NULL,
	url TEXT NOT NULL,
	file BIGINT NOT NULL,     -- 0: none
	cover BIGINT NOT NULL,
	appid TEXT NOT NULL,
	page TEXT NOT NULL,
	note TEXT NOT NULL,
	state TEXT NOT NULL,      -- waiting, approved, refused
	maker BIGINT NOT NULL,    -- user; 0: a program
	made BIGINT NOT NULL,
	judge BIGINT,
	judged BIGINT,
	reason TEXT,
	PRIMARY KEY (corp, material, number)
);
CREATE TABLE material_file (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL,       -- what its bytes say; '' until it is whole
	bytes BIGINT NOT NULL,
	blob BIGINT NOT NULL,     -- 0: not whole yet
	made BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE material_part (
	corp BIGINT NOT NULL,
	file BIGINT NOT NULL,
	n BIGINT NOT NULL,
	bytes BIGINT NOT NULL,
	blob BIGINT NOT NULL,
	PRIMARY KEY (corp, file, n)
);
-- WeCom's copy of a file, which it forgets after three days.
CREATE TABLE material_media (
	corp BIGINT NOT NULL,
	file BIGINT NOT NULL,
	media_id TEXT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (corp, file)
);
-- One sitting of a browser before a material; in the slot of whom the link was made for, else of who came, else the base.
CREATE TABLE material_visit (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	material BIGINT NOT NULL,
	number BIGINT NOT NULL,
	meant BIGINT NOT NULL,    -- root the link was made for; 0: nobody's
	reader BIGINT NOT NULL,   -- root of who came; 0: not known
	staff BIGINT NOT NULL,    -- member the link was made for, else her advisor then; 0: none
	browser TEXT NOT NULL,    -- hash of its cookie
	passed BIGINT NOT NULL,   -- 1: not the one it was made for
	opened BIGINT NOT NULL,
	last BIGINT NOT NULL,
	seconds BIGINT NOT NULL,
	depth BIGINT NOT NULL,    -- percent
	told BIGINT NOT NULL,     -- seconds that events have told
	PRIMARY KEY (slot, corp, id)
);
CREATE INDEX material_visit_browser ON material_visit (slot, corp, material, meant, browser, id);
CREATE INDEX material_visit_hour ON material_visit (slot, corp, material, meant, opened);
CREATE INDEX material_visit_reader ON material_visit (slot, corp, reader, material);
CREATE INDEX material_visit_list ON material_visit (corp, material, id);
-- Sums of visits by slot, day of the corp and member.
CREATE TABLE material_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	material BIGINT NOT NULL,
	day BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	opened BIGINT NOT NULL,
	people BIGINT NOT NULL,   -- who had not opened it before
	seconds BIGINT NOT NULL,
	passed BIGINT NOT NULL,   -- browsers it was passed on to
	PRIMARY KEY (slot, corp, material, day, staff)
);
CREATE INDEX material_tally_list ON material_tally (corp, day, material);
-- When the advisor was last told that she opened it.
CREATE TABLE material_alert (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	material BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, material)
);

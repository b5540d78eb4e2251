-- Lists of phone numbers that staff add by hand; each says where it came from and why it may be used.
CREATE TABLE phonelist (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	source TEXT NOT NULL,
	basis TEXT NOT NULL,
	state TEXT NOT NULL, -- reading, open, closed, failed
	upload BIGINT,       -- the file until it is read
	total BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	made_by BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE phonelist_staff (
	corp BIGINT NOT NULL,
	list BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	PRIMARY KEY (corp, list, staff)
);
-- phone is the keyed hash, sealed and name the texts under the corp's key.
CREATE TABLE phonelist_row (
	corp BIGINT NOT NULL,
	list BIGINT NOT NULL,
	id BIGINT NOT NULL,
	staff BIGINT NOT NULL, -- 0: nobody's (a friend already)
	phone TEXT NOT NULL,
	sealed TEXT NOT NULL,
	name TEXT,
	state TEXT NOT NULL, -- todo, asked, passed, not_found, refused, friend
	day BIGINT,          -- corp-day on which staff took it in hand: counts against the daily limit
	asked BIGINT,
	ended BIGINT,
	customer BIGINT,
	how TEXT,            -- of passed: remark, bound, tap
	PRIMARY KEY (corp, list, id)
);
CREATE UNIQUE INDEX phonelist_row_once ON phonelist_row (corp, list, phone);
CREATE INDEX phonelist_row_phone ON phonelist_row (corp, phone);
CREATE INDEX phonelist_row_staff ON phonelist_row (corp, staff, state, id);
CREATE INDEX phonelist_row_day ON phonelist_row (corp, staff, day);
CREATE TABLE phonelist_reject (
	corp BIGINT NOT NULL,
	list BIGINT NOT NULL,
	line BIGINT NOT NULL,
	sealed TEXT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (corp, list, line)
);
CREATE TABLE phonelist_tally (
	corp BIGINT NOT NULL,
	list BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	state TEXT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (corp, list, staff, state)
);
-- A new friend who may be one of the numbers her advisor asked: one tap says which.
CREATE TABLE phonelist_guess (
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	added BIGINT NOT NULL,
	PRIMARY KEY (corp, staff, customer)
);

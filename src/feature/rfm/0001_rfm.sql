-- Cut points with their day; the newest row is in force.
CREATE TABLE rfm_cut (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	at BIGINT NOT NULL,
	people BIGINT NOT NULL,
	mode TEXT NOT NULL,
	money TEXT NOT NULL,
	r1 BIGINT NOT NULL,
	r2 BIGINT NOT NULL,
	r3 BIGINT NOT NULL,
	r4 BIGINT NOT NULL,
	f1 BIGINT NOT NULL,
	f2 BIGINT NOT NULL,
	f3 BIGINT NOT NULL,
	f4 BIGINT NOT NULL,
	m1 BIGINT NOT NULL,
	m2 BIGINT NOT NULL,
	m3 BIGINT NOT NULL,
	m4 BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
-- Names of cells a corp has given.
CREATE TABLE rfm_name (
	corp BIGINT NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (corp, code)
);
-- Which stored audience stands for a high-potential type.
CREATE TABLE rfm_type (
	corp BIGINT NOT NULL,
	code TEXT NOT NULL,
	audience BIGINT NOT NULL,
	PRIMARY KEY (corp, code)
);
-- People and money of a type on a day; code '': of everybody.
CREATE TABLE rfm_type_day (
	corp BIGINT NOT NULL,
	day BIGINT NOT NULL,
	code TEXT NOT NULL,
	people BIGINT NOT NULL,
	gmv BIGINT NOT NULL,
	PRIMARY KEY (corp, day, code)
);

CREATE TABLE department (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	wecom_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	parent_wecom_id BIGINT,
	is_store BIGINT NOT NULL,
	store_set BIGINT, -- what a person said; NULL: by the rule
	seen BIGINT NOT NULL, -- the sync that last saw it
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX department_wecom ON department (corp, wecom_id);

CREATE TABLE staff (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	userid TEXT NOT NULL,
	userid_low TEXT NOT NULL,
	name TEXT NOT NULL,
	alias TEXT,
	department BIGINT,
	store BIGINT,
	state TEXT NOT NULL,
	in_scope BIGINT NOT NULL,
	customers BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX staff_userid ON staff (corp, userid_low);

CREATE TABLE staff_department (
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	department BIGINT NOT NULL,
	PRIMARY KEY (corp, staff, department)
);

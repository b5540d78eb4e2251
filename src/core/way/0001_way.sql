CREATE TABLE way (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	owner TEXT NOT NULL, -- the feature it serves
	owner_id BIGINT NOT NULL,
	part BIGINT NOT NULL, -- which of that owner's ways; 0: its only one
	remark TEXT NOT NULL,
	wecom_state TEXT NOT NULL,
	config_id TEXT,
	qr_url TEXT,
	status TEXT NOT NULL,
	fail_code TEXT,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX way_owner ON way (corp, owner, owner_id, part);
CREATE UNIQUE INDEX way_state ON way (corp, wecom_state);
CREATE TABLE way_staff (
	corp BIGINT NOT NULL,
	way BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	PRIMARY KEY (corp, way, staff)
);
CREATE INDEX way_staff_of ON way_staff (corp, staff, way);

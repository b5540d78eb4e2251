CREATE TABLE follow (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	external_userid TEXT NOT NULL,
	added BIGINT NOT NULL,
	add_way BIGINT,
	state TEXT,
	channel TEXT,
	remark TEXT,
	description TEXT,
	status TEXT NOT NULL,
	ended BIGINT,
	times BIGINT NOT NULL,
	told BIGINT NOT NULL, -- the newest moment WeCom has told us about; what is older changes no status
	PRIMARY KEY (slot, corp, customer, staff)
);
CREATE INDEX follow_staff ON follow (slot, corp, staff);

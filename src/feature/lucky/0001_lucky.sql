CREATE TABLE lucky (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	door TEXT NOT NULL, -- the printed code: an account of the pool
	group_door TEXT NOT NULL, -- the link in the welcome: her store's group
	friends_max BIGINT NOT NULL,
	removed BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE lucky_account (
	corp BIGINT NOT NULL,
	lucky BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	weight BIGINT NOT NULL,
	PRIMARY KEY (corp, lucky, staff)
);
-- Who came by it, and whether she is in a group since.
CREATE TABLE lucky_ask (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	lucky BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	outlet BIGINT, -- the store she was shown
	asked BIGINT NOT NULL,
	joined BIGINT,
	PRIMARY KEY (slot, corp, customer, lucky)
);
CREATE INDEX lucky_ask_of ON lucky_ask (corp, lucky, asked, customer);

CREATE TABLE home_day (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	day BIGINT NOT NULL,
	staff BIGINT NOT NULL, -- 0: orders, which no member of staff stands for
	added BIGINT NOT NULL,
	added_first BIGINT NOT NULL,
	added_again BIGINT NOT NULL,
	lost BIGINT NOT NULL,
	lost_unique BIGINT NOT NULL,
	dropped BIGINT NOT NULL,
	orders BIGINT NOT NULL,
	revenue BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, day, staff)
);
CREATE INDEX home_day_of_corp ON home_day (corp, day, staff);

-- What an order added to its day, so that a later word about it can take that back exactly.
CREATE TABLE home_order (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	day BIGINT NOT NULL,
	paid BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, id)
);

-- WeCom's own figures, as fetched.
CREATE TABLE home_wecom (
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	day BIGINT NOT NULL,
	applied BIGINT NOT NULL,
	added BIGINT NOT NULL,
	lost BIGINT NOT NULL,
	chats BIGINT NOT NULL,
	messages BIGINT NOT NULL,
	fetched BIGINT NOT NULL,
	PRIMARY KEY (corp, day, staff)
);

-- What a member was, change by change.
CREATE TABLE staff_was (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	id BIGINT NOT NULL, -- of the event that told it; its time is when it became known
	state TEXT NOT NULL,
	store BIGINT,
	PRIMARY KEY (slot, corp, staff, id)
);

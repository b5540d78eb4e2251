-- WeCom's ids that a relation carried when nobody here knew them yet: once the list of tags has them, she carries the tag.
CREATE TABLE tag_unmet (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	wecom_id TEXT NOT NULL,
	PRIMARY KEY (slot, corp, customer, staff, wecom_id)
);

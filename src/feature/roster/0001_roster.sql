-- Lists of people brought in as files; who is on one is an attribute of hers.
CREATE TABLE roster (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL, -- of identity
	attr BIGINT NOT NULL,
	attr_name TEXT NOT NULL,
	state TEXT NOT NULL, -- reading, ready, failed
	upload BIGINT,
	total BIGINT NOT NULL,
	found BIGINT NOT NULL,
	unknown BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);

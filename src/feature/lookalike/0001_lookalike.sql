-- People like those of a seed, as found on one day; made NULL: the job is still at it.
CREATE TABLE lookalike_pack (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	expr TEXT NOT NULL, -- of the seed
	size BIGINT NOT NULL, -- wanted
	without TEXT NOT NULL, -- attributes left out by hand, with commas
	job BIGINT NOT NULL,
	created BIGINT NOT NULL,
	made BIGINT,
	seed_n BIGINT NOT NULL,
	base_n BIGINT NOT NULL,
	members BIGINT NOT NULL, -- found, at most size
	evaluation TEXT, -- on the fifth of the seed that was held out
	PRIMARY KEY (corp, id)
);
-- What the pack was found by, what weighs most first. Weights are millionths.
CREATE TABLE lookalike_feature (
	corp BIGINT NOT NULL,
	pack BIGINT NOT NULL,
	place BIGINT NOT NULL,
	tag BIGINT NOT NULL, -- 0: a value of an attribute
	attr TEXT NOT NULL,
	ref BIGINT, -- the store
	name TEXT NOT NULL, -- "group/tag", the value, the store's name
	base_n BIGINT NOT NULL,
	seed_n BIGINT NOT NULL,
	train_n BIGINT NOT NULL, -- of the seed without the held-out fifth
	weight BIGINT NOT NULL,
	PRIMARY KEY (corp, pack, place)
);
-- The members in chunks, the most alike first.
CREATE TABLE lookalike_member (
	corp BIGINT NOT NULL,
	pack BIGINT NOT NULL,
	place BIGINT NOT NULL,
	people BYTEA NOT NULL,
	PRIMARY KEY (corp, pack, place)
);
-- Who asked to take hashed phones out, what for, and who allowed it. Stays when the pack goes.
CREATE TABLE lookalike_export (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	pack BIGINT NOT NULL,
	pack_name TEXT NOT NULL,
	what TEXT NOT NULL,
	purpose TEXT NOT NULL,
	state TEXT NOT NULL,
	asked_by BIGINT NOT NULL,
	asked BIGINT NOT NULL,
	decided_by BIGINT,
	decided BIGINT,
	downloads BIGINT NOT NULL,
	rows_n BIGINT,
	PRIMARY KEY (corp, id)
);

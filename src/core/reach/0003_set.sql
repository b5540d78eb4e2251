-- Places many people take by one act in one transaction: a bit each, REACH_BLOCK numbers a row.
CREATE TABLE reach_claim_set (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	block BIGINT NOT NULL, -- the number of its first, by REACH_BLOCK
	key TEXT NOT NULL,
	at BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	channel TEXT NOT NULL,
	class TEXT NOT NULL,
	how TEXT,
	content TEXT,
	made_by TEXT NOT NULL,
	made_by_id BIGINT,
	members BYTEA NOT NULL,
	PRIMARY KEY (slot, corp, block, key, at)
);

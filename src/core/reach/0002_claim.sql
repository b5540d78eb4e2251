ALTER TABLE reach_touch ADD COLUMN how TEXT;
ALTER TABLE reach_touch ADD COLUMN content TEXT;
ALTER TABLE reach_touch ADD COLUMN key TEXT;
-- Places taken in the ledger and not known to be touches yet.
CREATE TABLE reach_claim (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL, -- her root when it was claimed
	key TEXT NOT NULL,
	at BIGINT NOT NULL, -- when it goes out
	expires BIGINT NOT NULL,
	state TEXT NOT NULL, -- held, sent, released
	channel TEXT NOT NULL,
	class TEXT NOT NULL,
	how TEXT,
	content TEXT,
	made_by TEXT NOT NULL,
	made_by_id BIGINT,
	staff BIGINT,
	PRIMARY KEY (slot, corp, customer, key)
);
-- On PostgreSQL: the row two claims on one person contend for.
CREATE TABLE reach_seat (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer)
);
-- What she last said about a channel.
CREATE TABLE reach_stance (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	channel TEXT NOT NULL,
	stance TEXT NOT NULL, -- refused, accepted
	at BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	PRIMARY KEY (slot, corp, customer, channel)
);
CREATE INDEX reach_stance_of ON reach_stance (corp, stance, customer);
INSERT INTO reach_stance (slot, corp, customer, channel, stance, at, made_by)
	SELECT slot, corp, customer, channel, 'refused', at, '' FROM reach_refusal;
DROP TABLE reach_refusal;
CREATE TABLE reach_block (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	blocked BIGINT NOT NULL,
	at BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	reason TEXT,
	PRIMARY KEY (slot, corp, customer)
);
CREATE INDEX reach_block_of ON reach_block (corp, blocked, customer);
-- A campaign that leaves some out to see what it is worth.
CREATE TABLE reach_trial (
	corp BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	made_by_id BIGINT NOT NULL,
	since BIGINT NOT NULL,
	until BIGINT NOT NULL,
	share BIGINT NOT NULL,
	PRIMARY KEY (corp, made_by, made_by_id)
);
CREATE TABLE reach_arm (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	made_by_id BIGINT NOT NULL,
	held BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, made_by, made_by_id)
);
CREATE INDEX reach_arm_of ON reach_arm (corp, made_by, made_by_id, held);
CREATE TABLE reach_bought (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	made_by_id BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	held BIGINT NOT NULL,
	paid BIGINT NOT NULL,
	currency TEXT NOT NULL,
	PRIMARY KEY (slot, corp, made_by, made_by_id, order_id)
);
CREATE INDEX reach_bought_of ON reach_bought (corp, made_by, made_by_id);

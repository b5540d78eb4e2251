ALTER TABLE broadcast ADD COLUMN priority BIGINT NOT NULL DEFAULT 5;
ALTER TABLE broadcast ADD COLUMN holdout BIGINT NOT NULL DEFAULT 0; -- percent left out to see what it is worth
ALTER TABLE broadcast ADD COLUMN seed BIGINT NOT NULL DEFAULT 0; -- of that choice
ALTER TABLE broadcast ADD COLUMN kind TEXT NOT NULL DEFAULT 'promo';
-- Mass sends members made by themselves, read into the ledger.
CREATE TABLE broadcast_member_send (
	corp BIGINT NOT NULL,
	msgid TEXT NOT NULL,
	at BIGINT NOT NULL,
	people BIGINT NOT NULL,
	done BIGINT NOT NULL,
	PRIMARY KEY (corp, msgid)
);
CREATE TABLE broadcast_member_upto (
	corp BIGINT NOT NULL,
	upto BIGINT NOT NULL,
	PRIMARY KEY (corp)
);

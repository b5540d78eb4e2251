-- Groups belong to one of five dimensions and have an owner (a user of the console).
ALTER TABLE tag_group ADD COLUMN dimension TEXT NOT NULL DEFAULT 'basic';
ALTER TABLE tag_group ADD COLUMN owner BIGINT;
ALTER TABLE tag_group ADD COLUMN description TEXT;
-- ttl: days an automatic mark lives. merged_into: marks of a tag that was merged go there.
ALTER TABLE tag ADD COLUMN description TEXT;
ALTER TABLE tag ADD COLUMN ttl BIGINT;
ALTER TABLE tag ADD COLUMN sensitive BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tag ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tag ADD COLUMN merged_into BIGINT;
-- A mark shows its strongest source; the others that hold it too stand in tag_source.
ALTER TABLE tag_mark ADD COLUMN confidence BIGINT;
ALTER TABLE tag_mark ADD COLUMN expires BIGINT;
ALTER TABLE tag_mark ADD COLUMN evidence TEXT;
CREATE INDEX tag_mark_due ON tag_mark (slot, corp, expires) WHERE expires IS NOT NULL;
CREATE TABLE tag_source (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	tag BIGINT NOT NULL,
	why TEXT NOT NULL,
	source BIGINT NOT NULL,
	why_id BIGINT,
	at BIGINT NOT NULL,
	confidence BIGINT,
	expires BIGINT,
	evidence TEXT,
	PRIMARY KEY (slot, corp, customer, tag, why, source)
);
CREATE INDEX tag_source_due ON tag_source (slot, corp, expires) WHERE expires IS NOT NULL;
-- Who took it off by hand, and where: in WeCom or in the console.
ALTER TABLE tag_refusal ADD COLUMN why TEXT NOT NULL DEFAULT 'wecom';
ALTER TABLE tag_refusal ADD COLUMN why_id BIGINT;
-- What a person agreed to, for what purpose; said is sealed. A withdrawn one stays as a record.
CREATE TABLE tag_consent (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	id BIGINT NOT NULL,
	purpose TEXT NOT NULL,
	how TEXT NOT NULL,
	said TEXT,
	who BIGINT NOT NULL,
	at BIGINT NOT NULL,
	withdrawn BIGINT,
	PRIMARY KEY (slot, corp, customer, id)
);

ALTER TABLE livecode ADD COLUMN kind TEXT NOT NULL DEFAULT 'direct';
ALTER TABLE livecode ADD COLUMN door TEXT;
ALTER TABLE livecode ADD COLUMN spot TEXT NOT NULL DEFAULT '';
ALTER TABLE livecode ADD COLUMN campaign TEXT NOT NULL DEFAULT '';
ALTER TABLE livecode ADD COLUMN cost BIGINT NOT NULL DEFAULT 0;
ALTER TABLE livecode ADD COLUMN partner BIGINT NOT NULL DEFAULT 0;
ALTER TABLE livecode ADD COLUMN batch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE livecode ADD COLUMN plan TEXT NOT NULL DEFAULT '';
ALTER TABLE livecode ADD COLUMN served TEXT NOT NULL DEFAULT '';
ALTER TABLE livecode ADD COLUMN alarm TEXT;
CREATE INDEX livecode_by_partner ON livecode (corp, partner, id) WHERE partner <> 0;
CREATE INDEX livecode_by_batch ON livecode (corp, batch, id) WHERE batch <> 0;
CREATE INDEX livecode_by_alarm ON livecode (corp, id) WHERE alarm IS NOT NULL;
CREATE INDEX livecode_staff_codes ON livecode_staff (corp, staff, livecode);
CREATE TABLE livecode_off (
	corp BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	PRIMARY KEY (corp, staff)
);
CREATE TABLE livecode_way (
	corp BIGINT NOT NULL,
	livecode BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	config_id TEXT,
	qr_url TEXT,
	fail_code TEXT,
	skip_verify BIGINT NOT NULL,
	PRIMARY KEY (corp, livecode, staff)
);
CREATE TABLE livecode_visitor (
	corp BIGINT NOT NULL,
	livecode BIGINT NOT NULL,
	n BIGINT NOT NULL,
	config_id TEXT,
	qr_url TEXT,
	users TEXT NOT NULL,
	shown BIGINT NOT NULL,
	params TEXT NOT NULL,
	PRIMARY KEY (corp, livecode, n)
);
CREATE INDEX livecode_visitor_rest ON livecode_visitor (corp, livecode, shown, n);
CREATE TABLE livecode_stat (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	livecode BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	day BIGINT NOT NULL,
	adds BIGINT NOT NULL,
	firsts BIGINT NOT NULL,
	agains BIGINT NOT NULL,
	losses BIGINT NOT NULL,
	losses_last BIGINT NOT NULL,
	drops BIGINT NOT NULL,
	gone BIGINT NOT NULL,
	expired BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, livecode, staff, day)
);
CREATE INDEX livecode_stat_code ON livecode_stat (corp, livecode, day);
CREATE INDEX livecode_stat_day ON livecode_stat (corp, day);
INSERT INTO livecode_stat (slot, corp, livecode, staff, day, adds, firsts, agains, losses, losses_last, drops, gone, expired)
	SELECT slot, corp, livecode, 0, day, adds, 0, 0, losses, 0, 0, 0, 0 FROM livecode_tally;
DROP TABLE livecode_tally;
ALTER TABLE livecode_add ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE livecode_add ADD COLUMN living BIGINT NOT NULL DEFAULT 1;
CREATE TABLE livecode_partner (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	door TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE livecode_quota (
	corp BIGINT NOT NULL,
	total BIGINT NOT NULL,
	balance BIGINT NOT NULL,
	soon BIGINT NOT NULL,
	read_at BIGINT NOT NULL,
	PRIMARY KEY (corp)
);

-- Rules: words (one a line) and what to answer.
CREATE TABLE keyword_rule (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	words TEXT NOT NULL,
	whole BIGINT NOT NULL, -- the text must be the word
	answer TEXT NOT NULL,
	use_kf BIGINT NOT NULL,
	use_suggest BIGINT NOT NULL,
	use_export BIGINT NOT NULL,
	enabled BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
-- Accounts of 微信客服; the cursor says how far their messages were read.
CREATE TABLE keyword_account (
	corp BIGINT NOT NULL,
	open_kfid TEXT NOT NULL,
	name TEXT NOT NULL,
	answers BIGINT NOT NULL,
	read_to TEXT NOT NULL,
	PRIMARY KEY (corp, open_kfid)
);
-- The window of a visitor: when she wrote last and how often she was answered since. Kept for 48 hours.
CREATE TABLE keyword_visitor (
	corp BIGINT NOT NULL,
	open_kfid TEXT NOT NULL,
	external_userid TEXT NOT NULL,
	wrote BIGINT NOT NULL,
	answered BIGINT NOT NULL,
	PRIMARY KEY (corp, open_kfid, external_userid)
);
CREATE INDEX keyword_visitor_wrote ON keyword_visitor (corp, wrote);
-- What became of each message; no text is kept.
CREATE TABLE keyword_log (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	msgid TEXT NOT NULL,
	open_kfid TEXT NOT NULL,
	rule BIGINT,
	state TEXT NOT NULL,
	reason TEXT,
	wrote BIGINT NOT NULL,
	took BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX keyword_log_msgid ON keyword_log (corp, msgid);

-- Entries nobody is left to post, told as such.
CREATE TABLE calendar_bare (
	corp BIGINT NOT NULL,
	entry BIGINT NOT NULL,
	PRIMARY KEY (corp, entry)
);

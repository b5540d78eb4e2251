CREATE TABLE mass_made (
	corp BIGINT NOT NULL,
	msgid TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (corp, msgid)
);

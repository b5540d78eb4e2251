-- Whom a link for unsubscribing means; the token says nothing to anybody else.
CREATE TABLE mail_stop (
	corp BIGINT NOT NULL,
	token TEXT NOT NULL,
	customer BIGINT NOT NULL,
	PRIMARY KEY (corp, token)
);
-- Whether the mail server can be reached: after a failure nobody tries before `until`.
CREATE TABLE mail_line (
	corp BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	until BIGINT NOT NULL,
	PRIMARY KEY (corp)
);

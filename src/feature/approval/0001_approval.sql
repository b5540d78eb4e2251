-- What was refused and its maker has not read yet.
CREATE TABLE approval_refusal (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	object BIGINT NOT NULL,
	title TEXT NOT NULL,
	href TEXT NOT NULL,
	reason TEXT NOT NULL,
	asked_by BIGINT NOT NULL,
	decided_by BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE INDEX approval_refusal_of ON approval_refusal (corp, asked_by, id);

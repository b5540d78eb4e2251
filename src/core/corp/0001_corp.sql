CREATE TABLE corp_counter (
	name TEXT NOT NULL,
	next BIGINT NOT NULL,
	PRIMARY KEY (name)
);

-- secret, token and aeskey are sealed with the corp's key.
CREATE TABLE corp (
	id BIGINT NOT NULL,
	slug TEXT NOT NULL,
	name TEXT NOT NULL,
	zone TEXT NOT NULL,
	currency TEXT NOT NULL,
	simulated BIGINT NOT NULL,
	corpid TEXT,
	agentid TEXT,
	wecom_base TEXT,
	secret TEXT,
	token TEXT,
	aeskey TEXT,
	created BIGINT NOT NULL,
	last_callback BIGINT,
	sync_state TEXT NOT NULL,
	sync_done BIGINT NOT NULL,
	sync_total BIGINT,
	version BIGINT NOT NULL,
	PRIMARY KEY (id)
);
CREATE UNIQUE INDEX corp_slug ON corp (slug);

CREATE TABLE setting (
	corp BIGINT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (corp, name)
);

-- Who opened the page: one row per walk through WeCom's consent page. Tokens are stored as hashes.
CREATE TABLE bind_session (
	corp BIGINT NOT NULL,
	token TEXT NOT NULL,
	state TEXT NOT NULL, -- of the walk that made it: a second use finds it taken
	external_userid TEXT,
	openid TEXT,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (corp, token)
);
CREATE UNIQUE INDEX bind_session_state ON bind_session (corp, state);
CREATE INDEX bind_session_token ON bind_session (token);

-- Codes asked for; phone, peer and code as keyed hashes.
CREATE TABLE bind_code (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	phone TEXT NOT NULL,
	session TEXT NOT NULL,
	peer TEXT NOT NULL,
	code TEXT NOT NULL,
	tries BIGINT NOT NULL,
	used BIGINT,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE INDEX bind_code_phone ON bind_code (corp, phone, created);
CREATE INDEX bind_code_session ON bind_code (corp, session, created);
CREATE INDEX bind_code_peer ON bind_code (corp, peer, created);

-- What she agreed to, once per proven code.
CREATE TABLE bind_consent (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	code_id BIGINT NOT NULL,
	version TEXT NOT NULL,
	consented BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, code_id)
);

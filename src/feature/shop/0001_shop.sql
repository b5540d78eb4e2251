-- A shop's interface: as whom, how far it is read, and what is wrong. Secrets are sealed with the corp's key.
CREATE TABLE shop_connector (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	slug TEXT NOT NULL, -- in the address of its messages
	enabled BIGINT NOT NULL,
	base TEXT,
	client TEXT NOT NULL,
	shop TEXT,
	secret TEXT,
	push_token TEXT,
	push_key TEXT,
	version BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX shop_connector_slug ON shop_connector (slug);

-- What changes while it works, apart from what people edit.
CREATE TABLE shop_state (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	access TEXT,
	access_until BIGINT NOT NULL,
	done BIGINT NOT NULL, -- everything updated before this is known
	window_to BIGINT NOT NULL, -- of the window being read; 0: none
	page TEXT, -- where in it
	last_try BIGINT,
	last_good BIGINT,
	error TEXT, -- a code: login, config, busy, upstream
	said TEXT, -- the platform's words
	pulled BIGINT NOT NULL,
	pushes BIGINT NOT NULL,
	bad_pushes BIGINT NOT NULL,
	last_push BIGINT,
	PRIMARY KEY (corp, id)
);

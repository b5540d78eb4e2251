-- Who opened a page: one row per walk through WeCom's consent page. Tokens are stored as hashes.
CREATE TABLE guest_session (
	corp BIGINT NOT NULL,
	token TEXT NOT NULL,
	state TEXT NOT NULL, -- of the walk that made it: a second use finds it taken
	external_userid TEXT,
	openid TEXT,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (corp, token)
);
CREATE UNIQUE INDEX guest_session_state ON guest_session (corp, state);
CREATE INDEX guest_session_token ON guest_session (token);

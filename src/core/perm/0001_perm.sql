/* Users of a corp. The login is unique over the installation (perm_login says whose it is). */
CREATE TABLE perm_user (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	login TEXT NOT NULL,
	hash TEXT NOT NULL,
	name TEXT NOT NULL,
	lang TEXT NOT NULL,
	role TEXT NOT NULL,
	scope_kind TEXT NOT NULL,
	staff BIGINT,
	disabled BIGINT NOT NULL,
	version BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE TABLE perm_login (
	login TEXT NOT NULL,
	corp BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	PRIMARY KEY (login)
);
/* Departments or stores named by the scope of a user. The staff module turns them into rows of scope_staff. */
CREATE TABLE perm_scope_ref (
	corp BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	ref BIGINT NOT NULL,
	PRIMARY KEY (corp, user_id, ref)
);
CREATE TABLE scope_staff (
	corp BIGINT NOT NULL,
	scope BIGINT NOT NULL,
	staff BIGINT NOT NULL,
	PRIMARY KEY (corp, scope, staff)
);
/* token is the SHA-256 of what the browser holds. */
CREATE TABLE perm_session (
	token TEXT NOT NULL,
	id BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	created BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (token)
);
CREATE INDEX perm_session_user ON perm_session (corp, user_id);
/* Failed logins per account name (hashed) and per address. */
CREATE TABLE perm_try (
	subject TEXT NOT NULL,
	failures BIGINT NOT NULL,
	since BIGINT NOT NULL,
	blocked_until BIGINT NOT NULL,
	PRIMARY KEY (subject)
);
CREATE TABLE idempotency (
	corp BIGINT NOT NULL,
	credential BIGINT NOT NULL,
	idem_key TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	status BIGINT NOT NULL,
	type TEXT,
	body TEXT,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, credential, idem_key)
);
CREATE INDEX idempotency_created ON idempotency (corp, created);
CREATE TABLE perm_secret (
	name TEXT NOT NULL,
	value BYTEA NOT NULL,
	PRIMARY KEY (name)
);

-- When a fan did what opens a window for messages; which windows there are is a setting.
CREATE TABLE oa_window (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	account BIGINT NOT NULL,
	event TEXT NOT NULL, -- message, click, subscribe, scan
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, account, event)
);
-- What she allowed: notices of a template since then; a refusal ends it.
CREATE TABLE oa_consent (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	account BIGINT NOT NULL,
	template TEXT NOT NULL,
	openid TEXT NOT NULL,
	accepts BIGINT NOT NULL,
	since BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, account, template)
);
-- Templates of an account as they were read last.
CREATE TABLE oa_template (
	corp BIGINT NOT NULL,
	account BIGINT NOT NULL,
	id TEXT NOT NULL,
	kind TEXT NOT NULL, -- template, once, long
	title TEXT NOT NULL,
	content TEXT NOT NULL,
	example TEXT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (corp, account, id)
);

-- Official accounts; secrets are sealed with the corp's key.
CREATE TABLE oa_account (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	slug TEXT NOT NULL, -- in the address of its callback
	appid TEXT NOT NULL,
	secret TEXT NOT NULL,
	token TEXT NOT NULL,
	aeskey TEXT,
	former_key TEXT,
	base TEXT,
	code BIGINT, -- what a follow without a parametric code is answered with
	fans BIGINT NOT NULL, -- of the last whole reading
	synced BIGINT,
	version BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX oa_account_slug ON oa_account (slug);
CREATE TABLE oa_code (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	account BIGINT NOT NULL,
	name TEXT NOT NULL,
	channel TEXT NOT NULL,
	scene TEXT NOT NULL,
	url TEXT NOT NULL, -- what its picture holds
	title TEXT NOT NULL, -- of the answer
	words TEXT NOT NULL,
	pic TEXT,
	link TEXT NOT NULL,
	door TEXT NOT NULL,
	version BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX oa_code_scene ON oa_code (corp, account, scene);
CREATE TABLE oa_fan (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	account BIGINT NOT NULL,
	openid TEXT NOT NULL,
	subscribed BIGINT NOT NULL,
	since BIGINT NOT NULL,
	channel TEXT,
	PRIMARY KEY (slot, corp, customer, account)
);
CREATE TABLE oa_tally (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	code BIGINT NOT NULL, -- 0: none of ours
	account BIGINT NOT NULL,
	day BIGINT NOT NULL,
	subscribed BIGINT NOT NULL,
	scanned BIGINT NOT NULL,
	lost BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, account, code, day)
);
-- Followers of a page that were listed and not yet read.
CREATE TABLE oa_todo (
	corp BIGINT NOT NULL,
	account BIGINT NOT NULL,
	openid TEXT NOT NULL,
	PRIMARY KEY (corp, account, openid)
);
-- Short addresses that open a page of a mini program; the platform's own address is made anew before it ends.
CREATE TABLE oa_link (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	account BIGINT NOT NULL,
	name TEXT NOT NULL,
	path TEXT NOT NULL,
	params TEXT NOT NULL,
	door TEXT NOT NULL,
	url TEXT NOT NULL,
	until BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);

-- Who wrote to which account of 微信客服 and when last; in the slot of the person.
CREATE TABLE keyword_line (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	open_kfid TEXT NOT NULL,
	external_userid TEXT NOT NULL,
	wrote BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, open_kfid)
);

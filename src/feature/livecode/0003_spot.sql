ALTER TABLE livecode ADD COLUMN store BIGINT NOT NULL DEFAULT 0;
CREATE TABLE livecode_buyer (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	livecode BIGINT NOT NULL,
	day BIGINT NOT NULL,
	orders BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer)
);
CREATE INDEX livecode_buyer_code ON livecode_buyer (corp, livecode, day);

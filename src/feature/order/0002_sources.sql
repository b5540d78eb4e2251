-- What files and interfaces of shops tell beyond a row of a file. Old rows know none of it.
ALTER TABLE order_head ADD COLUMN staff TEXT;
ALTER TABLE order_head ADD COLUMN tail TEXT; -- last four digits of the phone it was ordered with: proves a claim
ALTER TABLE order_head ADD COLUMN as_of BIGINT; -- when the source said so
ALTER TABLE order_head ADD COLUMN back BIGINT; -- money back as the order itself tells it, refunds apart
ALTER TABLE order_head ADD COLUMN goods BIGINT; -- hash of its lines
ALTER TABLE order_line ADD COLUMN category TEXT;

-- When an order first reached a state after it became known.
CREATE TABLE order_state (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	status TEXT NOT NULL,
	at BIGINT NOT NULL,
	import BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, customer, order_id, status)
);

-- An order without its buyer keeps what is needed to give it to her later. order_id: of a refund, whose it is.
ALTER TABLE order_unmatched ADD COLUMN order_id BIGINT;
ALTER TABLE order_unmatched ADD COLUMN store TEXT;
ALTER TABLE order_unmatched ADD COLUMN staff TEXT;
ALTER TABLE order_unmatched ADD COLUMN tail TEXT;
ALTER TABLE order_unmatched ADD COLUMN phone TEXT; -- keyed hash of the receiver's phone
ALTER TABLE order_unmatched ADD COLUMN as_of BIGINT;
ALTER TABLE order_unmatched ADD COLUMN goods TEXT; -- its lines, JSON
ALTER TABLE order_unmatched ADD COLUMN refund_no TEXT;
CREATE INDEX order_unmatched_order ON order_unmatched (slot, corp, order_id);
CREATE INDEX order_unmatched_phone ON order_unmatched (slot, corp, phone) WHERE phone IS NOT NULL;

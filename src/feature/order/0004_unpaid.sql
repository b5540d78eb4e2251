-- The few that wait to be paid, newest first: what members of staff ask for on their phones.
CREATE INDEX order_head_unpaid ON order_head (slot, corp, ordered) WHERE status = 'created';

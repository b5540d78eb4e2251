-- Whose turn it is to be sent for: one corp after the other, and of each its kinds.
CREATE INDEX outbox_turn ON outbox (lane, corp, kind, due, id) WHERE state = 0;

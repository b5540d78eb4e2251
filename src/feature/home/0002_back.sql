-- Money that went back by the order's own record: it leaves with the order, other refunds stay.
ALTER TABLE home_order ADD COLUMN back BIGINT NOT NULL DEFAULT 0;

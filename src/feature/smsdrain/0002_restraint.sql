ALTER TABLE smsdrain ADD COLUMN holdout BIGINT NOT NULL DEFAULT 0; -- percent left out to see what it is worth

ALTER TABLE moment ADD COLUMN holdout BIGINT NOT NULL DEFAULT 0; -- percent left out to see what it is worth
ALTER TABLE moment ADD COLUMN seed BIGINT NOT NULL DEFAULT 0;    -- of the choice of those
ALTER TABLE moment ADD COLUMN experiment BIGINT;                 -- its variants are the versions

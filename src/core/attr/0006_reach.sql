-- Channels that came later: followers of an official account, and proven addresses; whose features count those there are.
ALTER TABLE customer_fact ADD COLUMN reach_oa BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customer_fact ADD COLUMN reach_mail BIGINT NOT NULL DEFAULT 0;

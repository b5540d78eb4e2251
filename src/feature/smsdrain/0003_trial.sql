ALTER TABLE smsdrain ADD COLUMN experiment BIGINT;
ALTER TABLE smsdrain ADD COLUMN variants TEXT NOT NULL DEFAULT ''; -- JSON: what each variant says, and its parts
ALTER TABLE smsdrain_person ADD COLUMN variant BIGINT; -- of the experiment; its hold-out is in state held

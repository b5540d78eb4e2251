ALTER TABLE broadcast ADD COLUMN experiment BIGINT; -- whose variants its people get
ALTER TABLE broadcast ADD COLUMN variants TEXT; -- JSON: the content of each, in their order

-- When we put the tag on the relation ourselves; NULL: WeCom told us of it.
ALTER TABLE tag_relation ADD COLUMN pushed BIGINT;

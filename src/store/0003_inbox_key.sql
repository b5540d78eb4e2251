-- What a start reads of the inbox's window on SQLite, without the bodies: a sixth of the bytes.
CREATE INDEX inbox_key ON inbox (id, corp, source, key) /* only sqlite */;

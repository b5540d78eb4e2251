-- Questions about audiences name stores and staff, hundreds at a time. is_store stands in the index so that it
-- answers alone: SQLite then takes it without statistics.
CREATE INDEX department_name ON department (corp, name, is_store);
CREATE INDEX staff_name ON staff (corp, name);

-- Questions about audiences name stores and staff, hundreds at a time.
CREATE INDEX department_name ON department (corp, name);
CREATE INDEX staff_name ON staff (corp, name);

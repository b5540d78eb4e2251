-- Neither store matched the condition of job_open: what waits was found by reading all jobs there ever were.
DROP INDEX job_open;
CREATE INDEX job_state ON job (state, due);

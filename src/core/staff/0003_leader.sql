-- Who leads a department, by WeCom's names of both.
CREATE TABLE department_leader (
	corp BIGINT NOT NULL,
	department BIGINT NOT NULL,
	userid TEXT NOT NULL,
	PRIMARY KEY (corp, department, userid)
);

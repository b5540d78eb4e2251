CREATE TABLE groupcast_sop (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL, -- running, paused, ended
	plan TEXT NOT NULL,  -- JSON: which groups, what when
	upto BIGINT NOT NULL, -- what was due until then is settled
	next BIGINT,
	made_by BIGINT NOT NULL,
	viewed_by BIGINT NOT NULL, -- the data scope of whoever made it; 0: everything
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE INDEX groupcast_open ON groupcast (corp, id) WHERE closed IS NULL;

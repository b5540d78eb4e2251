ALTER TABLE groupcast ADD COLUMN viewed_by BIGINT NOT NULL DEFAULT 0; -- the data scope of whoever made it; 0: everything
ALTER TABLE groupcast ADD COLUMN asked TEXT NOT NULL DEFAULT ''; -- JSON: what waits for a second person; state 'asked'
CREATE INDEX groupcast_asked ON groupcast (corp, id) WHERE state = 'asked';

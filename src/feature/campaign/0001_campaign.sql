-- Several touches over one audience, by different channels.
CREATE TABLE campaign (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL, -- planning, planned, running, paused, ended, cancelled, failed
	why TEXT NOT NULL,
	expr TEXT NOT NULL,
	words TEXT NOT NULL,
	until TEXT NOT NULL, -- an expression; empty: none
	kind TEXT NOT NULL,
	holdout BIGINT NOT NULL,
	made_by BIGINT NOT NULL,
	viewed_by BIGINT NOT NULL,
	approved_by BIGINT,
	people BIGINT NOT NULL,
	held BIGINT NOT NULL,
	reached BIGINT NOT NULL, -- who is to get one touch at least: the number that is confirmed
	sums TEXT NOT NULL, -- JSON: the estimate
	created BIGINT NOT NULL,
	since BIGINT, -- when it was started
	closed BIGINT,
	PRIMARY KEY (corp, id)
);
CREATE INDEX campaign_live ON campaign (corp, state, id);
CREATE TABLE campaign_touch (
	corp BIGINT NOT NULL,
	campaign BIGINT NOT NULL,
	n BIGINT NOT NULL,
	name TEXT NOT NULL,
	channel TEXT NOT NULL,
	content TEXT NOT NULL, -- JSON of the channel's own record
	at BIGINT NOT NULL,
	state TEXT NOT NULL, -- waiting, begun, missed, failed, cancelled
	ref BIGINT NOT NULL, -- its number in the channel; 0: none
	reason TEXT NOT NULL,
	PRIMARY KEY (corp, campaign, n)
);

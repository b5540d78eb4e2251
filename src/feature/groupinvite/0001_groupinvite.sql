CREATE TABLE group_invite (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	expr TEXT NOT NULL,
	audience BIGINT, -- watched: who enters is asked
	link TEXT NOT NULL,
	key TEXT NOT NULL, -- state of a group code; who came by it has joined, whatever the group
	groups TEXT NOT NULL, -- ids, joined by commas
	scope BIGINT NOT NULL, -- of who made it
	broadcast BIGINT,
	job BIGINT,
	closed BIGINT,
	created BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE INDEX group_invite_audience ON group_invite (corp, audience, id);
CREATE INDEX group_invite_broadcast ON group_invite (corp, broadcast, id);
CREATE TABLE group_invitee (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	invite BIGINT NOT NULL,
	staff BIGINT,
	state TEXT NOT NULL, -- in, nobody, asked, sent, refused, joined
	asked BIGINT NOT NULL,
	sent BIGINT,
	joined BIGINT,
	PRIMARY KEY (slot, corp, customer, invite)
);
CREATE INDEX group_invitee_of ON group_invitee (corp, invite, state, customer);

-- A mass send that is a touch of a plan over several channels.
CREATE TABLE mass_touch (
	corp BIGINT NOT NULL,
	channel TEXT NOT NULL,
	ref BIGINT NOT NULL, -- its number in that channel
	plan BIGINT NOT NULL,
	until TEXT NOT NULL, -- the plan's exit: for whom it holds gets none
	PRIMARY KEY (corp, channel, ref)
);
-- Whom a plan is for, and who is out of it; under the number that was her root then.
CREATE TABLE mass_member (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	plan BIGINT NOT NULL,
	customer BIGINT NOT NULL,
	state TEXT NOT NULL, -- on, held, out
	reason TEXT,
	at BIGINT,
	touches BIGINT NOT NULL, -- how many were to reach her
	marks TEXT NOT NULL, -- of each touch, by commas: empty, or why it was not to
	PRIMARY KEY (slot, corp, plan, customer)
);
CREATE INDEX mass_member_customer ON mass_member (slot, corp, customer);
CREATE INDEX mass_member_of ON mass_member (corp, plan, state, customer);

CREATE TABLE survey (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	title TEXT NOT NULL,
	door TEXT NOT NULL,       -- key of its address, for ever
	draft TEXT NOT NULL,      -- what would be published: JSON of survey_form
	live BIGINT NOT NULL,     -- the version people answer; 0: none yet
	closed BIGINT NOT NULL,
	removed BIGINT NOT NULL,
	created BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (corp, id)
);
-- What was published, never changed.
CREATE TABLE survey_version (
	corp BIGINT NOT NULL,
	survey BIGINT NOT NULL,
	number BIGINT NOT NULL,
	form TEXT NOT NULL,
	published BIGINT NOT NULL,
	maker BIGINT NOT NULL,    -- user; 0: a program
	PRIMARY KEY (corp, survey, number)
);
-- Who saw it first when; in her slot, of nobody we know in the base slot.
CREATE TABLE survey_open (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	survey BIGINT NOT NULL,
	customer BIGINT NOT NULL, -- 0: not known
	browser TEXT NOT NULL,    -- of whom nobody knows: hash of its cookie; else ''
	staff BIGINT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, survey, customer, browser)
);
CREATE INDEX survey_open_hour ON survey_open (slot, corp, survey, customer, at);
-- The present answer of one person; in her slot, of nobody we know in the base slot. Free texts are in the event alone.
CREATE TABLE survey_answer (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	survey BIGINT NOT NULL,
	customer BIGINT NOT NULL, -- 0: not known
	who TEXT NOT NULL,        -- of whom nobody knows: the browser; else ''
	browser TEXT NOT NULL,    -- that gave it
	number BIGINT NOT NULL,   -- version answered
	reason TEXT NOT NULL,     -- code; '': none
	score BIGINT,
	choices TEXT NOT NULL,    -- question:code, one a line
	tags TEXT NOT NULL,       -- what it put on her: ids, one a line
	staff BIGINT NOT NULL,    -- member of the link, else her advisor then; 0: none
	spent BIGINT NOT NULL,    -- what she had spent before
	at BIGINT NOT NULL,       -- the first answer
	last BIGINT NOT NULL,
	times BIGINT NOT NULL,
	event BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, survey, customer, who)
);
CREATE INDEX survey_answer_hour ON survey_answer (slot, corp, survey, customer, at);
CREATE INDEX survey_answer_person ON survey_answer (slot, corp, customer, last);
CREATE INDEX survey_answer_list ON survey_answer (corp, survey, last, event);

CREATE TABLE group_class (
	corp BIGINT NOT NULL,
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (corp, id)
);
CREATE UNIQUE INDEX group_class_name ON group_class (corp, name);
CREATE TABLE group_card (
	corp BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	class BIGINT, -- null: none
	health BIGINT NOT NULL, -- 0-100; -1: dissolved
	joined BIGINT NOT NULL, -- in the last 30 days
	gone BIGINT NOT NULL,
	counted BIGINT NOT NULL,
	PRIMARY KEY (corp, chat)
);
CREATE INDEX group_card_health ON group_card (corp, health, chat);
CREATE INDEX group_card_class ON group_card (corp, class, chat);
CREATE TABLE group_word (
	corp BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	word TEXT NOT NULL,
	PRIMARY KEY (corp, chat, word)
);
CREATE INDEX group_word_of ON group_word (corp, word, chat);
CREATE TABLE group_day (
	slot BIGINT NOT NULL,
	corp BIGINT NOT NULL,
	day BIGINT NOT NULL,
	chat BIGINT NOT NULL,
	joined BIGINT NOT NULL,
	gone BIGINT NOT NULL,
	PRIMARY KEY (slot, corp, day, chat)
);
CREATE INDEX group_day_of ON group_day (corp, chat, day);

-- There were more viewers than are read of one room. Rooms read before know nothing of it.
ALTER TABLE living_room ADD COLUMN cut BIGINT NOT NULL DEFAULT 0;

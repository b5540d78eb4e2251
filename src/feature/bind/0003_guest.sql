-- Sessions of pages live in core/guest now; those of before ended within half an hour anyway.
DROP TABLE bind_session;

/*
 * Rows and queries of surveys: the surveys themselves in the corp's base slot, openings and answers in the slot of who came.
 */
#ifndef YT_FEATURE_SURVEY_SURVEY_DATA_H
#define YT_FEATURE_SURVEY_SURVEY_DATA_H

#include "feature/survey/survey.h"

#define SURVEY_FIELDS(F, S)                                                                        \
	F(S, ID, id) F(S, STR, title) F(S, STR, door) F(S, STR, draft) F(S, I64, live) F(S, BOOL, closed) F(S, BOOL, removed) \
	F(S, MS, created) F(S, I64, version)
RECORD(survey, SURVEY_FIELDS);
#define SURVEY_VERSION_FIELDS(F, S) F(S, ID, survey) F(S, I64, number) F(S, STR, form) F(S, MS, published) F(S, ID, maker)
RECORD(survey_version, SURVEY_VERSION_FIELDS);
#define SURVEY_KEY_FIELDS(F, S) F(S, ID, id)
RECORD(survey_key, SURVEY_KEY_FIELDS);
#define SURVEY_NTH_FIELDS(F, S) F(S, ID, id) F(S, I64, number)
RECORD(survey_nth, SURVEY_NTH_FIELDS);
#define SURVEY_COUNT_FIELDS(F, S) F(S, I64, n)
RECORD(survey_count, SURVEY_COUNT_FIELDS);
#define SURVEY_OPEN_FIELDS(F, S) F(S, ID, survey) F(S, ID, customer) F(S, STR, browser) F(S, ID, staff) F(S, MS, at)
RECORD(survey_open, SURVEY_OPEN_FIELDS);
#define SURVEY_ANSWER_FIELDS(F, S)                                                                 \
	F(S, ID, survey) F(S, ID, customer) F(S, STR, who) F(S, STR, browser) F(S, I64, number) F(S, STR, reason) F(S, I64, score, .opt = true) \
	F(S, STR, choices) F(S, STR, tags) F(S, ID, staff) F(S, FEN, spent) F(S, MS, at) F(S, MS, last) F(S, I64, times) F(S, ID, event)
RECORD(survey_answer, SURVEY_ANSWER_FIELDS);
#define SURVEY_OF_FIELDS(F, S) F(S, ID, survey) F(S, ID, customer) F(S, STR, who)
RECORD(survey_of, SURVEY_OF_FIELDS);
#define SURVEY_SINCE_FIELDS(F, S) F(S, ID, survey) F(S, MS, at)
RECORD(survey_since, SURVEY_SINCE_FIELDS);
#define SURVEY_PERSON_FIELDS(F, S) F(S, ID, customer)
RECORD(survey_person, SURVEY_PERSON_FIELDS);
#define SURVEY_LIST_FIELDS(F, S) F(S, ID, survey) F(S, STR, reason) F(S, BOOL, any) F(S, MS, last) F(S, ID, event) F(S, MS, since) F(S, I64, limit)
RECORD(survey_list, SURVEY_LIST_FIELDS);
#define SURVEY_TOTAL_FIELDS(F, S) F(S, ID, survey) F(S, I64, n)
RECORD(survey_total, SURVEY_TOTAL_FIELDS);

WRITE(survey_insert, survey,
	SQL(INSERT INTO survey (corp, id, title, door, draft, live, closed, removed, created, version)
		VALUES (:corp, :id, :title, :door, :draft, :live, :closed, :removed, :created, :version)))
WRITE(survey_update, survey,
	SQL(UPDATE survey SET title = :title, draft = :draft, live = :live, closed = :closed, removed = :removed, version = version + 1
		WHERE corp = :corp AND id = :id AND version = :version))
READ_ONE(survey_get, survey_key, survey,
	SQL(SELECT id, title, door, draft, live, closed, removed, created, version FROM survey WHERE corp = :corp AND id = :id))
READ_MANY(survey_all, none, survey,
	SQL(SELECT id, title, door, draft, live, closed, removed, created, version FROM survey
		WHERE corp = :corp AND removed = 0 ORDER BY id DESC))
WRITE(survey_version_add, survey_version,
	SQL(INSERT INTO survey_version (corp, survey, number, form, published, maker)
		VALUES (:corp, :survey, :number, :form, :published, :maker)))
READ_ONE(survey_version_get, survey_nth, survey_version,
	SQL(SELECT survey, number, form, published, maker FROM survey_version
		WHERE corp = :corp AND survey = :id AND number = :number))
READ_MANY(survey_versions, survey_key, survey_version,
	SQL(SELECT survey, number, form, published, maker FROM survey_version
		WHERE corp = :corp AND survey = :id ORDER BY number DESC))

WRITE(survey_open_add, survey_open,
	SQL(INSERT INTO survey_open (slot, corp, survey, customer, browser, staff, at)
		VALUES (:slot, :corp, :survey, :customer, :browser, :staff, :at) ON CONFLICT DO NOTHING))
READ_ONE(survey_opens_since, survey_since, survey_count,
	SQL_UNSCOPED("how many came whom nobody knows within the hour",
		SELECT COUNT(*) AS n FROM survey_open WHERE slot = :slot AND corp = :corp AND survey = :survey AND customer = 0 AND at > :at))
READ_MANY(survey_open_totals, none, survey_total,
	SQL_GLOBAL("sums over the slots of the corp, within the viewer's scope",
		SELECT survey, COUNT(*) AS n FROM survey_open WHERE corp = :corp
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY survey))
WRITE(survey_answer_put, survey_answer,
	SQL(INSERT INTO survey_answer (slot, corp, survey, customer, who, browser, number, reason, score, choices, tags, staff, spent,
			at, last, times, event)
		VALUES (:slot, :corp, :survey, :customer, :who, :browser, :number, :reason, :score, :choices, :tags, :staff, :spent,
			:at, :last, :times, :event)
		ON CONFLICT (slot, corp, survey, customer, who) DO UPDATE SET browser = excluded.browser, number = excluded.number,
			reason = excluded.reason, score = excluded.score, choices = excluded.choices, tags = excluded.tags,
			staff = excluded.staff, last = excluded.last, times = excluded.times, event = excluded.event))
READ_ONE(survey_answer_get, survey_of, survey_answer,
	SQL_UNSCOPED("her own answer, for her own page",
		SELECT survey, customer, who, browser, number, reason, score, choices, tags, staff, spent, at, last, times, event
		FROM survey_answer WHERE slot = :slot AND corp = :corp AND survey = :survey AND customer = :customer AND who = :who))
READ_ONE(survey_answers_since, survey_since, survey_count,
	SQL_UNSCOPED("how many answered whom nobody knows within the hour",
		SELECT COUNT(*) AS n FROM survey_answer WHERE slot = :slot AND corp = :corp AND survey = :survey AND customer = 0
			AND at > :at))
READ_MANY(survey_answers_of, survey_person, survey_answer,
	SQL_UNSCOPED("folding one person",
		SELECT survey, customer, who, browser, number, reason, score, choices, tags, staff, spent, at, last, times, event
		FROM survey_answer WHERE slot = :slot AND corp = :corp AND customer = :customer ORDER BY last DESC, event DESC LIMIT 1))
/* reason: only that one, unless any. */
READ_MANY(survey_answer_list, survey_list, survey_answer,
	SQL_GLOBAL("answers of one survey over the slots of the corp; callers ask the viewer's scope of each person",
		SELECT survey, customer, who, browser, number, reason, score, choices, tags, staff, spent, at, last, times, event
		FROM survey_answer WHERE corp = :corp AND survey = :survey AND last >= :since AND (:any = 1 OR reason = :reason)
			AND (last, event) < (:last, :event)
		ORDER BY last DESC, event DESC LIMIT :limit))
READ_MANY(survey_answer_totals, none, survey_total,
	SQL_GLOBAL("sums over the slots of the corp, within the viewer's scope",
		SELECT survey, COUNT(*) AS n FROM survey_answer WHERE corp = :corp
			AND (:scope = 0 OR staff IN (SELECT staff FROM scope_staff WHERE corp = :corp AND scope = :scope))
		GROUP BY survey))

/* -- rules, in the base slot (survey.c) -- */
err survey_find(const struct snap *s, i64 id, struct survey *ret); /* ERR_NOT_FOUND; a removed one is found */
const char *survey_state(const struct survey *v); /* "draft", "open", "closed", "removed" */
err survey_make(struct tx *tx, const struct survey_form *form, i64 *ret_id);
/* Its draft. ERR_CONFLICT. */
err survey_change(struct tx *tx, i64 id, i64 version, const struct survey_form *form);
/* The draft as the next version. ERR_STATE: nothing has changed. */
err survey_publish(struct tx *tx, i64 id);
err survey_close(struct tx *tx, i64 id, bool closed);
err survey_remove(struct tx *tx, i64 id);

/* -- who came (survey_answer.c); in no transaction -- */
struct survey_who {
	struct door_link link;
	bool known;   /* WeChat said who it is */
	i64 root;     /* whose answer it is; 0: nobody's we know */
	str browser;  /* nil: it has no cookie */
};
/* Whose answer it would be: her whom WeChat knows, else whom the link was made for. */
err survey_who_is(struct cx *cx, struct survey_who *who);
err survey_open_by(struct cx *cx, const struct survey_who *who);
/* Her present answer, of whichever of her numbers; ERR_NOT_FOUND. */
err survey_answer_by(struct unit *u, const struct survey_who *who, struct survey_answer *ret);
/* Whether she may give another one from here. */
bool survey_may_change(const struct survey_who *who, const struct survey_form *f, const struct survey_answer *had, ms now);
/* ERR_INPUT, ERR_STATE: answered and final, or closed; ERR_TOO_MANY. */
err survey_take(struct cx *cx, const struct survey_who *who, i64 number, const struct list *replies, struct survey_answer *ret);
/* The free texts of an answer: JSON, question to text; "" none any more. */
err survey_texts_of(struct unit *u, const struct survey_answer *a, str *ret);

#endif

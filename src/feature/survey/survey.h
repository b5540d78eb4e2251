/*
 * survey 问卷: a short form a customer answers on her phone, and the table of reasons made of the answers: why people leave,
 * how many, what they were worth, and how many came back.
 *
 * A survey keeps its address for ever. What people answer is a published version, which never changes; changes are made to
 * a draft, and publishing it makes the next version. A link made for her (core/door/door_link.h) says who answers; by
 * the general link it is whom WeChat's consent page knows, else a browser.
 *
 * What must stay true:
 *  - One answer per person and survey, whatever numbers she has. She may change it within the form's change_days of her
 *    first, at most SURVEY_CHANGES_MAX times, in the browser that gave it or where WeChat knows her. Nobody else sees it.
 *  - Free text is in the event alone, sealed with her key; erasing her erases it.
 *  - spent is what she had spent when she first answered: a later order changes nothing of it.
 *  - A code of a choice is its name in tables, conditions and journeys and lives through versions; a label may change.
 *  - Tags a choice puts come off when she chooses otherwise, unless somebody else holds them.
 *  - Only the page's script opens or answers; programs that name themselves and our own staff do neither.
 *
 * The attributes survey_reason, survey_score and survey_at are those of her last answer to any survey.
 *
 * out: survey.saved, survey.opened, survey.answered; verbs tag.put, tag.take
 */
#ifndef YT_FEATURE_SURVEY_SURVEY_H
#define YT_FEATURE_SURVEY_SURVEY_H

#include "core/door/door_link.h"
#include "core/enclosure.h"
#include "core/module.h"

#define SURVEY_MAX 500 /* of a corp */
#define SURVEY_QUESTIONS_MAX 20
#define SURVEY_CHOICES_MAX 30
#define SURVEY_TAGS_MAX 5 /* of a choice */
#define SURVEY_TITLE_CHARS 60
#define SURVEY_TEXT_CHARS 500 /* of an answer */
#define SURVEY_SCORE_MAX 10
#define SURVEY_CHANGE_DAYS_MAX 90
#define SURVEY_CHANGES_MAX 10
#define SURVEY_NOBODYS_HOUR 600 /* answers by a survey's general link and hour of whom nobody knows */
#define SURVEY_OPENS_HOUR 20000
#define SURVEY_TABLE_MAX 20000 /* answers a table is made of, or a file */
#define SURVEY_DAYS_MAX 730
#define SURVEY_BACK_DAYS_MAX 365
#define SURVEY_DOOR "survey"
#define SURVEY_KINDS "one,several,text,score"
#define SURVEY_ATTR_REASON 270 /* numbers in attr_value, for ever */
#define SURVEY_ATTR_SCORE 271
#define SURVEY_ATTR_AT 272

#define SURVEY_CHOICE_FIELDS(F, S)                                                                 \
	F(S, STR, code, .min = 1, .max = 20, .doc = "its name in tables and conditions; lives through versions") \
	F(S, STR, label, .min = 1, .max = 40) F(S, IDS, tags, .opt = true, .max = SURVEY_TAGS_MAX, .doc = "put on who chooses it")
RECORD(survey_choice, SURVEY_CHOICE_FIELDS);
#define SURVEY_QUESTION_FIELDS(F, S)                                                               \
	F(S, STR, id, .min = 1, .max = 12) F(S, STR, kind, .one_of = SURVEY_KINDS) F(S, STR, title, .min = 1, .max = 100) \
	F(S, BOOL, required, .opt = true) F(S, BOOL, reason, .opt = true, .doc = "its answer is the reason; of kind one, at most one question") \
	F(S, LIST, choices, .opt = true, .of = &survey_choice_record, .max = SURVEY_CHOICES_MAX)
RECORD(survey_question, SURVEY_QUESTION_FIELDS);
#define SURVEY_FORM_FIELDS(F, S)                                                                   \
	F(S, STR, title, .min = 1, .max = SURVEY_TITLE_CHARS) F(S, STR, intro, .opt = true, .max = 500) \
	F(S, STR, thanks, .opt = true, .max = 200) F(S, I64, change_days, .opt = true, .max = SURVEY_CHANGE_DAYS_MAX, .doc = "she may change her answer; 0: not at all") \
	F(S, LIST, questions, .min = 1, .max = SURVEY_QUESTIONS_MAX, .of = &survey_question_record)
RECORD(survey_form, SURVEY_FORM_FIELDS);

/* What somebody answers to one question. */
#define SURVEY_REPLY_FIELDS(F, S)                                                                  \
	F(S, STR, question, .min = 1, .max = 12) F(S, STRS, choices, .opt = true, .max = SURVEY_CHOICES_MAX, .doc = "codes") \
	F(S, STR, text, .opt = true, .max = SURVEY_TEXT_CHARS) F(S, I64, score, .opt = true, .min = 0, .max = SURVEY_SCORE_MAX)
RECORD(survey_reply, SURVEY_REPLY_FIELDS);

/* survey.saved */
#define SURVEY_SAVED_FIELDS(F, S) \
	F(S, ID, survey) F(S, STR, title) F(S, I64, number, .doc = "published version") F(S, STR, what, .one_of = "made,changed,published,closed,opened,removed")
RECORD(survey_saved, SURVEY_SAVED_FIELDS);
/* survey.opened, for the first time */
#define SURVEY_OPENED_FIELDS(F, S) F(S, ID, survey) F(S, STR, title) F(S, I64, number) F(S, ID, staff)
RECORD(survey_opened, SURVEY_OPENED_FIELDS);
/* survey.answered */
#define SURVEY_ANSWERED_FIELDS(F, S)                                                               \
	F(S, ID, survey) F(S, STR, title) F(S, I64, number) F(S, STR, reason, .opt = true, .doc = "code") F(S, STR, reason_text, .opt = true) \
	F(S, I64, score, .opt = true, .doc = "of the first question of that kind") F(S, STRS, choices, .doc = "question:code") \
	F(S, STR, texts, .opt = true, .pii = true, .doc = "free texts: JSON, question to text") F(S, BOOL, changed) \
	F(S, FEN, spent, .doc = "before her first answer") F(S, ID, staff) F(S, IDS, tags) F(S, IDS, untags)
RECORD(survey_answered, SURVEY_ANSWERED_FIELDS);

/* ---- forms (survey_form.c), pure ---- */
void survey_form_read(struct arena *a, str json, struct survey_form *ret);
str survey_form_json(struct arena *a, const struct survey_form *f);
/* What records cannot say: ids and codes once, choices where they belong, one reason. ERR_INPUT naming the field. */
err survey_form_check(const struct survey_form *f, struct fail *fail, struct arena *a);
/* A form to begin with: why she left, what would bring her back, how likely she recommends us, anything else. */
struct survey_form survey_form_usual(struct arena *a, enum lang lang);
const struct survey_question *survey_question_of(const struct survey_form *f, str id);
const struct survey_choice *survey_choice_of(const struct survey_question *q, str code);

/* What a checked answer says. */
struct survey_said { str reason, reason_text, texts; i64 score; struct strs choices; struct ids tags; };
/* ERR_INPUT naming the question. */
err survey_said_read(const struct survey_form *f, const struct list *replies, struct survey_said *ret, struct fail *fail, struct arena *a);

struct event;
struct attr_person;
struct customer_fact;
struct tag_uses;
err survey_on_answered(struct tx *tx, const struct event *ev);
err survey_settle(struct tx *tx, struct attr_person *p, struct customer_fact *sum);
err survey_tag_uses(const struct snap *s, i64 tag, struct tag_uses *ret);

extern const struct enclosure survey_enclosure;
extern const struct route survey_routes[], survey_page_routes[], survey_figure_routes[];
extern const struct door_kind survey_doors[];
extern const struct module survey_module;

#endif

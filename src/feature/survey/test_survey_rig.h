/*
 * What tests of surveys share: making and publishing one, a phone that answers, an order.
 */
#ifndef YT_FEATURE_SURVEY_TEST_SURVEY_RIG_H
#define YT_FEATURE_SURVEY_TEST_SURVEY_RIG_H

#include "feature/material/test_material.h"
#include "feature/survey/survey_data.h"

/* The usual form with its id; published. */
i64 survey_new(struct world *w);
struct survey survey_stored(struct world *w, i64 id);
struct survey_form survey_usual(struct world *w);
str survey_link(struct world *w, i64 id, i64 customer, i64 staff);
/* The page behind a link: b->json is the form. The status. */
int survey_shows(struct browser *b, str link);
int survey_opens(struct browser *b, str link);
/* answers: the JSON list. */
int survey_answers(struct browser *b, str link, i64 number, const char *answers);
/* The same with one reason. */
int survey_reason(struct browser *b, str link, const char *code);
/* An order of hers at that moment. */
void survey_buys(struct world *w, i64 her, i64 order, i64 fen, ms at);
struct survey_answer survey_kept(struct world *w, i64 id, i64 customer);

#endif

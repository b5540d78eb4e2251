/*
 * survey joins.
 */
#include "feature/survey/survey_data.h"

#include "core/tag/tag_use.h"

static const struct query *const queries[] = {
	&survey_insert_query, &survey_update_query, &survey_get_query, &survey_all_query, &survey_version_add_query,
	&survey_version_get_query, &survey_versions_query, &survey_open_add_query, &survey_opens_since_query, &survey_open_totals_query,
	&survey_answer_put_query, &survey_answer_get_query, &survey_answers_since_query, &survey_answers_of_query,
	&survey_answer_list_query, &survey_answer_totals_query, NULL,
};
static const struct route *const more[] = { survey_page_routes, survey_figure_routes, NULL };
static const struct handler act[] = { { EV_SURVEY_ANSWERED, survey_on_answered }, { 0 } };
static const struct attr attrs[] = {
	{ .name = "survey_reason", .type = ATTR_TEXT, .id = SURVEY_ATTR_REASON, .label = T_ATTR_SURVEY_REASON },
	{ .name = "survey_score", .type = ATTR_NUMBER, .id = SURVEY_ATTR_SCORE, .label = T_ATTR_SURVEY_SCORE },
	{ .name = "survey_at", .type = ATTR_TIME, .id = SURVEY_ATTR_AT, .label = T_ATTR_SURVEY_AT },
	{ 0 },
};
static const struct event_title titles[] = {
	{ EV_SURVEY_OPENED, T_EV_SURVEY_OPENED },
	{ EV_SURVEY_ANSWERED, T_EV_SURVEY_ANSWERED },
	{ 0 },
};
static const struct tag_user tag_user = { .uses = survey_tag_uses };
static const struct perm perms[] = { { "survey.read", T_PERM_SURVEY_READ }, { "survey.write", T_PERM_SURVEY_WRITE }, { 0 } };

const struct module survey_module = {
	.name = "survey",
	.doc = "Short forms people answer, tags and attributes by what they say, and the table of reasons why they left.",
	.queries = queries,
	.routes = survey_routes,
	.more_routes = more,
	.act = act,
	.attrs = attrs,
	.person = survey_settle,
	.titles = titles,
	.doors = survey_doors,
	.enclosure = &survey_enclosure,
	.tags = &tag_user,
	.perms = perms,
};

/*
 * audience joins: its table, routes, rights, and the queries to be checked at start.
 */
#include "core/audience/audience_data.h"

#include "core/attr/attr_value.h"
#include "core/audience/audience_http.h"
#include "core/audience/audience_tags.h"
#include "core/module.h"

static const struct query *const queries[] = {
	&audience_row_query, &audience_list_query, &audience_insert_query, &audience_update_query, &audience_delete_query,
	&audience_facts_page_query, &audience_leaves_page_query, &audience_marks_page_query, &audience_friends_page_query,
	&audience_days_page_query, &audience_fact_of_query, &audience_leaves_of_query, &audience_root_of_query, &audience_marks_of_query,
	&audience_friends_of_query, &audience_days_of_query, &audience_scope_staff_query,
	&audience_store_named_query, &audience_staff_named_query, NULL,
};
static const struct timer_kind timers[] = { { ATTR_DUE_TIMER, audience_due }, { 0 } };
static const struct attr attrs[] = {
	{ .name = "aov", .type = ATTR_MONEY, .column = "spent", .label = T_AUD_AOV },
	{ 0 },
};
static const struct perm perms[] = {
	{ "audience.read", T_PERM_AUDIENCE_READ },
	{ "audience.write", T_PERM_AUDIENCE_WRITE },
	{ 0 },
};

const struct module audience_module = {
	.name = "audience",
	.doc = "Sets of persons chosen by an expression, counted while typing.",
	.queries = queries,
	.routes = audience_routes,
	.timers = timers,
	.attrs = attrs,
	.tags = &audience_tag_user,
	.perms = perms,
};

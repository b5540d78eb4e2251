/*
 * area joins.
 */
#include "feature/area/area_data.h"

static const struct query *const queries[] = {
	&area_insert_query, &area_update_query, &area_row_query, &area_rows_query, &area_number_query, &area_visit_add_query,
	&area_sums_query, NULL,
};
static const struct route *const more[] = { area_page_routes, NULL };
static const struct handler act[] = { { EV_FOLLOW_ADDED, area_on_added }, { EV_OUTLET_CHANGED, area_on_outlet }, { 0 } };
static const struct job_kind jobs[] = { { AREA_JOB, area_codes_step, "Makes a code for every store of an area code." }, { 0 } };
static const struct event_title titles[] = { { EV_AREA_CAME, T_AREA_CAME }, { 0 } };

const struct module area_module = {
	.name = "area",
	.doc = "Area codes: one code for the country leads to the nearest open store.",
	.queries = queries,
	.routes = area_routes,
	.more_routes = more,
	.act = act,
	.jobs = jobs,
	.doors = area_doors,
	.titles = titles,
};

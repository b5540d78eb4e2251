/*
 * rfm joins: cut points every night, cells, layers and types.
 */
#include "feature/rfm/rfm_data.h"

#include "core/corp/corp_night.h"

static const struct query *const queries[] = {
	&rfm_cut_list_query, &rfm_cut_add_query, &rfm_name_list_query, &rfm_name_put_query, &rfm_name_drop_query,
	&rfm_type_list_query, &rfm_type_put_query, &rfm_days_query, &rfm_day_put_query, NULL,
};
static const struct timer_kind timers[] = { { RFM_NIGHT, rfm_night }, { 0 } };
static const struct route *const more_routes[] = { rfm_type_routes, NULL };

/* Corps that were there before this module have no timer yet. */
static err start(struct env *env, struct fail *f) { return night_arm_all(env, RFM_NIGHT, RFM_HOUR * MS_HOUR, f); }

const struct module rfm_module = {
	.name = "rfm",
	.doc = "Recency, frequency, money as expressions; layers and high-potential types.",
	.queries = queries,
	.routes = rfm_routes,
	.more_routes = more_routes,
	.timers = timers,
	.start = start,
	.corp_new = rfm_arm,
};

/*
 * rfm joins: cut points every night, cells, layers and types.
 */
#include "feature/rfm/rfm_data.h"

#include "core/corp/corp.h"

static const struct query *const queries[] = {
	&rfm_cut_list_query, &rfm_cut_add_query, &rfm_name_list_query, &rfm_name_put_query, &rfm_name_drop_query,
	&rfm_type_list_query, &rfm_type_put_query, &rfm_days_query, &rfm_day_put_query, NULL,
};
static const struct timer_kind timers[] = { { RFM_NIGHT, rfm_night }, { 0 } };
static const struct route *const more_routes[] = { rfm_type_routes, NULL };

/* Corps that were there before this module have no timer yet. */
static err start(struct env *env, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct cx cx = cx_system(env, a, 0, "start");
	struct corp *corps;
	size_t n = 0;
	err e = corp_list(&cx.unit, &corps, &n);
	for (size_t i = 0; e == OK && i < n; i++) {
		cx.unit.corp = corps[i].id;
		e = rfm_arm(&cx);
	}
	if (e != OK)
		*f = cx.unit.fail;
	arena_free(a);
	return e;
}

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

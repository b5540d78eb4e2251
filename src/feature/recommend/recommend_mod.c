/*
 * recommend joins: goods of orders, the nightly count, two attributes.
 */
#include "feature/recommend/recommend_data.h"

static const struct query *const queries[] = {
	&recommend_line_put_query, &recommend_lines_drop_query, &recommend_lines_mark_query, &recommend_had_of_query,
	&recommend_name_put_query, &recommend_name_get_query, &recommend_person_put_query, &recommend_person_get_query,
	&recommend_person_drop_query, &recommend_people_query, &recommend_people_count_query, &recommend_product_put_query,
	&recommend_products_clear_query, &recommend_product_get_query, &recommend_products_query, &recommend_pair_put_query,
	&recommend_pairs_clear_query, &recommend_partners_query, &recommend_run_get_query, &recommend_run_put_query, NULL,
};
static const struct handler derive[] = {
	{ EV_ORDER_PLACED, recommend_on_order },
	{ EV_ORDER_CHANGED, recommend_on_order },
	{ EV_ORDER_CANCELLED, recommend_on_order },
	{ EV_ORDER_WITHDRAWN, recommend_on_order },
	{ EV_ORDER_REFUNDED, recommend_on_refund },
	{ EV_REFUND_WITHDRAWN, recommend_on_refund },
	{ 0 },
};
static const struct handler act[] = {
	{ EV_CUSTOMER_MERGED, recommend_on_gone },
	{ EV_CUSTOMER_ERASED, recommend_on_gone },
	{ 0 },
};
static const char *const derived[] = { "recommend_line", "recommend_name", NULL };
static const struct timer_kind timers[] = { { RECOMMEND_NIGHT, recommend_night }, { 0 } };
static const struct job_kind jobs[] = {
	{ RECOMMEND_JOB, recommend_step, "Counts which goods go together and what each person likely wants" },
	{ 0 },
};
static const struct attr attrs[] = {
	{ .name = "likely_product", .type = ATTR_TEXT, .id = RECOMMEND_ATTR_PRODUCT, .label = T_ATTR_LIKELY_PRODUCT },
	{ .name = "likely_because", .type = ATTR_TEXT, .id = RECOMMEND_ATTR_BECAUSE, .label = T_ATTR_LIKELY_BECAUSE },
	{ 0 },
};
static const struct perm perms[] = {
	{ "recommend.read", T_PERM_RECOMMEND_READ },
	{ "recommend.count", T_PERM_RECOMMEND_COUNT },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "recommend.window_days", .otherwise = "180", .label = T_RECOMMEND_WINDOW },
	{ .name = "recommend.support_min", .otherwise = "5", .label = T_RECOMMEND_SUPPORT },
	{ 0 },
};

const struct module recommend_module = {
	.name = "recommend",
	.doc = "Who bought A also bought B, counted on the corp's own orders.",
	.queries = queries,
	.routes = recommend_routes,
	.derive = derive,
	.act = act,
	.derived = derived,
	.timers = timers,
	.jobs = jobs,
	.attrs = attrs,
	.person = recommend_on_person,
	.perms = perms,
	.settings = settings,
	.start = recommend_start,
	.corp_new = recommend_arm,
};

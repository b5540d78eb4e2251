/*
 * order joins: routes, jobs, and what a customer's orders add to her facts.
 */
#include "feature/order/order_import_data.h"
#include "feature/order/order_category_data.h"
#include "feature/order/order_claim.h"
#include "feature/order/order_rejected.h"
#include "feature/order/order_unpaid.h"

#include "core/attr/attr_category.h"
#include "core/module.h"

static const struct query *const queries[] = {
	&order_shorts_query, &order_get_query, &order_insert_query, &order_update_query, &order_delete_query,
	&order_lines_of_query, &order_categories_of_query, &order_state_put_query, &order_states_of_query, &order_states_clear_query,
	&order_unmatched_of_query, &order_unmatched_by_phone_query, &order_reasons_query, &order_unmatched_ids_query,
	&order_unmatched_drop_query, &order_try_add_query, &order_try_get_query, &order_heads_of_query, &order_line_put_query, &order_line_clear_query, &order_fits_query,
	&order_refunds_of_query, &order_refund_insert_query, &order_refund_delete_query, &order_refund_alone_query,
	&order_number_put_query, &order_number_get_query, &order_number_delete_query, &order_unmatched_put_query,
	&order_unmatched_get_query, &order_unmatched_page_query, &order_unmatched_clear_query, &order_made_by_query,
	&order_refunded_by_query, &order_list_of_query, &order_list_query, &upload_insert_query, &upload_get_query,
	&upload_done_query, &upload_part_put_query, &upload_parts_query, &import_insert_query, &import_get_query,
	&import_list_query, &import_state_set_query, &import_state_end_query, &import_spec_put_query,
	&import_counts_set_query, &import_counts_add_query, &order_unpaid_mine_query, &order_unpaid_merged_query, NULL,
};
static const struct timer_kind timers[] = { { UPLOAD_TIMER, upload_expire }, { ORDER_REMATCH, order_rematch }, { 0 } };
static const struct job_kind jobs[] = {
	{ "order.import", import_step_run, "Imports an order file." },
	{ "order.import.dry", import_step_dry, "Counts what an import would make." },
	{ "order.import.undo", import_step_undo, "Takes an import back." },
	{ 0 },
};
static const struct handler act[] = {
	{ EV_SITE_TRACKED, order_on_tracked },
	{ EV_IDENTITY_ADDED, order_on_identity },
	{ EV_PHONE_BOUND, order_on_identity },
	{ 0 },
};
static const struct attr attrs[] = {
	{ .name = "orders", .type = ATTR_NUMBER, .column = "orders", .label = T_ATTR_ORDERS },
	{ .name = "spent", .type = ATTR_MONEY, .column = "spent", .label = T_ATTR_SPENT },
	{ .name = "first_order", .type = ATTR_DAY, .column = "first_order", .label = T_ATTR_FIRST_ORDER },
	{ .name = "last_order", .type = ATTR_DAY, .column = "last_order", .label = T_ATTR_LAST_ORDER },
	{ .name = "categories", .type = ATTR_SET, .id = ATTR_ID_CATEGORIES, .label = T_ATTR_CATEGORIES },
	{ 0 },
};
static const struct perm perms[] = {
	{ "order.read", T_PERM_ORDER_READ },
	{ "order.import", T_PERM_ORDER_IMPORT },
	{ "customer.claim", T_PERM_CUSTOMER_CLAIM },
	{ 0 },
};

static const struct decoder decoders[] = {
	{ ORDER_CLAIM_SOURCE, order_claim_decode },
	{ ORDER_TOLD_SOURCE, order_told_decode },
	{ 0 },
};
static const struct route *const more_routes[] = { import_routes, order_rejected_routes, upload_routes, order_lost_routes, order_claim_routes, order_unpaid_routes, NULL };

const struct module order_module = {
	.name = "order",
	.doc = "What customers bought and what went back, imported from files of shops.",
	.queries = queries,
	.routes = order_routes,
	.more_routes = more_routes,
	.act = act,
	.decoders = decoders,
	.jobs = jobs,
	.timers = timers,
	.attrs = attrs,
	.facts = order_facts,
	.person = order_on_person,
	.perms = perms,
};

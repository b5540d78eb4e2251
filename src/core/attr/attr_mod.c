/*
 * attr joins: the counter of customer events per day, own attributes, and attributes of what she does.
 */
#include "core/attr/attr_data.h"
#include "core/attr/attr_own_data.h"

#include "core/corp/corp.h"
#include "core/module.h"

i64 attr_last_of_kind(i64 kind)
{
	switch (kind) {
	case EV_KF_WROTE:
	case EV_OA_WROTE: return ATTR_ID_LAST_REPLY;
	case EV_MATERIAL_OPENED:
	case EV_SURVEY_OPENED:
	case EV_SMS_CLICKED:
	case EV_DOOR_VISITED: return ATTR_ID_LAST_OPEN;
	default: return 0;
	}
}

static err on_any(struct tx *tx, const struct event *ev)
{
	if (ev->customer == 0)
		return OK;
	struct event_day row = { ev->customer, ev->kind, corp_day(tx->snap.unit, ev->occurred) };
	struct attr_last last = { ev->customer, attr_last_of_kind(ev->kind), ev->occurred };
	TRY(event_day_count(tx, &row));
	if (last.attr)
		TRY(attr_last_put(tx, &last));
	return attr_own_on_event(tx, ev);
}

static const struct query *const queries[] = {
	&customer_fact_get_query, &customer_fact_put_query, &customer_fact_remove_query, &event_day_count_query,
	&fact_tally_add_query, &fact_tally_sums_query, &customer_reach_span_query, &attr_value_write_query,
	&attr_value_remove_query, &attr_values_remove_query, &attr_value_one_query, &attr_value_list_query,
	&attr_value_span_query, &attr_next_of_query, &event_day_sum_query, &attr_due_get_query, &attr_due_put_query, &attr_due_remove_query,
	&attr_due_list_query, &attr_def_list_query, &attr_def_row_query, &attr_def_named_query, &attr_def_insert_query,
	&attr_def_update_query, &attr_def_drop_query, &attr_def_state_ready_query, &attr_starts_query, &attr_start_add_query, &attr_start_move_query,
	&attr_part_words_query, &attr_part_add_query, &attr_parts_of_query, &attr_part_people_query, &attr_field_add_query,
	&attr_fields_of_query, &attr_last_put_query, &attr_last_of_query, NULL,
};
static const struct handler derive[] = { { -1, on_any }, { 0 } };
static const char *const derived[] = { "event_day", "attr_last", "attr_part", "attr_start", "customer_fact", "fact_tally", NULL };
static const struct attr attrs[] = {
	{ .name = "order_gap", .type = ATTR_NUMBER, .id = ATTR_ID_GAP, .label = T_ATTR_GAP },
	{ .name = "last_reply", .type = ATTR_TIME, .id = ATTR_ID_LAST_REPLY, .label = T_ATTR_LAST_REPLY },
	{ .name = "last_open", .type = ATTR_TIME, .id = ATTR_ID_LAST_OPEN, .label = T_ATTR_LAST_OPEN },
	{ 0 },
};

const struct module attr_module = {
	.name = "attr",
	.doc = "Named, computed facts about a person: one row per root, folded over her leaves.",
	.queries = queries,
	.derive = derive,
	.derived = derived,
	.facts_keeper = true,
	.attrs = attrs,
	.person = attr_own_person,
};

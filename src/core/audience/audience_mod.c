/*
 * audience joins: its table, routes, rights, and the queries to be checked at start.
 */
#include "core/audience/audience_asof_data.h"
#include "core/audience/audience_past_data.h"
#include "core/audience/audience_watch_data.h"

#include "core/attr/attr_value.h"
#include "core/audience/audience_http.h"
#include "core/audience/audience_tags.h"
#include "core/module.h"

static const struct query *const queries[] = {
	&audience_row_query, &audience_list_query, &audience_insert_query, &audience_update_query, &audience_delete_query,
	&audience_facts_page_query, &audience_leaves_page_query, &audience_marks_page_query, &audience_friends_page_query,
	&audience_days_page_query, &audience_fact_of_query, &audience_leaves_of_query, &audience_root_of_query, &audience_marks_of_query, &audience_day_of_query, &audience_day_alone_of_query,
	&audience_friends_of_query, &audience_days_of_query, &audience_scope_staff_query,
	&audience_groups_query, &audience_store_named_query, &audience_staff_named_query,
	&audience_watches_query, &audience_watch_row_query, &audience_watch_add_query, &audience_watch_refill_query,
	&audience_watch_is_live_query, &audience_watch_drop_query, &audience_member_get_query, &audience_member_count_query,
	&audience_member_put_query, &audience_member_forget_query, &audience_pulse_move_query, &audience_pulses_query,
	&audience_mark_of_query, &audience_texts_of_query, &past_customers_query,
	 &audience_use_row_query, &audience_use_named_query, &audience_uses_query, &audience_use_add_query, NULL,
};
/* Names inside expressions mean something else now. */
static err on_named(struct tx *tx, const struct event *ev) { return audience_watch_all_soon(tx); }

static const struct handler act[] = { { EV_AUDIENCE_SAVED, on_named }, { EV_TAG_CHANGED, on_named }, { EV_STAFF_CHANGED, audience_on_staff }, { 0 } };
static const struct timer_kind timers[] = {
	{ ATTR_DUE_TIMER, audience_due },
	{ AUDIENCE_SWEEP_TIMER, audience_sweep },
	{ AUDIENCE_MIDNIGHT_TIMER, audience_midnight },
	{ 0 },
};
static const struct job_kind jobs[] = {
	{ AUDIENCE_PAST_JOB, audience_past_step, "Computes from the journal who was in an audience at a past moment." },
	{ AUDIENCE_STAFF_JOB, audience_staff_step, "Folds the facts of a member's customers anew when he left, came back or serves another store." },
	{ 0 },
};
static const struct attr attrs[] = {
	{ .name = "aov", .type = ATTR_MONEY, .column = "spent", .label = T_AUD_AOV },
	{ 0 },
};
static const struct perm perms[] = {
	{ "audience.read", T_PERM_AUDIENCE_READ },
	{ "audience.write", T_PERM_AUDIENCE_WRITE },
	{ 0 },
};

static const struct route *const more_routes[] = { audience_ask_routes, audience_asof_routes, NULL };

const struct module audience_module = {
	.name = "audience",
	.doc = "Sets of persons chosen by an expression, counted while typing.",
	.queries = queries,
	.routes = audience_routes,
	.more_routes = more_routes,
	.act = act,
	.timers = timers,
	.jobs = jobs,
	.attrs = attrs,
	.tags = &audience_tag_user,
	.perms = perms,
};

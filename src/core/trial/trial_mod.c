/*
 * trial joins: exposures, and hits derived from what the exposed did.
 */
#include "core/trial/trial_data.h"

#include "core/module.h"

static const struct query *const queries[] = {
	&trial_row_put_query, &trial_row_get_query, &trials_all_query, &trial_exposure_add_query, &trial_exposures_span_query,
	&trial_exposures_of_query, &trial_exposures_open_query, &trial_exposures_page_query, &trial_exposure_look_query, &trial_exposure_sums_query,
	&trial_hit_put_query, &trial_hit_drop_query, &trial_paid_sums_query, &trial_did_sums_query, NULL,
};
static const struct handler derive[] = {
	{ EV_ORDER_PLACED, trial_on_order },
	{ EV_ORDER_CHANGED, trial_on_order },
	{ EV_ORDER_WITHDRAWN, trial_on_undone },
	{ EV_ORDER_CANCELLED, trial_on_undone },
	{ EV_FOLLOW_LOST, trial_on_event },
	{ EV_GROUP_JOINED, trial_on_event },
	{ EV_LIVING_WATCHED, trial_on_event },
	{ EV_MEMBER_ISSUED, trial_on_event },
	{ EV_PHONE_BOUND, trial_on_event },
	{ EV_OA_SUBSCRIBED, trial_on_event },
	{ EV_SMS_CLICKED, trial_on_event },
	{ EV_LUCKY_JOINED, trial_on_event },
	{ EV_SITE_PAGE, trial_on_event },
	{ 0 },
};
static const int plain[] = { EV_EXPERIMENT_EXPOSED, 0 };
static const char *const derived[] = { "trial_hit", NULL };
static const struct event_title titles[] = { { EV_EXPERIMENT_EXPOSED, T_EV_EXPERIMENT_EXPOSED }, { 0 } };

const struct module trial_module = {
	.name = "trial",
	.doc = "Which variant of an experiment a person is in, that she met it, and what she did afterwards.",
	.queries = queries,
	.derive = derive,
	.plain = plain,
	.derived = derived,
	.titles = titles,
};

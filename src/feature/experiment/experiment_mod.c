/*
 * experiment joins: its routes and the hourly look while one runs.
 */
#include "feature/experiment/experiment_data.h"

static const struct query *const queries[] = {
	&experiment_insert_query, &experiment_update_query, &experiment_delete_query, &experiment_get_query, &experiment_list_query,
	&experiment_running_query, &experiment_count_query, &experiment_epoch_add_query, &experiment_epochs_query, NULL,
};
static const struct timer_kind timers[] = { { EXPERIMENT_TEND, experiment_due }, { 0 } };
static const struct perm perms[] = { { "experiment.read", T_PERM_EXPERIMENT_READ }, { "experiment.write", T_PERM_EXPERIMENT_WRITE }, { 0 } };

const struct module experiment_module = {
	.name = "experiment",
	.doc = "Grids of materials, plays and benefits: split, compared with intervals, and everything moved to the winner.",
	.queries = queries,
	.routes = experiment_routes,
	.timers = timers,
	.perms = perms,
};

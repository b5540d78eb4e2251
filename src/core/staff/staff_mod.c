/*
 * staff joins. A user's scope is worked out again when users change.
 */
#include "core/staff/staff_sync.h"

static const struct query *const queries[] = {
	&staff_row_get_query, &staff_row_named_query, &staff_rows_query, &staff_add_query, &staff_update_query,
	&staff_store_set_query, &staff_customers_add_query, &staff_unseen_query, &staff_places_query,
	&staff_place_put_query, &staff_places_clear_query, &department_get_query, &department_rows_query,
	&department_add_query, &department_update_query, &department_store_put_query, &department_drop_query,
	&department_drop_unseen_query, &department_leaders_clear_query, &department_leader_add_query,
	&department_leaders_query, &staff_was_add_query, &staff_was_of_query, NULL,
};
static const struct perm perms[] = {
	{ "staff.read", T_PERM_STAFF_READ },
	{ "staff.write", T_PERM_STAFF_WRITE },
	{ 0 },
};
static const struct job_kind jobs[] = {
	{ "staff.sync", staff_sync_step, "Reads departments, members and who may serve customers." },
	{ 0 },
};

static err on_changed(struct tx *tx, const struct event *ev)
{
	struct staff_changed c;
	TRY(event_body(&tx->snap, ev, &staff_changed_record, &c));
	return staff_was_add(tx, &(struct staff_was){ c.staff, ev->id, c.state, c.store });
}

static err on_user(struct tx *tx, const struct event *ev)
{
	return staff_arrange(tx);
}

static const struct handler derive[] = { { EV_STAFF_CHANGED, on_changed }, { 0 } };
static const char *const derived[] = { "staff_was", NULL };
static const struct handler act[] = {
	{ EV_USER_ADDED, on_user },
	{ EV_USER_CHANGED, on_user },
	{ 0 },
};

const struct module staff_module = {
	.name = "staff",
	.doc = "Members of staff, departments and stores, mirrored from WeCom.",
	.queries = queries,
	.routes = staff_routes,
	.perms = perms,
	.jobs = jobs,
	.derive = derive,
	.derived = derived,
	.act = act,
};

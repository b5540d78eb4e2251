/*
 * profile joins.
 */
#include "core/profile/profile_data.h"

#include "core/audience/audience_tags.h"
#include "core/module.h"
#include "core/profile/profile_bulk.h"

static const struct query *const queries[] = {
	&name_token_put_query, &name_token_clear_query, &name_token_find_query, &view_put_query, &view_remove_query,
	&view_list_query, &note_insert_query, &note_update_query, &note_delete_query, &notes_of_query,
	&view_all_query, &view_expr_put_query, NULL,
};
/* Saved filters are expressions too; they stop nobody from removing a tag. */
static err view_retag(struct tx *tx, const struct tag_renaming *r)
{
	struct view *rows;
	size_t n;
	TRY(view_all(&tx->snap, &(struct none){ 0 }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		str text = audience_retag(tx->snap.arena, r, rows[i].expr);
		if (str_eq(text, rows[i].expr))
			continue;
		rows[i].expr = text;
		TRY(view_expr_put(tx, &rows[i]));
	}
	return OK;
}

static const struct tag_user tag_user = { .renamed = view_retag };
static const struct handler derive[] = {
	{ EV_CUSTOMER_CREATED, profile_on_name },
	{ EV_CUSTOMER_CHANGED, profile_on_name },
	{ EV_CUSTOMER_ERASED, profile_on_name },
	{ EV_CONTACT_FETCHED, profile_on_name },
	{ 0 },
};
static const char *const derived[] = { "name_token", NULL };
static const struct event_title titles[] = {
	{ EV_NOTE_ADDED, T_EV_NOTE_ADDED }, { EV_FIELD_SET, T_EV_FIELD_SET }, { 0 },
};
static const struct job_kind jobs[] = {
	{ "profile.tag", profile_bulk_step, "Tags everybody an expression chooses." },
	{ 0 },
};
static const struct route *const more_routes[] = { profile_act_routes, profile_time_routes, profile_note_routes,
						     profile_bulk_routes, NULL };

const struct module profile_module = {
	.name = "profile",
	.doc = "What a viewer sees of customers: list, detail, timeline, and the acts on one.",
	.queries = queries,
	.routes = profile_list_routes,
	.more_routes = more_routes,
	.derive = derive,
	.tags = &tag_user,
	.jobs = jobs,
	.derived = derived,
	.titles = titles,
};

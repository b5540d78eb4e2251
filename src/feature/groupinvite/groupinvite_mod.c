/*
 * groupinvite joins.
 */
#include "feature/groupinvite/groupinvite_data.h"

static const struct query *const queries[] = {
	&group_invite_get_query, &group_invite_list_query, &group_invite_watching_query, &group_invite_bound_query, &group_invite_open_query,
	&group_invite_open_count_query, &group_invite_put_query, &group_invitee_add_query, &group_invitee_mark_query,
	&group_invitee_joined_query, &group_invitee_open_query, &group_invitee_page_query, &group_invitee_counts_query, NULL,
};
static const struct handler act[] = {
	{ EV_AUDIENCE_ENTERED, groupinvite_on_entered },
	{ EV_REACH_SENT, groupinvite_on_reached },
	{ EV_GROUP_DISSOLVED, groupinvite_on_dissolved },
	{ 0 },
};
static const struct job_kind jobs[] = { { GROUPINVITE_JOB, groupinvite_fill, "Lists whom an invitation into a group concerns." }, { 0 } };
static const struct perm perms[] = { { "group.task", T_PERM_GROUP_TASK }, { 0 } };

const struct module groupinvite_module = {
	.name = "groupinvite",
	.doc = "Invitations into customer groups: asked, sent, joined.",
	.queries = queries,
	.routes = groupinvite_routes,
	.act = act,
	.jobs = jobs,
	.person = groupinvite_on_person,
	.perms = perms,
};

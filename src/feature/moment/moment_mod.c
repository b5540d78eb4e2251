/*
 * moment joins.
 */
#include "feature/moment/moment_int.h"

#include "core/job/job.h"
#include "core/tag/tag_use.h"

static const struct query *const queries[] = {
	&moment_insert_query, &moment_update_query, &moment_get_query, &moment_list_query, &moment_asked_query, &moment_version_add_query,
	&moment_version_put_query, &moment_version_get_query, &moment_versions_query, &moment_named_query, &moment_tagged_query, &moment_sender_add_query,
	&moment_sender_turn_query, &moment_sender_read_query, &moment_senders_query, &moment_senders_due_query, &moment_totals_query,
	&moment_senders_of_query, &moment_todo_of_query, &moment_reminder_add_query, &moment_reminders_query, &moment_media_add_query,
	&moment_media_get_query, &moment_person_add_query, &moment_person_tag_query, &moment_person_end_query, &moment_person_like_query,
	&moment_person_comment_query, &moment_people_of_query, &moment_person_get_query, &moment_people_beyond_query,
	&moment_tallies_query, &moment_people_page_query, NULL,
};
static const struct handler act[] = {
	{ EV_MOMENT_TASK, moment_on_task },
	{ EV_MOMENT_RESULT, moment_on_result },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "moment.create", .send = moment_send_create, .reconcile = moment_find_created, .expired = moment_create_expired },
	{ .kind = "moment.job", .send = moment_send_job, .reconcile = moment_send_job },
	{ .kind = "moment.poll", .send = moment_send_poll, .reconcile = moment_send_poll },
	{ .kind = "moment.close", .send = moment_send_close, .reconcile = moment_send_close },
	{ .kind = "moment.watch", .send = moment_send_watch, .reconcile = moment_send_watch },
	{ .kind = "moment.remind", .send = moment_send_remind },
	{ 0 },
};
static const struct job_kind jobs[] = {
	{ "moment.plan", moment_plan_step, "Chooses the version of each person of a Moment and makes its tags." },
	{ 0 },
};
static const struct event_title titles[] = {
	{ EV_MOMENT_LIKED, T_TITLE_MOMENT_LIKED },
	{ EV_MOMENT_COMMENTED, T_TITLE_MOMENT_COMMENTED },
	{ 0 },
};
/* While it says who may see a Moment, nobody removes it by hand. */
static err tag_uses(const struct snap *s, i64 tag, struct tag_uses *ret)
{
	struct moment_version *rows;
	size_t n;
	TRY(moment_tagged(s, &(struct moment_key){ tag }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		vec_push(s->arena, &ret->list, (struct tag_use){ STR("moment"), rows[i].plan, rows[i].name });
	return OK;
}

static const struct tag_user tag_user = { .uses = tag_uses };
static const struct perm perms[] = {
	{ "moment.read", T_PERM_MOMENT_READ },
	{ "moment.send", T_PERM_MOMENT_SEND },
	{ 0 },
};
static const struct setting settings[] = {
	{ .name = "moment.approve_over", .otherwise = FAIL_STR(MOMENT_APPROVE_OVER), .label = T_MOMENT_APPROVE },
	{ 0 },
};

static const struct approver *const approvers[] = { &moment_approver, NULL };

const struct module moment_module = {
	.name = "moment",
	.doc = "Moments: versions for disjoint people by technical tags, posted by staff, followed to likes and comments.",
	.queries = queries,
	.routes = moment_routes,
	.act = act,
	.senders = senders,
	.jobs = jobs,
	.titles = titles,
	.tags = &tag_user,
	.mass = &moment_channel,
	.todos = moment_todos,
	.approvers = approvers,
	.perms = perms,
	.settings = settings,
};

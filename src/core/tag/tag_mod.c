/*
 * tag joins: tags and marks, kept equal with WeCom.
 */
#include "core/tag/tag_http.h"
#include "core/tag/tag_mark.h"
#include "core/tag/tag_meet.h"
#include "core/tag/tag_merge.h"
#include "core/tag/tag_sync.h"

#include "core/job/job.h"

/* act: WeCom says its tags changed; the list is read by a job, because a handler makes no calls. */
static err on_changed(struct tx *tx, const struct event *ev)
{
	if (!str_eq_c(ev->source, "wecom"))
		return OK;
	i64 job;
	return job_add(tx, "tag.pull", STR("tag.pull"), STR_NIL, &none_record, &(struct none){ 0 }, &job);
}

static const struct query *const queries[] = {
	&tag_group_put_query, &tag_group_drop_query, &tag_groups_query, &tag_group_get_query, &tag_group_named_query,
	&tag_put_query, &tag_by_id_query, &tag_by_wecom_id_query, &tag_named_all_query, &tag_named_in_query,
	&tag_live_query, &tag_total_query, &tag_group_total_query, &tag_total_in_query,
	&tag_merged_follow_query, &tag_mark_put_query, &tag_mark_remove_query,
	&tag_mark_get_query, &tag_marks_of_query, &tag_marks_due_query, &tag_carriers_query, &tag_carrier_last_query,
	&tag_source_put_query, &tag_source_drop_query, &tag_source_drop_kind_query, &tag_source_clear_query,
	&tag_sources_query, &tag_sources_expire_query, &tag_next_due_query, &tag_tally_add_query, &tag_tallies_query,
	&tag_relation_add_query, &tag_relation_remove_query, &tag_relation_of_query, &tag_refusal_put_query,
	&tag_refusal_of_query, &tag_refusals_query, &tag_refusals_span_query, &tag_refusal_lift_query, &tag_consent_put_query,
	&tag_consents_query, &tag_unmet_add_query, &tag_unmet_clear_query, &tag_unmet_drop_query, &tag_unmet_known_query, NULL,
};
static const struct handler act[] = {
	{ EV_TAG_MARKED, tag_on_marked },
	{ EV_TAG_UNMARKED, tag_on_marked },
	{ EV_FOLLOW_ADDED, tag_on_followed },
	{ EV_CONTACT_FETCHED, tag_on_fetched },
	{ EV_TAG_CHANGED, on_changed },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "tag.create", .send = tag_send, .reconcile = tag_send },
	{ .kind = "tag.rename", .send = tag_send, .reconcile = tag_send },
	{ .kind = "tag.delete", .send = tag_send, .reconcile = tag_send },
	{ .kind = "tag.mark", .send = tag_send_mark, .reconcile = tag_send_mark },
	{ 0 },
};
static const struct job_kind jobs[] = {
	{ "tag.pull", tag_pull_step, "Reads WeCom's list of tags, and puts those on people who were known to carry them." },
	{ "tag.merge", tag_merge_step, "Moves the marks of one tag to another and removes it." },
	{ 0 },
};
static const struct timer_kind timers[] = { { TAG_EXPIRE, tag_expire }, { TAG_NIGHT, tag_night }, { 0 } };
static const struct perm perms[] = {
	{ "tag.read", T_PERM_TAG_READ },
	{ "tag.write", T_PERM_TAG_WRITE },
	{ "tag.sensitive", T_PERM_TAG_SENSITIVE },
	{ 0 },
};

static const struct route *const more_routes[] = { tag_person_routes, tag_csv_routes, NULL };

const struct module tag_module = {
	.name = "tag",
	.doc = "Tag groups, tags and the marks that put them on people, kept equal with WeCom.",
	.queries = queries,
	.routes = tag_routes,
	.more_routes = more_routes,
	.act = act,
	.senders = senders,
	.timers = timers,
	.start = tag_night_start,
	.corp_new = tag_night_new,
	.jobs = jobs,
	.perms = perms,
};

/*
 * live code joins.
 */
#include "feature/livecode/livecode_int.h"
#include "feature/livecode/livecode_partner.h"
#include "feature/livecode/livecode_relay.h"
#include "feature/livecode/livecode_spot_data.h"
#include "feature/livecode/livecode_stat_data.h"
#include "feature/livecode/livecode_visitor.h"

#include "core/corp/corp_night.h"
#include "core/follow/follow.h"
#include "core/module.h"
#include "core/tag/tag_use.h"

static const struct query *const queries[] = {
	&livecode_insert_query, &livecode_update_query, &livecode_get_query, &livecode_by_state_query,
	&livecode_list_query, &livecode_staff_clear_query, &livecode_staff_add_query, &livecode_staff_of_query,
	&livecode_tag_copy_query, &livecode_tag_forget_query, &livecode_by_tag_query, &livecode_tag_clear_query, &livecode_tag_add_query, &livecode_tag_of_query,
	&livecode_add_put_query, &livecode_add_get_query, &livecode_served_put_query, &livecode_of_partner_query, &livecode_of_batch_query,
	&livecode_alarmed_query, &livecode_of_staff_query, &livecode_off_put_query, &livecode_off_drop_query, &livecode_off_all_query,
	&livecode_way_put_query, &livecode_way_drop_query, &livecode_ways_query, &livecode_places_used_query, &livecode_links_used_query, &livecode_stat_add_query,
	&livecode_sum_of_query, &livecode_by_code_query, &livecode_by_channel_query, &livecode_by_campaign_query, &livecode_by_spot_query,
	&livecode_by_staff_query, &livecode_by_day_query, &livecode_days_of_query, &livecode_adds_today_query,
	&livecode_costs_channel_query, &livecode_costs_campaign_query, &livecode_costs_spot_query,
	&livecode_quota_put_query, &livecode_quota_get_query, &livecode_partner_add_query, &livecode_partner_drop_query,
	&livecode_partner_get_query, &livecode_partners_query,
	&livecode_visitor_put_query, &livecode_visitor_drop_query, &livecode_visitor_get_query, &livecode_visitors_query,
	&livecode_visitor_free_query, &livecode_add_last_query, &livecode_buyer_put_query, &livecode_buyer_drop_query,
	&livecode_buyer_get_query, &livecode_bought_query, &livecode_spots_query, NULL,
};
static err tag_uses(const struct snap *s, i64 tag, struct tag_uses *ret)
{
	struct livecode_tagging *rows;
	size_t n;
	TRY(livecode_by_tag(s, &(struct livecode_key){ tag }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		vec_push(s->arena, &ret->list, (struct tag_use){ STR("livecode"), rows[i].id, rows[i].name });
	return OK;
}

/* Codes hold numbers of tags: only a merge concerns them. */
static err tag_merged(struct tx *tx, const struct tag_renaming *r)
{
	if (r->from == 0)
		return OK;
	TRY(livecode_tag_copy(tx, &(struct livecode_retag){ r->from, r->into }));
	return livecode_tag_forget(tx, &(struct livecode_retag){ r->from, r->into });
}

static const struct tag_user tag_user = { .uses = tag_uses, .renamed = tag_merged };
static const struct handler derive[] = {
	{ EV_FOLLOW_ADDED, livecode_on_count },
	{ EV_FOLLOW_LOST, livecode_on_count },
	{ EV_FOLLOW_DROPPED, livecode_on_count },
	{ EV_LIVECODE_CAME, livecode_on_came },
	{ 0 },
};
static const char *const derived[] = { "livecode_stat", "livecode_add", NULL };
static const struct handler act[] = {
	{ EV_FOLLOW_ADDED, livecode_on_added },
	{ EV_LIVECODE_READY, livecode_on_result },
	{ EV_LIVECODE_FAILED, livecode_on_result },
	{ EV_CONTACT_FETCHED, livecode_on_fetched },
	{ EV_STAFF_CHANGED, livecode_on_staff },
	{ EV_ACQUIRE_TOLD, livecode_on_told },
	{ EV_CUSTOMER_MERGED, livecode_on_gone },
	{ EV_CUSTOMER_ERASED, livecode_on_gone },
	{ 0 },
};
static const struct sender senders[] = {
	{ .kind = "livecode.create", .send = livecode_send_create, .reconcile = livecode_find_created },
	{ .kind = "livecode.update", .send = livecode_send_update, .reconcile = livecode_send_update },
	{ .kind = "livecode.delete", .send = livecode_send_delete, .reconcile = livecode_send_delete },
	{ .kind = "livecode.remark", .send = livecode_send_remark, .reconcile = livecode_send_remark },
	{ 0 },
};
static const struct timer_kind timers[] = {
	{ LIVECODE_TIMER, livecode_on_timer },
	{ LIVECODE_QUOTA_TIMER, livecode_on_quota },
	{ 0 },
};
static const struct door_kind doors[] = {
	{ LIVECODE_DOOR, relay_page, relay_enter },
	{ LIVECODE_PARTNER_DOOR, NULL, partner_enter },
	{ 0 },
};
static const struct job_kind jobs[] = { { "livecode.batch", livecode_batch_step, "Makes the live codes of a table." }, { 0 } };
static const struct event_title titles[] = { { EV_LIVECODE_CAME, T_EV_LIVECODE_CAME }, { 0 } };
static const struct route *const more_routes[] = { livecode_stat_routes, livecode_spot_routes, livecode_partner_routes, livecode_batch_routes, NULL };

static err start(struct env *env, struct fail *f)
{
	env->relays = relay_memory_new();
	return night_arm_all(env, LIVECODE_QUOTA_TIMER, LIVECODE_QUOTA_AFTER, f);
}

static err corp_new(struct cx *cx) { return night_arm(cx, LIVECODE_QUOTA_TIMER, LIVECODE_QUOTA_AFTER); }

static const struct perm perms[] = {
	{ "livecode.read", T_PERM_LIVECODE_READ },
	{ "livecode.write", T_PERM_LIVECODE_WRITE },
	{ 0 },
};

const struct module livecode_module = {
	.name = "livecode",
	.doc = "Live codes: WeCom contact ways with staff, tags, channel and welcome.",
	.queries = queries,
	.routes = livecode_routes,
	.derive = derive,
	.derived = derived,
	.act = act,
	.more_routes = more_routes,
	.senders = senders,
	.timers = timers,
	.jobs = jobs,
	.doors = doors,
	.titles = titles,
	.tags = &tag_user,
	.perms = perms,
	.person = livecode_on_person,
	.start = start,
	.corp_new = corp_new,
};

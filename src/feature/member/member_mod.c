/*
 * member joins.
 */
#include "feature/member/member.h"

static const struct query *const queries[] = { &member_get_query, &member_page_query, &member_add_query, &member_level_set_query, NULL };
static const struct handler act[] = { { EV_PHONE_BOUND, member_on_bound }, { 0 } };
static const struct sender senders[] = { { .kind = MEMBER_ISSUE, .send = member_send_issue, .reconcile = member_send_issue }, { 0 } };
static const struct event_title titles[] = {
	{ EV_MEMBER_ISSUED, T_EV_MEMBER_ISSUED }, { EV_MEMBER_LEVELLED, T_EV_MEMBER_LEVELLED }, { 0 } };
static const struct setting settings[] = {
	{ .name = "member.auto", .otherwise = "1", .label = T_MEMBER_AUTO },
	{ .name = "member.prefix", .otherwise = "M", .label = T_MEMBER_PREFIX },
	{ .name = "member.levels", .otherwise = "普通会员,银卡,金卡", .label = T_MEMBER_LEVELS },
	{ 0 },
};

const struct module member_module = {
	.name = "member",
	.doc = "One membership number per person over all channels, by her verified phone.",
	.queries = queries,
	.routes = member_routes,
	.act = act,
	.senders = senders,
	.titles = titles,
	.settings = settings,
};

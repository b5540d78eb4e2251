/*
 * bind joins.
 */
#include "feature/bind/bind_data.h"

static const struct query *const queries[] = {
	&bind_code_add_query, &bind_code_latest_query, &bind_code_wrong_query, &bind_code_use_query, &bind_recent_phone_query,
	&bind_recent_session_query, &bind_recent_peer_query, &bind_codes_drop_query, &bind_code_first_query,
	&bind_consent_add_query, &bind_claim_add_query, &bind_claim_end_query, &bind_claim_get_query, &bind_claims_recent_query, NULL,
};
static const struct handler act[] = { { EV_ORDER_CLAIMED, bind_on_claim }, { EV_CLAIM_REFUSED, bind_on_claim }, { 0 } };
static const struct sender senders[] = { { .kind = BIND_SENDER, .send = bind_send }, { 0 } };
static const struct timer_kind timers[] = { { BIND_PRUNE, bind_prune }, { 0 } };
static const struct setting settings[] = {
	{ .name = "bind.privacy_text", .otherwise = "", .label = T_BIND_PRIVACY_TEXT },
	{ .name = "bind.privacy_version", .otherwise = "", .label = T_BIND_PRIVACY_VERSION },
	{ .name = "sms.url", .otherwise = "", .label = T_SMS_URL },
	{ .name = "sms.header", .otherwise = "", .label = T_SMS_HEADER, .secret = true },
	{ .name = "sms.body", .otherwise = "", .label = T_SMS_BODY },
	{ .name = "sms.ok", .otherwise = "", .label = T_SMS_OK },
	{ 0 },
};

const struct module bind_module = {
	.name = "bind",
	.doc = "The member page: a phone proven by code makes buyer and friend one person.",
	.queries = queries,
	.routes = bind_routes,
	.act = act,
	.senders = senders,
	.timers = timers,
	.settings = settings,
};

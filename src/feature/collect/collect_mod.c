/*
 * collect joins.
 */
#include "feature/collect/collect_data.h"

#include "core/module.h"

static const struct query *const queries[] = {
	&write_key_add_query, &write_key_revoke_query, &write_keys_query, &write_key_owner_of_query, NULL,
};
static const struct decoder decoders[] = { { COLLECT_SOURCE, collect_decode, collect_decode_many }, { 0 } };
static const int plain[] = { EV_SITE_TRACKED, EV_SITE_PAGE, EV_SITE_SCREEN, EV_SITE_GROUP, 0 };
static const struct perm perms[] = { { "write_key.write", T_PERM_WRITE_KEY }, { 0 } };

const struct module collect_module = {
	.name = "collect",
	.doc = "The Segment HTTP API: the open way in for shops and sites.",
	.queries = queries,
	.routes = collect_routes,
	.decoders = decoders,
	.plain = plain,
	.later = collect_later,
	.perms = perms,
};

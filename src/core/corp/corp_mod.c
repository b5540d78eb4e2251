/*
 * corp joins: its tables, its routes, and the cache that every other module asks through.
 */
#include "core/corp/corp_cache.h"
#include "core/corp/corp_callback.h"
#include "core/corp/corp_http.h"

static const struct query *const queries[] = {
	&corp_number_query, &corp_insert_query, &corp_row_get_query, &corp_of_slug_query, &corp_rows_query,
	&corp_update_query, &corp_callback_put_query, &corp_sync_put_query, &setting_rows_query, &setting_row_put_query,
	NULL,
};

static const struct perm perms[] = {
	{ "corp.read", T_PERM_CORP_READ },
	{ "corp.write", T_PERM_CORP_WRITE },
	{ 0 },
};

static err start(struct env *env, struct fail *f)
{
	if (!env->corps)
		env->corps = corp_cache_new();
	return OK;
}

const struct module corp_module = {
	.name = "corp",
	.doc = "The company: zone, currency, WeCom credentials and settings.",
	.queries = queries,
	.routes = corp_routes,
	.perms = perms,
	.later = callback_later,
	.start = start,
};

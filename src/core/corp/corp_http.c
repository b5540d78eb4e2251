/*
 * The corp over HTTP: its card in the settings, and WeCom's callbacks.
 */
#include "core/corp/corp_http.h"

#include "core/corp/corp_cache.h"
#include "core/corp/corp_callback.h"

#define FIRST_SYNC_FIELDS(F, S) F(S, STR, state) F(S, I64, done) F(S, I64, total, .opt = true)
RECORD(first_sync, FIRST_SYNC_FIELDS);

#define CORP_VIEW_FIELDS(F, S)                                                     \
	F(S, ID, id) F(S, STR, name) F(S, STR, zone) F(S, STR, currency) F(S, BOOL, simulated) \
	F(S, STR, corpid, .opt = true) F(S, STR, agentid, .opt = true) F(S, STR, callback_url) \
	F(S, STR, token, .opt = true, .doc = "the callback's token; shown because WeCom's page asks for it") \
	F(S, BOOL, aeskey_set) F(S, BOOL, secret_set) F(S, MS, last_callback_ms, .opt = true) \
	F(S, OBJ, first_sync, .of = &first_sync_record) F(S, I64, version)
RECORD(corp_view, CORP_VIEW_FIELDS);

#define CORP_PUT_FIELDS(F, S)                                                      \
	F(S, STR, name, .min = 1, .max = 40) F(S, STR, zone, .min = 1, .max = 60)  \
	F(S, STR, currency, .min = 3, .max = 3) F(S, I64, version)
RECORD(corp_put_in, CORP_PUT_FIELDS);

static err get(struct cx *cx)
{
	struct corp_view *out = cx->out;
	struct corp_known k;
	corp_forget(cx->env, cx->unit.corp); /* the first sync moves on in transactions of others */
	TRY(corp_known_get(&cx->unit, cx->unit.corp, &k));
	struct first_sync *sync = ARENA_NEW(CX_ARENA(cx), struct first_sync);
	*sync = (struct first_sync){ k.row.sync_state, k.row.sync_done, k.row.sync_total };
	*out = (struct corp_view){
		.id = k.row.id, .name = k.row.name, .zone = k.row.zone, .currency = k.row.currency,
		.simulated = k.row.simulated, .corpid = k.row.corpid, .agentid = k.row.agentid,
		.callback_url = arena_printf(CX_ARENA(cx), "%.*s/wecom/callback/%.*s", STR_F(cx->env->public_url),
					     STR_F(k.row.slug)),
		.token = k.row.token, .aeskey_set = k.row.aeskey.n > 0, .secret_set = k.row.secret.n > 0,
		.last_callback_ms = k.row.last_callback, .first_sync = sync, .version = k.row.version,
	};
	return OK;
}

static err put(struct cx *cx)
{
	const struct corp_put_in *in = cx->in;
	struct corp_edit edit = { in->name, in->zone, in->currency, in->version };
	TRY(corp_put(cx, &edit));
	return get(cx);
}

const struct route corp_routes[] = {
	{ "GET", "/api/v1/corp", "corp.read", ROUTE_SCOPE_NONE, ROUTE_ETAG, &none_record, &corp_view_record, get,
	  "The company: name, zone, currency and how WeCom is connected" },
	{ "PUT", "/api/v1/corp", "corp.write", ROUTE_SCOPE_NONE, ROUTE_ETAG, &corp_put_in_record, &corp_view_record, put,
	  "Changes name, zone or currency" },
	{ "GET", "/wecom/callback/{slug}", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &corp_callback_in_record,
	  &none_record, corp_callback_check, "WeCom checks the callback address" },
	{ "POST", "/wecom/callback/{slug}", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW | ROUTE_BODY,
	  &corp_callback_in_record, &none_record, corp_callback_accept, "An event from WeCom" },
	{ 0 },
};

/*
 * Calls. See oa.h for what must stay true.
 */
#include "port/oa/oa_int.h"

#include "base/buf.h"

#define BODY_MAX ((size_t)64 << 10)

/* What a code of the platform means to us. */
static err meaning(struct oa_call *c)
{
	switch (c->errcode) {
	case -1: case 45009: case 45011: case 42010: case 44990:
		c->again = c->errcode != -1 || !c->once;
		return c->errcode != -1 ? ERR_TOO_MANY : c->once ? ERR_UNKNOWN : ERR_UPSTREAM;
	case 40001: case 40014: case 42001: case 41001:
	case 40125: case 40013: case 40164: case 40243: case 41002: case 41004:
	case 48001: case 50001: case 48004: case 50002: case 50004: case 50007:
		return ERR_CONFIG;
	default:
		return ERR_STATE;
	}
}

static bool token_is_stale(i64 code) { return code == 40001 || code == 40014 || code == 42001 || code == 41001; }

static err carry(struct oa_call *c, const char *method, str path, str body, struct json **ret)
{
	struct transport_answer answer = { 0 };
	str base = c->app->base.n ? c->app->base : STR(OA_BASE);
	struct transport_call call = {
		.method = method, .url = arena_printf(c->arena, "%.*s%.*s", STR_F(base), STR_F(path)), .body = body,
		.content_type = body.n ? STR("application/json") : STR_NIL, .once = c->once,
	};
	struct fail inner = { 0 }; /* its words name the address with token and secret: not passed on */
	c->errcode = 0;
	c->again = true;
	err e = c->transport->call(c->transport, c->arena, &call, &answer, &inner);
	if (e != OK)
		return fail_set(c->fail, e, T_OA_LINE, STR_NIL, str_c(err_name(e)), STR_NIL);
	if (answer.status / 100 != 2 || json_parse(answer.body, c->arena, ret, &inner) != OK)
		return fail_set(c->fail, c->once ? ERR_UNKNOWN : ERR_UPSTREAM, T_OA_LINE, STR_NIL, arena_printf(c->arena, "HTTP %d", answer.status), STR_NIL);
	c->again = false;
	c->errcode = json_i64(*ret, "errcode", 0);
	if (c->errcode == 0)
		return OK;
	return fail_set(c->fail, meaning(c), T_OA_REFUSED, STR_NIL, arena_printf(c->arena, "%lld", (long long)c->errcode),
			str_utf8_head(json_str(*ret, "errmsg"), 100));
}

static err ask_token(struct oa_call *c)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *answer;
	bool risky = c->once;
	buf_add_c(&b, "{\"grant_type\":\"client_credential\",\"appid\":");
	buf_json(&b, c->app->appid);
	buf_add_c(&b, ",\"secret\":");
	buf_json(&b, c->app->secret);
	buf_char(&b, '}');
	c->once = false; /* asking for a token may be repeated */
	err e = carry(c, "POST", STR("/cgi-bin/stable_token"), buf_str(&b), &answer);
	c->once = risky;
	if (e != OK)
		return risky && (e == ERR_UNKNOWN || e == ERR_TIMEOUT) ? ERR_UPSTREAM : e; /* the call itself never left */
	c->token = json_str(answer, "access_token");
	return c->token.n ? OK : fail_set(c->fail, ERR_UPSTREAM, T_OA_LINE, STR_NIL, STR("access_token"), STR_NIL);
}

static err once(struct oa_call *c, const char *method, const char *path, str query, str body, struct json **ret)
{
	struct buf url = buf_new(c->arena, BODY_MAX);
	if (!c->token.n)
		TRY(ask_token(c));
	buf_fmt(&url, "/%s?access_token=", path);
	buf_url(&url, c->token);
	buf_add(&url, query);
	return carry(c, method, buf_str(&url), body, ret);
}

err oa_run(struct oa_call *c, const char *method, const char *path, str query, str body, struct json **ret)
{
	err e = once(c, method, path, query, body, ret);
	if (e == OK || !token_is_stale(c->errcode))
		return e;
	c->token = STR_NIL;
	return once(c, method, path, query, body, ret);
}

err oa_fans(struct oa_call *c, str next, struct strs *ret, str *ret_next)
{
	struct buf query = buf_new(c->arena, BODY_MAX);
	struct json *answer;
	buf_add_c(&query, "&next_openid=");
	buf_url(&query, next.n ? next : STR(""));
	TRY(oa_run(c, "GET", "cgi-bin/user/get", buf_str(&query), STR_NIL, &answer));
	const struct json *list = json_get(json_get(answer, "data"), "openid");
	size_t n = list && list->type == JSON_ARRAY ? list->n : 0;
	*ret = (struct strs){ ARENA_ARRAY(c->arena, str, n + 1), 0 };
	for (size_t i = 0; i < n; i++)
		if (list->items[i].type == JSON_TEXT && list->items[i].text.n && list->items[i].text.n <= OA_OPENID_MAX)
			ret->v[ret->n++] = list->items[i].text;
	*ret_next = json_str(answer, "next_openid");
	return OK;
}

/* Numbers may come as texts. */
static i64 lenient(const struct json *j, const char *name)
{
	i64 n = json_i64(j, name, NIL);
	return n == NIL && !str_i64(json_str(j, name), &n) ? NIL : n;
}

static struct oa_fan fan_of(const struct json *j)
{
	i64 since = lenient(j, "subscribe_time");
	return (struct oa_fan){
		.openid = json_str(j, "openid"), .unionid = json_str(j, "unionid"), .scene = json_str(j, "qr_scene_str"),
		.subscribed = lenient(j, "subscribe") == 1, .since = since == NIL ? NIL : since * MS_SECOND,
	};
}

err oa_fan_batch(struct oa_call *c, struct strs openids, struct oa_fan **ret, size_t *ret_count)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *answer;
	ASSERT(openids.n <= OA_BATCH_MAX);
	buf_add_c(&b, "{\"user_list\":[");
	for (size_t i = 0; i < openids.n; i++) {
		buf_add_c(&b, i ? ",{\"openid\":" : "{\"openid\":");
		buf_json(&b, openids.v[i]);
		buf_add_c(&b, ",\"lang\":\"zh_CN\"}");
	}
	buf_add_c(&b, "]}");
	TRY(oa_run(c, "POST", "cgi-bin/user/info/batchget", STR(""), buf_str(&b), &answer));
	const struct json *list = json_get(answer, "user_info_list");
	size_t n = list && list->type == JSON_ARRAY ? list->n : 0;
	*ret = ARENA_ARRAY(c->arena, struct oa_fan, n + 1);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = fan_of(&list->items[i]);
	*ret_count = n;
	return OK;
}

bool oa_scene_ok(str scene)
{
	for (size_t i = 0; i < scene.n; i++) {
		char ch = scene.p[i];
		if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == ':' || ch == '_' || ch == '-'))
			return false;
	}
	return scene.n >= 1 && scene.n <= OA_SCENE_CHARS_MAX;
}

err oa_qr_make(struct oa_call *c, str scene, str *ret_ticket, str *ret_url)
{
	struct json *answer;
	if (!oa_scene_ok(scene))
		return fail_set(c->fail, ERR_INPUT, T_ERR_INPUT, STR("scene"), scene, STR("1-" FAIL_STR(OA_SCENE_CHARS_MAX)));
	str body = arena_printf(c->arena, "{\"action_name\":\"QR_LIMIT_STR_SCENE\",\"action_info\":{\"scene\":{\"scene_str\":\"%.*s\"}}}", STR_F(scene));
	TRY(oa_run(c, "POST", "cgi-bin/qrcode/create", STR(""), body, &answer));
	*ret_ticket = json_str(answer, "ticket");
	*ret_url = json_str(answer, "url");
	if (!ret_ticket->n || !ret_url->n)
		return fail_set(c->fail, ERR_UPSTREAM, T_OA_LINE, STR_NIL, STR("ticket"), STR_NIL);
	return OK;
}

err oa_url_link(struct oa_call *c, str path, str query, str *ret_url)
{
	struct buf b = buf_new(c->arena, BODY_MAX);
	struct json *answer;
	if (query.n > OA_LINK_QUERY_MAX)
		return fail_set(c->fail, ERR_INPUT, T_TOO_LONG, STR("query"), STR_NIL, STR(FAIL_STR(OA_LINK_QUERY_MAX)));
	buf_add_c(&b, "{\"path\":");
	buf_json(&b, path);
	buf_add_c(&b, ",\"query\":");
	buf_json(&b, query);
	buf_fmt(&b, ",\"expire_type\":1,\"expire_interval\":%d,\"env_version\":\"release\"}", OA_LINK_DAYS);
	TRY(oa_run(c, "POST", "wxa/generate_urllink", STR(""), buf_str(&b), &answer));
	*ret_url = json_str(answer, "url_link");
	return ret_url->n ? OK : fail_set(c->fail, ERR_UPSTREAM, T_OA_LINE, STR_NIL, STR("url_link"), STR_NIL);
}

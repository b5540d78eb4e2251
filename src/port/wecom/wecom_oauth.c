/* Authorize addresses and auth/getuserinfo. */
#include "port/wecom/wecom_oauth.h"

#include "base/buf.h"
#include "port/wecom/wecom_int.h"

static void add(struct buf *b, const char *name, str value)
{
	if (b->p[b->n - 1] != '?')
		buf_char(b, '&');
	buf_add_c(b, name);
	buf_char(b, '=');
	buf_url(b, value);
}

/* The members stand in the documented order. */
str wecom_oauth_url(struct arena *a, str base, const struct wecom_app *app, str redirect, str state)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	buf_add(&b, base.n ? base : STR(WECOM_OAUTH_BASE));
	buf_add_c(&b, "/connect/oauth2/authorize?");
	add(&b, "appid", app->corpid);
	add(&b, "redirect_uri", redirect);
	add(&b, "response_type", STR("code"));
	add(&b, "scope", STR("snsapi_base"));
	add(&b, "state", state);
	add(&b, "agentid", app->agentid);
	buf_add_c(&b, "#wechat_redirect");
	return buf_str(&b);
}

str wecom_oauth_login_url(struct arena *a, str base, const struct wecom_app *app, str redirect, str state)
{
	struct buf b = buf_new(a, BUF_MAX_DEFAULT);
	buf_add(&b, base.n ? base : STR(WECOM_LOGIN_BASE));
	buf_add_c(&b, "/wwlogin/sso/login?");
	add(&b, "login_type", STR("CorpApp"));
	add(&b, "appid", app->corpid);
	add(&b, "agentid", app->agentid);
	add(&b, "redirect_uri", redirect);
	add(&b, "state", state);
	return buf_str(&b);
}

/* The old alias of the interface spells members in capitals. */
static str either(const struct json *j, const char *one, const char *other)
{
	str s = json_str(j, one);
	if (!s.n)
		s = json_str(j, other);
	return s.n ? s : STR_NIL;
}

err wecom_oauth_user(struct wecom_call *c, str code, struct wecom_visitor *ret)
{
	if (!code.n)
		return wecom_missing(c->fail, "code");
	TRY(wecom_check_bytes(c->fail, "code", code, WECOM_OAUTH_CODE_BYTES_MAX));
	TRY(wecom_get(c, "auth/getuserinfo", "code", code, NULL, STR_NIL));
	*ret = (struct wecom_visitor){
		.userid = either(c->json, "userid", "UserId"),
		.user_ticket = either(c->json, "user_ticket", "user_ticket"),
		.openid = either(c->json, "openid", "OpenId"),
		.external_userid = either(c->json, "external_userid", "external_userid"),
	};
	return OK;
}

/*
 * Web login: the authorize page and what a code is worth.
 *
 * The page sends the browser back at once as the person named by the parameter or cookie sim_person
 * (a member's userid, an external_userid, or an openid of nobody known); without one it lets a human
 * choose. A code works once, for five minutes. An external_userid is told only when a member in the
 * visible range has her as a readable friend; else the openid alone.
 */
#include "sim/sim_call.h"

#define CODE_LIFE_MS (5 * MS_MINUTE)
#define CHOICES_MAX 20

static const char *const authorize_paths[] = { "/connect/oauth2/authorize", "/wwlogin/sso/login",
					       "/wwopen/sso/qrConnect" };

static str code_for(struct sim *s, str who)
{
	struct sim_oauth *o = ARENA_NEW(s->arena, struct sim_oauth);
	struct sim_staff *m = sim_staff_find(s, who);
	struct sim_person *p = m ? NULL : map_get(&s->person_by_xid, who);
	if (!m && !p)
		p = map_get(&s->person_by_openid, who);
	*o = (struct sim_oauth){ .code = sim_new_id(s, "", 43), .made = sim_now(s) };
	if (m)
		o->user = m->userid;
	else
		o->openid = p ? p->openid : sim_keep(s, who);
	for (struct sim_relation *r = p ? p->first : NULL; r; r = r->next)
		if (sim_relation_readable(r) && s->staff.v[r->staff]->visible)
			o->xid = p->xid;
	vec_push(s->arena, &s->oauths, o);
	map_put(&s->oauth_by_code, o->code, o);
	return o->code;
}

static void choice(struct buf *b, const struct http_req *req, str id, str name)
{
	buf_fmt(b, "<li><a href=\"%.*s?", STR_F(req->path));
	for (size_t i = 0; i < req->query_count; i++) {
		buf_url(b, req->query[i].name);
		buf_char(b, '=');
		buf_url(b, req->query[i].value);
		buf_add_c(b, "&amp;");
	}
	buf_add_c(b, "sim_person=");
	buf_url(b, id);
	buf_add_c(b, "\">");
	buf_html(b, name);
	buf_add_c(b, "</a> <small>");
	buf_html(b, id);
	buf_add_c(b, "</small></li>");
}

static void choose_page(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	struct buf b = buf_new(req->arena, (size_t)1 << 20);
	buf_add_c(&b, "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>企业微信模拟器</title>"
		      "<meta name=\"viewport\" content=\"width=device-width\"><h1>以谁的身份打开？</h1><h2>员工</h2><ul>");
	for (size_t i = 0; i < s->staff.n && i < CHOICES_MAX; i++)
		choice(&b, req, s->staff.v[i]->userid, s->staff.v[i]->name);
	buf_add_c(&b, "</ul><h2>客户（最近添加）</h2><ul>");
	for (size_t i = 0; i < CHOICES_MAX && i < s->relations.n; i++) {
		struct sim_person *p = s->people.v[s->relations.v[s->relations.n - 1 - i]->person];
		choice(&b, req, p->xid, p->name);
	}
	buf_add_c(&b, "</ul></html>");
	http_send(reply, 200, STR("text/html; charset=utf-8"), buf_str(&b));
}

static void send_back(struct sim *s, struct http_req *req, struct http_reply *reply, str who)
{
	str target = http_query(req, "redirect_uri"), state = http_query(req, "state");
	struct buf b = buf_new(req->arena, 8192);
	buf_add(&b, target);
	buf_char(&b, str_has_char(target, '?') ? '&' : '?');
	buf_add_c(&b, "code=");
	buf_add(&b, code_for(s, who));
	buf_add_c(&b, "&state=");
	buf_url(&b, state.p ? state : STR(""));
	http_send(reply, 302, STR("text/plain"), STR(""));
	http_set(reply, STR("Location"), buf_str(&b));
}

bool sim_oauth(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	bool known = false;
	for (size_t i = 0; i < ARRAY_LEN(authorize_paths); i++)
		known |= str_eq_c(req->path, authorize_paths[i]);
	if (!known)
		return false;
	str who = http_query(req, "sim_person"), target = http_query(req, "redirect_uri");
	if (!who.n)
		who = http_cookie(req, "sim_person");
	pthread_mutex_lock(&s->lock);
	if (!str_eq(http_query(req, "appid"), s->corpid))
		http_send(reply, 400, STR("text/plain; charset=utf-8"), STR("appid 40013"));
	else if (!str_starts(target, STR("http://")) && !str_starts(target, STR("https://")))
		http_send(reply, 400, STR("text/plain; charset=utf-8"), STR("redirect_uri 50001"));
	else if (who.n)
		send_back(s, req, reply, who);
	else
		choose_page(s, req, reply);
	pthread_mutex_unlock(&s->lock);
	return true;
}

int sim_getuserinfo(struct sim_call *c)
{
	str code = sim_arg(c, "code");
	struct sim_oauth *o = code.n ? map_get(&c->s->oauth_by_code, code) : NULL;
	if (!o)
		return 40029;
	if (o->used)
		return 42022;
	if (sim_now(c->s) - o->made > CODE_LIFE_MS)
		return 42003;
	o->used = true;
	if (o->user.n) {
		sim_out_str(c, "userid", o->user);
		sim_out_str(c, "user_ticket", o->code);
		return 0;
	}
	sim_out_str(c, "openid", o->openid);
	if (o->xid.n)
		sim_out_str(c, "external_userid", o->xid);
	return 0;
}

int sim_getuserdetail(struct sim_call *c)
{
	str ticket = sim_arg(c, "user_ticket");
	struct sim_oauth *o = ticket.n ? map_get(&c->s->oauth_by_code, ticket) : NULL;
	struct sim_staff *m = o ? sim_staff_find(c->s, o->user) : NULL;
	if (!m)
		return 40029;
	sim_out_str(c, "userid", m->userid);
	sim_out_fmt(c, ",\"gender\":\"%lld\"", (long long)m->gender);
	sim_out_str(c, "mobile", m->mobile);
	return 0;
}

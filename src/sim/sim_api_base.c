/*
 * API: tokens, the address lists, members, departments, the app, script tickets.
 *
 * A token lives 7200 s and is the same for every call until then. The app sees only members in its
 * visible range; a member outside it is 60011, one who does not exist 60111.
 */
#include "sim/sim_call.h"

#include "base/hash.h"

#define TOKEN_LIFE_MS (7200 * MS_SECOND)
#define TOKEN_CHARS 160
#define TICKET_LIFE_S 7200
#define LIST_ID_MAX 10000

static int gettoken(struct sim_call *c)
{
	struct sim *s = c->s;
	str corpid = sim_arg(c, "corpid"), secret = sim_arg(c, "corpsecret");
	if (corpid.n == 0)
		return 41002;
	if (secret.n == 0)
		return 41004;
	if (!str_eq(corpid, s->corpid))
		return 40013;
	if (!str_eq(secret, s->secret))
		return 40001;
	ms now = sim_now(s);
	if (s->token.n == 0 || now >= s->token_until) {
		s->token = sim_new_id(s, "", TOKEN_CHARS);
		s->token_until = now + TOKEN_LIFE_MS;
	}
	sim_out_str(c, "access_token", s->token);
	sim_out_i64(c, "expires_in", (s->token_until - now + 999) / 1000); /* never 0 for a living token */
	return 0;
}

static int ip_list(struct sim_call *c)
{
	sim_out_fmt(c, ",\"ip_list\":[\"127.0.0.1\"]");
	return 0;
}

static void user_fields(struct sim_call *c, const struct sim_staff *m)
{
	struct buf *b = &c->out;
	buf_add_c(b, "\"userid\":");
	buf_json(b, m->userid);
	buf_add_c(b, ",\"name\":");
	buf_json(b, m->name);
	buf_add_c(b, ",\"department\":[");
	for (size_t i = 0; i < m->depts.n; i++)
		buf_fmt(b, "%s%lld", i ? "," : "", (long long)m->depts.v[i]);
	buf_add_c(b, "]");
}

static void user_detail(struct sim_call *c, const struct sim_staff *m)
{
	struct buf *b = &c->out;
	user_fields(c, m);
	sim_out_str(c, "position", m->position);
	sim_out_str(c, "mobile", m->mobile);
	buf_fmt(b, ",\"gender\":\"%lld\",\"status\":%d,\"isleader\":0,\"enable\":1", (long long)m->gender,
		m->left ? 5 : m->active ? 1 : 4);
	buf_fmt(b, ",\"main_department\":%lld,\"order\":[0],\"is_leader_in_dept\":[0],\"direct_leader\":[]",
		(long long)(m->depts.n ? m->depts.v[0] : 1));
	sim_out_str(c, "avatar", arena_printf(c->a, "https://wework.qpic.example/avatar/%.*s/0", STR_F(m->userid)));
	sim_out_str(c, "alias", STR(""));
	buf_add_c(b, ",\"extattr\":{\"attrs\":[]}");
}

static int user_get(struct sim_call *c)
{
	str userid = sim_arg(c, "userid");
	if (userid.n == 0)
		return 41009;
	struct sim_staff *m = sim_staff_find(c->s, userid);
	if (!m)
		return 60111;
	if (!m->visible)
		return sim_refuse(c, 60011, "no privilege to access/modify contact/party/agent");
	buf_char(&c->out, ',');
	user_detail(c, m);
	return 0;
}

static const struct sim_dept *dept_find(struct sim *s, i64 id)
{
	for (size_t i = 0; i < s->depts.n; i++)
		if (s->depts.v[i]->id == id)
			return s->depts.v[i];
	return NULL;
}

static int users_of(struct sim_call *c, bool detail)
{
	i64 dept = sim_arg_i64(c, "department_id", 0);
	bool deep = sim_arg_i64(c, "fetch_child", 0) == 1, first = true;
	if (!dept_find(c->s, dept))
		return 60003;
	buf_add_c(&c->out, ",\"userlist\":[");
	for (size_t i = 0; i < c->s->staff.n; i++) {
		struct sim_staff *m = c->s->staff.v[i];
		bool inside = sim_ids_has(&m->depts, dept) || (deep && dept == 1);
		if (m->left || !m->visible || !inside)
			continue;
		buf_add_c(&c->out, first ? "{" : ",{");
		first = false;
		if (detail)
			user_detail(c, m);
		else
			user_fields(c, m);
		buf_char(&c->out, '}');
	}
	buf_char(&c->out, ']');
	return 0;
}

static int user_simplelist(struct sim_call *c) { return users_of(c, false); }
static int user_list(struct sim_call *c) { return users_of(c, true); }

static int user_list_id(struct sim_call *c)
{
	i64 at, limit = sim_arg_i64(c, "limit", LIST_ID_MAX), n = 0;
	if (!sim_cursor(c, &at))
		return 50100;
	if (limit < 1 || limit > LIST_ID_MAX)
		limit = LIST_ID_MAX;
	buf_add_c(&c->out, ",\"dept_user\":[");
	for (; at < (i64)c->s->staff.n && n < limit; at++) {
		struct sim_staff *m = c->s->staff.v[at];
		if (m->left || !m->visible)
			continue;
		sim_out_fmt(c, "%s{\"userid\":\"%.*s\",\"department\":%lld}", n++ ? "," : "", STR_F(m->userid),
			    (long long)(m->depts.n ? m->depts.v[0] : 1));
	}
	buf_char(&c->out, ']');
	sim_out_str(c, "next_cursor", at < (i64)c->s->staff.n ? sim_cursor_of(c, at) : STR(""));
	return 0;
}

static int user_by_mobile(struct sim_call *c)
{
	str mobile = sim_arg(c, "mobile");
	for (size_t i = 0; i < c->s->staff.n && mobile.n; i++) {
		if (!str_eq(c->s->staff.v[i]->mobile, mobile) || c->s->staff.v[i]->left)
			continue;
		sim_out_str(c, "userid", c->s->staff.v[i]->userid);
		return 0;
	}
	return sim_refuse(c, 46004, "user not exist");
}

/* Whoever is called a store manager leads her department. */
static void dept_leaders(struct sim_call *c, const struct sim_dept *d)
{
	bool first = true;
	buf_add_c(&c->out, ",\"department_leader\":[");
	for (size_t i = 0; i < c->s->staff.n; i++) {
		const struct sim_staff *m = c->s->staff.v[i];
		if (m->left || !sim_ids_has(&m->depts, d->id) || !str_eq_c(m->position, "店长"))
			continue;
		if (!first)
			buf_char(&c->out, ',');
		first = false;
		buf_json(&c->out, m->userid);
	}
	buf_char(&c->out, ']');
}

static void dept_fields(struct sim_call *c, const struct sim_dept *d, bool names)
{
	buf_fmt(&c->out, "{\"id\":%lld,\"parentid\":%lld,\"order\":%lld", (long long)d->id, (long long)d->parent,
		(long long)d->order);
	if (names) {
		sim_out_str(c, "name", d->name);
		dept_leaders(c, d);
	}
	buf_char(&c->out, '}');
}

static bool dept_below(struct sim *s, const struct sim_dept *d, i64 top)
{
	for (int depth = 0; d && depth < 32; depth++) {
		if (d->id == top)
			return true;
		d = dept_find(s, d->parent);
	}
	return false;
}

static int departments(struct sim_call *c, const char *name, bool names)
{
	i64 top = sim_arg_i64(c, "id", 0);
	bool first = true;
	if (top && !dept_find(c->s, top))
		return 60003;
	buf_fmt(&c->out, ",\"%s\":[", name);
	for (size_t i = 0; i < c->s->depts.n; i++) {
		if (top && !dept_below(c->s, c->s->depts.v[i], top))
			continue;
		if (!first)
			buf_char(&c->out, ',');
		first = false;
		dept_fields(c, c->s->depts.v[i], names);
	}
	buf_char(&c->out, ']');
	return 0;
}

static int department_list(struct sim_call *c) { return departments(c, "department", true); }
static int department_simplelist(struct sim_call *c) { return departments(c, "department_id", false); }

static int department_get(struct sim_call *c)
{
	const struct sim_dept *d = dept_find(c->s, sim_arg_i64(c, "id", 0));
	if (!d)
		return 60003;
	buf_add_c(&c->out, ",\"department\":");
	dept_fields(c, d, true);
	return 0;
}

static int agent_get(struct sim_call *c)
{
	if (sim_arg_i64(c, "agentid", 0) != c->s->agentid)
		return 40056;
	sim_out_i64(c, "agentid", c->s->agentid);
	sim_out_str(c, "name", STR("鱼塘"));
	buf_add_c(&c->out, ",\"allow_userinfos\":{\"user\":[");
	bool first = true;
	for (size_t i = 0; i < c->s->staff.n; i++) {
		if (!c->s->staff.v[i]->visible || c->s->staff.v[i]->left)
			continue;
		sim_out_fmt(c, "%s{\"userid\":\"%.*s\"}", first ? "" : ",", STR_F(c->s->staff.v[i]->userid));
		first = false;
	}
	buf_add_c(&c->out, "]},\"allow_partys\":{\"partyid\":[]},\"allow_tags\":{\"tagid\":[]},\"close\":0");
	return 0;
}

/* One ticket per kind and token life; from the seed so that a history repeats itself. */
static int ticket(struct sim_call *c, const char *kind)
{
	u64 h = hash_mix(c->s->seed ^ hash64(str_c(kind)) ^ (u64)(sim_now(c->s) / (TICKET_LIFE_S * MS_SECOND)));
	sim_out_fmt(c, ",\"ticket\":\"sim-%s-%016llx%016llx\",\"expires_in\":%d", kind, (unsigned long long)h,
		    (unsigned long long)hash_mix(h), TICKET_LIFE_S);
	return 0;
}

static int ticket_corp(struct sim_call *c) { return ticket(c, "corp"); }
static int ticket_agent(struct sim_call *c)
{
	return str_eq_c(sim_arg(c, "type"), "agent_config") ? ticket(c, "agent") : 40035;
}

const struct sim_api sim_api_base[] = {
	{ "gettoken", gettoken, API_GET | API_NOTOKEN },
	{ "get_api_domain_ip", ip_list, API_GET },
	{ "getcallbackip", ip_list, API_GET },
	{ "user/get", user_get, API_GET },
	{ "user/simplelist", user_simplelist, API_GET },
	{ "user/list", user_list, API_GET },
	{ "user/list_id", user_list_id, API_POST },
	{ "user/getuserid", user_by_mobile, API_POST },
	{ "department/list", department_list, API_GET },
	{ "department/simplelist", department_simplelist, API_GET },
	{ "department/get", department_get, API_GET },
	{ "agent/get", agent_get, API_GET },
	{ "get_jsapi_ticket", ticket_corp, API_GET },
	{ "ticket/get", ticket_agent, API_GET },
	{ "auth/getuserinfo", sim_getuserinfo, API_GET | API_UNMETERED },
	{ "user/getuserinfo", sim_getuserinfo, API_GET | API_UNMETERED },
	{ "auth/getuserdetail", sim_getuserdetail, API_POST },
	{ NULL, NULL, 0 },
};

/*
 * API: acquisition links 获客助手. A link is kept as a contact way of a type of its own (SIM_WAY_LINK); who comes by
 * it brings the customer_channel of the address as state, cut to 64 bytes, and costs one of the balance.
 *
 * The balance is told by callbacks: low below 20, exhausted at 0, increased when it comes back.
 */
#include "sim/sim_call.h"

#define LINK_NAME_MAX 30
#define LINK_USERS_MAX 500
#define LINK_COUNT_MAX 5000
#define LINK_LIST_MAX 100

static int link_users(struct sim_call *c, struct sim_way *w)
{
	const struct json *range = c->in ? json_get(c->in, "range") : NULL, *users = range ? json_get(range, "user_list") : NULL;
	if (!users || !sim_texts(c->s, users, &w->users) || !w->users.n)
		return 40058;
	if (w->users.n > LINK_USERS_MAX)
		return 41041;
	for (size_t i = 0; i < w->users.n; i++) {
		const struct sim_staff *m = sim_staff_find(c->s, w->users.v[i]);
		if (!m)
			return 60111;
		if (!m->visible || !m->active || !m->follow)
			return 84074;
	}
	return 0;
}

static int link_fields(struct sim_call *c, struct sim_way *w)
{
	str name = sim_arg(c, "link_name");
	if (name.n == 0 || str_utf8_len(name) > LINK_NAME_MAX)
		return 40058;
	w->remark = sim_keep(c->s, name);
	w->skip_verify = sim_arg_bool(c, "skip_verify", true);
	return link_users(c, w);
}

static str link_url(struct sim_call *c, const struct sim_way *w)
{
	return arena_printf(c->a, "%.*s/sim/ca/%.*s", STR_F(c->s->public_url), STR_F(w->config_id));
}

static void put_link(struct sim_call *c, const struct sim_way *w)
{
	buf_add_c(&c->out, ",\"link\":{\"link_id\":");
	buf_json(&c->out, w->config_id);
	sim_out_str(c, "link_name", w->remark);
	sim_out_str(c, "url", link_url(c, w));
	sim_out_fmt(c, ",\"create_time\":%lld,\"skip_verify\":%s}", (long long)(w->created / 1000), w->skip_verify ? "true" : "false");
}

static int create_link(struct sim_call *c)
{
	size_t links = 0;
	struct sim_way w = { .type = SIM_WAY_LINK, .scene = 2, .created = sim_now(c->s), .state = STR(""), .unionid = STR("") };
	int refused = link_fields(c, &w);
	for (size_t i = 0; i < c->s->ways.n; i++)
		links += c->s->ways.v[i]->type == SIM_WAY_LINK && !c->s->ways.v[i]->deleted;
	if (refused)
		return refused;
	if (links >= LINK_COUNT_MAX)
		return 41095;
	w.config_id = sim_new_id(c->s, "cawc", 20);
	put_link(c, sim_way_add(c->s, &w));
	return 0;
}

static struct sim_way *link_find(struct sim_call *c)
{
	str id = sim_arg(c, "link_id");
	struct sim_way *w = id.n ? map_get(&c->s->way_by_id, id) : NULL;
	return w && w->type == SIM_WAY_LINK && !w->deleted ? w : NULL;
}

static int update_link(struct sim_call *c)
{
	struct sim_way *w = link_find(c);
	if (!w)
		return 40058;
	struct sim_way next = *w;
	int refused = link_fields(c, &next);
	if (!refused)
		*w = next;
	return refused;
}

static int delete_link(struct sim_call *c)
{
	struct sim_way *w = link_find(c);
	if (!w)
		return 40058;
	w->deleted = true;
	return 0;
}

static int get_link(struct sim_call *c)
{
	const struct sim_way *w = link_find(c);
	if (!w)
		return 40058;
	put_link(c, w);
	buf_add_c(&c->out, ",\"range\":{\"department_list\":[]");
	sim_out_texts(c, "user_list", &w->users);
	buf_char(&c->out, '}');
	return 0;
}

static int list_link(struct sim_call *c)
{
	i64 at, n = 0, limit = sim_arg_i64(c, "limit", LINK_LIST_MAX);
	if (!sim_cursor(c, &at))
		return 50100;
	limit = limit < 1 ? LINK_LIST_MAX : int_min(limit, LINK_LIST_MAX);
	buf_add_c(&c->out, ",\"link_id_list\":[");
	for (; at < (i64)c->s->ways.n && n < limit; at++) {
		const struct sim_way *w = c->s->ways.v[at];
		if (w->type == SIM_WAY_LINK && !w->deleted)
			buf_fmt(&c->out, "%s\"%.*s\"", n++ ? "," : "", STR_F(w->config_id));
	}
	buf_char(&c->out, ']');
	if (at < (i64)c->s->ways.n)
		sim_out_str(c, "next_cursor", sim_cursor_of(c, at));
	return 0;
}

static int quota(struct sim_call *c)
{
	ms day = sim_now(c->s) / MS_DAY * MS_DAY;
	i64 soon = int_min(c->s->acquire_balance, 10);
	sim_out_fmt(c, ",\"total\":%lld,\"balance\":%lld,\"quota_list\":[{\"expire_date\":%lld,\"balance\":%lld},{\"expire_date\":%lld,\"balance\":%lld}]",
		    (long long)c->s->acquire_used, (long long)c->s->acquire_balance, (long long)((day + 7 * MS_DAY) / 1000), (long long)soon,
		    (long long)((day + 300 * MS_DAY) / 1000), (long long)(c->s->acquire_balance - soon));
	return 0;
}

void sim_acquire_balance(struct sim *s, i64 balance)
{
	i64 before = s->acquire_balance;
	s->acquire_balance = balance;
	const char *told = balance == 0 && before > 0			? "balance_exhausted"
			   : before == 0 && balance > 0			? "balance_increased"
			   : balance < 20 && before >= 20		? "balance_low"
									: NULL;
	if (told)
		sim_event(s, "customer_acquisition", told, NULL, 0);
}

const struct sim_api sim_api_acquire[] = {
	{ "externalcontact/customer_acquisition/create_link", create_link, API_POST | API_EFFECT },
	{ "externalcontact/customer_acquisition/update_link", update_link, API_POST | API_EFFECT },
	{ "externalcontact/customer_acquisition/delete_link", delete_link, API_POST | API_EFFECT },
	{ "externalcontact/customer_acquisition/get", get_link, API_POST },
	{ "externalcontact/customer_acquisition/list_link", list_link, API_POST },
	{ "externalcontact/customer_acquisition_quota", quota, API_GET },
	{ NULL, NULL, 0 },
};

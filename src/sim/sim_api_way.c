/*
 * API: contact ways 「联系我」, the codes that customers scan.
 *
 * Members must be active, real-name verified and serving customers; at most 100 after departments are
 * expanded. An update replaces the lists of members; fields left out stay (the documentation does not
 * say; a client that always sends the full set sees no difference). The config_id comes back only in
 * the reply: who loses it finds the way again by its state.
 */
#include "sim/sim_call.h"

#define WAY_USERS_MAX 100
#define WAY_REMARK_MAX 30
#define WAY_STATE_MAX 30
#define WAY_COUNT_MAX 500000
#define WAY_LIST_DEFAULT 100
#define WAY_LIST_MAX 1000
#define WAY_LIST_BACK (90 * MS_DAY)

static int user_check(struct sim_call *c, str userid)
{
	const struct sim_staff *m = sim_staff_find(c->s, userid);
	if (!m)
		return userid.n ? 60111 : 40003;
	if (!m->visible)
		return 50002;
	if (!m->active)
		return 41054;
	if (!m->realname)
		return 40098;
	return m->follow ? 0 : 84074;
}

/* Fills users and parties from the call and checks them against type. */
static int way_users(struct sim_call *c, i64 type, struct sim_way *w)
{
	const struct json *users = sim_arg_array(c, "user"), *parties = sim_arg_array(c, "party");
	size_t people = 0;
	if (users && !sim_texts(c->s, users, &w->users))
		return 40058;
	if (parties) {
		w->parties.n = 0;
		for (size_t i = 0; i < parties->n; i++)
			sim_ids_add(c->s, &w->parties, parties->items[i].i);
	}
	for (size_t i = 0; i < w->users.n; i++) {
		int refused = user_check(c, w->users.v[i]);
		if (refused)
			return refused;
	}
	for (size_t i = 0; i < w->parties.n; i++) {
		size_t members = 0, known = 0;
		for (size_t k = 0; k < c->s->staff.n; k++)
			members += sim_ids_has(&c->s->staff.v[k]->depts, w->parties.v[i]);
		for (size_t k = 0; k < c->s->depts.n; k++)
			known += c->s->depts.v[k]->id == w->parties.v[i];
		if (!known)
			return 60003;
		people += members;
	}
	people += w->users.n;
	if (type == 1 && (w->users.n != 1 || w->parties.n))
		return sim_refuse(c, 40058, "type 1 needs exactly one user");
	if (people == 0)
		return 40058;
	return people > WAY_USERS_MAX ? 41041 : 0;
}

static int way_fields(struct sim_call *c, struct sim_way *w)
{
	struct { const char *name; size_t max; str *target; } texts[] = {
		{ "remark", WAY_REMARK_MAX, &w->remark }, { "state", WAY_STATE_MAX, &w->state },
		{ "unionid", 64, &w->unionid } };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (!sim_arg_has(c, texts[i].name))
			continue;
		str text = sim_arg(c, texts[i].name);
		if (str_utf8_len(text) > texts[i].max)
			return sim_refuse(c, 40058, "invalid request parameter: text too long");
		*texts[i].target = sim_keep(c->s, text);
	}
	w->skip_verify = sim_arg_bool(c, "skip_verify", w->skip_verify);
	w->style = sim_arg_i64(c, "style", w->style);
	w->expires_in = sim_arg_i64(c, "expires_in", w->expires_in);
	w->chat_expires_in = sim_arg_i64(c, "chat_expires_in", w->chat_expires_in);
	return w->style < 0 || w->style > 3 ? 41042 : 0;
}

static str qr_code(struct sim_call *c, const struct sim_way *w)
{
	return arena_printf(c->a, "%.*s/sim/qr/%.*s", STR_F(c->s->public_url), STR_F(w->config_id));
}

static int add_contact_way(struct sim_call *c)
{
	struct sim *s = c->s;
	struct sim_way w = { .skip_verify = true, .created = sim_now(s), .weight = 1, .expires_in = 7 * 86400,
			     .chat_expires_in = 86400, .state = STR(""), .remark = STR(""), .unionid = STR("") };
	if (!sim_arg_has(c, "type"))
		return 41037;
	if (!sim_arg_has(c, "scene"))
		return 41038;
	w.type = sim_arg_i64(c, "type", 0);
	w.scene = sim_arg_i64(c, "scene", 0);
	if (w.type != 1 && w.type != 2)
		return 41039;
	if (w.scene != 1 && w.scene != 2)
		return 41040;
	w.is_temp = sim_arg_bool(c, "is_temp", false);
	w.exclusive = sim_arg_bool(c, "is_exclusive", false);
	int refused = way_fields(c, &w);
	if (refused || (refused = way_users(c, w.type, &w)))
		return refused;
	if (s->ways.n >= WAY_COUNT_MAX)
		return 41045;
	w.config_id = sim_new_id(s, "", 32);
	struct sim_way *made = sim_way_add(s, &w);
	sim_out_str(c, "config_id", made->config_id);
	if (made->scene == 2)
		sim_out_str(c, "qr_code", qr_code(c, made));
	return 0;
}

static struct sim_way *way_find(struct sim_call *c)
{
	str id = sim_arg(c, "config_id");
	struct sim_way *w = id.n ? map_get(&c->s->way_by_id, id) : NULL;
	return w && !w->deleted && w->type != SIM_WAY_LINK ? w : NULL;
}

static int get_contact_way(struct sim_call *c)
{
	const struct sim_way *w = way_find(c);
	if (!w)
		return 41044;
	buf_add_c(&c->out, ",\"contact_way\":{\"config_id\":");
	buf_json(&c->out, w->config_id);
	sim_out_fmt(c, ",\"type\":%lld,\"scene\":%lld,\"style\":%lld,\"skip_verify\":%s,\"is_temp\":%s,\"expires_in\":%lld,"
		       "\"chat_expires_in\":%lld",
		    (long long)w->type, (long long)w->scene, (long long)w->style, w->skip_verify ? "true" : "false",
		    w->is_temp ? "true" : "false", (long long)w->expires_in, (long long)w->chat_expires_in);
	sim_out_str(c, "remark", w->remark);
	sim_out_str(c, "state", w->state);
	if (w->scene == 2)
		sim_out_str(c, "qr_code", qr_code(c, w));
	sim_out_texts(c, "user", &w->users);
	buf_add_c(&c->out, ",\"party\":[");
	for (size_t i = 0; i < w->parties.n; i++)
		buf_fmt(&c->out, "%s%lld", i ? "," : "", (long long)w->parties.v[i]);
	buf_add_c(&c->out, "]}");
	return 0;
}

static int list_contact_way(struct sim_call *c)
{
	ms now = sim_now(c->s);
	i64 from = sim_arg_i64(c, "start_time", (now - WAY_LIST_BACK) / 1000);
	i64 to = sim_arg_i64(c, "end_time", now / 1000), limit = sim_arg_i64(c, "limit", WAY_LIST_DEFAULT), at, n = 0;
	if (!sim_cursor(c, &at))
		return 50100;
	limit = limit < 1 ? WAY_LIST_DEFAULT : int_min(limit, WAY_LIST_MAX);
	buf_add_c(&c->out, ",\"contact_way\":[");
	for (; at < (i64)c->s->ways.n && n < limit; at++) {
		const struct sim_way *w = c->s->ways.v[at];
		if (w->deleted || w->is_temp || w->type == SIM_WAY_LINK || w->created / 1000 < from || w->created / 1000 > to)
			continue;
		sim_out_fmt(c, "%s{\"config_id\":\"%.*s\"}", n++ ? "," : "", STR_F(w->config_id));
	}
	buf_char(&c->out, ']');
	if (at < (i64)c->s->ways.n)
		sim_out_str(c, "next_cursor", sim_cursor_of(c, at));
	return 0;
}

static int update_contact_way(struct sim_call *c)
{
	struct sim_way *w = way_find(c);
	if (!w)
		return 41044;
	struct sim_way next = *w;
	next.parties = (struct ids){ 0 };
	for (size_t i = 0; i < w->parties.n; i++)
		sim_ids_add(c->s, &next.parties, w->parties.v[i]);
	int refused = way_fields(c, &next);
	if (refused || (refused = way_users(c, w->type, &next)))
		return refused;
	bool renamed = !str_eq(w->state, next.state);
	*w = next;
	if (renamed && w->state.n)
		map_put(&c->s->way_by_state, w->state, w);
	return 0;
}

static int del_contact_way(struct sim_call *c)
{
	struct sim_way *w = way_find(c);
	if (!w)
		return 41044;
	w->deleted = true;
	return 0;
}

const struct sim_api sim_api_way[] = {
	{ "externalcontact/add_contact_way", add_contact_way, API_POST | API_EFFECT },
	{ "externalcontact/get_contact_way", get_contact_way, API_POST },
	{ "externalcontact/list_contact_way", list_contact_way, API_POST },
	{ "externalcontact/update_contact_way", update_contact_way, API_POST | API_EFFECT },
	{ "externalcontact/del_contact_way", del_contact_way, API_POST | API_EFFECT },
	{ NULL, NULL, 0 },
};

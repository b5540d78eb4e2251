/*
 * What people do in customer service and live rooms: POST /sim/kf makes an account, /sim/kf/say lets a customer, or with userid a member, write,
 * /sim/living begins, ends or watches a room. Each emits the platform's event.
 */
#include "sim/sim_call.h"

static void kf_event(struct sim *s, str kf)
{
	struct http_pair fields[] = { { STR("Token"), sim_new_id(s, "kt", 24) }, { STR("OpenKfId"), kf } };
	sim_event(s, "kf_msg_or_event", "", fields, ARRAY_LEN(fields));
}

static str kf_make(struct sim *s, const struct json *in, struct arena *a)
{
	str name = json_str(in, "name");
	const struct sim_kf *k = sim_kf_add(s, name.n ? name : STR("客服"));
	return arena_printf(a, "{\"open_kfid\":\"%.*s\"}", STR_F(k->id));
}

static str kf_say(struct sim *s, const struct json *in, struct arena *a)
{
	str kf = json_str(in, "open_kfid"), xid = json_str(in, "external_userid"), text = json_str(in, "text"), staff = json_str(in, "userid");
	if (!kf.n || !xid.n || !text.n)
		return STR_NIL;
	struct sim_kf_message *m = sim_kf_say(s, kf, xid, sim_new_id(s, "in", 24), text, !staff.n);
	m->servicer = sim_keep(s, staff);
	kf_event(s, kf);
	return arena_printf(a, "{\"msgid\":\"%.*s\"}", STR_F(m->msgid));
}

static void living_event(struct sim *s, const struct sim_living *l, struct arena *a)
{
	struct http_pair fields[] = { { STR("LivingId"), l->id }, { STR("Status"), arena_printf(a, "%d", l->status) },
				      { STR("AgentID"), arena_printf(a, "%lld", (long long)s->agentid) } };
	sim_event(s, "living_status_change", "", fields, ARRAY_LEN(fields));
}

static str living_act(struct sim *s, const struct json *in, struct arena *a)
{
	struct sim_living *l = sim_living_find(s, json_str(in, "livingid"));
	str act = json_str(in, "act"), xid = json_str(in, "external_userid"), user = json_str(in, "userid");
	if (!l)
		return STR_NIL;
	if (str_eq_c(act, "watch")) {
		struct sim_viewer v = { sim_keep(s, xid.n ? xid : user), json_i64(in, "seconds", 60), json_bool(in, "comment", false), xid.n > 0 };
		vec_push(s->arena, &l->viewers, v);
		return STR("{}");
	}
	if (!str_eq_c(act, "start") && !str_eq_c(act, "end"))
		return STR_NIL;
	l->status = str_eq_c(act, "start") ? LIVING_LIVE : LIVING_ENDED;
	living_event(s, l, a);
	return STR("{}");
}

bool sim_room(struct sim *s, struct http_req *req, struct http_reply *reply)
{
	static const struct { const char *path; str (*fn)(struct sim *s, const struct json *in, struct arena *a); } acts[] = {
		{ "/sim/kf", kf_make }, { "/sim/kf/say", kf_say }, { "/sim/living", living_act },
	};
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		struct json *in = NULL;
		if (!str_eq_c(req->path, acts[i].path) || !str_eq_c(req->method, "POST"))
			continue;
		if (req->body.n && json_parse(req->body, req->arena, &in, NULL) != OK)
			in = NULL;
		pthread_mutex_lock(&s->lock);
		str out = acts[i].fn(s, in, req->arena);
		pthread_mutex_unlock(&s->lock);
		http_send(reply, out.n ? 200 : 400, STR("application/json; charset=UTF-8"), out.n ? out : STR("{\"error\":\"unknown\"}"));
		return true;
	}
	return false;
}

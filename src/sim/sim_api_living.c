/*
 * Live rooms: created by us, begun, watched and ended by people (sim_room.c). Not part of a snapshot.
 */
#include "sim/sim_call.h"

#define LIVING_THEME_MAX 60 /* bytes */
#define LIVING_DAY_MS MS_DAY
#define LIVING_PAGE 50

struct sim_living *sim_living_find(struct sim *s, str id)
{
	for (size_t i = 0; i < s->livings.n; i++)
		if (str_eq(s->livings.v[i]->id, id))
			return s->livings.v[i];
	return NULL;
}

static int create(struct sim_call *c)
{
	str theme = sim_arg(c, "theme");
	struct sim_staff *m = sim_staff_find(c->s, sim_arg(c, "anchor_userid"));
	i64 start = sim_arg_i64(c, "living_start", 0), duration = sim_arg_i64(c, "living_duration", 0), type = sim_arg_i64(c, "type", 0);
	if (!m || !m->visible)
		return m ? 50002 : 40003;
	if (!theme.n || theme.n > LIVING_THEME_MAX || duration < 1 || duration > MS_DAY / MS_SECOND || type < 0 || type > 4)
		return 40058;
	if (start * MS_SECOND < sim_now(c->s))
		return 40058;
	struct sim_living *l = ARENA_NEW(c->s->arena, struct sim_living);
	*l = (struct sim_living){ .id = sim_new_id(c->s, "lv", 24), .theme = sim_keep(c->s, theme), .anchor = m->userid,
				  .start = start * MS_SECOND, .duration = duration };
	vec_push(c->s->arena, &c->s->livings, l);
	sim_out_str(c, "livingid", l->id);
	return 0;
}

static int cancel(struct sim_call *c)
{
	struct sim_living *l = sim_living_find(c->s, sim_arg(c, "livingid"));
	if (!l || l->status != LIVING_RESERVED)
		return 40058;
	l->status = LIVING_CANCELLED;
	return 0;
}

static int get_living_info(struct sim_call *c)
{
	const struct sim_living *l = sim_living_find(c->s, sim_arg(c, "livingid"));
	if (!l)
		return 40058;
	buf_add_c(&c->out, ",\"living_info\":{\"theme\":");
	buf_json(&c->out, l->theme);
	buf_fmt(&c->out, ",\"living_start\":%lld,\"living_duration\":%lld,\"status\":%d,\"anchor_userid\":\"%.*s\",\"viewer_num\":%zu,"
			 "\"comment_num\":0,\"mic_num\":0,\"open_replay\":0,\"type\":0,\"online_count\":0,\"subscribe_count\":0}",
		(long long)(l->start / MS_SECOND), (long long)l->duration, l->status, STR_F(l->anchor), l->viewers.n);
	return 0;
}

static int get_watch_stat(struct sim_call *c)
{
	const struct sim_living *l = sim_living_find(c->s, sim_arg(c, "livingid"));
	str key = sim_arg(c, "next_key");
	i64 at = 0;
	if (!l || (key.n && !str_eq_c(key, "NEXT_KEY") && (!str_i64(key, &at) || at < 0)))
		return 40058;
	i64 end = int_min(at + LIVING_PAGE, (i64)l->viewers.n);
	sim_out_i64(c, "ending", end >= (i64)l->viewers.n);
	sim_out_str(c, "next_key", arena_printf(c->a, "%lld", (long long)end));
	for (int outside = 0; outside < 2; outside++) {
		bool first = true;
		buf_add_c(&c->out, outside ? "],\"external_users\":[" : ",\"stat_info\":{\"users\":[");
		for (i64 i = at; i < end; i++) {
			const struct sim_viewer *v = &l->viewers.v[i];
			if (v->outside != (outside == 1))
				continue;
			buf_fmt(&c->out, "%s{\"%s\":\"%.*s\",\"watch_time\":%lld,\"is_comment\":%d,\"is_mic\":0", first ? "" : ",",
				outside ? "external_userid" : "userid", STR_F(v->id), (long long)v->seconds, v->comment);
			if (outside)
				buf_add_c(&c->out, ",\"type\":1,\"name\":\"\"");
			buf_char(&c->out, '}');
			first = false;
		}
	}
	buf_add_c(&c->out, "]}");
	return 0;
}

static int get_living_code(struct sim_call *c)
{
	if (!sim_living_find(c->s, sim_arg(c, "livingid")) || !sim_arg(c, "openid").n)
		return 40058;
	sim_out_str(c, "living_code", sim_new_id(c->s, "lc", 24));
	return 0;
}

const struct sim_api sim_api_living[] = {
	{ "living/create", create, API_POST | API_EFFECT },
	{ "living/cancel", cancel, API_POST | API_EFFECT },
	{ "living/get_living_info", get_living_info, API_GET },
	{ "living/get_watch_stat", get_watch_stat, API_POST },
	{ "living/get_living_code", get_living_code, API_POST },
	{ NULL, NULL, 0 },
};

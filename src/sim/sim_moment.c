/*
 * Moments on the phones: a member posts what the corp wants posted, or never; then those of the chosen range who are
 * still her friends can see it, like it and comment. A like is one for ever, the last comment counts.
 */
#include "sim/sim_moment.h"
#include "sim/sim_call.h"

struct sim_moment *sim_moment_add(struct sim *s, const struct sim_moment *of)
{
	struct sim_moment *m = ARENA_NEW(s->arena, struct sim_moment);
	*m = *of;
	m->number = (i64)s->moments.v.n;
	vec_push(s->arena, &s->moments.v, m);
	return m;
}

struct sim_moment *sim_moment_find(struct sim *s, str id)
{
	for (size_t i = 0; i < s->moments.v.n; i++) {
		struct sim_moment *m = s->moments.v.v[i];
		if (str_eq(m->id, id) && !m->code && m->made <= sim_now(s))
			return m;
	}
	return NULL;
}

bool sim_moment_post(struct sim *s, struct sim_moment *m, const struct sim_staff *by)
{
	size_t place = 0, seen = 0;
	while (place < m->staffs.n && m->staffs.v[place] != by->number)
		place++;
	if (place == m->staffs.n || m->posted.v[place] || m->cancelled || m->code || m->made > sim_now(s))
		return false;
	m->posted.v[place] = 1;
	m->posted_at.v[place] = sim_now(s);
	for (size_t i = 0; i < m->people.n; i++) {
		struct sim_relation *r = m->owner.v[i] == by->number ? sim_relation_find(s, by, s->people.v[m->people.v[i]]) : NULL;
		if (!r || r->status != REL_BOTH)
			continue;
		m->visible.v[i] = 1;
		seen++;
		if (s->lively)
			sim_people_saw(s, m, i);
	}
	sim_logf(s, "client", "moment.posted", "{\"moment_id\":\"%.*s\",\"userid\":\"%.*s\",\"visible\":%zu}", STR_F(m->id), STR_F(by->userid), seen);
	return true;
}

bool sim_moment_react(struct sim *s, struct sim_moment *m, size_t place, bool comment)
{
	if (place >= m->people.n || !m->visible.v[place])
		return false;
	i64 *at = comment ? &m->commented.v[place] : &m->liked.v[place];
	if (!*at || comment)
		*at = sim_now(s);
	sim_logf(s, "client", comment ? "moment.commented" : "moment.liked", "{\"moment_id\":\"%.*s\",\"external_userid\":\"%.*s\"}",
		 STR_F(m->id), STR_F(s->people.v[m->people.v[place]]->xid));
	return true;
}

static const char *post(struct sim *s, struct sim_moment *m, str userid)
{
	bool any = false;
	for (size_t i = 0; i < m->staffs.n; i++) {
		const struct sim_staff *by = s->staff.v[m->staffs.v[i]];
		if (!userid.n || str_eq_nocase(by->userid, userid))
			any |= sim_moment_post(s, m, by);
	}
	return any ? NULL : "nothing to post: no such member, posted already, or cancelled";
}

static const char *react(struct sim *s, struct sim_moment *m, const struct json *in)
{
	struct sim_person *p = map_get(&s->person_by_xid, json_str(in, "external_userid"));
	bool any = false;
	for (size_t i = 0; p && i < m->people.n; i++)
		if (m->people.v[i] == p->number)
			any |= sim_moment_react(s, m, i, json_bool(in, "comment", false));
	return any ? NULL : "she cannot see it";
}

static struct sim_moment *newest(struct sim *s)
{
	for (size_t i = s->moments.v.n; i > 0; i--) {
		struct sim_moment *m = sim_moment_find(s, s->moments.v.v[i - 1]->id);
		if (m)
			return m;
	}
	return NULL;
}

const char *sim_moment_control(struct sim *s, str path, const struct json *in)
{
	str id = json_str(in, "moment_id");
	if (str_ends(path, STR("/job"))) {
		s->moments.job_ms = json_i64(in, "ms", SIM_MOMENT_JOB_MS);
		s->moments.job_code = json_i64(in, "code", 0);
		return NULL;
	}
	struct sim_moment *m = id.n ? sim_moment_find(s, id) : newest(s);
	if (!m)
		return "no such Moment";
	return str_ends(path, STR("/post")) ? post(s, m, json_str(in, "userid")) : react(s, m, in);
}

/*
 * Mass messages on the members' phones: confirming a task, quotas, and what arrived.
 *
 * A task sends nothing until its member confirms. Then every recipient of that member is looked at
 * now: no friend any more is 2, over the quota of mass messages is 3, else 1 with the time. The quota
 * counts per customer over all members: as many as the month has days (default), or 7 a week, or 1 a
 * day. Each message that arrives stands in the log by itself.
 */
#include "sim/sim_call.h"
#include "sim/sim_chat.h"
#include "sim/sim_people.h"

#include "base/tz.h"

#define QUOTA_PER_WEEK 7
#define QUOTA_PER_DAY 1
#define EPOCH_WEEKDAY 3 /* 1970-01-01 was a Thursday; weeks begin on Monday */

/* The period that now lies in, unique per mode, and how many messages it allows. */
static i64 quota_period(const struct sim *s, ms now, i64 *ret_allowed)
{
	i64 day = sim_day(now);
	int year, month, date;
	switch (s->quota) {
	case QUOTA_DAY:
		*ret_allowed = QUOTA_PER_DAY;
		return 1000000000 + day;
	case QUOTA_WEEK:
		*ret_allowed = QUOTA_PER_WEEK;
		return 2000000000 + (day + EPOCH_WEEKDAY) / 7;
	case QUOTA_MONTH:
		break;
	}
	tz_date(day, &year, &month, &date);
	int next_year = month == 12 ? year + 1 : year, next_month = month == 12 ? 1 : month + 1;
	*ret_allowed = tz_day_of(next_year, next_month, 1) - tz_day_of(year, month, 1);
	return 3000000000 + year * 12 + month;
}

static i64 deliver(struct sim *s, const struct sim_staff *m, struct sim_person *p, ms now)
{
	i64 allowed, period = quota_period(s, now, &allowed);
	struct sim_relation *r = sim_relation_find(s, m, p);
	if (!r || r->status != REL_BOTH)
		return 2;
	if (p->period != period) {
		p->period = period;
		p->received = 0;
	}
	if (p->received >= allowed)
		return 3;
	p->received++;
	return 1;
}

/* A group has the same quota as a customer. */
static i64 deliver_group(struct sim *s, struct sim_chat *g, ms now)
{
	i64 allowed, period = quota_period(s, now, &allowed);
	if (g->gone)
		return 2;
	if (g->period != period) {
		g->period = period;
		g->received = 0;
	}
	if (g->received >= allowed)
		return 3;
	g->received++;
	return 1;
}

/* One receiver gets it, or not; a delivery stands in the log. */
static i64 receive(struct sim *s, struct sim_task *t, const struct sim_staff *m, i64 number, ms now)
{
	if (t->groups) {
		struct sim_chat *g = s->group.chats.v[number];
		i64 result = deliver_group(s, g, now);
		if (result == 1)
			sim_logf(s, "message", "groupmass.delivered", "{\"msgid\":\"%.*s\",\"userid\":\"%.*s\",\"chat_id\":\"%.*s\"}",
				 STR_F(t->msgid), STR_F(m->userid), STR_F(g->id));
		return result;
	}
	struct sim_person *p = s->people.v[number];
	i64 result = deliver(s, m, p, now);
	if (result != 1)
		return result;
	s->mass_sent++;
	sim_logf(s, "message", "mass.delivered", "{\"msgid\":\"%.*s\",\"userid\":\"%.*s\",\"external_userid\":\"%.*s\"}",
		 STR_F(t->msgid), STR_F(m->userid), STR_F(p->xid));
	if (s->lively)
		sim_people_received(s, t, sim_relation_find(s, m, p));
	return result;
}

bool sim_task_confirm(struct sim *s, struct sim_task *t, const struct sim_staff *m)
{
	size_t place = 0;
	ms now = sim_now(s);
	i64 counts[4] = { 0 };
	while (place < t->staffs.n && t->staffs.v[place] != m->number)
		place++;
	if (place == t->staffs.n || t->staff_state.v[place] || t->cancelled)
		return false;
	t->staff_state.v[place] = 2;
	t->staff_at.v[place] = now;
	for (size_t i = 0; i < t->people.n; i++) {
		if (t->owner.v[i] != m->number || t->result.v[i])
			continue;
		i64 result = receive(s, t, m, t->people.v[i], now);
		counts[result]++;
		t->result.v[i] = result;
		t->result_at.v[i] = now;
	}
	sim_logf(s, "client", "mass.confirmed",
		 "{\"msgid\":\"%.*s\",\"userid\":\"%.*s\",\"sent\":%lld,\"not_friend\":%lld,\"over_quota\":%lld}",
		 STR_F(t->msgid), STR_F(m->userid), (long long)counts[1], (long long)counts[2], (long long)counts[3]);
	return true;
}

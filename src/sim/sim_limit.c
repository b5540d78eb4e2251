/*
 * Frequency and concurrency limits.
 *
 * Each API has a minute and an hour counter for the corp and for the calling address; going over one
 * answers 45009 and blocks that API for the length of the window from then on, as the platform's
 * penalty does. Calls that change marks on customers may run only a few at once (45033). The figures
 * are settings (POST /sim/limit), because the platform has changed them several times.
 */
#include "sim/sim_call.h"

#define SIM_CONCURRENT_MARKS 5

struct meter {
	i64 minute, hour;     /* numbers of the windows counted */
	i64 in_minute, in_hour;
	ms blocked_until;
};

static struct meter *meter_of(struct sim *s, str key)
{
	struct meter *m = map_get(&s->meters, key);
	if (m)
		return m;
	m = ARENA_NEW(s->arena, struct meter);
	map_put(&s->meters, sim_keep(s, key), m);
	return m;
}

/* Counts one call; false: over a limit now, or still blocked. */
static bool meter_pass(struct meter *m, ms now, i64 per_minute, i64 per_hour)
{
	if (now < m->blocked_until)
		return false;
	if (m->minute != now / MS_MINUTE) {
		m->minute = now / MS_MINUTE;
		m->in_minute = 0;
	}
	if (m->hour != now / MS_HOUR) {
		m->hour = now / MS_HOUR;
		m->in_hour = 0;
	}
	if (++m->in_hour > per_hour) {
		m->blocked_until = now + MS_HOUR;
		return false;
	}
	if (++m->in_minute > per_minute) {
		m->blocked_until = now + MS_MINUTE;
		return false;
	}
	return true;
}

int sim_limit(struct sim *s, str path, str peer)
{
	char key[320];
	size_t n = 0;
	if (path.n + peer.n + 1 > sizeof(key))
		return 45009;
	memcpy(key, path.p, path.n);
	n = path.n;
	if (!meter_pass(meter_of(s, str_of(key, n)), sim_now(s), s->per_minute, s->per_hour))
		return 45009;
	if (!peer.n)
		return 0;
	key[n++] = ' ';
	memcpy(key + n, peer.p, peer.n);
	n += peer.n;
	return meter_pass(meter_of(s, str_of(key, n)), sim_now(s), s->ip_per_minute, s->ip_per_hour) ? 0 : 45009;
}

/* Counted before the lock, where calls can really be together. */
bool sim_limit_enter(struct sim *s, const struct sim_api *api, int slot)
{
	int others = s->inflight[slot]++;
	return others < SIM_CONCURRENT_MARKS || !str_eq_c(STR("externalcontact/mark_tag"), api->path);
}

void sim_limit_leave(struct sim *s, int slot)
{
	s->inflight[slot]--;
}

void sim_limit_set(struct sim *s, const struct json *in)
{
	s->per_minute = json_i64(in, "per_minute", s->per_minute);
	s->per_hour = json_i64(in, "per_hour", s->per_hour);
	s->ip_per_minute = json_i64(in, "ip_per_minute", s->ip_per_minute);
	s->ip_per_hour = json_i64(in, "ip_per_hour", s->ip_per_hour);
	s->meters = map_new(s->arena);
}

/*
 * Call rates per corp and interface: fixed windows of a minute, an hour and a day, counted before the
 * call so that WeCom's penalty (which is longer than the window) is not met at all. When WeCom refuses
 * nevertheless - another program shares the quota - the interface closes for a minute, then an hour, then
 * the rest of the day, until a call passes again. Counters start empty with the process.
 */
#include "port/wecom/wecom_int.h"

#include "base/hash.h"

#include <stdlib.h>

#define CHINA_OFFSET_MS (8 * MS_HOUR)
#define AT_ONCE_WAIT_MS 200

static const struct limit {
	const char *api;
	i64 per[3]; /* minute, hour, day */
	int at_once;
} limits[] = {
#define WECOM_LIMIT(api, minute, hour, day, at_once) { api, { minute, hour, day }, at_once },
#include "port/wecom/wecom_limits.def"
#undef WECOM_LIMIT
};

static const ms window_ms[3] = { MS_MINUTE, MS_HOUR, MS_DAY };

struct wecom_rate {
	struct wecom_rate *next;
	i64 corp;
	const char *api;
	const struct limit *limit;
	i64 window[3], count[3];
	int at_once;
	int refusals; /* in a row */
	ms closed_until;
};

static const struct limit *limit_of(const char *api)
{
	for (size_t i = 1; i < ARRAY_LEN(limits); i++)
		if (!strcmp(limits[i].api, api))
			return &limits[i];
	return &limits[0];
}

static struct wecom_rate *rate_of(struct wecom *w, i64 corp, const char *api)
{
	size_t bucket = (hash64(str_c(api)) ^ hash_mix((u64)corp)) % WECOM_RATE_BUCKETS;
	for (struct wecom_rate *r = w->rates[bucket]; r; r = r->next)
		if (r->corp == corp && !strcmp(r->api, api))
			return r;
	struct wecom_rate *r = calloc(1, sizeof(*r));
	ASSERT(r != NULL);
	*r = (struct wecom_rate){ .next = w->rates[bucket], .corp = corp, .api = api, .limit = limit_of(api) };
	w->rates[bucket] = r;
	return r;
}

static i64 window_of(int i, ms now)
{
	return (now + CHINA_OFFSET_MS) / window_ms[i];
}

static ms window_end(int i, i64 window)
{
	return (window + 1) * window_ms[i] - CHINA_OFFSET_MS;
}

/* When the next call may be made: now or later. */
static ms opens_at(struct wecom_rate *r, ms now)
{
	if (now < r->closed_until)
		return r->closed_until;
	if (r->limit->at_once && r->at_once >= r->limit->at_once)
		return now + AT_ONCE_WAIT_MS;
	ms at = now;
	for (int i = 0; i < 3; i++) {
		i64 window = window_of(i, now);
		if (r->window[i] != window) {
			r->window[i] = window;
			r->count[i] = 0;
		}
		if (r->limit->per[i] && r->count[i] >= r->limit->per[i])
			at = int_max(at, window_end(i, window));
	}
	return at;
}

struct wecom_rate *wecom_rate_enter(struct wecom *w, i64 corp, const char *api, ms *ret_retry_at)
{
	ms now = clock_now(w->clock);
	pthread_mutex_lock(&w->mutex);
	struct wecom_rate *r = rate_of(w, corp, api);
	ms at = opens_at(r, now);
	if (at > now) {
		*ret_retry_at = at;
		r = NULL;
	} else {
		r->at_once++;
		for (int i = 0; i < 3; i++)
			r->count[i]++;
	}
	pthread_mutex_unlock(&w->mutex);
	return r;
}

ms wecom_rate_leave(struct wecom *w, struct wecom_rate *r, bool refused)
{
	ms now = clock_now(w->clock);
	pthread_mutex_lock(&w->mutex);
	r->at_once--;
	if (!refused) {
		r->refusals = 0;
	} else if (now >= r->closed_until) { /* later answers of calls made together close it once */
		int step = r->refusals < 2 ? r->refusals : 2;
		r->refusals++;
		r->closed_until = step < 2 ? now + window_ms[step] : window_end(2, window_of(2, now));
	}
	ms until = r->closed_until;
	pthread_mutex_unlock(&w->mutex);
	return until;
}

void wecom_rate_free_all(struct wecom *w)
{
	for (size_t i = 0; i < WECOM_RATE_BUCKETS; i++)
		while (w->rates[i]) {
			struct wecom_rate *next = w->rates[i]->next;
			free(w->rates[i]);
			w->rates[i] = next;
		}
}
